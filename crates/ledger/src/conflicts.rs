//! Two that do not go together: two aims or two decisions, as somebody who sees both marked it, until it is settled.
//!
//! Each noun has a table of its own, `aim_conflict` and `decision_conflict`, of the same columns. Who may mark and who
//! may settle is said by the acts of the noun.

use jiff::Timestamp;
use leadership::circle::Actor;
use leadership::{CircleId, Id, PersonId};
use sqlx::AssertSqlSafe;

use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::tx::Tx;

/// Two that were marked as conflicting, or looked at together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict<End> {
    /// One.
    pub one: End,
    /// The other.
    pub other: End,
    /// How they conflict, or how they go together.
    pub why: String,
    /// Who said so.
    pub by: PersonId,
    /// When.
    pub at: Timestamp,
    /// When it was settled, and how.
    pub settled: Option<(Timestamp, String)>,
}

impl<End> Conflict<End> {
    /// With what is known of each end; `None` where one of them is not known.
    pub(crate) fn known<Known>(self, known: impl Fn(End) -> Option<Known>) -> Option<Conflict<Known>> {
        let Self { one, other, why, by, at, settled } = self;
        Some(Conflict { one: known(one)?, other: known(other)?, why, by, at, settled })
    }
}

/// All pairs of a noun, newest first; those of one end where it is named. Who sees them is up to the caller.
pub(crate) async fn all<T>(
    tx: &mut Tx,
    noun: &'static str,
    of: Option<Id<T>>,
) -> Result<Vec<Conflict<Id<T>>>, LedgerError> {
    let order = format!("order by marked_at desc, {noun}, other");
    let rows = match of {
        Some(id) => {
            let sql = format!("select * from {noun}_conflict where {noun} = $1 or other = $1 {order}");
            tx.rows(AssertSqlSafe(sql), args![id]).await?
        }
        None => tx.rows(AssertSqlSafe(format!("select * from {noun}_conflict {order}")), args![]).await?,
    };
    rows.iter()
        .map(|row| {
            let settled = match row.at_or_null("settled_at")? {
                Some(at) => Some((at, row.text("settled")?)),
                None => None,
            };
            Ok(Conflict {
                one: row.id(noun)?,
                other: row.id("other")?,
                why: row.text("why")?,
                by: row.id("marked_by")?,
                at: row.at("marked_at")?,
                settled,
            })
        })
        .collect()
}

/// Two of a noun. They are one pair whichever is named first; history is told of the one that was.
#[derive(Debug)]
pub(crate) struct Pair<T> {
    pub noun: &'static str,
    pub one: Id<T>,
    /// The circle of the one that was named first.
    pub circle: CircleId,
    pub other: Id<T>,
}

impl<T> Pair<T> {
    fn ordered(&self) -> (Id<T>, Id<T>) {
        if self.one < self.other { (self.one, self.other) } else { (self.other, self.one) }
    }

    fn said(&self, kind: &'static str, actor: &Actor) -> Said {
        let said = Said::new(self.noun, self.one, kind).by(actor.person).within(self.circle);
        said.with("other", self.other.to_string())
    }

    /// Marks them as conflicting, or settles at once that they go together; what was marked before is replaced.
    pub(crate) async fn mark(&self, tx: &mut Tx, actor: &Actor, why: String, together: bool) -> Result<(), Refused> {
        let noun = self.noun;
        let (first, second) = self.ordered();
        let now = tx.now();
        let settled = if together { why.as_str() } else { "" };
        tx.run(
            AssertSqlSafe(format!(
                "insert into {noun}_conflict ({noun}, other, why, marked_by, marked_at, settled, settled_by, settled_at) \
                 values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict ({noun}, other) do update set why = $3, \
                 marked_by = $4, marked_at = $5, settled = $6, settled_by = $7, settled_at = $8"
            )),
            args![
                first,
                second,
                &why,
                actor.person,
                now,
                settled,
                together.then_some(actor.person),
                together.then_some(now)
            ],
        )
        .await?;
        let kind = if together { "goes_together" } else { "conflict_marked" };
        tx.say(self.said(kind, actor).sealed(actor.person, "why", why));
        Ok(())
    }

    /// Says how it was settled; of a pair that is not open there is nothing to settle.
    pub(crate) async fn settle(&self, tx: &mut Tx, actor: &Actor, words: String) -> Result<(), Refused> {
        let noun = self.noun;
        let (first, second) = self.ordered();
        let changed = tx
            .run(
                AssertSqlSafe(format!(
                    "update {noun}_conflict set settled_at = $1, settled = $2, settled_by = $3 where {noun} = $4 \
                     and other = $5 and settled_at is null"
                )),
                args![tx.now(), &words, actor.person, first, second],
            )
            .await?;
        if changed == 0 {
            return Err(Refused::NotFound);
        }
        tx.say(self.said("conflict_settled", actor).sealed(actor.person, "words", words));
        Ok(())
    }
}
