//! Circles nest (organisation, department, team, project, client); roles are held in a circle; from both
//! follows what a person may see.
//!
//! The rules, in one place:
//! - A member or an observer of a circle sees it and the circles above it: direction comes from above.
//! - A leader, an executive or an administrator of a circle sees the circles below it as well.
//! - A client circle is seen from inside Plumb by those who hold a role in it or lead above it.
//! - A client contact sees their own client circle and what is nested in it, nothing above, nothing beside.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::id::{CircleId, PersonId};
use crate::words::words;
use crate::wrong::Wrongs;

/// What a circle is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CircleKind {
    /// The whole.
    Organisation,
    /// A division or department.
    Department,
    /// A team.
    Team,
    /// A project.
    Project,
    /// A client, with contacts from outside.
    Client,
}

/// What a person is in a circle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Leads it.
    Leader,
    /// Works in it.
    Member,
    /// Answers for it from above.
    Executive,
    /// Speaks for the client; from outside.
    ClientContact,
    /// Looks on: a coach, an auditor.
    Observer,
    /// Keeps its people and circles in order.
    Administrator,
}

words!(CircleKind {
    Organisation => "organisation", "organisation";
    Department => "department", "department";
    Team => "team", "team";
    Project => "project", "project";
    Client => "client", "client";
});
words!(Role {
    Leader => "leader", "leader";
    Member => "member", "member";
    Executive => "executive", "executive";
    ClientContact => "client_contact", "client contact";
    Observer => "observer", "observer";
    Administrator => "administrator", "administrator";
});

impl Role {
    /// Whether the role looks down the tree as well as up.
    #[must_use]
    pub fn looks_down(self) -> bool {
        matches!(self, Self::Leader | Self::Executive | Self::Administrator)
    }

    /// Whether it is held by somebody from outside.
    #[must_use]
    pub fn outside(self) -> bool {
        self == Self::ClientContact
    }
}

/// One circle as the tree needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// The circle it is nested in.
    pub parent: Option<CircleId>,
    /// What it is.
    pub kind: CircleKind,
}

/// All circles.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    nodes: BTreeMap<CircleId, Node>,
    below: BTreeMap<CircleId, Vec<CircleId>>,
}

impl Tree {
    /// A tree of these circles. A parent that is not among them counts as none.
    #[must_use]
    pub fn new(nodes: impl IntoIterator<Item = (CircleId, Node)>) -> Self {
        let nodes: BTreeMap<_, _> = nodes.into_iter().collect();
        let mut below: BTreeMap<CircleId, Vec<CircleId>> = BTreeMap::new();
        for (id, node) in &nodes {
            if let Some(parent) = node.parent {
                below.entry(parent).or_default().push(*id);
            }
        }
        Self { nodes, below }
    }

    /// The circle of an identifier.
    #[must_use]
    pub fn get(&self, circle: CircleId) -> Option<&Node> {
        self.nodes.get(&circle)
    }

    /// The circles above, nearest first, without the circle itself. Ends even if somebody wrote a loop.
    #[must_use]
    pub fn above(&self, circle: CircleId) -> Vec<CircleId> {
        let mut out = Vec::new();
        let mut at = self.nodes.get(&circle).and_then(|node| node.parent);
        while let Some(parent) = at {
            if parent == circle || out.contains(&parent) {
                break;
            }
            out.push(parent);
            at = self.nodes.get(&parent).and_then(|node| node.parent);
        }
        out
    }

    /// The circles that are nested right in a circle.
    #[must_use]
    pub fn below(&self, circle: CircleId) -> &[CircleId] {
        self.below.get(&circle).map_or(&[], Vec::as_slice)
    }

    /// The circle and all that is nested in it.
    #[must_use]
    pub fn within(&self, circle: CircleId) -> BTreeSet<CircleId> {
        let mut seen = BTreeSet::from([circle]);
        let mut open = vec![circle];
        while let Some(at) = open.pop() {
            for below in self.below.get(&at).into_iter().flatten() {
                if seen.insert(*below) {
                    open.push(*below);
                }
            }
        }
        seen
    }

    /// Whether `circle` may be moved into `parent`.
    ///
    /// # Errors
    /// When that would be a loop, or something would come into a client's hands or out of them: a client's
    /// people see all that is nested in their circle, so what belongs to one client stays with it.
    pub fn may_nest(&self, circle: CircleId, parent: CircleId) -> Result<(), Wrongs> {
        if self.within(circle).contains(&parent) {
            return Err(Wrongs::one("parent", "A circle cannot be nested in itself. Choose a circle outside it."));
        }
        let is_client = self.get(circle).is_some_and(|node| node.kind == CircleKind::Client);
        let holds_client =
            self.within(circle).iter().any(|id| self.get(*id).is_some_and(|node| node.kind == CircleKind::Client));
        match self.client_of(parent) {
            Some(_) if holds_client => Err(Wrongs::one(
                "parent",
                "A client cannot be nested in another client: its people would see it. Choose a circle of the organisation.",
            )),
            client if !is_client && client != self.client_of(circle) => Err(Wrongs::one(
                "parent",
                "What belongs to a client stays with it, and what does not stays out: its people would see it. \
                 Open a new circle there instead.",
            )),
            _ => Ok(()),
        }
    }

    /// Whether a circle of this kind may be opened in `parent`.
    ///
    /// # Errors
    /// When it would be a second organisation, or a client within a client.
    pub fn may_open(&self, kind: CircleKind, parent: CircleId) -> Result<(), Wrongs> {
        if kind == CircleKind::Organisation {
            let what = "There is one organisation already. Choose what the circle is within it.";
            return Err(Wrongs::one("kind", what));
        }
        if kind == CircleKind::Client && self.of_client(parent) {
            let what = "A client cannot be nested in another client: its people would see it.";
            return Err(Wrongs::one("kind", what));
        }
        Ok(())
    }

    /// Whether a role may be held in a circle.
    ///
    /// # Errors
    /// When somebody would speak for a client where there is none.
    pub fn may_hold(&self, circle: CircleId, role: Role) -> Result<(), Wrongs> {
        if role.outside() && !self.of_client(circle) {
            let what = "A client contact belongs to a client's circle. Choose another role, or add them to the client.";
            return Err(Wrongs::one("role", what));
        }
        Ok(())
    }

    /// The client that a circle is or is nested in.
    #[must_use]
    pub fn client_of(&self, circle: CircleId) -> Option<CircleId> {
        std::iter::once(circle)
            .chain(self.above(circle))
            .find(|id| self.nodes.get(id).is_some_and(|node| node.kind == CircleKind::Client))
    }

    /// Whether a circle is a client or nested in one.
    #[must_use]
    pub fn of_client(&self, circle: CircleId) -> bool {
        self.client_of(circle).is_some()
    }
}

/// What a person may see, computed from their roles.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sight {
    /// Circles seen from inside.
    pub inside: BTreeSet<CircleId>,
    /// Client circles seen as the client's own people see them: only what was shared with the client.
    pub as_client: BTreeSet<CircleId>,
    /// Circles in which the person leads (leader or executive), with all that is nested in them.
    pub leads: BTreeSet<CircleId>,
    /// Circles whose people and circles the person keeps in order, with all that is nested in them.
    pub administers: BTreeSet<CircleId>,
    /// Circles in which the person holds a role themselves.
    pub own: BTreeSet<CircleId>,
}

impl Sight {
    /// The sight that these roles give.
    #[must_use]
    pub fn of(tree: &Tree, roles: &[(CircleId, Role)]) -> Self {
        let mut sight = Self::default();
        for (circle, role) in roles {
            sight.own.insert(*circle);
            let within = || tree.within(*circle);
            if role.outside() {
                sight.as_client.extend(within());
                continue;
            }
            sight.inside.insert(*circle);
            sight.inside.extend(tree.above(*circle));
            if role.looks_down() {
                sight.inside.extend(within());
            }
            match role {
                Role::Leader | Role::Executive => sight.leads.extend(within()),
                Role::Administrator => sight.administers.extend(within()),
                _ => {}
            }
        }
        sight
    }

    /// Whether anything of the circle is seen at all, from inside or as the client.
    #[must_use]
    pub fn sees(&self, circle: CircleId) -> bool {
        self.inside.contains(&circle) || self.as_client.contains(&circle)
    }

    /// Whether the person belongs to the organisation's own people.
    #[must_use]
    pub fn is_inside(&self) -> bool {
        !self.inside.is_empty()
    }

    /// Whether the circle is led by this person, directly or from above.
    #[must_use]
    pub fn leads(&self, circle: CircleId) -> bool {
        self.leads.contains(&circle)
    }

    /// Whether this person keeps the circle's people in order.
    #[must_use]
    pub fn administers(&self, circle: CircleId) -> bool {
        self.administers.contains(&circle)
    }
}

/// Who acts: a person with what they may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The person.
    pub person: PersonId,
    /// What they may see.
    pub sight: Sight,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn circle(n: u8) -> CircleId {
        CircleId::new(jiff::Timestamp::UNIX_EPOCH, [n; 10])
    }

    fn tree() -> Tree {
        // 0 organisation ── 1 department ── 2 team, 3 client ── 4 project of the client; 5 other client under 0
        let node = |parent: Option<u8>, kind| Node { parent: parent.map(circle), kind };
        Tree::new([
            (circle(0), node(None, CircleKind::Organisation)),
            (circle(1), node(Some(0), CircleKind::Department)),
            (circle(2), node(Some(1), CircleKind::Team)),
            (circle(3), node(Some(1), CircleKind::Client)),
            (circle(4), node(Some(3), CircleKind::Project)),
            (circle(5), node(Some(0), CircleKind::Client)),
        ])
    }

    #[test]
    fn members_look_up_leaders_look_down_clients_see_themselves() {
        let tree = tree();
        let member = Sight::of(&tree, &[(circle(2), Role::Member)]);
        assert_eq!(member.inside, [0, 1, 2].map(circle).into());
        assert!(!member.sees(circle(3)));
        let leader = Sight::of(&tree, &[(circle(1), Role::Leader)]);
        assert_eq!(leader.inside, [0, 1, 2, 3, 4].map(circle).into());
        assert!(leader.leads(circle(4)) && !leader.leads(circle(0)) && !leader.sees(circle(5)));
        let contact = Sight::of(&tree, &[(circle(3), Role::ClientContact)]);
        assert_eq!(contact.as_client, [3, 4].map(circle).into());
        assert!(!contact.is_inside() && !contact.sees(circle(0)) && !contact.sees(circle(5)));
        assert!(tree.of_client(circle(4)) && !tree.of_client(circle(2)));
        assert!(tree.may_nest(circle(1), circle(4)).is_err());
        assert!(tree.may_nest(circle(4), circle(5)).is_err(), "one client's project to another");
        assert!(tree.may_nest(circle(4), circle(2)).is_err(), "a client's project into the organisation");
        assert!(tree.may_nest(circle(2), circle(3)).is_err(), "a team into a client");
        assert!(tree.may_nest(circle(3), circle(5)).is_err(), "a client into another");
        assert!(tree.may_nest(circle(1), circle(5)).is_err(), "with a client inside");
        assert!(tree.may_nest(circle(3), circle(0)).is_ok() && tree.may_nest(circle(2), circle(0)).is_ok());
        assert!(
            tree.may_open(CircleKind::Client, circle(4)).is_err()
                && tree.may_open(CircleKind::Project, circle(4)).is_ok()
        );
        assert!(
            tree.may_hold(circle(2), Role::ClientContact).is_err()
                && tree.may_hold(circle(4), Role::ClientContact).is_ok()
        );
    }

    proptest! {
        /// Whatever the tree and the roles: contacts of one client see nothing of another, and nothing inside.
        #[test]
        fn no_client_sees_another(
            parents in proptest::collection::vec((0_u8..20, 0_usize..5), 2..20),
            roles in proptest::collection::vec(0_u8..20, 1..4),
        ) {
            let count = parents.len();
            let nodes = parents.iter().enumerate().map(|(at, (parent, kind))| {
                let at = u8::try_from(at).unwrap();
                let parent = (at > 0).then(|| circle(parent % at));
                (circle(at), Node { parent, kind: CircleKind::ALL[*kind] })
            });
            let tree = Tree::new(nodes);
            let held: Vec<_> = roles.iter().map(|n| (circle(n % u8::try_from(count).unwrap()), Role::ClientContact)).collect();
            let sight = Sight::of(&tree, &held);
            prop_assert!(!sight.is_inside());
            for seen in &sight.as_client {
                let chain: Vec<_> = std::iter::once(*seen).chain(tree.above(*seen)).collect();
                prop_assert!(held.iter().any(|(circle, _)| chain.contains(circle)));
            }
        }
    }
}
