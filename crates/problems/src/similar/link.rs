//! Sparse average-link grouping: join the two groups that are most alike on average, again and again,
//! until none are alike enough.
//!
//! Only pairs that were compared have a value; the others count as 0. A wording is compared with a
//! bounded number of others, so in a large group most pairs were never compared: beyond
//! `partners` members the average is taken over that many partners of each member of the smaller
//! group. Values are whole numbers (millionths), so sums do not depend on the order of addition and
//! the result does not depend on the order of the input. Cost: n log n in the number of compared pairs.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use super::space::ByNumber;
use crate::text::tokens::Entity;

/// Compared partners that are expected of each member of a large group.
pub const PARTNERS: u64 = 8;
/// One, in the fixed point of the sums.
pub const ONE: u64 = 1_000_000;

/// Two wordings and how alike they are, in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// One wording.
    pub a: u32,
    /// The other.
    pub b: u32,
    /// How alike, 0 to [`ONE`].
    pub alike: u64,
}

#[derive(PartialEq, Eq)]
struct Offer {
    alike: u64,
    /// Smallest members of both groups, for ties; the smaller one first.
    first: Reverse<(u32, u32)>,
    roots: (u32, u32),
}

impl Ord for Offer {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.alike, self.first, self.roots).cmp(&(other.alike, other.first, other.roots))
    }
}

impl PartialOrd for Offer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

struct Groups {
    /// Sum of alikeness to each neighbouring group.
    near: Vec<ByNumber<u64>>,
    size: Vec<u64>,
    least: Vec<u32>,
    named: Vec<Vec<Entity>>,
    gone: Vec<bool>,
    partners: u64,
}

/// Groups wordings 0 to `named.len()`. `named` holds the specific things that each one names, sorted;
/// `partners` is how many compared partners are expected of each member of a large group.
/// Returns the group of each: the smallest member of its group.
#[must_use]
pub fn average_link(edges: &[Edge], named: Vec<Vec<Entity>>, threshold: u64, partners: u64) -> Vec<u32> {
    let n = named.len();
    let mut groups = Groups {
        near: vec![ByNumber::default(); n],
        size: vec![1; n],
        least: (0_u32..).take(n).collect(),
        named,
        gone: vec![false; n],
        partners,
    };
    for edge in edges {
        for (a, b) in [(edge.a, edge.b), (edge.b, edge.a)] {
            if let Some(near) = groups.near.get_mut(a as usize).filter(|_| a != b && (b as usize) < n) {
                near.insert(b, edge.alike);
            }
        }
    }
    let mut heap: BinaryHeap<Offer> =
        edges.iter().filter_map(|edge| groups.offer(edge.a, edge.b)).filter(|o| o.alike >= threshold).collect();
    let mut parent: Vec<u32> = (0_u32..).take(n).collect();
    while let Some(offer) = heap.pop() {
        let (a, b) = offer.roots;
        let Some(now) = groups.offer(a, b) else { continue };
        if now.alike < offer.alike {
            // One of them has grown since: it stands further back in the queue.
            if now.alike >= threshold {
                heap.push(now);
            }
            continue;
        }
        // The one with more neighbours stays, so that little is moved; the name of a group is its least
        // member, whichever stays.
        let weight = |root: u32| groups.near.get(root as usize).map_or(0, ByNumber::len);
        let (stays, goes) = if (weight(a), Reverse(a)) >= (weight(b), Reverse(b)) { (a, b) } else { (b, a) };
        if let Some(p) = parent.get_mut(goes as usize) {
            *p = stays;
        }
        for neighbour in groups.join(stays, goes) {
            if let Some(offer) = groups.offer(stays, neighbour).filter(|o| o.alike >= threshold) {
                heap.push(offer);
            }
        }
    }
    (0_u32..)
        .take(n)
        .map(|member| {
            let mut root = member;
            while let Some(&up) = parent.get(root as usize).filter(|&&up| up != root) {
                root = up;
            }
            groups.least.get(root as usize).copied().unwrap_or(member)
        })
        .collect()
}

impl Groups {
    /// The offer to join two groups as they are now; `None` when one is gone or they name different things.
    fn offer(&self, a: u32, b: u32) -> Option<Offer> {
        let (left, right) = (a as usize, b as usize);
        if *self.gone.get(left)? || *self.gone.get(right)? {
            return None;
        }
        let sum = *self.near.get(left)?.get(&b)?;
        if vetoed(self.named.get(left)?, self.named.get(right)?) {
            return None;
        }
        let (size, other) = (*self.size.get(left)?, *self.size.get(right)?);
        let pairs = size.saturating_mul(other).min(self.partners.saturating_mul(size.min(other)));
        let (one, two) = (*self.least.get(left)?, *self.least.get(right)?);
        let first = Reverse((one.min(two), one.max(two)));
        Some(Offer { alike: (sum / pairs).min(ONE), first, roots: (a.min(b), a.max(b)) })
    }

    /// Moves everything of one group into another and says which neighbours must be asked again.
    fn join(&mut self, stays: u32, goes: u32) -> Vec<u32> {
        let (i, j) = (stays as usize, goes as usize);
        let moved = self.near.get_mut(j).map(std::mem::take).unwrap_or_default();
        let mut asked: Vec<u32> = moved.keys().copied().filter(|&n| n != stays).collect();
        asked.sort_unstable();
        for &neighbour in &asked {
            let sum = moved.get(&neighbour).copied().unwrap_or(0);
            if let Some(near) = self.near.get_mut(i) {
                *near.entry(neighbour).or_insert(0) += sum;
            }
            if let Some(back) = self.near.get_mut(neighbour as usize) {
                back.remove(&goes);
                *back.entry(stays).or_insert(0) += sum;
            }
        }
        if let Some(near) = self.near.get_mut(i) {
            near.remove(&goes);
        }
        let size = self.size.get(j).copied().unwrap_or(0);
        let least = self.least.get(j).copied().unwrap_or(u32::MAX);
        let named = self.named.get_mut(j).map(std::mem::take).unwrap_or_default();
        if let Some(s) = self.size.get_mut(i) {
            *s += size;
        }
        if let Some(l) = self.least.get_mut(i) {
            *l = (*l).min(least);
        }
        if let Some(mine) = self.named.get_mut(i).filter(|_| !named.is_empty()) {
            mine.extend(named);
            mine.sort_unstable();
            mine.dedup();
        }
        if let Some(gone) = self.gone.get_mut(j) {
            *gone = true;
        }
        asked
    }
}

/// The identifiers veto: both name specific things of one kind, and share none of that kind.
/// Both lists are sorted by kind, then value.
#[must_use]
pub fn vetoed(a: &[Entity], b: &[Entity]) -> bool {
    let mut rest = b;
    for same_kind in a.chunk_by(|x, y| x.kind == y.kind) {
        let Some(kind) = same_kind.first().map(|e| e.kind) else { continue };
        let skip = rest.partition_point(|e| e.kind < kind);
        rest = rest.get(skip..).unwrap_or_default();
        let theirs = rest.get(..rest.partition_point(|e| e.kind == kind)).unwrap_or_default();
        if !theirs.is_empty() && !same_kind.iter().any(|e| theirs.iter().any(|t| t.value == e.value)) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(a: u32, b: u32, alike: u64) -> Edge {
        Edge { a, b, alike: alike * 10_000 }
    }

    fn thing(kind: u64, value: u64) -> Entity {
        Entity { kind, value, how: crate::text::tokens::How::Shape }
    }

    #[test]
    fn joins_what_is_alike_on_average_only() {
        // 0-1-2 all alike; 3 hangs on 2 by one strong pair, which is not enough on average.
        let edges = [edge(0, 1, 90), edge(0, 2, 80), edge(1, 2, 85), edge(2, 3, 70)];
        assert_eq!(average_link(&edges, vec![Vec::new(); 4], 500_000, PARTNERS), [0, 0, 0, 3]);
        assert_eq!(average_link(&[], vec![Vec::new(); 2], 500_000, PARTNERS), [0, 1]);
        assert!(average_link(&[], Vec::new(), 500_000, PARTNERS).is_empty());
    }

    #[test]
    fn the_veto_holds_for_whole_groups() {
        let named = vec![vec![thing(1, 7)], vec![], vec![thing(1, 9)]];
        let edges = [edge(0, 1, 95), edge(1, 2, 90), edge(0, 2, 99)];
        assert_eq!(average_link(&edges, named, 400_000, PARTNERS), [0, 0, 2]);
        assert!(!vetoed(&[thing(1, 7), thing(2, 1)], &[thing(1, 7), thing(1, 8)]));
        assert!(vetoed(&[thing(1, 7), thing(2, 1)], &[thing(1, 7), thing(2, 2)]));
        assert!(!vetoed(&[thing(1, 7)], &[thing(2, 9)]));
    }

    #[test]
    fn order_of_edges_does_not_matter_and_large_groups_hold() {
        // 60 wordings, each compared with its ten predecessors only.
        let mut edges = Vec::new();
        for b in 1..60_u32 {
            for a in b.saturating_sub(10)..b {
                edges.push(edge(a, b, u64::from(70 + (a * 7 + b * 3) % 20)));
            }
        }
        let forward = average_link(&edges, vec![Vec::new(); 60], 500_000, PARTNERS);
        edges.reverse();
        assert_eq!(forward, average_link(&edges, vec![Vec::new(); 60], 500_000, PARTNERS));
        let groups = forward.iter().collect::<std::collections::BTreeSet<_>>().len();
        assert!(groups <= 6, "{groups} groups of one problem");
    }
}
