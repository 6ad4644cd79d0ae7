//! Problems by their words.
//!
//! Tickets with the same terms are one wording. For each wording the most alike earlier ones are found
//! by an inverted index ([`index`]), each pair is scored ([`score`]), and wordings are joined by sparse
//! average link under the identifiers veto ([`link`]).

pub mod index;
pub mod kinds;
pub mod language;
pub mod link;
pub mod score;
pub mod tokens;

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use crate::clock;
use crate::desk::Desk;
use crate::model::{Field, Progress, Settings};
use crate::similar::group::{Grouping, labels};
use crate::similar::{Line, Weights};
use crate::stats::float;
use index::{Index, Scratch, single};
use tokens::{Entity, Reader};

/// A text says enough to be grouped by its words from this much rarity on (sum over its terms, nats).
const ENOUGH: f32 = 5.0;
/// Coded fields that speak about what a ticket is; the resolution is known only afterwards.
const COMPARED: [&str; 6] = ["item", "service", "category", "symptom", "location", "client"];
/// Texts read at a time by one thread.
const BLOCK: usize = 512;

/// A wording and the tickets that have it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Wording {
    /// Ranks of its tickets, ascending.
    pub ranks: Vec<u32>,
    /// Terms and their weighted counts, sorted.
    pub terms: Vec<(u64, f32)>,
    /// Specific things that it names, sorted.
    pub named: Vec<Entity>,
}

/// All wordings of a record with their index.
pub struct Corpus {
    /// Wordings in the order in which they were first seen.
    pub wordings: Vec<Wording>,
    /// Index over them.
    pub index: Index,
    /// Language of the record, a number of [`language::NAMES`].
    pub language: usize,
    /// Whether each wording says enough to be grouped by.
    pub telling: Vec<bool>,
    /// Code of each compared field by wording; 0 where missing or where its tickets differ.
    codes: Vec<Vec<u32>>,
}

/// A scored pair of wordings, the later one first.
#[derive(Debug, Clone, Copy)]
pub struct Scored {
    /// The later wording.
    pub later: u32,
    /// The earlier wording.
    pub earlier: u32,
    /// What was weighed.
    pub features: [f32; score::FEATURES],
    /// Alikeness, 0 to 1.
    pub alike: f32,
}

/// Tickets that belong together by their words.
#[derive(Debug, Clone, PartialEq)]
pub struct TextGroup {
    /// Ranks of its tickets, ascending.
    pub ranks: Vec<u32>,
    /// Rank of the ticket whose wording is nearest to all others.
    pub medoid: u32,
    /// Distinct wordings.
    pub wordings: usize,
    /// Hashes of the terms of the medoid with the share of the group's tickets that have them and the
    /// share of all other tickets, the most telling first.
    pub terms: Vec<(u64, f64, f64)>,
}

struct Read {
    terms: Vec<(u64, f32)>,
    named: Vec<Entity>,
    /// The words of the title without what it names.
    rest: u64,
}

impl Corpus {
    /// Reads every text of the record; `None` when there is none.
    pub fn read(desk: &Desk<'_>, progress: &(dyn Fn(Progress) + Sync)) -> Option<Self> {
        let symptoms = desk.symptoms;
        let has_text = |t: usize| !symptoms.title_of(t).trim().is_empty() || !symptoms.text_of(t).trim().is_empty();
        if !(0..desk.len()).any(has_text) {
            return None;
        }
        let votes: Vec<language::Votes> = desk
            .order
            .par_iter()
            .map_init(Reader::default, |reader, &t| {
                reader.votes(symptoms.title_of(t as usize), symptoms.text_of(t as usize))
            })
            .collect();
        let mut all = [0_u64; language::LANGUAGES];
        for vote in &votes {
            // One ticket, one vote: a long mail must not decide for the others.
            let most = vote.iter().copied().max().unwrap_or(0);
            for (sum, &count) in all.iter_mut().zip(vote) {
                *sum += u64::from(most > 0 && count == most);
            }
        }
        let most = all.iter().copied().max().unwrap_or(0);
        let record = all.iter().position(|&c| c == most).unwrap_or(0);

        let done = AtomicU64::new(0);
        let total = desk.len() as u64;
        let reads: Vec<Read> = desk
            .order
            .par_chunks(BLOCK)
            .zip(votes.par_chunks(BLOCK))
            .map_init(Reader::default, |reader, (tickets, votes)| {
                let block: Vec<Read> = tickets
                    .iter()
                    .zip(votes)
                    .map(|(&t, votes)| {
                        let t = t as usize;
                        read(reader, symptoms.title_of(t), symptoms.text_of(t), language::decide(votes, record))
                    })
                    .collect();
                let done = done.fetch_add(block.len() as u64, Ordering::Relaxed) + block.len() as u64;
                progress(Progress { stage: "Reading texts", done, total });
                block
            })
            .flatten_iter()
            .collect();
        Some(Self::gather(desk, reads, record))
    }

    fn gather(desk: &Desk<'_>, mut reads: Vec<Read>, language: usize) -> Self {
        let kinds = kinds::Kinds::learn(reads.iter().map(|r| (r.named.as_slice(), r.rest)));
        for read in &mut reads {
            // A number that is new each time says nothing about what it stands in.
            let dropped = kinds.serial(&read.named);
            read.terms.retain(|(hash, _)| !dropped.contains(hash));
            read.named.retain(|e| kinds.separates(e));
        }
        // The same terms and the same things named are the same wording.
        let mut places: HashMap<(u64, u64), usize> = HashMap::new();
        let mut wordings: Vec<Wording> = Vec::new();
        for (rank, read) in (0_u32..).zip(reads) {
            if read.terms.is_empty() {
                continue;
            }
            let mut key = (0x51_u64, 0xa3_u64);
            for &(hash, count) in &read.terms {
                key = (tokens::mix(key.0, hash), tokens::mix(key.1 ^ hash, u64::from(count.to_bits())));
            }
            let place = *places.entry(key).or_insert_with(|| {
                wordings.push(Wording { ranks: Vec::new(), terms: read.terms, named: read.named });
                wordings.len() - 1
            });
            if let Some(wording) = wordings.get_mut(place) {
                wording.ranks.push(rank);
            }
        }
        let lists: Vec<Vec<(u64, f32)>> = wordings.iter_mut().map(|w| std::mem::take(&mut w.terms)).collect();
        let index = Index::build(&lists);
        for (wording, terms) in wordings.iter_mut().zip(lists) {
            wording.terms = terms;
        }
        let telling = (0..wordings.len()).map(|w| index.information(w) >= enough(wordings.len())).collect();
        let codes = desk
            .symptoms
            .fields
            .iter()
            .filter(|field| COMPARED.contains(&field.name))
            .map(|field| wordings.iter().map(|w| common_code(desk, field, &w.ranks)).collect())
            .collect();
        Self { wordings, index, language, telling, codes }
    }

    /// Scores each wording against its most alike earlier ones; pairs below `least` are left out.
    #[must_use]
    pub fn pairs(
        &self,
        desk: &Desk<'_>,
        settings: &Settings,
        least: f32,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Vec<Scored> {
        let done = AtomicU64::new(0);
        let total = self.wordings.len() as u64;
        let blocks = self.wordings.len().div_ceil(BLOCK);
        (0..blocks)
            .into_par_iter()
            .map_init(Scratch::default, |scratch, block| {
                let mut found = Vec::new();
                let end = ((block + 1) * BLOCK).min(self.wordings.len());
                for later in block * BLOCK..end {
                    if !self.telling.get(later).copied().unwrap_or(false) {
                        continue;
                    }
                    for earlier in self.index.earlier(later, settings.candidates, settings.postings, scratch) {
                        if !self.telling.get(earlier as usize).copied().unwrap_or(false) {
                            continue;
                        }
                        let features = score::features(&self.compare(desk, later, earlier as usize));
                        let alike = score::alike(&features);
                        if alike >= least {
                            let later = u32::try_from(later).unwrap_or(u32::MAX);
                            found.push(Scored { later, earlier, features, alike });
                        }
                    }
                }
                let done = done.fetch_add((end - block * BLOCK) as u64, Ordering::Relaxed);
                progress(Progress { stage: "Comparing texts", done, total });
                found
            })
            .flatten_iter()
            .collect()
    }

    fn compare(&self, desk: &Desk<'_>, later: usize, earlier: usize) -> score::Pair {
        let none = Wording::default();
        let (a, b) = (self.wordings.get(later).unwrap_or(&none), self.wordings.get(earlier).unwrap_or(&none));
        let (mut same_fields, mut other_fields) = (0_u8, 0_u8);
        for codes in &self.codes {
            let code = |w: usize| codes.get(w).copied().unwrap_or(0);
            match (code(later), code(earlier)) {
                (0, _) | (_, 0) => {}
                (x, y) if x == y => same_fields += 1,
                _ => other_fields += 1,
            }
        }
        score::Pair {
            overlap: self.index.overlap(later, earlier),
            days: single(clock::days(nearest(desk, &a.ranks, &b.ranks))),
            same_fields,
            other_fields,
            same_thing: a.named.iter().any(|e| b.named.binary_search(e).is_ok()),
        }
    }

    /// The group of each wording by the score that was set.
    fn set(&self, desk: &Desk<'_>, settings: &Settings, progress: &(dyn Fn(Progress) + Sync)) -> Vec<u32> {
        // A pair far below the threshold cannot lift an average above it in company of few others.
        let least = single(settings.alike) * 0.25;
        let edges: Vec<link::Edge> = self
            .pairs(desk, settings, least, progress)
            .iter()
            .map(|pair| link::Edge { a: pair.later, b: pair.earlier, alike: millionths(f64::from(pair.alike)) })
            .collect();
        let named = self.wordings.iter().map(|w| w.named.clone()).collect();
        link::average_link(&edges, named, millionths(settings.alike).max(1), link::PARTNERS)
    }

    /// The group of each wording by the learned score.
    fn learned(&self, desk: &Desk<'_>) -> Vec<u32> {
        let symptoms = desk.symptoms;
        let lines: Vec<Line> = desk
            .order
            .par_iter()
            .map(|&t| {
                let t = t as usize;
                let fields = symptoms.fields.iter().filter(|f| COMPARED.contains(&f.name) || f.name == "team");
                let mut fields: BTreeMap<String, String> =
                    fields.map(|f| (f.name.to_owned(), f.value(f.code(t)).to_owned())).collect();
                if let Some(who) = symptoms.requester.get(t).filter(|&&who| who != 0) {
                    fields.insert("requester".to_owned(), who.to_string());
                }
                fields.retain(|_, value| !value.is_empty());
                Line {
                    id: String::new(),
                    opened: symptoms.opened_at(t),
                    title: symptoms.title_of(t).to_owned(),
                    text: symptoms.text_of(t).to_owned(),
                    fields,
                }
            })
            .collect();
        let labels = labels(&lines, &Weights::shipped(), &Grouping::default());
        let of =
            |wording: &Wording| wording.ranks.first().and_then(|&rank| labels.get(rank as usize).copied().flatten());
        // A wording of serial numbers alone says nothing there; it stays by itself, beyond all labels.
        let beyond = u32::try_from(labels.len()).unwrap_or(u32::MAX);
        (beyond..).zip(&self.wordings).map(|(own, wording)| of(wording).unwrap_or(own)).collect()
    }

    /// Groups the wordings and describes each group of at least `settings.min_text` tickets.
    #[must_use]
    pub fn group(&self, desk: &Desk<'_>, settings: &Settings, progress: &(dyn Fn(Progress) + Sync)) -> Vec<TextGroup> {
        let roots = if settings.learned { self.learned(desk) } else { self.set(desk, settings, progress) };
        let mut members: HashMap<u32, Vec<u32>> = HashMap::new();
        for (wording, &root) in (0_u32..).zip(&roots) {
            if self.telling.get(wording as usize).copied().unwrap_or(false) {
                members.entry(root).or_default().push(wording);
            }
        }
        let mut groups: Vec<(u32, Vec<u32>)> = members.into_iter().collect();
        groups.sort_unstable_by_key(|&(root, _)| root);
        let spread = self.term_tickets();
        groups.into_par_iter().filter_map(|(_, wordings)| self.describe(desk, settings, &wordings, &spread)).collect()
    }

    /// Tickets (not wordings) in which each term of the index occurs.
    fn term_tickets(&self) -> Vec<u32> {
        let mut tickets = vec![0_u32; self.index.terms()];
        for (place, wording) in self.wordings.iter().enumerate() {
            let count = u32::try_from(wording.ranks.len()).unwrap_or(u32::MAX);
            for (term, _) in self.index.vector(place) {
                if let Some(sum) = tickets.get_mut(term as usize) {
                    *sum += count;
                }
            }
        }
        tickets
    }

    fn describe(&self, desk: &Desk<'_>, settings: &Settings, group: &[u32], spread: &[u32]) -> Option<TextGroup> {
        let of = |w: u32| self.wordings.get(w as usize);
        let mut ranks: Vec<u32> = group.iter().filter_map(|&w| of(w)).flat_map(|w| w.ranks.iter().copied()).collect();
        if (ranks.len() as u64) < settings.min_text.max(2) {
            return None;
        }
        ranks.sort_unstable();
        // The centre of the group is the sum of its directions; the medoid lies nearest to it.
        let mut centre: HashMap<u32, f64> = HashMap::new();
        let mut inside: HashMap<u32, u32> = HashMap::new();
        for &w in group {
            let tickets = of(w).map_or(0, |w| w.ranks.len());
            let scale = float(tickets) / f64::from(self.index.norm(w as usize).max(f32::MIN_POSITIVE));
            for (term, weight) in self.index.vector(w as usize) {
                *centre.entry(term).or_insert(0.0) += f64::from(weight) * scale;
                *inside.entry(term).or_insert(0) += u32::try_from(tickets).unwrap_or(u32::MAX);
            }
        }
        let nearness = |w: u32| {
            let dot: f64 = self
                .index
                .vector(w as usize)
                .map(|(term, weight)| f64::from(weight) * centre.get(&term).copied().unwrap_or(0.0))
                .sum();
            dot / f64::from(self.index.norm(w as usize).max(f32::MIN_POSITIVE))
        };
        let medoid = group.iter().copied().map(|w| (w, nearness(w))).reduce(|best, next| {
            // Strictly nearer by more than rounding; else the earlier one stays.
            if next.1 > best.1 * (1.0 + 1e-9) { next } else { best }
        })?;
        let n = float(ranks.len());
        let others = (float(desk.len()) - n).max(1.0);
        let hashes = &of(medoid.0)?.terms;
        let mut terms: Vec<(u64, f64, f64)> = self
            .index
            .vector(medoid.0 as usize)
            .zip(hashes)
            .map(|((term, _), &(hash, _))| {
                let here = inside.get(&term).copied().unwrap_or(0);
                let all = spread.get(term as usize).copied().unwrap_or(0);
                (hash, f64::from(here) / n, f64::from(all.saturating_sub(here)) / others)
            })
            .collect();
        terms.sort_by(|a, b| telling(b).total_cmp(&telling(a)).then(a.0.cmp(&b.0)));
        let medoid = of(medoid.0)?.ranks.first().copied()?;
        Some(TextGroup { ranks, medoid, wordings: group.len(), terms })
    }
}

/// How much a term tells a group from the rest: its share inside times how much rarer it is outside.
fn telling(&(_, inside, outside): &(u64, f64, f64)) -> f64 {
    inside * (inside / (outside + 1e-4)).max(1.0).ln()
}

/// Rarity that a text must have, less in a small record where nothing can be rare.
fn enough(wordings: usize) -> f32 {
    ENOUGH.min(single(float(wordings + 1).ln()))
}

fn millionths(share: f64) -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=1 before")]
    let value = (share.clamp(0.0, 1.0) * float(usize::try_from(link::ONE).unwrap_or(1))).round() as u64;
    value
}

fn read(reader: &mut Reader, title: &str, text: &str, language: usize) -> Read {
    let (mut terms, mut named): (Vec<(u64, f32)>, Vec<Entity>) = (Vec::new(), Vec::new());
    let mut rest = kinds::Rest::default();
    let term = |t: tokens::Term<'_>| {
        terms.push((t.hash, t.weight));
        rest.add(&t);
    };
    reader.read(title, text, language, term, |e| named.push(e));
    // Stable, and the weights are halves and wholes: sums do not depend on their order.
    terms.sort_by_key(|&(hash, _)| hash);
    terms.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
    named.sort_unstable();
    named.dedup();
    Read { terms, named, rest: rest.hash() }
}

/// Shortest time between a ticket of one wording and one of another, in seconds.
fn nearest(desk: &Desk<'_>, a: &[u32], b: &[u32]) -> i64 {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let mut least = i64::MAX;
    for &rank in short {
        let at = desk.at(rank);
        let place = long.partition_point(|&r| r < rank);
        for near in [place.checked_sub(1), Some(place)].into_iter().flatten() {
            if let Some(&other) = long.get(near) {
                least = least.min((desk.at(other) - at).abs());
            }
        }
    }
    if least == i64::MAX { 0 } else { least }
}

/// The code that all tickets of a wording have, 0 where they differ or it is missing.
fn common_code(desk: &Desk<'_>, field: &Field, ranks: &[u32]) -> u32 {
    let mut codes = ranks.iter().map(|&rank| field.code(desk.ticket(rank)));
    let first = codes.next().unwrap_or(0);
    if codes.all(|code| code == first) { first } else { 0 }
}
