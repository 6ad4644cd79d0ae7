//! What must be written before others are asked, and before it is decided.

use jiff::civil::Date;

use super::{Deliberation, Reversibility};
use crate::wrong::Wrongs;

fn needs(wrongs: &mut Wrongs, field: &str, text: &str, message: &str) {
    if text.is_empty() {
        wrongs.add(field, message);
    }
}

impl Deliberation {
    fn asks(&self, wrongs: &mut Wrongs) {
        needs(wrongs, "purpose", &self.purpose, "Say what it is for: those affected will ask.");
        if self.options.len() < 2 {
            wrongs.add("option-1", "Name at least one option beside doing nothing.");
        }
    }

    /// Whether others may be asked for objections.
    ///
    /// # Errors
    /// What is missing, field by field.
    pub fn ready_to_ask(&self) -> Result<(), Wrongs> {
        let mut wrongs = Wrongs::default();
        self.asks(&mut wrongs);
        wrongs.or(())
    }

    /// Whether it may be decided on a day. Before the outcome is known there is a percentage, and a statement
    /// that can be judged on a later day; a decision that cannot be undone has a worst case and a tripwire; an
    /// unpopular one has its reason.
    ///
    /// # Errors
    /// What is missing, field by field.
    pub fn ready_to_decide(&self, today: Date) -> Result<(), Wrongs> {
        let mut wrongs = Wrongs::default();
        self.asks(&mut wrongs);
        if self.choice.is_none() {
            wrongs.add("choice", "Choose one of the options; doing nothing is one.");
        }
        needs(&mut wrongs, "direction", &self.direction, "Say where this leads, so that others can act on it.");
        needs(&mut wrongs, "next_step", &self.next_step, "Say what is done first, and by whom.");
        needs(
            &mut wrongs,
            "expected",
            &self.expected,
            "Say what will be the case on the review date, so that anybody can tell whether it came true.",
        );
        match self.review_on {
            None => wrongs.add("review_on", "Name the day on which the outcome is judged."),
            Some(day) if day <= today => {
                wrongs.add("review_on", "The review comes after the decision: name a later day.");
            }
            Some(_) => {}
        }
        if self.gut.is_none() && self.analysed.is_none() {
            wrongs.add("gut_percent", "Say in percent how sure you are that the expected outcome comes true.");
        }
        if self.reversible == Some(Reversibility::OneWay) {
            needs(&mut wrongs, "worst", &self.worst, "It cannot be undone: say what the worst would be.");
            needs(&mut wrongs, "tripwire", &self.tripwire, "It cannot be undone: say at which sign you stop.");
        }
        if self.unpopular {
            needs(&mut wrongs, "unpopular_why", &self.unpopular_why, "Say why it is made all the same.");
        }
        wrongs.or(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::typed::tests::typed;
    use super::*;

    #[test]
    fn a_decision_is_made_only_with_what_can_be_judged_later() {
        let today = jiff::civil::date(2026, 3, 2);
        let mut read = typed().read().unwrap();
        assert!(read.ready_to_ask().is_ok());
        let wrongs = read.ready_to_decide(today).unwrap_err();
        for field in ["direction", "next_step", "expected", "review_on"] {
            assert!(wrongs.of(field).is_some(), "{field}");
        }
        assert!(wrongs.of("gut_percent").is_none());
        read.direction = "Buy.".into();
        read.next_step = "Ann orders it.".into();
        read.expected = "No call drops in May.".into();
        read.review_on = Some(today);
        read.reversible = Some(Reversibility::OneWay);
        read.unpopular = true;
        read.gut = None;
        let wrongs = read.ready_to_decide(today).unwrap_err();
        for field in ["review_on", "worst", "tripwire", "unpopular_why", "gut_percent"] {
            assert!(wrongs.of(field).is_some(), "{field}");
        }
        read.review_on = Some(jiff::civil::date(2026, 6, 1));
        (read.reversible, read.unpopular, read.gut) = (None, false, typed().read().unwrap().gut);
        assert!(read.ready_to_decide(today).is_ok());
        read.options.truncate(1);
        assert!(read.ready_to_ask().unwrap_err().of("option-1").is_some());
    }
}
