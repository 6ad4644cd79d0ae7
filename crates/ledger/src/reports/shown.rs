//! What may be told of one person, decided from who answered and from nothing else.

use std::collections::{BTreeMap, BTreeSet};

use rating::disclosure::{self, Ledger, Policy, arrange};
use rating::model::Role;
use serde_json::json;

use crate::error::LedgerError;

/// The roles whose answers are not under a name, in the order of groups.
pub const HIDDEN: [Role; 3] = [Role::Subordinate, Role::Peer, Role::Client];
/// Into what a group that is too small is merged, as raters are told beforehand: subordinates and clients into the
/// peers, peers into the subordinates.
const PARENTS: [Option<usize>; 3] = [Some(1), Some(0), Some(1)];

/// A group as it goes into the computation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The roles in it.
    pub roles: Vec<Role>,
    /// As which role its forms are computed: that of most of them.
    pub role: Role,
    /// Who they are, by the numbers of [`Shown`].
    pub raters: BTreeSet<u32>,
    /// Whether it has a figure of its own.
    pub shown: bool,
}

/// What may be told of one person.
pub struct Shown {
    /// Groups that go into the computation; what is in none of them is left out of every figure.
    pub groups: Vec<Taken>,
    /// Whether all others together have figures.
    pub together: bool,
    /// Sets that are released by this, by the stable names of their raters.
    pub released: Vec<(BTreeSet<String>, String)>,
    ledger: Ledger,
    policy: Policy,
    names: Vec<String>,
    /// Unions of some groups that were asked for before.
    unions: BTreeMap<Vec<usize>, bool>,
}

/// Numbers for stable names.
#[derive(Default)]
struct Numbers {
    names: Vec<String>,
    of: BTreeMap<String, u32>,
}

impl Numbers {
    fn of(&mut self, name: &str) -> u32 {
        if let Some(number) = self.of.get(name) {
            return *number;
        }
        let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.names.push(name.to_owned());
        self.of.insert(name.to_owned(), number);
        number
    }

    fn set<'a>(&mut self, names: impl IntoIterator<Item = &'a String>) -> BTreeSet<u32> {
        names.into_iter().map(|name| self.of(name)).collect()
    }
}

impl Shown {
    /// Decides. `members`: who answered, by role; `released`: what was released before, over all waves.
    ///
    /// # Errors
    /// When what was released before cannot be taken over.
    pub fn decide(
        members: &BTreeMap<Role, BTreeSet<String>>,
        released: &BTreeSet<BTreeSet<String>>,
        policy: &Policy,
    ) -> Result<Self, LedgerError> {
        let mut numbers = Numbers::default();
        let nobody = BTreeSet::new();
        let groups: Vec<disclosure::Group> = HIDDEN
            .iter()
            .zip(PARENTS)
            .map(|(role, parent)| disclosure::Group {
                raters: numbers.set(members.get(role).unwrap_or(&nobody)),
                parent,
            })
            .collect();
        let before: Vec<BTreeSet<u32>> = released.iter().map(|set| numbers.set(set)).collect();
        // What was released is taken as it is: it passed its own audit then.
        let mut ledger: Ledger = serde_json::from_value(json!({ "released": before, "named": [] }))?;
        let arranged = arrange(&groups, policy);
        // All together first: it is what most is told from, and what is left then is decided beside it.
        let together = arranged.total.as_ref().is_some_and(|total| ledger.release(total, policy).is_ok());
        let mut new: Vec<(BTreeSet<u32>, String)> = Vec::new();
        if let Some(total) = arranged.total.filter(|_| together) {
            new.push((total, "together".to_owned()));
        }
        let mut taken = Vec::new();
        for figure in arranged.shown {
            let shown = ledger.release(&figure.raters, policy).is_ok();
            let roles: Vec<Role> = figure.groups.iter().filter_map(|at| HIDDEN.get(*at).copied()).collect();
            if shown {
                let what: Vec<&str> = roles.iter().map(|role| role.name()).collect();
                new.push((figure.raters.clone(), what.join("+")));
            }
            let many = |role: &Role| members.get(role).map_or(0, BTreeSet::len);
            let role = roles.iter().copied().max_by_key(many).unwrap_or(Role::Peer);
            if shown || together {
                taken.push(Taken { roles, role, raters: figure.raters, shown });
            }
        }
        let mut out = Self {
            groups: taken,
            together,
            released: Vec::new(),
            ledger,
            policy: *policy,
            names: numbers.names,
            unions: BTreeMap::new(),
        };
        out.note(new);
        Ok(out)
    }

    fn note(&mut self, new: Vec<(BTreeSet<u32>, String)>) {
        for (set, what) in new {
            let named = set.iter().filter_map(|number| self.names.get(*number as usize).cloned()).collect();
            self.released.push((named, what));
        }
    }

    /// The group that a role's forms belong to.
    #[must_use]
    pub fn group_of(&self, role: Role) -> Option<usize> {
        self.groups.iter().position(|group| group.roles.contains(&role))
    }

    /// Which groups keep their answers to one quality, by how many of each answered it: a group with too few is left
    /// out of the total as well, and with it whatever would tell it apart. What then is left together must be a set
    /// that may be released; else nothing is told of the quality.
    pub fn of_quality(&mut self, answered: &[usize]) -> Vec<bool> {
        let mut next = 0_u32;
        let groups: Vec<disclosure::Group> = answered
            .iter()
            .map(|count| {
                let end = next.saturating_add(u32::try_from(*count).unwrap_or(u32::MAX));
                let raters = (next..end).collect();
                next = end;
                disclosure::Group { raters, parent: None }
            })
            .collect();
        let arranged = arrange(&groups, &self.policy);
        let mut kept = vec![false; answered.len()];
        for at in arranged.shown.iter().flat_map(|figure| figure.groups.iter()) {
            kept[*at] = true;
        }
        if kept.iter().all(|kept| *kept) || !self.together {
            return kept;
        }
        let left: Vec<usize> = (0..kept.len()).filter(|at| kept[*at]).collect();
        if left.is_empty() || self.may_tell(&left) { kept } else { vec![false; answered.len()] }
    }

    fn may_tell(&mut self, left: &[usize]) -> bool {
        if let Some(known) = self.unions.get(left) {
            return *known;
        }
        let union: BTreeSet<u32> =
            left.iter().filter_map(|at| self.groups.get(*at)).flat_map(|group| group.raters.iter().copied()).collect();
        let may = self.ledger.release(&union, &self.policy).is_ok();
        if may {
            self.note(vec![(union, "together, without a group that hardly answered".to_owned())]);
        }
        self.unions.insert(left.to_vec(), may);
        may
    }
}
