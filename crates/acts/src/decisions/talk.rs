//! Asking for objections, objecting, answering, saying whether one can act.

use axum::extract::{Path, State};
use axum::response::Response;
use leadership::{PersonId, Wrongs};
use ledger::decisions::affected::{self, Affected};
use ledger::decisions::{self, Answer, Ask, Clear, Decision, Say};
use ledger::people;
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::parts::{audience, radios};
use super::view::audience as seen_by;
use super::{HERE, Names, found};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::show;

/// The frame of a form about a decision.
pub(super) fn shell(me: &Me, title: &str, decision: &Decision, names: &Names) -> look::Shell {
    show::shell(me, title, HERE, &seen_by(decision, names))
}

/// The question above a form, with a way back.
pub(super) fn about(title: &str, decision: &Decision, lead: &str) -> Markup {
    look::head(
        title,
        &html! { p { a href=(format!("/decisions/{}", decision.id)) { (decision.form.question) } } p.soft { (lead) } },
    )
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asking {
    until: String,
    audience: Vec<String>,
}

fn ask_view(decision: &Decision, all: &[Affected], typed: &Asking, wrongs: &Wrongs) -> Markup {
    html! {
        (about("Ask those affected", decision, "They see it from now on, and say what speaks against it in their own words. You answer; both stay on the record."))
        (look::wrongs(wrongs))
        form method="post" {
            (audience(all, &typed.audience, wrongs, "Ask somebody else"))
            (Field::new("until", "Until", &typed.until, wrongs).day())
            div.acts { button.primary type="submit" { "Ask" } a href=(format!("/decisions/{}", decision.id)) { "Back" } }
        }
    }
}

/// Own people whom one may ask.
async fn askable(tx: &mut ledger::Tx, me: &Me, decision: &Decision) -> Result<Vec<Affected>, Failure> {
    let mut all = affected::find(tx, &me.actor, decision).await?;
    all.retain(|affected| !affected.outside && affected.person.id != decision.decider);
    Ok(all)
}

/// `GET /decisions/{id}/ask`.
pub(super) async fn ask_ask(State(app): State<App>, me: Me, Path(id): Path<String>) -> Result<Response, Failure> {
    let (mut tx, decision) = found(&app, &me, &id).await?;
    if !decision.is_of(me.actor.person) {
        return Err(Failure::NotFound);
    }
    let all = askable(&mut tx, &me, &decision).await?;
    let names = Names::of(&mut tx, []).await?;
    let ticked = all.iter().filter(|affected| affected.chosen || !affected.because.is_empty());
    let typed = Asking {
        until: decision.answer_by.map(|day| day.to_string()).unwrap_or_default(),
        audience: ticked.map(|affected| affected.person.id.to_string()).collect(),
    };
    let body = ask_view(&decision, &all, &typed, &Wrongs::default());
    Ok(show::page(&shell(&me, "Ask those affected", &decision, &names), &body))
}

/// `POST /decisions/{id}/ask`.
pub(super) async fn ask(
    State(app): State<App>,
    me: Me,
    Path(id): Path<String>,
    Form(typed): Form<Asking>,
) -> Result<Response, Failure> {
    let (mut tx, decision) = found(&app, &me, &id).await?;
    let all = askable(&mut tx, &me, &decision).await?;
    let names = Names::of(&mut tx, []).await?;
    drop(tx);
    let act = Ask { decision: decision.id, until: typed.until.clone(), audience: typed.audience.clone() };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(()) => Ok(show::to(&format!("/decisions/{}", decision.id))),
        Err(refused) => {
            let body = ask_view(&decision, &all, &typed, &show::wrongs(refused)?);
            Ok(show::again(&shell(&me, "Ask those affected", &decision, &names), &body))
        }
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Saying {
    objects: String,
    clear: String,
    words: String,
}

fn say_view(decision: &Decision, typed: &Saying, wrongs: &Wrongs) -> Markup {
    html! {
        (about("What speaks against it", decision, "Your words stay as they are, under your name, beside the answer of who decides."))
        (look::wrongs(wrongs))
        form method="post" {
            (radios("objects", "Do you object?", &[("yes", "I object"), ("no", "I have no objection")], &typed.objects, wrongs))
            (Field::new("words", "In your own words", &typed.words, wrongs).optional().hint("Needed for an objection: what would happen, and to whom.").area())
            div.acts { button.primary type="submit" { "Put it on record" } a href=(format!("/decisions/{}", decision.id)) { "Back" } }
        }
    }
}

/// `GET /decisions/{id}/say`.
pub(super) async fn ask_say(State(app): State<App>, me: Me, Path(id): Path<String>) -> Result<Response, Failure> {
    let (mut tx, decision) = found(&app, &me, &id).await?;
    let names = Names::of(&mut tx, []).await?;
    let before = decisions::voices(&mut tx, decision.id).await?;
    let typed = before
        .into_iter()
        .find(|voice| voice.person == me.actor.person && voice.version == decision.version)
        .map(|voice| Saying {
            objects: if voice.objects { "yes" } else { "no" }.to_owned(),
            words: voice.words,
            ..Saying::default()
        })
        .unwrap_or_default();
    let body = say_view(&decision, &typed, &Wrongs::default());
    Ok(show::page(&shell(&me, "What speaks against it", &decision, &names), &body))
}

/// `POST /decisions/{id}/say`.
pub(super) async fn say(
    State(app): State<App>,
    me: Me,
    Path(id): Path<String>,
    Form(typed): Form<Saying>,
) -> Result<Response, Failure> {
    let (mut tx, decision) = found(&app, &me, &id).await?;
    let names = Names::of(&mut tx, []).await?;
    drop(tx);
    let act = Say { decision: decision.id, objects: typed.objects.clone(), words: typed.words.clone() };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(()) => Ok(show::to(&format!("/decisions/{}", decision.id))),
        Err(refused) => {
            let body = say_view(&decision, &typed, &show::wrongs(refused)?);
            Ok(show::again(&shell(&me, "What speaks against it", &decision, &names), &body))
        }
    }
}

fn clear_view(decision: &Decision, typed: &Saying, wrongs: &Wrongs) -> Markup {
    html! {
        (about("Are you clear to act?", decision, "Whether you know enough to do your part. It does not mean that you agree."))
        @if !decision.form.direction.is_empty() { p.written { (decision.form.direction) } }
        @if !decision.form.next_step.is_empty() { p.written { "Next step: " (decision.form.next_step) } }
        (look::wrongs(wrongs))
        form method="post" {
            (radios("clear", "Are you clear to act?", &[("yes", "Yes"), ("not_yet", "Not yet")], &typed.clear, wrongs))
            (Field::new("words", "What is missing", &typed.words, wrongs).optional().hint("Needed for “not yet”.").area())
            div.acts { button.primary type="submit" { "Reply" } a href=(format!("/decisions/{}", decision.id)) { "Back" } }
        }
    }
}

/// `GET /decisions/{id}/clear`.
pub(super) async fn ask_clear(State(app): State<App>, me: Me, Path(id): Path<String>) -> Result<Response, Failure> {
    let (mut tx, decision) = found(&app, &me, &id).await?;
    let names = Names::of(&mut tx, []).await?;
    let typed = decisions::cleared(&mut tx, decision.id, decision.version)
        .await?
        .into_iter()
        .find(|cleared| cleared.person == me.actor.person)
        .map(|cleared| Saying {
            clear: if cleared.clear { "yes" } else { "not_yet" }.to_owned(),
            words: cleared.words,
            ..Saying::default()
        })
        .unwrap_or_default();
    let body = clear_view(&decision, &typed, &Wrongs::default());
    Ok(show::page(&shell(&me, "Are you clear to act?", &decision, &names), &body))
}

/// `POST /decisions/{id}/clear`.
pub(super) async fn clear(
    State(app): State<App>,
    me: Me,
    Path(id): Path<String>,
    Form(typed): Form<Saying>,
) -> Result<Response, Failure> {
    let (mut tx, decision) = found(&app, &me, &id).await?;
    let names = Names::of(&mut tx, []).await?;
    drop(tx);
    let act = Clear { decision: decision.id, clear: typed.clear.clone(), words: typed.words.clone() };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(()) => Ok(show::to(&format!("/decisions/{}", decision.id))),
        Err(refused) => {
            let body = clear_view(&decision, &typed, &show::wrongs(refused)?);
            Ok(show::again(&shell(&me, "Are you clear to act?", &decision, &names), &body))
        }
    }
}

fn answer_view(decision: &Decision, (name, objection): (&str, &str), words: &str, wrongs: &Wrongs) -> Markup {
    html! {
        (about(&format!("Answer {name}"), decision, "Your answer stands beside the objection, for everybody who sees the decision."))
        blockquote.written { (objection) }
        (look::wrongs(wrongs))
        form method="post" {
            (Field::new("words", "Your answer, with the reason", words, wrongs).area())
            div.acts { button.primary type="submit" { "Answer" } a href=(format!("/decisions/{}", decision.id)) { "Back" } }
        }
    }
}

/// The objection that is answered: whose, and its words.
async fn objection(
    app: &App,
    me: &Me,
    id: &str,
    person: &str,
) -> Result<(Decision, Names, (PersonId, String, String, String)), Failure> {
    let (mut tx, decision) = found(app, me, id).await?;
    let person: PersonId = person.parse().map_err(|_| Failure::NotFound)?;
    let names = Names::of(&mut tx, []).await?;
    let voice = decisions::voices(&mut tx, decision.id)
        .await?
        .into_iter()
        .find(|voice| voice.person == person && voice.version == decision.version && voice.objects)
        .filter(|_| decision.decider == me.actor.person)
        .ok_or(Failure::NotFound)?;
    let name = people::get(&mut tx, person).await?.map(|person| person.name).unwrap_or_default();
    Ok((decision, names, (person, name, voice.words, voice.answer)))
}

/// `GET /decisions/{id}/answer/{person}`.
pub(super) async fn ask_answer(
    State(app): State<App>,
    me: Me,
    Path((id, person)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let (decision, names, (_, name, objection, answer)) = objection(&app, &me, &id, &person).await?;
    let body = answer_view(&decision, (&name, &objection), &answer, &Wrongs::default());
    Ok(show::page(&shell(&me, "Answer an objection", &decision, &names), &body))
}

/// `POST /decisions/{id}/answer/{person}`.
pub(super) async fn answer(
    State(app): State<App>,
    me: Me,
    Path((id, person)): Path<(String, String)>,
    Form(typed): Form<Saying>,
) -> Result<Response, Failure> {
    let (decision, names, (person, name, objection, _)) = objection(&app, &me, &id, &person).await?;
    let act = Answer { decision: decision.id, person, words: typed.words.clone() };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(()) => Ok(show::to(&format!("/decisions/{}", decision.id))),
        Err(refused) => {
            let body = answer_view(&decision, (&name, &objection), &typed.words, &show::wrongs(refused)?);
            Ok(show::again(&shell(&me, "Answer an objection", &decision, &names), &body))
        }
    }
}
