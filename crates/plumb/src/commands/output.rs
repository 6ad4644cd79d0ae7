//! What is printed: JSON as one value, tables for people, and nothing when the reader went away.

mod shape;

use std::io::{ErrorKind, Write};

use serde::Serialize;

use crate::error::CommandError;

pub use shape::{csv_line, harmless, number, table};

/// Writes to standard output. A pipe that was closed early (`| head`) is no error.
pub fn bytes(bytes: &[u8]) -> Result<(), CommandError> {
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(CommandError::internal(format!("writing the answer: {error}")))
        }
        _ => Ok(()),
    }
}

/// Prints a text for people, with a line end.
pub fn print(text: &str) -> Result<(), CommandError> {
    bytes(format!("{}\n", harmless(text.trim_end_matches('\n'))).as_bytes())
}

/// Prints one JSON value.
pub fn json(value: &impl Serialize) -> Result<(), CommandError> {
    let mut text = serde_json::to_string_pretty(value).map_err(|error| CommandError::internal(error.to_string()))?;
    text.push('\n');
    bytes(text.as_bytes())
}
