//! Delimited text: any delimiter, quoted line breaks, doubled quotes.
//!
//! A line without a quote is split by searching for the delimiter (several hundred megabytes a second);
//! only a record with a quote in it goes through the full grammar of `csv-core`.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use csv_core::ReadRecordResult;

use crate::columns::{Columns, cut, span_of};
use crate::encoding::as_windows_1252;
use crate::record::{Format, Limits, Reader, Record, Refusal, RowError};
use crate::source::{Bytes, refusal_of, refuse};

const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Finds the delimiter that splits the first lines most evenly into the most columns.
pub(crate) fn delimiter(head: &[u8]) -> Option<u8> {
    let mut best: Option<(usize, u8)> = None;
    for candidate in DELIMITERS {
        let mut reader = csv_core::ReaderBuilder::new().delimiter(candidate).build();
        let mut input = head;
        let (mut output, mut ends) = (vec![0; head.len() + 1], vec![0; head.len() + 1]);
        let mut counts = Vec::new();
        while counts.len() < 60 && !input.is_empty() {
            let (result, used, _, fields) = reader.read_record(input, &mut output, &mut ends);
            input = input.get(used..).unwrap_or_default();
            // The last record of the head may be cut off: it does not count unless it is the only one.
            if result == ReadRecordResult::Record || (result == ReadRecordResult::InputEmpty && counts.is_empty()) {
                counts.push(fields.max(1));
            }
            if result != ReadRecordResult::Record {
                break;
            }
        }
        let Some(&columns) = counts.first() else {
            continue;
        };
        if columns < 2 {
            continue;
        }
        let even = counts.iter().filter(|count| **count == columns).count();
        // Evenness first, then the number of columns.
        let score = even * 1000 / counts.len() * 10_000 + columns.min(9_999);
        if best.is_none_or(|(most, _)| score > most) {
            best = Some((score, candidate));
        }
    }
    best.map(|(_, delimiter)| delimiter)
}

pub(crate) struct Delimited {
    path: PathBuf,
    bytes: Bytes,
    chunk: Vec<u8>,
    at: usize,
    end: usize,
    ended: bool,
    delimiter: u8,
    full: csv_core::Reader,
    output: Vec<u8>,
    ends: Vec<usize>,
    limits: Limits,
    columns: Columns,
    row: u64,
    blank: u64,
    marks: u64,
    recoded: u64,
    short: u64,
    notes: Vec<String>,
    told: bool,
    read: Arc<AtomicU64>,
    total: u64,
}

/// How a record was found in the bytes.
enum Line {
    /// It lies in `chunk[start..end]`, without quotes and line end.
    Plain {
        start: usize,
        end: usize,
    },
    /// It lies in `output`, fields ending at `ends[..n]`.
    Quoted {
        fields: usize,
        unclosed: bool,
    },
    End,
}

impl Delimited {
    pub(crate) fn new(
        path: PathBuf,
        bytes: Bytes,
        delimiter: u8,
        notes: Vec<String>,
        limits: Limits,
        (read, total): (Arc<AtomicU64>, u64),
    ) -> Result<Self, Refusal> {
        let mut this = Self {
            path,
            bytes,
            chunk: vec![0; 1 << 18],
            at: 0,
            end: 0,
            ended: false,
            delimiter,
            full: csv_core::ReaderBuilder::new().delimiter(delimiter).build(),
            output: Vec::new(),
            ends: Vec::new(),
            limits,
            columns: Columns::default(),
            row: 0,
            blank: 0,
            marks: 0,
            recoded: 0,
            short: 0,
            notes,
            told: false,
            read,
            total,
        };
        let mut header = Record::default();
        loop {
            let line = this.line()?;
            if matches!(line, Line::End) {
                return Err(refuse(&this.path, "it holds only blanks", "Export it again with a header line"));
            }
            this.fill(&line, &mut header);
            if !header.is_blank() {
                break;
            }
        }
        if header.spans.len() > limits.columns {
            let reason = format!("its header has {} columns", header.spans.len());
            return Err(refuse(&this.path, reason, "Export it with a header line, one column a field"));
        }
        let fields: Vec<&str> = (0..header.spans.len()).map(|column| header.get(column).unwrap_or_default()).collect();
        let used = fields.iter().rposition(|field| !field.trim().is_empty()).map_or(0, |last| last + 1);
        this.columns.header(fields.iter().take(used).copied(), &mut this.notes);
        if used < fields.len() {
            this.notes.push(format!("{} empty columns at the end passed over", fields.len() - used));
        }
        Ok(this)
    }

    /// Reads more bytes behind the ones that are left; false at the end.
    fn more(&mut self) -> Result<bool, Refusal> {
        if self.ended {
            return Ok(false);
        }
        if self.at > 0 {
            self.chunk.copy_within(self.at..self.end, 0);
            self.end -= self.at;
            self.at = 0;
        }
        if self.end == self.chunk.len() {
            if self.chunk.len() > self.limits.record_bytes {
                return Err(self.too_long());
            }
            self.chunk.resize(self.chunk.len() * 2, 0);
        }
        let room = self.chunk.get_mut(self.end..).unwrap_or_default();
        let n = loop {
            match self.bytes.read(room) {
                Ok(n) => break n,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(refusal_of(&self.path, &error)),
            }
        };
        self.end += n;
        self.ended = n == 0;
        Ok(n > 0)
    }

    fn too_long(&self) -> Refusal {
        refuse(
            &self.path,
            format!(
                "the record after row {} is longer than {} MB: a quote that is never closed, or no table at all",
                self.row,
                self.limits.record_bytes >> 20
            ),
            "Look at that row and close its quote, or export again",
        )
    }

    /// Finds the next record.
    fn line(&mut self) -> Result<Line, Refusal> {
        let mut searched = 0;
        loop {
            let waiting = self.chunk.get(self.at..self.end).unwrap_or_default();
            let fresh = waiting.get(searched..).unwrap_or_default();
            match memchr::memchr2(b'\n', b'"', fresh) {
                Some(found) if fresh.get(found) == Some(&b'"') => return self.quoted(),
                Some(found) => {
                    let start = self.at;
                    let mut end = start + searched + found;
                    self.at = end + 1;
                    if end > start && self.chunk.get(end - 1) == Some(&b'\r') {
                        end -= 1;
                    }
                    return Ok(Line::Plain { start, end });
                }
                None => {
                    searched = waiting.len();
                    if !self.more()? {
                        let (start, mut end) = (self.at, self.end);
                        if start == end {
                            return Ok(Line::End);
                        }
                        self.at = end;
                        if self.chunk.get(end - 1) == Some(&b'\r') {
                            end -= 1;
                        }
                        return Ok(Line::Plain { start, end });
                    }
                }
            }
        }
    }

    /// Reads a record with the full grammar.
    fn quoted(&mut self) -> Result<Line, Refusal> {
        self.full.reset();
        let (mut written, mut fields, mut quotes, mut used_in_all) = (0, 0, 0_usize, 0_usize);
        loop {
            if self.output.len() < written + 1024 {
                self.output.resize((self.output.len() * 2).max(1 << 16), 0);
            }
            if self.ends.len() < fields + 64 {
                self.ends.resize((self.ends.len() * 2).max(1024), 0);
            }
            if written > self.limits.record_bytes || used_in_all > self.limits.record_bytes * 2 {
                return Err(self.too_long());
            }
            if self.at == self.end {
                self.more()?;
            }
            let input = self.chunk.get(self.at..self.end).unwrap_or_default();
            let output = self.output.get_mut(written..).unwrap_or_default();
            let ends = self.ends.get_mut(fields..).unwrap_or_default();
            let (result, used, wrote, ended) = self.full.read_record(input, output, ends);
            quotes += memchr::memchr_iter(b'"', input.get(..used).unwrap_or_default()).count();
            used_in_all += used;
            self.at += used;
            written += wrote;
            fields += ended;
            match result {
                ReadRecordResult::Record => {
                    // csv-core leaves the line feed of CR LF to the next record.
                    let before = self.at.checked_sub(1).and_then(|last| self.chunk.get(last)).copied();
                    if before == Some(b'\r') {
                        if self.at == self.end {
                            self.more()?;
                        }
                        if self.at < self.end && self.chunk.get(self.at) == Some(&b'\n') {
                            self.at += 1;
                        }
                    }
                    let unclosed = self.ended && self.at == self.end && quotes % 2 == 1;
                    return Ok(Line::Quoted { fields, unclosed });
                }
                ReadRecordResult::End => return Ok(Line::End),
                ReadRecordResult::InputEmpty | ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {}
            }
        }
    }

    /// Puts the fields of a line into a record; true when its quote was never closed.
    fn fill(&mut self, line: &Line, record: &mut Record) -> bool {
        record.clear();
        match *line {
            Line::End => false,
            Line::Plain { start, end } => {
                let bytes = self.chunk.get(start..end).unwrap_or_default();
                if let Ok(text) = std::str::from_utf8(bytes) {
                    if !bytes.contains(&0xef) || !text.contains('\u{feff}') {
                        record.buffer.push_str(text);
                        split(&record.buffer, self.delimiter, &mut record.spans);
                        return false;
                    }
                    self.marks += 1;
                    let clean = text.replace('\u{feff}', "");
                    record.buffer.push_str(&clean);
                } else {
                    self.recoded += 1;
                    record.buffer.push_str(&as_windows_1252(bytes));
                }
                split(&record.buffer, self.delimiter, &mut record.spans);
                false
            }
            Line::Quoted { fields, unclosed } => {
                let mut from = 0;
                for &to in self.ends.get(..fields).unwrap_or_default() {
                    let bytes = self.output.get(from..to).unwrap_or_default();
                    from = to;
                    let start = record.buffer.len();
                    if let Ok(text) = std::str::from_utf8(bytes) {
                        self.marks += u64::from(text.contains('\u{feff}'));
                        crate::columns::push_without_marks(&mut record.buffer, text);
                    } else {
                        self.recoded += 1;
                        record.buffer.push_str(&as_windows_1252(bytes));
                    }
                    record.spans.push(span_of(start, record.buffer.len()));
                }
                unclosed
            }
        }
    }

    /// The record as text again, for a reject.
    fn raw(&self, record: &Record) -> String {
        let fields: Vec<&str> = (0..record.spans.len()).map(|column| record.get(column).unwrap_or_default()).collect();
        cut(&fields.join(&char::from(self.delimiter).to_string()))
    }

    fn tell(&mut self) {
        if std::mem::replace(&mut self.told, true) {
            return;
        }
        if self.marks > 0 {
            self.notes.push(format!("{} byte-order marks inside values taken out", self.marks));
        }
        if self.recoded > 0 {
            self.notes.push(format!("{} records were not UTF-8; read as Windows-1252", self.recoded));
        }
        if self.short > 0 {
            self.notes.push(format!("{} records have fewer fields than the header; the rest is missing", self.short));
        }
        if self.blank > 0 {
            self.notes.push(format!("{} blank rows passed over", self.blank));
        }
    }
}

/// Splits a line without quotes.
fn split(text: &str, delimiter: u8, spans: &mut Vec<(u32, u32)>) {
    let mut start = 0;
    for end in memchr::memchr_iter(delimiter, text.as_bytes()) {
        spans.push(span_of(start, end));
        start = end + 1;
    }
    spans.push(span_of(start, text.len()));
}

impl Reader for Delimited {
    fn format(&self) -> Format {
        Format::Csv { delimiter: self.delimiter }
    }

    fn columns(&self) -> &[String] {
        self.columns.names()
    }

    fn next(&mut self, record: &mut Record) -> Result<Option<Result<(), RowError>>, Refusal> {
        loop {
            let line = self.line()?;
            if matches!(line, Line::End) {
                self.tell();
                return Ok(None);
            }
            let unclosed = self.fill(&line, record);
            let width = self.columns.names().len();
            let blank = (0..record.spans.len()).all(|column| record.get(column).unwrap_or_default().trim().is_empty());
            if blank {
                self.blank += 1;
                continue;
            }
            self.row += 1;
            record.row = self.row;
            if unclosed {
                let reason = "a quote is opened and never closed: everything after it was read as one field. \
                              Close the quote in the file";
                let error = RowError { row: self.row, reason: reason.into(), raw: self.raw(record) };
                return Ok(Some(Err(error)));
            }
            if record.spans.len() > width {
                let extra =
                    (width..record.spans.len()).any(|column| !record.get(column).unwrap_or_default().trim().is_empty());
                if extra {
                    let reason = format!(
                        "it has {} fields where the header has {width}. Put quotes around the field that holds the delimiter",
                        record.spans.len()
                    );
                    let error = RowError { row: self.row, reason, raw: self.raw(record) };
                    return Ok(Some(Err(error)));
                }
                record.spans.truncate(width);
            } else if record.spans.len() < width {
                self.short += 1;
            }
            return Ok(Some(Ok(())));
        }
    }

    fn bytes_read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    fn bytes_total(&self) -> u64 {
        self.total
    }

    fn blank(&self) -> u64 {
        self.blank
    }

    fn notes(&self) -> &[String] {
        &self.notes
    }
}
