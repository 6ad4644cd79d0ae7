//! All measures from one pass over the tickets.

use std::sync::Arc;

use jiff::Timestamp;
use query::Session;

use crate::accumulate::{COLUMNS, Part, Plan};
use crate::alerts::{Watch, alerts};
use crate::calendar::Calendar;
use crate::changes::Changes;
use crate::columns::scan;
use crate::disruption;
use crate::error::Result;
use crate::figures::Whole;
use crate::gather::Gathered;
use crate::jobs::job_runs;
use crate::value::{By, MeasureValue, Query};

/// Measures the record: every definition in order, each with its groups (the largest first, the one that
/// is not told last among equals) and its statistics.
///
/// Reads the columns that it needs once, all partitions at the same time, and computes the rest in
/// memory: about 30 bytes a ticket. Changes are measured for the whole record, by service, by item and
/// by month; days not by month.
///
/// # Errors
/// When the record cannot be read.
pub async fn compute(session: &Session, query: &Query, calendar: &Calendar) -> Result<Vec<MeasureValue>> {
    let changes = Changes::read(session).await?;
    let plan = Plan::of(query, calendar, changes.items.clone());
    let mut columns = COLUMNS.to_vec();
    if let Some(by) = query.by
        && by != By::Month
        && !columns.contains(&by.column())
    {
        columns.push(by.column());
    }
    let plan = Arc::new(plan);
    let shared = Arc::clone(&plan);
    let parts = scan::<Part, _>(session, "tickets", &columns, move |part, batch| part.step(&shared, batch)).await?;
    // A look of its own, where there is anything to see.
    let alerts = if plan.by.is_none() && parts.iter().any(|part| part.alerts) {
        alerts(session, false).await?
    } else {
        Vec::new()
    };
    let calls = if plan.by.is_none() && changes.rows.iter().any(disruption::is_timed) {
        disruption::calls(session, &changes.items).await?
    } else {
        Vec::new()
    };
    let jobs = if plan.by.is_none() { Some(job_runs(session).await?) } else { None };
    let (top, lost) = (query.top, query.lost);
    // Sorting keeps the cores busy: away from the threads that answer others.
    let values = tokio::task::spawn_blocking(move || {
        let gathered = Gathered::new(parts, &plan, &changes, top);
        let watch = Watch::new(alerts, &plan, gathered.extent.map_or(i64::MIN, |extent| extent.end_ms));
        let toll = (plan.by.is_none()).then(|| {
            let found = gathered.extent.map(|extent| disruption::all(&changes, &calls, &plan, &extent, lost));
            found.unwrap_or_default()
        });
        crate::figures::values(&gathered, &plan, &changes, &Whole { watch, toll, jobs })
    })
    .await?;
    Ok(values)
}

/// An instant in milliseconds, or what stands for "none".
pub(crate) fn millis(instant: Option<Timestamp>, none: i64) -> i64 {
    instant.map_or(none, Timestamp::as_millisecond)
}
