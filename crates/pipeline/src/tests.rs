use jiff::civil::date;

use super::*;

fn history(arrivals: Vec<u32>, completions: Vec<u32>, backlog: u32) -> History {
    History { start: date(2024, 1, 1), arrivals, completions, backlog }
}

fn quick() -> Settings {
    Settings { runs: 300, backtest_runs: 60, ..Settings::default() }
}

/// Counts that scatter by a fixed rule, without chance.
fn steady(days: u32, mean: u32) -> Vec<u32> {
    (0..days)
        .map(|day| {
            let scatter = (day.wrapping_mul(2_654_435_761) >> 20) % 7;
            if day % 7 >= 5 { mean / 3 } else { mean + scatter - 3 }
        })
        .collect()
}

fn check_order(done: &Forecast) {
    for week in &done.weeks {
        for q in [week.arrivals, week.completions, week.backlog] {
            assert!(q.p15 >= 0.0 && q.p15 <= q.p50 && q.p50 <= q.p85, "{q:?}");
            assert!(q.p85.is_finite());
        }
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
    let desk = history(steady(200, 20), steady(200, 19), 80);
    let in_pool = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| forecast(&desk, 8, &quick())).expect("enough")
    };
    let one = in_pool(1);
    assert_eq!(one, in_pool(3));
    let other = forecast(&desk, 8, &Settings { seed: 2, ..quick() }).expect("enough");
    assert_ne!(one.weeks, other.weeks);
    assert_eq!(one.weeks.len(), 8);
    check_order(&one);
}
