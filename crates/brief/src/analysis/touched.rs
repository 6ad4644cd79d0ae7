//! The tickets of those problems that people have acted on, out of the record.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use arrow::array::{Array, AsArray, StringArray};
use arrow::datatypes::{DataType, Field, Float64Type, Schema};
use arrow::record_batch::RecordBatch;
use futures::StreamExt;
use query::{QueryError, Session, literal};
use work::Record;

use super::found::SHAPED_TICKETS;
use super::symptoms::{instants, words};
use super::{AnalysisError, PROBLEM_TICKETS};

/// A ticket of a problem, as far as the problem's figures need it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Touched {
    /// Problem that the search gave it.
    pub problem: String,
    /// Where it came from.
    pub source: String,
    /// Its number there.
    pub id: String,
    /// Opened, seconds since 1970.
    pub opened: i64,
    /// Hours from opened to its end; `None` while open.
    pub hours_open: Option<f64>,
    /// Minutes of work booked.
    pub touch_minutes: Option<f64>,
    /// Requester as the record has it: a pseudonym.
    pub requester: Option<String>,
    /// Short description.
    pub title: Option<String>,
}

impl Touched {
    /// Its key, `source/id`.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}/{}", self.source, self.id)
    }
}

/// A session over some of the same tables, with one of texts beside them or in place of one.
async fn beside(
    session: &Session,
    tables: &[&str],
    name: &str,
    columns: &[&str],
    rows: Vec<Vec<String>>,
) -> Result<Session, AnalysisError> {
    let own = session.apart(tables).await?;
    let fields: Vec<Field> = columns.iter().map(|name| Field::new(*name, DataType::Utf8, false)).collect();
    let schema = Arc::new(Schema::new(fields));
    let arrays = rows.into_iter().map(|column| Arc::new(StringArray::from(column)) as _).collect();
    let batch = RecordBatch::try_new(Arc::clone(&schema), arrays).map_err(QueryError::from)?;
    own.add_rows(name, schema, vec![batch])?;
    Ok(own)
}

/// The problems that hold any of some tickets, given by their keys `source/id`.
///
/// # Errors
/// When the record cannot be asked.
pub async fn holders(record: &Record, keys: &BTreeSet<&str>) -> Result<BTreeSet<String>, AnalysisError> {
    if keys.is_empty() {
        return Ok(BTreeSet::new());
    }
    let keys = vec![keys.iter().map(|key| (*key).to_owned()).collect()];
    let own = beside(record.session()?, &[PROBLEM_TICKETS], "named_keys", &["key"], keys).await?;
    let query = format!(
        "select distinct p.problem from {PROBLEM_TICKETS} p join named_keys k on concat(p.source, '/', p.id) = k.key"
    );
    let mut out = BTreeSet::new();
    for batch in own.batches(&query).await? {
        out.extend(words(&batch, "problem")?.iter().flatten().map(str::to_owned));
    }
    Ok(out)
}

/// The tickets of some problems, in order of `(opened, source, id)`.
///
/// # Errors
/// When the record cannot be asked.
pub async fn members(record: &Record, problems: &BTreeSet<String>) -> Result<Vec<Touched>, AnalysisError> {
    members_in(record, PROBLEM_TICKETS, problems).await
}

/// The same of groups under people's merges and splits.
///
/// # Errors
/// When the record cannot be asked.
pub async fn shaped(record: &Record, groups: &BTreeSet<String>) -> Result<Vec<Touched>, AnalysisError> {
    members_in(record, SHAPED_TICKETS, groups).await
}

async fn members_in(record: &Record, table: &str, problems: &BTreeSet<String>) -> Result<Vec<Touched>, AnalysisError> {
    if problems.is_empty() {
        return Ok(Vec::new());
    }
    let problems = vec![problems.iter().cloned().collect()];
    let own = beside(record.session()?, &[table, "tickets"], "asked_problems", &["problem"], problems).await?;
    let query = format!(
        "select p.problem, t.source, t.id, t.opened, t.touch_minutes, t.requester, t.title, \
         case when t.closed is null and coalesce(t.stage in ('new', 'active', 'waiting'), false) then null \
         else coalesce(t.resolved, t.closed) end as ended \
         from {table} p join asked_problems a on a.problem = p.problem \
         join tickets t on t.source = p.source and t.id = p.id order by t.opened, t.source, t.id"
    );
    let mut out = Vec::new();
    for batch in own.batches(&query).await? {
        take(&batch, &mut out)?;
    }
    Ok(out)
}

/// Tickets of a problem of the search as `(source, id)`, in the order in which they were kept: that of time.
///
/// # Errors
/// When the record cannot be asked.
pub async fn keys(record: &Record, problem: &str) -> Result<Vec<(String, String)>, AnalysisError> {
    let query = format!("select source, id from {PROBLEM_TICKETS} where problem = {}", literal(problem));
    let mut out = Vec::new();
    for batch in record.session()?.batches(&query).await? {
        let (sources, ids) = (words(&batch, "source")?, words(&batch, "id")?);
        let pairs = sources.iter().flatten().zip(ids.iter().flatten());
        out.extend(pairs.map(|(source, id)| (source.to_owned(), id.to_owned())));
    }
    Ok(out)
}

fn take(batch: &RecordBatch, out: &mut Vec<Touched>) -> Result<(), AnalysisError> {
    let (problem, source, id) = (words(batch, "problem")?, words(batch, "source")?, words(batch, "id")?);
    let (opened, ended) = (instants(batch, "opened")?, instants(batch, "ended")?);
    let (requester, title) = (words(batch, "requester")?, words(batch, "title")?);
    let minutes = batch
        .column_by_name("touch_minutes")
        .and_then(|a| a.as_primitive_opt::<Float64Type>())
        .ok_or_else(|| QueryError::Failed("no column touch_minutes".into()))?;
    let told = |array: &StringArray, row: usize| array.is_valid(row).then(|| array.value(row).to_owned());
    for row in 0..batch.num_rows() {
        let from = opened.value(row);
        #[expect(clippy::cast_precision_loss, reason = "hours need no more than fifteen digits")]
        let hours_open =
            (ended.is_valid(row) && ended.value(row) >= from).then(|| (ended.value(row) - from) as f64 / 3_600_000.0);
        out.push(Touched {
            problem: problem.value(row).to_owned(),
            source: source.value(row).to_owned(),
            id: id.value(row).to_owned(),
            opened: from.div_euclid(1000),
            hours_open,
            touch_minutes: minutes.is_valid(row).then(|| minutes.value(row)).filter(|minutes| *minutes >= 0.0),
            requester: told(&requester, row),
            title: told(&title, row),
        });
    }
    Ok(())
}

/// A session like the record's, in which the table `problem_tickets` holds these rows and no other:
/// `(problem, source, id)`.
///
/// # Errors
/// When the tables of the record cannot be had.
pub async fn session(record: &Record, rows: [Vec<String>; 3]) -> Result<Session, AnalysisError> {
    let tables = ["tickets", "events", "changes"];
    beside(record.session()?, &tables, PROBLEM_TICKETS, &["problem", "source", "id"], rows.into()).await
}

/// A session like the record's with the problems of the search, and a table `overruled` of keys and problems.
///
/// # Errors
/// When the tables of the record cannot be had.
pub async fn overruled(record: &Record, rows: [Vec<String>; 2]) -> Result<Session, AnalysisError> {
    beside(record.session()?, &["tickets", PROBLEM_TICKETS], "overruled", &["key", "problem"], rows.into()).await
}

/// The problem that the search gave to each ticket with a known instant of opening, in the order of
/// [`super::symptoms()`]: names of problems, and for each ticket a place in them.
///
/// # Errors
/// When the record cannot be asked.
pub async fn assigned(record: &Record) -> Result<(Vec<String>, Vec<Option<u32>>), AnalysisError> {
    let query = format!(
        "select p.problem from tickets t left join {PROBLEM_TICKETS} p on p.source = t.source and p.id = t.id \
         where t.opened is not null order by t.opened, t.source, t.id"
    );
    let mut numbers: HashMap<String, u32> = HashMap::new();
    let mut names = Vec::new();
    let mut out = Vec::new();
    let mut stream = record.session()?.stream(&query).await?;
    while let Some(batch) = stream.next().await {
        for problem in &words(&batch?, "problem")? {
            out.push(problem.map(|problem| {
                if let Some(number) = numbers.get(problem) {
                    return *number;
                }
                let number = u32::try_from(names.len()).unwrap_or(u32::MAX);
                names.push(problem.to_owned());
                numbers.insert(problem.to_owned(), number);
                number
            }));
        }
    }
    Ok((names, out))
}
