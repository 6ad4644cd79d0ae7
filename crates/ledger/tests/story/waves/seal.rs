use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;

use flate2::read::GzDecoder;
use leadership::wave::Question;
use ledger::Ledger;
use ledger::people::{self, Begin, Erase};
use ledger::testing::{Clock, each};
use ledger::waves::{self, By, Close, MakeLink};
use serde_json::Value;

use super::{answer, house, questions, seat_of, seats};
use crate::links::actor;

const START: &str = "2026-03-02T08:00:00Z";

/// Every row of every table, events too: table, then column and value.
async fn dump(ledger: &Ledger) -> Vec<(String, BTreeMap<String, Value>)> {
    let mut packed = Vec::new();
    ledger.backup(&mut packed, |_, _| ()).await.unwrap();
    let mut text = String::new();
    GzDecoder::new(packed.as_slice()).read_to_string(&mut text).unwrap();
    let (mut table, mut columns, mut out) = (String::new(), Vec::<String>::new(), Vec::new());
    for line in text.lines() {
        match serde_json::from_str(line).unwrap() {
            Value::Array(values) => {
                out.push((table.clone(), columns.iter().cloned().zip(values).collect()));
            }
            Value::Object(begins) => {
                if let Some(name) = begins.get("table").and_then(Value::as_str) {
                    name.clone_into(&mut table);
                    columns = begins["columns"]
                        .as_array()
                        .unwrap()
                        .iter()
                        .map(|column| column.as_str().or_else(|| column[0].as_str()).unwrap().to_owned())
                        .collect();
                }
            }
            other => panic!("{other}"),
        }
    }
    out
}

fn text(row: &BTreeMap<String, Value>) -> String {
    serde_json::to_string(row).unwrap()
}

/// A wave with raters of all five roles, two of them by link, comments included.
async fn answered(ledger: &Ledger, clock: &Clock) -> (super::House, leadership::WaveId, Vec<String>) {
    let at = house(ledger).await;
    let wave = at.plan(ledger, clock).await;
    let mut raters = at.members[..6].to_vec();
    raters.extend([at.dan, at.nik, at.contacts[0]]);
    at.ask(ledger, wave, &raters, "Out Side, out@example.com").await;
    let asked = questions(ledger, wave).await;
    let mut said = Vec::new();
    for (n, rater) in raters.iter().filter(|rater| **rater != at.contacts[0]).chain([&at.lea]).enumerate() {
        clock.advance(jiff::SignedDuration::from_mins(41));
        let by = actor(ledger, *rater).await;
        let seat = seats(ledger, &by, wave, *rater == at.lea).await[0];
        let mut form = answer(seat, By::Me, asked, if n % 2 == 0 { "2" } else { "5" });
        said.push(format!("A remark that is number {n} of them."));
        form.comments = vec![(Question::Differently, said[n].clone())];
        ledger.perform(&by, &form).await.unwrap();
    }
    let eve = actor(ledger, at.eve).await;
    let without = waves::without_account(&mut ledger.read().await.unwrap(), &eve, wave).await.unwrap();
    for one in without.iter().filter(|one| one.name == "Out Side" || one.name == "Contact 0") {
        let token = ledger.perform(&eve, &MakeLink { wave, seat: one.seat }).await.unwrap();
        let seat = seat_of(ledger, &token).await.unwrap();
        ledger.perform(&Begin::nobody(), &answer(seat, By::Link(token), asked, "4")).await.unwrap();
    }
    (at, wave, said)
}

/// Holds before and after the end of a wave: what is in the whole database joins no rater with an answer.
async fn joins_nobody(engine: &str, ledger: &Ledger, said: &[String]) {
    let rows = dump(ledger).await;
    let (sealed, rest): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|(table, _)| table == "sealed_form" || table == "sealed_comment");
    let seats: Vec<_> = rest.iter().filter(|(table, _)| table == "seat").collect();
    assert!(sealed.len() > 15 && seats.len() == 11, "{engine}: {} {}", sealed.len(), seats.len());

    // A sealed row holds a fresh identifier, the wave, the person rated and what is sealed: no rater, no seat, no link,
    // no day. Of one heap all plain columns but the identifier are alike, and all forms are equally long.
    let mut lengths = BTreeSet::new();
    for (table, row) in &sealed {
        let columns: Vec<&str> = row.keys().map(String::as_str).collect();
        assert_eq!(columns, ["id", "rated", "sealed", "wave"], "{engine}: {table}");
        let id = row["id"].as_str().unwrap();
        assert!(id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{engine}: {id}");
        if table == "sealed_form" {
            lengths.insert(row["sealed"].as_str().unwrap().len());
        }
    }
    assert_eq!(lengths.len(), 1, "{engine}: a length tells a role");
    let heaps: BTreeSet<String> =
        sealed.iter().map(|(table, row)| format!("{table} {} {}", row["wave"], row["rated"])).collect();
    assert_eq!(heaps.len(), 2, "{engine}: one heap of forms and one of comments");
    // Identifiers carry no time: those of UUIDs version 7 would begin alike.
    let begins: BTreeSet<&str> = sealed.iter().map(|(_, row)| &row["id"].as_str().unwrap()[..4]).collect();
    assert!(begins.len() > sealed.len() - 3, "{engine}: {begins:?}");

    // Nothing else in the database, event or row, names a sealed row; no value beyond the wave and the person rated is
    // shared between the two.
    let mut values: BTreeSet<String> = BTreeSet::new();
    for (_, row) in &sealed {
        values.insert(row["id"].as_str().unwrap().to_owned());
        values.insert(row["sealed"].as_str().unwrap().to_owned());
    }
    for (table, row) in &rest {
        let text = text(row);
        for value in &values {
            assert!(!text.contains(value.as_str()), "{engine}: {table} names a sealed row");
        }
    }
    for (_, row) in &sealed {
        let text = text(row);
        for (_, seat) in &seats {
            for column in ["id", "rater_key", "link"] {
                let Some(value) = seat[column].as_str() else { continue };
                if seat["role"] == "self" && column == "rater_key" {
                    continue;
                }
                assert!(!text.contains(value), "{engine}: a sealed row names a {column}");
            }
        }
    }

    // No words of an answer are readable anywhere, and no answers are in an event: an event of a spent seat names the
    // wave, and an actor only where they answer under their name.
    let named: BTreeSet<&str> = seats
        .iter()
        .filter(|(_, seat)| seat["role"] == "self" || seat["role"] == "higher-up")
        .filter_map(|(_, seat)| seat["rater"].as_str())
        .collect();
    let mut spent = 0;
    for (table, row) in rest.iter().chain(&sealed) {
        let text = text(row);
        for words in said {
            assert!(!text.contains(words.as_str()), "{engine}: {table} holds words of a comment");
        }
        assert!(!text.contains("out@example.com") && !text.contains("Out Side"), "{engine}: {table} names an outsider");
        if table == "event" && row["noun"] == "seat" {
            spent += 1;
            let body: Value = serde_json::from_str(row["body"].as_str().unwrap()).unwrap();
            let fields: Vec<&String> = body.as_object().unwrap().keys().collect();
            assert_eq!(fields, ["wave"], "{engine}");
            assert!(row["actor"].as_str().is_none_or(|actor| named.contains(actor)), "{engine}");
        }
    }
    assert_eq!(spent, 11, "{engine}: each seat said that it was spent");
}

#[tokio::test]
async fn no_row_and_no_event_joins_a_rater_with_an_answer() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "waves_seal", &Clock::at(START)).await {
        let clock = Clock::at(START);
        let ledger = ledger.at(clock.handed_in());
        let (at, wave, said) = answered(&ledger, &clock).await;
        joins_nobody(engine, &ledger, &said).await;
        ledger.perform(&actor(&ledger, at.eve).await, &Close { wave }).await.unwrap();
        joins_nobody(engine, &ledger, &said).await;

        // Nobody's own data holds an answer: not the rater's, not the rated person's.
        for person in [at.members[0], at.lea, at.eve] {
            let export = people::export(&mut ledger.read().await.unwrap(), person).await.unwrap().unwrap();
            let text = serde_json::to_string(&export).unwrap();
            for (table, row) in dump(&ledger).await.iter().filter(|(table, _)| table.starts_with("sealed_")) {
                assert!(!text.contains(row["id"].as_str().unwrap()), "{engine}: {table}");
                assert!(!text.contains(row["sealed"].as_str().unwrap()), "{engine}: {table}");
            }
            for words in &said {
                assert!(!text.contains(words.as_str()), "{engine}");
            }
        }
        // The person rated reads whom they chose, and of nobody whether they answered.
        let held = people::held(&mut ledger.read().await.unwrap(), at.lea).await.unwrap();
        let chosen = held.iter().find(|held| held.what.starts_with("Who was chosen")).unwrap();
        assert_eq!(chosen.rows.len(), 10, "{engine}");
        assert!(chosen.rows.iter().all(|row| row[3] == "asked"), "{engine}: {:?}", chosen.rows);
        ledger.close().await;
    }
}

#[tokio::test]
async fn a_backup_holds_the_heaps_and_an_erased_person_takes_theirs_along() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "waves_erased", &Clock::at(START)).await {
        let clock = Clock::at(START);
        let ledger = ledger.at(clock.handed_in());
        let (at, wave, _) = answered(&ledger, &clock).await;
        let mut packed = Vec::new();
        ledger.backup(&mut packed, |_, _| ()).await.unwrap();
        let url = format!("sqlite:{}", folder.path().join(format!("restored-{engine}.sqlite")).display());
        let (restored, _) =
            ledger::backup::restore(&url, clock.handed_in(), ledger::testing::random(3), packed.as_slice(), |_, _| ())
                .await
                .unwrap();
        assert_eq!(dump(&restored).await, dump(&ledger).await, "{engine}");
        restored.close().await;

        let count =
            |rows: &[(String, BTreeMap<String, Value>)], table: &str| rows.iter().filter(|row| row.0 == table).count();
        let before = dump(&ledger).await;
        // A rater who answered under seal leaves an identifier without a name; one who answered under their name takes
        // the words along.
        let ann = actor(&ledger, at.ann).await;
        ledger.perform(&ann, &Erase { person: at.members[0] }).await.unwrap();
        ledger.perform(&ann, &Erase { person: at.dan }).await.unwrap();
        let after = dump(&ledger).await;
        assert_eq!(count(&after, "sealed_form"), count(&before, "sealed_form"), "{engine}");
        assert_eq!(count(&after, "sealed_comment"), count(&before, "sealed_comment") - 1, "{engine}: Dan's words");
        assert_eq!(count(&after, "seat"), count(&before, "seat"), "{engine}");
        // The person rated takes everything along.
        ledger.perform(&ann, &Erase { person: at.lea }).await.unwrap();
        let after = dump(&ledger).await;
        for table in ["sealed_form", "sealed_comment", "seat", "rated"] {
            assert_eq!(count(&after, table), 0, "{engine}: {table}");
        }
        assert!(waves::seen(&mut ledger.read().await.unwrap(), &ann, wave).await.unwrap().is_some(), "{engine}");
        assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None, "{engine}");
        ledger.close().await;
    }
}
