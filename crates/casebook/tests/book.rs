//! The file: what is written is there after a kill, for others, and in order.

use std::fs::{self, OpenOptions};
use std::io::Write;

use casebook::{Act, Book, BookError, FILE, Side, TORN};
use jiff::Timestamp;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn rename(title: &str) -> Act {
    let of = Side { id: "t1".into(), title: "Before".into(), n: 1, tickets: vec!["a/1".into()] };
    Act::Rename { of, title: title.into() }
}

#[test]
fn a_folder_without_a_casebook_is_an_empty_one_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let book = Book::open(&folder.path().join("none")).unwrap();
    assert!(book.entries().is_empty() && book.last() == 0);
    assert!(!folder.path().join("none").exists());
}

#[test]
fn two_books_over_one_folder_see_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let (mut one, mut two) = (Book::open(folder.path()).unwrap(), Book::open(folder.path()).unwrap());
    assert_eq!(one.writer().unwrap().add(at(0), " Ada ", rename("A")).unwrap(), 1);
    assert_eq!(two.writer().unwrap().add(at(1), "", rename("B")).unwrap(), 2);
    one.refresh().unwrap();
    assert_eq!(one.entries(), two.entries());
    assert_eq!((one.entries()[0].by.as_str(), one.entry(2).unwrap().at), ("Ada", at(1)));
    assert_eq!(Book::open(folder.path()).unwrap().entries(), one.entries());
}

#[test]
fn while_one_writes_another_waits() {
    let folder = tempfile::tempdir().unwrap();
    let mut threads = Vec::new();
    for thread in 0..4 {
        let data = folder.path().to_path_buf();
        threads.push(std::thread::spawn(move || {
            let mut book = Book::open(&data).unwrap();
            for n in 0..25 {
                book.writer().unwrap().add(at(n), "", rename(&format!("{thread} {n}"))).unwrap();
            }
        }));
    }
    for thread in threads {
        thread.join().unwrap();
    }
    let book = Book::open(folder.path()).unwrap();
    let numbers: Vec<u64> = book.entries().iter().map(|entry| entry.number).collect();
    assert_eq!(numbers, (1..=100).collect::<Vec<_>>());
}

#[test]
fn a_line_cut_short_at_any_byte_is_set_aside_and_nothing_else_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE);
    let mut book = Book::open(folder.path()).unwrap();
    book.writer().unwrap().add(at(0), "", rename("first")).unwrap();
    let whole = fs::read(&path).unwrap();
    book.writer().unwrap().add(at(1), "", rename("sëcond")).unwrap();
    let both = fs::read(&path).unwrap();
    for cut in whole.len()..both.len() {
        fs::write(&path, &both[..cut]).unwrap();
        let _ = fs::remove_file(folder.path().join(TORN));
        let mut book = Book::open(folder.path()).unwrap();
        assert_eq!(book.entries().len(), 1, "cut at {cut}");
        assert_eq!(book.writer().unwrap().add(at(2), "", rename("third")).unwrap(), 2);
        let torn = fs::read(folder.path().join(TORN)).unwrap_or_default();
        assert_eq!(torn.len(), if cut > whole.len() { cut - whole.len() + 1 } else { 0 });
        assert_eq!(book.notes().len(), usize::from(cut > whole.len()), "it is told");
        let again = Book::open(folder.path()).unwrap();
        assert_eq!(again.entries(), book.entries());
        assert!(matches!(&again.entries()[1].act, Act::Rename { title, .. } if title == "third"));
    }
}

#[test]
fn a_broken_line_and_a_later_version_are_refused_by_their_number() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE);
    Book::open(folder.path()).unwrap().writer().unwrap().add(at(0), "", rename("first")).unwrap();
    let first = fs::read_to_string(&path).unwrap();
    let add = |line: &str| {
        fs::write(&path, &first).unwrap();
        OpenOptions::new().append(true).open(&path).unwrap().write_all(line.as_bytes()).unwrap();
        Book::open(folder.path()).unwrap_err()
    };
    assert!(matches!(add("{\"v\":1,\n"), BookError::Line { line: 2, .. }));
    assert!(add("nonsense\n").to_string().contains("line 2"));
    let later = first.replace("\"v\":1", "\"v\":9").replace("\"number\":1", "\"number\":2");
    assert!(matches!(add(&later), BookError::Later { line: 2, found: 9, .. }));
    assert!(add(&first).to_string().contains("entry 1 stands where 2 should be"));
}

#[test]
fn a_file_that_was_moved_aside_begins_anew() {
    let folder = tempfile::tempdir().unwrap();
    let mut book = Book::open(folder.path()).unwrap();
    book.writer().unwrap().add(at(0), "", rename("first")).unwrap();
    fs::rename(folder.path().join(FILE), folder.path().join("old.jsonl")).unwrap();
    book.refresh().unwrap();
    assert!(book.entries().is_empty());
    assert_eq!(book.writer().unwrap().add(at(1), "", rename("anew")).unwrap(), 1);
}
