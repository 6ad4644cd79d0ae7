//! Parts of these pages: days in words, rows of a form, an audience to choose.

use leadership::Wrongs;
use leadership::message::TONE;
use ledger::decisions::affected::{Affected, Part};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use crate::audience::{Audience, One, Whom};

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

/// An audience to choose: those found affected, each with the reason, then everybody else.
pub(super) fn audience(all: &[Affected], to: &Whom, wrongs: &Wrongs, others: &str) -> Markup {
    let people: Vec<One> = all
        .iter()
        .map(|affected| One {
            person: affected.person.id,
            name: affected.person.name.clone(),
            beside: html! {
                @if affected.outside { " " span.soft { "(speaks for a client)" } }
                @if !affected.because.is_empty() { span.soft { " – " (affected.because.join("; ")) } }
                @match affected.part { Some(Part::Told) => span.soft { " – was told" }, Some(Part::Asked) => span.soft { " – was asked" }, _ => {} }
            },
            meant: !affected.because.is_empty(),
        })
        .collect();
    let nobody = "Nobody was found affected.";
    Audience { legend: "Whom", hint: "", nobody, others, all: None, people: &people }.show(to, wrongs)
}
