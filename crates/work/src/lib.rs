//! The work record: canonical rows kept as Parquet, one atomic commit an import.

pub mod schema;
