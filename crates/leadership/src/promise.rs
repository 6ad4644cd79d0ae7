//! A promise has two sides. The one who promises says that it is kept, asks for another day, tells early that
//! it will be late; the other side closes it. What was agreed is never rewritten: a new day is a new
//! agreement, and what is closed stays closed.

mod every;
pub mod intended;
pub mod keeping;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::id::{CircleId, PersonId};
use crate::words::words;
use crate::wrong::Wrongs;

pub use every::Every;
pub use intended::Intended;

/// Days between asking both sides once and counting silence as broken. It is said to both when they are
/// asked.
pub const GRACE_DAYS: i64 = 14;

words! {
    /// Where a promise stands.
    State {
        /// Somebody asks for it; the one who would make it has not accepted yet.
        Proposed => "proposed", "asked for";
        /// Made.
        Open => "open", "open";
        /// Open, with another day that both agreed to before the old one had passed.
        Renegotiated => "renegotiated", "renegotiated";
        /// Kept in time, by the other side's word.
        Kept => "kept", "kept";
        /// Kept after its day.
        Late => "late", "kept late";
        /// Not kept: by the other side's word, or by silence of both after they were asked.
        Broken => "broken", "broken";
        /// The other side needs it no more.
        Released => "released", "released";
        /// Who was asked for it declined.
        Declined => "declined", "declined";
    }
}
words! {
    /// Where a promise comes from. All are the same thing; the origin leads back.
    Origin {
        /// Made by hand.
        Hand => "hand", "made by hand";
        /// An action of a decision.
        Decision => "decision", "a decision";
        /// A resource that was granted.
        Grant => "grant", "a granted resource";
        /// An action from a talk.
        Talk => "talk", "a talk";
        /// Work that was delegated.
        Delegation => "delegation", "a delegation";
        /// The benefit that a pitch promised.
        Pitch => "pitch", "a pitch";
        /// A practice of a growth plan.
        Growth => "growth", "a growth plan";
    }
}
words! {
    /// To whom it was made, by how the organisation stands to them.
    Audience {
        /// A client, or a client's contact.
        Client => "client", "clients";
        /// Who answers for a circle from above.
        Executive => "executive", "executives";
        /// Everybody else inside.
        Staff => "staff", "staff";
    }
}
words! {
    /// One step on the way of a promise.
    Act {
        /// The one who was asked accepts.
        Accept => "accept", "Accept";
        /// The one who was asked declines.
        Decline => "decline", "Decline";
        /// Done, says the one who promised.
        Claim => "claim", "It is done";
        /// It will be late, says the one who promised.
        Warn => "warn", "It will be late";
        /// Another day is asked for.
        AskDay => "ask_day", "Ask for another day";
        /// The other side agrees to the other day.
        Agree => "agree", "Agree to the new day";
        /// The other side stays with the day.
        Stay => "stay", "Stay with the day";
        /// What is said to be done is not done yet, says the other side.
        NotYet => "not_yet", "Not done yet";
        /// Kept.
        Keep => "keep", "Kept";
        /// Kept after its day.
        KeepLate => "keep_late", "Kept late";
        /// Broken.
        Break => "break", "Broken";
        /// Needed no more.
        Release => "release", "Release from it";
        /// Nobody said anything by its day: both sides are asked, once.
        Remind => "remind", "Both sides are asked";
        /// Nobody answered that either.
        Lapse => "lapse", "Broken by silence";
        /// One of the two sides is no longer here.
        End => "end", "Ended";
    }
}

impl State {
    /// Whether it is still to be kept.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::Renegotiated)
    }

    /// Whether anything can still happen to it.
    #[must_use]
    pub fn is_live(self) -> bool {
        self.is_open() || self == Self::Proposed
    }
}

/// To whom a promise is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum To {
    /// A person.
    Person(PersonId),
    /// A circle, also a client's.
    Circle(CircleId),
}

/// Who takes a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Who promises.
    Promiser,
    /// To whom it was promised.
    Other,
    /// Nobody: a day passed.
    Clock,
}

/// A step with what belongs to it. Days are days of the promiser's time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Which.
    pub act: Act,
    /// The day of [`Act::Claim`] (when it was done) and of [`Act::AskDay`] (the day asked for); no other has
    /// one.
    pub day: Option<Date>,
}

/// Why a step cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum No {
    /// It is the other side's.
    NotYours(&'static str),
    /// Not as things stand: what, and what to do.
    NotNow(String, &'static str),
    /// The day that was given cannot be.
    Wrong(Wrongs),
}

/// What a promise's rules need of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Where it stands.
    pub state: State,
    /// When it was made or asked for.
    pub made_on: Date,
    /// The day that was promised first; it never changes.
    pub first_due: Date,
    /// The day that holds now.
    pub due: Date,
    /// When it was done, as the promiser says.
    pub claimed_on: Option<Date>,
    /// The day that is asked for instead.
    pub asked_due: Option<Date>,
    /// When the promiser said that the present day will not hold.
    pub warned_on: Option<Date>,
    /// How many days before the day that held then the bad news was told first; negative when after it.
    pub lead_days: Option<i32>,
    /// How often another day was agreed to.
    pub renegotiated: u32,
    /// When both sides were asked, after the present day had passed.
    pub reminded_on: Option<Date>,
    /// When it was closed.
    pub closed_on: Option<Date>,
    /// Whether it was silence that broke it.
    pub lapsed: bool,
}

/// Whole days from one day to another.
#[must_use]
pub fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

fn not_now(what: impl Into<String>, remedy: &'static str) -> No {
    No::NotNow(what.into(), remedy)
}

impl Terms {
    /// A promise on its first day. `accepted`: by the one who makes it; else it is only asked for.
    ///
    /// # Errors
    /// When its day has passed already.
    pub fn new(made_on: Date, due: Date, accepted: bool) -> Result<Self, Wrongs> {
        if due < made_on {
            return Err(Wrongs::one("due", format!("{due} has passed. Promise a day that is still to come.")));
        }
        Ok(Self {
            state: if accepted { State::Open } else { State::Proposed },
            made_on,
            first_due: due,
            due,
            claimed_on: None,
            asked_due: None,
            warned_on: None,
            lead_days: None,
            renegotiated: 0,
            reminded_on: None,
            closed_on: None,
            lapsed: false,
        })
    }

    /// Whether its day has passed.
    #[must_use]
    pub fn is_past(&self, today: Date) -> bool {
        today > self.due
    }

    /// Whether the promiser has said nothing about the present day.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.claimed_on.is_none() && self.warned_on.is_none() && self.asked_due.is_none()
    }

    /// The day on which silence counts as broken, once both were asked.
    #[must_use]
    pub fn lapses_on(&self) -> Option<Date> {
        self.reminded_on?.checked_add(jiff::Span::new().days(GRACE_DAYS)).ok()
    }

    /// Whether a side can take a step on a day; for pages, to offer only what is possible.
    #[must_use]
    pub fn allows(&self, side: Side, act: Act, today: Date) -> bool {
        let day = match act {
            Act::Claim => Some(today),
            Act::AskDay => self.due.tomorrow().ok(),
            _ => None,
        };
        self.after(side, Step { act, day }, today).is_ok()
    }

    /// The promise after a step that `side` takes on a day, `today`.
    ///
    /// # Errors
    /// When the step is not that side's, or not possible as things stand, or its day cannot be.
    pub fn after(&self, side: Side, step: Step, today: Date) -> Result<Self, No> {
        use Act::{
            Accept, Agree, AskDay, Break, Claim, Decline, End, Keep, KeepLate, Lapse, NotYet, Release, Remind, Stay,
            Warn,
        };
        let whose = match step.act {
            Accept | Decline | Claim | Warn | AskDay => Side::Promiser,
            Agree | Stay | NotYet | Keep | KeepLate | Break | Release => Side::Other,
            Remind | Lapse | End => Side::Clock,
        };
        if side != whose {
            return Err(No::NotYours(match whose {
                Side::Promiser => "Only who made the promise can do that.",
                Side::Other => "Only the other side can do that: a promise is closed by the one to whom it was made.",
                Side::Clock => "That is nobody's to do: only time does it.",
            }));
        }
        if !self.state.is_live() {
            let what = format!("This promise is closed: {}.", self.state.shown());
            return Err(not_now(what, "Make a new one; what is closed stays as it was."));
        }
        let proposed = self.state == State::Proposed;
        match step.act {
            Accept | Decline if !proposed => {
                return Err(not_now("This promise was accepted before.", "Ask for another day, or keep it."));
            }
            Accept | Decline | Release | End => {}
            _ if proposed => {
                return Err(not_now(
                    "This promise is only asked for: nobody has accepted it yet.",
                    "Wait for the answer, or withdraw it.",
                ));
            }
            _ => {}
        }
        let mut next = self.clone();
        let mut close = |state: State| {
            next.state = state;
            next.closed_on = Some(today);
        };
        match step.act {
            Accept if self.is_past(today) => {
                return Err(not_now("Its day has passed.", "Decline it, and agree on a day that is still to come."));
            }
            Accept => next.state = State::Open,
            Decline => close(State::Declined),
            Release | End => close(State::Released),
            Keep if self.claimed_on.is_some_and(|done| done > self.due) => {
                return Err(not_now("It was done after its day, says who promised it.", "Close it as kept late."));
            }
            Keep => close(State::Kept),
            KeepLate | Break if !self.is_past(today) => {
                return Err(not_now(
                    format!("Its day, {}, has not passed: it can be neither late nor broken yet.", self.due),
                    "Wait for the day, or release from it.",
                ));
            }
            KeepLate => close(State::Late),
            Break => close(State::Broken),
            Claim => next.claim(step.day, today)?,
            Warn => next.warn(today)?,
            AskDay => next.ask_day(step.day, today)?,
            Agree | Stay => {
                let Some(asked) = next.asked_due.take() else {
                    return Err(not_now("No other day is asked for.", "Load the page again to see how it stands."));
                };
                if step.act == Agree {
                    next = Self {
                        state: State::Renegotiated,
                        due: asked,
                        renegotiated: next.renegotiated + 1,
                        warned_on: None,
                        reminded_on: None,
                        ..next
                    };
                }
            }
            NotYet => {
                if next.claimed_on.take().is_none() {
                    return Err(not_now("Nobody said that it is done.", "Load the page again to see how it stands."));
                }
            }
            Remind => {
                if !self.is_past(today) || self.reminded_on.is_some() {
                    return Err(not_now("Both sides are asked once, after the day has passed.", "Wait."));
                }
                next.reminded_on = Some(today);
            }
            Lapse => {
                if !self.is_silent() || self.lapses_on().is_none_or(|day| today < day) {
                    return Err(not_now("Silence does not count yet.", "Wait for an answer."));
                }
                close(State::Broken);
                next.lapsed = true;
            }
        }
        Ok(next)
    }

    fn claim(&mut self, day: Option<Date>, today: Date) -> Result<(), No> {
        let done = day.unwrap_or(today);
        if self.claimed_on.is_some() {
            return Err(not_now("You said before that it is done.", "Now the other side says whether it is."));
        }
        if done > today || done < self.made_on {
            let wrong = format!("It was done on a day between {} and {today}.", self.made_on);
            return Err(No::Wrong(Wrongs::one("day", wrong)));
        }
        self.claimed_on = Some(done);
        self.asked_due = None;
        Ok(())
    }

    /// Notes bad news about the present day; how long before the day it was told counts from the first.
    fn note_news(&mut self, today: Date) {
        if self.warned_on.is_none() {
            self.warned_on = Some(today);
            if self.lead_days.is_none() {
                self.lead_days = Some(days_between(today, self.due));
            }
        }
    }

    fn warn(&mut self, today: Date) -> Result<(), No> {
        if self.claimed_on.is_some() || self.warned_on.is_some() {
            return Err(not_now("You have told the other side how it stands.", "It is theirs to answer."));
        }
        self.note_news(today);
        Ok(())
    }

    fn ask_day(&mut self, day: Option<Date>, today: Date) -> Result<(), No> {
        if self.is_past(today) {
            return Err(not_now(
                format!("Its day, {}, has passed; another day is asked for before that.", self.due),
                "Say that it is late, keep it all the same, and let the other side close it.",
            ));
        }
        if self.claimed_on.is_some() {
            return Err(not_now("You said that it is done.", "Now the other side says whether it is."));
        }
        let Some(asked) = day.filter(|day| *day > self.due) else {
            return Err(No::Wrong(Wrongs::one("day", format!("Ask for a day after {}.", self.due))));
        };
        self.asked_due = Some(asked);
        self.note_news(today);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
