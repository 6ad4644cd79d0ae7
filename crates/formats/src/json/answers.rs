//! Answers of a server that were recorded: each holds the records one level down.

use super::parse::{Cursor, Fault, Spread};
use super::{Json, NO_OBJECT};
use crate::record::{Record, Refusal};
use crate::window::{Row, bad};

impl Json {
    /// Takes the answer of a server apart that begins here: the records in it wait.
    pub(super) fn answer(&mut self) -> Result<bool, Refusal> {
        loop {
            let (text, ended) = (self.input.window.text(), self.input.window.ended());
            let mut cursor = Cursor::new(text, ended, false, self.input.limits.depth);
            let mut raw = String::new();
            let read = cursor.compact(&mut raw, 0);
            let at = cursor.at;
            match read {
                Ok(()) => {
                    self.input.window.consume(at);
                    let records = answered(&raw, self.input.limits.depth);
                    if let Some(records) = records {
                        self.waiting.extend(records);
                    } else {
                        self.waiting.push_back(raw);
                    }
                    return Ok(true);
                }
                Err(Fault::More) if !self.input.too_long() => {
                    self.input.more()?;
                }
                Err(_) => return Ok(false),
            }
        }
    }

    /// A record that waited.
    pub(super) fn waited(&mut self, raw: &str, record: &mut Record) -> Result<Row, Refusal> {
        self.row += 1;
        record.row = self.row;
        let limits = self.input.limits;
        let mut cursor = Cursor::new(raw, true, false, limits.depth);
        let mut spread = Spread::new(record, &mut self.columns, &mut self.again, limits.columns);
        self.name.clear();
        match spread.object(&mut cursor, &mut self.name, 1) {
            Ok(()) => Ok(self.finish(record)),
            Err(Fault::Deep) => Err(self.input.too_deep("values")),
            Err(Fault::Columns) => Ok(bad(self.row, self.too_many(), raw)),
            Err(_) => Ok(bad(self.row, NO_OBJECT, raw)),
        }
    }
}

/// The records in a recorded answer: its `response`, or the `items` of it; `None` when it holds no list.
fn answered(raw: &str, depth: usize) -> Option<Vec<String>> {
    fn list(cursor: &mut Cursor<'_>, records: &mut Option<Vec<String>>) -> Result<(), Fault> {
        let mut items = Vec::new();
        cursor.list(|cursor| {
            let mut item = String::new();
            cursor.compact(&mut item, 0)?;
            items.push(item);
            Ok(())
        })?;
        *records = Some(items);
        Ok(())
    }
    let mut cursor = Cursor::new(raw, true, false, depth);
    let (mut records, mut status, mut method) = (None, false, false);
    let walked = cursor.object(&mut String::new(), |cursor, name| {
        status |= name == "status";
        method |= name == "method";
        match (name.as_str(), cursor.token()?) {
            ("response", b'[') => list(cursor, &mut records),
            ("response", b'{') => cursor.object(&mut String::new(), |cursor, name| {
                if name == "items" && cursor.token()? == b'[' {
                    list(cursor, &mut records)
                } else {
                    cursor.compact(&mut String::new(), 0)
                }
            }),
            _ => cursor.compact(&mut String::new(), 0),
        }
    });
    walked.ok()?;
    records.filter(|_| status && method)
}
