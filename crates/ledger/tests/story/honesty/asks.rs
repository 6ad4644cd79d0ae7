//! “I need you”: answered within the stated time or not, for one's own eyes.

use jiff::SignedDuration;
use ledger::asks::{self, Answer, Need, StateAvailability, Withdraw};
use ledger::testing::{Clock, each};
use ledger::{Ledger, Refused, honesty};

use super::{actor, waits, world};

async fn need(ledger: &Ledger, by: leadership::PersonId, whom: leadership::PersonId) -> Result<asks::AskId, Refused> {
    ledger.perform(&actor(ledger, by).await, &Need { whom: Some(whom), words: "Ten minutes on the rota".into() }).await
}

#[tokio::test]
async fn asked_answered_and_counted_for_own_eyes() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "asks_answered", &clock).await {
        let start = clock.now();
        let w = world(&ledger).await;
        let bo = actor(&ledger, w.bo).await;
        let day = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        let week = vec![day("08:00", "10:00"); 5];
        let stated = StateAvailability { week: week.clone(), within_hours: "2".into(), words: "Knock.".into() };
        ledger.perform(&bo, &stated).await.unwrap();
        ledger.perform(&bo, &stated).await.unwrap();
        let wrong =
            StateAvailability { week: vec![day("10:00", "08:00")], within_hours: "0".into(), words: String::new() };
        let Err(Refused::Wrong(wrongs)) = ledger.perform(&bo, &wrong).await else { panic!("{engine}") };
        assert!(wrongs.of("week").is_some() && wrongs.of("within_hours").is_some());
        let mut tx = ledger.read().await.unwrap();
        let shown = asks::availability(&mut tx, w.bo).await.unwrap().unwrap().shown();
        assert_eq!(shown, "Monday to Friday 08:00–10:00 (UTC); answers within 2 hours of that", "{engine}");
        drop(tx);

        // Two hours of Monday: due at ten. Members ask; the other client's contact does not reach him.
        let mut open = Vec::new();
        for person in &w.members {
            open.push(need(&ledger, *person, w.bo).await.unwrap());
        }
        assert!(matches!(need(&ledger, w.kim, w.bo).await, Err(Refused::Wrong(_))), "{engine}");
        assert_eq!(waits(&ledger, w.bo, "2026-03-02").await.len(), 5);
        let back = need(&ledger, w.members[0], w.bo).await.unwrap();
        ledger.perform(&actor(&ledger, w.members[0]).await, &Withdraw { ask: back }).await.unwrap();
        clock.advance(SignedDuration::from_hours(1));
        for ask in &open[..3] {
            ledger.perform(&bo, &Answer { ask: *ask, words: "At nine.".into() }).await.unwrap();
        }
        let cy = actor(&ledger, w.members[0]).await;
        assert!(matches!(
            ledger.perform(&cy, &Answer { ask: open[0], words: "x".into() }).await,
            Err(Refused::NotYours(_))
        ));
        assert!(matches!(
            ledger.perform(&bo, &Answer { ask: open[0], words: "x".into() }).await,
            Err(Refused::Conflict { .. })
        ));
        let share = async || asks::own_share(&mut ledger.read().await.unwrap(), &bo).await.unwrap();
        assert!(!share().await.enough(), "{engine}: three are not enough to say");
        clock.advance(SignedDuration::from_hours(2));
        ledger.perform(&bo, &Answer { ask: open[3], words: "Sorry, late.".into() }).await.unwrap();
        // Four answered, one of them late, and one that is still open after its time.
        assert_eq!((share().await.so, share().await.n), (3, 5), "{engine}");
        let mut tx = ledger.read().await.unwrap();
        assert_eq!(honesty::said_and_done(&mut tx, &bo).await.unwrap().asks.n, 5);
        assert_eq!(
            honesty::said_and_done(&mut tx, &actor(&ledger, w.ann).await).await.unwrap().asks.n,
            0,
            "nobody else's eyes"
        );
        // An ask is its two people's: the administrator does not find it.
        assert_eq!(asks::get(&mut tx, &actor(&ledger, w.ann).await, open[0]).await.unwrap(), None);
        assert_eq!(asks::get(&mut tx, &cy, open[0]).await.unwrap().unwrap().answer.as_deref(), Some("At nine."));
        assert_eq!(asks::get(&mut tx, &cy, open[1]).await.unwrap(), None, "{engine}");
        drop(tx);
        assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None);
        ledger.close().await;
        clock.advance(start.duration_since(clock.now()));
    }
}
