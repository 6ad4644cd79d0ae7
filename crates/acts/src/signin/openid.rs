//! Signing in at a provider of OpenID Connect. Only who is in the ledger already comes in.

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ledger::Refused;
use ledger::accounts::{BeginOpenId, KnowByOpenId, OpenIdTry, TakeOpenId};
use ledger::people::Begin;
use look::address;
use oidc::{Begun, OidcError};
use serde::Deserialize;

use super::{HALF_SECONDS, Next, signed_in};
use crate::app::App;
use crate::failure::Failure;
use crate::guard;

/// Cookie that ties what comes back to the browser that began.
const STATE: &str = "plumb_openid";

fn refused(what: impl Into<String>, remedy: impl Into<String>) -> Failure {
    Failure::Refused { status: StatusCode::UNAUTHORIZED, what: what.into(), remedy: remedy.into() }
}

fn failed(error: &OidcError, name: &str) -> Failure {
    // What the provider said goes to the log: it may hold more than the person should see.
    tracing::warn!(%error, "nobody could be signed in by the provider");
    match error {
        OidcError::Refused(_) => refused(
            format!("What {name} said could not be believed."),
            "Sign in again. If it stays so, the server's output says why.",
        ),
        _ => Failure::Refused {
            status: StatusCode::BAD_GATEWAY,
            what: format!("{name} did not answer as it should."),
            remedy: "Try again in a moment, or sign in with your password.".to_owned(),
        },
    }
}

/// `GET /signin/openid`: on to the provider.
pub(super) async fn begin(State(app): State<App>, Query(next): Query<Next>) -> Result<Response, Failure> {
    let provider = app.openid().ok_or(Failure::NotFound)?;
    let begun =
        provider.begin(app.ledger().random(), app.now()).await.map_err(|error| failed(&error, provider.name()))?;
    let kept = OpenIdTry {
        state: begun.state.clone(),
        nonce: begun.nonce,
        verifier: begun.verifier,
        next: address::here(&next.next).to_owned(),
    };
    app.ledger().perform(&Begin::nobody(), &BeginOpenId(kept)).await?;
    let cookie = guard::keep_in(STATE, Some(&begun.state), Some(HALF_SECONDS), app.config().secure_cookie);
    Ok((StatusCode::SEE_OTHER, [(header::SET_COOKIE, cookie), (header::LOCATION, begun.address)]).into_response())
}

/// What the provider sends back.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Answer {
    code: String,
    state: String,
    error: String,
}

/// `GET /signin/openid/back`: with what the provider says.
pub(super) async fn back(
    State(app): State<App>,
    Query(answer): Query<Answer>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let provider = app.openid().ok_or(Failure::NotFound)?;
    let began = guard::kept_in(&headers, STATE, app.config().secure_cookie);
    if answer.state.is_empty() || began != Some(answer.state.as_str()) {
        return Err(refused("This sign-in was not begun in this browser, or too long ago.", "Sign in again."));
    }
    let kept = match app.ledger().perform(&Begin::nobody(), &TakeOpenId { state: answer.state }).await {
        Err(Refused::NotFound) => return Err(refused("This sign-in was used or took too long.", "Sign in again.")),
        other => other?,
    };
    if !answer.error.is_empty() || answer.code.is_empty() {
        let name = provider.name();
        return Err(refused(format!("{name} did not sign you in."), "Try again, or sign in with your password."));
    }
    let begun = Begun { address: String::new(), state: kept.state, nonce: kept.nonce, verifier: kept.verifier };
    let known =
        provider.finish(answer.code, begun, app.now()).await.map_err(|error| failed(&error, provider.name()))?;
    let act = KnowByOpenId { subject: known.subject, email: known.email };
    let Some(person) = app.ledger().perform(&Begin::nobody(), &act).await? else {
        let what = match known.unverified {
            Some(address) => format!("{} has not verified the address {address}.", provider.name()),
            None => "Nobody with this address is in the record of leadership.".to_owned(),
        };
        return Err(refused(what, "Ask whoever leads or administers your circle to add you with it."));
    };
    let mut response = signed_in(&app, person, &headers, &kept.next).await?;
    let spent = guard::keep_in(STATE, None, None, app.config().secure_cookie);
    if let Ok(spent) = spent.parse() {
        response.headers_mut().append(header::SET_COOKIE, spent);
    }
    Ok(response)
}
