//! Beginning the record of leadership, signing in and out.

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use leadership::circle::Actor;
use leadership::{Sight, Wrongs};
use ledger::people::Begin;
use ledger::sessions::{SignIn, SignOut};
use look::{Field, address};
use maud::{Markup, html};
use serde::Deserialize;

use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::{self, Me};
use crate::password::Hash;
use crate::route::{Guard, Route};
use crate::show;

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::form("/begin", Guard::Open, get(ask_begin).post(begin)),
        Route::form("/signin", Guard::Open, get(ask).post(give)),
        Route::act("/signout", Guard::Open, post(leave)),
    ]
}

/// What the page that begins the record asks for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Beginning {
    organisation: String,
    name: String,
    email: String,
    password: String,
    zone: String,
}

fn begin_view(typed: &Beginning, wrongs: &Wrongs) -> Markup {
    html! {
        (look::head("Begin the record of leadership", &html! { p { "Goals and their why, decisions, promises: what people do when they lead. You become its first administrator; whom you invite comes next." } }))
        (look::wrongs(wrongs))
        form method="post" action="/begin" {
            (Field::new("organisation", "Name of the organisation", &typed.organisation, wrongs).line())
            (Field::new("name", "Your name", &typed.name, wrongs).line())
            (Field::new("email", "Your address for mail", &typed.email, wrongs).hint("You sign in with it.").input("email"))
            (Field::new("password", "A password", "", wrongs).hint("At least ten characters.").input("password"))
            (Field::new("zone", "Your time zone", if typed.zone.is_empty() { "UTC" } else { &typed.zone }, wrongs).hint("Such as Europe/Berlin; what is due “today” follows it.").line())
            div.acts { button.primary type="submit" { "Begin" } }
        }
    }
}

/// `GET /begin`.
async fn ask_begin(State(app): State<App>) -> Result<Response, Failure> {
    if app.begun().await? {
        return Ok(Redirect::to("/signin").into_response());
    }
    Ok(show::page(&show::outside("Begin"), &begin_view(&Beginning::default(), &Wrongs::default())))
}

/// Hashes a password away from the threads that answer; slow on purpose, two at a time.
pub(crate) async fn hashed(app: &App, password: String) -> Result<Result<Hash, Wrongs>, Failure> {
    let _turn = app.hashing().acquire().await.map_err(Failure::inside)?;
    let salt = app.ledger().random();
    let hash = tokio::task::spawn_blocking(move || Hash::new(&password, salt)).await.map_err(Failure::inside)?;
    Ok(hash.map_err(|error| Wrongs::one("password", format!("{error}."))))
}

/// `POST /begin`.
async fn begin(State(app): State<App>, headers: HeaderMap, Form(typed): Form<Beginning>) -> Result<Response, Failure> {
    let again = |wrongs: &Wrongs| show::again(&show::outside("Begin"), &begin_view(&typed, wrongs));
    if jiff::tz::TimeZone::get(&typed.zone).is_err() {
        return Ok(again(&Wrongs::one("zone", "There is no such time zone. Write it like Europe/Berlin, or UTC.")));
    }
    let hash = match hashed(&app, typed.password.clone()).await? {
        Ok(hash) => hash,
        Err(wrongs) => return Ok(again(&wrongs)),
    };
    let act = Begin {
        organisation: typed.organisation.clone(),
        name: typed.name.clone(),
        email: typed.email.clone(),
        password: hash.kept().to_owned(),
        zone: typed.zone.clone(),
    };
    match app.ledger().perform(&Begin::nobody(), &act).await {
        Ok(person) => signed_in(&app, person, &headers, "/today").await,
        Err(refused) => Ok(again(&show::wrongs(refused)?)),
    }
}

/// Opens a session for somebody whose right to it was checked, and leads on.
pub(crate) async fn signed_in(
    app: &App,
    person: leadership::PersonId,
    headers: &HeaderMap,
    next: &str,
) -> Result<Response, Failure> {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default().to_owned();
    let actor = Actor { person, sight: Sight::default() };
    // Who asked for nothing in particular begins with their day.
    let next = match address::here(next) {
        "/" => "/today",
        next => next,
    };
    let token = app.ledger().perform(&actor, &SignIn { person, agent }).await?;
    let cookie = guard::cookie(Some(&token), app.config().secure_cookie);
    Ok((StatusCode::SEE_OTHER, [(header::SET_COOKIE, cookie), (header::LOCATION, next.to_owned())]).into_response())
}

/// Where to go after signing in.
#[derive(Debug, Default, Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

/// What the sign-in form sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Credentials {
    email: String,
    password: String,
    next: String,
}

fn view(email: &str, next: &str, wrongs: &Wrongs) -> Markup {
    html! {
        div.signin {
            div.page-head { h1 { "Sign in" } }
            (look::wrongs(wrongs))
            form method="post" action="/signin" {
                input type="hidden" name="next" value=(next);
                (Field::new("email", "Address for mail", email, wrongs).input("email"))
                (Field::new("password", "Password", "", wrongs).input("password"))
                button.primary type="submit" { "Sign in" }
            }
        }
    }
}

/// `GET /signin`.
///
/// # Errors
/// When the database is away.
pub async fn ask(State(app): State<App>, Query(next): Query<Next>, headers: HeaderMap) -> Result<Response, Failure> {
    if !app.begun().await? {
        return Ok(Redirect::to("/begin").into_response());
    }
    if guard::who(&app, &headers).await?.is_some() {
        return Ok(Redirect::to(address::here(&next.next)).into_response());
    }
    Ok(show::page(&show::outside("Sign in"), &view("", address::here(&next.next), &Wrongs::default())))
}

/// `POST /signin`.
///
/// # Errors
/// When the database is away.
pub async fn give(
    State(app): State<App>,
    headers: HeaderMap,
    Form(typed): Form<Credentials>,
) -> Result<Response, Failure> {
    let found = ledger::people::password(&mut app.ledger().read().await?, &typed.email).await?;
    let _turn = app.hashing().acquire().await.map_err(Failure::inside)?;
    let password = typed.password.clone();
    let person = tokio::task::spawn_blocking(move || {
        // The same work is done for an unknown address, so that time tells nobody who is here.
        let (person, kept) =
            found.map_or((None, Hash::nobodys()), |(person, kept)| (Some(person), Hash::from_kept(kept)));
        if kept.is(&password) { person } else { None }
    })
    .await
    .map_err(Failure::inside)?;
    if let Some(person) = person {
        return signed_in(&app, person, &headers, &typed.next).await;
    }
    let wrongs = Wrongs::one("password", "The address or the password is not right.");
    let body = view(&typed.email, address::here(&typed.next), &wrongs);
    let page = look::page(&show::outside("Sign in"), &body).into_string();
    Ok((StatusCode::UNAUTHORIZED, Html(page)).into_response())
}

/// `POST /signout`.
async fn leave(State(app): State<App>, headers: HeaderMap) -> Result<Response, Failure> {
    if let (Some(token), Some(Me { actor, .. })) = (guard::token(&headers), guard::who(&app, &headers).await?) {
        app.ledger().perform(&actor, &SignOut { token: token.to_owned() }).await?;
    }
    let cookie = guard::cookie(None, app.config().secure_cookie);
    Ok((StatusCode::SEE_OTHER, [(header::SET_COOKIE, cookie), (header::LOCATION, "/signin".to_owned())])
        .into_response())
}
