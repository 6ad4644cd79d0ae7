//! Coded fields of tickets, whatever a desk calls them.

use super::space::{Count, Later, Space};
use crate::text::tokens::{hash, mix};

/// What a field says about a ticket. Weights are learned for roles, not for names, so that they carry
/// over from one desk to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// What it is about: category, component, service, product, item, symptom.
    What,
    /// Where: location, client, department, team, version, system.
    Where,
    /// Who asked.
    Person,
    /// How grave: priority, severity, impact, urgency.
    Grade,
}

/// Parts of names that tell a role; the first that fits decides, none means [`Role::Where`].
const ROLES: [(&str, Role); 34] = [
    ("report", Role::Person),
    ("request", Role::Person),
    ("caller", Role::Person),
    ("person", Role::Person),
    ("user", Role::Person),
    ("opened_by", Role::Person),
    ("openedby", Role::Person),
    ("author", Role::Person),
    ("priorit", Role::Grade),
    ("sever", Role::Grade),
    ("impact", Role::Grade),
    ("urgen", Role::Grade),
    ("type", Role::Grade),
    ("categor", Role::What),
    ("component", Role::What),
    ("service", Role::What),
    ("product", Role::What),
    ("item", Role::What),
    ("asset", Role::What),
    ("device", Role::What),
    ("host", Role::What),
    ("symptom", Role::What),
    ("topic", Role::What),
    ("module", Role::What),
    ("applic", Role::What),
    ("ci", Role::What),
    ("location", Role::Where),
    ("site", Role::Where),
    ("client", Role::Where),
    ("department", Role::Where),
    ("team", Role::Where),
    ("group", Role::Where),
    ("version", Role::Where),
    ("op_sys", Role::Where),
];

impl Role {
    /// The role of a field by its name.
    #[must_use]
    pub fn of(name: &str) -> Self {
        let name = name.to_lowercase();
        let fits =
            |part: &str| if part == "ci" { name == "ci" || name.starts_with("ci_") } else { name.contains(part) };
        ROLES.iter().find(|(part, _)| fits(part)).map_or(Self::Where, |&(_, role)| role)
    }
}

/// Which coded fields two tickets share.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Same {
    /// Rarity in nats of the common values that say what it is about.
    pub what: f32,
    /// Fields about what it is, known of both and different.
    pub other_what: f32,
    /// Rarity of the common values that say where.
    pub place: f32,
    /// Fields about where, known of both and different.
    pub other_place: f32,
    /// 1 where the same person asked.
    pub person: f32,
    /// Common values of how grave it is.
    pub grade: f32,
}

/// Fields of one ticket, ready to be looked up: `(slot, hash of name and value)`.
pub type Coded = Vec<(u8, u64)>;

/// Coded fields of all tickets.
pub struct Fields {
    pub(super) names: Vec<String>,
    pub(super) roles: Vec<Role>,
    /// Slot of each value.
    pub(super) slots: Vec<u8>,
    /// Slots known of each ticket, one bit each.
    pub(super) known: Vec<u64>,
    /// Values as terms.
    pub space: Space,
}

/// Fields of one record that are told apart; later names are left out.
const SLOTS: usize = 64;

impl Fields {
    /// Keeps the latest `keep` tickets of each value.
    #[must_use]
    pub fn new(keep: usize) -> Self {
        Self { names: Vec::new(), roles: Vec::new(), slots: Vec::new(), known: Vec::new(), space: Space::new(keep) }
    }

    fn slot(&self, name: &str) -> Option<u8> {
        self.names.iter().position(|n| n == name).and_then(|slot| u8::try_from(slot).ok())
    }

    /// Looks fields up, each a name and the hash of a value; names that no ticket has had are left out.
    pub fn look_up<'a>(&self, fields: impl Iterator<Item = (&'a str, u64)>) -> Coded {
        let mut coded: Coded =
            fields.filter_map(|(name, value)| self.slot(name).map(|slot| (slot, mix(hash(name), value)))).collect();
        coded.sort_unstable();
        coded.dedup_by_key(|&mut (slot, _)| slot);
        coded
    }

    /// Takes a ticket's fields in.
    pub fn add<'a>(&mut self, fields: impl Iterator<Item = (&'a str, u64)> + Clone) {
        for (name, _) in fields.clone() {
            if self.names.len() < SLOTS && self.slot(name).is_none() {
                self.names.push(name.to_owned());
                self.roles.push(Role::of(name));
            }
        }
        let coded = self.look_up(fields);
        self.space.add(&Self::terms(&coded));
        for &(slot, hash) in &coded {
            if let Some(term) = self.space.number(hash).map(|t| t as usize) {
                self.slots.resize(self.slots.len().max(term + 1), 0);
                self.slots[term] = slot;
            }
        }
        self.known.push(mask(&coded));
    }

    /// As terms.
    #[must_use]
    pub fn terms(coded: &Coded) -> Vec<(u64, Count)> {
        coded.iter().map(|&(_, hash)| (hash, Count::new(1, 0, false))).collect()
    }

    /// Slots known of a ticket that is in.
    #[must_use]
    pub fn known(&self, doc: u32) -> u64 {
        self.known.get(doc as usize).copied().unwrap_or(0)
    }

    /// Role of a value.
    #[must_use]
    pub fn role(&self, term: u32) -> Role {
        let slot = self.slots.get(term as usize).map_or(0, |&s| usize::from(s));
        self.roles.get(slot).copied().unwrap_or(Role::Where)
    }

    /// Compares.
    #[must_use]
    pub fn same(&self, later: &Later, known: u64, earlier: u32) -> Same {
        let mut same = Same::default();
        let mut equal = 0_u64;
        self.space.each_common(later, earlier, |weighed, _, _| {
            let slot = self.slots.get(weighed.term as usize).copied().unwrap_or(0);
            equal |= 1 << slot;
            match self.role(weighed.term) {
                Role::What => same.what += weighed.idf,
                Role::Where => same.place += weighed.idf,
                Role::Person => same.person = 1.0,
                Role::Grade => same.grade += 1.0,
            }
        });
        let mut other = known & self.known(earlier) & !equal;
        while other != 0 {
            let slot = other.trailing_zeros() as usize;
            match self.roles.get(slot) {
                Some(Role::What) => same.other_what += 1.0,
                Some(Role::Where) => same.other_place += 1.0,
                _ => {}
            }
            other &= other - 1;
        }
        same
    }
}

/// One bit for each slot.
#[must_use]
pub fn mask(coded: &Coded) -> u64 {
    coded.iter().fold(0, |mask, &(slot, _)| mask | 1 << slot)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_roles() {
        for (name, role) in [
            ("configuration_item", Role::What),
            ("Category", Role::What),
            ("requester", Role::Person),
            ("reporter", Role::Person),
            ("priority", Role::Grade),
            ("location", Role::Where),
            ("whatever", Role::Where),
            ("ci", Role::What),
        ] {
            assert_eq!(Role::of(name), role, "{name}");
        }
    }

    #[test]
    fn equal_different_and_missing() {
        let mut fields = Fields::new(10);
        let (mail, print, bern, basel) = (1, 2, 3, 4);
        let rows: [&[(&str, u64)]; 3] = [
            &[("category", mail), ("location", bern)],
            &[("category", print)],
            &[("category", mail), ("location", basel)],
        ];
        for row in rows {
            fields.add(row.iter().copied());
        }
        let mut later = Later::default();
        later.fill(|terms| fields.space.weigh(2, terms));
        let first = fields.same(&later, fields.known(2), 0);
        assert!(first.what > 0.0 && first.other_place > 0.5 && first.other_what < 0.5);
        let second = fields.same(&later, fields.known(2), 1);
        assert!(second.other_what > 0.5 && second.other_place < 0.5 && second.what < 1e-6);
    }
}
