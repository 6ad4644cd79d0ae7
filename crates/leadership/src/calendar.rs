//! Things that are due, as a calendar that other programs read (iCalendar, RFC 5545): a whole day each, with an
//! identifier that stays, so that a program that reads it again moves what moved instead of doubling it.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};

/// One thing on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it is, for ever: the same thing has the same, whatever its day.
    pub uid: String,
    /// One line.
    pub title: String,
    /// The day.
    pub day: Date,
    /// More about it.
    pub words: String,
    /// The page where it is done.
    pub address: String,
    /// When it last changed.
    pub changed: Timestamp,
}

/// Octets in one line of a calendar, without its end (RFC 5545, section 3.1).
const LINE: usize = 75;

/// Text as a value (RFC 5545, section 3.3.11); other control characters cannot stand in one and become spaces.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// Writes one line, folded before 75 octets, never within a character.
fn line(out: &mut String, name: &str, value: &str) {
    let mut room = LINE;
    for c in name.chars().chain([':']).chain(value.chars()) {
        if c.len_utf8() > room {
            out.push_str("\r\n ");
            room = LINE - 1;
        }
        out.push(c);
        room -= c.len_utf8();
    }
    out.push_str("\r\n");
}

fn compact(day: Date) -> String {
    day.strftime("%Y%m%d").to_string()
}

/// The calendar. `name` is what calendar programs call it.
#[must_use]
pub fn calendar(name: &str, entries: &[Entry]) -> String {
    let mut out = String::new();
    line(&mut out, "BEGIN", "VCALENDAR");
    line(&mut out, "VERSION", "2.0");
    line(&mut out, "PRODID", "-//Plumb//Today//EN");
    line(&mut out, "CALSCALE", "GREGORIAN");
    line(&mut out, "X-WR-CALNAME", &escaped(name));
    for entry in entries {
        line(&mut out, "BEGIN", "VEVENT");
        line(&mut out, "UID", &escaped(&entry.uid));
        let stamp = entry.changed.strftime("%Y%m%dT%H%M%SZ").to_string();
        line(&mut out, "DTSTAMP", &stamp);
        line(&mut out, "DTSTART;VALUE=DATE", &compact(entry.day));
        line(&mut out, "DTEND;VALUE=DATE", &compact(entry.day.saturating_add(1.day())));
        line(&mut out, "SUMMARY", &escaped(&entry.title));
        if !entry.words.is_empty() {
            line(&mut out, "DESCRIPTION", &escaped(&entry.words));
        }
        if !entry.address.is_empty() {
            line(&mut out, "URL", &entry.address);
        }
        // It fills no time: whoever looks for a free hour finds the day free.
        line(&mut out, "TRANSP", "TRANSPARENT");
        line(&mut out, "END", "VEVENT");
    }
    line(&mut out, "END", "VCALENDAR");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    /// A strict reader, written from the grammar: lines end with CRLF and have at most 75 octets; a line that
    /// begins with a space continues the one before; names are of the grammar; begins and ends nest.
    fn read(text: &str) -> Vec<(String, String)> {
        assert!(text.ends_with("\r\n"));
        let mut lines: Vec<String> = Vec::new();
        for line in text.strip_suffix("\r\n").unwrap().split("\r\n") {
            assert!(line.len() <= 75, "{line}");
            assert!(!line.contains(['\r', '\n']) && !line.is_empty());
            match line.strip_prefix(' ') {
                Some(rest) => lines.last_mut().unwrap().push_str(rest),
                None => lines.push(line.to_owned()),
            }
        }
        let mut open = Vec::new();
        let out: Vec<(String, String)> = lines
            .iter()
            .map(|line| {
                let (name, value) = line.split_once(':').unwrap();
                assert!(name.split(';').next().unwrap().chars().all(|c| c.is_ascii_uppercase() || c == '-'), "{name}");
                match name {
                    "BEGIN" => open.push(value.to_owned()),
                    "END" => assert_eq!(open.pop().as_deref(), Some(value)),
                    _ => assert!(!open.is_empty()),
                }
                (name.to_owned(), value.to_owned())
            })
            .collect();
        assert!(open.is_empty());
        for event in 0..out.iter().filter(|(name, value)| name == "BEGIN" && value == "VEVENT").count() {
            let begins =
                out.iter().enumerate().filter(|(_, (n, v))| n == "BEGIN" && v == "VEVENT").nth(event).unwrap().0;
            let within: Vec<_> = out[begins..].iter().take_while(|(n, v)| !(n == "END" && v == "VEVENT")).collect();
            for once in ["UID", "DTSTAMP", "DTSTART;VALUE=DATE", "SUMMARY"] {
                assert_eq!(within.iter().filter(|(name, _)| name == once).count(), 1, "{once}");
            }
        }
        out
    }

    fn unescaped(value: &str) -> String {
        let mut out = String::new();
        let mut chars = value.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => match chars.next() {
                    Some('n' | 'N') => out.push('\n'),
                    Some(c @ ('\\' | ';' | ',')) => out.push(c),
                    other => panic!("no such escape: {other:?}"),
                },
                ';' | ',' => panic!("not escaped"),
                c => out.push(c),
            }
        }
        out
    }

    fn entry(title: &str, words: &str) -> Entry {
        Entry {
            uid: "promise-1@plumb".to_owned(),
            title: title.to_owned(),
            day: date(2026, 12, 31),
            words: words.to_owned(),
            address: "http://127.0.0.1/promises/1".to_owned(),
            changed: "2026-03-02T08:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn a_day_is_a_whole_day() {
        let text = calendar("Ann; Today", &[entry("Renew, then\ntell", "")]);
        let lines = read(&text);
        let of = |name: &str| &lines.iter().find(|(n, _)| n == name).unwrap().1;
        assert_eq!(of("DTSTART;VALUE=DATE"), "20261231");
        assert_eq!(of("DTEND;VALUE=DATE"), "20270101");
        assert_eq!(of("DTSTAMP"), "20260302T080000Z");
        assert_eq!(of("SUMMARY"), "Renew\\, then\\ntell");
        assert_eq!(of("X-WR-CALNAME"), "Ann\\; Today");
        assert!(!lines.iter().any(|(name, _)| name == "DESCRIPTION"));
    }

    proptest! {
        #[test]
        fn whatever_is_typed_comes_back(title in "\\PC{1,200}", words in "[^\\p{Cc}]{0,300}") {
            let lines = read(&calendar("x", &[entry(&title, &words), entry("b", "c")]));
            let of = |name: &str| lines.iter().find(|(n, _)| n == name).map(|(_, value)| unescaped(value));
            prop_assert_eq!(of("SUMMARY").unwrap(), title);
            if !words.is_empty() { prop_assert_eq!(of("DESCRIPTION").unwrap(), words); }
        }
    }
}
