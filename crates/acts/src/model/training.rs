//! The training library. Each module is a text, an exercise, and a real act; that one did it is for one's own eyes.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use leadership::Wrongs;
use ledger::training::{self, End, Ended, OwnAct, page_of};
use look::Field;
use maud::{Markup, html};
use model::Module;
use serde::Deserialize;

use super::{HERE, practice};
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
        Route::form("/training/{module}", Guard::Signed, get(page).post(end)),
    ]
}

/// `GET /training`.
async fn list(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let ended = training::ended(&mut app.ledger().read().await?, &me.actor).await?;
    let modules = &model::shipped().modules;
    let next = modules.iter().find(|module| !ended.contains_key(&module.key));
    let body = html! {
        (look::head("Training", &html! { p { "Short texts for people who lead IT. Each takes some minutes, has an exercise, and ends with something that you really do." } }))
        div.acts {
            @if let Some(next) = next { a.button.primary href=(format!("/training/{}", next.key)) { (if ended.is_empty() { "Begin: " } else { "Go on: " }) (next.title) } }
            a href="/model" { "The leadership model" }
        }
        ul.lines { @for module in modules { li {
            h2 { a href=(format!("/training/{}", module.key)) { (module.title) } }
            p { (module.summary) }
            p.of { (module.minutes) " minutes" @if let Some(ended) = ended.get(&module.key) { " · you did it, " (when(&me, ended.at)) } }
        } } }
    };
    Ok(show::page(&show::shell(&me, "Training", HERE, OWN), &body))
}

/// One's acts that could end a module, as choices.
fn choices(acts: &[OwnAct], me: &Me) -> Vec<(String, String)> {
    acts.iter()
        .filter_map(|act| {
            let (_, words) = page_of(&act.noun, &act.subject)?;
            let shown = format!("{words}, {}, {}", act.kind.replace('_', " "), when(me, act.at));
            Some((format!("{}:{}", act.noun, act.subject), shown))
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

fn view(module: &Module, ended: &BTreeMap<String, Ended>, acts: &[OwnAct], me: &Me, wrongs: &Wrongs) -> Markup {
    let choices = choices(acts, me);
    let pairs: Vec<(&str, &str)> = choices.iter().map(|(value, shown)| (value.as_str(), shown.as_str())).collect();
    html! {
        p.over { a href="/training" { "Training" } " · " (module.minutes) " minutes" }
        (look::head(&module.title, &html! { p { (module.summary) } }))
        (look::wrongs(wrongs))
        (done(module, ended, me))
        article.reading {
            @for section in &module.body {
                h2 { (section.heading) }
                @for paragraph in &section.paragraphs { p { (paragraph) } }
            }
            h2 { "Exercise" }
            p { (module.exercise) }
        }
        h2 { "Then do it" }
        p { (practice(me, &module.act)) }
        h2 { "I did it" }
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

async fn shown(app: &App, me: &Me, module: &Module, wrongs: &Wrongs) -> Result<Markup, Failure> {
    let mut tx = app.ledger().read().await?;
    let ended = training::ended(&mut tx, &me.actor).await?;
    let acts = training::own_acts(&mut tx, &me.actor, &module.act.page).await?;
    Ok(view(module, &ended, &acts, me, wrongs))
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
