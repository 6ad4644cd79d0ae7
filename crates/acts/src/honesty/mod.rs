//! Truth and code: honest status, the code and its log, concerns in confidence, asks, and one's own view of
//! what one said and did. `/honesty` leads to all of it.

mod asks;
mod cases;
mod code;
mod concerns;
mod confidants;
mod log;
mod mine;
mod status;

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use jiff::civil::Date;
use leadership::{CircleId, PersonId, Wrongs};
use ledger::people::{self, Circle};
use ledger::{LedgerError, Tx};
use maud::{Markup, html};

use crate::app::App;
use crate::failure::Failure;
use crate::guard::Me;
use crate::route::{Guard, Route};
use crate::show;

/// Which entry of the navigation these pages belong to.
const HERE: &str = "/people";
/// Who sees pages of the organisation's own people.
const CIRCLE: &str = "Who can see this: the organisation's own people whose circles these are; no client.";

pub(crate) fn routes() -> Vec<Route> {
    let mut all = vec![Route::page("/honesty", Guard::Signed, get(overview))];
    all.extend(status::routes());
    all.extend(code::routes());
    all.extend(cases::routes());
    all.extend(log::routes());
    all.extend(concerns::routes());
    all.extend(confidants::routes());
    all.extend(asks::routes());
    all.extend(mine::routes());
    all
}

/// Today, where a person is.
fn today(app: &App, me: &Me) -> Date {
    app.now().to_zoned(me.time_zone()).date()
}

/// An identifier of an address; what is none names nothing.
fn id<T>(text: &str) -> Result<leadership::Id<T>, Failure> {
    text.parse().map_err(|_| Failure::NotFound)
}

/// The open circles that a person sees from inside and that pass a test, by name.
async fn circles(tx: &mut Tx, may: impl Fn(CircleId) -> bool) -> Result<Vec<Circle>, LedgerError> {
    let all = people::circles(tx).await?;
    Ok(all.into_iter().filter(|circle| circle.closed_at.is_none() && may(circle.id)).collect())
}

/// Circles as choices of a form.
fn choices(circles: &[Circle]) -> Vec<(String, String)> {
    circles.iter().map(|circle| (circle.id.to_string(), circle.name.clone())).collect()
}

/// Choices as a field takes them.
fn pairs(choices: &[(String, String)]) -> Vec<(&str, &str)> {
    choices.iter().map(|(value, shown)| (value.as_str(), shown.as_str())).collect()
}

/// Names of persons.
async fn names(
    tx: &mut Tx,
    ids: impl IntoIterator<Item = PersonId>,
) -> Result<BTreeMap<PersonId, String>, LedgerError> {
    let mut ids: Vec<PersonId> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(people::named(tx, &ids).await?.into_iter().map(|person| (person.id, person.name)).collect())
}

/// The name of one of them.
fn name(names: &BTreeMap<PersonId, String>, id: PersonId) -> &str {
    names.get(&id).map_or("somebody", String::as_str)
}

/// A choice of one among a few, all of them seen at once. `name` is that of the fields; the first one's id is
/// the same, so that a message leads there.
fn radios(name: &str, legend: &str, choices: &[(&str, &str)], value: &str, wrongs: &Wrongs) -> Markup {
    html! {
        fieldset.radios {
            legend { (legend) }
            @if let Some(wrong) = wrongs.of(name) { p.wrong id=(format!("{name}-wrong")) { (wrong) } }
            @for (at, (choice, shown)) in choices.iter().enumerate() {
                @let field = if at == 0 { name.to_owned() } else { format!("{name}-{at}") };
                div.check {
                    input type="radio" id=(field) name=(name) value=(choice) checked[*choice == value] required
                        aria-describedby=[wrongs.of(name).map(|_| format!("{name}-wrong"))];
                    label for=(field) { (shown) }
                }
            }
        }
    }
}

/// A button that does one act, with what a screen reader is told beside its word.
fn button(action: &str, word: &str, about: &str) -> Markup {
    html! {
        form.inline method="post" action=(action) {
            button type="submit" { (word) @if !about.is_empty() { span.visually-hidden { ": " (about) } } }
        }
    }
}

/// `GET /honesty`.
async fn overview(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let waiting = ledger::honesty::waiting(&mut tx, me.actor.person, today(&app, &me)).await?;
    drop(tx);
    let inside = me.actor.sight.is_inside();
    let place = |address: &str, title: &str, about: &str| {
        html! { li { a href=(address) { (title) } p { (about) } } }
    };
    let body = html! {
        (look::head("Truth and code", &html! { p { "What is said beside what is so. Bad news told early is good work." } }))
        @if !waiting.is_empty() {
            section aria-labelledby="waiting" {
                h2 #waiting { "Waits for you here" }
                ul.places { @for one in &waiting { li { a href=(one.page) { (one.title) } p { (one.because) } } } }
            }
        }
        h2 { "Places" }
        ul.places {
            @if inside {
                (place("/status", "Status", "How aims, projects and work stand, as their owners say it, and what the record shows beside it."))
                (place("/code", "The code", "Ethics and values in force, their cases to try yourself on, and the checks that hang on decisions and purchases."))
                (place("/code/log", "Exceptions and costly right things", "Who allowed what, why and until when; and the times that doing right cost something."))
            }
            (place("/concerns", "Concerns in confidence", "Say what must be said about a person or a matter, to a confidant whom you choose, also without your name."))
            (place("/asks", "I need you", "When people are available, asking for one of them, and what was asked of you."))
            (place("/honesty/mine", "Said and done", "Your own values and rules beside your own acts. For your eyes only."))
        }
    };
    let audience = "Who can see this: you alone; each place says who sees it.";
    Ok(show::page(&show::shell(&me, "Truth and code", HERE, audience), &body))
}
