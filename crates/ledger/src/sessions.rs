//! Who is signed in. A session is a random token of 32 bytes in a cookie; the ledger keeps its hash only.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as TOKEN;
use jiff::{SignedDuration, Timestamp};
use leadership::PersonId;
use leadership::circle::Actor;

use crate::chain::{Said, sha256};
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::tx::Tx;

/// How long a session lasts without being used.
pub const IDLE: SignedDuration = SignedDuration::from_hours(12);

/// How a token is kept.
#[must_use]
pub fn kept(token: &str) -> String {
    sha256(token)
}

/// Opens a session for a person whose right to it was checked.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// Who.
    pub person: PersonId,
    /// With which program, as it calls itself; shown to the person.
    pub agent: String,
}

#[crate::act]
impl Act for SignIn {
    type Done = String;

    async fn perform(&self, tx: &mut Tx, _: &Actor) -> Result<String, Refused> {
        let bytes: [u8; 32] = tx.random();
        let token = TOKEN.encode(bytes);
        let agent: String = self.agent.chars().filter(|c| !c.is_control()).take(200).collect();
        let now = tx.now();
        tx.run("delete from session where until < $1", args![now]).await?;
        tx.run(
            "insert into session (token, person, made_at, seen_at, until, agent) values ($1, $2, $3, $4, $5, $6)",
            args![kept(&token), self.person, now, now, now + IDLE, agent],
        )
        .await?;
        tx.say(Said::new("person", self.person, "signed_in").by(self.person).felt_by([], []));
        Ok(token)
    }
}

/// Ends a session.
#[derive(Debug, Clone)]
pub struct SignOut {
    /// Its token.
    pub token: String,
}

#[crate::act]
impl Act for SignOut {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        if tx.run("delete from session where token = $1", args![kept(&self.token)]).await? > 0 {
            tx.say(Said::new("person", actor.person, "signed_out").by(actor.person).felt_by([], []));
        }
        Ok(())
    }
}

/// Ends one of one's own sessions, by how its token is kept.
#[derive(Debug, Clone)]
pub struct End {
    /// The hash of its token.
    pub kept: String,
}

#[crate::act]
impl Act for End {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let ended =
            tx.run("delete from session where token = $1 and person = $2", args![&self.kept, actor.person]).await?;
        if ended == 0 {
            return Err(Refused::NotFound);
        }
        tx.say(Said::new("person", actor.person, "signed_out").by(actor.person).felt_by([], []));
        Ok(())
    }
}

/// Ends all of one's own sessions, on every device.
#[derive(Debug, Clone, Default)]
pub struct EndAll {
    /// The token of a session that goes on: this browser's.
    pub but: Option<String>,
}

#[crate::act]
impl Act for EndAll {
    /// How many ended.
    type Done = u64;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<u64, Refused> {
        let ended = end_all(tx, actor.person, self.but.as_deref()).await?;
        tx.say(Said::new("person", actor.person, "signed_out_everywhere").by(actor.person).with("sessions", ended));
        Ok(ended)
    }
}

/// Ends the sessions of a person, but for one.
pub(crate) async fn end_all(tx: &mut Tx, person: PersonId, but: Option<&str>) -> Result<u64, LedgerError> {
    let but = but.map(kept).unwrap_or_default();
    tx.run("delete from session where person = $1 and token <> $2", args![person, but]).await
}

/// A session as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The hash of its token: names it, and opens nothing.
    pub kept: String,
    /// When it was opened.
    pub made_at: Timestamp,
    /// When it was used last, to a quarter of an hour.
    pub seen_at: Timestamp,
    /// The program, as it calls itself.
    pub agent: String,
}

/// The open sessions of a person, the one used last first.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn list(tx: &mut Tx, person: PersonId) -> Result<Vec<Listed>, LedgerError> {
    let rows = tx
        .rows(
            "select token, made_at, seen_at, agent from session where person = $1 and until > $2 \
             order by seen_at desc, token",
            args![person, tx.now()],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Listed {
                kept: row.text("token")?,
                made_at: row.at("made_at")?,
                seen_at: row.at("seen_at")?,
                agent: row.text("agent")?,
            })
        })
        .collect()
}

/// An open session with whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose it is.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Their time zone, by IANA name.
    pub zone: String,
    /// Whether they are of a sample.
    pub sample: bool,
    /// When it was used last, to the minute or coarser.
    pub seen_at: Timestamp,
}

/// The open session of a token; none of who left or was erased.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn find(tx: &mut Tx, token: &str) -> Result<Option<Session>, LedgerError> {
    let now = tx.now();
    let row = tx
        .one(
            "select s.person, s.seen_at, p.name, p.zone, p.sample from session s join person p on p.id = s.person \
             where s.token = $1 and s.until > $2 and p.left_at is null and p.erased_at is null",
            args![kept(token), now],
        )
        .await?;
    row.map(|row| {
        Ok(Session {
            person: row.id("person")?,
            name: row.text("name")?,
            zone: row.text("zone")?,
            sample: row.truth("sample")?,
            seen_at: row.at("seen_at")?,
        })
    })
    .transpose()
}

/// Prolongs a session that is being used. Asked for at most every few minutes, since it writes.
#[derive(Debug, Clone)]
pub struct Prolong {
    /// Its token.
    pub token: String,
}

#[crate::act]
impl Act for Prolong {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, _: &Actor) -> Result<(), Refused> {
        let now = tx.now();
        tx.run(
            "update session set seen_at = $1, until = $2 where token = $3 and until > $1",
            args![now, now + IDLE, kept(&self.token)],
        )
        .await?;
        tx.felt_by_nobody();
        Ok(())
    }
}
