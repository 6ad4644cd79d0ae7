//! People and circles.

use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use leadership::{CircleId, CircleKind, Role, Wrongs};
use ledger::people::{self, AddPerson, Circle, OpenCircle, Person};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::route::{Guard, Route};
use crate::show;

const AUDIENCE: &str = "Who can see this: the people of these circles and whoever leads or administers them.";

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::page("/people", Guard::Inside, get(list)),
        Route::form("/circles/{id}/people/new", Guard::Inside, get(ask_person).post(add_person)),
        Route::form("/circles/{id}/circles/new", Guard::Inside, get(ask_circle).post(open_circle)),
    ]
}

/// The circles that a person sees, each with its people, nested.
struct View {
    circles: Vec<(Circle, Vec<(Person, Role)>)>,
}

fn nested(view: &View, me: &Me, parent: Option<CircleId>) -> Markup {
    let top = |circle: &Circle| {
        parent.is_none() && circle.parent.is_none_or(|above| !view.circles.iter().any(|(other, _)| other.id == above))
    };
    let here: Vec<_> = view
        .circles
        .iter()
        .filter(|(circle, _)| top(circle) || (parent.is_some() && circle.parent == parent))
        .collect();
    html! {
        @if !here.is_empty() {
            ul.circles {
                @for (circle, people) in here {
                    li {
                        h2 { (circle.name) " " small.soft { (circle.kind.shown()) } }
                        @if !circle.purpose.is_empty() { p { (circle.purpose) } }
                        @if people.is_empty() { p.soft { "Nobody yet." } }
                        ul.members { @for (person, role) in people { li { (person.name) " " span.soft { (role.shown()) } } } }
                        @if me.actor.sight.administers(circle.id) || me.actor.sight.leads(circle.id) {
                            div.acts {
                                a href=(format!("/circles/{}/people/new", circle.id)) { "Add a person to " (circle.name) }
                                a href=(format!("/circles/{}/circles/new", circle.id)) { "Open a circle in " (circle.name) }
                            }
                        }
                        (nested(view, me, Some(circle.id)))
                    }
                }
            }
        }
    }
}

/// `GET /people`.
async fn list(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let circles: Vec<Circle> = people::circles(&mut tx)
        .await?
        .into_iter()
        .filter(|circle| me.actor.sight.inside.contains(&circle.id))
        .collect();
    let ids: Vec<CircleId> = circles.iter().map(|circle| circle.id).collect();
    let everybody = people::within(&mut tx, &ids).await?;
    let circles = circles
        .into_iter()
        .map(|circle| {
            let people =
                everybody.iter().filter(|(_, at, _)| *at == circle.id).map(|(person, _, role)| (person.clone(), *role));
            let people = people.collect();
            (circle, people)
        })
        .collect();
    let body = html! {
        (look::head("People", &html! { p { "Circles nest: what is decided for one holds for those within it. Roles say who leads, who works in it, and who speaks for a client." } }))
        (nested(&View { circles }, &me, None))
    };
    Ok(show::page(&show::shell(&me, "People", "/people", AUDIENCE), &body))
}

/// The circle of an address, when this person keeps its people in order.
async fn administered(app: &App, me: &Me, id: &str) -> Result<Circle, Failure> {
    let id: CircleId = id.parse().map_err(|_| Failure::NotFound)?;
    if !me.actor.sight.administers(id) && !me.actor.sight.leads(id) {
        return Err(Failure::NotFound);
    }
    let circles = people::circles(&mut app.ledger().read().await?).await?;
    circles.into_iter().find(|circle| circle.id == id).ok_or(Failure::NotFound)
}

/// What the form of a new person sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct NewPerson {
    name: String,
    email: String,
    role: String,
}

fn person_view(circle: &Circle, typed: &NewPerson, wrongs: &Wrongs) -> Markup {
    let roles: Vec<_> = Role::ALL.iter().map(|role| (role.name(), role.shown())).collect();
    html! {
        (look::head(&format!("Add a person to {}", circle.name), &html! { p { "A person with the same address is the same person, in one more circle." } }))
        (look::wrongs(wrongs))
        form method="post" {
            (Field::new("name", "Name", &typed.name, wrongs).line())
            (Field::new("email", "Address for mail", &typed.email, wrongs).optional().hint("Needed to sign in and to be told by mail.").input("email"))
            (Field::new("role", "Role", &typed.role, wrongs).choice(&roles))
            div.acts { button.primary type="submit" { "Add" } a href="/people" { "Back to people" } }
        }
    }
}

/// `GET /circles/{id}/people/new`.
async fn ask_person(State(app): State<App>, me: Me, Path(id): Path<String>) -> Result<Response, Failure> {
    let circle = administered(&app, &me, &id).await?;
    let body = person_view(&circle, &NewPerson::default(), &Wrongs::default());
    Ok(show::page(&show::shell(&me, "Add a person", "/people", AUDIENCE), &body))
}

/// `POST /circles/{id}/people/new`.
async fn add_person(
    State(app): State<App>,
    me: Me,
    Path(id): Path<String>,
    Form(typed): Form<NewPerson>,
) -> Result<Response, Failure> {
    let circle = administered(&app, &me, &id).await?;
    let again = |wrongs: &Wrongs| {
        show::again(&show::shell(&me, "Add a person", "/people", AUDIENCE), &person_view(&circle, &typed, wrongs))
    };
    let Some(role) = Role::from_name(&typed.role) else {
        return Ok(again(&Wrongs::one("role", "Choose one of the roles.")));
    };
    let act = AddPerson { name: typed.name.clone(), email: typed.email.clone(), circle: circle.id, role };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(_) => Ok(show::to("/people")),
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
        form method="post" {
            (Field::new("name", "Name", &typed.name, wrongs).line())
            (Field::new("kind", "What it is", &typed.kind, wrongs).choice(&kinds))
            (Field::new("purpose", "What it is for", &typed.purpose, wrongs).optional().area())
            div.acts { button.primary type="submit" { "Open" } a href="/people" { "Back to people" } }
        }
    }
}

/// `GET /circles/{id}/circles/new`.
async fn ask_circle(State(app): State<App>, me: Me, Path(id): Path<String>) -> Result<Response, Failure> {
    let parent = administered(&app, &me, &id).await?;
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
    let parent = administered(&app, &me, &id).await?;
    let again = |wrongs: &Wrongs| {
        show::again(&show::shell(&me, "Open a circle", "/people", AUDIENCE), &circle_view(&parent, &typed, wrongs))
    };
    let Some(kind) = CircleKind::from_name(&typed.kind) else {
        return Ok(again(&Wrongs::one("kind", "Choose what it is.")));
    };
    let act = OpenCircle { parent: parent.id, kind, name: typed.name.clone(), purpose: typed.purpose.clone() };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(_) => Ok(show::to("/people")),
        Err(refused) => Ok(again(&show::wrongs(refused)?)),
    }
}
