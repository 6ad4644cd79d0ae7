//! A signed head tells whether the chain still contains what it contained.

use ledger::testing::{Clock, postgres_place, random, tamper};
use ledger::{HeadCheck, HeadKey, Ledger, SignedHead};

use super::ground::{leader, person};

#[tokio::test]
async fn a_signed_head_is_held_against_the_chain() {
    let folder = tempfile::tempdir().unwrap();
    let key = HeadKey::kept(folder.path(), &random(7)).unwrap();
    // The second time it is the same one, whatever randomness says.
    assert_eq!(HeadKey::kept(folder.path(), &random(8)).unwrap().public(), key.public());
    let sqlite = format!("sqlite:{}", folder.path().join("ledger.sqlite").display());
    for url in [Some(sqlite), postgres_place("head_held").await].into_iter().flatten() {
        let clock = Clock::at("2026-03-02T08:00:00.123Z");
        let ledger = Ledger::open(&url, clock.handed_in(), random(1)).await.unwrap();
        let empty = ledger.head(&key).await.unwrap();
        let (actor, root) = leader(&ledger).await;
        ledger.perform(&actor, &person("Bo", "", root)).await.unwrap();
        let head = ledger.head(&key).await.unwrap();
        let head: SignedHead = serde_json::from_str(&serde_json::to_string(&head).unwrap()).unwrap();
        for name in ["Cy", "Di"] {
            ledger.perform(&actor, &person(name, "", root)).await.unwrap();
        }
        let check = async |head: &SignedHead| ledger.check_head(head, Some(&key.public()), |_| ()).await.unwrap();
        assert_eq!(check(&head).await, HeadCheck::Holds { seq: 4, now: 8, ours: Some(true) });
        assert_eq!(check(&empty).await, HeadCheck::Holds { seq: 0, now: 8, ours: Some(true) });
        let other = HeadKey::of(&[5; 32]).unwrap();
        let theirs = ledger.head(&other).await.unwrap();
        assert_eq!(check(&theirs).await, HeadCheck::Holds { seq: 8, now: 8, ours: Some(false) });
        assert!(!check(&theirs).await.holds());
        // Anything changed in the file is seen.
        for changed in [
            SignedHead { seq: 3, ..head.clone() },
            SignedHead { hash: head.hash.replace('a', "b"), ..head.clone() },
            SignedHead { at: head.at + jiff::SignedDuration::from_millis(1), ..head.clone() },
            SignedHead { key: other.public(), ..head.clone() },
            SignedHead { form: "plumb head 2".into(), ..head.clone() },
        ] {
            assert_eq!(check(&changed).await, HeadCheck::Forged, "{changed:?}");
        }

        // Whoever can write to the database cuts the end and mends the head: the chain alone cannot tell.
        let last = ledger.head(&key).await.unwrap();
        tamper(
            &url,
            "delete from event where seq > 6; update chain set seq = 6, hash = (select hash from event where seq = 6)",
        )
        .await;
        assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None);
        assert_eq!(check(&last).await, HeadCheck::Shorter { seq: 8, now: 6 });
        assert!(check(&head).await.holds());
        // And goes on from there with another history.
        for name in ["Ed", "Flo"] {
            ledger.perform(&actor, &person(name, "", root)).await.unwrap();
        }
        assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None);
        assert_eq!(check(&last).await, HeadCheck::Rewritten { seq: 8 });
        tamper(&url, "update event set kind = 'left' where seq = 3").await;
        assert!(matches!(check(&head).await, HeadCheck::Broken { place: 3, .. }));
        ledger.close().await;
    }
}
