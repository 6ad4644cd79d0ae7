//! `/api/v1/talks`: the talks in which one takes part, and what was heard in them.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use leadership::talk::{Heard, Kind, State as Standing};
use ledger::talks::{self, AnswerHeard, Call, Hear, HeardSaid, Hold, Restate, Talk};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::answers::{Made, made, names};
use super::entry::{Caller, Key, KeyHeader, Sent, does, of_field, of_path, perform};
use super::problem::{ActRefusals, Problem, Refusals};
use crate::app::App;

names! {
    /// What kind of talk it is.
    TalkKind of Kind { OneToOne, Mediation, Mentoring, Team, NotWork, ClientReview }
}
names! {
    /// Where a talk stands.
    TalkState of Standing { Planned, Held, CalledOff, Missed }
}
names! {
    /// Where what was heard stands. Confirmed is not agreed.
    HeardState of Heard { Waits, Corrected, Confirmed }
}

/// A talk in which one takes part.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Talk)]
pub(super) struct Item {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// What kind.
    kind: TalkKind,
    /// Who called it: of a mediation the mediator.
    #[schema(format = "uuid")]
    called_by: String,
    /// Who takes part.
    people: Vec<String>,
    /// What it is about; may be empty.
    about: String,
    /// The day for which it is planned.
    #[schema(format = Date)]
    planned_on: String,
    /// The day on which it was held.
    #[schema(format = Date)]
    held_on: Option<String>,
    /// Where it stands.
    state: TalkState,
}

fn item(talk: &Talk) -> Item {
    Item {
        id: talk.id.to_string(),
        kind: talk.kind.into(),
        called_by: talk.called_by.to_string(),
        people: talk.people().map(|person| person.to_string()).collect(),
        about: talk.about.clone(),
        planned_on: talk.planned_on.to_string(),
        held_on: talk.held_on.map(|day| day.to_string()),
        state: talk.state.into(),
    }
}

/// The talks in which one takes part: planned ones first, then the newest.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Talks {
    /// At most 200.
    items: Vec<Item>,
}

/// Something that was heard.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Heard)]
pub(super) struct HeardItem {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// Who heard it.
    #[schema(format = "uuid")]
    by: String,
    /// Of whom.
    #[schema(format = "uuid")]
    of: String,
    /// What was heard.
    words: String,
    /// What they said that they meant; empty where nothing was corrected.
    correction: String,
    /// Where it stands.
    state: HeardState,
}

/// A talk with what was heard in it, as far as one may read it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TalkWithHeard)]
pub(super) struct Whole {
    /// The talk.
    talk: Item,
    /// What was said, as all who took part read it; may be empty.
    words: String,
    /// What was heard.
    heard: Vec<HeardItem>,
}

/// A talk to be called, or one that was held.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTalk {
    /// What kind; a mentoring talk is noted at its seat.
    kind: TalkKind,
    /// With whom: one, or the two sides of a mediation; nobody where a circle is named.
    #[serde(default)]
    #[schema(max_items = 2)]
    with: Vec<String>,
    /// The circle of a team's talk, or of one about anything but work.
    #[serde(default)]
    #[schema(format = "uuid")]
    circle: Option<String>,
    /// What it is about, in one line.
    #[serde(default)]
    #[schema(max_length = 200)]
    about: Option<String>,
    /// The day.
    #[schema(format = Date)]
    planned_on: String,
    /// When the conflict was noticed; of a mediation.
    #[serde(default)]
    #[schema(format = Date)]
    noticed_on: Option<String>,
    /// Whether it was held already, on that day.
    #[serde(default)]
    held: bool,
}

/// That a talk was held.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewHeld {
    /// On which day.
    #[schema(format = Date)]
    held_on: String,
    /// What was said, as all who took part may read it.
    #[serde(default)]
    #[schema(max_length = 20000)]
    words: Option<String>,
}

/// What one heard of another.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewHeard {
    /// Of whom.
    #[schema(format = "uuid")]
    of: String,
    /// What, in one's own words.
    #[schema(min_length = 1, max_length = 20000)]
    words: String,
}

/// The answer of the one who said it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct HeardAnswer {
    /// Whether it is what one meant.
    confirms: bool,
    /// What one meant, where it is not.
    #[serde(default)]
    #[schema(max_length = 20000)]
    words: Option<String>,
}

/// What one heard, with the correction.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Restated {
    /// What, in one's own words.
    #[schema(min_length = 1, max_length = 20000)]
    words: String,
}

/// The talks in which one takes part
#[utoipa::path(get, path = "/api/v1/talks", tag = "talks", responses((status = 200, body = Talks), Refusals))]
pub(super) async fn list(State(app): State<App>, caller: Caller) -> Result<Json<Talks>, Problem> {
    let all = talks::mine(&mut app.ledger().read().await?, &caller.actor).await?;
    Ok(Json(Talks { items: all.iter().map(item).collect() }))
}

/// Call a talk, or note one that was held
#[utoipa::path(post, path = "/api/v1/talks", tag = "talks", request_body = NewTalk,
    params(KeyHeader),
    responses((status = 201, body = Made, headers(("Location" = String, description = "Where the talk is."))), ActRefusals))]
pub(super) async fn call(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    sent: Sent<NewTalk>,
) -> Result<Response, Problem> {
    let typed = sent.value.clone();
    let with = typed.with.iter().map(|person| of_field("with", person)).collect::<Result<_, _>>()?;
    let act = Call {
        kind: Kind::from(typed.kind).name().to_owned(),
        with,
        circle: typed.circle.as_deref().map(|circle| of_field("circle", circle)).transpose()?,
        about: typed.about.unwrap_or_default(),
        starter: String::new(),
        planned_on: typed.planned_on,
        noticed_on: typed.noticed_on.unwrap_or_default(),
        held: typed.held,
    };
    let answer = perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?;
    Ok(made("/api/v1/talks", answer))
}

fn heard_item(one: HeardSaid) -> HeardItem {
    HeardItem {
        id: one.id.to_string(),
        by: one.by.to_string(),
        of: one.of.to_string(),
        words: one.words,
        correction: one.correction,
        state: one.state.into(),
    }
}

/// A talk in which one takes part, with what was heard
#[utoipa::path(get, path = "/api/v1/talks/{id}", tag = "talks",
    params(("id" = String, Path, format = "uuid", description = "The talk.")),
    responses((status = 200, body = Whole), Refusals))]
pub(super) async fn one(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Whole>, Problem> {
    let mut tx = app.ledger().read().await?;
    let talk = talks::get(&mut tx, &caller.actor, of_path(&id)?).await?.ok_or_else(Problem::not_found)?;
    let heard = talks::heard_of(&mut tx, &caller.actor, &talk).await?;
    Ok(Json(Whole { talk: item(&talk), words: talk.words, heard: heard.into_iter().map(heard_item).collect() }))
}

/// Say that a talk was held
#[utoipa::path(post, path = "/api/v1/talks/{id}/held", tag = "talks", request_body = NewHeld,
    params(("id" = String, Path, format = "uuid", description = "The talk."),
        KeyHeader),
    responses((status = 204, description = "It is held."), ActRefusals))]
pub(super) async fn held(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewHeld>,
) -> Result<StatusCode, Problem> {
    let typed = sent.value.clone();
    let act = Hold { talk: Some(of_path(&id)?), held_on: typed.held_on, words: typed.words.unwrap_or_default() };
    does(&app, &caller, &key, &sent, &act).await
}

/// Say what one heard of another
#[utoipa::path(post, path = "/api/v1/talks/{id}/heard", tag = "talks", request_body = NewHeard,
    params(("id" = String, Path, format = "uuid", description = "The talk."),
        KeyHeader),
    responses((status = 200, body = Made), ActRefusals))]
pub(super) async fn hear(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewHeard>,
) -> Result<Json<Value>, Problem> {
    let typed = sent.value.clone();
    let act = Hear { talk: Some(of_path(&id)?), of: Some(of_field("of", &typed.of)?), words: typed.words };
    Ok(Json(perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?))
}

/// Confirm what another heard of oneself, or correct it
#[utoipa::path(post, path = "/api/v1/heard/{id}/answer", tag = "talks", request_body = HeardAnswer,
    params(("id" = String, Path, format = "uuid", description = "What was heard."),
        KeyHeader),
    responses((status = 204, description = "It is answered."), ActRefusals))]
pub(super) async fn answer(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<HeardAnswer>,
) -> Result<StatusCode, Problem> {
    let typed = sent.value.clone();
    let act = AnswerHeard { heard: of_path(&id)?, confirms: typed.confirms, words: typed.words.unwrap_or_default() };
    does(&app, &caller, &key, &sent, &act).await
}

/// Say back anew what was corrected
#[utoipa::path(post, path = "/api/v1/heard/{id}/again", tag = "talks", request_body = Restated,
    params(("id" = String, Path, format = "uuid", description = "What was heard."),
        KeyHeader),
    responses((status = 204, description = "It waits to be confirmed."), ActRefusals))]
pub(super) async fn again(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<Restated>,
) -> Result<StatusCode, Problem> {
    let act = Restate { heard: of_path(&id)?, words: sent.value.words.clone() };
    does(&app, &caller, &key, &sent, &act).await
}
