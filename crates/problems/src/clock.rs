//! Weeks and days of instants in seconds since 1970, UTC. No ambient clock.

/// Seconds of a day.
pub const DAY: i64 = 86_400;
/// Seconds of a week.
pub const WEEK: i64 = 7 * DAY;
/// 1970-01-01 was a Thursday: its Monday lies three days before.
const FIRST_MONDAY: i64 = 3 * DAY;

/// Number of the week (Monday to Sunday, UTC) of an instant.
#[must_use]
pub fn week_of(seconds: i64) -> i64 {
    seconds.saturating_add(FIRST_MONDAY).div_euclid(WEEK)
}

/// Monday 00:00 UTC of a week, in seconds since 1970.
#[must_use]
pub fn monday(week: i64) -> i64 {
    week.saturating_mul(WEEK).saturating_sub(FIRST_MONDAY)
}

/// Number of the day (UTC) of an instant.
#[must_use]
pub fn day_of(seconds: i64) -> i64 {
    seconds.div_euclid(DAY)
}

/// Seconds as days.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "durations within a record are far below 2^53 seconds")]
pub fn days(seconds: i64) -> f64 {
    seconds as f64 / DAY as f64
}

/// A date in words, such as `14 March 2016`; an empty text outside the calendar.
#[must_use]
pub fn date_words(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map_or_else(|_| String::new(), |t| t.strftime("%-d %B %Y").to_string())
}

/// A date as `2016-03-14`; an empty text outside the calendar.
#[must_use]
pub fn date_iso(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map_or_else(|_| String::new(), |t| t.strftime("%F").to_string())
}

/// A stretch of days in words, such as `from 7 to 9 March 2016`.
#[must_use]
pub fn stretch_words(from: i64, to: i64) -> String {
    let part = |seconds: i64, format: &str| {
        jiff::Timestamp::from_second(seconds).map_or_else(|_| String::new(), |t| t.strftime(format).to_string())
    };
    let start = if part(from, "%B %Y") == part(to, "%B %Y") {
        part(from, "%-d")
    } else if part(from, "%Y") == part(to, "%Y") {
        part(from, "%-d %B")
    } else {
        date_words(from)
    };
    format!("from {start} to {}", date_words(to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_begin_on_monday() {
        // 2016-03-14 was a Monday.
        let start = 1_457_913_600;
        assert_eq!(monday(week_of(start)), start);
        assert_eq!(monday(week_of(start + WEEK - 1)), start);
        assert_eq!(monday(week_of(start - 1)), start - WEEK);
        assert_eq!(date_words(start), "14 March 2016");
        assert_eq!(date_iso(start), "2016-03-14");
        assert!(monday(week_of(-1)) < 0);
        assert_eq!(stretch_words(start, start + 2 * DAY), "from 14 to 16 March 2016");
        assert_eq!(stretch_words(start, start + 30 * DAY), "from 14 March to 13 April 2016");
        assert_eq!(stretch_words(start, start + 365 * DAY), "from 14 March 2016 to 14 March 2017");
    }
}
