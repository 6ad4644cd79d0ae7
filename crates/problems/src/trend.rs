//! Growing, steady or fading, and how often it comes back.

use serde::{Deserialize, Serialize};

use crate::stats::{binomial_at_least, float, median, share_interval};

/// Below this many tickets nothing is said about a trend.
pub const MINIMUM_TICKETS: u64 = 12;
/// Below this many weeks of record nothing is said about a trend.
pub const MINIMUM_WEEKS: usize = 6;

/// Where a problem is going.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The interval of the ratio lies above 1.
    Growing,
    /// The interval of the ratio contains 1 and is narrow enough to rule out both a doubling and a halving.
    Steady,
    /// The interval of the ratio lies below 1.
    Fading,
    /// Too few tickets, too few weeks, or an interval too wide.
    #[default]
    NotEnough,
}

impl Direction {
    /// The word for a page.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Growing => "growing",
            Self::Steady => "steady",
            Self::Fading => "fading",
            Self::NotEnough => "not enough to say",
        }
    }
}

/// Tickets a week in the last third of the weeks over tickets a week before.
///
/// Given all tickets, those in the last third are binomial with the share of weeks, so the exact
/// interval of a share gives that of the ratio (conditional test of two Poisson rates, Przyborowski and
/// Wilenski 1940). Tickets come in heaps: counts are first divided by their over-dispersion (variance
/// over mean of the weeks, at least 1), which widens the interval.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Trend {
    /// Where it is going.
    pub direction: Direction,
    /// Rate in the last third over the rate before; `None` below the minimum.
    pub ratio: Option<f64>,
    /// Lower end of its 95 % interval.
    pub low: Option<f64>,
    /// Upper end of its 95 % interval; `None` also where it has no upper end.
    pub high: Option<f64>,
    /// Tickets in the last third of the weeks.
    pub n_last: u64,
    /// Tickets in the weeks before.
    pub n_before: u64,
    /// Weeks in the last third.
    pub weeks_last: u64,
    /// Weeks before.
    pub weeks_before: u64,
    /// Probability of a ratio as far from 1 or further where nothing changes (two-sided); `None` below the minimum.
    #[serde(default)]
    pub p: Option<f64>,
}

/// Trend of a weekly series over the weeks in which the desk was recorded fully.
#[must_use]
pub fn trend(weekly: &[u32]) -> Trend {
    over(weekly, &vec![1.0; weekly.len()])
}

/// Trend of a weekly series beside the desk's other tickets of the same weeks: what grows with the desk does not
/// grow. Weeks beyond the shorter of the two lists are left out.
#[must_use]
pub fn trend_beside(weekly: &[u32], others: &[u32]) -> Trend {
    let weeks = weekly.len().min(others.len());
    // A week without any other ticket tells nothing of the desk; one keeps the shares finite.
    let others: Vec<f64> = others.iter().take(weeks).map(|&count| f64::from(count.max(1))).collect();
    over(weekly.get(..weeks).unwrap_or_default(), &others)
}

/// `exposure` is what each week is worth; only its proportions count.
fn over(weekly: &[u32], exposure: &[f64]) -> Trend {
    let weeks_last = weekly.len() / 3;
    let (before, last) = weekly.split_at(weekly.len() - weeks_last);
    let (exposed, exposed_last) = exposure.split_at(before.len().min(exposure.len()));
    let sum = |part: &[u32]| part.iter().map(|&c| u64::from(c)).sum::<u64>();
    let mut out = Trend {
        n_last: sum(last),
        n_before: sum(before),
        weeks_last: last.len() as u64,
        weeks_before: before.len() as u64,
        ..Trend::default()
    };
    if out.n_last + out.n_before < MINIMUM_TICKETS || weekly.len() < MINIMUM_WEEKS {
        return out;
    }
    // Counts as they would be, were all weeks worth the same.
    let mean = exposure.iter().sum::<f64>() / float(exposure.len().max(1));
    let even = |part: &[u32], worth: &[f64]| -> Vec<f64> {
        part.iter().zip(worth).map(|(&count, worth)| f64::from(count) * mean / worth).collect()
    };
    let heaped = dispersion(&even(before, exposed), &even(last, exposed_last));
    let as_float = |n: u64| float(usize::try_from(n).unwrap_or(usize::MAX));
    let (n_last, n_before) = (as_float(out.n_last) / heaped, as_float(out.n_before) / heaped);
    let n = n_last + n_before;
    let (low, high) = share_interval(n_last, n, 0.95);
    let (worth, worth_last) = (exposed.iter().sum::<f64>(), exposed_last.iter().sum::<f64>());
    let time = worth / worth_last;
    let odds = |share: f64| if share < 1.0 { Some(share / (1.0 - share) * time) } else { None };
    out.low = odds(low);
    out.high = odds(high);
    out.ratio = if out.n_before > 0 { Some(n_last / n_before * time) } else { None };
    let even_share = worth_last / (worth + worth_last);
    let tails = (binomial_at_least(n_last, n, even_share), binomial_at_least(n_before, n, 1.0 - even_share));
    out.p = Some((2.0 * tails.0.min(tails.1)).min(1.0));
    let low = out.low.unwrap_or(0.0);
    let high = out.high.unwrap_or(f64::INFINITY);
    out.direction = if low > 1.0 {
        Direction::Growing
    } else if high < 1.0 {
        Direction::Fading
    } else if low >= 0.5 && high <= 2.0 {
        Direction::Steady
    } else {
        Direction::NotEnough
    };
    out
}

/// Variance over mean of the weeks; at least 1.
///
/// The variance comes from the differences of neighbouring weeks within each part (von Neumann 1941), so
/// that a slow change of level is not taken for heaps.
fn dispersion(before: &[f64], last: &[f64]) -> f64 {
    let (mut squares, mut pairs, mut tickets, mut weeks) = (0.0, 0.0, 0.0, 0.0);
    for part in [before, last] {
        for pair in part.windows(2) {
            if let [a, b] = pair {
                squares += (a - b).powi(2) / 2.0;
                pairs += 1.0;
            }
        }
        tickets += part.iter().sum::<f64>();
        weeks += float(part.len());
    }
    if pairs < 2.0 || tickets <= 0.0 { 1.0 } else { (squares / pairs / (tickets / weeks)).max(1.0) }
}

/// Median days from one ticket to the next, from sorted instants; `None` below three tickets.
#[must_use]
pub fn recurrence_days(sorted: &[i64]) -> Option<f64> {
    if sorted.len() < 3 {
        return None;
    }
    let mut gaps: Vec<f64> = sorted.windows(2).map(|pair| days_between(pair.first(), pair.last())).collect();
    median(&mut gaps)
}

fn days_between(a: Option<&i64>, b: Option<&i64>) -> f64 {
    let seconds = a.zip(b).map_or(0, |(a, b)| b.saturating_sub(*a));
    crate::clock::days(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_growing_steady_fading_and_not_enough() {
        let growing = [2, 3, 2, 3, 2, 2, 9, 11, 10];
        assert_eq!(trend(&growing).direction, Direction::Growing);
        let fading = [10, 9, 11, 12, 10, 9, 1, 0, 1];
        assert_eq!(trend(&fading).direction, Direction::Fading);
        let steady = [40, 42, 38, 41, 40, 39, 41, 40, 42];
        let t = trend(&steady);
        assert_eq!(t.direction, Direction::Steady);
        assert!(t.low.unwrap() < t.ratio.unwrap() && t.ratio.unwrap() < t.high.unwrap());
        assert_eq!(trend(&[1, 0, 1, 0, 2, 0, 1]).direction, Direction::NotEnough);
        assert_eq!(trend(&[]).direction, Direction::NotEnough);
        assert_eq!(trend(&[100, 100]).ratio, None);
    }

    #[test]
    fn interval_is_exact_where_weeks_are_even() {
        // Over-dispersion is 1 here, so this is the plain conditional test: 12 of 24 tickets in a third
        // of the weeks. R: binom.test(12, 24)$conf.int = 0.2911927, 0.7088073 -> odds times 2.
        let t = trend(&[3, 3, 3, 3, 6, 6]);
        assert!((t.ratio.unwrap() - 2.0).abs() < 1e-12);
        assert!((t.low.unwrap() - 0.821_64).abs() < 1e-3, "{t:?}");
        assert!((t.high.unwrap() - 4.868_3).abs() < 1e-2, "{t:?}");
    }

    #[test]
    fn what_grows_with_the_desk_is_steady() {
        let weekly = [10, 20, 30, 40, 50, 60, 70, 80, 90];
        let others = [110, 190, 310, 400, 490, 610, 700, 790, 910];
        assert_eq!(trend(&weekly).direction, Direction::Growing);
        let beside = trend_beside(&weekly, &others);
        assert_eq!(beside.direction, Direction::Steady, "{beside:?}");
        assert!(beside.p.unwrap() > 0.5);
        let fewer = trend_beside(&[40, 41, 39, 40, 42, 40, 40, 41, 39], &others);
        assert_eq!(fewer.direction, Direction::Fading);
        assert!(fewer.p.unwrap() < 0.05);
        assert_eq!(trend_beside(&weekly, &[]).direction, Direction::NotEnough);
    }

    #[test]
    fn one_heap_is_no_trend() {
        // 40 tickets in one of the last weeks and little else: a burst, not a growth.
        assert_ne!(trend(&[2, 1, 2, 1, 2, 1, 2, 40, 0, 1, 0, 2]).direction, Direction::Steady);
        assert_eq!(trend(&[2, 1, 2, 1, 2, 1, 2, 1, 40, 1, 0, 2]).direction, Direction::NotEnough);
    }

    #[test]
    fn recurrence_is_the_median_gap() {
        let day = 86_400;
        assert_eq!(recurrence_days(&[0, day]), None);
        assert_eq!(recurrence_days(&[0, day, 3 * day, 30 * day]), Some(2.0));
    }
}
