//! What a person learns, for their own eyes: which modules of the training they began and ended with a real act,
//! and the last self-check, kept only when they say so and sealed with their own key.

use std::collections::BTreeMap;

use jiff::Timestamp;
use leadership::circle::Actor;
use leadership::{PersonId, Wrongs};
use serde::{Deserialize, Serialize};

use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::people::Place;
use crate::seal::Keys;
use crate::tx::Tx;

mod deeds;
mod first_days;
pub(crate) mod team;

pub use deeds::{OwnAct, done_since};
pub use first_days::{FIRST_DAYS, FirstDays, FirstStep, first_days, leads_since};
pub use team::{COMPARED_DAYS, EndPath, ProposePath, TeamPath, team_paths};

/// Where the chain's nouns are seen, by the first part of their page's address.
const PAGES: &[(&str, &str, &str)] = &[
    ("aim", "/aims/", "An aim"),
    ("signal", "/aims/horizon/", "A signal on the horizon"),
    ("decision", "/decisions/", "A decision"),
    ("promise", "/promises/", "A promise"),
    ("ask", "/asks#ask-", "An ask"),
    ("status", "/status/", "A status"),
    ("request", "/requests/", "A request"),
    ("clause", "/code/clauses/", "A clause of the code"),
    ("idea", "/ideas/", "An idea"),
    ("talk", "/talks/", "A talk"),
];

/// The page of what an act was about, and its noun in words; `None` for what has no page of its own.
#[must_use]
pub fn page_of(noun: &str, subject: &str) -> Option<(String, &'static str)> {
    let (_, page, words) = PAGES.iter().find(|(known, ..)| *known == noun)?;
    Some((format!("{page}{subject}"), words))
}

/// The modules that a person began, with the instant from which acts count, for that person.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn begun(tx: &mut Tx, actor: &Actor) -> Result<BTreeMap<String, Timestamp>, LedgerError> {
    let rows = tx.rows("select module, begun_at from training_begun where person = $1", args![actor.person]).await?;
    rows.iter().map(|row| Ok((row.text("module")?, row.at("begun_at")?))).collect()
}

/// Says that one begins a module: acts of its kind count from now on. Begun again, it stays begun when it was.
#[derive(Debug, Clone, Default)]
pub struct Start {
    /// Key of the module.
    pub module: String,
}

#[crate::act]
impl Act for Start {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        model::shipped().module(&self.module).ok_or(Refused::NotFound)?;
        let begun = tx
            .run(
                "insert into training_begun (person, module, begun_at) values ($1, $2, $3) \
                 on conflict (person, module) do nothing",
                args![actor.person, &self.module, tx.now()],
            )
            .await?;
        if begun > 0 {
            tx.say(Said::new("training", &self.module, "begun").by(actor.person));
        }
        Ok(())
    }
}

/// That a person ended a module with a real act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// What the act was about.
    pub noun: String,
    /// The identifier of that.
    pub subject: String,
    /// When they said so.
    pub at: Timestamp,
}

/// The modules that a person ended, for that person.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn ended(tx: &mut Tx, actor: &Actor) -> Result<BTreeMap<String, Ended>, LedgerError> {
    let rows = tx
        .rows("select module, noun, subject, done_at from training_done where person = $1", args![actor.person])
        .await?;
    rows.iter()
        .map(|row| {
            let ended = Ended { noun: row.text("noun")?, subject: row.text("subject")?, at: row.at("done_at")? };
            Ok((row.text("module")?, ended))
        })
        .collect()
}

/// Says that one ended a module, with the act that ended it: one's own, of the module's kind, done since it was begun.
#[derive(Debug, Clone, Default)]
pub struct End {
    /// Key of the module.
    pub module: String,
    /// The act: its noun and subject with a colon between, as [`done_since`] offers them.
    pub act: String,
}

#[crate::act]
impl Act for End {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let module = model::shipped().module(&self.module).ok_or(Refused::NotFound)?;
        let Some(since) = begun(tx, actor).await?.remove(&self.module) else {
            return Err(Refused::conflict("You have not begun this module.", "Begin it, do it, and come back."));
        };
        let none = || Wrongs::one("act", "Choose the act with which you ended this module.");
        let (noun, subject) = self.act.split_once(':').ok_or_else(none)?;
        let mine = done_since(tx, actor, module.deed, since).await?;
        if !mine.iter().any(|act| act.noun == noun && act.subject == subject) {
            return Err(none().into());
        }
        tx.run(
            "insert into training_done (person, module, noun, subject, done_at) values ($1, $2, $3, $4, $5) \
             on conflict (person, module) do update set noun = $3, subject = $4, done_at = $5",
            args![actor.person, &self.module, noun, subject, tx.now()],
        )
        .await?;
        tx.say(Said::new("training", &self.module, "ended").by(actor.person));
        Ok(())
    }
}

/// One answer about oneself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// Key of the quality that the item belonged to.
    pub quality: String,
    /// Points from 1 (never) to 5 (always).
    pub points: u8,
}

/// A self-check: what one answered about oneself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelfCheck {
    /// The version of the questionnaire.
    pub version: String,
    /// The answers, by item; what one was not able to say is left out.
    pub answers: BTreeMap<String, Answered>,
}

/// Keeps one's last self-check, sealed with one's own key, in place of the one before.
#[derive(Debug, Clone)]
pub struct KeepSelfCheck(
    /// What is kept.
    pub SelfCheck,
);

#[crate::act]
impl Act for KeepSelfCheck {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let me = actor.person;
        if self.0.answers.values().any(|answer| !(1..=5).contains(&answer.points)) {
            return Err(Wrongs::one("", "An answer has one to five points.").into());
        }
        let plain = serde_json::to_string(&self.0).map_err(|error| LedgerError::Inside(error.to_string()))?;
        let keys = Keys::of(tx, [me.to_string()].into()).await?;
        let sealed = keys.seal(me, &plain, tx.random())?.to_string();
        tx.run(
            "insert into self_check (person, kept_at, sealed) values ($1, $2, $3) \
             on conflict (person) do update set kept_at = $2, sealed = $3",
            args![me, tx.now(), &sealed],
        )
        .await?;
        tx.say(Said::new("self_check", me, "kept").by(me));
        Ok(())
    }
}

/// Lets go of the self-check that was kept.
#[derive(Debug, Clone, Copy)]
pub struct ForgetSelfCheck;

#[crate::act]
impl Act for ForgetSelfCheck {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let me = actor.person;
        if tx.run("delete from self_check where person = $1", args![me]).await? > 0 {
            tx.say(Said::new("self_check", me, "forgotten").by(me));
        }
        Ok(())
    }
}

/// The self-check that a person kept, for that person: there is no way to ask for another one's.
///
/// # Errors
/// When the database is away, or the seal is damaged.
#[crate::asked]
pub async fn self_check(tx: &mut Tx, actor: &Actor) -> Result<Option<(Timestamp, SelfCheck)>, LedgerError> {
    let me = actor.person;
    let Some(row) = tx.one("select kept_at, sealed from self_check where person = $1", args![me]).await? else {
        return Ok(None);
    };
    let keys = Keys::of(tx, [me.to_string()].into()).await?;
    let mut body = serde_json::json!({ "answers": row.json::<serde_json::Value>("sealed")? });
    keys.open(&mut body)?;
    let broken = || LedgerError::Inside("a kept self-check cannot be read".to_owned());
    let plain = body.get("answers").and_then(serde_json::Value::as_str).ok_or_else(broken)?;
    Ok(Some((row.at("kept_at")?, serde_json::from_str(plain).map_err(|_| broken())?)))
}

/// What is held here about a person.
pub(crate) const MINE: &[Place] = &[
    Place {
        room: "Training",
        what: "Modules that you began; nobody else sees them",
        covers: ("training_begun", "person"),
        sql: "select module, begun_at from training_begun where person = $1 order by begun_at desc",
        shows: &[("module", "Module"), ("begun_at", "Begun")],
    },
    Place {
        room: "Training",
        what: "Modules that you ended with an act; nobody else sees them",
        covers: ("training_done", "person"),
        sql: "select module, noun, done_at from training_done where person = $1 order by done_at desc",
        shows: &[("module", "Module"), ("noun", "Ended with"), ("done_at", "When")],
    },
    Place {
        room: "Training",
        what: "That you kept a self-check; its answers are sealed with your key and shown on the page “Self-check”",
        covers: ("self_check", "person"),
        sql: "select kept_at from self_check where person = $1",
        shows: &[("kept_at", "Kept")],
    },
    Place {
        room: "Training",
        what: "Modules that you proposed to a circle to learn together",
        covers: ("team_path", "proposed_by"),
        sql: "select t.proposed_at, c.name, t.module, t.why from team_path t join circle c on c.id = t.circle \
              where t.proposed_by = $1 order by t.proposed_at desc",
        shows: &[("proposed_at", "When"), ("name", "Circle"), ("module", "Module"), ("why", "Why")],
    },
];

/// What erasing a person takes from here: what was theirs alone, and their words to a team.
pub(crate) async fn erase(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    team::erase(tx, person).await?;
    tx.run("delete from training_begun where person = $1", args![person]).await?;
    tx.run("delete from training_done where person = $1", args![person]).await?;
    tx.run("delete from self_check where person = $1", args![person]).await?;
    Ok(())
}
