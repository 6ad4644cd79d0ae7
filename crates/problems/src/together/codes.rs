//! Resolution codes of a problem beside those of the rest of the desk.

use std::collections::BTreeMap;

use super::judge::Trial;
use super::{CODE, FEWEST, Group, Look};
use crate::model::Symptoms;
use crate::stats::{Dice, float};

/// Resolution codes of the desk, in the order of time.
pub(super) struct Codes<'a> {
    of: Vec<&'a str>,
    /// Place of each ticket in that order.
    rank: Vec<usize>,
    all: BTreeMap<&'a str, f64>,
}

impl<'a> Codes<'a> {
    pub(super) fn new(codes: &[&'a str], symptoms: &Symptoms) -> Self {
        let mut order: Vec<usize> =
            (0..symptoms.len()).filter(|&t| codes.get(t).is_some_and(|c| !c.is_empty())).collect();
        order.sort_by_key(|&ticket| (symptoms.opened_at(ticket), ticket));
        let mut rank = vec![usize::MAX; symptoms.len()];
        let (mut of, mut all) = (Vec::with_capacity(order.len()), BTreeMap::new());
        for (place, ticket) in order.into_iter().enumerate() {
            if let (Some(rank), Some(&code)) = (rank.get_mut(ticket), codes.get(ticket)) {
                *rank = place;
                of.push(code);
                *all.entry(code).or_insert(0.0) += 1.0;
            }
        }
        Self { of, rank, all }
    }

    pub(super) fn trials(&self, problem: usize, group: &Group, look: &Look) -> Vec<Trial> {
        let places: Vec<usize> = group
            .members
            .iter()
            .filter_map(|&ticket| self.rank.get(ticket as usize).copied().filter(|&rank| rank != usize::MAX))
            .collect();
        if places.len() < FEWEST || self.of.len() < places.len() * 2 {
            return Vec::new();
        }
        let n = float(places.len());
        let counted = |shift: usize| {
            let mut counts: BTreeMap<&str, f64> = BTreeMap::new();
            for &place in &places {
                if let Some(&code) = self.of.get((place + shift) % self.of.len()) {
                    *counts.entry(code).or_insert(0.0) += 1.0;
                }
            }
            counts
        };
        let mut dice = Dice::new(look.seed ^ 0xc0de ^ ((problem as u64) << 20));
        let real = counted(0);
        let shifted: Vec<BTreeMap<&str, f64>> =
            (0..look.placebos).map(|_| counted(1 + dice.below(self.of.len() - 1))).collect();
        real.keys()
            .map(|&code| {
                let expected = |own: f64| {
                    let elsewhere = (self.all.get(code).copied().unwrap_or(0.0) - own).max(0.0);
                    elsewhere / (float(self.of.len()) - n).max(1.0) * n
                };
                let count = |counts: &BTreeMap<&str, f64>| {
                    let own = counts.get(code).copied().unwrap_or(0.0);
                    (own, expected(own))
                };
                let counts = std::iter::once(count(&real)).chain(shifted.iter().map(count)).collect();
                Trial { problem, kind: CODE, value: code.to_owned(), n: places.len() as u64, counts, weeks: 4.0 }
            })
            .collect()
    }
}
