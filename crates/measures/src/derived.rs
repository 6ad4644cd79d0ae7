//! Tables that the conditions of some definitions ask for beside the record's own, made by a pass over it.
//!
//! They could be asked in SQL as well, but not in proportion to the record: "the same thing within thirty
//! days" is a join of each busy item's tickets with one another.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray};
use query::Session;
use rayon::prelude::*;

use crate::accumulate::{COMBINED, REPEAT_MS, combination};
use crate::calendar::{Calendar, date_of};
use crate::changes::Changes;
use crate::columns::{instants, ranks, scan, text};
use crate::error::Result;
use crate::extent::extent;

/// Tickets that are repeat work: `source`, `id`.
pub(crate) const REPEAT_TICKETS: &str = "repeat_tickets";
/// Changes with an item and an actual start, whether a ticket on one of their items was opened within 72
/// hours after it: `source`, `id`, `followed`.
pub(crate) const CHANGE_OUTCOMES: &str = "change_outcomes";
/// Days of the whole part of the record: `day`, `opened`, `priority_1`, `urgent`.
pub(crate) const DAYS: &str = "days";

/// Makes one of these tables.
///
/// # Errors
/// When the record cannot be read.
pub(crate) async fn make(name: &str, session: &Session, calendar: &Calendar) -> Result<RecordBatch> {
    match name {
        REPEAT_TICKETS => repeat_tickets(session).await,
        CHANGE_OUTCOMES => change_outcomes(session).await,
        _ => days(session, calendar).await,
    }
}

/// Two looks at the tickets: the first learns which combinations came when, the second which tickets
/// came after another.
async fn repeat_tickets(session: &Session) -> Result<RecordBatch> {
    let [item, category, symptom, location] = COMBINED;
    let columns = ["source", "id", "opened", item, category, symptom, location];
    let mut seen: Vec<(u64, i64)> = scan::<Vec<(u64, i64)>, _>(session, "tickets", &columns[2..], |seen, batch| {
        let (opened, combined) = (instants(batch, "opened")?, COMBINED.map(|name| text(batch, name)));
        let combined = combined.into_iter().collect::<Result<Vec<_>>>()?;
        for row in 0..batch.num_rows() {
            if let (Some(ms), Some(key)) = (opened.get(row), combination(&combined, row)) {
                seen.push((key, ms));
            }
        }
        Ok(())
    })
    .await?
    .concat();
    seen.par_sort_unstable();
    seen.dedup();
    let again: Arc<Vec<(u64, i64)>> = Arc::new(
        seen.windows(2)
            .filter_map(|pair| match pair {
                [(same, earlier), (key, ms)] if same == key && ms - earlier <= REPEAT_MS => Some((*key, *ms)),
                _ => None,
            })
            .collect(),
    );
    drop(seen);
    let parts = scan::<[Vec<String>; 2], _>(session, "tickets", &columns, move |found, batch| {
        let (opened, combined) = (instants(batch, "opened")?, COMBINED.map(|name| text(batch, name)));
        let combined = combined.into_iter().collect::<Result<Vec<_>>>()?;
        let keys = [text(batch, "source")?, text(batch, "id")?];
        for row in 0..batch.num_rows() {
            if let (Some(ms), Some(key)) = (opened.get(row), combination(&combined, row))
                && again.binary_search(&(key, ms)).is_ok()
            {
                for (list, column) in found.iter_mut().zip(&keys) {
                    list.push(column.get(row).unwrap_or_default().to_owned());
                }
            }
        }
        Ok(())
    })
    .await?;
    let column = |which: usize| -> ArrayRef {
        Arc::new(parts.iter().filter_map(|part| part.get(which)).flatten().map(Some).collect::<StringArray>())
    };
    Ok(RecordBatch::try_from_iter([("source", column(0)), ("id", column(1))])?)
}

async fn change_outcomes(session: &Session) -> Result<RecordBatch> {
    let changes = Changes::read(session).await?;
    let items = changes.items.clone();
    let mut opened: Vec<(u32, i64)> =
        scan::<Vec<(u32, i64)>, _>(session, "tickets", &["item", "opened"], move |list, batch| {
            let (item, opened) = (text(batch, "item")?, instants(batch, "opened")?);
            for row in 0..batch.num_rows() {
                if let (Some(item), Some(ms)) = (item.get(row).and_then(|item| items.find(item)), opened.get(row)) {
                    list.push((item, ms));
                }
            }
            Ok(())
        })
        .await?
        .concat();
    opened.par_sort_unstable();
    let followed = changes.followed(&opened);
    let mut keys: Vec<(&str, &str, u32)> =
        changes.rows.iter().zip(&changes.change).map(|(row, change)| (&*row.source, &*row.id, *change)).collect();
    keys.dedup();
    let timed: Vec<(&str, &str, bool)> = keys
        .into_iter()
        .filter_map(|(source, id, change)| Some((source, id, followed.get(change as usize).copied().flatten()?)))
        .collect();
    let sources: ArrayRef = Arc::new(timed.iter().map(|(source, ..)| Some(*source)).collect::<StringArray>());
    let ids: ArrayRef = Arc::new(timed.iter().map(|(_, id, _)| Some(*id)).collect::<StringArray>());
    let followed: ArrayRef = Arc::new(timed.iter().map(|(.., followed)| Some(*followed)).collect::<BooleanArray>());
    Ok(RecordBatch::try_from_iter([("source", sources), ("id", ids), ("followed", followed)])?)
}

/// The days of the whole part of the record, in the calendar's zone: tickets opened, of them with
/// priority rank 1, and with rank 1 or 2.
async fn days(session: &Session, calendar: &Calendar) -> Result<RecordBatch> {
    type Counts = BTreeMap<i64, [i64; 3]>;
    let zone = calendar.clone();
    let parts = scan::<Counts, _>(session, "tickets", &["opened", "priority_rank"], move |counts, batch| {
        let (opened, rank) = (instants(batch, "opened")?, ranks(batch, "priority_rank")?);
        for row in 0..batch.num_rows() {
            let Some(ms) = opened.get(row) else { continue };
            let day = counts.entry(zone.local(ms.div_euclid(1000)).0).or_default();
            day[0] += 1;
            day[1] += i64::from(rank.get(row) == Some(1));
            day[2] += i64::from(matches!(rank.get(row), Some(1 | 2)));
        }
        Ok(())
    })
    .await?;
    let mut counts = Counts::new();
    for (day, more) in parts.into_iter().flatten() {
        let sum = counts.entry(day).or_default();
        for (sum, more) in sum.iter_mut().zip(more) {
            *sum += more;
        }
    }
    let span = extent(session, calendar).await?.map(|extent| extent.whole_from..=extent.whole_to);
    let all: Vec<(i64, [i64; 3])> =
        span.into_iter().flatten().map(|day| (day, counts.get(&day).copied().unwrap_or_default())).collect();
    let number =
        |which: usize| -> ArrayRef { Arc::new(all.iter().map(|(_, counts)| counts[which]).collect::<Int64Array>()) };
    let names: ArrayRef = Arc::new(all.iter().map(|(day, _)| Some(date_of(*day).to_string())).collect::<StringArray>());
    Ok(RecordBatch::try_from_iter([
        ("day", names),
        ("opened", number(0)),
        ("priority_1", number(1)),
        ("urgent", number(2)),
    ])?)
}
