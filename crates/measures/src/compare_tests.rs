//! Differences against published values, and how often they are told where there is one and where there is none.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::stats::wilson;

fn share(count: u64, n: u64) -> Estimate {
    let (low, high) = wilson(count, n).unwrap();
    Estimate { value: Some(float(count) / float(n)), low: Some(low), high: Some(high) }
}

#[test]
fn differences_of_shares_match_the_published_ones() {
    // Newcombe 1998 (differences), table II, method 10.
    for (later, earlier, low, high) in [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000),
    ] {
        let found = between(share(later.0, later.1), share(earlier.0, earlier.1)).unwrap();
        assert!((found.low - low).abs() < 6e-5 && (found.high - high).abs() < 6e-5, "{later:?} {earlier:?} {found:?}");
        assert_eq!(found.is_told(), found.z.abs() > Z95, "the interval and the test say the same: {found:?}");
        // Turned round it is the same with the other sign.
        let turned = between(share(earlier.0, earlier.1), share(later.0, later.1)).unwrap();
        assert!((turned.low + found.high).abs() < 1e-12 && (turned.z + found.z).abs() < 1e-9);
    }
}

#[test]
fn an_end_that_is_not_reached_says_nothing() {
    let open = Estimate { value: Some(5.0), low: Some(3.0), high: None };
    assert_eq!(between(open, share(1, 2)), None);
    assert_eq!(between(Estimate::default(), share(1, 2)), None);
}

#[test]
fn weeks_by_hand() {
    // 16 differences from 5 to 15, two in the middle are 10: above all, so U is 16 of 16.
    let found = weekly(&[20, 22, 21, 25], &[10, 12, 11, 13]).unwrap();
    assert_eq!((found.value, found.low, found.high), (10.0, 7.0, 15.0));
    assert!(found.is_told() && found.z > Z95, "{found:?}");
    // The same weeks on both sides: nothing.
    let same = weekly(&[5, 9, 7, 6, 8], &[9, 5, 6, 8, 7]).unwrap();
    assert_eq!((same.value, same.z, same.is_told()), (0.0, 0.0, false));
    let flat = weekly(&[3; 13], &[3; 13]).unwrap();
    assert_eq!((flat.value, flat.low, flat.high, flat.z), (0.0, 0.0, 0.0, 0.0));
    assert_eq!(weekly(&[1, 2, 3], &[4, 5, 6, 7]), None);
    // Weeks that climb are alike: with four a side all later ones above all earlier ones say nothing yet.
    let climbing = weekly(&[30, 34, 38, 42], &[10, 14, 18, 22]).unwrap();
    assert_eq!((climbing.low, climbing.high, climbing.is_told()), (8.0, 32.0, false), "{climbing:?}");
}

#[test]
fn one_bad_week_is_no_change() {
    let before = [40, 44, 38, 41, 39, 43, 42, 40, 37, 45, 41, 38, 42];
    let mut after = before;
    after[6] = 400;
    assert!(!weekly(&after, &before).unwrap().is_told());
    // The mean has nearly doubled meanwhile.
    assert!(after.iter().sum::<u32>() > before.iter().sum::<u32>() * 3 / 2);
}

/// Weeks of a team with `mean` tickets, in heaps, of which each takes the share `alike` from the week before.
fn weeks(chance: &mut ChaCha8Rng, count: usize, mean: f64, alike: f64) -> Vec<u32> {
    let mut lean = 0.0;
    (0..count)
        .map(|_| {
            // A sum of twelve is as good as normal here.
            let fresh = (0..12).map(|_| chance.random_range(0.0..1.0)).sum::<f64>() - 6.0;
            lean = alike * lean + (1.0 - alike * alike).sqrt() * fresh;
            (mean + 0.25 * mean * lean).round().max(0.0) as u32
        })
        .collect()
}

/// In what share of two thousand pairs of spans a difference is told.
fn told(factor: f64, alike: f64, span: usize) -> f64 {
    let mut chance = ChaCha8Rng::seed_from_u64(1);
    let runs = 2000;
    let hits = (0..runs).filter(|_| {
        let mut all = weeks(&mut chance, 2 * span, 40.0, alike);
        for count in &mut all[span..] {
            *count = (f64::from(*count) * factor).round() as u32;
        }
        weekly(&all[span..], &all[..span]).is_some_and(|found| found.is_told())
    });
    hits.count() as f64 / f64::from(runs)
}

#[test]
fn a_planted_change_is_found_and_no_change_is_not() {
    for span in [4, 7, 13] {
        let wrong = told(1.0, 0.0, span);
        assert!(wrong <= 0.05, "{span} weeks a side, nothing changed: told in {wrong}");
    }
    // Weeks that lean on one another: without the stretch it would be told in one of five.
    let wrong = told(1.0, 0.5, 13);
    assert!(wrong <= 0.1, "alike weeks, nothing changed: told in {wrong}");
    let found = told(1.5, 0.0, 13);
    assert!(found >= 0.85, "half as much again is found in {found}");
}
