//! Exports as strangers hand them in: other delimiters, encodings and dates, every spelling of nothing, what cannot be true,
//! rows that are none; and imports that meet or are killed.

use std::fmt::Write as _;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Folder, program};

/// How a desk writes its file: delimiter, a day and a minute of January 2026, decimal mark.
struct Hand {
    delimiter: char,
    date: fn(u32, u32) -> String,
    decimal: char,
}

const PLAIN: Hand = Hand { delimiter: ',', date: iso, decimal: '.' };

fn iso(day: u32, minute: u32) -> String {
    format!("2026-01-{day:02} 08:{minute:02}:00")
}

fn german(day: u32, minute: u32) -> String {
    format!("{day:02}.01.2026 08:{minute:02}")
}

fn short(day: u32, minute: u32) -> String {
    format!("{day:02}.01.26 08:{minute:02}")
}

fn american(day: u32, minute: u32) -> String {
    format!("1/{day}/2026 8:{minute:02} AM")
}

/// Thirty tickets; their titles hold every delimiter, a quote and a line break.
fn desk(hand: &Hand) -> String {
    let between = hand.delimiter.to_string();
    let columns = [
        "number",
        "opened_at",
        "resolved_at",
        "state",
        "assignment_group",
        "short_description",
        "u_time_worked_minutes",
    ];
    let mut text = columns.join(&between) + "\n";
    for day in 1..=30 {
        let team = if day % 2 == 0 { "Süd" } else { "Nord" };
        let cells = [
            format!("INC{day}"),
            (hand.date)(day, 15),
            (hand.date)(day + 1, day),
            "Resolved".to_owned(),
            team.to_owned(),
            format!("\"Printer, \"\"second\"\"; jams | and\tagain\non floor {day}\""),
            format!("{day}{}5", hand.decimal),
        ];
        text.push_str(&cells.join(&between));
        text.push('\n');
    }
    text
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

fn ask(folder: &Folder, data: &str, query: &str) -> Value {
    let answer = folder.run_with(&["sql", query, "--data", data, "--format", "json"], b"").done().json();
    answer["rows"][0].clone()
}

#[test]
fn the_same_desk_is_told_however_it_is_written() {
    let plain = desk(&PLAIN);
    let german = desk(&Hand { delimiter: ';', date: german, decimal: ',' });
    let latin: Vec<u8> = plain.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
    let written: [(&str, Vec<u8>); 13] = [
        ("plain", plain.clone().into_bytes()),
        ("tabs", desk(&Hand { delimiter: '\t', ..PLAIN }).into_bytes()),
        ("pipes", desk(&Hand { delimiter: '|', ..PLAIN }).into_bytes()),
        ("german", german.clone().into_bytes()),
        ("short years", desk(&Hand { delimiter: ';', date: short, decimal: ',' }).into_bytes()),
        ("american", desk(&Hand { date: american, ..PLAIN }).into_bytes()),
        ("sep", format!("sep=;\r\n{}", german.replace("\nINC", "\r\nINC")).into_bytes()),
        ("windows-1252", latin),
        ("utf-16, marked", [&[0xff, 0xfe][..], &utf16(&plain, u16::to_le_bytes)].concat()),
        ("utf-16, big, unmarked", utf16(&plain, u16::to_be_bytes)),
        ("marks inside", format!("\u{feff}{}", plain.replace("INC7,", "\u{feff}INC7,")).into_bytes()),
        ("blank lines", plain.replace("\nINC", "\n\n,,,,,,\nINC").into_bytes()),
        ("returns alone", plain.replace('\n', "\r").into_bytes()),
    ];
    let folder = Folder::new();
    let query = "select count(*) as n, min(opened) as first, max(resolved) as last, sum(touch_minutes) as minutes, \
                 count(distinct title) as titles, max(team) as team, min(stage) as stage from tickets";
    let mut first = None;
    for (at, (name, bytes)) in written.iter().enumerate() {
        folder.write("desk.csv", bytes);
        let data = format!("record-{at}");
        let report = folder.run(&format!("import desk.csv --data {data} --format json")).done().json();
        let file = &report["files"][0];
        assert_eq!((&file["rows"], &file["kept"], &report["tickets"]), (&json!(30), &json!(30), &json!(30)), "{name}");
        let told = ask(&folder, &data, query);
        assert_eq!(told, *first.get_or_insert_with(|| told.clone()), "{name}");
    }
    let told = first.unwrap();
    assert_eq!(
        (&told["minutes"], &told["titles"], &told["team"]),
        (&json!(480.0), &json!(30), &json!("Süd")),
        "{told}"
    );
    let begun = |name: &str| told[name].as_str().unwrap().get(..16).unwrap().replace('T', " ");
    assert_eq!((begun("first"), begun("last")), ("2026-01-01 08:15".to_owned(), "2026-01-31 08:30".to_owned()));
}

#[test]
fn every_spelling_of_nothing_is_nothing() {
    const NOTHING: [&str; 22] = [
        "",
        " ",
        "?",
        "-",
        "--",
        "—",
        "#N/B",
        "#N/A",
        "N/A",
        "n/a",
        "NA",
        "N.A.",
        "NULL",
        "null",
        "(null)",
        "None",
        "NaN",
        "(empty)",
        "\\N",
        "#VALUE!",
        "...",
        "undefined",
    ];
    let mut text = "number,opened_at,closed_at,state,assignment_group,location,made_sla,short_description\n".to_owned();
    for (at, nothing) in NOTHING.iter().enumerate() {
        writeln!(text, "INC{at},2026-01-05 08:00:00,{nothing},New,{nothing},{nothing},{nothing},Words {at}").unwrap();
    }
    text += "INC99,2026-01-05 08:00:00,2026-01-06 08:00:00,Closed,North,Hall 1,true,Words\n";
    let folder = Folder::new();
    folder.write("desk.csv", text);
    let report = folder.run("import desk.csv --data record --format json").done().json();
    assert_eq!((&report["files"][0]["rejected"], &report["tickets"]), (&json!(0), &json!(23)));
    for column in ["closed", "team", "location", "sla_kept"] {
        let told = ask(&folder, "record", &format!("select count({column}) as n from tickets"));
        assert_eq!(told["n"], json!(1), "{column}");
    }
}

#[test]
fn a_number_twice_is_one_ticket_and_what_cannot_be_true_is_told() {
    let folder = Folder::new();
    folder.write(
        "desk.csv",
        "number,opened_at,resolved_at,closed_at,state,short_description,sys_updated_on\n\
         INC1,2026-01-05 08:00:00,2026-01-06 08:00:00,2026-01-07 08:00:00,Closed,the newest,2026-01-07 08:00:00\n\
         INC1,2026-01-05 08:00:00,,,New,older,2026-01-05 08:00:00\n\
         INC1,2026-01-05 08:00:00,2026-01-06 08:00:00,2026-01-07 08:00:00,Closed,the newest,2026-01-07 08:00:00\n\
         INC2,2026-01-05 08:00:00,2026-01-04 08:00:00,2026-01-06 08:00:00,Closed,backwards,2026-01-06 08:00:00\n\
         INC3,2026-01-05 08:00:00,,2026-01-01 08:00:00,Closed,closed first,2026-01-06 08:00:00\n",
    );
    let report = folder.run("import desk.csv --data record --format json").done().json();
    let file = &report["files"][0];
    let count = |name: &str| file[name].as_u64().unwrap();
    assert_eq!(count("rows"), 5);
    assert_eq!(count("rows"), count("kept") + count("updated") + count("unchanged") + count("rejected"), "{file}");
    assert_eq!((count("rejected"), &report["tickets"]), (0, &json!(3)), "{file}");
    let notes = file["notes"].to_string();
    assert!(
        notes.contains("resolved before it was opened") && notes.contains("closed before it was opened"),
        "{notes}"
    );
    assert_eq!(ask(&folder, "record", "select title from tickets where id = 'INC1'")["title"], "the newest");

    let told = folder.run("measures --data record --format json").done().json();
    let of = |name: &str, statistic: &str| {
        let all = told["measures"].as_array().unwrap();
        all.iter().find(|one| one["name"] == name && one["statistic"] == statistic).unwrap().clone()
    };
    assert_eq!(of("tickets", "count")["value"], json!(3.0));
    assert_eq!(of("impossible_dates", "count")["value"], json!(2.0));
    assert_eq!(of("opened_to_resolved_hours", "mean")["n"], json!(1), "a time below zero is no time");
}

/// Comma-separated text as rows of cells.
fn rows(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => cell.extend(letters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            _ => cell.push(letter),
        }
    }
    rows
}

#[test]
fn every_rejected_row_lies_in_the_file_with_its_reason_and_the_counts_add_up() {
    let folder = Folder::new();
    let head = "number,opened_at,state,short_description,reassignment_count\n";
    folder.write(
        "one.csv",
        format!(
            "{head}INC1,2026-01-05 08:00:00,New,fine,0\n\
             INC2,2026-02-30 08:00:00,New,no such day,0\n\
             ,2026-01-05 08:00:00,New,no number,0\n\
             INC4,2026-01-05 08:00:00,New,one, two,0\n\
             INC5,2026-01-05 08:00:00,New,less,-1\n\
             \n\
             INC6,2026-01-06 08:00:00,New,\"never closed,0\n\
             INC7,2026-01-06 08:00:00,New,fine,0\n"
        ),
    );
    folder.write("two.csv", format!("{head}INC8,soon,New,x,0\nINC9,2026-01-06 08:00:00,New,fine,0\n"));
    let ran = folder.run("import one.csv two.csv --data record --format json");
    assert_eq!(ran.code, 4, "{}", ran.whole());
    let report = ran.json();
    let mut rejected = Vec::new();
    for (file, (rows, kept)) in report["files"].as_array().unwrap().iter().zip([(7, 2), (2, 1)]) {
        let count = |name: &str| file[name].as_u64().unwrap();
        assert_eq!((count("rows"), count("kept"), count("updated") + count("unchanged")), (rows, kept, 0), "{file}");
        assert_eq!(count("rejected"), rows - kept, "{file}");
        rejected.push((file["path"].as_str().unwrap().to_owned(), count("rejected")));
    }
    let told = rows(&folder.read("record/rejects.csv"));
    assert_eq!(told[0], ["file", "row", "column", "reason", "raw"]);
    for (path, count) in rejected {
        assert_eq!(told.iter().filter(|row| row[0] == path).count() as u64, count, "{path}: {told:?}");
    }
    let expected = [
        ("2", "opened_at", "2026-02-30", "INC2,2026-02-30 08:00:00,New,no such day,0"),
        ("3", "number", "no number of its own", ",2026-01-05 08:00:00,New,no number,0"),
        ("4", "", "6 fields where the header has 5", "INC4,2026-01-05 08:00:00,New,one, two,0"),
        ("5", "reassignment_count", "less than nothing", "INC5,2026-01-05 08:00:00,New,less,-1"),
        ("6", "", "a quote opens in this row", "INC6,2026-01-06 08:00:00,New,\"never closed,0"),
        ("1", "opened_at", "`soon`", "INC8,soon,New,x,0"),
    ];
    assert_eq!(told.len(), expected.len() + 1, "{told:?}");
    for (row, (number, column, reason, raw)) in told[1..].iter().zip(expected) {
        assert_eq!((row.len(), row[1].as_str(), row[2].as_str(), row[4].as_str()), (5, number, column, raw), "{row:?}");
        assert!(row[3].contains(reason), "{row:?}");
    }
    // Mended, they come in; then there is nothing left to tell.
    folder.write("one.csv", format!("{head}INC2,2026-02-28 08:00:00,New,such a day,0\n"));
    folder.run("import one.csv --data record").done();
    assert!(!folder.path().join("record/rejects.csv").exists(), "of an import without any there is no such file");
}

/// So many tickets from a number on, as they stood in a round.
fn round(from: usize, many: usize, round: u32) -> String {
    let mut text = "number,opened_at,state,short_description,sys_updated_on\n".to_owned();
    for at in from..from + many {
        writeln!(text, "INC{at},2026-01-01 08:00:00,New,round {round},2026-01-{:02} 08:00:00", round + 1).unwrap();
    }
    text
}

fn start(folder: &Folder, file: &str) -> Child {
    let mut command = program(folder.path());
    command.args(["import", file, "--data", "record", "--format", "json"]);
    command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
}

#[test]
fn of_two_imports_at_once_one_waits_and_both_are_kept() {
    let folder = Folder::new();
    folder.write("one.csv", round(0, 4_000, 1));
    folder.write("two.csv", round(4_000, 4_000, 1));
    let running = ["one.csv", "two.csv"].map(|file| start(&folder, file));
    let mut generations = Vec::new();
    for child in running {
        let ended = child.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(0));
        let report: Value = serde_json::from_slice(&ended.stdout).unwrap();
        let generation = report["generation"].as_u64().unwrap();
        assert_eq!(
            (report["tickets"].as_u64(), &report["files"][0]["kept"]),
            (Some(generation * 4_000), &json!(4_000))
        );
        generations.push(generation);
    }
    generations.sort_unstable();
    assert_eq!(generations, [1, 2]);
    assert_eq!(ask(&folder, "record", "select count(*) as n from tickets")["n"], json!(8_000));
}

#[test]
fn an_import_that_is_killed_leaves_the_record_as_before_or_as_after() {
    let folder = Folder::new();
    folder.write("desk.csv", round(0, 3_000, 0));
    folder.run("import desk.csv --data record").done();
    let mut stands = 0;
    for next in 1..=12_u32 {
        folder.write("desk.csv", round(0, 3_000, next));
        let mut child = start(&folder, "desk.csv");
        sleep(Duration::from_millis(u64::from(next) * 9));
        let _ = child.kill();
        let _ = child.wait();
        let told = ask(
            &folder,
            "record",
            "select count(*) as n, count(distinct title) as rounds, min(title) as title from tickets",
        );
        assert_eq!((&told["n"], &told["rounds"]), (&json!(3_000), &json!(1)), "round {next}: {told}");
        if told["title"] == json!(format!("round {next}")) {
            stands = next;
        } else {
            assert_eq!(told["title"], json!(format!("round {stands}")), "round {next}");
        }
    }
    // The next one cleans up and goes on.
    folder.write("desk.csv", round(0, 3_000, 13));
    let report = folder.run("import desk.csv --data record --format json").done().json();
    assert_eq!((&report["tickets"], &report["files"][0]["updated"]), (&json!(3_000), &json!(3_000)));
}

#[test]
fn a_folder_that_cannot_be_one_is_refused_by_every_command() {
    let folder = Folder::small();
    for command in ["import desk.csv", "measures", "problems", "forecast", "brief", "friction", "similar --text mail"] {
        let ran = folder.run(&format!("{command} --data desk.csv"));
        assert_eq!(ran.code, 3, "{command}: {}", ran.whole());
        assert!(ran.out.is_empty() && ran.err.contains("desk.csv") && ran.err.contains("hint: --data"), "{}", ran.err);
    }
}

#[test]
fn a_saved_mapping_reads_the_same_and_an_edited_one_what_it_says() {
    let folder = Folder::new();
    folder.write("desk.csv", desk(&Hand { delimiter: ';', date: german, decimal: ',' }).replace("number;", "Vorgang;"));
    folder.run("import desk.csv --data record --dry-run --save-mapping ours.toml").done();
    folder.run("import desk.csv --data found").done();
    folder.run("import desk.csv --data given --mapping ours.toml").done();
    let query =
        "select count(*) as n, min(opened) as first, sum(touch_minutes) as minutes, max(team) as team from tickets";
    let found = ask(&folder, "found", query);
    assert_eq!(found, ask(&folder, "given", query));
    assert_eq!(found["n"], json!(30));
    let saved = folder.read("ours.toml");
    let edited = saved.replace("from = [\"assignment_group\"]", "from = [\"state\"]");
    assert_ne!(saved, edited, "the file names its columns: {saved}");
    folder.write("ours.toml", edited);
    folder.run("import desk.csv --data edited --mapping ours.toml").done();
    assert_eq!(ask(&folder, "edited", query)["team"], "Resolved");
    folder.write("ours.toml", saved.replace("[fields", "[feilds"));
    let ran = folder.run("import desk.csv --data wrong --mapping ours.toml");
    assert!(ran.code == 3 && ran.err.contains("ours.toml") && ran.err.contains("feilds"), "{}", ran.whole());
}
