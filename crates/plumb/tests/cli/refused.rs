//! What is no export, and what is wrong use: refused with a reason, a hint, and the right exit code.

use std::fmt::Write as _;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use insta::assert_snapshot;

use crate::support::Folder;

#[test]
fn what_is_no_export_is_refused() {
    let folder = Folder::new();
    folder.write("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0");
    folder.write("empty.csv", b"");
    folder.write("letter.txt", b"The printer is broken.\n");
    folder.write("page.pdf", b"%PDF-1.7\n1 0 obj\n");
    let mut told = String::new();
    for file in ["picture.png", "empty.csv", "page.pdf", "letter.txt", "missing.csv"] {
        for more in ["", " --dry-run", " --format json"] {
            let ran = folder.run(&format!("import {file} --data record{more}"));
            assert_eq!(ran.code, 3, "{file}{more}: {}", ran.whole());
            assert!(ran.err.contains("error: ") && ran.err.contains(file), "{}", ran.err);
            assert!(ran.out.is_empty() || more.contains("dry-run"), "{file}{more}: {}", ran.out);
            if more.is_empty() {
                told.push_str(&ran.err.replace("reading ", ""));
            }
        }
    }
    assert_snapshot!(told);
    assert!(!folder.path().join("record/record.json").exists(), "there is no record");
}

#[test]
fn a_bomb_is_refused_before_it_unfolds() {
    let folder = Folder::new();
    // Half a gigabyte of line ends after a good header, packed a thousand to one.
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(b"number,opened_at\n").unwrap();
    let block = vec![b'\n'; 1 << 16];
    for _ in 0..1 << 13 {
        packer.write_all(&block).unwrap();
    }
    folder.write("bomb.csv.gz", packer.finish().unwrap());
    let ran = folder.run("import bomb.csv.gz --data record");
    assert_eq!(ran.code, 3, "{}", ran.whole());
    assert!(ran.err.contains("bomb.csv.gz") && ran.err.contains("hint: "), "{}", ran.err);
    assert!(!folder.path().join("record/record.json").exists());
}

#[test]
fn a_line_of_ten_gigabytes_is_refused() {
    let folder = Folder::new();
    let mut text = "number,opened_at,state,short_description\n".to_owned();
    for at in 0..200 {
        writeln!(text, "INC{at},2026-01-05 08:00:00,New,It does not print").unwrap();
    }
    let quoted = format!("{text}INC200,\"");
    // The files take no room on the disk: what is behind their beginning was never written.
    for (name, start) in [("behind rows.csv", text.as_str()), ("behind a quote.csv", quoted.as_str()), ("all.csv", "")]
    {
        folder.write(name, start);
        let path = folder.path().join(name);
        std::fs::File::options().write(true).open(&path).unwrap().set_len(10 << 30).unwrap();
        let ran = folder.run_with(&["import", name, "--data", "record"], b"");
        assert_eq!(ran.code, 3, "{name}: {}", ran.whole());
        assert!(ran.err.contains(name) && ran.err.contains("hint: "), "{name}: {}", ran.err);
        let why = if start.is_empty() { "it is not text" } else { "longer than" };
        assert!(ran.err.contains(why), "{name}: {}", ran.err);
        std::fs::remove_file(path).unwrap();
    }
    assert!(!folder.path().join("record/record.json").exists(), "there is no record");
}

#[test]
fn wrong_use_ends_with_2_and_a_hint() {
    let folder = Folder::small();
    for (arguments, hint) in [
        ("", "Usage"),
        ("imprt desk.csv", "import"),
        ("import", "Usage"),
        ("import desk.csv --date-order ddmmyy", "dmy"),
        ("import desk.csv --profile nonsense --data record", "plumb profiles"),
        ("import desk.csv --time-zone Mars/Phobos --data record", "Europe/Berlin"),
        ("import desk.csv --profile a --mapping b", "cannot be used with"),
        ("measures --top 3 --data record", "--by"),
        ("measures --by assignee --data record", "possible values"),
        ("measures --from yesterday --data record", "2026-01-31"),
        ("measures --from 2026-02-01 --to 2026-01-01 --data record", "the day after the last one"),
        ("similar --batch none.jsonl -k 0", "at least 1"),
        ("brief --format docx --data record", "possible values"),
        ("rates --staff-hour 90-40 --data record", "40-90"),
        ("rates --staff-hour much --data record", "LOW-HIGH"),
        ("serve --bind 0.0.0.0:0 --data record", "plumb password"),
        ("serve --bind nowhere --data record", "--bind"),
    ] {
        let ran = folder.run(arguments);
        assert_eq!(ran.code, 2, "plumb {arguments}: {}", ran.whole());
        assert_eq!(ran.out, "", "plumb {arguments}");
        assert!(ran.err.contains(hint), "plumb {arguments} does not say `{hint}`: {}", ran.err);
    }
    let short = folder.run_with(&["password", "--data", "record"], b"short\n");
    assert_eq!(short.code, 2);
    assert!(short.err.contains("at least 10"), "{}", short.err);
}

#[test]
fn every_error_says_what_to_do() {
    let folder = Folder::small();
    folder.write("odd.toml", "zone = [");
    for (arguments, code) in [
        ("measures --calendar none.toml --data record", 3),
        ("measures --calendar odd.toml --data record", 3),
        ("brief --format pdf --out nowhere/brief.pdf --data record", 3),
        ("similar --batch none.jsonl", 3),
        ("similar --text printer -k 1000000 --data record", 2),
        ("problems --assignments nowhere/out.csv --data record", 3),
        ("problems --model nowhere --data record", 3),
        ("import desk.csv --mapping none.toml --data record", 3),
        ("import desk.csv --mapping odd.toml --data record", 3),
        ("import desk.csv --dry-run --save-mapping nowhere/m.toml --data record", 3),
        ("verify nothing --fixed-on 2026-01-10 --data record", 2),
    ] {
        let ran = folder.run(arguments);
        assert_eq!(ran.code, code, "plumb {arguments}: {}", ran.whole());
        assert!(ran.out.is_empty() && ran.err.contains("error: ") && ran.err.contains("\nhint: "), "{}", ran.whole());
    }
}

#[test]
fn an_empty_record_is_refused_with_the_way_to_fill_it() {
    let folder = Folder::new();
    for command in ["measures", "problems", "forecast", "brief", "sql select"] {
        let ran = folder.run(&format!("{command} --data record"));
        assert_eq!(ran.code, 3, "{command}: {}", ran.whole());
        assert_eq!(ran.out, "");
        assert!(ran.err.contains("the record is empty") && ran.err.contains("hint: plumb import FILE"), "{}", ran.err);
    }
    let mapping = folder.run("import x.csv --mapping none.toml --data record");
    assert_eq!(mapping.code, 3);
    assert!(mapping.err.contains("none.toml") && mapping.err.contains("--save-mapping"), "{}", mapping.err);
}

#[test]
fn sql_reads_and_never_writes() {
    let folder = Folder::small();
    let before = folder.everything();
    for statement in [
        "drop table tickets",
        "delete from tickets",
        "update tickets set id = 'x'",
        "insert into tickets (id) values ('x')",
        "create table mine as select * from tickets",
        "create external table e stored as csv location '/etc/passwd'",
        "copy tickets to 'out.csv'",
        "copy (select 1) to 'out.parquet'",
        "set datafusion.execution.batch_size = 1",
        "select 1; drop table tickets",
        "select * from '/etc/passwd'",
        "select * from 'desk.csv'",
        "",
        "selec id",
    ] {
        let ran = folder.run_with(&["sql", statement, "--data", "record"], b"");
        assert_eq!(ran.code, 3, "{statement}: {}", ran.whole());
        assert_eq!(ran.out, "", "{statement}");
        assert!(ran.err.contains("error: ") && ran.err.contains("hint: "), "{statement}: {}", ran.err);
    }
    assert!(folder.everything() == before, "something was written");
}

#[test]
fn a_long_question_is_answered_or_refused_and_never_ends_the_program() {
    let folder = Folder::small();
    let ask = |terms: usize| {
        folder.run_with(&["sql", &format!("select 1{} as n", "+1".repeat(terms)), "--data", "record"], b"")
    };
    let ran = ask(1_000);
    assert_eq!(ran.code, 0, "{}", ran.whole());
    assert!(ran.out.contains("1001"), "{}", ran.out);
    let ran = ask(10_000);
    assert_eq!(ran.code, 3, "{}", ran.whole());
    assert!(ran.err.contains("longer than 20000 bytes") && ran.err.contains("hint: "), "{}", ran.err);
}

#[test]
fn a_file_that_cannot_be_written_is_told() {
    let folder = Folder::small();
    for arguments in [
        "brief --format html --out nowhere/brief.html --data record",
        "problems --assignments nowhere/out.csv --data record",
        "import desk.csv --dry-run --save-mapping nowhere/m.toml --data record",
    ] {
        let ran = folder.run(arguments);
        assert_eq!(ran.code, 3, "{arguments}: {}", ran.whole());
        assert!(ran.err.contains("nowhere"), "{arguments}: {}", ran.err);
    }
}
