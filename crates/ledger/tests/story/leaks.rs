//! Random organisations: whatever the tree, the roles and the requests, nobody sees or does what the rules do
//! not give them. The rules are written here a second time, by walking parents, without the tree and the
//! sight that the ledger uses.

use std::collections::{BTreeMap, BTreeSet};

use leadership::{CircleId, CircleKind, PersonId, Role};
use ledger::accounts::Invite;
use ledger::people::{self, Circle, CloseCircle, EndRole, GiveRole, Leave, MoveCircle, OpenCircle, RenameCircle};
use ledger::testing::{Clock, each};
use ledger::{Ledger, links, seal};
use proptest::test_runner::{RngAlgorithm, TestRng};
use rand_chacha::rand_core::Rng as _;

use crate::begin::begun;
use crate::links::{actor, root};

/// Numbers that are the same each time.
pub struct Chance(TestRng);

impl Chance {
    pub fn seeded(seed: u8) -> Self {
        Self(TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]))
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.0.next_u32() as usize) % n
    }

    pub fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

/// What is, read whole.
pub struct World {
    pub circles: BTreeMap<CircleId, Circle>,
    pub roles: BTreeMap<PersonId, Vec<(CircleId, Role)>>,
}

impl World {
    pub async fn read(ledger: &Ledger, people: &[PersonId]) -> Self {
        let mut tx = ledger.read().await.unwrap();
        let circles = people::circles(&mut tx).await.unwrap().into_iter().map(|one| (one.id, one)).collect();
        let mut roles = BTreeMap::new();
        for person in people {
            roles.insert(*person, people::roles(&mut tx, *person).await.unwrap());
        }
        Self { circles, roles }
    }

    /// The circle and those above it.
    fn up(&self, circle: CircleId) -> Vec<CircleId> {
        let mut out = vec![circle];
        while let Some(parent) = self.circles[out.last().unwrap()].parent {
            assert!(!out.contains(&parent), "a loop among circles");
            out.push(parent);
        }
        out
    }

    fn client(&self, circle: CircleId) -> Option<CircleId> {
        let clients: Vec<_> =
            self.up(circle).into_iter().filter(|id| self.circles[id].kind == CircleKind::Client).collect();
        assert!(clients.len() < 2, "a client within a client");
        clients.first().copied()
    }

    /// Whether a person sees a circle from inside, by the words of `leadership::circle`.
    pub fn inside(&self, person: PersonId, circle: CircleId) -> bool {
        self.roles[&person].iter().any(|(at, role)| {
            *role != Role::ClientContact
                && (self.up(*at).contains(&circle)
                    || (matches!(role, Role::Leader | Role::Executive | Role::Administrator)
                        && self.up(circle).contains(at)))
        })
    }

    /// Whether a person keeps a circle in order.
    pub fn keeps(&self, person: PersonId, circle: CircleId) -> bool {
        self.roles[&person].iter().any(|(at, role)| {
            matches!(role, Role::Leader | Role::Executive | Role::Administrator) && self.up(circle).contains(at)
        })
    }

    /// Whether a person belongs to a client whose circle it is.
    pub fn contact(&self, person: PersonId, circle: CircleId) -> bool {
        self.roles[&person].iter().any(|(at, role)| *role == Role::ClientContact && self.up(circle).contains(at))
    }

    /// Whether a person is one of the organisation's own.
    pub fn own(&self, person: PersonId) -> bool {
        self.roles[&person].iter().any(|(_, role)| *role != Role::ClientContact)
    }

    /// Whom a person sees.
    pub fn sees(&self, person: PersonId) -> BTreeSet<PersonId> {
        self.roles
            .iter()
            .filter(|(_, held)| held.iter().any(|(at, _)| self.inside(person, *at)))
            .map(|(id, _)| *id)
            .collect()
    }
}

async fn check(ledger: &Ledger, people: &[PersonId], engine: &str) {
    let world = World::read(ledger, people).await;
    for viewer in people {
        let actor = actor(ledger, *viewer).await;
        let mut tx = ledger.read().await.unwrap();
        let found = people::search(&mut tx, &actor, "", None).await.unwrap();
        let ids: BTreeSet<PersonId> = found.iter().map(|(person, _)| person.id).collect();
        assert_eq!(ids, world.sees(*viewer), "{engine}: whom one sees");
        for (person, roles) in &found {
            for (circle, role) in roles {
                assert!(world.inside(*viewer, *circle), "{engine}: a role in a circle that one does not see");
                assert!(world.roles[&person.id].contains(&(*circle, *role)));
            }
        }
        for other in people {
            let seen = people::seen(&mut tx, &actor, *other).await.unwrap();
            let may = viewer == other || ids.contains(other) || world.roles[other].is_empty();
            assert!(seen.is_none() || may, "{engine}: a person that one does not see");
            for (circle, _) in seen.map(|(_, roles)| roles).unwrap_or_default() {
                assert!(viewer == other || world.inside(*viewer, circle), "{engine}");
            }
        }
        for circle in world.circles.keys() {
            assert_eq!(actor.sight.inside.contains(circle), world.inside(*viewer, *circle), "{engine}");
            let as_client = world.contact(*viewer, *circle);
            assert_eq!(actor.sight.as_client.contains(circle), as_client, "{engine}");
            if as_client {
                // A contact's circles are all of one client: theirs.
                let own: BTreeSet<_> = world.roles[viewer].iter().map(|(at, _)| world.client(*at)).collect();
                assert!(own.len() == 1 && own.contains(&world.client(*circle)), "{engine}: another client's");
            }
        }
        for one in links::list(&mut tx, &actor).await.unwrap() {
            assert!(world.keeps(*viewer, one.link.circle), "{engine}: a link of another circle");
        }
    }
}

#[tokio::test]
async fn nobody_sees_or_does_what_the_rules_do_not_give() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    let (mut done, mut refused) = (0, 0);
    for (engine, ledger) in each(folder.path(), "leaks", &clock).await {
        let mut chance = Chance::seeded(42);
        let ann = begun(&ledger).await;
        let mut circles = vec![root(&ledger).await];
        let mut people = vec![ann];
        for step in 0..240 {
            let world = World::read(&ledger, &people).await;
            // The first steps fill the organisation, the rest is done by anybody to anything.
            let by = if step < 60 { ann } else { chance.one(&people) };
            let acts = actor(&ledger, by).await;
            let (circle, other) = (chance.one(&circles), chance.one(&circles));
            let (person, role) = (chance.one(&people), chance.one(Role::ALL));
            let kind = chance.one(CircleKind::ALL);
            let what = if step < 60 { chance.below(2) } else { chance.below(9) };
            // What was done, and whether the rules let this person do it.
            let (ended, may) = match what {
                0 => {
                    let act = OpenCircle { parent: circle, kind, name: format!("C{step}"), purpose: String::new() };
                    let ended = ledger.perform(&acts, &act).await.map(|id| circles.push(id));
                    (ended, world.keeps(by, circle))
                }
                1 => {
                    let email = format!("p{step}@example.org");
                    let act = people::AddPerson { name: format!("P{step}"), email, circle, role };
                    let ended = ledger.perform(&acts, &act).await.map(|id| people.push(id));
                    (ended, world.keeps(by, circle))
                }
                2 => {
                    let ended = ledger.perform(&acts, &GiveRole { person, circle, role }).await;
                    let may = world.keeps(by, circle) && (by == person || world.sees(by).contains(&person));
                    (ended, may || world.roles[&person].is_empty())
                }
                3 => {
                    let held = world.roles[&person].first().copied().unwrap_or((circle, role));
                    let act = EndRole { person, circle: held.0, role: held.1 };
                    (ledger.perform(&acts, &act).await, world.keeps(by, held.0))
                }
                4 => {
                    let ended = ledger.perform(&acts, &MoveCircle { circle, parent: other }).await;
                    let above = world.circles[&circle].parent;
                    let may = world.keeps(by, circle) && world.keeps(by, other);
                    let same = above == Some(other);
                    (
                        ended,
                        (may && above.is_some_and(|above| world.keeps(by, above))) || (same && world.keeps(by, circle)),
                    )
                }
                5 => {
                    let act = RenameCircle { circle, name: format!("R{step}"), purpose: String::new() };
                    (ledger.perform(&acts, &act).await, world.keeps(by, circle))
                }
                6 => {
                    let act = CloseCircle { circle, reopen: chance.below(2) == 0 };
                    (ledger.perform(&acts, &act).await, world.keeps(by, circle))
                }
                7 => {
                    let until = clock.now() + jiff::SignedDuration::from_hours(24);
                    let ended = ledger.perform(&acts, &Invite { person, until }).await.map(|_| ());
                    (ended, world.roles[&person].iter().all(|(at, _)| world.keeps(by, *at)))
                }
                _ => {
                    let ended = ledger.perform(&acts, &Leave { person }).await;
                    let unplaced = world.roles[&person].is_empty() && world.keeps(by, circles[0]);
                    let all = world.roles[&person].iter().all(|(at, _)| world.keeps(by, *at));
                    if ended.is_ok() {
                        people.retain(|it| *it != person);
                    }
                    (ended, unplaced || (all && !world.roles[&person].is_empty()))
                }
            };
            match ended {
                Ok(()) => {
                    assert!(may, "{engine}, step {step}: act {what} was done by somebody who may not");
                    done += 1;
                }
                Err(_) => refused += 1,
            }
            if step % 40 == 39 {
                check(&ledger, &people, engine).await;
            }
        }
        check(&ledger, &people, engine).await;
        let mut tx = ledger.read().await.unwrap();
        let erased =
            tx.count("select count(*) as n from person where name = $1", &[seal::ERASED.into()]).await.unwrap();
        assert_eq!(erased, 0);
        drop(tx);
        assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None, "{engine}");
        ledger.close().await;
    }
    assert!(done > 60 && refused > 60, "{done} done, {refused} refused");
}
