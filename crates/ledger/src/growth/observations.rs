//! What somebody saw somebody do: dated, linked to a quality, seen by both and by nobody else but those whom the
//! one it is about invited to look along. No sum of them is shown as a score.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::growth::{self, Part};
use leadership::recognition::Noted;
use leadership::{Id, PersonId, Wrongs, text};

use super::seats;
use crate::asks;
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::honesty::day_of;
use crate::ledger::Act;
use crate::seal::ERASED;
use crate::store::Row;
use crate::tx::Tx;

/// Names observations, for the type of their identifiers.
#[derive(Debug)]
pub enum ObservationNoun {}
/// An observation.
pub type ObservationId = Id<ObservationNoun>;

/// How far back somebody may have seen it, in days: later it is a memory of a memory.
const BACK_DAYS: i32 = 60;
/// Most that a list shows.
const MOST: i64 = 200;

/// What somebody saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// Its identifier.
    pub id: ObservationId,
    /// Who saw it.
    pub by: PersonId,
    /// Whom it is about.
    pub about: PersonId,
    /// The quality, by key.
    pub quality: String,
    /// Whether it was the lack of it that was seen.
    pub lacking: bool,
    /// On which day it was seen.
    pub seen_on: Date,
    /// The situation and what was done in it.
    pub words: String,
    /// What it led to.
    pub effect: String,
    /// When it was noted.
    pub noted_at: Timestamp,
    /// When the one it is about said that they read it.
    pub read_at: Option<Timestamp>,
    /// Whether it is useful to them, as they say.
    pub useful: Option<bool>,
    /// What they replied.
    pub reply: Option<String>,
    /// When it was taken back.
    pub withdrawn_at: Option<Timestamp>,
}

fn observation(row: &Row) -> Result<Observation, LedgerError> {
    Ok(Observation {
        id: row.id("id")?,
        by: row.id("by_person")?,
        about: row.id("about")?,
        quality: row.text("quality")?,
        lacking: row.truth("lacking")?,
        seen_on: row.day("seen_on")?,
        words: row.text("words")?,
        effect: row.text("effect")?,
        noted_at: row.at("noted_at")?,
        read_at: row.at_or_null("read_at")?,
        useful: row.int_or_null("useful")?.map(|so| so != 0),
        reply: row.text_or_null("reply")?,
        withdrawn_at: row.at_or_null("withdrawn_at")?,
    })
}

/// What others saw somebody do, newest first: one's own, or that of somebody who gave this actor a seat for it.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn about(tx: &mut Tx, actor: &Actor, person: PersonId) -> Result<Option<Vec<Observation>>, LedgerError> {
    if !seats::may_see(tx, actor, person, Part::Observations).await? {
        return Ok(None);
    }
    let rows = tx
        .rows(
            "select * from observation where about = $1 and withdrawn_at is null \
             order by seen_on desc, id desc limit $2",
            args![person, MOST],
        )
        .await?;
    rows.iter().map(observation).collect::<Result<_, _>>().map(Some)
}

/// What this actor saw others do, newest first.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn by(tx: &mut Tx, actor: &Actor) -> Result<Vec<Observation>, LedgerError> {
    let rows = tx
        .rows(
            "select * from observation where by_person = $1 order by seen_on desc, id desc limit $2",
            args![actor.person, MOST],
        )
        .await?;
    rows.iter().map(observation).collect()
}

async fn get(tx: &mut Tx, actor: &Actor, id: ObservationId) -> Result<Observation, Refused> {
    let row = tx
        .one("select * from observation where id = $1 and (by_person = $2 or about = $2)", args![id, actor.person])
        .await?;
    row.as_ref().map(observation).transpose()?.ok_or(Refused::NotFound)
}

/// How many people noted that they saw a quality of a person, and how many that they saw its lack, by quality:
/// dated evidence for what cannot be computed. Who wrote on both sides counts on both. Those taken back are left
/// out. The caller has made sure that its reader may know of it.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn noted(tx: &mut Tx, person: PersonId, since: Date) -> Result<BTreeMap<String, Noted>, LedgerError> {
    let rows = tx
        .rows(
            "select quality, lacking, count(distinct by_person) as people from observation \
             where about = $1 and seen_on >= $2 and withdrawn_at is null group by quality, lacking",
            args![person, since],
        )
        .await?;
    let mut out: BTreeMap<String, Noted> = BTreeMap::new();
    for row in &rows {
        let one = out.entry(row.text("quality")?).or_default();
        let people = u32::try_from(row.int("people")?).unwrap_or_default();
        if row.truth("lacking")? { one.lacking = people } else { one.shown = people }
    }
    Ok(out)
}

/// How many of the notes that this actor wrote were read, and how many of those were useful, as their readers
/// say: for the writer's own eyes.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn counted(tx: &mut Tx, actor: &Actor) -> Result<leadership::share::Share, LedgerError> {
    let row = tx
        .one(
            "select count(*) as n, coalesce(cast(sum(useful) as bigint), 0) as so from observation \
             where by_person = $1 and useful is not null and withdrawn_at is null",
            args![actor.person],
        )
        .await?;
    Ok(match row {
        Some(row) => leadership::share::Share::counted(row.int("so")?, row.int("n")?),
        None => leadership::share::Share::default(),
    })
}

/// Notes what somebody was seen to do.
#[derive(Debug, Clone, Default)]
pub struct Note {
    /// Whom it is about.
    pub about: Option<PersonId>,
    /// The quality, by key.
    pub quality: String,
    /// Whether it was the lack of it that was seen.
    pub lacking: bool,
    /// On which day.
    pub seen_on: String,
    /// The situation and what was done in it.
    pub words: String,
    /// What it led to.
    pub effect: String,
}

#[crate::act]
impl Act for Note {
    type Done = ObservationId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<ObservationId, Refused> {
        let today = day_of(tx, actor.person).await?;
        let mut wrongs = Wrongs::default();
        let quality = wrongs.take(growth::quality_key("quality", &self.quality));
        let words = wrongs.take(text::prose("words", &self.words));
        let effect = wrongs.take(text::prose("effect", &self.effect));
        let day = wrongs.take(text::day("seen_on", &self.seen_on).map(Some));
        if let Some(day) = day {
            let ago = leadership::promise::days_between(day, today);
            if ago < 0 {
                wrongs.add("seen_on", "This day is still to come. Note what was seen.");
            } else if ago > BACK_DAYS {
                wrongs.add("seen_on", "This is more than sixty days ago. Note what you saw of late.");
            }
        }
        let known = match self.about {
            Some(about) => asks::reachable(tx, actor).await?.into_iter().find(|(person, _)| person.id == about),
            None => None,
        };
        if known.is_none() {
            wrongs.add("about", "Choose somebody of your circles.");
        }
        let (quality, words, effect) = wrongs.or((quality, words, effect))?;
        let (Some(about), Some(day)) = (self.about, day) else { return Err(Refused::NotFound) };
        let id: ObservationId = tx.id();
        tx.run(
            "insert into observation (id, by_person, about, quality, lacking, seen_on, words, effect, noted_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            args![id, actor.person, about, &quality, self.lacking, day, &words, &effect, tx.now()],
        )
        .await?;
        tx.say(
            Said::new("observation", id, "noted")
                .by(actor.person)
                .with("about", about.to_string())
                .with("quality", quality)
                .with("seen_on", day.to_string())
                .sealed(actor.person, "words", words)
                .sealed(actor.person, "effect", effect),
        );
        Ok(id)
    }
}

/// Says that a note was read, whether it is useful, and what one replies.
#[derive(Debug, Clone)]
pub struct Respond {
    /// Which.
    pub observation: ObservationId,
    /// Whether it is useful; `None` says nothing about it.
    pub useful: Option<bool>,
    /// The reply; may be empty.
    pub reply: String,
}

#[crate::act]
impl Act for Respond {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let found = get(tx, actor, self.observation).await?;
        if found.about != actor.person {
            return Err(Refused::NotYours("Only the one it is about replies.".to_owned()));
        }
        if found.withdrawn_at.is_some() {
            return Err(Refused::conflict("This note was taken back.", "There is nothing to reply to."));
        }
        let reply = text::prose_or_empty("reply", &self.reply)?;
        if found.reply.is_some() && !reply.is_empty() {
            return Err(Refused::conflict("You replied before.", "Talk to them, or note what you saw them do."));
        }
        let (replied, reply) = if reply.is_empty() { (None, None) } else { (Some(tx.now()), Some(reply)) };
        tx.run(
            "update observation set read_at = coalesce(read_at, $1), useful = coalesce($2, useful), \
             reply = coalesce(reply, $3), replied_at = coalesce(replied_at, $4) where id = $5",
            args![tx.now(), self.useful, &reply, replied, self.observation],
        )
        .await?;
        let kind = if reply.is_some() { "replied" } else { "read" };
        let mut said = Said::new("observation", self.observation, kind).by(actor.person);
        if let Some(reply) = reply {
            said = said.sealed(actor.person, "reply", reply);
        }
        tx.say(said);
        Ok(())
    }
}

/// Takes a note back. It stays on its writer's list as taken back.
#[derive(Debug, Clone, Copy)]
pub struct Withdraw {
    /// Which.
    pub observation: ObservationId,
}

#[crate::act]
impl Act for Withdraw {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let found = get(tx, actor, self.observation).await?;
        if found.by != actor.person {
            return Err(Refused::NotYours("Only who wrote it takes it back.".to_owned()));
        }
        if found.withdrawn_at.is_some() {
            return Err(Refused::conflict("This note was taken back before.", "There is nothing to take back."));
        }
        tx.run("update observation set withdrawn_at = $1 where id = $2", args![tx.now(), self.observation]).await?;
        tx.say(Said::new("observation", self.observation, "withdrawn").by(actor.person));
        Ok(())
    }
}

/// Blanks a person's own words: what they noted, and what they replied.
pub(super) async fn erase(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    tx.run("update observation set words = $2, effect = $2 where by_person = $1", args![person, ERASED]).await?;
    tx.run("update observation set reply = $2 where about = $1 and reply is not null", args![person, ERASED]).await?;
    // Words about a person who is not here any more serve nobody.
    tx.run("update observation set words = $2, effect = $2 where about = $1", args![person, ERASED]).await?;
    Ok(())
}
