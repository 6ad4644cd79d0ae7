//! The idea inbox of a circle: anybody in it offers an idea, which is answered by whoever leads it, with a reason,
//! within the days that the circle stated. Ideas that are one are merged with credit to all; what was tried is
//! told with what was learned; what came of it is told back: you said, we did.
//!
//! An idea in a client's circle is the client's to see where one of the client's people offered it.

mod answer;
mod figures;
mod mine;
mod offer;
mod read;
mod stance;

use jiff::Timestamp;
use jiff::civil::Date;
use leadership::idea::State;
use leadership::{CircleId, Id, PersonId};

use crate::error::LedgerError;
use crate::seal::ERASED;
use crate::store::Row;
use crate::tx::Tx;

pub(crate) use answer::headed;
pub use answer::{AnswerIdea, HandOver, Learn, Merge, TellBack, waiting};
pub use figures::{Answered, AnsweredRow, CircleFigures, answered_in_time, of_circle};
pub(crate) use mine::MINE;
pub use offer::{Offer, StateDays, days_of, may_offer_in};
pub use read::{Filter, get, list, told_back};
pub use stance::{Met, Stand, Stood, meeting, stands};

/// Names ideas, for the type of their identifiers.
#[derive(Debug)]
pub enum IdeaNoun {}
/// An idea.
pub type IdeaId = Id<IdeaNoun>;

/// An idea.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idea {
    /// Its identifier.
    pub id: IdeaId,
    /// The circle that it was offered to.
    pub circle: CircleId,
    /// Whether a client's people see it: one of them offered it.
    pub shared: bool,
    /// Who offered it.
    pub offered_by: PersonId,
    /// In one line.
    pub title: String,
    /// What it is, and what it would be good for.
    pub words: String,
    /// When.
    pub offered_at: Timestamp,
    /// The day of that, where its offerer is.
    pub offered_on: Date,
    /// By when it is to be answered.
    pub due: Date,
    /// Who is to answer it.
    pub answerer: PersonId,
    /// Where it stands.
    pub state: State,
    /// The answer: by whom, on which day, and why.
    pub answer: Option<(PersonId, Date, String)>,
    /// The idea that it went into.
    pub merged_into: Option<IdeaId>,
    /// What was learned from trying it, and who says so.
    pub learned: Option<(PersonId, String)>,
    /// What came of it, as it was told back, by whom and when.
    pub result: Option<(PersonId, Timestamp, String)>,
    /// Everybody who is credited: who offered it, then the others in the order in which they came to it.
    pub credit: Vec<PersonId>,
}

fn idea(row: &Row) -> Result<Idea, LedgerError> {
    let state = row.text("state")?;
    let answer = match (row.id_or_null("answered_by")?, row.day_or_null("answered_on")?, row.text_or_null("reason")?) {
        (Some(by), Some(on), Some(reason)) => Some((by, on, reason)),
        _ => None,
    };
    let result = match (row.id_or_null("result_by")?, row.at_or_null("result_at")?, row.text_or_null("result")?) {
        (Some(by), Some(at), Some(words)) => Some((by, at, words)),
        _ => None,
    };
    Ok(Idea {
        id: row.id("id")?,
        circle: row.id("circle")?,
        shared: row.truth("shared")?,
        offered_by: row.id("offered_by")?,
        title: row.text("title")?,
        words: row.text("words")?,
        offered_at: row.at("offered_at")?,
        offered_on: row.day("offered_on")?,
        due: row.day("due")?,
        answerer: row.id("answerer")?,
        state: State::from_name(&state).ok_or_else(|| LedgerError::Inside(format!("no idea is “{state}”")))?,
        answer,
        merged_into: row.id_or_null("merged_into")?,
        learned: row.id_or_null("learned_by")?.zip(row.text_or_null("learned")?),
        result,
        credit: Vec::new(),
    })
}

/// Blanks a person's own words. The idea stays, as the organisation's, without them.
///
/// # Errors
/// When the database refuses.
#[crate::asked]
pub async fn erase(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    stance::erase(tx, person).await?;
    tx.run("update idea set title = $2, words = $2 where offered_by = $1", args![person, ERASED]).await?;
    tx.run("update idea set reason = $2 where answered_by = $1 and reason is not null", args![person, ERASED]).await?;
    tx.run("update idea set learned = $2 where learned_by = $1 and learned is not null", args![person, ERASED]).await?;
    // What was told of an idea holds its title, and the words of who told it.
    tx.run(
        "update notice set title = $2, words = $2 where noun = 'idea' \
         and (told_by = $1 or subject in (select id from idea where offered_by = $1))",
        args![person, ERASED],
    )
    .await?;
    tx.run("update idea set result = $2 where result_by = $1 and result is not null", args![person, ERASED]).await?;
    Ok(())
}
