//! The record as the pages see it: opened once a generation, with problems, forecast and brief worked
//! out once for each generation and settings, never for each request.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use brief::analysis::teams::{Flow, Missing};
use brief::analysis::{self, Coming, Found};
use brief::{Brief, Settings};
use ledger::{Ledger, casework};
use measures::{By, Calendar, MeasureValue, Query};
use problems::friction::Lot;
use tokio::sync::watch;
use work::Record;

use crate::answers::Answers;
use crate::casework::{self as people, Seen};
use crate::failure::Failure;
use crate::layout::Held;
use crate::pages::day::View as DayView;
use crate::pages::problem::Example;

/// Most answers to questions with a time span that are kept.
const KEPT: usize = 64;
/// Problems whose rows are opened before anybody asks.
const AHEAD: usize = 100;
/// Most groups of a table of measures.
pub const GROUPS: usize = 200;
/// How long a page waits for what is being worked out before it says so.
pub const PATIENCE: Duration = Duration::from_millis(1500);

/// All that was worked out for one generation of the record and one state of the settings.
#[derive(Debug)]
pub struct Known {
    /// The record.
    pub record: Record,
    /// The settings.
    pub settings: Settings,
    /// Business hours.
    pub calendar: Calendar,
    /// Problems as the search found them; as people see them: [`Known::held`].
    pub found: Arc<Found>,
    /// What is coming.
    pub coming: Option<Coming>,
    /// The brief; made anew when people act on problems.
    brief: Mutex<Arc<Brief>>,
    /// When the tickets of the whole desk were opened, once somebody has asked whether a fix held.
    opened: tokio::sync::OnceCell<Arc<Vec<i64>>>,
    /// The past by day; `None` when no ticket has an opened instant.
    pub series: Option<measures::Series>,
    /// Changes beside incidents; `None` when the record has no changes with an item and a start.
    pub effect: Option<measures::ChangeEffect>,
    /// The rows behind every number.
    pub rows: measures::Opened,
    /// Tickets in words, by source and number, as pages of problems have asked for them.
    told: Mutex<HashMap<(String, String), Example>>,
    /// Measures by what was asked for.
    measured: Mutex<HashMap<String, Arc<Vec<MeasureValue>>>>,
    /// What the cost of tickets can be told by, once somebody has asked.
    lost_by: tokio::sync::OnceCell<Vec<(By, u64)>>,
    /// Tickets counted by one of those, and the entries of the casebook at that time.
    lots: Mutex<HashMap<&'static str, Counted>>,
    /// What all days of IT have in common, once somebody has asked.
    book: tokio::sync::OnceCell<crate::day::Book>,
    /// Days of IT that were told.
    days: Mutex<HashMap<jiff::civil::Date, Arc<DayView>>>,
    /// How work flows through teams, once somebody has asked: see [`crate::teams::told`].
    pub(crate) team_flow: tokio::sync::OnceCell<Result<Flow, Missing>>,
    /// What was planned for changes beside what was seen, once somebody has asked: see [`crate::changes::told`].
    pub(crate) disruptions: tokio::sync::OnceCell<Option<measures::Disruptions>>,
    /// Runs of jobs, once somebody has asked.
    pub(crate) job_runs: tokio::sync::OnceCell<Vec<measures::JobRun>>,
    /// What the test of fixes says on days when nothing was fixed, once somebody has asked.
    placebo: tokio::sync::OnceCell<Vec<problems::placebo::Line>>,
    /// Where what people did with problems is kept.
    pub(crate) ledger: Ledger,
    /// Problems at one state of the casebook.
    pub(crate) ruled: tokio::sync::Mutex<Option<Seen>>,
}

/// Tickets counted by a field, and how many entries there were then.
type Counted = (usize, Arc<Vec<Lot>>);

/// Why what a page shows could not be worked out.
#[derive(Debug, thiserror::Error)]
pub enum UnknownError {
    /// The record could not be read or measured.
    #[error(transparent)]
    Analysis(#[from] analysis::AnalysisError),
    /// What people did could not be read.
    #[error(transparent)]
    Ledger(#[from] ledger::LedgerError),
}

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
        Ok::<_, UnknownError>(known(record, settings, ledger, &entries, &sender).await?)
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

async fn known(
    record: Record,
    settings: Settings,
    ledger: Ledger,
    entries: &[casebook::Entry],
    sender: &Arc<watch::Sender<State>>,
) -> Result<Known, analysis::AnalysisError> {
    let told = Arc::clone(sender);
    let progress: Arc<dyn Fn(problems::Progress) + Send + Sync> = Arc::new(move |progress| {
        let words = if progress.total > 0 {
            format!(
                "{}: {} of {}",
                progress.stage,
                brief::words::grouped(progress.done),
                brief::words::grouped(progress.total)
            )
        } else {
            progress.stage.to_owned()
        };
        told.send_replace(State::Working(words));
    });
    let calendar = analysis::calendar(&record, &settings)?;
    let brief = analysis::brief(&record, &settings, entries, None, Arc::clone(&progress)).await?;
    let found = analysis::problems(&record, entries, progress).await?;
    sender.send_replace(State::Working("Looking ahead".to_owned()));
    let days = analysis::days(&record, &calendar).await?;
    let coming = tokio::task::spawn_blocking(move || {
        analysis::coming(&days, analysis::WEEKS_AHEAD, &pipeline::Settings::default())
    })
    .await?;
    let session = record.session()?;
    let rows = measures::Opened::new(session, &calendar).await?;
    sender.send_replace(State::Working("Looking back".to_owned()));
    let with_teams = Query { top: Some(measures::TEAMS), ..Query::default() };
    let series = measures::series(session, &with_teams, &calendar).await?;
    let effect = match record.counts().changes {
        0 => None,
        _ => measures::change_effect(session, &measures::EffectSettings::default(), &calendar).await?,
    };
    let known = Known {
        record,
        settings,
        calendar,
        found,
        coming,
        brief: Mutex::new(Arc::new(brief)),
        opened: tokio::sync::OnceCell::new(),
        series,
        effect,
        rows,
        told: Mutex::default(),
        measured: Mutex::new(HashMap::new()),
        lost_by: tokio::sync::OnceCell::new(),
        lots: Mutex::default(),
        book: tokio::sync::OnceCell::new(),
        days: Mutex::default(),
        team_flow: tokio::sync::OnceCell::new(),
        disruptions: tokio::sync::OnceCell::new(),
        job_runs: tokio::sync::OnceCell::new(),
        placebo: tokio::sync::OnceCell::new(),
        ledger,
        ruled: tokio::sync::Mutex::default(),
    };
    sender.send_replace(State::Working("Measuring".to_owned()));
    known.measures(&Query::default()).await?;
    Ok(known)
}

impl Known {
    /// Asks for what people open next: the first page of rows behind every figure of the brief, every measure
    /// and the heaviest problems, all rows in every order that the page offers, and the tickets that the
    /// pages of those problems show. In a large record the first look at some of them takes a moment.
    async fn open_ahead(&self) {
        let first = |measure: Option<&str>, problem: Option<&str>| measures::Rows {
            measure: measure.map(str::to_owned),
            problem: problem.map(str::to_owned),
            per_page: crate::rows::PER_PAGE,
            ..measures::Rows::default()
        };
        let problems = self.found.problems.iter().take(AHEAD).map(|problem| first(None, Some(&problem.id)));
        let measures = measures::definitions().iter().map(|definition| first(Some(definition.name), None));
        let brief = self.brief();
        let figures = brief.figures.iter().filter_map(|figure| figure.rows.as_deref());
        let figures = figures.filter_map(|address| crate::rows::of_address(address, self));
        for asked in figures.chain([first(None, None)]).chain(measures).chain(problems) {
            if let Err(cause) = self.rows.rows(&asked).await {
                tracing::warn!(%cause, ?asked, "rows could not be opened ahead");
            }
        }
        let columns = self.rows.rows(&first(None, None)).await.map(|page| page.columns.clone()).unwrap_or_default();
        for sort in columns.into_iter().flat_map(|column| [(column.clone(), false), (column, true)]) {
            let asked = measures::Rows { sort: Some(sort), ..first(None, None) };
            if let Err(cause) = self.rows.rows(&asked).await {
                tracing::warn!(%cause, ?asked, "an order of rows could not be opened ahead");
            }
        }
        let shown: Vec<(String, String)> = self.found.examples.iter().take(AHEAD).flatten().cloned().collect();
        if let Err(cause) = crate::rows::examples(self, &shown).await {
            tracing::warn!(?cause, "tickets of problems could not be read ahead");
        }
        if let Err(cause) = crate::day::ahead(self).await {
            tracing::warn!(?cause, "a day of IT could not be told ahead");
        }
        if let Err(cause) = crate::teams::told(self).await {
            tracing::warn!(%cause, "the flow of teams could not be worked out ahead");
        }
        if let Err(cause) = crate::changes::told(self).await {
            tracing::warn!(%cause, "changes could not be held against their plans ahead");
        }
    }

    /// Counts tickets by every field that can tell what is lost where: in a large record that takes a second or two.
    async fn count_ahead(&self) {
        let (held, split_by) = match (self.held().await, self.lost_by().await) {
            (Ok(held), Ok(split_by)) => (held, split_by),
            (Err(cause), _) => return tracing::warn!(?cause, "problems could not be looked up ahead"),
            (_, Err(cause)) => return tracing::warn!(%cause, "what is lost could not be counted ahead"),
        };
        for (by, _) in split_by {
            if let Err(cause) = self.lots(&held, *by).await {
                tracing::warn!(%cause, by = by.name(), "what is lost could not be counted ahead");
            }
        }
    }

    pub(crate) async fn book(&self) -> Result<&crate::day::Book, measures::MeasureError> {
        self.book.get_or_try_init(|| crate::day::book(self)).await
    }

    pub(crate) fn days(&self) -> std::sync::MutexGuard<'_, HashMap<jiff::civil::Date, Arc<DayView>>> {
        locked(&self.days)
    }

    pub(crate) fn told(&self) -> std::sync::MutexGuard<'_, HashMap<(String, String), Example>> {
        locked(&self.told)
    }

    /// The brief.
    #[must_use]
    pub fn brief(&self) -> Arc<Brief> {
        Arc::clone(&locked(&self.brief))
    }

    /// Makes the brief anew: problems are not as they were when it was made.
    ///
    /// # Errors
    /// When record or ledger cannot be read.
    pub async fn renew(&self) -> Result<(), UnknownError> {
        let entries = casework::entries(&mut self.ledger.read().await?).await?;
        let fresh = analysis::brief(&self.record, &self.settings, &entries, None, Arc::new(|_| ())).await?;
        *locked(&self.brief) = Arc::new(fresh);
        Ok(())
    }

    /// When the tickets of the whole desk were opened, sorted.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub async fn opened(&self) -> Result<Arc<Vec<i64>>, analysis::AnalysisError> {
        let read = || async { analysis::opened(&self.record).await.map(Arc::new) };
        self.opened.get_or_try_init(read).await.map(Arc::clone)
    }

    /// What the test of fixes says on days of this record when nothing was fixed, as `plumb verify` tells it.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub async fn placebo(&self) -> Result<&[problems::placebo::Line], analysis::AnalysisError> {
        let look = || async {
            let Some(observed) = self.found.observed else { return Ok(Vec::new()) };
            let times = analysis::times(&self.record).await?;
            let looked = tokio::task::spawn_blocking(move || {
                let lists: Vec<Vec<i64>> = times.problems.into_values().collect();
                problems::placebo::placebo(&lists, &times.all, observed, problems::placebo::DATES, 1)
            });
            Ok::<_, analysis::AnalysisError>(looked.await?)
        };
        self.placebo.get_or_try_init(look).await.map(Vec::as_slice)
    }

    /// What the cost of tickets can be told by.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub async fn lost_by(&self) -> Result<&[(By, u64)], analysis::AnalysisError> {
        self.lost_by.get_or_try_init(|| analysis::lost_by(&self.record)).await.map(Vec::as_slice)
    }

    /// Tickets counted by a field, with problems as people see them now.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub async fn lots(&self, held: &people::Held, by: By) -> Result<Arc<Vec<Lot>>, analysis::AnalysisError> {
        let state = held.entries.len();
        if let Some((_, lots)) = locked(&self.lots).get(by.name()).filter(|(at, _)| *at == state) {
            return Ok(Arc::clone(lots));
        }
        let lots = Arc::new(analysis::lots(&self.record, &held.ruled, by).await?);
        locked(&self.lots).insert(by.name(), (state, Arc::clone(&lots)));
        Ok(lots)
    }

    /// Measures, kept for the next who asks the same.
    ///
    /// # Errors
    /// When the record cannot be measured.
    pub async fn measures(&self, query: &Query) -> Result<Arc<Vec<MeasureValue>>, measures::MeasureError> {
        let key = format!("{query:?}");
        if let Some(values) = locked(&self.measured).get(&key) {
            return Ok(Arc::clone(values));
        }
        let session = self.record.session().map_err(|error| measures::MeasureError::Request(error.to_string()))?;
        // Whatever is asked, the owner's ranges hold; what is known here is of one state of the settings.
        let asked = Query { lost: self.settings.lost(), ..query.clone() };
        let values = Arc::new(measures::compute(session, &asked, &self.calendar).await?);
        let mut kept = locked(&self.measured);
        if kept.len() >= KEPT {
            // Only spans of time that somebody typed are many; the tables made ahead come back quickly.
            kept.retain(|key, _| key.contains("from: None, to: None"));
        }
        kept.insert(key, Arc::clone(&values));
        Ok(values)
    }
}
