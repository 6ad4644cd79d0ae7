//! All combinations of one to four fields that enough tickets share, level by level: a combination can
//! only be frequent where each of its parts is, so only the tickets of a frequent part are looked at again.

use rayon::prelude::*;

use super::Dim;
use crate::model::Progress;
use crate::stats::float;

/// Most fields of a combination.
pub const MOST: usize = 4;

/// A combination that enough tickets share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Combo {
    /// Which dims, one bit each.
    pub mask: u16,
    /// Their codes, in the order of the dims.
    pub codes: Vec<u32>,
    /// Places of its tickets in the population, ascending.
    pub places: Vec<u32>,
}

/// Every frequent combination, sorted by mask, then codes.
#[must_use]
pub fn frequent(dims: &[Dim], least: usize, progress: &(dyn Fn(Progress) + Sync)) -> Vec<Combo> {
    let total = MOST.min(dims.len()) as u64;
    let report = |done| progress(Progress { stage: "Counting combinations", done, total });
    report(0);
    let mut all: Vec<Combo> = (0..dims.len())
        .into_par_iter()
        .flat_map_iter(|dim| {
            let everything = Combo { mask: 0, codes: Vec::new(), places: Vec::new() };
            let count = dims.get(dim).map_or(0, |d| u32::try_from(d.codes.len()).unwrap_or(u32::MAX));
            split(&everything, &(0..count).collect::<Vec<u32>>(), dims, dim, least)
        })
        .collect();
    let mut level = 0..all.len();
    for size in 2..=MOST.min(dims.len()) {
        report(size as u64 - 1);
        let found: Vec<Combo> = all
            .get(level.clone())
            .unwrap_or_default()
            .par_iter()
            .flat_map_iter(|combo| {
                // Each set of dims is reached once: by adding a dim after its highest.
                let next = 16 - combo.mask.leading_zeros() as usize;
                (next..dims.len()).flat_map(move |dim| split(combo, &combo.places, dims, dim, least))
            })
            .collect();
        level = all.len()..all.len() + found.len();
        all.extend(found);
    }
    all.par_sort_unstable_by(|a, b| (a.mask, &a.codes).cmp(&(b.mask, &b.codes)));
    report(total);
    all
}

/// Splits the tickets of a combination by one more field.
fn split(combo: &Combo, places: &[u32], dims: &[Dim], dim: usize, least: usize) -> Vec<Combo> {
    let Some(codes) = dims.get(dim).map(|d| &d.codes) else { return Vec::new() };
    let code = |place: u32| codes.get(place as usize).copied().unwrap_or(0);
    let mut keyed: Vec<u64> = places
        .iter()
        .copied()
        .filter(|&place| code(place) != 0)
        .map(|place| (u64::from(code(place)) << 32) | u64::from(place))
        .collect();
    if keyed.len() < least {
        return Vec::new();
    }
    keyed.sort_unstable();
    keyed
        .chunk_by(|a, b| a >> 32 == b >> 32)
        .filter(|group| group.len() >= least)
        .map(|group| {
            let low = |key: u64| u32::try_from(key & 0xffff_ffff).unwrap_or(u32::MAX);
            let high = group.first().map_or(0, |key| u32::try_from(key >> 32).unwrap_or(u32::MAX));
            let mut codes = combo.codes.clone();
            codes.push(high);
            Combo { mask: combo.mask | 1 << dim, codes, places: group.iter().map(|&key| low(key)).collect() }
        })
        .collect()
}

/// How many combinations of two to four frequent values there could be, each a test together and a test
/// in time, and the single values, tested in time only.
#[must_use]
pub fn possible(dims: &[Dim]) -> f64 {
    // Elementary symmetric sums of the numbers of values.
    let mut sums = [1.0, 0.0, 0.0, 0.0, 0.0];
    for dim in dims {
        let values = float(dim.values);
        for size in (1..=MOST).rev() {
            sums[size] += sums[size - 1] * values;
        }
    }
    sums[1] + 2.0 * (sums[2] + sums[3] + sums[4])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dim(codes: &[u32], values: usize) -> Dim {
        Dim { field: 0, name: "item", about: true, codes: codes.to_vec(), values, says: 0 }
    }

    #[test]
    fn finds_every_frequent_combination_once_and_none_with_a_missing_value() {
        let dims = [dim(&[1, 1, 1, 0, 2, 2], 2), dim(&[5, 5, 5, 5, 5, 6], 2), dim(&[7, 7, 0, 0, 7, 7], 1)];
        let found = frequent(&dims, 2, &|_| ());
        let keys: Vec<(u16, Vec<u32>, usize)> =
            found.iter().map(|c| (c.mask, c.codes.clone(), c.places.len())).collect();
        assert_eq!(
            keys,
            [
                (1, vec![1], 3),
                (1, vec![2], 2),
                (2, vec![5], 5),
                (3, vec![1, 5], 3),
                (4, vec![7], 4),
                (5, vec![1, 7], 2),
                (5, vec![2, 7], 2),
                (6, vec![5, 7], 3),
                (7, vec![1, 5, 7], 2),
            ]
        );
        assert!((possible(&dims) - (5.0 + 2.0 * (4.0 + 2.0 + 2.0 + 4.0))).abs() < 1e-9);
    }
}
