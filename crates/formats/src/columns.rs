//! Column names, and records put together by name.

use std::collections::HashMap;

use crate::record::Record;

/// Column names found so far.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    names: Vec<String>,
    index: HashMap<String, usize>,
}

impl Columns {
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// The column of this name, added when it is new; `None` beyond `most` columns.
    pub(crate) fn of(&mut self, name: &str, most: usize) -> Option<usize> {
        if let Some(&column) = self.index.get(name) {
            return Some(column);
        }
        let column = self.names.len();
        if column >= most {
            return None;
        }
        self.names.push(name.to_owned());
        self.index.insert(name.to_owned(), column);
        Some(column)
    }

    /// Names a header line: trimmed, without marks, each one distinct.
    pub(crate) fn header<'a>(&mut self, fields: impl Iterator<Item = &'a str>, notes: &mut Vec<String>) {
        let mut unnamed = 0;
        for (number, field) in fields.enumerate() {
            let clean = field.replace('\u{feff}', "");
            let mut name = clean.split_whitespace().collect::<Vec<_>>().join(" ");
            if name.is_empty() {
                unnamed += 1;
                name = format!("column {}", number + 1);
            }
            let mut distinct = name.clone();
            let mut again = 2;
            while self.index.contains_key(&distinct) {
                distinct = format!("{name} ({again})");
                again += 1;
            }
            self.index.insert(distinct.clone(), self.names.len());
            self.names.push(distinct);
        }
        if unnamed > 0 {
            notes.push(format!("{unnamed} columns have no name"));
        }
    }
}

/// The span of a column that a record lacks.
pub(crate) const ABSENT: (u32, u32) = (1, 0);

impl Record {
    /// Empties it for the next record.
    pub(crate) fn clear(&mut self) {
        self.buffer.clear();
        self.spans.clear();
    }

    /// Sets a column's value. A value that is there already gets the new one behind it, after a comma.
    pub(crate) fn put(&mut self, column: usize, value: &str) {
        if self.spans.len() <= column {
            self.spans.resize(column + 1, ABSENT);
        }
        let before = self.get(column).filter(|before| !before.is_empty()).map(str::to_owned);
        let start = self.buffer.len();
        if let Some(before) = before {
            self.buffer.push_str(&before);
            self.buffer.push_str(", ");
        }
        push_without_marks(&mut self.buffer, value);
        if let Some(span) = self.spans.get_mut(column) {
            *span = span_of(start, self.buffer.len());
        }
    }

    /// Whether no column has anything but blanks.
    pub(crate) fn is_blank(&self) -> bool {
        self.buffer.bytes().all(|byte| byte.is_ascii_whitespace())
    }
}

/// A span of the buffer. Records are bounded far below 4 GiB, see `Limits::record_bytes`.
pub(crate) fn span_of(start: usize, end: usize) -> (u32, u32) {
    match (u32::try_from(start), u32::try_from(end)) {
        (Ok(start), Ok(end)) => (start, end),
        _ => ABSENT,
    }
}

/// Appends text without the byte-order marks that joining files leaves inside.
pub(crate) fn push_without_marks(buffer: &mut String, value: &str) {
    if value.contains('\u{feff}') {
        buffer.extend(value.chars().filter(|c| *c != '\u{feff}'));
    } else {
        buffer.push_str(value);
    }
}

/// Cuts raw text for a reject to a few kilobytes.
pub(crate) fn cut(raw: &str) -> String {
    const MOST: usize = 4096;
    if raw.len() <= MOST {
        return raw.to_owned();
    }
    let end = (0..=MOST).rev().find(|end| raw.is_char_boundary(*end)).unwrap_or(0);
    format!("{}… ({} bytes in all)", raw.get(..end).unwrap_or_default(), raw.len())
}
