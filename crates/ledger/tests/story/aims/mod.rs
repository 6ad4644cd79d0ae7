//! Direction: a week and a quarter of it, on every engine.

mod made;
mod needs;
mod taught;

use jiff::civil::Date;
use leadership::aim::AimKind;
use leadership::circle::Actor;
use leadership::replan::Turn;
use leadership::today::Do;
use leadership::{AimId, CircleId, CircleKind, PersonId, Role};
use ledger::aims::{self, MakeAim, Replan};
use ledger::people::{self, AddPerson, OpenCircle};
use ledger::{Act, Ledger, Refused};

use crate::begin::begun;

/// An organisation with a department, two teams and a client; its people by first name.
pub struct House {
    pub ledger: Ledger,
    pub root: CircleId,
    pub team: CircleId,
    pub other: CircleId,
    pub client: CircleId,
    pub ann: PersonId,
    pub dora: PersonId,
    pub tim: PersonId,
    pub bo: PersonId,
    pub cy: PersonId,
    pub members: Vec<PersonId>,
}

impl House {
    pub async fn new(ledger: Ledger) -> Self {
        let ann = begun(&ledger).await;
        let mut tx = ledger.read().await.unwrap();
        let root = people::circles(&mut tx).await.unwrap()[0].id;
        drop(tx);
        let open = async |parent, kind, name: &str| {
            let act = OpenCircle { parent, kind, name: name.to_owned(), purpose: String::new() };
            ledger.perform(&actor(&ledger, ann).await, &act).await.unwrap()
        };
        let department = open(root, CircleKind::Department, "Workplace").await;
        let team = open(department, CircleKind::Team, "Service desk").await;
        let other = open(department, CircleKind::Team, "Devices").await;
        let client = open(department, CircleKind::Client, "Contoso").await;
        let add = async |name: &str, circle, role| {
            let act = AddPerson { name: name.to_owned(), email: String::new(), circle, role };
            ledger.perform(&actor(&ledger, ann).await, &act).await.unwrap()
        };
        let dora = add("Dora", department, Role::Leader).await;
        let tim = add("Tim", team, Role::Leader).await;
        let bo = add("Bo", other, Role::Leader).await;
        let cy = add("Cy", client, Role::ClientContact).await;
        let mut members = Vec::new();
        for name in ["Mia", "Noa", "Oli", "Pat"] {
            members.push(add(name, team, Role::Member).await);
        }
        Self { ledger, root, team, other, client, ann, dora, tim, bo, cy, members }
    }

    pub async fn does<A: Act>(&self, person: PersonId, act: &A) -> Result<A::Done, Refused> {
        self.ledger.perform(&actor(&self.ledger, person).await, act).await
    }

    pub async fn waits(&self, person: PersonId, day: &str) -> Vec<(Do, String)> {
        let day: Date = day.parse().unwrap();
        let mut tx = self.ledger.read().await.unwrap();
        let waiting = aims::waiting(&mut tx, person, day).await.unwrap();
        waiting.into_iter().map(|waiting| (waiting.act, waiting.page)).collect()
    }

    pub async fn seen(&self, person: PersonId) -> aims::Aims {
        let actor = actor(&self.ledger, person).await;
        aims::seen(&mut self.ledger.read().await.unwrap(), &actor).await.unwrap()
    }
}

pub async fn actor(ledger: &Ledger, person: PersonId) -> Actor {
    people::actor(&mut ledger.read().await.unwrap(), person).await.unwrap().unwrap()
}

pub fn make(circle: CircleId, kind: AimKind, title: &str, serves: Option<AimId>) -> MakeAim {
    MakeAim {
        circle,
        kind,
        title: title.to_owned(),
        why: format!("Because of {title}."),
        picture: String::new(),
        horizon: String::new(),
        owner: None,
        serves,
        core: false,
        hard: false,
        source: String::new(),
        restatement: String::new(),
        confirmer: None,
    }
}

pub fn replan(aim: &aims::Aim, title: &str, turn: Turn, audience: Vec<PersonId>) -> Replan {
    Replan {
        aim: aim.id,
        version: aim.version,
        title: title.to_owned(),
        why: aim.why.clone(),
        picture: aim.picture.clone(),
        horizon: String::new(),
        owner: aim.owner,
        serves: aim.serves,
        core: aim.core,
        hard: aim.hard,
        source: aim.source.clone(),
        restatement: aim.restatement.clone(),
        confirmer: aim.confirmation.by,
        turn,
        changed: format!("It is {title} now."),
        because: "The figures of March.".to_owned(),
        stays: "What we promised.".to_owned(),
        looked_again: false,
        audience,
    }
}
