//! Rolling origin: the same forecast made at past weeks, beside what then came.
//!
//! At each past week the desk as it was known then is run forward. How far the truth lay from the
//! middle, as a share of the interval's half width (its strain), is kept. The width of an interval is
//! multiplied by the 70th percentile of the strains of *earlier* origins whose weeks had already come
//! (split conformal prediction, Papadopoulos and others 2002, along time), drawn towards 1 while these
//! are few. The coverage that is told is that of the intervals so set, each checked on weeks that it
//! had not seen.

use rayon::prelude::*;

use crate::chance::{Chance, quantiles, wilson};
use crate::days::{WeekCount, median, real};
use crate::desk::{Desk, strain, stretch};
use crate::model::{Backtest, Distance, Quantiles, Settings};
use crate::{MIN_CHECKS, MIN_ORIGINS};

/// Weeks that must have been learned before a first origin.
const MIN_LEARNED: usize = 4;
/// Origins back that widths are learned from: a record changes, and its first origins, which knew
/// little, had wide intervals that say nothing about later ones.
const LEARN_ORIGINS: usize = 40;
/// Bounds of the factor that a width is multiplied by.
const NARROWEST: f64 = 0.75;
const WIDEST: f64 = 2.5;
/// Distances that share a factor: up to 2 weeks ahead, up to 5, beyond.
const NEAR: usize = 2;
const MIDDLE: usize = 5;
const BUCKETS: usize = 3;

const fn bucket(index: usize) -> usize {
    if index < NEAR {
        0
    } else if index < MIDDLE {
        1
    } else {
        2
    }
}

/// What the widths are multiplied by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Widths {
    arrivals: [f64; BUCKETS],
    backlog: [f64; BUCKETS],
}

impl Widths {
    /// The interval of arrivals (or completions) so many weeks ahead (0 the next), set.
    pub(crate) fn arrivals(&self, index: usize, raw: Quantiles) -> Quantiles {
        set(raw, self.arrivals[bucket(index)])
    }
    /// The interval of the backlog, set.
    pub(crate) fn backlog(&self, index: usize, raw: Quantiles) -> Quantiles {
        set(raw, self.backlog[bucket(index)])
    }
}

fn set(raw: Quantiles, factor: f64) -> Quantiles {
    Quantiles {
        p15: stretch(raw.p50, raw.p15, factor).min(raw.p50),
        p50: raw.p50,
        p85: stretch(raw.p50, raw.p85, factor).max(raw.p50),
    }
}

/// One past week forecast and what came.
struct Check {
    origin: usize,
    index: usize,
    arrivals: Quantiles,
    backlog: Quantiles,
    actual: WeekCount,
    last: WeekCount,
}

impl Check {
    fn strain_arrivals(&self) -> f64 {
        against(self.actual.arrivals, self.arrivals)
    }
    fn strain_backlog(&self) -> f64 {
        against(self.actual.backlog, self.backlog)
    }
}

fn against(actual: f64, interval: Quantiles) -> f64 {
    strain(actual, interval.p50, if actual > interval.p50 { interval.p85 } else { interval.p15 })
}

/// Rolls the origin over the past of a desk.
pub(crate) fn roll(desk: &Desk, weeks: u32, settings: &Settings) -> (Backtest, Widths) {
    let n = desk.weeks().len();
    let ahead = usize::try_from(weeks).unwrap_or(1);
    let most = usize::try_from(settings.backtest_origins).unwrap_or(usize::MAX);
    let first = (MIN_LEARNED - 1).max(n.saturating_sub(most.saturating_add(1)));
    // Per origin in parallel; each has its own stream of chance, so threads do not matter.
    let by_origin: Vec<Vec<Check>> =
        (first..n.saturating_sub(1)).into_par_iter().map(|origin| check(desk, origin, ahead, settings)).collect();
    let checks: Vec<Check> = by_origin.into_iter().flatten().collect();
    let mut covered = Vec::with_capacity(checks.len());
    let mut widths = learn_widths(&checks, first);
    let mut origin = first;
    for check in &checks {
        if check.origin != origin {
            origin = check.origin;
            widths = learn_widths(&checks, origin);
        }
        let arrivals = widths.arrivals(check.index, check.arrivals);
        let backlog = widths.backlog(check.index, check.backlog);
        let within = |actual: f64, q: Quantiles| actual >= q.p15 - 1e-9 && actual <= q.p85 + 1e-9;
        covered.push((within(check.actual.arrivals, arrivals), within(check.actual.backlog, backlog)));
    }
    let widths = learn_widths(&checks, n);
    (tell(&checks, &covered, &widths, ahead), widths)
}

fn check(desk: &Desk, origin: usize, ahead: usize, settings: &Settings) -> Vec<Check> {
    let Some((ready, last)) = desk.origin(origin).zip(desk.weeks().get(origin).copied()) else {
        return Vec::new();
    };
    let ahead = ahead.min(desk.weeks().len() - origin - 1);
    let seed = settings.seed ^ u64::try_from(origin + 1).unwrap_or(0).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let runs: Vec<_> = (0..u64::from(settings.backtest_runs.max(50)))
        .map(|run| ready.run(ahead, &mut Chance::new(seed, run)))
        .collect();
    (0..ahead)
        .filter_map(|index| {
            let column = |value: fn(&WeekCount) -> f64| {
                let mut values: Vec<f64> = runs.iter().filter_map(|run| run.weeks.get(index)).map(value).collect();
                quantiles(&mut values)
            };
            Some(Check {
                origin,
                index,
                arrivals: column(|week| week.arrivals),
                backlog: column(|week| week.backlog),
                actual: *desk.weeks().get(origin + index + 1)?,
                last,
            })
        })
        .collect()
}

/// The factors that may be known at the end of week `now`: from forecasts whose week had come by then.
fn learn_widths(checks: &[Check], now: usize) -> Widths {
    let factor = |which: usize, strain: fn(&Check) -> f64| {
        let mut strains: Vec<f64> = checks
            .iter()
            .filter(|check| {
                check.origin + check.index < now && check.origin + LEARN_ORIGINS >= now && bucket(check.index) == which
            })
            .map(strain)
            .collect();
        strains.sort_by(f64::total_cmp);
        let share = 0.7 * real(strains.len());
        let at = strains.iter().enumerate().find(|(index, _)| real(*index) + 0.5 >= share);
        let Some((_, measured)) = at else { return 1.0 };
        // Forecasts over several weeks overlap: so many of them say as much as one.
        let (distances, reach) = match which {
            0 => (2.0, 2.0),
            1 => (3.0, 5.0),
            _ => (3.0, 8.0),
        };
        let say = real(strains.len()) / distances;
        // To narrow takes more evidence than to widen: early, cautious intervals hold too often.
        let caution = if *measured < 1.0 { 2.0 } else { 1.0 };
        let weight = say / (say + caution * (6.0 + reach));
        (weight * measured.clamp(0.05, 10.0).ln()).exp().clamp(NARROWEST, WIDEST)
    };
    Widths {
        arrivals: std::array::from_fn(|which| factor(which, Check::strain_arrivals)),
        backlog: std::array::from_fn(|which| factor(which, Check::strain_backlog)),
    }
}

fn share(flags: impl Iterator<Item = bool>) -> (f64, usize) {
    let (mut yes, mut all) = (0_usize, 0_usize);
    for flag in flags {
        yes += usize::from(flag);
        all += 1;
    }
    (real(yes) / real(all.max(1)), all)
}

/// Sums the checks up.
fn tell(checks: &[Check], covered: &[(bool, bool)], widths: &Widths, ahead: usize) -> Backtest {
    let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    let mut origins: Vec<usize> = checks.iter().map(|check| check.origin).collect();
    origins.dedup();
    let enough = count(checks.len()) >= MIN_CHECKS && count(origins.len()) >= MIN_ORIGINS;
    let told = |share: f64| enough.then_some(share);
    let arrivals = share(covered.iter().map(|c| c.0)).0;
    let backlog = share(covered.iter().map(|c| c.1)).0;
    let interval = |share: f64| told(share).map(|share| wilson(share, real(origins.len())));
    let ratio = |ours: fn(&Check) -> f64, theirs: fn(&Check) -> f64| {
        let naive: f64 = checks.iter().map(theirs).sum();
        (enough && naive > 0.0).then(|| checks.iter().map(ours).sum::<f64>() / naive)
    };
    let by_distance = (0..ahead)
        .filter_map(|index| {
            let here = || checks.iter().zip(covered).filter(move |(check, _)| check.index == index).map(|(_, c)| c);
            let (coverage_70, n) = share(here().map(|c| c.0));
            (n > 0).then(|| Distance {
                weeks_ahead: u32::try_from(index + 1).unwrap_or(u32::MAX),
                coverage_70,
                coverage_70_backlog: share(here().map(|c| c.1)).0,
                n: count(n),
            })
        })
        .collect();
    Backtest {
        coverage_70: told(arrivals),
        coverage_70_backlog: told(backlog),
        coverage_70_interval: interval(arrivals),
        coverage_70_backlog_interval: interval(backlog),
        error_ratio: ratio(
            |check| (check.actual.arrivals - check.arrivals.p50).abs(),
            |check| (check.actual.arrivals - check.last.arrivals).abs(),
        ),
        error_ratio_backlog: ratio(
            |check| (check.actual.backlog - check.backlog.p50).abs(),
            |check| (check.actual.backlog - check.last.backlog).abs(),
        ),
        n: count(checks.len()),
        origins: count(origins.len()),
        by_distance,
        width: median(&widths.arrivals),
        width_backlog: median(&widths.backlog),
    }
}
