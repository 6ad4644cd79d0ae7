//! The whole way from the record to the brief, kept once it was gone.

use std::sync::Arc;

use arrow::array::{Array, AsArray};
use arrow::datatypes::Int64Type;
use casebook::Entry;
use jiff::civil::Date;
use measures::{By, Calendar, MeasureValue, Query};
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};
use work::Record;

use super::days::day_date;
use super::symptoms::instants;
use super::{AnalysisError, Coming, Days, WEEKS_AHEAD, calendar, coming, days, keep, seen};
use crate::build::{self, Facts, Inputs, Price, Priced};
use crate::content::Brief;
use crate::settings::Settings;
use crate::words;

/// Columns of which the brief tells whether they are known.
const COLUMNS: [&str; 16] = [
    "title",
    "category",
    "service",
    "item",
    "team",
    "location",
    "department",
    "client",
    "first_response",
    "resolved",
    "closed",
    "touch_minutes",
    "symptom",
    "priority",
    "stage",
    "class",
];

/// Most groups that are measured when looking for friction.
const GROUPS: usize = 200;

#[derive(Serialize, Deserialize)]
struct Kept {
    key: String,
    brief: Brief,
}

/// The brief of a record, with what people did with its problems. `as_of` is the day it speaks of; without it the
/// last day of the full weeks.
///
/// Kept in the derived folder: asked again with the same record, settings, entries and day it is read, not made.
///
/// # Errors
/// When the record cannot be read or measured, or the settings cannot be used.
pub async fn brief(
    record: &Record,
    settings: &Settings,
    entries: &[Entry],
    as_of: Option<Date>,
    progress: Arc<dyn Fn(::problems::Progress) + Send + Sync>,
) -> Result<Brief, AnalysisError> {
    let calendar = calendar(record, settings)?;
    let key = key(record, settings, entries, as_of)?;
    let path = record.derived_dir()?.join("brief.json");
    let kept = std::fs::read(&path).ok().and_then(|bytes| serde_json::from_slice::<Kept>(&bytes).ok());
    if let Some(kept) = kept.filter(|kept| kept.key == key) {
        return Ok(kept.brief);
    }
    let brief = make(record, settings, entries, &calendar, as_of, progress).await?;
    keep(&path, |path| {
        let bytes = serde_json::to_vec(&Kept { key, brief: brief.clone() }).map_err(|e| e.to_string())?;
        std::fs::write(path, bytes).map_err(|e| e.to_string())
    })?;
    Ok(brief)
}

/// All that a brief depends on, in words.
fn key(record: &Record, settings: &Settings, entries: &[Entry], as_of: Option<Date>) -> Result<String, AnalysisError> {
    let hours = match &settings.calendar {
        Some(name) => {
            let path = record.data().join(name);
            std::fs::read_to_string(&path).map_err(|source| crate::SettingsError::File { path, source })?
        }
        None => String::new(),
    };
    let (version, generation) = (env!("CARGO_PKG_VERSION"), record.generation());
    // Numbers begin anew in another ledger: the instant tells them apart.
    let acts = entries.last().map(|entry| (entry.number, entry.at));
    Ok(format!("8 {version} g{generation} {acts:?} {as_of:?} {settings:?} {hours:?}"))
}

async fn make(
    record: &Record,
    settings: &Settings,
    entries: &[Entry],
    calendar: &Calendar,
    as_of: Option<Date>,
    progress: Arc<dyn Fn(::problems::Progress) + Send + Sync>,
) -> Result<Brief, AnalysisError> {
    let session = record.session()?;
    let by_days = days(record, calendar).await?;
    let (by_days, ahead) = tokio::task::spawn_blocking(move || {
        let ahead = coming(&by_days, WEEKS_AHEAD, &pipeline::Settings::default());
        (by_days, ahead)
    })
    .await?;
    let facts = facts(record, calendar, &by_days, ahead.as_ref()).await?;
    let all = measures::compute(session, &Query { lost: settings.lost(), ..Query::default() }, calendar).await?;
    let by_month = measures::compute(session, &Query { by: Some(By::Month), ..Query::default() }, calendar).await?;
    let by = group_measures(record, calendar, &facts).await?;
    let found = seen(record, entries, progress).await?.found;
    let priced: Vec<Priced<'_>> = found
        .problems
        .iter()
        .map(|problem| {
            let price = ::problems::price(problem, &settings.rates);
            Priced { problem, price: said(&price) }
        })
        .collect();
    // Without a full week the brief speaks of the last day on which anything was opened.
    let last = facts.full_to.map(|to| to.yesterday().unwrap_or(to));
    let rates = settings.rates_said();
    let changes = if facts.changes > 0 {
        measures::change_effect(session, &measures::EffectSettings::default(), calendar).await?
    } else {
        None
    };
    Ok(build::build(&Inputs {
        as_of: as_of.or(last).or(facts.last).unwrap_or(Date::ZERO),
        organisation: settings.organisation.as_deref(),
        facts: &facts,
        measures: &all,
        definitions: measures::definitions(),
        by_month: &by_month,
        by: &by,
        problems: &priced,
        forecast: ahead.as_ref().and_then(|a| a.forecast.as_ref().ok()),
        changes: changes.as_ref(),
        rates: &rates,
    }))
}

/// A price in the words of the brief; `None` when nothing was priced.
fn said(price: &::problems::Priced) -> Option<Price> {
    let money = |d: rust_decimal::Decimal| d.to_f64();
    let (low, mid, high) = (money(price.low)?, money(price.mid)?, money(price.high)?);
    (high > 0.0).then(|| Price {
        low,
        mid,
        high,
        steps: price
            .steps
            .iter()
            .map(|step| {
                let range = words::money_range(
                    &price.currency,
                    money(step.low).unwrap_or(0.0),
                    money(step.high).unwrap_or(0.0),
                );
                format!("{}: {} = {range}", step.label, step.formula)
            })
            .collect(),
    })
}

async fn facts(
    record: &Record,
    calendar: &Calendar,
    days: &Days,
    ahead: Option<&Coming>,
) -> Result<Facts, AnalysisError> {
    let counts = record.counts();
    let session = record.session()?;
    let list = COLUMNS.map(|c| format!("count({c})")).join(", ");
    let batches = session.batches(&format!("select {list} from tickets")).await?;
    let mut known = Vec::new();
    for (i, column) in COLUMNS.iter().enumerate() {
        let n: i64 = batches
            .iter()
            .filter_map(|b| b.column(i).as_primitive_opt::<Int64Type>())
            .flat_map(|a| a.iter().flatten())
            .sum();
        #[expect(clippy::cast_precision_loss, reason = "counts of tickets stay far below 2^52")]
        known.push(((*column).to_owned(), n as f64 / counts.tickets.max(1) as f64));
    }
    let mut sources = Vec::new();
    for batch in session.batches("select distinct source from tickets order by source").await? {
        sources.extend(super::symptoms::words(&batch, "source")?.iter().flatten().map(str::to_owned));
    }
    sources.sort_unstable();
    let mut ends = (days.all.opened.keys().next().copied(), days.all.opened.keys().next_back().copied());
    if ends.0.is_none() {
        ends = ends_without_tickets(record, calendar).await?;
    }
    Ok(Facts {
        tickets: counts.tickets,
        changes: counts.changes,
        sources,
        first: ends.0,
        last: ends.1,
        full_from: ahead.map(|a| a.full_from),
        full_to: ahead.filter(|a| a.full_to > a.full_from).map(|a| a.full_to),
        full_tickets: ahead.map_or(0, |a| a.full_tickets),
        thins_out: ahead.is_some_and(|a| a.thins_out),
        open_at_end: ahead.and_then(|a| a.open.last()).map(|w| u64::from(w.open)),
        weekly: ahead.map(|a| a.weekly.clone()).unwrap_or_default(),
        open: ahead.map(|a| a.open.clone()).unwrap_or_default(),
        hours: days.hours.clone(),
        zone: calendar.zone().iana_name().unwrap_or("UTC").to_owned(),
        calendar_assumed: calendar.assumption(),
        known,
        generation: record.generation().to_string(),
    })
}

/// The first and the last day of changes and events, in a record whose tickets tell no day.
async fn ends_without_tickets(
    record: &Record,
    calendar: &Calendar,
) -> Result<(Option<Date>, Option<Date>), AnalysisError> {
    let query = "select min(instant) as first, max(instant) as last from (\
                 select coalesce(actual_start, planned_start, opened, closed) as instant from changes \
                 union all select \"when\" as instant from events) as instants";
    let mut ends = (None, None);
    for batch in record.session()?.batches(query).await? {
        let day = |column| {
            let instants = instants(&batch, column)?;
            let known = (!instants.is_empty() && instants.is_valid(0)).then(|| instants.value(0));
            Ok::<_, AnalysisError>(known.and_then(|ms| day_date(calendar.local(ms.div_euclid(1000)).0)))
        };
        ends = (day("first")?, day("last")?);
    }
    Ok(ends)
}

/// Measures by each dimension that is known for half of the tickets, and by the class of work where any ticket has one.
///
/// # Errors
/// When the record cannot be measured.
pub async fn group_measures(
    record: &Record,
    calendar: &Calendar,
    facts: &Facts,
) -> Result<Vec<(By, Vec<MeasureValue>)>, AnalysisError> {
    let session = record.session()?;
    let mut all = Vec::new();
    for by in build::FRICTION_ORDER.into_iter().chain([By::Class]) {
        let known = facts.known.iter().find(|(column, _)| column == by.column()).map_or(0.0, |(_, share)| *share);
        // Most work is of no class of its own.
        if known < if by == By::Class { f64::MIN_POSITIVE } else { 0.5 } {
            continue;
        }
        let values =
            measures::compute(session, &Query { by: Some(by), top: Some(GROUPS), ..Query::default() }, calendar)
                .await?;
        all.push((by, values));
    }
    Ok(all)
}
