//! Does a combination stand out: together, or in time?

use std::collections::HashMap;

use rayon::prelude::*;

use super::mine::Combo;
use super::{Dim, Reason};
use crate::clock;
use crate::desk::Desk;
use crate::model::Settings;
use crate::stats::{discovery_threshold, float, poisson_at_least};

/// Lengths of the stretches in which density is looked for, in days.
const STRETCHES: [i64; 4] = [1, 3, 7, 28];
/// A burst must be at least this many times as dense as the stretches before and after it, so that a
/// code that was in use for a while and then retired is not taken for one.
const ABOVE_NEIGHBOURS: f64 = 2.0;
/// How many times the tickets of an ordinary item one must have to be a problem by itself.
const CONCENTRATED: f64 = 5.0;

/// The tickets that are grouped by coded fields.
pub struct Population<'a> {
    /// The record.
    pub desk: &'a Desk<'a>,
    /// Ranks of the tickets, ascending; a place is an index into this.
    pub ranks: &'a [u32],
    /// Fields.
    pub dims: &'a [Dim],
    /// For every set of dims, as bits, how many tickets have a value in all of them.
    pub known: &'a [usize],
    /// For a dim whose value an item says, and that value: how many items it has.
    pub items: &'a HashMap<(usize, u32), usize>,
    /// Fewest tickets of a problem.
    pub least: usize,
    /// Fewest tickets of a burst.
    pub least_burst: usize,
}

/// A combination that stands out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Verdict {
    /// Index of the combination.
    pub combo: usize,
    /// Why.
    pub reason: Reason,
    /// How strongly: log likelihood ratio of the count against what was expected, in nats.
    pub strength: f64,
    /// Places of the burst's tickets within the combination's; all of them otherwise.
    pub from: usize,
    /// One past the last of them.
    pub to: usize,
}

struct Tested {
    p: f64,
    verdict: Verdict,
}

/// Tests every combination and keeps what stands out under false-discovery control.
#[must_use]
pub fn all(population: &Population<'_>, combos: &[Combo], tests: f64, settings: &Settings) -> Vec<Verdict> {
    let counts: HashMap<(u16, &[u32]), usize> =
        combos.iter().map(|c| ((c.mask, c.codes.as_slice()), c.places.len())).collect();
    let tested: Vec<Tested> = combos
        .par_iter()
        .enumerate()
        .flat_map_iter(|(index, combo)| {
            let together = together(population, combo, index, &counts, settings);
            let burst = burst(population, combo, index, settings);
            together.into_iter().chain(burst)
        })
        .collect();
    let mut p_values: Vec<f64> = tested.iter().map(|t| t.p).collect();
    let threshold = discovery_threshold(&mut p_values, tests, settings.false_share);
    tested.into_iter().filter(|t| t.p <= threshold).map(|t| t.verdict).collect()
}

/// Log likelihood ratio of a Poisson count against its expectation, 0 where it is not above.
#[must_use]
pub fn strength(count: f64, expected: f64) -> f64 {
    if count <= expected || expected <= 0.0 { 0.0 } else { count * (count / expected).ln() - (count - expected) }
}

/// The dims of a combination that are not said by another one of it.
fn core(dims: &[Dim], mask: u16) -> u16 {
    let mut core = mask;
    // From the least specific on: it is what the more specific ones say.
    for place in (0..dims.len()).rev().filter(|place| mask >> place & 1 == 1) {
        let rest = core & !(1 << place);
        let said = dims.iter().enumerate().any(|(other, dim)| rest >> other & 1 == 1 && dim.says >> place & 1 == 1);
        if said {
            core = rest;
        }
    }
    core
}

/// Codes of those dims of a combination that are in `part`.
fn codes_of(combo: &Combo, part: u16) -> Vec<u32> {
    let mut out = Vec::with_capacity(combo.codes.len());
    let mut rest = combo.mask;
    for &code in &combo.codes {
        let bit = rest & rest.wrapping_neg();
        if part & bit != 0 {
            out.push(code);
        }
        rest &= !bit;
    }
    out
}

/// Bits of `part` as bits over the fields of a combination.
fn relative(mask: u16, part: u16) -> u8 {
    let (mut bits, mut place) = (0_u8, 0);
    for dim in 0..16 {
        if mask >> dim & 1 == 1 {
            bits |= u8::from(part >> dim & 1 == 1) << place;
            place += 1;
        }
    }
    bits
}

fn together(
    population: &Population<'_>,
    combo: &Combo,
    index: usize,
    counts: &HashMap<(u16, &[u32]), usize>,
    settings: &Settings,
) -> Option<Tested> {
    let n = combo.places.len();
    let about = population.dims.iter().enumerate().any(|(d, dim)| combo.mask >> d & 1 == 1 && dim.about);
    if n < population.least || !about {
        return None;
    }
    let core = core(population.dims, combo.mask);
    let count_of = |part: u16| counts.get(&(part, codes_of(combo, part).as_slice())).map_or(0.0, |&c| float(c));
    let (reason, expected, lift) = if core.is_power_of_two() {
        // An item and what it belongs to: set against the other items there.
        population.dims.get(core.trailing_zeros() as usize).filter(|d| d.name == "item")?;
        let expected = (0..population.dims.len())
            .filter(|&dim| (combo.mask & !core) >> dim & 1 == 1)
            .filter_map(|dim| {
                let owner = *codes_of(combo, 1 << dim).first()?;
                let items = *population.items.get(&(dim, owner))?;
                Some(count_of(1 << dim) / float(items.max(1)))
            })
            .fold(0.0, f64::max);
        (Reason::Concentrated { expected }, expected, CONCENTRATED.max(settings.min_lift))
    } else {
        // The split in two that explains most, over tickets in which both halves are known.
        let mut most = (0.0, 0_u16);
        let mut part = (core - 1) & core;
        while part != 0 {
            let other = core & !part;
            if part > other {
                // Chance is reckoned where all these fields are known; the parts are scaled to that.
                let known = known(population, core) / (known(population, part) * known(population, other));
                let expected = count_of(part) * count_of(other) * known;
                if expected > most.0 {
                    most = (expected, part);
                }
            }
            part = (part - 1) & core;
        }
        let split = relative(combo.mask, most.1);
        (Reason::Together { expected: most.0, split }, most.0, settings.min_lift)
    };
    (expected > 0.0 && float(n) >= lift * expected).then(|| Tested {
        p: poisson_at_least(float(n), expected),
        verdict: Verdict { combo: index, reason, strength: strength(float(n), expected), from: 0, to: n },
    })
}

/// Tickets that have a value in all of these dims.
fn known(population: &Population<'_>, mask: u16) -> f64 {
    population.known.get(usize::from(mask)).map_or(1.0, |&k| float(k.max(1)))
}

fn burst(population: &Population<'_>, combo: &Combo, index: usize, settings: &Settings) -> Option<Tested> {
    let about = population.dims.iter().enumerate().any(|(d, dim)| combo.mask >> d & 1 == 1 && dim.about);
    if !about || combo.places.len() < population.least_burst {
        return None;
    }
    let desk = population.desk;
    let days: Vec<i64> = combo
        .places
        .iter()
        .map(|&place| clock::day_of(desk.at(population.ranks.get(place as usize).copied().unwrap_or(0))))
        .collect();
    let share = float(days.len()) / float(desk.len().max(1));
    let span = float(desk.before_day.len().max(2) - 1);
    let mut best: Option<Tested> = None;
    for length in STRETCHES {
        // Densest stretch of this length; a stretch begins with a ticket.
        let mut densest: Option<(f64, usize, usize, f64)> = None;
        let mut end = 0;
        for (start, &first) in days.iter().enumerate() {
            if start > 0 && days.get(start - 1) == Some(&first) {
                continue;
            }
            end = end.max(start);
            while days.get(end).is_some_and(|&day| day < first + length) {
                end += 1;
            }
            let count = end - start;
            if count < population.least_burst {
                continue;
            }
            let expected = share * f64::from(desk.opened_within(first, first + length - 1));
            if float(count) < settings.min_burst * expected {
                continue;
            }
            let strength = strength(float(count), expected);
            if densest.is_none_or(|d| strength > d.0) && rises(desk, &days, first, length, count) {
                densest = Some((strength, start, end, expected));
            }
        }
        let Some((strength, start, end, expected)) = densest else { continue };
        // As many looks as stretches fit into the record, each also half a stretch later.
        let stretch = crate::clock::days(length * clock::DAY);
        let looks = (2.0 * span / stretch).max(1.0) * float(STRETCHES.len());
        let p = (poisson_at_least(float(end - start), expected) * looks).min(1.0);
        let (Some(&from), Some(&to)) = (days.get(start), days.get(end - 1)) else { continue };
        let reason = Reason::Burst { expected, from, to };
        if best.as_ref().is_none_or(|b| p < b.p || (p <= b.p && strength > b.verdict.strength)) {
            best = Some(Tested { p, verdict: Verdict { combo: index, reason, strength, from: start, to: end } });
        }
    }
    best
}

/// Whether a stretch is denser than twice its length before it and after it, by the desk's rhythm.
///
/// Before the record begins nothing is known: a stretch at its very start cannot be told from a code
/// that was about to retire, and does not count. A stretch at its end may still be going on and counts.
fn rises(desk: &Desk<'_>, days: &[i64], first: i64, length: i64, count: usize) -> bool {
    let within = |from: i64, to: i64| days.partition_point(|&d| d <= to) - days.partition_point(|&d| d < from);
    let desk_inside = f64::from(desk.opened_within(first, first + length - 1)).max(1.0);
    let inside = float(count) / desk_inside;
    let before = f64::from(desk.opened_within(first - 2 * length, first - 1));
    let after = f64::from(desk.opened_within(first + length, first + 3 * length - 1));
    // Half a ticket is added, so that one single neighbour does not decide.
    let denser = |n: usize, all: f64| inside >= ABOVE_NEIGHBOURS * (float(n) + 0.5) / all.max(1.0);
    before >= 0.5 * desk_inside
        && denser(within(first - 2 * length, first - 1), before)
        && (after < 0.5 * desk_inside || denser(within(first + length, first + 3 * length - 1), after))
}
