//! One short question about trust, answered by the other side of a relationship and seen by the two of them
//! only, with its date: a series over time, never a snapshot and never a figure for others.

use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::today::{Do, Waiting};
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
#[crate::asked]
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

/// Days after which a closed promise asks the question no more.
const RECENT_DAYS: i64 = 90;

/// The question about one of those who made a person a promise that was closed lately: about whom it was answered
/// longest ago, never before it comes again. One at a time, so that it stays a question.
pub(super) async fn asked(tx: &mut Tx, person: PersonId, today: Date) -> Result<Option<Waiting>, LedgerError> {
    let span = |days: i64| today.checked_sub(jiff::Span::new().days(days)).unwrap_or(today);
    let row = tx
        .one(
            "select p.from_person, n.name, min(p.closed_on) as since, t.last from promise p \
             join person n on n.id = p.from_person left join (select about, max(on_day) as last from trust_answer \
             where by_person = $1 group by about) t on t.about = p.from_person \
             where p.to_person = $1 and p.live = 0 and p.state in ('kept', 'late', 'broken') and p.closed_on >= $2 \
             and p.closed_on > coalesce(t.last, '') and (t.last is null or t.last <= $3) \
             and n.left_at is null and n.erased_at is null \
             group by p.from_person, n.name, t.last order by coalesce(t.last, ''), min(p.closed_on), p.from_person limit 1",
            args![person, span(RECENT_DAYS), span(i64::from(TRUST_DAYS))],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let (other, name): (PersonId, String) = (row.id("from_person")?, row.text("name")?);
    let because = match row.day_or_null("last")? {
        Some(last) => {
            format!("You answered on {}; something was closed between you since.", last.strftime("%-d %B %Y"))
        }
        None => "Something that they promised you was closed, and you never answered.".to_owned(),
    };
    let since = row.day("since")?.to_zoned(jiff::tz::TimeZone::UTC).map_or(tx.now(), |day| day.timestamp());
    Ok(Some(Waiting {
        act: Do::Answer,
        noun: "trust".to_owned(),
        subject: other.to_string(),
        title: format!("Can you rely on what {name} promises you?"),
        because: format!("{because} The two of you see the answer, nobody else."),
        since,
        due: None,
        holds_up: 0,
        page: format!("/promises/with/{other}#trust"),
    }))
}

/// Answers the question about somebody who made the actor a promise.
#[derive(Debug, Clone)]
pub struct AnswerTrust {
    /// About whom.
    pub about: PersonId,
    /// From 1 to 5, as it was chosen.
    pub answer: String,
}

#[crate::act]
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
        let said = Said::new("trust", id, "answered").by(me).with("about", self.about.to_string());
        tx.say(said.sealed(me, "answer", answer.to_string()).felt_by([me, self.about], []));
        Ok(())
    }
}
