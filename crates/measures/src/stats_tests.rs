//! Statistics against textbook values and rules.

use proptest::prelude::*;

use super::*;

fn close(one: f64, other: f64) -> bool {
    (one - other).abs() < 1e-9 * other.abs().max(1.0)
}

#[test]
fn wilson_matches_known_values() {
    // Newcombe 1998, table I: 81 of 263 gives 0.2553 to 0.3662, 15 of 148 gives 0.0624 to 0.1605,
    // 0 of 20 gives 0 to 0.1611, 1 of 29 gives 0.0061 to 0.1718.
    for (count, n, low, high) in
        [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
    {
        let (found_low, found_high) = wilson(count, n).unwrap();
        assert!((found_low - low).abs() < 5e-5, "{count} of {n}: {found_low}");
        assert!((found_high - high).abs() < 5e-5, "{count} of {n}: {found_high}");
    }
    assert_eq!(wilson(0, 0), None);
    assert_eq!(wilson(7, 7).unwrap().1, 1.0);
}

/// Freireich and others 1963, remission under 6-mercaptopurine in weeks, the textbook example of
/// censoring (Cox and Oakes 1984, table 1.1).
fn remission() -> Vec<u32> {
    let weeks = [6, 6, 6, 7, 10, 13, 16, 22, 23];
    let cut = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35];
    let mut keys: Vec<u32> = weeks.map(ended).into_iter().chain(cut.map(censored)).collect();
    sort(&mut keys);
    keys
}

#[test]
fn kaplan_meier_matches_the_textbook() {
    // Survival is 0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448 after weeks 6, 7, 10, 13, 16, 22, 23.
    let found = kaplan_meier(&remission(), &[0.14, 0.15, 0.24, 0.25, 0.5, 0.56]);
    let values: Vec<Option<f64>> = found.iter().map(|estimate| estimate.value).collect();
    assert_eq!(values, [Some(6.0), Some(7.0), Some(10.0), Some(13.0), Some(23.0), None]);
    // The log-log curves (lower, upper) are .620 .952, .563 .923, .503 .889, .432 .849, .368 .805,
    // .268 .747, .188 .680: the lower one is at or below one half from week 13 on, the upper never.
    assert_eq!((found[4].low, found[4].high), (Some(13.0), None));
    assert_eq!((found[3].low, found[3].high), (Some(6.0), Some(22.0)));
}

#[test]
fn nothing_ended_has_no_quantile() {
    let keys: Vec<u32> = (1..50).map(censored).collect();
    assert_eq!(kaplan_meier(&keys, &[0.5]), [Estimate::default()]);
    assert_eq!(kaplan_meier(&[], &[0.5]), [Estimate::default()]);
    assert_eq!(quantile(&[], 0.5), Estimate::default());
    assert_eq!(mean(&[]), Estimate::default());
}

#[test]
fn an_end_comes_before_a_cut_of_the_same_second() {
    // At risk at second 5 are all four; the cut one leaves after.
    let mut keys = vec![censored(5), ended(5), ended(9), ended(9)];
    sort(&mut keys);
    let found = kaplan_meier(&keys, &[0.25, 0.26]);
    assert_eq!((found[0].value, found[1].value), (Some(5.0), Some(9.0)));
}

#[test]
fn quantiles_by_hand() {
    let keys: Vec<u32> = (1..=100).map(|value| ended(value * 10)).collect();
    let found = quantile(&keys, 0.5);
    // Conover: ranks 50 ∓ 1.96·5 rounded up, 41 and 60.
    assert_eq!(found, Estimate { value: Some(505.0), low: Some(410.0), high: Some(600.0) });
    // Ranks 90.7 and 99.3 rounded up are 91 and 100.
    let high = quantile(&keys, 0.95);
    assert!(close(high.value.unwrap(), 950.5));
    assert_eq!((high.low, high.high), (Some(910.0), Some(1000.0)));
    assert_eq!(quantile(&keys[..10], 0.95).high, None, "ten values do not reach that far");
    let average = mean(&keys);
    assert!(close(average.value.unwrap(), 505.0));
    // Standard deviation of 10 … 1000 in steps of ten is 290.115.
    assert!((average.high.unwrap() - 505.0 - 1.959_964 * 29.011_49).abs() < 1e-3);
}

proptest! {
    #[test]
    fn without_cuts_kaplan_meier_is_the_empirical_quantile(mut values in prop::collection::vec(0_i64..5000, 1..400), p in 0.01..0.99_f64) {
        let mut keys: Vec<u32> = values.iter().map(|value| ended(*value)).collect();
        sort(&mut keys);
        values.sort_unstable();
        // The first value by which at least the share p has ended.
        let n = values.len() as f64;
        let rank = (p * n - 1e-9).ceil().max(1.0) as usize;
        prop_assert_eq!(kaplan_meier(&keys, &[p])[0].value, Some(values[rank - 1] as f64));
    }

    #[test]
    fn intervals_hold_their_value(values in prop::collection::vec((0_i64..1000, prop::bool::ANY), 1..300)) {
        let mut keys: Vec<u32> = values.iter().map(|(value, cut)| if *cut { censored(*value) } else { ended(*value) }).collect();
        sort(&mut keys);
        for estimate in kaplan_meier(&keys, &[0.5, 0.85, 0.95]) {
            if let (Some(value), Some(low)) = (estimate.value, estimate.low) {
                prop_assert!(low <= value);
            }
            if let Some(high) = estimate.high {
                prop_assert!(estimate.value.is_some_and(|value| value <= high));
            }
        }
    }

    #[test]
    fn radix_sort_sorts(mut keys in prop::collection::vec(any::<u32>(), 20_000..20_100)) {
        let mut expected = keys.clone();
        expected.sort_unstable();
        sort(&mut keys);
        prop_assert_eq!(keys, expected);
    }
}
