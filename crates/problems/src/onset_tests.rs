use super::*;

const START: i64 = 1_451_865_600; // Monday, 4 January 2016

fn desk(dice: &mut Dice, days: i64, mean: f64) -> Vec<i64> {
    (0..days)
        .flat_map(|day| {
            let weekend = if day % 7 >= 5 { 0.2 } else { 1.0 };
            (0..dice.poisson(mean * weekend)).map(|_| START + day * DAY + 36_000).collect::<Vec<_>>()
        })
        .collect()
}

/// A problem with `low` tickets a working day, `high` within `from..to`; days of a week heaped by `heap`.
fn problem(dice: &mut Dice, days: i64, (low, high): (f64, f64), (from, to): (i64, i64), heap: f64) -> Vec<i64> {
    let mut week = 1.0;
    (0..days)
        .flat_map(|day| {
            if day % 7 == 0 {
                week = 1.0 + heap * (2.0 * dice.share() - 1.0);
            }
            let weekend = if day % 7 >= 5 { 0.2 } else { 1.0 };
            let mean = week * weekend * if (from..to).contains(&day) { high } else { low };
            (0..dice.poisson(mean)).map(|_| START + day * DAY + 40_000).collect::<Vec<_>>()
        })
        .collect()
}

fn observed(days: i64) -> (i64, i64) {
    (START, START + days * DAY - 1)
}

#[test]
fn a_rise_is_dated_and_an_end_is_told() {
    let mut dice = Dice::new(5);
    let others = desk(&mut dice, 182, 40.0);
    let own = problem(&mut dice, 182, (0.1, 3.0), (70, 138), 0.0);
    let all = [own.clone(), others].concat();
    let found = change(&own, &Rhythm::new(&all, observed(182))).unwrap();
    assert!(found.p < 0.01, "{found:?}");
    let (onset, ended) = (found.onset.unwrap(), found.ended.unwrap());
    assert!(onset.low <= date_iso(START + 70 * DAY) && date_iso(START + 70 * DAY) <= onset.high, "{onset:?}");
    assert!(ended.low <= date_iso(START + 137 * DAY) && date_iso(START + 137 * DAY) <= ended.high, "{ended:?}");
    assert!(found.ratio.unwrap() > 8.0);
}

#[test]
fn growth_of_the_desk_is_no_onset() {
    let mut dice = Dice::new(6);
    let both = |dice: &mut Dice, mean: f64| -> Vec<i64> {
        (0..182)
            .flat_map(|day| (0..dice.poisson(mean * f64::from(day) / 90.0)).map(move |_| START + i64::from(day) * DAY))
            .collect()
    };
    let (own, others) = (both(&mut dice, 3.0), both(&mut dice, 50.0));
    let all = [own.clone(), others].concat();
    let found = change(&own, &Rhythm::new(&all, observed(182))).unwrap();
    assert!(found.p > 0.05, "{found:?}");
}

#[test]
fn too_little_gives_nothing_and_outside_is_left_out() {
    let rhythm = Rhythm::new(&[START - 5, START, START + 400 * DAY], observed(100));
    assert_eq!(rhythm.days.iter().sum::<u32>(), 1);
    assert!(change(&[START; 50], &rhythm).is_none());
    assert!(change(&[], &Rhythm::default()).is_none());
    let mut dice = Dice::new(2);
    let all = desk(&mut dice, 100, 30.0);
    assert!(change(&all[..FEWEST - 1], &Rhythm::new(&all, observed(100))).is_none());
    assert!(change(&all, &Rhythm::new(&all, observed(100))).is_none(), "no other tickets, no clock");
}

/// Share of intervals that hold the day, share of changes found at 5 %, over runs of half a year.
fn coverage(runs: u32, high: f64, heap: f64, seed: u64) -> (f64, f64) {
    let mut dice = Dice::new(seed);
    let (mut held, mut found_at) = (0.0, 0.0);
    for _ in 0..runs {
        let day = 40 + i64::try_from(dice.below(90)).unwrap();
        let others = desk(&mut dice, 182, 40.0);
        let own = problem(&mut dice, 182, (0.3, high), (day, 999), heap);
        let all = [own.clone(), others].concat();
        let Some(Change { onset: Some(onset), p, .. }) = change(&own, &Rhythm::new(&all, observed(182))) else {
            continue;
        };
        if p < 0.05 {
            found_at += 1.0;
            let truth = date_iso(START + day * DAY);
            held += f64::from(u8::from(onset.low <= truth && truth <= onset.high));
        }
    }
    (held / found_at, found_at / f64::from(runs))
}

#[test]
fn intervals_hold_the_day_as_often_as_they_say() {
    for (high, heap) in [(1.5, 0.0), (3.0, 0.0), (3.0, 0.6)] {
        let (held, found) = coverage(120, high, heap, 31);
        assert!(held >= 0.87, "{high} {heap}: {held}");
        assert!(found >= 0.8, "{high} {heap}: {found}");
    }
}

/// Share of changes found at 5 % where there is none, over `runs` of `days` days.
fn falsely(runs: u32, days: i64, rate: f64, heap: f64, seed: u64) -> f64 {
    let mut dice = Dice::new(seed);
    let (mut found, mut looked) = (0.0, 0.0);
    for _ in 0..runs {
        let others = desk(&mut dice, days, 40.0);
        let own = problem(&mut dice, days, (rate, rate), (0, 0), heap);
        let all = [own.clone(), others].concat();
        if let Some(change) = change(&own, &Rhythm::new(&all, observed(days))) {
            looked += 1.0;
            found += f64::from(u8::from(change.p < 0.05));
        }
    }
    found / looked
}

#[test]
fn without_a_change_few_are_found() {
    for (days, rate, heap) in [(182, 0.3, 0.0), (182, 2.0, 0.0), (182, 2.0, 0.8), (98, 2.0, 0.0), (98, 2.0, 0.6)] {
        let found = falsely(150, days, rate, heap, 41);
        assert!(found <= 0.10, "{days} days, {rate} {heap}: {found}");
    }
}

/// The full simulation whose figures are in `docs/verify.md`; `cargo test --release -p problems -- --ignored`.
#[test]
#[ignore = "the full simulation, for the figures"]
fn figures_of_onset() {
    for (high, heap) in [(0.9, 0.0), (1.5, 0.0), (3.0, 0.0), (1.5, 0.6), (3.0, 0.6), (3.0, 1.0)] {
        let (held, found) = coverage(2_000, high, heap, 77);
        println!("0.3 to {high} a day, heaped {heap}: interval holds {held:.3}, found {found:.3}");
    }
    for days in [70, 98, 182, 364] {
        for (rate, heap) in [(0.3, 0.0), (1.0, 0.0), (2.0, 0.0), (2.0, 0.4), (2.0, 0.8)] {
            let found = falsely(1_000, days, rate, heap, 78);
            println!("{rate} a day throughout {days} days, heaped {heap}: found at 5 % {found:.3}");
        }
    }
}
