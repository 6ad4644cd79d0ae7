//! Reads a bucket of the record back into a fold.

use std::collections::HashMap;
use std::fs::File;
use std::ops::Range;

use arrow::array::{Array, AsArray, BinaryArray, RecordBatch, StringArray};
use arrow::datatypes::{Float64Type, Int8Type, Int32Type, Int64Type, TimestampMillisecondType};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::bucket::Job;
use crate::bytes::{NO_TEXT, NONE, key_hash};
use crate::error::RecordError;
use crate::fields::{ADDED, CHANGE, DERIVABLE, FieldOf, Kind, NO_STAGE, TICKET, stage_by_name};
use crate::fold::Version;
use crate::gather::Fold;
use crate::history::{Event, GIVEN_FROM, STORED};
use crate::manifest::Bucket;
use crate::stage::part_of;

/// Rows read at a time.
const BATCH: usize = 8192;

/// Reads the rows of `parent`'s files whose keys fall into `parts`.
///
/// # Errors
/// When a file is missing or is not what it should be.
pub(crate) fn bucket(job: &Job<'_>, parent: &Bucket, parts: Range<usize>, fold: &mut Fold) -> Result<(), RecordError> {
    let sources: HashMap<&str, u16> = job.sources.iter().map(String::as_str).zip(0_u16..).collect();
    for (file, table) in parent.files.iter().zip(0..3) {
        let Some(file) = file else { continue };
        let path = job.data.join(&file.path);
        let opened = File::open(&path).map_err(RecordError::io(&path, "reading the record"))?;
        let reader = ParquetRecordBatchReaderBuilder::try_new(opened)
            .and_then(|builder| builder.with_batch_size(BATCH).build())
            .map_err(RecordError::parquet(&path, "reading the record"))?;
        for batch in reader {
            let batch = batch.map_err(|error| RecordError::damaged(&path, error.to_string()))?;
            let rows = Rows { job, batch: &batch, sources: &sources, parts: &parts };
            let read = match table {
                0 => rows.tickets(fold),
                1 => rows.events(fold),
                _ => rows.changes(fold),
            };
            read.ok_or_else(|| RecordError::damaged(&path, "its columns are not those of the record"))?;
        }
    }
    Ok(())
}

struct Rows<'a> {
    job: &'a Job<'a>,
    batch: &'a RecordBatch,
    sources: &'a HashMap<&'a str, u16>,
    parts: &'a Range<usize>,
}

impl Rows<'_> {
    fn text(&self, name: &str) -> Option<&StringArray> {
        self.batch.column_by_name(name)?.as_string_opt::<i32>()
    }

    fn wide(&self, name: &str, row: usize) -> Option<i64> {
        let column = self.batch.column_by_name(name)?.as_primitive_opt::<Int64Type>()?;
        Some(if column.is_null(row) { NONE } else { column.value(row) })
    }

    /// Source, its name and the id of a row whose key falls into the parts.
    fn key<'r>(&self, source: &'r StringArray, id: &'r StringArray, row: usize) -> Option<(u16, &'r [u8], &'r [u8])> {
        let name = source.value(row);
        let id = id.value(row).as_bytes();
        let part = part_of(key_hash(name.as_bytes(), id));
        if !self.parts.contains(&part) {
            return None;
        }
        Some((*self.sources.get(name)?, name.as_bytes(), id))
    }

    /// The columns of the fields; a file from before a field was added has none of it.
    fn columns<'f>(&self, fields: &'f [FieldOf]) -> Option<Vec<(&'f FieldOf, Option<&dyn Array>)>> {
        let column = |field: &'f FieldOf| match self.batch.column_by_name(field.name) {
            Some(column) => Some((field, Some(column.as_ref()))),
            None => ADDED.contains(&field.name).then_some((field, None)),
        };
        fields.iter().map(column).collect()
    }

    fn tickets(&self, fold: &mut Fold) -> Option<()> {
        let (source, id) = (self.text("source")?, self.text("id")?);
        let columns = self.columns(&TICKET)?;
        let older: &BinaryArray = self.batch.column_by_name("_older")?.as_binary_opt::<i32>()?;
        let mut cells = [0; TICKET.len()];
        for row in 0..self.batch.num_rows() {
            let Some((source, name, id)) = self.key(source, id, row) else { continue };
            let mut mask = cells_of(&columns, row, fold, &mut cells)?;
            let gave = self.job.gave.get(usize::from(source)).copied().unwrap_or_default();
            for (bit, field) in DERIVABLE.into_iter().enumerate() {
                // What was derived then is derived anew.
                if gave >> bit & 1 == 0 {
                    mask &= !(1 << field);
                }
            }
            let version = self.version(row, mask, &cells)?;
            let older = if older.is_null(row) { &[][..] } else { older.value(row) };
            fold.stored_ticket(source, name, id, &version, older);
        }
        Some(())
    }

    fn version<'c>(&self, row: usize, mask: u64, cells: &'c [i64]) -> Option<Version<'c>> {
        Some(Version {
            when: (self.wide("_at", row)?, self.wide("_rank", row)?),
            import: self.batch.column_by_name("import")?.as_primitive_opt::<Int32Type>()?.value(row),
            row: self.wide("row", row)?,
            mask,
            voids: 0,
            cells,
        })
    }

    fn events(&self, fold: &mut Fold) -> Option<()> {
        let (source, id) = (self.text("source")?, self.text("ticket")?);
        let (what, from, to) = (self.text("what")?, self.text("from")?, self.text("to")?);
        let (team, stage) = (self.text("team")?, self.text("stage")?);
        let flags = self.batch.column_by_name("_flags")?.as_primitive_opt::<Int8Type>()?;
        let when = self.batch.column_by_name("when")?;
        let prior = self.batch.column_by_name("_prior")?;
        let import = self.batch.column_by_name("import")?.as_primitive_opt::<Int32Type>()?;
        for row in 0..self.batch.num_rows() {
            let Some((source, name, id)) = self.key(source, id, row) else { continue };
            let flags = flags.value(row);
            let mut keep = |column: &StringArray| {
                if column.is_null(row) { NO_TEXT } else { fold.keep(column.value(row).as_bytes()) }
            };
            let event = Event {
                ticket: 0,
                when: instant(when, row)?,
                revision: self.wide("revision", row)?,
                what: keep(what),
                from: if flags & GIVEN_FROM == 0 { NO_TEXT } else { keep(from) },
                to: keep(to),
                team: keep(team),
                stage: if stage.is_null(row) { NO_STAGE } else { stage_by_name(stage.value(row)) },
                flags,
                prior: instant(prior, row)?,
                import: import.value(row),
                row: self.wide("row", row)?,
                file: STORED,
            };
            fold.stored_event(source, name, id, event);
        }
        Some(())
    }

    fn changes(&self, fold: &mut Fold) -> Option<()> {
        let (source, id, item) = (self.text("source")?, self.text("id")?, self.text("item")?);
        let columns = self.columns(&CHANGE)?;
        let older: &BinaryArray = self.batch.column_by_name("_older")?.as_binary_opt::<i32>()?;
        let mut cells = [0; CHANGE.len()];
        for row in 0..self.batch.num_rows() {
            let Some((source, name, id)) = self.key(source, id, row) else { continue };
            let mask = cells_of(&columns, row, fold, &mut cells)?;
            let version = self.version(row, mask, &cells)?;
            let item = (!item.is_null(row)).then(|| item.value(row).as_bytes());
            let older = if older.is_null(row) { &[][..] } else { older.value(row) };
            fold.stored_change((source, name), (id, item), &version, older);
        }
        Some(())
    }
}

fn instant(column: &dyn Array, row: usize) -> Option<i64> {
    let column = column.as_primitive_opt::<TimestampMillisecondType>()?;
    Some(if column.is_null(row) { NONE } else { column.value(row) })
}

fn cells_of(columns: &[(&FieldOf, Option<&dyn Array>)], row: usize, fold: &mut Fold, cells: &mut [i64]) -> Option<u64> {
    let mut mask = 0;
    for (number, ((field, column), cell)) in columns.iter().zip(cells).enumerate() {
        let Some(column) = column.filter(|column| !column.is_null(row)) else { continue };
        mask |= 1 << number;
        *cell = match field.kind {
            Kind::Text => fold.keep(column.as_string_opt::<i32>()?.value(row).as_bytes()).cast_signed(),
            Kind::Instant => column.as_primitive_opt::<TimestampMillisecondType>()?.value(row),
            Kind::Int => i64::from(column.as_primitive_opt::<Int32Type>()?.value(row)),
            Kind::Small => i64::from(column.as_primitive_opt::<Int8Type>()?.value(row)),
            Kind::Float => column.as_primitive_opt::<Float64Type>()?.value(row).to_bits().cast_signed(),
            Kind::Flag => i64::from(column.as_boolean_opt()?.value(row)),
            Kind::Stage => i64::from(stage_by_name(column.as_string_opt::<i32>()?.value(row))),
        };
    }
    Some(mask)
}
