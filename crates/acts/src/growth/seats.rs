//! A seat beside somebody: inviting, taking it, what may be looked at, and the talks.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::Response;
use leadership::growth::{Part, Seat};
use leadership::{PersonId, Wrongs};
use ledger::asks;
use ledger::growth::{
    self, AnswerSeat, EndSeat, Guest, Invite, NoteSession, Observation, Plan, SeatId, Session, Trait,
};
use ledger::people::Look;
use look::Field;
use look::form::check;
use maud::{Markup, html};
use serde::Deserialize;

use super::overview::{Typed, parts, plan_view};
use super::{HERE, OWN, observations, traits};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::parts::{button, checks, day, id, name, names, pairs};
use crate::show;

const BOTH: &str = "Who can see this: the two of you. When the seat ends, the guest sees nothing of it any more.";

/// What the form of an invitation sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct NewSeat {
    guest: String,
    parts: Vec<String>,
    words: String,
}

async fn invite_view(app: &App, me: &Me, typed: &NewSeat, wrongs: &Wrongs) -> Result<Markup, Failure> {
    let people: Vec<(String, String)> = asks::reachable(&mut app.ledger().read().await?, &me.actor)
        .await?
        .into_iter()
        .map(|(person, _)| (person.id.to_string(), person.name))
        .collect();
    let all: Vec<(&str, &str)> = Part::ALL.iter().map(|part| (part.name(), part.shown())).collect();
    Ok(html! {
        (look::head("Invite somebody to look along", &html! { p { "A mentor, a coach, a peer: they see the parts that you choose, and nothing else. Your looks back and your held messages are never among them." } }))
        (look::wrongs(wrongs))
        form method="post" action="/growth/seats/new" {
            (Field::new("guest", "Whom", &typed.guest, wrongs).hint("Somebody of your circles. A coach from outside is first added to a circle as an observer.").choice(&pairs(&people)))
            (checks("parts", "What they may look at", &all, &typed.parts, wrongs))
            (Field::new("words", "What you ask of them", &typed.words, wrongs).hint("For how long, how often, what for.").area())
            div.acts { button.primary type="submit" { "Invite" } a href="/growth" { "Back to growth" } }
        }
    })
}

/// `GET /growth/seats/new`.
pub(super) async fn ask_invite(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let typed = NewSeat { parts: vec![Part::Plan.name().to_owned()], ..NewSeat::default() };
    let body = invite_view(&app, &me, &typed, &Wrongs::default()).await?;
    Ok(show::page(&show::shell(&me, "Invite somebody", HERE, OWN), &body))
}

/// `POST /growth/seats/new`.
pub(super) async fn invite(State(app): State<App>, me: Me, Form(typed): Form<NewSeat>) -> Result<Response, Failure> {
    let act = Invite { guest: typed.guest.parse().ok(), parts: typed.parts.clone(), words: typed.words.clone() };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(seat) => Ok(show::to(&format!("/growth/seats/{seat}"))),
        Err(refused) => {
            let body = invite_view(&app, &me, &typed, &show::wrongs(refused)?).await?;
            Ok(show::again(&show::shell(&me, "Invite somebody", HERE, OWN), &body))
        }
    }
}

struct View {
    seat: Guest,
    plan: Option<Plan>,
    traits: Option<Vec<Trait>>,
    seen: Option<Vec<Observation>>,
    sessions: Vec<Session>,
    names: BTreeMap<PersonId, String>,
}

impl View {
    fn other(&self, me: &Me) -> &str {
        let other = if self.seat.person == me.actor.person { self.seat.guest } else { self.seat.person };
        name(&self.names, other)
    }
}

async fn view(app: &App, me: &Me, seat: SeatId) -> Result<View, Failure> {
    let mut tx = app.ledger().read().await?;
    let seat = growth::seat_of(&mut tx, &me.actor, seat).await?.ok_or(Failure::NotFound)?;
    let guest = seat.guest == me.actor.person && seat.state == Seat::Taken;
    let (mut plan, mut traits, mut seen) = (None, None, None);
    if guest {
        plan = growth::theirs(&mut tx, &me.actor, seat.person).await?;
        traits = growth::traits_of(&mut tx, &me.actor, seat.person).await?;
        seen = growth::about(&mut tx, &me.actor, seat.person).await?;
    }
    let sessions = growth::sessions(&mut tx, &me.actor, seat.id).await?;
    let mut ids = vec![seat.person, seat.guest];
    ids.extend(plan.iter().flat_map(|plan| &plan.practices).filter_map(|one| one.promise.map(|(.., to)| to)));
    ids.extend(seen.iter().flatten().map(|one| one.by));
    let names = names(&mut tx, ids).await?;
    drop(tx);
    if guest {
        app.ledger()
            .perform(&me.actor, &Look { person: seat.person, what: "their growth, from the seat beside them" })
            .await?;
    }
    Ok(View { seat, plan, traits, seen, sessions, names })
}

/// What the form of a talk sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Talk {
    day: String,
    words: String,
    action: String,
    due: String,
    by_other: String,
}

fn looked_at(view: &View) -> Markup {
    html! {
        @if view.seat.parts.contains(&Part::Plan) {
            h2 { "The plan" }
            @match &view.plan { Some(plan) => (plan_view(plan, &view.names, false, &Typed::default())), None => p.soft { "There is none under way." } }
        }
        @if let Some(all) = &view.traits { h2 { "Strengths and limits" } (traits::list(all, false)) }
        @if let Some(all) = &view.seen {
            h2 { "What others saw" }
            @if all.is_empty() { p.soft { "Nobody noted anything yet." } }
            ul.lines { @for one in all { (observations::shown(one, name(&view.names, one.by))) } }
        }
    }
}

fn talks(view: &View, me: &Me, typed: &Talk, wrongs: &Wrongs) -> Markup {
    let other = view.other(me);
    html! {
        h2 { "Talks" }
        @if view.sessions.is_empty() { p.soft { "None noted yet." } }
        ul.lines { @for one in &view.sessions { li {
            p.written { (one.words) }
            p.of { (day(one.day)) " · noted by " (name(&view.names, one.noted_by)) }
            @for promise in &one.promises { p { a href=(format!("/promises/{promise}")) { "The promise that came out of it" span.visually-hidden { ", " (day(one.day)) } } } }
        } } }
        h2 { "Note a talk" }
        form method="post" action=(format!("/growth/seats/{}", view.seat.id)) {
            (Field::new("day", "On which day", &typed.day, wrongs).day())
            (Field::new("words", "What was said", &typed.words, wrongs).hint("As both of you may read it.").area())
            details open[!typed.action.is_empty() || wrongs.of("action").is_some() || wrongs.of("due").is_some()] {
                summary { "Something to be done came out of it" }
                (Field::new("action", "What", &typed.action, wrongs).optional().hint("It becomes a promise between the two of you.").line())
                (Field::new("due", "By when", &typed.due, wrongs).optional().day())
                (check("by_other", &format!("{other} is to do it: they are asked to promise it"), typed.by_other == "true"))
            }
            div.acts { button.primary type="submit" { "Note it" } }
        }
    }
}

fn body(view: &View, me: &Me, typed: &Talk, wrongs: &Wrongs) -> Markup {
    let seat = &view.seat;
    let guest = seat.guest == me.actor.person;
    let other = view.other(me);
    let post = |what: &str| format!("/growth/seats/{}/{what}", seat.id);
    let open = matches!(seat.state, Seat::Invited | Seat::Taken);
    html! {
        (look::head(&if guest { format!("The seat beside {other}") } else { format!("{other} looks along") }, &html! { p {
            (seat.state.shown()) ". "
            @if guest { "You may look at: " } @else { "They may look at: " } (parts(seat)) "."
        } }))
        (look::wrongs(wrongs))
        p.written { (seat.words) }
        @if guest && seat.state == Seat::Invited {
            div.acts {
                form.inline method="post" action=(post("answer")) { input type="hidden" name="takes" value="true"; button.primary type="submit" { "Take the seat" } }
                form.inline method="post" action=(post("answer")) { button type="submit" { "I cannot" } }
            }
        }
        @if seat.state == Seat::Taken {
            @if guest { (looked_at(view)) }
            (talks(view, me, typed, wrongs))
        }
        @if open && !(guest && seat.state == Seat::Invited) {
            h2 { "End it" }
            p { "From then on they see nothing of it. What was promised stays promised." }
            (button(&post("end"), "End the seat", ""))
        }
        p { a href="/growth" { "Back to growth" } }
    }
}

/// `GET /growth/seats/{id}`.
pub(super) async fn show(State(app): State<App>, me: Me, Path(seat): Path<String>) -> Result<Response, Failure> {
    let view = view(&app, &me, id(&seat)?).await?;
    let typed = Talk { day: crate::parts::today(&app, &me).to_string(), ..Talk::default() };
    let body = body(&view, &me, &typed, &Wrongs::default());
    Ok(show::page(&show::shell(&me, "Looking along", HERE, BOTH), &body))
}

/// `POST /growth/seats/{id}`.
pub(super) async fn note(
    State(app): State<App>,
    me: Me,
    Path(seat): Path<String>,
    Form(typed): Form<Talk>,
) -> Result<Response, Failure> {
    let seat: SeatId = id(&seat)?;
    let act = NoteSession {
        seat,
        day: typed.day.clone(),
        words: typed.words.clone(),
        action: typed.action.clone(),
        due: typed.due.clone(),
        by_other: typed.by_other == "true",
    };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(_) => Ok(show::to(&format!("/growth/seats/{seat}"))),
        Err(refused) => {
            let wrongs = show::wrongs(refused)?;
            let body = body(&view(&app, &me, seat).await?, &me, &typed, &wrongs);
            Ok(show::again(&show::shell(&me, "Looking along", HERE, BOTH), &body))
        }
    }
}

/// What the answer to an invitation sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Taking {
    takes: String,
}

/// `POST /growth/seats/{id}/answer`.
pub(super) async fn answer(
    State(app): State<App>,
    me: Me,
    Path(seat): Path<String>,
    Form(typed): Form<Taking>,
) -> Result<Response, Failure> {
    let seat: SeatId = id(&seat)?;
    let takes = typed.takes == "true";
    app.ledger().perform(&me.actor, &AnswerSeat { seat, takes }).await?;
    Ok(show::to(&if takes { format!("/growth/seats/{seat}") } else { "/growth".to_owned() }))
}

/// `POST /growth/seats/{id}/end`.
pub(super) async fn end(State(app): State<App>, me: Me, Path(seat): Path<String>) -> Result<Response, Failure> {
    app.ledger().perform(&me.actor, &EndSeat { seat: id(&seat)? }).await?;
    Ok(show::to("/growth"))
}
