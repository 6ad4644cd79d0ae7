//! How work flows through teams: the last whole weeks beside those before them, team by team.
//!
//! Every figure is one of [`measures::compute`], [`measures::waiting`] or [`measures::series`]; what is made here
//! is the comparison. A page makes many comparisons, and of a hundred that tell nothing five would look like a change.
//! So a change is called one only where its 95 % interval leaves out zero *and* it stands among all comparisons made
//! (Benjamini and Hochberg 1995, at most one false one expected in twenty). And where the way in which a record comes
//! about would look like the change that is seen, it says so ([`Change::Unsure`]).

use std::collections::HashMap;

use jiff::civil::Date;
use jiff::{Span, Timestamp};
use measures::compare::{self, Difference};
use measures::stats::{Estimate, float};
use measures::{By, Calendar, Days, MeasureError, MeasureValue, Query, Series, SeriesWeek};
use problems::stats::{discovery_threshold, normal_at_least};
use work::Record;

use super::AnalysisError;

/// Most weeks of a span.
pub const WEEKS: usize = 13;
/// Fewest finished tickets of a team in both spans together, below which nothing is said of it.
pub const FEWEST_FINISHED: u64 = 20;
/// Most weeks of the small picture.
const DRAWN: usize = 2 * WEEKS;
/// Groups that are measured; the teams that are told are among the largest of them.
const MEASURED: usize = 200;
/// Weeks before a span from which on what was opened is mostly finished or seen: a record that begins later lacks
/// tickets that were finished in the first weeks of the span.
const RUN_UP: i64 = 4;
/// Weeks that a record must reach back behind the backlog whose age it tells.
const REACH: i64 = 26;
/// Largest share of false ones among the changes that are told.
const FALSE: f64 = 0.05;

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Tickets finished a week, the mean of the span; n is the tickets finished.
    Finished,
    /// Age of what was open at the end of the span, the median in hours; n is the tickets open.
    Age,
    /// Share of it that had been open for more than 30 days.
    Old,
    /// Share of it that waited for others.
    Waiting,
    /// Share of the tickets opened in the span that were reopened since.
    Reopened,
    /// Share of the tickets opened in the span that returned to a team that had given them away.
    PingPong,
    /// Hours within which half of the tickets opened in the span were resolved (Kaplan-Meier, cut off at its end).
    Resolve,
}

impl Kind {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 7] =
        [Self::Finished, Self::Age, Self::Old, Self::Waiting, Self::Reopened, Self::PingPong, Self::Resolve];

    /// Name of the measure and its statistic.
    #[must_use]
    pub fn measure(self) -> (&'static str, &'static str) {
        match self {
            Self::Finished => ("tickets", "count"),
            Self::Age => ("backlog_age_hours", "median"),
            Self::Old => ("backlog_older_than_30_days", "share"),
            Self::Waiting => ("backlog_waiting", "share"),
            Self::Reopened => ("reopened", "share"),
            Self::PingPong => ("ping_pong", "share"),
            Self::Resolve => ("opened_to_resolved_hours", "p50"),
        }
    }

    /// Whether it is read at the end of a span instead of over it.
    #[must_use]
    pub fn is_at_end(self) -> bool {
        matches!(self, Self::Age | Self::Old | Self::Waiting)
    }
}

/// What can be said of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// One of the two is below its minimum or has no whole interval.
    NotEnough,
    /// Full counts without an interval: the numbers are all there is to say.
    Counted,
    /// The interval holds zero.
    Same,
    /// The interval leaves out zero, but among so many comparisons that may be chance.
    Chance,
    /// It leaves out zero, but how the record comes about would look like this: less rework, where what was opened
    /// lately has had less time to come back; more finished or more that is old, where the record begins so late
    /// that the earlier span lacks what was opened before.
    Unsure,
    /// More, or longer.
    More,
    /// Less, or shorter.
    Less,
}

/// A figure of one span.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Side {
    /// The value with its 95 % interval, where it is an estimate.
    pub estimate: Estimate,
    /// How many tickets it rests on.
    pub n: u64,
}

/// A figure of both spans.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figure {
    /// What is compared.
    pub kind: Kind,
    /// The later span.
    pub later: Side,
    /// The earlier span.
    pub earlier: Side,
    /// Later less earlier. Of [`Kind::Finished`] the value is that of the two means, so that the page adds up, and the
    /// interval and the test are those of [`compare::weekly`], which one bad week does not move.
    pub difference: Option<Difference>,
    /// What can be said of it.
    pub change: Change,
}

/// A team.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Team {
    /// Its name.
    pub name: String,
    /// Its whole weeks, at most 26.
    pub weeks: Vec<SeriesWeek>,
    /// Tickets finished in both spans together.
    pub finished: u64,
    /// The figures; none below [`FEWEST_FINISHED`].
    pub figures: Vec<Figure>,
}

/// How work flows through teams.
#[derive(Debug, Clone, PartialEq)]
pub struct Flow {
    /// First day of the record.
    pub begins: Date,
    /// First day of the earlier span, of the later one, and the day after that.
    pub bounds: [Date; 3],
    /// Weeks of each span.
    pub weeks: usize,
    /// Whole weeks of the record.
    pub whole: usize,
    /// The largest teams by tickets, then by name.
    pub teams: Vec<Team>,
    /// Comparisons that were made.
    pub comparisons: usize,
    /// Whether the history of tickets tells what waited at the end of a span. Without it the later side of
    /// [`Kind::Waiting`] is that of the end of the record, and the earlier one is not known.
    pub history: bool,
}

impl Flow {
    /// Whether the record begins so late that the earlier side of a figure lacks what was opened before.
    #[must_use]
    pub fn begins_late(&self, kind: Kind) -> bool {
        begins_late(self.begins, self.bounds, kind)
    }
}

fn begins_late(begins: Date, [start, middle, _]: [Date; 3], kind: Kind) -> bool {
    let within = |day: Date, weeks: i64| day.checked_sub(Span::new().weeks(weeks)).is_ok_and(|day| begins > day);
    match kind {
        Kind::Finished => within(start, RUN_UP),
        Kind::Age | Kind::Old => within(middle, REACH),
        _ => false,
    }
}

/// What a record lacks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// No ticket has an opened instant.
    Days,
    /// No ticket names a team.
    Teams,
    /// Too few whole weeks: so many there are.
    Weeks(usize),
}

/// Fewest whole weeks of a record of which anything is said.
pub const FEWEST_WEEKS: usize = 2 * compare::FEWEST_WEEKS;

/// Measures of all teams at the ends and over the spans; the later one first.
#[derive(Debug, Clone, Default)]
struct Measured {
    over: [Vec<MeasureValue>; 2],
    open: [Vec<MeasureValue>; 2],
    waiting: [Vec<MeasureValue>; 2],
    history: bool,
}

/// How work flows through the teams of `series`, which must be one of the whole record with its teams; or what the
/// record lacks. Each span has 13 weeks, fewer (the half of all) where there are no 26 whole ones.
///
/// # Errors
/// When the record cannot be read.
pub async fn flow(
    record: &Record,
    calendar: &Calendar,
    series: Option<&Series>,
) -> Result<Result<Flow, Missing>, AnalysisError> {
    let Some(series) = series else { return Ok(Err(Missing::Days)) };
    if series.teams.is_empty() {
        return Ok(Err(Missing::Teams));
    }
    let whole = series.whole_weeks(&series.all);
    let weeks = WEEKS.min(whole.len() / 2);
    let (Some(bounds), true) = (bounds(&whole, weeks), whole.len() >= FEWEST_WEEKS) else {
        return Ok(Err(Missing::Weeks(whole.len())));
    };
    let session = record.session()?;
    let [start, middle, end] = bounds.map(|day| midnight(day, calendar));
    let (start, middle, end) = (start?, middle?, end?);
    let by_team = Query { by: Some(By::Group), top: Some(MEASURED), ..Query::default() };
    let over = |from, to| Query { from: Some(from), to: Some(to), as_of: Some(to), ..by_team.clone() };
    let at = |instant| Query { as_of: Some(instant), ..by_team.clone() };
    let measured = async |query: Query| measures::compute(session, &query, calendar).await;
    let mut found = Measured {
        over: [measured(over(middle, end)).await?, measured(over(start, middle)).await?],
        open: [measured(at(end)).await?, measured(at(middle)).await?],
        waiting: [measures::waiting(session, end).await?, measures::waiting(session, middle).await?],
        history: true,
    };
    if found.waiting.iter().all(Vec::is_empty) {
        // Without a history only the states of today are known.
        found.history = false;
        found.waiting = [measured(by_team).await?, Vec::new()];
    }
    Ok(Ok(told(series, bounds, weeks, &found)))
}

/// The first days of two spans of so many weeks at the end of these, and the day after them.
fn bounds(whole: &[SeriesWeek], weeks: usize) -> Option<[Date; 3]> {
    let last = whole.last()?.start;
    let before = |count: usize| last.checked_sub(Span::new().try_weeks(i64::try_from(count).ok()?).ok()?).ok();
    Some([before((2 * weeks).checked_sub(1)?)?, before(weeks - 1)?, last.checked_add(Span::new().weeks(1)).ok()?])
}

/// The instant at which a day begins.
fn midnight(day: Date, calendar: &Calendar) -> Result<Timestamp, MeasureError> {
    let start = day.to_zoned(calendar.zone().clone()).map_err(|error| MeasureError::Request(error.to_string()))?;
    Ok(start.timestamp())
}

fn told(series: &Series, bounds: [Date; 3], weeks: usize, measured: &Measured) -> Flow {
    let (over, open, waiting) = (places(&measured.over), places(&measured.open), places(&measured.waiting));
    let sides = |kind: Kind, team: &str| {
        let (name, statistic) = kind.measure();
        let places = match kind {
            Kind::Waiting => &waiting,
            kind if kind.is_at_end() => &open,
            _ => &over,
        };
        places
            .each_ref()
            .map(|values| values.get(&(team, name, statistic)).map(|value| side(value)).unwrap_or_default())
    };
    let mut teams: Vec<Team> =
        series.teams.iter().map(|(name, days)| team(series, name, days, weeks, |kind| sides(kind, name))).collect();
    let begins = series.start;
    let late = |kind| begins_late(begins, bounds, kind);
    let comparisons = judge(teams.iter_mut().flat_map(|team| &mut team.figures).collect(), late);
    let whole = series.whole_weeks(&series.all).len();
    Flow { begins, bounds, weeks, whole, teams, comparisons, history: measured.history }
}

/// Values by team, measure and statistic.
type Places<'a> = HashMap<(&'a str, &'a str, &'a str), &'a MeasureValue>;

fn places(sides: &[Vec<MeasureValue>; 2]) -> [Places<'_>; 2] {
    sides.each_ref().map(|values| {
        values
            .iter()
            .filter_map(|value| Some(((value.group.as_deref()?, value.name, value.statistic), value)))
            .collect()
    })
}

fn side(value: &MeasureValue) -> Side {
    Side { estimate: Estimate { value: value.value, low: value.low, high: value.high }, n: value.n }
}

/// A team with its figures, not yet judged. `sides` gives those of a kind, the later one first.
fn team(series: &Series, name: &str, days: &Days, weeks: usize, sides: impl Fn(Kind) -> [Side; 2]) -> Team {
    let whole = series.whole_weeks(days);
    let drawn = whole.get(whole.len().saturating_sub(DRAWN)..).unwrap_or_default().to_vec();
    let done: Vec<u32> = drawn.iter().rev().take(2 * weeks).rev().map(|week| week.completions).collect();
    let (earlier, later) = done.split_at(done.len().saturating_sub(weeks));
    let sum = |weeks: &[u32]| weeks.iter().map(|count| u64::from(*count)).sum::<u64>();
    let finished = sum(&done);
    let mut figures = Vec::new();
    if finished >= FEWEST_FINISHED {
        let mean = |weeks: &[u32]| Side {
            estimate: Estimate { value: Some(float(sum(weeks)) / float(weeks.len() as u64)), low: None, high: None },
            n: sum(weeks),
        };
        figures.extend(Kind::ALL.into_iter().filter_map(|kind| {
            let [now, before] = if kind == Kind::Finished { [mean(later), mean(earlier)] } else { sides(kind) };
            let difference = match kind {
                Kind::Finished => compare::weekly(later, earlier).and_then(|found| {
                    Some(Difference { value: now.estimate.value? - before.estimate.value?, ..found })
                }),
                Kind::Age => None,
                _ => compare::between(now.estimate, before.estimate),
            };
            // What the source never tells has no line.
            let is_told = now.n + before.n > 0 || kind == Kind::Finished;
            is_told.then_some(Figure { kind, later: now, earlier: before, difference, change: Change::NotEnough })
        }));
    }
    Team { name: name.to_owned(), weeks: drawn, finished, figures }
}

/// Says of every figure what can be said of its change, among all of them; gives how many were compared. `late` tells
/// of which kinds the earlier side lacks tickets.
fn judge(mut figures: Vec<&mut Figure>, late: impl Fn(Kind) -> bool) -> usize {
    let chance = |difference: &Difference| 2.0 * normal_at_least(difference.z.abs());
    let mut all: Vec<f64> = figures.iter().filter_map(|figure| figure.difference.as_ref().map(chance)).collect();
    let comparisons = all.len();
    let threshold = discovery_threshold(&mut all, float(comparisons as u64), FALSE);
    for figure in &mut figures {
        let both = figure.later.estimate.value.and(figure.earlier.estimate.value);
        figure.change = match &figure.difference {
            None if figure.kind == Kind::Age && both.is_some() => Change::Counted,
            None => Change::NotEnough,
            // Means and ranks that go apart tell of single weeks, not of a change.
            Some(difference) if !difference.is_told() || difference.value * difference.z <= 0.0 => Change::Same,
            Some(difference) if chance(difference) > threshold => Change::Chance,
            Some(difference) if difference.value > 0.0 => {
                if late(figure.kind) {
                    Change::Unsure
                } else {
                    Change::More
                }
            }
            Some(_) if matches!(figure.kind, Kind::Reopened | Kind::PingPong) => Change::Unsure,
            Some(_) => Change::Less,
        };
    }
    comparisons
}

#[cfg(test)]
#[path = "teams_tests.rs"]
mod tests;
