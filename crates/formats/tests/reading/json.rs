//! JSON in all its wrappings, and broken.

use std::collections::BTreeMap;

use formats::{Format, Limits, open_bytes};

use crate::{good, read_all, rejects};

fn maps(text: &str) -> Vec<BTreeMap<String, String>> {
    good(text.as_bytes()).into_iter().map(|row| row.into_iter().collect()).collect()
}

#[test]
fn one_wrapped_object_is_one_record() {
    let rows = maps(
        r#"{"ticket":{"id":1,"subject":"x","custom":[{"id":7,"value":"a"},{"id":8,"value":"b"}],"status":"open"}}"#,
    );
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["id"], "1");
    assert_eq!(rows[0]["status"], "open");
    assert_eq!(rows[0]["custom"], r#"[{"id":7,"value":"a"},{"id":8,"value":"b"}]"#);
}

#[test]
fn a_list_inside_of_a_record_is_no_list_of_records() {
    let rows =
        maps(r#"{"number":"INC1","state":"open","changes":[{"id":1,"state":"x"},{"id":2}],"opened":"2024-03-01"}"#);
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["number"], "INC1");
}

#[test]
fn numbers_stay_as_they_are_written() {
    let rows = maps(
        r#"[{"id":123456789012345678901234567890,"a":1.10,"b":1e5,"c":-0.50,"d":18446744073709551616,"l":[1.0,2.50],"o":[{"n":3.10}]}]"#,
    );
    for (name, want) in [
        ("id", "123456789012345678901234567890"),
        ("a", "1.10"),
        ("b", "1e5"),
        ("c", "-0.50"),
        ("d", "18446744073709551616"),
        ("l", "1.0, 2.50"),
        ("o", r#"[{"n":3.10}]"#),
    ] {
        assert_eq!(rows[0][name], want);
    }
}

#[test]
fn a_broken_record_costs_itself_only() {
    for text in [
        r#"[{"id":1},{"id":2,},{"id":3}]"#,
        r#"{"result":[{"id":1},{"id":2 "t":"x"},{"id":3}],"total":3}"#,
        r#"[{"id":1},{"id":2,"t":"never closed},{"id":3}]"#,
        r#"[{"id":1},{"id":2,"t":{"a":1},{"id":3}]"#,
        r#"[{"id":1}, oops ,{"id":3}]"#,
        r#"[{"id":1},{"id":2,,"l":[{"a":1},{"b":2}],"z":1},{"id":3}]"#,
    ] {
        let (rows, _) = read_all(text.as_bytes()).unwrap_or_else(|reason| panic!("{text}: {reason}"));
        let ids: Vec<_> = rows.iter().map(|row| row.as_ref().map_or("bad", |row| row[0].1.as_str())).collect();
        assert_eq!(ids, ["1", "bad", "3"], "{text}");
        let (row, raw) = rejects(text.as_bytes()).remove(0);
        assert!(row == 2 && (raw.contains("\"id\":2") || raw.contains("oops")), "{text}: {raw}");
    }
}

#[test]
fn a_text_that_never_ends_does_not_swallow_the_next_records() {
    let (rows, _) = read_all(br#"[{"id":1,"t":"open},{"id":2},{"id":3},{"id":4}]"#).unwrap();
    let ids: Vec<_> = rows.iter().map(|row| row.as_ref().map_or("bad", |row| row[0].1.as_str())).collect();
    assert_eq!(ids, ["bad", "2", "3", "4"]);
}

#[test]
fn a_broken_line_costs_itself_only() {
    let text = "{\"id\":1}\n{\"id\":2,\"t\":\"open}\n{\"id\":3}\n{\"id\":4} x\n{\"id\":\n{\"id\":6}\n";
    let (rows, _) = read_all(text.as_bytes()).unwrap();
    let ids: Vec<_> = rows.iter().map(|row| row.as_ref().map_or("bad", |row| row[0].1.as_str())).collect();
    assert_eq!(ids, ["1", "bad", "3", "4", "bad", "bad", "6"]);
    // The first line may be the broken one.
    let (rows, _) = read_all(b"{\"id\":\n{\"id\":2}\n{\"id\":3}\n").unwrap();
    assert_eq!(rows.iter().filter(|row| row.is_ok()).count(), 2);
}

#[test]
fn lists_under_any_name_stream_at_any_length() {
    // Longer than a record may be, which is as much as is ever held.
    let limits = Limits { record_bytes: 1 << 20, ..Limits::default() };
    let items: Vec<String> = (0..80_000)
        .map(|n| format!(r#"{{"ref":"T{n}","opened":"2024-03-01","text":"some words to fill it"}}"#))
        .collect();
    let text = format!(
        r#"{{"made":"x","payload":{{"users":[{{"id":1}}],"things":[{}]}},"after":[{{"a":1}}]}}"#,
        items.join(",")
    );
    assert!(text.len() > 4 << 20);
    let (_, mut reader) = open_bytes("things", text.as_bytes(), limits).unwrap().remove(0);
    let mut record = formats::Record::default();
    let mut rows = 0;
    while let Some(row) = reader.next(&mut record).unwrap() {
        row.unwrap();
        rows += 1;
    }
    assert_eq!(rows, 80_000);
    let notes = reader.notes().join("\n");
    assert!(notes.contains("`users` beside") && notes.contains("`after` beside"), "{notes}");
}

#[test]
fn pages_of_an_answer_one_behind_the_other() {
    let text = "{\"issues\":[{\"key\":\"A-1\"},{\"key\":\"A-2\"}]}\n{\"issues\":[{\"key\":\"A-3\"}]}\n";
    assert_eq!(good(text.as_bytes()).len(), 3);
    let (rows, notes) = read_all(format!("{text}{{\"error\":\"too many\"}}\n").as_bytes()).unwrap();
    assert!(rows.len() == 3 && notes.iter().any(|note| note.contains("object without `issues`")), "{notes:?}");
    let (_, reader) = open_bytes("one", b"{\"id\":1}\n{\"id\":2}\n", Limits::default()).unwrap().remove(0);
    assert_eq!(reader.format(), Format::JsonLines);
    // Objects over several lines, one behind the other.
    assert_eq!(good(b"{\n \"id\": 1\n}\n{\n \"id\": 2\n}\n").len(), 2);
}
