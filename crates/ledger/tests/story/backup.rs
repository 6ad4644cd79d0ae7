//! A backup of one engine, restored into the same and into the other, is the same record row by row.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use ledger::backup::{BackupError, restore};
use ledger::notices::{self, Telling};
use ledger::testing::{Clock, postgres_place, random, tamper};
use ledger::{Act, Ledger, Refused, Tx};

use super::ground::{leader, person};

fn clock() -> Clock {
    Clock::at("2026-03-02T08:00:00Z")
}

/// Tells something twice, so that one notice points to another.
struct TellTwice(leadership::CircleId, Vec<leadership::PersonId>);

#[ledger::act]
impl Act for TellTwice {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &leadership::circle::Actor) -> Result<(), Refused> {
        for version in 1..=2 {
            let telling = Telling {
                noun: "aim",
                subject: "a".into(),
                version,
                circle: self.0,
                title: "Quiet nights — “ruhige Nächte” 🌙",
                words: "Line\nand \"quotes\" \\ and 'more'",
            };
            notices::tell(tx, actor, &telling, &self.1).await?;
        }
        Ok(())
    }
}

/// A record with circles in circles, notices that point to notices, nulls and letters of many kinds.
async fn filled(url: &str) -> Ledger {
    let ledger = Ledger::open(url, clock().handed_in(), random(1)).await.unwrap();
    let (actor, root) = leader(&ledger).await;
    let mut people = Vec::new();
    for at in 0..120 {
        let email = if at % 3 == 0 { String::new() } else { format!("p{at}@example.org") };
        people.push(ledger.perform(&actor, &person(format!("Ünï {at}"), &email, root)).await.unwrap());
    }
    ledger.perform(&actor, &TellTwice(root, people)).await.unwrap();
    ledger
}

async fn packed(ledger: &Ledger) -> Vec<u8> {
    let mut out = Vec::new();
    ledger.backup(&mut out, |_, _| ()).await.unwrap();
    out
}

fn unpacked(file: &[u8]) -> String {
    let mut text = String::new();
    GzDecoder::new(file).read_to_string(&mut text).unwrap();
    text
}

fn repacked(text: &str) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::fast());
    out.write_all(text.as_bytes()).unwrap();
    out.finish().unwrap()
}

/// Every row of every table, in an order that does not depend on the engine.
fn rows(file: &[u8]) -> BTreeMap<String, Vec<String>> {
    let mut out = BTreeMap::<_, Vec<String>>::new();
    let mut table = String::new();
    for line in unpacked(file).lines() {
        if line.starts_with("{\"table\"") {
            line.clone_into(&mut table);
            out.entry(table.clone()).or_default();
        } else if line.starts_with('[') {
            out.get_mut(&table).unwrap().push(line.to_owned());
        }
    }
    for rows in out.values_mut() {
        rows.sort();
    }
    out
}

async fn restored(url: &str, file: &[u8]) -> Result<Ledger, BackupError> {
    restore(url, clock().handed_in(), random(2), file, |_, _| ()).await.map(|(ledger, _)| ledger)
}

#[tokio::test]
async fn restored_it_is_the_same_record_on_either_engine() {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = |name: &str| format!("sqlite:{}", folder.path().join(name).display());
    let mut from = vec![("SQLite", sqlite("from"))];
    let mut into = vec![("SQLite", sqlite("into"))];
    if let (Some(a), Some(b)) = (postgres_place("backup_from").await, postgres_place("backup_into").await) {
        from.push(("PostgreSQL", a));
        into.push(("PostgreSQL", b));
    }
    for (origin, url) in &from {
        let ledger = filled(url).await;
        let file = packed(&ledger).await;
        let all = rows(&file);
        assert_eq!(all.iter().find(|(table, _)| table.contains("\"table\":\"person\"")).unwrap().1.len(), 121);
        for (engine, place) in &into {
            let place = match place.strip_prefix("sqlite:") {
                Some(path) => format!("sqlite:{path}-from-{origin}"),
                None => postgres_place("backup_into").await.unwrap(),
            };
            let again = restored(&place, &file).await.unwrap();
            assert_eq!(rows(&packed(&again).await), all, "{origin} to {engine}");
            assert_eq!(again.verify(|_| ()).await.unwrap(), ledger.verify(|_| ()).await.unwrap());
            // Rules hold again, and work goes on where it was.
            let mut tx = again.read().await.unwrap();
            let bo = ledger::people::by_email(&mut tx, "p1@example.org").await.unwrap().unwrap();
            assert_eq!(tx.history("person", bo.id).await.unwrap()[0].body["name"], "Ünï 1");
            let ann = ledger::people::by_email(&mut tx, "ann@example.org").await.unwrap().unwrap();
            let actor = ledger::people::actor(&mut tx, ann.id).await.unwrap().unwrap();
            drop(tx);
            let root = *actor.sight.own.first().unwrap();
            again.perform(&actor, &person("Late", "", root)).await.unwrap();
            let strange = leadership::CircleId::new(clock().now(), [9; 10]);
            let orphan = again.perform(&actor, &TellTwice(strange, Vec::new())).await;
            assert!(matches!(orphan, Err(Refused::Ledger(_))), "{engine} lets rows point nowhere: {orphan:?}");
            assert_eq!(again.verify(|_| ()).await.unwrap().broken, None);
            // The place is no longer empty.
            again.close().await;
            let twice = restored(&place, &file).await;
            assert!(matches!(twice, Err(BackupError::NotEmpty(_))), "{engine}: {twice:?}");
        }
        ledger.close().await;
    }
}

#[tokio::test]
async fn a_backup_is_of_one_moment_while_others_write() {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = format!("sqlite:{}", folder.path().join("from").display());
    for url in [Some(sqlite), postgres_place("backup_moment").await].into_iter().flatten() {
        let ledger = filled(&url).await;
        let ann =
            ledger::people::by_email(&mut ledger.read().await.unwrap(), "ann@example.org").await.unwrap().unwrap();
        let actor = ledger::people::actor(&mut ledger.read().await.unwrap(), ann.id).await.unwrap().unwrap();
        let root = *actor.sight.own.first().unwrap();
        let writer = {
            let (ledger, actor) = (ledger.clone(), actor.clone());
            tokio::spawn(async move {
                for at in 0..40 {
                    ledger.perform(&actor, &person(format!("New {at}"), "", root)).await.unwrap();
                }
            })
        };
        for at in 0..3 {
            let file = packed(&ledger).await;
            let place = format!("sqlite:{}", tempfile::tempdir().unwrap().keep().join("into").display());
            let again = restored(&place, &file).await.unwrap();
            assert_eq!(again.verify(|_| ()).await.unwrap().broken, None, "{url} at {at}");
            again.close().await;
        }
        writer.await.unwrap();
        ledger.close().await;
    }
}

#[tokio::test]
async fn a_damaged_file_restores_nothing_and_names_the_line() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = filled(&format!("sqlite:{}", folder.path().join("from").display())).await;
    let file = packed(&ledger).await;
    ledger.close().await;
    let text = unpacked(&file);
    let lines: Vec<&str> = text.lines().collect();
    let with = |at: usize, line: &str| {
        let mut lines = lines.clone();
        lines[at] = line;
        repacked(&(lines.join("\n") + "\n"))
    };
    let row = lines.iter().position(|line| line.contains("Ünï 7")).unwrap();
    let named = |line: usize| u64::try_from(line + 1).unwrap();
    let last = named(lines.len() - 1);
    let cases = [
        ("cut in the middle of a line", repacked(&text[..text.len() / 2]), None),
        ("cut between lines", repacked(&(lines[..row].join("\n") + "\n")), Some(named(row))),
        ("cut while packed", file[..file.len() / 2].to_vec(), None),
        ("no pack at all", b"hello".to_vec(), Some(1)),
        ("something else packed", repacked("{}\n"), Some(1)),
        ("a row that cannot be read", with(row, "[\"a\","), Some(named(row))),
        ("a row that is too short", with(row, "[\"a\"]"), Some(named(row))),
        ("a row with another name", with(row, &lines[row].replace("Ünï 7", "Ünï 8")), Some(last)),
        ("a row twice", with(row, lines[row + 1]), None),
        ("another table", with(1, &lines[1].replace("\"table\":\"", "\"table\":\"x")), Some(2)),
        ("another column", with(1, &lines[1].replacen("\"text\"", "\"bigint\"", 1)), Some(2)),
        ("something after the end", repacked(&format!("{text}{{}}\n")), Some(last + 1)),
    ];
    let place = format!("sqlite:{}", folder.path().join("into").display());
    for (what, bytes, line) in cases {
        match restored(&place, &bytes).await {
            Err(BackupError::Damaged { line: told, .. }) => {
                assert!(line.is_none_or(|line| line == told), "{what}: line {told}, and not {line:?}");
            }
            other => panic!("{what}: {other:?}"),
        }
    }
    let newer = with(0, &lines[0].replace("\"format\":1", "\"format\":2"));
    assert!(matches!(restored(&place, &newer).await, Err(BackupError::Newer(_))));
    let newer = with(0, &lines[0].replace("\"steps\":[1,", "\"steps\":[9999,1,"));
    assert!(matches!(restored(&place, &newer).await, Err(BackupError::Newer(_))));
    // After all of them the place is still empty, so that the good file goes in.
    let again = restored(&place, &file).await.unwrap();
    assert_eq!(rows(&packed(&again).await), rows(&file));
    again.close().await;
    // A database with somebody else's table is none either.
    let other = format!("sqlite:{}", folder.path().join("other").display());
    std::fs::File::create(folder.path().join("other")).unwrap();
    tamper(&other, "create table mine (x text)").await;
    assert!(matches!(restored(&other, &file).await, Err(BackupError::NotEmpty(_))));
}

#[tokio::test]
async fn a_backup_of_a_file_has_its_name_when_it_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = filled(&format!("sqlite:{}", folder.path().join("from").display())).await;
    let path = folder.path().join("backup.gz");
    let mut told = 0;
    let copied = ledger.backup_file(&path, |_, _| told += 1).await.unwrap();
    assert_eq!(copied.tables, told);
    assert_eq!(rows(&std::fs::read(&path).unwrap()), rows(&packed(&ledger).await));
    assert!(!folder.path().join("backup.gz.part").exists());
    assert!(matches!(ledger.backup_file(&path, |_, _| ()).await, Err(BackupError::File(_))));
    ledger.close().await;
}
