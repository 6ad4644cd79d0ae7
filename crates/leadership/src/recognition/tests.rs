use proptest::prelude::*;

use super::*;
use crate::circle::{CircleKind, Node};

fn verdict() -> impl Strategy<Value = Verdict> {
    (prop::sample::select(Says::ALL), 0_u32..40).prop_map(|(says, n)| Verdict { says, n })
}

fn standing() -> impl Strategy<Value = Standing> {
    (0_u8..7, prop::sample::select(Half::ALL), verdict(), verdict()).prop_map(|(at, half, raters, evidence)| Standing {
        quality: format!("{}-{at}", half.name()),
        half,
        raters,
        evidence,
    })
}

/// The 14, the first so many of each half covered.
fn fourteen(whats: usize, hows: usize) -> Vec<Standing> {
    let yes = Verdict { says: Says::Agrees, n: 9 };
    let little = Verdict { says: Says::TooLittle, n: 1 };
    [(Half::What, whats), (Half::How, hows)]
        .into_iter()
        .flat_map(|(half, covered)| {
            (0..7).map(move |at| Standing {
                quality: format!("{}-{at}", half.name()),
                half,
                raters: yes,
                evidence: if at < covered { yes } else { little },
            })
        })
        .collect()
}

#[test]
fn ten_of_fourteen_with_four_of_each_half() {
    let standard = Standard::default();
    for (whats, hows, met) in [
        (7, 7, true),
        (6, 4, true),
        (5, 5, true),
        (4, 6, true),
        (7, 3, false),
        (3, 7, false),
        (5, 4, false),
        (4, 4, false),
        (0, 0, false),
    ] {
        let judged = standard.judge(&fourteen(whats, hows));
        assert_eq!(judged.met, met, "{whats} WHATs, {hows} HOWs: {:?}", judged.missing);
        assert_eq!((judged.whats as usize, judged.hows as usize), (whats, hows));
        assert_eq!(judged.covered.len(), whats + hows);
    }
    assert_eq!(standard.judge(&fourteen(7, 3)).missing, ["3 of at least 4 HOWs are covered."]);
    assert_eq!(standard.holds_until("2026-01-31".parse().unwrap()).to_string(), "2028-01-31");
}

#[test]
fn a_standard_asks_for_what_there_is() {
    let standard = Standard::default();
    assert_eq!(standard.checked((7, 7)), Ok(standard));
    for (wrong, field) in [
        (Standard { qualities: 15, ..standard }, "qualities"),
        (Standard { qualities: 3, whats: 1, hows: 1, ..standard }, "qualities"),
        (Standard { qualities: 7, ..standard }, "qualities"),
        (Standard { whats: 8, ..standard }, "whats"),
        (Standard { hows: 0, ..standard }, "hows"),
        (Standard { months: 1, ..standard }, "months"),
    ] {
        assert!(wrong.checked((7, 7)).unwrap_err().of(field).is_some(), "{wrong:?}");
    }
}

proptest! {
    /// Met is what counting by hand gives; the order says nothing, and saying a thing twice adds nothing.
    #[test]
    fn judged_as_counted_by_hand(mut standings in prop::collection::vec(standing(), 0..40), turn in 0_usize..40) {
        let standard = Standard::default();
        let judged = standard.judge(&standings);
        let keys: BTreeSet<&str> = standings.iter().map(|one| one.quality.as_str()).collect();
        let covered = |key: &&&str| standings.iter().filter(|one| one.quality == ***key).all(|one| {
            one.raters.says == Says::Agrees && one.evidence.says == Says::Agrees
        });
        let by_hand: Vec<&str> = keys.iter().filter(covered).copied().collect();
        let whats = by_hand.iter().filter(|key| key.starts_with("what")).count();
        let hows = by_hand.len() - whats;
        prop_assert_eq!(judged.met, by_hand.len() >= 10 && whats >= 4 && hows >= 4);
        prop_assert_eq!(judged.met, judged.missing.is_empty());
        let listed: BTreeSet<&str> = judged.covered.iter().map(String::as_str).collect();
        prop_assert_eq!(listed, by_hand.into_iter().collect::<BTreeSet<_>>());
        let mut twice = standings.clone();
        twice.extend(standings.clone());
        prop_assert_eq!(&standard.judge(&twice), &judged);
        if !standings.is_empty() {
            let by = turn % standings.len();
            standings.rotate_left(by);
        }
        prop_assert_eq!(standard.judge(&standings), judged);
    }

    /// One source alone covers nothing, however many stand behind it.
    #[test]
    fn one_source_alone_is_never_enough(whats in 0_usize..8, hows in 0_usize..8, says in prop::sample::select(&[Says::Not, Says::TooLittle]), raters: bool) {
        let mut standings = fourteen(whats, hows);
        for one in &mut standings {
            if raters { one.raters.says = says } else { one.evidence.says = says }
        }
        let judged = Standard::default().judge(&standings);
        prop_assert!(!judged.met && judged.covered.is_empty());
    }

    /// A better word on one quality never takes the recognition away, a worse one never gives it.
    #[test]
    fn better_is_never_worse(whats in 0_usize..8, hows in 0_usize..8, at in 0_usize..14) {
        let standings = fourteen(whats, hows);
        let standard = Standard::default();
        let mut better = standings.clone();
        better[at].evidence.says = Says::Agrees;
        let mut worse = standings.clone();
        worse[at].evidence.says = Says::Not;
        let met = |standings: &[Standing]| standard.judge(standings).met;
        prop_assert!(met(&better) || !met(&standings));
        prop_assert!(met(&standings) || !met(&worse));
    }
}

fn figure(low: f64, high: f64) -> Figure {
    let range = crate::profile::Range { low, high };
    let mean = f64::midpoint(low, high);
    Figure { n: 8, mean, development: range, decision_mean: Some(mean), decision: Some(range), agreement: None }
}

fn evidence(so: u64, n: u64) -> Evidence {
    Evidence {
        query: "promises_kept".into(),
        words: String::new(),
        unit: crate::profile::Unit::Share,
        so,
        n,
        minimum: 5,
        direction: crate::profile::Direction::Higher,
        first: None,
        last: None,
        rows: Vec::new(),
    }
}

#[test]
fn what_a_source_says() {
    let says = |low, high| by_raters(Some(&figure(low, high))).says;
    assert_eq!((says(3.6, 4.4), says(3.4, 4.4), says(2.5, 3.5)), (Says::Agrees, Says::TooLittle, Says::Not));
    let undecided = Figure { decision: None, ..figure(4.0, 4.5) };
    assert_eq!(by_raters(Some(&undecided)), Verdict { says: Says::TooLittle, n: 0 });
    assert_eq!(by_raters(None), Verdict { says: Says::TooLittle, n: 0 }, "how few is not told");

    assert_eq!(by_record(&[evidence(19, 20)]), Verdict { says: Says::Agrees, n: 20 });
    assert_eq!(by_record(&[evidence(19, 20), evidence(1, 2)]).says, Says::Agrees, "too few say nothing");
    assert_eq!(by_record(&[evidence(19, 20), evidence(6, 12)]).says, Says::Not, "one speaks against it");
    assert_eq!(by_record(&[evidence(4, 4)]), Verdict { says: Says::TooLittle, n: 0 });

    let notes = |shown, lacking| by_notes(Noted { shown, lacking }).says;
    assert_eq!((notes(2, 0), notes(3, 0), notes(3, 1)), (Says::TooLittle, Says::Agrees, Says::Agrees));
    assert_eq!((notes(3, 2), notes(1, 2), notes(2, 1)), (Says::Not, Says::Not, Says::Not));
}

proptest! {
    /// Another note that it was seen never takes the word away; another that it lacked never gives it.
    #[test]
    fn notes_count_as_they_are_meant(shown in 0_u32..30, lacking in 0_u32..30) {
        let agrees = |shown, lacking| by_notes(Noted { shown, lacking }).says == Says::Agrees;
        prop_assert!(agrees(shown + 1, lacking) || !agrees(shown, lacking));
        prop_assert!(agrees(shown, lacking) || !agrees(shown, lacking + 1));
    }
}

fn circle(n: u8) -> CircleId {
    CircleId::new(jiff::Timestamp::UNIX_EPOCH, [n; 10])
}

fn person(n: u8) -> PersonId {
    PersonId::new(jiff::Timestamp::UNIX_EPOCH, [n; 10])
}

/// 0 organisation ── 1 department ── 2 team; 3 another department ── 4 team; 5 a client of 1; 6 a client of 0
fn tree() -> Tree {
    let node = |parent: Option<u8>, kind| Node { parent: parent.map(circle), kind };
    Tree::new([
        (circle(0), node(None, CircleKind::Organisation)),
        (circle(1), node(Some(0), CircleKind::Department)),
        (circle(2), node(Some(1), CircleKind::Team)),
        (circle(3), node(Some(0), CircleKind::Department)),
        (circle(4), node(Some(3), CircleKind::Team)),
        (circle(5), node(Some(1), CircleKind::Client)),
        (circle(6), node(Some(0), CircleKind::Client)),
    ])
}

#[test]
fn who_confirms_stands_outside() {
    let tree = tree();
    let may = |nominee: &[(CircleId, Role)], theirs: &[(CircleId, Role)]| {
        may_verify(&tree, (person(1), nominee), person(2), (person(3), theirs)).is_ok()
    };
    let leader = [(circle(1), Role::Leader)];
    // Of the same circle, led by the nominee, leading the nominee, of nothing: not outside.
    for theirs in [
        vec![(circle(1), Role::Member)],
        vec![(circle(2), Role::Member)],
        vec![(circle(0), Role::Leader)],
        vec![(circle(0), Role::Executive), (circle(4), Role::Member)],
        vec![(circle(4), Role::Member), (circle(2), Role::Observer)],
        vec![],
    ] {
        assert!(!may(&leader, &theirs), "{theirs:?}");
    }
    for theirs in [
        vec![(circle(3), Role::Leader)],
        vec![(circle(4), Role::Member)],
        vec![(circle(0), Role::Member)],
        vec![(circle(5), Role::ClientContact)],
        vec![(circle(6), Role::ClientContact)],
    ] {
        assert!(may(&leader, &theirs), "{theirs:?}");
    }
    // Who leads everything is confirmed by a client, or by nobody.
    assert!(!may(&[(circle(0), Role::Leader)], &[(circle(4), Role::Leader)]));
    assert!(may(&[(circle(0), Role::Leader)], &[(circle(6), Role::ClientContact)]));
    // A member leads nobody: who works elsewhere is outside.
    assert!(may(&[(circle(2), Role::Member)], &[(circle(1), Role::Member)]));
    assert!(!may(&[(circle(2), Role::Member)], &[(circle(1), Role::Leader)]));
    let theirs = [(circle(4), Role::Member)];
    assert!(may_verify(&tree, (person(1), &leader), person(2), (person(1), &theirs)).is_err(), "oneself");
    assert!(may_verify(&tree, (person(1), &leader), person(2), (person(2), &theirs)).is_err(), "who nominated");
}

proptest! {
    /// Whoever may confirm shares no circle with the nominee, whatever the roles.
    #[test]
    fn nobody_confirms_from_within(
        nominee in prop::collection::vec((0_u8..7, prop::sample::select(Role::ALL)), 0..4),
        theirs in prop::collection::vec((0_u8..7, prop::sample::select(Role::ALL)), 0..4),
    ) {
        let of = |roles: &[(u8, Role)]| roles.iter().map(|(at, role)| (circle(*at), *role)).collect::<Vec<_>>();
        let tree = tree();
        if may_verify(&tree, (person(1), &of(&nominee)), person(2), (person(3), &of(&theirs))).is_ok() {
            prop_assert!(!theirs.is_empty());
            for (circle, _) in &theirs {
                prop_assert!(nominee.iter().all(|(own, _)| own != circle));
            }
            for (at, _) in theirs.iter().filter(|(_, role)| matches!(role, Role::Leader | Role::Executive)) {
                for (own, _) in &nominee {
                    prop_assert!(!tree.above(circle(*own)).contains(&circle(*at)), "who leads from above");
                }
            }
        }
    }
}
