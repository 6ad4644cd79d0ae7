//! The training library. Each module is a text, an exercise, and a real act, done after the module was begun; that one
//! did it is for one's own eyes.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use jiff::Timestamp;
use leadership::Wrongs;
use ledger::training::{self, End, Ended, OwnAct, Start, page_of};
use look::Field;
use maud::{Markup, html};
use model::Module;
use serde::Deserialize;

use super::{HERE, practice, team};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::me::when;
use crate::route::{Guard, Route};
use crate::show;

const OWN: &str = "Who can see this: the text, everybody who is signed in; what you did of it, you alone.";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::page("/training", Guard::Signed, get(list)),
        Route::form("/training/team", Guard::Inside, get(team::show).post(team::propose)),
        Route::act("/training/team/end", Guard::Inside, post(team::end)),
        Route::form("/training/{module}", Guard::Signed, get(page).post(end)),
        Route::act("/training/{module}/begin", Guard::Signed, post(begin)),
    ]
}

/// `GET /training`.
async fn list(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let ended = training::ended(&mut tx, &me.actor).await?;
    let begun = training::begun(&mut tx, &me.actor).await?;
    drop(tx);
    let modules = &model::shipped().modules;
    let next = modules.iter().find(|module| !ended.contains_key(&module.key));
    let body = html! {
        (look::head("Training", &html! { p { "Short texts for people who lead IT. Each takes some minutes, has an exercise, and ends with something that you really do." } }))
        div.acts {
            @if let Some(next) = next { a.button.primary href=(format!("/training/{}", next.key)) { (if ended.is_empty() { "Begin: " } else { "Go on: " }) (next.title) } }
            a href="/model" { "The leadership model" }
            @if me.actor.sight.is_inside() { a href="/training/team" { "What your team learns" } a href="/situations" { "Situations to think through" } }
        }
        ul.lines { @for module in modules { li {
            h2 { a href=(format!("/training/{}", module.key)) { (module.title) } }
            p { (module.summary) }
            p.of {
                (module.minutes) " minutes"
                @if let Some(ended) = ended.get(&module.key) { " · you did it, " (when(&me, ended.at)) }
                @else if let Some(since) = begun.get(&module.key) { " · begun, " (when(&me, *since)) }
            }
        } } }
    };
    Ok(show::page(&show::shell(&me, "Training", HERE, OWN), &body))
}

/// One's acts that could end a module, as choices.
fn choices(acts: &[OwnAct], me: &Me) -> Vec<(String, String)> {
    acts.iter()
        .filter_map(|act| {
            let (_, words) = page_of(act.noun, &act.subject)?;
            Some((format!("{}:{}", act.noun, act.subject), format!("{words}, {}", when(me, act.at))))
        })
        .collect()
}

fn done(module: &Module, ended: &BTreeMap<String, Ended>, me: &Me) -> Markup {
    html! {
        @if let Some(one) = ended.get(&module.key) {
            div.notice role="status" { p {
                strong { "You did it" } ", " (when(me, one.at)) ". "
                @if let Some((address, _)) = page_of(&one.noun, &one.subject) { a href=(address) { "What you did" } }
            } }
        }
    }
}

/// What of a module belongs to one person.
struct Own {
    begun: Option<Timestamp>,
    ended: BTreeMap<String, Ended>,
    acts: Vec<OwnAct>,
}

/// What is to be done: begun with a button, then looked for in the record.
fn to_do(module: &Module, own: &Own, me: &Me, wrongs: &Wrongs) -> Markup {
    let choices = choices(&own.acts, me);
    let pairs: Vec<(&str, &str)> = choices.iter().map(|(value, shown)| (value.as_str(), shown.as_str())).collect();
    html! {
        h2 { "Then do it" }
        p { (practice(me, &module.act)) }
        p { "It counts when " (module.deed.words()) "." }
        @match own.begun {
            None => form method="post" action=(format!("/training/{}/begin", module.key)) {
                p { "What you did before you begin does not count: say so first, then do it." }
                div.acts { button.primary type="submit" { "I begin now" } a href="/training" { "Back" } }
            },
            Some(since) => {
                h2 { "I did it" }
                p.of { "Begun " (when(me, since)) ". Only what you did since then counts." }
                @if pairs.is_empty() {
                    p { "As soon as you have done it, the record knows: come back here and choose it." }
                } @else {
                    form.one-column method="post" action=(format!("/training/{}", module.key)) {
                        (Field::new("act", "Which of your acts was it?", "", wrongs).hint("Only you see that you chose it.").choice(&pairs))
                        div.acts { button.primary type="submit" { "I did it" } a href="/training" { "Back" } }
                    }
                }
            }
        }
    }
}

fn view(module: &Module, own: &Own, me: &Me, wrongs: &Wrongs) -> Markup {
    html! {
        p.over { a href="/training" { "Training" } " · " (module.minutes) " minutes" }
        (look::head(&module.title, &html! { p { (module.summary) } }))
        (look::wrongs(wrongs))
        (done(module, &own.ended, me))
        article.reading {
            @for section in &module.body {
                h2 { (section.heading) }
                @for paragraph in &section.paragraphs { p { (paragraph) } }
            }
            h2 { "Exercise" }
            p { (module.exercise) }
        }
        (to_do(module, own, me, wrongs))
    }
}

async fn shown(app: &App, me: &Me, module: &Module, wrongs: &Wrongs) -> Result<Markup, Failure> {
    let mut tx = app.ledger().read().await?;
    let ended = training::ended(&mut tx, &me.actor).await?;
    let begun = training::begun(&mut tx, &me.actor).await?.remove(&module.key);
    let acts = match begun {
        Some(since) => training::done_since(&mut tx, &me.actor, module.deed, since).await?,
        None => Vec::new(),
    };
    Ok(view(module, &Own { begun, ended, acts }, me, wrongs))
}

/// `GET /training/{module}`.
async fn page(State(app): State<App>, me: Me, Path(key): Path<String>) -> Result<Response, Failure> {
    let module = model::shipped().module(&key).ok_or(Failure::NotFound)?;
    let body = shown(&app, &me, module, &Wrongs::default()).await?;
    Ok(show::page(&show::shell(&me, &module.title, HERE, OWN), &body))
}

/// What the form sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Chosen {
    act: String,
}

/// `POST /training/{module}`.
async fn end(
    State(app): State<App>,
    me: Me,
    Path(key): Path<String>,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Failure> {
    let module = model::shipped().module(&key).ok_or(Failure::NotFound)?;
    match app.ledger().perform(&me.actor, &End { module: key.clone(), act: chosen.act }).await {
        Ok(()) => Ok(show::to(&format!("/training/{key}"))),
        Err(refused) => {
            let body = shown(&app, &me, module, &show::wrongs(refused)?).await?;
            Ok(show::again(&show::shell(&me, &module.title, HERE, OWN), &body))
        }
    }
}

/// `POST /training/{module}/begin`.
async fn begin(State(app): State<App>, me: Me, Path(key): Path<String>) -> Result<Response, Failure> {
    match app.ledger().perform(&me.actor, &Start { module: key.clone() }).await {
        Ok(()) => Ok(show::to(&format!("/training/{key}"))),
        Err(refused) => Err(refused.into()),
    }
}
