//! A place as whoever has its address reads it, without an account, and applying for it. Nothing of where a form came from
//! is kept but how many came from there in a quarter of an hour, as a hash.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use leadership::Wrongs;
use leadership::opening::KEPT_DAYS;
use ledger::openings::{self, Apply, Opening, OpeningId};
use ledger::people::Begin;
use ledger::tries::{Counted, Try};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::list::figures;
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard;
use crate::parts::{day, id};
use crate::show;

const SEEN: &str = "Who can see this page: whoever has its address. Who can see what you write: those who lead this team, and whoever holds the database; nobody else, and no statistic is made of it.";

/// What the form sends.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    name: String,
    email: String,
    words: String,
}

async fn found(app: &App, one: &str) -> Result<(Opening, String), Failure> {
    let id: OpeningId = id(one)?;
    openings::public(&mut app.ledger().read().await?, id).await?.ok_or(Failure::NotFound)
}

fn shell(one: &Opening) -> look::Shell {
    look::Shell { audience: SEEN.to_owned(), ..show::outside(&one.title) }
}

fn body((one, organisation): &(Opening, String), typed: &Typed, wrongs: &Wrongs) -> Markup {
    let made = one.made_at.to_zoned(jiff::tz::TimeZone::UTC).date();
    html! {
        (look::head(&one.title, &html! { p { (one.circle_name) ", " (organisation) ". Open until " (day(one.until)) "." } }))
        (look::wrongs(wrongs))
        h2 { "What you would do" }
        p.written { (one.words) }
        h2 { "Why with us" }
        p.written { (one.offers) }
        @if !one.figures.is_empty() {
            h2 { "What our own record says" }
            p { "As it stood on " (day(made)) ": shares with how many they rest on. It is all that the record says of this team, well or not." }
            (figures(&one.figures))
        }
        h2 { "Write to us" }
        form method="post" action=(format!("/work-here/{}", one.id)) {
            (Field::new("name", "Your name", &typed.name, wrongs).fill("name").line())
            (Field::new("email", "Your address for mail", &typed.email, wrongs).fill("email").input("email"))
            (Field::new("words", "What we should know", &typed.words, wrongs).hint("What you can do and would like to learn; an address where your CV lies, if you have one.").area())
            p.hint { "You are answered by mail. What you write is deleted after " (KEPT_DAYS) " days, or before if you ask for it." }
            div.acts { button.primary type="submit" { "Send it" } }
        }
    }
}

/// `GET /work-here/{id}`.
pub(super) async fn show(State(app): State<App>, Path(one): Path<String>) -> Result<Response, Failure> {
    let found = found(&app, &one).await?;
    Ok(show::page(&shell(&found.0), &body(&found, &Typed::default(), &Wrongs::default())))
}

/// `POST /work-here/{id}`.
pub(super) async fn apply(
    State(app): State<App>,
    Path(one): Path<String>,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let found = found(&app, &one).await?;
    let from = guard::network(&headers).unwrap_or_default();
    let counted = Try(vec![Counted::Applied(from)]);
    if app.ledger().perform(&Begin::nobody(), &counted).await?.is_some() {
        // What was written stays on the form: it can be sent when the time has passed.
        let wrongs = Wrongs::one("", "Too much was sent from where you are. Send it again in a quarter of an hour.");
        let mut again = show::again(&shell(&found.0), &body(&found, &typed, &wrongs));
        *again.status_mut() = StatusCode::TOO_MANY_REQUESTS;
        return Ok(again);
    }
    let act = Apply {
        opening: Some(found.0.id),
        name: typed.name.clone(),
        email: typed.email.clone(),
        words: typed.words.clone(),
    };
    match app.ledger().perform(&Begin::nobody(), &act).await {
        Ok(_) => {
            let body = html! {
                (look::head("Thank you", &html! { p { "Your words are with those who lead " (found.0.circle_name) ". They answer by mail." } }))
            };
            Ok(show::page(&shell(&found.0), &body))
        }
        Err(refused) => Ok(show::again(&shell(&found.0), &body(&found, &typed, &show::wrongs(refused)?))),
    }
}
