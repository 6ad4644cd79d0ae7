//! Problems by words over a whole record, as the pages tell them.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::group::{Grouping, above};
use super::live::Live;
use super::single;
use super::space::rarity;
use crate::stats::float;

/// A text says enough to be grouped by its words from this much rarity on (sum over its terms, nats).
const ENOUGH: f32 = 5.0;
/// Rarity of a word that every text has, in nats, where it is asked how much a text says.
const LEAST_RARITY: f32 = 0.7;

/// A grouped record, ticket by ticket in order of time.
pub(crate) struct Worded<'a> {
    live: &'a Live,
    /// Number in the index of each ticket; `None` where it is not in it.
    docs: &'a [Option<u32>],
    /// Whether each wording says enough to be grouped by.
    telling: Vec<bool>,
}

/// Tickets that belong together by their words.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TextGroup {
    /// Ranks of its tickets, ascending.
    pub(crate) ranks: Vec<u32>,
    /// Rank of the ticket whose wording stands for it.
    pub(crate) stands: u32,
    /// Distinct wordings.
    pub(crate) wordings: usize,
    /// Terms of the ticket that stands for it, the most telling first.
    pub(crate) terms: Vec<Shares>,
}

/// How a term is spread.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Shares {
    /// Number of the term.
    pub(crate) term: u32,
    /// Whether it is an identifier.
    pub(crate) identifier: bool,
    /// Share of the group's tickets that have it.
    pub(crate) inside: f64,
    /// Share of all others.
    pub(crate) outside: f64,
}

impl Shares {
    /// How much it tells a group from the rest: its share inside times how much rarer it is outside.
    fn telling(&self) -> f64 {
        self.inside * (self.inside / (self.outside + 1e-4)).max(1.0).ln()
    }
}

impl<'a> Worded<'a> {
    pub(crate) fn new(live: &'a Live, docs: &'a [Option<u32>]) -> Self {
        Self { live, docs, telling: telling(live) }
    }

    /// The wording of a ticket that says enough.
    fn node(&self, rank: u32) -> Option<u32> {
        let doc = self.docs.get(rank as usize).copied().flatten()?;
        let node = self.live.wordings.node.get(doc as usize).copied().flatten()?;
        self.telling.get(node as usize).copied().unwrap_or(false).then_some(node)
    }

    /// Whether a ticket says enough to be grouped by its words.
    pub(crate) fn says(&self, rank: u32) -> bool {
        self.node(rank).is_some()
    }

    /// Groups by words, also those of one ticket: the wording that stands for it, and ranks ascending.
    pub(crate) fn groups(&self) -> Vec<(u32, Vec<u32>)> {
        let mut groups: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for rank in (0_u32..).take(self.docs.len()) {
            if let Some(root) = self.node(rank).and_then(|node| self.live.of.get(node as usize).copied()) {
                groups.entry(root).or_default().push(rank);
            }
        }
        groups.into_iter().collect()
    }

    /// The theme of each group: the group that stands for it. Groups that say nothing beyond names stand alone.
    pub(crate) fn themes(&self, groups: &[(u32, Vec<u32>)], how: &Grouping) -> BTreeMap<u32, u32> {
        let docs = |ranks: &[u32]| -> Vec<u32> {
            ranks.iter().filter_map(|&rank| self.docs.get(rank as usize).copied().flatten()).collect()
        };
        let docs: Vec<Vec<u32>> = groups.par_iter().map(|(_, ranks)| docs(ranks)).collect();
        let labels = above(&self.live.similar, docs.par_iter().map(Vec::as_slice), how);
        let of = |label: Option<u32>| groups.get(label? as usize).map(|(root, _)| *root);
        groups.iter().zip(labels).map(|((root, _), label)| (*root, of(label).unwrap_or(*root))).collect()
    }

    /// The theme of a group, given those of an earlier run over all.
    pub(crate) fn theme(&self, root: u32, known: &BTreeMap<u32, u32>) -> u32 {
        let mut at = root;
        // A wording that came later follows the one it came nearest to; a few steps at most.
        for _ in 0..16 {
            if let Some(&theme) = known.get(&at) {
                return theme;
            }
            match self.live.kin.get(&at) {
                Some(&kin) => at = kin,
                None => break,
            }
        }
        root
    }

    /// What the pages tell of a group.
    pub(crate) fn describe(&self, ranks: Vec<u32>) -> TextGroup {
        let similar = &self.live.similar;
        let doc = |rank: u32| self.docs.get(rank as usize).copied().flatten();
        let node = |rank: u32| doc(rank).and_then(|doc| self.live.wordings.node.get(doc as usize).copied().flatten());
        let strength = |rank: u32| node(rank).and_then(|n| self.live.strength.get(n as usize).copied()).unwrap_or(0);
        let mut nodes: Vec<u32> = ranks.iter().filter_map(|&rank| node(rank)).collect();
        nodes.sort_unstable();
        nodes.dedup();
        // The first of the strongest: a title that stays when the record grows is better than a fresh one.
        let stands = ranks.iter().map(|&rank| (strength(rank), rank));
        let stands = stands.reduce(|a, b| if b.0 > a.0 { b } else { a }).map_or(0, |(_, rank)| rank);
        let told = doc(stands).map_or(&[][..], |doc| similar.words.terms_of(doc));
        let counts = doc(stands).map_or(&[][..], |doc| similar.words.counts_of(doc));
        let mut inside = vec![0_usize; told.len()];
        for doc in ranks.iter().filter_map(|&rank| doc(rank)) {
            for term in similar.words.terms_of(doc) {
                if let Some(count) = told.binary_search(term).ok().and_then(|place| inside.get_mut(place)) {
                    *count += 1;
                }
            }
        }
        let n = float(ranks.len()).max(1.0);
        let others = float(similar.len().saturating_sub(ranks.len())).max(1.0);
        let mut terms: Vec<Shares> = told
            .iter()
            .zip(counts)
            .zip(inside)
            .map(|((&term, count), here)| {
                let elsewhere = (similar.words.found(term) as usize).saturating_sub(here);
                let (inside, outside) = (float(here) / n, (float(elsewhere) / others).min(1.0));
                Shares { term, identifier: count.is_identifier(), inside, outside }
            })
            .collect();
        terms.sort_by(|a, b| b.telling().total_cmp(&a.telling()).then(a.term.cmp(&b.term)));
        TextGroup { ranks, stands, wordings: nodes.len(), terms }
    }

    /// The term of a hash.
    pub(crate) fn term(&self, hash: u64) -> Option<u32> {
        self.live.similar.words.number(hash)
    }

    /// Whether a sentence model was beside the words.
    pub(crate) fn has_model(&self) -> bool {
        self.live.similar.meanings.is_there()
    }

    /// Language of the record, a number of [`crate::text::language::NAMES`].
    pub(crate) fn language(&self) -> usize {
        self.live.similar.tally.language()
    }
}

/// Whether each wording says enough: its words are rare enough among the wordings, less in a small record
/// where nothing can be rare.
fn telling(live: &Live) -> Vec<bool> {
    let (similar, wordings) = (&live.similar, &live.wordings);
    let mut first: Vec<Option<u32>> = vec![None; wordings.named.len()];
    for (doc, node) in (0_u32..).zip(&wordings.node) {
        if let Some(first) = node.and_then(|node| first.get_mut(node as usize)) {
            first.get_or_insert(doc);
        }
    }
    let terms = |doc: u32| {
        let serial = wordings.kinds.serial(similar.named.get(doc as usize).map_or(&[][..], AsRef::as_ref));
        let serial: Vec<u32> = serial.iter().filter_map(|&value| similar.words.number(value)).collect();
        similar.words.terms_of(doc).iter().copied().filter(move |term| !serial.contains(term))
    };
    let mut spread: Vec<u32> = Vec::new();
    let all = first.iter().flatten().count();
    for term in first.iter().flatten().flat_map(|&doc| terms(doc)) {
        if spread.len() <= term as usize {
            spread.resize(term as usize + 1, 0);
        }
        if let Some(count) = spread.get_mut(term as usize) {
            *count += 1;
        }
    }
    let enough = ENOUGH.min(single(float(all + 1).ln()));
    let says = |doc: u32| -> f32 {
        terms(doc).map(|t| rarity(all, spread.get(t as usize).copied().unwrap_or(0)).max(LEAST_RARITY)).sum()
    };
    first.par_iter().map(|doc| doc.is_some_and(|doc| says(doc) >= enough)).collect()
}
