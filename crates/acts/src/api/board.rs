//! `/api/v1/aims/{id}/stances`: who stands where on an aim, as each said it.

use axum::Json;
use axum::extract::{Path, State};
use leadership::AimId;
use ledger::aims::align::{OpenBoard, Stated};
use serde::Serialize;
use utoipa::ToSchema;

use super::along::StanceName;
use super::entry::{Caller, of_path};
use super::problem::{Problem, Refusals};
use crate::app::App;

/// A position, as it was stated.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StatedStance {
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// The position.
    stance: StanceName,
    /// In own words; may be empty.
    words: String,
}

/// Where somebody stands.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Stakeholder {
    /// Who.
    #[schema(format = "uuid")]
    person: String,
    /// What they stated, oldest first: the last is how they stand.
    #[schema(min_items = 1)]
    stated: Vec<StatedStance>,
}

/// Somebody who was asked and has not said it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AskedStance {
    /// Who.
    #[schema(format = "uuid")]
    person: String,
    /// When they were asked last.
    #[schema(format = DateTime)]
    asked_at: String,
}

/// Who stands where on an aim.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AlignmentBoard {
    /// Those who stated a position, in the order of their identifiers.
    people: Vec<Stakeholder>,
    /// Those who were asked and have not.
    asked: Vec<AskedStance>,
}

fn stated(one: &Stated) -> StatedStance {
    StatedStance { at: one.at.to_string(), stance: one.stance.into(), words: one.words.clone() }
}

/// Who stands where on an aim that you see: each said it themselves
///
/// Those whose positions are read see under their own data that you looked.
#[utoipa::path(get, path = "/api/v1/aims/{id}/stances", tag = "aims",
    params(("id" = String, Path, format = "uuid", description = "The aim.")),
    responses((status = 200, body = AlignmentBoard), Refusals))]
pub(super) async fn board(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<AlignmentBoard>, Problem> {
    let aim: AimId = of_path(&id)?;
    let board = app.ledger().perform(&caller.actor, &OpenBoard { aim }).await?;
    let people = board
        .stated
        .iter()
        .map(|(person, all)| Stakeholder { person: person.to_string(), stated: all.iter().map(stated).collect() });
    let asked =
        board.asked.iter().map(|(person, at)| AskedStance { person: person.to_string(), asked_at: at.to_string() });
    Ok(Json(AlignmentBoard { people: people.collect(), asked: asked.collect() }))
}
