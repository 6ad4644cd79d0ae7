//! .gz, .xz, .zst and .zip: whatever the bytes, reading ends, without a panic and in bounded memory.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| plumb_fuzz::read(data));
