//! One short question about trust, answered by the other side of a relationship and seen by the two of them
//! only, with its date: a series over time, never a snapshot and never a figure for others.

use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::{PersonId, text};

use super::today;
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::people;
use crate::store::Row;
use crate::tx::Tx;

/// The fewest days between two answers about the same person.
pub const TRUST_DAYS: i32 = 28;

/// An answer, from 1 (not at all) to 5 (wholly), to “I can rely on what they promise me”.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrustAnswer {
    /// Who answered.
    pub by: PersonId,
    /// About whom.
    pub about: PersonId,
    /// On which day.
    pub on: Date,
    /// From 1 to 5.
    pub answer: i64,
}

fn read(row: &Row) -> Result<TrustAnswer, LedgerError> {
    Ok(TrustAnswer {
        by: row.id("by_person")?,
        about: row.id("about")?,
        on: row.day("on_day")?,
        answer: row.int("answer")?,
    })
}

/// What an actor and another person answered about each other, oldest first.
///
/// # Errors
/// When the database is away.
pub async fn trust(tx: &mut Tx, actor: &Actor, other: PersonId) -> Result<Vec<TrustAnswer>, LedgerError> {
    let rows = tx
        .rows(
            "select by_person, about, on_day, answer from trust_answer \
             where (by_person = $1 and about = $2) or (by_person = $2 and about = $1) order by on_day, id",
            args![actor.person, other],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// Answers the question about somebody who made the actor a promise.
#[derive(Debug, Clone)]
pub struct AnswerTrust {
    /// About whom.
    pub about: PersonId,
    /// From 1 to 5, as it was chosen.
    pub answer: String,
}

impl Act for AnswerTrust {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let me = actor.person;
        let promised = tx
            .count("select count(*) as n from promise where from_person = $1 and to_person = $2", args![self.about, me])
            .await?;
        if promised == 0 {
            return Err(Refused::NotFound);
        }
        let answer = text::whole("answer", &self.answer, 1..=5, "steps")?;
        people::present(tx, self.about, "answer").await?;
        let today = today(tx, me).await?;
        let last = tx
            .one(
                "select by_person, about, on_day, answer from trust_answer where by_person = $1 and about = $2 \
                 order by on_day desc limit 1",
                args![me, self.about],
            )
            .await?;
        if let Some(last) = last {
            let last = read(&last)?.on;
            if leadership::promise::days_between(last, today) < TRUST_DAYS {
                return Err(Refused::conflict(
                    format!("You answered on {last}."),
                    format!("The question comes again {TRUST_DAYS} days later."),
                ));
            }
        }
        let id: leadership::Id<TrustAnswer> = tx.id();
        tx.run(
            "insert into trust_answer (id, by_person, about, on_day, answer) values ($1, $2, $3, $4, $5)",
            args![id, me, self.about, today, answer],
        )
        .await?;
        tx.say(Said::new("trust", id, "answered").by(me).with("about", self.about.to_string()).sealed(
            me,
            "answer",
            answer.to_string(),
        ));
        Ok(())
    }
}
