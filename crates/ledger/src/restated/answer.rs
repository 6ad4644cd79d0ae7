//! The answer of who asked: by their link, or through somebody who heard it from them.

use jiff::Timestamp;
use leadership::Wrongs;
use leadership::circle::Actor;
use leadership::text;
use sqlx::AssertSqlSafe;

use super::say::{sentence, waiting};
use super::{COLUMNS, NOUN, PURPOSE, Restated, RestatedId, State, end_link, restated};
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::links;
use crate::people;
use crate::tx::Tx;

/// What whoever opens a link sees of a need: what they asked for and what was understood, and no name of the desk's people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The number of the ticket.
    pub ticket: String,
    /// The name of the team that says so.
    pub team: String,
    /// When it was said.
    pub said_at: Timestamp,
    /// What is really needed.
    pub words: String,
}

async fn of_link(tx: &mut Tx, token: &str) -> Result<Option<Restated>, LedgerError> {
    let Some(link) = links::open(tx, token, PURPOSE).await? else { return Ok(None) };
    let sql = format!("{COLUMNS} where r.link = $1 and r.state = 'waits'");
    let row = tx.one(AssertSqlSafe(sql), args![link.id]).await?;
    row.as_ref().map(restated).transpose()
}

/// What a link opens; `None` where it opens nothing any more.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn shown(tx: &mut Tx, token: &str) -> Result<Option<Shown>, LedgerError> {
    let Some(found) = of_link(tx, token).await? else { return Ok(None) };
    let circles = people::circles(tx).await?;
    let team = circles.into_iter().find(|circle| circle.id == found.circle).map(|circle| circle.name);
    Ok(Some(Shown {
        ticket: found.ticket.1,
        team: team.unwrap_or_default(),
        said_at: found.said_at,
        words: found.words,
    }))
}

/// Whether it is so, as it is typed: `yes`, or `no` with what is needed instead.
fn read(wrongs: &mut Wrongs, so: &str, words: &str) -> (State, String) {
    match so {
        "yes" => (State::Confirmed, String::new()),
        "no" => (State::Corrected, sentence(wrongs, "words", words)),
        _ => {
            wrongs.add("so", "Choose one of these.");
            (State::Waits, String::new())
        }
    }
}

async fn keep(tx: &mut Tx, need: &Restated, answer: (State, &str), by: Option<(&Actor, &str)>) -> Result<(), Refused> {
    let (state, correction) = answer;
    let (person, note) = by.map_or((None, ""), |(actor, note)| (Some(actor.person), note));
    tx.run(
        "update restated set state = $1, correction = $2, note = $3, answered_at = $4, answered_by = $5 where id = $6",
        args![state.name(), correction, note, tx.now(), person, need.id],
    )
    .await?;
    end_link(tx, need).await?;
    // What who asked says is in no event: they are nobody here whose key it could be sealed with.
    let said = Said::new(NOUN, need.id, state.name()).within(need.circle).with("by_link", by.is_none());
    tx.say(match by {
        Some((actor, note)) => said.by(actor.person).sealed(actor.person, "note", note),
        None => said,
    });
    Ok(())
}

/// Answers by the link, without an account.
#[derive(Debug, Clone)]
pub struct AnswerByLink {
    /// The link's token.
    pub token: String,
    /// `yes` where it is so, else `no`.
    pub so: String,
    /// What is needed instead.
    pub words: String,
}

#[crate::act]
impl Act for AnswerByLink {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, _: &Actor) -> Result<(), Refused> {
        let found = of_link(tx, &self.token).await?.ok_or(Refused::NotFound)?;
        let mut wrongs = Wrongs::default();
        let (state, correction) = read(&mut wrongs, &self.so, &self.words);
        wrongs.or(())?;
        keep(tx, &found, (state, &correction), None).await
    }
}

/// Answers on behalf of who asked, with a note on how it was heard.
#[derive(Debug, Clone)]
pub struct AnswerFor {
    /// Which need.
    pub need: Option<RestatedId>,
    /// `yes` where it is so, else `no`.
    pub so: String,
    /// What is needed instead, as they said it.
    pub words: String,
    /// How it was heard: by telephone, beside them.
    pub note: String,
}

#[crate::act]
impl Act for AnswerFor {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let found = waiting(tx, actor, self.need.ok_or(Refused::NotFound)?).await?;
        let mut wrongs = Wrongs::default();
        let (state, correction) = read(&mut wrongs, &self.so, &self.words);
        let note = wrongs.take(text::line("note", &self.note));
        wrongs.or(())?;
        keep(tx, &found, (state, &correction), Some((actor, &note))).await
    }
}
