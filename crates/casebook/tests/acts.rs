//! What people did, over the groups of a search and of the next one.

use std::collections::BTreeSet;

use casebook::{
    Act, Applied, Canvas, Entry, Group, Learned, Part, Side, Verdicts, apply, apply_learned, sample, verdicts,
};
use proptest::prelude::*;

fn keys(range: std::ops::Range<u32>) -> Vec<String> {
    range.map(|n| format!("desk/{n}")).collect()
}

fn group(id: &str, range: std::ops::Range<u32>) -> Group {
    Group { id: id.into(), title: format!("Title of {id}"), tickets: keys(range) }
}

fn side(group: &Group) -> Side {
    let n = group.tickets.len() as u64;
    Side { id: group.id.clone(), title: group.title.clone(), n, tickets: sample(&group.tickets) }
}

fn book(acts: Vec<Act>) -> Vec<Entry> {
    let at = "2026-06-01T12:00:00Z".parse().unwrap();
    (1..).zip(acts).map(|(number, act)| Entry { number, at, person: None, by: String::new(), act }).collect()
}

fn part<'a>(applied: &'a Applied, id: &str) -> &'a Part {
    applied.parts.iter().find(|part| part.id == id).unwrap_or_else(|| panic!("no {id} in {applied:?}"))
}

fn three() -> Vec<Group> {
    vec![group("a", 0..10), group("b", 10..15), group("c", 15..30)]
}

#[test]
fn two_become_one_and_the_old_address_leads_there() {
    let groups = three();
    let entries = book(vec![Act::Merge { sides: vec![side(&groups[0]), side(&groups[1])] }]);
    let applied = apply(&groups, &entries);
    assert_eq!(applied.parts.len(), 2);
    assert_eq!(part(&applied, "a").tickets, keys(0..15));
    assert_eq!(applied.moved["b"], "a");
    assert_eq!(verdicts(&entries).together[0].len(), 15);
}

#[test]
fn undoing_brings_everything_back_and_undoing_that_does_it_again() {
    let groups = three();
    let merge = Act::Merge { sides: vec![side(&groups[0]), side(&groups[1])] };
    let once = book(vec![merge.clone(), Act::Undo { entry: 1 }]);
    let back = apply(&groups, &once);
    assert_eq!(back.parts.iter().map(|p| p.tickets.len()).collect::<Vec<_>>(), [10, 5, 15]);
    assert_eq!(part(&back, "b").entries, BTreeSet::from([1, 2]), "the history of both keeps it");
    assert_eq!(verdicts(&once), Verdicts::default());
    let twice = book(vec![merge, Act::Undo { entry: 1 }, Act::Undo { entry: 2 }]);
    assert_eq!(part(&apply(&groups, &twice), "a").tickets.len(), 15);
}

#[test]
fn tickets_go_and_take_a_title_with_them() {
    let groups = three();
    let rest = Side { tickets: keys(18..30), ..side(&groups[2]) };
    let entries = book(vec![Act::Split { rest, off: keys(15..18), title: "Only on Mondays".into() }]);
    let applied = apply(&groups, &entries);
    let (left, gone) = (part(&applied, "c"), part(&applied, "c-s1"));
    assert_eq!((left.tickets.len(), gone.tickets.clone()), (12, keys(15..18)));
    assert_eq!(gone.title.as_deref(), Some("Only on Mondays"));
    assert!(left.entries.contains(&1) && gone.entries.contains(&1));
    assert_eq!(verdicts(&entries).apart, [(keys(15..18), keys(18..30))]);
}

#[test]
fn a_verdict_follows_its_tickets_into_the_next_search() {
    let groups = three();
    let entries = book(vec![
        Act::Merge { sides: vec![side(&groups[0]), side(&groups[1])] },
        Act::Rename { of: side(&groups[0]), title: "Spooler".into() },
        Act::Dismiss { of: side(&groups[2]), reason: "a test run".into() },
    ]);
    // Other names, more tickets, one gone astray, and the merge already made by the search itself.
    let mut both = group("x", 0..15);
    both.tickets.extend(keys(100..104));
    let mut other = group("y", 15..29);
    other.tickets.push("desk/3000".into());
    let next = [both, other, group("z", 29..40)];
    let applied = apply(&next, &entries);
    assert_eq!(part(&applied, "x").title.as_deref(), Some("Spooler"));
    assert_eq!(part(&applied, "y").dismissed, Some(3));
    assert_eq!((part(&applied, "z").dismissed, applied.parts.len()), (None, 3));
    assert_eq!(
        (applied.moved["a"].as_str(), applied.moved["b"].as_str(), applied.moved["c"].as_str()),
        ("x", "x", "y")
    );
}

#[test]
fn what_the_search_has_apart_already_is_left_alone() {
    let rest = Side { id: "c".into(), tickets: keys(18..30), ..Side::default() };
    let entries = book(vec![Act::Split { rest, off: keys(15..18), title: String::new() }]);
    let next = [group("p", 15..18), group("q", 18..30)];
    let applied = apply(&next, &entries);
    assert_eq!(applied.parts.len(), 2);
    assert_eq!(applied.moved["c-s1"], "p");
}

#[test]
fn every_version_of_a_canvas_is_kept_also_when_problems_become_one() {
    let groups = three();
    let canvas = |asked: &str| Box::new(Canvas { asked: asked.into(), ..Canvas::default() });
    let of = |at: usize| side(&groups[at]);
    let entries = book(vec![
        Act::Canvas { of: of(0), canvas: canvas("one") },
        Act::Canvas { of: of(1), canvas: canvas("other") },
        Act::Canvas { of: of(0), canvas: canvas("one, again") },
        Act::Merge { sides: vec![of(0), of(1)] },
        Act::Canvas { of: of(1), canvas: canvas("both") },
    ]);
    let applied = apply(&groups, &entries);
    let chains: Vec<&[u64]> = part(&applied, "a").canvases.iter().map(|chain| chain.versions.as_slice()).collect();
    assert_eq!(chains, [&[1, 3, 5][..], &[2]]);
    let undone = book(entries.into_iter().map(|entry| entry.act).chain([Act::Undo { entry: 3 }]).collect());
    assert_eq!(part(&apply(&groups, &undone), "a").canvases[0].versions, [1, 5]);
}

#[test]
fn all_tickets_of_a_problem_cannot_be_split_off_it() {
    let groups = three();
    let entries = book(vec![Act::Split { rest: side(&groups[1]), off: keys(10..15), title: "x".into() }]);
    assert_eq!(apply(&groups, &entries).parts.len(), 3);
}

#[test]
fn not_the_same_is_remembered_and_holds_when_a_search_joins_them() {
    let groups = three();
    let entries = book(vec![Act::Apart { sides: [side(&groups[0]), side(&groups[1])] }]);
    assert_eq!(apply(&groups, &entries).apart, BTreeSet::from([("a".to_owned(), "b".to_owned())]));
    let joined = apply(&[group("j", 0..15)], &entries);
    assert_eq!((part(&joined, "j").tickets.len(), part(&joined, "j-s1").tickets.clone()), (10, keys(10..15)));
}

#[test]
fn new_tickets_follow_what_was_split_off_and_come_back_when_that_is_undone() {
    let before = group("a", 0..10);
    let rest = Side { tickets: keys(0..6), n: 6, ..side(&before) };
    let split = Act::Split { rest, off: keys(6..10), title: "Off".into() };
    let mut entries = book(vec![split]);
    // Without the split the search has all of them in one, with it 13 to 15 with what was split off; 20 was alone.
    let groups = [group("a", 0..15), group("b", 30..32)];
    let knew = [[keys(0..6), keys(10..13)].concat(), [keys(6..10), keys(13..15), keys(20..21)].concat(), keys(30..32)];
    let learned = Learned { heard: 1, groups: &knew };
    let applied = apply_learned(&groups, &entries, learned);
    assert_eq!(part(&applied, "a").tickets, [keys(0..6), keys(10..13)].concat());
    let off = part(&applied, "a-s1");
    assert_eq!((off.tickets.len(), off.followed, off.title.as_deref()), (7, 3, Some("Off")));
    assert_eq!(part(&apply(&groups, &entries), "a-s1").tickets, keys(6..10), "a search that knew nothing says nothing");
    // A later act is done on what the search had made of it.
    let later = Act::Merge { sides: vec![side(&groups[1]), Side { tickets: keys(6..10), n: 7, ..side(&before) }] };
    entries.extend(book(vec![Act::Undo { entry: 1 }, later]).into_iter().map(|e| Entry { number: e.number + 1, ..e }));
    let merged: Vec<Entry> = entries.iter().filter(|entry| entry.number != 2).cloned().collect();
    assert_eq!(part(&apply_learned(&groups, &merged, learned), "b").tickets.len(), 9);
    // Undone: whoever asks leaves the groups out that the entry shaped, and everything is as it was.
    let back = apply_learned(&groups, &entries[..2], Learned { heard: 1, groups: &[] });
    assert_eq!(back.parts.iter().map(|part| part.tickets.len()).collect::<Vec<_>>(), [15, 2]);
    // What has lost all its tickets leads to where they are.
    let all = [[keys(0..6), keys(30..32)].concat()];
    let led = apply_learned(&groups, &merged[..1], Learned { heard: 1, groups: &all });
    assert_eq!((led.moved["b"].as_str(), led.parts.len()), ("a", 2));
}

#[test]
fn what_was_opened_by_hand_is_there_without_tickets_and_joins_those_that_were_named() {
    let groups = three();
    let open = |number: u64, tickets: Vec<String>| Act::Open {
        of: Side { id: Act::by_hand(number), title: "Nobody reads the mail".into(), n: tickets.len() as u64, tickets },
        circle: leadership::CircleId::new("2026-03-02T08:00:00Z".parse().unwrap(), [1; 10]),
        canvas: Box::new(Canvas { asked: format!("asked {number}"), ..Canvas::default() }),
    };
    let bare = Side { id: Act::by_hand(1), ..Side::default() };
    let entries = book(vec![
        open(1, Vec::new()),
        Act::Canvas { of: bare.clone(), canvas: Box::default() },
        open(3, keys(0..2)),
        Act::Rename { of: bare.clone(), title: "Mail".into() },
    ]);
    let applied = apply(&groups, &entries);
    assert_eq!(applied.parts.len(), 4);
    let own = part(&applied, "by-hand-1");
    assert_eq!(
        (own.title.as_deref(), own.tickets.len(), own.canvases[0].versions.as_slice()),
        (Some("Mail"), 0, &[1, 2][..])
    );
    assert_eq!(own.entries, BTreeSet::from([1, 2, 4]));
    // Opened on tickets of a group it is that group, and keeps what it was opened with.
    assert_eq!((applied.moved["by-hand-3"].as_str(), part(&applied, "a").opened.as_slice()), ("a", &[3][..]));
    // Tickets that are in no group lead nowhere: it stands on its own, with what was said of it.
    let alone = book(vec![open(1, keys(90..92))]);
    assert_eq!(part(&apply(&groups, &alone), "by-hand-1").entries, BTreeSet::from([1]));
    // Put together with what the search found it is one with it, under either address.
    let merged = [entries.clone(), book(vec![Act::Merge { sides: vec![side(&groups[1]), bare] }])].concat();
    let merged = book(merged.into_iter().map(|entry| entry.act).collect());
    let applied = apply(&groups, &merged);
    assert_eq!((applied.moved["by-hand-1"].as_str(), part(&applied, "b").opened.as_slice()), ("b", &[1][..]));
    // Undone it is gone.
    let undone = book(entries.into_iter().map(|entry| entry.act).chain([Act::Undo { entry: 1 }]).collect());
    assert_eq!(apply(&groups, &undone).parts.len(), 3);
}

fn act() -> impl Strategy<Value = Act> {
    let some = (0_u32..40, 1_u32..12).prop_map(|(from, n)| keys(from..from + n));
    let of = some.prop_map(|tickets| Side {
        id: format!("g{}", tickets.len()),
        title: "t".into(),
        n: tickets.len() as u64,
        tickets,
    });
    prop_oneof![
        prop::collection::vec(of.clone(), 2..4).prop_map(|sides| Act::Merge { sides }),
        (of.clone(), of.clone()).prop_map(|(rest, off)| Act::Split { rest, off: off.tickets, title: String::new() }),
        (of.clone(), of.clone()).prop_map(|(one, two)| Act::Apart { sides: [one, two] }),
        of.clone().prop_map(|of| Act::Rename { of, title: "n".into() }),
        of.clone().prop_map(|of| Act::Dismiss { of, reason: "r".into() }),
        of.prop_map(|of| Act::Canvas { of, canvas: Box::default() }),
        (1_u64..12).prop_map(|entry| Act::Undo { entry }),
    ]
}

proptest! {
    #[test]
    fn no_ticket_is_lost_or_doubled_whatever_people_do(acts in prop::collection::vec(act(), 0..14)) {
        let groups = [group("a", 0..12), group("b", 12..20), group("c", 20..21), group("d", 21..45)];
        let entries = book(acts);
        let applied = apply(&groups, &entries);
        let mut all: Vec<&String> = applied.parts.iter().flat_map(|part| &part.tickets).collect();
        all.sort();
        let mut before: Vec<&String> = groups.iter().flat_map(|group| &group.tickets).collect();
        before.sort();
        prop_assert_eq!(all, before);
        let ids: BTreeSet<&str> = applied.parts.iter().map(|part| part.id.as_str()).collect();
        prop_assert_eq!(ids.len(), applied.parts.len(), "ids are told apart");
        prop_assert!(applied.parts.iter().all(|part| !part.tickets.is_empty()));
        prop_assert!(applied.moved.values().all(|to| ids.contains(to.as_str())));
        for part in &applied.parts {
            prop_assert!(part.canvases.iter().all(|chain| !chain.versions.is_empty()));
        }
    }

    #[test]
    fn what_the_next_search_has_done_already_is_not_done_again(merges in prop::collection::vec((0_usize..5, 0_usize..5), 0..6)) {
        let groups: Vec<Group> = (0..5).map(|n| group(&format!("g{n}"), n * 7..n * 7 + 5)).collect();
        let acts = merges.into_iter().map(|(one, two)| Act::Merge { sides: vec![side(&groups[one]), side(&groups[two])] });
        let entries = book(acts.collect());
        let once = apply(&groups, &entries);
        let next: Vec<Group> = once
            .parts
            .iter()
            .map(|part| Group { id: part.id.clone(), title: String::new(), tickets: part.tickets.clone() })
            .collect();
        let tickets = |applied: &Applied| applied.parts.iter().map(|part| part.tickets.clone()).collect::<Vec<_>>();
        prop_assert_eq!(tickets(&once), tickets(&apply(&next, &entries)));
    }

    #[test]
    fn verdicts_do_not_say_both(acts in prop::collection::vec(act(), 0..14)) {
        let said = verdicts(&book(acts));
        prop_assert!(said.together.iter().all(|group| group.len() > 1));
        // The last word on a pair of tickets is the one that counts.
        if let Some((off, rest)) = said.apart.last() {
            let last = said.together.iter().rev().find(|group| off.iter().chain(rest).all(|key| group.contains(key)));
            prop_assert!(last.is_none_or(|group| off.iter().all(|key| rest.contains(key)) || group.is_empty()));
        }
    }
}
