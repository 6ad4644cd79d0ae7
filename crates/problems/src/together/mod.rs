//! What a problem is seen together with: changes to its items and to neighbouring ones, resolution codes, days
//! of the calendar. Sequence and company only; nothing here says that one came from the other.
//!
//! - **Changes.** Tickets of the problem within some hours after the start of a change to the same item, or to
//!   another item of the same service, are held against those in the same weekday and hours of the weeks before.
//! - **Codes.** Tickets with a resolution code are held against the share of that code on the rest of the desk.
//! - **Calendar.** Tickets on the first and last days of months and on Mondays against the other days, counted in
//!   the desk's other tickets.
//!
//! **Placebo.** The very same search is made many times on dates where nothing was: the changes of a week moved by whole
//! weeks (same weekday and hour), the days of the calendar moved, the problem's codes read from tickets shifted
//! in time. A ratio is judged by how it varies there. What stands out is decided over all problems at once
//! (Benjamini-Hochberg), the same number is counted on the placebo dates, and it is printed beside each finding:
//! where placebo dates yield as much, nothing single is told. The pooled ratios come first.

mod calendar;
mod changes;
mod codes;
mod judge;

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::clock::WEEK;
use crate::model::Symptoms;
use crate::onset::Rhythm;
use crate::stats::float;
use calendar::Calendar;
use changes::{Moved, by_changes};
use codes::Codes;
use judge::{Trial, decide};

/// Fewest tickets of a problem, and of tickets after and before together, for a single finding.
const FEWEST: usize = 20;
/// Fewest weeks of whole record.
const FEWEST_WEEKS: i64 = 4;

/// One thing that a problem is seen together with.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Together {
    /// `change on the same item`, `change on a neighbouring item`, `resolution`, `calendar`.
    pub kind: String,
    /// Which: the kind of change, the code, the days. `any` for all changes.
    pub value: String,
    /// Tickets in the same windows of the weeks before (mean of a week), or that the rest of the desk lets expect.
    pub before: f64,
    /// Tickets in the windows after, with the code, or on the days.
    pub after: f64,
    /// Changes, tickets or days it rests on.
    pub n: u64,
    /// After over before (half a ticket added to each).
    pub ratio: f64,
    /// Lower end of its 90 % interval, from how the ratio varies on placebo dates.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// How many single findings the same kind of search makes on placebo dates, over all problems (mean); for a
    /// pooled ratio the same ratio on placebo dates.
    pub placebo_yield: f64,
}

/// A change and an item that it touches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// Number of the change: rows of one change move together.
    pub change: u32,
    /// When it began, seconds since 1970.
    pub start: i64,
    /// Item, as tickets name it; empty where unknown.
    pub item: String,
    /// Service of the item; empty where unknown.
    pub service: String,
    /// Kind, such as a type of release; empty where unknown.
    pub kind: String,
}

/// How to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// Length of the window after a change.
    pub hours: u32,
    /// How many weeks before are looked at.
    pub weeks_before: u32,
    /// Searches on placebo dates.
    pub placebos: u32,
    /// Seed of the placebo dates.
    pub seed: u64,
}

impl Default for Look {
    fn default() -> Self {
        Self { hours: 72, weeks_before: 2, placebos: 60, seed: 1 }
    }
}

/// A problem as this search needs it.
#[derive(Debug, Clone, Default)]
pub struct Group {
    /// Indices of its tickets.
    pub members: Vec<u32>,
    /// It was found by its resolution code, so that the code tells nothing new.
    pub by_resolution: bool,
}

/// One kind of search: what it found, and what it finds where nothing was.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Family {
    /// `changes`, `resolution codes`, `days of the calendar`.
    pub name: String,
    /// Combinations that had enough to be tried.
    pub tried: u64,
    /// Of them found on the true dates.
    pub found: u64,
    /// The same on placebo dates, mean.
    pub placebo_yield: f64,
    /// The same; 95 % of the placebo searches lie at or below.
    pub placebo_high: f64,
}

impl Family {
    /// Whether more is found than on placebo dates, so that single findings are told.
    #[must_use]
    pub fn told(&self) -> bool {
        let found = float(usize::try_from(self.found).unwrap_or(usize::MAX));
        found > self.placebo_high && found > 2.0 * self.placebo_yield
    }
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Company {
    /// Over all problems: each scope and kind of change, and the days.
    pub pooled: Vec<Together>,
    /// For each problem, the strongest first; empty where nothing single can be told.
    pub single: Vec<Vec<Together>>,
    /// What each kind of search yields beside its placebo.
    pub families: Vec<Family>,
    /// The same in words.
    pub sentence: String,
}

const SAME: &str = "change on the same item";
const NEAR: &str = "change on a neighbouring item";
const CODE: &str = "resolution";
const DAYS: &str = "calendar";
const ANY: &str = "any";

/// The words of a coded field for each ticket; empty where the record has no such field.
fn column<'a>(symptoms: &'a Symptoms, name: &str) -> Vec<&'a str> {
    let Some(field) = symptoms.fields.iter().find(|field| field.name == name) else {
        return vec![""; symptoms.len()];
    };
    (0..symptoms.len()).map(|ticket| field.value(field.code(ticket))).collect()
}

/// Looks for what the problems are seen together with. `observed` is the part of the record that is whole.
#[must_use]
pub fn together(
    groups: &[Group],
    symptoms: &Symptoms,
    changes: &[Change],
    observed: Option<(i64, i64)>,
    look: &Look,
) -> Company {
    let none = |why: &str| Company {
        single: vec![Vec::new(); groups.len()],
        sentence: format!("Not enough to say what problems are seen together with: {why}."),
        ..Company::default()
    };
    let Some(observed) = observed else { return none("no week of the record is whole") };
    if (observed.1 - observed.0).div_euclid(WEEK) < FEWEST_WEEKS + i64::from(look.weeks_before) {
        return none("the record is too short for placebo dates");
    }
    let (items, services) = (column(symptoms, "item"), column(symptoms, "service"));
    // An item's service, where tickets do not tell it themselves.
    let mut of: BTreeMap<&str, &str> = BTreeMap::new();
    for change in changes.iter().filter(|change| !change.item.is_empty() && !change.service.is_empty()) {
        of.entry(&change.item).or_insert(&change.service);
    }
    let moved = Moved::new(changes, observed, look);
    let codes = column(symptoms, "resolution");
    let rest = Codes::new(&codes, symptoms);
    let rhythm = Rhythm::new(&symptoms.opened, observed);
    let days = Calendar::new(&rhythm, look);
    let trials: Vec<Trial> = groups
        .par_iter()
        .enumerate()
        .filter(|(_, group)| group.members.len() >= FEWEST)
        .flat_map_iter(|(problem, group)| {
            let mut tickets: Vec<(i64, &str, &str)> = group
                .members
                .iter()
                .filter_map(|&ticket| {
                    let ticket = ticket as usize;
                    let item = items.get(ticket).copied().unwrap_or("");
                    let told = services.get(ticket).copied().filter(|service| !service.is_empty());
                    Some((*symptoms.opened.get(ticket)?, item, told.or(of.get(item).copied()).unwrap_or("")))
                })
                .collect();
            tickets.sort_unstable();
            let mut trials = moved.as_ref().map(|moved| by_changes(moved, problem, &tickets, look)).unwrap_or_default();
            if !group.by_resolution {
                trials.extend(rest.trials(problem, group, look));
            }
            let instants: Vec<i64> = tickets.iter().map(|ticket| ticket.0).collect();
            trials.extend(days.trials(problem, &instants, &rhythm));
            trials
        })
        .collect();
    decide(groups.len(), &trials, look)
}

#[cfg(test)]
mod tests;
