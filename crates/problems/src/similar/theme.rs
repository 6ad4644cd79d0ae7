//! Themes: kinds of demand above the problems.
//!
//! Two problems of one theme may share hardly a word ("card not arrived", "still waiting for the
//! delivery"). Each wording is therefore widened by those of its neighbours: its vector is mixed with the
//! mean of its nearest neighbours' vectors, a few times over (a random walk with restart on the graph of
//! nearest neighbours). Widened vectors are then joined by average link. No model, no randomness.

use std::collections::HashMap;

use rayon::prelude::*;

use super::link::{Edge, average_link};
use super::single;
use crate::stats::float;

/// How themes are found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Widening {
    /// Nearest neighbours by which a wording is widened.
    pub neighbours: usize,
    /// Times.
    pub rounds: usize,
    /// Terms that are kept of a widened wording: its heaviest.
    pub terms: usize,
    /// Terms by which neighbours are looked for: the heaviest.
    pub search: usize,
    /// Occurrences that are looked at in all while neighbours are looked for: they are dealt out evenly,
    /// so that a larger record costs no more.
    pub postings: usize,
    /// Wordings that are joined; of a larger record an even choice, the others follow the nearest theme.
    pub units: usize,
    /// Widened wordings that each one is compared with.
    pub compared: usize,
    /// Compared partners that are expected of each member of a large theme.
    pub partners: u64,
    /// Rounds in which each wording goes to the nearest centre.
    pub settling: usize,
    /// Wordings from which on a group gives a centre, as a multiple of the square root of all.
    pub least: f32,
    /// Average cosine of widened vectors from which on two groups are one theme.
    pub alike: f32,
}

impl Default for Widening {
    fn default() -> Self {
        Self {
            neighbours: 15,
            rounds: 4,
            terms: 60,
            search: 60,
            postings: 100_000_000,
            units: 4_000,
            compared: 60,
            partners: 60,
            settling: 4,
            least: 0.2,
            alike: 0.3,
        }
    }
}

/// A weight vector: terms ascending.
pub type Vector = Vec<(u32, f32)>;

/// Theme of each vector, a number of the vector that stands for it: the one nearest to its centre.
/// Vectors without terms get no theme.
#[must_use]
pub fn themes(vectors: &[Vector], how: &Widening) -> Vec<Option<u32>> {
    let told: Vec<usize> = (0..vectors.len()).filter(|&v| !vectors[v].is_empty()).collect();
    if told.is_empty() {
        return vec![None; vectors.len()];
    }
    let step = told.len().div_ceil(how.units.max(1));
    let chosen: Vec<usize> = told.iter().copied().step_by(step).collect();
    let base: Vec<Vector> = chosen.par_iter().map(|&v| unit(vectors[v].clone(), usize::MAX)).collect();
    let near = nearest(&base, how.neighbours, how);
    let mut wide = base.clone();
    for round in 0..how.rounds {
        let own = if round == 0 { 0.5 } else { 0.3 };
        wide = near
            .par_iter()
            .enumerate()
            .map(|(place, near)| {
                let sum: f32 = near.iter().map(|n| n.1).sum();
                let parts = near.iter().map(|&(n, alike)| (&wide[n as usize], (1.0 - own) * alike / sum.max(1e-9)));
                unit(mix(parts.chain([(&base[place], own)])), how.terms)
            })
            .collect();
    }
    let edges: Vec<Edge> = nearest(&wide, how.compared, how)
        .iter()
        .zip(0_u32..)
        .flat_map(|(near, later)| {
            near.iter().map(move |&(earlier, alike)| (later.max(earlier), later.min(earlier), alike))
        })
        .map(|(a, b, alike)| Edge { a, b, alike: millionths(alike) })
        .collect();
    let roots = average_link(&edges, vec![Vec::new(); wide.len()], millionths(how.alike), how.partners);
    let mut label: Vec<usize> = roots.iter().map(|&root| root as usize).collect();
    let mut centres = centres(&wide, &label, how);
    let least = members(how.least, wide.len());
    for _ in 0..how.settling {
        // Small groups are rests of larger ones more often than themes: they give no centre.
        let most = centres.iter().map(|c| c.members).max().unwrap_or(0);
        centres.retain(|c| c.members >= least.min(most));
        let near = nearest_centre(&wide, &centres);
        for (label, near) in label.iter_mut().zip(near) {
            *label = near.map_or(*label, |c| centres[c].label);
        }
        centres = self::centres(&wide, &label, how);
    }
    let stands: HashMap<usize, u32> =
        centres.iter().filter_map(|c| u32::try_from(chosen[c.stands]).ok().map(|stands| (c.label, stands))).collect();
    let mut out = vec![None; vectors.len()];
    for (&v, label) in chosen.iter().zip(&label) {
        out[v] = stands.get(label).copied();
    }
    if step > 1 {
        let rest: Vec<usize> = told.into_iter().filter(|&v| out[v].is_none()).collect();
        let followers: Vec<Vector> = rest.iter().map(|&v| vectors[v].clone()).collect();
        for (v, near) in rest.into_iter().zip(nearest_centre(&followers, &centres)) {
            out[v] = near.and_then(|c| stands.get(&centres[c].label).copied());
        }
    }
    out
}

/// A multiple of the square root, at least 3.
pub(super) fn members(multiple: f32, all: usize) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive number")]
    let members = (float(all).sqrt() * f64::from(multiple.clamp(0.0, 100.0))).round() as usize;
    members.max(3)
}

/// The middle of a group of vectors.
struct Centre {
    label: usize,
    members: usize,
    /// The member nearest to it.
    stands: usize,
    vector: Vector,
}

fn centres(wide: &[Vector], label: &[usize], how: &Widening) -> Vec<Centre> {
    let mut groups: HashMap<usize, Vec<usize>> = HashMap::new();
    for (place, &label) in label.iter().enumerate() {
        groups.entry(label).or_default().push(place);
    }
    let mut groups: Vec<(usize, Vec<usize>)> = groups.into_iter().collect();
    groups.sort_unstable();
    groups
        .into_par_iter()
        .map(|(label, group)| {
            let vector = unit(mix(group.iter().map(|&place| (&wide[place], 1.0))), 4 * how.terms);
            let dense: HashMap<u32, f32> = vector.iter().copied().collect();
            let dot = |v: &Vector| v.iter().map(|(t, w)| w * dense.get(t).copied().unwrap_or(0.0)).sum::<f32>();
            let best = group.iter().copied().map(|place| (dot(&wide[place]), place));
            let stands = best.reduce(|a, b| if b.0 > a.0 { b } else { a }).map_or(0, |b| b.1);
            Centre { label, members: group.len(), stands, vector }
        })
        .collect()
}

/// The centre nearest to each vector; `None` where it shares no term with any.
fn nearest_centre(vectors: &[Vector], centres: &[Centre]) -> Vec<Option<usize>> {
    let mut lists: HashMap<u32, Vec<(usize, f32)>> = HashMap::new();
    for (number, centre) in centres.iter().enumerate() {
        for &(term, weight) in &centre.vector {
            lists.entry(term).or_default().push((number, weight));
        }
    }
    vectors
        .par_iter()
        .map_init(
            || vec![0.0_f32; centres.len()],
            |sums, vector| {
                sums.fill(0.0);
                for (term, weight) in vector {
                    for &(number, other) in lists.get(term).map_or(&[][..], Vec::as_slice) {
                        sums[number] += weight * other;
                    }
                }
                let best = (0..sums.len()).reduce(|a, b| if sums[b] > sums[a] { b } else { a });
                best.filter(|&b| sums[b] > 0.0)
            },
        )
        .collect()
}

fn millionths(alike: f32) -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=1 before")]
    let value = (alike.clamp(0.0, 1.0) * 1e6).round() as u64;
    value
}

/// Weighted sum of vectors.
fn mix<'a>(parts: impl Iterator<Item = (&'a Vector, f32)>) -> Vector {
    let mut all: Vector = parts.flat_map(|(v, scale)| v.iter().map(move |&(t, w)| (t, w * scale))).collect();
    // Stable: equal terms are added in the order of the parts.
    all.sort_by_key(|&(term, _)| term);
    all.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
    all
}

/// Its heaviest terms, with length 1.
fn unit(mut vector: Vector, terms: usize) -> Vector {
    if vector.len() > terms {
        vector.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        vector.truncate(terms);
        vector.sort_unstable_by_key(|&(term, _)| term);
    }
    let norm = vector.iter().map(|(_, w)| w * w).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
    for (_, weight) in &mut vector {
        *weight /= norm;
    }
    vector
}

/// The `k` others of largest inner product, among those that stand not too far before or after in the
/// list of a common term. Ties go to the smaller number.
fn nearest(vectors: &[Vector], k: usize, how: &Widening) -> Vec<Vec<(u32, f32)>> {
    let by = how.search;
    let postings = (how.postings / (2 * by * vectors.len()).max(1)).max(100);
    let terms = vectors.iter().flatten().map(|&(t, _)| t as usize + 1).max().unwrap_or(0);
    let mut lists: Vec<Vec<(u32, f32)>> = vec![Vec::new(); terms];
    for (number, vector) in (0_u32..).zip(vectors) {
        for &(term, weight) in vector {
            lists[term as usize].push((number, weight));
        }
    }
    vectors
        .par_iter()
        .enumerate()
        .map_init(
            || (vec![0.0_f32; vectors.len()], Vec::new(), Vec::new()),
            |(sums, touched, heaviest), (own, vector)| {
                heaviest.clear();
                heaviest.extend_from_slice(vector);
                if heaviest.len() > by {
                    heaviest.sort_unstable_by(|a: &(u32, f32), b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
                    heaviest.truncate(by);
                }
                for &(term, weight) in heaviest.iter() {
                    let list = &lists[term as usize];
                    let place = list.partition_point(|&(n, _)| (n as usize) < own);
                    let (from, to) = (place.saturating_sub(postings), (place + 1 + postings).min(list.len()));
                    for &(other, other_weight) in &list[from..to] {
                        let sum = &mut sums[other as usize];
                        if *sum == 0.0 {
                            touched.push(other);
                        }
                        *sum += weight * other_weight;
                    }
                }
                let mut found: Vec<(u32, f32)> = touched
                    .drain(..)
                    .map(|other| (other, std::mem::take(&mut sums[other as usize])))
                    .filter(|&(other, _)| other as usize != own)
                    .collect();
                let order = |a: &(u32, f32), b: &(u32, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
                if k > 0 && found.len() > k {
                    found.select_nth_unstable_by(k - 1, order);
                    found.truncate(k);
                }
                found.sort_unstable_by(order);
                // A copy: the room of all that was found must not be kept with the few.
                found.as_slice().to_vec()
            },
        )
        .collect()
}

/// Weight of a term in a vector for [`themes`]: `1 + ln(count)` times its inverse document frequency.
#[must_use]
pub fn weight(count: f32, tickets: usize, with_term: u32) -> f32 {
    let idf = single((float(tickets + 1) / (f64::from(with_term) + 1.0)).ln()) + 1.0;
    (1.0 + count.max(1.0).ln()) * idf
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_neighbours_join_what_shares_no_word() {
        // 0 shares no term with 3; 1 and 2 bridge them. 4 to 6 are another theme.
        let of = |terms: &[u32]| terms.iter().map(|&t| (t, 1.0)).collect::<Vector>();
        let vectors =
            [of(&[1, 2]), of(&[1, 2, 3]), of(&[2, 3, 4]), of(&[3, 4]), of(&[7, 8]), of(&[8, 9]), of(&[7, 9]), of(&[])];
        let found = themes(&vectors, &Widening { neighbours: 2, ..Widening::default() });
        assert!(found[0].is_some() && found[..4].iter().all(|t| *t == found[0]), "{found:?}");
        assert!(found[4] != found[0] && found[4..7].iter().all(|t| *t == found[4]), "{found:?}");
        assert_eq!(found[7], None);
        // Of a larger record an even choice is joined and the others follow.
        let many: Vec<Vector> = (0..40).map(|n| if n % 2 == 0 { of(&[1, 2, 3]) } else { of(&[7, 8]) }).collect();
        let found = themes(&many, &Widening { units: 14, ..Widening::default() });
        assert!((0..40).all(|n| found[n].is_some() && found[n] == found[n % 2]), "{found:?}");
    }
}
