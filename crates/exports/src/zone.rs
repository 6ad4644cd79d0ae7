//! From the wall clock of a zone to UTC, fast.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::canonical::Millis;

const DAY: Millis = 86_400_000;
const SLOTS: usize = 1024;

/// A zone whose offsets are remembered day by day: on all but two days a year a whole day has one offset.
#[derive(Debug)]
pub struct Zone {
    rules: TimeZone,
    utc: bool,
    /// Local day and the offset in milliseconds that holds all that day.
    days: Vec<(i64, Millis)>,
}

impl Zone {
    /// A zone by its IANA name, such as `Europe/Berlin`.
    ///
    /// # Errors
    /// When there is no such zone.
    pub fn named(name: &str) -> Result<Self, String> {
        let utc = matches!(name, "UTC" | "Etc/UTC" | "Z" | "GMT");
        let zone = if utc { Ok(TimeZone::UTC) } else { TimeZone::get(name) };
        let zone = zone.map_err(|_| {
            format!("There is no time zone `{name}`: give a name such as Europe/Berlin, America/New_York or UTC")
        })?;
        Ok(Self { rules: zone, utc, days: vec![(i64::MIN, 0); SLOTS] })
    }

    /// The instant at which this zone's clocks showed `local`. A time that was shown twice is the
    /// first of the two, one that was never shown is moved on by the gap ("compatible").
    pub fn instant(&mut self, local: Millis) -> Millis {
        if self.utc {
            return local;
        }
        let day = local.div_euclid(DAY);
        let slot = usize::try_from(day.rem_euclid(1024)).unwrap_or(0);
        if let Some(&(kept, offset)) = self.days.get(slot)
            && kept == day
        {
            return local - offset;
        }
        let first = self.exact(day * DAY);
        let last = self.exact(day * DAY + DAY - 1);
        if last - first == DAY - 1 {
            if let Some(place) = self.days.get_mut(slot) {
                *place = (day, day * DAY - first);
            }
            return local - (day * DAY - first);
        }
        self.exact(local)
    }

    fn exact(&self, local: Millis) -> Millis {
        let wall = jiff::Timestamp::from_millisecond(local).map(|shown| TimeZone::UTC.to_datetime(shown));
        let instant = |wall: DateTime| self.rules.to_ambiguous_timestamp(wall).compatible();
        wall.and_then(instant).map_or(local, jiff::Timestamp::as_millisecond)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn local(text: &str) -> Millis {
        crate::dates::parse(text, crate::dates::DateKind::Ymd).expect("a date").local
    }

    #[test]
    fn hours_that_never_were_and_hours_that_were_twice() {
        let mut zone = Zone::named("Europe/Berlin").expect("a zone");
        assert_eq!(crate::dates::show(zone.instant(local("2016-07-01 12:00"))), "2016-07-01 10:00:00Z");
        assert_eq!(crate::dates::show(zone.instant(local("2016-03-27 02:30"))), "2016-03-27 01:30:00Z");
        assert_eq!(crate::dates::show(zone.instant(local("2016-10-30 02:30"))), "2016-10-30 00:30:00Z");
        assert!(Zone::named("Mars/Olympus").is_err());
    }

    proptest! {
        #[test]
        fn remembering_changes_nothing(minutes in proptest::collection::vec(0_i64..40_000_000, 1..200)) {
            let mut zone = Zone::named("America/New_York").expect("a zone");
            let fresh = Zone::named("America/New_York").expect("a zone");
            for minute in minutes {
                prop_assert_eq!(zone.instant(minute * 60_000), fresh.exact(minute * 60_000));
            }
        }
    }
}
