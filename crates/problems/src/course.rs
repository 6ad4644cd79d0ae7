//! The course of each problem: since when, until when, bursts, how often it comes back, where it is going.
//!
//! What is said of one problem is said of many at once, so all of it stands under false-discovery control over
//! the problems of a run (Benjamini-Hochberg): of the onsets and ends that are told, about [`FALSE_SHARE`] may be
//! chance, and likewise of the words growing and fading, and of the bursts.
//!
//! The problems themselves were found by looking: one that was found *because* its tickets lie close in time
//! stands out in time. Its dates are still right; that it has a beginning is then no discovery.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::bursts::{self, Burst};
use crate::clock::{WEEK, days};
use crate::model::{Problem, Symptoms};
use crate::onset::{self, Onset, Rhythm};
use crate::stats::{binomial_at_least, discovery_threshold, float, median};
use crate::trend::{Direction, Trend, trend_beside};

/// Share of false ones that is accepted among what is told.
pub const FALSE_SHARE: f64 = 0.05;

/// How often a problem comes back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Recurrence {
    /// Median days from one ticket to the next.
    pub days: f64,
    /// Lower end of its 90 % interval (order statistics, no law assumed); `None` where gaps are too few.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Gaps it rests on.
    pub n: u64,
}

/// What is known of the course of a problem.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Course {
    /// Since when; `None` where it was always there, or where no change can be told from chance.
    pub onset: Option<Onset>,
    /// Its last day; `None` where it goes on, or where no change can be told from chance.
    pub ended: Option<Onset>,
    /// Rate within that stretch over the rate outside; `None` without one.
    pub ratio: Option<f64>,
    /// Probability of such a stretch where nothing changes; `None` where there is too little to look.
    pub p: Option<f64>,
    /// Days on which it came in heaps, in order of time.
    pub bursts: Vec<Burst>,
    /// How often it comes back; `None` below three tickets.
    pub recurrence: Option<Recurrence>,
    /// Where it is going, beside the desk's other tickets.
    pub trend: Trend,
}

/// Median days between tickets with its interval; `None` below three tickets. `sorted` in seconds.
#[must_use]
pub fn recurrence(sorted: &[i64]) -> Option<Recurrence> {
    if sorted.len() < 3 {
        return None;
    }
    let mut gaps: Vec<f64> =
        sorted.iter().zip(sorted.iter().skip(1)).map(|(a, b)| days(b.saturating_sub(*a))).collect();
    let middle = median(&mut gaps)?;
    let n = float(gaps.len());
    // The largest rank whose lower tail stays within 5 % (David and Nagaraja 2003, 7.1).
    let rank = (0..gaps.len() / 2).take_while(|&rank| binomial_at_least(n - float(rank), n, 0.5) <= 0.05).last();
    let end = |from_below: bool| {
        let rank = rank?;
        gaps.get(if from_below { rank } else { gaps.len() - 1 - rank }).copied()
    };
    Some(Recurrence { days: middle, low: end(true), high: end(false), n: gaps.len() as u64 })
}

/// The courses of all problems of a run. `problems` are the sorted instants of each, `all` those of the desk,
/// `observed` the part of the record that is whole. Nothing is dated without such a part.
#[must_use]
pub fn courses(problems: &[Vec<i64>], all: &[i64], observed: Option<(i64, i64)>) -> Vec<Course> {
    let rhythm = observed.map(|observed| Rhythm::new(all, observed)).unwrap_or_default();
    let looked: Vec<(Course, (Vec<bursts::Window>, usize))> = problems
        .par_iter()
        .map(|own| {
            let mut course = Course { recurrence: recurrence(own), ..Course::default() };
            if let Some(change) = onset::change(own, &rhythm) {
                course.onset = change.onset;
                course.ended = change.ended;
                course.ratio = change.ratio;
                course.p = Some(change.p);
            }
            let (weekly, others) = weekly(own, &rhythm);
            course.trend = trend_beside(&weekly, &others);
            (course, bursts::windows(own, &rhythm))
        })
        .collect();
    let control = |values: Vec<f64>| {
        let tests = float(values.len());
        let mut values = values;
        discovery_threshold(&mut values, tests, FALSE_SHARE)
    };
    let dated = control(looked.iter().filter_map(|(course, _)| course.p).collect());
    let going = control(looked.iter().filter_map(|(course, _)| course.trend.p).collect());
    let windows: f64 = looked.iter().map(|(_, (_, count))| float(*count)).sum();
    let mut heaps: Vec<f64> = looked.iter().flat_map(|(_, (windows, _))| windows.iter().map(|w| w.p)).collect();
    let heaped = discovery_threshold(&mut heaps, windows.max(1.0), FALSE_SHARE);
    looked
        .into_iter()
        .zip(problems)
        .map(|((mut course, (windows, _)), own)| {
            course.bursts = bursts::chosen(&windows, heaped, &rhythm);
            let in_all = problems_in(&rhythm, own);
            if course.p.is_none_or(|p| p > dated) && !is_burst(&course, in_all) {
                (course.onset, course.ended, course.ratio) = (None, None, None);
            }
            let told = matches!(course.trend.direction, Direction::Growing | Direction::Fading);
            if told && course.trend.p.is_none_or(|p| p > going) {
                course.trend.direction = Direction::NotEnough;
            }
            course
        })
        .collect()
}

/// Writes the courses into the problems of a run. `all` are the instants of the desk.
pub fn settle(problems: &mut [Problem], symptoms: &Symptoms, all: &[i64], observed: Option<(i64, i64)>) {
    let own: Vec<Vec<i64>> = problems
        .iter()
        .map(|problem| {
            let mut own: Vec<i64> = problem.members.iter().map(|&m| symptoms.opened_at(m as usize)).collect();
            own.sort_unstable();
            own
        })
        .collect();
    for (problem, course) in problems.iter_mut().zip(courses(&own, all, observed)) {
        problem.onset = course.onset;
        problem.ended = course.ended;
        problem.bursts = course.bursts;
        problem.recurrence = course.recurrence;
        problem.trend = course.trend;
    }
}

/// Tickets within the whole part of the record.
fn problems_in(rhythm: &Rhythm, own: &[i64]) -> u64 {
    own.iter().filter(|&&at| rhythm.day(at).is_some()).count() as u64
}

/// Whether the stretch is one of the bursts, which were judged already, and holds most of the problem. Shuffles
/// cannot see it: a heap stays a heap wherever it is dealt to.
fn is_burst(course: &Course, tickets: u64) -> bool {
    let Some(burst) = course.bursts.iter().max_by_key(|burst| burst.tickets) else { return false };
    let after = course.onset.as_ref().is_none_or(|onset| onset.low <= burst.to);
    let before = course.ended.as_ref().is_none_or(|ended| burst.from <= ended.high);
    burst.tickets * 2 > tickets && after && before
}

/// Tickets a week of the problem and of the rest of the desk, whole weeks only.
fn weekly(own: &[i64], rhythm: &Rhythm) -> (Vec<u32>, Vec<u32>) {
    let desk: Vec<u32> = rhythm.days.chunks_exact(7).map(|days| days.iter().sum()).collect();
    let mut mine = vec![0_u32; desk.len()];
    for &at in own {
        let week = at.checked_sub(rhythm.from).map(|since| since.div_euclid(WEEK));
        if let Some(count) = week.and_then(|week| usize::try_from(week).ok()).and_then(|week| mine.get_mut(week)) {
            *count += 1;
        }
    }
    let others = desk.iter().zip(&mine).map(|(all, own)| all.saturating_sub(*own)).collect();
    (mine, others)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::clock::DAY;
    use crate::stats::Dice;

    fn poisson(dice: &mut Dice, means: impl Iterator<Item = f64>) -> Vec<i64> {
        (0_i64..).zip(means).flat_map(|(day, mean)| vec![day * DAY + 500; dice.poisson(mean) as usize]).collect()
    }

    /// 200 problems of which `changed` begin on day 100; the rest never change.
    fn desk(changed: usize, seed: u64) -> (Vec<Vec<i64>>, Vec<i64>) {
        let mut dice = Dice::new(seed);
        let problems: Vec<Vec<i64>> = (0..200)
            .map(|number| {
                let early = if number < changed { 0.05 } else { 1.0 };
                poisson(&mut dice, (0..210).map(|day| if day < 100 { early } else { 1.0 }))
            })
            .collect();
        let mut all: Vec<i64> = problems.iter().flatten().copied().collect();
        all.sort_unstable();
        (problems, all)
    }

    #[test]
    fn false_ones_stay_rare_over_a_whole_run() {
        let observed = Some((0, 210 * DAY - 1));
        let (problems, all) = desk(0, 17);
        let courses = courses(&problems, &all, observed);
        let dated = courses.iter().filter(|c| c.onset.is_some() || c.ended.is_some()).count();
        let going = courses.iter().filter(|c| c.trend.direction == Direction::Growing).count();
        let heaped = courses.iter().filter(|c| !c.bursts.is_empty()).count();
        assert!(dated <= 2 && going <= 2 && heaped <= 2, "{dated} {going} {heaped}");
        let (problems, all) = desk(40, 18);
        let courses = super::courses(&problems, &all, observed);
        let told = |from: usize, to: usize| courses[from..to].iter().filter(|c| c.onset.is_some()).count();
        assert!(told(0, 40) >= 34, "{}", told(0, 40));
        assert!(told(40, 200) <= 6, "{}", told(40, 200));
        let growing = courses[..40].iter().filter(|c| c.trend.direction == Direction::Growing).count();
        assert!(growing >= 30, "{growing}");
    }

    #[test]
    fn recurrence_has_an_interval_that_orders() {
        assert_eq!(recurrence(&[0, DAY]), None);
        let three = recurrence(&[0, DAY, 3 * DAY]).unwrap();
        assert_eq!((three.days.to_bits(), three.low, three.n), (1.5_f64.to_bits(), None, 2));
        let days: Vec<i64> = (0..41).map(|k| k * k * DAY / 4).collect();
        let many = recurrence(&days).unwrap();
        assert!(many.low.unwrap() < many.days && many.days < many.high.unwrap() && many.n == 40);
    }

    #[test]
    fn without_a_whole_part_nothing_is_dated() {
        let course = &courses(&[vec![0, DAY, 2 * DAY, 9 * DAY]], &[0, DAY], None)[0];
        assert!(course.onset.is_none() && course.p.is_none() && course.recurrence.is_some());
    }

    proptest! {
        #[test]
        fn intervals_hold_their_dates(mut own in prop::collection::vec(-1_000_000i64..30_000_000, 0..80),
                                      more in prop::collection::vec(0i64..20_000_000, 0..300)) {
            own.sort_unstable();
            let all = [own.clone(), more].concat();
            let course = &courses(&[own], &all, Some((0, 20_000_000)))[0];
            for dated in [&course.onset, &course.ended].into_iter().flatten() {
                prop_assert!(dated.low <= dated.date && dated.date <= dated.high, "{:?}", dated);
            }
        }
    }
}
