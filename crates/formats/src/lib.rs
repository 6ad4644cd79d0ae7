//! Any file becomes records: containers, encodings, delimited text, worksheets, JSON, XML, XES.
//!
//! Nothing here knows what a ticket is. Formats and containers are told from the bytes, never from a
//! name. Memory is bounded whatever the file holds: one record, a chunk of bytes, a decoder's window
//! (and, for worksheets, their shared strings). Cost grows with the bytes, nothing is read twice but
//! the parts of a worksheet file, which are unpacked once more to be measured.

mod archive;
mod columns;
mod delimited;
mod dos;
mod encoding;
mod json;
mod notes;
mod open;
mod packed;
pub mod record;
mod shape;
mod source;
mod window;
mod xlsx;
mod xml;

pub use open::{Named, open, open_bytes};
pub use record::{Format, Limits, Reader, Record, Refusal, RowError};
