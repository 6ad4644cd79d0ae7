//! A place that a team has open, and what becomes of who applies for it.

use jiff::civil::Date;

use serde::{Deserialize, Serialize};

use crate::words::words;

/// Days that an application is kept from the day on which it came; then it is deleted, whatever became of it.
pub const KEPT_DAYS: i64 = 180;
/// Most days that a place is told outside.
pub const OPEN_DAYS: i64 = 180;
/// Most applications that wait for an answer at once: more are not taken, and whoever writes is told so.
pub const MOST_WAITING: i64 = 200;

words! {
    /// How far it is with who applied.
    State {
        /// Nobody answered yet.
        Waiting => "waiting", "waits for an answer";
        /// They were answered, and one talks.
        Talking => "talking", "you talk with them";
        /// The place was offered to them.
        Offered => "offered", "the place is offered to them";
        /// They took it.
        Joined => "joined", "they took it";
        /// They did not want it.
        Refused => "refused", "they did not want it";
        /// It was not offered to them.
        Declined => "declined", "it is not offered to them";
    }
}

impl State {
    /// What can come next.
    #[must_use]
    pub fn next(self) -> &'static [Self] {
        match self {
            Self::Waiting => &[Self::Talking, Self::Refused, Self::Declined],
            Self::Talking => &[Self::Offered, Self::Refused, Self::Declined],
            Self::Offered => &[Self::Joined, Self::Refused],
            Self::Joined | Self::Refused | Self::Declined => &[],
        }
    }

    /// Whether nothing more comes of it.
    #[must_use]
    pub fn is_closed(self) -> bool {
        self.next().is_empty()
    }
}

/// The day after which an application is deleted.
#[must_use]
pub fn forget_on(sent: Date) -> Date {
    sent.saturating_add(jiff::Span::new().days(KEPT_DAYS))
}

/// What came of a place, counted over those who applied and whose application is still kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Came {
    /// Applied.
    pub applied: usize,
    /// Wait for an answer.
    pub waiting: usize,
    /// Took the place.
    pub joined: usize,
    /// Said no themselves, at whatever stage.
    pub refused: usize,
    /// Were not offered it.
    pub declined: usize,
}

impl Came {
    /// Counts how far it is with each.
    #[must_use]
    pub fn of(states: impl IntoIterator<Item = State>) -> Self {
        let mut out = Self::default();
        for state in states {
            out.applied += 1;
            match state {
                State::Waiting => out.waiting += 1,
                State::Joined => out.joined += 1,
                State::Refused => out.refused += 1,
                State::Declined => out.declined += 1,
                State::Talking | State::Offered => {}
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_offered_a_place_without_a_talk_and_what_is_closed_stays_so() {
        assert!(!State::Waiting.next().contains(&State::Offered) && !State::Waiting.next().contains(&State::Joined));
        assert!(!State::Talking.next().contains(&State::Joined), "nobody takes what was not offered");
        assert!(!State::Offered.next().contains(&State::Declined), "what was offered is not taken back here");
        let closed: Vec<State> = State::ALL.iter().copied().filter(|state| state.is_closed()).collect();
        assert_eq!(closed, [State::Joined, State::Refused, State::Declined]);
        for state in State::ALL {
            assert!(!state.next().contains(&State::Waiting), "{state:?}");
        }
    }

    #[test]
    fn what_came_of_a_place_is_counted_once_each() {
        let came = Came::of([State::Waiting, State::Talking, State::Offered, State::Joined, State::Refused]);
        assert_eq!(came, Came { applied: 5, waiting: 1, joined: 1, refused: 1, declined: 0 });
        assert_eq!(forget_on("2026-03-02".parse().unwrap()).to_string(), "2026-08-29");
    }
}
