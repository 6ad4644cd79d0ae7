//! Answering a round: under seal, once; or skipping it, which is as good.

use std::collections::BTreeMap;

use leadership::circle::Actor;
use leadership::pulse::{POINTS, Stage};
use leadership::{RoundId, Wrongs, text};

use super::{Round, read, read_round};
use crate::error::{LedgerError, Refused};
use crate::honesty::day_of;
use crate::ledger::Act;
use crate::sealed;
use crate::tx::Tx;

/// What a form sends for “not able to say”.
pub const UNABLE: &str = "unable";

/// A round as somebody who is asked in it sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The round.
    pub round: Round,
    /// Whether it can be answered now by this person.
    pub open: bool,
    part: String,
}

/// A round in which an actor is asked; `None` where they are not.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn asked(tx: &mut Tx, actor: &Actor, id: RoundId) -> Result<Option<Asked>, LedgerError> {
    let seat =
        tx.one("select part, state from pulse_seat where round = $1 and person = $2", args![id, actor.person]).await?;
    let (Some(seat), Some(round)) = (seat, read::find_round(tx, id).await?) else { return Ok(None) };
    let today = day_of(tx, actor.person).await?;
    let now = round.stage == Stage::Open && (round.opens_on..=round.closes_on).contains(&today);
    Ok(Some(Asked { open: now && seat.text("state")? == "open", part: seat.text("part")?, round }))
}

/// The rounds that an actor can answer now, those that close soonest first.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn open_for(tx: &mut Tx, actor: &Actor) -> Result<Vec<Round>, LedgerError> {
    let today = day_of(tx, actor.person).await?;
    let rows = tx
        .rows(
            "select r.* from pulse_round r join pulse_seat s on s.round = r.id where s.person = $1 and s.state = 'open' \
             and r.state = 'open' and r.opens_on <= $2 and r.closes_on >= $2 order by r.closes_on, r.id",
            args![actor.person, today],
        )
        .await?;
    rows.iter().map(read_round).collect()
}

/// Answers a round. It cannot be changed afterwards: nobody could say which of the sealed ones it is.
#[derive(Clone)]
pub struct Answer {
    /// Which.
    pub round: RoundId,
    /// By the key of the question what was chosen: `1` to `5`, or [`UNABLE`]; nothing at all to skip the round.
    pub answers: BTreeMap<String, String>,
    /// A line in the own words; may be empty, and is where it is skipped.
    pub line: String,
    /// Whether it is skipped.
    pub skip: bool,
}

// Answers must not reach a log by way of a debug line.
impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer").field("round", &self.round).finish_non_exhaustive()
    }
}

impl Answer {
    fn read(&self, round: &Round) -> Result<(Vec<Option<u8>>, String), Wrongs> {
        if self.skip {
            return Ok((vec![None; round.questions.len()], String::new()));
        }
        let mut wrongs = Wrongs::default();
        let line = wrongs.take(text::line_or_none("line", &self.line)).unwrap_or_default();
        let mut out = Vec::with_capacity(round.questions.len());
        for question in &round.questions {
            let typed = self.answers.get(&question.key).map_or("", |typed| typed.trim());
            match typed.parse::<u8>() {
                _ if typed == UNABLE => out.push(None),
                Ok(point) if (1..=POINTS).contains(&point) => out.push(Some(point)),
                _ => wrongs.add(&question.key, "Choose an answer, or say that you are not able to."),
            }
        }
        wrongs.or((out, line))
    }
}

#[crate::act]
impl Act for Answer {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let asked = asked(tx, actor, self.round).await?.ok_or(Refused::NotFound)?;
        if !asked.open {
            // The same words whether it was answered or is over: a page that is left open tells nobody which.
            return Err(Refused::conflict(
                "This round takes no answer of yours any more: it was answered, skipped, or is over.",
                "There will be another one.",
            ));
        }
        let (answers, line) = self.read(&asked.round)?;
        // It says no event: the chain stamps an instant. All seats of the part are written together, so that nothing
        // that the database keeps beside a row tells which came last.
        tx.run(
            "update pulse_seat set state = case when person = $1 then 'spent' else state end \
             where round = $2 and part = $3",
            args![actor.person, self.round, &asked.part],
        )
        .await?;
        let key = tx.answer_key()?;
        Ok(sealed::enter_pulse(tx, &key, self.round, &asked.part, &answers, &line).await?)
    }
}
