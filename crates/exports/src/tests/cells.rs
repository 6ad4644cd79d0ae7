//! Cells as exports write dates.

use proptest::prelude::*;

use crate::dates::{DateKind, Written, parse, show, year};

const MINUTE: i64 = 60_000;

fn read(text: &str, kind: DateKind) -> String {
    match parse(text, kind) {
        Ok(written) => {
            let shown = show(written.local).replace('Z', "");
            match written.offset {
                Some(offset) => format!("{shown} {:+}", offset / MINUTE),
                None => shown,
            }
        }
        Err(fault) => format!("{fault:?}"),
    }
}

#[test]
fn reads_what_exports_write() {
    use DateKind::{Dmy, EpochMillis, EpochSeconds, Excel, Mdy, Ymd};
    for (text, kind, expected) in [
        ("29/2/2016 01:16", Dmy, "2016-02-29 01:16:00"),
        ("2/29/2016 01:16", Mdy, "2016-02-29 01:16:00"),
        ("2/29/16 1:16 PM", Mdy, "2016-02-29 13:16:00"),
        ("2/29/2016 12:16 a.m.", Mdy, "2016-02-29 00:16:00"),
        ("30/12/2023 03:00:00 p. m.", Dmy, "2023-12-30 15:00:00"),
        ("30/12/2023 03:00:00 a.\u{a0}m.", Dmy, "2023-12-30 03:00:00"),
        ("30/12/2023 03:00:00 p.\u{fffd}m.", Dmy, "2023-12-30 15:00:00"),
        ("12/30/23, 3:05\u{202f}PM", Mdy, "2023-12-30 15:05:00"),
        ("05/ago/26 10:33 AM", Ymd, "2026-08-05 10:33:00"),
        ("2016-04-28T11:19:34 -10:00", Ymd, "2016-04-28 11:19:34 -600"),
        ("30-8-2012 7:00", Dmy, "2012-08-30 07:00:00"),
        ("05/02/2012 13:32:57", Dmy, "2012-02-05 13:32:57"),
        ("5.2.2012", Dmy, "2012-02-05 00:00:00"),
        ("5.2.2012, 13.32 Uhr", Dmy, "2012-02-05 13:32:00"),
        ("05.02.2012 - 13:32 Uhr", Dmy, "2012-02-05 13:32:00"),
        ("05/02/2012 13:32 h", Dmy, "2012-02-05 13:32:00"),
        ("5.2.2012, 13.32 Uhr morgens", Dmy, "Unreadable"),
        ("2013-10-04 10:59:40", Dmy, "2013-10-04 10:59:40"),
        ("2013/10/04", Mdy, "2013-10-04 00:00:00"),
        ("2010-03-31T16:59:42+02:00", Ymd, "2010-03-31 16:59:42 +120"),
        ("2014-10-23T06:40:17.163+0000", Ymd, "2014-10-23 06:40:17 +0"),
        ("2017-10-10T16:00:00Z", Ymd, "2017-10-10 16:00:00 +0"),
        ("2016-12-14 02:46:44 UTC", Ymd, "2016-12-14 02:46:44 +0"),
        ("2016-12-14T02:46:44+01:00[Europe/Berlin]", Ymd, "2016-12-14 02:46:44 +60"),
        ("20161214T024644Z", Ymd, "2016-12-14 02:46:44 +0"),
        ("04/Oct/13 3:05 PM", Ymd, "2013-10-04 15:05:00"),
        ("04/Oct/13 3:05 PM", Dmy, "2013-10-04 15:05:00"),
        ("04-Okt-2013 15:05", Dmy, "2013-10-04 15:05:00"),
        ("Oct 4, 2013 3:05:09 PM", Mdy, "2013-10-04 15:05:09"),
        ("4. März 2013 15:05", Dmy, "2013-03-04 15:05:00"),
        ("1er août 2013 15h05", Dmy, "2013-08-01 15:05:00"),
        ("4 de octubre de 2013", Dmy, "2013-10-04 00:00:00"),
        ("Fri, 04 Oct 2013 10:59:40 GMT", Dmy, "2013-10-04 10:59:40 +0"),
        ("4 mei 2013", Dmy, "2013-05-04 00:00:00"),
        // As programs in the browser write them, and zones by their letters.
        ("Fri Oct 04 2013 10:59:40 GMT+0200 (Central European Summer Time)", Ymd, "2013-10-04 10:59:40 +120"),
        // As Java and the C library do: the year behind the time.
        ("Fri Oct 04 10:59:40 CEST 2013", Ymd, "2013-10-04 10:59:40 +120"),
        ("Fri Oct  4 10:59:40 2013", Ymd, "2013-10-04 10:59:40"),
        ("Fri Oct 04 10:59:40 +0000 2013", Dmy, "2013-10-04 10:59:40 +0"),
        ("Fri Oct 04 10:59:40 nonsense 2013", Dmy, "Unreadable"),
        ("31-JAN-24 10.00.00.000000000 AM", Dmy, "2024-01-31 10:00:00"),
        ("2013-10-04 10:59:40 UTC-05:00", Ymd, "2013-10-04 10:59:40 -300"),
        ("2013-10-04 10:59:40 +5:30", Ymd, "2013-10-04 10:59:40 +330"),
        ("10/4/2013 10:59 AM CST", Mdy, "2013-10-04 10:59:00 -360"),
        ("2013-10-04 10:59:40 GMT+x", Ymd, "Unreadable"),
        ("2013-10-04 10:59:40 UTC (", Ymd, "Unreadable"),
        ("31/02/2016", Dmy, "NoSuchDay"),
        ("29/02/2015", Dmy, "NoSuchDay"),
        ("13/13/2016", Dmy, "NoSuchDay"),
        ("2016-02-30", Ymd, "NoSuchDay"),
        ("29/2/2016 25:16", Dmy, "Unreadable"),
        ("29/2/2016 24:00", Dmy, "2016-03-01 00:00:00"),
        ("29/2/2016 24:01", Dmy, "Unreadable"),
        ("29/2/2016 14:16 PM", Dmy, "2016-02-29 14:16:00"),
        ("29/2/2016 00:16 AM", Dmy, "2016-02-29 00:16:00"),
        ("29/2/2016 14:16 AM", Dmy, "Unreadable"),
        ("29/2/2016 01:16 nonsense", Dmy, "Unreadable"),
        ("yesterday", Dmy, "Unreadable"),
        ("", Dmy, "Unreadable"),
        ("1456708560", EpochSeconds, "2016-02-29 01:16:00 +0"),
        ("1456708560000", EpochMillis, "2016-02-29 01:16:00 +0"),
        ("42429.0527777778", Excel, "2016-02-29 01:16:00"),
        ("42429,0527777778", Excel, "2016-02-29 01:16:00"),
    ] {
        assert_eq!(read(text, kind), expected, "{text} as {kind:?}");
    }
}

#[test]
fn a_year_is_the_year_of_its_calendar() {
    for text in ["1969-12-31", "1970-01-01", "2000-02-29", "2016-12-31", "2017-01-01", "2100-03-01"] {
        let written = parse(text, DateKind::Ymd).expect("a date");
        assert_eq!(year(written.local).to_string(), text[..4], "{text}");
    }
}

proptest! {
    #[test]
    fn agrees_with_jiff(second in 0_i64..4_102_444_800) {
        let instant = jiff::Timestamp::from_second(second).expect("in range");
        for (pattern, kind) in [
            ("%Y-%m-%d %H:%M:%S", DateKind::Ymd),
            ("%d/%m/%Y %H:%M:%S", DateKind::Dmy),
            ("%m-%d-%Y %I:%M:%S %p", DateKind::Mdy),
            ("%d.%m.%Y %H:%M:%S", DateKind::Dmy),
            ("%d %B %Y %H:%M:%S", DateKind::Dmy),
        ] {
            let text = instant.strftime(pattern).to_string();
            let written = parse(&text, kind);
            prop_assert_eq!(written, Ok(Written { local: second * 1000, offset: None }), "{}", text);
        }
        prop_assert_eq!(year(second * 1000), i64::from(instant.to_zoned(jiff::tz::TimeZone::UTC).year()));
    }

    #[test]
    fn never_panics(text in "\\PC*") {
        for kind in [DateKind::Ymd, DateKind::Dmy, DateKind::Excel, DateKind::EpochSeconds] {
            let _ = parse(&text, kind);
        }
    }
}
