use super::*;
use crate::stats::Dice;

const START: i64 = 1_451_865_600; // Monday, 4 January 2016

/// Instants over `weeks` weeks: the mean of each week is given, spread over five working days.
fn desk(dice: &mut Dice, means: impl Iterator<Item = f64>) -> Vec<i64> {
    let mut out = Vec::new();
    for (week, mean) in (0_i64..).zip(means) {
        for _ in 0..dice.poisson(mean) {
            let second = i64::try_from(dice.below(5 * 86_400)).unwrap();
            out.push(START + week * WEEK + second);
        }
    }
    out.sort_unstable();
    out
}

fn both(own: &[i64], others: &[i64]) -> Vec<i64> {
    let mut all = [own, others].concat();
    all.sort_unstable();
    all
}

fn end(weeks: i64) -> (i64, i64) {
    (START, START + weeks * WEEK - 1)
}

#[test]
fn a_clear_fall_is_fixed_and_none_is_not() {
    let mut dice = Dice::new(7);
    let others = desk(&mut dice, (0..30).map(|_| 400.0));
    let fell = desk(&mut dice, (0..30).map(|week| if week < 20 { 12.0 } else { 2.0 }));
    let fixed = START + 20 * WEEK;
    let found = verify(&fell, &both(&fell, &others), fixed, end(30));
    assert_eq!(found.verdict, Verdict::Fixed, "{found:?}");
    assert!(found.low.unwrap() < 2.0 / 12.0 && 2.0 / 12.0 < found.high.unwrap(), "{found:?}");
    assert_eq!(found.weeks.len(), 30);
    assert!(found.weeks.iter().any(|week| week.side == Side::LeftOut));
    let same = desk(&mut dice, (0..30).map(|_| 12.0));
    let found = verify(&same, &both(&same, &others), fixed, end(30));
    assert_eq!(found.verdict, Verdict::NotFixed, "{found:?}");
    assert!(found.sentence.contains("has not fallen to half"));
}

#[test]
fn a_quieter_desk_is_no_fix() {
    // Everything falls to a quarter, this problem as well: against the desk nothing has changed.
    let mut dice = Dice::new(8);
    let quiet = |week: i64| if week < 20 { 1.0 } else { 0.25 };
    let others = desk(&mut dice, (0..32).map(|week| 800.0 * quiet(week)));
    let own = desk(&mut dice, (0..32).map(|week| 40.0 * quiet(week)));
    let found = verify(&own, &both(&own, &others), START + 20 * WEEK, end(32));
    assert_eq!(found.verdict, Verdict::NotFixed, "{found:?}");
}

#[test]
fn too_little_is_said_to_be_too_little() {
    let mut dice = Dice::new(9);
    let others = desk(&mut dice, (0..20).map(|_| 100.0));
    let own = desk(&mut dice, (0..20).map(|_| 1.0));
    let all = both(&own, &others);
    for fixed in [START - 50 * WEEK, START, START + 10 * WEEK, START + 19 * WEEK, START + 400 * WEEK, i64::MAX / 4] {
        let found = verify(&own, &all, fixed, end(20));
        assert_eq!(found.verdict, Verdict::Unproven, "{found:?}");
        assert!(found.sentence.starts_with("Not enough to say") || found.sentence.starts_with("Too early"));
    }
    assert_eq!(verify(&[], &[], START, end(0)).verdict, Verdict::Unproven);
}

/// Shares of "fixed" where nothing was fixed and where 70 % were taken away, over simulated problems whose weeks
/// are more uneven than chance alone (a gamma-like mixture) and drift.
fn simulated(after_worst: bool, keep: f64) -> (f64, f64) {
    let (mut fixed, mut told, mut runs) = (0.0, 0.0, 0.0);
    let mut dice = Dice::new(11);
    for _ in 0..400 {
        let mut level: f64 = 0.0;
        let means: Vec<f64> = (0..30)
            .map(|_| {
                level = 0.8 * level + 0.12 * (dice.share() + dice.share() + dice.share() - 1.5);
                8.0 * level.exp() * (0.6 + 0.8 * dice.share())
            })
            .collect();
        let others = desk(&mut dice, (0..30).map(|_| 300.0));
        let mut own = desk(&mut dice, means.into_iter());
        let week = if after_worst {
            (8..20_i64)
                .max_by_key(|&week| within(&own, START + week * WEEK, START + (week + 1) * WEEK))
                .map_or(12, |week| week + 1)
        } else {
            8 + i64::try_from(dice.below(12)).unwrap()
        };
        let day = START + week * WEEK;
        own.retain(|&at| at < day || dice.share() < keep);
        let found = verify(&own, &both(&own, &others), day, end(30));
        runs += 1.0;
        told += f64::from(u8::from(!found.sentence.starts_with("Too") && !found.sentence.starts_with("Not enough")));
        fixed += f64::from(u8::from(found.verdict == Verdict::Fixed));
    }
    (fixed / runs, told / runs)
}

#[test]
fn simulated_problems_are_rarely_called_fixed_and_real_falls_are_seen() {
    for after_worst in [false, true] {
        let (fixed, told) = simulated(after_worst, 1.0);
        assert!(fixed <= 0.05 && told > 0.9, "nothing was fixed: {fixed} of {told}");
        let (fixed, _) = simulated(after_worst, 0.3);
        assert!(fixed >= 0.8, "70 % were taken away: {fixed}");
    }
}

#[test]
fn a_relapse_reopens_and_quiet_weeks_do_not() {
    let mut dice = Dice::new(21);
    let others = desk(&mut dice, (0..52).map(|_| 400.0));
    let back = desk(&mut dice, (0..52).map(|week| if (20..36).contains(&week) { 1.5 } else { 14.0 }));
    let fixed = START + 20 * WEEK;
    let standing = follow(&back, &both(&back, &others), fixed, end(52), Some("Network team"));
    assert_eq!(standing.stage, Stage::Reopened, "{standing:?}");
    assert_eq!(standing.fixed_by.as_deref(), Some("Network team"));
    let day = standing.reopened_on.clone().unwrap();
    assert!(day > date_iso(START + 36 * WEEK) && day < date_iso(START + 43 * WEEK), "{day}");
    let gone = desk(&mut dice, (0..52).map(|week| if week >= 20 { 1.5 } else { 14.0 }));
    let standing = follow(&gone, &both(&gone, &others), fixed, end(52), None);
    assert_eq!(standing.stage, Stage::Fixed, "{standing:?}");
    assert!(standing.shown_on.is_some() && standing.reopened_on.is_none());
    let same = desk(&mut dice, (0..52).map(|_| 14.0));
    assert_eq!(follow(&same, &both(&same, &others), fixed, end(52), None).stage, Stage::NotFixed);
    assert_eq!(follow(&same[..20], &both(&same, &others), START, end(1), None).stage, Stage::Claimed);
}

mod properties {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_dates_give_an_answer(mut own in prop::collection::vec(-2_000_000_000i64..4_000_000_000, 0..200),
                                    mut more in prop::collection::vec(-2_000_000_000i64..4_000_000_000, 0..200),
                                    fixed in -3_000_000_000i64..5_000_000_000, weeks in 0i64..400) {
            own.sort_unstable();
            more.sort_unstable();
            let all = both(&own, &more);
            let found = verify(&own, &all, fixed, (fixed - weeks * WEEK, fixed + weeks * WEEK - 1));
            if let (Some(ratio), Some(low), Some(high)) = (found.ratio, found.low, found.high) {
                prop_assert!(low > 0.0 && low <= ratio && ratio <= high && high.is_finite());
                prop_assert!(found.verdict != Verdict::Fixed || high < 1.0);
                prop_assert!(found.verdict != Verdict::NotFixed || low > 0.5);
            } else {
                prop_assert_eq!(found.verdict, Verdict::Unproven);
            }
        }
    }
}

#[test]
fn one_change_beside_another_is_as_wide_as_both() {
    let told = |ratio: f64, error: f64| Verified {
        ratio: Some(ratio),
        low: Some(ratio * (-Z * error).exp()),
        high: Some(ratio * (Z * error).exp()),
        ..Verified::default()
    };
    let (ratio, low, high) = beside(&told(0.5, 0.3), &told(1.25, 0.4)).unwrap();
    assert!((ratio - 0.4).abs() < 1e-12, "{ratio}");
    assert!((low - 0.4 * (-Z * 0.5).exp()).abs() < 1e-12 && (high - 0.4 * (Z * 0.5).exp()).abs() < 1e-12);
    assert_eq!(beside(&told(0.5, 0.3), &Verified::default()), None);
}
