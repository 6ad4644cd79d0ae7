//! The rows behind every number: filter, search, sort, page, export.
//!
//! A page reads the columns that its condition and order need, and the wide ones only for its own rows:
//! DataFusion pushes the limit into the sort. Names of columns come from an allow list, values are quoted.

use std::io::Write;
use std::sync::Arc;

use datafusion::arrow::array::{Array, Int64Array, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::datasource::MemTable;
use datafusion::prelude::SessionContext;
use futures::StreamExt;
use jiff::Timestamp;

use crate::calendar::{Calendar, date_of};
use crate::columns::{instants, ranks, scan};
use crate::definitions::definition;
use crate::error::{MeasureError, Result};
use crate::extent::extent;
use crate::value::Rows;

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
    "risk",
    "emergency",
    "approval",
    "planned_start",
    "planned_end",
    "actual_start",
    "actual_end",
    "opened",
    "closed",
    "source",
];
const DAYS: &[&str] = &["day", "opened", "priority_1", "urgent"];

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

/// The rows that were asked for, one page of them.
///
/// # Errors
/// When the request names a measure or column that is not there, or the record cannot be read.
pub async fn rows(context: &SessionContext, asked: &Rows, calendar: &Calendar) -> Result<Page> {
    let (context, sql) = prepare(context, asked, calendar).await?;
    let counted = format!("select count(*) from {}", sql.source);
    let total = first_number(&context.sql(&counted).await?.collect().await?);
    let columns = filled(&context, &sql).await?;
    let text = format!(
        "select {} from {} order by {} limit {} offset {}",
        columns.join(", "),
        sql.source,
        sql.order,
        asked.per_page.clamp(1, 1000),
        asked.page.saturating_mul(asked.per_page)
    );
    let mut rows = Vec::new();
    for batch in context.sql(&text).await?.collect().await? {
        rows.extend(cells(&batch)?);
    }
    Ok(Page {
        columns: columns.iter().map(|c| (*c).to_owned()).collect(),
        rows,
        total: u64::try_from(total).unwrap_or(0),
    })
}

/// Writes all rows that were asked for as comma-separated text with a header line; returns how many.
/// A cell that a spreadsheet would run as a formula gets an apostrophe in front.
///
/// # Errors
/// When the request cannot be answered or `out` cannot be written.
pub async fn export_csv(
    context: &SessionContext,
    asked: &Rows,
    calendar: &Calendar,
    out: &mut (dyn Write + Send),
) -> Result<u64> {
    let (context, sql) = prepare(context, asked, calendar).await?;
    let columns = filled(&context, &sql).await?;
    let text = format!("select {} from {} order by {}", columns.join(", "), sql.source, sql.order);
    writeln!(out, "{}", columns.join(","))?;
    let mut stream = context.sql(&text).await?.execute_stream().await?;
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

/// A session of its own over the same tables, so that what is made known for one request (functions
/// bound to its calendar, its table of days) is not seen by others that run at the same time.
async fn own(context: &SessionContext) -> Result<SessionContext> {
    let own = SessionContext::new_with_config_rt(context.copied_config(), context.runtime_env());
    for name in ["tickets", "events", "changes", "problem_tickets"] {
        if context.table_exist(name)? {
            own.register_table(name, context.table_provider(name).await?)?;
        }
    }
    Ok(own)
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn instant(at: Timestamp) -> String {
    format!("arrow_cast({}, 'Timestamp(Millisecond, Some(\"UTC\"))')", at.as_millisecond())
}

async fn prepare(context: &SessionContext, asked: &Rows, calendar: &Calendar) -> Result<(SessionContext, Asked)> {
    let context = own(context).await?;
    let unknown = |what: &str, name: &str| MeasureError::Request(format!("there is no {what} `{name}`"));
    let found = match &asked.measure {
        Some(name) => Some(definition(name).ok_or_else(|| unknown("measure", name))?),
        None => None,
    };
    let table = found.map_or("tickets", |definition| definition.table);
    let (columns, keys) = match table {
        "changes" => (CHANGES, "source, id"),
        "days" => (DAYS, "day"),
        _ => (TICKETS, "source, id"),
    };
    let mut conditions = vec![];
    if let Some(definition) = found {
        conditions.push(format!("({})", definition.rows));
        ready(&context, definition.rows, table, calendar).await?;
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
    let time = if table == "days" { "day" } else { "opened" };
    if let Some(from) = asked.from {
        conditions.push(format!("{time} >= {}", instant(from)));
    }
    if let Some(to) = asked.to {
        conditions.push(format!("{time} < {}", instant(to)));
    }
    if let Some(words) = asked.search.as_ref().filter(|words| !words.trim().is_empty() && table == "tickets") {
        let like = literal(&format!(
            "%{}%",
            words.trim().to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
        ));
        conditions.push(format!(
            "(lower(coalesce(title, '')) like {like} or lower(coalesce(text, '')) like {like} or lower(id) like {like})"
        ));
    }
    let order = match &asked.sort {
        Some((column, _)) if !columns.contains(&column.as_str()) => return Err(unknown("column", column)),
        Some((column, down)) => format!("{column} {} nulls last, {keys}", if *down { "desc" } else { "asc" }),
        None if table == "days" => "day".to_owned(),
        None => format!("opened desc nulls last, {keys}"),
    };
    let condition = if conditions.is_empty() { "true".to_owned() } else { conditions.join(" and ") };
    Ok((context, Asked { table, columns, source: source_of(table, &condition), order }))
}

/// Makes known what a definition's condition asks for beside the record's tables: `after_hours`,
/// `record_end`, the table of days. Bound to the calendar of this request, in a session of its own.
async fn ready(context: &SessionContext, condition: &str, table: &str, calendar: &Calendar) -> Result<()> {
    if condition.contains("after_hours") {
        crate::functions::register_calendar(context, calendar);
    }
    if condition.contains("record_end") {
        crate::functions::register(context, calendar).await?;
    }
    if table == "days" {
        context.register_table("days", Arc::new(days(context, calendar).await?))?;
    }
    Ok(())
}

/// The days of the whole part of the record, in the calendar's zone: tickets opened, of them with
/// priority rank 1, and with rank 1 or 2.
async fn days(context: &SessionContext, calendar: &Calendar) -> Result<MemTable> {
    type Counts = std::collections::BTreeMap<i64, [i64; 3]>;
    let zone = calendar.clone();
    let parts = scan::<Counts, _>(context, "tickets", &["opened", "priority_rank"], move |counts, batch| {
        let (opened, rank) = (instants(batch, "opened")?, ranks(batch, "priority_rank")?);
        for row in 0..batch.num_rows() {
            let Some(ms) = opened.get(row) else { continue };
            let day = counts.entry(zone.local(ms.div_euclid(1000)).0).or_default();
            day[0] += 1;
            day[1] += i64::from(rank.get(row) == Some(1));
            day[2] += i64::from(matches!(rank.get(row), Some(1 | 2)));
        }
        Ok(())
    })
    .await?;
    let mut counts = Counts::new();
    for (day, more) in parts.into_iter().flatten() {
        let sum = counts.entry(day).or_default();
        for (sum, more) in sum.iter_mut().zip(more) {
            *sum += more;
        }
    }
    let span = extent(context, calendar).await?.map(|extent| extent.whole_from..=extent.whole_to);
    let all: Vec<(i64, [i64; 3])> =
        span.into_iter().flatten().map(|day| (day, counts.get(&day).copied().unwrap_or_default())).collect();
    let schema = Arc::new(Schema::new(vec![
        Field::new("day", DataType::Utf8, false),
        Field::new("opened", DataType::Int64, false),
        Field::new("priority_1", DataType::Int64, false),
        Field::new("urgent", DataType::Int64, false),
    ]));
    let number = |which: usize| Arc::new(all.iter().map(|(_, counts)| counts[which]).collect::<Int64Array>());
    let names: StringArray = all.iter().map(|(day, _)| Some(date_of(*day).to_string())).collect();
    let batch = RecordBatch::try_new(Arc::clone(&schema), vec![Arc::new(names), number(0), number(1), number(2)])?;
    Ok(MemTable::try_new(schema, vec![vec![batch]])?)
}

/// The columns that hold anything at all: from the files' statistics, so that it costs nothing.
async fn filled(context: &SessionContext, sql: &Asked) -> Result<Vec<&'static str>> {
    if sql.table == "days" {
        return Ok(sql.columns.to_vec());
    }
    let counts: Vec<String> = sql.columns.iter().map(|column| format!("count({column})")).collect();
    let batches = context.sql(&format!("select {} from {}", counts.join(", "), sql.table)).await?.collect().await?;
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
    Ok(some)
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
