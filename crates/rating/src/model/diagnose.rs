//! Whether chains have converged, and how many independent draws they are worth.

use serde::Serialize;

use crate::num::{mean, real, variance};

/// Largest R-hat at which chains have converged.
pub(crate) const R_HAT: f64 = 1.01;
/// Smallest effective sample at which chains have converged.
pub(crate) const EFFECTIVE: f64 = 400.0;

/// How far chains came to rest.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Rest {
    /// Worst R-hat of all that was watched; `None` where there were too few draws to say.
    pub r_hat: Option<f64>,
    /// Least effective sample of all that was watched; `None` where there were too few draws to say.
    pub effective: Option<f64>,
}

impl Rest {
    /// Of nothing.
    pub(crate) const fn still() -> Self {
        Self { r_hat: Some(1.0), effective: Some(f64::MAX) }
    }

    /// Of one watched quantity, chain by chain.
    pub(crate) fn of(chains: &[Vec<f64>]) -> Self {
        Self { r_hat: split_r_hat(chains), effective: effective(chains) }
    }

    /// The worse of both.
    #[must_use]
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            r_hat: self.r_hat.zip(other.r_hat).map(|(one, other)| one.max(other)),
            effective: self.effective.zip(other.effective).map(|(one, other)| one.min(other)),
        }
    }

    /// R-hat at most 1.01 and an effective sample of at least 400.
    #[must_use]
    pub fn converged(&self) -> bool {
        self.r_hat.is_some_and(|r_hat| r_hat <= R_HAT) && self.effective.is_some_and(|size| size >= EFFECTIVE)
    }
}

/// Split R-hat (Gelman et al. 2013, 11.4): each chain halved, √(total variance / variance within). 1 is perfect; `None`
/// below four draws a chain. Chains that never moved give 1.
#[must_use]
pub fn split_r_hat(chains: &[Vec<f64>]) -> Option<f64> {
    let halves = halves(chains)?;
    let n = real(halves[0].len());
    let means: Vec<f64> = halves.iter().filter_map(|half| mean(half)).collect();
    let within = mean(&halves.iter().filter_map(|half| variance(half)).collect::<Vec<_>>())?;
    let between = variance(&means)?;
    if within <= 0.0 {
        return Some(if between <= 0.0 { 1.0 } else { f64::MAX });
    }
    Some(((n - 1.0) / n + between / within).sqrt())
}

/// Effective sample over all chains: draws / (1 + 2 Σ ρ), autocorrelations summed in pairs as long as they fall and stay
/// positive (Geyer 1992; Gelman et al. 2013, 11.5). `None` below four draws a chain.
#[must_use]
pub fn effective(chains: &[Vec<f64>]) -> Option<f64> {
    let halves = halves(chains)?;
    let n = halves[0].len();
    let all = real(n * halves.len());
    let within = mean(&halves.iter().filter_map(|half| variance(half)).collect::<Vec<_>>())?;
    let between = variance(&halves.iter().filter_map(|half| mean(half)).collect::<Vec<_>>())?;
    let total = within * (real(n) - 1.0) / real(n) + between;
    if total <= 0.0 {
        return Some(all);
    }
    let centred: Vec<Vec<f64>> = halves
        .iter()
        .map(|half| {
            let centre = mean(half).unwrap_or(0.0);
            half.iter().map(|value| value - centre).collect()
        })
        .collect();
    let covariance = |lag: usize| {
        let of = |half: &Vec<f64>| half.iter().zip(&half[lag..]).map(|(a, b)| a * b).sum::<f64>() / real(n);
        centred.iter().map(of).sum::<f64>() / real(centred.len())
    };
    let correlation = |lag: usize| 1.0 - (within - covariance(lag) * real(n) / (real(n) - 1.0)) / total;
    let (mut sum, mut last) = (0.0, f64::INFINITY);
    for pair in 0..n / 2 - 1 {
        let both = if pair == 0 { 1.0 + correlation(1) } else { correlation(2 * pair) + correlation(2 * pair + 1) };
        if both <= 0.0 {
            break;
        }
        last = both.min(last);
        sum += last;
    }
    Some((all / (2.0 * sum - 1.0).max(1.0 / all.log10())).min(all * all.log10()))
}

fn halves(chains: &[Vec<f64>]) -> Option<Vec<&[f64]>> {
    let half = chains.iter().map(Vec::len).min()? / 2;
    (half >= 4).then(|| chains.iter().flat_map(|chain| [&chain[..half], &chain[chain.len() - half..]]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::chance::Chance;

    fn chains(step: f64, apart: f64) -> Vec<Vec<f64>> {
        (0..4_u8)
            .map(|chain| {
                let mut chance = Chance::new(3, u64::from(chain));
                let mut x = chance.normal();
                (0..2_000)
                    .map(|_| {
                        x = step * x + (1.0 - step * step).sqrt() * chance.normal();
                        x + apart * f64::from(chain)
                    })
                    .collect()
            })
            .collect()
    }

    #[test]
    fn independent_draws_count_fully_and_sticky_ones_less() {
        let (free, sticky) = (effective(&chains(0.0, 0.0)).unwrap(), effective(&chains(0.9, 0.0)).unwrap());
        assert!((free / 8_000.0 - 1.0).abs() < 0.15, "{free}");
        // (1 − ρ)/(1 + ρ) of the draws.
        assert!((sticky / (8_000.0 / 19.0) - 1.0).abs() < 0.3, "{sticky}");
        assert!(split_r_hat(&chains(0.0, 0.0)).unwrap() < 1.005);
        assert!(split_r_hat(&chains(0.0, 1.0)).unwrap() > 1.3, "chains in different places");
        assert_eq!(split_r_hat(&[vec![1.0; 3]]), None);
    }
}
