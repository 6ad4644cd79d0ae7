//! Quick answers as a page, and for a service desk that asks when a ticket comes in.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::{Extension, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use crate::answers::{Answer, Asked, MOST_TOLD};
use crate::desk::{Given, PATIENCE, Reading};
use crate::failure::{Failure, as_json};
use crate::layout::{self, Here};
use crate::pages;
use crate::pages::similar::State as Shown;
use crate::routes::Signed;
use crate::server::Server;

/// Longest text of the box on the page, in characters.
const BOX: usize = 2_000;
/// Tickets told where nobody says how many.
const USUAL: usize = 10;

/// What is known of the index.
enum Index {
    Ready(Box<Answer>, usize),
    Not(Shown),
    Empty,
}

async fn answer(server: &Server, asked: &Asked) -> Result<Index, Failure> {
    let known = match server.desk().known(PATIENCE).await? {
        Given::Empty => return Ok(Index::Empty),
        Given::Working(_) => return Ok(Index::Not(Shown::Reading(0, 0))),
        Given::Ready(known) => known,
    };
    Ok(match server.desk().answers(&known) {
        None => Index::Not(Shown::Reading(0, 0)),
        Some(Reading::Reading(done, all)) => Index::Not(Shown::Reading(done, all)),
        Some(Reading::Wordless) => Index::Not(Shown::Wordless),
        Some(Reading::Failed) => Index::Not(Shown::Failed),
        Some(Reading::Ready(answers)) => {
            let held = known.held().await?;
            let answer = answers.ask_under(asked, &held.ruled, &known.settings);
            Index::Ready(Box::new(answer), answers.left_out())
        }
    })
}

/// What the box asks.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Box_ {
    text: String,
}

/// `GET /similar`.
pub(crate) async fn page(
    State(server): State<Server>,
    Query(given): Query<Box_>,
    signed: Signed,
) -> Result<Response, Failure> {
    let mut shell = server.shell("What is it like?", Here::Problems, signed.map(|Extension(signed)| signed));
    let text = given.text.trim();
    let length = text.chars().count();
    let wrong = (length > BOX).then(|| format!("{length} characters; at most {BOX}. Its first sentences are enough."));
    let state = if text.is_empty() || wrong.is_some() {
        Shown::Unasked
    } else {
        match answer(&server, &Asked { title: text.to_owned(), k: USUAL, ..Asked::default() }).await? {
            Index::Ready(answer, left_out) => Shown::Answered(answer, left_out),
            Index::Not(state) => state,
            Index::Empty => {
                let fill = "An export of tickets fills it: a new ticket is then compared with all of them.";
                let body = layout::empty("What is it like?", fill);
                return Ok(Html(layout::page(&shell, &body).into_string()).into_response());
            }
        }
    };
    if server.desk().record()?.is_empty() {
        let body = layout::empty(
            "What is it like?",
            "An export of tickets fills it: a new ticket is then compared with all of them.",
        );
        return Ok(Html(layout::page(&shell, &body).into_string()).into_response());
    }
    shell.refresh = matches!(state, Shown::Reading(..)).then_some(2);
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let body = pages::similar::view(text, wrong.as_deref(), &state);
    Ok((status, Html(layout::page(&shell, &body).into_string())).into_response())
}

/// What a service desk asks, in the address or as JSON.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Question {
    title: String,
    text: String,
    k: Option<usize>,
    fields: BTreeMap<String, String>,
}

/// `GET /api/similar?text=…&k=…`.
pub(crate) async fn asked(
    State(server): State<Server>,
    question: Result<Query<Question>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, Failure> {
    match question {
        Ok(Query(question)) => told(&server, question).await,
        Err(error) => Ok(refused(&error.body_text(), "Ask with text, and if you like title and k.")),
    }
}

/// `POST /api/similar`: the same as JSON or as a form.
pub(crate) async fn sent(State(server): State<Server>, headers: HeaderMap, body: Bytes) -> Result<Response, Failure> {
    let form = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
    let question = if form {
        let read = std::str::from_utf8(&body).map_err(|error| error.to_string()).and_then(|body| {
            let uri: axum::http::Uri = format!("/?{body}").parse().map_err(|_| "the form cannot be read".to_owned())?;
            Query::<Question>::try_from_uri(&uri).map(|Query(question)| question).map_err(|error| error.body_text())
        });
        read.map_err(|error| (error, "Send text=…, and if you like title=… and k=…."))
    } else {
        serde_json::from_slice(&body)
            .map_err(|error| (error.to_string(), "Send {\"text\": …, \"title\"?: …, \"k\"?: 10, \"fields\"?: {…}}."))
    };
    match question {
        Ok(question) => told(&server, question).await,
        Err((error, remedy)) => Ok(refused(&error, remedy)),
    }
}

fn refused(what: &str, remedy: &str) -> Response {
    as_json(StatusCode::UNPROCESSABLE_ENTITY, &json!({ "error": what, "remedy": remedy }))
}

async fn told(server: &Server, question: Question) -> Result<Response, Failure> {
    if question.text.trim().is_empty() && question.title.trim().is_empty() {
        return Ok(refused("There is no text.", "Send the words of the ticket as text, title, or both."));
    }
    let k = question.k.unwrap_or(USUAL);
    if k == 0 || k > MOST_TOLD {
        return Ok(refused(&format!("k is {k}."), &format!("Ask for 1 to {MOST_TOLD} tickets.")));
    }
    // One text without a title is a title: a service desk's short description.
    let (title, text) =
        if question.title.trim().is_empty() { (question.text, String::new()) } else { (question.title, question.text) };
    let asked = Asked { title, text, fields: question.fields, k };
    let later = |what: &str, done: usize, all: usize| {
        let body = json!({ "error": what, "remedy": "Ask again in a moment.", "read": done, "tickets": all });
        ([(header::RETRY_AFTER, "5")], as_json(StatusCode::SERVICE_UNAVAILABLE, &body)).into_response()
    };
    let none = |what: &str| {
        let remedy = "Import an export with the tickets' short descriptions.";
        as_json(StatusCode::CONFLICT, &json!({ "error": what, "remedy": remedy }))
    };
    Ok(match answer(server, &asked).await? {
        Index::Ready(answer, _) => as_json(StatusCode::OK, &*answer),
        Index::Empty => none("The record is empty."),
        Index::Not(Shown::Reading(done, all)) => later("The record is still being read.", done, all),
        Index::Not(Shown::Wordless) => none("The tickets of this record have no words."),
        Index::Not(_) => return Err(Failure::inside("the index behind quick answers could not be made")),
    })
}
