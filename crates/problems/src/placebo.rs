//! How often [`crate::verify`] is wrong on the record at hand: the same test on days when nothing was fixed.
//!
//! For each problem dates are drawn at random, and the days after its worst week and after each week that was
//! the worst so far are taken. There "fixed" is false, as far as anybody knows. Then the tickets after each date
//! are thinned by chance, so that 30 % (or half) of them stay, and "fixed" is right. A plain Poisson test is made
//! beside it on the same dates: what people do who divide two counts.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::clock::{DAY, WEEK};
use crate::stats::{Dice, binomial_at_least, float};
use crate::verify::{Side, Verdict, Verified, verify};

/// Weeks of record that a date has before it and after it.
const ROOM: (i64, i64) = (4, 3);
/// Random dates tried for each problem where nobody says how many.
pub const DATES: usize = 10;
/// Fewest tickets of a problem.
const FEWEST: usize = 20;
/// Fewest dates that can be judged, below which the shares are not told.
const ENOUGH: u64 = 20;

/// How the dates are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dates {
    /// At random.
    Random,
    /// After the worst week of the problem.
    AfterWorst,
    /// After each week that was the worst so far.
    AfterWorstSoFar,
}

/// Counts over dates of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// How they were chosen.
    pub dates: Dates,
    /// Dates.
    pub tried: u64,
    /// Dates at which there is enough to judge.
    pub judged: u64,
    /// "Fixed" among these, though nothing was.
    pub fixed: u64,
    /// "Not fixed" among these.
    pub not_fixed: u64,
    /// Judged again after 70 % of the tickets after the date were taken away, and "fixed" then.
    pub cut_70: (u64, u64),
    /// The same with half of them.
    pub cut_50: (u64, u64),
    /// A plain one-sided Poisson test at 5 % on the dates that were judged: "fixed", though nothing was.
    pub plain: u64,
    /// Rate after below 80 % of the rate in the four weeks before, on the dates that were judged: "fell by 20 %".
    pub fell: u64,
}

impl Line {
    fn new(dates: Dates) -> Self {
        Self { dates, tried: 0, judged: 0, fixed: 0, not_fixed: 0, cut_70: (0, 0), cut_50: (0, 0), plain: 0, fell: 0 }
    }

    fn add(mut self, other: &Self) -> Self {
        self.tried += other.tried;
        self.judged += other.judged;
        self.fixed += other.fixed;
        self.not_fixed += other.not_fixed;
        self.cut_70 = (self.cut_70.0 + other.cut_70.0, self.cut_70.1 + other.cut_70.1);
        self.cut_50 = (self.cut_50.0 + other.cut_50.0, self.cut_50.1 + other.cut_50.1);
        self.plain += other.plain;
        self.fell += other.fell;
        self
    }

    /// What the same test says on this record where nothing was fixed, and where a fall was planted; `None` for
    /// dates that only scripts are told of.
    #[must_use]
    pub fn told(&self) -> Option<String> {
        let dates = match self.dates {
            Dates::Random => "on days at random",
            Dates::AfterWorst => "on days after the worst week",
            Dates::AfterWorstSoFar => return None,
        };
        let percent =
            |part: u64, of: u64| share(part, of).map_or_else(String::new, |s| format!(" ({:.0} %)", s * 100.0));
        if self.judged < ENOUGH {
            return Some(format!(
                "placebo {dates}: not enough to say, {} dates of this record can be judged",
                self.judged
            ));
        }
        Some(format!(
            "placebo {dates}: \"fixed\" {} of {} times{} though nothing was; a fall of 70 % is seen {} of {} times{}",
            self.fixed,
            self.judged,
            percent(self.fixed, self.judged),
            self.cut_70.1,
            self.cut_70.0,
            percent(self.cut_70.1, self.cut_70.0)
        ))
    }

    /// Share of false "fixed" among the dates judged; `None` without any.
    #[must_use]
    pub fn false_share(&self) -> Option<f64> {
        share(self.fixed, self.judged)
    }

    /// Share of falls of 70 % that are seen among the dates judged.
    #[must_use]
    pub fn power(&self) -> Option<f64> {
        share(self.cut_70.1, self.cut_70.0)
    }
}

/// One count over another; `None` over nothing.
#[must_use]
pub fn share(part: u64, of: u64) -> Option<f64> {
    let number = |count: u64| float(usize::try_from(count).unwrap_or(usize::MAX));
    (of > 0).then(|| number(part) / number(of))
}

/// Tries the test on `problems` (instants of each, sorted) of a desk (`all`, sorted) within its whole part.
/// `dates` random ones each. The same seed gives the same answer.
#[must_use]
pub fn placebo(problems: &[Vec<i64>], all: &[i64], observed: (i64, i64), dates: usize, seed: u64) -> Vec<Line> {
    let kinds = [Dates::Random, Dates::AfterWorst, Dates::AfterWorstSoFar];
    let lines: Vec<[Line; 3]> = problems
        .par_iter()
        .enumerate()
        .map(|(number, own)| {
            let mut lines = kinds.map(Line::new);
            let mut dice = Dice::new(seed ^ (number as u64 + 1).wrapping_mul(0x9e37_79b9));
            for (kind, day) in days(own, observed, dates, &mut dice) {
                if let Some(line) = lines.iter_mut().find(|line| line.dates == kind) {
                    try_one(line, own, all, day, observed, &mut dice);
                }
            }
            lines
        })
        .collect();
    (0..kinds.len())
        .filter_map(|place| {
            lines.iter().filter_map(|lines| lines.get(place).copied()).reduce(|sum, line| sum.add(&line))
        })
        .collect()
}

fn days(own: &[i64], observed: (i64, i64), dates: usize, dice: &mut Dice) -> Vec<(Dates, i64)> {
    let (start, end) = (observed.0, observed.1.saturating_add(1));
    let inside = count(own, start, end);
    let room = (end - start).div_euclid(DAY) - (ROOM.0 + ROOM.1) * 7;
    if inside < FEWEST || room < 1 {
        return Vec::new();
    }
    let mut out = Vec::new();
    for _ in 0..dates {
        let day = i64::try_from(dice.below(usize::try_from(room).unwrap_or(1))).unwrap_or(0);
        out.push((Dates::Random, start + ROOM.0 * WEEK + day * DAY));
    }
    // Weeks may begin on any day; days that follow from neighbouring beginnings are alike.
    for shift in 0..7 {
        let from = start + shift * DAY;
        let weeks = (end - from).div_euclid(WEEK);
        let counts: Vec<usize> =
            (0..weeks).map(|week| count(own, from + week * WEEK, from + (week + 1) * WEEK)).collect();
        let allowed = |week: i64| week + 1 >= ROOM.0 && week < weeks - ROOM.1;
        let numbered = || (0_i64..).zip(&counts).filter(|(week, _)| allowed(*week));
        if let Some((week, _)) = numbered().max_by_key(|(week, count)| (**count, -week)) {
            out.push((Dates::AfterWorst, from + (week + 1) * WEEK));
        }
        let mut worst = counts.iter().take(usize::try_from(ROOM.0 - 1).unwrap_or(0)).copied().max().unwrap_or(0);
        for (week, &count) in numbered() {
            if count > worst && count >= 3 {
                out.push((Dates::AfterWorstSoFar, from + (week + 1) * WEEK));
            }
            worst = worst.max(count);
        }
    }
    out
}

fn count(own: &[i64], from: i64, to: i64) -> usize {
    own.partition_point(|&at| at < to).saturating_sub(own.partition_point(|&at| at < from))
}

fn try_one(line: &mut Line, own: &[i64], all: &[i64], day: i64, observed: (i64, i64), dice: &mut Dice) {
    line.tried += 1;
    let found = verify(own, all, day, observed);
    if !found.in_reach {
        return;
    }
    line.judged += 1;
    line.fixed += u64::from(found.verdict == Verdict::Fixed);
    line.not_fixed += u64::from(found.verdict == Verdict::NotFixed);
    let (plain, fell) = plain(&found);
    line.plain += u64::from(plain);
    line.fell += u64::from(fell);
    for (keep, sum) in [(0.3, &mut line.cut_70), (0.5, &mut line.cut_50)] {
        let thinned: Vec<i64> = own.iter().copied().filter(|&at| at < day || dice.share() < keep).collect();
        let gone: Vec<i64> = left(own, &thinned);
        let rest: Vec<i64> = left(all, &gone);
        let found = verify(&thinned, &rest, day, observed);
        sum.0 += 1;
        sum.1 += u64::from(found.verdict == Verdict::Fixed);
    }
}

/// What is in the first sorted list and not in the second, counted.
fn left(all: &[i64], less: &[i64]) -> Vec<i64> {
    let mut gone = less.iter().copied().peekable();
    all.iter()
        .copied()
        .filter(|&at| {
            while gone.peek().is_some_and(|&next| next < at) {
                gone.next();
            }
            gone.next_if_eq(&at).is_none()
        })
        .collect()
}

/// What people do who divide two counts of tickets: the four weeks before with the worst among them, the weeks
/// after, no control.
fn plain(found: &Verified) -> (bool, bool) {
    let sum = |after: bool| {
        let side = found.weeks.iter().filter(|week| (week.side == Side::After) == after);
        let weeks: Vec<u64> = side.map(|week| week.tickets).collect();
        let kept =
            if after { weeks.as_slice() } else { weeks.get(weeks.len().saturating_sub(4)..).unwrap_or_default() };
        (float(usize::try_from(kept.iter().sum::<u64>()).unwrap_or(0)), float(kept.len()))
    };
    let ((before, weeks_before), (after, weeks_after)) = (sum(false), sum(true));
    if before <= 0.0 || weeks_after <= 0.0 {
        return (false, false);
    }
    let chance = weeks_before / (weeks_before + weeks_after);
    (binomial_at_least(before, before + after, chance) < 0.05, after / weeks_after < 0.8 * before / weeks_before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_away_is_counted() {
        assert_eq!(left(&[1, 2, 2, 3, 5], &[2, 5]), vec![1, 2, 3]);
        assert_eq!(left(&[1, 2], &[]), vec![1, 2]);
    }

    #[test]
    fn dates_have_room_and_the_same_seed_gives_the_same() {
        let own: Vec<i64> = (0..200).map(|k| k * DAY).collect();
        let all: Vec<i64> = (0..4000).map(|k| k * DAY / 20).collect();
        let observed = (0, 200 * DAY - 1);
        let days = days(&own, observed, 30, &mut Dice::new(3));
        assert!(days.iter().all(|(_, day)| *day >= 4 * WEEK && *day <= 200 * DAY - 3 * WEEK));
        let one = placebo(std::slice::from_ref(&own), &all, observed, 10, 1);
        assert_eq!(one, placebo(&[own], &all, observed, 10, 1));
        assert_eq!(one.first().map(|line| (line.fixed, line.judged)), Some((0, 10)));
        assert_eq!(one.first().and_then(Line::power), Some(1.0));
        assert!(placebo(&[], &[], (0, 0), 5, 1).is_empty());
    }
}
