//! When would work on a problem disturb the fewest people?
//!
//! The record tells when people use what is to be touched: they write tickets when they work. For each whole
//! hour of the coming days the tickets of the same weekday and hours of the weeks of the record are counted. The
//! mean is what is expected (with a 90 % interval: exact for a Poisson mean, widened by how uneven the weeks are);
//! days at the end of a month are weighed by how much busier they were, holidays count as Sundays. Windows in
//! which a planned change already touches the item or a neighbour are left out.

use serde::{Deserialize, Serialize};

use crate::clock::{DAY, WEEK};
use crate::price::Range;
use crate::stats::{float, poisson_interval};

/// Fewest whole weeks, and fewest tickets, for any answer.
const FEWEST: (i64, usize) = (4, 30);
/// Days looked ahead.
const AHEAD: i64 = 14;
/// Windows told.
const TOLD: usize = 3;
const HOUR: i64 = 3_600;

/// What is needed to choose a window. Times are local: seconds since 1970 as the clock on the wall shows them.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Tickets on the items and services that the work touches, sorted.
    pub tickets: Vec<i64>,
    /// First and last second of the part of the record that is whole.
    pub observed: (i64, i64),
    /// The window begins at this instant at the earliest.
    pub after: i64,
    /// Its length in hours.
    pub hours: u32,
    /// Days (since 1970) on which nobody works though the weekday says so.
    pub holidays: Vec<i64>,
    /// Other changes that are planned on the item or its neighbours: start and end.
    pub planned: Vec<(i64, i64)>,
    /// Working minutes that a person loses who needs it then.
    pub lost_minutes: Range,
}

/// A stretch of hours and what is expected in it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Window {
    /// Local begin, `2016-03-14 22:00`.
    pub from: String,
    /// Local end.
    pub to: String,
    /// Tickets that are expected in it.
    pub expected: f64,
    /// Lower end of the 90 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Tickets that were counted for it.
    pub n: u64,
    /// Weeks in which they were counted.
    pub weeks: u64,
    /// User-minutes touched: expected tickets × minutes lost by each, low × low to high × high.
    pub user_minutes: UserMinutes,
}

/// Minutes of working time of the people served.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct UserMinutes {
    /// Low.
    pub low: f64,
    /// Middle.
    pub mid: f64,
    /// High.
    pub high: f64,
}

/// What was chosen.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Windows {
    /// The three that disturb least, in order of time; empty where there is too little to tell.
    pub windows: Vec<Window>,
    /// What a window of this length meets at the busiest time of these days, to compare.
    pub busiest: Option<Window>,
    /// Tickets that it rests on.
    pub tickets: u64,
    /// Weeks of record.
    pub weeks: u64,
    /// How many times busier the last two days of a month are, with the n of such days; `None` below four.
    pub month_end: Option<(f64, u64)>,
    /// The same in a sentence.
    pub sentence: String,
}

struct Rhythm<'a> {
    plan: &'a Plan,
    /// Start of the first whole week that is counted: weeks are counted back from the end.
    from: i64,
    weeks: i64,
    month_end: Option<(f64, u64)>,
}

fn date(day: i64) -> Option<jiff::civil::Date> {
    let at = jiff::Timestamp::from_second(day.checked_mul(DAY)?).ok()?;
    Some(at.to_zoned(jiff::tz::TimeZone::UTC).date())
}

fn month_end(day: i64) -> bool {
    date(day).is_some_and(|date| date.day() + 1 >= date.days_in_month())
}

fn words(local: i64) -> String {
    jiff::Timestamp::from_second(local).map_or_else(|_| String::new(), |t| t.strftime("%F %H:%M").to_string())
}

fn within(sorted: &[i64], from: i64, to: i64) -> usize {
    sorted.partition_point(|&at| at < to).saturating_sub(sorted.partition_point(|&at| at < from))
}

impl<'a> Rhythm<'a> {
    fn new(plan: &'a Plan) -> Self {
        let end = plan.observed.1.saturating_add(1);
        let weeks = end.saturating_sub(plan.observed.0).div_euclid(WEEK).clamp(0, 520);
        let mut rhythm = Self { plan, from: end - weeks * WEEK, weeks, month_end: None };
        rhythm.month_end = rhythm.busier();
        rhythm
    }

    /// Tickets on the last two days of months over those of other days of the same weekdays.
    fn busier(&self) -> Option<(f64, u64)> {
        let (first, last) = (self.from.div_euclid(DAY), (self.from + self.weeks * WEEK).div_euclid(DAY));
        let mut by_weekday = [(0.0, 0.0); 7];
        let (mut seen, mut expected, mut days) = (0.0, 0.0, 0_u64);
        let count = |day: i64| float(within(&self.plan.tickets, day * DAY, (day + 1) * DAY));
        let weekday = |day: i64| usize::try_from((day + 3).rem_euclid(7)).unwrap_or(0);
        for day in (first..last).filter(|day| !month_end(*day)) {
            if let Some(sum) = by_weekday.get_mut(weekday(day)) {
                *sum = (sum.0 + count(day), sum.1 + 1.0);
            }
        }
        for day in (first..last).filter(|day| month_end(*day)) {
            let (tickets, of) = by_weekday.get(weekday(day)).copied().unwrap_or_default();
            if of > 0.0 {
                seen += count(day);
                expected += tickets / of;
                days += 1;
            }
        }
        // Ten tickets of doubt draw it to 1 where days are few.
        (days >= 4).then(|| ((seen + 10.0) / (expected + 10.0), days))
    }

    /// What a window that begins at a local instant meets.
    fn window(&self, start: i64) -> Window {
        let length = i64::from(self.plan.hours) * HOUR;
        let day = start.div_euclid(DAY);
        // A holiday is a Sunday at the same hour.
        let holiday = self.plan.holidays.contains(&day);
        let shift = if holiday { 6 - (day + 3).rem_euclid(7) } else { 0 };
        let phase = (start + shift * DAY - self.from).rem_euclid(WEEK);
        let counts: Vec<f64> = (0..self.weeks)
            .map(|week| self.from + week * WEEK + phase)
            .filter(|&from| from + length <= self.from + self.weeks * WEEK)
            .map(|from| float(within(&self.plan.tickets, from, from + length)))
            .collect();
        let (sum, n) = (counts.iter().sum::<f64>(), float(counts.len()).max(1.0));
        let mean = sum / n;
        let squares: f64 = counts.iter().map(|count| (count - mean).powi(2)).sum();
        let spread = if mean > 0.0 { (squares / (n - 1.0).max(1.0) / mean).max(1.0) } else { 1.0 };
        let (low, high) = poisson_interval(sum / spread, 0.90);
        let busier = match self.month_end {
            Some((factor, _)) if month_end(day) && !holiday => factor,
            _ => 1.0,
        };
        let (low, expected, high) = (low * spread / n * busier, mean * busier, high * spread / n * busier);
        let number = |value: rust_decimal::Decimal| value.to_string().parse::<f64>().unwrap_or(0.0);
        let lost = self.plan.lost_minutes;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of tickets")]
        let n = sum as u64;
        Window {
            from: words(start),
            to: words(start + length),
            expected,
            low,
            high,
            n,
            weeks: counts.len() as u64,
            user_minutes: UserMinutes {
                low: low * number(lost.low),
                mid: expected * number(lost.mid),
                high: high * number(lost.high),
            },
        }
    }
}

/// Chooses the next three windows within two weeks that meet the fewest tickets. Of windows that meet equally
/// many (by the upper end of the interval) the earlier; no two on one day.
#[must_use]
pub fn windows(plan: &Plan) -> Windows {
    let rhythm = Rhythm::new(plan);
    let end = rhythm.from + rhythm.weeks * WEEK;
    let tickets = within(&plan.tickets, rhythm.from, end);
    let mut out = Windows {
        tickets: tickets as u64,
        weeks: u64::try_from(rhythm.weeks).unwrap_or(0),
        month_end: rhythm.month_end,
        ..Windows::default()
    };
    if rhythm.weeks < FEWEST.0 || tickets < FEWEST.1 || plan.hours == 0 || i64::from(plan.hours) * HOUR > WEEK / 2 {
        out.sentence = format!(
            "Not enough to say: {tickets} tickets in {} whole weeks; at least {} in {} are needed, and a window of 1 to \
             84 hours.",
            rhythm.weeks, FEWEST.1, FEWEST.0
        );
        return out;
    }
    let first = plan.after.saturating_add(HOUR - 1).div_euclid(HOUR);
    let length = i64::from(plan.hours) * HOUR;
    let mut all: Vec<(i64, Window)> =
        (first..first.saturating_add(AHEAD * 24)).map(|hour| (hour * HOUR, rhythm.window(hour * HOUR))).collect();
    out.busiest = all
        .iter()
        .max_by(|a, b| a.1.expected.total_cmp(&b.1.expected).then(b.0.cmp(&a.0)))
        .map(|(_, window)| window.clone());
    let before = all.len();
    all.retain(|(start, _)| {
        plan.planned.iter().all(|&(from, to)| start + length <= from || to.max(from + 1) <= *start)
    });
    let taken = before - all.len();
    all.sort_by(|a, b| a.1.high.total_cmp(&b.1.high).then(a.1.expected.total_cmp(&b.1.expected)).then(a.0.cmp(&b.0)));
    let mut chosen: Vec<(i64, Window)> = Vec::new();
    for (start, window) in all {
        let apart =
            |other: i64| (start - other).abs() >= length.max(DAY / 2) && start.div_euclid(DAY) != other.div_euclid(DAY);
        if chosen.len() < TOLD && chosen.iter().all(|(other, _)| apart(*other)) {
            chosen.push((start, window));
        }
    }
    chosen.sort_by_key(|(start, _)| *start);
    out.windows = chosen.into_iter().map(|(_, window)| window).collect();
    out.sentence = match out.windows.iter().min_by(|a, b| a.expected.total_cmp(&b.expected)) {
        None => "No window is free of planned changes within two weeks.".to_owned(),
        Some(best) => format!(
            "From {} to {} {:.1} tickets are expected (90 %: {:.1} to {:.1}; n = {} in {} weeks); at the busiest time {:.1}.{}",
            best.from,
            best.to,
            best.expected,
            best.low,
            best.high,
            best.n,
            best.weeks,
            out.busiest.as_ref().map_or(0.0, |busiest| busiest.expected),
            if taken > 0 { " Times of planned changes on neighbouring items are left out." } else { "" }
        ),
    };
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::stats::Dice;

    const START: i64 = 1_451_865_600; // Monday, 4 January 2016

    /// Half a year: 6 tickets an hour from 8 to 18 on working days, few at other times, none Sunday morning.
    fn plan() -> Plan {
        let mut dice = Dice::new(4);
        let mut tickets = Vec::new();
        for hour in 0..26 * 7 * 24_i64 {
            let (day, of_day) = (hour / 24, hour % 24);
            let mean = match (day % 7, of_day) {
                (6, 2..10) => 0.0,
                (0..=4, 8..18) => 6.0,
                _ => 0.5,
            };
            let busier = if month_end((START + day * DAY) / DAY) { 2.0 } else { 1.0 };
            for _ in 0..dice.poisson(mean * busier) {
                tickets.push(START + hour * HOUR + i64::try_from(dice.below(3_600)).unwrap());
            }
        }
        tickets.sort_unstable();
        Plan {
            tickets,
            observed: (START, START + 26 * WEEK - 1),
            after: START + 26 * WEEK,
            hours: 4,
            holidays: Vec::new(),
            planned: Vec::new(),
            lost_minutes: Range::whole(10, 30, 90),
        }
    }

    #[test]
    fn the_quiet_hours_are_chosen() {
        let plan = plan();
        let found = windows(&plan);
        assert_eq!(found.windows.len(), 3, "{found:?}");
        // 10 July 2016 is the first Sunday after Monday, 4 July.
        assert!(found.windows.iter().any(|w| w.from.starts_with("2016-07-10 0") && w.expected < 0.01), "{found:?}");
        assert!(found.busiest.as_ref().unwrap().expected > 20.0);
        for window in &found.windows {
            assert!(window.low <= window.expected && window.expected <= window.high && window.weeks >= 25);
            assert!(
                window.user_minutes.low <= window.user_minutes.mid
                    && window.user_minutes.mid <= window.user_minutes.high
            );
        }
        let (factor, days) = found.month_end.unwrap();
        assert!((1.6..2.3).contains(&factor) && days >= 10, "{factor} {days}");
    }

    #[test]
    fn planned_changes_and_holidays_count() {
        let mut plan = plan();
        let sunday = START + 26 * WEEK + 6 * DAY;
        plan.planned = vec![(sunday, sunday + DAY)];
        let found = windows(&plan);
        assert!(found.windows.iter().all(|w| !w.from.starts_with("2016-07-10")), "{found:?}");
        assert!(found.sentence.contains("planned changes"));
        // A holiday on the first Monday makes its morning as quiet as a Sunday's.
        plan.planned = Vec::new();
        plan.holidays = vec![(START + 26 * WEEK) / DAY];
        let found = windows(&plan);
        assert!(found.windows.iter().any(|w| w.from.starts_with("2016-07-04 0")), "{found:?}");
    }

    #[test]
    fn too_little_is_said_to_be_too_little() {
        let mut plan = plan();
        plan.tickets.truncate(20);
        assert!(windows(&plan).sentence.starts_with("Not enough to say"));
        assert!(windows(&Plan::default()).windows.is_empty());
    }

    /// The interval of the mean holds the true mean about as often as it says.
    #[test]
    fn intervals_hold() {
        let mut dice = Dice::new(9);
        let (mut held, mut all) = (0, 0);
        for _ in 0..200 {
            let mut tickets = Vec::new();
            for week in 0..20_i64 {
                let uneven = 0.5 + dice.share();
                for _ in 0..dice.poisson(5.0 * uneven) {
                    tickets.push(START + week * WEEK + 7_200 + i64::try_from(dice.below(3_600)).unwrap());
                }
            }
            tickets.sort_unstable();
            let plan = Plan { tickets, observed: (START, START + 20 * WEEK - 1), hours: 1, ..Plan::default() };
            let window = Rhythm::new(&plan).window(START + 20 * WEEK + 7_200);
            all += 1;
            held += i32::from(window.low <= 5.0 && 5.0 <= window.high);
        }
        assert!(held * 100 >= all * 84, "{held} of {all}");
    }

    proptest! {
        #[test]
        fn any_plan_is_answered(mut tickets in prop::collection::vec(-1_000_000_000i64..3_000_000_000, 0..100),
                                from in -1_000_000_000i64..3_000_000_000, weeks in 0i64..60,
                                after in -1_000_000_000i64..3_000_000_000, hours in 0u32..200) {
            tickets.sort_unstable();
            let plan = Plan { tickets, observed: (from, from + weeks * WEEK), after, hours, ..Plan::default() };
            let found = windows(&plan);
            prop_assert!(found.windows.len() <= 3 && !found.sentence.is_empty());
        }
    }
}
