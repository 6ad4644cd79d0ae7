//! A small provider of OpenID Connect on loopback: discovery, keys, authorisation and token endpoints, with
//! an Ed25519 key of its own. It checks what it is sent as strictly as a real one, and can be told to answer
//! wrongly.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Json;
use axum::Router;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD as URL};
use ledger::testing::Clock;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

pub const CLIENT: &str = "plumb";
pub const SECRET: &str = "a shared secret/with+signs";
pub const BACK: &str = "http://plumb.test/signin/openid/back";

/// In which way an answer is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    None,
    Nonce,
    Audience,
    Issuer,
    Expired,
    ForeignKey,
    NotSigned,
    SharedSecret,
}

/// Who signs in at the provider.
#[derive(Debug, Clone)]
pub struct User {
    pub subject: &'static str,
    pub email: &'static str,
    pub verified: bool,
}

struct Inside {
    issuer: String,
    clock: Clock,
    key: Mutex<(String, Ed25519KeyPair)>,
    codes: Mutex<BTreeMap<String, BTreeMap<String, String>>>,
    user: Mutex<User>,
    flaw: Mutex<Flaw>,
}

#[derive(Clone)]
pub struct Provider(Arc<Inside>);

fn key() -> Ed25519KeyPair {
    let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
    Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).unwrap()
}

impl Provider {
    /// Starts it.
    pub async fn start(clock: &Clock) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let user = User { subject: "7", email: "mo@example.org", verified: true };
        let provider = Self(Arc::new(Inside {
            issuer,
            clock: clock.clone(),
            key: Mutex::new(("first".to_owned(), key())),
            codes: Mutex::default(),
            user: Mutex::new(user),
            flaw: Mutex::new(Flaw::None),
        }));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/authorize", get(authorize))
            .route("/token", post(token))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        provider
    }

    pub fn issuer(&self) -> String {
        self.0.issuer.clone()
    }

    pub fn signs_in(&self, user: User) {
        *self.0.user.lock().unwrap() = user;
    }

    pub fn answers(&self, flaw: Flaw) {
        *self.0.flaw.lock().unwrap() = flaw;
    }

    /// Has another key from now on, and says so to who asks.
    pub fn turns_key(&self) {
        *self.0.key.lock().unwrap() = ("second".to_owned(), key());
    }
}

async fn discovery(State(Provider(it)): State<Provider>) -> Json<Value> {
    let at = |path: &str| format!("{}{path}", it.issuer);
    Json(json!({
        "issuer": it.issuer, "authorization_endpoint": at("/authorize"), "token_endpoint": at("/token"),
        "jwks_uri": at("/keys"), "response_types_supported": ["code"], "subject_types_supported": ["public"],
        // A provider may announce what must not be believed.
        "id_token_signing_alg_values_supported": ["EdDSA", "HS256", "none"],
        "code_challenge_methods_supported": ["S256"],
    }))
}

async fn keys(State(Provider(it)): State<Provider>) -> Json<Value> {
    let held = it.key.lock().unwrap();
    let x = URL.encode(held.1.public_key().as_ref());
    Json(json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": held.0, "x": x }] }))
}

async fn authorize(State(Provider(it)): State<Provider>, Query(asked): Query<BTreeMap<String, String>>) -> Response {
    let is = |name: &str, value: &str| asked.get(name).is_some_and(|given| given == value);
    let scopes: Vec<&str> = asked.get("scope").map(|all| all.split(' ').collect()).unwrap_or_default();
    let right = is("response_type", "code")
        && is("client_id", CLIENT)
        && is("redirect_uri", BACK)
        && is("code_challenge_method", "S256")
        && ["openid", "email"].iter().all(|scope| scopes.contains(scope))
        && ["state", "nonce", "code_challenge"].iter().all(|name| asked.get(*name).is_some_and(|v| v.len() > 20));
    if !right {
        return (StatusCode::BAD_REQUEST, format!("{asked:?}")).into_response();
    }
    let code = format!("code-{}", it.codes.lock().unwrap().len());
    let to = look::address::with(BACK, &[("code", &code), ("state", &asked["state"])]);
    it.codes.lock().unwrap().insert(code, asked);
    Redirect::to(&to).into_response()
}

async fn token(
    State(Provider(it)): State<Provider>,
    headers: HeaderMap,
    Form(asked): Form<BTreeMap<String, String>>,
) -> Response {
    let refuse = |error: &str| (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response();
    // RFC 6749, section 2.3.1: identifier and secret are form-encoded first.
    let expected = format!("{CLIENT}:{}", "a+shared+secret%2Fwith%2Bsigns");
    let expected = format!("Basic {}", STANDARD.encode(expected));
    if headers.get(header::AUTHORIZATION).is_none_or(|given| given.to_str().unwrap() != expected) {
        return refuse("invalid_client");
    }
    let is = |name: &str, value: &str| asked.get(name).is_some_and(|given| given == value);
    let Some(begun) = asked.get("code").and_then(|code| it.codes.lock().unwrap().get_mut(code).map(std::mem::take))
    else {
        return refuse("invalid_grant");
    };
    let Some(challenge) = begun.get("code_challenge") else { return refuse("invalid_grant") };
    let shown = asked.get("code_verifier").map(|verifier| URL.encode(Sha256::digest(verifier.as_bytes())));
    if !is("grant_type", "authorization_code") || !is("redirect_uri", BACK) || shown.as_ref() != Some(challenge) {
        return refuse("invalid_grant");
    }
    let flaw = *it.flaw.lock().unwrap();
    let user = it.user.lock().unwrap().clone();
    let now = it.clock.now().as_second();
    let claims = json!({
        "iss": if flaw == Flaw::Issuer { "http://127.0.0.1:1" } else { it.issuer.as_str() },
        "aud": if flaw == Flaw::Audience { "somebody else" } else { CLIENT },
        "sub": user.subject, "email": user.email, "email_verified": user.verified,
        "nonce": if flaw == Flaw::Nonce { "another" } else { begun["nonce"].as_str() },
        "iat": now, "exp": if flaw == Flaw::Expired { now - 1 } else { now + 300 },
    });
    let held = it.key.lock().unwrap();
    let alg = match flaw {
        Flaw::NotSigned => "none",
        Flaw::SharedSecret => "HS256",
        _ => "EdDSA",
    };
    let head = json!({ "alg": alg, "kid": held.0, "typ": "JWT" });
    let signed = format!("{}.{}", URL.encode(head.to_string()), URL.encode(claims.to_string()));
    let signature = match flaw {
        Flaw::NotSigned => String::new(),
        Flaw::SharedSecret => {
            let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, SECRET.as_bytes());
            URL.encode(ring::hmac::sign(&key, signed.as_bytes()))
        }
        Flaw::ForeignKey => URL.encode(key().sign(signed.as_bytes())),
        _ => URL.encode(held.1.sign(signed.as_bytes())),
    };
    Json(json!({
        "access_token": "not used", "token_type": "Bearer", "expires_in": 300, "id_token": format!("{signed}.{signature}"),
    }))
    .into_response()
}
