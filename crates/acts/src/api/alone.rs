//! What is for one's own eyes: the look back of a week, messages that wait until one is calm, situations thought through,
//! the self-check. What is kept under an Idempotency-Key, a hash of the request, would tell of the short ones which of a
//! few answers it was, outside of their seal: those are put, not posted, and take none.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use leadership::growth::QUESTIONS;
use ledger::growth::{self, Discard, ForgetTry, Held, HeldId, Hold, LetGo, Look, SayAfter, Tried, TryOut};
use ledger::questionnaire;
use ledger::training::{self, Answered, ForgetSelfCheck, KeepSelfCheck};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::answers::{Made, made};
use super::entry::{Bare, Caller, Inside, Key, KeyHeader, Sent, does, of_path, perform};
use super::problem::{ActRefusals, Problem, Refusals};
use crate::app::App;

/// A question of a look back, with what one answers.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Reflected {
    /// The question.
    #[schema(min_length = 1, max_length = 200)]
    question: String,
    /// The answer; without one the question is left out.
    #[schema(max_length = 20000)]
    answer: String,
}

/// The look back of a week.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Reflection {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// The Monday of its week.
    #[schema(format = Date)]
    week: String,
    /// What was answered.
    said: Vec<Reflected>,
}

/// Looks back.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Reflections {
    /// The Monday of the week to look back on today.
    #[schema(format = Date)]
    week: String,
    /// What that week asks.
    questions: Vec<String>,
    /// Those that you kept, newest first.
    items: Vec<Reflection>,
}

/// Your looks back, for your own eyes, and what the week to look back on asks
#[utoipa::path(get, path = "/api/v1/reflections", tag = "own", responses((status = 200, body = Reflections), Refusals))]
pub(super) async fn reflections(State(app): State<App>, Inside(caller): Inside) -> Result<Json<Reflections>, Problem> {
    let mut tx = app.ledger().read().await?;
    let (week, questions) = growth::this_week(&mut tx, &caller.actor).await?;
    let said = |said: Vec<(String, String)>| {
        said.into_iter().map(|(question, answer)| Reflected { question, answer }).collect()
    };
    let items = growth::looks_back(&mut tx, &caller.actor).await?.into_iter().map(|one| Reflection {
        id: one.id.to_string(),
        week: one.week.to_string(),
        said: said(one.said),
    });
    Ok(Json(Reflections { week: week.to_string(), questions, items: items.collect() }))
}

/// What one looks back on.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewReflection {
    /// A day of the week: of this one, or of the one before it.
    #[schema(format = Date)]
    week: String,
    /// Questions with your answers; at least one is answered. What is wrong with them is told of `answer_0`, `answer_1` and
    /// so on.
    #[schema(min_items = 1, max_items = 3)]
    said: Vec<Reflected>,
}

/// Keep the look back of a week, in place of an earlier one: sealed to you
#[utoipa::path(put, path = "/api/v1/reflections", tag = "own", request_body = NewReflection,
    responses((status = 204, description = "It is kept for you."), ActRefusals))]
pub(super) async fn reflect(
    State(app): State<App>,
    Inside(caller): Inside,
    sent: Sent<NewReflection>,
) -> Result<StatusCode, Problem> {
    let NewReflection { week, said } = sent.value;
    if said.len() > QUESTIONS {
        return Err(Problem::field("said", format!("Answer {QUESTIONS} questions at most.")));
    }
    let said = said.into_iter().map(|one| (one.question, one.answer)).collect();
    app.ledger().perform(&caller.actor, &Look { week, said }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Throw a look back away, words and all
#[utoipa::path(delete, path = "/api/v1/reflections/{id}", tag = "own",
    params(("id" = String, Path, format = "uuid", description = "The look back."), KeyHeader),
    responses((status = 204, description = "It is gone."), ActRefusals))]
pub(super) async fn discard(
    State(app): State<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
    key: Key,
    bare: Bare,
) -> Result<StatusCode, Problem> {
    does(&app, &caller, &key, &bare, &Discard { reflection: of_path(&id)? }).await
}

/// A message that waits until one is calm. Nothing sends it.
#[derive(Serialize, ToSchema)]
pub(super) struct HeldMessage {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// To whom it would go, in words.
    whom: String,
    /// What shall be different after it; may be empty.
    purpose: String,
    /// The message; null while it is held.
    words: Option<String>,
    /// Until when it is held.
    #[schema(format = DateTime)]
    until: String,
}

fn held(one: Held, app: &App) -> HeldMessage {
    HeldMessage {
        id: one.id.to_string(),
        whom: one.whom,
        purpose: one.purpose,
        words: (one.until <= app.now()).then_some(one.words),
        until: one.until.to_string(),
    }
}

/// Your messages that wait, for your own eyes: the one that is free soonest first
#[utoipa::path(get, path = "/api/v1/held-messages", tag = "own",
    responses((status = 200, body = Vec<HeldMessage>), Refusals))]
pub(super) async fn messages(
    State(app): State<App>,
    Inside(caller): Inside,
) -> Result<Json<Vec<HeldMessage>>, Problem> {
    let found = growth::held(&mut app.ledger().read().await?, &caller.actor).await?;
    Ok(Json(found.into_iter().map(|one| held(one, &app)).collect()))
}

/// One of them: its words once it is free
#[utoipa::path(get, path = "/api/v1/held-messages/{id}", tag = "own",
    params(("id" = String, Path, format = "uuid", description = "The message.")),
    responses((status = 200, body = HeldMessage), Refusals))]
pub(super) async fn message(
    State(app): State<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
) -> Result<Json<HeldMessage>, Problem> {
    let found = growth::held_one(&mut app.ledger().read().await?, &caller.actor, of_path(&id)?).await?;
    Ok(Json(held(found.ok_or_else(Problem::not_found)?, &app)))
}

/// A message to hold.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewHeldMessage {
    /// To whom it would go, in words.
    #[schema(min_length = 1, max_length = 200)]
    whom: String,
    /// The message, as it comes.
    #[schema(min_length = 1, max_length = 20000)]
    words: String,
    /// What shall be different after it.
    #[serde(default)]
    #[schema(required = false, max_length = 20000)]
    purpose: String,
    /// For how many hours from now it is held.
    #[schema(minimum = 1, maximum = 720)]
    hours: i64,
}

impl NewHeldMessage {
    fn act(self, id: Option<HeldId>) -> Hold {
        Hold { id, whom: self.whom, purpose: self.purpose, words: self.words, hours: self.hours.to_string() }
    }
}

/// Hold a message instead of sending it: sealed to you, twenty at most
#[utoipa::path(post, path = "/api/v1/held-messages", tag = "own", request_body = NewHeldMessage, params(KeyHeader),
    responses((status = 201, body = Made, headers(("Location" = String, description = "Where it waits."))), ActRefusals))]
pub(super) async fn hold(
    State(app): State<App>,
    Inside(caller): Inside,
    key: Key,
    sent: Sent<NewHeldMessage>,
) -> Result<Response, Problem> {
    let act = sent.value.clone().act(None);
    let answer = perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?;
    Ok(made("/api/v1/held-messages", answer))
}

/// Change a message that waits, and hold it anew
#[utoipa::path(put, path = "/api/v1/held-messages/{id}", tag = "own", request_body = NewHeldMessage,
    params(("id" = String, Path, format = "uuid", description = "The message."), KeyHeader),
    responses((status = 204, description = "It is held."), ActRefusals))]
pub(super) async fn change(
    State(app): State<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewHeldMessage>,
) -> Result<StatusCode, Problem> {
    let act = sent.value.clone().act(Some(of_path(&id)?));
    does(&app, &caller, &key, &sent, &act).await
}

/// Let a message go: its words are thrown away
#[utoipa::path(delete, path = "/api/v1/held-messages/{id}", tag = "own",
    params(("id" = String, Path, format = "uuid", description = "The message."), KeyHeader),
    responses((status = 204, description = "It is gone."), ActRefusals))]
pub(super) async fn let_go(
    State(app): State<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
    key: Key,
    bare: Bare,
) -> Result<StatusCode, Problem> {
    does(&app, &caller, &key, &bare, &LetGo { id: of_path(&id)? }).await
}

/// A way that one could go.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SituationWay {
    /// Its key.
    key: String,
    /// What one does.
    words: String,
    /// What it tends to lead to; null until you chose a way.
    tends: Option<String>,
}

/// A situation with people, to think through before one is in it.
#[derive(Serialize, ToSchema)]
pub(super) struct Situation {
    /// Its key.
    key: String,
    /// What it is called.
    title: String,
    /// What has happened.
    story: String,
    /// What one could do; none is the right one.
    ways: Vec<SituationWay>,
    /// The key of the way that you chose.
    chosen: Option<String>,
    /// Why, or what you would say first.
    words: Option<String>,
    /// What came of it when you were in such a situation.
    after: Option<String>,
}

fn situation(one: &model::Situation, tried: Option<&Tried>) -> Situation {
    let way = |way: &model::SituationWay| SituationWay {
        key: way.key.clone(),
        words: way.words.clone(),
        tends: tried.is_some().then(|| way.tends.clone()),
    };
    Situation {
        key: one.key.clone(),
        title: one.title.clone(),
        story: one.story.clone(),
        ways: one.ways.iter().map(way).collect(),
        chosen: tried.map(|one| one.way.clone()),
        words: tried.map(|one| one.words.clone()),
        after: tried.map(|one| one.after.clone()),
    }
}

/// Situations to think through, with what you chose, for your own eyes
#[utoipa::path(get, path = "/api/v1/situations", tag = "own",
    responses((status = 200, body = Vec<Situation>), Refusals))]
pub(super) async fn situations(
    State(app): State<App>,
    Inside(caller): Inside,
) -> Result<Json<Vec<Situation>>, Problem> {
    let tried = growth::tried(&mut app.ledger().read().await?, &caller.actor).await?;
    let all = model::shipped().situations.iter().map(|one| situation(one, tried.get(&one.key)));
    Ok(Json(all.collect()))
}

/// The way that one would go.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSituationChoice {
    /// The key of a way of the situation.
    #[schema(min_length = 1, max_length = 200)]
    way: String,
    /// Why, or what you would say first; may be empty.
    #[serde(default)]
    #[schema(required = false, max_length = 20000)]
    words: String,
}

/// Choose a way in a situation, in place of an earlier choice: sealed to you
#[utoipa::path(put, path = "/api/v1/situations/{key}/choice", tag = "own", request_body = NewSituationChoice,
    params(("key" = String, Path, description = "The situation.")),
    responses((status = 204, description = "It is kept for you."), ActRefusals))]
pub(super) async fn choose(
    State(app): State<App>,
    Inside(caller): Inside,
    Path(situation): Path<String>,
    sent: Sent<NewSituationChoice>,
) -> Result<StatusCode, Problem> {
    let NewSituationChoice { way, words } = sent.value;
    app.ledger().perform(&caller.actor, &TryOut { situation, way, words }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What came of a situation.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSituationAfter {
    /// What you did, and what came of it; empty takes it away.
    #[schema(max_length = 20000)]
    after: String,
}

/// Write what came of it when you were in such a situation: sealed to you
#[utoipa::path(put, path = "/api/v1/situations/{key}/after", tag = "own", request_body = NewSituationAfter,
    params(("key" = String, Path, description = "A situation in which you chose a way.")),
    responses((status = 204, description = "It is kept for you."), ActRefusals))]
pub(super) async fn after(
    State(app): State<App>,
    Inside(caller): Inside,
    Path(situation): Path<String>,
    sent: Sent<NewSituationAfter>,
) -> Result<StatusCode, Problem> {
    app.ledger().perform(&caller.actor, &SayAfter { situation, words: sent.value.after }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Throw away what you wrote on a situation, the way too
#[utoipa::path(delete, path = "/api/v1/situations/{key}/choice", tag = "own",
    params(("key" = String, Path, description = "The situation.")),
    responses((status = 204, description = "It is gone."), ActRefusals))]
pub(super) async fn forget(
    State(app): State<App>,
    Inside(caller): Inside,
    Path(situation): Path<String>,
) -> Result<StatusCode, Problem> {
    app.ledger().perform(&caller.actor, &ForgetTry { situation }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What one answered about oneself.
#[derive(Serialize, ToSchema)]
pub(super) struct SelfCheck {
    /// When it was kept.
    #[schema(format = DateTime)]
    kept_at: String,
    /// The version of the questionnaire.
    version: String,
    /// By the key of each sentence, from 1 (never) to 5 (always). It is no measurement: others may see you otherwise.
    answers: BTreeMap<String, u8>,
}

/// The self-check that you kept: for nobody but you
#[utoipa::path(get, path = "/api/v1/me/self-check", tag = "own",
    responses((status = 200, body = SelfCheck), Refusals))]
pub(super) async fn self_check(State(app): State<App>, caller: Caller) -> Result<Json<SelfCheck>, Problem> {
    let found = training::self_check(&mut app.ledger().read().await?, &caller.actor).await?;
    let (at, found) = found.ok_or_else(Problem::not_found)?;
    let answers = found.answers.into_iter().map(|(item, answer)| (item, answer.points)).collect();
    Ok(Json(SelfCheck { kept_at: at.to_string(), version: found.version, answers }))
}

/// What one answers about oneself.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSelfCheck {
    /// By the key of a sentence of `/api/v1/questionnaire`: how often you do this, from 1 (never) to 5 (always). What you are
    /// not able to say is left out.
    answers: BTreeMap<String, u8>,
}

/// Keep a self-check, in place of the one before: sealed to you
#[utoipa::path(put, path = "/api/v1/me/self-check", tag = "own", request_body = NewSelfCheck,
    responses((status = 204, description = "It is kept for you."), ActRefusals))]
pub(super) async fn keep_self_check(
    State(app): State<App>,
    caller: Caller,
    sent: Sent<NewSelfCheck>,
) -> Result<StatusCode, Problem> {
    let asked = questionnaire::in_use(&mut app.ledger().read().await?).await?;
    let mut answers = BTreeMap::new();
    for (item, points) in sent.value.answers {
        let found = asked.item(&item).filter(|found| !found.retired);
        let Some(found) = found.filter(|_| (1..=5).contains(&points)) else {
            return Err(Problem::field(
                "answers",
                "Answer sentences of the questionnaire with whole numbers from 1 to 5.",
            ));
        };
        answers.insert(item, Answered { quality: found.quality.clone(), points });
    }
    if answers.is_empty() {
        return Err(Problem::field("answers", "Answer at least one sentence."));
    }
    let check = training::SelfCheck { version: asked.version(), answers };
    app.ledger().perform(&caller.actor, &KeepSelfCheck(check)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Forget the self-check that you kept
#[utoipa::path(delete, path = "/api/v1/me/self-check", tag = "own",
    responses((status = 204, description = "It is gone."), ActRefusals))]
pub(super) async fn forget_self_check(State(app): State<App>, caller: Caller) -> Result<StatusCode, Problem> {
    app.ledger().perform(&caller.actor, &ForgetSelfCheck).await?;
    Ok(StatusCode::NO_CONTENT)
}
