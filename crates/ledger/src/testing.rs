//! For tests of this room and of those above: a ledger with a clock that is set by hand and randomness that
//! repeats, on SQLite and, where `PLUMB_TEST_POSTGRES` names a server, on PostgreSQL.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};

use crate::ledger::{Ledger, Now};
use crate::migrate;
use crate::sealed::AnswerKey;
use crate::tx::Random;

/// A clock that stands still until it is moved.
#[derive(Debug, Clone)]
pub struct Clock(Arc<AtomicI64>);

impl Clock {
    /// A clock at an instant such as `2026-03-02T08:00:00Z`.
    ///
    /// # Panics
    /// When the text is no instant.
    #[must_use]
    pub fn at(text: &str) -> Self {
        let at: Timestamp = text.parse().expect("an instant");
        Self(Arc::new(AtomicI64::new(at.as_millisecond())))
    }

    /// What it shows.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.load(Ordering::SeqCst)).unwrap_or_default()
    }

    /// Moves it on.
    pub fn advance(&self, by: SignedDuration) {
        self.0.fetch_add(i64::try_from(by.as_millis()).unwrap_or_default(), Ordering::SeqCst);
    }

    /// Moves it on by whole days of 24 hours.
    pub fn days(&self, days: i64) {
        self.advance(SignedDuration::from_hours(24 * days));
    }

    /// As the ledger takes it.
    #[must_use]
    pub fn handed_in(&self) -> Now {
        let clock = self.clone();
        Arc::new(move || clock.now())
    }
}

/// Randomness that is the same for the same seed: SHA-256 over the seed and a counter.
#[must_use]
pub fn random(seed: u64) -> Random {
    let count = AtomicU64::new(0);
    Arc::new(move |bytes: &mut [u8]| {
        for chunk in bytes.chunks_mut(32) {
            let mut hasher = Sha256::new();
            hasher.update(seed.to_le_bytes());
            hasher.update(count.fetch_add(1, Ordering::SeqCst).to_le_bytes());
            chunk.copy_from_slice(&hasher.finalize()[..chunk.len()]);
        }
    })
}

/// The key of the answers in tests.
fn answers() -> AnswerKey {
    AnswerKey::of([7; 32])
}

/// An empty ledger on SQLite in a folder.
///
/// # Panics
/// When it cannot be opened.
pub async fn sqlite(folder: &Path, clock: &Clock) -> Ledger {
    let url = format!("sqlite:{}", folder.join("ledger.sqlite").display());
    Ledger::open(&url, clock.handed_in(), random(1)).await.expect("a ledger on SQLite").with_answers(answers())
}

/// An empty ledger on PostgreSQL, in a database of its own, when `PLUMB_TEST_POSTGRES` names a server such as
/// `postgres://plumb@localhost:5433/plumb`; else `None`, said on standard error.
///
/// # Panics
/// When the server that is named does not answer.
pub async fn postgres(name: &str, clock: &Clock) -> Option<Ledger> {
    let server = server()?;
    let mut connection = sqlx::PgConnection::connect(&server).await.expect("the server of PLUMB_TEST_POSTGRES");
    let tables = tables(&server, &mut connection).await;
    let url = remade(&server, &mut connection, name, &format!(" template {tables}")).await;
    let ledger = Ledger::open(&url, clock.handed_in(), random(1)).await.expect("a ledger on PostgreSQL");
    Some(ledger.with_answers(answers()))
}

/// The server that tests may use, if one is named.
fn server() -> Option<String> {
    let server = std::env::var("PLUMB_TEST_POSTGRES").ok();
    if server.is_none() {
        eprintln!("skipped on PostgreSQL: PLUMB_TEST_POSTGRES names no server");
    }
    server
}

/// The name of a database in which the tables are, and nothing else: to copy it is quicker than to let every step make
/// its own. It is made once for each text of the steps, and stays.
async fn tables(server: &str, connection: &mut sqlx::PgConnection) -> String {
    let name = format!("plumb_tables_{}", &migrate::fingerprint()[..16]);
    // One at a time, of all tests that run.
    connection.execute("select pg_advisory_lock(70701)").await.expect("a turn");
    let made = sqlx::query("select 1 from pg_database where datname = $1").bind(&name);
    if made.fetch_optional(&mut *connection).await.expect("the list of databases").is_none() {
        let making = format!("{name}_making");
        let url = remade(server, connection, &making, "").await;
        let ledger = Ledger::open(&url, Clock::at("2026-01-01T00:00:00Z").handed_in(), random(1)).await;
        let ledger = ledger.expect("a ledger on PostgreSQL");
        ledger.pool().close().await;
        let sql = AssertSqlSafe(format!("alter database {making} rename to {name}"));
        connection.execute(sql).await.expect("a database with the tables");
    }
    connection.execute("select pg_advisory_unlock(70701)").await.expect("the turn's end");
    name
}

/// The address of a database that was dropped and made anew.
async fn remade(server: &str, connection: &mut sqlx::PgConnection, name: &str, how: &str) -> String {
    for sql in [format!("drop database if exists {name} with (force)"), format!("create database {name}{how}")] {
        connection.execute(AssertSqlSafe(sql)).await.expect("a database");
    }
    let (before, after) = server.rsplit_once('/').expect("an address with a database");
    let settings = after.find('?').map_or("", |at| &after[at..]);
    format!("{before}/{name}{settings}")
}

/// The address of an empty schema, without any table, on the server of [`postgres`].
///
/// # Panics
/// When the server that is named does not answer.
pub async fn postgres_place(name: &str) -> Option<String> {
    let server = server()?;
    let mut connection = sqlx::PgConnection::connect(&server).await.expect("the server of PLUMB_TEST_POSTGRES");
    for sql in [format!("drop schema if exists {name} cascade"), format!("create schema {name}")] {
        connection.execute(AssertSqlSafe(sql)).await.expect("a schema");
    }
    let joined = if server.contains('?') { '&' } else { '?' };
    Some(format!("{server}{joined}options=-csearch_path%3D{name}"))
}

/// The address of an empty database of its own, as for [`postgres`], for tests that end its connections. It
/// is dropped and made anew each time.
///
/// # Panics
/// When the server that is named does not answer.
pub async fn postgres_database(name: &str) -> Option<String> {
    let server = server()?;
    let mut connection = sqlx::PgConnection::connect(&server).await.expect("the server of PLUMB_TEST_POSTGRES");
    Some(remade(&server, &mut connection, name, "").await)
}

/// Runs SQL of one engine, past every rule of the ledger: for tests that tamper. `url` as for
/// [`Ledger::open`].
///
/// # Panics
/// When the database refuses.
pub async fn tamper(url: &str, sql: &str) {
    let sql = AssertSqlSafe(sql.to_owned());
    if url.starts_with("sqlite:") {
        sqlx::SqliteConnection::connect(url).await.expect("SQLite").execute(sql).await.expect("tampered");
    } else {
        sqlx::PgConnection::connect(url).await.expect("PostgreSQL").execute(sql).await.expect("tampered");
    }
}

/// The same empty ledger on every engine at hand. `name` is the test's, in lower case with underscores.
pub async fn each(folder: &Path, name: &str, clock: &Clock) -> Vec<(&'static str, Ledger)> {
    let mut out = vec![("SQLite", sqlite(folder, clock).await)];
    if let Some(ledger) = postgres(name, clock).await {
        out.push(("PostgreSQL", ledger));
    }
    out
}
