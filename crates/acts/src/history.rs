//! What happened to something, from its events: one line an act, with the words that it came with.

use std::collections::BTreeMap;

use leadership::PersonId;
use ledger::people;
use ledger::{Event, LedgerError, Tx};
use maud::{Markup, html};
use serde_json::Value;

use crate::guard::Me;
use crate::parts::day_of;

/// Names of whoever did something in these events.
pub(crate) async fn names(tx: &mut Tx, events: &[Event]) -> Result<BTreeMap<PersonId, String>, LedgerError> {
    let mut ids: Vec<PersonId> = events.iter().filter_map(|event| event.actor).collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(people::named(tx, &ids).await?.into_iter().map(|person| (person.id, person.name)).collect())
}

fn text(event: &Event, field: &str) -> String {
    match event.body.get(field) {
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// The list, oldest first. `told` says what an event means and which of its fields are shown, each with its label, in
/// that order; `None` leaves the event out.
pub(crate) fn list<'a>(
    me: &Me,
    names: &BTreeMap<PersonId, String>,
    events: &'a [Event],
    told: impl Fn(&'a Event) -> Option<(&'a str, &'static [(&'static str, &'static str)])>,
) -> Markup {
    html! {
        ol.history {
            @for event in events {
                @if let Some((words, fields)) = told(event) {
                    @let actor = event.actor.map_or("The clock", |actor| names.get(&actor).map_or("Somebody", String::as_str));
                    @let shown: Vec<_> = fields.iter().map(|(name, label)| (label, text(event, name))).filter(|(_, text)| !text.is_empty()).collect();
                    li {
                        p { strong { (actor) } " " (words) ", " (day_of(me, event.at))
                            @if let Some(people) = event.body.get("people").and_then(Value::as_u64) { " (" (people) " people)" } }
                        @if !shown.is_empty() {
                            details { summary { "What it says" } dl.words { @for (label, text) in shown { dt { (label) } dd.written { (text) } } } }
                        }
                    }
                }
            }
        }
    }
}
