//! What every handler has at hand.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use ledger::{HeadKey, Ledger, LedgerError};
use tokio::sync::Semaphore;

/// How the pages were told to run.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where people reach this server, without a slash at the end: links in mails begin with it.
    pub address: String,
    /// Whether the session's cookie travels over encrypted connections only.
    pub secure_cookie: bool,
}

/// A measure of the work record, read for a page of people: always a whole team's or more, never one
/// person's.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Its stable name, as in `plumb measures`.
    pub name: String,
    /// Its name in words.
    pub title: String,
    /// Its value.
    pub value: f64,
    /// The unit of the value.
    pub unit: String,
    /// Over how many tickets.
    pub n: u64,
    /// 95 % interval, where it is an estimate.
    pub interval: Option<(f64, f64)>,
    /// The page that opens its rows.
    pub rows: String,
}

/// The tickets of one value of a field of the work record, such as the service “Mail”: what an aim can name as
/// the work that serves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The field: `service`, `category`, `item`.
    pub field: String,
    /// The value, as the record has it.
    pub value: String,
    /// How many tickets have it, over the whole record.
    pub tickets: u64,
    /// Of them not resolved yet.
    pub open: u64,
    /// The page that opens its rows.
    pub rows: String,
}

/// What a lookup in the work record will give.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The work record, as far as pages of people ask it. Where there is none, everything is empty.
pub trait WorkRecord: Send + Sync {
    /// The measures of the whole record; empty while it is empty or still being worked out.
    fn readings(&self) -> Later<'_, Vec<Reading>>;

    /// The groups that tickets fall in, by every field that can be named; empty where the record has none.
    fn groups(&self) -> Later<'_, Vec<Group>> {
        Box::pin(std::future::ready(Vec::new()))
    }
}

/// No work record.
#[derive(Debug, Clone, Copy)]
pub struct NoRecord;

impl WorkRecord for NoRecord {
    fn readings(&self) -> Later<'_, Vec<Reading>> {
        Box::pin(std::future::ready(Vec::new()))
    }
}

struct Inside {
    ledger: Ledger,
    config: Config,
    work: Arc<dyn WorkRecord>,
    begun: AtomicBool,
    hashing: Semaphore,
    openid: OnceLock<oidc::Provider>,
    key: OnceLock<HeadKey>,
}

/// State of the pages; cloning shares it.
#[derive(Clone)]
pub struct App(Arc<Inside>);

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("config", &self.0.config).finish_non_exhaustive()
    }
}

impl App {
    /// The pages over a ledger.
    #[must_use]
    pub fn new(ledger: Ledger, config: Config, work: Arc<dyn WorkRecord>) -> Self {
        // Hashing of passwords is slow on purpose: two at a time.
        Self(Arc::new(Inside {
            ledger,
            config,
            work,
            begun: AtomicBool::new(false),
            hashing: Semaphore::new(2),
            openid: OnceLock::new(),
            key: OnceLock::new(),
        }))
    }

    /// With a provider of OpenID Connect, at which people may sign in as well.
    #[must_use]
    pub fn with_openid(self, provider: oidc::Provider) -> Self {
        let _ = self.0.openid.set(provider);
        self
    }

    /// The provider of OpenID Connect, where one was configured.
    #[must_use]
    pub fn openid(&self) -> Option<&oidc::Provider> {
        self.0.openid.get()
    }

    /// With the key of this installation, which signs badges.
    #[must_use]
    pub fn with_key(self, key: HeadKey) -> Self {
        let _ = self.0.key.set(key);
        self
    }

    /// The key of this installation, where it was given.
    #[must_use]
    pub fn key(&self) -> Option<&HeadKey> {
        self.0.key.get()
    }

    /// The ledger.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.0.ledger
    }

    /// How the pages were told to run.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// The work record.
    #[must_use]
    pub fn work(&self) -> &dyn WorkRecord {
        self.0.work.as_ref()
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.ledger.now()
    }

    pub(crate) fn hashing(&self) -> &Semaphore {
        &self.0.hashing
    }

    /// Whether the record of leadership was begun: somebody is in it, so that everything asks who you are.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn begun(&self) -> Result<bool, LedgerError> {
        // It never goes back: nobody can leave last.
        if self.0.begun.load(Ordering::Relaxed) {
            return Ok(true);
        }
        let begun = !ledger::people::is_empty(&mut self.0.ledger.read().await?).await?;
        self.0.begun.store(begun, Ordering::Relaxed);
        Ok(begun)
    }
}
