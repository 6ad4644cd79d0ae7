//! `/api/v1/circles`

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use ledger::people::{self, CloseCircle, MoveCircle, OpenCircle, RenameCircle};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::answers::{KindName, Made, made};
use super::entry::{Bare, Caller, Key, KeyHeader, Sent, does, of_field, of_path, perform};
use super::problem::{ActRefusals, Problem, Refusals};
use crate::app::App;

/// A circle.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Circle {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// The circle that it is nested in; null for the organisation.
    #[schema(format = "uuid")]
    parent: Option<String>,
    /// What it is.
    kind: KindName,
    /// Its name.
    name: String,
    /// What it is for.
    purpose: String,
    /// Whether it was closed.
    closed: bool,
}

fn circle(circle: people::Circle) -> Circle {
    Circle {
        id: circle.id.to_string(),
        parent: circle.parent.map(|id| id.to_string()),
        kind: circle.kind.into(),
        name: circle.name,
        purpose: circle.purpose,
        closed: circle.closed_at.is_some(),
    }
}

/// The circles that are seen.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Circles {
    /// By name.
    items: Vec<Circle>,
}

/// The circles that are seen from inside
#[utoipa::path(get, path = "/api/v1/circles", tag = "circles", responses((status = 200, body = Circles), Refusals))]
pub(super) async fn list(State(app): State<App>, caller: Caller) -> Result<Json<Circles>, Problem> {
    let all = people::circles(&mut app.ledger().read().await?).await?;
    let seen = all.into_iter().filter(|circle| caller.actor.sight.inside.contains(&circle.id));
    Ok(Json(Circles { items: seen.map(circle).collect() }))
}

/// One circle
#[utoipa::path(get, path = "/api/v1/circles/{id}", tag = "circles",
    params(("id" = String, Path, format = "uuid", description = "The circle.")),
    responses((status = 200, body = Circle), Refusals))]
pub(super) async fn one(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Circle>, Problem> {
    let id = of_path(&id)?;
    let all = people::circles(&mut app.ledger().read().await?).await?;
    let found = all.into_iter().find(|circle| circle.id == id && caller.actor.sight.inside.contains(&id));
    Ok(Json(circle(found.ok_or_else(Problem::not_found)?)))
}

/// A circle within another.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewCircle {
    /// The circle that it is nested in.
    #[schema(format = "uuid")]
    parent: String,
    /// What it is; there is one organisation already.
    kind: KindName,
    /// Its name, one line.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// What it is for.
    #[serde(default)]
    #[schema(max_length = 20000, required = false)]
    purpose: String,
}

/// Open a circle within another
#[utoipa::path(post, path = "/api/v1/circles", tag = "circles", request_body = NewCircle,
    params(KeyHeader),
    responses((status = 201, body = Made, headers(("Location" = String, description = "Where the circle is."))), ActRefusals))]
pub(super) async fn open(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    sent: Sent<NewCircle>,
) -> Result<Response, Problem> {
    let NewCircle { parent, kind, name, purpose } = &sent.value;
    let parent = of_field("parent", parent)?;
    let act = OpenCircle { parent, kind: (*kind).into(), name: name.clone(), purpose: purpose.clone() };
    let answer = perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?;
    Ok(made("/api/v1/circles", answer))
}

/// What a circle is called.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewCircleName {
    /// Its name, one line.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// What it is for.
    #[serde(default)]
    #[schema(max_length = 20000, required = false)]
    purpose: String,
}

/// Give a circle another name and purpose: who keeps it in order
#[utoipa::path(put, path = "/api/v1/circles/{id}", tag = "circles", request_body = NewCircleName,
    params(("id" = String, Path, format = "uuid", description = "The circle."), KeyHeader),
    responses((status = 204, description = "It is called so."), ActRefusals))]
pub(super) async fn rename(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewCircleName>,
) -> Result<StatusCode, Problem> {
    let NewCircleName { name, purpose } = sent.value.clone();
    does(&app, &caller, &key, &sent, &RenameCircle { circle: of_path(&id)?, name, purpose }).await
}

/// Where a circle is nested.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewCirclePlace {
    /// The circle that it is nested in from now on: neither it itself nor one within it.
    #[schema(format = "uuid")]
    parent: String,
}

/// Nest a circle, with all that is in it, in another one: who keeps it and both places in order
#[utoipa::path(post, path = "/api/v1/circles/{id}/parent", tag = "circles", request_body = NewCirclePlace,
    params(("id" = String, Path, format = "uuid", description = "The circle."), KeyHeader),
    responses((status = 204, description = "It is nested there."), ActRefusals))]
pub(super) async fn nest(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewCirclePlace>,
) -> Result<StatusCode, Problem> {
    let act = MoveCircle { circle: of_path(&id)?, parent: of_field("parent", &sent.value.parent)? };
    does(&app, &caller, &key, &sent, &act).await
}

/// Close a circle that has ended: who keeps it in order; its history stays
#[utoipa::path(post, path = "/api/v1/circles/{id}/close", tag = "circles",
    params(("id" = String, Path, format = "uuid", description = "The circle."), KeyHeader),
    responses((status = 204, description = "It is closed."), ActRefusals))]
pub(super) async fn close(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    bare: Bare,
) -> Result<StatusCode, Problem> {
    does(&app, &caller, &key, &bare, &CloseCircle { circle: of_path(&id)?, reopen: false }).await
}

/// Open a circle again: who keeps it in order
#[utoipa::path(post, path = "/api/v1/circles/{id}/reopen", tag = "circles",
    params(("id" = String, Path, format = "uuid", description = "The circle."), KeyHeader),
    responses((status = 204, description = "It is open."), ActRefusals))]
pub(super) async fn reopen(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    bare: Bare,
) -> Result<StatusCode, Problem> {
    does(&app, &caller, &key, &bare, &CloseCircle { circle: of_path(&id)?, reopen: true }).await
}
