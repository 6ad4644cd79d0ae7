//! `/api/v1/me`

use axum::Json;
use axum::extract::State;
use ledger::{directory, people};
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::RoleName;
use super::entry::Caller;
use super::problem::{Problem, Refusals};
use crate::app::App;

/// Whose token it is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Me {
    /// Their identifier.
    #[schema(format = "uuid")]
    id: String,
    /// Their name.
    name: String,
    /// Their address for mail.
    email: Option<String>,
    /// Their time zone, by IANA name.
    zone: String,
    /// The roles that they hold.
    roles: Vec<Held>,
}

/// A role in a circle.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RoleOfMine)]
pub(super) struct Held {
    /// The circle.
    #[schema(format = "uuid")]
    circle: String,
    /// Its name.
    name: String,
    /// The role.
    role: RoleName,
}

/// Whose token this is
#[utoipa::path(get, path = "/api/v1/me", tag = "people", responses((status = 200, body = Me), Refusals))]
pub(super) async fn me(State(app): State<App>, caller: Caller) -> Result<Json<Me>, Problem> {
    let mut tx = app.ledger().read().await?;
    let person = caller.actor.person;
    let (person, roles) = directory::one(&mut tx, &caller.actor, person).await?.ok_or_else(Problem::not_found)?;
    let circles = people::circles(&mut tx).await?;
    let named =
        |id| circles.iter().find(|circle| circle.id == id).map(|circle| circle.name.clone()).unwrap_or_default();
    let held = |(circle, role)| Held { circle: format!("{circle}"), name: named(circle), role: RoleName::from(role) };
    Ok(Json(Me {
        id: person.id.to_string(),
        name: person.name,
        email: person.email,
        zone: person.zone,
        roles: roles.into_iter().map(held).collect(),
    }))
}
