//! What can go wrong while measuring.

/// Why a measure, a page of rows or a calendar could not be had.
#[derive(Debug, thiserror::Error)]
pub enum MeasureError {
    /// The record could not be read or a plan over it failed.
    #[error("reading the work record: {0}")]
    Record(#[from] query::QueryError),
    /// A batch of the record did not have the shape that its schema says.
    #[error("reading the work record: {0}")]
    Shape(#[from] arrow::error::ArrowError),
    /// A calendar file could not be used.
    #[error("calendar: {0}")]
    Calendar(String),
    /// A request named something that is not there, or a value that cannot be.
    #[error("{0}")]
    Request(String),
    /// The rows could not be written.
    #[error("writing the rows: {0}")]
    Write(#[from] std::io::Error),
    /// A part of the work ended early.
    #[error("a part of the measuring was stopped: {0}")]
    Stopped(#[from] tokio::task::JoinError),
}

/// Shorthand of this crate.
pub type Result<T> = std::result::Result<T, MeasureError>;
