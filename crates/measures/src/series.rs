//! The past by day: arrivals, completions, backlog and its age; arrivals by weekday and hour.

use std::sync::Arc;

use jiff::civil::Date;
use query::Session;
use serde::Serialize;

use crate::accumulate::NOWHERE;
use crate::calendar::{Calendar, date_of, weekday};
use crate::columns::{instants, ranks, scan, text};
use crate::compute::millis;
use crate::error::Result;
use crate::extent::{Extent, Span};
use crate::names::Names;
use crate::value::Query;

/// Longest series in days: twenty years before the end.
const LONGEST: i64 = 7305;
/// From how many days on a ticket is in the next band of age.
const BANDS: [i64; 4] = [0, 7, 30, 90];

/// Teams of a series when nobody says how many.
pub const TEAMS: usize = 12;

/// Days of a desk or of one team; all lists have one entry a day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Days {
    /// Open tickets when the first day began.
    pub starting_backlog: u32,
    /// Tickets opened.
    pub arrivals: Vec<u32>,
    /// Tickets finished: resolved, else closed, else the last version where only the state says that
    /// it ended.
    pub completions: Vec<u32>,
    /// Open tickets at the end of each day by age: under 7 days, 7 to under 30, 30 to under 90, 90 and more.
    pub ages: [Vec<u32>; 4],
}

impl Days {
    /// Open tickets at the end of each day.
    #[must_use]
    pub fn backlog(&self) -> Vec<u32> {
        let mut open = i64::from(self.starting_backlog);
        self.arrivals
            .iter()
            .zip(&self.completions)
            .map(|(came, went)| {
                open += i64::from(*came) - i64::from(*went);
                u32::try_from(open.max(0)).unwrap_or(u32::MAX)
            })
            .collect()
    }

    /// Open tickets at the end of the last day.
    #[must_use]
    pub fn ending_backlog(&self) -> u32 {
        let sum = |days: &[u32]| days.iter().map(|count| i64::from(*count)).sum::<i64>();
        let open = i64::from(self.starting_backlog) + sum(&self.arrivals) - sum(&self.completions);
        u32::try_from(open.max(0)).unwrap_or(u32::MAX)
    }
}

/// A week of a series, Monday to Sunday.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SeriesWeek {
    /// Its Monday.
    pub start: Date,
    /// How many of its days are in the series; fewer than 7 at the ends.
    pub days: u32,
    /// Tickets opened.
    pub arrivals: u32,
    /// Tickets finished.
    pub completions: u32,
    /// Open at its end.
    pub backlog: u32,
    /// Of these, open for less than 7 days, 7 to under 30, 30 to under 90, 90 and more.
    pub ages: [u32; 4],
}

/// The past by day.
#[derive(Debug, Clone, Serialize)]
pub struct Series {
    /// The first day, in the calendar's zone.
    pub start: Date,
    /// The part of the record that is whole, see [`Extent`]. Before it the record knows only what was
    /// still open, or nothing.
    pub whole: (Date, Date),
    /// The last instant seen in the record, milliseconds since 1970.
    pub end_ms: i64,
    /// All tickets with a known opened instant.
    pub all: Days,
    /// Tickets of priority 1 opened each day, and of 1 or 2; empty where priorities are not told.
    pub urgent: Option<(Vec<u32>, Vec<u32>)>,
    /// The largest teams by tickets, then by name. A ticket that names no team is in `all` only.
    pub teams: Vec<(String, Days)>,
    /// Arrivals by weekday (Monday first) and hour of the calendar's zone.
    pub hours: [[u64; 24]; 7],
}

impl Series {
    /// All tickets by week.
    #[must_use]
    pub fn weeks(&self) -> Vec<SeriesWeek> {
        self.weeks_of(&self.all)
    }

    /// The whole weeks of all tickets or of one of [`Series::teams`]: seven days, all of them in the part of the
    /// record that is whole.
    #[must_use]
    pub fn whole_weeks(&self, days: &Days) -> Vec<SeriesWeek> {
        let (from, to) = self.whole;
        let whole = |week: &SeriesWeek| week.days == 7 && week.start >= from && week.start <= to;
        self.weeks_of(days).into_iter().filter(whole).collect()
    }

    /// All tickets or one of [`Series::teams`] by week; the weeks are the same for each.
    #[must_use]
    pub fn weeks_of(&self, days: &Days) -> Vec<SeriesWeek> {
        let first = crate::calendar::day_of(self.start);
        let mut weeks: Vec<SeriesWeek> = Vec::new();
        let counts = days.arrivals.iter().zip(&days.completions).zip(days.backlog());
        for (index, ((came, went), open)) in counts.enumerate() {
            let day = first + i64::try_from(index).unwrap_or(0);
            let monday = date_of(day - weekday(day));
            if weeks.last().is_none_or(|week| week.start != monday) {
                weeks.push(SeriesWeek {
                    start: monday,
                    days: 0,
                    arrivals: 0,
                    completions: 0,
                    backlog: 0,
                    ages: [0; 4],
                });
            }
            if let Some(week) = weeks.last_mut() {
                week.days += 1;
                week.arrivals += came;
                week.completions += went;
                week.backlog = open;
                week.ages = [0, 1, 2, 3]
                    .map(|band: usize| days.ages.get(band).and_then(|days| days.get(index)).copied().unwrap_or(0));
            }
        }
        weeks
    }
}

/// Team, day opened, day finished (none while open), rank 1 or 2.
type Life = (u32, i32, i32, u8);
/// Still open.
const NEVER: i32 = i32::MAX;

#[derive(Debug, Default)]
struct Part {
    span: Span,
    teams: Names,
    lives: Vec<Life>,
    hours: Vec<u64>,
    ranked: bool,
}

/// The past by day over the tickets that `query` asks for: `from` and `to` bound the days that are
/// shown (tickets opened before are in the starting backlog), `as_of` rewinds the record, `top` is how
/// many teams are told (none without it), `by` is not looked at. `None` when no ticket has an opened instant.
///
/// # Errors
/// When the record cannot be read.
pub async fn series(session: &Session, query: &Query, calendar: &Calendar) -> Result<Option<Series>> {
    let as_of = millis(query.as_of, i64::MAX);
    let zone = Arc::new(calendar.clone());
    let shared = Arc::clone(&zone);
    let columns = ["opened", "resolved", "closed", "as_of", "stage", "team", "priority_rank", "first_response"];
    let parts = scan::<Part, _>(session, "tickets", &columns, move |part, batch| {
        let (opened, resolved) = (instants(batch, "opened")?, instants(batch, "resolved")?);
        let (closed, version) = (instants(batch, "closed")?, instants(batch, "as_of")?);
        let response = instants(batch, "first_response")?;
        let (stage, team, rank) = (text(batch, "stage")?, text(batch, "team")?, ranks(batch, "priority_rank")?);
        let day = |ms: i64| i32::try_from(shared.local(ms.div_euclid(1000)).0).unwrap_or(NEVER);
        if part.hours.is_empty() {
            part.hours.resize(7 * 24, 0);
        }
        for row in 0..batch.num_rows() {
            let ends = (resolved.get(row), closed.get(row));
            let known = [opened.get(row), ends.0, ends.1, version.get(row), response.get(row)];
            for ms in known.into_iter().flatten() {
                part.span.note(ms);
            }
            if let Some(ms) = ends.0.or(ends.1) {
                part.span.note_ended(ms);
            }
            let Some(ms) = opened.get(row) else { continue };
            let (local, second) = shared.local(ms.div_euclid(1000));
            part.span.note_opened(local);
            let rank = rank.get(row);
            part.ranked |= rank.is_some();
            if ms >= as_of {
                continue;
            }
            let done = match stage.get(row).unwrap_or_default() {
                "new" | "active" | "waiting" => ends.1,
                "" => ends.0.or(ends.1),
                _ => ends.0.or(ends.1).or(version.get(row)).or(Some(ms)),
            };
            // An end before the opening is a slip: it ended when it was opened.
            let end = done.filter(|end| *end < as_of).map_or(NEVER, |end| day(end.max(ms)));
            let hour = usize::try_from(weekday(local) * 24 + second / 3600).unwrap_or(0);
            if let Some(arrivals) = part.hours.get_mut(hour) {
                *arrivals += 1;
            }
            let team = part.teams.number(team.get(row).unwrap_or_default());
            let rank = rank.and_then(|rank| u8::try_from(rank).ok()).unwrap_or(0);
            part.lives.push((team, day(ms), end, rank));
        }
        Ok(())
    })
    .await?;
    let mut span = Span::default();
    for part in &parts {
        span.merge(&part.span);
    }
    let Some(extent) = span.extent() else { return Ok(None) };
    let query = query.clone();
    Ok(tokio::task::spawn_blocking(move || lay_out(parts, &extent, &query, &zone)).await?)
}

fn lay_out(mut parts: Vec<Part>, extent: &Extent, query: &Query, calendar: &Calendar) -> Option<Series> {
    let day = |ms: i64| calendar.local(ms.div_euclid(1000)).0;
    let end_ms = query.as_of.map_or(extent.end_ms, jiff::Timestamp::as_millisecond);
    let mut last = day(end_ms);
    if let Some(to) = query.to {
        last = last.min(day(to.as_millisecond() - 1));
    }
    let mut first = extent.first_day.max(last - LONGEST);
    if let Some(from) = query.from {
        first = first.max(day(from.as_millisecond()));
    }
    if first > last {
        return None;
    }
    let (teams, chosen) = largest(&parts, query.top.unwrap_or(0));
    let count = usize::try_from(last - first + 1).ok()?;
    let mut all = Course::new(count);
    let mut by_team: Vec<Course> = chosen.iter().map(|_| Course::new(count)).collect();
    let mut urgent = (vec![0_u32; count], vec![0_u32; count]);
    let mut hours = [[0_u64; 24]; 7];
    let ranked = parts.iter().any(|part| part.ranked);
    for part in &mut parts {
        let places: Vec<u32> = (0_u32..)
            .take(part.teams.len())
            .map(|number| teams.find(part.teams.name(number)).unwrap_or(NOWHERE))
            .collect();
        for (index, arrived) in part.hours.iter().enumerate() {
            if let Some(hour) = hours.get_mut(index / 24).and_then(|day| day.get_mut(index % 24)) {
                *hour += arrived;
            }
        }
        for (team, opened, ended, rank) in std::mem::take(&mut part.lives) {
            let (opened, ended) = (i64::from(opened) - first, i64::from(ended) - first);
            all.live(opened, ended);
            let place = places.get(team as usize).copied().unwrap_or(NOWHERE) as usize;
            if let Some(course) = by_team.get_mut(place) {
                course.live(opened, ended);
            }
            if let Ok(index) = usize::try_from(opened) {
                if let (1, Some(day)) = (rank, urgent.0.get_mut(index)) {
                    *day += 1;
                }
                if let (1 | 2, Some(day)) = (rank, urgent.1.get_mut(index)) {
                    *day += 1;
                }
            }
        }
    }
    Some(Series {
        start: date_of(first),
        whole: (date_of(extent.whole_from.max(first)), date_of(extent.whole_to.min(last))),
        end_ms,
        all: all.days(),
        urgent: ranked.then_some(urgent),
        teams: chosen.into_iter().zip(by_team.into_iter().map(Course::days)).collect(),
        hours,
    })
}

/// Days that are being counted.
struct Course {
    days: Days,
    /// By band of age how many more tickets are in it at the end of a day than at that of the day before.
    steps: [Vec<i64>; 4],
}

impl Course {
    fn new(count: usize) -> Self {
        let days = Days { arrivals: vec![0; count], completions: vec![0; count], ..Days::default() };
        Self { days, steps: std::array::from_fn(|_| vec![0; count + 1]) }
    }

    /// Adds a ticket by its days relative to the first.
    fn live(&mut self, opened: i64, ended: i64) {
        let days = &mut self.days;
        if opened < 0 && ended >= 0 {
            days.starting_backlog += 1;
        }
        if let Some(day) = usize::try_from(opened).ok().and_then(|day| days.arrivals.get_mut(day)) {
            *day += 1;
        }
        if let Some(day) = usize::try_from(ended).ok().and_then(|day| days.completions.get_mut(day)) {
            *day += 1;
        }
        self.age(opened, ended);
    }

    /// Adds a ticket to the bands of age: on which days it is open at the day's end and how old.
    fn age(&mut self, opened: i64, ended: i64) {
        let limit = i64::try_from(self.days.arrivals.len()).unwrap_or(i64::MAX);
        let place = |day: i64| usize::try_from(day.clamp(0, limit)).unwrap_or(0);
        for (band, steps) in self.steps.iter_mut().enumerate() {
            let low = BANDS.get(band).copied().unwrap_or(0);
            let high = BANDS.get(band + 1).copied().unwrap_or(i64::from(NEVER));
            let (from, to) = (place(opened + low), place((opened + high).min(ended)));
            if from < to {
                if let Some(step) = steps.get_mut(from) {
                    *step += 1;
                }
                if let Some(step) = steps.get_mut(to) {
                    *step -= 1;
                }
            }
        }
    }

    /// The days, with what is open at the end of each by age.
    fn days(self) -> Days {
        let count = self.days.arrivals.len();
        let ages = self.steps.map(|steps| {
            let open = steps.iter().take(count).scan(0_i64, |open, step| {
                *open += step;
                Some(u32::try_from(*open).unwrap_or(0))
            });
            open.collect()
        });
        Days { ages, ..self.days }
    }
}

/// The largest teams by tickets, as numbers and in order; those that are not told have no place among them.
fn largest(parts: &[Part], top: usize) -> (Names, Vec<String>) {
    let mut all = Names::default();
    let mut counts: Vec<u64> = Vec::new();
    for part in parts {
        let places: Vec<usize> =
            (0_u32..).take(part.teams.len()).map(|number| all.number(part.teams.name(number)) as usize).collect();
        counts.resize(all.len(), 0);
        for (team, ..) in &part.lives {
            if let Some(count) = places.get(*team as usize).and_then(|place| counts.get_mut(*place)) {
                *count += 1;
            }
        }
    }
    let mut order: Vec<(u64, &str)> =
        (0_u32..).zip(&counts).map(|(number, count)| (*count, all.name(number))).collect();
    order.retain(|(_, name)| !name.is_empty());
    order.sort_unstable_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(other.1)));
    order.truncate(top);
    let mut names = Names::default();
    let chosen: Vec<String> = order.into_iter().map(|(_, name)| name.to_owned()).collect();
    for name in &chosen {
        names.number(name);
    }
    (names, chosen)
}
