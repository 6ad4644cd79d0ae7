//! `plumb friction`.

use std::fmt::Write as _;

use brief::analysis::{first_by, lost_by, lots, seen};
use measures::By;
use problems::friction::{Friction as Lost, friction};
use rust_decimal::prelude::ToPrimitive as _;
use serde_json::json;

use crate::args::{Format, Friction, LostBy};
use crate::commands::{casework, open, output, progress, settings};
use crate::error::{CommandError, CommandResult, Done};

/// Tells what the tickets of each client, department or service cost.
pub async fn run(given: &Friction) -> CommandResult {
    let record = open(&given.data.dir)?;
    let rates = settings(&given.data.dir)?.rates;
    let entries = casework::of(&given.data.dir).await?.close().await;
    let seen = seen(&record, &entries, progress::finding()).await.map_err(CommandError::internal)?;
    let known = lost_by(&record).await.map_err(CommandError::internal)?;
    let by = given.by.map(field).or_else(|| first_by(&known, record.counts().tickets)).ok_or_else(|| {
        CommandError::refused("no ticket names a client, department, service, location or category")
            .hint("import an export that has one of these columns")
    })?;
    let split = friction(lots(&record, &seen, by).await.map_err(CommandError::internal)?, &rates);
    let shown: Vec<&Lost> = split.told.iter().take(given.top.unwrap_or(usize::MAX)).collect();
    let title = |id: &str| seen.found.problem(id).map(|problem| problem.title.as_str());
    let number = |value: rust_decimal::Decimal| value.to_f64();
    match given.output.format {
        Format::Json => output::json(&json!({
            "by": by.name(),
            "known": known.iter().map(|(by, tickets)| json!({ "by": by.name(), "tickets": tickets })).collect::<Vec<_>>(),
            "tickets": split.tickets,
            "unnamed": split.unnamed,
            "not_enough": { "values": split.small.0, "tickets": split.small.1 },
            "cost": { "low": number(split.total.low), "mid": number(split.total.mid), "high": number(split.total.high),
                      "currency": rates.currency },
            "values": shown.iter().map(|one| json!({
                "value": one.value,
                "tickets": one.tickets,
                "people": one.people,
                "in_problems": one.in_problems,
                "heaviest": one.heaviest.as_ref().map(|(id, tickets)| json!({
                    "id": id, "title": title(id), "tickets": tickets,
                })),
                "cost": { "low": number(one.cost.low), "mid": number(one.cost.mid), "high": number(one.cost.high),
                          "currency": one.cost.currency, "steps": one.cost.steps },
            })).collect::<Vec<_>>(),
        }))?,
        Format::Text => {
            let money = |low: rust_decimal::Decimal, high: rust_decimal::Decimal| {
                let (low, high) = (number(low).unwrap_or(f64::NAN), number(high).unwrap_or(f64::NAN));
                brief::words::money_range(&rates.currency, low, high)
            };
            let count = |n: u64| brief::words::grouped(n);
            let rows: Vec<Vec<String>> = shown
                .iter()
                .map(|one| {
                    vec![
                        brief::words::clean(&one.value, 40),
                        count(one.tickets),
                        one.people.map_or_else(|| "not known".to_owned(), count),
                        count(one.in_problems),
                        money(one.cost.low, one.cost.high),
                    ]
                })
                .collect();
            let header = [by.name(), "tickets", "people", "in problems", "lost"];
            let mut out = output::table(&header, &rows, &[1, 2, 3]);
            let _ = writeln!(
                out,
                "{} tickets, {} in all; {} name no {}; not enough to say of {} values with {} tickets.",
                count(split.tickets),
                money(split.total.low, split.total.high),
                count(split.unnamed),
                by.name(),
                count(split.small.0),
                count(split.small.1)
            );
            output::print(&out)?;
        }
    }
    Ok(Done::All)
}

fn field(by: LostBy) -> By {
    match by {
        LostBy::Client => By::Client,
        LostBy::Department => By::Department,
        LostBy::Service => By::Service,
        LostBy::Location => By::Location,
        LostBy::Category => By::Category,
    }
}
