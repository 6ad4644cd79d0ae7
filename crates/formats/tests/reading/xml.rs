//! XML in all its wrappings and encodings, and broken.

use std::collections::BTreeMap;

use crate::{good, read_all, rejects};

fn maps(bytes: &[u8]) -> Vec<BTreeMap<String, String>> {
    good(bytes).into_iter().map(|row| row.into_iter().collect()).collect()
}

#[test]
fn records_as_attributes() {
    let rows = maps(br#"<rows><row id="1" state="a &amp; b"/><row id="2" state="y"/></rows>"#);
    assert_eq!(rows.len(), 2);
    assert_eq!((rows[0]["id"].as_str(), rows[0]["state"].as_str()), ("1", "a & b"));
}

#[test]
fn a_root_that_is_the_record() {
    let rows = maps(
        br#"<incident><number>INC1</number><state>open</state><caller display_value="Ann">abc</caller></incident>"#,
    );
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["number"], "INC1");
    assert_eq!(rows[0]["caller.display_value"], "Ann");
    assert_eq!(maps(br#"<ticket id="7" state="open"/>"#)[0]["id"], "7");
}

#[test]
fn lists_inside_of_others() {
    let rows = maps(b"<export><meta><made>x</made></meta><tickets><ticket><id>1</id></ticket><ticket><id>2</id></ticket></tickets></export>");
    assert_eq!(rows.iter().map(|row| row["id"].as_str()).collect::<Vec<_>>(), ["1", "2"]);
    let rss = br#"<?xml version="1.0"?><rss version="0.92"><channel><title>J</title><link>l</link><description>d</description>
        <build-info><version>9</version></build-info>
        <item><title>[A-1] x</title><key id="10">A-1</key><summary>x</summary><labels><label>p</label><label>q</label></labels></item>
        <item><title>[A-2] y</title><key id="11">A-2</key><summary>y</summary></item></channel></rss>"#;
    let rows = maps(rss);
    assert_eq!(rows.len(), 2);
    assert_eq!((rows[0]["key"].as_str(), rows[0]["labels.label"].as_str()), ("A-1", "p, q"));
}

#[test]
fn what_lies_beside_the_records_is_told() {
    let text = b"<unload><incident><number>1</number></incident><sys_journal_field><sys_id>x</sys_id></sys_journal_field></unload>";
    let (rows, notes) = read_all(text).unwrap();
    assert_eq!(rows.len(), 1);
    assert!(notes.iter().any(|note| note.contains("<sys_journal_field> beside")), "{notes:?}");
}

#[test]
fn declared_encodings() {
    let text = "<?xml version=\"1.0\" encoding=\"ENC\"?><r><i><number>1</number><t>Größe</t></i></r>";
    for label in ["ISO-8859-1", "windows-1252"] {
        let bytes = encoding_rs::WINDOWS_1252.encode(&text.replace("ENC", label)).0.into_owned();
        assert_eq!(maps(&bytes)[0]["t"], "Größe", "{label}");
    }
    let cyrillic = text.replace("ENC", "windows-1251").replace("Größe", "Принтер");
    assert_eq!(maps(&encoding_rs::WINDOWS_1251.encode(&cyrillic).0)[0]["t"], "Принтер");
    for (mark, little) in [("\u{feff}", true), ("\u{feff}", false), ("", true), ("", false)] {
        let units = format!("{mark}{}", text.replace("ENC", "UTF-16"));
        let bytes: Vec<u8> = units
            .encode_utf16()
            .flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() })
            .collect();
        assert_eq!(maps(&bytes)[0]["t"], "Größe", "mark {mark:?}, little {little}");
    }
    // Says UTF-16 and is not; says ISO-8859-1 and is UTF-8.
    assert_eq!(maps(text.replace("ENC", "UTF-16").as_bytes())[0]["t"], "Größe");
    assert_eq!(maps(text.replace("ENC", "ISO-8859-1").as_bytes())[0]["t"], "Größe");
}

#[test]
fn text_that_stops_being_utf8_far_into_the_file_is_read() {
    let mut bytes = b"<r>".to_vec();
    for n in 0..8_000 {
        bytes.extend(format!("<i><number>{n}</number><t>some words to fill it</t></i>").as_bytes());
    }
    assert!(bytes.len() > 300_000);
    bytes.extend(b"<i><number>last</number><t>caf\xe9</t></i></r>");
    let (rows, notes) = read_all(&bytes).unwrap();
    let last = rows.last().unwrap().as_ref().unwrap();
    assert_eq!(last[1].1, "café");
    assert!(notes.iter().any(|note| note.contains("not UTF-8")), "{notes:?}");
}

#[test]
fn a_broken_record_costs_itself_only() {
    for broken in [
        "<i><number>2</numbr></i>",
        "<i><number>2</number><t>a < b</t></i>",
        "<i><number>2</number><t x=1>a</t></i>",
        "<i><number>2</number><t a=\"b>c</t></i>",
        "<i><number>2</number>",
    ] {
        let text = format!("<r><i><number>1</number></i>{broken}<i><number>3</number></i></r>");
        let (rows, _) = read_all(text.as_bytes()).unwrap_or_else(|reason| panic!("{text}: {reason}"));
        let ids: Vec<_> = rows.iter().map(|row| row.as_ref().map_or("bad", |row| row[0].1.as_str())).collect();
        assert_eq!(ids, ["1", "bad", "3"], "{text}");
        let (row, raw) = rejects(text.as_bytes()).remove(0);
        assert!(row == 2 && raw.contains("<number>2"), "{text}: {raw}");
        let event = |id: &str| format!("<event><string key=\"id\" value=\"{id}\"/></event>");
        let broken = broken.replace("<i>", "<event>").replace("</i>", "</event>");
        let log = format!("<log xes.version=\"1\"><trace>{}{broken}{}</trace></log>", event("1"), event("3"));
        let (rows, _) = read_all(log.as_bytes()).unwrap_or_else(|reason| panic!("{log}: {reason}"));
        let ids: Vec<_> = rows.iter().map(|row| row.as_ref().map_or("bad", |row| row[0].1.as_str())).collect();
        assert_eq!(ids, ["1", "bad", "3"], "{log}");
    }
}

#[test]
fn repeated_elements_stay_within_bounds() {
    let text = format!("<r><i><number>1</number>{}</i></r>", "<a>xxxxxxxxxx</a><b>y</b>".repeat(50_000));
    let rows = good(text.as_bytes());
    assert_eq!(rows[0][1].1.len(), 12 * 50_000 - 2);
}
