//! The handler of a day of IT.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use jiff::civil::Date;
use jiff::{Span, Timestamp};
use measures::{Dated, Rows, Series};
use serde::Deserialize;
use serde_json::Value;

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
    let at = |day: Date| Ok::<_, Failure>(midnight(known, day)?.as_second());
    let until = |end: i64| opened.partition_point(|instant| *instant < end);
    let (begin, all) = (until(at(first)?), until(at(days(last, 1)?)?));
    let ordinary = (all - begin) / usize::try_from((last - first).get_days() + 1).unwrap_or(1).max(1);
    let mut end = all;
    while end > begin {
        let day = day_of(known, opened[end - 1]);
        let from = until(at(day)?);
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

async fn told(known: &Known, day: Date, reach: (Date, Date)) -> Result<View, Failure> {
    let counts = known.record.counts();
    let of = async |measure: &str, dated: Dated| counted(known, day, measure, dated).await;
    let (quiet_by, quiet) = quiet(known, day).await?;
    Ok(View {
        day,
        reach,
        opened: of("tickets", Dated::Opened).await?,
        finished: of("tickets", Dated::Finished).await?,
        after_hours: of("after_hours", Dated::Opened).await?,
        handed: if counts.events > 0 { Some(of("tickets", Dated::Handed).await?) } else { None },
        changes: if counts.changes > 0 { Some(of("changes", Dated::Begun).await?) } else { None },
        usual: usual(known, day),
        quiet,
        quiet_by,
        assumed: known.calendar.assumption(),
        zone: known.calendar.zone().iana_name().unwrap_or("UTC").to_owned(),
    })
}

/// The rows of a measure on a day, and how many they are: the number is that of the rows that it opens.
async fn counted(known: &Known, day: Date, measure: &str, dated: Dated) -> Result<Counted, Failure> {
    let next = days(day, 1)?;
    let rows = Rows {
        measure: Some(measure.to_owned()),
        from: Some(midnight(known, day)?),
        to: Some(midnight(known, next)?),
        dated,
        per_page: 1,
        ..Rows::default()
    };
    let n = known.rows.rows(&rows).await.map_err(Failure::inside)?.total;
    let (from, to) = (day.to_string(), next.to_string());
    let mut asked = vec![("measure", measure), ("from", from.as_str()), ("to", to.as_str())];
    if dated != Dated::Opened {
        asked.push(("dated", dated.name()));
    }
    Ok(Counted { n, rows: address::with("/rows", &asked) })
}

/// Tickets opened on the same weekdays before, as far as the record is whole.
fn usual(known: &Known, day: Date) -> Vec<u32> {
    let Some(series) = &known.series else { return Vec::new() };
    let one = |week: i64| {
        let before = days(day, -7 * week).ok().filter(|day| *day >= series.whole.0)?;
        let at = before.since(series.start).ok()?.get_days();
        series.all.arrivals.get(usize::try_from(at).ok()?).copied()
    };
    (1..=WEEKS).filter_map(one).collect()
}

/// What had calls on each of the same weekdays before and none on the day.
async fn quiet(known: &Known, day: Date) -> Result<(Option<&'static str>, Vec<Quiet>), Failure> {
    let within = |from: Date, to: Date| -> Result<String, Failure> {
        let at = |day: Date| -> Result<String, Failure> {
            let ms = midnight(known, day)?.as_millisecond();
            Ok(format!("arrow_cast({ms}, 'Timestamp(Millisecond, Some(\"UTC\"))')"))
        };
        Ok(format!("opened >= {} and opened < {}", at(from)?, at(to)?))
    };
    let start = days(day, -7 * WEEKS)?;
    let mut had = Vec::new();
    for week in 1..=WEEKS {
        let before = days(day, -7 * week)?;
        had.push(format!("count(*) filter (where {})", within(before, days(before, 1)?)?));
    }
    let none = within(day, days(day, 1)?)?;
    for (column, word) in QUIET_BY {
        let each: Vec<String> = had.iter().map(|count| format!("{count} > 0")).collect();
        let text = format!(
            "select {column} as name, count(*) filter (where {all}) as before, \
             count(*) filter (where {none}) = 0 and {each} and {sum} >= {FEWEST} as quiet \
             from tickets where {column} is not null and {whole} group by {column} order by before desc, name",
            all = within(start, day)?,
            whole = within(start, days(day, 1)?)?,
            each = each.join(" and "),
            sum = had.join(" + "),
        );
        let answer = work::sql(&known.record, &text, usize::MAX).await.map_err(Failure::inside)?;
        let json = answer.to_json().map_err(Failure::inside)?;
        let rows = json.get("rows").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        if rows.is_empty() {
            continue;
        }
        let quiet = rows.iter().filter(|row| row.get("quiet").and_then(Value::as_bool) == Some(true));
        let told = quiet.take(SHOWN).map(|row| named(row, column, start, day)).collect();
        return Ok((Some(word), told));
    }
    Ok((None, Vec::new()))
}

fn named(row: &Value, column: &str, start: Date, day: Date) -> Quiet {
    let name = row.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
    let n = row.get("before").and_then(Value::as_u64).unwrap_or(0);
    let (from, to) = (start.to_string(), day.to_string());
    let rows = address::with("/rows", &[("from", &from), ("to", &to), (column, &name)]);
    Quiet { before: Counted { n, rows }, name: words::clean(&name, 80) }
}
