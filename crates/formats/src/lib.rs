//! Any file becomes records: containers, encodings, delimited text, worksheets, JSON, XML, XES.
//!
//! Nothing here knows what a ticket is. Memory is bounded whatever the file holds.

pub mod record;

pub use record::{Format, Limits, Reader, Record, Refusal, RowError, open};
