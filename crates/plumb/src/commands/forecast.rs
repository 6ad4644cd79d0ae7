//! `plumb forecast`.

use std::fmt::Write as _;

use brief::analysis::{WEEKS_AHEAD, calendar, coming, days};
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
            output::json(
                &json!({ "weeks": [], "backtest": { "coverage_70": null, "n": 0 }, "not_enough": reason.reason }),
            )?;
        }
        (Err(reason), Format::Text) => output::print(&format!("Not enough to say: {}.", reason.reason))?,
        (Ok(forecast), Format::Text) => {
            let range =
                |q: pipeline::Quantiles| [q.p15, q.p50, q.p85].map(|value| output::number(value.round())).join(" / ");
            let rows: Vec<Vec<String>> = forecast
                .weeks
                .iter()
                .map(|week| {
                    vec![week.start.to_string(), range(week.arrivals), range(week.completions), range(week.backlog)]
                })
                .collect();
            let mut out = output::table(
                &["week of", "opened (P15 / P50 / P85)", "finished", "open at its end"],
                &rows,
                &[1, 2, 3],
            );
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
            output::print(&out)?;
        }
    }
    Ok(Done::All)
}

/// Each team's weeks, or why there are none.
fn teams(teams: &[pipeline::TeamForecast]) -> Vec<serde_json::Value> {
    teams
        .iter()
        .map(|team| match &team.forecast {
            Ok(forecast) => json!({ "team": team.team, "weeks": forecast.weeks, "backtest": forecast.backtest }),
            Err(reason) => json!({ "team": team.team, "not_enough": reason.reason }),
        })
        .collect()
}
