//! What people said stands through every run, names stay when a record grows, and new tickets join.

#![expect(clippy::cast_precision_loss, reason = "records made here are small")]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Mutex;

use problems::similar::Line;
use problems::{
    Before, Comparisons, Field, Findings, Level, Memory, Problem, Progress, Settings, State, Symptoms, Under, Verdicts,
    find, find_under,
};

const DAY: i64 = 86_400;
const START: i64 = 1_700_000_000;

/// A small generator of its own, so that the tests say the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % sides as u64).unwrap()
    }
}

#[derive(Clone)]
struct Row {
    title: String,
    category: String,
    symptom: String,
}

fn record(rows: &[Row]) -> Symptoms {
    let mut symptoms = Symptoms::default();
    let mut fields: BTreeMap<&'static str, (Field, HashMap<String, u32>)> = BTreeMap::new();
    for (n, row) in rows.iter().enumerate() {
        symptoms.keys.push(format!("desk/{n}"));
        symptoms.opened.push(START + i64::try_from(n).unwrap() * DAY / 6);
        symptoms.hours_open.push(2.0);
        symptoms.touch_minutes.push(f32::NAN);
        symptoms.requester.push(u32::try_from(n % 31 + 1).unwrap());
        symptoms.title.push(row.title.clone());
        symptoms.text.push(String::new());
        for (name, value) in [("category", &row.category), ("symptom", &row.symptom)] {
            let (field, codes) = fields
                .entry(name)
                .or_insert_with(|| (Field { name, values: vec![String::new()], codes: vec![0; n] }, HashMap::new()));
            let code = if value.is_empty() {
                0
            } else {
                *codes.entry(value.clone()).or_insert_with(|| {
                    field.values.push(value.clone());
                    u32::try_from(field.values.len() - 1).unwrap()
                })
            };
            field.codes.push(code);
        }
    }
    symptoms.fields = fields.into_values().map(|(field, _)| field).collect();
    symptoms
}

const THINGS: [&str; 8] = [
    "label printer warehouse prints blank labels",
    "vpn tunnel drops hotel wireless connection",
    "outlook calendar invitation missing meeting room",
    "badge reader entrance rejects card door",
    "invoice export ledger posting stops halfway",
    "laptop battery swollen dock charge",
    "timesheet approval portal stuck manager",
    "scanner mail attachment size limit exceeded",
];

/// Texts of eight problems, a third single cases, and coded tickets with two planted combinations.
fn rows(count: usize) -> Vec<Row> {
    let mut dice = Dice(17);
    let words: Vec<&str> = THINGS.iter().flat_map(|thing| thing.split(' ')).collect();
    (0..count)
        .map(|n| {
            let empty = String::new;
            if n % 2 == 0 {
                let mut title: Vec<&str> = THINGS[dice.roll(8)].split(' ').collect();
                title.remove(dice.roll(title.len()));
                if dice.roll(3) == 0 {
                    title = (0..5).map(|_| words[dice.roll(words.len())]).collect();
                }
                Row { title: title.join(" "), category: empty(), symptom: empty() }
            } else {
                let planted = dice.roll(12);
                let of = |dice: &mut Dice, name: &str, sides: usize| {
                    format!("{name} {}", dice.roll(sides).min(dice.roll(sides)))
                };
                let (category, symptom) = match planted {
                    0 => ("Category 38".to_owned(), "Symptom 58".to_owned()),
                    1 => ("Category 39".to_owned(), "Symptom 57".to_owned()),
                    _ => (of(&mut dice, "Category", 40), of(&mut dice, "Symptom", 60)),
                };
                Row { title: empty(), category, symptom }
            }
        })
        .collect()
}

fn run(symptoms: &Symptoms, verdicts: &Verdicts) -> Findings {
    let findings = find(symptoms, verdicts, &Settings::default(), &|_| ());
    check(symptoms, &findings);
    findings
}

/// Every ticket at one place; every problem under one theme that knows it.
fn check(symptoms: &Symptoms, findings: &Findings) {
    assert_eq!(findings.theme.len(), symptoms.len());
    let mut ids = BTreeSet::new();
    for (n, problem) in findings.problems.iter().enumerate() {
        assert!(ids.insert(&problem.id) && problem.level == Level::Problem);
        let theme = findings.themes.iter().position(|t| Some(&t.id) == problem.theme.as_ref()).expect("a theme");
        let knows = findings.themes[theme].problems.contains(&problem.id);
        assert_eq!(knows, problem.dismissed.is_none(), "{}", problem.title);
        for &member in &problem.members {
            assert_eq!(findings.assignment[member as usize], u32::try_from(n).ok());
            assert_eq!(findings.theme[member as usize], u32::try_from(theme).ok());
        }
        for sign in &problem.signs {
            assert!((0.0..=1.0).contains(&sign.share_in) && (0.0..=1.0).contains(&sign.share_out), "{sign:?}");
        }
        assert!(!problem.signs.is_empty(), "{} without a reason", problem.title);
    }
    for (n, theme) in findings.themes.iter().enumerate() {
        assert!(ids.insert(&theme.id) && theme.whole.level == Level::Theme && !theme.title.trim().is_empty());
        let tickets = findings.theme.iter().filter(|t| **t == u32::try_from(n).ok()).count();
        assert_eq!(theme.tickets, tickets as u64);
    }
}

fn keys(problem: &Problem, symptoms: &Symptoms) -> Vec<String> {
    problem.members.iter().map(|&t| symptoms.keys[t as usize].clone()).collect()
}

fn by_title<'a>(findings: &'a Findings, part: &str) -> &'a Problem {
    let titles: Vec<&str> = findings.problems.iter().map(|p| p.title.as_str()).collect();
    findings.problems.iter().find(|p| p.title.contains(part)).unwrap_or_else(|| panic!("no {part} in {titles:?}"))
}

/// Share of the wanted tickets that lie in one problem.
fn together(findings: &Findings, symptoms: &Symptoms, keys: &[String]) -> f64 {
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    for key in keys {
        let ticket = symptoms.keys.iter().position(|k| k == key).unwrap();
        if let Some(problem) = findings.assignment[ticket] {
            *counts.entry(problem).or_default() += 1;
        }
    }
    counts.values().max().copied().unwrap_or(0) as f64 / keys.len() as f64
}

#[test]
fn merged_named_and_dismissed_texts_stay_so_when_the_record_grows() {
    let rows = rows(1_400);
    let (small, large) = (record(&rows[..1_000]), record(&rows));
    let plain = run(&small, &Verdicts::default());
    let (printer, vpn, badge) =
        (by_title(&plain, "printer warehouse"), by_title(&plain, "tunnel drops"), by_title(&plain, "badge"));
    let both = [keys(printer, &small), keys(vpn, &small)].concat();
    let verdicts = Verdicts {
        together: vec![both.clone()],
        named: vec![(keys(vpn, &small), "The new firewall".to_owned())],
        dismissed: vec![(keys(badge, &small), "a drill".to_owned())],
        ..Verdicts::default()
    };
    // As it is kept and read again.
    let verdicts: Verdicts = serde_json::from_str(&serde_json::to_string(&verdicts).unwrap()).unwrap();
    for record in [&small, &large] {
        let found = run(record, &verdicts);
        let merged = by_title(&found, "The new firewall");
        assert!(merged.named && together(&found, record, &both) > 0.999, "{}", together(&found, record, &both));
        let dismissed = found.problems.last().expect("what is none comes last");
        assert_eq!(dismissed.dismissed.as_deref(), Some("a drill"));
        assert!(dismissed.title.contains("badge") && dismissed.n >= badge.n, "{}", dismissed.title);
        assert!(found.problems.iter().rev().skip(1).all(|p| p.dismissed.is_none()));
    }
    let grown = run(&large, &verdicts);
    assert!(by_title(&grown, "The new firewall").n > printer.n + vpn.n, "new tickets of both join");
    // Undone is left out.
    assert_eq!(run(&small, &Verdicts::default()), plain);
}

#[test]
fn coded_groups_are_merged_and_split_as_people_said() {
    let rows = rows(1_400);
    let (small, large) = (record(&rows[..1_000]), record(&rows));
    let plain = run(&small, &Verdicts::default());
    let (one, other) = (by_title(&plain, "Category 38, Symptom 58"), by_title(&plain, "Category 39, Symptom 57"));
    assert!(one.theme.is_some() && one.theme != other.theme, "two categories are two themes");
    let both = [keys(one, &small), keys(other, &small)].concat();
    let merge = Verdicts {
        together: vec![both.clone()],
        named: vec![(both.clone(), "Both".to_owned())],
        ..Verdicts::default()
    };
    for record in [&small, &large] {
        let found = run(record, &merge);
        assert!(together(&found, record, &both) > 0.999);
        assert!(by_title(&found, "Both").n >= both.len() as u64);
    }
    let (off, rest) = (keys(one, &small)[..5].to_vec(), keys(one, &small)[5..].to_vec());
    let split = Verdicts { apart: vec![(off.clone(), rest.clone())], ..Verdicts::default() };
    for record in [&small, &large] {
        let found = run(record, &split);
        let of = |key: &String| found.assignment[record.keys.iter().position(|k| k == key).unwrap()];
        assert!(
            off.iter().all(|key| of(key).is_some() && of(key) == of(&off[0])),
            "five tickets are a problem of their own"
        );
        assert!(rest.iter().all(|key| of(key) != of(&off[0])));
    }
    // A text and a coded problem can be one as well.
    let text = by_title(&plain, "tunnel drops");
    let mixed = [keys(one, &small), keys(text, &small)].concat();
    let found = run(&small, &Verdicts { together: vec![mixed.clone()], ..Verdicts::default() });
    assert!(together(&found, &small, &mixed) > 0.999);
}

#[test]
fn new_tickets_of_a_coded_group_follow_a_split_that_a_field_tells() {
    let rows = rows(1_400);
    let places = |rows: &[Row]| {
        let mut symptoms = record(rows);
        let codes = (0..rows.len()).map(|n| if n % 4 == 1 { 1 } else { 2 }).collect();
        let values = ["", "North", "South"].map(str::to_owned).to_vec();
        symptoms.fields.push(Field { name: "location", values, codes });
        symptoms
    };
    let (small, large) = (places(&rows[..1_000]), places(&rows));
    let plain = run(&small, &Verdicts::default());
    let one = by_title(&plain, "Category 38, Symptom 58");
    let place = |key: &String| key.strip_prefix("desk/").unwrap().parse::<usize>().unwrap();
    let (north, south): (Vec<String>, Vec<String>) = keys(one, &small).into_iter().partition(|key| place(key) % 4 == 1);
    assert!(north.len() > 5 && south.len() > 5, "{north:?} {south:?}");
    let split = Verdicts { apart: vec![(north.clone(), south.clone())], ..Verdicts::default() };
    let found = run(&large, &split);
    let of = |n: usize| found.assignment[n];
    let off = of(place(&north[0]));
    let new: Vec<usize> =
        (1_000..1_400).filter(|&n| rows[n].category == "Category 38" && rows[n].symptom == "Symptom 58").collect();
    assert!(new.iter().any(|n| n % 4 == 1) && new.iter().any(|n| n % 4 == 3), "{new:?}");
    assert!(off.is_some() && off != of(place(&south[0])));
    for n in new {
        assert_eq!(of(n) == off, n % 4 == 1, "ticket {n}: new ones of the north follow those that were taken out");
    }
}

#[test]
fn ids_stay_when_a_tenth_is_new_and_new_tickets_join() {
    let rows = rows(2_000);
    let (small, large) = (record(&rows[..1_810]), record(&rows));
    let none = Verdicts::default();
    let (mut state, before) = State::begin(&small, &none, &Settings::default(), &|_| ());
    assert_eq!(before, run(&small, &none), "a state begins as find does");
    let stay = |after: &Findings| {
        let ids: BTreeSet<&str> = after.problems.iter().map(|p| p.id.as_str()).collect();
        before.problems.iter().filter(|p| ids.contains(p.id.as_str())).count() as f64 / before.problems.len() as f64
    };
    let mut whole = run(&large, &none);
    Before::of(&before, &small.keys).carry(&mut whole, &large.keys);
    check(&large, &whole);
    assert!(stay(&whole) >= 0.95, "{}", stay(&whole));

    let twin = Line { id: "desk/x".into(), opened: START + 400 * DAY, title: THINGS[0].into(), ..Line::default() };
    let joined = state.join(&twin);
    assert_eq!(joined.problem.as_ref(), Some(&by_title(&before, "printer warehouse").id), "{joined:?}");
    assert!(joined.theme.is_some() && state.join(&twin).tickets == 0, "a ticket joins once");
    // What people say of earlier ids holds.
    let vpn = by_title(&whole, "tunnel drops");
    let said = Verdicts { named: vec![(keys(vpn, &large), "Hotels".to_owned())], ..Verdicts::default() };
    let mut named = run(&large, &said);
    Before::of(&before, &small.keys).carry(&mut named, &large.keys);
    assert!(by_title(&named, "Hotels").id == vpn.id);
}

/// A search that goes on from what an earlier one kept, in the form in which it is kept: what it finds, what it keeps in
/// turn, and how many tickets it took over and compared.
fn again(symptoms: &Symptoms, verdicts: &Verdicts, model: &str, kept: &[u8]) -> (Under, Vec<u8>, [u64; 2]) {
    let (told, mut out) = (Mutex::new([0; 2]), Vec::new());
    let progress = |one: Progress| match one.stage {
        "Reading texts that were compared before" => told.lock().unwrap()[0] = one.done,
        "Comparing texts" => told.lock().unwrap()[1] = one.done,
        _ => (),
    };
    let keep = &mut |all: &Comparisons, _: Option<&[u8]>| all.write(&mut out).unwrap();
    let memory = Memory { earlier: Comparisons::read(kept), checkpoint: Vec::new(), rests_on: model, keep };
    let under = find_under(symptoms, verdicts, &Settings::default(), None, Some(memory), &progress);
    let [taken_over, all] = *told.lock().unwrap();
    (under, out, [taken_over, all.max(taken_over) - taken_over])
}

#[test]
fn a_grown_record_is_compared_where_it_is_new_and_found_as_if_all_were() {
    let rows = rows(1_400);
    let (small, large) = (record(&rows[..1_380]), record(&rows));
    let none = Verdicts::default();
    let (plain, kept, compared) = again(&small, &none, "", &[]);
    assert_eq!((&plain.findings, compared), (&run(&small, &none), [0, 1_380]));
    // What people said holds on top of what was kept before they said it.
    let (printer, vpn) = (by_title(&plain.findings, "printer warehouse"), by_title(&plain.findings, "tunnel drops"));
    let coded = keys(by_title(&plain.findings, "Category 38, Symptom 58"), &small);
    let both = [keys(printer, &small), keys(vpn, &small)].concat();
    let verdicts = Verdicts {
        together: vec![both.clone()],
        apart: vec![(coded[..5].to_vec(), coded[5..].to_vec())],
        named: vec![(both.clone(), "The new firewall".to_owned())],
        ..none.clone()
    };
    let (grown, next, compared) = again(&large, &verdicts, "", &kept);
    let (anew, next_anew, compared_anew) = again(&large, &verdicts, "", &[]);
    assert_eq!((compared, compared_anew), ([1_380, 20], [0, 1_400]));
    assert!(grown.without.is_some() && grown == anew, "to the bit");
    assert_eq!(next, next_anew, "and what is kept for the next search as well");
    assert!(by_title(&grown.findings, "The new firewall").named);
    assert!(together(&grown.findings, &large, &both) > 0.999);
    let of = |key: &String| grown.findings.assignment[large.keys.iter().position(|k| k == key).unwrap()];
    assert!(coded[5..].iter().all(|key| of(key) != of(&coded[0])), "what people split stays split");

    // Where nothing is new, nothing is compared; where the last ones are gone, neither.
    assert_eq!(again(&large, &none, "", &next).2, [1_400, 0]);
    let (fewer, _, compared) = again(&record(&rows[..900]), &none, "", &next);
    assert_eq!((fewer.findings, compared), (run(&record(&rows[..900]), &none), [900, 0]));
    // A ticket that says something else: from there on all are compared.
    let mut other = rows.clone();
    other[700].title = THINGS[2].to_owned();
    let (changed, _, compared) = again(&record(&other), &none, "", &next);
    assert_eq!((changed.findings, compared), (run(&record(&other), &none), [700, 700]));
    // What rests on another model, on other weights, or cannot be read is not used.
    assert_eq!(again(&large, &none, "a model", &next).2, [0, 1_400]);
    assert_eq!(again(&large, &none, "", &next[..next.len() - 1]).2, [0, 1_400]);
    let mut linked = record(&rows);
    linked.links = printer.members.windows(2).chain(vpn.members.windows(2)).map(|w| (w[0], w[1])).collect();
    let (learned, taught, compared) = again(&linked, &none, "", &next);
    assert!(learned.weights.is_some() && compared == [0, 1_400], "{compared:?}");
    // A month of newer exports learns the same: what was compared by these weights is taken over as well.
    let mut before = record(&rows[..1_380]);
    before.links.clone_from(&linked.links);
    let (small, kept, _) = again(&before, &none, "", &[]);
    assert_eq!(small.weights, learned.weights, "links of the last weeks are still being made");
    let (grown, next, compared) = again(&linked, &none, "", &kept);
    assert!(compared == [1_380, 20] && grown == learned && next == taught, "{compared:?}");
    // Another link, and everything is learned and compared anew.
    linked.links.remove(0);
    let (other, _, compared) = again(&linked, &none, "", &next);
    assert!(other.weights.is_some() && other.weights != learned.weights && compared == [0, 1_400], "{compared:?}");
}

#[test]
fn links_of_the_record_teach_the_weights() {
    let rows = rows(1_000);
    let mut symptoms = record(&rows);
    let plain = run(&symptoms, &Verdicts::default());
    let pairs: Vec<(u32, u32)> = plain
        .problems
        .iter()
        .filter(|p| p.title.contains(' ') && p.members.len() > 2)
        .flat_map(|p| p.members.windows(2).map(|w| (w[0], w[1])).collect::<Vec<_>>())
        .filter(|pair| pair.1 < 800)
        .collect();
    // Those of the last weeks are still being made and do not count.
    symptoms.links = pairs.into_iter().take(49).collect();
    assert_eq!(run(&symptoms, &Verdicts::default()), plain, "below fifty links nothing changes");
    let more: Vec<(u32, u32)> = symptoms.links.iter().map(|&(a, b)| (b, a)).collect();
    symptoms.links.extend(more);
    let learned = run(&symptoms, &Verdicts::default());
    assert!(learned.notes.iter().any(|note| note.contains("98 links")), "{:?}", learned.notes);
    assert!(together(&learned, &symptoms, &keys(by_title(&plain, "tunnel drops"), &symptoms)) > 0.8);
}
