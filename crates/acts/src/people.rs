//! People and circles.

use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;
use leadership::{CircleId, Role};
use ledger::people::{self, Circle};
use look::{Field, address};
use maud::{Markup, html};
use serde::Deserialize;

use crate::app::App;
use crate::failure::Failure;
use crate::guard::Me;
use crate::route::{Guard, Route};
use crate::show;

mod add;
mod circle;
pub(crate) mod import;
mod link;
mod person;

const AUDIENCE: &str = "Who can see this: the people of these circles and whoever leads or administers them.";

/// People on one page.
const PAGE: usize = 50;

pub(crate) fn routes() -> Vec<Route> {
    let mut all = vec![Route::page("/people", Guard::Inside, get(list))];
    all.extend(person::routes());
    all.extend(circle::routes());
    all.extend(add::routes());
    all.extend(import::routes());
    all.extend(link::routes());
    all
}

/// What is asked of the list.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Asked {
    q: String,
    circle: String,
    page: String,
}

/// Whether a person keeps a circle in order.
fn keeps(me: &Me, circle: CircleId) -> bool {
    me.actor.sight.administers(circle) || me.actor.sight.leads(circle)
}

/// The circle of an address, when this person keeps it in order.
async fn kept(app: &App, me: &Me, id: &str) -> Result<Circle, Failure> {
    let id: CircleId = id.parse().map_err(|_| Failure::NotFound)?;
    if !keeps(me, id) {
        return Err(Failure::NotFound);
    }
    let circles = people::circles(&mut app.ledger().read().await?).await?;
    circles.into_iter().find(|circle| circle.id == id).ok_or(Failure::NotFound)
}

/// Circles as a choice: identifier and path, in the order of the paths.
fn choices<'a>(all: &'a [Circle], these: impl Fn(&Circle) -> bool + 'a) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = all
        .iter()
        .filter(|circle| circle.closed_at.is_none() && these(circle))
        .map(|circle| (circle.id.to_string(), people::path(all, circle.id)))
        .collect();
    out.sort_by(|a, b| a.1.cmp(&b.1));
    out
}

fn borrowed(choices: &[(String, String)]) -> Vec<(&str, &str)> {
    choices.iter().map(|(value, shown)| (value.as_str(), shown.as_str())).collect()
}

/// Roles as a choice; a client contact only where there is a client.
fn roles(of_client: bool) -> Vec<(&'static str, &'static str)> {
    Role::ALL.iter().filter(|role| of_client || !role.outside()).map(|role| (role.name(), role.shown())).collect()
}

/// Circles, nested as lists.
fn nested(circles: &[Circle], parent: Option<CircleId>) -> Markup {
    let shown = |id: CircleId| circles.iter().any(|circle| circle.id == id);
    let here: Vec<_> = circles
        .iter()
        .filter(|circle| match parent {
            // The tops: those whose parent this person does not see.
            None => circle.parent.is_none_or(|above| !shown(above)),
            Some(_) => circle.parent == parent,
        })
        .collect();
    html! {
        @if !here.is_empty() {
            ul.circles {
                @for circle in here {
                    li {
                        a href=(format!("/circles/{}", circle.id)) { (circle.name) } " "
                        span.soft.small { (circle.kind.shown()) @if circle.closed_at.is_some() { ", closed" } }
                        (nested(circles, Some(circle.id)))
                    }
                }
            }
        }
    }
}

/// `GET /people`.
async fn list(State(app): State<App>, me: Me, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let circles: Vec<Circle> = people::circles(&mut tx)
        .await?
        .into_iter()
        .filter(|circle| me.actor.sight.inside.contains(&circle.id))
        .collect();
    let only: Option<CircleId> = asked.circle.parse().ok();
    let found = people::search(&mut tx, &me.actor, &asked.q, only).await?;
    let erasures = people::erasures(&mut tx, &me.actor).await?;
    drop(tx);
    let pages = found.len().div_ceil(PAGE).max(1);
    let page = asked.page.parse::<usize>().unwrap_or_default().min(pages - 1);
    let names = choices(&circles, |_| true);
    let none = leadership::Wrongs::default();
    let body = html! {
        (look::head("People", &html! { p { "Circles nest: what is decided for one holds for those within it. Roles say who leads, who works in it, and who speaks for a client." } }))
        div.acts { a href="/honesty" { "Truth and code" } a href="/waves" { "Waves of ratings" } a href="/asks/new" { "I need somebody" } a href="/concerns" { "Concerns in confidence" } }
        @for (person, at) in &erasures {
            div.notice { p { a href=(format!("/people/{}/erase", person.id)) { (person.name) " asks to be erased" } ", since " (crate::me::when(&me, *at)) "." } }
        }
        form.row.find method="get" action="/people" {
            (Field::new("q", "Name or address", &asked.q, &none).optional().line())
            (Field::new("circle", "Circle", &asked.circle, &none).narrowing("All that you see", &borrowed(&names)))
            button type="submit" { "Find" }
        }
        @if found.is_empty() { p { "Nobody is found by that. " a href="/people" { "Show everybody" } } }
        @else {
            p.soft { (found.len()) " " (if found.len() == 1 { "person" } else { "people" }) }
            ul.entries {
                @for (person, roles) in found.iter().skip(page * PAGE).take(PAGE) {
                    li {
                        div {
                            p { a href=(format!("/people/{}", person.id)) { (person.name) } }
                            p.soft.small {
                                @for (at, (circle, role)) in roles.iter().enumerate() {
                                    @if at > 0 { "; " }
                                    (role.shown()) @if let Some(circle) = circles.iter().find(|known| known.id == *circle) { ", " (circle.name) }
                                }
                            }
                        }
                    }
                }
            }
            (look::pager((page, pages), &address::with("/people", &[("q", &asked.q), ("circle", &asked.circle)])))
        }
        h2 { "Circles" }
        (nested(&circles, None))
        @if circles.iter().any(|circle| keeps(&me, circle.id)) {
            div.acts { a.button href="/people/import" { "Add people from a table" } a href="/links" { "Links that are open" } }
        }
    };
    Ok(show::page(&show::shell(&me, "People", "/people", AUDIENCE), &body))
}
