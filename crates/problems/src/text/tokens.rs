//! What a text says: stemmed words, and identifiers kept whole and in parts.
//!
//! Words are those of Unicode (UAX 29), lower-cased, without stop words, stemmed. An identifier (job
//! name, host, error code, path, version, ticket number) is a run without white space that mixes letters
//! with digits, has punctuation inside or capitals inside; it counts whole and by its parts. Dates and
//! times of day are dropped: a log line says them anew each time. Terms are 64-bit hashes, so that the
//! pass over a large record keeps no strings.

use std::collections::HashMap;

use rust_stemmers::Stemmer;
use unicode_segmentation::UnicodeSegmentation;

use super::language;

/// Bytes of a description that are read: what comes later is quoted mail and logs.
const TEXT_BYTES: usize = 2_000;
/// A word of the title weighs as much as two of the description.
const TITLE_WEIGHT: f32 = 2.0;

/// A run of more digits than this, inside an identifier, is no term of its own.
const LONG_NUMBER: usize = 4;

/// A named specific thing: its kind and its value, both hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entity {
    /// Kind: the name with its digits blanked (`bpcc_#`), the word before a number (`job #`), or the word
    /// before a name (`job …`).
    pub kind: u64,
    /// Value: the whole name.
    pub value: u64,
    /// How it was recognised.
    pub how: How,
}

/// How a named thing was recognised, which decides what it must prove before it separates tickets
/// (see [`super::kinds`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// By its shape: letters with a number.
    Shape,
    /// A bare number after a word.
    Number,
    /// Any identifier, by the word before it.
    Place,
    /// Not by its words: people put the ticket on one side of a split.
    Said,
}

/// One term as it is met.
#[derive(Debug, Clone, Copy)]
pub struct Term<'a> {
    /// Hash of the stem or of the identifier.
    pub hash: u64,
    /// As people wrote it.
    pub surface: &'a str,
    /// Weight of the place where it stands.
    pub weight: f32,
    /// Whether it stands in the title.
    pub title: bool,
    /// Whether it is an identifier or a number, whole.
    pub identifier: bool,
    /// Whether it is part of an identifier.
    pub part: bool,
}

/// Reads texts. One a thread: it keeps the stems that it has met.
pub struct Reader {
    stemmers: Vec<Stemmer>,
    known: Vec<HashMap<String, u64>>,
    lower: String,
}

impl Default for Reader {
    fn default() -> Self {
        Self { stemmers: language::stemmers(), known: vec![HashMap::new(); language::LANGUAGES], lower: String::new() }
    }
}

impl Reader {
    /// Votes of a ticket's words for their language.
    pub fn votes(&mut self, title: &str, text: &str) -> language::Votes {
        let mut votes = language::Votes::default();
        for part in [title, clip(text)] {
            for word in part.unicode_words() {
                // Only short words are in the profiles.
                if word.len() <= 16 {
                    lower_into(&mut self.lower, word);
                    language::vote(&mut votes, &self.lower);
                }
            }
        }
        votes
    }

    /// Every term and entity of a ticket, in the order of its text.
    pub fn read<'a>(
        &mut self,
        title: &'a str,
        text: &'a str,
        language: usize,
        mut term: impl FnMut(Term<'a>),
        mut entity: impl FnMut(Entity),
    ) {
        for (part, weight, title) in [(title, TITLE_WEIGHT, true), (clip(text), 1.0, false)] {
            let mut before: Option<u64> = Some(hash("^"));
            for raw in part.split_whitespace() {
                let chunk = trim(raw);
                if chunk.is_empty() {
                    continue;
                }
                let shape = Shape::of(chunk);
                if shape.is_date() {
                    continue;
                }
                if shape.is_number() {
                    let value = hash(chunk);
                    if chunk.len() >= 2 {
                        term(Term { hash: value, surface: chunk, weight, title, identifier: true, part: false });
                    }
                    if let Some(word) = before.filter(|&b| chunk.len() >= 3 && b != hash("^")) {
                        entity(Entity { kind: mix(word, 1), value, how: How::Number });
                    }
                    continue;
                }
                if shape.is_identifier() {
                    lower_into(&mut self.lower, chunk);
                    let whole = hash(&self.lower);
                    term(Term { hash: whole, surface: chunk, weight, title, identifier: true, part: false });
                    if let Some(kind) = family(&self.lower) {
                        entity(Entity { kind, value: whole, how: How::Shape });
                    }
                    if let Some(word) = before.filter(|_| title) {
                        entity(Entity { kind: mix(word, 2), value: whole, how: How::Place });
                    }
                    parts(chunk, |part| {
                        // A long number inside is a serial number; the whole carries it.
                        if part.len() > LONG_NUMBER && part.bytes().all(|b| b.is_ascii_digit()) {
                            return;
                        }
                        if let Some(stem) = self.stem(part, language).filter(|&stem| stem != whole) {
                            term(Term { hash: stem, surface: part, weight, title, identifier: false, part: true });
                        }
                    });
                    before = None;
                    continue;
                }
                for word in chunk.unicode_words() {
                    before = self.stem(word, language);
                    if let Some(hash) = before {
                        term(Term { hash, surface: word, weight, title, identifier: false, part: false });
                    }
                }
            }
        }
    }

    /// Hash of the stem of a word; `None` for stop words and single letters.
    fn stem(&mut self, word: &str, language: usize) -> Option<u64> {
        lower_into(&mut self.lower, word);
        if let Some(&hash) = self.known.get(language)?.get(&self.lower) {
            return Some(hash).filter(|&h| h != 0);
        }
        let stop = language::stop_in(&self.lower) >> language & 1 == 1;
        let single = self.lower.chars().nth(1).is_none() && self.lower.is_ascii();
        let value = if stop || single { 0 } else { hash(&self.stemmers.get(language)?.stem(&self.lower)) };
        let known = self.known.get_mut(language)?;
        // A record full of unique words must not fill the memory.
        if known.len() > 200_000 {
            known.clear();
        }
        known.insert(self.lower.clone(), value);
        Some(value).filter(|&h| h != 0)
    }
}

fn lower_into(buffer: &mut String, word: &str) {
    buffer.clear();
    if word.is_ascii() {
        buffer.push_str(word);
        buffer.make_ascii_lowercase();
    } else {
        buffer.extend(word.chars().flat_map(char::to_lowercase).map(|c| if c == '’' { '\'' } else { c }));
    }
}

/// The first bytes of a description, cut between characters.
fn clip(text: &str) -> &str {
    text.get(..text.floor_char_boundary(TEXT_BYTES)).unwrap_or(text)
}

/// Whether a chunk without white space is a date or a time of day.
#[must_use]
pub fn is_date(chunk: &str) -> bool {
    Shape::of(trim(chunk)).is_date()
}

/// Without punctuation at either end.
fn trim(chunk: &str) -> &str {
    chunk.trim_matches(|c: char| !c.is_alphanumeric())
}

/// 64-bit FNV-1a with a final mix: stable over runs, machines and versions, never 0.
#[must_use]
pub fn hash(text: &str) -> u64 {
    let mut h = 0xcbf2_9ce4_8422_2325_u64;
    for byte in text.bytes() {
        h = (h ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    mix(h, 0).max(1)
}

/// Mixes two hashes into one (the finaliser of `SplitMix64`).
#[must_use]
pub fn mix(a: u64, b: u64) -> u64 {
    let mut z = a ^ b.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// What characters a chunk is made of.
#[derive(Default)]
struct Shape {
    letters: u32,
    digits: u32,
    slashes: u32,
    colons: u32,
    dashes: u32,
    dots: u32,
    others: u32,
    joined: bool,
    inner_capital: bool,
}

impl Shape {
    fn of(chunk: &str) -> Self {
        let mut shape = Self::default();
        let (mut was_lower, mut first) = (false, true);
        for c in chunk.chars() {
            match c {
                '0'..='9' => shape.digits += 1,
                '/' => shape.slashes += 1,
                ':' => shape.colons += 1,
                '-' => shape.dashes += 1,
                '.' => shape.dots += 1,
                '_' | '\\' | '@' | '#' => shape.joined = true,
                '\'' | '’' | ',' | ';' | '(' | ')' => shape.others += 1,
                c if c.is_alphabetic() => {
                    shape.letters += 1;
                    shape.inner_capital |= was_lower && !first && c.is_uppercase();
                }
                _ => shape.others += 1,
            }
            was_lower = c.is_lowercase();
            first = false;
        }
        shape
    }

    fn is_number(&self) -> bool {
        self.digits > 0
            && self.letters + self.slashes + self.colons + self.dashes + self.dots + self.others == 0
            && !self.joined
    }

    /// Digits with the marks of dates and times: `10/26/2016`, `05:17:00`, `2016-10-26T05:17`.
    fn is_date(&self) -> bool {
        self.digits >= 3
            && !self.joined
            && self.letters <= 1
            && (self.slashes >= 1 || self.colons >= 1 || self.dashes == 2 || (self.dots == 2 && self.digits >= 6))
    }

    fn is_identifier(&self) -> bool {
        let mixed = self.letters > 0 && self.digits > 0;
        let inside = self.joined || (self.letters > 0 && self.dots + self.slashes + self.colons > 0);
        mixed || inside || self.inner_capital || (self.digits > 0 && self.dots > 0)
    }
}

/// The parts of an identifier: between marks, at a capital inside, between letters and digits.
fn parts<'a>(chunk: &'a str, mut each: impl FnMut(&'a str)) {
    let mut start = 0;
    let mut before: Option<char> = None;
    for (at, c) in chunk.char_indices() {
        let cut = match before {
            Some(b) if b.is_alphanumeric() && c.is_alphanumeric() => {
                b.is_ascii_digit() != c.is_ascii_digit() || (b.is_lowercase() && c.is_uppercase())
            }
            Some(b) => b.is_alphanumeric() != c.is_alphanumeric(),
            None => false,
        };
        if cut {
            emit(chunk, start, at, &mut each);
            start = at;
        }
        before = Some(c);
    }
    emit(chunk, start, chunk.len(), &mut each);
}

fn emit<'a>(chunk: &'a str, start: usize, end: usize, each: &mut impl FnMut(&'a str)) {
    if let Some(part) = chunk.get(start..end).map(trim).filter(|p| p.chars().nth(1).is_some()) {
        each(part);
    }
}

/// The kind of a lower-case identifier that names one thing of many: its digits blanked. `None` for
/// versions, paths, addresses, random strings and names without a number.
fn family(lower: &str) -> Option<u64> {
    let digits_first = lower.starts_with(|c: char| c.is_ascii_digit());
    if lower.len() > 40 || lower.contains(['/', '\\', '@', ':']) {
        return None;
    }
    if lower.starts_with("0x") {
        return Some(hash("0x#"));
    }
    if digits_first {
        // Four numbers with dots are an address of a machine; anything else is a version or a size.
        let numbers: Vec<&str> = lower.split('.').collect();
        let address = numbers.len() == 4 && numbers.iter().all(|n| n.parse::<u8>().is_ok());
        return address.then(|| hash("#.#.#.#"));
    }
    let version = lower.strip_prefix(['v', 'r']).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    if version {
        return None;
    }
    let mut blanked = String::with_capacity(lower.len());
    let (mut runs, mut in_digits) = (0, false);
    for c in lower.chars() {
        if c.is_ascii_digit() {
            if !in_digits {
                runs += 1;
                blanked.push('#');
            }
            in_digits = true;
        } else {
            blanked.push(c);
            in_digits = false;
        }
    }
    // More than four runs of digits are a random string, such as a UUID.
    (runs > 0 && runs <= 4).then(|| hash(&blanked))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn surfaces(title: &str) -> Vec<String> {
        let mut out = Vec::new();
        Reader::default().read(title, "", 0, |t| out.push(t.surface.to_owned()), |_| ());
        out
    }

    fn entities(title: &str) -> Vec<Entity> {
        let mut out = Vec::new();
        Reader::default().read(title, "", 0, |_| (), |e| out.push(e));
        out.retain(|e| e.how != How::Place);
        out
    }

    fn hashes(title: &str, language: usize) -> Vec<u64> {
        let mut out = Vec::new();
        Reader::default().read(title, "", language, |t| out.push(t.hash), |_| ());
        out
    }

    #[test]
    fn identifiers_are_kept_whole_and_in_parts() {
        assert_eq!(surfaces("job BPCC_7 failed"), ["job", "BPCC_7", "BPCC", "failed"]);
        assert_eq!(surfaces("SearchPattern: fails"), ["SearchPattern", "Search", "Pattern", "fails"]);
        assert_eq!(surfaces("see /var/log/app.log"), ["see", "var/log/app.log", "var", "log", "app", "log"]);
        assert_eq!(surfaces("at 05:17:00 on 10/26/2016"), Vec::<String>::new());
    }

    #[test]
    fn words_are_stemmed_by_language_and_stop_words_go() {
        assert_eq!(hashes("the printers are printing", 0), hashes("printer prints", 0));
        assert_eq!(hashes("die Drucker drucken", 1).len(), 2);
        assert_eq!(hashes("Grüße ÜBERTRAGUNG", 1), hashes("übertragungen", 1));
    }

    #[test]
    fn kinds_blank_the_digits() {
        let (a, b, c) = (entities("BPCC_7"), entities("bpcc_9"), entities("srv-01"));
        assert_eq!(a[0].kind, b[0].kind);
        assert_ne!(a[0].value, b[0].value);
        assert_ne!(a[0].kind, c[0].kind);
        assert_eq!(entities("10.0.0.1")[0].kind, entities("192.168.1.20")[0].kind);
        for nothing in ["3.2.1", "v12", "hello", "C:\\temp1", "a1b2c3d4e5f6", "5"] {
            assert!(entities(nothing).is_empty(), "{nothing}");
        }
        assert!(entities("error 404")[0].how == How::Number);
    }

    #[test]
    fn strange_texts_do_no_harm() {
        for text in ["", " ", "…", "\u{0}", "🙂🙂 🙂", "日本語の障害", "ﷺ", "a'b’c", "ß", "İstanbul İ"]
        {
            let _ = surfaces(text);
        }
        let long = "ü".repeat(5_000);
        Reader::default().read("", &long, 0, |_| (), |_| ());
    }
}
