//! `plumb verify` and `plumb window`.

use std::fmt::Write as _;
use std::path::Path;

use brief::analysis::Found;
use jiff::civil::Date;
use measures::Calendar;
use problems::placebo::{DATES, Line, placebo};
use problems::verify::{Side, follow};
use problems::window::windows;
use serde_json::json;
use work::Record;

use crate::args::{Format, Verify, Window};
use crate::commands::{ambient, open, output, seen, settings};
use crate::error::{CommandError, CommandResult, Done};

/// Compares a problem before and after a fix.
pub async fn verify(given: &Verify) -> CommandResult {
    let record = open(&given.data.dir)?;
    let calendar = calendar(&record, &given.data.dir, given.calendar.as_deref())?;
    let fixed_on = day(&given.fixed_on, &calendar)?;
    let seen = seen(&record).await?;
    let found = &*seen.found;
    let problem = named(found, &given.problem)?;
    let times = brief::analysis::times(&record).await.map_err(CommandError::internal)?;
    let observed = found.observed.ok_or_else(|| no_week(&given.data.dir))?;
    let own = brief::analysis::opened_of(&record, &seen, &problem.id).await.map_err(CommandError::internal)?;
    let team = given.fixed_by.as_ref().map(|words| words.join(" "));
    let standing = follow(&own, &times.all, fixed_on, observed, team.as_deref());
    let lists: Vec<Vec<i64>> = times.problems.values().cloned().collect();
    let placebo = placebo(&lists, &times.all, observed, DATES, 1);
    match given.output.format {
        Format::Json => output::json(&json!({
            "problem": { "id": problem.id, "title": problem.title },
            "fixed_on": given.fixed_on,
            "fixed_by": standing.fixed_by,
            "verdict": standing.verified.verdict,
            "stage": standing.stage,
            "shown_on": standing.shown_on,
            "reopened_on": standing.reopened_on,
            "ratio": standing.verified.ratio,
            "low": standing.verified.low,
            "high": standing.verified.high,
            "expected": standing.verified.expected,
            "before": standing.verified.before,
            "after": standing.verified.after,
            "spread": standing.verified.spread,
            "weeks": standing.verified.weeks,
            "sentence": standing.verified.sentence,
            "placebo": placebo,
        }))?,
        Format::Text => {
            let verified = &standing.verified;
            let by = standing.fixed_by.as_ref().map_or_else(String::new, |team| format!(" by {team}"));
            let mut out = format!("{} [{}]\n", problem.title, problem.id);
            let _ = writeln!(out, "Fixed on {}{by}: {}.", given.fixed_on, standing.stage.words());
            if let Some(day) = &standing.reopened_on {
                let shown = standing.shown_on.as_deref().unwrap_or_default();
                let _ = writeln!(out, "It was shown to be fixed by {shown}; on {day} its rate was up again.");
            } else if let Some(day) = &standing.shown_on {
                let _ = writeln!(out, "Shown by {day}.");
            }
            let _ = writeln!(out, "{}\n", verified.sentence);
            let rows: Vec<Vec<String>> = verified
                .weeks
                .iter()
                .map(|week| {
                    let side = match week.side {
                        Side::Before => "before",
                        Side::LeftOut => "left out (worst)",
                        Side::After => "after",
                    };
                    vec![week.from.clone(), week.tickets.to_string(), week.others.to_string(), side.to_owned()]
                })
                .collect();
            if !rows.is_empty() {
                out.push_str(&output::table(&["week from", "tickets", "desk's others", "counts as"], &rows, &[1, 2]));
            }
            for told in placebo.iter().filter_map(Line::told) {
                let _ = writeln!(out, "{told}");
            }
            output::print(&out)?;
        }
    }
    Ok(Done::All)
}

/// Tells the next windows in which work on a problem meets the fewest tickets.
pub async fn window(given: &Window) -> CommandResult {
    let record = open(&given.data.dir)?;
    let calendar = calendar(&record, &given.data.dir, given.calendar.as_deref())?;
    let rates = settings(&given.data.dir)?.rates;
    let after = match &given.after {
        Some(text) => day(text, &calendar)?,
        None => ambient::now().as_second(),
    };
    let seen = seen(&record).await?;
    let found = &*seen.found;
    let problem = named(found, &given.problem)?;
    let observed = found.observed.ok_or_else(|| no_week(&given.data.dir))?;
    let (mut plan, looked_at) = brief::analysis::window_plan(&record, &seen, &problem.id, observed, after, &calendar)
        .await
        .map_err(CommandError::internal)?;
    plan.hours = given.hours;
    plan.lost_minutes = rates.lost_minutes;
    let told = windows(&plan);
    let zone = calendar.zone().iana_name().unwrap_or("UTC").to_owned();
    match given.output.format {
        Format::Json => output::json(&json!({
            "problem": { "id": problem.id, "title": problem.title },
            "hours": given.hours,
            "zone": zone,
            "looked_at": looked_at,
            "lost_minutes": rates.lost_minutes,
            "windows": told.windows,
            "busiest": told.busiest,
            "month_end": told.month_end.map(|(times, days)| json!({ "times": times, "days": days })),
            "tickets": told.tickets,
            "weeks": told.weeks,
            "sentence": told.sentence,
        }))?,
        Format::Text => {
            let mut out = format!("{} [{}]\n{}\n", problem.title, problem.id, told.sentence);
            let _ = writeln!(out, "Looked at: {looked_at}, {} in {} weeks; times in {zone}.", told.tickets, told.weeks);
            let line = |window: &problems::window::Window, what: &str| {
                let minutes = &window.user_minutes;
                vec![
                    what.to_owned(),
                    window.from.clone(),
                    window.to.clone(),
                    format!("{:.1}", window.expected),
                    format!("{:.1} to {:.1}", window.low, window.high),
                    format!("{} in {} weeks", window.n, window.weeks),
                    format!("{:.0} ({:.0} to {:.0})", minutes.mid, minutes.low, minutes.high),
                ]
            };
            let mut rows: Vec<Vec<String>> = told.windows.iter().map(|window| line(window, "least")).collect();
            if let Some(busiest) = told.busiest.as_ref().filter(|_| !rows.is_empty()) {
                rows.push(line(busiest, "busiest"));
            }
            if !rows.is_empty() {
                let header = ["", "from", "to", "tickets", "90 % interval", "n", "user-minutes"];
                let _ = write!(out, "\n{}", output::table(&header, &rows, &[3]));
                if let Some((times, days)) = told.month_end {
                    let _ =
                        writeln!(out, "The last two days of a month are {times:.2} times as busy (n = {days} days).");
                }
            }
            output::print(&out)?;
        }
    }
    Ok(Done::All)
}

fn no_week(data: &Path) -> CommandError {
    CommandError::refused(format!("{}: the record holds no whole week", data.display()))
        .hint("import an export that covers some months")
}

fn named<'a>(found: &'a Found, id: &str) -> Result<&'a problems::Problem, CommandError> {
    found.problem(id).ok_or_else(|| {
        CommandError::usage(format!("there is no problem `{id}`"))
            .hint("plumb problems --format json tells the ids; they stay the same when the record grows")
    })
}

fn calendar(record: &Record, data: &Path, file: Option<&Path>) -> Result<Calendar, CommandError> {
    match file {
        Some(path) => {
            let refused = |error: &dyn std::fmt::Display| CommandError::refused(format!("{}: {error}", path.display()));
            let text = std::fs::read_to_string(path).map_err(|error| refused(&error))?;
            Calendar::parse(&text).map_err(|error| refused(&error))
        }
        None => brief::analysis::calendar(record, &settings(data)?).map_err(CommandError::refused),
    }
}

/// Start of a day in the calendar's zone, seconds since 1970.
fn day(text: &str, calendar: &Calendar) -> Result<i64, CommandError> {
    text.parse::<Date>()
        .ok()
        .and_then(|date| date.to_zoned(calendar.zone().clone()).ok())
        .map(|zoned| zoned.timestamp().as_second())
        .ok_or_else(|| CommandError::usage(format!("`{text}` is no day")).hint("write 2026-01-31"))
}
