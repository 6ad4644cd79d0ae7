//! Persons, circles, and the roles that persons hold in circles.

use std::sync::Arc;

use jiff::Timestamp;
use leadership::circle::{Actor, Node};
use leadership::{CircleId, CircleKind, PersonId, Role, Sight, Tree};

use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::store::{Arg, Row, listed};
use crate::tx::{Circles, Tx};

mod circles;
mod erase;
pub mod import;
mod join;
mod mine;
mod roles;

pub(crate) use circles::may_administer;
pub use circles::{CloseCircle, MoveCircle, OpenCircle, RenameCircle};
pub use erase::{AskErasure, Erase, asked_erasure, erasures, waiting};
pub use join::{AddPerson, Begin, Correct, zone};
pub use mine::{Export, Fact, Held, Looks, Place, covered, export, facts, held, who_looked};
pub(crate) use roles::may_keep;
pub use roles::{EndRole, GiveRole, Leave, keeps};

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
#[crate::asked]
pub async fn is_empty(tx: &mut Tx) -> Result<bool, LedgerError> {
    Ok(tx.one("select id from person limit 1", args![]).await?.is_none())
}

/// A person.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn get(tx: &mut Tx, id: PersonId) -> Result<Option<Person>, LedgerError> {
    if let Some(found) = tx.remembers("person", id) {
        return Ok(found);
    }
    let found = tx.one("select id, name, email, zone, left_at, erased_at from person where id = $1", args![id]).await?;
    let found: Option<Person> = found.as_ref().map(person).transpose()?;
    tx.remember("person", id, &found);
    Ok(found)
}

/// A person by their address for mail.
///
/// # Errors
/// When the database is away.
#[crate::asked]
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
#[crate::asked]
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
#[crate::asked]
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
#[crate::asked]
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

/// Everybody of the organisation's own who holds a role in a circle or below; one who holds several comes several times.
///
/// # Errors
/// When the database is away.
pub(crate) async fn inside(tx: &mut Tx, circle: CircleId) -> Result<Vec<PersonId>, LedgerError> {
    let circles: Vec<CircleId> = tree(tx).await?.within(circle).into_iter().collect();
    let everybody = within(tx, &circles).await?;
    Ok(everybody.into_iter().filter(|(_, _, role)| !role.outside()).map(|(person, ..)| person.id).collect())
}

/// All circles, by name.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn circles(tx: &mut Tx) -> Result<Vec<Circle>, LedgerError> {
    Ok(known(tx).await?.list.clone())
}

/// The tree of all circles.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn tree(tx: &mut Tx) -> Result<Arc<Tree>, LedgerError> {
    Ok(known(tx).await?.tree.clone())
}

/// All circles, read from the database once for each version of them: a version ends when [`write_circles`]
/// was used, or an event was said of a circle.
async fn known(tx: &mut Tx) -> Result<Arc<Circles>, LedgerError> {
    if let Some(circles) = tx.circles.clone().filter(|_| !tx.circles_changed) {
        return Ok(circles);
    }
    let version = match tx.known_circles().await? {
        Some((_, Some(known))) => {
            tx.circles = Some(known.clone());
            return Ok(known);
        }
        Some((version, None)) => Some(version),
        None => None,
    };
    let list = tx
        .rows("select id, parent, kind, name, purpose, closed_at from circle order by name, id", args![])
        .await?
        .iter()
        .map(circle)
        .collect::<Result<Vec<_>, _>>()?;
    let tree = Tree::new(list.iter().map(|one| (one.id, Node { parent: one.parent, kind: one.kind })));
    let circles = Arc::new(Circles { list, tree: Arc::new(tree) });
    if let Some(version) = version {
        tx.know_circles(version, circles.clone());
        tx.circles = Some(circles.clone());
    }
    Ok(circles)
}

fn circle(row: &Row) -> Result<Circle, LedgerError> {
    let kind = row.text("kind")?;
    Ok(Circle {
        id: row.id("id")?,
        parent: row.id_or_null("parent")?,
        kind: CircleKind::from_name(&kind).ok_or_else(|| LedgerError::Inside(format!("no circle is a “{kind}”")))?,
        name: row.text("name")?,
        purpose: row.text("purpose")?,
        closed_at: row.at_or_null("closed_at")?,
    })
}

/// Writes to the table of circles. Whatever does, does it through here: what is known of them ends with it.
pub(crate) async fn write_circles(tx: &mut Tx, sql: &'static str, args: &[Arg]) -> Result<u64, LedgerError> {
    tx.circles_changed = true;
    tx.run(sql, args).await
}

/// The roles that a person holds.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn roles(tx: &mut Tx, person: PersonId) -> Result<Vec<(CircleId, Role)>, LedgerError> {
    if let Some(roles) = tx.remembers("roles", person) {
        return Ok(roles);
    }
    let rows =
        tx.rows("select circle, role from held_role where person = $1 order by circle, role", args![person]).await?;
    let mut out = Vec::with_capacity(rows.len());
    for row in &rows {
        if let Some(role) = Role::from_name(&row.text("role")?) {
            out.push((row.id("circle")?, role));
        }
    }
    tx.remember("roles", person, &out);
    Ok(out)
}

/// Roles by the person who holds them.
pub(crate) type Roles = std::collections::BTreeMap<PersonId, Vec<(CircleId, Role)>>;

/// The roles that each of many persons holds, in one question for 500 of them; who holds none is left out.
pub(crate) async fn roles_of(tx: &mut Tx, people: &[PersonId]) -> Result<Roles, LedgerError> {
    let mut out = Roles::new();
    for some in people.chunks(500) {
        let sql = "select person, circle, role from held_role where person in ({}) order by person, circle, role";
        let args: Vec<Arg> = some.iter().map(|id| Arg::from(*id)).collect();
        for row in tx.rows(listed(sql, 1, some.len()), &args).await? {
            if let Some(role) = Role::from_name(&row.text("role")?) {
                out.entry(row.id("person")?).or_default().push((row.id("circle")?, role));
            }
        }
    }
    Ok(out)
}

/// A person as one who acts, with what they may see. `None` when they left or were erased.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn actor(tx: &mut Tx, id: PersonId) -> Result<Option<Actor>, LedgerError> {
    let Some(person) = get(tx, id).await? else { return Ok(None) };
    if person.left_at.is_some() || person.erased_at.is_some() {
        return Ok(None);
    }
    Ok(Some(sighted(tx, id).await?))
}

/// A person who is known to be here, with what they may see.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn sighted(tx: &mut Tx, id: PersonId) -> Result<Actor, LedgerError> {
    let roles = roles(tx, id).await?;
    let tree = tree(tx).await?;
    Ok(Actor { person: id, sight: Sight::of(&tree, &roles) })
}

/// Notes that `viewer` looked at data held about `person`, once a day and kind with a count; nothing is
/// noted when they look at their own. `what` names the kind in words (`the page of a person`).
///
/// # Errors
/// When the database is away.
#[crate::asked]
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

/// Notes that data of a person was looked at; see [`looked`].
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Whose data.
    pub person: PersonId,
    /// The kind of data, in words.
    pub what: &'static str,
}

#[crate::act]
impl Act for Look {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        looked(tx, actor.person, self.person, self.what).await?;
        tx.felt_by_nobody();
        Ok(())
    }
}

/// A person who is here: with what they were given, a promise or an invitation, somebody could do something.
///
/// # Errors
/// Says at `field` that there is no such person, or that they left or were erased.
#[crate::asked]
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

/// A person with the roles that an actor sees them hold.
pub type Seen = (Person, Vec<(CircleId, Role)>);

/// Everybody whom an actor sees: who holds a role in a circle that the actor sees from inside; by name.
/// `words` must all be found in the name or the address; `circle` narrows to those who hold a role in it.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn search(
    tx: &mut Tx,
    actor: &Actor,
    words: &str,
    circle: Option<CircleId>,
) -> Result<Vec<Seen>, LedgerError> {
    let circles: Vec<CircleId> =
        actor.sight.inside.iter().copied().filter(|id| circle.is_none_or(|only| only == *id)).collect();
    // In memory, since lower case differs between engines; an organisation has thousands, not millions.
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    let mut out: Vec<Seen> = Vec::new();
    let mut all = within(tx, &circles).await?;
    all.sort_by_cached_key(|(person, circle, role)| (person.name.to_lowercase(), person.id, *circle, *role));
    for (person, circle, role) in all {
        if let Some((last, roles)) = out.last_mut()
            && last.id == person.id
        {
            roles.push((circle, role));
            continue;
        }
        let text = format!("{} {}", person.name, person.email.as_deref().unwrap_or_default()).to_lowercase();
        if words.iter().all(|word| text.contains(word)) {
            out.push((person, vec![(circle, role)]));
        }
    }
    Ok(out)
}

/// A person as an actor sees them; `None` where they hold no role in a circle that the actor sees from
/// inside. Everybody sees themselves; whoever keeps the organisation in order sees also who is in no circle.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn seen(tx: &mut Tx, actor: &Actor, id: PersonId) -> Result<Option<Seen>, LedgerError> {
    let Some(person) = get(tx, id).await? else { return Ok(None) };
    let mut roles = roles(tx, id).await?;
    let all = roles.len();
    roles.retain(|(circle, _)| id == actor.person || actor.sight.inside.contains(circle));
    let unplaced = all == 0 && keeps_all(tx, actor).await?;
    Ok((id == actor.person || !roles.is_empty() || unplaced).then_some((person, roles)))
}

/// The organisation's circle.
///
/// # Errors
/// When the database is away, or the ledger was not begun.
#[crate::asked]
pub async fn root(tx: &mut Tx) -> Result<CircleId, LedgerError> {
    let row = tx.one("select id from circle where parent is null order by made_at, id limit 1", args![]).await?;
    row.ok_or_else(|| LedgerError::Inside("there is no organisation yet".to_owned()))?.id("id")
}

/// Whether an actor administers the whole organisation.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn keeps_all(tx: &mut Tx, actor: &Actor) -> Result<bool, LedgerError> {
    Ok(actor.sight.administers(root(tx).await?))
}

/// The name of a circle with those above it that are among `circles`: `Northwind IT / Service desk`.
#[must_use]
pub fn path(circles: &[Circle], id: CircleId) -> String {
    let mut names = Vec::new();
    let mut at = Some(id);
    while let Some(circle) = at.and_then(|id| circles.iter().find(|circle| circle.id == id)) {
        if names.len() > circles.len() {
            break;
        }
        names.push(circle.name.as_str());
        at = circle.parent;
    }
    names.reverse();
    names.join(" / ")
}
