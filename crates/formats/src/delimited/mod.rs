//! Delimited text: any delimiter, quoted line breaks, doubled quotes, broken quotes.
//!
//! A line without a quote is split by searching for the delimiter, without looking at single bytes;
//! only a record with a quote in it goes through the grammar in `split`.
//!
//! A quote that is never closed would run on to the next quote in the file, however many rows lie
//! between. `broken` says when that has happened, and where reading goes on.

mod broken;
mod layout;
mod split;

use crate::columns::{ABSENT, Columns};
use crate::notes::Counted;
use crate::record::{Format, Limits, Reader, Record, Refusal};
use crate::window::{Input, Row, bad};

pub(crate) use layout::{Layout, layout};

/// A quote that does not close costs its own row only, and is told.
const UNCLOSED: &str = "a quote opens in this row and is never closed. Close it, or double it if it belongs to \
                        the text; reading went on with the next row";

pub(crate) struct Delimited {
    input: Input,
    delimiter: u8,
    line_end: u8,
    columns: Columns,
    row: u64,
    blank: u64,
    /// No quote lies in so many bytes from the start of the window.
    unquoted: usize,
    /// No byte that could begin a byte-order mark lies in so many bytes from there.
    unmarked: usize,
    /// No row begins in so many bytes from there, as far as was looked.
    barren: usize,
    /// The first field of the last good row: what rows begin with.
    first: String,
}

/// A record as it was found, before it is held against the header.
enum Found {
    Record,
    Blank,
    Broken(String, String),
    End,
}

impl Delimited {
    /// The window stands at the start of the text.
    pub(crate) fn new(mut input: Input, layout: &Layout) -> Result<Self, Refusal> {
        while input.window.rest().len() < layout.above && input.more()? {}
        input.window.consume(layout.above);
        if layout.titles > 0 {
            input.notes.say(format!("{} lines above the header passed over", layout.titles));
        }
        let limits = input.limits;
        let mut this = Self {
            input,
            delimiter: layout.delimiter,
            line_end: layout.line_end,
            columns: Columns::default(),
            row: 0,
            blank: 0,
            unquoted: 0,
            unmarked: 0,
            barren: 0,
            first: String::new(),
        };
        let mut header = Record::default();
        loop {
            match this.find(&mut header)? {
                Found::Record => break,
                Found::Blank => {}
                Found::Broken(reason, _) => {
                    return Err(this.input.refuse(format!("its header cannot be read: {reason}"), "Export it again"));
                }
                Found::End => {
                    return Err(this.input.refuse("it holds only blanks", "Export it again with a header line"));
                }
            }
        }
        this.name(&header, limits)?;
        Ok(this)
    }

    fn name(&mut self, header: &Record, limits: Limits) -> Result<(), Refusal> {
        let fields: Vec<&str> = (0..header.spans.len()).map(|column| header.get(column).unwrap_or_default()).collect();
        let used = fields.iter().rposition(|field| !field.trim().is_empty()).map_or(0, |last| last + 1);
        if used > limits.columns {
            let reason = format!("its header has {used} columns");
            return Err(self.input.refuse(reason, "Export it with a header line, one column a field"));
        }
        self.columns.header(fields.iter().take(used).copied(), &mut self.input.notes);
        if used < fields.len() {
            self.input.notes.say(format!("{} empty columns at the end passed over", fields.len() - used));
        }
        Ok(())
    }

    /// Delimiter, line end, and most fields of a record over lines.
    fn grammar(&self) -> (u8, u8, usize) {
        let width = self.columns.names().len();
        let most = if width == 0 { self.input.limits.columns } else { width * 2 + 16 };
        (self.delimiter, self.line_end, most)
    }

    fn consume(&mut self, n: usize) {
        self.barren = self.barren.saturating_sub(n);
        self.input.window.consume(n);
        self.unquoted = self.unquoted.saturating_sub(n);
        self.unmarked = self.unmarked.saturating_sub(n);
    }

    /// Finds the next record and takes it apart into `record`.
    fn find(&mut self, record: &mut Record) -> Result<Found, Refusal> {
        record.clear();
        let mut searched = 0;
        let (length, used) = loop {
            let rest = self.input.window.rest();
            if let Some(end) = memchr::memchr(self.line_end, rest.get(searched..).unwrap_or_default()) {
                break (searched + end, searched + end + 1);
            }
            searched = rest.len();
            if self.input.window.ended() {
                if rest.is_empty() {
                    return Ok(Found::End);
                }
                break (rest.len(), rest.len());
            }
            if self.input.too_long() {
                return self.skip_line();
            }
            self.input.more()?;
        };
        let rest = self.input.window.rest();
        if self.unquoted < length {
            let fresh = rest.get(self.unquoted..).unwrap_or_default();
            self.unquoted = memchr::memchr(b'"', fresh).map_or(rest.len(), |quote| self.unquoted + quote);
        }
        if self.unquoted < length {
            return self.find_quoted(record);
        }
        if length > self.input.limits.record_bytes {
            return self.skip_line();
        }
        let mut line = rest.get(..length).unwrap_or_default();
        while let [front @ .., b'\r'] = line {
            line = front;
        }
        let mut bytes = std::mem::take(&mut record.buffer).into_bytes();
        bytes.extend_from_slice(line);
        split::plain(&bytes, self.delimiter, &mut record.spans);
        Ok(self.take(bytes, used, record))
    }

    /// The same for a record whose first line holds a quote.
    fn find_quoted(&mut self, record: &mut Record) -> Result<Found, Refusal> {
        let mut bytes = std::mem::take(&mut record.buffer).into_bytes();
        loop {
            bytes.clear();
            record.spans.clear();
            let (rest, ended) = (self.input.window.rest(), self.input.window.ended());
            match split::quoted(rest, ended, self.grammar(), &mut bytes, &mut record.spans) {
                split::Found::Record(shape) if !shape.torn => {
                    if shape.used > self.input.limits.record_bytes {
                        let raw = self.input.glimpse();
                        self.consume(shape.used);
                        return Ok(Found::Broken(self.input.overlong(), raw));
                    }
                    let (fields, width) = (record.spans.len(), self.columns.names().len());
                    if shape.lines && self.swallowed(shape.used, fields, &bytes, record) {
                        break;
                    }
                    if shape.stray && !shape.lines && width > 0 && fields != width {
                        let raw = text_of(rest.get(..shape.used).unwrap_or_default());
                        let reason = format!(
                            "text stands behind a closing quote, and it has {fields} fields where the header has \
                             {width}. Double the quotes that belong to the text"
                        );
                        self.consume(shape.used);
                        return Ok(Found::Broken(reason, raw.trim_end().to_owned()));
                    }
                    return Ok(self.take(bytes, shape.used, record));
                }
                split::Found::More if !self.input.too_long() => {
                    self.input.more()?;
                }
                _ => break,
            }
        }
        // What a row begins with, should no row have been read so far.
        if self.first.is_empty() {
            let (from, to) = record.spans.first().copied().unwrap_or_default();
            self.first = text_of(bytes.get(from as usize..to as usize).unwrap_or_default());
        }
        let lost = self.lost();
        let raw = text_of(self.input.window.rest().get(..lost).unwrap_or_default());
        self.consume(lost);
        Ok(Found::Broken(UNCLOSED.into(), raw.trim_end().to_owned()))
    }

    /// Keeps the bytes of a record as text.
    fn take(&mut self, bytes: Vec<u8>, used: usize, record: &mut Record) -> Found {
        // The window gives UTF-8, and delimiters are ASCII: nothing is lost here.
        record.buffer = String::from_utf8(bytes).unwrap_or_else(|error| error.to_string());
        if self.unmarked < used {
            let rest = self.input.window.rest();
            let fresh = rest.get(self.unmarked..).unwrap_or_default();
            self.unmarked = memchr::memchr(0xef, fresh).map_or(rest.len(), |mark| self.unmarked + mark);
            if self.unmarked < used {
                self.unmarked = 0;
                let marks = record.take_marks_out();
                self.input.notes.count(Counted::Marks, marks);
            }
        }
        self.consume(used);
        let empty = |record: &Record, column| record.get(column).is_none_or(|value: &str| value.trim().is_empty());
        if (0..record.spans.len()).all(|column| empty(record, column)) { Found::Blank } else { Found::Record }
    }

    /// Passes over a line that is longer than a record may be; refuses one without an end.
    fn skip_line(&mut self) -> Result<Found, Refusal> {
        let raw = self.input.glimpse();
        let mut skipped = 0;
        loop {
            let rest = self.input.window.rest();
            let (n, found) = memchr::memchr(self.line_end, rest).map_or((rest.len(), false), |end| (end + 1, true));
            skipped += n as u64;
            self.consume(n);
            if skipped > self.input.patience() {
                return Err(self.input.endless(self.row));
            }
            if found || !self.input.more()? {
                return Ok(Found::Broken(self.input.overlong(), raw));
            }
        }
    }

    /// Holds a record against the header.
    fn fit(&mut self, record: &mut Record) -> Result<(), String> {
        let width = self.columns.names().len();
        let fields = record.spans.len();
        if fields < width {
            self.input.notes.count(Counted::Short, 1);
            record.spans.resize(width, ABSENT);
        } else if fields > width {
            let extra = |column| record.get(column).is_some_and(|value| !value.trim().is_empty());
            if (width..fields).any(extra) {
                return Err(format!(
                    "it has {fields} fields where the header has {width}. Put quotes around the field that holds the \
                     delimiter"
                ));
            }
            record.spans.truncate(width);
        }
        Ok(())
    }

    /// Whether a record says the names of the columns once more.
    fn is_header(&self, record: &Record) -> bool {
        let names = self.columns.names();
        let says = |(column, name): (usize, &String)| record.get(column).is_some_and(|value| value.trim() == name);
        names.len() > 1 && names.iter().enumerate().all(says)
    }

    /// The record as text again, for a reject.
    fn raw(&self, record: &Record) -> String {
        let fields: Vec<&str> = (0..record.spans.len()).map(|column| record.get(column).unwrap_or_default()).collect();
        fields.join(&char::from(self.delimiter).to_string())
    }
}

fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

impl Reader for Delimited {
    fn format(&self) -> Format {
        Format::Csv { delimiter: self.delimiter }
    }

    fn columns(&self) -> &[String] {
        self.columns.names()
    }

    fn next(&mut self, record: &mut Record) -> Result<Row, Refusal> {
        loop {
            match self.find(record)? {
                Found::End => {
                    self.input.settle();
                    return Ok(None);
                }
                Found::Blank => {
                    self.blank += 1;
                    self.input.notes.count(Counted::Blank, 1);
                }
                Found::Broken(reason, raw) => {
                    self.row += 1;
                    return Ok(bad(self.row, reason, &raw));
                }
                Found::Record if self.is_header(record) => self.input.notes.count(Counted::Headers, 1),
                Found::Record => {
                    self.row += 1;
                    record.row = self.row;
                    return Ok(match self.fit(record) {
                        Ok(()) => {
                            self.barren = 0;
                            self.first.clear();
                            self.first.push_str(record.get(0).unwrap_or_default());
                            Some(Ok(()))
                        }
                        Err(reason) => bad(self.row, reason, &self.raw(record)),
                    });
                }
            }
        }
    }

    fn bytes_read(&self) -> u64 {
        self.input.bytes_read()
    }

    fn bytes_total(&self) -> u64 {
        self.input.total
    }

    fn blank(&self) -> u64 {
        self.blank
    }

    fn notes(&self) -> &[String] {
        self.input.notes.list()
    }
}
