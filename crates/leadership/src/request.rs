//! What somebody asks of somebody, and the four verdicts of triage: do, delegate, defer, drop. A verdict is a
//! light decision: it is made at once, with a reason, and the asker is told.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::id::PersonId;
use crate::text;
use crate::wrong::Wrongs;

/// How long a verdict can be taken back.
pub const UNDO: SignedDuration = SignedDuration::from_mins(15);

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nobody has said what becomes of it.
    Open,
    /// It is being done by whom it was asked of.
    Doing,
    /// Somebody was asked to take it and has not answered.
    Offered,
    /// Somebody took it: they promised it.
    Taken,
    /// It waits for a day that was named.
    Deferred,
    /// It will not be done; the reason was told.
    Dropped,
    /// It is done.
    Done,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Open, Self::Doing, Self::Offered, Self::Taken, Self::Deferred, Self::Dropped, Self::Done];

    /// The name in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Doing => "doing",
            Self::Offered => "offered",
            Self::Taken => "taken",
            Self::Deferred => "deferred",
            Self::Dropped => "dropped",
            Self::Done => "done",
        }
    }

    /// The word on a page.
    #[must_use]
    pub fn shown(self) -> &'static str {
        match self {
            Self::Open => "not triaged yet",
            Self::Doing => "being done",
            Self::Offered => "offered to somebody",
            Self::Taken => "promised by somebody",
            Self::Deferred => "deferred",
            Self::Dropped => "dropped",
            Self::Done => "done",
        }
    }

    /// Reads the name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether it can be triaged: it is not with somebody else and not over.
    #[must_use]
    pub fn can_be_triaged(self) -> bool {
        matches!(self, Self::Open | Self::Doing | Self::Deferred)
    }
}

/// How far somebody to whom something is delegated may go by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Authority {
    /// Does as was said.
    Tell,
    /// Finds a way and asks before going it.
    Consult,
    /// Finds a way and agrees it.
    #[default]
    Agree,
    /// Decides alone and tells what came of it.
    Own,
}

impl Authority {
    /// All of them, from the least to the most.
    pub const ALL: [Self; 4] = [Self::Tell, Self::Consult, Self::Agree, Self::Own];

    /// The name in the database and in forms.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Tell => "tell",
            Self::Consult => "consult",
            Self::Agree => "agree",
            Self::Own => "own",
        }
    }

    /// What it means, on a page.
    #[must_use]
    pub fn shown(self) -> &'static str {
        match self {
            Self::Tell => "do it as said",
            Self::Consult => "find a way, ask before going it",
            Self::Agree => "find a way, agree it with me",
            Self::Own => "decide alone, tell me what came of it",
        }
    }

    /// Reads the name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|authority| authority.name() == name)
    }
}

/// A verdict as it is typed.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// `do`, `delegate`, `defer` or `drop`.
    pub verdict: String,
    /// Why; asked for when it is dropped.
    pub reason: String,
    /// To whom it is delegated.
    pub to: String,
    /// By when, or until when.
    pub day: String,
    /// What must come out, when it is delegated.
    pub outcome: String,
    /// Within which limits, when it is delegated.
    pub limits: String,
    /// How far they may go, when it is delegated.
    pub authority: String,
}

/// What becomes of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Whom it was asked of does it.
    Do,
    /// Somebody else is asked to take it: an outcome and limits, not steps.
    Delegate {
        /// Whom.
        to: PersonId,
        /// By when.
        by: Date,
        /// What must come out.
        outcome: String,
        /// Within which limits; may be empty.
        limits: String,
        /// How far they may go.
        authority: Authority,
    },
    /// It waits for a day.
    Defer {
        /// Which.
        until: Date,
    },
    /// It will not be done.
    Drop,
}

impl Verdict {
    /// The name in events and forms.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Do => "do",
            Self::Delegate { .. } => "delegate",
            Self::Defer { .. } => "defer",
            Self::Drop => "drop",
        }
    }
}

impl Typed {
    /// Reads a verdict with its reason. `today` is the day where the person is.
    ///
    /// # Errors
    /// Field by field: a day that is past, a drop without a reason, a delegation without a person.
    pub fn read(&self, today: Date) -> Result<(Verdict, String), Wrongs> {
        let mut wrongs = Wrongs::default();
        let reason = wrongs.take(text::prose_or_empty("reason", &self.reason));
        let later = |wrongs: &mut Wrongs, least: Date, message: &str| match text::day("day", &self.day) {
            Ok(day) if day < least => {
                wrongs.add("day", message);
                today
            }
            Ok(day) => day,
            Err(wrong) => {
                wrongs.0.extend(wrong.0);
                today
            }
        };
        let verdict = match self.verdict.as_str() {
            "do" => Verdict::Do,
            "delegate" => {
                let to = self.to.trim().parse().ok();
                if to.is_none() {
                    wrongs.add("to", "Choose whom you ask to take it.");
                }
                let by = later(&mut wrongs, today, "This day is past. Name the day by which it must be done.");
                let outcome = wrongs.take(text::prose("outcome", &self.outcome));
                let limits = wrongs.take(text::prose_or_empty("limits", &self.limits));
                let authority = if self.authority.is_empty() {
                    Authority::default()
                } else {
                    Authority::from_name(&self.authority).unwrap_or_else(|| {
                        wrongs.add("authority", "Choose how far they may go by themselves.");
                        Authority::default()
                    })
                };
                match to {
                    Some(to) => Verdict::Delegate { to, by, outcome, limits, authority },
                    None => Verdict::Do,
                }
            }
            "defer" => Verdict::Defer {
                until: later(&mut wrongs, today.saturating_add(jiff::Span::new().days(1)), "Name a day after today."),
            },
            "drop" => {
                if reason.is_empty() {
                    wrongs.add("reason", "Say why it will not be done: the asker is told.");
                }
                Verdict::Drop
            }
            _ => {
                wrongs.add("verdict", "Choose: do, delegate, defer or drop.");
                Verdict::Do
            }
        };
        wrongs.or((verdict, reason))
    }
}

/// Whether a verdict given at `at` can still be taken back at `now`.
#[must_use]
pub fn can_be_undone(at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(at) <= UNDO
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn typed(verdict: &str) -> Typed {
        Typed { verdict: verdict.to_owned(), ..Typed::default() }
    }

    #[test]
    fn a_verdict_says_what_it_needs_at_its_field() {
        let today = date(2026, 3, 2);
        assert_eq!(typed("do").read(today), Ok((Verdict::Do, String::new())));
        assert!(typed("burn").read(today).unwrap_err().of("verdict").is_some());
        assert!(typed("drop").read(today).unwrap_err().of("reason").is_some());
        let wrongs = typed("delegate").read(today).unwrap_err();
        assert!(wrongs.of("to").is_some() && wrongs.of("day").is_some() && wrongs.of("outcome").is_some());
        let defer = |day: &str| Typed { day: day.to_owned(), ..typed("defer") }.read(today);
        assert_eq!(defer("2026-03-02").unwrap_err().of("day"), Some("Name a day after today."));
        assert_eq!(defer("2026-03-03").unwrap().0, Verdict::Defer { until: date(2026, 3, 3) });
        assert!(defer("2026-02-30").is_err());
    }

    #[test]
    fn what_is_with_somebody_else_or_over_is_not_triaged() {
        let can: Vec<_> = State::ALL.into_iter().filter(|state| state.can_be_triaged()).collect();
        assert_eq!(can, [State::Open, State::Doing, State::Deferred]);
        for state in State::ALL {
            assert_eq!(State::from_name(state.name()), Some(state));
        }
        let at = Timestamp::from_second(1_000_000).unwrap();
        assert!(can_be_undone(at, at + UNDO) && !can_be_undone(at, at + UNDO + SignedDuration::from_secs(1)));
    }
}
