//! The four verdicts, as buttons and small forms: in place on Today with one key each, and whole on the page
//! of a request.

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};
use leadership::PersonId;
use leadership::request::Authority;
use leadership::today::{Do, Waiting};
use maud::{Markup, html};

/// Whether something that waits is an ask without a verdict.
pub(super) fn is_triage(item: &Waiting) -> bool {
    item.noun == "request" && item.act == Do::Decide
}

/// The day that is offered for putting something off: next Monday.
pub(crate) fn next_monday(day: Date) -> Date {
    (1..=7)
        .map(|days| day.saturating_add(days.days()))
        .find(|later| later.weekday() == Weekday::Monday)
        .unwrap_or_else(|| day.saturating_add(7.days()))
}

fn day_field(id: &str, label: &str, value: Date) -> Markup {
    html! {
        div.field {
            label for=(id) { (label) }
            input type="date" id=(id) name="day" value=(value) required;
        }
    }
}

fn hidden(verdict: &str) -> Markup {
    html! { input type="hidden" name="verdict" value=(verdict); input type="hidden" name="from" value="/today"; }
}

/// Buttons in place.
pub(super) fn in_place(item: &Waiting, around: &[(PersonId, String)], today: Date) -> Markup {
    let subject = &item.subject;
    let action = format!("/requests/{subject}/triage");
    let id = |name: &str| format!("{name}-{subject}");
    let group = id("verdicts");
    let by = item.due.filter(|due| *due >= today).unwrap_or_else(|| today.saturating_add(7.days()));
    html! {
        div.verdicts {
            form method="post" action=(action) hx-post=(action) { (hidden("do")) button type="submit" data-key="d" { "Do" } }
            details name=(group) data-key="g" {
                summary.button { "Delegate" }
                form method="post" action=(action) hx-post=(action) {
                    (hidden("delegate"))
                    input type="hidden" name="outcome" value=(item.title);
                    @if around.is_empty() {
                        p { a href=(format!("{}#delegate", item.page)) { "Choose whom, on its own page" } }
                    } @else {
                        div.field {
                            label for=(id("to")) { "Who could take it?" }
                            select id=(id("to")) name="to" required { option value="" { "Choose" } @for (person, name) in around { option value=(person) { (name) } } }
                        }
                        (day_field(&id("by"), "By when", by))
                        button type="submit" { "Ask them" }
                        p.hint { "They take it or hand it back. " a href=(format!("{}#delegate", item.page)) { "Ask somebody else, or say more: the outcome, limits, how far they may go" } }
                    }
                }
            }
            details name=(group) data-key="f" {
                summary.button { "Defer" }
                form method="post" action=(action) hx-post=(action) {
                    (hidden("defer"))
                    (day_field(&id("until"), "Until when", next_monday(today)))
                    div.field { label for=(id("why")) { "Why " span.soft { "(optional)" } } input type="text" id=(id("why")) name="reason" maxlength="500" autocomplete="off"; }
                    button type="submit" { "Put it off" }
                    p.hint { "The asker is told." }
                }
            }
            details name=(group) data-key="x" {
                summary.button { "Drop" }
                form method="post" action=(action) hx-post=(action) {
                    (hidden("drop"))
                    div.field { label for=(id("reason")) { "Why it will not be done" } input type="text" id=(id("reason")) name="reason" maxlength="500" required autocomplete="off"; }
                    button type="submit" { "Drop it" }
                    p.hint { "The asker is told, with the reason." }
                }
            }
        }
    }
}

/// The choices of how far somebody may go.
pub(super) fn authorities() -> Vec<(&'static str, &'static str)> {
    Authority::ALL.iter().map(|authority| (authority.name(), authority.shown())).collect()
}
