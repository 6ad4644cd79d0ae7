//! Saying back what was decided: one's own questions.

use axum::extract::{Path, State};
use axum::response::Response;
use leadership::Wrongs;
use ledger::decisions::back::{self, BackId, Question, SayBack};
use ledger::decisions::{self, Link};
use maud::{Markup, html};

use super::{HERE, linked};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::parts::{SaidBack, lapsed, said_back, say_back, today};
use crate::show;

const OWN: &str = "Only you can see your answers. Those who see the decision learn how many of all answers were right and how many did not answer in time, from five people on, of days before today, and never whose.";

fn question_view(question: &Question, typed: &SaidBack, wrongs: &Wrongs) -> Markup {
    say_back((&question.prompt, question.due), Some(&question.choices), typed, wrongs)
}

fn answered_view(question: &Question, link: Option<&Link>) -> Markup {
    let at = |place: Option<usize>| place.and_then(|at| question.choices.get(at)).map(String::as_str);
    let right = question.right() == Some(true);
    let verdict = if right { "That is it." } else { "Not this one." };
    html! {
        (look::head("You said it back", &html! { p.written { (question.prompt) } }))
        (said_back(at(question.answer).unwrap_or_default(), verdict, at(question.place).filter(|_| !right)))
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
    } else if question.lapsed(today(&app, &me)) {
        let link = decisions::link(&mut tx, &me.actor, question.decision).await?;
        lapsed((&question.prompt, question.due), &html! { @if let Some(link) = &link { (linked(link)) } })
    } else {
        question_view(&question, &SaidBack::default(), &Wrongs::default())
    };
    Ok(show::page(&frame(&me), &body))
}

/// `POST /decisions/back/{id}`.
pub(super) async fn answer(
    State(app): State<App>,
    me: Me,
    Path(address): Path<String>,
    Form(typed): Form<SaidBack>,
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
