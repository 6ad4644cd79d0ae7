//! `/api/v1/observations`: what somebody was seen to do, between two people.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use ledger::growth::{self, Note, Respond, Withdraw};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::answers::{Made, Proportion};
use super::entry::{Bare, Caller, Key, KeyHeader, Sent, does, of_field, of_path, perform};
use super::problem::{ActRefusals, Problem, Refusals};
use crate::app::App;

/// What somebody was seen to do.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Observation {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// Who saw it.
    #[schema(format = "uuid")]
    by: String,
    /// Whom it is about.
    #[schema(format = "uuid")]
    about: String,
    /// The quality, by key.
    quality: String,
    /// Whether it was the lack of it that was seen.
    lacking: bool,
    /// On which day.
    #[schema(format = Date)]
    seen_on: String,
    /// The situation, and what was done in it.
    words: String,
    /// What it led to.
    effect: String,
    /// When whom it is about said that they read it.
    #[schema(format = DateTime)]
    read_at: Option<String>,
    /// Whether it is useful to them, as they say.
    useful: Option<bool>,
    /// What they replied.
    reply: Option<String>,
    /// When it was taken back.
    #[schema(format = DateTime)]
    withdrawn_at: Option<String>,
}

/// An observation, as it is told.
pub(super) fn told(one: growth::Observation) -> Observation {
    Observation {
        id: one.id.to_string(),
        by: one.by.to_string(),
        about: one.about.to_string(),
        quality: one.quality,
        lacking: one.lacking,
        seen_on: one.seen_on.to_string(),
        words: one.words,
        effect: one.effect,
        read_at: one.read_at.map(|at| at.to_string()),
        useful: one.useful,
        reply: one.reply,
        withdrawn_at: one.withdrawn_at.map(|at| at.to_string()),
    }
}

/// What was seen, newest first. There is no sum and no score.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Observations {
    /// What others saw you do.
    about_me: Vec<Observation>,
    /// What you saw others do.
    by_me: Vec<Observation>,
    /// Of your notes that were read, those that were useful, as their readers say: for your own eyes.
    useful: Proportion,
}

/// What others saw you do, and what you saw them do
#[utoipa::path(get, path = "/api/v1/observations", tag = "growth",
    responses((status = 200, body = Observations), Refusals))]
pub(super) async fn list(State(app): State<App>, caller: Caller) -> Result<Json<Observations>, Problem> {
    let mut tx = app.ledger().read().await?;
    let about_me = growth::about(&mut tx, &caller.actor, caller.actor.person).await?.unwrap_or_default();
    let by_me = growth::by(&mut tx, &caller.actor).await?;
    let useful = growth::counted(&mut tx, &caller.actor).await?.into();
    let all = |found: Vec<growth::Observation>| found.into_iter().map(told).collect();
    Ok(Json(Observations { about_me: all(about_me), by_me: all(by_me), useful }))
}

/// What you saw somebody do.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewObservation {
    /// Whom it is about: somebody of your circles.
    #[schema(format = "uuid")]
    about: String,
    /// The key of a quality of `/api/v1/qualities`.
    #[schema(min_length = 1, max_length = 60)]
    quality: String,
    /// Whether it was the lack of it that you saw.
    #[serde(default)]
    #[schema(required = false)]
    lacking: bool,
    /// On which day, of the last sixty.
    #[schema(format = Date)]
    seen_on: String,
    /// The situation, and what was done in it.
    #[schema(min_length = 1, max_length = 20000)]
    words: String,
    /// What it led to.
    #[schema(min_length = 1, max_length = 20000)]
    effect: String,
}

/// Note what you saw somebody do: they read it, signed by you
#[utoipa::path(post, path = "/api/v1/observations", tag = "growth", request_body = NewObservation, params(KeyHeader),
    responses((status = 200, body = Made), ActRefusals))]
pub(super) async fn note(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    sent: Sent<NewObservation>,
) -> Result<Json<Value>, Problem> {
    let NewObservation { about, quality, lacking, seen_on, words, effect } = sent.value.clone();
    let act = Note { about: Some(of_field("about", &about)?), quality, lacking, seen_on, words, effect };
    Ok(Json(perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?))
}

/// What you say to a note about you.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct NewObservationReply {
    /// Whether it is useful to you; null says nothing about it.
    useful: Option<bool>,
    /// A reply, once; may be empty.
    #[schema(max_length = 20000)]
    reply: String,
}

/// Say that you read what somebody saw you do, whether it is useful, and what you reply
#[utoipa::path(post, path = "/api/v1/observations/{id}/response", tag = "growth", request_body = NewObservationReply,
    params(("id" = String, Path, format = "uuid", description = "The observation."), KeyHeader),
    responses((status = 204, description = "Who noted it sees it."), ActRefusals))]
pub(super) async fn respond(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewObservationReply>,
) -> Result<StatusCode, Problem> {
    let NewObservationReply { useful, reply } = sent.value.clone();
    does(&app, &caller, &key, &sent, &Respond { observation: of_path(&id)?, useful, reply }).await
}

/// Take back what you noted; it stays on your list as taken back
#[utoipa::path(post, path = "/api/v1/observations/{id}/withdrawal", tag = "growth",
    params(("id" = String, Path, format = "uuid", description = "The observation."), KeyHeader),
    responses((status = 204, description = "It is taken back."), ActRefusals))]
pub(super) async fn withdraw(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    bare: Bare,
) -> Result<StatusCode, Problem> {
    does(&app, &caller, &key, &bare, &Withdraw { observation: of_path(&id)? }).await
}
