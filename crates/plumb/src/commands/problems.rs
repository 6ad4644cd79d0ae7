//! `plumb problems`.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use datafusion::arrow::array::{Array, StringArray};
use problems::Verdicts;
use problems::similar::Weights;
use problems::similar::group::{Grouping, group};
use rust_decimal::prelude::ToPrimitive as _;
use serde_json::json;
use work::Record;

use crate::args::{Format, Problems};
use crate::commands::{open, output, progress, settings, similar};
use crate::error::{CommandError, CommandResult, Done};

/// Prints what keeps coming back, and with `--assignments` which ticket belongs to what.
pub async fn run(given: &Problems) -> CommandResult {
    if let (Some(batch), Some(out)) = (&given.batch, &given.assignments) {
        return grouped(batch, out);
    }
    let record = open(&given.data.dir)?;
    let rates = settings(&given.data.dir)?.rates;
    let found = brief::analysis::problems(&record, progress::finding()).await.map_err(CommandError::internal)?;
    if let Some(path) = &given.assignments {
        assignments(&record, path).await?;
        if path == Path::new("-") {
            return Ok(Done::All);
        }
    }
    let shown = found.problems.iter().take(given.top.unwrap_or(usize::MAX));
    match given.output.format {
        Format::Json => {
            let list: Vec<_> = shown
                .map(|problem| {
                    let mut value = json!(problem);
                    if let Some(map) = value.as_object_mut() {
                        map.insert("cost".into(), json!(problems::price(problem, &rates)));
                        map.insert("recurring".into(), json!(brief::recurs(problem)));
                        let examples: Vec<String> = found
                            .examples_of(&problem.id)
                            .iter()
                            .map(|(source, id)| format!("{source}/{id}"))
                            .collect();
                        map.insert("examples".into(), json!(examples));
                        // Which tickets: `--assignments`, or the table problem_tickets.
                        map.remove("members");
                    }
                    value
                })
                .collect();
            output::json(
                &json!({ "problems": list, "tickets": found.tickets, "in_no_problem": found.noise, "notes": found.notes }),
            )?;
        }
        Format::Text => {
            let mut out = String::new();
            let recurring = found.problems.iter().filter(|problem| brief::recurs(problem)).count();
            if !found.problems.is_empty() {
                let _ = writeln!(
                    out,
                    "{} {}; {recurring} {} coming back ({}).\n",
                    found.problems.len(),
                    if found.problems.len() == 1 { "problem" } else { "problems" },
                    if recurring == 1 { "keeps" } else { "keep" },
                    brief::recurs_said(&found.problems)
                );
            }
            for (at, problem) in shown.enumerate() {
                let price = problems::price(problem, &rates);
                let _ = writeln!(out, "{}. {}", at + 1, problem.title);
                let _ = writeln!(
                    out,
                    "   {} tickets, {} hours open in all (n = {}), {}",
                    problem.n,
                    output::number(problem.hours_open.round()),
                    problem.hours_open_n,
                    brief::words::money_range(
                        &price.currency,
                        price.low.to_f64().unwrap_or(f64::NAN),
                        price.high.to_f64().unwrap_or(f64::NAN)
                    )
                );
                let first = brief::together(problem);
                for why in std::iter::once(&first).chain(problem.why.iter().skip(1)) {
                    let _ = writeln!(out, "   - {why}");
                }
            }
            let _ = writeln!(out, "{} of {} tickets belong to no problem.", found.noise, found.tickets);
            for note in &found.notes {
                let _ = writeln!(out, "note: {note}");
            }
            output::print(&out)?;
        }
    }
    Ok(Done::All)
}

/// Groups tickets that a script hands in: `ticket,problem,theme`, every ticket once, empty where it stands alone.
fn grouped(batch: &Path, out: &Path) -> CommandResult {
    let lines = similar::lines(batch)?.collect::<Result<Vec<_>, _>>()?;
    let groups = group(&lines, &Weights::shipped(), &Verdicts::default(), &Grouping::default());
    let mut out = similar::Sink::open(out)?;
    out.line(&["ticket", "problem", "theme"])?;
    let word = |group: Option<u32>| group.map(|number| number.to_string()).unwrap_or_default();
    for (line, (problem, theme)) in lines.iter().zip(groups.problem.iter().zip(&groups.theme)) {
        out.line(&[&line.id, &word(*problem), &word(*theme)])?;
    }
    out.end()
}

/// Writes `ticket,problem` for every ticket of the record, the problem empty where there is none.
async fn assignments(record: &Record, path: &Path) -> Result<(), CommandError> {
    let context = record.context().await.map_err(CommandError::internal)?;
    let query = "select t.id, p.problem from tickets t left join problem_tickets p on p.source = t.source and p.id = t.id \
                 order by t.source, t.id";
    let failed = |error: datafusion::error::DataFusionError| CommandError::internal(error);
    let batches = context.sql(query).await.map_err(failed)?.collect().await.map_err(failed)?;
    let mut out = b"ticket,problem\n".to_vec();
    for batch in &batches {
        let text = |column: usize| {
            datafusion::arrow::compute::cast(batch.column(column), &datafusion::arrow::datatypes::DataType::Utf8)
                .map_err(|error| CommandError::internal(error.to_string()))
        };
        let (ids, problems) = (text(0)?, text(1)?);
        let (Some(ids), Some(problems)) =
            (ids.as_any().downcast_ref::<StringArray>(), problems.as_any().downcast_ref::<StringArray>())
        else {
            continue;
        };
        for row in 0..batch.num_rows() {
            let problem = if problems.is_null(row) { "" } else { problems.value(row) };
            // An id that begins like a formula is written as it is: scripts join on it.
            let id = ids.value(row);
            let id = if id.contains([',', '"', '\n', '\r']) {
                format!("\"{}\"", id.replace('"', "\"\""))
            } else {
                id.to_owned()
            };
            let _ = writeln!(out, "{id},{problem}");
        }
    }
    if path == Path::new("-") {
        return output::bytes(&out);
    }
    std::fs::write(path, out).map_err(|error| CommandError::refused(format!("{}: {error}", path.display())))
}
