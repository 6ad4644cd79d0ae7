//! Files larger than a set bound of memory stream. A process of its own, because the kernel counts by process.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests say what is wrong by panicking")]

use std::io::{BufWriter, Write};

use formats::{Limits, Record, open};

/// The most memory that this process ever had, in bytes; `None` where the kernel does not tell.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
}

#[test]
fn files_larger_than_memory_stream() {
    const FILE: u64 = 96 << 20;
    const MEMORY: u64 = 32 << 20;
    let Some(before) = peak() else {
        println!("skipped: the kernel does not tell how much memory was used");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let words = "some words that fill a line of text in a ticket, and some more of them ".repeat(4);
    for (name, start, row, end) in [
        ("csv", "id,text\n", format!("7,\"{words}\"\n"), ""),
        ("json", "{\"x\":{\"things\":[{\"id\":1}", format!(",{{\"id\":7,\"text\":\"{words}\"}}"), "]}}"),
        ("jsonl", "{\"id\":1}\n", format!("{{\"id\":7,\"text\":\"{words}\"}}\n"), ""),
        ("xml", "<a><b>", format!("<c><id>7</id><text>{words}</text></c>"), "</b></a>"),
        (
            "xes",
            "<log xes.version=\"1\"><trace>",
            format!("<event><string key=\"t\" value=\"{words}\"/></event>"),
            "</trace></log>",
        ),
    ] {
        let path = folder.path().join(name);
        let mut out = BufWriter::new(std::fs::File::create(&path).unwrap());
        out.write_all(start.as_bytes()).unwrap();
        let rows = FILE / row.len() as u64;
        for _ in 0..rows {
            out.write_all(row.as_bytes()).unwrap();
        }
        out.write_all(end.as_bytes()).unwrap();
        drop(out);
        let (_, mut reader) = open(&path, Limits::default()).unwrap().remove(0);
        let mut record = Record::default();
        let mut read = 0;
        while let Some(row) = reader.next(&mut record).unwrap() {
            row.unwrap();
            read += 1;
        }
        assert!(read >= rows && read <= rows + 1, "{name}: {read} of {rows}");
        let used = peak().unwrap() - before;
        assert!(used < MEMORY, "{name}: {used} bytes for a file of {FILE}");
        std::fs::remove_file(path).unwrap();
    }
    for (name, pack) in PACKED {
        let path = folder.path().join(name);
        let rows = pack(std::fs::File::create(&path).unwrap(), FILE);
        let (_, mut reader) = open(&path, Limits::default()).unwrap().remove(0);
        let (mut record, mut read) = (Record::default(), 0);
        while let Some(row) = reader.next(&mut record).unwrap() {
            row.unwrap();
            read += 1;
        }
        assert_eq!(read, rows, "{name}");
        drop(reader);
        let used = peak().unwrap() - before;
        assert!(used < MEMORY, "{name}: {used} bytes for {FILE} unpacked");
        std::fs::remove_file(path).unwrap();
    }
}

/// Writes so many bytes, packed, and tells how many rows of data they are.
type Pack = fn(std::fs::File, u64) -> u64;

const PACKED: [(&str, Pack); 3] = [("rows.csv.gz", gz), ("rows.zip", zipped), ("rows.xlsx", workbook)];

/// Digits without a pattern, so that no row is like another and a packed file is no bomb.
fn digits(state: &mut u64) -> String {
    let mut text = String::with_capacity(320);
    for _ in 0..20 {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let _ = std::fmt::Write::write_fmt(&mut text, format_args!("{:016x}", *state ^ (*state >> 29)));
    }
    text
}

fn delimited(mut out: impl Write, bytes: u64) -> (u64, u64) {
    out.write_all(b"id,text\n").unwrap();
    let (mut state, mut written, mut rows) = (7, 0, 0);
    while written < bytes {
        let row = format!("{rows},{}\n", digits(&mut state));
        out.write_all(row.as_bytes()).unwrap();
        written += row.len() as u64;
        rows += 1;
    }
    out.flush().unwrap();
    (rows, written)
}

fn gz(file: std::fs::File, bytes: u64) -> u64 {
    delimited(flate2::write::GzEncoder::new(BufWriter::new(file), flate2::Compression::fast()), bytes).0
}

fn packer(file: std::fs::File) -> (zip::ZipWriter<std::fs::File>, zip::write::SimpleFileOptions) {
    let fast = zip::write::SimpleFileOptions::default().compression_level(Some(1));
    (zip::ZipWriter::new(file), fast)
}

fn zipped(file: std::fs::File, bytes: u64) -> u64 {
    let (mut archive, options) = packer(file);
    archive.start_file("rows.csv", options).unwrap();
    let (rows, _) = delimited(BufWriter::new(&mut archive), bytes);
    archive.finish().unwrap();
    rows
}

/// A workbook with its text in the cells.
fn workbook(file: std::fs::File, bytes: u64) -> u64 {
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let parts = [
        ("[Content_Types].xml", "<Types/>".to_owned()),
        (
            "_rels/.rels",
            format!(
                "<Relationships><Relationship Id=\"r1\" Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns:r=\"{office}\"><sheets><sheet name=\"Rows\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships><Relationship Id=\"r1\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
            ),
        ),
    ];
    let (mut archive, options) = packer(file);
    for (name, text) in parts {
        archive.start_file(name, options).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.start_file("xl/worksheets/sheet1.xml", options).unwrap();
    let mut out = BufWriter::new(&mut archive);
    let cells = |row: u64, one: &str, two: &str| {
        format!(
            "<row r=\"{row}\"><c r=\"A{row}\" t=\"inlineStr\"><is><t>{one}</t></is></c><c r=\"B{row}\" t=\"inlineStr\"><is><t>{two}</t></is></c></row>"
        )
    };
    out.write_all(b"<worksheet><sheetData>").unwrap();
    out.write_all(cells(1, "id", "text").as_bytes()).unwrap();
    let (mut state, mut written, mut rows) = (7, 0, 0);
    while written < bytes {
        let row = cells(rows + 2, &rows.to_string(), &digits(&mut state));
        out.write_all(row.as_bytes()).unwrap();
        written += row.len() as u64;
        rows += 1;
    }
    out.write_all(b"</sheetData></worksheet>").unwrap();
    out.flush().unwrap();
    drop(out);
    archive.finish().unwrap();
    rows
}
