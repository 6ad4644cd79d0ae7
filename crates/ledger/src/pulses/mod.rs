//! The pulse of a circle: who leads or administers it sets a few questions and how often they are asked; the clock opens
//! and closes the rounds; the people of the circle answer under seal; what may be told is kept, and answered in words.
//!
//! How the seal is held, beside what [`crate::sealed`] says of every answer:
//! - A seat is a row of a round and a person, without an instant and without an identifier; the answer lies in a pool of
//!   up to some forty people's, written anew with every answer. No event is said of an answer.
//! - When a round closes, its figures are worked out once, the answers are deleted, and every seat is spent, answered or
//!   not: from then on nothing anywhere says who answered.
//! - Whether a round may be told is decided before it is asked, from who belongs to the circle and from nothing else: by
//!   the joint audit of [`rating::disclosure`] over the people of every round that is open or told, of all circles
//!   ([`told`]). What could not be told is not asked.
//! - Below five answers to a question nothing is told of it, and below ten no distribution
//!   ([`rating::disclosure::few`]).
//! - A line in the own words lies apart from the answers. The lines of a round are told without a name and in mixed order
//!   where five people or more answered ([`rating::disclosure::comments_allowed`]); else they are deleted unread.

mod answer;
mod mine;
mod read;
mod reply;
mod rounds;
mod set;
pub(crate) mod told;
mod waiting;

use jiff::Timestamp;
use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::pulse::{Figure, Kind, Settings, Stage, Why};
use leadership::{CircleId, PersonId, PulseId, RoundId};
use serde::{Deserialize, Serialize};

use crate::error::LedgerError;
use crate::seal::ERASED;
use crate::store::Row;
use crate::tx::Tx;

pub use answer::{Answer, Asked, UNABLE, asked, open_for};
pub(crate) use mine::MINE;
pub use read::{Linked, get, links, list, round, rounds};
pub use reply::{LINKED, Reply, may_link, may_reply};
pub use rounds::{Sweep, Swept, is_due};
pub use set::{End, Set, may_set, may_set_in};
pub use waiting::waiting;

/// A pulse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulse {
    /// Its identifier.
    pub id: PulseId,
    /// The circle whose it is.
    pub circle: CircleId,
    /// Whom it asks.
    pub kind: Kind,
    /// What it is set to.
    pub settings: Settings,
    /// The day on which the next round opens.
    pub next_on: Date,
    /// Who set it.
    pub set_by: PersonId,
    /// When it was ended.
    pub ended_at: Option<Timestamp>,
}

/// A question as a round asks it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Its key in the model.
    pub key: String,
    /// What it is about.
    pub name: String,
    /// The sentence.
    pub words: String,
}

/// The answer of who leads: you said, we did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Who.
    pub by: PersonId,
    /// On which day first.
    pub on: Date,
    /// The words.
    pub words: String,
}

/// A round.
#[derive(Debug, Clone, PartialEq)]
pub struct Round {
    /// Its identifier.
    pub id: RoundId,
    /// Of which pulse.
    pub pulse: PulseId,
    /// Of which circle.
    pub circle: CircleId,
    /// Whom it asks.
    pub kind: Kind,
    /// What it asks.
    pub questions: Vec<Question>,
    /// First day.
    pub opens_on: Date,
    /// Last day.
    pub closes_on: Date,
    /// The day by which it is answered in words.
    pub answer_by: Date,
    /// How far it is.
    pub stage: Stage,
    /// Why it was not asked.
    pub why: Option<Why>,
    /// How many were asked, or would have been.
    pub asked: u64,
    /// What is told, a place a question; nothing where it is not enough to say, or not closed yet.
    pub figures: Vec<Option<Figure>>,
    /// What some wrote in a line of their own, in mixed order; nothing where too few answered, or not closed yet.
    pub lines: Vec<String>,
    /// The answer in words.
    pub said: Option<Said>,
}

impl Round {
    /// Whether anything of it is told.
    #[must_use]
    pub fn is_told(&self) -> bool {
        self.figures.iter().any(Option::is_some)
    }

    /// What is told of a question.
    #[must_use]
    pub fn figure(&self, key: &str) -> Option<&Figure> {
        let at = self.questions.iter().position(|question| question.key == key)?;
        self.figures.get(at)?.as_ref()
    }
}

fn strange(what: &str) -> LedgerError {
    LedgerError::Inside(format!("a pulse is not as it should be: {what}"))
}

fn pulse(row: &Row) -> Result<Pulse, LedgerError> {
    Ok(Pulse {
        id: row.id("id")?,
        circle: row.id("circle")?,
        kind: Kind::from_name(&row.text("kind")?).ok_or_else(|| strange("its kind"))?,
        settings: Settings {
            questions: row.json("questions")?,
            every_weeks: row.int("every_weeks")?,
            answer_days: row.int("answer_days")?,
        },
        next_on: row.day("next_on")?,
        set_by: row.id("set_by")?,
        ended_at: row.at_or_null("ended_at")?,
    })
}

fn read_round(row: &Row) -> Result<Round, LedgerError> {
    let said = match (row.id_or_null("replied_by")?, row.day_or_null("replied_on")?, row.text_or_null("reply")?) {
        (Some(by), Some(on), Some(words)) => Some(Said { by, on, words }),
        _ => None,
    };
    Ok(Round {
        id: row.id("id")?,
        pulse: row.id("pulse")?,
        circle: row.id("circle")?,
        kind: Kind::from_name(&row.text("kind")?).ok_or_else(|| strange("the kind of a round"))?,
        questions: row.json("questions")?,
        opens_on: row.day("opens_on")?,
        closes_on: row.day("closes_on")?,
        answer_by: row.day("answer_by")?,
        stage: Stage::from_name(&row.text("state")?).ok_or_else(|| strange("the state of a round"))?,
        why: row.text_or_null("why")?.and_then(|why| Why::from_name(&why)),
        asked: u64::try_from(row.int("asked")?).unwrap_or_default(),
        figures: row.json("figures")?,
        lines: row.json("lines")?,
        said,
    })
}

/// Whether somebody sees what a pulse of this kind in this circle tells: of a circle, its people and who leads above; of
/// all who lead, whoever leads somewhere, and who administers the organisation.
#[must_use]
pub fn sees(actor: &Actor, circle: CircleId, kind: Kind) -> bool {
    let inside = actor.sight.inside.contains(&circle);
    match kind {
        Kind::Circle => inside,
        Kind::Leaders => inside && (!actor.sight.leads.is_empty() || actor.sight.administers(circle)),
    }
}

/// Blanks what an erased person wrote to a round. Who was asked stays as an identifier without a name: later rounds are
/// decided from it.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn erase(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    tx.run("update pulse_round set reply = $2 where replied_by = $1 and reply is not null", args![person, ERASED])
        .await?;
    Ok(())
}
