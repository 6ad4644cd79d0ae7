//! How promises were kept: a share with its interval, by quarter, after breaks, to whom, and under load. For
//! the two sides of a relationship, for a circle as a whole, and for one's own eyes; never a comparison of
//! persons.

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};

use super::{Audience, State, days_between};
use crate::share::wilson90;

/// Closed promises under which nothing is said of a share.
pub const LEAST: u32 = 5;

/// A closed promise, as far as counting needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed {
    /// How it ended: [`State::Kept`], [`State::Late`] or [`State::Broken`]; others are not counted.
    pub state: State,
    /// When it was made.
    pub made_on: Date,
    /// The day that held when it was closed.
    pub due: Date,
    /// When it was closed.
    pub closed_on: Date,
    /// To whom.
    pub audience: Audience,
}

/// How many were kept, late, broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Kept in time, also by a day that was agreed anew before the old one passed.
    pub kept: u32,
    /// Kept late.
    pub late: u32,
    /// Broken.
    pub broken: u32,
}

impl Tally {
    /// A tally of these.
    #[must_use]
    pub fn of<'a>(closed: impl IntoIterator<Item = &'a Closed>) -> Self {
        let mut tally = Self::default();
        for promise in closed {
            tally.add(promise.state, 1);
        }
        tally
    }

    /// Counts so many more that ended so.
    pub fn add(&mut self, state: State, times: u32) {
        match state {
            State::Kept => self.kept += times,
            State::Late => self.late += times,
            State::Broken => self.broken += times,
            _ => {}
        }
    }

    /// How many count: kept, late and broken. Released and declined ones do not.
    #[must_use]
    pub fn n(&self) -> u32 {
        self.kept + self.late + self.broken
    }

    /// The share kept in time; `None` below [`LEAST`].
    #[must_use]
    pub fn rate(&self) -> Option<Rate> {
        let n = self.n();
        (n >= LEAST).then(|| {
            let (low, high) = wilson90(self.kept.into(), n.into());
            Rate { share: f64::from(self.kept) / f64::from(n), low, high, n }
        })
    }
}

/// A share of promises kept in time, from 0 to 1, with its 90 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// The share.
    pub share: f64,
    /// Low end of the interval.
    pub low: f64,
    /// High end of the interval.
    pub high: f64,
    /// Of how many promises.
    pub n: u32,
}

impl Rate {
    /// Whether two intervals have a share in common: then no difference can be told.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.low <= other.high && other.low <= self.high
    }
}

/// A quarter of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quarter {
    /// The year.
    pub year: i16,
    /// 1 to 4.
    pub quarter: i8,
}

impl Quarter {
    /// The quarter of a day.
    #[must_use]
    pub fn of(day: Date) -> Self {
        Self { year: day.year(), quarter: (day.month() - 1) / 3 + 1 }
    }

    /// The quarter after it.
    #[must_use]
    pub fn next(self) -> Self {
        if self.quarter == 4 {
            Self { year: self.year + 1, quarter: 1 }
        } else {
            Self { quarter: self.quarter + 1, ..self }
        }
    }
}

impl std::fmt::Display for Quarter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} Q{}", self.year, self.quarter)
    }
}

/// Tallies by the quarter of the day that was promised, oldest first; quarters in between without any are
/// there with none.
#[must_use]
pub fn by_quarter(tallies: &BTreeMap<Quarter, Tally>) -> Vec<(Quarter, Tally)> {
    let (Some(first), Some(last)) = (tallies.keys().next(), tallies.keys().next_back()) else { return Vec::new() };
    let mut out = Vec::new();
    let mut at = *first;
    while at <= *last {
        out.push((at, tallies.get(&at).copied().unwrap_or_default()));
        at = at.next();
    }
    out
}

/// Tallies of each quarter.
#[must_use]
pub fn quarters(closed: &[Closed]) -> BTreeMap<Quarter, Tally> {
    let mut out: BTreeMap<Quarter, Tally> = BTreeMap::new();
    for promise in closed {
        out.entry(Quarter::of(promise.due)).or_default().add(promise.state, 1);
    }
    out.retain(|_, tally| tally.n() > 0);
    out
}

/// A broken promise and what came after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recovery {
    /// When it was broken.
    pub broken_on: Date,
    /// When the next promise of the same relationship was kept, and how many days later.
    pub kept_on: Option<(Date, i32)>,
}

/// For every break the next promise that was made by the same side and kept in time, oldest first.
#[must_use]
pub fn recoveries(closed: &[Closed]) -> Vec<Recovery> {
    let mut sorted: Vec<&Closed> = closed.iter().collect();
    sorted.sort_by_key(|promise| promise.closed_on);
    let broken = sorted.iter().enumerate().filter(|(_, promise)| promise.state == State::Broken);
    broken
        .map(|(at, promise)| Recovery {
            broken_on: promise.closed_on,
            kept_on: sorted[at + 1..]
                .iter()
                .find(|later| later.state == State::Kept)
                .map(|later| (later.closed_on, days_between(promise.closed_on, later.closed_on))),
        })
        .collect()
}

/// How one's own promises were kept in calm and in busy weeks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Load {
    /// Promises open at the beginning of a week, in the middle one of the weeks: up to so many is calm.
    pub calm_up_to: usize,
    /// Those due in calm weeks.
    pub calm: Tally,
    /// Those due in busy weeks.
    pub busy: Tally,
}

/// The Monday of a day's week.
fn monday(day: Date) -> Option<Date> {
    let back = day.weekday().since(Weekday::Monday);
    day.checked_sub(jiff::Span::new().days(i64::from(back))).ok()
}

/// Splits the weeks in which promises were due at the median number of promises that were open when the week
/// began: at or under it is calm, over it is busy. `None` where all weeks are alike.
#[must_use]
pub fn by_load(closed: &[Closed]) -> Option<Load> {
    let mut weeks: BTreeMap<Date, (usize, Tally)> = BTreeMap::new();
    for promise in closed {
        if let Some(week) = monday(promise.due) {
            weeks.entry(week).or_default().1.add(promise.state, 1);
        }
    }
    weeks.retain(|_, (_, tally)| tally.n() > 0);
    for (week, (open, _)) in &mut weeks {
        *open = closed.iter().filter(|promise| promise.made_on <= *week && promise.closed_on >= *week).count();
    }
    let mut opens: Vec<usize> = weeks.values().map(|(open, _)| *open).collect();
    opens.sort_unstable();
    let calm_up_to = *opens.get(opens.len().checked_sub(1)? / 2)?;
    let mut load = Load { calm_up_to, calm: Tally::default(), busy: Tally::default() };
    for (open, tally) in weeks.values() {
        let side = if *open <= calm_up_to { &mut load.calm } else { &mut load.busy };
        *side =
            Tally { kept: side.kept + tally.kept, late: side.late + tally.late, broken: side.broken + tally.broken };
    }
    (load.busy.n() > 0).then_some(load)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn closed(state: State, due: &str, closed_on: &str) -> Closed {
        let due: Date = due.parse().unwrap();
        let made_on = due.checked_sub(jiff::Span::new().days(10)).unwrap();
        Closed { state, made_on, due, closed_on: closed_on.parse().unwrap(), audience: Audience::Staff }
    }

    #[test]
    fn wilson_as_by_hand_and_as_often_right_as_it_says() {
        // 8 of 10, by hand: (0.8 + z²/20 ± z·√(0.016 + z²/400)) / (1 + z²/10).
        let (low, high) = wilson90(8, 10);
        assert!((low - 0.540_8).abs() < 5e-4 && (high - 0.931_4).abs() < 5e-4, "{low} {high}");
        assert_eq!(wilson90(0, 0), (0.0, 1.0));
        // Coverage by exact enumeration, averaged over true shares: near 90 % already for five.
        for n in [5_u32, 10, 20, 40] {
            let mut covered = 0.0;
            let steps = 199;
            for step in 1..=steps {
                let share = f64::from(step) / f64::from(steps + 1);
                let mut chance = (1.0 - share).powi(i32::try_from(n).unwrap());
                for hits in 0..=n {
                    let (low, high) = wilson90(hits.into(), n.into());
                    if low <= share && share <= high {
                        covered += chance;
                    }
                    chance *= f64::from(n - hits) / f64::from(hits + 1) * share / (1.0 - share);
                }
            }
            let average = covered / f64::from(steps);
            assert!((0.885..0.93).contains(&average), "n = {n}: {average}");
        }
    }

    #[test]
    fn a_share_is_told_from_five_on_and_released_ones_do_not_count() {
        let mut all = vec![closed(State::Kept, "2026-01-05", "2026-01-05"); 4];
        all.push(closed(State::Released, "2026-01-06", "2026-01-06"));
        assert_eq!(Tally::of(&all).rate(), None);
        all.push(closed(State::Broken, "2026-01-06", "2026-01-09"));
        let rate = Tally::of(&all).rate().unwrap();
        assert_eq!((rate.n, rate.share), (5, 0.8));
        assert!(rate.low < 0.8 && rate.high > 0.8 && rate.high < 1.0);
    }

    #[test]
    fn quarters_are_without_gaps_and_a_break_is_followed_until_something_is_kept() {
        let all = [
            closed(State::Kept, "2025-11-05", "2025-11-05"),
            closed(State::Broken, "2025-12-31", "2026-01-10"),
            closed(State::Late, "2026-01-15", "2026-01-20"),
            closed(State::Kept, "2026-07-01", "2026-01-30"),
            closed(State::Broken, "2026-07-02", "2026-07-10"),
        ];
        let quarters = by_quarter(&quarters(&all));
        let shown: Vec<_> = quarters.iter().map(|(quarter, tally)| (quarter.to_string(), tally.n())).collect();
        let expected = [("2025 Q4", 2), ("2026 Q1", 1), ("2026 Q2", 0), ("2026 Q3", 2)];
        assert_eq!(shown, expected.map(|(quarter, n)| (quarter.to_owned(), n)));
        let found = recoveries(&all);
        assert_eq!(found[0].kept_on, Some(("2026-01-30".parse().unwrap(), 20)));
        assert_eq!(found[1].kept_on, None);
    }

    #[test]
    fn busy_weeks_are_those_with_more_open_than_in_the_middle_one() {
        // Three weeks far apart: one promise open in each of two, four in the third.
        let mut all =
            vec![closed(State::Kept, "2026-01-07", "2026-01-07"), closed(State::Kept, "2026-02-04", "2026-02-04")];
        all.extend([closed(State::Late, "2026-03-04", "2026-03-06"); 4]);
        let load = by_load(&all).unwrap();
        assert_eq!((load.calm_up_to, load.calm.n(), load.busy.late), (1, 2, 4));
        assert_eq!(by_load(&all[..1]), None, "one week is neither");
        assert_eq!(by_load(&[]), None);
    }
}
