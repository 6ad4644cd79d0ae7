//! `/api/v1/notes`: notes on what goes on in one's life, one's own until they are shown.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use ledger::talks::notes::{self, ShowNote, TakeBack, ThrowAway, WriteNote};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::answers::Made;
use super::entry::{Bare, Caller, Key, KeyHeader, Sent, does, of_field, of_path, perform};
use super::problem::{ActRefusals, Problem, Refusals};
use crate::app::App;

/// A note of one's life.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LifeNote)]
pub(super) struct Note {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// Whose.
    #[schema(format = "uuid")]
    person: String,
    /// The words.
    words: String,
    /// When it was written.
    #[schema(format = DateTime)]
    changed_at: String,
    /// To whom it is shown now; told of your own alone.
    shown_to: Vec<String>,
}

fn note(one: notes::Note) -> Note {
    Note {
        id: one.id.to_string(),
        person: one.person.to_string(),
        words: one.words,
        changed_at: one.changed_at.to_string(),
        shown_to: one.shown_to.iter().map(ToString::to_string).collect(),
    }
}

/// Notes, by side.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LifeNotes {
    /// Your own, the newest first.
    mine: Vec<Note>,
    /// Those that others show you, until they take them back.
    shown_to_me: Vec<Note>,
}

/// Your own notes, and those that others show you
#[utoipa::path(get, path = "/api/v1/notes", tag = "talks", responses((status = 200, body = LifeNotes), Refusals))]
pub(super) async fn list(State(app): State<App>, caller: Caller) -> Result<Json<LifeNotes>, Problem> {
    let mut tx = app.ledger().read().await?;
    let mine = notes::mine(&mut tx, &caller.actor).await?.into_iter().map(note).collect();
    let shown_to_me = notes::shown_to_me(&mut tx, &caller.actor, None).await?.into_iter().map(note).collect();
    Ok(Json(LifeNotes { mine, shown_to_me }))
}

/// A note to be kept.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewLifeNote {
    /// What goes on.
    #[schema(min_length = 1, max_length = 20000)]
    words: String,
}

/// Keep a note for yourself; nobody reads it unless you show it
#[utoipa::path(post, path = "/api/v1/notes", tag = "talks", request_body = NewLifeNote, params(KeyHeader),
    responses((status = 200, body = Made), ActRefusals))]
pub(super) async fn write(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    sent: Sent<NewLifeNote>,
) -> Result<Json<Value>, Problem> {
    let act = WriteNote { words: sent.value.words.clone() };
    Ok(Json(perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?))
}

/// Throw a note of yours away
#[utoipa::path(delete, path = "/api/v1/notes/{id}", tag = "talks",
    params(("id" = String, Path, format = "uuid", description = "The note."), KeyHeader),
    responses((status = 204, description = "It is gone."), ActRefusals))]
pub(super) async fn throw_away(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    bare: Bare,
) -> Result<StatusCode, Problem> {
    does(&app, &caller, &key, &bare, &ThrowAway { note: of_path(&id)? }).await
}

/// Who reads a note, or reads it no more.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NoteReader {
    /// Who.
    #[schema(format = "uuid")]
    person: String,
}

/// Show a note of yours to somebody of your circles
#[utoipa::path(post, path = "/api/v1/notes/{id}/readers", tag = "talks", request_body = NoteReader,
    params(("id" = String, Path, format = "uuid", description = "The note."), KeyHeader),
    responses((status = 204, description = "They can read it."), ActRefusals))]
pub(super) async fn show(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NoteReader>,
) -> Result<StatusCode, Problem> {
    let act = ShowNote { note: of_path(&id)?, to: Some(of_field("person", &sent.value.person)?) };
    does(&app, &caller, &key, &sent, &act).await
}

/// Take a note of yours back from somebody
#[utoipa::path(delete, path = "/api/v1/notes/{id}/readers/{person}", tag = "talks",
    params(("id" = String, Path, format = "uuid", description = "The note."),
        ("person" = String, Path, format = "uuid", description = "Who can read it no more."), KeyHeader),
    responses((status = 204, description = "They can read it no more."), ActRefusals))]
pub(super) async fn take_back(
    State(app): State<App>,
    caller: Caller,
    Path((id, person)): Path<(String, String)>,
    key: Key,
    bare: Bare,
) -> Result<StatusCode, Problem> {
    let act = TakeBack { note: of_path(&id)?, from: Some(of_path(&person)?) };
    does(&app, &caller, &key, &bare, &act).await
}
