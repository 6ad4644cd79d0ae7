//! The grammar of JSON over text, straight into a record: no tree is built, and
//! numbers stay as they are written.

use crate::columns::{Again, Columns};
use crate::record::Record;

/// Why a value could not be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It may go on behind these bytes.
    More,
    /// It breaks the grammar at this byte.
    Bad(usize, &'static str),
    /// It is nested too deep.
    Deep,
    /// It has more columns than a file may.
    Columns,
}

/// Reads values one after the other.
pub(crate) struct Cursor<'a> {
    text: &'a str,
    bytes: &'a [u8],
    pub at: usize,
    /// Nothing comes behind the text.
    ended: bool,
    /// A line feed inside of a string breaks it (JSON Lines).
    lines: bool,
    /// Deepest nesting.
    pub depth: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(text: &'a str, ended: bool, lines: bool, depth: usize) -> Self {
        Self { text, bytes: text.as_bytes(), at: 0, ended, lines, depth }
    }

    pub(crate) fn blanks(&mut self) {
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
    }

    fn end<T>(&self) -> Result<T, Fault> {
        Err(if self.ended { Fault::Bad(self.at, "it ends in the middle") } else { Fault::More })
    }

    /// The next byte that is no blank.
    pub(crate) fn token(&mut self) -> Result<u8, Fault> {
        self.blanks();
        match self.bytes.get(self.at) {
            Some(byte) => Ok(*byte),
            None => self.end(),
        }
    }

    fn expect(&mut self, byte: u8, what: &'static str) -> Result<(), Fault> {
        if self.token()? != byte {
            return Err(Fault::Bad(self.at, what));
        }
        self.at += 1;
        Ok(())
    }

    fn text(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }

    /// The string that begins here, behind `out`.
    pub(crate) fn string(&mut self, out: &mut String) -> Result<(), Fault> {
        self.expect(b'"', "a name or a text in quotes was expected")?;
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let Some(found) = memchr::memchr3(b'"', b'\\', b'\n', rest) else { return self.end() };
            out.push_str(self.text(self.at, self.at + found));
            self.at += found + 1;
            match rest.get(found) {
                Some(b'"') => return Ok(()),
                Some(b'\n') if self.lines => return Err(Fault::Bad(self.at, "a text runs over the end of the line")),
                Some(b'\n') => out.push('\n'),
                _ => self.escape(out)?,
            }
        }
    }

    fn escape(&mut self, out: &mut String) -> Result<(), Fault> {
        let Some(&byte) = self.bytes.get(self.at) else { return self.end() };
        self.at += 1;
        out.push(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let high = self.unit()?;
                let pair = if (0xd800..0xdc00).contains(&high) {
                    let ahead = self.bytes.get(self.at..self.at + 2).unwrap_or_default();
                    if ahead.len() < 2 {
                        return self.end();
                    }
                    if ahead == b"\\u" {
                        let back = self.at;
                        self.at += 2;
                        let low = self.unit()?;
                        if (0xdc00..0xe000).contains(&low) {
                            char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00))
                        } else {
                            self.at = back;
                            None
                        }
                    } else {
                        None
                    }
                } else {
                    char::from_u32(high)
                };
                // Half of a pair: a text that was cut in the middle of a character.
                pair.unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            _ => return Err(Fault::Bad(self.at, "a backslash stands before a letter that it means nothing with")),
        });
        Ok(())
    }

    fn unit(&mut self) -> Result<u32, Fault> {
        let Some(digits) = self.bytes.get(self.at..self.at + 4) else { return self.end() };
        let mut unit = 0;
        for digit in digits {
            let Some(value) = char::from(*digit).to_digit(16) else {
                return Err(Fault::Bad(self.at, "four hexadecimal digits were expected"));
            };
            unit = unit * 16 + value;
        }
        self.at += 4;
        Ok(unit)
    }

    /// A number, `true`, `false` or `null`, as it is written.
    fn word(&mut self) -> Result<&'a str, Fault> {
        let from = self.at;
        let rest = self.bytes.get(from..).unwrap_or_default();
        let length =
            rest.iter().position(|byte| !matches!(byte, b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'+' | b'-' | b'.'));
        let Some(length) = length.or(self.ended.then_some(rest.len())) else { return Err(Fault::More) };
        let word = self.text(from, from + length);
        if !matches!(word, "true" | "false" | "null") && !is_number(word.as_bytes()) {
            return Err(Fault::Bad(from, "neither a value nor a bracket"));
        }
        self.at += length;
        Ok(word)
    }

    /// Walks the members of the object that begins here; `member` takes each value.
    pub(crate) fn object(
        &mut self,
        name: &mut String,
        mut member: impl FnMut(&mut Self, &mut String) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        self.expect(b'{', "an object was expected")?;
        if self.token()? == b'}' {
            self.at += 1;
            return Ok(());
        }
        loop {
            let length = name.len();
            if length > 0 {
                name.push('.');
            }
            self.blanks();
            self.string(name)?;
            self.expect(b':', "a colon was expected")?;
            self.token()?;
            member(self, name)?;
            name.truncate(length);
            match self.token()? {
                b',' => self.at += 1,
                b'}' => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(Fault::Bad(self.at, "a comma or a closing bracket was expected")),
            }
        }
    }

    /// Walks the items of the list that begins here.
    pub(crate) fn list(&mut self, mut item: impl FnMut(&mut Self) -> Result<(), Fault>) -> Result<(), Fault> {
        self.expect(b'[', "a list was expected")?;
        if self.token()? == b']' {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.token()?;
            item(self)?;
            match self.token()? {
                b',' => self.at += 1,
                b']' => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(Fault::Bad(self.at, "a comma or a closing bracket was expected")),
            }
        }
    }

    /// Copies the value that begins here without the blanks between its parts.
    pub(crate) fn compact(&mut self, out: &mut String, depth: usize) -> Result<(), Fault> {
        if depth > self.depth {
            return Err(Fault::Deep);
        }
        match self.token()? {
            b'"' => {
                let from = self.at;
                self.at += 1;
                loop {
                    let rest = self.bytes.get(self.at..).unwrap_or_default();
                    let Some(found) = memchr::memchr3(b'"', b'\\', b'\n', rest) else { return self.end() };
                    self.at += found + 1;
                    match rest.get(found) {
                        Some(b'"') => break,
                        Some(b'\n') if self.lines => {
                            return Err(Fault::Bad(self.at, "a text runs over the end of the line"));
                        }
                        Some(b'\n') => {}
                        _ if self.at < self.bytes.len() => self.at += 1,
                        _ => return self.end(),
                    }
                }
                out.push_str(self.text(from, self.at));
            }
            open @ (b'{' | b'[') => {
                let close = if open == b'{' { b'}' } else { b']' };
                self.at += 1;
                out.push(char::from(open));
                if self.token()? == close {
                    self.at += 1;
                    out.push(char::from(close));
                    return Ok(());
                }
                loop {
                    if open == b'{' {
                        if self.token()? != b'"' {
                            return Err(Fault::Bad(self.at, "a name in quotes was expected"));
                        }
                        self.compact(out, depth + 1)?;
                        self.expect(b':', "a colon was expected")?;
                        out.push(':');
                    }
                    self.compact(out, depth + 1)?;
                    match self.token()? {
                        b',' => {
                            self.at += 1;
                            out.push(',');
                        }
                        byte if byte == close => {
                            self.at += 1;
                            out.push(char::from(close));
                            return Ok(());
                        }
                        _ => return Err(Fault::Bad(self.at, "a comma or a closing bracket was expected")),
                    }
                }
            }
            _ => out.push_str(self.word()?),
        }
        Ok(())
    }
}

/// Whether a word is a number as JSON writes it.
fn is_number(word: &[u8]) -> bool {
    let digits = |word: &[u8]| word.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let rest = word.strip_prefix(b"-").unwrap_or(word);
    let whole = digits(rest);
    if whole == 0 {
        return false;
    }
    let mut rest = rest.get(whole..).unwrap_or_default();
    if let Some(fraction) = rest.strip_prefix(b".") {
        let n = digits(fraction);
        if n == 0 {
            return false;
        }
        rest = fraction.get(n..).unwrap_or_default();
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        let exponent = exponent.strip_prefix(b"+").or_else(|| exponent.strip_prefix(b"-")).unwrap_or(exponent);
        let n = digits(exponent);
        return n > 0 && n == exponent.len();
    }
    rest.is_empty()
}

/// Spreads objects over columns: nested names joined by `.`, plain lists by `, `, other lists as JSON.
pub(crate) struct Spread<'a> {
    pub record: &'a mut Record,
    pub columns: &'a mut Columns,
    pub again: &'a mut Again,
    /// Most columns.
    pub most: usize,
    nth: usize,
}

impl<'a> Spread<'a> {
    pub(crate) fn new(record: &'a mut Record, columns: &'a mut Columns, again: &'a mut Again, most: usize) -> Self {
        record.clear();
        again.clear();
        Self { record, columns, again, most, nth: 0 }
    }

    /// Takes the object at the cursor.
    pub(crate) fn object(&mut self, cursor: &mut Cursor<'_>, name: &mut String, depth: usize) -> Result<(), Fault> {
        if depth > cursor.depth {
            return Err(Fault::Deep);
        }
        cursor.object(name, |cursor, name| self.value(cursor, name, depth + 1))
    }

    fn value(&mut self, cursor: &mut Cursor<'_>, name: &mut String, depth: usize) -> Result<(), Fault> {
        let start = self.record.buffer.len();
        match cursor.token()? {
            b'{' => return self.object(cursor, name, depth),
            b'"' => cursor.string(&mut self.record.buffer)?,
            b'[' => self.list(cursor, depth)?,
            _ => match cursor.word()? {
                "null" => return Ok(()),
                word => self.record.buffer.push_str(word),
            },
        }
        let Some(column) = self.columns.nth(self.nth, name, self.most) else { return Err(Fault::Columns) };
        self.nth += 1;
        self.record.set(column, start, self.again);
        Ok(())
    }

    fn list(&mut self, cursor: &mut Cursor<'_>, depth: usize) -> Result<(), Fault> {
        if depth > cursor.depth {
            return Err(Fault::Deep);
        }
        let (start, at) = (self.record.buffer.len(), cursor.at);
        let (mut plain, mut first) = (true, true);
        let walked = cursor.list(|cursor| {
            if !std::mem::take(&mut first) {
                self.record.buffer.push_str(", ");
            }
            match cursor.token()? {
                b'{' | b'[' => {
                    plain = false;
                    // Ends the walk: the list is copied as it stands below.
                    Err(Fault::Columns)
                }
                b'"' => cursor.string(&mut self.record.buffer),
                _ => {
                    let word = cursor.word()?;
                    if word != "null" {
                        self.record.buffer.push_str(word);
                    }
                    Ok(())
                }
            }
        });
        if plain {
            return walked;
        }
        self.record.buffer.truncate(start);
        cursor.at = at;
        cursor.compact(&mut self.record.buffer, depth)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cursor(text: &str) -> Cursor<'_> {
        Cursor::new(text, true, false, 64)
    }

    #[test]
    fn numbers_as_json_writes_them() {
        for good in ["0", "-1", "1.10", "12345678901234567890123", "1e5", "1.5E-7", "-0.0"] {
            assert!(is_number(good.as_bytes()), "{good}");
        }
        for bad in ["", "-", "1.", ".5", "1e", "0x10", "NaN", "1.2.3", "1e5x"] {
            assert!(!is_number(bad.as_bytes()), "{bad}");
        }
    }

    proptest! {
        /// Takes what `serde_json` takes, and says the same.
        #[test]
        fn strings_as_serde_reads_them(text in "(\\\\[\"\\\\/bfnrtu]|\\\\u[0-9a-d]{4}|\\\\ud83d\\\\ude00|[a-zé \"{}]){0,12}") {
            let quoted = format!("\"{text}\"");
            if let Ok(want) = serde_json::from_str::<String>(&quoted) {
                let mut out = String::new();
                let mut cursor = cursor(&quoted);
                prop_assert_eq!(cursor.string(&mut out), Ok(()));
                prop_assert_eq!(out, want);
            }
        }

        #[test]
        fn values_as_serde_reads_them(text in "[\\[\\]{}:,\"a1 .e-]{0,16}") {
            let mut out = String::new();
            let mut cursor = cursor(&text);
            let taken = cursor.compact(&mut out, 0).is_ok() && { cursor.blanks(); cursor.at == text.len() };
            if let Ok(value) = serde_json::from_str::<serde_json::Value>(&text) {
                prop_assert!(taken);
                prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&out).unwrap(), value);
            }
        }
    }
}
