//! Which earlier tickets a ticket is compared with, and the comparison.

use super::common::Common;
use super::meaning::View;
use super::pair::{Facts, Features};
use super::{Asked, Scratch, Similar, fields, single, table};
use crate::stats::float;

/// Weight of the letters against the words while candidates are gathered.
const LETTERS: f32 = 0.7;
/// What a doubling of the number of tickets between costs while candidates are gathered.
const DISTANCE: f32 = 0.03;

impl Similar {
    /// Compares with every candidate.
    pub(super) fn compare(&self, asked: &Asked<'_>, scratch: &mut Scratch, mut each: impl FnMut(u32, &Features)) {
        self.candidates(asked, scratch);
        let mut facts: Vec<(u32, Facts)> =
            scratch.found.iter().map(|&(_, other)| (other, self.facts(asked, scratch, other))).collect();
        let best = facts.iter().map(|(_, f)| f.words.forward).fold(0.0, f32::max);
        let best_meaning = facts.iter().map(|(_, f)| f.meaning).fold(0.0, f32::max);
        for (other, facts) in &mut facts {
            (facts.best, facts.best_meaning) = (best, best_meaning);
            each(*other, &facts.features());
        }
    }

    /// A pair of which nothing is known but itself: it is the most alike of all.
    pub(super) fn alone(&self, asked: &Asked<'_>, scratch: &Scratch, other: u32) -> Features {
        let mut facts = self.facts(asked, scratch, other);
        (facts.best, facts.best_meaning) = (facts.words.forward, facts.meaning);
        facts.features()
    }

    /// The terms in common with a ticket: number, rarity, and by how much the log odds of one cause would fall if it
    /// were not in common.
    pub(super) fn by_term(&self, asked: &Asked<'_>, scratch: &Scratch, other: u32) -> Vec<(u32, f32, f32)> {
        let common = self.words.in_common(&scratch.words, other);
        let mut facts = self.facts(asked, scratch, other);
        (facts.best, facts.best_meaning) = (facts.words.forward, facts.meaning);
        let odds = |facts: &Facts| self.weights.score(&facts.features()) * self.weights.calibration[1];
        let whole = odds(&facts);
        let rarest = common.iter().map(|one| one.weighed.idf).fold((0.0_f32, 0.0_f32), |(first, second), idf| {
            if idf > first { (idf, first) } else { (first, second.max(idf)) }
        });
        let one = |one: &Common| {
            let left = if one.weighed.idf < rarest.0 { rarest.0 } else { rarest.1 };
            let without = Facts { words: facts.words.without(one, left), ..facts };
            (one.weighed.term, one.weighed.idf, whole - odds(&without))
        };
        common.iter().map(one).collect()
    }

    fn facts(&self, asked: &Asked<'_>, scratch: &Scratch, other: u32) -> Facts {
        let named = &self.named[other as usize];
        let apart = seconds(asked.opened, self.opened[other as usize]);
        let longest = self.look.longest_days * 86_400.0;
        // Tickets between them are cut in the same proportion.
        let cut = if apart > longest { longest / apart } else { 1.0 };
        Facts {
            words: self.words.shared(&scratch.words, other),
            later: asked.words,
            earlier: self.words.sums(other),
            grams: self.grams.shared(&scratch.grams, other),
            later_grams: asked.grams,
            earlier_grams: self.grams.sums(other),
            same: self.fields.same(&scratch.coded, asked.known, other),
            seconds: apart * cut,
            between: single(f64::from(asked.docs.saturating_sub(other))) * cut,
            ln_docs: single(f64::from(asked.docs) + 2.0).ln(),
            same_thing: asked.named.iter().any(|e| named.binary_search(e).is_ok()),
            meaning: if asked.meaning.is_there() { asked.meaning.alike(&self.meanings.view(other)) } else { 0.0 },
            best: 0.0,
            best_meaning: 0.0,
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
        let mut chosen: Vec<u32> = Vec::with_capacity(self.look.by_text + self.look.by_time + 64);
        choose(found, docs, self.look.by_text, self.look.by_time, &mut chosen);
        table.clear();
        for weighed in &coded.terms {
            if matches!(self.fields.role(weighed.term), fields::Role::What | fields::Role::Person) {
                let latest = self.fields.space.before(weighed.term, docs);
                chosen.extend(latest.iter().rev().take(self.look.field).map(|p| p.doc));
            }
        }
        chosen.extend((0..docs).rev().take(self.look.recent));
        if asked.meaning.is_there() {
            self.by_meaning(&asked.meaning, docs, found);
            choose(found, docs, self.look.by_meaning, self.look.by_meaning, &mut chosen);
        }
        chosen.sort_unstable();
        chosen.dedup();
        found.clear();
        found.extend(chosen.into_iter().map(|doc| (0.0, doc)));
    }

    /// The latest tickets with the cosine of their meaning.
    fn by_meaning(&self, meaning: &View<'_>, docs: u32, found: &mut Vec<(f32, u32)>) {
        let latest = docs.saturating_sub(u32::try_from(self.look.meaning).unwrap_or(u32::MAX));
        found.clear();
        found.extend((latest..docs).map(|doc| (meaning.alike(&self.meanings.view(doc)), doc)));
    }
}

/// The `most` most alike, and `by_time` where time counts too.
fn choose(found: &mut [(f32, u32)], docs: u32, most: usize, by_time: usize, chosen: &mut Vec<u32>) {
    let order = |a: &(f32, u32), b: &(f32, u32)| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1));
    top(found, most, order);
    chosen.extend(found.iter().take(most).map(|&(_, doc)| doc));
    for entry in found.iter_mut() {
        entry.0 -= DISTANCE * doublings(docs - entry.1);
    }
    top(found, by_time, order);
    chosen.extend(found.iter().take(by_time).map(|&(_, doc)| doc));
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
