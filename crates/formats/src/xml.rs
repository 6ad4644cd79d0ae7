//! XML whose root's children are records, and XES event logs; streamed.

use std::collections::BTreeMap;
use std::io::{self, BufReader, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::columns::{Columns, cut};
use crate::record::{Format, Limits, Reader, Record, Refusal, RowError};
use crate::source::{Bytes, refuse};

/// Ends the stream with an error when one record takes more bytes than it may; the XML reader
/// underneath would otherwise collect an endless text without asking.
struct Bounded {
    inner: Bytes,
    since: Arc<AtomicU64>,
    most: u64,
}

const TOO_LONG: &str = "one record is longer than it may be";

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        if self.since.fetch_add(n as u64, Ordering::Relaxed) > self.most {
            return Err(io::Error::other(TOO_LONG));
        }
        Ok(n)
    }
}

pub(crate) struct Xml {
    path: PathBuf,
    reader: quick_xml::Reader<BufReader<Bounded>>,
    buffer: Vec<u8>,
    since: Arc<AtomicU64>,
    /// Whether it is an event log.
    xes: bool,
    /// Names of the open elements below the root.
    open: Vec<String>,
    /// Attributes of the trace that the events belong to, as `case:…`.
    case: BTreeMap<String, String>,
    in_event: bool,
    rooted: bool,
    /// The element that the records are: the first one below the root.
    element: Option<String>,
    /// Other elements below the root, passed over: (name, how many).
    others: BTreeMap<String, u64>,
    columns: Columns,
    row: u64,
    limits: Limits,
    notes: Vec<String>,
    read: Arc<AtomicU64>,
    total: u64,
}

impl Xml {
    pub(crate) fn new(
        path: PathBuf,
        bytes: Bytes,
        xes: bool,
        notes: Vec<String>,
        limits: Limits,
        (read, total): (Arc<AtomicU64>, u64),
    ) -> Self {
        let since = Arc::new(AtomicU64::new(0));
        let bounded = Bounded { inner: bytes, since: Arc::clone(&since), most: limits.record_bytes as u64 };
        let mut reader = quick_xml::Reader::from_reader(BufReader::with_capacity(1 << 16, bounded));
        reader.config_mut().check_end_names = true;
        Self {
            path,
            reader,
            buffer: Vec::new(),
            since,
            xes,
            open: Vec::new(),
            case: BTreeMap::new(),
            in_event: false,
            rooted: false,
            element: None,
            others: BTreeMap::new(),
            columns: Columns::default(),
            row: 0,
            limits,
            notes,
            read,
            total,
        }
    }

    fn broken(&self, error: &quick_xml::Error) -> Refusal {
        let text = error.to_string();
        if text.contains(TOO_LONG) {
            return refuse(
                &self.path,
                format!("the record after row {} is longer than {} MB", self.row, self.limits.record_bytes >> 20),
                "Export without attachments",
            );
        }
        refuse(&self.path, format!("it is not valid XML after row {} ({text})", self.row), "Export it again")
    }

    fn event(&mut self) -> Result<Event<'static>, Refusal> {
        self.buffer.clear();
        match self.reader.read_event_into(&mut self.buffer) {
            Ok(event) => Ok(event.into_owned()),
            Err(error) => Err(self.broken(&error)),
        }
    }

    fn enter(&mut self, element: &BytesStart<'_>) -> Result<(), Refusal> {
        if self.open.len() >= self.limits.depth {
            return Err(refuse(
                &self.path,
                format!("its elements are nested deeper than {} levels", self.limits.depth),
                "Export plain records",
            ));
        }
        self.open.push(name_of(element));
        Ok(())
    }

    /// The next record of an ordinary XML file.
    fn next_plain(&mut self, record: &mut Record) -> Result<Option<Result<(), RowError>>, Refusal> {
        record.clear();
        let mut text: Vec<String> = Vec::new();
        let mut fits = true;
        loop {
            match self.event()? {
                Event::Eof if !self.open.is_empty() => {
                    return Err(refuse(&self.path, "it ends in the middle", "Copy or export it again"));
                }
                Event::Eof => {
                    for (name, count) in std::mem::take(&mut self.others) {
                        self.notes.push(format!("{count} elements <{name}> beside the records passed over"));
                    }
                    return Ok(None);
                }
                Event::Start(element) if !self.rooted => {
                    self.rooted = true;
                    drop(element);
                }
                Event::Start(element) => {
                    self.enter(&element)?;
                    fits &= self.attributes(&element, record);
                    text.push(String::new());
                }
                Event::Empty(element) if self.rooted && !self.open.is_empty() => {
                    self.open.push(name_of(&element));
                    fits &= self.attributes(&element, record);
                    self.open.pop();
                }
                Event::Text(piece) => append(&mut text, &piece.decode().unwrap_or_default()),
                Event::CData(piece) => append(&mut text, &piece.decode().unwrap_or_default()),
                Event::GeneralRef(reference) => append(&mut text, &resolve(&reference)),
                Event::End(_) if !self.open.is_empty() => {
                    let value = text.pop().unwrap_or_default();
                    if self.open.len() == 1 {
                        let name = self.open.pop().unwrap_or_default();
                        self.since.store(0, Ordering::Relaxed);
                        // Exports of a form carry the journal and the attachments behind the record.
                        if *self.element.get_or_insert_with(|| name.clone()) != name {
                            *self.others.entry(name).or_default() += 1;
                            record.clear();
                            fits = true;
                            continue;
                        }
                        self.row += 1;
                        record.row = self.row;
                        if !fits {
                            return Ok(Some(Err(self.too_many(record))));
                        }
                        return Ok(Some(Ok(())));
                    }
                    let trimmed = value.trim();
                    if !trimmed.is_empty() {
                        let column = self.open.get(1..).unwrap_or_default().join(".");
                        fits &= self.set(&column, trimmed, record);
                    }
                    self.open.pop();
                }
                _ => {}
            }
        }
    }

    fn too_many(&self, record: &Record) -> RowError {
        RowError {
            row: self.row,
            reason: format!("the file has more than {} columns. Export fewer fields", self.limits.columns),
            raw: cut(&record.buffer),
        }
    }

    fn set(&mut self, name: &str, value: &str, record: &mut Record) -> bool {
        let Some(column) = self.columns.of(name, self.limits.columns) else {
            return false;
        };
        record.put(column, value);
        true
    }

    /// Attributes of an element become columns `element.attribute`.
    fn attributes(&mut self, element: &BytesStart<'_>, record: &mut Record) -> bool {
        let prefix = self.open.get(1..).unwrap_or_default().join(".");
        let mut fits = true;
        for (key, value) in attributes_of(element) {
            if value.trim().is_empty() {
                continue;
            }
            let name = if prefix.is_empty() { key } else { format!("{prefix}.{key}") };
            fits &= self.set(&name, value.trim(), record);
        }
        fits
    }

    /// The next event of a log.
    fn next_event(&mut self, record: &mut Record) -> Result<Option<Result<(), RowError>>, Refusal> {
        record.clear();
        let mut fits = true;
        loop {
            match self.event()? {
                Event::Eof if !self.open.is_empty() => {
                    return Err(refuse(&self.path, "it ends in the middle", "Copy or export it again"));
                }
                Event::Eof => return Ok(None),
                Event::Start(element) => {
                    let name = name_of(&element);
                    if name == "trace" {
                        self.case.clear();
                    } else if name == "event" {
                        self.in_event = true;
                    } else {
                        fits &= self.attribute(&element, record);
                    }
                    self.enter(&element)?;
                }
                Event::Empty(element) => fits &= self.attribute(&element, record),
                Event::End(_) => {
                    let name = self.open.pop().unwrap_or_default();
                    if name != "event" {
                        continue;
                    }
                    self.in_event = false;
                    self.since.store(0, Ordering::Relaxed);
                    let case = std::mem::take(&mut self.case);
                    for (name, value) in &case {
                        fits &= self.set(name, value, record);
                    }
                    self.case = case;
                    self.row += 1;
                    record.row = self.row;
                    return Ok(Some(if fits { Ok(()) } else { Err(self.too_many(record)) }));
                }
                _ => {}
            }
        }
    }

    /// One `<string key="…" value="…"/>` directly in an event or in a trace; deeper ones are lists and are passed over.
    fn attribute(&mut self, element: &BytesStart<'_>, record: &mut Record) -> bool {
        let (mut key, mut value) = (None, None);
        for (name, text) in attributes_of(element) {
            match name.as_str() {
                "key" => key = Some(text),
                "value" => value = Some(text),
                _ => {}
            }
        }
        let (Some(key), Some(value)) = (key, value) else {
            return true;
        };
        match self.open.last().map(String::as_str) {
            Some("event") if self.in_event => self.set(&key, &value, record),
            Some("trace") => {
                self.case.insert(format!("case:{key}"), value);
                true
            }
            _ => true,
        }
    }
}

fn append(text: &mut [String], piece: &str) {
    if let Some(last) = text.last_mut() {
        last.push_str(piece);
    }
}

/// The character that a reference stands for. Entities of the document's own are kept as written, never expanded.
fn resolve(reference: &BytesRef<'_>) -> String {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return character.to_string();
    }
    let name = reference.decode().unwrap_or_default();
    match name.as_ref() {
        "lt" => "<".into(),
        "gt" => ">".into(),
        "amp" => "&".into(),
        "quot" => "\"".into(),
        "apos" => "'".into(),
        other => format!("&{other};"),
    }
}

fn name_of(element: &BytesStart<'_>) -> String {
    String::from_utf8_lossy(element.local_name().as_ref()).into_owned()
}

fn attributes_of(element: &BytesStart<'_>) -> Vec<(String, String)> {
    element
        .attributes()
        .flatten()
        .map(|attribute| {
            let key = String::from_utf8_lossy(attribute.key.as_ref()).into_owned();
            let value = attribute
                .unescape_value()
                .map_or_else(|_| String::from_utf8_lossy(&attribute.value).into_owned(), std::borrow::Cow::into_owned);
            (key, value)
        })
        .collect()
}

impl Reader for Xml {
    fn format(&self) -> Format {
        if self.xes { Format::Xes } else { Format::Xml }
    }

    fn columns(&self) -> &[String] {
        self.columns.names()
    }

    fn next(&mut self, record: &mut Record) -> Result<Option<Result<(), RowError>>, Refusal> {
        if self.xes { self.next_event(record) } else { self.next_plain(record) }
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
