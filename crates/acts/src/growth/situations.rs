//! Situations with people, thought through before one is in them: a choice first, then what each way tends to lead to,
//! and afterwards what came of it. Nobody else reads what one chose.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::Response;
use leadership::Wrongs;
use ledger::growth::{self, ForgetTry, SayAfter, Tried, TryOut};
use look::Field;
use maud::{Markup, html};
use model::Situation;
use serde::Deserialize;

use super::{ALONE, HERE};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::parts::{button, day_of, radios};
use crate::show;

/// What the forms send.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    way: String,
    words: String,
    after: String,
}

async fn mine(app: &App, me: &Me) -> Result<BTreeMap<String, Tried>, Failure> {
    Ok(growth::tried(&mut app.ledger().read().await?, &me.actor).await?)
}

/// `GET /situations`.
pub(super) async fn list(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let tried = mine(&app, &me).await?;
    let situations = &model::shipped().situations;
    let next = situations.iter().find(|one| !tried.contains_key(&one.key));
    let body = html! {
        (look::head("Situations", &html! { p { "With people it rarely goes by rule. Think these through before you are in one: choose, then see what each way tends to lead to. None is the right one." } }))
        div.acts {
            @if let Some(next) = next { a.button.primary href=(format!("/situations/{}", next.key)) { (if tried.is_empty() { "Begin: " } else { "Go on: " }) (next.title) } }
            a href="/training" { "Training" }
        }
        ul.lines { @for one in situations { li {
            a href=(format!("/situations/{}", one.key)) { (one.title) }
            p.of { @match tried.get(&one.key) {
                Some(found) => {
                    "thought through on " (day_of(&me, found.tried_at))
                    @if !found.after.is_empty() { " · with what came of it" }
                },
                None => "not looked at yet",
            } }
        } } }
    };
    Ok(show::page(&show::shell(&me, "Situations", HERE, ALONE), &body))
}

fn choice(one: &Situation, typed: &Typed, wrongs: &Wrongs) -> Markup {
    let ways: Vec<(&str, &str)> = one.ways.iter().map(|way| (way.key.as_str(), way.words.as_str())).collect();
    html! {
        form method="post" action=(format!("/situations/{}", one.key)) {
            (radios("way", "What would you do?", &ways, &typed.way, wrongs))
            (Field::new("words", "Why, or what you would say first", &typed.words, wrongs).optional().area())
            div.acts { button.primary type="submit" { "See what each tends to lead to" } a href="/situations" { "All situations" } }
        }
    }
}

fn told(one: &Situation, found: &Tried, typed: &Typed, wrongs: &Wrongs) -> Markup {
    let modules = one.modules.iter().filter_map(|key| model::shipped().module(key));
    html! {
        h2 { "What each way tends to lead to" }
        dl.theirs { @for way in &one.ways {
            dt { (way.words) @if way.key == found.way { " " strong { "– yours" } } }
            dd { (way.tends) }
        } }
        @if !found.words.is_empty() { h2 { "What you wrote" } p.written { (found.words) } }
        h2 { "What is left to think about" }
        p { (one.question) }
        p { @for module in modules { a href=(format!("/training/{}", module.key)) { "Training: " (module.title) } " " } }
        h2 { "When you were in such a situation" }
        form method="post" action=(format!("/situations/{}/after", one.key)) {
            (Field::new("after", "What you did, and what came of it", &typed.after, wrongs).optional().area())
            div.acts { button.primary type="submit" { "Keep it for me" } a href="/situations" { "All situations" } }
        }
        (button(&format!("/situations/{}/away", one.key), "Throw away what I wrote", &one.title))
    }
}

fn view(one: &Situation, found: Option<&Tried>, typed: &Typed, wrongs: &Wrongs) -> Markup {
    html! {
        p.over { a href="/situations" { "Situations" } }
        (look::head(&one.title, &html! { p { (one.story) } }))
        (look::wrongs(wrongs))
        @match found {
            Some(found) => {
                (told(one, found, typed, wrongs))
                details { summary { "Choose anew" } (choice(one, &Typed { way: found.way.clone(), words: found.words.clone(), ..Typed::default() }, &Wrongs::default())) }
            },
            None => { (choice(one, typed, wrongs)) },
        }
    }
}

fn found(key: &str) -> Result<&'static Situation, Failure> {
    model::shipped().situation(key).ok_or(Failure::NotFound)
}

/// `GET /situations/{key}`.
pub(super) async fn show(State(app): State<App>, me: Me, Path(key): Path<String>) -> Result<Response, Failure> {
    let one = found(&key)?;
    let tried = mine(&app, &me).await?.remove(&key);
    let typed = Typed { after: tried.as_ref().map(|one| one.after.clone()).unwrap_or_default(), ..Typed::default() };
    let body = view(one, tried.as_ref(), &typed, &Wrongs::default());
    Ok(show::page(&show::shell(&me, &one.title, HERE, ALONE), &body))
}

async fn does<A: ledger::Act>(app: &App, me: &Me, key: &str, typed: &Typed, act: &A) -> Result<Response, Failure> {
    let one = found(key)?;
    match app.ledger().perform(&me.actor, act).await {
        Ok(_) => Ok(show::to(&format!("/situations/{key}"))),
        Err(refused) => {
            let wrongs = show::wrongs(refused)?;
            // A choice that was not kept is shown as it was typed, whatever was chosen before.
            let tried = if wrongs.of("after").is_some() { mine(app, me).await?.remove(key) } else { None };
            let body = view(one, tried.as_ref(), typed, &wrongs);
            Ok(show::again(&show::shell(me, &one.title, HERE, ALONE), &body))
        }
    }
}

/// `POST /situations/{key}`.
pub(super) async fn choose(
    State(app): State<App>,
    me: Me,
    Path(key): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let act = TryOut { situation: key.clone(), way: typed.way.clone(), words: typed.words.clone() };
    does(&app, &me, &key, &typed, &act).await
}

/// `POST /situations/{key}/after`.
pub(super) async fn after(
    State(app): State<App>,
    me: Me,
    Path(key): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    does(&app, &me, &key, &typed, &SayAfter { situation: key.clone(), words: typed.after.clone() }).await
}

/// `POST /situations/{key}/away`.
pub(super) async fn away(State(app): State<App>, me: Me, Path(key): Path<String>) -> Result<Response, Failure> {
    does(&app, &me, &key, &Typed::default(), &ForgetTry { situation: key.clone() }).await
}
