//! Attacks on what is released: known ones by name, and ten thousand at random.

use std::collections::BTreeSet;

use rating::disclosure::{Group, Ledger, Policy, Reason, arrange, distribution_allowed, shown_mean};
use rating::model::chance::Chance;

fn set(raters: impl IntoIterator<Item = u32>) -> BTreeSet<u32> {
    raters.into_iter().collect()
}

fn ledger() -> Ledger {
    Ledger::new(BTreeSet::new())
}

/// Can somebody who knows every released mean exactly work out anything about fewer than `floor` raters? By another way
/// than the audit's: with N a basis of the vectors that no figure sees, a combination of figures rests on T alone if and
/// only if the rows of N at T are linearly dependent.
fn isolates(released: &BTreeSet<BTreeSet<u32>>, floor: usize) -> bool {
    let raters: Vec<u32> = released.iter().flatten().copied().collect::<BTreeSet<u32>>().into_iter().collect();
    let n = raters.len();
    let mut rows: Vec<Vec<f64>> = released
        .iter()
        .map(|set| raters.iter().map(|rater| f64::from(u8::from(set.contains(rater)))).collect())
        .collect();
    // Reduced echelon form.
    let mut pivots = Vec::new();
    for column in 0..n {
        let rank = pivots.len();
        let best = (rank..rows.len()).max_by(|a, b| rows[*a][column].abs().total_cmp(&rows[*b][column].abs()));
        let Some(best) = best.filter(|best| rows[*best][column].abs() > 1e-9) else { continue };
        rows.swap(rank, best);
        let pivot = rows[rank][column];
        rows[rank].iter_mut().for_each(|cell| *cell /= pivot);
        let head = rows[rank].clone();
        for (_, row) in rows.iter_mut().enumerate().filter(|(at, _)| *at != rank) {
            let factor = row[column];
            row.iter_mut().zip(&head).for_each(|(cell, head)| *cell -= factor * head);
        }
        pivots.push(column);
    }
    let free: Vec<usize> = (0..n).filter(|column| !pivots.contains(column)).collect();
    let null: Vec<Vec<f64>> = (0..n)
        .map(|rater| {
            free.iter()
                .map(|column| match pivots.iter().position(|pivot| *pivot == rater) {
                    Some(row) => -rows[row][*column],
                    None => f64::from(u8::from(rater == *column)),
                })
                .collect()
        })
        .collect();
    let rank = |of: &[usize]| {
        let mut basis: Vec<Vec<f64>> = Vec::new();
        for rater in of {
            let mut left = null[*rater].clone();
            for known in &basis {
                let dot: f64 = left.iter().zip(known).map(|(a, b)| a * b).sum();
                left.iter_mut().zip(known).for_each(|(a, b)| *a -= dot * b);
            }
            let length = left.iter().map(|x| x * x).sum::<f64>().sqrt();
            if length > 1e-7 {
                basis.push(left.iter().map(|x| x / length).collect());
            }
        }
        basis.len()
    };
    (1_u32..1 << n).filter(|mask| (mask.count_ones() as usize) < floor).any(|mask| {
        let of: Vec<usize> = (0..n).filter(|rater| mask >> rater & 1 == 1).collect();
        rank(&of) < of.len()
    })
}

#[test]
fn the_known_attacks_are_refused() {
    let policy = Policy::default();
    // Late joiner: five, then six.
    let mut of = ledger();
    of.release(&set(0..5), &policy).unwrap();
    assert_eq!(of.release(&set(0..6), &policy), Err(Reason::Determined));
    assert_eq!(of.release(&set(0..7), &policy), Err(Reason::Determined), "two are fewer than three");
    of.release(&set(0..8), &policy).unwrap();
    assert!(!isolates(of.released(), 3));
    assert_eq!(of.release(&set(3..8), &policy), Err(Reason::Determined), "less the last three, two are left");
    // Roll-up: peers and subordinates apart, then all with the one client.
    let mut of = ledger();
    of.release(&set(0..5), &policy).unwrap();
    of.release(&set(5..11), &policy).unwrap();
    assert_eq!(of.release(&set(0..12), &policy), Err(Reason::Determined));
    // Filter: all, then those in the north, so that one is in the south.
    let mut of = ledger();
    of.release(&set(0..9), &policy).unwrap();
    assert_eq!(of.release(&set(1..9), &policy), Err(Reason::Determined));
    // Tracker: no pair differs by fewer than three, yet all four together tell one.
    let mut of = ledger();
    let sets = [set([0, 1, 2, 3, 4, 5]), set([0, 1, 2, 6, 7, 8]), set([3, 4, 5, 6, 7, 8, 9])];
    for one in &sets {
        of.release(one, &policy).unwrap();
    }
    assert_eq!(of.release(&set([0, 1, 2, 3, 4, 5, 6, 7, 8]), &policy), Err(Reason::Determined));
    // Too few, also when the rest is named; only named is nobody's secret.
    let mut of = Ledger::new(set([20, 21]));
    assert_eq!(of.release(&set([0, 1, 2, 3, 20, 21]), &policy), Err(Reason::TooFew));
    assert_eq!(of.release(&set([20]), &policy), Ok(()));
    of.release(&set([0, 1, 2, 3, 4]), &policy).unwrap();
    assert_eq!(of.release(&set([0, 1, 2, 3, 4, 20]), &policy), Ok(()), "a named rater adds nothing unknown");
    assert_eq!(of.audit(&BTreeSet::new(), &policy), Err(Reason::TooFew));
}

#[test]
fn what_is_shown_is_rounded_and_never_unanimous() {
    assert_eq!(shown_mean(4.98, 1.0, 5.0, 0.1), None);
    assert_eq!(shown_mean(1.0, 1.0, 5.0, 0.1), None);
    assert!((shown_mean(4.237, 1.0, 5.0, 0.1).unwrap() - 4.2).abs() < 1e-12);
    assert_eq!(shown_mean(f64::NAN, 1.0, 5.0, 0.1), None);
    assert!(distribution_allowed(10) && !distribution_allowed(9));
}

#[test]
fn ten_thousand_attacks_isolate_nobody() {
    let (mut isolated, mut released, mut refused, mut naive) = (0, 0_usize, 0_usize, 0_usize);
    for attack in 0..10_000_u64 {
        let mut chance = Chance::new(attack, 99);
        let policy = Policy { minimum: 3 + chance.below(3), ..Policy::default() };
        let number = |n: usize| u32::try_from(n).unwrap();
        let n = number(6 + chance.below(7));
        let mut of = ledger();
        let mut asked: BTreeSet<BTreeSet<u32>> = BTreeSet::new();
        let mut here: BTreeSet<u32> = (0..n - 2).collect();
        for _ in 0..4 + chance.below(8) {
            // A wave with one more or fewer, a filter by some attribute, a roll-up over what the arrangement shows, the
            // complement of an earlier figure.
            let wanted: Vec<BTreeSet<u32>> = match chance.below(4) {
                0 => {
                    let rater = number(chance.below(n as usize));
                    if !here.remove(&rater) {
                        here.insert(rater);
                    }
                    vec![here.clone()]
                }
                1 => {
                    let attribute = chance.below(1 << n);
                    vec![here.iter().copied().filter(|rater| attribute >> rater & 1 == 1).collect()]
                }
                2 => {
                    let cut = number(chance.below(n as usize));
                    let of = |low: u32, high: u32| here.range(low..high.max(low)).copied().collect();
                    let groups =
                        [Group { raters: of(0, cut), parent: None }, Group { raters: of(cut, n), parent: Some(0) }];
                    let arranged = arrange(&groups, &policy);
                    arranged.shown.into_iter().map(|shown| shown.raters).chain(arranged.total).collect()
                }
                _ => asked.iter().next().map(|one| here.difference(one).copied().collect()).into_iter().collect(),
            };
            for raters in wanted {
                match of.release(&raters, &policy) {
                    Ok(()) => released += 1,
                    Err(_) => refused += 1,
                }
                if raters.len() >= policy.minimum {
                    asked.insert(raters);
                }
            }
        }
        isolated += usize::from(isolates(of.released(), policy.floor));
        if attack < 500 {
            naive += usize::from(isolates(&asked, policy.floor));
        }
    }
    println!(
        "10,000 attacks: {released} figures released, {refused} refused, {isolated} isolated fewer than 3 raters; with \
         minimums alone {naive} of the first 500 would have"
    );
    assert_eq!(isolated, 0);
    assert!(released > 10_000 && refused > 5_000, "the attackers get figures, and try hard: {released}, {refused}");
    assert!(naive > 250, "without the audit most attacks succeed: {naive}");
}
