//! One round: what it told, and the answer in words of who leads; for who leads, the form of that.

use axum::extract::{Path, State};
use axum::response::Response;
use jiff::civil::Date;
use leadership::Wrongs;
use leadership::pulse::Stage;
use ledger::people;
use ledger::pulses::{self, Linked, Reply, Round};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::figures::of_round;
use super::{HERE, audience, called, time_passes};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::parts::{day, id, name, names, today};
use crate::show;

struct View {
    round: Round,
    rounds: Vec<Round>,
    called: String,
    by: String,
    links: Vec<Linked>,
    /// What the answer could name; nothing for who does not answer.
    offered: Option<Vec<Linked>>,
    today: Date,
}

async fn view(app: &App, me: &Me, round: &str) -> Result<View, Failure> {
    let mut tx = app.ledger().read().await?;
    let round = pulses::round(&mut tx, &me.actor, id(round)?).await?.ok_or(Failure::NotFound)?;
    let links = pulses::links(&mut tx, &me.actor, round.id).await?;
    let offered = if round.stage == Stage::Closed && pulses::may_reply(&me.actor, round.circle) {
        let mut offered = pulses::may_link(&mut tx, &me.actor, round.circle).await?;
        // What it names already can be kept.
        for link in &links {
            if !offered.contains(link) {
                offered.push(link.clone());
            }
        }
        Some(offered)
    } else {
        None
    };
    let by = match &round.said {
        Some(said) => name(&names(&mut tx, [said.by]).await?, said.by).to_owned(),
        None => String::new(),
    };
    Ok(View {
        called: called(&people::circles(&mut tx).await?, round.circle, round.kind),
        rounds: pulses::rounds(&mut tx, &me.actor, round.pulse).await?,
        today: today(app, me),
        round,
        by,
        links,
        offered,
    })
}

/// What the form of an answer sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    words: String,
    links: Vec<String>,
}

fn key(link: &Linked) -> String {
    format!("{}/{}", link.noun, link.subject)
}

fn page_of(link: &Linked) -> String {
    ledger::today::page_of(&link.noun, &link.subject)
}

fn said(view: &View) -> Markup {
    let round = &view.round;
    html! {
        @if round.stage == Stage::Closed {
            h2 { "You said, we did" }
            @match &round.said {
                Some(said) => {
                    p.written { (said.words) }
                    @if !view.links.is_empty() { ul { @for link in &view.links { li { (link.noun) ": " a href=(page_of(link)) { (link.title) } } } } }
                    p.of { (view.by) ", " (day(said.on)) @if said.on > round.answer_by { ", after its day" } }
                }
                None if !round.is_told() => p.soft { "There is nothing to answer." },
                None if round.answer_by < view.today => p { strong { "Not answered." } " An answer was said by " (day(round.answer_by)) ", and that day has passed." },
                None => p { "Not answered yet; an answer is said by " (day(round.answer_by)) "." },
            }
        }
    }
}

fn form(view: &View, offered: &[Linked], typed: &Typed, wrongs: &Wrongs) -> Markup {
    html! {
        details open[view.round.said.is_none() || !wrongs.0.is_empty()] {
            summary { @if view.round.said.is_some() { "Word it anew" } @else { "Answer it in your own words" } }
            form method="post" action=(format!("/pulse/rounds/{}", view.round.id)) {
                (Field::new("words", "What you heard, and what is done about it", &typed.words, wrongs).hint("It stands beside the figures for everybody who sees them. Thank for what was said, also where it is hard to read.").area())
                @if !offered.is_empty() {
                    fieldset {
                        legend { "What came of it" }
                        @if let Some(wrong) = wrongs.of("links") { p.wrong #links-wrong { (wrong) } }
                        @for (at, link) in offered.iter().enumerate() {
                            @let field = if at == 0 { "links".to_owned() } else { format!("links-{at}") };
                            div.check {
                                input type="checkbox" id=(field) name="links" value=(key(link)) checked[typed.links.contains(&key(link))];
                                label for=(field) { (link.noun) ": " (link.title) }
                            }
                        }
                    }
                }
                div.acts { button.primary type="submit" { "Answer openly" } }
            }
        }
    }
}

fn body(view: &View, typed: &Typed, wrongs: &Wrongs) -> Markup {
    let round = &view.round;
    html! {
        (look::head(&format!("Pulse: {}", view.called), &html! { p {
            @match round.stage {
                Stage::Withheld => { "Not asked on " (day(round.opens_on)) @if let Some(why) = round.why { ": " (why.shown()) } "." },
                Stage::Open => { "Open until " (day(round.closes_on)) "; its figures stand here when it has closed." },
                Stage::Closed => { "Asked from " (day(round.opens_on)) " to " (day(round.closes_on)) " of " (round.asked) " people." },
            }
        } }))
        (look::wrongs(wrongs))
        @if round.stage == Stage::Closed {
            (of_round(round, &view.rounds))
            h2 { "In their own words" }
            @if round.lines.is_empty() { p.soft { "Nothing to read: nobody wrote a line, or fewer than five people answered." } }
            @for line in &round.lines { blockquote.written { (line) } }
        }
        (said(view))
        @if let Some(offered) = &view.offered { (form(view, offered, typed, wrongs)) }
        p { a href=(format!("/pulse/{}", round.pulse)) { "The pulse of this circle over the rounds" } }
    }
}

fn shell(me: &Me, view: &View) -> look::Shell {
    show::shell(me, &format!("Pulse: {}", view.called), HERE, &audience(&view.called, view.round.kind))
}

/// `GET /pulse/rounds/{id}`.
pub(super) async fn show(State(app): State<App>, me: Me, Path(round): Path<String>) -> Result<Response, Failure> {
    time_passes(&app, &me.actor).await?;
    let view = view(&app, &me, &round).await?;
    let typed = Typed {
        words: view.round.said.as_ref().map(|said| said.words.clone()).unwrap_or_default(),
        links: view.links.iter().map(key).collect(),
    };
    Ok(show::page(&shell(&me, &view), &body(&view, &typed, &Wrongs::default())))
}

/// `POST /pulse/rounds/{id}`.
pub(super) async fn reply(
    State(app): State<App>,
    me: Me,
    Path(round): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let seen = view(&app, &me, &round).await?;
    let act = Reply { round: seen.round.id, words: typed.words.clone(), links: typed.links.clone() };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(()) => Ok(show::to(&format!("/pulse/rounds/{}", seen.round.id))),
        Err(refused) => Ok(show::again(&shell(&me, &seen), &body(&seen, &typed, &show::wrongs(refused)?))),
    }
}
