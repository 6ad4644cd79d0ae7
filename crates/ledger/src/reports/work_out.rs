//! Working a closed wave out: read, computed in a thread of its own, kept in one act.

use std::collections::BTreeSet;

use leadership::WaveId;
use leadership::circle::Actor;
use leadership::profile::Findings;
use leadership::wave::RaterRole;

use super::work::{Chains, Worked, work};
use super::{NOUN, ReportId};
use super::{snapshot, spent};
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::ledger::{Act, Ledger};
use crate::people::Begin;
use crate::tx::Tx;
use crate::waves::{self, Wave};

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The answers are opened.
    Reading,
    /// The figures of so many people are worked out.
    Computing(usize),
    /// So many reports are kept.
    Keeping(usize),
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Done {
    /// Reports that were made.
    pub reports: usize,
    /// Of them those without a figure of others.
    pub without_figures: usize,
    /// Whether the computation came to rest.
    pub converged: bool,
    /// Seconds that reading and computing took.
    pub seconds: f64,
}

/// Waves that are closed and not worked out yet, the oldest first.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn not_worked_out(tx: &mut Tx) -> Result<Vec<WaveId>, LedgerError> {
    let rows = tx
        .rows(
            "select w.id from wave w where w.closed_on is not null \
             and not exists (select 1 from wave_findings f where f.wave = w.id) order by w.closed_on, w.id",
            args![],
        )
        .await?;
    rows.iter().map(|row| row.id("id")).collect()
}

/// Works a closed wave out, once; `None` where that was done before. `progress` is told how far it is.
///
/// # Errors
/// When there is no such wave, it is still open, or its answers cannot be opened with the key of this ledger.
pub async fn work_out(ledger: &Ledger, id: WaveId, progress: impl Fn(Step) + Send) -> Result<Option<Done>, Refused> {
    work_out_with(ledger, id, Chains::ToRest, progress).await
}

/// As [`work_out`], with chains of some length.
pub(crate) async fn work_out_with(
    ledger: &Ledger,
    id: WaveId,
    chains: Chains,
    progress: impl Fn(Step) + Send,
) -> Result<Option<Done>, Refused> {
    let began = ledger.now();
    progress(Step::Reading);
    let mut tx = ledger.read().await?;
    let wave = waves::find(&mut tx, id).await?.ok_or(Refused::NotFound)?;
    if wave.closed_on.is_none() {
        return Err(Refused::conflict("This wave is still open.", "Work it out when it is closed."));
    }
    if tx.count("select count(*) as n from wave_findings where wave = $1", args![id]).await? > 0 {
        return Ok(None);
    }
    let key = tx.answers.clone().ok_or_else(|| LedgerError::Inside("there is no key of the answers".to_owned()))?;
    let snapshot = snapshot::read(&mut tx, &key, &wave).await?;
    drop(tx);
    progress(Step::Computing(snapshot.rated.len()));
    // Seconds to minutes of pure computation: not on a thread that answers pages.
    let computed = tokio::task::spawn_blocking(move || work(&snapshot, chains)).await;
    let mut worked = computed.map_err(|error| LedgerError::Inside(error.to_string()))??;
    worked.findings.seconds = (ledger.now().duration_since(began).as_secs_f64() * 10.0).round() / 10.0;
    progress(Step::Keeping(worked.reports.len()));
    let done = Done {
        reports: worked.reports.len(),
        without_figures: worked.findings.without_figures,
        converged: worked.findings.fit.converged,
        seconds: worked.findings.seconds,
    };
    let kept = ledger.perform(&Begin::nobody(), &Keep { wave, worked }).await?;
    Ok(kept.then_some(done))
}

/// Keeps what was worked out: all reports of a wave, what was released, what was found, in one act.
struct Keep {
    wave: Wave,
    worked: Worked,
}

#[crate::act]
impl Act for Keep {
    type Done = bool;

    async fn perform(&self, tx: &mut Tx, _: &Actor) -> Result<bool, Refused> {
        let (wave, now) = (self.wave.id, tx.now());
        // Somebody else was faster; theirs are the same figures.
        if tx.count("select count(*) as n from wave_findings where wave = $1", args![wave]).await? > 0 {
            return Ok(false);
        }
        let closed_on = self.wave.closed_on.unwrap_or(self.wave.closes_on);
        let whole = spent::means(tx, wave, closed_on, &self.worked.whole).await?;
        let findings = Findings { whole, ..self.worked.findings.clone() };
        let findings = serde_json::to_string(&findings).map_err(LedgerError::from)?;
        tx.run("insert into wave_findings (wave, made_at, body) values ($1, $2, $3)", args![wave, now, findings])
            .await?;
        let rows = tx
            .rows(
                "select rated from seat where wave = $1 and role = $2 and state = 'spent'",
                args![wave, RaterRole::Own.name()],
            )
            .await?;
        let rated_self: BTreeSet<String> = rows.iter().map(|row| row.text("rated")).collect::<Result<_, _>>()?;
        let rows = tx
            .rows(
                "select r.person from rated r join person p on p.id = r.person where r.wave = $1 and p.erased_at is null",
                args![wave],
            )
            .await?;
        let here: BTreeSet<String> = rows.iter().map(|row| row.text("person")).collect::<Result<_, _>>()?;
        // Whoever was erased since the answers were read gets none.
        for (person, report) in self.worked.reports.iter().filter(|(person, _)| here.contains(&person.to_string())) {
            let id: ReportId = tx.id();
            let body = serde_json::to_string(report).map_err(LedgerError::from)?;
            let own = rated_self.contains(&person.to_string()).then_some(report.closed_on);
            tx.run(
                "insert into report (id, wave, person, made_at, closed_on, rated_self_on, open_parts, reply, body) \
                 values ($1, $2, $3, $4, $5, $6, '', '', $7)",
                args![id, wave, *person, now, report.closed_on, own, body],
            )
            .await?;
        }
        for (person, raters, what) in &self.worked.released {
            if !here.contains(&person.to_string()) {
                continue;
            }
            let id: ReportId = tx.id();
            let raters = serde_json::to_string(raters).map_err(LedgerError::from)?;
            tx.run(
                "insert into released_set (id, rated, wave, raters, what, released_at) values ($1, $2, $3, $4, $5, $6)",
                args![id, *person, wave, raters, what, now],
            )
            .await?;
        }
        tx.say(
            Said::new("wave", wave, "worked_out")
                .within(self.wave.circle)
                .with(NOUN, self.worked.reports.len())
                .with("model", self.wave.model_version.as_str())
                .with("program", env!("CARGO_PKG_VERSION"))
                .with("converged", self.worked.findings.fit.converged),
        );
        Ok(true)
    }
}
