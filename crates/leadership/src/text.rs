//! Words as people type them: trimmed, of a bounded length, without control characters. Markup is left as
//! it is typed: pages escape what they show.

use jiff::civil::Date;

use crate::wrong::Wrongs;

/// Longest title or name, in characters.
pub const LINE: usize = 200;
/// Longest prose, in characters.
pub const PROSE: usize = 20_000;

fn clean(field: &str, text: &str, most: usize, keep: impl Fn(char) -> bool) -> Result<String, Wrongs> {
    let text = text.trim();
    if let Some(bad) = text.chars().find(|c| c.is_control() && !keep(*c)) {
        let code = u32::from(bad);
        return Err(Wrongs::one(
            field,
            format!("There is a character in it that cannot be shown (U+{code:04X}). Type it anew without."),
        ));
    }
    // What stands where bytes were no UTF-8: kept, it would lose for good what was typed.
    if text.contains(char::REPLACEMENT_CHARACTER) {
        return Err(Wrongs::one(
            field,
            "A character in it could not be read (shown as �): it was not sent as UTF-8. Type it anew.",
        ));
    }
    let length = text.chars().count();
    if length > most {
        return Err(Wrongs::one(field, format!("This has {length} characters; say it in at most {most}.")));
    }
    Ok(text.replace("\r\n", "\n"))
}

/// One line that must be there, of at most [`LINE`] characters.
///
/// # Errors
/// When it is empty, too long, or holds control characters.
pub fn line(field: &str, text: &str) -> Result<String, Wrongs> {
    let text = clean(field, text, LINE, |_| false)?;
    if text.is_empty() { Err(Wrongs::one(field, "This must not be empty.")) } else { Ok(text) }
}

/// One line that may be empty.
///
/// # Errors
/// When it is too long or holds control characters.
pub fn line_or_none(field: &str, text: &str) -> Result<Option<String>, Wrongs> {
    let text = clean(field, text, LINE, |_| false)?;
    Ok((!text.is_empty()).then_some(text))
}

/// Prose that must be there, of at most [`PROSE`] characters.
///
/// # Errors
/// When it is empty, too long, or holds control characters other than line breaks and tabs.
pub fn prose(field: &str, text: &str) -> Result<String, Wrongs> {
    let text = prose_or_empty(field, text)?;
    if text.is_empty() { Err(Wrongs::one(field, "This must not be empty.")) } else { Ok(text) }
}

/// Prose that may be empty.
///
/// # Errors
/// When it is too long or holds control characters other than line breaks and tabs.
pub fn prose_or_empty(field: &str, text: &str) -> Result<String, Wrongs> {
    clean(field, text, PROSE, |c| matches!(c, '\n' | '\r' | '\t'))
}

/// A day, written like 2026-01-31, between the years 1990 and 2200.
///
/// # Errors
/// When it is no such day.
pub fn day(field: &str, text: &str) -> Result<Date, Wrongs> {
    day_or_none(field, text)?.ok_or_else(|| Wrongs::one(field, "Give a day, written like 2026-01-31."))
}

/// A day that may be absent.
///
/// # Errors
/// When it is no day between the years 1990 and 2200.
pub fn day_or_none(field: &str, text: &str) -> Result<Option<Date>, Wrongs> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let shown: String = text.chars().take(40).collect();
    let day: Date =
        text.parse().map_err(|_| Wrongs::one(field, format!("“{shown}” is no day; write it like 2026-01-31.")))?;
    if (1990..=2200).contains(&day.year()) {
        Ok(Some(day))
    } else {
        Err(Wrongs::one(field, format!("“{shown}” is too far away; check the year.")))
    }
}

/// A whole number in a range; `unit` is told in the message.
///
/// # Errors
/// When it is none, or outside.
pub fn whole(field: &str, text: &str, range: std::ops::RangeInclusive<i64>, unit: &str) -> Result<i64, Wrongs> {
    let wrong = || {
        let (low, high) = (range.start(), range.end());
        Wrongs::one(field, format!("Give a whole number of {unit} from {low} to {high}."))
    };
    let number: i64 = text.trim().parse().map_err(|_| wrong())?;
    if range.contains(&number) { Ok(number) } else { Err(wrong()) }
}

/// An address for mail, in the form that can be checked without asking: something, an at sign, a domain.
///
/// # Errors
/// When it is none.
pub fn email(field: &str, text: &str) -> Result<String, Wrongs> {
    let text = line(field, text)?;
    let good = text.split_once('@').is_some_and(|(name, domain)| {
        !name.is_empty()
            && !domain.starts_with('.')
            && domain.contains('.')
            && !domain.ends_with('.')
            && !text.contains(char::is_whitespace)
            && !text.contains(['<', '>', '"', ',', ';'])
            && text.matches('@').count() == 1
    });
    if good { Ok(text.to_lowercase()) } else { Err(Wrongs::one(field, "Give an address like name@example.org.")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_kept_as_typed_and_nonsense_is_refused_at_its_field() {
        assert_eq!(line("title", "  <b>Cut</b> the backlog ").unwrap(), "<b>Cut</b> the backlog");
        assert_eq!(line("title", "  ").unwrap_err().of("title"), Some("This must not be empty."));
        assert!(line("title", &"x".repeat(201)).is_err());
        assert!(line("title", "two\nlines").is_err());
        assert_eq!(prose("why", "two\r\nlines").unwrap(), "two\nlines");
        assert!(prose("why", "a\u{0}b").unwrap_err().of("why").unwrap().contains("U+0000"));
        assert!(line("title", "Caf\u{fffd}").unwrap_err().of("title").unwrap().contains("UTF-8"));
        assert!(prose("why", "Caf\u{fffd}").is_err() && line_or_none("why", "\u{fffd}").is_err());
        assert!(day("by", "2026-02-30").is_err());
        assert!(day("by", "0001-01-01").is_err());
        assert_eq!(day("by", "2026-02-28").unwrap().to_string(), "2026-02-28");
        assert!(whole("percent", "101", 0..=100, "percent").is_err());
        assert_eq!(email("email", "Ann@Example.org").unwrap(), "ann@example.org");
        for bad in ["a@b", "a b@c.de", "@c.de", "a@@c.de", "a@.de"] {
            assert!(email("email", bad).is_err(), "{bad}");
        }
    }
}
