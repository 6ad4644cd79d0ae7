//! Who helped whom: both see the same acts from their side, and nobody else sees any of them.

use leadership::PersonId;
use leadership::promise::Act as Do;
use ledger::asks::{Answer, Need};
use ledger::network::{self, Tie};
use ledger::promises::{Give, Take};
use ledger::testing::{Clock, each};
use ledger::{Ledger, thanks};

use crate::honesty::{actor, world};
use crate::talks::does;

async fn ties(ledger: &Ledger, who: PersonId) -> Vec<Tie> {
    let who = actor(ledger, who).await;
    network::ties(&mut ledger.read().await.unwrap(), &who).await.unwrap()
}

#[tokio::test]
async fn help_is_seen_by_its_two_sides_each_from_theirs() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "network", &Clock::at("2026-03-02T08:00:00Z")).await {
        let clock = Clock::at("2026-03-02T08:00:00Z");
        let ledger = ledger.at(clock.handed_in());
        let w = world(&ledger).await;
        let (bo, cy) = (w.bo, w.members[0]);
        let ask = does(&ledger, cy, Need { whom: Some(bo), words: "Half an hour on labels".into() }).await;
        assert!(ties(&ledger, cy).await.is_empty(), "{engine}: asked is not answered");
        does(&ledger, bo, Answer { ask, words: "At ten".into() }).await;
        let give = Give {
            whom: bo.to_string(),
            what: "Send the list".into(),
            known: "It is there".into(),
            due: "2026-03-20".into(),
            ..Give::default()
        };
        let promise = does(&ledger, cy, give).await;
        does(&ledger, bo, Take { promise, act: Do::Keep, day: String::new(), why: String::new() }).await;
        let words = "You stayed until the screens were bright".to_owned();
        let difference = "The clinic could open".to_owned();
        does(&ledger, cy, thanks::Give { to: Some(bo), words, difference, ..thanks::Give::default() }).await;

        let told = |ties: &[Tie]| -> Vec<(PersonId, Vec<String>, Vec<String>)> {
            let kinds = |all: &[network::Help]| all.iter().map(|one| one.kind.clone()).collect::<Vec<_>>();
            ties.iter().map(|tie| (tie.person, kinds(&tie.theirs), kinds(&tie.mine))).collect()
        };
        let own = |kinds: &[&str]| kinds.iter().map(|kind| (*kind).to_owned()).collect::<Vec<_>>();
        let of_cy = told(&ties(&ledger, cy).await);
        assert_eq!(
            of_cy,
            [(bo, own(&["An ask answered", "What you thanked for"]), own(&["A promise kept"]))],
            "{engine}"
        );
        let of_bo = told(&ties(&ledger, bo).await);
        let thanked = own(&["An ask answered", "What you were thanked for"]);
        assert_eq!(of_bo, [(cy, own(&["A promise kept"]), thanked)], "{engine}");
        let pages: Vec<String> = ties(&ledger, cy).await[0].theirs.iter().map(|one| one.page.clone()).collect();
        assert_eq!(pages[0], format!("/asks#ask-{ask}"), "{engine}: each has its row");
        for other in [w.ann, w.members[1], w.kim] {
            assert!(ties(&ledger, other).await.is_empty(), "{engine}");
        }
        // It looks back over a quarter of a year.
        clock.days(91);
        assert!(ties(&ledger, cy).await.is_empty(), "{engine}");
        ledger.close().await;
    }
}
