//! One transaction, with the instant and the randomness that its act was given.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use leadership::{Id, Tree};
use sqlx::SqlSafeStr;
use tokio::sync::OwnedSemaphorePermit;

use crate::chain::Said;
use crate::error::LedgerError;
use crate::sealed::AnswerKey;
use crate::store::{Arg, Connection, Row};

/// Fills bytes with randomness of the operating system; handed in.
pub type Random = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

/// The tree of circles as it was at a version: every page asks for it, and it changes rarely.
#[derive(Debug, Default)]
pub(crate) struct Trees(Mutex<Option<(i64, Arc<Tree>)>>);

/// An open transaction. Dropped without [`crate::Ledger::perform`]'s commit, it changed nothing.
pub struct Tx {
    pub(crate) connection: Connection,
    pub(crate) now: Timestamp,
    pub(crate) random: Random,
    pub(crate) said: Vec<Said>,
    /// Place and hash of the last event, held for this transaction; `None` where it only reads.
    pub(crate) head: Option<(i64, String)>,
    pub(crate) trees: Arc<Trees>,
    /// Its turn among the acts of this process; given back when it ends.
    #[expect(dead_code, reason = "held, never read")]
    pub(crate) turn: Option<OwnedSemaphorePermit>,
    pub(crate) asked: u64,
    pub(crate) answers: Option<AnswerKey>,
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

    /// The key under which answers are kept.
    pub(crate) fn answer_key(&self) -> Result<AnswerKey, LedgerError> {
        let key = self.answers.clone();
        key.ok_or_else(|| LedgerError::Inside("this ledger was opened without the key of the answers".to_owned()))
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

    /// The version of the tree of circles, and the tree if it is known at that version. An act sees none: it
    /// may have changed a circle itself.
    pub(crate) async fn known_tree(&mut self) -> Result<Option<(i64, Option<Arc<Tree>>)>, LedgerError> {
        if self.head.is_some() {
            return Ok(None);
        }
        let version = self.count("select circles as n from chain where one = 1", &[]).await?;
        let known = self.trees.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Some((version, known.as_ref().filter(|(at, _)| *at == version).map(|(_, tree)| tree.clone()))))
    }

    /// Keeps the tree for those who ask next.
    pub(crate) fn know_tree(&self, version: i64, tree: Arc<Tree>) {
        *self.trees.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((version, tree));
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
