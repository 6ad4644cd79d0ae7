//! The most alike earlier tickets of a ticket, with the probability of one cause and the reasons.
//!
//! [`Similar`] is a resident index: it takes tickets in order of time and tells for each, or for a text
//! that is not in it, its most alike earlier ones. [`Similar::extend`] does the same for many at once and
//! gives, to the bit, what one after the other gives, whatever the number of threads.
//!
//! Candidates come from inverted lists of which only the latest occurrences are looked at ([`space`]):
//! stems and identifiers, 4-grams, coded fields, and the latest tickets. Each candidate is compared in
//! full ([`pair`]) and scored by a conditional logit ([`weights`], learned by [`learn`]). Where the owner supplies a
//! sentence model, it brings candidates and numbers of the pair too ([`meaning`]).

pub(crate) mod batch;
mod candidates;
pub(crate) mod checkpoint;
pub mod common;
pub mod comparisons;
pub mod dense;
pub mod fields;
mod fill;
mod flat;
pub mod group;
pub mod learn;
pub mod line;
pub mod link;
pub mod live;
pub mod meaning;
pub mod pair;
pub mod relearn;
pub mod space;
pub mod table;
pub mod terms;
pub mod theme;
pub mod ticket;
pub mod weights;
pub(crate) mod worded;

use rayon::prelude::*;
use serde::Serialize;

use crate::text::kinds::Kinds;
use crate::text::language;
use crate::text::tokens::{Entity, Reader, mix};
pub use comparisons::{Comparisons, Memory};
use fields::{Coded, Fields};
pub use fill::{Told, Word};
pub use line::Line;
use link::vetoed;
pub use meaning::Model;
use meaning::{Code, Meanings, View};
use pair::Features;
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
    /// Latest tickets that are compared by meaning, where there is a model.
    pub meaning: usize,
    /// Candidates by meaning alone, and as many by meaning and time.
    pub by_meaning: usize,
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
            meaning: 20_000,
            by_meaning: 20,
            terms: 48,
            longest_days: 36_500.0,
        }
    }
}

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
    meanings: Meanings,
    /// Kinds of names that tell problems apart, as of the last doubling.
    kinds: Kinds,
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
    meaning: View<'a>,
}

/// Tickets taken in at once by [`Similar::extend`]: enough to keep the threads busy, few enough for the cache.
const BLOCK: usize = 1_024;
/// Tickets from which on it is learned which kinds of names tell problems apart, and again whenever the record has
/// doubled: at fixed numbers of tickets, so that it does not matter how many come at once.
const KINDS_FROM: usize = 64;

impl Similar {
    /// An empty index.
    #[must_use]
    pub fn new(weights: Weights, look: Look) -> Self {
        Self::with_model(weights, look, None)
    }

    /// An empty index that compares by a sentence model too, where there is one; `weights` should know of it
    /// ([`Weights::shipped_for`]).
    #[must_use]
    pub fn with_model(weights: Weights, look: Look, model: Option<Model>) -> Self {
        Self {
            weights,
            look,
            tally: Tally::default(),
            ids: Vec::new(),
            opened: Vec::new(),
            words: Space::new(look.words),
            grams: Space::new(look.grams),
            fields: Fields::new(look.field.max(1)),
            meanings: Meanings::new(model),
            kinds: Kinds::default(),
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
        let (mut workers, threads) = self.hands(lines.len());
        let mut rest = lines;
        while !rest.is_empty() {
            let first = u32::try_from(self.len()).unwrap_or(u32::MAX);
            let count = self.enter(rest, threads, &mut workers);
            rest = &rest[count..];
            let numbers: Vec<u32> = (first..).take(count).collect();
            let this = &*self;
            let answer = |worker: &mut Worker, numbers: &[u32]| -> Vec<T> {
                let scratch = &mut worker.scratch;
                let one = |&doc: &u32| {
                    let asked = this.inside(doc, scratch);
                    each(this, &asked, scratch)
                };
                numbers.iter().map(one).collect()
            };
            let parts: Vec<Vec<T>> = over(&mut workers, numbers.chunks(count.div_ceil(threads)), threads, answer);
            out.extend(parts.into_iter().flatten());
            self.settle(first);
        }
        self.workers = workers;
        out
    }

    /// Workers for so many tickets, and how many of them work at once.
    fn hands(&mut self, lines: usize) -> (Vec<Worker>, usize) {
        let threads = if lines > 1 { rayon::current_num_threads().max(1) } else { 1 };
        let mut workers = std::mem::take(&mut self.workers);
        workers.resize_with(workers.len().max(threads), Worker::default);
        (workers, threads)
    }

    /// Takes in the first of these tickets, as many as are taken in at once, and says how many.
    fn enter<L: Ticket>(&mut self, lines: &[L], threads: usize, workers: &mut [Worker]) -> usize {
        // No block goes beyond the next doubling.
        let room = (self.len().max(KINDS_FROM - 1) + 1).next_power_of_two() - self.len();
        let block = &lines[..lines.len().min(BLOCK).min(room)];
        for read in self.read(block, threads, workers) {
            self.words.add(&read.words);
            self.grams.add(&read.grams);
            let doc = u32::try_from(self.wording.len()).unwrap_or(u32::MAX);
            self.wording.push(*self.wordings.entry(key(&read)).or_insert(doc));
            self.rest.push(read.rest);
            self.named.push(read.named.into_boxed_slice());
        }
        for (line, code) in block.iter().zip(self.meanings.read(block)) {
            self.meanings.add(line, &code);
        }
        for line in block {
            self.fields.add(line.values());
            self.ids.push(line.id().into());
            self.opened.push(line.opened());
        }
        block.len()
    }

    /// Shortens lists and learns kinds, once the tickets from `first` on were answered.
    fn settle(&mut self, first: u32) {
        self.words.trim(first);
        self.grams.trim(first);
        self.fields.space.trim(first);
        if self.len() >= KINDS_FROM && self.len().is_power_of_two() {
            self.kinds = self.kinds_of_names();
        }
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
        let meaning: Code = self.meanings.code(line);
        let asked = Asked {
            docs: u32::try_from(self.len()).unwrap_or(u32::MAX),
            opened: line.opened(),
            words,
            grams,
            known: fields::mask(&coded),
            named: &terms.named,
            meaning: meaning.view(),
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
            meaning: self.meanings.view(doc),
        }
    }

    /// The most alike, without those that name other things of a kind that tells problems apart: under the same veto
    /// as groups, as far as names fill patterns ([`Kinds::fills_patterns`]).
    fn answer(&self, asked: &Asked<'_>, scratch: &mut Scratch, k: usize) -> Vec<Alike> {
        let specific = |named: &[Entity]| -> Vec<Entity> {
            named.iter().copied().filter(|thing| self.kinds.fills_patterns(thing)).collect()
        };
        let own = specific(asked.named);
        let other = |alike: &Alike| !own.is_empty() && vetoed(&own, &specific(&self.named[alike.other as usize]));
        self.ranked(asked, scratch).into_iter().filter(|alike| !other(alike)).take(k).collect()
    }

    /// All candidates, the most alike first.
    fn ranked(&self, asked: &Asked<'_>, scratch: &mut Scratch) -> Vec<Alike> {
        let mut out: Vec<Alike> = Vec::new();
        self.compare(asked, scratch, |other, features| {
            let score = self.weights.score(features);
            out.push(Alike { other, score, probability: self.weights.probability(score) });
        });
        out.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(b.other.cmp(&a.other)));
        out
    }

    /// Which kinds of names tell problems apart, by all tickets so far.
    fn kinds_of_names(&self) -> Kinds {
        Kinds::learn(self.named.iter().map(AsRef::as_ref).zip(self.rest.iter().copied()))
    }

    /// The most alike earlier tickets with different wordings, at most `k`, one of each wording.
    fn distinct(&self, asked: &Asked<'_>, scratch: &mut Scratch, k: usize) -> Vec<Alike> {
        let mut out: Vec<Alike> = Vec::with_capacity(k);
        let mut seen: Vec<u32> = Vec::with_capacity(k);
        for alike in self.ranked(asked, scratch) {
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
