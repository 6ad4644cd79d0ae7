//! What happened to an aim, from the events. What somebody said of themselves (where they stand, what they said back)
//! is not in it: it has its own pages, where looking at it is noted.

use axum::extract::{Path, State};
use axum::response::Response;
use leadership::AimId;
use ledger::Event;
use ledger::aims::{self, Aims};
use maud::html;

use super::{Circles, frame_of, seen, to_aim};
use crate::app::App;
use crate::failure::Failure;
use crate::guard::Me;
use crate::{history, show};

/// Fields of one kind of event that are shown, with their labels.
type Fields = &'static [(&'static str, &'static str)];

const WORDS: Fields = &[("words", "In their words")];

/// What a kind of event says, and what of it is shown; `None` for what is a person's own.
fn told(kind: &str) -> Option<(&'static str, Fields)> {
    Some(match kind {
        "made" => ("wrote it down", &[("title", "Aim"), ("why", "Why"), ("picture", "Picture"), ("horizon", "By")]),
        "replanned" => (
            "re-planned it",
            &[
                ("title", "Aim"),
                ("why", "Why"),
                ("picture", "Picture"),
                ("horizon", "By"),
                ("changed", "What changed"),
                ("because", "Because"),
                ("stays", "What stays"),
            ],
        ),
        "live" => ("took it up", &[("because", "Because")]),
        "paused" => ("paused it", &[("because", "Because")]),
        "reached" => ("said that it is reached", &[("because", "Because")]),
        "dropped" => ("gave it up", &[("because", "Because")]),
        "confirmed" => {
            ("confirmed how it is understood", &[("restatement", "As understood"), ("words", "In their words")])
        }
        "put_right" => {
            ("put right how it is understood", &[("restatement", "As understood"), ("words", "In their words")])
        }
        "told" => ("told those whom it concerns", &[]),
        "explained" => ("explained it", WORDS),
        "stance_asked" => ("asked somebody where they stand", &[]),
        "replied" => ("said what it means for their work", WORDS),
        "setback" => ("told of a setback", WORDS),
        "restart" => ("took it up again", WORDS),
        "resource_asked" => ("asked for what it needs", &[("what", "What"), ("needed_by", "Needed by")]),
        "granted" => {
            ("granted what it needs", &[("what", "What"), ("by_when", "By when"), ("words", "In their words")])
        }
        "not_granted" => ("did not grant what it needs", &[("what", "What"), ("words", "In their words")]),
        "asked_to_carry" => ("asked another circle to carry it together", &[]),
        "carried_together" => ("agreed to carry it together", WORDS),
        "not_carried" => ("declined to carry it together", WORDS),
        "conflict_marked" => ("marked a conflict with another aim", &[("why", "How they conflict")]),
        "conflict_settled" => ("settled a conflict with another aim", WORDS),
        "work_linked" => ("linked work that serves it", &[("field", "Field"), ("value", "Value")]),
        "work_unlinked" => ("took away a link to work", &[("field", "Field"), ("value", "Value")]),
        "measure_added" => ("gave it a measure", &[("name", "Measure"), ("target", "Target"), ("unit", "Unit")]),
        "measured" => ("read a measure", &[("name", "Measure"), ("value", "Value"), ("unit", "Unit")]),
        "measure_ended" => ("ended a measure", &[("name", "Measure")]),
        "step_added" => ("put a step on the way", &[("words", "Step"), ("day", "By")]),
        "step_reached" => ("reached a step", &[("words", "Step")]),
        _ => return None,
    })
}

/// Whether this person sees what an event tells of: an explanation to a circle that they see, another aim that they see.
fn is_seen(me: &Me, aims: &Aims, event: &Event) -> bool {
    let other = event.body.get("other").and_then(|other| other.as_str()).map(str::parse::<AimId>);
    let other = match other {
        Some(Ok(other)) => aims.all.contains_key(&other),
        Some(Err(_)) => false,
        None => true,
    };
    other && (event.kind != "explained" || event.circle.is_some_and(|circle| me.actor.sight.inside.contains(&circle)))
}

/// `GET /aims/{id}/history`.
pub(super) async fn page(State(app): State<App>, me: Me, Path(address): Path<String>) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let aim = seen(&mut tx, &me, &address).await?;
    let aims = aims::seen(&mut tx, &me.actor).await?;
    let circles = Circles::read(&mut tx).await?;
    let mut events = tx.history("aim", aim.id).await?;
    events.retain(|event| is_seen(&me, &aims, event));
    let names = history::names(&mut tx, &events).await?;
    drop(tx);
    let body = html! {
        (look::head("History", &html! {
            p { a href=(to_aim(aim.id)) { (aim.title) } }
            p { "Every act, as it was written when it was done. Nothing here is ever rewritten." }
        }))
        (history::list(&me, &names, &events, |event| told(&event.kind)))
    };
    Ok(show::page(&frame_of(&me, "History of an aim", &aim, &circles), &body))
}
