//! `/api/v1/qualities` and `/api/v1/questionnaire`: the leadership model, and the sentences that are asked.

use std::collections::BTreeMap;
use std::future::{Ready, ready};

use axum::Json;
use axum::extract::{Path, State};
use ledger::questionnaire::{self, Add, Asked, BringBack, Retire, Reword, TakeOver, Wording};
use model::Kind;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::answers::names;
use super::entry::{Bare, Caller, Inside, Key, KeyHeader, Sent, perform};
use super::problem::{ActRefusals, Problem, Refusals};
use crate::app::App;

names! {
    /// Which part of the model a quality belongs to: what leaders do, how they go about it, or another skill.
    QualityKindName of Kind { What, How, Skill }
}

/// A quality of the leadership model.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Quality)]
pub(super) struct QualityItem {
    /// Its key.
    key: String,
    /// What it is called.
    name: String,
    /// Which part of the model it belongs to.
    kind: QualityKindName,
    /// What is meant.
    definition: String,
    /// What to do to grow in it.
    practices: Vec<String>,
    /// Keys of the modules of training that help.
    modules: Vec<String>,
}

/// The qualities of the leadership model
#[utoipa::path(get, path = "/api/v1/qualities", tag = "model",
    responses((status = 200, body = Vec<QualityItem>), Refusals))]
pub(super) fn qualities(_: Caller) -> Ready<Json<Vec<QualityItem>>> {
    let item = |one: &model::Quality| QualityItem {
        key: one.key.clone(),
        name: one.name.clone(),
        kind: one.kind.into(),
        definition: one.definition.clone(),
        practices: one.practices.iter().map(|practice| practice.words.clone()).collect(),
        modules: one.modules.clone(),
    };
    ready(Json(model::shipped().qualities.iter().map(item).collect()))
}

/// A sentence that is asked.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Sentence {
    /// Its key: the same when it is reworded.
    key: String,
    /// The key of its quality, or of its outcome.
    quality: String,
    /// How it is worded, by who answers: `subordinate`, `peer`, `higher-up`, `client`, `self`.
    words: BTreeMap<String, String>,
    /// The version from which on it is worded so; 0 for as it was shipped.
    #[schema(minimum = 0)]
    since: i64,
    /// Whether it was added or reworded here.
    ours: bool,
    /// Whether it is asked no more.
    retired: bool,
}

fn sentence(one: &Asked) -> Sentence {
    let words = one.words.iter().map(|(role, words)| (role.name().to_owned(), words.clone())).collect();
    Sentence {
        key: one.key.clone(),
        quality: one.quality.clone(),
        words,
        since: one.since,
        ours: one.ours,
        retired: one.retired,
    }
}

/// What waves and the self-check ask.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Questionnaire {
    /// The number of its version.
    #[schema(minimum = 0)]
    number: i64,
    /// The version of the model that it was made over.
    shipped: String,
    /// Its sentences, in the order of the model.
    items: Vec<Sentence>,
}

/// The questionnaire as it is asked today
#[utoipa::path(get, path = "/api/v1/questionnaire", tag = "model",
    responses((status = 200, body = Questionnaire), Refusals))]
pub(super) async fn in_use(State(app): State<App>, _: Caller) -> Result<Json<Questionnaire>, Problem> {
    let found = questionnaire::in_use(&mut app.ledger().read().await?).await?;
    let items = found.items.iter().map(sentence).collect();
    Ok(Json(Questionnaire { number: found.number, shipped: found.shipped, items }))
}

/// A sentence in its five wordings: one behaviour, something that can be seen, in present tense.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewWording {
    /// For who reports to the leader.
    #[schema(min_length = 1, max_length = 200)]
    subordinate: String,
    /// For who works beside the leader.
    #[schema(min_length = 1, max_length = 200)]
    peer: String,
    /// For whom the leader reports to.
    #[schema(min_length = 1, max_length = 200)]
    higher_up: String,
    /// For who is served by the leader's team.
    #[schema(min_length = 1, max_length = 200)]
    client: String,
    /// For the leader.
    #[schema(min_length = 1, max_length = 200)]
    own: String,
}

impl From<NewWording> for Wording {
    fn from(words: NewWording) -> Self {
        let NewWording { subordinate, peer, higher_up, client, own } = words;
        Self { subordinate, peer, higher_up, client, own }
    }
}

/// A sentence to ask.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSentence {
    /// The key of its quality, or of an outcome (`trust`, `confidence`, `respect`).
    #[schema(min_length = 1, max_length = 60)]
    quality: String,
    /// How it is worded. What is wrong is told of the wording itself: `peer`, `own`.
    words: NewWording,
    /// Why: it stands beside the version.
    #[schema(min_length = 1, max_length = 200)]
    why: String,
}

/// A sentence, by its key.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SentenceKey {
    /// The key.
    key: String,
}

/// What is there to be changed: an administrator's; to others this address is not there, as the page is not.
async fn owned(app: &App, caller: &Caller) -> Result<(), Problem> {
    let mut tx = app.ledger().read().await?;
    if questionnaire::owns(&mut tx, &caller.actor).await? { Ok(()) } else { Err(Problem::not_found()) }
}

/// Ask one more sentence in waves that are opened from now on: who administers the organisation
#[utoipa::path(post, path = "/api/v1/questionnaire/items", tag = "model", request_body = NewSentence, params(KeyHeader),
    responses((status = 200, body = SentenceKey), ActRefusals))]
pub(super) async fn add(
    State(app): State<App>,
    Inside(caller): Inside,
    key: Key,
    sent: Sent<NewSentence>,
) -> Result<Json<Value>, Problem> {
    owned(&app, &caller).await?;
    let NewSentence { quality, words, why } = sent.value.clone();
    let act = Add { quality, words: words.into(), why };
    Ok(Json(perform(&app, &caller, &key, &sent, &act, |made| json!({ "key": made })).await?))
}

/// Another wording of a sentence.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSentenceWords {
    /// The number of the version that you looked at.
    #[schema(minimum = 0)]
    over: i64,
    /// How it is worded. What is wrong is told of the wording itself: `peer`, `own`.
    words: NewWording,
    /// Why.
    #[schema(min_length = 1, max_length = 200)]
    why: String,
}

/// A version of the questionnaire, by its number.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct QuestionnaireNumber {
    /// The number.
    #[schema(minimum = 1)]
    number: i64,
}

/// Word a sentence otherwise: who administers the organisation
///
/// Answers to the old and to the new wording are not compared.
#[utoipa::path(put, path = "/api/v1/questionnaire/items/{key}", tag = "model", request_body = NewSentenceWords,
    params(("key" = String, Path, description = "The sentence."), KeyHeader),
    responses((status = 200, body = QuestionnaireNumber), ActRefusals))]
pub(super) async fn reword(
    State(app): State<App>,
    Inside(caller): Inside,
    Path(item): Path<String>,
    key: Key,
    sent: Sent<NewSentenceWords>,
) -> Result<Json<Value>, Problem> {
    owned(&app, &caller).await?;
    let NewSentenceWords { over, words, why } = sent.value.clone();
    let act = Reword { item, over, words: words.into(), why };
    Ok(Json(perform(&app, &caller, &key, &sent, &act, |number| json!({ "number": number })).await?))
}

/// Why a sentence is asked no more, or again.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSentenceReason {
    /// It stands beside the version.
    #[schema(min_length = 1, max_length = 200)]
    why: String,
}

/// Ask a sentence no more: who administers the organisation
#[utoipa::path(post, path = "/api/v1/questionnaire/items/{key}/retirement", tag = "model",
    request_body = NewSentenceReason, params(("key" = String, Path, description = "The sentence."), KeyHeader),
    responses((status = 200, body = QuestionnaireNumber), ActRefusals))]
pub(super) async fn retire(
    State(app): State<App>,
    Inside(caller): Inside,
    Path(item): Path<String>,
    key: Key,
    sent: Sent<NewSentenceReason>,
) -> Result<Json<Value>, Problem> {
    owned(&app, &caller).await?;
    let act = Retire { item, why: sent.value.why.clone() };
    Ok(Json(perform(&app, &caller, &key, &sent, &act, |number| json!({ "number": number })).await?))
}

/// Ask a retired sentence again: who administers the organisation
#[utoipa::path(post, path = "/api/v1/questionnaire/items/{key}/return", tag = "model",
    request_body = NewSentenceReason, params(("key" = String, Path, description = "The sentence."), KeyHeader),
    responses((status = 200, body = QuestionnaireNumber), ActRefusals))]
pub(super) async fn bring_back(
    State(app): State<App>,
    Inside(caller): Inside,
    Path(item): Path<String>,
    key: Key,
    sent: Sent<NewSentenceReason>,
) -> Result<Json<Value>, Problem> {
    owned(&app, &caller).await?;
    let act = BringBack { item, why: sent.value.why.clone() };
    Ok(Json(perform(&app, &caller, &key, &sent, &act, |number| json!({ "number": number })).await?))
}

/// Take over the model that ships with this version of Plumb, where it is newer: who administers the organisation
///
/// What was added, reworded and retired here stays so.
#[utoipa::path(post, path = "/api/v1/questionnaire/take-over", tag = "model", params(KeyHeader),
    responses((status = 200, body = QuestionnaireNumber), ActRefusals))]
pub(super) async fn take_over(
    State(app): State<App>,
    Inside(caller): Inside,
    key: Key,
    bare: Bare,
) -> Result<Json<Value>, Problem> {
    owned(&app, &caller).await?;
    Ok(Json(perform(&app, &caller, &key, &bare, &TakeOver, |number| json!({ "number": number })).await?))
}
