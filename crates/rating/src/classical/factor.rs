//! One common factor by maximum likelihood, and McDonald's omega from it.

use serde::Serialize;

use super::alpha::REPEATED;
use super::{Column, Refused, listwise, pairwise_covariance, rows};
use crate::linalg::{Square, solve};
use crate::num::{chi_squared_upper, real};

/// Least unique variance as a share of the item's variance; what would go below is held here and told.
const LEAST_UNIQUE: f64 = 1e-6;
const MOST_STEPS: usize = 500;

/// The one-factor model Σ = λλᵀ + Θ fitted to raw covariances by maximum likelihood (Jöreskog 1969).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OneFactor {
    /// Rows that answer every item.
    pub n: usize,
    /// λ, in units of the answers; their sum is positive.
    pub loadings: Vec<f64>,
    /// θ, in squared units of the answers.
    pub unique: Vec<f64>,
    /// McDonald's (1999) omega: (Σλ)² / ((Σλ)² + Σθ).
    #[serde(rename = "omega_cfa_ml")]
    pub omega: f64,
    /// Log-likelihood of the rows, means free.
    #[serde(rename = "cfa_loglik")]
    pub log_likelihood: f64,
    /// n times the discrepancy; chi-squared with `df` where the model holds.
    #[serde(rename = "cfa_chisq")]
    pub chi_squared: f64,
    /// k(k+1)/2 − 2k.
    #[serde(rename = "cfa_df")]
    pub df: usize,
    /// Probability of so large a chi-squared; 1 without degrees of freedom.
    #[serde(rename = "cfa_pvalue")]
    pub p_value: f64,
    /// Comparative fit (Bentler 1990).
    #[serde(rename = "cfa_cfi")]
    pub cfi: f64,
    /// Root mean square error of approximation, by n as in Steiger (1990).
    #[serde(rename = "cfa_rmsea")]
    pub rmsea: f64,
    /// Standardised root mean square residual (Bentler 1995).
    #[serde(rename = "cfa_srmr")]
    pub srmr: f64,
    /// Items whose unique variance ran to zero and was held there (a Heywood case): omega is then too high.
    pub held: Vec<usize>,
}

/// Fits one factor to the rows that answer every item.
///
/// # Errors
/// [`Refused`] for ragged columns, fewer than three items or fewer rows than items + 1, items without variance,
/// covariances that cannot be inverted, or no solution.
pub fn one_factor(columns: &[Column]) -> Result<OneFactor, Refused> {
    rows(columns, 3)?;
    let whole = listwise(columns);
    let (k, n) = (columns.len(), whole[0].len());
    if n < k + 1 {
        return Err(Refused::TooFewRows { found: n, needed: k + 1 });
    }
    let whole: Vec<Column> = whole.into_iter().map(|column| column.into_iter().map(Some).collect()).collect();
    let mut sample = pairwise_covariance(&whole)?;
    // Maximum likelihood divides by n.
    sample.cells.iter_mut().for_each(|cell| *cell *= (real(n) - 1.0) / real(n));
    let (inverse, log_sample) = sample.inverse().ok_or(Refused::Singular)?;
    // An item that repeats others may leave a pivot of some 1e-16 instead of none.
    if (0..k).any(|at| inverse.at(at, at) * sample.at(at, at) >= REPEATED) {
        return Err(Refused::Singular);
    }
    let (loadings, unique, held) = fit(&sample)?;

    let implied = implied(&loadings, &unique);
    let discrepancy = (discrepancy(&sample, &loadings, &unique) - log_sample - real(k)).max(0.0);
    let df = k * (k + 1) / 2 - 2 * k;
    let chi_squared = real(n) * discrepancy;
    let base_squared = real(n) * ((0..k).map(|at| sample.at(at, at).ln()).sum::<f64>() - log_sample);
    let base_df = real(k * (k - 1) / 2);
    let (excess, base_excess) = ((chi_squared - real(df)).max(0.0), (base_squared - base_df).max(0.0));
    let worst = excess.max(base_excess);
    let mut residuals = 0.0;
    for row in 0..k {
        for column in 0..=row {
            let scale = (sample.at(row, row) * sample.at(column, column)).sqrt();
            residuals += ((sample.at(row, column) - implied.at(row, column)) / scale).powi(2);
        }
    }
    let sum: f64 = loadings.iter().sum();
    Ok(OneFactor {
        n,
        omega: sum * sum / (sum * sum + unique.iter().sum::<f64>()),
        log_likelihood: -0.5
            * real(n)
            * (real(k) * (2.0 * std::f64::consts::PI).ln() + discrepancy + log_sample + real(k)),
        chi_squared,
        df,
        p_value: if df == 0 { 1.0 } else { chi_squared_upper(chi_squared, real(df)) },
        cfi: if worst > 0.0 { 1.0 - excess / worst } else { 1.0 },
        rmsea: if df == 0 { 0.0 } else { (excess / (real(df) * real(n))).sqrt() },
        srmr: (residuals / real(k * (k + 1) / 2)).sqrt(),
        loadings,
        unique,
        held,
    })
}

fn implied(loadings: &[f64], unique: &[f64]) -> Square {
    let mut out = Square::zero(loadings.len());
    for (row, one) in loadings.iter().enumerate() {
        for (column, other) in loadings.iter().enumerate() {
            *out.at_mut(row, column) = one * other + if row == column { unique[row] } else { 0.0 };
        }
    }
    out
}

/// ln|Σ| + tr(SΣ⁻¹), by the rank-one structure of Σ.
fn discrepancy(sample: &Square, loadings: &[f64], unique: &[f64]) -> f64 {
    let scaled: Vec<f64> = loadings.iter().zip(unique).map(|(l, u)| l / u).collect();
    let c = 1.0 + loadings.iter().zip(&scaled).map(|(l, s)| l * s).sum::<f64>();
    let mut trace = 0.0;
    for (row, one) in scaled.iter().enumerate() {
        trace += sample.at(row, row) / unique[row];
        for (column, other) in scaled.iter().enumerate() {
            trace -= one * sample.at(row, column) * other / c;
        }
    }
    unique.iter().map(|u| u.ln()).sum::<f64>() + c.ln() + trace
}

type Fitted = (Vec<f64>, Vec<f64>, Vec<usize>);

/// Fisher scoring with step halving, from loadings by the centroid of the correlations.
fn fit(sample: &Square) -> Result<Fitted, Refused> {
    let k = sample.n;
    let total: f64 = sample.cells.iter().sum();
    let mut loadings: Vec<f64> = (0..k)
        .map(|row| {
            let toward = (0..k).map(|column| sample.at(row, column)).sum::<f64>() / total.max(1e-12).sqrt();
            let most = 0.9 * sample.at(row, row).sqrt();
            toward.clamp(-most, most)
        })
        .collect();
    let mut unique: Vec<f64> = (0..k).map(|at| sample.at(at, at) - loadings[at] * loadings[at]).collect();
    let least: Vec<f64> = (0..k).map(|at| LEAST_UNIQUE * sample.at(at, at)).collect();
    let mut value = discrepancy(sample, &loadings, &unique);
    for _ in 0..MOST_STEPS {
        let (gradient, information) = scores(sample, &loadings, &unique)?;
        let at_bound: Vec<bool> =
            (0..k).map(|at| unique[at] <= least[at] * 1.000_001 && gradient[k + at] >= 0.0).collect();
        let mut step: Vec<f64> = gradient.iter().map(|g| -g).collect();
        let mut information = information;
        for (at, _) in at_bound.iter().enumerate().filter(|(_, held)| **held) {
            let place = k + at;
            for other in 0..2 * k {
                *information.at_mut(place, other) = 0.0;
                *information.at_mut(other, place) = 0.0;
            }
            *information.at_mut(place, place) = 1.0;
            step[place] = 0.0;
        }
        if !solve(information, &mut step) {
            return Err(Refused::Singular);
        }
        let mut size = 1.0;
        let mut moved = 0.0_f64;
        for _ in 0..40 {
            let next_loadings: Vec<f64> = (0..k).map(|at| loadings[at] + size * step[at]).collect();
            let next_unique: Vec<f64> = (0..k).map(|at| (unique[at] + size * step[k + at]).max(least[at])).collect();
            let next = discrepancy(sample, &next_loadings, &next_unique);
            if next <= value + 1e-13 * value.abs().max(1.0) {
                moved = (0..k)
                    .map(|at| {
                        (next_loadings[at] - loadings[at]).abs() / sample.at(at, at).sqrt()
                            + (next_unique[at] - unique[at]).abs() / sample.at(at, at)
                    })
                    .fold(0.0, f64::max);
                (loadings, unique, value) = (next_loadings, next_unique, next);
                break;
            }
            size /= 2.0;
        }
        if moved < 1e-11 {
            if loadings.iter().sum::<f64>() < 0.0 {
                loadings = loadings.iter().map(|loading| -loading).collect();
            }
            let held = (0..k).filter(|at| unique[*at] <= least[*at] * 1.000_001).collect();
            return Ok((loadings, unique, held));
        }
    }
    Err(Refused::NotConverged { iterations: MOST_STEPS })
}

/// Gradient of the discrepancy and its expected second derivatives, loadings first.
fn scores(sample: &Square, loadings: &[f64], unique: &[f64]) -> Result<(Vec<f64>, Square), Refused> {
    let k = sample.n;
    let (inverse, _) = implied(loadings, unique).inverse().ok_or(Refused::Singular)?;
    // W = Σ⁻¹ (Σ − S) Σ⁻¹; dF/dλ = 2 W λ, dF/dθ = diag W.
    let mut middle = implied(loadings, unique);
    middle.cells.iter_mut().zip(&sample.cells).for_each(|(cell, seen)| *cell -= seen);
    let w = product(&product(&inverse, &middle), &inverse);
    let times = |matrix: &Square, row: usize| (0..k).map(|at| matrix.at(row, at) * loadings[at]).sum::<f64>();
    let mut gradient: Vec<f64> = (0..k).map(|row| 2.0 * times(&w, row)).collect();
    gradient.extend((0..k).map(|at| w.at(at, at)));
    let v: Vec<f64> = (0..k).map(|row| times(&inverse, row)).collect();
    let quadratic: f64 = v.iter().zip(loadings).map(|(a, b)| a * b).sum();
    let mut information = Square::zero(2 * k);
    for row in 0..k {
        for column in 0..k {
            let cell = inverse.at(row, column);
            *information.at_mut(row, column) = 2.0 * (cell * quadratic + v[row] * v[column]);
            *information.at_mut(row, k + column) = 2.0 * cell * v[column];
            *information.at_mut(k + column, row) = 2.0 * cell * v[column];
            *information.at_mut(k + row, k + column) = cell * cell;
        }
    }
    Ok((gradient, information))
}

fn product(left: &Square, right: &Square) -> Square {
    let mut out = Square::zero(left.n);
    for row in 0..left.n {
        for column in 0..left.n {
            *out.at_mut(row, column) = (0..left.n).map(|at| left.at(row, at) * right.at(at, column)).sum();
        }
    }
    out
}
