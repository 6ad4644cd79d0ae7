//! The record as the pages see it: opened once a generation, with problems, forecast and brief worked
//! out once for each generation and settings, never for each request.

mod known;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use brief::Settings;
use ledger::{Ledger, casework};
use measures::{By, Query};
use tokio::sync::watch;
use work::Record;

pub use known::{Known, UnknownError};

use crate::answers::Answers;
use crate::failure::Failure;
use crate::layout::Held;

/// Most groups of a table of measures.
pub const GROUPS: usize = 200;
/// How long a page waits for what is being worked out before it says so.
pub const PATIENCE: Duration = Duration::from_millis(1500);

/// How far the index behind quick answers is.
#[derive(Debug, Clone)]
pub enum Reading {
    /// Tickets taken in, of how many; 0 of 0 while they are read.
    Reading(usize, usize),
    /// Ready.
    Ready(Arc<Answers>),
    /// No ticket of the record has words.
    Wordless,
    /// It could not be made.
    Failed,
}

/// How far the working out is.
#[derive(Debug, Clone)]
pub enum State {
    /// Being worked out; what is being done.
    Working(String),
    /// Done.
    Ready(Arc<Known>),
    /// It could not be done.
    Failed(String),
}

/// The index behind quick answers and the generation of the record that it is of.
type Index = Arc<Mutex<Option<(u64, watch::Receiver<Reading>)>>>;

/// What a page is given.
#[derive(Debug)]
pub enum Given {
    /// Nothing was ever imported.
    Empty,
    /// Not there yet.
    Working(watch::Receiver<State>),
    /// There.
    Ready(Arc<Known>),
}

/// What the known depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Key {
    generation: u64,
    settings: Settings,
    calendar: Option<(u64, Option<SystemTime>)>,
}

/// The record of a data folder.
#[derive(Debug)]
pub struct Desk {
    data: PathBuf,
    record: Mutex<Option<Record>>,
    current: Mutex<Option<(Key, watch::Receiver<State>)>>,
    ledger: Ledger,
    /// One act at a time: what a form was checked against must still hold when it is written.
    acting: tokio::sync::Mutex<()>,
    /// The index behind quick answers and the generation of the record that it is of.
    answers: Index,
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // What these locks guard is replaced whole, so that a panic leaves nothing half done.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Desk {
    /// The desk of a data folder, and the ledger that keeps what people do with its problems; nothing is read yet.
    #[must_use]
    pub fn new(data: &Path, ledger: Ledger) -> Self {
        Self {
            data: data.to_path_buf(),
            ledger,
            record: Mutex::new(None),
            current: Mutex::new(None),
            acting: tokio::sync::Mutex::default(),
            answers: Arc::default(),
        }
    }

    /// The data folder.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// The turn to act.
    pub(crate) async fn acting(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.acting.lock().await
    }

    pub(crate) fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The index behind quick answers for a generation of the record; `None` before anybody began it.
    #[must_use]
    pub fn answers(&self, known: &Known) -> Option<Reading> {
        let generation = known.record.generation();
        let held = locked(&self.answers);
        held.as_ref().filter(|(of, _)| *of == generation).map(|(_, reading)| reading.borrow().clone())
    }

    /// Has the brief made anew, tickets counted anew and fixes judged anew, beside whatever else is going on: people have
    /// acted on problems.
    pub(crate) fn renew(&self) {
        let state = locked(&self.current).as_ref().map(|(_, receiver)| receiver.borrow().clone());
        let Some(State::Ready(known)) = state else { return };
        tokio::spawn(async move {
            if let Err(cause) = known.renew().await {
                tracing::warn!(%cause, "the brief could not be made anew");
            }
            known.count_ahead().await;
            known.judge_or_warn().await;
        });
    }

    /// The newest generation of the record.
    ///
    /// # Errors
    /// When the data folder cannot be read.
    pub fn record(&self) -> Result<Record, Failure> {
        let mut held = locked(&self.record);
        let record = match held.as_ref() {
            Some(record) => record.refreshed(),
            None => Record::open(&self.data),
        }
        .map_err(Failure::inside)?;
        *held = Some(record.clone());
        Ok(record)
    }

    /// What the record holds, for the foot of every page.
    ///
    /// # Errors
    /// As [`Desk::record`].
    pub fn held(&self) -> Result<Held, Failure> {
        self.record().map(|record| record.counts().into())
    }

    /// The settings of the data folder.
    ///
    /// # Errors
    /// When the file is there and cannot be understood: the page says which line.
    pub fn settings(&self) -> Result<Settings, Failure> {
        Settings::load(&self.data)
            .map_err(|error| Failure::refused(error.to_string(), "Mend the file and load this page again."))
    }

    /// Follows the working out, starting it when nobody did.
    ///
    /// # Errors
    /// When record or settings cannot be read.
    pub fn follow(&self) -> Result<Option<watch::Receiver<State>>, Failure> {
        let record = self.record()?;
        if record.is_empty() {
            return Ok(None);
        }
        let settings = self.settings()?;
        let calendar = settings
            .calendar
            .as_ref()
            .and_then(|name| std::fs::metadata(self.data.join(name)).ok())
            .map(|file| (file.len(), file.modified().ok()));
        let key = Key { generation: record.generation(), settings, calendar };
        let mut current = locked(&self.current);
        // Work that failed, or that ended without a word, is begun anew by whoever asks next.
        let given_up = |receiver: &watch::Receiver<State>| match &*receiver.borrow() {
            State::Ready(_) => false,
            State::Failed(_) => true,
            State::Working(_) => receiver.has_changed().is_err(),
        };
        if let Some((known, receiver)) = current.as_ref()
            && *known == key
            && !given_up(receiver)
        {
            return Ok(Some(receiver.clone()));
        }
        let (sender, receiver) = watch::channel(State::Working("Reading the record".to_owned()));
        *current = Some((key.clone(), receiver.clone()));
        let (ledger, answers) = (self.ledger.clone(), Arc::clone(&self.answers));
        tokio::spawn(work_out(record, key.settings, ledger, sender, answers));
        Ok(Some(receiver))
    }

    /// What was worked out, waiting a moment for it when it is under way.
    ///
    /// # Errors
    /// When it could not be worked out.
    pub async fn known(&self, patience: Duration) -> Result<Given, Failure> {
        let Some(mut receiver) = self.follow()? else { return Ok(Given::Empty) };
        let waited = async {
            match receiver.wait_for(|state| !matches!(state, State::Working(_))).await {
                Ok(state) => state.clone(),
                Err(_) => State::Failed("the work was given up".to_owned()),
            }
        };
        let state = tokio::time::timeout(patience, waited).await.ok();
        match state {
            None | Some(State::Working(_)) => Ok(Given::Working(receiver)),
            Some(State::Ready(known)) => Ok(Given::Ready(known)),
            Some(State::Failed(cause)) => Err(Failure::Inside(cause)),
        }
    }
}

/// Works everything out. Readers of the record run on the runtime's threads, mathematics beside them.
async fn work_out(record: Record, settings: Settings, ledger: Ledger, sender: watch::Sender<State>, answers: Index) {
    let sender = Arc::new(sender);
    let worked_out = async {
        let entries = casework::entries(&mut ledger.read().await?).await?;
        Ok::<_, UnknownError>(known::worked_out(record, settings, ledger, &entries, &sender).await?)
    };
    match worked_out.await {
        Ok(known) => {
            let known = Arc::new(known);
            sender.send_replace(State::Ready(Arc::clone(&known)));
            tokio::spawn(read_ahead(known.record.clone(), known.found.weights(), answers));
            known.open_ahead().await;
            // The tables that people open next, before they do.
            for by in By::ALL {
                if let Err(cause) = known.measures(&Query { by: Some(by), top: Some(GROUPS), ..Query::default() }).await
                {
                    tracing::warn!(%cause, by = by.name(), "a table of measures could not be made ahead");
                }
            }
            known.count_ahead().await;
            known.judge_or_warn().await;
        }
        Err(cause) => {
            tracing::error!(?cause, "problems, forecast and brief could not be worked out");
            sender.send_replace(State::Failed(cause.to_string()));
        }
    }
}

/// Builds the index behind quick answers, unless this generation's is there or under way. The one of an
/// older generation is let go first: two of a large record may not fit.
async fn read_ahead(record: Record, weights: problems::similar::Weights, answers: Index) {
    let (sender, receiver) = watch::channel(Reading::Reading(0, 0));
    {
        let mut held = locked(&answers);
        if held.as_ref().is_some_and(|(generation, _)| *generation == record.generation()) {
            return;
        }
        *held = Some((record.generation(), receiver));
    }
    let sender = Arc::new(sender);
    let told = Arc::clone(&sender);
    let built = Answers::build(&record, weights, move |done, all| {
        told.send_replace(Reading::Reading(done, all));
    });
    let state = match built.await {
        Ok(Some(answers)) => Reading::Ready(Arc::new(answers)),
        Ok(None) => Reading::Wordless,
        Err(cause) => {
            tracing::error!(%cause, "the index behind quick answers could not be made");
            Reading::Failed
        }
    };
    sender.send_replace(state);
}
