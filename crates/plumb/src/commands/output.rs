//! What is printed: JSON as one value, tables for people, and nothing when the reader went away.

use std::borrow::Cow;
use std::io::{ErrorKind, Write};

use serde::Serialize;

use crate::error::CommandError;

/// Writes to standard output. A pipe that was closed early (`| head`) is no error.
pub fn bytes(bytes: &[u8]) -> Result<(), CommandError> {
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(CommandError::internal(format!("writing the answer: {error}")))
        }
        _ => Ok(()),
    }
}

/// Prints a text for people, with a line end.
pub fn print(text: &str) -> Result<(), CommandError> {
    bytes(format!("{}\n", harmless(text.trim_end_matches('\n'))).as_bytes())
}

/// A text without what a terminal would act upon instead of showing it: exports hold more than letters.
#[must_use]
pub fn harmless(text: &str) -> Cow<'_, str> {
    let acts = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\t');
    if text.contains(acts) { text.replace(acts, "\u{fffd}").into() } else { text.into() }
}

/// Prints one JSON value.
pub fn json(value: &impl Serialize) -> Result<(), CommandError> {
    let mut text = serde_json::to_string_pretty(value).map_err(|error| CommandError::internal(error.to_string()))?;
    text.push('\n');
    bytes(text.as_bytes())
}

/// A line of comma-separated text. What a spreadsheet would run as a formula gets an apostrophe in front.
pub fn csv_line(cells: &mut dyn Iterator<Item = &str>) -> String {
    let quoted: Vec<String> = cells
        .map(|cell| {
            let number = cell.parse::<f64>().is_ok();
            let guarded = if !number && cell.starts_with(['=', '+', '-', '@', '\t']) {
                format!("'{cell}")
            } else {
                cell.to_owned()
            };
            if guarded.contains([',', '"', '\n', '\r']) {
                format!("\"{}\"", guarded.replace('"', "\"\""))
            } else {
                guarded
            }
        })
        .collect();
    quoted.join(",") + "\n"
}

/// A table for people: columns as wide as their widest cell, those of numbers set to the right.
pub fn table(header: &[&str], rows: &[Vec<String>], numbers: &[usize]) -> String {
    let width = |column: usize| {
        let head = header.get(column).map_or(0, |name| name.chars().count());
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0).max(head)
    };
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let mut out = String::new();
        for (column, (cell, width)) in cells.zip(&widths).enumerate() {
            let gap = " ".repeat(width.saturating_sub(cell.chars().count()));
            let cell = if numbers.contains(&column) { format!("{gap}{cell}") } else { format!("{cell}{gap}") };
            out.push_str(&cell);
            out.push_str("  ");
        }
        out.trim_end().to_owned() + "\n"
    };
    let mut out = line(&mut header.iter().copied());
    out.push_str(&line(
        &mut widths.iter().map(|width| "-".repeat(*width)).collect::<Vec<_>>().iter().map(String::as_str),
    ));
    for row in rows {
        out.push_str(&line(&mut row.iter().map(String::as_str)));
    }
    out
}

/// A number as people write it: thousands apart, two decimals at most.
pub fn number(value: f64) -> String {
    let text = format!("{:.2}", value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let fraction = fraction.trim_end_matches('0');
    let sign = if value < 0.0 { "-" } else { "" };
    if fraction.is_empty() { format!("{sign}{grouped}") } else { format!("{sign}{grouped}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use super::{csv_line, harmless, number, table};

    #[test]
    fn a_terminal_is_told_nothing_by_a_ticket() {
        assert_eq!(harmless("a\u{1b}]0;x\u{7}\n\tb\u{9b}2J\r"), "a\u{fffd}]0;x\u{fffd}\n\tb\u{fffd}2J\u{fffd}");
        assert_eq!(harmless("Drücker\n"), "Drücker\n");
    }

    #[test]
    fn a_line_is_quoted_and_runs_no_formula() {
        assert_eq!(csv_line(&mut ["a,b", "\"", "=1+1", "-5"].into_iter()), "\"a,b\",\"\"\"\",'=1+1,-5\n");
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(number(24_918.0), "24,918");
        assert_eq!(number(178.171), "178.17");
        assert_eq!(number(-1_000_000.5), "-1,000,000.5");
        assert_eq!(number(0.0), "0");
    }

    #[test]
    fn tables_line_up() {
        let text = table(&["a", "n"], &[vec!["xyz".into(), "5".into()], vec!["ä".into(), "12".into()]], &[1]);
        assert_eq!(text, "a     n\n---  --\nxyz   5\nä    12\n");
    }
}
