//! A record that has grown is joined from its checkpoint on, and what is found is what a search of all finds.

use problems::{Comparisons, Findings, Memory, Settings, Symptoms, Under, Verdicts, find, find_under};

const THINGS: [&str; 8] = [
    "label printer in the warehouse prints blank labels",
    "tunnel drops every hour from the hotel wireless",
    "badge reader at the main entrance rejects cards",
    "outlook calendar invitation is missing after the update",
    "timesheet approval is stuck for the whole team",
    "laptop battery swollen and the keyboard layout wrong",
    "supplier portal login asks for the expired password",
    "payroll export fails with a ledger posting error",
];
const WORDS: &str = "floor tray jam voicemail greeting scanner mail limit browser certificate warning intranet microphone \
    echo charge install license studio request project folder permission share drive mapping antivirus quarantine reboot \
    bonus vacation balance travel booking receipt photo upload dock monitor cable invoice";

/// The first so many tickets of one desk, one every two hours; what a ticket says depends on its number alone.
fn record(count: u64) -> Symptoms {
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    let mut out = Symptoms::default();
    for number in 0..count {
        let dice = |salt: u64, sides: usize| {
            let roll = (number * 31 + salt).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33;
            usize::try_from(roll).unwrap() % sides
        };
        let mut title: Vec<&str> = if number % 3 == 0 {
            (0..5).map(|salt| words[dice(salt, words.len())]).collect()
        } else {
            THINGS[dice(7, THINGS.len())].split_whitespace().collect()
        };
        if title.len() > 5 {
            title.remove(dice(8, title.len()));
        }
        title.push(words[dice(9, words.len())]);
        out.keys.push(format!("desk/{number:06}"));
        out.opened.push(1_700_000_000 + 7_200 * i64::try_from(number).unwrap());
        out.hours_open.push(4.0);
        out.touch_minutes.push(f32::NAN);
        out.requester.push(u32::try_from(number % 97).unwrap());
        out.title.push(title.join(" "));
        out.text.push(String::new());
    }
    out
}

/// What a search keeps.
#[derive(Debug, Clone, Default, PartialEq)]
struct Kept {
    compared: Vec<u8>,
    checkpoint: Vec<u8>,
}

/// A search that goes on from what an earlier one kept: what it finds, what it keeps, and whether its checkpoint is a new
/// one.
fn search(symptoms: &Symptoms, verdicts: &Verdicts, earlier: &Kept) -> (Under, Kept, bool) {
    let (mut kept, mut anew) = (Kept::default(), false);
    let keep = &mut |all: &Comparisons, checkpoint: Option<&[u8]>| {
        all.write(&mut kept.compared).unwrap();
        kept.checkpoint = checkpoint.unwrap_or(&earlier.checkpoint).to_vec();
        anew = checkpoint.is_some();
    };
    let compared = Comparisons::read(&earlier.compared);
    let memory = Memory { earlier: compared, checkpoint: earlier.checkpoint.clone(), rests_on: "", keep };
    let under = find_under(symptoms, verdicts, &Settings::default(), None, Some(memory), &|_| ());
    (under, kept, anew)
}

fn keys(findings: &Findings, symptoms: &Symptoms, part: &str) -> Vec<String> {
    let problem = findings.problems.iter().find(|p| p.title.contains(part)).unwrap();
    problem.members.iter().map(|&t| symptoms.keys[t as usize].clone()).collect()
}

#[test]
fn a_grown_record_is_joined_from_its_checkpoint_on_and_found_as_if_all_were_new() {
    let (small, large, none) = (record(4_860), record(4_900), Verdicts::default());
    let (first, kept, anew) = search(&small, &none, &Kept::default());
    assert!(anew && !kept.checkpoint.is_empty() && first.findings.problems.len() > 8);
    assert_eq!(first.findings, find(&small, &none, &Settings::default(), &|_| ()), "nothing tells that it was kept");

    let (all, fresh, _) = search(&large, &none, &Kept::default());
    let (grown, next, anew) = search(&large, &none, &kept);
    assert!(!anew, "the checkpoint holds");
    assert!(grown == all && next == fresh, "to the bit");
    // The same tickets again, and fewer of them.
    assert!(search(&large, &none, &next) == (all.clone(), fresh.clone(), false));
    assert!(search(&small, &none, &next) == (first, kept.clone(), false));

    // A late ticket says something else: it lies behind the checkpoint. An early one does not.
    for (changed, holds) in [(4_700, true), (2_000, false)] {
        let mut told = large.clone();
        told.title[changed] = THINGS[1].to_owned();
        let (again, left, anew) = search(&told, &none, &next);
        assert_eq!(anew, !holds, "ticket {changed}");
        assert!(
            (again, left) == {
                let (all, kept, _) = search(&told, &none, &Kept::default());
                (all, kept)
            }
        );
    }

    // What is damaged or of another search is passed over, and made anew.
    let half = next.checkpoint[..next.checkpoint.len() / 16 * 8].to_vec();
    let mut bit = next.checkpoint.clone();
    bit[next.checkpoint.len() / 2] ^= 4;
    let other = search(&record(6_000), &none, &Kept::default()).1.checkpoint;
    for checkpoint in [half, bit, other, vec![0; 64]] {
        let damaged = Kept { checkpoint, ..next.clone() };
        assert!(search(&large, &none, &damaged) == (all.clone(), fresh.clone(), true));
    }

    // Beyond the next step all is joined anew, and what was compared is taken over.
    let beyond = record(5_300);
    let (grown, next, anew) = search(&beyond, &none, &next);
    let (all, fresh, _) = search(&beyond, &none, &Kept::default());
    assert!(anew && grown == all && next == fresh);
}

#[test]
fn what_people_said_holds_over_a_checkpoint() {
    let (small, large, none) = (record(4_860), record(4_900), Verdicts::default());
    let (plain, kept, _) = search(&small, &none, &Kept::default());
    let of = |part| keys(&plain.findings, &small, part);
    let (badge, tunnel, payroll) = (of("badge reader"), of("tunnel drops"), of("payroll"));
    let side = payroll.len() / 2;
    let said = Verdicts {
        together: vec![[badge.clone(), tunnel.clone()].concat()],
        apart: vec![(payroll[..side].to_vec(), payroll[side..].to_vec())],
        ..none
    };
    // They spoke after the checkpoint was kept, also of tickets that came after it.
    let (grown, next, anew) = search(&large, &said, &kept);
    let (all, fresh, _) = search(&large, &said, &Kept::default());
    assert!(anew && grown == all && next == fresh, "joined anew under what they said, by what is kept");
    assert!(all.without.is_some());
    let place = |key: &String| large.keys.iter().position(|k| k == key).unwrap();
    let groups = |keys: &[String]| {
        let mut groups: Vec<Option<u32>> = keys.iter().map(|key| all.findings.assignment[place(key)]).collect();
        groups.sort_unstable();
        groups.dedup();
        groups
    };
    assert_eq!(groups(&[badge, tunnel].concat()).len(), 1, "merged");
    let (one, other) = (groups(&payroll[..side]), groups(&payroll[side..]));
    assert!(one.iter().all(|group| !other.contains(group)), "split: {one:?} {other:?}");
    // And the next search goes on from there.
    let later = record(4_910);
    let (grown, _, anew) = search(&later, &said, &next);
    assert!(!anew && grown == search(&later, &said, &Kept::default()).0);
}

#[test]
fn joined_one_by_one_tickets_are_where_joining_all_at_once_puts_them() {
    // A ticket before the next checkpoint, the most that join one by one.
    let symptoms = record(5_270);
    let none = Verdicts::default();
    let by_one = find(&symptoms, &none, &Settings::default(), &|_| ());
    let at_once = find(&symptoms, &none, &Settings { at_once: true, ..Settings::default() }, &|_| ());
    let members = |findings: &Findings, ticket: usize| {
        findings.assignment[ticket].map_or(vec![], |p| findings.problems[p as usize].members.clone())
    };
    let same = (0..symptoms.len()).filter(|&ticket| members(&by_one, ticket) == members(&at_once, ticket)).count();
    let late = (4_608..symptoms.len()).filter(|&ticket| {
        // A ticket that came late stands beside the first of its problem by either way.
        members(&by_one, ticket).first() == members(&at_once, ticket).first()
    });
    let late = late.count();
    println!(
        "{same} of {} the same, {late} of {} late ones in the same problem",
        symptoms.len(),
        symptoms.len() - 4_608
    );
    assert!(late * 10 >= (symptoms.len() - 4_608) * 9, "{late}");
}
