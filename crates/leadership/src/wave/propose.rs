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

/// Whether somebody holds the role of a leader or an executive anywhere.
#[must_use]
pub fn is_designated(held: &[Held], person: PersonId) -> bool {
    held.iter().any(|(who, _, role)| *who == person && leads(*role))
}

/// Everybody who could rate `rated`, each with one role: higher-ups first, then those who report to them, clients,
/// those beside them; by identifier within a role. `promised` are those with whom there were promises.
#[must_use]
pub fn propose(tree: &Tree, held: &[Held], rated: PersonId, promised: &BTreeSet<PersonId>) -> Vec<Proposal> {
    let mut by_circle: BTreeMap<CircleId, Vec<(PersonId, Role)>> = BTreeMap::new();
    let mut outside: BTreeMap<PersonId, bool> = BTreeMap::new();
    for (person, circle, role) in held {
        by_circle.entry(*circle).or_default().push((*person, *role));
        let only = outside.entry(*person).or_insert(true);
        *only = *only && role.outside();
    }
    let of = |circle: CircleId, which: &dyn Fn(Role) -> bool| -> Vec<PersonId> {
        let all = by_circle.get(&circle).into_iter().flatten();
        all.filter(|(person, role)| *person != rated && which(*role)).map(|(person, _)| *person).collect()
    };
    let own: Vec<(CircleId, Role)> =
        held.iter().filter(|(person, ..)| *person == rated).map(|(_, circle, role)| (*circle, *role)).collect();
    // The nearest circle above in which somebody leads.
    let above = |circle: CircleId| -> Vec<(PersonId, CircleId)> {
        let found = tree.above(circle).into_iter().map(|up| (up, of(up, &leads))).find(|(_, all)| !all.is_empty());
        found.into_iter().flat_map(|(up, all)| all.into_iter().map(move |person| (person, up))).collect()
    };
    let mut found: BTreeMap<PersonId, (RaterRole, CircleId)> = BTreeMap::new();
    // The first role that is found stays: the rounds go from the strongest on.
    let mut add = |role: RaterRole, all: Vec<(PersonId, CircleId)>| {
        for (person, circle) in all {
            found.entry(person).or_insert((role, circle));
        }
    };
    let here = |circle: CircleId, all: Vec<PersonId>| all.into_iter().map(|person| (person, circle)).collect();
    for (circle, role) in &own {
        match role {
            Role::Executive => add(RaterRole::HigherUp, above(*circle)),
            Role::Leader => {
                add(RaterRole::HigherUp, here(*circle, of(*circle, &|role| role == Role::Executive)));
                add(RaterRole::HigherUp, above(*circle));
            }
            Role::Member => {
                let leaders = of(*circle, &leads);
                let leaders = if leaders.is_empty() { above(*circle) } else { here(*circle, leaders) };
                add(RaterRole::HigherUp, leaders);
            }
            _ => {}
        }
    }
    let led: Vec<(CircleId, Role)> = own.iter().copied().filter(|(_, role)| leads(*role)).collect();
    for (circle, role) in &led {
        if *role == Role::Executive {
            add(RaterRole::Subordinate, here(*circle, of(*circle, &|role| role == Role::Leader)));
        }
        add(RaterRole::Subordinate, here(*circle, of(*circle, &|role| role == Role::Member)));
        for below in tree.below(*circle) {
            add(RaterRole::Subordinate, here(*below, of(*below, &|role| role == Role::Leader)));
        }
    }
    for (circle, role) in &own {
        let all = if leads(*role) { tree.within(*circle) } else { BTreeSet::from([*circle]) };
        if !role.outside() {
            for circle in all {
                add(RaterRole::Client, here(circle, of(circle, &Role::outside)));
            }
        }
    }
    for (circle, role) in &own {
        match role {
            Role::Leader | Role::Executive => {
                add(RaterRole::Peer, here(*circle, of(*circle, &|other| other == *role)));
                let beside = tree.get(*circle).and_then(|node| node.parent).map(|up| tree.below(up));
                for beside in beside.into_iter().flatten().filter(|beside| *beside != circle) {
                    add(RaterRole::Peer, here(*beside, of(*beside, &leads)));
                }
            }
            Role::Member => add(RaterRole::Peer, here(*circle, of(*circle, &|other| other == Role::Member))),
            _ => {}
        }
    }
    let mut out: Vec<Proposal> = found
        .iter()
        .map(|(person, (role, circle))| Proposal { person: *person, role: *role, because: Because::Circle(*circle) })
        .collect();
    for person in promised.iter().filter(|person| **person != rated && !found.contains_key(person)) {
        let from_outside = outside.get(person).copied().unwrap_or(false);
        let role = if from_outside { RaterRole::Client } else { RaterRole::Peer };
        out.push(Proposal { person: *person, role, because: Because::Promises });
    }
    let place = |role: RaterRole| match role {
        RaterRole::HigherUp => 0,
        RaterRole::Subordinate => 1,
        RaterRole::Client => 2,
        RaterRole::Peer => 3,
        RaterRole::Own => 4,
    };
    out.sort_by_key(|one| (place(one.role), one.person));
    out
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
        propose(&tree(), &held(), person(rated), &promised).into_iter().map(|one| (one.person, one.role)).collect()
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
        assert!(!is_designated(&held(), person(4)) && is_designated(&held(), person(3)));
    }

    #[test]
    fn nobody_rates_themselves_here_and_a_promise_does_not_change_a_role() {
        let of = roles(3, &[3, 4]);
        assert!(!of.contains_key(&person(3)));
        assert_eq!(of[&person(4)], RaterRole::Subordinate);
    }
}
