//! Parts of these pages: days in words, rows of a form, an audience to choose.

use std::collections::BTreeMap;

use leadership::Wrongs;
use leadership::message::TONE;
use ledger::decisions::affected::{Affected, Part};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use crate::audience::{Audience, One, Whom};
use crate::pick::WHOLE;

/// Prose as it was typed; nothing where there is none.
pub(super) fn said(label: &str, words: &str) -> Markup {
    html! { @if !words.is_empty() { dt { (label) } dd.written { (words) } } }
}

/// What is said of a message that may be hard.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Hard {
    pub hard: String,
    pub intent: String,
    pub tone: Vec<String>,
}

/// The second look at a hard message; of what is unpopular every one is.
pub(super) fn second_look(unpopular: bool, typed: &Hard, wrongs: &Wrongs) -> Markup {
    let open = unpopular || typed.hard == "true" || wrongs.of("tone").is_some() || wrongs.of("intent").is_some();
    let check = html! {
        @let intent = Field::new("intent", "What should be different when they have read it", &typed.intent, wrongs);
        @if unpopular { (intent.area()) } @else { (intent.optional().area()) }
        fieldset #tone tabindex="-1" {
            legend { "Read it once more" }
            @if let Some(wrong) = wrongs.of("tone") { p.wrong { (wrong) } }
            @for (name, sentence) in TONE {
                div.check {
                    input type="checkbox" id=(format!("tone-{name}")) name="tone" value=(name) checked[typed.tone.iter().any(|t| t == name)];
                    label for=(format!("tone-{name}")) { (sentence) }
                }
            }
        }
    };
    html! {
        @if unpopular {
            p { "It is marked as unpopular, so it is a hard message: answer these for yourself first." }
            (check)
        } @else {
            details open[open] {
                summary { "This is a hard message" }
                (look::form::check("hard", "It is hard: I looked at it once more", typed.hard == "true"))
                (check)
            }
        }
    }
}

/// Those who can be asked or told. Where more were found affected than a page tells one by one, they are chosen at once,
/// and who speaks for a client is not among them: an outsider is told only where somebody names them.
fn people(all: &[Affected]) -> Vec<One> {
    let many = all.iter().filter(|affected| !affected.because.is_empty()).count() > WHOLE;
    let one = |affected: &Affected| {
        let only_by_name = many && affected.outside;
        One {
            person: affected.person.id,
            name: affected.person.name.clone(),
            beside: html! {
                @if affected.outside { " " span.soft { "(speaks for a client)" } }
                @if !affected.because.is_empty() { span.soft { " – " (affected.because.join("; ")) } }
                @match affected.part { Some(Part::Told) => span.soft { " – was told" }, Some(Part::Asked) => span.soft { " – was asked" }, _ => {} }
            },
            meant: !affected.because.is_empty() && !only_by_name,
        }
    };
    all.iter().map(one).collect()
}

/// Whom a form begins with: those whom `ticked` names, at once where they are too many to be told one by one.
pub(super) fn begin(all: &[Affected], ticked: impl Fn(&Affected) -> bool) -> Whom {
    let people = people(all);
    let meant = Whom::meant(&people);
    if meant.is_at_once() {
        return meant;
    }
    let audience = all.iter().filter(|affected| ticked(affected)).map(|affected| affected.person.id.to_string());
    Whom { audience: audience.collect(), ..Whom::default() }
}

/// Those who were chosen.
pub(super) fn chosen(all: &[Affected], whom: &Whom) -> Vec<String> {
    whom.named(&people(all))
}

/// Most reasons that are told where people are not told one by one.
const REASONS: usize = 6;

/// Why so many were found affected: each reason with how many there are.
fn reasons(all: &[Affected]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for because in all.iter().filter(|affected| !affected.outside).flat_map(|affected| &affected.because) {
        *counts.entry(because).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by(|a, b| (b.1, a.0).cmp(&(a.1, b.0)));
    let told: Vec<String> =
        counts.iter().take(REASONS).map(|(because, count)| format!("{because} ({count})")).collect();
    let more = counts.len().saturating_sub(REASONS);
    let more = if more > 0 { format!("; and {more} reasons more") } else { String::new() };
    format!("Found affected: {}{more}.", told.join("; "))
}

/// An audience to choose: those found affected, each with the reason, then everybody else.
pub(super) fn audience(all: &[Affected], to: &Whom, wrongs: &Wrongs, others: &str) -> Markup {
    let people = people(all);
    let many = people.iter().filter(|one| one.meant).count() > WHOLE;
    let hint = if many { reasons(all) } else { String::new() };
    let (nobody, at_once) = ("Nobody was found affected.", "Everybody who was found affected");
    Audience { legend: "Whom", hint: &hint, nobody, others, all: at_once, people: &people }.show(to, wrongs)
}
