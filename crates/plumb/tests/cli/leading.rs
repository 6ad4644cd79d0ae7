//! The record of leadership by commands alone: begun, kept, brought back elsewhere, and found out when it was changed.

use std::io::{BufRead as _, BufReader, Write as _};

use serde_json::Value;

use crate::server::{serving, signal};
use crate::support::Folder;

const BEGIN: [&str; 9] =
    ["begin", "--organisation", "Northwind IT", "--name", "Ann Lee", "--email", "ann@example.org", "--data", "record"];

fn begun() -> Folder {
    let folder = Folder::new();
    let ran = folder.run_with(&BEGIN, b"correct horse battery\n").done();
    assert!(ran.whole().contains("ann@example.org"), "{}", ran.whole());
    folder
}

/// What `doctor` finds, by the name of what was looked at.
fn found(folder: &Folder) -> String {
    folder.run("doctor --data record --format json").out
}

#[test]
fn a_record_is_begun_once_and_looked_over() {
    let folder = begun();
    let again = folder.run_with(&BEGIN, b"correct horse battery\n");
    assert_ne!(again.code, 0, "there is an administrator already: {}", again.whole());
    let doctor: Value = serde_json::from_str(&found(&folder)).unwrap();
    let told = doctor.to_string();
    assert!(told.contains("database") && told.contains("disk") && told.contains("clock"), "{told}");
    assert!(folder.run("ledger verify --data record").done().out.contains("The chain holds"));
    let short = Folder::new().run_with(&BEGIN, b"short\n");
    assert_ne!(short.code, 0, "a password of five letters is refused: {}", short.whole());
}

/// A mail server that says yes to everything and offers no way to sign in.
fn mail_server() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let _ = stream.write_all(b"220 mail.example.org\r\n");
            while let Some(Ok(line)) = lines.next() {
                let answer = if line.starts_with("QUIT") { "221 bye\r\n" } else { "250 yes\r\n" };
                let _ = stream.write_all(answer.as_bytes());
            }
        }
    });
    address
}

#[test]
fn the_doctor_signs_in_at_the_mail_server() {
    let folder = begun();
    let host = mail_server();
    let plain = format!("[mail]\nhost = \"{host}\"\nfrom = \"Plumb <plumb@example.org>\"\nencryption = \"none\"\n");
    let settings = folder.path().join("record/plumb.toml");
    let signed_in = |text: &str| {
        std::fs::write(&settings, text).unwrap();
        let ran = folder.run("doctor --data record --format json");
        let found: Value = serde_json::from_str(&ran.out).unwrap();
        let found = found.as_array().unwrap().clone();
        let one = found.into_iter().find(|one| one["about"] == "mail sign-in").expect("it was tried");
        (one["state"].as_str().unwrap().to_owned(), one.to_string(), ran.code)
    };
    let (state, told, code) = signed_in(&plain);
    assert_eq!((state.as_str(), code), ("good", 0), "{told}");
    std::fs::write(folder.path().join("password"), "a secret\n").unwrap();
    let file = folder.path().join("password").display().to_string();
    let (state, told, code) = signed_in(&format!("{plain}user = \"plumb\"\npassword_file = \"{file}\"\n"));
    assert_eq!((state.as_str(), code), ("bad", 3), "it answers, and lets nobody sign in: {told}");
    assert!(told.contains("password_file") && !told.contains("a secret"), "{told}");
}

#[test]
#[cfg(unix)]
fn a_backup_of_a_running_server_comes_back_elsewhere_and_a_changed_word_is_found() {
    let folder = Folder::filled();
    let (mut child, _told, _address) = serving(&folder);
    folder.run("backup kept --data record").done();
    signal(&child, "TERM");
    assert_eq!(child.wait().unwrap().code(), Some(0));
    folder.run("ledger head --data record --out head").done();
    let chain = folder.run("ledger verify --data record").done().out;

    folder.run("restore kept --data other").done();
    assert_eq!(folder.run("ledger verify --data other").done().out, chain, "the same events with the same hashes");
    folder.run("ledger check-head head --data other").done();
    let twice = folder.run("restore kept --data other");
    assert_ne!(twice.code, 0, "only into an empty place: {}", twice.whole());

    // Somebody is erased: his own words are gone, and the chain still holds.
    let asked = folder.run("person erase omar@alder.example --data other");
    assert_ne!(asked.code, 0, "not without --yes: {}", asked.whole());
    // What he answered by name lies sealed under a key that no backup holds: without it nothing is erased.
    let locked = folder.run("person erase omar@alder.example --yes --data other");
    assert!(locked.code != 0 && locked.err.contains("Put the answers.key"), "{}", locked.whole());
    std::fs::copy(folder.path().join("record/answers.key"), folder.path().join("other/answers.key")).unwrap();
    folder.run("person erase omar@alder.example --yes --data other").done();
    folder.run("ledger verify --data other").done();
    let gone = folder.run("person erase omar@alder.example --yes --data other");
    assert_ne!(gone.code, 0, "nobody has that address any more: {}", gone.whole());

    // A word of an event is changed on the disk, past every rule.
    let file = folder.path().join("record/ledger.sqlite");
    let mut bytes = std::fs::read(&file).unwrap();
    let (was, becomes) = (br#""template":"hiring""#, br#""template":"client""#);
    let at = bytes.windows(was.len()).position(|window| window == was).expect("an event about hiring");
    bytes[at..at + was.len()].copy_from_slice(becomes);
    std::fs::write(&file, bytes).unwrap();
    let broken = folder.run("ledger verify --data record");
    assert_eq!(broken.code, 3, "{}", broken.whole());
    assert!(broken.whole().contains("broken"), "{}", broken.whole());
    let head = folder.run("ledger check-head head --data record");
    assert_eq!(head.code, 3, "{}", head.whole());

    // The sample goes as a whole by one command.
    folder.run("restore kept --data third").done();
    folder.run("demo --remove --data third").done();
    assert!(folder.run("ledger verify --data third").done().out.contains("0 events"));
}

#[test]
fn the_sample_brings_a_year_of_tickets_and_takes_them_away() {
    let folder = Folder::filled();
    let problems = folder.run("problems --data record --format json").done().json();
    let scanners = problems.as_array().unwrap().iter().find(|problem| {
        let title = problem["title"].as_str().unwrap_or_default().to_lowercase();
        title.contains("scanner") && problem["tickets"].as_u64().is_some_and(|tickets| tickets >= 30)
    });
    assert!(scanners.is_some(), "what its people work on is found in its tickets: {problems}");
    let of_desk = ["sql", "--data", "record", "--format", "json", "select count(*) as n from tickets"];
    let before = folder.run_with(&of_desk, b"").done().json();
    assert!(before["rows"][0]["n"].as_u64().unwrap() > 1_000, "{before}");
    // Its changes are there as well, so that no page of them is empty: emergencies, some that tickets follow and some that
    // none does, some that took longer than planned, and enough that can be held against the weeks beside them.
    let told = folder.run("measures --data record --format json").done().json();
    for (name, statistic, least) in [
        ("changes", "count", 80),
        ("emergency_changes", "count", 5),
        ("changes_followed_by_tickets", "count", 5),
        ("changes_without_tickets_after", "count", 5),
        ("changes_overran", "count", 5),
        ("linked_to_change", "count", 5),
    ] {
        let of = |one: &&serde_json::Value| one["name"] == name && one["statistic"] == statistic;
        let value = told["measures"].as_array().unwrap().iter().find(of).and_then(|one| one["value"].as_f64());
        assert!(value.is_some_and(|value| value >= f64::from(least)), "{name}: {value:?}");
    }
    let compared = told["measures"].as_array().unwrap().iter().find(|one| one["name"] == "change_disruption_minutes");
    assert!(compared.and_then(|one| one["n"].as_u64()).is_some_and(|n| n >= 10), "{compared:?}");
    assert!(told["change_and_incident"]["sentence"].is_string(), "{}", told["change_and_incident"]);
    folder.run("demo --remove --data record").done();
    assert!(!folder.path().join("record/record.json").exists() && !folder.path().join("record/tickets").exists());
    // Beside somebody's own tickets there are none of the sample.
    let folder = Folder::small();
    let held = |folder: &Folder| folder.run_with(&of_desk, b"").done().json();
    let own = held(&folder);
    folder.run("demo --data record").done();
    assert_eq!(held(&folder), own);
    folder.run("demo --remove --data record").done();
    assert_eq!(held(&folder), own, "and they stay when it is taken away");
}

#[test]
fn people_live_in_postgresql_where_the_configuration_says_so() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let Some(url) = runtime.block_on(ledger::testing::postgres_place("plumb_program")) else { return };
    let folder = Folder::new();
    std::fs::create_dir_all(folder.path().join("record")).unwrap();
    folder.write("record/plumb.toml", format!("database = \"{url}\"\n"));
    folder.run_with(&BEGIN, b"correct horse battery\n").done();
    assert!(!folder.path().join("record/ledger.sqlite").exists(), "nothing beside it");
    assert!(found(&folder).contains("PostgreSQL"), "{}", found(&folder));
    let chain = folder.run("ledger verify --data record").done().out;
    folder.run("backup kept --data record").done();
    folder.run("restore kept --data on-sqlite").done();
    assert_eq!(folder.run("ledger verify --data on-sqlite").done().out, chain, "the same chain on the other engine");
}
