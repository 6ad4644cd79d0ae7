//! The connection to PostgreSQL is lost in the middle: every act that was answered is there, exactly once.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::time::Duration;

use ledger::testing::{Clock, postgres_database, random, tamper};
use ledger::{Ledger, LedgerError, Refused};

use super::between::{CUT_AFTER, CUT_BEFORE, CUT_FOR_GOOD, THROUGH, between};
use super::ground::{leader, person};

/// Names of the persons that are kept, each with how often it joined.
async fn kept(ledger: &Ledger) -> BTreeMap<String, usize> {
    let mut tx = ledger.read().await.unwrap();
    let mut out = BTreeMap::new();
    for row in tx.rows("select id, name from person", &[]).await.unwrap() {
        let joined = tx.history("person", row.text("id").unwrap()).await.unwrap();
        let joined = joined.iter().filter(|event| event.kind == "joined").count();
        *out.entry(row.text("name").unwrap()).or_default() += joined;
    }
    out
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn connections_are_ended_while_acts_run() {
    let Some(url) = postgres_database("plumb_lost_ended").await else { return };
    let clock = Clock::at("2026-03-02T08:00:00Z");
    let ledger = Ledger::open(&url, clock.handed_in(), random(1)).await.unwrap();
    let (actor, root) = leader(&ledger).await;
    let (left, done) = (Arc::new(AtomicUsize::new(8)), Arc::new(AtomicUsize::new(0)));
    let mut tasks = tokio::task::JoinSet::new();
    for task in 0..8 {
        let (ledger, actor, left, done) = (ledger.clone(), actor.clone(), left.clone(), done.clone());
        tasks.spawn(async move {
            let mut answered = Vec::new();
            for at in 0..15 {
                let name = format!("P {task} {at}");
                match ledger.perform(&actor, &person(name.clone(), "", root)).await {
                    Ok(_) => answered.push(name),
                    Err(Refused::Ledger(LedgerError::Away(_) | LedgerError::Unknown(_))) => {}
                    Err(refused) => panic!("{refused:?}"),
                }
                done.fetch_add(1, Ordering::SeqCst);
            }
            left.fetch_sub(1, Ordering::SeqCst);
            answered
        });
    }
    // At the pace of the acts, so that a slow machine gets as far as a quick one.
    let (mut ended_at, mut times) = (0, 0);
    while left.load(Ordering::SeqCst) > 0 {
        if done.load(Ordering::SeqCst) < ended_at + 5 {
            tokio::time::sleep(Duration::from_millis(1)).await;
            continue;
        }
        ended_at = done.load(Ordering::SeqCst);
        let end = "select pg_terminate_backend(pid) from pg_stat_activity \
                   where datname = 'plumb_lost_ended' and pid <> pg_backend_pid()";
        tamper(&url, end).await;
        times += 1;
    }
    let answered: Vec<String> = tasks.join_all().await.into_iter().flatten().collect();
    let kept = kept(&ledger).await;
    assert!(answered.len() > 60 && times > 5, "{} of 120 were answered, ended {times} times", answered.len());
    for name in &answered {
        assert_eq!(kept.get(name), Some(&1), "{name} was answered");
    }
    assert!(kept.values().all(|times| *times == 1), "{kept:?}");
    assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None);
    ledger.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_in_the_middle_of_a_commit() {
    let Some(url) = postgres_database("plumb_lost_commit").await else { return };
    let (before, rest) = url.split_once('@').unwrap();
    let (server, database) = rest.split_once('/').unwrap();
    let cut = Arc::new(AtomicU8::new(THROUGH));
    let port = between(server.to_owned(), cut.clone()).await;
    let url = format!("{before}@127.0.0.1:{port}/{database}");
    let clock = Clock::at("2026-03-02T08:00:00Z");
    let ledger = Ledger::open(&url, clock.handed_in(), random(1)).await.unwrap();
    let (actor, root) = leader(&ledger).await;
    for (name, kind) in [("After", CUT_AFTER), ("Before", CUT_BEFORE), ("After again", CUT_AFTER)] {
        cut.store(kind, Ordering::SeqCst);
        ledger.perform(&actor, &person(name, "", root)).await.unwrap();
        assert_eq!(cut.load(Ordering::SeqCst), THROUGH, "{name}: nothing was cut");
        assert_eq!(kept(&ledger).await.get(name), Some(&1), "{name}");
    }
    // The database does not come back: nobody can say, and that is what is said.
    cut.store(CUT_FOR_GOOD, Ordering::SeqCst);
    let lost = ledger.perform(&actor, &person("Gone", "", root)).await;
    assert!(matches!(lost, Err(Refused::Ledger(LedgerError::Unknown(_)))), "{lost:?}");
    cut.store(THROUGH, Ordering::SeqCst);
    assert_eq!(kept(&ledger).await.get("Gone"), Some(&1), "it was kept, once");
    assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None);
    ledger.close().await;
}
