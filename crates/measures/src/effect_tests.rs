//! Change and incident on synthetic records, with and without a planted effect.

use super::*;

/// Twenty weeks from Monday 2024-01-01, `items` items with a steady chance of tickets each hour, one
/// change to each item in each of the inner weeks; with `planted`, extra tickets after each change.
fn record(items: u32, planted: u32) -> (Vec<Touch>, Vec<Vec<i64>>, Extent) {
    let monday = 19_723_i64;
    let days = 20 * 7;
    let mut chance = ChaCha8Rng::seed_from_u64(7);
    let mut tickets = Vec::new();
    let mut touches = Vec::new();
    let mut change = 0;
    for item in 0..items {
        let mut times: Vec<i64> = Vec::new();
        // Busy by day, hardly at night: the windows must be compared at the same hours.
        for hour in 0..days * 24 {
            let busy = (8..18).contains(&(hour % 24));
            if chance.random_range(0..100) < if busy { 12 } else { 1 } {
                times.push(monday * DAY + hour * 3600 + chance.random_range(0..3600));
            }
        }
        for week in 3..18 {
            let start = (monday + week * 7 + i64::from(item % 5)) * DAY + 9 * 3600;
            touches.push(Touch { item, change, start });
            change += 1;
            for _ in 0..planted {
                times.push(start + chance.random_range(1..72 * 3600));
            }
        }
        times.sort_unstable();
        tickets.push(times);
    }
    touches.sort_unstable();
    let extent = Extent {
        end_ms: (monday + days) * DAY * 1000,
        first_day: monday,
        last_day: monday + days - 1,
        whole_from: monday,
        whole_to: monday + days - 1,
    };
    (touches, tickets, extent)
}

#[test]
fn nothing_planted_is_coincidence() {
    let (touches, tickets, extent) = record(40, 0);
    let effect = pooled(&touches, &tickets, &extent, &EffectSettings::default(), Links::default());
    assert_eq!(effect.verdict, Verdict::Coincidence, "{}", effect.sentence);
    let ratio = effect.ratio.unwrap();
    assert!(ratio.low < 1.0 && ratio.high > 1.0, "{ratio:?}");
    assert!(effect.blamed > 1000, "the naive reading blames many: {}", effect.blamed);
    assert!(effect.sentence.contains("coincidence"));
}

#[test]
fn a_planted_effect_is_found_and_its_size_is_right() {
    let (touches, tickets, extent) = record(40, 6);
    // The planted tickets of earlier changes stand in the windows before as well, so a weekly change
    // hides itself; one change in five weeks does not.
    let rare: Vec<Touch> = touches.iter().copied().filter(|touch| touch.change % 5 == 4).collect();
    let (_, plain, _) = record(40, 0);
    let mut tickets_rare = plain;
    for touch in &rare {
        let times = tickets_rare.get_mut(touch.item as usize).unwrap();
        let all = tickets.get(touch.item as usize).unwrap();
        let extra = all.iter().filter(|at| **at > touch.start && **at <= touch.start + 72 * 3600).take(6);
        times.extend(extra);
        times.sort_unstable();
    }
    let effect = pooled(&rare, &tickets_rare, &extent, &EffectSettings::default(), Links::default());
    assert_eq!(effect.verdict, Verdict::More, "{}", effect.sentence);
    let (ratio, placebo) = (effect.ratio.unwrap(), effect.placebo.unwrap());
    // About 4 tickets a window by chance, 6 planted.
    assert!((1.8..3.2).contains(&ratio.median), "{ratio:?}");
    assert!(float(effect.blamed) > placebo.high);
    assert!(!effect.sentence.to_lowercase().contains("because"), "sequence only");
}

#[test]
fn few_changes_say_nothing() {
    let (touches, tickets, extent) = record(1, 9);
    let effect = pooled(&touches, &tickets, &extent, &EffectSettings::default(), Links::default());
    assert_eq!(effect.verdict, Verdict::NotEnough);
    assert!(effect.ratio.is_none() && effect.placebo.is_none());
    assert!(effect.sentence.starts_with("Not enough to say"));
}

#[test]
fn the_seed_decides() {
    let (touches, tickets, extent) = record(10, 1);
    let with = |seed| {
        let settings = EffectSettings { seed, ..EffectSettings::default() };
        pooled(&touches, &tickets, &extent, &settings, Links::default())
    };
    assert_eq!(with(3), with(3));
    assert_ne!(with(3).placebo, with(4).placebo);
}

#[test]
fn windows_are_counted_by_hand() {
    let hour = 3600;
    // Tickets one hour after, three days after to the second, a second later, a week before.
    let times = [hour - WEEK, hour, 72 * hour, 72 * hour + 1];
    let found = search(&times, &[0], 72 * hour, 2);
    assert_eq!(found, Found { blamed: 2, after: 2, before: 1 });
    // Two overlapping windows see the first ticket once when blaming, the shared one twice when counting.
    let found = search(&times, &[0, 2 * hour], 72 * hour, 1);
    assert_eq!(found.blamed, 3);
    assert_eq!(found.after, 4);
}
