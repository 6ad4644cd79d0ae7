//! Texts as weighted terms, and for each term the texts that have it.
//!
//! Weights are those of BM25 (Robertson, Walker, Jones, Hancock-Beaulieu and Gatford 1994): rare terms
//! count more, repetition saturates, long texts are not favoured. Distinct wordings are indexed once
//! each, in the order in which they were first seen.

use rayon::prelude::*;

use crate::stats::float;

/// Saturation of repetition in BM25.
const K1: f32 = 1.2;
/// How far length is levelled in BM25; titles are short, so less than the usual 0.75.
const B: f32 = 0.5;
/// Rarity of a word that every text has, in nats.
const LEAST_RARITY: f32 = 0.7;
/// Terms of one text that are used to look for candidates: its heaviest.
const QUERY_TERMS: usize = 24;

/// Distinct wordings by term and terms by wording.
pub struct Index {
    /// Where the terms of each wording begin.
    starts: Vec<usize>,
    /// Term of each entry, ascending within a wording.
    terms: Vec<u32>,
    /// Weight of each entry: inverse document frequency times saturated count.
    weights: Vec<f32>,
    /// Place of each entry in its term's list.
    places: Vec<u32>,
    /// Where the list of each term begins.
    list_starts: Vec<usize>,
    /// Wordings of each term, ascending.
    list_texts: Vec<u32>,
    /// Weights along with them.
    list_weights: Vec<f32>,
    /// Length of each wording's weight vector.
    norms: Vec<f32>,
    /// Inverse document frequency of each term.
    idf: Vec<f32>,
}

/// How two wordings share their weight.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Overlap {
    /// Cosine of the two weight vectors, 0 to 1.
    pub cosine: f32,
    /// Share of the first one's weight that lies on common terms.
    pub of_first: f32,
    /// Share of the second one's weight that lies on common terms.
    pub of_second: f32,
    /// Sum of the rarity of the common terms, in nats.
    pub shared_rarity: f32,
    /// Common terms.
    pub shared: u16,
}

/// Texts become wordings of `(term hash, count)`; the index is built from them.
impl Index {
    /// Builds the index over wordings, each a list of `(hash, count)` sorted by hash.
    #[must_use]
    pub fn build(wordings: &[Vec<(u64, f32)>]) -> Self {
        let mut hashes: Vec<u64> = wordings.iter().flat_map(|w| w.iter().map(|&(hash, _)| hash)).collect();
        let entries = hashes.len();
        hashes.par_sort_unstable();
        hashes.dedup();
        let mut starts = Vec::with_capacity(wordings.len() + 1);
        starts.push(0);
        for wording in wordings {
            starts.push(starts.last().copied().unwrap_or(0) + wording.len());
        }
        // Hashes ascend within a wording and terms are numbered by hash, so terms ascend too.
        let term_of = |hash: u64| u32::try_from(hashes.binary_search(&hash).unwrap_or(0)).unwrap_or(u32::MAX);
        let terms: Vec<u32> = wordings.par_iter().flat_map_iter(|w| w.iter().map(|&(hash, _)| term_of(hash))).collect();
        let mut counts = vec![0_usize; hashes.len()];
        for &term in &terms {
            if let Some(count) = counts.get_mut(term as usize) {
                *count += 1;
            }
        }
        let n = float(wordings.len());
        let idf: Vec<f32> = counts.iter().map(|&df| rarity(n, float(df))).collect();
        let mut list_starts = Vec::with_capacity(counts.len() + 1);
        list_starts.push(0);
        for count in &counts {
            list_starts.push(list_starts.last().copied().unwrap_or(0) + count);
        }
        let total: f32 = wordings.par_iter().map(|w| w.iter().map(|&(_, c)| c).sum::<f32>()).sum();
        let average = single(f64::from(total) / n.max(1.0)).max(1.0);

        let mut index = Self {
            starts,
            terms,
            weights: Vec::with_capacity(entries),
            places: Vec::with_capacity(entries),
            list_texts: vec![0; entries],
            list_weights: vec![0.0; entries],
            list_starts,
            norms: Vec::with_capacity(wordings.len()),
            idf,
        };
        let mut next = index.list_starts.clone();
        for (text, wording) in (0_u32..).zip(wordings) {
            let length: f32 = wording.iter().map(|&(_, count)| count).sum();
            let level = K1 * (1.0 - B + B * length / average);
            let start = index.weights.len();
            let mut square = 0.0;
            for (entry, &(_, count)) in (start..).zip(wording) {
                let term = index.terms.get(entry).map_or(0, |&t| t as usize);
                let weight = index.idf.get(term).copied().unwrap_or(0.0) * count * (K1 + 1.0) / (count + level);
                square += weight * weight;
                index.weights.push(weight);
                if let Some(place) = next.get_mut(term) {
                    let begin = index.list_starts.get(term).copied().unwrap_or(0);
                    index.places.push(u32::try_from(*place - begin).unwrap_or(u32::MAX));
                    if let (Some(t), Some(w)) = (index.list_texts.get_mut(*place), index.list_weights.get_mut(*place)) {
                        (*t, *w) = (text, weight);
                    }
                    *place += 1;
                }
            }
            index.norms.push(square.sqrt());
        }
        index
    }

    /// Terms and weights of a wording.
    pub fn vector(&self, text: usize) -> impl Iterator<Item = (u32, f32)> + '_ {
        let range = self.range(text);
        let weights = self.weights.get(range.clone()).unwrap_or_default();
        self.terms.get(range).unwrap_or_default().iter().copied().zip(weights.iter().copied())
    }

    /// How much a wording says: the sum of the rarity of its terms, in nats.
    #[must_use]
    pub fn information(&self, text: usize) -> f32 {
        self.vector(text).map(|(term, _)| self.idf.get(term as usize).copied().unwrap_or(0.0)).sum()
    }

    /// Length of a wording's weight vector.
    #[must_use]
    pub fn norm(&self, text: usize) -> f32 {
        self.norms.get(text).copied().unwrap_or(0.0)
    }

    /// Distinct terms.
    #[must_use]
    pub fn terms(&self) -> usize {
        self.idf.len()
    }

    fn range(&self, text: usize) -> std::ops::Range<usize> {
        let start = self.starts.get(text).copied().unwrap_or(0);
        start..self.starts.get(text + 1).copied().unwrap_or(start)
    }

    /// The `k` earlier wordings that are most alike by cosine over the latest `postings` occurrences
    /// of each term; ties go to the later one. The most alike first.
    pub fn earlier(&self, text: usize, k: usize, postings: usize, scratch: &mut Scratch) -> Vec<u32> {
        let range = self.range(text);
        let mut query: Vec<(f32, usize)> =
            range.clone().map(|entry| (self.weights.get(entry).copied().unwrap_or(0.0), entry)).collect();
        if query.len() > QUERY_TERMS {
            query.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            query.truncate(QUERY_TERMS);
        }
        scratch.sums.resize(self.norms.len(), 0.0);
        for (weight, entry) in query {
            let Some((&term, &place)) = self.terms.get(entry).zip(self.places.get(entry)) else { continue };
            let begin = self.list_starts.get(term as usize).copied().unwrap_or(0);
            let end = begin + place as usize;
            let from = end.saturating_sub(postings).max(begin);
            let texts = self.list_texts.get(from..end).unwrap_or_default();
            let weights = self.list_weights.get(from..end).unwrap_or_default();
            for (&other, &other_weight) in texts.iter().zip(weights) {
                if let Some(sum) = scratch.sums.get_mut(other as usize) {
                    if *sum == 0.0 {
                        scratch.touched.push(other);
                    }
                    *sum += weight * other_weight;
                }
            }
        }
        let mut found: Vec<(f32, u32)> = Vec::with_capacity(scratch.touched.len());
        for &other in &scratch.touched {
            if let Some(sum) = scratch.sums.get_mut(other as usize) {
                found.push((*sum / self.norm(other as usize).max(f32::MIN_POSITIVE), other));
                *sum = 0.0;
            }
        }
        scratch.touched.clear();
        let order = |a: &(f32, u32), b: &(f32, u32)| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1));
        if found.len() > k && k > 0 {
            found.select_nth_unstable_by(k - 1, order);
            found.truncate(k);
        }
        found.sort_unstable_by(order);
        found.into_iter().map(|(_, other)| other).collect()
    }

    /// What two wordings have in common.
    #[must_use]
    pub fn overlap(&self, first: usize, second: usize) -> Overlap {
        let (mut left, mut right) = (self.vector(first).peekable(), self.vector(second).peekable());
        let (mut dot, mut shared_a, mut shared_b, mut rarity) = (0.0, 0.0, 0.0, 0.0);
        let (mut all_a, mut all_b, mut shared) = (0.0, 0.0, 0_u16);
        loop {
            // The smaller term goes on; equal ones together.
            let order = match (left.peek(), right.peek()) {
                (Some((here, _)), Some((there, _))) => here.cmp(there),
                (Some(_), None) => std::cmp::Ordering::Less,
                (None, Some(_)) => std::cmp::Ordering::Greater,
                (None, None) => break,
            };
            let mine = if order.is_le() { left.next() } else { None };
            let theirs = if order.is_ge() { right.next() } else { None };
            all_a += mine.map_or(0.0, |(_, weight)| weight);
            all_b += theirs.map_or(0.0, |(_, weight)| weight);
            if let (Some((term, weight)), Some((_, other))) = (mine, theirs) {
                dot += weight * other;
                shared_a += weight;
                shared_b += other;
                rarity += self.idf.get(term as usize).copied().unwrap_or(0.0);
                shared = shared.saturating_add(1);
            }
        }
        let safe = |part: f32, whole: f32| if whole > 0.0 { (part / whole).min(1.0) } else { 0.0 };
        Overlap {
            cosine: safe(dot, self.norm(first) * self.norm(second)),
            of_first: safe(shared_a, all_a),
            of_second: safe(shared_b, all_b),
            shared_rarity: rarity,
            shared,
        }
    }
}

/// Sums of one thread, kept from text to text.
#[derive(Default)]
pub struct Scratch {
    sums: Vec<f32>,
    touched: Vec<u32>,
}

/// Inverse document frequency of BM25 in its positive form. It is held above a floor, so that a record
/// that is nearly all one problem still has words for it.
fn rarity(n: f64, df: f64) -> f32 {
    single((1.0 + (n - df + 0.5) / (df + 0.5)).ln()).max(LEAST_RARITY)
}

/// To single precision, on purpose.
#[expect(clippy::cast_possible_truncation, reason = "weights need no more than single precision")]
#[must_use]
pub fn single(value: f64) -> f32 {
    value as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> Index {
        let words = |hashes: &[u64]| hashes.iter().map(|&h| (h, 1.0)).collect::<Vec<_>>();
        Index::build(&[words(&[1, 2, 3]), words(&[1, 2, 4]), words(&[5, 6]), words(&[1, 2, 3]), words(&[])])
    }

    #[test]
    fn the_most_alike_earlier_text_comes_first() {
        let index = index();
        let found = index.earlier(3, 10, 500, &mut Scratch::default());
        assert_eq!(found, [0, 1]);
        assert_eq!(index.earlier(0, 10, 500, &mut Scratch::default()), Vec::<u32>::new());
        assert_eq!(index.earlier(3, 1, 500, &mut Scratch::default()), [0]);
        assert!(index.earlier(4, 3, 500, &mut Scratch::default()).is_empty());
    }

    #[test]
    fn overlap_is_whole_for_twins_and_none_for_strangers() {
        let index = index();
        let twins = index.overlap(0, 3);
        assert!((twins.cosine - 1.0).abs() < 1e-5 && (twins.of_first - 1.0).abs() < 1e-5);
        assert_eq!(index.overlap(0, 2), Overlap::default());
        let some = index.overlap(0, 1);
        assert!(some.cosine > 0.0 && some.cosine < 1.0 && some.shared == 2);
        assert_eq!(index.overlap(4, 4), Overlap::default());
    }
}
