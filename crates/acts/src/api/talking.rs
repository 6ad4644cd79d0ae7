//! `/api/v1/talks/…`: what becomes of a talk: its day, what was agreed in it, how each side of a mediation sees it, and
//! what its people tell others when all of them consent.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use leadership::promise::Intended;
use leadership::talk::{Kind, State as Standing, Telling};
use ledger::Tx;
use ledger::talks::{self, Agree, Consent, End, Join, Move, OpenAccount, See, Talk, TalkId, TellAccount, Word, Write};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::answers::{Made, names};
use super::entry::{Bare, Caller, Key, KeyHeader, Sent, does, of_field, of_path, perform};
use super::problem::{ActRefusals, Problem, Refusals};
use super::promises::{NewIntended, Promise, promise};
use crate::app::App;

names! {
    /// What of a talk its people tell: what a circle is told of its own talk, or a lesson without names.
    TellingName of Telling { Told, Lesson }
}

/// A talk in which the caller takes part.
async fn found(tx: &mut Tx, caller: &Caller, id: &str) -> Result<Talk, Problem> {
    talks::get(tx, &caller.actor, of_path(id)?).await?.ok_or_else(Problem::not_found)
}

/// Say that you have seen that a talk is called; it says nothing else
#[utoipa::path(post, path = "/api/v1/talks/{id}/seen", tag = "talks",
    params(("id" = String, Path, format = "uuid", description = "The talk."), KeyHeader),
    responses((status = 204, description = "It is noted."), ActRefusals))]
pub(super) async fn seen(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    bare: Bare,
) -> Result<StatusCode, Problem> {
    does(&app, &caller, &key, &bare, &See { talk: of_path(&id)? }).await
}

/// Another day for a talk.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTalkDay {
    /// The day: today or later.
    #[schema(format = Date)]
    planned_on: String,
}

/// Give a planned talk another day: whoever takes part; of one about anything but work who called it
#[utoipa::path(post, path = "/api/v1/talks/{id}/day", tag = "talks", request_body = NewTalkDay,
    params(("id" = String, Path, format = "uuid", description = "The talk."), KeyHeader),
    responses((status = 204, description = "It has that day."), ActRefusals))]
pub(super) async fn move_on(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewTalkDay>,
) -> Result<StatusCode, Problem> {
    let act = Move { talk: of_path(&id)?, planned_on: sent.value.planned_on.clone() };
    does(&app, &caller, &key, &sent, &act).await
}

/// How a planned talk ended without being held.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum TalkEndName {
    /// It was called off.
    CalledOff,
    /// Its day passed without it.
    Missed,
}

/// That a talk is not held.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTalkEnd {
    /// What happened.
    how: TalkEndName,
}

/// Call a planned talk off, or say that its day passed without it: who may move it
#[utoipa::path(post, path = "/api/v1/talks/{id}/end", tag = "talks", request_body = NewTalkEnd,
    params(("id" = String, Path, format = "uuid", description = "The talk."), KeyHeader),
    responses((status = 204, description = "It is said."), ActRefusals))]
pub(super) async fn end(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewTalkEnd>,
) -> Result<StatusCode, Problem> {
    let how = match sent.value.how {
        TalkEndName::CalledOff => Standing::CalledOff,
        TalkEndName::Missed => Standing::Missed,
    };
    let act = End { talk: Some(of_path(&id)?), how: how.name().to_owned() };
    does(&app, &caller, &key, &sent, &act).await
}

/// Whether you come.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewComing {
    /// Whether you come; nobody asks why not, and nobody counts it.
    comes: bool,
}

/// Come to a talk about anything but work, or stay away after all
#[utoipa::path(post, path = "/api/v1/talks/{id}/coming", tag = "talks", request_body = NewComing,
    params(("id" = String, Path, format = "uuid", description = "The talk."), KeyHeader),
    responses((status = 204, description = "It is noted for who comes."), ActRefusals))]
pub(super) async fn join(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewComing>,
) -> Result<StatusCode, Problem> {
    let act = Join { talk: of_path(&id)?, comes: sent.value.comes };
    does(&app, &caller, &key, &sent, &act).await
}

/// The promises that were agreed in a talk, as far as you see them
#[utoipa::path(get, path = "/api/v1/talks/{id}/promises", tag = "talks",
    params(("id" = String, Path, format = "uuid", description = "The talk.")),
    responses((status = 200, body = Vec<Promise>), Refusals))]
pub(super) async fn promised(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Vec<Promise>>, Problem> {
    let mut tx = app.ledger().read().await?;
    let talk = found(&mut tx, &caller, &id).await?;
    let all = talks::promises_of(&mut tx, &caller.actor, talk.id).await?;
    Ok(Json(all.into_iter().map(promise).collect()))
}

/// What was agreed.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAgreement {
    /// Each a promise of one who takes part to another, both by identifier. What you write for another is asked of them.
    #[schema(min_items = 1, max_items = 12)]
    promises: Vec<NewIntended>,
}

/// What became of an agreement.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Agreed {
    /// The promises, by identifier, in the order in which they were given.
    promises: Vec<String>,
}

/// Write what was agreed in a talk: each a promise like any other, which leads back to it
#[utoipa::path(post, path = "/api/v1/talks/{id}/promises", tag = "talks", request_body = NewAgreement,
    params(("id" = String, Path, format = "uuid", description = "The talk."), KeyHeader),
    responses((status = 200, body = Agreed), ActRefusals))]
pub(super) async fn agree(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewAgreement>,
) -> Result<Json<Value>, Problem> {
    let mut rows: Vec<Intended> = sent.value.promises.iter().cloned().map(Intended::from).collect();
    for row in rows.iter_mut().filter(|row| row.from.is_empty()) {
        row.from = caller.actor.person.to_string();
    }
    let act = Agree { talk: of_path(&id)?, rows };
    Ok(Json(perform(&app, &caller, &key, &sent, &act, |made| json!({ "promises": made })).await?))
}

/// How one side of a mediation sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MediationAccount {
    /// Whose.
    #[schema(format = "uuid")]
    person: String,
    /// Their words; null while they are not open to you.
    words: Option<String>,
    /// Whether they opened it to the other side.
    opened: bool,
}

/// Where a mediation stands, as far as you may read it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Mediation)]
pub(super) struct MediationItem {
    /// How each side sees it.
    accounts: Vec<MediationAccount>,
    /// Whether each was said back and confirmed it: only then is anything agreed.
    may_agree: bool,
    /// How many promises came out of it; what they say is the two sides’.
    #[schema(minimum = 0)]
    agreed: u64,
}

/// Where a mediation stands, for those who take part
#[utoipa::path(get, path = "/api/v1/talks/{id}/mediation", tag = "talks",
    params(("id" = String, Path, format = "uuid", description = "The mediation.")),
    responses((status = 200, body = MediationItem), Refusals))]
pub(super) async fn mediation(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<MediationItem>, Problem> {
    let mut tx = app.ledger().read().await?;
    let talk = found(&mut tx, &caller, &id).await?;
    if talk.kind != Kind::Mediation {
        return Err(Problem::not_found());
    }
    let state = talks::mediation_of(&mut tx, &caller.actor, &talk).await?;
    let (may_agree, agreed) = (state.may_agree(), state.agreed);
    let accounts = state.accounts.into_iter().map(|one| MediationAccount {
        person: one.person.to_string(),
        words: one.words,
        opened: one.opened_at.is_some(),
    });
    Ok(Json(MediationItem { accounts: accounts.collect(), may_agree, agreed }))
}

/// How you see it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAccount {
    /// What happened, what you need, what you could do yourself.
    #[schema(min_length = 1, max_length = 20000)]
    words: String,
}

/// Tell the mediator how you see it; only they read it until you open it
#[utoipa::path(post, path = "/api/v1/talks/{id}/account", tag = "talks", request_body = NewAccount,
    params(("id" = String, Path, format = "uuid", description = "The mediation."), KeyHeader),
    responses((status = 204, description = "It is told."), ActRefusals))]
pub(super) async fn account(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewAccount>,
) -> Result<StatusCode, Problem> {
    let act = TellAccount { talk: of_path(&id)?, words: sent.value.words.clone() };
    does(&app, &caller, &key, &sent, &act).await
}

/// Open to the other side how you see it, once the mediator said it back and you confirmed that
#[utoipa::path(post, path = "/api/v1/talks/{id}/account/opening", tag = "talks",
    params(("id" = String, Path, format = "uuid", description = "The mediation."), KeyHeader),
    responses((status = 204, description = "It is open."), ActRefusals))]
pub(super) async fn open_account(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    bare: Bare,
) -> Result<StatusCode, Problem> {
    does(&app, &caller, &key, &bare, &OpenAccount { talk: of_path(&id)? }).await
}

/// Words that are told of a talk, or wait to be.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TalkWords {
    /// Their identifier.
    #[schema(format = "uuid")]
    id: String,
    /// What they are.
    kind: TellingName,
    /// The circle that they are told to.
    #[schema(format = "uuid")]
    circle: String,
    /// The words.
    words: String,
    /// Who wrote them.
    #[schema(format = "uuid")]
    by: String,
    /// Who consents so far.
    agreed: Vec<String>,
    /// Whether all consent, so that they are told.
    told: bool,
}

fn words_item(word: Word) -> TalkWords {
    TalkWords {
        id: word.id.to_string(),
        kind: word.kind.into(),
        circle: word.circle.to_string(),
        words: word.words,
        by: word.by.to_string(),
        agreed: word.agreed.iter().map(ToString::to_string).collect(),
        told: word.shared_at.is_some(),
    }
}

/// The words that are told of a talk, or wait for the consent of those who take part
#[utoipa::path(get, path = "/api/v1/talks/{id}/words", tag = "talks",
    params(("id" = String, Path, format = "uuid", description = "The talk.")),
    responses((status = 200, body = Vec<TalkWords>), Refusals))]
pub(super) async fn words(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Vec<TalkWords>>, Problem> {
    let mut tx = app.ledger().read().await?;
    let talk = found(&mut tx, &caller, &id).await?;
    let all = talks::words_of(&mut tx, &caller.actor, &talk).await?;
    Ok(Json(all.into_iter().map(words_item).collect()))
}

/// Words to be told.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTalkWords {
    /// What they are.
    kind: TellingName,
    /// The circle to which a lesson is given; what a circle is told of its own talk is told to that circle.
    #[serde(default)]
    #[schema(format = "uuid")]
    circle: Option<String>,
    /// The words.
    #[schema(min_length = 1, max_length = 20000)]
    words: String,
}

/// Write what is told of a talk: it is told when everybody who takes part consents; written anew, all are asked again
#[utoipa::path(post, path = "/api/v1/talks/{id}/words", tag = "talks", request_body = NewTalkWords,
    params(("id" = String, Path, format = "uuid", description = "The talk."), KeyHeader),
    responses((status = 200, body = Made), ActRefusals))]
pub(super) async fn write(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewTalkWords>,
) -> Result<Json<Value>, Problem> {
    let NewTalkWords { kind, circle, words } = sent.value.clone();
    let talk: TalkId = of_path(&id)?;
    let circle = circle.as_deref().map(|circle| of_field("circle", circle)).transpose()?;
    let act = Write { talk: Some(talk), kind: Telling::from(kind).name().to_owned(), circle, words };
    Ok(Json(perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?))
}

/// Whether you consent.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewConsent {
    /// Whether the words are told; it can be taken back at any time, which takes them out again.
    agrees: bool,
}

/// Consent that words of a talk are told, or take that back
#[utoipa::path(post, path = "/api/v1/talk-words/{id}/consent", tag = "talks", request_body = NewConsent,
    params(("id" = String, Path, format = "uuid", description = "The words."), KeyHeader),
    responses((status = 204, description = "It is noted."), ActRefusals))]
pub(super) async fn consent(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewConsent>,
) -> Result<StatusCode, Problem> {
    let act = Consent { word: of_path(&id)?, agrees: sent.value.agrees };
    does(&app, &caller, &key, &sent, &act).await
}
