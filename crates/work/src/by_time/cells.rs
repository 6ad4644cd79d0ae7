//! A Parquet file read by place: some rows of some columns, a page of each at a time.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use arrow::array::{ArrayRef, RecordBatch, UInt32Array};
use arrow::compute::{concat_batches, take_record_batch};
use arrow::datatypes::Schema;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder, RowSelection,
};
use parquet::file::metadata::PageIndexPolicy;

use crate::error::RecordError;

const DOING: &str = "reading tickets by their places";
/// Rows of a part when a whole column is read.
const PART: usize = 1 << 16;

/// The file, its footer read.
#[derive(Debug)]
pub(super) struct Cells {
    path: PathBuf,
    footer: ArrowReaderMetadata,
}

impl Cells {
    pub(super) fn open(path: PathBuf) -> Result<Self, RecordError> {
        let file = File::open(&path).map_err(RecordError::io(&path, DOING))?;
        let options = ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Optional);
        let footer = ArrowReaderMetadata::load(&file, options).map_err(RecordError::parquet(&path, DOING))?;
        Ok(Self { path, footer })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn rows(&self) -> usize {
        usize::try_from(self.footer.metadata().file_metadata().num_rows()).unwrap_or(0)
    }

    fn open_columns(&self, columns: &[&str]) -> Result<ParquetRecordBatchReaderBuilder<File>, RecordError> {
        if let Some(name) = columns.iter().find(|name| self.footer.schema().index_of(name).is_err()) {
            return Err(RecordError::damaged(&self.path, format!("there is no column `{name}`")));
        }
        let file = File::open(&self.path).map_err(RecordError::io(&self.path, DOING))?;
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.footer.clone());
        let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
        Ok(builder.with_projection(mask))
    }

    /// A whole column in parts.
    pub(super) fn column(&self, name: &str) -> Result<Vec<ArrayRef>, RecordError> {
        let reader = self.open_columns(&[name])?.with_batch_size(PART).build();
        let damaged = |error: arrow::error::ArrowError| RecordError::damaged(&self.path, error.to_string());
        let rows = reader.map_err(RecordError::parquet(&self.path, DOING))?;
        rows.map(|rows| Ok(Arc::clone(rows.map_err(damaged)?.column(0)))).collect()
    }

    /// Some columns of some rows, in the order of these places, each of them once at most.
    pub(super) fn read(&self, places: &[u32], columns: &[&str]) -> Result<RecordBatch, RecordError> {
        let mut ascending = places.to_vec();
        ascending.sort_unstable();
        let parts = thread::available_parallelism().map_or(1, usize::from);
        let parts: Vec<&[&str]> = columns.chunks(columns.len().div_ceil(parts).max(1)).collect();
        let read = thread::scope(|scope| {
            let ascending = &ascending;
            let (mine, theirs) = parts.split_first().map_or((None, &[][..]), |(mine, theirs)| (Some(mine), theirs));
            let theirs: Vec<_> =
                theirs.iter().map(|part| scope.spawn(move || self.ascending(ascending, part))).collect();
            let mine = mine.map(|mine| self.ascending(ascending, mine));
            let theirs = theirs.into_iter().map(|part| {
                part.join().unwrap_or_else(|_| Err(RecordError::damaged(&self.path, "some columns could not be read")))
            });
            mine.into_iter().chain(theirs).collect::<Result<Vec<_>, _>>()
        })?;
        let damaged = |error: arrow::error::ArrowError| RecordError::damaged(&self.path, error.to_string());
        let mut fields = Vec::with_capacity(columns.len());
        let mut arrays = Vec::with_capacity(columns.len());
        for name in columns {
            let part = read.iter().find_map(|part| Some((part.schema_ref().field_with_name(name).ok()?, part)));
            let (field, part) = part.ok_or_else(|| RecordError::damaged(&self.path, format!("no column `{name}`")))?;
            fields.push(field.clone());
            arrays.extend(part.column_by_name(name).cloned());
        }
        let rows = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).map_err(damaged)?;
        let order: UInt32Array = places
            .iter()
            .map(|place| ascending.binary_search(place).ok().and_then(|at| u32::try_from(at).ok()))
            .collect();
        take_record_batch(&rows, &order).map_err(damaged)
    }

    /// Columns of rows in the order in which they lie.
    fn ascending(&self, places: &[u32], columns: &[&str]) -> Result<RecordBatch, RecordError> {
        // Groups of rows without one of these are not looked at.
        let (mut groups, mut chosen, mut passed, mut kept) = (Vec::new(), Vec::new(), 0, 0);
        for (number, group) in self.footer.metadata().row_groups().iter().enumerate() {
            let rows = usize::try_from(group.num_rows()).unwrap_or(0);
            let from = places.partition_point(|place| (*place as usize) < passed);
            let to = places.partition_point(|place| (*place as usize) < passed + rows);
            if let Some(here) = places.get(from..to).filter(|here| !here.is_empty()) {
                groups.push(number);
                chosen.extend(here.iter().map(|place| *place as usize - passed + kept));
                kept += rows;
            }
            passed += rows;
        }
        let chosen = RowSelection::from_consecutive_ranges(chosen.into_iter().map(|row| row..row + 1), kept);
        let reader = self.open_columns(columns)?.with_row_groups(groups).with_row_selection(chosen);
        let reader = reader.with_batch_size(places.len().max(1)).build();
        let damaged = |error: arrow::error::ArrowError| RecordError::damaged(&self.path, error.to_string());
        let reader = reader.map_err(RecordError::parquet(&self.path, DOING))?;
        let schema = arrow::array::RecordBatchReader::schema(&reader);
        let parts = reader.collect::<Result<Vec<_>, _>>().map_err(damaged)?;
        concat_batches(&schema, &parts).map_err(damaged)
    }
}
