//! `/api/v1/fixes`: whether a fix is so for those whom the problem touched. Asked by the organisation's own people, said by
//! those of the circle.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use leadership::Wrongs;
use ledger::Refused;
use ledger::casework::{self, AskSide, SayWord};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::answers::{Made, made};
use super::canvas;
use super::cases::{FixSide, TITLE, found, told_side};
use super::entry::{Caller, Key, KeyHeader, Sent, of_field, of_path, perform};
use super::problem::{ActRefusals, Problem, Refusals};
use crate::app::App;

/// Whom to ask whether a fix holds for them.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewFixSide {
    /// The circle that the problem touched.
    #[schema(format = "uuid")]
    circle: String,
    /// What the problem is called there: its own title comes out of tickets of everybody.
    #[schema(min_length = 1, max_length = 120)]
    title: String,
}

/// Ask those whom a problem touched whether its fix holds for them
#[utoipa::path(post, path = "/api/v1/problems/{id}/touched", tag = "problems", request_body = NewFixSide,
    params(("id" = String, Path, description = "The problem."), KeyHeader),
    responses((status = 201, body = Made, headers(("Location" = String, description = "Where what they say stands."))), ActRefusals))]
pub(super) async fn ask_side(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewFixSide>,
) -> Result<Response, Problem> {
    let case = found(&app, &caller.actor, &id).await?;
    let Some(fixed) = case.part.fixed else {
        return Err(Refused::conflict("It is not marked as fixed.", "Mark it as fixed first.").into());
    };
    let mut wrongs = Wrongs::default();
    let title = canvas::needed(&mut wrongs, "title", &sent.value.title, TITLE);
    wrongs.or(()).map_err(Refused::from)?;
    let circle = Some(of_field("circle", &sent.value.circle)?);
    let act = AskSide { fix: fixed.entry, circle, title };
    let answer = perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?;
    Ok(made("/api/v1/fixes", answer))
}

/// A fix, for those whom the problem touched and for who sees their circle from inside
#[utoipa::path(get, path = "/api/v1/fixes/{id}", tag = "fixes",
    params(("id" = String, Path, format = "uuid", description = "The circle that was asked, as a problem or Today tells it.")),
    responses((status = 200, body = FixSide), Refusals))]
pub(super) async fn side(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<FixSide>, Problem> {
    let found = casework::side(&mut app.ledger().read().await?, &caller.actor, of_path(&id)?).await?;
    Ok(Json(told_side(found.ok_or_else(Problem::not_found)?)))
}

/// What one says of the verdict of the record.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewFixWord {
    /// Countersigned; or objected to.
    agrees: bool,
    /// In your words; needed where you object.
    #[serde(default)]
    #[schema(max_length = 20000)]
    words: String,
}

/// Countersign a verdict, or object to it
#[utoipa::path(post, path = "/api/v1/fixes/{id}/word", tag = "fixes", request_body = NewFixWord,
    params(("id" = String, Path, format = "uuid", description = "The circle that was asked."), KeyHeader),
    responses((status = 204, description = "It is said; said again it takes the place of what was said before."), ActRefusals))]
pub(super) async fn say_word(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewFixWord>,
) -> Result<StatusCode, Problem> {
    let agrees = if sent.value.agrees { "yes" } else { "no" };
    let act = SayWord { side: of_path(&id)?, agrees: agrees.to_owned(), words: sent.value.words.clone() };
    perform(&app, &caller, &key, &sent, &act, |()| Value::Null).await?;
    Ok(StatusCode::NO_CONTENT)
}
