//! The work record: canonical rows kept as Parquet, one atomic commit an import.
//!
//! A data folder holds
//! ```text
//! record.json            the manifest: which files are the record (renaming it in is the commit)
//! record.lock            held while an import runs
//! tickets/ events/ changes/   Parquet, one file a bucket of keys and generation
//! key                    32 random bytes that pseudonyms are made with
//! rejects.csv            rows that the last import could not keep
//! derived/g000012/       what readers computed from generation 12
//! staging/               what a running import has read; swept by the next one
//! ```
//!
//! # What it costs
//!
//! Measured on two shared cores with a million tickets, one row each (328 MB of CSV, 36 columns):
//! 2.6 s of wall time and 4.4 s of processor time for the whole import, 0.54 GB at most; DuckDB 2.0
//! reading the same file into Parquet without any of the checks: 2.3 s, 3.6 s, 0.9 GB. Half of the
//! time is reading (unpacking and splitting on one core, mapping and dates on the other), half is
//! folding and writing, several buckets at a time. The record takes a tenth of the CSV.
//!
//! Memory: rows beyond [`ImportOptions::memory`] go to a temporary file; a bucket being folded takes
//! some 150 MB, one a core. An import rewrites the buckets that changed, and since keys are spread by
//! hash, a few thousand changed tickets touch them all: updating costs as much as writing anew. What
//! is paid for that is that a ticket has one row in one file, so that reading needs no merging.

mod bucket;
mod by_time;
mod bytes;
mod distinct;
mod encode;
mod error;
mod fields;
mod fold;
mod gather;
mod guard;
mod history;
mod import;
mod load;
mod manifest;
mod prefetch;
mod record;
mod report;
pub mod schema;
mod settle;
mod stage;
mod write;

pub use by_time::{ByTime, by_time};
pub use error::{ImportError, RecordError};
pub use import::{ImportOptions, import, import_rows};
pub use manifest::ImportedFile;
pub use query::{Answer, DEFAULT_ROWS, QueryError, literal};
pub use record::{Counts, Record, sql, take_away};
pub use report::{FileReport, ImportReport, Phase, Progress};
