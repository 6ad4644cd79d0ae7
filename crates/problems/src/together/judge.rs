//! What stands out over all problems, held against what stands out on placebo dates.

use std::collections::BTreeMap;

use super::{CODE, Company, DAYS, FEWEST, Family, Look, NEAR, SAME, Together};
use crate::stats::{discovery_threshold, float, normal_at_least};

/// Fewest windows (changes, days).
const FEWEST_WINDOWS: u64 = 5;
/// Share of false ones accepted among what is told.
const FALSE_SHARE: f64 = 0.05;
/// 95 % of a normal law.
const Z: f64 = 1.645;

/// Counts on the true dates and on each placebo one.
#[derive(Debug, Clone, Default)]
pub(super) struct Trial {
    pub(super) problem: usize,
    pub(super) kind: &'static str,
    pub(super) value: String,
    pub(super) n: u64,
    /// `(after, before)`; the first is the true one.
    pub(super) counts: Vec<(f64, f64)>,
    /// Weeks that `before` is the mean of.
    pub(super) weeks: f64,
}

impl Trial {
    fn log_ratio(count: (f64, f64)) -> f64 {
        ((count.0 + 0.5) / (count.1 + 0.5)).ln()
    }

    fn real(&self) -> (f64, f64) {
        self.counts.first().copied().unwrap_or_default()
    }

    /// Mean and deviation of the logarithm on placebo dates. The deviation is at least what counting alone gives.
    fn placebo(&self) -> (f64, f64) {
        let logs: Vec<f64> = self.counts.iter().skip(1).map(|&count| Self::log_ratio(count)).collect();
        let n = float(logs.len()).max(1.0);
        let mean = logs.iter().sum::<f64>() / n;
        let variance = logs.iter().map(|log| (log - mean).powi(2)).sum::<f64>() / (n - 1.0).max(1.0);
        let after = self.counts.iter().skip(1).map(|count| count.0).sum::<f64>() / n;
        let before = self.counts.iter().skip(1).map(|count| count.1).sum::<f64>() / n;
        let counting = 1.0 / (after + 0.5) + 1.0 / (before * self.weeks + 0.5);
        (mean, variance.max(counting).sqrt())
    }

    /// Probability of a ratio as large on a placebo date, for the true search (0) or one of the placebo ones.
    fn p(&self, place: usize, (mean, deviation): (f64, f64)) -> f64 {
        self.counts.get(place).map_or(1.0, |&count| normal_at_least((Self::log_ratio(count) - mean) / deviation))
    }

    fn told(&self, placebo: (f64, f64), placebo_yield: f64) -> Together {
        let (after, before) = self.real();
        let ratio = Self::log_ratio((after, before));
        Together {
            kind: self.kind.to_owned(),
            value: self.value.clone(),
            before,
            after,
            n: self.n,
            ratio: ratio.exp(),
            low: (ratio - Z * placebo.1).exp(),
            high: (ratio + Z * placebo.1).exp(),
            placebo_yield,
        }
    }
}

/// Pools, judges over all, counts the same on placebo dates, and keeps what exceeds them.
pub(super) fn decide(problems: usize, trials: &[Trial], look: &Look) -> Company {
    let searches = look.placebos as usize + 1;
    let mut company =
        Company { pooled: pooled(trials, searches), single: vec![Vec::new(); problems], ..Company::default() };
    let mut words = Vec::new();
    for (name, kinds) in
        [("changes", [SAME, NEAR]), ("resolution codes", [CODE, CODE]), ("days of the calendar", [DAYS, DAYS])]
    {
        let trials: Vec<&Trial> = trials.iter().filter(|trial| kinds.contains(&trial.kind)).collect();
        let family = judge(name, &trials, searches, &mut company.single);
        if family.tried > 0 {
            words.push(format!(
                "{name}: {} of {} combinations stand out, on placebo dates {:.1} (95 % of the times at most {:.0}), {}",
                family.found,
                family.tried,
                family.placebo_yield,
                family.placebo_high,
                if family.told() { "so they are told" } else { "so no single one is told" }
            ));
            company.families.push(family);
        }
    }
    for list in &mut company.single {
        list.sort_by(|a, b| b.low.total_cmp(&a.low).then_with(|| (&a.kind, &a.value).cmp(&(&b.kind, &b.value))));
    }
    company.sentence = if words.is_empty() {
        "Not enough to say what problems are seen together with: no combination has enough tickets.".to_owned()
    } else {
        format!("Seen together, which is sequence and no proof: {}.", words.join("; "))
    };
    company
}

/// Judges one kind of search over all problems, and writes what is told to them.
fn judge(name: &str, trials: &[&Trial], searches: usize, single: &mut [Vec<Together>]) -> Family {
    let enough: Vec<(&Trial, (f64, f64))> = trials
        .iter()
        .filter(|trial| {
            let most = trial.counts.iter().map(|count| count.0 + count.1 * trial.weeks).fold(0.0, f64::max);
            trial.n >= FEWEST_WINDOWS && most >= float(FEWEST)
        })
        .map(|trial| (*trial, trial.placebo()))
        .collect();
    let yields: Vec<(usize, f64)> = (0..searches)
        .map(|place| {
            let ps: Vec<f64> = enough.iter().map(|(trial, placebo)| trial.p(place, *placebo)).collect();
            let threshold = discovery_threshold(&mut ps.clone(), float(ps.len()), FALSE_SHARE);
            (ps.iter().filter(|p| **p <= threshold).count(), threshold)
        })
        .collect();
    let mut again: Vec<usize> = yields.iter().skip(1).map(|found| found.0).collect();
    again.sort_unstable();
    let (found, threshold) = yields.first().copied().unwrap_or((0, -1.0));
    let family = Family {
        name: name.to_owned(),
        tried: enough.len() as u64,
        found: found as u64,
        placebo_yield: again.iter().map(|&count| float(count)).sum::<f64>() / float(again.len()).max(1.0),
        placebo_high: again.get(again.len() * 95 / 100).copied().map_or(0.0, float),
    };
    if family.told() {
        for (trial, placebo) in &enough {
            if trial.p(0, *placebo) <= threshold
                && let Some(list) = single.get_mut(trial.problem)
            {
                list.push(trial.told(*placebo, family.placebo_yield));
            }
        }
    }
    family
}

/// Sums over all problems by kind and value.
fn pooled(trials: &[Trial], searches: usize) -> Vec<Together> {
    let mut sums: BTreeMap<(&str, &str), Trial> = BTreeMap::new();
    for trial in trials.iter().filter(|trial| trial.kind == SAME || trial.kind == NEAR || trial.kind == DAYS) {
        let sum = sums.entry((trial.kind, &trial.value)).or_insert_with(|| Trial {
            kind: trial.kind,
            value: trial.value.clone(),
            weeks: trial.weeks,
            counts: vec![(0.0, 0.0); searches],
            ..Trial::default()
        });
        // Days are the same for all problems, changes are not.
        sum.n = if trial.kind == DAYS { trial.n } else { sum.n + trial.n };
        for (sum, count) in sum.counts.iter_mut().zip(&trial.counts) {
            *sum = (sum.0 + count.0, sum.1 + count.1);
        }
    }
    sums.into_values()
        .filter(|sum| sum.n >= FEWEST_WINDOWS && sum.real().0 + sum.real().1 >= float(FEWEST))
        .map(|sum| {
            let placebo = sum.placebo();
            sum.told(placebo, placebo.0.exp())
        })
        .collect()
}
