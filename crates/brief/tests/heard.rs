//! What people say of problems, and what the next search makes of it.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

use casebook::{Act, Entry, Side};
use problems::similar::Weights;
use problems::{Problem, Progress};
use work::{ImportOptions, Record, import};

use brief::analysis;

const WITH_TITLES: &str = r#"
name = "titled"
source = "desk"
grain = "ticket"
[fields]
id = { from = "number" }
opened = { from = "opened_at" }
title = { from = "short_description" }
"#;

/// What is split off says something more than the rest.
const REST: &str = "Label printer in the warehouse prints blank labels";
const OFF: &str = "Label printer in the warehouse prints blank labels after ribbon change";
const OTHERS: [&str; 4] = [
    "VPN tunnel drops every hour from the hotel wireless",
    "Timesheet approval is stuck for the whole team",
    "Payroll export stops with a timeout at month end",
    "Badge reader at the side entrance stays dark",
];

fn tickets(folder: &Path, file: &str, rows: &[(String, &str)], from: usize) -> Record {
    let mut text = String::from("number,opened_at,short_description\n");
    let start: jiff::civil::Date = "2026-01-05".parse().unwrap();
    for (at, (id, title)) in (from..).zip(rows) {
        let day = start.checked_add(jiff::Span::new().days(i64::try_from(at / 4).unwrap())).unwrap();
        let _ = writeln!(text, "{id},{day} {:02}:00:00,{title}", 8 + at % 9);
    }
    let path = folder.join(file);
    std::fs::write(&path, text).unwrap();
    let mapping = Some(exports::Mapping::from_toml(WITH_TITLES).unwrap());
    let read = exports::Options { mapping, time_zone: Some("UTC".to_owned()), ..exports::Options::default() };
    let options = ImportOptions { read, ..ImportOptions::default() };
    let data = folder.join("data");
    import(&data, &[path], &options, "2026-11-22T00:00:00Z".parse().unwrap(), [7; 32], &mut |_| ()).unwrap();
    Record::open(&data).unwrap()
}

fn book(acts: Vec<Act>) -> Vec<Entry> {
    let at = "2026-06-01T12:00:00Z".parse().unwrap();
    (1..).zip(acts).map(|(number, act)| Entry { number, at, person: None, by: String::new(), act }).collect()
}

fn side(id: &str, title: &str, tickets: &[String]) -> Side {
    Side { id: id.into(), title: title.into(), n: tickets.len() as u64, tickets: tickets.to_vec() }
}

fn keys(rows: &[(String, &str)], title: &str) -> Vec<String> {
    rows.iter().filter(|row| row.1 == title).map(|row| format!("desk/{}", row.0)).collect()
}

/// Problem of each ticket, as people see it.
async fn problem_of(record: &Record, entries: &[Entry]) -> (BTreeMap<String, String>, analysis::Ruled) {
    let ruled = analysis::seen(record, entries, Arc::new(|_| ())).await.unwrap();
    let mut out = BTreeMap::new();
    for problem in &ruled.found.problems {
        for (source, id) in ruled.tickets(record, &problem.id).await.unwrap() {
            assert!(out.insert(format!("{source}/{id}"), problem.id.clone()).is_none(), "{id} is in one problem only");
        }
    }
    let n: u64 = ruled.found.problems.iter().map(|problem| problem.n).sum();
    assert_eq!((n, ruled.found.noise), (out.len() as u64, ruled.found.tickets - out.len() as u64));
    (out, ruled)
}

fn all_in<'a>(of: &'a BTreeMap<String, String>, keys: &[String]) -> &'a str {
    let first = of.get(&keys[0]).unwrap_or_else(|| panic!("{} is in no problem", keys[0]));
    for key in keys {
        assert_eq!(of.get(key), Some(first), "{key}");
    }
    first
}

#[tokio::test(flavor = "multi_thread")]
async fn new_tickets_follow_a_split_and_a_merge_and_undoing_frees_them_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let row = |n: usize| {
        let title = if n.is_multiple_of(2) { [REST, OFF][n / 2 % 2] } else { OTHERS[n / 2 % 4] };
        (format!("T{n:04}"), title)
    };
    let first: Vec<(String, &str)> = (0..96).map(row).collect();
    let record = tickets(folder.path(), "one.csv", &first, 0);
    let (of, _) = problem_of(&record, &[]).await;
    let (rest, off) = (keys(&first, REST), keys(&first, OFF));
    let whole = all_in(&of, &[rest.clone(), off.clone()].concat()).to_owned();
    let (vpn, badge) = (keys(&first, OTHERS[0]), keys(&first, OTHERS[3]));
    let mut entries = book(vec![
        Act::Split { rest: side(&whole, REST, &rest), off: off.clone(), title: "After a ribbon change".into() },
        Act::Merge { sides: vec![side(&of[&vpn[0]], "v", &vpn), side(&of[&badge[0]], "b", &badge)] },
    ]);

    let second: Vec<(String, &str)> = (96..160).map(row).collect();
    let record = tickets(folder.path(), "two.csv", &second, 96);
    let (new_rest, new_off) = (keys(&second, REST), keys(&second, OFF));
    let (of, ruled) = problem_of(&record, &entries).await;
    let split = all_in(&of, &[off.clone(), new_off.clone()].concat()).to_owned();
    let stays = all_in(&of, &[rest.clone(), new_rest.clone()].concat()).to_owned();
    assert_eq!((split.as_str(), stays.as_str()), (format!("{whole}-s1").as_str(), whole.as_str()));
    assert_eq!(ruled.problem(&split).unwrap().title, "After a ribbon change");
    let why = ruled.problem(&split).unwrap().why.join(" ");
    assert!(why.contains("People took 24 tickets out") && why.contains("The search put 16 more"), "{why}");
    assert!(!ruled.problem(&split).unwrap().signs.is_empty(), "what the search told of these very tickets is told");
    all_in(&of, &[vpn.clone(), badge.clone(), keys(&second, OTHERS[0]), keys(&second, OTHERS[3])].concat());

    // Undone, each for itself, without a new search.
    entries.extend(book(vec![Act::Undo { entry: 1 }]).into_iter().map(|entry| Entry { number: 3, ..entry }));
    let (of, _) = problem_of(&record, &entries).await;
    all_in(&of, &[rest, off, new_rest, new_off].concat());
    all_in(&of, &[vpn.clone(), badge.clone()].concat());
    entries.extend(book(vec![Act::Undo { entry: 2 }]).into_iter().map(|entry| Entry { number: 4, ..entry }));
    let (of, _) = problem_of(&record, &entries).await;
    assert_ne!(all_in(&of, &vpn), all_in(&of, &badge));
    // And that undone as well: the search's word of before holds again.
    entries.extend(book(vec![Act::Undo { entry: 3 }]).into_iter().map(|entry| Entry { number: 5, ..entry }));
    let (of, _) = problem_of(&record, &entries).await;
    assert_eq!(all_in(&of, &keys(&second, OFF)), split);
}

type Problems = Vec<Problem>;
/// Groups under people's acts, by the acts that they hang on.
type Shaped = Vec<(Vec<u64>, Problems)>;

/// What a search found, without the names that it gave, and how many tickets it took over and compared.
async fn searched(record: &Record, entries: &[Entry]) -> (Problems, Shaped, [u64; 2]) {
    let told: Arc<Mutex<Vec<Progress>>> = Arc::default();
    let heard = Arc::clone(&told);
    let found =
        analysis::problems(record, entries, Arc::new(move |one| heard.lock().unwrap().push(one))).await.unwrap();
    let bare = |problem: &Problem| Problem { id: String::new(), theme: None, ..problem.clone() };
    let shaped = found.shaped.iter().map(|one| (one.entries.clone(), one.groups.iter().map(bare).collect())).collect();
    let told = told.lock().unwrap();
    let of = |stage: &'static str| told.iter().filter(move |one| one.stage.starts_with(stage));
    let taken_over = of("Reading texts").map(|one| one.done).max().unwrap_or(0);
    let all = of("Comparing texts").map(|one| one.done).max().unwrap_or(taken_over);
    (found.problems.iter().map(bare).collect(), shaped, [taken_over, all - taken_over])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_export_is_compared_where_it_is_new_and_gives_what_a_search_of_all_gives() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let row = |n: usize| {
        let title = if n.is_multiple_of(2) { [REST, OFF][n / 2 % 2] } else { OTHERS[n / 2 % 4] };
        (format!("T{n:04}"), title)
    };
    let first: Vec<(String, &str)> = (0..96).map(row).collect();
    let record = tickets(folder.path(), "one.csv", &first, 0);
    let (rest, off) = (keys(&first, REST), keys(&first, OFF));
    let (vpn, badge) = (keys(&first, OTHERS[0]), keys(&first, OTHERS[3]));
    let entries = book(vec![
        Act::Split { rest: side("r", REST, &rest), off, title: "After a ribbon change".into() },
        Act::Merge { sides: vec![side("v", "v", &vpn), side("b", "b", &badge)] },
    ]);
    assert_eq!(searched(&record, &entries).await.2, [0, 96], "the first time all are compared");

    // The newer export holds all of them and 64 more. Beside it a record that was never searched before.
    let all: Vec<(String, &str)> = (0..160).map(row).collect();
    let (grown, fresh) = (tickets(folder.path(), "two.csv", &all, 0), tickets(other.path(), "two.csv", &all, 0));
    let (found, shaped, compared) = searched(&grown, &entries).await;
    let (anew, shaped_anew, compared_anew) = searched(&fresh, &entries).await;
    assert_eq!((compared, compared_anew), ([96, 64], [0, 160]));
    assert!(!found.is_empty() && !shaped.is_empty());
    assert_eq!((found, shaped), (anew, shaped_anew), "nothing tells that not all was compared");

    // An import between two searches, and a ticket that says something else by now: what came after it is compared.
    let mut told = all.clone();
    told[100].1 = OTHERS[1];
    for data in [&folder, &other] {
        tickets(data.path(), "three.csv", &all[..8], 0);
    }
    let (grown, fresh) = (tickets(folder.path(), "four.csv", &told, 0), tickets(other.path(), "four.csv", &told, 0));
    std::fs::remove_dir_all(other.path().join("data/derived")).unwrap();
    let (found, shaped, [taken_over, compared]) = searched(&grown, &entries).await;
    assert!((97..=103).contains(&taken_over) && taken_over + compared == 160, "{taken_over} and {compared}");
    let (anew, shaped_anew, compared_anew) = searched(&fresh, &entries).await;
    assert_eq!((&found, &shaped, compared_anew), (&anew, &shaped_anew, [0, 160]));

    // What was kept and cannot be read again is passed over.
    let derived = grown.derived_dir().unwrap();
    std::fs::remove_file(derived.join("problems.json")).unwrap();
    let kept = std::fs::read(derived.join("compared.bin")).unwrap();
    std::fs::write(derived.join("compared.bin"), &kept[..kept.len() / 2]).unwrap();
    let (again, _, compared) = searched(&grown, &entries).await;
    assert_eq!((again, compared), (found, [0, 160]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_record_goes_on_from_its_checkpoint_and_a_damaged_one_is_made_anew() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let row = |n: usize| {
        let title = if n.is_multiple_of(2) { [REST, OFF][n / 2 % 2] } else { OTHERS[n / 2 % 4] };
        (format!("T{n:04}"), title)
    };
    let all: Vec<(String, &str)> = (0..4_900).map(row).collect();
    let record = tickets(folder.path(), "one.csv", &all[..4_860], 0);
    assert_eq!(searched(&record, &[]).await.2, [0, 4_860]);
    let (grown, fresh) = (tickets(folder.path(), "two.csv", &all, 0), tickets(other.path(), "two.csv", &all, 0));
    let before = std::fs::read(record.derived_dir().unwrap().join("checkpoint.bin")).unwrap();
    let (found, _, _) = searched(&grown, &[]).await;
    let (anew, _, _) = searched(&fresh, &[]).await;
    assert!(!found.is_empty() && found == anew, "nothing tells that not all was joined anew");
    let derived = grown.derived_dir().unwrap();
    let kept = std::fs::read(derived.join("checkpoint.bin")).unwrap();
    assert!(kept == before, "the newer generation has the checkpoint, too");

    for damaged in [&kept[..kept.len() / 2], b"", b"no such file"] {
        std::fs::write(derived.join("checkpoint.bin"), damaged).unwrap();
        std::fs::remove_file(derived.join("problems.json")).unwrap();
        assert!(searched(&grown, &[]).await.0 == anew);
        assert!(std::fs::read(derived.join("checkpoint.bin")).unwrap() == kept, "it is made anew");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_times_the_same_problem_moves_the_weights_and_fewer_do_not() {
    let rows: Vec<(String, &str)> = (0..240)
        .map(|n: usize| {
            (format!("T{n:04}"), if n.is_multiple_of(2) { [REST, OFF][n / 2 % 2] } else { OTHERS[n / 2 % 4] })
        })
        .collect();
    let (rest, off) = (keys(&rows, REST), keys(&rows, OFF));
    let same = |count: usize| {
        let pairs = rest.iter().zip(&off).take(count);
        let acts = pairs.map(|(one, other)| Act::Merge {
            sides: vec![side("a", "a", std::slice::from_ref(one)), side("b", "b", std::slice::from_ref(other))],
        });
        book(acts.collect())
    };
    for (count, moved) in [(0, false), (49, false), (50, true)] {
        let folder = tempfile::tempdir().unwrap();
        let record = tickets(folder.path(), "one.csv", &rows, 0);
        let found = analysis::problems(&record, &same(count), Arc::new(|_| ())).await.unwrap();
        assert_eq!(found.weights() != Weights::shipped(), moved, "{count} verdicts");
        let said = found.notes.iter().any(|note| note.contains("learned again on 50 links"));
        assert_eq!(said, moved, "{:?}", found.notes);
        // Kept beside the problems of the generation, and read again.
        let again = Record::open(&folder.path().join("data")).unwrap();
        let again = analysis::problems(&again, &[], Arc::new(|_| ())).await.unwrap();
        assert_eq!(again.weights(), found.weights());
    }
}
