//! One's own password and sessions.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use leadership::Wrongs;
use ledger::accounts::{self, ChangePassword};
use ledger::sessions::{self, End, EndAll};
use ledger::tries::{Counted, Right, Try};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::{AUDIENCE, when};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::{self, Me};
use crate::route::{Guard, Route};
use crate::show;
use crate::signin;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::form("/me/password", Guard::Signed, get(ask_password).post(password)),
        Route::page("/me/sessions", Guard::Signed, get(list)),
        Route::act("/me/sessions/end", Guard::Signed, post(end)),
        Route::act("/me/sessions/end-all", Guard::Signed, post(end_all)),
    ]
}

/// What the form of a new password sends.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Change {
    /// Named so that the page on which a form is kept does not show it: it shows no field with a password in its name.
    present_password: String,
    password: String,
}

fn password_view(has_one: bool, wrongs: &Wrongs) -> Markup {
    html! {
        (look::head("Your password", &html! { p { "With a new password, you are signed out everywhere but here." } }))
        (look::wrongs(wrongs))
        form.one-column method="post" {
            @if has_one { (Field::new("present_password", "Present password", "", wrongs).input("password")) }
            (Field::new("password", "New password", "", wrongs).hint("At least ten characters.").fill("new-password").input("password"))
            div.acts { button.primary type="submit" { "Change password" } a href="/me" { "Back to my data" } }
        }
    }
}

/// `GET /me/password`.
async fn ask_password(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let account = accounts::get(&mut app.ledger().read().await?, me.actor.person).await?;
    let body = password_view(account.password.is_some(), &Wrongs::default());
    Ok(show::page(&show::shell(&me, "Your password", "/me", AUDIENCE), &body))
}

/// `POST /me/password`.
async fn password(
    State(app): State<App>,
    me: Me,
    headers: HeaderMap,
    Form(typed): Form<Change>,
) -> Result<Response, Failure> {
    let was = accounts::get(&mut app.ledger().read().await?, me.actor.person).await?.password;
    let has_one = was.is_some();
    let again = |wrongs: &Wrongs| {
        show::again(&show::shell(&me, "Your password", "/me", AUDIENCE), &password_view(has_one, wrongs))
    };
    // An open session must not be a place to try passwords at.
    let tries = Counted::Account(format!("password of {}", me.actor.person));
    if has_one {
        if app.ledger().perform(&me.actor, &Try(vec![tries.clone()])).await?.is_some() {
            return Ok(again(&Wrongs::one("present_password", "Too many tries. Wait a quarter of an hour.")));
        }
        if !signin::is_password(&app, was.clone(), typed.present_password.clone()).await? {
            return Ok(again(&Wrongs::one("present_password", "This is not your present password.")));
        }
        app.ledger().perform(&me.actor, &Right(tries)).await?;
    }
    let hash = match signin::hashed(&app, typed.password.clone()).await? {
        Ok(hash) => hash.kept().to_owned(),
        Err(wrongs) => return Ok(again(&wrongs)),
    };
    let session = guard::token(&headers).unwrap_or_default().to_owned();
    match app.ledger().perform(&me.actor, &ChangePassword { hash, was, session }).await {
        Ok(()) => Ok(show::to("/me")),
        Err(refused) => Ok(again(&show::wrongs(refused)?)),
    }
}

/// `GET /me/sessions`.
async fn list(State(app): State<App>, me: Me, headers: HeaderMap) -> Result<Response, Failure> {
    let all = sessions::list(&mut app.ledger().read().await?, me.actor.person).await?;
    let here = guard::token(&headers).map(sessions::kept);
    let body = html! {
        (look::head("Where you are signed in", &html! { p { "A session ends by itself twelve hours after its last use." } }))
        ul.entries {
            @for one in &all {
                li {
                    div {
                        p { @if one.agent.is_empty() { "A program without a name" } @else { (one.agent) } }
                        p.soft.small { "Since " (when(&me, one.made_at)) "; last used " (when(&me, one.seen_at)) }
                    }
                    @if here.as_deref() == Some(&one.kept) { p.soft { "This browser" } }
                    @else {
                        form method="post" action="/me/sessions/end" {
                            input type="hidden" name="session" value=(one.kept);
                            button type="submit" aria-label=(format!("End the session of {}", one.agent)) { "End" }
                        }
                    }
                }
            }
        }
        form.acts method="post" action="/me/sessions/end-all" { button type="submit" { "Sign out everywhere" } a href="/me" { "Back to my data" } }
    };
    Ok(show::page(&show::shell(&me, "Where you are signed in", "/me", AUDIENCE), &body))
}

/// Which session ends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Which {
    session: String,
}

/// `POST /me/sessions/end`.
async fn end(State(app): State<App>, me: Me, Form(which): Form<Which>) -> Result<Response, Failure> {
    app.ledger().perform(&me.actor, &End { kept: which.session }).await?;
    Ok(show::to("/me/sessions"))
}

/// `POST /me/sessions/end-all`: this browser's as well.
async fn end_all(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    app.ledger().perform(&me.actor, &EndAll { but: None }).await?;
    let cookie = guard::cookie(None, app.config().secure_cookie);
    Ok((StatusCode::SEE_OTHER, [(header::SET_COOKIE, cookie), (header::LOCATION, "/signin".to_owned())])
        .into_response())
}
