//! Entries of the file in which they were kept before: taken over once, in one act.

use std::collections::BTreeMap;

use casebook::{Act as Deed, Entry};
use leadership::circle::Actor;

use super::write::{Kept, insert};
use super::{NOUN, counted, last, number};
use crate::chain::{Said, sha256};
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::store::instant;
use crate::tx::Tx;

/// Takes entries of the file over: those that were not taken over before. They keep their names and instants, and
/// their numbers where the ledger has no entries yet. It gives how many were taken.
#[derive(Debug, Clone, Copy)]
pub struct TakeOver<'a> {
    /// All entries of the file, in order.
    pub entries: &'a [Entry],
}

#[crate::act]
impl Act for TakeOver<'_> {
    type Done = usize;

    async fn perform(&self, tx: &mut Tx, _: &Actor) -> Result<usize, Refused> {
        // A process may have died after this act and before the file was set aside.
        let rows = tx.rows("select line, number, at from problem_entry where line is not null", &[]).await?;
        let mut taken: BTreeMap<(u64, String), u64> = BTreeMap::new();
        for row in &rows {
            taken.insert((number(row, "line")?, row.text("at")?), number(row, "number")?);
        }
        let (mut next, mut now) = (last(tx).await?, BTreeMap::new());
        let (mut fresh, mut text) = (0, String::new());
        for entry in self.entries {
            let key = (entry.number, instant(entry.at));
            if let Some(number) = taken.get(&key) {
                now.insert(entry.number, *number);
                continue;
            }
            next += 1;
            now.insert(entry.number, next);
            let act = match &entry.act {
                Deed::Undo { entry } => Deed::Undo { entry: now.get(entry).copied().unwrap_or_default() },
                act => act.clone(),
            };
            let by = entry.by.as_str();
            insert(tx, &Kept { number: next, at: entry.at, person: None, by, act: &act, line: Some(entry.number) })
                .await?;
            text.push_str(&serde_json::to_string(&act).map_err(LedgerError::from)?);
            text.push('\n');
            fresh += 1;
        }
        if fresh > 0 {
            tx.say(
                Said::new(NOUN, "", "taken_over")
                    .with("entries", fresh)
                    .with("last", counted(next)?)
                    .with("digest", sha256(&text)),
            );
        }
        Ok(fresh)
    }
}
