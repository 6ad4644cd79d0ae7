//! Decisions that do not go together: marked by anybody who sees both, settled by who decides one of them; and pairs
//! that somebody should look at, since both hold and touch the same.

use std::collections::BTreeMap;

use jiff::Timestamp;
use leadership::circle::Actor;
use leadership::decision::State;
use leadership::{DecisionId, PersonId, text};

use super::{Decision, NOUN, get, questions};
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::tx::Tx;

/// Most pairs that are told at once.
pub const MOST: usize = 200;

/// Two decisions that were marked as conflicting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// One, with its question and state.
    pub decision: (DecisionId, String, State),
    /// The other.
    pub other: (DecisionId, String, State),
    /// How they conflict.
    pub why: String,
    /// Who marked it.
    pub by: PersonId,
    /// When.
    pub at: Timestamp,
    /// When it was settled, and how.
    pub settled: Option<(Timestamp, String)>,
}

/// Whether a decision holds: made, and not replaced.
fn holds(state: State) -> bool {
    matches!(state, State::Decided | State::Reviewed)
}

impl Conflict {
    /// Whether it stands: not settled, and both decisions hold.
    #[must_use]
    pub fn stands(&self) -> bool {
        self.settled.is_none() && holds(self.decision.2) && holds(self.other.2)
    }
}

/// Conflicts between decisions that are both seen, newest first; of one decision where it is named.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn conflicts(tx: &mut Tx, actor: &Actor, of: Option<DecisionId>) -> Result<Vec<Conflict>, LedgerError> {
    let rows = match of {
        Some(id) => {
            tx.rows(
                "select * from decision_conflict where decision = $1 or other = $1 order by marked_at desc, decision, other",
                args![id],
            )
            .await?
        }
        None => tx.rows("select * from decision_conflict order by marked_at desc, decision, other", args![]).await?,
    };
    let mut ids = Vec::with_capacity(rows.len() * 2);
    for row in &rows {
        ids.extend([row.id("decision")?, row.id("other")?]);
    }
    ids.sort_unstable();
    ids.dedup();
    let seen = questions(tx, actor, &ids).await?;
    let mut out = Vec::new();
    for row in &rows {
        let (decision, other): (DecisionId, DecisionId) = (row.id("decision")?, row.id("other")?);
        let (Some(one), Some(two)) = (seen.get(&decision), seen.get(&other)) else { continue };
        let settled = match row.at_or_null("settled_at")? {
            Some(at) => Some((at, row.text("settled")?)),
            None => None,
        };
        out.push(Conflict {
            decision: (decision, one.0.clone(), one.1),
            other: (other, two.0.clone(), two.1),
            why: row.text("why")?,
            by: row.id("marked_by")?,
            at: row.at("marked_at")?,
            settled,
        });
        if out.len() == MOST {
            break;
        }
    }
    Ok(out)
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

/// Two decisions are one pair whichever is named first.
fn ordered(one: DecisionId, other: DecisionId) -> (DecisionId, DecisionId) {
    if one < other { (one, other) } else { (other, one) }
}

async fn both(tx: &mut Tx, actor: &Actor, one: DecisionId, other: DecisionId) -> Result<(Decision, Decision), Refused> {
    let first = get(tx, actor, one).await?.ok_or(Refused::NotFound)?;
    let second = get(tx, actor, other).await?.filter(|found| found.id != first.id);
    Ok((first, second.ok_or_else(|| Refused::field("other", "Choose another decision of the list."))?))
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
        let (first, second) = ordered(one.id, other.id);
        let now = tx.now();
        let settled = self.together.then_some(now);
        tx.run(
            "insert into decision_conflict (decision, other, why, marked_by, marked_at, settled, settled_by, settled_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (decision, other) do update set why = $3, \
             marked_by = $4, marked_at = $5, settled = $6, settled_by = $7, settled_at = $8",
            args![
                first,
                second,
                &why,
                actor.person,
                now,
                if self.together { why.as_str() } else { "" },
                self.together.then_some(actor.person),
                settled
            ],
        )
        .await?;
        let kind = if self.together { "goes_together" } else { "conflict_marked" };
        let said = Said::new(NOUN, one.id, kind).by(actor.person).within(one.circle);
        tx.say(said.with("other", other.id.to_string()).sealed(actor.person, "why", why));
        Ok(())
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
        let (first, second) = ordered(one.id, other.id);
        let changed = tx
            .run(
                "update decision_conflict set settled_at = $1, settled = $2, settled_by = $3 where decision = $4 \
                 and other = $5 and settled_at is null",
                args![tx.now(), &words, actor.person, first, second],
            )
            .await?;
        if changed == 0 {
            return Err(Refused::NotFound);
        }
        let said = Said::new(NOUN, one.id, "conflict_settled").by(actor.person).within(one.circle);
        tx.say(said.with("other", other.id.to_string()).sealed(actor.person, "words", words));
        Ok(())
    }
}
