//! Links that carry their own key: for people from outside who have no account, and for invitations. The key
//! is 32 random bytes in the address, of which the ledger keeps the hash only: whoever has the address may
//! open the page, nobody can make one up, and each ends on its date, when it is used up, or when it is revoked.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as TOKEN;
use jiff::{SignedDuration, Timestamp};
use leadership::circle::Actor;
use leadership::{CircleId, LinkId, PersonId};

use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::people;
use crate::sessions::kept;
use crate::store::{Row, listed};
use crate::tx::Tx;

/// The longest that a link may last.
pub const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 366);

/// What an open link stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its identifier.
    pub id: LinkId,
    /// The circle that it was made for.
    pub circle: CircleId,
    /// The person that it was made for, where it was made for one.
    pub person: Option<PersonId>,
}

/// A link as those see it who keep its circle in order; its token is known to nobody here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// What it stands for.
    pub link: Link,
    /// What it opens: `invitation`, `client`.
    pub purpose: String,
    /// Who made it.
    pub made_by: PersonId,
    /// When.
    pub made_at: Timestamp,
    /// When it ends.
    pub until: Timestamp,
    /// When it was used up, where it may be used once only.
    pub used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

fn link(row: &Row) -> Result<Link, LedgerError> {
    Ok(Link { id: row.id("id")?, circle: row.id("circle")?, person: row.id_or_null("person")? })
}

/// Makes a link and gives its token; it can be read only now. `purpose` names the kind of page that it opens,
/// in one word. For whoever leads or administers the circle.
///
/// # Errors
/// When the circle is not this person's to keep in order, when the end is past or more than [`LONGEST`]
/// away, or when the link would be for somebody who left or was erased.
#[crate::asked]
pub async fn make(
    tx: &mut Tx,
    actor: &Actor,
    purpose: &str,
    circle: CircleId,
    person: Option<PersonId>,
    until: Timestamp,
) -> Result<String, Refused> {
    people::may_administer(actor, circle)?;
    let now = tx.now();
    if until <= now || until > now + LONGEST {
        return Err(Refused::field("until", "Choose an end between tomorrow and a year from now."));
    }
    if let Some(person) = person {
        people::present(tx, person, "person").await?;
    }
    Ok(insert(tx, actor, (purpose, circle, person), until).await?.1)
}

/// Makes a link of a room that has looked itself whether the actor may: for one thing of theirs, no more. Who leads or
/// administers the circle sees it among its links and can end it.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn give(
    tx: &mut Tx,
    actor: &Actor,
    purpose: &str,
    circle: CircleId,
    until: Timestamp,
) -> Result<(LinkId, String), LedgerError> {
    insert(tx, actor, (purpose, circle, None), until).await
}

async fn insert(
    tx: &mut Tx,
    actor: &Actor,
    (purpose, circle, person): (&str, CircleId, Option<PersonId>),
    until: Timestamp,
) -> Result<(LinkId, String), LedgerError> {
    let now = tx.now();
    let bytes: [u8; 32] = tx.random();
    let token = TOKEN.encode(bytes);
    let id: LinkId = tx.id();
    tx.run(
        "insert into link (id, token, purpose, circle, person, made_by, made_at, until) \
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        args![id, kept(&token), purpose, circle, person, actor.person, now, until],
    )
    .await?;
    tx.say(
        Said::new("link", id, "made")
            .by(actor.person)
            .within(circle)
            .with("purpose", purpose)
            .with("person", person.map(|person| person.to_string()))
            .with("until", until.to_string()),
    );
    Ok((id, token))
}

/// What a token opens now, when it is a link of this purpose: neither past its end, nor used up, nor revoked,
/// nor for somebody who left or was erased since, nor into a circle that was closed.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn open(tx: &mut Tx, token: &str, purpose: &str) -> Result<Option<Link>, LedgerError> {
    let row = tx
        .one(
            "select l.id, l.circle, l.person from link l join circle c on c.id = l.circle \
             left join person p on p.id = l.person \
             where l.token = $1 and l.purpose = $2 and l.until > $3 and l.used_at is null and l.revoked_at is null \
             and c.closed_at is null and p.left_at is null and p.erased_at is null",
            args![kept(token), purpose, tx.now()],
        )
        .await?;
    row.as_ref().map(link).transpose()
}

/// Uses a link up: it opens nothing any more.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn spend(tx: &mut Tx, id: LinkId) -> Result<(), LedgerError> {
    tx.run("update link set used_at = $1 where id = $2 and used_at is null", args![tx.now(), id]).await?;
    Ok(())
}

/// Ends a link at once. Twice is the same as once.
///
/// # Errors
/// When there is no such link in a circle that this person leads or administers.
#[crate::asked]
pub async fn revoke(tx: &mut Tx, actor: &Actor, id: LinkId) -> Result<(), Refused> {
    let row = tx.one("select id, circle, person from link where id = $1", args![id]).await?;
    let found = link(&row.ok_or(Refused::NotFound)?)?;
    people::may_administer(actor, found.circle)?;
    let touched =
        tx.run("update link set revoked_at = $1 where id = $2 and revoked_at is null", args![tx.now(), id]).await?;
    if touched > 0 {
        tx.say(Said::new("link", id, "revoked").by(actor.person).within(found.circle));
    }
    Ok(())
}

/// Ends a link at once, as an act of its own.
#[derive(Debug, Clone, Copy)]
pub struct Revoke {
    /// Which.
    pub link: LinkId,
}

#[crate::act]
impl Act for Revoke {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        revoke(tx, actor, self.link).await
    }
}

/// Makes a link, as an act of its own; see [`make`].
#[derive(Debug, Clone)]
pub struct Make {
    /// The kind of page that it opens.
    pub purpose: &'static str,
    /// The circle.
    pub circle: CircleId,
    /// For whom, where it is for one person.
    pub person: Option<PersonId>,
    /// When it ends.
    pub until: Timestamp,
}

#[crate::act]
impl Act for Make {
    type Done = String;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<String, Refused> {
        make(tx, actor, self.purpose, self.circle, self.person, self.until).await
    }
}

/// The links of the circles that an actor leads or administers: open ones and those that ended in the last
/// 30 days, newest first.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn list(tx: &mut Tx, actor: &Actor) -> Result<Vec<Listed>, LedgerError> {
    let circles: Vec<CircleId> = actor.sight.leads.union(&actor.sight.administers).copied().collect();
    let since = tx.now() - SignedDuration::from_hours(24 * 30);
    let mut out = Vec::new();
    for some in circles.chunks(500) {
        let sql = listed(
            "select id, circle, person, purpose, made_by, made_at, until, used_at, revoked_at from link \
             where until > $1 and (used_at is null or used_at > $1) and (revoked_at is null or revoked_at > $1) \
             and circle in ({})",
            2,
            some.len(),
        );
        let mut values = vec![crate::Arg::from(since)];
        values.extend(some.iter().map(|id| crate::Arg::from(*id)));
        for row in tx.rows(sql, &values).await? {
            out.push(Listed {
                link: link(&row)?,
                purpose: row.text("purpose")?,
                made_by: row.id("made_by")?,
                made_at: row.at("made_at")?,
                until: row.at("until")?,
                used_at: row.at_or_null("used_at")?,
                revoked_at: row.at_or_null("revoked_at")?,
            });
        }
    }
    out.sort_by_key(|one| std::cmp::Reverse((one.made_at, one.link.id)));
    Ok(out)
}
