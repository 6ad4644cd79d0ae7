//! The ledger: opened once, read in snapshots, changed by acts.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use leadership::circle::Actor;

use crate::chain::{self, Walked};
use crate::error::{LedgerError, Refused};
use crate::migrate;
use crate::store::{Connection, Pool};
use crate::tx::{Random, Tx};

/// The clock, handed in.
pub type Now = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// How often an act is tried again when two changes met, or the connection was lost before its commit.
const TRIES: u32 = 5;

/// Something that a person does. One act is one transaction: state and events together.
pub trait Act: Sync {
    /// What it gives when it is done.
    type Done: Send;

    /// Checks the act against what is, writes the new state, and says what happened. It may be run more
    /// than once, each time in a fresh transaction.
    fn perform(&self, tx: &mut Tx, actor: &Actor) -> impl Future<Output = Result<Self::Done, Refused>> + Send;
}

/// People's data; cloning shares it.
#[derive(Clone)]
pub struct Ledger {
    pool: Pool,
    now: Now,
    random: Random,
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The address may hold a password.
        f.debug_struct("Ledger").finish_non_exhaustive()
    }
}

impl Ledger {
    /// Opens `sqlite:PATH` (made when it is missing) or `postgres://…` and brings it to the present form.
    ///
    /// # Errors
    /// When the database cannot be reached, or holds something else.
    pub async fn open(url: &str, now: Now, random: Random) -> Result<Self, LedgerError> {
        let pool = Pool::open(url).await?;
        pool.migrate(&migrate::migrator()).await?;
        Ok(Self { pool, now, random })
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.now)()
    }

    /// Fresh random bytes.
    #[must_use]
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.random)(&mut bytes);
        bytes
    }

    fn tx(&self, connection: Connection) -> Tx {
        Tx { connection, now: self.now(), random: self.random.clone(), said: Vec::new(), asked: 0 }
    }

    /// A snapshot to read from; it sees nothing of what is written after.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn read(&self) -> Result<Tx, LedgerError> {
        Ok(self.tx(self.pool.reading().await?))
    }

    /// Does an act: all of it, or nothing. Writers take turns, on both engines: the row of the chain is
    /// locked first, so that what an act read is still so when it writes. When two changes met all the same
    /// (a distributed engine), or the connection was lost before the commit, it is tried again, five times
    /// with growing pauses; when it was lost during the commit, the chain tells whether the act was done.
    ///
    /// # Errors
    /// What the act refuses; or the database.
    pub async fn perform<A: Act>(&self, actor: &Actor, act: &A) -> Result<A::Done, Refused> {
        let mut tried = 0;
        loop {
            tried += 1;
            match self.once(actor, act).await {
                Err(Refused::Ledger(error @ (LedgerError::Again(_) | LedgerError::Away(_)))) if tried < TRIES => {
                    tracing::debug!(%error, tried, "an act is tried again");
                    let [jitter] = self.random::<1>();
                    let pause = (1_u64 << tried) * 10 + u64::from(jitter) / 8;
                    tokio::time::sleep(Duration::from_millis(pause)).await;
                }
                ended => return ended,
            }
        }
    }

    async fn once<A: Act>(&self, actor: &Actor, act: &A) -> Result<A::Done, Refused> {
        let mut tx = self.tx(self.pool.writing().await?);
        tx.run("update chain set seq = seq where one = 1", crate::args![]).await?;
        let done = act.perform(&mut tx, actor).await?;
        let head = tx.write_events().await?;
        match (tx.connection.commit().await, head) {
            (Ok(()), _) => Ok(done),
            (Err(error @ LedgerError::Away(_)), Some(head)) => {
                // Lost in the middle of the commit: only the chain knows.
                let mut tx = self.read().await?;
                let written = tx.count("select count(*) as n from event where hash = $1", crate::args![head]).await?;
                if written > 0 { Ok(done) } else { Err(error.into()) }
            }
            (Err(error), _) => Err(error.into()),
        }
    }

    /// Walks the chain of events; `step` is told how far it is.
    ///
    /// # Errors
    /// When the database cannot be read. A broken link is no error but an answer.
    pub async fn verify(&self, step: impl FnMut(i64)) -> Result<Walked, LedgerError> {
        let mut tx = self.read().await?;
        chain::walk(&mut tx, step).await
    }

    /// Closes all connections; what was written is on the disk.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}
