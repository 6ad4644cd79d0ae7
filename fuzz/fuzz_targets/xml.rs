//! XML and XES: whatever the bytes, reading ends, without a panic and in bounded memory.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if data.first() == Some(&b'<') {
        plumb_fuzz::read(data);
    }
});
