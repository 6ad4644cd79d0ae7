//! What in a comment tells who wrote it: shown to the writer before it is sent. A machine finds the plain cases only,
//! and the page says so.

use std::collections::BTreeSet;

/// Something that tells, with the words in which it was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tell {
    /// A name of somebody.
    Name(String),
    /// A day, a month with a year, a time.
    Date(String),
    /// A number of more than one digit, such as that of a ticket.
    Number(String),
    /// Words in quotation marks: who said them, or to whom, knows.
    Quote(String),
    /// An address for mail or of a page.
    Address(String),
    /// The writer's own place: “as your deputy”, “the only one”.
    Place(String),
}

impl Tell {
    /// As a sentence.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Name(found) => format!("“{found}” is a name."),
            Self::Date(found) => format!("“{found}” is a date: who was there knows who you are."),
            Self::Number(found) => format!("“{found}” is a number that may belong to one matter only."),
            Self::Quote(found) => format!("“{found}” is quoted: whoever said it, or heard it, knows it again."),
            Self::Address(found) => format!("“{found}” is an address."),
            Self::Place(found) => format!("“{found}” says what you are to this person."),
        }
    }
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
/// Phrases that say what the writer is. Matched in lower case, as whole words.
const PLACES: [&str; 12] = [
    "as the only",
    "i am the only",
    "i'm the only",
    "as your",
    "as his",
    "as her",
    "as their",
    "my team",
    "my department",
    "my project",
    "since i joined",
    "when i joined",
];
/// Quotation marks: opening and closing.
const QUOTES: [(char, char); 6] = [('"', '"'), ('“', '”'), ('„', '“'), ('«', '»'), ('‘', '’'), ('»', '«')];

/// Words with what may stand inside of them, in order.
fn words(text: &str) -> Vec<&str> {
    text.split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty())
        .collect()
}

fn is_date(word: &str) -> bool {
    let lower = word.to_lowercase();
    if DAYS.contains(&lower.as_str()) || DAYS.iter().any(|day| lower == format!("{day}s")) {
        return true;
    }
    // 12:30, 2026-03-01, 1.3.2026, 3/1/26.
    let parts: Vec<&str> = word.split(['-', '.', '/', ':']).collect();
    parts.len() >= 2 && parts.iter().all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit()))
}

/// Everything in a text that tells who wrote it, as far as a machine sees it; each once, in a fixed order. `names` are
/// the names of people whom both may know.
#[must_use]
pub fn tells(text: &str, names: &[String]) -> Vec<Tell> {
    let mut found = BTreeSet::new();
    let all = words(text);
    let lower: Vec<String> = all.iter().map(|word| word.to_lowercase()).collect();
    // A part of a name counts where it is written as a name: “Will” and “Mark” are words as well.
    let parts: BTreeSet<&str> =
        names.iter().flat_map(|name| name.split_whitespace()).filter(|part| part.chars().count() > 2).collect();
    for (at, word) in all.iter().enumerate() {
        let bare = word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word);
        if parts.contains(bare) {
            found.insert(Tell::Name(bare.to_owned()));
        }
        let digits = word.chars().filter(char::is_ascii_digit).count();
        let month = MONTHS.contains(&lower[at].as_str());
        // “may” is a month beside a number only.
        let beside = |place: Option<usize>| {
            place.and_then(|place| all.get(place)).is_some_and(|word| word.chars().any(|c| c.is_ascii_digit()))
        };
        if word.contains('@') || word.contains("://") || lower[at].starts_with("www.") {
            found.insert(Tell::Address((*word).to_owned()));
        } else if is_date(word) || month && (lower[at] != "may" || beside(at.checked_sub(1)) || beside(Some(at + 1))) {
            found.insert(Tell::Date((*word).to_owned()));
        } else if digits > 1 {
            found.insert(Tell::Number((*word).to_owned()));
        }
    }
    let line = format!(" {} ", lower.join(" "));
    for phrase in PLACES {
        if line.contains(&format!(" {phrase} ")) {
            found.insert(Tell::Place(phrase.to_owned()));
        }
    }
    for (open, close) in QUOTES {
        let mut rest = text;
        while let Some((_, after)) = rest.split_once(open) {
            let Some((inside, left)) = after.split_once(close) else { break };
            if inside.split_whitespace().count() > 1 {
                found.insert(Tell::Quote(inside.trim().chars().take(60).collect()));
            }
            rest = left;
        }
    }
    found.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_dates_numbers_quotes_and_the_own_place_are_found() {
        let names = ["Ann Weber".to_owned(), "Will Mark".to_owned()];
        let text = "As your deputy I told Weber's team on Tuesday about INC0012345: “we will be late again”. \
                    Write to x@example.org. In March 2026, at 14:30, it was 12.03.2026.";
        let found = tells(text, &names);
        for expected in [
            Tell::Name("Weber".to_owned()),
            Tell::Date("Tuesday".to_owned()),
            Tell::Date("March".to_owned()),
            Tell::Date("14:30".to_owned()),
            Tell::Date("12.03.2026".to_owned()),
            Tell::Number("INC0012345".to_owned()),
            Tell::Number("2026".to_owned()),
            Tell::Quote("we will be late again".to_owned()),
            Tell::Address("x@example.org".to_owned()),
            Tell::Place("as your".to_owned()),
        ] {
            assert!(found.contains(&expected), "{expected:?} in {found:?}");
        }
    }

    #[test]
    fn plain_words_tell_nothing() {
        let names = ["Will Mark".to_owned()];
        assert_eq!(
            tells("You will listen before you decide, and you may mark what was decided in 3 lines.", &names),
            []
        );
    }
}
