//! `/api/v1/ideas/{id}/stances`: where people stand on an idea, under their names; and where ideas of a circle meet.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use leadership::CircleId;
use leadership::idea::Stance;
use ledger::ideas::{self, Stand};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answers::{Proportion, names};
use super::entry::{Caller, Inside, Key, KeyHeader, Sent, does, of_path};
use super::ideas::{Idea, shown};
use super::problem::{ActRefusals, Problem, Refusals};
use crate::app::App;

names! {
    /// Where somebody stands on an idea.
    IdeaStanceName of Stance { For, CouldLive, Against }
}

/// Where somebody stands on an idea.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct IdeaStance {
    /// Who.
    #[schema(format = "uuid")]
    person: String,
    /// Where.
    stance: IdeaStanceName,
    /// In their words; may be empty.
    words: String,
    /// When they said so last.
    #[schema(format = DateTime)]
    at: String,
}

/// Where people stand on an idea, under their names: for who sees its circle from inside
///
/// To a client who sees the idea nobody's word is there.
#[utoipa::path(get, path = "/api/v1/ideas/{id}/stances", tag = "ideas",
    params(("id" = String, Path, format = "uuid", description = "The idea.")),
    responses((status = 200, body = Vec<IdeaStance>), Refusals))]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Vec<IdeaStance>>, Problem> {
    let mut tx = app.ledger().read().await?;
    let idea = ideas::get(&mut tx, &caller.actor, of_path(&id)?).await?.ok_or_else(Problem::not_found)?;
    let stood = ideas::stands(&mut tx, &caller.actor, &idea).await?;
    let all = stood.into_iter().map(|one| IdeaStance {
        person: one.person.to_string(),
        stance: one.stance.into(),
        words: one.words,
        at: one.at.to_string(),
    });
    Ok(Json(all.collect()))
}

/// Where one stands.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewIdeaStance {
    /// Where.
    stance: IdeaStanceName,
    /// Why; asked for where you are against it.
    #[serde(default)]
    #[schema(required = false, max_length = 20000)]
    words: String,
}

/// Say where you stand on an idea that is not decided, or change it: the people of its circle
///
/// It stands under your name for the people of the circle.
#[utoipa::path(put, path = "/api/v1/ideas/{id}/stance", tag = "ideas", request_body = NewIdeaStance,
    params(("id" = String, Path, format = "uuid", description = "The idea."), KeyHeader),
    responses((status = 204, description = "It is said."), ActRefusals))]
pub(super) async fn stand(
    State(app): State<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewIdeaStance>,
) -> Result<StatusCode, Problem> {
    let NewIdeaStance { stance, words } = sent.value.clone();
    let act = Stand { idea: of_path(&id)?, stance: Stance::from(stance).name().to_owned(), words };
    does(&app, &caller, &key, &sent, &act).await
}

/// So many of so many pairs of people. They share people, so that no interval is given.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PairsTogether {
    /// Pairs who stand apart on another idea of the circle.
    #[schema(minimum = 0)]
    n: u64,
    /// Those of them who stand together on this one; null below five pairs, where it is not enough to say.
    #[schema(minimum = 0)]
    so: Option<u64>,
}

/// An idea beside the others of its circle.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MeetingIdea {
    /// The idea.
    idea: Idea,
    /// Of those who said where they stand, how many are for it or could live with it.
    along: Proportion,
    /// Together here, though apart on another idea.
    together: PairsTogether,
}

/// Where the ideas of a circle meet, for who sees it from inside
///
/// Those that are not decided and on which at least five people said where they stand; first those on which people stand
/// together who stand apart elsewhere.
#[utoipa::path(get, path = "/api/v1/circles/{id}/meeting-ideas", tag = "ideas",
    params(("id" = String, Path, format = "uuid", description = "The circle.")),
    responses((status = 200, body = Vec<MeetingIdea>), Refusals))]
pub(super) async fn meeting(
    State(app): State<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
) -> Result<Json<Vec<MeetingIdea>>, Problem> {
    let circle: CircleId = of_path(&id)?;
    if !caller.actor.sight.inside.contains(&circle) {
        return Err(Problem::not_found());
    }
    let met = ideas::meeting(&mut app.ledger().read().await?, &caller.actor, circle).await?;
    let all = met.into_iter().map(|one| MeetingIdea {
        idea: shown(one.idea),
        along: one.along.into(),
        together: PairsTogether { n: one.together.n, so: one.together.enough().then_some(one.together.so) },
    });
    Ok(Json(all.collect()))
}
