//! Calling a talk, or noting one that was held.

use axum::extract::{Query, State};
use axum::response::Response;
use leadership::Wrongs;
use leadership::talk::Kind;
use ledger::talks::{self, Call};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::parts::{capital, purpose};
use super::{HERE, PART};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::parts::{choices, circles, pairs};
use crate::pick::{self, Pick};
use crate::show;

/// What the form sends; a page that proposes a talk brings some of it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct NewTalk {
    kind: String,
    with: String,
    other: String,
    circle: String,
    about: String,
    starter: String,
    planned_on: String,
    noticed_on: String,
    held: String,
}

fn kinds() -> Markup {
    html! {
        (look::head("Call a talk", &html! { p { "What kind of talk is it?" } }))
        ul.lines { @for kind in Kind::CALLED { li {
            a href=(look::address::with("/talks/new", &[("kind", kind.name())])) { (capital(kind.shown())) }
            p.of { (purpose(*kind)) }
        } } }
        p { "A talk with a mentor or a coach is noted at the seat that you gave: " a href="/growth" { "Your growth" } "." }
        p { a href="/talks" { "All talks" } }
    }
}

async fn contacts(app: &App, me: &Me) -> Result<Pick, Failure> {
    let all = talks::contacts(&mut app.ledger().read().await?, &me.actor).await?;
    Ok(Pick::of(all.iter().map(|(person, _)| person)))
}

async fn people(app: &App, me: &Me, kind: Kind) -> Result<Pick, Failure> {
    match kind {
        Kind::ClientReview => contacts(app, me).await,
        Kind::Team | Kind::NotWork => Ok(Pick::default()),
        _ => pick::reachable(app, me).await,
    }
}

fn whom(kind: Kind, people: &Pick, circles: &[(String, String)], typed: &NewTalk, wrongs: &Wrongs) -> Markup {
    html! {
        @match kind {
            Kind::Mediation => {
                (people.field(&Field::new("with", "One side", &typed.with, wrongs)))
                (people.field(&Field::new("other", "The other side", &typed.other, wrongs)))
            },
            Kind::ClientReview => {
                @if people.people().is_empty() { p.notice { "You look after no client’s circle, so there is no contact to choose." } }
                (people.field(&Field::new("with", "With which contact", &typed.with, wrongs)))
            },
            Kind::Team | Kind::NotWork => {
                (Field::new("circle", "Which circle", &typed.circle, wrongs).choice(&pairs(circles)))
            },
            _ => (people.field(&Field::new("with", "With whom", &typed.with, wrongs))),
        }
    }
}

fn what(kind: Kind, typed: &NewTalk, wrongs: &Wrongs) -> Markup {
    let starters: Vec<(&str, &str)> =
        model::shipped().starters.iter().map(|one| (one.key.as_str(), one.title.as_str())).collect();
    let about = Field::new("about", "What it is about", &typed.about, wrongs);
    html! {
        @match kind {
            Kind::NotWork => {
                (Field::new("starter", "What to begin with", &typed.starter, wrongs).optional().choice(&starters))
                (about.optional().hint("In one line: what people read who may come.").line())
            },
            Kind::Mediation => {
                (about.hint("In one line, without blame: both sides read it.").line())
                (Field::new("noticed_on", "When you noticed it", &typed.noticed_on, wrongs).hint("The three of you see how many days it took until the first talk.").day())
            },
            _ => (about.hint("In one line: who takes part reads it.").line()),
        }
    }
}

async fn view(app: &App, me: &Me, kind: Kind, typed: &NewTalk, wrongs: &Wrongs) -> Result<Markup, Failure> {
    let people = people(app, me, kind).await?;
    let mine = |circle: leadership::CircleId| {
        me.actor.sight.inside.contains(&circle)
            && (me.actor.sight.own.contains(&circle) || me.actor.sight.leads(circle))
    };
    let circles = choices(&circles(&mut app.ledger().read().await?, mine).await?);
    let held = !matches!(kind, Kind::NotWork | Kind::Mediation);
    Ok(html! {
        (look::head(&capital(&format!("call a {}", kind.shown())), &html! { p { (purpose(kind)) } }))
        (look::wrongs(wrongs))
        form method="post" action="/talks/new" {
            input type="hidden" name="kind" value=(kind.name());
            (whom(kind, &people, &circles, typed, wrongs))
            (what(kind, typed, wrongs))
            (Field::new("planned_on", "On which day", &typed.planned_on, wrongs).day())
            @if held { (look::form::check("held", "It was held already, on that day", typed.held == "true")) }
            div.acts { button.primary type="submit" { "Call it" } a href="/talks/new" { "Another kind" } }
        }
    })
}

/// `GET /talks/new`.
pub(super) async fn ask(State(app): State<App>, me: Me, Query(brought): Query<NewTalk>) -> Result<Response, Failure> {
    let kind = Kind::from_name(&brought.kind).filter(|kind| Kind::CALLED.contains(kind));
    let body = match kind {
        Some(kind) => view(&app, &me, kind, &brought, &Wrongs::default()).await?,
        None => kinds(),
    };
    Ok(show::page(&show::shell(&me, "Call a talk", HERE, PART), &body))
}

/// `POST /talks/new`.
pub(super) async fn call(State(app): State<App>, me: Me, Form(typed): Form<NewTalk>) -> Result<Response, Failure> {
    let shell = show::shell(&me, "Call a talk", HERE, PART);
    let Some(kind) = Kind::from_name(&typed.kind).filter(|kind| Kind::CALLED.contains(kind)) else {
        return Ok(show::again(&shell, &kinds()));
    };
    let people = people(&app, &me, kind).await?;
    let named = if kind == Kind::Mediation { vec![&typed.with, &typed.other] } else { vec![&typed.with] };
    let act = Call {
        kind: typed.kind.clone(),
        with: named.into_iter().filter_map(|typed| people.person(typed)).collect(),
        circle: typed.circle.parse().ok(),
        about: typed.about.clone(),
        starter: typed.starter.clone(),
        planned_on: typed.planned_on.clone(),
        noticed_on: typed.noticed_on.clone(),
        held: typed.held == "true",
    };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(talk) => Ok(show::to(&format!("/talks/{talk}"))),
        Err(refused) => {
            let body = view(&app, &me, kind, &typed, &show::wrongs(refused)?).await?;
            Ok(show::again(&shell, &body))
        }
    }
}
