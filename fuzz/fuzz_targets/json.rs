//! JSON and JSON Lines: whatever the bytes, reading ends, without a panic and in bounded memory.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if matches!(data.first(), Some(b'{' | b'[')) {
        plumb_fuzz::read(data);
    }
});
