//! `plumb forecast`.

use std::fmt::Write as _;

use brief::analysis::{WEEKS_AHEAD, calendar, coming, days};
use pipeline::{Quantiles, TeamForecast};
use serde_json::json;

use crate::args::{Forecast, Format};
use crate::commands::{open, output, settings};
use crate::error::{CommandError, CommandResult, Done};

/// Prints what is coming in the next eight weeks, and how far to trust it.
pub async fn run(given: &Forecast) -> CommandResult {
    let record = open(&given.data.dir)?;
    let calendar = calendar(&record, &settings(&given.data.dir)?).map_err(CommandError::refused)?;
    let days = days(&record, &calendar).await.map_err(CommandError::internal)?;
    let ahead = tokio::task::spawn_blocking(move || coming(&days, WEEKS_AHEAD, &pipeline::Settings::default()))
        .await
        .map_err(CommandError::internal)?
        .ok_or_else(|| {
            CommandError::refused("no ticket has a day on which it was opened")
                .hint("import an export with opening times")
        })?;
    match (&ahead.forecast, given.output.format) {
        (Ok(forecast), Format::Json) => {
            let mut value = json!(forecast);
            if let Some(map) = value.as_object_mut() {
                map.insert("teams".into(), json!(teams(&ahead.teams)));
            }
            output::json(&value)?;
        }
        (Err(reason), Format::Json) => {
            let backtest = json!({ "coverage_70": null, "n": 0 });
            output::json(&json!({ "weeks": [], "backtest": backtest, "not_enough": reason.reason, "teams": [] }))?;
        }
        (Err(reason), Format::Text) => output::print(&format!("Not enough to say: {}.", reason.reason))?,
        (Ok(forecast), Format::Text) => output::print(&text(forecast, &ahead.teams))?,
    }
    Ok(Done::All)
}

fn range(q: Quantiles) -> String {
    [q.p15, q.p50, q.p85].map(|value| output::number(value.round())).join(" / ")
}

/// The weeks to come, when the backlog clears, what comes to each team, and how far to trust it.
fn text(forecast: &pipeline::Forecast, teams: &[TeamForecast]) -> String {
    let rows: Vec<Vec<String>> = forecast
        .weeks
        .iter()
        .map(|week| vec![week.start.to_string(), range(week.arrivals), range(week.completions), range(week.backlog)])
        .collect();
    let header = ["week of", "opened (P15 / P50 / P85)", "finished", "open at its end"];
    let mut out = output::table(&header, &rows, &[1, 2, 3]);
    let _ = writeln!(out, "\n{}", clears(forecast));
    let told: Vec<Vec<String>> = teams
        .iter()
        .filter_map(|team| {
            let weeks = &team.forecast.as_ref().ok()?.weeks;
            let (first, last) = (weeks.first()?, weeks.last()?);
            Some(vec![team.team.clone(), range(first.arrivals), range(first.backlog), range(last.backlog)])
        })
        .collect();
    if !told.is_empty() {
        let last = format!("open after {} weeks", forecast.weeks.len());
        let header = ["team", "opened next week (P15 / P50 / P85)", "open at its end", last.as_str()];
        let _ = write!(out, "\n{}", output::table(&header, &told, &[1, 2, 3]));
    }
    let without = teams.len() - told.len();
    if without > 0 {
        let _ = writeln!(
            out,
            "Of {without} more {} there is not enough to say.",
            if without == 1 { "team" } else { "teams" }
        );
    }
    let test = &forecast.backtest;
    match test.coverage_70 {
        Some(share) => {
            let _ = writeln!(
                out,
                "\nChecked on the record's own past: {:.0} % of {} weeks lay within P15 to P85 (70 % is right).",
                share * 100.0,
                test.n
            );
        }
        None => out.push_str("\nNot enough to say how good such a forecast was in the past.\n"),
    }
    let _ = writeln!(out, "From {} days and {} runs.", forecast.n_days, forecast.runs);
    for note in &forecast.notes {
        let _ = writeln!(out, "note: {note}");
    }
    out
}

/// By which day the backlog clears, in one sentence.
fn clears(forecast: &pipeline::Forecast) -> String {
    let pipeline::Clears { p50, p85, share, horizon_days } = &forecast.clears;
    let open = output::number(f64::from(forecast.backlog));
    match (p50, p85) {
        _ if forecast.backlog == 0 => "Nothing is open.".to_owned(),
        (Some(half), Some(most)) => format!("The {open} that are open clear by {half} (P50), by {most} (P85)."),
        (Some(half), None) => {
            format!("The {open} that are open clear by {half} (P50); P85 lies beyond {horizon_days} days.")
        }
        (None, _) => format!(
            "The {open} that are open do not clear within {horizon_days} days: they do in {:.0} % of the runs.",
            share * 100.0
        ),
    }
}

/// Each team's weeks, or why there are none.
fn teams(teams: &[TeamForecast]) -> Vec<serde_json::Value> {
    teams
        .iter()
        .map(|team| match &team.forecast {
            Ok(forecast) => json!({ "team": team.team, "weeks": forecast.weeks, "backtest": forecast.backtest }),
            Err(reason) => json!({ "team": team.team, "not_enough": reason.reason }),
        })
        .collect()
}
