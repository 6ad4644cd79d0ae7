//! Intraclass correlations: how much of the variance lies between groups, and how far a group's mean can be trusted.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Refused;
use crate::num::{alike, real};

/// One-way analysis of variance.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OneWay {
    /// Groups.
    pub groups: usize,
    /// Values.
    pub n: usize,
    /// Mean square between groups, in squared units of the values.
    #[serde(rename = "MSB")]
    pub between: f64,
    /// Mean square within groups.
    #[serde(rename = "MSW")]
    pub within: f64,
    /// Their ratio; `None` where nobody differs within a group.
    #[serde(rename = "F")]
    pub f: Option<f64>,
    /// (MSB − MSW) / (MSB + (k̄ − 1) MSW), k̄ the mean size of a group (Bliese 2000): reliability of one rater.
    #[serde(rename = "ICC1_aov")]
    pub icc1: f64,
    /// (MSB − MSW) / MSB: reliability of a group's mean. Negative where groups differ less than chance would have it.
    #[serde(rename = "ICC2_aov")]
    pub icc2: f64,
    /// Between-group share of the variance by restricted maximum likelihood.
    #[serde(rename = "ICC1_reml")]
    pub icc1_reml: f64,
    /// Spearman-Brown of that at the mean size of a group.
    #[serde(rename = "ICC2_reml")]
    pub icc2_reml: f64,
}

/// Size, mean and within-group sum of squares of each group, in order of the keys.
fn sums<G: Ord>(groups: &[G], values: &[Option<f64>]) -> Vec<(f64, f64, f64)> {
    let mut by_group: BTreeMap<&G, Vec<f64>> = BTreeMap::new();
    for (group, value) in groups.iter().zip(values) {
        if let Some(value) = value {
            by_group.entry(group).or_default().push(*value);
        }
    }
    by_group
        .values()
        .map(|values| {
            let size = real(values.len());
            // Equal values have a mean that is exactly theirs: what rounding leaves would be divided by.
            if alike(values.iter().copied()) {
                return (size, values[0], 0.0);
            }
            let mean = values.iter().sum::<f64>() / size;
            (size, mean, values.iter().map(|value| (value - mean).powi(2)).sum())
        })
        .collect()
}

/// Both one-way ICCs, by analysis of variance and by restricted maximum likelihood. Rows without a value are left
/// out; groups of one count between groups and say nothing within.
///
/// # Errors
/// [`Refused::TooFewGroups`] below two groups or without any group of two, [`Refused::Constant`] (item 0) when all
/// values are the same, [`Refused::Ragged`] when groups and values differ in length.
pub fn one_way<G: Ord>(groups: &[G], values: &[Option<f64>]) -> Result<OneWay, Refused> {
    if groups.len() != values.len() {
        return Err(Refused::Ragged { column: 0, found: values.len(), expected: groups.len() });
    }
    let sums = sums(groups, values);
    let (j, n) = (real(sums.len()), sums.iter().map(|group| group.0).sum::<f64>());
    let rows = values.iter().flatten().count();
    if sums.len() < 2 || n <= j {
        return Err(Refused::TooFewGroups { groups: sums.len(), rows });
    }
    let grand = sums.iter().map(|(size, mean, _)| size * mean).sum::<f64>() / n;
    let between = sums.iter().map(|(size, mean, _)| size * (mean - grand).powi(2)).sum::<f64>() / (j - 1.0);
    let sum_within = sums.iter().map(|group| group.2).sum::<f64>();
    let within = sum_within / (n - j);
    if alike(values.iter().flatten().copied()) {
        return Err(Refused::Constant { item: 0 });
    }
    // Groups of one mean whose sums were rounded otherwise do not differ.
    let between = if between <= 1e-20 * (grand * grand + within) { 0.0 } else { between };
    let k = n / j;
    let ratio = variance_ratio(&sums, sum_within);
    let icc1_reml = ratio / (1.0 + ratio);
    Ok(OneWay {
        groups: sums.len(),
        n: rows,
        between,
        within,
        f: (within > 0.0).then(|| between / within),
        icc1: (between - within) / (between + (k - 1.0) * within),
        // Without any difference between groups the mean tells nothing.
        icc2: if between > 0.0 { (between - within) / between } else { 0.0 },
        icc1_reml,
        icc2_reml: k * icc1_reml / (1.0 + (k - 1.0) * icc1_reml),
    })
}

/// Between-group variance over within-group variance that maximises the restricted likelihood
/// −½[(N−1) ln RSS(λ) + Σ ln(1 + λnⱼ) + ln Σwⱼ], wⱼ = nⱼ/(1 + λnⱼ) (Patterson & Thompson 1971), by bisection of its
/// derivative in ln λ. 0 where the likelihood only falls; where nobody differs within groups the bound 1e12.
fn variance_ratio(sums: &[(f64, f64, f64)], sum_within: f64) -> f64 {
    let n: f64 = sums.iter().map(|group| group.0).sum();
    let slope = |ratio: f64| {
        let weights: Vec<f64> = sums.iter().map(|(size, _, _)| size / (1.0 + ratio * size)).collect();
        let total: f64 = weights.iter().sum();
        let mean = weights.iter().zip(sums).map(|(w, group)| w * group.1).sum::<f64>() / total;
        let (mut rss, mut fall, mut squares) = (sum_within, 0.0, 0.0);
        for (w, (_, group, _)) in weights.iter().zip(sums) {
            let gap = (group - mean).powi(2);
            rss += w * gap;
            fall += w * w * gap;
            squares += w * w;
        }
        (n - 1.0) * fall / rss.max(f64::MIN_POSITIVE) - total + squares / total
    };
    let (mut low, mut high) = ((1e-12_f64).ln(), (1e12_f64).ln());
    if slope(low.exp()) <= 0.0 {
        return 0.0;
    }
    if slope(high.exp()) > 0.0 {
        return high.exp();
    }
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if slope(middle.exp()) > 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    (0.5 * (low + high)).exp()
}

/// The six forms of Shrout & Fleiss (1979) for targets rated by the same judges.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShroutFleiss {
    /// ICC(1,1): each target by other judges, one rating.
    #[serde(rename = "ICC1")]
    pub icc1: f64,
    /// ICC(2,1): judges drawn at random, absolute agreement.
    #[serde(rename = "ICC2")]
    pub icc2: f64,
    /// ICC(3,1): these judges only, consistency.
    #[serde(rename = "ICC3")]
    pub icc3: f64,
    /// ICC(1,k): mean of the k judges.
    #[serde(rename = "ICC1k")]
    pub icc1k: f64,
    /// ICC(2,k).
    #[serde(rename = "ICC2k")]
    pub icc2k: f64,
    /// ICC(3,k).
    #[serde(rename = "ICC3k")]
    pub icc3k: f64,
}

/// The six forms for a complete table: a row a target, a column a judge.
///
/// # Errors
/// [`Refused`] for ragged rows, fewer than two targets or judges, or a table without any variance between targets.
pub fn shrout_fleiss(table: &[Vec<f64>]) -> Result<ShroutFleiss, Refused> {
    let k = table.first().map_or(0, Vec::len);
    if let Some(row) = table.iter().position(|row| row.len() != k) {
        return Err(Refused::Ragged { column: row, found: table[row].len(), expected: k });
    }
    if k < 2 {
        return Err(Refused::TooFewItems { found: k, needed: 2 });
    }
    if table.len() < 2 {
        return Err(Refused::TooFewRows { found: table.len(), needed: 2 });
    }
    let (n, k) = (real(table.len()), real(k));
    let grand = table.iter().flatten().sum::<f64>() / (n * k);
    let total: f64 = table.iter().flatten().map(|value| (value - grand).powi(2)).sum();
    let rows: f64 = table.iter().map(|row| k * (row.iter().sum::<f64>() / k - grand).powi(2)).sum();
    let columns: f64 = (0..table[0].len())
        .map(|column| n * (table.iter().map(|row| row[column]).sum::<f64>() / n - grand).powi(2))
        .sum();
    let bms = rows / (n - 1.0);
    let jms = columns / (k - 1.0);
    let ems = ((total - rows - columns) / ((n - 1.0) * (k - 1.0))).max(0.0);
    let wms = (total - rows) / (n * (k - 1.0));
    if bms <= 0.0 {
        return Err(Refused::Constant { item: 0 });
    }
    Ok(ShroutFleiss {
        icc1: (bms - wms) / (bms + (k - 1.0) * wms),
        icc2: (bms - ems) / (bms + (k - 1.0) * ems + k * (jms - ems) / n),
        icc3: (bms - ems) / (bms + (k - 1.0) * ems),
        icc1k: (bms - wms) / bms,
        icc2k: (bms - ems) / (bms + (jms - ems) / n),
        icc3k: (bms - ems) / bms,
    })
}
