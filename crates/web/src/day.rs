//! The handler of a day of IT.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use jiff::civil::Date;
use jiff::{Span, Timestamp};
use measures::{Calls, Dated, Rows, Series};
use serde::Deserialize;

use brief::words;

use crate::address;
use crate::desk::Known;
use crate::failure::Failure;
use crate::layout::{self, Here};
use crate::pages::day::{self, Counted, Quiet, View};
use crate::routes::{Signed, over};
use crate::server::Server;

/// Most days that are kept as they were told.
const KEPT: usize = 64;
/// Same weekdays before that are looked at.
const WEEKS: i64 = 4;
/// Fewest calls on those, together, of what may be called quiet: with three a day none is rare.
const FEWEST: u64 = 12;
/// Most names that are told.
const SHOWN: usize = 5;
/// Columns by which quiet is looked for, the first that tickets fill, and their word.
const QUIET_BY: [(&str, &str); 3] = [("service", "service"), ("category", "kind of call"), ("item", "item")];

/// Which day.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    date: String,
}

/// `GET /day`.
pub(crate) async fn page(
    State(server): State<Server>,
    Query(asked): Query<Asked>,
    signed: Signed,
) -> Result<Response, Failure> {
    let fill = "An export of tickets fills it: what IT did on a day, in plain sentences.";
    over(&server, signed, "A day of IT", Here::Measures, fill, async |known| {
        let Some(series) = &known.series else {
            return Ok(layout::empty("A day of IT", "No ticket has a known day; an export with them fills it."));
        };
        let reach = reach(series);
        let usual = lately(known, &known.opened().await.map_err(Failure::inside)?, reach)?;
        let day = chosen(&asked.date, usual, reach)?;
        Ok(day::view(&*kept(known, day, reach).await?))
    })
    .await
}

/// First and last day that can be told.
fn reach(series: &Series) -> (Date, Date) {
    (series.start, series.whole.1.max(series.start))
}

/// Tells the day that comes up first once, before anybody asks: the first look at a large record takes a moment.
pub(crate) async fn ahead(known: &Known) -> Result<(), Failure> {
    let Some(series) = &known.series else { return Ok(()) };
    let reach = reach(series);
    let day = lately(known, &known.opened().await.map_err(Failure::inside)?, reach)?;
    kept(known, day, reach).await.map(drop)
}

/// A day as it was told once; what a record holds of it does not change.
async fn kept(known: &Known, day: Date, reach: (Date, Date)) -> Result<Arc<View>, Failure> {
    if let Some(view) = known.days().get(&day) {
        return Ok(Arc::clone(view));
    }
    let view = Arc::new(told(known, day, reach).await?);
    let mut days = known.days();
    if days.len() >= KEPT {
        days.clear();
    }
    days.insert(day, Arc::clone(&view));
    Ok(view)
}

fn chosen(date: &str, usual: Date, (first, last): (Date, Date)) -> Result<Date, Failure> {
    if date.is_empty() {
        return Ok(usual);
    }
    let remedy = format!("Choose a day from {} to {}, written like {last}.", words::date(first), words::date(last));
    let wrong = |what: String| Failure::refused(what, remedy.clone());
    let day: Date = date.parse().map_err(|_| wrong(format!("“{}” is no day.", words::clean(date, 40))))?;
    if (first..=last).contains(&day) {
        Ok(day)
    } else {
        Err(wrong(format!("The record does not tell {} whole.", words::date(day))))
    }
}

/// Midnight at the beginning of a day.
fn midnight(known: &Known, day: Date) -> Result<Timestamp, Failure> {
    Ok(day.to_zoned(known.calendar.zone().clone()).map_err(Failure::inside)?.timestamp())
}

/// The last day that is worth telling: with a quarter of an ordinary day's calls at least, of which `opened` are the
/// instants, sorted. A record often ends with days on which old calls were closed and hardly any came.
fn lately(known: &Known, opened: &[i64], (first, last): (Date, Date)) -> Result<Date, Failure> {
    let until = |day: Date| before(known, opened, day);
    let (begin, all) = (until(first)?, until(days(last, 1)?)?);
    let ordinary = (all - begin) / usize::try_from((last - first).get_days() + 1).unwrap_or(1).max(1);
    let mut end = all;
    while end > begin {
        let day = day_of(known, opened[end - 1]);
        let from = until(day)?;
        if (end - from) * 4 >= ordinary {
            return Ok(day);
        }
        end = from;
    }
    Ok(last)
}

/// The day of an instant, in seconds since 1970.
fn day_of(known: &Known, at: i64) -> Date {
    Timestamp::from_second(at).unwrap_or_default().to_zoned(known.calendar.zone().clone()).date()
}

fn days(day: Date, days: i64) -> Result<Date, Failure> {
    day.checked_add(Span::new().days(days)).map_err(Failure::inside)
}

/// What all days have in common, made once: which tickets were handed on when, and what calls were about.
#[derive(Debug)]
pub(crate) struct Book {
    /// Tickets handed on by day since 1970.
    handed: BTreeMap<i64, u32>,
    /// Calls by what they were about; `None` where tickets name nothing.
    calls: Option<Calls>,
}

/// Makes the book: one pass over the events and one over the tickets.
pub(crate) async fn book(known: &Known) -> Result<Book, measures::MeasureError> {
    let session = known.record.session().map_err(|error| measures::MeasureError::Request(error.to_string()))?;
    let handed = if known.record.counts().events > 0 { known.rows().handed_by_day().await? } else { BTreeMap::new() };
    let calls = measures::calls(session, &QUIET_BY.map(|(column, _)| column), &known.calendar).await?;
    Ok(Book { handed, calls })
}

async fn told(known: &Known, day: Date, reach: (Date, Date)) -> Result<View, Failure> {
    let counts = known.record.counts();
    let book = known.book().await.map_err(Failure::inside)?;
    let all = known.opened().await.map_err(Failure::inside)?;
    let opened = all.get(before(known, &all, day)?..before(known, &all, days(day, 1)?)?).unwrap_or_default();
    let after_hours = opened.iter().filter(|second| !known.calendar.is_open(**second)).count();
    let finished = known.series.as_ref().and_then(|series| of_day(series, &series.all.completions, day));
    let handed = book.handed.get(&measures::calendar::day_of(day)).copied().unwrap_or(0);
    let linked = |n: u64, measure: &str, dated: Dated| linked(day, n, measure, dated);
    let (quiet_by, quiet) = quiet(book.calls.as_ref(), day)?;
    Ok(View {
        day,
        reach,
        opened: linked(opened.len() as u64, "tickets", Dated::Opened)?,
        finished: linked(finished.unwrap_or(0).into(), "tickets", Dated::Finished)?,
        after_hours: linked(after_hours as u64, "after_hours", Dated::Opened)?,
        handed: if counts.events > 0 { Some(linked(handed.into(), "tickets", Dated::Handed)?) } else { None },
        changes: if counts.changes > 0 { Some(begun(known, day).await?) } else { None },
        usual: usual(known, day),
        quiet,
        quiet_by,
        assumed: known.calendar.assumption(),
        zone: known.calendar.zone().iana_name().unwrap_or("UTC").to_owned(),
    })
}

/// How many of the instants, in seconds and sorted, lie before a day.
fn before(known: &Known, all: &[i64], day: Date) -> Result<usize, Failure> {
    let end = midnight(known, day)?.as_second();
    Ok(all.partition_point(|at| *at < end))
}

/// Changes begun on a day: there are few, they are counted by asking.
async fn begun(known: &Known, day: Date) -> Result<Counted, Failure> {
    let rows = Rows {
        measure: Some("changes".to_owned()),
        from: Some(midnight(known, day)?),
        to: Some(midnight(known, days(day, 1)?)?),
        dated: Dated::Begun,
        per_page: 1,
        ..Rows::default()
    };
    let n = known.rows().rows(&rows).await.map_err(Failure::inside)?.total;
    linked(day, n, "changes", Dated::Begun)
}

/// A number of a day and the rows that it counts.
fn linked(day: Date, n: u64, measure: &str, dated: Dated) -> Result<Counted, Failure> {
    let (from, to) = (day.to_string(), days(day, 1)?.to_string());
    let mut asked = vec![("measure", measure), ("from", from.as_str()), ("to", to.as_str())];
    if dated != Dated::Opened {
        asked.push(("dated", dated.name()));
    }
    Ok(Counted { n, rows: address::with("/rows", &asked) })
}

/// What a list of a series says of a day.
fn of_day(series: &Series, list: &[u32], day: Date) -> Option<u32> {
    let at = day.since(series.start).ok()?.get_days();
    list.get(usize::try_from(at).ok()?).copied()
}

/// Tickets opened on the same weekdays before, as far as the record is whole.
fn usual(known: &Known, day: Date) -> Vec<u32> {
    let Some(series) = &known.series else { return Vec::new() };
    let one = |week: i64| {
        let before = days(day, -7 * week).ok().filter(|day| *day >= series.whole.0)?;
        of_day(series, &series.all.arrivals, before)
    };
    (1..=WEEKS).filter_map(one).collect()
}

/// What had calls on each of the same weekdays before and none on the day, those with the most in the four weeks first.
fn quiet(calls: Option<&Calls>, day: Date) -> Result<(Option<&'static str>, Vec<Quiet>), Failure> {
    let Some(calls) = calls else { return Ok((None, Vec::new())) };
    let of = measures::calendar::day_of(day);
    let mut usual: HashMap<&str, (u64, usize)> = HashMap::new();
    for week in 1..=WEEKS {
        for (name, n) in calls.on(of - 7 * week) {
            let (sum, weeks) = usual.entry(name).or_default();
            *sum += u64::from(n);
            *weeks += 1;
        }
    }
    let today: HashSet<&str> = calls.on(of).map(|(name, _)| name).collect();
    let weeks = usize::try_from(WEEKS).unwrap_or(usize::MAX);
    let mut quiet: Vec<(u64, &str)> = usual
        .into_iter()
        .filter(|(name, (sum, had))| *had == weeks && *sum >= FEWEST && !today.contains(name))
        .map(|(name, _)| {
            (
                (1..=7 * WEEKS)
                    .flat_map(|before| calls.on(of - before))
                    .filter(|(of, _)| *of == name)
                    .map(|(_, n)| u64::from(n))
                    .sum(),
                name,
            )
        })
        .collect();
    quiet.sort_unstable_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(other.1)));
    quiet.truncate(SHOWN);
    let (start, end) = (days(day, -7 * WEEKS)?.to_string(), day.to_string());
    let told = quiet.into_iter().map(|(n, name)| {
        let rows = address::with("/rows", &[("from", &start), ("to", &end), (calls.by, name)]);
        Quiet { before: Counted { n, rows }, name: words::clean(name, 80) }
    });
    let word = QUIET_BY.iter().find(|(column, _)| *column == calls.by).map(|(_, word)| *word);
    Ok((word, told.collect()))
}
