//! Writes a folded bucket as Parquet.

use std::fs::{self, File};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryBuilder, BooleanArray, Float64Array, Int8Array, Int32Array, Int64Array, RecordBatch, StringArray,
    TimestampMillisecondArray,
};
use arrow::buffer::{Buffer, NullBuffer, OffsetBuffer};
use arrow::datatypes::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;

use crate::bucket::Job;
use crate::bytes::{NO_TEXT, NONE, text_at};
use crate::error::RecordError;
use crate::fields::{CANCELLED, DERIVABLE, FieldOf, Kind, NO_STAGE, RESOLVED, stage_name, ticket};
use crate::fold::Entities;
use crate::gather::Fold;
use crate::history::{Derived, Event};
use crate::manifest::{Bucket, DataFile, TABLES};
use crate::schema;

/// Rows put into columns at a time:
/// few enough that they and their texts stay near while column after column is made of them.
const BATCH: usize = 4096;

type Settled = [Option<(Derived, usize, usize)>];

/// Writes the rows of a fold whose keys fall into `parts`.
///
/// # Errors
/// When a file cannot be written.
pub(crate) fn bucket(
    job: &Job<'_>,
    fold: &Fold,
    settled: &Settled,
    parts: Range<usize>,
) -> Result<Bucket, RecordError> {
    // Very long texts must not overflow the offsets of a column of one batch.
    let batch = if fold.bytes.len() / fold.tickets.len().max(1) > 32 << 10 { BATCH / 16 } else { BATCH };
    let mut order = chosen(job, fold, &fold.tickets, &parts);
    // The latest first: that is what people ask for, and a query that has seen them need not go on.
    let opened = |entity: usize| ticket_value(job, fold, settled, entity, ticket::OPENED).map_or(i64::MAX, |at| !at);
    sort(&mut order, fold, &fold.tickets, opened);
    let real: Vec<u32> =
        order.iter().copied().filter(|entity| fold.tickets.real.get(*entity as usize) == Some(&true)).collect();
    let tickets = table(job, batch, 0, &parts, &real, |rows, out| ticket_columns(job, fold, settled, rows, out))?;
    let events: Vec<(u32, i32, u32)> = order
        .iter()
        .filter_map(|entity| Some((*entity, (*settled.get(*entity as usize)?)?)))
        .flat_map(|(entity, (_, start, end))| {
            (start..end).zip(0..).map(move |(event, position)| (crate::gather::index(event), position, entity))
        })
        .collect();
    let events = table(job, batch, 1, &parts, &events, |rows, out| event_columns(job, fold, rows, out))?;
    let mut order = chosen(job, fold, &fold.changes, &parts);
    // Rows of the same change and item stay together, in the order of their copies.
    sort(&mut order, fold, &fold.changes, |_| 0);
    let changes = table(job, batch, 2, &parts, &order, |rows, out| change_columns(job, fold, rows, out))?;
    Ok(Bucket { from: parts.start, to: parts.end, files: [tickets, events, changes] })
}

fn chosen(job: &Job<'_>, fold: &Fold, entities: &Entities, parts: &Range<usize>) -> Vec<u32> {
    if *parts == fold.parts {
        return (0..entities.len()).map(crate::gather::index).collect();
    }
    (0..entities.len())
        .filter(|entity| parts.contains(&fold.part(job, entities, *entity)))
        .map(crate::gather::index)
        .collect()
}

/// By opening, then key: a filter on time then touches few pages, and the order is always the same.
fn sort(order: &mut [u32], fold: &Fold, entities: &Entities, opened: impl Fn(usize) -> i64) {
    let id = |entity: &u32| entities.ids.get(*entity as usize).map_or(&[][..], |id| text_at(&fold.bytes, *id));
    let item = |entity: &u32| fold.items.get(*entity as usize).copied();
    let changes = std::ptr::eq(entities, &raw const fold.changes);
    let mut keyed: Vec<(i64, u32)> = order.iter().map(|entity| (opened(*entity as usize), *entity)).collect();
    keyed.sort_unstable_by(|(when, one), (other_when, other)| {
        when.cmp(other_when)
            .then_with(|| entities.sources.get(*one as usize).cmp(&entities.sources.get(*other as usize)))
            .then_with(|| id(one).cmp(id(other)))
            .then_with(|| {
                if !changes {
                    return std::cmp::Ordering::Equal;
                }
                let text = |entity| item(entity).map(|item| text_at(&fold.bytes, item));
                text(one).cmp(&text(other)).then(fold.copies.get(*one as usize).cmp(&fold.copies.get(*other as usize)))
            })
    });
    for (place, (_, entity)) in order.iter_mut().zip(keyed) {
        *place = entity;
    }
}

/// A ticket's value of a field: what its source gave, else what its events say.
fn ticket_value(job: &Job<'_>, fold: &Fold, settled: &Settled, entity: usize, field: usize) -> Option<i64> {
    let Some(bit) = DERIVABLE.into_iter().position(|derivable| derivable == field) else {
        return fold.tickets.get(entity, field);
    };
    let source = fold.tickets.sources.get(entity).map_or(usize::MAX, |source| usize::from(*source));
    let gives = job.gives.get(source).copied().unwrap_or_default();
    if gives >> bit & 1 == 1 {
        return fold.tickets.get(entity, field);
    }
    let (derived, start, end) = settled.get(entity)?.as_ref()?;
    let instant = |value: i64| (value != NONE).then_some(value);
    match field {
        ticket::OPENED => instant(derived.first),
        ticket::FIRST_RESPONSE => instant(derived.response),
        ticket::RESOLVED => instant(derived.resolved),
        // Where the source tells resolving apart, a resolved ticket is not yet closed.
        ticket::CLOSED => {
            let resolving = gives >> 2 & 1 == 1;
            let closed = derived.end != NO_STAGE && (derived.end > RESOLVED || !resolving) && derived.end <= CANCELLED;
            closed.then(|| instant(derived.ended)).flatten()
        }
        ticket::REOPENED => (derived.reopened >= 0).then_some(i64::from(derived.reopened)),
        _ => {
            let events = fold.events.get(*start..*end).unwrap_or_default();
            events.iter().any(|event| event.team != NO_TEXT).then_some(i64::from(derived.hops))
        }
    }
}

/// Writes a table's file, batch by batch; none when there are no rows.
fn table<R>(
    job: &Job<'_>,
    batch: usize,
    table: usize,
    parts: &Range<usize>,
    rows: &[R],
    columns: impl Fn(&[R], &mut Vec<ArrayRef>),
) -> Result<Option<DataFile>, RecordError> {
    const DOING: &str = "writing the record";
    if rows.is_empty() {
        return Ok(None);
    }
    let name = TABLES.get(table).copied().unwrap_or_default();
    let folder = job.data.join(name);
    fs::create_dir_all(&folder).map_err(RecordError::io(&folder, DOING))?;
    let path = format!("{name}/b{:03}-g{:06}.parquet", parts.start, job.generation);
    let full = job.data.join(&path);
    let schema = match table {
        0 => schema::ticket_file(),
        1 => schema::event_file(),
        _ => schema::change_file(),
    };
    let file = File::create(&full).map_err(RecordError::io(&full, DOING))?;
    let mut writer = ArrowWriter::try_new(file, schema.clone(), Some(properties(&schema)))
        .map_err(RecordError::parquet(&full, DOING))?;
    for rows in rows.chunks(batch) {
        let mut arrays = Vec::with_capacity(schema.fields().len());
        columns(rows, &mut arrays);
        let batch = RecordBatch::try_new(schema.clone(), arrays)
            .map_err(|error| RecordError::damaged(&full, format!("a row could not be written: {error}")))?;
        writer.write(&batch).map_err(RecordError::parquet(&full, DOING))?;
    }
    let file = writer.into_inner().map_err(RecordError::parquet(&full, DOING))?;
    sync(&file, &full)?;
    Ok(Some(DataFile { path, rows: rows.len() as u64 }))
}

pub(crate) fn sync(file: &File, path: &Path) -> Result<(), RecordError> {
    file.sync_all().map_err(RecordError::io(path, "making the record safe on disk"))
}

/// Rows of a page.
const PAGE: usize = 1024;

/// Snappy; dictionaries where values come again; statistics by page where filters go by time, none
/// where keys are spread by hash and every file has every value.
pub(crate) fn properties(schema: &SchemaRef) -> WriterProperties {
    const ALL_DIFFERENT: [&str; 9] = ["id", "ticket", "title", "text", "row", "_at", "_rank", "_older", "_prior"];
    let mut properties = WriterProperties::builder()
        .set_created_by("plumb".to_owned())
        .set_compression(Compression::SNAPPY)
        .set_max_row_group_row_count(Some(1 << 18))
        .set_dictionary_page_size_limit(1 << 20)
        // Rows lie by time: a question of a day then reads a page or two of each file's columns instead of all.
        .set_data_page_row_count_limit(PAGE)
        .set_write_batch_size(PAGE)
        .set_statistics_enabled(EnabledStatistics::Chunk);
    for field in schema.fields() {
        let path = || ColumnPath::from(field.name().clone());
        let time = field.data_type().is_temporal();
        if time || ALL_DIFFERENT.contains(&field.name().as_str()) {
            properties = properties.set_column_dictionary_enabled(path(), false);
        }
        if matches!(
            field.name().as_str(),
            "opened" | "resolved" | "closed" | "when" | "as_of" | "first_event" | "last_event"
        ) {
            properties = properties.set_column_statistics_enabled(path(), EnabledStatistics::Page);
        }
    }
    properties.build()
}

fn texts<'v>(values: impl Iterator<Item = Option<&'v [u8]>>, bytes: usize) -> ArrayRef {
    let mut data: Vec<u8> = Vec::with_capacity(bytes);
    let mut offsets: Vec<i32> = Vec::with_capacity(BATCH + 1);
    let mut present: Vec<bool> = Vec::with_capacity(BATCH);
    offsets.push(0);
    for value in values {
        present.push(value.is_some());
        data.extend_from_slice(value.unwrap_or_default());
        offsets.push(i32::try_from(data.len()).unwrap_or(i32::MAX));
    }
    let nulls = if present.iter().all(|there| *there) { None } else { Some(NullBuffer::from(present)) };
    let offsets_buffer = OffsetBuffer::new(offsets.into());
    let data = Buffer::from_vec(data);
    match StringArray::try_new(offsets_buffer.clone(), data.clone(), nulls.clone()) {
        Ok(array) => Arc::new(array),
        // All texts came in as such; whatever is not text any more is shown as far as it is.
        Err(_) => Arc::new(
            offsets_buffer
                .windows(2)
                .zip(0..)
                .map(|(ends, row)| {
                    let there = nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
                    let end = |place: usize| {
                        usize::try_from(ends.get(place).copied().unwrap_or_default()).unwrap_or_default()
                    };
                    let text = data.as_slice().get(end(0)..end(1)).unwrap_or_default();
                    there.then(|| String::from_utf8_lossy(text).into_owned())
                })
                .collect::<StringArray>(),
        ),
    }
}

fn column(kind: Kind, values: impl Iterator<Item = Option<i64>>, fold: &Fold) -> ArrayRef {
    match kind {
        Kind::Text => {
            texts(values.map(|value| value.map(|value| text_at(&fold.bytes, value.cast_unsigned()))), BATCH * 16)
        }
        Kind::Instant => Arc::new(values.collect::<TimestampMillisecondArray>().with_timezone("UTC")),
        Kind::Int => Arc::new(
            values.map(|value| value.map(|value| i32::try_from(value).unwrap_or(i32::MAX))).collect::<Int32Array>(),
        ),
        Kind::Small => Arc::new(
            values.map(|value| value.map(|value| i8::try_from(value).unwrap_or(i8::MAX))).collect::<Int8Array>(),
        ),
        Kind::Float => Arc::new(
            values.map(|value| value.map(|value| f64::from_bits(value.cast_unsigned()))).collect::<Float64Array>(),
        ),
        Kind::Flag => Arc::new(values.map(|value| value.map(|value| value != 0)).collect::<BooleanArray>()),
        Kind::Stage => texts(
            values.map(|value| value.and_then(|value| stage_name(u8::try_from(value).ok()?)).map(str::as_bytes)),
            BATCH * 8,
        ),
    }
}

fn source_of<'j>(job: &'j Job<'_>, entities: &Entities, entity: u32) -> Option<&'j [u8]> {
    let source = entities.sources.get(entity as usize)?;
    job.sources.get(usize::from(*source)).map(String::as_bytes)
}

fn keys(job: &Job<'_>, fold: &Fold, entities: &Entities, rows: &[u32], out: &mut Vec<ArrayRef>) {
    out.push(texts(rows.iter().map(|entity| Some(source_of(job, entities, *entity).unwrap_or_default())), BATCH * 10));
    out.push(texts(rows.iter().map(|entity| Some(id_of(fold, entities, *entity))), BATCH * 12));
}

fn id_of<'f>(fold: &'f Fold, entities: &Entities, entity: u32) -> &'f [u8] {
    entities.ids.get(entity as usize).map_or(&[], |id| text_at(&fold.bytes, *id))
}

fn origin(entities: &Entities, rows: &[u32], out: &mut Vec<ArrayRef>) {
    let of = |entity: &u32| *entity as usize;
    out.push(Arc::new(
        rows.iter().map(|entity| entities.imports.get(of(entity)).copied().unwrap_or_default()).collect::<Int32Array>(),
    ));
    out.push(Arc::new(
        rows.iter().map(|entity| entities.rows.get(of(entity)).copied().unwrap_or_default()).collect::<Int64Array>(),
    ));
}

fn versions(entities: &Entities, rows: &[u32], out: &mut Vec<ArrayRef>) {
    let when = |entity: &u32| entities.whens.get(*entity as usize).copied().unwrap_or((NONE, NONE));
    let some = |value: i64| (value != NONE).then_some(value);
    out.push(Arc::new(rows.iter().map(|entity| some(when(entity).0)).collect::<Int64Array>()));
    out.push(Arc::new(rows.iter().map(|entity| some(when(entity).1)).collect::<Int64Array>()));
    let mut older = BinaryBuilder::with_capacity(rows.len(), 0);
    for entity in rows {
        let fields = entities.older(*entity as usize);
        older.append_option((!fields.is_empty()).then_some(fields));
    }
    out.push(Arc::new(older.finish()));
}

fn ticket_columns(job: &Job<'_>, fold: &Fold, settled: &Settled, rows: &[u32], out: &mut Vec<ArrayRef>) {
    let tickets = &fold.tickets;
    keys(job, fold, tickets, rows, out);
    let derived = |entity: &u32| settled.get(*entity as usize).and_then(Option::as_ref).map(|(derived, ..)| derived);
    let instant = |value: i64| (value != NONE).then_some(value);
    let mut fields = tickets.fields.iter().enumerate();
    let mut field = |out: &mut Vec<ArrayRef>, count: usize| {
        for (number, FieldOf { kind, .. }) in fields.by_ref().take(count) {
            out.push(if DERIVABLE.contains(&number) {
                let values = rows.iter().map(|entity| ticket_value(job, fold, settled, *entity as usize, number));
                column(*kind, values, fold)
            } else {
                column(*kind, rows.iter().copied().map(tickets.column(number)), fold)
            });
        }
    };
    // In the order of the columns: hops and ping-pong stand after the count of reassignments.
    field(out, ticket::REASSIGNMENTS + 1);
    out.push(column(Kind::Int, rows.iter().map(|entity| derived(entity).map(|derived| i64::from(derived.hops))), fold));
    out.push(column(
        Kind::Flag,
        rows.iter().map(|entity| derived(entity).map(|derived| i64::from(derived.ping_pong))),
        fold,
    ));
    field(out, usize::MAX);
    out.push(column(
        Kind::Instant,
        rows.iter().map(|entity| derived(entity).and_then(|derived| instant(derived.first))),
        fold,
    ));
    out.push(column(
        Kind::Instant,
        rows.iter().map(|entity| derived(entity).and_then(|derived| instant(derived.last))),
        fold,
    ));
    origin(tickets, rows, out);
    versions(tickets, rows, out);
}

fn change_columns(job: &Job<'_>, fold: &Fold, rows: &[u32], out: &mut Vec<ArrayRef>) {
    let changes = &fold.changes;
    keys(job, fold, changes, rows, out);
    let item = |entity: &u32| fold.items.get(*entity as usize).copied().filter(|item| *item != NO_TEXT);
    out.push(column(Kind::Text, rows.iter().map(|entity| item(entity).map(u64::cast_signed)), fold));
    for (number, FieldOf { kind, .. }) in changes.fields.iter().enumerate() {
        out.push(column(*kind, rows.iter().copied().map(changes.column(number)), fold));
    }
    origin(changes, rows, out);
    versions(changes, rows, out);
    out.push(Arc::new(
        rows.iter()
            .map(|entity| fold.copies.get(*entity as usize).copied().unwrap_or_default())
            .collect::<Int32Array>(),
    ));
}

/// Rows are event, place in its ticket's order, ticket.
fn event_columns(job: &Job<'_>, fold: &Fold, rows: &[(u32, i32, u32)], out: &mut Vec<ArrayRef>) {
    let tickets = &fold.tickets;
    out.push(texts(
        rows.iter().map(|(.., ticket)| Some(source_of(job, tickets, *ticket).unwrap_or_default())),
        BATCH * 10,
    ));
    out.push(texts(rows.iter().map(|(.., ticket)| Some(id_of(fold, tickets, *ticket))), BATCH * 12));
    let events: Vec<&Event> = rows.iter().filter_map(|(event, ..)| fold.events.get(*event as usize)).collect();
    let some = |value: i64| (value != NONE).then_some(value);
    let text = |value: fn(&Event) -> u64| {
        column(
            Kind::Text,
            events.iter().map(|event| Some(value(event)).filter(|text| *text != NO_TEXT).map(u64::cast_signed)),
            fold,
        )
    };
    out.push(column(Kind::Instant, events.iter().map(|event| some(event.when)), fold));
    out.push(Arc::new(events.iter().map(|event| some(event.revision)).collect::<Int64Array>()));
    out.push(text(|event| event.what));
    out.push(text(|event| event.from));
    out.push(text(|event| event.to));
    out.push(text(|event| event.team));
    let stage = events.iter().map(|event| (event.stage != NO_STAGE).then_some(i64::from(event.stage)));
    out.push(column(Kind::Stage, stage, fold));
    out.push(Arc::new(rows.iter().map(|(_, position, _)| *position).collect::<Int32Array>()));
    out.push(Arc::new(events.iter().map(|event| event.import).collect::<Int32Array>()));
    out.push(Arc::new(events.iter().map(|event| event.row).collect::<Int64Array>()));
    out.push(Arc::new(events.iter().map(|event| event.flags).collect::<Int8Array>()));
    out.push(column(Kind::Instant, events.iter().map(|event| some(event.prior)), fold));
}
