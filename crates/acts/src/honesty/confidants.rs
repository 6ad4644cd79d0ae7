//! Naming the confidants of a circle: for who leads it.

use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use leadership::concern::CONFIDANTS;
use leadership::{CircleId, Wrongs};
use ledger::Tx;
use ledger::concerns::{self, Confidant, DismissConfidant, NameConfidant};
use ledger::people::{self, Circle};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::{HERE, choices, circles, id, pairs};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::pick::Pick;
use crate::route::{Guard, Route};
use crate::show;

const AUDIENCE: &str =
    "Who can see this: whoever leads these circles. The names are seen by everybody who may turn to them.";

pub(super) fn routes() -> Vec<Route> {
    vec![Route::form("/concerns/confidants", Guard::Inside, get(ask).post(change))]
}

/// What the form sends; `end` is a person where one is ended.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Change {
    circle: String,
    person: String,
    for_clients: String,
    end: String,
}

/// The organisation's own people of some circles.
async fn of_circles(tx: &mut Tx, circles: &[Circle]) -> Result<Pick, Failure> {
    let ids: Vec<CircleId> = circles.iter().map(|circle| circle.id).collect();
    let within = people::within(tx, &ids).await?;
    Ok(Pick::of(within.iter().filter(|(_, _, role)| !role.outside()).map(|(person, ..)| person)))
}

async fn view(app: &App, me: &Me, typed: &Change, wrongs: &Wrongs) -> Result<Markup, Failure> {
    let mut tx = app.ledger().read().await?;
    let led = circles(&mut tx, |circle| me.actor.sight.leads(circle)).await?;
    if led.is_empty() {
        return Err(Failure::NotFound);
    }
    let mut named: Vec<(Circle, Vec<Confidant>)> = Vec::new();
    for circle in &led {
        let confidants = concerns::confidants_of(&mut tx, circle.id).await?;
        if !confidants.is_empty() {
            named.push((circle.clone(), confidants));
        }
    }
    let everybody = of_circles(&mut tx, &led).await?;
    drop(tx);
    Ok(html! {
        (look::head("Confidants", &html! { p { "People to whom a concern can be told in confidence, for a circle and everything nested in it. At least " (CONFIDANTS) ", so that whom it is about can be avoided." } }))
        @for (circle, confidants) in &named {
            h2 { (circle.name) }
            @if confidants.len() < CONFIDANTS { p.gap { "One is not enough where nobody is named above: name another." } }
            ul.lines { @for one in confidants {
                li {
                    p { (one.name) @if one.for_clients { " " span.soft { "also for its clients' people" } } }
                    form.inline method="post" action="/concerns/confidants" {
                        input type="hidden" name="circle" value=(circle.id);
                        input type="hidden" name="end" value=(one.person);
                        button type="submit" { "End" span.visually-hidden { " the task of " (one.name) } }
                    }
                }
            } }
        }
        h2 { "Name one" }
        (look::wrongs(wrongs))
        form method="post" action="/concerns/confidants" {
            (Field::new("circle", "Circle", &typed.circle, wrongs).choice(&pairs(&choices(&led))))
            (everybody.field(&Field::new("person", "Who", &typed.person, wrongs)))
            (look::form::check("for_clients", "The people of its clients may turn to them too", typed.for_clients == "true"))
            div.acts { button.primary type="submit" { "Name them" } a href="/concerns" { "Back" } }
        }
    })
}

/// `GET /concerns/confidants`.
async fn ask(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let body = view(&app, &me, &Change::default(), &Wrongs::default()).await?;
    Ok(show::page(&show::shell(&me, "Confidants", HERE, AUDIENCE), &body))
}

/// `POST /concerns/confidants`.
async fn change(State(app): State<App>, me: Me, Form(typed): Form<Change>) -> Result<Response, Failure> {
    let done = if typed.end.is_empty() {
        let mut tx = app.ledger().read().await?;
        let led = circles(&mut tx, |circle| me.actor.sight.leads(circle)).await?;
        let everybody = of_circles(&mut tx, &led).await?;
        drop(tx);
        let act = NameConfidant {
            circle: typed.circle.parse().ok(),
            person: everybody.meant(&typed.person),
            for_clients: typed.for_clients == "true",
        };
        app.ledger().perform(&me.actor, &act).await
    } else {
        let act = DismissConfidant { circle: id(&typed.circle)?, person: id(&typed.end)? };
        app.ledger().perform(&me.actor, &act).await
    };
    match done {
        Ok(()) => Ok(show::to("/concerns/confidants")),
        Err(refused) => {
            let body = view(&app, &me, &typed, &show::wrongs(refused)?).await?;
            Ok(show::again(&show::shell(&me, "Confidants", HERE, AUDIENCE), &body))
        }
    }
}
