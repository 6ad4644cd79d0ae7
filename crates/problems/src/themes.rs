//! Themes: the level above problems, for a leader who reads ten lines.

use std::collections::{BTreeMap, HashMap};

use unicode_segmentation::UnicodeSegmentation;

use crate::describe::thousands;
use crate::desk::Desk;
use crate::model::{Basis, Problem, Sign};
use crate::stats::float;
use crate::text::language;

/// What a theme rests on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Words: the group of wordings that stands for it.
    Words(u32),
    /// A coded value: its field and its words.
    Coded(&'static str, String),
    /// Nothing that others share: the first ticket.
    Alone(u32),
}

/// Fields by which problems without words are put under a theme, the broadest first.
const BROAD: [&str; 8] = ["service", "category", "symptom", "item", "department", "client", "location", "resolution"];
/// Share of a problem's tickets that must have one value of such a field.
const MOSTLY: f64 = 0.6;
/// Titles that are read for the phrase of a theme.
const TITLES: usize = 400;
/// Share of the titles that must hold the phrase.
const HELD: f64 = 0.2;
/// Most words of a phrase.
const LONGEST: usize = 4;

/// The theme of tickets by their coded fields: the broadest field that most of them share. Of a path
/// (`Network > Wireless`) the first part.
#[must_use]
pub(crate) fn coded(desk: &Desk<'_>, ranks: &[u32]) -> Option<(&'static str, String)> {
    BROAD.into_iter().find_map(|name| {
        let field = desk.symptoms.fields.iter().find(|field| field.name == name)?;
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for &rank in ranks {
            let value = field.value(field.code(desk.ticket(rank)));
            let broad = value.split(" > ").next().unwrap_or(value).trim();
            if !broad.is_empty() {
                *counts.entry(broad).or_insert(0) += 1;
            }
        }
        let best = counts.into_iter().max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(a.0)))?;
        (float(best.1) >= MOSTLY * float(ranks.len())).then(|| (name, best.0.to_owned()))
    })
}

/// A phrase that people wrote in many of these titles and that says much: two to four neighbouring words
/// of a title, weighed by how many titles hold them and how rare they are elsewhere; one word where
/// no phrase is shared. `None` where titles share too little.
///
/// `common` tells the share of all titles that hold a word (lower-case).
#[must_use]
pub(crate) fn phrase(titles: &[&str], common: &HashMap<String, f64>) -> Option<String> {
    let step = titles.len().div_ceil(TITLES).max(1);
    // Words as numbers: a phrase is looked up for every run of every title.
    let mut numbers: HashMap<String, u32> = HashMap::new();
    let mut known: Vec<(String, bool)> = Vec::new();
    let mut lower = String::new();
    let mut number = |word: &str| {
        lowered(word, &mut lower);
        if let Some(&number) = numbers.get(&lower) {
            return number;
        }
        let number = u32::try_from(known.len()).unwrap_or(u32::MAX);
        // A phrase begins and ends with a word that says something.
        let bad =
            language::stop_in(&lower) != 0 || lower.chars().count() < 2 || lower.chars().any(|c| c.is_ascii_digit());
        known.push((lower.clone(), bad));
        numbers.insert(lower.clone(), number);
        number
    };
    let read: Vec<(Vec<&str>, Vec<u32>)> = titles
        .iter()
        .step_by(step)
        .map(|title| {
            let words: Vec<&str> = title.unicode_words().take(24).collect();
            let numbers = words.iter().map(|word| number(word)).collect();
            (words, numbers)
        })
        .collect();
    let mut held: HashMap<[u32; LONGEST], Held<'_>> = HashMap::new();
    for (place, (surfaces, words)) in read.iter().enumerate() {
        let bad = |at: usize| words.get(at).and_then(|&word| known.get(word as usize)).is_none_or(|(_, bad)| *bad);
        for size in 1..=LONGEST {
            for start in 0..(words.len() + 1).saturating_sub(size) {
                if bad(start) || bad(start + size - 1) {
                    continue;
                }
                let (Some(gram), Some(surface)) = (words.get(start..start + size), surfaces.get(start..start + size))
                else {
                    continue;
                };
                let mut key = [u32::MAX; LONGEST];
                for (to, from) in key.iter_mut().zip(gram) {
                    *to = *from;
                }
                let held = held.entry(key).or_insert(Held { titles: 0, last: usize::MAX, surface });
                if held.last != place {
                    (held.titles, held.last) = (held.titles + 1, place);
                }
            }
        }
    }
    let words = |key: &[u32; LONGEST]| -> Vec<&str> {
        key.iter().filter_map(|&word| known.get(word as usize)).map(|(word, _)| word.as_str()).collect()
    };
    let least = (HELD * float(read.len())).max(2.0);
    let rarity = |word: &str| -(common.get(word).copied().unwrap_or(0.0) + 1e-4).min(1.0).ln();
    let worth = |gram: &[&str], count: usize| {
        let rare: f64 = gram.iter().filter(|word| language::stop_in(word) == 0).map(|word| rarity(word)).sum();
        // Longer phrases say more, but each word must bring its own.
        float(count) / float(read.len().max(1)) * rare.powf(0.75) * if gram.len() == 1 { 0.6 } else { 1.0 }
    };
    let best = held
        .iter()
        .filter(|(_, held)| float(held.titles) >= least)
        .map(|(key, held)| {
            let gram = words(key);
            (worth(&gram, held.titles), gram, held.surface)
        })
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(&a.1)))?;
    let line = best.2.join(" ");
    let mut chars = line.chars();
    let first = chars.next()?;
    Some(first.to_uppercase().chain(chars).collect())
}

/// A phrase in titles.
struct Held<'a> {
    /// Titles that hold it.
    titles: usize,
    /// The last of them.
    last: usize,
    /// As it was written first.
    surface: &'a [&'a str],
}

/// A word in lower case.
fn lowered(word: &str, out: &mut String) {
    out.clear();
    if word.is_ascii() {
        out.push_str(word);
        out.make_ascii_lowercase();
    } else {
        out.push_str(&word.to_lowercase());
    }
}

/// Share of all titles that hold each word, lower-case; an even choice of a large record is read.
#[must_use]
pub(crate) fn common(desk: &Desk<'_>) -> HashMap<String, f64> {
    const READ: usize = 20_000;
    let step = desk.len().div_ceil(READ).max(1);
    // Titles that hold a word, and the last of them.
    let mut counts: HashMap<String, (usize, usize)> = HashMap::new();
    let mut lower = String::new();
    let mut all = 0;
    for &ticket in desk.order.iter().step_by(step) {
        all += 1;
        for word in desk.symptoms.title_of(ticket as usize).unicode_words().take(24) {
            lowered(word, &mut lower);
            match counts.get_mut(&lower) {
                Some((_, last)) if *last == all => (),
                Some(count) => *count = (count.0 + 1, all),
                None => drop(counts.insert(lower.clone(), (1, all))),
            }
        }
    }
    counts.into_iter().map(|(word, (count, _))| (word, float(count) / float(all.max(1)))).collect()
}

/// Its title and what its name is made from.
#[must_use]
pub(crate) fn title(
    desk: &Desk<'_>,
    kind: &Kind,
    ranks: &[u32],
    heaviest: Option<&Problem>,
    common: &HashMap<String, f64>,
) -> (String, String, Basis) {
    let first = ranks.first().map_or(0, |&rank| desk.ticket(rank));
    let key = desk.symptoms.keys.get(first).map_or("", String::as_str);
    let alone = || heaviest.map_or_else(|| desk.symptoms.title_of(first).to_owned(), |problem| problem.title.clone());
    match kind {
        Kind::Words(_) => {
            let titles: Vec<&str> = ranks.iter().map(|&rank| desk.symptoms.title_of(desk.ticket(rank))).collect();
            // A theme that is nearly one problem has its title.
            let one = heaviest
                .filter(|problem| float(usize::try_from(problem.n).unwrap_or(0)) >= MOSTLY * float(ranks.len()));
            let title = if one.is_some() { alone() } else { phrase(&titles, common).unwrap_or_else(alone) };
            (title, format!("theme|{key}"), Basis::Text)
        }
        Kind::Coded(field, value) => {
            let bare =
                value.chars().count() <= 2 || value.chars().all(|c| c.is_ascii_digit() || c.is_ascii_punctuation());
            let title = if bare { format!("{field} {value}") } else { value.clone() };
            (title, format!("theme|{field}={value}"), Basis::Fields)
        }
        Kind::Alone(_) => {
            let basis = heaviest.map_or(Basis::Text, |problem| problem.basis);
            (alone(), format!("theme|alone|{key}"), basis)
        }
    }
}

/// What the tickets of a theme share, as a number: its coded value, or the rarest word of its phrase.
#[must_use]
pub(crate) fn sign(
    desk: &Desk<'_>,
    kind: &Kind,
    title: &str,
    ranks: &[u32],
    common: &HashMap<String, f64>,
) -> Option<Sign> {
    let n = float(ranks.len());
    let others = float(desk.len().saturating_sub(ranks.len()).max(1));
    let sign = match kind {
        Kind::Coded(name, value) => {
            let (place, field) = desk.symptoms.fields.iter().enumerate().find(|(_, field)| field.name == *name)?;
            let broad = |words: &str| words.split(" > ").next().unwrap_or(words).trim() == value;
            let counts = desk.code_counts.get(place)?;
            let all: u32 = field.values.iter().zip(counts).skip(1).filter(|(v, _)| broad(v)).map(|(_, &c)| c).sum();
            let here = ranks.iter().filter(|&&rank| broad(field.value(field.code(desk.ticket(rank))))).count();
            let share_out = float((all as usize).saturating_sub(here)) / others;
            Sign { kind: (*name).to_owned(), value: value.clone(), share_in: float(here) / n, share_out }
        }
        Kind::Words(_) => {
            let share = |word: &str| common.get(&word.to_lowercase()).copied();
            let words = title.unicode_words().filter_map(|word| Some((share(word)?, word)));
            let (all, word) = words.reduce(|a, b| if b.0 < a.0 { b } else { a })?;
            let lower = word.to_lowercase();
            let has = |rank: u32| {
                let title = desk.symptoms.title_of(desk.ticket(rank));
                // Few words need to be written anew to be compared.
                let same =
                    |w: &str| if w.is_ascii() { lower.eq_ignore_ascii_case(w) } else { w.to_lowercase() == lower };
                title.unicode_words().any(same)
            };
            let here = float(ranks.iter().filter(|&&rank| has(rank)).count());
            let share_out = ((all * float(desk.len()) - here) / others).clamp(0.0, 1.0);
            Sign { kind: "words".to_owned(), value: word.to_owned(), share_in: here / n, share_out }
        }
        Kind::Alone(_) => return None,
    };
    (sign.share_in > sign.share_out).then_some(sign)
}

/// A sentence on what a theme holds.
#[must_use]
pub(crate) fn holds(tickets: usize, problems: usize) -> String {
    match problems {
        0 => format!(
            "{} tickets of one kind of demand, none of which came twice in the same way.",
            thousands(float(tickets))
        ),
        1 => format!("{} tickets of one kind of demand, with one problem among them.", thousands(float(tickets))),
        many => {
            format!(
                "{} tickets of one kind of demand, in {} problems.",
                thousands(float(tickets)),
                thousands(float(many))
            )
        }
    }
}

/// Ranks of each theme, ascending, from the theme of each rank.
#[must_use]
pub(crate) fn gather(theme: &[Option<Kind>]) -> BTreeMap<Kind, Vec<u32>> {
    let mut out: BTreeMap<Kind, Vec<u32>> = BTreeMap::new();
    for (rank, kind) in (0_u32..).zip(theme) {
        if let Some(kind) = kind {
            out.entry(kind.clone()).or_default().push(rank);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_is_what_many_wrote() {
        let titles = [
            "Label printer in the warehouse prints blank",
            "warehouse: label printer out of paper",
            "new toner for the label printer",
            "Label printer offline",
            "Cannot print",
        ];
        assert_eq!(phrase(&titles, &HashMap::new()).as_deref(), Some("Label printer"));
        assert_eq!(phrase(&["one two", "three four", "five six"], &HashMap::new()), None);
        assert_eq!(phrase(&[], &HashMap::new()), None);
    }
}
