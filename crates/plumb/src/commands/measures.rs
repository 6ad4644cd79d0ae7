//! `plumb measures`.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use measures::{Calendar, MeasureValue, Query};
use serde_json::json;

use crate::args::{By, Format, Measures};
use crate::commands::{open, output, settings};
use crate::error::{CommandError, CommandResult, Done};

/// Prints the measures.
pub async fn run(given: &Measures) -> CommandResult {
    let record = open(&given.data.dir)?;
    let calendar = match &given.calendar {
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .map_err(|error| CommandError::refused(format!("{}: {error}", path.display())))?;
            Calendar::parse(&text).map_err(|error| CommandError::refused(format!("{}: {error}", path.display())))?
        }
        None => brief::analysis::calendar(&record, &settings(&given.data.dir)?).map_err(CommandError::refused)?,
    };
    let zone = calendar.zone();
    let query = Query {
        by: given.by.map(by),
        top: given.top,
        from: given.from.as_deref().map(|text| instant(text, zone)).transpose()?,
        to: given.to.as_deref().map(|text| instant(text, zone)).transpose()?,
        as_of: given.as_of.as_deref().map(|text| instant(text, zone)).transpose()?,
    };
    let context = record.context().await.map_err(CommandError::internal)?;
    let values = measures::compute(&context, &query, &calendar).await.map_err(CommandError::internal)?;
    match given.output.format {
        Format::Json => output::json(&json!({ "measures": values }))?,
        Format::Text => {
            if let Some(assumption) = calendar.assumption() {
                eprintln!("note: {assumption}");
            }
            // Some measures come in groups of their own, such as arrivals by weekday and hour.
            output::print(&text(&values, values.iter().any(|value| value.group.is_some())))?;
        }
    }
    Ok(Done::All)
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
