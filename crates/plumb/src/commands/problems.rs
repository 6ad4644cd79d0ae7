//! `plumb problems`.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use arrow::array::{Array, StringArray};
use brief::analysis::{Found, Ruled};
use problems::similar::Weights;
use problems::similar::group::{Grouping, group};
use problems::together::Together;
use problems::{Problem, Rates, Theme, Verdicts};
use rust_decimal::prelude::ToPrimitive as _;
use serde_json::json;
use work::Record;

use crate::args::{Format, Problems};
use crate::commands::{model, open, output, seen, settings, similar};
use crate::error::{CommandError, CommandResult, Done};

/// Prints what keeps coming back, and with `--assignments` which ticket belongs to what.
pub async fn run(given: &Problems) -> CommandResult {
    if let (Some(batch), Some(out)) = (&given.batch, &given.assignments) {
        return grouped(batch, out, given.model.as_deref());
    }
    let record = open(&given.data.dir)?;
    if let Some(folder) = &given.model {
        choose(&given.data.dir, folder)?;
    }
    let rates = settings(&given.data.dir)?.rates;
    let seen = seen(&record).await?;
    let found = &*seen.found;
    if let Some(path) = &given.assignments {
        assignments(&record, &seen, path).await?;
        if path == Path::new("-") {
            return Ok(Done::All);
        }
    }
    let shown: Vec<&Problem> = found.problems.iter().take(given.top.unwrap_or(usize::MAX)).collect();
    match given.output.format {
        Format::Json => {
            let held = |theme: &&Theme| {
                let among = |id: &String| shown.iter().any(|problem| problem.id == *id);
                given.top.is_none() || theme.problems.iter().any(among)
            };
            let themes = found.themes.iter().filter(held).map(|theme| &theme.whole);
            let all = shown.iter().copied().chain(themes);
            output::json(&all.map(|problem| told(found, problem, &rates)).collect::<Vec<_>>())?;
        }
        Format::Text => {
            let mut out = String::new();
            let recurring = found.problems.iter().filter(|problem| brief::recurs(problem)).count();
            let themes = found.themes.iter().filter(|theme| !theme.problems.is_empty()).count();
            if !found.problems.is_empty() {
                let _ = writeln!(
                    out,
                    "{} {} under {} {}; {recurring} {} coming back ({}).\n",
                    found.problems.len(),
                    if found.problems.len() == 1 { "problem" } else { "problems" },
                    themes,
                    if themes == 1 { "theme" } else { "themes" },
                    if recurring == 1 { "keeps" } else { "keep" },
                    brief::recurs_said(&found.problems)
                );
            }
            out.push_str(&pooled(&found.pooled));
            for (at, problem) in shown.iter().enumerate() {
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
                if let Some(theme) =
                    problem.theme.as_deref().and_then(|id| found.theme(id)).filter(|t| t.title != problem.title)
                {
                    let _ = writeln!(out, "   theme: {}", theme.title);
                }
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

/// What problems are seen together with over all of them, before the single ones; empty where there is not enough.
fn pooled(seen: &[Together]) -> String {
    if seen.is_empty() {
        return String::new();
    }
    let rows: Vec<Vec<String>> = seen
        .iter()
        .map(|one| {
            vec![
                one.kind.clone(),
                one.value.clone(),
                format!("{:.2}", one.ratio),
                format!("{:.2} to {:.2}", one.low, one.high),
                format!("{:.2}", one.placebo_yield),
                one.n.to_string(),
            ]
        })
        .collect();
    let head = ["seen together, all problems", "which", "ratio", "90 % interval", "on placebo dates", "n"];
    format!("{}\n", output::table(&head, &rows, &[2, 3, 4, 5]))
}

/// Keeps in the settings which sentence model is used, once it was read; `none` takes it away.
fn choose(data: &Path, folder: &Path) -> Result<(), CommandError> {
    let mut settings = settings(data)?;
    settings.model = if folder == Path::new("none") {
        None
    } else {
        model::read(Some(folder))?;
        let whole = std::path::absolute(folder)
            .map_err(|error| CommandError::refused(format!("{}: {error}", folder.display())))?;
        Some(whole.display().to_string())
    };
    settings.save(data).map_err(CommandError::refused)
}

/// Groups tickets that a script hands in: `ticket,problem,theme`, every ticket once, empty where it stands alone.
fn grouped(batch: &Path, out: &Path, model: Option<&Path>) -> CommandResult {
    let model = model::read(model)?;
    let weights = Weights::shipped_for(model.is_some());
    let lines = similar::lines(batch)?.collect::<Result<Vec<_>, _>>()?;
    let groups = group(&lines, &weights, model.as_ref(), &Verdicts::default(), &Grouping::default());
    let mut out = similar::Sink::open(out)?;
    out.line(&["ticket", "problem", "theme"])?;
    let word = |group: Option<u32>| group.map(|number| number.to_string()).unwrap_or_default();
    for (line, (problem, theme)) in lines.iter().zip(groups.problem.iter().zip(&groups.theme)) {
        out.line(&[&line.id, &word(*problem), &word(*theme)])?;
    }
    out.end()
}

/// One problem or theme as scripts read it (`docs/problems.md` lists the fields).
fn told(found: &Found, problem: &Problem, rates: &Rates) -> serde_json::Value {
    let price = problems::price(problem, rates);
    let number = |value: rust_decimal::Decimal| value.to_f64();
    let instant = |seconds: i64| jiff::Timestamp::from_second(seconds).map(|t| t.to_string()).ok();
    let day = |seconds: i64| jiff::Timestamp::from_second(seconds).map(|t| t.strftime("%Y-%m-%d").to_string()).ok();
    let examples: Vec<String> =
        found.examples_of(&problem.id).iter().map(|(source, id)| format!("{source}/{id}")).collect();
    let weekly: Vec<_> = problem.weekly.iter().map(|(monday, n)| json!([day(*monday), n])).collect();
    json!({
        "id": problem.id,
        "title": problem.title,
        "level": problem.level,
        "theme": problem.theme,
        "tickets": problem.n,
        "people": problem.people,
        "hours": problem.hours_open,
        "hours_tickets": problem.hours_open_n,
        "cost": { "low": number(price.low), "mid": number(price.mid), "high": number(price.high),
                  "currency": price.currency, "steps": price.steps },
        "first_seen": instant(problem.first_seen),
        "last_seen": instant(problem.last_seen),
        "onset": problem.onset,
        "ended": problem.ended,
        "bursts": problem.bursts,
        "trend": problem.trend,
        "recurrence_days": problem.recurrence_days,
        "recurrence": problem.recurrence,
        "recurring": brief::recurs(problem),
        "why": problem.signs.iter().map(|sign| json!({
            "kind": sign.kind, "value": sign.value, "share_in": sign.share_in, "share_out": sign.share_out,
        })).collect::<Vec<_>>(),
        "sentences": problem.why,
        "seen_together": problem.seen_together,
        "examples": examples,
        // A theme's rows are those of its problems.
        "rows": found.theme(&problem.id).is_none().then(|| web::address::with("/rows", &[("problem", &problem.id)])),
        "problems": found.theme(&problem.id).map(|theme| &theme.problems),
        "weekly": weekly,
        "basis": problem.basis,
        "named": problem.named,
    })
}

/// Writes `ticket,problem,theme` for every ticket of the record, empty where there is none, also where people said
/// that the problem is none. A number that several sources give is written with its source, so that no ticket stands twice.
async fn assignments(record: &Record, seen: &Ruled, path: &Path) -> Result<(), CommandError> {
    let session = record.session().map_err(CommandError::internal)?;
    let query = "select t.id, p.problem, h.theme, concat(t.source, '/', t.id), \
                 count(*) over (partition by t.id) > 1 from tickets t \
                 left join problem_tickets p on p.source = t.source and p.id = t.id \
                 left join theme_tickets h on h.source = t.source and h.id = t.id \
                 order by t.source, t.id";
    let batches = session.batches(query).await.map_err(CommandError::internal)?;
    let mut out = b"ticket,problem,theme\n".to_vec();
    for batch in &batches {
        let text = |column: usize| {
            arrow::compute::cast(batch.column(column), &arrow::datatypes::DataType::Utf8)
                .map_err(|error| CommandError::internal(error.to_string()))
        };
        let columns = [text(0)?, text(1)?, text(2)?, text(3)?, text(4)?];
        let [Some(ids), Some(problems), Some(themes), Some(keys), Some(shared)] =
            columns.each_ref().map(|column| column.as_any().downcast_ref::<StringArray>())
        else {
            continue;
        };
        let told = |column: &StringArray, row: usize| {
            if column.is_null(row) { String::new() } else { column.value(row).to_owned() }
        };
        for row in 0..batch.num_rows() {
            let searched = problems.is_valid(row).then(|| problems.value(row));
            let problem = seen.problem_of(keys.value(row), searched).unwrap_or_default();
            let theme = told(themes, row);
            // An id that begins like a formula is written as it is: scripts join on it.
            let id = if shared.value(row) == "true" { keys.value(row) } else { ids.value(row) };
            let id = if id.contains([',', '"', '\n', '\r']) {
                format!("\"{}\"", id.replace('"', "\"\""))
            } else {
                id.to_owned()
            };
            let _ = writeln!(out, "{id},{problem},{theme}");
        }
    }
    if path == Path::new("-") {
        return output::bytes(&out);
    }
    std::fs::write(path, out).map_err(|error| CommandError::refused(format!("{}: {error}", path.display())))
}
