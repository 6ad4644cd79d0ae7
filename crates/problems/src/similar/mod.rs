//! The most alike earlier tickets of a ticket, with the probability of one cause and the reasons.
//!
//! [`Similar`] is a resident index: it takes tickets in order of time and tells for each, or for a text
//! that is not in it, its most alike earlier ones. [`Similar::extend`] does the same for many at once and
//! gives, to the bit, what one after the other gives, whatever the number of threads.
//!
//! Candidates come from inverted lists of which only the latest occurrences are looked at ([`space`]):
//! stems and identifiers, 4-grams, coded fields, and the latest tickets. Each candidate is compared in
//! full ([`pair`]) and scored by a conditional logit ([`weights`], learned by [`learn`]).

pub(crate) mod batch;
pub mod fields;
mod fill;
pub mod group;
pub mod learn;
pub mod line;
pub mod link;
pub mod live;
pub mod pair;
pub mod space;
pub mod table;
pub mod terms;
pub mod theme;
pub mod ticket;
pub mod weights;
pub(crate) mod worded;

use std::collections::HashMap;

use rayon::prelude::*;
use serde::Serialize;

use crate::stats::float;
use crate::text::language;
use crate::text::tokens::{Entity, Reader, mix};
use fields::{Coded, Fields};
pub use line::Line;
use pair::{Facts, Features};
use space::{ByHash, Later, Space, Sums};
use table::Table;
use terms::{Tally, Terms};
pub use ticket::Ticket;
pub use weights::{Reason, Weights, WeightsError};

/// How far to look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    /// Latest occurrences of a stem or identifier.
    pub words: usize,
    /// Latest occurrences of a 4-gram.
    pub grams: usize,
    /// Latest tickets with a coded value.
    pub field: usize,
    /// Latest tickets of all.
    pub recent: usize,
    /// Candidates by words and letters alone.
    pub by_text: usize,
    /// Candidates by words, letters and time.
    pub by_time: usize,
    /// Terms of one ticket by which is searched: its heaviest.
    pub terms: usize,
    /// Days from which on more time between two tickets makes no difference.
    pub longest_days: f32,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            words: 500,
            grams: 150,
            field: 8,
            recent: 10,
            by_text: 30,
            by_time: 40,
            terms: 48,
            longest_days: 36_500.0,
        }
    }
}

/// Weight of the letters against the words while candidates are gathered.
const LETTERS: f32 = 0.7;
/// What a doubling of the number of tickets between costs while candidates are gathered.
const DISTANCE: f32 = 0.03;

/// An earlier ticket that is alike.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Alike {
    /// Its number: the place at which it was taken in.
    pub other: u32,
    /// Score in log odds, by which the list is ordered.
    pub score: f32,
    /// P(same cause).
    pub probability: f32,
}

/// Tickets in order of time, ready to be asked.
pub struct Similar {
    weights: Weights,
    look: Look,
    tally: Tally,
    ids: Vec<Box<str>>,
    opened: Vec<i64>,
    words: Space,
    grams: Space,
    fields: Fields,
    named: Vec<Box<[Entity]>>,
    /// Pattern of each title (see [`crate::text::kinds::Rest`]).
    rest: Vec<u64>,
    /// First ticket with exactly the same terms.
    wording: Vec<u32>,
    wordings: ByHash<u32>,
    workers: Vec<Worker>,
}

/// What one thread needs.
#[derive(Default)]
struct Worker {
    reader: Reader,
    scratch: Scratch,
}

#[derive(Default)]
struct Scratch {
    table: Table,
    words: Later,
    grams: Later,
    coded: Later,
    found: Vec<(f32, u32)>,
    heaviest: Vec<(f32, usize)>,
}

/// A ticket ready to be compared: its terms lie in the scratch.
struct Asked<'a> {
    /// Tickets before it.
    docs: u32,
    opened: i64,
    words: Sums,
    grams: Sums,
    known: u64,
    named: &'a [Entity],
}

/// Tickets taken in at once by [`Similar::extend`]: enough to keep the threads busy, few enough for the cache.
const BLOCK: usize = 1_024;

impl Similar {
    /// An empty index.
    #[must_use]
    pub fn new(weights: Weights, look: Look) -> Self {
        Self {
            weights,
            look,
            tally: Tally::default(),
            ids: Vec::new(),
            opened: Vec::new(),
            words: Space::new(look.words),
            grams: Space::new(look.grams),
            fields: Fields::new(look.field.max(1)),
            named: Vec::new(),
            rest: Vec::new(),
            wording: Vec::new(),
            wordings: ByHash::default(),
            workers: vec![Worker::default()],
        }
    }

    /// Tickets in it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Id of a ticket by its number; empty for a number that was never given.
    #[must_use]
    pub fn id(&self, number: u32) -> &str {
        self.ids.get(number as usize).map_or("", |id| id)
    }

    /// The weights in use.
    #[must_use]
    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    /// Takes one ticket in and tells its `k` most alike earlier ones, the most alike first.
    pub fn add(&mut self, line: &impl Ticket, k: usize) -> Vec<Alike> {
        self.extend(std::slice::from_ref(line), k).pop().unwrap_or_default()
    }

    /// Takes tickets in, in order of time, and tells for each its `k` most alike earlier ones.
    pub fn extend<L: Ticket>(&mut self, lines: &[L], k: usize) -> Vec<Vec<Alike>> {
        self.extend_with(lines, |similar, asked, scratch| similar.answer(asked, scratch, k))
    }

    /// Takes tickets in and gives for each its candidates as numbers, for learning.
    pub fn extend_features<L: Ticket>(&mut self, lines: &[L]) -> Vec<Vec<(u32, Features)>> {
        self.extend_with(lines, |similar, asked, scratch| {
            let mut out = Vec::new();
            similar.compare(asked, scratch, |other, features| out.push((other, *features)));
            out
        })
    }

    fn extend_with<L: Ticket, T: Send>(
        &mut self,
        lines: &[L],
        each: impl Fn(&Self, &Asked<'_>, &mut Scratch) -> T + Sync,
    ) -> Vec<T> {
        let mut out = Vec::with_capacity(lines.len());
        let threads = if lines.len() > 1 { rayon::current_num_threads().max(1) } else { 1 };
        let mut workers = std::mem::take(&mut self.workers);
        workers.resize_with(workers.len().max(threads), Worker::default);
        for block in lines.chunks(BLOCK) {
            let first = u32::try_from(self.len()).unwrap_or(u32::MAX);
            let part = block.len().div_ceil(threads);
            for read in self.read(block, threads, &mut workers) {
                self.words.add(&read.words);
                self.grams.add(&read.grams);
                let doc = u32::try_from(self.wording.len()).unwrap_or(u32::MAX);
                self.wording.push(*self.wordings.entry(key(&read)).or_insert(doc));
                self.rest.push(read.rest);
                self.named.push(read.named.into_boxed_slice());
            }
            for line in block {
                self.fields.add(line.values());
                self.ids.push(line.id().into());
                self.opened.push(line.opened());
            }
            let numbers: Vec<u32> = (first..).take(block.len()).collect();
            let this = &*self;
            let answer = |worker: &mut Worker, numbers: &[u32]| -> Vec<T> {
                let scratch = &mut worker.scratch;
                let one = |&doc: &u32| {
                    let asked = this.inside(doc, scratch);
                    each(this, &asked, scratch)
                };
                numbers.iter().map(one).collect()
            };
            let parts: Vec<Vec<T>> = over(&mut workers, numbers.chunks(part), threads, answer);
            out.extend(parts.into_iter().flatten());
            self.words.trim(first);
            self.grams.trim(first);
            self.fields.space.trim(first);
        }
        self.workers = workers;
        out
    }

    /// Terms of a block. A text without a vote follows the language of the record so far, as it would
    /// have one by one.
    fn read<L: Ticket>(&mut self, block: &[L], threads: usize, workers: &mut [Worker]) -> Vec<Terms> {
        let part = block.len().div_ceil(threads);
        let vote = |worker: &mut Worker, lines: &[L]| -> Vec<language::Votes> {
            lines.iter().map(|l| worker.reader.votes(l.title(), l.text())).collect()
        };
        let votes = over(workers, block.chunks(part), threads, vote);
        let decided: Vec<(&L, usize)> = block
            .iter()
            .zip(votes.into_iter().flatten())
            .map(|(line, votes)| {
                self.tally.add(&votes);
                (line, language::decide(&votes, self.tally.language()))
            })
            .collect();
        let read = |worker: &mut Worker, lines: &[(&L, usize)]| -> Vec<Terms> {
            let read = |&(l, language): &(&L, usize)| terms::read(&mut worker.reader, l.title(), l.text(), language);
            lines.iter().map(read).collect()
        };
        over(workers, decided.chunks(part), threads, read).into_iter().flatten().collect()
    }

    /// Tells the `k` most alike tickets for one that is not taken in.
    #[must_use]
    pub fn ask(&self, line: &impl Ticket, k: usize) -> Vec<Alike> {
        self.ask_with(line, |asked, scratch| self.answer(asked, scratch, k))
    }

    /// Why a ticket of the index is alike: what each number adds, and the words in common as they stand
    /// in the asking text with the rarity of each in nats.
    #[must_use]
    pub fn why(&self, line: &impl Ticket, other: u32) -> (Vec<Reason>, Vec<(String, f32)>) {
        if other as usize >= self.len() {
            return (Vec::new(), Vec::new());
        }
        self.ask_with(line, |asked, scratch| {
            let mut common = HashMap::new();
            self.words.shared(&scratch.words, other, |weighed, _| {
                common.insert(weighed.term, weighed.idf);
            });
            let mut reader = Reader::default();
            let votes = reader.votes(line.title(), line.text());
            let language = language::decide(&votes, self.tally.language());
            let mut words = Vec::new();
            let tell = |t: crate::text::tokens::Term<'_>| {
                let known = self.words.number(t.hash).and_then(|term| common.remove(&term));
                words.extend(known.map(|idf| (t.surface.to_owned(), idf)));
            };
            reader.read(line.title(), line.text(), language, tell, |_| ());
            words.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            let mut facts = self.facts(asked, scratch, other);
            facts.best = facts.words.forward;
            (self.weights.reasons(&facts.features()), words)
        })
    }

    fn ask_with<T>(&self, line: &impl Ticket, each: impl FnOnce(&Asked<'_>, &mut Scratch) -> T) -> T {
        let mut worker = Worker::default();
        let votes = worker.reader.votes(line.title(), line.text());
        let language = language::decide(&votes, self.tally.language());
        let terms = terms::read(&mut worker.reader, line.title(), line.text(), language);
        let scratch = &mut worker.scratch;
        let coded: Coded = self.fields.look_up(line.values());
        scratch.coded.fill(|out| {
            self.fields.space.weigh_outside(&Fields::terms(&coded), out);
        });
        let (mut words, mut grams) = (Sums::default(), Sums::default());
        scratch.words.fill(|out| words = self.words.weigh_outside(&terms.words, out));
        scratch.grams.fill(|out| grams = self.grams.weigh_outside(&terms.grams, out));
        let asked = Asked {
            docs: u32::try_from(self.len()).unwrap_or(u32::MAX),
            opened: line.opened(),
            words,
            grams,
            known: fields::mask(&coded),
            named: &terms.named,
        };
        each(&asked, scratch)
    }

    /// A ticket that is in, as of the moment at which it came.
    fn inside(&self, doc: u32, scratch: &mut Scratch) -> Asked<'_> {
        scratch.words.fill(|terms| self.words.weigh(doc, terms));
        scratch.grams.fill(|terms| self.grams.weigh(doc, terms));
        scratch.coded.fill(|terms| self.fields.space.weigh(doc, terms));
        Asked {
            docs: doc,
            opened: self.opened[doc as usize],
            words: self.words.sums(doc),
            grams: self.grams.sums(doc),
            known: self.fields.known(doc),
            named: &self.named[doc as usize],
        }
    }

    fn answer(&self, asked: &Asked<'_>, scratch: &mut Scratch, k: usize) -> Vec<Alike> {
        let mut out: Vec<Alike> = Vec::new();
        self.compare(asked, scratch, |other, features| {
            let score = self.weights.score(features);
            out.push(Alike { other, score, probability: self.weights.probability(score) });
        });
        out.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(b.other.cmp(&a.other)));
        out.truncate(k);
        out
    }

    /// The most alike earlier tickets with different wordings, at most `k`, one of each wording.
    fn distinct(&self, asked: &Asked<'_>, scratch: &mut Scratch, k: usize) -> Vec<Alike> {
        let mut out: Vec<Alike> = Vec::with_capacity(k);
        let mut seen: Vec<u32> = Vec::with_capacity(k);
        for alike in self.answer(asked, scratch, usize::MAX) {
            let wording = self.wording[alike.other as usize];
            if !seen.contains(&wording) {
                seen.push(wording);
                out.push(alike);
                if out.len() == k {
                    break;
                }
            }
        }
        out
    }

    /// Compares with every candidate.
    fn compare(&self, asked: &Asked<'_>, scratch: &mut Scratch, mut each: impl FnMut(u32, &Features)) {
        self.candidates(asked, scratch);
        let mut facts: Vec<(u32, Facts)> =
            scratch.found.iter().map(|&(_, other)| (other, self.facts(asked, scratch, other))).collect();
        let best = facts.iter().map(|(_, f)| f.words.forward).fold(0.0, f32::max);
        for (other, facts) in &mut facts {
            facts.best = best;
            each(*other, &facts.features());
        }
    }

    fn facts(&self, asked: &Asked<'_>, scratch: &Scratch, other: u32) -> Facts {
        let named = &self.named[other as usize];
        let apart = seconds(asked.opened, self.opened[other as usize]);
        let longest = self.look.longest_days * 86_400.0;
        // Tickets between them are cut in the same proportion.
        let cut = if apart > longest { longest / apart } else { 1.0 };
        Facts {
            words: self.words.shared(&scratch.words, other, |_, _| ()),
            later: asked.words,
            earlier: self.words.sums(other),
            grams: self.grams.shared(&scratch.grams, other, |_, _| ()),
            later_grams: asked.grams,
            earlier_grams: self.grams.sums(other),
            same: self.fields.same(&scratch.coded, asked.known, other),
            seconds: apart * cut,
            between: single(f64::from(asked.docs.saturating_sub(other))) * cut,
            ln_docs: single(f64::from(asked.docs) + 2.0).ln(),
            same_thing: asked.named.iter().any(|e| named.binary_search(e).is_ok()),
            best: 0.0,
        }
    }

    /// Gathers candidates into `scratch.found`, each once.
    fn candidates(&self, asked: &Asked<'_>, scratch: &mut Scratch) {
        let Scratch { table, words, grams, coded, found, heaviest } = scratch;
        let (docs, words) = (asked.docs, &words.terms);
        heaviest.clear();
        heaviest.extend(words.iter().enumerate().map(|(place, w)| (w.idf * w.sat, place)));
        if heaviest.len() > self.look.terms {
            heaviest.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(words[a.1].term.cmp(&words[b.1].term)));
            heaviest.truncate(self.look.terms);
            // Sums are rounded: the same terms are added in the same order, however they were chosen.
            heaviest.sort_unstable_by_key(|&(_, place)| place);
        }
        for &(_, place) in heaviest.iter() {
            let weighed = words[place];
            for posting in self.words.before(weighed.term, docs) {
                table.entry(posting.doc).words += weighed.idf * posting.sat;
            }
        }
        for weighed in &grams.terms {
            for posting in self.grams.before(weighed.term, docs) {
                table.entry(posting.doc).grams += weighed.idf * posting.sat;
            }
        }
        found.clear();
        let (whole, gram_whole) = (1.0 / asked.words.whole.max(0.1), 1.0 / asked.grams.whole.max(0.1));
        let alike = |e: &table::Entry| e.words * whole + LETTERS * e.grams * gram_whole;
        found.extend(table.entries().map(|e| (alike(&e), e.doc)));
        let order = |a: &(f32, u32), b: &(f32, u32)| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1));
        let mut chosen: Vec<u32> = Vec::with_capacity(self.look.by_text + self.look.by_time + 64);
        top(found, self.look.by_text, order);
        chosen.extend(found.iter().take(self.look.by_text).map(|&(_, doc)| doc));
        for entry in found.iter_mut() {
            entry.0 -= DISTANCE * doublings(docs - entry.1);
        }
        top(found, self.look.by_time, order);
        chosen.extend(found.iter().take(self.look.by_time).map(|&(_, doc)| doc));
        table.clear();
        for weighed in &coded.terms {
            if matches!(self.fields.role(weighed.term), fields::Role::What | fields::Role::Person) {
                let latest = self.fields.space.before(weighed.term, docs);
                chosen.extend(latest.iter().rev().take(self.look.field).map(|p| p.doc));
            }
        }
        chosen.extend((0..docs).rev().take(self.look.recent));
        chosen.sort_unstable();
        chosen.dedup();
        found.clear();
        found.extend(chosen.into_iter().map(|doc| (0.0, doc)));
    }
}

/// Gives each part to a worker. A single thread does not wait for another one to wake up: one new ticket must
/// be answered at once, whatever else the machine does.
fn over<'a, P: Sync + 'a, T: Send>(
    workers: &mut [Worker],
    parts: std::slice::Chunks<'a, P>,
    threads: usize,
    each: impl Fn(&mut Worker, &'a [P]) -> Vec<T> + Sync,
) -> Vec<Vec<T>> {
    if threads <= 1 {
        return workers.iter_mut().zip(parts).map(|(worker, part)| each(worker, part)).collect();
    }
    let parts: Vec<&[P]> = parts.collect();
    workers.par_iter_mut().zip(parts).map(|(worker, part)| each(worker, part)).collect()
}

/// To single precision.
pub(crate) fn single(value: f64) -> f32 {
    #[expect(clippy::cast_possible_truncation, reason = "weights need no more than seven digits")]
    let single = value as f32;
    single
}

/// The same words as often at the same places: the same wording.
fn key(read: &Terms) -> u64 {
    read.words.iter().fold(0x51, |key, &(hash, count)| mix(key ^ hash, u64::from(count.byte())))
}

fn top(found: &mut [(f32, u32)], k: usize, order: impl Fn(&(f32, u32), &(f32, u32)) -> std::cmp::Ordering) {
    if k > 0 && found.len() > k {
        found.select_nth_unstable_by(k - 1, order);
    }
}

/// Roughly the binary logarithm: exact at powers of two, straight between.
fn doublings(n: u32) -> f32 {
    let n = n.max(1);
    let whole = n.ilog2();
    let rest = single(f64::from(n) / f64::from(1_u32 << whole)) - 1.0;
    single(f64::from(whole)) + rest
}

fn seconds(a: i64, b: i64) -> f32 {
    let apart = a.saturating_sub(b).unsigned_abs();
    single(float(usize::try_from(apart).unwrap_or(usize::MAX)))
}
