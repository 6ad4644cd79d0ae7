//! Truth and code: the people of its stories, and what waits for them; the rooms have a file each.

use leadership::circle::Actor;
use leadership::{CircleId, CircleKind, PersonId, Role};
use ledger::people::{self, AddPerson, OpenCircle};
use ledger::{Ledger, honesty};

use crate::begin::begun;

mod asks;
mod code;
pub mod concerns;
mod status;

/// An organisation with a team of six and two clients.
pub struct World {
    /// The organisation, and the team in it.
    pub root: CircleId,
    pub team: CircleId,
    /// Leads the organisation and administers it.
    pub ann: PersonId,
    /// Leads the team.
    pub bo: PersonId,
    /// Works in the team.
    pub members: Vec<PersonId>,
    /// Speaks for the first client, and for the second.
    pub kim: PersonId,
    pub lou: PersonId,
}

pub async fn actor(ledger: &Ledger, person: PersonId) -> Actor {
    people::actor(&mut ledger.read().await.unwrap(), person).await.unwrap().unwrap()
}

pub async fn join(ledger: &Ledger, by: PersonId, name: &str, circle: CircleId, role: Role) -> PersonId {
    let email = format!("{}@example.org", name.to_lowercase());
    let act = AddPerson { name: name.to_owned(), email, circle, role };
    ledger.perform(&actor(ledger, by).await, &act).await.unwrap()
}

pub async fn world(ledger: &Ledger) -> World {
    let ann = begun(ledger).await;
    let root = people::circles(&mut ledger.read().await.unwrap()).await.unwrap()[0].id;
    let mut circles = Vec::new();
    for (name, kind) in
        [("Service desk", CircleKind::Team), ("Harbour", CircleKind::Client), ("Orchard", CircleKind::Client)]
    {
        let act = OpenCircle { parent: root, kind, name: name.into(), purpose: String::new() };
        circles.push(ledger.perform(&actor(ledger, ann).await, &act).await.unwrap());
    }
    let bo = join(ledger, ann, "Bo", circles[0], Role::Leader).await;
    let mut members = Vec::new();
    for name in ["Cy", "Di", "Ed", "Flo", "Gus"] {
        members.push(join(ledger, ann, name, circles[0], Role::Member).await);
    }
    let kim = join(ledger, ann, "Kim", circles[1], Role::ClientContact).await;
    let lou = join(ledger, ann, "Lou", circles[2], Role::ClientContact).await;
    World { root, team: circles[0], ann, bo, members, kim, lou }
}

/// What waits for a person, as `noun: title`.
pub async fn waits(ledger: &Ledger, person: PersonId, today: &str) -> Vec<String> {
    let mut tx = ledger.read().await.unwrap();
    let waiting = honesty::waiting(&mut tx, person, today.parse().unwrap()).await.unwrap();
    waiting.into_iter().map(|waiting| format!("{}: {}", waiting.noun, waiting.title)).collect()
}
