//! JSON Lines: whatever follows two good lines, reading ends, without a panic and in bounded memory.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    plumb_fuzz::read(&[b"{\"id\":1}\n{\"id\":2,\"t\":\"x\"}\n", data].concat());
});
