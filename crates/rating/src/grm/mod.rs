//! The graded response model (Samejima 1969): P(Y ≥ k) = logistic(a ψ + d_k), d_1 > d_2 > …; as thresholds
//! b_k = −d_k / a.
//!
//! [`fit`] finds slopes and intercepts by marginal maximum likelihood (Bock & Aitkin 1981): EM over fixed nodes on
//! counts of distinct answer patterns, accelerated by SQUAREM (Varadhan & Roland 2008) and by parameter expansion
//! (Liu, Rubin & Wu 1998). [`Fitted::scores`] gives expected-a-posteriori scores.

pub(crate) mod expect;
mod fitting;
pub(crate) mod maximise;
mod responses;

use serde::Serialize;

use crate::num::{logistic, real};

pub use fitting::{Fitted, Latent, Prior, Score, Settings, fit, fit_groups};
pub use responses::{MISSING, Responses};

/// Quadrature nodes, equally spaced on −6..6.
pub const NODES: usize = 61;

/// The nodes.
#[must_use]
pub fn nodes() -> Vec<f64> {
    (0..NODES).map(|at| -6.0 + 0.2 * real(at)).collect()
}

/// Why no model is fitted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// No item, or no row with an answer.
    #[error("there is nothing to fit: {rows} rows with an answer, {items} items")]
    Nothing {
        /// Rows with at least one answer.
        rows: usize,
        /// Items.
        items: usize,
    },
    /// The answers are no whole rows.
    #[error("{cells} answers are no whole number of rows of {items} items")]
    Ragged {
        /// Answers given.
        cells: usize,
        /// Items a row.
        items: usize,
    },
    /// An item that everybody answered alike, or nobody.
    #[error("item {item} has {used} categories in use: two are the least that tell anything")]
    Constant {
        /// Which item, from 0.
        item: usize,
        /// Categories in use.
        used: usize,
    },
    /// More categories than a byte tells.
    #[error("item {item} has an answer of category {code}: categories are numbered from 0 to 99")]
    Category {
        /// Which item, from 0.
        item: usize,
        /// The code.
        code: u8,
    },
}

/// One item: how steeply it tells people apart, and where.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Item {
    /// a, per unit of ψ.
    #[serde(rename = "a1")]
    pub slope: f64,
    /// d_1 > d_2 > …, one fewer than the categories in use.
    pub intercepts: Vec<f64>,
    /// The categories in use, as they were coded (from 0), lowest first.
    pub categories: Vec<u8>,
}

impl Item {
    /// An item with every category from 0 in use.
    #[must_use]
    pub fn new(slope: f64, intercepts: Vec<f64>) -> Self {
        let categories = (0..=u8::try_from(intercepts.len()).unwrap_or(99)).collect();
        Self { slope, intercepts, categories }
    }

    /// From slope and ordered thresholds: d = −a b.
    #[must_use]
    pub fn from_thresholds(slope: f64, thresholds: &[f64]) -> Self {
        Self::new(slope, thresholds.iter().map(|b| -slope * b).collect())
    }

    /// b_k = −d_k / a.
    #[must_use]
    pub fn thresholds(&self) -> Vec<f64> {
        self.intercepts.iter().map(|d| -d / self.slope).collect()
    }

    /// Log-probability of each category in use at ψ. Σ(x) − Σ(y) is written as Σ(x) Σ(−y) (1 − e^(y−x)), which loses
    /// nothing where both are near 0 or 1.
    pub fn log_probabilities(&self, psi: f64, out: &mut Vec<f64>) {
        out.clear();
        let z = |k: usize| self.slope * psi + self.intercepts[k];
        for category in 0..=self.intercepts.len() {
            let lower = category.checked_sub(1).map(z);
            let upper = (category < self.intercepts.len()).then(|| z(category));
            let mut value = 0.0;
            if let Some(lower) = lower {
                value -= softplus(-lower);
            }
            if let Some(upper) = upper {
                value -= softplus(upper);
            }
            if let (Some(lower), Some(upper)) = (lower, upper) {
                value += (-(upper - lower).exp_m1()).max(f64::MIN_POSITIVE).ln();
            }
            out.push(value);
        }
    }

    /// Expected answer at ψ, in codes: Σ over thresholds of the step in code times P(Y ≥ k).
    #[must_use]
    pub fn expected(&self, psi: f64) -> f64 {
        let code = |at: usize| self.categories.get(at).copied().map_or(0.0, f64::from);
        self.intercepts
            .iter()
            .enumerate()
            .map(|(at, d)| (code(at + 1) - code(at)) * logistic(self.slope * psi + d))
            .sum::<f64>()
            + code(0)
    }

    /// Place of a coded answer among the categories in use. One that was never seen when the item was fitted counts as
    /// the nearest that was.
    #[must_use]
    pub fn place(&self, code: u8) -> usize {
        let nearest = self.categories.iter().enumerate().min_by_key(|(_, used)| used.abs_diff(code));
        nearest.map_or(0, |(at, _)| at)
    }
}

/// ln(1 + e^x).
fn softplus(x: f64) -> f64 {
    if x > 0.0 { x + (-x).exp().ln_1p() } else { x.exp().ln_1p() }
}
