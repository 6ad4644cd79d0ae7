//! What monitoring told before anybody called: its tickets beside those of others on the same item.

use query::Session;

use crate::accumulate::Plan;
use crate::columns::{instants, scan, text};
use crate::error::Result;
use crate::figures::{Figure, part};
use crate::names::Names;

/// The class of tickets that monitoring opens.
pub(crate) const MONITORING: &str = "monitoring";
/// Nobody may have called about the item for this long before an alert that was early, nor until this long after the end
/// of one that nobody felt.
const QUIET_MS: i64 = 24 * 3_600_000;

/// A ticket that monitoring opened.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Alert {
    pub(crate) opened: i64,
    /// Nobody had called about its item in the day before.
    pub(crate) early: bool,
    /// When it ended, where that is told.
    ended: Option<i64>,
    /// Nobody called about its item until a day after its end.
    unfelt: bool,
    pub(crate) source: String,
    pub(crate) id: String,
}

impl Alert {
    /// Whether nobody felt it: of alerts that were early and ended a day before the end of the record.
    pub(crate) fn unfelt(&self, end_ms: i64) -> Option<bool> {
        (self.early && self.ended? + QUIET_MS <= end_ms).then_some(self.unfelt)
    }
}

/// What one partition tells of items with alerts.
#[derive(Debug, Default)]
struct Seen {
    alerts: Vec<(u32, Alert)>,
    /// Item and instant of the tickets of others.
    calls: Vec<(u32, i64)>,
}

/// All alerts with an item and an instant, in the order of time; with their keys where they are `named`. Two looks at
/// the tickets, the second one only where there are alerts.
///
/// # Errors
/// When the record cannot be read.
pub(crate) async fn alerts(session: &Session, named: bool) -> Result<Vec<Alert>> {
    let parts = scan::<Names, _>(session, "tickets", &["item", "class"], |names, batch| {
        let (item, class) = (text(batch, "item")?, text(batch, "class")?);
        for row in 0..batch.num_rows() {
            if class.get(row) == Some(MONITORING)
                && let Some(item) = item.get(row).filter(|item| !item.is_empty())
            {
                names.number(item);
            }
        }
        Ok(())
    })
    .await?;
    let mut items = Names::default();
    for part in &parts {
        for number in (0_u32..).take(part.len()) {
            items.number(part.name(number));
        }
    }
    if items.len() == 0 {
        return Ok(Vec::new());
    }
    let columns = ["item", "class", "opened", "resolved", "closed", "source", "id"];
    let columns = if named { &columns[..] } else { &columns[..5] };
    let parts = scan::<Seen, _>(session, "tickets", columns, move |seen, batch| {
        let (item, class) = (text(batch, "item")?, text(batch, "class")?);
        let (opened, resolved, closed) =
            (instants(batch, "opened")?, instants(batch, "resolved")?, instants(batch, "closed")?);
        let keys = if named { Some((text(batch, "source")?, text(batch, "id")?)) } else { None };
        for row in 0..batch.num_rows() {
            let (Some(item), Some(opened)) = (item.get(row).and_then(|item| items.find(item)), opened.get(row)) else {
                continue;
            };
            if class.get(row) != Some(MONITORING) {
                seen.calls.push((item, opened));
                continue;
            }
            let ended = resolved.get(row).or(closed.get(row)).filter(|ended| *ended >= opened);
            let mut alert = Alert { opened, ended, ..Alert::default() };
            if let Some((source, id)) = &keys {
                source.get(row).unwrap_or_default().clone_into(&mut alert.source);
                id.get(row).unwrap_or_default().clone_into(&mut alert.id);
            }
            seen.alerts.push((item, alert));
        }
        Ok(())
    })
    .await?;
    Ok(tokio::task::spawn_blocking(move || judged(parts)).await?)
}

fn judged(parts: Vec<Seen>) -> Vec<Alert> {
    let (mut alerts, mut calls) = (Vec::new(), Vec::new());
    for part in parts {
        alerts.extend(part.alerts);
        calls.extend(part.calls);
    }
    calls.sort_unstable();
    let called = |item: u32, after: i64, until: i64| {
        let next = calls.partition_point(|call| *call <= (item, after));
        calls.get(next).is_some_and(|(on, at)| *on == item && *at <= until)
    };
    let mut judged: Vec<Alert> = alerts
        .into_iter()
        .map(|(item, mut alert)| {
            alert.early = !called(item, alert.opened - QUIET_MS, alert.opened);
            alert.unfelt = alert.ended.is_some_and(|ended| !called(item, alert.opened, ended + QUIET_MS));
            alert
        })
        .collect();
    judged.sort_unstable();
    judged
}

/// The alerts of a request; `None` where it is split by something.
pub(crate) struct Watch(Option<(Vec<Alert>, i64)>);

impl Watch {
    /// The alerts that were opened in the time that was asked for, in a record that ends at `end_ms`.
    pub(crate) fn new(alerts: Vec<Alert>, plan: &Plan, end_ms: i64) -> Self {
        let asked = |alert: &Alert| alert.opened >= plan.from && alert.opened < plan.to.min(plan.as_of);
        Self(plan.by.is_none().then(|| (alerts.into_iter().filter(asked).collect(), end_ms.min(plan.as_of))))
    }

    /// The figures of a measure of alerts; `None` when it is none.
    pub(crate) fn figures(&self, name: &str) -> Option<Vec<Figure>> {
        let (alerts, end_ms) = self.0.as_ref()?;
        let count = |of: &dyn Fn(&Alert) -> bool| alerts.iter().filter(|alert| of(alert)).count() as u64;
        match name {
            "alerts_before_calls" => Some(part(count(&|alert| alert.early), alerts.len() as u64)),
            "alerts_nobody_felt" => {
                let unfelt = count(&|alert| alert.unfelt(*end_ms) == Some(true));
                Some(part(unfelt, count(&|alert| alert.unfelt(*end_ms).is_some())))
            }
            _ => None,
        }
    }
}
