//! What I heard: one who takes part says back another, and that one confirms it in their own right or corrects it;
//! what was corrected is said back anew. Confirmed is never agreed.

use jiff::Timestamp;
use leadership::circle::Actor;
use leadership::talk::{Heard, Kind, State};
use leadership::{Id, PersonId, Wrongs, text};

use super::{Talk, TalkId, get, mediation, named};
use crate::chain::Said as Event;
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::store::Row;
use crate::tx::Tx;

/// Names what was heard, for the type of its identifiers.
#[derive(Debug)]
pub enum HeardNoun {}
/// Something that was heard.
pub type HeardId = Id<HeardNoun>;

/// Most that one person says back in one talk.
const MOST: i64 = 20;

/// Something that was heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Its identifier.
    pub id: HeardId,
    /// In which talk.
    pub talk: TalkId,
    /// Who heard it.
    pub by: PersonId,
    /// Of whom.
    pub of: PersonId,
    /// What was heard, as it stands now.
    pub words: String,
    /// Where it stands.
    pub state: Heard,
    /// The correction; empty while there is none.
    pub correction: String,
    /// When it was said, or said anew.
    pub said_at: Timestamp,
}

fn heard(row: &Row) -> Result<Said, LedgerError> {
    Ok(Said {
        id: row.id("id")?,
        talk: row.id("talk")?,
        by: row.id("heard_by")?,
        of: row.id("heard_of")?,
        words: row.text("words")?,
        state: named(Heard::from_name(&row.text("state")?), "state")?,
        correction: row.text("correction")?,
        said_at: row.at("said_at")?,
    })
}

/// All that was heard in a talk; who may read which is decided by whoever asks for it.
pub(super) async fn all(tx: &mut Tx, talk: TalkId) -> Result<Vec<Said>, LedgerError> {
    let rows = tx.rows("select * from talk_heard where talk = $1 order by said_at, id", args![talk]).await?;
    rows.iter().map(heard).collect()
}

/// What was heard in a talk, as far as one who takes part may read it: what they said back or were said back with; of
/// the others what was confirmed. In a mediation the mediator reads all, and a side what the other opened.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn of(tx: &mut Tx, actor: &Actor, talk: &Talk) -> Result<Vec<Said>, LedgerError> {
    let me = actor.person;
    if !talk.has(me) {
        return Ok(Vec::new());
    }
    let mut out = all(tx, talk.id).await?;
    if talk.kind == Kind::Mediation {
        let opened = mediation::opened(tx, talk.id).await?;
        out.retain(|one| {
            one.by == me
                || one.of == me
                || talk.called_by == me
                || (one.state == Heard::Confirmed && opened.contains(&one.of))
        });
    } else {
        out.retain(|one| one.by == me || one.of == me || one.state == Heard::Confirmed);
    }
    Ok(out)
}

/// The talk of something that was heard, for those who take part in it and may read it.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn talk_of(tx: &mut Tx, actor: &Actor, id: HeardId) -> Result<Option<(Talk, Said)>, LedgerError> {
    let row = tx.one("select * from talk_heard where id = $1", args![id]).await?;
    let Some(found) = row.as_ref().map(heard).transpose()? else { return Ok(None) };
    let Some(talk) = get(tx, actor, found.talk).await? else { return Ok(None) };
    let mine = of(tx, actor, &talk).await?.into_iter().any(|one| one.id == id);
    Ok(mine.then_some((talk, found)))
}

/// Says what one heard of another.
#[derive(Debug, Clone, Default)]
pub struct Hear {
    /// In which talk.
    pub talk: Option<TalkId>,
    /// Of whom.
    pub of: Option<PersonId>,
    /// What, in one's own words.
    pub words: String,
}

#[crate::act]
impl Act for Hear {
    type Done = HeardId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<HeardId, Refused> {
        let talk = get(tx, actor, self.talk.ok_or(Refused::NotFound)?).await?.ok_or(Refused::NotFound)?;
        if !talk.kind.heard() {
            return Err(Refused::conflict("What is said beside work is not written down.", "Keep it to yourselves."));
        }
        let mut wrongs = Wrongs::default();
        let words = wrongs.take(text::prose("heard", &self.words));
        let of = self.of.filter(|of| *of != actor.person && talk.has(*of));
        if of.is_none() {
            wrongs.add("of", "Choose one of the others who took part.");
        }
        let words = wrongs.or(words)?;
        let of = of.ok_or(Refused::NotFound)?;
        if talk.kind == Kind::Mediation {
            if matches!(talk.state, State::CalledOff | State::Missed) {
                return Err(Refused::conflict("This mediation was called off.", "Call another one."));
            }
            mediation::may_say_back(tx, &talk, actor.person, of).await?;
        } else if talk.state != State::Held {
            return Err(Refused::conflict("This talk was not held yet.", "Say first that it was held, and when."));
        }
        let earlier = tx
            .one(
                "select count(*) as n, coalesce(cast(sum(case when heard_of = $3 and state <> 'confirmed' then 1 else 0 end) as bigint), 0) \
                 as open from talk_heard where talk = $1 and heard_by = $2",
                args![talk.id, actor.person, of],
            )
            .await?;
        if let Some(row) = earlier {
            if row.int("open")? > 0 {
                return Err(Refused::conflict(
                    "Something that you said back of them is still open.",
                    "Wait until it is confirmed, or say it anew where it was corrected.",
                ));
            }
            if row.int("n")? >= MOST {
                return Err(Refused::conflict("Twenty things were said back by you.", "Call another talk for more."));
            }
        }
        let id: HeardId = tx.id();
        tx.run(
            "insert into talk_heard (id, talk, heard_by, heard_of, words, state, correction, said_at, answered_at) \
             values ($1, $2, $3, $4, $5, 'waits', '', $6, null)",
            args![id, talk.id, actor.person, of, &words, tx.now()],
        )
        .await?;
        tx.say(
            Event::new("heard", id, "said_back")
                .by(actor.person)
                .with("talk", talk.id.to_string())
                .with("of", of.to_string())
                .sealed(actor.person, "words", words)
                .felt_by(talk.people(), []),
        );
        Ok(id)
    }
}

/// Confirms what another heard of oneself, or corrects it in one's own words.
#[derive(Debug, Clone)]
pub struct AnswerHeard {
    /// Which.
    pub heard: HeardId,
    /// Whether it is what one meant.
    pub confirms: bool,
    /// The correction, where it is not.
    pub words: String,
}

#[crate::act]
impl Act for AnswerHeard {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let (talk, found) = talk_of(tx, actor, self.heard).await?.ok_or(Refused::NotFound)?;
        if found.of != actor.person {
            return Err(Refused::NotYours("Only the one who said it can confirm it.".to_owned()));
        }
        if found.state != Heard::Waits {
            return Err(Refused::conflict(
                format!("It is {}.", found.state.shown()),
                "There is nothing to answer now.",
            ));
        }
        let words = if self.confirms { String::new() } else { text::prose("correction", &self.words)? };
        let state = if self.confirms { Heard::Confirmed } else { Heard::Corrected };
        tx.run(
            "update talk_heard set state = $1, correction = $2, answered_at = $3 where id = $4",
            args![state.name(), &words, tx.now(), self.heard],
        )
        .await?;
        let said = Event::new("heard", self.heard, if self.confirms { "confirmed" } else { "corrected" })
            .by(actor.person)
            .with("talk", talk.id.to_string())
            .felt_by(talk.people(), []);
        tx.say(if self.confirms { said } else { said.sealed(actor.person, "words", words) });
        Ok(())
    }
}

/// Says anew what was corrected.
#[derive(Debug, Clone)]
pub struct Restate {
    /// Which.
    pub heard: HeardId,
    /// What one heard, with the correction.
    pub words: String,
}

#[crate::act]
impl Act for Restate {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let (talk, found) = talk_of(tx, actor, self.heard).await?.ok_or(Refused::NotFound)?;
        if found.by != actor.person {
            return Err(Refused::NotYours("Only who said it back says it back anew.".to_owned()));
        }
        if found.state != Heard::Corrected {
            return Err(Refused::conflict(
                format!("It is {}.", found.state.shown()),
                "There is nothing to say anew now.",
            ));
        }
        let words = text::prose("restated", &self.words)?;
        tx.run(
            "update talk_heard set state = 'waits', words = $1, said_at = $2 where id = $3",
            args![&words, tx.now(), self.heard],
        )
        .await?;
        tx.say(
            Event::new("heard", self.heard, "said_back_anew")
                .by(actor.person)
                .with("talk", talk.id.to_string())
                .sealed(actor.person, "words", words)
                .felt_by(talk.people(), []),
        );
        Ok(())
    }
}
