//! Who helped whom: what others did for one and one for them, each with its row, for nobody else; who was introduced to
//! whom, and on whom one's goals depend.

mod goals;
mod introduce;

use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use ledger::network::{self, HELPED_DAYS, Help, Tie};
use maud::{Markup, html};

use crate::app::App;
use crate::failure::Failure;
use crate::guard::Me;
use crate::parts::day;
use crate::route::{Guard, Route};
use crate::show;

const HERE: &str = "/people";
const ALONE: &str = "Who can see this: you. Each line stands on a page of its own, which says who sees that one.";
/// Lines that a list shows.
const ROWS: usize = 6;

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::page("/network", Guard::Inside, get(show)),
        Route::page("/network/goals", Guard::Inside, get(goals::show)),
        Route::form("/network/introduce", Guard::Inside, get(introduce::ask).post(introduce::introduce)),
        Route::act("/network/introductions/{id}", Guard::Inside, post(introduce::answer)),
    ]
}

fn list(heading: &str, all: &[Help]) -> Markup {
    html! {
        @if !all.is_empty() {
            h3 { (heading) }
            ul.lines { @for one in all.iter().take(ROWS) { li {
                a href=(one.page) { (one.title) }
                p.of { (one.kind) " · " (day(one.day)) }
            } } }
            @if all.len() > ROWS { p.of { "The newest " (ROWS) " of " (all.len()) "." } }
        }
    }
}

fn one(tie: &Tie) -> Markup {
    html! {
        h2 { a href=(format!("/people/{}", tie.person)) { (tie.name) } }
        (list("They did for you", &tie.theirs))
        (list("You did for them", &tie.mine))
    }
}

/// `GET /network`.
async fn show(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let ties = network::ties(&mut tx, &me.actor).await?;
    let introductions = network::introductions(&mut tx, &me.actor).await?;
    drop(tx);
    let body = html! {
        (look::head("Who helped whom", &html! { p { "Asks answered, promises kept, things granted, requests done, introductions, thanks: of the last " (HELPED_DAYS) " days, between you and each of these. Nothing is summed, and much help leaves no line here." } }))
        div.acts { a.button.primary href="/thanks/new" { "Thank somebody" } a href="/asks/new" { "Ask for somebody" } a href="/network/introduce" { "Introduce two people" } a href="/network/goals" { "On whom your goals depend" } }
        (introduce::section(&introductions, &me))
        @if ties.is_empty() { p.soft { "Nothing stands here yet. It fills with what you ask, promise, grant and thank for." } }
        @for tie in &ties { (one(tie)) }
    };
    Ok(show::page(&show::shell(&me, "Who helped whom", HERE, ALONE), &body))
}
