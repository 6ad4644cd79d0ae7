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

mod bucket;
mod bytes;
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
mod query;
mod record;
mod report;
pub mod schema;
mod settle;
mod stage;
mod write;

pub use error::{ImportError, RecordError};
pub use import::{ImportOptions, import, import_rows};
pub use manifest::ImportedFile;
pub use query::{Answer, DEFAULT_ROWS, sql};
pub use record::{Counts, Record};
pub use report::{FileReport, ImportReport, Phase, Progress};
