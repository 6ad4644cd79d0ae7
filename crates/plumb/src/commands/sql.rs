//! `plumb sql`.

use serde_json::Value;

use crate::args::{RowFormat, Sql};
use crate::commands::{open, output};
use crate::error::{CommandError, CommandResult, Done};

/// Longest question, in bytes: the engine goes as deep as it is long.
const LONGEST: usize = 20_000;

/// Answers a question in SQL; reading only.
pub async fn run(given: &Sql) -> CommandResult {
    if given.query.len() > LONGEST {
        return Err(refused(format!("the question is longer than {LONGEST} bytes")));
    }
    let record = open(&given.data.dir)?;
    let answer = work::sql(&record, &given.query, work::DEFAULT_ROWS).await.map_err(refused)?;
    match given.format {
        RowFormat::Text => output::print(&answer.to_text().map_err(refused)?)?,
        RowFormat::Json => output::json(&answer.to_json().map_err(refused)?)?,
        // As bytes: a last row that holds nothing is a line of its own, too.
        RowFormat::Csv => output::bytes(csv(&answer.to_json().map_err(refused)?).as_bytes())?,
    }
    if answer.cut {
        eprintln!("note: only the first {} rows; ask for fewer", answer.rows);
    }
    Ok(Done::All)
}

fn refused(error: impl std::fmt::Display) -> CommandError {
    CommandError::refused(error)
        .hint("one select over the tables tickets, events and changes; docs/import.md lists their columns")
}

/// The rows as comma-separated text with a header line.
fn csv(answer: &Value) -> String {
    let empty = Vec::new();
    let columns: Vec<&str> = answer["columns"].as_array().unwrap_or(&empty).iter().filter_map(Value::as_str).collect();
    let mut out = output::csv_line(&mut columns.iter().copied());
    for row in answer["rows"].as_array().unwrap_or(&empty) {
        let cells: Vec<String> = columns
            .iter()
            .map(|column| match &row[*column] {
                Value::Null => String::new(),
                Value::String(text) => text.clone(),
                other => other.to_string(),
            })
            .collect();
        out.push_str(&output::csv_line(&mut cells.iter().map(String::as_str)));
    }
    out
}
