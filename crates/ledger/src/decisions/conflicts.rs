//! Decisions that do not go together: marked by anybody who sees both, settled by who decides one of them; and pairs
//! that somebody should look at, since both hold and touch the same.

use std::collections::BTreeMap;

use leadership::circle::Actor;
use leadership::decision::State;
use leadership::id::noun;
use leadership::{DecisionId, text};

use super::{Decision, NOUN, get, questions};
use crate::conflicts::{self, Pair as Conflicting};
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::tx::Tx;

/// Most pairs that are told at once.
pub const MOST: usize = 200;

/// A decision of a pair, with its question and state.
pub type End = (DecisionId, String, State);

/// Two decisions that were marked as conflicting.
pub type Conflict = conflicts::Conflict<End>;

/// Whether a decision holds: made, and not replaced.
fn holds(state: State) -> bool {
    matches!(state, State::Decided | State::Reviewed)
}

impl Conflict {
    /// Whether it stands: not settled, and both decisions hold.
    #[must_use]
    pub fn stands(&self) -> bool {
        self.settled.is_none() && holds(self.one.2) && holds(self.other.2)
    }
}

/// Conflicts between decisions that are both seen, newest first; of one decision where it is named.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn conflicts(tx: &mut Tx, actor: &Actor, of: Option<DecisionId>) -> Result<Vec<Conflict>, LedgerError> {
    let found = conflicts::all(tx, NOUN, of).await?;
    let mut ids: Vec<DecisionId> = found.iter().flat_map(|conflict| [conflict.one, conflict.other]).collect();
    ids.sort_unstable();
    ids.dedup();
    let seen = questions(tx, actor, &ids).await?;
    let end = |id: DecisionId| seen.get(&id).map(|(question, state)| (id, question.clone(), *state));
    Ok(found.into_iter().filter_map(|conflict| conflict.known(end)).take(MOST).collect())
}

/// Two decisions that hold and touch the same aim or promise, the later one without a word of the earlier: nobody has
/// said yet whether they go together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The earlier one, with its question.
    pub earlier: (DecisionId, String),
    /// The later one.
    pub later: (DecisionId, String),
    /// What both touch: its kind and identifier.
    pub touches: (String, String),
}

/// Pairs to look at, of decisions that somebody sees, the latest first. Pairs that were marked, settled or not, and
/// those of which the later one names the earlier are left out.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn pairs(tx: &mut Tx, actor: &Actor) -> Result<Vec<Pair>, LedgerError> {
    let rows = tx
        .rows(
            "select a.noun, a.subject, d.id as earlier, e.id as later from decision_touch a \
             join decision d on d.id = a.decision and d.state in ('decided', 'reviewed') \
             join decision_touch b on b.noun = a.noun and b.subject = a.subject \
             join decision e on e.id = b.decision and e.state in ('decided', 'reviewed') \
             where a.noun <> 'decision' and (d.decided_at < e.decided_at or (d.decided_at = e.decided_at and d.id < e.id)) \
             and not exists (select 1 from decision_touch l where l.decision = e.id and l.noun = 'decision' \
             and l.subject = d.id) \
             and not exists (select 1 from decision_conflict c where (c.decision = d.id and c.other = e.id) \
             or (c.decision = e.id and c.other = d.id)) \
             order by e.decided_at desc, e.id, d.id, a.noun, a.subject limit 2000",
            args![],
        )
        .await?;
    let mut ids: Vec<DecisionId> = Vec::with_capacity(rows.len() * 2);
    for row in &rows {
        ids.extend([row.id("earlier")?, row.id("later")?]);
    }
    ids.sort_unstable();
    ids.dedup();
    let seen = questions(tx, actor, &ids).await?;
    let mut out: BTreeMap<(DecisionId, DecisionId), usize> = BTreeMap::new();
    let mut told = Vec::new();
    for row in &rows {
        let (earlier, later): (DecisionId, DecisionId) = (row.id("earlier")?, row.id("later")?);
        let (Some(one), Some(two)) = (seen.get(&earlier), seen.get(&later)) else { continue };
        if out.insert((earlier, later), told.len()).is_some() {
            continue;
        }
        told.push(Pair {
            earlier: (earlier, one.0.clone()),
            later: (later, two.0.clone()),
            touches: (row.text("noun")?, row.text("subject")?),
        });
        if told.len() == MOST {
            break;
        }
    }
    Ok(told)
}

async fn both(tx: &mut Tx, actor: &Actor, one: DecisionId, other: DecisionId) -> Result<(Decision, Decision), Refused> {
    let first = get(tx, actor, one).await?.ok_or(Refused::NotFound)?;
    let second = get(tx, actor, other).await?.filter(|found| found.id != first.id);
    Ok((first, second.ok_or_else(|| Refused::field("other", "Choose another decision of the list."))?))
}

fn pair(one: &Decision, other: &Decision) -> Conflicting<noun::Decision> {
    Conflicting { noun: NOUN, one: one.id, circle: one.circle, other: other.id }
}

/// Marks two decisions as conflicting, or says at once that they go together, and how: anybody may who sees both.
#[derive(Debug, Clone)]
pub struct MarkConflict {
    /// One.
    pub decision: DecisionId,
    /// The other.
    pub other: DecisionId,
    /// How they conflict, or how they go together.
    pub why: String,
    /// Whether they go together: it is on record from then on, and nobody is asked to look again.
    pub together: bool,
}

#[crate::act]
impl Act for MarkConflict {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let (one, other) = both(tx, actor, self.decision, self.other).await?;
        if !holds(one.state) || !holds(other.state) {
            return Err(Refused::field(
                "other",
                "Only decisions that hold can conflict. Choose one that was made and not replaced.",
            ));
        }
        let why = text::prose("why", &self.why)?;
        pair(&one, &other).mark(tx, actor, why, self.together).await
    }
}

/// Says how a conflict was settled. Who decides or wrote one of the two may, and who leads the circle of one.
#[derive(Debug, Clone)]
pub struct SettleConflict {
    /// One.
    pub decision: DecisionId,
    /// The other.
    pub other: DecisionId,
    /// How it was settled.
    pub words: String,
}

/// Whether somebody may settle a conflict in which this decision is one of the two.
#[must_use]
pub fn may_settle(actor: &Actor, decision: &Decision) -> bool {
    decision.is_of(actor.person) || actor.sight.leads(decision.circle)
}

#[crate::act]
impl Act for SettleConflict {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let (one, other) = both(tx, actor, self.decision, self.other).await?;
        if !may_settle(actor, &one) && !may_settle(actor, &other) {
            return Err(Refused::NotYours(
                "Only who decides one of the two, or leads its circle, can settle it.".to_owned(),
            ));
        }
        let words = text::prose("words", &self.words)?;
        pair(&one, &other).settle(tx, actor, words).await
    }
}
