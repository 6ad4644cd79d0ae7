//! Talks: who takes part in which kind, where one stands, what was heard and confirmed, the steps of a mediation, how
//! often two mean to talk, and when that is due.
//!
//! What was heard is confirmed by the one who said it, or corrected; a correction is said back again. The form is that
//! of client-centred listening (Rogers and Farson, *Active listening*, 1957). A mediation hears each side apart and has
//! each side say the other back before anything is settled (Moore, *The Mediation Process*, 4th edition, 2014).
//! Confirmed is never agreed.

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::text;
use crate::words::words;
use crate::wrong::Wrongs;

/// Most days that a talk may be planned ahead.
pub const AHEAD_DAYS: i32 = 366;
/// Most days back that a talk may be noted as held.
pub const BACK_DAYS: i32 = 92;
/// Days over which planned and held are told: a quarter.
pub const QUARTER_DAYS: i32 = 91;
/// Days within which a conflict that was noticed counts as taken up early: the training says “within the week”.
pub const EARLY_DAYS: i32 = 7;
/// Fewest people of whom attendance is told.
pub const FEWEST: u64 = 5;
/// Most days between two talks of a relationship.
pub const LONGEST_CADENCE_DAYS: i64 = 366;
/// Longest time that a circle may be in uncertain times at a stretch; it can be stated anew.
pub const LONGEST_UNCERTAIN_DAYS: i32 = 184;

words! {
    /// What kind of talk it is.
    Kind {
        /// Two people.
        OneToOne => "one_to_one", "one-to-one";
        /// A mediator and two sides.
        Mediation => "mediation", "mediation";
        /// Beside somebody who grows; noted at the seat.
        Mentoring => "mentoring", "mentoring talk";
        /// A circle's own people.
        Team => "team", "team talk";
        /// About anything but work; whoever wants to comes.
        NotWork => "not_work", "not-work talk";
        /// With a client's contact, on how it goes for them.
        ClientReview => "client_review", "client review";
    }
}
words! {
    /// Where a talk stands.
    State {
        /// Has a day.
        Planned => "planned", "planned";
        /// It took place.
        Held => "held", "held";
        /// Called off before its day.
        CalledOff => "called_off", "called off";
        /// Its day passed without it.
        Missed => "missed", "did not take place";
    }
}
words! {
    /// Where what somebody heard stands.
    Heard {
        /// Waits for the one who said it.
        Waits => "waits", "waits to be confirmed";
        /// Corrected; waits to be said back anew.
        Corrected => "corrected", "corrected, waits to be said back anew";
        /// Confirmed by the one who said it.
        Confirmed => "confirmed", "confirmed by the one who said it";
    }
}
words! {
    /// What of a talk its people may tell a circle, when all of them agree.
    Telling {
        /// What was agreed to be told.
        Told => "told", "What the circle is told";
        /// A lesson without names, for others in the same place.
        Lesson => "lesson", "A lesson without names";
    }
}

impl Kind {
    /// Kinds that are called by hand; a mentoring talk is noted at its seat.
    pub const CALLED: &[Self] = &[Self::OneToOne, Self::Mediation, Self::Team, Self::NotWork, Self::ClientReview];

    /// Whether a circle sees that it is, when, and what was agreed to be told.
    #[must_use]
    pub fn seen_by_circle(self) -> bool {
        matches!(self, Self::Team | Self::NotWork)
    }

    /// How many others are named when it is called: (fewest, most).
    #[must_use]
    pub fn others(self) -> (usize, usize) {
        match self {
            Self::OneToOne | Self::Mentoring | Self::ClientReview => (1, 1),
            Self::Mediation => (2, 2),
            Self::Team | Self::NotWork => (0, 0),
        }
    }

    /// Whether what was heard is written of it. What is not about work is not written down.
    #[must_use]
    pub fn heard(self) -> bool {
        self != Self::NotWork
    }
}

impl State {
    /// Whether it is over, one way or the other.
    #[must_use]
    pub fn is_over(self) -> bool {
        self != Self::Planned
    }
}

/// The day of a talk: ahead, or back as far as one remembers it.
///
/// # Errors
/// When it is no day, too far ahead or too far back.
pub fn planned_on(field: &str, typed: &str, today: Date) -> Result<Date, Wrongs> {
    let day = text::day(field, typed)?;
    if day > today.saturating_add(AHEAD_DAYS.days()) {
        return Err(Wrongs::one(field, "This is more than a year ahead. Choose a nearer day."));
    }
    if day < today.saturating_sub(BACK_DAYS.days()) {
        return Err(Wrongs::one(field, "This is more than a quarter ago. Note talks while they are remembered."));
    }
    Ok(day)
}

/// The day on which a talk was held: not ahead, and not too far back.
///
/// # Errors
/// When it is no such day.
pub fn held_on(field: &str, typed: &str, today: Date) -> Result<Date, Wrongs> {
    let day = planned_on(field, typed, today)?;
    if day > today {
        return Err(Wrongs::one(field, "This day is still to come. Say that it was held once it was."));
    }
    Ok(day)
}

/// Whole days from one day to another; none where the second is before the first.
#[must_use]
pub fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map(|span| span.get_days()).unwrap_or_default().max(0)
}

/// Days between two talks while a circle is in uncertain times: half of what was set, rounded up, never none.
#[must_use]
pub fn every(days: i64, uncertain: bool) -> i64 {
    if uncertain { ((days + 1) / 2).max(1) } else { days.max(1) }
}

/// The day on which the next talk of a relationship is due: so many days after the last one, or after the cadence was
/// set where there was none since.
#[must_use]
pub fn due(last: Option<Date>, since: Date, days: i64, uncertain: bool) -> Date {
    let from = last.map_or(since, |last| last.max(since));
    i32::try_from(every(days, uncertain)).map_or(Date::MAX, |days| from.saturating_add(days.days()))
}

/// A period of uncertain times, as typed: from today on, to a day.
///
/// # Errors
/// When it is over before it begins, or too long.
pub fn uncertain_until(field: &str, typed: &str, today: Date) -> Result<Date, Wrongs> {
    let until = text::day(field, typed)?;
    if until <= today {
        return Err(Wrongs::one(field, "This day is not ahead. Say until when you expect it to be unclear."));
    }
    if until > today.saturating_add(LONGEST_UNCERTAIN_DAYS.days()) {
        return Err(Wrongs::one(field, "Half a year at most: state it anew if it lasts longer."));
    }
    Ok(until)
}

/// What is known of one side of a mediation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Side {
    /// Whether they told their account.
    pub told: bool,
    /// Where the mediator's restatement of them stands.
    pub by_mediator: Option<Heard>,
    /// Whether they opened their account to the other side.
    pub opened: bool,
    /// Where the other side's restatement of them stands.
    pub by_other: Option<Heard>,
}

/// Who of a mediation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// The mediator.
    Mediator,
    /// A side: the first or the second.
    Side(usize),
}

/// What of a mediation waits, about one of its sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The side tells their account.
    Tell,
    /// The mediator says back what that side told.
    Restate,
    /// The side confirms it, or corrects it.
    Confirm,
    /// The side opens it to the other.
    Open,
    /// The other says that side back.
    SayBack,
    /// The side confirms what the other said back, or corrects it.
    ConfirmOther,
}

impl Step {
    /// What is to be done, as a phrase after “waits for … to”.
    #[must_use]
    pub fn shown(self) -> &'static str {
        match self {
            Self::Tell => "tell how they see it, apart from the other",
            Self::Restate => "say back what they told",
            Self::Confirm => "confirm that, or correct it",
            Self::Open => "open it to the other side",
            Self::SayBack => "say the other side back",
            Self::ConfirmOther => "confirm what the other said back, or correct it",
        }
    }

    /// All of them, in order.
    pub const ALL: [Self; 6] =
        [Self::Tell, Self::Restate, Self::Confirm, Self::Open, Self::SayBack, Self::ConfirmOther];
}

impl Side {
    /// The step that waits about this side, the `at`-th of two, and for whom; `None` once it was said back and confirmed.
    #[must_use]
    pub fn waits(self, at: usize) -> Option<(Step, Who)> {
        let (me, other) = (Who::Side(at), Who::Side(1 - at.min(1)));
        if !self.told {
            return Some((Step::Tell, me));
        }
        match self.by_mediator {
            None | Some(Heard::Corrected) => return Some((Step::Restate, Who::Mediator)),
            Some(Heard::Waits) => return Some((Step::Confirm, me)),
            Some(Heard::Confirmed) => {}
        }
        if !self.opened {
            return Some((Step::Open, me));
        }
        match self.by_other {
            None | Some(Heard::Corrected) => Some((Step::SayBack, other)),
            Some(Heard::Waits) => Some((Step::ConfirmOther, me)),
            Some(Heard::Confirmed) => None,
        }
    }

    /// Which steps about this side are done.
    #[must_use]
    pub fn is_done(self, step: Step) -> bool {
        self.waits(0).is_none_or(|(waits, _)| step < waits)
    }
}

/// Whether an agreement can be written: each side was said back by the other and says that this is what they meant.
#[must_use]
pub fn may_agree(sides: &[Side; 2]) -> bool {
    sides.iter().all(|side| side.waits(0).is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn a_talk_is_due_after_the_last_one_and_twice_as_often_in_uncertain_times() {
        let since = date(2026, 3, 2);
        assert_eq!(due(None, since, 14, false), date(2026, 3, 16));
        assert_eq!(due(Some(date(2026, 3, 10)), since, 14, false), date(2026, 3, 24));
        assert_eq!(due(Some(date(2026, 2, 1)), since, 14, false), date(2026, 3, 16), "what was before does not count");
        assert_eq!(due(None, since, 15, true), date(2026, 3, 10));
        assert_eq!((every(1, true), every(0, false)), (1, 1));
    }

    #[test]
    fn days_are_refused_with_what_to_do() {
        let today = date(2026, 3, 2);
        assert_eq!(planned_on("day", "2026-03-09", today).unwrap(), date(2026, 3, 9));
        assert!(planned_on("day", "2027-03-09", today).is_err() && planned_on("day", "2025-11-01", today).is_err());
        assert!(held_on("day", "2026-03-03", today).unwrap_err().of("day").unwrap().contains("still to come"));
        assert_eq!(held_on("day", "2026-03-02", today).unwrap(), today);
        assert!(uncertain_until("until", "2026-03-02", today).is_err());
        assert!(uncertain_until("until", "2026-12-02", today).is_err());
        assert_eq!(days_between(today, date(2026, 3, 9)), 7);
        assert_eq!(days_between(date(2026, 3, 9), today), 0);
    }

    #[test]
    fn each_side_is_heard_apart_then_said_back_and_only_then_they_agree() {
        let mut one = Side::default();
        let mut seen = Vec::new();
        assert_eq!(one.waits(0), Some((Step::Tell, Who::Side(0))));
        one.told = true;
        seen.push(one.waits(0));
        one.by_mediator = Some(Heard::Waits);
        seen.push(one.waits(0));
        one.by_mediator = Some(Heard::Corrected);
        seen.push(one.waits(0));
        one.by_mediator = Some(Heard::Confirmed);
        seen.push(one.waits(0));
        one.opened = true;
        seen.push(one.waits(0));
        one.by_other = Some(Heard::Waits);
        seen.push(one.waits(0));
        assert_eq!(
            seen,
            [
                Some((Step::Restate, Who::Mediator)),
                Some((Step::Confirm, Who::Side(0))),
                Some((Step::Restate, Who::Mediator)),
                Some((Step::Open, Who::Side(0))),
                Some((Step::SayBack, Who::Side(1))),
                Some((Step::ConfirmOther, Who::Side(0))),
            ]
        );
        assert!(one.is_done(Step::Open) && !one.is_done(Step::ConfirmOther));
        one.by_other = Some(Heard::Confirmed);
        assert!(!may_agree(&[one, Side::default()]) && may_agree(&[one, one]));
        assert_eq!(
            Side { told: true, by_mediator: Some(Heard::Confirmed), opened: true, by_other: None }.waits(1),
            Some((Step::SayBack, Who::Side(0)))
        );
    }

    proptest! {
        /// Whatever happened, there is no agreement while anything about a side waits, and what waits is never done.
        #[test]
        fn nothing_is_agreed_while_anything_waits(told: bool, opened: bool, m in 0_usize..4, o in 0_usize..4) {
            let heard = |at: usize| Heard::ALL.get(at).copied();
            let side = Side { told, by_mediator: heard(m), opened, by_other: heard(o) };
            prop_assert_eq!(may_agree(&[side, side]), side.waits(0).is_none());
            if let Some((step, _)) = side.waits(0) {
                prop_assert!(!side.is_done(step));
            }
        }

        /// A cadence is due after its days, never on the day of the last talk, and sooner in uncertain times.
        #[test]
        fn a_cadence_is_never_due_at_once(days in 1_i64..=LONGEST_CADENCE_DAYS) {
            let since = date(2026, 3, 2);
            let (calm, unsure) = (due(None, since, days, false), due(None, since, days, true));
            prop_assert!(since < unsure && unsure <= calm);
        }
    }
}
