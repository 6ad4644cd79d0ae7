//! What people said, applied to groups of any kind: merged, split off.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::desk::Desk;
use crate::fields::CodedGroup;
use crate::verdicts::Verdicts;

/// How a group came about.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum From {
    /// By its words; the wording that stands for it in the index.
    Words(u32),
    /// By its coded fields.
    Coded(CodedGroup),
    /// By people alone.
    People,
}

/// Tickets on their way to become a problem.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Seed {
    /// Ranks of its tickets, ascending.
    pub(crate) ranks: Vec<u32>,
    /// How it came about.
    pub(crate) from: From,
    /// Whether people changed what it holds.
    pub(crate) said: bool,
}

/// Ranks of the tickets that verdicts speak of, by key.
pub(crate) fn ranks_of<'a>(desk: &'a Desk<'_>, verdicts: &Verdicts) -> HashMap<&'a str, u32> {
    if verdicts.is_empty() {
        return HashMap::new();
    }
    let lists = verdicts.together.iter().chain(verdicts.apart.iter().flat_map(|(one, other)| [one, other]));
    let lists = lists.chain(verdicts.named.iter().map(|n| &n.0)).chain(verdicts.dismissed.iter().map(|d| &d.0));
    let spoken: HashSet<&str> = lists.flatten().map(String::as_str).collect();
    let key = |rank: u32| desk.symptoms.keys.get(desk.ticket(rank)).map(String::as_str);
    // From the last to the first: of a key that stands twice the first ticket counts.
    let count = u32::try_from(desk.len()).unwrap_or(u32::MAX);
    (0..count).rev().filter_map(|rank| Some((key(rank)?, rank))).filter(|(key, _)| spoken.contains(key)).collect()
}

/// Merges and splits as people said. See [`Verdicts`] for the rules.
pub(crate) fn hold(seeds: Vec<Seed>, tickets: usize, verdicts: &Verdicts, ranks: &HashMap<&str, u32>) -> Vec<Seed> {
    if verdicts.together.is_empty() && verdicts.apart.is_empty() {
        return seeds;
    }
    let mut groups = Groups::new(seeds, tickets);
    let known =
        |keys: &[String]| -> BTreeSet<u32> { keys.iter().filter_map(|k| ranks.get(k.as_str()).copied()).collect() };
    for list in &verdicts.together {
        groups.join(&known(list));
    }
    for (one, other) in &verdicts.apart {
        groups.split(&known(one), &known(other));
    }
    for seed in &mut groups.seeds {
        seed.ranks.sort_unstable();
    }
    groups.seeds.retain(|seed| !seed.said || seed.ranks.len() > 1);
    groups.seeds
}

struct Groups {
    seeds: Vec<Seed>,
    /// Group of each rank.
    of: Vec<Option<usize>>,
}

impl Groups {
    fn new(seeds: Vec<Seed>, tickets: usize) -> Self {
        let mut of = vec![None; tickets];
        for (place, seed) in seeds.iter().enumerate() {
            for &rank in &seed.ranks {
                if let Some(of) = of.get_mut(rank as usize) {
                    *of = Some(place);
                }
            }
        }
        Self { seeds, of }
    }

    fn group(&self, rank: u32) -> Option<usize> {
        self.of.get(rank as usize).copied().flatten()
    }

    /// How many of these tickets each group holds.
    fn counts(&self, ranks: &BTreeSet<u32>) -> BTreeMap<usize, usize> {
        let mut counts = BTreeMap::new();
        for place in ranks.iter().filter_map(|&rank| self.group(rank)) {
            *counts.entry(place).or_insert(0) += 1;
        }
        counts
    }

    /// The group that holds most, the first of several; a new one where there is none.
    fn most(&mut self, counts: &BTreeMap<usize, usize>) -> usize {
        let best = counts.iter().reduce(|a, b| if b.1 > a.1 { b } else { a }).map(|(&place, _)| place);
        best.unwrap_or_else(|| {
            self.seeds.push(Seed { ranks: Vec::new(), from: From::People, said: true });
            self.seeds.len() - 1
        })
    }

    fn take(&mut self, moved: &BTreeSet<u32>, to: usize) {
        let froms: BTreeSet<usize> = moved.iter().filter_map(|&rank| self.group(rank)).filter(|&f| f != to).collect();
        for from in froms {
            if let Some(seed) = self.seeds.get_mut(from) {
                seed.ranks.retain(|rank| !moved.contains(rank));
                seed.said = true;
            }
        }
        let new: Vec<u32> = moved.iter().copied().filter(|&rank| self.group(rank) != Some(to)).collect();
        if let Some(seed) = self.seeds.get_mut(to).filter(|_| !new.is_empty()) {
            seed.ranks.extend(&new);
            seed.said = true;
        }
        for rank in new {
            if let Some(of) = self.of.get_mut(rank as usize) {
                *of = Some(to);
            }
        }
    }

    fn join(&mut self, list: &BTreeSet<u32>) {
        if list.len() < 2 {
            return;
        }
        let mut whole = self.counts(list);
        whole.retain(|&place, count| {
            let size = self.seeds.get(place).map_or(0, |seed| seed.ranks.len());
            *count * 2 >= size || *count * 10 >= list.len()
        });
        let mut moved = list.clone();
        moved.extend(whole.keys().filter_map(|&place| self.seeds.get(place)).flat_map(|seed| &seed.ranks));
        let to = self.most(&whole);
        self.take(&moved, to);
        // Groups by words were joined before they came here.
        if let Some(seed) = self.seeds.get_mut(to).filter(|seed| matches!(seed.from, From::Words(_))) {
            seed.said = true;
        }
    }

    fn split(&mut self, one: &BTreeSet<u32>, other: &BTreeSet<u32>) {
        let theirs: BTreeSet<usize> = other.iter().filter_map(|&rank| self.group(rank)).collect();
        let stays = |rank: u32| self.group(rank).is_none_or(|place| !theirs.contains(&place));
        let leaving: BTreeSet<u32> = one.iter().copied().filter(|&r| !stays(r) && !other.contains(&r)).collect();
        if leaving.is_empty() {
            return;
        }
        let own: BTreeSet<u32> = one.iter().copied().filter(|&rank| stays(rank)).collect();
        let counts = self.counts(&own);
        let to = self.most(&counts);
        self.take(&leaving, to);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seed(ranks: &[u32], root: u32) -> Seed {
        Seed { ranks: ranks.to_vec(), from: From::Words(root), said: false }
    }

    fn run(verdicts: &Verdicts) -> Vec<Vec<u32>> {
        let keys: Vec<String> = (0..12).map(|n| n.to_string()).collect();
        let ranks: HashMap<&str, u32> = keys.iter().map(String::as_str).zip(0..).collect();
        let seeds = vec![seed(&[0, 1, 2, 3], 0), seed(&[4, 5, 6], 4), seed(&[7, 8], 7)];
        let mut out: Vec<Vec<u32>> = hold(seeds, 12, verdicts, &ranks).into_iter().map(|s| s.ranks).collect();
        out.sort();
        out
    }

    fn words(list: &[u32]) -> Vec<String> {
        list.iter().map(u32::to_string).collect()
    }

    #[test]
    fn merged_split_and_both() {
        let none = Verdicts::default();
        assert_eq!(run(&none), [vec![0, 1, 2, 3], vec![4, 5, 6], vec![7, 8]]);
        // Two members of each: both come along whole; a single case joins them.
        let together = Verdicts { together: vec![words(&[0, 1, 4, 5, 9, 99])], ..none.clone() };
        assert_eq!(run(&together), [vec![0, 1, 2, 3, 4, 5, 6, 9], vec![7, 8]]);
        // One ticket alone is no problem; two are one.
        let apart = Verdicts { apart: vec![(words(&[0]), words(&[1, 2, 3]))], ..none.clone() };
        assert_eq!(run(&apart), [vec![1, 2, 3], vec![4, 5, 6], vec![7, 8]]);
        let both = Verdicts { apart: vec![(words(&[0, 4]), words(&[1, 5]))], ..together };
        assert_eq!(run(&both), [vec![0, 4], vec![1, 2, 3, 5, 6, 9], vec![7, 8]]);
        // What is apart already stays as it is.
        let already = Verdicts { apart: vec![(words(&[0]), words(&[4]))], ..none };
        assert_eq!(run(&already).len(), 3);
    }
}
