//! Delimited text that is not as it should be.

use crate::{good, read_all, rejects};

fn ids(text: &str) -> Vec<String> {
    let (rows, _) = read_all(text.as_bytes()).unwrap();
    rows.into_iter().map(|row| row.map_or_else(|_| "rejected".to_owned(), |row| row[0].1.clone())).collect()
}

#[test]
fn an_unclosed_quote_costs_its_own_row_only() {
    // A later field in quotes would have closed it.
    let later = "id,text,n\n1,\"open,5\n2,b,6\n3,\"c, d\",7\n4,e,8\n";
    assert_eq!(ids(later), ["rejected", "2", "3", "4"]);
    assert_eq!(rejects(later.as_bytes()), [(1, "1,\"open,5".to_owned())]);
    // No quote follows.
    let last = "id,text,n\n1,a,5\n2,\"open,6\n3,c,7\n4,d,8\n";
    assert_eq!(ids(last), ["1", "rejected", "3", "4"]);
    // An odd quote far behind closes it in the right place by chance.
    let inch = "id,text,n\n1,\"open,5\n2,b,6\n3,19\",7\n4,d,8\n";
    assert_eq!(ids(inch), ["rejected", "2", "3", "4"]);
    // Every field is in quotes, as ServiceNow writes them.
    let all = "\"id\",\"text\",\"n\"\n\"1\",\"a\",\"5\n\"2\",\"b\",\"6\"\n\"3\",\"c\",\"7\"\n";
    assert_eq!(ids(all), ["rejected", "2", "3"]);
    let windows = all.replace('\n', "\r\n");
    assert_eq!(ids(&windows), ["rejected", "2", "3"]);
}

#[test]
fn many_rows_behind_an_unclosed_quote_are_all_read() {
    use std::fmt::Write as _;
    let mut text = "id,text,n\n0,\"open,1\n".to_owned();
    for n in 1..50_000 {
        let _ = writeln!(text, "{n},words and words,{n}");
    }
    text.push_str("50000,\"closed, at last\",1\n");
    let ids = ids(&text);
    assert_eq!(ids.len(), 50_001);
    assert_eq!(ids.iter().filter(|id| *id == "rejected").count(), 1);
}

#[test]
fn a_file_of_nothing_but_broken_quotes_ends() {
    // Each of these runs on to the end of the file when it is believed: hours, if every line did.
    for line in ["b\",\"c\n", "1,\"x,2\n"] {
        let text = format!("id,text,n\n1,a,2\n{}", line.repeat(100_000));
        let rejected = ids(&text).iter().filter(|id| *id == "rejected").count();
        assert_eq!(rejected, 100_000, "{line}");
    }
}

#[test]
fn quoted_line_breaks_stay() {
    let text = "id,text,n\n1,\"Dear all,\nplease, help\n\nThanks, Ann\",5\n2,\"1, 2\nand \"\"3\"\"\",6\n3,\"\n\",7\n";
    let rows = good(text.as_bytes());
    assert_eq!(rows.len(), 3);
    assert_eq!(rows[0][1].1, "Dear all,\nplease, help\n\nThanks, Ann");
    assert_eq!(rows[1][1].1, "1, 2\nand \"3\"");
    assert_eq!(rows[2][1].1, "\n");
}

#[test]
fn a_quote_in_the_middle_of_a_text_over_lines_is_one_reject() {
    let text = "id,text,n\n1,\"Dear\n\"Bob\" said\nhello\",5\n2,b,6\n";
    assert_eq!(ids(text), ["rejected", "2"]);
    assert!(rejects(text.as_bytes())[0].1.contains("Bob"));
}

#[test]
fn one_bad_byte_costs_one_character() {
    let mut bytes = "id,text\n1,Größe\n2,Übung\n".as_bytes().to_vec();
    bytes.extend(b"3,caf\xe9\n4,");
    bytes.extend("naïve\n".as_bytes());
    let (rows, notes) = read_all(&bytes).unwrap();
    let texts: Vec<_> = rows.into_iter().map(|row| row.unwrap()[1].1.clone()).collect();
    assert_eq!(texts, ["Größe", "Übung", "café", "naïve"]);
    assert!(notes.iter().any(|note| note.contains("1 bytes were not UTF-8")), "{notes:?}");
}

#[test]
fn carriage_returns_alone_end_lines() {
    assert_eq!(ids("id,text\r1,a\r2,b\r3,c\r"), ["1", "2", "3"]);
    let rows = good(b"id,text\r1,a\r2,\"b\rc\"\r3,d");
    let texts: Vec<_> = rows.into_iter().map(|row| row[1].1.clone()).collect();
    assert_eq!(texts, ["a", "b\rc", "d"]);
}

#[test]
fn what_stands_above_the_header() {
    for text in [
        "sep=;\nid;text\n1;a\n2;b\n",
        "sep=;\r\nid;text\r\n1;a\r\n2;b\r\n",
        "All open tickets\n\nid;text\n1;a\n2;b\n",
        "All open tickets, by day\nmade 2024-03-01\n\nid;text\n1;a\n2;b\n",
    ] {
        let rows = good(text.as_bytes());
        assert_eq!(rows.len(), 2, "{text}");
        assert_eq!(rows[0], [("id".to_owned(), "1".to_owned()), ("text".to_owned(), "a".to_owned())], "{text}");
    }
}

#[test]
fn a_header_in_brackets_is_no_json() {
    let rows = good(b"[id],[text]\n1,a\n2,b\n");
    assert_eq!(rows[1], [("[id]".to_owned(), "2".to_owned()), ("[text]".to_owned(), "b".to_owned())]);
    assert_eq!(good(b"{id};{text}\n1;a\n").len(), 1);
}
