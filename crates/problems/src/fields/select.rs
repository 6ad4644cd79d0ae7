//! Which of the combinations that stand out become problems: each ticket belongs to one at most.
//!
//! Bursts come first, the strongest first: a day on which something broke is the most specific thing
//! that can be said. Then combinations that are frequent beyond their parts, those with the most fields
//! first, so that a ticket goes to the most specific one; the stronger first among equals. A
//! combination that has lost so many tickets to others that it would be a remnant is left out.

use super::judge::{Population, Verdict};
use super::mine::Combo;
use super::{CodedGroup, Reason};
use crate::model::Settings;
use crate::stats::float;

/// A combination must keep at least this share of its tickets.
const KEPT: f64 = 0.4;

/// Chooses problems.
#[must_use]
pub fn choose(
    population: &Population<'_>,
    combos: &[Combo],
    verdicts: &[Verdict],
    settings: &Settings,
) -> Vec<CodedGroup> {
    let mut order: Vec<&Verdict> = verdicts.iter().collect();
    let fields = |v: &Verdict| combos.get(v.combo).map_or(0, |c| c.codes.len());
    let is_burst = |v: &Verdict| matches!(v.reason, Reason::Burst { .. });
    order.sort_by(|a, b| {
        is_burst(b)
            .cmp(&is_burst(a))
            .then_with(|| if is_burst(a) { std::cmp::Ordering::Equal } else { fields(b).cmp(&fields(a)) })
            .then(b.strength.total_cmp(&a.strength))
            .then(fields(b).cmp(&fields(a)))
            .then(a.combo.cmp(&b.combo))
    });
    let mut taken = vec![false; population.ranks.len()];
    let mut groups = Vec::new();
    for verdict in order {
        let Some(combo) = combos.get(verdict.combo) else { continue };
        let places = combo.places.get(verdict.from..verdict.to).unwrap_or_default();
        let free: Vec<u32> =
            places.iter().copied().filter(|&p| !taken.get(p as usize).copied().unwrap_or(true)).collect();
        let enough = match verdict.reason {
            Reason::Burst { expected, .. } => {
                free.len() >= population.least_burst && float(free.len()) >= settings.min_burst * expected
            }
            _ => free.len() >= population.least,
        };
        if !enough || float(free.len()) < KEPT * float(places.len()) {
            continue;
        }
        for &place in &free {
            if let Some(t) = taken.get_mut(place as usize) {
                *t = true;
            }
        }
        let mut shared = Vec::new();
        let mut codes = combo.codes.iter();
        for (place, dim) in population.dims.iter().enumerate() {
            if combo.mask >> place & 1 == 1 {
                shared.extend(codes.next().map(|&code| (dim.field, code)));
            }
        }
        let ranks = free.iter().filter_map(|&p| population.ranks.get(p as usize).copied()).collect();
        groups.push(CodedGroup { ranks, shared, whole: combo.places.len(), reason: verdict.reason });
    }
    groups
}
