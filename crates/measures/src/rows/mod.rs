//! The rows behind every number: filter, search, sort, page, export.
//!
//! Asked of the record as it is kept, a page is one query. Asked of tickets that lie by their places ([`placed`]), it
//! reads the columns that its condition needs and then its own rows: the same rows, sooner.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{Array, Int64Array, RecordBatch};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use futures::StreamExt;
use query::{ByPlace, Session};

use crate::calendar::Calendar;
use crate::columns::{hash, instants, scan, text};
use crate::derived::{self, DAYS as DAYS_TABLE, JOB_RUNS};
use crate::error::{MeasureError, Result};
use crate::value::Rows;

mod condition;
mod placed;

use self::condition::Asked;
pub(crate) use self::condition::{instant, open_at};

/// A page of rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// Names of the columns; those without a value in the whole table are left out.
    pub columns: Vec<String>,
    /// The rows of this page as text, missing values empty, instants in UTC.
    pub rows: Vec<Vec<String>>,
    /// Rows in all.
    pub total: u64,
}

/// Most pages and counts that are kept.
const KEPT: usize = 512;

/// A record opened for rows: what requests have in common is made once, and a page that was asked for is
/// kept, for as long as the generation of the record is the newest. A page of fifty rows takes some 30 kB.
pub struct Opened {
    session: Session,
    calendar: Calendar,
    /// Functions and tables that are there.
    made: tokio::sync::Mutex<BTreeSet<&'static str>>,
    /// By table the columns that hold anything.
    filled: Mutex<HashMap<&'static str, Vec<&'static str>>>,
    counts: Mutex<HashMap<String, u64>>,
    pages: Mutex<HashMap<String, Arc<Page>>>,
    /// The tickets by their places, where they lie so.
    placed: Option<placed::Placed>,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Opened").finish_non_exhaustive()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // What is kept is whole at any moment.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps an answer; when there are too many, those before it are forgotten.
fn keep<V>(kept: &Mutex<HashMap<String, V>>, key: String, value: V) {
    let mut kept = locked(kept);
    if kept.len() >= KEPT {
        kept.clear();
    }
    kept.insert(key, value);
}

impl Opened {
    /// Opens the tables of a session. It gets one of its own, so that functions bound to this calendar are
    /// not seen by others.
    ///
    /// # Errors
    /// When a table cannot be found.
    pub async fn new(session: &Session, calendar: &Calendar) -> Result<Self> {
        Ok(Self::over(session.apart(&["tickets", "events", "changes", "problem_tickets"]).await?, calendar, None))
    }

    /// The same with tickets that lie by their places, the latest first: they are the same tickets.
    ///
    /// # Errors
    /// As [`Opened::new`].
    pub async fn with_tickets(session: &Session, calendar: &Calendar, tickets: Arc<dyn ByPlace>) -> Result<Self> {
        let own = session.apart(&["events", "changes", "problem_tickets"]).await?;
        own.add_table(tickets.table())?;
        Ok(Self::over(own, calendar, Some(placed::Placed::new(tickets))))
    }

    /// The tickets by their places, where they lie so.
    #[must_use]
    pub fn tickets(&self) -> Option<Arc<dyn ByPlace>> {
        self.placed.as_ref().map(placed::Placed::tickets)
    }

    fn over(own: Session, calendar: &Calendar, placed: Option<placed::Placed>) -> Self {
        crate::functions::register_calendar(&own, calendar);
        Self {
            session: own,
            calendar: calendar.clone(),
            made: tokio::sync::Mutex::default(),
            filled: Mutex::default(),
            counts: Mutex::default(),
            pages: Mutex::default(),
            placed,
        }
    }

    /// The rows that were asked for, one page of them.
    ///
    /// # Errors
    /// When the request names a measure or column that is not there, or the record cannot be read.
    pub async fn rows(&self, asked: &Rows) -> Result<Arc<Page>> {
        let key = format!("{asked:?}");
        if let Some(page) = locked(&self.pages).get(&key) {
            return Ok(Arc::clone(page));
        }
        let sql = self.prepare(asked).await?;
        let page = Arc::new(match self.placed_for(&sql) {
            Some(placed) => self.page_by_place(placed, asked, &sql).await?,
            None => self.page_by_query(asked, &sql).await?,
        });
        keep(&self.pages, key, Arc::clone(&page));
        Ok(page)
    }

    async fn page_by_query(&self, asked: &Rows, sql: &Asked) -> Result<Page> {
        let (columns, source) = (self.filled(sql).await?, sql.source());
        let known = locked(&self.counts).contains_key(&source);
        // Of few rows each tells how many there are: asked apart, the same condition is looked at twice.
        let few = asked.is_short() && !known;
        let text = format!(
            "select {}{} from {} order by {} limit {} offset {}",
            columns.join(", "),
            if few { ", count(*) over ()" } else { "" },
            source,
            sql.order,
            asked.per_page.clamp(1, 1000),
            asked.page.saturating_mul(asked.per_page)
        );
        let shown = async { Ok::<_, MeasureError>(self.session.batches(&text).await?) };
        let counted = async { if few { Ok(None) } else { self.count(&source).await.map(Some) } };
        let (mut total, batches) = tokio::try_join!(counted, shown)?;
        let mut rows = Vec::new();
        for batch in batches {
            rows.extend(cells(&batch)?);
        }
        if few {
            for row in &mut rows {
                total = row.pop().and_then(|count| count.parse().ok());
            }
            if rows.is_empty() && asked.page == 0 {
                total = Some(0);
            }
            if let Some(total) = total {
                keep(&self.counts, source.clone(), total);
            }
        }
        let total = if let Some(total) = total { total } else { self.count(&source).await? };
        Ok(Page { columns: columns.iter().map(|c| (*c).to_owned()).collect(), rows, total })
    }

    /// Writes all rows that were asked for as comma-separated text with a header line; returns how many.
    /// A cell that a spreadsheet would run as a formula gets an apostrophe in front.
    ///
    /// # Errors
    /// When the request cannot be answered or `out` cannot be written.
    pub async fn export_csv(&self, asked: &Rows, out: &mut (dyn Write + Send)) -> Result<u64> {
        let sql = self.prepare(asked).await?;
        let columns = self.filled(&sql).await?;
        writeln!(out, "{}", columns.join(","))?;
        // Whoever waits sees that it has begun: all rows in an order of their own take a while to be sorted.
        out.flush()?;
        if let Some(placed) = self.placed_for(&sql).filter(|_| sql.in_place_order()) {
            return self.export_by_place(placed, &sql, &columns, out).await;
        }
        let text = format!("select {} from {} order by {}", columns.join(", "), sql.source(), sql.order);
        let mut stream = self.session.stream(&text).await?;
        let mut count = 0;
        while let Some(batch) = stream.next().await {
            count += write_lines(&batch?, out)?;
        }
        Ok(count)
    }

    /// Tickets that went from one team to another, by day of the calendar's zone (days since 1970): those of
    /// [`crate::Dated::Handed`], counted for all days at once. A ticket counts once on a day.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub async fn handed_by_day(&self) -> Result<BTreeMap<i64, u32>> {
        self.ready(derived::MOVES, "tickets").await?;
        let calendar = self.calendar.clone();
        let columns = ["source", "ticket", "\"when\""];
        let parts = scan::<Vec<(i64, u64)>, _>(&self.session, derived::MOVES, &columns, move |moves, batch| {
            let (source, ticket, when) = (text(batch, "source")?, text(batch, "ticket")?, instants(batch, "when")?);
            for row in 0..batch.num_rows() {
                let Some(ms) = when.get(row) else { continue };
                let key = hash(hash(0, source.get(row).unwrap_or_default()), ticket.get(row).unwrap_or_default());
                moves.push((calendar.local(ms.div_euclid(1000)).0, key));
            }
            Ok(())
        })
        .await?;
        let mut moves = parts.concat();
        moves.sort_unstable();
        moves.dedup();
        let mut days = BTreeMap::new();
        for (day, _) in moves {
            *days.entry(day).or_default() += 1;
        }
        Ok(days)
    }

    /// How many rows a source has: the same for every page and order of them.
    async fn count(&self, source: &str) -> Result<u64> {
        if let Some(count) = locked(&self.counts).get(source) {
            return Ok(*count);
        }
        let count = first_number(&self.session.batches(&format!("select count(*) from {source}")).await?);
        let count = u64::try_from(count).unwrap_or(0);
        keep(&self.counts, source.to_owned(), count);
        Ok(count)
    }

    /// The columns that hold anything at all: from the files' statistics, so that it costs little.
    async fn filled(&self, sql: &Asked) -> Result<Vec<&'static str>> {
        if [DAYS_TABLE, JOB_RUNS].contains(&sql.table) {
            return Ok(sql.columns.to_vec());
        }
        if let Some(filled) = locked(&self.filled).get(sql.table) {
            return Ok(filled.clone());
        }
        let counts: Vec<String> = sql.columns.iter().map(|column| format!("count({column})")).collect();
        let counts = format!("select {} from {}", counts.join(", "), sql.table);
        let batches = self.session.batches(&counts).await?;
        let Some(batch) = batches.first() else { return Ok(sql.columns.to_vec()) };
        let some: Vec<&'static str> = sql
            .columns
            .iter()
            .enumerate()
            .filter(|(at, column)| {
                let count = batch.column(*at).as_any().downcast_ref::<Int64Array>().map_or(1, |array| array.value(0));
                count > 0 || **column == "id"
            })
            .map(|(_, column)| *column)
            .collect();
        locked(&self.filled).insert(sql.table, some.clone());
        Ok(some)
    }

    /// Makes what a condition asks for beside the record's tables.
    async fn ready(&self, condition: &str, table: &str) -> Result<()> {
        let mut made = self.made.lock().await;
        for name in derived::ASKED.into_iter().chain([derived::MOVES]) {
            if (condition.contains(name) || table == name) && !made.contains(name) {
                crate::functions::register_table(name, &self.session, &self.calendar).await?;
                made.insert(name);
            }
        }
        if condition.contains("record_end") && !made.contains("record_end") {
            crate::functions::register_end(&self.session, &self.calendar).await?;
            made.insert("record_end");
        }
        Ok(())
    }
}

/// The rows that were asked for, one page of them. For one request; a server keeps an [`Opened`].
///
/// # Errors
/// As [`Opened::rows`].
pub async fn rows(session: &Session, asked: &Rows, calendar: &Calendar) -> Result<Page> {
    Opened::new(session, calendar).await?.rows(asked).await.map(Arc::unwrap_or_clone)
}

fn guarded(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t']) && cell.parse::<f64>().is_err();
    let cell = if formula { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

/// Writes rows as lines; returns how many.
fn write_lines(batch: &RecordBatch, out: &mut (dyn Write + Send)) -> Result<u64> {
    let rows = cells(batch)?;
    for row in &rows {
        let line: Vec<String> = row.iter().map(|cell| guarded(cell)).collect();
        writeln!(out, "{}", line.join(","))?;
    }
    Ok(rows.len() as u64)
}

fn first_number(batches: &[RecordBatch]) -> i64 {
    batches
        .first()
        .filter(|batch| batch.num_rows() > 0)
        .and_then(|batch| batch.column(0).as_any().downcast_ref::<Int64Array>().map(|array| array.value(0)))
        .unwrap_or(0)
}

fn cells(batch: &RecordBatch) -> Result<Vec<Vec<String>>> {
    let options = FormatOptions::default().with_timestamp_tz_format(Some("%Y-%m-%d %H:%M"));
    let columns = batch
        .columns()
        .iter()
        .map(|column| ArrayFormatter::try_new(column.as_ref(), &options))
        .collect::<std::result::Result<Vec<_>, _>>()?;
    (0..batch.num_rows())
        .map(|row| columns.iter().map(|column| Ok(column.value(row).try_to_string()?)).collect())
        .collect()
}
