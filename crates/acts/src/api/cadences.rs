//! `/api/v1/cadences`: how often one means to talk with somebody, or to be together with a circle.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use ledger::talks::cadence::{self, EndCadence, SetCadence};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::answers::Made;
use super::entry::{Bare, Caller, Key, KeyHeader, Sent, does, of_field, of_path, perform};
use super::problem::{ActRefusals, Problem, Refusals};
use super::talks::TalkKind;
use crate::app::App;

/// How often two mean to talk, or a circle means to be together without work.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Cadence {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// Who set it.
    #[schema(format = "uuid")]
    set_by: String,
    /// One-to-one, or about anything but work.
    kind: TalkKind,
    /// With whom, of a one-to-one.
    #[schema(format = "uuid")]
    with: Option<String>,
    /// The circle that they share, or that comes together.
    #[schema(format = "uuid")]
    circle: String,
    /// Days between two, as they were set.
    #[schema(minimum = 1)]
    every_days: i64,
    /// Days between two now: half while times are uncertain.
    #[schema(minimum = 1)]
    now_days: i64,
    /// When the next is due.
    #[schema(format = Date)]
    due: String,
    /// Talks of it that were planned for a day of the last quarter.
    #[schema(minimum = 0)]
    planned: u64,
    /// Of those, held.
    #[schema(minimum = 0)]
    held: u64,
}

/// Cadences of one's own.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Cadences {
    /// Those that one set, and those whose other side one is.
    items: Vec<Cadence>,
}

/// How often you mean to talk with whom; nobody but the two sides is told
#[utoipa::path(get, path = "/api/v1/cadences", tag = "talks", responses((status = 200, body = Cadences), Refusals))]
pub(super) async fn list(State(app): State<App>, caller: Caller) -> Result<Json<Cadences>, Problem> {
    let all = cadence::mine(&mut app.ledger().read().await?, &caller.actor).await?;
    let told = all.into_iter().map(|one| Cadence {
        id: one.id.to_string(),
        set_by: one.set_by.to_string(),
        kind: one.kind.into(),
        with: one.with.map(|person| person.to_string()),
        circle: one.circle.to_string(),
        every_days: one.every_days,
        now_days: one.now_days,
        due: one.due.to_string(),
        planned: one.planned,
        held: one.held,
    });
    Ok(Json(Cadences { items: told.collect() }))
}

/// How often.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewCadence {
    /// With whom; exactly one of this and the circle is given.
    #[serde(default)]
    #[schema(format = "uuid")]
    with: Option<String>,
    /// The circle that means to be together without work.
    #[serde(default)]
    #[schema(format = "uuid")]
    circle: Option<String>,
    /// Days between two.
    #[schema(minimum = 1, maximum = 366)]
    days: u32,
}

/// Say how often you mean to talk with somebody, or be together with a circle; what was set before ends
#[utoipa::path(post, path = "/api/v1/cadences", tag = "talks", request_body = NewCadence, params(KeyHeader),
    responses((status = 200, body = Made), ActRefusals))]
pub(super) async fn set(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    sent: Sent<NewCadence>,
) -> Result<Json<Value>, Problem> {
    let NewCadence { with, circle, days } = sent.value.clone();
    let kind = match (&with, &circle) {
        (Some(_), None) => TalkKind::OneToOne,
        (None, Some(_)) => TalkKind::NotWork,
        _ => return Err(Problem::field("with", "Give either a person or a circle.")),
    };
    let act = SetCadence {
        kind: leadership::talk::Kind::from(kind).name().to_owned(),
        with: with.as_deref().map(|person| of_field("with", person)).transpose()?,
        circle: circle.as_deref().map(|circle| of_field("circle", circle)).transpose()?,
        days: days.to_string(),
    };
    Ok(Json(perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?))
}

/// End a cadence: who set it, or the other side
#[utoipa::path(delete, path = "/api/v1/cadences/{id}", tag = "talks",
    params(("id" = String, Path, format = "uuid", description = "The cadence."), KeyHeader),
    responses((status = 204, description = "It is ended."), ActRefusals))]
pub(super) async fn end(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    bare: Bare,
) -> Result<StatusCode, Problem> {
    does(&app, &caller, &key, &bare, &EndCadence { cadence: of_path(&id)? }).await
}
