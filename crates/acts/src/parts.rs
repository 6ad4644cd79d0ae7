//! Parts that pages of several areas share: days, names, choices, buttons.

use std::collections::BTreeMap;

use jiff::civil::Date;
use leadership::teach::last_day;
use leadership::{CircleId, PersonId, Wrongs};
use ledger::people::{self, Circle};
use ledger::{LedgerError, Tx};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use crate::app::App;
use crate::failure::Failure;
use crate::guard::Me;

/// A day as people write it: 2 March 2026.
pub(crate) fn day(day: Date) -> String {
    day.strftime("%-d %B %Y").to_string()
}

/// The day of an instant, where this person is.
pub(crate) fn day_of(me: &Me, at: jiff::Timestamp) -> String {
    day(at.to_zoned(me.time_zone()).date())
}

/// An instant as people write it, where this person is.
pub(crate) fn moment(at: jiff::Timestamp, me: &Me) -> String {
    at.to_zoned(me.time_zone()).strftime("%-d %B %Y, %H:%M").to_string()
}

/// Several of a few, each with a box. `name` is that of the fields; the first one's id is the same, so that a
/// message leads there.
pub(crate) fn checks(name: &str, legend: &str, choices: &[(&str, &str)], ticked: &[String], wrongs: &Wrongs) -> Markup {
    html! {
        fieldset {
            legend { (legend) }
            @if let Some(wrong) = wrongs.of(name) { p.wrong id=(format!("{name}-wrong")) { (wrong) } }
            @for (at, (choice, shown)) in choices.iter().enumerate() {
                @let field = if at == 0 { name.to_owned() } else { format!("{name}-{at}") };
                div.check {
                    input type="checkbox" id=(field) name=(name) value=(choice) checked[ticked.iter().any(|one| one == choice)]
                        aria-describedby=[wrongs.of(name).map(|_| format!("{name}-wrong"))];
                    label for=(field) { (shown) }
                }
            }
        }
    }
}

/// Today, where a person is.
pub(crate) fn today(app: &App, me: &Me) -> Date {
    app.now().to_zoned(me.time_zone()).date()
}

/// An identifier of an address; what is none names nothing.
pub(crate) fn id<T>(text: &str) -> Result<leadership::Id<T>, Failure> {
    text.parse().map_err(|_| Failure::NotFound)
}

/// The open circles that a person sees from inside and that pass a test, by name.
pub(crate) async fn circles(tx: &mut Tx, may: impl Fn(CircleId) -> bool) -> Result<Vec<Circle>, LedgerError> {
    let all = people::circles(tx).await?;
    Ok(all.into_iter().filter(|circle| circle.closed_at.is_none() && may(circle.id)).collect())
}

/// Circles as choices of a form.
pub(crate) fn choices(circles: &[Circle]) -> Vec<(String, String)> {
    circles.iter().map(|circle| (circle.id.to_string(), circle.name.clone())).collect()
}

/// Choices as a field takes them.
pub(crate) fn pairs(choices: &[(String, String)]) -> Vec<(&str, &str)> {
    choices.iter().map(|(value, shown)| (value.as_str(), shown.as_str())).collect()
}

/// Names of persons.
pub(crate) async fn names(
    tx: &mut Tx,
    ids: impl IntoIterator<Item = PersonId>,
) -> Result<BTreeMap<PersonId, String>, LedgerError> {
    let mut ids: Vec<PersonId> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(people::named(tx, &ids).await?.into_iter().map(|person| (person.id, person.name)).collect())
}

/// The name of one of them.
pub(crate) fn name(names: &BTreeMap<PersonId, String>, id: PersonId) -> &str {
    names.get(&id).map_or("somebody", String::as_str)
}

/// A choice of one among a few, all of them seen at once. `name` is that of the fields; the first one's id is
/// the same, so that a message leads there.
pub(crate) fn radios(name: &str, legend: &str, choices: &[(&str, &str)], value: &str, wrongs: &Wrongs) -> Markup {
    one_of(name, legend, choices, (value, true), wrongs)
}

/// The same in a form that can be kept before all of it is answered.
pub(crate) fn radios_or_none(
    name: &str,
    legend: &str,
    choices: &[(&str, &str)],
    value: &str,
    wrongs: &Wrongs,
) -> Markup {
    one_of(name, legend, choices, (value, false), wrongs)
}

fn one_of(
    name: &str,
    legend: &str,
    choices: &[(&str, &str)],
    (value, required): (&str, bool),
    wrongs: &Wrongs,
) -> Markup {
    html! {
        fieldset.radios {
            legend { (legend) }
            @if let Some(wrong) = wrongs.of(name) { p.wrong id=(format!("{name}-wrong")) { (wrong) } }
            @for (at, (choice, shown)) in choices.iter().enumerate() {
                @let field = if at == 0 { name.to_owned() } else { format!("{name}-{at}") };
                div.check {
                    input type="radio" id=(field) name=(name) value=(choice) checked[*choice == value] required[required]
                        aria-describedby=[wrongs.of(name).map(|_| format!("{name}-wrong"))];
                    label.written for=(field) { (shown) }
                }
            }
        }
    }
}

/// What a form of saying back sends: the place of a choice, or own words.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SaidBack {
    pub answer: String,
}

/// What is asked to be said back: the question, and from which day on it waits.
pub(crate) type AskedBack<'a> = (&'a str, Date);

/// The form of saying back: a choice among what it could have meant, each told by its place, or own words where there
/// is nothing to choose from.
pub(crate) fn say_back(
    (prompt, due): AskedBack<'_>,
    choices: Option<&[String]>,
    typed: &SaidBack,
    wrongs: &Wrongs,
) -> Markup {
    let places: Vec<(String, String)> =
        choices.unwrap_or_default().iter().enumerate().map(|(at, words)| (at.to_string(), words.clone())).collect();
    html! {
        (look::head("Say it back", &html! { p.written { (prompt) } }))
        (look::wrongs(wrongs))
        form method="post" {
            @if choices.is_some() { (radios("answer", "Choose one", &pairs(&places), &typed.answer, wrongs)) }
            @else { (Field::new("answer", "In your own words", &typed.answer, wrongs).hint("It is marked without your name.").area()) }
            p.soft { "It waits until " (day(last_day(due))) ". After that it lapses: it counts as not answered, never as wrong." }
            div.acts { button.primary type="submit" { "Say it back" } a href="/today" { "Later" } }
        }
    }
}

/// A question that nobody answered in its time.
pub(crate) fn lapsed((prompt, due): AskedBack<'_>, about: &Markup) -> Markup {
    html! {
        (look::head("This question has lapsed", &html! { p.written { (prompt) } }))
        p { "It waited from " (day(due)) " to " (day(last_day(due))) ". It counts as not answered, never as wrong." }
        div.acts { a.button.primary href="/today" { "Go on" } (about) }
    }
}

/// What was answered and what would have been right. `verdict` says whether it was.
pub(crate) fn said_back(answer: &str, verdict: &str, right: Option<&str>) -> Markup {
    html! {
        p.written { "Your answer: " (answer) }
        p { strong { (verdict) } }
        @if let Some(right) = right { p.written { "It is: " (right) } }
    }
}

/// A button that does one act, with what a screen reader is told beside its word.
pub(crate) fn button(action: &str, word: &str, about: &str) -> Markup {
    html! {
        form.inline method="post" action=(action) {
            button type="submit" { (word) @if !about.is_empty() { span.visually-hidden { ": " (about) } } }
        }
    }
}
