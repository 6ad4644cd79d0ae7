//! Messages that wait until one is calm. Plumb never sends them.

use axum::extract::{Path, State};
use axum::response::Response;
use leadership::Wrongs;
use ledger::growth::{self, Held, HeldId, Hold, LetGo};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::{ALONE, HERE};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::parts::{id, moment};
use crate::show;

/// What the form sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    whom: String,
    purpose: String,
    words: String,
    hours: String,
}

impl Typed {
    fn act(&self, id: Option<HeldId>) -> Hold {
        Hold {
            id,
            whom: self.whom.clone(),
            purpose: self.purpose.clone(),
            words: self.words.clone(),
            hours: self.hours.clone(),
        }
    }
}

fn form(action: &str, word: &str, typed: &Typed, wrongs: &Wrongs) -> Markup {
    html! {
        form method="post" action=(action) {
            (Field::new("whom", "To whom it would go", &typed.whom, wrongs).line())
            (Field::new("words", "The message, as it comes", &typed.words, wrongs).area())
            (Field::new("purpose", "What shall be different after it", &typed.purpose, wrongs).optional().hint("If nothing comes to mind, it may be enough that you wrote it.").area())
            (Field::new("hours", "Hold it for, in hours", &typed.hours, wrongs).hint("A night is 12, a weekend 60; at most 720.").input("number"))
            div.acts { button.primary type="submit" { (word) } a href="/growth/held" { "Back" } }
        }
    }
}

fn list_view(all: &[Held], app: &App, me: &Me, typed: &Typed, wrongs: &Wrongs) -> Markup {
    html! {
        (look::head("Messages that wait", &html! { p { "Write it now, read it again when you are calm. Plumb sends none of them: you send it yourself, or let it go." } }))
        @if all.is_empty() { p.soft { "None. When something makes you angry, write the answer here instead of sending it." } }
        ul.lines { @for one in all { li {
            a href=(format!("/growth/held/{}", one.id)) { "To " (one.whom) }
            p.of { @if one.until <= app.now() { "free since " } @else { "held until " } (moment(one.until, me)) }
        } } }
        h2 { "Hold one" }
        (look::wrongs(wrongs))
        (form("/growth/held", "Hold it", typed, wrongs))
    }
}

fn standard() -> Typed {
    Typed { hours: "12".to_owned(), ..Typed::default() }
}

/// `GET /growth/held`.
pub(super) async fn list(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let all = growth::held(&mut app.ledger().read().await?, &me.actor).await?;
    let body = list_view(&all, &app, &me, &standard(), &Wrongs::default());
    Ok(show::page(&show::shell(&me, "Messages that wait", HERE, ALONE), &body))
}

/// `POST /growth/held`.
pub(super) async fn hold(State(app): State<App>, me: Me, Form(typed): Form<Typed>) -> Result<Response, Failure> {
    match app.ledger().perform(&me.actor, &typed.act(None)).await {
        Ok(_) => Ok(show::to("/growth/held")),
        Err(refused) => {
            let wrongs = show::wrongs(refused)?;
            let all = growth::held(&mut app.ledger().read().await?, &me.actor).await?;
            let body = list_view(&all, &app, &me, &typed, &wrongs);
            Ok(show::again(&show::shell(&me, "Messages that wait", HERE, ALONE), &body))
        }
    }
}

async fn mine(app: &App, me: &Me, one: &str) -> Result<Held, Failure> {
    let one: HeldId = id(one)?;
    growth::held_one(&mut app.ledger().read().await?, &me.actor, one).await?.ok_or(Failure::NotFound)
}

fn one_view(held: &Held, app: &App, me: &Me, typed: &Typed, wrongs: &Wrongs) -> Markup {
    let free = held.until <= app.now();
    html! {
        (look::head(&format!("To {}", held.whom), &html! { p {
            "Written " (moment(held.made_at, me)) ". "
            @if free { "It is free: read it as the one who gets it." } @else { "It is held until " (moment(held.until, me)) "." }
        } }))
        (look::wrongs(wrongs))
        @if free {
            p.written { (held.words) }
            @if !held.purpose.is_empty() { h2 { "What shall be different after it" } p.written { (held.purpose) } }
            h2 { "Before you send it" }
            ul {
                li { "Would you say it to their face, in front of somebody whom you respect?" }
                li { "Does it say what happened and what it led to, rather than what they are?" }
                li { "Does it ask for something that they can do?" }
            }
        } @else { p.soft { "Its words are shown again when it is free. You can change or let go of it at any time." } }
        form method="post" action=(format!("/growth/held/{}/go", held.id)) {
            div.acts { button.primary[free] type="submit" { @if free { "It is settled: throw it away" } @else { "Let it go: throw it away" } } }
        }
        details open[!wrongs.0.is_empty()] {
            summary { "Change it, and hold it anew" }
            (form(&format!("/growth/held/{}", held.id), "Hold it anew", typed, wrongs))
        }
    }
}

/// `GET /growth/held/{id}`.
pub(super) async fn show(State(app): State<App>, me: Me, Path(one): Path<String>) -> Result<Response, Failure> {
    let held = mine(&app, &me, &one).await?;
    let typed =
        Typed { whom: held.whom.clone(), purpose: held.purpose.clone(), words: held.words.clone(), ..standard() };
    let body = one_view(&held, &app, &me, &typed, &Wrongs::default());
    Ok(show::page(&show::shell(&me, "A message that waits", HERE, ALONE), &body))
}

/// `POST /growth/held/{id}`.
pub(super) async fn change(
    State(app): State<App>,
    me: Me,
    Path(one): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let held = mine(&app, &me, &one).await?;
    match app.ledger().perform(&me.actor, &typed.act(Some(held.id))).await {
        Ok(_) => Ok(show::to("/growth/held")),
        Err(refused) => {
            let body = one_view(&held, &app, &me, &typed, &show::wrongs(refused)?);
            Ok(show::again(&show::shell(&me, "A message that waits", HERE, ALONE), &body))
        }
    }
}

/// `POST /growth/held/{id}/go`.
pub(super) async fn go(State(app): State<App>, me: Me, Path(one): Path<String>) -> Result<Response, Failure> {
    app.ledger().perform(&me.actor, &LetGo { id: id(&one)? }).await?;
    Ok(show::to("/growth/held"))
}
