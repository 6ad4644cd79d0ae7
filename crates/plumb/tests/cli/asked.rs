//! What is asked twice gives the same, and what is asked of the record fits what the commands tell.

use serde_json::Value;

use crate::support::Folder;

fn count(folder: &Folder, condition: &str) -> u64 {
    let query = format!("select count(*) as n from tickets where {condition}");
    let answer = folder.run_with(&["sql", &query, "--data", "record", "--format", "json"], b"").done().json();
    answer["rows"][0]["n"].as_u64().unwrap()
}

fn told(folder: &Folder, name: &str) -> u64 {
    let list = folder.run("measures --data record --format json").done().json();
    let measure =
        list["measures"].as_array().unwrap().iter().find(|m| m["name"] == name && m["statistic"] == "count").cloned();
    let value: Value = measure.unwrap_or_else(|| panic!("no {name}"));
    // Counts are whole numbers.
    format!("{}", value["value"].as_f64().unwrap()).parse().unwrap()
}

#[test]
fn a_desk_counted_by_hand() {
    let folder = Folder::small();
    for (name, by_hand) in [("tickets", 10), ("reopened", 1), ("reassigned", 4), ("sla_missed", 2), ("backlog", 2)] {
        assert_eq!(told(&folder, name), by_hand, "{name}");
    }
    assert_eq!(count(&folder, "reopened > 0"), 1);
    assert_eq!(count(&folder, "reassignments > 0"), 4);
    assert_eq!(count(&folder, "not sla_kept"), 2);
}

#[test]
fn a_pipe_that_closes_early_is_no_error() {
    let folder = Folder::small();
    let mut child = crate::support::program(folder.path())
        .args(["measures", "--data", "record", "--format", "json"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_past_week_by_week_adds_up() {
    let folder = Folder::small();
    let told = folder.run("measures --data record --weeks --format json").done().json();
    let weeks = told["weeks"].as_array().unwrap();
    let number = |value: &Value| value.as_u64().unwrap();
    assert_eq!(weeks.iter().map(|week| number(&week["arrivals"])).sum::<u64>(), 10);
    let mut open = 0;
    for week in weeks {
        open = open + number(&week["arrivals"]) - number(&week["completions"]);
        assert_eq!(number(&week["backlog"]), open, "{week}");
        assert_eq!(week["ages"].as_array().unwrap().iter().map(number).sum::<u64>(), open, "{week}");
    }
    assert_eq!(open, 2, "the backlog at the end");
    assert!(told["whole"]["from"].as_str().unwrap() <= told["whole"]["to"].as_str().unwrap());
    let text = folder.run("measures --data record --weeks").done().out;
    assert_eq!(text.lines().filter(|line| line.starts_with("20")).count(), weeks.len(), "{text}");
    let wrong = folder.run("measures --data record --weeks --by item");
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("not by item") && wrong.err.contains("--weeks --by group"), "{}", wrong.err);
}
