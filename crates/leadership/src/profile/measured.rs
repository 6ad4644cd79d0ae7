//! How well the questions of a quality measure, over a whole wave: for who owns the questionnaire, never of a person.

use serde::{Deserialize, Serialize};

/// Forms that answer all of a quality's questions from which on this is told.
pub const MEASURED_FROM: usize = 100;
/// People rated from whom on it is told how far their raters agree.
pub const PEOPLE_FROM: usize = 10;

/// How well the questions of one quality measure. Every figure rests on the forms of others that may be told and that
/// answer all of its questions, and is rounded to 0.01.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// The key of the quality.
    pub quality: String,
    /// Its questions.
    pub questions: usize,
    /// Forms that answer all of them.
    pub forms: usize,
    /// People whom those forms are about.
    pub people: usize,
    /// Coefficient alpha (Cronbach 1951); `None` for a single question, or where one was answered alike by all.
    pub alpha: Option<f64>,
    /// Omega of one factor (`McDonald` 1999); `None` below three questions, or where no factor was found.
    pub omega: Option<f64>,
    /// ICC(1): how much of what differs lies between the people rated; negative where chance would give more.
    pub icc1: Option<f64>,
    /// ICC(2): how far the mean of one person's raters can be trusted.
    pub icc2: Option<f64>,
    /// How far the raters of one person agree.
    pub agreement: Option<MedianAgreement>,
}

/// `r_wg(j)` of the middle person: half of the people agree less, half more.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct MedianAgreement {
    /// People with enough raters.
    pub people: usize,
    /// Against answers at random.
    pub uniform: f64,
    /// Against answers at random that lean a little to the good.
    pub slight_skew: f64,
}

/// How an amount of agreement is usually called (`LeBreton` and Senter 2008, *Organizational Research Methods* 11:815).
#[must_use]
pub fn agreement_words(r_wg: f64) -> &'static str {
    const UP_TO: [(f64, &str); 4] = [
        (0.30, "lack of agreement"),
        (0.50, "weak agreement"),
        (0.70, "moderate agreement"),
        (0.90, "strong agreement"),
    ];
    UP_TO.iter().find(|(most, _)| r_wg <= *most).map_or("very strong agreement", |(_, words)| words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agreement_is_called_as_in_the_literature() {
        let called = [0.0, 0.3, 0.31, 0.5, 0.51, 0.7, 0.71, 0.9, 0.91].map(agreement_words);
        let words = ["lack of", "lack of", "weak", "weak", "moderate", "moderate", "strong", "strong", "very strong"];
        assert_eq!(called.map(|called| called.trim_end_matches(" agreement")), words);
    }
}
