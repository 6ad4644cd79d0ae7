//! What is coming: arrivals, completions and backlog, forecast from the record itself. Pure: no IO, no clock; randomness by seed.
//!
//! The way of the data: counts by day ([`History`]) → weeks of seven days counted back from the last
//! complete day → levels learned week by week ([`level`], [`desk`]) → Monte Carlo runs → quantiles,
//! whose width is set by how the same forecast did at earlier origins of the same record
//! ([`backtest`]). Weekdays enter twice: every week holds each weekday once, so that no weekday
//! pattern disturbs the level; and the day on which a run's backlog clears is found by days, with the
//! record's own weekday profile of arrivals and of completions.
//!
//! What it does not know: yearly seasons, public holidays to come, anything that the record has not
//! shown yet. An interval is as good as the back-test says, which is told beside it: on made-up desks
//! of eleven laws 64 to 85 % of the weeks after the record's end fell within (`examples/calibrate.rs`).
//! Cost: linear in weeks for learning, and in runs times weeks for the runs; 0.10 s of one core for
//! the year of the bundled sample (46 origins, 2,000 runs a year ahead), whatever the number of tickets.

mod backtest;
mod chance;
mod days;
mod desk;
mod level;
pub mod model;

use jiff::civil::Date;
use rayon::prelude::*;

pub use days::Edges;
pub use model::{Backtest, Clears, Distance, Forecast, History, NotEnough, Quantiles, Settings, TeamForecast, Week};

use backtest::Widths;
use chance::{Chance, quantiles};
use days::{plus_days, real};
use desk::{Desk, Run};

/// Fewest whole weeks that a forecast is made from.
pub const MIN_WEEKS: usize = 6;
/// Fewest tickets opened in those weeks.
pub const MIN_TICKETS: u64 = 20;
/// Fewest checked week forecasts below which no coverage is told.
pub const MIN_CHECKS: u64 = 16;
/// Fewest origins below which no coverage is told.
pub const MIN_ORIGINS: u64 = 4;
/// Most weeks that are forecast.
pub const MAX_WEEKS: u32 = 26;
/// Weeks whose weekday profile is used.
const PROFILE_WEEKS: usize = 26;

/// Forecasts the next `weeks` (1 to [`MAX_WEEKS`]) after the last day of `history`.
///
/// # Errors
/// [`NotEnough`] when fewer than [`MIN_WEEKS`] whole weeks or [`MIN_TICKETS`] opened tickets are there
/// (a thin start is left out before counting), or when no ticket was opened in the last half of it.
pub fn forecast(history: &History, weeks: u32, settings: &Settings) -> Result<Forecast, NotEnough> {
    let edges = history.edges();
    let mut past = history.weeks();
    let mut notes = Vec::new();
    if edges.thin_start > 0 {
        past.drain(..edges.thin_start.min(past.len()));
        notes.push(format!(
            "Before {} the record holds fewer than a tenth of the tickets of its usual weeks: the start of an \
             extraction rather than of the desk. These {} weeks are left out.",
            edges.dense_from, edges.thin_start
        ));
    }
    let tickets: f64 = past.iter().map(|week| week.arrivals).sum();
    if past.len() < MIN_WEEKS || tickets < f64::from(u32::try_from(MIN_TICKETS).unwrap_or(u32::MAX)) {
        let left_out = if notes.is_empty() { "" } else { " after its thin start" };
        let weeks = if past.len() == 1 { "week" } else { "weeks" };
        let opened = if (tickets - 1.0).abs() < 0.5 { "ticket" } else { "tickets" };
        return Err(NotEnough {
            reason: format!(
                "the record has {} whole {weeks} with {tickets} opened {opened}{left_out}; a forecast takes at least \
                 {MIN_WEEKS} weeks and {MIN_TICKETS} tickets",
                past.len()
            ),
        });
    }
    if edges.thin_end > 0 {
        notes.push(format!(
            "Since {} the record holds fewer than a tenth of the tickets of its usual weeks: either the desk became \
             that quiet or the export is cut there. The forecast goes on from these last {} weeks as they are.",
            plus_days(edges.dense_until, 1),
            edges.thin_end
        ));
    }
    let n_days = u64::try_from(past.len() * 7).unwrap_or(u64::MAX);
    if past.len() < 104 {
        notes.push("The record is too short to show yearly seasons; holidays to come are not foreseen.".to_owned());
    } else {
        notes.push("Yearly seasons and holidays to come are not foreseen.".to_owned());
    }

    let weeks = weeks.clamp(1, MAX_WEEKS);
    let desk = Desk::learn(past);
    let (backtest, widths) = backtest::roll(&desk, weeks, settings);
    let (weeks, clears) = draw(history, &desk, weeks, settings, &widths);
    Ok(Forecast {
        origin: history.end(),
        backlog: history.backlog,
        weeks,
        clears,
        backtest,
        runs: settings.runs.max(1),
        n_days,
        notes,
    })
}

/// The same for each team. Give all histories the same last day ([`History::from_days`] with
/// `complete_until`). Teams with the most tickets to come in the first week come first, those without a
/// forecast last, by name. Of many teams a lighter forecast is made ([`Settings::for_teams`]).
#[must_use]
pub fn forecast_teams(teams: &[(String, History)], weeks: u32, settings: &Settings) -> Vec<TeamForecast> {
    let settings = settings.for_teams();
    let mut all: Vec<TeamForecast> = teams
        .par_iter()
        .map(|(team, history)| TeamForecast { team: team.clone(), forecast: forecast(history, weeks, &settings) })
        .collect();
    let expected = |team: &TeamForecast| {
        team.forecast.as_ref().ok().and_then(|f| f.weeks.first()).map_or(-1.0, |week| week.arrivals.p50)
    };
    all.sort_by(|a, b| expected(b).total_cmp(&expected(a)).then_with(|| a.team.cmp(&b.team)));
    all
}

/// Runs the weeks to come and takes their quantiles.
fn draw(history: &History, desk: &Desk, weeks: u32, settings: &Settings, widths: &Widths) -> (Vec<Week>, Clears) {
    let (ahead, runs) = (usize::try_from(weeks).unwrap_or(1), u64::from(settings.runs.max(1)));
    let horizon = usize::try_from(settings.horizon_days.clamp(7, 7 * 520)).unwrap_or(364);
    let long = ahead.max(horizon.div_ceil(7));
    let open = f64::from(history.backlog);
    let profile_in = History::profile(&history.arrivals, PROFILE_WEEKS);
    let profile_out = History::profile(&history.completions, PROFILE_WEEKS);
    let drawn: Vec<(Run, Option<usize>)> =
        desk.origin(desk.weeks().len().saturating_sub(1)).map_or_else(Vec::new, |origin| {
            (0..runs)
                .into_par_iter()
                .map(|index| {
                    let mut run = origin.run(long, &mut Chance::new(settings.seed, index));
                    let clear = clear_day(&run, open, &profile_in, &profile_out).filter(|day| *day <= horizon);
                    run.weeks.truncate(ahead);
                    (run, clear)
                })
                .collect()
        });
    let column = |index: usize, value: fn(&days::WeekCount) -> f64| {
        let mut values: Vec<f64> = drawn.iter().filter_map(|(run, _)| run.weeks.get(index)).map(value).collect();
        quantiles(&mut values)
    };
    let first_day = plus_days(history.end(), 1);
    let forecast = (0..ahead)
        .map(|index| Week {
            start: plus_days(first_day, 7 * i64::try_from(index).unwrap_or(0)),
            arrivals: tenths(widths.arrivals(index, column(index, |week| week.arrivals))),
            completions: tenths(widths.arrivals(index, column(index, |week| week.completions))),
            backlog: tenths(widths.backlog(index, column(index, |week| week.backlog))),
        })
        .collect();
    (forecast, clears(&drawn, history.end(), settings.horizon_days))
}

/// Counts to a tenth: more would feign a precision that no run has.
fn tenths(q: Quantiles) -> Quantiles {
    let round = |x: f64| (x * 10.0).round() / 10.0;
    Quantiles { p15: round(q.p15), p50: round(q.p50), p85: round(q.p85) }
}

/// When the runs clear.
fn clears(drawn: &[(Run, Option<usize>)], origin: Date, horizon_days: u32) -> Clears {
    let mut days: Vec<usize> = drawn.iter().filter_map(|(_, day)| *day).collect();
    days.sort_unstable();
    let by = |share: f64| {
        // The earliest day by which this share of all runs, cleared or not, is clear.
        let mut cleared = 0_usize;
        days.iter()
            .find(|_| {
                cleared += 1;
                real(cleared) >= share * real(drawn.len())
            })
            .map(|day| plus_days(origin, i64::try_from(*day).unwrap_or(0)))
    };
    Clears { p50: by(0.5), p85: by(0.85), share: real(days.len()) / real(drawn.len().max(1)), horizon_days }
}

/// The day (1 the first) at whose end a run's backlog is zero, 0 when it is zero already.
///
/// A week's counts are laid over its days by the weekday profiles; what cannot be finished yet
/// because it has not been opened yet is finished on a later day of the same week.
fn clear_day(run: &Run, open: f64, profile_in: &[f64; 7], profile_out: &[f64; 7]) -> Option<usize> {
    if open <= 0.0 {
        return Some(0);
    }
    let mut backlog = open;
    for (index, week) in run.weeks.iter().enumerate() {
        let (mut share_in, mut share_out, mut opened, mut finished) = (0.0, 0.0, 0.0_f64, 0.0_f64);
        for day in 0..7 {
            share_in += profile_in[day];
            share_out += profile_out[day];
            opened = if day == 6 { week.arrivals } else { (week.arrivals * share_in).round() };
            let wanted = if day == 6 { week.completions } else { (week.completions * share_out).round() };
            finished = wanted.min(backlog + opened).max(finished);
            if backlog + opened - finished <= 0.0 {
                return Some(index * 7 + day + 1);
            }
        }
        backlog = backlog + opened - finished;
    }
    None
}

#[cfg(test)]
mod tests;
