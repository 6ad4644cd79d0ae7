//! What every handler has at hand.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use ledger::{HeadKey, Ledger, LedgerError};
use tokio::sync::Semaphore;

use crate::cases::{Case, Lines, Offers, Told, Turn};
use crate::today::Days;

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

    /// Problems as people see them, those that are none left out: so many from a place on, and how many there are.
    fn problems(&self, _from: usize, _most: usize) -> Later<'_, Told<Lines>> {
        Box::pin(std::future::ready(Told::NoRecord))
    }

    /// A problem by an id that it has or had; `None` where there is none.
    fn problem<'a>(&'a self, _id: &'a str) -> Later<'a, Told<Option<Case>>> {
        Box::pin(std::future::ready(Told::NoRecord))
    }

    /// Keys (`source/id`) of the tickets that have a number: several where sources share it.
    fn tickets<'a>(&'a self, _number: &'a str) -> Later<'a, Told<Vec<String>>> {
        Box::pin(std::future::ready(Told::NoRecord))
    }

    /// Keys (`source/id`) of all tickets of a problem by an id that it has or had, in order of time; `None` where there
    /// is no such problem.
    fn tickets_of<'a>(&'a self, _id: &'a str) -> Later<'a, Told<Option<Vec<String>>>> {
        Box::pin(std::future::ready(Told::NoRecord))
    }

    /// The next windows of so many hours, from an instant on, in which work on a problem would disturb the fewest people;
    /// `None` where there is no such problem.
    fn windows<'a>(&'a self, _id: &'a str, _hours: u32, _now: Timestamp) -> Later<'a, Told<Option<Offers>>> {
        Box::pin(std::future::ready(Told::NoRecord))
    }

    /// The turn to act on problems.
    fn turn(&self) -> Later<'_, Turn<'_>> {
        Box::pin(std::future::ready(Box::new(()) as Turn<'_>))
    }

    /// Somebody has acted on problems: what was worked out of them is worked out anew.
    fn acted(&self) {}
}

/// No work record.
#[derive(Debug, Clone, Copy)]
pub struct NoRecord;

impl WorkRecord for NoRecord {
    fn readings(&self) -> Later<'_, Vec<Reading>> {
        Box::pin(std::future::ready(Vec::new()))
    }
}

/// A report as it is handed to the typesetter: what its reader sees of it.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// Whose report it is.
    pub name: String,
    /// The organisation.
    pub organisation: String,
    /// What it says, in the first sentences.
    pub lead: String,
    /// Who can see it, in one line.
    pub audience: String,
    /// What the person replied; empty for nothing.
    pub reply: String,
    /// The report.
    pub report: leadership::profile::Report,
}

/// The typesetter, as far as pages of people use it.
pub trait Press: Send + Sync {
    /// The report as a PDF; why not, as a sentence for the log.
    fn set(&self, sheet: Sheet) -> Later<'_, Result<Vec<u8>, String>>;
}

/// No typesetter.
#[derive(Debug, Clone, Copy)]
pub struct NoPress;

impl Press for NoPress {
    fn set(&self, _: Sheet) -> Later<'_, Result<Vec<u8>, String>> {
        Box::pin(std::future::ready(Err("there is no typesetter here".to_owned())))
    }
}

/// A mail to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// What it is about.
    pub subject: String,
    /// What it says, as plain text.
    pub text: String,
}

/// Whoever hands mails over, as far as pages use it.
pub trait Mailer: Send + Sync {
    /// Hands a mail over; why not, as a sentence for the log.
    fn send(&self, letter: Letter) -> Later<'_, Result<(), String>>;
}

struct Inside {
    ledger: Ledger,
    config: Config,
    work: Arc<dyn WorkRecord>,
    begun: AtomicBool,
    hashing: Semaphore,
    openid: OnceLock<oidc::Provider>,
    days: Days,
    press: OnceLock<Arc<dyn Press>>,
    key: OnceLock<HeadKey>,
    mailer: OnceLock<Arc<dyn Mailer>>,
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
            days: Days::default(),
            press: OnceLock::new(),
            key: OnceLock::new(),
            mailer: OnceLock::new(),
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

    /// With a typesetter, so that reports can be had as PDF.
    #[must_use]
    pub fn with_press(self, press: Arc<dyn Press>) -> Self {
        let _ = self.0.press.set(press);
        self
    }

    /// The typesetter; where there is none, one that says so.
    #[must_use]
    pub fn press(&self) -> &dyn Press {
        self.0.press.get().map_or(&NoPress, |press| press.as_ref())
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

    /// With somebody who hands mails over.
    #[must_use]
    pub fn with_mailer(self, mailer: Arc<dyn Mailer>) -> Self {
        let _ = self.0.mailer.set(mailer);
        self
    }

    /// Who hands mails over, where mail was configured.
    #[must_use]
    pub fn mailer(&self) -> Option<Arc<dyn Mailer>> {
        self.0.mailer.get().cloned()
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

    pub(crate) fn days(&self) -> &Days {
        &self.0.days
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
