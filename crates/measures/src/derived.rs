//! Tables that the conditions of some definitions ask for beside the record's own, made by a pass over it.
//!
//! They could be asked in SQL as well, but not in proportion to the record: "the same thing within thirty
//! days" is a join of each busy item's tickets with one another.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray, TimestampMillisecondArray};
use arrow::compute::concat_batches;
use query::Session;
use rayon::prelude::*;

use crate::accumulate::{COMBINED, REPEAT_MS, combination};
use crate::calendar::{Calendar, date_of};
use crate::changes::{Changes, Week};
use crate::columns::{instants, ranks, scan, text};
use crate::error::Result;
use crate::extent::extent;
use crate::jobs::JobRun;
use crate::value::Lost;

/// Tickets that are repeat work: `source`, `id`.
pub(crate) const REPEAT_TICKETS: &str = "repeat_tickets";
/// Changes with an item and an actual start, whether a ticket on one of their items was opened within 72
/// hours after it; where they also tell an end, whether one was before that: `source`, `id`, `followed`, `during`.
pub(crate) const CHANGE_OUTCOMES: &str = "change_outcomes";
/// Moves of tickets from one team to another: `source`, `ticket`, `when`.
pub(crate) const MOVES: &str = "moves";
/// Days of the whole part of the record: `day`, `opened`, `priority_1`, `urgent`.
pub(crate) const DAYS: &str = "days";

/// Tickets opened while a change of their item was being done, and in the same hours of a week beside it: `source`, `id`,
/// `during`.
pub(crate) const CHANGE_TICKETS: &str = "change_tickets";
/// Tickets of monitoring with an item: `source`, `id`, `early`, and where that can be told `unfelt`.
pub(crate) const ALERT_OUTCOMES: &str = "alert_outcomes";
/// Changes whose planned time can be compared with what was seen: `source`, `id`.
pub(crate) const CHANGE_DISRUPTIONS: &str = "change_disruptions";
/// Runs of jobs: `job`, `ran`, `class`, `outcome`, `told`, `newest`.
pub(crate) const JOB_RUNS: &str = "job_runs";
/// The tables that conditions of definitions ask for.
pub(crate) const ASKED: [&str; 7] =
    [REPEAT_TICKETS, CHANGE_OUTCOMES, CHANGE_TICKETS, CHANGE_DISRUPTIONS, ALERT_OUTCOMES, JOB_RUNS, DAYS];

/// Makes one of these tables.
///
/// # Errors
/// When the record cannot be read.
pub(crate) async fn make(name: &str, session: &Session, calendar: &Calendar) -> Result<RecordBatch> {
    match name {
        REPEAT_TICKETS => repeat_tickets(session).await,
        CHANGE_OUTCOMES => change_outcomes(session).await,
        CHANGE_TICKETS => change_tickets(session).await,
        ALERT_OUTCOMES => alert_outcomes(session, calendar).await,
        CHANGE_DISRUPTIONS => change_disruptions(session, calendar).await,
        JOB_RUNS => job_runs(session).await,
        MOVES => moves(session).await,
        _ => days(session, calendar).await,
    }
}

/// Two looks at the tickets: the first learns which combinations came when, the second which tickets
/// came after another.
async fn repeat_tickets(session: &Session) -> Result<RecordBatch> {
    let [item, category, symptom, location] = COMBINED;
    let columns = ["source", "id", "opened", item, category, symptom, location];
    let mut seen: Vec<(u64, i64)> = scan::<Vec<(u64, i64)>, _>(session, "tickets", &columns[2..], |seen, batch| {
        let (opened, combined) = (instants(batch, "opened")?, COMBINED.map(|name| text(batch, name)));
        let combined = combined.into_iter().collect::<Result<Vec<_>>>()?;
        for row in 0..batch.num_rows() {
            if let (Some(ms), Some(key)) = (opened.get(row), combination(&combined, row)) {
                seen.push((key, ms));
            }
        }
        Ok(())
    })
    .await?
    .concat();
    seen.par_sort_unstable();
    seen.dedup();
    let again: Arc<Vec<(u64, i64)>> = Arc::new(
        seen.windows(2)
            .filter_map(|pair| match pair {
                [(same, earlier), (key, ms)] if same == key && ms - earlier <= REPEAT_MS => Some((*key, *ms)),
                _ => None,
            })
            .collect(),
    );
    drop(seen);
    let parts = scan::<[Vec<String>; 2], _>(session, "tickets", &columns, move |found, batch| {
        let (opened, combined) = (instants(batch, "opened")?, COMBINED.map(|name| text(batch, name)));
        let combined = combined.into_iter().collect::<Result<Vec<_>>>()?;
        let keys = [text(batch, "source")?, text(batch, "id")?];
        for row in 0..batch.num_rows() {
            if let (Some(ms), Some(key)) = (opened.get(row), combination(&combined, row))
                && again.binary_search(&(key, ms)).is_ok()
            {
                for (list, column) in found.iter_mut().zip(&keys) {
                    list.push(column.get(row).unwrap_or_default().to_owned());
                }
            }
        }
        Ok(())
    })
    .await?;
    let column = |which: usize| -> ArrayRef {
        Arc::new(parts.iter().filter_map(|part| part.get(which)).flatten().map(Some).collect::<StringArray>())
    };
    Ok(RecordBatch::try_from_iter([("source", column(0)), ("id", column(1))])?)
}

async fn change_outcomes(session: &Session) -> Result<RecordBatch> {
    let changes = Changes::read(session).await?;
    let items = changes.items.clone();
    let mut opened: Vec<(u32, i64)> =
        scan::<Vec<(u32, i64)>, _>(session, "tickets", &["item", "opened"], move |list, batch| {
            let (item, opened) = (text(batch, "item")?, instants(batch, "opened")?);
            for row in 0..batch.num_rows() {
                if let (Some(item), Some(ms)) = (item.get(row).and_then(|item| items.find(item)), opened.get(row)) {
                    list.push((item, ms));
                }
            }
            Ok(())
        })
        .await?
        .concat();
    opened.par_sort_unstable();
    let followed = changes.followed(&opened);
    let mut keys: Vec<(&str, &str, u32)> =
        changes.rows.iter().zip(&changes.change).map(|(row, change)| (&*row.source, &*row.id, *change)).collect();
    keys.dedup();
    let mut during: Vec<Option<bool>> = vec![None; followed.len()];
    for (change, range) in changes.meanwhile(&opened, Week::Same) {
        if let Some(known) = during.get_mut(change as usize) {
            *known = Some(known.unwrap_or(false) || !range.is_empty());
        }
    }
    let timed: Vec<(&str, &str, bool, Option<bool>)> = keys
        .into_iter()
        .filter_map(|(source, id, change)| {
            let of = change as usize;
            Some((source, id, followed.get(of).copied().flatten()?, during.get(of).copied().flatten()))
        })
        .collect();
    let sources: ArrayRef = Arc::new(timed.iter().map(|(source, ..)| Some(*source)).collect::<StringArray>());
    let ids: ArrayRef = Arc::new(timed.iter().map(|(_, id, ..)| Some(*id)).collect::<StringArray>());
    let hit: ArrayRef = Arc::new(timed.iter().map(|(_, _, hit, _)| Some(*hit)).collect::<BooleanArray>());
    let meanwhile: ArrayRef = Arc::new(timed.iter().map(|(.., during)| *during).collect::<BooleanArray>());
    Ok(RecordBatch::try_from_iter([("source", sources), ("id", ids), ("followed", hit), ("during", meanwhile)])?)
}

async fn change_tickets(session: &Session) -> Result<RecordBatch> {
    type Ticket = ((u32, i64), String, String);
    let changes = Changes::read(session).await?;
    let items = changes.items.clone();
    let columns = ["source", "id", "item", "opened"];
    let mut tickets: Vec<Ticket> = scan::<Vec<Ticket>, _>(session, "tickets", &columns, move |list, batch| {
        let (source, id) = (text(batch, "source")?, text(batch, "id")?);
        let (item, opened) = (text(batch, "item")?, instants(batch, "opened")?);
        for row in 0..batch.num_rows() {
            if let (Some(item), Some(ms)) = (item.get(row).and_then(|item| items.find(item)), opened.get(row)) {
                let told = |text: Option<&str>| text.unwrap_or_default().to_owned();
                list.push(((item, ms), told(source.get(row)), told(id.get(row))));
            }
        }
        Ok(())
    })
    .await?
    .concat();
    tickets.par_sort_unstable();
    let opened: Vec<(u32, i64)> = tickets.iter().map(|(at, ..)| *at).collect();
    let mut seen: Vec<Option<bool>> = vec![None; tickets.len()];
    for week in [Week::Before, Week::After, Week::Same] {
        for place in changes.meanwhile(&opened, week).into_iter().flat_map(|(_, range)| range) {
            if let Some(seen) = seen.get_mut(place) {
                *seen = Some(week == Week::Same);
            }
        }
    }
    let found: Vec<(&Ticket, bool)> = tickets.iter().zip(seen).filter_map(|(of, seen)| Some((of, seen?))).collect();
    let sources: ArrayRef = Arc::new(found.iter().map(|((_, source, _), _)| Some(source)).collect::<StringArray>());
    let ids: ArrayRef = Arc::new(found.iter().map(|((.., id), _)| Some(id)).collect::<StringArray>());
    let during: ArrayRef = Arc::new(found.iter().map(|(_, during)| Some(*during)).collect::<BooleanArray>());
    Ok(RecordBatch::try_from_iter([("source", sources), ("id", ids), ("during", during)])?)
}

async fn alert_outcomes(session: &Session, calendar: &Calendar) -> Result<RecordBatch> {
    let alerts = crate::alerts::alerts(session, true).await?;
    let end_ms = extent(session, calendar).await?.map_or(i64::MIN, |extent| extent.end_ms);
    let sources: ArrayRef = Arc::new(alerts.iter().map(|alert| Some(&*alert.source)).collect::<StringArray>());
    let ids: ArrayRef = Arc::new(alerts.iter().map(|alert| Some(&*alert.id)).collect::<StringArray>());
    let early: ArrayRef = Arc::new(alerts.iter().map(|alert| Some(alert.early)).collect::<BooleanArray>());
    let unfelt: ArrayRef = Arc::new(alerts.iter().map(|alert| alert.unfelt(end_ms)).collect::<BooleanArray>());
    Ok(RecordBatch::try_from_iter([("source", sources), ("id", ids), ("early", early), ("unfelt", unfelt)])?)
}

async fn change_disruptions(session: &Session, calendar: &Calendar) -> Result<RecordBatch> {
    let found = crate::disruption::disruptions(session, calendar, Lost::default()).await?.unwrap_or_default();
    let sources: ArrayRef = Arc::new(found.changes.iter().map(|change| Some(&*change.source)).collect::<StringArray>());
    let ids: ArrayRef = Arc::new(found.changes.iter().map(|change| Some(&*change.id)).collect::<StringArray>());
    Ok(RecordBatch::try_from_iter([("source", sources), ("id", ids)])?)
}

async fn job_runs(session: &Session) -> Result<RecordBatch> {
    let runs = crate::jobs::job_runs(session).await?;
    let words =
        |of: &dyn Fn(&JobRun) -> Option<String>| -> ArrayRef { Arc::new(runs.iter().map(of).collect::<StringArray>()) };
    let ran = TimestampMillisecondArray::from_iter_values(runs.iter().map(|run| run.at)).with_timezone("UTC");
    let newest: BooleanArray = runs.iter().map(|run| Some(run.newest)).collect();
    Ok(RecordBatch::try_from_iter([
        ("job", words(&|run| Some(run.job.clone()))),
        ("ran", Arc::new(ran) as ArrayRef),
        ("class", words(&|run| run.class.clone())),
        ("outcome", words(&|run| run.outcome.clone())),
        ("told", words(&|run| Some(run.told.clone()))),
        ("newest", Arc::new(newest) as ArrayRef),
    ])?)
}

/// A move is an event whose team is another than that of the ticket's event before it.
async fn moves(session: &Session) -> Result<RecordBatch> {
    let batches = session
        .batches(
            "select source, ticket, \"when\" from (select source, ticket, \"when\", team, lag(team) over \
             (partition by source, ticket order by position) as prior from events where team is not null) as moves \
             where team <> prior",
        )
        .await?;
    if let Some(first) = batches.first() {
        return Ok(concat_batches(&first.schema(), &batches)?);
    }
    let none: ArrayRef = Arc::new(StringArray::new_null(0));
    let when: ArrayRef = Arc::new(TimestampMillisecondArray::new_null(0).with_timezone("UTC"));
    Ok(RecordBatch::try_from_iter([("source", Arc::clone(&none)), ("ticket", none), ("when", when)])?)
}

/// The days of the whole part of the record, in the calendar's zone: tickets opened, of them with
/// priority rank 1, and with rank 1 or 2. None where no ticket tells its priority: no day is quiet for want of a column.
async fn days(session: &Session, calendar: &Calendar) -> Result<RecordBatch> {
    type Counts = BTreeMap<i64, [i64; 4]>;
    let zone = calendar.clone();
    let parts = scan::<Counts, _>(session, "tickets", &["opened", "priority_rank"], move |counts, batch| {
        let (opened, rank) = (instants(batch, "opened")?, ranks(batch, "priority_rank")?);
        for row in 0..batch.num_rows() {
            let Some(ms) = opened.get(row) else { continue };
            let day = counts.entry(zone.local(ms.div_euclid(1000)).0).or_default();
            day[0] += 1;
            day[1] += i64::from(rank.get(row) == Some(1));
            day[2] += i64::from(matches!(rank.get(row), Some(1 | 2)));
            day[3] += i64::from(rank.get(row).is_some());
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
    let told = counts.values().any(|counts| counts[3] > 0);
    let span = extent(session, calendar).await?.filter(|_| told).map(|extent| extent.whole_from..=extent.whole_to);
    let all: Vec<(i64, [i64; 4])> =
        span.into_iter().flatten().map(|day| (day, counts.get(&day).copied().unwrap_or_default())).collect();
    let number =
        |which: usize| -> ArrayRef { Arc::new(all.iter().map(|(_, counts)| counts[which]).collect::<Int64Array>()) };
    let names: ArrayRef = Arc::new(all.iter().map(|(day, _)| Some(date_of(*day).to_string())).collect::<StringArray>());
    Ok(RecordBatch::try_from_iter([
        ("day", names),
        ("opened", number(0)),
        ("priority_1", number(1)),
        ("urgent", number(2)),
    ])?)
}
