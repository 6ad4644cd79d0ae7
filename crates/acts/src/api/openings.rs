//! `/api/v1/openings`: places that a team has open, and who applied. Applying is left to the page outside, which takes no
//! account.

use axum::Json;
use axum::extract::{Path, State as Server};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::tz::TimeZone;
use leadership::CircleId;
use leadership::opening::{Came, State};
use ledger::openings::{self, Answer, Application, Close, Forget, Open, Told};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::answers::{Made, Proportion, made, names};
use super::entry::{Bare, Inside, Key, KeyHeader, Sent, does, of_field, of_path, perform};
use super::problem::{ActRefusals, Problem, Refusals};
use crate::app::App;

names! {
    /// How far it is with who applied.
    ApplicationStateName of State { Waiting, Talking, Offered, Joined, Refused, Declined }
}

/// A figure of the record of a circle.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OpeningFigure {
    /// What is counted, with its period.
    words: String,
    /// How many of how many.
    share: Proportion,
}

fn figures(told: &[Told]) -> Vec<OpeningFigure> {
    told.iter().map(|one| OpeningFigure { words: one.words.clone(), share: one.share.into() }).collect()
}

/// A place that a team has open.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Opening {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// The circle.
    #[schema(format = "uuid")]
    circle: String,
    /// What it is, in one line.
    title: String,
    /// What one does there, and for whom.
    words: String,
    /// Why one would work there, in the team's own words.
    offers: String,
    /// What the record said of the circle on the day on which it was opened; empty where that is not told.
    figures: Vec<OpeningFigure>,
    /// The last day on which one can apply, in UTC.
    #[schema(format = Date)]
    until: String,
    /// Who opened it.
    #[schema(format = "uuid")]
    made_by: String,
    /// When.
    #[schema(format = DateTime)]
    made_at: String,
    /// When it was closed before its day.
    #[schema(format = DateTime)]
    closed_at: Option<String>,
    /// Where it is told outside, while one can apply.
    #[schema(format = "uri")]
    address: Option<String>,
}

fn opening(app: &App, one: &openings::Opening) -> Opening {
    // Whoever applies has no zone here.
    let today = app.now().to_zoned(TimeZone::UTC).date();
    Opening {
        id: one.id.to_string(),
        circle: one.circle.to_string(),
        title: one.title.clone(),
        words: one.words.clone(),
        offers: one.offers.clone(),
        figures: figures(&one.figures),
        until: one.until.to_string(),
        made_by: one.made_by.to_string(),
        made_at: one.made_at.to_string(),
        closed_at: one.closed_at.map(|at| at.to_string()),
        address: one.is_open(today).then(|| format!("{}/work-here/{}", app.config().address, one.id)),
    }
}

/// Places.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Openings {
    /// The newest first. At most 200.
    items: Vec<Opening>,
}

/// The places of your circles
#[utoipa::path(get, path = "/api/v1/openings", tag = "openings", responses((status = 200, body = Openings), Refusals))]
pub(super) async fn list(Server(app): Server<App>, Inside(caller): Inside) -> Result<Json<Openings>, Problem> {
    let found = openings::seen(&mut app.ledger().read().await?, &caller.actor).await?;
    Ok(Json(Openings { items: found.iter().map(|one| opening(&app, one)).collect() }))
}

/// What the record of a circle would say outside, beside a place that is opened today: for who leads it
///
/// All of it is told with a place, or nothing. What is below its minimum is not there, and no answer that was given under
/// seal is among it.
#[utoipa::path(get, path = "/api/v1/circles/{id}/opening-figures", tag = "openings",
    params(("id" = String, Path, format = "uuid", description = "The circle.")),
    responses((status = 200, body = Vec<OpeningFigure>), Refusals))]
pub(super) async fn of_circle(
    Server(app): Server<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
) -> Result<Json<Vec<OpeningFigure>>, Problem> {
    let circle: CircleId = of_path(&id)?;
    if !caller.actor.sight.leads(circle) {
        return Err(Problem::not_found());
    }
    Ok(Json(figures(&openings::told(&mut app.ledger().read().await?, &caller.actor, circle).await?)))
}

/// A place to open.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewOpening {
    /// The circle: one of your own organisation that you lead.
    #[schema(format = "uuid")]
    circle: String,
    /// What it is, in one line.
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    /// What one does there, and for whom.
    #[schema(min_length = 1, max_length = 20000)]
    words: String,
    /// Why one would work there, in the team's own words.
    #[schema(min_length = 1, max_length = 20000)]
    offers: String,
    /// Whether what the record says of the circle stands beside it: all of it, or nothing.
    #[serde(default)]
    figures: bool,
    /// The last day on which one can apply: at most 180 days from today.
    #[schema(format = Date)]
    until: String,
}

/// Open a place of a circle that you lead
///
/// It is told outside: whoever has its address reads it, without an account.
#[utoipa::path(post, path = "/api/v1/openings", tag = "openings", request_body = NewOpening, params(KeyHeader),
    responses((status = 201, body = Made, headers(("Location" = String, description = "Where the place is."))), ActRefusals))]
pub(super) async fn open(
    Server(app): Server<App>,
    Inside(caller): Inside,
    key: Key,
    sent: Sent<NewOpening>,
) -> Result<Response, Problem> {
    let NewOpening { circle, title, words, offers, figures, until } = sent.value.clone();
    let act = Open { circle: Some(of_field("circle", &circle)?), title, words, offers, figures, until };
    let answer = perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?;
    Ok(made("/api/v1/openings", answer))
}

/// Somebody who would like to have a place.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Applicant {
    /// Identifier of what they sent.
    #[schema(format = "uuid")]
    id: String,
    /// Their name.
    name: String,
    /// Their address for mail.
    email: String,
    /// What they wrote.
    words: String,
    /// When it came.
    #[schema(format = DateTime)]
    sent_at: String,
    /// The last day on which it is kept.
    #[schema(format = Date)]
    forget_on: String,
    /// How far it is.
    state: ApplicationStateName,
    /// The note of who answered last; may be empty.
    note: String,
    /// Who that was.
    #[schema(format = "uuid")]
    answered_by: Option<String>,
}

fn applicant(one: &Application) -> Applicant {
    Applicant {
        id: one.id.to_string(),
        name: one.name.clone(),
        email: one.email.clone(),
        words: one.words.clone(),
        sent_at: one.sent_at.to_string(),
        forget_on: one.forget_on.to_string(),
        state: one.state.into(),
        note: one.note.clone(),
        answered_by: one.answered_by.map(|id| id.to_string()),
    }
}

/// What came of a place. What was deleted is in no count.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CameOfOpening {
    /// Who wrote.
    applied: usize,
    /// Who waits for an answer.
    waiting: usize,
    /// Who took it.
    joined: usize,
    /// Who did not want it.
    refused: usize,
    /// To whom it was not offered.
    declined: usize,
}

impl From<Came> for CameOfOpening {
    fn from(came: Came) -> Self {
        let Came { applied, waiting, joined, refused, declined } = came;
        Self { applied, waiting, joined, refused, declined }
    }
}

/// A place, as far as it is yours.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WholeOpening {
    /// The place.
    opening: Opening,
    /// What came of it; for who leads the circle.
    came: Option<CameOfOpening>,
    /// Who applied, those who wait first; for who leads the circle. Others read none.
    applications: Vec<Applicant>,
}

/// One place; for who leads its circle, with who applied
#[utoipa::path(get, path = "/api/v1/openings/{id}", tag = "openings",
    params(("id" = String, Path, format = "uuid", description = "The place.")),
    responses((status = 200, body = WholeOpening), Refusals))]
pub(super) async fn one(
    Server(app): Server<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
) -> Result<Json<WholeOpening>, Problem> {
    let mut tx = app.ledger().read().await?;
    let found = openings::get(&mut tx, &caller.actor, of_path(&id)?).await?.ok_or_else(Problem::not_found)?;
    let came = openings::came(&mut tx, &caller.actor, &found).await?;
    let applications = openings::applications(&mut tx, &caller.actor, &found).await?;
    Ok(Json(WholeOpening {
        opening: opening(&app, &found),
        came: came.map(CameOfOpening::from),
        applications: applications.iter().map(applicant).collect(),
    }))
}

/// Close a place before its day: who leads its circle
///
/// Its page outside is no more; who applied is still answered.
#[utoipa::path(post, path = "/api/v1/openings/{id}/close", tag = "openings",
    params(("id" = String, Path, format = "uuid", description = "The place."), KeyHeader),
    responses((status = 204, description = "It is closed."), ActRefusals))]
pub(super) async fn close(
    Server(app): Server<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
    key: Key,
    bare: Bare,
) -> Result<StatusCode, Problem> {
    does(&app, &caller, &key, &bare, &Close { opening: of_path(&id)? }).await
}

/// How far it is with who applied.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewApplicationState {
    /// From `waiting` to `talking`, from there to `offered`, from there to `joined`; `refused` by them at any time,
    /// `declined` by you before it is offered.
    state: ApplicationStateName,
    /// A note for those who lead the circle.
    #[serde(default)]
    #[schema(required = false, max_length = 20000)]
    note: String,
}

/// Say how far it is with who applied: who leads the circle
///
/// Nothing is sent to anybody outside: write to them first.
#[utoipa::path(post, path = "/api/v1/applications/{id}/answer", tag = "openings", request_body = NewApplicationState,
    params(("id" = String, Path, format = "uuid", description = "What they sent."), KeyHeader),
    responses((status = 204, description = "It is said."), ActRefusals))]
pub(super) async fn answer(
    Server(app): Server<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewApplicationState>,
) -> Result<StatusCode, Problem> {
    let NewApplicationState { state, note } = sent.value.clone();
    let act = Answer { application: of_path(&id)?, state: State::from(state).name().to_owned(), note };
    does(&app, &caller, &key, &sent, &act).await
}

/// Delete what somebody sent who applied, before its day: who leads the circle
#[utoipa::path(delete, path = "/api/v1/applications/{id}", tag = "openings",
    params(("id" = String, Path, format = "uuid", description = "What they sent."), KeyHeader),
    responses((status = 204, description = "It is deleted."), ActRefusals))]
pub(super) async fn forget(
    Server(app): Server<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
    key: Key,
    bare: Bare,
) -> Result<StatusCode, Problem> {
    does(&app, &caller, &key, &bare, &Forget { application: of_path(&id)? }).await
}
