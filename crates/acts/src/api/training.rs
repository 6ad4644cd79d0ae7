//! `/api/v1/training`: modules, each of which ends with a real act.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use ledger::training::{self, End, OwnAct, Start};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::entry::{Bare, Caller, Key, KeyHeader, Sent, does};
use super::problem::{ActRefusals, Problem, Refusals};
use crate::app::App;

/// A module of training, with how far you are: for your own eyes.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TrainingModule {
    /// Its key.
    key: String,
    /// What it is called.
    title: String,
    /// What it is about.
    summary: String,
    /// How long it takes to read.
    #[schema(minimum = 0)]
    minutes: u32,
    /// The real act with which it ends.
    ends_when: String,
    /// Since when you are at it: what you did before does not count.
    #[schema(format = DateTime)]
    begun_at: Option<String>,
    /// When you said that you did it.
    #[schema(format = DateTime)]
    ended_at: Option<String>,
}

/// The modules of training, with how far you are
#[utoipa::path(get, path = "/api/v1/training", tag = "training",
    responses((status = 200, body = Vec<TrainingModule>), Refusals))]
pub(super) async fn list(State(app): State<App>, caller: Caller) -> Result<Json<Vec<TrainingModule>>, Problem> {
    let mut tx = app.ledger().read().await?;
    let begun = training::begun(&mut tx, &caller.actor).await?;
    let ended = training::ended(&mut tx, &caller.actor).await?;
    let module = |one: &model::Module| TrainingModule {
        key: one.key.clone(),
        title: one.title.clone(),
        summary: one.summary.clone(),
        minutes: one.minutes,
        ends_when: one.deed.words().to_owned(),
        begun_at: begun.get(&one.key).map(ToString::to_string),
        ended_at: ended.get(&one.key).map(|ended| ended.at.to_string()),
    };
    Ok(Json(model::shipped().modules.iter().map(module).collect()))
}

/// One of your own acts that could end a module.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DoneAct {
    /// What to give as `act` to end the module with it.
    act: String,
    /// When you did it.
    #[schema(format = DateTime)]
    at: String,
}

fn done(one: &OwnAct) -> DoneAct {
    DoneAct { act: format!("{}:{}", one.noun, one.subject), at: one.at.to_string() }
}

/// Your acts that could end a module: of its kind, since you began it, newest first
#[utoipa::path(get, path = "/api/v1/training/{key}/acts", tag = "training",
    params(("key" = String, Path, description = "The module.")),
    responses((status = 200, body = Vec<DoneAct>), Refusals))]
pub(super) async fn acts(
    State(app): State<App>,
    caller: Caller,
    Path(module): Path<String>,
) -> Result<Json<Vec<DoneAct>>, Problem> {
    let found = model::shipped().module(&module).ok_or_else(Problem::not_found)?;
    let mut tx = app.ledger().read().await?;
    let Some(since) = training::begun(&mut tx, &caller.actor).await?.remove(&module) else {
        return Ok(Json(Vec::new()));
    };
    let acts = training::done_since(&mut tx, &caller.actor, found.deed, since).await?;
    Ok(Json(acts.iter().map(done).collect()))
}

/// Say that you begin a module: acts of its kind count from now on
#[utoipa::path(post, path = "/api/v1/training/{key}/begin", tag = "training",
    params(("key" = String, Path, description = "The module."), KeyHeader),
    responses((status = 204, description = "It is begun; begun again, it stays begun when it was."), ActRefusals))]
pub(super) async fn begin(
    State(app): State<App>,
    caller: Caller,
    Path(module): Path<String>,
    key: Key,
    bare: Bare,
) -> Result<StatusCode, Problem> {
    does(&app, &caller, &key, &bare, &Start { module }).await
}

/// The act that ended a module.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTrainingEnd {
    /// One of `/api/v1/training/{key}/acts`.
    #[schema(min_length = 1, max_length = 200)]
    act: String,
}

/// End a module with what you did; only you see that you chose it
#[utoipa::path(post, path = "/api/v1/training/{key}/end", tag = "training", request_body = NewTrainingEnd,
    params(("key" = String, Path, description = "The module."), KeyHeader),
    responses((status = 204, description = "It is ended."), ActRefusals))]
pub(super) async fn end(
    State(app): State<App>,
    caller: Caller,
    Path(module): Path<String>,
    key: Key,
    sent: Sent<NewTrainingEnd>,
) -> Result<StatusCode, Problem> {
    does(&app, &caller, &key, &sent, &End { module, act: sent.value.act.clone() }).await
}
