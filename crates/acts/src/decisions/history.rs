//! What happened to a decision, from the events.

use axum::extract::{Path, State};
use axum::response::Response;
use ledger::decisions;
use maud::html;

use super::talk::{about, shell};
use super::{Names, found};
use crate::app::App;
use crate::failure::Failure;
use crate::guard::Me;
use crate::{history, show};

/// What a kind of event says, and the fields of it that are shown. Percentages never are.
fn words(kind: &str) -> &str {
    match kind {
        "drafted" => "wrote it down",
        "written" => "wrote on",
        "handed" => "asked somebody to decide",
        "closed" => "closed it",
        "opened" => "opened it",
        "asked" => "asked those affected for objections",
        "objected" => "objected",
        "not_objected" => "had no objection",
        "dissented" => "put dissent on record",
        "answered" => "answered an objection",
        "decided" => "decided",
        "told" => "told those affected",
        "clear_to_act" => "was clear to act",
        "not_yet_clear" => "was not yet clear to act",
        "changed" => "changed what was decided",
        "reviewed" => "judged the outcome",
        "said_back" => "said back what was decided",
        "conflict_marked" => "marked a conflict with another decision",
        "goes_together" => "said how it goes together with another decision",
        "conflict_settled" => "settled a conflict with another decision",
        "superseded" => "said that another took its place",
        other => other,
    }
}

/// Labels of fields, in the order in which they are shown.
const FIELDS: &[(&str, &str)] = &[
    ("question", "Question"),
    ("purpose", "Purpose"),
    ("option", "Options"),
    ("evidence", "For and against"),
    ("criterion", "Criteria"),
    ("weight", "Weights"),
    ("score", "Scores"),
    ("known", "Known"),
    ("unknown", "Not known"),
    ("assumed", "Assumed"),
    ("reversible", "Going back"),
    ("worst", "Worst case"),
    ("tripwire", "Tripwire"),
    ("interests", "In it for whom"),
    ("ethics", "Ethics"),
    ("unpopular", "Unpopular"),
    ("unpopular_why", "Made all the same, because"),
    ("touches", "Touches"),
    ("changed", "What changed"),
    ("changed_why", "Why"),
    ("chosen", "Chosen"),
    ("because", "Why that one"),
    ("direction", "Where this leads"),
    ("next_step", "Next step"),
    ("expected", "Expected outcome"),
    ("review_on", "Judged on"),
    ("promise_what", "To be promised"),
    ("outcome", "Outcome"),
    ("happened", "What happened"),
    ("learned", "What was learned"),
    ("words", "In their words"),
    ("why", "Why"),
];

/// `GET /decisions/{id}/history`.
pub(super) async fn page(State(app): State<App>, me: Me, Path(id): Path<String>) -> Result<Response, Failure> {
    let (mut tx, decision) = found(&app, &me, &id).await?;
    let events = tx.history(decisions::NOUN, decision.id).await?;
    let people = history::names(&mut tx, &events).await?;
    let names = Names::of(&mut tx, []).await?;
    drop(tx);
    let body = html! {
        (about("History", &decision, "Every act, as it was written when it was done. Nothing here is ever rewritten."))
        (history::list(&me, &people, &events, |event| Some((words(&event.kind), FIELDS))))
    };
    Ok(show::page(&shell(&me, "History of a decision", &decision, &names), &body))
}
