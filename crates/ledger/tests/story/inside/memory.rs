//! What stayed of aims that were explained.

use jiff::Timestamp;
use leadership::memory::{Answer, Curve};
use leadership::share::Share;
use leadership::teach::Asks;
use leadership::{AimId, CircleId};
use ledger::aims::memory::Memory;
use ledger::tested::{Said, by_kind, of_whole};

fn memory(days: i64, curve: Option<Curve>, pace: Option<Curve>) -> Memory {
    let of = (AimId::new(Timestamp::UNIX_EPOCH, [1; 10]), CircleId::new(Timestamp::UNIX_EPOCH, [2; 10]));
    let (explained, changed, answers, not_answered) = ((1, 1), None, 0, None);
    Memory { aim: of.0, circle: of.1, explained, days, changed, answers, not_answered, curve, pace }
}

#[test]
fn where_an_aim_has_too_few_answers_the_pace_of_its_circle_says_when() {
    let pace = Some(Curve { half_life: 20.0, interval: (12.0, 40.0), n: 9, right: 6 });
    assert_eq!(memory(40, None, None).proposed(), None);
    // 2^(−40/20) is a quarter; after five days 84 of 100 still know it.
    let because = memory(40, None, pace).proposed().unwrap();
    assert!(because.contains("about 25 of 100") && because.contains("pace at which this circle"), "{because}");
    assert_eq!(memory(5, None, pace).proposed(), None);
    // What its own answers say comes first.
    let own = Some(Curve { half_life: 400.0, interval: (90.0, 3650.0), n: 9, right: 9 });
    assert_eq!(memory(40, own, pace).proposed(), None);
    assert!(memory(61, None, None).proposed().unwrap().contains("61 days ago"));
}

#[test]
fn no_kind_is_told_where_another_has_too_few() {
    let given = |asks, person: usize, right| (Answer { days: 2.0, right, choices: Some(3) }, asks, person.to_string());
    let mut all: Vec<_> = (0..6).map(|at| given(Asks::Why, at % 3, at != 0)).collect();
    assert_eq!(by_kind(&all), [(Asks::Why, Share { so: 5, n: 6 })]);
    all.push(given(Asks::What, 0, false));
    assert!(by_kind(&all).is_empty(), "the rest would tell of the one");
    all.extend((0..4).map(|_| given(Asks::What, 0, true)));
    assert!(by_kind(&all).is_empty(), "five answers of one person");
    all.extend((1..3).map(|at| given(Asks::What, at, true)));
    assert_eq!(by_kind(&all), [(Asks::Why, Share { so: 5, n: 6 }), (Asks::What, Share { so: 6, n: 7 })]);
}

#[test]
fn the_whole_tells_nothing_of_an_aim_that_has_too_few_answers() {
    let given = |people: std::ops::Range<usize>| -> Vec<Said> {
        people.map(|person| (Answer { days: 2.0, right: true, choices: None }, Asks::Why, person.to_string())).collect()
    };
    let (many, one, more) = (given(0..6), given(7..8), given(0..4));
    let whole = |by_aim: &[(bool, &[_])]| {
        of_whole(&by_aim.iter().map(|(own, given)| (*own, given.to_vec())).collect::<Vec<_>>())
    };
    assert_eq!(whole(&[(true, &many), (false, &one)]), (1, 6), "seven less six would be one person's answer");
    assert_eq!(whole(&[(true, &many), (false, &one), (false, &more)]), (3, 11), "five answers of five people");
    assert_eq!(whole(&[(false, &one), (false, &more)]), (2, 5), "no other figure to take from it");
    assert_eq!(whole(&[(false, &one)]), (1, 1));
}
