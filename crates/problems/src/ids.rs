//! Names that stay when the record grows.
//!
//! An id hashes what a group rests on, so that the same record gives the same ids without any memory. Where
//! groups grow, split or merge between two runs, ids are carried over from the earlier result: the group
//! that holds most of an earlier one's tickets keeps its id; where two want the same, the larger overlap
//! has it, then the earlier first ticket.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use crate::model::Findings;

/// Groups of an earlier result: id, and keys of its tickets.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    /// Problems.
    pub problems: Vec<(String, Vec<String>)>,
    /// Themes.
    pub themes: Vec<(String, Vec<String>)>,
}

impl Before {
    /// What a later result has to know of this one; `keys` are those of the record that it was found in.
    #[must_use]
    pub fn of(findings: &Findings, keys: &[String]) -> Self {
        let told = |members: &[u32]| members.iter().filter_map(|&t| keys.get(t as usize).cloned()).collect();
        Self {
            problems: findings.problems.iter().map(|p| (p.id.clone(), told(&p.members))).collect(),
            themes: findings.themes.iter().map(|t| (t.id.clone(), told(&t.whole.members))).collect(),
        }
    }

    /// Gives groups the ids that they had; `keys` are those of the record in which they were found.
    pub fn carry(&self, findings: &mut Findings, keys: &[String]) {
        let mut place: HashMap<&str, u32> = HashMap::with_capacity(keys.len());
        for (number, key) in (0_u32..).zip(keys) {
            place.entry(key.as_str()).or_insert(number);
        }
        let problems: Vec<&[u32]> = findings.problems.iter().map(|p| p.members.as_slice()).collect();
        let own: Vec<&str> = findings.problems.iter().map(|p| p.id.as_str()).collect();
        let problem_ids = carried(&self.problems, &problems, &own, &place);
        let themes: Vec<&[u32]> = findings.themes.iter().map(|t| t.whole.members.as_slice()).collect();
        let own: Vec<&str> = findings.themes.iter().map(|t| t.id.as_str()).collect();
        let theme_ids = carried(&self.themes, &themes, &own, &place);
        let renamed: HashMap<String, String> =
            findings.themes.iter().zip(&theme_ids).map(|(t, id)| (t.id.clone(), id.clone())).collect();
        let problems_renamed: HashMap<String, String> =
            findings.problems.iter().zip(&problem_ids).map(|(p, id)| (p.id.clone(), id.clone())).collect();
        for (problem, id) in findings.problems.iter_mut().zip(problem_ids) {
            problem.id = id;
            problem.theme = problem.theme.take().map(|theme| renamed.get(&theme).cloned().unwrap_or(theme));
        }
        for (theme, id) in findings.themes.iter_mut().zip(theme_ids) {
            theme.whole.id.clone_from(&id);
            theme.id = id;
            for problem in &mut theme.problems {
                if let Some(id) = problems_renamed.get(problem) {
                    problem.clone_from(id);
                }
            }
        }
    }
}

/// The id of each group now.
fn carried(before: &[(String, Vec<String>)], now: &[&[u32]], own: &[&str], place: &HashMap<&str, u32>) -> Vec<String> {
    let mut of: HashMap<u32, usize> = HashMap::new();
    for (group, members) in now.iter().enumerate() {
        of.extend(members.iter().map(|&member| (member, group)));
    }
    let mut overlaps: Vec<(usize, u32, usize, usize)> = Vec::new();
    for (old, (_, keys)) in before.iter().enumerate() {
        let mut counts: BTreeMap<usize, (usize, u32)> = BTreeMap::new();
        for ticket in keys.iter().filter_map(|key| place.get(key.as_str()).copied()) {
            if let Some(&group) = of.get(&ticket) {
                let count = counts.entry(group).or_insert((0, ticket));
                *count = (count.0 + 1, count.1.min(ticket));
            }
        }
        overlaps.extend(counts.into_iter().map(|(group, (count, first))| (count, first, old, group)));
    }
    overlaps.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)).then(a.3.cmp(&b.3)));
    let mut given: Vec<Option<&str>> = vec![None; now.len()];
    let mut gone: BTreeSet<usize> = BTreeSet::new();
    for (_, _, old, group) in overlaps {
        let Some((slot, (id, _))) = given.get_mut(group).zip(before.get(old)) else { continue };
        if slot.is_none() && gone.insert(old) {
            *slot = Some(id);
        }
    }
    // A new group must not take the name of an earlier one, whether that one lives on or not.
    let known: BTreeSet<&str> = before.iter().map(|(id, _)| id.as_str()).collect();
    let mut taken: BTreeSet<String> = given.iter().flatten().map(|&id| id.to_owned()).collect();
    given
        .iter()
        .zip(own)
        .map(|(given, own)| {
            if let Some(id) = given {
                return (*id).to_owned();
            }
            let mut id = (*own).to_owned();
            let mut count = 1;
            while known.contains(id.as_str()) || taken.contains(&id) {
                count += 1;
                id = format!("{own}-{count}");
            }
            taken.insert(id.clone());
            id
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_larger_part_keeps_the_name() {
        let keys: Vec<String> = (0..10).map(|n| format!("k{n}")).collect();
        let place: HashMap<&str, u32> = keys.iter().map(String::as_str).zip(0..).collect();
        let told = |list: &[u32]| list.iter().map(|n| format!("k{n}")).collect::<Vec<_>>();
        let before = vec![
            ("a".to_owned(), told(&[0, 1, 2, 3, 4])),
            ("b".to_owned(), told(&[5, 6])),
            ("c".to_owned(), told(&[7, 77])),
        ];
        // a is split: the larger part keeps the name, though the smaller one has the first ticket; c is gone.
        let now: [&[u32]; 4] = [&[0, 1], &[2, 3, 4, 8], &[5, 6, 9], &[8]];
        let ids = carried(&before, &now, &["a", "x", "b", "c"], &place);
        assert_eq!(ids, ["a-2", "a", "b", "c-2"]);
        // Merged: the larger one's name stays.
        let now: [&[u32]; 1] = [&[0, 1, 2, 3, 4, 5, 6]];
        assert_eq!(carried(&before, &now, &["x"], &place), ["a"]);
    }
}
