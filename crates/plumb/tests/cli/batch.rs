//! Tickets that a script hands in, without a record.

use std::collections::BTreeMap;

use crate::support::Folder;

const TICKETS: &str = r#"{"id": "T1", "opened": 1700000000, "title": "VPN tunnel drops every morning on floor three"}
{"id": "T2", "opened": "2023-11-15T08:00:00Z", "title": "Printer jams when printing labels", "fields": {"category": "Print"}}
{"id": "=T3", "opened": 1700100000, "title": "VPN tunnel drops again on floor three", "text": "Since this morning."}

{"id": "T4", "opened": 1700150000, "title": "New keyboard for the reception"}
{"id": "T5", "opened": 1700200000, "title": "Morning: VPN tunnel on floor three drops"}
"#;

#[test]
fn the_most_alike_earlier_tickets_come_first() {
    let folder = Folder::new();
    let out = folder.run_with(&["similar", "--batch", "-", "-k", "2"], TICKETS.as_bytes()).done().out;
    let rows: Vec<Vec<&str>> = out.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(rows[0], ["id", "rank", "other", "score"]);
    let order = ["T1", "T2", "=T3", "T4", "T5"];
    let place = |id: &str| order.iter().position(|known| *known == id).unwrap();
    let mut last: BTreeMap<&str, (u32, f64)> = BTreeMap::new();
    for row in &rows[1..] {
        assert!(place(row[2]) < place(row[0]), "only earlier ones: {row:?}");
        let (rank, score): (u32, f64) = (row[1].parse().unwrap(), row[3].parse().unwrap());
        let (before, least) = last.insert(row[0], (rank, score)).unwrap_or((0, 1.0));
        assert!(rank == before + 1 && rank <= 2 && (0.0..=least).contains(&score), "{row:?}");
    }
    let best = |id: &str| rows.iter().find(|row| row[0] == id && row[1] == "1").unwrap()[2];
    assert_eq!(best("=T3"), "T1");
    assert!(["T1", "=T3"].contains(&best("T5")), "{out}");
    // The same into a file.
    std::fs::write(folder.path().join("in.jsonl"), TICKETS).unwrap();
    let ran = folder.run("similar --batch in.jsonl -k 2 --out out.csv").done();
    assert_eq!((ran.out.as_str(), std::fs::read_to_string(folder.path().join("out.csv")).unwrap()), ("", out));
}

#[test]
fn a_batch_is_grouped_every_ticket_once() {
    let folder = Folder::new();
    let out = folder.run_with(&["problems", "--batch", "-", "--assignments", "-"], TICKETS.as_bytes()).done().out;
    let rows: Vec<Vec<&str>> = out.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(rows[0], ["ticket", "problem", "theme"]);
    let ids: Vec<&str> = rows[1..].iter().map(|row| row[0]).collect();
    assert_eq!(ids, ["T1", "T2", "=T3", "T4", "T5"]);
    assert_eq!((rows[1][1], rows[3][1]), (rows[5][1], rows[5][1]), "{out}");
    assert!(!rows[5][1].is_empty() && rows[2][1].is_empty() && rows[4][1].is_empty(), "{out}");
}

#[test]
fn a_line_that_is_none_is_named() {
    let folder = Folder::new();
    let broken = format!("{}\n{{\"id\": 1}}\n", TICKETS.lines().next().unwrap());
    for command in [&["similar", "--batch", "-"][..], &["problems", "--batch", "-", "--assignments", "out.csv"]] {
        let ran = folder.run_with(command, broken.as_bytes());
        assert_eq!(ran.code, 3, "{}", ran.err);
        assert!(ran.err.contains("line 2") && ran.err.contains("opened") && ran.err.contains("hint"), "{}", ran.err);
    }
    // Lines that are read and would be answered wrongly: no id, an id twice, one that came before the one above it.
    let first = TICKETS.lines().next().unwrap();
    for (second, what, remedy) in [
        (r#"{"id": " ", "opened": 1700000001, "title": "x"}"#, "its id is empty", "an id of its own"),
        (r#"{"id": "T1", "opened": 1700000001, "title": "x"}"#, "“T1” stands in line 1 already", "one line"),
        (r#"{"id": "T2", "opened": 1699999999, "title": "x"}"#, "opened before the ticket of line 1", "sort the lines"),
        (r#"{"id": "T2", "opened": 1700000001, "title": ["x"]}"#, "no list and no object", "one JSON object a line"),
        (r#"{"id": "T2", "opened": "soon", "title": "x"}"#, "“soon” is no instant", "one JSON object a line"),
        (r#"{"id": "T2", "opened": 1700000001, "title": "x""#, "EOF", "one JSON object a line"),
    ] {
        for command in [&["similar", "--batch", "-"][..], &["problems", "--batch", "-", "--assignments", "out.csv"]] {
            let ran = folder.run_with(command, format!("{first}\n{second}\n").as_bytes());
            assert_eq!(ran.code, 3, "{second}: {}", ran.err);
            let told = ran.err.contains("-: line 2: ") && ran.err.contains(what) && ran.err.contains(remedy);
            assert!(told, "{second}: {}", ran.err);
        }
    }
    assert_eq!(folder.run("problems --batch in.jsonl").code, 2, "it needs --assignments");
    assert_eq!(folder.run("similar --batch none.jsonl").code, 3);
}

const WORDED: &str = "number,opened_at,incident_state,short_description\n\
INC1,2026-01-05 08:00:00,Closed,VPN tunnel drops every morning on floor three\n\
INC2,2026-01-06 08:00:00,Closed,Printer jams when printing labels\n\
INC3,2026-01-07 08:00:00,Closed,Morning: VPN tunnel on floor three drops\n\
INC4,2026-01-08 08:00:00,Closed,New keyboard for the reception\n";

#[test]
fn a_text_is_told_its_most_alike_tickets_and_their_problem() {
    let folder = Folder::new();
    folder.write("desk.csv", WORDED);
    assert_eq!(folder.run("import desk.csv --data record").code, 0);
    let ask = |more: &[&str]| {
        let asked = ["similar", "--text", "tunnel drops on floor three", "--data", "record", "-k", "2"];
        folder.run_with(&[&asked[..], more].concat(), b"").done().out
    };
    let json: serde_json::Value = serde_json::from_str(&ask(&["--format", "json"])).unwrap();
    let tickets = json["tickets"].as_array().unwrap();
    let ids: Vec<&str> = tickets.iter().map(|ticket| ticket["id"].as_str().unwrap()).collect();
    assert!(ids.len() == 2 && ids.contains(&"INC1") && ids.contains(&"INC3"), "{json}");
    assert!(tickets[0]["words"].as_array().unwrap().iter().any(|word| word == "tunnel"), "{json}");
    assert_eq!((json["read"].as_u64(), json["problems"][0]["tickets"].as_u64()), (Some(4), Some(2)));
    let text = ask(&[]);
    assert!(
        text.contains("1. INC") && text.contains("in common: ") && text.contains("Compared with 4 tickets."),
        "{text}"
    );
}

#[test]
fn a_text_that_cannot_be_answered_is_told_why() {
    let folder = Folder::small();
    assert_eq!(folder.run("similar").code, 2, "it needs --text or --batch");
    assert_eq!(folder.run("similar --text x --batch in.jsonl").code, 2);
    assert_eq!(folder.run("similar --text x -k 0 --data record").code, 2);
    assert_eq!(folder.run_with(&["similar", "--text", " ", "--data", "record"], b"").code, 2);
    let short = folder.path().join("token");
    std::fs::write(&short, "short\n").unwrap();
    let ran = folder.run("serve --api-token-file token --data record");
    assert!(ran.code == 3 && ran.err.contains("too short"), "{}", ran.err);
}
