//! One kind of terms: for each the latest tickets that have it, and for each ticket its terms.
//!
//! Weights are those of BM25 (Robertson, Walker, Jones, Hancock-Beaulieu and Gatford 1994). A ticket is
//! always weighed against the tickets *before* it: how rare a term is, and how long an ordinary text is,
//! are those of the moment at which it came. So a record read at once and a record that grew ticket by
//! ticket give the same numbers. Only the latest occurrences of a term are kept in its list; the lists
//! stay small enough for the cache however long the record.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::common::{Common, Shared};
use super::single;
use crate::stats::float;

/// Saturation of repetition in BM25.
const K1: f32 = 1.2;
/// How far length is levelled in BM25.
const B: f32 = 0.6;

/// How often a term stands in a ticket, in one byte: 3 bits for the title, 4 for the description, and
/// one that tells that it is an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count(u8);

impl Count {
    /// So many times in the title and in the description, held at 7 and 15.
    #[must_use]
    pub fn new(title: u8, text: u8, identifier: bool) -> Self {
        Self(title.min(7) | text.min(15) << 3 | u8::from(identifier) << 7)
    }

    /// Both added up.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let identifier = self.is_identifier() || other.is_identifier();
        Self::new(self.title().saturating_add(other.title()), self.text().saturating_add(other.text()), identifier)
    }

    /// Times in the title.
    #[must_use]
    pub fn title(self) -> u8 {
        self.0 & 7
    }

    /// Times in the description.
    #[must_use]
    pub fn text(self) -> u8 {
        self.0 >> 3 & 15
    }

    /// Whether it is an identifier.
    #[must_use]
    pub fn is_identifier(self) -> bool {
        self.0 >> 7 == 1
    }

    /// As it is kept.
    #[must_use]
    pub fn byte(self) -> u8 {
        self.0
    }

    /// What [`Self::byte`] gave.
    #[must_use]
    pub fn of_byte(byte: u8) -> Self {
        Self(byte)
    }

    /// Weight of all occurrences: one in the title counts as two in the description.
    #[must_use]
    pub fn weight(self) -> f32 {
        f32::from(2 * self.title() + self.text())
    }
}

/// An occurrence in the list of a term.
#[derive(Debug, Clone, Copy)]
pub struct Posting {
    /// The ticket's number.
    pub doc: u32,
    /// Its saturated and levelled count.
    pub sat: f32,
}

/// A term of a ticket, weighed against the tickets before it.
#[derive(Debug, Clone, Copy)]
pub struct Weighed {
    /// Number of the term; `u32::MAX` where no ticket has it.
    pub term: u32,
    /// How often it stands where.
    pub count: Count,
    /// Inverse document frequency among the tickets before, in nats.
    pub idf: f32,
    /// Saturated and levelled count.
    pub sat: f32,
}

/// What a ticket's terms add up to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sums {
    /// Similarity of the ticket to itself.
    pub whole: f32,
    /// Length of its weight vector.
    pub norm: f32,
    /// Rarity of the terms of its title, in nats.
    pub head: f32,
    /// Denominator of the saturation: `K1 × (1 − B + B × length ÷ ordinary length)`.
    pub level: f32,
    /// Distinct terms.
    pub terms: f32,
}

/// Keys are hashes already: they are taken as they are.
#[derive(Default)]
pub struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }

    // Numbers are no hashes: spread over all bits (Fibonacci hashing, Knuth 6.4).
    fn write_u32(&mut self, value: u32) {
        self.0 = u64::from(value).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(32);
    }
}

/// A map from hashes.
pub type ByHash<V> = HashMap<u64, V, BuildHasherDefault<AsIs>>;

/// A map from numbers.
pub type ByNumber<V> = HashMap<u32, V, BuildHasherDefault<AsIs>>;

/// Terms of one kind.
#[derive(Default)]
pub struct Space {
    pub(super) numbers: ByHash<u32>,
    pub(super) lists: Vec<Vec<Posting>>,
    /// Tickets that have the term, also those that its list no longer tells.
    pub(super) found: Vec<u32>,
    pub(super) starts: Vec<usize>,
    pub(super) terms: Vec<u32>,
    pub(super) counts: Vec<Count>,
    pub(super) sums: Vec<Sums>,
    pub(super) length: f64,
    pub(super) keep: usize,
}

impl Space {
    /// Keeps the latest `keep` occurrences of each term.
    #[must_use]
    pub fn new(keep: usize) -> Self {
        Self { keep: keep.max(1), starts: vec![0], ..Self::default() }
    }

    /// Tickets in it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sums.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sums.is_empty()
    }

    /// Sums of a ticket as of the moment at which it came.
    #[must_use]
    pub fn sums(&self, doc: u32) -> Sums {
        self.sums.get(doc as usize).copied().unwrap_or_default()
    }

    fn level(length: f32, docs: usize, before: f64) -> f32 {
        // The ordinary length counts this ticket too, so that the first one has a length to be held against.
        let ordinary = single((before + f64::from(length)) / float(docs + 1)).max(1.0);
        K1 * (1.0 - B + B * length / ordinary)
    }

    /// Takes a ticket in: `(hash, count)`, each hash once. Lists may then be longer than they should be:
    /// call [`Self::trim`] when the tickets that came together have been answered.
    pub fn add(&mut self, terms: &[(u64, Count)]) {
        let docs = self.sums.len();
        let doc = u32::try_from(docs).unwrap_or(u32::MAX);
        let length: f32 = terms.iter().map(|&(_, count)| count.weight()).sum();
        let level = Self::level(length, docs, self.length);
        self.length += f64::from(length);
        let mut own: Vec<(u32, Count)> = Vec::with_capacity(terms.len());
        let mut sums = Sums { level, terms: single(float(terms.len())), ..Sums::default() };
        for &(hash, count) in terms {
            let next = u32::try_from(self.lists.len()).unwrap_or(u32::MAX);
            let term = *self.numbers.entry(hash).or_insert(next);
            if term == next {
                self.lists.push(Vec::new());
                self.found.push(0);
            }
            let sat = saturated(count, level);
            sums.take(count, rarity(docs, self.found[term as usize]), sat);
            self.lists[term as usize].push(Posting { doc, sat });
            self.found[term as usize] += 1;
            own.push((term, count));
        }
        sums.norm = sums.norm.sqrt();
        own.sort_unstable_by_key(|&(term, _)| term);
        self.terms.extend(own.iter().map(|&(term, _)| term));
        self.counts.extend(own.iter().map(|&(_, count)| count));
        self.starts.push(self.terms.len());
        self.sums.push(sums);
    }

    /// Shortens the lists of the tickets from `first` on. A list is cut when it is twice as long as it
    /// should be, so each occurrence is moved once at most.
    pub fn trim(&mut self, first: u32) {
        let from = self.starts.get(first as usize).copied().unwrap_or(self.terms.len());
        for &term in &self.terms[from..] {
            let list = &mut self.lists[term as usize];
            if list.len() >= 2 * self.keep {
                list.drain(..list.len() - self.keep);
            }
        }
    }

    /// Terms of a ticket that is in, weighed against those before it, ascending by term.
    pub fn weigh(&self, doc: u32, out: &mut Vec<Weighed>) {
        out.clear();
        let level = self.sums(doc).level;
        for (&term, &count) in self.terms_of(doc).iter().zip(self.counts_of(doc)) {
            let list = &self.lists[term as usize];
            let later = list.len() - list.partition_point(|p| p.doc < doc);
            let before = self.found[term as usize].saturating_sub(u32::try_from(later).unwrap_or(u32::MAX));
            out.push(Weighed { term, count, idf: rarity(doc as usize, before), sat: saturated(count, level) });
        }
    }

    /// Terms of a text that is not in, weighed against all that are; the sums of the text.
    pub fn weigh_outside(&self, terms: &[(u64, Count)], out: &mut Vec<Weighed>) -> Sums {
        out.clear();
        let length: f32 = terms.iter().map(|&(_, count)| count.weight()).sum();
        let level = Self::level(length, self.len(), self.length);
        let mut sums = Sums { level, terms: single(float(terms.len())), ..Sums::default() };
        for &(hash, count) in terms {
            let term = self.numbers.get(&hash).copied().unwrap_or(u32::MAX);
            let idf = rarity(self.len(), self.found.get(term as usize).copied().unwrap_or(0));
            let sat = saturated(count, level);
            sums.take(count, idf, sat);
            out.push(Weighed { term, count, idf, sat });
        }
        sums.norm = sums.norm.sqrt();
        out.sort_unstable_by_key(|w| w.term);
        sums
    }

    /// The latest occurrences of a term before a ticket, the latest last.
    #[must_use]
    pub fn before(&self, term: u32, doc: u32) -> &[Posting] {
        let list = self.lists.get(term as usize).map_or(&[][..], Vec::as_slice);
        let end = list.partition_point(|p| p.doc < doc);
        &list[end.saturating_sub(self.keep)..end]
    }

    /// Tickets that have a term.
    #[must_use]
    pub fn found(&self, term: u32) -> u32 {
        self.found.get(term as usize).copied().unwrap_or(0)
    }

    /// Number of a term, where any ticket has it.
    #[must_use]
    pub fn number(&self, hash: u64) -> Option<u32> {
        self.numbers.get(&hash).copied()
    }

    /// Terms of a ticket, ascending.
    #[must_use]
    pub fn terms_of(&self, doc: u32) -> &[u32] {
        &self.terms[self.starts[doc as usize]..self.starts[doc as usize + 1]]
    }

    /// Counts along with [`Self::terms_of`].
    #[must_use]
    pub fn counts_of(&self, doc: u32) -> &[Count] {
        &self.counts[self.starts[doc as usize]..self.starts[doc as usize + 1]]
    }

    /// What a weighed ticket shares with one that is in.
    #[must_use]
    pub fn shared(&self, later: &Later, earlier: u32) -> Shared {
        let mut out = Shared::default();
        self.each_common(later, earlier, |weighed, count, sat| out.take(weighed, count, sat));
        out
    }

    /// The terms that a weighed ticket shares with one that is in.
    #[must_use]
    pub fn in_common(&self, later: &Later, earlier: u32) -> Vec<Common> {
        let mut out = Vec::new();
        self.each_common(later, earlier, |weighed, count, sat| out.push(Common { weighed: *weighed, count, sat }));
        out
    }

    /// Tells of every term in common: as it stands in the later ticket, how often in the earlier one, and saturated there.
    pub fn each_common(&self, later: &Later, earlier: u32, mut each: impl FnMut(&Weighed, Count, f32)) {
        let level = self.sums(earlier).level;
        for (&term, &count) in self.terms_of(earlier).iter().zip(self.counts_of(earlier)) {
            if let Some(weighed) = later.find(term) {
                each(weighed, count, saturated(count, level));
            }
        }
    }
}

/// The weighed terms of one ticket, to be looked up by term.
#[derive(Debug, Default)]
pub struct Later {
    /// The terms, ascending.
    pub terms: Vec<Weighed>,
    /// Place in `terms` plus one by the last bits of the term, 0 where none; eight times as many as terms,
    /// so that a term that is not there is mostly known by one look.
    slots: Vec<u16>,
}

impl Later {
    /// Takes other terms.
    pub fn fill(&mut self, fill: impl FnOnce(&mut Vec<Weighed>)) {
        fill(&mut self.terms);
        self.slots.clear();
        self.slots.resize((8 * self.terms.len()).next_power_of_two().max(8), 0);
        let mask = self.slots.len() - 1;
        for (place, weighed) in (1_u16..).zip(&self.terms) {
            let mut slot = weighed.term as usize & mask;
            while self.slots[slot] != 0 {
                slot = (slot + 1) & mask;
            }
            self.slots[slot] = place;
        }
    }

    fn find(&self, term: u32) -> Option<&Weighed> {
        let mask = self.slots.len().wrapping_sub(1);
        let mut slot = term as usize & mask;
        loop {
            let place = *self.slots.get(slot)?;
            if place == 0 {
                return None;
            }
            let weighed = &self.terms[usize::from(place) - 1];
            if weighed.term == term {
                return Some(weighed);
            }
            slot = (slot + 1) & mask;
        }
    }
}

impl Sums {
    /// Adds a term; `norm` holds the square until all are in.
    fn take(&mut self, count: Count, idf: f32, sat: f32) {
        self.whole += idf * sat;
        self.norm += idf * sat * idf * sat;
        self.head += if count.title() > 0 { idf } else { 0.0 };
    }
}

/// Tickets about other things that every record is thought to have had before.
const BACKGROUND: usize = 200;

fn saturated(count: Count, level: f32) -> f32 {
    let weight = count.weight();
    weight * (K1 + 1.0) / (weight + level)
}

/// Inverse document frequency of BM25 in its positive form: ln(1 + (n − df + ½) ÷ (df + ½)), which is
/// ln((n + 1) ÷ (df + ½)), as if [`BACKGROUND`] tickets about other things had come before: in a small or young
/// record a word of every sixth ticket is still a telling word. Never below a tenth, so that what all have
/// still joins twins.
pub(super) fn rarity(docs: usize, found: u32) -> f32 {
    let n = single(float(docs + BACKGROUND));
    let df = single(f64::from(found));
    ((n + 1.0) / (df + 0.5)).ln().max(0.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(hashes: &[u64]) -> Vec<(u64, Count)> {
        hashes.iter().map(|&h| (h, Count::new(1, 0, false))).collect()
    }

    #[test]
    fn counts_pack_into_a_byte() {
        let count = Count::new(3, 9, true).and(Count::new(2, 9, false));
        assert_eq!((count.title(), count.text(), count.is_identifier()), (5, 15, true));
        assert_eq!(Count::new(9, 99, false).title(), 7);
    }

    #[test]
    fn a_ticket_weighs_the_same_before_and_after_later_ones_come() {
        let texts: Vec<Vec<(u64, Count)>> =
            (0..50_u64).map(|n| words(&[n % 3 + 1, n % 7 + 10, n + 100, 999])).collect();
        let mut space = Space::new(5);
        let (mut now, mut later) = (Vec::new(), Vec::new());
        let mut seen: Vec<Vec<(u32, u32)>> = Vec::new();
        for (doc, text) in (0_u32..).zip(&texts) {
            space.add(text);
            space.weigh(doc, &mut now);
            seen.push(now.iter().map(|w| (w.term, w.idf.to_bits())).collect());
        }
        for doc in 0..50 {
            space.weigh(doc, &mut later);
            assert_eq!(seen[doc as usize], later.iter().map(|w| (w.term, w.idf.to_bits())).collect::<Vec<_>>());
        }
        space.trim(0);
        assert_eq!(space.before(space.numbers[&999], 50).len(), 5);
        assert_eq!(space.before(space.numbers[&999], 50).last().map(|p| p.doc), Some(49));
    }

    #[test]
    fn twins_share_all() {
        let mut space = Space::new(5);
        for text in [words(&[1, 2, 3]), words(&[4, 5]), words(&[1, 2, 3])] {
            space.add(&text);
        }
        let mut weighed = Later::default();
        weighed.fill(|terms| space.weigh(2, terms));
        let (twin, stranger) = (space.shared(&weighed, 0), space.shared(&weighed, 1));
        assert!((twin.terms - 3.0).abs() < 1e-6 && twin.forward > 0.0 && twin.back > 0.0);
        assert_eq!(stranger, Shared::default());
        let left = space.in_common(&weighed, 0).iter().fold(twin, |left, one| left.without(one, 0.0));
        assert!(left.forward < 1e-5 && left.dot < 1e-4 && left.terms < 0.5, "nothing is left without all: {left:?}");
    }
}
