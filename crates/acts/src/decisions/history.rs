//! What happened to a decision, from the events.

use axum::extract::{Path, State};
use axum::response::Response;
use leadership::PersonId;
use ledger::{Event, decisions};
use maud::{Markup, html};
use serde_json::Value;

use super::parts::day_of;
use super::talk::{about, shell};
use super::{Names, found};
use crate::app::App;
use crate::failure::Failure;
use crate::guard::Me;
use crate::show;

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
        "superseded" => "said that another took its place",
        other => other,
    }
}

/// Labels of fields, in the order in which they are shown.
const FIELDS: [(&str, &str); 32] = [
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

fn fields(event: &Event) -> Vec<(&'static str, String)> {
    let one = |name: &str| match event.body.get(name) {
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    FIELDS.iter().map(|(name, label)| (*label, one(name))).filter(|(_, text)| !text.is_empty()).collect()
}

fn row(me: &Me, names: &Names, event: &Event) -> Markup {
    let shown = fields(event);
    let actor = event.actor.map_or("The clock", |actor| names.person(actor));
    html! {
        li {
            p { strong { (actor) } " " (words(&event.kind)) ", " (day_of(me, event.at))
                @if let Some(people) = event.body.get("people").and_then(Value::as_u64) { " (" (people) " people)" } }
            @if !shown.is_empty() {
                details { summary { "What it says" } dl.words { @for (label, text) in shown { dt { (label) } dd.written { (text) } } } }
            }
        }
    }
}

/// `GET /decisions/{id}/history`.
pub(super) async fn page(State(app): State<App>, me: Me, Path(id): Path<String>) -> Result<Response, Failure> {
    let (mut tx, decision) = found(&app, &me, &id).await?;
    let events = tx.history(decisions::NOUN, decision.id).await?;
    let people: Vec<PersonId> = events.iter().filter_map(|event| event.actor).collect();
    let names = Names::of(&mut tx, people).await?;
    drop(tx);
    let body = html! {
        (about("History", &decision, "Every act, as it was written when it was done. Nothing here is ever rewritten."))
        ol.history { @for event in &events { (row(&me, &names, event)) } }
    };
    Ok(show::page(&shell(&me, "History of a decision", &decision, &names), &body))
}
