//! Whatever is changed in the chain past the ledger is found, and its place is named.

use ledger::Ledger;
use ledger::testing::{Clock, postgres_place, random, tamper};

use super::ground::{leader, person};

/// A ledger of eight events on every engine, with its address.
async fn places(folder: &std::path::Path, name: &str) -> Vec<(String, Ledger)> {
    let mut out = Vec::new();
    let sqlite = format!("sqlite:{}", folder.join("ledger.sqlite").display());
    for url in [Some(sqlite), postgres_place(name).await].into_iter().flatten() {
        let clock = Clock::at("2026-03-02T08:00:00Z");
        let ledger = Ledger::open(&url, clock.handed_in(), random(1)).await.unwrap();
        let (actor, root) = leader(&ledger).await;
        for name in ["Bo", "Cy", "Di"] {
            ledger.perform(&actor, &person(name, "", root)).await.unwrap();
        }
        out.push((url, ledger));
    }
    out
}

async fn broken(ledger: &Ledger) -> Option<i64> {
    ledger.verify(|_| ()).await.unwrap().broken.map(|(place, _)| place)
}

#[tokio::test]
async fn every_byte_of_every_event() {
    let folder = tempfile::tempdir().unwrap();
    let columns = ["id", "at", "actor", "circle", "noun", "subject", "kind", "body", "before", "hash"];
    for (url, ledger) in places(folder.path(), "tampered_bytes").await {
        assert_eq!(broken(&ledger).await, None);
        // All of them in one place; elsewhere the same code reads them.
        let sqlite = url.starts_with("sqlite:");
        for seq in if sqlite { vec![1, 2, 3, 4, 5, 6, 7, 8] } else { vec![1, 4, 8] } {
            for column in columns {
                let sql = format!("select {column} as text from event where seq = {seq}");
                let row = ledger.read().await.unwrap().one(sqlx_safe(sql), &[]).await.unwrap().unwrap();
                let kept = row.text("text").unwrap();
                // All bytes of one event, the first, the middle and the last of the others; and one more.
                let length = kept.chars().count();
                let mut places: Vec<usize> =
                    if seq == 4 && sqlite { (0..length).collect() } else { vec![0, length / 2, length - 1] };
                places.push(length);
                for place in places {
                    let mut changed: Vec<char> = kept.chars().collect();
                    match changed.get_mut(place) {
                        Some(letter) => *letter = if *letter == 'x' { 'y' } else { 'x' },
                        None => changed.push(' '),
                    }
                    let changed: String = changed.into_iter().collect::<String>().replace('\'', "''");
                    tamper(&url, &format!("update event set {column} = '{changed}' where seq = {seq}")).await;
                    assert_eq!(broken(&ledger).await, Some(seq), "{column} of {seq} at {place} on {url}");
                }
                let kept = kept.replace('\'', "''");
                tamper(&url, &format!("update event set {column} = '{kept}' where seq = {seq}")).await;
            }
        }
        tamper(&url, "update event set actor = null where seq = 5").await;
        assert_eq!(broken(&ledger).await, Some(5));
        ledger.close().await;
    }
}

#[tokio::test]
async fn missing_moved_and_added_events_and_another_head() {
    let folder = tempfile::tempdir().unwrap();
    for (url, ledger) in places(folder.path(), "tampered_order").await {
        let copy = "create table kept as select * from event";
        let back = "delete from event; insert into event select * from kept";
        tamper(&url, copy).await;
        for (sql, place) in [
            ("delete from event where seq = 3", 3),
            ("delete from event where seq = 1", 1),
            // The end is cut.
            ("delete from event where seq > 6", 7),
            ("delete from event", 1),
            // Two are swapped.
            (
                "update event set seq = -3 where seq = 3; update event set seq = 3 where seq = 4; update event set seq = 4 where seq = -3",
                3,
            ),
            // One is put in, before the first, and after the last.
            (
                "insert into event select -1, 'other', at, actor, circle, noun, subject, kind, body, before, hash from event where seq = 2",
                1,
            ),
            (
                "insert into event select 9, 'other', at, actor, circle, noun, subject, kind, body, hash, hash from event where seq = 8",
                9,
            ),
        ] {
            tamper(&url, sql).await;
            assert_eq!(broken(&ledger).await, Some(place), "{sql} on {url}");
            tamper(&url, back).await;
            assert_eq!(broken(&ledger).await, None, "{url}");
        }
        for (sql, place) in
            [("update chain set seq = 7", 8), ("update chain set seq = 9", 9), ("update chain set hash = '00'", 9)]
        {
            tamper(&url, "create table head as select * from chain").await;
            tamper(&url, sql).await;
            assert_eq!(broken(&ledger).await, Some(place), "{sql} on {url}");
            tamper(&url, "delete from chain; insert into chain select * from head; drop table head").await;
            assert_eq!(broken(&ledger).await, None, "{url}");
        }
        ledger.close().await;
    }
}

/// A statement made in this test.
fn sqlx_safe(sql: String) -> impl sqlx::SqlSafeStr {
    sqlx::AssertSqlSafe(sql)
}
