//! Planted problems are found again, and chance is not taken for one.

#![expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "records made here are small")]

use std::collections::{BTreeMap, BTreeSet, HashMap};

use problems::{Basis, Field, Findings, Settings, Symptoms, Verdicts, find};
use proptest::prelude::*;

const DAY: i64 = 86_400;
const START: i64 = 1_700_000_000;

/// A small generator of our own, so that the tests say the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % sides as u64).unwrap()
    }

    /// Few values are frequent and many rare, as codes are.
    fn skewed(&mut self, sides: usize) -> usize {
        self.roll(sides).min(self.roll(sides)).min(self.roll(sides))
    }
}

#[derive(Default)]
struct Record {
    symptoms: Symptoms,
    codes: BTreeMap<&'static str, HashMap<String, u32>>,
}

impl Record {
    fn add(&mut self, opened: i64, title: &str, fields: &[(&'static str, String)]) {
        let s = &mut self.symptoms;
        let number = s.keys.len();
        s.keys.push(format!("desk/{number:06}"));
        s.opened.push(opened);
        s.hours_open.push(4.0);
        s.touch_minutes.push(f32::NAN);
        s.requester.push(u32::try_from(number % 97).unwrap());
        s.title.push(title.to_owned());
        s.text.push(String::new());
        for (name, value) in fields {
            if !s.fields.iter().any(|f| f.name == *name) {
                s.fields.push(Field { name, values: vec![String::new()], codes: vec![0; number] });
            }
            let field = s.fields.iter_mut().find(|f| f.name == *name).unwrap();
            let known = self.codes.entry(name).or_default();
            let code = *known.entry(value.clone()).or_insert_with(|| {
                field.values.push(value.clone());
                u32::try_from(field.values.len() - 1).unwrap()
            });
            field.codes.push(code);
        }
        for field in &mut s.fields {
            field.codes.resize(number + 1, 0);
        }
    }
}

fn run(symptoms: &Symptoms) -> Findings {
    run_with(symptoms, &Settings::default())
}

fn run_with(symptoms: &Symptoms, settings: &Settings) -> Findings {
    let findings = find(symptoms, &Verdicts::default(), settings, &|_| ());
    check(symptoms, &findings);
    findings
}

/// What holds for every result: no ticket lost or told twice, every problem told in words.
fn check(symptoms: &Symptoms, findings: &Findings) {
    assert_eq!(findings.assignment.len(), symptoms.len());
    let mut seen = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for (number, problem) in findings.problems.iter().enumerate() {
        assert_eq!(problem.n as usize, problem.members.len());
        assert!(problem.n >= 2);
        assert!(!problem.title.trim().is_empty(), "a problem without title");
        assert!(problem.why.len() >= 2 && problem.why.iter().all(|w| !w.trim().is_empty()));
        assert!(ids.insert(problem.id.clone()), "two problems named {}", problem.id);
        assert_eq!(problem.weekly.iter().map(|&(_, count)| u64::from(count)).sum::<u64>(), problem.n);
        assert!(problem.weekly.windows(2).all(|w| w[1].0 - w[0].0 == 7 * DAY), "a week left out");
        assert!(problem.first_seen <= problem.last_seen);
        assert!(!problem.examples.is_empty() && problem.examples.iter().all(|e| problem.members.contains(e)));
        for &member in &problem.members {
            assert!(seen.insert(member), "a ticket in two problems");
            assert_eq!(findings.assignment[member as usize], Some(u32::try_from(number).unwrap()));
        }
    }
    let assigned = findings.assignment.iter().filter(|a| a.is_some()).count();
    assert_eq!(assigned, seen.len());
    assert_eq!(findings.noise as usize, symptoms.len() - assigned);
    assert!(findings.problems.windows(2).all(|w| w[0].weight >= w[1].weight));
}

fn pairs(n: usize) -> f64 {
    n as f64 * (n as f64 - 1.0) / 2.0
}

/// Pairwise precision and recall against the planted group of each ticket (`None` is noise).
fn agreement(findings: &Findings, planted: &[Option<usize>]) -> (f64, f64) {
    let mut both: HashMap<(usize, u32), usize> = HashMap::new();
    let (mut gold, mut found): (HashMap<usize, usize>, HashMap<u32, usize>) = (HashMap::new(), HashMap::new());
    for (ticket, group) in planted.iter().enumerate() {
        if let Some(group) = group {
            *gold.entry(*group).or_default() += 1;
        }
        if let Some(problem) = findings.assignment[ticket] {
            *found.entry(problem).or_default() += 1;
            if let Some(group) = group {
                *both.entry((*group, problem)).or_default() += 1;
            }
        }
    }
    let hit: f64 = both.values().map(|&n| pairs(n)).sum();
    (hit / found.values().map(|&n| pairs(n)).sum::<f64>(), hit / gold.values().map(|&n| pairs(n)).sum::<f64>())
}

const WORDS: &str = "printer paper tray jam floor outlook calendar invitation missing meeting vpn tunnel drops \
    hotel wireless password expired reset account locked screen flickers dock monitor cable invoice export fails \
    ledger posting badge reader door entrance closed phone voicemail greeting record scanner mail attachment size \
    limit browser certificate warning intranet page blank video call microphone echo laptop battery swollen charge \
    keyboard layout wrong language install license studio request project folder permission denied share drive \
    mapping lost slow startup update reboot loop antivirus quarantine file supplier portal login timesheet approval \
    stuck payroll bonus letter vacation balance wrong travel booking error receipt photo upload";

#[test]
fn planted_texts_are_found_and_noise_stays_alone() {
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    let mut dice = Dice(7);
    let mut record = Record::default();
    let mut planted = Vec::new();
    let openings = ["Hello, the", "Since today:", "Please help, my", "URGENT", "again the"];
    for ticket in 0..900 {
        let opened = START + ticket * DAY / 5;
        if ticket % 3 == 0 {
            // Noise: six words of anything.
            let title: Vec<&str> = (0..6).map(|_| words[dice.roll(words.len())]).collect();
            record.add(opened, &title.join(" "), &[]);
            planted.push(None);
        } else {
            // A problem has six words; each ticket leaves one out and begins in its own way.
            let group = dice.roll(15);
            let mut title: Vec<&str> = words[group * 6..group * 6 + 6].to_vec();
            title.remove(dice.roll(6));
            title.swap(0, dice.roll(4));
            let title = format!("{} {}", openings[dice.roll(openings.len())], title.join(" "));
            record.add(opened, &title, &[]);
            planted.push(Some(group));
        }
    }
    let findings = run(&record.symptoms);
    let (precision, recall) = agreement(&findings, &planted);
    println!("PLANTED {precision:.4} {recall:.4}");
    assert!(precision >= 0.96 && recall >= 0.96, "precision {precision:.3}, recall {recall:.3}");
    assert!(findings.problems.iter().all(|p| p.basis == Basis::Text));
    let grouped_noise = planted.iter().zip(&findings.assignment).filter(|(p, a)| p.is_none() && a.is_some()).count();
    assert!(grouped_noise < 30, "{grouped_noise} of 300 single cases were grouped");
    let title = &findings.problems[0].title;
    assert!(record.symptoms.title.contains(title), "{title} was written by nobody");
}

#[test]
fn a_large_problem_of_many_wordings_stays_whole() {
    let mut dice = Dice(3);
    let mut record = Record::default();
    let extra: Vec<&str> = WORDS.split_whitespace().collect();
    for ticket in 0..600 {
        let title = format!("mailbox quota exceeded cannot send {}", extra[dice.roll(extra.len())]);
        record.add(START + ticket * DAY / 3, &title, &[]);
        let noise: Vec<&str> = (0..5).map(|_| extra[dice.roll(extra.len())]).collect();
        record.add(START + ticket * DAY / 3, &noise.join(" "), &[]);
    }
    let findings = run(&record.symptoms);
    assert!(findings.problems[0].n >= 560, "the largest has {}", findings.problems[0].n);
}

#[test]
fn tickets_that_name_different_jobs_are_different_problems() {
    let mut record = Record::default();
    let mut planted = Vec::new();
    for day in 0..30 {
        for job in [7, 9, 12] {
            let title = format!("Job BPCC_{job} failed in job scheduler at 10/{:02}/2016 05:17:00", day % 28 + 1);
            record.add(START + day * DAY, &title, &[]);
            planted.push(Some(job));
        }
    }
    let findings = run(&record.symptoms);
    assert_eq!(agreement(&findings, &planted), (1.0, 1.0));
    assert_eq!(findings.problems.len(), 3);
    assert!(findings.problems[0].why.iter().any(|w| w.contains("BPCC_")), "{:?}", findings.problems[0].why);
}

#[test]
fn a_ticket_s_own_serial_number_does_not_keep_twins_apart() {
    let mut record = Record::default();
    for number in 0..30 {
        let title = format!("Badge reader at the main entrance rejects cards, see INC{:07}", 10_000 + number * 37);
        record.add(START + number * DAY, &title, &[]);
    }
    let findings = run(&record.symptoms);
    assert_eq!(findings.problems.len(), 1);
    assert_eq!(findings.problems[0].n, 30);
}

/// Coded tickets: nothing but chance, then planted combinations.
fn coded(dice: &mut Dice, tickets: i64) -> Record {
    let mut record = Record::default();
    for ticket in 0..tickets {
        let value = |dice: &mut Dice, name: &str, sides| format!("{name} {}", dice.skewed(sides));
        let mut fields = vec![
            ("category", value(dice, "Category", 40)),
            ("symptom", value(dice, "Symptom", 60)),
            ("location", value(dice, "Location", 30)),
            ("resolution", value(dice, "code", 12)),
        ];
        // Gaps, as records have them.
        if dice.roll(4) == 0 {
            fields.remove(1);
        }
        let minute = i64::try_from(dice.roll(600)).unwrap();
        record.add(START + ticket * 90 * DAY / tickets + minute * 60, "", &fields);
    }
    record
}

#[test]
fn chance_gives_no_problems() {
    for seed in 1..=5 {
        let findings = run(&coded(&mut Dice(seed), 6_000).symptoms);
        assert!(
            findings.problems.len() <= 1,
            "seed {seed}: {:?}",
            findings.problems.iter().map(|p| &p.why).collect::<Vec<_>>()
        );
    }
}

#[test]
fn planted_combinations_and_bursts_are_found() {
    let mut dice = Dice(11);
    let mut record = coded(&mut dice, 6_000);
    let code = |i: usize| format!("code {}", i % 12);
    for i in 0..80_usize {
        let at = START + i64::try_from(i).unwrap() * DAY;
        let fields = [
            ("category", "Category 33".to_owned()),
            ("symptom", "Symptom 44".to_owned()),
            ("location", "Location 21".to_owned()),
            ("resolution", code(i)),
        ];
        record.add(at, "", &fields);
    }
    // Something breaks in one category, everywhere, on two days.
    for i in 0..60_usize {
        let at = START + 50 * DAY + i64::try_from(i).unwrap() * 2_000;
        let fields = [
            ("category", "Category 20".to_owned()),
            ("symptom", format!("Symptom {}", dice.roll(60))),
            ("location", format!("Location {}", dice.roll(30))),
            ("resolution", code(i)),
        ];
        record.add(at, "", &fields);
    }
    let findings = run(&record.symptoms);
    let together = findings.problems.iter().find(|p| p.title == "Category 33, Symptom 44 at Location 21");
    let together =
        together.unwrap_or_else(|| panic!("{:?}", findings.problems.iter().map(|p| &p.title).collect::<Vec<_>>()));
    assert!(together.n >= 80 && together.n <= 84 && together.expected.unwrap() < 10.0);
    assert!(together.why.iter().any(|w| w.contains("By chance alone")));
    let burst = findings.problems.iter().find(|p| p.title.starts_with("Category 20, ")).expect("the burst");
    assert!(burst.n >= 55 && burst.n <= 75, "{} in the burst", burst.n);
    assert!(burst.last_seen - burst.first_seen < 4 * DAY);
    assert!(findings.problems.len() <= 5, "{:?}", findings.problems.iter().map(|p| &p.title).collect::<Vec<_>>());
    // Nothing is said about a value that is missing.
    assert!(findings.problems.iter().all(|p| p.shared.iter().all(|(_, value)| !value.is_empty())));
}

#[test]
fn a_code_that_was_retired_is_no_burst() {
    let mut dice = Dice(5);
    let mut record = coded(&mut dice, 4_000);
    // In use evenly for the first third of the record, then never again.
    for i in 0..150 {
        record.add(
            START + i * 30 * DAY / 150,
            "",
            &[("category", "Old code".to_owned()), ("location", format!("Location {}", dice.skewed(30)))],
        );
    }
    let findings = run(&record.symptoms);
    assert!(findings.problems.iter().all(|p| !p.title.contains("Old code")), "{:?}", findings.problems[0].why);
}

#[test]
fn what_a_field_always_says_of_another_is_no_news() {
    // Every item belongs to one service; otherwise chance.
    let mut dice = Dice(23);
    let mut record = Record::default();
    for ticket in 0..4_000_i64 {
        let item = dice.roll(60);
        let fields = [
            ("item", format!("Item {item}")),
            ("service", format!("Service {}", item / 6)),
            ("resolution", format!("code {}", dice.roll(6))),
        ];
        record.add(START + ticket * 80 * DAY / 4_000, "", &fields);
    }
    assert!(run(&record.symptoms).problems.is_empty());
}

#[test]
fn names_stay_when_the_record_grows() {
    let grown = |days: i64| {
        let mut dice = Dice(31);
        let mut record = Record::default();
        for day in 0..days {
            for _ in 0..40 {
                let fields = [
                    ("category", format!("Category {}", dice.skewed(40))),
                    ("symptom", format!("Symptom {}", dice.skewed(60))),
                ];
                record.add(START + day * DAY + i64::try_from(dice.roll(80_000)).unwrap(), "", &fields);
            }
            let planted = [("category", "Category 37".to_owned()), ("symptom", "Symptom 50".to_owned())];
            record.add(START + day * DAY, "", &planted);
            let words = [
                "Label printer in the warehouse prints blank labels",
                "Warehouse label printer prints only blank labels",
            ];
            record.add(START + day * DAY, words[dice.roll(2)], &[]);
        }
        run(&record.symptoms)
    };
    let (before, after) = (grown(70), grown(90));
    let large: Vec<_> = before.problems.iter().filter(|p| p.n >= 60).collect();
    assert_eq!(large.len(), 2);
    for problem in large {
        let same = after.problems.iter().find(|p| p.id == problem.id).expect("the name is gone");
        assert!(same.n > problem.n);
    }
}

#[test]
fn tiny_and_strange_records() {
    assert!(run(&Symptoms::default()).problems.is_empty());
    let mut one = Record::default();
    one.add(START, "Printer", &[("category", "A".to_owned())]);
    assert_eq!(run(&one.symptoms).noise, 1);
    one.add(START + DAY, "Drucker im 3. Stock druckt nicht 🖨️", &[]);
    assert_eq!(run(&one.symptoms).problems.len(), 0);
    let mut twins = Record::default();
    twins.add(START, "プリンターが動きません 障害 ABC-1", &[]);
    twins.add(START + DAY, "プリンターが動きません 障害 ABC-1", &[]);
    assert_eq!(run(&twins.symptoms).problems.len(), 1);
    // Columns that are too short, codes without a value, instants out of this world.
    let broken = Symptoms {
        keys: vec!["a".into(), "b".into(), "c".into()],
        opened: vec![i64::MIN, i64::MAX],
        title: vec!["\u{0}\n".into()],
        fields: vec![Field { name: "category", values: vec![String::new()], codes: vec![9, 9] }],
        ..Symptoms::default()
    };
    assert_eq!(run(&broken).noise, 3);
}

fn shuffled(symptoms: &Symptoms, order: &[usize]) -> Symptoms {
    let take = |column: &[String]| order.iter().map(|&i| column[i].clone()).collect();
    Symptoms {
        keys: take(&symptoms.keys),
        opened: order.iter().map(|&i| symptoms.opened[i]).collect(),
        hours_open: order.iter().map(|&i| symptoms.hours_open[i]).collect(),
        touch_minutes: order.iter().map(|&i| symptoms.touch_minutes[i]).collect(),
        requester: order.iter().map(|&i| symptoms.requester[i]).collect(),
        title: take(&symptoms.title),
        text: take(&symptoms.text),
        fields: symptoms
            .fields
            .iter()
            .map(|f| Field {
                name: f.name,
                values: f.values.clone(),
                codes: order.iter().map(|&i| f.codes[i]).collect(),
            })
            .collect(),
        links: Vec::new(),
        unlinked: Vec::new(),
    }
}

/// A result with tickets by key, so that results of differently ordered records can be compared.
fn by_key(symptoms: &Symptoms, findings: &Findings) -> Vec<(String, String, Vec<String>, Vec<String>)> {
    let keys = |tickets: &[u32]| tickets.iter().map(|&t| symptoms.keys[t as usize].clone()).collect::<Vec<_>>();
    findings.problems.iter().map(|p| (p.id.clone(), p.title.clone(), keys(&p.members), p.why.clone())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_order_of_tickets_does_not_matter(seed in any::<u64>(), text in any::<bool>(), turns in prop::collection::vec(any::<usize>(), 300)) {
        let words: Vec<&str> = WORDS.split_whitespace().collect();
        let mut dice = Dice(seed);
        let mut record = Record::default();
        for _ in 0..300 {
            let group = dice.roll(8);
            let title: Vec<&str> = (0..4).map(|_| words[group * 5 + dice.roll(5)]).collect();
            let fields = [
                ("item", format!("Item {group}")),
                ("symptom", format!("Symptom {}", (group + dice.skewed(3)) % 7)),
                ("team", format!("Team {}", dice.roll(3))),
            ];
            let opened = START + i64::try_from(dice.roll(60)).unwrap() * DAY;
            record.add(opened, &if text { title.join(" ") } else { String::new() }, &fields);
        }
        let mut order: Vec<usize> = (0..300).collect();
        for (place, turn) in turns.iter().enumerate() {
            order.swap(place, turn % 300);
        }
        let moved = shuffled(&record.symptoms, &order);
        let first = run(&record.symptoms);
        prop_assert_eq!(&first, &run(&record.symptoms));
        let second = run(&moved);
        prop_assert_eq!(by_key(&record.symptoms, &first), by_key(&moved, &second));
        prop_assert_eq!(first.noise, second.noise);
        prop_assert!(!first.problems.is_empty());
    }

    #[test]
    fn any_text_is_borne(titles in prop::collection::vec(".{0,40}", 0..40), opened in prop::collection::vec(any::<i64>(), 40)) {
        let mut record = Record::default();
        for (title, at) in titles.iter().zip(opened) {
            record.add(at, title, &[("category", title.chars().take(1).collect())]);
        }
        run(&record.symptoms);
    }
}
