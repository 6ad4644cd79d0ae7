//! What an import says while it works and when it is done.

use std::path::PathBuf;

use serde::Serialize;

/// What an import is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Another import has the record; this one waits until it is done.
    Waiting,
    /// Files are being read; `read` of `total` are bytes.
    Reading,
    /// The record is being written; `read` of `total` are parts of it.
    Writing,
    /// The new state is being made the valid one.
    Committing,
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// What is being done.
    pub phase: Phase,
    /// Index of the file being read.
    pub file: usize,
    /// How many files there are.
    pub files: usize,
    /// How much is done: bytes while reading, parts of the record while writing.
    pub read: u64,
    /// Of how much.
    pub total: u64,
    /// Source rows read so far.
    pub rows: u64,
}

/// What became of one file: `rows = kept + updated + unchanged + rejected`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileReport {
    /// The file as it was named; a member of an archive as `archive.zip/member.csv`.
    pub path: String,
    /// The profile that read it, or `guessed`.
    pub profile: String,
    /// Source rows read.
    pub rows: u64,
    /// Rows that brought a ticket or change that the record did not have.
    pub kept: u64,
    /// Rows that brought something new to a ticket or change that it had.
    pub updated: u64,
    /// Rows that brought nothing new.
    pub unchanged: u64,
    /// Rows that could not be kept; they are in `rejects.csv`.
    pub rejected: u64,
    /// What was noticed on the way: assumptions about encoding, zone, dates.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// What became of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportReport {
    /// Each file.
    pub files: Vec<FileReport>,
    /// Tickets that the record then holds.
    pub tickets: u64,
    /// Events that the record then holds.
    pub events: u64,
    /// Changes that the record then holds: rows, one a change and item.
    pub changes: u64,
    /// Generation of the record.
    pub generation: u64,
    /// Whether the record is another one than before.
    pub changed: bool,
    /// Where the rejected rows are, when there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rejects: Option<PathBuf>,
}

impl ImportReport {
    /// Rows that could not be kept, over all files.
    #[must_use]
    pub fn rejected(&self) -> u64 {
        self.files.iter().map(|file| file.rejected).sum()
    }
}
