//! The whole way of an export: read, recognised, mapped to canonical rows.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| plumb_fuzz::map(data));
