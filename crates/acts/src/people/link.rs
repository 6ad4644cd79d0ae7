//! The links that carry their own key: listed, and ended.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use leadership::PersonId;
use ledger::links::{self, Listed, Revoke};
use ledger::people;
use maud::html;

use super::AUDIENCE;
use crate::app::App;
use crate::failure::Failure;
use crate::guard::Me;
use crate::me::when;
use crate::route::{Guard, Route};
use crate::show;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::page("/links", Guard::Inside, get(list)), Route::act("/links/{id}/revoke", Guard::Inside, post(revoke))]
}

/// `GET /links`.
async fn list(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let all = links::list(&mut tx, &me.actor).await?;
    let circles = people::circles(&mut tx).await?;
    let ids: Vec<PersonId> = all.iter().flat_map(|one| one.link.person.into_iter().chain([one.made_by])).collect();
    let names: BTreeMap<PersonId, String> =
        people::named(&mut tx, &ids).await?.into_iter().map(|person| (person.id, person.name)).collect();
    drop(tx);
    let name = |id: PersonId| names.get(&id).cloned().unwrap_or_default();
    let circle = |one: &Listed| circles.iter().find(|it| it.id == one.link.circle).map_or("", |it| it.name.as_str());
    let now = app.now();
    let state = |one: &Listed| match (one.revoked_at, one.used_at) {
        (Some(at), _) => Some(format!("ended on {}", when(&me, at))),
        (None, Some(at)) => Some(format!("used on {}", when(&me, at))),
        (None, None) => (one.until <= now).then(|| "its time is over".to_owned()),
    };
    let body = html! {
        (look::head("Links", &html! { p { "Who has such a link can open one page without an account. Each ends on its date; you can end it before. The links themselves are not kept." } }))
        @if all.is_empty() { p { "There is none for your circles. An invitation is made on the page of a person." } }
        ul.rows {
            @for one in &all {
                li {
                    div {
                        p { (one.purpose) ", " (circle(one)) @if let Some(person) = one.link.person { ", for " (name(person)) } }
                        p.soft.small {
                            "Made by " (name(one.made_by)) " on " (when(&me, one.made_at)) "; "
                            @match state(one) { Some(state) => (state), None => { "open until " (when(&me, one.until)) } }
                        }
                    }
                    @if state(one).is_none() {
                        form method="post" action=(format!("/links/{}/revoke", one.link.id)) { button type="submit" aria-label=(format!("End the link {}, {}, made on {}", one.purpose, circle(one), when(&me, one.made_at))) { "End" } }
                    }
                }
            }
        }
        p { a href="/people" { "Back to people" } }
    };
    Ok(show::page(&show::shell(&me, "Links", "/people", AUDIENCE), &body))
}

/// `POST /links/{id}/revoke`.
async fn revoke(State(app): State<App>, me: Me, Path(id): Path<String>) -> Result<Response, Failure> {
    let link = id.parse().map_err(|_| Failure::NotFound)?;
    app.ledger().perform(&me.actor, &Revoke { link }).await?;
    Ok(show::to("/links"))
}
