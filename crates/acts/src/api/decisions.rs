//! `/api/v1/decisions`

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use leadership::DecisionId;
use leadership::code::Template;
use leadership::decision::{Outcome, Reversibility, State as Stage, Typed};
use leadership::promise::{Intended, Origin};
use ledger::decisions::{self, Ask, Review, Say, Tell, Write};
use ledger::promises;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::answers::{Made, made, names};
use super::entry::{Caller, Key, KeyHeader, Sent, does, of_path, perform};
use super::problem::{ActRefusals, Problem, Refusals};
use super::promises::{NewIntended, Promise, promise};
use super::questions::{NewAnswer, TemplateName};
use crate::app::App;

names! {
    /// How far a decision has come.
    StageName of Stage { Draft, Open, Decided, Reviewed, Superseded }
}
names! {
    /// What came of what was expected.
    OutcomeName of Outcome { True, Partly, False }
}

/// A decision.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Decision {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// The circle that it is made for.
    #[schema(format = "uuid")]
    circle: String,
    /// Who wrote it down.
    #[schema(format = "uuid")]
    author: String,
    /// Who decides.
    #[schema(format = "uuid")]
    decider: String,
    /// How far it has come.
    state: StageName,
    /// Its version, from 1.
    #[schema(minimum = 1)]
    version: i64,
    /// What is to be decided.
    question: String,
    /// What it is for.
    purpose: String,
    /// What there is to choose from; the first is doing nothing.
    options: Vec<String>,
    /// Place of what was chosen, from 0.
    #[schema(minimum = 0)]
    choice: Option<usize>,
    /// Why that one.
    because: String,
    /// What will be the case, as a statement that can be judged.
    expected: String,
    /// The day on which it is judged.
    #[schema(format = Date)]
    review_on: Option<String>,
    /// Why it is closed to all but those named; null where it is open.
    closed_why: Option<String>,
    /// What came of it.
    outcome: Option<OutcomeName>,
    /// The decision that took its place.
    #[schema(format = "uuid")]
    superseded_by: Option<String>,
}

pub(super) fn decision(found: &decisions::Decision) -> Decision {
    let form = &found.form;
    Decision {
        id: found.id.to_string(),
        circle: found.circle.to_string(),
        author: found.author.to_string(),
        decider: found.decider.to_string(),
        state: found.state.into(),
        version: found.version,
        question: form.question.clone(),
        purpose: form.purpose.clone(),
        options: form.options.iter().map(|option| option.name.clone()).collect(),
        choice: form.choice,
        because: form.because.clone(),
        expected: form.expected.clone(),
        review_on: form.review_on.map(|day| day.to_string()),
        closed_why: found.closed_why.clone(),
        outcome: found.outcome.map(OutcomeName::from),
        superseded_by: found.superseded_by.map(|id| id.to_string()),
    }
}

/// One decision
#[utoipa::path(get, path = "/api/v1/decisions/{id}", tag = "decisions",
    params(("id" = String, Path, format = "uuid", description = "The decision.")),
    responses((status = 200, body = Decision), Refusals))]
pub(super) async fn one(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Decision>, Problem> {
    let found = decisions::get(&mut app.ledger().read().await?, &caller.actor, of_path(&id)?).await?;
    Ok(Json(decision(&found.ok_or_else(Problem::not_found)?)))
}

/// The promises that follow from a decision
#[utoipa::path(get, path = "/api/v1/decisions/{id}/promises", tag = "decisions",
    params(("id" = String, Path, format = "uuid", description = "The decision.")),
    responses((status = 200, body = Vec<Promise>), Refusals))]
pub(super) async fn promised(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Vec<Promise>>, Problem> {
    let mut tx = app.ledger().read().await?;
    let found = decisions::get(&mut tx, &caller.actor, of_path(&id)?).await?.ok_or_else(Problem::not_found)?;
    let found = promises::of_origin(&mut tx, &caller.actor, Origin::Decision, &found.id.to_string()).await?;
    Ok(Json(found.into_iter().map(promise).collect()))
}

names! {
    /// What it takes to go back.
    ReversibleName of Reversibility { Easy, Costly, OneWay }
}

/// An option beside doing nothing, which is always there.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewOption {
    /// Its name, one line.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// What speaks for it.
    #[serde(default)]
    #[schema(required = false, max_length = 20000)]
    evidence: String,
}

/// A decision as it is written down: a draft, or decided at once. What is not given is left empty.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewDecision {
    /// The circle that it is made for.
    #[schema(format = "uuid")]
    circle: String,
    /// Who decides; the person of the token where it is not given.
    #[serde(default)]
    #[schema(format = "uuid")]
    decider: Option<String>,
    /// What is to be decided.
    #[schema(min_length = 1, max_length = 200)]
    question: String,
    /// What it is for.
    #[serde(default)]
    #[schema(required = false, max_length = 20000)]
    purpose: String,
    /// What there is to choose from, beside doing nothing.
    #[serde(default)]
    #[schema(required = false, max_items = 12)]
    options: Vec<NewOption>,
    /// What is known.
    #[serde(default)]
    #[schema(required = false, max_length = 20000)]
    known: String,
    /// What is not.
    #[serde(default)]
    #[schema(required = false, max_length = 20000)]
    unknown: String,
    /// What is taken for granted.
    #[serde(default)]
    #[schema(required = false, max_length = 20000)]
    assumed: String,
    /// What it takes to go back.
    #[serde(default)]
    reversible: Option<ReversibleName>,
    /// The worst that could come of it.
    #[serde(default)]
    #[schema(required = false, max_length = 20000)]
    worst: String,
    /// The sign at which it is stopped or thought over.
    #[serde(default)]
    #[schema(required = false, max_length = 20000)]
    tripwire: String,
    /// What is in it for whom.
    #[serde(default)]
    #[schema(required = false, max_length = 20000)]
    interests: String,
    /// The clauses of the ethics code that it touches.
    #[serde(default)]
    #[schema(required = false, max_length = 20000)]
    ethics: String,
    /// Place of what is chosen: 0 is doing nothing, 1 the first option.
    #[serde(default)]
    #[schema(minimum = 0)]
    choice: Option<u32>,
    /// Why that one.
    #[serde(default)]
    #[schema(required = false, max_length = 20000)]
    because: String,
    /// Where this leads.
    #[serde(default)]
    #[schema(required = false, max_length = 20000)]
    direction: String,
    /// What is done first, and by whom.
    #[serde(default)]
    #[schema(required = false, max_length = 20000)]
    next_step: String,
    /// What will be the case, as a statement that can be judged.
    #[serde(default)]
    #[schema(required = false, max_length = 20000)]
    expected: String,
    /// The day on which it is judged.
    #[serde(default)]
    #[schema(format = Date)]
    review_on: Option<String>,
    /// How sure who decides is that the statement will come true, in percent.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 100)]
    percent: Option<u32>,
    /// Why it is closed to all but those named; open where it is not given.
    #[serde(default)]
    closed_why: Option<String>,
    /// Whether it is decided by this.
    #[serde(default)]
    decide: bool,
    /// Of a decision that was made: what changes.
    #[serde(default)]
    #[schema(required = false, max_length = 20000)]
    changed: String,
    /// And why.
    #[serde(default)]
    #[schema(required = false, max_length = 20000)]
    changed_why: String,
    /// Of one that was told: whether what is told of the change is a hard message; of an unpopular one it always is.
    #[serde(default)]
    hard: bool,
    /// Of a hard message: what should be different when it has been read.
    #[serde(default)]
    #[schema(required = false, max_length = 20000)]
    intent: String,
    /// Of a hard message: which questions about its tone were answered with yes.
    #[serde(default)]
    #[schema(required = false)]
    tone: Vec<String>,
    /// Promises that are made when it is decided; a draft keeps them.
    #[serde(default)]
    #[schema(required = false, max_items = 12)]
    promises: Vec<NewIntended>,
    /// What it is about, which says which questions of the code apply; kept from its beginning.
    #[serde(default)]
    template: Option<TemplateName>,
    /// Answers to the questions of the code that apply. One that is not given is a gap, and stops nothing.
    #[serde(default)]
    #[schema(required = false, max_items = 100)]
    checks: Vec<NewAnswer>,
}

/// `before`: what stands; what a program cannot say (criteria and their scores, what it touches) stays.
fn write(decision: Option<DecisionId>, before: Typed, caller: &Caller, new: NewDecision) -> Write {
    let number = |place: Option<u32>| place.map(|place| place.to_string()).unwrap_or_default();
    let mut evidence = vec![String::new()];
    evidence.extend(new.options.iter().map(|option| option.evidence.clone()));
    Write {
        decision,
        circle: new.circle,
        decider: new.decider.unwrap_or_else(|| caller.actor.person.to_string()),
        typed: Typed {
            question: new.question,
            purpose: new.purpose,
            option: new.options.into_iter().map(|option| option.name).collect(),
            evidence,
            known: new.known,
            unknown: new.unknown,
            assumed: new.assumed,
            reversible: new.reversible.map(|name| Reversibility::from(name).name().to_owned()).unwrap_or_default(),
            worst: new.worst,
            tripwire: new.tripwire,
            interests: new.interests,
            ethics: new.ethics,
            choice: number(new.choice),
            because: new.because,
            direction: new.direction,
            next_step: new.next_step,
            expected: new.expected,
            review_on: new.review_on.unwrap_or_default(),
            analysed_option: new.percent.and(new.choice).map(|place| place.to_string()).unwrap_or_default(),
            analysed_percent: number(new.percent),
            ..before
        }
        .promising(&new.promises.into_iter().map(Intended::from).collect::<Vec<_>>()),
        closed: new.closed_why.is_some(),
        closed_why: new.closed_why.unwrap_or_default(),
        template: new.template.map(|name| Template::from(name).name().to_owned()).unwrap_or_default(),
        decide: new.decide,
        changed: new.changed,
        changed_why: new.changed_why,
        hard: new.hard,
        intent: new.intent,
        tone: new.tone,
        checks: new.checks.into_iter().filter_map(NewAnswer::given).collect(),
    }
}

/// Write a decision down, as a draft or decided
#[utoipa::path(post, path = "/api/v1/decisions", tag = "decisions", request_body = NewDecision,
    params(KeyHeader),
    responses((status = 201, body = Made, headers(("Location" = String, description = "Where the decision is."))), ActRefusals))]
pub(super) async fn begin(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    sent: Sent<NewDecision>,
) -> Result<Response, Problem> {
    let act = write(None, Typed::default(), &caller, sent.value.clone());
    let answer = perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?;
    Ok(made("/api/v1/decisions", answer))
}

/// Write it anew: the whole of it, as it is to stand; of one that was decided with what changed and why
#[utoipa::path(put, path = "/api/v1/decisions/{id}", tag = "decisions", request_body = NewDecision,
    params(("id" = String, Path, format = "uuid", description = "The decision."),
        KeyHeader),
    responses((status = 204, description = "It is written."), ActRefusals))]
pub(super) async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewDecision>,
) -> Result<StatusCode, Problem> {
    let id = of_path(&id)?;
    let before = decisions::get(&mut app.ledger().read().await?, &caller.actor, id).await?;
    let before = before.ok_or_else(Problem::not_found)?;
    let act = write(Some(id), Typed::of(&before.form), &caller, sent.value.clone());
    does(&app, &caller, &key, &sent, &act).await
}

/// Whom to ask for objections, and until when.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAsk {
    /// Until when.
    #[schema(format = Date)]
    until: String,
    /// Whom.
    audience: Vec<String>,
}

/// Ask those affected for objections
#[utoipa::path(post, path = "/api/v1/decisions/{id}/asks", tag = "decisions", request_body = NewAsk,
    params(("id" = String, Path, format = "uuid", description = "The decision."),
        KeyHeader),
    responses((status = 204, description = "They are asked."), ActRefusals))]
pub(super) async fn ask(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewAsk>,
) -> Result<StatusCode, Problem> {
    let NewAsk { until, audience } = sent.value.clone();
    let act = Ask { decision: of_path(&id)?, until, audience };
    does(&app, &caller, &key, &sent, &act).await
}

/// What somebody who is affected says to it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewVoice {
    /// Whether it is an objection.
    objects: bool,
    /// In one's own words; needed for an objection, and kept as they are.
    #[serde(default)]
    #[schema(required = false, max_length = 20000)]
    words: String,
}

/// Object, or say that there is no objection
#[utoipa::path(post, path = "/api/v1/decisions/{id}/voices", tag = "decisions", request_body = NewVoice,
    params(("id" = String, Path, format = "uuid", description = "The decision."),
        KeyHeader),
    responses((status = 204, description = "It is said."), ActRefusals))]
pub(super) async fn say(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewVoice>,
) -> Result<StatusCode, Problem> {
    let NewVoice { objects, words } = sent.value.clone();
    let act = Say { decision: of_path(&id)?, objects: if objects { "yes" } else { "no" }.to_owned(), words };
    does(&app, &caller, &key, &sent, &act).await
}

/// To whom it is told, in which words.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewDecisionTelling)]
pub(super) struct NewTelling {
    /// Whom; frozen by this.
    audience: Vec<String>,
    /// What is told.
    #[schema(min_length = 1, max_length = 20000)]
    words: String,
    /// Whether it is a hard message.
    #[serde(default)]
    hard: bool,
    /// Of a hard message: what should be different when it has been read.
    #[serde(default)]
    #[schema(required = false, max_length = 20000)]
    intent: String,
    /// Of a hard message: which questions about its tone were answered with yes.
    #[serde(default)]
    #[schema(required = false)]
    tone: Vec<String>,
    /// Promises that are made as it is told.
    #[serde(default)]
    #[schema(required = false, max_items = 12)]
    promises: Vec<NewIntended>,
}

/// Tell a decision to its audience
#[utoipa::path(post, path = "/api/v1/decisions/{id}/tellings", tag = "decisions", request_body = NewTelling,
    params(("id" = String, Path, format = "uuid", description = "The decision."),
        KeyHeader),
    responses((status = 200, body = Made), ActRefusals))]
pub(super) async fn tell(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewTelling>,
) -> Result<Json<Value>, Problem> {
    let NewTelling { audience, words, hard, intent, tone, promises } = sent.value.clone();
    let promises = promises.into_iter().map(Intended::from).collect();
    let act = Tell { decision: Some(of_path(&id)?), audience, words, hard, intent, tone, promises };
    Ok(Json(perform(&app, &caller, &key, &sent, &act, |notice| json!({ "id": notice })).await?))
}

/// What became of it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewReview {
    /// What became of the statement.
    outcome: OutcomeName,
    /// What happened.
    #[schema(min_length = 1, max_length = 20000)]
    happened: String,
    /// What was learned.
    #[serde(default)]
    #[schema(required = false, max_length = 20000)]
    learned: String,
    /// Whether it is settled before its date: nothing that still comes can change it.
    #[serde(default)]
    settled: bool,
}

/// Judge what came of it
#[utoipa::path(post, path = "/api/v1/decisions/{id}/review", tag = "decisions", request_body = NewReview,
    params(("id" = String, Path, format = "uuid", description = "The decision."),
        KeyHeader),
    responses((status = 204, description = "It is judged."), ActRefusals))]
pub(super) async fn review(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewReview>,
) -> Result<StatusCode, Problem> {
    let NewReview { outcome, happened, learned, settled } = sent.value.clone();
    let outcome = Outcome::from(outcome).name().to_owned();
    let act = Review { decision: of_path(&id)?, outcome, happened, learned, settled };
    does(&app, &caller, &key, &sent, &act).await
}
