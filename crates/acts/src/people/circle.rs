//! The page of a circle: its people, what is nested in it, and what those can do who keep it in order.

use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use leadership::{CircleId, Wrongs};
use ledger::people::{self, Circle, CloseCircle, MoveCircle, RenameCircle};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::{AUDIENCE, borrowed, choices, keeps, kept};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::route::{Guard, Route};
use crate::show;

/// People that the page lists; more are found by the list of people.
const SOME: usize = 50;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::page("/circles/{id}", Guard::Inside, get(page)),
        Route::form("/circles/{id}/rename", Guard::Inside, get(ask_name).post(rename)),
        Route::form("/circles/{id}/move", Guard::Inside, get(ask_place).post(shift)),
        Route::act("/circles/{id}/close", Guard::Inside, post(close)),
        Route::act("/circles/{id}/reopen", Guard::Inside, post(reopen)),
    ]
}

/// `GET /circles/{id}`.
async fn page(State(app): State<App>, me: Me, Path(id): Path<String>) -> Result<Response, Failure> {
    let id: CircleId = id.parse().map_err(|_| Failure::NotFound)?;
    if !me.actor.sight.inside.contains(&id) {
        return Err(Failure::NotFound);
    }
    let mut tx = app.ledger().read().await?;
    let all = people::circles(&mut tx).await?;
    let circle = all.iter().find(|circle| circle.id == id).ok_or(Failure::NotFound)?;
    let found = people::search(&mut tx, &me.actor, "", Some(id)).await?;
    drop(tx);
    let within: Vec<_> =
        all.iter().filter(|it| it.parent == Some(id) && me.actor.sight.inside.contains(&it.id)).collect();
    let above: Vec<_> = all.iter().filter(|it| Some(it.id) == circle.parent).collect();
    let open = circle.closed_at.is_none();
    let body = html! {
        (look::head(&circle.name, &html! {
            p {
                (circle.kind.shown())
                @for above in above.iter().filter(|it| me.actor.sight.inside.contains(&it.id)) { ", in " a href=(format!("/circles/{}", above.id)) { (above.name) } }
                @if let Some(at) = circle.closed_at { ", closed on " (crate::me::when(&me, at)) }
            }
            @if !circle.purpose.is_empty() { p { (circle.purpose) } }
        }))
        h2 { "People" }
        @if found.is_empty() { p.soft { "Nobody yet." } }
        ul.rows {
            @for (person, roles) in found.iter().take(SOME) {
                li { div {
                    p { a href=(format!("/people/{}", person.id)) { (person.name) } }
                    p.soft.small { (roles.iter().map(|(_, role)| role.shown()).collect::<Vec<_>>().join(", ")) }
                } }
            }
        }
        @if found.len() > SOME { p { a href=(format!("/people?circle={id}")) { "All " (found.len()) " people" } } }
        @if !within.is_empty() {
            h2 { "Within it" }
            ul.circles { @for it in &within { li { a href=(format!("/circles/{}", it.id)) { (it.name) } " " span.soft.small { (it.kind.shown()) @if it.closed_at.is_some() { ", closed" } } } } }
        }
        @if keeps(&me, id) {
            div.acts {
                @if open {
                    a.button.primary href=(format!("/circles/{id}/people/new")) { "Add a person" }
                    a href=(format!("/circles/{id}/circles/new")) { "Open a circle in it" }
                }
                a href=(format!("/circles/{id}/rename")) { "Rename" }
                @if circle.parent.is_some() {
                    @if open { a href=(format!("/circles/{id}/move")) { "Move" } }
                    form.inline method="post" action=(format!("/circles/{id}/{}", if open { "close" } else { "reopen" })) {
                        button.plain type="submit" { @if open { "Close it" } @else { "Open it again" } }
                    }
                }
            }
        }
    };
    Ok(show::page(&show::shell(&me, &circle.name, "/people", AUDIENCE), &body))
}

/// What the form of a name sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Named {
    name: String,
    purpose: String,
}

fn name_view(circle: &Circle, typed: &Named, wrongs: &Wrongs) -> Markup {
    html! {
        (look::head(&format!("Rename {}", circle.name), &html! { p { "Its history keeps the name that it had." } }))
        (look::wrongs(wrongs))
        form.narrow method="post" {
            (Field::new("name", "Name", &typed.name, wrongs).line())
            (Field::new("purpose", "What it is for", &typed.purpose, wrongs).optional().area())
            div.acts { button.primary type="submit" { "Rename" } a href=(format!("/circles/{}", circle.id)) { "Back to " (circle.name) } }
        }
    }
}

/// `GET /circles/{id}/rename`.
async fn ask_name(State(app): State<App>, me: Me, Path(id): Path<String>) -> Result<Response, Failure> {
    let circle = kept(&app, &me, &id).await?;
    let typed = Named { name: circle.name.clone(), purpose: circle.purpose.clone() };
    let body = name_view(&circle, &typed, &Wrongs::default());
    Ok(show::page(&show::shell(&me, "Rename", "/people", AUDIENCE), &body))
}

/// `POST /circles/{id}/rename`.
async fn rename(
    State(app): State<App>,
    me: Me,
    Path(id): Path<String>,
    Form(typed): Form<Named>,
) -> Result<Response, Failure> {
    let circle = kept(&app, &me, &id).await?;
    let act = RenameCircle { circle: circle.id, name: typed.name.clone(), purpose: typed.purpose.clone() };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(()) => Ok(show::to(&format!("/circles/{}", circle.id))),
        Err(refused) => {
            let body = name_view(&circle, &typed, &show::wrongs(refused)?);
            Ok(show::again(&show::shell(&me, "Rename", "/people", AUDIENCE), &body))
        }
    }
}

/// What the form of a place sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Placed {
    parent: String,
}

async fn place_view(app: &App, me: &Me, circle: &Circle, chosen: &str, wrongs: &Wrongs) -> Result<Markup, Failure> {
    let all = people::circles(&mut app.ledger().read().await?).await?;
    let places = choices(&all, |it| it.id != circle.id && keeps(me, it.id));
    Ok(html! {
        (look::head(&format!("Move {}", circle.name), &html! { p { "All that is nested in it moves along. Who sees it changes with the circles above it." } }))
        (look::wrongs(wrongs))
        form.narrow method="post" {
            (Field::new("parent", "Into which circle", chosen, wrongs).choice(&borrowed(&places)))
            div.acts { button.primary type="submit" { "Move" } a href=(format!("/circles/{}", circle.id)) { "Back to " (circle.name) } }
        }
    })
}

/// `GET /circles/{id}/move`.
async fn ask_place(State(app): State<App>, me: Me, Path(id): Path<String>) -> Result<Response, Failure> {
    let circle = kept(&app, &me, &id).await?;
    let chosen = circle.parent.map(|parent| parent.to_string()).unwrap_or_default();
    let body = place_view(&app, &me, &circle, &chosen, &Wrongs::default()).await?;
    Ok(show::page(&show::shell(&me, "Move", "/people", AUDIENCE), &body))
}

/// `POST /circles/{id}/move`.
async fn shift(
    State(app): State<App>,
    me: Me,
    Path(id): Path<String>,
    Form(typed): Form<Placed>,
) -> Result<Response, Failure> {
    let circle = kept(&app, &me, &id).await?;
    let wrongs = match typed.parent.parse() {
        Err(_) => Wrongs::one("parent", "Choose a circle of the list."),
        Ok(parent) => match app.ledger().perform(&me.actor, &MoveCircle { circle: circle.id, parent }).await {
            Ok(()) => return Ok(show::to(&format!("/circles/{}", circle.id))),
            Err(refused) => show::wrongs(refused)?,
        },
    };
    let body = place_view(&app, &me, &circle, &typed.parent, &wrongs).await?;
    Ok(show::again(&show::shell(&me, "Move", "/people", AUDIENCE), &body))
}

async fn set(app: &App, me: &Me, id: &str, reopen: bool) -> Result<Response, Failure> {
    let circle = kept(app, me, id).await?.id;
    app.ledger().perform(&me.actor, &CloseCircle { circle, reopen }).await?;
    Ok(show::to(&format!("/circles/{circle}")))
}

/// `POST /circles/{id}/close`.
async fn close(State(app): State<App>, me: Me, Path(id): Path<String>) -> Result<Response, Failure> {
    set(&app, &me, &id, false).await
}

/// `POST /circles/{id}/reopen`.
async fn reopen(State(app): State<App>, me: Me, Path(id): Path<String>) -> Result<Response, Failure> {
    set(&app, &me, &id, true).await
}
