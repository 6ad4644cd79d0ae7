//! Beginning a plan, its practices, and its end.

use std::collections::BTreeSet;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use leadership::Wrongs;
use leadership::growth::Seat;
use ledger::growth::{self, AddPractice, BeginPlan, ClosePlan, Done, MoveRetest, Plan, PlanId, PracticeId};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::overview::{self, Typed};
use super::{HERE, OWN};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::parts::id;
use crate::pick::{self, Pick};
use crate::{qualities, show};

/// What the form of a plan sends; the profile brings `?quality=…`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct NewPlan {
    quality: String,
    why: String,
    quality_2: String,
    why_2: String,
    retest_on: String,
}

fn begin_view(typed: &NewPlan, wrongs: &Wrongs) -> Markup {
    let all = qualities::choices();
    let all: Vec<(&str, &str)> = all.iter().map(|(key, name)| (*key, name.as_str())).collect();
    html! {
        (look::head("Begin a plan", &html! { p { "One quality, or two at most: who works on everything works on nothing." } }))
        (look::wrongs(wrongs))
        form method="post" action="/growth/plan/new" {
            (Field::new("quality", "Quality", &typed.quality, wrongs).choice(&all))
            (Field::new("why", "What you want to be able to do", &typed.why, wrongs).hint("So that somebody else could see it.").area())
            details open[!typed.quality_2.is_empty() || !typed.why_2.is_empty() || wrongs.of("quality_2").is_some()] {
                summary { "A second quality" }
                (Field::new("quality_2", "Second quality", &typed.quality_2, wrongs).optional().choice(&all))
                (Field::new("why_2", "What you want to be able to do there", &typed.why_2, wrongs).optional().area())
            }
            (Field::new("retest_on", "When you look again", &typed.retest_on, wrongs).hint("The day of the next wave, or about three months from now.").day())
            div.acts { button.primary type="submit" { "Begin" } a href="/growth" { "Back to growth" } }
        }
    }
}

/// `GET /growth/plan/new`.
pub(super) async fn ask_begin(
    State(app): State<App>,
    me: Me,
    Query(mut brought): Query<NewPlan>,
) -> Result<Response, Failure> {
    if brought.retest_on.is_empty() {
        let today = crate::parts::today(&app, &me);
        brought.retest_on = today.saturating_add(jiff::Span::new().months(3)).to_string();
    }
    let body = begin_view(&brought, &Wrongs::default());
    Ok(show::page(&show::shell(&me, "Begin a plan", HERE, OWN), &body))
}

/// `POST /growth/plan/new`.
pub(super) async fn begin(State(app): State<App>, me: Me, Form(typed): Form<NewPlan>) -> Result<Response, Failure> {
    let act = BeginPlan {
        qualities: vec![(typed.quality.clone(), typed.why.clone()), (typed.quality_2.clone(), typed.why_2.clone())],
        retest_on: typed.retest_on.clone(),
    };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(_) => Ok(show::to("/growth")),
        Err(refused) => {
            let body = begin_view(&typed, &show::wrongs(refused)?);
            Ok(show::again(&show::shell(&me, "Begin a plan", HERE, OWN), &body))
        }
    }
}

/// The plan that is under way, when it is the one of the address.
async fn mine(app: &App, me: &Me, plan: &str) -> Result<Plan, Failure> {
    let plan: PlanId = id(plan)?;
    let found = growth::plan_of_mine(&mut app.ledger().read().await?, &me.actor).await?;
    found.filter(|found| found.id == plan).ok_or(Failure::NotFound)
}

/// What the form of a practice sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct NewPractice {
    quality: String,
    words: String,
    due: String,
    to: String,
    known: String,
}

/// To whom a practice can be promised, those who look along first.
async fn to_whom(app: &App, me: &Me) -> Result<Pick, Failure> {
    let people = pick::reachable(app, me).await?;
    let guests = growth::guests(&mut app.ledger().read().await?, &me.actor).await?;
    let beside: BTreeSet<String> =
        guests.iter().filter(|one| one.state == Seat::Taken).map(|one| one.guest.to_string()).collect();
    let looks = |id: &str| beside.contains(id).then(|| "looks along".to_owned());
    Ok(people.noting(looks).first(|id| beside.contains(id)))
}

async fn practice_view(
    app: &App,
    me: &Me,
    plan: &Plan,
    typed: &NewPractice,
    wrongs: &Wrongs,
) -> Result<Markup, Failure> {
    let people = to_whom(app, me).await?;
    let own: Vec<(&str, &str)> = plan.qualities.iter().map(|(key, _)| (key.as_str(), qualities::name(key))).collect();
    let chosen =
        if typed.quality.is_empty() { own.first().map_or("", |(key, _)| *key) } else { typed.quality.as_str() };
    Ok(html! {
        (look::head("Add a practice", &html! { p { "Promised to somebody, they see it, and say whether it was kept. Without anybody it is a note to yourself: no promise, and no figure counts it." } }))
        (look::wrongs(wrongs))
        @for (key, name) in &own {
            @if let Some(found) = qualities::get(key).filter(|found| !found.practices.is_empty()) {
                details {
                    summary { "Practices for " (name) }
                    ul { @for one in &found.practices {
                        li { p.written { (one.words) }
                            p.of {
                                a href=(look::address::with(&format!("/growth/plan/{}/practice", plan.id), &[("quality", key), ("words", &short(&one.words))])) { "Take this one" span.visually-hidden { ": " (short(&one.words)) } }
                                " · " a href=(one.page) { "Where it is done" span.visually-hidden { ": " (short(&one.words)) } }
                            }
                        }
                    } }
                }
            }
        }
        form method="post" action=(format!("/growth/plan/{}/practice", plan.id)) {
            (Field::new("quality", "For which quality", chosen, wrongs).choice(&own))
            (Field::new("words", "What you will do", &typed.words, wrongs).hint("In one line.").line())
            (Field::new("due", "By when", &typed.due, wrongs).day())
            (people.field(&Field::new("to", "Promised to", &typed.to, wrongs).optional().hint("None is a note to yourself. Only the two of you see the promise.")))
            (Field::new("known", "How it will be known", &typed.known, wrongs).optional().hint("What both will see when it is kept.").area())
            div.acts { button.primary type="submit" { "Add" } a href="/growth" { "Back to growth" } }
        }
    })
}

/// A text that fits one line.
fn short(words: &str) -> String {
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= leadership::text::LINE {
        return line;
    }
    let cut: String = line.chars().take(leadership::text::LINE - 1).collect();
    format!("{cut}…")
}

/// `GET /growth/plan/{id}/practice`.
pub(super) async fn ask_practice(
    State(app): State<App>,
    me: Me,
    Path(plan): Path<String>,
    Query(brought): Query<NewPractice>,
) -> Result<Response, Failure> {
    let plan = mine(&app, &me, &plan).await?;
    let body = practice_view(&app, &me, &plan, &brought, &Wrongs::default()).await?;
    Ok(show::page(&show::shell(&me, "Add a practice", HERE, OWN), &body))
}

/// `POST /growth/plan/{id}/practice`.
pub(super) async fn practice(
    State(app): State<App>,
    me: Me,
    Path(plan): Path<String>,
    Form(typed): Form<NewPractice>,
) -> Result<Response, Failure> {
    let found = mine(&app, &me, &plan).await?;
    let mut wrongs = Wrongs::default();
    let to = wrongs.take(to_whom(&app, &me).await?.perhaps("to", &typed.to));
    if wrongs.0.is_empty() {
        let act = AddPractice {
            plan: found.id,
            quality: typed.quality.clone(),
            words: typed.words.clone(),
            due: typed.due.clone(),
            to,
            known: typed.known.clone(),
        };
        match app.ledger().perform(&me.actor, &act).await {
            Ok(practice) => return Ok(show::to(&format!("/growth#practice-{practice}"))),
            Err(refused) => wrongs = show::wrongs(refused)?,
        }
    }
    let body = practice_view(&app, &me, &found, &typed, &wrongs).await?;
    Ok(show::again(&show::shell(&me, "Add a practice", HERE, OWN), &body))
}

/// What the forms on the overview send.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Small {
    note: String,
    retest_on: String,
    learned: String,
}

/// `POST /growth/practices/{id}/done`.
pub(super) async fn done(
    State(app): State<App>,
    me: Me,
    Path(practice): Path<String>,
    Form(typed): Form<Small>,
) -> Result<Response, Failure> {
    let practice: PracticeId = id(&practice)?;
    match app.ledger().perform(&me.actor, &Done { practice, note: typed.note.clone() }).await {
        Ok(()) => Ok(show::to(&format!("/growth#practice-{practice}"))),
        Err(refused) => {
            let wrongs = show::wrongs(refused)?;
            let again = Typed { practice: Some(practice), note: &typed.note, wrongs, ..Typed::default() };
            overview::again(&app, &me, &again).await
        }
    }
}

/// `POST /growth/plan/{id}/retest`.
pub(super) async fn retest(
    State(app): State<App>,
    me: Me,
    Path(plan): Path<String>,
    Form(typed): Form<Small>,
) -> Result<Response, Failure> {
    let act = MoveRetest { plan: id(&plan)?, retest_on: typed.retest_on.clone() };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(()) => Ok(show::to("/growth")),
        Err(refused) => {
            let wrongs = show::wrongs(refused)?;
            overview::again(&app, &me, &Typed { retest_on: &typed.retest_on, wrongs, ..Typed::default() }).await
        }
    }
}

fn close_view(plan: &Plan, typed: &str, wrongs: &Wrongs) -> Markup {
    let open = plan.practices.iter().filter(|one| one.is_open()).count();
    html! {
        (look::head("Close the plan", &html! { p { "It stays with your closed plans, with what you learned." } }))
        (look::wrongs(wrongs))
        @if open > 0 { p.notice { (open) (if open == 1 { " practice is" } else { " practices are" }) " still open. Promises stay promises: keep them, or settle them anew." } }
        form method="post" action=(format!("/growth/plan/{}/close", plan.id)) {
            (Field::new("learned", "What you learned", typed, wrongs).hint("What others now see you do, what not yet, and what you would practise otherwise.").area())
            div.acts { button.primary type="submit" { "Close it" } a href="/growth" { "Back to growth" } }
        }
    }
}

/// `GET /growth/plan/{id}/close`.
pub(super) async fn ask_close(State(app): State<App>, me: Me, Path(plan): Path<String>) -> Result<Response, Failure> {
    let body = close_view(&mine(&app, &me, &plan).await?, "", &Wrongs::default());
    Ok(show::page(&show::shell(&me, "Close the plan", HERE, OWN), &body))
}

/// `POST /growth/plan/{id}/close`.
pub(super) async fn close(
    State(app): State<App>,
    me: Me,
    Path(plan): Path<String>,
    Form(typed): Form<Small>,
) -> Result<Response, Failure> {
    let found = mine(&app, &me, &plan).await?;
    match app.ledger().perform(&me.actor, &ClosePlan { plan: found.id, learned: typed.learned.clone() }).await {
        Ok(()) => Ok(show::to("/growth")),
        Err(refused) => {
            let body = close_view(&found, &typed.learned, &show::wrongs(refused)?);
            Ok(show::again(&show::shell(&me, "Close the plan", HERE, OWN), &body))
        }
    }
}
