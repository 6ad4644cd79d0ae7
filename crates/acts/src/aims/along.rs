//! What moves an aim on: an answer to what it asked for, a new value of a measure, a step that was reached.

use axum::extract::{Path, State};
use axum::response::Response;
use leadership::Wrongs;
use leadership::measure::From;
use ledger::aims::measures::{EndMeasure, Measure, ReachStep, Value};
use ledger::aims::resources::{Grant, Need};
use ledger::aims::{self, Aim};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::{Circles, day, frame_of, id, to_aim};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::show;

/// What the answer to an ask sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Granted {
    amount: String,
    by: String,
    words: String,
}

fn grant_view(aim: &Aim, need: &Need, asker: &str, typed: &Granted, wrongs: &Wrongs) -> Markup {
    html! {
        (look::head("Can you grant this?", &html! { p { a href=(to_aim(aim.id)) { (aim.title) } } }))
        (look::wrongs(wrongs))
        p { (asker) " asks for " strong { (need.what) } ", " (need.kind.shown()) ": " (need.kind.shown_amount(need.asked)) @if let Some(by) = need.needed_by { ", needed by " (day(by)) } "." }
        p.written.soft { (aim.why) }
        form method="post" {
            (Field::new("amount", "What you grant in all", &typed.amount, wrongs).hint(&format!("In {}; 0 when you cannot.", need.kind.unit())).line())
            (Field::new("by", "It is there by", &typed.by, wrongs).optional().hint("Must be said where something is granted: it is a promise.").day())
            (Field::new("words", "What you say to it", &typed.words, wrongs).optional().hint("Must be said when it is less than was asked.").area())
            div.acts { button.primary type="submit" { "Answer" } a href=(to_aim(aim.id)) { "Back to the aim" } }
        }
    }
}

struct Asked {
    aim: Aim,
    need: Need,
    circles: Circles,
    asker: String,
}

async fn asked(app: &App, me: &Me, address: &str) -> Result<Asked, Failure> {
    let mut tx = app.ledger().read().await?;
    let need = aims::resources::get(&mut tx, &me.actor, id(address)?).await?.ok_or(Failure::NotFound)?;
    if need.asked_of != me.actor.person {
        return Err(Failure::NotFound);
    }
    let aim = aims::get(&mut tx, &me.actor, need.aim).await?.ok_or(Failure::NotFound)?;
    let circles = Circles::read(&mut tx).await?;
    let asker = super::Names::read(&mut tx, [need.asked_by]).await?.of(need.asked_by).to_owned();
    Ok(Asked { aim, need, circles, asker })
}

/// `GET /aims/asks/{id}`.
pub(super) async fn ask_grant(
    State(app): State<App>,
    me: Me,
    Path(address): Path<String>,
) -> Result<Response, Failure> {
    let Asked { aim, need, circles, asker } = asked(&app, &me, &address).await?;
    let body = grant_view(&aim, &need, &asker, &Granted::default(), &Wrongs::default());
    Ok(show::page(&frame_of(&me, "Can you grant this?", &aim, &circles), &body))
}

/// `POST /aims/asks/{id}`.
pub(super) async fn grant(
    State(app): State<App>,
    me: Me,
    Path(address): Path<String>,
    Form(typed): Form<Granted>,
) -> Result<Response, Failure> {
    let Asked { aim, need, circles, asker } = asked(&app, &me, &address).await?;
    let act = Grant { ask: need.id, amount: typed.amount.clone(), by: typed.by.clone(), words: typed.words.clone() };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(_) => Ok(show::to(&format!("/aims/{}#needs", aim.id))),
        Err(refused) => {
            let body = grant_view(&aim, &need, &asker, &typed, &show::wrongs(refused)?);
            Ok(show::again(&frame_of(&me, "Can you grant this?", &aim, &circles), &body))
        }
    }
}

/// What a new value sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct NewValue {
    value: String,
}

fn value_view(me: &Me, measured: &Measured, typed: &NewValue, wrongs: &Wrongs) -> Markup {
    let Measured { aim, measure, values, names, .. } = measured;
    html! {
        (look::head(&measure.name, &html! { p { a href=(to_aim(aim.id)) { (aim.title) } } }))
        (look::wrongs(wrongs))
        @if measure.from == From::Hand {
            form method="post" {
                (Field::new("value", "Its value now", &typed.value, wrongs).hint(&format!("In {}; from {} to {}.", measure.unit, measure.start.as_deref().unwrap_or("?"), measure.target)).line())
                div.acts { button.primary type="submit" { "Keep it" } a href=(to_aim(aim.id)) { "Back to the aim" } }
            }
            (look::scroll("Values so far", &html! { table {
                caption { "Values so far, in " (measure.unit) "; n = " (values.len()) }
                thead { tr { th scope="col" { "Day" } th.n scope="col" { "Value" } th scope="col" { "Said by" } } }
                tbody { @for (at, value, by) in values.iter().rev() { tr { th scope="row" { (super::day_of(me, *at)) } td.n { (value) } td { (names.of(*by)) } } } }
            } }))
        } @else { p { "Its value comes " (measure.from.shown()) "." } }
        form method="post" action=(format!("/aims/measures/{}/end", measure.id)) { button type="submit" { "End this measure" } }
    }
}

struct Measured {
    aim: Aim,
    measure: Measure,
    values: Vec<(jiff::Timestamp, String, leadership::PersonId)>,
    circles: Circles,
    names: super::Names,
}

async fn measured(app: &App, me: &Me, address: &str) -> Result<Measured, Failure> {
    let mut tx = app.ledger().read().await?;
    let wanted = id(address)?;
    let aim = aims::measures::aim_of(&mut tx, &me.actor, wanted).await?.ok_or(Failure::NotFound)?;
    let all = aims::measures::of(&mut tx, &me.actor, aim.id).await?;
    let (measure, values) = all.into_iter().find(|(measure, _)| measure.id == wanted).ok_or(Failure::NotFound)?;
    let circles = Circles::read(&mut tx).await?;
    let names = super::Names::read(&mut tx, values.iter().map(|(_, _, by)| *by)).await?;
    Ok(Measured { aim, measure, values, circles, names })
}

/// `GET /aims/measures/{id}`.
pub(super) async fn ask_value(
    State(app): State<App>,
    me: Me,
    Path(address): Path<String>,
) -> Result<Response, Failure> {
    let measured = measured(&app, &me, &address).await?;
    let body = value_view(&me, &measured, &NewValue::default(), &Wrongs::default());
    Ok(show::page(&frame_of(&me, &measured.measure.name, &measured.aim, &measured.circles), &body))
}

/// `POST /aims/measures/{id}`.
pub(super) async fn value(
    State(app): State<App>,
    me: Me,
    Path(address): Path<String>,
    Form(typed): Form<NewValue>,
) -> Result<Response, Failure> {
    let act = Value { measure: id(&address)?, value: typed.value.clone() };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(aim) => Ok(show::to(&format!("/aims/{aim}#along"))),
        Err(refused) => {
            let wrongs = show::wrongs(refused)?;
            let measured = measured(&app, &me, &address).await?;
            let body = value_view(&me, &measured, &typed, &wrongs);
            Ok(show::again(&frame_of(&me, &measured.measure.name, &measured.aim, &measured.circles), &body))
        }
    }
}

/// `POST /aims/measures/{id}/end`.
pub(super) async fn end_measure(
    State(app): State<App>,
    me: Me,
    Path(address): Path<String>,
) -> Result<Response, Failure> {
    let aim = app.ledger().perform(&me.actor, &EndMeasure { measure: id(&address)? }).await?;
    Ok(show::to(&format!("/aims/{aim}#along")))
}

/// `POST /aims/steps/{id}`.
pub(super) async fn reach(State(app): State<App>, me: Me, Path(address): Path<String>) -> Result<Response, Failure> {
    let aim = app.ledger().perform(&me.actor, &ReachStep { step: id(&address)? }).await?;
    Ok(show::to(&format!("/aims/{aim}#along")))
}
