//! Themes by the vectors of a sentence model, where there is one.
//!
//! As with words ([`super::theme`]) each vector is first drawn towards its nearest neighbours, a few times over. Then
//! exact average link over all pairs (Sokal and Michener 1958, by chains of nearest neighbours: Benzécri 1982), and
//! each vector goes to the nearest centre. No randomness; work and memory are bounded by [`Gathering::units`].

use rayon::prelude::*;

use super::single;
use super::theme::members;
use crate::stats::float;

/// How themes are found by vectors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gathering {
    /// Nearest neighbours towards which a vector is drawn.
    pub neighbours: usize,
    /// Times.
    pub rounds: usize,
    /// Share of itself that a vector keeps each time.
    pub own: f32,
    /// Vectors that are joined, with a number for each pair of them in memory; of a larger record an even choice, the
    /// others follow the nearest theme.
    pub units: usize,
    /// Rounds in which each vector goes to the nearest centre.
    pub settling: usize,
    /// Vectors from which on a group gives a centre, as a multiple of the square root of all.
    pub least: f32,
    /// Average cosine of drawn vectors from which on two groups are one theme.
    pub alike: f32,
}

impl Default for Gathering {
    fn default() -> Self {
        Self { neighbours: 5, rounds: 3, own: 0.5, units: 4_000, settling: 4, least: 0.2, alike: 0.78 }
    }
}

/// Theme of each vector, a number of the vector that stands for it: the one nearest to its centre. An empty vector has
/// no theme. `sizes` is how many wordings each vector is the mean of.
#[must_use]
pub fn gather(vectors: &[Vec<f32>], sizes: &[usize], how: &Gathering) -> Vec<Option<u32>> {
    let mut out = vec![None; vectors.len()];
    let told: Vec<usize> = (0..vectors.len()).filter(|&v| !vectors[v].is_empty()).collect();
    if told.is_empty() {
        return out;
    }
    let step = told.len().div_ceil(how.units.max(1));
    let chosen: Vec<usize> = told.iter().copied().step_by(step).collect();
    let base: Vec<Vec<f32>> = chosen.iter().map(|&v| unit(vectors[v].clone())).collect();
    let drawn = draw(&base, how);
    let size: Vec<f32> = chosen.iter().map(|&v| single(float(sizes.get(v).copied().unwrap_or(1).max(1)))).collect();
    let mut label = average_link(&drawn, size.clone(), how.alike);
    let mut centres = centres(&drawn, &size, &label);
    let wordings: usize = chosen.iter().map(|&v| sizes.get(v).copied().unwrap_or(1)).sum();
    let least = single(float(members(how.least, wordings)));
    for _ in 0..how.settling {
        // Small groups are rests of larger ones more often than themes: they give no centre.
        let most = centres.iter().map(|c| c.members).fold(0.0, f32::max);
        centres.retain(|c| c.members >= least.min(most));
        label = drawn.par_iter().map(|v| nearest_centre(v, &centres).map_or(0, |c| c.label)).collect();
        centres = self::centres(&drawn, &size, &label);
    }
    let stands = |centre: &Centre| u32::try_from(chosen[centre.stands]).ok();
    let by_label = |label: usize| centres.binary_search_by_key(&label, |c| c.label).ok();
    for (&v, &label) in chosen.iter().zip(&label) {
        out[v] = by_label(label).and_then(|place| stands(&centres[place]));
    }
    let rest: Vec<usize> = told.into_iter().filter(|&v| out[v].is_none()).collect();
    let follow = |&v: &usize| nearest_centre(&unit(vectors[v].clone()), &centres).and_then(stands);
    let followed: Vec<Option<u32>> = rest.par_iter().map(follow).collect();
    for (v, theme) in rest.into_iter().zip(followed) {
        out[v] = theme;
    }
    out
}

/// Each vector drawn towards its neighbours.
fn draw(base: &[Vec<f32>], how: &Gathering) -> Vec<Vec<f32>> {
    let near: Vec<Vec<(f32, usize)>> = (0..base.len())
        .into_par_iter()
        .map(|own| {
            let mut found: Vec<(f32, usize)> =
                (0..base.len()).filter(|&n| n != own).map(|n| (dot(&base[own], &base[n]), n)).collect();
            let order = |a: &(f32, usize), b: &(f32, usize)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
            let k = how.neighbours;
            if k > 0 && found.len() > k {
                found.select_nth_unstable_by(k - 1, order);
            }
            found.truncate(k);
            found.sort_unstable_by(order);
            found.retain(|(alike, _)| *alike > 0.0);
            found
        })
        .collect();
    let mut drawn = base.to_vec();
    for _ in 0..how.rounds {
        drawn = near
            .par_iter()
            .zip(base)
            .map(|(near, base)| {
                let sum: f32 = near.iter().map(|n| n.0).sum();
                let mut out: Vec<f32> = base.iter().map(|x| x * how.own).collect();
                for &(alike, n) in near {
                    let weight = (1.0 - how.own) * alike / sum;
                    for (out, x) in out.iter_mut().zip(&drawn[n]) {
                        *out += weight * x;
                    }
                }
                unit(out)
            })
            .collect();
    }
    drawn
}

/// Exact average link: the group of each, its smallest member. Two groups are joined while the average cosine between
/// their members, each counted `size` times, is at least `alike`.
fn average_link(vectors: &[Vec<f32>], mut size: Vec<f32>, alike: f32) -> Vec<usize> {
    let n = vectors.len();
    let mut near: Vec<f32> = vec![0.0; n * n];
    near.par_chunks_mut(n.max(1)).enumerate().for_each(|(a, row)| {
        for (b, cell) in row.iter_mut().enumerate() {
            *cell = dot(&vectors[a], &vectors[b]);
        }
    });
    let mut there: Vec<usize> = (0..n).collect();
    let mut up: Vec<usize> = (0..n).collect();
    let mut chain: Vec<usize> = Vec::new();
    while there.len() > 1 {
        let Some(&last) = chain.last().or_else(|| there.first()) else { break };
        if chain.is_empty() {
            chain.push(last);
        }
        let before = chain.len().checked_sub(2).map(|place| chain[place]);
        let mut best: Option<(f32, usize)> = before.map(|b| (near[last * n + b], b));
        for &other in there.iter().filter(|&&other| other != last) {
            let value = near[last * n + other];
            // The one before stays in a tie: a chain that could turn in circles would never end.
            if best.is_none_or(|(most, _)| value > most) {
                best = Some((value, other));
            }
        }
        let Some((value, nearest)) = best else { break };
        if Some(nearest) != before {
            chain.push(nearest);
            continue;
        }
        chain.truncate(chain.len() - 2);
        let (stays, goes) = (last.min(nearest), last.max(nearest));
        there.retain(|&other| other != goes);
        // Average link is monotone: what is not alike enough here never will be, so the rest of the tree can be built
        // as if all were joined.
        if value >= alike {
            up[goes] = stays;
        }
        let (a, b) = (size[stays], size[goes]);
        for &other in &there {
            let joined = (a * near[stays * n + other] + b * near[goes * n + other]) / (a + b);
            (near[stays * n + other], near[other * n + stays]) = (joined, joined);
        }
        size[stays] += b;
    }
    (0..n)
        .map(|mut member| {
            while up[member] != member {
                member = up[member];
            }
            member
        })
        .collect()
}

/// The middle of a group.
struct Centre {
    label: usize,
    /// Wordings in it.
    members: f32,
    /// The member nearest to it.
    stands: usize,
    vector: Vec<f32>,
}

/// Centres by label, ascending.
fn centres(vectors: &[Vec<f32>], size: &[f32], label: &[usize]) -> Vec<Centre> {
    let mut order: Vec<usize> = (0..vectors.len()).collect();
    order.sort_by_key(|&v| (label[v], v));
    let groups: Vec<&[usize]> = order.chunk_by(|&a, &b| label[a] == label[b]).collect();
    groups
        .par_iter()
        .map(|group| {
            let mut sum = vec![0.0; vectors[group[0]].len()];
            for &v in *group {
                for (sum, x) in sum.iter_mut().zip(&vectors[v]) {
                    *sum += size[v] * x;
                }
            }
            let vector = unit(sum);
            let best = group.iter().map(|&v| (dot(&vectors[v], &vector), v));
            let stands = best.reduce(|a, b| if b.0 > a.0 { b } else { a }).map_or(0, |best| best.1);
            Centre { label: label[group[0]], members: group.iter().map(|&v| size[v]).sum(), stands, vector }
        })
        .collect()
}

fn nearest_centre<'a>(vector: &[f32], centres: &'a [Centre]) -> Option<&'a Centre> {
    let near = centres.iter().map(|centre| (dot(vector, &centre.vector), centre));
    near.reduce(|a, b| if b.0 > a.0 { b } else { a }).map(|(_, centre)| centre)
}

/// Inner product, always summed in the same order, eight sums side by side.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let ((a, rest), (b, other)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    let mut sums = [0.0_f32; 8];
    for (a, b) in a.iter().zip(b) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    sums.iter().sum::<f32>() + rest.iter().zip(other).map(|(a, b)| a * b).sum::<f32>()
}

/// With length 1.
pub(super) fn unit(mut vector: Vec<f32>) -> Vec<f32> {
    let norm = single(vector.iter().map(|x| f64::from(*x) * f64::from(*x)).sum::<f64>().sqrt());
    let norm = norm.max(f32::MIN_POSITIVE);
    for x in &mut vector {
        *x /= norm;
    }
    vector
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Points on a circle, in degrees.
    fn at(degrees: &[f32]) -> Vec<Vec<f32>> {
        degrees.iter().map(|d| vec![d.to_radians().cos(), d.to_radians().sin()]).collect()
    }

    #[test]
    fn average_link_is_that_of_all_pairs() {
        let vectors = at(&[0.0, 10.0, 20.0, 60.0, 66.0, 170.0]);
        assert_eq!(average_link(&vectors, vec![1.0; 6], 0.9), [0, 0, 0, 3, 3, 5]);
        assert_eq!(average_link(&vectors, vec![1.0; 6], 0.5), [0, 0, 0, 0, 0, 5]);
        assert_eq!(average_link(&vectors, vec![1.0; 6], -1.0), [0; 6]);
        assert_eq!(average_link(&at(&[5.0; 4]), vec![1.0; 4], 0.99), [0; 4]);
        assert!(average_link(&[], Vec::new(), 0.5).is_empty());
    }

    #[test]
    fn joining_does_not_depend_on_the_order() {
        let degrees: Vec<f32> = (0..60_u16).map(|n| f32::from(n * 37 % 360)).collect();
        let one = average_link(&at(&degrees), vec![1.0; 60], 0.8);
        let turned: Vec<f32> = degrees.iter().rev().copied().collect();
        let other = average_link(&at(&turned), vec![1.0; 60], 0.8);
        for a in 0..60 {
            for b in 0..60 {
                assert_eq!(one[a] == one[b], other[59 - a] == other[59 - b], "{a} {b}");
            }
        }
    }

    #[test]
    fn kinds_of_demand_come_apart_and_the_others_follow() {
        let degrees: Vec<f32> = (0..40_u16).map(|n| f32::from(n % 2 * 90 + n % 7)).collect();
        let mut vectors = at(&degrees);
        vectors.push(Vec::new());
        for units in [4_000, 14] {
            let found = gather(&vectors, &[], &Gathering { units, ..Gathering::default() });
            assert!((0..40).all(|n| found[n].is_some() && found[n] == found[n % 2]), "{found:?}");
            assert!(found[0] != found[1] && found[40].is_none());
        }
        assert!(gather(&[], &[], &Gathering::default()).is_empty());
    }
}
