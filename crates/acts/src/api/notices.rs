//! `/api/v1/notices`

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use ledger::notices::{self, Acknowledge};
use serde::Serialize;
use utoipa::ToSchema;

use super::entry::{Bare, Caller, Key, KeyHeader, does, of_path};
use super::problem::{ActRefusals, Problem, Refusals};
use crate::app::App;

/// Something that was told.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Notice {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// What it is about: `aim`, `decision`, `clause`.
    noun: String,
    /// The identifier of that.
    subject: String,
    /// Its version, from 1.
    version: i64,
    /// The circle that it belongs to.
    #[schema(format = "uuid")]
    circle: String,
    /// One line.
    title: String,
    /// What was told.
    words: String,
    /// Who told it.
    #[schema(format = "uuid")]
    told_by: String,
    /// When.
    #[schema(format = DateTime)]
    told_at: String,
}

fn notice(notice: notices::Notice) -> Notice {
    Notice {
        id: notice.id.to_string(),
        noun: notice.noun,
        subject: notice.subject,
        version: notice.version,
        circle: notice.circle.to_string(),
        title: notice.title,
        words: notice.words,
        told_by: notice.told_by.to_string(),
        told_at: ledger::instant(notice.told_at),
    }
}

/// What was told and not yet acknowledged.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Notices {
    /// The oldest first.
    items: Vec<Notice>,
}

/// What waits for one's acknowledgement
#[utoipa::path(get, path = "/api/v1/notices", tag = "notices", responses((status = 200, body = Notices), Refusals))]
pub(super) async fn list(State(app): State<App>, caller: Caller) -> Result<Json<Notices>, Problem> {
    let waiting = notices::waiting(&mut app.ledger().read().await?, caller.actor.person).await?;
    Ok(Json(Notices { items: waiting.into_iter().map(notice).collect() }))
}

/// Say that a notice was seen
///
/// Seen is neither understood nor agreed. Twice is the same as once.
#[utoipa::path(post, path = "/api/v1/notices/{id}/acknowledge", tag = "notices",
    params(("id" = String, Path, format = "uuid", description = "The notice."),
        KeyHeader),
    responses((status = 204, description = "It is noted."), ActRefusals))]
pub(super) async fn acknowledge(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    asked: Bare,
) -> Result<StatusCode, Problem> {
    let act = Acknowledge { notice: of_path(&id)? };
    does(&app, &caller, &key, &asked, &act).await
}
