//! A pair of tickets as numbers: what speaks for one cause, and what against.

use super::common::Shared;
use super::fields::Same;
use super::space::Sums;

/// Numbers of a pair.
pub const FEATURES: usize = 41;

/// A pair as numbers, in the order of [`NAMES`].
pub type Features = [f32; FEATURES];

/// What each number is, in the words of the page.
pub const NAMES: [&str; FEATURES] = [
    "share of the later one's words",
    "share of the earlier one's words",
    "words alike both ways",
    "amount of words in common",
    "titles alike both ways",
    "later title told by the earlier ticket",
    "earlier title told by the later ticket",
    "amount of title in common",
    "share of the later one's letters",
    "share of the earlier one's letters",
    "letters alike both ways",
    "amount of letters in common",
    "rarest word in common",
    "identifiers in common",
    "time between them",
    "time beyond a day",
    "time beyond two weeks",
    "time beyond four months",
    "tickets between them",
    "same coded words",
    "other coded words",
    "same place or group",
    "other place or group",
    "same person",
    "same gravity",
    "difference in length",
    "length of the earlier one",
    "words alike, long apart",
    "words alike, letters alike",
    "words alike, same coded words",
    "words alike, same person",
    "words alike, squared",
    "words alike, long text",
    "same person, long apart",
    "names the same thing",
    "most alike of all",
    "alike in meaning",
    "alike in meaning, squared",
    "most alike in meaning of all",
    "alike in meaning, long apart",
    "alike in meaning and words",
];

/// What each number is about. Numbers of one family say nearly the same and share its weight among
/// themselves, some with a minus: only their sum means something to a reader.
pub const FAMILIES: [&str; FEATURES] = [
    "words",
    "words",
    "words",
    "words",
    "title",
    "title",
    "title",
    "title",
    "letters",
    "letters",
    "letters",
    "letters",
    "words",
    "names",
    "time",
    "time",
    "time",
    "time",
    "time",
    "coded words",
    "coded words",
    "place or group",
    "place or group",
    "person",
    "gravity",
    "length",
    "length",
    "words",
    "letters",
    "coded words",
    "person",
    "words",
    "words",
    "person",
    "names",
    "words",
    "meaning",
    "meaning",
    "meaning",
    "meaning",
    "meaning",
];

/// Facts of a pair.
#[derive(Debug, Clone, Copy, Default)]
pub struct Facts {
    /// Words in common.
    pub words: Shared,
    /// Sums of the later ticket's words.
    pub later: Sums,
    /// Sums of the earlier ticket's words.
    pub earlier: Sums,
    /// Grams in common.
    pub grams: Shared,
    /// Sums of the later ticket's grams.
    pub later_grams: Sums,
    /// Sums of the earlier ticket's grams.
    pub earlier_grams: Sums,
    /// Coded fields.
    pub same: Same,
    /// Seconds between them.
    pub seconds: f32,
    /// Tickets between them.
    pub between: f32,
    /// Logarithm of the number of tickets before the later one.
    pub ln_docs: f32,
    /// Whether both name the same specific thing.
    pub same_thing: bool,
    /// Cosine of what a sentence model says about them; 0 without a model.
    pub meaning: f32,
    /// Largest `words.forward` of all candidates of the later ticket.
    pub best: f32,
    /// Largest `meaning` of all candidates of the later ticket.
    pub best_meaning: f32,
}

fn share(part: f32, whole: f32) -> f32 {
    if whole > 0.0 { (part / whole).clamp(0.0, 1.0) } else { 0.0 }
}

impl Facts {
    /// The facts as numbers, each of about the size of one.
    #[must_use]
    pub fn features(&self) -> Features {
        let (w, g) = (self.words, self.grams);
        let cosine = share(w.dot, self.later.norm * self.earlier.norm);
        let grams = share(g.dot, self.later_grams.norm * self.earlier_grams.norm);
        let heads = share(w.heads, (self.later.head * self.earlier.head).sqrt());
        let hours = (1.0 + self.seconds.max(0.0) / 3_600.0).ln();
        let beyond = |from_hours: f32| (hours - (1.0 + from_hours).ln()).max(0.0);
        let scale = self.ln_docs.max(1.0);
        let what = self.same.what / scale;
        let long = (self.later.whole.max(0.0) + 1.0).ln() / 4.0;
        let apart = hours / 10.0;
        [
            share(w.forward, self.later.whole),
            share(w.back, self.earlier.whole),
            cosine,
            (1.0 + w.forward).ln() / 4.0,
            heads,
            share(w.of_later_head, self.later.head),
            share(w.of_earlier_head, self.earlier.head),
            (1.0 + w.heads).ln() / 4.0,
            share(g.forward, self.later_grams.whole),
            share(g.back, self.earlier_grams.whole),
            grams,
            (1.0 + g.forward).ln() / 5.0,
            w.rarest / scale,
            (1.0 + w.identifiers).ln() / 4.0,
            apart,
            beyond(24.0) / 10.0,
            beyond(14.0 * 24.0) / 10.0,
            beyond(120.0 * 24.0) / 10.0,
            (1.0 + self.between.max(0.0)).ln() / 10.0,
            what,
            self.same.other_what,
            self.same.place / scale,
            self.same.other_place,
            self.same.person,
            self.same.grade,
            ((1.0 + self.later.terms) / (1.0 + self.earlier.terms)).ln().abs(),
            (1.0 + self.earlier.terms).ln() / 4.0,
            cosine * apart,
            cosine * grams,
            cosine * what,
            cosine * self.same.person,
            cosine * cosine,
            cosine * long,
            self.same.person * apart,
            f32::from(u8::from(self.same_thing)),
            share(w.forward, self.best),
            self.meaning,
            self.meaning * self.meaning,
            share(self.meaning, self.best_meaning),
            self.meaning * apart,
            self.meaning * cosine,
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_finite_whatever_the_facts() {
        for odd in [0.0, -1.0, 1e30, f32::MIN_POSITIVE] {
            let sums = Sums { whole: odd, norm: odd, head: odd.abs(), level: odd, terms: odd.abs() };
            let facts = Facts { later: sums, earlier: sums, seconds: odd, between: odd, ..Facts::default() };
            assert!(facts.features().iter().all(|x| x.is_finite()), "{odd}");
        }
    }
}
