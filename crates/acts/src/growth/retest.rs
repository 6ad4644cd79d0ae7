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
pub(super) fn section(retests: &[Retest], coming: Option<&Coming>) -> Markup {
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

#[cfg(test)]
mod tests {
    use super::*;
    use leadership::profile::{Figure, Range};

    fn told(change: Option<(f64, f64, f64)>) -> Retest {
        let figure = Figure {
            n: 9,
            mean: 3.8,
            development: Range { low: 3.5, high: 4.1 },
            decision_mean: None,
            decision: None,
            agreement: None,
        };
        let change = change.map(|(by, low, high)| Change {
            since: jiff::civil::date(2026, 3, 2),
            by,
            interval: Range { low, high },
            same_questions: true,
        });
        Retest {
            report: leadership::Id::new(jiff::Timestamp::UNIX_EPOCH, [1; 10]),
            title: "Autumn".into(),
            closed_on: jiff::civil::date(2026, 9, 1),
            told: Some(vec![("truth".into(), Retested::Told(figure, change)), ("humour".into(), Retested::NotTold)]),
        }
    }

    #[test]
    fn a_change_is_told_with_its_interval_and_named_only_where_that_excludes_zero() {
        let sure = section(&[told(Some((0.5, 0.1, 0.9)))], None).into_string();
        assert!(sure.contains("3.8 (development 3.5 to 4.1; n = 9)"), "{sure}");
        assert!(sure.contains("<strong>+0.5</strong> (90 % interval +0.1 to +0.9)"), "{sure}");
        assert!(!sure.contains("cannot be told from no change") && sure.contains("not enough to say"), "{sure}");
        let unsure = section(&[told(Some((0.2, -0.2, 0.6)))], None).into_string();
        assert!(unsure.contains("cannot be told from no change"), "{unsure}");
        assert!(section(&[told(None)], None).into_string().contains("no wave before that it can be held against"));
        let closed = Retest { told: None, ..told(None) };
        let closed = section(&[closed], None).into_string();
        assert!(closed.contains("Rate yourself first") && !closed.contains("3.8"), "{closed}");
        assert_eq!(section(&[], None).into_string(), "");
    }
}
