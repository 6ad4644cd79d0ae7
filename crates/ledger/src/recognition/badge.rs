//! The badge: a small file, signed with the installation's key, that anybody can check without this server
//! (Ed25519, RFC 8032, over the canonical JSON of everything in it but the signature). It is shown on a page
//! only if its holder says so; whether it was revoked is told on that page.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::recognition::{Judged, Standard};
use leadership::{Id, PersonId, text};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Nomination, organisation};
use crate::chain::{Said, canonical};
use crate::error::{LedgerError, Refused};
use crate::head::{self, HeadKey};
use crate::honesty::day_of;
use crate::ledger::Act;
use crate::people;
use crate::store::Row;
use crate::tx::Tx;

/// Names badges, for the type of their identifiers.
#[derive(Debug)]
pub enum BadgeNoun {}
/// A badge.
pub type BadgeId = Id<BadgeNoun>;

const FORM: &str = "plumb badge 1";

/// A badge as its file has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedBadge {
    /// What this is: `plumb badge 1`.
    pub form: String,
    /// Its identifier.
    pub id: BadgeId,
    /// The organisation that gave it.
    pub organisation: String,
    /// Who holds it.
    pub person: String,
    /// The standard by which it was given.
    pub standard: Standard,
    /// The qualities that were covered, by name.
    pub covered: Vec<String>,
    /// The day on which somebody outside of the circle confirmed it.
    pub issued_on: Date,
    /// Its last day.
    pub holds_until: Date,
    /// Where its holder may show it, and where it is told whether it was revoked.
    pub page: String,
    /// Public key of the installation, 32 bytes in base 64.
    pub key: String,
    /// Signature, 64 bytes in base 64.
    pub signature: String,
}

impl SignedBadge {
    /// What is signed: the canonical JSON of all fields but the signature.
    fn signed_words(&self) -> Result<String, LedgerError> {
        let mut value = serde_json::to_value(self)?;
        if let Value::Object(fields) = &mut value {
            fields.remove("signature");
        }
        Ok(canonical(&value))
    }

    /// Whether the signature is that of the key in it.
    #[must_use]
    pub fn is_genuine(&self) -> bool {
        self.form == FORM
            && self.signed_words().is_ok_and(|words| head::is_signed(&self.key, &self.signature, words.as_bytes()))
    }
}

/// What looking at a badge without its server gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "answer")]
pub enum BadgeCheck {
    /// The file is what was signed, and its time is not over.
    Holds {
        /// Who holds it.
        person: String,
        /// Who gave it.
        organisation: String,
        /// Its last day.
        until: Date,
        /// Where it is told whether it was revoked.
        page: String,
        /// The key that signed it.
        key: String,
        /// Whether that is the key that was expected; `None` where none was.
        ours: Option<bool>,
    },
    /// The signature does not fit.
    Forged,
    /// Its time is over.
    Ended {
        /// Its last day.
        until: Date,
    },
}

impl BadgeCheck {
    /// Whether it holds, by the expected key where one was given.
    #[must_use]
    pub fn holds(&self) -> bool {
        matches!(self, Self::Holds { ours: None | Some(true), .. })
    }
}

impl fmt::Display for BadgeCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Holds { person, organisation, until, page, key, ours } => {
                let holds = format!("{organisation} recognised {person}; it holds until {until}.");
                match ours {
                    Some(true) => write!(f, "{holds} Signed with the expected key.")?,
                    Some(false) => {
                        return write!(f, "The file is whole, but another key signed it than the expected one: {key}.");
                    }
                    None => write!(
                        f,
                        "{holds} Signed with the key {key}: compare it with the one that {organisation} publishes."
                    )?,
                }
                write!(f, " Whether it was revoked is told on {page}, where its holder shows it.")
            }
            Self::Forged => f.write_str("The signature does not fit: the file was changed, or is no badge."),
            Self::Ended { until } => write!(f, "The badge is genuine, but it ended on {until}."),
        }
    }
}

/// Checks a badge without its server. `expected` is the public key of who is said to have given it.
#[must_use]
pub fn check(badge: &SignedBadge, expected: Option<&str>, today: Date) -> BadgeCheck {
    if !badge.is_genuine() {
        return BadgeCheck::Forged;
    }
    // A stranger's key is told before anything that this key vouches for.
    let ours = expected.map(|key| key.trim() == badge.key);
    if badge.holds_until < today && ours != Some(false) {
        return BadgeCheck::Ended { until: badge.holds_until };
    }
    BadgeCheck::Holds {
        person: badge.person.clone(),
        organisation: badge.organisation.clone(),
        until: badge.holds_until,
        page: badge.page.clone(),
        key: badge.key.clone(),
        ours,
    }
}

/// Reads the file of a badge.
///
/// # Errors
/// Says why it is none.
pub fn read(text: &str) -> Result<SignedBadge, String> {
    serde_json::from_str(text).map_err(|error| format!("this is no badge: {error}"))
}

/// A badge as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Badge {
    /// Its identifier.
    pub id: BadgeId,
    /// Who holds it.
    pub person: PersonId,
    /// Who confirmed it.
    pub verified_by: PersonId,
    /// The file, as it was signed.
    pub file: SignedBadge,
    /// Whether its holder shows it.
    pub public: bool,
    /// When it was revoked, and why.
    pub revoked: Option<(Timestamp, String)>,
}

impl Badge {
    /// Whether it holds on a day.
    #[must_use]
    pub fn holds(&self, today: Date) -> bool {
        self.revoked.is_none() && self.file.holds_until >= today
    }

    /// The file as it is handed out.
    #[must_use]
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(&self.file).map(|text| text + "\n").unwrap_or_default()
    }
}

fn badge_of(row: &Row) -> Result<Badge, LedgerError> {
    Ok(Badge {
        id: row.id("id")?,
        person: row.id("person")?,
        verified_by: row.id("verified_by")?,
        file: row.json("file")?,
        public: row.truth("public")?,
        revoked: row.at_or_null("revoked_at")?.zip(row.text_or_null("revoked_why")?),
    })
}

/// The badges of this actor, the newest first.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn badges(tx: &mut Tx, actor: &Actor) -> Result<Vec<Badge>, LedgerError> {
    let rows = tx
        .rows(
            "select * from badge where person = $1 and file <> '' order by issued_on desc, id desc",
            args![actor.person],
        )
        .await?;
    rows.iter().map(badge_of).collect()
}

/// A badge, for its holder, who confirmed it, and who administers the organisation.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn badge(tx: &mut Tx, actor: &Actor, id: BadgeId) -> Result<Option<Badge>, LedgerError> {
    let Some(row) = tx.one("select * from badge where id = $1 and file <> ''", args![id]).await? else {
        return Ok(None);
    };
    let found = badge_of(&row)?;
    let me = actor.person;
    let may = found.person == me || found.verified_by == me || people::keeps_all(tx, actor).await?;
    Ok(may.then_some(found))
}

/// A badge that its holder shows, for whoever has its address. One that was revoked is shown as that.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn public(tx: &mut Tx, id: BadgeId) -> Result<Option<Badge>, LedgerError> {
    let row = tx.one("select * from badge where id = $1 and public = 1 and file <> ''", args![id]).await?;
    row.as_ref().map(badge_of).transpose()
}

/// The words on a quality: its name in the model, or its key.
fn named(key: &str) -> String {
    let found = model::shipped().qualities.iter().find(|quality| quality.key == key);
    found.map_or_else(|| key.to_owned(), |quality| quality.name.clone())
}

/// Gives the badge of a nomination that was confirmed just now.
pub(super) async fn issue(
    tx: &mut Tx,
    actor: &Actor,
    found: &Nomination,
    standard: &Standard,
    judged: &Judged,
    key: &HeadKey,
    address: &str,
) -> Result<BadgeId, Refused> {
    let person = people::present(tx, found.person, "person").await?;
    let today = day_of(tx, found.person).await?;
    let id: BadgeId = tx.id();
    let mut file = SignedBadge {
        form: FORM.to_owned(),
        id,
        organisation: organisation(tx).await?,
        person: person.name,
        standard: *standard,
        covered: judged.covered.iter().map(|key| named(key)).collect(),
        issued_on: today,
        holds_until: standard.holds_until(today),
        page: format!("{address}/badge/{id}"),
        key: key.public(),
        signature: String::new(),
    };
    file.signature = key.sign(file.signed_words()?.as_bytes());
    let text = serde_json::to_string(&file).map_err(LedgerError::from)?;
    tx.run(
        "insert into badge (id, nomination, person, verified_by, file, issued_on, holds_until, public) \
         values ($1, $2, $3, $4, $5, $6, $7, 0)",
        args![id, found.id, found.person, actor.person, text, today, file.holds_until],
    )
    .await?;
    tx.say(
        Said::new("badge", id, "given")
            .by(actor.person)
            .with("person", found.person.to_string())
            .with("standard", standard.version)
            .with("holds_until", file.holds_until.to_string())
            .with("signature", file.signature),
    );
    Ok(id)
}

/// Shows a badge to whoever has its address, or shows it no more.
#[derive(Debug, Clone, Copy)]
pub struct Publish {
    /// Which.
    pub badge: BadgeId,
    /// Whether it is shown.
    pub public: bool,
}

#[crate::act]
impl Act for Publish {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let found = badge(tx, actor, self.badge).await?.ok_or(Refused::NotFound)?;
        if found.person != actor.person {
            return Err(Refused::NotYours("Only its holder says who may see it.".to_owned()));
        }
        if found.public == self.public {
            return Ok(());
        }
        tx.run("update badge set public = $1 where id = $2", args![self.public, self.badge]).await?;
        tx.say(Said::new("badge", self.badge, if self.public { "shown" } else { "hidden" }).by(actor.person));
        Ok(())
    }
}

/// Revokes a badge with a reason: its holder, who confirmed it, or who administers the organisation.
#[derive(Debug, Clone)]
pub struct Revoke {
    /// Which.
    pub badge: BadgeId,
    /// Why.
    pub reason: String,
}

#[crate::act]
impl Act for Revoke {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let found = badge(tx, actor, self.badge).await?.ok_or(Refused::NotFound)?;
        let reason = text::prose("reason", &self.reason)?;
        if found.revoked.is_some() {
            return Err(Refused::conflict("This badge was revoked before.", "There is nothing more to revoke."));
        }
        tx.run(
            "update badge set revoked_at = $1, revoked_by = $2, revoked_why = $3 where id = $4",
            args![tx.now(), actor.person, &reason, self.badge],
        )
        .await?;
        tx.say(Said::new("badge", self.badge, "revoked").by(actor.person).sealed(found.person, "reason", reason));
        Ok(())
    }
}
