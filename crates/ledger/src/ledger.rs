//! The ledger: opened once, read in snapshots, changed by acts.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use jiff::Timestamp;
use leadership::circle::Actor;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::chain::{self, Walked};
use crate::error::{LedgerError, Refused};
use crate::felt::{Acts, Felt};
use crate::migrate;
use crate::sealed::AnswerKey;
use crate::store::{Asked, Connection, PATIENCE, Pool};
use crate::tx::{KnownCircles, Random, Tx, Version};

/// The clock, handed in.
pub type Now = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Acts of this process that are under way at once: writers take turns at the chain anyway, and those that
/// wait for theirs hold no connection that a reader needs.
const TURNS: usize = 4;

/// How long an act waits for its turn before it says that the database is too busy.
const TURN: Duration = Duration::from_secs(20);

/// How often an act is tried again when two changes met, or the connection was lost before its commit.
const TRIES: u32 = 5;

/// Something that a person does. One act is one transaction: state and events together.
///
/// What it does is compiled here and not once more in each crate that does it: [`crate::act`] boxes its future.
#[crate::act]
pub trait Act: Sync {
    /// What it gives when it is done.
    type Done: Send;

    /// Checks the act against what is, writes the new state, and says what happened. It may be run more
    /// than once, each time in a fresh transaction.
    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<Self::Done, Refused>;
}

/// How one try of an act ended.
enum Ended {
    Kept,
    /// The connection was lost while it was being kept.
    Lost {
        head: String,
        cause: String,
    },
}

/// An act and what it gave when it was last tried: to those who do it, one act is like another. So all that is done
/// around an act is compiled once, and not for each of the acts that there are.
trait Work: Send {
    fn work<'a>(&'a mut self, tx: &'a mut Tx, actor: &'a Actor) -> BoxFuture<'a, Result<(), Refused>>;
}

struct Job<'a, A: Act> {
    act: &'a A,
    done: Option<A::Done>,
}

impl<A: Act> Work for Job<'_, A> {
    fn work<'a>(&'a mut self, tx: &'a mut Tx, actor: &'a Actor) -> BoxFuture<'a, Result<(), Refused>> {
        let act = self.act.perform(tx, actor);
        let done = &mut self.done;
        Box::pin(async move {
            *done = Some(act.await?);
            Ok(())
        })
    }
}

/// People's data; cloning shares it.
#[derive(Clone)]
pub struct Ledger {
    pool: Pool,
    now: Now,
    random: Random,
    known: Arc<KnownCircles>,
    turns: Arc<Semaphore>,
    /// Acts of this process, counted before whoever did one is answered.
    acts: Arc<Acts>,
    answers: Option<AnswerKey>,
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
    #[crate::asked]
    pub async fn open(url: &str, now: Now, random: Random) -> Result<Self, LedgerError> {
        let pool = Pool::open(url).await?;
        pool.migrate(&migrate::migrator(|_| true)).await?;
        Ok(Self::over(pool, now, random))
    }

    pub(crate) fn over(pool: Pool, now: Now, random: Random) -> Self {
        let turns = if matches!(pool, Pool::Sqlite { .. }) { 1 } else { TURNS };
        let (known, acts) = (Arc::default(), Arc::default());
        Self { pool, now, random, known, turns: Arc::new(Semaphore::new(turns)), acts, answers: None }
    }

    /// With the key under which answers of waves are kept. Without it everything else works.
    #[must_use]
    pub fn with_answers(self, key: AnswerKey) -> Self {
        Self { answers: Some(key), ..self }
    }

    /// The same record with another clock: to live through a time that was, as a sample does.
    #[must_use]
    pub fn at(&self, now: Now) -> Self {
        Self { now, ..self.clone() }
    }

    pub(crate) fn pool(&self) -> &Pool {
        &self.pool
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

    fn tx(&self, connection: Connection, head: Option<(i64, String)>) -> Tx {
        Tx {
            connection,
            now: self.now(),
            random: self.random.clone(),
            said: Vec::new(),
            head,
            known: self.known.clone(),
            acts: self.acts.count(),
            circles_changed: false,
            circles: None,
            felt: None,
            remembered: BTreeMap::new(),
            asked: 0,
            turn: None,
            answers: self.answers.clone(),
        }
    }

    /// A snapshot to read from; it sees nothing of what is written after it was first asked.
    ///
    /// # Errors
    /// When the database is away.
    #[must_use]
    pub fn read(&self) -> Asked<'_, Tx> {
        Box::pin(async move { Ok(self.tx(self.pool.reading().await?, None)) })
    }

    /// A transaction that may write, when its turn has come.
    pub(crate) async fn write(&self) -> Result<Tx, LedgerError> {
        let turn = tokio::time::timeout(TURN, self.turns.clone().acquire_owned()).await;
        let busy = || LedgerError::Away("too many changes wait for their turn".to_owned());
        let turn = turn.map_err(|_| busy())?.map_err(|_| busy())?;
        let mut connection = self.pool.writing().await?;
        let head = connection.lock_head().await?;
        let head = (head.int("seq")?, head.text("hash")?);
        Ok(Tx { turn: Some(turn), ..self.tx(connection, Some(head)) })
    }

    /// Does an act: all of it, or nothing. Writers take turns, on both engines: the head of the chain is
    /// locked first, so that what an act read is still so when it writes. When two changes met all the same
    /// (a distributed engine), or the connection was lost before the commit, it is tried again, five times
    /// with growing pauses, and not when a page would have to wait for long; when it was lost during the commit, the chain tells whether the act was done.
    ///
    /// # Errors
    /// What the act refuses; or the database.
    pub async fn perform<A: Act>(&self, actor: &Actor, act: &A) -> Result<A::Done, Refused> {
        let mut job = Job { act, done: None };
        self.until_kept(actor, &mut job).await?;
        job.done.ok_or_else(|| LedgerError::Inside("an act was kept and gave nothing".to_owned()).into())
    }

    fn until_kept<'a>(&'a self, actor: &'a Actor, job: &'a mut dyn Work) -> BoxFuture<'a, Result<(), Refused>> {
        Box::pin(self.try_until_kept(actor, job))
    }

    async fn try_until_kept(&self, actor: &Actor, job: &mut dyn Work) -> Result<(), Refused> {
        let began = Instant::now();
        let mut tried = 0;
        loop {
            tried += 1;
            let error = match self.once(actor, job).await {
                Ok(Ended::Kept) => return Ok(()),
                Ok(Ended::Lost { head, cause }) => {
                    if self.was_kept(&head, &cause).await? {
                        return Ok(());
                    }
                    LedgerError::Away(cause)
                }
                Err(Refused::Ledger(error @ (LedgerError::Again(_) | LedgerError::Away(_)))) => error,
                Err(refused) => return Err(refused),
            };
            let away = matches!(error, LedgerError::Away(_)) && began.elapsed() > PATIENCE;
            if tried == TRIES || away {
                return Err(error.into());
            }
            tracing::debug!(%error, tried, "an act is tried again");
            self.pause(tried).await;
        }
    }

    /// Waits longer each time, and not all for the same time: at most about 0.4 s before the last try.
    async fn pause(&self, tried: u32) {
        let [jitter] = self.random::<1>();
        tokio::time::sleep(Duration::from_millis((1_u64 << tried) * 10 + u64::from(jitter) / 4)).await;
    }

    async fn once(&self, actor: &Actor, job: &mut dyn Work) -> Result<Ended, Refused> {
        let mut tx = self.write().await?;
        let place = |tx: &Tx| tx.head.as_ref().map_or(0, |(seq, _)| *seq);
        let before = place(&tx);
        job.work(&mut tx, actor).await?;
        let felt = tx.felt.take().unwrap_or_default();
        let head = tx.write_events().await?;
        let after = place(&tx);
        let committed = tx.connection.commit().await;
        // Of one that may have been kept or not, everybody looks again.
        self.acts.done((before, after), if committed.is_ok() { felt } else { Felt::ByAll });
        match (committed, head) {
            (Ok(()), _) => Ok(Ended::Kept),
            (Err(LedgerError::Away(cause)), Some(head)) => Ok(Ended::Lost { head, cause }),
            // What says no event may be done twice.
            (Err(error), _) => Err(error.into()),
        }
    }

    /// Whether a change, lost in the middle of its commit, was kept. It waits for its turn like an act: the
    /// old connection may still be at it, and holds the head until it is done or undone.
    async fn was_kept(&self, head: &str, cause: &str) -> Result<bool, LedgerError> {
        let began = Instant::now();
        for tried in 1..=TRIES {
            let asked = async {
                let mut tx = self.write().await?;
                tx.count("select count(*) as n from event where hash = $1", crate::args![head]).await
            };
            match asked.await {
                Ok(found) => return Ok(found > 0),
                Err(LedgerError::Away(_)) if began.elapsed() > PATIENCE => break,
                Err(LedgerError::Again(_) | LedgerError::Away(_)) => self.pause(tried).await,
                Err(error) => return Err(error),
            }
        }
        Err(LedgerError::Unknown(cause.to_owned()))
    }

    /// Whether what was gathered for somebody at one version still holds at a later one: nothing that was written in
    /// between is felt by them. What cannot be known counts as felt.
    #[must_use]
    pub fn still_holds(&self, since: Version, now: Version, actor: &Actor) -> bool {
        self.acts.unfelt(since, now, actor)
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
    #[crate::asked]
    pub async fn close(&self) {
        self.pool.close().await;
    }
}
