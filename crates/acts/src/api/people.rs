//! `/api/v1/people`

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use ledger::directory::{self, Entry};
use ledger::people::{AddPerson, Correct, EndRole, GiveRole, Leave};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::answers::{Made, RoleName, made};
use super::entry::{Bare, Caller, Key, KeyHeader, Query, Sent, does, of_field, of_path, perform};
use super::problem::{ActRefusals, Problem, Refusals};
use crate::app::App;

/// Most persons of one answer.
const MOST: u32 = 500;
const USUAL: u32 = 100;

/// A person.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Person {
    /// Their identifier.
    #[schema(format = "uuid")]
    id: String,
    /// Their name.
    name: String,
    /// Their address for mail.
    email: Option<String>,
    /// The roles that they hold in circles that this token's person sees.
    roles: Vec<Held>,
}

/// A role in a circle.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RoleInCircle)]
struct Held {
    /// The circle.
    #[schema(format = "uuid")]
    circle: String,
    /// The role.
    role: RoleName,
}

fn person((person, roles): Entry) -> Person {
    let held = |(circle, role)| Held { circle: format!("{circle}"), role: RoleName::from(role) };
    Person {
        id: person.id.to_string(),
        name: person.name,
        email: person.email,
        roles: roles.into_iter().map(held).collect(),
    }
}

/// Persons, a page after the other.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct People {
    /// Those of this page.
    items: Vec<Person>,
    /// What to give as `after` for the next page; null when there is none.
    #[schema(format = "uuid")]
    next: Option<String>,
}

/// Which persons.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// Only those who hold a role in this circle.
    #[param(format = "uuid")]
    circle: Option<String>,
    /// Only those after this person: `next` of the page before.
    #[param(format = "uuid")]
    after: Option<String>,
    /// At most so many.
    #[param(minimum = 1, maximum = 500, default = 100)]
    limit: u32,
}

impl Default for Which {
    fn default() -> Self {
        Self { circle: None, after: None, limit: USUAL }
    }
}

/// The people of the circles that are seen
///
/// In the order of their identifiers. Who left is not among them.
#[utoipa::path(get, path = "/api/v1/people", tag = "people", params(Which),
    responses((status = 200, body = People), ActRefusals))]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(which): Query<Which>,
) -> Result<Json<People>, Problem> {
    if !(1..=MOST).contains(&which.limit) {
        return Err(Problem::field("limit", format!("Give a whole number from 1 to {MOST}.")));
    }
    let circle = which.circle.as_deref().map(|id| of_field("circle", id)).transpose()?;
    let after = which.after.as_deref().map(|id| of_field("after", id)).transpose()?;
    let most = which.limit as usize;
    let mut tx = app.ledger().read().await?;
    let mut found = directory::page(&mut tx, &caller.actor, circle, after, most + 1).await?;
    let more = found.len() > most;
    found.truncate(most);
    let next = found.last().filter(|_| more).map(|(person, _)| person.id.to_string());
    Ok(Json(People { items: found.into_iter().map(person).collect(), next }))
}

/// One person
#[utoipa::path(get, path = "/api/v1/people/{id}", tag = "people",
    params(("id" = String, Path, format = "uuid", description = "The person.")),
    responses((status = 200, body = Person), Refusals))]
pub(super) async fn one(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Person>, Problem> {
    let id = of_path(&id)?;
    let found = directory::one(&mut app.ledger().read().await?, &caller.actor, id).await?;
    Ok(Json(person(found.ok_or_else(Problem::not_found)?)))
}

/// A person for a circle.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPerson {
    /// Their name, one line.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Their address for mail. A person with the same address is the same person.
    #[serde(default)]
    #[schema(max_length = 200, required = false)]
    email: String,
    /// The circle.
    #[schema(format = "uuid")]
    circle: String,
    /// The role.
    role: RoleName,
}

/// Add a person to a circle
#[utoipa::path(post, path = "/api/v1/people", tag = "people", request_body = NewPerson,
    params(KeyHeader),
    responses((status = 201, body = Made, headers(("Location" = String, description = "Where the person is."))), ActRefusals))]
pub(super) async fn add(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    sent: Sent<NewPerson>,
) -> Result<Response, Problem> {
    let NewPerson { name, email, circle, role } = &sent.value;
    let circle = of_field("circle", circle)?;
    let act = AddPerson { name: name.clone(), email: email.clone(), circle, role: (*role).into() };
    let answer = perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?;
    Ok(made("/api/v1/people", answer))
}

/// What is held about a person, as it should be.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewCorrection {
    /// Their name, one line.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Their address for mail, with which they sign in: whoever keeps all their circles in order changes it.
    #[serde(default)]
    #[schema(max_length = 200, required = false)]
    email: String,
    /// Their time zone, by IANA name.
    #[schema(min_length = 1, max_length = 200)]
    zone: String,
}

/// Correct what is held about a person: you yourself, or who keeps all their circles in order
#[utoipa::path(put, path = "/api/v1/people/{id}", tag = "people", request_body = NewCorrection,
    params(("id" = String, Path, format = "uuid", description = "The person."), KeyHeader),
    responses((status = 204, description = "It is corrected."), ActRefusals))]
pub(super) async fn correct(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewCorrection>,
) -> Result<StatusCode, Problem> {
    let NewCorrection { name, email, zone } = sent.value.clone();
    does(&app, &caller, &key, &sent, &Correct { person: of_path(&id)?, name, email, zone }).await
}

/// A role, to be given or ended.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRole {
    /// The circle.
    #[schema(format = "uuid")]
    circle: String,
    /// The role.
    role: RoleName,
}

/// Give a person who is here a role in a circle: who keeps it in order
#[utoipa::path(post, path = "/api/v1/people/{id}/roles", tag = "people", request_body = NewRole,
    params(("id" = String, Path, format = "uuid", description = "The person."), KeyHeader),
    responses((status = 204, description = "They hold it."), ActRefusals))]
pub(super) async fn give_role(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewRole>,
) -> Result<StatusCode, Problem> {
    let NewRole { circle, role } = &sent.value;
    let act = GiveRole { person: of_path(&id)?, circle: of_field("circle", circle)?, role: (*role).into() };
    does(&app, &caller, &key, &sent, &act).await
}

/// End a role of a person: who keeps its circle in order
#[utoipa::path(post, path = "/api/v1/people/{id}/roles/end", tag = "people", request_body = NewRole,
    params(("id" = String, Path, format = "uuid", description = "The person."), KeyHeader),
    responses((status = 204, description = "They hold it no more."), ActRefusals))]
pub(super) async fn end_role(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewRole>,
) -> Result<StatusCode, Problem> {
    let NewRole { circle, role } = &sent.value;
    let act = EndRole { person: of_path(&id)?, circle: of_field("circle", circle)?, role: (*role).into() };
    does(&app, &caller, &key, &sent, &act).await
}

/// Say that a person left: their roles and sessions end; what they said and did stays under their name
#[utoipa::path(post, path = "/api/v1/people/{id}/leave", tag = "people",
    params(("id" = String, Path, format = "uuid", description = "The person."), KeyHeader),
    responses((status = 204, description = "They left."), ActRefusals))]
pub(super) async fn leave(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    bare: Bare,
) -> Result<StatusCode, Problem> {
    does(&app, &caller, &key, &bare, &Leave { person: of_path(&id)? }).await
}
