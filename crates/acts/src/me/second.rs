//! The second factor: an authenticator app, and recovery codes for when the phone is gone.

use std::fmt::Write as _;

use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use leadership::Wrongs;
use ledger::accounts::{self, Account, BeginSecond, ChangeSecond, ConfirmSecond};
use ledger::tries::{Counted, Right, Try};
use ledger::{people, totp};
use look::{Field, address};
use maud::{Markup, html};
use qrcodegen::{QrCode, QrCodeEcc};
use serde::Deserialize;

use super::{AUDIENCE, when};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::route::{Guard, Route};
use crate::show;

const TITLE: &str = "Second factor";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::page("/me/second-factor", Guard::Signed, get(ask)),
        Route::act("/me/second-factor/begin", Guard::Signed, post(begin)),
        Route::act("/me/second-factor/confirm", Guard::Signed, post(confirm)),
        Route::act("/me/second-factor/change", Guard::Signed, post(change)),
    ]
}

/// What an app reads from the picture (the key URI format that authenticator apps share).
pub(crate) fn key_uri(email: &str, secret: &str) -> String {
    format!(
        "otpauth://totp/Plumb:{}?secret={secret}&issuer=Plumb&algorithm=SHA1&digits=6&period={}",
        address::escaped(email),
        totp::STEP_SECONDS
    )
}

/// A text as a picture for cameras: one path of squares, dark on light whatever the page's colours, with the
/// quiet zone of four modules that ISO/IEC 18004 asks for. `None` when the text is too long.
pub(crate) fn picture(text: &str) -> Option<Markup> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            let _ = write!(path, "M{},{}h1v1h-1z", x + 4, y + 4);
        }
    }
    let side = code.size() + 8;
    Some(html! {
        svg.qr viewBox=(format!("0 0 {side} {side}")) role="img" aria-label="The key as a picture for the camera of your phone" {
            rect width="100%" height="100%" fill="#ffffff" {}
            path d=(path) fill="#000000" {}
        }
    })
}

pub(crate) fn spaced(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

fn view(me: &Me, account: &Account, begun: Option<(&str, &str)>, wrongs: &Wrongs) -> Markup {
    html! {
        (look::head(TITLE, &html! { p { "Besides the password, a code that an app on your phone shows: who has learnt your password cannot sign in with it." } }))
        (look::wrongs(wrongs))
        @if let Some(since) = account.second_since {
            p { "It is asked for since " (when(me, since)) ". Recovery codes left: " (account.codes_left) " of " (accounts::CODES) "." }
            form.one-column method="post" action="/me/second-factor/change" {
                (Field::new("code", "A code of the app, or a recovery code", "", wrongs).fill("one-time-code").line())
                div.acts {
                    button type="submit" name="what" value="renew" { "New recovery codes" }
                    button type="submit" name="what" value="end" { "End the second factor" }
                }
            }
        } @else if let Some((email, secret)) = begun {
            ol {
                li {
                    p { "Scan this with an authenticator app, or type the key into it." }
                    @if let Some(picture) = picture(&key_uri(email, secret)) { (picture) }
                    p { "Key: " code.key { (spaced(secret)) } }
                }
                li {
                    form.one-column method="post" action="/me/second-factor/confirm" {
                        (Field::new("code", "Type the code that the app shows", "", wrongs).fill("one-time-code").line())
                        div.acts { button.primary type="submit" { "Turn it on" } }
                    }
                }
            }
        } @else {
            p { "It is not asked for." }
            form.acts method="post" action="/me/second-factor/begin" { button.primary type="submit" { "Begin" } }
        }
        p { a href="/me" { "Back to my data" } }
    }
}

async fn page(app: &App, me: &Me, wrongs: &Wrongs) -> Result<Markup, Failure> {
    let mut tx = app.ledger().read().await?;
    let account = accounts::get(&mut tx, me.actor.person).await?;
    let secret = accounts::begun_second(&mut tx, me.actor.person).await?;
    let person = people::get(&mut tx, me.actor.person).await?.ok_or(Failure::NotFound)?;
    let email = person.email.unwrap_or(person.name);
    Ok(view(me, &account, secret.as_deref().map(|secret| (email.as_str(), secret)), wrongs))
}

/// `GET /me/second-factor`.
async fn ask(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let body = page(&app, &me, &Wrongs::default()).await?;
    Ok(show::page(&show::shell(&me, TITLE, "/me", AUDIENCE), &body))
}

/// `POST /me/second-factor/begin`.
async fn begin(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    app.ledger().perform(&me.actor, &BeginSecond).await?;
    Ok(show::to("/me/second-factor"))
}

/// What the forms send.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Typed {
    code: String,
    what: String,
}

/// The recovery codes, shown once.
fn codes_page(me: &Me, codes: &[String]) -> Response {
    let body = html! {
        (look::head("Your recovery codes", &html! { p { "Each lets you in once when the phone is gone. They are shown now and never again: print them, or keep them where you keep passwords." } }))
        ul.codes { @for code in codes { li { code { (code) } } } }
        div.acts { a.button.primary href="/me/second-factor" { "I have kept them" } }
    };
    show::page(&show::shell(me, "Your recovery codes", "/me", AUDIENCE), &body)
}

/// `POST /me/second-factor/confirm`.
async fn confirm(State(app): State<App>, me: Me, Form(typed): Form<Typed>) -> Result<Response, Failure> {
    match app.ledger().perform(&me.actor, &ConfirmSecond { typed: typed.code }).await {
        Ok(codes) => Ok(codes_page(&me, &codes)),
        Err(refused) => {
            let body = page(&app, &me, &show::wrongs(refused)?).await?;
            Ok(show::again(&show::shell(&me, TITLE, "/me", AUDIENCE), &body))
        }
    }
}

/// `POST /me/second-factor/change`.
async fn change(State(app): State<App>, me: Me, Form(typed): Form<Typed>) -> Result<Response, Failure> {
    let end = typed.what == "end";
    let tries = Counted::Codes(me.actor.person.to_string());
    let wrongs = if app.ledger().perform(&me.actor, &Try(vec![tries.clone()])).await?.is_some() {
        Wrongs::one("code", "Too many tries. Wait a quarter of an hour.")
    } else {
        match app.ledger().perform(&me.actor, &ChangeSecond { typed: typed.code, end }).await {
            Ok(codes) => {
                app.ledger().perform(&me.actor, &Right(tries)).await?;
                return Ok(if end { show::to("/me/second-factor") } else { codes_page(&me, &codes) });
            }
            Err(refused) => show::wrongs(refused)?,
        }
    };
    let body = page(&app, &me, &wrongs).await?;
    Ok(show::again(&show::shell(&me, TITLE, "/me", AUDIENCE), &body))
}
