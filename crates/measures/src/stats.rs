//! Plain statistics: proportions, quantiles, Kaplan-Meier. Pure functions over integers.
//!
//! A duration is kept as one `u32`: seconds shifted left by one, the lowest bit saying that it was cut
//! off (censored). Sorting these numbers puts an end before a cut at the same second, which is the
//! convention of Kaplan and Meier.

/// 97.5 % point of the standard normal distribution: two-sided 95 % intervals.
pub const Z95: f64 = 1.959_963_984_540_054;

/// Longest duration that can be kept: about 68 years.
const LONGEST: i64 = (u32::MAX >> 1) as i64;

/// A duration that ended, in seconds, as a sortable number.
#[must_use]
pub fn ended(seconds: i64) -> u32 {
    u32::try_from(seconds.clamp(0, LONGEST)).unwrap_or(0) << 1
}

/// A duration that was cut off while running, in seconds, as a sortable number.
#[must_use]
pub fn censored(seconds: i64) -> u32 {
    ended(seconds) | 1
}

fn seconds(key: u32) -> f64 {
    f64::from(key >> 1)
}

/// Count as a float; counts stay far below 2^53.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of rows stay below 2^53")]
pub fn float(count: u64) -> f64 {
    count as f64
}

fn size(count: usize) -> f64 {
    float(count as u64)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what fits before")]
fn whole(value: f64) -> usize {
    value.clamp(0.0, 9e15) as usize
}

/// Wilson's score interval of a share, 95 % (Wilson 1927): low and high, `None` when n is 0.
#[must_use]
pub fn wilson(count: u64, n: u64) -> Option<(f64, f64)> {
    if n == 0 {
        return None;
    }
    let (k, n) = (float(count), float(n));
    let share = k / n;
    let z2 = Z95 * Z95;
    let middle = (share + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = Z95 / (1.0 + z2 / n) * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt();
    let low = if count == 0 { 0.0 } else { (middle - half).max(0.0) };
    let high = if k >= n { 1.0 } else { (middle + half).min(1.0) };
    Some((low, high))
}

/// An estimate with its 95 % interval; an end is `None` when the data do not reach it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Estimate {
    /// The value.
    pub value: Option<f64>,
    /// Lower end.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
}

impl Estimate {
    /// The same in another unit.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        let scale = |value: Option<f64>| value.map(|value| value * factor);
        Self { value: scale(self.value), low: scale(self.low), high: scale(self.high) }
    }
}

/// Mean in seconds of ended durations, with the interval of the central limit theorem.
#[must_use]
pub fn mean(keys: &[u32]) -> Estimate {
    if keys.is_empty() {
        return Estimate::default();
    }
    // Integers: the same sum in whatever order.
    let (mut sum, mut squares) = (0_u64, 0_u128);
    for key in keys {
        let value = u64::from(key >> 1);
        sum += value;
        squares += u128::from(value) * u128::from(value);
    }
    let n = size(keys.len());
    let mean = float(sum) / n;
    if keys.len() < 2 {
        return Estimate { value: Some(mean), low: None, high: None };
    }
    // n·Σx² − (Σx)² stays exact in 128 bits for up to 2^32 durations.
    let spread = u128::from(keys.len() as u64) * squares - u128::from(sum) * u128::from(sum);
    #[expect(clippy::cast_precision_loss, reason = "a spread, rounded to 53 bits")]
    let variance = spread as f64 / (n * (n - 1.0));
    let half = Z95 * (variance / n).sqrt();
    Estimate { value: Some(mean), low: Some((mean - half).max(0.0)), high: Some(mean + half) }
}

/// Quantile in seconds of sorted ended durations by linear interpolation (type 7 of Hyndman and Fan
/// 1996), with the order-statistic interval (Conover 1999, section 3.2).
#[must_use]
pub fn quantile(keys: &[u32], p: f64) -> Estimate {
    let Some(last) = keys.len().checked_sub(1) else { return Estimate::default() };
    let place = size(last) * p;
    let below = whole(place.floor());
    let at = |index: usize| keys.get(index.min(last)).copied().map_or(0.0, seconds);
    let value = at(below) + (at(below + 1) - at(below)) * (place - place.floor());
    let n = size(keys.len());
    let half = Z95 * (n * p * (1.0 - p)).sqrt();
    let (from, to) = ((n * p - half).ceil(), (n * p + half).ceil());
    Estimate {
        value: Some(value),
        low: (from >= 1.0).then(|| at(whole(from) - 1)),
        high: (to <= n).then(|| at(whole(to) - 1)),
    }
}

/// Quantiles in seconds by Kaplan-Meier of sorted durations, some of them cut off.
///
/// The quantile is the first second at which at least the share `p` has ended. Its interval is that of
/// Brookmeyer and Crowley (1982): the seconds at which the log-log interval of the survival curve
/// (Greenwood's variance) holds `1 − p`. An end that the curve does not reach is `None`.
#[must_use]
pub fn kaplan_meier(keys: &[u32], shares: &[f64]) -> Vec<Estimate> {
    let mut found = vec![Estimate::default(); shares.len()];
    // Survival is base · left / base_n between cuts, which keeps it exact while nobody is cut off.
    let mut base = 1.0_f64;
    let mut base_n = keys.len();
    let mut greenwood = 0.0_f64;
    let mut index = 0;
    while let Some(&first) = keys.get(index) {
        let at_risk = keys.len() - index;
        let second = first >> 1;
        let mut deaths = 0;
        while keys.get(index) == Some(&(second << 1)) {
            deaths += 1;
            index += 1;
        }
        let mut cut = 0;
        while keys.get(index) == Some(&(second << 1 | 1)) {
            cut += 1;
            index += 1;
        }
        if deaths > 0 {
            let left = at_risk - deaths;
            let survival = base * size(left) / size(base_n);
            let (lower, upper) = if left == 0 {
                (Some(0.0), None)
            } else {
                greenwood += size(deaths) / (size(at_risk) * size(left));
                let spread = (Z95 * greenwood.sqrt() / survival.ln().abs()).exp();
                (Some(survival.powf(spread)), Some(survival.powf(1.0 / spread)))
            };
            for (estimate, share) in found.iter_mut().zip(shares) {
                let goal = 1.0 - share + 1e-12;
                let reached = |curve: Option<f64>| curve.is_some_and(|curve| curve <= goal);
                let time = Some(f64::from(second));
                if estimate.value.is_none() && survival <= goal {
                    estimate.value = time;
                }
                if estimate.low.is_none() && reached(lower) {
                    estimate.low = time;
                }
                if estimate.high.is_none() && reached(upper) {
                    estimate.high = time;
                }
            }
            if found.iter().all(|estimate| estimate.high.is_some()) {
                break;
            }
        }
        if cut > 0 {
            base = base * size(at_risk - deaths) / size(base_n);
            base_n = at_risk - deaths - cut;
        }
    }
    found
}

/// Sorts durations: radix sort for many, the library's for few.
pub fn sort(keys: &mut [u32]) {
    if keys.len() < 1 << 14 {
        keys.sort_unstable();
        return;
    }
    let mut other = vec![0_u32; keys.len()];
    pass(keys, &mut other, 0);
    pass(&other, keys, 11);
    pass(keys, &mut other, 22);
    keys.copy_from_slice(&other);
}

/// One stable counting pass over eleven bits.
fn pass(from: &[u32], to: &mut [u32], shift: u32) {
    let digit = |key: u32| (key >> shift & 0x7FF) as usize;
    let mut places = [0_usize; 2048];
    for &key in from {
        places[digit(key)] += 1;
    }
    let mut sum = 0;
    for place in &mut places {
        sum += std::mem::replace(place, sum);
    }
    for &key in from {
        let place = &mut places[digit(key)];
        to[*place] = key;
        *place += 1;
    }
}

/// Quantile of a sorted list of floats by linear interpolation; `None` when it is empty.
#[must_use]
pub fn sorted_quantile(values: &[f64], p: f64) -> Option<f64> {
    let last = values.len().checked_sub(1)?;
    let place = size(last) * p;
    let below = whole(place.floor()).min(last);
    let (low, high) = (values.get(below)?, values.get((below + 1).min(last))?);
    Some(low + (high - low) * (place - place.floor()))
}

#[cfg(test)]
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::float_cmp,
    reason = "small numbers, exact ends"
)]
#[path = "stats_tests.rs"]
mod tests;
