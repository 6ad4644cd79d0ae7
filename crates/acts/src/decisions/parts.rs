//! Parts of these pages: days in words, rows of a form, an audience to choose.

use jiff::Timestamp;
use jiff::civil::Date;
use leadership::Wrongs;
use ledger::decisions::affected::Affected;
use maud::{Markup, html};

use crate::guard::Me;

/// `2 March 2026`.
pub(crate) fn day(day: Date) -> String {
    day.strftime("%-d %B %Y").to_string()
}

/// The day of an instant where the reader is.
pub(crate) fn day_of(me: &Me, at: Timestamp) -> String {
    day(at.to_zoned(me.time_zone()).date())
}

/// Prose as it was typed; nothing where there is none.
pub(super) fn said(label: &str, words: &str) -> Markup {
    html! { @if !words.is_empty() { dt { (label) } dd.written { (words) } } }
}

/// One field of a row: several share a name, each has its own id.
pub(super) struct Cell<'a> {
    pub id: String,
    pub name: &'a str,
    pub label: String,
    pub value: &'a str,
    pub kind: &'a str,
    /// Whether the label is for listeners only.
    pub quiet: bool,
}

impl Cell<'_> {
    pub fn show(&self, wrongs: &Wrongs) -> Markup {
        let wrong = wrongs.of(&self.id);
        let told = wrong.map(|_| format!("{}-wrong", self.id));
        html! {
            div.field {
                label class=[self.quiet.then_some("visually-hidden")] for=(self.id) { (self.label) }
                @if let (Some(wrong), Some(id)) = (wrong, &told) { p.wrong id=(id) { (wrong) } }
                @if self.kind == "area" {
                    textarea id=(self.id) name=(self.name) rows="2" aria-invalid=[wrong.map(|_| "true")] aria-describedby=[told.as_deref()] { (self.value) }
                } @else if self.kind == "number" {
                    input id=(self.id) name=(self.name) type="text" inputmode="numeric" size="3" value=(self.value) autocomplete="off" aria-invalid=[wrong.map(|_| "true")] aria-describedby=[told.as_deref()];
                } @else {
                    input id=(self.id) name=(self.name) type="text" value=(self.value) autocomplete="off" aria-invalid=[wrong.map(|_| "true")] aria-describedby=[told.as_deref()];
                }
            }
        }
    }
}

/// Two or three answers of which one is chosen.
pub(super) fn radios(name: &str, legend: &str, choices: &[(&str, &str)], chosen: &str, wrongs: &Wrongs) -> Markup {
    html! {
        fieldset.radios id=(name) tabindex=[wrongs.of(name).map(|_| "-1")] {
            legend { (legend) }
            @if let Some(wrong) = wrongs.of(name) { p.wrong { (wrong) } }
            @for (value, shown) in choices {
                div.check {
                    input type="radio" id=(format!("{name}-{value}")) name=(name) value=(value) checked[*value == chosen];
                    label for=(format!("{name}-{value}")) { (shown) }
                }
            }
        }
    }
}

/// An audience to choose: those found affected, each with the reason, then everybody else.
pub(super) fn audience(all: &[Affected], ticked: &[String], wrongs: &Wrongs, others: &str) -> Markup {
    let ticked = |affected: &Affected| {
        let id = affected.person.id.to_string();
        ticked.contains(&id)
    };
    let line = |affected: &Affected| {
        let id = format!("to-{}", affected.person.id);
        html! {
            div.check {
                input type="checkbox" id=(id) name="audience" value=(affected.person.id) checked[ticked(affected)];
                label for=(id) {
                    (affected.person.name)
                    @if affected.outside { " " span.soft { "(speaks for a client)" } }
                    @if !affected.because.is_empty() { span.soft { " – " (affected.because.join("; ")) } }
                    @if affected.told { span.soft { " – was told" } } @else if affected.asked { span.soft { " – was asked" } }
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
            @if !rest.is_empty() {
                details { summary { (others) } @for affected in &rest { (line(affected)) } }
            }
        }
    }
}
