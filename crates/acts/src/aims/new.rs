//! A new aim: which circle and what it is first, then its words.

use axum::extract::{Query, State};
use axum::response::Response;
use leadership::aim::AimKind;
use leadership::{CircleId, Wrongs};
use ledger::aims::{self, MakeAim};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::parts::{AimFields, Offers, aim_fields};
use super::{Circles, SEEN, chosen, frame, pairs, to_aim};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::show;

/// What the form of a new aim sends; the address of the page can fill the first three.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct New {
    circle: String,
    kind: String,
    serves: String,
    title: String,
    why: String,
    picture: String,
    horizon: String,
    owner: String,
    core: String,
    hard: String,
    source: String,
    restatement: String,
    confirmer: String,
}

/// First step: which circle, which kind.
fn which(circles: &[(String, String)], typed: &New, wrongs: &Wrongs) -> Markup {
    let kinds: Vec<_> = AimKind::ALL.iter().map(|kind| (kind.name(), kind.shown())).collect();
    html! {
        (look::head("A new aim", &html! { p { "Whose is it, and what is it?" } }))
        (look::wrongs(wrongs))
        form method="get" action="/aims/new" {
            @if !typed.serves.is_empty() { input type="hidden" name="serves" value=(typed.serves); }
            (Field::new("circle", "The circle whose aim it is", &typed.circle, wrongs).choice(&pairs(circles)))
            (Field::new("kind", "What it is", &typed.kind, wrongs).choice(&kinds))
            div.acts { button.primary type="submit" { "Go on" } a href="/aims" { "Back to direction" } }
        }
        dl.kinds {
            dt { "Vision" } dd { "The future picture of the circle." }
            dt { "Greater goal" } dd { "A goal of the organisation, division or department above you, with its source, in your own words, confirmed by who handed it down." }
            dt { "Goal" } dd { "What the circle itself wants to reach." }
            dt { "Strategy" } dd { "How a goal is to be reached." }
            dt { "Standard" } dd { "What good means here. It can be raised." }
            dt { "Value" } dd { "What is held to whatever the plan." }
        }
    }
}

fn view(circle: (CircleId, &str), kind: AimKind, typed: &New, offers: &Offers, wrongs: &Wrongs) -> Markup {
    let fields = AimFields {
        title: &typed.title,
        why: &typed.why,
        picture: &typed.picture,
        horizon: &typed.horizon,
        owner: &typed.owner,
        serves: &typed.serves,
        core: typed.core == "true",
        hard: typed.hard == "true",
        source: &typed.source,
        restatement: &typed.restatement,
        confirmer: &typed.confirmer,
    };
    html! {
        (look::head(&format!("A new {} of {}", kind.shown(), circle.1), &html! { p { "Only the line itself and its why must be there. The rest shows as a gap until it is filled." } }))
        (look::wrongs(wrongs))
        form method="post" action="/aims/new" {
            input type="hidden" name="circle" value=(circle.0);
            input type="hidden" name="kind" value=(kind.name());
            (aim_fields(&fields, kind, offers, wrongs))
            div.acts { button.primary type="submit" { "Keep it" } a href="/aims" { "Back to direction" } }
        }
    }
}

/// The form for what is known of the new aim so far.
async fn page(app: &App, me: &Me, typed: &New, wrongs: &Wrongs) -> Result<Markup, Failure> {
    let mut tx = app.ledger().read().await?;
    let circles = Circles::read(&mut tx).await?;
    let led = circles.choices(|circle| me.actor.sight.leads(circle.id));
    if led.is_empty() {
        return Err(ledger::Refused::NotYours("Only who leads a circle can give it an aim.".into()).into());
    }
    let circle = typed.circle.parse().ok().filter(|circle: &CircleId| me.actor.sight.leads(*circle));
    let (Some(circle), Some(kind)) = (circle, AimKind::from_name(&typed.kind)) else {
        return Ok(which(&led, typed, wrongs));
    };
    let seen = aims::seen(&mut tx, &me.actor).await?;
    let candidates = aims::candidates(&mut tx, circle).await?;
    let offers = Offers::new(&candidates, &seen, &circles, (kind, None));
    Ok(view((circle, circles.name(circle)), kind, typed, &offers, wrongs))
}

/// `GET /aims/new`.
pub(super) async fn ask(State(app): State<App>, me: Me, Query(typed): Query<New>) -> Result<Response, Failure> {
    let body = page(&app, &me, &typed, &Wrongs::default()).await?;
    Ok(show::page(&frame(&me, "A new aim", SEEN), &body))
}

fn read(typed: &New) -> Result<MakeAim, Wrongs> {
    let mut wrongs = Wrongs::default();
    let circle = wrongs.take(chosen("circle", &typed.circle));
    let kind = AimKind::from_name(&typed.kind);
    let owner = wrongs.take(chosen("owner", &typed.owner));
    let serves = wrongs.take(chosen("serves", &typed.serves));
    let confirmer = wrongs.take(chosen("confirmer", &typed.confirmer));
    let (Some(circle), Some(kind)) = (circle, kind) else {
        wrongs.add("circle", "Choose a circle, and what the aim is.");
        return Err(wrongs);
    };
    wrongs.or(MakeAim {
        circle,
        kind,
        title: typed.title.clone(),
        why: typed.why.clone(),
        picture: typed.picture.clone(),
        horizon: typed.horizon.clone(),
        owner,
        serves,
        core: typed.core == "true",
        hard: typed.hard == "true",
        source: typed.source.clone(),
        restatement: typed.restatement.clone(),
        confirmer,
    })
}

/// `POST /aims/new`.
pub(super) async fn make(State(app): State<App>, me: Me, Form(typed): Form<New>) -> Result<Response, Failure> {
    let wrongs = match read(&typed) {
        Ok(act) => match app.ledger().perform(&me.actor, &act).await {
            Ok(aim) => return Ok(show::to(&to_aim(aim))),
            Err(refused) => show::wrongs(refused)?,
        },
        Err(wrongs) => wrongs,
    };
    let body = page(&app, &me, &typed, &wrongs).await?;
    Ok(show::again(&frame(&me, "A new aim", SEEN), &body))
}
