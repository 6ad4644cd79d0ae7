//! `/api/v1/sessions`

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use ledger::sessions::{self, End};
use serde::Serialize;
use utoipa::ToSchema;

use super::entry::{Bare, Caller, Key, KeyHeader, does};
use super::problem::{ActRefusals, Problem, Refusals};
use crate::app::App;

/// Where the person is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Session {
    /// Names it, and opens nothing.
    id: String,
    /// When it was opened.
    #[schema(format = DateTime)]
    made_at: String,
    /// When it was used last, to a quarter of an hour.
    #[schema(format = DateTime)]
    seen_at: String,
    /// The program, as it calls itself.
    agent: String,
}

/// Where the person is signed in, the one used last first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Sessions {
    /// All of them.
    items: Vec<Session>,
}

/// Where one is signed in
#[utoipa::path(get, path = "/api/v1/sessions", tag = "sessions", responses((status = 200, body = Sessions), Refusals))]
pub(super) async fn list(State(app): State<App>, caller: Caller) -> Result<Json<Sessions>, Problem> {
    let open = sessions::list(&mut app.ledger().read().await?, caller.actor.person).await?;
    let session = |one: sessions::Listed| Session {
        id: one.kept,
        made_at: ledger::instant(one.made_at),
        seen_at: ledger::instant(one.seen_at),
        agent: one.agent,
    };
    Ok(Json(Sessions { items: open.into_iter().map(session).collect() }))
}

/// End a session of one's own
#[utoipa::path(delete, path = "/api/v1/sessions/{id}", tag = "sessions",
    params(("id" = String, Path, min_length = 64, max_length = 64, pattern = "^[0-9a-f]{64}$", description = "The session."),
        KeyHeader),
    responses((status = 204, description = "It is ended."), ActRefusals))]
pub(super) async fn end(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    asked: Bare,
) -> Result<StatusCode, Problem> {
    if id.len() != 64 || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Problem::not_found());
    }
    does(&app, &caller, &key, &asked, &End { kept: id }).await
}
