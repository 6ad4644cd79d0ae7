//! How often one means to talk with whom, and how it went over the last quarter, for the two sides.

use std::collections::BTreeMap;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use leadership::talk::Kind;
use leadership::{PersonId, Wrongs};
use ledger::people::Circle;
use ledger::talks::cadence::{self, Cadence, Came, EndCadence, SetCadence};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::{HERE, TWO};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::parts::{button, choices, circles, day, id, name, names, pairs};
use crate::{pick, show};

/// What the form sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    kind: String,
    with: String,
    circle: String,
    days: String,
}

/// What came of the talks with somebody, in words that follow a middle dot.
fn came_of(came: Came) -> String {
    let promises = if came.promises == 1 { "a promise".to_owned() } else { format!("{} promises", came.promises) };
    format!(" · of your talks came {promises}: {} kept, {} open", came.kept, came.open)
}

fn line(
    one: &Cadence,
    me: &Me,
    names: &BTreeMap<PersonId, String>,
    circles: &[Circle],
    came: &BTreeMap<PersonId, Came>,
) -> Markup {
    let mine = one.set_by == me.actor.person;
    let other = if mine { one.with } else { Some(one.set_by) };
    let with = match other {
        Some(person) => name(names, person).to_owned(),
        None => {
            circles.iter().find(|circle| circle.id == one.circle).map(|circle| circle.name.clone()).unwrap_or_default()
        }
    };
    let every = |days: i64| if days == 1 { "every day".to_owned() } else { format!("every {days} days") };
    html! { li {
        p { strong { (with) } ", " (one.kind.shown()) ", " (every(one.every_days))
            @if one.now_days != one.every_days { "; while times are uncertain " (every(one.now_days)) } }
        p.of { @if !mine { "set by them · " } "next due " (day(one.due)) " · in the last quarter " (one.held) " of " (one.planned) " planned were held"
            @if let Some(came) = other.and_then(|person| came.get(&person)) { (came_of(*came)) } }
        (button(&format!("/talks/rhythm/{}/end", one.id), "End it", &with))
    } }
}

async fn view(app: &App, me: &Me, typed: &Typed, wrongs: &Wrongs) -> Result<Markup, Failure> {
    let people = pick::reachable(app, me).await?;
    let mut tx = app.ledger().read().await?;
    let all = cadence::mine(&mut tx, &me.actor).await?;
    let came = cadence::came_of(&mut tx, &me.actor).await?;
    let ids: Vec<PersonId> = all.iter().flat_map(|one| [Some(one.set_by), one.with]).flatten().collect();
    let names = names(&mut tx, ids).await?;
    let seen = circles(&mut tx, |circle| me.actor.sight.inside.contains(&circle)).await?;
    drop(tx);
    let own: Vec<Circle> = seen
        .iter()
        .filter(|circle| me.actor.sight.own.contains(&circle.id) || me.actor.sight.leads(circle.id))
        .cloned()
        .collect();
    let of_circles = choices(&own);
    let whom = |kind: Kind| typed.kind == kind.name();
    let none = Wrongs::default();
    let at = |kind: Kind| if whom(kind) { wrongs } else { &none };
    let days = |kind: Kind| if whom(kind) { typed.days.as_str() } else { "" };
    Ok(html! {
        (look::head("How often you mean to talk", &html! { p { "When it is due and no talk is planned, Today proposes one." } }))
        (look::wrongs(wrongs))
        @if all.is_empty() { p.soft { "You have set nothing. With whom would every other week be right?" } }
        ul.lines { @for one in &all { (line(one, me, &names, &seen, &came)) } }
        @if typed.kind != Kind::NotWork.name() {
            h2 { "With a person" }
            form method="post" action="/talks/rhythm" {
                input type="hidden" name="kind" value=(Kind::OneToOne.name());
                (people.field(&Field::new("with", "With whom", &typed.with, at(Kind::OneToOne))))
                (Field::new("days", "Every so many days", days(Kind::OneToOne), at(Kind::OneToOne)).hint("14 is every other week. Set anew, it takes the place of what was set before.").input("number"))
                div.acts { button.primary type="submit" { "Set it" } a href="/talks/rhythm?kind=not_work" { "With a circle, beside work" } }
            }
        } @else {
            h2 { "With a circle, beside work" }
            form method="post" action="/talks/rhythm" {
                input type="hidden" name="kind" value=(Kind::NotWork.name());
                (Field::new("circle", "Which circle", &typed.circle, at(Kind::NotWork)).choice(&pairs(&of_circles)))
                (Field::new("days", "Every so many days", days(Kind::NotWork), at(Kind::NotWork)).hint("30 is about once a month.").input("number"))
                div.acts { button.primary type="submit" { "Set it" } a href="/talks/rhythm" { "With a person" } }
            }
        }
        p { a href="/talks" { "All talks" } }
    })
}

/// `GET /talks/rhythm`.
pub(super) async fn show(State(app): State<App>, me: Me, Query(typed): Query<Typed>) -> Result<Response, Failure> {
    let body = view(&app, &me, &typed, &Wrongs::default()).await?;
    Ok(show::page(&show::shell(&me, "How often you mean to talk", HERE, TWO), &body))
}

/// `POST /talks/rhythm`.
pub(super) async fn set(State(app): State<App>, me: Me, Form(typed): Form<Typed>) -> Result<Response, Failure> {
    let act = SetCadence {
        kind: typed.kind.clone(),
        with: pick::reached(&app, &me, &typed.with).await?,
        circle: typed.circle.parse().ok(),
        days: typed.days.clone(),
    };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(_) => Ok(show::to("/talks/rhythm")),
        Err(refused) => {
            let body = view(&app, &me, &typed, &show::wrongs(refused)?).await?;
            Ok(show::again(&show::shell(&me, "How often you mean to talk", HERE, TWO), &body))
        }
    }
}

/// `POST /talks/rhythm/{id}/end`.
pub(super) async fn end(State(app): State<App>, me: Me, Path(one): Path<String>) -> Result<Response, Failure> {
    app.ledger().perform(&me.actor, &EndCadence { cadence: id(&one)? }).await?;
    Ok(show::to("/talks/rhythm"))
}
