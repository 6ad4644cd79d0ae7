//! `/api/v1/status`: how things stand, as their owners say it, with what the record shows beside it: to the owner first,
//! to the circle a day later.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use leadership::status::Check;
use ledger::honesty;
use ledger::status::{self, Done, Eyes, Line, Measured, Reading};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::along::{Beside, ColourName};
use super::answers::Made;
use super::entry::{Bare, Caller, Key, KeyHeader, Sent, does, of_field, of_path, perform};
use super::problem::{ActRefusals, Problem, Refusals};
use crate::app::App;

/// A line of status.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StatusLine {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// One line.
    title: String,
    /// The circle that sees it.
    #[schema(format = "uuid")]
    circle: String,
    /// Who says how it stands.
    #[schema(format = "uuid")]
    owner: String,
    /// The day on which it shall be done, as stated last.
    #[schema(format = Date)]
    due: String,
    /// When it was done.
    #[schema(format = DateTime)]
    done_at: Option<String>,
    /// The colour that was stated last; null where nothing was said.
    colour: Option<ColourName>,
}

fn line(line: &Line, last: Option<&status::Statement>) -> StatusLine {
    StatusLine {
        id: line.id.to_string(),
        title: line.title.clone(),
        circle: line.circle.to_string(),
        owner: line.owner.to_string(),
        due: line.due.to_string(),
        done_at: line.done_at.map(ledger::instant),
        colour: last.map(|last| last.colour.into()),
    }
}

/// What was said of a line once.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Statement {
    /// How it stands.
    colour: ColourName,
    /// In words.
    words: String,
    /// The day stated then.
    #[schema(format = Date)]
    due: String,
    /// Days before its day that bad news was told; null where the news was not bad.
    lead_days: Option<i64>,
    /// When.
    #[schema(format = DateTime)]
    said_at: String,
}

/// A measure that a line is held against.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LineMeasure {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// Its name.
    name: String,
    /// Its unit; may be empty.
    unit: String,
    /// Where it shall be.
    target: f64,
    /// What was read last, as far as you may see it by now.
    latest: Option<f64>,
    /// Whether it is read by hand, and not from the work record.
    by_hand: bool,
}

/// A line with what was said of it and what the record shows beside it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WholeLine {
    /// The line.
    line: StatusLine,
    /// What was said, the newest first.
    said: Vec<Statement>,
    /// What shows beside what was said last; null where nothing was said.
    beside: Option<Beside>,
    /// Its measures.
    measures: Vec<LineMeasure>,
}

/// The lines of status that you see: open ones first, by day
#[utoipa::path(get, path = "/api/v1/status", tag = "status",
    responses((status = 200, body = Vec<StatusLine>), ActRefusals))]
pub(super) async fn list(State(app): State<App>, caller: Caller) -> Result<Json<Vec<StatusLine>>, Problem> {
    let mut tx = app.ledger().read().await?;
    let lines = status::lines(&mut tx, &caller.actor).await?;
    let mut told = Vec::with_capacity(lines.len());
    for one in &lines {
        let last = status::latest(&mut tx, one).await?;
        told.push(line(one, last.as_ref()));
    }
    Ok(Json(told))
}

/// One line of status; its owner sees at once what the record shows, its circle a day later
#[utoipa::path(get, path = "/api/v1/status/{id}", tag = "status",
    params(("id" = String, Path, format = "uuid", description = "The line.")),
    responses((status = 200, body = WholeLine), Refusals))]
pub(super) async fn one(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<WholeLine>, Problem> {
    let mut tx = app.ledger().read().await?;
    let found = status::get(&mut tx, &caller.actor, of_path(&id)?).await?.ok_or_else(Problem::not_found)?;
    let eyes = if found.owner == caller.actor.person { Eyes::Owner } else { Eyes::Circle };
    let today = honesty::day_of(&mut tx, caller.actor.person).await?;
    let statements = status::statements(&mut tx, &found).await?;
    let signs = status::evidence(&mut tx, &caller.actor, &found, eyes, today).await?;
    let measures = status::measures(&mut tx, &found, eyes).await?;
    let last = statements.first();
    let beside = last.map(|last| Beside::of(&Check::of(last.colour, &signs)));
    Ok(Json(WholeLine {
        line: line(&found, last),
        beside,
        measures: measures
            .into_iter()
            .map(|one| LineMeasure {
                id: one.id.to_string(),
                name: one.name,
                unit: one.unit,
                target: one.target,
                latest: one.readings.last().map(|(_, value, ..)| *value),
                by_hand: one.source.is_none(),
            })
            .collect(),
        said: statements
            .into_iter()
            .map(|said| Statement {
                colour: said.colour.into(),
                words: said.words,
                due: said.due.to_string(),
                lead_days: said.lead_days,
                said_at: ledger::instant(said.said_at),
            })
            .collect(),
    }))
}

/// A measure to hold a line against, read by hand.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewLineMeasure {
    /// Its name.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Its unit.
    #[serde(default)]
    #[schema(required = false, max_length = 200)]
    unit: String,
    /// Where it stands today: a number such as 12 or 12.5.
    #[schema(min_length = 1)]
    start: String,
    /// Where it shall be.
    #[schema(min_length = 1)]
    target: String,
}

/// Hold a measure beside a line of yours; one of the work record is chosen on its page
#[utoipa::path(post, path = "/api/v1/status/{id}/measures", tag = "status", request_body = NewLineMeasure,
    params(("id" = String, Path, format = "uuid", description = "The line."), KeyHeader),
    responses((status = 200, body = Made), ActRefusals))]
pub(super) async fn measure(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewLineMeasure>,
) -> Result<Json<Value>, Problem> {
    let NewLineMeasure { name, unit, start, target } = sent.value.clone();
    let act = Measured { line: Some(of_path(&id)?), name, unit, start, target, read: None };
    Ok(Json(perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?))
}

/// What a measure shows today.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewReading {
    /// The measure: one that is read by hand.
    #[schema(format = "uuid")]
    measure: String,
    /// A number such as 12 or 12.5.
    #[schema(min_length = 1)]
    value: String,
}

/// Keep what a measure of a line of yours shows today
#[utoipa::path(post, path = "/api/v1/status/{id}/readings", tag = "status", request_body = NewReading,
    params(("id" = String, Path, format = "uuid", description = "The line."), KeyHeader),
    responses((status = 204, description = "It is kept."), ActRefusals))]
pub(super) async fn read(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewReading>,
) -> Result<StatusCode, Problem> {
    let NewReading { measure, value } = sent.value.clone();
    let by_hand = Some((of_field("measure", &measure)?, value));
    let act = Reading { line: Some(of_path(&id)?), by_hand, reads: Vec::new() };
    does(&app, &caller, &key, &sent, &act).await
}

/// Say that a line of yours is done
#[utoipa::path(post, path = "/api/v1/status/{id}/done", tag = "status",
    params(("id" = String, Path, format = "uuid", description = "The line."), KeyHeader),
    responses((status = 204, description = "It is done."), ActRefusals))]
pub(super) async fn done(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    bare: Bare,
) -> Result<StatusCode, Problem> {
    does(&app, &caller, &key, &bare, &Done { line: of_path(&id)? }).await
}
