//! The file of earlier versions: read whole or refused by line, held against others, set aside once.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use casebook::{Act, Earlier, EarlierError, FILE, TAKEN, TORN};

/// A line as earlier versions wrote it.
fn line(number: u64, by: &str, title: &str) -> String {
    let by = if by.is_empty() { String::new() } else { format!("\"by\":\"{by}\",") };
    format!(
        "{{\"v\":1,\"number\":{number},\"at\":\"2027-01-15T08:00:0{number}Z\",{by}\"act\":\"rename\",\"of\":\
         {{\"id\":\"t1\",\"title\":\"Before\",\"n\":1,\"tickets\":[\"a/1\"]}},\"title\":\"{title}\"}}\n"
    )
}

fn title(act: &Act) -> &str {
    match act {
        Act::Rename { title, .. } => title,
        _ => "another act",
    }
}

fn titles(earlier: &Earlier) -> Vec<&str> {
    earlier.entries.iter().map(|entry| title(&entry.act)).collect()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_folder_without_a_file_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    assert!(Earlier::open(&folder.path().join("none")).unwrap().is_none());
    assert!(Earlier::open(folder.path()).unwrap().is_none());
    assert!(names(folder.path()).is_empty());
}

#[test]
fn it_is_read_in_order_and_set_aside_without_losing_an_earlier_one() {
    let folder = tempfile::tempdir().unwrap();
    let text = line(1, "Ada", "A") + &line(2, "", "B");
    for kept in [TAKEN, "casebook.taken.2.jsonl"] {
        fs::write(folder.path().join(FILE), &text).unwrap();
        let earlier = Earlier::open(folder.path()).unwrap().unwrap();
        assert_eq!(titles(&earlier), ["A", "B"]);
        let first = &earlier.entries[0];
        assert_eq!((first.number, first.by.as_str(), first.person), (1, "Ada", None));
        assert_eq!(earlier.keep_aside().unwrap(), folder.path().join(kept));
        assert_eq!(fs::read_to_string(folder.path().join(kept)).unwrap(), text);
        assert!(Earlier::open(folder.path()).unwrap().is_none());
    }
}

#[test]
fn while_one_takes_it_over_another_waits_and_finds_nothing() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(FILE), line(1, "", "A")).unwrap();
    let first = Earlier::open(folder.path()).unwrap().unwrap();
    let data = folder.path().to_path_buf();
    let second = std::thread::spawn(move || Earlier::open(&data).unwrap().is_none());
    first.keep_aside().unwrap();
    assert!(second.join().unwrap());
}

#[test]
fn a_line_cut_short_at_any_byte_is_set_aside_and_nothing_else_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let (path, torn) = (folder.path().join(FILE), folder.path().join(TORN));
    let whole = line(1, "", "first");
    let both = whole.clone() + &line(2, "", "sëcond");
    for cut in whole.len()..both.len() {
        fs::write(&path, &both.as_bytes()[..cut]).unwrap();
        let _ = fs::remove_file(&torn);
        let earlier = Earlier::open(folder.path()).unwrap().unwrap();
        assert_eq!(titles(&earlier), ["first"], "cut at {cut}");
        assert_eq!(earlier.note.is_some(), cut > whole.len(), "it is told");
        assert_eq!(fs::read_to_string(&path).unwrap(), whole);
        let aside = fs::read(&torn).unwrap_or_default();
        assert_eq!(aside.len(), if cut > whole.len() { cut - whole.len() + 1 } else { 0 });
    }
}

#[test]
fn a_broken_line_and_a_later_version_are_refused_by_their_number() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE);
    let add = |line_of: &str| {
        fs::write(&path, line(1, "", "first")).unwrap();
        OpenOptions::new().append(true).open(&path).unwrap().write_all(line_of.as_bytes()).unwrap();
        Earlier::open(folder.path()).unwrap_err()
    };
    assert!(matches!(add("{\"v\":1,\n"), EarlierError::Line { line: 2, .. }));
    assert!(add("nonsense\n").to_string().contains("line 2"));
    let later = line(2, "", "x").replace("\"v\":1", "\"v\":9");
    assert!(matches!(add(&later), EarlierError::Later { line: 2, found: 9, .. }));
    assert!(add(&line(1, "", "x")).to_string().contains("entry 1 stands where 2 should be"));
    assert!(path.is_file(), "it stays where it was");
}
