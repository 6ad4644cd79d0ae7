//! Counts by day made into a [`History`], and the edges of a record.
//!
//! An export has ragged edges. Its first weeks may hold only the stragglers of an extraction by
//! closing date; its last day is seldom whole; after its last opened ticket only the closing of older
//! ones goes on. So: the record ends with the last day *before* the last day on which a ticket was
//! opened (the last day itself counts as incomplete unless the caller knows better), and weeks are
//! counted backwards from there, seven days each.

use std::collections::BTreeMap;

use jiff::Span;
use jiff::civil::Date;

use crate::model::{History, NotEnough};

/// A desk smaller than this share of its usual weeks is at the thin edge of an extraction.
const THIN: f64 = 0.1;
/// So many thin weeks in a row make an edge.
const THIN_WEEKS: usize = 3;

/// Seven days of a history.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct WeekCount {
    pub(crate) arrivals: f64,
    pub(crate) completions: f64,
    /// Open at the end.
    pub(crate) backlog: f64,
}

/// Where a record is thin (fewer than a tenth of the arrivals of its usual weeks).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edges {
    /// Weeks at the start that are thin.
    pub thin_start: usize,
    /// Weeks at the end that are thin.
    pub thin_end: usize,
    /// First day of the part between.
    pub dense_from: Date,
    /// Last day of the part between.
    pub dense_until: Date,
}

/// A day so many days later (earlier when negative), held at the calendar's ends.
pub(crate) fn plus_days(day: Date, days: i64) -> Date {
    day.saturating_add(Span::new().try_days(days).unwrap_or_default())
}

fn days_between(from: Date, to: Date) -> i64 {
    to.duration_since(from).as_hours() / 24
}

/// A `usize` as a real number.
#[expect(clippy::cast_precision_loss, reason = "counts of days and runs are far below 2^52")]
pub(crate) const fn real(n: usize) -> f64 {
    n as f64
}

/// A middle value; 0 of nothing.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let half = sorted.len() / 2;
    match (sorted.get(half), sorted.len() % 2) {
        (Some(high), 0) => f64::midpoint(*high, sorted.get(half.wrapping_sub(1)).copied().unwrap_or(*high)),
        (Some(middle), _) => *middle,
        (None, _) => 0.0,
    }
}

impl History {
    /// Makes a history of counts by day.
    ///
    /// `opened` and `finished` hold `(day, tickets)` in any order, days may be missing or repeated.
    /// `complete_until` is the last day that the record holds wholly, where the caller knows it
    /// (all teams of one desk must share it); else it is the day before the last day with an opened
    /// ticket. Days after it are left out: what is finished later belongs to tickets whose end the
    /// export followed, not to a desk that goes on. The backlog at the end is what was opened up to
    /// then less what was finished up to then, and never below zero.
    ///
    /// # Errors
    /// When no ticket was opened, or only on one day.
    pub fn from_days(
        opened: &[(Date, u32)],
        finished: &[(Date, u32)],
        complete_until: Option<Date>,
    ) -> Result<Self, NotEnough> {
        let sum = |counts: &[(Date, u32)]| {
            let mut by_day = BTreeMap::<Date, u32>::new();
            for &(day, n) in counts.iter().filter(|(_, n)| *n > 0) {
                let sum = by_day.entry(day).or_default();
                *sum = sum.saturating_add(n);
            }
            by_day
        };
        let (opened, finished) = (sum(opened), sum(finished));
        let none = || NotEnough { reason: "the record holds no ticket with a day on which it was opened".to_owned() };
        let first = *opened.keys().next().ok_or_else(none)?;
        let last = *opened.keys().next_back().ok_or_else(none)?;
        let start = finished.keys().next().map_or(first, |day| first.min(*day));
        let end = complete_until.unwrap_or_else(|| plus_days(last, -1));
        if end < first {
            return Err(NotEnough {
                reason: format!(
                    "all tickets were opened on {first}, and the last day of a record counts as incomplete"
                ),
            });
        }
        // A finish that lies decades before the first opening is a slip of a clock, not a history.
        let start = if days_between(start, first) > 31 { first } else { start };
        let days = days_between(start, end).max(0);
        let series = |by_day: &BTreeMap<Date, u32>| -> Vec<u32> {
            (0..=days).map(|day| by_day.get(&plus_days(start, day)).copied().unwrap_or(0)).collect()
        };
        let until_end =
            |by_day: &BTreeMap<Date, u32>| -> i64 { by_day.range(..=end).map(|(_, n)| i64::from(*n)).sum() };
        let backlog = (until_end(&opened) - until_end(&finished)).max(0);
        Ok(Self {
            start,
            arrivals: series(&opened),
            completions: series(&finished),
            backlog: u32::try_from(backlog).unwrap_or(u32::MAX),
        })
    }

    /// The last day.
    #[must_use]
    pub fn end(&self) -> Date {
        plus_days(self.start, i64::try_from(self.days()).unwrap_or(i64::MAX).saturating_sub(1))
    }

    /// How many days it holds.
    #[must_use]
    pub fn days(&self) -> usize {
        self.arrivals.len().min(self.completions.len())
    }

    /// The same desk as it stood at the end of an earlier day, as if nothing later were known.
    #[must_use]
    pub fn until(&self, day: Date) -> Self {
        let keep = usize::try_from(days_between(self.start, day) + 1).unwrap_or(0).min(self.days());
        let total = |counts: &[u32]| -> i64 { counts.iter().skip(keep).map(|n| i64::from(*n)).sum() };
        let backlog = i64::from(self.backlog) - total(&self.arrivals) + total(&self.completions);
        Self {
            start: self.start,
            arrivals: self.arrivals.iter().take(keep).copied().collect(),
            completions: self.completions.iter().take(keep).copied().collect(),
            backlog: u32::try_from(backlog.max(0)).unwrap_or(u32::MAX),
        }
    }

    /// Where the record is thin at its ends.
    #[must_use]
    pub fn edges(&self) -> Edges {
        let weeks = self.weeks();
        let arrivals: Vec<f64> = weeks.iter().map(|week| week.arrivals).collect();
        let usual = arrivals.windows(4).map(median).fold(0.0, f64::max);
        let thin = |n: &&f64| **n < THIN * usual;
        // A desk of a few tickets a week has empty weeks that mean nothing.
        let edge = |n: usize| {
            if usual >= 10.0 && n >= THIN_WEEKS && n < arrivals.len() { n } else { 0 }
        };
        let thin_start = edge(arrivals.iter().take_while(thin).count());
        let thin_end = edge(arrivals.iter().rev().take_while(thin).count());
        let day = |weeks_back: usize| plus_days(self.end(), -7 * i64::try_from(weeks_back).unwrap_or(0));
        let dense_from = if thin_start == 0 { self.start } else { plus_days(day(weeks.len() - thin_start), 1) };
        Edges { thin_start, thin_end, dense_from, dense_until: day(thin_end) }
    }

    /// The share of each weekday in arrivals and completions, over the last `weeks` weeks; index 0
    /// is the weekday after the last day. Shrunk towards even by one week's worth of seven equal days.
    pub(crate) fn profile(counts: &[u32], weeks: usize) -> [f64; 7] {
        let mut sums = [0.0_f64; 7];
        let mut used = 0_usize;
        for block in counts.rchunks_exact(7).take(weeks) {
            // Each week counts the same, so that one great week does not set the profile.
            let total: f64 = block.iter().map(|n| f64::from(*n)).sum();
            if total > 0.0 {
                used += 1;
                let even = 7.0 / (7.0 + total);
                for (sum, n) in sums.iter_mut().zip(block) {
                    *sum += f64::from(*n) / total * (1.0 - even) + even / 7.0;
                }
            }
        }
        if used == 0 { [1.0 / 7.0; 7] } else { sums.map(|sum| sum / real(used)) }
    }

    /// Weeks of seven days, counted backwards from the last day, the oldest first; days that do not
    /// fill a week at the start are left out. The backlog is followed backwards from the end.
    pub(crate) fn weeks(&self) -> Vec<WeekCount> {
        let days = self.days();
        let sum = |block: &[u32]| -> f64 { block.iter().map(|n| f64::from(*n)).sum() };
        let arrivals = self.arrivals.get(..days).unwrap_or_default();
        let completions = self.completions.get(..days).unwrap_or_default();
        let mut backlog = f64::from(self.backlog);
        let mut weeks: Vec<WeekCount> = arrivals
            .rchunks_exact(7)
            .zip(completions.rchunks_exact(7))
            .map(|(opened, finished)| {
                let week = WeekCount { arrivals: sum(opened), completions: sum(finished), backlog };
                backlog = (backlog - week.arrivals + week.completions).max(0.0);
                week
            })
            .collect();
        weeks.reverse();
        weeks
    }
}
