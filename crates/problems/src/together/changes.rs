//! Changes to the items of a problem and to their neighbours, on the true dates and on placebo ones.

use std::collections::{BTreeMap, HashMap};

use super::judge::Trial;
use super::{ANY, Change, FEWEST_WEEKS, Look, NEAR, SAME};
use crate::clock::WEEK;
use crate::stats::{Dice, float};

/// Changes as the search needs them, with the starts of all placebo searches.
pub(super) struct Moved<'a> {
    rows: Vec<&'a Change>,
    /// For each search the start of each row.
    starts: Vec<Vec<i64>>,
    by_item: HashMap<&'a str, Vec<usize>>,
    by_service: HashMap<&'a str, Vec<usize>>,
}

impl<'a> Moved<'a> {
    pub(super) fn new(changes: &'a [Change], observed: (i64, i64), look: &Look) -> Option<Self> {
        let last = observed.1.saturating_add(1) - i64::from(look.hours) * 3600;
        let weeks = (last - observed.0).div_euclid(WEEK) - i64::from(look.weeks_before);
        let first = last - weeks * WEEK;
        let mut rows: Vec<&Change> =
            changes.iter().filter(|change| (first..last).contains(&change.start) && weeks >= FEWEST_WEEKS).collect();
        rows.sort_by(|a, b| (a.change, a.start, &a.item, &a.service).cmp(&(b.change, b.start, &b.item, &b.service)));
        rows.dedup();
        if rows.is_empty() {
            return None;
        }
        let mut starts = vec![rows.iter().map(|row| row.start).collect::<Vec<i64>>()];
        for round in 0..u64::from(look.placebos) {
            let mut dice = Dice::new(look.seed ^ (round + 1).wrapping_mul(0x51_7c_c1_b7));
            // Changes of one week move together: they come in waves, and waves must stay waves.
            let shifts: Vec<i64> = (0..weeks)
                .map(|_| 1 + i64::try_from(dice.below(usize::try_from(weeks - 1).unwrap_or(1))).unwrap_or(0))
                .collect();
            let moved = rows.iter().map(|row| {
                let week = usize::try_from((row.start - first).div_euclid(WEEK)).unwrap_or(0);
                let shift = shifts.get(week).copied().unwrap_or(1);
                first + (row.start - first + shift * WEEK).rem_euclid(weeks * WEEK)
            });
            starts.push(moved.collect());
        }
        let (mut by_item, mut by_service) = (HashMap::new(), HashMap::new());
        for (place, row) in rows.iter().enumerate() {
            for (map, key) in [(&mut by_item, row.item.as_str()), (&mut by_service, row.service.as_str())] {
                if !key.is_empty() {
                    map.entry(key).or_insert_with(Vec::new).push(place);
                }
            }
        }
        Some(Self { rows, starts, by_item, by_service })
    }

    /// Counts the tickets `(instant, item)` of one item or service after and before the rows `of`.
    pub(super) fn count(
        &self,
        of: &[usize],
        tickets: &[(i64, &str)],
        near: bool,
        look: &Look,
        into: &mut Vec<(f64, f64)>,
    ) {
        let length = i64::from(look.hours) * 3600;
        into.resize(self.starts.len(), (0.0, 0.0));
        for (starts, sum) in self.starts.iter().zip(into) {
            for &place in of {
                let (Some(row), Some(&start)) = (self.rows.get(place), starts.get(place)) else { continue };
                let within = |from: i64| {
                    let low = tickets.partition_point(|ticket| ticket.0 <= from);
                    let high = tickets.partition_point(|ticket| ticket.0 <= from + length);
                    let all = tickets.get(low..high).unwrap_or_default();
                    float(if near { all.iter().filter(|t| t.1 != row.item).count() } else { all.len() })
                };
                sum.0 += within(start);
                for week in 1..=i64::from(look.weeks_before) {
                    sum.1 += within(start - week * WEEK) / f64::from(look.weeks_before);
                }
            }
        }
    }
}

/// Trials of one problem with the changes to its items and their neighbours.
pub(super) fn by_changes(moved: &Moved<'_>, problem: usize, tickets: &[(i64, &str, &str)], look: &Look) -> Vec<Trial> {
    let mut found: BTreeMap<(&'static str, &str), Trial> = BTreeMap::new();
    for (kind, near) in [(SAME, false), (NEAR, true)] {
        let mut keyed: BTreeMap<&str, Vec<(i64, &str)>> = BTreeMap::new();
        for &(at, item, service) in tickets {
            let key = if near { service } else { item };
            if !key.is_empty() {
                keyed.entry(key).or_default().push((at, item));
            }
        }
        for (key, own) in &keyed {
            let index = if near { &moved.by_service } else { &moved.by_item };
            let Some(rows) = index.get(key) else { continue };
            let mut parts: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
            for &place in rows {
                let Some(row) = moved.rows.get(place) else { continue };
                parts.entry(ANY).or_default().push(place);
                if !row.kind.is_empty() {
                    parts.entry(&row.kind).or_default().push(place);
                }
            }
            for (value, rows) in parts {
                let trial = found.entry((kind, value)).or_insert_with(|| Trial {
                    problem,
                    kind,
                    value: value.to_owned(),
                    weeks: f64::from(look.weeks_before),
                    ..Trial::default()
                });
                trial.n += rows.len() as u64;
                moved.count(&rows, own, near, look, &mut trial.counts);
            }
        }
    }
    found.into_values().collect()
}
