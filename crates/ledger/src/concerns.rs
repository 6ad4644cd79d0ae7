//! Concerns raised in confidence. Only the confidants to whom one was addressed, and whoever raised it, read
//! it; whom it is about, administrators and everybody else find nothing: not the words, not that it is there.
//!
//! How that is held:
//! - All words, whom it is about, and who raised it (when they say so) are one sealed text under a key made
//!   for this concern alone. That key is kept only sealed: once per addressed confidant under their key, once
//!   under a key that is derived from the receipt, and, when the raiser gives their name, once under theirs.
//!   The receipt itself is kept as a hash; it has 125 random bits and is shown once.
//! - Raising says no event: the place of an event in the chain is a time to the second beside the raiser's
//!   other acts. Days are kept instead of instants, and the identifier is made from the day. Taking up and
//!   closing say an event without a person and without a circle, which binds the sealed text by its hash.
//! - A named raiser is found by a tag, a hash over their key and the concern: without their key it leads
//!   nowhere, and an anonymous concern has none.
//! - Counts per circle are of whole months, and from five on.
//!
//! Whoever holds the database file with all its keys, outside Plumb, can open what confidants can: keep that
//! file as closely as the words deserve.

pub(crate) mod envelope;
mod follow;
mod raise;

pub use follow::{
    AddConfidant, Addressed, Close, Reply, Say, TakeUp, addressed, by_receipt, mine, open_for, others, read,
};
pub use raise::{Confidant, DismissConfidant, NameConfidant, Raise, confidants, confidants_of};

use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::concern::{LEAST, Stage};
use leadership::{CircleId, Id, PersonId};
use serde::{Deserialize, Serialize};

use crate::error::LedgerError;
use crate::honesty::of_circles;
use crate::tx::Tx;

/// Names concerns, for the type of their identifiers.
#[derive(Debug)]
pub enum ConcernNoun {}
/// A concern.
pub type ConcernId = Id<ConcernNoun>;

/// What is sealed first.
#[derive(Serialize, Deserialize)]
struct Sealed {
    about: Option<PersonId>,
    matter: String,
    words: String,
    raiser: Option<PersonId>,
}

/// What is sealed after that.
#[derive(Serialize, Deserialize)]
struct More {
    by: Option<PersonId>,
    words: String,
}

/// A concern, opened for one who may read it.
#[derive(Clone, PartialEq, Eq)]
pub struct Concern {
    /// Its identifier.
    pub id: ConcernId,
    /// How far it is.
    pub stage: Stage,
    /// Whom it is about.
    pub about: Option<PersonId>,
    /// What it is about, in one line.
    pub matter: String,
    /// Who raised it, when they said so.
    pub raiser: Option<PersonId>,
    /// To whom it is addressed.
    pub to: Vec<PersonId>,
    /// What was said, oldest first.
    pub said: Vec<Word>,
}

// The words of a concern must not reach a log by way of a debug line.
impl std::fmt::Debug for Concern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Concern").field("id", &self.id).field("stage", &self.stage).finish_non_exhaustive()
    }
}

/// One thing said in a concern.
#[derive(Clone, PartialEq, Eq)]
pub struct Word {
    /// On which day.
    pub day: Date,
    /// The confidant who said it; `None` for the raiser.
    pub confidant: Option<PersonId>,
    /// The words.
    pub words: String,
}

/// How many concerns were raised in a circle, and closed, up to the end of last month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// The circle.
    pub circle: CircleId,
    /// Raised, when there are at least five.
    pub raised: i64,
    /// Of those, closed by then.
    pub closed: i64,
}

/// Counts of the circles that a person sees from inside. Whole months only, so that nobody learns by looking
/// twice that one was raised in between; circles with fewer than five are left out.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn counts(tx: &mut Tx, actor: &Actor) -> Result<Vec<Count>, LedgerError> {
    let month = first_of_month(tx);
    let rows =
        of_circles(tx, "select circle, raised_day, closed_day from concern where circle in ({})", &actor.sight.inside)
            .await?;
    let mut counted: std::collections::BTreeMap<CircleId, (i64, i64)> = std::collections::BTreeMap::new();
    for row in &rows {
        if row.day("raised_day")? < month {
            let (raised, closed) = counted.entry(row.id("circle")?).or_default();
            *raised += 1;
            *closed += i64::from(row.day_or_null("closed_day")?.is_some_and(|day| day < month));
        }
    }
    Ok(counted
        .into_iter()
        .filter(|(_, (raised, _))| *raised >= LEAST)
        .map(|(circle, (raised, closed))| Count { circle, raised, closed })
        .collect())
}

/// Today in UTC: concerns know days only, and no zone of a person.
fn today(tx: &Tx) -> Date {
    tx.now().to_zoned(jiff::tz::TimeZone::UTC).date()
}

fn first_of_month(tx: &Tx) -> Date {
    today(tx).first_of_month()
}

/// Blanks the words of concerns that a person raised under their name. Called while their key is still there:
/// without it nothing leads from them to a concern.
pub(crate) async fn erase(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    follow::erase(tx, person).await
}
