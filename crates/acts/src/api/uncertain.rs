//! `/api/v1/uncertain-times`: that times are uncertain for a circle, until when and why; what is known, and what not yet.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use ledger::honesty;
use ledger::talks::uncertain::{self, EndUncertain, Period, SayPost, StateUncertain};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::answers::{Made, made};
use super::entry::{Bare, Caller, Key, KeyHeader, Sent, does, of_field, of_path, perform};
use super::problem::{ActRefusals, Problem, Refusals};
use crate::app::App;

/// A period of uncertain times of a circle.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UncertainTimes {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// Of which circle.
    #[schema(format = "uuid")]
    circle: String,
    /// Why.
    reason: String,
    /// From which day.
    #[schema(format = Date)]
    from: String,
    /// Until which day it is expected.
    #[schema(format = Date)]
    until: String,
    /// Who says so.
    #[schema(format = "uuid")]
    said_by: String,
    /// Whether it holds today.
    holds: bool,
}

fn told(one: Period, today: jiff::civil::Date) -> UncertainTimes {
    UncertainTimes {
        holds: one.holds(today),
        id: one.id.to_string(),
        circle: one.circle.to_string(),
        reason: one.reason,
        from: one.from.to_string(),
        until: one.until.to_string(),
        said_by: one.said_by.to_string(),
    }
}

/// Periods: those that hold first, then the newest.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AllUncertainTimes {
    /// All of them.
    items: Vec<UncertainTimes>,
}

/// Uncertain times of the circles that you see from inside
#[utoipa::path(get, path = "/api/v1/uncertain-times", tag = "talks",
    responses((status = 200, body = AllUncertainTimes), Refusals))]
pub(super) async fn list(State(app): State<App>, caller: Caller) -> Result<Json<AllUncertainTimes>, Problem> {
    let mut tx = app.ledger().read().await?;
    let today = honesty::day_of(&mut tx, caller.actor.person).await?;
    let all = uncertain::list(&mut tx, &caller.actor, today).await?;
    Ok(Json(AllUncertainTimes { items: all.into_iter().map(|one| told(one, today)).collect() }))
}

/// What is known, or not known yet.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UncertainPost {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// Whether it is known; else it is not known yet.
    known: bool,
    /// What.
    words: String,
    /// Who says so.
    #[schema(format = "uuid")]
    said_by: String,
    /// When.
    #[schema(format = DateTime)]
    said_at: String,
    /// What took its place; null while it stands.
    #[schema(format = "uuid")]
    replaced_by: Option<String>,
}

/// A period with what was said in it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WholeUncertainTimes {
    /// The period.
    times: UncertainTimes,
    /// What was said, the newest first; what was replaced stays to be read.
    posts: Vec<UncertainPost>,
}

/// A period of uncertain times, with what is known and what not yet
#[utoipa::path(get, path = "/api/v1/uncertain-times/{id}", tag = "talks",
    params(("id" = String, Path, format = "uuid", description = "The period.")),
    responses((status = 200, body = WholeUncertainTimes), Refusals))]
pub(super) async fn one(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<WholeUncertainTimes>, Problem> {
    let mut tx = app.ledger().read().await?;
    let today = honesty::day_of(&mut tx, caller.actor.person).await?;
    let found = uncertain::get(&mut tx, &caller.actor, of_path(&id)?).await?;
    let (period, posts) = found.ok_or_else(Problem::not_found)?;
    let posts = posts.into_iter().map(|post| UncertainPost {
        id: post.id.to_string(),
        known: post.known,
        words: post.words,
        said_by: post.said_by.to_string(),
        said_at: post.said_at.to_string(),
        replaced_by: post.replaced_by.map(|id| id.to_string()),
    });
    Ok(Json(WholeUncertainTimes { posts: posts.collect(), times: told(period, today) }))
}

/// That times are uncertain.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewUncertainTimes {
    /// For which circle.
    #[schema(format = "uuid")]
    circle: String,
    /// Why.
    #[schema(min_length = 1, max_length = 20000)]
    reason: String,
    /// Until which day it is expected: after today, half a year at most.
    #[schema(format = Date)]
    until: String,
}

/// Say that times are uncertain for a circle: who leads it
#[utoipa::path(post, path = "/api/v1/uncertain-times", tag = "talks", request_body = NewUncertainTimes,
    params(KeyHeader),
    responses((status = 201, body = Made, headers(("Location" = String, description = "Where the period is."))), ActRefusals))]
pub(super) async fn state(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    sent: Sent<NewUncertainTimes>,
) -> Result<Response, Problem> {
    let NewUncertainTimes { circle, reason, until } = sent.value.clone();
    let act = StateUncertain { circle: Some(of_field("circle", &circle)?), reason, until };
    let answer = perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?;
    Ok(made("/api/v1/uncertain-times", answer))
}

/// What is known, or not known yet.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewUncertainPost {
    /// Whether it is known; else it is not known yet.
    known: bool,
    /// What.
    #[schema(min_length = 1, max_length = 20000)]
    words: String,
    /// What it takes the place of.
    #[serde(default)]
    #[schema(format = "uuid")]
    replaces: Option<String>,
}

/// Say what is known, or what is not known yet: who leads the circle
#[utoipa::path(post, path = "/api/v1/uncertain-times/{id}/posts", tag = "talks", request_body = NewUncertainPost,
    params(("id" = String, Path, format = "uuid", description = "The period."), KeyHeader),
    responses((status = 200, body = Made), ActRefusals))]
pub(super) async fn post(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewUncertainPost>,
) -> Result<Json<Value>, Problem> {
    let NewUncertainPost { known, words, replaces } = sent.value.clone();
    let act = SayPost {
        period: Some(of_path(&id)?),
        known: if known { "yes" } else { "no" }.to_owned(),
        words,
        replaces: replaces.as_deref().map(|id| of_field("replaces", id)).transpose()?,
    };
    Ok(Json(perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?))
}

/// Say that times are no longer uncertain: who leads the circle
#[utoipa::path(post, path = "/api/v1/uncertain-times/{id}/end", tag = "talks",
    params(("id" = String, Path, format = "uuid", description = "The period."), KeyHeader),
    responses((status = 204, description = "It is over."), ActRefusals))]
pub(super) async fn end(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    bare: Bare,
) -> Result<StatusCode, Problem> {
    does(&app, &caller, &key, &bare, &EndUncertain { period: of_path(&id)? }).await
}
