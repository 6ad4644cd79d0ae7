//! What people said, applied to groups of any kind: merged, split off.
//!
//! A group by coded fields holds a new ticket whichever side of a split it is like. What people took out is told from what
//! stayed by one field, where one tells them apart: a new ticket that has a value of theirs goes with them, any other
//! stays. Groups by words know of splits before they come here.

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

/// Fewest tickets on either side of a split from which it is learned what tells them apart.
const LEARNED_FROM: usize = 3;

/// Merges and splits as people said. See [`Verdicts`] for the rules.
pub(crate) fn hold(seeds: Vec<Seed>, desk: &Desk<'_>, verdicts: &Verdicts, ranks: &HashMap<&str, u32>) -> Vec<Seed> {
    if verdicts.together.is_empty() && verdicts.apart.is_empty() {
        return seeds;
    }
    let mut groups = Groups::new(seeds, desk.len());
    let known =
        |keys: &[String]| -> BTreeSet<u32> { keys.iter().filter_map(|k| ranks.get(k.as_str()).copied()).collect() };
    for list in &verdicts.together {
        groups.join(&known(list));
    }
    for (one, other) in &verdicts.apart {
        groups.split(desk, &known(one), &known(other));
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

    fn split(&mut self, desk: &Desk<'_>, one: &BTreeSet<u32>, other: &BTreeSet<u32>) {
        let theirs: BTreeSet<usize> = other.iter().filter_map(|&rank| self.group(rank)).collect();
        let stays = |rank: u32| self.group(rank).is_none_or(|place| !theirs.contains(&place));
        let leaving: BTreeSet<u32> = one.iter().copied().filter(|&r| !stays(r) && !other.contains(&r)).collect();
        if leaving.is_empty() {
            return;
        }
        let own: BTreeSet<u32> = one.iter().copied().filter(|&rank| stays(rank)).collect();
        let counts = self.counts(&own);
        let to = self.most(&counts);
        let followers = self.followers(desk, &theirs, one, other);
        self.take(&leaving, to);
        self.take(&followers, to);
    }

    /// Tickets of groups by coded fields that came after all of which people spoke, and are like those that they took out.
    fn followers(
        &self,
        desk: &Desk<'_>,
        places: &BTreeSet<usize>,
        one: &BTreeSet<u32>,
        other: &BTreeSet<u32>,
    ) -> BTreeSet<u32> {
        let Some((place, values)) = telling(desk, one, other) else { return BTreeSet::new() };
        let last = one.last().max(other.last()).copied();
        let field = desk.symptoms.fields.get(place);
        let like = |rank: u32| field.is_some_and(|field| values.contains(&field.code(desk.ticket(rank))));
        let seeds = places.iter().filter_map(|&place| self.seeds.get(place));
        let coded = seeds.filter(|seed| !matches!(seed.from, From::Words(_)));
        coded.flat_map(|seed| &seed.ranks).copied().filter(|&rank| Some(rank) > last && like(rank)).collect()
    }
}

/// The field that tells one side of a split from the other best, and its values on the one side: nine in ten of that side
/// have one of them, and at most one in ten of the other. A value that stands there once says nothing: it may be chance.
fn telling(desk: &Desk<'_>, one: &BTreeSet<u32>, other: &BTreeSet<u32>) -> Option<(usize, BTreeSet<u32>)> {
    let (all, rest) = (one.len(), other.len());
    if all.min(rest) < LEARNED_FROM {
        return None;
    }
    let mut best: Option<(usize, usize, BTreeSet<u32>)> = None;
    for (place, field) in desk.symptoms.fields.iter().enumerate() {
        let mut counts: BTreeMap<u32, (usize, usize)> = BTreeMap::new();
        for &rank in one {
            counts.entry(field.code(desk.ticket(rank))).or_default().0 += 1;
        }
        for &rank in other {
            counts.entry(field.code(desk.ticket(rank))).or_default().1 += 1;
        }
        counts.retain(|&code, &mut (here, there)| code != 0 && here > 1 && here * rest > there * all);
        let (here, there) = counts.values().fold((0, 0), |sum, count| (sum.0 + count.0, sum.1 + count.1));
        if here * 10 < all * 9 || there * 10 > rest {
            continue;
        }
        // Of several that tell as well the first field counts.
        let gap = here * rest - there * all;
        if best.as_ref().is_none_or(|(widest, ..)| gap > *widest) {
            best = Some((gap, place, counts.into_keys().collect()));
        }
    }
    best.map(|(_, place, values)| (place, values))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::Reason;
    use crate::model::{Field, Symptoms};

    fn seed(ranks: &[u32], root: u32) -> Seed {
        Seed { ranks: ranks.to_vec(), from: From::Words(root), said: false }
    }

    /// Twelve tickets or more in order of time, with a field of these codes.
    fn held(seeds: Vec<Seed>, codes: &[u32], verdicts: &Verdicts) -> Vec<Vec<u32>> {
        let keys: Vec<String> = (0..codes.len()).map(|n| n.to_string()).collect();
        let field = Field {
            name: "location",
            values: ["", "Hamburg", "Lyon", "Delft"].map(str::to_owned).to_vec(),
            codes: codes.to_vec(),
        };
        let opened = (1_700_000_000..).step_by(3_600).take(keys.len()).collect();
        let symptoms = Symptoms { keys: keys.clone(), opened, fields: vec![field], ..Symptoms::default() };
        let ranks: HashMap<&str, u32> = keys.iter().map(String::as_str).zip(0..).collect();
        let desk = Desk::new(&symptoms);
        let mut out: Vec<Vec<u32>> = hold(seeds, &desk, verdicts, &ranks).into_iter().map(|s| s.ranks).collect();
        out.sort();
        out
    }

    fn run(verdicts: &Verdicts) -> Vec<Vec<u32>> {
        let seeds = vec![seed(&[0, 1, 2, 3], 0), seed(&[4, 5, 6], 4), seed(&[7, 8], 7)];
        held(seeds, &[0; 12], verdicts)
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

    #[test]
    fn new_tickets_of_a_group_by_fields_follow_the_side_that_they_are_like() {
        let coded = |ranks: &[u32]| {
            let (reason, ranks) = (Reason::Together { expected: 1.0, split: 1 }, ranks.to_vec());
            let group = CodedGroup { ranks: ranks.clone(), shared: Vec::new(), whole: ranks.len(), reason };
            vec![Seed { ranks, from: From::Coded(group), said: false }]
        };
        // 0 to 7 were there when people took those of Hamburg out; 8 to 12 came later.
        let codes = [1, 2, 1, 2, 1, 3, 2, 3, 1, 2, 0, 1, 3];
        let all: Vec<u32> = (0..13).collect();
        let split =
            |off: &[u32], rest: &[u32]| Verdicts { apart: vec![(words(off), words(rest))], ..Verdicts::default() };
        let (off, rest) = ([0, 2, 4], [1, 3, 5, 6, 7]);
        let parted = held(coded(&all), &codes, &split(&off, &rest));
        assert_eq!(parted, [vec![0, 2, 4, 8, 11], vec![1, 3, 5, 6, 7, 9, 10, 12]]);
        // Where no field tells the sides apart, new ones stay: as many of the rest are of Hamburg too.
        let alike = [1, 1, 1, 2, 1, 1, 2, 1, 1, 2, 0, 1, 3];
        let parted = held(coded(&all), &alike, &split(&off, &rest));
        assert_eq!(parted, [vec![0, 2, 4], vec![1, 3, 5, 6, 7, 8, 9, 10, 11, 12]]);
        // Two tickets are too few to learn from; and what was there when people spoke stays where they left it.
        assert_eq!(held(coded(&all), &codes, &split(&[0, 2], &[1, 3, 5]))[0], [0, 2]);
        let earlier = held(coded(&all), &codes, &split(&off, &[1, 3, 5, 6, 12]));
        assert_eq!(earlier[0], [0, 2, 4], "8 and 11 were there before the last ticket of which people spoke");
    }
}
