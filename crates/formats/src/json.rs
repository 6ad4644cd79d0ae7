//! JSON and JSON Lines, record by record: only one record is ever in memory.
//!
//! A scanner finds where a value ends by counting brackets outside strings; `serde_json` reads the value.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Map, Value};

use crate::columns::{Columns, cut};
use crate::encoding::as_windows_1252;
use crate::record::{Format, Limits, Reader, Record, Refusal, RowError};
use crate::source::{Bytes, refusal_of, refuse};

/// Names under which APIs hand out lists of records.
const LISTS: [&str; 20] = [
    "result",
    "results",
    "records",
    "record",
    "issues",
    "tickets",
    "incidents",
    "data",
    "items",
    "values",
    "value",
    "rows",
    "entries",
    "changes",
    "problems",
    "requests",
    "interactions",
    "events",
    "list",
    "response",
];

/// Where the scanner is in the file.
enum Place {
    /// One value after the other: JSON Lines, or a file that is one value.
    Top,
    /// Inside an array of records.
    Array,
    /// Nothing more to come.
    Done,
}

pub(crate) struct Json {
    path: PathBuf,
    bytes: Bytes,
    chunk: Vec<u8>,
    at: usize,
    end: usize,
    value: Vec<u8>,
    place: Place,
    lines: bool,
    pending: VecDeque<Value>,
    columns: Columns,
    row: u64,
    limits: Limits,
    notes: Vec<String>,
    read: Arc<AtomicU64>,
    total: u64,
}

/// Whether the first bytes are one JSON object a line.
pub(crate) fn is_lines(head: &[u8]) -> bool {
    let Some(first) = head.split(|byte| *byte == b'\n').find(|line| !line.trim_ascii().is_empty()) else {
        return false;
    };
    first.trim_ascii().starts_with(b"{")
        && first.trim_ascii().ends_with(b"}")
        && serde_json::from_slice::<Value>(first).is_ok()
        && {
            let rest = head.trim_ascii_start().get(first.trim_ascii().len()..).unwrap_or_default().trim_ascii_start();
            rest.starts_with(b"{")
        }
}

impl Json {
    pub(crate) fn new(
        path: PathBuf,
        bytes: Bytes,
        lines: bool,
        notes: Vec<String>,
        limits: Limits,
        (read, total): (Arc<AtomicU64>, u64),
    ) -> Result<Self, Refusal> {
        let mut this = Self {
            path,
            bytes,
            chunk: vec![0; 1 << 16],
            at: 0,
            end: 0,
            value: Vec::new(),
            place: Place::Top,
            lines,
            pending: VecDeque::new(),
            columns: Columns::default(),
            row: 0,
            limits,
            notes,
            read,
            total,
        };
        if !lines {
            this.find_list()?;
        }
        Ok(this)
    }

    fn peek(&mut self) -> Result<Option<u8>, Refusal> {
        while self.at == self.end {
            self.at = 0;
            self.end = match self.bytes.read(&mut self.chunk) {
                Ok(n) => n,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(refusal_of(&self.path, &error)),
            };
            if self.end == 0 {
                return Ok(None);
            }
        }
        Ok(self.chunk.get(self.at).copied())
    }

    fn peek_token(&mut self) -> Result<Option<u8>, Refusal> {
        while let Some(byte) = self.peek()? {
            if !byte.is_ascii_whitespace() {
                return Ok(Some(byte));
            }
            self.at += 1;
        }
        Ok(None)
    }

    fn damaged(&self, what: &str) -> Refusal {
        refuse(&self.path, format!("it is not valid JSON after record {} ({what})", self.row), "Export it again")
    }

    /// Copies the raw bytes of the next value behind `self.value`.
    fn scan(&mut self) -> Result<(), Refusal> {
        let Some(first) = self.peek_token()? else {
            return Err(self.damaged("it ends in the middle"));
        };
        let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
        let compound = matches!(first, b'{' | b'[');
        loop {
            let Some(byte) = self.peek()? else {
                return if compound || first == b'"' { Err(self.damaged("it ends in the middle")) } else { Ok(()) };
            };
            if in_string {
                in_string = escaped || byte != b'"';
                escaped = !escaped && byte == b'\\';
                self.take(byte)?;
                if !in_string && depth == 0 {
                    return Ok(());
                }
                continue;
            }
            match byte {
                b'"' => in_string = true,
                b'{' | b'[' => depth += 1,
                b'}' | b']' | b',' if depth == 0 => return Ok(()),
                b'}' | b']' => depth -= 1,
                _ if byte.is_ascii_whitespace() && depth == 0 => return Ok(()),
                _ => {}
            }
            if depth > self.limits.depth {
                return Err(refuse(
                    &self.path,
                    format!("its values are nested deeper than {} levels", self.limits.depth),
                    "Export plain records",
                ));
            }
            self.take(byte)?;
            if compound && depth == 0 {
                return Ok(());
            }
        }
    }

    fn take(&mut self, byte: u8) -> Result<(), Refusal> {
        if self.value.len() >= self.limits.record_bytes {
            return Err(refuse(
                &self.path,
                format!("the value after record {} is longer than {} MB", self.row, self.limits.record_bytes >> 20),
                "Export an array of records, or one record a line",
            ));
        }
        self.value.push(byte);
        self.at += 1;
        Ok(())
    }

    /// Walks to the first array of records: the file itself, or what an object holds under a known
    /// name. An object without one is read whole: a list in it, or one record.
    fn find_list(&mut self) -> Result<(), Refusal> {
        match self.peek_token()? {
            Some(b'[') => {
                self.at += 1;
                self.place = Place::Array;
                return Ok(());
            }
            Some(b'{') => {}
            Some(_) => return Err(self.damaged("neither a list nor an object")),
            None => {
                return Err(refuse(&self.path, "it holds only blanks", "Export it again"));
            }
        }
        self.at += 1;
        let mut kept = Map::new();
        let mut size = 0;
        loop {
            match self.peek_token()? {
                Some(b'}') => {
                    self.at += 1;
                    break;
                }
                Some(b',') => {
                    self.at += 1;
                    continue;
                }
                Some(b'"') => {}
                _ => return Err(self.damaged("a name was expected")),
            }
            let Value::String(name) = self.value()? else {
                return Err(self.damaged("a name was expected"));
            };
            if self.peek_token()? != Some(b':') {
                return Err(self.damaged("a colon was expected"));
            }
            self.at += 1;
            if LISTS.contains(&name.as_str()) && self.peek_token()? == Some(b'[') {
                self.at += 1;
                // An array of plain values under such a name (ids) is not what we look for.
                if self.peek_token()? == Some(b'{') {
                    self.place = Place::Array;
                    return Ok(());
                }
                while !matches!(self.peek_token()?, Some(b']') | None) {
                    self.value()?;
                    if self.peek_token()? == Some(b',') {
                        self.at += 1;
                    }
                }
                self.at += 1;
                continue;
            }
            let value = self.value()?;
            size += self.value.len();
            if size > self.limits.record_bytes {
                return Err(refuse(&self.path, "its list of records was not found", "Export an array of records"));
            }
            kept.insert(name, value);
        }
        self.place = Place::Done;
        let whole = Value::Object(kept);
        match records_in(whole) {
            Ok(records) => self.pending.extend(records),
            Err(record) => self.pending.push_back(record),
        }
        Ok(())
    }

    fn value(&mut self) -> Result<Value, Refusal> {
        self.value.clear();
        self.scan()?;
        self.parse().map_err(|error| self.damaged(&error))
    }

    fn parse(&self) -> Result<Value, String> {
        match std::str::from_utf8(&self.value) {
            Ok(text) => serde_json::from_str(text),
            Err(_) => serde_json::from_str(&as_windows_1252(&self.value)),
        }
        .map_err(|error| error.to_string())
    }

    /// The next record's value; `Err` when it is not valid but its end was found.
    fn next_value(&mut self) -> Result<Option<Result<Value, String>>, Refusal> {
        if let Some(value) = self.pending.pop_front() {
            return Ok(Some(Ok(value)));
        }
        loop {
            let token = self.peek_token()?;
            match (&self.place, token) {
                (Place::Done, _) | (Place::Top, None) => return Ok(None),
                (Place::Array, None) => return Err(self.damaged("the list is not closed")),
                (Place::Array | Place::Top, Some(b',')) => self.at += 1,
                (Place::Array, Some(b']')) => {
                    self.place = Place::Done;
                    return Ok(None);
                }
                (_, Some(b'}' | b']')) => return Err(self.damaged("a bracket too many")),
                _ => {
                    self.value.clear();
                    if self.lines {
                        self.scan_line()?;
                        if self.value.trim_ascii().is_empty() {
                            continue;
                        }
                    } else {
                        self.scan()?;
                    }
                    return Ok(Some(self.parse()));
                }
            }
        }
    }

    /// Copies one line: a broken one does not swallow the next.
    fn scan_line(&mut self) -> Result<(), Refusal> {
        while let Some(byte) = self.peek()? {
            if byte == b'\n' {
                self.at += 1;
                break;
            }
            self.take(byte)?;
        }
        Ok(())
    }
}

/// The records that an object holds: what a known name leads to, else the largest list of objects in
/// it unless it looks like a record itself. `Err` gives the object back.
fn records_in(value: Value) -> Result<Vec<Value>, Value> {
    let Value::Object(map) = &value else {
        return Err(value);
    };
    let is_record = ["id", "key", "number", "fields", "Id", "ID"].iter().any(|name| map.contains_key(*name));
    if is_record {
        return Err(value);
    }
    // A wrapper in a wrapper: {"data": {"issues": [...]}}.
    let mut best: Option<(usize, Vec<String>)> = None;
    largest(&value, &mut Vec::new(), &mut best);
    let Some((_, path)) = best else {
        return Err(value);
    };
    let mut at = value;
    for name in &path {
        at = match at {
            Value::Object(mut map) => map.remove(name).unwrap_or_default(),
            other => other,
        };
    }
    match at {
        Value::Array(records) => Ok(records),
        // Zammad's assets: {"1": {...}, "2": {...}}.
        Value::Object(map) => Ok(map.into_iter().map(|(_, record)| record).collect()),
        other => Err(other),
    }
}

fn largest(value: &Value, path: &mut Vec<String>, best: &mut Option<(usize, Vec<String>)>) {
    if path.len() > 3 {
        return;
    }
    let Value::Object(map) = value else { return };
    for (name, inner) in map {
        path.push(name.clone());
        let count = match inner {
            Value::Array(items) if items.iter().all(Value::is_object) => items.len(),
            Value::Object(items)
                if items.len() > 1
                    && items
                        .iter()
                        .all(|(key, item)| item.is_object() && key.bytes().all(|byte| byte.is_ascii_digit())) =>
            {
                items.len()
            }
            _ => 0,
        };
        if count > 0 && best.as_ref().is_none_or(|(most, _)| count > *most) {
            *best = Some((count, path.clone()));
        }
        largest(inner, path, best);
        path.pop();
    }
}

/// Spreads an object over columns: nested names joined by `.`, plain lists by `, `, lists of objects as text.
fn flatten(value: &Value, name: &mut String, record: &mut Record, columns: &mut Columns, most: usize) -> bool {
    let text = match value {
        Value::Null => return true,
        Value::Object(map) => {
            let length = name.len();
            for (key, inner) in map {
                if length > 0 {
                    name.push('.');
                }
                name.push_str(key);
                let fits = flatten(inner, name, record, columns, most);
                name.truncate(length);
                if !fits {
                    return false;
                }
            }
            return true;
        }
        Value::String(text) => text.clone(),
        Value::Array(items) if items.iter().all(|item| !item.is_object() && !item.is_array()) => {
            items.iter().map(plain).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    };
    let Some(column) = columns.of(name, most) else {
        return false;
    };
    record.put(column, &text);
    true
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

impl Reader for Json {
    fn format(&self) -> Format {
        if self.lines { Format::JsonLines } else { Format::Json }
    }

    fn columns(&self) -> &[String] {
        self.columns.names()
    }

    fn next(&mut self, record: &mut Record) -> Result<Option<Result<(), RowError>>, Refusal> {
        let Some(value) = self.next_value()? else {
            return Ok(None);
        };
        // Recorded answers of an API hold the list one level down.
        let value = match value {
            Ok(Value::Object(mut map))
                if map.contains_key("status")
                    && map.contains_key("method")
                    && map.get("response").is_some_and(|inner| inner.is_array() || inner.get("items").is_some()) =>
            {
                let inner = match map.remove("response") {
                    Some(Value::Array(items)) => items,
                    Some(Value::Object(mut inner)) => match inner.remove("items") {
                        Some(Value::Array(items)) => items,
                        _ => Vec::new(),
                    },
                    _ => Vec::new(),
                };
                self.pending.extend(inner);
                return self.next(record);
            }
            other => other,
        };
        self.row += 1;
        record.clear();
        record.row = self.row;
        let wrong = |row, reason: String, raw: &str| Ok(Some(Err(RowError { row, reason, raw: cut(raw) })));
        match value {
            Ok(value @ Value::Object(_)) => {
                if !flatten(&value, &mut String::new(), record, &mut self.columns, self.limits.columns) {
                    let reason = format!("the file has more than {} columns. Export fewer fields", self.limits.columns);
                    return wrong(self.row, reason, &value.to_string());
                }
                Ok(Some(Ok(())))
            }
            Ok(other) => wrong(self.row, "it is not an object with named fields".into(), &other.to_string()),
            Err(error) => {
                let raw = String::from_utf8_lossy(&self.value).into_owned();
                wrong(self.row, format!("it is not valid JSON ({error})"), &raw)
            }
        }
    }

    fn bytes_read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    fn bytes_total(&self) -> u64 {
        self.total
    }

    fn blank(&self) -> u64 {
        0
    }

    fn notes(&self) -> &[String] {
        &self.notes
    }
}
