//! What people did with problems: found where it lives, a file of an earlier version taken over once.

use casebook::{FILE, TAKEN};

use crate::support::Folder;

/// What somebody did with the first problem of a list, as an earlier version wrote it down.
fn lines(problem: &serde_json::Value) -> String {
    let of = serde_json::json!({
        "id": problem["id"], "title": problem["title"], "n": problem["tickets"], "tickets": problem["examples"],
    });
    let line = |number: u64, mut entry: serde_json::Value| {
        entry["v"] = 1.into();
        entry["number"] = number.into();
        entry["at"] = "2026-02-01T12:00:00Z".into();
        entry["by"] = "Ada".into();
        format!("{entry}\n")
    };
    line(1, serde_json::json!({ "act": "rename", "of": of, "title": "Paper runs out" }))
        + &line(2, serde_json::json!({ "act": "fixed", "of": of, "on": "2026-01-12", "team": "Print", "what": "" }))
}

#[test]
fn a_file_of_an_earlier_version_is_taken_over_once_and_every_command_sees_it() {
    let folder = Folder::small();
    let list = folder.run("problems --data record --format json").done().json();
    let problem = list.as_array().unwrap().iter().find(|problem| problem["level"] == "problem").unwrap().clone();
    let there = |name: &str| folder.path().join("record").join(name).exists();
    assert!(!there("ledger.sqlite"), "whoever only reads makes no database");
    let text = lines(&problem);
    folder.write(&format!("record/{FILE}"), &text);
    let first = folder.run("problems --data record").done();
    assert!(first.out.contains("Paper runs out"), "{}", first.whole());
    assert!(first.err.contains("2 entries on problems were taken over into the ledger"), "{}", first.err);
    assert!(!there(FILE), "it is set aside");
    assert_eq!(folder.read(&format!("record/{TAKEN}")), text, "and nothing of it is lost");
    // The program had died before it was set aside.
    folder.write(&format!("record/{FILE}"), &text);
    let again = folder.run("problems --data record").done();
    assert!(again.out.contains("Paper runs out") && again.err.contains("0 entries on problems"), "{}", again.whole());
    let id = problem["id"].as_str().unwrap();
    let verified = folder.run(&format!("verify {id} --fixed-on 2026-01-12 --data record")).done();
    assert!(verified.out.starts_with("Paper runs out"), "{}", verified.whole());
    let brief = folder.run("brief --data record --format json").done();
    assert!(brief.out.contains("Paper runs out"), "{}", brief.whole());
    let chain = folder.run("ledger verify --data record").done();
    assert!(chain.out.contains("The chain holds: 2 events"), "taken over, and judged: {}", chain.whole());
    folder.run("brief --data record --format json").done();
    assert_eq!(folder.run("ledger verify --data record").done().out, chain.out, "the same verdict is kept once");
}

#[test]
fn a_file_that_cannot_be_read_is_told_with_its_line_and_stays() {
    let folder = Folder::small();
    folder.write(&format!("record/{FILE}"), "nonsense\n");
    for command in ["problems --data record", "serve --bind 127.0.0.1:0 --data record"] {
        let ran = folder.run(command);
        assert_ne!(ran.code, 0, "{command}");
        assert!(ran.err.contains("line 1"), "{}", ran.whole());
    }
    assert_eq!(folder.read(&format!("record/{FILE}")), "nonsense\n");
}

#[test]
fn a_sample_does_not_take_what_somebody_did_away_with_it() {
    let folder = Folder::small();
    let list = folder.run("problems --data record --format json").done().json();
    folder.write(&format!("record/{FILE}"), lines(&list[0]));
    let ran = folder.run("demo --data record");
    assert_ne!(ran.code, 0, "{}", ran.whole());
    assert!(ran.err.contains("what they did with problems"), "{}", ran.whole());
    assert!(folder.run("problems --data record").done().out.contains("Paper runs out"));
}
