//! Talks of a team, and beside work: what the circle sees, and that nobody is counted by name.

use leadership::talk::Kind;
use ledger::talks::{self, Agree, Call, Consent, Hear, Hold, Join, Write};
use ledger::testing::{Clock, each};
use ledger::{Refused, people};

use super::{at, does, refused, seen, waits};
use crate::honesty::{actor, world};

#[tokio::test]
async fn a_circle_sees_that_a_talk_is_and_what_all_agreed_to_tell() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "talks_circles", &Clock::at("2026-03-02T08:00:00Z")).await {
        let w = world(&ledger).await;
        let (bo, cy) = (w.bo, w.members[0]);
        let today: jiff::civil::Date = "2026-03-02".parse().unwrap();
        let team = |circle| Call {
            kind: "team".into(),
            circle: Some(circle),
            about: "The last month".into(),
            planned_on: "2026-03-02".into(),
            held: true,
            ..Call::default()
        };
        assert!(at(&refused(&ledger, w.kim, team(w.team)).await, "circle"), "{engine}");
        let talk = does(&ledger, bo, team(w.team)).await;
        assert_eq!(seen(&ledger, cy, talk).await.unwrap().with.len(), 6, "{engine}");
        let outlines = async |who| {
            let who = actor(&ledger, who).await;
            talks::outlines(&mut ledger.read().await.unwrap(), &who, today).await.unwrap()
        };
        let told = &outlines(w.ann).await[0];
        assert_eq!(
            (told.kind, told.about.as_str(), &told.told),
            (Kind::Team, "", &None),
            "{engine}: that it is, and when"
        );
        assert!(seen(&ledger, w.ann, talk).await.is_none(), "{engine}: and no more, for who leads above");
        assert!(outlines(w.kim).await.is_empty(), "{engine}");
        let write =
            Write { talk: Some(talk), kind: "told".into(), circle: None, words: "We plan a month ahead.".into() };
        let word = does(&ledger, bo, write).await;
        assert_eq!(
            waits(&ledger, cy, "2026-03-02").await,
            ["answer: Bo wrote what would be told of a team talk"],
            "{engine}"
        );
        for member in &w.members[..4] {
            does(&ledger, *member, Consent { word, agrees: true }).await;
        }
        assert_eq!(outlines(w.ann).await[0].told, None, "{engine}: five of six");
        does(&ledger, w.members[4], Consent { word, agrees: true }).await;
        assert_eq!(outlines(w.ann).await[0].told.as_deref(), Some("We plan a month ahead."), "{engine}");
        let heard = does(&ledger, cy, Hear { talk: Some(talk), of: Some(bo), words: "You will plan".into() }).await;
        let di = actor(&ledger, w.members[1]).await;
        let mut tx = ledger.read().await.unwrap();
        let found = talks::get(&mut tx, &di, talk).await.unwrap().unwrap();
        assert!(
            talks::heard_of(&mut tx, &di, &found).await.unwrap().is_empty(),
            "{engine}: not before it is confirmed"
        );
        drop(tx);
        does(&ledger, bo, talks::AnswerHeard { heard, confirms: true, words: String::new() }).await;
        let mut tx = ledger.read().await.unwrap();
        assert_eq!(talks::heard_of(&mut tx, &di, &found).await.unwrap().len(), 1, "{engine}");
        drop(tx);
        ledger.close().await;
    }
}

#[tokio::test]
async fn beside_work_whoever_wants_to_comes_and_nobody_is_counted_by_name() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "talks_beside", &Clock::at("2026-03-02T08:00:00Z")).await {
        let w = world(&ledger).await;
        let (bo, cy) = (w.bo, w.members[0]);
        let today: jiff::civil::Date = "2026-03-02".parse().unwrap();
        // Beside work: nobody is put down, whoever wants to comes, and who came is never told.
        let beside = Call {
            kind: "not_work".into(),
            circle: Some(w.team),
            starter: "music".into(),
            planned_on: "2026-03-02".into(),
            ..Call::default()
        };
        let beside = does(&ledger, bo, beside).await;
        assert!(waits(&ledger, cy, "2026-03-02").await.is_empty(), "{engine}: nobody is asked to come");
        assert!(matches!(refused(&ledger, w.kim, Join { talk: beside, comes: true }).await, Refused::NotFound));
        for member in &w.members[..3] {
            does(&ledger, *member, Join { talk: beside, comes: true }).await;
        }
        does(&ledger, cy, Join { talk: beside, comes: false }).await;
        does(&ledger, cy, Join { talk: beside, comes: true }).await;
        assert!(matches!(
            refused(&ledger, cy, Hold { talk: Some(beside), held_on: "2026-03-02".into(), words: String::new() }).await,
            Refused::NotYours(_)
        ));
        does(&ledger, bo, Hold { talk: Some(beside), held_on: "2026-03-02".into(), words: String::new() }).await;
        let figures = async |who| {
            let who = actor(&ledger, who).await;
            talks::not_work(&mut ledger.read().await.unwrap(), &who, w.team, today).await.unwrap()
        };
        let told = figures(bo).await.unwrap();
        assert_eq!((told.months.clone(), told.came), (vec![("2026-03".to_owned(), 1)], None), "{engine}: four came");
        assert!(figures(w.kim).await.is_none(), "{engine}");
        let hear = Hear { talk: Some(beside), of: Some(bo), words: "x".into() };
        assert!(
            matches!(refused(&ledger, cy, hear).await, Refused::Conflict { .. }),
            "{engine}: nothing is written of it"
        );
        assert!(matches!(refused(&ledger, cy, Agree { talk: beside, rows: vec![] }).await, Refused::Conflict { .. }));
        let second =
            Call { kind: "not_work".into(), circle: Some(w.team), planned_on: "2026-03-02".into(), ..Call::default() };
        let second = does(&ledger, bo, second).await;
        does(&ledger, w.members[3], Join { talk: second, comes: true }).await;
        does(&ledger, bo, Hold { talk: Some(second), held_on: "2026-03-02".into(), words: String::new() }).await;
        assert_eq!(figures(cy).await.unwrap().came, Some((5, 6)), "{engine}: five over both, of six");
        let joined = ledger.read().await.unwrap().history("talk", beside).await.unwrap();
        let by: Vec<_> =
            joined.iter().filter(|event| event.kind == "joined_or_left").map(|event| event.actor).collect();
        assert!(!by.is_empty() && by.iter().all(Option::is_none), "{engine}: the chain names nobody");
        // Who left is nobody whose consent is waited for.
        does(&ledger, w.ann, people::Leave { person: w.members[4] }).await;
        ledger.close().await;
    }
}
