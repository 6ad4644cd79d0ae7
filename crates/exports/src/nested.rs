//! Files of recorded answers: each record of the file holds a JSON list of the records that are meant.

use formats::{Format, Reader, Record, Refusal, RowError};
use serde_json::Value;

use crate::words::fold;

/// Columns that hold such lists, in files that keep what a server answered.
const HOLDERS: &[&str] = &[
    "response",
    "response_items",
    "body",
    "response_issues",
    "response_tickets",
    "body_tickets",
    "body_issues",
    "body_result",
    "response_result",
];

/// A reader that gives the records inside of a column; or, without one, those of the file itself.
pub(crate) struct Nested<'r> {
    inner: &'r mut dyn Reader,
    /// The column, by its name in the file.
    pub holder: Option<String>,
    peeked: Option<Record>,
    current: Record,
    waiting: std::vec::IntoIter<Value>,
    columns: Vec<String>,
    cells: Vec<Option<String>>,
    row: u64,
}

impl<'r> Nested<'r> {
    /// Looks at the first record: is it a recorded answer?
    pub(crate) fn peek(inner: &'r mut dyn Reader) -> Result<Self, Refusal> {
        let mut nested = Self::new(inner, None);
        let mut record = Record::default();
        if !matches!(nested.inner.format(), Format::Json | Format::JsonLines) {
            return Ok(nested);
        }
        if let Some(Ok(())) = nested.inner.next(&mut record)? {
            let folded: Vec<String> = nested.inner.columns().iter().map(|name| fold(name)).collect();
            let recorded = folded.iter().any(|name| name == "status")
                && folded.iter().any(|name| matches!(name.as_str(), "method" | "url_path" | "path" | "scope" | "url"));
            let holds = |index: &usize| {
                folded.get(*index).is_some_and(|name| HOLDERS.contains(&name.as_str()))
                    && record.get(*index).is_some_and(|text| text.trim_start().starts_with("[{"))
            };
            nested.holder = (0..folded.len())
                .filter(|_| recorded)
                .find(holds)
                .and_then(|index| nested.inner.columns().get(index).cloned());
            nested.peeked = Some(record);
        }
        Ok(nested)
    }

    /// Gives the records inside of `holder`.
    pub(crate) fn new(inner: &'r mut dyn Reader, holder: Option<String>) -> Self {
        Self {
            inner,
            holder,
            peeked: None,
            current: Record::default(),
            waiting: Vec::new().into_iter(),
            columns: Vec::new(),
            cells: Vec::new(),
            row: 0,
        }
    }

    fn fill(&mut self, value: &Value, record: &mut Record) {
        self.cells.iter_mut().for_each(|cell| *cell = None);
        flatten(String::new(), value, 0, &mut self.columns, &mut self.cells);
        self.row += 1;
        record.row = self.row;
        record.buffer.clear();
        record.spans.clear();
        for cell in &self.cells {
            let from = u32::try_from(record.buffer.len());
            record.buffer.push_str(cell.as_deref().unwrap_or_default());
            let to = u32::try_from(record.buffer.len());
            record.spans.push(match (cell, from, to) {
                (Some(_), Ok(from), Ok(to)) => (from, to),
                _ => (1, 0),
            });
        }
    }
}

/// Nested names joined by dots, plain lists by commas, lists of objects kept as JSON: as the reader of JSON does.
fn flatten(name: String, value: &Value, depth: u8, columns: &mut Vec<String>, cells: &mut Vec<Option<String>>) {
    let text = match value {
        Value::Object(object) if depth < 16 => {
            for (key, value) in object {
                let name = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
                flatten(name, value, depth + 1, columns, cells);
            }
            return;
        }
        Value::Null => return,
        Value::String(text) => text.clone(),
        Value::Array(items) if !items.iter().any(|item| item.is_object() || item.is_array()) => {
            let words = items.iter().map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned));
            words.collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    };
    let index = columns.iter().position(|known| *known == name).unwrap_or_else(|| {
        columns.push(name);
        columns.len() - 1
    });
    if cells.len() < columns.len() {
        cells.resize(columns.len(), None);
    }
    if let Some(cell) = cells.get_mut(index) {
        *cell = Some(text);
    }
}

impl Reader for Nested<'_> {
    fn format(&self) -> Format {
        self.inner.format()
    }

    fn columns(&self) -> &[String] {
        if self.holder.is_some() { &self.columns } else { self.inner.columns() }
    }

    fn next(&mut self, record: &mut Record) -> Result<Option<Result<(), RowError>>, Refusal> {
        let Some(holder) = self.holder.clone() else {
            if let Some(peeked) = self.peeked.take() {
                *record = peeked;
                return Ok(Some(Ok(())));
            }
            return self.inner.next(record);
        };
        loop {
            if let Some(value) = self.waiting.next() {
                self.fill(&value, record);
                return Ok(Some(Ok(())));
            }
            if let Some(peeked) = self.peeked.take() {
                self.current = peeked;
            } else {
                match self.inner.next(&mut self.current)? {
                    None => return Ok(None),
                    Some(Err(bad)) => return Ok(Some(Err(bad))),
                    Some(Ok(())) => {}
                }
            }
            let text =
                self.inner.columns().iter().position(|name| *name == holder).and_then(|index| self.current.get(index));
            match text.map(serde_json::from_str::<Value>) {
                Some(Ok(Value::Array(items))) => self.waiting = items.into_iter(),
                // An answer without records, such as an empty last page.
                None => {}
                Some(_) => {
                    self.row += 1;
                    let reason = format!("`{holder}` holds no list of records. Take this answer out of the file");
                    let raw = text.unwrap_or_default().chars().take(1000).collect();
                    return Ok(Some(Err(RowError { row: self.row, reason, raw })));
                }
            }
        }
    }

    fn bytes_read(&self) -> u64 {
        self.inner.bytes_read()
    }

    fn bytes_total(&self) -> u64 {
        self.inner.bytes_total()
    }

    fn blank(&self) -> u64 {
        self.inner.blank()
    }

    fn notes(&self) -> &[String] {
        self.inner.notes()
    }
}
