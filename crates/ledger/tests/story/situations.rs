//! Situations with people: a way is chosen, what came of it is written, and nobody else can read either.

use ledger::growth::{ForgetTry, SayAfter, Tried, TryOut, tried};
use ledger::people::{self, Erase};
use ledger::testing::{Clock, each};
use ledger::{Refused, args};

use crate::honesty::{actor, world};

#[tokio::test]
async fn a_situation_is_thought_through_by_oneself() {
    let folder = tempfile::tempdir().unwrap();
    let situation = &model::shipped().situations[0];
    for (engine, ledger) in each(folder.path(), "situations", &Clock::at("2026-03-02T08:00:00Z")).await {
        let w = world(&ledger).await;
        let (bo, cy) = (actor(&ledger, w.bo).await, actor(&ledger, w.members[0]).await);
        let act = |way: &str| TryOut {
            situation: situation.key.clone(),
            way: way.to_owned(),
            words: "First I would ask quillwort".to_owned(),
        };
        let Err(Refused::Wrong(wrong)) = ledger.perform(&bo, &act("no-such-way")).await else {
            panic!("{engine}: a way of another situation")
        };
        assert!(wrong.of("way").is_some(), "{engine}");
        let strange = TryOut { situation: "no-such-situation".into(), ..act("ask") };
        assert!(matches!(ledger.perform(&bo, &strange).await, Err(Refused::NotFound)), "{engine}");
        let early = SayAfter { situation: situation.key.clone(), words: "It went well".into() };
        assert!(matches!(ledger.perform(&bo, &early).await, Err(Refused::NotFound)), "{engine}: not thought through");

        let (first, other) = (situation.ways[0].key.as_str(), situation.ways[1].key.as_str());
        ledger.perform(&bo, &act(first)).await.unwrap();
        let after = SayAfter { situation: situation.key.clone(), words: "He had an offer already".into() };
        ledger.perform(&bo, &after).await.unwrap();
        // Chosen anew, and what came of it stays.
        ledger.perform(&bo, &act(other)).await.unwrap();
        let of = async |who| tried(&mut ledger.read().await.unwrap(), who).await.unwrap();
        let all = of(&bo).await;
        let one: &Tried = &all[&situation.key];
        assert_eq!((one.way.as_str(), one.after.as_str()), (other, "He had an offer already"), "{engine}");
        assert!(one.words.contains("quillwort") && !format!("{one:?}").contains("quillwort"), "{engine}");
        assert!(of(&cy).await.is_empty(), "{engine}: each their own");

        // Neither the row nor the chain tells the words or the way, and what is held says that there is something.
        let mut tx = ledger.read().await.unwrap();
        for sql in [
            "select count(*) as n from situation_tried where sealed like '%quillwort%' or sealed like '%offer%'",
            "select count(*) as n from event where noun = 'situation' and body <> '{}'",
        ] {
            assert_eq!(tx.count(sql, &[]).await.unwrap(), 0, "{engine}: {sql}");
        }
        let held = people::held(&mut tx, w.bo).await.unwrap();
        assert!(held.iter().any(|held| held.what.starts_with("Situations") && held.rows.len() == 1), "{engine}");
        drop(tx);

        let forget = ForgetTry { situation: situation.key.clone() };
        assert!(matches!(ledger.perform(&cy, &forget).await, Err(Refused::NotFound)), "{engine}: not another's");
        ledger.perform(&bo, &forget).await.unwrap();
        assert!(of(&bo).await.is_empty(), "{engine}");
        ledger.perform(&cy, &act(first)).await.unwrap();
        ledger.perform(&actor(&ledger, w.ann).await, &Erase { person: w.members[0] }).await.unwrap();
        let sql = "select count(*) as n from situation_tried where person = $1";
        let left = ledger.read().await.unwrap().count(sql, args![w.members[0]]).await.unwrap();
        assert_eq!(left, 0, "{engine}");
        assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None, "{engine}");
        ledger.close().await;
    }
}
