//! `/api/v1/seats`: who looks along as somebody grows; and one's strengths and limits.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use leadership::growth::{Part, Seat, Trait};
use ledger::growth::{self, Action, AddTrait, AnswerSeat, EndSeat, Guest, Invite, NoteSession, RetireTrait, SeatId};
use ledger::people::Look;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::answers::{Made, made, names};
use super::entry::{Bare, Inside, Key, KeyHeader, Sent, does, of_field, of_path, perform};
use super::observations::{self, Observation};
use super::plans::{self, PlanItem};
use super::problem::{ActRefusals, Problem, Refusals};
use crate::app::App;

names! {
    /// What of one's growth a guest may look at.
    GrowthPartName of Part { Plan, Strengths, Observations }
}
names! {
    /// Where a seat stands.
    SeatStateName of Seat { Invited, Taken, Declined, Ended }
}
names! {
    /// A strength, or a limit.
    TraitName of Trait { Strength, Limit }
}

/// A seat beside somebody who grows.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = GrowthSeat)]
pub(super) struct SeatItem {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// Whose growth it is.
    #[schema(format = "uuid")]
    person: String,
    /// Who looks along.
    #[schema(format = "uuid")]
    guest: String,
    /// What they may look at.
    parts: Vec<GrowthPartName>,
    /// What was asked of them.
    words: String,
    /// Where it stands.
    state: SeatStateName,
}

fn seat(one: &Guest) -> SeatItem {
    SeatItem {
        id: one.id.to_string(),
        person: one.person.to_string(),
        guest: one.guest.to_string(),
        parts: one.parts.iter().copied().map(GrowthPartName::from).collect(),
        words: one.words.clone(),
        state: one.state.into(),
    }
}

/// Seats.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Seats {
    /// Those that you gave, open ones first.
    given: Vec<SeatItem>,
    /// Those that you were offered, or took.
    beside: Vec<SeatItem>,
}

/// The seats that you gave, and those that you have
#[utoipa::path(get, path = "/api/v1/seats", tag = "growth", responses((status = 200, body = Seats), Refusals))]
pub(super) async fn list(State(app): State<App>, Inside(caller): Inside) -> Result<Json<Seats>, Problem> {
    let mut tx = app.ledger().read().await?;
    let given = growth::guests(&mut tx, &caller.actor).await?;
    let beside = growth::beside_me(&mut tx, &caller.actor).await?;
    Ok(Json(Seats { given: given.iter().map(seat).collect(), beside: beside.iter().map(seat).collect() }))
}

/// A strength or a limit, in one's own words.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OwnTrait)]
pub(super) struct TraitItem {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// Which of the two.
    kind: TraitName,
    /// What, in one line.
    title: String,
    /// A strength: how it serves others. A limit: who is asked, and when.
    used: String,
    /// The quality that it belongs to, by key.
    quality: Option<String>,
}

fn own(one: growth::Trait) -> TraitItem {
    TraitItem { id: one.id.to_string(), kind: one.kind.into(), title: one.title, used: one.used, quality: one.quality }
}

/// A seat, with what its guest may look at.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WholeSeat {
    /// The seat.
    seat: SeatItem,
    /// For its guest, once it is taken: the plan that is under way.
    plan: Option<PlanItem>,
    /// Their strengths and limits.
    traits: Option<Vec<TraitItem>>,
    /// What others saw them do.
    observations: Option<Vec<Observation>>,
}

/// A seat, for its two sides, with what its guest may look at
///
/// Whose growth it is sees under their own data that the guest looked.
#[utoipa::path(get, path = "/api/v1/seats/{id}", tag = "growth",
    params(("id" = String, Path, format = "uuid", description = "The seat.")),
    responses((status = 200, body = WholeSeat), Refusals))]
pub(super) async fn one(
    State(app): State<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
) -> Result<Json<WholeSeat>, Problem> {
    let id: SeatId = of_path(&id)?;
    let mut tx = app.ledger().read().await?;
    let found = growth::seat_of(&mut tx, &caller.actor, id).await?.ok_or_else(Problem::not_found)?;
    if found.guest != caller.actor.person || found.state != Seat::Taken {
        return Ok(Json(WholeSeat { seat: seat(&found), plan: None, traits: None, observations: None }));
    }
    let plan = growth::theirs(&mut tx, &caller.actor, found.person).await?;
    let traits = growth::traits_of(&mut tx, &caller.actor, found.person).await?;
    let seen = growth::about(&mut tx, &caller.actor, found.person).await?;
    drop(tx);
    let look = Look { person: found.person, what: "their growth, from the seat beside them" };
    app.ledger().perform(&caller.actor, &look).await?;
    Ok(Json(WholeSeat {
        seat: seat(&found),
        plan: plan.map(plans::told),
        traits: traits.map(|all| all.into_iter().map(own).collect()),
        observations: seen.map(|all| all.into_iter().map(observations::told).collect()),
    }))
}

/// Whom you invite to look along.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSeat {
    /// Somebody of your circles.
    #[schema(format = "uuid")]
    guest: String,
    /// What they may look at.
    #[schema(min_items = 1)]
    parts: Vec<GrowthPartName>,
    /// What you ask of them.
    #[schema(min_length = 1, max_length = 20000)]
    words: String,
}

/// Invite somebody to look along as you grow; three at most do
#[utoipa::path(post, path = "/api/v1/seats", tag = "growth", request_body = NewSeat, params(KeyHeader),
    responses((status = 201, body = Made, headers(("Location" = String, description = "Where the seat is."))), ActRefusals))]
pub(super) async fn invite(
    State(app): State<App>,
    Inside(caller): Inside,
    key: Key,
    sent: Sent<NewSeat>,
) -> Result<Response, Problem> {
    let NewSeat { guest, parts, words } = sent.value.clone();
    let parts = parts.into_iter().map(|part| Part::from(part).name().to_owned()).collect();
    let act = Invite { guest: Some(of_field("guest", &guest)?), parts, words };
    let answer = perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?;
    Ok(made("/api/v1/seats", answer))
}

/// What you say to a seat that you were offered.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSeatAnswer {
    /// Whether you take it.
    takes: bool,
}

/// Take a seat that you were offered, or not
#[utoipa::path(post, path = "/api/v1/seats/{id}/answer", tag = "growth", request_body = NewSeatAnswer,
    params(("id" = String, Path, format = "uuid", description = "The seat."), KeyHeader),
    responses((status = 204, description = "It is answered."), ActRefusals))]
pub(super) async fn answer(
    State(app): State<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewSeatAnswer>,
) -> Result<StatusCode, Problem> {
    does(&app, &caller, &key, &sent, &AnswerSeat { seat: of_path(&id)?, takes: sent.value.takes }).await
}

/// End a seat, by either side: from then on its guest sees nothing of it
#[utoipa::path(post, path = "/api/v1/seats/{id}/end", tag = "growth",
    params(("id" = String, Path, format = "uuid", description = "The seat."), KeyHeader),
    responses((status = 204, description = "It has ended; what was promised stays promised."), ActRefusals))]
pub(super) async fn end(
    State(app): State<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
    key: Key,
    bare: Bare,
) -> Result<StatusCode, Problem> {
    does(&app, &caller, &key, &bare, &EndSeat { seat: of_path(&id)? }).await
}

/// Something to be done that came out of a talk: a promise between the two.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSeatPromise {
    /// What, in one line.
    #[schema(min_length = 1, max_length = 200)]
    what: String,
    /// By when.
    #[schema(format = Date)]
    due: String,
    /// How it will be known.
    #[serde(default)]
    #[schema(max_length = 20000, required = false)]
    known: String,
    /// Whether it is the other one who is asked to promise it.
    #[serde(default)]
    #[schema(required = false)]
    by_other: bool,
}

/// A talk of the two.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSeatTalk {
    /// On which day it was held.
    #[schema(format = Date)]
    day: String,
    /// What was said, as both of you may read it.
    #[schema(min_length = 1, max_length = 20000)]
    words: String,
    /// What is to be done.
    #[serde(default)]
    #[schema(required = false, max_items = 12)]
    promises: Vec<NewSeatPromise>,
}

/// Note a talk beside a seat that is taken, with what is to be done
#[utoipa::path(post, path = "/api/v1/seats/{id}/talks", tag = "growth", request_body = NewSeatTalk,
    params(("id" = String, Path, format = "uuid", description = "The seat."), KeyHeader),
    responses((status = 201, body = Made, headers(("Location" = String, description = "Where the talk is."))), ActRefusals))]
pub(super) async fn note(
    State(app): State<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewSeatTalk>,
) -> Result<Response, Problem> {
    let NewSeatTalk { day, words, promises } = sent.value.clone();
    let action =
        |one: NewSeatPromise| Action { what: one.what, due: one.due, known: one.known, by_other: one.by_other };
    let act = NoteSession { seat: of_path(&id)?, day, words, actions: promises.into_iter().map(action).collect() };
    let answer = perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?;
    Ok(made("/api/v1/talks", answer))
}

/// Your strengths, then your limits
#[utoipa::path(get, path = "/api/v1/traits", tag = "growth",
    responses((status = 200, body = Vec<TraitItem>), Refusals))]
pub(super) async fn traits(State(app): State<App>, Inside(caller): Inside) -> Result<Json<Vec<TraitItem>>, Problem> {
    let found = growth::traits(&mut app.ledger().read().await?, &caller.actor).await?;
    Ok(Json(found.into_iter().map(own).collect()))
}

/// A strength or a limit to write down.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTrait {
    /// Which of the two.
    kind: TraitName,
    /// What, in one line.
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    /// A strength: how it serves others. A limit: who is asked, and when.
    #[schema(min_length = 1, max_length = 20000)]
    used: String,
    /// The key of the quality that it belongs to.
    #[serde(default)]
    #[schema(max_length = 60)]
    quality: Option<String>,
}

/// Write down a strength or a limit of yours
#[utoipa::path(post, path = "/api/v1/traits", tag = "growth", request_body = NewTrait, params(KeyHeader),
    responses((status = 200, body = Made), ActRefusals))]
pub(super) async fn add_trait(
    State(app): State<App>,
    Inside(caller): Inside,
    key: Key,
    sent: Sent<NewTrait>,
) -> Result<Json<Value>, Problem> {
    let NewTrait { kind, title, used, quality } = sent.value.clone();
    let kind = Trait::from(kind).name().to_owned();
    let act = AddTrait { kind, title, used, quality: quality.unwrap_or_default() };
    Ok(Json(perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?))
}

/// Take a strength or a limit off your list
#[utoipa::path(delete, path = "/api/v1/traits/{id}", tag = "growth",
    params(("id" = String, Path, format = "uuid", description = "The strength or limit."), KeyHeader),
    responses((status = 204, description = "It is off the list."), ActRefusals))]
pub(super) async fn retire_trait(
    State(app): State<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
    key: Key,
    bare: Bare,
) -> Result<StatusCode, Problem> {
    does(&app, &caller, &key, &bare, &RetireTrait { id: of_path(&id)? }).await
}
