//! Changes as the measures need them.

use std::ops::Range;

use query::Session;

use crate::columns::{flags, instants, scan, text};
use crate::error::Result;
use crate::names::Names;

/// Hours after the start of a change in which a ticket on its item counts as "after it".
pub(crate) const AFTER_MS: i64 = 72 * 3_600_000;

/// Longest work on a change during which tickets are counted: what is left open for weeks was not work.
pub(crate) const LONGEST_MS: i64 = AFTER_MS;
/// A week, on whose other side the same hours are looked at.
pub(crate) const WEEK_MS: i64 = 7 * 86_400_000;

/// One row: a change and an item that it touches.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ChangeItem {
    pub(crate) source: String,
    pub(crate) id: String,
    pub(crate) item: Option<String>,
    pub(crate) service: Option<String>,
    pub(crate) class: Option<String>,
    pub(crate) actual: Option<i64>,
    pub(crate) actual_end: Option<i64>,
    pub(crate) planned: Option<i64>,
    pub(crate) planned_end: Option<i64>,
    /// Milliseconds of downtime that were planned.
    pub(crate) downtime: Option<i64>,
    pub(crate) emergency: Option<bool>,
}

/// Which week is looked at: that of the work itself, or one beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Week {
    Before,
    Same,
    After,
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
        let columns = [
            "source",
            "id",
            "item",
            "service",
            "class",
            "actual_start",
            "actual_end",
            "planned_start",
            "planned_end",
            "downtime_start",
            "downtime_end",
            "emergency",
        ];
        let parts = scan::<Vec<ChangeItem>, _>(session, "changes", &columns, |rows, batch| {
            let (source, id) = (text(batch, "source")?, text(batch, "id")?);
            let (item, service, class) = (text(batch, "item")?, text(batch, "service")?, text(batch, "class")?);
            let (actual, actual_end) = (instants(batch, "actual_start")?, instants(batch, "actual_end")?);
            let (planned, planned_end) = (instants(batch, "planned_start")?, instants(batch, "planned_end")?);
            let (down, up) = (instants(batch, "downtime_start")?, instants(batch, "downtime_end")?);
            let emergency = flags(batch, "emergency")?;
            for row in 0..batch.num_rows() {
                let told = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
                rows.push(ChangeItem {
                    source: source.get(row).unwrap_or_default().to_owned(),
                    id: id.get(row).unwrap_or_default().to_owned(),
                    item: told(item.get(row)),
                    service: told(service.get(row)),
                    class: told(class.get(row)),
                    actual: actual.get(row),
                    actual_end: actual_end.get(row),
                    planned: planned.get(row),
                    planned_end: planned_end.get(row),
                    downtime: down.get(row).zip(up.get(row)).map(|(down, up)| up - down).filter(|down| *down > 0),
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

    /// For each change by how many milliseconds it ended later than planned, the latest of its rows; below zero when
    /// it ended earlier, `None` when no row tells both ends.
    pub(crate) fn overruns(&self) -> Vec<Option<i64>> {
        self.latest(|row| Some(row.actual_end? - row.planned_end?))
    }

    /// For each change the milliseconds of downtime that were planned, the longest of its rows.
    pub(crate) fn downtimes(&self) -> Vec<Option<i64>> {
        self.latest(|row| row.downtime)
    }

    /// For each change the largest of what its rows tell.
    fn latest(&self, of: impl Fn(&ChangeItem) -> Option<i64>) -> Vec<Option<i64>> {
        let mut latest = vec![None; self.emergency.len()];
        for (row, change) in self.rows.iter().zip(&self.change) {
            if let Some(known) = latest.get_mut(*change as usize) {
                *known = (*known).max(of(row));
            }
        }
        latest
    }

    /// Of each change and item whose work began and ended at most 72 hours apart the tickets on the item that were
    /// opened in that time, or in the same hours of a week beside it, as places in `opened`, which holds
    /// `(item, instant)`, sorted; empty where there were none. O(rows × log tickets).
    pub(crate) fn meanwhile(&self, opened: &[(u32, i64)], week: Week) -> Vec<(u32, Range<usize>)> {
        let shift = match week {
            Week::Before => -WEEK_MS,
            Week::Same => 0,
            Week::After => WEEK_MS,
        };
        let mut meanwhile = Vec::new();
        for (row, change) in self.rows.iter().zip(&self.change) {
            let (Some(item), Some(start), Some(end)) = (&row.item, row.actual, row.actual_end) else { continue };
            if !(0..=LONGEST_MS).contains(&(end - start)) {
                continue;
            }
            let Some(item) = self.items.find(item) else { continue };
            let from = opened.partition_point(|entry| *entry < (item, start + shift));
            let to = opened.partition_point(|entry| *entry <= (item, end + shift));
            meanwhile.push((*change, from..to));
        }
        meanwhile
    }
}
