//! Column names, and records put together by name.

use std::collections::HashMap;

use crate::notes::Notes;
use crate::record::Record;

/// Column names found so far.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    names: Vec<String>,
    index: HashMap<String, usize>,
    /// For each place in a record the column that stood there last: records of a file are alike, and
    /// comparing one name is cheaper than hashing it.
    habit: Vec<usize>,
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

    /// The column of this name, which is the `nth` value of its record; `None` beyond `most` columns.
    pub(crate) fn nth(&mut self, nth: usize, name: &str, most: usize) -> Option<usize> {
        if let Some(&column) = self.habit.get(nth)
            && self.names.get(column).is_some_and(|known| known == name)
        {
            return Some(column);
        }
        let column = self.of(name, most)?;
        if let Some(habit) = self.habit.get_mut(nth) {
            *habit = column;
        } else if self.habit.len() == nth {
            self.habit.push(column);
        }
        Some(column)
    }

    /// Names a header line: trimmed, without marks, each one distinct.
    pub(crate) fn header<'a>(&mut self, fields: impl Iterator<Item = &'a str>, notes: &mut Notes) {
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
            notes.say(format!("{unnamed} columns have no name"));
        }
    }
}

/// Values of columns that have one already: XML repeats elements. They are joined once, at the end of
/// the record, because joining them one by one would copy the first ones again and again.
#[derive(Debug, Default)]
pub(crate) struct Again(Vec<(usize, (u32, u32))>);

impl Again {
    /// Joins the waiting values to their columns by `, `. False when that makes the record longer than `most`.
    pub(crate) fn settle(&mut self, record: &mut Record, most: usize) -> bool {
        if self.0.is_empty() {
            return true;
        }
        self.0.sort_by_key(|(column, _)| *column);
        for same in self.0.chunk_by(|a, b| a.0 == b.0) {
            let Some(first) = same.first().and_then(|(column, _)| record.spans.get(*column)).copied() else { continue };
            let start = record.buffer.len();
            let spans = std::iter::once(first).chain(same.iter().map(|(_, span)| *span));
            for (nth, (from, to)) in spans.enumerate() {
                if nth > 0 {
                    record.buffer.push_str(", ");
                }
                record.buffer.extend_from_within(from as usize..to as usize);
            }
            if let Some(span) = same.first().and_then(|(column, _)| record.spans.get_mut(*column)) {
                *span = span_of(start, record.buffer.len());
            }
        }
        self.0.clear();
        record.buffer.len() <= most.saturating_mul(4)
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
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

    /// Gives a column the value that lies in the buffer from `start` on. When it has one already, the
    /// new one waits in `again`, see `Again`.
    pub(crate) fn set(&mut self, column: usize, start: usize, again: &mut Again) {
        let span = span_of(start, self.buffer.len());
        if self.spans.len() <= column {
            self.spans.resize(column + 1, ABSENT);
        }
        if let Some(place) = self.spans.get_mut(column) {
            if place.0 >= place.1 {
                *place = span;
            } else if span.0 < span.1 {
                again.0.push((column, span));
            }
        }
    }

    /// Sets a column's value.
    pub(crate) fn put(&mut self, column: usize, value: &str, again: &mut Again) {
        let start = self.buffer.len();
        self.buffer.push_str(value);
        self.set(column, start, again);
    }

    /// Takes the byte-order marks out that joining files leaves inside, and counts them.
    pub(crate) fn take_marks_out(&mut self) -> u64 {
        let marks = self.buffer.matches('\u{feff}').count() as u64;
        if marks > 0 {
            let marked = std::mem::take(&mut self.buffer);
            for span in &mut self.spans {
                if span.0 <= span.1 {
                    let start = self.buffer.len();
                    let value = marked.get(span.0 as usize..span.1 as usize).unwrap_or_default();
                    self.buffer.extend(value.chars().filter(|c| *c != '\u{feff}'));
                    *span = span_of(start, self.buffer.len());
                }
            }
        }
        marks
    }
}

/// A span of the buffer. Records are bounded far below 4 GiB, see `Limits::record_bytes`.
pub(crate) fn span_of(start: usize, end: usize) -> (u32, u32) {
    match (u32::try_from(start), u32::try_from(end)) {
        (Ok(start), Ok(end)) => (start, end),
        _ => ABSENT,
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
