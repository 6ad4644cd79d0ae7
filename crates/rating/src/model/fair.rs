//! The fair average: the answer to expect of a typical random rater.

use super::slice::{GRID, between, grid};
use crate::grm::Item;
use crate::num::real;

/// Nodes and weights of Gauss-Hermite quadrature for a standard normal: Σ wᵢ f(xᵢ) is the mean of f, exact for
/// polynomials up to degree 2n − 1. By Newton's method on the orthonormal Hermite functions.
#[must_use]
pub fn gauss_hermite(n: usize) -> Vec<(f64, f64)> {
    let value = |x: f64| {
        // Orthonormal for the standard normal: √k h_k = x h_{k−1} − √(k−1) h_{k−2}.
        let (mut before, mut now) = (0.0, 1.0);
        for k in 1..=n {
            let next = (x * now - real(k - 1).sqrt() * before) / real(k).sqrt();
            (before, now) = (now, next);
        }
        (now, before)
    };
    let root = |mut low: f64, mut high: f64| {
        let rising = value(low).0 < 0.0;
        for _ in 0..200 {
            let middle = 0.5 * (low + high);
            if (value(middle).0 < 0.0) == rising {
                low = middle;
            } else {
                high = middle;
            }
        }
        0.5 * (low + high)
    };
    let mut out = Vec::with_capacity(n);
    let edge = 2.0 * real(n).sqrt() + 1.0;
    let steps = 2_000 * n.max(1);
    let at = |step: usize| edge * (2.0 * real(step) / real(steps) - 1.0) + 1e-9;
    for step in 0..steps {
        let (low, high) = (at(step), at(step + 1));
        if (value(low).0 < 0.0) != (value(high).0 < 0.0) {
            let x = root(low, high);
            let before = value(x).1;
            // Christoffel: w = 1 / (n h_{n−1}²).
            out.push((x, 1.0 / (real(n) * before * before)));
        }
    }
    out
}

/// Expected answers of each quality as a function of ψ, and of a leader's level for random raters.
pub struct Fair {
    /// Per quality the mean expected answer of its items on the grid, on the scale from 1.
    curves: Vec<[f32; GRID]>,
    nodes: Vec<(f64, f64)>,
}

impl Fair {
    /// For items and the quality of each.
    #[must_use]
    pub fn new(items: &[Item], quality_of: &[usize], qualities: usize) -> Self {
        let curve = |quality: usize| {
            let of: Vec<&Item> =
                items.iter().zip(quality_of).filter(|(_, of)| **of == quality).map(|(item, _)| item).collect();
            let mut out = [0.0_f32; GRID];
            for (cell, psi) in out.iter_mut().zip(grid()) {
                let sum: f64 = of.iter().map(|item| item.expected(psi)).sum();
                #[expect(clippy::cast_possible_truncation, reason = "seven digits of an answer are enough")]
                {
                    *cell = (1.0 + sum / real(of.len().max(1))) as f32;
                }
            }
            out
        };
        Self { curves: (0..qualities).map(curve).collect(), nodes: gauss_hermite(16) }
    }

    /// Expected answer of one who sees ψ.
    #[must_use]
    pub fn seen(&self, quality: usize, psi: f64) -> f64 {
        look(&self.curves[quality], psi)
    }

    /// Expected answer of a random rater, whose ψ is N(level, sd²): 16-node Gauss-Hermite quadrature.
    #[must_use]
    pub fn average(&self, quality: usize, level: f64, sd: f64) -> f64 {
        self.nodes.iter().map(|(x, w)| w * look(&self.curves[quality], level + sd * x)).sum()
    }

    /// [`Self::average`] tabulated over levels, for one standard deviation.
    pub(crate) fn averages(&self, sd: f64) -> Vec<[f32; GRID]> {
        let table = |quality: usize| {
            let mut out = [0.0_f32; GRID];
            for (cell, level) in out.iter_mut().zip(grid()) {
                #[expect(clippy::cast_possible_truncation, reason = "seven digits of an answer are enough")]
                {
                    *cell = self.average(quality, level, sd) as f32;
                }
            }
            out
        };
        (0..self.curves.len()).map(table).collect()
    }
}

/// A tabulated expectation; constant beyond the grid, where it has reached the end of the scale.
pub(crate) fn look(curve: &[f32; GRID], psi: f64) -> f64 {
    #[expect(clippy::cast_possible_truncation, reason = "clamped to the grid")]
    let psi = psi.clamp(-8.0, 8.0) as f32;
    f64::from(between(curve, psi))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quadrature_is_exact_for_polynomials() {
        let nodes = gauss_hermite(16);
        assert_eq!(nodes.len(), 16);
        for (power, moment) in [(0, 1.0), (1, 0.0), (2, 1.0), (4, 3.0), (8, 105.0), (16, 2_027_025.0)] {
            let got: f64 = nodes.iter().map(|(x, w)| w * x.powi(power)).sum();
            assert!((got - moment).abs() < 1e-9 * moment.max(1.0), "{power}: {got}");
        }
    }

    #[test]
    fn an_average_lies_between_what_raters_see() {
        let items = [Item::from_thresholds(3.0, &[-1.0, -0.5, 0.5, 1.0])];
        let fair = Fair::new(&items, &[0], 1);
        assert!((fair.seen(0, 0.0) - 3.0).abs() < 1e-6, "in the middle by symmetry");
        assert!((fair.average(0, 0.0, 0.8) - 3.0).abs() < 1e-6);
        assert!(fair.average(0, 1.0, 0.8) < fair.seen(0, 1.0), "spread pulls toward the middle");
        assert!(fair.average(0, 9.0, 0.1) > 4.99);
    }
}
