//! What a problem did over time, as the record tells it: its tickets beside the desk's, the changes around it,
//! and what is needed to choose a window for work on it.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Array, StringArray};
use futures::StreamExt;
use measures::Calendar;
use problems::together::Change;
use problems::window::Plan;
use work::Record;

use super::symptoms::{instants, words};
use super::{AnalysisError, PROBLEM_TICKETS};

/// A service counts as touched by a problem when so many in a hundred of its tickets name it.
const TOUCHED: usize = 20;

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

/// Reads when the tickets of all problems were opened. The problems must have been found ([`super::problems`]).
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

/// Reads what is needed to choose a window for work on a problem: the tickets on the items and services that its
/// tickets name (of the whole desk where they name none), the changes planned on them, the holidays ahead. Local
/// times are those of the calendar. `after` is UTC; `hours` and `lost_minutes` are left to the caller. The second
/// value says in words what was looked at.
///
/// # Errors
/// When the record cannot be read.
pub async fn window_plan(
    record: &Record,
    problem: &str,
    observed: (i64, i64),
    after: i64,
    calendar: &Calendar,
) -> Result<(Plan, String), AnalysisError> {
    let batches = record
        .session()?
        .batches(&format!(
            "select p.problem, t.opened, t.item, t.service from tickets t left join {PROBLEM_TICKETS} p \
             on p.source = t.source and p.id = t.id where t.opened is not null"
        ))
        .await?;
    let mut rows: Vec<(i64, bool, String, String)> = Vec::new();
    for batch in &batches {
        let (name, opened) = (words(batch, "problem")?, instants(batch, "opened")?);
        let (item, service) = (words(batch, "item")?, words(batch, "service")?);
        for row in 0..batch.num_rows() {
            let at = opened.value(row).div_euclid(1000);
            let own = told(&name, row) == problem;
            rows.push((at, own, told(&item, row).to_owned(), told(&service, row).to_owned()));
        }
    }
    let own = rows.iter().filter(|row| row.1).count();
    let often = |of: &dyn Fn(&(i64, bool, String, String)) -> String| -> BTreeSet<String> {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for row in rows.iter().filter(|row| row.1) {
            *counts.entry(of(row)).or_default() += 1;
        }
        counts
            .into_iter()
            .filter(|(name, count)| !name.is_empty() && count * 100 >= own * TOUCHED)
            .map(|(name, _)| name)
            .collect()
    };
    let (items, services) = (often(&|row| row.2.clone()), often(&|row| row.3.clone()));
    let touched = |item: &str, service: &str| items.contains(item) || services.contains(service);
    let none = items.is_empty() && services.is_empty();
    let looked_at = if none {
        "all tickets of the desk (those of the problem name neither item nor service)".to_owned()
    } else {
        let names: Vec<&str> = services.iter().chain(&items).map(String::as_str).take(5).collect();
        format!("tickets on {}", names.join(", "))
    };
    let local = |at: i64| at + calendar.offset(at);
    let mut tickets: Vec<i64> =
        rows.iter().filter(|row| none || touched(&row.2, &row.3)).map(|row| local(row.0)).collect();
    tickets.sort_unstable();
    let plan = Plan {
        tickets,
        observed: (local(observed.0), local(observed.1)),
        after: local(after),
        holidays: holidays(calendar, local(after).div_euclid(86_400)),
        planned: planned(record, calendar, &touched).await?,
        ..Plan::default()
    };
    Ok((plan, looked_at))
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
    touched: &dyn Fn(&str, &str) -> bool,
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
