//! Notes on what goes on in one's life: one's own, shown to somebody by one's own act, and taken back at any time.

use std::collections::BTreeMap;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use leadership::{PersonId, Wrongs};
use ledger::talks::notes::{self, Note, NoteId, ShowNote, TakeBack, ThrowAway, WriteNote};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::{ALONE, HERE};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::parts::{button, id, moment, name, names};
use crate::{pick, show};

/// What the forms send.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    show: String,
    words: String,
    to: String,
    from: String,
}

fn own(
    note: &Note,
    me: &Me,
    people: &pick::Pick,
    names: &BTreeMap<PersonId, String>,
    at: Option<(&Typed, &Wrongs)>,
) -> Markup {
    html! { li {
        p.written { (note.words) }
        p.of { "written " (moment(note.changed_at, me)) }
        @for person in &note.shown_to {
            form.inline method="post" action=(format!("/talks/notes/{}/back", note.id)) {
                input type="hidden" name="from" value=(person);
                span { "Shown to " (name(names, *person)) " " }
                button type="submit" { "Take it back" span.visually-hidden { " from " (name(names, *person)) } }
            }
        }
        @if let Some((typed, wrongs)) = at {
            form method="post" action=(format!("/talks/notes/{}/show", note.id)) {
                (people.field(&Field::new("to", "To whom", &typed.to, wrongs)))
                div.acts { button.primary type="submit" { "Show it" } a href="/talks/notes" { "Back" } }
            }
        } @else {
            div.acts {
                a href=(look::address::with("/talks/notes", &[("show", &note.id.to_string())])) { "Show it to somebody" }
                (button(&format!("/talks/notes/{}/away", note.id), "Throw it away", ""))
            }
        }
    } }
}

async fn page(app: &App, me: &Me, typed: &Typed, wrongs: &Wrongs, at: Option<NoteId>) -> Result<Markup, Failure> {
    let people = pick::reachable(app, me).await?;
    let mut tx = app.ledger().read().await?;
    let all = notes::mine(&mut tx, &me.actor).await?;
    let theirs = notes::shown_to_me(&mut tx, &me.actor, None).await?;
    let ids: Vec<PersonId> = all
        .iter()
        .flat_map(|note| note.shown_to.iter().copied())
        .chain(theirs.iter().map(|note| note.person))
        .collect();
    let names = names(&mut tx, ids).await?;
    drop(tx);
    let new = at.is_none();
    let none = Wrongs::default();
    Ok(html! {
        (look::head("Notes of your own", &html! { p { "What goes on in your life and may matter at work: a move, a birth, an illness, a course. Nobody reads it unless you show it." } }))
        (look::wrongs(wrongs))
        @if all.is_empty() { p.soft { "You keep none." } }
        ul.lines { @for note in &all { (own(note, me, &people, &names, (at == Some(note.id)).then_some((typed, wrongs)))) } }
        h2 { "Write one" }
        form method="post" action="/talks/notes" {
            (Field::new("words", "What goes on", if new { &typed.words } else { "" }, if new { wrongs } else { &none }).area())
            div.acts { button.primary type="submit" { "Keep it for me" } a href="/talks" { "All talks" } }
        }
        h2 { "Shown to you" }
        @if theirs.is_empty() { p.soft { "Nobody shows you one." } }
        ul.lines { @for note in &theirs { li { p.written { (note.words) } p.of { (name(&names, note.person)) ", who can take it back at any time" } } } }
    })
}

/// `GET /talks/notes`.
pub(super) async fn show(State(app): State<App>, me: Me, Query(asked): Query<Typed>) -> Result<Response, Failure> {
    let body = page(&app, &me, &Typed::default(), &Wrongs::default(), asked.show.parse().ok()).await?;
    Ok(show::page(&show::shell(&me, "Notes of your own", HERE, ALONE), &body))
}

async fn does<A: ledger::Act>(
    app: &App,
    me: &Me,
    typed: &Typed,
    act: &A,
    at: Option<NoteId>,
) -> Result<Response, Failure> {
    match app.ledger().perform(&me.actor, act).await {
        Ok(_) => Ok(show::to("/talks/notes")),
        Err(refused) => {
            let body = page(app, me, typed, &show::wrongs(refused)?, at).await?;
            Ok(show::again(&show::shell(me, "Notes of your own", HERE, ALONE), &body))
        }
    }
}

/// `POST /talks/notes`.
pub(super) async fn write(State(app): State<App>, me: Me, Form(typed): Form<Typed>) -> Result<Response, Failure> {
    does(&app, &me, &typed, &WriteNote { words: typed.words.clone() }, None).await
}

/// `POST /talks/notes/{id}/show`.
pub(super) async fn show_to(
    State(app): State<App>,
    me: Me,
    Path(one): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let note: NoteId = id(&one)?;
    let to = pick::reached(&app, &me, &typed.to).await?;
    does(&app, &me, &typed, &ShowNote { note, to }, Some(note)).await
}

/// `POST /talks/notes/{id}/back`.
pub(super) async fn take_back(
    State(app): State<App>,
    me: Me,
    Path(one): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let note: NoteId = id(&one)?;
    does(&app, &me, &typed, &TakeBack { note, from: typed.from.parse().ok() }, Some(note)).await
}

/// `POST /talks/notes/{id}/away`.
pub(super) async fn throw_away(State(app): State<App>, me: Me, Path(one): Path<String>) -> Result<Response, Failure> {
    let note: NoteId = id(&one)?;
    does(&app, &me, &Typed::default(), &ThrowAway { note }, Some(note)).await
}
