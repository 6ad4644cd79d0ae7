//! For tests: files in memory, and a sink that keeps what it is given as text.

use formats::{Format, Reader, Record, Refusal, RowError};
use serde_json::Value;

use crate::canonical::{ChangeRow, EventRow, Reject, Sink, TicketRow};

/// Records in memory.
pub(crate) struct Memory {
    format: Format,
    columns: Vec<String>,
    rows: Vec<Vec<Option<String>>>,
    at: usize,
}

impl Memory {
    pub(crate) fn csv(text: &str, delimiter: u8) -> Self {
        let mut lines = split(text.trim_start_matches('\u{feff}'), char::from(delimiter)).into_iter();
        let columns = lines.next().unwrap_or_default().into_iter().map(|name| name.trim().to_owned()).collect();
        let rows = lines
            .filter(|row| row.iter().any(|cell| !cell.is_empty()))
            .map(|row| row.into_iter().map(Some).collect())
            .collect();
        Self { format: Format::Csv { delimiter }, columns, rows, at: 0 }
    }

    /// A list of objects, or the first list of objects in an object; flattened as `formats` does.
    pub(crate) fn json(text: &str) -> Self {
        fn records(value: Value) -> Vec<Value> {
            match value {
                Value::Array(items) => items,
                Value::Object(object) => {
                    let list = object
                        .values()
                        .find(|value| matches!(value, Value::Array(items) if items.iter().any(Value::is_object)));
                    match list {
                        Some(Value::Array(items)) => items.clone(),
                        _ => vec![Value::Object(object)],
                    }
                }
                _ => Vec::new(),
            }
        }
        let mut memory = Self { format: Format::Json, columns: Vec::new(), rows: Vec::new(), at: 0 };
        for record in records(serde_json::from_str(text).expect("JSON")) {
            let mut row = Vec::new();
            memory.flatten("", &record, &mut row);
            memory.rows.push(row);
        }
        memory
    }

    fn flatten(&mut self, name: &str, value: &Value, row: &mut Vec<Option<String>>) {
        let text = match value {
            Value::Object(object) => {
                for (key, value) in object {
                    let name = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
                    self.flatten(&name, value, row);
                }
                return;
            }
            Value::Null => None,
            Value::Array(items) if items.iter().any(Value::is_object) => Some(value.to_string()),
            Value::Array(items) => Some(
                items
                    .iter()
                    .map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned))
                    .collect::<Vec<_>>()
                    .join(", "),
            ),
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        };
        let index = self.columns.iter().position(|known| known == name).unwrap_or_else(|| {
            self.columns.push(name.to_owned());
            self.columns.len() - 1
        });
        if row.len() <= index {
            row.resize(index + 1, None);
        }
        row[index] = text;
    }
}

fn split(text: &str, delimiter: char) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                cell.push(letters.next().expect("peeked"));
            }
            '"' if quoted || cell.is_empty() => quoted = !quoted,
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            _ if letter == delimiter && !quoted => row.push(std::mem::take(&mut cell)),
            _ => cell.push(letter),
        }
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push(row);
    }
    rows
}

impl Reader for Memory {
    fn format(&self) -> Format {
        self.format
    }

    fn columns(&self) -> &[String] {
        &self.columns
    }

    fn next(&mut self, record: &mut Record) -> Result<Option<Result<(), RowError>>, Refusal> {
        let Some(row) = self.rows.get(self.at) else {
            return Ok(None);
        };
        self.at += 1;
        record.row = self.at as u64;
        record.buffer.clear();
        record.spans.clear();
        for cell in row {
            let from = u32::try_from(record.buffer.len()).expect("small");
            match cell {
                Some(text) => {
                    record.buffer.push_str(text);
                    record.spans.push((from, u32::try_from(record.buffer.len()).expect("small")));
                }
                None => record.spans.push((1, 0)),
            }
        }
        Ok(Some(Ok(())))
    }

    fn bytes_read(&self) -> u64 {
        self.at as u64
    }

    fn bytes_total(&self) -> u64 {
        self.rows.len() as u64
    }

    fn blank(&self) -> u64 {
        0
    }

    fn notes(&self) -> &[String] {
        &[]
    }
}

/// Keeps what it is given, as text.
#[derive(Default)]
pub(crate) struct Kept {
    pub tickets: Vec<String>,
    pub events: Vec<String>,
    pub changes: Vec<String>,
    pub rejects: Vec<Reject>,
    pub done: u64,
}

impl Kept {
    /// All of it.
    pub(crate) fn all(&self) -> String {
        format!("{:?}{:?}{:?}{:?}", self.tickets, self.events, self.changes, self.rejects)
    }
}

impl Sink for Kept {
    fn ticket(&mut self, row: &TicketRow<'_>) -> std::io::Result<()> {
        self.tickets.push(format!("{row:?}"));
        Ok(())
    }

    fn event(&mut self, row: &EventRow<'_>) -> std::io::Result<()> {
        self.events.push(format!("{row:?}"));
        Ok(())
    }

    fn change(&mut self, row: &ChangeRow<'_>) -> std::io::Result<()> {
        self.changes.push(format!("{row:?}"));
        Ok(())
    }

    fn reject(&mut self, reject: Reject) -> std::io::Result<()> {
        self.rejects.push(reject);
        Ok(())
    }

    fn row_done(&mut self, _row: u64) -> std::io::Result<()> {
        self.done += 1;
        Ok(())
    }

    fn progress(&mut self, _read: u64, _total: u64) {}
}
