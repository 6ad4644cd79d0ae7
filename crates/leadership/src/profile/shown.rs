//! Figures as words, and what is made of them: a strength, or where a next step lies.

use super::{Difference, Figure, Range};
use crate::words::words;
use serde::{Deserialize, Serialize};

words! {
    /// What a quality is told as.
    Advice {
        /// Others see it clearly.
        Strength => "strength", "a strength";
        /// A next step would be seen.
        NextStep => "next_step", "a next step";
    }
}

/// The middle between “now and then” and “often” on five points: a strength lies wholly above it.
const CLEARLY: f64 = 3.5;
/// Named differences from which on a quality stands out within one person.
const STANDS_OUT: usize = 3;

impl Advice {
    /// What a figure says of a quality. A strength: the whole development interval lies above 3.5. A next step: the
    /// whole interval lies below it, or at least three other qualities of the same person are clearly higher. Else
    /// nothing is said.
    #[must_use]
    pub fn of(key: &str, figure: &Figure, differences: &[Difference]) -> Option<Self> {
        let lower = differences.iter().filter(|difference| difference.lower == key).count();
        if figure.development.high < CLEARLY || lower >= STANDS_OUT {
            Some(Self::NextStep)
        } else {
            (figure.development.low > CLEARLY).then_some(Self::Strength)
        }
    }
}

/// A mean to one decimal.
#[must_use]
pub fn mean_text(mean: f64) -> String {
    format!("{mean:.1}")
}

/// An interval.
#[must_use]
pub fn range_text(range: Range) -> String {
    format!("{:.1} to {:.1}", range.low, range.high)
}

/// A gap or change with its sign.
#[must_use]
pub fn signed_text(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    // Minus zero is zero.
    if rounded == 0.0 { "0.0".to_owned() } else { format!("{rounded:+.1}").replace('-', "−") }
}

/// The interval of a gap or change.
#[must_use]
pub fn signed_range(range: Range) -> String {
    format!("{} to {}", signed_text(range.low), signed_text(range.high))
}

/// How likely something is. It is counted over draws of a model, so nothing is told as certain or impossible.
#[must_use]
pub fn chance_text(probability: f64) -> String {
    if probability > 0.99 {
        "more than 99 %".to_owned()
    } else if probability < 0.01 {
        "less than 1 %".to_owned()
    } else {
        format!("{:.0} %", probability * 100.0)
    }
}

/// A figure with both intervals and n, in a line.
#[must_use]
pub fn figure_text(figure: &Figure) -> String {
    let decision = figure
        .decision
        .zip(figure.decision_mean)
        .map(|(range, mean)| format!("; decision {} ({})", mean_text(mean), range_text(range)))
        .unwrap_or_default();
    format!("{} (development {}{decision}; n = {})", mean_text(figure.mean), range_text(figure.development), figure.n)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(low: f64, high: f64) -> Figure {
        let mean = f64::midpoint(low, high);
        let development = Range { low, high };
        Figure { n: 7, mean, development, decision_mean: None, decision: None, agreement: None }
    }

    #[test]
    fn only_a_whole_interval_is_a_strength() {
        assert_eq!(Advice::of("a", &figure(3.6, 4.2), &[]), Some(Advice::Strength));
        assert_eq!(Advice::of("a", &figure(3.4, 4.2), &[]), None);
        assert_eq!(Advice::of("a", &figure(2.4, 3.4), &[]), Some(Advice::NextStep));
        let interval = Range { low: 0.2, high: 0.9 };
        let lower = |higher: &str| Difference { higher: higher.into(), lower: "a".into(), by: 0.5, interval };
        let named = [lower("b"), lower("c"), lower("d")];
        assert_eq!(Advice::of("a", &figure(3.6, 4.2), &named), Some(Advice::NextStep));
        assert_eq!(Advice::of("a", &figure(3.6, 4.2), &named[..2]), Some(Advice::Strength));
    }

    #[test]
    fn figures_as_words() {
        assert_eq!(
            (signed_text(-0.04), signed_text(0.25), signed_text(-1.2)),
            ("0.0".into(), "+0.3".into(), "−1.2".into())
        );
        assert_eq!(
            [0.0, 0.004, 0.01, 0.5, 0.934, 0.99, 1.0].map(chance_text),
            ["less than 1 %", "less than 1 %", "1 %", "50 %", "93 %", "99 %", "more than 99 %"]
        );
        assert_eq!(figure_text(&figure(3.0, 4.0)), "3.5 (development 3.0 to 4.0; n = 7)");
    }
}
