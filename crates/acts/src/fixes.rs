//! Fixes of problems, for those whom the problem touched: what the work record shows, and whether it is so for them.

use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use leadership::Wrongs;
use ledger::casework::{self, SayWord, Touched, TouchedId, Verdict, Word};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::parts::{day, id, moment, radios};
use crate::route::{Guard, Route};
use crate::show;

/// Which entry of the navigation these pages belong to.
const HERE: &str = "/today";
/// Who sees them.
const SIDE: &str = "Who can see this: the people of the circle that was touched, and who sees that circle from inside. No other client.";

pub(crate) fn routes() -> Vec<Route> {
    vec![Route::form("/fixes/{id}", Guard::Signed, get(one).post(say))]
}

/// What the form sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Typed {
    agrees: String,
    words: String,
}

async fn found(app: &App, me: &Me, side: TouchedId) -> Result<Touched, Failure> {
    let mut tx = app.ledger().read().await?;
    casework::side(&mut tx, &me.actor, side).await?.ok_or(Failure::NotFound)
}

fn verdict(verdict: &Verdict) -> Markup {
    let (stage, since) = verdict.stage;
    html! {
        p { "Marked as fixed on " (day(verdict.on)) " by " strong { (verdict.team) } "." }
        p.lead { "What the tickets say: " strong { (stage.shown()) } ", known since " (day(since)) "." }
        @if let Some(figures) = &verdict.figures { p { (figures) } }
        @if let Some(problem) = &verdict.problem { p { a href=(format!("/problems/{}", look::address::escaped(problem))) { "The problem, with its tickets" } } }
    }
}

fn word(word: &Word, me: &Me) -> Markup {
    html! { li {
        p { strong { @if word.agrees { "Countersigned" } @else { "Objected" } } " by " (word.name) ", " (moment(word.at, me)) " (the tickets said: " (word.stage.shown()) ")" }
        @if !word.words.is_empty() { p.written { (word.words) } }
    } }
}

fn body(side: &Touched, me: &Me, typed: &Typed, wrongs: &Wrongs) -> Markup {
    let own = side.words.iter().find(|word| word.person == me.actor.person);
    let (mut agrees, mut words) = (typed.agrees.as_str(), typed.words.as_str());
    if let (Some(own), true) = (own, agrees.is_empty() && words.is_empty()) {
        (agrees, words) = (if own.agrees { "yes" } else { "no" }, &own.words);
    }
    html! {
        (look::head(&side.title, &html! { p { "A problem that touched " bdi { (side.circle.1) } ", and that was marked as fixed. Tickets can say that it came less often; whether it is better for you, you say." } }))
        (look::wrongs(wrongs))
        @match &side.verdict {
            Some(found) => (verdict(found)),
            None => p { "The work record says nothing of the fix yet. When it does you are asked on Today, once." },
        }
        @if !side.words.is_empty() {
            h2 { "What you and yours say" }
            ul.lines { @for one in &side.words { (word(one, me)) } }
        }
        @if side.may_say {
            h2 { @if own.is_some() { "Say it anew" } @else { "Is it so for you?" } }
            form method="post" action=(format!("/fixes/{}", side.id)) {
                (radios("agrees", "The verdict of the tickets", &[("yes", "It is so for us: countersign"), ("no", "It is not so for us: object")], agrees, wrongs))
                (Field::new("words", "In your words", words, wrongs).hint("Needed where you object: what you still see, since when. It stands beside the verdict.").area())
                div.acts { button.primary type="submit" { "Say it" } }
            }
        }
        p { a href="/today" { "Back to Today" } }
    }
}

/// `GET /fixes/{id}`.
async fn one(State(app): State<App>, me: Me, Path(side): Path<String>) -> Result<Response, Failure> {
    let side = found(&app, &me, id(&side)?).await?;
    let body = body(&side, &me, &Typed::default(), &Wrongs::default());
    Ok(show::page(&show::shell(&me, &side.title, HERE, SIDE), &body))
}

/// `POST /fixes/{id}`.
async fn say(
    State(app): State<App>,
    me: Me,
    Path(side): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let side: TouchedId = id(&side)?;
    let act = SayWord { side, agrees: typed.agrees.clone(), words: typed.words.clone() };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(()) => Ok(show::to(&format!("/fixes/{side}"))),
        Err(refused) => {
            let wrongs = show::wrongs(refused)?;
            let found = found(&app, &me, side).await?;
            let body = body(&found, &me, &typed, &wrongs);
            Ok(show::again(&show::shell(&me, &found.title, HERE, SIDE), &body))
        }
    }
}
