//! Thanks: between two, with the difference they made; of a circle only how far they reach.

use ledger::people::Erase;
use ledger::testing::{Clock, each};
use ledger::thanks::{self, Card, Give, See, TakeBack, WriteCard};
use ledger::{Refused, evidence};

use crate::honesty::{actor, world};

#[tokio::test]
async fn thanks_are_between_two_and_spread_is_told_from_five_on() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "thanks_given", &Clock::at("2026-03-02T08:00:00Z")).await {
        let w = world(&ledger).await;
        let (bo, ann, kim) = (actor(&ledger, w.bo).await, actor(&ledger, w.ann).await, actor(&ledger, w.kim).await);
        let give = |to| Give {
            to: Some(to),
            words: "You stayed with the backup".into(),
            difference: "The clinic could open".into(),
            aim: String::new(),
        };
        for wrong in [w.bo, w.kim] {
            assert!(matches!(ledger.perform(&bo, &give(wrong)).await, Err(Refused::Wrong(_))), "{engine}");
        }
        let nothing = Give { difference: " ".into(), ..give(w.members[0]) };
        assert!(
            matches!(ledger.perform(&bo, &nothing).await, Err(Refused::Wrong(_))),
            "{engine}: without a difference"
        );
        let strange = Give { aim: w.team.to_string(), ..give(w.members[0]) };
        assert!(matches!(ledger.perform(&bo, &strange).await, Err(Refused::Wrong(_))), "{engine}");
        let mut given = Vec::new();
        for person in &w.members[..4] {
            given.push(ledger.perform(&bo, &give(*person)).await.unwrap());
        }
        let cy = actor(&ledger, w.members[0]).await;
        let spread = async |who| thanks::spread(&mut ledger.read().await.unwrap(), who, w.team).await.unwrap();
        assert_eq!(spread(&bo).await, None, "{engine}: four are pointed at too easily");
        ledger.perform(&bo, &give(w.members[4])).await.unwrap();
        let told = spread(&bo).await.unwrap();
        assert_eq!((told.so, told.n), (5, 6), "{engine}");
        assert_eq!(spread(&kim).await, None, "{engine}: no client sees it");

        let mut tx = ledger.read().await.unwrap();
        let day = "2026-03-02".parse().unwrap();
        assert_eq!(thanks::waiting(&mut tx, w.members[0], day).await.unwrap()[0].title, "Bo thanks you");
        assert!(thanks::get(&mut tx, &ann, given[0]).await.unwrap().is_none(), "{engine}: between the two of them");
        let count = evidence::gather(&mut tx, &[w.bo], day, 12).await.unwrap();
        assert_eq!(count[&w.bo]["thanks_given"].n, 5, "{engine}");
        assert!(count[&w.bo]["thanks_given"].rows.iter().all(|row| row.title == "Service desk"), "no words of it");
        drop(tx);
        assert!(matches!(ledger.perform(&bo, &See { thanks: given[0] }).await, Err(Refused::NotFound)), "{engine}");
        ledger.perform(&cy, &See { thanks: given[0] }).await.unwrap();
        assert!(matches!(ledger.perform(&cy, &TakeBack { thanks: given[0] }).await, Err(Refused::NotFound)));
        ledger.perform(&bo, &TakeBack { thanks: given[1] }).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        assert!(thanks::waiting(&mut tx, w.members[0], day).await.unwrap().is_empty());
        assert_eq!(thanks::mine(&mut tx, &actor(&ledger, w.members[1]).await).await.unwrap().0.len(), 0, "{engine}");
        assert_eq!(evidence::gather(&mut tx, &[w.bo], day, 12).await.unwrap()[&w.bo]["thanks_given"].n, 4);
        drop(tx);

        let card = Card { reach: "Call, do not write".into(), ..Card::default() };
        ledger.perform(&bo, &WriteCard(card.clone())).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        assert_eq!(thanks::card(&mut tx, &cy, w.bo).await.unwrap().as_ref(), Some(&card), "{engine}");
        assert_eq!(thanks::card(&mut tx, &kim, w.bo).await.unwrap(), None, "{engine}");
        let all = [w.bo, w.members[1]];
        let of = thanks::cards(&mut tx, &cy, &all).await.unwrap();
        assert_eq!(of.into_iter().collect::<Vec<_>>(), [(w.bo, card)], "{engine}");
        assert!(thanks::cards(&mut tx, &kim, &all).await.unwrap().is_empty(), "{engine}: a client sees none");
        drop(tx);
        ledger.perform(&ann, &Erase { person: w.bo }).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        let left = tx.count("select count(*) as n from thanks where words like '%backup%'", &[]).await.unwrap();
        assert_eq!(left, 0, "{engine}");
        assert_eq!(thanks::card(&mut tx, &ann, w.bo).await.unwrap(), None, "{engine}");
        drop(tx);
        assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None);
        ledger.close().await;
    }
}
