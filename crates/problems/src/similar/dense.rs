//! Themes by the vectors of a sentence model, where there is one.
//!
//! What all vectors have in common is taken away: on a desk for cards everything is about cards. As with words
//! ([`super::theme`]) each vector is then drawn towards its nearest neighbours, a few times over. Two groups are joined
//! while that loses little of what tells all tickets apart (Ward 1963, exact, by chains of nearest neighbours: Benzécri
//! 1982), and each vector goes to the nearest centre. No randomness; work and memory are bounded by
//! [`Gathering::units`].

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
    /// Share of all tickets' spread that may be lost by making one theme of two: joining groups of a and b tickets
    /// loses ab/(a+b) times the square of the distance between their centres.
    pub lost: f32,
    /// Tickets about other things that are thought to have come before, so that a small record is not torn apart nor
    /// loses what its few tickets have in common.
    pub others: f32,
}

impl Default for Gathering {
    fn default() -> Self {
        Self { neighbours: 5, rounds: 4, own: 0.4, units: 4_000, settling: 4, least: 0.1, lost: 0.0014, others: 400.0 }
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
    let size: Vec<f32> = chosen.iter().map(|&v| single(float(sizes.get(v).copied().unwrap_or(1).max(1)))).collect();
    let common = common(chosen.iter().map(|&v| vectors[v].as_slice()), &size, how.others);
    let own = |v: usize| apart(&vectors[v], &common);
    let base: Vec<Vec<f32>> = chosen.iter().map(|&v| own(v)).collect();
    let drawn = draw(&base, how);
    let mut label = join(&drawn, size.clone(), how.lost * (size.iter().sum::<f32>() + how.others));
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
    let follow = |&v: &usize| nearest_centre(&own(v), &centres).and_then(stands);
    let followed: Vec<Option<u32>> = rest.par_iter().map(follow).collect();
    for (v, theme) in rest.into_iter().zip(followed) {
        out[v] = theme;
    }
    out
}

/// What vectors have in common: their mean, as if vectors that have nothing in common had come before.
fn common<'a>(vectors: impl Iterator<Item = &'a [f32]>, size: &[f32], others: f32) -> Vec<f32> {
    let mut sum: Vec<f32> = Vec::new();
    for (vector, size) in vectors.zip(size) {
        let vector = unit(vector.to_vec());
        sum.resize(vector.len(), 0.0);
        for (sum, x) in sum.iter_mut().zip(vector) {
            *sum += size * x;
        }
    }
    let all = size.iter().sum::<f32>() + others;
    sum.into_iter().map(|x| x / all).collect()
}

/// A vector without what all have in common.
fn apart(vector: &[f32], common: &[f32]) -> Vec<f32> {
    unit(unit(vector.to_vec()).iter().zip(common).map(|(x, common)| x - common).collect())
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

/// The group of each, its smallest member. Two groups are joined while that loses at most `most`; each vector counts
/// `size` times. Vectors have length 1.
fn join(vectors: &[Vec<f32>], mut size: Vec<f32>, most: f32) -> Vec<usize> {
    let n = vectors.len();
    let mut lost: Vec<f32> = vec![0.0; n * n];
    lost.par_chunks_mut(n.max(1)).enumerate().for_each(|(a, row)| {
        for (b, cell) in row.iter_mut().enumerate() {
            let apart = 2.0 - 2.0 * dot(&vectors[a], &vectors[b]);
            *cell = size[a] * size[b] / (size[a] + size[b]) * apart.max(0.0);
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
        let mut best: Option<(f32, usize)> = before.map(|b| (lost[last * n + b], b));
        for &other in there.iter().filter(|&&other| other != last) {
            let value = lost[last * n + other];
            // The one before stays in a tie: a chain that could turn in circles would never end.
            if best.is_none_or(|(least, _)| value < least) {
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
        // A later joining never loses less: what loses too much here always will, so the rest of the tree can be built
        // as if all were joined.
        if value <= most {
            up[goes] = stays;
        }
        let (a, b) = (size[stays], size[goes]);
        for &other in &there {
            let c = size[other];
            // Lance and Williams 1967.
            let joined =
                ((a + c) * lost[stays * n + other] + (b + c) * lost[goes * n + other] - c * value) / (a + b + c);
            (lost[stays * n + other], lost[other * n + stays]) = (joined, joined);
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
    fn joining_loses_what_the_centres_are_apart() {
        // Chords: 10 degrees are .174, 60 are 1.
        let pair = |degrees: f32, most: f32| join(&at(&[0.0, degrees]), vec![1.0; 2], most);
        assert_eq!((pair(60.0, 0.51), pair(60.0, 0.49)), (vec![0, 0], vec![0, 1]));
        let vectors = at(&[0.0, 10.0, 20.0, 60.0, 66.0, 170.0]);
        assert_eq!(join(&vectors, vec![1.0; 6], 0.1), [0, 0, 0, 3, 3, 5]);
        // The three have their centre at 10 degrees, the two at 63: 6/5 of their chord's square, .8 or so.
        assert_eq!(join(&vectors, vec![1.0; 6], 1.0), [0, 0, 0, 0, 0, 5]);
        assert_eq!(join(&vectors, vec![1.0; 6], 0.8), [0, 0, 0, 3, 3, 5]);
        // Ten times the tickets lose ten times as much.
        assert_eq!(join(&vectors, vec![10.0; 6], 10.0), [0, 0, 0, 0, 0, 5]);
        assert_eq!(join(&vectors, vec![1.0; 6], 100.0), [0; 6]);
        assert_eq!(join(&at(&[5.0; 4]), vec![1.0; 4], 0.001), [0; 4]);
        assert!(join(&[], Vec::new(), 0.5).is_empty());
    }

    #[test]
    fn joining_does_not_depend_on_the_order() {
        let degrees: Vec<f32> = (0..60_u16).map(|n| f32::from(n * 37 % 360)).collect();
        let one = join(&at(&degrees), vec![1.0; 60], 0.4);
        let turned: Vec<f32> = degrees.iter().rev().copied().collect();
        let other = join(&at(&turned), vec![1.0; 60], 0.4);
        for a in 0..60 {
            for b in 0..60 {
                assert_eq!(one[a] == one[b], other[59 - a] == other[59 - b], "{a} {b}");
            }
        }
    }

    #[test]
    fn what_all_have_in_common_is_taken_away() {
        // Four kinds of demand on a desk where every text is mostly about the same thing: told apart by what is left
        // when that is gone, one theme otherwise.
        let all: Vec<Vec<f32>> = (0..400_usize)
            .map(|n| {
                let mut vector = vec![12.0, 0.0, 0.0, 0.0, 0.0, 0.01 * float32(n % 7)];
                vector[1 + n % 4] = 1.0;
                vector
            })
            .collect();
        let found = gather(&all, &[], &Gathering::default());
        assert!((0..400).all(|n| found[n] == found[n % 4]));
        assert!((0..4).all(|a| (0..a).all(|b| found[a] != found[b])), "{:?}", &found[..4]);
    }

    fn float32(n: usize) -> f32 {
        single(float(n))
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
