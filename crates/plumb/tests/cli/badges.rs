//! A badge is checked offline. The one here is signed by this test itself, as the documentation says how, with
//! nothing of ours: sorted keys, no spaces, everything but the signature.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use ring::signature::{Ed25519KeyPair, KeyPair as _};

use crate::support::Folder;

fn key() -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap()
}

fn public() -> String {
    BASE64.encode(key().public_key().as_ref())
}

/// A badge that holds until a day, its name as it is given.
fn badge(person: &str, until: &str) -> String {
    let words = format!(
        "{{\"covered\":[\"Explaining why\",\"Telling the truth\"],\"form\":\"plumb badge 1\",\"holds_until\":\"{until}\",\
         \"id\":\"019cad8f-ac00-730d-8586-c23079b56243\",\"issued_on\":\"2026-03-02\",\"key\":\"{}\",\
         \"organisation\":\"Northwind IT\",\"page\":\"https://plumb.example/badge/019cad8f-ac00-730d-8586-c23079b56243\",\
         \"person\":\"{person}\",\"standard\":{{\"hows\":4,\"months\":24,\"qualities\":10,\"version\":1,\"whats\":4}}}}",
        public()
    );
    let signature = BASE64.encode(key().sign(words.as_bytes()).as_ref());
    // As a file it may be laid out as one likes, in any order.
    format!("{{ \"signature\": \"{signature}\",\n  {}", &words[1..])
}

#[test]
fn a_badge_is_checked_without_a_server() {
    let folder = Folder::new();
    folder.write("badge.json", badge("Bo Kim", "2199-03-02"));
    let before = folder.everything();
    let ran = folder.run("badge check badge.json").done();
    assert!(ran.out.starts_with("Northwind IT recognised Bo Kim; it holds until 2199-03-02."), "{}", ran.out);
    assert!(ran.out.contains(&public()) && ran.out.contains("https://plumb.example/badge/"), "{}", ran.out);
    assert_eq!(folder.everything(), before, "nothing is written, not even a folder");

    let arguments = ["badge", "check", "badge.json", "--format", "json", "--key", &public()];
    let told = folder.run_with(&arguments, b"").done().json();
    assert_eq!((told["answer"].as_str(), told["ours"].as_bool()), (Some("holds"), Some(true)));
    let other = folder.run_with(&["badge", "check", "badge.json", "--key", "AAAA"], b"");
    assert!(other.code == 3 && other.err.contains("another key signed it"), "{}", other.whole());

    let changed = badge("Bo Kim", "2199-03-02").replace("Bo Kim", "Al Kim");
    folder.write("changed.json", changed);
    let ran = folder.run("badge check changed.json --format json");
    assert!(ran.code == 3 && ran.json()["answer"] == "forged", "{}", ran.whole());
    folder.write("old.json", badge("Bo Kim", "2026-03-03"));
    let ran = folder.run("badge check old.json");
    assert!(ran.code == 3 && ran.err.contains("it ended on 2026-03-03"), "{}", ran.whole());
    for (name, text) in
        [("more.json", badge("Bo Kim", "2199-03-02").replacen('{', "{ \"more\": 1,", 1)), ("no.json", "no".into())]
    {
        folder.write(name, text);
        let ran = folder.run(&format!("badge check {name}"));
        assert!(ran.code == 3 && ran.err.contains("this is no badge") && ran.err.contains("hint"), "{}", ran.whole());
    }
    assert_eq!(folder.run("badge check missing.json").code, 3);
}

#[test]
fn the_key_of_an_installation_is_the_expected_one() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path().join("kept")).unwrap();
    folder.write("kept/head.key", BASE64.encode([7; 32]));
    assert_eq!(folder.run("badge key --data kept").done().out.trim(), public());
    folder.write("badge.json", badge("Bo Kim", "2199-03-02"));
    let ran = folder.run("badge check badge.json --data kept").done();
    assert!(ran.out.contains("Signed with the expected key."), "{}", ran.out);
    folder.write("kept/head.key", BASE64.encode([8; 32]));
    assert_eq!(folder.run("badge check badge.json --data kept").code, 3, "another installation's");
}
