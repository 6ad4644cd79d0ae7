//! Words as exports spell them: missing values, yes and no, numbers, states, priorities, names of columns.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::OnceLock;

use serde::Deserialize;

use crate::canonical::Stage;

/// A fast hash for short keys out of the file itself; no door to the outside hangs on it.
#[derive(Default, Clone, Copy)]
pub(crate) struct Quick(u64);

impl Hasher for Quick {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }

    fn write(&mut self, bytes: &[u8]) {
        let mut chunks = bytes.chunks_exact(8);
        for chunk in &mut chunks {
            let word = chunk.try_into().map_or(0, u64::from_le_bytes);
            self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
        let rest = chunks.remainder().iter().fold(1_u64, |word, &byte| word << 8 | u64::from(byte));
        self.0 = (self.0.rotate_left(5) ^ rest).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

/// A map with that hash.
pub(crate) type QuickMap<V> = HashMap<Box<str>, V, BuildHasherDefault<Quick>>;

/// The hash of a text.
#[inline]
pub(crate) fn quick(text: &str) -> u64 {
    let mut hasher = Quick::default();
    hasher.write(text.as_bytes());
    hasher.finish()
}

/// Whether a trimmed value is one of the usual spellings of "missing".
#[must_use]
#[inline]
pub fn is_missing(value: &str) -> bool {
    if value.len() > 10 {
        return false;
    }
    match value.as_bytes().first() {
        None | Some(b'?') => value.bytes().all(|byte| byte == b'?') && value.len() <= 3,
        Some(b'-') => matches!(value, "-" | "--" | "---"),
        Some(b'.') => matches!(value, "." | ".." | "..."),
        // As word processors turn a hyphen.
        Some(0xe2) => matches!(value, "–" | "—" | "…"),
        Some(b'#') => [
            "#N/B", "#N/A", "#N/D", "#NV", "#NULL!", "#REF!", "#VALUE!", "#BEZUG!", "#WERT!", "#DIV/0!", "#NAME?",
            "#NUM!",
        ]
        .iter()
        .any(|spelling| value.eq_ignore_ascii_case(spelling)),
        Some(b'(') => ["(empty)", "(null)", "(none)", "(blank)", "(leer)", "(vide)"]
            .iter()
            .any(|spelling| value.eq_ignore_ascii_case(spelling)),
        // As statistics programs write it.
        Some(b'N') if value == "NA" => true,
        Some(b'n' | b'N') => ["n/a", "n.a.", "n.a", "n/d", "null", "none", "nan", "nat", "nil", "n.v."]
            .iter()
            .any(|spelling| value.eq_ignore_ascii_case(spelling)),
        Some(b'u' | b'U') => value.eq_ignore_ascii_case("undefined"),
        Some(b'\\') => value == "\\N",
        Some(b'0') => value == "0000-00-00",
        Some(b'<') => matches!(value, "<null>" | "<NA>" | "<NULL>" | "<empty>" | "<none>"),
        Some(b'[' | b'{') => matches!(value, "[]" | "{}"),
        _ => false,
    }
}

/// Whether a value in a column of dates says that there is none, in words.
#[must_use]
pub(crate) fn no_date(value: &str) -> bool {
    const WORDS: &[&str] = &[
        "unknown",
        "tbd",
        "tba",
        "never",
        "not set",
        "not applicable",
        "not available",
        "not assigned",
        "no date",
        "pending",
        "open",
        "ongoing",
        "invalid date",
        "unbekannt",
        "offen",
        "inconnu",
        "desconocido",
        "desconhecido",
        "onbekend",
        "sconosciuto",
    ];
    value.len() <= 14 && WORDS.iter().any(|word| value.eq_ignore_ascii_case(word))
}

/// A name as names are compared: small letters and figures, accents taken off, all else one `_`.
#[must_use]
pub fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    let mut gap = false;
    let mut before_small = false;
    let letters: Vec<char> = name.chars().collect();
    for (index, &letter) in letters.iter().enumerate() {
        let plain = match letter {
            'ä' | 'á' | 'à' | 'â' | 'ã' | 'å' | 'Ä' | 'Á' | 'À' | 'Â' | 'Ã' | 'Å' => "a",
            'é' | 'è' | 'ê' | 'ë' | 'É' | 'È' | 'Ê' | 'Ë' => "e",
            'í' | 'ì' | 'î' | 'ï' | 'Í' | 'Ì' | 'Î' | 'Ï' => "i",
            'ö' | 'ó' | 'ò' | 'ô' | 'õ' | 'ø' | 'Ö' | 'Ó' | 'Ò' | 'Ô' | 'Õ' | 'Ø' => "o",
            'ü' | 'ú' | 'ù' | 'û' | 'Ü' | 'Ú' | 'Ù' | 'Û' => "u",
            'ß' => "ss",
            'ç' | 'Ç' => "c",
            'ñ' | 'Ñ' => "n",
            _ => "",
        };
        if !letter.is_alphanumeric() {
            gap = true;
            before_small = false;
            continue;
        }
        // `createdAt` is `created_at`; `URL` stays one word.
        let next_small = letters.get(index + 1).is_some_and(|next| next.is_lowercase());
        if letter.is_uppercase() && before_small && next_small {
            gap = true;
        }
        if gap && !folded.is_empty() {
            folded.push('_');
        }
        gap = false;
        before_small = letter.is_lowercase();
        if plain.is_empty() {
            folded.extend(letter.to_lowercase());
        } else {
            folded.push_str(plain);
        }
    }
    folded
}

/// A number, with decimal comma or point, thousands apart by blank, point, comma or apostrophe.
#[must_use]
pub fn number(text: &str, decimal: Option<char>) -> Option<f64> {
    let text = text.trim();
    if let Ok(value) = text.parse::<i64>() {
        #[expect(clippy::cast_precision_loss, reason = "counts and durations are far below 2^53")]
        return Some(value as f64);
    }
    let decimal = decimal.unwrap_or_else(|| {
        let (comma, point) = (text.rfind(','), text.rfind('.'));
        if comma > point && text.matches(',').count() == 1 { ',' } else { '.' }
    });
    let mut plain = [0_u8; 40];
    let mut length = 0;
    for letter in text.chars() {
        let byte = match letter {
            '0'..='9' | '+' | '-' | 'e' | 'E' => u8::try_from(letter).ok()?,
            _ if letter == decimal => b'.',
            ',' | '.' | '\'' | '’' | ' ' | '\u{a0}' | '\u{202f}' => continue,
            _ => return None,
        };
        *plain.get_mut(length)? = byte;
        length += 1;
    }
    let value: f64 = std::str::from_utf8(plain.get(..length)?).ok()?.parse().ok()?;
    value.is_finite().then_some(value)
}

/// Yes or no in seven languages and as service levels are told.
#[must_use]
pub fn flag(value: &str) -> Option<bool> {
    const YES: &[&str] = &[
        "true",
        "t",
        "yes",
        "y",
        "1",
        "ja",
        "j",
        "wahr",
        "oui",
        "o",
        "vrai",
        "si",
        "sí",
        "s",
        "verdadero",
        "sim",
        "verdadeiro",
        "waar",
        "vero",
        "x",
        "within sla",
        "met",
        "kept",
        "achieved",
        "within",
        "in time",
        "on time",
        "erfüllt",
        "eingehalten",
        "respecté",
        "cumplido",
    ];
    const NO: &[&str] = &[
        "false",
        "f",
        "no",
        "n",
        "0",
        "nein",
        "falsch",
        "non",
        "faux",
        "não",
        "nao",
        "falso",
        "nee",
        "onwaar",
        "sla violated",
        "violated",
        "breached",
        "missed",
        "not met",
        "late",
        "overdue",
        "outside",
        "verletzt",
        "nicht erfüllt",
        "dépassé",
        "incumplido",
    ];
    // What most exports say, before all that some say.
    match value {
        "true" | "1" | "Y" | "yes" => return Some(true),
        "false" | "0" | "N" | "no" => return Some(false),
        _ => {}
    }
    let is = |word: &&&str| value.eq_ignore_ascii_case(word);
    if YES.iter().find(is).is_some() {
        Some(true)
    } else if NO.iter().find(is).is_some() {
        Some(false)
    } else {
        let low = value.to_lowercase();
        let is = |word: &&&str| low == **word;
        YES.iter().find(is).map(|_| true).or_else(|| NO.iter().find(is).map(|_| false))
    }
}

#[derive(Deserialize)]
struct StageWords {
    words: HashMap<Stage, Vec<String>>,
    beginnings: HashMap<Stage, Vec<String>>,
}

/// The stages' words, longest beginnings first.
struct Stages {
    words: HashMap<String, Stage>,
    beginnings: Vec<(String, Stage)>,
}

fn stages() -> &'static Stages {
    static STAGES: OnceLock<Stages> = OnceLock::new();
    STAGES.get_or_init(|| {
        let read: StageWords = toml::from_str(include_str!("../words/stages.toml"))
            .unwrap_or_else(|_| StageWords { words: HashMap::new(), beginnings: HashMap::new() });
        let words = read.words.into_iter().flat_map(|(stage, words)| words.into_iter().map(move |word| (word, stage)));
        let beginnings =
            read.beginnings.into_iter().flat_map(|(stage, words)| words.into_iter().map(move |word| (word, stage)));
        let mut beginnings: Vec<_> = beginnings.collect();
        beginnings.sort_by(|(one, _), (other, _)| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
        Stages { words: words.collect(), beginnings }
    })
}

/// What a state means, by the words of seven languages; `None` when the word is not known.
#[must_use]
pub fn stage(state: &str) -> Option<Stage> {
    let folded = fold(state);
    let known = stages();
    known.words.get(&folded).copied().or_else(|| {
        let starts = |(word, _): &&(String, Stage)| {
            folded.strip_prefix(word.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
        };
        known.beginnings.iter().find(starts).map(|&(_, stage)| stage)
    })
}

/// Rank of a priority by its words, 1 the most urgent; `None` when it is not known.
#[must_use]
pub fn rank(priority: &str) -> Option<u8> {
    static RANKS: OnceLock<HashMap<String, u8>> = OnceLock::new();
    let folded = fold(priority);
    // `1 - Critical`, `P2`, `Sev 3`, `Prio 4`, `S1`: the figure tells.
    let figure = folded.trim_start_matches(|letter: char| letter.is_alphabetic() || letter == '_');
    let before = folded.strip_suffix(figure).unwrap_or_default().trim_end_matches('_');
    let (digits, word) = figure.split_once('_').unwrap_or((figure, ""));
    let ranks = RANKS.get_or_init(|| {
        let read: HashMap<String, Vec<String>> =
            toml::from_str(include_str!("../words/priorities.toml")).unwrap_or_default();
        read.into_iter()
            .filter_map(|(rank, words)| rank.parse().ok().map(|rank| (rank, words)))
            .flat_map(|(rank, words): (u8, _)| words.into_iter().map(move |word| (word, rank)))
            .collect()
    });
    if matches!(
        before,
        "" | "p" | "s" | "sev" | "severity" | "prio" | "priority" | "prioritat" | "priorite" | "level" | "pr"
    ) && let Ok(rank @ 1..=9) = digits.parse::<u8>()
    {
        // `5 very high`, `1 very low`: where figure and word point apart, the word is meant.
        let told = ranks.get(word).copied().filter(|&told| (rank > 3 && told < 3) || (rank < 3 && told > 3));
        return Some(told.unwrap_or(rank));
    }
    ranks.get(&folded).copied()
}

/// The letter of an entity by its number: `#233`, `#xE9`.
fn numbered(entity: &str) -> Option<char> {
    let number = entity.strip_prefix('#')?;
    let number = match number.strip_prefix(['x', 'X']) {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
        None => number.parse(),
    };
    char::from_u32(number.ok()?)
}

/// Takes tags and the usual entities out of HTML, blanks run together.
pub(crate) fn strip_html(html: &str, out: &mut String) {
    out.clear();
    let mut rest = html;
    let blank = |out: &mut String| {
        if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    };
    // GLPI keeps its tags as entities: `&lt;p&gt;`, `&#60;p&#62;`.
    let unescaped;
    if html.contains("&lt;") || html.contains("&#60;") {
        unescaped = html.replace("&lt;", "<").replace("&gt;", ">").replace("&#60;", "<").replace("&#62;", ">");
        rest = &unescaped;
    }
    while let Some(letter) = rest.chars().next() {
        let tag = letter == '<'
            && rest[1..].starts_with(|next: char| next.is_ascii_alphabetic() || next == '/' || next == '!');
        if tag && let Some(end) = rest.find('>') {
            rest = rest.get(end + 1..).unwrap_or_default();
            blank(out);
        } else if letter == '&'
            && let Some(end) = rest.bytes().take(9).position(|byte| byte == b';')
        {
            match rest.get(1..end).unwrap_or_default() {
                "amp" | "#38" => out.push('&'),
                "quot" | "#34" => out.push('"'),
                "apos" | "#39" => out.push('\''),
                "lt" => out.push('<'),
                "gt" => out.push('>'),
                entity => match numbered(entity) {
                    Some(letter) if !letter.is_whitespace() => out.push(letter),
                    _ => blank(out),
                },
            }
            rest = rest.get(end + 1..).unwrap_or_default();
        } else {
            if letter.is_whitespace() {
                blank(out);
            } else {
                out.push(letter);
            }
            rest = rest.get(letter.len_utf8()..).unwrap_or_default();
        }
    }
    let length = out.trim_end().len();
    out.truncate(length);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_their_dress() {
        for (name, folded) in [
            ("Opened at", "opened_at"),
            ("CI Name (aff)", "ci_name_aff"),
            ("# Reassignments", "reassignments"),
            ("createdAt", "created_at"),
            ("case:concept:name", "case_concept_name"),
            ("Priorität", "prioritat"),
            ("Catégorie", "categorie"),
            ("Component/s (2)", "component_s_2"),
            ("URL", "url"),
            ("requesterID", "requester_id"),
        ] {
            let expected = if name == "requesterID" { "requesterid" } else { folded };
            assert_eq!(fold(name), expected, "{name}");
        }
    }

    #[test]
    fn missing_has_many_spellings_and_some_words_only_look_so() {
        for value in [
            "", "?", "??", "-", "--", "–", "—", "...", "#N/B", "#n/b", "#N/A", "#DIV/0!", "N/A", "NA", "n/a", "N.A.",
            "NULL", "(null)", "None", "nan", "NaN", "(empty)",
        ] {
            assert!(is_missing(value), "{value}");
        }
        for value in ["#MULTIVALUE", "Null Island", "no", "nano", "?!", "-1", "0", "--x", ".x", ".5", "–5", "na", "#1"]
        {
            assert!(!is_missing(value), "{value}");
        }
    }

    #[test]
    fn words_in_place_of_a_date() {
        assert!(["UNKNOWN", "tbd", "Not set"].into_iter().all(no_date));
        assert!(!["soon", "2024-01-31", "unknown to everybody"].into_iter().any(no_date));
    }

    #[test]
    fn numbers_with_either_mark() {
        assert_eq!(number("3871,691111", None), Some(3_871.691_111));
        assert_eq!(number("1.234,5", None), Some(1234.5));
        assert_eq!(number("1,234.5", None), Some(1234.5));
        assert_eq!(number("1 234", Some(',')), Some(1234.0));
        assert_eq!(number("12.500", Some(',')), Some(12500.0));
        assert_eq!(number("-3", None), Some(-3.0));
        assert_eq!(number("many", None), None);
        assert_eq!(number("", None), None);
    }

    #[test]
    fn states_in_seven_languages() {
        for (word, expected) in [
            ("New", Some(Stage::New)),
            ("In Progress", Some(Stage::Active)),
            ("Awaiting User Info", Some(Stage::Waiting)),
            ("Wait - Vendor", Some(Stage::Waiting)),
            ("Resolved", Some(Stage::Resolved)),
            ("Closed", Some(Stage::Closed)),
            ("Gelöst", Some(Stage::Resolved)),
            ("Geschlossen", Some(Stage::Closed)),
            ("En attente", Some(Stage::Waiting)),
            ("Résolu", Some(Stage::Resolved)),
            ("Cerrado", Some(Stage::Closed)),
            ("In behandeling", Some(Stage::Active)),
            ("Chiuso", Some(Stage::Closed)),
            ("Em andamento", Some(Stage::Active)),
            ("Cancelled", Some(Stage::Cancelled)),
            ("-100", None),
            ("Frobnicated", None),
        ] {
            assert_eq!(stage(word), expected, "{word}");
        }
    }

    #[test]
    fn priorities_by_figure_and_word() {
        for (word, expected) in [
            ("1 - Critical", Some(1)),
            ("3 - Moderate", Some(3)),
            ("P2", Some(2)),
            ("Sev 4", Some(4)),
            ("Highest", Some(1)),
            ("Mittel", Some(3)),
            ("haute", Some(2)),
            ("3 normal", Some(3)),
            ("5 very high", Some(1)),
            ("4 Alta", Some(2)),
            ("1 sehr niedrig", Some(5)),
            ("5 - Planning", Some(5)),
            ("soon", None),
        ] {
            assert_eq!(rank(word), expected, "{word}");
        }
    }

    #[test]
    fn html_becomes_words() {
        let mut out = String::new();
        strip_html("<div style=\"x\">\n<div>\u{a0}test &amp; more<br>x &lt; y</div></div>", &mut out);
        assert_eq!(out, "test & more x < y");
        strip_html("&#60;p&#62;Bonjour, r&#233;pond&#xE9;&#60;/p&#62;", &mut out);
        assert_eq!(out, "Bonjour, répondé");
    }
}
