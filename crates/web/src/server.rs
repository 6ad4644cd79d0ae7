//! What the server holds between requests, and how it is started.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use tokio::sync::Semaphore;

use crate::desk::Desk;
use crate::failure::Failure;
use crate::guard::SignedIn;
use crate::jobs::Jobs;
use crate::layout::{Audience, Held, Here, Shell};
use crate::password::Hash;
use crate::session::{ApiToken, Sessions};

/// The clock, handed in.
pub type Now = Arc<dyn Fn() -> Timestamp + Send + Sync>;
/// Random bytes of the operating system, handed in.
pub type Random = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

/// How the server was told to run.
#[derive(Clone)]
pub struct Config {
    /// Folder that keeps the record.
    pub data: PathBuf,
    /// Address that it listens on.
    pub bind: SocketAddr,
    /// The password that is asked for; `None` on this machine only.
    pub password: Option<Hash>,
    /// The token with which a service desk may ask where a password is set.
    pub api_token: Option<ApiToken>,
    /// Whether the session's cookie may travel without encryption.
    pub plain_http: bool,
    /// Largest upload in bytes.
    pub largest_upload: u64,
    /// The record of leadership; `None` where only the work record is served.
    pub app: Option<::acts::App>,
    /// The clock.
    pub now: Now,
    /// Randomness for session tokens and the names of uploads.
    pub random: Random,
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config")
            .field("data", &self.data)
            .field("bind", &self.bind)
            .field("password", &self.password.is_some())
            .finish_non_exhaustive()
    }
}

struct Inside {
    config: Config,
    desk: Arc<Desk>,
    jobs: Jobs,
    sessions: Mutex<Sessions>,
    hashing: Semaphore,
}

/// State of the pages; cloning shares it.
#[derive(Clone)]
pub struct Server(Arc<Inside>);

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Server").field(&self.0.config).finish()
    }
}

impl Server {
    /// A server over a desk, which pages of people may ask as well; see [`crate::DeskRecord`]. Nothing is read before
    /// the first request.
    #[must_use]
    pub fn new(config: Config, desk: Arc<Desk>) -> Self {
        Self(Arc::new(Inside {
            desk,
            jobs: Jobs::default(),
            sessions: Mutex::new(Sessions::default()),
            hashing: Semaphore::new(2),
            config,
        }))
    }

    /// How it was told to run.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// The folder that keeps the record.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.0.config.data
    }

    /// The record of leadership, where it is served.
    #[must_use]
    pub fn app(&self) -> Option<&::acts::App> {
        self.0.config.app.as_ref()
    }

    /// Whether the record of leadership was begun, so that people sign in.
    pub(crate) async fn begun(&self) -> Result<bool, Failure> {
        match self.app() {
            Some(app) => Ok(app.begun().await?),
            None => Ok(false),
        }
    }

    /// The record and what was found in it.
    #[must_use]
    pub fn desk(&self) -> &Desk {
        &self.0.desk
    }

    /// Uploads and the import.
    #[must_use]
    pub fn jobs(&self) -> &Jobs {
        &self.0.jobs
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.0.config.now)()
    }

    /// Fresh random bytes.
    #[must_use]
    pub fn random(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        (self.0.config.random)(&mut bytes);
        bytes
    }

    pub(crate) fn hashing(&self) -> &Semaphore {
        &self.0.hashing
    }

    pub(crate) fn sessions<T>(&self, each: impl FnOnce(&mut Sessions, Timestamp) -> T) -> T {
        // A panic while the lock was held leaves plain maps behind: they are still good.
        each(&mut self.0.sessions.lock().unwrap_or_else(PoisonError::into_inner), self.now())
    }

    /// Whether the session's cookie asks for encryption: not on this machine, where there is none.
    #[must_use]
    pub fn secure_cookie(&self) -> bool {
        !self.0.config.plain_http && !self.0.config.bind.ip().is_loopback()
    }

    fn audience(&self) -> Audience {
        if self.0.config.password.is_some() { Audience::Password } else { Audience::ThisMachine }
    }

    /// The frame of a page that tells nothing of the record: refusals and the sign-in page.
    #[must_use]
    pub fn shell_unasked(&self) -> Shell {
        Shell {
            title: String::new(),
            here: Here::Nowhere,
            audience: self.audience(),
            held: None,
            signed: None,
            refresh: None,
        }
    }

    /// The frame of a page.
    pub(crate) fn shell(&self, title: impl Into<String>, here: Here, signed: Option<SignedIn>) -> Shell {
        let held = self.0.desk.held().unwrap_or_default();
        Shell { title: title.into(), here, held: Some(held), signed, ..self.shell_unasked() }
    }
}

/// What the record holds, for the foot.
impl From<work::Counts> for Held {
    fn from(counts: work::Counts) -> Self {
        Self { tickets: counts.tickets, events: counts.events, changes: counts.changes }
    }
}
