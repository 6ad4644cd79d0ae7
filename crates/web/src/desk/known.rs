//! What was worked out for one generation of the record: how it is made, what is asked of it, what is opened ahead.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use brief::analysis::teams::{Flow, Missing};
use brief::analysis::{self, Coming, Found};
use brief::{Brief, Settings};
use ledger::{Ledger, casework};
use measures::{By, Calendar, MeasureValue, Query};
use problems::friction::Lot;
use tokio::sync::watch;
use work::Record;

use super::{State, locked};
use crate::casework::{self as people, Seen};
use crate::pages::day::View as DayView;
use crate::pages::problem::Example;

/// Most answers to questions with a time span that are kept.
const KEPT: usize = 64;
/// Problems whose rows are opened before anybody asks.
const AHEAD: usize = 100;

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
    /// The rows behind every number, where the record has them.
    rows: measures::Opened,
    /// The same in order of time, once they lie so.
    by_time: tokio::sync::OnceCell<measures::Opened>,
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

/// Works out what the pages show of a generation of the record.
pub(super) async fn worked_out(
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
        by_time: tokio::sync::OnceCell::new(),
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
    /// The rows behind every number.
    #[must_use]
    pub fn rows(&self) -> &measures::Opened {
        self.by_time.get().unwrap_or(&self.rows)
    }

    /// Puts tickets in order of time, so that rows of a day that nobody looked at before come at once.
    async fn put_in_order(&self) -> Result<(), UnknownError> {
        let (record, runtime) = (self.record.clone(), tokio::runtime::Handle::current());
        // Packing files takes seconds in a large record: on a thread of its own.
        let tickets = tokio::task::spawn_blocking(move || runtime.block_on(work::by_time(&record)));
        let tickets = tickets.await.map_err(analysis::AnalysisError::from)?.map_err(analysis::AnalysisError::from)?;
        let session = self.record.session().map_err(analysis::AnalysisError::from)?;
        let rows = measures::Opened::with_tickets(session, &self.calendar, Arc::new(tickets)).await;
        // Whoever was faster made the same.
        let _ = self.by_time.set(rows.map_err(analysis::AnalysisError::from)?);
        // Rows of problems that people have acted on are opened anew, over the same tickets.
        self.ruled.lock().await.take_if(|seen| seen.acted.is_some());
        Ok(())
    }

    /// Asks for what people open next: the first page of rows behind every figure of the brief, every measure
    /// and the heaviest problems, all rows in every order that the page offers, and the tickets that the
    /// pages of those problems show. In a large record the first look at some of them takes a moment.
    pub(super) async fn open_ahead(&self) {
        if let Err(cause) = self.put_in_order().await {
            tracing::warn!(%cause, "tickets could not be put in order of time: rows of a day take longer at first");
        }
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
        // When each ticket was finished is worked out at the first request that asks for it.
        let finished =
            measures::Rows { dated: measures::Dated::Finished, to: Some(jiff::Timestamp::MAX), ..first(None, None) };
        for asked in figures.chain([first(None, None), finished]).chain(measures).chain(problems) {
            if let Err(cause) = self.rows().rows(&asked).await {
                tracing::warn!(%cause, ?asked, "rows could not be opened ahead");
            }
        }
        let columns = self.rows().rows(&first(None, None)).await.map(|page| page.columns.clone()).unwrap_or_default();
        for sort in columns.into_iter().flat_map(|column| [(column.clone(), false), (column, true)]) {
            let asked = measures::Rows { sort: Some(sort), ..first(None, None) };
            if let Err(cause) = self.rows().rows(&asked).await {
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
    pub(super) async fn count_ahead(&self) {
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
