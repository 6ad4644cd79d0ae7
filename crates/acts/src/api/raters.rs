//! `/api/v1/waves/{id}/raters`: who rates whom, chosen by the person rated and confirmed by a higher-up. Whether a seat was
//! answered cannot be seen here.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use leadership::WaveId;
use ledger::people::Look;
use ledger::waves::{self, Choice, Choose, Confirm, Rater, Seat};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::entry::{Inside, Key, KeyHeader, Sent, does, of_field, of_path};
use super::problem::{ActRefusals, Problem, Refusals};
use super::waves::{RaterRoleName, people};
use crate::app::App;

/// A seat of a rater.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RaterSeat {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// Who rates; null where it is somebody from outside.
    #[schema(format = "uuid")]
    person: Option<String>,
    /// The name of somebody from outside, while the wave is not closed.
    name: Option<String>,
    /// As what they rate.
    role: RaterRoleName,
    /// Whether a higher-up confirmed it.
    confirmed: bool,
}

fn seat(one: &Seat) -> RaterSeat {
    let (person, name) = match &one.rater {
        Rater::Person(person) => (Some(person.to_string()), None),
        Rater::Outsider(outsider) => (None, outsider.as_ref().map(|outsider| outsider.name.clone())),
    };
    RaterSeat { id: one.id.to_string(), person, name, role: one.role.into(), confirmed: one.confirmed }
}

/// Somebody who could rate.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RaterProposal {
    /// Who.
    #[schema(format = "uuid")]
    person: String,
    /// As what.
    role: RaterRoleName,
}

/// Who rates one person.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RatersOf {
    /// The person rated.
    #[schema(format = "uuid")]
    rated: String,
    /// Whether they chose.
    chosen: bool,
    /// Whether all that they chose is confirmed.
    confirmed: bool,
    /// Who was chosen.
    seats: Vec<RaterSeat>,
    /// Who else could rate, by circles and promises.
    proposals: Vec<RaterProposal>,
    /// Questions of one form.
    #[schema(minimum = 0)]
    questions: i64,
}

fn told(choice: &Choice) -> RatersOf {
    let proposals = choice
        .proposals
        .iter()
        .map(|one| RaterProposal { person: one.person.to_string(), role: one.role.into() })
        .collect();
    RatersOf {
        rated: choice.rated.to_string(),
        chosen: choice.chosen,
        confirmed: choice.confirmed,
        seats: choice.seats.iter().map(seat).collect(),
        proposals,
        questions: choice.questions,
    }
}

/// Who rates you in a wave, and who else could
#[utoipa::path(get, path = "/api/v1/waves/{id}/raters", tag = "waves",
    params(("id" = String, Path, format = "uuid", description = "A wave in which you are rated.")),
    responses((status = 200, body = RatersOf), Refusals))]
pub(super) async fn mine(
    State(app): State<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
) -> Result<Json<RatersOf>, Problem> {
    let found = waves::to_choose(&mut app.ledger().read().await?, &caller.actor, of_path(&id)?).await?;
    Ok(Json(told(&found.ok_or_else(Problem::not_found)?)))
}

/// Somebody from outside.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewOutsider {
    /// Their name.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Their address for mail.
    #[schema(min_length = 3, max_length = 200)]
    email: String,
}

/// Who shall rate you.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRaters {
    /// People whom you see, you yourself not among them.
    #[serde(default)]
    #[schema(required = false, max_items = 60)]
    raters: Vec<String>,
    /// People from outside, who rate as clients.
    #[serde(default)]
    #[schema(required = false, max_items = 60)]
    outsiders: Vec<NewOutsider>,
}

/// Choose who rates you in a wave; a higher-up confirms it
#[utoipa::path(put, path = "/api/v1/waves/{id}/raters", tag = "waves", request_body = NewRaters,
    params(("id" = String, Path, format = "uuid", description = "A wave in which you are rated."), KeyHeader),
    responses((status = 204, description = "It waits for a higher-up."), ActRefusals))]
pub(super) async fn choose(
    State(app): State<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewRaters>,
) -> Result<StatusCode, Problem> {
    // One of them is a line: what is more than one would be another outsider.
    if sent.value.outsiders.iter().any(|one| one.name.contains('\n') || one.email.contains('\n')) {
        return Err(Problem::field("outsiders", "Write each name and each address in one line."));
    }
    let outsiders: Vec<String> =
        sent.value.outsiders.iter().map(|one| format!("{}, {}", one.name, one.email)).collect();
    let act = Choose {
        wave: Some(of_path(&id)?),
        raters: people("raters", &sent.value.raters)?,
        outsiders: outsiders.join("\n"),
    };
    does(&app, &caller, &key, &sent, &act).await
}

/// Who rates whom, where you confirm it
///
/// Those who are rated see under their own data that you looked.
#[utoipa::path(get, path = "/api/v1/waves/{id}/confirmations", tag = "waves",
    params(("id" = String, Path, format = "uuid", description = "The wave.")),
    responses((status = 200, body = Vec<RatersOf>), Refusals))]
pub(super) async fn to_confirm(
    State(app): State<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
) -> Result<Json<Vec<RatersOf>>, Problem> {
    let wave: WaveId = of_path(&id)?;
    let mut tx = app.ledger().read().await?;
    let found = waves::to_confirm(&mut tx, &caller.actor, wave).await?;
    if found.is_empty() && waves::seen(&mut tx, &caller.actor, wave).await?.is_none() {
        return Err(Problem::not_found());
    }
    drop(tx);
    for choice in &found {
        app.ledger().perform(&caller.actor, &Look { person: choice.rated, what: "who rates them" }).await?;
    }
    Ok(Json(found.iter().map(told).collect()))
}

/// Who rates somebody, as a higher-up confirms it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRatersConfirmed {
    /// The person rated.
    #[schema(format = "uuid")]
    rated: String,
    /// Seats that stay; those that wait and are not among them are struck.
    keep: Vec<String>,
    /// People who are added, of those whom the circles propose.
    #[serde(default)]
    #[schema(required = false)]
    add: Vec<String>,
}

/// Confirm who rates somebody in a wave: a higher-up of theirs
#[utoipa::path(post, path = "/api/v1/waves/{id}/confirmations", tag = "waves", request_body = NewRatersConfirmed,
    params(("id" = String, Path, format = "uuid", description = "The wave."), KeyHeader),
    responses((status = 204, description = "The raters are asked."), ActRefusals))]
pub(super) async fn confirm(
    State(app): State<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewRatersConfirmed>,
) -> Result<StatusCode, Problem> {
    let NewRatersConfirmed { rated, keep, add } = &sent.value;
    let act = Confirm {
        wave: Some(of_path(&id)?),
        rated: Some(of_field("rated", rated)?),
        keep: people("keep", keep)?,
        add: people("add", add)?,
    };
    does(&app, &caller, &key, &sent, &act).await
}
