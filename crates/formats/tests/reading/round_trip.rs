use proptest::prelude::*;

use crate::pack::{gzip, workbook, zip_of, zstd_raw};
use crate::{good, read_all};

const CSV: &str =
    "number,opened,title\nINC1,2024-03-01 08:15,\"Printer, second floor\"\nINC2,2024-03-02 09:00,Größe falsch\n";

fn expected() -> Vec<Vec<(String, String)>> {
    let row = |a: &str, b: &str, c: &str| {
        vec![("number".into(), a.into()), ("opened".into(), b.into()), ("title".into(), c.into())]
    };
    vec![row("INC1", "2024-03-01 08:15", "Printer, second floor"), row("INC2", "2024-03-02 09:00", "Größe falsch")]
}

fn sorted(mut rows: Vec<Vec<(String, String)>>) -> Vec<Vec<(String, String)>> {
    for row in &mut rows {
        row.sort();
    }
    rows
}

#[test]
fn the_same_table_in_every_container() {
    assert_eq!(good(CSV.as_bytes()), expected());
    assert_eq!(good(&gzip(CSV.as_bytes())), expected());
    assert_eq!(good(&zip_of(&[("__MACOSX/x", b"junk"), ("a.csv", CSV.as_bytes())])), expected());
    assert_eq!(good(&zstd_raw(CSV.as_bytes())), expected());
    // Two frames one after the other.
    let (first, second) = CSV.as_bytes().split_at(40);
    assert_eq!(good(&[zstd_raw(first), zstd_raw(second)].concat()), expected());
    // Packed by another tool.
    assert_eq!(good(include_bytes!("table.csv.xz")), expected());
}

#[test]
fn every_member_of_an_archive_is_read() {
    let both = good(&zip_of(&[("a.csv", CSV.as_bytes()), ("b.csv", CSV.as_bytes()), ("read me.txt", b"hello")]));
    assert_eq!(both.len(), 4);
}

#[test]
fn the_same_table_in_every_encoding() {
    let utf16 = |little: bool, mark: bool| -> Vec<u8> {
        let text = if mark { format!("\u{feff}{CSV}") } else { CSV.to_owned() };
        text.encode_utf16().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
    };
    for (little, mark) in [(true, true), (false, true), (true, false), (false, false)] {
        assert_eq!(good(&utf16(little, mark)), expected(), "UTF-16, little {little}, mark {mark}");
    }
    assert_eq!(good(format!("\u{feff}{CSV}").as_bytes()), expected());
    let (latin, _, _) = encoding_rs::WINDOWS_1252.encode(CSV);
    let (rows, notes) = read_all(&latin).unwrap();
    assert_eq!(rows.into_iter().map(Result::unwrap).collect::<Vec<_>>(), expected());
    assert!(notes.iter().any(|note| note.contains("Windows-1252")), "{notes:?}");
}

#[test]
fn marks_inside_values_are_taken_out_and_told() {
    let (rows, notes) = read_all("id,x\n\u{feff}a,1\nb,\"\u{feff}2\"\n".as_bytes()).unwrap();
    let values: Vec<_> = rows.into_iter().flat_map(Result::unwrap).map(|(_, value)| value).collect();
    assert_eq!(values, ["a", "1", "b", "2"]);
    assert!(notes.iter().any(|note| note.starts_with("2 byte-order marks")), "{notes:?}");
}

#[test]
fn json_in_every_wrapping() {
    let list = r#"[{"number":"INC1","opened":"2024-03-01 08:15","title":"Printer, second floor"},
        {"number":"INC2","opened":"2024-03-02 09:00","title":"Größe falsch"}]"#;
    let lines = list.trim_matches(['[', ']']).replace("},\n", "}\n");
    for text in [
        list.to_owned(),
        format!(r#"{{"total":2,"result":{list}}}"#),
        format!(r#"{{"data":{{"issues":{list}}}}}"#),
        lines,
    ] {
        assert_eq!(sorted(good(text.as_bytes())), sorted(expected()), "{text}");
    }
}

#[test]
fn json_is_flattened() {
    let rows = good(br#"{"key":"A-1","fields":{"status":{"name":"Open"},"labels":["a","b"],"links":[{"x":1}],"none":null,"n":3.5}}"#);
    let row: std::collections::BTreeMap<_, _> = rows[0].iter().cloned().collect();
    assert_eq!(row["fields.status.name"], "Open");
    assert_eq!(row["fields.labels"], "a, b");
    assert_eq!(row["fields.links"], r#"[{"x":1}]"#);
    assert_eq!(row["fields.n"], "3.5");
    assert!(!row.contains_key("fields.none"));
}

#[test]
fn a_broken_line_of_json_lines_does_not_swallow_the_next() {
    let (rows, _) = read_all(b"{\"id\":1}\n{\"id\":2}\n{\"id\":\n{\"id\":4}\n").unwrap();
    assert_eq!(rows.len(), 4);
    assert!(rows[2].is_err());
    assert_eq!(rows[3], Ok(vec![("id".into(), "4".into())]));
}

#[test]
fn xml_of_servicenow() {
    let rows = good(
        br#"<?xml version="1.0" encoding="UTF-8"?><unload date="x"><incident><number>INC1</number>
        <caller display_value="Ann">abc</caller><empty/><text>a &lt; b &#65; &unknown; <![CDATA[<c>]]></text></incident>
        <incident><number>INC2</number></incident></unload>"#,
    );
    let row: std::collections::BTreeMap<_, _> = rows[0].iter().cloned().collect();
    assert_eq!(row["number"], "INC1");
    assert_eq!(row["caller"], "abc");
    assert_eq!(row["caller.display_value"], "Ann");
    assert_eq!(row["text"], "a < b A &unknown; <c>");
    assert_eq!(rows.len(), 2);
}

#[test]
fn an_event_log_gives_events_with_their_case() {
    let rows = good(
        br#"<?xml version="1.0"?><log xes.version="1.0"><extension name="x" prefix="x" uri="u"/>
        <global scope="event"><string key="concept:name" value="no"/></global>
        <trace><string key="concept:name" value="c1"/>
          <event><string key="concept:name" value="Open"/><date key="time:timestamp" value="2010-03-31T16:59:42+02:00"/></event>
          <event><string key="concept:name" value="Close"/></event></trace></log>"#,
    );
    assert_eq!(rows.len(), 2);
    assert!(rows[0].contains(&("case:concept:name".into(), "c1".into())));
    assert!(rows[0].contains(&("time:timestamp".into(), "2010-03-31T16:59:42+02:00".into())));
    assert!(rows[1].contains(&("concept:name".into(), "Close".into())));
}

#[test]
fn a_worksheet_is_read_with_its_dates() {
    let rows = good(&workbook(&[]));
    assert_eq!(
        rows,
        vec![vec![
            ("number".to_owned(), "INC1".to_owned()),
            ("opened".to_owned(), "2024-03-01T08:15:00".to_owned()),
            ("n".to_owned(), "7".to_owned())
        ]]
    );
}

#[test]
fn ragged_rows() {
    let (rows, notes) = read_all(b"a,b,c\n1,2\n1,2,3,,\n1,2,3,4\n,,\n").unwrap();
    assert_eq!(rows.len(), 3, "the blank row is passed over");
    assert_eq!(rows[0].as_ref().unwrap().len(), 2);
    assert_eq!(rows[1].as_ref().unwrap().len(), 3);
    assert!(rows[2].as_ref().unwrap_err().contains("4 fields where the header has 3"));
    assert!(notes.iter().any(|note| note.contains("fewer fields")) && notes.iter().any(|note| note.contains("blank")));
}

#[test]
fn a_header_that_comes_again_is_no_row() {
    let files = "number,opened\n1,a\n\u{feff}number, opened\n2,b\nnumber,closed\n";
    let (rows, notes) = read_all(files.as_bytes()).unwrap();
    let first: Vec<&str> = rows.iter().map(|row| row.as_ref().unwrap()[0].1.as_str()).collect();
    assert_eq!(first, ["1", "2", "number"]);
    assert!(notes.iter().any(|note| note == "1 rows that repeat the header passed over"), "{notes:?}");
}

#[test]
fn header_names_are_made_distinct() {
    let rows = good(b"Comment,Comment,,x\n1,2,3,4\n");
    let names: Vec<_> = rows[0].iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["Comment", "Comment (2)", "column 3", "x"]);
}

fn quoted(field: &str, delimiter: char, always: bool) -> String {
    if always || field.contains([delimiter, '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

proptest! {
    /// Whatever a table holds, written with any delimiter, line end and habit of quoting, it reads back the same.
    #[test]
    fn any_table_reads_back(
        rows in prop::collection::vec(prop::collection::vec("[a-zé,;|\t\"\n 0-9]{0,12}", 3), 1..30),
        delimiter in prop::sample::select(vec![',', ';', '\t', '|']),
        always in any::<bool>(),
        crlf in any::<bool>(),
        utf16 in any::<bool>(),
    ) {
        let end = if crlf { "\r\n" } else { "\n" };
        let mut text = ["number", "opened", "title"].join(&delimiter.to_string()) + end;
        for row in &rows {
            let fields: Vec<String> = row.iter().map(|field| quoted(field, delimiter, always)).collect();
            text += &(fields.join(&delimiter.to_string()) + end);
        }
        let bytes: Vec<u8> = if utf16 {
            format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
        } else {
            text.into_bytes()
        };
        // The header alone settles the delimiter only with an even table; the property is about the reading.
        let read = read_all(&bytes).unwrap().0;
        let want: Vec<Vec<String>> = rows.iter().filter(|row| row.iter().any(|field| !field.trim().is_empty())).cloned().collect();
        let got: Vec<Vec<String>> = read.into_iter().map(|row| row.unwrap().into_iter().map(|(_, value)| value).collect()).collect();
        prop_assert_eq!(got, want);
    }

    /// No bytes whatever make a reader panic or run without end.
    #[test]
    fn any_bytes_end(bytes in prop::collection::vec(any::<u8>(), 0..2000), start in prop::sample::select(vec!["", "{", "[", "<log><trace>", "<a><b>", "a,b\n", "PK\u{3}\u{4}"])) {
        let mut all = start.as_bytes().to_vec();
        all.extend(bytes);
        let _ = read_all(&all);
    }
}

#[test]
fn what_was_saved_for_dos_is_read_as_it_was_written() {
    let text = b"Usu\xa0rio;Data Solu\x87\xc6o;Satisfa\x87\xc6o\n1;2021-04-30;n\xc6o\n";
    let told = format!("{:?}", good(text));
    assert!(["Usuário", "Data Solução", "não"].iter().all(|word| told.contains(word)), "{told}");
    assert_eq!(read_all(text).unwrap().1, ["not UTF-8; read as code page 850 of DOS"]);
}
