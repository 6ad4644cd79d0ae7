//! What waits for one, and the pulses that one sees: in the order in which they were set, never in that of a figure.

use axum::extract::State;
use axum::response::Response;
use leadership::pulse::Stage;
use leadership::today::Waiting;
use ledger::people;
use ledger::pulses::{self, Pulse, Round};
use maud::{Markup, html};

use super::{HERE, called, time_passes};
use crate::app::App;
use crate::failure::Failure;
use crate::guard::Me;
use crate::parts::{day, today};
use crate::show;

const AUDIENCE: &str = "Who can see this: of each circle, its people and who leads above, as figures over five answers or more; nobody sees who answered.";

struct One {
    pulse: Pulse,
    called: String,
    last: Option<Round>,
}

struct View {
    waiting: Vec<Waiting>,
    all: Vec<One>,
    may_set: bool,
}

async fn view(app: &App, me: &Me) -> Result<View, Failure> {
    let mut tx = app.ledger().read().await?;
    let circles = people::circles(&mut tx).await?;
    let waiting = pulses::waiting(&mut tx, me.actor.person, today(app, me)).await?;
    let mut all = Vec::new();
    for pulse in pulses::list(&mut tx, &me.actor).await? {
        let rounds = pulses::rounds(&mut tx, &me.actor, pulse.id).await?;
        let last = rounds.into_iter().find(|round| round.stage == Stage::Closed);
        all.push(One { called: called(&circles, pulse.circle, pulse.kind), pulse, last });
    }
    let may_set = !pulses::may_set_in(&mut tx, &me.actor).await?.is_empty();
    Ok(View { waiting, all, may_set })
}

fn line(one: &One) -> Markup {
    html! { li {
        a href=(format!("/pulse/{}", one.pulse.id)) { (one.called) }
        p.of {
            (one.pulse.settings.questions.len()) " questions every " (one.pulse.settings.every_weeks) " weeks"
            @if one.pulse.ended_at.is_some() { " · ended" } @else { " · the next round opens on " (day(one.pulse.next_on)) }
            @if let Some(last) = &one.last {
                " · last closed on " (day(last.closes_on))
                @if !last.is_told() { ": not enough to say" }
                @else if last.said.is_some() { ", answered" }
                @else { ", not answered in words yet" }
            }
        }
    } }
}

fn body(view: &View) -> Markup {
    html! {
        (look::head("Pulse", &html! { p { "A few short questions that a circle answers under seal, again and again; and what whoever leads it says to what was told." } }))
        @if view.may_set { div.acts { a.button.primary href="/pulse/set" { "Set a pulse" } } }
        @if !view.waiting.is_empty() {
            h2 { "Waits for you" }
            ul.lines { @for one in &view.waiting { li { a href=(one.page) { (one.title) } p.of { (one.because) } } } }
        }
        h2 { "Circles" }
        @if view.all.is_empty() {
            p.soft { "No circle of yours has a pulse yet. Who leads or administers one chooses three to eight questions, and how often they are asked." }
        }
        ul.lines { @for one in &view.all { (line(one)) } }
    }
}

/// `GET /pulse`.
pub(super) async fn show(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    time_passes(&app, &me.actor).await?;
    let body = body(&view(&app, &me).await?);
    Ok(show::page(&show::shell(&me, "Pulse", HERE, AUDIENCE), &body))
}
