//! XES event logs: whatever a trace holds, reading ends, without a panic and in bounded memory.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    plumb_fuzz::read(&[b"<log xes.version=\"1.0\"><trace>", data].concat());
});
