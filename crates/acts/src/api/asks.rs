//! `/api/v1/asks`: “I need you”, the answers, and when people can be reached.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use leadership::available::{WEEK, shown};
use ledger::asks::{self, Answer, Need, StateAvailability, Withdraw};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::answers::{Made, made};
use super::entry::{Bare, Caller, Key, KeyHeader, Sent, does, of_field, of_path, perform};
use super::problem::{ActRefusals, Problem, Refusals};
use crate::app::App;

/// An ask, as its two people see it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Ask {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// Who asks.
    #[schema(format = "uuid")]
    asker: String,
    /// Who is asked.
    #[schema(format = "uuid")]
    asked: String,
    /// What for.
    words: String,
    /// When.
    #[schema(format = DateTime)]
    asked_at: String,
    /// By when it is to be answered, by what was stated then.
    #[schema(format = DateTime)]
    due_at: Option<String>,
    /// The answer.
    answer: Option<String>,
    /// Whether it waits for an answer.
    open: bool,
}

fn ask(found: asks::Ask) -> Ask {
    Ask {
        open: found.is_open(),
        id: found.id.to_string(),
        asker: found.asker.to_string(),
        asked: found.asked.to_string(),
        words: found.words,
        asked_at: found.asked_at.to_string(),
        due_at: found.due_at.map(|at| at.to_string()),
        answer: found.answer,
    }
}

/// Asks, by side.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Asks {
    /// To you.
    to_me: Vec<Ask>,
    /// By you.
    by_me: Vec<Ask>,
    /// How many asks of you are counted whose time was stated and is over, or that you answered.
    #[schema(minimum = 0)]
    counted: u64,
    /// How many of them you answered in time: for your own eyes; null where it is not enough to say.
    #[schema(minimum = 0)]
    in_time: Option<u64>,
}

/// Asks to you and by you, open ones first
#[utoipa::path(get, path = "/api/v1/asks", tag = "asks", responses((status = 200, body = Asks), ActRefusals))]
pub(super) async fn list(State(app): State<App>, caller: Caller) -> Result<Json<Asks>, Problem> {
    let mut tx = app.ledger().read().await?;
    let (to_me, by_me) = asks::mine(&mut tx, &caller.actor).await?;
    let share = asks::own_share(&mut tx, &caller.actor).await?;
    let told = |all: Vec<asks::Ask>| all.into_iter().map(ask).collect();
    let in_time = share.enough().then_some(share.so);
    Ok(Json(Asks { to_me: told(to_me), by_me: told(by_me), counted: share.n, in_time }))
}

/// One ask, for its two people
#[utoipa::path(get, path = "/api/v1/asks/{id}", tag = "asks",
    params(("id" = String, Path, format = "uuid", description = "The ask.")),
    responses((status = 200, body = Ask), Refusals))]
pub(super) async fn one(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<Json<Ask>, Problem> {
    let found = asks::get(&mut app.ledger().read().await?, &caller.actor, of_path(&id)?).await?;
    Ok(Json(ask(found.ok_or_else(Problem::not_found)?)))
}

/// Whom you need, and what for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewPersonAsk)]
pub(super) struct NewNeed {
    /// Whom.
    #[schema(format = "uuid")]
    whom: String,
    /// What for.
    #[schema(min_length = 1, max_length = 20000)]
    words: String,
}

/// Say that you need somebody
#[utoipa::path(post, path = "/api/v1/asks", tag = "asks", request_body = NewNeed, params(KeyHeader),
    responses((status = 201, body = Made, headers(("Location" = String, description = "Where the ask is."))), ActRefusals))]
pub(super) async fn need(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    sent: Sent<NewNeed>,
) -> Result<Response, Problem> {
    let act = Need { whom: Some(of_field("whom", &sent.value.whom)?), words: sent.value.words.clone() };
    let answer = perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?;
    Ok(made("/api/v1/asks", answer))
}

/// The answer.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAskAnswer {
    /// The answer, or how it was given.
    #[schema(min_length = 1, max_length = 20000)]
    words: String,
}

/// Answer who needs you
#[utoipa::path(post, path = "/api/v1/asks/{id}/answer", tag = "asks", request_body = NewAskAnswer,
    params(("id" = String, Path, format = "uuid", description = "The ask."), KeyHeader),
    responses((status = 204, description = "It is answered."), ActRefusals))]
pub(super) async fn answer(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewAskAnswer>,
) -> Result<StatusCode, Problem> {
    let act = Answer { ask: of_path(&id)?, words: sent.value.words.clone() };
    does(&app, &caller, &key, &sent, &act).await
}

/// Take an ask back
#[utoipa::path(post, path = "/api/v1/asks/{id}/withdraw", tag = "asks",
    params(("id" = String, Path, format = "uuid", description = "The ask."), KeyHeader),
    responses((status = 204, description = "It is taken back."), ActRefusals))]
pub(super) async fn withdraw(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    bare: Bare,
) -> Result<StatusCode, Problem> {
    does(&app, &caller, &key, &bare, &Withdraw { ask: of_path(&id)? }).await
}

/// A day of the week.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum WeekdayName {
    /// The first.
    Monday,
    /// The second.
    Tuesday,
    /// The third.
    Wednesday,
    /// The fourth.
    Thursday,
    /// The fifth.
    Friday,
    /// The sixth.
    Saturday,
    /// The seventh.
    Sunday,
}

impl WeekdayName {
    /// In the order of [`WEEK`].
    const ALL: [Self; 7] =
        [Self::Monday, Self::Tuesday, Self::Wednesday, Self::Thursday, Self::Friday, Self::Saturday, Self::Sunday];
}

/// Hours of one day of the week in which somebody can be reached.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AvailableWindow {
    /// The day.
    day: WeekdayName,
    /// From when, such as 09:00.
    from: String,
    /// Until when, such as 17:30; 24:00 is the end of the day.
    to: String,
}

/// When somebody can be reached, as they stated it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Availability {
    /// Their week; empty where the hours run day and night.
    week: Vec<AvailableWindow>,
    /// Hours within which they answer, counted while they can be reached.
    #[schema(minimum = 1, maximum = 168)]
    within_hours: i64,
    /// How else they can be reached; may be empty.
    words: String,
    /// The time zone of the hours.
    zone: String,
}

fn availability(found: asks::Availability) -> Availability {
    let window = |one: &leadership::available::Window| {
        let day = WEEK.iter().position(|day| *day == one.day)?;
        Some(AvailableWindow { day: WeekdayName::ALL[day], from: shown(one.from), to: shown(one.to) })
    };
    Availability {
        week: found.windows.iter().filter_map(window).collect(),
        within_hours: found.within_hours,
        words: found.words,
        zone: found.zone,
    }
}

/// When you can be reached, as you stated it; 404 where you stated nothing
#[utoipa::path(get, path = "/api/v1/me/availability", tag = "asks",
    responses((status = 200, body = Availability), Refusals))]
pub(super) async fn own_availability(State(app): State<App>, caller: Caller) -> Result<Json<Availability>, Problem> {
    let found = asks::availability(&mut app.ledger().read().await?, caller.actor.person).await?;
    Ok(Json(availability(found.ok_or_else(Problem::not_found)?)))
}

/// When somebody whom you may ask can be reached; 404 where they stated nothing
#[utoipa::path(get, path = "/api/v1/people/{id}/availability", tag = "asks",
    params(("id" = String, Path, format = "uuid", description = "The person.")),
    responses((status = 200, body = Availability), Refusals))]
pub(super) async fn their_availability(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Availability>, Problem> {
    let person: leadership::PersonId = of_path(&id)?;
    let mut tx = app.ledger().read().await?;
    if !asks::reachable(&mut tx, &caller.actor).await?.iter().any(|(one, _)| one.id == person) {
        return Err(Problem::not_found());
    }
    let found = asks::availability(&mut tx, person).await?;
    Ok(Json(availability(found.ok_or_else(Problem::not_found)?)))
}

/// When you can be reached.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAvailability {
    /// Your week, at most one span a day, in your own time zone; left empty, the hours run day and night.
    #[serde(default)]
    #[schema(required = false, max_items = 7)]
    week: Vec<AvailableWindow>,
    /// Hours within which you answer, counted while you can be reached.
    #[schema(minimum = 1, maximum = 168)]
    within_hours: u32,
    /// How else you can be reached.
    #[serde(default)]
    #[schema(required = false, max_length = 20000)]
    words: String,
}

/// State when you can be reached, and within how many hours you answer
#[utoipa::path(put, path = "/api/v1/me/availability", tag = "asks", request_body = NewAvailability, params(KeyHeader),
    responses((status = 204, description = "It is stated."), ActRefusals))]
pub(super) async fn state_availability(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    sent: Sent<NewAvailability>,
) -> Result<StatusCode, Problem> {
    let mut week: Vec<Option<(String, String)>> = vec![None; WEEK.len()];
    for window in &sent.value.week {
        let span = (window.from.clone(), window.to.clone());
        if week[window.day as usize].replace(span).is_some() {
            return Err(Problem::field("week", "Give one span a day at most."));
        }
    }
    let act = StateAvailability {
        week: week.into_iter().map(Option::unwrap_or_default).collect(),
        within_hours: sent.value.within_hours.to_string(),
        words: sent.value.words.clone(),
    };
    does(&app, &caller, &key, &sent, &act).await
}
