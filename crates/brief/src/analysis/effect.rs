//! What a problem did over time, as the record tells it: its tickets beside the desk's, the changes around it,
//! and what is needed to choose a window for work on it.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Array, AsArray, StringArray};
use arrow::datatypes::Int64Type;
use futures::StreamExt;
use jiff::Timestamp;
use measures::Calendar;
use problems::together::Change;
use problems::window::Plan;
use query::{Session, literal};
use work::Record;

use super::symptoms::{instants, words};
use super::{AnalysisError, PROBLEM_TICKETS, Ruled};

/// A service counts as touched by a problem when so many in a hundred of its tickets name it.
const TOUCHED: i64 = 20;

/// Instants at which tickets were opened, seconds since 1970, each list sorted.
#[derive(Debug, Clone, Default)]
pub struct Times {
    /// Of each problem by its id.
    pub problems: BTreeMap<String, Vec<i64>>,
    /// Of the whole desk.
    pub all: Vec<i64>,
}

fn told(column: &StringArray, row: usize) -> &str {
    if column.is_valid(row) { column.value(row).trim() } else { "" }
}

/// Reads when the tickets of all problems as the search found them ([`super::problems`]) were opened.
///
/// # Errors
/// When the record cannot be read.
pub async fn times(record: &Record) -> Result<Times, AnalysisError> {
    let mut stream = record
        .session()?
        .stream(&format!(
            "select p.problem, t.opened from tickets t left join {PROBLEM_TICKETS} p \
             on p.source = t.source and p.id = t.id where t.opened is not null"
        ))
        .await?;
    let mut out = Times::default();
    while let Some(batch) = stream.next().await {
        let batch = batch?;
        let (problem, opened) = (words(&batch, "problem")?, instants(&batch, "opened")?);
        for row in 0..batch.num_rows() {
            let at = opened.value(row).div_euclid(1000);
            out.all.push(at);
            if problem.is_valid(row) {
                out.problems.entry(problem.value(row).to_owned()).or_default().push(at);
            }
        }
    }
    out.all.sort_unstable();
    for list in out.problems.values_mut() {
        list.sort_unstable();
    }
    Ok(out)
}

/// Instants at which tickets were opened, of the whole desk, seconds since 1970, sorted: 8 bytes a ticket.
///
/// # Errors
/// When the record cannot be read.
pub async fn opened(record: &Record) -> Result<Vec<i64>, AnalysisError> {
    seconds(record.session()?, "select opened from tickets where opened is not null").await
}

/// Instants at which the tickets of a problem as people see it were opened, sorted.
///
/// # Errors
/// When the record cannot be read.
pub async fn opened_of(record: &Record, seen: &Ruled, problem: &str) -> Result<Vec<i64>, AnalysisError> {
    let own = own_tickets(problem);
    seconds(&seen.session_of(record, problem).await?, &format!("select t.opened {own}")).await
}

/// What follows the columns in a query for the tickets `t` of a problem.
fn own_tickets(problem: &str) -> String {
    format!(
        "from {PROBLEM_TICKETS} p join tickets t on p.source = t.source and p.id = t.id \
         where t.opened is not null and p.problem = {}",
        literal(problem)
    )
}

async fn seconds(session: &Session, query: &str) -> Result<Vec<i64>, AnalysisError> {
    let mut out = Vec::new();
    for batch in session.batches(query).await? {
        out.extend(instants(&batch, "opened")?.iter().flatten().map(|ms| ms.div_euclid(1000)));
    }
    out.sort_unstable();
    Ok(out)
}

/// Reads the changes that name an item or a service and when they began. Where no source tells when changes
/// really began, the plan has to do. The order is that of their keys.
///
/// # Errors
/// When the record cannot be read.
pub async fn changes(record: &Record) -> Result<Vec<Change>, AnalysisError> {
    let batches = record
        .session()?
        .batches(
            "select source, id, item, service, kind, actual_start, planned_start from changes \
             where item is not null or service is not null \
             order by source, id, item, service, actual_start, planned_start",
        )
        .await?;
    let mut rows = Vec::new();
    let mut actual = false;
    let (mut number, mut last) = (0_u32, None);
    for batch in &batches {
        let (source, id, kind) = (words(batch, "source")?, words(batch, "id")?, words(batch, "kind")?);
        let (item, service) = (words(batch, "item")?, words(batch, "service")?);
        let (began, planned) = (instants(batch, "actual_start")?, instants(batch, "planned_start")?);
        for row in 0..batch.num_rows() {
            let key = (told(&source, row).to_owned(), told(&id, row).to_owned());
            if last.as_ref() != Some(&key) {
                number += 1;
                last = Some(key);
            }
            let at = |column: &arrow::array::TimestampMillisecondArray| {
                column.is_valid(row).then(|| column.value(row).div_euclid(1000))
            };
            actual |= began.is_valid(row);
            let change = Change {
                change: number,
                start: 0,
                item: told(&item, row).to_owned(),
                service: told(&service, row).to_owned(),
                kind: told(&kind, row).to_owned(),
            };
            rows.push((change, at(&began), at(&planned)));
        }
    }
    Ok(rows
        .into_iter()
        .filter_map(|(change, began, planned)| {
            let start = if actual { began } else { planned }?;
            Some(Change { start, ..change })
        })
        .collect())
}

/// What work on a problem touches: the items and services that its tickets name.
struct Touching {
    items: BTreeSet<String>,
    services: BTreeSet<String>,
    /// A condition on tickets: those on any of them; all where there are none.
    condition: String,
    /// The same in words.
    looked_at: String,
}

impl Touching {
    async fn of(record: &Record, seen: &Ruled, problem: &str) -> Result<Self, AnalysisError> {
        let session = seen.session_of(record, problem).await?;
        let own = own_tickets(problem);
        let query = format!("select t.item, t.service, count(*) as n {own} group by t.item, t.service");
        let mut named: [BTreeMap<String, i64>; 2] = Default::default();
        let mut all = 0;
        for batch in session.batches(&query).await? {
            let columns = [words(&batch, "item")?, words(&batch, "service")?];
            let counts = batch.column_by_name("n").and_then(|n| n.as_primitive_opt::<Int64Type>());
            let Some(counts) = counts else { continue };
            for row in 0..batch.num_rows() {
                all += counts.value(row);
                for (names, column) in named.iter_mut().zip(&columns) {
                    *names.entry(told(column, row).to_owned()).or_default() += counts.value(row);
                }
            }
        }
        let [items, services] = named.map(|names| -> BTreeSet<String> {
            let often = names.into_iter().filter(|(name, n)| !name.is_empty() && n * 100 >= all * TOUCHED);
            often.map(|(name, _)| name).collect()
        });
        let list = |names: &BTreeSet<String>| names.iter().map(|name| literal(name)).collect::<Vec<_>>().join(", ");
        let mut conditions = Vec::new();
        for (column, names) in
            [("item", &items), ("service", &services)].into_iter().filter(|(_, names)| !names.is_empty())
        {
            conditions.push(format!("trim({column}) in ({})", list(names)));
        }
        let looked_at = if conditions.is_empty() {
            conditions.push("true".to_owned());
            "all tickets of the desk (those of the problem name neither item nor service)".to_owned()
        } else {
            let names: Vec<&str> = services.iter().chain(&items).map(String::as_str).take(5).collect();
            format!("tickets on {}", names.join(", "))
        };
        Ok(Self { condition: conditions.join(" or "), items, services, looked_at })
    }

    fn touches(&self, item: &str, service: &str) -> bool {
        self.items.contains(item) || self.services.contains(service)
    }
}

/// The tickets, as `(source, id)` in order of time, that were opened from one instant to before another on what work on a
/// problem touches ([`window_plan`]).
///
/// # Errors
/// When the record cannot be read.
pub async fn met(
    record: &Record,
    seen: &Ruled,
    problem: &str,
    (from, to): (Timestamp, Timestamp),
) -> Result<Vec<(String, String)>, AnalysisError> {
    let touching = Touching::of(record, seen, problem).await?;
    let instant =
        |at: Timestamp| format!("arrow_cast({}, 'Timestamp(Millisecond, Some(\"UTC\"))')", at.as_millisecond());
    let query = format!(
        "select source, id from tickets where opened >= {} and opened < {} and ({}) order by opened, source, id",
        instant(from),
        instant(to),
        touching.condition
    );
    let mut out = Vec::new();
    for batch in record.session()?.batches(&query).await? {
        let (sources, ids) = (words(&batch, "source")?, words(&batch, "id")?);
        out.extend((0..batch.num_rows()).map(|row| (told(&sources, row).to_owned(), told(&ids, row).to_owned())));
    }
    Ok(out)
}

/// Reads what is needed to choose a window for work on a problem: the tickets on the items and services that its
/// tickets name (of the whole desk where they name none), the changes planned on them, the holidays ahead. Local
/// times are those of the calendar. `after` is UTC; `hours` and `lost_minutes` are left to the caller. The second
/// value says in words what was looked at.
///
/// # Errors
/// When the record cannot be read.
pub async fn window_plan(
    record: &Record,
    seen: &Ruled,
    problem: &str,
    observed: (i64, i64),
    after: i64,
    calendar: &Calendar,
) -> Result<(Plan, String), AnalysisError> {
    let touching = Touching::of(record, seen, problem).await?;
    let query = format!("select opened from tickets where opened is not null and ({})", touching.condition);
    let local = |at: i64| at + calendar.offset(at);
    let mut tickets: Vec<i64> = seconds(record.session()?, &query).await?.into_iter().map(local).collect();
    tickets.sort_unstable();
    let plan = Plan {
        tickets,
        observed: (local(observed.0), local(observed.1)),
        after: local(after),
        holidays: holidays(calendar, local(after).div_euclid(86_400)),
        planned: planned(record, calendar, &|item: &str, service: &str| touching.touches(item, service)).await?,
        ..Plan::default()
    };
    Ok((plan, touching.looked_at))
}

/// Days from `first` on that have no business hours though the same weekday of a week around has.
fn holidays(calendar: &Calendar, first: i64) -> Vec<i64> {
    let open = |day: i64| calendar.business_seconds(calendar.day_start(day), calendar.day_start(day + 1)) > 0;
    (first..first + 16)
        .filter(|&day| !open(day) && [-21, -14, -7, 7, 14, 21].iter().any(|shift| open(day + shift)))
        .collect()
}

async fn planned(
    record: &Record,
    calendar: &Calendar,
    touched: &(dyn Fn(&str, &str) -> bool + Sync),
) -> Result<Vec<(i64, i64)>, AnalysisError> {
    let batches = record
        .session()?
        .batches(
            "select item, service, planned_start, planned_end from changes where planned_start is not null \
             order by planned_start, planned_end",
        )
        .await?;
    let mut out = Vec::new();
    for batch in &batches {
        let (item, service) = (words(batch, "item")?, words(batch, "service")?);
        let (from, to) = (instants(batch, "planned_start")?, instants(batch, "planned_end")?);
        for row in 0..batch.num_rows() {
            if touched(told(&item, row), told(&service, row)) {
                let start = from.value(row).div_euclid(1000);
                let end = if to.is_valid(row) { to.value(row).div_euclid(1000).max(start) } else { start };
                out.push((start + calendar.offset(start), end + calendar.offset(end)));
            }
        }
    }
    Ok(out)
}
