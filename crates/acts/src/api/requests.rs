//! `/api/v1/requests`: what is asked of people, and what becomes of it.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use leadership::request::{Authority, State as Standing, Typed};
use ledger::requests::{self, AnswerOffer, Ask, Finish, Triage, Undo};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::answers::{Made, made, names};
use super::entry::{Bare, Caller, Key, KeyHeader, Sent, does, of_path, perform};
use super::problem::{ActRefusals, Problem, Refusals};
use crate::app::App;

names! {
    /// Where a request stands.
    RequestState of Standing { Open, Doing, Offered, Taken, Deferred, Dropped, Done }
}
names! {
    /// How far whoever takes it may go.
    AuthorityName of Authority { Tell, Consult, Agree, Own }
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum VerdictName {
    /// It is done by whom it was asked of.
    Do,
    /// Somebody is asked to take it; taken, it is their promise.
    Delegate,
    /// It waits for a day, and who asked is told.
    Defer,
    /// It is not done, and who asked is told why.
    Drop,
}

impl VerdictName {
    fn name(self) -> &'static str {
        match self {
            Self::Do => "do",
            Self::Delegate => "delegate",
            Self::Defer => "defer",
            Self::Drop => "drop",
        }
    }
}

/// A request.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Request {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// The circle that it belongs to.
    #[schema(format = "uuid")]
    circle: String,
    /// One line.
    title: String,
    /// More about it.
    words: String,
    /// Whom it was asked of.
    #[schema(format = "uuid")]
    owner: String,
    /// Where it stands.
    state: RequestState,
    /// By when.
    #[schema(format = Date)]
    due: Option<String>,
    /// The promise that it became.
    #[schema(format = "uuid")]
    promise: Option<String>,
}

fn request(found: requests::Request) -> Request {
    Request {
        id: found.id.to_string(),
        circle: found.circle.to_string(),
        title: found.title,
        words: found.words,
        owner: found.owner.to_string(),
        state: found.state.into(),
        due: found.due.map(|day| day.to_string()),
        promise: found.promise,
    }
}

/// Requests, by side.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Requests {
    /// What was asked of you and is not over, the oldest first.
    to_me: Vec<Request>,
    /// What you asked, or noted for somebody else, the newest first; at most 100.
    by_me: Vec<Request>,
}

/// What was asked of you, and what you asked
#[utoipa::path(get, path = "/api/v1/requests", tag = "requests",
    responses((status = 200, body = Requests), ActRefusals))]
pub(super) async fn list(State(app): State<App>, caller: Caller) -> Result<Json<Requests>, Problem> {
    let mut tx = app.ledger().read().await?;
    let to_me = requests::inbox(&mut tx, &caller.actor).await?.into_iter().map(request).collect();
    let by_me = requests::asked(&mut tx, &caller.actor).await?.into_iter().map(request).collect();
    Ok(Json(Requests { to_me, by_me }))
}

/// A new request.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRequest {
    /// The circle that it belongs to.
    #[schema(format = "uuid")]
    circle: String,
    /// Whom it is asked of; without it whoever leads the circle.
    #[serde(default)]
    #[schema(format = "uuid")]
    of: Option<String>,
    /// Who asks, where they are not in Plumb.
    #[serde(default)]
    #[schema(max_length = 200)]
    asked_name: Option<String>,
    /// One line.
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    /// More about it.
    #[serde(default)]
    #[schema(max_length = 20000)]
    words: Option<String>,
    /// By when.
    #[serde(default)]
    #[schema(format = Date)]
    due: Option<String>,
}

/// What becomes of it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewVerdict {
    /// Which of the four.
    verdict: VerdictName,
    /// Why; asked for when it is dropped.
    #[serde(default)]
    #[schema(max_length = 20000)]
    reason: Option<String>,
    /// Delegated: whom you ask to take it.
    #[serde(default)]
    #[schema(format = "uuid")]
    to: Option<String>,
    /// Delegated: by when; deferred: until when.
    #[serde(default)]
    #[schema(format = Date)]
    day: Option<String>,
    /// Delegated: what must come out.
    #[serde(default)]
    #[schema(max_length = 20000)]
    outcome: Option<String>,
    /// Delegated: within which limits.
    #[serde(default)]
    #[schema(max_length = 20000)]
    limits: Option<String>,
    /// Delegated: how far they may go.
    #[serde(default)]
    authority: Option<AuthorityName>,
}

/// The answer of who was asked to take it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OfferAnswer {
    /// Whether you take it: it is your promise then.
    takes: bool,
    /// Why you hand it back.
    #[serde(default)]
    #[schema(max_length = 20000)]
    reason: Option<String>,
}

/// Ask for something
#[utoipa::path(post, path = "/api/v1/requests", tag = "requests", request_body = NewRequest,
    params(KeyHeader),
    responses((status = 201, body = Made, headers(("Location" = String, description = "Where the request is."))), ActRefusals))]
pub(super) async fn ask(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    sent: Sent<NewRequest>,
) -> Result<Response, Problem> {
    let typed = sent.value.clone();
    let act = Ask {
        circle: typed.circle,
        of: typed.of.unwrap_or_default(),
        asked_name: typed.asked_name.unwrap_or_default(),
        title: typed.title,
        words: typed.words.unwrap_or_default(),
        due: typed.due.unwrap_or_default(),
    };
    let answer = perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?;
    Ok(made("/api/v1/requests", answer))
}

/// A request to which one is a party
#[utoipa::path(get, path = "/api/v1/requests/{id}", tag = "requests",
    params(("id" = String, Path, format = "uuid", description = "The request.")),
    responses((status = 200, body = Request), Refusals))]
pub(super) async fn one(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Request>, Problem> {
    let found = requests::get(&mut app.ledger().read().await?, &caller.actor, of_path(&id)?).await?;
    Ok(Json(request(found.ok_or_else(Problem::not_found)?)))
}

/// Say what becomes of it: do, delegate, defer, drop
#[utoipa::path(post, path = "/api/v1/requests/{id}/verdict", tag = "requests", request_body = NewVerdict,
    params(("id" = String, Path, format = "uuid", description = "The request."),
        KeyHeader),
    responses((status = 204, description = "It is said, and told to who asked."), ActRefusals))]
pub(super) async fn verdict(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewVerdict>,
) -> Result<StatusCode, Problem> {
    let typed = sent.value.clone();
    let typed = Typed {
        verdict: typed.verdict.name().to_owned(),
        reason: typed.reason.unwrap_or_default(),
        to: typed.to.unwrap_or_default(),
        day: typed.day.unwrap_or_default(),
        outcome: typed.outcome.unwrap_or_default(),
        limits: typed.limits.unwrap_or_default(),
        authority: typed.authority.map(|name| Authority::from(name).name().to_owned()).unwrap_or_default(),
    };
    let act = Triage { request: of_path(&id)?, typed };
    does(&app, &caller, &key, &sent, &act).await
}

/// Take the last verdict back, while nobody acted upon it; who was told is told anew
#[utoipa::path(post, path = "/api/v1/requests/{id}/undo", tag = "requests",
    params(("id" = String, Path, format = "uuid", description = "The request."),
        KeyHeader),
    responses((status = 204, description = "It stands as before."), ActRefusals))]
pub(super) async fn undo(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    bare: Bare,
) -> Result<StatusCode, Problem> {
    does(&app, &caller, &key, &bare, &Undo { request: of_path(&id)? }).await
}

/// Take what one was asked to take, or hand it back
#[utoipa::path(post, path = "/api/v1/requests/{id}/answer", tag = "requests", request_body = OfferAnswer,
    params(("id" = String, Path, format = "uuid", description = "The request."),
        KeyHeader),
    responses((status = 204, description = "It is answered."), ActRefusals))]
pub(super) async fn answer(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<OfferAnswer>,
) -> Result<StatusCode, Problem> {
    let typed = sent.value.clone();
    let act = AnswerOffer { request: of_path(&id)?, takes: typed.takes, reason: typed.reason.unwrap_or_default() };
    does(&app, &caller, &key, &sent, &act).await
}

/// Say that it is done
#[utoipa::path(post, path = "/api/v1/requests/{id}/done", tag = "requests",
    params(("id" = String, Path, format = "uuid", description = "The request."),
        KeyHeader),
    responses((status = 204, description = "It is done."), ActRefusals))]
pub(super) async fn done(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    bare: Bare,
) -> Result<StatusCode, Problem> {
    let act = Finish { request: of_path(&id)? };
    does(&app, &caller, &key, &bare, &act).await
}
