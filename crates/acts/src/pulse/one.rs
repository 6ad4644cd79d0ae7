//! The pulse of one circle: what is asked, what the last round told, how it went over the rounds, what was answered.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::Response;
use jiff::civil::Date;
use leadership::PersonId;
use leadership::pulse::{OPEN_DAYS, Stage};
use ledger::people;
use ledger::pulses::{self, Pulse, Round};
use maud::{Markup, html};

use super::figures::{of_round, over_rounds};
use super::{HERE, audience, called, time_passes};
use crate::app::App;
use crate::failure::Failure;
use crate::guard::Me;
use crate::parts::{button, day, id, name, names, today};
use crate::show;

struct View {
    pulse: Pulse,
    called: String,
    rounds: Vec<Round>,
    /// The open round, and whether one is asked in it and can still answer.
    open: Option<(Round, Option<bool>)>,
    may_set: bool,
    names: BTreeMap<PersonId, String>,
    today: Date,
}

async fn view(app: &App, me: &Me, pulse: &str) -> Result<View, Failure> {
    let mut tx = app.ledger().read().await?;
    let pulse = pulses::get(&mut tx, &me.actor, id(pulse)?).await?.ok_or(Failure::NotFound)?;
    let rounds = pulses::rounds(&mut tx, &me.actor, pulse.id).await?;
    let open = match rounds.iter().find(|round| round.stage == Stage::Open) {
        Some(round) => {
            let asked = pulses::asked(&mut tx, &me.actor, round.id).await?;
            Some((round.clone(), asked.map(|asked| asked.open)))
        }
        None => None,
    };
    let who = rounds.iter().filter_map(|round| round.said.as_ref()).map(|said| said.by);
    Ok(View {
        names: names(&mut tx, who.collect::<Vec<_>>()).await?,
        called: called(&people::circles(&mut tx).await?, pulse.circle, pulse.kind),
        may_set: pulses::may_set(&me.actor, pulse.circle),
        today: today(app, me),
        pulse,
        rounds,
        open,
    })
}

fn now(view: &View) -> Markup {
    html! {
        @if let Some((round, mine)) = &view.open {
            div.notice {
                p { strong { "A round is open until " (day(round.closes_on)) "." } " " (round.asked) " people are asked." }
                @match mine {
                    Some(true) => { div.acts { a.button.primary href=(format!("/pulse/rounds/{}/answer", round.id)) { "Answer: it takes a minute" } } }
                    Some(false) => { p { "Nothing of it waits for you." } }
                    None => { p { "You are not asked in it. Who came after the last round is asked again when so many came or went that nobody’s answer could be worked out from two rounds." } }
                }
            }
        }
    }
}

fn said(round: &Round, view: &View) -> Markup {
    html! { li {
        a href=(format!("/pulse/rounds/{}", round.id)) {
            @if round.stage == Stage::Withheld { "Not asked on " (day(round.opens_on)) } @else { "Closed on " (day(round.closes_on)) }
        }
        @match (&round.said, round.stage) {
            (Some(said), _) => { p.written { (said.words) } p.of { (name(&view.names, said.by)) ", " (day(said.on)) @if said.on > round.answer_by { ", after its day" } } }
            (None, Stage::Withheld) => p.of { @if let Some(why) = round.why { (why.shown()) "." } },
            (None, _) if !round.is_told() => p.of { "Not enough to say; there is nothing to answer." },
            (None, _) if round.answer_by < view.today => p.of { strong { "Not answered." } " An answer was said by " (day(round.answer_by)) ", and that day has passed." },
            (None, _) => p.of { "Not answered yet; an answer is said by " (day(round.answer_by)) "." },
        }
    } }
}

fn body(view: &View) -> Markup {
    let settings = &view.pulse.settings;
    let last = view.rounds.iter().find(|round| round.stage == Stage::Closed);
    html! {
        (look::head(&format!("Pulse: {}", view.called), &html! { p {
            (settings.questions.len()) " questions every " (settings.every_weeks) " weeks, open for " (OPEN_DAYS) " days, to "
            (view.pulse.kind.shown()) "; answered in words within " (settings.answer_days) " days. "
            @if view.pulse.ended_at.is_some() { "It has ended." } @else { "The next round opens on " (day(view.pulse.next_on)) "." }
        } }))
        (now(view))
        @if let Some(last) = last {
            h2 { "What the round that closed on " (day(last.closes_on)) " told" }
            (of_round(last, &view.rounds))
        } @else { p.soft { "No round has closed yet. Its figures will stand here, as far as they may be told." } }
        @let past: Vec<&Round> = view.rounds.iter().filter(|round| round.stage != Stage::Open).collect();
        @if !past.is_empty() {
            h2 { "You said, we did" }
            ul.lines { @for round in &past { (said(round, view)) } }
        }
        @if view.rounds.iter().filter(|round| round.stage == Stage::Closed).count() > 1 {
            h2 { "Over the rounds" }
            (over_rounds(&view.rounds))
        }
        @if view.may_set {
            h2 { "Set it" }
            div.acts {
                a.button href=(look::address::with("/pulse/set", &[("circle", &view.pulse.circle.to_string()), ("kind", view.pulse.kind.name())])) { "Change what it asks, or how often" }
                @if view.pulse.ended_at.is_none() { (button(&format!("/pulse/{}/end", view.pulse.id), "End it", &view.called)) }
            }
        }
        p { a href="/pulse" { "All pulses" } }
    }
}

/// `GET /pulse/{id}`.
pub(super) async fn show(State(app): State<App>, me: Me, Path(pulse): Path<String>) -> Result<Response, Failure> {
    time_passes(&app, &me.actor).await?;
    let view = view(&app, &me, &pulse).await?;
    let shell = show::shell(&me, &format!("Pulse: {}", view.called), HERE, &audience(&view.called, view.pulse.kind));
    Ok(show::page(&shell, &body(&view)))
}
