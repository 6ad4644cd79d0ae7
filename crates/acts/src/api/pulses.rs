//! `/api/v1/pulses` and `/api/v1/pulse-rounds`: setting them, rounds that wait for one, answering them, the figures of
//! one's circles, and what whoever leads says to them.

use std::collections::BTreeMap;
use std::future::{Ready, ready};

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use leadership::RoundId;
use leadership::pulse::{Figure, Kind, Stage, Why};
use ledger::pulses::{self, Answer, End, Reply, Round, Set, UNABLE};
use model::Audience;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::answers::{Made, names};
use super::entry::{Bare, Caller, Inside, Key, KeyHeader, Sent, does, of_field, of_path, perform};
use super::problem::{ActRefusals, Problem, Refusals};
use crate::app::App;

names! {
    /// Whom a pulse asks.
    PulseKindName of Kind { Circle, Leaders }
}
names! {
    /// How far a round is; `withheld` is not asked.
    RoundStageName of Stage { Open, Closed, Withheld }
}
names! {
    /// Why a round was not asked; decided from who belongs to the circle alone.
    WhyName of Why { TooFew, Apart, TooMany }
}

/// What is told of one question.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PulseFigure)]
pub(super) struct Told {
    /// The key of the question.
    question: String,
    /// The sentence, as it was asked.
    words: String,
    /// How many said something; null, as are all others, where it is not enough to say.
    #[schema(minimum = 5)]
    n: Option<u64>,
    /// The mean, from 1 (not at all) to 5 (fully), to a tenth.
    mean: Option<f64>,
    /// The lower end of its 90 % interval.
    low: Option<f64>,
    /// The upper end.
    high: Option<f64>,
    /// How many rather or fully agree; from ten answers on.
    agree: Option<u64>,
}

/// What whoever leads said to a round.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PulseReply)]
pub(super) struct Said {
    /// Who.
    #[schema(format = "uuid")]
    by: String,
    /// On which day first.
    #[schema(format = Date)]
    on: String,
    /// The words.
    words: String,
}

/// One round of a pulse.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PulseRound)]
pub(super) struct OneRound {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// How far it is.
    stage: RoundStageName,
    /// Why it was not asked.
    why: Option<WhyName>,
    /// First day.
    #[schema(format = Date)]
    opens_on: String,
    /// Last day.
    #[schema(format = Date)]
    closes_on: String,
    /// The day by which it is answered in words.
    #[schema(format = Date)]
    answer_by: String,
    /// How many were asked; who answered is told to nobody.
    asked: u64,
    /// What is told, a line a question.
    figures: Vec<Told>,
    /// What some wrote in their own words, in mixed order; nothing below five people who answered.
    lines: Vec<String>,
    /// You said, we did.
    said: Option<Said>,
}

fn told(round: &Round) -> Vec<Told> {
    let of = |figure: Option<&Figure>, question: &pulses::Question| Told {
        question: question.key.clone(),
        words: question.words.clone(),
        n: figure.map(|figure| figure.n),
        mean: figure.map(|figure| figure.mean),
        low: figure.map(|figure| figure.interval.0),
        high: figure.map(|figure| figure.interval.1),
        agree: figure.and_then(|figure| figure.agree),
    };
    round.questions.iter().map(|question| of(round.figure(&question.key), question)).collect()
}

fn one(round: &Round) -> OneRound {
    OneRound {
        id: round.id.to_string(),
        stage: round.stage.into(),
        why: round.why.map(Into::into),
        opens_on: round.opens_on.to_string(),
        closes_on: round.closes_on.to_string(),
        answer_by: round.answer_by.to_string(),
        asked: round.asked,
        figures: told(round),
        lines: round.lines.clone(),
        said: round.said.as_ref().map(|said| Said {
            by: said.by.to_string(),
            on: said.on.to_string(),
            words: said.words.clone(),
        }),
    }
}

/// The pulse of a circle.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Pulse {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// The circle.
    #[schema(format = "uuid")]
    circle: String,
    /// Whom it asks.
    asks: PulseKindName,
    /// Weeks from one round to the next.
    every_weeks: i64,
    /// Days within which a round is answered in words.
    answer_days: i64,
    /// The day on which the next round opens.
    #[schema(format = Date)]
    next_on: String,
    /// Whether it has ended.
    ended: bool,
    /// Its rounds, newest first; at most thirty.
    rounds: Vec<OneRound>,
}

/// The pulses that one sees.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Pulses {
    /// In the order in which they were set, never in that of a figure.
    items: Vec<Pulse>,
}

/// The pulses of one's circles, with what their rounds told
#[utoipa::path(get, path = "/api/v1/pulses", tag = "pulses", responses((status = 200, body = Pulses), Refusals))]
pub(super) async fn list(State(app): State<App>, caller: Caller) -> Result<Json<Pulses>, Problem> {
    let mut tx = app.ledger().read().await?;
    let mut items = Vec::new();
    for found in pulses::list(&mut tx, &caller.actor).await? {
        let rounds = pulses::rounds(&mut tx, &caller.actor, found.id).await?;
        items.push(Pulse {
            id: found.id.to_string(),
            circle: found.circle.to_string(),
            asks: found.kind.into(),
            every_weeks: found.settings.every_weeks,
            answer_days: found.settings.answer_days,
            next_on: found.next_on.to_string(),
            ended: found.ended_at.is_some(),
            rounds: rounds.iter().map(one).collect(),
        });
    }
    Ok(Json(Pulses { items }))
}

/// A question of a round.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PulseQuestion)]
pub(super) struct Question {
    /// Its key.
    key: String,
    /// The sentence: agreed with from 1 (not at all) to 5 (fully).
    words: String,
}

/// A round that waits for one.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OpenRound {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// The circle.
    #[schema(format = "uuid")]
    circle: String,
    /// Whom it asks.
    asks: PulseKindName,
    /// Last day.
    #[schema(format = Date)]
    closes_on: String,
    /// What it asks.
    questions: Vec<Question>,
}

/// The rounds that wait for one.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OpenRounds {
    /// Those that close soonest first.
    items: Vec<OpenRound>,
}

/// The open rounds that wait for one's answer
#[utoipa::path(get, path = "/api/v1/pulse-rounds", tag = "pulses",
    responses((status = 200, body = OpenRounds), Refusals))]
pub(super) async fn waiting(State(app): State<App>, caller: Caller) -> Result<Json<OpenRounds>, Problem> {
    let mut tx = app.ledger().read().await?;
    let mut items = Vec::new();
    for asked in pulses::open_for(&mut tx, &caller.actor).await? {
        items.push(OpenRound {
            id: asked.id.to_string(),
            circle: asked.circle.to_string(),
            asks: asked.kind.into(),
            closes_on: asked.closes_on.to_string(),
            questions: asked.questions.into_iter().map(|one| Question { key: one.key, words: one.words }).collect(),
        });
    }
    Ok(Json(OpenRounds { items }))
}

/// What one answers to a round.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAnswers {
    /// By the key of each question: 1 to 5, or null for “not able to say”.
    #[serde(default)]
    #[schema(required = false)]
    answers: BTreeMap<String, Option<u8>>,
    /// A line in your own words, told without your name and in mixed order where five people or more answered, else
    /// deleted unread: what tells who wrote it is told with it.
    #[serde(default)]
    #[schema(required = false, max_length = 200)]
    line: String,
    /// Whether the round is skipped, which is as good as an answer.
    #[serde(default)]
    #[schema(required = false)]
    skip: bool,
}

/// Answer a round, or skip it
///
/// Under seal, once, and not to be changed. It takes no Idempotency-Key: what is kept of a request under its key, an
/// instant and a hash of its body, would join a person with an answer. Sent twice, the second is refused (409).
#[utoipa::path(post, path = "/api/v1/pulse-rounds/{id}/answer", tag = "pulses", request_body = NewAnswers,
    params(("id" = String, Path, format = "uuid", description = "The round.")),
    responses((status = 204, description = "It lies under seal."), ActRefusals))]
pub(super) async fn answer(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    sent: Sent<NewAnswers>,
) -> Result<StatusCode, Problem> {
    let round: RoundId = of_path(&id)?;
    let point = |point: &Option<u8>| point.map_or_else(|| UNABLE.to_owned(), |point| point.to_string());
    let answers = sent.value.answers.iter().map(|(key, answer)| (key.clone(), point(answer))).collect();
    let NewAnswers { line, skip, .. } = sent.value;
    app.ledger().perform(&caller.actor, &Answer { round, answers, line, skip }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A question that a pulse may ask.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PulseOffer {
    /// Its key.
    key: String,
    /// The sentence.
    words: String,
    /// Whom it is for.
    asks: PulseKindName,
}

/// The questions that a pulse may ask
#[utoipa::path(get, path = "/api/v1/pulse-questions", tag = "pulses",
    responses((status = 200, body = Vec<PulseOffer>), Refusals))]
pub(super) fn offers(_: Inside) -> Ready<Json<Vec<PulseOffer>>> {
    let of = |audience, kind: Kind| {
        model::shipped().pulse_for(audience).map(move |one| PulseOffer {
            key: one.key.clone(),
            words: one.words.clone(),
            asks: kind.into(),
        })
    };
    ready(Json(of(Audience::Circle, Kind::Circle).chain(of(Audience::Leaders, Kind::Leaders)).collect()))
}

/// A pulse, as it is set.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPulse {
    /// The circle, with all that is nested in it but clients. All who lead are asked in the organisation only.
    #[schema(format = "uuid")]
    circle: String,
    /// Whom it asks.
    kind: PulseKindName,
    /// Keys of `/api/v1/pulse-questions` of that kind.
    #[schema(min_items = 3, max_items = 8)]
    questions: Vec<String>,
    /// Weeks from one round to the next.
    #[schema(minimum = 2, maximum = 12)]
    every_weeks: i64,
    /// Days within which a round is answered in words.
    #[schema(minimum = 3, maximum = 30)]
    answer_days: i64,
    /// The day on which the next round opens.
    #[schema(format = Date)]
    next_on: String,
}

/// Set the pulse of a circle, or set it anew: who leads or administers it
#[utoipa::path(post, path = "/api/v1/pulses", tag = "pulses", request_body = NewPulse, params(KeyHeader),
    responses((status = 200, body = Made), ActRefusals))]
pub(super) async fn set(
    State(app): State<App>,
    Inside(caller): Inside,
    key: Key,
    sent: Sent<NewPulse>,
) -> Result<Json<Value>, Problem> {
    let NewPulse { circle, kind, questions, every_weeks, answer_days, next_on } = sent.value.clone();
    let act = Set {
        circle: Some(of_field("circle", &circle)?),
        kind: Kind::from(kind).name().to_owned(),
        questions,
        every_weeks: every_weeks.to_string(),
        answer_days: answer_days.to_string(),
        next_on,
    };
    Ok(Json(perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?))
}

/// End a pulse: who leads or administers its circle
///
/// A round that is open goes on to its last day, and no other opens.
#[utoipa::path(post, path = "/api/v1/pulses/{id}/end", tag = "pulses",
    params(("id" = String, Path, format = "uuid", description = "The pulse."), KeyHeader),
    responses((status = 204, description = "It has ended."), ActRefusals))]
pub(super) async fn end(
    State(app): State<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
    key: Key,
    bare: Bare,
) -> Result<StatusCode, Problem> {
    does(&app, &caller, &key, &bare, &End { pulse: of_path(&id)? }).await
}

/// What whoever leads says to a round.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPulseReply {
    /// The words.
    #[schema(min_length = 1, max_length = 20000)]
    words: String,
    /// What it names, each as `aim/…`, `decision/…`, `idea/…` or `promise/…` with an identifier.
    #[serde(default)]
    #[schema(required = false)]
    links: Vec<String>,
}

/// Answer a closed round openly: who leads or administers its circle; again, to word it anew
#[utoipa::path(post, path = "/api/v1/pulse-rounds/{id}/reply", tag = "pulses", request_body = NewPulseReply,
    params(("id" = String, Path, format = "uuid", description = "The round."), KeyHeader),
    responses((status = 204, description = "Its circle reads it."), ActRefusals))]
pub(super) async fn reply(
    State(app): State<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewPulseReply>,
) -> Result<StatusCode, Problem> {
    let NewPulseReply { words, links } = sent.value.clone();
    does(&app, &caller, &key, &sent, &Reply { round: of_path(&id)?, words, links }).await
}
