//! `plumb measures`.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use measures::{Calendar, MeasureValue, Query, Series, SeriesWeek};
use serde_json::json;

use crate::args::{By, Format, Measures};
use crate::commands::{open, output, settings};
use crate::error::{CommandError, CommandResult, Done};

/// Prints the measures.
pub async fn run(given: &Measures) -> CommandResult {
    let teams = match given.by {
        Some(By::Group) => given.weeks.then(|| given.top.unwrap_or(measures::TEAMS)),
        Some(other) if given.weeks => {
            let name = self::by(other).name();
            let hint =
                format!("write --weeks --by group for the weeks of each team, or leave --weeks out for --by {name}");
            return Err(CommandError::usage(format!("weeks are told of teams only, not by {name}")).hint(hint));
        }
        _ => None,
    };
    let record = open(&given.data.dir)?;
    let settings = settings(&given.data.dir)?;
    let calendar = match &given.calendar {
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .map_err(|error| CommandError::refused(format!("{}: {error}", path.display())))?;
            Calendar::parse(&text).map_err(|error| CommandError::refused(format!("{}: {error}", path.display())))?
        }
        None => brief::analysis::calendar(&record, &settings).map_err(CommandError::refused)?,
    };
    let zone = calendar.zone();
    let query = Query {
        by: given.by.map(by),
        top: given.top,
        from: given.from.as_deref().map(|text| instant(text, zone)).transpose()?,
        to: given.to.as_deref().map(|text| instant(text, zone)).transpose()?,
        as_of: given.as_of.as_deref().map(|text| instant(text, zone)).transpose()?,
        lost: settings.lost(),
    };
    if let (Some(from), Some(to)) = (query.from, query.to)
        && from >= to
    {
        return Err(CommandError::usage(format!("no time lies from {from} to {to}"))
            .hint("--from is the first day, --to the day after the last one"));
    }
    let session = record.session().map_err(CommandError::internal)?;
    if given.weeks {
        let query = Query { top: teams, ..query };
        let series = measures::series(session, &query, &calendar).await.map_err(CommandError::internal)?;
        return weeks(series.as_ref(), teams.is_some(), given.output.format);
    }
    let values = measures::compute(session, &query, &calendar).await.map_err(CommandError::internal)?;
    // Changes beside incidents are pooled over all of the record.
    let all = query == Query { lost: query.lost, ..Query::default() } && record.counts().changes > 0;
    let effect = if all {
        let settings = measures::EffectSettings::default();
        measures::change_effect(session, &settings, &calendar).await.map_err(CommandError::internal)?
    } else {
        None
    };
    match given.output.format {
        Format::Json => match effect {
            Some(effect) => output::json(&json!({ "measures": values, "change_and_incident": effect }))?,
            None => output::json(&json!({ "measures": values }))?,
        },
        Format::Text => {
            if let Some(assumption) = calendar.assumption() {
                eprintln!("note: {assumption}");
            }
            // Arrivals by weekday and hour come in 168 groups of their own: they are a table of their own.
            let (hours, values): (Vec<_>, Vec<_>) = values.into_iter().partition(|value| value.name == HOURS);
            let text = text(&values, values.iter().any(|value| value.group.is_some()));
            let effect =
                effect.map_or_else(String::new, |effect| format!("\nchange and incident: {}\n", effect.sentence));
            output::print(&format!("{text}{}{effect}", by_hour(&hours)))?;
        }
    }
    Ok(Done::All)
}

/// Prints the past week by week; with `by_team` that of each team of the series as well.
fn weeks(series: Option<&Series>, by_team: bool, format: Format) -> CommandResult {
    let all = series.map(Series::weeks).unwrap_or_default();
    let teams: Vec<(&str, Vec<SeriesWeek>)> = series
        .filter(|_| by_team)
        .map(|series| series.teams.iter().map(|(name, days)| (name.as_str(), series.weeks_of(days))).collect())
        .unwrap_or_default();
    match format {
        Format::Json => {
            let whole = series.map(|series| json!({ "from": series.whole.0, "to": series.whole.1 }));
            let mut told = json!({ "weeks": all, "whole": whole });
            if by_team {
                told["by"] = json!(measures::By::Group.name());
                let group = |(name, weeks): &(&str, Vec<SeriesWeek>)| json!({ "group": name, "weeks": weeks });
                told["groups"] = teams.iter().map(group).collect();
            }
            output::json(&told)?;
        }
        Format::Text => {
            let mut header =
                vec!["week of", "days", "opened", "finished", "open", "< 7 d", "7-29 d", "30-89 d", "90 d +"];
            let mut rows: Vec<Vec<String>> = Vec::new();
            if by_team {
                header.insert(0, "group");
                let named = teams.iter().flat_map(|(name, weeks)| weeks.iter().map(move |week| (name, week)));
                rows.extend(named.map(|(name, week)| std::iter::once((*name).to_owned()).chain(cells(week)).collect()));
            } else {
                rows.extend(all.iter().map(|week| cells(week).collect()));
            }
            let columns: Vec<usize> = (header.len() - 8..header.len()).collect();
            let none = if by_team && teams.is_empty() { "no ticket names a team\n" } else { "" };
            let note = series.map_or_else(
                || "no ticket tells when it was opened\n".to_owned(),
                |series| {
                    format!(
                        "whole from {} to {}: before and after the record holds only a part\n",
                        series.whole.0, series.whole.1
                    )
                },
            );
            output::print(&format!("{}{none}{note}", output::table(&header, &rows, &columns)))?;
        }
    }
    Ok(Done::All)
}

/// A week as the cells of a table.
fn cells(week: &SeriesWeek) -> impl Iterator<Item = String> {
    let counts = [week.days, week.arrivals, week.completions, week.backlog].into_iter().chain(week.ages);
    std::iter::once(week.start.to_string()).chain(counts.map(|count| output::number(f64::from(count))))
}

/// Name of the measure that has one value for each hour of the week.
const HOURS: &str = "arrivals_by_weekday_hour";

/// The hours of the week, one line a day.
fn by_hour(values: &[MeasureValue]) -> String {
    let Some(n) = values.first().map(|value| value.n) else { return String::new() };
    let find = |day: &str, hour: u32| {
        let name = format!("{day} {hour:02}");
        values.iter().find(|value| value.group.as_deref() == Some(&name)).and_then(|value| value.value)
    };
    let rows: Vec<Vec<String>> = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
        .iter()
        .map(|day| {
            std::iter::once((*day).to_owned())
                .chain((0..24).map(|hour| find(day, hour).map_or_else(String::new, output::number)))
                .collect()
        })
        .collect();
    let hours: Vec<String> = (0..24).map(|hour| format!("{hour:02}")).collect();
    let header: Vec<&str> = std::iter::once("").chain(hours.iter().map(String::as_str)).collect();
    let columns: Vec<usize> = (1..=24).collect();
    #[expect(clippy::cast_precision_loss, reason = "counts of tickets stay far below 2^52")]
    let n = output::number(n as f64);
    format!("\n{HOURS}: count in tickets, n = {n}\n{}", output::table(&header, &rows, &columns))
}

fn by(by: By) -> measures::By {
    match by {
        By::Service => measures::By::Service,
        By::Item => measures::By::Item,
        By::Category => measures::By::Category,
        By::Group => measures::By::Group,
        By::Location => measures::By::Location,
        By::Department => measures::By::Department,
        By::Client => measures::By::Client,
        By::Kind => measures::By::Kind,
        By::Class => measures::By::Class,
        By::Priority => measures::By::Priority,
        By::Channel => measures::By::Channel,
        By::Month => measures::By::Month,
    }
}

/// A day (its start in the calendar's zone) or an instant.
fn instant(text: &str, zone: &TimeZone) -> Result<Timestamp, CommandError> {
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Ok(instant);
    }
    text.parse::<Date>()
        .ok()
        .and_then(|date| date.to_zoned(zone.clone()).ok())
        .map(|zoned| zoned.timestamp())
        .ok_or_else(|| {
            CommandError::usage(format!("`{text}` is no day")).hint("write 2026-01-31, or 2026-01-31T12:00:00Z")
        })
}

fn text(values: &[MeasureValue], grouped: bool) -> String {
    let mut header = vec!["measure", "statistic", "value", "unit", "n", "95 % interval"];
    if grouped {
        header.insert(0, "group");
    }
    let rows: Vec<Vec<String>> = values
        .iter()
        .map(|value| {
            let said = value.value.map_or_else(|| "not enough to say".to_owned(), output::number);
            let interval = match (value.low, value.high) {
                (Some(low), Some(high)) => format!("{} to {}", output::number(low), output::number(high)),
                (Some(low), None) => format!("{} or more", output::number(low)),
                _ => String::new(),
            };
            #[expect(clippy::cast_precision_loss, reason = "counts of tickets stay far below 2^52")]
            let n = output::number(value.n as f64);
            let mut row =
                vec![value.name.to_owned(), value.statistic.to_owned(), said, value.unit.to_owned(), n, interval];
            if grouped {
                row.insert(0, value.group.clone().unwrap_or_else(|| "all".to_owned()));
            }
            row
        })
        .collect();
    let shift = usize::from(grouped);
    output::table(&header, &rows, &[2 + shift, 4 + shift])
}
