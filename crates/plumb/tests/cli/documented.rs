//! The pages that are generated from the code are those of the code.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::Value;

use crate::support::{Folder, SMALL, sample};

fn same(page: &str, generated: &str, how: &str) {
    let path = format!("{}/../../docs/{page}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, generated).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == generated, "docs/{page} is stale: {how}");
}

#[test]
fn the_reference_of_commands_is_the_code() {
    let ran = Folder::new().run("reference").done();
    same("commands.md", &ran.out, "plumb reference > docs/commands.md");
}

/// Every name that a command prints in these places stands in its section of the page for scripts.
fn told(section: &str, value: &Value, places: &[&str]) {
    for place in places {
        let of = value.pointer(place).unwrap_or_else(|| panic!("{place} is missing: {value}"));
        let of = of.as_array().map_or(of, |list| &list[0]);
        for name in of.as_object().unwrap_or_else(|| panic!("{place} has no names: {of}")).keys() {
            assert!(section.contains(&format!("`{name}`")), "docs/scripts.md does not tell `{name}` of {place}");
        }
    }
}

#[test]
fn the_names_that_scripts_read_are_told() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/scripts.md");
    let page = std::fs::read_to_string(path).unwrap();
    let section = |command: &str| {
        let heading = format!("`plumb {command}`\n");
        page.split("\n## ").find(|part| part.starts_with(&heading)).unwrap_or_else(|| panic!("no section {command}"))
    };
    let folder = Folder::small();
    folder
        .write("bad.csv", format!("{SMALL},2026-01-19 08:00:00,,,New,Mail,South,mx-1,No number,,,0,0,true,4 - Low\n"));
    folder.write("changes.csv", CHANGES);
    let of = |folder: &Folder, arguments: &str| folder.run(&format!("{arguments} --data record --format json")).json();

    let dry = of(&folder, "import bad.csv --dry-run");
    let places = ["/files", "/files/0/fields", "/files/0/unread", "/files/0/counts", "/files/0/rejects"];
    told(section("import"), &dry, &places);
    told(section("import"), &of(&folder, "import bad.csv changes.csv"), &["", "/files"]);
    let effect = "/change_and_incident";
    told(section("measures"), &of(&folder, "measures"), &["", "/measures", effect, "/change_and_incident/links"]);
    told(section("measures"), &of(&folder, "measures --weeks --by group"), &["", "/weeks", "/whole", "/groups"]);
    let ahead = of(sample(), "forecast");
    told(section("forecast"), &ahead, &["", "/weeks", "/weeks/0/arrivals", "/backtest", "/clears", "/teams"]);
    let brief = of(sample(), "brief");
    told(section("brief"), &brief, &["", "/lead", "/parts", "/figures", "/words"]);
    for figure in brief["figures"].as_array().unwrap() {
        told(section("brief"), figure, &[""]);
    }
    let rows = folder.run_with(&["sql", "select id from tickets", "--data", "record", "--format", "json"], b"");
    told(section("sql"), &rows.done().json(), &[""]);
    for code in 0..=4 {
        assert!(page.contains(&format!("\n| {code} | ")), "exit code {code} is not told");
    }
}

#[test]
fn the_columns_that_sql_reads_are_told() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/import.md");
    let page = std::fs::read_to_string(path).unwrap();
    let folder = Folder::small();
    for table in ["tickets", "events", "changes"] {
        let query = format!("describe {table}");
        let told = folder.run_with(&["sql", &query, "--data", "record", "--format", "json"], b"").done().json();
        let rows = told["rows"].as_array().unwrap().iter();
        let columns: Vec<String> = rows.map(|row| format!("`{}`", row["column_name"].as_str().unwrap())).collect();
        let line = format!("| `{table}` | {} |", columns.join(", "));
        assert!(page.lines().any(|told| told == line), "docs/import.md does not tell the columns of {table}: {line}");
    }
}

/// Waits until another import is waiting, and tells what it said.
fn waiting(folder: &Folder) -> String {
    let lock = std::fs::File::create(folder.path().join("record/record.lock")).unwrap();
    lock.lock().unwrap();
    let mut command = crate::support::program(folder.path());
    command.args(["import", "desk.csv", "--data", "record"]).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
    let first = said.next().unwrap().unwrap();
    drop(lock);
    let rest: Vec<String> = said.map(Result::unwrap).collect();
    assert!(child.wait().unwrap().success(), "it goes on by itself: {rest:?}");
    first
}

#[test]
fn what_the_guide_says_one_sees_is_what_one_sees() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/guide.md")).unwrap();
    let table = page.split("## When something goes wrong").nth(1).unwrap();
    let rows: Vec<&str> = table.lines().filter(|line| line.starts_with("| `")).collect();
    let folder = Folder::small();
    folder.write("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    folder.write("empty.csv", b"");
    folder.write("noise.csv", [0_u8; 4096]);
    folder.write("open.csv", "number,opened_at,short_description\nA1,03/04/2026 08:00,one\n");
    folder
        .write("bad.csv", format!("{SMALL},2026-01-19 08:00:00,,,New,Mail,South,mx-1,No number,,,0,0,true,4 - Low\n"));
    let ran = |arguments: &str, code: i32| {
        let ran = folder.run(arguments);
        assert_eq!(ran.code, code, "{arguments}: {}", ran.whole());
        ran.whole()
    };
    let seen = [
        ["picture.png", "empty.csv", "noise.csv"].map(|file| ran(&format!("import {file} --data record"), 3)).concat(),
        ran("import open.csv --data record", 3),
        ran("import bad.csv --data record", 4),
        waiting(&folder),
        ran("measures --data nowhere", 3),
    ];
    assert_eq!(rows.len(), seen.len(), "a row of the guide has no trial here");
    for (row, seen) in rows.iter().zip(seen) {
        let told = row.split('|').nth(1).unwrap();
        for words in told.split('`').skip(1).step_by(2) {
            assert!(seen.contains(words), "the guide says `{words}`, and one sees: {seen}");
        }
    }
}

/// Two changes on items of the small desk.
const CHANGES: &str = "number,type,risk,start_date,end_date,work_start,work_end,cmdb_ci,opened_at\n\
CHG1,normal,Low,2026-01-06 13:00:00,2026-01-06 14:00:00,2026-01-06 13:00:00,2026-01-06 14:30:00,mx-1,2026-01-05 08:00:00\n\
CHG2,emergency,High,2026-01-08 12:00:00,2026-01-08 13:00:00,2026-01-08 12:00:00,2026-01-08 12:40:00,sw-1,2026-01-08 11:30:00\n";

#[test]
fn the_definitions_of_measures_are_the_code() {
    same("measures.md", &measures::definitions_markdown(), "run this test once with UPDATE_DOCS=1 set");
}
