//! What was planned for each change beside what was seen, in minutes of the people who called.
//!
//! Work within its planned time disturbs by the calls that come beyond what is usual at these hours of the week; what
//! goes on beyond its plan keeps those who call in that time waiting until it ends. Sequence, never cause: usual is the
//! mean of the same hours in the two weeks before and after, so that chance shows as less than nothing about as often
//! as it shows as more.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use query::Session;
use rayon::prelude::*;

use crate::accumulate::Plan;
use crate::calendar::Calendar;
use crate::change_figures::{is_asked, merged};
use crate::changes::{ChangeItem, Changes, LONGEST_MS, WEEK_MS};
use crate::columns::{hash, instants, scan, text};
use crate::error::Result;
use crate::extent::{Extent, extent};
use crate::figures::Figure;
use crate::names::Names;
use crate::stats::{Estimate, float};
use crate::value::{Lost, Query};

/// Weeks beside the work in whose same hours the usual is looked for.
const WEEKS: [i64; 4] = [-2, -1, 1, 2];

/// Item, instant and who called: a hash, 0 where that is not told.
type Call = (u32, i64, u64);

/// A piece of time on an item: from, and before when.
type Piece = (u32, i64, i64);

/// What was planned for a change and what was seen.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Disruption {
    /// Where it came from.
    pub source: String,
    /// Its number there.
    pub id: String,
    /// Items that it touches, those with a planned and an actual time.
    pub items: Vec<String>,
    /// Class of work.
    pub class: Option<String>,
    /// Planned start and end in milliseconds since 1970, the longest of its rows.
    pub planned: (i64, i64),
    /// Actual start and end, of the same row.
    pub actual: (i64, i64),
    /// Minutes of work outside of the planned time, the most of its rows.
    pub beyond_minutes: f64,
    /// Minutes of downtime that were planned, where any were.
    pub downtime_minutes: Option<f64>,
    /// People who called about that of its items which most called about, at any time of the record; 0 where callers are
    /// not told.
    pub known_people: u64,
    /// Calls about its items within the planned time of its work, and what is usual at these hours.
    pub within: (u64, f64),
    /// Calls about its items while the work went beyond its plan, and what is usual at these hours.
    pub outside: (u64, f64),
    /// Minutes that people lost beyond what is usual, by the low, middle and high end of the owner's ranges, in rising
    /// order; below zero where fewer called than usual.
    pub user_minutes: [f64; 3],
}

/// The changes with a planned and an actual time, and what they add up to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Disruptions {
    /// The changes, in the order of their keys.
    pub changes: Vec<Disruption>,
    /// Minutes that people lost beyond what is usual, all changes together: what was more and what was less than usual
    /// at chance cancel out. Low, middle, high; never below zero.
    pub user_minutes: [f64; 3],
}

/// Compares what was planned for each change with what was seen; `None` where no change tells an item, a planned and an
/// actual time at most 72 hours long, with a week beside it in the record.
///
/// # Errors
/// When the record cannot be read.
pub async fn disruptions(session: &Session, calendar: &Calendar, lost: Lost) -> Result<Option<Disruptions>> {
    let changes = Changes::read(session).await?;
    if !changes.rows.iter().any(is_timed) {
        return Ok(None);
    }
    let Some(extent) = extent(session, calendar).await? else { return Ok(None) };
    let calls = calls(session, &changes.items).await?;
    let plan = Plan::of(&Query { lost, ..Query::default() }, calendar, changes.items.clone());
    let found = tokio::task::spawn_blocking(move || all(&changes, &calls, &plan, &extent, lost)).await?;
    Ok((!found.changes.is_empty()).then_some(found))
}

/// Whether a row tells an item and two times that can be compared.
pub(crate) fn is_timed(row: &ChangeItem) -> bool {
    let spans = row.planned.zip(row.planned_end).zip(row.actual.zip(row.actual_end));
    row.item.is_some()
        && spans.is_some_and(|((ps, pe), (from, to))| ps <= pe && (0..=LONGEST_MS).contains(&(to - from)))
}

/// The calls about items of changes, sorted.
pub(crate) async fn calls(session: &Session, items: &Names) -> Result<Vec<Call>> {
    let items = items.clone();
    let columns = ["item", "opened", "requester"];
    let mut calls = scan::<Vec<Call>, _>(session, "tickets", &columns, move |calls, batch| {
        let (item, opened, who) = (text(batch, "item")?, instants(batch, "opened")?, text(batch, "requester")?);
        for row in 0..batch.num_rows() {
            if let (Some(item), Some(at)) = (item.get(row).and_then(|item| items.find(item)), opened.get(row)) {
                let who = who.get(row).filter(|who| !who.is_empty()).map_or(0, |who| hash(0, who).max(1));
                calls.push((item, at, who));
            }
        }
        Ok(())
    })
    .await?
    .concat();
    calls.par_sort_unstable();
    Ok(calls)
}

/// The changes that were asked for, each with what was seen.
pub(crate) fn all(changes: &Changes, calls: &[Call], plan: &Plan, extent: &Extent, lost: Lost) -> Disruptions {
    let mut groups: Vec<Range<usize>> = Vec::new();
    for (place, change) in changes.change.iter().enumerate() {
        match groups.last_mut().filter(|group| changes.change.get(group.start) == Some(change)) {
            Some(group) => group.end = place + 1,
            None => groups.push(place..place + 1),
        }
    }
    let record = (plan.calendar.day_start(extent.first_day) * 1000, extent.end_ms);
    let beside = Beside { items: &changes.items, calls, people: people_by_item(calls), record, lost };
    let told: Vec<(Disruption, [f64; 3])> = groups
        .into_par_iter()
        .filter_map(|group| {
            let rows: Vec<&ChangeItem> = changes.rows.get(group)?.iter().filter(|row| is_timed(row)).collect();
            let asked = rows.first().is_some_and(|row| is_asked(row, plan));
            if asked { one(&rows, &beside) } else { None }
        })
        .collect();
    let mut sums = [0.0; 3];
    for (_, minutes) in &told {
        for (sum, minutes) in sums.iter_mut().zip(minutes) {
            *sum += minutes;
        }
    }
    Disruptions {
        changes: told.into_iter().map(|(told, _)| told).collect(),
        user_minutes: rising(sums.map(|sum| sum.max(0.0))),
    }
}

fn rising(mut three: [f64; 3]) -> [f64; 3] {
    three.sort_by(f64::total_cmp);
    three
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of changes stay far below 2^52")]
fn minutes(ms: i64) -> f64 {
    ms as f64 / 60_000.0
}

/// The same pieces some weeks earlier or later; `None` where the record does not hold all of them.
fn moved(pieces: &[Piece], weeks: i64, (start, end): (i64, i64)) -> Option<Vec<Piece>> {
    let shift = weeks * WEEK_MS;
    let moved: Vec<Piece> = pieces.iter().map(|(item, from, to)| (*item, from + shift, to + shift)).collect();
    moved.iter().all(|(_, from, to)| *from >= start && *to <= end).then_some(moved)
}

/// Places of the calls in any of the pieces, each once.
fn places(pieces: &[Piece], calls: &[Call]) -> Vec<Range<usize>> {
    let ranges = pieces.iter().map(|(item, from, to)| {
        let place = |at: i64| calls.partition_point(|(on, when, _)| (*on, *when) < (*item, at));
        place(*from)..place(*to)
    });
    merged(ranges.collect())
}

fn counted(ranges: &[Range<usize>]) -> u64 {
    ranges.iter().map(|range| range.len() as u64).sum()
}

/// How many calls are usual in these pieces; `None` where the record holds none of the weeks beside.
fn usual(pieces: &[Piece], beside: &Beside<'_>) -> Option<f64> {
    let weeks: Vec<u64> = WEEKS
        .iter()
        .filter_map(|weeks| Some(counted(&places(&moved(pieces, *weeks, beside.record)?, beside.calls))))
        .collect();
    (!weeks.is_empty()).then(|| float(weeks.iter().sum()) / float(weeks.len() as u64))
}

/// What every change is held against.
struct Beside<'a> {
    items: &'a Names,
    calls: &'a [Call],
    /// By item how many people called about it.
    people: HashMap<u32, u64>,
    /// First and last instant of the record.
    record: (i64, i64),
    lost: Lost,
}

/// One change by its rows, and its user-minutes by the low, middle and high ends of the ranges, in that order.
fn one(rows: &[&ChangeItem], beside: &Beside<'_>) -> Option<(Disruption, [f64; 3])> {
    let (mut within, mut outside) = (Vec::new(), Vec::new());
    let mut told = Disruption::default();
    for row in rows {
        let (ps, pe, from, to) = (row.planned?, row.planned_end?, row.actual?, row.actual_end?);
        let name = row.item.as_ref()?;
        let item = beside.items.find(name)?;
        // The last instant of the work belongs to it, and that of the planned time to that.
        let (end, planned_end) = (to + 1, pe + 1);
        within.push((item, from.max(ps), end.min(planned_end)));
        outside.extend([(item, from, end.min(ps)), (item, from.max(planned_end), end)]);
        let beyond = minutes((to.min(ps) - from).max(0) + (to - from.max(pe)).max(0));
        told.beyond_minutes = told.beyond_minutes.max(beyond);
        let downtimes = [told.downtime_minutes, row.downtime.map(minutes)];
        told.downtime_minutes = downtimes.into_iter().flatten().reduce(f64::max);
        told.known_people = told.known_people.max(beside.people.get(&item).copied().unwrap_or(0));
        if told.items.is_empty() || to - from > told.actual.1 - told.actual.0 {
            (told.planned, told.actual) = ((ps, pe), (from, to));
        }
        if !told.items.contains(name) {
            told.items.push(name.clone());
        }
        told.class = told.class.or_else(|| row.class.clone());
        (told.source, told.id) = (row.source.clone(), row.id.clone());
    }
    for pieces in [&mut within, &mut outside] {
        pieces.retain(|(_, from, to)| from < to);
    }
    let (inside, after) = (places(&within, beside.calls), places(&outside, beside.calls));
    told.within = (counted(&inside), usual(&within, beside)?);
    told.outside = (counted(&after), usual(&outside, beside)?);
    let ranges = merged([inside, after].concat());
    let (known, unnamed) = people(&ranges, beside.calls);
    let all = counted(&ranges);
    let extra = |(seen, usual): (u64, f64)| float(seen) - usual;
    let mut ends = [0.0; 3];
    for ((end, a_call), each) in ends.iter_mut().zip(beside.lost.people()).zip(beside.lost.minutes()) {
        let a_call = if all > 0 { (float(known) + float(unnamed) * a_call) / float(all) } else { a_call };
        *end = a_call * (extra(told.within) * each + extra(told.outside) * told.beyond_minutes);
    }
    told.user_minutes = rising(ends);
    Some((told, ends))
}

/// By item how many people called about it at any time.
fn people_by_item(calls: &[Call]) -> HashMap<u32, u64> {
    calls
        .chunk_by(|one, other| one.0 == other.0)
        .filter_map(|calls| {
            let people: HashSet<u64> = calls.iter().map(|(_, _, who)| *who).filter(|who| *who != 0).collect();
            Some((calls.first()?.0, people.len() as u64))
        })
        .collect()
}

/// People behind some calls who are told, and calls that do not tell who called.
fn people(ranges: &[Range<usize>], calls: &[Call]) -> (u64, u64) {
    let mut known = HashSet::new();
    let mut unnamed = 0;
    for (_, _, who) in ranges.iter().filter_map(|range| calls.get(range.clone())).flatten() {
        if *who == 0 {
            unnamed += 1;
        } else {
            known.insert(*who);
        }
    }
    (known.len() as u64, unnamed)
}

/// The figures of the measure; none where it is asked by something.
pub(crate) fn figures(found: Option<&Disruptions>) -> Vec<Figure> {
    let Some(found) = found else { return Vec::new() };
    let n = found.changes.len() as u64;
    let [low, mid, high] = found.user_minutes;
    let over = |by: f64| Estimate { value: Some(mid / by), low: Some(low / by), high: Some(high / by) };
    vec![("sum", over(1.0), n), ("mean", over(float(n.max(1))), n)]
}
