//! Coefficient alpha and Guttman's lambda 6.

use serde::Serialize;

use super::{Column, Refused, correlations, listwise, pairwise_covariance, rows};
use crate::linalg::Square;
use crate::num::real;

/// 1 / (1 − smc) from which on the other items tell an item exactly, but for rounding.
pub(super) const REPEATED: f64 = 1e10;

/// How well a set of items hangs together. No unit; 1 is perfect.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reliability {
    /// Rows with at least one answer.
    pub n: usize,
    /// Alpha of the pairwise covariances (Cronbach 1951): k/(k−1) · (1 − Σ variances / variance of the sum).
    pub alpha_raw: f64,
    /// Alpha of the correlations: k r̄ / (1 + (k−1) r̄).
    pub alpha_std: f64,
    /// Guttman's (1945) lambda 6: 1 − Σ(1 − smc) / Σ of the correlations, smc = 1 − 1 / (R⁻¹)ᵢᵢ; `None` where R cannot
    /// be inverted.
    #[serde(rename = "G6")]
    pub g6: Option<f64>,
    /// Mean correlation of two different items.
    #[serde(rename = "avg_r")]
    pub average_r: f64,
    /// Standard error of `alpha_raw` (Duhachek & Iacobucci 2004).
    pub alpha_ase: f64,
    /// Alpha over the rows that answer every item; `None` when there are fewer than two such rows.
    pub alpha_listwise: Option<f64>,
    /// How many such rows there are.
    pub n_listwise: usize,
}

/// Alpha and its relatives for at least two items.
///
/// # Errors
/// [`Refused`] for ragged columns, fewer than two items, items without variance, pairs answered by fewer than two, or
/// items that cancel each other.
pub fn reliability(columns: &[Column]) -> Result<Reliability, Refused> {
    let length = rows(columns, 2)?;
    let covariance = pairwise_covariance(columns)?;
    let r = correlations(&covariance);
    let k = real(columns.len());
    let n = (0..length).filter(|row| columns.iter().any(|column| column[*row].is_some())).count();
    let whole: Vec<Column> =
        listwise(columns).into_iter().map(|column| column.into_iter().map(Some).collect()).collect();
    let total: f64 = r.cells.iter().sum();
    let average_r = (total - k) / (k * (k - 1.0));
    if !varies(&covariance) || !varies(&r) {
        return Err(Refused::NoSum);
    }
    Ok(Reliability {
        n,
        alpha_raw: alpha(&covariance),
        alpha_std: alpha(&r),
        g6: r
            .inverse()
            .filter(|(inverse, _)| (0..r.n).all(|at| inverse.at(at, at) < REPEATED))
            .map(|(inverse, _)| 1.0 - (0..r.n).map(|at| 1.0 / inverse.at(at, at)).sum::<f64>() / total),
        average_r,
        alpha_ase: standard_error(&covariance, n),
        alpha_listwise: pairwise_covariance(&whole).ok().filter(varies).map(|covariance| alpha(&covariance)),
        n_listwise: whole[0].len(),
    })
}

/// Whether the sum of the items varies: by more than what rounding leaves of nothing.
fn varies(covariance: &Square) -> bool {
    covariance.cells.iter().sum::<f64>() > 1e-12 * trace(covariance)
}

fn trace(matrix: &Square) -> f64 {
    (0..matrix.n).map(|at| matrix.at(at, at)).sum()
}

fn alpha(covariance: &Square) -> f64 {
    let k = real(covariance.n);
    k / (k - 1.0) * (1.0 - trace(covariance) / covariance.cells.iter().sum::<f64>())
}

/// √(Q/n), Q = 2k²/((k−1)² S³) · (S (tr C² + tr² C) − 2 tr C · 1ᵀC²1), S = 1ᵀC1.
fn standard_error(covariance: &Square, n: usize) -> f64 {
    let k = real(covariance.n);
    let sum: f64 = covariance.cells.iter().sum();
    let squares: f64 = covariance.cells.iter().map(|cell| cell * cell).sum();
    let row_sums: f64 = covariance.cells.chunks(covariance.n).map(|row| row.iter().sum::<f64>().powi(2)).sum();
    let trace = trace(covariance);
    let q =
        2.0 * k * k / ((k - 1.0).powi(2) * sum.powi(3)) * (sum * (squares + trace * trace) - 2.0 * trace * row_sums);
    (q / real(n)).max(0.0).sqrt()
}
