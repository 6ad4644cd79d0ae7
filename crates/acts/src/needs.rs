//! What is really needed, as the desk has understood it: shown to who asked, by a link without an account, and confirmed or
//! corrected by them. Where it was said back stands on the ticket's page.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use jiff::tz::TimeZone;
use leadership::Wrongs;
use ledger::Refused;
use ledger::people::Begin;
use ledger::restated::{self, AnswerByLink, LONGEST, Shown};
use look::{Field, Shell};
use maud::{Markup, html};
use serde::Deserialize;

use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::parts::{day, radios};
use crate::route::{Guard, Route};
use crate::show;

pub(crate) fn routes() -> Vec<Route> {
    vec![Route::form("/need/{token}", Guard::Open, get(ask).post(answer))]
}

/// What the form sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Typed {
    so: String,
    words: String,
}

/// A link that opens nothing, whatever the reason.
fn ended() -> Failure {
    Failure::Refused {
        status: StatusCode::NOT_FOUND,
        what: "This link opens nothing: it was answered, has ended, or is mistyped.".to_owned(),
        remedy: "Ask whoever gave it to you for a new one.".to_owned(),
    }
}

async fn shown(app: &App, token: &str) -> Result<Shown, Failure> {
    restated::shown(&mut app.ledger().read().await?, token).await?.ok_or_else(ended)
}

fn shell(need: &Shown) -> Shell {
    let audience = format!("Who can see this: you and whoever has this link, and {}.", need.team);
    Shell { audience, ..show::outside("Is this what you need?") }
}

fn view(need: &Shown, token: &str, typed: &Typed, wrongs: &Wrongs) -> Markup {
    let said_on = day(need.said_at.to_zoned(TimeZone::UTC).date());
    html! {
        (look::head("Is this what you need?", &html! { p { "You asked for help (ticket " bdi { (need.ticket) } "). On " (said_on) " " bdi { (need.team) } " understood that you need this:" } }))
        blockquote.written { (need.words) }
        (look::wrongs(wrongs))
        form.one-column method="post" action=(format!("/need/{token}")) {
            (radios("so", "Is it so?", &[("yes", "Yes, that is what I need"), ("no", "No, it is something else")], &typed.so, wrongs))
            (Field::new("words", "What do you need instead?", &typed.words, wrongs).hint(&format!("Only where it is something else; at most {LONGEST} characters.")).area())
            div.acts { button.primary type="submit" { "Say it" } }
        }
        p.small.soft { "Your answer stands on the ticket, with the day. It can be given once." }
    }
}

/// `GET /need/{token}`.
async fn ask(State(app): State<App>, Path(token): Path<String>) -> Result<Response, Failure> {
    let need = shown(&app, &token).await?;
    Ok(show::page(&shell(&need), &view(&need, &token, &Typed::default(), &Wrongs::default())))
}

/// `POST /need/{token}`. The answer is a page and no redirect: the link opens nothing any more.
async fn answer(
    State(app): State<App>,
    Path(token): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let need = shown(&app, &token).await?;
    let act = AnswerByLink { token: token.clone(), so: typed.so.clone(), words: typed.words.clone() };
    match app.ledger().perform(&Begin::nobody(), &act).await {
        Ok(()) => {
            let body = look::head(
                "Thank you",
                &html! { p { "Your answer stands on the ticket. " bdi { (need.team) } " goes on from there." } },
            );
            Ok(show::page(&shell(&need), &body))
        }
        Err(Refused::NotFound) => Err(ended()),
        Err(refused) => Ok(show::again(&shell(&need), &view(&need, &token, &typed, &show::wrongs(refused)?))),
    }
}
