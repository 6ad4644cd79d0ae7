//! Who is in the circles that somebody sees, a page after the other.

use leadership::circle::Actor;
use leadership::{CircleId, PersonId, Role};

use crate::error::LedgerError;
use crate::people::{self, Person};
use crate::store::{Arg, listed};
use crate::tx::Tx;

/// A person with the roles that the one who asks sees.
pub type Entry = (Person, Vec<(CircleId, Role)>);

/// Persons who hold a role in a circle that the actor sees from inside, in the order of their identifiers,
/// after `after` and at most `most`; only those of `circle` when it is given. Who left is not among them.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn page(
    tx: &mut Tx,
    actor: &Actor,
    circle: Option<CircleId>,
    after: Option<PersonId>,
    most: usize,
) -> Result<Vec<Entry>, LedgerError> {
    let circles: Vec<CircleId> =
        actor.sight.inside.iter().copied().filter(|id| circle.is_none_or(|circle| circle == *id)).collect();
    let mut ids = Vec::new();
    // Engines bound the number of placeholders.
    for some in circles.chunks(500) {
        let sql = listed(
            "select distinct p.id from held_role r join person p on p.id = r.person \
             where p.left_at is null and p.erased_at is null and p.id > $1 and r.circle in ({}) order by p.id limit $2",
            3,
            some.len(),
        );
        let first = after.map_or_else(String::new, |id| id.to_string());
        let mut args = vec![Arg::from(first), Arg::from(i64::try_from(most).unwrap_or(i64::MAX))];
        args.extend(some.iter().map(|id| Arg::from(*id)));
        for row in tx.rows(sql, &args).await? {
            ids.push(row.id::<leadership::id::noun::Person>("id")?);
        }
    }
    ids.sort_unstable();
    ids.dedup();
    ids.truncate(most);
    entries(tx, actor, &ids).await
}

/// One person, when the actor shares a circle with them or is that person.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn one(tx: &mut Tx, actor: &Actor, person: PersonId) -> Result<Option<Entry>, LedgerError> {
    let entry = entries(tx, actor, &[person]).await?.pop();
    Ok(entry.filter(|(found, roles)| found.erased_at.is_none() && (person == actor.person || !roles.is_empty())))
}

async fn entries(tx: &mut Tx, actor: &Actor, ids: &[PersonId]) -> Result<Vec<Entry>, LedgerError> {
    let mut out: Vec<Entry> = people::named(tx, ids).await?.into_iter().map(|person| (person, Vec::new())).collect();
    for some in ids.chunks(500) {
        let sql = listed(
            "select person, circle, role from held_role where person in ({}) order by person, circle, role",
            1,
            some.len(),
        );
        let args: Vec<Arg> = some.iter().map(|id| Arg::from(*id)).collect();
        for row in tx.rows(sql, &args).await? {
            let (person, circle): (PersonId, CircleId) = (row.id("person")?, row.id("circle")?);
            let Some(role) = Role::from_name(&row.text("role")?) else { continue };
            // One's own roles are seen, also those of a client's contact.
            let seen = actor.sight.inside.contains(&circle) || person == actor.person;
            if let Some((_, roles)) = out.iter_mut().find(|(found, _)| seen && found.id == person) {
                roles.push((circle, role));
            }
        }
    }
    Ok(out)
}
