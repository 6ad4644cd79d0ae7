//! Backup while the server runs, and restore into an empty place; one form for both engines, so that a backup
//! of SQLite can be restored into PostgreSQL and back.
//!
//! A gzip stream of lines of JSON. The first says what it is, which steps the database had taken, and its
//! head; then, a table after the other, its columns, its rows as arrays, and how many there were; the last
//! holds the number of tables and rows and the SHA-256 of all lines before it. Both ways stream: memory does
//! not grow with the record.
//!
//! A backup holds everything, also the keys of persons and the hashes of passwords: keep it as you keep the
//! database. Whoever was erased after it was made must be erased again after it was restored.

pub(crate) mod catalog;
mod make;
mod restore;

use std::fmt;
use std::io;

use serde::{Deserialize, Serialize};

use crate::error::LedgerError;

pub(crate) use catalog::steps;
pub use restore::restore;

/// The form that is written. A reader takes this one and older ones.
const FORMAT: u32 = 1;
/// Longest line, in bytes: a row that is longer is not written, and a line that is longer is not read.
const LONGEST: u64 = 64 << 20;

/// The first line.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct First {
    plumb: String,
    format: u32,
    made_at: String,
    steps: Vec<i64>,
    seq: i64,
    hash: String,
}

/// The line before the rows of a table.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Begins {
    table: String,
    columns: Vec<(String, catalog::Kind)>,
}

/// The line after the rows of a table.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Ends {
    end: String,
    rows: u64,
}

/// The last line.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Last {
    tables: u64,
    rows: u64,
    sha256: String,
}

/// What was written or restored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Copied {
    /// Tables.
    pub tables: u64,
    /// Rows of all tables.
    pub rows: u64,
    /// Events among them.
    pub events: i64,
    /// Hash of the last event.
    pub head: String,
}

impl fmt::Display for Copied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { tables, rows, events, head } = self;
        write!(f, "{rows} rows of {tables} tables; {events} events, the last with the hash {head}.")
    }
}

/// Why there is no backup, or why it was not restored. Nothing was restored then.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The database could not do its part.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The file could not be read or written.
    #[error("the backup cannot be written or read: {0}")]
    File(#[from] io::Error),
    /// The file is not what was written.
    #[error("the backup is damaged at line {line}: {what}; nothing was restored")]
    Damaged {
        /// The line, from 1, of the unpacked text.
        line: u64,
        /// What is wrong with it.
        what: String,
    },
    /// A newer Plumb made it.
    #[error("the backup was made by a newer Plumb ({0}); take that version or a later one to restore it")]
    Newer(String),
    /// Something is there already.
    #[error("the place is not empty: {0}; restore into a new file or an empty database")]
    NotEmpty(String),
}
