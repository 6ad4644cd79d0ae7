//! Beginning the record of leadership, signing in and out: with a password and, where it was begun, the code
//! of a second factor; or at a provider of OpenID Connect.

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use jiff::SignedDuration;
use leadership::circle::Actor;
use leadership::{PersonId, Sight, Wrongs};
use ledger::Refused;
use ledger::accounts::{self, AwaitCode, GiveCode, Shown};
use ledger::people::Begin;
use ledger::sessions::{SignIn, SignOut};
use ledger::tries::{self, Counted, Right, Try};
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

mod forgot;
mod openid;

/// Cookie of a browser that gave the password and owes the code.
const HALF: &str = "plumb_code";
/// How long it is kept, in seconds; the ledger keeps its side as long.
const HALF_SECONDS: u32 = 600;

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::form("/begin", Guard::Open, get(ask_begin).post(begin)),
        Route::form("/signin", Guard::Open, get(ask).post(give)),
        Route::form("/signin/forgot", Guard::Open, get(forgot::ask).post(forgot::send)),
        Route::form("/signin/new/{token}", Guard::Open, get(forgot::ask_new).post(forgot::set_new)),
        Route::form("/signin/code", Guard::Open, get(ask_code).post(give_code)),
        Route::page("/signin/openid", Guard::Open, get(openid::begin)),
        Route::page("/signin/openid/back", Guard::Open, get(openid::back)),
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
            (Field::new("password", "A password", "", wrongs).hint("At least ten characters.").fill("new-password").input("password"))
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
    // Hashing is dear: nobody can have it done once the record was begun.
    if app.begun().await? {
        return Ok(Redirect::to("/signin").into_response());
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

fn view(app: &App, email: &str, next: &str, wrongs: &Wrongs) -> Markup {
    html! {
        div.signin {
            div.page-head { h1 { "Sign in" } }
            (look::wrongs(wrongs))
            form method="post" action="/signin" {
                input type="hidden" name="next" value=(next);
                (Field::new("email", "Address for mail", email, wrongs).fill("username").input("email"))
                (Field::new("password", "Password", "", wrongs).input("password"))
                button.primary type="submit" { "Sign in" }
            }
            @if let Some(provider) = app.openid() {
                p.or { "or" }
                p { a.button href=(address::with("/signin/openid", &[("next", next)])) { "Sign in with " (provider.name()) } }
            }
            p { a href="/signin/forgot" { "Forgotten your password?" } }
            p.soft.small { "Whoever leads or administers your circle can send you an invitation." }
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
    Ok(show::page(&show::outside("Sign in"), &view(&app, "", address::here(&next.next), &Wrongs::default())))
}

/// A form that comes back with another status, with what was typed.
fn back(status: StatusCode, title: &str, body: &Markup) -> Response {
    (status, Html(look::page(&show::outside(title), body).into_string())).into_response()
}

/// What is said to who tried too often, and in the header how long to wait, in seconds.
fn too_often(wait: SignedDuration, page: impl Fn(&Wrongs) -> Markup) -> Response {
    let minutes = (wait.as_secs() + 59) / 60;
    let told =
        format!("Too many tries. Wait {minutes} {} and try again.", if minutes == 1 { "minute" } else { "minutes" });
    let mut response = back(StatusCode::TOO_MANY_REQUESTS, "Too many tries", &page(&Wrongs::one("", told)));
    if let Ok(seconds) = u64::try_from(wait.as_secs() + 1) {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// Counts a try before it is checked; how long to wait when there were too many.
async fn counted(app: &App, what: Vec<Counted>) -> Result<Option<SignedDuration>, Failure> {
    // Who has to wait costs one look, not a turn of those who write.
    if let Some(wait) = tries::waits(&mut app.ledger().read().await?, &what).await? {
        return Ok(Some(wait));
    }
    Ok(app.ledger().perform(&Begin::nobody(), &Try(what)).await?)
}

/// Whether this is the password of that hash; slow on purpose, two at a time. Without a hash the same work is
/// done in vain, so that time tells nobody who is here.
pub(crate) async fn is_password(app: &App, kept: Option<String>, password: String) -> Result<bool, Failure> {
    let _turn = app.hashing().acquire().await.map_err(Failure::inside)?;
    tokio::task::spawn_blocking(move || {
        let known = kept.is_some();
        let hash = kept.map_or_else(Hash::nobodys, Hash::from_kept);
        hash.is(&password) && known
    })
    .await
    .map_err(Failure::inside)
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
    let page = |wrongs: &Wrongs| view(&app, &typed.email, address::here(&typed.next), wrongs);
    let account = Counted::Account(typed.email.clone());
    let network = guard::network(&headers).map(Counted::Network);
    let what = network.into_iter().chain([account.clone()]).collect();
    if let Some(wait) = counted(&app, what).await? {
        return Ok(too_often(wait, page));
    }
    let found = ledger::people::password(&mut app.ledger().read().await?, &typed.email).await?;
    let (person, kept) = found.unzip();
    let right = is_password(&app, kept, typed.password.clone()).await?;
    let Some(person) = person.filter(|_| right) else {
        let wrongs = Wrongs::one("password", "The address or the password is not right.");
        return Ok(back(StatusCode::UNAUTHORIZED, "Sign in", &page(&wrongs)));
    };
    app.ledger().perform(&Begin::nobody(), &Right(account)).await?;
    second_or_in(&app, person, &headers, &typed.next).await
}

/// After the password: on to the second factor where one is asked for, else in.
async fn second_or_in(app: &App, person: PersonId, headers: &HeaderMap, next: &str) -> Result<Response, Failure> {
    let second = accounts::get(&mut app.ledger().read().await?, person).await?.second_since;
    if second.is_none() {
        return signed_in(app, person, headers, next).await;
    }
    let token = app.ledger().perform(&Begin::nobody(), &AwaitCode { person }).await?;
    let cookie = guard::keep_in(HALF, Some(&token), Some(HALF_SECONDS), app.config().secure_cookie);
    let to = address::with("/signin/code", &[("next", address::here(next))]);
    Ok((StatusCode::SEE_OTHER, [(header::SET_COOKIE, cookie), (header::LOCATION, to)]).into_response())
}

/// What the form of the code sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Code {
    code: String,
    next: String,
}

fn code_view(next: &str, wrongs: &Wrongs) -> Markup {
    html! {
        div.signin {
            (look::head("The code of your app", &html! { p { "Six digits that your authenticator app shows now." } }))
            (look::wrongs(wrongs))
            form method="post" action="/signin/code" {
                input type="hidden" name="next" value=(next);
                (Field::new("code", "Code", "", wrongs).hint("Without the phone, one of your recovery codes.").fill("one-time-code").line())
                div.acts { button.primary type="submit" { "Go on" } a href="/signin" { "Start over" } }
            }
        }
    }
}

/// Who owes a code in this browser.
async fn owes(app: &App, headers: &HeaderMap) -> Result<Option<(String, PersonId)>, Failure> {
    let Some(token) = guard::kept_in(headers, HALF, app.config().secure_cookie) else { return Ok(None) };
    let person = accounts::awaited(&mut app.ledger().read().await?, token).await?;
    Ok(person.map(|person| (token.to_owned(), person)))
}

/// `GET /signin/code`.
async fn ask_code(State(app): State<App>, Query(next): Query<Next>, headers: HeaderMap) -> Result<Response, Failure> {
    if owes(&app, &headers).await?.is_none() {
        return Ok(show::to(&address::with("/signin", &[("next", address::here(&next.next))])));
    }
    Ok(show::page(&show::outside("Sign in"), &code_view(address::here(&next.next), &Wrongs::default())))
}

/// `POST /signin/code`.
async fn give_code(State(app): State<App>, headers: HeaderMap, Form(typed): Form<Code>) -> Result<Response, Failure> {
    let next = address::here(&typed.next);
    let Some((token, person)) = owes(&app, &headers).await? else {
        return Ok(show::to(&address::with("/signin", &[("next", next)])));
    };
    let page = |wrongs: &Wrongs| code_view(next, wrongs);
    let codes = Counted::Codes(person.to_string());
    if let Some(wait) = counted(&app, vec![codes.clone()]).await? {
        return Ok(too_often(wait, page));
    }
    let act = GiveCode { token, typed: typed.code.clone() };
    let (person, shown) = match app.ledger().perform(&Begin::nobody(), &act).await {
        Ok(done) => done,
        Err(Refused::Wrong(wrongs)) => return Ok(back(StatusCode::UNAUTHORIZED, "Sign in", &page(&wrongs))),
        Err(refused) => return Ok(back(StatusCode::UNPROCESSABLE_ENTITY, "Sign in", &page(&show::wrongs(refused)?))),
    };
    app.ledger().perform(&Begin::nobody(), &Right(codes)).await?;
    // Few codes left: first to where there are new ones.
    let next = if matches!(shown, Shown::Recovery(left) if left < 3) { "/me/second-factor" } else { next };
    let mut response = signed_in(&app, person, &headers, next).await?;
    let spent = guard::keep_in(HALF, None, None, app.config().secure_cookie);
    if let Ok(spent) = spent.parse() {
        response.headers_mut().append(header::SET_COOKIE, spent);
    }
    Ok(response)
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
