//! What went wrong, as a page with a remedy. Handlers give a [`Failure`]; the outermost layer dresses
//! it, together with the refusals of the layers below that speak in plain text.

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use maud::{Markup, html};

use std::sync::Arc;

use leadership::Wrongs;
use ledger::{LedgerError, Refused};
use look::Shell;

use crate::guard::Me;
use crate::part::Part;
use crate::show;
use crate::typed::{Then, Typed};

/// Why a page is not what was asked for.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Failure {
    /// There is no such page, problem or import.
    #[error("there is no such page")]
    NotFound,
    /// What was sent cannot be used.
    #[error("{what}")]
    Refused {
        /// Status to answer with.
        status: StatusCode,
        /// What is wrong.
        what: String,
        /// What to do.
        remedy: String,
    },
    /// What was typed cannot be used, field by field: 422. Where its own page does not draw the form again, it is shown
    /// with all that was typed and what is wrong at each field.
    #[error("{0}")]
    Wrong(Wrongs),
    /// The database is away; the cause goes to the log, not to the page.
    #[error("{0}")]
    Away(String),
    /// The database was lost while a change was being kept, so that nobody can say whether it was; the cause goes to
    /// the log, not to the page.
    #[error("{0}")]
    Unknown(String),
    /// Something broke inside; the cause goes to the log, not to the page.
    #[error("{0}")]
    Inside(String),
}

impl Failure {
    /// What was sent cannot be used: 422.
    pub fn refused(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Refused { status: StatusCode::UNPROCESSABLE_ENTITY, what: what.into(), remedy: remedy.into() }
    }

    /// It cannot be done now: 409.
    pub fn conflict(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Refused { status: StatusCode::CONFLICT, what: what.into(), remedy: remedy.into() }
    }

    /// Something broke inside.
    pub fn inside(cause: impl std::fmt::Display) -> Self {
        Self::Inside(cause.to_string())
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Wrong(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Refused { status, .. } => *status,
            Self::Away(_) | Self::Unknown(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Inside(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::Away(cause) | LedgerError::Again(cause) => Self::Away(cause),
            LedgerError::Unknown(cause) => Self::Unknown(cause),
            LedgerError::Inside(cause) => Self::Inside(cause),
            error @ LedgerError::Newer(_) => Self::Inside(error.to_string()),
        }
    }
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Wrong(wrongs) => Self::Wrong(wrongs),
            Refused::NotFound => Self::NotFound,
            Refused::NotYours(what) => {
                Self::Refused { status: StatusCode::FORBIDDEN, what, remedy: "Ask whoever can to do it.".to_owned() }
            }
            Refused::Conflict { what, remedy } => Self::conflict(what, remedy),
            Refused::Ledger(error) => error.into(),
        }
    }
}

/// When to come back while the database is away, in seconds.
const COME_BACK: HeaderValue = HeaderValue::from_static("5");

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        if response.status() == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, COME_BACK);
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// Heading, what is wrong, what to do.
fn words(status: StatusCode, failure: Option<&Failure>) -> (&'static str, String, String) {
    match failure {
        Some(Failure::Refused { what, remedy, .. }) => {
            let heading = match status {
                StatusCode::CONFLICT => "Not now",
                StatusCode::TOO_MANY_REQUESTS => "Too many tries",
                StatusCode::UNAUTHORIZED => "Sign in first",
                StatusCode::FORBIDDEN => "Not yours to do",
                StatusCode::MISDIRECTED_REQUEST => "Unknown address",
                _ => "This cannot be used",
            };
            return (heading, what.clone(), remedy.clone());
        }
        Some(Failure::Wrong(wrongs)) => {
            let what: Vec<&str> = wrongs.0.iter().map(|wrong| wrong.message.as_str()).collect();
            return ("This cannot be used", what.join(" "), "Mend it and send it again.".to_owned());
        }
        Some(Failure::Inside(_)) => {
            return (
                "Something broke",
                "This page could not be made. The record is as it was before.".to_owned(),
                "Try again. If it stays so, the server's output says why.".to_owned(),
            );
        }
        Some(Failure::Away(_)) => {
            return (
                "The database is away",
                "The record of leadership cannot be reached just now. Nothing was changed.".to_owned(),
                "Try again in a moment.".to_owned(),
            );
        }
        Some(Failure::Unknown(_)) => {
            return (
                "Lost while it was being kept",
                "The database was lost while this was being kept; whether it was kept cannot be told yet.".to_owned(),
                "Look whether it is there before you send it again.".to_owned(),
            );
        }
        Some(Failure::NotFound) | None => {}
    }
    let (heading, what, remedy) = match status {
        StatusCode::NOT_FOUND => (
            "There is no such page",
            "The address may be mistyped, or what it named is no longer in the record.",
            "Start from the brief, or from the list of problems.",
        ),
        StatusCode::METHOD_NOT_ALLOWED => (
            "This is not done here",
            "The page does not take this kind of request.",
            "Go back and use the page's own buttons.",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => (
            "The file is too large",
            "More was sent than this server takes.",
            "Read it with `plumb import FILE` on the machine that keeps the record, or start the server with a larger --max-upload-mb.",
        ),
        StatusCode::FORBIDDEN => (
            "Sent from another page",
            "The request came from a page of another site, so it was not carried out.",
            "Open Plumb itself and do it there.",
        ),
        status if status.is_server_error() => (
            "Something broke",
            "This page could not be made. The record is as it was before.",
            "Try again. If it stays so, the server's output says why.",
        ),
        _ => ("This cannot be used", "The request was not understood.", "Go back and try again."),
    };
    (heading, what.to_owned(), remedy.to_owned())
}

/// The body of a page of refusal.
#[must_use]
pub fn body(status: StatusCode, failure: Option<&Failure>) -> Markup {
    let (heading, what, remedy) = words(status, failure);
    html! {
        div.page-head { h1 { (heading) } }
        div data-refusal="" {
            p.lead { (what) }
            p { (remedy) }
        }
        div.acts {
            @if status == StatusCode::UNAUTHORIZED { a.button.primary href="/" { "Sign in" } }
            @else { a.button href="/" { "To the brief" } a href="/problems" { "Problems" } a href="/import" { "Add an export" } }
        }
    }
}

/// One JSON value as an answer.
pub fn as_json(status: StatusCode, value: &impl serde::Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(body) => (status, [(header::CONTENT_TYPE, "application/json")], body).into_response(),
        Err(error) => Failure::inside(error).into_response(),
    }
}

/// What programs are told: the same words as JSON.
fn in_json(response: Response, status: StatusCode) -> Response {
    if response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"))
    {
        return response;
    }
    let (_, what, remedy) = words(status, response.extensions().get::<Failure>());
    let mut told = as_json(status, &serde_json::json!({ "error": what, "remedy": remedy }));
    if let Some(value) = response.headers().get(header::ALLOW) {
        told.headers_mut().insert(header::ALLOW, value.clone());
    }
    told
}

/// The frame of refusals where nobody's own is known.
pub type Frame = Arc<dyn Fn() -> Shell + Send + Sync>;

/// A page of refusal for who did not get as far as being known.
fn refused(frame: &Frame, status: StatusCode) -> Response {
    let shell = Shell { title: words(status, None).0.to_owned(), here: "", ..frame() };
    (status, Html(look::page(&shell, &body(status, None)).into_string())).into_response()
}

/// What was typed, on the page that says why it was not done; `None` where there is nothing to keep.
async fn kept(typed: &Typed, status: StatusCode, failure: &Failure) -> Option<Markup> {
    let (heading, what, remedy) = words(status, Some(failure));
    let none = Wrongs::default();
    let wrongs = if let Failure::Wrong(wrongs) = failure { wrongs } else { &none };
    let (then, whole) = match (failure, status) {
        (Failure::Away(_) | Failure::Unknown(_), _) => (Then::Again, true),
        (Failure::Refused { .. }, StatusCode::UNAUTHORIZED) => (Then::SignIn, false),
        (Failure::Refused { .. }, StatusCode::CONFLICT | StatusCode::UNPROCESSABLE_ENTITY)
        | (Failure::Wrong(_) | Failure::Inside(_), _) => (Then::Again, false),
        (Failure::Refused { .. } | Failure::NotFound, _) => (Then::Copy, false),
    };
    typed.kept((heading, &what, &remedy), wrongs, then, whole).await
}

/// Outermost layer: every answer that is an error becomes a page with a remedy, or JSON where a program asked.
pub async fn dress(State(frame): State<Frame>, request: Request, next: Next) -> Response {
    let part = Part::of(request.headers());
    let response = dressed(&frame, request, next).await;
    if response.status().is_client_error() || response.status().is_server_error() {
        return part.whole(response);
    }
    response
}

async fn dressed(frame: &Frame, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let (request, typed) = match Typed::aside(request).await {
        Ok(both) => both,
        Err(status) => return refused(frame, status),
    };
    let response = next.run(request).await;
    let status = response.status();
    let error = status.is_client_error() || status.is_server_error();
    let page =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if !error || page {
        return response;
    }
    let failure = response.extensions().get::<Failure>();
    if let Some(Failure::Inside(cause) | Failure::Away(cause) | Failure::Unknown(cause)) = failure {
        tracing::error!(path, cause, "a page could not be made");
    }
    if path.starts_with(crate::api::ROOT) {
        let (_, what, remedy) = words(status, failure);
        let told = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().ends_with(b"json"));
        return if told { response } else { crate::api::dressed(&response, &what, &remedy) };
    }
    if crate::guard::is_api(&path) {
        return in_json(response, status);
    }
    let title = words(status, failure).0.to_owned();
    let shell = match response.extensions().get::<Me>() {
        Some(me) => show::shell(me, &title, "", ""),
        None => Shell { title, here: "", ..frame() },
    };
    let page = match (failure, typed) {
        (Some(failure), Some(typed)) => kept(&typed, status, failure).await,
        _ => None,
    };
    let page = page.unwrap_or_else(|| body(status, failure));
    let mut dressed = (status, Html(look::page(&shell, &page).into_string())).into_response();
    for name in [header::RETRY_AFTER, header::ALLOW] {
        if let Some(value) = response.headers().get(&name) {
            dressed.headers_mut().insert(name, value.clone());
        }
    }
    dressed
}
