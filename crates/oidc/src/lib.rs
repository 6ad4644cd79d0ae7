//! Signs people in at an OpenID Connect provider: discovery, the authorisation code with PKCE, state and
//! nonce. Who may come in is not decided here; this crate says who the provider says has come.
//!
//! Clock and randomness are handed in. The provider is asked over an HTTP client that blocks, away from the
//! threads that answer pages; nothing is asked before somebody begins to sign in.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as TOKEN;
use chrono::DateTime;
use jiff::{SignedDuration, Timestamp};
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreJwsSigningAlgorithm as Signing, CoreProviderMetadata, CoreTokenResponse,
};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse, IssuerUrl, Nonce,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse as _,
};

/// How long what the provider says of itself is believed; its keys may change.
const FRESH: SignedDuration = SignedDuration::from_hours(1);
/// How long an answer of the provider is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// Longest answer that is read, in bytes.
const LONGEST: u64 = 1024 * 1024;
/// How an answer may be signed: with the provider's own key. With a shared secret or not at all would leave
/// it to the network what is believed.
const SIGNED: [Signing; 8] = [
    Signing::RsaSsaPkcs1V15Sha256,
    Signing::RsaSsaPkcs1V15Sha384,
    Signing::RsaSsaPkcs1V15Sha512,
    Signing::RsaSsaPssSha256,
    Signing::RsaSsaPssSha384,
    Signing::EcdsaP256Sha256,
    Signing::EcdsaP384Sha384,
    Signing::EdDsa,
];

/// Why somebody could not be signed in by the provider.
#[derive(Debug, Clone, thiserror::Error)]
pub enum OidcError {
    /// What was configured cannot be used.
    #[error("{0}")]
    Settings(String),
    /// The provider cannot be reached, or does not answer as it should.
    #[error("the provider did not answer as it should: {0}")]
    Provider(String),
    /// The provider says no, or what it says does not hold: a wrong code, signature, nonce or audience.
    #[error("what came back from the provider does not hold: {0}")]
    Refused(String),
}

/// What is configured.
#[derive(Clone)]
pub struct Settings {
    /// The address of the provider, as it names itself: `https://id.example.org`.
    pub issuer: String,
    /// What this server is called there.
    pub client_id: String,
    /// The secret that this server shares with it; none for a public client.
    pub client_secret: Option<String>,
    /// What people call the provider; shown on the button.
    pub name: String,
    /// Where the provider sends people back to: this server's address and `/signin/openid/back`.
    pub back: String,
    /// Whether every address that the provider gives out is taken as verified; for providers that do not say.
    pub addresses_are_verified: bool,
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .field("back", &self.back)
            .finish_non_exhaustive()
    }
}

/// What has to be kept until the person comes back from the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    /// Where to send the person.
    pub address: String,
    /// Comes back beside the code.
    pub state: String,
    /// Comes back inside of the signed answer.
    pub nonce: String,
    /// Shows that who asks for the tokens is who began.
    pub verifier: String,
}

/// Who the provider says has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Issuer and subject, joined by a space: the identity, which never goes to somebody else.
    pub subject: String,
    /// An address for mail that the provider has verified.
    pub email: Option<String>,
    /// An address that it gave without having verified it.
    pub unverified: Option<String>,
}

/// A provider; cloning shares it.
#[derive(Clone)]
pub struct Provider(Arc<Inside>);

struct Inside {
    settings: Settings,
    issuer: IssuerUrl,
    back: RedirectUrl,
    agent: ureq::Agent,
    known: Mutex<Option<(CoreProviderMetadata, Timestamp)>>,
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.settings.fmt(f)
    }
}

/// An error of the HTTP client as the error of a library that asks for one.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Http(String);

fn client() -> ureq::Agent {
    let roots = rustls_native_certs::load_native_certs();
    let roots: Vec<_> = roots.certs.iter().map(|one| ureq::tls::Certificate::from_der(one).to_owned()).collect();
    let tls = ureq::tls::TlsConfig::builder()
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .root_certs(ureq::tls::RootCerts::from(roots))
        .build();
    ureq::Agent::config_builder()
        .tls_config(tls)
        .timeout_global(Some(PATIENCE))
        .http_status_as_error(false)
        // A provider that sends us elsewhere could send us into our own network.
        .max_redirects(0)
        .build()
        .new_agent()
}

/// A message with everything that it was caused by.
fn whole(error: &(dyn std::error::Error + 'static)) -> String {
    let mut out = error.to_string();
    let mut at = error.source();
    while let Some(cause) = at {
        out.push_str(": ");
        out.push_str(&cause.to_string());
        at = cause.source();
    }
    out
}

/// A token of 32 random bytes.
fn token(random: &[u8]) -> String {
    TOKEN.encode(random)
}

impl Provider {
    /// A provider as it was configured. It is not asked yet.
    ///
    /// # Errors
    /// When an address is none, or the provider would be asked without encryption over a network.
    pub fn new(settings: Settings) -> Result<Self, OidcError> {
        let issuer = IssuerUrl::new(settings.issuer.clone())
            .map_err(|error| OidcError::Settings(format!("the issuer {:?} is no address: {error}", settings.issuer)))?;
        let plain = issuer.url().scheme() != "https";
        let loopback = matches!(issuer.url().host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        if plain && !loopback {
            let what = format!("the issuer {:?} must begin with https://", settings.issuer);
            return Err(OidcError::Settings(what));
        }
        let back = RedirectUrl::new(settings.back.clone())
            .map_err(|error| OidcError::Settings(format!("the way back {:?} is no address: {error}", settings.back)))?;
        let agent = client();
        Ok(Self(Arc::new(Inside { settings, issuer, back, agent, known: Mutex::new(None) })))
    }

    /// What people call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.settings.name
    }

    /// Begins to sign somebody in.
    ///
    /// # Errors
    /// When the provider does not answer.
    pub async fn begin(&self, random: [u8; 96], now: Timestamp) -> Result<Begun, OidcError> {
        let inside = self.0.clone();
        blocking(move || inside.begin(&random, now)).await
    }

    /// Ends it: exchanges the code that came back, and checks the signed answer against the nonce. The state
    /// was compared before.
    ///
    /// # Errors
    /// When the provider does not answer, or what it says does not hold.
    pub async fn finish(&self, code: String, begun: Begun, now: Timestamp) -> Result<Known, OidcError> {
        let inside = self.0.clone();
        blocking(move || inside.finish(code, begun, now)).await
    }
}

async fn blocking<T: Send + 'static>(
    ask: impl FnOnce() -> Result<T, OidcError> + Send + 'static,
) -> Result<T, OidcError> {
    tokio::task::spawn_blocking(ask).await.map_err(|error| OidcError::Provider(error.to_string()))?
}

impl Inside {
    fn ask(&self, request: HttpRequest) -> Result<HttpResponse, Http> {
        let answer = self.agent.run(request).map_err(|error| Http(whole(&error)))?;
        let (parts, body) = answer.into_parts();
        let body = body
            .into_with_config()
            .limit(LONGEST)
            .read_to_vec()
            .map_err(|error| Http(format!("its answer cannot be read: {}", whole(&error))))?;
        Ok(HttpResponse::from_parts(parts, body))
    }

    /// What the provider says of itself, with its keys; asked once an hour, or anew.
    fn metadata(&self, now: Timestamp, anew: bool) -> Result<CoreProviderMetadata, OidcError> {
        let held = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if !anew
            && let Some((metadata, at)) = held().as_ref()
            && now.duration_since(*at) < FRESH
        {
            return Ok(metadata.clone());
        }
        let found = CoreProviderMetadata::discover(&self.issuer, &|request| self.ask(request))
            .map_err(|error| OidcError::Provider(whole(&error)))?;
        *held() = Some((found.clone(), now));
        Ok(found)
    }

    fn secret(&self) -> Option<ClientSecret> {
        self.settings.client_secret.clone().map(ClientSecret::new)
    }

    fn begin(&self, random: &[u8; 96], now: Timestamp) -> Result<Begun, OidcError> {
        let metadata = self.metadata(now, false)?;
        let (state, nonce) = (token(&random[..32]), token(&random[32..64]));
        let verifier = PkceCodeVerifier::new(token(&random[64..]));
        let client =
            CoreClient::from_provider_metadata(metadata, ClientId::new(self.settings.client_id.clone()), self.secret())
                .set_redirect_uri(self.back.clone());
        let (to_state, to_nonce) = (state.clone(), nonce.clone());
        let (address, ..) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                move || CsrfToken::new(to_state),
                move || Nonce::new(to_nonce),
            )
            .add_scope(Scope::new("email".to_owned()))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .url();
        Ok(Begun { address: address.into(), state, nonce, verifier: verifier.into_secret() })
    }

    fn finish(&self, code: String, begun: Begun, now: Timestamp) -> Result<Known, OidcError> {
        let metadata = self.metadata(now, false)?;
        let client = CoreClient::from_provider_metadata(
            metadata.clone(),
            ClientId::new(self.settings.client_id.clone()),
            self.secret(),
        )
        .set_redirect_uri(self.back.clone());
        let answer = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|error| OidcError::Provider(whole(&error)))?
            .set_pkce_verifier(PkceCodeVerifier::new(begun.verifier))
            .request(&|request| self.ask(request))
            .map_err(|error| match error {
                openidconnect::RequestTokenError::ServerResponse(_) => OidcError::Refused(whole(&error)),
                error => OidcError::Provider(whole(&error)),
            })?;
        let nonce = Nonce::new(begun.nonce);
        match self.known(&metadata, &answer, &nonce, now) {
            // Its keys may have changed since they were asked for: once more, with those of now.
            Err(OidcError::Refused(_)) => self.known(&self.metadata(now, true)?, &answer, &nonce, now),
            ended => ended,
        }
    }

    fn known(
        &self,
        metadata: &CoreProviderMetadata,
        answer: &CoreTokenResponse,
        nonce: &Nonce,
        now: Timestamp,
    ) -> Result<Known, OidcError> {
        let id = answer.id_token().ok_or_else(|| OidcError::Refused("there is no identity in it".to_owned()))?;
        let client = CoreClient::from_provider_metadata(
            metadata.clone(),
            ClientId::new(self.settings.client_id.clone()),
            self.secret(),
        );
        let at = DateTime::from_timestamp(now.as_second(), 0)
            .ok_or_else(|| OidcError::Refused("the clock is beyond what can be compared".to_owned()))?;
        let verifier = client.id_token_verifier().set_allowed_algs(SIGNED).set_time_fn(move || at);
        let claims = id.claims(&verifier, nonce).map_err(|error| OidcError::Refused(whole(&error)))?;
        let email = claims.email().map(|email| email.as_str().to_owned());
        let verified = claims.email_verified().unwrap_or(self.settings.addresses_are_verified);
        let (email, unverified) = if verified { (email, None) } else { (None, email) };
        let subject = format!("{} {}", claims.issuer().as_str(), claims.subject().as_str());
        Ok(Known { subject, email, unverified })
    }
}
