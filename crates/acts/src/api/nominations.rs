//! `/api/v1/nominations`: recognition on its way. There is no list of people and no order among them.

use axum::Json;
use axum::extract::{Path, State as Server};
use axum::http::StatusCode;
use axum::response::Response;
use leadership::recognition::{Half, Says, Standing, State, Verdict};
use ledger::Refused;
use ledger::people::Look;
use ledger::recognition::{
    self, AnswerNomination, AskVerifier, CannotVerify, Nominate, NominationId, Refuse, Verify, Withdraw,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::answers::{Made, made, names};
use super::entry::{Bare, Caller, Inside, Key, KeyHeader, Sent, does, earlier, of_field, of_path, perform};
use super::problem::{ActRefusals, Problem, Refusals};
use crate::app::App;

names! {
    /// Where a nomination stands.
    NominationStateName of State { Offered, Accepted, Asked, Verified, Refused, Declined, Expired }
}
names! {
    /// Which half of the model a quality belongs to.
    HalfName of Half { What, How }
}
names! {
    /// What one source says of a quality: it speaks for it, it does not, or there is too little of it to say.
    SaysName of Says { Agrees, Not, TooLittle }
}

/// A nomination.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Nomination)]
pub(super) struct NominationItem {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// Who is nominated.
    #[schema(format = "uuid")]
    person: String,
    /// By whom; by themselves too.
    #[schema(format = "uuid")]
    by: String,
    /// Why, in the words of who nominated.
    words: String,
    /// Where it stands.
    state: NominationStateName,
    /// When it was made.
    #[schema(format = DateTime)]
    made_at: String,
    /// The day after which it has ended without a word.
    #[schema(format = Date)]
    ends_on: String,
    /// Who is asked to confirm it, as far as you may know.
    #[schema(format = "uuid")]
    verifier: Option<String>,
    /// Why it was refused: for the nominee, and who refused.
    reason: Option<String>,
}

fn told(one: recognition::Nomination) -> NominationItem {
    NominationItem {
        id: one.id.to_string(),
        person: one.person.to_string(),
        by: one.by.to_string(),
        words: one.words,
        state: one.state.into(),
        made_at: one.made_at.to_string(),
        ends_on: one.ends_on.to_string(),
        verifier: one.verifier.map(|verifier| verifier.to_string()),
        reason: one.reason,
    }
}

/// Nominations, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Nominations {
    /// Of you.
    mine: Vec<NominationItem>,
    /// Of others, by you.
    others: Vec<NominationItem>,
    /// That you are asked to confirm, the oldest first.
    to_confirm: Vec<NominationItem>,
}

/// The nominations of you, by you, and those that you are asked to confirm
#[utoipa::path(get, path = "/api/v1/nominations", tag = "recognition",
    responses((status = 200, body = Nominations), Refusals))]
pub(super) async fn list(Server(app): Server<App>, caller: Caller) -> Result<Json<Nominations>, Problem> {
    let mut tx = app.ledger().read().await?;
    let (mine, others) = recognition::nominations(&mut tx, &caller.actor).await?;
    let to_confirm = recognition::to_confirm(&mut tx, &caller.actor).await?;
    let all = |found: Vec<recognition::Nomination>| found.into_iter().map(told).collect();
    Ok(Json(Nominations { mine: all(mine), others: all(others), to_confirm: all(to_confirm) }))
}

/// What one source says of a quality.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SourceSays {
    /// What.
    says: SaysName,
    /// Over how many raters, or dated acts.
    #[schema(minimum = 0)]
    n: u32,
}

impl From<Verdict> for SourceSays {
    fn from(verdict: Verdict) -> Self {
        Self { says: verdict.says.into(), n: verdict.n }
    }
}

/// How somebody stands in one quality. It is covered where both sources speak for it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct QualityStanding {
    /// The quality, by key.
    quality: String,
    /// Its half.
    half: HalfName,
    /// Whether it is covered; what cannot be said yet is not, and has not failed.
    covered: bool,
    /// What the raters say.
    raters: SourceSays,
    /// What dated evidence says.
    evidence: SourceSays,
}

fn standing(one: Standing) -> QualityStanding {
    QualityStanding {
        covered: one.is_covered(),
        quality: one.quality,
        half: one.half.into(),
        raters: one.raters.into(),
        evidence: one.evidence.into(),
    }
}

/// Where somebody stands by the standard: it is met or not, and there is no score.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RecognitionStanding {
    /// Whether the standard is met.
    met: bool,
    /// What is missing, a sentence each.
    missing: Vec<String>,
    /// The day on which the wave closed that it comes from; null while no wave was worked out.
    #[schema(format = Date)]
    worked_out_on: Option<String>,
    /// By quality; empty while no wave was worked out.
    qualities: Vec<QualityStanding>,
}

fn stands(standard: leadership::recognition::Standard, (all, worked): recognition::Stands) -> RecognitionStanding {
    let judged = standard.judge(&all);
    RecognitionStanding {
        met: judged.met,
        missing: judged.missing,
        worked_out_on: worked.map(|(on, _)| on.to_string()),
        qualities: all.into_iter().map(standing).collect(),
    }
}

/// Where you stand by the standard: for your own eyes
#[utoipa::path(get, path = "/api/v1/me/standing", tag = "recognition",
    responses((status = 200, body = RecognitionStanding), Refusals))]
pub(super) async fn own(
    Server(app): Server<App>,
    Inside(caller): Inside,
) -> Result<Json<RecognitionStanding>, Problem> {
    let mut tx = app.ledger().read().await?;
    let standard = recognition::standard(&mut tx).await?;
    Ok(Json(stands(standard, recognition::my_standings(&mut tx, &caller.actor).await?)))
}

/// A nomination, with what it rests on.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WholeNomination {
    /// The nomination.
    nomination: NominationItem,
    /// Where the nominee stands: for who is asked to confirm it, and while they are asked.
    standing: Option<RecognitionStanding>,
}

/// A nomination, for its nominee, who nominated, and who is asked to confirm it
///
/// The nominee sees under their own data that who is asked looked at where they stand.
#[utoipa::path(get, path = "/api/v1/nominations/{id}", tag = "recognition",
    params(("id" = String, Path, format = "uuid", description = "The nomination.")),
    responses((status = 200, body = WholeNomination), Refusals))]
pub(super) async fn one(
    Server(app): Server<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<WholeNomination>, Problem> {
    let id: NominationId = of_path(&id)?;
    let mut tx = app.ledger().read().await?;
    let found = recognition::get(&mut tx, &caller.actor, id).await?.ok_or_else(Problem::not_found)?;
    let theirs = recognition::theirs(&mut tx, &caller.actor, id).await?;
    let standard = recognition::standard(&mut tx).await?;
    drop(tx);
    if theirs.is_some() {
        let act = Look { person: found.person, what: "where they stand, to confirm their recognition" };
        app.ledger().perform(&caller.actor, &act).await?;
    }
    Ok(Json(WholeNomination { nomination: told(found), standing: theirs.map(|theirs| stands(standard, theirs)) }))
}

/// Whom you nominate.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewNomination {
    /// Somebody of your circles, or you yourself.
    #[schema(format = "uuid")]
    person: String,
    /// What they did, when, and what it led to. They read it, and who confirms.
    #[schema(min_length = 1, max_length = 20000)]
    words: String,
}

/// Nominate somebody, or yourself; it goes on only if they want it
#[utoipa::path(post, path = "/api/v1/nominations", tag = "recognition", request_body = NewNomination, params(KeyHeader),
    responses((status = 201, body = Made, headers(("Location" = String, description = "Where it is."))), ActRefusals))]
pub(super) async fn nominate(
    Server(app): Server<App>,
    Inside(caller): Inside,
    key: Key,
    sent: Sent<NewNomination>,
) -> Result<Response, Problem> {
    let NewNomination { person, words } = sent.value.clone();
    let act = Nominate { person: Some(of_field("person", &person)?), words };
    let answer = perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?;
    Ok(made("/api/v1/nominations", answer))
}

/// Whether you want it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewNominationAnswer {
    /// Whether it goes on.
    accepts: bool,
}

/// Say whether you want a nomination of you
#[utoipa::path(post, path = "/api/v1/nominations/{id}/answer", tag = "recognition",
    request_body = NewNominationAnswer,
    params(("id" = String, Path, format = "uuid", description = "The nomination."), KeyHeader),
    responses((status = 204, description = "It is said."), ActRefusals))]
pub(super) async fn answer(
    Server(app): Server<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewNominationAnswer>,
) -> Result<StatusCode, Problem> {
    let act = AnswerNomination { nomination: of_path(&id)?, accepts: sent.value.accepts };
    does(&app, &caller, &key, &sent, &act).await
}

/// Take a nomination back: the nominee, or who nominated while it is not answered
#[utoipa::path(post, path = "/api/v1/nominations/{id}/withdrawal", tag = "recognition",
    params(("id" = String, Path, format = "uuid", description = "The nomination."), KeyHeader),
    responses((status = 204, description = "It has ended."), ActRefusals))]
pub(super) async fn withdraw(
    Server(app): Server<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    bare: Bare,
) -> Result<StatusCode, Problem> {
    does(&app, &caller, &key, &bare, &Withdraw { nomination: of_path(&id)? }).await
}

/// Somebody who stands outside.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Outsider {
    /// Who.
    #[schema(format = "uuid")]
    id: String,
    /// Their name.
    name: String,
}

/// Those whom you see and who may confirm a nomination: the nominee asks, or who administers the organisation
#[utoipa::path(get, path = "/api/v1/nominations/{id}/outside", tag = "recognition",
    params(("id" = String, Path, format = "uuid", description = "The nomination.")),
    responses((status = 200, body = Vec<Outsider>), Refusals))]
pub(super) async fn outside(
    Server(app): Server<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
) -> Result<Json<Vec<Outsider>>, Problem> {
    let mut tx = app.ledger().read().await?;
    let found = recognition::may_choose(&mut tx, &caller.actor, of_path(&id)?).await?;
    let found = found.ok_or_else(Problem::not_found)?;
    let outside = recognition::outside(&mut tx, &caller.actor, &found).await?;
    Ok(Json(outside.into_iter().map(|(id, name)| Outsider { id: id.to_string(), name }).collect()))
}

/// Who is asked to confirm.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewVerifier {
    /// Somebody outside of the nominee's circles.
    #[schema(format = "uuid")]
    verifier: String,
}

/// Ask somebody outside to confirm a nomination: the nominee, or who administers the organisation
///
/// Once the standard is met.
#[utoipa::path(post, path = "/api/v1/nominations/{id}/verifier", tag = "recognition", request_body = NewVerifier,
    params(("id" = String, Path, format = "uuid", description = "The nomination."), KeyHeader),
    responses((status = 204, description = "It waits for them."), ActRefusals))]
pub(super) async fn ask_verifier(
    Server(app): Server<App>,
    Inside(caller): Inside,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewVerifier>,
) -> Result<StatusCode, Problem> {
    let act = AskVerifier { nomination: of_path(&id)?, verifier: Some(of_field("verifier", &sent.value.verifier)?) };
    does(&app, &caller, &key, &sent, &act).await
}

/// Say that you cannot confirm a nomination: somebody else can be asked
#[utoipa::path(post, path = "/api/v1/nominations/{id}/cannot", tag = "recognition",
    params(("id" = String, Path, format = "uuid", description = "The nomination."), KeyHeader),
    responses((status = 204, description = "It waits for you no more."), ActRefusals))]
pub(super) async fn cannot(
    Server(app): Server<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    bare: Bare,
) -> Result<StatusCode, Problem> {
    does(&app, &caller, &key, &bare, &CannotVerify { nomination: of_path(&id)? }).await
}

/// A confirmation.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewVerification {
    /// That you looked at what it rests on, and stand by it.
    looked: bool,
}

/// Confirm a nomination: who was asked; the answer is the badge
#[utoipa::path(post, path = "/api/v1/nominations/{id}/verification", tag = "recognition",
    request_body = NewVerification,
    params(("id" = String, Path, format = "uuid", description = "The nomination."), KeyHeader),
    responses((status = 200, body = Made), ActRefusals))]
pub(super) async fn verify(
    Server(app): Server<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewVerification>,
) -> Result<Json<Value>, Problem> {
    let nomination: NominationId = of_path(&id)?;
    // Who may not confirm learns nothing of how this server is fitted out.
    if earlier(&app, &caller, &key, &sent).await?.is_none() {
        let found = recognition::get(&mut app.ledger().read().await?, &caller.actor, nomination).await?;
        found.ok_or_else(Problem::not_found)?;
    }
    let signed = app.key().ok_or_else(|| {
        Refused::conflict(
            "This server has no key to sign a badge with.",
            "Ask who runs it: “plumb serve” makes one in its data folder.",
        )
    })?;
    let looked = sent.value.looked;
    let act = Verify { nomination, looked, key: signed, address: &app.config().address };
    Ok(Json(perform(&app, &caller, &key, &sent, &act, |badge| json!({ "id": badge })).await?))
}

/// Why a nomination is refused.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRefusal {
    /// What is missing, so that it can grow. Only the nominee reads it.
    #[schema(min_length = 1, max_length = 20000)]
    reason: String,
}

/// Refuse a nomination with a reason: who was asked
#[utoipa::path(post, path = "/api/v1/nominations/{id}/refusal", tag = "recognition", request_body = NewRefusal,
    params(("id" = String, Path, format = "uuid", description = "The nomination."), KeyHeader),
    responses((status = 204, description = "The nominee reads why, and nobody else."), ActRefusals))]
pub(super) async fn refuse(
    Server(app): Server<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewRefusal>,
) -> Result<StatusCode, Problem> {
    let act = Refuse { nomination: of_path(&id)?, reason: sent.value.reason.clone() };
    does(&app, &caller, &key, &sent, &act).await
}
