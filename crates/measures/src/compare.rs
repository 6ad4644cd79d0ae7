//! Did it change? Differences between a later and an earlier span, with an interval and a test. Pure functions.

use serde::Serialize;

use crate::stats::{Estimate, Z95, float, sorted_quantile};

/// Fewest weeks a side of which [`weekly`] says anything: with three against three no difference can be told.
pub const FEWEST_WEEKS: usize = 4;
/// Most that neighbouring weeks may be alike; beyond it a span of weeks is one long event.
const MOST_ALIKE: f64 = 0.8;

/// Later less earlier, in the unit of what is compared.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Difference {
    /// The estimate.
    pub value: f64,
    /// Lower end of its 95 % interval.
    pub low: f64,
    /// Upper end of its 95 % interval.
    pub high: f64,
    /// How many standard errors it lies from zero, with its sign: under "nothing changed" about standard normal.
    pub z: f64,
}

impl Difference {
    /// Whether it can be told from zero: the interval leaves it out, and the test says the same.
    #[must_use]
    pub fn is_told(&self) -> bool {
        (self.low > 0.0 || self.high < 0.0) && self.z.abs() > Z95
    }
}

/// The difference of two estimates that come from different tickets, such as shares or medians; `None` where one of
/// them lacks its value or an end of its interval.
///
/// The interval is put together from those of both: with value v, low l and high u of each side, the lower end
/// lies √((v₁ − l₁)² + (u₀ − v₀)²) below the difference, the upper one √((u₁ − v₁)² + (v₀ − l₀)²) above. For
/// shares with Wilson's interval this is method 10 of Newcombe 1998 ("Interval estimation for the difference
/// between independent proportions"); for other estimates Zou and Donner 2008 ("Construction of confidence limits
/// about effect measures"). `z` is the difference over its side towards zero, in standard errors (Altman and Bland
/// 2011, "How to obtain the P value from a confidence interval"). Where the same ticket is on both sides, as in two
/// backlogs, the interval is wider than it need be, never too narrow.
#[must_use]
pub fn between(later: Estimate, earlier: Estimate) -> Option<Difference> {
    let whole = |side: Estimate| Some((side.value?, side.low?, side.high?));
    let ((value, low, high), (before, before_low, before_high)) = (whole(later)?, whole(earlier)?);
    let change = value - before;
    let (down, up) = ((value - low).hypot(before_high - before), (high - value).hypot(before - before_low));
    let side = if change > 0.0 { down } else { up };
    let z = if change == 0.0 { 0.0 } else { Z95 * change / side };
    Some(Difference { value: change, low: change - down, high: change + up, z })
}

/// The difference of counts a week: the middle of all differences between a later and an earlier week (Hodges and
/// Lehmann 1963), with the interval and the test that belong to it (Mann and Whitney 1947, normal approximation,
/// ties and continuity corrected; Hollander and Wolfe, "Nonparametric Statistical Methods", chapter 4). No law of
/// the counts is assumed, so that heaps of tickets and one bad week do no harm. Where the weeks are too few or too
/// alike for 95 %, the interval goes from the smallest to the largest difference and nothing is told from zero. `None`
/// below [`FEWEST_WEEKS`] a side.
///
/// Neighbouring weeks of a team are often alike, and then many weeks tell as much as a few: the variance is
/// multiplied by (1 + r) / (1 − r), where r is the correlation of neighbours within the spans, corrected for its
/// bias of one over the weeks of a span, and at least 0 (Bayley and Hammersley 1946, "The effective number of
/// independent observations in an autocorrelated time series").
#[must_use]
pub fn weekly(later: &[u32], earlier: &[u32]) -> Option<Difference> {
    if later.len().min(earlier.len()) < FEWEST_WEEKS {
        return None;
    }
    let mut steps: Vec<f64> =
        later.iter().flat_map(|now| earlier.iter().map(move |then| f64::from(*now) - f64::from(*then))).collect();
    steps.sort_unstable_by(f64::total_cmp);
    let (pairs, weeks) = (size(steps.len()), size(later.len() + earlier.len()));
    let variance = pairs / 12.0 * stretch(later, earlier);
    let half = Z95 * (variance * (weeks + 1.0)).sqrt();
    // The place of the lower end among the differences, from 1.
    let place = (1..=steps.len()).rev().find(|place| size(*place) <= pairs / 2.0 - half).unwrap_or(1);
    let (larger, equal) = (steps.iter().filter(|step| **step > 0.0), steps.iter().filter(|step| **step == 0.0));
    let above = size(larger.count()) + 0.5 * size(equal.count());
    let lean = above - pairs / 2.0;
    let spread = (variance * (weeks + 1.0 - ties(later, earlier) / (weeks * (weeks - 1.0)))).sqrt();
    let z = if lean.abs() <= 0.5 { 0.0 } else { (lean.abs() - 0.5) / spread * lean.signum() };
    Some(Difference {
        value: sorted_quantile(&steps, 0.5)?,
        low: *steps.get(place - 1)?,
        high: *steps.get(steps.len() - place)?,
        z,
    })
}

/// Sum of t³ − t over the weeks with the same count, t at a time.
fn ties(later: &[u32], earlier: &[u32]) -> f64 {
    let mut counts = [later, earlier].concat();
    counts.sort_unstable();
    counts.chunk_by(|one, next| one == next).map(|same| size(same.len()).powi(3) - size(same.len())).sum()
}

/// By what the variance grows because neighbouring weeks are alike; at least 1.
fn stretch(later: &[u32], earlier: &[u32]) -> f64 {
    let (mut together, mut alone) = (0.0, 0.0);
    for weeks in [later, earlier] {
        let mean = weeks.iter().map(|count| f64::from(*count)).sum::<f64>() / size(weeks.len());
        let away = |count: &u32| f64::from(*count) - mean;
        alone += weeks.iter().map(|count| away(count).powi(2)).sum::<f64>();
        together += weeks.iter().zip(weeks.iter().skip(1)).map(|(one, next)| away(one) * away(next)).sum::<f64>();
    }
    if alone == 0.0 {
        return 1.0;
    }
    let alike = (together / alone + 1.0 / size(later.len().min(earlier.len()))).clamp(0.0, MOST_ALIKE);
    (1.0 + alike) / (1.0 - alike)
}

fn size(count: usize) -> f64 {
    float(count as u64)
}

#[cfg(test)]
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts in tests are small"
)]
#[path = "compare_tests.rs"]
mod tests;
