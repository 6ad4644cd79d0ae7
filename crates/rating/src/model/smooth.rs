//! The halo on a quality, summed out of a tabulated likelihood: log ∫ exp(table(ψ)) N(ψ; m, σ_w²) dψ as a function of
//! m. What is left of a form is then its level on each quality, and no ψ has to be drawn.
//!
//! The integral is taken by the trapezoidal rule at nodes of the grid, as far apart as σ_w at most: for a normal times
//! a product of logistic curves its error falls as exp(−2π² σ²/h²), h the distance (Trefethen & Weideman 2014), which
//! is 3 · 10⁻⁹ for h = σ. Below a step of the grid it is as if σ_w were a little smaller than it is.

use super::slice::{GRID, PER_UNIT_OF_PSI as PER_UNIT};
use crate::num::{real, whole};

/// Standard deviations on each side that are summed over.
const REACH: f64 = 7.0;
/// Nodes whose sums share one point of reference, so that nothing overflows.
const CHUNK: usize = 32;

/// Weights at multiples of a step of so many nodes, on one side; they sum to 1 over both.
fn weights(sd: f64) -> (usize, Vec<f64>) {
    let step = whole(sd * PER_UNIT, GRID).max(1);
    let apart = real(step) / PER_UNIT / sd;
    let mut half: Vec<f64> =
        (0..).map(|at| real(at) * apart).take_while(|x| *x <= REACH).map(|x| (-0.5 * x * x).exp()).collect();
    let sum: f64 = half[0] + 2.0 * half[1..].iter().sum::<f64>();
    half.iter_mut().for_each(|weight| *weight /= sum);
    (step, half)
}

/// A value of a table, beyond the grid along its last line.
fn beyond(table: &[f32; GRID], at: isize) -> f64 {
    let last = GRID - 1;
    match usize::try_from(at) {
        Err(_) => {
            let slope = f64::from(table[1]) - f64::from(table[0]);
            f64::from(table[0]) - slope * real(at.unsigned_abs())
        }
        Ok(at) if at > last => {
            let slope = f64::from(table[last]) - f64::from(table[last - 1]);
            f64::from(table[last]) + slope * real(at - last)
        }
        Ok(at) => f64::from(table[at]),
    }
}

/// Tables with a halo of standard deviation `sd` summed out.
pub(crate) fn smooth(tables: &[[f32; GRID]], sd: f64) -> Vec<[f32; GRID]> {
    let (step, weights) = weights(sd);
    let reach = step * (weights.len() - 1);
    let mut window = vec![0.0; CHUNK + 2 * reach];
    let one = |table: &[f32; GRID]| {
        let mut out = [0.0_f32; GRID];
        for (chunk, cells) in out.chunks_mut(CHUNK).enumerate() {
            let first = (chunk * CHUNK).cast_signed();
            let reference = beyond(table, first + (cells.len() / 2).cast_signed());
            for (place, value) in (first - reach.cast_signed()..).zip(&mut window) {
                *value = (beyond(table, place) - reference).exp();
            }
            for (at, cell) in cells.iter_mut().enumerate() {
                let middle = at + reach;
                let mut sum = weights[0] * window[middle];
                for (k, weight) in weights.iter().enumerate().skip(1) {
                    sum += weight * (window[middle - k * step] + window[middle + k * step]);
                }
                #[expect(clippy::cast_possible_truncation, reason = "single precision is what tables are kept in")]
                {
                    *cell = (reference + sum.ln()) as f32;
                }
            }
        }
        out
    };
    tables.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::super::slice::grid;
    use super::*;

    #[expect(clippy::cast_possible_truncation, reason = "a test")]
    fn table(log: impl Fn(f64) -> f64) -> [f32; GRID] {
        let mut out = [0.0; GRID];
        out.iter_mut().zip(grid()).for_each(|(cell, psi)| *cell = log(psi) as f32);
        out
    }

    #[test]
    fn a_normal_smoothed_is_the_wider_normal() {
        // exp(−½ p ψ²) against N(m, σ²): −½ ln(1 + p σ²) − ½ p m²/(1 + p σ²).
        for (p, sd) in [(1.0, 0.3_f64), (6.0, 0.5), (0.5, 1.4), (3.0, 0.07)] {
            let smoothed = smooth(&[table(|psi| -0.5 * p * psi * psi)], sd);
            let wider = 1.0 + p * sd * sd;
            for (psi, got) in grid().zip(smoothed[0]).filter(|(psi, _)| psi.abs() < 4.0) {
                let expected = -0.5 * wider.ln() - 0.5 * p * psi * psi / wider;
                assert!(
                    (f64::from(got) - expected).abs() < 0.003 + 2e-4 * expected.abs(),
                    "{p} {sd} {psi}: {got} {expected}"
                );
            }
        }
    }

    #[test]
    fn a_line_keeps_its_slope_and_gains_half_the_square_of_it() {
        // exp(a ψ) against N(m, σ²) is exp(a m + ½ a² σ²), also beyond what a float could hold.
        for slope in [-80.0, -2.0, 5.0, 60.0] {
            let smoothed = smooth(&[table(|psi| slope * (psi + 8.0))], 0.4);
            for (psi, got) in grid().zip(smoothed[0]) {
                let expected = slope * (psi + 8.0) + 0.5 * (slope * 0.4_f64).powi(2);
                assert!(got.is_finite());
                if slope.abs() < 10.0 {
                    assert!((f64::from(got) - expected).abs() < 1e-3, "{slope} {psi}: {got} {expected}");
                }
            }
        }
    }
}
