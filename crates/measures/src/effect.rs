//! Change and incident: what is seen after changes, beside the same search on placebo dates.
//!
//! A naive reading blames every incident that was opened on an item within some hours after a change
//! to it. Items that are changed often are busy items, so that most of this is seen on any day. Two
//! things are done about it:
//! - **The same windows earlier.** Incidents in the window after a change are compared with those of the
//!   same item in the same weekday and hours one and more weeks before. Pooled over all changes this is
//!   a rate ratio; its interval is a bootstrap over items, because changes to one item are not
//!   independent.
//! - **Placebo dates.** Every change is moved by a random number of whole weeks (the same for all its
//!   items, around the ends of the span) and the very same search is made again, many times.
//!
//! Sequence only: nothing here says that a change caused anything.

use std::collections::HashMap;

use query::Session;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::calendar::{Calendar, DAY};
use crate::changes::Changes;
use crate::columns::{instants, scan, text};
use crate::error::Result;
use crate::extent::{Extent, Span};
use crate::names::Names;
use crate::stats::{float, sorted_quantile};
use crate::value::grouped;

const WEEK: i64 = 7 * DAY;
/// Below this many changes, or incidents in the windows, nothing is said.
const MINIMUM: u64 = 20;
/// Below this many weeks there are too few placebo dates.
const MINIMUM_WEEKS: i64 = 4;
/// Most windows that are counted over all placebo searches.
const WINDOWS: usize = 200_000_000;

/// How the search is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct EffectSettings {
    /// Length of the window after a change.
    pub hours: u32,
    /// How many weeks before are looked at for comparison.
    pub weeks_before: u32,
    /// Searches on placebo dates.
    pub placebos: u32,
    /// Draws of the bootstrap.
    pub draws: u32,
    /// Seed of the placebo dates and draws: the same seed gives the same answer.
    pub seed: u64,
}

impl Default for EffectSettings {
    fn default() -> Self {
        Self { hours: 72, weeks_before: 2, placebos: 200, draws: 1000, seed: 1 }
    }
}

/// Median and middle 95 % of something that was done many times.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Range {
    /// 2.5 % lie below.
    pub low: f64,
    /// Half lie below.
    pub median: f64,
    /// 2.5 % lie above.
    pub high: f64,
}

/// Links that people made from a ticket to a change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Links {
    /// Tickets that name a change.
    pub links: u64,
    /// Of these, the change is in the record with the instant at which it began.
    pub dated: u64,
    /// The change began after the ticket was opened: it is its fix, not its cause.
    pub fixes: u64,
    /// The change began before the ticket was opened.
    pub before: u64,
}

/// What the rule says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Too few changes, incidents or weeks.
    NotEnough,
    /// Nothing beyond what placebo dates show.
    Coincidence,
    /// More incidents are seen after changes than at the same hours of earlier weeks and than on placebo dates.
    More,
    /// Fewer.
    Fewer,
}

/// The pooled effect of changes on the incidents of their items.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChangeEffect {
    /// How the search was made.
    pub settings: EffectSettings,
    /// Changes in the span of weeks that has room for the windows.
    pub changes: u64,
    /// Items that they touched.
    pub items: u64,
    /// Incidents on these items in the part of the record that is whole.
    pub incidents: u64,
    /// Weeks of the span.
    pub weeks: u32,
    /// Incidents seen within the hours after any change of the record to the same item: what a naive
    /// reading blames.
    pub naive: u64,
    /// The same for the changes in the span only; to be read beside `placebo`.
    pub blamed: u64,
    /// The same search on placebo dates: incidents.
    pub placebo: Option<Range>,
    /// Incidents in the windows after, an incident in several windows in each.
    pub after: u64,
    /// Incidents in the same windows of the weeks before, all weeks together.
    pub before: u64,
    /// Rate after over rate before, with its 95 % interval (bootstrap over items).
    pub ratio: Option<Range>,
    /// The same ratio on placebo dates.
    pub placebo_ratio: Option<Range>,
    /// Links made by people.
    pub links: Links,
    /// What the rule says.
    pub verdict: Verdict,
    /// The same in a sentence.
    pub sentence: String,
}

/// One change to one item, times in local seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Touch {
    item: u32,
    change: u32,
    start: i64,
}

/// Tickets as one partition sees them.
#[derive(Debug, Default)]
struct Part {
    span: Span,
    sources: Names,
    /// Sources that call a ticket an incident.
    calls: Vec<bool>,
    /// Source, called incident, item, opened in local seconds.
    on_items: Vec<(u32, bool, u32, i64)>,
    /// Name of the source, change named, opened in milliseconds.
    links: Vec<(String, String, i64)>,
}

/// The pooled effect of changes on the incidents of their items. Incidents are the tickets whose kind
/// is `incident`; of a source that never says so, all tickets. `None` when the record has no change with
/// an item and a start.
///
/// # Errors
/// When the record cannot be read.
pub async fn change_effect(
    session: &Session,
    settings: &EffectSettings,
    calendar: &Calendar,
) -> Result<Option<ChangeEffect>> {
    let changes = Changes::read(session).await?;
    let (zone, items) = (calendar.clone(), changes.items.clone());
    let columns = ["source", "kind", "item", "opened", "resolved", "closed", "as_of", "linked_change"];
    let parts = scan::<Part, _>(session, "tickets", &columns, move |part, batch| {
        let (source, kind) = (text(batch, "source")?, text(batch, "kind")?);
        let (item, linked) = (text(batch, "item")?, text(batch, "linked_change")?);
        let opened = instants(batch, "opened")?;
        let others = [instants(batch, "resolved")?, instants(batch, "closed")?, instants(batch, "as_of")?];
        for row in 0..batch.num_rows() {
            let name = source.get(row).unwrap_or_default();
            let source = part.sources.number(name);
            let incident = kind.get(row).is_some_and(|kind| kind.contains("incident"));
            let index = source as usize;
            if part.calls.len() <= index {
                part.calls.resize(index + 1, false);
            }
            if let Some(calls) = part.calls.get_mut(index) {
                *calls |= incident;
            }
            for ms in others.iter().filter_map(|column| column.get(row)) {
                part.span.note(ms);
            }
            if let Some(ms) = others[0].get(row).or(others[1].get(row)) {
                part.span.note_ended(ms);
            }
            let Some(ms) = opened.get(row) else { continue };
            part.span.note(ms);
            let second = ms.div_euclid(1000);
            part.span.note_opened(zone.local(second).0);
            if let Some(item) = item.get(row).and_then(|item| items.find(item)) {
                part.on_items.push((source, incident, item, second + zone.offset(second)));
            }
            if let Some(change) = linked.get(row).filter(|change| !change.is_empty()) {
                part.links.push((name.to_owned(), change.to_owned(), ms));
            }
        }
        Ok(())
    })
    .await?;
    let (settings, calendar) = (*settings, calendar.clone());
    Ok(tokio::task::spawn_blocking(move || gather(&parts, &changes, &settings, &calendar)).await?)
}

fn gather(parts: &[Part], changes: &Changes, settings: &EffectSettings, calendar: &Calendar) -> Option<ChangeEffect> {
    let mut span = Span::default();
    let mut calls = std::collections::BTreeSet::new();
    for part in parts {
        span.merge(&part.span);
        calls.extend(
            (0_u32..).zip(&part.calls).filter(|(_, calls)| **calls).map(|(source, _)| part.sources.name(source)),
        );
    }
    let extent = span.extent()?;
    let mut tickets: Vec<Vec<i64>> = vec![Vec::new(); changes.items.len()];
    for part in parts {
        for &(source, incident, item, at) in &part.on_items {
            if (incident || !calls.contains(part.sources.name(source)))
                && let Some(list) = tickets.get_mut(item as usize)
            {
                list.push(at);
            }
        }
    }
    for list in &mut tickets {
        list.sort_unstable();
    }
    // Where no source tells when changes really began, the plan has to do.
    let actual = changes.rows.iter().any(|row| row.actual.is_some());
    let mut touches: Vec<Touch> = changes
        .rows
        .iter()
        .zip(&changes.change)
        .filter_map(|(row, change)| {
            let start = if actual { row.actual } else { row.planned }?.div_euclid(1000);
            let item = changes.items.find(row.item.as_deref()?)?;
            Some(Touch { item, change: *change, start: start + calendar.offset(start) })
        })
        .collect();
    touches.sort_unstable();
    touches.dedup();
    if touches.is_empty() {
        return None;
    }
    let links = links(parts, changes);
    Some(pooled(&touches, &tickets, &extent, settings, links))
}

/// Counts the links and which of the linked changes began after the ticket was opened.
fn links(parts: &[Part], changes: &Changes) -> Links {
    let mut began: HashMap<&str, Vec<(&str, i64)>> = HashMap::new();
    for row in &changes.rows {
        if let Some(start) = row.actual {
            let known = began.entry(&row.id).or_default();
            match known.iter_mut().find(|(source, _)| *source == row.source) {
                Some((_, first)) => *first = (*first).min(start),
                None => known.push((&row.source, start)),
            }
        }
    }
    let mut links = Links::default();
    for (source, change, opened) in parts.iter().flat_map(|part| &part.links) {
        links.links += 1;
        let known = began.get(change.as_str()).map(Vec::as_slice).unwrap_or_default();
        let start = match known {
            [(_, start)] => Some(*start),
            several => several.iter().find(|(from, _)| from == source).map(|(_, start)| *start),
        };
        if let Some(start) = start {
            links.dated += 1;
            links.fixes += u64::from(start > *opened);
            links.before += u64::from(start <= *opened);
        }
    }
    links
}

/// What one search finds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Found {
    blamed: u64,
    after: u64,
    before: u64,
}

impl Found {
    /// Rate after over rate before.
    fn ratio(&self, weeks_before: u32) -> Option<f64> {
        (self.before > 0).then(|| float(self.after) * f64::from(weeks_before) / float(self.before))
    }
}

fn within(times: &[i64], from: i64, to: i64) -> u64 {
    (times.partition_point(|at| *at <= to) - times.partition_point(|at| *at <= from)) as u64
}

/// Searches one item: windows after each start, the same windows in the weeks before, and the tickets
/// in any window after, each once. `starts` must be sorted.
fn search(times: &[i64], starts: &[i64], length: i64, weeks_before: u32) -> Found {
    let mut found = Found::default();
    let mut covered = i64::MIN;
    for &start in starts {
        found.after += within(times, start, start + length);
        for week in 1..=i64::from(weeks_before) {
            let start = start - week * WEEK;
            found.before += within(times, start, start + length);
        }
        let from = start.max(covered);
        if from < start + length {
            found.blamed += within(times, from, start + length);
            covered = start + length;
        }
    }
    found
}

/// Searches all items with the starts that `moved` gives. Returns what each item gives.
fn search_all(
    touches: &[Touch],
    tickets: &[Vec<i64>],
    settings: &EffectSettings,
    moved: impl Fn(&Touch) -> i64,
) -> Vec<Found> {
    let length = i64::from(settings.hours) * 3600;
    touches
        .chunk_by(|one, other| one.item == other.item)
        .map(|group| {
            let times =
                group.first().and_then(|touch| tickets.get(touch.item as usize)).map(Vec::as_slice).unwrap_or_default();
            if times.is_empty() {
                return Found::default();
            }
            let mut starts: Vec<i64> = group.iter().map(&moved).collect();
            starts.sort_unstable();
            search(times, &starts, length, settings.weeks_before)
        })
        .collect()
}

fn total(found: &[Found]) -> Found {
    found.iter().fold(Found::default(), |sum, one| Found {
        blamed: sum.blamed + one.blamed,
        after: sum.after + one.after,
        before: sum.before + one.before,
    })
}

fn pooled(
    touches: &[Touch],
    tickets: &[Vec<i64>],
    extent: &Extent,
    settings: &EffectSettings,
    links: Links,
) -> ChangeEffect {
    let (whole_from, whole_to) = (extent.whole_from * DAY, (extent.whole_to + 1) * DAY);
    let length = i64::from(settings.hours) * 3600;
    let last = whole_to - length;
    let weeks = ((last - whole_from) / WEEK - i64::from(settings.weeks_before)).max(0);
    // Whole weeks, counted back from the last start that has its window in the record.
    let first = last - weeks * WEEK;
    let inside: Vec<Touch> = touches.iter().copied().filter(|touch| (first..last).contains(&touch.start)).collect();
    let naive = total(&search_all(touches, tickets, settings, |touch| touch.start)).blamed;
    let by_item = search_all(&inside, tickets, settings, |touch| touch.start);
    let found = total(&by_item);
    let changed: Vec<u32> =
        inside.chunk_by(|one, other| one.item == other.item).filter_map(|group| Some(group.first()?.item)).collect();
    let incidents = changed
        .iter()
        .filter_map(|item| tickets.get(*item as usize))
        .map(|times| within(times, whole_from - 1, whole_to - 1))
        .sum();
    let mut numbers: Vec<u32> = inside.iter().map(|touch| touch.change).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let enough = numbers.len() as u64 >= MINIMUM && found.after + found.before >= MINIMUM && weeks >= MINIMUM_WEEKS;
    let placebos = if enough { placebos(&inside, tickets, settings, (first, weeks), &numbers) } else { Vec::new() };
    let blamed_again: Vec<f64> = placebos.iter().map(|found| float(found.blamed)).collect();
    let ratios: Vec<f64> = placebos.iter().filter_map(|found| found.ratio(settings.weeks_before)).collect();
    let placebo = range(blamed_again);
    let placebo_ratio = range(ratios);
    let ratio = if enough { bootstrap(&by_item, settings) } else { None };
    let mut effect = ChangeEffect {
        settings: *settings,
        changes: numbers.len() as u64,
        items: changed.len() as u64,
        incidents,
        weeks: u32::try_from(weeks).unwrap_or(0),
        naive,
        blamed: found.blamed,
        placebo,
        after: found.after,
        before: found.before,
        ratio,
        placebo_ratio,
        links,
        verdict: Verdict::NotEnough,
        sentence: String::new(),
    };
    effect.judge();
    effect
}

/// The same search on placebo dates.
fn placebos(
    inside: &[Touch],
    tickets: &[Vec<i64>],
    settings: &EffectSettings,
    span: (i64, i64),
    numbers: &[u32],
) -> Vec<Found> {
    let (first, weeks) = span;
    let windows = inside.len().max(1) * (2 + settings.weeks_before as usize);
    let runs = (settings.placebos as usize).min(WINDOWS / windows).max(40);
    let place: HashMap<u32, usize> = numbers.iter().enumerate().map(|(place, number)| (*number, place)).collect();
    let places: Vec<usize> = inside.iter().map(|touch| place.get(&touch.change).copied().unwrap_or(0)).collect();
    let at: HashMap<Touch, usize> = inside.iter().copied().zip(places).collect();
    (0..runs as u64)
        .into_par_iter()
        .map(|run| {
            let mut chance = ChaCha8Rng::seed_from_u64(settings.seed);
            chance.set_stream(run + 1);
            let shifts: Vec<i64> = numbers.iter().map(|_| chance.random_range(1..weeks)).collect();
            let moved = |touch: &Touch| {
                let shift = at.get(touch).and_then(|place| shifts.get(*place)).copied().unwrap_or(1);
                first + (touch.start - first + shift * WEEK).rem_euclid(weeks * WEEK)
            };
            total(&search_all(inside, tickets, settings, moved))
        })
        .collect()
}

/// Rate ratio with the middle 95 % of draws of items with replacement.
fn bootstrap(by_item: &[Found], settings: &EffectSettings) -> Option<Range> {
    let value = total(by_item).ratio(settings.weeks_before)?;
    let drawn: Vec<f64> = (0..u64::from(settings.draws))
        .into_par_iter()
        .filter_map(|draw| {
            let mut chance = ChaCha8Rng::seed_from_u64(settings.seed);
            chance.set_stream(draw + (1 << 40));
            let mut sum = Found::default();
            for _ in by_item {
                if let Some(one) = by_item.get(chance.random_range(0..by_item.len())) {
                    sum.after += one.after;
                    sum.before += one.before;
                }
            }
            sum.ratio(settings.weeks_before)
        })
        .collect();
    range(drawn).map(|range| Range { median: value, ..range })
}

/// A count that an estimate gives, in words.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of tickets, held to what fits")]
fn rounded(count: f64) -> String {
    grouped(count.round().clamp(0.0, 1e15) as u64)
}

fn range(mut values: Vec<f64>) -> Option<Range> {
    values.sort_unstable_by(f64::total_cmp);
    Some(Range {
        low: sorted_quantile(&values, 0.025)?,
        median: sorted_quantile(&values, 0.5)?,
        high: sorted_quantile(&values, 0.975)?,
    })
}

impl ChangeEffect {
    /// Applies the rule. "More" and "fewer" need both: an interval of the ratio that lies clear of 1, and
    /// a ratio and (for more) a count outside the range of the placebo dates.
    fn judge(&mut self) {
        let (Some(ratio), Some(placebo), Some(again)) = (self.ratio, self.placebo, self.placebo_ratio) else {
            self.sentence = format!(
                "Not enough to say: {} changes, {} incidents in the windows, {} weeks; at least {MINIMUM}, {MINIMUM} and \
                 {MINIMUM_WEEKS} are needed.",
                grouped(self.changes),
                grouped(self.after + self.before),
                self.weeks
            );
            return;
        };
        let more = ratio.low > 1.0 && ratio.median > again.high && float(self.blamed) > placebo.high;
        let fewer = ratio.high < 1.0 && ratio.median < again.low;
        let share = if self.blamed == 0 { 0.0 } else { 100.0 * placebo.median / float(self.blamed) };
        let hours = self.settings.hours;
        let beside = format!(
            "{} incidents were opened within {hours} hours after a change to the same item; with the changes moved to \
             placebo dates {} are ({} to {}), that is {share:.0} % of them",
            grouped(self.blamed),
            rounded(placebo.median),
            rounded(placebo.low),
            rounded(placebo.high)
        );
        let rate = format!(
            "{:.2} times the rate at the same hours of the weeks before (95 %: {:.2} to {:.2}; on placebo dates {:.2} to {:.2})",
            ratio.median, ratio.low, ratio.high, again.low, again.high
        );
        (self.verdict, self.sentence) = if more {
            let rest = if share > 50.0 {
                "Most of what a naive reading would blame is coincidence; the rest is seen together with changes, which is sequence and no proof"
            } else {
                "Seen together with changes, which is sequence and no proof"
            };
            (Verdict::More, format!("More incidents are seen after changes: {beside}; {rate}. {rest}."))
        } else if fewer {
            (
                Verdict::Fewer,
                format!("Fewer incidents are seen after changes: {beside}; {rate}. Sequence and no proof."),
            )
        } else {
            (
                Verdict::Coincidence,
                format!(
                    "Nothing beyond coincidence can be shown: {beside}; {rate}. Busy items have incidents on any day."
                ),
            )
        };
    }
}

#[cfg(test)]
#[path = "effect_tests.rs"]
mod tests;
