//! What nobody else reads: the look back of a week, and a message that is held until one is calm. Both are sealed
//! to their owner ([`super::own`]); the functions that read them take the actor and nobody else.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use leadership::circle::Actor;
use leadership::growth::{self, Week, week_of};
use leadership::{Id, PersonId, Wrongs, text};
use serde::{Deserialize, Serialize};

use super::own;
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::honesty::{day_of, zone_of};
use crate::ledger::Act;
use crate::tx::Tx;

/// Names looks back, for the type of their identifiers.
#[derive(Debug)]
pub enum LookBackNoun {}
/// A look back.
pub type LookBackId = Id<LookBackNoun>;
/// Names messages that are held, for the type of their identifiers.
#[derive(Debug)]
pub enum HeldNoun {}
/// A message that is held.
pub type HeldId = Id<HeldNoun>;

/// Weeks of looks back that a page shows.
const WEEKS: i64 = 60;
/// Most messages that are held at once.
const MOST_HELD: i64 = 20;

/// The look back of one week, opened for its owner.
#[derive(Clone, PartialEq, Eq)]
pub struct LookBack {
    /// Its identifier.
    pub id: LookBackId,
    /// The Monday of its week.
    pub week: Date,
    /// Questions with their answers.
    pub said: Vec<(String, String)>,
}

// Words that are one's own alone must not reach a log by way of a debug line.
impl std::fmt::Debug for LookBack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LookBack").field("id", &self.id).field("week", &self.week).finish_non_exhaustive()
    }
}

fn of_reflection(id: LookBackId) -> String {
    format!("reflection {id}")
}

fn of_held(id: HeldId) -> String {
    format!("held message {id}")
}

/// One's own looks back, newest first.
///
/// # Errors
/// When the database is away, or a seal is damaged.
#[crate::asked]
pub async fn looks_back(tx: &mut Tx, actor: &Actor) -> Result<Vec<LookBack>, LedgerError> {
    let rows = tx
        .rows(
            "select id, week, sealed from reflection where person = $1 order by week desc limit $2",
            args![actor.person, WEEKS],
        )
        .await?;
    let mut sealed = Vec::with_capacity(rows.len());
    for row in &rows {
        sealed.push((of_reflection(row.id("id")?), row.text("sealed")?));
    }
    let opened: Vec<Vec<(String, String)>> = own::open(tx, actor.person, &sealed).await?;
    rows.iter()
        .zip(opened)
        .map(|(row, said)| Ok(LookBack { id: row.id("id")?, week: row.day("week")?, said }))
        .collect()
}

/// What one's own record has of a week, from its Monday on; counted in the days of this person's zone.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn record_of(tx: &mut Tx, actor: &Actor, monday: Date) -> Result<Week, LedgerError> {
    let me = actor.person;
    let zone = zone_of(tx, me).await?;
    let next = monday.saturating_add(jiff::Span::new().days(7));
    let start = |day: Date| -> Result<Timestamp, LedgerError> {
        let at = day.to_zoned(zone.clone()).map_err(|error| LedgerError::Inside(error.to_string()))?;
        Ok(at.timestamp())
    };
    let (from, to) = (start(monday)?, start(next)?);
    let days = "from_person = $1 and closed_on >= $2 and closed_on < $3";
    let by_day = |condition: &str| {
        sqlx::AssertSqlSafe(format!("select count(*) as n from promise where {days} and {condition}"))
    };
    let kept = tx.count(by_day("state = 'kept'"), args![me, monday, next]).await?;
    let missed = tx.count(by_day("state in ('late', 'broken')"), args![me, monday, next]).await?;
    let warned = tx
        .count(
            "select count(*) as n from promise where from_person = $1 and warned_on >= $2 and warned_on < $3",
            args![me, monday, next],
        )
        .await?;
    let mut at = async |sql: &'static str| tx.count(sql, args![me, from, to]).await;
    Ok(Week {
        kept,
        missed,
        warned,
        decided: at("select count(*) as n from decision where decider = $1 and decided_at >= $2 and decided_at < $3")
            .await?,
        asked: at("select count(*) as n from ask where asker = $1 and asked_at >= $2 and asked_at < $3").await?,
        observed: at("select count(*) as n from observation where about = $1 and noted_at >= $2 and noted_at < $3 \
             and withdrawn_at is null")
        .await?,
        signs: at("select count(*) as n from status_said where said_by = $1 and said_at >= $2 and said_at < $3 \
             and worse > 0")
        .await?,
    })
}

/// The week to look back on today, by its Monday, and its questions: on Monday and Tuesday it is the week before,
/// unless that was looked back on.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn this_week(tx: &mut Tx, actor: &Actor) -> Result<(Date, Vec<String>), LedgerError> {
    let today = day_of(tx, actor.person).await?;
    let mut monday = week_of(today);
    if leadership::promise::days_between(monday, today) < 2 {
        let before = monday.saturating_sub(jiff::Span::new().days(7));
        let done = tx
            .count("select count(*) as n from reflection where person = $1 and week = $2", args![actor.person, before])
            .await?;
        if done == 0 {
            monday = before;
        }
    }
    let week = record_of(tx, actor, monday).await?;
    Ok((monday, growth::questions(&week)))
}

/// Keeps the look back of a week. Kept again in its week, it takes the place of the earlier one.
#[derive(Clone, Default)]
pub struct Look {
    /// The Monday of the week.
    pub week: String,
    /// Questions with their answers; those without an answer are left out.
    pub said: Vec<(String, String)>,
}

impl std::fmt::Debug for Look {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Look").field("week", &self.week).finish_non_exhaustive()
    }
}

#[crate::act]
impl Act for Look {
    type Done = LookBackId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<LookBackId, Refused> {
        let today = day_of(tx, actor.person).await?;
        let mut wrongs = Wrongs::default();
        let week = wrongs.take(text::day("week", &self.week).map(Some)).map(week_of);
        if week.is_some_and(|week| week > today || leadership::promise::days_between(week, today) > 13) {
            wrongs.add("week", "Look back on this week or on the one before it.");
        }
        let mut said = Vec::new();
        for (at, (question, answer)) in self.said.iter().take(growth::QUESTIONS).enumerate() {
            let question = wrongs.take(text::line(&format!("question_{at}"), question));
            let answer = wrongs.take(text::prose_or_empty(&format!("answer_{at}"), answer));
            if !answer.is_empty() {
                said.push((question, answer));
            }
        }
        if said.is_empty() && wrongs.0.is_empty() {
            wrongs.add("answer_0", "Write a sentence to one of the questions.");
        }
        let week = wrongs.or(week)?.ok_or(Refused::NotFound)?;
        let earlier =
            tx.one("select id from reflection where person = $1 and week = $2", args![actor.person, week]).await?;
        let id: LookBackId = match &earlier {
            Some(row) => row.id("id")?,
            None => tx.id(),
        };
        let sealed = own::seal(tx, actor.person, &of_reflection(id), &said).await?;
        tx.run(
            "insert into reflection (id, person, week, sealed, kept_at) values ($1, $2, $3, $4, $5) \
             on conflict (person, week) do update set sealed = $4, kept_at = $5",
            args![id, actor.person, week, sealed, tx.now()],
        )
        .await?;
        // That there is one is said, so that its owner's export knows of it; what is in it is in no event.
        tx.say(Said::new("reflection", id, "kept").by(actor.person).sealed(actor.person, "week", week.to_string()));
        Ok(id)
    }
}

/// Throws a look back away, words and all.
#[derive(Debug, Clone, Copy)]
pub struct Discard {
    /// Which.
    pub reflection: LookBackId,
}

#[crate::act]
impl Act for Discard {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let gone = tx
            .run("delete from reflection where id = $1 and person = $2", args![self.reflection, actor.person])
            .await?;
        if gone == 0 {
            return Err(Refused::NotFound);
        }
        tx.say(Said::new("reflection", self.reflection, "discarded").by(actor.person));
        Ok(())
    }
}

#[derive(Serialize, Deserialize)]
struct Message {
    whom: String,
    purpose: String,
    words: String,
}

/// A message that is held, opened for its owner.
#[derive(Clone, PartialEq, Eq)]
pub struct Held {
    /// Its identifier.
    pub id: HeldId,
    /// To whom it would go, in words.
    pub whom: String,
    /// What shall be different after it.
    pub purpose: String,
    /// The message.
    pub words: String,
    /// Until when it is held.
    pub until: Timestamp,
    /// When it was written.
    pub made_at: Timestamp,
}

impl std::fmt::Debug for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Held").field("id", &self.id).field("until", &self.until).finish_non_exhaustive()
    }
}

/// One's own messages that are held, the one that is free first.
///
/// # Errors
/// When the database is away, or a seal is damaged.
#[crate::asked]
pub async fn held(tx: &mut Tx, actor: &Actor) -> Result<Vec<Held>, LedgerError> {
    let rows = tx.rows("select * from held_message where person = $1 order by until, id", args![actor.person]).await?;
    let mut sealed = Vec::with_capacity(rows.len());
    for row in &rows {
        sealed.push((of_held(row.id("id")?), row.text("sealed")?));
    }
    let opened: Vec<Message> = own::open(tx, actor.person, &sealed).await?;
    rows.iter()
        .zip(opened)
        .map(|(row, message)| {
            Ok(Held {
                id: row.id("id")?,
                whom: message.whom,
                purpose: message.purpose,
                words: message.words,
                until: row.at("until")?,
                made_at: row.at("made_at")?,
            })
        })
        .collect()
}

/// One of them.
///
/// # Errors
/// As [`held`].
#[crate::asked]
pub async fn held_one(tx: &mut Tx, actor: &Actor, id: HeldId) -> Result<Option<Held>, LedgerError> {
    Ok(held(tx, actor).await?.into_iter().find(|held| held.id == id))
}

/// Holds a message until a time, or changes one that is held. Plumb never sends it.
#[derive(Clone, Default)]
pub struct Hold {
    /// The one to change; `None` for a new one.
    pub id: Option<HeldId>,
    /// To whom it would go, in words.
    pub whom: String,
    /// What shall be different after it.
    pub purpose: String,
    /// The message.
    pub words: String,
    /// For how many hours it is held from now.
    pub hours: String,
}

impl std::fmt::Debug for Hold {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hold").field("id", &self.id).field("hours", &self.hours).finish_non_exhaustive()
    }
}

#[crate::act]
impl Act for Hold {
    type Done = HeldId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<HeldId, Refused> {
        let mut wrongs = Wrongs::default();
        let whom = wrongs.take(text::line("whom", &self.whom));
        let purpose = wrongs.take(text::prose_or_empty("purpose", &self.purpose));
        let words = wrongs.take(text::prose("words", &self.words));
        let most = growth::LONGEST_HELD_DAYS * 24;
        let hours = wrongs.take(text::whole("hours", &self.hours, 1..=most, "hours"));
        let hours = wrongs.or(hours)?;
        let now = tx.now();
        let until = growth::held_until(now + SignedDuration::from_hours(hours), now)?;
        let id = match self.id {
            Some(id) => {
                held_one(tx, actor, id).await?.ok_or(Refused::NotFound)?;
                id
            }
            None => tx.id(),
        };
        let many = tx.count("select count(*) as n from held_message where person = $1", args![actor.person]).await?;
        if self.id.is_none() && many >= MOST_HELD {
            return Err(Refused::conflict("You hold twenty messages.", "Let one of them go first."));
        }
        let sealed = own::seal(tx, actor.person, &of_held(id), &Message { whom, purpose, words }).await?;
        tx.run(
            "insert into held_message (id, person, sealed, until, made_at) values ($1, $2, $3, $4, $5) \
             on conflict (id) do update set sealed = $3, until = $4",
            args![id, actor.person, sealed, until, now],
        )
        .await?;
        tx.say(Said::new("held_message", id, if self.id.is_some() { "changed" } else { "held" }).by(actor.person));
        Ok(id)
    }
}

/// Lets a message go: it was sent by other means, or is needed no more. Its words are thrown away.
#[derive(Debug, Clone, Copy)]
pub struct LetGo {
    /// Which.
    pub id: HeldId,
}

#[crate::act]
impl Act for LetGo {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let gone =
            tx.run("delete from held_message where id = $1 and person = $2", args![self.id, actor.person]).await?;
        if gone == 0 {
            return Err(Refused::NotFound);
        }
        tx.say(Said::new("held_message", self.id, "let_go").by(actor.person));
        Ok(())
    }
}

/// Throws away what was theirs alone.
pub(super) async fn erase(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    tx.run("delete from reflection where person = $1", args![person]).await?;
    tx.run("delete from held_message where person = $1", args![person]).await?;
    Ok(())
}
