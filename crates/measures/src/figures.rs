//! From what was gathered to figures with n and interval.

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::accumulate::{Count, Plan};
use crate::alerts::Watch;
use crate::change_figures::ChangeFigures;
use crate::changes::Changes;
use crate::definitions::definitions;
use crate::disruption::{Disruptions, figures as toll};
use crate::gather::Gathered;
use crate::jobs::{self, JobRun};
use crate::stats::{Estimate, float, kaplan_meier, mean, quantile, wilson};
use crate::value::{By, Definition, MeasureValue};

/// Statistic, value, n, whether the value is a full count, unit when it is not the definition's.
pub(crate) type Figure = (&'static str, Estimate, u64);

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const HOUR: f64 = 1.0 / 3600.0;

/// What is told of the whole record only, not by something.
pub(crate) struct Whole {
    pub(crate) watch: Watch,
    /// `None` where it is split by something.
    pub(crate) toll: Option<Disruptions>,
    /// Runs of jobs; `None` where it is split by something.
    pub(crate) jobs: Option<Vec<JobRun>>,
}

impl Whole {
    /// The figures of a measure; `None` when it is one that can be split.
    fn figures(&self, name: &str, plan: &Plan) -> Option<Vec<Figure>> {
        if name == "change_disruption_minutes" {
            return Some(toll(self.toll.as_ref()));
        }
        let jobs = self.jobs.as_ref().and_then(|runs| jobs::figures(runs, plan, name));
        jobs.or_else(|| self.watch.figures(name))
    }
}

pub(crate) fn values(gathered: &Gathered, plan: &Plan, changes: &Changes, whole: &Whole) -> Vec<MeasureValue> {
    let change_figures = ChangeFigures::new(gathered, plan, changes);
    let mut values = Vec::new();
    for definition in definitions() {
        if definition.name == "arrivals_by_weekday_hour" {
            values.extend(arrivals(definition, gathered, plan));
            continue;
        }
        if let Some(figures) = whole.figures(definition.name, plan) {
            values.extend(figures.into_iter().map(|figure| told(definition, None, figure)));
            continue;
        }
        let place = DURATIONS.iter().position(|name| *name == definition.name);
        let figures: Vec<Vec<Figure>> = (0..gathered.groups.len())
            .into_par_iter()
            .map(|group| match place {
                Some(place) => {
                    gathered.durations.get(place).map(|sorted| times(sorted.group(group))).unwrap_or_default()
                }
                None => counted(definition.name, gathered, plan, &change_figures, group),
            })
            .collect();
        for (group, figures) in gathered.groups.iter().zip(figures) {
            let group = plan.by.map(|_| group.clone());
            values.extend(figures.into_iter().map(|figure| told(definition, group.clone(), figure)));
        }
    }
    values
}

/// Names of the durations, in the order of `Gathered::durations`.
const DURATIONS: [&str; 6] = [
    "first_response_hours",
    "first_response_business_hours",
    "opened_to_resolved_hours",
    "opened_to_resolved_business_hours",
    "opened_to_closed_hours",
    "opened_to_closed_business_hours",
];

/// A figure, withheld below the minimum of its definition. Counts and sums are always told.
pub(crate) fn told(
    definition: &'static Definition,
    group: Option<String>,
    (statistic, estimate, n): Figure,
) -> MeasureValue {
    let counted = matches!(statistic, "count" | "sum");
    let estimate = if counted || n >= definition.minimum_n.max(1) { estimate } else { Estimate::default() };
    let unit = if statistic == "share" { "share" } else { definition.unit };
    MeasureValue {
        name: definition.name,
        statistic,
        group,
        value: estimate.value,
        unit,
        n,
        low: estimate.low,
        high: estimate.high,
    }
}

pub(crate) fn exact(value: f64) -> Estimate {
    Estimate { value: Some(value), low: None, high: None }
}

pub(crate) fn count(count: u64, n: u64) -> Figure {
    ("count", exact(float(count)), n)
}

/// Count and share of a part.
pub(crate) fn part(part: u64, n: u64) -> Vec<Figure> {
    let share = wilson(part, n).map_or_else(Estimate::default, |(low, high)| Estimate {
        value: Some(float(part) / float(n)),
        low: Some(low),
        high: Some(high),
    });
    vec![count(part, n), ("share", share, n)]
}

/// Mean and quantiles of sorted durations, some of them cut off.
fn times(keys: &[u32]) -> Vec<Figure> {
    let cut = keys.iter().any(|key| key & 1 == 1);
    let only_ended: Vec<u32> = if cut { keys.iter().copied().filter(|key| key & 1 == 0).collect() } else { Vec::new() };
    let ended = if cut { only_ended.as_slice() } else { keys };
    let n = ended.len() as u64;
    let mut figures = vec![("mean", mean(ended).scaled(HOUR), n)];
    for (statistic, share) in
        [("median_completed", 0.5), ("p75_completed", 0.75), ("p90_completed", 0.9), ("p95_completed", 0.95)]
    {
        figures.push((statistic, quantile(ended, share).scaled(HOUR), n));
    }
    let all = keys.len() as u64;
    let estimates = kaplan_meier(keys, &[0.5, 0.85, 0.95]);
    for (statistic, estimate) in ["p50", "p85", "p95"].into_iter().zip(estimates) {
        figures.push((statistic, estimate.scaled(HOUR), all));
    }
    figures
}

fn counted(name: &str, gathered: &Gathered, plan: &Plan, changes: &ChangeFigures, group: usize) -> Vec<Figure> {
    let Some(counters) = gathered.counters.get(group) else { return Vec::new() };
    let get = |which| counters.get(which);
    let linkable = gathered.linkable.get(group).copied().unwrap_or_default();
    match name {
        "tickets" => {
            let (tickets, all) = (get(Count::Tickets), gathered.all);
            let share = exact_or_none((all > 0).then(|| float(tickets) / float(all)));
            let of_all = plan.by.is_some().then_some(("share", share, all));
            std::iter::once(count(tickets, tickets)).chain(of_all).collect()
        }
        "not_classed" => part(get(Count::NotClassed), get(Count::Tickets)),
        "after_hours" => part(get(Count::AfterHours), get(Count::Opened)),
        "backlog" => part(get(Count::Open), get(Count::Tickets)),
        "backlog_waiting" => part(get(Count::OpenWaiting), get(Count::Open)),
        "backlog_older_than_7_days" => older(gathered, group, 7),
        "backlog_older_than_30_days" => older(gathered, group, 30),
        "backlog_older_than_90_days" => older(gathered, group, 90),
        "backlog_age_hours" => ages(gathered, group),
        "reopened" => part(get(Count::Reopened), get(Count::ReopenedTold)),
        "reassigned" => part(get(Count::Reassigned), get(Count::ReassignedTold)),
        "reassignments" => vec![("sum", exact(float(get(Count::Reassignments))), get(Count::ReassignedTold))],
        "hops" => vec![("sum", exact(float(get(Count::Hops))), get(Count::HopsTold))],
        "ping_pong" => part(get(Count::PingPong), get(Count::PingPongTold)),
        "one_touch" => part(get(Count::OneTouch), get(Count::ReassignedTold)),
        "first_contact_resolved" => part(get(Count::FirstContact), get(Count::EndedTold)),
        "sla_missed" => part(get(Count::SlaMissed), get(Count::SlaKept) + get(Count::SlaMissed)),
        "sla_kept" => part(get(Count::SlaKept), get(Count::SlaKept) + get(Count::SlaMissed)),
        "sla_kept_but_reopened" => part(get(Count::SlaKeptReopened), get(Count::SlaKeptTold)),
        "repeat_work" => part(get(Count::Repeat), get(Count::RepeatTold)),
        "linked_to_change" => part(get(Count::Change), linkable[0]),
        "linked_to_problem" => part(get(Count::Problem), linkable[1]),
        "linked_to_incident" => part(get(Count::Incident), linkable[2]),
        "work_booked_hours" => {
            let (booked, all) = (get(Count::BookedSeconds), gathered.booked);
            let share = exact_or_none((all.0 > 0).then(|| float(booked) / float(all.0)));
            let of_all = plan.by.is_some().then_some(("share", share, all.1));
            let sum = ("sum", exact(float(booked) * HOUR), get(Count::BookedTold));
            std::iter::once(sum).chain(of_all).collect()
        }
        "impossible_dates" => part(get(Count::Impossible), get(Count::Dated)),
        "days_without_priority_1" => quiet(gathered, plan, group, true),
        "quiet_days" => quiet(gathered, plan, group, false),
        "hours_without_priority_1" => calm(gathered, plan, group),
        _ => changes.figures(name, group),
    }
}

/// Ages in seconds of the open tickets of a group, ascending.
fn group_ages(gathered: &Gathered, group: usize) -> &[(u32, i64)] {
    let number = u32::try_from(group).unwrap_or(u32::MAX);
    let from = gathered.ages.partition_point(|(of, _)| *of < number);
    let to = gathered.ages.partition_point(|(of, _)| *of <= number);
    gathered.ages.get(from..to).unwrap_or_default()
}

fn older(gathered: &Gathered, group: usize, days: i64) -> Vec<Figure> {
    let ages = group_ages(gathered, group);
    let younger = ages.partition_point(|(_, age)| *age <= days * 86_400);
    part((ages.len() - younger) as u64, ages.len() as u64)
}

fn ages(gathered: &Gathered, group: usize) -> Vec<Figure> {
    let keys: Vec<u32> = group_ages(gathered, group).iter().map(|(_, age)| crate::stats::ended(*age)).collect();
    let n = keys.len() as u64;
    // The whole backlog is known: no interval.
    let at = |share| exact_or_none(quantile(&keys, share).scaled(HOUR).value);
    vec![("median", at(0.5), n), ("p85", at(0.85), n)]
}

fn exact_or_none(value: Option<f64>) -> Estimate {
    Estimate { value, low: None, high: None }
}

/// Days without a ticket of priority 1 (`first`), or of 1 and 2.
fn quiet(gathered: &Gathered, plan: &Plan, group: usize, first: bool) -> Vec<Figure> {
    if plan.by == Some(By::Month) {
        return Vec::new();
    }
    let Some((from, to)) = days(gathered, plan) else { return part(0, 0) };
    let number = u32::try_from(group).unwrap_or(u32::MAX);
    let busy: BTreeSet<i64> = gathered
        .urgent
        .iter()
        .filter(|(of, day, of_first)| *of == number && (from..=to).contains(day) && (*of_first || !first))
        .map(|(_, day, _)| *day)
        .collect();
    let n = u64::try_from(to - from + 1).unwrap_or(0);
    part(n - (busy.len() as u64).min(n), n)
}

/// Hours in which no ticket of priority 1 was open.
fn calm(gathered: &Gathered, plan: &Plan, group: usize) -> Vec<Figure> {
    if plan.by == Some(By::Month) {
        return Vec::new();
    }
    let Some((first, last)) = days(gathered, plan) else {
        return vec![("sum", exact(0.0), 0), ("share", Estimate::default(), 0)];
    };
    let (from, to) = (plan.calendar.day_start(first), plan.calendar.day_start(last + 1));
    let number = u32::try_from(group).unwrap_or(u32::MAX);
    let start = gathered.burning.partition_point(|(of, ..)| *of < number);
    let end = gathered.burning.partition_point(|(of, ..)| *of <= number);
    let (mut burnt, mut reached) = (0, from);
    for (_, since, until) in gathered.burning.get(start..end).unwrap_or_default() {
        let (since, until) = ((*since).max(reached), (*until).min(to));
        burnt += (until - since).max(0);
        reached = reached.max(until);
    }
    let seconds = |seconds: i64| float(u64::try_from(seconds).unwrap_or(0));
    let (all, quiet) = (seconds(to - from), seconds(to - from - burnt));
    let n = u64::try_from(last - first + 1).unwrap_or(0);
    vec![("sum", exact(quiet * HOUR), n), ("share", exact_or_none((all > 0.0).then(|| quiet / all)), n)]
}

/// First and last day of the population of days, `None` where priorities are not told.
fn days(gathered: &Gathered, plan: &Plan) -> Option<(i64, i64)> {
    let extent = gathered.extent.filter(|_| gathered.tells.priority)?;
    day_range(&extent, plan)
}

/// The days of the whole part of the record within `from`, `to` and `as_of`.
pub(crate) fn day_range(extent: &crate::extent::Extent, plan: &Plan) -> Option<(i64, i64)> {
    let day = |ms: i64| plan.calendar.local(ms.div_euclid(1000)).0;
    let mut from = extent.whole_from;
    let mut to = extent.whole_to;
    if plan.from > i64::MIN {
        from = from.max(day(plan.from));
    }
    if plan.to < i64::MAX {
        to = to.min(day(plan.to - 1));
    }
    if plan.as_of < i64::MAX {
        to = to.min(day(plan.as_of - 1));
    }
    (from <= to).then_some((from, to))
}

fn arrivals(definition: &'static Definition, gathered: &Gathered, plan: &Plan) -> Vec<MeasureValue> {
    if plan.by.is_some() {
        return Vec::new();
    }
    let n = gathered.hours.iter().sum();
    let hours = (0_usize..24).flat_map(|hour| (0_usize..7).map(move |day| (day, hour)));
    let mut cells: Vec<(usize, usize)> = hours.collect();
    cells.sort_unstable();
    cells
        .into_iter()
        .filter_map(|(day, hour)| {
            let arrived = gathered.hours.get(day * 24 + hour)?;
            let name = format!("{} {hour:02}", WEEKDAYS.get(day)?);
            Some(told(definition, Some(name), count(*arrived, n)))
        })
        .collect()
}
