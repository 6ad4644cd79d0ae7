//! A new aim: which circle and what it is first, then its words.

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::response::Response;
use leadership::aim::AimKind;
use leadership::{CircleId, Wrongs};
use ledger::aims::{self, MakeAim};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::parts::{AimTyped, Offers, aim_fields};
use super::{Circles, SEEN, chosen, frame, pairs, to_aim};
use crate::app::App;
use crate::failure::Failure;
use crate::form;
use crate::guard::Me;
use crate::show;

/// What the form of a new aim sends; the address of the page can fill the first three.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct New {
    circle: String,
    kind: String,
}

/// First step: which circle, which kind.
fn which(circles: &[(String, String)], typed: &New, serves: &str, wrongs: &Wrongs) -> Markup {
    let kinds: Vec<_> = AimKind::ALL.iter().map(|kind| (kind.name(), kind.shown())).collect();
    html! {
        (look::head("A new aim", &html! { p { "Whose is it, and what is it?" } }))
        (look::wrongs(wrongs))
        form method="get" action="/aims/new" {
            @if !serves.is_empty() { input type="hidden" name="serves" value=(serves); }
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

fn view(circle: (CircleId, &str), kind: AimKind, typed: &AimTyped, offers: &Offers, wrongs: &Wrongs) -> Markup {
    html! {
        (look::head(&format!("A new {} of {}", kind.shown(), circle.1), &html! { p { "Only the line itself and its why must be there. The rest shows as a gap until it is filled." } }))
        (look::wrongs(wrongs))
        form method="post" action="/aims/new" {
            input type="hidden" name="circle" value=(circle.0);
            input type="hidden" name="kind" value=(kind.name());
            (aim_fields(typed, kind, offers, wrongs))
            div.acts { button.primary type="submit" { "Keep it" } a href="/aims" { "Back to direction" } }
        }
    }
}

/// The form for what is known of the new aim so far.
async fn page(app: &App, me: &Me, (typed, words): (&New, &AimTyped), wrongs: &Wrongs) -> Result<Markup, Failure> {
    let mut tx = app.ledger().read().await?;
    let circles = Circles::read(&mut tx).await?;
    let led = circles.choices(|circle| me.actor.sight.leads(circle.id));
    if led.is_empty() {
        return Err(ledger::Refused::NotYours("Only who leads a circle can give it an aim.".into()).into());
    }
    let circle = typed.circle.parse().ok().filter(|circle: &CircleId| me.actor.sight.leads(*circle));
    let (Some(circle), Some(kind)) = (circle, AimKind::from_name(&typed.kind)) else {
        return Ok(which(&led, typed, &words.serves, wrongs));
    };
    let seen = aims::seen(&mut tx, &me.actor).await?;
    let candidates = aims::candidates(&mut tx, circle).await?;
    let offers = Offers::new(&candidates, &seen, &circles, (kind, None));
    Ok(view((circle, circles.name(circle)), kind, words, &offers, wrongs))
}

/// `GET /aims/new`.
pub(super) async fn ask(
    State(app): State<App>,
    me: Me,
    Query(typed): Query<New>,
    Query(words): Query<AimTyped>,
) -> Result<Response, Failure> {
    let body = page(&app, &me, (&typed, &words), &Wrongs::default()).await?;
    Ok(show::page(&frame(&me, "A new aim", SEEN), &body))
}

async fn read(app: &App, me: &Me, typed: &New, words: &AimTyped) -> Result<Result<MakeAim, Wrongs>, Failure> {
    let mut wrongs = Wrongs::default();
    let circle: Option<CircleId> = wrongs.take(chosen("circle", &typed.circle));
    let (Some(circle), Some(kind)) = (circle, AimKind::from_name(&typed.kind)) else {
        wrongs.add("circle", "Choose a circle, and what the aim is.");
        return Ok(Err(wrongs));
    };
    let mut tx = app.ledger().read().await?;
    let seen = aims::seen(&mut tx, &me.actor).await?;
    let circles = Circles::read(&mut tx).await?;
    let candidates = aims::candidates(&mut tx, circle).await?;
    drop(tx);
    let tied = words.tied(&Offers::new(&candidates, &seen, &circles, (kind, None)), &mut wrongs);
    Ok(wrongs.or(MakeAim {
        circle,
        kind,
        title: words.title.clone(),
        why: words.why.clone(),
        picture: words.picture.clone(),
        horizon: words.horizon.clone(),
        owner: tied.owner,
        serves: tied.serves,
        core: words.core == "true",
        hard: words.hard == "true",
        source: words.source.clone(),
        restatement: words.restatement.clone(),
        confirmer: tied.confirmer,
    }))
}

/// `POST /aims/new`.
pub(super) async fn make(State(app): State<App>, me: Me, bytes: Bytes) -> Result<Response, Failure> {
    let (typed, words): (New, AimTyped) = (form::read(&bytes)?, form::read(&bytes)?);
    let wrongs = match read(&app, &me, &typed, &words).await? {
        Ok(act) => match app.ledger().perform(&me.actor, &act).await {
            Ok(aim) => return Ok(show::to(&to_aim(aim))),
            Err(refused) => show::wrongs(refused)?,
        },
        Err(wrongs) => wrongs,
    };
    let body = page(&app, &me, (&typed, &words), &wrongs).await?;
    Ok(show::again(&frame(&me, "A new aim", SEEN), &body))
}
