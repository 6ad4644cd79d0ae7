//! What the hash of an event is made over.

use ledger::tested::EventForm;
use ledger::{GENESIS, canonical, sha256};
use serde_json::Value;

#[test]
fn the_canonical_form_does_not_depend_on_order() {
    let one: Value = serde_json::from_str(r#"{"b": [1, {"y": null, "x": "é\n"}], "a": true}"#).unwrap();
    let other: Value = serde_json::from_str(r#"{"a":true,"b":[1,{"x":"é\n","y":null}]}"#).unwrap();
    assert_eq!(canonical(&one), canonical(&other));
    assert_eq!(canonical(&one), r#"{"a":true,"b":[1,{"x":"é\n","y":null}]}"#);
}

#[test]
fn an_event_is_hashed_over_its_canonical_form() {
    let form = EventForm {
        actor: None,
        at: "2026-03-02T08:00:00.000Z",
        body: r#"{"a":"é\n"}"#,
        circle: Some("c"),
        id: "i",
        kind: "made",
        noun: "circle",
        seq: 7,
        subject: "\"<s>\u{7f}",
    };
    let value = serde_json::to_value(&form).unwrap();
    assert_eq!(canonical(&value), serde_json::to_string(&form).unwrap());
    assert_eq!(form.hash(GENESIS).unwrap(), sha256(&format!("{GENESIS}\n{}", canonical(&value))));
}

#[test]
fn sha256_of_the_standard() {
    // FIPS 180-4, example of one block.
    assert_eq!(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}
