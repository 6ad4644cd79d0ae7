//! Asking for objections, objecting, answering, saying whether one can act.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use leadership::promise::Intended;
use leadership::{DecisionId, PersonId, Wrongs};
use ledger::Act;
use ledger::decisions::affected::{self, Affected};
use ledger::decisions::{self, Answer, Ask, Clear, Decision, Say};
use ledger::people;
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::parts::{audience, begin, chosen};
use super::view::audience as seen_by;
use super::{HERE, Names, found};
use crate::app::App;
use crate::audience::Whom;
use crate::failure::Failure;
use crate::form::{self, Form};
use crate::guard::Me;
use crate::parts::radios;
use crate::promises::rows::{Rows, rows};
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
}

fn ask_view(decision: &Decision, all: &[Affected], (typed, whom): (&Asking, &Whom), wrongs: &Wrongs) -> Markup {
    html! {
        (about("Ask those affected", decision, "They see it from now on, and say what speaks against it in their own words. You answer; both stay on the record."))
        (look::wrongs(wrongs))
        form method="post" {
            (audience(all, whom, wrongs, "Ask somebody else"))
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
    let typed = Asking { until: decision.answer_by.map(|day| day.to_string()).unwrap_or_default() };
    let whom = begin(&all, |one| one.part.is_some() || !one.because.is_empty());
    let body = ask_view(&decision, &all, (&typed, &whom), &Wrongs::default());
    Ok(show::page(&shell(&me, "Ask those affected", &decision, &names), &body))
}

/// `POST /decisions/{id}/ask`.
pub(super) async fn ask(
    State(app): State<App>,
    me: Me,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Result<Response, Failure> {
    let (typed, whom): (Asking, Whom) = (form::read(&bytes)?, form::read(&bytes)?);
    let (mut tx, decision) = found(&app, &me, &id).await?;
    let all = askable(&mut tx, &me, &decision).await?;
    let names = Names::of(&mut tx, []).await?;
    drop(tx);
    if !whom.more.is_empty() {
        let body = ask_view(&decision, &all, (&typed, &whom), &Wrongs::default());
        return Ok(show::page(&shell(&me, "Ask those affected", &decision, &names), &body));
    }
    let act = Ask { decision: decision.id, until: typed.until.clone(), audience: chosen(&all, &whom) };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(()) => Ok(show::to(&format!("/decisions/{}", decision.id))),
        Err(refused) => {
            let body = ask_view(&decision, &all, (&typed, &whom), &show::wrongs(refused)?);
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
    more: String,
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

/// A form of two answers with words, on its page.
type View = fn(&Decision, &Saying, &Wrongs) -> Markup;

/// What such a form is called, and how it looks.
const SAY: (&str, View) = ("What speaks against it", say_view);
const CLEAR: (&str, View) = ("Are you clear to act?", clear_view);

/// What somebody answered before, as the form begins with it.
fn before(yes: bool, words: String) -> (String, String) {
    (if yes { "yes" } else { "no" }.to_owned(), words)
}

async fn page(
    tx: &mut ledger::Tx,
    me: &Me,
    decision: &Decision,
    (title, view): (&str, View),
    typed: &Saying,
) -> Result<Response, Failure> {
    let names = Names::of(tx, []).await?;
    Ok(show::page(&shell(me, title, decision, &names), &view(decision, typed, &Wrongs::default())))
}

/// Does what such a form says; it comes back with all that was typed when that is refused.
async fn put<A: Act + Send>(
    (app, me, id): (&App, &Me, &str),
    (title, view): (&str, View),
    typed: &Saying,
    act: impl FnOnce(DecisionId) -> A,
) -> Result<Response, Failure> {
    let (mut tx, decision) = found(app, me, id).await?;
    let names = Names::of(&mut tx, []).await?;
    drop(tx);
    match app.ledger().perform(&me.actor, &act(decision.id)).await {
        Ok(_) => Ok(show::to(&format!("/decisions/{}", decision.id))),
        Err(refused) => {
            let body = view(&decision, typed, &show::wrongs(refused)?);
            Ok(show::again(&shell(me, title, &decision, &names), &body))
        }
    }
}

/// `GET /decisions/{id}/say`.
pub(super) async fn ask_say(State(app): State<App>, me: Me, Path(id): Path<String>) -> Result<Response, Failure> {
    let (mut tx, decision) = found(&app, &me, &id).await?;
    let mut voices = decisions::voices(&mut tx, decision.id).await?.into_iter();
    let mine = voices.find(|voice| voice.person == me.actor.person && voice.version == decision.version);
    let (objects, words) = mine.map(|voice| before(voice.objects, voice.words)).unwrap_or_default();
    page(&mut tx, &me, &decision, SAY, &Saying { objects, words, ..Saying::default() }).await
}

/// `POST /decisions/{id}/say`.
pub(super) async fn say(
    State(app): State<App>,
    me: Me,
    Path(id): Path<String>,
    Form(typed): Form<Saying>,
) -> Result<Response, Failure> {
    let (objects, words) = (typed.objects.clone(), typed.words.clone());
    put((&app, &me, &id), SAY, &typed, |decision| Say { decision, objects, words }).await
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
    let mut replies = decisions::cleared(&mut tx, decision.id, decision.version).await?.into_iter();
    let mine = replies.find(|reply| reply.person == me.actor.person);
    let (clear, words) = mine.map(|reply| before(reply.clear, reply.words)).unwrap_or_default();
    let clear = if clear == "no" { "not_yet".to_owned() } else { clear };
    page(&mut tx, &me, &decision, CLEAR, &Saying { clear, words, ..Saying::default() }).await
}

/// `POST /decisions/{id}/clear`.
pub(super) async fn clear(
    State(app): State<App>,
    me: Me,
    Path(id): Path<String>,
    Form(typed): Form<Saying>,
) -> Result<Response, Failure> {
    let (clear, words) = (typed.clear.clone(), typed.words.clone());
    put((&app, &me, &id), CLEAR, &typed, |decision| Clear { decision, clear, words }).await
}

fn answer_view(
    decision: &Decision,
    (name, objection): (&str, &str),
    (words, promised): (&str, &[Intended]),
    wrongs: &Wrongs,
) -> Markup {
    html! {
        (about(&format!("Answer {name}"), decision, "Your answer stands beside the objection, for everybody who sees the decision."))
        blockquote.written { (objection) }
        (look::wrongs(wrongs))
        form method="post" {
            (Field::new("words", "Your answer, with the reason", words, wrongs).area())
            (rows(promised, name, "What you will do about it becomes a promise, which leads back to the decision.", wrongs))
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
    let body = answer_view(&decision, (&name, &objection), (&answer, &[]), &Wrongs::default());
    Ok(show::page(&shell(&me, "Answer an objection", &decision, &names), &body))
}

/// `POST /decisions/{id}/answer/{person}`.
pub(super) async fn answer(
    State(app): State<App>,
    me: Me,
    Path((id, person)): Path<(String, String)>,
    bytes: Bytes,
) -> Result<Response, Failure> {
    let (typed, promised): (Saying, Rows) = (form::read(&bytes)?, form::read(&bytes)?);
    let promised = promised.read();
    let (decision, names, (person, name, objection, _)) = objection(&app, &me, &id, &person).await?;
    let view = |wrongs: &Wrongs| answer_view(&decision, (&name, &objection), (&typed.words, &promised), wrongs);
    if !typed.more.is_empty() {
        return Ok(show::page(&shell(&me, "Answer an objection", &decision, &names), &view(&Wrongs::default())));
    }
    let act = Answer { decision: decision.id, person, words: typed.words.clone(), promises: promised.clone() };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(()) => Ok(show::to(&format!("/decisions/{}", decision.id))),
        Err(refused) => {
            let body = view(&show::wrongs(refused)?);
            Ok(show::again(&shell(&me, "Answer an objection", &decision, &names), &body))
        }
    }
}
