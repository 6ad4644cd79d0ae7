//! The work record, as far as pages of people ask it: its measures, and the groups that tickets fall in.
//! Nothing waits for it: while it is being worked out, there is nothing to say yet.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use ::acts::cases::{Case, Line, Lines, Offers, Told, Turn};
use ::acts::{Group, Later, Reading, WorkRecord};
use jiff::civil::Date;
use measures::{By, Query};
use problems::Problem;

use crate::address;
use crate::casework::Held;
use crate::desk::{Desk, GROUPS, Given, Known, PATIENCE};
use crate::effects;
use crate::failure::Failure;

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

    /// What was worked out; a page may wait a moment for it.
    async fn told(&self) -> Told<Arc<Known>> {
        match self.0.known(PATIENCE).await {
            Ok(Given::Ready(known)) => Told::Known(known),
            Ok(Given::Empty) => Told::NoRecord,
            Ok(Given::Working(_)) => Told::Working,
            Err(error) => unread(&error),
        }
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

    fn problems(&self, from: usize, most: usize) -> Later<'_, Told<Lines>> {
        Box::pin(async move {
            match self.told().await {
                Told::Known(known) => match known.held().await {
                    Ok(held) => Told::Known(lines(&held, from, most)),
                    Err(error) => unread(&error),
                },
                Told::NoRecord => Told::NoRecord,
                Told::Working => Told::Working,
            }
        })
    }

    fn problem<'a>(&'a self, id: &'a str) -> Later<'a, Told<Option<Case>>> {
        Box::pin(async move {
            match self.told().await {
                Told::Known(known) => case(&known, id).await.map_or_else(|error| unread(&error), Told::Known),
                Told::NoRecord => Told::NoRecord,
                Told::Working => Told::Working,
            }
        })
    }

    fn tickets<'a>(&'a self, number: &'a str) -> Later<'a, Told<Vec<String>>> {
        Box::pin(async move {
            match self.told().await {
                Told::Known(known) => match crate::rows::of_number(&known, number).await {
                    Ok(found) => Told::Known(found.into_iter().map(|ticket| ticket.key).collect()),
                    Err(error) => unread(&error),
                },
                Told::NoRecord => Told::NoRecord,
                Told::Working => Told::Working,
            }
        })
    }

    fn tickets_of<'a>(&'a self, id: &'a str) -> Later<'a, Told<Option<Vec<String>>>> {
        Box::pin(async move {
            match self.told().await {
                Told::Known(known) => keys_of(&known, id).await.map_or_else(|error| unread(&error), Told::Known),
                Told::NoRecord => Told::NoRecord,
                Told::Working => Told::Working,
            }
        })
    }

    fn windows<'a>(&'a self, id: &'a str, hours: u32, now: jiff::Timestamp) -> Later<'a, Told<Option<Offers>>> {
        Box::pin(async move {
            match self.told().await {
                Told::Known(known) => {
                    offers(&known, id, hours, now).await.map_or_else(|error| unread(&error), Told::Known)
                }
                Told::NoRecord => Told::NoRecord,
                Told::Working => Told::Working,
            }
        })
    }

    fn turn(&self) -> Later<'_, Turn<'_>> {
        Box::pin(async { Box::new(self.0.acting().await) as Turn<'_> })
    }

    fn acted(&self) {
        self.0.renew();
    }
}

/// Problems cannot be told just now: whoever runs the server is told why.
fn unread<T>(error: &Failure) -> Told<T> {
    tracing::warn!(?error, "problems could not be read for a program");
    Told::Working
}

/// Some problems of a list, those that were opened by hand and have no tickets last.
fn lines(held: &Held, from: usize, most: usize) -> Lines {
    let by_hand = held.ruled.by_hand.iter();
    let by_hand = by_hand.filter(|one| held.ruled.parts.get(&one.id).is_some_and(|part| part.dismissed.is_none()));
    let all: Vec<&Problem> = held.ruled.found.problems.iter().chain(by_hand).collect();
    let line = |problem: &&Problem| {
        let part = held.ruled.parts.get(&problem.id);
        let seen = day(problem.first_seen).zip(day(problem.last_seen));
        Line {
            id: problem.id.clone(),
            title: problem.title.clone(),
            tickets: problem.n,
            seen: seen.filter(|_| problem.n > 0),
            by_hand: part.is_some_and(|part| !part.opened.is_empty()),
            fixed: part.and_then(|part| part.fixed.as_ref()).map(|fixed| (fixed.on, fixed.team.clone())),
        }
    };
    (all.iter().skip(from).take(most).map(line).collect(), all.len())
}

async fn case(known: &Known, id: &str) -> Result<Option<Case>, Failure> {
    let held = known.held().await?;
    let Ok(found) = held.find(id) else { return Ok(None) };
    let side = held.side(known, found.problem).await?;
    let part = held.ruled.parts.get(&found.problem.id).cloned().unwrap_or_default();
    Ok(Some(Case { side, part, entries: Arc::clone(&held.entries) }))
}

/// Keys of all tickets of a problem, in order of time.
async fn keys_of(known: &Known, id: &str) -> Result<Option<Vec<String>>, Failure> {
    let held = known.held().await?;
    let Ok(found) = held.find(id) else { return Ok(None) };
    let tickets = held.ruled.tickets(&known.record, &found.problem.id).await.map_err(Failure::inside)?;
    Ok(Some(tickets.iter().map(|(source, id)| format!("{source}/{id}")).collect()))
}

/// The windows of a problem.
async fn offers(known: &Known, id: &str, hours: u32, now: jiff::Timestamp) -> Result<Option<Offers>, Failure> {
    let held = known.held().await?;
    let Ok(found) = held.find(id) else { return Ok(None) };
    Ok(Some(effects::offers(now, (known, &held), &found.problem.id, hours).await?))
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

/// The day of an instant, in UTC.
fn day(seconds: i64) -> Option<Date> {
    jiff::Timestamp::from_second(seconds).ok().map(|instant| instant.to_zoned(jiff::tz::TimeZone::UTC).date())
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
