//! People and circles are added by hand.

use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use leadership::{CircleKind, Role, Wrongs};
use ledger::people::{self, AddPerson, Circle, OpenCircle};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::{AUDIENCE, kept, roles};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::route::{Guard, Route};
use crate::show;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::form("/circles/{id}/people/new", Guard::Inside, get(ask_person).post(add_person)),
        Route::form("/circles/{id}/circles/new", Guard::Inside, get(ask_circle).post(open_circle)),
    ]
}

/// What the form of a new person sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct NewPerson {
    name: String,
    email: String,
    role: String,
}

fn person_view(circle: &Circle, of_client: bool, typed: &NewPerson, wrongs: &Wrongs) -> Markup {
    html! {
        (look::head(&format!("Add a person to {}", circle.name), &html! { p { "A person with the same address is the same person, in one more circle." } }))
        (look::wrongs(wrongs))
        form.narrow method="post" {
            (Field::new("name", "Name", &typed.name, wrongs).line())
            (Field::new("email", "Address for mail", &typed.email, wrongs).optional().hint("Needed to sign in and to be told by mail.").fill("off").input("email"))
            (Field::new("role", "Role", &typed.role, wrongs).choice(&roles(of_client)))
            div.acts { button.primary type="submit" { "Add" } a href=(format!("/circles/{}", circle.id)) { "Back to " (circle.name) } }
        }
    }
}

async fn of_client(app: &App, circle: &Circle) -> Result<bool, Failure> {
    Ok(people::tree(&mut app.ledger().read().await?).await?.of_client(circle.id))
}

/// `GET /circles/{id}/people/new`.
async fn ask_person(State(app): State<App>, me: Me, Path(id): Path<String>) -> Result<Response, Failure> {
    let circle = kept(&app, &me, &id).await?;
    let body = person_view(&circle, of_client(&app, &circle).await?, &NewPerson::default(), &Wrongs::default());
    Ok(show::page(&show::shell(&me, "Add a person", "/people", AUDIENCE), &body))
}

/// `POST /circles/{id}/people/new`: on to the person, from where they can be invited.
async fn add_person(
    State(app): State<App>,
    me: Me,
    Path(id): Path<String>,
    Form(typed): Form<NewPerson>,
) -> Result<Response, Failure> {
    let circle = kept(&app, &me, &id).await?;
    let of_client = of_client(&app, &circle).await?;
    let again = |wrongs: &Wrongs| {
        let body = person_view(&circle, of_client, &typed, wrongs);
        show::again(&show::shell(&me, "Add a person", "/people", AUDIENCE), &body)
    };
    let Some(role) = Role::from_name(&typed.role) else {
        return Ok(again(&Wrongs::one("role", "Choose one of the roles.")));
    };
    let act = AddPerson { name: typed.name.clone(), email: typed.email.clone(), circle: circle.id, role };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(person) => Ok(show::to(&format!("/people/{person}"))),
        Err(refused) => Ok(again(&show::wrongs(refused)?)),
    }
}

/// What the form of a new circle sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct NewCircle {
    kind: String,
    name: String,
    purpose: String,
}

fn circle_view(parent: &Circle, typed: &NewCircle, wrongs: &Wrongs) -> Markup {
    let kinds: Vec<_> = CircleKind::ALL
        .iter()
        .filter(|kind| **kind != CircleKind::Organisation)
        .map(|kind| (kind.name(), kind.shown()))
        .collect();
    html! {
        (look::head(&format!("Open a circle in {}", parent.name), &html! { p { "A client's circle holds the client's people: they see what was shared with them, and nothing of another client." } }))
        (look::wrongs(wrongs))
        form.narrow method="post" {
            (Field::new("name", "Name", &typed.name, wrongs).line())
            (Field::new("kind", "What it is", &typed.kind, wrongs).choice(&kinds))
            (Field::new("purpose", "What it is for", &typed.purpose, wrongs).optional().area())
            div.acts { button.primary type="submit" { "Open" } a href=(format!("/circles/{}", parent.id)) { "Back to " (parent.name) } }
        }
    }
}

/// `GET /circles/{id}/circles/new`.
async fn ask_circle(State(app): State<App>, me: Me, Path(id): Path<String>) -> Result<Response, Failure> {
    let parent = kept(&app, &me, &id).await?;
    let body = circle_view(&parent, &NewCircle::default(), &Wrongs::default());
    Ok(show::page(&show::shell(&me, "Open a circle", "/people", AUDIENCE), &body))
}

/// `POST /circles/{id}/circles/new`.
async fn open_circle(
    State(app): State<App>,
    me: Me,
    Path(id): Path<String>,
    Form(typed): Form<NewCircle>,
) -> Result<Response, Failure> {
    let parent = kept(&app, &me, &id).await?;
    let again = |wrongs: &Wrongs| {
        show::again(&show::shell(&me, "Open a circle", "/people", AUDIENCE), &circle_view(&parent, &typed, wrongs))
    };
    let Some(kind) = CircleKind::from_name(&typed.kind) else {
        return Ok(again(&Wrongs::one("kind", "Choose what it is.")));
    };
    let act = OpenCircle { parent: parent.id, kind, name: typed.name.clone(), purpose: typed.purpose.clone() };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(circle) => Ok(show::to(&format!("/circles/{circle}"))),
        Err(refused) => Ok(again(&show::wrongs(refused)?)),
    }
}
