//! What may be told of one person, by who answered.

use std::collections::BTreeSet;

use ledger::tested::Shown;
use rating::disclosure::Policy;
use rating::model::Role;

fn names(range: std::ops::Range<u32>) -> BTreeSet<String> {
    range.map(|number| format!("r{number}")).collect()
}

fn decided(members: &[(Role, std::ops::Range<u32>)], released: &[BTreeSet<String>]) -> Shown {
    let members = members.iter().map(|(role, range)| (*role, names(range.clone()))).collect();
    Shown::decide(&members, &released.iter().cloned().collect(), &Policy::default()).unwrap()
}

#[test]
fn a_single_client_is_told_together_with_the_peers() {
    let shown = decided(&[(Role::Subordinate, 0..6), (Role::Peer, 10..15), (Role::Client, 20..21)], &[]);
    assert!(shown.together);
    assert_eq!(shown.groups.len(), 2);
    assert_eq!(shown.groups[1].roles, [Role::Peer, Role::Client]);
    assert_eq!(shown.group_of(Role::Client), Some(1));
    assert_eq!(shown.released.len(), 3);
}

#[test]
fn one_peer_and_one_client_do_not_hide_seven_subordinates() {
    let shown = decided(&[(Role::Subordinate, 0..7), (Role::Peer, 10..11), (Role::Client, 20..21)], &[]);
    assert_eq!(shown.groups.len(), 1);
    assert_eq!((shown.groups[0].roles.len(), shown.groups[0].role), (3, Role::Subordinate));
    assert!(shown.together && shown.groups[0].shown);
}

#[test]
fn four_people_tell_nothing() {
    let shown = decided(&[(Role::Subordinate, 0..2), (Role::Peer, 10..12)], &[]);
    assert!(!shown.together && shown.groups.is_empty() && shown.released.is_empty());
}

#[test]
fn one_more_rater_than_in_the_wave_before_tells_nothing_of_that_group() {
    let first = decided(&[(Role::Subordinate, 0..6), (Role::Peer, 10..16)], &[]);
    let before: Vec<BTreeSet<String>> = first.released.iter().map(|(set, _)| set.clone()).collect();
    let second = decided(&[(Role::Subordinate, 0..7), (Role::Peer, 10..16)], &before);
    assert!(!second.together, "all together less all together before would be one person");
    assert_eq!(second.groups.iter().map(|group| group.roles[0]).collect::<Vec<_>>(), [Role::Peer]);
    let same = decided(&[(Role::Subordinate, 0..6), (Role::Peer, 10..16)], &before);
    assert!(same.together && same.groups.len() == 2);
    let three_more = decided(&[(Role::Subordinate, 0..9), (Role::Peer, 10..16)], &before);
    assert!(three_more.together && three_more.groups.len() == 2);
}

#[test]
fn a_group_that_hardly_answered_a_quality_is_left_out_of_its_total() {
    let mut shown = decided(&[(Role::Subordinate, 0..8), (Role::Peer, 10..16)], &[]);
    assert_eq!(shown.of_quality(&[8, 6]), [true, true]);
    assert_eq!(shown.of_quality(&[8, 4]), [true, false]);
    // Two who answered would be told apart by any outside count: the other group goes with them.
    assert_eq!(shown.of_quality(&[8, 2]), [false, false]);
    assert_eq!(shown.of_quality(&[8, 0]), [true, false]);
}
