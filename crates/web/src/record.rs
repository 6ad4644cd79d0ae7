//! The work record, as far as pages of people ask it: its measures, and the groups that tickets fall in.
//! Nothing waits for it: while it is being worked out, there is nothing to say yet.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use ::acts::{Group, Later, Reading, WorkRecord};
use measures::{By, Query};

use crate::address;
use crate::desk::{Desk, GROUPS, Given, Known};

/// Statistics that an aim or a status can be held against, in the order of a list.
const TOLD: [&str; 6] = ["count", "share", "sum", "median_completed", "p50", "p85"];
/// What work can be named by on an aim. Never by a person: the record has no such field.
const BY: [By; 5] = [By::Service, By::Category, By::Item, By::Group, By::Client];

/// The record of a desk.
#[derive(Debug, Clone)]
pub struct DeskRecord(Arc<Desk>);

impl DeskRecord {
    /// Over a desk that the server holds as well.
    #[must_use]
    pub fn new(desk: Arc<Desk>) -> Self {
        Self(desk)
    }

    async fn known(&self) -> Option<Arc<Known>> {
        match self.0.known(Duration::ZERO).await {
            Ok(Given::Ready(known)) => Some(known),
            Ok(_) => None,
            Err(error) => {
                tracing::warn!(%error, "the work record could not be asked");
                None
            }
        }
    }
}

impl WorkRecord for DeskRecord {
    fn readings(&self) -> Later<'_, Vec<Reading>> {
        Box::pin(async {
            let Some(known) = self.known().await else { return Vec::new() };
            match known.measures(&Query::default()).await {
                Ok(values) => values.iter().filter_map(reading).collect(),
                Err(error) => {
                    tracing::warn!(%error, "the measures could not be read");
                    Vec::new()
                }
            }
        })
    }

    fn groups(&self) -> Later<'_, Vec<Group>> {
        Box::pin(async {
            let Some(known) = self.known().await else { return Vec::new() };
            let mut out = Vec::new();
            for by in BY {
                let query = Query { by: Some(by), top: Some(GROUPS), ..Query::default() };
                match known.measures(&query).await {
                    Ok(values) => out.extend(groups(by, &values)),
                    Err(error) => tracing::warn!(%error, by = by.name(), "the groups could not be read"),
                }
            }
            out
        })
    }
}

/// A value of the whole record as a reading; `None` where there is not enough to say.
fn reading(value: &measures::MeasureValue) -> Option<Reading> {
    let definition = measures::definitions().iter().find(|definition| definition.name == value.name)?;
    if value.group.is_some() || !TOLD.contains(&value.statistic) {
        return None;
    }
    let said = value.statistic.replace('_', " ");
    Some(Reading {
        name: format!("{}.{}", value.name, value.statistic),
        title: format!("{}, {said}", definition.title),
        value: value.value?,
        unit: value.unit.to_owned(),
        n: value.n,
        interval: value.low.zip(value.high),
        rows: address::with("/rows", &[("measure", value.name)]),
    })
}

/// The groups of one field with their tickets, those not resolved among them.
fn groups(by: By, values: &[measures::MeasureValue]) -> Vec<Group> {
    let mut counts: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for value in values.iter().filter(|value| value.statistic == "count") {
        let (Some(group), Some(count)) = (value.group.as_deref().filter(|group| !group.is_empty()), value.value) else {
            continue;
        };
        match value.name {
            "tickets" => counts.entry(group).or_default().0 = count,
            "backlog" => counts.entry(group).or_default().1 = count,
            _ => {}
        }
    }
    counts
        .into_iter()
        .map(|(group, (tickets, open))| Group {
            field: by.name().to_owned(),
            value: group.to_owned(),
            tickets: whole(tickets),
            open: whole(open),
            rows: address::with("/rows", &[(by.column(), group)]),
        })
        .collect()
}

/// A count, which measures give as a number with a point.
fn whole(count: f64) -> u64 {
    format!("{count:.0}").parse().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(name: &'static str, group: Option<&str>, value: f64) -> measures::MeasureValue {
        let group = group.map(str::to_owned);
        measures::MeasureValue {
            name,
            statistic: "count",
            group,
            value: Some(value),
            unit: "tickets",
            n: 10,
            low: None,
            high: None,
        }
    }

    #[test]
    fn tickets_and_those_still_open_by_group() {
        let values = [
            count("tickets", Some("Mail"), 12.0),
            count("backlog", Some("Mail"), 3.0),
            count("tickets", Some(""), 7.0),
        ];
        let groups = groups(By::Service, &values);
        assert_eq!(groups.len(), 1);
        assert_eq!((groups[0].tickets, groups[0].open, groups[0].rows.as_str()), (12, 3, "/rows?service=Mail"));
    }

    #[test]
    fn a_reading_has_its_rows_and_needs_a_value() {
        let told = reading(&count("tickets", None, 12.0)).unwrap();
        assert_eq!((told.name.as_str(), told.rows.as_str()), ("tickets.count", "/rows?measure=tickets"));
        assert!(reading(&count("tickets", Some("Mail"), 12.0)).is_none());
        assert!(reading(&measures::MeasureValue { value: None, ..count("tickets", None, 0.0) }).is_none());
    }
}
