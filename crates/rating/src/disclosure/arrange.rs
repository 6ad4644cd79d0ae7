//! Minimums, merging, complementary suppression.

use std::collections::BTreeSet;

use super::Policy;

/// A group of raters of one leader, such as the peers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its raters with a completed form.
    pub raters: BTreeSet<u32>,
    /// The group that it is merged into when it is too small, declared beforehand.
    pub parent: Option<usize>,
}

/// One figure that may be shown: the union of these groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Places of the groups, in order.
    pub groups: Vec<usize>,
    /// Their raters.
    pub raters: BTreeSet<u32>,
}

/// What is shown of a leader's groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrangement {
    /// In order of their first group.
    pub shown: Vec<Shown>,
    /// Groups that are in no figure and in no total. Whether one is empty or too small cannot be seen.
    pub hidden: Vec<usize>,
    /// Raters of the grand total; nothing where they are too few.
    pub total: Option<BTreeSet<u32>>,
}

/// Decides what is shown. A group below the minimum joins its parent if both together pass; else it is left out of every
/// total, the grand total too. Where something is hidden, the smallest figure after it is hidden as well until the
/// hidden raters number at least the floor, so that no outside count tells them apart.
#[must_use]
pub fn arrange(groups: &[Group], policy: &Policy) -> Arrangement {
    let policy = policy.held();
    let enough = |raters: &BTreeSet<u32>| raters.len() >= policy.minimum;
    let mut figures: Vec<Shown> =
        groups.iter().enumerate().map(|(at, group)| Shown { groups: vec![at], raters: group.raters.clone() }).collect();
    // Small groups into their parents; the parent's own figure then is the union.
    for (at, group) in groups.iter().enumerate() {
        let Some(parent) = group.parent.filter(|parent| *parent != at && *parent < groups.len()) else { continue };
        let small = !enough(&group.raters) && !group.raters.is_empty();
        let Some(of) = figures.iter().position(|figure| figure.groups.contains(&parent)) else { continue };
        let alone = figures.iter().position(|figure| figure.groups == [at]);
        if let Some(alone) = alone.filter(|alone| small && *alone != of) {
            let union: BTreeSet<u32> = figures[of].raters.union(&group.raters).copied().collect();
            if enough(&union) {
                figures[of].raters = union;
                figures[of].groups.push(at);
                figures[of].groups.sort_unstable();
                figures.remove(alone);
            }
        }
    }
    let (mut shown, rest): (Vec<Shown>, Vec<Shown>) = figures.into_iter().partition(|figure| enough(&figure.raters));
    let mut hidden: Vec<usize> = rest.iter().flat_map(|figure| figure.groups.clone()).collect();
    let mut hidden_raters: BTreeSet<u32> = rest.into_iter().flat_map(|figure| figure.raters).collect();
    while !hidden_raters.is_empty() && hidden_raters.len() < policy.floor {
        let smallest = (0..shown.len()).min_by_key(|at| (shown[*at].raters.len(), shown[*at].groups[0]));
        let Some(smallest) = smallest else { break };
        let figure = shown.remove(smallest);
        hidden.extend(figure.groups);
        hidden_raters.extend(figure.raters);
    }
    hidden.sort_unstable();
    let total: BTreeSet<u32> = shown.iter().flat_map(|figure| figure.raters.iter().copied()).collect();
    Arrangement { shown, hidden, total: Some(total).filter(|total| enough(total)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(range: std::ops::Range<u32>, parent: Option<usize>) -> Group {
        Group { raters: range.collect(), parent }
    }

    #[test]
    fn a_small_group_joins_its_parent_or_disappears_everywhere() {
        let arranged = arrange(&[group(0..6, None), group(6..8, Some(0)), group(8..14, None)], &Policy::default());
        assert_eq!(arranged.shown[0].groups, [0, 1]);
        assert!(arranged.hidden.is_empty() && arranged.total.unwrap().len() == 14);
        // A single client without a parent: the next smallest figure goes with it, and neither is in the total.
        let arranged = arrange(&[group(0..6, None), group(6..7, None), group(8..15, None)], &Policy::default());
        assert_eq!((arranged.shown.len(), arranged.hidden), (1, vec![0, 1]));
        assert_eq!(arranged.total.unwrap().len(), 7);
        // Three hidden raters hide each other.
        let arranged = arrange(&[group(0..6, None), group(6..9, None)], &Policy::default());
        assert_eq!((arranged.shown.len(), arranged.hidden), (1, vec![1]));
        // An empty group and a hidden one look the same.
        let arranged = arrange(&[group(0..6, None), group(0..0, None)], &Policy::default());
        assert_eq!((arranged.shown.len(), arranged.hidden), (1, vec![1]));
    }
}
