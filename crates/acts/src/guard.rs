//! What stands before every page: who asks, whether they may, and the headers that browsers act on.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts, Path, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::SignedDuration;
use leadership::circle::Actor;
use ledger::sessions::Prolong;
use ledger::{people, sessions};

use crate::app::App;
use crate::failure::Failure;
use crate::route::Guard;

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

/// Where a request came from, written by [`headers`]; what a client sends under this name is thrown away.
const PEER: &str = "x-plumb-peer";

/// The network that a request came from: an address of IPv4, or the half of an address of IPv6 that one
/// customer has. Behind a proxy on the same machine, what that proxy says. `None` where it is not known.
#[must_use]
pub fn network(headers: &HeaderMap) -> Option<String> {
    headers.get(PEER)?.to_str().ok().map(str::to_owned)
}

pub(crate) fn network_of(peer: IpAddr, headers: &HeaderMap) -> String {
    // A proxy adds the address that it saw at the end; only one on this machine is believed.
    let forwarded = headers.get_all("x-forwarded-for").iter().next_back().and_then(|value| value.to_str().ok());
    let told = forwarded.and_then(|all| all.rsplit(',').next()?.trim().parse::<IpAddr>().ok());
    let from = if peer.to_canonical().is_loopback() { told.unwrap_or(peer) } else { peer };
    match from.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

/// Sets the headers on every answer, also on refusals. Pages are never kept by caches: they show a
/// record that changes and that not everybody may see. Handlers learn from here where a request came from.
pub async fn headers(mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    let network = peer.map(|peer| network_of(peer, request.headers()));
    request.headers_mut().remove(PEER);
    if let Some(value) = network.and_then(|network| HeaderValue::try_from(network).ok()) {
        request.headers_mut().insert(PEER, value);
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Whether an address is one for programs: they are answered in JSON, never led to a page.
#[must_use]
pub fn is_api(path: &str) -> bool {
    path.starts_with("/api/")
}

/// Name of the session's cookie.
pub const COOKIE: &str = "plumb_person";

/// After how long a session that is used is prolonged: rarely, since it writes.
const PROLONG: SignedDuration = SignedDuration::from_mins(15);

/// Who is signed in; a handler that takes it is behind [`Guard::Signed`] or [`Guard::Inside`].
#[derive(Debug, Clone)]
pub struct Me {
    /// The person with what they may see.
    pub actor: Actor,
    /// Their name.
    pub name: String,
    /// Their time zone, by IANA name.
    pub zone: String,
    /// Whether they are of a sample: the record is one then, and every page says so.
    pub sample: bool,
}

impl Me {
    /// Their time zone; UTC where its name is unknown.
    #[must_use]
    pub fn time_zone(&self) -> jiff::tz::TimeZone {
        jiff::tz::TimeZone::get(&self.zone).unwrap_or(jiff::tz::TimeZone::UTC)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Me {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        parts.extensions.get::<Self>().cloned().ok_or_else(unsigned)
    }
}

fn unsigned() -> Failure {
    Failure::Refused {
        status: StatusCode::UNAUTHORIZED,
        what: "Nobody is signed in here, or the session has ended.".to_owned(),
        remedy: "Sign in and do it again.".to_owned(),
    }
}

/// What the name of a cookie begins with where it travels over encrypted connections only: browsers then take
/// it from this very host alone, for all of its paths (RFC 6265bis, section 4.1.3.2).
const HOST: &str = "__Host-";

fn sent<'a>(headers: &'a HeaderMap, prefix: &str, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .find_map(|cookie| cookie.trim().strip_prefix(prefix)?.strip_prefix(name)?.strip_prefix('='))
}

/// The value of one of our cookies. Where cookies travel encrypted, one without the prefix is not ours: a
/// neighbouring host could have set it.
pub(crate) fn kept_in<'a>(headers: &'a HeaderMap, name: &str, secure: bool) -> Option<&'a str> {
    sent(headers, if secure { HOST } else { "" }, name)
}

/// The token among all cookie headers of a request.
#[must_use]
pub fn token(headers: &HeaderMap) -> Option<&str> {
    sent(headers, HOST, COOKIE).or_else(|| sent(headers, "", COOKIE))
}

/// A cookie of ours; without a value, it ends. `seconds` bounds its life.
pub(crate) fn keep_in(name: &str, value: Option<&str>, seconds: Option<u32>, secure: bool) -> String {
    let (prefix, mark) = if secure { (HOST, "; Secure") } else { ("", "") };
    let seconds = if value.is_none() { Some(0) } else { seconds };
    let age = seconds.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
    format!("{prefix}{name}={}; Path=/; HttpOnly; SameSite=Lax{age}{mark}", value.unwrap_or_default())
}

/// The cookie that keeps a session in a browser, or ends it.
#[must_use]
pub fn cookie(token: Option<&str>, secure: bool) -> String {
    keep_in(COOKIE, token, None, secure)
}

/// Who asks, by the session's cookie; `None` when nobody is signed in.
///
/// # Errors
/// When the database is away.
pub async fn who(app: &App, headers: &HeaderMap) -> Result<Option<Me>, Failure> {
    let Some(token) = kept_in(headers, COOKIE, app.config().secure_cookie) else { return Ok(None) };
    let mut tx = app.ledger().read().await?;
    let Some(session) = sessions::find(&mut tx, token).await? else { return Ok(None) };
    let actor = people::sighted(&mut tx, session.person).await?;
    drop(tx);
    if app.now().duration_since(session.seen_at) > PROLONG {
        // A page is shown all the same when this does not succeed.
        if let Err(error) = app.ledger().perform(&actor, &Prolong { token: token.to_owned() }).await {
            tracing::warn!(%error, "a session could not be prolonged");
        }
    }
    Ok(Some(Me { actor, name: session.name, zone: session.zone, sample: session.sample }))
}

/// Lets through who may ask; leads everybody else to the sign-in page, or says that there is no such page.
pub(crate) async fn check(State((app, guard)): State<(App, Guard)>, mut request: Request, next: Next) -> Response {
    if guard == Guard::Open {
        return next.run(request).await;
    }
    let me = match who(&app, request.headers()).await {
        Ok(me) => me,
        Err(failure) => return failure.into_response(),
    };
    let Some(me) = me else { return nobody(&request) };
    if guard == Guard::Inside && !me.actor.sight.is_inside() {
        return Failure::NotFound.into_response();
    }
    request.extensions_mut().insert(me.clone());
    let mut response = next.run(request).await;
    // So that a page of refusal has the frame of who asked.
    response.extensions_mut().insert(me);
    response
}

/// Nobody is signed in: a page leads to the sign-in page and back, an act is refused.
#[must_use]
pub fn nobody(request: &Request) -> Response {
    if request.method() == Method::GET || request.method() == Method::HEAD {
        let to = request.uri().path_and_query().map_or("/", |path| path.as_str());
        return Redirect::to(&look::address::with("/signin", &[("next", to)])).into_response();
    }
    unsigned().into_response()
}

/// `GET /assets/{hash}/{name}`.
///
/// # Errors
/// When there is no such file.
pub async fn asset(Path((hash, name)): Path<(String, String)>) -> Result<Response, Failure> {
    let (asset, keep) = look::assets::get(&hash, &name).ok_or(Failure::NotFound)?;
    Ok(([(header::CONTENT_TYPE, asset.kind), (header::CACHE_CONTROL, keep)], asset.bytes).into_response())
}
