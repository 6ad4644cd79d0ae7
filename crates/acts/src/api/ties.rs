//! What ties an aim to people and other aims: circles that carry it together, conflicts, work that serves it, positions
//! that are asked for, what it means for somebody's work, the steps of its path.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use leadership::replan::Bump;
use ledger::aims::align::{self, AskStance, SayBump, SayReply};
use ledger::aims::explain::{self, Mark};
use ledger::aims::measures::{AddStep, EndMeasure, ReachStep};
use ledger::aims::{self, AnswerShare, LinkWork, MarkConflict, SettleConflict, ShareAim, UnlinkWork};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::answers::{Made, names};
use super::entry::{Bare, Caller, Key, KeyHeader, Sent, does, of_field, of_path, perform};
use super::problem::{ActRefusals, Problem, Refusals};
use crate::app::App;

names! {
    /// What happened on the way.
    BumpName of Bump { Setback, Restart }
}

/// A step of the path to an aim.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPathStep {
    /// What will be so, in one line.
    #[schema(min_length = 1, max_length = 200)]
    words: String,
    /// By when.
    #[schema(format = Date)]
    day: String,
}

/// Put a step on the path to an aim: who steers it
#[utoipa::path(post, path = "/api/v1/aims/{id}/steps", tag = "aims", request_body = NewPathStep,
    params(("id" = String, Path, format = "uuid", description = "The aim."), KeyHeader),
    responses((status = 200, body = Made), ActRefusals))]
pub(super) async fn add_step(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewPathStep>,
) -> Result<Json<Value>, Problem> {
    let NewPathStep { words, day } = sent.value.clone();
    let act = AddStep { aim: of_path(&id)?, day, words };
    Ok(Json(perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?))
}

/// Say that a step was reached: who steers its aim
#[utoipa::path(post, path = "/api/v1/steps/{id}/reached", tag = "aims",
    params(("id" = String, Path, format = "uuid", description = "The step."), KeyHeader),
    responses((status = 204, description = "It is reached."), ActRefusals))]
pub(super) async fn reach(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    bare: Bare,
) -> Result<StatusCode, Problem> {
    does(&app, &caller, &key, &bare, &ReachStep { step: of_path(&id)? }).await
}

/// End a measure of an aim: who steers it; its values stay in the history
#[utoipa::path(delete, path = "/api/v1/measures/{id}", tag = "aims",
    params(("id" = String, Path, format = "uuid", description = "The measure."), KeyHeader),
    responses((status = 204, description = "It is no longer shown."), ActRefusals))]
pub(super) async fn end_measure(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    bare: Bare,
) -> Result<StatusCode, Problem> {
    does(&app, &caller, &key, &bare, &EndMeasure { measure: of_path(&id)? }).await
}

/// That an aim was set back, or is taken up again.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewBump {
    /// Which of the two.
    kind: BumpName,
    /// What happened, or how it goes on.
    #[schema(min_length = 1, max_length = 20000)]
    words: String,
}

/// Say that an aim was set back, or is taken up again: who steers it
#[utoipa::path(post, path = "/api/v1/aims/{id}/bumps", tag = "aims", request_body = NewBump,
    params(("id" = String, Path, format = "uuid", description = "The aim."), KeyHeader),
    responses((status = 204, description = "It is said."), ActRefusals))]
pub(super) async fn bump(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewBump>,
) -> Result<StatusCode, Problem> {
    let NewBump { kind, words } = sent.value.clone();
    does(&app, &caller, &key, &sent, &SayBump { aim: of_path(&id)?, kind: kind.into(), words }).await
}

/// What somebody says that an aim means for their work.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AimReply {
    /// Who.
    #[schema(format = "uuid")]
    person: String,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// Their words.
    words: String,
}

/// What people said that an aim means for their work, the newest first
#[utoipa::path(get, path = "/api/v1/aims/{id}/replies", tag = "aims",
    params(("id" = String, Path, format = "uuid", description = "The aim.")),
    responses((status = 200, body = Vec<AimReply>), Refusals))]
pub(super) async fn replies(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Vec<AimReply>>, Problem> {
    let mut tx = app.ledger().read().await?;
    let aim = aims::get(&mut tx, &caller.actor, of_path(&id)?).await?.ok_or_else(Problem::not_found)?;
    let told = align::replies(&mut tx, &caller.actor, aim.id).await?.into_iter().map(|one| AimReply {
        person: one.person.to_string(),
        at: ledger::instant(one.at),
        words: one.words,
    });
    Ok(Json(told.collect()))
}

/// What it means for your work.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewReply {
    /// In your own words.
    #[schema(min_length = 1, max_length = 20000)]
    words: String,
}

/// Say what an aim means for your work: all who see the aim read it
#[utoipa::path(post, path = "/api/v1/aims/{id}/replies", tag = "aims", request_body = NewReply,
    params(("id" = String, Path, format = "uuid", description = "The aim."), KeyHeader),
    responses((status = 204, description = "It is said."), ActRefusals))]
pub(super) async fn reply(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewReply>,
) -> Result<StatusCode, Problem> {
    does(&app, &caller, &key, &sent, &SayReply { aim: of_path(&id)?, words: sent.value.words.clone() }).await
}

/// Whom you ask.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewStanceAsk {
    /// Whom; somebody who sees the aim.
    #[schema(format = "uuid")]
    person: String,
}

/// Ask somebody where they stand on an aim: who steers it; nobody can say it for them
#[utoipa::path(post, path = "/api/v1/aims/{id}/stance-asks", tag = "aims", request_body = NewStanceAsk,
    params(("id" = String, Path, format = "uuid", description = "The aim."), KeyHeader),
    responses((status = 204, description = "They are asked."), ActRefusals))]
pub(super) async fn ask_stance(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewStanceAsk>,
) -> Result<StatusCode, Problem> {
    let act = AskStance { aim: of_path(&id)?, person: of_field("person", &sent.value.person)? };
    does(&app, &caller, &key, &sent, &act).await
}

/// A circle that is asked to carry an aim together with its own.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewShare {
    /// Which circle.
    #[schema(format = "uuid")]
    circle: String,
}

/// Ask another circle to carry an aim together: who steers it
#[utoipa::path(post, path = "/api/v1/aims/{id}/shares", tag = "aims", request_body = NewShare,
    params(("id" = String, Path, format = "uuid", description = "The aim."), KeyHeader),
    responses((status = 204, description = "They are asked."), ActRefusals))]
pub(super) async fn share(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewShare>,
) -> Result<StatusCode, Problem> {
    let act = ShareAim { aim: of_path(&id)?, circle: of_field("circle", &sent.value.circle)? };
    does(&app, &caller, &key, &sent, &act).await
}

/// Whether a circle carries an aim.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewShareAnswer {
    /// Whether it does.
    agrees: bool,
    /// What it brings, or why not.
    #[schema(min_length = 1, max_length = 20000)]
    words: String,
}

/// Say for a circle that was asked whether it carries an aim: who leads it
#[utoipa::path(post, path = "/api/v1/aims/{id}/shares/{circle}/answer", tag = "aims", request_body = NewShareAnswer,
    params(("id" = String, Path, format = "uuid", description = "The aim."),
        ("circle" = String, Path, format = "uuid", description = "The circle that was asked."), KeyHeader),
    responses((status = 204, description = "It is answered."), ActRefusals))]
pub(super) async fn answer_share(
    State(app): State<App>,
    caller: Caller,
    Path((id, circle)): Path<(String, String)>,
    key: Key,
    sent: Sent<NewShareAnswer>,
) -> Result<StatusCode, Problem> {
    let NewShareAnswer { agrees, words } = sent.value.clone();
    let act = AnswerShare { aim: of_path(&id)?, circle: of_path(&circle)?, agrees, words };
    does(&app, &caller, &key, &sent, &act).await
}

/// Tickets of the work record: a group of them, never one person's.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewWorkLink {
    /// The field of the record: `service`, `category`, `item`, `group`.
    #[schema(min_length = 1, max_length = 200)]
    field: String,
    /// Its value, as the record has it.
    #[schema(min_length = 1, max_length = 200)]
    value: String,
}

/// Say that tickets of the work record serve an aim: who steers it
#[utoipa::path(post, path = "/api/v1/aims/{id}/work", tag = "aims", request_body = NewWorkLink,
    params(("id" = String, Path, format = "uuid", description = "The aim."), KeyHeader),
    responses((status = 204, description = "They are linked."), ActRefusals))]
pub(super) async fn link_work(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewWorkLink>,
) -> Result<StatusCode, Problem> {
    let NewWorkLink { field, value } = sent.value.clone();
    does(&app, &caller, &key, &sent, &LinkWork { aim: of_path(&id)?, field, value }).await
}

/// Say that tickets of the work record do not serve an aim: who steers it
#[utoipa::path(post, path = "/api/v1/aims/{id}/work/end", tag = "aims", request_body = NewWorkLink,
    params(("id" = String, Path, format = "uuid", description = "The aim."), KeyHeader),
    responses((status = 204, description = "They are no longer linked."), ActRefusals))]
pub(super) async fn unlink_work(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewWorkLink>,
) -> Result<StatusCode, Problem> {
    let NewWorkLink { field, value } = sent.value.clone();
    does(&app, &caller, &key, &sent, &UnlinkWork { aim: of_path(&id)?, field, value }).await
}

/// Two aims that were marked as conflicting.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AimConflict {
    /// One.
    #[schema(format = "uuid")]
    aim: String,
    /// The other.
    #[schema(format = "uuid")]
    other: String,
    /// How they conflict.
    why: String,
    /// Who said so.
    #[schema(format = "uuid")]
    by: String,
    /// Whether it stands: not settled, and both are live.
    stands: bool,
    /// How it was settled.
    settled: Option<String>,
}

/// Aims that were marked as conflicting, of those that you see, the latest first
#[utoipa::path(get, path = "/api/v1/aim-conflicts", tag = "aims",
    responses((status = 200, body = Vec<AimConflict>), ActRefusals))]
pub(super) async fn conflicts(State(app): State<App>, caller: Caller) -> Result<Json<Vec<AimConflict>>, Problem> {
    let mut tx = app.ledger().read().await?;
    let seen = aims::seen(&mut tx, &caller.actor).await?;
    let told = aims::conflicts(&mut tx, &seen).await?.into_iter().map(|one| AimConflict {
        aim: one.one.to_string(),
        other: one.other.to_string(),
        stands: one.stands(&seen),
        why: one.why,
        by: one.by.to_string(),
        settled: one.settled.map(|(_, words)| words),
    });
    Ok(Json(told.collect()))
}

/// Two aims, with words to them.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAimConflict {
    /// One.
    #[schema(format = "uuid")]
    aim: String,
    /// The other.
    #[schema(format = "uuid")]
    other: String,
    /// How they conflict, or how it was settled.
    #[schema(min_length = 1, max_length = 20000)]
    words: String,
}

/// Mark two aims that you see as conflicting
#[utoipa::path(post, path = "/api/v1/aim-conflicts", tag = "aims", request_body = NewAimConflict,
    params(KeyHeader), responses((status = 204, description = "It is on record."), ActRefusals))]
pub(super) async fn mark_conflict(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    sent: Sent<NewAimConflict>,
) -> Result<StatusCode, Problem> {
    let NewAimConflict { aim, other, words } = sent.value.clone();
    let act = MarkConflict { aim: of_field("aim", &aim)?, other: of_field("other", &other)?, why: words };
    does(&app, &caller, &key, &sent, &act).await
}

/// Settle a conflict: who steers one of the two aims
#[utoipa::path(post, path = "/api/v1/aim-conflicts/settle", tag = "aims", request_body = NewAimConflict,
    params(KeyHeader), responses((status = 204, description = "It is settled."), ActRefusals))]
pub(super) async fn settle_conflict(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    sent: Sent<NewAimConflict>,
) -> Result<StatusCode, Problem> {
    let NewAimConflict { aim, other, words } = sent.value.clone();
    let act = SettleConflict { aim: of_field("aim", &aim)?, other: of_field("other", &other)?, words };
    does(&app, &caller, &key, &sent, &act).await
}

/// Own words that wait to be marked, without whose they are.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OwnWords {
    /// The question that they answer.
    #[schema(format = "uuid")]
    id: String,
    /// The aim.
    #[schema(format = "uuid")]
    aim: String,
    /// What was said.
    answer: String,
}

/// Own words that you may mark, in the order of the words: whose they are is told to nobody
#[utoipa::path(get, path = "/api/v1/own-words", tag = "aims",
    responses((status = 200, body = Vec<OwnWords>), ActRefusals))]
pub(super) async fn own_words(State(app): State<App>, caller: Caller) -> Result<Json<Vec<OwnWords>>, Problem> {
    let mut tx = app.ledger().read().await?;
    let seen = aims::seen(&mut tx, &caller.actor).await?;
    let told = explain::unmarked(&mut tx, &caller.actor, &seen).await?.into_iter().map(|one| OwnWords {
        id: one.id.to_string(),
        aim: one.aim.to_string(),
        answer: one.answer,
    });
    Ok(Json(told.collect()))
}

/// Whether own words hold what was meant.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewMark {
    /// Whether they do.
    right: bool,
}

/// Mark own words: they hold what was meant, or not yet
#[utoipa::path(post, path = "/api/v1/own-words/{id}/mark", tag = "aims", request_body = NewMark,
    params(("id" = String, Path, format = "uuid", description = "The question that they answer."), KeyHeader),
    responses((status = 204, description = "They are marked."), ActRefusals))]
pub(super) async fn mark(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewMark>,
) -> Result<StatusCode, Problem> {
    does(&app, &caller, &key, &sent, &Mark { question: of_path(&id)?, right: sent.value.right }).await
}
