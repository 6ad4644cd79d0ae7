//! Rejected rows: told with their raw text, persons' names taken out.

use formats::{Format, Record};

use crate::canonical::Reject;
use crate::plan::Mask;
use crate::read::Work;
use crate::row::Fatal;

impl Work<'_> {
    /// What is told of a row that could not be kept.
    pub(crate) fn reject(&mut self, record: &Record, fatal: &Fatal) -> Reject {
        let column = fatal.column.and_then(|index| self.plan.columns.get(index).cloned());
        Reject {
            row: record.row,
            column: column.unwrap_or_else(|| {
                if self.plan.reads(fatal.field) { self.plan.column(fatal.field) } else { String::new() }
            }),
            reason: fatal.reason.clone(),
            raw: self.raw(record),
        }
    }

    /// The row as it was read, persons' names taken out: delimited text as such, other records as
    /// `name=value` of what they have.
    fn raw(&mut self, record: &Record) -> String {
        let mut raw = String::new();
        let delimiter = match self.format {
            Format::Csv { delimiter } => Some(char::from(delimiter)),
            _ => None,
        };
        for (index, name) in self.plan.columns.iter().enumerate() {
            let value = record.get(index);
            if delimiter.is_none() && value.is_none_or(|value| value.trim().is_empty()) {
                continue;
            }
            if index > 0 && (delimiter.is_some() || !raw.is_empty()) {
                raw.push_str(delimiter.map_or("; ".to_owned(), String::from).as_str());
            }
            if delimiter.is_none() {
                raw.push_str(name);
                raw.push('=');
            }
            let value = value.unwrap_or_default();
            let bare = value.trim();
            match self.plan.masked.get(index) {
                Some(Mask::Handler) if !crate::words::is_missing(bare) => raw.push('…'),
                Some(Mask::Requester) if !crate::words::is_missing(bare) => {
                    self.row.name(bare, &mut raw);
                }
                // Histories and lists of objects are full of persons.
                _ if bare.starts_with(['[', '{']) => raw.push('…'),
                _ if delimiter.is_some_and(|mark| value.contains([mark, '"', '\n', '\r'])) => {
                    raw.push('"');
                    raw.push_str(&value.replace('"', "\"\""));
                    raw.push('"');
                }
                _ => raw.push_str(value),
            }
            if raw.len() > 4096 {
                let mut end = 4096;
                while !raw.is_char_boundary(end) {
                    end -= 1;
                }
                raw.truncate(end);
                raw.push('…');
                break;
            }
        }
        raw
    }
}
