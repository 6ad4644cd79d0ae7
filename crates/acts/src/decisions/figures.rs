//! Figures over the decisions of circles: never of one person.

use axum::extract::State;
use axum::response::Response;
use leadership::decision::figures::{Came, MINIMUM, Median, Share};
use ledger::decisions;
use maud::{Markup, html};

use super::HERE;
use crate::app::App;
use crate::failure::Failure;
use crate::guard::Me;
use crate::show;

const AUDIENCE: &str = "Who can see this: you. It counts the decisions of the circles that you see from inside; closed ones are only counted.";

fn share(label: &str, share: Share) -> Markup {
    html! {
        dt { (label) }
        dd {
            @if share.n < MINIMUM { "not enough to say (" (share.of) " of " (share.n) ")" }
            @else { ((share.of * 100 + share.n / 2) / share.n) " % (" (share.of) " of " (share.n) ")" }
        }
    }
}

fn middle(label: &str, unit: &str, median: Median) -> Markup {
    html! {
        dt { (label) }
        dd {
            @match median.value {
                Some(value) => { "half within " (format!("{value:.1}")) " " (unit) " (median, n = " (median.n) ")" }
                None => { "not enough to say (n = " (median.n) ")" }
            }
        }
    }
}

fn came(label: &str, came: &Came) -> Markup {
    let [is_true, partly, is_false] = came.counts;
    html! {
        dt { (label) }
        dd {
            @match came.share {
                Some((share, low, high)) => {
                    (format!("{:.0}", share * 100.0)) " % came true (90 % interval " (format!("{:.0}", low * 100.0)) " to " (format!("{:.0}", high * 100.0)) " %, n = " (is_true + partly + is_false) ")"
                }
                None => { "not enough to say (n = " (is_true + partly + is_false) ")" }
            }
            span.soft { ": " (is_true) " true, " (partly) " in part, " (is_false) " not" }
        }
    }
}

/// `GET /decisions/figures`.
pub(super) async fn page(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let found = decisions::measured(&mut app.ledger().read().await?, &me.actor).await?;
    let figures = &found.figures;
    let all = found.open + found.closed;
    let body = html! {
        (look::head("How we decide", &html! { p { "Over the decisions of the circles that you see. No figure is about one person, and below five decisions nothing is said." } }))
        p { a href="/decisions" { "All decisions" } }
        h2 { "Openness" }
        dl.words {
            (share("Open to those affected", Share { of: found.open, n: all }))
            (share("Those affected were asked before", figures.asked))
            (share("Told", figures.told))
            (middle("From decided to first told", "hours", figures.hours_to_tell))
            dt { "Hard messages looked at once more before they were told" }
            dd { (found.hard) " of " (found.notices) " messages" }
        }
        h2 { "What they rest on" }
        dl.words {
            dt { "Options beside doing nothing" }
            dd { @match figures.options.value {
                Some(value) => { (format!("{value:.1}")) " (median, n = " (figures.options.n) ")" }
                None => { "not enough to say (n = " (figures.options.n) ")" }
            } }
            (share("With criteria", figures.criteria))
            (share("With an assumption and a tripwire", figures.watched))
            (share("With interests declared", figures.interests))
            (share("Unpopular ones with dissent on record", figures.dissent))
        }
        h2 { "Time, and what came of it" }
        dl.words {
            (middle("From begun to decided", "days", figures.days_to_decide))
            (share("Judged, of those whose review date has come", Share { of: found.judged, n: found.due }))
            (came("Expected outcomes", &figures.came))
            (came("Of those decided within the median time", &figures.quick))
            (came("Of those that took longer", &figures.slow))
            @for (way, of) in &figures.by_risk {
                @match way {
                    Some(way) => (came(&format!("Of those {}", way.shown()), of)),
                    None => (came("Of those where going back was not thought of", of)),
                }
            }
        }
        p.soft { "Time and outcome are seen together; that the one makes the other is not said. A statement that came true in part counts as a half." }
    };
    Ok(show::page(&show::shell(&me, "How we decide", HERE, AUDIENCE), &body))
}
