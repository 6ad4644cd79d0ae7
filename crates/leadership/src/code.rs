//! The code: clauses of ethics and values, the templates that checks hang on, and cases to try a clause on.

use serde::{Deserialize, Serialize};

use crate::text;
use crate::words::words;
use crate::wrong::Wrongs;

words! {
    /// What a clause is.
    ClauseKind {
        /// What is done and never done, whatever it costs.
        Ethics => "ethics", "ethics";
        /// What counts more than something else.
        Value => "value", "value";
    }
}
words! {
    /// What a check is attached to.
    Template {
        /// A decision.
        Decision => "decision", "decision";
        /// A purchase.
        Purchase => "purchase", "purchase";
        /// Something done for, or asked of, a client.
        Client => "client", "client matter";
        /// Hiring somebody.
        Hiring => "hiring", "hiring";
    }
}
words! {
    /// How a question of a check was answered.
    Answer {
        /// As it should be.
        Yes => "yes", "yes";
        /// Not so.
        No => "no", "no";
        /// Nobody knows yet.
        Unsure => "unsure", "not sure";
        /// It has no bearing here.
        Beside => "beside", "has no bearing";
    }
}

/// Most answers that a case may have.
pub const CHOICES: usize = 5;

/// A short case that a clause is tried on: what happens, plausible answers, and why the right one is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// What happens.
    pub story: String,
    /// Plausible answers, two to five.
    pub choices: Vec<String>,
    /// Which of them is right, from 0.
    pub right: usize,
    /// Why, as told after the answer.
    pub reason: String,
}

impl Case {
    /// Reads a case as it was typed; empty answers are left out. `right` is a place from 1 among all fields.
    ///
    /// # Errors
    /// Field by field: `story`, `choice`, `right`, `reason`.
    pub fn typed(story: &str, choices: &[String], right: &str, reason: &str) -> Result<Self, Wrongs> {
        let mut wrongs = Wrongs::default();
        let story = wrongs.take(text::prose("story", story));
        let reason = wrongs.take(text::prose("reason", reason));
        let place = right.trim().parse::<usize>().unwrap_or_default();
        let mut kept: Vec<String> = Vec::new();
        let mut at = None;
        for (number, choice) in choices.iter().enumerate().take(CHOICES) {
            if let Some(choice) = wrongs.take(text::line_or_none("choice", choice)) {
                if number + 1 == place {
                    at = Some(kept.len());
                }
                if kept.contains(&choice) {
                    wrongs.add("choice", format!("“{choice}” stands there twice. Make each answer a different one."));
                }
                kept.push(choice);
            }
        }
        if kept.len() < 2 {
            wrongs.add("choice", "Give at least two answers that somebody could hold to be right.");
        }
        if at.is_none() {
            wrongs.add("right", "Say which of the answers is right.");
        }
        wrongs.or(Self { story, choices: kept, right: at.unwrap_or_default(), reason })
    }
}

/// How many of `answered` answers are counted in a share that others see: whole fives only, so that nobody
/// learns one person's answer by looking before and after it.
#[must_use]
pub fn in_fives(answered: usize) -> usize {
    answered / 5 * 5
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_has_answers_and_one_is_right() {
        let choices = ["Tell the client".to_owned(), String::new(), "Wait for the report".to_owned()];
        let case = Case::typed("The backup failed.", &choices, "3", "Bad news first.").unwrap();
        assert_eq!((case.choices.len(), case.right), (2, 1));
        let wrongs = Case::typed("", &choices[..1], "2", "").unwrap_err();
        for field in ["story", "choice", "right", "reason"] {
            assert!(wrongs.of(field).is_some(), "{field}");
        }
        assert!(Case::typed("A", &["x".to_owned(), "x".to_owned()], "1", "B").is_err());
        assert_eq!([4, 5, 9, 10].map(in_fives), [0, 5, 5, 10]);
    }
}
