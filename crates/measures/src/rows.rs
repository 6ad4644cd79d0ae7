//! The rows behind every number: filter, search, sort, page, export.
//!
//! A page reads the columns that its condition and order need, and the wide ones only for its own rows:
//! DataFusion pushes the limit into the sort. Names of columns come from an allow list, values are quoted.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{Array, Int64Array, RecordBatch};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use futures::StreamExt;
use jiff::Timestamp;
use query::{Session, Table, literal};

use crate::calendar::Calendar;
use crate::columns::{hash, instants, scan, text};
use crate::definitions::{definition, open};
use crate::derived::{self, DAYS as DAYS_TABLE, JOB_RUNS};
use crate::error::{MeasureError, Result};
use crate::value::{Dated, Rows};

/// Columns of tickets in the order in which they are shown.
const TICKETS: &[&str] = &[
    "id",
    "opened",
    "title",
    "state",
    "priority",
    "service",
    "item",
    "category",
    "symptom",
    "team",
    "location",
    "department",
    "client",
    "first_response",
    "resolved",
    "closed",
    "resolution",
    "sla_kept",
    "reassignments",
    "hops",
    "reopened",
    "touch_minutes",
    "kind",
    "class",
    "impact",
    "urgency",
    "channel",
    "stage",
    "priority_rank",
    "due",
    "linked_change",
    "linked_problem",
    "linked_incident",
    "knowledge",
    "source",
];
const CHANGES: &[&str] = &[
    "id",
    "item",
    "service",
    "kind",
    "class",
    "risk",
    "emergency",
    "approval",
    "planned_start",
    "planned_end",
    "actual_start",
    "actual_end",
    "downtime_start",
    "downtime_end",
    "opened",
    "closed",
    "source",
];
const DAYS: &[&str] = &["day", "opened", "priority_1", "urgent"];
const JOBS: &[&str] = &["ran", "job", "class", "outcome", "told"];

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

/// A request, checked and in SQL.
struct Asked {
    table: &'static str,
    columns: &'static [&'static str],
    /// What follows `from`, the condition in it.
    source: String,
    order: String,
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
        Ok(Self::over(session.apart(&["tickets", "events", "changes", "problem_tickets"]).await?, calendar))
    }

    /// The same with other files for the table of tickets, which hold the same rows in an order that serves better.
    ///
    /// # Errors
    /// As [`Opened::new`].
    pub async fn with_tickets(session: &Session, calendar: &Calendar, tickets: Table) -> Result<Self> {
        let own = session.apart(&["events", "changes", "problem_tickets"]).await?;
        own.add_table(tickets)?;
        Ok(Self::over(own, calendar))
    }

    fn over(own: Session, calendar: &Calendar) -> Self {
        crate::functions::register_calendar(&own, calendar);
        Self {
            session: own,
            calendar: calendar.clone(),
            made: tokio::sync::Mutex::default(),
            filled: Mutex::default(),
            counts: Mutex::default(),
            pages: Mutex::default(),
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
        let columns = self.filled(&sql).await?;
        let known = locked(&self.counts).contains_key(&sql.source);
        // Of few rows each tells how many there are: asked apart, the same condition is looked at twice.
        let few = asked.is_short() && !known;
        let text = format!(
            "select {}{} from {} order by {} limit {} offset {}",
            columns.join(", "),
            if few { ", count(*) over ()" } else { "" },
            sql.source,
            sql.order,
            asked.per_page.clamp(1, 1000),
            asked.page.saturating_mul(asked.per_page)
        );
        let shown = async { Ok::<_, MeasureError>(self.session.batches(&text).await?) };
        let counted = async { if few { Ok(None) } else { self.count(&sql).await.map(Some) } };
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
                keep(&self.counts, sql.source.clone(), total);
            }
        }
        let total = if let Some(total) = total { total } else { self.count(&sql).await? };
        let page = Arc::new(Page { columns: columns.iter().map(|c| (*c).to_owned()).collect(), rows, total });
        keep(&self.pages, key, Arc::clone(&page));
        Ok(page)
    }

    /// Writes all rows that were asked for as comma-separated text with a header line; returns how many.
    /// A cell that a spreadsheet would run as a formula gets an apostrophe in front.
    ///
    /// # Errors
    /// When the request cannot be answered or `out` cannot be written.
    pub async fn export_csv(&self, asked: &Rows, out: &mut (dyn Write + Send)) -> Result<u64> {
        let sql = self.prepare(asked).await?;
        let columns = self.filled(&sql).await?;
        let text = format!("select {} from {} order by {}", columns.join(", "), sql.source, sql.order);
        writeln!(out, "{}", columns.join(","))?;
        let mut stream = self.session.stream(&text).await?;
        let mut count = 0;
        while let Some(batch) = stream.next().await {
            for row in cells(&batch?)? {
                let line: Vec<String> = row.iter().map(|cell| guarded(cell)).collect();
                writeln!(out, "{}", line.join(","))?;
                count += 1;
            }
        }
        Ok(count)
    }

    /// Tickets that went from one team to another, by day of the calendar's zone (days since 1970): those of
    /// [`Dated::Handed`], counted for all days at once. A ticket counts once on a day.
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

    /// How many rows there are: the same for every page and order of them.
    async fn count(&self, sql: &Asked) -> Result<u64> {
        if let Some(count) = locked(&self.counts).get(&sql.source) {
            return Ok(*count);
        }
        let counted = format!("select count(*) from {}", sql.source);
        let count = first_number(&self.session.batches(&counted).await?);
        let count = u64::try_from(count).unwrap_or(0);
        keep(&self.counts, sql.source.clone(), count);
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

/// What rows come from, the condition in it. Changes are kept one row a change and item; shown is one
/// row a change, the first of those that fulfil the condition.
fn source_of(table: &str, condition: &str) -> String {
    match table {
        "changes" => format!(
            "(select * from (select *, row_number() over (partition by source, id order by coalesce(item, '')) as place \
             from changes where {condition}) as numbered where place = 1) as changes"
        ),
        table => format!("{table} where {condition}"),
    }
}

pub(crate) fn instant(at: Timestamp) -> String {
    format!("arrow_cast({}, 'Timestamp(Millisecond, Some(\"UTC\"))')", at.as_millisecond())
}

/// When a ticket was finished, as the series of days counts it.
const FINISHED: &str = concat!(
    "(case when closed is null and coalesce(stage in ('new', 'active', 'waiting'), resolved is null) ",
    "then null else greatest(coalesce(resolved, closed, as_of), opened) end)"
);

/// The condition that a ticket was open at `to`, as `as_of` counts it, and that it was opened at or after `from`.
pub(crate) fn open_at(from: Option<Timestamp>, to: Option<Timestamp>) -> String {
    let from = from.map_or_else(String::new, |from| format!("opened >= {} and ", instant(from)));
    match to.map(instant) {
        Some(at) => format!("({from}opened < {at} and ({} or coalesce(resolved, closed) >= {at}))", open!()),
        None => format!("({from}{})", open!()),
    }
}

/// What follows from that condition and can be told from the least and greatest values of a page of the file, so that
/// most pages are not read.
fn implied(asked: &Rows) -> Vec<String> {
    let (from, to) = (asked.from.map(instant), asked.to.map(instant));
    let (from, to) = match asked.dated {
        Dated::Finished => (
            from.map(|at| format!("(resolved >= {at} or closed >= {at} or as_of >= {at} or opened >= {at})")),
            to.map(|at| format!("opened < {at}")),
        ),
        Dated::Handed => (from.map(|at| format!("last_event >= {at}")), to.map(|at| format!("first_event < {at}"))),
        Dated::Opened | Dated::Open | Dated::Begun => (None, None),
    };
    from.into_iter().chain(to).collect()
}

/// The condition that rows lie between the instants that were asked for.
fn between(table: &str, asked: &Rows) -> Result<Option<String>> {
    if (table, asked.dated) == ("tickets", Dated::Open) {
        return Ok(Some(open_at(asked.from, asked.to)));
    }
    let time = match (table, asked.dated) {
        ("days", Dated::Opened) => "day",
        (JOB_RUNS, Dated::Opened) => "ran",
        (_, Dated::Opened) => "opened",
        ("tickets", Dated::Finished) => FINISHED,
        ("tickets", Dated::Handed) => "\"when\"",
        ("changes", Dated::Begun) => "coalesce(actual_start, planned_start, opened)",
        (_, dated) => {
            let name = dated.name();
            return Err(MeasureError::Request(format!(
                "rows of `{table}` have no instant `{name}`; leave `dated` out"
            )));
        }
    };
    let from = asked.from.map(|from| format!("{time} >= {}", instant(from)));
    let to = asked.to.map(|to| format!("{time} < {}", instant(to)));
    let told: Vec<String> = from.into_iter().chain(to).collect();
    let also: String = implied(asked).iter().flat_map(|also| [also.as_str(), " and "]).collect();
    if asked.dated != Dated::Handed {
        return Ok((!told.is_empty()).then(|| format!("{also}{}", told.join(" and "))));
    }
    let within: String = told.iter().flat_map(|told| [" and ", told.as_str()]).collect();
    Ok(Some(format!(
        "{also}exists (select 1 from {moves} where {moves}.source = tickets.source and {moves}.ticket = tickets.id{within})",
        moves = derived::MOVES
    )))
}

impl Opened {
    async fn prepare(&self, asked: &Rows) -> Result<Asked> {
        let unknown = |what: &str, name: &str| MeasureError::Request(format!("there is no {what} `{name}`"));
        let found = match &asked.measure {
            Some(name) => Some(definition(name).ok_or_else(|| unknown("measure", name))?),
            None => None,
        };
        let table = found.map_or("tickets", |definition| definition.table);
        let (columns, keys) = match table {
            "changes" => (CHANGES, "source, id"),
            "days" => (DAYS, "day"),
            JOB_RUNS => (JOBS, "job, ran"),
            _ => (TICKETS, "source, id"),
        };
        let mut conditions = vec![];
        if let Some(definition) = found {
            conditions.push(format!("({})", definition.rows));
            self.ready(definition.rows, table).await?;
        }
        if let Some(problem) = &asked.problem {
            conditions.push(format!(
                "exists (select 1 from problem_tickets where problem_tickets.source = tickets.source \
             and problem_tickets.id = tickets.id and problem_tickets.problem = {})",
                literal(problem)
            ));
        }
        for (column, value) in &asked.filters {
            if column == "month" && table == "tickets" {
                conditions.push(format!("to_char(opened, '%Y-%m') = {}", literal(value)));
                continue;
            }
            if !columns.contains(&column.as_str()) {
                return Err(unknown("column", column));
            }
            conditions.push(if value.is_empty() {
                format!("{column} is null")
            } else {
                format!("cast({column} as varchar) = {}", literal(value))
            });
        }
        if let Some(between) = between(table, asked)? {
            self.ready(&between, table).await?;
            conditions.push(between);
        }
        if let Some(words) = asked.search.as_ref().filter(|words| !words.trim().is_empty() && table == "tickets") {
            let like = literal(&format!(
                "%{}%",
                words.trim().to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
            ));
            // What is not told is not like anything: a null among these is no match.
            conditions.push(format!("(lower(title) like {like} or lower(text) like {like} or lower(id) like {like})"));
        }
        let order = match &asked.sort {
            Some((column, _)) if !columns.contains(&column.as_str()) => return Err(unknown("column", column)),
            Some((column, down)) => format!("{column} {} nulls last, {keys}", if *down { "desc" } else { "asc" }),
            None if table == "days" => "day".to_owned(),
            None if table == JOB_RUNS => "ran desc, job".to_owned(),
            None => format!("opened desc nulls last, {keys}"),
        };
        let condition = if conditions.is_empty() { "true".to_owned() } else { conditions.join(" and ") };
        Ok(Asked { table, columns, source: source_of(table, &condition), order })
    }
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
