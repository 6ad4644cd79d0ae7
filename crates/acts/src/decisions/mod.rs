//! Decisions: the list, one decision, its forms.

mod back;
mod calibration;
mod check;
mod conflicts;
mod figures;
mod form;
mod history;
mod parts;
mod review;
mod talk;
mod tell;
mod view;
mod write;

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use leadership::decision::State as Progress;
use leadership::{CircleId, DecisionId, PersonId};
use ledger::Tx;
use ledger::decisions::{self, Decision, Filter, Link};
use ledger::people;
use maud::{Markup, html};
use serde::Deserialize;

use crate::app::App;
use crate::failure::Failure;
use crate::guard::Me;
use crate::route::{Guard, Route};
use crate::show;

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::page("/decisions", Guard::Inside, get(list)),
        Route::form("/decisions/new", Guard::Inside, get(write::ask_new).post(write::new)),
        Route::page("/decisions/{id}", Guard::Inside, get(view::page)),
        Route::form("/decisions/{id}/edit", Guard::Inside, get(write::ask_edit).post(write::edit)),
        Route::form("/decisions/{id}/ask", Guard::Inside, get(talk::ask_ask).post(talk::ask)),
        Route::form("/decisions/{id}/say", Guard::Inside, get(talk::ask_say).post(talk::say)),
        Route::form("/decisions/{id}/answer/{person}", Guard::Inside, get(talk::ask_answer).post(talk::answer)),
        Route::form("/decisions/{id}/clear", Guard::Inside, get(talk::ask_clear).post(talk::clear)),
        Route::form("/decisions/{id}/tell", Guard::Inside, get(tell::ask).post(tell::tell)),
        Route::form("/decisions/{id}/review", Guard::Inside, get(review::ask_review).post(review::review)),
        Route::form("/decisions/{id}/supersede", Guard::Inside, get(review::ask_supersede).post(review::supersede)),
        Route::page("/decisions/{id}/history", Guard::Inside, get(history::page)),
        Route::form("/decisions/{id}/check", Guard::Inside, get(check::ask).post(check::check)),
        Route::form("/decisions/back/{id}", Guard::Inside, get(back::ask).post(back::answer)),
        Route::form("/decisions/conflicts", Guard::Inside, get(conflicts::page).post(conflicts::mark)),
        Route::act("/decisions/conflicts/settle", Guard::Inside, post(conflicts::settle)),
        Route::page("/decisions/figures", Guard::Inside, get(figures::page)),
        Route::page("/decisions/calibration", Guard::Inside, get(calibration::page)),
        Route::act("/decisions/calibration/share", Guard::Inside, post(calibration::share)),
        Route::page("/decisions/calibration/of/{person}", Guard::Inside, get(calibration::shared)),
    ]
}

/// The navigation's entry.
const HERE: &str = "/decisions";

/// A decision of an address, as this person sees it.
async fn found(app: &App, me: &Me, id: &str) -> Result<(Tx, Decision), Failure> {
    let id: DecisionId = id.parse().map_err(|_| Failure::NotFound)?;
    let mut tx = app.ledger().read().await?;
    let found = decisions::get(&mut tx, &me.actor, id).await?.ok_or(Failure::NotFound)?;
    Ok((tx, found))
}

/// Names of circles and persons for a page.
#[derive(Debug, Default)]
struct Names {
    circles: BTreeMap<CircleId, String>,
    people: BTreeMap<PersonId, String>,
}

impl Names {
    async fn of(tx: &mut Tx, people: impl IntoIterator<Item = PersonId>) -> Result<Self, Failure> {
        let mut ids: Vec<PersonId> = people.into_iter().collect();
        ids.sort_unstable();
        ids.dedup();
        let people = people::named(tx, &ids).await?.into_iter().map(|person| (person.id, person.name)).collect();
        let circles = people::circles(tx).await?.into_iter().map(|circle| (circle.id, circle.name)).collect();
        Ok(Self { circles, people })
    }

    fn circle(&self, id: CircleId) -> &str {
        self.circles.get(&id).map_or("", String::as_str)
    }

    fn person(&self, id: PersonId) -> &str {
        self.people.get(&id).map_or("", String::as_str)
    }
}

/// How far a decision has come, in words.
fn progress(decision: &Decision) -> String {
    match decision.state {
        Progress::Decided if decision.version > 1 => format!("changed, version {}", decision.version),
        Progress::Reviewed => {
            let outcome = decision.outcome.map_or("", leadership::decision::Outcome::shown);
            format!("reviewed: {outcome}")
        }
        state => state.shown().to_owned(),
    }
}

/// A link to a decision that says when it no longer holds: what other pages show wherever they link to one.
pub(crate) fn linked(link: &Link) -> Markup {
    let state = if link.version > 1 && link.state == Progress::Decided { "changed" } else { link.state.shown() };
    html! {
        a href=(format!("/decisions/{}", link.id)) { (link.question) }
        @if link.superseded {
            " " span.no-longer { "no longer holds" }
            @if let Some((id, question)) = &link.by { ", see " a href=(format!("/decisions/{id}")) { (question) } }
        } @else { " " span.soft { (state) } }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    state: String,
    circle: String,
    q: String,
    page: u32,
}

/// Looking for one among many: by words of its question, and by circle.
fn search(asked: &Asked, circles: &[(String, String)]) -> Markup {
    html! {
        form.narrow-by role="search" method="get" action="/decisions" {
            @if !asked.state.is_empty() { input type="hidden" name="state" value=(asked.state); }
            label for="q" { "Words in the question" }
            input #q type="search" name="q" value=(asked.q) maxlength="200";
            label for="circle" { "Circle" }
            select #circle name="circle" {
                option value="" selected[asked.circle.is_empty()] { "All that you see" }
                @for (value, name) in circles { option value=(value) selected[*value == asked.circle] { (name) } }
            }
            button type="submit" { "Find" }
        }
    }
}

/// `GET /decisions`.
async fn list(State(app): State<App>, me: Me, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let state = Progress::from_name(&asked.state);
    let circle = asked.circle.parse().ok().filter(|circle| me.actor.sight.inside.contains(circle));
    let filter = Filter { state, circle, words: asked.q.clone(), page: asked.page };
    let (all, n) = decisions::list(&mut tx, &me.actor, &filter).await?;
    let mut circles: Vec<(String, String)> = ledger::people::circles(&mut tx)
        .await?
        .into_iter()
        .filter(|circle| me.actor.sight.inside.contains(&circle.id))
        .map(|circle| (circle.id.to_string(), circle.name))
        .collect();
    circles.sort_by(|a, b| (&a.1, &a.0).cmp(&(&b.1, &b.0)));
    let closed = decisions::closed(&mut tx, &me.actor).await?;
    let names = Names::of(&mut tx, all.iter().map(|decision| decision.decider)).await?;
    drop(tx);
    let shell = show::shell(
        &me,
        "Decisions",
        HERE,
        "Who can see this: you. Each decision is open to those affected, unless it says why it is closed.",
    );
    let narrowed = circle.is_some() || !asked.q.trim().is_empty();
    if n == 0 && state.is_none() && !narrowed && closed.is_empty() {
        let body = look::empty(
            "Decisions",
            "A decision begins as a question with at least two answers, one of them to leave it as it is. Two minutes are enough for most.",
            ("/decisions/new", "Write the first decision"),
        );
        return Ok(show::page(&shell, &body));
    }
    let kept = |state: &str| {
        look::address::with("/decisions", &[("state", state), ("circle", &asked.circle), ("q", &asked.q)])
    };
    let path = kept(state.map_or("", Progress::name));
    let pages = usize::try_from(n).unwrap_or_default().div_ceil(50);
    let body = html! {
        (look::head("Decisions", &html! { p { "What is asked, what was chosen and why, and what came of it." } }))
        div.acts {
            a.button.primary href="/decisions/new" { "Write a decision" }
            a href="/decisions/figures" { "How we decide" }
            a href="/decisions/calibration" { "How sure I was" }
            a href="/decisions/conflicts" { "Do they go together?" }
            a href="/notices" { "What I was told" }
        }
        nav.choice aria-label="How far they have come" {
            a href=(kept("")) aria-current=[state.is_none().then_some("true")] { "All" }
            @for one in Progress::ALL {
                a href=(kept(one.name())) aria-current=[(state == Some(one)).then_some("true")] { (one.shown()) }
            }
        }
        (search(&asked, &circles))
        @if narrowed { p.soft role="status" { (n) @if n == 1 { " decision." } @else { " decisions." } } }
        @if all.is_empty() && narrowed { p.soft { "None that you see is like this. Fewer words find more." } }
        @else if all.is_empty() { p.soft { "None that you see is in this state." } }
        ul.decisions {
            @for decision in &all { (row(decision, &names)) }
        }
        (look::pager((usize::try_from(asked.page).unwrap_or_default(), pages), &path))
        (closed_part(&closed, &names))
    };
    Ok(show::page(&shell, &body))
}

fn row(decision: &Decision, names: &Names) -> Markup {
    html! {
        li {
            h2 { a href=(format!("/decisions/{}", decision.id)) { (decision.form.question) } }
            p.told {
                span.state { (progress(decision)) }
                " · " (names.circle(decision.circle)) " · decided by " (names.person(decision.decider))
                @if decision.closed_why.is_some() { " · closed" }
                @if decision.form.unpopular { " · unpopular" }
            }
            @if let Some(chosen) = decision.form.chosen().filter(|_| decision.decided_at.is_some()) { p { "Chosen: " (chosen) } }
        }
    }
}

/// The closed ones are counted, with their reasons, for everybody of the circle.
fn closed_part(closed: &[decisions::Closed], names: &Names) -> Markup {
    html! {
        section.closed aria-labelledby="closed" {
            h2 #closed { "Closed decisions: " (closed.len()) }
            @if closed.is_empty() { p.soft { "Every decision of the circles that you see is open to those affected." } }
            @else {
                p.soft { "Closed to all but those named. That they are there, and why, is for everybody to see." }
                ul { @for one in closed { li { (names.circle(one.circle)) ": " (one.why) } } }
            }
        }
    }
}
