//! What is passed over: values beside the records, and records that are broken or too long.

use super::Json;
use crate::record::Refusal;

impl Json {
    /// Passes over the value that begins here, whatever its length. With `patience`, no more than that.
    pub(super) fn skip(&mut self, patience: Option<u64>) -> Result<(), Refusal> {
        let (mut depth, mut in_string, mut escaped, mut begun) = (0_usize, false, false, false);
        let mut skipped = 0;
        loop {
            let rest = self.input.window.rest();
            let mut at = 0;
            let mut done = false;
            while let (false, Some(&byte)) = (done, rest.get(at)) {
                if escaped {
                    escaped = false;
                    at += 1;
                } else if in_string {
                    let found = memchr::memchr2(b'"', b'\\', rest.get(at..).unwrap_or_default());
                    at += found.map_or(rest.len() - at, |found| found + 1);
                    if found.is_some() {
                        escaped = rest.get(at - 1) == Some(&b'\\');
                        in_string = escaped;
                        done = !in_string && depth == 0;
                    }
                } else {
                    match byte {
                        b'"' => in_string = true,
                        b'{' | b'[' => depth += 1,
                        b'}' | b']' | b',' if depth == 0 => {
                            // A mark where a value should be is taken for one, so that reading moves on.
                            at += usize::from(!begun);
                            done = true;
                            continue;
                        }
                        b'}' | b']' => {
                            depth -= 1;
                            done = depth == 0;
                        }
                        _ if byte.is_ascii_whitespace() && depth == 0 => {
                            done = true;
                            continue;
                        }
                        _ => {}
                    }
                    if depth > self.input.limits.depth {
                        return Err(self.input.too_deep("values"));
                    }
                    begun = true;
                    at += 1;
                }
            }
            skipped += at as u64;
            self.input.window.consume(at);
            if done {
                return Ok(());
            }
            if patience.is_some_and(|most| skipped > most) {
                return Err(self.input.endless(self.row));
            }
            if !self.input.more()? {
                return if depth > 0 || in_string { Err(self.damaged("it ends in the middle")) } else { Ok(()) };
            }
        }
    }

    /// Passes over the record that begins here, which is too long.
    pub(super) fn leave(&mut self, patience: u64) -> Result<(), Refusal> {
        if self.lines { self.skip_line(patience) } else { self.skip(Some(patience)) }
    }

    /// Passes over a line.
    pub(super) fn skip_line(&mut self, patience: u64) -> Result<(), Refusal> {
        let mut skipped = 0;
        loop {
            let rest = self.input.window.rest();
            let (n, found) = memchr::memchr(b'\n', rest).map_or((rest.len(), false), |end| (end + 1, true));
            skipped += n as u64;
            self.input.window.consume(n);
            if skipped > patience {
                return Err(self.input.endless(self.row));
            }
            if found || !self.input.more()? {
                return Ok(());
            }
        }
    }

    /// Passes over a record that broke the grammar at byte `at`, and gives what it held. A line is
    /// lost where records are lines. Else the record ends where its brackets pair and a comma or a closing
    /// bracket follows; where they do not pair, the next `},{"` is where reading goes on.
    pub(super) fn recover(&mut self, at: usize) -> Result<String, Refusal> {
        if self.lines {
            let raw = self.input.glimpse();
            self.skip_line(self.input.patience())?;
            return Ok(raw.lines().next().unwrap_or_default().to_owned());
        }
        if self.input.window.ended() && at >= self.input.window.rest().len() {
            return Err(self.damaged("it ends in the middle"));
        }
        loop {
            let rest = self.input.window.rest();
            let ended = self.input.window.ended();
            let end = balanced(rest.get(..rest.len().min(at + REACH)).unwrap_or_default()).filter(|end| {
                let next = rest.get(*end..).unwrap_or_default().trim_ascii_start();
                *end >= at && (matches!(next.first(), Some(b',' | b']' | b'}' | b'{')) || (next.is_empty() && ended))
            });
            let end = end.or_else(|| next_record(rest, last_string(rest, at)));
            if let Some(end) = end {
                let raw = String::from_utf8_lossy(rest.get(..end).unwrap_or_default()).trim_end().to_owned();
                self.input.window.consume(end);
                return Ok(raw.trim_end_matches(',').to_owned());
            }
            if ended || self.input.too_long() {
                let raw = self.input.glimpse();
                self.search_record()?;
                return Ok(raw);
            }
            self.input.more()?;
        }
    }

    /// Goes on to the next record, however far, in bounded memory.
    fn search_record(&mut self) -> Result<(), Refusal> {
        let mut skipped = 0;
        loop {
            let rest = self.input.window.rest();
            if let Some(next) = next_record(rest, 0) {
                self.input.window.consume(next);
                return Ok(());
            }
            let n = if self.input.window.ended() { rest.len() } else { rest.len().saturating_sub(64) };
            skipped += n as u64;
            self.input.window.consume(n);
            if skipped > self.input.patience() {
                return Err(self.input.endless(self.row));
            }
            if !self.input.more()? {
                return Ok(());
            }
        }
    }
}

/// Bytes behind a fault in which a record has to end by its brackets.
const REACH: usize = 16 << 10;

/// Where the brackets that open first close again; `None` where they do not pair, or a text runs over a line.
fn balanced(bytes: &[u8]) -> Option<usize> {
    let (mut open, mut in_string, mut escaped) = (Vec::new(), false, false);
    for (at, byte) in bytes.iter().enumerate() {
        if in_string {
            if *byte == b'\n' {
                return None;
            }
            in_string = escaped || *byte != b'"';
            escaped = !escaped && *byte == b'\\';
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'{' => open.push(b'}'),
            b'[' => open.push(b']'),
            b'}' | b']' => {
                if open.pop() != Some(*byte) {
                    return None;
                }
                if open.is_empty() {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// Where the text in quotes begins that ends last before `at`: one that was never closed has run into the
/// next record.
fn last_string(bytes: &[u8], at: usize) -> usize {
    let quote = |to: usize| memchr::memrchr(b'"', bytes.get(..to).unwrap_or_default());
    quote(at).and_then(quote).unwrap_or(at)
}

/// Where, behind `from`, a record begins: `}`, a comma, `{` and a name.
fn next_record(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += memchr::memchr(b'{', bytes.get(at..)?)?;
        let before = bytes.get(..at)?.trim_ascii_end();
        let behind = bytes.get(at + 1..)?.trim_ascii_start();
        if before.strip_suffix(b",").is_some_and(|before| before.trim_ascii_end().ends_with(b"}"))
            && behind.starts_with(b"\"")
        {
            return Some(at);
        }
        at += 1;
    }
}
