//! `/api/v1/badges` and the standard by which they are given.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use leadership::recognition::Standard;
use ledger::recognition::{self, Badge, Publish, Revoke, SetStandard, SignedBadge};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::entry::{Caller, Inside, Key, KeyHeader, Sent, does, of_path, perform};
use super::problem::{ActRefusals, Problem, Refusals};
use crate::app::App;

/// The standard by which badges are given.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RecognitionStandard {
    /// Its version.
    #[schema(minimum = 1)]
    version: u32,
    /// Qualities covered in all, of the 14 WHATs and HOWs.
    #[schema(minimum = 0)]
    qualities: u32,
    /// WHATs among them, at least.
    #[schema(minimum = 0)]
    whats: u32,
    /// HOWs among them, at least.
    #[schema(minimum = 0)]
    hows: u32,
    /// Months for which a badge holds.
    #[schema(minimum = 0)]
    months: u32,
}

impl From<Standard> for RecognitionStandard {
    fn from(standard: Standard) -> Self {
        let Standard { version, qualities, whats, hows, months } = standard;
        Self { version, qualities, whats, hows, months }
    }
}

/// The standard in force
#[utoipa::path(get, path = "/api/v1/recognition-standard", tag = "recognition",
    responses((status = 200, body = RecognitionStandard), Refusals))]
pub(super) async fn standard(State(app): State<App>, Inside(_): Inside) -> Result<Json<RecognitionStandard>, Problem> {
    Ok(Json(recognition::standard(&mut app.ledger().read().await?).await?.into()))
}

/// Another standard.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewStandard {
    /// Qualities covered in all.
    #[schema(minimum = 4, maximum = 14)]
    qualities: i64,
    /// WHATs among them, at least.
    #[schema(minimum = 1, maximum = 7)]
    whats: i64,
    /// HOWs among them, at least.
    #[schema(minimum = 1, maximum = 7)]
    hows: i64,
    /// Months for which a badge holds.
    #[schema(minimum = 6, maximum = 60)]
    months: i64,
}

/// Set another standard: who administers the organisation; badges that were given stay as they are
#[utoipa::path(put, path = "/api/v1/recognition-standard", tag = "recognition", request_body = NewStandard,
    params(KeyHeader), responses((status = 200, body = RecognitionStandard), ActRefusals))]
pub(super) async fn set(
    State(app): State<App>,
    Inside(caller): Inside,
    key: Key,
    sent: Sent<NewStandard>,
) -> Result<Json<Value>, Problem> {
    let NewStandard { qualities, whats, hows, months } = &sent.value;
    let act = SetStandard {
        qualities: qualities.to_string(),
        whats: whats.to_string(),
        hows: hows.to_string(),
        months: months.to_string(),
    };
    let told = |set: &Standard| json!(RecognitionStandard::from(*set));
    Ok(Json(perform(&app, &caller, &key, &sent, &act, told).await?))
}

/// A badge.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Badge)]
pub(super) struct BadgeItem {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// Who holds it.
    #[schema(format = "uuid")]
    person: String,
    /// Whether its holder shows it to whoever has its address.
    public: bool,
    /// When it was revoked.
    #[schema(format = DateTime)]
    revoked_at: Option<String>,
    /// Why.
    revoked_because: Option<String>,
    /// The file, as it was signed: what `plumb badge check` takes.
    #[schema(value_type = Object)]
    file: SignedBadge,
}

fn told(badge: Badge) -> BadgeItem {
    let (revoked_at, revoked_because) = badge.revoked.map(|(at, why)| (at.to_string(), why)).unzip();
    BadgeItem {
        id: badge.id.to_string(),
        person: badge.person.to_string(),
        public: badge.public,
        revoked_at,
        revoked_because,
        file: badge.file,
    }
}

/// Your badges, newest first
#[utoipa::path(get, path = "/api/v1/badges", tag = "recognition",
    responses((status = 200, body = Vec<BadgeItem>), Refusals))]
pub(super) async fn list(State(app): State<App>, caller: Caller) -> Result<Json<Vec<BadgeItem>>, Problem> {
    let found = recognition::badges(&mut app.ledger().read().await?, &caller.actor).await?;
    Ok(Json(found.into_iter().map(told).collect()))
}

/// A badge, for its holder, who confirmed it, and who administers the organisation
#[utoipa::path(get, path = "/api/v1/badges/{id}", tag = "recognition",
    params(("id" = String, Path, format = "uuid", description = "The badge.")),
    responses((status = 200, body = BadgeItem), Refusals))]
pub(super) async fn one(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<BadgeItem>, Problem> {
    let found = recognition::badge(&mut app.ledger().read().await?, &caller.actor, of_path(&id)?).await?;
    Ok(Json(told(found.ok_or_else(Problem::not_found)?)))
}

/// Who may see a badge.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewBadgeShown {
    /// Whether it is shown to whoever has its address.
    public: bool,
}

/// Show a badge of yours to whoever has its address, or show it no more
#[utoipa::path(put, path = "/api/v1/badges/{id}/shown", tag = "recognition", request_body = NewBadgeShown,
    params(("id" = String, Path, format = "uuid", description = "The badge."), KeyHeader),
    responses((status = 204, description = "It is so."), ActRefusals))]
pub(super) async fn publish(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewBadgeShown>,
) -> Result<StatusCode, Problem> {
    does(&app, &caller, &key, &sent, &Publish { badge: of_path(&id)?, public: sent.value.public }).await
}

/// Why a badge is revoked.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRevocation {
    /// Its holder reads it; its page says that it was revoked, and not why.
    #[schema(min_length = 1, max_length = 20000)]
    reason: String,
}

/// Revoke a badge, or hand it back: its holder, who confirmed it, or who administers the organisation
#[utoipa::path(post, path = "/api/v1/badges/{id}/revocation", tag = "recognition", request_body = NewRevocation,
    params(("id" = String, Path, format = "uuid", description = "The badge."), KeyHeader),
    responses((status = 204, description = "It says nothing any more."), ActRefusals))]
pub(super) async fn revoke(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewRevocation>,
) -> Result<StatusCode, Problem> {
    let act = Revoke { badge: of_path(&id)?, reason: sent.value.reason.clone() };
    does(&app, &caller, &key, &sent, &act).await
}
