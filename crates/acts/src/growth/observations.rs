//! What was seen: notes between two, dated, linked to a quality, with a reply.

use std::collections::BTreeMap;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use leadership::share::Share;
use leadership::{PersonId, Wrongs};
use ledger::growth::{self, Note, Observation, ObservationId, Respond, Withdraw};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::HERE;
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::parts::{button, day, id, name, names, today};
use crate::{pick, qualities, show};

const TWO: &str = "Who can see a note: who wrote it and whom it is about; and whom the latter invited to look along.";

struct View {
    about_me: Vec<Observation>,
    by_me: Vec<Observation>,
    useful: Share,
    names: BTreeMap<PersonId, String>,
}

async fn view(app: &App, me: &Me) -> Result<View, Failure> {
    let mut tx = app.ledger().read().await?;
    let about_me = growth::about(&mut tx, &me.actor, me.actor.person).await?.unwrap_or_default();
    let by_me = growth::by(&mut tx, &me.actor).await?;
    let ids: Vec<PersonId> = about_me.iter().map(|one| one.by).chain(by_me.iter().map(|one| one.about)).collect();
    let names = names(&mut tx, ids).await?;
    Ok(View { useful: growth::counted(&mut tx, &me.actor).await?, about_me, by_me, names })
}

/// A note, as it stands in a list.
pub(super) fn shown(one: &Observation, by: &str) -> Markup {
    html! {
        li id=(format!("observation-{}", one.id)) {
            (words(one))
            p.of { (quality(one)) " · seen on " (day(one.seen_on)) " by " (by) }
            (reply(one))
        }
    }
}

/// The quality, and whether it was seen or its lack.
fn quality(one: &Observation) -> String {
    let name = qualities::name(&one.quality);
    if one.lacking { format!("{name}: its lack") } else { name.to_owned() }
}

fn words(one: &Observation) -> Markup {
    html! {
        p.written { (one.words) }
        p.written { strong { "What it led to: " } (one.effect) }
    }
}

fn reply(one: &Observation) -> Markup {
    html! { @if let Some(reply) = &one.reply { p.written { strong { "Reply: " } (reply) } } }
}

/// What was typed as a reply, to which note, and what is wrong with it.
type Wrong<'a> = Option<(ObservationId, &'a str, &'a Wrongs)>;

fn body(view: &View, wrong: Wrong<'_>) -> Markup {
    html! {
        (look::head("What was seen", &html! { p { "Dated, as it was: the situation, what was done in it, what it led to. No sum and no score." } }))
        @if let Some((_, _, wrongs)) = wrong { (look::wrongs(wrongs)) }
        div.acts { a.button.primary href="/observations/new" { "Note what you saw" } }
        h2 { "What others saw you do" }
        @if view.about_me.is_empty() { p.soft { "Nobody noted anything yet. Ask somebody who was there what they saw." } }
        ul.lines { @for one in &view.about_me {
            li id=(format!("observation-{}", one.id)) {
                (words(one))
                p.of { (quality(one)) " · seen on " (day(one.seen_on)) " by " (name(&view.names, one.by))
                    @if let Some(useful) = one.useful { @if useful { " · useful to you" } @else { " · of no use to you" } } }
                (reply(one))
                @let typed = wrong.filter(|(id, ..)| *id == one.id);
                @if let Some((_, words, _)) = typed.filter(|_| one.reply.is_some()) { p.written { strong { "What you typed now: " } (words) } }
                @if one.reply.is_none() {
                    @let field = format!("reply-{}", one.id);
                    @let use_of = format!("useful-{}", one.id);
                    form method="post" action=(format!("/observations/{}/respond", one.id)) {
                        div.field { label for=(field) { "Reply " span.soft { "(optional)" } } textarea id=(field) name="reply" rows="2" { (typed.map_or("", |(_, words, _)| words)) } }
                        div.field { label for=(use_of) { "Is it useful to you?" }
                            select id=(use_of) name="useful" { option value="" { "I do not say" } option value="true" selected[one.useful == Some(true)] { "Yes" } option value="false" selected[one.useful == Some(false)] { "No" } } }
                        div.acts { button type="submit" { @if one.read_at.is_none() { "I have read it" } @else { "Reply" } span.visually-hidden { ": note of " (name(&view.names, one.by)) ", " (day(one.seen_on)) } } }
                    }
                }
            }
        } }
        h2 { "What you saw others do" }
        @if view.by_me.is_empty() { p.soft { "You noted nothing yet." } }
        ul.lines { @for one in &view.by_me {
            li id=(format!("observation-{}", one.id)) {
                (words(one))
                p.of { (name(&view.names, one.about)) " · " (quality(one)) " · " (day(one.seen_on))
                    @if one.withdrawn_at.is_some() { " · taken back" } @else if one.read_at.is_some() { " · read" } @else { " · not read yet" } }
                (reply(one))
                @if one.withdrawn_at.is_none() { (button(&format!("/observations/{}/withdraw", one.id), "Take it back", &format!("{}, {}", name(&view.names, one.about), day(one.seen_on)))) }
            }
        } }
        @if !view.by_me.is_empty() { p { "Useful, as those say whom your notes are about: " (view.useful.shown()) ". Only you see this." } }
    }
}

/// `GET /observations`.
pub(super) async fn list(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let body = body(&view(&app, &me).await?, None);
    Ok(show::page(&show::shell(&me, "What was seen", HERE, TWO), &body))
}

/// What the form of a note sends; the page of a person brings `?about=…`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct NewNote {
    about: String,
    quality: String,
    lacking: String,
    seen_on: String,
    words: String,
    effect: String,
}

async fn new_view(app: &App, me: &Me, typed: &NewNote, wrongs: &Wrongs) -> Result<Markup, Failure> {
    let people = pick::reachable(app, me).await?;
    let all = qualities::choices();
    let all: Vec<(&str, &str)> = all.iter().map(|(key, name)| (*key, name.as_str())).collect();
    Ok(html! {
        (look::head("Note what you saw", &html! { p { "What somebody did, not what they are. They read it, and can reply." } }))
        (look::wrongs(wrongs))
        form method="post" action="/observations/new" {
            (people.field(&Field::new("about", "Who", &typed.about, wrongs)))
            (Field::new("quality", "Which quality it is about", &typed.quality, wrongs).choice(&all))
            (look::form::check("lacking", "It was the lack of it that I saw", typed.lacking == "true"))
            (Field::new("seen_on", "On which day", &typed.seen_on, wrongs).day())
            (Field::new("words", "The situation, and what they did in it", &typed.words, wrongs).area())
            (Field::new("effect", "What it led to", &typed.effect, wrongs).hint("For you, for others, for the work.").area())
            div.acts { button.primary type="submit" { "Give it to them" } a href="/observations" { "Back" } }
        }
    })
}

/// `GET /observations/new`.
pub(super) async fn ask(
    State(app): State<App>,
    me: Me,
    Query(mut brought): Query<NewNote>,
) -> Result<Response, Failure> {
    if brought.seen_on.is_empty() {
        brought.seen_on = today(&app, &me).to_string();
    }
    let body = new_view(&app, &me, &brought, &Wrongs::default()).await?;
    Ok(show::page(&show::shell(&me, "Note what you saw", HERE, TWO), &body))
}

/// `POST /observations/new`.
pub(super) async fn note(State(app): State<App>, me: Me, Form(typed): Form<NewNote>) -> Result<Response, Failure> {
    let act = Note {
        about: pick::reached(&app, &me, &typed.about).await?,
        quality: typed.quality.clone(),
        lacking: typed.lacking == "true",
        seen_on: typed.seen_on.clone(),
        words: typed.words.clone(),
        effect: typed.effect.clone(),
    };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(note) => Ok(show::to(&format!("/observations#observation-{note}"))),
        Err(refused) => {
            let body = new_view(&app, &me, &typed, &show::wrongs(refused)?).await?;
            Ok(show::again(&show::shell(&me, "Note what you saw", HERE, TWO), &body))
        }
    }
}

/// What a reply sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Answer {
    useful: String,
    reply: String,
}

/// `POST /observations/{id}/respond`.
pub(super) async fn respond(
    State(app): State<App>,
    me: Me,
    Path(one): Path<String>,
    Form(typed): Form<Answer>,
) -> Result<Response, Failure> {
    let observation: ObservationId = id(&one)?;
    let useful = match typed.useful.as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    };
    match app.ledger().perform(&me.actor, &Respond { observation, useful, reply: typed.reply.clone() }).await {
        Ok(()) => Ok(show::to(&format!("/observations#observation-{observation}"))),
        Err(refused) => {
            let wrongs = show::wrongs(refused)?;
            let body = body(&view(&app, &me).await?, Some((observation, &typed.reply, &wrongs)));
            Ok(show::again(&show::shell(&me, "What was seen", HERE, TWO), &body))
        }
    }
}

/// `POST /observations/{id}/withdraw`.
pub(super) async fn withdraw(State(app): State<App>, me: Me, Path(one): Path<String>) -> Result<Response, Failure> {
    app.ledger().perform(&me.actor, &Withdraw { observation: id(&one)? }).await?;
    Ok(show::to("/observations"))
}
