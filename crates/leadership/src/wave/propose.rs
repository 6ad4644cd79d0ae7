//! Who could rate somebody, and as what: read from the circles, so that nobody chooses the roles of their raters.
//!
//! - *Reports to them*: members of the circles that they lead, leaders of the circles right below, and, for an
//!   executive, the leaders of the circle itself.
//! - *Higher up*: for who leads a circle its executives, then whoever leads the nearest circle above in which
//!   somebody does; for a member whoever leads their circle, or else the nearest one above.
//! - *Clients*: contacts of client circles in which they hold a role or which lie below a circle that they lead.
//! - *Beside them*: who leads the same circle or one beside it; for a member the other members of the circle.
//! - Whoever gave them a promise or got one, and is nothing of the above: a client where they are from outside, else
//!   beside them.

use std::collections::{BTreeMap, BTreeSet};

use super::RaterRole;
use crate::circle::{Role, Tree};
use crate::id::{CircleId, PersonId};

/// A role that somebody holds.
pub type Held = (PersonId, CircleId, Role);

/// Why somebody is proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// Both hold roles in circles: this is the rater's.
    Circle(CircleId),
    /// There were promises between them.
    Promises,
}

/// Somebody who could rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proposal {
    /// Who.
    pub person: PersonId,
    /// As what.
    pub role: RaterRole,
    /// Why.
    pub because: Because,
}

fn leads(role: Role) -> bool {
    matches!(role, Role::Leader | Role::Executive)
}

/// Who holds which role where: made once, asked for many.
#[derive(Debug, Clone)]
pub struct Places<'a> {
    tree: &'a Tree,
    by_circle: BTreeMap<CircleId, Vec<(PersonId, Role)>>,
    by_person: BTreeMap<PersonId, Vec<(CircleId, Role)>>,
}

impl<'a> Places<'a> {
    /// All roles that are held, in a tree of circles.
    #[must_use]
    pub fn new(tree: &'a Tree, held: &[Held]) -> Self {
        let (mut by_circle, mut by_person) = (BTreeMap::<_, Vec<_>>::new(), BTreeMap::<_, Vec<_>>::new());
        for (person, circle, role) in held {
            by_circle.entry(*circle).or_default().push((*person, *role));
            by_person.entry(*person).or_default().push((*circle, *role));
        }
        Self { tree, by_circle, by_person }
    }

    fn own(&self, person: PersonId) -> &[(CircleId, Role)] {
        self.by_person.get(&person).map_or(&[], Vec::as_slice)
    }

    /// Whether somebody is from outside: every role that they hold is.
    #[must_use]
    pub fn is_outside(&self, person: PersonId) -> bool {
        let own = self.own(person);
        !own.is_empty() && own.iter().all(|(_, role)| role.outside())
    }

    /// Who holds such a role in a circle, with the circle, the person rated left out.
    fn of(&self, circle: CircleId, rated: PersonId, which: impl Fn(Role) -> bool) -> Vec<(PersonId, CircleId)> {
        let all = self.by_circle.get(&circle).into_iter().flatten();
        all.filter(|(person, role)| *person != rated && which(*role)).map(|(person, _)| (*person, circle)).collect()
    }

    /// Who leads the nearest circle above in which somebody else does.
    fn above(&self, circle: CircleId, rated: PersonId) -> Vec<(PersonId, CircleId)> {
        let above = self.tree.above(circle).into_iter().map(|up| self.of(up, rated, leads));
        above.into_iter().find(|all| !all.is_empty()).unwrap_or_default()
    }

    /// Whom somebody reports to, each with the circle by which they do.
    #[must_use]
    pub fn higher_ups(&self, rated: PersonId) -> Vec<(PersonId, CircleId)> {
        let mut out = Vec::new();
        for (circle, role) in self.own(rated) {
            match role {
                Role::Executive => out.extend(self.above(*circle, rated)),
                Role::Leader => {
                    out.extend(self.of(*circle, rated, |role| role == Role::Executive));
                    out.extend(self.above(*circle, rated));
                }
                Role::Member => {
                    let leaders = self.of(*circle, rated, leads);
                    out.extend(if leaders.is_empty() { self.above(*circle, rated) } else { leaders });
                }
                _ => {}
            }
        }
        out
    }

    fn subordinates(&self, rated: PersonId) -> Vec<(PersonId, CircleId)> {
        let mut out = Vec::new();
        for (circle, role) in self.own(rated).iter().filter(|(_, role)| leads(*role)) {
            if *role == Role::Executive {
                out.extend(self.of(*circle, rated, |role| role == Role::Leader));
            }
            out.extend(self.of(*circle, rated, |role| role == Role::Member));
            for below in self.tree.below(*circle) {
                out.extend(self.of(*below, rated, |role| role == Role::Leader));
            }
        }
        out
    }

    fn clients(&self, rated: PersonId) -> Vec<(PersonId, CircleId)> {
        let mut out = Vec::new();
        for (circle, role) in self.own(rated).iter().filter(|(_, role)| !role.outside()) {
            let all = if leads(*role) { self.tree.within(*circle) } else { BTreeSet::from([*circle]) };
            for circle in all {
                out.extend(self.of(circle, rated, Role::outside));
            }
        }
        out
    }

    fn peers(&self, rated: PersonId) -> Vec<(PersonId, CircleId)> {
        let mut out = Vec::new();
        for (circle, role) in self.own(rated) {
            match role {
                Role::Leader | Role::Executive => {
                    out.extend(self.of(*circle, rated, |other| other == *role));
                    let beside = self.tree.get(*circle).and_then(|node| node.parent).map(|up| self.tree.below(up));
                    for beside in beside.into_iter().flatten().filter(|beside| *beside != circle) {
                        out.extend(self.of(*beside, rated, leads));
                    }
                }
                Role::Member => out.extend(self.of(*circle, rated, |other| other == Role::Member)),
                _ => {}
            }
        }
        out
    }

    /// Whether one of them leads a circle within which the other works or leads.
    fn is_over(&self, one: PersonId, other: PersonId) -> bool {
        let led = self.own(one).iter().filter(|(_, role)| leads(*role));
        let within: BTreeSet<CircleId> = led.flat_map(|(circle, _)| self.tree.within(*circle)).collect();
        let works = |role: Role| role == Role::Member || leads(role);
        self.own(other).iter().any(|(circle, role)| works(*role) && within.contains(circle))
    }

    /// As what somebody would rate whom the circles do not propose: further down is a subordinate, further up a
    /// higher-up, everybody else of the organisation a peer.
    #[must_use]
    pub fn otherwise(&self, person: PersonId, rated: PersonId) -> RaterRole {
        if self.is_outside(person) {
            RaterRole::Client
        } else if self.is_over(rated, person) {
            RaterRole::Subordinate
        } else if self.is_over(person, rated) {
            RaterRole::HigherUp
        } else {
            RaterRole::Peer
        }
    }

    /// Everybody who could rate `rated`, each with one role: higher-ups first, then those who report to them,
    /// clients, those beside them; by identifier within a role. `promised` are those with whom there were promises.
    #[must_use]
    pub fn propose(&self, rated: PersonId, promised: &BTreeSet<PersonId>) -> Vec<Proposal> {
        let mut found: BTreeMap<PersonId, Proposal> = BTreeMap::new();
        // The first role that is found stays: the rounds go from the strongest on.
        for (role, all) in [
            (RaterRole::HigherUp, self.higher_ups(rated)),
            (RaterRole::Subordinate, self.subordinates(rated)),
            (RaterRole::Client, self.clients(rated)),
            (RaterRole::Peer, self.peers(rated)),
        ] {
            for (person, circle) in all {
                found.entry(person).or_insert(Proposal { person, role, because: Because::Circle(circle) });
            }
        }
        for person in promised.iter().copied().filter(|person| *person != rated) {
            let role = self.otherwise(person, rated);
            found.entry(person).or_insert(Proposal { person, role, because: Because::Promises });
        }
        let place = |role: RaterRole| match role {
            RaterRole::HigherUp => 0,
            RaterRole::Subordinate => 1,
            RaterRole::Client => 2,
            RaterRole::Peer => 3,
            RaterRole::Own => 4,
        };
        let mut out: Vec<Proposal> = found.into_values().collect();
        out.sort_by_key(|one| (place(one.role), one.person));
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::circle::{CircleKind, Node};

    fn circle(n: u8) -> CircleId {
        CircleId::new(jiff::Timestamp::UNIX_EPOCH, [n; 10])
    }

    fn person(n: u8) -> PersonId {
        PersonId::new(jiff::Timestamp::UNIX_EPOCH, [n; 10])
    }

    /// 0 organisation ── 1 department ── 2 team, 3 team, 4 client; 5 another client under 0.
    fn tree() -> Tree {
        let node = |parent: Option<u8>, kind| Node { parent: parent.map(circle), kind };
        Tree::new([
            (circle(0), node(None, CircleKind::Organisation)),
            (circle(1), node(Some(0), CircleKind::Department)),
            (circle(2), node(Some(1), CircleKind::Team)),
            (circle(3), node(Some(1), CircleKind::Team)),
            (circle(4), node(Some(1), CircleKind::Client)),
            (circle(5), node(Some(0), CircleKind::Client)),
        ])
    }

    fn held() -> Vec<Held> {
        vec![
            (person(1), circle(0), Role::Executive),
            (person(2), circle(1), Role::Leader),
            (person(3), circle(2), Role::Leader),
            (person(4), circle(2), Role::Member),
            (person(5), circle(2), Role::Member),
            (person(6), circle(3), Role::Leader),
            (person(7), circle(3), Role::Member),
            (person(8), circle(4), Role::ClientContact),
            (person(9), circle(5), Role::ClientContact),
            (person(10), circle(0), Role::Administrator),
            (person(11), circle(2), Role::Observer),
        ]
    }

    fn roles(rated: u8, promised: &[u8]) -> BTreeMap<PersonId, RaterRole> {
        let promised = promised.iter().map(|n| person(*n)).collect();
        Places::new(&tree(), &held())
            .propose(person(rated), &promised)
            .into_iter()
            .map(|one| (one.person, one.role))
            .collect()
    }

    #[test]
    fn a_leader_of_a_team_has_members_leaders_beside_and_one_above() {
        let of = roles(3, &[]);
        let expected =
            [(2, RaterRole::HigherUp), (4, RaterRole::Subordinate), (5, RaterRole::Subordinate), (6, RaterRole::Peer)];
        assert_eq!(of, expected.into_iter().map(|(n, role)| (person(n), role)).collect());
    }

    #[test]
    fn a_leader_of_a_department_has_the_leaders_below_and_its_clients() {
        let of = roles(2, &[]);
        let expected = [
            (1, RaterRole::HigherUp),
            (3, RaterRole::Subordinate),
            (6, RaterRole::Subordinate),
            (8, RaterRole::Client),
        ];
        assert_eq!(of, expected.into_iter().map(|(n, role)| (person(n), role)).collect());
    }

    #[test]
    fn a_member_without_a_title_has_peers_and_a_leader() {
        let of = roles(4, &[7, 9]);
        let expected = [
            (3, RaterRole::HigherUp),
            (5, RaterRole::Peer),
            // By promises only: from another team, and from outside.
            (7, RaterRole::Peer),
            (9, RaterRole::Client),
        ];
        assert_eq!(of, expected.into_iter().map(|(n, role)| (person(n), role)).collect());
    }

    #[test]
    fn who_is_two_steps_away_is_still_below_or_above() {
        assert_eq!(roles(2, &[4])[&person(4)], RaterRole::Subordinate);
        assert_eq!(roles(4, &[2])[&person(2)], RaterRole::HigherUp);
        assert_eq!(roles(2, &[11])[&person(11)], RaterRole::Peer, "an observer reports to nobody");
    }

    #[test]
    fn nobody_rates_themselves_here_and_a_promise_does_not_change_a_role() {
        let of = roles(3, &[3, 4]);
        assert!(!of.contains_key(&person(3)));
        assert_eq!(of[&person(4)], RaterRole::Subordinate);
    }
}
