//! What scripts rely on: names, exit codes, one JSON value, over the bundled sample with its published
//! figures.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use crate::support::{Folder, sample};

fn measures(arguments: &str) -> Vec<Value> {
    sample().run(&format!("measures --data record --format json {arguments}")).done().json()["measures"]
        .as_array()
        .unwrap()
        .clone()
}

fn value(list: &[Value], name: &str, statistic: &str) -> f64 {
    let found = list.iter().find(|m| m["name"] == name && m["statistic"] == statistic);
    found.unwrap_or_else(|| panic!("{name} {statistic} is missing"))["value"].as_f64().unwrap_or(f64::NAN)
}

#[test]
fn measures_have_their_names_and_golden_values() {
    let list = measures("");
    for measure in &list {
        let fields: Vec<&String> = measure.as_object().unwrap().keys().collect();
        assert_eq!(fields, ["group", "high", "low", "n", "name", "statistic", "unit", "value"], "{measure}");
    }
    for (name, statistic, golden) in [
        ("tickets", "count", 24_918.0),
        ("reopened", "count", 275.0),
        ("reassigned", "count", 11_369.0),
        ("reassignments", "sum", f64::NAN),
        ("ping_pong", "count", f64::NAN),
        ("sla_missed", "count", 9_115.0),
        ("linked_to_change", "count", f64::NAN),
        ("first_contact_resolved", "count", f64::NAN),
        ("opened_to_resolved_hours", "median_completed", 22.10),
        ("opened_to_resolved_hours", "p90_completed", 381.55),
        ("opened_to_resolved_hours", "p50", f64::NAN),
        ("opened_to_resolved_hours", "p85", f64::NAN),
        ("opened_to_resolved_hours", "p95", f64::NAN),
        ("opened_to_closed_hours", "median_completed", 145.87),
        ("opened_to_closed_hours", "p90_completed", f64::NAN),
        ("opened_to_closed_hours", "p50", f64::NAN),
        ("opened_to_closed_hours", "p85", f64::NAN),
        ("opened_to_closed_hours", "p95", f64::NAN),
    ] {
        let told = value(&list, name, statistic);
        assert!(told.is_finite(), "{name} {statistic} has no value");
        assert!(
            golden.is_nan() || (told - golden).abs() < 0.005 + 1e-9,
            "{name} {statistic}: {told}, published {golden}"
        );
    }
    for name in ["reopened", "reassigned", "ping_pong", "sla_missed", "linked_to_change", "first_contact_resolved"] {
        let share = value(&list, name, "share");
        assert!((0.0..=1.0).contains(&share), "{name} as a share: {share}");
    }
}

#[test]
fn measures_by_item_give_counts_of_the_largest() {
    let list = measures("--by item --top 10");
    let counts: Vec<(String, f64)> = list
        .iter()
        .filter(|m| m["name"] == "tickets" && m["statistic"] == "count")
        .map(|m| (m["group"].as_str().unwrap().to_owned(), m["value"].as_f64().unwrap()))
        .collect();
    assert_eq!(counts.len(), 10);
    assert!(counts.windows(2).all(|pair| pair[0].1 >= pair[1].1), "{counts:?}");
    let asked = sample().run_with(
        &["sql", "select item, count(*) as n from tickets where item is not null group by item order by n desc, item limit 3", "--data", "record", "--format", "json"],
        b"",
    );
    for row in asked.done().json()["rows"].as_array().unwrap() {
        let counted = counts.iter().find(|(item, _)| item == row["item"].as_str().unwrap()).map(|(_, n)| *n);
        assert_eq!(counted, row["n"].as_f64(), "{row}");
    }
}

#[test]
fn measures_of_a_time_are_of_that_time() {
    let all = measures("");
    let (before, after) = (measures("--to 2016-04-01"), measures("--from 2016-04-01"));
    let count = |list: &[Value]| value(list, "tickets", "count");
    assert!((count(&before) + count(&after) - count(&all)).abs() < 0.5, "every ticket is in one of the two");
}

#[test]
fn a_team_is_the_group_under_the_name_of_its_column() {
    let by = |name: &str| sample().run(&format!("measures --by {name} --top 3 --data record --format json")).done().out;
    assert_eq!(by("team"), by("group"));
}

#[test]
fn weeks_of_teams_are_on_the_grid_of_the_whole() {
    let told = sample().run("measures --weeks --by group --data record --format json").done().json();
    let whole = sample().run("measures --weeks --data record --format json").done().json();
    let fields: Vec<&String> = told.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["by", "groups", "weeks", "whole"]);
    assert_eq!((&told["weeks"], &told["whole"]), (&whole["weeks"], &whole["whole"]), "the whole is told beside");
    let number = |value: &Value| value.as_u64().unwrap();
    let groups = told["groups"].as_array().unwrap();
    assert_eq!((groups.len(), &told["by"]), (12, &Value::from("group")));
    for group in groups {
        let weeks = group["weeks"].as_array().unwrap();
        let starts = |weeks: &[Value]| {
            weeks.iter().map(|week| (week["start"].clone(), week["days"].clone())).collect::<Vec<_>>()
        };
        assert_eq!(starts(weeks), starts(whole["weeks"].as_array().unwrap()));
        for week in weeks {
            let fields: Vec<&String> = week.as_object().unwrap().keys().collect();
            assert_eq!(fields, ["ages", "arrivals", "backlog", "completions", "days", "start"]);
            let open: u64 = week["ages"].as_array().unwrap().iter().map(number).sum();
            assert_eq!(open, number(&week["backlog"]), "{group}: {week}");
        }
    }
    // The three largest, as SQL counts them; a ticket without a team is in no group.
    let asked = sample().run_with(
        &["sql", "select team, count(*) as n from tickets where team is not null group by team order by n desc, team limit 3", "--data", "record", "--format", "json"],
        b"",
    );
    for (row, group) in asked.done().json()["rows"].as_array().unwrap().iter().zip(groups) {
        let opened: u64 = group["weeks"].as_array().unwrap().iter().map(|week| number(&week["arrivals"])).sum();
        assert_eq!((&row["team"], number(&row["n"])), (&group["group"], opened));
    }
    let text = sample().run("measures --weeks --by group --top 1 --data record").done().out;
    let lines = text.lines().filter(|line| line.starts_with(groups[0]["group"].as_str().unwrap()));
    assert_eq!(lines.count(), whole["weeks"].as_array().unwrap().len(), "{text}");
}

#[test]
fn problems_have_what_a_script_needs() {
    let value = sample().run("problems --data record --format json --top 20").done().json();
    let list = value.as_array().unwrap();
    assert_eq!(list.iter().filter(|p| p["level"] == "problem").count(), 20);
    let themes: Vec<&Value> = list.iter().filter(|p| p["level"] == "theme").collect();
    assert!(!themes.is_empty() && themes.len() < 20);
    for problem in list {
        if problem["level"] == "problem" {
            assert!(themes.iter().any(|theme| theme["id"] == problem["theme"]), "no theme: {problem}");
            let rows = problem["rows"].as_str().unwrap();
            assert!(rows.starts_with("/rows?problem=") && rows.len() > 14, "a link to all its rows: {rows}");
        }
        for why in problem["why"].as_array().unwrap() {
            let share = |name: &str| why[name].as_f64().filter(|s| (0.0..=1.0).contains(s)).unwrap();
            assert!(why["kind"].is_string() && why["value"].is_string(), "{why}");
            assert!(share("share_in") > share("share_out"), "{why}");
        }
        adds_up(&problem["cost"]);
        assert!(problem["cost"]["currency"].as_str().is_some_and(|code| !code.is_empty()), "{problem}");
        assert!(problem["people"].as_u64().is_some_and(|people| Some(people) <= problem["tickets"].as_u64()));
        dated(&problem["onset"]);
        for example in problem["examples"].as_array().unwrap() {
            assert!(example.as_str().is_some_and(|key| key.contains("/INC")), "{example}");
        }
        for seen in problem["seen_together"].as_array().unwrap() {
            assert!(seen["kind"].is_string() && seen["n"].as_u64().is_some(), "{seen}");
        }
        assert!(problem["first_seen"].as_str() <= problem["last_seen"].as_str());
        for field in [
            "id",
            "title",
            "why",
            "tickets",
            "hours",
            "trend",
            "seen_together",
            "first_seen",
            "last_seen",
            "weekly",
            "examples",
            "cost",
            "recurring",
        ] {
            assert!(!problem[field].is_null(), "{field} is missing: {problem}");
        }
        let weekly: u64 = problem["weekly"].as_array().unwrap().iter().map(|week| week[1].as_u64().unwrap()).sum();
        assert_eq!(Some(weekly), problem["tickets"].as_u64(), "the series holds every ticket");
        assert!(!problem["why"].as_array().unwrap().is_empty(), "{problem}");
    }
}

/// Since when: nothing, or a day within its interval.
fn dated(onset: &Value) {
    if onset.is_null() {
        return;
    }
    let day = |end: &str| onset[end].as_str().unwrap().parse::<jiff::civil::Date>().unwrap();
    assert!(day("low") <= day("date") && day("date") <= day("high"), "{onset}");
}

#[test]
fn ids_are_the_same_in_the_next_run_and_after_a_newer_export() {
    let folder = Folder::new();
    let export = |days: std::ops::Range<i64>| {
        let mut text = "number,opened_at,incident_state,short_description\n".to_owned();
        let titles = [
            "Label printer in the warehouse prints blank labels",
            "VPN tunnel drops every hour from the hotel wireless",
            "Payroll export stops with a timeout at month end",
        ];
        for n in days {
            let day = jiff::civil::date(2026, 1, 5).checked_add(jiff::Span::new().days(n)).unwrap();
            let title = titles[usize::try_from(n % 3).unwrap()];
            writeln!(text, "INC{n:04},{day} 08:00:00,Closed,{title}").unwrap();
        }
        text
    };
    let ids = |folder: &Folder| -> BTreeMap<String, String> {
        let list = folder.run("problems --data record --format json").done().json();
        let both = |one: &Value| (one["title"].as_str().unwrap().to_owned(), one["id"].as_str().unwrap().to_owned());
        list.as_array().unwrap().iter().filter(|one| one["level"] == "problem").map(both).collect()
    };
    folder.write("one.csv", export(0..60));
    folder.run("import one.csv --data record").done();
    let first = ids(&folder);
    assert_eq!(first.len(), 3, "{first:?}");
    std::fs::remove_dir_all(folder.path().join("record/derived")).unwrap();
    assert_eq!(ids(&folder), first, "found anew");
    folder.write("two.csv", export(0..90));
    folder.run("import two.csv --data record").done();
    let ran = folder.run("problems --data record").done();
    assert!(ran.err.contains("Reading texts that were compared before"), "{}", ran.err);
    assert_eq!(ids(&folder), first, "a newer export, of which only what is new was compared");
}

/// A cost is low, middle and high, and its steps add up to each; both parts are there: work, and people's time.
fn adds_up(cost: &Value) {
    let steps = cost["steps"].as_array().unwrap();
    for end in ["low", "mid", "high"] {
        let sum: f64 = steps.iter().map(|step| step[end].as_str().unwrap().parse::<f64>().unwrap()).sum();
        assert!((sum - cost[end].as_f64().unwrap()).abs() < 0.005, "{end} of {cost}");
    }
    assert!(cost["low"].as_f64() < cost["mid"].as_f64() && cost["mid"].as_f64() < cost["high"].as_f64(), "{cost}");
    for who in ["staff", "people"] {
        assert!(steps.iter().any(|step| step["who"] == who), "{who} of {cost}");
    }
}

#[test]
fn friction_tells_every_ticket_and_its_arithmetic() {
    let value = sample().run("friction --by location --data record --format json").done().json();
    let count = |value: &Value| value.as_u64().unwrap();
    let values = value["values"].as_array().unwrap();
    let told: u64 = values.iter().map(|one| count(&one["tickets"])).sum();
    assert_eq!(told + count(&value["unnamed"]) + count(&value["not_enough"]["tickets"]), 24_918);
    assert_eq!(count(&value["tickets"]), 24_918);
    let mut last = f64::INFINITY;
    for one in values {
        adds_up(&one["cost"]);
        let mid = one["cost"]["mid"].as_f64().unwrap();
        assert!(mid <= last, "the dearest first");
        last = mid;
        assert!(count(&one["tickets"]) >= 5 && count(&one["people"]) >= 3, "{one}");
        assert!(count(&one["in_problems"]) <= count(&one["tickets"]));
    }
    let sum: f64 = values.iter().map(|one| one["cost"]["mid"].as_f64().unwrap()).sum();
    assert!(sum < value["cost"]["mid"].as_f64().unwrap(), "what is not told by name is in the sum");
    // Asked for nothing, it splits by what half of the tickets name.
    let first = sample().run("friction --top 3 --data record --format json").done().json();
    assert_eq!(first["values"].as_array().map(Vec::len), Some(3));
    let by = first["by"].as_str().unwrap();
    let named = first["known"].as_array().unwrap().iter().find(|known| known["by"] == by).unwrap();
    assert!(count(&named["tickets"]) * 2 >= 24_918, "{named}");
}

#[test]
fn assignments_name_every_ticket_once() {
    let folder = Folder::new();
    let record = sample().path().join("record").display().to_string();
    folder
        .run_with(&["problems", "--assignments", "out.csv", "--data", &record, "--format", "json"], b"")
        .done()
        .json();
    let text = folder.read("out.csv");
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("ticket,problem,theme"));
    let mut per_problem: BTreeMap<&str, u64> = BTreeMap::new();
    let mut tickets = std::collections::BTreeSet::new();
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        let [ticket, problem, theme] = cells[..] else { panic!("{line}") };
        assert!(tickets.insert(ticket), "{ticket} twice");
        for group in [problem, theme].into_iter().filter(|group| !group.is_empty()) {
            *per_problem.entry(group).or_default() += 1;
        }
    }
    assert_eq!(tickets.len(), 24_918);
    let list = sample().run("problems --data record --format json").done().json();
    for problem in list.as_array().unwrap() {
        assert_eq!(
            per_problem.get(problem["id"].as_str().unwrap()).copied(),
            problem["tickets"].as_u64(),
            "{}",
            problem["title"]
        );
    }
    // Asked for on standard output, nothing else stands there.
    let piped = sample().run("problems --data record --assignments -").done();
    assert_eq!(piped.out, text);
}

#[test]
fn a_number_of_two_sources_is_assigned_under_each_of_them() {
    let folder = Folder::small();
    folder.write(
        "other.toml",
        "name = \"other\"\nsource = \"other\"\ngrain = \"ticket\"\n[fields]\nid = { from = \"number\" }\n\
         opened = { from = \"opened_at\" }\ntitle = { from = \"short_description\" }\n",
    );
    folder.write("other.csv", "number,opened_at,short_description\nINC1,2026-01-09 08:00:00,Badge reader is dark\n");
    folder.run("import other.csv --mapping other.toml --data record").done();
    let out = folder.run("problems --assignments - --data record").done().out;
    let tickets: Vec<&str> = out.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    let distinct: std::collections::BTreeSet<&&str> = tickets.iter().collect();
    assert!(tickets.len() == 11 && distinct.len() == 11, "{out}");
    assert!(tickets.contains(&"other/INC1") && tickets.iter().any(|one| one.ends_with("/INC1")), "{out}");
    assert!(tickets.contains(&"INC2") && !tickets.contains(&"INC1"), "{out}");
}

#[test]
fn the_forecast_has_its_names() {
    let value = sample().run("forecast --data record --format json").done().json();
    let weeks = value["weeks"].as_array().unwrap();
    assert_eq!(weeks.len(), 8);
    for week in weeks {
        assert!(week["start"].is_string());
        for series in ["arrivals", "backlog"] {
            let at = |p: &str| week[series][p].as_f64().unwrap_or_else(|| panic!("{series} {p}: {week}"));
            assert!(at("p15") <= at("p50") && at("p50") <= at("p85"), "{week}");
        }
    }
    let teams = value["teams"].as_array().expect("the load by team");
    let told: Vec<&Value> = teams.iter().filter(|team| team["weeks"].is_array()).collect();
    assert!(!told.is_empty(), "some team has enough to say");
    for team in teams {
        assert!(team["team"].as_str().is_some_and(|name| !name.is_empty()), "{team}");
        assert!(team["weeks"].is_array() != team["not_enough"].is_string(), "weeks, or why there are none: {team}");
    }
    for team in told {
        let weeks = team["weeks"].as_array().unwrap();
        assert_eq!(weeks.len(), 8, "{team}");
        assert!(weeks.iter().all(|week| week["arrivals"]["p15"].as_f64() <= week["arrivals"]["p85"].as_f64()));
    }
    let coverage = value["backtest"]["coverage_70"].as_f64().unwrap();
    assert!((0.0..=1.0).contains(&coverage) && value["backtest"]["n"].as_u64().unwrap() > 0);
}

#[test]
fn the_same_record_gives_the_same_bytes() {
    for arguments in [
        "measures --data record --format json",
        "problems --data record --format json",
        "forecast --data record --format json",
        "brief --data record --format json",
        "brief --data record --format pdf --out -",
    ] {
        let (one, two) = (sample().run(arguments).done(), sample().run(arguments).done());
        assert!(one.bytes == two.bytes, "{arguments} differs from run to run");
    }
}

#[test]
fn the_brief_in_each_form() {
    let folder = Folder::new();
    let record = sample().path().join("record").display().to_string();
    let brief = |more: &[&str]| folder.run_with(&[&["brief", "--data", &record], more].concat(), b"").done();
    let json = brief(&["--format", "json"]).json();
    let keys: Vec<&str> = json["parts"].as_array().unwrap().iter().map(|part| part["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["comes_back", "coming", "promised", "unseen", "friction", "ask"]);
    assert!(!json["not_told"].as_array().unwrap().is_empty());
    brief(&["--format", "json", "--out", "brief.json"]);
    let kept: Value = serde_json::from_str(&folder.read("brief.json")).unwrap();
    assert_eq!(kept, json, "the file holds the same");

    let html = brief(&["--format", "html", "--out", "-"]);
    brief(&["--format", "html", "--out", "page.html"]);
    assert_eq!(folder.read("page.html"), html.out);
    for figure in json["figures"].as_array().unwrap() {
        let (name, text) = (figure["name"].as_str().unwrap(), figure["text"].as_str().unwrap());
        assert!(html.out.contains(&format!(">{text}<")), "the page does not tell {name}: {text}");
    }
    for part in json["parts"].as_array().unwrap() {
        assert!(html.out.contains(&format!(">{}</h2>", part["title"].as_str().unwrap())), "{}", part["title"]);
    }
    assert!(!html.out.contains("<script") && !html.out.contains("http-equiv=\"refresh\""));

    // Without a name the page and the PDF go to files of their own, and standard output stays empty.
    for (format, file) in [("html", "brief.html"), ("pdf", "brief.pdf")] {
        let ran = brief(&["--format", format]);
        assert!(ran.out.is_empty() && ran.err.contains(&format!("written to {file}")), "{}", ran.whole());
        assert!(folder.path().join(file).is_file());
    }
    for paper in ["a4", "letter"] {
        let pdf = brief(&["--format", "pdf", "--paper", paper, "--out", "-"]);
        assert!(pdf.bytes.starts_with(b"%PDF-") && pdf.bytes.trim_ascii_end().ends_with(b"%%EOF"), "{paper}");
    }
}

#[test]
fn every_json_is_one_value_and_nothing_else() {
    let small = Folder::small();
    for arguments in [
        "import desk.csv --format json --data record",
        "import desk.csv --dry-run --format json --data record",
        "measures --format json --data record",
        "measures --by group --format json --data record",
        "measures --weeks --by group --top 2 --format json --data record",
        "problems --format json --data record",
        "friction --format json --data record",
        "forecast --format json --data record",
        "brief --format json --data record",
        "rates --format json --data record",
        "profiles --format json",
        "sql show\u{a0}tables --format json --data record",
    ] {
        let words: Vec<String> = arguments.split(' ').map(|word| word.replace('\u{a0}', " ")).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let ran = small.run_with(&words, b"").done();
        // Problems are a list.
        assert_eq!(ran.json().is_object(), !arguments.starts_with("problems"), "{arguments}");
        assert!(ran.out.ends_with('\n'), "{arguments}");
    }
}

#[test]
fn the_data_folder_may_come_from_the_environment() {
    let folder = Folder::small();
    let output = crate::support::program(folder.path())
        .args(["measures", "--format", "json"])
        .env("PLUMB_DATA", "record")
        .output()
        .unwrap();
    assert!(output.status.success());
    let flag = folder.run("measures --format json --data record").done();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), flag.out);
}
