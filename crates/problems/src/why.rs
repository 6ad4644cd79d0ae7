//! Titles and reasons, in words that people wrote or that the fields carry.

use crate::clock;
use crate::describe::{Draft, about, percent, plural, thousands};
use crate::desk::Desk;
use crate::fields::{CodedGroup, Reason};
use crate::model::{Basis, Field};
use crate::stats::float;
use crate::text::tokens::Reader;
use crate::text::{Corpus, TextGroup};

/// Words named as the reason.
const WORDS: usize = 4;
/// A field is named when at least this share of the tickets has one value …
const MOSTLY: f64 = 0.6;
/// … and that value is at least this many times as frequent here as elsewhere.
const MORE: f64 = 2.0;

/// Words for a group of texts.
#[must_use]
pub fn of_text(desk: &Desk<'_>, corpus: &Corpus, group: TextGroup) -> Draft {
    let symptoms = desk.symptoms;
    let medoid = desk.ticket(group.medoid);
    let n = group.ranks.len();
    let mut why = Vec::new();
    why.push(if group.wordings == 1 {
        format!("{} tickets say the same in the same words.", thousands(float(n)))
    } else {
        format!("{} tickets say much the same in {} wordings.", thousands(float(n)), thousands(float(group.wordings)))
    });
    let words = surfaces(symptoms.title_of(medoid), symptoms.text_of(medoid), corpus.language, &group);
    if !words.is_empty() {
        why.push(format!("Words that tell them from the others: {}.", words.join(", ")));
    }
    why.extend(leanings(desk, &group.ranks, &[]));
    let first = group.ranks.first().map_or(0, |&rank| desk.ticket(rank));
    Draft {
        title: text_title(symptoms.title_of(medoid), symptoms.text_of(medoid)),
        why,
        signature: symptoms.keys.get(first).cloned().unwrap_or_default(),
        medoid: Some(group.medoid),
        shared: Vec::new(),
        expected: None,
        basis: Basis::Text,
        ranks: group.ranks,
    }
}

/// The title; where there is none, the first sentence of the description.
fn text_title(title: &str, text: &str) -> String {
    if !title.trim().is_empty() {
        return title.to_owned();
    }
    let line = text.lines().map(str::trim).find(|l| !l.is_empty()).unwrap_or("");
    let end = line.find(". ").map_or(line.len(), |at| at + 1);
    line.get(..end).unwrap_or(line).to_owned()
}

/// The telling terms of the medoid as people wrote them, with their shares.
fn surfaces(title: &str, text: &str, language: usize, group: &TextGroup) -> Vec<String> {
    let mut reader = Reader::default();
    let votes = reader.votes(title, text);
    let language = crate::text::language::decide(&votes, language);
    let mut seen: Vec<(u64, String)> = Vec::new();
    reader.read(title, text, language, |t| seen.push((t.hash, t.surface.to_owned())), |_| ());
    let mut out: Vec<String> = Vec::new();
    let mut told: Vec<&str> = Vec::new();
    for &(hash, inside, outside) in &group.terms {
        if out.len() == WORDS || inside < 0.5 || inside < MORE * outside {
            continue;
        }
        let Some((_, surface)) = seen.iter().find(|(h, _)| *h == hash) else { continue };
        // A part of an identifier that was named whole says nothing new.
        if told.iter().any(|t| t.to_lowercase().contains(&surface.to_lowercase())) {
            continue;
        }
        told.push(surface);
        out.push(format!("“{surface}” (in {} of these, {} of all others)", percent(inside), percent(outside)));
    }
    out
}

/// Coded fields that most of a group share though others do not.
fn leanings(desk: &Desk<'_>, ranks: &[u32], without: &[usize]) -> Vec<String> {
    let mut out = Vec::new();
    for (place, field) in desk.symptoms.fields.iter().enumerate() {
        if without.contains(&place) {
            continue;
        }
        let Some((code, here, known)) = commonest(desk, field, ranks) else { continue };
        let share = float(here) / float(ranks.len().max(1));
        if share < MOSTLY || known < 2 {
            continue;
        }
        let all = field.codes.iter().filter(|&&c| c == code).count();
        let elsewhere = float(all - here.min(all)) / float((desk.len() - ranks.len().min(desk.len())).max(1));
        if share >= MORE * elsewhere && all > 0 {
            out.push(format!(
                "{} of {} {} {} “{}” ({} of all others).",
                thousands(float(here)),
                thousands(float(ranks.len())),
                if field.name == "team" { "are with" } else { "have" },
                field_name(field.name),
                field.value(code),
                percent(elsewhere)
            ));
        }
    }
    out
}

/// The most frequent value of a field in a group: its code, how often, and how many have a value.
fn commonest(desk: &Desk<'_>, field: &Field, ranks: &[u32]) -> Option<(u32, usize, usize)> {
    let mut codes: Vec<u32> = ranks.iter().map(|&rank| field.code(desk.ticket(rank))).filter(|&c| c != 0).collect();
    codes.sort_unstable();
    let known = codes.len();
    let best = codes.chunk_by(|a, b| a == b).max_by(|a, b| {
        a.len().cmp(&b.len()).then_with(|| {
            let value = |run: &[u32]| run.first().map(|&c| field.value(c).to_owned());
            value(b).cmp(&value(a))
        })
    })?;
    Some((*best.first()?, best.len(), known))
}

/// Words for a group of coded fields.
#[must_use]
pub fn of_fields(desk: &Desk<'_>, group: CodedGroup) -> Draft {
    let fields = &desk.symptoms.fields;
    let named: Vec<(&'static str, &str)> =
        group.shared.iter().filter_map(|&(field, code)| fields.get(field).map(|f| (f.name, f.value(code)))).collect();
    let n = group.ranks.len();
    let mut title = coded_title(&named);
    let mut signature: Vec<String> = named.iter().map(|(name, value)| format!("{name}={value}")).collect();
    signature.sort();
    let mut why = Vec::new();
    let expected = match group.reason {
        Reason::Together { expected, split } => {
            let part = |first: bool| {
                let chosen: Vec<_> = named
                    .iter()
                    .enumerate()
                    .filter(|(place, _)| (split >> place & 1 == 1) == first)
                    .map(|(_, &pair)| pair)
                    .collect();
                coded_words(&chosen)
            };
            why.push(format!("{} tickets share {}.", thousands(float(n)), coded_words(&named)));
            why.push(format!(
                "By chance alone {} would meet {} in {}: there are {} times as many.",
                part(true),
                part(false),
                tickets(expected),
                times(float(group.whole), expected)
            ));
            expected
        }
        Reason::Concentrated { expected } => {
            why.push(format!("{} tickets share {}.", thousands(float(n)), coded_words(&named)));
            why.push(format!(
                "An ordinary item there has {}: this one has {} times as many.",
                tickets(expected),
                times(float(group.whole), expected)
            ));
            expected
        }
        Reason::Burst { expected, from, to } => {
            let days = usize::try_from(to - from + 1).unwrap_or(1);
            let start = clock::date_words(from * clock::DAY);
            let stretch = if days == 1 {
                format!("on {start}")
            } else {
                clock::stretch_words(from * clock::DAY, to * clock::DAY)
            };
            title = format!("{title}, {stretch}");
            signature.push(format!("from={from}"));
            why.push(format!("{} tickets with {} came {stretch}.", thousands(float(n)), coded_words(&named)));
            why.push(format!(
                "There are {} such tickets in all; by the desk's own rhythm {} would be expected on these days: \
                 there are {} times as many.",
                thousands(float(group.whole)),
                about(expected),
                times(float(n), expected)
            ));
            expected
        }
    };
    if n < group.whole && !matches!(group.reason, Reason::Burst { .. }) {
        let rest = group.whole - n;
        why.push(format!(
            "{} more {} the same and {} to more specific problems; that comparison counts {}.",
            thousands(float(rest)),
            plural(rest, "shares", "share"),
            plural(rest, "belongs", "belong"),
            plural(rest, "it", "them")
        ));
    }
    let used: Vec<usize> = group.shared.iter().map(|&(field, _)| field).collect();
    why.extend(leanings(desk, &group.ranks, &used));
    Draft {
        title,
        why,
        signature: signature.join("|"),
        medoid: None,
        shared: named.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect(),
        expected: Some(expected),
        basis: Basis::Fields,
        ranks: group.ranks,
    }
}

fn tickets(expected: f64) -> String {
    format!("{} {}", about(expected), if expected < 1.0 { "ticket" } else { "tickets" })
}

fn times(n: f64, expected: f64) -> String {
    let ratio = n / expected.max(1e-9);
    if ratio >= 1_000.0 {
        "more than a thousand".to_owned()
    } else if ratio >= 9.95 {
        format!("{ratio:.0}")
    } else {
        format!("{ratio:.1}")
    }
}

/// What a field is called in a sentence.
fn field_name(name: &str) -> &str {
    match name {
        "resolution" => "the resolution",
        "team" => "the team",
        "item" => "the item",
        "service" => "the service",
        "category" => "the category",
        "symptom" => "the symptom",
        "location" => "the location",
        "department" => "the department",
        "client" => "the client",
        other => other,
    }
}

/// A value as it stands, with its field before it where it is only a number or a letter or two.
fn coded_value(name: &str, value: &str) -> String {
    let value = value.trim().replace(" > ", ", ");
    let bare = value.chars().count() <= 2 || value.chars().all(|c| c.is_ascii_digit() || c.is_ascii_punctuation());
    if bare { format!("{name} {value}") } else { value }
}

/// The values as a phrase: what it is, where, how it ended.
fn coded_title(named: &[(&'static str, &str)]) -> String {
    let mut what: Vec<String> = Vec::new();
    let mut tail: Vec<String> = Vec::new();
    // From the general to the specific, as people say it.
    for wanted in ["service", "category", "symptom", "item"] {
        what.extend(named.iter().filter(|(name, _)| *name == wanted).map(|(name, value)| coded_value(name, value)));
    }
    for (wanted, word) in [("location", "at"), ("department", "in"), ("client", "for"), ("resolution", "resolved as")] {
        for (name, value) in named.iter().filter(|(name, _)| *name == wanted) {
            let separator = if wanted == "resolution" { ", " } else { " " };
            tail.push(format!("{separator}{word} {}", coded_value(name, value)));
        }
    }
    format!("{}{}", what.join(", "), tail.concat())
}

/// The values in a sentence, each with its field.
fn coded_words(named: &[(&'static str, &str)]) -> String {
    let parts: Vec<String> = named.iter().map(|(name, value)| format!("{} “{value}”", field_name(name))).collect();
    match parts.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coded_titles_read_like_phrases() {
        let named =
            [("symptom", "Symptom 72"), ("category", "Category 55 > Subcategory 170"), ("location", "Location 143")];
        assert_eq!(coded_title(&named), "Category 55, Subcategory 170, Symptom 72 at Location 143");
        assert_eq!(coded_title(&[("category", "4"), ("resolution", "code 6")]), "category 4, resolved as code 6");
        assert_eq!(coded_words(&named[..1]), "the symptom “Symptom 72”");
    }

    #[test]
    fn a_text_without_title_lends_its_first_sentence() {
        assert_eq!(text_title(" ", "\n Printer jams. Again and again."), "Printer jams.");
        assert_eq!(text_title("Printer", "x"), "Printer");
    }
}
