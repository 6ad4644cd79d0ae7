//! What went wrong, as RFC 9457 tells it to programs.

use std::collections::BTreeMap;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ledger::{LedgerError, Refused};
use serde::Serialize;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder};
use utoipa::{IntoResponses, ToSchema};

/// Its kind of content.
pub(super) const KIND: &str = "application/problem+json";

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Problem {
    /// The kind of problem: `about:blank`, since the status says it all.
    #[serde(rename = "type")]
    kind: &'static str,
    /// What the status means.
    title: String,
    /// The status of the answer.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What is wrong, as a sentence.
    detail: String,
    /// What to do, as a sentence.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    remedy: String,
    /// What is wrong with each field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<FieldError>,
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// The field's name in the request.
    field: String,
    /// What is wrong and what would be right, as a sentence.
    message: String,
}

impl Problem {
    pub(super) fn new(status: StatusCode, detail: impl Into<String>, remedy: &str) -> Self {
        Self {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            detail: detail.into(),
            remedy: remedy.to_owned(),
            errors: Vec::new(),
        }
    }

    pub(super) fn unsigned() -> Self {
        let detail = "There is no token, or it opens nothing: it ended, was revoked, or was never made.";
        Self::new(
            StatusCode::UNAUTHORIZED,
            detail,
            "Make one on the page /tokens and send it as Authorization: Bearer.",
        )
    }

    pub(super) fn not_found() -> Self {
        let detail = "There is no such thing here, or it is not this person's to see.";
        Self::new(StatusCode::NOT_FOUND, detail, "Ask for the list that it is in.")
    }

    /// Whether it says that there is no such thing.
    pub(super) fn is_missing(&self) -> bool {
        self.status == StatusCode::NOT_FOUND.as_u16()
    }

    pub(super) fn unread(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail, "Send what the description of the API says.")
    }

    /// The same with a field under the name that it has in the request, where the form of the page names it otherwise.
    pub(super) fn renamed(mut self, from: &str, to: &str) -> Self {
        for error in self.errors.iter_mut().filter(|error| error.field == from) {
            to.clone_into(&mut error.field);
        }
        self
    }

    pub(super) fn field(field: &str, message: impl Into<String>) -> Self {
        Refused::field(field, message).into()
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Wrong(wrongs) => Self {
                errors: wrongs
                    .0
                    .into_iter()
                    .map(|wrong| FieldError { field: wrong.field, message: wrong.message })
                    .collect(),
                ..Self::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "Some fields cannot be used.",
                    "Mend them as errors says.",
                )
            },
            Refused::NotFound => Self::not_found(),
            Refused::NotYours(what) => Self::new(StatusCode::FORBIDDEN, what, "Ask whoever can to do it."),
            Refused::Conflict { what, remedy } => Self::new(StatusCode::CONFLICT, what, &remedy),
            Refused::Ledger(error) => error.into(),
        }
    }
}

impl From<LedgerError> for Problem {
    fn from(error: LedgerError) -> Self {
        tracing::error!(%error, "the API could not answer");
        match error {
            LedgerError::Away(_) | LedgerError::Again(_) => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "The database cannot be reached just now. Nothing was changed.",
                "Send it again in a moment.",
            ),
            LedgerError::Unknown(_) => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "The database was lost while this was being kept; whether it was kept cannot be told yet.",
                "Send it again with the same Idempotency-Key, or look whether it is there.",
            ),
            LedgerError::Inside(_) | LedgerError::Newer(_) => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "This could not be answered. The record is as it was before.",
                "If it stays so, the server's output says why.",
            ),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (status, [(header::CONTENT_TYPE, KIND)], body).into_response();
        let told = match status {
            StatusCode::UNAUTHORIZED => Some((header::WWW_AUTHENTICATE, "Bearer")),
            StatusCode::SERVICE_UNAVAILABLE => Some((header::RETRY_AFTER, "5")),
            _ => None,
        };
        if let Some((name, value)) = told {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        response
    }
}

/// A refusal of the layers below (no such address, no such method), told as a problem.
pub(crate) fn dressed(response: &Response, what: &str, remedy: &str) -> Response {
    let mut told = Problem::new(response.status(), what, remedy).into_response();
    for name in [header::ALLOW, header::RETRY_AFTER] {
        if let Some(value) = response.headers().get(&name) {
            told.headers_mut().insert(name, value.clone());
        }
    }
    told
}

/// The refusals that every address may give, for the description.
pub(super) struct Refusals;

/// Those of an address that takes a body besides.
pub(super) struct ActRefusals;

fn told(statuses: &[(u16, &str)]) -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
    let content = || ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    statuses
        .iter()
        .map(|(status, what)| {
            let response = ResponseBuilder::new().description(*what).content(KIND, content()).build();
            (status.to_string(), RefOr::T(response))
        })
        .collect()
}

const ALWAYS: [(u16, &str); 4] = [
    (400, "The request cannot be read."),
    (401, "There is no token, or it opens nothing."),
    (404, "There is no such thing, or it is not this person's to see."),
    (503, "The database is away; nothing was changed."),
];

impl IntoResponses for Refusals {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        told(&ALWAYS)
    }
}

impl IntoResponses for ActRefusals {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        let mut all = told(&ALWAYS);
        all.extend(told(&[
            (403, "The token only reads, or this is somebody else's to do."),
            (409, "It cannot be done as things stand, or the key was used for something else."),
            (413, "The body is too long."),
            (415, "The body is not JSON."),
            (422, "Some fields cannot be used; errors says which and why."),
        ]));
        all
    }
}
