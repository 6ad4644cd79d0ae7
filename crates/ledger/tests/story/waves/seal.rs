use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;

use flate2::read::GzDecoder;
use jiff::{SignedDuration, Timestamp};
use leadership::wave::Question;
use ledger::Ledger;
use ledger::people::{self, Begin, Erase};
use ledger::testing::{Clock, each};
use ledger::waves::{self, By, Close, Decline, MakeLink};
use serde_json::Value;

use super::{answer, house, questions, seat_of, seats};
use crate::links::actor;

const START: &str = "2026-03-02T08:00:00Z";

/// A row of a table: its name, then column and value.
pub type Row = (String, BTreeMap<String, Value>);

/// Every row of every table, events too.
pub async fn dump(ledger: &Ledger) -> Vec<Row> {
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

/// What was said in a wave, and when.
#[derive(Default)]
struct Heard {
    /// Words of comments.
    words: Vec<String>,
    /// Instants at which a seat was spent or declined; nothing else happened in their minute.
    at: Vec<Timestamp>,
}

impl Heard {
    /// Moves the clock to a minute in which nothing else happens.
    fn now(&mut self, clock: &Clock) {
        clock.advance(SignedDuration::from_mins(41));
        self.at.push(clock.now());
    }
}

/// A wave with raters of all five roles, two of them by link, comments included; one declines.
async fn answered(ledger: &Ledger, clock: &Clock) -> (super::House, leadership::WaveId, Heard) {
    let at = house(ledger).await;
    let wave = at.plan(ledger, clock).await;
    let mut raters = at.members[..6].to_vec();
    raters.extend([at.dan, at.nik, at.contacts[0]]);
    let declines = at.members[6];
    at.ask(ledger, wave, &[raters.as_slice(), &[declines]].concat(), "Out Side, out@example.com").await;
    let asked = questions(ledger, wave).await;
    let mut heard = Heard::default();
    for (n, rater) in raters.iter().filter(|rater| **rater != at.contacts[0]).chain([&at.lea]).enumerate() {
        heard.now(clock);
        let by = actor(ledger, *rater).await;
        let seat = seats(ledger, &by, wave, *rater == at.lea).await[0];
        let mut form = answer(seat, By::Me, asked, if n % 2 == 0 { "2" } else { "5" });
        heard.words.push(format!("A remark that is number {n} of them."));
        form.comments = vec![(Question::Differently, heard.words[n].clone())];
        ledger.perform(&by, &form).await.unwrap();
    }
    heard.now(clock);
    let by = actor(ledger, declines).await;
    let seat = seats(ledger, &by, wave, false).await[0];
    ledger.perform(&by, &Decline { seat, by: By::Me }).await.unwrap();
    let eve = actor(ledger, at.eve).await;
    let without = waves::without_account(&mut ledger.read().await.unwrap(), &eve, wave).await.unwrap();
    for one in without.iter().filter(|one| one.name == "Out Side" || one.name == "Contact 0") {
        clock.advance(SignedDuration::from_mins(41));
        let token = ledger.perform(&eve, &MakeLink { wave, seat: one.seat }).await.unwrap();
        heard.now(clock);
        let seat = seat_of(ledger, &token).await.unwrap();
        ledger.perform(&Begin::nobody(), &answer(seat, By::Link(token), asked, "4")).await.unwrap();
    }
    clock.advance(SignedDuration::from_mins(41));
    (at, wave, heard)
}

/// Holds before and after the end of a wave: what is in the whole database joins no rater with an answer.
async fn joins_nobody(engine: &str, ledger: &Ledger, heard: &Heard) {
    let rows = dump(ledger).await;
    let (sealed, rest): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|(table, _)| table == "sealed_form" || table == "sealed_comment");
    let seats: Vec<_> = rest.iter().filter(|(table, _)| table == "seat").collect();
    assert!(sealed.len() > 15 && seats.len() == 12, "{engine}: {} {}", sealed.len(), seats.len());

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

    // No words of an answer are readable anywhere.
    for (table, row) in rest.iter().chain(&sealed) {
        let text = text(row);
        for words in &heard.words {
            assert!(!text.contains(words.as_str()), "{engine}: {table} holds words of a comment");
        }
        assert!(!text.contains("out@example.com") && !text.contains("Out Side"), "{engine}: {table} names an outsider");
    }
    tells_no_instant(engine, &rest, &sealed, heard);
    assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None, "{engine}");
}

/// No event is about a seat, no seat has a column of time, and no value of any table lies in a minute in which somebody
/// answered: neither an instant, nor an identifier that begins with one, nor the place of an event between two others.
fn tells_no_instant(engine: &str, rest: &[Row], sealed: &[Row], heard: &Heard) {
    let seats = || rest.iter().filter(|(table, _)| table == "seat").map(|(_, row)| row);
    for seat in seats() {
        let columns: Vec<&str> = seat.keys().map(String::as_str).collect();
        let known = ["id", "link", "outsider", "rated", "rater", "rater_key", "role", "state", "wave"];
        assert_eq!(columns, known, "{engine}: whoever adds a column says here that it tells no time");
    }
    let spent: BTreeSet<&str> = seats().filter_map(|seat| seat["id"].as_str()).collect();
    for (_, event) in rest.iter().filter(|(table, _)| table == "event") {
        let text = text(event);
        assert!(event["noun"] != "seat", "{engine}: {text}");
        assert!(!spent.iter().any(|seat| text.contains(seat)), "{engine}: an event names a seat: {text}");
    }
    for (table, row) in rest.iter().chain(sealed) {
        let text = text(row);
        for at in &heard.at {
            // To the minute, and as the first 36 bits of an identifier of version 7: about four seconds.
            let (minute, begins) = (at.strftime("%Y-%m-%dT%H:%M").to_string(), format!("{:012x}", at.as_millisecond()));
            let begins = format!("{}-{}", &begins[..8], &begins[8..9]);
            assert!(!text.contains(&minute), "{engine}: {table} has an instant of answering: {text}");
            assert!(!text.contains(&begins), "{engine}: an identifier of {table} tells an instant: {text}");
        }
    }
}

#[tokio::test]
async fn no_row_and_no_event_joins_a_rater_with_an_answer() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "waves_seal", &Clock::at(START)).await {
        let clock = Clock::at(START);
        let ledger = ledger.at(clock.handed_in());
        let (at, wave, heard) = answered(&ledger, &clock).await;
        joins_nobody(engine, &ledger, &heard).await;
        ledger.perform(&actor(&ledger, at.eve).await, &Close { wave }).await.unwrap();
        joins_nobody(engine, &ledger, &heard).await;

        // Nobody's own data holds an answer: not the rater's, not the rated person's.
        for person in [at.members[0], at.lea, at.eve] {
            let export = people::export(&mut ledger.read().await.unwrap(), person).await.unwrap().unwrap();
            let text = serde_json::to_string(&export).unwrap();
            for (table, row) in dump(&ledger).await.iter().filter(|(table, _)| table.starts_with("sealed_")) {
                assert!(!text.contains(row["id"].as_str().unwrap()), "{engine}: {table}");
                assert!(!text.contains(row["sealed"].as_str().unwrap()), "{engine}: {table}");
            }
            for words in &heard.words {
                assert!(!text.contains(words.as_str()), "{engine}");
            }
        }
        // The person rated reads whom they chose, and of nobody whether they answered.
        let held = people::held(&mut ledger.read().await.unwrap(), at.lea).await.unwrap();
        let chosen = held.iter().find(|held| held.what.starts_with("Who was chosen")).unwrap();
        assert_eq!(chosen.rows.len(), 11, "{engine}");
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
