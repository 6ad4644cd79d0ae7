//! What stands before every page: the headers that browsers act on, the address that was asked for,
//! and the session where a password is set.

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use crate::failure::Failure;
use crate::server::Server;
use crate::session;

/// Nothing from elsewhere, nothing inline, no frames. Forms go to ourselves only.
pub const CONTENT_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; \
connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const HEADERS: [(&str, &str); 7] = [
    ("content-security-policy", CONTENT_POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    // Other sites get no referrer. Our own pages do: without it a browser that sends no Sec-Fetch-Site
    // (plain HTTP in a local network) would send `Origin: null`, and its forms would be refused.
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
];

/// Sets the headers on every answer, also on refusals. Pages are never kept by caches: they show a
/// record that changes and that not everybody may see.
pub(crate) async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

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

/// Marks a request whose session was checked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SignedIn;

/// Where a password is set, nothing but the sign-in page and its style is given without a session.
pub(crate) async fn password(State(server): State<Server>, mut request: Request, next: Next) -> Response {
    if server.config().password.is_none() {
        return next.run(request).await;
    }
    if signed_in(&server, request.headers()) {
        request.extensions_mut().insert(SignedIn);
        return next.run(request).await;
    }
    let path = request.uri().path();
    if is_api(path) {
        if let (Some(token), Some(given)) = (&server.config().api_token, bearer(request.headers()))
            && token.is(given)
        {
            return next.run(request).await;
        }
        return Failure::Refused {
            status: StatusCode::UNAUTHORIZED,
            what: "This call needs a token, or a session.".to_owned(),
            remedy: "Send `Authorization: Bearer TOKEN` with the token of `plumb serve --api-token-file`.".to_owned(),
        }
        .into_response();
    }
    let open = path == "/signin" || path == "/signin/done" || path.starts_with("/assets/") || path == "/healthz";
    if open {
        return next.run(request).await;
    }
    if request.method() == Method::GET || request.method() == Method::HEAD {
        let to = request.uri().path_and_query().map_or("/", |path| path.as_str());
        return Redirect::to(&format!("/signin?next={}", crate::address::escaped(to))).into_response();
    }
    Failure::Refused {
        status: StatusCode::UNAUTHORIZED,
        what: "Nobody is signed in here, or the session has ended.".to_owned(),
        remedy: "Sign in and do it again.".to_owned(),
    }
    .into_response()
}

/// Whether an address is one for programs: they are answered in JSON, never led to a page.
pub(crate) fn is_api(path: &str) -> bool {
    path.starts_with("/api/")
}

/// The token that a program sends.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

#[cfg(test)]
mod tests {
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
