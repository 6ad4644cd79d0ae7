//! The most alike tickets and the groups of a batch: the same however they come, and as good as is claimed.

#![expect(clippy::cast_precision_loss, reason = "records made here are small")]

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader};

use problems::Verdicts;
use problems::similar::group::{Grouping, group};
use problems::similar::{Line, Look, Similar, Weights};

/// A small generator of its own, so that the tests say the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % sides as u64).unwrap()
    }
}

fn line(id: usize, opened: i64, title: String) -> Line {
    Line { id: id.to_string(), opened, title, ..Line::default() }
}

fn mixed(count: usize) -> Vec<Line> {
    let words =
        ["printer", "blank", "Seite", "VPN", "tunnel", "drops", "Drucker", "BPCC_7", "srv-12", "login", "die", "the"];
    let mut dice = Dice(5);
    (0..count)
        .map(|n| {
            let title: Vec<&str> = (0..5).map(|_| words[dice.roll(words.len())]).collect();
            let mut line = line(n, 1_700_000_000 + 600 * i64::try_from(n).unwrap(), title.join(" "));
            line.text = if dice.roll(3) == 0 {
                format!("{} {}", words[dice.roll(12)], words[dice.roll(12)])
            } else {
                String::new()
            };
            line.fields.insert("category".into(), format!("c{}", dice.roll(4)));
            line.fields
                .insert("caller".into(), if dice.roll(2) == 0 { String::new() } else { format!("p{}", dice.roll(9)) });
            line
        })
        .collect()
}

#[test]
fn at_once_one_by_one_and_on_one_thread_are_the_same_to_the_bit() {
    let lines = mixed(2_600);
    let new = || Similar::new(Weights::shipped(), Look { words: 40, grams: 30, ..Look::default() });
    let at_once = new().extend(&lines, 5);
    let mut similar = new();
    let one_by_one: Vec<_> = lines.iter().map(|line| similar.add(line, 5)).collect();
    assert_eq!(at_once, one_by_one);
    let single = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    assert_eq!(at_once, single.install(|| new().extend(&lines, 5)));
    assert!(at_once.iter().enumerate().all(|(n, found)| found.iter().all(|a| (a.other as usize) < n)));
    assert!(at_once.iter().all(|f| f.windows(2).all(|w| w[0].score >= w[1].score)));
    // Asking for what would come next is what adding it gives.
    let next = line(9_999, 1_700_000_000 + 600 * 2_700, "printer blank BPCC_7 Seite".into());
    let asked = similar.ask(&next, 5);
    assert_eq!(asked, similar.add(&next, 5));
    let (reasons, words) = similar.why(&next, asked[0].other);
    assert!(reasons.iter().any(|r| r.about == "time") && !words.is_empty());
    assert!(similar.why(&next, u32::MAX).0.is_empty());
    assert_eq!(similar.id(asked[0].other), lines[asked[0].other as usize].id);
}

fn pairs(n: usize) -> f64 {
    n as f64 * (n as f64 - 1.0) / 2.0
}

/// Pairwise F1 over the tickets with a gold label.
fn f1(gold: &[Option<String>], found: &[Option<u32>]) -> f64 {
    let (mut g, mut f, mut b) = (HashMap::new(), HashMap::new(), HashMap::new());
    for (gold, found) in gold.iter().zip(found) {
        let Some(gold) = gold else { continue };
        *g.entry(gold).or_insert(0) += 1;
        if let Some(found) = found {
            *f.entry(found).or_insert(0) += 1;
            *b.entry((gold, found)).or_insert(0) += 1;
        }
    }
    let hit: f64 = b.values().map(|&n| pairs(n)).sum();
    2.0 * hit / (g.values().map(|&n| pairs(n)).sum::<f64>() + f.values().map(|&n| pairs(n)).sum::<f64>())
}

#[test]
fn failures_of_scheduled_jobs_are_told_apart_by_the_job() {
    let mut dice = Dice(11);
    let names: Vec<String> = (0..60)
        .map(|n| match n % 4 {
            0 => format!("Job_{}", 1_000 + dice.roll(900)),
            1 => format!("Job_{}{}", 1_000 + dice.roll(900), ["a", "b", "c"][dice.roll(3)]),
            2 => format!(
                "bkwin_{}_{}_full",
                ["erp", "hana", "ship"][dice.roll(3)],
                ["dly", "wkly", "prod"][dice.roll(3)]
            ),
            _ => format!("SID_{}hotf", 10 + dice.roll(80)),
        })
        .collect();
    let things =
        ["calendar", "printer", "laptop", "badge", "phone", "portal", "scanner", "mailbox", "screen", "headset"];
    let faults =
        ["does not open", "is slow", "shows an error", "lost entries", "needs an update", "was locked", "freezes"];
    let (mut lines, mut gold) = (Vec::new(), Vec::new());
    for n in 0..2_500_usize {
        let at = 1_460_000_000 + 12_000 * i64::try_from(n).unwrap();
        if dice.roll(4) == 0 {
            let name = &names[dice.roll(60).min(dice.roll(60))];
            let when = format!("{:02}/{:02}/2016 {:02}:17:00", 1 + dice.roll(12), 1 + dice.roll(28), dice.roll(24));
            let title = match dice.roll(5) {
                0 => format!("abended job {name} in job_scheduler at: {when}"),
                1 => format!("[operator] job {name} is failed"),
                _ => format!("job {name} failed in job_scheduler at: {when}"),
            };
            lines.push(line(n, at, title));
            gold.push(Some(name.clone()));
        } else {
            let title =
                format!("my {} {} since {}", things[dice.roll(10)], faults[dice.roll(7)], things[dice.roll(10)]);
            lines.push(line(n, at, title));
            gold.push(None);
        }
    }
    let groups = group(&lines, &Weights::shipped(), None, &Verdicts::default(), &Grouping::default());
    let reached = f1(&gold, &groups.problem);
    assert!(reached >= 0.94, "pairwise F1 {reached:.3}");
    // Every ticket is told once, and every problem lies within one theme.
    let mut told = HashSet::new();
    for (number, problem) in groups.problems.iter().enumerate() {
        let themes: HashSet<_> = problem.tickets.iter().map(|&t| groups.theme[t as usize]).collect();
        assert!(themes.len() == 1 && problem.tickets.len() > 1 && problem.tickets.contains(&problem.stands));
        assert!(
            problem
                .tickets
                .iter()
                .all(|t| told.insert(*t) && groups.problem[*t as usize] == u32::try_from(number).ok())
        );
    }
}

/// Lines of a set beside the project: `(line, group, whether it is of the later part)`.
fn shared(path: &str) -> Option<Vec<(Line, String, bool)>> {
    let path = format!("{}/../../../shared/data/{path}", env!("CARGO_MANIFEST_DIR"));
    let Ok(file) = std::fs::File::open(&path) else {
        println!("skipped: {path} is not there");
        return None;
    };
    let read = BufReader::new(lzma_rust2::XzReader::new(file, true));
    let rows = read.lines().map(|text| {
        let value: serde_json::Value = serde_json::from_str(&text.unwrap()).unwrap();
        let mut line: Line = serde_json::from_value(value.clone()).unwrap();
        for name in ["component", "product", "op_sys", "version", "severity", "priority", "reporter"] {
            if let Some(word) = value[name].as_str().filter(|w| !w.is_empty()) {
                line.fields.insert(name.to_owned(), word.to_owned());
            }
        }
        (line, value["group"].to_string(), value["split"] == "test")
    });
    Some(rows.collect())
}

#[test]
fn duplicates_of_a_public_tracker_are_found() {
    let Some(rows) = shared("duplicates/jdt.jsonl.xz") else { return };
    let lines: Vec<Line> = rows.iter().map(|r| r.0.clone()).collect();
    let found = Similar::new(Weights::shipped(), Look::default()).extend(&lines, 50);
    let (mut seen, mut asked, mut at10, mut reciprocal) = (HashSet::new(), 0.0, 0.0, 0.0);
    for ((_, group, later), found) in rows.iter().zip(&found) {
        if !seen.insert(group) && *later {
            asked += 1.0;
            if let Some(rank) = found.iter().position(|a| rows[a.other as usize].1 == *group) {
                at10 += f64::from(u8::from(rank < 10));
                reciprocal += 1.0 / (rank as f64 + 1.0);
            }
        }
    }
    let (recall, mrr) = (at10 / asked, reciprocal / asked);
    assert!(recall >= 0.52 && mrr >= 0.35, "Recall@10 {recall:.4}, MRR {mrr:.4} of {asked}");
}

#[test]
fn themes_of_a_public_set_of_questions_are_found() {
    let Some(mut rows) = shared("text_banking77/banking77.jsonl.xz") else { return };
    rows.retain(|r| r.2);
    // The file is sorted by group; dealt out, so that time does not tell.
    let mut dice = Dice(3);
    for place in (1..rows.len()).rev() {
        rows.swap(place, dice.roll(place + 1));
    }
    for (n, row) in (0_i64..).zip(&mut rows) {
        row.0.opened = 600 * n;
    }
    let lines: Vec<Line> = rows.iter().map(|r| r.0.clone()).collect();
    let groups = group(&lines, &Weights::shipped(), None, &Verdicts::default(), &Grouping::default());
    let gold: Vec<Option<String>> = rows.into_iter().map(|r| Some(r.1)).collect();
    let reached = f1(&gold, &groups.theme);
    assert!(reached >= 0.35, "pairwise F1 {reached:.4}");
}

#[test]
fn tickets_that_name_another_job_are_left_out_however_alike_their_words() {
    let jobs = ["BPCC_7", "BPCC_9", "Load_Orders", "snap_daily", "PAY_EU_RUN"];
    let lines: Vec<Line> = (0_usize..400)
        .map(|n| {
            let title = if n.is_multiple_of(2) {
                format!("job {} failed in job_scheduler at 10/{}/2016 05:17:00", jobs[n / 2 % 5], n % 9 + 10)
            } else {
                format!("Cannot open the {} any more", ["calendar", "expense portal", "shared drive"][n / 2 % 3])
            };
            line(n, 1_700_000_000 + 600 * i64::try_from(n).unwrap(), title)
        })
        .collect();
    let mut similar = Similar::new(Weights::shipped(), Look::default());
    let found = similar.extend(&lines, 10);
    for (n, found) in found.iter().enumerate().skip(200).filter(|(n, _)| n.is_multiple_of(2)) {
        let another = |other: u32| other.is_multiple_of(2) && other as usize / 2 % 5 != n / 2 % 5;
        assert!(found.iter().all(|a| !another(a.other)) && found[0].other.is_multiple_of(2), "{n}: {found:?}");
    }
    // A job that was never named before is like no job.
    let new = line(999, 1_700_900_000, "job BPCC_77 failed in job_scheduler".into());
    assert!(similar.ask(&new, 10).iter().all(|a| a.other % 2 == 1));
}
