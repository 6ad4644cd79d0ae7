//! `/api/v1/introductions`: two people who are brought together, and whether each wants it. What each of them says is for
//! nobody else, here as on the page.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use ledger::network::{self, AnswerIntroduction, Introduce, Stands};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::answers::{Made, names};
use super::entry::{Inside, Key, KeyHeader, Sent, does, of_field, of_path, perform};
use super::problem::{ActRefusals, Problem, Refusals};
use crate::app::App;

names! {
    /// How an introduction stands, as far as you may know: it waits for your word, is open, both want it, or its days
    /// passed. A no looks like silence.
    IntroductionStandsName of Stands { Yours, Open, Met, Ended }
}

/// An introduction.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Introduction {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// Who introduced the two.
    #[schema(format = "uuid")]
    made_by: String,
    /// One of the two.
    #[schema(format = "uuid")]
    one: String,
    /// The other one.
    #[schema(format = "uuid")]
    other: String,
    /// Why the two should talk.
    words: String,
    /// When it was made.
    #[schema(format = DateTime)]
    made_at: String,
    /// How it stands.
    stands: IntroductionStandsName,
    /// Asks answered and promises kept between the two since both wanted it; for the two alone.
    #[schema(minimum = 0)]
    since: Option<i64>,
}

fn introduction(one: network::Introduction) -> Introduction {
    Introduction {
        id: one.id.to_string(),
        made_by: one.made_by.0.to_string(),
        one: one.one.0.to_string(),
        other: one.other.0.to_string(),
        words: one.words,
        made_at: one.made_at.to_string(),
        stands: one.stands.into(),
        since: one.since,
    }
}

/// Introductions.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Introductions {
    /// The newest first. At most 100.
    items: Vec<Introduction>,
}

/// The introductions that you made, and those in which you are one of the two
#[utoipa::path(get, path = "/api/v1/introductions", tag = "introductions",
    responses((status = 200, body = Introductions), Refusals))]
pub(super) async fn list(State(app): State<App>, Inside(caller): Inside) -> Result<Json<Introductions>, Problem> {
    let found = network::introductions(&mut app.ledger().read().await?, &caller.actor).await?;
    Ok(Json(Introductions { items: found.into_iter().map(introduction).collect() }))
}

/// Two people to introduce to each other.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewIntroduction {
    /// One of them: somebody of your circles.
    #[schema(format = "uuid")]
    one: String,
    /// The other one.
    #[schema(format = "uuid")]
    other: String,
    /// Why the two should talk; both read it.
    #[schema(min_length = 1, max_length = 20000)]
    words: String,
}

/// Introduce two people of your circles to each other
///
/// It is open for 30 days; you learn that both want it, or nothing.
#[utoipa::path(post, path = "/api/v1/introductions", tag = "introductions", request_body = NewIntroduction,
    params(KeyHeader), responses((status = 200, body = Made), ActRefusals))]
pub(super) async fn introduce(
    State(app): State<App>,
    Inside(caller): Inside,
    key: Key,
    sent: Sent<NewIntroduction>,
) -> Result<Json<Value>, Problem> {
    let NewIntroduction { one, other, words } = sent.value.clone();
    let act = Introduce { one: Some(of_field("one", &one)?), other: Some(of_field("other", &other)?), words };
    Ok(Json(perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?))
}

/// Whether one wants to meet who was introduced.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewIntroductionWord {
    /// Not now is told to nobody.
    wants: bool,
}

/// Say whether you want to meet whom you were introduced to: each of the two, once
#[utoipa::path(post, path = "/api/v1/introductions/{id}/word", tag = "introductions", request_body = NewIntroductionWord,
    params(("id" = String, Path, format = "uuid", description = "The introduction."), KeyHeader),
    responses((status = 204, description = "It is said; that both want it is told to the three."), ActRefusals))]
pub(super) async fn answer(
    State(app): State<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewIntroductionWord>,
) -> Result<StatusCode, Problem> {
    let act = AnswerIntroduction { introduction: of_path(&id)?, wants: sent.value.wants };
    does(&app, &caller, &key, &sent, &act).await
}
