//! Quotes that are never closed: when a record has swallowed the rows behind it, and how much of it is lost.
//!
//! A quoted field that runs over lines is believed unless
//! * text stands right behind its closing quote (that quote opens a later field), or no quote closes it
//!   within the longest record;
//! * the number of fields is not the header's, and the next line is a row;
//! * the number is right, but every line in it is a row: as many fields as the header, and a first
//!   field made like those of the rows before (letters and digits in the same places).
//!
//! What is lost then goes from the start of the record to the next line that is a row; where none of
//! the next lines is one, it is the first line alone. A line is a row when its quotes close, no text
//! stands behind a closing quote, it has as many fields as the header (or fewer, two at least, where first fields
//! are numbers of a known make), and its first field is made like the others.

use super::split::{self, Found};
use super::{Delimited, text_of};
use crate::record::Record;

/// Lines that are looked at for the next row.
const LINES: usize = 64;

/// Bytes that are looked at for the end of each.
const LINE: usize = 16 << 10;

impl Delimited {
    /// Whether a record over lines, of `used` bytes in the window and taken apart into `out`, is more
    /// likely several rows behind a quote that was never closed.
    pub(super) fn swallowed(&self, used: usize, fields: usize, out: &[u8], record: &Record) -> bool {
        let width = self.columns.names().len();
        if width == 0 {
            return false;
        }
        let rest = self.input.window.rest();
        let whole = rest.get(..used).unwrap_or_default();
        if fields != width {
            let next = memchr::memchr(self.line_end, whole).map_or(used, |end| end + 1);
            return next < used && self.is_row(next);
        }
        let own = record.spans.first().and_then(|(from, to)| out.get(*from as usize..*to as usize));
        let own = text_of(own.unwrap_or_default());
        let like = if self.first.is_empty() { own.as_str() } else { self.first.as_str() };
        let whole = whole.strip_suffix(&[self.line_end]).unwrap_or(whole);
        let mut lines = whole.split(|byte| *byte == self.line_end);
        tells(like)
            && lines.all(|line| {
                let first = line.split(|byte| *byte == self.delimiter).next().unwrap_or_default();
                memchr::memchr_iter(self.delimiter, line).count() + 1 == width && alike(like, &unquoted(first))
            })
    }

    /// How many bytes of the window are lost to a quote that is never closed. Lines that were looked
    /// at for an earlier record are not looked at again: a file of nothing but such quotes costs no more.
    pub(super) fn lost(&mut self) -> usize {
        let rest = self.input.window.rest();
        let line_from =
            |at: usize| memchr::memchr(self.line_end, rest.get(at..).unwrap_or_default()).map(|end| at + end + 1);
        let Some(first) = line_from(0) else { return rest.len() };
        let (mut at, mut row) = (first, None);
        for _ in 0..LINES {
            if at >= rest.len() {
                break;
            }
            if at >= self.barren && self.is_row(at) {
                row = Some(at);
                break;
            }
            let Some(next) = line_from(at) else { break };
            at = next;
        }
        if row.is_none() {
            self.barren = self.barren.max(at);
        }
        row.unwrap_or(first)
    }

    /// Whether a row begins at this place of the window.
    fn is_row(&self, at: usize) -> bool {
        let rest = self.input.window.rest();
        let ahead = rest.get(at..rest.len().min(at + LINE)).unwrap_or_default();
        let ended = self.input.window.ended() && at + ahead.len() == rest.len();
        let (mut out, mut spans) = (Vec::new(), Vec::new());
        let Found::Record(shape) = split::quoted(ahead, ended, self.grammar(), &mut out, &mut spans) else {
            return false;
        };
        let (from, to) = spans.first().copied().unwrap_or_default();
        let first = text_of(out.get(from as usize..to as usize).unwrap_or_default());
        let width = self.columns.names().len();
        let fits = if tells(&self.first) {
            alike(&self.first, &first) && (2..=width).contains(&spans.len())
        } else {
            spans.len() == width && !first.contains('"')
        };
        fits && !shape.stray
    }
}

fn unquoted(field: &[u8]) -> String {
    text_of(field).trim_matches('"').to_owned()
}

/// Whether a first field tells rows from other lines: it has a digit and is short.
fn tells(first: &str) -> bool {
    first.len() <= 64 && first.bytes().any(|byte| byte.is_ascii_digit())
}

/// Whether two values are made alike: letters, digits and marks in the same order, runs of the same
/// kind counting as one; or both of one length and without blanks, as keys in hexadecimal are.
fn alike(one: &str, other: &str) -> bool {
    let make = |text: &str| {
        let mut kinds: Vec<char> = text
            .trim()
            .chars()
            .map(|c| match c {
                _ if c.is_alphabetic() => 'a',
                '0'..='9' => '9',
                _ => c,
            })
            .collect();
        kinds.dedup();
        kinds
    };
    let key = |text: &str| text.len() >= 8 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    make(one) == make(other) || (one.len() == other.len() && key(one) && key(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_alike_and_words_are_not() {
        assert!(alike("INC0001", "CHG12") && alike("17", "4") && alike("ab12cd34ef", "0123456789"));
        assert!(!alike("INC1", "please") && !alike("1", "1. first") && !alike("2024-01-02", "17"));
        assert!(tells("INC1") && !tells("please help"));
    }
}
