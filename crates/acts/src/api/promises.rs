//! `/api/v1/promises`

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use leadership::promise::{Act as Do, Intended, Origin, State as Stands, To};
use ledger::promises::{self, AnswerTrust, EndSeries, Give, Take, Which};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::answers::{Made, made, names};
use super::entry::{Bare, Caller, Key, KeyHeader, Query, Sent, does, of_path, perform};
use super::problem::{ActRefusals, Problem, Refusals};
use crate::app::App;

names! {
    /// Where a promise stands.
    StateName of Stands { Proposed, Open, Renegotiated, Kept, Late, Broken, Released, Declined }
}

names! {
    /// Where a promise comes from.
    OriginName of Origin { Hand, Decision, Grant, Talk, Delegation, Pitch, Growth }
}

/// A step of one of the two sides.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum StepName {
    Accept,
    Decline,
    Claim,
    Warn,
    AskDay,
    Agree,
    Stay,
    NotYet,
    Keep,
    KeepLate,
    Break,
    Release,
}

impl From<StepName> for Do {
    fn from(step: StepName) -> Self {
        match step {
            StepName::Accept => Self::Accept,
            StepName::Decline => Self::Decline,
            StepName::Claim => Self::Claim,
            StepName::Warn => Self::Warn,
            StepName::AskDay => Self::AskDay,
            StepName::Agree => Self::Agree,
            StepName::Stay => Self::Stay,
            StepName::NotYet => Self::NotYet,
            StepName::Keep => Self::Keep,
            StepName::KeepLate => Self::KeepLate,
            StepName::Break => Self::Break,
            StepName::Release => Self::Release,
        }
    }
}

/// A promise.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Promise {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// Who promises.
    #[schema(format = "uuid")]
    from: String,
    /// The person to whom, where it is one.
    #[schema(format = "uuid")]
    to_person: Option<String>,
    /// The circle to whom, where it is one.
    #[schema(format = "uuid")]
    to_circle: Option<String>,
    /// The circle it is in.
    #[schema(format = "uuid")]
    circle: String,
    /// What, in one line.
    what: String,
    /// How it will be known.
    known: String,
    /// By when.
    #[schema(format = Date)]
    due: String,
    /// Where it stands.
    state: StateName,
    /// Whether it comes again.
    recurs: bool,
    /// Another day that was asked for.
    #[schema(format = Date)]
    asked_due: Option<String>,
    /// Where it comes from.
    origin: OriginName,
    /// The identifier of that: of a decision, of what was asked of an aim, of a talk; null where it was made by hand.
    origin_id: Option<String>,
}

/// A promise that is made along with something else.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewIntended {
    /// Who promises: an identifier, an address for mail, or an exact name; the person of the token where it is not
    /// given. Of somebody else it is asked.
    #[serde(default)]
    #[schema(required = false, max_length = 200)]
    from: String,
    /// To whom, in the same ways, or the name of a circle.
    #[schema(min_length = 1, max_length = 200)]
    to: String,
    /// What, in one line.
    #[schema(min_length = 1, max_length = 200)]
    what: String,
    /// By when.
    #[schema(format = Date)]
    due: String,
    /// How it will be known.
    #[serde(default)]
    #[schema(required = false, max_length = 20000)]
    known: String,
}

impl From<NewIntended> for Intended {
    fn from(new: NewIntended) -> Self {
        Self { from: new.from, to: new.to, what: new.what, due: new.due, known: new.known }
    }
}

pub(super) fn promise(promise: promises::Promise) -> Promise {
    let (to_person, to_circle) = match promise.to {
        To::Person(id) => (Some(id.to_string()), None),
        To::Circle(id) => (None, Some(id.to_string())),
    };
    Promise {
        id: promise.id.to_string(),
        from: promise.from.to_string(),
        to_person,
        to_circle,
        circle: promise.circle.to_string(),
        what: promise.what,
        known: promise.known,
        due: promise.terms.due.to_string(),
        state: promise.terms.state.into(),
        recurs: promise.every.is_some(),
        asked_due: promise.terms.asked_due.map(|day| day.to_string()),
        origin: promise.origin.into(),
        origin_id: promise.origin_id,
    }
}

/// Promises, fifty at a time.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Promises {
    /// Those of this page.
    items: Vec<Promise>,
    /// How many there are in all; none is told beyond the last page.
    #[schema(minimum = 0)]
    total: usize,
}

/// Which side of a promise.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum SideName {
    /// What one promised, or is asked to.
    #[default]
    Given,
    /// What was promised to one.
    Received,
}

/// Which promises.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// Given, unless it says received.
    #[param(inline)]
    side: SideName,
    /// Those that are closed, instead of those in which something can still happen.
    closed: bool,
    /// Which page, from 0.
    #[param(minimum = 0, maximum = 100_000)]
    page: u32,
}

/// One's own promises, given or received
#[utoipa::path(get, path = "/api/v1/promises", tag = "promises", params(Asked),
    responses((status = 200, body = Promises), ActRefusals))]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<Asked>,
) -> Result<Json<Promises>, Problem> {
    if asked.page > 100_000 {
        return Err(Problem::field("page", "Give a whole number from 0 to 100000."));
    }
    let which = if asked.closed { Which::Closed } else { Which::Live };
    let (mut tx, page) = (app.ledger().read().await?, asked.page as usize);
    let found = match asked.side {
        SideName::Given => promises::given(&mut tx, &caller.actor, which, page).await?,
        SideName::Received => promises::received(&mut tx, &caller.actor, which, page).await?,
    };
    Ok(Json(Promises { items: found.promises.into_iter().map(promise).collect(), total: found.total }))
}

/// One promise
#[utoipa::path(get, path = "/api/v1/promises/{id}", tag = "promises",
    params(("id" = String, Path, format = "uuid", description = "The promise.")),
    responses((status = 200, body = Promise), Refusals))]
pub(super) async fn one(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Promise>, Problem> {
    let found = promises::get(&mut app.ledger().read().await?, &caller.actor, of_path(&id)?).await?;
    Ok(Json(promise(found.ok_or_else(Problem::not_found)?)))
}

/// How often a promise comes again.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum EveryName {
    /// Every week.
    Week,
    /// Every month.
    Month,
    /// Every so many days.
    Days,
}

/// A promise, or an ask for one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPromise {
    /// Whether it is asked of somebody instead of given to them.
    #[serde(default)]
    ask: bool,
    /// To whom, or of whom it is asked: an identifier, an address for mail, or the exact name of a person or a
    /// circle.
    #[schema(min_length = 1, max_length = 200)]
    whom: String,
    /// The circle it is in, by identifier; empty for the nearest that both share.
    #[serde(default)]
    #[schema(required = false)]
    circle: String,
    /// What, in one line.
    #[schema(min_length = 1, max_length = 200)]
    what: String,
    /// How it will be known.
    #[schema(min_length = 1, max_length = 20000)]
    known: String,
    /// By when.
    #[schema(format = Date)]
    due: String,
    /// How often it comes again; once where it is not given.
    #[serde(default)]
    every: Option<EveryName>,
    /// Days from one to the next, where it comes again every so many days.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 366)]
    every_days: Option<u16>,
    /// Whether only the two sides see it.
    #[serde(default)]
    only_sides: bool,
    /// The decision that it follows from; it leads back to it.
    #[serde(default)]
    #[schema(format = "uuid")]
    decision: Option<String>,
}

/// Give a promise, or ask for one
#[utoipa::path(post, path = "/api/v1/promises", tag = "promises", request_body = NewPromise,
    params(KeyHeader),
    responses((status = 201, body = Made, headers(("Location" = String, description = "Where the promise is."))), ActRefusals))]
pub(super) async fn give(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    sent: Sent<NewPromise>,
) -> Result<Response, Problem> {
    let typed = &sent.value;
    let act = Give {
        ask: typed.ask,
        whom: typed.whom.clone(),
        circle: typed.circle.clone(),
        what: typed.what.clone(),
        known: typed.known.clone(),
        due: typed.due.clone(),
        every: match typed.every {
            None => "",
            Some(EveryName::Week) => "week",
            Some(EveryName::Month) => "month",
            Some(EveryName::Days) => "days",
        }
        .to_owned(),
        every_days: typed.every_days.map(|days| days.to_string()).unwrap_or_default(),
        only_sides: typed.only_sides,
        decision: typed.decision.clone().unwrap_or_default(),
    };
    let answer = perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?;
    Ok(made("/api/v1/promises", answer))
}

/// A step of one side.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewStep {
    /// Which step.
    step: StepName,
    /// The day that belongs to it: another day that is asked for, or that on which it was done.
    #[serde(default)]
    #[schema(required = false, format = Date)]
    day: String,
    /// In one's own words.
    #[serde(default)]
    #[schema(required = false, max_length = 20000)]
    why: String,
}

/// Where a promise stands after a step.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Standing {
    /// Where it stands.
    state: StateName,
}

/// Take a step: claim, warn, ask for another day, keep, release
#[utoipa::path(post, path = "/api/v1/promises/{id}/steps", tag = "promises", request_body = NewStep,
    params(("id" = String, Path, format = "uuid", description = "The promise."),
        KeyHeader),
    responses((status = 200, body = Standing), ActRefusals))]
pub(super) async fn step(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewStep>,
) -> Result<Json<serde_json::Value>, Problem> {
    let NewStep { step, day, why } = &sent.value;
    let act = Take { promise: of_path(&id)?, act: (*step).into(), day: day.clone(), why: why.clone() };
    let standing = |terms: &leadership::promise::Terms| json!({ "state": StateName::from(terms.state) });
    Ok(Json(perform(&app, &caller, &key, &sent, &act, standing).await?))
}

/// End a series: after the promise that is open none comes again; for either side, openly
#[utoipa::path(post, path = "/api/v1/promises/{id}/series-end", tag = "promises",
    params(("id" = String, Path, format = "uuid", description = "The promise of the series that is open."), KeyHeader),
    responses((status = 204, description = "None comes again."), ActRefusals))]
pub(super) async fn end_series(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    bare: Bare,
) -> Result<StatusCode, Problem> {
    does(&app, &caller, &key, &bare, &EndSeries { promise: of_path(&id)? }).await
}

/// An answer to “I can rely on what they promise me”.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TrustAnswer)]
pub(super) struct Trusts {
    /// Who answered.
    #[schema(format = "uuid")]
    by: String,
    /// About whom.
    #[schema(format = "uuid")]
    about: String,
    /// On which day.
    #[schema(format = Date)]
    on: String,
    /// From 1 (not at all) to 5 (wholly).
    #[schema(minimum = 1, maximum = 5)]
    answer: i64,
}

/// What you and somebody answered about each other, the oldest first; 404 where neither did
#[utoipa::path(get, path = "/api/v1/people/{id}/trust", tag = "promises",
    params(("id" = String, Path, format = "uuid", description = "The other.")),
    responses((status = 200, body = Vec<Trusts>), Refusals))]
pub(super) async fn trust(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Vec<Trusts>>, Problem> {
    let all = promises::trust(&mut app.ledger().read().await?, &caller.actor, of_path(&id)?).await?;
    if all.is_empty() {
        return Err(Problem::not_found());
    }
    let told = all.into_iter().map(|one| Trusts {
        by: one.by.to_string(),
        about: one.about.to_string(),
        on: one.on.to_string(),
        answer: one.answer,
    });
    Ok(Json(told.collect()))
}

/// How far you can rely on it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTrustAnswer {
    /// From 1 (not at all) to 5 (wholly).
    #[schema(minimum = 1, maximum = 5)]
    answer: u32,
}

/// Say how far you can rely on what somebody promises you; the two of you see it, nobody else
#[utoipa::path(post, path = "/api/v1/people/{id}/trust", tag = "promises", request_body = NewTrustAnswer,
    params(("id" = String, Path, format = "uuid", description = "Who made you a promise."), KeyHeader),
    responses((status = 204, description = "It is said."), ActRefusals))]
pub(super) async fn answer_trust(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewTrustAnswer>,
) -> Result<StatusCode, Problem> {
    let act = AnswerTrust { about: of_path(&id)?, answer: sent.value.answer.to_string() };
    does(&app, &caller, &key, &sent, &act).await
}
