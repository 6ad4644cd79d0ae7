//! `/api/v1/me/…`: one's own values, and who may look at one's own calibration.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use ledger::decisions::calibration::{self, Share};
use ledger::honesty::{self, LetGo, StateValue};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::answers::Made;
use super::entry::{Bare, Caller, Key, KeyHeader, Sent, does, earlier, of_path, perform};
use super::problem::{ActRefusals, Problem, Refusals};
use crate::app::App;

/// A value of one's own.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OwnValue {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// What counts.
    words: String,
}

/// Your own values, for your own eyes
#[utoipa::path(get, path = "/api/v1/me/values", tag = "code",
    responses((status = 200, body = Vec<OwnValue>), Refusals))]
pub(super) async fn values(State(app): State<App>, caller: Caller) -> Result<Json<Vec<OwnValue>>, Problem> {
    let said = honesty::said_and_done(&mut app.ledger().read().await?, &caller.actor).await?;
    Ok(Json(said.values.into_iter().map(|(id, words)| OwnValue { id: id.to_string(), words }).collect()))
}

/// What counts.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewOwnValue {
    /// In one line.
    #[schema(min_length = 1, max_length = 200)]
    words: String,
}

/// State a value of your own, for your own eyes
#[utoipa::path(post, path = "/api/v1/me/values", tag = "code", request_body = NewOwnValue, params(KeyHeader),
    responses((status = 200, body = Made), ActRefusals))]
pub(super) async fn state(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    sent: Sent<NewOwnValue>,
) -> Result<Json<Value>, Problem> {
    let act = StateValue { words: sent.value.words.clone() };
    Ok(Json(perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?))
}

/// Let a value of your own go
#[utoipa::path(delete, path = "/api/v1/me/values/{id}", tag = "code",
    params(("id" = String, Path, format = "uuid", description = "The value."), KeyHeader),
    responses((status = 204, description = "It is gone."), ActRefusals))]
pub(super) async fn let_go(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    bare: Bare,
) -> Result<StatusCode, Problem> {
    does(&app, &caller, &key, &bare, &LetGo { value: of_path(&id)? }).await
}

/// Who looks at your calibration.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CalibrationReaders {
    /// By identifier.
    people: Vec<String>,
}

/// With whom you share how your percentages held
#[utoipa::path(get, path = "/api/v1/me/calibration/readers", tag = "decisions",
    responses((status = 200, body = CalibrationReaders), Refusals))]
pub(super) async fn readers(State(app): State<App>, caller: Caller) -> Result<Json<CalibrationReaders>, Problem> {
    let with = calibration::shared_with(&mut app.ledger().read().await?, &caller.actor).await?;
    Ok(Json(CalibrationReaders { people: with.iter().map(ToString::to_string).collect() }))
}

/// With whom it is shared.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewCalibrationReader {
    /// Somebody of your circles.
    #[schema(format = "uuid")]
    person: String,
}

/// Share how your percentages held with somebody; each look of theirs is noted for you
#[utoipa::path(post, path = "/api/v1/me/calibration/readers", tag = "decisions", request_body = NewCalibrationReader,
    params(KeyHeader), responses((status = 204, description = "They can look at it."), ActRefusals))]
pub(super) async fn share(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    sent: Sent<NewCalibrationReader>,
) -> Result<StatusCode, Problem> {
    let act = Share { viewer: sent.value.person.clone(), shared: true };
    does(&app, &caller, &key, &sent, &act).await
}

/// Take it back from somebody
#[utoipa::path(delete, path = "/api/v1/me/calibration/readers/{id}", tag = "decisions",
    params(("id" = String, Path, format = "uuid", description = "Who can look at it no more."), KeyHeader),
    responses((status = 204, description = "They can look at it no more."), ActRefusals))]
pub(super) async fn take_back(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    bare: Bare,
) -> Result<StatusCode, Problem> {
    let viewer: leadership::PersonId = of_path(&id)?;
    // Sent again under its key it is answered as the first time, when it was shared still.
    if earlier(&app, &caller, &key, &bare).await?.is_none() {
        let with = calibration::shared_with(&mut app.ledger().read().await?, &caller.actor).await?;
        if !with.contains(&viewer) {
            return Err(Problem::not_found());
        }
    }
    let act = Share { viewer: viewer.to_string(), shared: false };
    does(&app, &caller, &key, &bare, &act).await
}
