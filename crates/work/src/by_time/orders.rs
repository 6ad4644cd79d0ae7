//! Where each ticket stands in the order of a column and of the keys, so that an order of tickets is found by comparing
//! numbers.
//!
//! A Parquet file with a column of ranks for each column that can be sorted by and one for the keys, its rows in the
//! places of the tickets. Equal values have equal ranks, missing ones none.

use std::collections::HashMap;
use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::thread;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, UInt32Array};
use arrow::compute::{concat, rank};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, UInt32Type};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use query::Places;

use super::cells::Cells;
use crate::error::RecordError;
use crate::{schema, write};

/// The order of `source, id`.
const KEYS: &str = "keys";
/// What is not shown beside other tickets, so that nobody sorts by it.
const UNSORTED: [&str; 8] = ["as_of", "requester", "ping_pong", "text", "first_event", "last_event", "import", "row"];
/// The rank of a missing value: behind all others in either direction.
const LAST: u32 = u32::MAX;
const DOING: &str = "laying orders of tickets beside them";

fn sorted() -> SchemaRef {
    let tickets = schema::tickets();
    let names = tickets.fields().iter().map(|field| field.name().as_str()).filter(|name| !UNSORTED.contains(name));
    Arc::new(Schema::new(names.chain([KEYS]).map(|name| Field::new(name, DataType::UInt32, true)).collect::<Vec<_>>()))
}

/// Writes the ranks of tickets that lie in a file, a column at a time: the memory is that of the widest column.
pub(super) fn write(tickets: &Cells, path: &Path) -> Result<(), RecordError> {
    let schema = sorted();
    let properties = WriterProperties::builder()
        .set_created_by("plumb".to_owned())
        .set_compression(Compression::SNAPPY)
        // Few values are told by their number; many by how far one is from that before it.
        .set_dictionary_page_size_limit(1 << 14)
        .set_encoding(Encoding::DELTA_BINARY_PACKED)
        .set_max_row_group_row_count(None)
        .set_statistics_enabled(EnabledStatistics::None)
        .build();
    let file = File::create(path).map_err(RecordError::io(path, DOING))?;
    let mut columns: Vec<ArrayRef> = Vec::with_capacity(schema.fields().len());
    for field in schema.fields() {
        columns.push(Arc::new(if field.name() == KEYS { keys(tickets)? } else { ranks(tickets, field.name())? }));
    }
    let ranks = RecordBatch::try_new(schema.clone(), columns)
        .map_err(|error| RecordError::damaged(path, format!("orders could not be written: {error}")))?;
    let mut writer = ArrowWriter::try_new(file, schema, Some(properties)).map_err(RecordError::parquet(path, DOING))?;
    writer.write(&ranks).map_err(RecordError::parquet(path, DOING))?;
    let file = writer.into_inner().map_err(RecordError::parquet(path, DOING))?;
    write::sync(&file, path)
}

/// Ranks of a column, from 1.
fn ranks(tickets: &Cells, column: &str) -> Result<UInt32Array, RecordError> {
    let parts = tickets.column(column)?;
    if parts.iter().all(|part| part.data_type() == &DataType::Utf8) {
        return Ok(text_ranks(&parts));
    }
    let damaged = |error: arrow::error::ArrowError| RecordError::damaged(tickets.path(), error.to_string());
    let parts: Vec<&dyn Array> = parts.iter().map(AsRef::as_ref).collect();
    let whole = concat(&parts).map_err(damaged)?;
    let ranks = rank(&whole, None).map_err(damaged)?;
    Ok(UInt32Array::new(ranks.into(), whole.logical_nulls()))
}

/// Values that come again and again are compared once.
fn text_ranks(parts: &[ArrayRef]) -> UInt32Array {
    let texts = || parts.iter().flat_map(|part| part.as_string::<i32>().iter());
    let mut numbers: HashMap<&str, u32> = HashMap::new();
    let numbered: Vec<Option<u32>> = texts()
        .map(|text| {
            let next = u32::try_from(numbers.len()).unwrap_or(LAST);
            text.map(|text| *numbers.entry(text).or_insert(next))
        })
        .collect();
    let mut distinct: Vec<(&str, u32)> = numbers.into_iter().collect();
    distinct.sort_unstable();
    let mut rank_of = vec![0_u32; distinct.len()];
    for (rank, (_, number)) in (1..).zip(&distinct) {
        if let Some(of) = rank_of.get_mut(*number as usize) {
            *of = rank;
        }
    }
    numbered.iter().map(|number| number.and_then(|number| rank_of.get(number as usize).copied())).collect()
}

/// Ranks of the keys, all of them different.
fn keys(tickets: &Cells) -> Result<UInt32Array, RecordError> {
    let (sources, ids) = (tickets.column("source")?, tickets.column("id")?);
    let texts = |parts: &[ArrayRef]| -> Vec<_> { parts.iter().map(|part| part.as_string::<i32>().clone()).collect() };
    let (sources, ids) = (texts(&sources), texts(&ids));
    let all = sources.iter().flatten().zip(ids.iter().flatten());
    let mut keyed: Vec<(_, usize)> = all.zip(0..).collect();
    keyed.sort_unstable();
    let mut ranks = vec![0_u32; keyed.len()];
    for (rank, (_, place)) in (1..).zip(keyed) {
        if let Some(of) = ranks.get_mut(place) {
            *of = rank;
        }
    }
    Ok(ranks.into())
}

/// The file, open.
#[derive(Debug)]
pub(super) struct Orders {
    cells: Cells,
    /// Ranks of the keys: every order needs them.
    keys: OnceLock<Vec<u32>>,
}

impl Orders {
    pub(super) fn open(path: PathBuf) -> Result<Self, RecordError> {
        Ok(Self { cells: Cells::open(path)?, keys: OnceLock::new() })
    }

    /// Those of a set in a stretch of the order by a column, missing values last, then by key.
    pub(super) fn ordered(
        &self,
        among: &Places,
        (column, descending): (&str, bool),
        stretch: Range<usize>,
    ) -> Result<Vec<u32>, RecordError> {
        let (ranks, keys) = thread::scope(|scope| {
            let keys = scope.spawn(|| self.keys());
            (self.ranks(column), keys.join())
        });
        let ranks = ranks?;
        let keys =
            keys.unwrap_or_else(|_| Err(RecordError::damaged(self.cells.path(), "the keys could not be read")))?;
        let placed = among.iter().filter_map(|place| {
            let rank = *ranks.get(place as usize)?;
            let rank = if descending && rank != LAST { LAST - 1 - rank } else { rank };
            Some((rank, *keys.get(place as usize)?, place))
        });
        Ok(least(placed, stretch).into_iter().map(|(.., place)| place).collect())
    }

    fn keys(&self) -> Result<&[u32], RecordError> {
        if let Some(keys) = self.keys.get() {
            return Ok(keys);
        }
        let keys = self.ranks(KEYS)?;
        Ok(self.keys.get_or_init(|| keys))
    }

    fn ranks(&self, column: &str) -> Result<Vec<u32>, RecordError> {
        let mut ranks = Vec::with_capacity(self.cells.rows());
        for part in self.cells.column(column)? {
            let part = part.as_primitive_opt::<UInt32Type>();
            let part = part.ok_or_else(|| RecordError::damaged(self.cells.path(), "an order is no number"))?;
            if part.null_count() == 0 {
                ranks.extend_from_slice(part.values());
            } else {
                ranks.extend(part.iter().map(|rank| rank.unwrap_or(LAST)));
            }
        }
        Ok(ranks)
    }
}

/// What stands in a stretch of all when they are sorted. Holds twice as many as the stretch ends at.
fn least<T: Ord + Copy>(all: impl Iterator<Item = T>, stretch: Range<usize>) -> Vec<T> {
    if stretch.is_empty() {
        return Vec::new();
    }
    let room = stretch.end.saturating_mul(2).max(1024);
    let mut held: Vec<T> = Vec::new();
    let mut bound: Option<T> = None;
    for one in all {
        if bound.is_some_and(|bound| one >= bound) {
            continue;
        }
        held.push(one);
        if held.len() >= room {
            let (_, last, _) = held.select_nth_unstable(stretch.end - 1);
            bound = Some(*last);
            held.truncate(stretch.end);
        }
    }
    if held.len() > stretch.end {
        held.select_nth_unstable(stretch.end - 1);
        held.truncate(stretch.end);
    }
    if stretch.start >= held.len() {
        return Vec::new();
    }
    if stretch.start > 0 {
        held.select_nth_unstable(stretch.start);
        held.drain(..stretch.start);
    }
    held.sort_unstable();
    held
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::least;

    proptest! {
        #[test]
        fn a_stretch_of_an_order_is_what_sorting_all_gives(
            all in proptest::collection::vec((0_u32..9, 0_u32..5_000), 0..4_000),
            start in 0_usize..4_000,
            length in 0_usize..1_500,
        ) {
            let mut sorted = all.clone();
            sorted.sort_unstable();
            let end = start + length;
            let there = sorted.get(start.min(sorted.len())..end.min(sorted.len())).unwrap_or_default();
            prop_assert_eq!(least(all.into_iter(), start..end), there);
        }
    }
}
