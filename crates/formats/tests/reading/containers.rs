//! Archives that are damaged, hostile or in several pieces.

use std::io::Write;

use crate::pack::{gzip, workbook, xz_raw, zip_of, zstd_raw, zstd_skippable};
use crate::{good, read_all};

const CSV: &[u8] = b"id,text\n1,a\n2,b\n3,c\n4,d\n";

#[test]
fn several_pieces_one_after_the_other() {
    let (first, second) = CSV.split_at(13);
    for packed in [
        [gzip(first), gzip(second)].concat(),
        [gzip(first), gzip(second), vec![0; 1000]].concat(),
        [zstd_raw(first), zstd_raw(second)].concat(),
        [zstd_skippable(), zstd_raw(first), zstd_skippable(), zstd_skippable(), zstd_raw(second), zstd_skippable()]
            .concat(),
        [xz_raw(first), xz_raw(second)].concat(),
        [xz_raw(first), vec![0; 8], xz_raw(second), vec![0; 4]].concat(),
    ] {
        assert_eq!(good(&packed).len(), 4, "{:?}", &packed[..6]);
    }
}

#[test]
fn worksheets_inside_of_other_containers() {
    let book = workbook(&[]);
    for packed in [gzip(&book), xz_raw(&book), zstd_raw(&book), zip_of(&[("a.xlsx", &book)])] {
        assert_eq!(good(&packed)[0][0].1, "INC1");
    }
    let both = zip_of(&[("a.xlsx", &book), ("b.csv", CSV)]);
    assert_eq!(good(&both).len(), 5);
}

#[test]
fn a_damaged_member_is_an_error() {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    archive.start_file("a.csv", stored).unwrap();
    archive.write_all(CSV).unwrap();
    // Another one that is whole does not make up for it.
    archive.start_file("b.csv", stored).unwrap();
    archive.write_all(b"id,text\n1,a\n").unwrap();
    let mut bytes = archive.finish().unwrap().into_inner();
    let at = bytes.windows(3).position(|window| window == b"3,c").unwrap();
    bytes[at + 2] = b'X';
    let reason = read_all(&bytes).unwrap_err();
    assert!(reason.contains("checksum"), "{reason}");
}

#[test]
fn members_that_are_passed_over_are_told_by_name() {
    let (rows, notes) =
        read_all(&zip_of(&[("photo.png", b"\x89PNG\r\n\x1a\n00"), ("a.csv", CSV), ("read me.txt", b"hello")])).unwrap();
    assert_eq!(rows.len(), 4);
    let notes = notes.join("\n");
    assert!(notes.contains("photo.png") && notes.contains("a picture (PNG)"), "{notes}");
    assert!(notes.contains("read me.txt"), "{notes}");
}

#[test]
fn members_over_one_another_are_refused() {
    let mut bytes = zip_of(&[("a.csv", CSV), ("b.csv", CSV)]);
    // The second entry of the directory points at the first member.
    let entries: Vec<usize> =
        bytes.windows(4).enumerate().filter(|(_, window)| *window == b"PK\x01\x02").map(|(at, _)| at).collect();
    bytes[entries[1] + 42..entries[1] + 46].copy_from_slice(&[0; 4]);
    let reason = read_all(&bytes).unwrap_err();
    assert!(reason.contains("over one another"), "{reason}");
}

#[test]
fn archives_of_too_many_members_are_refused() {
    let names: Vec<String> = (0..300).map(|n| format!("{n}.csv")).collect();
    let members: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), CSV)).collect();
    assert!(read_all(&zip_of(&members)).unwrap_err().contains("more than 256 files"));
    let names: Vec<String> = (0..10_001).map(|n| format!("{n}.txt")).collect();
    let members: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert!(read_all(&zip_of(&members)).unwrap_err().contains("10001 entries"));
}
