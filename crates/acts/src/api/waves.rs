//! `/api/v1/waves`: planning a wave, who is rated, and who rates them. Answering is left to pages.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::Date;
use leadership::WaveId;
use leadership::wave::{Kind, RaterRole, Stage};
use ledger::waves::{self, Close, Count, Nominate, NominateMyself, Plan, Rated, Remind, Wave};
use ledger::{Tx, honesty};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::answers::{Made, made, names};
use super::entry::{Bare, Caller, Inside, Key, KeyHeader, Sent, does, of_field, of_path, perform};
use super::problem::{ActRefusals, Problem, Refusals};
use crate::app::App;

names! {
    /// How far a wave is.
    WaveStageName of Stage { Preparing, Open, Over, Closed }
}
names! {
    /// How somebody came to lead: by a role, or without one, as they say themselves.
    LeaderKindName of Kind { Designated, SelfEmpowered }
}
names! {
    /// As what somebody rates, seen from the person rated.
    RaterRoleName of RaterRole { Subordinate, Peer, HigherUp, Client, Own }
}

/// A wave of ratings.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Wave)]
pub(super) struct WaveItem {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// The circle whose people it is for, with all that is nested in it.
    #[schema(format = "uuid")]
    circle: String,
    /// What it is called.
    title: String,
    /// How far it is.
    stage: WaveStageName,
    /// The first day on which answers are taken.
    #[schema(format = Date)]
    opens_on: String,
    /// The last one.
    #[schema(format = Date)]
    closes_on: String,
    /// When it was closed.
    #[schema(format = Date)]
    closed_on: Option<String>,
    /// Questions that one rater is asked in a month at most, over all waves.
    question_limit: i64,
}

fn told(wave: &Wave, today: Date) -> WaveItem {
    WaveItem {
        id: wave.id.to_string(),
        circle: wave.circle.to_string(),
        title: wave.title.clone(),
        stage: wave.stage(today).into(),
        opens_on: wave.opens_on.to_string(),
        closes_on: wave.closes_on.to_string(),
        closed_on: wave.closed_on.map(|day| day.to_string()),
        question_limit: wave.question_limit,
    }
}

/// The waves of your circles
#[utoipa::path(get, path = "/api/v1/waves", tag = "waves", responses((status = 200, body = Vec<WaveItem>), Refusals))]
pub(super) async fn list(State(app): State<App>, Inside(caller): Inside) -> Result<Json<Vec<WaveItem>>, Problem> {
    let mut tx = app.ledger().read().await?;
    let today = honesty::day_of(&mut tx, caller.actor.person).await?;
    let found = waves::list(&mut tx, &caller.actor).await?;
    Ok(Json(found.iter().map(|wave| told(wave, today)).collect()))
}

/// Somebody who is rated.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RatedPerson {
    /// Who.
    #[schema(format = "uuid")]
    person: String,
    /// How they came to lead.
    kind: LeaderKindName,
    /// Whether they chose their raters.
    chosen: bool,
    /// Whether a higher-up confirmed them.
    confirmed: bool,
}

fn rated(one: &Rated) -> RatedPerson {
    RatedPerson {
        person: one.person.to_string(),
        kind: one.kind.into(),
        chosen: one.chosen,
        confirmed: one.confirmed_by.is_some(),
    }
}

/// How far the raters of a role are, over all who are rated.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RatersCount {
    /// As what they rate.
    role: RaterRoleName,
    /// Forms that are asked.
    #[schema(minimum = 0)]
    asked: i64,
    /// Raters who were chosen and are not confirmed yet.
    #[schema(minimum = 0)]
    waiting: i64,
    /// Forms that were answered; null where so few are asked that how many would be who.
    #[schema(minimum = 0)]
    answered: Option<i64>,
    /// Forms that were declined.
    #[schema(minimum = 0)]
    declined: Option<i64>,
}

fn count(one: &Count) -> RatersCount {
    RatersCount {
        role: one.role.into(),
        asked: one.asked,
        waiting: one.waiting,
        answered: one.far.map(|(answered, _)| answered),
        declined: one.far.map(|(_, declined)| declined),
    }
}

/// What is told to who plans a wave.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PlannedWave {
    /// Who is rated.
    people: Vec<RatedPerson>,
    /// How far the raters are, by role.
    raters: Vec<RatersCount>,
}

/// A wave, as far as it is yours.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WholeWave {
    /// The wave.
    wave: WaveItem,
    /// Keys of the qualities that it asks.
    qualities: Vec<String>,
    /// Your own part, where you are rated.
    own: Option<RatedPerson>,
    /// For who plans it.
    planned: Option<PlannedWave>,
}

async fn seen(tx: &mut Tx, caller: &Caller, id: &str) -> Result<Wave, Problem> {
    let id: WaveId = of_path(id)?;
    waves::seen(tx, &caller.actor, id).await?.ok_or_else(Problem::not_found)
}

/// One wave
#[utoipa::path(get, path = "/api/v1/waves/{id}", tag = "waves",
    params(("id" = String, Path, format = "uuid", description = "The wave.")),
    responses((status = 200, body = WholeWave), Refusals))]
pub(super) async fn one(
    State(app): State<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
) -> Result<Json<WholeWave>, Problem> {
    let mut tx = app.ledger().read().await?;
    let wave = seen(&mut tx, &caller, &id).await?;
    let today = honesty::day_of(&mut tx, caller.actor.person).await?;
    let qualities = waves::qualities(&mut tx, wave.id).await?.into_iter().map(|(key, _)| key).collect();
    let own = waves::own_part(&mut tx, &caller.actor, wave.id).await?;
    let planned = if waves::may_plan(&mut tx, &caller.actor, wave.circle).await? {
        let people = waves::people_rated(&mut tx, &caller.actor, wave.id).await?;
        let raters = waves::counts(&mut tx, &caller.actor, wave.id).await?;
        Some(PlannedWave { people: people.iter().map(rated).collect(), raters: raters.iter().map(count).collect() })
    } else {
        None
    };
    Ok(Json(WholeWave { wave: told(&wave, today), qualities, own: own.as_ref().map(rated), planned }))
}

/// A wave to plan.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewWave {
    /// The circle: one that you administer, or answer for as an executive.
    #[schema(format = "uuid")]
    circle: String,
    /// What it is called.
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    /// The first day on which answers are taken.
    #[schema(format = Date)]
    opens_on: String,
    /// The last one, at most 62 days after it.
    #[schema(format = Date)]
    closes_on: String,
    /// Questions that one rater is asked in a month at most, over all waves.
    #[schema(minimum = 30, maximum = 400)]
    question_limit: i64,
    /// Keys of the qualities that are asked; outcomes are always asked.
    #[schema(min_items = 1)]
    qualities: Vec<String>,
    /// Who is rated, of those who lead there; more can be nominated later.
    #[serde(default)]
    #[schema(required = false)]
    people: Vec<String>,
}

/// Identifiers in a field of several.
pub(super) fn people<T>(field: &str, all: &[String]) -> Result<Vec<leadership::Id<T>>, Problem> {
    all.iter().map(|one| of_field(field, one)).collect()
}

/// Plan a wave: who administers the circle, or answers for it as an executive
#[utoipa::path(post, path = "/api/v1/waves", tag = "waves", request_body = NewWave, params(KeyHeader),
    responses((status = 201, body = Made, headers(("Location" = String, description = "Where the wave is."))), ActRefusals))]
pub(super) async fn plan(
    State(app): State<App>,
    Inside(caller): Inside,
    key: Key,
    sent: Sent<NewWave>,
) -> Result<Response, Problem> {
    let typed = sent.value.clone();
    let act = Plan {
        circle: Some(of_field("circle", &typed.circle)?),
        title: typed.title,
        opens_on: typed.opens_on,
        closes_on: typed.closes_on,
        question_limit: typed.question_limit.to_string(),
        qualities: typed.qualities,
        people: people("people", &typed.people)?,
    };
    let answer = perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?;
    Ok(made("/api/v1/waves", answer))
}

/// The wave, for who may plan it: to others what only its planner does is not there, as the page is not.
async fn planned(app: &App, caller: &Caller, id: &str) -> Result<WaveId, Problem> {
    let mut tx = app.ledger().read().await?;
    let wave = seen(&mut tx, caller, id).await?;
    let may = waves::may_plan(&mut tx, &caller.actor, wave.circle).await?;
    if may { Ok(wave.id) } else { Err(Problem::not_found()) }
}

/// Who is rated besides.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRated {
    /// People who lead in the circle of the wave.
    #[schema(min_items = 1)]
    people: Vec<String>,
}

/// Nominate people to be rated in a wave: who plans it
#[utoipa::path(post, path = "/api/v1/waves/{id}/people", tag = "waves", request_body = NewRated,
    params(("id" = String, Path, format = "uuid", description = "The wave."), KeyHeader),
    responses((status = 204, description = "They choose who rates them."), ActRefusals))]
pub(super) async fn nominate(
    State(app): State<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewRated>,
) -> Result<StatusCode, Problem> {
    let wave = planned(&app, &caller, &id).await?;
    let act = Nominate { wave, people: people("people", &sent.value.people)? };
    does(&app, &caller, &key, &sent, &act).await
}

/// Be rated in a wave, as one who leads without a title
#[utoipa::path(post, path = "/api/v1/waves/{id}/myself", tag = "waves",
    params(("id" = String, Path, format = "uuid", description = "The wave."), KeyHeader),
    responses((status = 204, description = "You choose who rates you."), ActRefusals))]
pub(super) async fn myself(
    State(app): State<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
    key: Key,
    bare: Bare,
) -> Result<StatusCode, Problem> {
    does(&app, &caller, &key, &bare, &NominateMyself { wave: of_path(&id)? }).await
}

/// Remind those who have not answered: who plans the wave, twice at most
#[utoipa::path(post, path = "/api/v1/waves/{id}/reminder", tag = "waves",
    params(("id" = String, Path, format = "uuid", description = "The wave."), KeyHeader),
    responses((status = 204, description = "It waits on their Today again."), ActRefusals))]
pub(super) async fn remind(
    State(app): State<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
    key: Key,
    bare: Bare,
) -> Result<StatusCode, Problem> {
    does(&app, &caller, &key, &bare, &Remind { wave: of_path(&id)? }).await
}

/// Close a wave: who plans it; the answers are frozen, and it is not opened again
#[utoipa::path(post, path = "/api/v1/waves/{id}/close", tag = "waves",
    params(("id" = String, Path, format = "uuid", description = "The wave."), KeyHeader),
    responses((status = 204, description = "It is closed."), ActRefusals))]
pub(super) async fn close(
    State(app): State<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
    key: Key,
    bare: Bare,
) -> Result<StatusCode, Problem> {
    does(&app, &caller, &key, &bare, &Close { wave: of_path(&id)? }).await
}
