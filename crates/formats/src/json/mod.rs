//! JSON and JSON Lines, record by record: only one record is ever in memory.
//!
//! The first bytes are sketched to find where the records lie (`shape`); from there on the file
//! streams. A record that breaks the grammar is rejected, and reading goes on with the next one.

mod answers;
mod parse;
mod pass;
mod sketch;

use std::collections::VecDeque;

use crate::columns::{Again, Columns};
use crate::notes::Counted;
use crate::record::{Format, Reader, Record, Refusal};
use crate::shape::{self, Place};
use crate::window::{Input, Row, bad};
use parse::{Cursor, Fault, Spread};

const NO_OBJECT: &str = "it is not an object with named fields";

/// Where the reader is in the file.
enum State {
    /// Before a value that no other holds.
    Top,
    /// In a list of records, or (`keyed`) in an object whose values are the records.
    List { close: u8, keyed: bool },
    /// Before the one record that a wrapper holds.
    One,
    /// Behind the records, in so many objects that hold them.
    Behind,
    /// At the end.
    Done,
}

pub(crate) struct Json {
    input: Input,
    lines: bool,
    /// Where the records lie; `None` while the first bytes do not tell.
    place: Option<Place>,
    /// Each item is an answer of a server that was recorded, and holds the records.
    recorded: bool,
    state: State,
    /// Objects that are open around the records.
    open: usize,
    /// Records that wait, as JSON.
    waiting: VecDeque<String>,
    columns: Columns,
    again: Again,
    name: String,
    row: u64,
    begun: bool,
}

/// Whether the first bytes can be JSON at all: a header of delimited text may begin with a bracket.
pub(crate) fn is_json(head: &str) -> bool {
    let inside = |rest: &str| rest.trim_ascii_start().chars().next();
    let head = head.trim_ascii_start();
    if let Some(rest) = head.strip_prefix('{') {
        matches!(inside(rest), None | Some('"' | '}'))
    } else {
        head.strip_prefix('[').is_some_and(|rest| matches!(inside(rest), None | Some('{' | '[' | ']')))
    }
}

/// Whether the first bytes are one JSON object a line. Single broken lines do not say otherwise.
fn is_lines(head: &str, depth: usize) -> bool {
    let whole = |line: &&str| Cursor::new(line, true, true, depth).compact(&mut String::new(), 0).is_ok();
    let trimmed = || head.split('\n').map(str::trim_ascii);
    let mut lines: Vec<&str> = trimmed().collect();
    // The last one may be cut off.
    lines.pop();
    lines.retain(|line| !line.is_empty());
    lines.truncate(20);
    let objects = lines.iter().copied().filter(|line| line.starts_with('{') && line.ends_with('}')).filter(whole);
    let Some(first) = objects.clone().next() else { return false };
    // Pages of an answer, one a line, hold lists of records.
    let pages = shape::place(&sketch::sketch(first, depth))
        .is_some_and(|place| place.list && !place.path.is_empty() && place.score > 4);
    let more = trimmed().filter(|line| line.starts_with('{')).count() > 1;
    !pages && more && objects.count() * 2 >= lines.len()
}

impl Json {
    /// The window stands at the start of the text, whose first bytes are `head`.
    pub(crate) fn new(input: Input, head: &str) -> Result<Self, Refusal> {
        let depth = input.limits.depth;
        let lines = is_lines(head, depth);
        let mut this = Self {
            input,
            lines,
            place: Some(Place::default()),
            recorded: false,
            state: State::Top,
            open: 0,
            waiting: VecDeque::new(),
            columns: Columns::default(),
            again: Again::default(),
            name: String::new(),
            row: 0,
            begun: false,
        };
        if !lines {
            let root = sketch::sketch(head, depth);
            let has = |name: &str| root.scalars.iter().any(|known| known == name);
            this.recorded = root.list && has("status") && has("method");
            if head.trim_ascii_start().starts_with('{') {
                this.place = shape::place(&root).filter(|place| place.list || place.score > 0 || !root.open);
                if this.place.is_none() && !root.open {
                    this.place = Some(Place::default());
                }
            }
            this.prepare()?;
        }
        Ok(this)
    }

    /// Walks to the first record, so that a file without any is refused when it is opened.
    fn prepare(&mut self) -> Result<(), Refusal> {
        match self.token()? {
            Some(b'[' | b'{') => self.document(),
            Some(_) => Err(self.damaged("neither a list nor an object")),
            None => Err(self.input.refuse("it holds only blanks", "Export it again")),
        }
    }

    fn damaged(&self, what: &str) -> Refusal {
        self.input.refuse(format!("it is not valid JSON after record {} ({what})", self.row), "Export it again")
    }

    /// The next byte that is no blank; `None` at the end.
    fn token(&mut self) -> Result<Option<u8>, Refusal> {
        loop {
            let rest = self.input.window.rest();
            if let Some(at) = rest.iter().position(|byte| !byte.is_ascii_whitespace()) {
                let byte = rest.get(at).copied();
                self.input.window.consume(at);
                return Ok(byte);
            }
            let n = rest.len();
            self.input.window.consume(n);
            if !self.input.more()? {
                return Ok(None);
            }
        }
    }

    /// The name that begins here, its colon passed.
    fn member(&mut self) -> Result<String, Refusal> {
        loop {
            let (text, ended) = (self.input.window.text(), self.input.window.ended());
            let mut cursor = Cursor::new(text, ended, false, self.input.limits.depth);
            let mut name = String::new();
            let read = cursor.string(&mut name).and_then(|()| cursor.token());
            let at = cursor.at;
            match read {
                Ok(b':') => {
                    self.input.window.consume(at + 1);
                    return Ok(name);
                }
                Err(Fault::More) if !self.input.too_long() => {
                    self.input.more()?;
                }
                Err(Fault::More) => return Err(self.input.endless(self.row)),
                Ok(_) => return Err(self.damaged("a colon was expected")),
                Err(_) => return Err(self.damaged("a name was expected")),
            }
        }
    }

    /// Begins a list or an object that no other holds.
    fn document(&mut self) -> Result<(), Refusal> {
        self.begun = true;
        self.open = 0;
        if self.token()? == Some(b'[') {
            self.input.window.consume(1);
            self.state = State::List { close: b']', keyed: false };
            return Ok(());
        }
        let Some(place) = self.place.clone() else { return self.search() };
        for name in &place.path {
            if !self.find(|this, member| Ok(member == name && matches!(this.token()?, Some(b'{' | b'['))))? {
                // A page without records, such as an answer that says what went wrong.
                self.input.notes.beside(&format!("object without `{name}`"));
                self.state = State::Behind;
                return Ok(());
            }
        }
        self.start(place.list)
    }

    /// Begins the list of records, or the one record, that the reader stands before.
    fn start(&mut self, list: bool) -> Result<(), Refusal> {
        if self.token()? == Some(b'[') {
            self.input.window.consume(1);
            self.state = State::List { close: b']', keyed: false };
            return Ok(());
        }
        self.state = State::One;
        if list {
            // Values under numbers: {"1": {…}, "2": {…}}.
            while self.input.window.rest().len() < 64 && self.input.more()? {}
            let inside = self.input.window.rest().get(1..).unwrap_or_default().trim_ascii_start();
            if matches!(inside, [b'"', b'0'..=b'9', ..]) {
                self.input.window.consume(1);
                self.state = State::List { close: b'}', keyed: true };
            }
        }
        Ok(())
    }

    /// Goes through the object that begins here until `wanted` says yes, and stops before that
    /// member's value; false when the object has no such member.
    fn find(&mut self, wanted: impl Fn(&mut Self, &str) -> Result<bool, Refusal>) -> Result<bool, Refusal> {
        if self.token()? == Some(b'{') {
            self.input.window.consume(1);
            self.open += 1;
        }
        loop {
            match self.token()? {
                Some(b'}') => {
                    self.input.window.consume(1);
                    self.open = self.open.saturating_sub(1);
                    return Ok(false);
                }
                Some(b',') => self.input.window.consume(1),
                Some(b'"') => {
                    let name = self.member()?;
                    if wanted(self, &name)? {
                        return Ok(true);
                    }
                    self.pass(&name)?;
                }
                Some(_) => return Err(self.damaged("a name was expected")),
                None => return Err(self.damaged("it ends in the middle")),
            }
        }
    }

    /// Passes over a member beside the records; a list of objects is told, and so is an object that is none of
    /// those that tools put there.
    fn pass(&mut self, name: &str) -> Result<(), Refusal> {
        let byte = self.token()?;
        while self.input.window.rest().len() < 64 && self.input.more()? {}
        let inside = self.input.window.rest().get(1..).unwrap_or_default().trim_ascii_start();
        if byte == Some(b'[') && inside.starts_with(b"{") {
            self.input.notes.beside(&format!("list `{name}`"));
        } else if byte == Some(b'{') && inside.starts_with(b"\"") && !shape::is_beside(name) {
            self.input.notes.beside(&format!("object `{name}`"));
        }
        self.skip(None)
    }

    /// Takes the first list of objects that does not lie beside the records: the first bytes did not
    /// reach as far as the records.
    fn search(&mut self) -> Result<(), Refusal> {
        let found = self.find(|this, name| {
            if shape::is_beside(name) || this.token()? != Some(b'[') {
                return Ok(false);
            }
            while this.input.window.rest().len() < 64 && this.input.more()? {}
            let inside = this.input.window.rest().get(1..).unwrap_or_default().trim_ascii_start();
            Ok(inside.starts_with(b"{"))
        })?;
        if found {
            return self.start(true);
        }
        Err(self.input.refuse("its list of records was not found", "Export an array of records"))
    }

    /// Goes to the end of the objects that hold the records. All records were read by then: what does
    /// not hold to the grammar there is told, and not held against the file.
    fn behind(&mut self) -> Result<(), Refusal> {
        self.state = State::Top;
        while self.open > 0 {
            let before = self.open;
            if let Err(refusal) = self.find(|_, _| Ok(false)) {
                if refusal.reason.contains("not valid JSON") {
                    self.input.notes.say("what follows the records is not valid JSON; passed over");
                    self.state = State::Done;
                    return Ok(());
                }
                return Err(refusal);
            }
            self.open = before - 1;
        }
        Ok(())
    }

    /// The item that begins here.
    fn item(&mut self, record: &mut Record) -> Result<Row, Refusal> {
        self.row += 1;
        record.row = self.row;
        if self.token()? != Some(b'{') {
            let raw = self.input.glimpse();
            if self.lines {
                let raw = raw.lines().next().unwrap_or_default().to_owned();
                self.skip_line(self.input.patience())?;
                return Ok(bad(self.row, NO_OBJECT, &raw));
            }
            let before = self.input.window.rest().len();
            self.skip(Some(self.input.patience()))?;
            let used = before.saturating_sub(self.input.window.rest().len());
            let raw = if used > 0 { raw.get(..used).unwrap_or(&raw) } else { &raw };
            return Ok(bad(self.row, NO_OBJECT, raw));
        }
        loop {
            let (text, ended) = (self.input.window.text(), self.input.window.ended());
            let limits = self.input.limits;
            let mut cursor = Cursor::new(text, ended, self.lines, limits.depth);
            let mut spread = Spread::new(record, &mut self.columns, &mut self.again, limits.columns);
            self.name.clear();
            let read = spread.object(&mut cursor, &mut self.name, 1);
            let at = cursor.at;
            match read {
                Ok(()) if at <= limits.record_bytes => {
                    self.input.window.consume(at);
                    return Ok(self.finish(record));
                }
                Err(Fault::More) if !self.input.too_long() => {
                    self.input.more()?;
                }
                Ok(()) | Err(Fault::More) => {
                    let raw = self.input.glimpse();
                    let patience = self.input.patience();
                    self.leave(patience)?;
                    return Ok(bad(self.row, self.input.overlong(), &raw));
                }
                Err(Fault::Deep) => return Err(self.input.too_deep("values")),
                Err(Fault::Columns) => {
                    let raw = self.input.glimpse();
                    self.skip(Some(self.input.patience()))?;
                    return Ok(bad(self.row, self.too_many(), &raw));
                }
                Err(Fault::Bad(at, what)) => {
                    let raw = self.recover(at)?;
                    return Ok(bad(self.row, format!("it is not valid JSON ({what}). Mend it"), &raw));
                }
            }
        }
    }

    fn too_many(&self) -> String {
        format!("the file has more than {} columns. Export fewer fields", self.input.limits.columns)
    }

    /// Brings a record to its end that was taken in.
    fn finish(&mut self, record: &mut Record) -> Row {
        if !self.again.settle(record, self.input.limits.record_bytes) {
            return bad(self.row, self.input.overlong(), &record.buffer);
        }
        if memchr::memchr(0xef, record.buffer.as_bytes()).is_some() {
            let marks = record.take_marks_out();
            self.input.notes.count(Counted::Marks, marks);
        }
        Some(Ok(()))
    }
}

impl Reader for Json {
    fn format(&self) -> Format {
        if self.lines { Format::JsonLines } else { Format::Json }
    }

    fn columns(&self) -> &[String] {
        self.columns.names()
    }

    fn next(&mut self, record: &mut Record) -> Result<Row, Refusal> {
        loop {
            if let Some(raw) = self.waiting.pop_front() {
                return self.waited(&raw, record);
            }
            match self.state {
                State::Done => {
                    self.input.settle();
                    return Ok(None);
                }
                State::Behind => self.behind()?,
                State::One => {
                    self.state = State::Behind;
                    return self.item(record);
                }
                State::Top => match self.token()? {
                    None => self.state = State::Done,
                    Some(b',') => self.input.window.consume(1),
                    Some(_) if self.lines => return self.item(record),
                    Some(b'[' | b'{') => self.document()?,
                    Some(_) => {
                        let raw = self.input.glimpse();
                        self.state = State::Done;
                        self.row += 1;
                        return Ok(bad(self.row, "text stands behind the end of the JSON. Take it out", &raw));
                    }
                },
                State::List { close, keyed } => match self.token()? {
                    None => return Err(self.damaged("the list is not closed")),
                    Some(b',') => self.input.window.consume(1),
                    Some(byte) if byte == close => {
                        self.input.window.consume(1);
                        self.state = State::Behind;
                    }
                    Some(b'}' | b']') => return Err(self.damaged("a bracket too many")),
                    Some(_) => {
                        if keyed {
                            self.member()?;
                        }
                        if self.recorded && self.token()? == Some(b'{') && self.answer()? {
                            continue;
                        }
                        return self.item(record);
                    }
                },
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
        0
    }

    fn notes(&self) -> &[String] {
        self.input.notes.list()
    }
}
