//! What figures over decisions are made of.

use leadership::circle::Actor;
use leadership::decision::State;
use leadership::decision::figures::{Figures, Made, figures};

use super::decision;
use crate::Arg;
use crate::error::LedgerError;
use crate::store::listed;
use crate::tx::Tx;

/// Figures over the decisions of circles.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// Over the open decisions that were made.
    pub figures: Figures,
    /// Decisions that are open to those affected, drafts left out.
    pub open: usize,
    /// Those that are closed.
    pub closed: usize,
    /// Hard messages that were told with what should be different, and all notices of decisions.
    pub hard: i64,
    /// The latter.
    pub notices: i64,
    /// Those whose review date has come, and of them those judged.
    pub due: usize,
    /// The latter.
    pub judged: usize,
}

/// The figures over the circles that somebody sees from inside. Closed decisions are counted and nothing else.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn measured(tx: &mut Tx, actor: &Actor) -> Result<Measured, LedgerError> {
    let inside = &actor.sight.inside;
    let circles: Vec<Arg> = inside.iter().map(|circle| Arg::from(*circle)).collect();
    let sql = listed(
        "select d.*, (select min(n.told_at) from notice n where n.noun = 'decision' and n.subject = d.id) as told_at, \
         (select count(*) from decision_voice v where v.decision = d.id and v.objects = 1) as dissent \
         from decision d where d.state <> 'draft' and d.circle in ({}) order by d.id",
        1,
        inside.len(),
    );
    let today = tx.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let (mut open, mut closed, mut due, mut judged) = (0, 0, 0, 0);
    let mut made = Vec::new();
    for row in &tx.rows(sql, &circles).await? {
        let found = decision(row)?;
        if found.closed_why.is_some() {
            closed += 1;
            continue;
        }
        open += 1;
        let Some(decided_at) = found.decided_at else { continue };
        let has_come = found.form.review_on.is_some_and(|on| on <= today);
        if found.outcome.is_some() || (has_come && found.state == State::Decided) {
            due += 1;
            judged += usize::from(found.outcome.is_some());
        }
        let hours = |from: jiff::Timestamp, to: jiff::Timestamp| to.duration_since(from).as_secs_f64() / 3600.0;
        made.push(Made {
            days_to_decide: hours(found.made_at, decided_at) / 24.0,
            hours_to_tell: row.at_or_null("told_at")?.map(|told| hours(decided_at, told)),
            asked_before: found.asked_at.is_some(),
            dissent: usize::try_from(row.int("dissent")?).unwrap_or_default(),
            outcome: found.outcome,
            form: found.form,
        });
    }
    let notices =
        listed("select count(*) as n from notice where noun = 'decision' and circle in ({})", 1, inside.len());
    let notices = tx.count(notices, &circles).await?;
    let hard = listed(
        "select count(*) as n from notice_intent i join notice n on n.id = i.notice where i.hard = 1 \
         and n.noun = 'decision' and n.circle in ({})",
        1,
        inside.len(),
    );
    let hard = tx.count(hard, &circles).await?;
    Ok(Measured { figures: figures(&made), open, closed, hard, notices, due, judged })
}
