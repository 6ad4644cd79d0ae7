//! People come: the first one begins the ledger, others are added.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use jiff::Timestamp;
use leadership::circle::Actor;
use leadership::{CircleId, PersonId, Role, Sight, Wrongs, text};

use super::{by_email, get, is_empty, tree, write_circles};
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::tx::Tx;

/// A time zone by its IANA name, such as `Europe/Berlin`; `UTC` where nothing was typed.
///
/// # Errors
/// When there is no such zone.
pub fn zone(field: &str, typed: &str) -> Result<String, Wrongs> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok("UTC".to_owned());
    }
    match jiff::tz::TimeZone::get(typed) {
        Ok(zone) => Ok(zone.iana_name().unwrap_or("UTC").to_owned()),
        Err(_) => Err(Wrongs::one(field, "There is no such time zone. Write it like Europe/Berlin, or UTC.")),
    }
}

/// Writes a new person with a key of their own.
pub(crate) async fn insert(tx: &mut Tx, name: &str, email: Option<&str>, zone: &str) -> Result<PersonId, Refused> {
    if let Some(email) = email
        && by_email(tx, email).await?.is_some()
    {
        return Err(Refused::field("email", "Somebody with this address is already here."));
    }
    Ok(write(tx, name, email, zone).await?)
}

/// The same, where the address is known to be nobody's.
pub(super) async fn write(tx: &mut Tx, name: &str, email: Option<&str>, zone: &str) -> Result<PersonId, LedgerError> {
    let id: PersonId = tx.id();
    let key: [u8; 32] = tx.random();
    tx.run(
        "insert into person (id, name, email, zone, made_at) values ($1, $2, $3, $4, $5)",
        args![id, name, email, zone, tx.now()],
    )
    .await?;
    tx.run("insert into person_key (person, key) values ($1, $2)", args![id, BASE64.encode(key)]).await?;
    Ok(id)
}

/// Begins the ledger: the organisation and its first administrator, who leads it as well. Done once; nobody
/// needs to be signed in for it, since nobody is there yet.
#[derive(Debug, Clone, Default)]
pub struct Begin {
    /// Name of the organisation.
    pub organisation: String,
    /// Name of the first person.
    pub name: String,
    /// Their address for mail; they sign in with it.
    pub email: String,
    /// Their password as it is kept: an argon2id hash in PHC form.
    pub password: String,
    /// Their time zone, by IANA name; empty for UTC.
    pub zone: String,
}

impl Begin {
    /// Who acts where nobody is yet.
    #[must_use]
    pub fn nobody() -> Actor {
        Actor { person: PersonId::new(Timestamp::UNIX_EPOCH, [0; 10]), sight: Sight::default() }
    }
}

#[crate::act]
impl Act for Begin {
    type Done = PersonId;

    async fn perform(&self, tx: &mut Tx, _: &Actor) -> Result<PersonId, Refused> {
        let mut wrongs = Wrongs::default();
        let organisation = wrongs.take(text::line("organisation", &self.organisation));
        let name = wrongs.take(text::line("name", &self.name));
        let email = wrongs.take(text::email("email", &self.email));
        let zone = wrongs.take(zone("zone", &self.zone));
        let (organisation, name, email, zone) = wrongs.or((organisation, name, email, zone))?;
        if !is_empty(tx).await? {
            return Err(Refused::conflict("The record of leadership was begun before.", "Sign in instead."));
        }
        let person = insert(tx, &name, Some(&email), &zone).await?;
        tx.run(
            "insert into account (person, password, changed_at) values ($1, $2, $3)",
            args![person, &self.password, tx.now()],
        )
        .await?;
        let circle: CircleId = tx.id();
        write_circles(
            tx,
            "insert into circle (id, parent, kind, name, made_at) values ($1, null, 'organisation', $2, $3)",
            args![circle, &organisation, tx.now()],
        )
        .await?;
        for role in [Role::Administrator, Role::Leader] {
            give(tx, person, circle, role).await?;
        }
        tx.say(Said::new("circle", circle, "made").by(person).within(circle).with("name", organisation));
        tx.say(Said::new("person", person, "joined").by(person).within(circle).sealed(person, "name", name));
        Ok(person)
    }
}

/// Gives a role; giving it twice is the same as once. Whether it is new.
pub(crate) async fn give(tx: &mut Tx, person: PersonId, circle: CircleId, role: Role) -> Result<bool, LedgerError> {
    let given = tx
        .run(
            "insert into held_role (person, circle, role, since) values ($1, $2, $3, $4) on conflict do nothing",
            args![person, circle, role.name(), tx.now()],
        )
        .await?;
    if given > 0 && !role.outside() {
        crate::code::welcome(tx, person, circle).await?;
    }
    Ok(given > 0)
}

/// Somebody who left is here again.
pub(super) async fn come_back(tx: &mut Tx, actor: &Actor, person: PersonId) -> Result<(), LedgerError> {
    tx.run("update person set left_at = null where id = $1", args![person]).await?;
    tx.say(Said::new("person", person, "came_back").by(actor.person));
    Ok(())
}

/// Adds a person to a circle, in a role. A person with the same address is the same person; one who left is
/// here again.
#[derive(Debug, Clone)]
pub struct AddPerson {
    /// Their name.
    pub name: String,
    /// Their address for mail; may be empty.
    pub email: String,
    /// The circle.
    pub circle: CircleId,
    /// The role.
    pub role: Role,
}

#[crate::act]
impl Act for AddPerson {
    type Done = PersonId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<PersonId, Refused> {
        super::circles::open(tx, actor, self.circle).await?;
        let mut wrongs = Wrongs::default();
        let name = wrongs.take(text::line("name", &self.name));
        let email =
            if self.email.trim().is_empty() { None } else { Some(wrongs.take(text::email("email", &self.email))) };
        wrongs.take(tree(tx).await?.may_hold(self.circle, self.role));
        let (name, email) = wrongs.or((name, email))?;
        let known = match &email {
            Some(email) => by_email(tx, email).await?,
            None => None,
        };
        let person = if let Some(known) = known {
            if known.left_at.is_some() {
                come_back(tx, actor, known.id).await?;
            }
            known.id
        } else {
            let id = insert(tx, &name, email.as_deref(), "UTC").await?;
            tx.say(Said::new("person", id, "joined").by(actor.person).within(self.circle).sealed(id, "name", name));
            id
        };
        super::roles::check_sides(tx, person, self.circle, self.role).await?;
        if give(tx, person, self.circle, self.role).await? {
            tx.say(
                Said::new("person", person, "given_role")
                    .by(actor.person)
                    .within(self.circle)
                    .with("role", self.role.name()),
            );
        }
        Ok(person)
    }
}

/// Corrects what is held about a person: their own name and time zone by themselves; the address, with which
/// they sign in, by whoever keeps all their circles in order.
#[derive(Debug, Clone)]
pub struct Correct {
    /// Whose.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Their address for mail; may be empty while they cannot sign in.
    pub email: String,
    /// Their time zone, by IANA name.
    pub zone: String,
}

#[crate::act]
impl Act for Correct {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let mut wrongs = Wrongs::default();
        let name = wrongs.take(text::line("name", &self.name));
        let email =
            if self.email.trim().is_empty() { None } else { Some(wrongs.take(text::email("email", &self.email))) };
        let zone = wrongs.take(zone("zone", &self.zone));
        let (name, email, zone) = wrongs.or((name, email, zone))?;
        let was = get(tx, self.person).await?.ok_or(Refused::NotFound)?;
        if was.erased_at.is_some() {
            return Err(Refused::conflict("This person was erased.", "Nothing can be corrected any more."));
        }
        let keeps = super::may_keep(tx, actor, self.person).await;
        if self.person != actor.person {
            keeps?;
        } else if was.email != email {
            keeps.map_err(|_| {
                Refused::field("email", "You sign in with it, so an administrator changes it. Ask one of them.")
            })?;
        }
        if was.email != email {
            let Some(email) = &email else {
                return Err(Refused::field("email", "An address can be changed, not removed."));
            };
            if by_email(tx, email).await?.is_some() {
                return Err(Refused::field("email", "Somebody with this address is already here."));
            }
            // A link that was sent to the old address must not give the account to whoever reads that now.
            tx.run(
                "update link set revoked_at = $1 where person = $2 and revoked_at is null and used_at is null",
                args![tx.now(), self.person],
            )
            .await?;
            tx.run("delete from password_link where person = $1 and used_at is null", args![self.person]).await?;
        }
        tx.run(
            "update person set name = $1, email = $2, zone = $3 where id = $4",
            args![&name, &email, zone, self.person],
        )
        .await?;
        let mut said = Said::new("person", self.person, "corrected").by(actor.person);
        if was.name != name {
            said = said.sealed(self.person, "name", name);
        }
        if was.email != email {
            said = said.sealed(self.person, "email", email.unwrap_or_default());
        }
        tx.say(said);
        Ok(())
    }
}
