//! An invitation is taken: whom it was made for sets their name and their password.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use leadership::Wrongs;
use ledger::accounts::{self, INVITATION, Join};
use ledger::people::{self, Begin, Person};
use ledger::{Refused, links};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::route::{Guard, Route};
use crate::show;
use crate::signin;

pub(crate) fn routes() -> Vec<Route> {
    vec![Route::form("/join/{token}", Guard::Open, get(ask).post(join))]
}

/// What the form sends.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Joining {
    name: String,
    password: String,
    zone: String,
}

/// The person that the link was made for, with where it leads them.
struct Invited {
    person: Person,
    circle: String,
    has_account: bool,
}

async fn invited(app: &App, token: &str) -> Result<Option<Invited>, Failure> {
    let mut tx = app.ledger().read().await?;
    let Some(link) = links::open(&mut tx, token, INVITATION).await? else { return Ok(None) };
    let Some(id) = link.person else { return Ok(None) };
    let Some(person) = people::get(&mut tx, id).await? else { return Ok(None) };
    let circles = people::circles(&mut tx).await?;
    let circle = circles.into_iter().find(|circle| circle.id == link.circle).map(|circle| circle.name);
    let has_account = accounts::has_one(&mut tx, id).await?;
    Ok(Some(Invited { person, circle: circle.unwrap_or_default(), has_account }))
}

fn view(invited: &Invited, typed: &Joining, wrongs: &Wrongs) -> Markup {
    let email = invited.person.email.as_deref().unwrap_or_default();
    html! {
        (look::head(&format!("Join {}", invited.circle), &html! { p { "You were invited. Say how you want to be called, and choose a password." } }))
        (look::wrongs(wrongs))
        form.narrow method="post" {
            (Field::new("name", "Your name", &typed.name, wrongs).fill("name").line())
            div.field {
                label for="email" { "Your address for mail" }
                p.hint #email-hint { "You sign in with it. Whoever invited you can change it." }
                input #email type="email" value=(email) readonly autocomplete="username" aria-describedby="email-hint";
            }
            (Field::new("password", "A password", "", wrongs).hint("At least ten characters.").fill("new-password").input("password"))
            (Field::new("zone", "Your time zone", &typed.zone, wrongs).hint("Such as Europe/Berlin; what is due “today” follows it.").line())
            div.acts { button.primary type="submit" { "Join" } }
        }
    }
}

fn ended() -> Failure {
    Failure::Refused {
        status: axum::http::StatusCode::NOT_FOUND,
        what: "This invitation was used, was replaced by a newer one, or has ended.".to_owned(),
        remedy: "Sign in if you have joined already; else ask whoever invited you for a new one.".to_owned(),
    }
}

/// `GET /join/{token}`.
async fn ask(State(app): State<App>, Path(token): Path<String>) -> Result<Response, Failure> {
    let invited = invited(&app, &token).await?.ok_or_else(ended)?;
    if invited.has_account {
        // Who has an account is in the circle already.
        return Ok(show::to("/signin"));
    }
    let typed = Joining { name: invited.person.name.clone(), zone: invited.person.zone.clone(), ..Joining::default() };
    Ok(show::page(&show::outside("Join"), &view(&invited, &typed, &Wrongs::default())))
}

/// `POST /join/{token}`.
async fn join(
    State(app): State<App>,
    Path(token): Path<String>,
    headers: HeaderMap,
    Form(typed): Form<Joining>,
) -> Result<Response, Failure> {
    let invited = invited(&app, &token).await?.ok_or_else(ended)?;
    let again = |wrongs: &Wrongs| show::again(&show::outside("Join"), &view(&invited, &typed, wrongs));
    let hash = match signin::hashed(&app, typed.password.clone()).await? {
        Ok(hash) => hash.kept().to_owned(),
        Err(wrongs) => return Ok(again(&wrongs)),
    };
    let act = Join { token, name: typed.name.clone(), hash, zone: typed.zone.clone() };
    match app.ledger().perform(&Begin::nobody(), &act).await {
        Ok(person) => signin::signed_in(&app, person, &headers, "/today").await,
        Err(Refused::NotFound) => Err(ended()),
        Err(refused) => Ok(again(&show::wrongs(refused)?)),
    }
}
