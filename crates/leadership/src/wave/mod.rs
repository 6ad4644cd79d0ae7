//! A wave of ratings: who is rated, who rates as what, how far it is, how many questions one person may be asked.
//!
//! A wave is prepared (people are nominated, raters chosen and confirmed), open from one day to another, then
//! closed; what is not answered by its last day is refused. A *seat* is the place of one rater of one person: chosen
//! by the person rated, confirmed by a higher-up, spent by the answer or declined.

mod comment;
mod propose;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::words::words;
use crate::wrong::Wrongs;

pub use comment::{Tell, tells};
pub use propose::{Because, Held, Places, Proposal};

words! {
    /// As what somebody rates, seen from the person rated.
    RaterRole {
        /// Reports to them.
        Subordinate => "subordinate", "reports to them";
        /// Works beside them.
        Peer => "peer", "works beside them";
        /// They report to this one. Answers under their name.
        HigherUp => "higher-up", "higher up";
        /// Is served by them. From outside, mostly.
        Client => "client", "client";
        /// The person rated.
        Own => "self", "self";
    }
}

impl RaterRole {
    /// Whether the answers are kept with the name, which is said beforehand.
    #[must_use]
    pub fn is_named(self) -> bool {
        matches!(self, Self::HigherUp | Self::Own)
    }
}

words! {
    /// How somebody came to lead.
    Kind {
        /// Holds the role of a leader or an executive of a circle.
        Designated => "designated", "designated leader";
        /// Leads without a title, and says so themselves.
        SelfEmpowered => "self_empowered", "self-empowered leader";
    }
}

words! {
    /// How far a seat is.
    SeatState {
        /// Chosen by the person rated.
        Chosen => "chosen", "chosen";
        /// Confirmed: the rater is asked.
        Confirmed => "confirmed", "asked";
        /// Answered.
        Spent => "spent", "answered";
        /// The rater said that they cannot.
        Declined => "declined", "declined";
    }
}

words! {
    /// How far a wave is.
    Stage {
        /// Before its first day.
        Preparing => "preparing", "being prepared";
        /// Answers are taken.
        Open => "open", "open";
        /// After its last day; what is left is to close it.
        Over => "over", "over";
        /// Closed: the answers are frozen.
        Closed => "closed", "closed";
    }
}

impl Stage {
    /// How far a wave is on a day.
    #[must_use]
    pub fn of(opens_on: Date, closes_on: Date, closed_on: Option<Date>, today: Date) -> Self {
        if closed_on.is_some() {
            Self::Closed
        } else if today < opens_on {
            Self::Preparing
        } else if today <= closes_on {
            Self::Open
        } else {
            Self::Over
        }
    }

    /// Whether raters may still be chosen and confirmed.
    #[must_use]
    pub fn is_before_the_end(self) -> bool {
        matches!(self, Self::Preparing | Self::Open)
    }
}

words! {
    /// What is asked in words, beside the items.
    Question {
        /// What helps.
        Helps => "helps", "What does this person do that helps you most?";
        /// What could be different.
        Differently => "differently", "What one thing could this person do differently?";
    }
}

/// Questions that one rater is asked in a month at most, where nothing else was set.
pub const QUESTION_LIMIT: i64 = 120;
/// The least that the limit may be set to: one form of the usual length.
pub const LEAST_LIMIT: i64 = 30;
/// The most that it may be set to.
pub const MOST_LIMIT: i64 = 400;
/// Reminders of one wave at most.
pub const MOST_REMINDERS: i64 = 2;
/// Days between two reminders, and between the opening and the first.
pub const REMIND_AFTER_DAYS: i32 = 3;
/// Days that a wave is open at most: what is remembered over a longer time is no longer one state of things.
pub const LONGEST_DAYS: i32 = 62;
/// Raters of one person at most: a form each, and each form a quarter of an hour of somebody.
pub const MOST_RATERS: usize = 60;
/// Longest comment, in characters.
pub const COMMENT: usize = 1_000;
/// Raters of a role below which the planner is not told how many of them answered: with so few, how many is who.
pub const COUNTED_FROM: i64 = 3;

/// The days of a wave, checked.
///
/// # Errors
/// When it would open in the past, end before it begins, or run for more than [`LONGEST_DAYS`].
pub fn days(opens_on: Date, closes_on: Date, today: Date) -> Result<(), Wrongs> {
    let mut wrongs = Wrongs::default();
    if opens_on < today {
        wrongs.add("opens_on", "This day is past. Choose today or a later day.");
    }
    let open = opens_on.until((jiff::Unit::Day, closes_on)).map_or(i32::MAX, |span| span.get_days());
    if open < 1 {
        wrongs.add("closes_on", "Choose a day after the one on which it opens.");
    } else if open > LONGEST_DAYS {
        wrongs.add("closes_on", format!("A wave is open for at most {LONGEST_DAYS} days. Choose an earlier day."));
    }
    wrongs.or(())
}

/// Whether another form fits into what a rater may be asked in the month.
#[must_use]
pub fn fits(asked_already: i64, questions: i64, limit: i64) -> bool {
    asked_already + questions <= limit
}

/// Whether a wave may be reminded of today.
///
/// # Errors
/// Why not, as a sentence, and what to do.
pub fn may_remind(
    stage: Stage,
    opens_on: Date,
    reminded: i64,
    last: Option<Date>,
    today: Date,
) -> Result<(), (String, String)> {
    if stage != Stage::Open {
        return Err((
            "Only a wave that is open is reminded of.".to_owned(),
            "Wait for its first day, or plan another wave.".to_owned(),
        ));
    }
    if reminded >= MOST_REMINDERS {
        return Err((
            "This wave was reminded of twice, which is the most.".to_owned(),
            "Who has not answered by now has answered in their way.".to_owned(),
        ));
    }
    let from = last.unwrap_or(opens_on).saturating_add(jiff::Span::new().days(REMIND_AFTER_DAYS));
    if today < from {
        return Err(("People need a few days.".to_owned(), format!("Remind them on {from} or later.")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_wave_goes_by_its_days() {
        let (opens, closes) = (date(2026, 3, 2), date(2026, 3, 16));
        let stage = |closed, today| Stage::of(opens, closes, closed, today);
        assert_eq!(stage(None, date(2026, 3, 1)), Stage::Preparing);
        assert_eq!(stage(None, opens), Stage::Open);
        assert_eq!(stage(None, closes), Stage::Open);
        assert_eq!(stage(None, date(2026, 3, 17)), Stage::Over);
        assert_eq!(stage(Some(date(2026, 3, 9)), date(2026, 3, 9)), Stage::Closed);
        assert!(days(opens, closes, opens).is_ok());
        assert!(days(opens, opens, opens).unwrap_err().of("closes_on").is_some());
        assert!(days(opens, closes, date(2026, 3, 3)).unwrap_err().of("opens_on").is_some());
        assert!(days(opens, date(2026, 6, 1), opens).unwrap_err().of("closes_on").is_some());
    }

    #[test]
    fn the_limit_is_reached_not_passed() {
        assert!(fits(89, 31, 120));
        assert!(!fits(90, 31, 120));
    }

    #[test]
    fn two_reminders_with_days_between() {
        let opens = date(2026, 3, 2);
        let may = |stage, reminded, last, today| may_remind(stage, opens, reminded, last, today).is_ok();
        assert!(!may(Stage::Open, 0, None, date(2026, 3, 4)));
        assert!(may(Stage::Open, 0, None, date(2026, 3, 5)));
        assert!(!may(Stage::Open, 1, Some(date(2026, 3, 5)), date(2026, 3, 7)));
        assert!(may(Stage::Open, 1, Some(date(2026, 3, 5)), date(2026, 3, 8)));
        assert!(!may(Stage::Open, 2, Some(date(2026, 3, 8)), date(2026, 3, 15)));
        assert!(!may(Stage::Closed, 0, None, date(2026, 3, 15)));
    }

    #[test]
    fn names_are_read_again() {
        for role in RaterRole::ALL {
            assert_eq!(RaterRole::from_name(role.name()), Some(*role));
        }
    }
}
