//! Whether chains have converged, and how many independent draws they are worth.

use crate::num::{mean, real, variance};

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
