//! Judging the outcome; saying that another decision took the place of one.

use axum::extract::{Path, State};
use axum::response::Response;
use leadership::Wrongs;
use leadership::decision::Outcome;
use ledger::decisions::{Decision, Review, Supersede};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::talk::{about, shell};
use super::{Names, found};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::parts::{day, radios};
use crate::show;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Judging {
    outcome: String,
    happened: String,
    learned: String,
    settled: String,
}

fn review_view(decision: &Decision, early: bool, typed: &Judging, wrongs: &Wrongs) -> Markup {
    let choices: Vec<_> = Outcome::ALL.iter().map(|outcome| (outcome.name(), outcome.shown())).collect();
    html! {
        (about("Judge the outcome", decision, "Whether the statement came true, not whether the decision was good: a good one may go wrong."))
        @if !decision.form.expected.is_empty() { blockquote.written { (decision.form.expected) } }
        @if let Some(on) = decision.form.review_on { p.soft { "To be judged on " (day(on)) "." } }
        (look::wrongs(wrongs))
        form method="post" {
            (radios("outcome", "The expected outcome …", &choices, &typed.outcome, wrongs))
            (Field::new("happened", "What happened", &typed.happened, wrongs).area())
            (Field::new("learned", "What was learned", &typed.learned, wrongs).optional().area())
            @if early || wrongs.of("settled").is_some() {
                @if let Some(wrong) = wrongs.of("settled") { p.wrong { (wrong) } }
                (look::form::check("settled", "It is settled already: nothing that still comes can change it", typed.settled == "true"))
            }
            div.acts { button.primary type="submit" { "Judge" } a href=(format!("/decisions/{}", decision.id)) { "Back" } }
        }
    }
}

/// A decision of which the outcome is this person's to judge, with whether it is early.
async fn mine(app: &App, me: &Me, id: &str) -> Result<(Decision, Names, bool), Failure> {
    let (mut tx, decision) = found(app, me, id).await?;
    if decision.decider != me.actor.person {
        return Err(Failure::NotFound);
    }
    let names = Names::of(&mut tx, []).await?;
    let today = app.now().to_zoned(me.time_zone()).date();
    let early = decision.form.review_on.is_some_and(|on| today < on);
    Ok((decision, names, early))
}

/// `GET /decisions/{id}/review`.
pub(super) async fn ask_review(State(app): State<App>, me: Me, Path(id): Path<String>) -> Result<Response, Failure> {
    let (decision, names, early) = mine(&app, &me, &id).await?;
    let body = review_view(&decision, early, &Judging::default(), &Wrongs::default());
    Ok(show::page(&shell(&me, "Judge the outcome", &decision, &names), &body))
}

/// `POST /decisions/{id}/review`.
pub(super) async fn review(
    State(app): State<App>,
    me: Me,
    Path(id): Path<String>,
    Form(typed): Form<Judging>,
) -> Result<Response, Failure> {
    let (decision, names, early) = mine(&app, &me, &id).await?;
    let act = Review {
        decision: decision.id,
        outcome: typed.outcome.clone(),
        happened: typed.happened.clone(),
        learned: typed.learned.clone(),
        settled: typed.settled == "true",
    };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(()) => Ok(show::to(&format!("/decisions/{}", decision.id))),
        Err(refused) => {
            let body = review_view(&decision, early, &typed, &show::wrongs(refused)?);
            Ok(show::again(&shell(&me, "Judge the outcome", &decision, &names), &body))
        }
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Replacing {
    by: String,
}

fn supersede_view(decision: &Decision, typed: &Replacing, wrongs: &Wrongs) -> Markup {
    html! {
        (about("Another took its place", decision, "From then on it says so wherever it is linked, and everybody who was told is told."))
        (look::wrongs(wrongs))
        form method="post" {
            (Field::new("by", "The decision that holds now", &typed.by, wrongs).hint("The address of its page.").line())
            div.acts { button.primary type="submit" { "It took its place" } a href=(format!("/decisions/{}", decision.id)) { "Back" } }
        }
    }
}

/// `GET /decisions/{id}/supersede`.
pub(super) async fn ask_supersede(State(app): State<App>, me: Me, Path(id): Path<String>) -> Result<Response, Failure> {
    let (mut tx, decision) = found(&app, &me, &id).await?;
    if !decision.is_of(me.actor.person) {
        return Err(Failure::NotFound);
    }
    let names = Names::of(&mut tx, []).await?;
    let body = supersede_view(&decision, &Replacing::default(), &Wrongs::default());
    Ok(show::page(&shell(&me, "Another took its place", &decision, &names), &body))
}

/// `POST /decisions/{id}/supersede`.
pub(super) async fn supersede(
    State(app): State<App>,
    me: Me,
    Path(id): Path<String>,
    Form(typed): Form<Replacing>,
) -> Result<Response, Failure> {
    let (mut tx, decision) = found(&app, &me, &id).await?;
    let names = Names::of(&mut tx, []).await?;
    drop(tx);
    match app.ledger().perform(&me.actor, &Supersede { decision: decision.id, by: typed.by.clone() }).await {
        Ok(()) => Ok(show::to(&format!("/decisions/{}", decision.id))),
        Err(refused) => {
            let body = supersede_view(&decision, &typed, &show::wrongs(refused)?);
            Ok(show::again(&shell(&me, "Another took its place", &decision, &names), &body))
        }
    }
}
