//! How aims go on, and how things stand: needs, measures, positions, moves, confirmations, status.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use leadership::aim::{AimState, Resource};
use leadership::measure::From as Reads;
use leadership::stance::Stance;
use leadership::status::{Check, Colour};
use ledger::aims::align::TakeStance;
use ledger::aims::measures::{AddMeasure, Value as Reading};
use ledger::aims::resources::{Ask, Grant};
use ledger::aims::{ConfirmGreater, MoveAim, TellDirection};
use ledger::status::{Open, State as Say};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::aims::AimStateName;
use super::answers::{Made, names};
use super::entry::{Caller, Key, KeyHeader, Sent, does, of_field, of_path, perform};
use super::problem::{ActRefusals, Problem};
use crate::app::App;

names! {
    /// A kind of need.
    ResourceName of Resource { Funding, Tools, Knowledge, Time }
}
names! {
    /// Where the value of a measure comes from.
    ReadsName of Reads { Hand, Record, Below }
}
names! {
    /// A position on an aim.
    StanceName of Stance { Agree, Neutral, Against }
}
names! {
    /// How it stands.
    ColourName of Colour { OnCourse, AtRisk, OffCourse }
}

/// What an aim needs.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewNeed {
    /// Of which kind.
    kind: ResourceName,
    /// What.
    #[schema(min_length = 1, max_length = 200)]
    what: String,
    /// How much: money such as 1200.50, pieces, people, hours a week.
    #[schema(min_length = 1, max_length = 20)]
    amount: String,
    /// When it is needed.
    #[serde(default)]
    #[schema(format = Date)]
    needed_by: Option<String>,
    /// Who can grant it.
    #[schema(format = "uuid")]
    of: String,
}

/// Ask for what an aim needs
#[utoipa::path(post, path = "/api/v1/aims/{id}/needs", tag = "aims", request_body = NewNeed,
    params(("id" = String, Path, format = "uuid", description = "The aim."),
        KeyHeader),
    responses((status = 200, body = Made), ActRefusals))]
pub(super) async fn need(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewNeed>,
) -> Result<Json<Value>, Problem> {
    let typed = sent.value.clone();
    let act = Ask {
        aim: of_path(&id)?,
        kind: typed.kind.into(),
        what: typed.what,
        amount: typed.amount,
        needed_by: typed.needed_by.unwrap_or_default(),
        of: Some(of_field("of", &typed.of)?),
    };
    Ok(Json(perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?))
}

/// What is granted.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewGrant {
    /// How much in all; 0 with a reason is none.
    #[schema(min_length = 1, max_length = 20)]
    amount: String,
    /// When it will be there; asked for where something is granted.
    #[serde(default)]
    #[schema(format = Date)]
    by: Option<String>,
    /// What is said to it; asked for where less is granted than was asked.
    #[serde(default)]
    #[schema(max_length = 20000)]
    words: Option<String>,
}

/// Answer what was asked for: what is granted is a promise
#[utoipa::path(post, path = "/api/v1/needs/{id}/grant", tag = "aims", request_body = NewGrant,
    params(("id" = String, Path, format = "uuid", description = "The need."),
        KeyHeader),
    responses((status = 204, description = "It is answered."), ActRefusals))]
pub(super) async fn grant(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewGrant>,
) -> Result<StatusCode, Problem> {
    let typed = sent.value.clone();
    let act = Grant {
        ask: of_path(&id)?,
        amount: typed.amount,
        by: typed.by.unwrap_or_default(),
        words: typed.words.unwrap_or_default(),
    };
    does(&app, &caller, &key, &sent, &act).await
}

/// How far along an aim is.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewMeasure {
    /// Where its value comes from.
    from: ReadsName,
    /// Its name; of the record one of `plumb measures`.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// The unit of its value.
    #[serde(default)]
    #[schema(max_length = 200)]
    unit: Option<String>,
    /// Where it begins; by hand only.
    #[serde(default)]
    #[schema(max_length = 30)]
    start: Option<String>,
    /// Where it should be.
    #[serde(default)]
    #[schema(max_length = 30)]
    target: Option<String>,
}

/// Hang a measure on an aim
#[utoipa::path(post, path = "/api/v1/aims/{id}/measures", tag = "aims", request_body = NewMeasure,
    params(("id" = String, Path, format = "uuid", description = "The aim."),
        KeyHeader),
    responses((status = 200, body = Made), ActRefusals))]
pub(super) async fn measure(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewMeasure>,
) -> Result<Json<Value>, Problem> {
    let typed = sent.value.clone();
    let act = AddMeasure {
        aim: of_path(&id)?,
        from: typed.from.into(),
        name: typed.name,
        unit: typed.unit.unwrap_or_default(),
        start: typed.start.unwrap_or_default(),
        target: typed.target.unwrap_or_default(),
    };
    Ok(Json(perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?))
}

/// A value that was read.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewValue {
    /// A number such as 12 or 3.5.
    #[schema(min_length = 1, max_length = 30)]
    value: String,
}

/// Keep the value of a measure that is read by hand
#[utoipa::path(post, path = "/api/v1/measures/{id}/values", tag = "aims", request_body = NewValue,
    params(("id" = String, Path, format = "uuid", description = "The measure."),
        KeyHeader),
    responses((status = 204, description = "It is kept."), ActRefusals))]
pub(super) async fn value(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewValue>,
) -> Result<StatusCode, Problem> {
    let act = Reading { measure: of_path(&id)?, value: sent.value.value.clone() };
    does(&app, &caller, &key, &sent, &act).await
}

/// Where one stands.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewStance {
    /// The position.
    stance: StanceName,
    /// In own words; asked of who is against.
    #[serde(default)]
    #[schema(max_length = 20000)]
    words: Option<String>,
}

/// Say where one stands on an aim
#[utoipa::path(post, path = "/api/v1/aims/{id}/stance", tag = "aims", request_body = NewStance,
    params(("id" = String, Path, format = "uuid", description = "The aim."),
        KeyHeader),
    responses((status = 204, description = "It is said."), ActRefusals))]
pub(super) async fn stance(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewStance>,
) -> Result<StatusCode, Problem> {
    let typed = sent.value.clone();
    let act = TakeStance { aim: of_path(&id)?, stance: typed.stance.into(), words: typed.words.unwrap_or_default() };
    does(&app, &caller, &key, &sent, &act).await
}

/// Where an aim goes.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewMove {
    /// The version that was looked at.
    #[schema(minimum = 1)]
    version: i64,
    /// Where to.
    to: AimStateName,
    /// Why.
    #[schema(min_length = 1, max_length = 20000)]
    because: String,
    /// Whether a change of a core aim was looked at twice.
    #[serde(default)]
    looked_again: bool,
}

/// Reach, pause, drop an aim, or take it up again
#[utoipa::path(post, path = "/api/v1/aims/{id}/moves", tag = "aims", request_body = NewMove,
    params(("id" = String, Path, format = "uuid", description = "The aim."),
        KeyHeader),
    responses((status = 204, description = "It is moved, and told to who was told of it."), ActRefusals))]
pub(super) async fn move_on(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewMove>,
) -> Result<StatusCode, Problem> {
    let typed = sent.value.clone();
    let act = MoveAim {
        aim: of_path(&id)?,
        version: typed.version,
        to: AimState::from(typed.to),
        because: typed.because,
        looked_again: typed.looked_again,
    };
    does(&app, &caller, &key, &sent, &act).await
}

/// What a higher-up says to a restatement.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewConfirmation {
    /// Whether it is what was meant.
    meant: bool,
    /// What to put right; asked for where it is not.
    #[serde(default)]
    #[schema(max_length = 20000)]
    words: Option<String>,
}

/// Confirm how a greater goal was restated, or put it right
#[utoipa::path(post, path = "/api/v1/aims/{id}/confirmation", tag = "aims", request_body = NewConfirmation,
    params(("id" = String, Path, format = "uuid", description = "The greater goal."),
        KeyHeader),
    responses((status = 204, description = "It is said."), ActRefusals))]
pub(super) async fn confirm(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewConfirmation>,
) -> Result<StatusCode, Problem> {
    let typed = sent.value.clone();
    let act = ConfirmGreater { aim: of_path(&id)?, meant: typed.meant, words: typed.words.unwrap_or_default() };
    does(&app, &caller, &key, &sent, &act).await
}

/// A word to the direction of a circle.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewWord)]
pub(super) struct NewTelling {
    /// What its leader says to it.
    #[serde(default)]
    #[schema(max_length = 10000)]
    words: Option<String>,
}

/// Tell everybody in a circle its direction as a whole
#[utoipa::path(post, path = "/api/v1/circles/{id}/direction", tag = "aims", request_body = NewTelling,
    params(("id" = String, Path, format = "uuid", description = "The circle."),
        KeyHeader),
    responses((status = 200, body = Made), ActRefusals))]
pub(super) async fn tell_direction(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewTelling>,
) -> Result<Json<Value>, Problem> {
    let act = TellDirection { circle: of_path(&id)?, words: sent.value.words.clone().unwrap_or_default() };
    Ok(Json(perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?))
}

/// What is followed.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum AboutName {
    /// An aim.
    Aim,
    /// A circle.
    Circle,
    /// A piece of work, which is nowhere else here.
    Work,
}

/// A line of status.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewLine {
    /// What it is about.
    about: AboutName,
    /// The identifier of that; a piece of work has none.
    #[serde(default)]
    #[schema(format = "uuid")]
    subject: Option<String>,
    /// One line.
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    /// The circle that sees it.
    #[schema(format = "uuid")]
    circle: String,
    /// Who says how it stands: somebody of a circle that you lead; without it you yourself.
    #[serde(default)]
    #[schema(format = "uuid")]
    owner: Option<String>,
    /// The day on which it shall be done.
    #[schema(format = Date)]
    due: String,
}

/// Open a line of status: of which you are the owner, or somebody of a circle that you lead
#[utoipa::path(post, path = "/api/v1/status", tag = "status", request_body = NewLine,
    params(KeyHeader),
    responses((status = 200, body = Made), ActRefusals))]
pub(super) async fn open(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    sent: Sent<NewLine>,
) -> Result<Json<Value>, Problem> {
    let typed = sent.value.clone();
    let act = Open {
        noun: match typed.about {
            AboutName::Aim => "aim".to_owned(),
            AboutName::Circle => "circle".to_owned(),
            AboutName::Work => "work".to_owned(),
        },
        subject: typed.subject.unwrap_or_default(),
        title: typed.title,
        circle: Some(of_field("circle", &typed.circle)?),
        owner: typed.owner.as_deref().map(|owner| of_field("owner", owner)).transpose()?,
        due: typed.due,
    };
    Ok(Json(perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?))
}

/// What is said of how it stands.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewColour {
    /// The colour.
    colour: ColourName,
    /// In words.
    #[schema(min_length = 1, max_length = 20000)]
    words: String,
    /// The day on which it shall be done.
    #[schema(format = Date)]
    due: String,
}

/// How the colour stands beside what shows.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Beside {
    /// Signs that say anything: dates, measures, promises.
    signs: usize,
    /// Of those, how many say that it is worse than was said.
    worse: usize,
    /// And better.
    better: usize,
}

impl Beside {
    /// Of a claim that was held against its signs.
    pub(super) fn of(check: &Check) -> Self {
        Self { signs: check.signs, worse: check.worse, better: check.better }
    }
}

/// Say how it stands; the answer is what shows beside it, to its owner first
#[utoipa::path(post, path = "/api/v1/status/{id}", tag = "status", request_body = NewColour,
    params(("id" = String, Path, format = "uuid", description = "The line."),
        KeyHeader),
    responses((status = 200, body = Beside), ActRefusals))]
pub(super) async fn say(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewColour>,
) -> Result<Json<Value>, Problem> {
    let typed = sent.value.clone();
    let act = Say {
        line: Some(of_path(&id)?),
        colour: Colour::from(typed.colour).name().to_owned(),
        words: typed.words,
        due: typed.due,
        // The pages read the work record as well; a program hands in what it knows by its words.
        reads: Vec::new(),
    };
    Ok(Json(perform(&app, &caller, &key, &sent, &act, |check| json!(Beside::of(check))).await?))
}
