//! Records: what every format gives.

use std::path::PathBuf;

/// The format that was recognised from the bytes, never from the file's name alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Delimited text with a header line.
    Csv {
        /// The delimiter, one byte.
        delimiter: u8,
    },
    /// First worksheet with a header row.
    Xlsx,
    /// A JSON array of objects, or an object that holds one (`result`, `records`, `issues`, `tickets`, …).
    Json,
    /// One JSON object a line.
    JsonLines,
    /// XML whose root's children are records (`<incident>…</incident>` of ServiceNow).
    Xml,
    /// An XES event log: one record an event, the trace's attributes as `case:…` columns.
    Xes,
}

/// Bounds that a file must keep.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Longest record in bytes once decoded.
    pub record_bytes: usize,
    /// Most columns.
    pub columns: usize,
    /// Deepest nesting of JSON or XML.
    pub depth: usize,
    /// Largest ratio of unpacked to packed bytes beyond `ratio_after` unpacked bytes.
    pub ratio: u64,
    /// Unpacked bytes below which no ratio is asked for.
    pub ratio_after: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { record_bytes: 16 << 20, columns: 10_000, depth: 64, ratio: 120, ratio_after: 64 << 20 }
    }
}

/// A file that is no export, with what is wrong and what would mend it.
#[derive(Debug, thiserror::Error)]
#[error("{}: {reason}. {remedy}", path.display())]
pub struct Refusal {
    /// The file.
    pub path: PathBuf,
    /// What is wrong.
    pub reason: String,
    /// What to do.
    pub remedy: String,
}

/// A record that could not be read though the file goes on.
#[derive(Debug, Clone)]
pub struct RowError {
    /// Row number, 1 the first row of data.
    pub row: u64,
    /// What is wrong.
    pub reason: String,
    /// The bytes as text, as far as they were read, cut at a few kilobytes.
    pub raw: String,
}

/// One record: values by column index, all in one buffer that is used again for the next one.
///
/// Columns are found as the file goes on (JSON, XML): `Reader::columns` may grow; a record has
/// `None` for the columns that it lacks. Nested names are joined by `.`; arrays of plain values by
/// `, `; arrays of objects are kept as JSON text under their name.
#[derive(Debug, Default, Clone)]
pub struct Record {
    /// Row number, 1 the first row of data.
    pub row: u64,
    /// All values, one after the other.
    pub buffer: String,
    /// Where each column's value lies in `buffer`; `start > end` means absent.
    pub spans: Vec<(u32, u32)>,
}

impl Record {
    /// The value of a column, `None` when the record lacks it. Not trimmed.
    #[must_use]
    pub fn get(&self, column: usize) -> Option<&str> {
        let &(start, end) = self.spans.get(column)?;
        self.buffer.get(start as usize..end as usize)
    }
}

/// A file being read, record by record.
pub trait Reader {
    /// What was recognised.
    fn format(&self) -> Format;
    /// Column names found so far, byte-order marks and surrounding blanks removed, repeated names
    /// made distinct by ` (2)`, ` (3)` …
    fn columns(&self) -> &[String];
    /// Reads the next record. `Ok(None)` at the end; `Ok(Some(Err(_)))` for one bad record, after
    /// which reading goes on. Wholly empty records are passed over and counted in `blank`.
    ///
    /// # Errors
    /// When the rest of the file cannot be read.
    fn next(&mut self, record: &mut Record) -> Result<Option<Result<(), RowError>>, Refusal>;
    /// Bytes of the file as it lies on disk that were read so far.
    fn bytes_read(&self) -> u64;
    /// Size of the file as it lies on disk.
    fn bytes_total(&self) -> u64;
    /// Wholly empty records passed over so far.
    fn blank(&self) -> u64;
    /// What was noticed on the way and is no error: encoding assumed, marks removed, columns without a name.
    fn notes(&self) -> &[String];
}
