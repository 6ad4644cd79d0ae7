//! One idea: its answer, what went into it, what was learned, and what came of it.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::Response;
use jiff::civil::Date;
use leadership::idea::{Answer, State as Stands};
use leadership::{PersonId, Wrongs};
use ledger::ideas::{self, AnswerIdea, Filter, HandOver, Idea, IdeaId, Learn, Merge, Stood, TellBack};
use ledger::{Act, people};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::list::credited;
use super::{CIRCLE, HERE};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::parts::{day, id, name, names, pairs, radios, today};
use crate::show;

struct View {
    idea: Idea,
    circle: String,
    /// Whether the one who looks answers it.
    answers: bool,
    /// Others of the circle that it could go into.
    near: Vec<(String, String)>,
    /// Others who lead the circle.
    leaders: Vec<(String, String)>,
    /// Where it went.
    into: Option<Idea>,
    /// Where people stand on it.
    stood: Vec<Stood>,
    names: BTreeMap<PersonId, String>,
    today: Date,
}

async fn view(app: &App, me: &Me, idea: IdeaId) -> Result<View, Failure> {
    let mut tx = app.ledger().read().await?;
    let idea = ideas::get(&mut tx, &me.actor, idea).await?.ok_or(Failure::NotFound)?;
    let answers = idea.answerer == me.actor.person || me.actor.sight.leads(idea.circle);
    let into = match idea.merged_into {
        Some(into) => ideas::get(&mut tx, &me.actor, into).await?,
        None => None,
    };
    let (mut near, mut leaders) = (Vec::new(), Vec::new());
    if answers && idea.state.can_merge() {
        let filter = Filter { circle: Some(idea.circle), ..Filter::default() };
        near = ideas::list(&mut tx, &me.actor, filter)
            .await?
            .into_iter()
            .filter(|one| one.id != idea.id && one.shared == idea.shared && one.state.can_merge())
            .map(|one| (one.id.to_string(), one.title))
            .collect();
    }
    if answers && idea.state == Stands::Open {
        let tree = people::tree(&mut tx).await?;
        let mut above = tree.above(idea.circle);
        above.push(idea.circle);
        above.retain(|circle| me.actor.sight.inside.contains(circle));
        for (person, _, role) in people::within(&mut tx, &above).await? {
            let leads = matches!(role, leadership::Role::Leader | leadership::Role::Executive);
            let entry = (person.id.to_string(), person.name);
            if leads && person.id != idea.answerer && !leaders.contains(&entry) {
                leaders.push(entry);
            }
        }
    }
    let stood = ideas::stands(&mut tx, &me.actor, &idea).await?;
    let mut ids: Vec<PersonId> = idea.credit.clone();
    ids.extend(stood.iter().map(|one| one.person));
    ids.extend([idea.offered_by, idea.answerer]);
    ids.extend(idea.answer.as_ref().map(|(by, ..)| *by));
    ids.extend(idea.learned.as_ref().map(|(by, _)| *by));
    ids.extend(idea.result.as_ref().map(|(by, ..)| *by));
    let circle = people::circles(&mut tx).await?.into_iter().find(|one| one.id == idea.circle);
    Ok(View {
        names: names(&mut tx, ids).await?,
        circle: circle.map(|one| one.name).unwrap_or_default(),
        today: today(app, me),
        idea,
        answers,
        near,
        leaders,
        into,
        stood,
    })
}

/// What the forms of an idea send.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    answer: String,
    reason: String,
    into: String,
    merge_reason: String,
    learned: String,
    result: String,
    to: String,
    pub(super) stance: String,
    pub(super) words: String,
}

fn happened(view: &View) -> Markup {
    let idea = &view.idea;
    let who = |person: PersonId| name(&view.names, person);
    html! {
        @if let Some((by, on, reason)) = &idea.answer {
            h2 { "The answer" }
            p { strong { (idea.state.shown()) } ", by " (who(*by)) ", first answered on " (day(*on)) @if *on > idea.due { ", after its day" } "." }
            p.written { (reason) }
        }
        @if let Some(into) = &view.into { p { "It goes on in " a href=(format!("/ideas/{}", into.id)) { (into.title) } "." } }
        @if let Some((by, words)) = &idea.learned { h2 { "What was learned from trying it" } p.written { (words) } p.of { (who(*by)) } }
        @if let Some((by, _, words)) = &idea.result { h2 { "You said, we did" } p.written { (words) } p.of { (who(*by)) } }
    }
}

fn answering(view: &View, typed: &Typed, wrongs: &Wrongs) -> Markup {
    let idea = &view.idea;
    let post = |what: &str| format!("/ideas/{}/{what}", idea.id);
    let possible: Vec<(&str, &str)> = Answer::ALL
        .iter()
        .filter(|answer| idea.state.after(**answer).is_ok())
        .map(|answer| (answer.name(), answer.shown()))
        .collect();
    let ready = !possible.is_empty() && (idea.state != Stands::Trying || idea.learned.is_some());
    html! {
        @if ready {
            h2 { @if idea.state == Stands::Trying { "Does it go on?" } @else { "Answer it" } }
            form method="post" action=(post("answer")) {
                (radios("answer", "The answer", &possible, &typed.answer, wrongs))
                (Field::new("reason", "Why", &typed.reason, wrongs).hint("Those who offered it are told, with this reason.").area())
                div.acts { button.primary type="submit" { "Answer" } }
            }
        }
        @if !view.near.is_empty() {
            details open[wrongs.of("into").is_some() || wrongs.of("merge_reason").is_some()] {
                summary { "It is one with another idea" }
                form method="post" action=(post("merge")) {
                    (Field::new("into", "It goes into", &typed.into, wrongs).hint("All who offered either are credited.").choice(&pairs(&view.near)))
                    (Field::new("merge_reason", "Why they are one", &typed.merge_reason, wrongs).area())
                    div.acts { button type="submit" { "Merge them" } }
                }
            }
        }
        @if matches!(idea.state, Stands::Accepted | Stands::Trying) {
            details open[wrongs.of("result").is_some() || (idea.state == Stands::Accepted && idea.result.is_none())] {
                summary { "Tell back what came of it" }
                form method="post" action=(post("tell")) {
                    (Field::new("result", "What was done, and what it led to", &typed.result, wrongs).hint("It stands under “You said, we did”; those who offered it are told.").area())
                    div.acts { button type="submit" { "Tell it back" } }
                }
            }
        }
        @if !view.leaders.is_empty() {
            details open[wrongs.of("to").is_some()] {
                summary { "Somebody else is to answer it" }
                form.row method="post" action=(post("hand")) {
                    (Field::new("to", "Who", &typed.to, wrongs).hint("The day stays as it is.").choice(&pairs(&view.leaders)))
                    button type="submit" { "Hand it over" }
                }
            }
        }
    }
}

fn body(view: &View, me: &Me, typed: &Typed, wrongs: &Wrongs) -> Markup {
    let idea = &view.idea;
    let may_learn = idea.state == Stands::Trying && (view.answers || idea.credit.contains(&me.actor.person));
    html! {
        (look::head(&idea.title, &html! { p {
            "Offered to " (view.circle) " on " (day(idea.offered_on)) " by " (credited(idea, &view.names)) ". "
            @if idea.state == Stands::Open {
                (name(&view.names, idea.answerer)) " is to answer it by " (day(idea.due))
                @if idea.due < view.today { ", which has passed" } "."
            } @else { "It is " (idea.state.shown()) "." }
        } }))
        (look::wrongs(wrongs))
        p.written { (idea.words) }
        (happened(view))
        @if may_learn {
            h2 { "What was learned" }
            form method="post" action=(format!("/ideas/{}/learn", idea.id)) {
                (Field::new("learned", "What trying it showed", if typed.learned.is_empty() { idea.learned.as_ref().map_or("", |(_, words)| words.as_str()) } else { &typed.learned }, wrongs).hint("Also what did not work: that is what trying is for.").area())
                div.acts { button.primary[idea.learned.is_none()] type="submit" { "Say it" } }
            }
        }
        @if me.actor.sight.inside.contains(&idea.circle) {
            (super::stance::section(idea, &view.stood, &view.names, me, (typed, wrongs)))
        }
        @if view.answers && me.actor.sight.is_inside() { (answering(view, typed, wrongs)) }
        p { a href="/ideas" { "Back to ideas" } }
    }
}

/// `GET /ideas/{id}`.
pub(super) async fn show(State(app): State<App>, me: Me, Path(one): Path<String>) -> Result<Response, Failure> {
    let view = view(&app, &me, id(&one)?).await?;
    let body = body(&view, &me, &Typed::default(), &Wrongs::default());
    Ok(show::page(&show::shell(&me, &view.idea.title, HERE, CIRCLE), &body))
}

/// Does an act on an idea; where it cannot be done, the page comes back with all that was typed.
pub(super) async fn does<A: Act>(
    app: &App,
    me: &Me,
    idea: IdeaId,
    typed: &Typed,
    act: &A,
) -> Result<Response, Failure> {
    match app.ledger().perform(&me.actor, act).await {
        Ok(_) => Ok(show::to(&format!("/ideas/{idea}"))),
        Err(refused) => {
            let wrongs = show::wrongs(refused)?;
            let view = view(app, me, idea).await?;
            let body = body(&view, me, typed, &wrongs);
            Ok(show::again(&show::shell(me, &view.idea.title, HERE, CIRCLE), &body))
        }
    }
}

/// `POST /ideas/{id}/answer`.
pub(super) async fn answer(
    State(app): State<App>,
    me: Me,
    Path(one): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let idea: IdeaId = id(&one)?;
    let act = AnswerIdea { idea, answer: typed.answer.clone(), reason: typed.reason.clone() };
    does(&app, &me, idea, &typed, &act).await
}

/// `POST /ideas/{id}/merge`.
pub(super) async fn merge(
    State(app): State<App>,
    me: Me,
    Path(one): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let idea: IdeaId = id(&one)?;
    let act = Merge { idea, into: typed.into.parse().ok(), reason: typed.merge_reason.clone() };
    does(&app, &me, idea, &typed, &act).await
}

/// `POST /ideas/{id}/learn`.
pub(super) async fn learn(
    State(app): State<App>,
    me: Me,
    Path(one): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let idea: IdeaId = id(&one)?;
    does(&app, &me, idea, &typed, &Learn { idea, learned: typed.learned.clone() }).await
}

/// `POST /ideas/{id}/tell`.
pub(super) async fn tell(
    State(app): State<App>,
    me: Me,
    Path(one): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let idea: IdeaId = id(&one)?;
    does(&app, &me, idea, &typed, &TellBack { idea, result: typed.result.clone() }).await
}

/// `POST /ideas/{id}/hand`.
pub(super) async fn hand(
    State(app): State<App>,
    me: Me,
    Path(one): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let idea: IdeaId = id(&one)?;
    does(&app, &me, idea, &typed, &HandOver { idea, to: typed.to.parse().ok() }).await
}
