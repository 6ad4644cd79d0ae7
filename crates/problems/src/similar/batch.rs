//! Wordings of a record and the pairs between them, joined under what people said.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use super::checkpoint::{Checkpoint, Grouped};
use super::comparisons::{Comparisons, Keep};
use super::group::Grouping;
use super::link::{Edge, PARTNERS, average_link, vetoed};
use super::live::Live;
use super::space::ByHash;
use super::ticket::Ticket;
use super::weights::Weights;
use super::worded::Worded;
use super::{Model, Similar};
use crate::model::Progress;
use crate::text::kinds::Kinds;
use crate::text::tokens::{Entity, How, hash, mix};
use crate::verdicts::Verdicts;

/// What it adds to the log odds of one cause that both name the same thing, of a kind that fills a pattern:
/// there nothing but the name tells problems apart, so the name that is the same says as much. Set, not
/// learned: the trackers at hand have no such tickets.
const SAME_NAME: f32 = 3.0;
/// Share of the threshold below which a pair cannot lift an average above it in company of few others.
const LEAST: f32 = 0.25;
/// Share of the least probability down to which pairs are kept until it is known what they name.
const FAINT: f32 = 0.05;

/// Tickets after which it is told how far the work is.
const STEP: usize = 4_096;

/// A record whose wordings have been joined.
pub(crate) struct Batch {
    pub(super) similar: Similar,
    pub(super) wordings: Wordings,
    /// The problem of each wording: its least member.
    pub(super) roots: Vec<u32>,
    pub(super) edges: Vec<Edge>,
}

impl Batch {
    pub(crate) fn run<L: Ticket>(
        lines: &[L],
        weights: &Weights,
        model: Option<&Model>,
        verdicts: &Verdicts,
        how: &Grouping,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Self {
        let compared = Compared::run(lines, weights, model, how, progress);
        let pairs = compared.pairs(verdicts, how);
        pairs.join(compared.similar, how)
    }
}

/// A record whose tickets were compared: the costly half, which what people said does not change.
pub(crate) struct Compared {
    similar: Similar,
    all: Comparisons,
}

impl Compared {
    fn run<L: Ticket>(
        lines: &[L],
        weights: &Weights,
        model: Option<&Model>,
        how: &Grouping,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Self {
        let mut out = Self::begin(weights, model, how, Comparisons::default());
        out.reach(lines, lines.len(), how, progress);
        out
    }

    /// No ticket so far. `known` are comparisons that hold for the first tickets that are going to come: they are taken
    /// in and not compared again.
    pub(crate) fn begin(weights: &Weights, model: Option<&Model>, how: &Grouping, known: Comparisons) -> Self {
        let mut similar = Similar::with_model(weights.clone(), how.look, model.cloned());
        let mut all = known;
        similar.meanings.remember(std::mem::take(&mut all.vectors));
        Self { similar, all }
    }

    /// The first tickets as an earlier search kept them, and how it joined their wordings; `None` where that does not
    /// hold, and then there is still no ticket.
    pub(crate) fn resume<L: Ticket>(&mut self, lines: &[L], kept: &[u8]) -> Option<Vec<(u64, Grouped)>> {
        // What was compared of them must be known as well: it is kept on.
        let known = self.all.found.len() >= lines.len();
        let mark = Checkpoint::mark(&self.all, lines.len());
        known.then(|| Checkpoint::read(kept, mark, lines, &mut self.similar)).flatten()
    }

    /// Takes tickets in and compares them, up to the first so many of all.
    pub(crate) fn reach<L: Ticket>(
        &mut self,
        lines: &[L],
        until: usize,
        how: &Grouping,
        progress: &(dyn Fn(Progress) + Sync),
    ) {
        let Self { similar, all } = self;
        let from = similar.len();
        let known = all.found.len().clamp(from, until);
        let (before, new) = (lines.get(from..known).unwrap_or_default(), lines.get(known..until).unwrap_or_default());
        all.found.reserve(new.len());
        for part in before.chunks(STEP) {
            similar.fill(part);
            let (done, total) = (similar.len() as u64, known as u64);
            progress(Progress { stage: "Reading texts that were compared before", done, total });
        }
        let total = lines.len() as u64;
        for part in new.chunks(STEP) {
            all.found.extend(similar.extend_with(part, |similar, asked, scratch| near(similar, asked, scratch, how)));
            progress(Progress { stage: "Comparing texts", done: all.found.len() as u64, total });
        }
    }

    /// Wordings of the tickets so far, joined under what people said, and their themes.
    pub(crate) fn group(
        self,
        verdicts: &Verdicts,
        how: &Grouping,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> (Self, Grouped) {
        let paired = self.pairs(verdicts, how);
        let Self { similar, all } = self;
        let live = Live::from_batch(paired.join(similar, how), how);
        let docs: Vec<Option<u32>> = (0_u32..).take(live.similar().len()).map(Some).collect();
        let worded = Worded::new(&live, &docs);
        let groups = worded.groups();
        progress(Progress { stage: "Finding themes", done: 0, total: groups.len() as u64 });
        let themes = worded.themes(&groups, how);
        let (similar, grouped) = live.apart(themes);
        (Self { similar, all }, grouped)
    }

    /// What the tickets so far come to, for a search that begins with the same ones.
    pub(crate) fn checkpoint(&self, grouped: &[(u64, &Grouped)]) -> Vec<u8> {
        Checkpoint::write(Checkpoint::mark(&self.all, self.similar.len()), &self.similar, grouped)
    }

    /// Hands all comparisons, and the checkpoint where it is a new one, to whoever keeps them.
    pub(crate) fn keep(&mut self, keep: Keep<'_>, checkpoint: Option<&[u8]>) {
        self.all.vectors = self.similar.meanings.learned();
        keep(&self.all, checkpoint);
    }

    /// Wordings and their pairs under what people said.
    fn pairs(&self, verdicts: &Verdicts, how: &Grouping) -> Paired {
        let wordings = Wordings::of(&self.similar, verdicts);
        let docs = u32::try_from(self.similar.len()).unwrap_or(u32::MAX);
        // Of a record that was searched before more comparisons may be known than there are tickets so far.
        let mut edges: Vec<Edge> = (0..docs)
            .zip(&self.all.found)
            .flat_map(|(doc, near)| near.iter().map(move |&(other, alike)| (doc, other, alike)))
            .filter_map(|(doc, other, alike)| wordings.edge(doc, other, alike))
            .filter(|edge| edge.alike >= millionths(how.alike * LEAST))
            .collect();
        // Of several comparisons of two wordings the best counts.
        edges.par_sort_unstable_by_key(|e| (e.a, e.b, std::cmp::Reverse(e.alike)));
        edges.dedup_by_key(|e| (e.a, e.b));
        Paired { wordings, edges }
    }

    /// The index, and the mates of the tickets from this one on; the other comparisons are let go.
    pub(crate) fn done(self, from: usize) -> (Similar, Vec<Vec<(u32, f32)>>) {
        let mut found = self.all.found;
        let later = found.split_off(from.min(found.len()));
        (self.similar, later)
    }
}

/// Wordings and their pairs, before they are joined.
struct Paired {
    wordings: Wordings,
    edges: Vec<Edge>,
}

impl Paired {
    fn join(self, similar: Similar, how: &Grouping) -> Batch {
        let Self { wordings, edges } = self;
        let roots = average_link(&edges, wordings.named.clone(), millionths(how.alike).max(1), PARTNERS);
        Batch { similar, wordings, roots, edges }
    }
}

/// Mates of a ticket that may become edges.
pub(super) fn near(
    similar: &Similar,
    asked: &super::Asked<'_>,
    scratch: &mut super::Scratch,
    how: &Grouping,
) -> Vec<(u32, f32)> {
    if asked.words.terms == 0.0 {
        return Vec::new();
    }
    let found = similar.distinct(asked, scratch, how.neighbours);
    let kept = found.iter().filter(|a| a.probability >= how.alike * LEAST * FAINT);
    kept.map(|a| (a.other, a.probability)).collect()
}

/// Wordings of a record, some of them joined beforehand because people said so.
pub(crate) struct Wordings {
    /// Wording of each ticket; `None` where it says nothing.
    pub(super) node: Vec<Option<u32>>,
    /// Specific things that each wording names, and on which side of people's splits it stands.
    pub(super) named: Vec<Vec<Entity>>,
    /// Wording of each set of words.
    pub(super) known: ByHash<u32>,
    pub(super) kinds: Kinds,
    /// For words of which people spoke on one side of their splits only: that side, which twins share.
    pub(super) fate: ByHash<Vec<Entity>>,
    /// Number of each id.
    pub(super) ids: HashMap<Box<str>, u32>,
}

impl Wordings {
    fn of(similar: &Similar, verdicts: &Verdicts) -> Self {
        let kinds = similar.kinds_of_names();
        let docs = u32::try_from(similar.len()).unwrap_or(u32::MAX);
        let ids: HashMap<Box<str>, u32> = if verdicts.is_empty() {
            HashMap::new()
        } else {
            (0..docs).rev().map(|doc| (similar.ids[doc as usize].clone(), doc)).collect()
        };
        let mut split: BTreeMap<u32, Vec<Entity>> = BTreeMap::new();
        for (number, (one, other)) in (0_u64..).zip(&verdicts.apart) {
            for (side, tickets) in [(1, one), (2, other)] {
                for doc in tickets.iter().filter_map(|id| ids.get(id.as_str())) {
                    let side = Entity { kind: mix(hash("people said"), number), value: side, how: How::Said };
                    split.entry(*doc).or_default().push(side);
                }
            }
        }
        let node = Vec::with_capacity(similar.len());
        let (known, fate) = (ByHash::default(), ByHash::default());
        let mut out = Self { node, named: Vec::new(), known, kinds, fate, ids };
        out.fate = out.fates(similar, &mut split);
        for doc in 0..docs {
            out.add(similar, doc, split.get(&doc).map_or(&[], Vec::as_slice));
        }
        out.together(&verdicts.together);
        out
    }

    /// The side of each set of words of which people spoke on one side only.
    fn fates(&self, similar: &Similar, split: &mut BTreeMap<u32, Vec<Entity>>) -> ByHash<Vec<Entity>> {
        let mut fates: BTreeMap<u64, Option<Vec<Entity>>> = BTreeMap::new();
        for (&doc, sides) in split {
            sides.sort_unstable();
            sides.dedup();
            let Some(key) = self.key(similar, doc) else { continue };
            let fate = fates.entry(key).or_insert_with(|| Some(sides.clone()));
            fate.take_if(|known| known != sides);
        }
        fates.into_iter().filter_map(|(key, sides)| Some((key, sides?))).collect()
    }

    /// What the words of a ticket come to; `None` where it says nothing.
    fn key(&self, similar: &Similar, doc: u32) -> Option<u64> {
        let named = &similar.named[doc as usize];
        let serial: Vec<u32> =
            self.kinds.serial(named).iter().filter_map(|&value| similar.words.number(value)).collect();
        let mut key = 0x51_u64;
        let mut said = false;
        for (&term, &count) in similar.words.terms_of(doc).iter().zip(similar.words.counts_of(doc)) {
            if !serial.contains(&term) {
                said = true;
                key = mix(key ^ u64::from(term), u64::from(count.byte()));
            }
        }
        said.then_some(key)
    }

    /// Takes the next ticket in; `sides` is where people's splits put it.
    pub(super) fn add(&mut self, similar: &Similar, doc: u32, sides: &[Entity]) {
        let Some(mut key) = self.key(similar, doc) else {
            self.node.push(None);
            return;
        };
        let named = &similar.named[doc as usize];
        let sides = if sides.is_empty() { self.fate.get(&key).map_or(&[][..], Vec::as_slice) } else { sides };
        let mut specific: Vec<Entity> = named.iter().copied().filter(|e| self.kinds.separates(e)).collect();
        if !sides.is_empty() {
            // Tickets of which people spoke are a wording of their own: twins of whom they said something else,
            // or of whom they spoke on both sides, do not share their fate.
            specific.extend(sides);
            specific.sort_unstable();
            specific.dedup();
            key = sides.iter().fold(key, |key, side| mix(mix(key, side.kind), side.value));
        }
        let next = u32::try_from(self.named.len()).unwrap_or(u32::MAX);
        let node = *self.known.entry(key).or_insert(next);
        if node == next {
            self.named.push(specific);
        }
        self.node.push(Some(node));
    }

    /// Joins the wordings of tickets that people said are one problem, save those that they held apart.
    fn together(&mut self, lists: &[Vec<String>]) {
        let mut up: BTreeMap<u32, u32> = BTreeMap::new();
        let root = |up: &BTreeMap<u32, u32>, mut node: u32| {
            while let Some(&next) = up.get(&node) {
                node = next;
            }
            node
        };
        for list in lists {
            let mut nodes: Vec<u32> = list
                .iter()
                .filter_map(|id| self.ids.get(id.as_str()).and_then(|&doc| self.node[doc as usize]))
                .map(|node| root(&up, node))
                .collect();
            nodes.sort_unstable();
            nodes.dedup();
            let Some((&first, others)) = nodes.split_first() else { continue };
            for &other in others {
                if vetoed(&said(&self.named[first as usize]), &said(&self.named[other as usize])) {
                    continue;
                }
                up.insert(other, first);
                let named = std::mem::take(&mut self.named[other as usize]);
                let kept = &mut self.named[first as usize];
                kept.extend(named);
                kept.sort_unstable();
                kept.dedup();
            }
        }
        for node in self.node.iter_mut().flatten().chain(self.known.values_mut()) {
            *node = root(&up, *node);
        }
    }

    pub(super) fn edge(&self, doc: u32, other: u32, alike: f32) -> Option<Edge> {
        let (a, b) = (self.node[doc as usize]?, self.node[other as usize]?);
        if a == b {
            return None;
        }
        let (one, two) = (&self.named[a as usize], &self.named[b as usize]);
        let same = one.iter().any(|e| e.how == How::Place && two.binary_search(e).is_ok());
        let alike = if same { raised(alike, SAME_NAME.exp()) } else { alike };
        Some(Edge { a: a.max(b), b: a.min(b), alike: millionths(alike) })
    }
}

/// Only the sides on which people put it.
fn said(named: &[Entity]) -> Vec<Entity> {
    named.iter().copied().filter(|e| e.how == How::Said).collect()
}

/// A probability with its odds multiplied.
fn raised(alike: f32, by: f32) -> f32 {
    let odds = alike / (1.0 - alike).max(1e-6) * by;
    odds / (1.0 + odds)
}

/// Sum of the edges of each wording to others of its problem.
pub(super) fn strength(edges: &[Edge], roots: &[u32]) -> Vec<u64> {
    let mut strength = vec![0; roots.len()];
    for edge in edges {
        if roots[edge.a as usize] == roots[edge.b as usize] {
            strength[edge.a as usize] += edge.alike;
            strength[edge.b as usize] += edge.alike;
        }
    }
    strength
}

/// The number that comes most often, the smallest of several.
pub(crate) fn holder(numbers: impl Iterator<Item = u32>) -> Option<u32> {
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    for number in numbers {
        *counts.entry(number).or_default() += 1;
    }
    counts.into_iter().reduce(|a, b| if b.1 > a.1 { b } else { a }).map(|(number, _)| number)
}

pub(super) fn millionths(alike: f32) -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=1 before")]
    let value = (alike.clamp(0.0, 1.0) * 1e6).round() as u64;
    value
}
