//! Differential privacy for means over a whole organisation: discrete Gaussian noise, with an account of what each rater
//! has spent in a year.
//!
//! Not for one leader's report: at five raters and ε = 2 the noise on a mean of a scale of five points has a standard
//! deviation of about 2, so nothing of the figure would be left. There the rules of this module's neighbours hold.
//!
//! - The sampler is exact: whole numbers and fractions only (Canonne, Kamath and Steinke, *The discrete Gaussian for
//!   differential privacy*, NeurIPS 2020, algorithms 1 to 3). No floating-point number decides a draw, so no rounding
//!   gives anything away.
//! - The account is kept in ρ of zero-concentrated differential privacy, which adds up over releases (Bun and Steinke
//!   2016): a mean over n raters that each move by at most Δ = span/n costs ρ = Δ²/2σ². What it is in ε at δ is
//!   ρ + 2·√(ρ ln 1/δ).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::num::real;

/// Raters below which no mean is released.
pub const NOISY_MINIMUM: usize = 50;
/// ε that one rater may spend in a year, at [`DELTA`].
pub const YEARLY_EPSILON: f64 = 2.0;
/// δ at which ε is told.
pub const DELTA: f64 = 1e-6;
/// Steps into which one point of the scale is divided: sums are whole numbers of them.
const STEPS: f64 = 1_000.0;

/// ε at δ of an account in ρ.
#[must_use]
pub fn epsilon(rho: f64, delta: f64) -> f64 {
    rho + 2.0 * (rho * (1.0 / delta).ln()).sqrt()
}

/// Why a mean is not released. All reasons are about who answered, and what they spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoNoise {
    /// Fewer raters than [`NOISY_MINIMUM`].
    #[error("fewer raters than a figure over the whole organisation needs")]
    TooFew,
    /// Somebody among them has nothing left this year.
    #[error("somebody among those who answered has been asked about as often as a year allows")]
    Spent,
    /// A share of the budget that is none.
    #[error("the share of the yearly budget lies above 0 and at most at 1")]
    NoShare,
}

/// What each rater spent in a year, in ρ.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Account {
    spent: BTreeMap<u32, f64>,
}

/// A mean with noise on it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Noisy {
    /// The mean; it can lie outside of the scale.
    pub mean: f64,
    /// Standard deviation of the noise, to be told beside it.
    pub noise_sd: f64,
    /// Raters.
    pub n: usize,
    /// Answers: forms, where a rater filled in several.
    pub answers: usize,
}

impl Account {
    /// An account that goes on from what each rater spent so far, in ρ.
    #[must_use]
    pub fn of(spent: BTreeMap<u32, f64>) -> Self {
        Self { spent }
    }

    /// ρ that a rater has spent.
    #[must_use]
    pub fn spent_by(&self, rater: u32) -> f64 {
        self.spent.get(&rater).copied().unwrap_or(0.0)
    }

    /// ε that a rater has spent.
    #[must_use]
    pub fn epsilon_of(&self, rater: u32) -> f64 {
        epsilon(self.spent_by(rater), DELTA)
    }

    /// Releases the mean of one answer per rater (the mean of a rater's own, where there are several) on a scale from
    /// `low` to `high`, for a share of the yearly budget. `random` gives 64 random bits.
    ///
    /// # Errors
    /// The reason why not, before any answer is looked at; nothing is spent then.
    pub fn mean(
        &mut self,
        answers: &BTreeMap<u32, f64>,
        scale: (f64, f64),
        share: f64,
        random: &mut impl FnMut() -> u64,
    ) -> Result<Noisy, NoNoise> {
        let raters = answers.keys().map(|rater| (*rater, 1)).collect();
        let answers: Vec<f64> = answers.values().copied().collect();
        self.mean_of_forms(&answers, &raters, scale, share, random)
    }

    /// As [`Self::mean`] where raters filled in several forms each and nobody can tell whose a form is: `raters` says how
    /// many each filled in. The noise covers all forms of whoever filled in most; others spend less.
    ///
    /// # Errors
    /// As of [`Self::mean`].
    pub fn mean_of_forms(
        &mut self,
        answers: &[f64],
        raters: &BTreeMap<u32, usize>,
        (low, high): (f64, f64),
        share: f64,
        random: &mut impl FnMut() -> u64,
    ) -> Result<Noisy, NoNoise> {
        if !(share > 0.0 && share <= 1.0) {
            return Err(NoNoise::NoShare);
        }
        if raters.len() < NOISY_MINIMUM {
            return Err(NoNoise::TooFew);
        }
        // One rater moves the sum by at most this many steps; the noise is a whole number of steps, its variance
        // rounded up.
        let step = ((high - low) * STEPS).ceil();
        let most = raters.values().copied().max().unwrap_or(1);
        let moved = step * real(most);
        let rho = share * yearly_rho();
        let variance = crate::num::whole((moved * moved / (2.0 * rho)).ceil(), usize::MAX >> 12).max(1);
        let cost = |forms: usize| (step * real(forms)).powi(2) / (2.0 * real(variance));
        let allowed = yearly_rho() * (1.0 + 1e-9);
        if raters.iter().any(|(rater, forms)| self.spent_by(*rater) + cost(*forms) > allowed) {
            return Err(NoNoise::Spent);
        }
        for (rater, forms) in raters {
            *self.spent.entry(*rater).or_insert(0.0) += cost(*forms);
        }
        // What is no number counts as the middle of the scale: a figure that is none would say that somebody sent it.
        let held = |answer: f64| if answer.is_nan() { low.midpoint(high) } else { answer.clamp(low, high) };
        let sum: f64 = answers.iter().map(|answer| ((held(*answer) - low) * STEPS).round()).sum();
        let noise = gaussian(u128::try_from(variance).unwrap_or(u128::MAX >> 64), random);
        let forms = real(answers.len().max(1));
        #[expect(clippy::cast_precision_loss, reason = "noise is far below 2⁵³")]
        let noisy = sum + noise as f64;
        Ok(Noisy {
            mean: low + noisy / STEPS / forms,
            noise_sd: real(variance).sqrt() / STEPS / forms,
            n: raters.len(),
            answers: answers.len(),
        })
    }
}

/// ρ of [`YEARLY_EPSILON`] at [`DELTA`]: the positive root of ρ + 2√(ρ ln 1/δ) = ε.
fn yearly_rho() -> f64 {
    let log = (1.0 / DELTA).ln();
    ((log + YEARLY_EPSILON).sqrt() - log.sqrt()).powi(2)
}

/// Uniform on 0..n, without bias.
fn below(n: u128, random: &mut impl FnMut() -> u64) -> u128 {
    let n = n.max(1);
    loop {
        let drawn = u128::from(random()) << 64 | u128::from(random());
        // The part of the range that is a whole number of times n.
        if drawn < u128::MAX - u128::MAX % n {
            return drawn % n;
        }
    }
}

/// True with probability exp(−num/den), num ≤ den (algorithm 1).
fn coin_small(num: u128, den: u128, random: &mut impl FnMut() -> u64) -> bool {
    let mut k = 1_u128;
    while below(den.saturating_mul(k), random) < num {
        k += 1;
    }
    k % 2 == 1
}

/// True with probability exp(−num/den).
fn coin(num: u128, den: u128, random: &mut impl FnMut() -> u64) -> bool {
    for _ in 0..num / den {
        if !coin_small(1, 1, random) {
            return false;
        }
    }
    coin_small(num % den, den, random)
}

/// Discrete Laplace of scale t (algorithm 2).
fn laplace(t: u128, random: &mut impl FnMut() -> u64) -> i128 {
    loop {
        let u = below(t, random);
        if !coin_small(u, t, random) {
            continue;
        }
        let mut v = 0_u128;
        while coin_small(1, 1, random) {
            v += 1;
        }
        let Ok(size) = i128::try_from(u + t * v) else { continue };
        if below(2, random) == 0 {
            return size;
        } else if size != 0 {
            return -size;
        }
    }
}

/// Discrete Gaussian of a variance that is a whole number (algorithm 3).
fn gaussian(variance: u128, random: &mut impl FnMut() -> u64) -> i128 {
    let t = variance.isqrt() + 1;
    loop {
        let drawn = laplace(t, random);
        // exp(−(|y| − σ²/t)² / 2σ²), as a fraction.
        let off = (drawn.unsigned_abs() * t).abs_diff(variance);
        let (Some(num), Some(den)) = (off.checked_mul(off), (2 * variance).checked_mul(t * t)) else { continue };
        if coin(num, den, random) {
            return drawn;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::chance::Chance;

    /// 64 bits of a seeded stream.
    fn bits(seed: u64) -> impl FnMut() -> u64 {
        let mut chance = Chance::new(seed, 7);
        move || {
            let mut half = || u64::try_from(chance.below(1 << 32)).unwrap();
            half() << 32 | half()
        }
    }

    #[test]
    fn the_noise_is_a_discrete_gaussian() {
        let mut random = bits(1);
        for variance in [1_u128, 7, 400] {
            let draws: Vec<i128> = (0..60_000).map(|_| gaussian(variance, &mut random)).collect();
            #[expect(clippy::cast_precision_loss, reason = "small")]
            let (n, sigma2) = (draws.len() as f64, variance as f64);
            #[expect(clippy::cast_precision_loss, reason = "small")]
            let moment = |power: i32| draws.iter().map(|draw| (*draw as f64).powi(power)).sum::<f64>() / n;
            assert!(moment(1).abs() < 4.0 * (sigma2 / n).sqrt(), "{variance}: {}", moment(1));
            assert!((moment(2) / sigma2 - 1.0).abs() < 0.03, "{variance}: {}", moment(2));
            // P(0) = 1 / Σ exp(−k²/2σ²).
            let total: f64 = (-200..=200).map(|k| (-f64::from(k * k) / (2.0 * sigma2)).exp()).sum();
            let zeros = draws.iter().filter(|draw| **draw == 0).count();
            let off = (real(zeros) / n - 1.0 / total).abs();
            assert!(off < 4.0 * (1.0 / total / n).sqrt(), "{variance}: {off}");
        }
    }

    #[test]
    fn a_year_ends_at_its_budget() {
        assert!((epsilon(yearly_rho(), DELTA) - YEARLY_EPSILON).abs() < 1e-12);
        let answers: BTreeMap<u32, f64> = (0..200).map(|rater| (rater, f64::from(rater % 5 + 1))).collect();
        let (mut account, mut random) = (Account::default(), bits(2));
        for time in 0..4 {
            let noisy = account.mean(&answers, (1.0, 5.0), 0.25, &mut random).unwrap();
            assert!((noisy.mean - 3.0).abs() < 5.0 * noisy.noise_sd && noisy.noise_sd < 0.12, "{time}: {noisy:?}");
        }
        let spent = account.epsilon_of(7);
        assert!(spent > 1.99 && spent <= YEARLY_EPSILON + 1e-6, "{spent}");
        let before = account.clone();
        assert_eq!(account.mean(&answers, (1.0, 5.0), 0.01, &mut random), Err(NoNoise::Spent));
        assert_eq!(account, before, "nothing is spent by a refusal");
        // Others, who spent nothing, are not held up; but who spent all holds up each set with them in it.
        let others: BTreeMap<u32, f64> = (300..360).map(|rater| (rater, 4.0)).collect();
        assert!(account.mean(&others, (1.0, 5.0), 1.0, &mut random).is_ok());
        let few: BTreeMap<u32, f64> = (400..449).map(|rater| (rater, 4.0)).collect();
        assert_eq!(account.mean(&few, (1.0, 5.0), 0.5, &mut random), Err(NoNoise::TooFew));
        assert_eq!(account.mean(&others, (1.0, 5.0), 0.0, &mut random), Err(NoNoise::NoShare));
    }

    #[test]
    fn who_filled_in_more_forms_spends_more_and_the_noise_covers_them_all() {
        // Sixty raters with one form each, ten of them with three more.
        let raters: BTreeMap<u32, usize> = (0..60).map(|rater| (rater, if rater < 10 { 4 } else { 1 })).collect();
        let forms = vec![4.0; 90];
        let (mut account, mut random) = (Account::default(), bits(4));
        let noisy = account.mean_of_forms(&forms, &raters, (1.0, 5.0), 1.0, &mut random).unwrap();
        assert_eq!((noisy.n, noisy.answers), (60, 90));
        let one = Account::default().mean(&(0..90).map(|rater| (rater, 4.0)).collect(), (1.0, 5.0), 1.0, &mut random);
        assert!((noisy.noise_sd / one.unwrap().noise_sd - 4.0).abs() < 1e-3, "{noisy:?}");
        assert!((account.epsilon_of(0) - YEARLY_EPSILON).abs() < 1e-6);
        assert!((account.spent_by(0) / account.spent_by(59) - 16.0).abs() < 1e-6, "four forms move the sum four times");
        // It goes on from what was kept.
        let kept = BTreeMap::from([(0, account.spent_by(0))]);
        let again = Account::of(kept).mean_of_forms(&forms, &raters, (1.0, 5.0), 0.1, &mut random);
        assert_eq!(again, Err(NoNoise::Spent));
    }

    #[test]
    fn a_refusal_tells_nothing_of_the_answers() {
        // The same raters with other answers are refused alike, by the same reason.
        let answers = |answer: f64| (0..60).map(|rater| (rater, answer)).collect::<BTreeMap<u32, f64>>();
        for answer in [1.0, 3.0, 5.0, f64::NAN] {
            let mut account = Account::default();
            assert!(account.mean(&answers(answer), (1.0, 5.0), 0.6, &mut bits(3)).unwrap().mean.is_finite());
            assert_eq!(account.mean(&answers(answer), (1.0, 5.0), 0.6, &mut bits(3)), Err(NoNoise::Spent));
        }
    }
}
