//! XLSX: whatever the bytes, reading ends, without a panic and in bounded memory.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if data.starts_with(b"PK") {
        plumb_fuzz::read(data);
    }
});
