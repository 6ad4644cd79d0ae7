//! Classical reliability and agreement: what stands beside every fair average.
//!
//! Answers are columns of equal length, one an item, with `None` for "not able to say". Nothing here gives a number
//! that is no number: what cannot be computed is `None` or an error that says why.

pub mod agreement;
pub mod alpha;
pub mod factor;
pub mod icc;

use crate::linalg::Square;
use crate::num::{alike, real};

/// One item's answers, a row a rater.
pub type Column = Vec<Option<f64>>;

/// Why a classical figure cannot be computed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Columns of different lengths.
    #[error("column {column} has {found} rows where the first has {expected}")]
    Ragged {
        /// Which column, from 0.
        column: usize,
        /// Its rows.
        found: usize,
        /// Rows of the first.
        expected: usize,
    },
    /// Fewer items than the figure needs.
    #[error("{found} items are given where {needed} are needed")]
    TooFewItems {
        /// How many are there.
        found: usize,
        /// How many must be.
        needed: usize,
    },
    /// Fewer rows than the figure needs.
    #[error("{found} rows are given where {needed} are needed")]
    TooFewRows {
        /// How many are there.
        found: usize,
        /// How many must be.
        needed: usize,
    },
    /// An item that everybody answered alike.
    #[error("every answer to item {item} is the same: it has no variance")]
    Constant {
        /// Which item, from 0.
        item: usize,
    },
    /// A single group, or none that has two members.
    #[error("{groups} groups over {rows} rows: at least two groups and one group of two are needed")]
    TooFewGroups {
        /// Groups.
        groups: usize,
        /// Rows.
        rows: usize,
    },
    /// The covariances are no covariances of any data (pairs of items rest on different rows), or items repeat
    /// each other exactly.
    #[error(
        "the covariances of the items cannot be inverted: items repeat each other, or too many answers are missing"
    )]
    Singular,
    /// The items cancel each other.
    #[error("the items cancel each other: their sum does not vary; turn round those that are worded the other way")]
    NoSum,
    /// The iteration did not end.
    #[error("no solution within {iterations} steps")]
    NotConverged {
        /// Steps taken.
        iterations: usize,
    },
}

/// Checks that columns are as long as each other and gives that length.
///
/// # Errors
/// [`Refused::Ragged`], [`Refused::TooFewItems`] below `least` columns.
pub fn rows(columns: &[Column], least: usize) -> Result<usize, Refused> {
    if columns.len() < least.max(1) {
        return Err(Refused::TooFewItems { found: columns.len(), needed: least.max(1) });
    }
    let expected = columns[0].len();
    match columns.iter().position(|column| column.len() != expected) {
        Some(column) => Err(Refused::Ragged { column, found: columns[column].len(), expected }),
        None => Ok(expected),
    }
}

/// Only the rows that answer every item, as plain numbers; columns stay columns.
#[must_use]
pub fn listwise(columns: &[Column]) -> Vec<Vec<f64>> {
    let length = columns.iter().map(Vec::len).min().unwrap_or(0);
    let whole: Vec<usize> = (0..length).filter(|row| columns.iter().all(|column| column[*row].is_some())).collect();
    columns.iter().map(|column| whole.iter().filter_map(|row| column[*row]).collect()).collect()
}

/// Covariances (divided by n − 1) of each pair of items over the rows that answer both.
///
/// # Errors
/// [`Refused::TooFewRows`] where a pair has fewer than two rows, [`Refused::Constant`] for an item without variance.
pub fn pairwise_covariance(columns: &[Column]) -> Result<Square, Refused> {
    rows(columns, 1)?;
    let mut covariance = Square::zero(columns.len());
    for (one, left) in columns.iter().enumerate() {
        for (other, right) in columns.iter().enumerate().take(one + 1) {
            let pairs: Vec<(f64, f64)> = left.iter().zip(right).filter_map(|(a, b)| Some(((*a)?, (*b)?))).collect();
            if pairs.len() < 2 {
                return Err(Refused::TooFewRows { found: pairs.len(), needed: 2 });
            }
            let n = real(pairs.len());
            let (mean_left, mean_right) =
                (pairs.iter().map(|pair| pair.0).sum::<f64>() / n, pairs.iter().map(|pair| pair.1).sum::<f64>() / n);
            let sum: f64 = pairs.iter().map(|(a, b)| (a - mean_left) * (b - mean_right)).sum();
            *covariance.at_mut(one, other) = sum / (n - 1.0);
            *covariance.at_mut(other, one) = sum / (n - 1.0);
        }
        if covariance.at(one, one) <= 0.0 || alike(left.iter().flatten().copied()) {
            return Err(Refused::Constant { item: one });
        }
    }
    Ok(covariance)
}

/// Correlations from covariances with positive variances.
#[must_use]
pub fn correlations(covariance: &Square) -> Square {
    let mut out = covariance.clone();
    for row in 0..out.n {
        for column in 0..out.n {
            *out.at_mut(row, column) /= (covariance.at(row, row) * covariance.at(column, column)).sqrt();
        }
    }
    out
}
