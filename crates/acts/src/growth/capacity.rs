//! What one has taken on, and how one's own estimates came true.

use axum::extract::State;
use axum::response::Response;
use ledger::growth::{self, BACK_DAYS, Capacity, TakenOn};
use maud::{Markup, html};

use super::HERE;
use crate::app::App;
use crate::failure::Failure;
use crate::guard::Me;
use crate::parts::day;
use crate::show;

const SEEN: &str =
    "Who can see this: you alone. Each promise stands on a page of its own, which says who sees that one.";

fn list(all: &[TakenOn]) -> Markup {
    html! { ul.lines { @for one in all { li {
        a href=(format!("/promises/{}", one.promise)) { (one.what) } p.of { "by " (day(one.due)) }
    } } } }
}

fn body(found: &Capacity) -> Markup {
    html! {
        (look::head("What you have taken on", &html! { p { "Your promises by the week of their day, beside how your own estimates came true. Say early what does not fit: settled anew before its day, a promise is honourable." } }))
        div.acts { a.button.primary href="/promises" { "Your promises" } a href="/growth/strengths" { "Strengths and limits" } }
        @if !found.overdue.is_empty() { h2 { "Its day has passed" } (list(&found.overdue)) }
        @for (monday, of) in &found.weeks {
            h2 { "Week of " (day(*monday)) }
            @if of.is_empty() { p.soft { "Nothing is due." } } @else { (list(of)) }
        }
        h2 { "Your estimates" }
        p { "The estimate is the first day that you named. Over what was closed in the last " (BACK_DAYS) " days:" }
        dl.facts {
            div { dt { "Kept by the first day" } dd.said { (found.estimated.shown()) } }
            div { dt { "Where it was not, how much longer it took" } dd.said { @match found.longer_days {
                Some(days) => { (days) (if days == 1 { " day" } else { " days" }) small { "the middle of " (found.told_early.n) " of them" } },
                None => "not enough to say yet (it takes five)",
            } } }
            div { dt { "Of those, said before the day" } dd.said { (found.told_early.shown()) } }
        }
        p { a href="/growth" { "Back to growth" } }
    }
}

/// `GET /growth/capacity`.
pub(super) async fn show(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let found = growth::capacity(&mut app.ledger().read().await?, &me.actor).await?;
    Ok(show::page(&show::shell(&me, "What you have taken on", HERE, SEEN), &body(&found)))
}
