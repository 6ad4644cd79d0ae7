//! The tickets once more in one file, the latest first.
//!
//! The record spreads tickets over files by their keys, so that an import rewrites little. Whoever looks at the rows of
//! a day reads a page of every column of every file then: a quarter of a second at a million tickets. Here the same
//! rows lie beside each other: at a million tickets some 20 ms.
//!
//! What it costs: the tickets are read and written once more, a stretch of days at a time, beside whatever else goes on,
//! and take their room on the disk twice. Both grow in proportion to them.

use std::fs::{self, File};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use parquet::arrow::ArrowWriter;
use query::{Session, Table};

use crate::error::RecordError;
use crate::record::Record;
use crate::{schema, write};

const NAME: &str = "tickets-by-time.parquet";
/// Tickets that are put in order at once, unless more were opened on one day.
const STRETCH: i64 = 1 << 16;
/// Rows written at a time.
const BATCH: usize = 4096;
const MS_A_DAY: i64 = 86_400_000;
/// How many files this process has begun.
static BEGUN: AtomicU64 = AtomicU64::new(0);

/// The table `tickets` of a generation in one file by time, made when it is not there yet. Works on the calling thread
/// for as long as that takes.
///
/// # Errors
/// When the record cannot be read or the file not be written.
pub async fn by_time(record: &Record) -> Result<Table, RecordError> {
    let folder = record.derived_dir()?;
    let path = folder.join(NAME);
    if !path.exists() {
        // Written beside and renamed: what is there is whole. Each writer has a file of its own, for two may come at once.
        let half = folder.join(format!("{NAME}.{}-{}", std::process::id(), BEGUN.fetch_add(1, Ordering::Relaxed)));
        if let Err(cause) = copy(record.session()?, &half).await {
            // What is half written is of no use; the cause is what is told.
            let _ = fs::remove_file(&half);
            return Err(cause);
        }
        fs::rename(&half, &path).map_err(RecordError::io(&path, "putting tickets in order of time"))?;
    }
    Ok(Table { name: "tickets", schema: schema::tickets(), files: vec![path] })
}

async fn copy(session: &Session, path: &Path) -> Result<(), RecordError> {
    const DOING: &str = "putting tickets in order of time";
    let schema = schema::tickets();
    let file = File::create(path).map_err(RecordError::io(path, DOING))?;
    let mut writer = ArrowWriter::try_new(file, schema.clone(), Some(write::properties(&schema)))
        .map_err(RecordError::parquet(path, DOING))?;
    let spans = stretches(session).await?;
    let conditions = spans.iter().map(|(from, to)| format!("opened between {} and {}", instant(*from), instant(*to)));
    for condition in conditions.chain(["opened is null".to_owned()]) {
        let sql = format!("select * from tickets where {condition} order by opened desc nulls last, source, id");
        for rows in session.batches(&sql).await? {
            for start in (0..rows.num_rows()).step_by(BATCH) {
                let part = rows.slice(start, BATCH.min(rows.num_rows() - start));
                writer.write(&part).map_err(RecordError::parquet(path, DOING))?;
            }
        }
    }
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
