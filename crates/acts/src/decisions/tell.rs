//! Telling a decision, with a second look at a hard message.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use leadership::Wrongs;
use leadership::promise::Intended;
use ledger::decisions::affected::{self, Affected};
use ledger::decisions::{Decision, Tell, told_words};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::parts::{Hard, audience, begin, chosen, second_look};
use super::talk::{about, shell};
use super::{Names, found};
use crate::app::App;
use crate::audience::Whom;
use crate::failure::Failure;
use crate::form;
use crate::guard::Me;
use crate::promises::rows::{Rows, rows};
use crate::show;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Telling {
    words: String,
}

fn view(
    decision: &Decision,
    all: &[Affected],
    (typed, hard): (&Telling, &Hard),
    (whom, promised): (&Whom, &[Intended]),
    wrongs: &Wrongs,
) -> Markup {
    html! {
        (about("Tell those affected", decision, "Whom you choose is kept as it is now. They acknowledge it with one act, and are told again when it changes."))
        (look::wrongs(wrongs))
        form method="post" {
            (Field::new("words", "What you tell them", &typed.words, wrongs).hint("What was decided comes first.").area())
            (audience(all, whom, wrongs, "Tell somebody else"))
            (second_look(decision.form.unpopular, hard, wrongs))
            (rows(promised, "", "They are made as it is told, and lead back to the decision.", wrongs))
            div.acts { button.primary type="submit" { "Tell them" } a href=(format!("/decisions/{}", decision.id)) { "Back" } }
        }
    }
}

async fn reachable(app: &App, me: &Me, id: &str) -> Result<(Decision, Vec<Affected>, Names), Failure> {
    let (mut tx, decision) = found(app, me, id).await?;
    if !decision.is_of(me.actor.person) {
        return Err(Failure::NotFound);
    }
    let mut all = affected::find(&mut tx, &me.actor, &decision).await?;
    all.retain(|affected| affected.person.id != me.actor.person);
    let names = Names::of(&mut tx, []).await?;
    Ok((decision, all, names))
}

/// `GET /decisions/{id}/tell`.
pub(super) async fn ask(State(app): State<App>, me: Me, Path(id): Path<String>) -> Result<Response, Failure> {
    let (decision, all, names) = reachable(&app, &me, &id).await?;
    let whom = begin(&all, |one| one.part.is_some() || (!one.because.is_empty() && !one.outside));
    let typed = Telling { words: told_words(&decision) };
    let body = view(&decision, &all, (&typed, &Hard::default()), (&whom, &[]), &Wrongs::default());
    Ok(show::page(&shell(&me, "Tell those affected", &decision, &names), &body))
}

/// `POST /decisions/{id}/tell`.
pub(super) async fn tell(
    State(app): State<App>,
    me: Me,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Result<Response, Failure> {
    let (typed, hard): (Telling, Hard) = (form::read(&bytes)?, form::read(&bytes)?);
    let (whom, promised): (Whom, Rows) = (form::read(&bytes)?, form::read(&bytes)?);
    let promised = promised.read();
    let (decision, all, names) = reachable(&app, &me, &id).await?;
    if !whom.more.is_empty() {
        let body = view(&decision, &all, (&typed, &hard), (&whom, &promised), &Wrongs::default());
        return Ok(show::page(&shell(&me, "Tell those affected", &decision, &names), &body));
    }
    let act = Tell {
        decision: Some(decision.id),
        audience: chosen(&all, &whom),
        words: typed.words.clone(),
        hard: hard.hard == "true",
        intent: hard.intent.clone(),
        tone: hard.tone.clone(),
        promises: promised.clone(),
    };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(_) => Ok(show::to(&format!("/decisions/{}", decision.id))),
        Err(refused) => {
            let body = view(&decision, &all, (&typed, &hard), (&whom, &promised), &show::wrongs(refused)?);
            Ok(show::again(&shell(&me, "Tell those affected", &decision, &names), &body))
        }
    }
}
