//! From symptom to cause, by people: what is known, what is thought, what was tried, what could be done.

use jiff::civil::Date;
use leadership::{DecisionId, PersonId};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Most of each kind that a canvas holds: hypotheses, tests of one, whys, options.
pub const MOST: (usize, usize, usize, usize) = (12, 8, 7, 8);

/// One version of a canvas. Every text may be empty.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Canvas {
    /// What people asked for.
    pub asked: String,
    /// What they need.
    pub needed: String,
    /// What might be behind it.
    pub hypotheses: Vec<Hypothesis>,
    /// Why, and why that, as far as it goes.
    pub whys: Vec<String>,
    /// What could be done. Doing nothing is [`Canvas::nothing`].
    pub options: Vec<Choice>,
    /// What it means to leave it as it is.
    pub nothing: Choice,
    /// Who answers for it, where that was typed: a person or a team.
    pub owner: String,
    /// Who answers for it, where people sign in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_person: Option<PersonId>,
    /// The decision, where that was typed: its address, or words.
    pub decision: String,
    /// The decision of the record of leadership that it led to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision_of: Option<DecisionId>,
}

/// Something that might be behind a problem.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Hypothesis {
    /// What might be so.
    pub claim: String,
    /// What speaks for it.
    pub supports: String,
    /// What speaks against it.
    pub against: String,
    /// What was tried to find out.
    pub tests: Vec<Trial>,
}

/// A test of a hypothesis.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Trial {
    /// What was done.
    pub what: String,
    /// What came out; empty while it is not known.
    pub result: String,
    /// When.
    pub on: Option<Date>,
}

/// Something that could be done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Choice {
    /// What.
    pub what: String,
    /// What it costs, in the currency of the settings.
    pub cost: Option<Money>,
    /// What it brings in a year, in the same currency.
    pub benefit: Option<Money>,
}

/// A range of money, in rising order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// At least.
    pub low: Decimal,
    /// At most.
    pub high: Decimal,
}

impl Canvas {
    /// Whether nobody has written anything on it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.clone().tidied() == Self::default()
    }

    /// Without blanks at the ends, and without parts that say nothing.
    #[must_use]
    pub fn tidied(mut self) -> Self {
        let trim = |text: &mut String| *text = text.trim().replace("\r\n", "\n");
        for text in [&mut self.asked, &mut self.needed, &mut self.owner, &mut self.decision] {
            trim(text);
        }
        for hypothesis in &mut self.hypotheses {
            trim(&mut hypothesis.claim);
            trim(&mut hypothesis.supports);
            trim(&mut hypothesis.against);
            for trial in &mut hypothesis.tests {
                trim(&mut trial.what);
                trim(&mut trial.result);
            }
            hypothesis.tests.retain(|trial| *trial != Trial::default());
        }
        self.hypotheses.retain(|hypothesis| *hypothesis != Hypothesis::default());
        self.whys.iter_mut().for_each(trim);
        self.whys.retain(|why| !why.is_empty());
        self.options.iter_mut().for_each(|choice| trim(&mut choice.what));
        self.options.retain(|choice| *choice != Choice::default());
        trim(&mut self.nothing.what);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_nothing_is_left_out() {
        let canvas = Canvas {
            asked: "  a new printer\r\nnow ".into(),
            hypotheses: vec![
                Hypothesis {
                    tests: vec![Trial::default(), Trial { what: " x".into(), ..Trial::default() }],
                    ..Hypothesis::default()
                },
                Hypothesis { claim: "  ".into(), ..Hypothesis::default() },
            ],
            whys: vec![" ".into(), "because".into()],
            ..Canvas::default()
        };
        let tidy = canvas.clone().tidied();
        assert_eq!(tidy.asked, "a new printer\nnow");
        assert_eq!((tidy.hypotheses.len(), tidy.hypotheses[0].tests.len(), tidy.whys.len()), (1, 1, 1));
        assert!(!canvas.is_empty() && Canvas { whys: vec!["\n".into()], ..Canvas::default() }.is_empty());
    }
}
