//! When somebody is available, and by when an ask of them is to be answered: the hours that they stated,
//! counted only while they are available, in their own zone.

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};

use crate::wrong::Wrongs;

/// How far ahead a due time is looked for, in days: longer than any holiday between two windows.
const AHEAD_DAYS: usize = 400;

/// A span of one weekday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The day of the week.
    pub day: Weekday,
    /// Minutes after midnight at which it opens, 0 to 1439.
    pub from: i16,
    /// Minutes after midnight at which it closes, at most 1440.
    pub to: i16,
}

/// The days of a week, Monday first.
pub const WEEK: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

/// The name of a weekday.
#[must_use]
pub fn named(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

/// A time of day such as 09:30, in minutes after midnight; 24:00 is the end of the day.
fn minute(text: &str) -> Option<i16> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let (hours, minutes): (i16, i16) = (hours.parse().ok()?, minutes.get(..2)?.parse().ok()?);
    ((0..24).contains(&hours) && (0..60).contains(&minutes) || (hours, minutes) == (24, 0))
        .then(|| hours * 60 + minutes)
}

/// A time of day as it is typed.
#[must_use]
pub fn shown(minute: i16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// Reads one window; nothing when both are empty.
///
/// # Errors
/// When only one is given, one is no time, or it closes before it opens.
pub fn window(field: &str, day: Weekday, from: &str, to: &str) -> Result<Option<Window>, Wrongs> {
    if from.trim().is_empty() && to.trim().is_empty() {
        return Ok(None);
    }
    let name = named(day);
    let (Some(from), Some(to)) = (minute(from), minute(to)) else {
        return Err(Wrongs::one(field, format!("{name}: give both times, written like 09:00, or neither.")));
    };
    if from >= to {
        return Err(Wrongs::one(field, format!("{name}: the time must end after it begins.")));
    }
    Ok(Some(Window { day, from, to }))
}

fn at(day: Date, minute: i16, zone: &TimeZone) -> Option<Timestamp> {
    let (day, minute) = if minute >= 1440 { (day.tomorrow().ok()?, 0) } else { (day, minute) };
    let (hour, minute) = (i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?);
    let time = Time::new(hour, minute, 0, 0).ok()?;
    Some(day.to_datetime(time).to_zoned(zone.clone()).ok()?.timestamp())
}

/// By when an ask is to be answered: `within_hours` counted from the ask, only while a window is open in the
/// person's zone. Without windows the hours run on. `None` where no such time is found within 400 days.
#[must_use]
pub fn due(asked: Timestamp, windows: &[Window], within_hours: i64, zone: &TimeZone) -> Option<Timestamp> {
    let mut left = SignedDuration::from_hours(within_hours);
    if windows.is_empty() {
        return asked.checked_add(left).ok();
    }
    let first = asked.to_zoned(zone.clone()).date();
    for day in first.series(1.day()).take(AHEAD_DAYS) {
        let mut open: Vec<_> = windows.iter().filter(|window| window.day == day.weekday()).collect();
        open.sort_by_key(|window| window.from);
        let mut counted = asked;
        for window in open {
            let (Some(opens), Some(closes)) = (at(day, window.from, zone), at(day, window.to, zone)) else { continue };
            // Windows that overlap are counted once.
            let opens = opens.max(counted);
            if closes <= opens {
                continue;
            }
            let span = closes.duration_since(opens);
            if span >= left {
                return opens.checked_add(left).ok();
            }
            left -= span;
            counted = closes;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn office() -> Vec<Window> {
        WEEK[..5].iter().map(|day| Window { day: *day, from: 9 * 60, to: 17 * 60 }).collect()
    }

    #[test]
    fn hours_run_only_while_available() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let due = |asked: &str, hours| due(asked.parse().unwrap(), &office(), hours, &zone).unwrap().to_string();
        // Friday 6 March 2026, 16:00 in Berlin: one hour on Friday, three on Monday.
        assert_eq!(due("2026-03-06T15:00:00Z", 4), "2026-03-09T11:00:00Z");
        assert_eq!(due("2026-03-02T07:00:00Z", 8), "2026-03-02T16:00:00Z");
        // Over the change to summer time on 29 March 2026: nine in the morning is an hour earlier in UTC.
        assert_eq!(due("2026-03-27T16:00:00Z", 1), "2026-03-30T08:00:00Z");
        let none = super::due("2026-03-06T15:00:00Z".parse().unwrap(), &[], 4, &zone).unwrap();
        assert_eq!(none.to_string(), "2026-03-06T19:00:00Z");
    }

    #[test]
    fn overlapping_windows_count_once_and_nonsense_is_refused() {
        let windows = [
            Window { day: Weekday::Monday, from: 9 * 60, to: 11 * 60 },
            Window { day: Weekday::Monday, from: 10 * 60, to: 12 * 60 },
        ];
        let due = due("2026-03-02T00:00:00Z".parse().unwrap(), &windows, 4, &TimeZone::UTC).unwrap();
        assert_eq!(due.to_string(), "2026-03-09T10:00:00Z", "three hours a week");
        assert_eq!(window("week", Weekday::Monday, "", " ").unwrap(), None);
        assert_eq!(window("week", Weekday::Monday, "09:00", "24:00").unwrap().unwrap().to, 1440);
        for (from, to) in [("9", "10:00"), ("10:00", "09:00"), ("09:00", ""), ("09:00", "24:30"), ("-1:00", "09:00")] {
            assert!(window("week", Weekday::Monday, from, to).is_err(), "{from} {to}");
        }
        assert_eq!(shown(545), "09:05");
    }
}
