//! One transaction, with the instant and the randomness that its act was given.

use std::any::Any;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use leadership::{Id, PersonId, Tree};
use sqlx::SqlSafeStr;
use tokio::sync::OwnedSemaphorePermit;

use crate::chain::Said;
use crate::error::LedgerError;
use crate::felt::Felt;
use crate::people::Circle;
use crate::sealed::AnswerKey;
use crate::store::{Arg, Asked, Connection, Row};

/// Fills bytes with randomness of the operating system; handed in.
pub type Random = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

/// All circles by name, and their tree.
#[derive(Debug)]
pub(crate) struct Circles {
    pub(crate) list: Vec<Circle>,
    pub(crate) tree: Arc<Tree>,
}

/// The circles as they were at a version: every page and every act asks for them, and they change rarely.
#[derive(Debug, Default)]
pub(crate) struct KnownCircles(Mutex<Option<(i64, Arc<Circles>)>>);

/// How often anything was written. Two equal versions mean that nothing was written in between: by whom of this
/// process is counted, and what others write moves the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version {
    pub(crate) acts: u64,
    pub(crate) events: i64,
}

/// An open transaction. Dropped without [`crate::Ledger::perform`]'s commit, it changed nothing.
pub struct Tx {
    pub(crate) connection: Connection,
    pub(crate) now: Timestamp,
    pub(crate) random: Random,
    pub(crate) said: Vec<Said>,
    /// Place and hash of the last event, held for this transaction; `None` where it only reads.
    pub(crate) head: Option<(i64, String)>,
    pub(crate) known: Arc<KnownCircles>,
    /// Acts that this process had done when the transaction began.
    pub(crate) acts: u64,
    /// Whether this act has written to the table of circles, so that what is known no longer holds for it.
    pub(crate) circles_changed: bool,
    /// The circles, once they were asked for: within one transaction they are what they were.
    pub(crate) circles: Option<Arc<Circles>>,
    /// Whom what was said so far concerns.
    pub(crate) felt: Option<Felt>,
    /// What was read of a person, of a snapshot that only reads.
    pub(crate) remembered: BTreeMap<(&'static str, PersonId), Box<dyn Any + Send + Sync>>,
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

    /// Says of an act that says no event that nobody's day looks different after it: that a page was looked at, a try to
    /// sign in.
    pub(crate) fn felt_by_nobody(&mut self) {
        if self.felt.is_none() {
            self.felt = Some(Felt::nobody());
        }
    }

    /// What was read of a person before, where nothing can have changed since: several rooms ask the same of the one
    /// who looks.
    pub(crate) fn remembers<T: Clone + 'static>(&self, what: &'static str, of: PersonId) -> Option<T> {
        self.remembered.get(&(what, of)).and_then(|kept| kept.downcast_ref::<T>()).cloned()
    }

    /// Keeps it for the rooms that ask next; nothing in an act, which may write it.
    pub(crate) fn remember<T: Clone + Send + Sync + 'static>(&mut self, what: &'static str, of: PersonId, value: &T) {
        if self.head.is_none() {
            self.remembered.insert((what, of), Box::new(value.clone()));
        }
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

    /// The version of what this snapshot sees.
    ///
    /// # Errors
    /// When the database is away.
    #[crate::asked]
    pub async fn version(&mut self) -> Result<Version, LedgerError> {
        let events = self.count("select seq as n from chain where one = 1", &[]).await?;
        Ok(Version { acts: self.acts, events })
    }

    /// The version of the circles, and what is known of that version; `None` for an act that has changed them.
    pub(crate) async fn known_circles(&mut self) -> Result<Option<(i64, Option<Arc<Circles>>)>, LedgerError> {
        if self.circles_changed {
            return Ok(None);
        }
        // In an act as well: the row of the chain was locked when it began.
        let version = self.count("select circles as n from chain where one = 1", &[]).await?;
        let known = self.known.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Some((version, known.as_ref().filter(|(at, _)| *at == version).map(|(_, circles)| circles.clone()))))
    }

    /// Keeps the circles for those who ask next.
    pub(crate) fn know_circles(&self, version: i64, circles: Arc<Circles>) {
        *self.known.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((version, circles));
    }

    /// Runs a statement; how many rows it touched.
    ///
    /// # Errors
    /// When the database refuses or is away.
    pub fn run<'a>(&'a mut self, sql: impl SqlSafeStr, args: &'a [Arg]) -> Asked<'a, u64> {
        self.asked += 1;
        self.connection.run(sql, args)
    }

    /// All rows of a query.
    ///
    /// # Errors
    /// When the database refuses or is away.
    pub fn rows<'a>(&'a mut self, sql: impl SqlSafeStr, args: &'a [Arg]) -> Asked<'a, Vec<Row>> {
        self.asked += 1;
        self.connection.rows(sql, args)
    }

    /// The first row of a query, if there is one.
    ///
    /// # Errors
    /// When the database refuses or is away.
    pub fn one<'a>(&'a mut self, sql: impl SqlSafeStr, args: &'a [Arg]) -> Asked<'a, Option<Row>> {
        let rows = self.rows(sql, args);
        Box::pin(async move { Ok(rows.await?.into_iter().next()) })
    }

    /// A whole number that a query counts.
    ///
    /// # Errors
    /// When the database refuses, is away, or counts nothing under the name `n`.
    pub fn count<'a>(&'a mut self, sql: impl SqlSafeStr, args: &'a [Arg]) -> Asked<'a, i64> {
        let rows = self.rows(sql, args);
        Box::pin(async move {
            match rows.await?.first() {
                Some(row) => row.int("n"),
                None => Ok(0),
            }
        })
    }
}
