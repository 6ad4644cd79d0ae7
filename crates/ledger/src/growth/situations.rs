//! Situations with people that one thought through: which way one would go, and afterwards what came of it when one was
//! in such a thing. Sealed to their owner ([`super::own`]), the way as well: what somebody would do is nobody else's.

use std::collections::BTreeMap;

use jiff::Timestamp;
use leadership::circle::Actor;
use leadership::{PersonId, Wrongs, text};
use serde::{Deserialize, Serialize};

use super::own;
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::tx::Tx;

/// What is sealed.
#[derive(Serialize, Deserialize)]
struct Kept {
    way: String,
    words: String,
    after: String,
}

/// A situation that one thought through, opened for its owner.
#[derive(Clone, PartialEq, Eq)]
pub struct Tried {
    /// Key of the way that one would go; a newer model may not have it any more.
    pub way: String,
    /// Why, or what one would say first; may be empty.
    pub words: String,
    /// What came of it when one was in such a situation; may be empty.
    pub after: String,
    /// When one thought it through.
    pub tried_at: Timestamp,
}

// Words that are one's own alone must not reach a log by way of a debug line.
impl std::fmt::Debug for Tried {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tried").field("tried_at", &self.tried_at).finish_non_exhaustive()
    }
}

fn of_situation(key: &str) -> String {
    format!("situation {key}")
}

/// The situations that this actor thought through, by key.
///
/// # Errors
/// When the database is away, or a seal is damaged.
#[crate::asked]
pub async fn tried(tx: &mut Tx, actor: &Actor) -> Result<BTreeMap<String, Tried>, LedgerError> {
    let rows = tx
        .rows(
            "select situation, sealed, tried_at from situation_tried where person = $1 order by situation",
            args![actor.person],
        )
        .await?;
    let (mut keys, mut sealed) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
    for row in &rows {
        let key = row.text("situation")?;
        sealed.push((of_situation(&key), row.text("sealed")?));
        keys.push((key, row.at("tried_at")?));
    }
    let opened: Vec<Kept> = own::open(tx, actor.person, &sealed).await?;
    let with = |((key, tried_at), kept): ((String, Timestamp), Kept)| {
        (key, Tried { way: kept.way, words: kept.words, after: kept.after, tried_at })
    };
    Ok(keys.into_iter().zip(opened).map(with).collect())
}

async fn keep(tx: &mut Tx, actor: &Actor, key: &str, kept: &Kept) -> Result<(), Refused> {
    let sealed = own::seal(tx, actor.person, &of_situation(key), kept).await?;
    tx.run(
        "insert into situation_tried (person, situation, sealed, tried_at) values ($1, $2, $3, $4) \
         on conflict (person, situation) do update set sealed = $3",
        args![actor.person, key, &sealed, tx.now()],
    )
    .await?;
    Ok(())
}

/// That something was done to one, and nothing of it: neither the situation nor the way.
fn happened(actor: &Actor, kind: &'static str) -> Said {
    Said::new("situation", actor.person, kind).by(actor.person)
}

/// Chooses a way in a situation. Chosen again, it takes the place of the earlier one; what came of it stays.
#[derive(Clone, Default)]
pub struct TryOut {
    /// Key of the situation.
    pub situation: String,
    /// Key of the way.
    pub way: String,
    /// Why, or what one would say first; may be empty.
    pub words: String,
}

impl std::fmt::Debug for TryOut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TryOut").finish_non_exhaustive()
    }
}

#[crate::act]
impl Act for TryOut {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let situation = model::shipped().situation(&self.situation).ok_or(Refused::NotFound)?;
        let mut wrongs = Wrongs::default();
        if !situation.ways.iter().any(|way| way.key == self.way) {
            wrongs.add("way", "Choose one of these.");
        }
        let words = wrongs.take(text::prose_or_empty("words", &self.words));
        let words = wrongs.or(words)?;
        let after = tried(tx, actor).await?.remove(&self.situation).map(|one| one.after).unwrap_or_default();
        keep(tx, actor, &self.situation, &Kept { way: self.way.clone(), words, after }).await?;
        tx.say(happened(actor, "thought_through"));
        Ok(())
    }
}

/// Writes what came of it, when one was in such a situation; empty takes it away.
#[derive(Clone, Default)]
pub struct SayAfter {
    /// Key of the situation.
    pub situation: String,
    /// What came of it.
    pub words: String,
}

impl std::fmt::Debug for SayAfter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SayAfter").finish_non_exhaustive()
    }
}

#[crate::act]
impl Act for SayAfter {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let found = tried(tx, actor).await?.remove(&self.situation).ok_or(Refused::NotFound)?;
        let after = text::prose_or_empty("after", &self.words)?;
        keep(tx, actor, &self.situation, &Kept { way: found.way, words: found.words, after }).await?;
        tx.say(happened(actor, "looked_back_on"));
        Ok(())
    }
}

/// Throws away what one wrote on a situation, the way too.
#[derive(Debug, Clone, Default)]
pub struct ForgetTry {
    /// Key of the situation.
    pub situation: String,
}

#[crate::act]
impl Act for ForgetTry {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let gone = tx
            .run(
                "delete from situation_tried where person = $1 and situation = $2",
                args![actor.person, &self.situation],
            )
            .await?;
        if gone == 0 {
            return Err(Refused::NotFound);
        }
        tx.say(happened(actor, "forgotten"));
        Ok(())
    }
}

/// Throws away what was theirs alone.
pub(super) async fn erase(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    tx.run("delete from situation_tried where person = $1", args![person]).await?;
    Ok(())
}
