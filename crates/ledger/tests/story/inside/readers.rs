//! Ten thousand attackers who read every report of a leader over several waves and know every mean exactly. What is
//! released to them is decided as for real reports; whether it tells of fewer than three is found in another way than
//! the audit's.

use std::collections::{BTreeMap, BTreeSet};

use ledger::tested::{HIDDEN, Shown};
use rating::disclosure::Policy;
use rating::model::Role;
use rating::model::chance::Chance;

type Set = BTreeSet<String>;

/// Whether some combination of the figures rests on fewer than `floor` raters alone. With N a basis of the vectors that
/// no figure sees, that is so if and only if the rows of N at those raters are linearly dependent. Raters in the very
/// same figures cannot be told apart, so only so many of each kind are tried.
pub(super) fn isolates(released: &BTreeSet<Set>, floor: usize) -> bool {
    let all: Vec<&String> = released.iter().flatten().collect::<BTreeSet<_>>().into_iter().collect();
    let kind = |rater: &String| released.iter().map(|set| set.contains(rater)).collect::<Vec<bool>>();
    let mut seen: BTreeMap<Vec<bool>, usize> = BTreeMap::new();
    let tried: Vec<usize> = (0..all.len())
        .filter(|at| {
            let count = seen.entry(kind(all[*at])).or_default();
            *count += 1;
            *count < floor + 1
        })
        .collect();
    let n = all.len();
    let mut rows: Vec<Vec<f64>> = released
        .iter()
        .map(|set| all.iter().map(|rater| f64::from(u8::from(set.contains(*rater)))).collect())
        .collect();
    let mut pivots = Vec::new();
    for column in 0..n {
        let rank = pivots.len();
        let best = (rank..rows.len()).max_by(|a, b| rows[*a][column].abs().total_cmp(&rows[*b][column].abs()));
        let Some(best) = best.filter(|best| rows[*best][column].abs() > 1e-9) else { continue };
        rows.swap(rank, best);
        let pivot = rows[rank][column];
        for cell in &mut rows[rank] {
            *cell /= pivot;
        }
        let head = rows[rank].clone();
        for (_, row) in rows.iter_mut().enumerate().filter(|(at, _)| *at != rank) {
            let factor = row[column];
            row.iter_mut().zip(&head).for_each(|(cell, head)| *cell -= factor * head);
        }
        pivots.push(column);
    }
    let free: Vec<usize> = (0..n).filter(|column| !pivots.contains(column)).collect();
    let unseen = |rater: usize| -> Vec<f64> {
        let of = |column: &usize| match pivots.iter().position(|pivot| *pivot == rater) {
            Some(row) => -rows[row][*column],
            None => f64::from(u8::from(rater == *column)),
        };
        free.iter().map(of).collect()
    };
    let dependent = |of: &[usize]| {
        let mut basis: Vec<Vec<f64>> = Vec::new();
        for rater in of {
            let mut left = unseen(*rater);
            for known in &basis {
                let dot: f64 = left.iter().zip(known).map(|(a, b)| a * b).sum();
                left.iter_mut().zip(known).for_each(|(a, b)| *a -= dot * b);
            }
            let length = left.iter().map(|x| x * x).sum::<f64>().sqrt();
            if length < 1e-7 {
                return true;
            }
            for x in &mut left {
                *x /= length;
            }
            basis.push(left);
        }
        false
    };
    (0..tried.len())
        .any(|a| dependent(&[tried[a]]) || floor > 2 && (a + 1..tried.len()).any(|b| dependent(&[tried[a], tried[b]])))
}

/// The people around one leader, who come and go from wave to wave.
struct Around {
    members: BTreeMap<Role, Set>,
    next: usize,
}

impl Around {
    fn new(chance: &mut Chance) -> Self {
        let mut around = Self { members: BTreeMap::new(), next: 0 };
        for (role, most) in HIDDEN.into_iter().zip([10, 8, 4]) {
            for _ in 0..chance.below(most + 1) {
                around.join(role);
            }
        }
        around
    }

    fn join(&mut self, role: Role) {
        self.next += 1;
        self.members.entry(role).or_default().insert(format!("rater {}", self.next));
    }

    /// One joins, one leaves, one changes sides, one does not answer this time; or nothing happens.
    fn go_on(&mut self, chance: &mut Chance) {
        let role = HIDDEN[chance.below(HIDDEN.len())];
        let some = |set: &Set, chance: &mut Chance| set.iter().nth(chance.below(set.len())).cloned();
        match chance.below(5) {
            0 | 1 => self.join(role),
            2 => {
                let leaves = self.members.get(&role).and_then(|set| some(set, chance));
                leaves.and_then(|leaves| self.members.get_mut(&role).map(|set| set.remove(&leaves)));
            }
            3 => {
                let other = HIDDEN[chance.below(HIDDEN.len())];
                if let Some(moves) = self.members.get(&role).and_then(|set| some(set, chance)) {
                    self.members.entry(role).or_default().remove(&moves);
                    self.members.entry(other).or_default().insert(moves);
                }
            }
            _ => {}
        }
    }
}

#[test]
fn ten_thousand_readers_of_all_reports_of_a_leader_isolate_nobody() {
    let policy = Policy::default();
    let (mut isolated, mut figures, mut waves, mut naive, mut without) = (0, 0_usize, 0_usize, 0, 0_usize);
    for reader in 0..10_000_u64 {
        let mut chance = Chance::new(reader, 140);
        let mut around = Around::new(&mut chance);
        let mut released: BTreeSet<Set> = BTreeSet::new();
        let mut with_minimums: BTreeSet<Set> = BTreeSet::new();
        for _ in 0..2 + chance.below(4) {
            waves += 1;
            let mut shown = Shown::decide(&around.members, &released, &policy).unwrap();
            // Some qualities were hardly answered by some of the groups.
            for _ in 0..chance.below(3) {
                let sizes: Vec<usize> = shown.groups.iter().map(|group| group.raters.len()).collect();
                let answered: Vec<usize> = sizes.iter().map(|size| chance.below(*size + 1)).collect();
                shown.of_quality(&answered);
            }
            without += usize::from(shown.released.is_empty());
            figures += shown.released.len();
            released.extend(shown.released.iter().map(|(set, _)| set.clone()));
            // Beside it: every group of five, and all together, as others do.
            let all: Set = around.members.values().flatten().cloned().collect();
            with_minimums
                .extend(around.members.values().cloned().chain([all]).filter(|set| set.len() >= policy.minimum));
            around.go_on(&mut chance);
        }
        isolated += usize::from(isolates(&released, policy.floor));
        if reader < 500 {
            naive += usize::from(isolates(&with_minimums, policy.floor));
        }
    }
    println!(
        "10,000 readers of {waves} reports ({without} without figures, {figures} sets released): {isolated} isolated fewer \
         than 3 raters; with minimums alone {naive} of the first 500 would have"
    );
    assert_eq!(isolated, 0);
    assert!(figures > 20_000, "there is something to read: {figures}");
    assert!(naive > 100, "without the audit many succeed: {naive}");
}

#[test]
fn what_is_refused_depends_on_who_answered_and_on_nothing_else() {
    // The decision takes no answers at all: the same people give the same, however they answered and in whatever order
    // their seats are read.
    let mut chance = Chance::new(1, 141);
    for _ in 0..200 {
        let around = Around::new(&mut chance);
        let of = |shown: Shown| shown.released;
        let before = BTreeSet::new();
        let first = of(Shown::decide(&around.members, &before, &Policy::default()).unwrap());
        let turned: BTreeMap<Role, Set> =
            around.members.iter().rev().map(|(role, set)| (*role, set.iter().rev().cloned().collect())).collect();
        assert_eq!(first, of(Shown::decide(&turned, &before, &Policy::default()).unwrap()));
    }
}

/// Waves of raters by role and number.
type Waves = &'static [&'static [(Role, &'static [u32])]];

#[test]
fn each_known_attack_on_reports_fails_and_would_succeed_on_minimums_alone() {
    use Role::{Client, Peer, Subordinate};
    let attacks: [(&str, Waves); 7] = [
        ("a late joiner", &[&[(Subordinate, &[1, 2, 3, 4, 5])], &[(Subordinate, &[1, 2, 3, 4, 5, 6])]]),
        ("one wave less the next", &[&[(Peer, &[1, 2, 3, 4, 5, 6, 7, 8])], &[(Peer, &[1, 2, 3, 4, 5, 6, 7])]]),
        ("two leave", &[&[(Peer, &[1, 2, 3, 4, 5, 6, 7, 8])], &[(Peer, &[1, 2, 3, 4, 5, 6])]]),
        (
            "all less the groups that are told",
            &[&[(Subordinate, &[1, 2, 3, 4, 5, 6]), (Peer, &[7, 8, 9, 10, 11, 12]), (Client, &[13])]],
        ),
        (
            "one who changes sides",
            &[
                &[(Subordinate, &[1, 2, 3, 4, 5, 6]), (Peer, &[7, 8, 9, 10, 11, 12])],
                &[(Subordinate, &[1, 2, 3, 4, 5]), (Peer, &[6, 7, 8, 9, 10, 11, 12])],
            ],
        ),
        (
            "one filtered out of a wave and back in",
            &[
                &[(Subordinate, &[1, 2, 3, 4, 5, 6, 7])],
                &[(Subordinate, &[1, 2, 3, 4, 5, 7])],
                &[(Subordinate, &[1, 2, 3, 4, 5, 6, 7])],
            ],
        ),
        (
            "a tracker: no two waves differ by fewer than three, and four together tell of one",
            &[
                &[(Peer, &[1, 2, 3, 4, 5, 6])],
                &[(Peer, &[1, 2, 3, 7, 8, 9])],
                &[(Peer, &[4, 5, 6, 7, 8, 9, 10])],
                &[(Peer, &[1, 2, 3, 4, 5, 6, 7, 8, 9])],
            ],
        ),
    ];
    let policy = Policy::default();
    for (name, waves) in attacks {
        let (mut released, mut with_minimums) = (BTreeSet::<Set>::new(), BTreeSet::<Set>::new());
        for wave in waves {
            let set = |raters: &[u32]| raters.iter().map(|rater| format!("rater {rater}")).collect::<Set>();
            let members: BTreeMap<Role, Set> = wave.iter().map(|(role, raters)| (*role, set(raters))).collect();
            let shown = Shown::decide(&members, &released, &policy).unwrap();
            released.extend(shown.released.iter().map(|(set, _)| set.clone()));
            let all: Set = members.values().flatten().cloned().collect();
            with_minimums.extend(members.into_values().chain([all]).filter(|set| set.len() >= policy.minimum));
        }
        assert!(!released.is_empty(), "{name}: there is something to read");
        assert!(!isolates(&released, policy.floor), "{name}: {released:?}");
        assert!(isolates(&with_minimums, policy.floor), "{name} is no attack: {with_minimums:?}");
    }
}
