//! The figure of one question that a few people answered on five points.

use super::{Policy, distribution_allowed, shown_mean};
use crate::num::{mean, real, variance};

/// From which point on somebody agrees.
pub const AGREES_FROM: u8 = 4;
/// The spread of answers on five points that is taken where so few answered that their own would tell single answers: a
/// standard deviation of one point, about what such questions have.
pub const SPREAD: f64 = 1.0;
/// The 95 % point of the normal distribution: two-sided 90 %.
const Z90: f64 = 1.644_853_626_951_472_2;

/// A figure that may be told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Few {
    /// How many said something.
    pub n: usize,
    /// The mean, rounded.
    pub mean: f64,
    /// The ends of its 90 % interval, rounded and held to the scale.
    pub interval: (f64, f64),
    /// How many agree, where so many answered that a distribution may be told, and neither all do nor nobody.
    pub agree: Option<usize>,
}

/// The figure over these answers, from 1 to 5; nothing below the minimum, and nothing where the mean says that everybody
/// gave the same end of the scale.
///
/// The interval is mean ± 1.645 · s / √n. Below the number from which a distribution may be told, s is [`SPREAD`] and not
/// that of the answers: mean and spread of five whole numbers nearly list them.
#[must_use]
pub fn few(answers: &[u8], policy: &Policy) -> Option<Few> {
    let policy = policy.held();
    let (low, high) = (1.0, 1.0 + policy.span);
    let n = answers.len();
    if n < policy.minimum {
        return None;
    }
    let values: Vec<f64> = answers.iter().map(|answer| f64::from(*answer)).collect();
    let centre = mean(&values)?;
    let shown = shown_mean(centre, low, high, policy.rounding)?;
    let many = distribution_allowed(n);
    let spread = if many { variance(&values)?.sqrt() } else { SPREAD };
    let half = Z90 * spread / real(n).sqrt();
    let end = |value: f64| ((value.clamp(low, high)) / policy.rounding).round() * policy.rounding;
    let agree = answers.iter().filter(|answer| **answer >= AGREES_FROM).count();
    Some(Few {
        n,
        mean: shown,
        interval: (end(shown - half), end(shown + half)),
        agree: Some(agree).filter(|agree| many && *agree > 0 && *agree < n),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(answers: &[u8]) -> Option<Few> {
        few(answers, &Policy::default())
    }

    #[test]
    fn four_answers_and_unanimous_ends_tell_nothing() {
        assert_eq!(told(&[3; 4]), None);
        assert_eq!(told(&[5; 5]), None);
        assert_eq!(told(&[1; 12]), None);
        assert!(told(&[5, 5, 5, 5, 4]).is_some());
    }

    #[test]
    fn below_ten_the_interval_says_nothing_of_the_spread() {
        // Mean 3 ± 1.645 / √5 = 0.74, whether they all said 3 or were as far apart as can be.
        let (alike, apart) = (told(&[3; 5]).unwrap(), told(&[1, 1, 3, 5, 5]).unwrap());
        assert_eq!(alike, apart);
        assert!((alike.interval.0 - 2.3).abs() < 1e-9 && (alike.interval.1 - 3.7).abs() < 1e-9, "{alike:?}");
        assert_eq!(alike.agree, None, "how many agree is a distribution");
    }

    #[test]
    fn from_ten_on_the_answers_say_how_wide_it_is_and_how_many_agree() {
        let answers = [4, 4, 4, 4, 4, 3, 3, 2, 5, 5];
        let figure = told(&answers).unwrap();
        // Variance 7.6 / 9 by hand, 1.645 · 0.919 / √10 = 0.478.
        assert!((figure.mean - 3.8).abs() < 1e-9);
        assert!((figure.interval.0 - 3.3).abs() < 1e-9 && (figure.interval.1 - 4.3).abs() < 1e-9, "{figure:?}");
        assert_eq!((figure.n, figure.agree), (10, Some(7)));
        assert_eq!(told(&[4; 10]).unwrap().agree, None, "all of them is everybody's answer");
        assert_eq!(told(&[3; 10]).unwrap().agree, None);
    }
}
