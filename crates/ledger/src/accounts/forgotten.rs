//! A forgotten password: a link of one use leads to a new one. It is mailed to who asks, at the address that they sign
//! in with, or handed over by whoever keeps all their circles in order. The second factor stays what it is.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as TOKEN;
use jiff::{SignedDuration, Timestamp};
use leadership::PersonId;
use leadership::circle::Actor;

use super::{get, keep_password};
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::people;
use crate::sessions::{self, kept};
use crate::tx::Tx;

/// How long a link lasts that was mailed.
pub const MAILED: SignedDuration = SignedDuration::from_hours(1);
/// How long one lasts that is handed over.
pub const HANDED: SignedDuration = SignedDuration::from_hours(24 * 3);

/// A link that was made for somebody who asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Their name.
    pub name: String,
    /// Their address for mail.
    pub email: String,
    /// What the link holds; it can be read only now.
    pub token: String,
}

async fn write(
    tx: &mut Tx,
    person: PersonId,
    by: Option<PersonId>,
    lasts: SignedDuration,
) -> Result<(String, Timestamp), LedgerError> {
    let bytes: [u8; 32] = tx.random();
    let (token, until) = (TOKEN.encode(bytes), tx.now() + lasts);
    tx.run("delete from password_link where until < $1", args![tx.now()]).await?;
    tx.run(
        "insert into password_link (token, person, made_by, made_at, until) values ($1, $2, $3, $4, $5)",
        args![kept(&token), person, by, tx.now(), until],
    )
    .await?;
    Ok((token, until))
}

/// Makes a link for whoever signs in with an address and a password. `None` where nobody does: who asks learns
/// nothing of that.
#[derive(Debug, Clone)]
pub struct AskLink {
    /// The address as it was typed.
    pub email: String,
}

#[crate::act]
impl Act for AskLink {
    type Done = Option<Made>;

    async fn perform(&self, tx: &mut Tx, _: &Actor) -> Result<Option<Made>, Refused> {
        let Some((person, _)) = people::password(tx, &self.email).await? else { return Ok(None) };
        let Some(found) = people::get(tx, person).await? else { return Ok(None) };
        let Some(email) = found.email else { return Ok(None) };
        let (token, until) = write(tx, person, None, MAILED).await?;
        tx.say(Said::new("person", person, "asked_new_password").with("until", until.to_string()));
        Ok(Some(Made { name: found.name, email, token }))
    }
}

/// Makes a link for somebody whom one keeps in order, to be handed over after making sure of who asks.
#[derive(Debug, Clone, Copy)]
pub struct HandLink {
    /// For whom.
    pub person: PersonId,
}

#[crate::act]
impl Act for HandLink {
    /// What the link holds, and when it ends.
    type Done = (String, Timestamp);

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(String, Timestamp), Refused> {
        people::present(tx, self.person, "person").await?;
        people::may_keep(tx, actor, self.person).await?;
        if get(tx, self.person).await?.password.is_none() {
            return Err(Refused::conflict("This person has no password yet.", "Make an invitation instead."));
        }
        let (token, until) = write(tx, self.person, Some(actor.person), HANDED).await?;
        tx.say(
            Said::new("person", self.person, "given_password_link").by(actor.person).with("until", until.to_string()),
        );
        Ok((token, until))
    }
}

/// Whom a token leads to a new password: neither used, nor over, nor of somebody who left.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn opened(tx: &mut Tx, token: &str) -> Result<Option<PersonId>, LedgerError> {
    let row = tx
        .one(
            "select l.person from password_link l join person p on p.id = l.person where l.token = $1 \
             and l.until > $2 and l.used_at is null and p.left_at is null and p.erased_at is null",
            args![kept(token), tx.now()],
        )
        .await?;
    row.map(|row| row.id("person")).transpose()
}

/// Sets a new password by a link. All links of this person are used up by it, and all their sessions end.
#[derive(Debug, Clone)]
pub struct SetPassword {
    /// What the link holds.
    pub token: String,
    /// The hash of the new password, in PHC form.
    pub hash: String,
}

#[crate::act]
impl Act for SetPassword {
    type Done = PersonId;

    async fn perform(&self, tx: &mut Tx, _: &Actor) -> Result<PersonId, Refused> {
        let person = opened(tx, &self.token).await?.ok_or(Refused::NotFound)?;
        keep_password(tx, person, &self.hash).await?;
        tx.run("update password_link set used_at = $1 where person = $2 and used_at is null", args![tx.now(), person])
            .await?;
        sessions::end_all(tx, person, None).await?;
        tx.say(Said::new("person", person, "set_password_by_link").by(person));
        Ok(person)
    }
}
