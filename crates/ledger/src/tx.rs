//! One transaction, with the instant and the randomness that its act was given.

use std::sync::Arc;

use jiff::Timestamp;
use leadership::Id;
use sqlx::SqlSafeStr;

use crate::chain::Said;
use crate::error::LedgerError;
use crate::store::{Arg, Connection, Row};

/// Fills bytes with randomness of the operating system; handed in.
pub type Random = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

/// An open transaction. Dropped without [`crate::Ledger::perform`]'s commit, it changed nothing.
pub struct Tx {
    pub(crate) connection: Connection,
    pub(crate) now: Timestamp,
    pub(crate) random: Random,
    pub(crate) said: Vec<Said>,
    pub(crate) asked: u64,
}

impl std::fmt::Debug for Tx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tx").field("now", &self.now).finish_non_exhaustive()
    }
}

impl Tx {
    /// The instant of the act.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// How many statements were run so far: a page that lists must not ask once for every line.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.asked
    }

    /// Fresh random bytes.
    #[must_use]
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.random)(&mut bytes);
        bytes
    }

    /// A new identifier.
    #[must_use]
    pub fn id<T>(&self) -> Id<T> {
        Id::new(self.now, self.random())
    }

    /// Runs a statement; how many rows it touched.
    ///
    /// # Errors
    /// When the database refuses or is away.
    pub async fn run(&mut self, sql: impl SqlSafeStr, args: &[Arg]) -> Result<u64, LedgerError> {
        self.asked += 1;
        self.connection.run(sql, args).await
    }

    /// All rows of a query.
    ///
    /// # Errors
    /// When the database refuses or is away.
    pub async fn rows(&mut self, sql: impl SqlSafeStr, args: &[Arg]) -> Result<Vec<Row>, LedgerError> {
        self.asked += 1;
        self.connection.rows(sql, args).await
    }

    /// The first row of a query, if there is one.
    ///
    /// # Errors
    /// When the database refuses or is away.
    pub async fn one(&mut self, sql: impl SqlSafeStr, args: &[Arg]) -> Result<Option<Row>, LedgerError> {
        Ok(self.rows(sql, args).await?.into_iter().next())
    }

    /// A whole number that a query counts.
    ///
    /// # Errors
    /// When the database refuses, is away, or counts nothing under the name `n`.
    pub async fn count(&mut self, sql: impl SqlSafeStr, args: &[Arg]) -> Result<i64, LedgerError> {
        match self.one(sql, args).await? {
            Some(row) => row.int("n"),
            None => Ok(0),
        }
    }
}
