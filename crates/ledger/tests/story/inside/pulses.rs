//! Attacks on pulses, by readers who see every round that is told, of every circle, and know every mean exactly. What is
//! told to them is decided as for real rounds; whether it isolates anybody is found in another way than the audit's.

use std::collections::{BTreeMap, BTreeSet};

use leadership::PersonId;
use leadership::pulse::Why;
use ledger::tested::asked_in_a_round as choose;
use rating::disclosure::Policy;
use rating::model::chance::Chance;

use super::readers::isolates;

type Set = BTreeSet<PersonId>;

fn person(number: u16) -> PersonId {
    let [high, low] = number.to_be_bytes();
    PersonId::new(jiff::Timestamp::UNIX_EPOCH, [high, low, 0, 0, 0, 0, 0, 0, 0, 0])
}

fn people(numbers: impl IntoIterator<Item = u16>) -> Set {
    numbers.into_iter().map(person).collect()
}

fn decided(now: &Set, last: Option<&Set>, before: &[Set]) -> Result<Set, Why> {
    choose(now, last, before, &Policy::default()).unwrap()
}

#[test]
fn a_late_joiner_is_not_asked_until_three_came() {
    let first = people(0..6);
    let before = [first.clone()];
    assert_eq!(
        decided(&people(0..7), Some(&first), &before),
        Ok(first.clone()),
        "one more would be told by both rounds"
    );
    assert_eq!(decided(&people(0..8), Some(&first), &before), Ok(first.clone()));
    assert_eq!(decided(&people(0..9), Some(&first), &before), Ok(people(0..9)));
}

#[test]
fn a_leaver_is_not_told_by_those_who_stay() {
    let first = people(0..8);
    let before = [first.clone()];
    assert_eq!(decided(&people(0..7), Some(&first), &before), Err(Why::Apart));
    assert_eq!(decided(&people(1..9), Some(&first), &before), Err(Why::Apart), "one went and one came");
    assert_eq!(decided(&people(0..5), Some(&first), &before), Ok(people(0..5)), "three went");
    assert_eq!(decided(&people(1..10), Some(&first), &before), Ok(people(1..10)), "one went and two came");
}

#[test]
fn a_department_less_its_team_tells_nobody() {
    let team = people(0..6);
    let before = [team.clone()];
    assert_eq!(decided(&people(0..7), None, &before), Err(Why::Apart));
    assert_eq!(decided(&people(0..8), None, &before), Err(Why::Apart));
    assert_eq!(decided(&people(0..9), None, &before), Ok(people(0..9)));
    // Two teams that were told, and a department that is both and one more.
    let before = [team, people(6..12)];
    assert_eq!(decided(&people(0..13), None, &before), Err(Why::Apart));
    assert_eq!(decided(&people(0..12), None, &before), Ok(people(0..12)), "the two together tell nothing new");
}

#[test]
fn circles_that_share_all_but_one_are_not_both_told() {
    let before = [people(0..6)];
    let other = people((0..5).chain([9]));
    assert_eq!(decided(&other, None, &before), Err(Why::Apart));
    assert_eq!(decided(&people((0..3).chain(9..12)), None, &before), Ok(people((0..3).chain(9..12))));
}

#[test]
fn fewer_than_five_are_never_asked_and_circles_far_away_do_not_matter() {
    assert_eq!(decided(&people(0..4), None, &[]), Err(Why::TooFew));
    assert_eq!(decided(&people(0..5), None, &[]), Ok(people(0..5)));
    // A hundred teams that share nobody with this one: no more figures than can be checked.
    let teams: Vec<Set> = (1..101).map(|team| people(team * 10..team * 10 + 6)).collect();
    assert_eq!(decided(&people(0..6), None, &teams), Ok(people(0..6)));
    // And an organisation of them all: every class is a whole team.
    assert_eq!(
        decided(&people((0..101).flat_map(|team| team * 10..team * 10 + 6)), None, &teams).map(|all| all.len()),
        Ok(606)
    );
}

/// An organisation of departments and teams, in which people come, go and change teams, some of them in two.
struct Company {
    /// Department and members of each team.
    teams: Vec<(usize, Set)>,
    next: u16,
}

impl Company {
    fn new(chance: &mut Chance) -> Self {
        let mut company = Self { teams: Vec::new(), next: 0 };
        for department in 0..=chance.below(2) {
            for _ in 0..=chance.below(3) {
                company.teams.push((department, Set::new()));
                let at = company.teams.len() - 1;
                for _ in 0..3 + chance.below(7) {
                    company.join(at);
                }
            }
        }
        company
    }

    fn join(&mut self, team: usize) {
        self.next += 1;
        self.teams[team].1.insert(person(self.next));
    }

    fn go_on(&mut self, chance: &mut Chance) {
        let team = chance.below(self.teams.len());
        let some = |set: &Set, chance: &mut Chance| set.iter().nth(chance.below(set.len().max(1))).copied();
        let one = some(&self.teams[team].1, chance);
        match (chance.below(6), one) {
            (0 | 1, _) => self.join(team),
            (2, Some(one)) => {
                // Gone from everywhere.
                for (_, members) in &mut self.teams {
                    members.remove(&one);
                }
            }
            (3, Some(one)) => {
                let other = chance.below(self.teams.len());
                self.teams[team].1.remove(&one);
                self.teams[other].1.insert(one);
            }
            (4, Some(one)) => {
                let other = chance.below(self.teams.len());
                self.teams[other].1.insert(one);
            }
            _ => {}
        }
    }

    /// The people of circle `at`: a team, then the departments, then the whole.
    fn circle(&self, at: usize) -> Set {
        let members = |of: &dyn Fn(usize) -> bool| -> Set {
            self.teams
                .iter()
                .filter(|(department, _)| of(*department))
                .flat_map(|(_, set)| set.iter().copied())
                .collect()
        };
        match at.checked_sub(self.teams.len()) {
            None => self.teams[at].1.clone(),
            Some(2) => members(&|_| true),
            Some(department) => members(&|one| one == department),
        }
    }
}

#[test]
fn readers_of_all_rounds_of_all_circles_isolate_nobody() {
    let policy = Policy::default();
    let named = |sets: &BTreeSet<Set>| -> BTreeSet<BTreeSet<String>> {
        sets.iter().map(|set| set.iter().map(ToString::to_string).collect()).collect()
    };
    let (mut asked, mut withheld, mut narrowed, mut naive) = (0_usize, 0_usize, 0_usize, 0_usize);
    for reader in 0..2_000_u64 {
        let mut chance = Chance::new(reader, 198);
        let mut company = Company::new(&mut chance);
        let circles = company.teams.len() + 3;
        let mut told: BTreeSet<Set> = BTreeSet::new();
        let mut with_minimum: BTreeSet<Set> = BTreeSet::new();
        let mut last: BTreeMap<usize, Set> = BTreeMap::new();
        for _ in 0..4 + chance.below(9) {
            let at = chance.below(circles);
            let now = company.circle(at);
            let before: Vec<Set> = told.iter().cloned().collect();
            match choose(&now, last.get(&at), &before, &policy).unwrap() {
                Ok(chosen) => {
                    assert!(chosen.len() >= policy.minimum && chosen.is_subset(&now));
                    asked += 1;
                    narrowed += usize::from(chosen.len() < now.len());
                    // Now and then so few answer that nothing is told: then it is as if it had not been.
                    if chance.below(6) > 0 {
                        told.insert(chosen.clone());
                        last.insert(at, chosen);
                    }
                }
                Err(_) => withheld += 1,
            }
            if now.len() >= policy.minimum {
                with_minimum.insert(now);
            }
            for _ in 0..chance.below(3) {
                company.go_on(&mut chance);
            }
        }
        assert!(!isolates(&named(&told), policy.floor), "reader {reader} isolates fewer than {}", policy.floor);
        if reader < 300 {
            naive += usize::from(isolates(&named(&with_minimum), policy.floor));
        }
    }
    println!(
        "2,000 readers: {asked} rounds asked ({narrowed} without newcomers), {withheld} not asked; none isolated fewer than \
         3; with a minimum of five alone {naive} of the first 300 would have"
    );
    assert!(asked > 5_000 && narrowed > 100 && withheld > 1_000, "{asked} {narrowed} {withheld}");
    assert!(naive > 60, "without the audit many succeed: {naive}");
}

#[test]
fn what_is_refused_depends_on_who_belongs_and_on_no_order() {
    let mut chance = Chance::new(7, 198);
    for _ in 0..100 {
        let company = Company::new(&mut chance);
        let (one, other) = (company.circle(0), company.circle(company.teams.len()));
        let turned: Vec<Set> = vec![other.clone(), one.clone(), people(500..520)];
        let mut again = turned.clone();
        again.reverse();
        assert_eq!(decided(&other, Some(&one), &turned), decided(&other, Some(&one), &again));
    }
}
