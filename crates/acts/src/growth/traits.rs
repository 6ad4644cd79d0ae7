//! Strengths and limits, in one's own words.

use axum::extract::{Path, State};
use axum::response::Response;
use leadership::Wrongs;
use leadership::growth::Trait as Kind;
use ledger::growth::{self, AddTrait, RetireTrait, Trait};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::{HERE, OWN};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::parts::{button, id, radios};
use crate::{qualities, show};

/// What the form sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct NewTrait {
    kind: String,
    title: String,
    used: String,
    quality: String,
}

/// The list, as its owner or a guest sees it.
pub(super) fn list(all: &[Trait], own: bool) -> Markup {
    html! {
        @for kind in Kind::ALL {
            @let of: Vec<&Trait> = all.iter().filter(|one| one.kind == *kind).collect();
            @let title = if *kind == Kind::Strength { "Strengths" } else { "Limits" };
            // A guest sees it as a part of a page, below a heading of its own.
            @if own { h2 { (title) } } @else { h3 { (title) } }
            @if of.is_empty() { p.soft { "None written down yet." } }
            ul.lines { @for one in of { li {
                p { strong { (one.title) } }
                p.written { (one.used) }
                @if let Some(key) = &one.quality { p.of {
                    (qualities::name(key)) " · "
                    @match one.noted { 0 => "nobody noted yet that they saw it", 1 => "one note of somebody who saw it", n => { (n) " notes of others who saw it" } }
                } }
                @if own { (button(&format!("/growth/strengths/{}/retire", one.id), "Take it off", &one.title)) }
            } } }
        }
    }
}

fn body(all: &[Trait], typed: &NewTrait, wrongs: &Wrongs) -> Markup {
    let choices = qualities::choices();
    let choices: Vec<(&str, &str)> = choices.iter().map(|(key, name)| (*key, name.as_str())).collect();
    let kinds: Vec<(&str, &str)> = Kind::ALL.iter().map(|kind| (kind.name(), kind.shown())).collect();
    html! {
        (look::head("Strengths and limits", &html! { p { "Technical skill becomes leadership where it serves others. A limit that is known and said is a strength." } }))
        (list(all, true))
        h2 { "Write one down" }
        (look::wrongs(wrongs))
        form method="post" action="/growth/strengths" {
            (radios("kind", "Which of the two", &kinds, if typed.kind.is_empty() { "strength" } else { &typed.kind }, wrongs))
            (Field::new("title", "What", &typed.title, wrongs).hint("In one line, such as: reads a network trace.").line())
            (Field::new("used", "How it serves others; for a limit, whom you ask and when", &typed.used, wrongs).area())
            (Field::new("quality", "Belongs to the quality", &typed.quality, wrongs).optional().choice(&choices))
            div.acts { button.primary type="submit" { "Write it down" } a href="/growth" { "Back to growth" } }
        }
    }
}

/// `GET /growth/strengths`.
pub(super) async fn show(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let all = growth::traits(&mut app.ledger().read().await?, &me.actor).await?;
    let body = body(&all, &NewTrait::default(), &Wrongs::default());
    Ok(show::page(&show::shell(&me, "Strengths and limits", HERE, OWN), &body))
}

/// `POST /growth/strengths`.
pub(super) async fn add(State(app): State<App>, me: Me, Form(typed): Form<NewTrait>) -> Result<Response, Failure> {
    let act = AddTrait {
        kind: typed.kind.clone(),
        title: typed.title.clone(),
        used: typed.used.clone(),
        quality: typed.quality.clone(),
    };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(_) => Ok(show::to("/growth/strengths")),
        Err(refused) => {
            let wrongs = show::wrongs(refused)?;
            let all = growth::traits(&mut app.ledger().read().await?, &me.actor).await?;
            let body = body(&all, &typed, &wrongs);
            Ok(show::again(&show::shell(&me, "Strengths and limits", HERE, OWN), &body))
        }
    }
}

/// `POST /growth/strengths/{id}/retire`.
pub(super) async fn retire(State(app): State<App>, me: Me, Path(one): Path<String>) -> Result<Response, Failure> {
    app.ledger().perform(&me.actor, &RetireTrait { id: id(&one)? }).await?;
    Ok(show::to("/growth/strengths"))
}
