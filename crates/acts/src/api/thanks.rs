//! `/api/v1/thanks`, the card that says how to work with somebody, and what people like beside work.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use leadership::common::MOST;
use leadership::{AimId, PersonId};
use ledger::common::{self, Show};
use ledger::thanks::{self, Card, Give, See, TakeBack, WriteCard};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::answers::{Made, made};
use super::entry::{Bare, Caller, Inside, Key, KeyHeader, Sent, does, of_field, of_path, perform};
use super::problem::{ActRefusals, Problem, Refusals};
use crate::app::App;

/// Thanks, between two people.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Thanks {
    /// Their identifier.
    #[schema(format = "uuid")]
    id: String,
    /// Who thanks.
    #[schema(format = "uuid")]
    from: String,
    /// Whom.
    #[schema(format = "uuid")]
    to: String,
    /// What for.
    words: String,
    /// What difference it made.
    difference: String,
    /// The aim that it served.
    #[schema(format = "uuid")]
    aim: Option<String>,
    /// When.
    #[schema(format = DateTime)]
    given_at: String,
    /// When they were seen.
    #[schema(format = DateTime)]
    seen_at: Option<String>,
    /// When they were taken back.
    #[schema(format = DateTime)]
    taken_back_at: Option<String>,
}

fn shown(one: thanks::Thanks) -> Thanks {
    Thanks {
        id: one.id.to_string(),
        from: one.from.to_string(),
        to: one.to.to_string(),
        words: one.words,
        difference: one.difference,
        aim: one.aim.map(|aim| aim.to_string()),
        given_at: one.given_at.to_string(),
        seen_at: one.seen_at.map(|at| at.to_string()),
        taken_back_at: one.taken_back_at.map(|at| at.to_string()),
    }
}

/// Your thanks, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AllThanks {
    /// To you.
    got: Vec<Thanks>,
    /// From you.
    given: Vec<Thanks>,
}

/// Thanks to you and from you
#[utoipa::path(get, path = "/api/v1/thanks", tag = "thanks", responses((status = 200, body = AllThanks), Refusals))]
pub(super) async fn list(State(app): State<App>, caller: Caller) -> Result<Json<AllThanks>, Problem> {
    let (got, given) = thanks::mine(&mut app.ledger().read().await?, &caller.actor).await?;
    let all = |thanks: Vec<thanks::Thanks>| thanks.into_iter().map(shown).collect();
    Ok(Json(AllThanks { got: all(got), given: all(given) }))
}

/// One of them, for the two people
#[utoipa::path(get, path = "/api/v1/thanks/{id}", tag = "thanks",
    params(("id" = String, Path, format = "uuid", description = "The thanks.")),
    responses((status = 200, body = Thanks), Refusals))]
pub(super) async fn one(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Thanks>, Problem> {
    let found = thanks::get(&mut app.ledger().read().await?, &caller.actor, of_path(&id)?).await?;
    Ok(Json(shown(found.ok_or_else(Problem::not_found)?)))
}

/// Thanks that are given.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewThanks {
    /// Whom: somebody of your circles.
    #[schema(format = "uuid")]
    to: String,
    /// What they did.
    #[schema(min_length = 1, max_length = 20000)]
    words: String,
    /// What difference it made.
    #[schema(min_length = 1, max_length = 20000)]
    difference: String,
    /// The aim that it served.
    #[serde(default)]
    #[schema(format = "uuid")]
    aim: Option<String>,
}

/// Thank somebody: they see it, signed by you
#[utoipa::path(post, path = "/api/v1/thanks", tag = "thanks", request_body = NewThanks, params(KeyHeader),
    responses((status = 201, body = Made, headers(("Location" = String, description = "Where they are."))), ActRefusals))]
pub(super) async fn give(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    sent: Sent<NewThanks>,
) -> Result<Response, Problem> {
    let NewThanks { to, words, difference, aim } = sent.value.clone();
    let aim: Option<AimId> = aim.as_deref().map(|aim| of_field("aim", aim)).transpose()?;
    let aim = aim.map(|aim| aim.to_string()).unwrap_or_default();
    let act = Give { to: Some(of_field("to", &to)?), words, difference, aim };
    let answer = perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?;
    Ok(made("/api/v1/thanks", answer))
}

/// Say that you have seen thanks to you
#[utoipa::path(post, path = "/api/v1/thanks/{id}/seen", tag = "thanks",
    params(("id" = String, Path, format = "uuid", description = "The thanks."), KeyHeader),
    responses((status = 204, description = "They are seen."), ActRefusals))]
pub(super) async fn see(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    bare: Bare,
) -> Result<StatusCode, Problem> {
    does(&app, &caller, &key, &bare, &See { thanks: of_path(&id)? }).await
}

/// Take thanks of yours back
#[utoipa::path(post, path = "/api/v1/thanks/{id}/withdrawal", tag = "thanks",
    params(("id" = String, Path, format = "uuid", description = "The thanks."), KeyHeader),
    responses((status = 204, description = "They stand as taken back."), ActRefusals))]
pub(super) async fn take_back(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    bare: Bare,
) -> Result<StatusCode, Problem> {
    does(&app, &caller, &key, &bare, &TakeBack { thanks: of_path(&id)? }).await
}

/// How to work with somebody, in their own words; each may be empty.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct WorkCard {
    /// How and when they are best reached.
    #[schema(max_length = 20000)]
    reach: String,
    /// What people may ask them.
    #[schema(max_length = 20000)]
    good_at: String,
    /// What is hard for them, and what helps.
    #[schema(max_length = 20000)]
    hard: String,
    /// What drives them, also outside of work.
    #[schema(max_length = 20000)]
    drives: String,
}

/// How to work with somebody whom you see
#[utoipa::path(get, path = "/api/v1/people/{id}/card", tag = "people",
    params(("id" = String, Path, format = "uuid", description = "The person.")),
    responses((status = 200, body = WorkCard), Refusals))]
pub(super) async fn card(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<WorkCard>, Problem> {
    let person: PersonId = of_path(&id)?;
    let found = thanks::card(&mut app.ledger().read().await?, &caller.actor, person).await?;
    let Card { reach, good_at, hard, drives } = found.ok_or_else(Problem::not_found)?;
    Ok(Json(WorkCard { reach, good_at, hard, drives }))
}

/// Write how to work with you; all empty takes it away
#[utoipa::path(put, path = "/api/v1/me/card", tag = "people", request_body = WorkCard, params(KeyHeader),
    responses((status = 204, description = "It stands where people see you."), ActRefusals))]
pub(super) async fn write_card(
    State(app): State<App>,
    Inside(caller): Inside,
    key: Key,
    sent: Sent<WorkCard>,
) -> Result<StatusCode, Problem> {
    let WorkCard { reach, good_at, hard, drives } = sent.value.clone();
    does(&app, &caller, &key, &sent, &WriteCard(Card { reach, good_at, hard, drives })).await
}

/// Something that people like beside work.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LikedThing {
    /// In the words of the first of them.
    words: String,
    /// Whether you show it as well.
    mine: bool,
    /// Who else shows it.
    people: Vec<String>,
}

/// What people like beside work.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CommonGround {
    /// What you show, in your own words.
    mine: Vec<String>,
    /// What the people of your circles show.
    items: Vec<LikedThing>,
}

/// What the people of your circles like beside work, as they show it
#[utoipa::path(get, path = "/api/v1/common-ground", tag = "people",
    responses((status = 200, body = CommonGround), Refusals))]
pub(super) async fn ground(State(app): State<App>, Inside(caller): Inside) -> Result<Json<CommonGround>, Problem> {
    let mut tx = app.ledger().read().await?;
    let mine = common::mine(&mut tx, &caller.actor).await?;
    let all = common::ground(&mut tx, &caller.actor).await?;
    let items = all.into_iter().map(|one| LikedThing {
        words: one.words,
        mine: one.mine,
        people: one.people.iter().map(|(person, _)| person.to_string()).collect(),
    });
    Ok(Json(CommonGround { mine, items: items.collect() }))
}

/// What you like beside work.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewLikes {
    /// Of at most 40 characters each; none takes all of it back.
    #[schema(max_items = 12)]
    words: Vec<String>,
}

/// Show what you like beside work, in place of what you showed before
#[utoipa::path(put, path = "/api/v1/me/likes", tag = "people", request_body = NewLikes, params(KeyHeader),
    responses((status = 204, description = "Those of your circles see it."), ActRefusals))]
pub(super) async fn like(
    State(app): State<App>,
    Inside(caller): Inside,
    key: Key,
    sent: Sent<NewLikes>,
) -> Result<StatusCode, Problem> {
    let words = &sent.value.words;
    if words.len() > MOST || words.iter().any(|one| one.contains('\n')) {
        return Err(Problem::field("words", format!("Name {MOST} things at most, each in one line.")));
    }
    does(&app, &caller, &key, &sent, &Show { words: words.join("\n") }).await
}
