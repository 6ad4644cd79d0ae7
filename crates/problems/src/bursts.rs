//! Days on which a problem comes in heaps.
//!
//! Windows of one, two, three and seven days are held against what the problem has on the desk's other days:
//! its tickets outside the window over the desk's other tickets there. The tail is that of a Poisson count,
//! divided by the spread of ordinary weeks (without the worst tenth, which may be the bursts themselves).
//! Which windows are more than chance is decided over all windows of all problems at once (Benjamini-Hochberg).

use serde::{Deserialize, Serialize};

use crate::clock::{DAY, date_iso};
use crate::onset::Rhythm;
use crate::stats::{float, poisson_at_least};

/// Lengths of the windows, in days.
const LENGTHS: [usize; 4] = [1, 2, 3, 7];
/// Fewest tickets of a burst, and how many times the expected ones it must hold.
const LEAST: (f64, f64) = (5.0, 3.0);
/// Most bursts of a problem.
const MOST: usize = 5;

/// Some days in a row.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Burst {
    /// First day, `2016-03-14`.
    pub from: String,
    /// Last day.
    pub to: String,
    /// Tickets of the problem on these days.
    pub tickets: u64,
    /// Tickets that the rest of the record lets expect.
    pub expected: f64,
}

/// A window that may be a burst.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    from: usize,
    to: usize,
    tickets: f64,
    expected: f64,
    /// Probability of as many tickets where the problem keeps its pace.
    pub p: f64,
}

/// All windows of a problem that hold enough to be a burst, and how many windows were looked at.
#[must_use]
pub fn windows(own: &[i64], rhythm: &Rhythm) -> (Vec<Window>, usize) {
    // Most problems have too few tickets: no day is counted for them.
    if float(own.iter().filter(|&&at| rhythm.day(at).is_some()).count()) < LEAST.0 {
        return (Vec::new(), 0);
    }
    let count = rhythm.days.len();
    let mut mine = vec![0_u32; count];
    for &at in own {
        if let Some(day) = rhythm.day(at).and_then(|day| mine.get_mut(day)) {
            *day += 1;
        }
    }
    let sums = |values: &mut dyn Iterator<Item = f64>| {
        let mut sum = 0.0;
        std::iter::once(0.0)
            .chain(values.map(|value| {
                sum += value;
                sum
            }))
            .collect::<Vec<f64>>()
    };
    let tickets = sums(&mut mine.iter().map(|&n| f64::from(n)));
    let others = sums(&mut mine.iter().zip(&rhythm.days).map(|(&n, &all)| f64::from(all.saturating_sub(n))));
    let (total, desk) = (tickets.last().copied().unwrap_or(0.0), others.last().copied().unwrap_or(0.0));
    if desk <= 0.0 {
        return (Vec::new(), 0);
    }
    let spread = spread(&mine, &rhythm.days);
    let (mut out, mut looked) = (Vec::new(), 0);
    for length in LENGTHS {
        for from in 0..(count + 1).saturating_sub(length) {
            looked += 1;
            let part = |list: &[f64]| Some(list.get(from + length)? - list.get(from)?);
            let (Some(own), Some(rest)) = (part(&tickets), part(&others)) else { continue };
            // Half a ticket more: a problem that has none elsewhere is not infinitely surprising.
            let expected = (total - own + 0.5) / (desk - rest).max(1.0) * rest.max(1.0);
            if own >= LEAST.0 && own >= LEAST.1 * expected {
                let p = poisson_at_least(own / spread, expected / spread);
                out.push(Window { from, to: from + length, tickets: own, expected, p });
            }
        }
    }
    (out, looked)
}

/// Variance over mean of ordinary weeks; at least 1.
fn spread(mine: &[u32], all: &[u32]) -> f64 {
    let mut weeks: Vec<(f64, f64)> = mine
        .chunks(7)
        .zip(all.chunks(7))
        .map(|(own, all)| {
            let sum = |days: &[u32]| days.iter().map(|&n| f64::from(n)).sum::<f64>();
            (sum(own), (sum(all) - sum(own)).max(1.0))
        })
        .collect();
    weeks.sort_by(|a, b| (a.0 / a.1).total_cmp(&(b.0 / b.1)));
    weeks.truncate(weeks.len() - weeks.len() / 10 - usize::from(weeks.len() > 2));
    let (own, rest) = weeks.iter().fold((0.0, 0.0), |(a, b), week| (a + week.0, b + week.1));
    if weeks.len() < 4 || own <= 0.0 {
        return 1.5;
    }
    let rate = own / rest;
    let sum: f64 = weeks.iter().map(|week| (week.0 - rate * week.1).powi(2) / (rate * week.1).max(0.25)).sum();
    (sum / (float(weeks.len()) - 1.0)).max(1.0)
}

/// Of the windows whose probability is at most `threshold` the clearest, none over another; in order of time.
#[must_use]
pub fn chosen(windows: &[Window], threshold: f64, rhythm: &Rhythm) -> Vec<Burst> {
    let mut sorted: Vec<&Window> = windows.iter().filter(|window| window.p <= threshold).collect();
    // Of equals (far tails underflow) the one with more tickets beyond the expected, then the shorter.
    sorted.sort_by(|a, b| {
        a.p.total_cmp(&b.p)
            .then((b.tickets - b.expected).total_cmp(&(a.tickets - a.expected)))
            .then((a.to - a.from).cmp(&(b.to - b.from)))
            .then(a.from.cmp(&b.from))
    });
    let mut kept: Vec<&Window> = Vec::new();
    for window in sorted {
        if kept.len() < MOST && kept.iter().all(|other| window.to <= other.from || other.to <= window.from) {
            kept.push(window);
        }
    }
    kept.sort_by_key(|window| window.from);
    let date = |day: usize| date_iso(rhythm.from + i64::try_from(day).unwrap_or(0) * DAY);
    kept.into_iter()
        .map(|window| {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of tickets")]
            let tickets = window.tickets as u64;
            Burst { from: date(window.from), to: date(window.to - 1), tickets, expected: window.expected }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Dice;

    #[test]
    fn heaps_are_found_and_even_days_are_not() {
        let mut dice = Dice::new(3);
        let mut day = |mean: f64, day: i64| vec![day * DAY + 10; dice.poisson(mean) as usize];
        let others: Vec<i64> = (0..140).flat_map(|d| day(50.0, d)).collect();
        let even: Vec<i64> = (0..140).flat_map(|d| day(0.5, d)).collect();
        let heap: Vec<i64> = even.iter().copied().chain(vec![60 * DAY; 12]).chain(vec![61 * DAY; 9]).collect();
        let observed = (0, 140 * DAY - 1);
        let rhythm = Rhythm::new(&[others.clone(), heap.clone()].concat(), observed);
        let (found, looked) = windows(&heap, &rhythm);
        let bursts = chosen(&found, 0.05 / float(looked), &rhythm);
        assert_eq!(bursts.len(), 1, "{bursts:?}");
        assert_eq!((bursts[0].from.as_str(), bursts[0].to.as_str()), ("1970-03-02", "1970-03-03"));
        assert!(bursts[0].tickets >= 21 && bursts[0].expected < 3.0);
        let rhythm = Rhythm::new(&[others, even.clone()].concat(), observed);
        let (found, looked) = windows(&even, &rhythm);
        assert!(chosen(&found, 0.05 / float(looked), &rhythm).is_empty());
        assert_eq!(windows(&[], &Rhythm::default()).1, 0);
    }
}
