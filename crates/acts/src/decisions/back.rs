//! Saying back what was decided: one's own questions.

use axum::extract::{Path, State};
use axum::response::Response;
use leadership::Wrongs;
use ledger::decisions::back::{self, BackId, Question, SayBack};
use ledger::decisions::{self, Link};
use maud::{Markup, html};
use serde::Deserialize;

use super::{HERE, linked};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::show;

const OWN: &str = "Only you can see your answers. Those who see the decision learn how many of all answers were right, from five people on, of days before today, and never whose.";

/// What an answer sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Answered {
    answer: String,
}

fn question_view(question: &Question, typed: &Answered, wrongs: &Wrongs) -> Markup {
    html! {
        (look::head("Say it back", &html! { p.written { (question.prompt) } }))
        (look::wrongs(wrongs))
        form method="post" {
            fieldset #answer {
                legend { "Choose one" }
                @if let Some(wrong) = wrongs.of("answer") { p.wrong { (wrong) } }
                @for (at, choice) in question.choices.iter().enumerate() {
                    @let place = at.to_string();
                    div.check {
                        input type="radio" id=(format!("choice-{at}")) name="answer" value=(place) checked[typed.answer == place];
                        label.written for=(format!("choice-{at}")) { (choice) }
                    }
                }
            }
            div.acts { button.primary type="submit" { "Say it back" } a href="/today" { "Later" } }
        }
    }
}

fn answered_view(question: &Question, link: Option<&Link>) -> Markup {
    let at = |place: Option<usize>| place.and_then(|at| question.choices.get(at));
    html! {
        (look::head("You said it back", &html! { p.written { (question.prompt) } }))
        @if let Some(chosen) = at(question.answer) { p.written { "Your answer: " (chosen) } }
        p { strong { @if question.right() == Some(true) { "That is it." } @else { "Not this one." } } }
        @if question.right() == Some(false) { @if let Some(right) = at(question.place) { p.written { "It is: " (right) } } }
        @if let Some(link) = link { p { (linked(link)) } }
        div.acts { a.button.primary href="/today" { "Go on" } a href="/decisions" { "All decisions" } }
    }
}

fn frame(me: &Me) -> look::Shell {
    show::shell(me, "Say it back", HERE, OWN)
}

/// `GET /decisions/back/{id}`.
pub(super) async fn ask(State(app): State<App>, me: Me, Path(address): Path<String>) -> Result<Response, Failure> {
    let id: BackId = address.parse().map_err(|_| Failure::NotFound)?;
    let mut tx = app.ledger().read().await?;
    let question = back::own_question(&mut tx, &me.actor, id).await?.ok_or(Failure::NotFound)?;
    let body = if question.answered_on.is_some() {
        answered_view(&question, decisions::link(&mut tx, &me.actor, question.decision).await?.as_ref())
    } else {
        question_view(&question, &Answered::default(), &Wrongs::default())
    };
    Ok(show::page(&frame(&me), &body))
}

/// `POST /decisions/back/{id}`.
pub(super) async fn answer(
    State(app): State<App>,
    me: Me,
    Path(address): Path<String>,
    Form(typed): Form<Answered>,
) -> Result<Response, Failure> {
    let id: BackId = address.parse().map_err(|_| Failure::NotFound)?;
    let act = SayBack { question: id, answer: typed.answer.clone() };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(()) => Ok(show::to(&format!("/decisions/back/{id}"))),
        Err(refused) => {
            let wrongs = show::wrongs(refused)?;
            let mut tx = app.ledger().read().await?;
            let question = back::own_question(&mut tx, &me.actor, id).await?.ok_or(Failure::NotFound)?;
            Ok(show::again(&frame(&me), &question_view(&question, &typed, &wrongs)))
        }
    }
}
