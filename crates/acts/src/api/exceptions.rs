//! `/api/v1/exceptions`: what is allowed against the code, in the open.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use ledger::code::{self, AllowException, EndException, Exception};
use ledger::honesty;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use super::answers::Made;
use super::entry::{Caller, Key, KeyHeader, Query, Sent, does, of_path, perform};
use super::problem::{ActRefusals, Problem};
use crate::app::App;

/// An exception from a clause, in the open.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CodeException)]
pub(super) struct OpenException {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// The clause that it is from.
    #[schema(format = "uuid")]
    clause: String,
    /// The circle.
    #[schema(format = "uuid")]
    circle: String,
    /// What is allowed.
    title: String,
    /// Why.
    reason: String,
    /// For whom, in words.
    for_whom: String,
    /// Its last day.
    #[schema(format = Date)]
    until: String,
    /// Who allowed it.
    #[schema(format = "uuid")]
    allowed_by: String,
    /// When.
    #[schema(format = DateTime)]
    allowed_at: String,
    /// Whether it is open today.
    open: bool,
    /// With which words it was ended before its day.
    ended: Option<String>,
}

fn exception(one: Exception, today: jiff::civil::Date) -> OpenException {
    OpenException {
        open: one.is_open(today),
        id: one.id.to_string(),
        clause: one.clause.0.to_string(),
        circle: one.circle.to_string(),
        title: one.title,
        reason: one.reason,
        for_whom: one.for_whom,
        until: one.until.to_string(),
        allowed_by: one.allowed_by.to_string(),
        allowed_at: one.allowed_at.to_string(),
        ended: one.ended.map(|(_, words)| words),
    }
}

/// Exceptions, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Exceptions {
    /// All of them that were asked for.
    items: Vec<OpenException>,
}

/// Which exceptions.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct WhichExceptions {
    /// Also those that are over or were ended.
    #[param(default = false)]
    all: bool,
}

/// The exceptions that are open in the circles that you see from inside
#[utoipa::path(get, path = "/api/v1/exceptions", tag = "code", params(WhichExceptions),
    responses((status = 200, body = Exceptions), ActRefusals))]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(which): Query<WhichExceptions>,
) -> Result<Json<Exceptions>, Problem> {
    let mut tx = app.ledger().read().await?;
    let today = honesty::day_of(&mut tx, caller.actor.person).await?;
    let found = code::exceptions(&mut tx, &caller.actor).await?.into_iter().map(|one| exception(one, today));
    Ok(Json(Exceptions { items: found.filter(|one| which.all || one.open).collect() }))
}

/// An exception to be allowed.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewException {
    /// What is allowed, in one line.
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    /// Why.
    #[schema(min_length = 1, max_length = 20000)]
    reason: String,
    /// For whom, in words.
    #[schema(min_length = 1, max_length = 200)]
    for_whom: String,
    /// Its last day: today or later.
    #[schema(format = Date)]
    until: String,
}

/// Allow an exception from a clause, in the open: who leads its circle
#[utoipa::path(post, path = "/api/v1/clauses/{id}/exceptions", tag = "code", request_body = NewException,
    params(("id" = String, Path, format = "uuid", description = "The clause."), KeyHeader),
    responses((status = 200, body = Made), ActRefusals))]
pub(super) async fn allow(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewException>,
) -> Result<Json<Value>, Problem> {
    let NewException { title, reason, for_whom, until } = sent.value.clone();
    let act = AllowException { clause: of_path(&id)?, title, reason, for_whom, until };
    Ok(Json(perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?))
}

/// What is so now.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewExceptionEnd {
    /// In one line.
    #[schema(min_length = 1, max_length = 200)]
    words: String,
}

/// End an exception before its day: who leads its circle
#[utoipa::path(post, path = "/api/v1/exceptions/{id}/end", tag = "code", request_body = NewExceptionEnd,
    params(("id" = String, Path, format = "uuid", description = "The exception."), KeyHeader),
    responses((status = 204, description = "It is ended."), ActRefusals))]
pub(super) async fn end(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewExceptionEnd>,
) -> Result<StatusCode, Problem> {
    let act = EndException { exception: of_path(&id)?, words: sent.value.words.clone() };
    does(&app, &caller, &key, &sent, &act).await
}
