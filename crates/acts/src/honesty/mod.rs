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

use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use maud::html;

use crate::app::App;
use crate::failure::Failure;
use crate::guard::Me;
use crate::parts::{button, choices, circles, id, name, names, pairs, radios, today};
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
