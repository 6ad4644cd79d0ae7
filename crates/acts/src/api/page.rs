//! The page on which a person makes and revokes the tokens of programs that act for them.

use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use leadership::Wrongs;
use ledger::tokens::{self, Listed, MakeToken, RevokeToken, Scope};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::route::{Guard, Route};
use crate::show;

const AUDIENCE: &str = "Who can see this: you alone.";

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::form("/tokens", Guard::Signed, get(list).post(make)),
        Route::act("/tokens/{id}/revoke", Guard::Signed, post(revoke)),
    ]
}

/// What the form of a new token sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct NewToken {
    name: String,
    scope: String,
    days: String,
}

/// A day in the person's own zone.
fn day(at: jiff::Timestamp, me: &Me) -> String {
    at.to_zoned(me.time_zone()).date().to_string()
}

fn kept(all: &[Listed], me: &Me) -> Markup {
    html! {
        @if all.is_empty() {
            p.soft { "You have no token. Make one below for the first program that is to read or act for you." }
        } @else {
            ul.plain {
                @for token in all {
                    li {
                        h3 { (token.name) }
                        p {
                            "May " (token.scope.shown()) ". Made on " (day(token.made_at, me)) ", ends on " (day(token.until, me)) ", "
                            @match token.used_at {
                                Some(at) => { "last used on " (day(at, me)) "." }
                                None => { "not used yet." }
                            }
                        }
                        form method="post" action=(format!("/tokens/{}/revoke", token.id)) {
                            div.acts { button type="submit" { "Revoke " (token.name) } }
                        }
                    }
                }
            }
        }
    }
}

fn view(all: &[Listed], me: &Me, typed: &NewToken, wrongs: &Wrongs, fresh: Option<&str>) -> Markup {
    let scopes: Vec<_> = Scope::ALL.iter().map(|scope| (scope.name(), scope.shown())).collect();
    html! {
        (look::head("Tokens for programs", &html! { p { "A token lets a program read, or act, as you: never more than you may yourself. " a href="/api/v1/openapi.json" { "What programs can ask for" } "." } }))
        @if let Some(token) = fresh {
            div.notice role="status" {
                p { strong { "Copy it now: it is shown this once." } }
                p { code.long { (token) } }
            }
        }
        (look::wrongs(wrongs))
        h2 { "Your tokens" }
        (kept(all, me))
        h2 { "Make a token" }
        form method="post" action="/tokens" {
            (Field::new("name", "Which program it is for", &typed.name, wrongs).line())
            (Field::new("scope", "What it may do", if typed.scope.is_empty() { "read" } else { &typed.scope }, wrongs).choice(&scopes))
            (Field::new("days", "For how many days", if typed.days.is_empty() { "90" } else { &typed.days }, wrongs).hint("From 1 to 366.").input("number"))
            div.acts { button.primary type="submit" { "Make it" } }
        }
    }
}

async fn own(app: &App, me: &Me) -> Result<Vec<Listed>, Failure> {
    Ok(tokens::list(&mut app.ledger().read().await?, me.actor.person).await?)
}

/// `GET /tokens`.
async fn list(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let body = view(&own(&app, &me).await?, &me, &NewToken::default(), &Wrongs::default(), None);
    Ok(show::page(&show::shell(&me, "Tokens", "", AUDIENCE), &body))
}

/// `POST /tokens`. The answer is the page itself and no redirect: the token is nowhere to be read again.
async fn make(State(app): State<App>, me: Me, Form(typed): Form<NewToken>) -> Result<Response, Failure> {
    let shell = show::shell(&me, "Tokens", "", AUDIENCE);
    let Some(scope) = Scope::from_name(&typed.scope) else {
        let wrongs = Wrongs::one("scope", "Choose what it may do.");
        return Ok(show::again(&shell, &view(&own(&app, &me).await?, &me, &typed, &wrongs, None)));
    };
    let act = MakeToken { name: typed.name.clone(), scope, days: typed.days.clone() };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(token) => {
            let body = view(&own(&app, &me).await?, &me, &NewToken::default(), &Wrongs::default(), Some(&token));
            Ok(show::page(&shell, &body))
        }
        Err(refused) => {
            let wrongs = show::wrongs(refused)?;
            // Its own tokens are shown where they can be read just now.
            let all = own(&app, &me).await.unwrap_or_default();
            Ok(show::again(&shell, &view(&all, &me, &typed, &wrongs, None)))
        }
    }
}

/// `POST /tokens/{id}/revoke`.
async fn revoke(State(app): State<App>, me: Me, Path(id): Path<String>) -> Result<Response, Failure> {
    let token = id.parse().map_err(|_| Failure::NotFound)?;
    app.ledger().perform(&me.actor, &RevokeToken { token }).await?;
    Ok(show::to("/tokens"))
}
