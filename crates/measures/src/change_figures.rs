//! Figures of changes, by group.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::accumulate::Plan;
use crate::calendar::month_of;
use crate::changes::{ChangeItem, Changes, Week};
use crate::figures::{Figure, count, exact, part};
use crate::gather::Gathered;
use crate::names::Names;
use crate::stats::{ended, float, quantile};
use crate::value::By;

const MINUTE: f64 = 1.0 / 60.0;

/// What the changes of one group add up to.
#[derive(Debug, Clone, Default)]
struct Sums {
    all: u64,
    /// Told to be an emergency or not; an emergency.
    told: u64,
    emergency: u64,
    /// With an item and an actual start; followed by tickets.
    timed: u64,
    followed: u64,
    /// With a planned and an actual end; how long those that ended later did so, as sortable durations.
    ends: u64,
    overruns: Vec<u32>,
    /// Planned downtime, as sortable durations, and its sum in milliseconds.
    downtimes: Vec<u32>,
    down_ms: i64,
    /// With an item, a start and an end; with tickets between them; the tickets, each once.
    worked: u64,
    disturbed: u64,
    during: u64,
    /// In the same hours a week before and a week after.
    beside: [u64; 2],
}

/// What the changes of each group add up to; `None` where changes do not tell what the groups are about.
pub(crate) struct ChangeFigures(Option<Vec<Sums>>);

impl ChangeFigures {
    pub(crate) fn new(gathered: &Gathered, plan: &Plan, changes: &Changes) -> Self {
        if !matches!(plan.by, None | Some(By::Item | By::Service | By::Class | By::Month)) {
            return Self(None);
        }
        let followed = changes.followed(&gathered.on_items);
        let weeks = [Week::Same, Week::Before, Week::After].map(|week| by_change(changes, gathered, week));
        let (overruns, downtimes) = (changes.overruns(), changes.downtimes());
        let mut sums = vec![Sums::default(); gathered.groups.len().max(1)];
        let mut seen: Vec<[Vec<Range<usize>>; 3]> = vec![Default::default(); sums.len()];
        for (group, change) in pairs(gathered, plan, changes) {
            let Some(sums) = sums.get_mut(group as usize) else { continue };
            let of = change as usize;
            sums.all += 1;
            let emergency = changes.emergency.get(of).copied().flatten();
            sums.told += u64::from(emergency.is_some());
            sums.emergency += u64::from(emergency == Some(true));
            let after = followed.get(of).copied().flatten();
            sums.timed += u64::from(after.is_some());
            sums.followed += u64::from(after == Some(true));
            if let Some(over) = overruns.get(of).copied().flatten() {
                sums.ends += 1;
                if over > 0 {
                    sums.overruns.push(ended(over.div_euclid(1000)));
                }
            }
            if let Some(down) = downtimes.get(of).copied().flatten() {
                sums.downtimes.push(ended(down.div_euclid(1000)));
                sums.down_ms += down;
            }
            let [same, ..] = &weeks;
            if let Some(ranges) = same.get(of).filter(|ranges| !ranges.is_empty()) {
                sums.worked += 1;
                sums.disturbed += u64::from(ranges.iter().any(|range| !range.is_empty()));
            }
            if let Some(seen) = seen.get_mut(group as usize) {
                for (seen, week) in seen.iter_mut().zip(&weeks) {
                    seen.extend(week.get(of).into_iter().flatten().cloned());
                }
            }
        }
        for (sums, seen) in sums.iter_mut().zip(seen) {
            let [same, before, after] = seen.map(distinct);
            (sums.during, sums.beside) = (same, [before, after]);
        }
        for sums in &mut sums {
            sums.overruns.sort_unstable();
            sums.downtimes.sort_unstable();
        }
        Self(Some(sums))
    }

    pub(crate) fn figures(&self, name: &str, group: usize) -> Vec<Figure> {
        let Some(sums) = self.0.as_ref().and_then(|sums| sums.get(group)) else { return Vec::new() };
        let over = sums.overruns.len() as u64;
        let down = sums.downtimes.len() as u64;
        match name {
            "changes" => vec![count(sums.all, sums.all)],
            "emergency_changes" => part(sums.emergency, sums.told),
            "changes_followed_by_tickets" => part(sums.followed, sums.timed),
            "changes_without_tickets_after" => part(sums.timed - sums.followed, sums.timed),
            "changes_overran" => part(over, sums.ends),
            "change_overrun_minutes" => {
                let at = |share| quantile(&sums.overruns, share).scaled(MINUTE);
                vec![("median", at(0.5), over), ("p85", at(0.85), over)]
            }
            "planned_downtime_minutes" => {
                let sum = u64::try_from(sums.down_ms).unwrap_or(0);
                vec![
                    ("sum", exact(float(sum) / 60_000.0), down),
                    ("median", quantile(&sums.downtimes, 0.5).scaled(MINUTE), down),
                ]
            }
            "changes_with_tickets_during" => part(sums.disturbed, sums.worked),
            "tickets_during_changes" => vec![count(sums.during, sums.worked)],
            "tickets_weeks_beside_changes" => {
                vec![("mean", exact(float(sums.beside.iter().sum()) / 2.0), sums.worked)]
            }
            _ => Vec::new(),
        }
    }
}

/// For each change the places of its tickets in a week.
fn by_change(changes: &Changes, gathered: &Gathered, week: Week) -> Vec<Vec<Range<usize>>> {
    let mut by_change = vec![Vec::new(); changes.emergency.len()];
    for (change, range) in changes.meanwhile(&gathered.on_items, week) {
        if let Some(ranges) = by_change.get_mut(change as usize) {
            ranges.push(range);
        }
    }
    by_change
}

/// The same places as ranges that do not lie over one another, in order.
pub(crate) fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_unstable_by_key(|range| (range.start, range.end));
    let mut reached = 0;
    ranges.retain_mut(|range| {
        range.start = range.start.max(reached);
        reached = reached.max(range.end);
        range.start < range.end
    });
    ranges
}

/// How many places lie in any of the ranges.
fn distinct(ranges: Vec<Range<usize>>) -> u64 {
    merged(ranges).into_iter().map(|range| range.len() as u64).sum()
}

/// Whether a change began in the time that was asked for.
pub(crate) fn is_asked(row: &ChangeItem, plan: &Plan) -> bool {
    let asked = plan.from > i64::MIN || plan.to < i64::MAX || plan.as_of < i64::MAX;
    let inside = |ms: i64| ms >= plan.from && ms < plan.to && ms < plan.as_of;
    !asked || row.actual.or(row.planned).is_some_and(inside)
}

/// Group and change: a change counts once in each group that its rows name.
fn pairs(gathered: &Gathered, plan: &Plan, changes: &Changes) -> BTreeSet<(u32, u32)> {
    let mut groups = Names::default();
    for group in &gathered.groups {
        groups.number(group);
    }
    let mut pairs = BTreeSet::new();
    for (row, change) in changes.rows.iter().zip(&changes.change) {
        if !is_asked(row, plan) {
            continue;
        }
        let named = |name: &Option<String>| groups.find(name.as_deref().unwrap_or_default());
        let group = match plan.by {
            None => Some(0),
            Some(By::Item) => named(&row.item),
            Some(By::Service) => named(&row.service),
            Some(By::Class) => named(&row.class),
            _ => row.actual.or(row.planned).and_then(|ms| {
                let (year, month) = month_of(plan.calendar.local(ms.div_euclid(1000)).0);
                groups.find(&format!("{year:04}-{month:02}"))
            }),
        };
        if let Some(group) = group {
            pairs.insert((group, *change));
        }
    }
    pairs
}
