//! The places of one's circles, and opening one.

use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use leadership::{CircleId, CircleKind, Wrongs};
use ledger::openings::{self, Open, Opening, Told};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::{HERE, INSIDE};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::parts::{choices, circles, day, pairs, today};
use crate::show;

/// How a place stands, in words.
pub(super) fn stands(one: &Opening, today: Date) -> String {
    match one.closed_at {
        Some(_) => "closed".to_owned(),
        None if one.until < today => format!("its last day was {}", day(one.until)),
        None => format!("open until {}", day(one.until)),
    }
}

/// What the record says, each with its n and interval.
pub(super) fn figures(told: &[Told]) -> Markup {
    html! { dl.facts { @for one in told { div { dt { (one.words) } dd.said { (one.share.shown()) } } } } }
}

/// `GET /openings`.
pub(super) async fn show(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let all = openings::seen(&mut tx, &me.actor).await?;
    drop(tx);
    let today = today(&app, &me);
    let leads = !me.actor.sight.leads.is_empty();
    let body = html! {
        (look::head("Open places", &html! { p { "Who would like to work with a team reads what it does, why one would work there, and what its record says." } }))
        @if leads { div.acts { a.button.primary href="/openings/new" { "Open a place" } } }
        @if all.is_empty() { p.soft { "Nothing is open. " @if leads { "Open a place, and give its address to whom it may concern." } @else { "Who leads a circle opens its places." } } }
        ul.lines { @for one in &all { li {
            a href=(format!("/openings/{}", one.id)) { (one.title) }
            p.of { (one.circle_name) " · " (stands(one, today)) }
        } } }
    };
    Ok(show::page(&show::shell(&me, "Open places", HERE, INSIDE), &body))
}

/// What the form sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    circle: String,
    title: String,
    words: String,
    offers: String,
    figures: String,
    until: String,
}

async fn view(app: &App, me: &Me, typed: &Typed, wrongs: &Wrongs) -> Result<Markup, Failure> {
    let mut tx = app.ledger().read().await?;
    let mut led = circles(&mut tx, |circle| me.actor.sight.leads(circle)).await?;
    led.retain(|circle| circle.kind != CircleKind::Client);
    let only: Option<CircleId> = match led.as_slice() {
        [only] => Some(only.id),
        _ => typed.circle.parse().ok().filter(|id| led.iter().any(|circle| circle.id == *id)),
    };
    let told = match only {
        Some(circle) => Some(openings::told(&mut tx, &me.actor, circle).await?),
        None => None,
    };
    drop(tx);
    let choices = choices(&led);
    Ok(html! {
        (look::head("Open a place", &html! { p { "It is told outside: whoever has its address reads it, without an account." } }))
        (look::wrongs(wrongs))
        @if led.is_empty() { p { "You lead no circle. Who leads one opens its places." } } @else {
            form method="post" action="/openings/new" {
                (Field::new("circle", "Of which team", &typed.circle, wrongs).choice(&pairs(&choices)))
                (Field::new("title", "The place", &typed.title, wrongs).hint("In one line.").line())
                (Field::new("words", "What one does there, and for whom", &typed.words, wrongs).area())
                (Field::new("offers", "Why one would work with you", &typed.offers, wrongs).hint("In your team's own words: ask them what they would tell a friend.").area())
                (look::form::check("figures", "Show beside it what the record says of the team, as it stands today", typed.figures == "true"))
                p.hint { "All of it or nothing: ideas answered in time and told back, promises kept, thanks; each from five on. Nothing that was answered under seal is among it." }
                @if let Some(told) = &told {
                    @if told.is_empty() { p.soft { "There is not enough to say yet." } } @else { (figures(told)) }
                }
                (Field::new("until", "Last day", &typed.until, wrongs).hint("At most 180 days from today.").day())
                div.acts { button.primary type="submit" { "Open it" } a href="/openings" { "Back to open places" } }
            }
        }
    })
}

/// `GET /openings/new`.
pub(super) async fn ask(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let body = view(&app, &me, &Typed::default(), &Wrongs::default()).await?;
    Ok(show::page(&show::shell(&me, "Open a place", HERE, INSIDE), &body))
}

/// `POST /openings/new`.
pub(super) async fn open(State(app): State<App>, me: Me, Form(typed): Form<Typed>) -> Result<Response, Failure> {
    let act = Open {
        circle: typed.circle.parse().ok(),
        title: typed.title.clone(),
        words: typed.words.clone(),
        offers: typed.offers.clone(),
        figures: typed.figures == "true",
        until: typed.until.clone(),
    };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(opening) => Ok(show::to(&format!("/openings/{opening}"))),
        Err(refused) => {
            let body = view(&app, &me, &typed, &show::wrongs(refused)?).await?;
            Ok(show::again(&show::shell(&me, "Open a place", HERE, INSIDE), &body))
        }
    }
}
