//! "My data": everything that is held about me, who looked at it, and what I can do about it.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use jiff::Timestamp;
use leadership::Wrongs;
use ledger::people::{self, AskErasure, Correct, Held, Person};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::route::{Guard, Route};
use crate::show;

mod account;
pub(crate) mod second;

/// Rows of one kind that the page shows; the export has all.
const ROWS: usize = 25;
/// Looks and events that the page shows.
const RECENT: i64 = 25;

pub(crate) const AUDIENCE: &str = "Who can see this: you alone.";

pub(crate) fn routes() -> Vec<Route> {
    let mut all = vec![
        Route::page("/me", Guard::Signed, get(mine)),
        Route::page("/me/export", Guard::Signed, get(export)),
        Route::form("/me/name", Guard::Signed, get(ask_name).post(name)),
        Route::act("/me/erasure/{what}", Guard::Signed, post(erasure)),
    ];
    all.extend(account::routes());
    all.extend(second::routes());
    all
}

/// An instant in a person's own zone, to the minute.
pub(crate) fn when(me: &Me, at: Timestamp) -> String {
    at.to_zoned(me.time_zone()).strftime("%-d %B %Y, %H:%M").to_string()
}

/// A cell of a table: an instant is shown in the person's zone, everything else as it is.
fn cell(me: &Me, text: &str) -> Markup {
    // Only what was written as an instant: other words are not to be taken for one.
    let at = (text.len() == 24 && text.ends_with('Z')).then(|| text.parse::<Timestamp>().ok()).flatten();
    html! { @match at { Some(at) => span.nowrap { (when(me, at)) }, None => (text) } }
}

fn table(me: &Me, held: &Held) -> Markup {
    html! {
        h3 { (held.what) }
        @if held.withheld {}
        @else if held.rows.is_empty() { p.soft { "Nothing." } }
        @else {
            (look::scroll(held.what, &html! {
                table {
                    thead { tr { @for heading in &held.headings { th scope="col" { (heading) } } } }
                    tbody { @for row in held.rows.iter().take(ROWS) { tr { @for text in row { td { (cell(me, text)) } } } } }
                }
            }))
            @if held.rows.len() > ROWS { p.soft { "And " (held.rows.len() - ROWS) " more, in the export." } }
        }
    }
}

/// `GET /me`.
async fn mine(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let id = me.actor.person;
    let mut tx = app.ledger().read().await?;
    let person = people::get(&mut tx, id).await?.ok_or(Failure::NotFound)?;
    let held = people::held(&mut tx, id).await?;
    let looked = people::who_looked(&mut tx, id, RECENT).await?;
    let facts = people::facts(&mut tx, id, RECENT).await?;
    let asked = people::asked_erasure(&mut tx, id).await?;
    drop(tx);
    let mut rooms: Vec<&str> = Vec::new();
    for one in &held {
        if !rooms.contains(&one.room) {
            rooms.push(one.room);
        }
    }
    let body = html! {
        (look::head("My data", &html! { p { "Everything that is held about you here, and who looked at it." } }))
        dl.plain-facts {
            dt { "Name" } dd { (person.name) }
            dt { "Address for mail" } dd { (person.email.as_deref().unwrap_or("None")) }
            dt { "Time zone" } dd { (person.zone) }
        }
        div.acts {
            a.button href="/me/export" { "Take it all along (JSON)" }
            a href="/me/name" { "Change name or time zone" }
            a href="/me/password" { "Change password" }
            a href="/me/second-factor" { "Second factor" }
            a href="/me/sessions" { "Where you are signed in" }
            a href="/tokens" { "Tokens for programs" }
        }
        h2 { "For yourself" }
        ul.places {
            li { a href="/self-check" { "Look at yourself" } p { "A self-check of five minutes. Nobody else sees it." } }
            li { a href="/training" { "Training" } p { "Short texts on leading, each with something to do. What you did is for your eyes only." } }
            li { a href="/model" { "The leadership model" } p { "What leaders are rated on, and what helps to grow." } }
        }
        h2 { "Who looked" }
        @if looked.is_empty() { p { "Nobody has looked at a page with your data yet." } }
        @else {
            (look::scroll("Who looked at your data", &html! {
                table {
                    thead { tr { th scope="col" { "Day" } th scope="col" { "Who" } th scope="col" { "What" } th.n scope="col" { "Times" } } }
                    tbody { @for one in &looked { tr { td.nowrap { (one.day) } td { (one.viewer) } td { (one.what) } td.n { (one.times) } } } }
                }
            }))
        }
        @for room in rooms {
            h2 { (room) }
            @for one in held.iter().filter(|one| one.room == room) { (table(&me, one)) }
        }
        h2 { "What you did last" }
        p.soft { "From the chain of events, which cannot be rewritten. Your own words in it are sealed with your key." }
        @if facts.is_empty() { p { "Nothing yet." } }
        @else {
            (look::scroll("What you did last", &html! {
                table {
                    thead { tr { th scope="col" { "When" } th scope="col" { "What" } th scope="col" { "By" } } }
                    tbody { @for fact in &facts { tr {
                        td.nowrap { (when(&me, fact.at)) }
                        td { (fact.noun) ": " (fact.kind.replace('_', " ")) }
                        td { (fact.by.as_deref().unwrap_or("the clock")) }
                    } } }
                }
            }))
        }
        h2 { "To be erased" }
        @match asked {
            Some(at) => {
                p { "You asked for it on " (when(&me, at)) ". An administrator of the organisation does it; the law gives a month." }
                form method="post" action="/me/erasure/withdraw" { button type="submit" { "Take it back" } }
            }
            None => {
                p { "Your name, your address, your account and your own words go, for good. What the organisation decided and promised stays, without your name. An administrator does it after you asked." }
                form method="post" action="/me/erasure/ask" { button type="submit" { "Ask to be erased" } }
            }
        }
    };
    Ok(show::page(&show::shell(&me, "My data", "/me", AUDIENCE), &body))
}

/// `GET /me/export`.
async fn export(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let export = people::export(&mut app.ledger().read().await?, me.actor.person).await?.ok_or(Failure::NotFound)?;
    let json = serde_json::to_vec_pretty(&export).map_err(Failure::inside)?;
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"my-data.json\""),
    ];
    Ok((StatusCode::OK, headers, json).into_response())
}

/// `POST /me/erasure/ask` and `…/withdraw`.
async fn erasure(State(app): State<App>, me: Me, Path(what): Path<String>) -> Result<Response, Failure> {
    let withdraw = match what.as_str() {
        "ask" => false,
        "withdraw" => true,
        _ => return Err(Failure::NotFound),
    };
    app.ledger().perform(&me.actor, &AskErasure { withdraw }).await?;
    Ok(show::to("/me"))
}

/// What the form of one's own name sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Named {
    name: String,
    zone: String,
}

fn name_view(person: &Person, typed: &Named, wrongs: &Wrongs) -> Markup {
    html! {
        (look::head("Your name and time zone", &html! { p { "Your address for mail, " (person.email.as_deref().unwrap_or("none yet")) ", is changed by whoever administers your circles: you sign in with it." } }))
        (look::wrongs(wrongs))
        form.one-column method="post" {
            (Field::new("name", "Name", &typed.name, wrongs).fill("name").line())
            (Field::new("zone", "Time zone", &typed.zone, wrongs).hint("Such as Europe/Berlin; what is due “today” follows it.").line())
            div.acts { button.primary type="submit" { "Change" } a href="/me" { "Back to my data" } }
        }
    }
}

async fn myself(app: &App, me: &Me) -> Result<Person, Failure> {
    people::get(&mut app.ledger().read().await?, me.actor.person).await?.ok_or(Failure::NotFound)
}

/// `GET /me/name`.
async fn ask_name(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let person = myself(&app, &me).await?;
    let typed = Named { name: person.name.clone(), zone: person.zone.clone() };
    let body = name_view(&person, &typed, &Wrongs::default());
    Ok(show::page(&show::shell(&me, "Your name", "/me", AUDIENCE), &body))
}

/// `POST /me/name`.
async fn name(State(app): State<App>, me: Me, Form(typed): Form<Named>) -> Result<Response, Failure> {
    let person = myself(&app, &me).await?;
    let email = person.email.clone().unwrap_or_default();
    let act = Correct { person: person.id, name: typed.name.clone(), email, zone: typed.zone.clone() };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(()) => Ok(show::to("/me")),
        Err(refused) => {
            let body = name_view(&person, &typed, &show::wrongs(refused)?);
            Ok(show::again(&show::shell(&me, "Your name", "/me", AUDIENCE), &body))
        }
    }
}
