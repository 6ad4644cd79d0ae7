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
}
