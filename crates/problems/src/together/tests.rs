use super::*;
use crate::clock::DAY;
use crate::model::Field;
use crate::stats::Dice;

const START: i64 = 1_451_865_600; // Monday, 4 January 2016
const WEEKS: i64 = 26;

const OBSERVED: Option<(i64, i64)> = Some((START, START + WEEKS * WEEK - 1));

/// A desk of 12 items in 4 services; `planted` tickets follow each change of item 0 within two days.
fn desk(planted: u32, seed: u64) -> (Symptoms, Vec<Group>, Vec<Change>) {
    let mut dice = Dice::new(seed);
    let mut rows: Vec<(i64, usize)> = Vec::new();
    for day in 0..WEEKS * 7 {
        let mean = if day % 7 >= 5 { 0.3 } else { 1.5 };
        for item in 0..12 {
            for _ in 0..dice.poisson(mean) {
                rows.push((START + day * DAY + 28_800 + i64::try_from(dice.below(36_000)).unwrap(), item));
            }
        }
    }
    let mut changes = Vec::new();
    for change in 0..120_u32 {
        let item = dice.below(12);
        let start = START + i64::try_from(dice.below(usize::try_from(WEEKS * 7).unwrap())).unwrap() * DAY + 64_800;
        changes.push(Change {
            change,
            start,
            item: format!("item {item}"),
            service: format!("service {}", item / 3),
            kind: if change % 2 == 0 { "release".to_owned() } else { String::new() },
        });
        if item == 0 {
            for _ in 0..planted {
                rows.push((start + i64::try_from(dice.below(172_800)).unwrap(), 0));
            }
        }
    }
    rows.sort_unstable();
    let values = |name: &str, count: usize| {
        std::iter::once(String::new()).chain((0..count).map(|k| format!("{name} {k}"))).collect::<Vec<_>>()
    };
    let code = |value: usize| u32::try_from(value + 1).unwrap();
    let symptoms = Symptoms {
        keys: (0..rows.len()).map(|k| format!("t/{k}")).collect(),
        opened: rows.iter().map(|row| row.0).collect(),
        fields: vec![
            Field { name: "item", values: values("item", 12), codes: rows.iter().map(|r| code(r.1)).collect() },
            Field {
                name: "service",
                values: values("service", 4),
                codes: rows.iter().map(|r| code(r.1 / 3)).collect(),
            },
            Field {
                name: "resolution",
                values: values("code", 5),
                codes: rows.iter().map(|_| code(dice.below(5))).collect(),
            },
        ],
        ..Symptoms::default()
    };
    let groups = (0..12)
        .map(|item| Group {
            members: (0_u32..).zip(&rows).filter(|(_, row)| row.1 == item).map(|(at, _)| at).collect(),
            by_resolution: false,
        })
        .collect();
    (symptoms, groups, changes)
}

#[test]
fn what_was_planted_is_found_and_told_beside_its_placebo() {
    let (symptoms, groups, changes) = desk(6, 3);
    let company = together(&groups, &symptoms, &changes, OBSERVED, &Look::default());
    let told = &company.single[0];
    assert!(told.iter().any(|one| one.kind == SAME && one.value == ANY && one.low > 1.2), "{company:?}");
    let one = told.iter().find(|one| one.kind == SAME).unwrap();
    assert!(one.after > one.before && one.ratio > one.low && one.ratio < one.high && one.n >= 5);
    assert!(company.single[1..].iter().flatten().count() <= 2, "{company:?}");
    let family = company.families.iter().find(|family| family.name == "changes").unwrap();
    assert!(family.told() && family.found > 0 && family.placebo_yield < 1.0, "{company:?}");
    let pooled = company.pooled.iter().find(|one| one.kind == SAME && one.value == ANY).unwrap();
    assert!(pooled.ratio > 1.15 && (pooled.placebo_yield - 1.0).abs() < 0.15, "{pooled:?}");
    assert!(!company.sentence.to_lowercase().contains("because") && !company.sentence.contains("cause"));
}

#[test]
fn where_nothing_is_together_nothing_is_told() {
    let mut told = 0;
    for seed in 10..20 {
        let (symptoms, groups, changes) = desk(0, seed);
        let company = together(&groups, &symptoms, &changes, OBSERVED, &Look::default());
        told += usize::from(company.single.iter().any(|list| !list.is_empty()));
        let pooled = company.pooled.iter().find(|one| one.kind == SAME && one.value == ANY).unwrap();
        assert!(pooled.low < 1.0 && pooled.high > 1.0, "{seed}: {pooled:?}");
    }
    assert!(told <= 2, "{told} of 10 desks");
}

#[test]
fn month_ends_and_codes_are_seen() {
    let (mut symptoms, mut groups, _) = desk(0, 5);
    // Half the tickets of item 3 carry one code more often, those of item 4 come at the end of a month.
    let codes = symptoms.fields.iter_mut().find(|field| field.name == "resolution").unwrap();
    for &member in groups[3].members.iter().step_by(2) {
        codes.codes[member as usize] = 1;
    }
    let kept: Vec<u32> = groups[4]
        .members
        .iter()
        .copied()
        .filter(|&member| {
            let at = jiff::Timestamp::from_second(symptoms.opened[member as usize]).unwrap();
            let date = at.to_zoned(jiff::tz::TimeZone::UTC).date();
            date.day() + 1 >= date.days_in_month() || member % 4 == 0
        })
        .collect();
    groups[4].members = kept;
    let company = together(&groups, &symptoms, &[], OBSERVED, &Look::default());
    assert!(company.single[3].iter().any(|one| one.kind == "resolution" && one.value == "code 0"), "{company:?}");
    assert!(company.single[4].iter().any(|one| one.value == "last two days of the month"), "{company:?}");
    groups[3].by_resolution = true;
    let company = together(&groups, &symptoms, &[], OBSERVED, &Look::default());
    assert!(company.single[3].iter().all(|one| one.kind != "resolution"));
}

#[test]
fn too_little_says_so() {
    let (symptoms, groups, changes) = desk(0, 5);
    let short = together(&groups, &symptoms, &changes, Some((START, START + 3 * WEEK)), &Look::default());
    assert!(short.sentence.starts_with("Not enough to say") && short.single.len() == groups.len());
    let none = together(&[], &Symptoms::default(), &[], None, &Look::default());
    assert!(none.sentence.starts_with("Not enough to say"));
}
