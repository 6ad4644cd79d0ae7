//! How a decider's percentages held: for their own eyes, and for those with whom they share it, until they
//! take that back.

use jiff::Timestamp;
use leadership::calibration::Judged;
use leadership::circle::Actor;
use leadership::decision::{Call, Outcome};
use leadership::{DecisionId, PersonId};

use super::call;
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::people;
use crate::store::Row;
use crate::tx::Tx;

/// A judged decision with what its decider said before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Called {
    /// Which.
    pub decision: DecisionId,
    /// Its question.
    pub question: String,
    /// What the gut said.
    pub gut: Option<Call>,
    /// What the analysis said.
    pub analysed: Option<Call>,
    /// What came of it.
    pub outcome: Outcome,
    /// When it was judged.
    pub reviewed_at: Timestamp,
}

impl Called {
    fn judged(&self, call: Option<Call>) -> Option<Judged> {
        call.map(|call| Judged { said: f64::from(call.percent) / 100.0, came: self.outcome.came() })
    }

    /// The gut's percentage beside what came.
    #[must_use]
    pub fn gut(&self) -> Option<Judged> {
        self.judged(self.gut)
    }

    /// The analysis's percentage beside what came.
    #[must_use]
    pub fn analysed(&self) -> Option<Judged> {
        self.judged(self.analysed)
    }
}

fn called(row: &Row) -> Result<Called, LedgerError> {
    let outcome = row.text("outcome")?;
    Ok(Called {
        decision: row.id("id")?,
        question: row.text("question")?,
        gut: call(row, "gut_option", "gut_percent")?,
        analysed: call(row, "analysed_option", "analysed_percent")?,
        outcome: Outcome::from_name(&outcome)
            .ok_or_else(|| LedgerError::Inside(format!("no outcome is “{outcome}”")))?,
        reviewed_at: row.at("reviewed_at")?,
    })
}

/// A person's own judged decisions with their percentages, the last judged first: for themselves only, so it
/// takes who acts and nobody else.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn mine(tx: &mut Tx, actor: &Actor) -> Result<Vec<Called>, LedgerError> {
    of(tx, actor.person).await
}

async fn of(tx: &mut Tx, person: PersonId) -> Result<Vec<Called>, LedgerError> {
    let rows = tx
        .rows(
            "select d.id, d.question, d.outcome, d.reviewed_at, c.gut_option, c.gut_percent, c.analysed_option, \
             c.analysed_percent from decision d join decision_call c on c.decision = d.id and c.version = d.version \
             where d.decider = $1 and d.outcome is not null order by d.reviewed_at desc, d.id desc",
            args![person],
        )
        .await?;
    rows.iter().map(called).collect()
}

/// With whom somebody shares it.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn shared_with(tx: &mut Tx, actor: &Actor) -> Result<Vec<PersonId>, LedgerError> {
    let rows = tx
        .rows("select viewer from calibration_share where person = $1 order by since, viewer", args![actor.person])
        .await?;
    rows.iter().map(|row| row.id("viewer")).collect()
}

/// Who shares theirs with somebody.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn shared_by(tx: &mut Tx, actor: &Actor) -> Result<Vec<PersonId>, LedgerError> {
    let rows = tx
        .rows("select person from calibration_share where viewer = $1 order by since, person", args![actor.person])
        .await?;
    rows.iter().map(|row| row.id("person")).collect()
}

/// Shares one's own calibration with a person, or takes that back.
#[derive(Debug, Clone)]
pub struct Share {
    /// With whom, by identifier.
    pub viewer: String,
    /// Whether it is shared from now on.
    pub shared: bool,
}

#[crate::act]
impl Act for Share {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let viewer = match self.viewer.parse::<PersonId>() {
            Ok(viewer) if viewer != actor.person => viewer,
            _ => return Err(Refused::field("viewer", "Choose somebody else.")),
        };
        let changed = if self.shared {
            let seen: Vec<_> = actor.sight.inside.iter().copied().collect();
            let known = people::within(tx, &seen).await?;
            if !known.iter().any(|(person, _, role)| person.id == viewer && !role.outside()) {
                return Err(Refused::field("viewer", "Choose somebody of your circles."));
            }
            tx.run(
                "insert into calibration_share (person, viewer, since) values ($1, $2, $3) on conflict do nothing",
                args![actor.person, viewer, tx.now()],
            )
            .await?
        } else {
            tx.run("delete from calibration_share where person = $1 and viewer = $2", args![actor.person, viewer])
                .await?
        };
        if changed > 0 {
            let kind = if self.shared { "shared" } else { "unshared" };
            tx.say(Said::new("calibration", actor.person, kind).by(actor.person).with("with", viewer.to_string()));
        }
        Ok(())
    }
}

/// Looks at the calibration of somebody who shares it; noted for them. Without the questions of their
/// decisions, which may be closed to the viewer.
#[derive(Debug, Clone)]
pub struct Look {
    /// Whose.
    pub person: PersonId,
}

#[crate::act]
impl Act for Look {
    type Done = Vec<Called>;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<Vec<Called>, Refused> {
        let shared = tx
            .count(
                "select count(*) as n from calibration_share where person = $1 and viewer = $2",
                args![self.person, actor.person],
            )
            .await?;
        if shared == 0 {
            return Err(Refused::NotFound);
        }
        people::looked(tx, actor.person, self.person, "the calibration that they shared").await?;
        let mut found = of(tx, self.person).await?;
        for called in &mut found {
            called.question.clear();
        }
        Ok(found)
    }
}
