//! One pass over the tickets: what each partition gathers.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, RecordBatch};

use crate::alerts::MONITORING;
use crate::calendar::{Calendar, month_of, weekday};
use crate::columns::{Text, counts, flags, floats, hash, instants, ranks, text};
use crate::compute::millis;
use crate::error::Result;
use crate::extent::Span;
use crate::names::Names;
use crate::stats::ended;
use crate::value::{By, Query};

/// Columns that the pass reads; those of the grouping come on top.
pub(crate) const COLUMNS: [&str; 22] = [
    "source",
    "opened",
    "first_response",
    "resolved",
    "closed",
    "as_of",
    "reopened",
    "stage",
    "priority_rank",
    "item",
    "category",
    "symptom",
    "location",
    "sla_kept",
    "reassignments",
    "hops",
    "ping_pong",
    "touch_minutes",
    "linked_change",
    "linked_problem",
    "linked_incident",
    "class",
];

/// A cell that is not counted.
pub(crate) const NOWHERE: u32 = u32::MAX;

/// Looks back this far for repeat work.
pub(crate) const REPEAT_MS: i64 = 30 * 86_400_000;

/// Fields whose combination makes repeat work.
pub(crate) const COMBINED: [&str; 4] = ["item", "category", "symptom", "location"];

/// A hash of the combination of a ticket, `None` when it tells fewer than two of the four, or neither item
/// nor symptom. `combined` are the columns in the order of [`COMBINED`].
pub(crate) fn combination(combined: &[Text], row: usize) -> Option<u64> {
    let said = |text: &Text| text.get(row).is_some_and(|text| !text.is_empty());
    let [item, category, symptom, location] = combined else { return None };
    let told = [item, category, symptom, location].into_iter().filter(|column| said(column)).count();
    (told > 1 && (said(item) || said(symptom)))
        .then(|| combined.iter().fold(0, |state, column| hash(state, column.get(row).unwrap_or_default())))
}

/// Counters of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub(crate) enum Count {
    Tickets,
    NotClassed,
    Opened,
    Dated,
    Impossible,
    AfterHours,
    Open,
    OpenWaiting,
    ReopenedTold,
    Reopened,
    ReassignedTold,
    Reassigned,
    Reassignments,
    OneTouch,
    EndedTold,
    FirstContact,
    HopsTold,
    Hops,
    PingPongTold,
    PingPong,
    SlaKept,
    SlaMissed,
    SlaKeptTold,
    SlaKeptReopened,
    BookedTold,
    BookedSeconds,
    Change,
    Problem,
    Incident,
    RepeatTold,
    Repeat,
    Last,
}

/// Counters of one cell.
#[derive(Debug, Clone)]
pub(crate) struct Counters([u64; Count::Last as usize]);

impl Default for Counters {
    fn default() -> Self {
        Self([0; Count::Last as usize])
    }
}

impl Counters {
    #[inline]
    pub(crate) fn add(&mut self, which: Count, value: u64) {
        if let Some(counter) = self.0.get_mut(which as usize) {
            *counter += value;
        }
    }

    #[inline]
    fn add_if(&mut self, which: Count, condition: bool) {
        self.add(which, u64::from(condition));
    }

    pub(crate) fn get(&self, which: Count) -> u64 {
        self.0.get(which as usize).copied().unwrap_or(0)
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            *mine += theirs;
        }
    }
}

/// Durations that ended, by cell: the same tickets in calendar and in business time.
#[derive(Debug, Default)]
pub(crate) struct Durations {
    pub(crate) cells: Vec<u32>,
    pub(crate) calendar: Vec<u32>,
    pub(crate) business: Vec<u32>,
}

/// What a source tells at all.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each field is one thing that the source tells or not")]
pub(crate) struct Tells {
    /// First response, resolved, closed.
    pub(crate) ends: [bool; 3],
    pub(crate) change: bool,
    pub(crate) problem: bool,
    pub(crate) incident: bool,
    pub(crate) priority: bool,
}

impl Tells {
    pub(crate) fn merge(&mut self, other: Self) {
        for (mine, theirs) in self.ends.iter_mut().zip(other.ends) {
            *mine |= theirs;
        }
        self.change |= other.change;
        self.problem |= other.problem;
        self.incident |= other.incident;
        self.priority |= other.priority;
    }
}

/// From when to when a ticket of priority rank 1 was open: cell, seconds; the end is far away while it is open.
pub(crate) type Burning = (u32, i64, i64);

/// A ticket of an urgent priority: cell, local day, whether it is of rank 1.
pub(crate) type Urgent = (u32, i64, bool);

/// What one partition gathers.
#[derive(Debug, Default)]
pub(crate) struct Part {
    pub(crate) span: Span,
    pub(crate) sources: Names,
    pub(crate) groups: Names,
    cells: HashMap<(u32, u32), u32>,
    /// Source and group of each cell.
    pub(crate) keys: Vec<(u32, u32)>,
    pub(crate) counters: Vec<Counters>,
    pub(crate) tells: Vec<Tells>,
    pub(crate) done: [Durations; 3],
    /// Not yet answered, resolved, closed: cell and opened in seconds.
    pub(crate) running: [Vec<(u32, i64)>; 3],
    pub(crate) open: Vec<(u32, i64)>,
    /// Arrivals by hour of the week, Monday 00:00 first.
    pub(crate) hours: Vec<u64>,
    pub(crate) urgent: Vec<Urgent>,
    pub(crate) burning: Vec<Burning>,
    /// Whether monitoring opened any of the tickets on an item.
    pub(crate) alerts: bool,
    /// Hash of the combination, opened in milliseconds, cell.
    pub(crate) repeats: Vec<(u64, i64, u32)>,
    /// Item of a change and opened in milliseconds.
    pub(crate) on_items: Vec<(u32, i64)>,
}

/// What the pass looks for.
pub(crate) struct Plan {
    pub(crate) calendar: Arc<Calendar>,
    pub(crate) by: Option<By>,
    pub(crate) from: i64,
    pub(crate) to: i64,
    pub(crate) as_of: i64,
    pub(crate) items: Names,
}

impl Plan {
    /// What a request asks, over a record with changes to these items.
    pub(crate) fn of(query: &Query, calendar: &Calendar, items: Names) -> Self {
        Self {
            calendar: Arc::new(calendar.clone()),
            by: query.by,
            from: millis(query.from, i64::MIN),
            to: millis(query.to, i64::MAX),
            as_of: millis(query.as_of, i64::MAX),
            items,
        }
    }
}

impl Part {
    fn cell(&mut self, source: u32, group: u32) -> u32 {
        if let Some(&cell) = self.cells.get(&(source, group)) {
            return cell;
        }
        let cell = u32::try_from(self.keys.len()).unwrap_or(NOWHERE);
        self.cells.insert((source, group), cell);
        self.keys.push((source, group));
        self.counters.push(Counters::default());
        cell
    }

    #[expect(clippy::too_many_lines, reason = "one row after the other, every measure in one look")]
    pub(crate) fn step(&mut self, plan: &Plan, batch: &RecordBatch) -> Result<()> {
        let source = text(batch, "source")?;
        let opened = instants(batch, "opened")?;
        let ends = [instants(batch, "first_response")?, instants(batch, "resolved")?, instants(batch, "closed")?];
        let as_of = instants(batch, "as_of")?;
        let (reopened, reassignments) = (counts(batch, "reopened")?, counts(batch, "reassignments")?);
        let (hops, ping_pong) = (counts(batch, "hops")?, flags(batch, "ping_pong")?);
        let (stage, rank, sla) = (text(batch, "stage")?, ranks(batch, "priority_rank")?, flags(batch, "sla_kept")?);
        let touch = floats(batch, "touch_minutes")?;
        let combined = COMBINED.into_iter().map(|name| text(batch, name)).collect::<Result<Vec<_>>>()?;
        let item = text(batch, "item")?;
        let change = text(batch, "linked_change")?;
        let (problem, incident) = (text(batch, "linked_problem")?, text(batch, "linked_incident")?);
        let class = text(batch, "class")?;
        let by = match plan.by {
            None | Some(By::Month) => None,
            Some(by) => Some(text(batch, by.column())?),
        };
        if self.hours.is_empty() {
            self.hours.resize(7 * 24, 0);
        }
        let calendar = plan.calendar.as_ref();
        let said = |text: &Text, row: usize| text.get(row).is_some_and(|text| !text.is_empty());
        for row in 0..batch.num_rows() {
            let source = self.sources.number(source.get(row).unwrap_or_default());
            let open_ms = opened.get(row);
            let ends_ms = [ends[0].get(row), ends[1].get(row), ends[2].get(row)];
            for ms in [open_ms, ends_ms[0], ends_ms[1], ends_ms[2], as_of.get(row)].into_iter().flatten() {
                self.span.note(ms);
            }
            if let Some(ms) = ends_ms[1].or(ends_ms[2]) {
                self.span.note_ended(ms);
            }
            let open_s = open_ms.map(|ms| ms.div_euclid(1000));
            let local = open_s.map(|second| calendar.local(second));
            if let Some((day, _)) = local {
                self.span.note_opened(day);
            }
            let rank = rank.get(row);
            let links = [said(&change, row), said(&problem, row), said(&incident, row)];
            self.alerts |= class.get(row) == Some(MONITORING) && said(&item, row);
            let index = source as usize;
            if self.tells.len() <= index {
                self.tells.resize(index + 1, Tells::default());
            }
            if let Some(tells) = self.tells.get_mut(index) {
                tells.merge(Tells {
                    ends: ends_ms.map(|end| end.is_some()),
                    change: links[0],
                    problem: links[1],
                    incident: links[2],
                    priority: rank.is_some(),
                });
            }
            // Tickets outside the time asked for still are what others came after.
            let unseen = plan.as_of < i64::MAX && open_ms.is_none_or(|ms| ms >= plan.as_of);
            let outside = unseen
                || (plan.from > i64::MIN && open_ms.is_none_or(|ms| ms < plan.from))
                || (plan.to < i64::MAX && open_ms.is_none_or(|ms| ms >= plan.to));
            let cell = if outside {
                NOWHERE
            } else {
                let group = match (&by, plan.by, local) {
                    (Some(column), _, _) => self.groups.number(column.get(row).unwrap_or_default()),
                    (None, Some(_), Some((day, _))) => {
                        let (year, month) = month_of(day);
                        self.groups.number(&format!("{year:04}-{month:02}"))
                    }
                    _ => self.groups.number(""),
                };
                self.cell(source, group)
            };
            if let (Some(ms), false) = (open_ms, unseen) {
                if let Some(item) = item.get(row).and_then(|item| plan.items.find(item)) {
                    self.on_items.push((item, ms));
                }
                if let Some(key) = combination(&combined, row) {
                    self.repeats.push((key, ms, cell));
                }
            }
            let Some(counters) = self.counters.get_mut(cell as usize) else { continue };
            counters.add(Count::Tickets, 1);
            counters.add_if(Count::NotClassed, class.get(row).is_none());
            let stage = stage.get(row).unwrap_or_default();
            let done_now = match stage {
                "new" | "active" | "waiting" => ends_ms[2].is_some(),
                "" => ends_ms[1].is_some() || ends_ms[2].is_some(),
                _ => true,
            };
            // Rewound: what ended later is running.
            let last_end = ends_ms[1].or(ends_ms[2]);
            let is_open = !done_now || last_end.is_some_and(|end| end >= plan.as_of);
            counters.add_if(Count::Open, is_open);
            counters.add_if(Count::OpenWaiting, is_open && !done_now && stage == "waiting");
            let reopened = reopened.get(row);
            let came_back = reopened.is_some_and(|times| times > 0);
            counters.add_if(Count::ReopenedTold, reopened.is_some());
            counters.add_if(Count::Reopened, came_back);
            if let Some(moves) = reassignments.get(row) {
                counters.add(Count::ReassignedTold, 1);
                counters.add_if(Count::Reassigned, moves > 0);
                counters.add(Count::Reassignments, u64::try_from(moves).unwrap_or(0));
                let one_touch = moves == 0 && !came_back;
                counters.add_if(Count::OneTouch, one_touch);
                counters.add_if(Count::EndedTold, !is_open);
                counters.add_if(Count::FirstContact, !is_open && one_touch);
            }
            if let Some(moves) = hops.get(row) {
                counters.add(Count::HopsTold, 1);
                counters.add(Count::Hops, u64::try_from(moves).unwrap_or(0));
            }
            if let Some(returned) = ping_pong.get(row) {
                counters.add(Count::PingPongTold, 1);
                counters.add_if(Count::PingPong, returned);
            }
            if let Some(kept) = sla.get(row) {
                counters.add_if(Count::SlaKept, kept);
                counters.add_if(Count::SlaMissed, !kept);
                counters.add_if(Count::SlaKeptTold, kept && reopened.is_some());
                counters.add_if(Count::SlaKeptReopened, kept && came_back);
            }
            if touch.is_valid(row) {
                counters.add(Count::BookedTold, 1);
                counters.add(Count::BookedSeconds, seconds(touch.value(row)));
            }
            counters.add_if(Count::Change, links[0]);
            counters.add_if(Count::Problem, links[1]);
            counters.add_if(Count::Incident, links[2]);
            let (Some(open_s), Some((day, second))) = (open_s, local) else { continue };
            let after_hours = !calendar.is_open(open_s);
            counters.add(Count::Opened, 1);
            counters.add_if(Count::AfterHours, after_hours);
            if ends_ms.iter().any(Option::is_some) {
                counters.add(Count::Dated, 1);
                counters.add_if(Count::Impossible, ends_ms.iter().flatten().any(|end| Some(*end) < open_ms));
            }
            let hour = usize::try_from(weekday(day) * 24 + second / 3600).unwrap_or(0);
            if let Some(arrivals) = self.hours.get_mut(hour) {
                *arrivals += 1;
            }
            if let Some(rank @ 1..=2) = rank {
                self.urgent.push((cell, day, rank == 1));
                // One whose end is not told took no time that could be told.
                let until = if is_open { i64::MAX } else { last_end.map_or(open_s, |end| end.div_euclid(1000)) };
                if rank == 1 && until > open_s {
                    self.burning.push((cell, open_s, until));
                }
            }
            if is_open {
                self.open.push((cell, open_s));
            }
            // Answered and resolved wait while the ticket is open, closed waits until it is closed.
            let waits = [!done_now, !done_now, ends_ms[2].is_none() && !matches!(stage, "closed" | "cancelled")];
            // Open again: the resolution on record is not the last.
            let ends_ms = [ends_ms[0], ends_ms[1].filter(|_| done_now), ends_ms[2]];
            for (which, (end, wait)) in ends_ms.into_iter().zip(waits).enumerate() {
                let (Some(done), Some(running)) = (self.done.get_mut(which), self.running.get_mut(which)) else {
                    continue;
                };
                match end {
                    Some(end) if Some(end) < open_ms => {}
                    Some(end) if end >= plan.as_of => running.push((cell, open_s)),
                    Some(end) => {
                        let end = end.div_euclid(1000);
                        done.cells.push(cell);
                        done.calendar.push(ended(end - open_s));
                        done.business.push(ended(calendar.business_seconds(open_s, end)));
                    }
                    None if wait => running.push((cell, open_s)),
                    None => {}
                }
            }
        }
        Ok(())
    }
}

/// Minutes of work in whole seconds, so that sums do not depend on their order.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what fits before")]
fn seconds(minutes: f64) -> u64 {
    (minutes * 60.0).round().clamp(0.0, 1e15) as u64
}
