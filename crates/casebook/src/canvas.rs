//! From symptom to cause, by people: what is known, what is thought, what was tried, what could be done.

use std::collections::BTreeSet;

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
    /// Who proposed it and, after them, who put it into other words. Empty where nobody was signed in, and for what was
    /// written before options had authors.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<PersonId>,
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

/// Whether one text goes on from another: half of the words of the longer one are in both.
fn goes_on(one: &str, other: &str) -> bool {
    let words = |text: &str| text.split_whitespace().map(str::to_lowercase).collect::<BTreeSet<String>>();
    let (one, other) = (words(one), words(other));
    one.intersection(&other).count() * 2 >= one.len().max(other.len())
}

impl Canvas {
    /// With the options credited: one that stands in `before` keeps its authors, one that `by` put into other words
    /// has them as well, and a new one is theirs. What was typed never says whose an option is.
    #[must_use]
    pub fn credited(mut self, before: &Self, by: Option<PersonId>) -> Self {
        let mut left: Vec<Option<&Choice>> = before.options.iter().map(Some).collect();
        let mut take = |fits: &dyn Fn(&Choice) -> bool| {
            let found = left.iter_mut().find(|one| one.is_some_and(fits)).and_then(Option::take);
            found.map(|one| one.by.clone())
        };
        // What stands word for word is found first: options may have been put in another order.
        let same: Vec<Option<Vec<PersonId>>> =
            self.options.iter().map(|option| take(&|one: &Choice| one.what == option.what)).collect();
        for (option, same) in self.options.iter_mut().zip(same) {
            let what = option.what.clone();
            option.by = match (same, by) {
                (Some(authors), _) => authors,
                (None, by) => {
                    let mut authors = take(&|one: &Choice| goes_on(&one.what, &what)).unwrap_or_default();
                    authors.extend(by.filter(|by| !authors.contains(by)));
                    authors
                }
            };
        }
        self
    }

    /// Whether a hypothesis on it was tested and something came out. Without one, whatever is done is done to the symptom.
    #[must_use]
    pub fn is_tested(&self) -> bool {
        self.hypotheses.iter().flat_map(|one| &one.tests).any(|trial| !trial.result.trim().is_empty())
    }

    /// Who proposed an option or put one into other words, each once, in the order of the options.
    #[must_use]
    pub fn contributors(&self) -> Vec<PersonId> {
        let mut out = Vec::new();
        for person in self.options.iter().flat_map(|option| &option.by) {
            if !out.contains(person) {
                out.push(*person);
            }
        }
        out
    }

    /// Puts `erased` in the place of the words of all options that a person had a hand in; whether there were any.
    pub fn forget(&mut self, person: PersonId, erased: &str) -> bool {
        let mut any = false;
        for option in self.options.iter_mut().filter(|option| option.by.contains(&person) && option.what != erased) {
            erased.clone_into(&mut option.what);
            any = true;
        }
        any
    }

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

    fn person(at: u8) -> PersonId {
        PersonId::new(jiff::Timestamp::UNIX_EPOCH, [at; 10])
    }

    fn options(all: &[(&str, &[u8])]) -> Canvas {
        let option = |(what, by): &(&str, &[u8])| Choice {
            what: (*what).to_owned(),
            by: by.iter().copied().map(person).collect(),
            ..Choice::default()
        };
        Canvas { options: all.iter().map(option).collect(), ..Canvas::default() }
    }

    #[test]
    fn an_option_keeps_who_proposed_it() {
        let before = options(&[("Buy new drivers", &[1]), ("Wait", &[]), ("Print at night", &[2])]);
        // Another order, other words for one of them, one gone, a new one; whatever the form said of authors.
        let typed = options(&[("Print at night", &[9]), ("Buy new drivers for all", &[9]), ("Ask the maker", &[9])]);
        let credited = typed.credited(&before, Some(person(3)));
        assert_eq!(
            credited,
            options(&[("Print at night", &[2]), ("Buy new drivers for all", &[1, 3]), ("Ask the maker", &[3])])
        );
        assert_eq!(credited.contributors(), [2, 1, 3].map(person));
        // Put into other words twice by the same person, they are named once; unchanged, nothing changes.
        let again = options(&[("Buy all new drivers now", &[])]).credited(&credited, Some(person(3)));
        assert_eq!(again.options[0].by, [1, 3].map(person));
        assert_eq!(before.clone().credited(&before, Some(person(3))), before);
        // Where nobody is signed in nobody is credited anew.
        assert!(options(&[("Wait and see what comes", &[])]).credited(&before, None).contributors().is_empty());
    }

    #[test]
    fn an_option_goes_with_the_words_of_who_wrote_it() {
        let mut canvas = options(&[("Buy", &[1]), ("Wait", &[2]), ("Swap", &[2, 1])]);
        assert!(canvas.forget(person(1), "[erased]"));
        assert_eq!(canvas, options(&[("[erased]", &[1]), ("Wait", &[2]), ("[erased]", &[2, 1])]));
        assert!(!canvas.forget(person(1), "[erased]"), "done once");
    }

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
