//! A seat beside somebody: inviting, taking it, what may be looked at, and the talks.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::Response;
use leadership::growth::{Part, Seat};
use leadership::promise::intended::field;
use leadership::{PersonId, Wrongs};
use ledger::growth::{self, Action, AnswerSeat, EndSeat, Guest, Invite, NoteSession, Observation, Plan, SeatId, Trait};
use ledger::people::Look;
use ledger::promises::Promise;
use ledger::talks;
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::overview::{Typed, parts, plan_view};
use super::{HERE, OWN, observations, traits};
use crate::app::App;
use crate::cell::Cell;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::parts::{button, checks, day, id, name, names};
use crate::{pick, show};

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
    let people = pick::reachable(app, me).await?;
    let all: Vec<(&str, &str)> = Part::ALL.iter().map(|part| (part.name(), part.shown())).collect();
    Ok(html! {
        (look::head("Invite somebody to look along", &html! { p { "A mentor, a coach, a peer: they see the parts that you choose, and nothing else. Your looks back and your held messages are never among them." } }))
        (look::wrongs(wrongs))
        form method="post" action="/growth/seats/new" {
            (people.field(&Field::new("guest", "Whom", &typed.guest, wrongs).hint("Somebody of your circles. A coach from outside is first added to a circle as an observer.")))
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
    let act = Invite {
        guest: pick::reached(&app, &me, &typed.guest).await?,
        parts: typed.parts.clone(),
        words: typed.words.clone(),
    };
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
    talks: Vec<(talks::Talk, Vec<Promise>)>,
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
    let mut talks = Vec::new();
    for talk in talks::of_seat(&mut tx, &me.actor, seat.id).await? {
        let promises = talks::promises_of(&mut tx, &me.actor, talk.id).await?;
        talks.push((talk, promises));
    }
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
    Ok(View { seat, plan, traits, seen, talks, names })
}

/// What the form of a talk sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Talk {
    day: String,
    words: String,
    more: String,
    promise_what: Vec<String>,
    promise_due: Vec<String>,
    promise_known: Vec<String>,
    /// `other` where it is the other one who is asked to promise it.
    promise_from: Vec<String>,
}

impl Talk {
    fn actions(&self) -> Vec<Action> {
        let at = |column: &[String], row: usize| column.get(row).cloned().unwrap_or_default();
        (0..self.promise_what.len())
            .map(|row| Action {
                what: at(&self.promise_what, row),
                due: at(&self.promise_due, row),
                known: at(&self.promise_known, row),
                by_other: at(&self.promise_from, row) == "other",
            })
            .collect()
    }
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
        @if view.talks.is_empty() { p.soft { "None noted yet." } }
        ul.lines { @for (one, promises) in &view.talks { li {
            a href=(format!("/talks/{}", one.id)) { "The talk of " (day(one.planned_on)) }
            p.written { (one.words) }
            p.of { "noted by " (name(&view.names, one.called_by)) }
            @for promise in promises { p { a href=(format!("/promises/{}", promise.id)) { (promise.what) } } }
        } } }
        h2 { "Note a talk" }
        form method="post" action=(format!("/growth/seats/{}", view.seat.id)) {
            (Field::new("day", "On which day", &typed.day, wrongs).day())
            (Field::new("words", "What was said", &typed.words, wrongs).hint("As both of you may read it.").area())
            (action_rows(other, typed, wrongs))
            div.acts { button.primary type="submit" { "Note it" } }
        }
    }
}

/// What is to be done, row by row, and one more to fill.
fn action_rows(other: &str, typed: &Talk, wrongs: &Wrongs) -> Markup {
    let mut rows = typed.actions();
    let empty = |row: &Action| [&row.what, &row.due, &row.known].iter().all(|text| text.is_empty());
    while rows.last().is_some_and(empty) {
        rows.pop();
    }
    let filled = rows.len();
    rows.push(Action::default());
    let asked = format!("{other}, who is asked to promise it");
    html! {
        details.promised open[filled > 0 || wrongs.0.iter().any(|wrong| wrong.field.starts_with("promise_"))] {
            summary { "Something to be done came out of it" }
            p.hint { "Each becomes a promise between the two of you, which leads back to this talk." }
            @for (at, row) in rows.iter().enumerate() {
                @let cell = |name: &'static str, label: &str, value: &str, kind: &'static str| {
                    Cell { id: field(name, at + 1), name: &format!("promise_{name}"), label: label.to_owned(), value, kind, quiet: false }.show(wrongs)
                };
                fieldset.sub {
                    legend { "Promise " (at + 1) }
                    (cell("what", "What", &row.what, "text"))
                    div.field {
                        label for=(field("from", at + 1)) { "Who" }
                        select id=(field("from", at + 1)) name="promise_from" {
                            option value="" selected[!row.by_other] { "I promise it" }
                            option value="other" selected[row.by_other] { (asked) }
                        }
                    }
                    div.two {
                        (cell("due", "By when", &row.due, "date"))
                        (cell("known", "How it will be known", &row.known, "text"))
                    }
                }
            }
            button type="submit" name="more" value="promise" formnovalidate { "Another one" }
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
    if !typed.more.is_empty() {
        let body = body(&view(&app, &me, seat).await?, &me, &typed, &Wrongs::default());
        return Ok(show::page(&show::shell(&me, "Looking along", HERE, BOTH), &body));
    }
    let act = NoteSession { seat, day: typed.day.clone(), words: typed.words.clone(), actions: typed.actions() };
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
