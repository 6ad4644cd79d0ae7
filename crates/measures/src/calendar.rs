//! The calendar of the desk: its zone, its weekly hours, its holidays.
//!
//! A calendar file is TOML:
//! ```toml
//! zone = "Europe/Berlin"
//! holidays = ["2026-12-25", "2026-12-26"]
//! [weekly]
//! monday = ["08:00-12:00", "13:00-18:00"]
//! tuesday = ["08:00-18:00"]
//! ```
//! A weekday that is not named has no hours. Ranges lie within one day; `24:00` is its end.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::error::{MeasureError, Result};

/// Seconds of a day without a change of the clock.
pub const DAY: i64 = 86_400;
/// Days from 1970-01-01 to 2100-01-01, the span that the tables cover.
const DAYS: usize = 47_482;
const NAMES: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Zone, weekly hours and holidays, with tables that make a lookup a few nanoseconds.
///
/// Instants before 1970 or from 2100 on have no business hours.
#[derive(Debug, Clone)]
pub struct Calendar {
    zone: TimeZone,
    assumed: bool,
    weekly: [Vec<(i64, i64)>; 7],
    holidays: Vec<Date>,
    /// Offset from UTC in seconds at the start of each UTC day.
    offsets: Vec<i32>,
    /// When the offset changes, and to what.
    changes: Vec<(i64, i32)>,
    /// Business intervals in UTC seconds, in order, with the business seconds before each.
    intervals: Vec<Interval>,
    /// For each UTC day the first interval that ends after its start.
    first: Vec<u32>,
}

#[derive(Debug, Clone, Copy)]
struct Interval {
    start: i64,
    end: i64,
    before: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    zone: String,
    #[serde(default)]
    holidays: Vec<toml::Value>,
    #[serde(default)]
    weekly: std::collections::BTreeMap<String, Vec<String>>,
}

impl Calendar {
    /// The calendar that is assumed while none was given: Monday to Friday, 08:00 to 18:00, no holidays.
    #[must_use]
    pub fn assumed(zone: TimeZone) -> Self {
        let hours = vec![(8 * 3600, 18 * 3600)];
        let weekly = std::array::from_fn(|day| if day < 5 { hours.clone() } else { Vec::new() });
        Self::build(zone, weekly, Vec::new(), true)
    }

    /// Reads a calendar file.
    ///
    /// # Errors
    /// When it is no TOML, or a zone, weekday, range or date in it cannot be; the message says which.
    pub fn parse(text: &str) -> Result<Self> {
        let file: File = toml::from_str(text).map_err(|error| MeasureError::Calendar(error.to_string()))?;
        let zone = TimeZone::get(&file.zone).map_err(|error| {
            MeasureError::Calendar(format!(
                "zone `{}` is not known ({error}); name one such as Europe/Berlin",
                file.zone
            ))
        })?;
        let mut weekly: [Vec<(i64, i64)>; 7] = Default::default();
        for (day, ranges) in &file.weekly {
            let place = NAMES.iter().position(|name| day.eq_ignore_ascii_case(name));
            let Some(hours) = place.and_then(|place| weekly.get_mut(place)) else {
                return Err(MeasureError::Calendar(format!("`{day}` is no weekday; use monday … sunday")));
            };
            for range in ranges {
                hours.push(parse_range(range)?);
            }
            hours.sort_unstable();
            if hours.windows(2).any(|pair| matches!(pair, [(_, end), (start, _)] if start < end)) {
                return Err(MeasureError::Calendar(format!("the hours of {day} overlap")));
            }
        }
        let mut holidays = Vec::new();
        for value in &file.holidays {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            holidays.push(text.parse::<Date>().map_err(|error| {
                MeasureError::Calendar(format!("holiday `{text}` is no date such as 2026-12-25 ({error})"))
            })?);
        }
        Ok(Self::build(zone, weekly, holidays, false))
    }

    fn build(zone: TimeZone, weekly: [Vec<(i64, i64)>; 7], mut holidays: Vec<Date>, assumed: bool) -> Self {
        holidays.sort_unstable();
        holidays.dedup();
        let end = i64::try_from(DAYS).unwrap_or(0) * DAY;
        let start_offset = zone.to_offset(Timestamp::UNIX_EPOCH).seconds();
        let changes: Vec<(i64, i32)> = zone
            .following(Timestamp::UNIX_EPOCH)
            .map(|change| (change.timestamp().as_second(), change.offset().seconds()))
            .take_while(|(at, _)| *at < end)
            .collect();
        let mut offsets = Vec::with_capacity(DAYS + 1);
        let (mut next, mut offset, mut midnight) = (0, start_offset, 0);
        for _ in 0..=DAYS {
            while let Some(&(at, to)) = changes.get(next)
                && at <= midnight
            {
                offset = to;
                next += 1;
            }
            offsets.push(offset);
            midnight += DAY;
        }
        let mut calendar =
            Self { zone, assumed, weekly, holidays, offsets, changes, intervals: Vec::new(), first: Vec::new() };
        calendar.lay_out();
        calendar
    }

    /// Fills the table of business intervals.
    fn lay_out(&mut self) {
        let holidays: Vec<i64> = self.holidays.iter().map(|date| day_of(*date)).collect();
        let mut intervals = Vec::new();
        let mut before = 0;
        for day in 0..i64::try_from(DAYS).unwrap_or(0) {
            let hours = usize::try_from(weekday(day)).ok().and_then(|day| self.weekly.get(day));
            if holidays.binary_search(&day).is_ok() {
                continue;
            }
            for &(from, to) in hours.into_iter().flatten() {
                let (start, end) = (self.utc(day, from), self.utc(day, to));
                if end > start {
                    intervals.push(Interval { start, end, before });
                    before += end - start;
                }
            }
        }
        let mut first = Vec::with_capacity(DAYS + 1);
        let (mut index, mut midnight) = (0_u32, 0);
        for _ in 0..=DAYS {
            while intervals.get(index as usize).is_some_and(|interval: &Interval| interval.end <= midnight) {
                index += 1;
            }
            first.push(index);
            midnight += DAY;
        }
        self.intervals = intervals;
        self.first = first;
    }

    /// UTC second of a local day and second of that day. A time that the clock skips is moved forward
    /// by the gap, one that it repeats is its first occurrence.
    fn utc(&self, day: i64, second: i64) -> i64 {
        let near = |day: i64| {
            let place = usize::try_from(day.max(0)).unwrap_or(0).min(DAYS);
            self.offsets.get(place).copied().map_or(0, i64::from)
        };
        let wall = day * DAY + second;
        let (early, late) = (near(day - 1), near(day + 2));
        if early == late {
            return wall - early;
        }
        // Near a change of the clock: two candidates, the one that reads back as this wall time wins.
        let candidates = [wall - early, wall - late];
        candidates.into_iter().find(|utc| utc + self.offset(*utc) == wall).unwrap_or(wall - early)
    }

    /// Offset from UTC in seconds at an instant (UTC seconds).
    #[must_use]
    pub fn offset(&self, utc: i64) -> i64 {
        let day = usize::try_from(utc.div_euclid(DAY)).unwrap_or(0).min(DAYS - 1);
        match self.offsets.get(day..day + 2) {
            Some([here, next]) if here == next => i64::from(*here),
            Some([here, _]) => {
                let after = self.changes.partition_point(|(at, _)| *at <= utc);
                after
                    .checked_sub(1)
                    .and_then(|last| self.changes.get(last))
                    .map_or(i64::from(*here), |(_, to)| i64::from(*to))
            }
            _ => 0,
        }
    }

    /// Local day (days since 1970-01-01) and second of that day of an instant in UTC seconds.
    #[must_use]
    pub fn local(&self, utc: i64) -> (i64, i64) {
        let wall = utc + self.offset(utc);
        (wall.div_euclid(DAY), wall.rem_euclid(DAY))
    }

    /// UTC second at which a local day (days since 1970-01-01) starts.
    #[must_use]
    pub fn day_start(&self, day: i64) -> i64 {
        self.utc(day, 0)
    }

    /// Business seconds from the beginning of the table to an instant in UTC seconds.
    fn worked(&self, utc: i64) -> i64 {
        let day = usize::try_from(utc.div_euclid(DAY)).unwrap_or(0).min(DAYS);
        let mut index = self.first.get(day).map_or(0, |index| *index as usize);
        while let Some(interval) = self.intervals.get(index) {
            if interval.end > utc {
                return interval.before + (utc - interval.start).max(0);
            }
            index += 1;
        }
        self.intervals.last().map_or(0, |last| last.before + last.end - last.start)
    }

    /// Business seconds between two instants in UTC seconds; 0 when they are in the wrong order.
    #[must_use]
    pub fn business_seconds(&self, from: i64, to: i64) -> i64 {
        if to <= from { 0 } else { self.worked(to) - self.worked(from) }
    }

    /// Whether an instant (UTC seconds) lies in business hours.
    #[must_use]
    pub fn is_open(&self, utc: i64) -> bool {
        let day = usize::try_from(utc.div_euclid(DAY)).unwrap_or(0).min(DAYS);
        let from = self.first.get(day).map_or(0, |index| *index as usize);
        self.intervals
            .get(from..)
            .into_iter()
            .flatten()
            .find(|interval| interval.end > utc)
            .is_some_and(|interval| interval.start <= utc)
    }

    /// The zone in which days and hours are told.
    #[must_use]
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// What was assumed because nobody said it, as a sentence; `None` when a calendar file said it.
    #[must_use]
    pub fn assumption(&self) -> Option<String> {
        let zone = self.zone.iana_name().unwrap_or("UTC");
        self.assumed.then(|| {
            format!(
                "Business hours are assumed: Monday to Friday, 08:00 to 18:00, no holidays, zone {zone}. \
                 A calendar file replaces this."
            )
        })
    }
}

fn parse_range(text: &str) -> Result<(i64, i64)> {
    let bad = || {
        MeasureError::Calendar(format!(
            "`{text}` is no range of hours such as 08:00-18:00 (a range over midnight is written as two)"
        ))
    };
    let (from, to) = text.split_once(['-', '–']).ok_or_else(bad)?;
    let clock = |text: &str| -> Option<i64> {
        let (hour, minute) = text.trim().split_once(':')?;
        let (hour, minute) = (hour.parse::<i64>().ok()?, minute.parse::<i64>().ok()?);
        let second = hour * 3600 + minute * 60;
        ((0..60).contains(&minute) && (0..=DAY).contains(&second)).then_some(second)
    };
    let (from, to) = (clock(from).ok_or_else(bad)?, clock(to).ok_or_else(bad)?);
    if from < to { Ok((from, to)) } else { Err(bad()) }
}

/// Days since 1970-01-01 of a date.
#[must_use]
pub fn day_of(date: Date) -> i64 {
    let epoch = jiff::civil::date(1970, 1, 1);
    date.since(epoch).map_or(0, |span| i64::from(span.get_days()))
}

/// Date of days since 1970-01-01; days that no date has become the nearest.
#[must_use]
pub fn date_of(day: i64) -> Date {
    let epoch = jiff::civil::date(1970, 1, 1);
    let days = day.clamp(-700_000, 2_900_000);
    epoch.saturating_add(jiff::Span::new().days(days))
}

/// Weekday of a day since 1970-01-01, Monday 0.
#[must_use]
pub fn weekday(day: i64) -> i64 {
    // 1970-01-01 was a Thursday.
    (day + 3).rem_euclid(7)
}

/// Year and month of a day since 1970-01-01 (Howard Hinnant, "chrono-compatible low-level date algorithms").
#[must_use]
pub fn month_of(day: i64) -> (i64, i64) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month)
}

#[cfg(test)]
#[path = "calendar_tests.rs"]
mod tests;
