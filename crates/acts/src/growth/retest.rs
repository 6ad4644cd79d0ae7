//! What the waves since a plan was begun tell of its qualities, and which one asks next.

use leadership::profile::{Change, figure_text, signed_range, signed_text};
use ledger::growth::{Coming, Retest, Retested};
use maud::{Markup, html};

use crate::parts::day;
use crate::qualities;

/// A change in words: it is one only where its interval excludes zero.
fn change(found: &Change) -> Markup {
    html! {
        "Since the wave of " (day(found.since)) ": " strong { (signed_text(found.by)) } " (90 % interval " (signed_range(found.interval)) "). "
        @if found.interval.holds_zero() { "It cannot be told from no change. " }
        @if !found.same_questions { "Other questions were asked then. " }
    }
}

fn one(found: &Retest) -> Markup {
    html! {
        li {
            a href=(format!("/profile/{}", found.report)) { (found.title) }
            p.of { "Closed on " (day(found.closed_on)) }
            @match &found.told {
                None => p { "Rate yourself first: then it opens, and stands here." },
                Some(told) => @for (key, retested) in told {
                    p {
                        (qualities::name(key)) ": "
                        @match retested {
                            Retested::NotAsked => "this wave did not ask about it.",
                            Retested::NotTold => "not enough to say.",
                            Retested::Told(figure, since) => {
                                (figure_text(figure)) ". "
                                @match since {
                                    Some(since) => (change(since)),
                                    None => "There is no wave before that it can be held against.",
                                }
                            },
                        }
                    }
                },
            }
        }
    }
}

/// Under a plan, for whose it is.
pub(crate) fn section(retests: &[Retest], coming: Option<&Coming>) -> Markup {
    html! {
        @if let Some(coming) = coming {
            p {
                "The wave " (coming.title) " asks about "
                @for (at, key) in coming.asks.iter().enumerate() { @if at > 0 { " and " } (qualities::name(key)) }
                "; it closes on " (day(coming.closes_on)) ". What it tells stands here then."
            }
        }
        @if !retests.is_empty() {
            h3 { "Looked at again" }
            ul.lines { @for found in retests { (one(found)) } }
            p.soft { "What others see after the practice is seen together with it; that the one led to the other, no figure can say. Only you see this part." }
        }
    }
}
