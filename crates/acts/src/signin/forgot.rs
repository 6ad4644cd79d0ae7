//! A forgotten password: a link by mail, and the new password that it leads to. Whether an address is known here is
//! told to nobody: the answer is the same, and the mail goes out after it.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use leadership::Wrongs;
use ledger::Refused;
use ledger::accounts::forgotten::{self, AskLink, Made, SetPassword};
use ledger::people::{self, Begin};
use ledger::tries::Counted;
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::{counted, hashed, second_or_in, too_often};
use crate::app::{App, Letter};
use crate::failure::Failure;
use crate::form::Form;
use crate::guard;
use crate::show;

const TITLE: &str = "A new password";

/// What the form sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    email: String,
}

fn ask_view(app: &App, typed: &Asked, wrongs: &Wrongs) -> Markup {
    html! {
        div.signin {
            @if app.mailer().is_some() {
                (look::head(TITLE, &html! { p { "You get a mail with a link on which you set one. The link works once, for an hour." } }))
                (look::wrongs(wrongs))
                form method="post" action="/signin/forgot" {
                    (Field::new("email", "The address for mail that you sign in with", &typed.email, wrongs).fill("username").input("email"))
                    div.acts { button.primary type="submit" { "Send me the link" } a href="/signin" { "Back" } }
                }
            } @else {
                (look::head(TITLE, &html! { p { "This server sends no mail. Ask whoever leads or administers your circle: on your page under People they can make a link for you on which you set a new password." } }))
                div.acts { a.button href="/signin" { "Back" } }
            }
        }
    }
}

/// `GET /signin/forgot`.
pub(super) async fn ask(State(app): State<App>) -> Response {
    show::page(&show::outside(TITLE), &ask_view(&app, &Asked::default(), &Wrongs::default()))
}

fn letter(app: &App, made: Made) -> Letter {
    let text = format!(
        "{},\n\nsomebody, most likely you, asked for a new password for Plumb. Set it here:\n\n{}/signin/new/{}\n\nThe \
         link works once, for an hour. If it was not you, nothing has changed: you need do nothing.\n",
        made.name,
        app.config().address,
        made.token
    );
    Letter { name: made.name, email: made.email, subject: "A new password for Plumb".to_owned(), text }
}

/// `POST /signin/forgot`.
pub(super) async fn send(
    State(app): State<App>,
    headers: HeaderMap,
    Form(typed): Form<Asked>,
) -> Result<Response, Failure> {
    let Some(mailer) = app.mailer() else { return Ok(ask(State(app)).await) };
    let page = |wrongs: &Wrongs| ask_view(&app, &typed, wrongs);
    if let Err(wrongs) = leadership::text::email("email", &typed.email) {
        return Ok(show::again(&show::outside(TITLE), &page(&wrongs)));
    }
    let network = guard::network(&headers).map(Counted::Network);
    let what = network.into_iter().chain([Counted::Forgotten(typed.email.clone())]).collect();
    if let Some(wait) = counted(&app, what).await? {
        return Ok(too_often(wait, page));
    }
    // Looked up and sent after the answer, so that the time that it takes tells nobody who is here.
    let (behind, email) = (app.clone(), typed.email.clone());
    tokio::spawn(async move {
        match behind.ledger().perform(&Begin::nobody(), &AskLink { email }).await {
            Ok(Some(made)) => {
                if let Err(error) = mailer.send(letter(&behind, made)).await {
                    tracing::error!(error, "a link to a new password could not be mailed");
                }
            }
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "a link to a new password could not be made"),
        }
    });
    let body = html! {
        div.signin {
            (look::head("Look into your mail", &html! { p { "If somebody signs in here with " (typed.email) " and a password, a mail with a link is on its way to them. It works once, for an hour." } }))
            p.soft { "Nothing came? Look at the address, wait a few minutes, or ask whoever leads or administers your circle: they can make such a link." }
            div.acts { a.button href="/signin" { "Back" } }
        }
    };
    Ok(show::page(&show::outside("Look into your mail"), &body))
}

/// What the form of a new password sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct New {
    password: String,
}

fn ended() -> Failure {
    Failure::Refused {
        status: StatusCode::NOT_FOUND,
        what: "This link was used, or its time is over.".to_owned(),
        remedy: "Ask for another one on the sign-in page.".to_owned(),
    }
}

fn new_view(email: &str, wrongs: &Wrongs) -> Markup {
    html! {
        div.signin {
            (look::head(TITLE, &html! { p { "All your sessions end with it. Where a second factor is asked for, it still is." } }))
            (look::wrongs(wrongs))
            form method="post" {
                div.field {
                    label for="email" { "You sign in with" }
                    input #email type="email" value=(email) readonly autocomplete="username";
                }
                (Field::new("password", "A new password", "", wrongs).hint("At least ten characters.").fill("new-password").input("password"))
                div.acts { button.primary type="submit" { "Set it and sign in" } }
            }
        }
    }
}

/// The address of whom a link leads on.
async fn whose(app: &App, token: &str) -> Result<String, Failure> {
    let mut tx = app.ledger().read().await?;
    let person = forgotten::opened(&mut tx, token).await?.ok_or_else(ended)?;
    Ok(people::get(&mut tx, person).await?.and_then(|person| person.email).unwrap_or_default())
}

/// `GET /signin/new/{token}`.
pub(super) async fn ask_new(State(app): State<App>, Path(token): Path<String>) -> Result<Response, Failure> {
    let email = whose(&app, &token).await?;
    Ok(show::page(&show::outside(TITLE), &new_view(&email, &Wrongs::default())))
}

/// `POST /signin/new/{token}`.
pub(super) async fn set_new(
    State(app): State<App>,
    Path(token): Path<String>,
    headers: HeaderMap,
    Form(typed): Form<New>,
) -> Result<Response, Failure> {
    let email = whose(&app, &token).await?;
    let again = |wrongs: &Wrongs| show::again(&show::outside(TITLE), &new_view(&email, wrongs));
    let hash = match hashed(&app, typed.password).await? {
        Ok(hash) => hash.kept().to_owned(),
        Err(wrongs) => return Ok(again(&wrongs)),
    };
    match app.ledger().perform(&Begin::nobody(), &SetPassword { token, hash }).await {
        Ok(person) => second_or_in(&app, person, &headers, "/today").await,
        Err(Refused::NotFound) => Err(ended()),
        Err(refused) => Ok(again(&show::wrongs(refused)?)),
    }
}
