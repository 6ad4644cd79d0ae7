//! Runs of jobs: backups, patches on devices. They lie among the events, under a source of their own.

use query::Session;

use crate::accumulate::Plan;
use crate::columns::{instants, text};
use crate::error::Result;
use crate::figures::{Figure, part};

/// A run of a job.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct JobRun {
    /// What ran, or on which device.
    pub job: String,
    /// When, milliseconds since 1970.
    pub at: i64,
    /// Class of work, where a word tells it.
    pub class: Option<String>,
    /// `succeeded`, `warned` or `failed`; `None` where its words are not known.
    pub outcome: Option<String>,
    /// The outcome as it was told.
    pub told: String,
    /// Whether it is the newest run of the job.
    pub newest: bool,
}

impl JobRun {
    /// Whether it succeeded.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        self.outcome.as_deref() == Some("succeeded")
    }
}

/// All runs, by job and time; none where no list of jobs was imported.
///
/// # Errors
/// When the record cannot be read.
pub async fn job_runs(session: &Session) -> Result<Vec<JobRun>> {
    if !session.has("events")? {
        return Ok(Vec::new());
    }
    let sql = "select ticket, \"when\" as ran, what, \"to\" as told from events where source = 'jobs'";
    let mut runs = Vec::new();
    for batch in session.batches(sql).await? {
        let (job, ran) = (text(&batch, "ticket")?, instants(&batch, "ran")?);
        let (what, told) = (text(&batch, "what")?, text(&batch, "told")?);
        for row in 0..batch.num_rows() {
            let (Some(job), Some(at)) = (job.get(row), ran.get(row)) else { continue };
            let what = what.get(row).unwrap_or_default();
            // "backup job failed", or "job failed" where no class is told.
            let (class, ended) = what.rsplit_once("job ").unwrap_or_default();
            let told = told.get(row).unwrap_or_default().to_owned();
            let class = Some(class.trim().to_owned()).filter(|class| !class.is_empty());
            let outcome = Some(ended.to_owned()).filter(|ended| !matches!(ended.as_str(), "" | "ended"));
            runs.push(JobRun { job: job.to_owned(), at, class, outcome, told, newest: false });
        }
    }
    runs.sort_unstable();
    let newest: Vec<bool> = runs
        .iter()
        .zip(runs.iter().skip(1).map(Some).chain([None]))
        .map(|(run, next)| next.is_none_or(|next| next.job != run.job))
        .collect();
    for (run, newest) in runs.iter_mut().zip(newest) {
        run.newest = newest;
    }
    Ok(runs)
}

/// The figures of a measure of jobs; `None` when it is none.
pub(crate) fn figures(runs: &[JobRun], plan: &Plan, name: &str) -> Option<Vec<Figure>> {
    let asked = |run: &&JobRun| run.at >= plan.from && run.at < plan.to.min(plan.as_of);
    let known = |run: &&JobRun| run.outcome.is_some();
    let all = runs.iter().filter(asked).count() as u64;
    let count = |of: &dyn Fn(&&JobRun) -> bool| runs.iter().filter(asked).filter(known).filter(of).count() as u64;
    match name {
        "job_runs" => Some(vec![crate::figures::count(all, all)]),
        "job_runs_succeeded" => Some(part(count(&|run| run.succeeded()), count(&|_| true))),
        "jobs_last_good" => Some(part(count(&|run| run.newest && run.succeeded()), count(&|run| run.newest))),
        _ => None,
    }
}
