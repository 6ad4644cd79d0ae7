//! Upward: whom somebody reports to. What is between the two is read where it is kept.

use std::collections::BTreeMap;

use leadership::circle::Actor;
use leadership::wave::Places;
use leadership::{CircleId, PersonId};

use crate::error::LedgerError;
use crate::people;
use crate::tx::Tx;
use crate::waves;

/// Somebody whom an actor reports to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Above {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// The circle by which it is so, by name.
    pub circle: String,
}

/// Whom an actor reports to, by name: read from the circles as for a wave of ratings ([`Places::higher_ups`]), each once.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn above(tx: &mut Tx, actor: &Actor) -> Result<Vec<Above>, LedgerError> {
    let tree = people::tree(tx).await?;
    let held = waves::held(tx).await?;
    let mut found: BTreeMap<PersonId, CircleId> = BTreeMap::new();
    for (person, circle) in Places::new(&tree, &held).higher_ups(actor.person) {
        found.entry(person).or_insert(circle);
    }
    let ids: Vec<PersonId> = found.keys().copied().collect();
    let circles: BTreeMap<CircleId, String> =
        people::circles(tx).await?.into_iter().map(|circle| (circle.id, circle.name)).collect();
    let mut out: Vec<Above> = people::named(tx, &ids)
        .await?
        .into_iter()
        .map(|person| Above {
            circle: found.get(&person.id).and_then(|circle| circles.get(circle)).cloned().unwrap_or_default(),
            person: person.id,
            name: person.name,
        })
        .collect();
    out.sort_by(|a, b| (&a.name, a.person).cmp(&(&b.name, b.person)));
    Ok(out)
}
