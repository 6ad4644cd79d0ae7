//! What stands before the pages of the work record: the address that was asked for, and who asks.

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use ::acts::Me;
use ::acts::guard::is_api;

use crate::failure::Failure;
use crate::server::Server;
use crate::session;

/// On this machine only names of this machine are answered: a foreign name that was made to point here
/// (DNS rebinding) would let a foreign page read the record.
pub(crate) async fn host(State(server): State<Server>, request: Request, next: Next) -> Response {
    if server.config().bind.ip().is_loopback() && !is_local(request.headers()) {
        return Failure::Refused {
            status: StatusCode::MISDIRECTED_REQUEST,
            what: "This server answers to the names of this computer only.".to_owned(),
            remedy: format!("Open http://{} instead.", server.config().bind),
        }
        .into_response();
    }
    next.run(request).await
}

fn is_local(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(header::HOST).and_then(|host| host.to_str().ok()) else {
        return false;
    };
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Whether a request belongs to an open session.
pub(crate) fn signed_in(server: &Server, headers: &HeaderMap) -> bool {
    token_of(headers).is_some_and(|token| server.sessions(|sessions, now| sessions.holds(token, now)))
}

/// The token among all cookie headers of a request.
pub(crate) fn token_of(headers: &HeaderMap) -> Option<&str> {
    headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok()).find_map(session::token)
}

/// Marks a request whose session was checked: a person's, or that of the password alone.
#[derive(Debug, Clone)]
pub(crate) struct SignedIn(pub(crate) Option<Me>);

/// Before the record of leadership is begun: where a password is set, nothing but its page and its style is
/// given without a session. Afterwards people sign in themselves.
pub(crate) async fn password(State(server): State<Server>, mut request: Request, next: Next) -> Response {
    match server.begun().await {
        Ok(true) => return next.run(request).await,
        Ok(false) => {}
        Err(failure) => return failure.into_response(),
    }
    if server.config().password.is_none() {
        return next.run(request).await;
    }
    if signed_in(&server, request.headers()) {
        request.extensions_mut().insert(SignedIn(None));
        return next.run(request).await;
    }
    let path = request.uri().path();
    if is_api(path) {
        return if by_token(&server, request.headers()) { next.run(request).await } else { no_token() };
    }
    let open = path == "/password" || path == "/password/done" || path.starts_with("/assets/") || path == "/healthz";
    if open {
        return next.run(request).await;
    }
    if request.method() == Method::GET || request.method() == Method::HEAD {
        let to = request.uri().path_and_query().map_or("/", |path| path.as_str());
        return Redirect::to(&format!("/password?next={}", crate::address::escaped(to))).into_response();
    }
    Failure::Refused {
        status: StatusCode::UNAUTHORIZED,
        what: "Nobody is signed in here, or the session has ended.".to_owned(),
        remedy: "Sign in and do it again.".to_owned(),
    }
    .into_response()
}

/// The pages of the work record, once the record of leadership is begun: for the organisation's own people,
/// never for a client's, since a desk's record holds the work of all clients.
pub(crate) async fn desk(State(server): State<Server>, mut request: Request, next: Next) -> Response {
    let app = match (server.app(), server.begun().await) {
        (_, Err(failure)) => return failure.into_response(),
        (Some(app), Ok(true)) => app,
        _ => return next.run(request).await,
    };
    if is_api(request.uri().path()) && by_token(&server, request.headers()) {
        return next.run(request).await;
    }
    let me = match ::acts::guard::who(app, request.headers()).await {
        Ok(me) => me,
        Err(failure) => return failure.into_response(),
    };
    match me {
        Some(me) if me.actor.sight.is_inside() => {
            request.extensions_mut().insert(SignedIn(Some(me.clone())));
            let mut response = next.run(request).await;
            response.extensions_mut().insert(me);
            response
        }
        Some(_) => Failure::NotFound.into_response(),
        None if is_api(request.uri().path()) => no_token(),
        None => ::acts::guard::nobody(&request),
    }
}

/// Whether a program sent the service desk's token.
fn by_token(server: &Server, headers: &HeaderMap) -> bool {
    match (&server.config().api_token, bearer(headers)) {
        (Some(token), Some(given)) => token.is(given),
        _ => false,
    }
}

fn no_token() -> Response {
    Failure::Refused {
        status: StatusCode::UNAUTHORIZED,
        what: "This call needs a token, or a session.".to_owned(),
        remedy: "Send `Authorization: Bearer TOKEN` with the token of `plumb serve --api-token-file`.".to_owned(),
    }
    .into_response()
}

/// The token that a program sends.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn only_names_of_this_machine() {
        let asked = |host: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_str(host).unwrap());
            is_local(&headers)
        };
        for host in ["localhost", "LOCALHOST:7070", "127.0.0.1", "127.0.0.1:1", "127.8.8.8:80", "[::1]:7070", "[::1]"] {
            assert!(asked(host), "{host}");
        }
        for host in [
            "evil.example",
            "evil.example:7070",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "10.0.0.1",
            "",
            "[::2]:1",
            "localhost:x",
        ] {
            assert!(!asked(host), "{host}");
        }
        assert!(!is_local(&HeaderMap::new()));
    }
}
