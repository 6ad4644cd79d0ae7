//! The joint audit: not figure by figure or pair by pair, but over all that was ever released.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Policy;
use crate::num::real;

/// Why a figure is not released. All reasons are about who answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// Fewer raters than the minimum, those who are named not counted.
    #[error("fewer raters than a figure needs")]
    TooFew,
    /// With what was released before, something about fewer raters than the floor could be worked out.
    #[error("together with earlier figures it would tell about fewer raters than may be told about")]
    Determined,
    /// With what was released before and the limits of the scale, one rater's mean would be known to less than half of
    /// the scale.
    #[error("together with earlier figures and the ends of the scale it would nearly tell one rater's answers")]
    Pinned,
    /// More overlapping figures than can be checked.
    #[error("there are too many overlapping figures to check")]
    TooMany,
}

/// Sets of raters whose figures were released for one leader: over waves, filters, viewers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    released: BTreeSet<BTreeSet<u32>>,
    named: BTreeSet<u32>,
}

/// Distinct classes of raters that are checked at most.
const MOST_ATOMS: usize = 36;
/// Combinations of classes that are checked at most.
const MOST_COMBINATIONS: usize = 200_000;
/// 2⁶¹ − 1, a prime above every minor of a 0/1 matrix of up to [`MOST_ATOMS`] columns (Hadamard: 37^18.5 / 2^36 is
/// below 2^61), so that ranks modulo it are the true ranks.
const PRIME: u64 = (1 << 61) - 1;

impl Ledger {
    /// An empty ledger. `named` are raters who answer under their name (higher-ups, the leader) and were told so: what
    /// they answered counts as known to everybody.
    #[must_use]
    pub fn new(named: BTreeSet<u32>) -> Self {
        Self { released: BTreeSet::new(), named }
    }

    /// The sets released so far, named raters left out.
    #[must_use]
    pub fn released(&self) -> &BTreeSet<BTreeSet<u32>> {
        &self.released
    }

    /// Whether a figure over these raters may be released after all that was released before.
    ///
    /// # Errors
    /// The [`Reason`] why not. It depends on who is in which set and on nothing else.
    pub fn audit(&self, raters: &BTreeSet<u32>, policy: &Policy) -> Result<(), Reason> {
        let policy = policy.held();
        let hidden: BTreeSet<u32> = raters.difference(&self.named).copied().collect();
        // Only named raters: nothing to protect.
        if hidden.is_empty() && !raters.is_empty() {
            return Ok(());
        }
        if hidden.len() < policy.minimum {
            return Err(Reason::TooFew);
        }
        let sets: Vec<&BTreeSet<u32>> = self.released.iter().chain([&hidden]).collect();
        let atoms = Atoms::of(&sets);
        // Whatever combination of figures there is rests on whole classes: where none is smaller than the floor, nothing
        // can be isolated, however many figures overlap.
        if atoms.sizes.iter().all(|size| *size >= policy.floor) {
            return Ok(());
        }
        if atoms.sizes.len() > MOST_ATOMS {
            return Err(Reason::TooMany);
        }
        atoms.determined(policy.floor)?;
        atoms.pinned(&policy)
    }

    /// Enters a figure after its audit.
    ///
    /// # Errors
    /// As of [`Self::audit`]; nothing is entered then.
    pub fn release(&mut self, raters: &BTreeSet<u32>, policy: &Policy) -> Result<(), Reason> {
        self.audit(raters, policy)?;
        let hidden: BTreeSet<u32> = raters.difference(&self.named).copied().collect();
        if !hidden.is_empty() {
            self.released.insert(hidden);
        }
        Ok(())
    }
}

/// Raters in the very same sets cannot be told apart: they are one class. Rows are the sets, columns the classes.
struct Atoms {
    sizes: Vec<usize>,
    /// Per set which classes it holds.
    rows: Vec<Vec<bool>>,
}

impl Atoms {
    fn of(sets: &[&BTreeSet<u32>]) -> Self {
        let all: BTreeSet<u32> = sets.iter().flat_map(|set| set.iter().copied()).collect();
        let mut classes: BTreeMap<Vec<bool>, usize> = BTreeMap::new();
        for rater in all {
            *classes.entry(sets.iter().map(|set| set.contains(&rater)).collect()).or_default() += 1;
        }
        let rows = (0..sets.len()).map(|set| classes.keys().map(|class| class[set]).collect()).collect();
        Self { sizes: classes.into_values().collect(), rows }
    }

    /// Some combination of the figures rests on the classes of `inside` alone if and only if leaving their columns out
    /// lowers the rank. It is enough to try sets of classes with fewer raters than the floor.
    fn determined(&self, floor: usize) -> Result<(), Reason> {
        let full = self.rank(&[]);
        let small: Vec<usize> = (0..self.sizes.len()).filter(|class| self.sizes[*class] < floor).collect();
        let mut waiting: Vec<(Vec<usize>, usize, usize)> = vec![(Vec::new(), 0, 0)];
        let mut tried = 0;
        while let Some((inside, raters, from)) = waiting.pop() {
            let mut largest = true;
            for (place, class) in small.iter().enumerate().skip(from) {
                if raters + self.sizes[*class] < floor {
                    largest = false;
                    let mut more = inside.clone();
                    more.push(*class);
                    waiting.push((more, raters + self.sizes[*class], place + 1));
                }
            }
            // What a smaller set determines, the larger does too.
            if largest && !inside.is_empty() {
                tried += 1;
                if tried > MOST_COMBINATIONS {
                    return Err(Reason::TooMany);
                }
                if self.rank(&inside) < full {
                    return Err(Reason::Determined);
                }
            }
        }
        Ok(())
    }

    /// Rank of the sets by classes, some classes left out; exact.
    fn rank(&self, without: &[usize]) -> usize {
        let columns: Vec<usize> = (0..self.sizes.len()).filter(|class| !without.contains(class)).collect();
        let mut rows: Vec<Vec<u64>> =
            self.rows.iter().map(|row| columns.iter().map(|class| u64::from(row[*class])).collect()).collect();
        let mut rank = 0;
        for column in 0..columns.len() {
            let Some(pivot) = (rank..rows.len()).find(|row| rows[*row][column] != 0) else { continue };
            rows.swap(rank, pivot);
            let inverse = power(rows[rank][column], PRIME - 2);
            let head = rows[rank].clone();
            for row in rows.iter_mut().skip(rank + 1).filter(|row| row[column] != 0) {
                let factor = times(row[column], inverse);
                for (cell, head) in row.iter_mut().zip(&head) {
                    *cell = (*cell + PRIME - times(factor, *head)) % PRIME;
                }
            }
            rank += 1;
        }
        rank
    }

    /// With everybody's mean in the middle of the scale, how far could one rater's be from there, all figures as they
    /// are up to rounding? A class of two can always balance itself; for a class of one a linear program says.
    fn pinned(&self, policy: &Policy) -> Result<(), Reason> {
        let half = policy.span / 2.0;
        for class in (0..self.sizes.len()).filter(|class| self.sizes[*class] == 1) {
            // The set of possible deviations is symmetric: the width is twice the largest.
            if 2.0 * self.farthest(class, half, policy.rounding) < half {
                return Err(Reason::Pinned);
            }
        }
        Ok(())
    }

    /// Largest deviation of a class of one: maximise d_class subject to |Σ d over each set| ≤ size · rounding/2 and
    /// |d| ≤ half · size of the class.
    fn farthest(&self, class: usize, half: f64, rounding: f64) -> f64 {
        let n = self.sizes.len();
        let (mut rows, mut right) = (Vec::new(), Vec::new());
        for set in &self.rows {
            let raters: usize = set.iter().zip(&self.sizes).filter(|(is, _)| **is).map(|(_, size)| size).sum();
            for sign in [1.0, -1.0] {
                rows.push(
                    (0..2 * n).map(|at| if set[at % n] { if at < n { sign } else { -sign } } else { 0.0 }).collect(),
                );
                right.push(real(raters) * rounding / 2.0);
            }
        }
        for (at, size) in self.sizes.iter().enumerate() {
            for place in [at, at + n] {
                // d = u − v with u, v ≥ 0; each bounded on its own bounds d and takes nothing away.
                let mut row = vec![0.0; 2 * n];
                row[place] = 1.0;
                rows.push(row);
                right.push(half * real(*size));
            }
        }
        let mut gain = vec![0.0; 2 * n];
        gain[class] = 1.0;
        gain[class + n] = -1.0;
        simplex(&rows, &right, &gain)
    }
}

/// Largest gain · x with rows · x ≤ right, x ≥ 0 and right ≥ 0, by the simplex method with Bland's rule. Gives what it
/// has reached after ten thousand steps, which is never more than the largest.
fn simplex(rows: &[Vec<f64>], right: &[f64], gain: &[f64]) -> f64 {
    const TINY: f64 = 1e-9;
    let (m, n) = (rows.len(), gain.len());
    let mut table: Vec<Vec<f64>> = rows
        .iter()
        .zip(right)
        .enumerate()
        .map(|(at, (row, right))| {
            let slack = (0..m).map(|other| f64::from(u8::from(other == at)));
            row.iter().copied().chain(slack).chain([*right]).collect()
        })
        .collect();
    let mut last: Vec<f64> = gain.iter().map(|gain| -gain).chain(vec![0.0; m + 1]).collect();
    let mut basis: Vec<usize> = (n..n + m).collect();
    for _ in 0..10_000 {
        let Some(enters) = last[..n + m].iter().position(|cost| *cost < -TINY) else { break };
        let leaves = (0..m).filter(|row| table[*row][enters] > TINY).min_by(|one, other| {
            let ratio = |row: usize| table[row][n + m] / table[row][enters];
            ratio(*one).total_cmp(&ratio(*other)).then(basis[*one].cmp(&basis[*other]))
        });
        let Some(leaves) = leaves else { return f64::INFINITY };
        let pivot = table[leaves][enters];
        table[leaves].iter_mut().for_each(|cell| *cell /= pivot);
        let head = table[leaves].clone();
        let others = table.iter_mut().enumerate().filter(|(row, _)| *row != leaves).map(|(_, row)| row);
        for row in others.chain([&mut last]) {
            let factor = row[enters];
            if factor != 0.0 {
                row.iter_mut().zip(&head).for_each(|(cell, head)| *cell -= factor * head);
            }
        }
        basis[leaves] = enters;
    }
    last[n + m]
}

fn times(one: u64, other: u64) -> u64 {
    u64::try_from(u128::from(one) * u128::from(other) % u128::from(PRIME)).unwrap_or(0)
}

fn power(mut base: u64, mut exponent: u64) -> u64 {
    let mut out = 1;
    while exponent > 0 {
        if exponent & 1 == 1 {
            out = times(out, base);
        }
        base = times(base, base);
        exponent >>= 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_simplex_method_finds_the_corner() {
        // Maximise 3x + 2y with x + y ≤ 4, x + 3y ≤ 6, x ≤ 3: (3, 1), 11.
        let rows = [vec![1.0, 1.0], vec![1.0, 3.0], vec![1.0, 0.0]];
        assert!((simplex(&rows, &[4.0, 6.0, 3.0], &[3.0, 2.0]) - 11.0).abs() < 1e-9);
        assert!(simplex(&[vec![1.0, -1.0]], &[1.0], &[1.0, 0.0]).is_infinite());
    }

    #[test]
    fn ranks_are_exact() {
        let sets: Vec<BTreeSet<u32>> =
            [&[0, 1][..], &[1, 2], &[0, 2], &[0, 1, 2]].iter().map(|set| set.iter().copied().collect()).collect();
        let atoms = Atoms::of(&sets.iter().collect::<Vec<_>>());
        assert_eq!((atoms.rank(&[]), atoms.rank(&[0]), atoms.rank(&[0, 1])), (3, 2, 1));
    }

    fn set(raters: impl IntoIterator<Item = u32>) -> BTreeSet<u32> {
        raters.into_iter().collect()
    }

    /// Rater 0 with each of ten fours, then all fours with some others: ten times rater 0 is what the ten figures add up
    /// to, less the last one, plus what the others gave. No two raters are determined; where the others are few, the
    /// ends of the scale leave rater 0 no room.
    fn ten_and_all(ledger: &mut Ledger, policy: &Policy, others: u32) -> Result<(), Reason> {
        let four = |at: u32| (1 + 4 * at)..(5 + 4 * at);
        for at in 0..10 {
            ledger.release(&set(std::iter::once(0).chain(four(at))), policy)?;
        }
        ledger.release(&set((1..41).chain(100..100 + others)), policy)
    }

    #[test]
    fn who_would_be_known_to_less_than_half_of_the_scale_is_refused() {
        let policy = Policy::default();
        let mut ledger = Ledger::default();
        assert_eq!(ten_and_all(&mut ledger, &policy, 2), Err(Reason::Pinned));
        assert_eq!(ledger.released.len(), 10, "the ten pass, and nothing is entered by a refusal");
        // It is the linear program that refuses. By hand: 10 d₀ = Σ dᵢ − d + d_others, where each of the ten rounds by
        // 5 · 0.05, the last by 42 · 0.05, and two others reach 2 · 2: d₀ is at most 0.86.
        let last = set((1..41).chain(100..102));
        let sets: Vec<&BTreeSet<u32>> = ledger.released.iter().chain([&last]).collect();
        let atoms = Atoms::of(&sets);
        assert_eq!(atoms.determined(policy.floor), Ok(()));
        let alone = atoms.sizes.iter().position(|size| *size == 1).unwrap();
        assert!((atoms.farthest(alone, policy.span / 2.0, policy.rounding) - 0.86).abs() < 1e-9);
        // With six others there is room enough, and coarser rounding makes room as well.
        assert_eq!(ten_and_all(&mut Ledger::default(), &policy, 6), Ok(()));
        assert_eq!(ten_and_all(&mut Ledger::default(), &Policy { rounding: 0.5, ..policy }, 2), Ok(()));
    }

    #[test]
    fn however_many_whole_groups_there_are_nobody_is_isolated() {
        // Forty teams of three that share nobody, and all of them together: more classes than are checked one by
        // one, and none that is smaller than the floor.
        let (policy, mut ledger) = (Policy { minimum: 3, ..Policy::default() }, Ledger::default());
        for team in 0..40 {
            assert_eq!(ledger.release(&set(team * 3..team * 3 + 3), &policy), Ok(()), "{team}");
        }
        assert_eq!(ledger.release(&set(0..120), &policy), Ok(()));
        // All but one of a team: one class is smaller, and there are too many to look at.
        assert_eq!(ledger.audit(&set(0..119), &policy), Err(Reason::TooMany));
    }

    #[test]
    fn more_overlaps_than_can_be_checked_are_refused() {
        // Six sets by the bits of a number: 63 classes of raters, no two in the same figures.
        let policy = Policy::default();
        let mut ledger = Ledger::default();
        let by_bit = |bit: u32| set((1..64).filter(move |rater| rater >> bit & 1 == 1));
        for bit in 0..5 {
            assert_eq!(ledger.release(&by_bit(bit), &policy), Ok(()), "{bit}");
        }
        assert_eq!(ledger.release(&by_bit(5), &policy), Err(Reason::TooMany));
        assert_eq!(ledger.released.len(), 5);
        // Not because of the set: alone it is told.
        assert_eq!(Ledger::default().release(&by_bit(5), &policy), Ok(()));
    }
}
