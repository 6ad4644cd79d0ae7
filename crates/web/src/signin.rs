//! The one password of a server whose record of leadership was not begun.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::Form;
use axum::extract::{ConnectInfo, Extension, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use crate::address;
use crate::failure::Failure;
use crate::guard;
use crate::layout::{self, Here, Shell};
use crate::server::Server;
use crate::session;

/// Where to go afterwards.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Next {
    #[serde(default)]
    next: String,
}

/// What the form sends.
#[derive(Deserialize)]
pub(crate) struct Given {
    password: String,
    #[serde(default)]
    next: String,
}

/// The form. `wrong` is said above the field.
#[must_use]
pub fn view(next: &str, wrong: Option<&str>) -> Markup {
    html! {
        div.signin {
            div.page-head { h1 { "Sign in" } p { "This record is kept behind a password. Whoever runs Plumb here has it." } }
            form method="post" action="/password" {
                input type="hidden" name="next" value=(next);
                div.field {
                    label for="password" { "Password" }
                    @if let Some(wrong) = wrong { p.wrong #wrong { (wrong) } }
                    input #password type="password" name="password" autocomplete="current-password" required
                        aria-invalid=[wrong.map(|_| "true")] aria-describedby=[wrong.map(|_| "wrong")];
                }
                button.primary type="submit" { "Sign in" }
            }
        }
    }
}

fn shell(server: &Server) -> Shell {
    Shell { title: "Sign in".to_owned(), here: Here::Nowhere, ..server.shell_unasked() }
}

/// `GET /password`.
pub(crate) async fn form(State(server): State<Server>, Query(next): Query<Next>, headers: HeaderMap) -> Response {
    if server.config().password.is_none() || guard::signed_in(&server, &headers) {
        return Redirect::to(address::here(&next.next)).into_response();
    }
    Html(layout::page(&shell(&server), &view(address::here(&next.next), None)).into_string()).into_response()
}

/// `POST /password`.
pub(crate) async fn give(
    State(server): State<Server>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    Form(given): Form<Given>,
) -> Result<Response, Failure> {
    let Some(hash) = server.config().password.clone() else {
        return Ok(Redirect::to("/").into_response());
    };
    let from = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |Extension(ConnectInfo(peer))| peer.ip());
    if let Some(seconds) = server.sessions(|sessions, now| {
        let waits = sessions.waits(from, now);
        if waits.is_none() {
            sessions.tried(from, now);
        }
        waits
    }) {
        let failure = Failure::Refused {
            status: StatusCode::TOO_MANY_REQUESTS,
            what: "The password was wrong too often from this address.".to_owned(),
            remedy: format!("Wait {} and try again.", brief::words::hours(whole(seconds) / 3600.0)),
        };
        let mut response = failure.into_response();
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        return Ok(response);
    }
    // Hashing is slow on purpose: two at a time, away from the threads that answer.
    let _turn = server.hashing().acquire().await.map_err(Failure::inside)?;
    let right = tokio::task::spawn_blocking(move || hash.is(&given.password)).await.map_err(Failure::inside)?;
    let next = address::here(&given.next).to_owned();
    if !right {
        let page = layout::page(&shell(&server), &view(&next, Some("This is not the password.")));
        return Ok((StatusCode::UNAUTHORIZED, Html(page.into_string())).into_response());
    }
    let random = server.random();
    let token = server.sessions(|sessions, now| {
        sessions.right(from);
        sessions.open(random, now)
    });
    let cookie = session::cookie(Some(&token), server.secure_cookie());
    let to = address::with("/password/done", &[("next", &next)]);
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(&to)).into_response())
}

fn whole(seconds: u64) -> f64 {
    u32::try_from(seconds).map_or(f64::from(u32::MAX), f64::from)
}

/// `GET /password/done`: goes on when the browser kept the cookie, else says why it did not.
pub(crate) async fn done(State(server): State<Server>, Query(next): Query<Next>, headers: HeaderMap) -> Response {
    if server.config().password.is_none() || guard::signed_in(&server, &headers) {
        return Redirect::to(address::here(&next.next)).into_response();
    }
    let body = html! {
        div.page-head { h1 { "Your browser did not keep the session" } }
        p.lead { "The password was right, but the session's cookie is sent over encrypted connections only." }
        p { "Open this server by its https:// address. Where there is none, whoever runs it can put a proxy with HTTPS in front, \
             or, on a network that is trusted, start it with " code { "--plain-http" } "." }
        div.acts { a.button href="/password" { "Sign in again" } }
    };
    (StatusCode::UNAUTHORIZED, Html(layout::page(&shell(&server), &body).into_string())).into_response()
}

/// `POST /password/leave`.
pub(crate) async fn leave(State(server): State<Server>, headers: HeaderMap) -> Response {
    if let Some(token) = guard::token_of(&headers) {
        server.sessions(|sessions, _| sessions.close(token));
    }
    let cookie = session::cookie(None, server.secure_cookie());
    ([(header::SET_COOKIE, cookie)], Redirect::to("/password")).into_response()
}
