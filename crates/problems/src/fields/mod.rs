//! Problems by their coded fields, for tickets without words.
//!
//! 1. [`mine`]: all combinations of one to four fields that enough tickets share.
//! 2. [`judge`]: each is tested twice. *Together*: is it more frequent than its parts explain
//!    (independence of the two parts that explain most)? *Dense*: is there a stretch of days with more
//!    of its tickets than the desk's own rhythm explains? Benjamini-Hochberg over both kinds of test and
//!    over every combination that could have been frequent; besides, the effect must be large.
//! 3. [`select`]: bursts first, then the most specific combination that is large enough; each ticket
//!    belongs to one problem at most.
//!
//! A missing value is never part of a combination.

pub mod judge;
pub mod mine;
pub mod select;

use std::collections::HashMap;

use rayon::prelude::*;

use crate::desk::Desk;
use crate::model::{Progress, Settings};
use crate::stats::float;

/// Fields that make a combination, the most specific first. The team is left out: who worked on it is
/// no part of what happened.
pub const USED: [&str; 8] =
    ["item", "symptom", "category", "service", "resolution", "location", "department", "client"];
/// At least one of these must be in a combination: what it is about.
const ABOUT: [&str; 4] = ["item", "symptom", "category", "service"];
/// From this share on the value of one field says that of another (an item its service): the two are
/// one thing, and finding them together is no news.
const SAYS: f64 = 0.95;

/// A field as this part uses it.
pub struct Dim {
    /// Its place in the record's fields.
    pub field: usize,
    /// Its name.
    pub name: &'static str,
    /// Whether it says what a ticket is about.
    pub about: bool,
    /// Code of each ticket of the population; 0 where missing or too rare to matter.
    pub codes: Vec<u32>,
    /// Distinct values frequent enough to matter.
    pub values: usize,
    /// Which other dims its value says, one bit each.
    pub says: u16,
}

/// Tickets that belong together by their coded fields.
#[derive(Debug, Clone, PartialEq)]
pub struct CodedGroup {
    /// Ranks of its tickets, ascending.
    pub ranks: Vec<u32>,
    /// What they share: `(place in the record's fields, code)`, the most specific field first.
    pub shared: Vec<(usize, u32)>,
    /// Tickets of the record with the same combination, also those told elsewhere.
    pub whole: usize,
    /// Why it stands out.
    pub reason: Reason,
}

/// Why a combination stands out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reason {
    /// More frequent than its parts explain.
    Together {
        /// Tickets expected if the two parts that explain most had nothing to do with each other.
        expected: f64,
        /// The parts: bits over `shared` that form the first one.
        split: u8,
    },
    /// One item with far more tickets than an ordinary one of the same service (or client, or place).
    Concentrated {
        /// Tickets of an ordinary item there.
        expected: f64,
    },
    /// Dense in time.
    Burst {
        /// Tickets expected on these days by the desk's own rhythm.
        expected: f64,
        /// First day, days since 1970.
        from: i64,
        /// Last day, days since 1970.
        to: i64,
    },
}

/// What the search found and how wide it was.
#[derive(Debug, Clone, Default)]
pub struct Coded {
    /// Groups.
    pub groups: Vec<CodedGroup>,
    /// Combinations that could have been frequent: the number of tests that the control allows for.
    pub tests: f64,
    /// Combinations that were frequent.
    pub frequent: usize,
    /// Groups that were chosen.
    pub chosen: usize,
    /// Names of the fields that were used.
    pub used: Vec<&'static str>,
    /// Fewest tickets of a problem.
    pub least: usize,
}

/// Fewest tickets of a problem: 8 at least, a sixth of the square root of the tickets.
#[must_use]
pub fn least_tickets(settings: &Settings, population: usize) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive number")]
    let derived = (float(population).sqrt() / 6.0).ceil() as usize;
    settings.min_fields.map_or(derived.max(8), |m| usize::try_from(m).unwrap_or(usize::MAX).max(2))
}

/// Finds problems among the tickets of these ranks (ascending).
#[must_use]
pub fn group(desk: &Desk<'_>, ranks: &[u32], settings: &Settings, progress: &(dyn Fn(Progress) + Sync)) -> Coded {
    let least = least_tickets(settings, ranks.len());
    // A burst may be smaller than a problem that keeps coming.
    let least_burst = (least / 2).max(8).min(least);
    let dims = dims(desk, ranks, least_burst);
    let known = known(desk, ranks, &dims);
    let items = items(desk, ranks, &dims);
    let used = dims.iter().map(|d| d.name).collect();
    if ranks.len() < least || dims.is_empty() {
        return Coded { used, least, ..Coded::default() };
    }
    let combos = mine::frequent(&dims, least_burst, progress);
    let tests = mine::possible(&dims);
    progress(Progress { stage: "Testing combinations", done: 0, total: combos.len() as u64 });
    let population = judge::Population { desk, ranks, dims: &dims, known: &known, items: &items, least, least_burst };
    let verdicts = judge::all(&population, &combos, tests, settings);
    progress(Progress { stage: "Testing combinations", done: combos.len() as u64, total: combos.len() as u64 });
    let groups = select::choose(&population, &combos, &verdicts, settings);
    Coded { chosen: groups.len(), groups, tests, frequent: combos.len(), used, least }
}

/// The fields that can be used: those with at least two frequent values. Frequent means `least` tickets.
fn dims(desk: &Desk<'_>, ranks: &[u32], least: usize) -> Vec<Dim> {
    let fields = &desk.symptoms.fields;
    let mut dims: Vec<Dim> = USED
        .par_iter()
        .filter_map(|&name| {
            let field = fields.iter().position(|f| f.name == name)?;
            let column = fields.get(field)?;
            let mut counts = vec![0_usize; column.values.len()];
            let mut codes: Vec<u32> = ranks.iter().map(|&rank| column.code(desk.ticket(rank))).collect();
            for &code in &codes {
                if let Some(count) = counts.get_mut(code as usize) {
                    *count += 1;
                }
            }
            let frequent = |code: u32| code != 0 && counts.get(code as usize).is_some_and(|&c| c >= least);
            let values = (0_u32..).zip(&counts).filter(|&(code, _)| frequent(code)).count();
            let all_values = counts.iter().skip(1).filter(|&&c| c > 0).count();
            for code in &mut codes {
                if !frequent(*code) {
                    *code = 0;
                }
            }
            let about = ABOUT.contains(&name);
            (all_values >= 2 && values >= 1).then_some(Dim { field, name, about, codes, values, says: 0 })
        })
        .collect();
    let says: Vec<u16> = (0..dims.len()).into_par_iter().map(|i| says(&dims, i)).collect();
    for (dim, says) in dims.iter_mut().zip(says) {
        dim.says = says;
    }
    dims
}

/// For every set of dims (as bits) how many tickets have a value in all of them.
fn known(desk: &Desk<'_>, ranks: &[u32], dims: &[Dim]) -> Vec<usize> {
    let columns: Vec<_> = dims.iter().filter_map(|d| desk.symptoms.fields.get(d.field)).collect();
    let mut known = vec![0_usize; 1 << dims.len()];
    for &rank in ranks {
        let ticket = desk.ticket(rank);
        let mut bits = 0;
        for (place, column) in columns.iter().enumerate() {
            bits |= usize::from(column.code(ticket) != 0) << place;
        }
        if let Some(count) = known.get_mut(bits) {
            *count += 1;
        }
    }
    // Sum over supersets, one dim at a time.
    for place in 0..dims.len() {
        for set in 0..known.len() {
            if set >> place & 1 == 0 {
                let with = known.get(set | 1 << place).copied().unwrap_or(0);
                if let Some(count) = known.get_mut(set) {
                    *count += with;
                }
            }
        }
    }
    known
}

/// For every dim whose value an item says, and each of its values, how many items there are.
fn items(desk: &Desk<'_>, ranks: &[u32], dims: &[Dim]) -> HashMap<(usize, u32), usize> {
    let mut items = HashMap::new();
    let Some(item) = dims.iter().find(|d| d.name == "item") else { return items };
    let Some(item_field) = desk.symptoms.fields.get(item.field) else { return items };
    for (place, dim) in dims.iter().enumerate().filter(|&(place, _)| item.says >> place & 1 == 1) {
        let Some(field) = desk.symptoms.fields.get(dim.field) else { continue };
        let mut pairs: Vec<(u32, u32)> = ranks
            .iter()
            .map(|&rank| (field.code(desk.ticket(rank)), item_field.code(desk.ticket(rank))))
            .filter(|&(a, b)| a != 0 && b != 0)
            .collect();
        pairs.sort_unstable();
        pairs.dedup();
        for &(code, _) in &pairs {
            *items.entry((place, code)).or_insert(0) += 1;
        }
    }
    items
}

/// Which other fields the value of this one says, one bit each.
fn says(dims: &[Dim], this: usize) -> u16 {
    let Some(dim) = dims.get(this).filter(|d| d.values >= 3) else { return 0 };
    let mut bits = 0;
    for (place, other) in dims.iter().enumerate().filter(|&(place, o)| place != this && o.values >= 2) {
        let mut pairs: HashMap<(u32, u32), usize> = HashMap::new();
        for (&a, &b) in dim.codes.iter().zip(&other.codes) {
            if a != 0 && b != 0 {
                *pairs.entry((a, b)).or_insert(0) += 1;
            }
        }
        let mut most: HashMap<u32, usize> = HashMap::new();
        let mut total = 0;
        for (&(a, _), &count) in &pairs {
            total += count;
            let best = most.entry(a).or_insert(0);
            *best = (*best).max(count);
        }
        let explained: usize = most.values().sum();
        // A field that is nearly always the same is said by everything; that is no hierarchy.
        let mut alone: HashMap<u32, usize> = HashMap::new();
        for (&(_, b), &count) in &pairs {
            *alone.entry(b).or_insert(0) += count;
        }
        let commonest = alone.values().copied().max().unwrap_or(0);
        if total > 0 && float(explained) >= SAYS * float(total) && float(commonest) < SAYS * float(total) {
            bits |= 1 << place;
        }
    }
    bits
}
