//! `/api/v1/signals`: what is seen coming from outside, what it could mean, and what is done about it.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use leadership::stance::Verdict;
use ledger::aims::horizon::{self, LookAgain, NoteSignal};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::answers::{Made, made, names};
use super::entry::{Caller, Key, KeyHeader, Sent, does, of_field, of_path, perform};
use super::problem::{ActRefusals, Problem, Refusals};
use crate::app::App;

names! {
    /// What is done about a signal.
    SignalVerdictName of Verdict { Try, Watch, Ignore }
}

/// What came of a signal.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum SignalOutcomeName {
    /// It became part of how the circle works.
    Adopted,
    /// Nothing more comes of it.
    Closed,
}

impl SignalOutcomeName {
    fn name(self) -> &'static str {
        match self {
            Self::Adopted => "adopted",
            Self::Closed => "closed",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Adopted, Self::Closed].into_iter().find(|one| one.name() == name)
    }
}

/// A signal from outside.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HorizonSignal)]
pub(super) struct Signal {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// The circle that looks at it.
    #[schema(format = "uuid")]
    circle: String,
    /// What was seen.
    title: String,
    /// Where; may be empty.
    source: String,
    /// What it could mean here.
    so_what: String,
    /// What is done about it.
    verdict: SignalVerdictName,
    /// When it is looked at again.
    #[schema(format = Date)]
    review: Option<String>,
    /// Who looks at it again.
    #[schema(format = "uuid")]
    keeper: String,
    /// When it was noted.
    #[schema(format = DateTime)]
    seen_at: String,
    /// What came of it; null while it is open.
    outcome: Option<SignalOutcomeName>,
}

fn signal(found: horizon::Signal) -> Signal {
    Signal {
        id: found.id.to_string(),
        circle: found.circle.to_string(),
        title: found.title,
        source: found.source,
        so_what: found.so_what,
        verdict: found.verdict.into(),
        review: found.review.map(|day| day.to_string()),
        keeper: found.keeper.to_string(),
        seen_at: ledger::instant(found.seen_at),
        outcome: SignalOutcomeName::from_name(&found.outcome),
    }
}

/// The signals of the circles that you see from inside, the newest first
#[utoipa::path(get, path = "/api/v1/signals", tag = "aims",
    responses((status = 200, body = Vec<Signal>), ActRefusals))]
pub(super) async fn list(State(app): State<App>, caller: Caller) -> Result<Json<Vec<Signal>>, Problem> {
    let all = horizon::all(&mut app.ledger().read().await?, &caller.actor).await?;
    Ok(Json(all.into_iter().map(signal).collect()))
}

/// One signal
#[utoipa::path(get, path = "/api/v1/signals/{id}", tag = "aims",
    params(("id" = String, Path, format = "uuid", description = "The signal.")),
    responses((status = 200, body = Signal), Refusals))]
pub(super) async fn one(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Signal>, Problem> {
    let found = horizon::get(&mut app.ledger().read().await?, &caller.actor, of_path(&id)?).await?;
    Ok(Json(signal(found.ok_or_else(Problem::not_found)?)))
}

/// A signal to be noted.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSignal {
    /// The circle that looks at it: one that you belong to or lead.
    #[schema(format = "uuid")]
    circle: String,
    /// What was seen.
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    /// Where.
    #[serde(default)]
    #[schema(required = false, max_length = 200)]
    source: String,
    /// What it could mean here.
    #[schema(min_length = 1, max_length = 20000)]
    so_what: String,
    /// What is done about it.
    verdict: SignalVerdictName,
    /// When it is looked at again; asked for where it is tried or watched.
    #[serde(default)]
    #[schema(format = Date)]
    review: Option<String>,
}

/// Note a signal from outside
#[utoipa::path(post, path = "/api/v1/signals", tag = "aims", request_body = NewSignal, params(KeyHeader),
    responses((status = 201, body = Made, headers(("Location" = String, description = "Where the signal is."))), ActRefusals))]
pub(super) async fn note(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    sent: Sent<NewSignal>,
) -> Result<Response, Problem> {
    let NewSignal { circle, title, source, so_what, verdict, review } = sent.value.clone();
    let act = NoteSignal {
        circle: of_field("circle", &circle)?,
        title,
        source,
        so_what,
        verdict: verdict.into(),
        review: review.unwrap_or_default(),
    };
    let answer = perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?;
    Ok(made("/api/v1/signals", answer))
}

/// What a signal means now.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewLook {
    /// What it could mean here, now.
    #[schema(min_length = 1, max_length = 20000)]
    so_what: String,
    /// What is done about it.
    verdict: SignalVerdictName,
    /// When it is looked at again; asked for where it is tried or watched and stays open.
    #[serde(default)]
    #[schema(format = Date)]
    review: Option<String>,
    /// What came of it, where it is settled.
    #[serde(default)]
    outcome: Option<SignalOutcomeName>,
}

/// Look at a signal again: who noted it, or leads its circle
#[utoipa::path(post, path = "/api/v1/signals/{id}/looks", tag = "aims", request_body = NewLook,
    params(("id" = String, Path, format = "uuid", description = "The signal."), KeyHeader),
    responses((status = 204, description = "It is kept."), ActRefusals))]
pub(super) async fn again(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewLook>,
) -> Result<StatusCode, Problem> {
    let NewLook { so_what, verdict, review, outcome } = sent.value.clone();
    let act = LookAgain {
        signal: of_path(&id)?,
        so_what,
        verdict: verdict.into(),
        review: review.unwrap_or_default(),
        outcome: outcome.map_or("", SignalOutcomeName::name).to_owned(),
    };
    does(&app, &caller, &key, &sent, &act).await
}
