//! What two tickets have in common of one kind of terms.

use super::space::{Count, Weighed};

/// What two tickets share.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Shared {
    /// BM25 of the earlier one for the later one's terms.
    pub forward: f32,
    /// BM25 the other way round.
    pub back: f32,
    /// Inner product of the weight vectors.
    pub dot: f32,
    /// Rarity of the terms that stand in both titles.
    pub heads: f32,
    /// Rarity of the later one's title terms that the earlier one has anywhere.
    pub of_later_head: f32,
    /// Rarity of the earlier one's title terms that the later one has anywhere.
    pub of_earlier_head: f32,
    /// Rarity of the rarest term in common.
    pub rarest: f32,
    /// Rarity of the identifiers in common.
    pub identifiers: f32,
    /// Terms in common.
    pub terms: f32,
}

/// A term that two tickets share.
#[derive(Debug, Clone, Copy)]
pub struct Common {
    /// As it stands in the later one.
    pub weighed: Weighed,
    /// How often it stands in the earlier one.
    pub count: Count,
    /// The same, saturated and levelled.
    pub sat: f32,
}

impl Shared {
    /// What is shared if one of the terms were not in common; `rarest` is that of the others.
    #[must_use]
    pub fn without(&self, one: &Common, rarest: f32) -> Self {
        let mut gone = Self::default();
        gone.take(&one.weighed, one.count, one.sat);
        let left = |all: f32, part: f32| (all - part).max(0.0);
        Self {
            forward: left(self.forward, gone.forward),
            back: left(self.back, gone.back),
            dot: left(self.dot, gone.dot),
            heads: left(self.heads, gone.heads),
            of_later_head: left(self.of_later_head, gone.of_later_head),
            of_earlier_head: left(self.of_earlier_head, gone.of_earlier_head),
            rarest,
            identifiers: left(self.identifiers, gone.identifiers),
            terms: left(self.terms, gone.terms),
        }
    }

    /// Takes one more term.
    pub fn take(&mut self, weighed: &Weighed, count: Count, sat: f32) {
        self.forward += weighed.idf * sat;
        self.back += weighed.idf * weighed.sat;
        self.dot += weighed.idf * weighed.idf * sat * weighed.sat;
        let (here, there) = (weighed.count.title() > 0, count.title() > 0);
        self.heads += if here && there { weighed.idf } else { 0.0 };
        self.of_later_head += if here { weighed.idf } else { 0.0 };
        self.of_earlier_head += if there { weighed.idf } else { 0.0 };
        self.rarest = self.rarest.max(weighed.idf);
        self.identifiers += if weighed.count.is_identifier() { weighed.idf } else { 0.0 };
        self.terms += 1.0;
    }
}
