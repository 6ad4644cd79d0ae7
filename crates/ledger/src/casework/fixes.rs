//! Whether fixes held, as the work record showed it. The ledger knows no tickets: whoever has worked the verdicts out
//! hands them in, and each is kept when it is reached, and again when it turns.

use std::collections::BTreeMap;

use casebook::{Judged, Stage};
use leadership::circle::Actor;

use super::{NOUN, counted, last, number, sides};
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::ledger::{Act, Ledger};
use crate::people::{self, Begin};
use crate::store::Row;
use crate::tx::Tx;

fn fix(row: &Row) -> Result<Judged, LedgerError> {
    let stage = row.text("stage")?;
    Ok(Judged {
        entry: number(row, "entry")?,
        problem: row.text("problem")?,
        title: row.text("title")?,
        owner: row.id_or_null("owner")?,
        team: row.text("team")?,
        on: row.day("fixed_on")?,
        stage: Stage::from_name(&stage).ok_or_else(|| LedgerError::Inside(format!("no fix is “{stage}”")))?,
        day: row.day("day")?,
        figures: row.text("figures")?,
    })
}

/// The fixes that are marked, as they were last judged, by the number of their entry.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn judged(tx: &mut Tx) -> Result<Vec<Judged>, LedgerError> {
    let sql =
        "select entry, problem, title, owner, team, fixed_on, stage, day, figures from problem_fix order by entry";
    tx.rows(sql, &[]).await?.iter().map(fix).collect()
}

/// Whether nothing is new: the day and the figures of a verdict are those of when it was reached.
fn same(one: &Judged, other: &Judged) -> bool {
    let new = Judged { day: other.day, figures: other.figures.clone(), ..one.clone() };
    new == *other
}

/// Keeps what the work record shows of all fixes that are marked, worked out when `known` was the number of the last
/// entry. Where somebody has acted since, nothing is kept: it is worked out anew. It gives how many verdicts were new.
///
/// # Errors
/// When the database refuses or is away.
#[crate::asked]
pub async fn judge(ledger: &Ledger, fixes: &[Judged], known: u64) -> Result<usize, Refused> {
    let before = judged(&mut ledger.read().await?).await?;
    if before.len() == fixes.len() && before.iter().zip(fixes).all(|(one, other)| same(one, other)) {
        return Ok(0);
    }
    ledger.perform(&Begin::nobody(), &Judge { fixes, known }).await
}

/// Keeps verdicts; the program does it, and nobody is its actor.
struct Judge<'a> {
    fixes: &'a [Judged],
    known: u64,
}

#[crate::act]
impl Act for Judge<'_> {
    type Done = usize;

    async fn perform(&self, tx: &mut Tx, _: &Actor) -> Result<usize, Refused> {
        if last(tx).await? != self.known {
            return Ok(0);
        }
        let root = if people::is_empty(tx).await? { None } else { Some(people::root(tx).await?) };
        let mut before: BTreeMap<u64, Judged> = judged(tx).await?.into_iter().map(|fix| (fix.entry, fix)).collect();
        let mut new = 0;
        let mut all = Vec::new();
        for fix in self.fixes {
            if before.remove(&fix.entry).is_some_and(|known| same(&known, fix)) {
                continue;
            }
            tx.run("delete from problem_fix where entry = $1", args![counted(fix.entry)?]).await?;
            tx.run(
                "insert into problem_fix (entry, problem, title, owner, team, fixed_on, stage, day, figures, judged_at) \
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                args![
                    counted(fix.entry)?,
                    &fix.problem,
                    &fix.title,
                    fix.owner,
                    &fix.team,
                    fix.on,
                    fix.stage.name(),
                    fix.day,
                    &fix.figures,
                    tx.now()
                ],
            )
            .await?;
            if fix.stage != Stage::Unproven {
                sides::known(tx, fix.entry).await?;
            }
            new += 1;
            all.push(
                Said::new(NOUN, &fix.problem, "judged")
                    .with("entry", fix.entry)
                    .with("fixed_on", fix.on.to_string())
                    .with("team", fix.team.as_str())
                    .with("owner", fix.owner.map(|id| id.to_string()).unwrap_or_default())
                    .with("verdict", fix.stage.name())
                    .with("day", fix.day.to_string())
                    .with("figures", fix.figures.as_str()),
            );
        }
        // Marks that were undone, or that a later one took the place of.
        for (entry, fix) in before {
            tx.run("delete from problem_fix where entry = $1", args![counted(entry)?]).await?;
            all.push(Said::new(NOUN, &fix.problem, "no_longer_judged").with("entry", entry));
            new += 1;
        }
        for said in all {
            tx.say(if let Some(root) = root { said.within(root) } else { said });
        }
        Ok(new)
    }
}
