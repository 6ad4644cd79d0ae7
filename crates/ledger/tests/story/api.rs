//! Tokens of programs, and acts that are sent twice and done once.

use jiff::SignedDuration;
use leadership::circle::Actor;
use leadership::{PersonId, Sight};
use ledger::once::{Once, REMEMBERED};
use ledger::testing::{Clock, each};
use ledger::tokens::{self, MakeToken, RevokeToken, Scope, Used};
use ledger::{Act, Ledger, Refused, Tx, directory, people};
use serde_json::{Value, json};

use super::ground::{leader, person};

fn token(name: &str, days: &str) -> MakeToken {
    MakeToken { name: name.to_owned(), scope: Scope::Read, days: days.to_owned() }
}

async fn find(ledger: &Ledger, token: &str) -> Option<tokens::Held> {
    tokens::find(&mut ledger.read().await.unwrap(), token).await.unwrap()
}

#[tokio::test]
async fn a_token_opens_until_it_ends_or_is_revoked() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "api_token_opens", &clock).await {
        let (ann, root) = leader(&ledger).await;
        let bo = ledger.perform(&ann, &person("Bo", "bo@example.org", root)).await.unwrap();
        let bo = Actor { person: bo, sight: Sight::default() };
        let Err(Refused::Wrong(wrongs)) = ledger.perform(&ann, &token(" ", "0")).await else { panic!("{engine}") };
        assert!(wrongs.of("name").is_some() && wrongs.of("days").is_some(), "{engine}");
        let short = ledger.perform(&ann, &token("Short", "1")).await.unwrap();
        let long = ledger.perform(&ann, &token("Long", "30")).await.unwrap();
        let held = find(&ledger, &long).await.unwrap();
        assert_eq!((held.person, held.scope, held.used_at), (ann.person, Scope::Read, None), "{engine}");
        assert!(find(&ledger, "plumb_other").await.is_none(), "{engine}");
        // It is kept as a hash, and its name is a person's own words.
        let mut tx = ledger.read().await.unwrap();
        let kept =
            tx.rows("select t.hash, e.body from api_token t join event e on e.subject = t.id", &[]).await.unwrap();
        assert_eq!(kept.len(), 2, "{engine}");
        for row in &kept {
            assert!(!row.text("hash").unwrap().contains("plumb_") && !row.text("body").unwrap().contains("Long"));
        }
        assert_eq!(tx.history("token", held.id).await.unwrap()[0].body["name"], "Long");
        drop(tx);
        ledger.perform(&ann, &Used { token: held.id }).await.unwrap();
        assert_eq!(find(&ledger, &long).await.unwrap().used_at, Some(clock.now()), "{engine}");

        clock.days(2);
        assert!(find(&ledger, &short).await.is_none() && find(&ledger, &long).await.is_some(), "{engine}");
        let revoke = RevokeToken { token: held.id };
        assert!(matches!(ledger.perform(&bo, &revoke).await, Err(Refused::NotFound)), "{engine}");
        ledger.perform(&ann, &revoke).await.unwrap();
        assert!(find(&ledger, &long).await.is_none(), "{engine}");
        assert_eq!(tokens::list(&mut ledger.read().await.unwrap(), ann.person).await.unwrap(), [], "{engine}");
        // There is an end to how many.
        for _ in 0..50 {
            ledger.perform(&ann, &token("Many", "30")).await.unwrap();
        }
        assert!(matches!(ledger.perform(&ann, &token("Many", "30")).await, Err(Refused::Conflict { .. })), "{engine}");
        ledger.close().await;
    }
}

struct Erase(PersonId);

#[ledger::act]
impl Act for Erase {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, _: &Actor) -> Result<(), Refused> {
        Ok(tokens::erase(tx, self.0).await?)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sent_twice_done_once() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "api_once", &clock).await {
        let (ann, root) = leader(&ledger).await;
        let send = async |actor: &Actor, key: &str, asked: &str| {
            let act = person("Cy", "", root);
            let once = Once { key, asked, act: &act, answer: |id: &PersonId| json!({ "id": id }) };
            ledger.perform(actor, &once).await
        };
        let count = async || {
            let mut tx = ledger.read().await.unwrap();
            tx.count("select count(*) as n from person where name = 'Cy'", &[]).await.unwrap()
        };
        let first = send(&ann, "k1", "a").await.unwrap();
        assert_eq!(send(&ann, "k1", "a").await.unwrap(), first, "{engine}");
        assert_eq!(count().await, 1, "{engine}");
        assert!(matches!(send(&ann, "k1", "b").await, Err(Refused::Conflict { .. })), "{engine}");
        assert_ne!(send(&ann, "k2", "a").await.unwrap(), first, "{engine}");
        // Many at the same time under one key.
        let (together, actor): (Vec<_>, _) = (Vec::new(), &ann);
        let mut together = together;
        for _ in 0..8 {
            together.push(send(actor, "k3", "a"));
        }
        let answers: Vec<Value> = futures::future::try_join_all(together).await.unwrap();
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{engine}");
        assert_eq!(count().await, 3, "{engine}");
        // What was refused was not done, and is not remembered.
        let stranger = Actor { person: ann.person, sight: Sight::default() };
        assert!(matches!(send(&stranger, "k4", "a").await, Err(Refused::NotFound)), "{engine}");
        send(&ann, "k4", "a").await.unwrap();
        assert_eq!(count().await, 4, "{engine}");
        clock.advance(REMEMBERED + SignedDuration::from_secs(1));
        assert_ne!(send(&ann, "k1", "a").await.unwrap(), first, "{engine}: forgotten after a day");
        ledger.perform(&ann, &token("T", "1")).await.unwrap();
        ledger.perform(&ann, &Erase(ann.person)).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        for table in ["select count(*) as n from api_token", "select count(*) as n from answered"] {
            assert_eq!(tx.count(table, &[]).await.unwrap(), 0, "{engine}");
        }
        drop(tx);
        ledger.close().await;
    }
}

#[tokio::test]
async fn the_directory_gives_a_page_after_the_other_of_what_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "api_directory", &clock).await {
        let (ann, root) = leader(&ledger).await;
        let open = |name: &str| people::OpenCircle {
            parent: root,
            kind: leadership::CircleKind::Team,
            name: name.into(),
            purpose: String::new(),
        };
        let (desk, nets) =
            (ledger.perform(&ann, &open("Desk")).await.unwrap(), ledger.perform(&ann, &open("Nets")).await.unwrap());
        let see = async |id| people::actor(&mut ledger.read().await.unwrap(), id).await.unwrap().unwrap();
        let ann = see(ann.person).await;
        let mut of_desk = Vec::new();
        for at in 0..5 {
            of_desk.push(ledger.perform(&ann, &person(format!("D {at}"), "", desk)).await.unwrap());
        }
        let of_nets = ledger.perform(&ann, &person("N", "", nets)).await.unwrap();
        let member = see(of_desk[0]).await;
        let mut tx = ledger.read().await.unwrap();
        let mut seen = Vec::new();
        loop {
            let page = directory::page(&mut tx, &member, None, seen.last().copied(), 2).await.unwrap();
            if page.is_empty() {
                break;
            }
            seen.extend(page.into_iter().map(|(person, _)| person.id));
        }
        let mut expected = of_desk.clone();
        expected.push(ann.person);
        expected.sort_unstable();
        assert_eq!(seen, expected, "{engine}: a member of a team does not see another team");
        assert_eq!(directory::page(&mut tx, &member, Some(nets), None, 9).await.unwrap(), [], "{engine}");
        assert_eq!(directory::one(&mut tx, &member, of_nets).await.unwrap(), None, "{engine}");
        assert_eq!(directory::page(&mut tx, &ann, Some(nets), None, 9).await.unwrap().len(), 1, "{engine}");
        assert!(directory::one(&mut tx, &ann, of_nets).await.unwrap().is_some(), "{engine}");
        drop(tx);
        ledger.close().await;
    }
}
