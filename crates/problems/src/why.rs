//! Titles and reasons, in words that people wrote or that the fields carry.

use crate::clock;
use crate::describe::{Draft, about, percent, plural, thousands};
use crate::desk::Desk;
use crate::fields::{CodedGroup, Reason};
use crate::model::{Basis, Field, Sign};
use crate::similar::worded::{TextGroup, Worded};
use crate::stats::float;
use crate::text::tokens::Reader;

/// Words named as the reason.
const WORDS: usize = 4;
/// A field is named when at least this share of the tickets has one value …
const MOSTLY: f64 = 0.6;
/// … and that value is at least this many times as frequent here as elsewhere.
const MORE: f64 = 2.0;

/// The words and identifiers among what tickets share, as a sentence; `None` where there are none.
#[must_use]
pub fn words_that_tell(signs: &[Sign]) -> Option<String> {
    let words: Vec<String> = signs
        .iter()
        .filter(|sign| sign.is_word())
        .map(|s| format!("“{}” (in {} of these, {} of all others)", s.value, percent(s.share_in), percent(s.share_out)))
        .collect();
    (!words.is_empty()).then(|| format!("Words that tell them from the others: {}.", words.join(", ")))
}

/// Words for a group of texts; `said` where people changed what it holds.
#[must_use]
pub(crate) fn of_text(
    desk: &Desk<'_>,
    worded: &Worded<'_>,
    reader: &mut Reader,
    group: TextGroup,
    said: bool,
) -> Draft {
    let symptoms = desk.symptoms;
    let stands = desk.ticket(group.stands);
    let n = group.ranks.len();
    let mut why = Vec::new();
    why.push(match (said, group.wordings) {
        (true, _) => format!("{} tickets that people put together, or held apart from others.", thousands(float(n))),
        (false, 1) => format!("{} tickets say the same in the same words.", thousands(float(n))),
        (false, many) => {
            format!("{} tickets say much the same in {} wordings.", thousands(float(n)), thousands(float(many)))
        }
    });
    let (title, text) = (symptoms.title_of(stands), symptoms.text_of(stands));
    let mut signs = surfaces(reader, title, text, worded, &group);
    let by_people = said.then(people_said);
    why.extend(words_that_tell(&signs));
    let (leaning, shared) = leanings(desk, &group.ranks, &[]);
    why.extend(leaning);
    signs.extend(shared);
    signs.extend(by_people);
    let first = group.ranks.first().map_or(0, |&rank| desk.ticket(rank));
    Draft {
        title: text_title(title, text),
        why,
        signs,
        signature: symptoms.keys.get(first).cloned().unwrap_or_default(),
        medoid: Some(group.stands),
        shared: Vec::new(),
        expected: None,
        basis: Basis::Text,
        ranks: group.ranks,
    }
}

/// Words for tickets that people put together, most of which have no words of their own.
#[must_use]
pub(crate) fn of_people(desk: &Desk<'_>, ranks: Vec<u32>) -> Draft {
    let mut named: Vec<(&'static str, &str)> = Vec::new();
    let mut used = Vec::new();
    for name in crate::fields::USED {
        let Some((place, field)) = desk.symptoms.fields.iter().enumerate().find(|(_, field)| field.name == name) else {
            continue;
        };
        if let Some((code, here, _)) = commonest(desk, field, &ranks).filter(|&(_, here, _)| here == ranks.len()) {
            debug_assert_eq!(here, ranks.len());
            named.push((field.name, field.value(code)));
            used.push(place);
        }
    }
    let first = ranks.first().map_or(0, |&rank| desk.ticket(rank));
    let mut title = coded_title(&named);
    if title.trim().is_empty() {
        title = text_title(desk.symptoms.title_of(first), desk.symptoms.text_of(first));
    }
    if title.trim().is_empty() {
        title = format!("{} tickets that people put together", thousands(float(ranks.len())));
    }
    let mut why =
        vec![format!("{} tickets that people put together, or held apart from others.", thousands(float(ranks.len())))];
    let mut signs = shared_signs(desk, &named, &ranks);
    let (leaning, shared) = leanings(desk, &ranks, &used);
    why.extend(leaning);
    signs.extend(shared);
    signs.push(people_said());
    Draft {
        title,
        why,
        signs,
        signature: desk.symptoms.keys.get(first).cloned().unwrap_or_default(),
        medoid: None,
        shared: named.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect(),
        expected: None,
        basis: Basis::Fields,
        ranks,
    }
}

/// Why tickets are one theme: sentences, and the same as numbers.
#[must_use]
pub(crate) fn of_theme(desk: &Desk<'_>, ranks: &[u32], problems: usize) -> (Vec<String>, Vec<Sign>) {
    let mut why = vec![crate::themes::holds(ranks.len(), problems)];
    let (leaning, signs) = leanings(desk, ranks, &[]);
    why.extend(leaning);
    (why, signs)
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

/// The telling terms of the ticket that stands for a group as people wrote them, with their shares.
fn surfaces(reader: &mut Reader, title: &str, text: &str, worded: &Worded<'_>, group: &TextGroup) -> Vec<Sign> {
    let votes = reader.votes(title, text);
    let language = crate::text::language::decide(&votes, worded.language());
    let mut seen: Vec<(Option<u32>, &str)> = Vec::new();
    reader.read(title, text, language, |t| seen.push((worded.term(t.hash), t.surface)), |_| ());
    let mut out: Vec<Sign> = Vec::new();
    for shares in &group.terms {
        if out.len() == WORDS || shares.inside < 0.5 || shares.inside < MORE * shares.outside {
            continue;
        }
        let Some((_, surface)) = seen.iter().find(|(term, _)| *term == Some(shares.term)) else { continue };
        // A part of an identifier that was named whole says nothing new.
        if out.iter().any(|t| t.value.to_lowercase().contains(&surface.to_lowercase())) {
            continue;
        }
        out.push(Sign {
            kind: if shares.identifier { "identifier" } else { "words" }.to_owned(),
            value: (*surface).to_owned(),
            share_in: shares.inside,
            share_out: shares.outside,
        });
    }
    out
}

/// That people put tickets together is a reason too.
fn people_said() -> Sign {
    Sign { kind: "people".to_owned(), value: "put together by people".to_owned(), share_in: 1.0, share_out: 0.0 }
}

/// Shared coded values as numbers.
fn shared_signs(desk: &Desk<'_>, named: &[(&'static str, &str)], ranks: &[u32]) -> Vec<Sign> {
    named
        .iter()
        .filter_map(|&(name, value)| {
            let (place, field) = desk.symptoms.fields.iter().enumerate().find(|(_, field)| field.name == name)?;
            let code = field.code(desk.ticket(*ranks.first()?));
            let share_out = elsewhere(desk, place, code, ranks.len(), ranks.len());
            Some(Sign { kind: name.to_owned(), value: value.to_owned(), share_in: 1.0, share_out })
        })
        .collect()
}

/// Share of all other tickets that have a code, where `here` of `n` have it.
fn elsewhere(desk: &Desk<'_>, field: usize, code: u32, here: usize, n: usize) -> f64 {
    let all = desk.code_counts.get(field).and_then(|counts| counts.get(code as usize)).map_or(0, |&c| c as usize);
    float(all.saturating_sub(here)) / float(desk.len().saturating_sub(n).max(1))
}

/// Coded fields that most of a group share though others do not, in sentences and as numbers.
fn leanings(desk: &Desk<'_>, ranks: &[u32], without: &[usize]) -> (Vec<String>, Vec<Sign>) {
    let (mut out, mut signs) = (Vec::new(), Vec::new());
    for (place, field) in desk.symptoms.fields.iter().enumerate() {
        if without.contains(&place) {
            continue;
        }
        let Some((code, here, known)) = commonest(desk, field, ranks) else { continue };
        let share = float(here) / float(ranks.len().max(1));
        if share < MOSTLY || known < 2 {
            continue;
        }
        let elsewhere = elsewhere(desk, place, code, here, ranks.len());
        if share >= MORE * elsewhere {
            out.push(format!(
                "{} of {} {} {} “{}” ({} of all others).",
                thousands(float(here)),
                thousands(float(ranks.len())),
                if field.name == "team" { "are with" } else { "have" },
                field_name(field.name),
                field.value(code),
                percent(elsewhere)
            ));
            signs.push(Sign {
                kind: field.name.to_owned(),
                value: field.value(code).to_owned(),
                share_in: share,
                share_out: elsewhere,
            });
        }
    }
    (out, signs)
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
    let mut signs = shared_signs(desk, &named, &group.ranks);
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
            let within = desk.opened_within(from, to) as usize;
            let days = format!("{}/{}", iso_day(from), iso_day(to));
            signs.push(Sign {
                kind: "time".to_owned(),
                value: days,
                share_in: 1.0,
                share_out: float(within.saturating_sub(n)) / float(desk.len().saturating_sub(n).max(1)),
            });
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
    let (leaning, shared) = leanings(desk, &group.ranks, &used);
    why.extend(leaning);
    signs.extend(shared);
    Draft {
        title,
        why,
        signs,
        signature: signature.join("|"),
        medoid: None,
        shared: named.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect(),
        expected: Some(expected),
        basis: Basis::Fields,
        ranks: group.ranks,
    }
}

/// A day (days since 1970) as `2026-01-31`; empty outside the calendar.
fn iso_day(day: i64) -> String {
    let instant = jiff::Timestamp::from_second(day.saturating_mul(clock::DAY));
    instant.map_or_else(|_| String::new(), |t| t.strftime("%Y-%m-%d").to_string())
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
