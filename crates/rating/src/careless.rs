//! Forms answered without reading: four signs, of which two make a flag. A flag is a question, not a verdict: nothing
//! is left out because of it, figures are shown with and without.

use serde::Serialize;

use crate::grm::{Item, MISSING};
use crate::linalg::Square;
use crate::model::{Calibration, Forms};
use crate::num::{chi_squared_upper, real};

/// What is looked at, form by form.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Signs {
    /// Longest run of the same answer.
    pub long_string: usize,
    /// Mean length of the runs.
    pub average_string: Option<f64>,
    /// Intra-individual response variability: standard deviation of the form's answers (Dunn et al. 2018); `None`
    /// below two answers.
    pub irv: Option<f64>,
    /// Squared Mahalanobis distance from the mean form over the answered items (Mahalanobis 1936).
    pub mahalanobis: Option<f64>,
    /// P(so large a distance), chi-squared with as many degrees of freedom as answers.
    pub mahalanobis_p: Option<f64>,
    /// Person fit l_z (Drasgow, Levine & Williams 1985): log-likelihood of the form at its own scores, less what is
    /// expected, in standard deviations. Low: answers that do not go together.
    pub person_fit: Option<f64>,
    /// Which signs are on.
    pub signs: Vec<Sign>,
    /// Two or more.
    pub flagged: bool,
}

/// A sign of carelessness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// A run of the same answer over more than half of the answers, ten at least.
    LongString,
    /// Answers that hardly vary: a standard deviation below [`LEAST_IRV`].
    Variability,
    /// A distance that one form in a thousand has by chance.
    Mahalanobis,
    /// l_z below [`LEAST_FIT`].
    PersonFit,
}

/// Shortest run that is a sign, however few answers there are.
pub const LONG: usize = 10;
/// Standard deviation of a form's answers below which they hardly vary, in points of the scale.
pub const LEAST_IRV: f64 = 0.4;
/// Probability below which a distance is a sign.
pub const RARE: f64 = 0.001;
/// l_z below which a form does not go together (one in a hundred by the normal).
pub const LEAST_FIT: f64 = -2.33;

/// Longest run of equal answers and their mean length; missing answers break no run and are not counted.
#[must_use]
pub fn strings(answers: &[u8]) -> (usize, Option<f64>) {
    let (mut longest, mut now, mut runs, mut told) = (0, 0, 0_usize, 0_usize);
    let mut last = None;
    for code in answers.iter().filter(|code| **code != MISSING) {
        if last == Some(code) {
            now += 1;
        } else {
            (now, runs) = (1, runs + 1);
        }
        told += 1;
        longest = longest.max(now);
        last = Some(code);
    }
    (longest, (runs > 0).then(|| real(told) / real(runs)))
}

/// Standard deviation (n − 1) of a form's answers.
#[must_use]
pub fn variability(answers: &[u8]) -> Option<f64> {
    let told: Vec<f64> = answers.iter().filter(|code| **code != MISSING).map(|code| f64::from(*code)).collect();
    crate::num::variance(&told).map(f64::sqrt)
}

/// Means and covariances (n − 1) of the forms that answer every item.
pub struct Centre {
    mean: Vec<f64>,
    covariance: Square,
    inverse: Square,
}

impl Centre {
    /// `None` where complete forms are no more than items, or items repeat each other.
    #[must_use]
    pub fn of(answers: &[u8], items: usize) -> Option<Self> {
        let whole: Vec<&[u8]> = answers.chunks_exact(items.max(1)).filter(|row| !row.contains(&MISSING)).collect();
        if whole.len() < items + 2 {
            return None;
        }
        let n = real(whole.len());
        let mean: Vec<f64> =
            (0..items).map(|item| whole.iter().map(|row| f64::from(row[item])).sum::<f64>() / n).collect();
        let mut covariance = Square::zero(items);
        let mut centred = vec![0.0; items];
        for row in &whole {
            for ((cell, code), mean) in centred.iter_mut().zip(*row).zip(&mean) {
                *cell = f64::from(*code) - mean;
            }
            for one in 0..items {
                for other in 0..=one {
                    *covariance.at_mut(one, other) += centred[one] * centred[other];
                }
            }
        }
        for one in 0..items {
            for other in 0..=one {
                let value = covariance.at(one, other) / (n - 1.0);
                *covariance.at_mut(one, other) = value;
                *covariance.at_mut(other, one) = value;
            }
        }
        let (inverse, _) = covariance.inverse()?;
        Some(Self { mean, covariance, inverse })
    }

    /// Squared distance of a form over its answered items, and how many these are; `None` without answers.
    #[must_use]
    pub fn distance(&self, answers: &[u8]) -> Option<(f64, usize)> {
        let told: Vec<usize> = (0..answers.len()).filter(|item| answers[*item] != MISSING).collect();
        let gap: Vec<f64> = told.iter().map(|item| f64::from(answers[*item]) - self.mean[*item]).collect();
        if told.is_empty() {
            return None;
        }
        if told.len() == answers.len() {
            let mut sum = 0.0;
            for (row, one) in gap.iter().enumerate() {
                sum += one * gap.iter().enumerate().map(|(at, other)| self.inverse.at(row, at) * other).sum::<f64>();
            }
            return Some((sum, told.len()));
        }
        let mut part = Square::zero(told.len());
        for (row, one) in told.iter().enumerate() {
            for (column, other) in told.iter().enumerate() {
                *part.at_mut(row, column) = self.covariance.at(*one, *other);
            }
        }
        let mut right = gap;
        if !part.cholesky() {
            return None;
        }
        part.forward(&mut right);
        Some((right.iter().map(|value| value * value).sum(), told.len()))
    }
}

/// l_z of a form: items with their answers and the ψ that each is judged at. `None` where the answers cannot vary.
#[must_use]
pub fn person_fit<'a>(answers: impl Iterator<Item = (&'a Item, u8, f64)>) -> Option<f64> {
    let (mut seen, mut expected, mut variance) = (0.0, 0.0, 0.0);
    let mut logs = Vec::new();
    for (item, code, psi) in answers.filter(|(_, code, _)| *code != MISSING) {
        item.log_probabilities(psi, &mut logs);
        let mean: f64 = logs.iter().map(|log| log.exp() * log).sum();
        let square: f64 = logs.iter().map(|log| log.exp() * log * log).sum();
        seen += logs.get(item.place(code)).copied().unwrap_or(0.0);
        expected += mean;
        variance += square - mean * mean;
    }
    (variance > 0.0).then(|| (seen - expected) / variance.sqrt())
}

/// The signs of every form. Each quality is judged at the form's own score on it (mean of the posterior under N(0, 1)).
#[must_use]
pub fn signs(forms: &Forms, calibration: &Calibration) -> Vec<Signs> {
    let questionnaire = &forms.questionnaire;
    let items = questionnaire.quality_of.len();
    let centre = Centre::of(&forms.answers, items);
    let nodes: Vec<f64> = crate::grm::nodes();
    // Log-probabilities of every item at the nodes, by place.
    let tables: Vec<Vec<Vec<f64>>> = calibration
        .items
        .iter()
        .map(|item| {
            nodes
                .iter()
                .map(|psi| {
                    let mut logs = Vec::new();
                    item.log_probabilities(*psi, &mut logs);
                    logs
                })
                .collect()
        })
        .collect();
    let score = |row: &[u8], quality: usize| -> f64 {
        let mut logs: Vec<f64> = nodes.iter().map(|psi| -0.5 * psi * psi).collect();
        for (item, code) in row.iter().enumerate() {
            if *code != MISSING && questionnaire.quality_of[item] == quality {
                let place = calibration.items[item].place(*code);
                logs.iter_mut().zip(&tables[item]).for_each(|(sum, node)| *sum += node[place]);
            }
        }
        let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let weights: Vec<f64> = logs.iter().map(|log| (log - most).exp()).collect();
        weights.iter().zip(&nodes).map(|(weight, psi)| weight * psi).sum::<f64>() / weights.iter().sum::<f64>()
    };
    (0..forms.forms.len())
        .map(|form| {
            let row = forms.of_form(form);
            let scores: Vec<f64> = (0..questionnaire.qualities()).map(|quality| score(row, quality)).collect();
            let judged = row
                .iter()
                .enumerate()
                .map(|(item, code)| (&calibration.items[item], *code, scores[questionnaire.quality_of[item]]));
            judge(row, centre.as_ref(), person_fit(judged))
        })
        .collect()
}

fn judge(row: &[u8], centre: Option<&Centre>, person_fit: Option<f64>) -> Signs {
    let told = row.iter().filter(|code| **code != MISSING).count();
    let (long_string, average_string) = strings(row);
    let irv = variability(row);
    let distance = centre.and_then(|centre| centre.distance(row));
    let mahalanobis_p = distance.map(|(distance, df)| chi_squared_upper(distance, real(df)));
    let mut signs = Vec::new();
    for (sign, on) in [
        (Sign::LongString, long_string >= LONG && 2 * long_string > told),
        (Sign::Variability, told >= LONG && irv.is_some_and(|irv| irv < LEAST_IRV)),
        (Sign::Mahalanobis, mahalanobis_p.is_some_and(|p| p < RARE)),
        (Sign::PersonFit, person_fit.is_some_and(|fit| fit < LEAST_FIT)),
    ] {
        if on {
            signs.push(sign);
        }
    }
    Signs {
        long_string,
        average_string,
        irv,
        mahalanobis: distance.map(|(distance, _)| distance),
        mahalanobis_p,
        person_fit,
        flagged: signs.len() > 1,
        signs,
    }
}
