//! A process is killed with SIGKILL while it keeps acts, a hundred times over: what it answered is there.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::time::Duration;

use leadership::PersonId;
use ledger::people;
use ledger::testing::{Clock, random, sqlite};

use super::ground::{leader, person};

const FOLDER: &str = "PLUMB_TEST_KILLED_FOLDER";
const SEED: &str = "PLUMB_TEST_KILLED_SEED";

/// The process that is killed: acts from four sides as fast as it can, and says each when it is answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the story below runs it and kills it"]
async fn child() {
    let (folder, seed) = (std::env::var(FOLDER).unwrap(), std::env::var(SEED).unwrap());
    let url = format!("sqlite:{folder}/ledger.sqlite");
    let clock = Clock::at("2026-03-02T08:00:00Z");
    let ledger = ledger::Ledger::open(&url, clock.handed_in(), random(seed.parse().unwrap())).await.unwrap();
    let mut tx = ledger.read().await.unwrap();
    let ann = people::by_email(&mut tx, "ann@example.org").await.unwrap().unwrap();
    let actor = people::actor(&mut tx, ann.id).await.unwrap().unwrap();
    drop(tx);
    let root = *actor.sight.own.first().unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let (ledger, actor) = (ledger.clone(), actor.clone());
        tasks.spawn(async move {
            loop {
                let id = ledger.perform(&actor, &person("Somebody", "", root)).await.unwrap();
                let mut out = std::io::stdout().lock();
                writeln!(out, "\nanswered {id}").and_then(|()| out.flush()).unwrap();
            }
        });
    }
    tasks.join_all().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_times_over() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    let ledger = sqlite(folder.path(), &clock).await;
    leader(&ledger).await;
    ledger.close().await;
    let mut answered = BTreeSet::<PersonId>::new();
    let moments = random(11);
    for round in 0..100_u32 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "killed::child", "--nocapture"])
            .env(FOLDER, folder.path())
            .env(SEED, (1000 + round).to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // It runs when it answers for the first time; then it has between 0 and 25 ms.
        let ids = lines
            .by_ref()
            .map_while(Result::ok)
            .filter_map(|line| line.strip_prefix("answered ")?.parse::<PersonId>().ok());
        let mut ids = ids.peekable();
        assert!(ids.peek().is_some(), "round {round}: it did nothing");
        let mut moment = [0];
        moments(&mut moment);
        std::thread::sleep(Duration::from_micros(u64::from(moment[0]) * 100));
        child.kill().unwrap();
        // What it had written before is still in the pipe.
        answered.extend(ids);
        child.wait().unwrap();
    }
    assert!(answered.len() >= 100, "{}", answered.len());

    let ledger = sqlite(folder.path(), &clock).await;
    assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None);
    let mut tx = ledger.read().await.unwrap();
    let mut joined = BTreeSet::<PersonId>::new();
    for row in tx.rows("select subject from event where noun = 'person' and kind = 'joined'", &[]).await.unwrap() {
        assert!(joined.insert(row.id("subject").unwrap()), "nobody joins twice");
    }
    let persons = tx.rows("select id from person", &[]).await.unwrap();
    let persons: BTreeSet<PersonId> = persons.iter().map(|row| row.id("id").unwrap()).collect();
    assert_eq!(persons, joined, "state and events tell the same");
    assert!(answered.is_subset(&persons), "what was answered is there");
    drop(tx);
    ledger.close().await;
}
