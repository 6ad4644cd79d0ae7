//! Common ground: what people like beside work, each in a few words of their own, so that two find what they share. It is
//! shown because they show it, and for nothing else: no type of person is made of it, and nothing is counted.

use std::collections::BTreeMap;

use crate::text;
use crate::wrong::Wrongs;

/// Most words that one person shows: a list of everything says nothing.
pub const MOST: usize = 12;
/// Most characters of one.
pub const LONGEST: usize = 40;

/// As what two spellings are the same: small letters, one space between words.
#[must_use]
pub fn folded(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// What was typed, one a line, by what it is the same as; of two spellings the first stays. Empty lines count for nothing.
///
/// # Errors
/// At `field`, when there are more than [`MOST`], or one is longer than [`LONGEST`] or cannot be shown.
pub fn typed(field: &str, lines: &str) -> Result<BTreeMap<String, String>, Wrongs> {
    let mut out = BTreeMap::new();
    for line in lines.lines().filter(|line| !line.trim().is_empty()) {
        let words = text::line(field, line)?;
        let length = words.chars().count();
        if length > LONGEST {
            let begins: String = words.chars().take(LONGEST / 2).collect();
            let told = format!("“{begins}…” has {length} characters; say it in at most {LONGEST}, one thing a line.");
            return Err(Wrongs::one(field, told));
        }
        out.entry(folded(&words)).or_insert(words);
    }
    if out.len() > MOST {
        return Err(Wrongs::one(field, format!("These are {}; choose the {MOST} that you like best.", out.len())));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_spellings_are_one_and_empty_lines_none() {
        let found = typed("words", "  Old  Radios \n\nold radios\r\nChess\nGärten\n").unwrap();
        assert_eq!(found.keys().map(String::as_str).collect::<Vec<_>>(), ["chess", "gärten", "old radios"]);
        assert_eq!(found["old radios"], "Old  Radios");
        assert!(typed("words", " \n").unwrap().is_empty());
    }

    #[test]
    fn too_many_and_too_long_are_refused_at_the_field() {
        let many = (0..=MOST).map(|at| format!("thing {at}")).collect::<Vec<_>>().join("\n");
        assert!(typed("words", &many).unwrap_err().of("words").unwrap().contains("These are 13"));
        let long = typed("words", &"x".repeat(LONGEST + 1)).unwrap_err();
        assert!(long.of("words").unwrap().contains("41 characters"));
        assert!(typed("words", &"x".repeat(LONGEST)).is_ok());
        assert!(typed("words", "bell \u{7}").is_err());
    }
}
