//! `/api/v1/styles`: which way of leading somebody chose for which work with whom.

use std::future::{Ready, ready};

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use leadership::style::{self, Ability, Style, Will};
use ledger::growth::{self, AnswerStyle, ChooseStyle, LookBackOnStyle, StyleChoice, TakeStyleBack, With};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::answers::{Made, Proportion, made, names};
use super::entry::{Bare, Inside, Key, KeyHeader, Query, Sent, does, of_field, of_path, perform};
use super::problem::{ActRefusals, Problem, Refusals};
use crate::app::App;

names! {
    /// A way of leading.
    LeadingStyleName of Style { Directing, Coaching, Supporting, Delegating }
}
names! {
    /// How far somebody can do a work by themselves.
    AbilityName of Ability { New, Part, Able }
}
names! {
    /// How sure somebody is of a work.
    WillName of Will { Sure, Unsure }
}

/// A choice of a way of leading: about a work, never about a person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StyleChoice)]
pub(super) struct ChoiceItem {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// Who leads.
    #[schema(format = "uuid")]
    leader: String,
    /// With whom; null where it is a circle.
    #[schema(format = "uuid")]
    person: Option<String>,
    /// With which circle; null where it is a person.
    #[schema(format = "uuid")]
    circle: Option<String>,
    /// The work, in one line.
    work: String,
    /// How far they can do it, as the leader takes it.
    ability: AbilityName,
    /// How sure of it they are, as the leader takes it.
    will: WillName,
    /// What the guide suggested.
    suggested: LeadingStyleName,
    /// What was chosen.
    chosen: LeadingStyleName,
    /// On which day.
    #[schema(format = Date)]
    chosen_on: String,
    /// When whom it is about said that they have seen it.
    #[schema(format = DateTime)]
    seen_at: Option<String>,
    /// How far it fitted them, as they say, from 1 to 5; null while they say nothing.
    points: Option<i64>,
    /// Why this way: for the leader alone.
    why: Option<String>,
    /// What came of it: for the leader alone.
    came_of_it: Option<String>,
}

fn told(one: StyleChoice) -> ChoiceItem {
    let (person, circle) = match one.with {
        With::Person(person) => (Some(person.to_string()), None),
        With::Circle(circle) => (None, Some(circle.to_string())),
    };
    ChoiceItem {
        id: one.id.to_string(),
        leader: one.leader.to_string(),
        person,
        circle,
        work: one.work,
        ability: one.ability.into(),
        will: one.will.into(),
        suggested: one.suggested.into(),
        chosen: one.chosen.into(),
        chosen_on: one.chosen_on.to_string(),
        seen_at: one.seen_at.map(|at| at.to_string()),
        points: one.points,
        why: one.why,
        came_of_it: one.came_of_it.map(|(_, words)| words),
    }
}

/// Choices of ways of leading, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StyleChoices {
    /// Yours.
    mine: Vec<ChoiceItem>,
    /// Of others, for a work with you.
    with_me: Vec<ChoiceItem>,
    /// Of your choices of the last year, those of which you wrote what came of it: for your own eyes.
    looked_back: Proportion,
}

/// What you chose, and how others chose to work with you
#[utoipa::path(get, path = "/api/v1/styles", tag = "growth",
    responses((status = 200, body = StyleChoices), Refusals))]
pub(super) async fn list(State(app): State<App>, Inside(caller): Inside) -> Result<Json<StyleChoices>, Problem> {
    let mut tx = app.ledger().read().await?;
    let mine = growth::styles(&mut tx, &caller.actor).await?;
    let with_me = growth::styles_with_me(&mut tx, &caller.actor).await?;
    let figures = growth::style_figures(&mut tx, &caller.actor).await?;
    let all = |found: Vec<StyleChoice>| found.into_iter().map(told).collect();
    Ok(Json(StyleChoices { mine: all(mine), with_me: all(with_me), looked_back: figures.looked_back.into() }))
}

/// One choice, for who leads and for whom it is about
#[utoipa::path(get, path = "/api/v1/styles/{id}", tag = "growth",
    params(("id" = String, Path, format = "uuid", description = "The choice.")),
    responses((status = 200, body = ChoiceItem), Refusals))]
pub(super) async fn one(
    State(app): State<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
) -> Result<Json<ChoiceItem>, Problem> {
    let found = growth::style_one(&mut app.ledger().read().await?, &caller.actor, of_path(&id)?).await?;
    Ok(Json(told(found.ok_or_else(Problem::not_found)?)))
}

/// What the guide is asked about.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct WhichWork {
    /// How far they can do the work by themselves.
    ability: AbilityName,
    /// How sure of it they are.
    will: WillName,
}

/// What the guide suggests. It is no law: in tests it held for people who were new to a work.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StyleGuide {
    /// The way of leading.
    style: LeadingStyleName,
    /// What it is in practice.
    how: String,
    /// Why.
    because: String,
}

/// What the guide suggests for a work that somebody can do so far and is so sure of
#[utoipa::path(get, path = "/api/v1/style-guide", tag = "growth", params(WhichWork),
    responses((status = 200, body = StyleGuide), Refusals))]
pub(super) fn guide(_: Inside, Query(which): Query<WhichWork>) -> Ready<Json<StyleGuide>> {
    let found = style::guide(which.ability.into(), which.will.into());
    let (how, because) = (found.style.how().to_owned(), found.because.to_owned());
    ready(Json(StyleGuide { style: found.style.into(), how, because }))
}

/// A way of leading, for a work.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewStyle {
    /// With whom: somebody of your circles, who sees it. Or a circle.
    #[serde(default)]
    #[schema(format = "uuid")]
    person: Option<String>,
    /// With which circle: of three others or more. Or a person.
    #[serde(default)]
    #[schema(format = "uuid")]
    circle: Option<String>,
    /// The work, in one line.
    #[schema(min_length = 1, max_length = 200)]
    work: String,
    /// How far they can do it by themselves.
    ability: AbilityName,
    /// How sure of it they are.
    will: WillName,
    /// The way that you choose.
    chosen: LeadingStyleName,
    /// Why, for yourself.
    #[serde(default)]
    #[schema(max_length = 20000)]
    why: Option<String>,
}

/// Choose a way of leading for a work
#[utoipa::path(post, path = "/api/v1/styles", tag = "growth", request_body = NewStyle, params(KeyHeader),
    responses((status = 201, body = Made, headers(("Location" = String, description = "Where the choice is."))), ActRefusals))]
pub(super) async fn choose(
    State(app): State<App>,
    Inside(caller): Inside,
    key: Key,
    sent: Sent<NewStyle>,
) -> Result<Response, Problem> {
    let NewStyle { person, circle, work, ability, will, chosen, why } = sent.value.clone();
    let act = ChooseStyle {
        person: person.as_deref().map(|id| of_field("person", id)).transpose()?,
        circle: circle.as_deref().map(|id| of_field("circle", id)).transpose()?,
        work,
        ability: Ability::from(ability).name().to_owned(),
        will: Will::from(will).name().to_owned(),
        chosen: Style::from(chosen).name().to_owned(),
        why: why.unwrap_or_default(),
    };
    let answer = perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?;
    Ok(made("/api/v1/styles", answer))
}

/// What came of a way of leading.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewStyleLookBack {
    /// What you would do again, and what otherwise.
    #[schema(min_length = 1, max_length = 20000)]
    came_of_it: String,
}

/// Write what came of your choice: sealed to you
#[utoipa::path(post, path = "/api/v1/styles/{id}/look-back", tag = "growth", request_body = NewStyleLookBack,
    params(("id" = String, Path, format = "uuid", description = "The choice."), KeyHeader),
    responses((status = 204, description = "It is kept for you."), ActRefusals))]
pub(super) async fn look_back(
    State(app): State<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewStyleLookBack>,
) -> Result<StatusCode, Problem> {
    let act = LookBackOnStyle { style: of_path(&id)?, words: sent.value.came_of_it.clone() };
    does(&app, &caller, &key, &sent, &act).await
}

/// What whom it is about says to it.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct NewStyleAnswer {
    /// How far the way fitted you, from 1 to 5; null says nothing of it.
    #[schema(minimum = 1, maximum = 5)]
    points: Option<i64>,
}

/// Say that you have seen how somebody means to lead you in a work, and, if you like, how far that fits
#[utoipa::path(post, path = "/api/v1/styles/{id}/answer", tag = "growth", request_body = NewStyleAnswer,
    params(("id" = String, Path, format = "uuid", description = "The choice."), KeyHeader),
    responses((status = 204, description = "Who leads sees it, and nobody else."), ActRefusals))]
pub(super) async fn answer(
    State(app): State<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewStyleAnswer>,
) -> Result<StatusCode, Problem> {
    let points = sent.value.points.map(|points| points.to_string()).unwrap_or_default();
    does(&app, &caller, &key, &sent, &AnswerStyle { style: of_path(&id)?, points }).await
}

/// Take a choice of yours back: nothing of it stays, an answer to it neither
#[utoipa::path(delete, path = "/api/v1/styles/{id}", tag = "growth",
    params(("id" = String, Path, format = "uuid", description = "The choice."), KeyHeader),
    responses((status = 204, description = "It is gone."), ActRefusals))]
pub(super) async fn take_back(
    State(app): State<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
    key: Key,
    bare: Bare,
) -> Result<StatusCode, Problem> {
    does(&app, &caller, &key, &bare, &TakeStyleBack { style: of_path(&id)? }).await
}
