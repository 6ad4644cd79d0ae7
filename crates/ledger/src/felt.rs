//! Who feels an act: whose day may look different after it. What is kept of somebody's day holds until an act comes
//! that they may feel. An act that does not say whom it concerns concerns everybody; so does whatever another process
//! wrote, and what lies too far back to be known.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Mutex, PoisonError};

use leadership::circle::Actor;
use leadership::{CircleId, PersonId};

use crate::tx::Version;

/// Most acts that are looked back over: a day is kept for a minute at most.
pub const KNOWN: usize = 1_024;

/// Whom an act concerns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Felt {
    /// Nothing was said of that: everybody.
    #[default]
    ByAll,
    /// These persons, and whoever sees one of these circles.
    By(BTreeSet<PersonId>, BTreeSet<CircleId>),
}

impl Felt {
    /// By nobody.
    #[must_use]
    pub fn nobody() -> Self {
        Self::By(BTreeSet::new(), BTreeSet::new())
    }

    /// By whoever feels one of the two.
    #[must_use]
    pub fn and(self, other: &Self) -> Self {
        match (self, other) {
            (Self::By(mut people, mut circles), Self::By(more, others)) => {
                people.extend(more);
                circles.extend(others);
                Self::By(people, circles)
            }
            _ => Self::ByAll,
        }
    }

    /// Whether somebody feels it.
    #[must_use]
    pub fn by(&self, actor: &Actor) -> bool {
        match self {
            Self::ByAll => true,
            Self::By(people, circles) => {
                people.contains(&actor.person) || circles.iter().any(|circle| actor.sight.sees(*circle))
            }
        }
    }
}

#[derive(Debug)]
struct Done {
    /// Place of the last event before it, and of its own last one: the same where it said none.
    before: i64,
    after: i64,
    felt: Felt,
}

#[derive(Debug, Default)]
struct Known {
    count: u64,
    last: VecDeque<Done>,
}

/// The acts of this process.
#[derive(Debug, Default)]
pub struct Acts(Mutex<Known>);

impl Acts {
    /// How many there were so far.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).count
    }

    /// Counts one, before whoever did it is answered.
    pub fn done(&self, (before, after): (i64, i64), felt: Felt) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.count += 1;
        if known.last.len() == KNOWN {
            known.last.pop_front();
        }
        known.last.push_back(Done { before, after, felt });
    }

    /// Whether nothing that came between two versions is felt by somebody: all of it must be known.
    #[must_use]
    pub fn unfelt(&self, since: Version, now: Version, actor: &Actor) -> bool {
        if since == now {
            return true;
        }
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let oldest = known.count - known.last.len() as u64;
        if since.acts < oldest || now.acts > known.count || since.acts > now.acts {
            return false;
        }
        let (from, to) = (since.acts - oldest, now.acts - oldest);
        let place = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let mut between: Vec<&Done> = known.last.iter().take(place(to)).skip(place(from)).collect();
        if between.iter().any(|done| done.felt.by(actor)) {
            return false;
        }
        // Every event between the two must be one of theirs: what is missing another process wrote, or an act that is
        // not counted yet.
        between.sort_by_key(|done| done.after);
        let mut at = since.events;
        for done in between {
            if done.after > at {
                if done.before > at {
                    return false;
                }
                at = done.after;
            }
        }
        at == now.events
    }
}
