//! Decisions: written, opened for objections, decided, told, changed, reviewed.
//!
//! Who sees one: a draft is seen by its author and by who decides. From then on it is open to everybody who
//! sees its circle from inside, and to everybody who was asked or told; where it was closed, with a reason,
//! only to those named. The number of closed ones, and their reasons, are seen by everybody of the circle. A
//! client's people see what they were told (the notice), never the decision itself.
//!
//! How sure the decider was is for the decider's own eyes: see [`calibration`].

pub mod affected;
pub mod back;
pub mod calibration;
pub mod conflicts;
mod figures;
mod mine;
mod read;
mod review;
mod telling;
mod voice;
mod waiting;
mod write;

use jiff::Timestamp;
use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::decision::{Call, Deliberation, Outcome, State};
use leadership::promise::{Intended, Origin};
use leadership::{CircleId, DecisionId, PersonId};

use crate::error::LedgerError;
use crate::people;
use crate::promises::Along;
use crate::seal::ERASED;
use crate::store::Row;
use crate::tx::Tx;

pub use figures::{Measured, measured};
pub(crate) use mine::MINE;
pub use read::{Closed, Filter, Link, closed, get, link, list, questions};
pub use review::{Review, Supersede};
pub use telling::{Tell, told_words};
pub use voice::{Answer, Ask, Clear, Cleared, Say, Voice, cleared, part, voices};
pub(crate) use waiting::to_judge;
pub use waiting::waiting;
pub use write::Write;

/// The noun of events, notices and links.
pub const NOUN: &str = "decision";

/// A decision as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Its identifier.
    pub id: DecisionId,
    /// The circle that it is made for.
    pub circle: CircleId,
    /// Who wrote it down.
    pub author: PersonId,
    /// Who decides.
    pub decider: PersonId,
    /// How far it has come.
    pub state: State,
    /// Its version, from 1: a change of what was decided makes a new one.
    pub version: i64,
    /// What was thought and chosen. The calls are there for who decides only.
    pub form: Deliberation,
    /// What it is about: the name of a [`leadership::code::Template`].
    pub template: String,
    /// Why it is closed; `None` where it is open to those affected.
    pub closed_why: Option<String>,
    /// When it was begun.
    pub made_at: Timestamp,
    /// When it was last changed.
    pub changed_at: Timestamp,
    /// When those affected were first asked.
    pub asked_at: Option<Timestamp>,
    /// Until when they were asked to answer.
    pub answer_by: Option<Date>,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
    /// What came of it.
    pub outcome: Option<Outcome>,
    /// When that was judged.
    pub reviewed_at: Option<Timestamp>,
    /// What happened.
    pub happened: String,
    /// What was learned.
    pub learned: String,
    /// The decision that took its place.
    pub superseded_by: Option<DecisionId>,
}

impl Decision {
    /// Whether a person wrote it or decides it.
    #[must_use]
    pub fn is_of(&self, person: PersonId) -> bool {
        self.author == person || self.decider == person
    }

    /// Promises that follow from it; where it is closed, seen by their two sides only.
    fn promising<'a>(&self, rows: &'a [Intended]) -> Along<'a> {
        Along {
            origin: Origin::Decision,
            id: self.id.to_string(),
            circle: Some(self.circle),
            only_sides: self.closed_why.is_some(),
            rows,
        }
    }
}

fn decision(row: &Row) -> Result<Decision, LedgerError> {
    let state = row.text("state")?;
    Ok(Decision {
        id: row.id("id")?,
        circle: row.id("circle")?,
        author: row.id("author")?,
        decider: row.id("decider")?,
        state: State::from_name(&state).ok_or_else(|| LedgerError::Inside(format!("no decision is “{state}”")))?,
        version: row.int("version")?,
        form: row.json("form")?,
        template: row.text("template")?,
        closed_why: row.text_or_null("closed_why")?,
        made_at: row.at("made_at")?,
        changed_at: row.at("changed_at")?,
        asked_at: row.at_or_null("asked_at")?,
        answer_by: row.day_or_null("answer_by")?,
        decided_at: row.at_or_null("decided_at")?,
        outcome: row.text_or_null("outcome")?.as_deref().and_then(Outcome::from_name),
        reviewed_at: row.at_or_null("reviewed_at")?,
        happened: row.text("happened")?,
        learned: row.text("learned")?,
        superseded_by: row.id_or_null("superseded_by")?,
    })
}

/// A call kept in two columns.
fn call(row: &Row, option: &str, percent: &str) -> Result<Option<Call>, LedgerError> {
    let option = row.int_or_null(option)?.and_then(|number| usize::try_from(number).ok());
    let percent = row.int_or_null(percent)?.and_then(|number| u32::try_from(number).ok());
    Ok(percent.map(|percent| Call { option, percent }))
}

/// The day that it is for a person.
async fn today(tx: &mut Tx, person: PersonId) -> Result<Date, LedgerError> {
    let zone = people::get(tx, person).await?.map(|person| person.zone).unwrap_or_default();
    let zone = jiff::tz::TimeZone::get(&zone).unwrap_or(jiff::tz::TimeZone::UTC);
    Ok(tx.now().to_zoned(zone).date())
}

/// Whether an actor may see a decision. `named`: they were asked or told.
fn visible(actor: &Actor, found: &Decision, named: bool) -> bool {
    if !actor.sight.is_inside() {
        return false;
    }
    if found.is_of(actor.person) {
        return true;
    }
    found.state != State::Draft && (named || (found.closed_why.is_none() && actor.sight.inside.contains(&found.circle)))
}

/// Blanks a person's own words: what they said against decisions and whether they could act, how sure they
/// were, what they declared to be in it for whom. The decisions stay, as the organisation's.
///
/// # Errors
/// When the database refuses or is away.
#[crate::asked]
pub async fn erase(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    tx.run("update decision_voice set words = $1 where person = $2 and words <> ''", args![ERASED, person]).await?;
    tx.run(
        "update decision_voice set answer = $1 where answer <> '' \
         and decision in (select id from decision where decider = $2)",
        args![ERASED, person],
    )
    .await?;
    tx.run("update decision_clear set words = $1 where person = $2 and words <> ''", args![ERASED, person]).await?;
    tx.run("delete from decision_call where decision in (select id from decision where decider = $1)", args![person])
        .await?;
    tx.run("delete from calibration_share where person = $1 or viewer = $1", args![person]).await?;
    tx.run("delete from decision_back where person = $1", args![person]).await?;
    tx.run("update decision_conflict set why = $1 where marked_by = $2", args![ERASED, person]).await?;
    tx.run("update decision_conflict set settled = $1 where settled_by = $2", args![ERASED, person]).await?;
    let rows = tx.rows("select id, form from decision where decider = $1", args![person]).await?;
    for row in &rows {
        let mut form: Deliberation = row.json("form")?;
        if !form.interests.is_empty() {
            ERASED.clone_into(&mut form.interests);
            tx.run(
                "update decision set form = $1 where id = $2",
                args![serde_json::to_string(&form)?, row.text("id")?],
            )
            .await?;
        }
    }
    Ok(())
}
