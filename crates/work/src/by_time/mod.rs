//! The tickets once more in one file, the latest first, with what finds them by words and in other orders.
//!
//! The record spreads tickets over files by their keys, so that an import rewrites little. Whoever looks at the rows of
//! a day reads a page of every column of every file then: a quarter of a second at a million tickets. Here the same
//! rows lie beside each other, each at its place: at a million tickets some 20 ms. Beside them lie their words
//! ([`words`]) and the ranks of their values ([`orders`]), by place too: a search looks through plain bytes, an order
//! compares numbers, and only the rows that are shown are read ([`cells`]).
//!
//! What it costs: the tickets are read and written once more, a stretch of days at a time, beside whatever else goes on,
//! then read a column at a time. All of it grows in proportion to them; benches/RESULTS.md tells how much.

mod cells;
mod orders;
mod words;

use std::fs::{self, File};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::array::{ArrayRef, AsArray, RecordBatch, UInt32Array};
use arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::basic::Encoding;
use parquet::schema::types::ColumnPath;
use query::{ByPlace, PLACE, Places, QueryError, Session, Table};

use self::cells::Cells;
use self::orders::Orders;
use self::words::Words;
use crate::error::RecordError;
use crate::record::Record;
use crate::{schema, write};

const NAME: &str = "by-time";
const TICKETS: &str = "tickets.parquet";
const ORDERS: &str = "orders.parquet";
const WORDS: &str = "words";
/// Tickets that are put in order at once, unless more were opened on one day.
const STRETCH: i64 = 1 << 16;
/// Rows written at a time.
const BATCH: usize = 4096;
const MS_A_DAY: i64 = 86_400_000;
const DOING: &str = "putting tickets in order of time";
/// How many folders this process has begun.
static BEGUN: AtomicU64 = AtomicU64::new(0);

/// The tickets of a generation by time.
#[derive(Debug)]
pub struct ByTime {
    path: PathBuf,
    tickets: Cells,
    orders: Orders,
    words: Words,
}

/// The tickets of a generation by time, laid so when they are not yet. Works on the calling thread for as long as that
/// takes.
///
/// # Errors
/// When the record cannot be read or the files not be written.
pub async fn by_time(record: &Record) -> Result<ByTime, RecordError> {
    let derived = record.derived_dir()?;
    let folder = derived.join(NAME);
    if !folder.exists() {
        // Written beside and renamed: what is there is whole. Each writer has a folder of its own, for two may come at once.
        let half = derived.join(format!("{NAME}.{}-{}", std::process::id(), BEGUN.fetch_add(1, Ordering::Relaxed)));
        let laid = lay(record.session()?, &half).await;
        let named = laid.and_then(|()| fs::rename(&half, &folder).map_err(RecordError::io(&folder, DOING)));
        if let Err(cause) = named {
            // What is half written is of no use; the cause is what is told, unless somebody else was faster.
            let _ = fs::remove_dir_all(&half);
            if !folder.exists() {
                return Err(cause);
            }
        }
    }
    ByTime::open(&folder)
}

impl ByTime {
    fn open(folder: &Path) -> Result<Self, RecordError> {
        let path = folder.join(TICKETS);
        Ok(Self {
            tickets: Cells::open(path.clone())?,
            orders: Orders::open(folder.join(ORDERS))?,
            words: Words::open(folder.join(WORDS))?,
            path,
        })
    }
}

impl ByPlace for ByTime {
    fn table(&self) -> Table {
        Table { name: "tickets", schema: placed(), files: vec![self.path.clone()] }
    }

    fn rows(&self) -> usize {
        self.tickets.rows()
    }

    fn holding(&self, words: &str) -> Result<Places, QueryError> {
        self.words.holding(&words.to_lowercase()).map_err(failed)
    }

    fn ordered(&self, among: &Places, by: Option<(&str, bool)>, stretch: Range<usize>) -> Result<Vec<u32>, QueryError> {
        match by {
            None => Ok(among.iter().skip(stretch.start).take(stretch.len()).collect()),
            Some(by) => self.orders.ordered(among, by, stretch).map_err(failed),
        }
    }

    fn read(&self, places: &[u32], columns: &[&str]) -> Result<RecordBatch, QueryError> {
        self.tickets.read(places, columns).map_err(failed)
    }
}

fn failed(error: RecordError) -> QueryError {
    QueryError::Failed(error.into())
}

/// The columns of tickets and their place.
fn placed() -> SchemaRef {
    let mut fields: Vec<Field> = schema::tickets().fields().iter().map(|field| field.as_ref().clone()).collect();
    fields.push(Field::new(PLACE, DataType::UInt32, false));
    Arc::new(Schema::new(fields))
}

async fn lay(session: &Session, folder: &Path) -> Result<(), RecordError> {
    fs::create_dir_all(folder).map_err(RecordError::io(folder, DOING))?;
    let path = folder.join(TICKETS);
    copy(session, &path, &folder.join(WORDS)).await?;
    orders::write(&Cells::open(path)?, &folder.join(ORDERS))
}

async fn copy(session: &Session, path: &Path, words: &Path) -> Result<(), RecordError> {
    let schema = placed();
    let file = File::create(path).map_err(RecordError::io(path, DOING))?;
    let place = || ColumnPath::from(PLACE);
    let properties = write::properties(&schema).into_builder().set_column_dictionary_enabled(place(), false);
    let properties = properties.set_column_encoding(place(), Encoding::DELTA_BINARY_PACKED).build();
    let mut writer =
        ArrowWriter::try_new(file, schema.clone(), Some(properties)).map_err(RecordError::parquet(path, DOING))?;
    let mut words = words::Writer::new(words)?;
    let mut places = 0_u32..u32::MAX;
    let spans = stretches(session).await?;
    let conditions = spans.iter().map(|(from, to)| format!("opened between {} and {}", instant(*from), instant(*to)));
    for condition in conditions.chain(["opened is null".to_owned()]) {
        let sql = format!("select * from tickets where {condition} order by opened desc nulls last, source, id");
        for rows in session.batches(&sql).await? {
            for start in (0..rows.num_rows()).step_by(BATCH) {
                let part = rows.slice(start, BATCH.min(rows.num_rows() - start));
                let place: UInt32Array = places.by_ref().take(part.num_rows()).collect();
                let columns = part.columns().iter().cloned().chain([Arc::new(place) as ArrayRef]).collect();
                let part = RecordBatch::try_new(schema.clone(), columns)
                    .map_err(|error| RecordError::damaged(path, format!("a ticket could not be written: {error}")))?;
                words.write(&part)?;
                writer.write(&part).map_err(RecordError::parquet(path, DOING))?;
            }
        }
    }
    words.finish()?;
    let file = writer.into_inner().map_err(RecordError::parquet(path, DOING))?;
    write::sync(&file, path)
}

/// Stretches of whole days that hold all instants, the latest first: their least and greatest, milliseconds.
async fn stretches(session: &Session) -> Result<Vec<(i64, i64)>, RecordError> {
    let sql = format!(
        "select min(at), max(at), count(*) from (select arrow_cast(opened, 'Int64') as at from tickets where opened is not null) \
         as told group by at / {MS_A_DAY} order by max(at) desc"
    );
    let mut spans: Vec<(i64, i64, i64)> = Vec::new();
    for batch in session.batches(&sql).await? {
        let column = |at: usize| batch.column(at).as_primitive::<Int64Type>();
        let (least, greatest, count) = (column(0), column(1), column(2));
        for row in 0..batch.num_rows() {
            let (from, to, n) = (least.value(row), greatest.value(row), count.value(row));
            match spans.last_mut().filter(|(_, _, held)| held + n <= STRETCH) {
                Some(span) => *span = (from.min(span.0), span.1.max(to), span.2 + n),
                None => spans.push((from, to, n)),
            }
        }
    }
    Ok(spans.into_iter().map(|(from, to, _)| (from, to)).collect())
}

fn instant(ms: i64) -> String {
    format!("arrow_cast({ms}, 'Timestamp(Millisecond, Some(\"UTC\"))')")
}
