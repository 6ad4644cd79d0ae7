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

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::clock::{DAY, WEEK};
use crate::model::Symptoms;
use crate::onset::Rhythm;
use crate::stats::{Dice, discovery_threshold, float, normal_at_least};

/// Fewest tickets of a problem, and of tickets after and before together, for a single finding.
const FEWEST: usize = 20;
/// Fewest windows (changes, days).
const FEWEST_WINDOWS: u64 = 5;
/// Fewest weeks of whole record.
const FEWEST_WEEKS: i64 = 4;
/// Share of false ones accepted among what is told.
const FALSE_SHARE: f64 = 0.05;
/// 95 % of a normal law.
const Z: f64 = 1.645;

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

/// Counts on the true dates and on each placebo one.
#[derive(Debug, Clone, Default)]
struct Trial {
    problem: usize,
    kind: &'static str,
    value: String,
    n: u64,
    /// `(after, before)`; the first is the true one.
    counts: Vec<(f64, f64)>,
    /// Weeks that `before` is the mean of.
    weeks: f64,
}

impl Trial {
    fn log_ratio(count: (f64, f64)) -> f64 {
        ((count.0 + 0.5) / (count.1 + 0.5)).ln()
    }

    fn real(&self) -> (f64, f64) {
        self.counts.first().copied().unwrap_or_default()
    }

    /// Mean and deviation of the logarithm on placebo dates. The deviation is at least what counting alone gives.
    fn placebo(&self) -> (f64, f64) {
        let logs: Vec<f64> = self.counts.iter().skip(1).map(|&count| Self::log_ratio(count)).collect();
        let n = float(logs.len()).max(1.0);
        let mean = logs.iter().sum::<f64>() / n;
        let variance = logs.iter().map(|log| (log - mean).powi(2)).sum::<f64>() / (n - 1.0).max(1.0);
        let after = self.counts.iter().skip(1).map(|count| count.0).sum::<f64>() / n;
        let before = self.counts.iter().skip(1).map(|count| count.1).sum::<f64>() / n;
        let counting = 1.0 / (after + 0.5) + 1.0 / (before * self.weeks + 0.5);
        (mean, variance.max(counting).sqrt())
    }

    /// Probability of a ratio as large on a placebo date, for the true search (0) or one of the placebo ones.
    fn p(&self, place: usize, (mean, deviation): (f64, f64)) -> f64 {
        self.counts.get(place).map_or(1.0, |&count| normal_at_least((Self::log_ratio(count) - mean) / deviation))
    }

    fn told(&self, placebo: (f64, f64), placebo_yield: f64) -> Together {
        let (after, before) = self.real();
        let ratio = Self::log_ratio((after, before));
        Together {
            kind: self.kind.to_owned(),
            value: self.value.clone(),
            before,
            after,
            n: self.n,
            ratio: ratio.exp(),
            low: (ratio - Z * placebo.1).exp(),
            high: (ratio + Z * placebo.1).exp(),
            placebo_yield,
        }
    }
}

const SAME: &str = "change on the same item";
const NEAR: &str = "change on a neighbouring item";
const CODE: &str = "resolution";
const DAYS: &str = "calendar";
const ANY: &str = "any";

/// Changes as the search needs them, with the starts of all placebo searches.
struct Moved<'a> {
    rows: Vec<&'a Change>,
    /// For each search the start of each row.
    starts: Vec<Vec<i64>>,
    by_item: HashMap<&'a str, Vec<usize>>,
    by_service: HashMap<&'a str, Vec<usize>>,
}

impl<'a> Moved<'a> {
    fn new(changes: &'a [Change], observed: (i64, i64), look: &Look) -> Option<Self> {
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
    fn count(&self, of: &[usize], tickets: &[(i64, &str)], near: bool, look: &Look, into: &mut Vec<(f64, f64)>) {
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

/// Trials of one problem with the changes to its items and their neighbours.
fn by_changes(moved: &Moved<'_>, problem: usize, tickets: &[(i64, &str, &str)], look: &Look) -> Vec<Trial> {
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

/// Resolution codes of the desk, in the order of time.
struct Codes<'a> {
    of: Vec<&'a str>,
    /// Place of each ticket in that order.
    rank: Vec<usize>,
    all: BTreeMap<&'a str, f64>,
}

impl<'a> Codes<'a> {
    fn new(codes: &[&'a str], symptoms: &Symptoms) -> Self {
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

    fn trials(&self, problem: usize, group: &Group, look: &Look) -> Vec<Trial> {
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

/// Whether a day is marked.
type DayTest = fn(jiff::civil::Date) -> bool;

/// Days that are marked, true and moved.
struct Calendar {
    marks: Vec<(&'static str, Vec<Vec<bool>>)>,
}

impl Calendar {
    fn new(rhythm: &Rhythm, look: &Look) -> Self {
        let count = rhythm.days.len();
        let date = |day: usize| {
            let at = rhythm.from + i64::try_from(day).unwrap_or(0) * DAY;
            jiff::Timestamp::from_second(at).map(|t| t.to_zoned(jiff::tz::TimeZone::UTC).date()).ok()
        };
        let mut dice = Dice::new(look.seed ^ 0xda7e);
        let weeks = count / 7;
        let named: [(&'static str, DayTest); 3] = [
            ("last two days of the month", |date| date.day() + 1 >= date.days_in_month()),
            ("first two days of the month", |date| date.day() <= 2),
            ("Mondays", |date| date.weekday() == jiff::civil::Weekday::Monday),
        ];
        let marks = named
            .into_iter()
            .map(|(name, test)| {
                let real: Vec<bool> = (0..count).map(|day| date(day).is_some_and(test)).collect();
                let mut all = vec![real.clone()];
                for _ in 0..look.placebos {
                    let mut moved = vec![false; count];
                    if name == "Mondays" {
                        // Another working day of each week.
                        for (day, _) in real.iter().enumerate().filter(|(_, marked)| **marked) {
                            if let Some(mark) = moved.get_mut(day + dice.below(5)) {
                                *mark = true;
                            }
                        }
                    } else {
                        // The days of one month move together, by whole weeks.
                        let mut shift = 0;
                        for (day, _) in real.iter().enumerate().filter(|(_, marked)| **marked) {
                            if day == 0 || real.get(day - 1).is_none_or(|before| !before) {
                                shift = 7 * (1 + dice.below(weeks.max(2) - 1));
                            }
                            if let Some(mark) = moved.get_mut((day + shift) % (weeks * 7).max(1)) {
                                *mark = true;
                            }
                        }
                    }
                    all.push(moved);
                }
                (name, all)
            })
            .collect();
        Self { marks }
    }

    fn trials(&self, problem: usize, own: &[i64], rhythm: &Rhythm) -> Vec<Trial> {
        let mut mine = vec![0_u32; rhythm.days.len()];
        for &at in own {
            if let Some(day) = rhythm.day(at).and_then(|day| mine.get_mut(day)) {
                *day += 1;
            }
        }
        let count = |marks: &Vec<bool>| {
            let (mut on, mut others_on, mut all, mut others) = (0.0, 0.0, 0.0, 0.0);
            for ((&own, &desk), &marked) in mine.iter().zip(&rhythm.days).zip(marks) {
                let rest = f64::from(desk.saturating_sub(own));
                all += f64::from(own);
                others += rest;
                if marked {
                    on += f64::from(own);
                    others_on += rest;
                }
            }
            (on, (all - on) / (others - others_on).max(1.0) * others_on)
        };
        self.marks
            .iter()
            .map(|(name, marks)| Trial {
                problem,
                kind: DAYS,
                value: (*name).to_owned(),
                n: marks.first().map_or(0, |days| days.iter().filter(|day| **day).count() as u64),
                counts: marks.iter().map(count).collect(),
                weeks: 4.0,
            })
            .collect()
    }
}

/// Pools, judges over all, counts the same on placebo dates, and keeps what exceeds them.
fn decide(problems: usize, trials: &[Trial], look: &Look) -> Company {
    let searches = look.placebos as usize + 1;
    let mut company =
        Company { pooled: pooled(trials, searches), single: vec![Vec::new(); problems], ..Company::default() };
    let mut words = Vec::new();
    for (name, kinds) in
        [("changes", [SAME, NEAR]), ("resolution codes", [CODE, CODE]), ("days of the calendar", [DAYS, DAYS])]
    {
        let trials: Vec<&Trial> = trials.iter().filter(|trial| kinds.contains(&trial.kind)).collect();
        let family = judge(name, &trials, searches, &mut company.single);
        if family.tried > 0 {
            words.push(format!(
                "{name}: {} of {} combinations stand out, on placebo dates {:.1} (95 % of the times at most {:.0}), {}",
                family.found,
                family.tried,
                family.placebo_yield,
                family.placebo_high,
                if family.told() { "so they are told" } else { "so no single one is told" }
            ));
            company.families.push(family);
        }
    }
    for list in &mut company.single {
        list.sort_by(|a, b| b.low.total_cmp(&a.low).then_with(|| (&a.kind, &a.value).cmp(&(&b.kind, &b.value))));
    }
    company.sentence = if words.is_empty() {
        "Not enough to say what problems are seen together with: no combination has enough tickets.".to_owned()
    } else {
        format!("Seen together, which is sequence and no proof: {}.", words.join("; "))
    };
    company
}

/// Judges one kind of search over all problems, and writes what is told to them.
fn judge(name: &str, trials: &[&Trial], searches: usize, single: &mut [Vec<Together>]) -> Family {
    let enough: Vec<(&Trial, (f64, f64))> = trials
        .iter()
        .filter(|trial| {
            let most = trial.counts.iter().map(|count| count.0 + count.1 * trial.weeks).fold(0.0, f64::max);
            trial.n >= FEWEST_WINDOWS && most >= float(FEWEST)
        })
        .map(|trial| (*trial, trial.placebo()))
        .collect();
    let yields: Vec<(usize, f64)> = (0..searches)
        .map(|place| {
            let ps: Vec<f64> = enough.iter().map(|(trial, placebo)| trial.p(place, *placebo)).collect();
            let threshold = discovery_threshold(&mut ps.clone(), float(ps.len()), FALSE_SHARE);
            (ps.iter().filter(|p| **p <= threshold).count(), threshold)
        })
        .collect();
    let mut again: Vec<usize> = yields.iter().skip(1).map(|found| found.0).collect();
    again.sort_unstable();
    let (found, threshold) = yields.first().copied().unwrap_or((0, -1.0));
    let family = Family {
        name: name.to_owned(),
        tried: enough.len() as u64,
        found: found as u64,
        placebo_yield: again.iter().map(|&count| float(count)).sum::<f64>() / float(again.len()).max(1.0),
        placebo_high: again.get(again.len() * 95 / 100).copied().map_or(0.0, float),
    };
    if family.told() {
        for (trial, placebo) in &enough {
            if trial.p(0, *placebo) <= threshold
                && let Some(list) = single.get_mut(trial.problem)
            {
                list.push(trial.told(*placebo, family.placebo_yield));
            }
        }
    }
    family
}

/// Sums over all problems by kind and value.
fn pooled(trials: &[Trial], searches: usize) -> Vec<Together> {
    let mut sums: BTreeMap<(&str, &str), Trial> = BTreeMap::new();
    for trial in trials.iter().filter(|trial| trial.kind == SAME || trial.kind == NEAR || trial.kind == DAYS) {
        let sum = sums.entry((trial.kind, &trial.value)).or_insert_with(|| Trial {
            kind: trial.kind,
            value: trial.value.clone(),
            weeks: trial.weeks,
            counts: vec![(0.0, 0.0); searches],
            ..Trial::default()
        });
        // Days are the same for all problems, changes are not.
        sum.n = if trial.kind == DAYS { trial.n } else { sum.n + trial.n };
        for (sum, count) in sum.counts.iter_mut().zip(&trial.counts) {
            *sum = (sum.0 + count.0, sum.1 + count.1);
        }
    }
    sums.into_values()
        .filter(|sum| sum.n >= FEWEST_WINDOWS && sum.real().0 + sum.real().1 >= float(FEWEST))
        .map(|sum| {
            let placebo = sum.placebo();
            sum.told(placebo, placebo.0.exp())
        })
        .collect()
}

#[cfg(test)]
#[path = "together_tests.rs"]
mod tests;
