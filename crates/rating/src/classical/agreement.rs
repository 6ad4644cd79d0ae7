//! Agreement within a group: r_wg and its relatives, a_wg, average deviation.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Column, Refused, rows};
use crate::num::{mean, median, real, variance};

/// What answers would look like if raters answered by chance: its variance is what agreement is measured against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Null {
    /// Every category alike.
    Uniform,
    /// A little leniency.
    SlightSkew,
    /// More of it.
    ModerateSkew,
    /// Nearly all at the upper end.
    HeavySkew,
    /// Toward the middle.
    Triangular,
    /// More so.
    Normal,
}

impl Null {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Uniform, Self::SlightSkew, Self::ModerateSkew, Self::HeavySkew, Self::Triangular, Self::Normal];

    /// As in the names of the figures.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Uniform => "uniform",
            Self::SlightSkew => "slight_skew",
            Self::ModerateSkew => "moderate_skew",
            Self::HeavySkew => "heavy_skew",
            Self::Triangular => "triangular",
            Self::Normal => "normal",
        }
    }

    /// Variance on a scale of `categories` points a unit apart. On five points those of LeBreton & Senter (2008,
    /// table 2); on others the uniform, (A² − 1)/12, and the triangular only: the rest is defined for five.
    #[must_use]
    pub fn variance(self, categories: usize) -> Option<f64> {
        let a = real(categories);
        match (self, categories) {
            (_, 0 | 1) => None,
            (Self::Uniform, _) => Some((a * a - 1.0) / 12.0),
            (Self::SlightSkew, 5) => Some(1.34),
            (Self::ModerateSkew, 5) => Some(0.90),
            (Self::HeavySkew, 5) => Some(0.44),
            (Self::Triangular, 5) => Some(1.32),
            (Self::Normal, 5) => Some(1.04),
            (Self::Triangular, _) if categories % 2 == 1 => Some((a * a + 2.0 * a - 3.0) / 24.0),
            (Self::Triangular, _) => Some((a * a + 2.0 * a - 2.0) / 24.0),
            _ => None,
        }
    }
}

/// r_wg(j) (James, Demaree & Wolf 1984): j(1 − s̄²/σ²) / (j(1 − s̄²/σ²) + s̄²/σ²), where `item_variance` is s̄², the
/// mean over `items` of the raters' unbiased variance, held to the null's σ² (agreement is then 0). With one item
/// r_wg.
#[must_use]
pub fn rwg_j(item_variance: f64, items: usize, null: f64) -> f64 {
    let share = item_variance.min(null) / null;
    let agreed = real(items) * (1.0 - share);
    agreed / (agreed + share)
}

/// r*_wg(j) (Lindell, Brandt & Whitney 1999): 1 − s̄²/σ², not held: below 0 where raters differ more than by chance.
#[must_use]
pub fn rwg_j_lindell(item_variance: f64, null: f64) -> f64 {
    1.0 - item_variance / null
}

/// a_wg of one item (Brown & Hauenstein 2005): 1 − 2s² / ([(H + L)M − M² − HL] · n/(n − 1)) on a scale L to H.
/// 1 where all agree; `None` with fewer than two raters or where the mean is so near an end that the formula does
/// not hold: M < (L(n−1) + H)/n or M > (H(n−1) + L)/n.
#[must_use]
pub fn a_wg(answers: &[f64], low: f64, high: f64) -> Option<f64> {
    let spread = variance(answers)?;
    let (centre, n) = (mean(answers)?, real(answers.len()));
    if spread == 0.0 {
        return Some(1.0);
    }
    let (least, most) = ((low * (n - 1.0) + high) / n, (high * (n - 1.0) + low) / n);
    if centre < least || centre > most {
        return None;
    }
    let most_spread = ((high + low) * centre - centre * centre - high * low) * n / (n - 1.0);
    Some(1.0 - 2.0 * spread / most_spread)
}

/// Average deviation of one item (Burke, Finkelstein & Dusig 1999) about the mean, in units of the answers.
#[must_use]
pub fn ad_mean(answers: &[f64]) -> Option<f64> {
    let centre = mean(answers)?;
    mean(&answers.iter().map(|answer| (answer - centre).abs()).collect::<Vec<_>>())
}

/// Average deviation about the median.
#[must_use]
pub fn ad_median(answers: &[f64]) -> Option<f64> {
    let centre = median(answers)?;
    mean(&answers.iter().map(|answer| (answer - centre).abs()).collect::<Vec<_>>())
}

/// Agreement of one group's raters.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupAgreement<G> {
    /// Which group.
    pub group: G,
    /// Raters that answered every item.
    pub size: usize,
    /// Mean over the items of the raters' variance; `None` for a group of one, as all that follows.
    pub item_variance: Option<f64>,
    /// r_wg(j) under each null that the scale has.
    pub rwg_j: BTreeMap<&'static str, f64>,
    /// r*_wg(j) likewise.
    pub rwg_j_lindell: BTreeMap<&'static str, f64>,
    /// Mean of a_wg over the items for which it is defined.
    pub a_wg: Option<f64>,
    /// Mean over the items of the average deviation about the mean.
    pub ad_mean: Option<f64>,
    /// The same about the median.
    pub ad_median: Option<f64>,
}

/// A rating scale of `categories` points a unit apart, beginning at `low`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// Lowest answer.
    pub low: f64,
    /// Points.
    pub categories: usize,
}

impl Scale {
    /// Highest answer.
    #[must_use]
    pub fn high(self) -> f64 {
        self.low + real(self.categories) - 1.0
    }
}

/// Agreement group by group, in order of the groups' keys. Only raters that answered every item count; without a
/// scale (answers that are no categories) only the average deviations are given.
///
/// # Errors
/// [`Refused::Ragged`], [`Refused::TooFewItems`].
pub fn by_group<G: Ord + Clone>(
    groups: &[G],
    columns: &[Column],
    scale: Option<Scale>,
) -> Result<Vec<GroupAgreement<G>>, Refused> {
    let length = rows(columns, 1)?;
    if groups.len() != length {
        return Err(Refused::Ragged { column: 0, found: length, expected: groups.len() });
    }
    let mut members: BTreeMap<&G, Vec<usize>> = BTreeMap::new();
    for (row, group) in groups.iter().enumerate() {
        let rows = members.entry(group).or_default();
        if columns.iter().all(|column| column[row].is_some()) {
            rows.push(row);
        }
    }
    Ok(members
        .into_iter()
        .map(|(group, rows)| {
            let items: Vec<Vec<f64>> =
                columns.iter().map(|column| rows.iter().filter_map(|row| column[*row]).collect()).collect();
            let each = |figure: &dyn Fn(&[f64]) -> Option<f64>| -> Vec<f64> {
                items.iter().filter_map(|answers| figure(answers)).collect()
            };
            let enough = rows.len() > 1;
            let item_variance = mean(&each(&variance));
            let nulls = |figure: &dyn Fn(f64, f64) -> f64| -> BTreeMap<&'static str, f64> {
                let nulls = Null::ALL
                    .into_iter()
                    .filter_map(|null| Some((null.name(), figure(item_variance?, null.variance(scale?.categories)?))));
                nulls.collect()
            };
            GroupAgreement {
                group: group.clone(),
                size: rows.len(),
                item_variance,
                rwg_j: nulls(&|spread, null| rwg_j(spread, columns.len(), null)),
                rwg_j_lindell: nulls(&rwg_j_lindell),
                a_wg: scale.and_then(|scale| mean(&each(&|answers| a_wg(answers, scale.low, scale.high())))),
                ad_mean: enough.then(|| mean(&each(&ad_mean))).flatten(),
                ad_median: enough.then(|| mean(&each(&ad_median))).flatten(),
            }
        })
        .collect())
}
