//! `/api/v1/ideas`: offered to a circle, answered with a reason, merged, tried, told back.

use axum::Json;
use axum::extract::{Path, State as Server};
use axum::http::StatusCode;
use axum::response::Response;
use leadership::CircleId;
use leadership::idea::{Answer, State};
use ledger::ideas::{self, AnswerIdea, Filter, HandOver, Learn, Merge, Offer, StateDays, TellBack};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::answers::{Made, Proportion, made, names};
use super::entry::{Caller, Inside, Key, KeyHeader, Query, Sent, does, of_field, of_path, perform};
use super::problem::{ActRefusals, Problem, Refusals};
use crate::app::App;

names! {
    /// Where an idea stands.
    IdeaStateName of State { Open, Accepted, Trying, Declined, Merged }
}
names! {
    /// What an idea is answered with.
    IdeaAnswerName of Answer { Accept, Try, Decline }
}

/// How an idea was answered.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct IdeaAnswer {
    /// Who answered.
    #[schema(format = "uuid")]
    by: String,
    /// On which day.
    #[schema(format = Date)]
    on: String,
    /// Why.
    reason: String,
}

/// What somebody says of an idea.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct IdeaWord {
    /// Who.
    #[schema(format = "uuid")]
    by: String,
    /// What.
    words: String,
}

/// An idea.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Idea {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// The circle that it was offered to.
    #[schema(format = "uuid")]
    circle: String,
    /// In one line.
    title: String,
    /// What it is, and what it would be good for.
    words: String,
    /// Who offered it.
    #[schema(format = "uuid")]
    offered_by: String,
    /// On which day.
    #[schema(format = Date)]
    offered_on: String,
    /// By when it is to be answered.
    #[schema(format = Date)]
    due: String,
    /// Who is to answer it.
    #[schema(format = "uuid")]
    answerer: String,
    /// Where it stands.
    state: IdeaStateName,
    /// The answer, once there is one.
    answer: Option<IdeaAnswer>,
    /// The idea that it went into.
    #[schema(format = "uuid")]
    merged_into: Option<String>,
    /// What was learned from trying it.
    learned: Option<IdeaWord>,
    /// What came of it, as it was told back.
    result: Option<IdeaWord>,
    /// Everybody who is credited.
    credit: Vec<String>,
}

pub(super) fn shown(one: ideas::Idea) -> Idea {
    let word = |by: leadership::PersonId, words: String| IdeaWord { by: by.to_string(), words };
    Idea {
        id: one.id.to_string(),
        circle: one.circle.to_string(),
        title: one.title,
        words: one.words,
        offered_by: one.offered_by.to_string(),
        offered_on: one.offered_on.to_string(),
        due: one.due.to_string(),
        answerer: one.answerer.to_string(),
        state: one.state.into(),
        answer: one.answer.map(|(by, on, reason)| IdeaAnswer { by: by.to_string(), on: on.to_string(), reason }),
        merged_into: one.merged_into.map(|into| into.to_string()),
        learned: one.learned.map(|(by, words)| word(by, words)),
        result: one.result.map(|(by, _, words)| word(by, words)),
        credit: one.credit.iter().map(ToString::to_string).collect(),
    }
}

/// Ideas.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Ideas {
    /// Those that wait first, by their day; then the newest. At most 200.
    items: Vec<Idea>,
}

/// Which ideas.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct WhichIdeas {
    /// Only those of this circle.
    #[param(format = "uuid")]
    circle: Option<String>,
    /// Only those that stand so.
    state: Option<IdeaStateName>,
    /// Only those for which you are credited.
    mine: bool,
}

/// The ideas that you see
#[utoipa::path(get, path = "/api/v1/ideas", tag = "ideas", params(WhichIdeas),
    responses((status = 200, body = Ideas), ActRefusals))]
pub(super) async fn list(
    Server(app): Server<App>,
    caller: Caller,
    Query(which): Query<WhichIdeas>,
) -> Result<Json<Ideas>, Problem> {
    let circle = which.circle.as_deref().map(|id| of_field("circle", id)).transpose()?;
    let filter = Filter { circle, state: which.state.map(State::from), mine: which.mine };
    let found = ideas::list(&mut app.ledger().read().await?, &caller.actor, filter).await?;
    Ok(Json(Ideas { items: found.into_iter().map(shown).collect() }))
}

/// An idea that is offered.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewIdea {
    /// To which circle: one that you see.
    #[schema(format = "uuid")]
    circle: String,
    /// In one line.
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    /// What it is, and what it would be good for.
    #[schema(min_length = 1, max_length = 20000)]
    words: String,
}

/// Offer an idea to a circle
///
/// Whoever leads it answers within the days that the circle stated.
#[utoipa::path(post, path = "/api/v1/ideas", tag = "ideas", request_body = NewIdea, params(KeyHeader),
    responses((status = 201, body = Made, headers(("Location" = String, description = "Where the idea is."))), ActRefusals))]
pub(super) async fn offer(
    Server(app): Server<App>,
    caller: Caller,
    key: Key,
    sent: Sent<NewIdea>,
) -> Result<Response, Problem> {
    let NewIdea { circle, title, words } = sent.value.clone();
    let act = Offer { circle: Some(of_field("circle", &circle)?), title, words };
    let answer = perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?;
    Ok(made("/api/v1/ideas", answer))
}

/// One idea
#[utoipa::path(get, path = "/api/v1/ideas/{id}", tag = "ideas",
    params(("id" = String, Path, format = "uuid", description = "The idea.")),
    responses((status = 200, body = Idea), Refusals))]
pub(super) async fn one(
    Server(app): Server<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Idea>, Problem> {
    let found = ideas::get(&mut app.ledger().read().await?, &caller.actor, of_path(&id)?).await?;
    Ok(Json(shown(found.ok_or_else(Problem::not_found)?)))
}

/// The answer to an idea.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewIdeaAnswer {
    /// What becomes of it.
    answer: IdeaAnswerName,
    /// Why.
    #[schema(min_length = 1, max_length = 20000)]
    reason: String,
}

/// Answer an idea, with a reason: who leads its circle
///
/// What is tried is answered again once it is known whether it goes on.
#[utoipa::path(post, path = "/api/v1/ideas/{id}/answer", tag = "ideas", request_body = NewIdeaAnswer,
    params(("id" = String, Path, format = "uuid", description = "The idea."), KeyHeader),
    responses((status = 204, description = "It is answered, and told to who is credited."), ActRefusals))]
pub(super) async fn answer(
    Server(app): Server<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewIdeaAnswer>,
) -> Result<StatusCode, Problem> {
    let NewIdeaAnswer { answer, reason } = sent.value.clone();
    let act = AnswerIdea { idea: of_path(&id)?, answer: Answer::from(answer).name().to_owned(), reason };
    does(&app, &caller, &key, &sent, &act).await
}

/// Two ideas that are one.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewIdeaMerge {
    /// The idea that stays: another of the same circle.
    #[schema(format = "uuid")]
    into: String,
    /// Why they are one.
    #[schema(min_length = 1, max_length = 20000)]
    reason: String,
}

/// Merge an idea into another, with credit to all: who leads its circle
#[utoipa::path(post, path = "/api/v1/ideas/{id}/merge", tag = "ideas", request_body = NewIdeaMerge,
    params(("id" = String, Path, format = "uuid", description = "The idea that goes into the other."), KeyHeader),
    responses((status = 204, description = "It goes on in the other."), ActRefusals))]
pub(super) async fn merge(
    Server(app): Server<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewIdeaMerge>,
) -> Result<StatusCode, Problem> {
    let NewIdeaMerge { into, reason } = sent.value.clone();
    let act = Merge { idea: of_path(&id)?, into: Some(of_field("into", &into)?), reason };
    does(&app, &caller, &key, &sent, &act).await.map_err(|problem| problem.renamed("merge_reason", "reason"))
}

/// What trying an idea showed.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewIdeaLearned {
    /// Also what did not work.
    #[schema(min_length = 1, max_length = 20000)]
    learned: String,
}

/// Say what was learned from trying an idea: who answers it, or is credited
#[utoipa::path(post, path = "/api/v1/ideas/{id}/learned", tag = "ideas", request_body = NewIdeaLearned,
    params(("id" = String, Path, format = "uuid", description = "The idea."), KeyHeader),
    responses((status = 204, description = "It is said."), ActRefusals))]
pub(super) async fn learn(
    Server(app): Server<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewIdeaLearned>,
) -> Result<StatusCode, Problem> {
    let act = Learn { idea: of_path(&id)?, learned: sent.value.learned.clone() };
    does(&app, &caller, &key, &sent, &act).await
}

/// What came of an idea.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewIdeaResult {
    /// What was done, and what it led to.
    #[schema(min_length = 1, max_length = 20000)]
    result: String,
}

/// Tell back what came of an idea: who leads its circle
#[utoipa::path(post, path = "/api/v1/ideas/{id}/result", tag = "ideas", request_body = NewIdeaResult,
    params(("id" = String, Path, format = "uuid", description = "The idea."), KeyHeader),
    responses((status = 204, description = "It is told to who is credited."), ActRefusals))]
pub(super) async fn tell(
    Server(app): Server<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewIdeaResult>,
) -> Result<StatusCode, Problem> {
    let act = TellBack { idea: of_path(&id)?, result: sent.value.result.clone() };
    does(&app, &caller, &key, &sent, &act).await
}

/// Who answers an idea instead.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewIdeaAnswerer {
    /// Somebody else who leads its circle.
    #[schema(format = "uuid")]
    to: String,
}

/// Give an idea to somebody else who leads its circle, to be answered by its day
#[utoipa::path(post, path = "/api/v1/ideas/{id}/answerer", tag = "ideas", request_body = NewIdeaAnswerer,
    params(("id" = String, Path, format = "uuid", description = "The idea."), KeyHeader),
    responses((status = 204, description = "It is theirs to answer."), ActRefusals))]
pub(super) async fn hand(
    Server(app): Server<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewIdeaAnswerer>,
) -> Result<StatusCode, Problem> {
    let act = HandOver { idea: of_path(&id)?, to: Some(of_field("to", &sent.value.to)?) };
    does(&app, &caller, &key, &sent, &act).await
}

/// How a circle answers ideas.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CircleIdeas {
    /// The days within which it answers; 14 where neither it nor one above it stated any.
    answer_days: i64,
    /// Ideas that were offered in the last half year.
    #[schema(minimum = 0)]
    offered: u64,
    /// From how many people; null below five of them.
    #[schema(minimum = 5)]
    people: Option<u64>,
    /// Answered in time, of those whose day has passed or that were answered.
    answered: Proportion,
    /// Told back, of those accepted or tried.
    told_back: Proportion,
}

/// What became of a circle's ideas in the last half year, for who sees it from inside
#[utoipa::path(get, path = "/api/v1/circles/{id}/ideas", tag = "ideas",
    params(("id" = String, Path, format = "uuid", description = "The circle.")),
    responses((status = 200, body = CircleIdeas), Refusals))]
pub(super) async fn of_circle(
    Server(app): Server<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<CircleIdeas>, Problem> {
    let circle: CircleId = of_path(&id)?;
    let mut tx = app.ledger().read().await?;
    let found = ideas::of_circle(&mut tx, &caller.actor, circle).await?.ok_or_else(Problem::not_found)?;
    Ok(Json(CircleIdeas {
        answer_days: ideas::days_of(&mut tx, circle).await?,
        offered: found.offered,
        people: found.people,
        answered: found.answered.into(),
        told_back: found.told_back.into(),
    }))
}

/// Days within which ideas are answered.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewIdeaDays {
    /// From the day of the offer on.
    #[schema(minimum = 1, maximum = 60)]
    days: i64,
}

/// State within how many days a circle answers ideas: who leads it
///
/// Circles in it that state none have the same.
#[utoipa::path(put, path = "/api/v1/circles/{id}/idea-days", tag = "ideas", request_body = NewIdeaDays,
    params(("id" = String, Path, format = "uuid", description = "The circle."), KeyHeader),
    responses((status = 204, description = "It is stated."), ActRefusals))]
pub(super) async fn days(
    Server(app): Server<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewIdeaDays>,
) -> Result<StatusCode, Problem> {
    let act = StateDays { circle: Some(of_path(&id)?), days: sent.value.days.to_string() };
    does(&app, &caller, &key, &sent, &act).await
}
