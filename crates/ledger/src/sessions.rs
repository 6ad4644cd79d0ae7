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
        tx.say(Said::new("person", self.person, "signed_in").by(self.person));
        Ok(token)
    }
}

/// Ends a session.
#[derive(Debug, Clone)]
pub struct SignOut {
    /// Its token.
    pub token: String,
}

impl Act for SignOut {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        if tx.run("delete from session where token = $1", args![kept(&self.token)]).await? > 0 {
            tx.say(Said::new("person", actor.person, "signed_out").by(actor.person));
        }
        Ok(())
    }
}

/// An open session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose it is.
    pub person: PersonId,
    /// When it was used last, to the minute or coarser.
    pub seen_at: Timestamp,
}

/// The open session of a token.
///
/// # Errors
/// When the database is away.
pub async fn find(tx: &mut Tx, token: &str) -> Result<Option<Session>, LedgerError> {
    let now = tx.now();
    let row =
        tx.one("select person, seen_at from session where token = $1 and until > $2", args![kept(token), now]).await?;
    row.map(|row| Ok(Session { person: row.id("person")?, seen_at: row.at("seen_at")? })).transpose()
}

/// Prolongs a session that is being used. Asked for at most every few minutes, since it writes.
#[derive(Debug, Clone)]
pub struct Prolong {
    /// Its token.
    pub token: String,
}

impl Act for Prolong {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, _: &Actor) -> Result<(), Refused> {
        let now = tx.now();
        tx.run(
            "update session set seen_at = $1, until = $2 where token = $3 and until > $1",
            args![now, now + IDLE, kept(&self.token)],
        )
        .await?;
        Ok(())
    }
}
