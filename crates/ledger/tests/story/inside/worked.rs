//! Waves at random: whatever was answered by whomever, no figure rests on fewer people than it may.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::date;
use leadership::profile::{Kind, Report, Who};
use leadership::{Id, PersonId};
use ledger::tested::{Answered, Asked, Before, Rated, Snapshot, Topic, Worked, worked as work};
use proptest::prelude::*;
use rating::disclosure::Policy;
use rating::model::Role;

const TOPICS: usize = 3;
const ITEMS: usize = 6;
const MINIMUM: usize = 5;

fn person(number: u8) -> PersonId {
    Id::new(jiff::Timestamp::UNIX_EPOCH, [number; 10])
}

/// Numbers that look random and are the same each time.
struct Lot(u64);

impl Lot {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }

    fn answers(&mut self, missing: u64) -> Vec<Option<u8>> {
        let level = self.next(3);
        (0..ITEMS)
            .map(|_| (self.next(100) >= missing).then(|| u8::try_from(1 + level + self.next(3)).unwrap()))
            .collect()
    }
}

/// One leader's raters: which numbers of a pool answer as what.
fn rated(lot: &mut Lot, number: u8, counts: [u64; 3], missing: u64, turnover: u64) -> Rated {
    let mut members: BTreeMap<Role, BTreeSet<String>> = BTreeMap::new();
    let mut forms = Vec::new();
    for (role, count) in [Role::Subordinate, Role::Peer, Role::Client].into_iter().zip(counts) {
        for at in 0..count {
            let joined = if lot.next(100) < turnover { 50 + lot.next(5) } else { at };
            if members.entry(role).or_default().insert(format!("{}-{number}-{joined}", role.name())) {
                forms.push(Answered { role, answers: lot.answers(missing) });
            }
        }
    }
    if lot.next(2) == 0 {
        members.entry(Role::HigherUp).or_default().insert("boss".into());
        forms.push(Answered { role: Role::HigherUp, answers: lot.answers(missing) });
    }
    if lot.next(4) > 0 {
        members.entry(Role::Own).or_default().insert(person(number).to_string());
        forms.push(Answered { role: Role::Own, answers: lot.answers(0) });
    }
    Rated {
        person: person(number),
        forms,
        members,
        released: BTreeSet::new(),
        before: None,
        comments: Vec::new(),
        evidence: BTreeMap::new(),
    }
}

fn snapshot(rated: Vec<Rated>) -> Snapshot {
    Snapshot {
        title: "Spring".into(),
        closed_on: date(2026, 3, 31),
        model: "1".into(),
        topics: (0..TOPICS)
            .map(|at| Topic { key: format!("quality-{at}"), name: format!("Quality {at}"), kind: Kind::What })
            .collect(),
        asked: (0..ITEMS)
            .map(|at| Asked { key: format!("item-{at}"), wording: format!("item-{at}@1"), quality: at % TOPICS })
            .collect(),
        rated,
        anchors: BTreeMap::new(),
        seed: 7,
        policy: Policy::default(),
    }
}

/// A report as the wave after it reads it.
fn before(worked: &Worked, at: usize) -> Before {
    let wordings = (0..ITEMS).map(|at| (format!("item-{at}"), format!("item-{at}@1"))).collect();
    Before { report: worked.reports[at].1.clone(), wordings }
}

/// Whether some combination of the sets rests on the raters of `few` alone: leaving their columns out lowers the rank.
/// Written apart from the product, with fractions of whole numbers kept as floats.
fn rank(sets: &[BTreeSet<String>], without: &[&String]) -> usize {
    let all: BTreeSet<&String> = sets.iter().flatten().filter(|name| !without.contains(name)).collect();
    let mut rows: Vec<Vec<f64>> =
        sets.iter().map(|set| all.iter().map(|name| f64::from(u8::from(set.contains(*name)))).collect()).collect();
    let mut rank = 0;
    for column in 0..all.len() {
        let Some(pivot) = (rank..rows.len()).find(|row| rows[*row][column].abs() > 1e-9) else { continue };
        rows.swap(rank, pivot);
        let head = rows[rank].clone();
        for (at, row) in rows.iter_mut().enumerate() {
            if at != rank {
                let factor = row[column] / head[column];
                row.iter_mut().zip(&head).for_each(|(cell, head)| *cell -= factor * head);
            }
        }
        rank += 1;
    }
    rank
}

fn isolates(sets: &[BTreeSet<String>]) -> Option<Vec<String>> {
    let all: Vec<&String> = sets.iter().flatten().collect::<BTreeSet<_>>().into_iter().collect();
    let full = rank(sets, &[]);
    for (at, one) in all.iter().enumerate() {
        for other in &all[at..] {
            if rank(sets, &[one, other]) < full {
                return Some(vec![(*one).clone(), (*other).clone()]);
            }
        }
    }
    None
}

/// How many forms of some roles answer anything of a quality, counted in the snapshot itself.
fn answered(rated: &Rated, roles: &[Role], topic: usize) -> usize {
    let forms = rated.forms.iter().filter(|form| roles.contains(&form.role));
    forms.filter(|form| (0..ITEMS).any(|item| item % TOPICS == topic && form.answers[item].is_some())).count()
}

fn roles(who: &[Who]) -> Vec<Role> {
    let of = |who: &Who| match who {
        Who::Subordinate => Role::Subordinate,
        Who::Peer => Role::Peer,
        Who::HigherUp => Role::HigherUp,
        Who::Client => Role::Client,
        Who::Own => Role::Own,
    };
    who.iter().map(of).collect()
}

/// Every figure of a report against the forms that it may rest on.
fn check(rated: &Rated, report: &Report) {
    let hidden = [Role::Subordinate, Role::Peer, Role::Client];
    for (topic, quality) in report.qualities.iter().enumerate() {
        if let Some(figure) = quality.together {
            let named = answered(rated, &[Role::HigherUp], topic);
            assert!(figure.n - named >= MINIMUM, "{figure:?} with {named} named");
            assert!(figure.n <= named + answered(rated, &hidden, topic));
            assert!(figure.mean > 1.0 && figure.mean < 5.0, "{figure:?}");
            for value in [figure.mean, figure.development.low, figure.development.high] {
                assert!((value * 10.0 - (value * 10.0).round()).abs() < 1e-9, "{value} is not told to 0.1");
            }
        }
        for (group, figure) in report.groups.iter().zip(&quality.groups) {
            let Some(figure) = figure else { continue };
            let roles = roles(&group.who);
            assert_eq!(figure.n, answered(rated, &roles, topic), "{group:?}");
            if roles == [Role::HigherUp] {
                assert!(figure.agreement.is_none());
            } else {
                assert!(figure.n >= MINIMUM, "{group:?} {figure:?}");
            }
            if let Some(agreement) = figure.agreement {
                assert!(agreement.uniform <= 0.95 && agreement.skewed <= 0.95 && agreement.deviation >= 0.1);
            }
        }
        if let Some(counts) = &quality.distribution {
            assert!(quality.together.unwrap().n >= 10 && counts.iter().filter(|count| **count > 0).count() > 1);
        }
        // What stands beside a figure needs the figure.
        assert!(quality.together.is_some() || (quality.own.is_none() && quality.change.is_none()));
    }
    for difference in &report.differences {
        assert!(difference.interval.low > 0.0);
        for key in [&difference.higher, &difference.lower] {
            assert!(report.quality(key).unwrap().together.is_some());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    /// Two waves over the same people: no figure rests on fewer than the minimum, all sets that were ever released
    /// together determine nothing about fewer than three raters, and the answers of those who may not be told change
    /// nothing at all.
    #[test]
    fn no_figure_and_no_two_reports_tell_of_too_few(
        seed in any::<u64>(),
        first in prop::array::uniform3(0_u64..9),
        second in prop::array::uniform3(0_u64..14),
        missing in 0_u64..60,
        turnover in prop::sample::select(vec![0_u64, 10, 50]),
    ) {
        let mut lot = Lot(seed);
        let mut people = vec![rated(&mut lot, 1, first, missing, 0), rated(&mut lot, 2, second, missing, 0)];
        let mut released: BTreeMap<PersonId, Vec<BTreeSet<String>>> = BTreeMap::new();
        for wave in 0..2_u64 {
            let snapshot = snapshot(people.clone());
            let worked = work(&snapshot).unwrap();
            for (rated, (person, report)) in people.iter().zip(&worked.reports) {
                prop_assert_eq!(rated.person, *person);
                check(rated, report);
            }
            // Everything that those who may not be told answered, turned round.
            let mut turned = snapshot.clone();
            for rated in &mut turned.rated {
                let told: BTreeSet<&String> = worked.released.iter().filter(|(person, ..)| *person == rated.person).flat_map(|(_, set, _)| set).collect();
                let members = &rated.members;
                let hidden = |role: Role| ![Role::Own, Role::HigherUp].contains(&role) && !members[&role].iter().any(|name| told.contains(name));
                for form in rated.forms.iter_mut().filter(|form| hidden(form.role)) {
                    form.answers.iter_mut().flatten().for_each(|answer| *answer = 6 - *answer);
                }
            }
            let other = work(&turned).unwrap();
            for ((_, one), (_, other)) in worked.reports.iter().zip(&other.reports) {
                prop_assert_eq!(one, other);
            }
            for (person, set, _) in &worked.released {
                prop_assert!(set.len() >= MINIMUM);
                released.entry(*person).or_default().push(set.clone());
            }
            for sets in released.values() {
                prop_assert_eq!(isolates(sets), None);
            }
            let counts = [second, first];
            for (at, rated_before) in people.iter_mut().enumerate() {
                let number = u8::try_from(at + 1).unwrap();
                let sets = released.get(&rated_before.person).cloned().unwrap_or_default();
                let mut next = rated(&mut lot, number, if turnover == 0 { [first, second][at] } else { counts[at] }, missing, turnover);
                next.released = sets.into_iter().collect();
                next.before = Some(before(&worked, at));
                *rated_before = next;
            }
            prop_assert!(wave < 2);
        }
    }
}

#[test]
fn nobody_answered_and_everybody_alike_are_waves_too() {
    let empty = Rated { forms: Vec::new(), members: BTreeMap::new(), ..rated(&mut Lot(1), 1, [0, 0, 0], 0, 0) };
    let worked = work(&snapshot(vec![empty])).unwrap();
    assert!(!worked.reports[0].1.tells() && worked.findings.without_figures == 1);
    // Six people who all answer five to everything: nothing of it may be told, and nothing breaks.
    let mut alike = rated(&mut Lot(1), 1, [6, 0, 0], 0, 0);
    alike.forms.iter_mut().for_each(|form| form.answers.fill(Some(5)));
    let worked = work(&snapshot(vec![alike])).unwrap();
    let report = &worked.reports[0].1;
    assert!(report.fit.notes.iter().any(|note| note.contains("usual values")));
    assert!(report.qualities.iter().all(|quality| quality.distribution.is_none()));
}

#[test]
fn twelve_people_tell_what_by_hand_can_be_counted() {
    // Six subordinates answer 4 to the first quality, 2 to the second; six peers 5 and 3; the third quality is
    // answered by five subordinates and two peers.
    let mut forms = Vec::new();
    let mut members: BTreeMap<Role, BTreeSet<String>> = BTreeMap::new();
    for at in 0..6_usize {
        for (role, first, second) in [(Role::Subordinate, 4, 2), (Role::Peer, 5, 3)] {
            let third = if role == Role::Subordinate { (at < 5).then_some(3) } else { (at < 2).then_some(4) };
            forms.push(Answered {
                role,
                answers: (0..ITEMS).map(|item| [Some(first), Some(second), third][item % TOPICS]).collect(),
            });
            members.entry(role).or_default().insert(format!("{}{at}", role.name()));
        }
    }
    let one = Rated { forms, members, ..rated(&mut Lot(1), 1, [0, 0, 0], 0, 0) };
    let worked = work(&snapshot(vec![one.clone()])).unwrap();
    let report = &worked.reports[0].1;
    check(&one, report);
    let [first, second, third] = report.qualities.as_slice() else { panic!("three qualities") };
    assert_eq!(
        report.groups.iter().map(leadership::profile::Group::name).collect::<Vec<_>>(),
        ["Subordinates", "Peers"]
    );
    // Twelve forms, each with two answers: 12 × “4” and 12 × “5”.
    assert_eq!(first.distribution.as_deref(), Some(&[0, 0, 0, 12, 12][..]));
    assert_eq!(second.distribution.as_deref(), Some(&[0, 12, 12, 0, 0][..]));
    // Answers 4 and 5, six each: variance 0.2727, σ² of chance 2 over two items gives 0.93, told as 0.95; the mean
    // deviation is 0.5.
    let agreement = first.together.unwrap().agreement.unwrap();
    assert!((agreement.uniform - 0.95).abs() < 1e-9 && (agreement.deviation - 0.5).abs() < 1e-9, "{agreement:?}");
    // Two peers would be told apart: nothing of the third quality is told, not even of the five.
    assert!(third.together.is_none() && third.groups.iter().all(Option::is_none) && third.distribution.is_none());
    assert!(first.together.unwrap().mean > second.together.unwrap().mean);
    assert_eq!(worked.released.len(), 3);
}

#[test]
fn a_reworded_question_is_another_question() {
    let known = |snapshot: &mut Snapshot| {
        snapshot.anchors =
            snapshot.asked.iter().map(|asked| (asked.wording.clone(), (1.5, vec![-2.0, -1.0, 0.0, 1.5]))).collect();
    };
    let mut first = snapshot(vec![rated(&mut Lot(5), 1, [6, 6, 0], 0, 0)]);
    known(&mut first);
    let worked = work(&first).unwrap();
    let taken = |worked: &Worked| worked.reports[0].1.fit.notes.iter().any(|note| note.contains("an earlier wave"));
    assert!(taken(&worked), "the same wording: its parameters are taken");

    // The next wave: the first question of the first quality was reworded, under its key.
    let mut next = first.clone();
    next.rated[0].before = Some(before(&worked, 0));
    next.asked[0].wording = "item-0@2".into();
    let report = &work(&next).unwrap().reports[0].1;
    let same: Vec<bool> = report.qualities.iter().map(|quality| quality.change.unwrap().same_questions).collect();
    assert_eq!(same, [false, true, true]);
    assert_eq!(report.qualities[0].items, ["item-0", "item-3"], "the key stays");
    // All of them reworded: nothing is known of any.
    next.asked.iter_mut().for_each(|asked| asked.wording.push('2'));
    assert!(!taken(&work(&next).unwrap()));
}

#[test]
fn a_mean_over_all_is_made_of_those_who_may_be_told() {
    // Of the second person two subordinates and two clients answered: nothing of it may be told but by name.
    let people = vec![rated(&mut Lot(3), 1, [6, 5, 0], 20, 0), rated(&mut Lot(4), 2, [2, 0, 2], 0, 0)];
    let whole = work(&snapshot(people.clone())).unwrap().whole;
    let named: usize = people.iter().map(|rated| rated.members.get(&Role::HigherUp).map_or(0, BTreeSet::len)).sum();
    assert_eq!(whole.answers.len(), 11 + named);
    assert_eq!(whole.raters.values().sum::<usize>(), 11 + named);
    assert!(whole.raters.keys().all(|rater| !rater.starts_with("subordinate-2")), "{:?}", whole.raters);
    assert_eq!(whole.unflagged, None, "eleven forms are too few to tell how many are flagged");
    // What hidden people answer moves nothing, and one who says nothing is there all the same.
    let mut other = people;
    other[1].forms.iter_mut().filter(|form| form.role != Role::HigherUp).for_each(|form| form.answers.fill(Some(1)));
    other[0].forms[0].answers.fill(None);
    let turned = work(&snapshot(other)).unwrap().whole;
    assert!(turned.answers[0].is_nan() && turned.raters == whole.raters);
    assert_eq!(turned.answers[1..], whole.answers[1..]);
}

/// Twelve people, each rated by ten: everybody has a level of their own, each rater a leaning, each item a turn.
fn many(people: u8, raters: u8) -> Vec<Rated> {
    let mut lot = Lot(11);
    (1..=people)
        .map(|number| {
            let level = 2 + u64::from(number % 3);
            let mut members: BTreeMap<Role, BTreeSet<String>> = BTreeMap::new();
            let mut forms = Vec::new();
            for at in 0..raters {
                let role = if at % 2 == 0 { Role::Subordinate } else { Role::Peer };
                members.entry(role).or_default().insert(format!("{number}-{at}"));
                let leaning = lot.next(2);
                let answers = (0..ITEMS)
                    .map(|_| Some(u8::try_from((level + leaning + lot.next(2)).saturating_sub(1).clamp(1, 5)).unwrap()))
                    .collect();
                forms.push(Answered { role, answers });
            }
            Rated { forms, members, ..rated(&mut Lot(1), number, [0, 0, 0], 0, 0) }
        })
        .collect()
}

#[test]
fn how_well_qualities_are_measured_is_told_of_many_and_as_the_library_computes_it() {
    use rating::classical::{alpha, icc};
    assert!(work(&snapshot(many(9, 10))).unwrap().findings.measured.is_empty(), "ninety forms are too few");
    let mut people = many(12, 10);
    let all: Vec<(usize, Vec<f64>)> = people
        .iter()
        .enumerate()
        .flat_map(|(at, one)| one.forms.iter().filter(|form| form.role != Role::Own).map(move |form| (at, form)))
        .map(|(at, form)| (at, form.answers.iter().flatten().map(|answer| f64::from(*answer)).collect()))
        .collect();
    let found = work(&snapshot(people.clone())).unwrap().findings.measured;
    assert_eq!(
        found.iter().map(|one| one.quality.as_str()).collect::<Vec<_>>(),
        ["quality-0", "quality-1", "quality-2"]
    );
    for (topic, one) in found.iter().enumerate() {
        // Two items each: those of the place and of the place three on.
        let columns: Vec<Vec<Option<f64>>> =
            [topic, topic + TOPICS].iter().map(|item| all.iter().map(|(_, row)| Some(row[*item])).collect()).collect();
        let about: Vec<usize> = all.iter().map(|(at, _)| *at).collect();
        let means: Vec<Option<f64>> =
            all.iter().map(|(_, row)| Some(f64::midpoint(row[topic], row[topic + TOPICS]))).collect();
        let near = |told: Option<f64>, exact: f64| told.is_some_and(|told| (told - exact).abs() < 0.005 + 1e-9);
        let icc = icc::one_way(&about, &means).unwrap();
        assert_eq!((one.questions, one.forms, one.people), (2, all.len(), 12));
        assert!(near(one.alpha, alpha::reliability(&columns).unwrap().alpha_raw), "{one:?}");
        assert!(near(one.icc1, icc.icc1) && near(one.icc2, icc.icc2), "{one:?} beside {icc:?}");
        assert!(one.icc1.unwrap() > 0.2, "people differ: {one:?}");
        assert_eq!(one.omega, None, "two questions make no factor");
        let agreed = one.agreement.unwrap();
        assert!(agreed.people == 12 && agreed.uniform > agreed.slight_skew && agreed.slight_skew > 0.0, "{agreed:?}");
    }
    // Eight people of twenty raters: enough forms, too few people for what compares them.
    let found = work(&snapshot(many(8, 20))).unwrap().findings.measured;
    assert!(found.iter().all(|one| one.alpha.is_some() && one.icc1.is_none() && one.agreement.is_none()), "{found:?}");
    // Forms that say nothing to one question are not among them.
    people.iter_mut().flat_map(|one| &mut one.forms).step_by(2).for_each(|form| form.answers[0] = None);
    let found = work(&snapshot(people)).unwrap().findings.measured;
    assert_eq!(found.iter().map(|one| one.quality.as_str()).collect::<Vec<_>>(), ["quality-1", "quality-2"]);
}
