//! `/api/v1/clauses` and their cases: the code of one's circles.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use leadership::code::{CHOICES, ClauseKind};
use ledger::code::{self, Acknowledge, AddCase, AnswerCase, Clause, Publish, Retire};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::answers::{Made, made, names};
use super::entry::{Caller, Key, KeyHeader, Sent, does, of_field, of_path, perform};
use super::problem::{ActRefusals, Problem, Refusals};
use crate::app::App;

names! {
    /// What a clause is.
    ClauseKindName of ClauseKind { Ethics, Value }
}

/// A clause at its present version.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Clause)]
pub(super) struct Item {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// The circle that it holds for, with all that is nested in it.
    #[schema(format = "uuid")]
    circle: String,
    /// What it is.
    kind: ClauseKindName,
    /// Its present version.
    #[schema(minimum = 1)]
    version: i64,
    /// One line.
    title: String,
    /// What it asks.
    words: String,
    /// Why.
    why: String,
    /// Whether you were told of the present version and have not acknowledged it.
    waits: bool,
    /// When it was retired; null while it is in force.
    #[schema(format = DateTime)]
    retired_at: Option<String>,
}

fn item(clause: Clause) -> Item {
    Item {
        id: clause.id.to_string(),
        circle: clause.circle.to_string(),
        kind: clause.kind.into(),
        version: clause.version,
        title: clause.title,
        words: clause.words,
        why: clause.why,
        waits: clause.unseen,
        retired_at: clause.retired_at.map(|at| at.to_string()),
    }
}

/// The clauses in force: ethics first, then by title.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Clauses {
    /// All of them.
    items: Vec<Item>,
}

/// One version of a clause.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClauseVersion)]
pub(super) struct Version {
    /// From 1.
    #[schema(minimum = 1)]
    version: i64,
    /// One line.
    title: String,
    /// What it asked.
    words: String,
    /// What changed, and why; empty for the first.
    changed: String,
    /// Who published it.
    #[schema(format = "uuid")]
    published_by: String,
    /// When.
    #[schema(format = DateTime)]
    published_at: String,
}

/// An answer to choose from.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CaseChoice {
    /// Its place, which is what an answer gives.
    #[schema(minimum = 1, maximum = 5)]
    place: i64,
    /// The answer.
    words: String,
}

/// Your own answer, with the right one.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CaseAnswered {
    /// The place that you chose.
    #[schema(minimum = 1, maximum = 5)]
    place: i64,
    /// The place that is right.
    #[schema(minimum = 1, maximum = 5)]
    right: i64,
    /// Why it is right.
    reason: String,
}

/// A short case that a clause is tried on.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ClauseCase {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// What happens.
    story: String,
    /// Answers to choose from.
    choices: Vec<CaseChoice>,
    /// Your answer to the present version; null before it came. The right one is not told sooner.
    mine: Option<CaseAnswered>,
    /// How many answers are counted: whole fives only.
    #[schema(minimum = 0)]
    n: u64,
    /// How many of them are right; null where it is not enough to say. Whose they are nobody is told.
    #[schema(minimum = 0)]
    right: Option<u64>,
}

/// A clause with its versions and cases.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WholeClause {
    /// The clause.
    clause: Item,
    /// Its versions, the newest first.
    versions: Vec<Version>,
    /// Its cases.
    cases: Vec<ClauseCase>,
}

/// The clauses in force of the circles that you see from inside
#[utoipa::path(get, path = "/api/v1/clauses", tag = "code", responses((status = 200, body = Clauses), Refusals))]
pub(super) async fn list(State(app): State<App>, caller: Caller) -> Result<Json<Clauses>, Problem> {
    let all = code::clauses(&mut app.ledger().read().await?, &caller.actor).await?;
    Ok(Json(Clauses { items: all.into_iter().map(item).collect() }))
}

/// A clause with its versions and cases; retired ones too
#[utoipa::path(get, path = "/api/v1/clauses/{id}", tag = "code",
    params(("id" = String, Path, format = "uuid", description = "The clause.")),
    responses((status = 200, body = WholeClause), Refusals))]
pub(super) async fn one(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<WholeClause>, Problem> {
    let mut tx = app.ledger().read().await?;
    let clause = code::get(&mut tx, &caller.actor, of_path(&id)?).await?.ok_or_else(Problem::not_found)?;
    let versions = code::versions(&mut tx, &clause).await?.into_iter().map(|one| Version {
        version: one.version,
        title: one.title,
        words: one.words,
        changed: one.changed,
        published_by: one.published_by.to_string(),
        published_at: one.published_at.to_string(),
    });
    let cases = code::cases(&mut tx, &caller.actor, &clause).await?.into_iter().map(|one| ClauseCase {
        id: one.id.to_string(),
        story: one.story,
        choices: one.choices.into_iter().map(|(place, words)| CaseChoice { place, words }).collect(),
        mine: one.mine.map(|mine| CaseAnswered { place: mine.place, right: mine.right, reason: mine.reason }),
        n: one.share.n,
        right: one.share.enough().then_some(one.share.so),
    });
    Ok(Json(WholeClause { versions: versions.collect(), cases: cases.collect(), clause: item(clause) }))
}

/// A clause to be published.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewClause {
    /// The circle that it holds for, with all that is nested in it.
    #[schema(format = "uuid")]
    circle: String,
    /// What it is.
    kind: ClauseKindName,
    /// One line.
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    /// What it asks.
    #[schema(min_length = 1, max_length = 20000)]
    words: String,
    /// Why.
    #[schema(min_length = 1, max_length = 20000)]
    why: String,
}

/// Publish a clause: who leads its circle; everybody whom it holds for is told
#[utoipa::path(post, path = "/api/v1/clauses", tag = "code", request_body = NewClause, params(KeyHeader),
    responses((status = 201, body = Made, headers(("Location" = String, description = "Where the clause is."))), ActRefusals))]
pub(super) async fn publish(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    sent: Sent<NewClause>,
) -> Result<Response, Problem> {
    let NewClause { circle, kind, title, words, why } = sent.value.clone();
    let act = Publish {
        clause: None,
        circle: Some(of_field("circle", &circle)?),
        kind: ClauseKind::from(kind).name().to_owned(),
        title,
        words,
        why,
        changed: String::new(),
    };
    let answer = perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?;
    Ok(made("/api/v1/clauses", answer))
}

/// A new version of a clause.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewClauseVersion {
    /// One line.
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    /// What it asks.
    #[schema(min_length = 1, max_length = 20000)]
    words: String,
    /// Why.
    #[schema(min_length = 1, max_length = 20000)]
    why: String,
    /// What changed, and why.
    #[schema(min_length = 1, max_length = 20000)]
    changed: String,
}

/// Publish a new version of a clause: who leads its circle; everybody whom it holds for is told anew
#[utoipa::path(post, path = "/api/v1/clauses/{id}/versions", tag = "code", request_body = NewClauseVersion,
    params(("id" = String, Path, format = "uuid", description = "The clause."), KeyHeader),
    responses((status = 204, description = "It is published."), ActRefusals))]
pub(super) async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewClauseVersion>,
) -> Result<StatusCode, Problem> {
    let NewClauseVersion { title, words, why, changed } = sent.value.clone();
    let act = Publish { clause: Some(of_path(&id)?), title, words, why, changed, ..Publish::default() };
    does(&app, &caller, &key, &sent, &act).await
}

/// Why a clause no longer holds.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRetirement {
    /// Why.
    #[schema(min_length = 1, max_length = 20000)]
    why: String,
}

/// Say that a clause no longer holds: who leads its circle; whoever was told of it is told that too
#[utoipa::path(post, path = "/api/v1/clauses/{id}/retirement", tag = "code", request_body = NewRetirement,
    params(("id" = String, Path, format = "uuid", description = "The clause."), KeyHeader),
    responses((status = 204, description = "It no longer holds."), ActRefusals))]
pub(super) async fn retire(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewRetirement>,
) -> Result<StatusCode, Problem> {
    let act = Retire { clause: of_path(&id)?, why: sent.value.why.clone() };
    does(&app, &caller, &key, &sent, &act).await
}

/// What was seen.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewClauseSeen {
    /// The version that was read.
    #[schema(minimum = 1)]
    version: i64,
}

/// Acknowledge the version of a clause that you were told of: seen, not agreed
#[utoipa::path(post, path = "/api/v1/clauses/{id}/acknowledgement", tag = "code", request_body = NewClauseSeen,
    params(("id" = String, Path, format = "uuid", description = "The clause."), KeyHeader),
    responses((status = 204, description = "It is acknowledged."), ActRefusals))]
pub(super) async fn acknowledge(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewClauseSeen>,
) -> Result<StatusCode, Problem> {
    let act = Acknowledge { clause: of_path(&id)?, version: Some(sent.value.version) };
    does(&app, &caller, &key, &sent, &act).await
}

/// A case to try a clause on.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewClauseCase {
    /// What happens.
    #[schema(min_length = 1, max_length = 20000)]
    story: String,
    /// Answers that somebody could hold to be right, each of one line and at most 200 characters.
    #[schema(min_items = 2, max_items = 5)]
    choice: Vec<String>,
    /// The place of the right one, from 1.
    #[schema(minimum = 1, maximum = 5)]
    right: u32,
    /// Why it is right, told to everybody after their answer.
    #[schema(min_length = 1, max_length = 20000)]
    reason: String,
}

/// Add a case to a clause: who leads its circle
#[utoipa::path(post, path = "/api/v1/clauses/{id}/cases", tag = "code", request_body = NewClauseCase,
    params(("id" = String, Path, format = "uuid", description = "The clause."), KeyHeader),
    responses((status = 200, body = Made), ActRefusals))]
pub(super) async fn add_case(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewClauseCase>,
) -> Result<Json<Value>, Problem> {
    let NewClauseCase { story, choice, right, reason } = sent.value.clone();
    if choice.len() > CHOICES {
        return Err(Problem::field("choice", format!("Give {CHOICES} answers at most.")));
    }
    let act = AddCase { clause: of_path(&id)?, story, choices: choice, right: right.to_string(), reason };
    Ok(Json(perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?))
}

/// The answer to a case.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewCaseAnswer {
    /// The place of the answer that you choose.
    #[schema(minimum = 1, maximum = 5)]
    place: u32,
}

/// Whether it was right.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CaseVerdict {
    /// Whether it was right; why is told with the clause.
    right: bool,
}

/// Answer a case, once per version of its clause; nobody else sees your answer
#[utoipa::path(post, path = "/api/v1/cases/{id}/answer", tag = "code", request_body = NewCaseAnswer,
    params(("id" = String, Path, format = "uuid", description = "The case."), KeyHeader),
    responses((status = 200, body = CaseVerdict), ActRefusals))]
pub(super) async fn answer_case(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewCaseAnswer>,
) -> Result<Json<Value>, Problem> {
    let act = AnswerCase { case: of_path(&id)?, place: i64::from(sent.value.place) };
    Ok(Json(perform(&app, &caller, &key, &sent, &act, |right| json!({ "right": right })).await?))
}
