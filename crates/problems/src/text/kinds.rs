//! Which kinds of named things tell problems apart: learned from the record, not listed.
//!
//! A kind is a shape (`bpcc_#`), a number after a word (`error …`) or any identifier after a word
//! (`job …`). What a kind must show before two tickets that name different things of it are held apart:
//! - A shape is believed, unless its values are new each time: then it is a serial number.
//! - A number after a word: its values come back.
//! - An identifier after a word: most of its tickets are written to a pattern in which nothing but the
//!   name changes, and the names come back. Where people write freely, names are evidence like other
//!   words, no veto. Names that fill a pattern and are new each time are serial numbers.

use rayon::prelude::*;

use super::tokens::{Entity, How, Term, mix};
use crate::similar::space::ByHash;
use crate::stats::float;

/// From so many values on it can be told whether they come back.
const VALUES: usize = 10;
/// Mean tickets a value below which a kind is a serial number.
const NEW_EACH_TIME: f64 = 1.1;
/// Mean tickets a value from which on values come back.
const COMES_BACK: f64 = 1.3;
/// Tickets of a kind from which on a pattern can be told.
const TICKETS: usize = 6;
/// Different names that one pattern must have been filled with.
const FILLED: usize = 3;

/// What a kind is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Two tickets that name different things of it are apart.
    Separates,
    /// The same, and most of its tickets are written to patterns that are filled with its names.
    Fills,
    /// New each time, such as the ticket's own number.
    Serial,
}

/// The kinds of a record that are good for something.
#[derive(Debug, Clone, Default)]
pub struct Kinds(ByHash<Kind>);

/// The words of a title without what it names, whatever their order: the pattern that it was written to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rest(u64);

impl Rest {
    /// Adds a term.
    pub fn add(&mut self, term: &Term<'_>) {
        if term.title && !term.identifier && !term.part {
            self.0 = self.0.wrapping_add(mix(term.hash, 3));
        }
    }

    /// As one number.
    #[must_use]
    pub fn hash(self) -> u64 {
        self.0
    }
}

impl Kinds {
    /// Learns from what each ticket names (sorted, each once) and the pattern of its title.
    #[must_use]
    pub fn learn<'a>(tickets: impl Iterator<Item = (&'a [Entity], u64)>) -> Self {
        let mut seen: Vec<(Entity, u64)> =
            tickets.flat_map(|(named, rest)| named.iter().map(move |&e| (e, rest))).collect();
        seen.par_sort_unstable();
        let mut kinds = ByHash::default();
        for kind in seen.chunk_by(|a, b| a.0.kind == b.0.kind) {
            let Some(&(first, _)) = kind.first() else { continue };
            let values = kind.chunk_by(|a, b| a.0.value == b.0.value).count();
            let back = float(kind.len()) / float(values);
            let serial = values >= VALUES && back < NEW_EACH_TIME;
            let learned = match first.how {
                How::Shape => Some(if serial { Kind::Serial } else { Kind::Separates }),
                How::Number if serial => Some(Kind::Serial),
                How::Number => (values >= 2 && back >= COMES_BACK).then_some(Kind::Separates),
                How::Place if kind.len() < TICKETS || !patterned(kind) => None,
                How::Place if serial => Some(Kind::Serial),
                How::Said => Some(Kind::Separates),
                How::Place => (back >= COMES_BACK).then_some(Kind::Separates),
            };
            let fills = || kind.len() >= TICKETS && back >= COMES_BACK && patterned(kind);
            let learned = learned.map(|known| if known == Kind::Separates && fills() { Kind::Fills } else { known });
            if let Some(learned) = learned {
                kinds.insert(first.kind, learned);
            }
        }
        Self(kinds)
    }

    /// All of them as numbers, to be kept.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = (u64, u32)> {
        let number = |kind: Kind| match kind {
            Kind::Separates => 0,
            Kind::Fills => 1,
            Kind::Serial => 2,
        };
        self.0.iter().map(move |(&hash, &kind)| (hash, number(kind)))
    }

    /// What [`Self::numbers`] gave.
    pub(crate) fn of_numbers(numbers: impl Iterator<Item = (u64, u32)>) -> Self {
        let kind = |number| match number {
            0 => Kind::Separates,
            1 => Kind::Fills,
            _ => Kind::Serial,
        };
        Self(numbers.map(|(hash, number)| (hash, kind(number))).collect())
    }

    /// Whether two tickets that name different things of this kind are apart.
    #[must_use]
    pub fn separates(&self, thing: &Entity) -> bool {
        matches!(self.0.get(&thing.kind), Some(Kind::Separates | Kind::Fills))
    }

    /// Whether its names also fill patterns: a monitor writes “job … failed”, and nothing but the name tells one
    /// problem from the other. Where people write at length two tickets of one cause may well name different things,
    /// so a list of alike tickets leaves out only what differs in names of such a kind.
    #[must_use]
    pub fn fills_patterns(&self, thing: &Entity) -> bool {
        self.0.get(&thing.kind) == Some(&Kind::Fills)
    }

    /// Hashes of the names of a ticket that are serial numbers: they say nothing about what they stand in.
    #[must_use]
    pub fn serial(&self, named: &[Entity]) -> Vec<u64> {
        let separates = |value: u64| named.iter().any(|e| e.value == value && self.separates(e));
        let serial = |e: &&Entity| self.0.get(&e.kind) == Some(&Kind::Serial) && !separates(e.value);
        named.iter().filter(serial).map(|e| e.value).collect()
    }
}

/// Whether at least half of the tickets stand in patterns that were filled with several names.
fn patterned(kind: &[(Entity, u64)]) -> bool {
    let mut by_rest: Vec<(u64, u64)> = kind.iter().map(|&(e, rest)| (rest, e.value)).collect();
    by_rest.sort_unstable();
    let filled: usize = by_rest
        .chunk_by(|a, b| a.0 == b.0)
        .filter(|pattern| pattern.chunk_by(|a, b| a.1 == b.1).count() >= FILLED)
        .map(<[(u64, u64)]>::len)
        .sum();
    filled * 2 >= kind.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokens::Reader;

    fn learn(titles: &[String]) -> (Kinds, Vec<Vec<Entity>>) {
        let mut reader = Reader::default();
        let read: Vec<(Vec<Entity>, u64)> = titles
            .iter()
            .map(|title| {
                let (mut named, mut rest) = (Vec::new(), Rest::default());
                reader.read(title, "", 0, |t| rest.add(&t), |e| named.push(e));
                named.sort_unstable();
                named.dedup();
                (named, rest.hash())
            })
            .collect();
        (Kinds::learn(read.iter().map(|(n, r)| (n.as_slice(), *r))), read.into_iter().map(|r| r.0).collect())
    }

    #[test]
    fn names_without_a_number_separate_where_a_pattern_is_filled_with_them() {
        let names = ["SNAP_DAILY", "bk_weekly", "Load_Orders", "snap_weekly"];
        let titles: Vec<String> = (0..24)
            .map(|n| format!("Job {} failed in job_scheduler at 10/{}/2016", names[n % 4], n % 9 + 10))
            .collect();
        let (kinds, named) = learn(&titles);
        assert!(named.iter().all(|n| n.iter().any(|e| kinds.separates(e) && kinds.fills_patterns(e))));
        // The scheduler is the same in all: it separates nothing.
        assert!(named[0].iter().filter(|e| kinds.separates(e)).count() == 1, "{:?}", named[0]);
    }

    #[test]
    fn names_in_free_text_are_no_veto_and_serial_numbers_are_told() {
        let free: Vec<String> = (0..24)
            .map(|n| format!("{} {} in SearchPattern{} {}", ["Bug", "Odd", "Slow"][n % 3], n, "x".repeat(n % 5), n * 7))
            .collect();
        let (kinds, named) = learn(&free);
        assert!(named.iter().flatten().filter(|e| e.how == How::Place).all(|e| !kinds.separates(e)));
        assert!(named.iter().flatten().all(|e| !kinds.fills_patterns(e)));
        let serial: Vec<String> = (0..24).map(|n| format!("Reader rejects card, see INC{:05}", n * 37)).collect();
        let (kinds, named) = learn(&serial);
        assert!(named.iter().all(|n| !kinds.serial(n).is_empty() && !n.iter().any(|e| kinds.separates(e))));
    }
}
