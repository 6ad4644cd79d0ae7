//! Parts of these pages: days in words, rows of a form, an audience to choose.

use leadership::Wrongs;
use leadership::message::TONE;
use ledger::decisions::affected::{Affected, Part};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use crate::pick::{WHOLE, fits};

/// Prose as it was typed; nothing where there is none.
pub(super) fn said(label: &str, words: &str) -> Markup {
    html! { @if !words.is_empty() { dt { (label) } dd.written { (words) } } }
}

/// Who was chosen, and what others are looked for by.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Whom {
    pub audience: Vec<String>,
    pub find: String,
    /// A button that only shows the form again: to find somebody, to add a row.
    pub more: String,
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
/// Where everybody else is too many for a page, they are looked for by name.
pub(super) fn audience(all: &[Affected], to: &Whom, wrongs: &Wrongs, others: &str) -> Markup {
    let ticked = |affected: &Affected| to.audience.contains(&affected.person.id.to_string());
    let line = |affected: &Affected| {
        let id = format!("to-{}", affected.person.id);
        html! {
            div.check {
                input type="checkbox" id=(id) name="audience" value=(affected.person.id) checked[ticked(affected)];
                label for=(id) {
                    (affected.person.name)
                    @if affected.outside { " " span.soft { "(speaks for a client)" } }
                    @if !affected.because.is_empty() { span.soft { " – " (affected.because.join("; ")) } }
                    @match affected.part { Some(Part::Told) => span.soft { " – was told" }, Some(Part::Asked) => span.soft { " – was asked" }, _ => {} }
                }
            }
        }
    };
    let (first, rest): (Vec<_>, Vec<_>) =
        all.iter().partition(|affected| !affected.because.is_empty() || ticked(affected));
    html! {
        fieldset #audience tabindex="-1" {
            legend { "Whom" }
            @if let Some(wrong) = wrongs.of("audience") { p.wrong { (wrong) } }
            @if first.is_empty() { p.soft { "Nobody was found affected." } }
            @for affected in &first { (line(affected)) }
            @if rest.len() <= WHOLE {
                @if !rest.is_empty() { details { summary { (others) } @for affected in &rest { (line(affected)) } } }
            } @else {
                @let found: Vec<_> = rest.iter().filter(|affected| fits(&affected.person.name, &to.find)).collect();
                details open[!to.find.is_empty()] {
                    summary { (others) }
                    div.field {
                        label for="find" { "Find by name, among " (rest.len()) " people" }
                        input id="find" name="find" type="text" value=(to.find) autocomplete="off";
                    }
                    button type="submit" name="more" value="find" formnovalidate { "Find" }
                    @if !to.find.trim().is_empty() {
                        @if found.is_empty() { p.soft { "Nobody else is called that." } }
                        @for affected in found.iter().take(WHOLE) { (line(affected)) }
                        @if found.len() > WHOLE { p.soft { (found.len() - WHOLE) " more fit; give more of the name." } }
                    }
                }
            }
        }
    }
}
