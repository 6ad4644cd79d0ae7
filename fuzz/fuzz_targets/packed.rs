//! .gz, .xz, .zst and .zip: whatever the bytes, reading ends, without a panic and in bounded memory.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if true {
        plumb_fuzz::read(data);
    }
});
