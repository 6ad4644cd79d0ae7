//! `/api/v1/aims` and the questions that go out after an explanation.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use leadership::aim::{AimKind, AimState};
use leadership::replan::Turn;
use leadership::teach::Way;
use leadership::{Id, PersonId};
use ledger::aims::explain::{self, Explain, SayBack};
use ledger::aims::{self, MakeAim, Replan};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::answers::{Made, made, names};
use super::entry::{Caller, Key, KeyHeader, Sent, does, of_field, of_path, perform};
use super::problem::{ActRefusals, Problem, Refusals};
use crate::app::App;

names! {
    /// What an aim is.
    AimKindName of AimKind { Vision, GreaterGoal, Goal, Strategy, Standard, Value }
}
names! {
    /// How an aim stands.
    AimStateName of AimState { Live, Paused, Reached, Dropped }
}
names! {
    /// What a change of an aim is.
    TurnName of Turn { Change, Reversal, Raise }
}
names! {
    /// How an aim is explained.
    WayName of Way { Page, Meeting, Message }
}

/// An aim.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Aim {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// The circle whose aim it is.
    #[schema(format = "uuid")]
    circle: String,
    /// What it is.
    kind: AimKindName,
    /// One line.
    title: String,
    /// Why.
    why: String,
    /// What it looks like when it is so.
    picture: String,
    /// By when.
    #[schema(format = Date)]
    horizon: Option<String>,
    /// Who answers for it.
    #[schema(format = "uuid")]
    owner: Option<String>,
    /// The aim that it serves.
    #[schema(format = "uuid")]
    serves: Option<String>,
    /// Whether it is at the core.
    core: bool,
    /// Whether it is known to be hard going.
    hard: bool,
    /// Where a greater goal comes from; may be empty.
    source: String,
    /// A greater goal in the words of who leads here; may be empty.
    restatement: String,
    /// Who is asked whether the restatement is what was meant.
    #[schema(format = "uuid")]
    confirmer: Option<String>,
    /// How the restatement stands with them.
    confirmation: ConfirmationName,
    /// How it stands.
    state: AimStateName,
    /// Its version, from 1.
    #[schema(minimum = 1)]
    version: i64,
}

/// How a restatement stands with the higher-up who handed the goal down.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ConfirmationName {
    /// Nobody was asked.
    None,
    /// It waits for an answer.
    Asked,
    /// It is what was meant.
    Confirmed,
    /// It was understood differently than it was meant.
    PutRight,
}

fn confirmation(state: &str) -> ConfirmationName {
    match state {
        "asked" => ConfirmationName::Asked,
        "confirmed" => ConfirmationName::Confirmed,
        "put_right" => ConfirmationName::PutRight,
        _ => ConfirmationName::None,
    }
}

pub(super) fn aim(aim: &aims::Aim) -> Aim {
    Aim {
        id: aim.id.to_string(),
        circle: aim.circle.to_string(),
        kind: aim.kind.into(),
        title: aim.title.clone(),
        why: aim.why.clone(),
        picture: aim.picture.clone(),
        horizon: aim.horizon.map(|day| day.to_string()),
        owner: aim.owner.map(|id| id.to_string()),
        serves: aim.serves.map(|id| id.to_string()),
        core: aim.core,
        hard: aim.hard,
        source: aim.source.clone(),
        restatement: aim.restatement.clone(),
        confirmer: aim.confirmation.by.map(|id| id.to_string()),
        confirmation: confirmation(&aim.confirmation.state),
        state: aim.state.into(),
        version: aim.version,
    }
}

/// One aim
#[utoipa::path(get, path = "/api/v1/aims/{id}", tag = "aims",
    params(("id" = String, Path, format = "uuid", description = "The aim.")),
    responses((status = 200, body = Aim), Refusals))]
pub(super) async fn one(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<Json<Aim>, Problem> {
    let found = aims::get(&mut app.ledger().read().await?, &caller.actor, of_path(&id)?).await?;
    Ok(Json(aim(&found.ok_or_else(Problem::not_found)?)))
}

/// What an aim is made of.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAim {
    /// The circle whose aim it is.
    #[schema(format = "uuid")]
    circle: String,
    /// What it is.
    kind: AimKindName,
    /// One line.
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    /// Why; it must be said.
    #[schema(min_length = 1, max_length = 20000)]
    why: String,
    /// What it looks like when it is so.
    #[serde(default)]
    #[schema(required = false, max_length = 20000)]
    picture: String,
    /// By when.
    #[serde(default)]
    #[schema(format = Date)]
    horizon: Option<String>,
    /// Who answers for it.
    #[serde(default)]
    #[schema(format = "uuid")]
    owner: Option<String>,
    /// The aim that it serves.
    #[serde(default)]
    #[schema(format = "uuid")]
    serves: Option<String>,
    /// Whether it is at the core: a change then asks for a second look.
    #[serde(default)]
    core: bool,
    /// Whether it is known to be hard going.
    #[serde(default)]
    hard: bool,
    /// Where a greater goal comes from.
    #[serde(default)]
    #[schema(required = false, max_length = 20000)]
    source: String,
    /// A greater goal in the words of who leads here.
    #[serde(default)]
    #[schema(required = false, max_length = 20000)]
    restatement: String,
    /// Who is asked whether the restatement is what was meant.
    #[serde(default)]
    #[schema(format = "uuid")]
    confirmer: Option<String>,
}

/// An identifier that may be missing.
fn given<T>(field: &str, id: Option<&String>) -> Result<Option<Id<T>>, Problem> {
    id.map(|id| of_field(field, id)).transpose()
}

/// Write down an aim
#[utoipa::path(post, path = "/api/v1/aims", tag = "aims", request_body = NewAim,
    params(KeyHeader),
    responses((status = 201, body = Made, headers(("Location" = String, description = "Where the aim is."))), ActRefusals))]
pub(super) async fn make(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    sent: Sent<NewAim>,
) -> Result<Response, Problem> {
    let typed = sent.value.clone();
    let act = MakeAim {
        circle: of_field("circle", &typed.circle)?,
        kind: typed.kind.into(),
        owner: given("owner", typed.owner.as_ref())?,
        serves: given("serves", typed.serves.as_ref())?,
        confirmer: given("confirmer", typed.confirmer.as_ref())?,
        title: typed.title,
        why: typed.why,
        picture: typed.picture,
        horizon: typed.horizon.unwrap_or_default(),
        core: typed.core,
        hard: typed.hard,
        source: typed.source,
        restatement: typed.restatement,
    };
    let answer = perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?;
    Ok(made("/api/v1/aims", answer))
}

/// A change of plan. What is not given stays as it is.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPlan {
    /// The version that was looked at: a change in between is not overwritten.
    #[schema(minimum = 1)]
    version: i64,
    /// What the change is.
    turn: TurnName,
    /// What changed, in words.
    #[schema(min_length = 1, max_length = 20000)]
    changed: String,
    /// Why it was changed.
    #[schema(min_length = 1, max_length = 20000)]
    because: String,
    /// What stays.
    #[schema(min_length = 1, max_length = 20000)]
    stays: String,
    /// Who is told.
    #[serde(default)]
    audience: Vec<String>,
    /// Whether a change of a core aim was looked at twice.
    #[serde(default)]
    looked_again: bool,
    /// One line.
    #[serde(default)]
    #[schema(max_length = 200)]
    title: Option<String>,
    /// Why it is aimed for.
    #[serde(default)]
    #[schema(max_length = 20000)]
    why: Option<String>,
    /// What it looks like when it is so.
    #[serde(default)]
    #[schema(max_length = 20000)]
    picture: Option<String>,
    /// By when; an empty text takes the day away.
    #[serde(default)]
    horizon: Option<String>,
    /// Who answers for it.
    #[serde(default)]
    #[schema(format = "uuid")]
    owner: Option<String>,
    /// The aim that it serves.
    #[serde(default)]
    #[schema(format = "uuid")]
    serves: Option<String>,
    /// Whether it is at the core: changing it asks for a second look.
    #[serde(default)]
    core: Option<bool>,
    /// Whether it will be hard going.
    #[serde(default)]
    hard: Option<bool>,
    /// Where a greater goal comes from.
    #[serde(default)]
    #[schema(max_length = 20000)]
    source: Option<String>,
    /// A greater goal restated; it waits to be confirmed anew.
    #[serde(default)]
    #[schema(max_length = 20000)]
    restatement: Option<String>,
    /// Who is asked whether the restatement is what was meant.
    #[serde(default)]
    #[schema(format = "uuid")]
    confirmer: Option<String>,
}

/// Change the plan in the open: what changed, why, what stays, who is told
#[utoipa::path(post, path = "/api/v1/aims/{id}/plans", tag = "aims", request_body = NewPlan,
    params(("id" = String, Path, format = "uuid", description = "The aim."),
        KeyHeader),
    responses((status = 200, body = Replanned), ActRefusals))]
pub(super) async fn replan(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewPlan>,
) -> Result<Json<Value>, Problem> {
    let typed = sent.value.clone();
    let id = of_path(&id)?;
    let before = aims::get(&mut app.ledger().read().await?, &caller.actor, id).await?;
    let before = before.ok_or_else(Problem::not_found)?;
    let audience = typed.audience.iter().map(|id| of_field("audience", id)).collect::<Result<Vec<PersonId>, _>>()?;
    let act = Replan {
        aim: id,
        version: typed.version,
        owner: given("owner", typed.owner.as_ref())?.or(before.owner),
        serves: given("serves", typed.serves.as_ref())?.or(before.serves),
        title: typed.title.unwrap_or(before.title),
        why: typed.why.unwrap_or(before.why),
        picture: typed.picture.unwrap_or(before.picture),
        horizon: typed.horizon.unwrap_or_else(|| before.horizon.map(|day| day.to_string()).unwrap_or_default()),
        core: typed.core.unwrap_or(before.core),
        hard: typed.hard.unwrap_or(before.hard),
        source: typed.source.unwrap_or(before.source),
        restatement: typed.restatement.unwrap_or(before.restatement),
        confirmer: given("confirmer", typed.confirmer.as_ref())?.or(before.confirmation.by),
        turn: typed.turn.into(),
        changed: typed.changed,
        because: typed.because,
        stays: typed.stays,
        looked_again: typed.looked_again,
        audience,
    };
    let version = typed.version + 1;
    Ok(Json(perform(&app, &caller, &key, &sent, &act, |()| json!({ "version": version })).await?))
}

/// The version that holds after a change.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Replanned {
    /// From 1.
    #[schema(minimum = 1)]
    version: i64,
}

/// An explanation.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewExplanation {
    /// To which circle.
    #[schema(format = "uuid")]
    circle: String,
    /// How.
    way: WayName,
    /// In which words.
    #[schema(min_length = 1, max_length = 20000)]
    words: String,
}

/// Explain an aim to a circle; questions go out to each of its people from two days later
#[utoipa::path(post, path = "/api/v1/aims/{id}/explanations", tag = "aims", request_body = NewExplanation,
    params(("id" = String, Path, format = "uuid", description = "The aim."),
        KeyHeader),
    responses((status = 200, body = Made), ActRefusals))]
pub(super) async fn explain(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewExplanation>,
) -> Result<Json<Value>, Problem> {
    let typed = sent.value.clone();
    let circle = of_field("circle", &typed.circle)?;
    let act = Explain { aim: of_path(&id)?, circle, way: typed.way.into(), words: typed.words };
    Ok(Json(perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?))
}

/// A question to the person of the token.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AimQuestion)]
pub(super) struct Question {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// The aim.
    #[schema(format = "uuid")]
    aim: String,
    /// What is asked.
    prompt: String,
    /// Answers to choose from; none for own words.
    choices: Vec<String>,
    /// Whether it was answered.
    answered: bool,
    /// Whether the answer was right; null while nobody has marked own words.
    right: Option<bool>,
}

/// A question of one's own: its identifier is the last part of `page` of what waits on Today
#[utoipa::path(get, path = "/api/v1/questions/{id}", tag = "aims",
    params(("id" = String, Path, format = "uuid", description = "The question.")),
    responses((status = 200, body = Question), Refusals))]
pub(super) async fn question(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Question>, Problem> {
    let found = explain::own_question(&mut app.ledger().read().await?, &caller.actor, of_path(&id)?).await?;
    let found = found.ok_or_else(Problem::not_found)?;
    Ok(Json(Question {
        id: found.id.to_string(),
        aim: found.aim.to_string(),
        prompt: found.prompt,
        choices: found.choices,
        answered: found.answered_at.is_some(),
        right: found.right,
    }))
}

/// What one says back.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewAimAnswer)]
pub(super) struct NewAnswer {
    /// The place of the choice, from 0; or own words.
    #[schema(min_length = 1, max_length = 20000)]
    answer: String,
}

/// Say it back
#[utoipa::path(post, path = "/api/v1/questions/{id}/answer", tag = "aims", request_body = NewAnswer,
    params(("id" = String, Path, format = "uuid", description = "The question."),
        KeyHeader),
    responses((status = 204, description = "It is said."), ActRefusals))]
pub(super) async fn say_back(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewAnswer>,
) -> Result<StatusCode, Problem> {
    let act = SayBack { question: of_path(&id)?, answer: sent.value.answer.clone() };
    does(&app, &caller, &key, &sent, &act).await
}
