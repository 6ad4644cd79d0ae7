//! Common ground: shown to the people of one's circles, found by what two share, taken back without a trace.

use leadership::PersonId;
use ledger::common::{self, Liked, Show};
use ledger::people::{self, Erase};
use ledger::testing::{Clock, each};
use ledger::{Ledger, Refused, args};

use crate::honesty::{actor, world};

async fn shows(ledger: &Ledger, who: PersonId, words: &str) -> Result<(), Refused> {
    ledger.perform(&actor(ledger, who).await, &Show { words: words.to_owned() }).await
}

async fn ground(ledger: &Ledger, who: PersonId) -> Vec<Liked> {
    common::ground(&mut ledger.read().await.unwrap(), &actor(ledger, who).await).await.unwrap()
}

#[tokio::test]
async fn two_find_what_they_share_within_their_circles_alone() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "common_ground", &Clock::at("2026-03-02T08:00:00Z")).await {
        let w = world(&ledger).await;
        let (cy, di) = (w.members[0], w.members[1]);
        assert!(ground(&ledger, cy).await.is_empty(), "{engine}");
        shows(&ledger, cy, "Old radios\nQuillwort").await.unwrap();
        shows(&ledger, di, "old  RADIOS\nChess").await.unwrap();
        shows(&ledger, w.ann, "Chess").await.unwrap();
        let both = |all: &[Liked]| -> Vec<(String, bool, usize)> {
            all.iter().map(|one| (one.words.clone(), one.mine, one.people.len())).collect()
        };
        assert_eq!(
            both(&ground(&ledger, cy).await),
            [("Chess".to_owned(), false, 1), ("old  RADIOS".to_owned(), true, 1)],
            "{engine}: one's own alone is no common ground"
        );
        let with = async |who, other| {
            common::with(&mut ledger.read().await.unwrap(), &actor(&ledger, who).await, other).await.unwrap()
        };
        assert_eq!(with(cy, di).await, ["old  RADIOS"], "{engine}");
        assert!(with(cy, w.bo).await.is_empty(), "{engine}");
        // Who leads above and is not of the team neither sees theirs nor is seen; a client has no part in it.
        assert!(ground(&ledger, w.ann).await.is_empty() && with(di, w.ann).await.is_empty(), "{engine}");
        assert!(ground(&ledger, w.kim).await.is_empty(), "{engine}");
        assert!(matches!(shows(&ledger, w.kim, "Chess").await, Err(Refused::NotFound)), "{engine}");
        let many = (0..13).map(|at| format!("thing {at}")).collect::<Vec<_>>().join("\n");
        let Err(Refused::Wrong(wrong)) = shows(&ledger, cy, &many).await else { panic!("{engine}: thirteen") };
        assert!(wrong.of("words").unwrap().contains("choose the 12"), "{engine}");

        // One sees what is held, and no word of it is in the chain.
        let held = people::held(&mut ledger.read().await.unwrap(), cy).await.unwrap();
        let own = held.iter().find(|held| held.room == "Common ground").unwrap();
        assert_eq!(own.rows.iter().map(|row| row[0].as_str()).collect::<Vec<_>>(), ["Old radios", "Quillwort"]);
        let mut tx = ledger.read().await.unwrap();
        let said = tx.count("select count(*) as n from event where body like '%uillwort%'", &[]).await.unwrap();
        drop(tx);
        assert_eq!(said, 0, "{engine}");

        // Left out is taken back; who is erased takes theirs along.
        shows(&ledger, di, "Chess").await.unwrap();
        assert!(with(cy, di).await.is_empty(), "{engine}");
        ledger.perform(&actor(&ledger, w.ann).await, &Erase { person: cy }).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        let left = tx.count("select count(*) as n from shared_interest where person = $1", args![cy]).await.unwrap();
        drop(tx);
        assert_eq!(left, 0, "{engine}");
        assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None, "{engine}");
        ledger.close().await;
    }
}
