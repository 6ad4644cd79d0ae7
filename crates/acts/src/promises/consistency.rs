//! How I keep my promises, whoever they are made to and however much is open: for my own eyes.

use axum::extract::State;
use axum::response::Response;
use leadership::promise::Audience;
use leadership::promise::keeping::{Closed, Rate, Tally, by_load, quarters};
use ledger::promises;
use maud::{Markup, html};

use super::words;
use crate::app::App;
use crate::failure::Failure;
use crate::guard::Me;
use crate::show;

/// What the shares say of one another: the widest spread, and whether the intervals let a difference be told.
fn compared(rows: &[(String, Tally)]) -> Markup {
    let mut told: Vec<(&str, Rate)> =
        rows.iter().filter_map(|(name, tally)| tally.rate().map(|rate| (name.as_str(), rate))).collect();
    told.sort_by(|a, b| a.1.share.total_cmp(&b.1.share));
    html! {
        @if let (Some(low), Some(high), true) = (told.first(), told.last(), told.len() > 1) {
            p {
                "Spread, in percentage points: " (format!("{:.0}", (high.1.share - low.1.share) * 100.0)) ", between “" (low.0) "” and “" (high.0) "”. "
                @if low.1.overlaps(&high.1) { "The intervals overlap: no difference can be told." }
                @else { "The intervals do not overlap: worth a look." }
            }
        } @else { p.soft { "Fewer than two of these have enough promises to compare: not enough to say." } }
    }
}

fn body(closed: &[Closed]) -> Markup {
    let whole = Tally::of(closed);
    let audiences: Vec<(String, Tally)> = Audience::ALL
        .iter()
        .map(|audience| {
            let to = closed.iter().filter(|promise| promise.audience == *audience);
            (format!("To {}", audience.shown()), Tally::of(to))
        })
        .collect();
    let load = by_load(closed);
    let weeks: Vec<(String, Tally)> = load
        .iter()
        .flat_map(|load| {
            let few = load.calm_up_to;
            [(format!("Calm: {few} open at most"), load.calm), (format!("Busy: more than {few} open"), load.busy)]
        })
        .collect();
    html! {
        (look::head("How I keep my promises", &html! { p { "The same to a client, to staff and to an executive; in calm weeks and in busy ones." } }))
        @if whole.n() == 0 {
            p { "None of your promises was closed yet. This page fills as the other sides close them." }
            div.acts { a.button.primary href="/promises/new" { "Make a promise" } }
        } @else {
            (words::kept(&whole))
            h2 { "To whom" }
            (words::table("My promises, by the one to whom they were made; 90 % intervals", "To whom", &audiences))
            (compared(&audiences))
            h2 { "Under load" }
            @if weeks.is_empty() { p.soft { "All weeks had about the same number of your promises open: not enough to say." } }
            @else {
                (words::table("My promises, by how many were open at the beginning of the week in which they were due; 90 % intervals", "Week", &weeks))
                (compared(&weeks))
            }
            (words::trend("All my promises, by the quarter of their day; 90 % intervals", &quarters(closed)))
            (words::footing())
        }
        div.acts { a href="/promises" { "Back to promises" } }
    }
}

/// `GET /promises/consistency`.
pub(super) async fn show(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let closed = promises::consistency(&mut app.ledger().read().await?, &me.actor).await?;
    let shell = show::shell(&me, "How I keep my promises", "/promises", "Who can see this page: you, and nobody else.");
    Ok(show::page(&shell, &body(&closed)))
}
