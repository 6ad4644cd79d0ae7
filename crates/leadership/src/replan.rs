//! Changing course: what differs between two versions of an aim, whether it was turned around, and whether an
//! aim that went quiet was given up without a word.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::aim::AimState;
use crate::words::words;

/// What a change of plan is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// A change on the way.
    Change,
    /// The aim is turned around: the opposite of what held before.
    Reversal,
    /// A standard is raised.
    Raise,
}
words!(Turn {
    Change => "change", "a change on the way";
    Reversal => "reversal", "the opposite of what held before";
    Raise => "raise", "a standard is raised";
});

/// One version of an aim as people read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// From 1.
    pub number: i64,
    /// When.
    pub at: Timestamp,
    /// What it is called.
    pub title: String,
    /// Its why.
    pub why: String,
    /// What it looks like when it is so.
    pub picture: String,
    /// How it stood.
    pub state: AimState,
    /// By when.
    pub horizon: Option<Date>,
    /// What the change was.
    pub turn: Turn,
    /// The reason of the change.
    pub because: String,
}

impl Version {
    /// What makes a version the same course as another: its words and how it stood. A day that moves is a change
    /// on the way.
    fn course(&self) -> (&str, &str, AimState) {
        (&self.title, &self.picture, self.state)
    }
}

/// One field that differs: its name, before, after.
pub type Difference = (&'static str, String, String);

/// What differs between two versions.
#[must_use]
pub fn differences(before: &Version, after: &Version) -> Vec<Difference> {
    let day = |day: Option<Date>| day.map_or_else(|| "no day".to_owned(), |day| day.to_string());
    let state = |state: AimState| state.shown().to_owned();
    [
        ("Aim", before.title.clone(), after.title.clone()),
        ("Why", before.why.clone(), after.why.clone()),
        ("What it looks like", before.picture.clone(), after.picture.clone()),
        ("By when", day(before.horizon), day(after.horizon)),
        ("State", state(before.state), state(after.state)),
    ]
    .into_iter()
    .filter(|(_, before, after)| before != after)
    .collect()
}

/// The versions that turned an aim around: said to be so by who changed it, or back at a course that was left
/// before. Versions are in their order.
#[must_use]
pub fn reversals(versions: &[Version]) -> Vec<usize> {
    (1..versions.len())
        .filter(|at| {
            let now = &versions[*at];
            let left = versions[at - 1].course() != now.course();
            now.turn == Turn::Reversal || (left && versions[..*at].iter().any(|old| old.course() == now.course()))
        })
        .collect()
}

/// Two reversals within so many days: the places of the first such pair, or `None`.
#[must_use]
pub fn flip(versions: &[Version], within_days: i64) -> Option<(usize, usize)> {
    let within = SignedDuration::from_hours(24 * within_days);
    reversals(versions)
        .windows(2)
        .map(|pair| (pair[0], pair[1]))
        .find(|(first, second)| versions[*second].at.duration_since(versions[*first].at) <= within)
}

/// What happened on the way of a hard aim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bump {
    /// It went backwards, or stopped.
    Setback,
    /// It was taken up again.
    Restart,
}
words!(Bump {
    Setback => "setback", "setback";
    Restart => "restart", "taken up again";
});

/// How a hard aim went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Course {
    /// No setback so far.
    Steady,
    /// After the last setback nothing was taken up again yet.
    SetBack,
    /// Taken up again after the last setback.
    TakenUp,
    /// Reached, after at least one setback.
    ReachedAfterSetback,
    /// Reached without one.
    Reached,
    /// Given up, and said so with a reason.
    GivenUp,
    /// Open, and nothing was said of it for so long that it may have been given up without a word.
    Silent,
}

impl Course {
    /// As it is shown.
    #[must_use]
    pub fn shown(self) -> &'static str {
        match self {
            Self::Steady => "no setback so far",
            Self::SetBack => "set back, not taken up again yet",
            Self::TakenUp => "taken up again after a setback",
            Self::ReachedAfterSetback => "reached after a setback",
            Self::Reached => "reached without a setback",
            Self::GivenUp => "given up, with the reason",
            Self::Silent => "quiet: perhaps given up without a word",
        }
    }
}

/// After how many days without a word an open aim counts as quiet.
pub const QUIET_DAYS: i64 = 90;

/// How an aim went, from its bumps in their order and the last time that anything was said of it.
#[must_use]
pub fn course(state: AimState, bumps: &[Bump], last_word: Timestamp, now: Timestamp) -> Course {
    let set_back = bumps.contains(&Bump::Setback);
    match state {
        AimState::Reached if set_back => Course::ReachedAfterSetback,
        AimState::Reached => Course::Reached,
        AimState::Dropped => Course::GivenUp,
        _ if now.duration_since(last_word) > SignedDuration::from_hours(24 * QUIET_DAYS) => Course::Silent,
        _ => match bumps.last() {
            Some(Bump::Setback) => Course::SetBack,
            Some(Bump::Restart) if set_back => Course::TakenUp,
            _ => Course::Steady,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::Bump::{Restart, Setback};
    use super::*;

    fn version(number: i64, day: i64, title: &str, turn: Turn) -> Version {
        Version {
            number,
            at: Timestamp::from_second(day * 86_400).unwrap(),
            title: title.to_owned(),
            why: "why".to_owned(),
            picture: String::new(),
            state: AimState::Live,
            horizon: None,
            turn,
            because: "because".to_owned(),
        }
    }

    #[test]
    fn back_and_forth_is_a_flip_and_a_moved_day_is_not() {
        let to_and_fro = [
            version(1, 0, "Centralise", Turn::Change),
            version(2, 20, "Give to the teams", Turn::Change),
            version(3, 40, "Centralise", Turn::Change),
            version(4, 90, "Give to the teams", Turn::Change),
        ];
        assert_eq!(reversals(&to_and_fro), [2, 3]);
        assert_eq!(flip(&to_and_fro, 50), Some((2, 3)));
        assert_eq!(flip(&to_and_fro, 49), None);
        let said =
            [version(1, 0, "A", Turn::Change), version(2, 1, "B", Turn::Reversal), version(3, 2, "C", Turn::Reversal)];
        assert_eq!(flip(&said, 30), Some((1, 2)));
        let mut moved = version(2, 5, "A", Turn::Change);
        moved.horizon = Some("2026-05-01".parse().unwrap());
        let moved = [version(1, 0, "A", Turn::Change), moved];
        assert_eq!(reversals(&moved), [] as [usize; 0]);
        assert_eq!(differences(&moved[0], &moved[1]), [("By when", "no day".to_owned(), "2026-05-01".to_owned())]);
    }

    #[test]
    fn silence_is_shown_and_a_return_is_honoured() {
        let day = |n: i64| Timestamp::from_second(n * 86_400).unwrap();
        assert_eq!(course(AimState::Live, &[], day(0), day(90)), Course::Steady);
        assert_eq!(course(AimState::Live, &[], day(0), day(91)), Course::Silent);
        assert_eq!(course(AimState::Live, &[Setback], day(80), day(91)), Course::SetBack);
        assert_eq!(course(AimState::Live, &[Setback, Restart], day(80), day(91)), Course::TakenUp);
        assert_eq!(course(AimState::Reached, &[Setback, Restart], day(0), day(900)), Course::ReachedAfterSetback);
        assert_eq!(course(AimState::Dropped, &[Setback], day(0), day(900)), Course::GivenUp);
    }
}
