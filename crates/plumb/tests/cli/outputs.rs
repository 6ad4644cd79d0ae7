//! Whole outputs of the commands that tell something, over a desk that can be counted by hand.

use insta::assert_snapshot;

use crate::support::{Folder, sample};

fn snapshot(name: &str, folder: &Folder, arguments: &str) {
    let ran = folder.run(arguments).done();
    assert_snapshot!(name, ran.whole());
}

#[test]
fn measures_in_text() {
    let folder = Folder::small();
    snapshot("measures", &folder, "measures --data record");
    snapshot("measures_by_team", &folder, "measures --by group --data record");
    snapshot("measures_top", &folder, "measures --by item --top 2 --data record");
    snapshot("measures_first_week", &folder, "measures --from 2026-01-05 --to 2026-01-12 --data record");
}

#[test]
fn measures_in_json() {
    let folder = Folder::small();
    let value = folder.run("measures --data record --format json").done().json();
    // The hours of the week are counted elsewhere; here the others, whole.
    let lines: Vec<String> = value["measures"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|measure| measure["name"] != "arrivals_by_weekday_hour")
        .map(ToString::to_string)
        .collect();
    assert_snapshot!("measures_json", lines.join("\n"));
}

#[test]
fn sql_in_each_form() {
    let folder = Folder::small();
    let query = "select team, count(*) as n, avg(reassignments) as moves, max(closed) as last from tickets group by team order by team";
    for format in ["text", "json", "csv"] {
        let ran = folder.run_with(&["sql", query, "--data", "record", "--format", format], b"").done();
        assert_snapshot!(format!("sql_{format}"), ran.whole());
    }
    let described = folder.run_with(&["sql", "describe tickets", "--data", "record"], b"").done();
    assert_snapshot!("sql_describe", described.whole());
}

#[test]
fn rates_are_shown_and_set() {
    let folder = Folder::small();
    snapshot("rates_assumed", &folder, "rates --data record");
    snapshot(
        "rates_set",
        &folder,
        "rates --currency chf --staff-hour 60-80-120 --people-hour 30-90 --organisation Example --data record",
    );
    snapshot("rates_json", &folder, "rates --data record --format json");
    let brief = folder.run("brief --data record --format json").done().json();
    assert_eq!(brief["organisation"], "Example");
    assert_eq!(brief["rates_assumed"], false);
}

#[test]
fn profiles_are_listed() {
    let folder = Folder::new();
    snapshot("profiles", &folder, "profiles");
    let list = folder.run("profiles --format json").done().json();
    for profile in list["profiles"].as_array().unwrap() {
        assert!(profile["name"].is_string() && profile["title"].is_string(), "{profile}");
    }
}

#[test]
fn problems_of_a_tiny_desk() {
    let folder = Folder::small();
    let ran = folder.run("problems --data record").done();
    assert_snapshot!("problems", ran.out);
    let assigned = folder.run("problems --assignments - --data record").done();
    assert_snapshot!("problems_assignments", assigned.out);
}

#[test]
fn a_forecast_without_a_past_says_so() {
    let folder = Folder::small();
    snapshot("forecast_short", &folder, "forecast --data record");
    let value = folder.run("forecast --data record --format json").done().json();
    assert_eq!(value["weeks"].as_array().map(Vec::len), Some(0));
    assert!(value["not_enough"].is_string());
}

#[test]
fn a_forecast_of_the_sample_in_text() {
    let ran = sample().run("forecast --data record").done();
    for part in ["that are open", "P85", "opened next week (P15 / P50 / P85)", "open after 8 weeks"] {
        assert!(ran.out.contains(part), "when the backlog clears, and the load by team: {part}: {}", ran.out);
    }
    assert_snapshot!("forecast_sample", ran.out);
}

#[test]
fn help_names_every_command() {
    let folder = Folder::new();
    snapshot("help", &folder, "--help");
    assert!(folder.run("--version").done().out.starts_with("plumb 0."));
    for command in [
        "import", "measures", "sql", "problems", "verify", "window", "forecast", "brief", "rates", "serve", "profiles",
        "password", "friction",
    ] {
        let ran = folder.run(&format!("{command} --help")).done();
        assert!(ran.out.contains("Usage: plumb"), "{command}");
        assert!(ran.err.is_empty());
    }
}
