//! Telling a decision, with a second look at a hard message.

use axum::extract::{Path, State};
use axum::response::Response;
use leadership::Wrongs;
use leadership::message::TONE;
use ledger::decisions::affected::{self, Affected};
use ledger::decisions::{Decision, Tell, told_words};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::parts::audience;
use super::talk::{about, shell};
use super::{Names, found};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::show;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Telling {
    audience: Vec<String>,
    words: String,
    hard: String,
    intent: String,
    tone: Vec<String>,
}

fn view(decision: &Decision, all: &[Affected], typed: &Telling, wrongs: &Wrongs) -> Markup {
    let unpopular = decision.form.unpopular;
    let open = unpopular || typed.hard == "true" || wrongs.of("tone").is_some() || wrongs.of("intent").is_some();
    let check = html! {
        @let intent = Field::new("intent", "What should be different when they have read it", &typed.intent, wrongs);
        @if unpopular { (intent.area()) } @else { (intent.optional().area()) }
        fieldset #tone tabindex="-1" {
            legend { "Read it once more" }
            @if let Some(wrong) = wrongs.of("tone") { p.wrong { (wrong) } }
            @for (name, sentence) in TONE {
                div.check {
                    input type="checkbox" id=(format!("tone-{name}")) name="tone" value=(name) checked[typed.tone.iter().any(|t| t == name)];
                    label for=(format!("tone-{name}")) { (sentence) }
                }
            }
        }
    };
    html! {
        (about("Tell those affected", decision, "Whom you choose is kept as it is now. They acknowledge it with one act, and are told again when it changes."))
        (look::wrongs(wrongs))
        form method="post" {
            (Field::new("words", "What you tell them", &typed.words, wrongs).hint("What was decided comes first.").area())
            (audience(all, &typed.audience, wrongs, "Tell somebody else"))
            @if unpopular {
                p { "It is marked as unpopular, so it is a hard message: answer these for yourself first." }
                (check)
            } @else {
                details open[open] {
                    summary { "This is a hard message" }
                    (look::form::check("hard", "It is hard: I looked at it once more", typed.hard == "true"))
                    (check)
                }
            }
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
    let ticked =
        all.iter().filter(|affected| affected.part.is_some() || (!affected.because.is_empty() && !affected.outside));
    let typed = Telling {
        audience: ticked.map(|affected| affected.person.id.to_string()).collect(),
        words: told_words(&decision),
        ..Telling::default()
    };
    let body = view(&decision, &all, &typed, &Wrongs::default());
    Ok(show::page(&shell(&me, "Tell those affected", &decision, &names), &body))
}

/// `POST /decisions/{id}/tell`.
pub(super) async fn tell(
    State(app): State<App>,
    me: Me,
    Path(id): Path<String>,
    Form(typed): Form<Telling>,
) -> Result<Response, Failure> {
    let (decision, all, names) = reachable(&app, &me, &id).await?;
    let act = Tell {
        decision: Some(decision.id),
        audience: typed.audience.clone(),
        words: typed.words.clone(),
        hard: typed.hard == "true",
        intent: typed.intent.clone(),
        tone: typed.tone.clone(),
    };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(_) => Ok(show::to(&format!("/decisions/{}", decision.id))),
        Err(refused) => {
            let body = view(&decision, &all, &typed, &show::wrongs(refused)?);
            Ok(show::again(&shell(&me, "Tell those affected", &decision, &names), &body))
        }
    }
}
