//! Weights of a pair's numbers, and what they make of a pair.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::pair::{FAMILIES, FEATURES, Features, NAMES};

/// The weights that Plumb ships, learned on public trackers (see `docs/problems.md`).
const SHIPPED: &str = include_str!("../../weights/default.toml");
/// The same where a sentence model is supplied.
const SHIPPED_WITH_MODEL: &str = include_str!("../../weights/model.toml");

/// Weights in log odds, and how a score becomes a probability.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// One weight for each number of a pair.
    pub pair: [f32; FEATURES],
    /// P(same cause) = 1 ÷ (1 + exp(−(first + second × score))) (Platt 1999).
    pub calibration: [f32; 2],
    /// What they were learned on, in words.
    pub learned_on: String,
}

/// What one side of a pair adds to a score, for the page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reason {
    /// What it is about, one of [`super::pair::FAMILIES`].
    pub about: &'static str,
    /// What it adds to the log odds.
    pub adds: f32,
    /// The numbers that it sums up: name, value, what it adds.
    pub numbers: Vec<(&'static str, f32, f32)>,
}

/// A file of weights could not be used.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// No TOML, or a table is missing.
    #[error("weights: {0}; write the file anew with `train`")]
    Format(#[from] toml::de::Error),
    /// A name is not known.
    #[error("weights: there is no pair number called “{0}”; remove the line or write the file anew with `train`")]
    Unknown(String),
}

#[derive(Serialize, Deserialize)]
struct File {
    learned_on: String,
    calibration: [f32; 2],
    pair: BTreeMap<String, f32>,
}

impl Weights {
    /// The shipped weights.
    /// A test reads the file that is compiled in.
    #[must_use]
    pub fn shipped() -> Self {
        Self::shipped_for(false)
    }

    /// The shipped weights with or without a sentence model.
    #[must_use]
    pub fn shipped_for(model: bool) -> Self {
        Self::read(if model { SHIPPED_WITH_MODEL } else { SHIPPED }).unwrap_or_else(|_| Self {
            pair: [0.0; FEATURES],
            calibration: [-6.0, 1.0],
            learned_on: "nothing".to_owned(),
        })
    }

    /// Reads weights from TOML; a number that the file leaves out weighs nothing.
    ///
    /// # Errors
    /// When it is no such file.
    pub fn read(text: &str) -> Result<Self, WeightsError> {
        let file: File = toml::from_str(text)?;
        let mut pair = [0.0; FEATURES];
        for (name, weight) in file.pair {
            let place = NAMES.iter().position(|n| *n == name).ok_or(WeightsError::Unknown(name))?;
            pair[place] = weight;
        }
        Ok(Self { pair, calibration: file.calibration, learned_on: file.learned_on })
    }

    /// As TOML, in the order of [`NAMES`].
    #[must_use]
    pub fn write(&self) -> String {
        let mut out = format!(
            "# Weights of a pair of tickets, in log odds. Written by the example `train`; do not edit by hand.\n\
             learned_on = {:?}\ncalibration = [{:?}, {:?}]\n\n[pair]\n",
            self.learned_on, self.calibration[0], self.calibration[1]
        );
        for (name, weight) in NAMES.iter().zip(self.pair) {
            // Writing to a string cannot fail.
            let _ = writeln!(out, "{name:?} = {weight:?}");
        }
        out
    }

    /// Score in log odds, by which candidates are ranked.
    #[must_use]
    pub fn score(&self, features: &Features) -> f32 {
        features.iter().zip(&self.pair).map(|(x, w)| x * w).sum()
    }

    /// P(same cause) of a score.
    #[must_use]
    pub fn probability(&self, score: f32) -> f32 {
        1.0 / (1.0 + (-(self.calibration[0] + self.calibration[1] * score)).exp())
    }

    /// What each side of a pair adds to the log odds of one cause, the most telling first; what adds
    /// nothing is left out.
    #[must_use]
    pub fn reasons(&self, features: &Features) -> Vec<Reason> {
        let scale = self.calibration[1];
        let mut out: Vec<Reason> = Vec::new();
        for (((&about, &name), &value), weight) in FAMILIES.iter().zip(&NAMES).zip(features).zip(&self.pair) {
            let adds = value * weight * scale;
            if adds == 0.0 {
                continue;
            }
            let place = out.iter().position(|r| r.about == about).unwrap_or_else(|| {
                out.push(Reason { about, adds: 0.0, numbers: Vec::new() });
                out.len() - 1
            });
            out[place].adds += adds;
            out[place].numbers.push((name, value, adds));
        }
        out.sort_by(|a, b| b.adds.abs().total_cmp(&a.adds.abs()).then(a.about.cmp(b.about)));
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_weights_can_be_read_and_written_again() {
        for (file, meaning) in [(SHIPPED, false), (SHIPPED_WITH_MODEL, true)] {
            let shipped = Weights::read(file).unwrap();
            assert_eq!(Weights::read(&shipped.write()).unwrap(), shipped);
            assert!(shipped.pair.iter().any(|w| *w != 0.0) && shipped.calibration[1] > 0.0);
            let weighed = FAMILIES.iter().zip(shipped.pair).any(|(about, w)| *about == "meaning" && w != 0.0);
            assert_eq!(weighed, meaning);
        }
        assert!(matches!(
            Weights::read("learned_on = \"x\"\ncalibration = [0.0, 1.0]\n[pair]\nnonsense = 1.0\n"),
            Err(WeightsError::Unknown(name)) if name == "nonsense"
        ));
    }

    #[test]
    fn reasons_add_up_to_the_score() {
        let weights = Weights::shipped();
        let mut features = [0.1; FEATURES];
        features[2] = 0.9;
        let sum: f32 = weights.reasons(&features).iter().map(|r| r.adds).sum();
        assert!((sum - weights.score(&features) * weights.calibration[1]).abs() < 1e-3);
    }
}
