//! XES event logs: one record an event, the attributes of its trace beside its own.

use std::collections::BTreeMap;

use super::token::{Attributes, Cursor, Fault, Token, local, resolve};
use super::{Base, Fields, Mark};
use crate::record::{Format, Reader, Record, Refusal};
use crate::window::{Input, Row};

/// Reads the events of a log.
pub(crate) struct Events {
    base: Base,
    /// Attributes of the trace that the events belong to, as `case:…`.
    case: BTreeMap<String, String>,
}

impl Events {
    /// The window stands at the start of the text.
    pub(crate) fn new(input: Input) -> Self {
        Self { base: Base::new(input), case: BTreeMap::new() }
    }

    /// Takes the event apart that begins the window; gives its length.
    fn take(&mut self, record: &mut Record) -> Result<usize, Fault> {
        record.clear();
        self.base.again.clear();
        let limits = self.base.input.limits;
        let mut cursor = Cursor::new(self.base.input.window.text(), self.base.input.window.ended());
        let mut fields = Fields {
            record,
            columns: &mut self.base.columns,
            again: &mut self.base.again,
            most: limits.columns,
            nth: 0,
        };
        let mut stack: Vec<&str> = Vec::with_capacity(4);
        loop {
            match cursor.next()? {
                None => return Err(Fault::Cut),
                Some(Token::Start { name, attributes, empty }) => {
                    if matches!(local(name), "event" | "trace") && !stack.is_empty() {
                        return Err(Fault::Bad("another event begins inside of it"));
                    }
                    // What lies deeper is a list or says something about an attribute; it is passed over.
                    if stack.len() == 1
                        && let Some((key, value)) = pair(attributes)?
                    {
                        let mut name = String::new();
                        if key.contains('&') {
                            resolve(key, &mut name);
                        }
                        fields.put_written(if name.is_empty() { key } else { &name }, value)?;
                    }
                    if self.base.open.len() + stack.len() >= limits.depth {
                        return Err(Fault::Deep);
                    }
                    if !empty {
                        stack.push(name);
                    }
                }
                Some(Token::End(name)) => {
                    if stack.pop() != Some(name) {
                        return Err(Fault::Bad("a closing tag does not fit the opening one"));
                    }
                    if stack.is_empty() {
                        for (name, value) in &self.case {
                            fields.put(name, value)?;
                        }
                        return Ok(cursor.at);
                    }
                }
                Some(_) => {}
            }
        }
    }

    /// The event that begins the window.
    fn event(&mut self, name: &str, record: &mut Record) -> Result<Row, Refusal> {
        loop {
            match self.take(record) {
                Ok(used) => return Ok(self.base.finish(used, record)),
                Err(Fault::More) if !self.base.input.too_long() => {
                    self.base.input.more()?;
                }
                Err(fault) => return self.base.fault(fault, &marks(name)),
            }
        }
    }

    fn close(&mut self, name: &str, used: usize) -> Result<Row, Refusal> {
        if let Some(at) = self.base.open.iter().rposition(|open| open == name)
            && (at + 1 == self.base.open.len() || self.base.torn)
        {
            self.base.open.truncate(at);
        } else if !self.base.torn {
            let fault = Fault::Bad("a closing tag does not fit the opening one");
            return self.base.fault(fault, &marks("event"));
        }
        self.base.input.window.consume(used);
        Ok(None)
    }
}

/// Where reading goes on behind a broken event.
fn marks(name: &str) -> [Mark; 4] {
    let trace = name.replace("event", "trace");
    [
        (format!("</{name}").into_bytes(), true),
        (format!("<{name}").into_bytes(), false),
        (format!("</{trace}").into_bytes(), false),
        (format!("<{trace}").into_bytes(), false),
    ]
}

/// The `key` and the `value` of an attribute of the log.
fn pair(attributes: &str) -> Result<Option<(&str, &str)>, Fault> {
    let (mut key, mut value) = (None, None);
    for attribute in Attributes(attributes) {
        match attribute? {
            ("key", text) => key = Some(text),
            ("value", text) => value = Some(text),
            _ => {}
        }
    }
    Ok(key.zip(value))
}

impl Reader for Events {
    fn format(&self) -> Format {
        Format::Xes
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
                Ok(Some(Token::Start { name, empty, .. })) if local(name) == "event" && !empty => {
                    let name = name.to_owned();
                    return self.event(&name, record);
                }
                Ok(Some(Token::Start { name, attributes, empty })) => {
                    if local(name) == "trace" {
                        self.case.clear();
                        // A trace that was never closed.
                        if self.base.torn && self.base.open.last().is_some_and(|open| open == name) {
                            self.base.open.pop();
                        }
                    } else if self.base.open.last().is_some_and(|open| local(open) == "trace") {
                        match pair(attributes) {
                            Ok(Some((key, value))) => {
                                let (mut name, mut text) = ("case:".to_owned(), String::new());
                                resolve(key, &mut name);
                                resolve(value, &mut text);
                                self.case.insert(name, text);
                            }
                            Ok(None) => {}
                            Err(fault) => return self.base.fault(fault, &marks("event")),
                        }
                    }
                    let name = name.to_owned();
                    self.base.input.window.consume(used);
                    if !empty {
                        self.base.enter(name)?;
                    }
                }
                Ok(Some(Token::End(name))) => {
                    let name = name.to_owned();
                    if let Some(bad) = self.close(&name, used)? {
                        return Ok(Some(bad));
                    }
                }
                Ok(Some(_)) => self.base.input.window.consume(used),
                Err(Fault::More) => self.base.wait()?,
                Err(Fault::Cut) if self.base.torn => {
                    let n = self.base.input.window.rest().len();
                    self.base.input.window.consume(n);
                }
                Err(fault) => return self.base.fault(fault, &marks("event")),
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
