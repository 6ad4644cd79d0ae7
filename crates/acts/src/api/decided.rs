//! What goes on around a decision: objections answered, whether people can act on it, what took its place, what was said
//! back, what does not go with it, and how sure its decider was.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use leadership::calibration::{Judged, calibrate};
use leadership::promise::Intended;
use ledger::decisions::back::{self, SayBack};
use ledger::decisions::conflicts::{self, MarkConflict, SettleConflict};
use ledger::decisions::{Answer, Clear, Supersede, calibration};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::entry::{Caller, Key, KeyHeader, Sent, does, of_field, of_path};
use super::problem::{ActRefusals, Problem, Refusals};
use super::promises::NewIntended;
use crate::app::App;

/// The answer to an objection.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewObjectionAnswer {
    /// The answer, with the reason.
    #[schema(min_length = 1, max_length = 20000)]
    words: String,
    /// Promises that are made along with it.
    #[serde(default)]
    #[schema(required = false, max_items = 12)]
    promises: Vec<NewIntended>,
}

/// Answer an objection: who decides
#[utoipa::path(post, path = "/api/v1/decisions/{id}/voices/{person}/answer", tag = "decisions",
    request_body = NewObjectionAnswer,
    params(("id" = String, Path, format = "uuid", description = "The decision."),
        ("person" = String, Path, format = "uuid", description = "Who objects."), KeyHeader),
    responses((status = 204, description = "It is answered."), ActRefusals))]
pub(super) async fn answer(
    State(app): State<App>,
    caller: Caller,
    Path((id, person)): Path<(String, String)>,
    key: Key,
    sent: Sent<NewObjectionAnswer>,
) -> Result<StatusCode, Problem> {
    let NewObjectionAnswer { words, promises } = sent.value.clone();
    let promises = promises.into_iter().map(Intended::from).collect();
    let act = Answer { decision: of_path(&id)?, person: of_path(&person)?, words, promises };
    does(&app, &caller, &key, &sent, &act).await
}

/// Whether one can act on it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewClear {
    /// Whether you are clear to act.
    clear: bool,
    /// What is missing; needed where you are not.
    #[serde(default)]
    #[schema(required = false, max_length = 20000)]
    words: String,
}

/// Say whether you are clear to act on it, once you were told
#[utoipa::path(post, path = "/api/v1/decisions/{id}/clear", tag = "decisions", request_body = NewClear,
    params(("id" = String, Path, format = "uuid", description = "The decision."), KeyHeader),
    responses((status = 204, description = "It is said."), ActRefusals))]
pub(super) async fn clear(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewClear>,
) -> Result<StatusCode, Problem> {
    let NewClear { clear, words } = sent.value.clone();
    let act = Clear { decision: of_path(&id)?, clear: if clear { "yes" } else { "not_yet" }.to_owned(), words };
    does(&app, &caller, &key, &sent, &act).await
}

/// What took its place.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSuccessor {
    /// The decision that holds now.
    #[schema(format = "uuid")]
    by: String,
}

/// Say that another decision took its place
#[utoipa::path(post, path = "/api/v1/decisions/{id}/successor", tag = "decisions", request_body = NewSuccessor,
    params(("id" = String, Path, format = "uuid", description = "The decision that no longer holds."), KeyHeader),
    responses((status = 204, description = "It no longer holds."), ActRefusals))]
pub(super) async fn supersede(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewSuccessor>,
) -> Result<StatusCode, Problem> {
    let act = Supersede { decision: of_path(&id)?, by: sent.value.by.clone() };
    does(&app, &caller, &key, &sent, &act).await
}

/// A question about a decision that was told.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BackQuestion {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// The decision.
    #[schema(format = "uuid")]
    decision: String,
    /// The question.
    prompt: String,
    /// Answers to choose from.
    choices: Vec<String>,
    /// From which day on it waits.
    #[schema(format = Date)]
    due: String,
    /// Whether your answer was right; null before it came.
    right: Option<bool>,
}

/// A question of yours about a decision
#[utoipa::path(get, path = "/api/v1/decision-questions/{id}", tag = "decisions",
    params(("id" = String, Path, format = "uuid", description = "The question.")),
    responses((status = 200, body = BackQuestion), Refusals))]
pub(super) async fn question(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<BackQuestion>, Problem> {
    let found = back::own_question(&mut app.ledger().read().await?, &caller.actor, of_path(&id)?).await?;
    let found = found.ok_or_else(Problem::not_found)?;
    let right = found.right();
    Ok(Json(BackQuestion {
        id: found.id.to_string(),
        decision: found.decision.to_string(),
        prompt: found.prompt,
        choices: found.choices,
        due: found.due.to_string(),
        right,
    }))
}

/// What was decided, said back.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewBack {
    /// The place of the choice, from 0.
    #[schema(minimum = 0)]
    choice: u32,
}

/// Say back what was decided
#[utoipa::path(post, path = "/api/v1/decision-questions/{id}/answer", tag = "decisions", request_body = NewBack,
    params(("id" = String, Path, format = "uuid", description = "The question."), KeyHeader),
    responses((status = 204, description = "It is said."), ActRefusals))]
pub(super) async fn say_back(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewBack>,
) -> Result<StatusCode, Problem> {
    let act = SayBack { question: of_path(&id)?, answer: sent.value.choice.to_string() };
    does(&app, &caller, &key, &sent, &act).await
}

/// Two decisions on which somebody looked together.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Conflict {
    /// One.
    #[schema(format = "uuid")]
    decision: String,
    /// The other.
    #[schema(format = "uuid")]
    other: String,
    /// How they conflict, or go together.
    why: String,
    /// Who said so.
    #[schema(format = "uuid")]
    by: String,
    /// Whether it stands: not settled, and both hold.
    stands: bool,
    /// How it was settled.
    settled: Option<String>,
}

/// Decisions that were marked as conflicting, or looked at, the latest first
#[utoipa::path(get, path = "/api/v1/decision-conflicts", tag = "decisions",
    responses((status = 200, body = Vec<Conflict>), ActRefusals))]
pub(super) async fn list_conflicts(State(app): State<App>, caller: Caller) -> Result<Json<Vec<Conflict>>, Problem> {
    let found = conflicts::conflicts(&mut app.ledger().read().await?, &caller.actor, None).await?;
    let told = found.into_iter().map(|one| Conflict {
        decision: one.one.0.to_string(),
        other: one.other.0.to_string(),
        stands: one.stands(),
        why: one.why,
        by: one.by.to_string(),
        settled: one.settled.map(|(_, words)| words),
    });
    Ok(Json(told.collect()))
}

/// Whether two decisions go together.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewConflict {
    /// One.
    #[schema(format = "uuid")]
    decision: String,
    /// The other.
    #[schema(format = "uuid")]
    other: String,
    /// Whether they go together; false: they conflict.
    together: bool,
    /// How.
    #[schema(min_length = 1, max_length = 20000)]
    why: String,
}

/// Say whether two decisions that hold go together
#[utoipa::path(post, path = "/api/v1/decision-conflicts", tag = "decisions", request_body = NewConflict,
    params(KeyHeader), responses((status = 204, description = "It is on record."), ActRefusals))]
pub(super) async fn mark(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    sent: Sent<NewConflict>,
) -> Result<StatusCode, Problem> {
    let NewConflict { decision, other, together, why } = sent.value.clone();
    let (decision, other) = (of_field("decision", &decision)?, of_field("other", &other)?);
    let act = MarkConflict { decision, other, why, together };
    does(&app, &caller, &key, &sent, &act).await
}

/// How a conflict was settled.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSettlement {
    /// One.
    #[schema(format = "uuid")]
    decision: String,
    /// The other.
    #[schema(format = "uuid")]
    other: String,
    /// How.
    #[schema(min_length = 1, max_length = 20000)]
    words: String,
}

/// Settle a conflict: who decides one of the two, or leads its circle
#[utoipa::path(post, path = "/api/v1/decision-conflicts/settle", tag = "decisions", request_body = NewSettlement,
    params(KeyHeader), responses((status = 204, description = "It is settled."), ActRefusals))]
pub(super) async fn settle(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    sent: Sent<NewSettlement>,
) -> Result<StatusCode, Problem> {
    let NewSettlement { decision, other, words } = sent.value.clone();
    let (decision, other) = (of_field("decision", &decision)?, of_field("other", &other)?);
    does(&app, &caller, &key, &sent, &SettleConflict { decision, other, words }).await
}

/// How one kind of percentages held.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HeldPercentages {
    /// Judged decisions with such a percentage.
    #[schema(minimum = 0)]
    n: usize,
    /// Brier score, from 0 (best) to 1; null below ten judged decisions.
    brier: Option<f64>,
    /// Its 90 % interval.
    interval: Option<(f64, f64)>,
    /// How far what was said lies from what came.
    reliability: Option<f64>,
    /// How well what was said tells apart what comes from what does not.
    resolution: Option<f64>,
    /// How uncertain the outcomes were in themselves.
    uncertainty: Option<f64>,
}

fn held(judged: &[Judged]) -> HeldPercentages {
    let told = calibrate(judged);
    let part = |part: fn(&leadership::calibration::Calibration) -> f64| told.as_ref().map(part);
    HeldPercentages {
        n: judged.len(),
        brier: part(|told| told.brier),
        interval: told.as_ref().map(|told| told.interval),
        reliability: part(|told| told.reliability),
        resolution: part(|told| told.resolution),
        uncertainty: part(|told| told.uncertainty),
    }
}

/// How sure you were, beside what came: for your own eyes.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Sureness {
    /// What the gut said.
    gut: HeldPercentages,
    /// What was worked out.
    analysed: HeldPercentages,
}

/// How your own percentages held; nobody else's token reads them
#[utoipa::path(get, path = "/api/v1/me/calibration", tag = "decisions",
    responses((status = 200, body = Sureness), ActRefusals))]
pub(super) async fn sureness(State(app): State<App>, caller: Caller) -> Result<Json<Sureness>, Problem> {
    let called = calibration::mine(&mut app.ledger().read().await?, &caller.actor).await?;
    let of =
        |kind: fn(&calibration::Called) -> Option<Judged>| held(&called.iter().filter_map(kind).collect::<Vec<_>>());
    Ok(Json(Sureness { gut: of(calibration::Called::gut), analysed: of(calibration::Called::analysed) }))
}
