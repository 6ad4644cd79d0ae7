//! `/api/v1/team-training`: what a team learns together. Who of them did it is told to nobody.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use leadership::CircleId;
use ledger::training::{self, EndPath, ProposePath, TeamPath};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answers::Proportion;
use super::entry::{Bare, Caller, Inside, Key, KeyHeader, Sent, does, of_path};
use super::problem::{ActRefusals, Problem, Refusals};
use crate::app::App;

/// A module that a team learns together.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TeamTraining {
    /// The circle.
    #[schema(format = "uuid")]
    circle: String,
    /// Key of the module.
    module: String,
    /// Why the team learns it.
    why: String,
    /// By when.
    #[schema(format = Date)]
    until: String,
    /// The day on which it was proposed, in UTC.
    #[schema(format = Date)]
    proposed_on: String,
    /// Whether it goes on.
    open: bool,
    /// People of the circle.
    #[schema(minimum = 0)]
    people: u64,
    /// At least so many of them did it since it was proposed, in steps of five; 0 where it is fewer than five.
    #[schema(minimum = 0, multiple_of = 5)]
    at_least: u64,
    /// Of the circle's promises to clients and departments whose day fell in the 90 days before it was proposed, how many
    /// were kept by their day; null where fewer than five people promised.
    before: Option<Proportion>,
    /// The same since, up to 90 days. Seen together: other things changed as well.
    since: Option<Proportion>,
}

fn path(one: TeamPath) -> TeamTraining {
    TeamTraining {
        circle: one.circle.to_string(),
        module: one.module,
        why: one.why,
        until: one.until.to_string(),
        proposed_on: one.proposed_on.to_string(),
        open: one.open,
        people: one.people,
        at_least: one.at_least,
        before: one.before.map(Proportion::from),
        since: one.since.map(Proportion::from),
    }
}

/// What your circles learn together: those in which you hold a role, and those that you lead
#[utoipa::path(get, path = "/api/v1/team-training", tag = "training",
    responses((status = 200, body = Vec<TeamTraining>), Refusals))]
pub(super) async fn list(State(app): State<App>, Inside(caller): Inside) -> Result<Json<Vec<TeamTraining>>, Problem> {
    let found = training::team_paths(&mut app.ledger().read().await?, &caller.actor).await?;
    Ok(Json(found.into_iter().map(path).collect()))
}

/// A circle in a path, as one sees it from inside: to others it is not there.
fn circle_of(caller: &Caller, id: &str) -> Result<CircleId, Problem> {
    let circle = of_path(id)?;
    if caller.actor.sight.inside.contains(&circle) { Ok(circle) } else { Err(Problem::not_found()) }
}

/// A module that is proposed to a team.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTeamTraining {
    /// Why the team should learn it, and now.
    #[schema(min_length = 1, max_length = 20000)]
    why: String,
    /// By when: today or later.
    #[schema(format = Date)]
    until: String,
}

/// Propose a module to a team that you lead, or anew
///
/// Anew, it is counted from then on.
#[utoipa::path(put, path = "/api/v1/circles/{id}/team-training/{key}", tag = "training", request_body = NewTeamTraining,
    params(("id" = String, Path, format = "uuid", description = "The circle."),
        ("key" = String, Path, description = "The module."), KeyHeader),
    responses((status = 204, description = "It is proposed."), ActRefusals))]
pub(super) async fn propose(
    State(app): State<App>,
    Inside(caller): Inside,
    Path((id, module)): Path<(String, String)>,
    key: Key,
    sent: Sent<NewTeamTraining>,
) -> Result<StatusCode, Problem> {
    if model::shipped().module(&module).is_none() {
        return Err(Problem::not_found());
    }
    let NewTeamTraining { why, until } = sent.value.clone();
    let act = ProposePath { circle: Some(circle_of(&caller, &id)?), module, why, until };
    does(&app, &caller, &key, &sent, &act).await
}

/// End what a team learns together: who leads it
#[utoipa::path(delete, path = "/api/v1/circles/{id}/team-training/{key}", tag = "training",
    params(("id" = String, Path, format = "uuid", description = "The circle."),
        ("key" = String, Path, description = "The module."), KeyHeader),
    responses((status = 204, description = "It is ended, and told as such."), ActRefusals))]
pub(super) async fn end(
    State(app): State<App>,
    Inside(caller): Inside,
    Path((id, module)): Path<(String, String)>,
    key: Key,
    bare: Bare,
) -> Result<StatusCode, Problem> {
    does(&app, &caller, &key, &bare, &EndPath { circle: circle_of(&caller, &id)?, module }).await
}
