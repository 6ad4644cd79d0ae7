//! What comes in: the token, the key of an act, the body, the query. What cannot be read is a problem, never
//! a page.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use leadership::Id;
use leadership::circle::Actor;
use ledger::once::{self, Once};
use ledger::tokens::{self, Scope, Used};
use ledger::{Act, canonical, people, sha256};
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::IntoParams;

use super::problem::Problem;
use crate::app::App;

/// Name of the header that carries the key of an act.
const KEY: &str = "idempotency-key";
/// Longest key, in characters.
const LONGEST_KEY: usize = 200;

/// The person whose token a program carries. Every handler but that of the description takes one.
pub(super) struct Caller {
    pub actor: Actor,
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let token = bearer(&parts.headers).ok_or_else(Problem::unsigned)?;
        let mut tx = app.ledger().read().await?;
        let held = tokens::find(&mut tx, token).await?.ok_or_else(Problem::unsigned)?;
        let actor = people::actor(&mut tx, held.person).await?.ok_or_else(Problem::unsigned)?;
        drop(tx);
        // Decided by the method, so that no handler can forget it.
        if held.scope == Scope::Read && parts.method != Method::GET && parts.method != Method::HEAD {
            let detail = "This token only reads.";
            return Err(Problem::new(StatusCode::FORBIDDEN, detail, "Take one whose scope is act."));
        }
        if held.used_at.is_none_or(|at| app.now().duration_since(at) > tokens::USED) {
            // It is answered all the same when this does not succeed.
            if let Err(error) = app.ledger().perform(&actor, &Used { token: held.id }).await {
                tracing::warn!(%error, "the use of a token could not be noted");
            }
        }
        Ok(Self { actor })
    }
}

/// One of the organisation's own people: to a client's people an address that takes one is not there, as the page is
/// not that stands behind [`crate::route::Guard::Inside`].
pub(super) struct Inside(pub Caller);

impl FromRequestParts<App> for Inside {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, app).await?;
        if caller.actor.sight.is_inside() { Ok(Self(caller)) } else { Err(Problem::not_found()) }
    }
}

/// The key under which an act may be sent again, if it has one.
pub(super) struct Key(Option<String>);

/// The same header as it is described.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "described here, read by `Key`")]
pub(super) struct KeyHeader {
    /// Under the same key the same act is done once.
    #[param(rename = "Idempotency-Key", min_length = 1, max_length = 200, pattern = "^[!-~]+$")]
    key: Option<String>,
}

impl FromRequestParts<App> for Key {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get(KEY) else { return Ok(Self(None)) };
        let key = value.to_str().unwrap_or_default();
        if key.is_empty() || key.len() > LONGEST_KEY || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            let detail =
                format!("Idempotency-Key must have 1 to {LONGEST_KEY} visible ASCII characters without spaces.");
            return Err(Problem::unread(detail));
        }
        Ok(Self(Some(key.to_owned())))
    }
}

/// The body of an act, with a hash of what was asked.
pub(super) struct Sent<T> {
    pub value: T,
    asked: String,
}

impl<T: DeserializeOwned> FromRequest<App> for Sent<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if kind != "application/json" {
            let detail = "The body must be application/json.";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail, "Say so in Content-Type."));
        }
        let what = format!("{} {}", request.method(), request.uri().path());
        let bytes = Bytes::from_request(request, app).await.map_err(|error| {
            Problem::new(error.status(), "The body could not be received whole.", "Send less, or send it again.")
        })?;
        let body: Value = serde_json::from_slice(&bytes)
            .map_err(|error| Problem::unread(format!("The body is no JSON that can be read: {error}.")))?;
        let asked = sha256(&format!("{what}\n{}", canonical(&body)));
        let value = serde_json::from_value(body).map_err(|error| {
            let detail = format!("The body is not what this address takes: {error}.");
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail, "Send what the description of the API says.")
        })?;
        Ok(Self { value, asked })
    }
}

/// What was asked of an address that takes no body.
pub(super) struct Bare {
    asked: String,
}

impl FromRequestParts<App> for Bare {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        Ok(Self { asked: sha256(&format!("{} {}", parts.method, parts.uri.path())) })
    }
}

/// The query of an address.
pub(super) struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<App> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        serde_html_form::from_str(query)
            .map(Self)
            .map_err(|error| Problem::unread(format!("The query cannot be read: {error}.")))
    }
}

/// An identifier in a path: one that cannot be is of nothing that is there.
pub(super) fn of_path<T>(text: &str) -> Result<Id<T>, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}

/// An identifier in a field.
pub(super) fn of_field<T>(field: &str, text: &str) -> Result<Id<T>, Problem> {
    text.parse().map_err(|_| Problem::field(field, "This is no identifier."))
}

/// Something that says what was asked.
pub(super) trait Asked {
    fn asked(&self) -> &str;
}
impl<T> Asked for Sent<T> {
    fn asked(&self) -> &str {
        &self.asked
    }
}
impl Asked for Bare {
    fn asked(&self) -> &str {
        &self.asked
    }
}

/// What was answered under the key to the same request, where it was sent before: asked before anything is checked that the
/// act itself has changed.
pub(super) async fn earlier(
    app: &App,
    caller: &Caller,
    key: &Key,
    asked: &impl Asked,
) -> Result<Option<Value>, Problem> {
    let Some(key) = &key.0 else { return Ok(None) };
    let mut tx = app.ledger().read().await?;
    Ok(once::earlier(&mut tx, caller.actor.person, key, asked.asked()).await?)
}

/// Performs an act of the ledger, once under its key; the answer of this time, or of the first.
pub(super) async fn perform<A: Act>(
    app: &App,
    caller: &Caller,
    key: &Key,
    asked: &impl Asked,
    act: &A,
    answer: impl Fn(&A::Done) -> Value + Sync,
) -> Result<Value, Problem> {
    Ok(match &key.0 {
        Some(key) => {
            let once = Once { key, asked: asked.asked(), act, answer };
            app.ledger().perform(&caller.actor, &once).await?
        }
        None => answer(&app.ledger().perform(&caller.actor, act).await?),
    })
}

/// Performs an act of which nothing is told but that it is done.
pub(super) async fn does<A: Act>(
    app: &App,
    caller: &Caller,
    key: &Key,
    asked: &impl Asked,
    act: &A,
) -> Result<StatusCode, Problem> {
    perform(app, caller, key, asked, act, |_| Value::Null).await?;
    Ok(StatusCode::NO_CONTENT)
}
