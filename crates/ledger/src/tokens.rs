//! Tokens with which programs act for a person: made and revoked by that person, kept as a hash, shown once.
//! A token never does more than its person may, and less where its scope says so.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as TOKEN;
use jiff::{SignedDuration, Timestamp};
use leadership::circle::Actor;
use leadership::{Id, PersonId, Wrongs, text};

use crate::chain::{Said, sha256};
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::people::Place;
use crate::store::Row;
use crate::tx::Tx;

/// Tokens that a person may have at once.
const MOST: i64 = 50;
/// A token's last use is written at most so often.
pub const USED: SignedDuration = SignedDuration::from_mins(15);
/// What every token begins with, so that one that was published by mistake can be searched for.
const MARK: &str = "plumb_";

/// Name of the noun, for the type of its identifiers only.
#[derive(Debug)]
pub enum ApiToken {}
/// The identifier of a token; it opens nothing.
pub type TokenId = Id<ApiToken>;

/// What a token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Read what its person sees.
    Read,
    /// Read, and act as its person.
    Act,
}

impl Scope {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Read, Self::Act];

    /// The name in addresses and the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Act => "act",
        }
    }

    /// The words on a page.
    #[must_use]
    pub fn shown(self) -> &'static str {
        match self {
            Self::Read => "read what I see",
            Self::Act => "read what I see, and act for me",
        }
    }

    /// Reads the name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }
}

/// A token as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its identifier.
    pub id: TokenId,
    /// What its owner calls it.
    pub name: String,
    /// What it may do.
    pub scope: Scope,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it ends.
    pub until: Timestamp,
    /// When it was used last, to a quarter of an hour.
    pub used_at: Option<Timestamp>,
}

fn scope(row: &Row) -> Result<Scope, LedgerError> {
    let name = row.text("scope")?;
    Scope::from_name(&name).ok_or_else(|| LedgerError::Inside(format!("no token may “{name}”")))
}

/// The tokens of a person that have not ended, the newest first.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn list(tx: &mut Tx, person: PersonId) -> Result<Vec<Listed>, LedgerError> {
    let rows = tx
        .rows(
            "select id, name, scope, made_at, until, used_at from api_token \
             where person = $1 and until > $2 order by id desc",
            args![person, tx.now()],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Listed {
                id: row.id("id")?,
                name: row.text("name")?,
                scope: scope(row)?,
                made_at: row.at("made_at")?,
                until: row.at("until")?,
                used_at: row.at_or_null("used_at")?,
            })
        })
        .collect()
}

/// Makes a token.
#[derive(Debug, Clone)]
pub struct MakeToken {
    /// What its owner calls it: the program that will use it.
    pub name: String,
    /// What it may do.
    pub scope: Scope,
    /// For how many days, from 1 to 366, as it was typed.
    pub days: String,
}

#[crate::act]
impl Act for MakeToken {
    /// The token itself: it cannot be read again.
    type Done = String;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<String, Refused> {
        let mut wrongs = Wrongs::default();
        let name = wrongs.take(text::line("name", &self.name));
        let days = wrongs.take(text::whole("days", &self.days, 1..=366, "days"));
        let (name, days) = wrongs.or((name, days))?;
        let now = tx.now();
        tx.run("delete from api_token where person = $1 and until <= $2", args![actor.person, now]).await?;
        let count = tx.count("select count(*) as n from api_token where person = $1", args![actor.person]).await?;
        if count >= MOST {
            let what = format!("You have {count} tokens, and there can be no more.");
            return Err(Refused::conflict(what, "Revoke one that is not used any more."));
        }
        let bytes: [u8; 32] = tx.random();
        let token = format!("{MARK}{}", TOKEN.encode(bytes));
        let id: TokenId = tx.id();
        let until = now + SignedDuration::from_hours(24 * days);
        tx.run(
            "insert into api_token (id, person, name, hash, scope, made_at, until) values ($1, $2, $3, $4, $5, $6, $7)",
            args![id, actor.person, &name, sha256(&token), self.scope.name(), now, until],
        )
        .await?;
        tx.say(
            Said::new("token", id, "made").by(actor.person).with("scope", self.scope.name()).with("days", days).sealed(
                actor.person,
                "name",
                name,
            ),
        );
        Ok(token)
    }
}

/// Revokes one of one's own tokens: from now on it opens nothing.
#[derive(Debug, Clone, Copy)]
pub struct RevokeToken {
    /// Which.
    pub token: TokenId,
}

#[crate::act]
impl Act for RevokeToken {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let gone =
            tx.run("delete from api_token where id = $1 and person = $2", args![self.token, actor.person]).await?;
        if gone == 0 {
            return Err(Refused::NotFound);
        }
        tx.say(Said::new("token", self.token, "revoked").by(actor.person));
        Ok(())
    }
}

/// Whose a token is, and what it may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Its identifier.
    pub id: TokenId,
    /// Its person.
    pub person: PersonId,
    /// What it may do.
    pub scope: Scope,
    /// When it was used last.
    pub used_at: Option<Timestamp>,
}

/// A token that was shown, if it opens anything.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn find(tx: &mut Tx, token: &str) -> Result<Option<Held>, LedgerError> {
    let row = tx
        .one(
            "select id, person, scope, used_at from api_token where hash = $1 and until > $2",
            args![sha256(token), tx.now()],
        )
        .await?;
    row.map(|row| {
        let used_at = row.at_or_null("used_at")?;
        Ok(Held { id: row.id("id")?, person: row.id("person")?, scope: scope(&row)?, used_at })
    })
    .transpose()
}

/// Notes that a token was used. Asked for at most every [`USED`], since it writes.
#[derive(Debug, Clone, Copy)]
pub struct Used {
    /// Which.
    pub token: TokenId,
}

#[crate::act]
impl Act for Used {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, _: &Actor) -> Result<(), Refused> {
        tx.run("update api_token set used_at = $1 where id = $2", args![tx.now(), self.token]).await?;
        Ok(())
    }
}

/// What is held here about a person.
pub(crate) const MINE: &[Place] = &[
    Place {
        room: "Account",
        what: "Tokens for programs; kept as hashes and not shown",
        covers: ("api_token", "person"),
        sql: "select name, scope, made_at, until, used_at from api_token where person = $1 order by made_at desc",
        shows: &[("name", "For"), ("scope", "May"), ("made_at", "Made"), ("until", "Until"), ("used_at", "Last used")],
    },
    Place {
        room: "Account",
        what: "What programs were answered for you, for a day: the key and when",
        covers: ("answered", "person"),
        sql: "select key, at from answered where person = $1 order by at desc",
        shows: &[("key", "Key"), ("at", "When")],
    },
];

/// What erasing a person takes from here: their tokens, and what programs were answered for them.
///
/// # Errors
/// When the database refuses.
#[crate::asked]
pub async fn erase(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    tx.run("delete from api_token where person = $1", args![person]).await?;
    tx.run("delete from answered where person = $1", args![person]).await?;
    Ok(())
}
