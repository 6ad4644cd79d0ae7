//! The record as this room sees it: tickets in the order of time, and the desk's own rhythm.

use rayon::prelude::*;

use crate::clock;
use crate::model::{Field, Symptoms};

/// Weeks below this share of an ordinary week do not count as recorded fully.
const THIN: u64 = 10;

/// Tickets in the order of `(opened, key)`. Everything after this works with the place in that order
/// (the rank), so that the order of the input does not matter.
pub struct Desk<'a> {
    /// The record.
    pub symptoms: &'a Symptoms,
    /// Ticket of each rank.
    pub order: Vec<u32>,
    /// Opened, by rank.
    pub opened: Vec<i64>,
    /// First week of the record.
    pub first_week: i64,
    /// Tickets of each week from the first to the last.
    pub weekly: Vec<u32>,
    /// Weeks recorded fully, as a range of `weekly`.
    pub full: std::ops::Range<usize>,
    /// First day of the record.
    pub first_day: i64,
    /// Tickets opened before each day of the record: entry d counts those of days 0 to d-1.
    pub before_day: Vec<u32>,
    /// Mean hours open over tickets that ended; 0 when none did.
    pub mean_hours: f64,
    /// Mean minutes booked over tickets with booked work, and on how many.
    pub mean_touch: (f64, u64),
    /// Tickets of each code, by field.
    pub code_counts: Vec<Vec<u32>>,
}

/// Days over which a record is followed; instants further from its middle are taken to be misread.
const LONGEST_DAYS: i64 = 366 * 60;

impl<'a> Desk<'a> {
    /// Puts the record in order.
    #[must_use]
    pub fn new(symptoms: &'a Symptoms) -> Self {
        let count = u32::try_from(symptoms.len()).unwrap_or(u32::MAX);
        let mut order: Vec<u32> = (0..count).collect();
        let key = |t: u32| symptoms.keys.get(t as usize).map_or("", String::as_str);
        order.par_sort_unstable_by(|&a, &b| {
            let (i, j) = (a as usize, b as usize);
            (symptoms.opened_at(i), key(a))
                .cmp(&(symptoms.opened_at(j), key(b)))
                .then_with(|| symptoms.title_of(i).cmp(symptoms.title_of(j)))
                .then_with(|| symptoms.text_of(i).cmp(symptoms.text_of(j)))
                .then(a.cmp(&b))
        });
        let middle = order.get(order.len() / 2).map_or(0, |&t| symptoms.opened_at(t as usize));
        let (from, to) = (middle - LONGEST_DAYS / 2 * clock::DAY, middle + LONGEST_DAYS / 2 * clock::DAY);
        let opened: Vec<i64> = order.iter().map(|&t| symptoms.opened_at(t as usize).clamp(from, to)).collect();

        let first = opened.first().copied().unwrap_or(0);
        let last = opened.last().copied().unwrap_or(0);
        let first_week = clock::week_of(first);
        let mut weekly = vec![0_u32; slot(clock::week_of(last), first_week) + 1];
        let first_day = clock::day_of(first);
        let mut before_day = vec![0_u32; slot(clock::day_of(last), first_day) + 2];
        for &at in &opened {
            if let Some(count) = weekly.get_mut(slot(clock::week_of(at), first_week)) {
                *count += 1;
            }
            if let Some(count) = before_day.get_mut(slot(clock::day_of(at), first_day) + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for count in &mut before_day {
            sum += *count;
            *count = sum;
        }
        if opened.is_empty() {
            weekly.clear();
        }
        let full = full_weeks(&weekly);
        let (hours, ended) = mean(&symptoms.hours_open);
        Self {
            symptoms,
            order,
            opened,
            first_week,
            full,
            weekly,
            first_day,
            before_day,
            mean_hours: if ended > 0 { hours } else { 0.0 },
            mean_touch: mean(&symptoms.touch_minutes),
            code_counts: symptoms.fields.par_iter().map(|field| code_counts(field, symptoms.len())).collect(),
        }
    }

    /// Tickets.
    #[must_use]
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Ticket of a rank.
    #[must_use]
    pub fn ticket(&self, rank: u32) -> usize {
        self.order.get(rank as usize).map_or(0, |&t| t as usize)
    }

    /// Opened, of a rank.
    #[must_use]
    pub fn at(&self, rank: u32) -> i64 {
        self.opened.get(rank as usize).copied().unwrap_or(0)
    }

    /// Weekly series of some instants over the whole record.
    #[must_use]
    pub fn series(&self, ranks: &[u32]) -> Vec<u32> {
        let mut series = vec![0; self.weekly.len()];
        for &rank in ranks {
            if let Some(count) = series.get_mut(slot(clock::week_of(self.at(rank)), self.first_week)) {
                *count += 1;
            }
        }
        series
    }

    /// Tickets of the whole desk opened on the days `from..=to` (days since 1970).
    #[must_use]
    pub fn opened_within(&self, from: i64, to: i64) -> u32 {
        let at = |day: i64| {
            let place = slot(day, self.first_day).min(self.before_day.len().saturating_sub(1));
            self.before_day.get(place).copied().unwrap_or(0)
        };
        at(to + 1).saturating_sub(at(from))
    }

    /// First and last instant of the weeks recorded fully.
    #[must_use]
    pub fn observed(&self) -> Option<(i64, i64)> {
        if self.full.is_empty() {
            return None;
        }
        let week = |place: usize| self.first_week + i64::try_from(place).unwrap_or(0);
        Some((clock::monday(week(self.full.start)), clock::monday(week(self.full.end)) - 1))
    }
}

fn code_counts(field: &Field, tickets: usize) -> Vec<u32> {
    let mut counts = vec![0; field.values.len()];
    for ticket in 0..tickets {
        if let Some(count) = counts.get_mut(field.code(ticket) as usize) {
            *count += 1;
        }
    }
    counts
}

fn slot(number: i64, first: i64) -> usize {
    usize::try_from(number.saturating_sub(first)).unwrap_or(0)
}

/// From the first to the last week with at least a tenth of the tickets of the week in which the
/// middle ticket fell. Long thin tails at either end (late entries, an export's first days) are left out.
fn full_weeks(weekly: &[u32]) -> std::ops::Range<usize> {
    let mut sizes: Vec<u32> = weekly.to_vec();
    sizes.sort_unstable();
    let all: u64 = sizes.iter().map(|&c| u64::from(c)).sum();
    let mut sum = 0;
    let mut ordinary = 0;
    for size in sizes {
        sum += u64::from(size);
        if sum * 2 >= all {
            ordinary = u64::from(size);
            break;
        }
    }
    let enough = |&count: &u32| count > 0 && u64::from(count) * THIN >= ordinary;
    let start = weekly.iter().position(enough).unwrap_or(0);
    let end = weekly.iter().rposition(enough).map_or(0, |last| last + 1);
    start..end
}

/// Mean of the values that are numbers, and how many those are.
fn mean(values: &[f32]) -> (f64, u64) {
    let (mut sum, mut n) = (0.0, 0_u64);
    for &value in values {
        if value.is_finite() && value >= 0.0 {
            sum += f64::from(value);
            n += 1;
        }
    }
    let count = crate::stats::float(usize::try_from(n).unwrap_or(usize::MAX));
    (if n > 0 { sum / count } else { 0.0 }, n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thin_ends_are_left_out() {
        assert_eq!(full_weeks(&[1, 0, 200, 180, 220, 3, 0, 1]), 2..5);
        assert_eq!(full_weeks(&[5]), 0..1);
        assert_eq!(full_weeks(&[]), 0..0);
    }

    #[test]
    fn counts_days_and_survives_absurd_instants() {
        let opened = vec![0, 10, clock::DAY, i64::MAX, i64::MIN];
        let symptoms = Symptoms { keys: (0..5).map(|k| k.to_string()).collect(), opened, ..Symptoms::default() };
        let desk = Desk::new(&symptoms);
        assert_eq!(desk.len(), 5);
        assert_eq!(desk.opened_within(0, 0), 2);
        assert_eq!(desk.opened_within(0, 1), 3);
        assert_eq!(desk.opened_within(-1_000_000, 1_000_000), 5);
        let none = Symptoms::default();
        assert!(Desk::new(&none).observed().is_none());
    }
}
