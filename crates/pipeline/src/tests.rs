use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::chance::Chance;

fn history(arrivals: Vec<u32>, completions: Vec<u32>, backlog: u32) -> History {
    History { start: date(2024, 1, 1), arrivals, completions, backlog }
}

fn quick() -> Settings {
    Settings { runs: 300, backtest_runs: 60, ..Settings::default() }
}

const WEEKDAYS: [f64; 7] = [1.3, 1.25, 1.2, 1.15, 1.1, 0.6, 0.4];

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small counts drawn in tests")]
fn whole(count: f64) -> u32 {
    count as u32
}

/// A made-up desk with a weekday pattern: Poisson arrivals of `mean(day)` a day and completions of
/// `work(backlog)` a day, as far as there is something to finish.
fn desk(days: u32, seed: u64, mean: impl Fn(u32) -> f64, work: impl Fn(f64) -> f64) -> History {
    let mut chance = Chance::new(seed, 7);
    let mut backlog = 100_u32;
    let (mut arrivals, mut completions) = (Vec::new(), Vec::new());
    for (day, weekday) in (0..days).zip(WEEKDAYS.into_iter().cycle()) {
        let opened = whole(chance.poisson(mean(day) * weekday));
        let finished = whole(chance.poisson(work(f64::from(backlog)) * weekday)).min(backlog + opened);
        backlog = backlog + opened - finished;
        arrivals.push(opened);
        completions.push(finished);
    }
    history(arrivals, completions, backlog)
}

fn check_order(done: &Forecast) {
    for week in &done.weeks {
        for q in [week.arrivals, week.completions, week.backlog] {
            assert!(q.p15 >= 0.0 && q.p15 <= q.p50 && q.p50 <= q.p85, "{q:?}");
            assert!(q.p85.is_finite());
        }
    }
    assert!((0.0..=1.0).contains(&done.clears.share));
    if let (Some(half), Some(most)) = (done.clears.p50, done.clears.p85) {
        assert!(half <= most);
    }
}

#[test]
fn too_little_is_said_in_words() {
    let short = history(vec![5; 41], vec![5; 41], 10);
    let error = forecast(&short, 8, &quick()).unwrap_err();
    assert!(error.to_string().contains("5 whole weeks"), "{error}");
    let quiet = history(vec![0; 400], vec![0; 400], 10);
    let error = forecast(&quiet, 8, &quick()).unwrap_err();
    assert!(error.to_string().contains("0 opened tickets"), "{error}");
    assert!(History::from_days(&[], &[], None).is_err());
    assert!(History::from_days(&[(date(2024, 1, 1), 9)], &[], None).is_err());
}

#[test]
fn same_seed_same_forecast_on_any_number_of_threads() {
    let past = desk(200, 3, |_| 20.0, |_| 20.0);
    let in_pool = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| forecast(&past, 8, &quick())).expect("enough")
    };
    let one = in_pool(1);
    assert_eq!(one, in_pool(3));
    let other = forecast(&past, 8, &Settings { seed: 2, ..quick() }).expect("enough");
    assert_ne!(one.weeks, other.weeks);
    check_order(&one);
    assert_eq!(one.origin, past.end());
    assert_eq!(one.weeks.first().map(|week| week.start), Some(plus_days(past.end(), 1)));
    assert_eq!(one.weeks.len(), 8);
}

/// The intervals hold what they say: told by the back-test, and beyond the end of the record.
#[test]
fn seven_in_ten_fall_within() {
    let (mut told, mut told_backlog, mut inside, mut inside_backlog, mut all) = (0.0, 0.0, 0.0, 0.0, 0.0);
    let seeds = 60;
    for seed in 0..seeds {
        let future = desk(336, seed, |_| 20.0, |backlog| 0.15 * backlog);
        let past = future.until(plus_days(future.end(), -56));
        let done = forecast(&past, 8, &Settings { seed, ..quick() }).expect("enough");
        told += done.backtest.coverage_70.expect("enough checks");
        told_backlog += done.backtest.coverage_70_backlog.expect("enough checks");
        assert!(done.backtest.error_ratio.is_some_and(|ratio| ratio < 0.95), "{:?}", done.backtest.error_ratio);
        for (week, came) in done.weeks.iter().zip(future.weeks().iter().rev().take(8).rev()) {
            let within = |q: Quantiles, x: f64| f64::from(u8::from(x >= q.p15 && x <= q.p85));
            inside += within(week.arrivals, came.arrivals);
            inside_backlog += within(week.backlog, came.backlog);
            all += 1.0;
        }
    }
    let n = f64::from(u32::try_from(seeds).expect("few"));
    for (name, share) in [
        ("arrivals told", told / n),
        ("backlog told", told_backlog / n),
        ("arrivals", inside / all),
        ("backlog", inside_backlog / all),
    ] {
        assert!((0.62..=0.79).contains(&share), "{name}: {share}");
    }
}

/// A real desk: fourteen full weeks, then a thin tail of thirty-six; whole, and cut where it is full.
#[test]
fn the_intervals_hold_on_a_real_record() {
    let days: Vec<(jiff::civil::Date, u32, u32)> = include_str!("../fixtures/uci_days.csv")
        .lines()
        .skip(1)
        .map(|line| {
            let mut fields = line.split(',');
            let mut next = || fields.next().expect("three fields");
            (next().parse().expect("a day"), next().parse().expect("a count"), next().parse().expect("a count"))
        })
        .collect();
    let opened: Vec<_> = days.iter().map(|(day, opened, _)| (*day, *opened)).collect();
    let closed: Vec<_> = days.iter().map(|(day, _, closed)| (*day, *closed)).collect();
    assert_eq!(opened.iter().map(|(_, n)| n).sum::<u32>(), 24_918);
    let whole = History::from_days(&opened, &closed, None).expect("a year");
    let done = forecast(&whole, 8, &Settings::default()).expect("enough");
    check_order(&done);
    assert_eq!(done.backtest.n, 340);
    for coverage in [done.backtest.coverage_70, done.backtest.coverage_70_backlog] {
        assert!(coverage.is_some_and(|share| (0.6..=0.8).contains(&share)), "{coverage:?}");
    }
    let full = whole.until(whole.edges().dense_until);
    let done = forecast(&full, 8, &Settings::default()).expect("enough");
    check_order(&done);
    let (low, high) = done.backtest.coverage_70_interval.expect("enough checks");
    assert!(low < 0.7 && high > 0.7, "{low} to {high}");
    assert!(done.weeks.iter().all(|week| week.arrivals.p50 > 500.0));
}

#[test]
fn a_trend_goes_on_and_fades() {
    let past = desk(364, 5, |day| 10.0 + 0.06 * f64::from(day), |backlog| 0.3 * backlog);
    let done = forecast(&past, 8, &quick()).expect("enough");
    check_order(&done);
    let weeks = past.weeks();
    let lately: f64 = weeks.iter().rev().take(8).map(|week| week.arrivals).sum::<f64>() / 8.0;
    let last = done.weeks.last().expect("eight weeks").arrivals.p50;
    assert!(last > lately && last < 1.4 * lately, "{last} after {lately}");
}

#[test]
fn no_arrivals_any_more() {
    let past = desk(280, 6, |day| if day < 140 { 20.0 } else { 0.0 }, |backlog| 0.1 * backlog);
    let done = forecast(&past, 8, &quick()).expect("enough");
    check_order(&done);
    assert!(done.weeks.iter().all(|week| week.arrivals.p85 < 1.5), "{:?}", done.weeks);
    assert!(done.notes.iter().any(|note| note.starts_with("Since ")), "{:?}", done.notes);
}

#[test]
fn an_exploding_backlog_does_not_clear() {
    let past = desk(280, 8, |day| 20.0 + 0.1 * f64::from(day), |_| 20.0);
    let done = forecast(&past, 8, &quick()).expect("enough");
    check_order(&done);
    let first = done.weeks.first().expect("weeks").backlog;
    let last = done.weeks.last().expect("weeks").backlog;
    assert!(last.p50 > first.p50 + 500.0, "{first:?} {last:?}");
    assert!(last.p15 > f64::from(past.backlog));
    assert_eq!(done.clears.p50, None);
    assert!(done.clears.share < 0.2, "{:?}", done.clears);
}

#[test]
fn a_backlog_that_is_worked_down_clears_about_when_it_should() {
    // 56 more finished than opened a week and 560 open: ten weeks.
    let mut past = desk(280, 9, |_| 20.0, |_| 20.0);
    past.completions = past.arrivals.iter().map(|n| n + 8).collect();
    past.backlog = 560;
    let done = forecast(&past, 8, &quick()).expect("enough");
    check_order(&done);
    let days = done.clears.p50.expect("clears").duration_since(past.end()).as_hours() / 24;
    assert!((45..=110).contains(&days), "{days} {:?}", done.clears);
    let nothing = History { backlog: 0, ..past };
    assert_eq!(forecast(&nothing, 8, &quick()).expect("enough").clears.p50, Some(nothing.end()));
}

#[test]
fn a_holiday_week_does_not_move_the_level() {
    let usual = desk(280, 10, |_| 30.0, |backlog| 0.3 * backlog);
    let holiday = desk(280, 10, |day| if day >= 273 { 8.0 } else { 30.0 }, |backlog| 0.3 * backlog);
    let middle = |past: &History| forecast(past, 8, &quick()).expect("enough").weeks[3].arrivals.p50;
    let (without, with) = (middle(&usual), middle(&holiday));
    assert!(with > 0.75 * without, "{with} against {without}");
}

#[test]
fn edges_of_a_record() {
    let mut arrivals = vec![0; 7 * 10];
    arrivals.extend(vec![30; 7 * 12]);
    arrivals.extend(vec![1; 7 * 5]);
    let past = history(arrivals.clone(), arrivals, 50);
    let edges = past.edges();
    assert_eq!((edges.thin_start, edges.thin_end), (10, 5));
    assert_eq!(edges.dense_from, date(2024, 3, 11));
    assert_eq!(edges.dense_until, date(2024, 6, 2));
    let dense = past.until(edges.dense_until);
    assert_eq!(dense.end(), edges.dense_until);
    let done = forecast(&dense, 8, &quick()).expect("enough");
    assert_eq!(done.n_days, 84);
    assert!(done.notes.iter().any(|note| note.starts_with("Before 2024-03-11")), "{:?}", done.notes);
}

#[test]
fn a_record_ends_before_its_last_day_and_what_was_finished_later_is_left_out() {
    let opened: Vec<_> = (0..10).map(|day| (plus_days(date(2024, 5, 1), day), 4)).collect();
    let finished = [(date(2024, 5, 3), 5), (date(2024, 5, 20), 9), (date(2024, 5, 3), 2)];
    let past = History::from_days(&opened, &finished, None).expect("ten days");
    assert_eq!((past.start, past.end()), (date(2024, 5, 1), date(2024, 5, 9)));
    assert_eq!(past.backlog, 9 * 4 - 7);
    assert_eq!(past.completions, [0, 0, 7, 0, 0, 0, 0, 0, 0]);
    let known = History::from_days(&opened, &finished, Some(date(2024, 5, 21))).expect("21 days");
    assert_eq!((known.days(), known.backlog), (21, 40 - 16));
    assert_eq!(known.until(date(2024, 5, 9)), past);
}

#[test]
fn teams_come_by_what_awaits_them() {
    let small = desk(200, 1, |_| 3.0, |backlog| 0.2 * backlog);
    let large = desk(200, 2, |_| 30.0, |backlog| 0.2 * backlog);
    let new = desk(20, 2, |_| 30.0, |backlog| 0.2 * backlog);
    let teams = [("small".to_owned(), small), ("new".to_owned(), new), ("large".to_owned(), large)];
    let all = forecast_teams(&teams, 4, &quick());
    assert_eq!(all.iter().map(|team| team.team.as_str()).collect::<Vec<_>>(), ["large", "small", "new"]);
    assert!(all.last().expect("three").forecast.is_err());
}

#[test]
fn quantiles_by_mid_distribution() {
    // Poisson-like: 1 zero, 3 ones, 3 twos, 2 threes, 1 four of ten.
    let counts = [0.0, 1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 3.0, 3.0, 4.0];
    assert!((chance::mid_quantile(&counts, 0.5) - (1.0 + (0.5 - 0.25) / 0.3)).abs() < 1e-12);
    assert!((chance::mid_quantile(&counts, 0.01)).abs() < 1e-12);
    assert!((chance::mid_quantile(&counts, 0.99) - 4.0).abs() < 1e-12);
    assert!((chance::mid_quantile(&[7.0; 5], 0.15) - 7.0).abs() < 1e-12);
    let (low, high) = chance::wilson(0.7, 40.0);
    assert!((low - 0.5457).abs() < 2e-3 && (high - 0.8193).abs() < 2e-3, "{low} {high}");
}

#[test]
fn draws_have_the_moments_that_they_should() {
    let mut chance = Chance::new(1, 1);
    let n = 40_000;
    let mut moments = |draw: &dyn Fn(&mut Chance) -> f64| {
        let values: Vec<f64> = (0..n).map(|_| draw(&mut chance)).collect();
        let mean = values.iter().sum::<f64>() / f64::from(n);
        (mean, values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / f64::from(n))
    };
    for mean in [0.3, 5.0, 29.0, 31.0, 400.0] {
        let (m, v) = moments(&|c| c.poisson(mean));
        assert!((m / mean - 1.0).abs() < 0.02 && (v / mean - 1.0).abs() < 0.06, "{mean}: {m} {v}");
    }
    let (m, v) = moments(&|c| c.chi_squared(5.0));
    assert!((m - 5.0).abs() < 0.1 && (v - 10.0).abs() < 0.6, "{m} {v}");
    let (m, v) = moments(&Chance::normal);
    assert!(m.abs() < 0.02 && (v - 1.0).abs() < 0.03, "{m} {v}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    /// Whatever the record holds, quantiles are ordered and finite, no backlog is below zero, and no
    /// run finishes more than there is.
    #[test]
    fn any_record_gives_a_sound_forecast(
        counts in proptest::collection::vec((0_u32..60, 0_u32..60), 42..160),
        huge in 0_usize..160,
        backlog in 0_u32..5_000,
    ) {
        let (mut arrivals, completions): (Vec<u32>, Vec<u32>) = counts.into_iter().unzip();
        if let Some(day) = arrivals.get_mut(huge) {
            *day = 4_000_000_000;
        }
        let past = history(arrivals, completions, backlog);
        let settings = Settings { runs: 60, backtest_runs: 50, backtest_origins: 6, ..Settings::default() };
        if let Ok(done) = forecast(&past, 8, &settings) {
            check_order(&done);
        }
        let learned = Desk::learn(past.weeks());
        if let Some(origin) = learned.origin(learned.weeks().len() - 1) {
            let mut before = f64::from(backlog);
            for week in origin.run(20, &mut Chance::new(1, 1)).weeks {
                prop_assert!(week.completions <= before + week.arrivals && week.backlog >= 0.0);
                prop_assert!((before + week.arrivals - week.completions - week.backlog).abs() < 1e-6);
                before = week.backlog;
            }
        }
    }

    /// Cutting a record never changes what was known before the cut.
    #[test]
    fn the_past_is_the_past(
        counts in proptest::collection::vec((0_u32..20, 0_u32..20), 10..60),
        cut in 0_i64..60,
    ) {
        let opened: Vec<_> = counts.iter().zip(0..).map(|((n, _), day)| (plus_days(date(2024, 1, 1), day), *n)).collect();
        let finished: Vec<_> = counts.iter().zip(0..).map(|((_, n), day)| (plus_days(date(2024, 1, 1), day), *n)).collect();
        let end = plus_days(date(2024, 1, 1), i64::try_from(counts.len()).unwrap() - 1);
        if let Ok(past) = History::from_days(&opened, &finished, Some(end)) {
            let total = |c: &[u32]| i64::from(c.iter().sum::<u32>());
            prop_assert_eq!(i64::from(past.backlog), (total(&past.arrivals) - total(&past.completions)).max(0));
            let day = plus_days(past.start, cut);
            let known = past.until(day);
            prop_assert_eq!(known.end().min(past.end()), day.min(past.end()));
            prop_assert_eq!(&past.arrivals[..known.days()], &known.arrivals[..]);
        }
    }
}
