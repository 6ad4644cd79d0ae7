//! Hours across changes of the clock and holidays.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

const BERLIN: &str = r#"
zone = "Europe/Berlin"
holidays = ["2024-12-25", 2024-12-26]
[weekly]
monday = ["08:00-12:00", "13:00-18:00"]
tuesday = ["08:00-18:00"]
wednesday = ["08:00-18:00"]
thursday = ["08:00-18:00"]
friday = ["08:00-18:00"]
sunday = ["00:00-24:00"]
"#;

fn berlin() -> Calendar {
    Calendar::parse(BERLIN).unwrap()
}

fn at(text: &str) -> i64 {
    text.parse::<Timestamp>().unwrap().as_second()
}

#[test]
fn hours_by_hand() {
    let calendar = berlin();
    // Monday 2024-06-03 (UTC+2), over lunch.
    assert_eq!(calendar.business_seconds(at("2024-06-03T09:00:00Z"), at("2024-06-03T12:00:00Z")), 2 * 3600);
    // Friday 17:00 to Monday 09:00 with the whole Sunday between.
    assert_eq!(calendar.business_seconds(at("2024-06-07T15:00:00Z"), at("2024-06-10T07:00:00Z")), 26 * 3600);
    assert_eq!(calendar.business_seconds(at("2024-06-07T15:00:00Z"), at("2024-06-03T07:00:00Z")), 0);
    assert!(calendar.is_open(at("2024-06-03T06:00:00Z")));
    assert!(!calendar.is_open(at("2024-06-03T05:59:59Z")));
    assert!(!calendar.is_open(at("2024-06-03T16:00:00Z")), "the end is outside");
}

#[test]
fn a_sunday_of_23_and_one_of_25_hours() {
    let calendar = berlin();
    // Clocks go forward on 2024-03-31, back on 2024-10-27; both Sundays count whole.
    let spring = calendar.business_seconds(at("2024-03-30T12:00:00Z"), at("2024-03-31T22:00:00Z"));
    assert_eq!(spring, 23 * 3600);
    let autumn = calendar.business_seconds(at("2024-10-26T12:00:00Z"), at("2024-10-27T23:00:00Z"));
    assert_eq!(autumn, 25 * 3600);
    // The same wall time before and after.
    assert!(calendar.is_open(at("2024-03-29T07:00:00Z")), "08:00 in winter");
    assert!(calendar.is_open(at("2024-04-02T06:00:00Z")), "08:00 in summer");
    assert!(!calendar.is_open(at("2024-03-29T06:00:00Z")));
}

#[test]
fn holidays_have_no_hours() {
    let calendar = berlin();
    // Tuesday 24th 17:00 to Friday 27th 09:00 local: both holidays fall out.
    assert_eq!(calendar.business_seconds(at("2024-12-24T16:00:00Z"), at("2024-12-27T08:00:00Z")), 2 * 3600);
}

#[test]
fn local_days_follow_the_zone() {
    let calendar = berlin();
    let (day, second) = calendar.local(at("2024-03-31T01:00:00Z"));
    assert_eq!((date_of(day), second), (date(2024, 3, 31), 3 * 3600));
    let (day, second) = calendar.local(at("2024-03-31T00:59:59Z"));
    assert_eq!((date_of(day), second), (date(2024, 3, 31), 2 * 3600 - 1));
    assert_eq!(calendar.day_start(day), at("2024-03-30T23:00:00Z"));
    assert_eq!(weekday(day), 6);
    assert_eq!(month_of(day), (2024, 3));
}

#[test]
fn an_assumption_is_said_and_a_file_is_none() {
    assert!(Calendar::assumed(TimeZone::UTC).assumption().unwrap().contains("08:00 to 18:00"));
    assert_eq!(berlin().assumption(), None);
}

#[test]
fn mistakes_are_named() {
    for (text, word) in [
        ("zone = \"Europe/Nowhere\"", "Europe/Nowhere"),
        ("zone = \"UTC\"\n[weekly]\nmoonday = [\"08:00-18:00\"]", "moonday"),
        ("zone = \"UTC\"\n[weekly]\nmonday = [\"18:00-08:00\"]", "18:00-08:00"),
        ("zone = \"UTC\"\n[weekly]\nmonday = [\"08:00-12:00\", \"11:00-13:00\"]", "overlap"),
        ("zone = \"UTC\"\nholidays = [\"2024-02-30\"]", "2024-02-30"),
        ("holidays = []", "zone"),
        ("zone = \"UTC\"\nhollidays = []", "hollidays"),
    ] {
        let error = Calendar::parse(text).unwrap_err().to_string();
        assert!(error.contains(word), "{text}: {error}");
    }
}

proptest! {
    #[test]
    fn the_tables_agree_with_the_library(second in 0_i64..4_000_000_000) {
        let calendar = Calendar::parse("zone = \"America/New_York\"").unwrap();
        let stamp = Timestamp::from_second(second).unwrap();
        prop_assert_eq!(calendar.offset(second), i64::from(calendar.zone().to_offset(stamp).seconds()));
        let wall = stamp.to_zoned(calendar.zone().clone()).datetime();
        let (day, of_day) = calendar.local(second);
        prop_assert_eq!(date_of(day), wall.date());
        prop_assert_eq!(of_day, i64::from(wall.hour()) * 3600 + i64::from(wall.minute()) * 60 + i64::from(wall.second()));
        prop_assert_eq!(month_of(day), (i64::from(wall.year()), i64::from(wall.month())));
    }

    #[test]
    fn business_time_is_never_longer_and_adds_up(from in 0_i64..4_000_000_000, one in 0_i64..9_000_000, two in 0_i64..9_000_000) {
        let calendar = berlin();
        let whole = calendar.business_seconds(from, from + one + two);
        prop_assert!((0..=one + two).contains(&whole));
        prop_assert_eq!(whole, calendar.business_seconds(from, from + one) + calendar.business_seconds(from + one, from + one + two));
    }
}
