//! What I promised, what was promised to me, and what of it waits for me.

use axum::extract::{Query, State};
use axum::response::Response;
use leadership::today::Waiting;
use ledger::people;
use ledger::promises::{self, Listing, Names, PAGE, Promise, Which};
use maud::{Markup, html};
use serde::Deserialize;

use super::{time_passes, today, words};
use crate::app::App;
use crate::failure::Failure;
use crate::guard::Me;
use crate::show;

const AUDIENCE: &str = "Who can see this page: you. Each promise on it is seen by its two sides and, unless it is between these two only, by the people of its circle.";

/// Which page of a list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Page {
    page: usize,
    /// `given` or `received`.
    list: String,
}

fn waits(waiting: &[Waiting]) -> Markup {
    html! {
        @if !waiting.is_empty() {
            h2 { "Waits for you" }
            ul.promises {
                @for one in waiting {
                    li {
                        p.what { a href=(one.page) { (one.title) } }
                        p.told { (one.because) }
                    }
                }
            }
        }
    }
}

pub(super) fn pages(total: usize) -> usize {
    total.div_ceil(PAGE)
}

fn section(title: &str, none: &str, listing: &Listing, more: &str, names: &Names, today: jiff::civil::Date) -> Markup {
    let address = |promise: &Promise| Some(format!("/promises/{}", promise.id));
    html! {
        h2 { (title) }
        @if listing.promises.is_empty() { p.soft { (none) } }
        @else {
            (words::list(&listing.promises, names, today, &address))
            @if listing.total > listing.promises.len() { p.soft { "The " (listing.promises.len()) " that are due soonest, of " (listing.total) "." } }
        }
        div.acts { a href=(format!("/promises/closed?list={more}")) { "Closed ones" } }
    }
}

/// `GET /promises`.
pub(super) async fn show(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    time_passes(&app, &me.actor).await?;
    let today = today(&app, &me);
    let mut tx = app.ledger().read().await?;
    let waiting = promises::waiting(&mut tx, me.actor.person, today).await?;
    let given = promises::given(&mut tx, &me.actor, Which::Live, 0).await?;
    let received = promises::received(&mut tx, &me.actor, Which::Live, 0).await?;
    let all: Vec<Promise> = given.promises.iter().chain(&received.promises).cloned().collect();
    let names = Names::of(&mut tx, &all).await?;
    let together = promises::together(&mut tx, &me.actor).await?;
    let ids: Vec<_> = together.iter().map(|(person, _)| *person).collect();
    let people = people::named(&mut tx, &ids).await?;
    let sight = &me.actor.sight;
    let circles: Vec<_> = people::circles(&mut tx)
        .await?
        .into_iter()
        .filter(|circle| sight.inside.contains(&circle.id) || sight.as_client.contains(&circle.id))
        .collect();
    drop(tx);
    let body = html! {
        (look::head("Promises", &html! { p { "A promise has two sides: who makes it says that it is done, or early that it will not be; the other side closes it." } }))
        div.acts {
            a.button.primary href="/promises/new" { "Make a promise" }
            a href="/promises/new?ask=true" { "Ask for one" }
            a href="/promises/consistency" { "How I keep mine" }
            a href="/honesty" { "Truth and code" }
        }
        (waits(&waiting))
        (section("You promised", "Nothing is open. What you promise stands here until the other side closes it.", &given, "given", &names, today))
        (section("Promised to you", "Nothing is open. What others promise you, or a circle that you speak for, stands here.", &received, "received", &names, today))
        @if !people.is_empty() {
            h2 { "You and another" }
            p.soft { "What you promised each other, over time. Only the two of you see it." }
            ul.plain-list { @for person in &people { li { a href=(format!("/promises/with/{}", person.id)) { (person.name) } } } }
        }
        @if !circles.is_empty() {
            h2 { "Circles" }
            ul.plain-list { @for circle in &circles { li { a href=(format!("/promises/circle/{}", circle.id)) { (circle.name) } " " span.soft { (circle.kind.shown()) } } } }
        }
    };
    Ok(show::page(&show::shell(&me, "Promises", "/promises", AUDIENCE), &body))
}

/// `GET /promises/closed`.
pub(super) async fn closed(State(app): State<App>, me: Me, Query(asked): Query<Page>) -> Result<Response, Failure> {
    let today = today(&app, &me);
    let mut tx = app.ledger().read().await?;
    let received = asked.list == "received";
    let listing = if received {
        promises::received(&mut tx, &me.actor, Which::Closed, asked.page).await?
    } else {
        promises::given(&mut tx, &me.actor, Which::Closed, asked.page).await?
    };
    let names = Names::of(&mut tx, &listing.promises).await?;
    drop(tx);
    let title = if received { "Promised to you, closed" } else { "You promised, closed" };
    let path = if received { "/promises/closed?list=received" } else { "/promises/closed?list=given" };
    let body = html! {
        (look::head(title, &html! { p { @if listing.total == 0 { "Nothing here." } @else { (listing.total) " in all, newest first." } } }))
        (words::list(&listing.promises, &names, today, &|promise| Some(format!("/promises/{}", promise.id))))
        (look::pager((asked.page, pages(listing.total)), path))
        div.acts { a href="/promises" { "Back to promises" } }
    };
    Ok(show::page(&show::shell(&me, title, "/promises", AUDIENCE), &body))
}
