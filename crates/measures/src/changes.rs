//! Changes as the measures need them.

use query::Session;

use crate::columns::{flags, instants, scan, text};
use crate::error::Result;
use crate::names::Names;

/// Hours after the start of a change in which a ticket on its item counts as "after it".
pub(crate) const AFTER_MS: i64 = 72 * 3_600_000;

/// One row: a change and an item that it touches.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ChangeItem {
    pub(crate) source: String,
    pub(crate) id: String,
    pub(crate) item: Option<String>,
    pub(crate) service: Option<String>,
    pub(crate) actual: Option<i64>,
    pub(crate) planned: Option<i64>,
    pub(crate) emergency: Option<bool>,
}

/// All changes, in the order of their keys.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    pub(crate) rows: Vec<ChangeItem>,
    /// For each row the number of its change.
    pub(crate) change: Vec<u32>,
    /// For each change whether its source tells that it is an emergency.
    pub(crate) emergency: Vec<Option<bool>>,
    /// Items touched.
    pub(crate) items: Names,
}

impl Changes {
    pub(crate) async fn read(session: &Session) -> Result<Self> {
        let columns = ["source", "id", "item", "service", "actual_start", "planned_start", "emergency"];
        let parts = scan::<Vec<ChangeItem>, _>(session, "changes", &columns, |rows, batch| {
            let (source, id) = (text(batch, "source")?, text(batch, "id")?);
            let (item, service) = (text(batch, "item")?, text(batch, "service")?);
            let (actual, planned) = (instants(batch, "actual_start")?, instants(batch, "planned_start")?);
            let emergency = flags(batch, "emergency")?;
            for row in 0..batch.num_rows() {
                let told = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
                rows.push(ChangeItem {
                    source: source.get(row).unwrap_or_default().to_owned(),
                    id: id.get(row).unwrap_or_default().to_owned(),
                    item: told(item.get(row)),
                    service: told(service.get(row)),
                    actual: actual.get(row),
                    planned: planned.get(row),
                    emergency: emergency.get(row),
                });
            }
            Ok(())
        })
        .await?;
        let mut rows: Vec<ChangeItem> = parts.into_iter().flatten().collect();
        rows.sort_unstable();
        let mut changes = Self::default();
        let mut number = 0_u32;
        for (index, row) in rows.iter().enumerate() {
            let before = index.checked_sub(1).and_then(|before| rows.get(before));
            if before.is_some_and(|before| (&before.source, &before.id) != (&row.source, &row.id)) {
                number += 1;
            }
            changes.change.push(number);
            match changes.emergency.get_mut(number as usize) {
                None => changes.emergency.push(row.emergency),
                // A change is an emergency when any of its rows says so.
                Some(known) => *known = (*known).max(row.emergency),
            }
            if let Some(item) = &row.item {
                changes.items.number(item);
            }
        }
        changes.rows = rows;
        Ok(changes)
    }

    /// For each change: `None` when it has no item with an actual start, else whether a ticket on one of
    /// its items was opened within 72 hours after it began. `opened` holds `(item, instant)`, sorted.
    pub(crate) fn followed(&self, opened: &[(u32, i64)]) -> Vec<Option<bool>> {
        let mut followed = vec![None; self.emergency.len()];
        for (row, change) in self.rows.iter().zip(&self.change) {
            let (Some(item), Some(start)) = (&row.item, row.actual) else { continue };
            let Some(item) = self.items.find(item) else { continue };
            let next = opened.partition_point(|entry| *entry <= (item, start));
            let hit = opened.get(next).is_some_and(|(on, at)| *on == item && *at <= start + AFTER_MS);
            if let Some(known) = followed.get_mut(*change as usize) {
                *known = Some(known.unwrap_or(false) || hit);
            }
        }
        followed
    }
}
