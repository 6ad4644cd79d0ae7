//! Sealed means sealed: whoever a concern is about, administrators, other clients and the record itself tell
//! nothing of it.

use std::collections::{BTreeMap, BTreeSet};

use leadership::PersonId;
use leadership::circle::Actor;
use leadership::concern::Stage;
use ledger::concerns::{self, AddConfidant, Close, DismissConfidant, NameConfidant, Raise, Reply, Say, TakeUp};
use ledger::people::Begin;
use ledger::testing::{Clock, each};
use ledger::{Act, Ledger, Refused, Tx, args, honesty};
use sqlx::AssertSqlSafe;

use super::{World, actor, waits, world};

const WORDS: &str = "He asked me to write that the backup ran.";

/// Every value of every table as text: what somebody finds who reads the whole database without its keys.
pub async fn everything(ledger: &Ledger, engine: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut tx = ledger.read().await.unwrap();
    let columns = if engine == "SQLite" {
        "select m.name as t, c.name as c from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table'"
    } else {
        "select cast(table_name as text) as t, cast(column_name as text) as c from information_schema.columns \
         where table_schema = current_schema()"
    };
    let mut out: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in tx.rows(columns, args![]).await.unwrap() {
        let (table, column) = (row.text("t").unwrap(), row.text("c").unwrap());
        if table.starts_with('_') || table.starts_with("sqlite") {
            continue;
        }
        let sql = format!("select cast({column} as text) as v from {table}");
        let values = out.entry(table).or_default();
        for row in tx.rows(AssertSqlSafe(sql), args![]).await.unwrap() {
            values.insert(format!("{column}={}", row.text_or_null("v").unwrap().unwrap_or_default()));
        }
    }
    out
}

async fn confidants(ledger: &Ledger, w: &World) {
    let ann = actor(ledger, w.ann).await;
    for person in [w.bo, w.members[0], w.ann] {
        let act = NameConfidant { circle: Some(w.root), person: Some(person), for_clients: person == w.bo };
        ledger.perform(&ann, &act).await.unwrap();
    }
}

fn raise(about: Option<PersonId>, to: &[PersonId], named: bool) -> Raise {
    Raise { to: to.to_vec(), about, matter: "A report that was not true".into(), words: WORDS.into(), named }
}

#[tokio::test]
async fn nothing_in_the_whole_database_tells_of_a_concern() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:13:37.123Z");
    for (engine, ledger) in each(folder.path(), "concern_sealed", &clock).await {
        let w = world(&ledger).await;
        confidants(&ledger, &w).await;
        let (accused, raiser, confidant) = (w.ann, w.members[1], w.members[0]);
        let before = everything(&ledger, engine).await;
        let receipts = [
            ledger.perform(&actor(&ledger, raiser).await, &raise(Some(accused), &[confidant], false)).await.unwrap(),
            ledger.perform(&actor(&ledger, raiser).await, &raise(Some(accused), &[confidant], true)).await.unwrap(),
        ];
        let after = everything(&ledger, engine).await;
        let tables = ["concern", "concern_to", "concern_word"];
        assert!(before.keys().any(|table| table == "event") && before.keys().any(|table| table == "looked"));
        for (table, values) in &after {
            if tables.contains(&table.as_str()) {
                for value in values {
                    let told = [accused, raiser].iter().any(|person| value.contains(&person.to_string()))
                        || receipts.iter().any(|receipt| value.contains(receipt.as_str()))
                        || ["backup", "report", "08:13", "13:37"].iter().any(|part| value.contains(part));
                    assert!(!told, "{engine}: {table} tells {value}");
                }
            } else {
                assert_eq!(Some(values), before.get(table), "{engine}: {table} tells that something was raised");
            }
        }
        assert!(after["concern_to"].contains(&format!("person={confidant}")), "{engine}: the confidant must find it");
        // The identifier is made from the day: its 48 bits of time are midnight.
        let ids: Vec<_> = after["concern"].iter().filter(|value| value.starts_with("id=")).collect();
        let midnight = format!(
            "id={}",
            &leadership::Id::<()>::new("2026-03-02T00:00:00Z".parse().unwrap(), [0; 10]).to_string()[..13]
        );
        assert!(ids.len() == 2 && ids.iter().all(|id| id.starts_with(&midnight)), "{engine}: {ids:?}");

        // Whom it is about, who leads and administers everything, finds nothing; nor do others.
        let id = concerns::by_receipt(&mut ledger.read().await.unwrap(), &receipts[0]).await.unwrap().unwrap().id;
        for other in [w.ann, w.bo, w.members[2], w.kim, w.lou, raiser] {
            let other = actor(&ledger, other).await;
            let mut tx = ledger.read().await.unwrap();
            assert_eq!(concerns::read(&mut tx, &other, id).await.unwrap(), None, "{engine}");
            assert!(concerns::addressed(&mut tx, &other).await.unwrap().is_empty());
            assert!(concerns::counts(&mut tx, &other).await.unwrap().is_empty());
            assert!(tx.history("concern", id).await.unwrap().is_empty());
            // Under one's own name one finds one's own, and only that one.
            let own = usize::from(other.person == raiser);
            assert_eq!(concerns::mine(&mut tx, &other).await.unwrap().len(), own, "{engine}");
            drop(tx);
            assert!(waits(&ledger, other.person, "2026-03-02").await.is_empty());
            for refused in [
                ledger.perform(&other, &TakeUp { concern: id }).await,
                ledger.perform(&other, &Say { concern: id, words: "x".into() }).await,
                ledger.perform(&other, &Close { concern: id, words: "x".into() }).await,
            ] {
                assert!(matches!(refused, Err(Refused::NotFound)), "{engine}");
            }
        }
        // What waits for the confidant says that there is one, and no word of it.
        let waiting = waits(&ledger, confidant, "2026-03-02").await;
        assert_eq!(waiting, vec!["concern: A concern was raised with you in confidence"; 2], "{engine}");
        let mut tx = ledger.read().await.unwrap();
        let read = concerns::read(&mut tx, &actor(&ledger, confidant).await, id).await.unwrap().unwrap();
        assert_eq!((read.about, read.raiser, read.said[0].words.as_str()), (Some(accused), None, WORDS), "{engine}");
        assert!(!format!("{read:?} {:?}", raise(None, &[], false)).contains("backup"), "nor does a debug line");
        drop(tx);
        ledger.close().await;
    }
}

#[tokio::test]
async fn whom_it_is_about_is_never_the_one_who_takes_it() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "concern_accused", &clock).await {
        let w = world(&ledger).await;
        let (ann, di) = (actor(&ledger, w.ann).await, actor(&ledger, w.members[1]).await);
        let one = NameConfidant { circle: Some(w.root), person: Some(w.bo), for_clients: true };
        assert!(matches!(ledger.perform(&di, &one).await, Err(Refused::NotYours(_))), "{engine}");
        ledger.perform(&ann, &one).await.unwrap();
        // A client's contact is no confidant of the organisation.
        let outside = NameConfidant { circle: Some(w.root), person: Some(w.kim), for_clients: false };
        assert!(matches!(ledger.perform(&ann, &outside).await, Err(Refused::Wrong(_))), "{engine}");
        let refused = ledger.perform(&di, &raise(Some(w.ann), &[w.bo], false)).await;
        assert!(matches!(refused, Err(Refused::Conflict { .. })), "{engine}: one confidant cannot be avoided");
        confidants(&ledger, &w).await;

        for (about, to, why) in [
            (Some(w.bo), vec![w.bo], "whom it is about"),
            (Some(w.bo), vec![w.ann, w.bo], "whom it is about, beside another"),
            (None, vec![], "nobody"),
            (None, vec![w.members[3]], "no confidant"),
        ] {
            let Err(Refused::Wrong(wrongs)) = ledger.perform(&di, &raise(about, &to, false)).await else {
                panic!("{engine}: {why}")
            };
            assert!(wrongs.of("to").is_some(), "{engine}: {why}");
        }
        let cy = actor(&ledger, w.members[0]).await;
        assert!(
            matches!(ledger.perform(&cy, &raise(None, &[cy.person], true)).await, Err(Refused::Wrong(_))),
            "oneself"
        );

        // The first confidant leaves the task; the holder of the receipt turns to another, never to the accused.
        let receipt = ledger.perform(&di, &raise(Some(w.bo), &[w.members[0]], false)).await.unwrap();
        let act = DismissConfidant { circle: w.root, person: w.members[0] };
        ledger.perform(&ann, &act).await.unwrap();
        let add = |to| AddConfidant { receipt: receipt.clone(), to };
        assert!(matches!(ledger.perform(&Begin::nobody(), &add(w.bo)).await, Err(Refused::Wrong(_))), "{engine}");
        ledger.perform(&Begin::nobody(), &add(w.ann)).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        assert_eq!(concerns::addressed(&mut tx, &ann).await.unwrap().len(), 1, "{engine}");
        // A client's people turn to those named for clients, and learn of no other.
        let kim = concerns::confidants(&mut tx, &actor(&ledger, w.kim).await).await.unwrap();
        assert_eq!(kim.iter().map(|found| found.person).collect::<Vec<_>>(), [w.bo], "{engine}");
        drop(tx);
        ledger.close().await;
    }
}

struct Erase(PersonId);

#[ledger::act]
impl Act for Erase {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, _: &Actor) -> Result<(), Refused> {
        Ok(honesty::erase(tx, self.0).await?)
    }
}

#[tokio::test]
async fn taken_up_talked_over_closed_and_counted_by_the_month() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "concern_followed", &clock).await {
        let start = clock.now();
        let w = world(&ledger).await;
        confidants(&ledger, &w).await;
        let (bo, di) = (actor(&ledger, w.bo).await, actor(&ledger, w.members[1]).await);
        let receipt = ledger.perform(&di, &raise(None, &[w.bo], true)).await.unwrap();
        let id = concerns::mine(&mut ledger.read().await.unwrap(), &di).await.unwrap()[0].id;
        ledger.perform(&bo, &TakeUp { concern: id }).await.unwrap();
        assert!(matches!(ledger.perform(&bo, &TakeUp { concern: id }).await, Err(Refused::Conflict { .. })));
        ledger.perform(&bo, &Say { concern: id, words: "Which backup?".into() }).await.unwrap();
        let reply = |receipt: &str| Reply { receipt: receipt.into(), words: "That of Harbour.".into() };
        ledger.perform(&Begin::nobody(), &reply(&receipt.to_lowercase())).await.unwrap();
        for wrong in ["", "22222-22222-22222-22222-22222", "nonsense"] {
            assert!(
                matches!(ledger.perform(&Begin::nobody(), &reply(wrong)).await, Err(Refused::Wrong(_))),
                "{engine}"
            );
        }
        ledger.perform(&bo, &Close { concern: id, words: "Corrected, and told to Harbour.".into() }).await.unwrap();
        assert!(matches!(ledger.perform(&Begin::nobody(), &reply(&receipt)).await, Err(Refused::Conflict { .. })));
        let mut tx = ledger.read().await.unwrap();
        let found = concerns::by_receipt(&mut tx, &receipt).await.unwrap().unwrap();
        assert_eq!((found.stage, found.raiser, found.said.len()), (Stage::Closed, Some(di.person), 4), "{engine}");
        assert_eq!(
            found.said.iter().map(|word| word.confidant).collect::<Vec<_>>(),
            [None, Some(w.bo), None, Some(w.bo)]
        );
        // The chain binds what is sealed, and names nobody and no circle.
        for event in tx.history("concern", id).await.unwrap() {
            assert_eq!((event.actor, event.circle), (None, None), "{engine}");
            assert_eq!(event.body.as_object().unwrap().keys().collect::<Vec<_>>(), ["sealed"]);
        }
        drop(tx);
        assert!(waits(&ledger, w.bo, "2026-03-02").await.is_empty());

        // Counts: from five on, of whole months.
        for _ in 0..4 {
            ledger.perform(&di, &raise(None, &[w.bo], false)).await.unwrap();
        }
        let counts = async || concerns::counts(&mut ledger.read().await.unwrap(), &di).await.unwrap();
        assert!(counts().await.is_empty(), "{engine}: not before the month is over");
        clock.days(31);
        let counted = counts().await;
        assert_eq!((counted[0].circle, counted[0].raised, counted[0].closed), (w.root, 5, 1), "{engine}");

        // Erased: the raiser's words go, the answer stays, and nothing leads from the one to the other.
        ledger.perform(&bo, &Erase(di.person)).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        assert!(concerns::mine(&mut tx, &di).await.unwrap().is_empty(), "{engine}");
        let left = concerns::read(&mut tx, &bo, id).await.unwrap().unwrap();
        let words: Vec<_> = left.said.iter().map(|word| word.words.as_str()).collect();
        assert_eq!(words, ["[erased]", "Which backup?", "[erased]", "Corrected, and told to Harbour."], "{engine}");
        assert_eq!((left.raiser, left.matter.as_str()), (None, "[erased]"));
        drop(tx);
        assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None, "{engine}");
        ledger.close().await;
        clock.advance(start.duration_since(clock.now()));
    }
}
