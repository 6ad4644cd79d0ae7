//! The grammar of XML over text: tags, text, references. Nothing is expanded but the
//! five entities of XML itself and characters by number.

/// One piece of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// `<name attributes>` or `<name attributes/>`.
    Start { name: &'a str, attributes: &'a str, empty: bool },
    /// `</name>`.
    End(&'a str),
    /// Text with references in it.
    Text(&'a str),
    /// Text as it stands.
    Plain(&'a str),
    /// A comment, a declaration, an instruction.
    Other,
}

/// Why a piece could not be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It may go on behind these bytes.
    More,
    /// The document ends in the middle of it.
    Cut,
    /// It breaks the grammar.
    Bad(&'static str),
    /// It is nested too deep.
    Deep,
    /// It has more columns than a file may.
    Columns,
}

/// Reads pieces one after the other.
pub(crate) struct Cursor<'a> {
    text: &'a str,
    bytes: &'a [u8],
    pub at: usize,
    /// Nothing comes behind the text.
    ended: bool,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(text: &'a str, ended: bool) -> Self {
        Self { text, bytes: text.as_bytes(), at: 0, ended }
    }

    fn text(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }

    fn end<T>(&self) -> Result<T, Fault> {
        Err(if self.ended { Fault::Cut } else { Fault::More })
    }

    /// The next piece; `None` at the end of the document.
    pub(crate) fn next(&mut self) -> Result<Option<Token<'a>>, Fault> {
        let from = self.at;
        let rest = self.bytes.get(from..).unwrap_or_default();
        let Some(&first) = rest.first() else {
            return if self.ended { Ok(None) } else { Err(Fault::More) };
        };
        if first != b'<' {
            let length = memchr::memchr(b'<', rest).or(self.ended.then_some(rest.len()));
            let Some(length) = length else { return Err(Fault::More) };
            self.at += length;
            return Ok(Some(Token::Text(self.text(from, from + length))));
        }
        match rest.get(1) {
            None => self.end(),
            Some(b'!') => self.declaration(rest),
            Some(b'?') => self.until(rest, 2, b"?>").map(|_| Some(Token::Other)),
            Some(b'/') => {
                let Some(length) = memchr::memchr(b'>', rest) else { return self.end() };
                let name = self.text(from + 2, from + length).trim_ascii_end();
                if name.contains('<') {
                    return Err(Fault::Bad("a closing tag is not closed"));
                }
                self.at += length + 1;
                Ok(Some(Token::End(name)))
            }
            Some(_) => self.tag(rest).map(Some),
        }
    }

    /// What lies between byte `skip` of `rest` and `mark`.
    fn until(&mut self, rest: &[u8], skip: usize, mark: &[u8]) -> Result<&'a str, Fault> {
        let from = self.at + skip;
        let Some(length) = memchr::memmem::find(rest.get(skip..).unwrap_or_default(), mark) else { return self.end() };
        self.at = from + length + mark.len();
        Ok(self.text(from, from + length))
    }

    fn declaration(&mut self, rest: &[u8]) -> Result<Option<Token<'a>>, Fault> {
        const CDATA: &[u8] = b"<![CDATA[";
        if rest.starts_with(b"<!--") {
            return self.until(rest, 4, b"-->").map(|_| Some(Token::Other));
        }
        if rest.starts_with(CDATA) {
            return self.until(rest, CDATA.len(), b"]]>").map(|text| Some(Token::Plain(text)));
        }
        if CDATA.starts_with(rest) || b"<!--".starts_with(rest) {
            return self.end();
        }
        let (mut depth, mut quote) = (0_usize, None);
        for (at, &byte) in rest.iter().enumerate() {
            match (byte, quote) {
                (_, Some(open)) => quote = Some(open).filter(|open| *open != byte),
                (b'"' | b'\'', None) => quote = Some(byte),
                (b'[', None) => depth += 1,
                (b']', None) => depth = depth.saturating_sub(1),
                (b'>', None) if depth == 0 => {
                    self.at += at + 1;
                    return Ok(Some(Token::Other));
                }
                _ => {}
            }
        }
        self.end()
    }

    fn tag(&mut self, rest: &[u8]) -> Result<Token<'a>, Fault> {
        const UNCLOSED: Fault = Fault::Bad("a tag is not closed");
        let name_byte =
            |byte: u8| byte.is_ascii_alphanumeric() || byte >= 0x80 || matches!(byte, b'_' | b':' | b'-' | b'.');
        let length = rest.iter().skip(1).take_while(|byte| name_byte(**byte)).count();
        if length == 0 || rest.get(1).is_some_and(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.')) {
            return Err(Fault::Bad("a `<` opens no tag: write it as &lt;"));
        }
        let mut at = 1 + length;
        let end = loop {
            match rest.get(at) {
                None => return self.end(),
                Some(b'>') => break at,
                Some(b'<') => return Err(UNCLOSED),
                Some(quote @ (b'"' | b'\'')) => {
                    let Some(found) = memchr::memchr2(*quote, b'<', rest.get(at + 1..).unwrap_or_default()) else {
                        return self.end();
                    };
                    at += found + 1;
                    if rest.get(at) == Some(&b'<') {
                        return Err(Fault::Bad("a quote in a tag is not closed"));
                    }
                }
                Some(_) => {}
            }
            at += 1;
        };
        let from = self.at;
        let empty = rest.get(end - 1) == Some(&b'/') && end > 1 + length;
        self.at = from + end + 1;
        Ok(Token::Start {
            name: self.text(from + 1, from + 1 + length),
            attributes: self.text(from + 1 + length, from + end - usize::from(empty)),
            empty,
        })
    }
}

/// A name without its prefix.
pub(crate) fn local(name: &str) -> &str {
    // Names are short and prefixes rare: a plain look is faster than a search.
    if name.bytes().all(|byte| byte != b':') { name } else { name.rsplit_once(':').map_or(name, |(_, local)| local) }
}

/// The attributes of a tag, names and values as they are written; declarations of prefixes left out.
pub(crate) struct Attributes<'a>(pub &'a str);

impl<'a> Iterator for Attributes<'a> {
    type Item = Result<(&'a str, &'a str), Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        const BAD: Fault = Fault::Bad("an attribute is not written as name=\"value\"");
        loop {
            let text = self.0.trim_ascii_start();
            if text.is_empty() {
                return None;
            }
            // After a fault nothing more can be told apart.
            self.0 = "";
            let sign = text.bytes().position(|byte| byte == b'=');
            let Some((name, rest)) = sign.and_then(|at| text.get(..at).zip(text.get(at + 1..))) else {
                return Some(Err(BAD));
            };
            let name = name.trim_ascii_end();
            let rest = rest.trim_ascii_start();
            let quote = match rest.as_bytes().first() {
                Some(quote @ (b'"' | b'\'')) => *quote,
                _ => return Some(Err(BAD)),
            };
            let Some(end) = rest.as_bytes().get(1..).and_then(|rest| memchr::memchr(quote, rest)) else {
                return Some(Err(BAD));
            };
            if name.is_empty() || name.bytes().any(|byte| byte.is_ascii_whitespace() || byte == b'"') {
                return Some(Err(BAD));
            }
            let value = rest.get(1..=end).unwrap_or_default();
            self.0 = rest.get(end + 2..).unwrap_or_default();
            if !name.starts_with("xmlns") || !matches!(name.as_bytes().get(5), None | Some(b':')) {
                return Some(Ok((name, value)));
            }
        }
    }
}

/// Appends text with its references resolved. Entities of the document's own are kept as written.
pub(crate) fn resolve(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        out.push_str(rest.get(..at).unwrap_or_default());
        rest = rest.get(at..).unwrap_or_default();
        let end = rest.as_bytes().iter().take(12).position(|byte| *byte == b';');
        let name = end.and_then(|end| rest.get(1..end));
        let character = match name {
            Some("lt") => Some('<'),
            Some("gt") => Some('>'),
            Some("amp") => Some('&'),
            Some("quot") => Some('"'),
            Some("apos") => Some('\''),
            Some(name) => name
                .strip_prefix('#')
                .and_then(|number| match number.strip_prefix(['x', 'X']) {
                    Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok(),
                    None => number.parse().ok(),
                })
                .and_then(char::from_u32),
            None => None,
        };
        if let (Some(character), Some(end)) = (character, end) {
            out.push(character);
            rest = rest.get(end + 1..).unwrap_or_default();
        } else {
            out.push('&');
            rest = rest.get(1..).unwrap_or_default();
        }
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces() {
        let mut cursor = Cursor::new(
            "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b \">\">]><x:a b='1>2' c = \"3\"/>t<!-- <z> --><![CDATA[<]]></a >",
            true,
        );
        let mut pieces = Vec::new();
        while let Some(piece) = cursor.next().unwrap() {
            pieces.push(piece);
        }
        assert_eq!(
            pieces,
            [
                Token::Other,
                Token::Other,
                Token::Start { name: "x:a", attributes: " b='1>2' c = \"3\"", empty: true },
                Token::Text("t"),
                Token::Other,
                Token::Plain("<"),
                Token::End("a"),
            ]
        );
        let attributes: Vec<_> = Attributes(" b='1>2' c = \"3\" xmlns:x=\"u\"").map(Result::unwrap).collect();
        assert_eq!(attributes, [("b", "1>2"), ("c", "3")]);
        assert_eq!(local("x:a"), "a");
    }

    #[test]
    fn references() {
        let mut out = String::new();
        resolve("R&D &lt;b&gt; &#65;&#x42; &own; &amp;amp; &#xffffffff; &", &mut out);
        assert_eq!(out, "R&D <b> AB &own; &amp; &#xffffffff; &");
    }
}
