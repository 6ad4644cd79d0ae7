//! XML whose records lie anywhere in it, and XES event logs; streamed.
//!
//! A record lies in the window whole when it is taken apart. One that breaks the grammar, or is too
//! long, is rejected, and reading goes on behind its closing tag, or with the next opening one.

mod events;
mod sketch;
mod token;

use crate::columns::{Again, Columns};
use crate::notes::Counted;
use crate::record::{Format, Reader, Record, Refusal};
use crate::shape;
use crate::window::{Input, Row, bad};
use token::{Attributes, Cursor, Fault, Token, local, resolve};

pub(crate) use events::Events;

/// What both readers of XML share.
pub(crate) struct Base {
    input: Input,
    /// Names of the open elements around the records, as written.
    open: Vec<String>,
    columns: Columns,
    again: Again,
    row: u64,
    /// A record was lost, and the tags that it held with it: the end cannot be checked any more.
    torn: bool,
    /// Records whose end was searched for to no avail, far beyond what they held.
    searched: u32,
}

/// A tag that reading goes on with, and whether it does behind it.
type Mark = (Vec<u8>, bool);

impl Base {
    fn new(input: Input) -> Self {
        Self {
            input,
            open: Vec::new(),
            columns: Columns::default(),
            again: Again::default(),
            row: 0,
            torn: false,
            searched: 0,
        }
    }

    fn cut(&self) -> Refusal {
        self.input.refuse("it ends in the middle", "Copy or export it again")
    }

    fn enter(&mut self, name: String) -> Result<(), Refusal> {
        if self.open.len() >= self.input.limits.depth {
            return Err(self.input.too_deep("elements"));
        }
        self.open.push(name);
        Ok(())
    }

    /// Reads on because a piece is not whole.
    fn wait(&mut self) -> Result<(), Refusal> {
        if self.input.too_long() {
            return Err(self.input.endless(self.row));
        }
        self.input.more()?;
        Ok(())
    }

    /// Passes over a broken or overlong record and goes on at the first of the marks. Gives how it began.
    fn lose(&mut self, marks: &[Mark], what: &str) -> Result<Row, Refusal> {
        self.torn = true;
        self.row += 1;
        let mut raw = String::new();
        let (mut first, mut skipped) = (1, 0);
        loop {
            let rest = self.input.window.rest();
            let found = find(rest, first, marks, self.input.window.ended());
            let n = match found {
                Some(at) => at,
                None if self.input.window.ended() => rest.len(),
                // A tag may be cut off at the end of what is there.
                None => rest.len().saturating_sub(256),
            };
            if raw.len() < 8 << 10 {
                let part = rest.get(..n.min(8 << 10)).unwrap_or_default();
                raw.push_str(&String::from_utf8_lossy(part));
            }
            skipped += n as u64;
            self.input.window.consume(n);
            if n > 0 {
                first = 0;
            }
            if found.is_some() {
                break;
            }
            if skipped > self.input.patience() {
                return Err(self.input.endless(self.row));
            }
            if !self.input.more()? {
                break;
            }
        }
        Ok(bad(self.row, what, raw.trim_end()))
    }

    /// Says what is the matter with a record, and goes on behind it.
    fn fault(&mut self, fault: Fault, marks: &[Mark]) -> Result<Row, Refusal> {
        match fault {
            Fault::Bad(what) => self.lose(marks, &format!("it is not valid XML ({what}). Mend it")),
            Fault::More => {
                let what = self.input.overlong();
                let near = self.input.window.rest().get(..self.input.limits.record_bytes / 2);
                if near.is_some_and(|near| find(near, 1, marks, false).is_some()) {
                    self.count_search()?;
                }
                self.lose(marks, &what)
            }
            Fault::Cut if find(self.input.window.rest(), 1, marks, true).is_some() => {
                self.count_search()?;
                self.lose(marks, "it is not valid XML (something in it is never closed). Mend it")
            }
            Fault::Cut => Err(self.cut()),
            Fault::Deep => Err(self.input.too_deep("elements")),
            Fault::Columns => {
                let most = self.input.limits.columns;
                self.lose(marks, &format!("the file has more than {most} columns. Export fewer fields"))
            }
        }
    }

    /// Each search for something that is never closed goes through all that is there: not without end.
    fn count_search(&mut self) -> Result<(), Refusal> {
        const MOST: u32 = 100;
        self.searched += 1;
        if self.searched > MOST {
            let reason = format!("more than {MOST} records in it hold something that is never closed");
            return Err(self.input.refuse(reason, "Export it again"));
        }
        Ok(())
    }

    /// Brings a record to its end that was taken in, `used` bytes of the window.
    fn finish(&mut self, used: usize, record: &mut Record) -> Row {
        let most = self.input.limits.record_bytes;
        self.row += 1;
        record.row = self.row;
        if used > most || !self.again.settle(record, most) {
            let raw = self.input.glimpse();
            self.input.window.consume(used);
            return bad(self.row, self.input.overlong(), &raw);
        }
        self.input.window.consume(used);
        if memchr::memchr(0xef, record.buffer.as_bytes()).is_some() {
            let marks = record.take_marks_out();
            self.input.notes.count(Counted::Marks, marks);
        }
        Some(Ok(()))
    }
}

/// Where the first of the marks stands, from byte `first` on; behind the tag where the mark says so.
fn find(bytes: &[u8], first: usize, marks: &[Mark], ended: bool) -> Option<usize> {
    let mut at = first;
    loop {
        at += memchr::memchr(b'<', bytes.get(at..)?)?;
        let rest = bytes.get(at..)?;
        for (tag, behind) in marks {
            let follows =
                rest.get(tag.len()).is_some_and(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'));
            if !rest.starts_with(tag) || !follows {
                continue;
            }
            if !*behind {
                return Some(at);
            }
            match memchr::memchr(b'>', rest) {
                Some(end) => return Some(at + end + 1),
                None if ended => return Some(bytes.len()),
                None => return None,
            }
        }
        at += 1;
    }
}

/// Reads records of ordinary XML.
pub(crate) struct Xml {
    base: Base,
    /// Names from the root to the records; `None` while the first bytes do not tell.
    path: Option<Vec<String>>,
    /// Whether the open elements are those that hold the records.
    among: bool,
    name: String,
    text: String,
}

impl Xml {
    /// The window stands at the start of the text, whose first bytes are `head`.
    pub(crate) fn new(input: Input, head: &str) -> Result<Self, Refusal> {
        let root = sketch::sketch(head, false, input.limits.depth).map_err(|_| input.too_deep("elements"))?;
        let path = root.as_ref().and_then(|root| {
            let place = shape::place(root)?;
            Some(std::iter::once(root.name.clone()).chain(place.path).collect::<Vec<_>>())
        });
        let among = path.as_ref().is_some_and(|path| path.len() == 1);
        Ok(Self { base: Base::new(input), path, among, name: String::new(), text: String::new() })
    }

    /// Whether the element of this name is a record, where the reader stands.
    fn is_record(&mut self, name: &str) -> bool {
        if self.path.is_none() && self.base.open.len() == 1 {
            let path = self.base.open.iter().map(|name| local(name).to_owned());
            self.path = Some(path.chain([local(name).to_owned()]).collect());
            self.among = true;
        }
        self.among && self.path.as_ref().and_then(|path| path.last()).is_some_and(|last| last == local(name))
    }

    fn look_around(&mut self) {
        let open = self.base.open.iter().map(|name| local(name));
        self.among = self.path.as_ref().is_some_and(|path| {
            path.len() == self.base.open.len() + 1 && open.eq(path.iter().take(path.len() - 1).map(String::as_str))
        });
    }

    /// Takes the record apart that begins the window; gives its length.
    fn take(&mut self, record: &mut Record) -> Result<usize, Fault> {
        record.clear();
        self.base.again.clear();
        self.name.clear();
        self.text.clear();
        let limits = self.base.input.limits;
        let mut cursor = Cursor::new(self.base.input.window.text(), self.base.input.window.ended());
        let mut fields = Fields {
            record,
            columns: &mut self.base.columns,
            again: &mut self.base.again,
            most: limits.columns,
            nth: 0,
        };
        // Open elements: name as written, length of the joined names before it, start of its text.
        let mut stack: Vec<(&str, usize, usize)> = Vec::with_capacity(8);
        loop {
            match cursor.next()? {
                None => return Err(Fault::Cut),
                Some(Token::Start { name, attributes, empty }) => {
                    let before = self.name.len();
                    // A field may be called as its record is; one with elements in it is the next record.
                    if let [(record, ..), (field, ..)] = stack.as_slice()
                        && record == field
                    {
                        return Err(Fault::Bad("another record begins inside of it"));
                    }
                    if !stack.is_empty() {
                        if before > 0 {
                            self.name.push('.');
                        }
                        self.name.push_str(local(name));
                    }
                    if self.base.open.len() + stack.len() >= limits.depth {
                        return Err(Fault::Deep);
                    }
                    if !attributes.is_empty() {
                        fields.attributes(attributes, &mut self.name)?;
                    }
                    if !empty {
                        stack.push((name, before, self.text.len()));
                        continue;
                    }
                    self.name.truncate(before);
                    if stack.is_empty() {
                        return Ok(cursor.at);
                    }
                }
                Some(Token::End(name)) => {
                    let Some((open, before, start)) = stack.pop() else {
                        return Err(Fault::Bad("a closing tag closes nothing"));
                    };
                    if open != name {
                        return Err(Fault::Bad("a closing tag does not fit the opening one"));
                    }
                    let value = self.text.get(start..).unwrap_or_default().trim();
                    if !value.is_empty() {
                        // What a record says outside of all its fields goes by its own name.
                        let column = if stack.is_empty() { local(name) } else { self.name.as_str() };
                        fields.put(column, value)?;
                    }
                    self.text.truncate(start);
                    self.name.truncate(before);
                    if stack.is_empty() {
                        return Ok(cursor.at);
                    }
                }
                Some(Token::Text(text)) => resolve(text, &mut self.text),
                Some(Token::Plain(text)) => self.text.push_str(text),
                Some(Token::Other) => {}
            }
        }
    }

    /// The record of this name that begins the window.
    fn record(&mut self, name: &str, record: &mut Record) -> Result<Row, Refusal> {
        loop {
            match self.take(record) {
                Ok(used) => return Ok(self.base.finish(used, record)),
                Err(Fault::More) if !self.base.input.too_long() => {
                    self.base.input.more()?;
                }
                Err(fault) => {
                    let marks = [(format!("</{name}").into_bytes(), true), (format!("<{name}").into_bytes(), false)];
                    return self.base.fault(fault, &marks);
                }
            }
        }
    }
}

/// Puts what is found in a record into its columns.
struct Fields<'a> {
    record: &'a mut Record,
    columns: &'a mut Columns,
    again: &'a mut Again,
    most: usize,
    nth: usize,
}

impl Fields<'_> {
    fn column(&mut self, name: &str) -> Result<usize, Fault> {
        let column = self.columns.nth(self.nth, name, self.most).ok_or(Fault::Columns)?;
        self.nth += 1;
        Ok(column)
    }

    fn put(&mut self, name: &str, value: &str) -> Result<(), Fault> {
        let column = self.column(name)?;
        self.record.put(column, value, self.again);
        Ok(())
    }

    /// The same for a value that is written with references.
    fn put_written(&mut self, name: &str, value: &str) -> Result<(), Fault> {
        let column = self.column(name)?;
        let start = self.record.buffer.len();
        resolve(value, &mut self.record.buffer);
        self.record.set(column, start, self.again);
        Ok(())
    }

    /// Attributes of an element become columns `element.attribute`.
    fn attributes(&mut self, attributes: &str, name: &mut String) -> Result<(), Fault> {
        for attribute in Attributes(attributes) {
            let (key, value) = attribute?;
            let value = value.trim();
            if value.is_empty() {
                continue;
            }
            let length = name.len();
            if length > 0 {
                name.push('.');
            }
            name.push_str(key);
            let put = self.put_written(name, value);
            name.truncate(length);
            put?;
        }
        Ok(())
    }
}

impl Reader for Xml {
    fn format(&self) -> Format {
        Format::Xml
    }

    fn columns(&self) -> &[String] {
        self.base.columns.names()
    }

    fn next(&mut self, record: &mut Record) -> Result<Row, Refusal> {
        loop {
            let (text, ended) = (self.base.input.window.text(), self.base.input.window.ended());
            let mut cursor = Cursor::new(text, ended);
            let piece = cursor.next();
            let used = cursor.at;
            match piece {
                Ok(None) if self.base.open.is_empty() || self.base.torn => {
                    self.base.input.settle();
                    return Ok(None);
                }
                Ok(None) => return Err(self.base.cut()),
                Ok(Some(Token::Start { name, empty, .. })) => {
                    let name = name.to_owned();
                    if self.is_record(&name) {
                        return self.record(&name, record);
                    }
                    if self.among {
                        self.base.input.notes.beside(&format!("<{}>", local(&name)));
                    }
                    self.base.input.window.consume(used);
                    if !empty {
                        self.base.enter(name)?;
                        self.look_around();
                    }
                }
                Ok(Some(Token::End(name))) => {
                    let fits = self.base.open.last().is_some_and(|open| open == name);
                    if !fits && !self.base.torn {
                        let marks = self.marks();
                        return self.base.fault(Fault::Bad("a closing tag does not fit the opening one"), &marks);
                    }
                    if fits {
                        self.base.open.pop();
                    }
                    self.base.input.window.consume(used);
                    self.look_around();
                }
                Ok(Some(_)) => self.base.input.window.consume(used),
                Err(Fault::More) => self.base.wait()?,
                Err(Fault::Cut) if self.base.torn => {
                    let n = self.base.input.window.rest().len();
                    self.base.input.window.consume(n);
                }
                Err(fault) => {
                    let marks = self.marks();
                    return self.base.fault(fault, &marks);
                }
            }
        }
    }

    fn bytes_read(&self) -> u64 {
        self.base.input.bytes_read()
    }

    fn bytes_total(&self) -> u64 {
        self.base.input.total
    }

    fn blank(&self) -> u64 {
        0
    }

    fn notes(&self) -> &[String] {
        self.base.input.notes.list()
    }
}

impl Xml {
    /// Where reading goes on behind a broken place between the records.
    fn marks(&self) -> Vec<Mark> {
        let name = self.path.as_ref().and_then(|path| path.last());
        name.map(|name| (format!("<{name}").into_bytes(), false)).into_iter().collect()
    }
}
