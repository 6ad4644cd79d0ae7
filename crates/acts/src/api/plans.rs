//! `/api/v1/growth-plans` and what is practised for them.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use leadership::PersonId;
use ledger::growth::{self, AddPractice, BeginPlan, ClosePlan, Done, MoveRetest, PracticeId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::answers::Made;
use super::entry::{Inside, Key, KeyHeader, Sent, does, of_field, of_path, perform};
use super::problem::{ActRefusals, Problem, Refusals};
use super::promises::StateName;
use crate::app::App;

/// A quality that one grows in.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PlannedQuality {
    /// Its key in the model.
    key: String,
    /// What one wants to be able to do.
    why: String,
}

/// The promise that a practice is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PromisedPractice {
    /// The promise.
    #[schema(format = "uuid")]
    id: String,
    /// Where it stands.
    state: StateName,
    /// To whom it was given.
    #[schema(format = "uuid")]
    to: String,
}

/// Something that is practised.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = GrowthPractice)]
pub(super) struct PracticeItem {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// For which quality, by key.
    quality: String,
    /// What.
    words: String,
    /// By when.
    #[schema(format = Date)]
    due: String,
    /// The promise that it is; null for a note to oneself.
    promise: Option<PromisedPractice>,
    /// When a note to oneself was done.
    #[schema(format = DateTime)]
    done_at: Option<String>,
    /// What came of it.
    note: Option<String>,
}

/// A plan for growing in two qualities at most.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = GrowthPlan)]
pub(super) struct PlanItem {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// What is grown in.
    qualities: Vec<PlannedQuality>,
    /// The day on which to look again.
    #[schema(format = Date)]
    retest_on: String,
    /// When it was begun.
    #[schema(format = DateTime)]
    begun_at: String,
    /// When it was closed.
    #[schema(format = DateTime)]
    closed_at: Option<String>,
    /// What was learned, of a closed one.
    learned: Option<String>,
    /// What is done for it, soonest first.
    practices: Vec<PracticeItem>,
}

fn practice(one: growth::Practice) -> PracticeItem {
    let promise = |(id, state, to): (leadership::PromiseId, leadership::promise::State, PersonId)| PromisedPractice {
        id: id.to_string(),
        state: state.into(),
        to: to.to_string(),
    };
    PracticeItem {
        id: one.id.to_string(),
        quality: one.quality,
        words: one.words,
        due: one.due.to_string(),
        promise: one.promise.map(promise),
        done_at: one.done_at.map(|at| at.to_string()),
        note: one.note,
    }
}

/// A plan, as it is told.
pub(super) fn told(plan: growth::Plan) -> PlanItem {
    let (closed_at, learned) = plan.ended.map(|(at, learned)| (at.to_string(), learned)).unzip();
    PlanItem {
        id: plan.id.to_string(),
        qualities: plan.qualities.into_iter().map(|(key, why)| PlannedQuality { key, why }).collect(),
        retest_on: plan.retest_on.to_string(),
        begun_at: plan.made_at.to_string(),
        closed_at,
        learned,
        practices: plan.practices.into_iter().map(practice).collect(),
    }
}

/// Your plans.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GrowthPlans {
    /// The one under way.
    open: Option<PlanItem>,
    /// Those that were closed, newest first.
    closed: Vec<PlanItem>,
}

/// Your plans: for your own eyes, and for whom you invited to look along
#[utoipa::path(get, path = "/api/v1/growth-plans", tag = "growth",
    responses((status = 200, body = GrowthPlans), Refusals))]
pub(super) async fn list(State(app): State<App>, Inside(caller): Inside) -> Result<Json<GrowthPlans>, Problem> {
    let mut tx = app.ledger().read().await?;
    let open = growth::plan_of_mine(&mut tx, &caller.actor).await?.map(told);
    let closed = growth::earlier(&mut tx, &caller.actor).await?.into_iter().map(told).collect();
    Ok(Json(GrowthPlans { open, closed }))
}

/// A plan to begin.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewGrowthPlan {
    /// The key of a quality of `/api/v1/qualities`.
    #[schema(min_length = 1, max_length = 60)]
    quality: String,
    /// What you want to be able to do, so that somebody else could see it.
    #[schema(min_length = 1, max_length = 20000)]
    why: String,
    /// A second quality, if you want one.
    #[serde(default)]
    #[schema(max_length = 60)]
    quality_2: Option<String>,
    /// What you want to be able to do there.
    #[serde(default)]
    #[schema(max_length = 20000)]
    why_2: Option<String>,
    /// The day on which you look again, within thirteen months.
    #[schema(format = Date)]
    retest_on: String,
}

/// Begin a plan; one at a time is under way
#[utoipa::path(post, path = "/api/v1/growth-plans", tag = "growth", request_body = NewGrowthPlan, params(KeyHeader),
    responses((status = 200, body = Made), ActRefusals))]
pub(super) async fn begin(
    State(app): State<App>,
    Inside(caller): Inside,
    key: Key,
    sent: Sent<NewGrowthPlan>,
) -> Result<Json<Value>, Problem> {
    let NewGrowthPlan { quality, why, quality_2, why_2, retest_on } = sent.value.clone();
    let second = (quality_2.unwrap_or_default(), why_2.unwrap_or_default());
    let act = BeginPlan { qualities: vec![(quality, why), second], retest_on };
    Ok(Json(perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?))
}

/// Something to practise.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPractice {
    /// For which quality of the plan, by key.
    #[schema(min_length = 1, max_length = 60)]
    quality: String,
    /// What you will do, in one line.
    #[schema(min_length = 1, max_length = 200)]
    words: String,
    /// By when.
    #[schema(format = Date)]
    due: String,
    /// To whom it is promised: somebody of your circles; without it, it is a note to yourself.
    #[serde(default)]
    #[schema(format = "uuid")]
    to: Option<String>,
    /// How it will be known, of a promise.
    #[serde(default)]
    #[schema(max_length = 20000)]
    known: Option<String>,
}

/// Add a practice to your plan: a promise to somebody, or a note to yourself
#[utoipa::path(post, path = "/api/v1/growth-plans/{id}/practices", tag = "growth", request_body = NewPractice,
    params(("id" = String, Path, format = "uuid", description = "The plan."), KeyHeader),
    responses((status = 200, body = Made), ActRefusals))]
pub(super) async fn add_practice(
    State(app): State<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewPractice>,
) -> Result<Json<Value>, Problem> {
    let NewPractice { quality, words, due, to, known } = sent.value.clone();
    let act = AddPractice {
        plan: of_path(&id)?,
        quality,
        words,
        due,
        to: to.as_deref().map(|to| of_field("to", to)).transpose()?,
        known: known.unwrap_or_default(),
    };
    Ok(Json(perform(&app, &caller, &key, &sent, &act, |id: &PracticeId| json!({ "id": id })).await?))
}

/// When to look again.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRetest {
    /// The day.
    #[schema(format = Date)]
    retest_on: String,
}

/// Choose another day to look again
#[utoipa::path(put, path = "/api/v1/growth-plans/{id}/retest", tag = "growth", request_body = NewRetest,
    params(("id" = String, Path, format = "uuid", description = "The plan."), KeyHeader),
    responses((status = 204, description = "It is that day."), ActRefusals))]
pub(super) async fn retest(
    State(app): State<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewRetest>,
) -> Result<StatusCode, Problem> {
    let act = MoveRetest { plan: of_path(&id)?, retest_on: sent.value.retest_on.clone() };
    does(&app, &caller, &key, &sent, &act).await
}

/// What a plan taught.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewLearned {
    /// What others now see you do, what not yet, and what you would practise otherwise.
    #[schema(min_length = 1, max_length = 20000)]
    learned: String,
}

/// Close your plan with what you learned; what was promised stays promised
#[utoipa::path(post, path = "/api/v1/growth-plans/{id}/close", tag = "growth", request_body = NewLearned,
    params(("id" = String, Path, format = "uuid", description = "The plan."), KeyHeader),
    responses((status = 204, description = "It is closed."), ActRefusals))]
pub(super) async fn close(
    State(app): State<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewLearned>,
) -> Result<StatusCode, Problem> {
    let act = ClosePlan { plan: of_path(&id)?, learned: sent.value.learned.clone() };
    does(&app, &caller, &key, &sent, &act).await
}

/// What came of a practice.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct NewPracticeNote {
    /// May be empty.
    #[schema(max_length = 20000)]
    note: String,
}

/// Say that you did what you noted for yourself; whether a promise was kept is said by its other side
#[utoipa::path(post, path = "/api/v1/practices/{id}/done", tag = "growth", request_body = NewPracticeNote,
    params(("id" = String, Path, format = "uuid", description = "The practice."), KeyHeader),
    responses((status = 204, description = "It is done."), ActRefusals))]
pub(super) async fn done(
    State(app): State<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewPracticeNote>,
) -> Result<StatusCode, Problem> {
    let act = Done { practice: of_path(&id)?, note: sent.value.note.clone() };
    does(&app, &caller, &key, &sent, &act).await
}
