//! The answers of those who were asked about an aim: from above, and from another circle.

use axum::extract::{Path, State};
use axum::response::Response;
use leadership::Wrongs;
use ledger::aims::{Aim, AnswerShare, ConfirmGreater};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::{Circles, frame_of, id, seen, to_aim};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::show;

/// What somebody who was asked sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Answered {
    yes: String,
    words: String,
}

fn confirm_view(aim: &Aim, typed: &Answered, wrongs: &Wrongs) -> Markup {
    html! {
        (look::head("Is this what was meant?", &html! { p { (aim.title) } }))
        (look::wrongs(wrongs))
        p { "Source: " (aim.source) }
        p { "In the words of the circle:" }
        blockquote.written { (aim.restatement) }
        form method="post" {
            (Field::new("yes", "Your answer", &typed.yes, wrongs).choice(&[("true", "Yes, this is what was meant"), ("false", "No, or not quite")]))
            (Field::new("words", "What to put right", &typed.words, wrongs).optional().hint("Must be said when it is not what was meant.").area())
            div.acts { button.primary type="submit" { "Answer" } a href=(to_aim(aim.id)) { "Back to the aim" } }
        }
    }
}

/// `GET /aims/{id}/confirm`.
pub(super) async fn ask_confirm(
    State(app): State<App>,
    me: Me,
    Path(address): Path<String>,
) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let aim = seen(&mut tx, &me, &address).await?;
    let circles = Circles::read(&mut tx).await?;
    if aim.confirmation.by != Some(me.actor.person) {
        return Err(Failure::NotFound);
    }
    let body = confirm_view(&aim, &Answered::default(), &Wrongs::default());
    Ok(show::page(&frame_of(&me, "Is this what was meant?", &aim, &circles), &body))
}

/// `POST /aims/{id}/confirm`.
pub(super) async fn confirm(
    State(app): State<App>,
    me: Me,
    Path(address): Path<String>,
    Form(typed): Form<Answered>,
) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let aim = seen(&mut tx, &me, &address).await?;
    let circles = Circles::read(&mut tx).await?;
    drop(tx);
    let wrongs = if matches!(typed.yes.as_str(), "true" | "false") {
        let act = ConfirmGreater { aim: aim.id, meant: typed.yes == "true", words: typed.words.clone() };
        match app.ledger().perform(&me.actor, &act).await {
            Ok(()) => return Ok(show::to(&to_aim(aim.id))),
            Err(refused) => show::wrongs(refused)?,
        }
    } else {
        Wrongs::one("yes", "Choose one of the two.")
    };
    let body = confirm_view(&aim, &typed, &wrongs);
    Ok(show::again(&frame_of(&me, "Is this what was meant?", &aim, &circles), &body))
}

fn carry_view(aim: &Aim, circle: &str, typed: &Answered, wrongs: &Wrongs) -> Markup {
    html! {
        (look::head(&format!("Does {circle} carry it too?"), &html! { p { (aim.title) } }))
        (look::wrongs(wrongs))
        p.written { (aim.why) }
        form method="post" {
            (Field::new("yes", "Your answer", &typed.yes, wrongs).choice(&[("true", "We carry it together"), ("false", "We do not")]))
            (Field::new("words", "What you bring, or why not", &typed.words, wrongs).area())
            div.acts { button.primary type="submit" { "Answer" } a href=(to_aim(aim.id)) { "Back to the aim" } }
        }
    }
}

/// The aim and the circle of an address, for who leads that circle.
async fn carried(
    app: &App,
    me: &Me,
    address: &str,
    circle: &str,
) -> Result<(Aim, Circles, leadership::CircleId), Failure> {
    let mut tx = app.ledger().read().await?;
    let aim = seen(&mut tx, me, address).await?;
    let circle = id(circle)?;
    if !me.actor.sight.leads(circle) || !aim.shared.contains(&circle) {
        return Err(Failure::NotFound);
    }
    Ok((aim, Circles::read(&mut tx).await?, circle))
}

/// `GET /aims/{id}/together/{circle}`.
pub(super) async fn ask_carry(
    State(app): State<App>,
    me: Me,
    Path((address, circle)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let (aim, circles, circle) = carried(&app, &me, &address, &circle).await?;
    let body = carry_view(&aim, circles.name(circle), &Answered::default(), &Wrongs::default());
    Ok(show::page(&frame_of(&me, "Carry it together", &aim, &circles), &body))
}

/// `POST /aims/{id}/together/{circle}`.
pub(super) async fn carry(
    State(app): State<App>,
    me: Me,
    Path((address, circle)): Path<(String, String)>,
    Form(typed): Form<Answered>,
) -> Result<Response, Failure> {
    let (aim, circles, circle) = carried(&app, &me, &address, &circle).await?;
    let wrongs = if matches!(typed.yes.as_str(), "true" | "false") {
        let act = AnswerShare { aim: aim.id, circle, agrees: typed.yes == "true", words: typed.words.clone() };
        match app.ledger().perform(&me.actor, &act).await {
            // Who declined does not see the aim any more.
            Ok(()) => return Ok(show::to(if act.agrees { "/aims" } else { "/today" })),
            Err(refused) => show::wrongs(refused)?,
        }
    } else {
        Wrongs::one("yes", "Choose one of the two.")
    };
    let body = carry_view(&aim, circles.name(circle), &typed, &wrongs);
    Ok(show::again(&frame_of(&me, "Carry it together", &aim, &circles), &body))
}
