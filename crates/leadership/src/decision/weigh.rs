//! Options held against criteria: a weighted sum, shown with its arithmetic. The table advises; it does not
//! decide.

use std::fmt::Write as _;

use super::{Deliberation, HIGHEST};

/// What an option got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// Weight and score of each criterion.
    pub terms: Vec<(u32, Option<u32>)>,
    /// The weighted sum, in points; `None` while a score is missing.
    pub points: Option<u32>,
    /// The most points that there could be.
    pub most: u32,
}

impl Sum {
    /// The arithmetic: `3 × 8 + 2 × 5 = 34 of 50`.
    #[must_use]
    pub fn arithmetic(&self) -> String {
        let mut out = String::new();
        for (at, (weight, score)) in self.terms.iter().enumerate() {
            if at > 0 {
                out.push_str(" + ");
            }
            match score {
                Some(score) => _ = write!(out, "{weight} × {score}"),
                None => _ = write!(out, "{weight} × ?"),
            }
        }
        match self.points {
            Some(points) => _ = write!(out, " = {points} of {}", self.most),
            None => out.push_str(": not scored on everything"),
        }
        out
    }
}

/// The weighted sum of every option (the additive value model: Keeney and Raiffa, Decisions with Multiple
/// Objectives, 1976, chapter 3), in points: Σ weight × score. Empty without criteria.
#[must_use]
pub fn weigh(read: &Deliberation) -> Vec<Sum> {
    if read.criteria.is_empty() {
        return Vec::new();
    }
    let most = read.criteria.iter().map(|criterion| criterion.weight * HIGHEST).sum();
    (0..read.options.len())
        .map(|option| {
            let scores = read.scores.get(option);
            let terms: Vec<_> = read
                .criteria
                .iter()
                .enumerate()
                .map(|(at, criterion)| (criterion.weight, scores.and_then(|scores| scores.get(at).copied().flatten())))
                .collect();
            let points = terms.iter().map(|(weight, score)| score.map(|score| weight * score)).sum();
            Sum { terms, points, most }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::typed::tests::typed;
    use super::*;

    #[test]
    fn sums_show_their_arithmetic() {
        let mut read = typed().read().unwrap();
        let sums = weigh(&read);
        assert_eq!(sums[0].arithmetic(), "3 × 10 + 2 × 1 = 32 of 50");
        assert_eq!(sums[2].points, Some(24));
        read.scores[1][1] = None;
        assert_eq!(weigh(&read)[1].arithmetic(), "3 × 6 + 2 × ?: not scored on everything");
        read.criteria.clear();
        assert!(weigh(&read).is_empty());
    }
}
