//! Said and done: one's own values and rules beside one's own acts.

use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use leadership::Wrongs;
use leadership::share::Share;
use ledger::honesty::{self, LetGo, SaidAndDone, StateValue};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::log::things_view;
use super::{HERE, button, id, today};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::route::{Guard, Route};
use crate::show;

const AUDIENCE: &str = "Who can see this: you alone.";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::form("/honesty/mine", Guard::Signed, get(page).post(add)),
        Route::act("/honesty/values/{id}/go", Guard::Signed, post(let_go)),
    ]
}

/// What the form of a value sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct NewValue {
    words: String,
}

fn figure(name: &str, share: Share, of: &str) -> Markup {
    html! { div { dt { (name) } dd.said { (share.shown()) small { (of) } } } }
}

fn view(own: &SaidAndDone, app: &App, me: &Me, typed: &NewValue, wrongs: &Wrongs) -> Markup {
    let day = today(app, me);
    let open = own.exceptions.iter().filter(|one| one.is_open(day)).count();
    html! {
        (look::head("Said and done", &html! { p { "What you say counts, beside what you did. Nobody else sees this side by side." } }))
        h2 { "What you say counts" }
        @if own.values.is_empty() { p.soft { "You have not said yet what counts for you." } }
        ul.lines { @for (value, words) in &own.values {
            li { p { (words) } (button(&format!("/honesty/values/{value}/go"), "Let it go", words)) }
        } }
        (look::wrongs(wrongs))
        form method="post" action="/honesty/mine" {
            (Field::new("words", "A value of your own", &typed.words, wrongs).hint("In one line, such as: bad news first.").line())
            div.acts { button.primary type="submit" { "State it" } }
        }
        h2 { "What you did" }
        dl.facts {
            (figure("Status without a sign against it", own.status, "of what you said while there were signs"))
            (figure("Bad news told before its day", own.bad_news_early, "of all times that you told bad news"))
            (figure("Promises kept in time", own.promises, "of your promises that are closed"))
            (figure("Asks answered in your time", own.asks, "of asks with a stated time"))
            (figure("Decisions that name the clauses they touch", own.clauses_named, "of those that you made"))
            (figure("Decisions with every question of the code answered", own.code_answered, "of those that you made and that had one"))
            (figure("Clauses that you acknowledged", own.acknowledged, "of those in force for you"))
        }
        @if me.actor.sight.is_inside() {
            h2 { "Rules that you set" }
            @if own.rules.is_empty() { p.soft { "You published no clause that is in force." } }
            ul.lines { @for rule in &own.rules {
                li {
                    h3 { a href=(format!("/code/clauses/{}", rule.clause)) { (rule.title) } }
                    p.of { "Your own answers to its cases: " (rule.right) " of " (rule.cases) " right · exceptions to it that you allowed and that are open: " (rule.open_exceptions) }
                }
            } }
            h2 { "Exceptions that you allowed" }
            @if own.exceptions.is_empty() { p.soft { "None." } }
            @else {
                p { (open) " of " (own.exceptions.len()) " open today." }
                ul { @for one in &own.exceptions { li { a href=(format!("/code/log#exception-{}", one.id)) { (one.title) } ", until " (one.until) } } }
            }
            h2 { "Costly right things that you told of" }
            (things_view(&own.right_things, None))
        }
    }
}

/// `GET /honesty/mine`.
async fn page(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let own = honesty::said_and_done(&mut app.ledger().read().await?, &me.actor).await?;
    let body = view(&own, &app, &me, &NewValue::default(), &Wrongs::default());
    Ok(show::page(&show::shell(&me, "Said and done", HERE, AUDIENCE), &body))
}

/// `POST /honesty/mine`.
async fn add(State(app): State<App>, me: Me, Form(typed): Form<NewValue>) -> Result<Response, Failure> {
    match app.ledger().perform(&me.actor, &StateValue { words: typed.words.clone() }).await {
        Ok(_) => Ok(show::to("/honesty/mine")),
        Err(refused) => {
            let wrongs = show::wrongs(refused)?;
            let own = honesty::said_and_done(&mut app.ledger().read().await?, &me.actor).await?;
            Ok(show::again(&show::shell(&me, "Said and done", HERE, AUDIENCE), &view(&own, &app, &me, &typed, &wrongs)))
        }
    }
}

/// `POST /honesty/values/{id}/go`.
async fn let_go(State(app): State<App>, me: Me, Path(value): Path<String>) -> Result<Response, Failure> {
    app.ledger().perform(&me.actor, &LetGo { value: id(&value)? }).await?;
    Ok(show::to("/honesty/mine"))
}
