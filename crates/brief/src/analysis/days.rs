//! The record by days: what came, what was finished, when in the week; and the forecast from it.

use std::collections::{BTreeMap, HashMap};

use arrow::array::Array;
use futures::StreamExt;
use jiff::civil::Date;
use measures::Calendar;
use pipeline::{Forecast, History, NotEnough, Settings, TeamForecast};
use work::Record;

use super::AnalysisError;
use super::symptoms::{instants, words};
use crate::content::{FlowWeek, OpenWeek};

/// Counts by local day.
#[derive(Debug, Clone, Default)]
pub struct TeamDays {
    /// Tickets opened.
    pub opened: BTreeMap<Date, u32>,
    /// Tickets finished.
    pub finished: BTreeMap<Date, u32>,
}

/// The record by local days.
#[derive(Debug, Clone, Default)]
pub struct Days {
    /// All tickets.
    pub all: TeamDays,
    /// By team, tickets without a known team left out.
    pub teams: BTreeMap<String, TeamDays>,
    /// Tickets opened by weekday (Monday first) and hour.
    pub hours: Vec<Vec<u32>>,
    /// Tickets of which an end is known.
    pub ended: u64,
}

#[derive(Default)]
struct Part {
    opened: HashMap<i64, u32>,
    finished: HashMap<i64, u32>,
    /// Opened and finished of each team.
    teams: HashMap<String, [HashMap<i64, u32>; 2]>,
    hours: Vec<u32>,
    ended: u64,
}

/// The day that lies so many days after 1 January 1970.
pub(super) fn day_date(day: i64) -> Option<Date> {
    let epoch = jiff::civil::date(1970, 1, 1);
    epoch.checked_add(jiff::Span::new().try_days(day).ok()?).ok()
}

/// Reads the record by days of the calendar's zone, all partitions at the same time.
///
/// A ticket that ended without a known instant counts as finished when its last version was seen.
///
/// # Errors
/// When the record cannot be read.
pub async fn days(record: &Record, calendar: &Calendar) -> Result<Days, AnalysisError> {
    let streams = record
        .session()?
        .partitions(
            "select opened, team, case when closed is null and coalesce(stage in ('new', 'active', 'waiting'), resolved is null) \
             then null else coalesce(resolved, closed, as_of) end as ended from tickets where opened is not null",
        )
        .await?;
    let mut tasks = Vec::new();
    for mut stream in streams {
        let calendar = calendar.clone();
        tasks.push(tokio::spawn(async move {
            let mut part = Part { hours: vec![0; 7 * 24], ..Part::default() };
            while let Some(batch) = stream.next().await {
                let batch = batch?;
                let (opened, ended, team) =
                    (instants(&batch, "opened")?, instants(&batch, "ended")?, words(&batch, "team")?);
                for row in 0..batch.num_rows() {
                    let team = team.is_valid(row).then(|| team.value(row)).filter(|t| !t.is_empty());
                    let end = (ended.is_valid(row)).then(|| ended.value(row).max(opened.value(row)));
                    part.note(&calendar, opened.value(row), end, team);
                }
            }
            Ok::<Part, AnalysisError>(part)
        }));
    }
    let mut whole = Days { hours: vec![vec![0; 24]; 7], ..Days::default() };
    for task in tasks {
        whole.add(task.await??);
    }
    Ok(whole)
}

impl Part {
    fn note(&mut self, calendar: &Calendar, opened: i64, ended: Option<i64>, team: Option<&str>) {
        let (day, second) = calendar.local(opened.div_euclid(1000));
        let end = ended.map(|ms| calendar.local(ms.div_euclid(1000)).0);
        *self.opened.entry(day).or_default() += 1;
        // 1 January 1970 was a Thursday.
        let place = (day + 3).rem_euclid(7) * 24 + second / 3600;
        if let Some(count) = usize::try_from(place).ok().and_then(|p| self.hours.get_mut(p)) {
            *count += 1;
        }
        if let Some(end) = end {
            *self.finished.entry(end).or_default() += 1;
            self.ended += 1;
        }
        let Some(team) = team else { return };
        if !self.teams.contains_key(team) {
            self.teams.insert(team.to_owned(), Default::default());
        }
        if let Some([came, went]) = self.teams.get_mut(team) {
            *came.entry(day).or_default() += 1;
            if let Some(end) = end {
                *went.entry(end).or_default() += 1;
            }
        }
    }
}

impl Days {
    fn add(&mut self, part: Part) {
        let merge = |into: &mut BTreeMap<Date, u32>, from: HashMap<i64, u32>| {
            for (day, n) in from {
                if let Some(date) = day_date(day) {
                    *into.entry(date).or_default() += n;
                }
            }
        };
        merge(&mut self.all.opened, part.opened);
        merge(&mut self.all.finished, part.finished);
        for (team, [opened, finished]) in part.teams {
            let days = self.teams.entry(team).or_default();
            merge(&mut days.opened, opened);
            merge(&mut days.finished, finished);
        }
        for (i, n) in part.hours.into_iter().enumerate() {
            if let Some(cell) = self.hours.get_mut(i / 24).and_then(|row| row.get_mut(i % 24)) {
                *cell += n;
            }
        }
        self.ended += part.ended;
    }
}

/// The full weeks of a record and what is coming after them.
#[derive(Debug, Clone)]
pub struct Coming {
    /// Monday of the first full week.
    pub full_from: Date,
    /// Monday after the last full week: the first day that is forecast.
    pub full_to: Date,
    /// The full weeks: opened and finished.
    pub weekly: Vec<FlowWeek>,
    /// The full weeks: open at the end of each.
    pub open: Vec<OpenWeek>,
    /// Tickets opened in the full weeks.
    pub full_tickets: u64,
    /// Whether the record goes on after the full weeks, too thinly to be the desk.
    pub thins_out: bool,
    /// Whether the record tells when tickets end at all.
    pub ends_known: bool,
    /// The forecast, or why there is none.
    pub forecast: Result<Forecast, NotEnough>,
    /// The same by team, those with the most to come first.
    pub teams: Vec<TeamForecast>,
}

fn plus(date: Date, days: i64) -> Date {
    date.saturating_add(jiff::Span::new().try_days(days).unwrap_or_default())
}

/// Finds the full weeks and forecasts the `weeks` after them. `None` when no ticket has a known day.
///
/// The full weeks end where the record thins out to less than a tenth of its usual weeks (see
/// [`pipeline::Edges`]), else with the last whole week. All computing, no reading: call it away from
/// the threads that answer others.
#[must_use]
pub fn coming(days: &Days, weeks: u32, settings: &Settings) -> Option<Coming> {
    let list = |map: &BTreeMap<Date, u32>| map.iter().map(|(d, n)| (*d, *n)).collect::<Vec<_>>();
    let (opened, finished) = (list(&days.all.opened), list(&days.all.finished));
    let first = opened.first()?.0;
    let whole = History::from_days(&opened, &finished, None).ok();
    let (from, until, thins_out) = whole.as_ref().map_or((first, first, false), |history| {
        let edges = history.edges();
        (if edges.thin_start == 0 { first } else { edges.dense_from.max(first) }, edges.dense_until, edges.thin_end > 0)
    });
    let monday_before = |d: Date| plus(d, -i64::from(d.weekday().to_monday_zero_offset()));
    // A first week that begins on a Saturday or later says nothing of the desk.
    let full_from = if from == monday_before(from) { from } else { plus(monday_before(from), 7) };
    let full_to = monday_before(plus(until, 1));
    let mut out = Coming {
        full_from,
        full_to: full_to.max(full_from),
        weekly: Vec::new(),
        open: Vec::new(),
        full_tickets: 0,
        thins_out,
        ends_known: days.ended > 0,
        forecast: Err(NotEnough { reason: "the record holds no full week".to_owned() }),
        teams: Vec::new(),
    };
    let sum = |map: &BTreeMap<Date, u32>, a: Date, b: Date| map.range(a..b).map(|(_, n)| *n).sum::<u32>();
    let before = |map: &BTreeMap<Date, u32>| map.range(..full_from).map(|(_, n)| i64::from(*n)).sum::<i64>();
    let mut open = before(&days.all.opened) - before(&days.all.finished);
    let mut monday = full_from;
    while monday < full_to {
        let next = plus(monday, 7);
        let (came, went) = (sum(&days.all.opened, monday, next), sum(&days.all.finished, monday, next));
        open += i64::from(came) - i64::from(went);
        out.full_tickets += u64::from(came);
        out.weekly.push(FlowWeek { start: monday, opened: came, finished: went });
        if out.ends_known {
            out.open.push(OpenWeek { start: monday, open: u32::try_from(open.max(0)).unwrap_or(u32::MAX) });
        }
        monday = next;
    }
    if full_to > full_from {
        let sunday = plus(full_to, -1);
        out.forecast =
            History::from_days(&opened, &finished, Some(sunday)).and_then(|h| pipeline::forecast(&h, weeks, settings));
        let histories: Vec<(String, History)> = days
            .teams
            .iter()
            .filter_map(|(team, d)| {
                Some((team.clone(), History::from_days(&list(&d.opened), &list(&d.finished), Some(sunday)).ok()?))
            })
            .collect();
        out.teams = pipeline::forecast_teams(&histories, weeks, settings);
    }
    Some(out)
}
