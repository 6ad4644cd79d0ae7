use std::io::{self, Read, Write};

use formats::{Limits, Record, open, open_bytes};

use crate::read_all;

fn refused(bytes: &[u8]) -> String {
    match read_all(bytes) {
        Ok(rows) => panic!("read as {rows:?}"),
        Err(reason) => reason,
    }
}

#[test]
fn what_is_no_export_is_refused_with_a_remedy() {
    for (bytes, why) in [
        (&b""[..], "empty"),
        (b"  \n \n", "blanks"),
        (b"\x89PNG\r\n\x1a\n0000", "picture"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "Office"),
        (b"one line of prose\nand another\n", "delimiter"),
        (b"\x00\x01\x02\x03\x04\x05\x06", "text"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "web page"),
        (b"[{\"a\":1}", "not closed"),
        (b"<a><b><c>1</c>", "ends in the middle"),
    ] {
        let reason = refused(bytes);
        assert!(reason.contains(why), "{reason}");
        assert!(reason.ends_with(|c: char| c.is_alphanumeric()), "a remedy follows: {reason}");
    }
    let tar = [b"incidents.csv".as_slice(), &[0; 244], b"ustar\x0000"].concat();
    assert!(refused(&tar).contains("a tar archive"));
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(&tar).unwrap();
    assert!(refused(&packer.finish().unwrap()).contains("what is packed in it is a tar archive"));
    let page = b"<html><body><table><tr><td>Number</td></tr></table></body></html>";
    let told = open_bytes("tickets.XLS", page, Limits::default()).err().unwrap();
    assert!(told.reason.contains("under the name of a worksheet"), "{told}");
    assert!(
        open(std::path::Path::new("/nowhere/at/all.csv"), Limits::default())
            .err()
            .unwrap()
            .to_string()
            .contains("no such file")
    );
    assert!(open(&std::env::temp_dir(), Limits::default()).err().unwrap().to_string().contains("folder"));
    let device = std::path::Path::new("/dev/null");
    if device.exists() {
        assert!(open(device, Limits::default()).err().unwrap().to_string().contains("only once"));
    }
}

#[test]
fn an_archive_in_an_archive_is_refused() {
    let inner = {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(b"a,b\n1,2\n").unwrap();
        packer.finish().unwrap()
    };
    let mut outer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    outer.write_all(&inner).unwrap();
    assert!(refused(&outer.finish().unwrap()).contains("archive inside the archive"));
}

#[test]
fn a_bomb_stops_early() {
    // 512 MiB of one line feed after a good header: packed a thousand to one.
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(b"a,b\n").unwrap();
    let block = vec![b'\n'; 1 << 16];
    for _ in 0..(1 << 13) {
        packer.write_all(&block).unwrap();
    }
    assert!(refused(&packer.finish().unwrap()).contains("unpacks to far more"));
}

#[test]
fn deep_nesting_is_refused() {
    let deep = format!("[{}{}]", "[".repeat(100_000), "]".repeat(100_000));
    assert!(refused(deep.as_bytes()).contains("nested deeper"));
    let deep = format!("<r>{}{}</r>", "<a>".repeat(100_000), "</a>".repeat(100_000));
    assert!(refused(deep.as_bytes()).contains("nested deeper"));
}

#[test]
fn entities_are_never_expanded() {
    let bomb = br#"<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;">]><r><a><number>&lol2;</number></a></r>"#;
    let (rows, _) = read_all(bomb).unwrap();
    assert!(rows[0].as_ref().unwrap().contains(&("number".into(), "&lol2;".into())));
}

/// A file of any size that is one line.
struct OneLine {
    left: u64,
    start: io::Cursor<&'static [u8]>,
}

impl Read for OneLine {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.start.read(buffer)?;
        if n > 0 {
            return Ok(n);
        }
        let n = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        buffer[..n].fill(b'x');
        self.left -= n as u64;
        Ok(n)
    }
}

#[test]
fn a_line_without_end_is_refused_in_bounded_memory() {
    // A sparse file would be zeros; this one is a packed line of many times what a record may have,
    // guarded by the record's length long before the ratio could be measured.
    for start in [
        "a,b\n1,",
        "a,b\n\"",
        "[{\"a\":\"",
        "{\"a\":1}\n{\"a\":\"",
        "<r><i><number>",
        "<log xes.version=\"1\"><trace><event>",
    ] {
        let limits = Limits { ratio: u64::MAX, record_bytes: 256 << 10, ..Limits::default() };
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        let start: &'static [u8] = Box::leak(start.to_owned().into_boxed_str()).as_bytes();
        let mut line = OneLine { left: 64 << 20, start: io::Cursor::new(start) };
        io::copy(&mut line, &mut packer).unwrap();
        let file = packer.finish().unwrap();
        let outcome = open_bytes("line", &file, limits).and_then(|mut readers| {
            let mut record = Record::default();
            let (_, reader) = &mut readers[0];
            while reader.next(&mut record)?.is_some() {
                assert!(record.buffer.capacity() <= 4 << 20);
            }
            Ok(())
        });
        let reason = outcome.expect_err("refused").to_string();
        assert!(reason.contains("longer than 256 kB"), "{reason}");
    }
}

#[test]
fn a_record_that_is_too_long_costs_itself_only() {
    let limits = Limits { record_bytes: 64 << 10, ..Limits::default() };
    let long = "x".repeat(1 << 20);
    for text in [
        format!("id,t\n1,a\n2,{long}\n3,c\n"),
        format!("\"id\",\"t\"\n\"1\",\"a\"\n\"2\",\"{long}\"\n\"3\",\"c\"\n"),
        format!("[{{\"id\":1,\"t\":\"a\"}},{{\"id\":2,\"t\":\"{long}\"}},{{\"id\":3,\"t\":\"c\"}}]"),
        format!("{{\"id\":1,\"t\":\"a\"}}\n{{\"id\":2,\"t\":\"{long}\"}}\n{{\"id\":3,\"t\":\"c\"}}\n"),
        format!("<r><i><id>1</id><t>a</t></i><i><id>2</id><t>{long}</t></i><i><id>3</id><t>c</t></i></r>"),
        format!(
            "<log xes.version=\"1\"><trace><event><string key=\"id\" value=\"1\"/></event><event><string key=\"id\" \
             value=\"{long}\"/></event><event><string key=\"id\" value=\"3\"/></event></trace></log>"
        ),
    ] {
        let start = &text[..30];
        let (_, mut reader) = open_bytes("long", text.as_bytes(), limits).unwrap().remove(0);
        let mut record = Record::default();
        let mut seen = Vec::new();
        while let Some(row) = reader.next(&mut record).unwrap() {
            seen.push(match row {
                Ok(()) => record.get(0).unwrap().to_owned(),
                Err(error) => {
                    assert!(error.reason.contains("longer than 64 kB"), "{start}: {}", error.reason);
                    assert!(error.raw.contains('2') || error.raw.contains("xxx"), "{start}: {}", error.raw);
                    assert!(error.raw.len() < 6000 && error.row == 2, "{start}");
                    "too long".into()
                }
            });
        }
        assert_eq!(seen, ["1", "too long", "3"], "{start}");
    }
}
