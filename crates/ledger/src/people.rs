//! Persons, circles, and the roles that persons hold in circles.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use jiff::Timestamp;
use leadership::circle::{Actor, Node};
use leadership::{CircleId, CircleKind, PersonId, Role, Sight, Tree, Wrongs, text};

use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::store::{Row, listed};
use crate::tx::Tx;

/// A person as others see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their identifier.
    pub id: PersonId,
    /// Their name, or [`crate::seal::ERASED`].
    pub name: String,
    /// Their address for mail.
    pub email: Option<String>,
    /// Their time zone, by IANA name.
    pub zone: String,
    /// When they left.
    pub left_at: Option<Timestamp>,
    /// When they were erased.
    pub erased_at: Option<Timestamp>,
}

fn person(row: &Row) -> Result<Person, LedgerError> {
    Ok(Person {
        id: row.id("id")?,
        name: row.text("name")?,
        email: row.text_or_null("email")?,
        zone: row.text("zone")?,
        left_at: row.at_or_null("left_at")?,
        erased_at: row.at_or_null("erased_at")?,
    })
}

/// A circle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Circle {
    /// Its identifier.
    pub id: CircleId,
    /// The circle it is nested in.
    pub parent: Option<CircleId>,
    /// What it is.
    pub kind: CircleKind,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub purpose: String,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
}

/// Whether nobody is in the ledger yet.
///
/// # Errors
/// When the database is away.
pub async fn is_empty(tx: &mut Tx) -> Result<bool, LedgerError> {
    Ok(tx.one("select id from person limit 1", args![]).await?.is_none())
}

/// A person.
///
/// # Errors
/// When the database is away.
pub async fn get(tx: &mut Tx, id: PersonId) -> Result<Option<Person>, LedgerError> {
    let found = tx.one("select id, name, email, zone, left_at, erased_at from person where id = $1", args![id]).await?;
    found.as_ref().map(person).transpose()
}

/// A person by their address for mail.
///
/// # Errors
/// When the database is away.
pub async fn by_email(tx: &mut Tx, email: &str) -> Result<Option<Person>, LedgerError> {
    let asked = email.trim().to_lowercase();
    let found =
        tx.one("select id, name, email, zone, left_at, erased_at from person where email = $1", args![asked]).await?;
    found.as_ref().map(person).transpose()
}

/// The person of an address with the hash of their password, for signing in. `None` also for who has no
/// password, left or was erased.
///
/// # Errors
/// When the database is away.
pub async fn password(tx: &mut Tx, email: &str) -> Result<Option<(PersonId, String)>, LedgerError> {
    let row = tx
        .one(
            "select p.id, a.password from person p join account a on a.person = p.id \
             where p.email = $1 and a.password is not null and p.left_at is null and p.erased_at is null",
            args![email.trim().to_lowercase()],
        )
        .await?;
    row.map(|row| Ok((row.id("id")?, row.text("password")?))).transpose()
}

/// Names of persons, for pages; in the order asked, unknown ones left out.
///
/// # Errors
/// When the database is away.
pub async fn named(tx: &mut Tx, ids: &[PersonId]) -> Result<Vec<Person>, LedgerError> {
    let mut found = std::collections::BTreeMap::new();
    // Engines bound the number of placeholders.
    for some in ids.chunks(500) {
        let sql =
            listed("select id, name, email, zone, left_at, erased_at from person where id in ({})", 1, some.len());
        let args: Vec<_> = some.iter().map(|id| crate::Arg::from(*id)).collect();
        for row in tx.rows(sql, &args).await? {
            let person = person(&row)?;
            found.insert(person.id, person);
        }
    }
    Ok(ids.iter().filter_map(|id| found.get(id).cloned()).collect())
}

/// Everybody who holds a role in one of these circles and has not left, by name.
///
/// # Errors
/// When the database is away.
pub async fn within(tx: &mut Tx, circles: &[CircleId]) -> Result<Vec<(Person, CircleId, Role)>, LedgerError> {
    let mut out = Vec::new();
    for some in circles.chunks(500) {
        let sql = listed(
            "select p.id, p.name, p.email, p.zone, p.left_at, p.erased_at, r.circle, r.role \
             from held_role r join person p on p.id = r.person where r.circle in ({}) and p.left_at is null",
            1,
            some.len(),
        );
        let args: Vec<_> = some.iter().map(|id| crate::Arg::from(*id)).collect();
        for row in tx.rows(sql, &args).await? {
            if let Some(role) = Role::from_name(&row.text("role")?) {
                out.push((person(&row)?, row.id("circle")?, role));
            }
        }
    }
    out.sort_by(|a, b| (&a.0.name, a.0.id, a.1, a.2).cmp(&(&b.0.name, b.0.id, b.1, b.2)));
    Ok(out)
}

/// All circles, by name.
///
/// # Errors
/// When the database is away.
pub async fn circles(tx: &mut Tx) -> Result<Vec<Circle>, LedgerError> {
    let rows =
        tx.rows("select id, parent, kind, name, purpose, closed_at from circle order by name, id", args![]).await?;
    rows.iter()
        .map(|row| {
            let kind = row.text("kind")?;
            Ok(Circle {
                id: row.id("id")?,
                parent: row.id_or_null("parent")?,
                kind: CircleKind::from_name(&kind)
                    .ok_or_else(|| LedgerError::Inside(format!("no circle is a “{kind}”")))?,
                name: row.text("name")?,
                purpose: row.text("purpose")?,
                closed_at: row.at_or_null("closed_at")?,
            })
        })
        .collect()
}

/// The tree of all circles.
///
/// # Errors
/// When the database is away.
pub async fn tree(tx: &mut Tx) -> Result<Tree, LedgerError> {
    let circles = circles(tx).await?;
    Ok(Tree::new(circles.into_iter().map(|circle| (circle.id, Node { parent: circle.parent, kind: circle.kind }))))
}

/// The roles that a person holds.
///
/// # Errors
/// When the database is away.
pub async fn roles(tx: &mut Tx, person: PersonId) -> Result<Vec<(CircleId, Role)>, LedgerError> {
    let rows =
        tx.rows("select circle, role from held_role where person = $1 order by circle, role", args![person]).await?;
    let mut out = Vec::with_capacity(rows.len());
    for row in &rows {
        if let Some(role) = Role::from_name(&row.text("role")?) {
            out.push((row.id("circle")?, role));
        }
    }
    Ok(out)
}

/// A person as one who acts, with what they may see. `None` when they left or were erased.
///
/// # Errors
/// When the database is away.
pub async fn actor(tx: &mut Tx, id: PersonId) -> Result<Option<Actor>, LedgerError> {
    let Some(person) = get(tx, id).await? else { return Ok(None) };
    if person.left_at.is_some() || person.erased_at.is_some() {
        return Ok(None);
    }
    let roles = roles(tx, id).await?;
    let tree = tree(tx).await?;
    Ok(Some(Actor { person: id, sight: Sight::of(&tree, &roles) }))
}

/// Notes that `viewer` looked at data held about `person`, once a day and kind with a count; nothing is
/// noted when they look at their own. `what` names the kind in words (`the page of a person`).
///
/// # Errors
/// When the database is away.
pub async fn looked(tx: &mut Tx, viewer: PersonId, person: PersonId, what: &str) -> Result<(), LedgerError> {
    if viewer == person {
        return Ok(());
    }
    let day = tx.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    tx.run(
        "insert into looked (person, viewer, what, day, times) values ($1, $2, $3, $4, 1) \
         on conflict (person, viewer, what, day) do update set times = looked.times + 1",
        args![person, viewer, what, day],
    )
    .await?;
    Ok(())
}

/// Writes a new person with a key of their own.
pub(crate) async fn insert(tx: &mut Tx, name: &str, email: Option<&str>, zone: &str) -> Result<PersonId, Refused> {
    if let Some(email) = email
        && by_email(tx, email).await?.is_some()
    {
        return Err(Refused::field("email", "Somebody with this address is already here."));
    }
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
    /// Their time zone, by IANA name.
    pub zone: String,
}

impl Begin {
    /// Who acts where nobody is yet.
    #[must_use]
    pub fn nobody() -> Actor {
        Actor { person: PersonId::new(Timestamp::UNIX_EPOCH, [0; 10]), sight: Sight::default() }
    }
}

impl Act for Begin {
    type Done = PersonId;

    async fn perform(&self, tx: &mut Tx, _: &Actor) -> Result<PersonId, Refused> {
        let mut wrongs = Wrongs::default();
        let organisation = wrongs.take(text::line("organisation", &self.organisation));
        let name = wrongs.take(text::line("name", &self.name));
        let email = wrongs.take(text::email("email", &self.email));
        let (organisation, name, email) = wrongs.or((organisation, name, email))?;
        if !is_empty(tx).await? {
            return Err(Refused::conflict("The record of leadership was begun before.", "Sign in instead."));
        }
        let person = insert(tx, &name, Some(&email), &self.zone).await?;
        tx.run(
            "insert into account (person, password, changed_at) values ($1, $2, $3)",
            args![person, &self.password, tx.now()],
        )
        .await?;
        let circle: CircleId = tx.id();
        tx.run(
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

/// Gives a role; giving it twice is the same as once.
pub(crate) async fn give(tx: &mut Tx, person: PersonId, circle: CircleId, role: Role) -> Result<(), LedgerError> {
    tx.run(
        "insert into held_role (person, circle, role, since) values ($1, $2, $3, $4) on conflict do nothing",
        args![person, circle, role.name(), tx.now()],
    )
    .await?;
    Ok(())
}

/// Opens a circle within another.
#[derive(Debug, Clone)]
pub struct OpenCircle {
    /// The circle that it is nested in.
    pub parent: CircleId,
    /// What it is.
    pub kind: CircleKind,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub purpose: String,
}

impl Act for OpenCircle {
    type Done = CircleId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<CircleId, Refused> {
        let mut wrongs = Wrongs::default();
        let name = wrongs.take(text::line("name", &self.name));
        let purpose = wrongs.take(text::prose_or_empty("purpose", &self.purpose));
        if self.kind == CircleKind::Organisation {
            wrongs.add("kind", "There is one organisation already. Choose what the circle is within it.");
        }
        let (name, purpose) = wrongs.or((name, purpose))?;
        may_administer(actor, self.parent)?;
        let id: CircleId = tx.id();
        tx.run(
            "insert into circle (id, parent, kind, name, purpose, made_at) values ($1, $2, $3, $4, $5, $6)",
            args![id, self.parent, self.kind.name(), &name, purpose, tx.now()],
        )
        .await?;
        tx.say(
            Said::new("circle", id, "made")
                .by(actor.person)
                .within(id)
                .with("name", name)
                .with("kind", self.kind.name())
                .with("parent", self.parent.to_string()),
        );
        Ok(id)
    }
}

/// Whether an actor may keep the people of a circle in order. Who leads a circle may do so too.
pub(crate) fn may_administer(actor: &Actor, circle: CircleId) -> Result<(), Refused> {
    if actor.sight.administers(circle) || actor.sight.leads(circle) {
        Ok(())
    } else if actor.sight.sees(circle) {
        Err(Refused::NotYours("Only who leads or administers this circle can do that.".to_owned()))
    } else {
        Err(Refused::NotFound)
    }
}

/// A person who is here: with what they were given, a promise or an invitation, somebody could do something.
///
/// # Errors
/// Says at `field` that there is no such person, or that they left or were erased.
pub async fn present(tx: &mut Tx, id: PersonId, field: &str) -> Result<Person, Refused> {
    let Some(person) = get(tx, id).await? else {
        return Err(Refused::field(field, "There is no such person. Choose somebody of the list."));
    };
    if person.erased_at.is_some() {
        return Err(Refused::field(field, "This person was erased. Choose somebody else."));
    }
    if person.left_at.is_some() {
        let gone = format!("{} has left. Choose somebody else.", person.name);
        return Err(Refused::field(field, gone));
    }
    Ok(person)
}

/// Adds a person to a circle, in a role. A person with the same address is the same person.
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

impl Act for AddPerson {
    type Done = PersonId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<PersonId, Refused> {
        let mut wrongs = Wrongs::default();
        let name = wrongs.take(text::line("name", &self.name));
        let email =
            if self.email.trim().is_empty() { None } else { Some(wrongs.take(text::email("email", &self.email))) };
        let (name, email) = wrongs.or((name, email))?;
        may_administer(actor, self.circle)?;
        let known = match &email {
            Some(email) => by_email(tx, email).await?,
            None => None,
        };
        let person = match known {
            Some(known) => known.id,
            None => {
                let id = insert(tx, &name, email.as_deref(), "UTC").await?;
                tx.say(Said::new("person", id, "joined").by(actor.person).within(self.circle).sealed(id, "name", name));
                id
            }
        };
        give(tx, person, self.circle, self.role).await?;
        tx.say(
            Said::new("person", person, "given_role")
                .by(actor.person)
                .within(self.circle)
                .with("role", self.role.name()),
        );
        Ok(person)
    }
}
