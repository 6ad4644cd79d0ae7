//! `plumb import`: what is told, what is kept, and that nothing is lost in silence.

use insta::assert_snapshot;
use serde_json::json;

use crate::support::{Folder, SMALL, unkeyed};

#[test]
fn an_import_is_told_in_text() {
    let folder = Folder::new();
    folder.write("desk.csv", SMALL);
    assert_snapshot!(folder.run("import desk.csv --data record").whole());
}

#[test]
fn an_import_is_told_in_json() {
    let folder = Folder::new();
    folder.write("desk.csv", SMALL);
    let ran = folder.run("import desk.csv --data record --time-zone Europe/Berlin --format json").done();
    assert_eq!(
        ran.json(),
        json!({
            "files": [{ "path": "desk.csv", "profile": "servicenow-incident", "rows": 10, "kept": 10, "updated": 0, "unchanged": 0, "rejected": 0,
                        "notes": ["dates without a zone are read as Europe/Berlin"] }],
            "tickets": 10, "events": 0, "changes": 0, "generation": 1, "changed": true
        })
    );
}

#[test]
fn the_same_file_again_changes_nothing() {
    let folder = Folder::small();
    let before = folder.everything();
    let report = folder.run("import desk.csv --data record --format json").done().json();
    let file = &report["files"][0];
    assert_eq!(
        (&file["kept"], &file["updated"], &file["unchanged"], &file["rejected"]),
        (&json!(0), &json!(0), &json!(10), &json!(0))
    );
    assert_eq!((&report["changed"], &report["generation"], &report["tickets"]), (&json!(false), &json!(1), &json!(10)));
    assert!(folder.everything() == before, "a file of the record is another one");
}

#[test]
fn a_newer_export_brings_tickets_up_to_date() {
    let folder = Folder::small();
    let newer = SMALL.replace(
        "INC9,2026-01-14 16:00:00,,,In Progress",
        "INC9,2026-01-14 16:00:00,2026-01-15 16:00:00,2026-01-16 16:00:00,Closed",
    ) + "INC11,2026-01-19 08:00:00,,,New,Mail,South,mx-1,Mail is slow,,Ada Lovelace,0,0,true,3 - Moderate\n";
    folder.write("newer.csv", newer);
    let report = folder.run("import newer.csv --data record --format json").done().json();
    let file = &report["files"][0];
    assert_eq!(
        (&file["rows"], &file["kept"], &file["updated"], &file["unchanged"]),
        (&json!(11), &json!(1), &json!(1), &json!(9))
    );
    assert_eq!((&report["tickets"], &report["generation"]), (&json!(11), &json!(2)));
    let rows = folder
        .run_with(
            &[
                "sql",
                "select id, stage from tickets where id in ('INC9', 'INC11') order by id",
                "--data",
                "record",
                "--format",
                "csv",
            ],
            b"",
        )
        .done();
    assert_eq!(rows.out, "id,stage\nINC11,new\nINC9,closed\n");
}

#[test]
fn a_dry_run_shows_everything_and_writes_nothing() {
    let folder = Folder::new();
    folder.write("desk.csv", SMALL);
    let before = folder.everything();
    let ran = folder.run("import desk.csv --data record --dry-run");
    assert_snapshot!(ran.whole());
    let shown = folder.run("import desk.csv --data record --dry-run --format json").done().json();
    assert_eq!(shown["files"][0]["profile"], "servicenow-incident");
    for (name, count) in [("read", 10), ("accepted", 10), ("rejected", 0), ("blank", 0)] {
        assert_eq!(shown["files"][0]["counts"][name], json!(count), "{name}");
    }
    assert!(!shown.to_string().contains("Grace Hopper"), "names of those who handle tickets are not even shown");
    assert!(!shown.to_string().contains("Ada Lovelace"), "requesters are shown as pseudonyms");
    assert!(folder.everything() == before, "a dry run writes nothing");
}

const AMBIGUOUS: &str = "number,opened_at,short_description\nA1,03/04/2026 08:00,one\nA2,05/06/2026 09:00,two\n";

#[test]
fn dates_that_can_be_read_in_two_ways_are_refused_with_both() {
    let folder = Folder::new();
    folder.write("odd.csv", AMBIGUOUS);
    let before = folder.everything();
    let ran = folder.run("import odd.csv --data record");
    assert_eq!(ran.code, 3, "{}", ran.whole());
    assert_eq!(ran.out, "");
    for part in ["odd.csv", "opened_at", "3 April 2026", "4 March 2026", "--date-order"] {
        let spoken = ran.err.contains(part) || ran.err.contains(&iso(part));
        assert!(spoken, "`{part}` is not told: {}", ran.err);
    }
    let kept: Vec<_> =
        folder.everything().into_iter().filter(|file| file.0.extension().is_some_and(|e| e == "parquet")).collect();
    assert!(kept.is_empty() && before.len() == 1, "nothing is kept");
    for (order, first) in [("dmy", "2026-04-03"), ("mdy", "2026-03-04")] {
        let data = format!("record-{order}");
        folder.run(&format!("import odd.csv --data {data} --date-order {order}")).done();
        let row = folder
            .run_with(
                &[
                    "sql",
                    "select cast(opened as date) as d from tickets where id = 'A1'",
                    "--data",
                    &data,
                    "--format",
                    "csv",
                ],
                b"",
            )
            .done();
        assert_eq!(row.out, format!("d\n{first}\n"));
    }
}

/// The two readings as dates are written for machines.
fn iso(words: &str) -> String {
    match words {
        "3 April 2026" => "2026-04-03".to_owned(),
        "4 March 2026" => "2026-03-04".to_owned(),
        other => other.to_owned(),
    }
}

#[test]
fn a_dry_run_of_such_dates_shows_both_and_is_refused() {
    let folder = Folder::new();
    folder.write("odd.csv", AMBIGUOUS);
    let ran = folder.run("import odd.csv --data record --dry-run --format json");
    assert_eq!(ran.code, 3);
    let open = &ran.json()["files"][0]["unsettled"][0];
    assert_eq!(open["column"], "opened_at");
    assert_eq!(open["readings"].as_array().map(Vec::len), Some(2), "{open}");
}

#[test]
fn rejected_rows_are_counted_and_kept_with_their_reason() {
    let folder = Folder::new();
    folder.write("desk.csv", format!("{SMALL},2026-01-19 08:00:00,,,New,Mail,South,mx-1,No number,,Ada Lovelace,0,0,true,3 - Moderate\nINC12,soon,,,New,Mail,South,mx-1,No date,,Ada Lovelace,0,0,true,3 - Moderate\n"));
    let ran = folder.run("import desk.csv --data record");
    assert_snapshot!(format!("{}── rejects.csv\n{}", ran.whole(), unkeyed(&folder.read("record/rejects.csv"))));
    assert_eq!(ran.code, 4);
    let report = folder.run("import desk.csv --data again --format json");
    assert_eq!(report.code, 4);
    let file = report.json()["files"][0].clone();
    let count = |name: &str| file[name].as_u64().unwrap();
    assert_eq!(count("rows"), count("kept") + count("updated") + count("unchanged") + count("rejected"));
}

#[test]
fn a_mapping_can_be_saved_edited_and_given_back() {
    let folder = Folder::new();
    folder.write(
        "odd.csv",
        "ref,begun,topic,squad,note\nA1,2026-01-05 08:00:00,x,North,one\nA2,2026-01-06 08:00:00,y,South,two\n",
    );
    folder.run("import odd.csv --data record --dry-run --save-mapping ours.toml");
    let saved = folder.read("ours.toml");
    assert!(saved.contains("[fields]") || saved.contains("fields."), "{saved}");
    // Given back as it is, it reads the same.
    let again = folder.run("import odd.csv --data record --mapping ours.toml --dry-run --format json");
    assert_eq!(again.json()["files"][0]["origin"], "owner");
    // And by hand.
    folder.write("mine.toml", "name = \"mine\"\nsource = \"mine\"\ngrain = \"ticket\"\n[fields]\nid = { from = \"ref\" }\nopened = { from = \"begun\" }\ngroup = { from = \"squad\" }\ntitle = { from = \"note\" }\n");
    folder.run("import odd.csv --data record --mapping mine.toml").done();
    let rows = folder
        .run_with(
            &["sql", "select source, id, team, title from tickets order by id", "--data", "record", "--format", "csv"],
            b"",
        )
        .done();
    assert_eq!(rows.out, "source,id,team,title\nmine,A1,North,one\nmine,A2,South,two\n");
}

#[test]
fn assignees_are_never_kept_and_requesters_are_pseudonyms() {
    let folder = Folder::small();
    for (path, bytes) in
        folder.everything().into_iter().filter(|(path, _)| path.starts_with(folder.path().join("record")))
    {
        for name in ["Grace Hopper", "Ada Lovelace", "Kurt G"] {
            let found = bytes.windows(name.len()).any(|window| window == name.as_bytes());
            assert!(!found, "{} holds {name}", path.display());
        }
    }
    let people = folder
        .run_with(
            &[
                "sql",
                "select count(distinct requester) as n, min(length(requester)) as l from tickets",
                "--data",
                "record",
                "--format",
                "csv",
            ],
            b"",
        )
        .done();
    assert!(people.out.starts_with("n,l\n3,"), "{}", people.out);
    // Unless the owner asks for them: requesters then, assignees still not.
    folder.run("import desk.csv --data named --keep-names").done();
    let named = folder
        .run_with(
            &["sql", "select distinct requester from tickets order by 1", "--data", "named", "--format", "csv"],
            b"",
        )
        .done();
    assert_eq!(named.out, "requester\nAda Lovelace\nAlan Turing\nKurt Gödel\n");
}
