//! What everything rests on: acts at the same time, acts that are refused, readers while others write.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use leadership::circle::Actor;
use leadership::{CircleId, PersonId, Role};
use ledger::people::{self, AddPerson};
use ledger::testing::{Clock, each, sqlite};
use ledger::{Act, Ledger, LedgerError, Refused, Said, Tx, args};

use super::begin::begun;

/// The first leader of a begun ledger, with the organisation's circle.
pub async fn leader(ledger: &Ledger) -> (Actor, CircleId) {
    let ann = begun(ledger).await;
    let mut tx = ledger.read().await.unwrap();
    let actor = people::actor(&mut tx, ann).await.unwrap().unwrap();
    let root = people::circles(&mut tx).await.unwrap()[0].id;
    (actor, root)
}

pub fn person(name: impl Into<String>, email: &str, circle: CircleId) -> AddPerson {
    AddPerson { name: name.into(), email: email.to_owned(), circle, role: Role::Member }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn acts_at_the_same_time_are_done_once_each() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "ground_at_once", &clock).await {
        let (actor, root) = leader(&ledger).await;
        let mut tasks = tokio::task::JoinSet::new();
        for task in 0..16 {
            let (ledger, actor) = (ledger.clone(), actor.clone());
            tasks.spawn(async move {
                let mut done = Vec::new();
                for at in 0..12 {
                    done.push(ledger.perform(&actor, &person(format!("P {task} {at}"), "", root)).await.unwrap());
                }
                // All of them add the same person.
                done.push(ledger.perform(&actor, &person("Same", "same@example.org", root)).await.unwrap());
                done
            });
        }
        let done: Vec<PersonId> = tasks.join_all().await.into_iter().flatten().collect();
        let distinct: BTreeSet<_> = done.iter().copied().collect();
        assert_eq!(distinct.len(), 16 * 12 + 1, "{engine}");
        let mut tx = ledger.read().await.unwrap();
        let kept = tx.count("select count(*) as n from person", &[]).await.unwrap();
        assert_eq!(usize::try_from(kept).unwrap(), distinct.len() + 1, "{engine}: Ann is there as well");
        for id in distinct {
            let joined = tx.history("person", id).await.unwrap();
            assert_eq!(joined.iter().filter(|event| event.kind == "joined").count(), 1, "{engine}");
        }
        drop(tx);
        let walked = ledger.verify(|_| ()).await.unwrap();
        // Two for beginning, two for each person; a role that is held already is no event.
        assert_eq!((walked.broken, walked.events), (None, 2 + 16 * 12 * 2 + 2), "{engine}");
        ledger.close().await;
    }
}

/// Writes, says something, and changes its mind.
struct Refuses {
    circle: CircleId,
}

#[ledger::act]
impl Act for Refuses {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        tx.run("update circle set name = 'Other' where id = $1", args![self.circle]).await?;
        tx.say(Said::new("circle", self.circle, "renamed").by(actor.person));
        Err(Refused::conflict("It is Sunday.", "Come back tomorrow."))
    }
}

/// Gives a circle another name.
struct Rename {
    circle: CircleId,
    parent: Option<CircleId>,
}

#[ledger::act]
impl Act for Rename {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        tx.run("update circle set name = 'Other', parent = $2 where id = $1", args![self.circle, self.parent]).await?;
        tx.say(Said::new("circle", self.circle, "renamed").by(actor.person));
        Ok(())
    }
}

#[tokio::test]
async fn a_refused_act_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "ground_refused", &clock).await {
        let (actor, root) = leader(&ledger).await;
        let before = ledger.verify(|_| ()).await.unwrap();
        let refused = ledger.perform(&actor, &Refuses { circle: root }).await;
        assert!(matches!(refused, Err(Refused::Conflict { .. })), "{engine}");
        assert_eq!(ledger.verify(|_| ()).await.unwrap(), before, "{engine}");
        let mut tx = ledger.read().await.unwrap();
        assert_eq!(people::circles(&mut tx).await.unwrap()[0].name, "Northwind IT", "{engine}");
        drop(tx);
        ledger.close().await;
    }
}

/// Writes, and meets another change the first so many times.
struct Meets {
    circle: CircleId,
    times: usize,
    tried: AtomicUsize,
}

#[ledger::act]
impl Act for Meets {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        tx.run("update circle set purpose = purpose || 'x' where id = $1", args![self.circle]).await?;
        tx.say(Said::new("circle", self.circle, "renamed").by(actor.person));
        if self.tried.fetch_add(1, Ordering::SeqCst) < self.times {
            return Err(LedgerError::Again("could not serialize access".to_owned()).into());
        }
        Ok(())
    }
}

#[tokio::test]
async fn what_meets_another_change_is_tried_again_and_then_told() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "ground_again", &clock).await {
        let (actor, root) = leader(&ledger).await;
        let meets = async |times| {
            let act = Meets { circle: root, times, tried: AtomicUsize::new(0) };
            let done = ledger.perform(&actor, &act).await;
            let mut tx = ledger.read().await.unwrap();
            let row = tx.one("select purpose from circle where id = $1", args![root]).await.unwrap().unwrap();
            (done, act.tried.load(Ordering::SeqCst), row.text("purpose").unwrap())
        };
        let before = ledger.verify(|_| ()).await.unwrap();
        let (done, tried, purpose) = meets(5).await;
        assert!(matches!(done, Err(Refused::Ledger(LedgerError::Again(_)))), "{engine}: {done:?}");
        assert_eq!((tried, purpose.as_str()), (5, ""), "{engine}: five times, and nothing is left of it");
        assert_eq!(ledger.verify(|_| ()).await.unwrap(), before, "{engine}");
        let (done, tried, purpose) = meets(4).await;
        assert!(done.is_ok(), "{engine}: {done:?}");
        assert_eq!((tried, purpose.as_str()), (5, "x"), "{engine}: the fifth is kept, once");
        assert_eq!(ledger.verify(|_| ()).await.unwrap().events, before.events + 1, "{engine}");
        ledger.close().await;
    }
}

#[tokio::test]
async fn a_reader_sees_one_moment() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "ground_reader", &clock).await {
        let (actor, root) = leader(&ledger).await;
        let open = people::OpenCircle {
            parent: root,
            kind: leadership::CircleKind::Team,
            name: "Desk".into(),
            purpose: String::new(),
        };
        let desk = ledger.perform(&actor, &open).await.unwrap();
        let mut early = ledger.read().await.unwrap();
        assert_eq!(people::tree(&mut early).await.unwrap().above(desk), [root], "{engine}");
        ledger.perform(&actor, &Rename { circle: desk, parent: None }).await.unwrap();

        let mut late = ledger.read().await.unwrap();
        let names = |circles: Vec<people::Circle>| circles.into_iter().map(|circle| circle.name).collect::<Vec<_>>();
        assert_eq!(names(people::circles(&mut early).await.unwrap()), ["Desk", "Northwind IT"], "{engine}");
        assert_eq!(names(people::circles(&mut late).await.unwrap()), ["Northwind IT", "Other"], "{engine}");
        // The tree is kept in memory: each reader is given that of its own moment all the same.
        assert_eq!(people::tree(&mut late).await.unwrap().above(desk), [], "{engine}");
        assert_eq!(people::tree(&mut early).await.unwrap().above(desk), [root], "{engine}");
        assert_eq!(early.history("circle", desk).await.unwrap().len(), 1, "{engine}");
        // And a reader cannot write.
        assert!(early.run("update circle set name = 'x'", &[]).await.is_err(), "{engine}");
        drop((early, late));
        ledger.close().await;
    }
}

#[tokio::test]
async fn a_version_tells_whether_anything_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    let ledger = sqlite(folder.path(), &clock).await;
    let (actor, root) = leader(&ledger).await;
    let other = sqlite(folder.path(), &clock).await;
    let version = async || ledger.read().await.unwrap().version().await.unwrap();
    let before = version().await;
    assert_eq!(version().await, before, "nothing was written");
    let open = |name: &str| people::OpenCircle {
        parent: root,
        kind: leadership::CircleKind::Team,
        name: name.into(),
        purpose: String::new(),
    };
    ledger.perform(&actor, &open("Desk")).await.unwrap();
    let here = version().await;
    assert_ne!(here, before, "an act of this process");
    other.perform(&actor, &open("Network")).await.unwrap();
    assert_ne!(version().await, here, "an act of another process");
    other.close().await;
    ledger.close().await;
}

#[tokio::test]
async fn what_refers_to_nothing_is_refused_and_a_file_has_its_log_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "ground_refers", &clock).await {
        let (actor, root) = leader(&ledger).await;
        let nowhere = "019a0000-0000-7000-8000-000000000001".parse().unwrap();
        let refused = ledger.perform(&actor, &Rename { circle: root, parent: Some(nowhere) }).await;
        assert!(matches!(refused, Err(Refused::Ledger(LedgerError::Inside(_)))), "{engine}: {refused:?}");
        let mut tx = ledger.read().await.unwrap();
        assert_eq!(people::circles(&mut tx).await.unwrap()[0].name, "Northwind IT", "{engine}");
        if engine == "SQLite" {
            let kept = tx.one("pragma journal_mode", &[]).await.unwrap().unwrap();
            assert_eq!(kept.text("journal_mode").unwrap(), "wal");
            assert_eq!(tx.one("pragma foreign_keys", &[]).await.unwrap().unwrap().int("foreign_keys").unwrap(), 1);
            assert!(folder.path().join("ledger.sqlite").exists(), "one file");
        }
        drop(tx);
        ledger.close().await;
    }
}

/// Events are added, and never changed: no statement of the ledger, or of a step that brings it to a newer form, does.
/// What takes a sample away or restores a backup works on all tables alike, and on nobody's own record.
#[test]
fn no_statement_changes_an_event() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut folders, mut read) = (vec![root.join("src"), root.join("migrations")], 0);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap().to_lowercase();
            let text =
                text.split(['\\', ' ', '\n', '\t']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
            for begins in ["update event", "delete from event", "drop table event", "truncate event"] {
                let ends = |at: usize| {
                    !text[at + begins.len()..].starts_with(|next: char| next.is_alphanumeric() || next == '_')
                };
                let found = text.match_indices(begins).any(|(at, _)| ends(at));
                assert!(!found, "{}: {begins}", path.display());
            }
            read += 1;
        }
    }
    assert!(read > 150, "{read} files were read");
}
