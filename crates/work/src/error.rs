//! What can go wrong with the record, in words that say what to do.

use std::io;
use std::path::{Path, PathBuf};

use parquet::errors::ParquetError;
use query::QueryError;

/// Why the record could not be opened, read or asked.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The file system said no.
    #[error("{}: {doing}: {source}. {}", path.display(), remedy(source))]
    Io {
        /// File or folder at fault.
        path: PathBuf,
        /// What was being done.
        doing: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// A file of the record is not what it should be.
    #[error("{}: {reason}. {remedy}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
        /// What to do.
        remedy: &'static str,
    },
    /// The query was not accepted.
    #[error("{0}")]
    Refused(String),
    /// The query engine gave up.
    #[error(transparent)]
    Query(#[from] QueryError),
}

impl RecordError {
    pub(crate) fn io(path: &Path, doing: &'static str) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::Io { path, doing, source }
    }

    pub(crate) fn parquet(path: &Path, doing: &'static str) -> impl FnOnce(ParquetError) -> Self {
        let path = path.to_path_buf();
        move |error| match error {
            ParquetError::External(inner) => match inner.downcast::<io::Error>() {
                Ok(source) => Self::Io { path, doing, source: *source },
                Err(other) => Self::damaged(&path, other.to_string()),
            },
            other => Self::damaged(&path, other.to_string()),
        }
    }

    pub(crate) fn damaged(path: &Path, reason: impl Into<String>) -> Self {
        Self::Damaged {
            path: path.to_path_buf(),
            reason: reason.into(),
            remedy: "Restore the data folder from a copy, or import the exports again into an empty one",
        }
    }
}

/// What to do about an error of the file system.
fn remedy(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            "The disk is full: free some space and try again; the record is as it was before"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "Plumb may not write or read there: choose another folder with --data, or change its permissions"
        }
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
            "There is a file where the data folder should be: choose another with --data"
        }
        io::ErrorKind::NotFound => "Check that the path is right and the folder is still mounted",
        _ => "The record is as it was before",
    }
}

/// Why an import did not happen. The record is then as it was before.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file is no export, or could not be read as one.
    #[error("{0}")]
    Refused(String),
    /// The record could not be read or written.
    #[error(transparent)]
    Record(#[from] RecordError),
}
