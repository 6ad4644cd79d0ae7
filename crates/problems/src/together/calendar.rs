//! Days of months and weeks, counted in the desk's other tickets.

use super::judge::Trial;
use super::{DAYS, Look};
use crate::clock::DAY;
use crate::onset::Rhythm;
use crate::stats::Dice;

/// Whether a day is marked.
type DayTest = fn(jiff::civil::Date) -> bool;

/// Days that are marked, true and moved.
pub(super) struct Calendar {
    marks: Vec<(&'static str, Vec<Vec<bool>>)>,
}

impl Calendar {
    pub(super) fn new(rhythm: &Rhythm, look: &Look) -> Self {
        let count = rhythm.days.len();
        let date = |day: usize| {
            let at = rhythm.from + i64::try_from(day).unwrap_or(0) * DAY;
            jiff::Timestamp::from_second(at).map(|t| t.to_zoned(jiff::tz::TimeZone::UTC).date()).ok()
        };
        let mut dice = Dice::new(look.seed ^ 0xda7e);
        let weeks = count / 7;
        let named: [(&'static str, DayTest); 3] = [
            ("last two days of the month", |date| date.day() + 1 >= date.days_in_month()),
            ("first two days of the month", |date| date.day() <= 2),
            ("Mondays", |date| date.weekday() == jiff::civil::Weekday::Monday),
        ];
        let marks = named
            .into_iter()
            .map(|(name, test)| {
                let real: Vec<bool> = (0..count).map(|day| date(day).is_some_and(test)).collect();
                let mut all = vec![real.clone()];
                for _ in 0..look.placebos {
                    let mut moved = vec![false; count];
                    if name == "Mondays" {
                        // Another working day of each week.
                        for (day, _) in real.iter().enumerate().filter(|(_, marked)| **marked) {
                            if let Some(mark) = moved.get_mut(day + dice.below(5)) {
                                *mark = true;
                            }
                        }
                    } else {
                        // The days of one month move together, by whole weeks.
                        let mut shift = 0;
                        for (day, _) in real.iter().enumerate().filter(|(_, marked)| **marked) {
                            if day == 0 || real.get(day - 1).is_none_or(|before| !before) {
                                shift = 7 * (1 + dice.below(weeks.max(2) - 1));
                            }
                            if let Some(mark) = moved.get_mut((day + shift) % (weeks * 7).max(1)) {
                                *mark = true;
                            }
                        }
                    }
                    all.push(moved);
                }
                (name, all)
            })
            .collect();
        Self { marks }
    }

    pub(super) fn trials(&self, problem: usize, own: &[i64], rhythm: &Rhythm) -> Vec<Trial> {
        let mut mine = vec![0_u32; rhythm.days.len()];
        for &at in own {
            if let Some(day) = rhythm.day(at).and_then(|day| mine.get_mut(day)) {
                *day += 1;
            }
        }
        let count = |marks: &Vec<bool>| {
            let (mut on, mut others_on, mut all, mut others) = (0.0, 0.0, 0.0, 0.0);
            for ((&own, &desk), &marked) in mine.iter().zip(&rhythm.days).zip(marks) {
                let rest = f64::from(desk.saturating_sub(own));
                all += f64::from(own);
                others += rest;
                if marked {
                    on += f64::from(own);
                    others_on += rest;
                }
            }
            (on, (all - on) / (others - others_on).max(1.0) * others_on)
        };
        self.marks
            .iter()
            .map(|(name, marks)| Trial {
                problem,
                kind: DAYS,
                value: (*name).to_owned(),
                n: marks.first().map_or(0, |days| days.iter().filter(|day| **day).count() as u64),
                counts: marks.iter().map(count).collect(),
                weeks: 4.0,
            })
            .collect()
    }
}
