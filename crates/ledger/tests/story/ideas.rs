//! Ideas: offered by anybody in a circle, answered in time or late, merged with credit to all, told back.

use leadership::idea::State;
use leadership::{PersonId, Role};
use ledger::ideas::{
    self, AnswerIdea, Filter, HandOver, IdeaId, Learn, Merge, Offer, StateDays, TellBack, answered_in_time,
};
use ledger::people::{Erase, Leave};
use ledger::testing::{Clock, each};
use ledger::{Ledger, Refused, args, notices};

use crate::honesty::{actor, join, world};

fn offer(circle: leadership::CircleId, title: &str) -> Offer {
    Offer { circle: Some(circle), title: title.into(), words: "It would spare us a call a day".into() }
}

async fn answer(ledger: &Ledger, by: PersonId, idea: IdeaId, answer: &str) -> Result<(), Refused> {
    let act = AnswerIdea { idea, answer: answer.into(), reason: "Because it costs little".into() };
    ledger.perform(&actor(ledger, by).await, &act).await
}

async fn waits(ledger: &Ledger, person: PersonId, day: &str) -> usize {
    let mut tx = ledger.read().await.unwrap();
    ideas::waiting(&mut tx, person, day.parse().unwrap()).await.unwrap().len()
}

#[tokio::test]
async fn answered_within_the_stated_days_or_not() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "ideas_answered", &clock).await {
        let start = clock.now();
        let w = world(&ledger).await;
        let (ann, bo, cy) =
            (actor(&ledger, w.ann).await, actor(&ledger, w.bo).await, actor(&ledger, w.members[0]).await);
        let kim = actor(&ledger, w.kim).await;
        let days = |circle, days: &str| StateDays { circle: Some(circle), days: days.into() };
        assert!(matches!(ledger.perform(&cy, &days(w.team, "7")).await, Err(Refused::NotYours(_))), "{engine}");
        assert!(matches!(ledger.perform(&bo, &days(w.team, "0")).await, Err(Refused::Wrong(_))));
        ledger.perform(&ann, &days(w.root, "20")).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        assert_eq!(ideas::days_of(&mut tx, w.team).await.unwrap(), 20, "{engine}: from above");
        drop(tx);
        ledger.perform(&bo, &days(w.team, "10")).await.unwrap();
        assert!(matches!(ledger.perform(&kim, &offer(w.team, "x")).await, Err(Refused::Wrong(_))), "{engine}");
        let mut offered = Vec::new();
        for n in 0..5 {
            offered.push(ledger.perform(&cy, &offer(w.team, &format!("Idea {n}"))).await.unwrap());
        }
        // His own is answered by somebody else, and never counts as his.
        let own = ledger.perform(&bo, &offer(w.team, "Own")).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        let found = ideas::get(&mut tx, &bo, own).await.unwrap().unwrap();
        assert_eq!((found.answerer, found.due.to_string().as_str()), (w.ann, "2026-03-12"), "{engine}");
        drop(tx);
        assert_eq!(waits(&ledger, w.bo, "2026-03-02").await, 0, "{engine}: a new one may lie a while");
        assert_eq!(waits(&ledger, w.bo, "2026-03-08").await, 5, "{engine}");
        assert!(matches!(answer(&ledger, w.members[1], offered[0], "accept").await, Err(Refused::NotYours(_))));
        assert!(matches!(answer(&ledger, w.lou, offered[0], "accept").await, Err(Refused::NotFound)), "{engine}");
        assert!(matches!(answer(&ledger, w.bo, offered[0], "perhaps").await, Err(Refused::Wrong(_))));
        for (idea, how) in [(0, "accept"), (1, "try"), (2, "decline")] {
            answer(&ledger, w.bo, offered[idea], how).await.unwrap();
        }
        assert!(matches!(answer(&ledger, w.bo, offered[0], "decline").await, Err(Refused::Conflict { .. })));
        let answered = async |person| {
            let mut tx = ledger.read().await.unwrap();
            let (since, until) = ("2026-01-01".parse().unwrap(), "2026-12-31".parse().unwrap());
            answered_in_time(&mut tx, person, since, until).await.unwrap()
        };
        assert_eq!(answered(w.bo).await.share.n, 3, "{engine}: what may still be answered does not count");
        clock.days(11);
        answer(&ledger, w.bo, offered[3], "accept").await.unwrap();
        let all = answered(w.bo).await;
        assert_eq!((all.share.so, all.share.n), (3, 5), "{engine}: one late, one not at all");
        let late: Vec<_> = all.rows.iter().filter(|row| !row.in_time).map(|row| row.idea).collect();
        assert_eq!(late, [offered[3], offered[4]], "{engine}: with its rows");
        assert_eq!((answered(w.ann).await.share.so, answered(w.ann).await.share.n), (0, 1));
        assert_eq!(waits(&ledger, w.ann, "2026-03-13").await, 1, "{engine}");

        // Handed over, then its answerer leaves: it waits for who leads the circle.
        let hand = |to| HandOver { idea: own, to: Some(to) };
        assert!(matches!(ledger.perform(&ann, &hand(w.members[0])).await, Err(Refused::Wrong(_))), "{engine}");
        let eve = join(&ledger, w.ann, "Eve", w.team, Role::Executive).await;
        ledger.perform(&ann, &hand(eve)).await.unwrap();
        assert_eq!((waits(&ledger, w.ann, "2026-03-13").await, waits(&ledger, eve, "2026-03-13").await), (0, 1));
        ledger.perform(&ann, &Leave { person: eve }).await.unwrap();
        assert_eq!(waits(&ledger, w.ann, "2026-03-13").await, 1, "{engine}: nobody's idea is lost");

        let mut tx = ledger.read().await.unwrap();
        let figures = ideas::of_circle(&mut tx, &cy, w.team).await.unwrap().unwrap();
        assert_eq!((figures.offered, figures.people), (6, None), "{engine}: two people are too few to count");
        assert_eq!((figures.answered.so, figures.answered.n), (3, 6));
        assert!(ideas::of_circle(&mut tx, &kim, w.team).await.unwrap().is_none());
        drop(tx);
        ledger.close().await;
        clock.advance(start.duration_since(clock.now()));
    }
}

#[tokio::test]
async fn merged_with_credit_tried_learned_and_told_back() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "ideas_merged", &Clock::at("2026-03-02T08:00:00Z")).await {
        let w = world(&ledger).await;
        let (bo, ann) = (actor(&ledger, w.bo).await, actor(&ledger, w.ann).await);
        let mut offered = Vec::new();
        for person in &w.members[..3] {
            offered.push(
                ledger.perform(&actor(&ledger, *person).await, &offer(w.team, "A screen in the hall")).await.unwrap(),
            );
        }
        let merge = |idea, into| Merge { idea, into, reason: "Both are one screen".into() };
        for into in [None, Some(offered[0])] {
            assert!(matches!(ledger.perform(&bo, &merge(offered[0], into)).await, Err(Refused::Wrong(_))), "{engine}");
        }
        ledger.perform(&bo, &merge(offered[0], Some(offered[1]))).await.unwrap();
        ledger.perform(&bo, &merge(offered[1], Some(offered[2]))).await.unwrap();
        assert!(ledger.perform(&bo, &merge(offered[2], Some(offered[1]))).await.is_err(), "{engine}: no loop");
        let mut tx = ledger.read().await.unwrap();
        let first = ideas::get(&mut tx, &bo, offered[0]).await.unwrap().unwrap();
        assert_eq!((first.state, first.merged_into), (State::Merged, Some(offered[2])), "{engine}: one step, not two");
        let last = ideas::get(&mut tx, &bo, offered[2]).await.unwrap().unwrap();
        let mut credit = last.credit.clone();
        credit.sort_unstable();
        let mut members = w.members[..3].to_vec();
        members.sort_unstable();
        assert_eq!(credit, members, "{engine}: credit to all");
        assert_eq!(last.credit[0], w.members[2], "whose it is stands first");
        drop(tx);

        let learn = Learn { idea: offered[2], learned: "People look at it in the morning".into() };
        let tell = TellBack { idea: offered[2], result: "It hangs at the door; calls about outages halved".into() };
        let cy = actor(&ledger, w.members[0]).await;
        assert!(matches!(ledger.perform(&cy, &learn).await, Err(Refused::Conflict { .. })), "{engine}: not tried yet");
        assert!(matches!(ledger.perform(&bo, &tell).await, Err(Refused::Conflict { .. })));
        answer(&ledger, w.bo, offered[2], "try").await.unwrap();
        assert!(
            matches!(answer(&ledger, w.bo, offered[2], "accept").await, Err(Refused::Conflict { .. })),
            "learn first"
        );
        assert!(matches!(ledger.perform(&actor(&ledger, w.members[4]).await, &learn).await, Err(Refused::NotYours(_))));
        ledger.perform(&cy, &learn).await.unwrap();
        answer(&ledger, w.bo, offered[2], "accept").await.unwrap();
        assert!(matches!(ledger.perform(&cy, &tell).await, Err(Refused::NotYours(_))), "{engine}");
        ledger.perform(&bo, &tell).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        for person in &w.members[..3] {
            let told = notices::waiting(&mut tx, *person).await.unwrap();
            assert!(told.iter().any(|one| one.title.starts_with("You said, we did: A screen")), "{engine}: {told:?}");
        }
        assert!(notices::waiting(&mut tx, w.members[4]).await.unwrap().is_empty(), "{engine}");
        assert_eq!(ideas::told_back(&mut tx, &ann).await.unwrap().len(), 1);
        let mine = Filter { mine: true, ..Filter::default() };
        assert_eq!(ideas::list(&mut tx, &cy, mine).await.unwrap().len(), 3, "{engine}: with what went into the other");
        drop(tx);

        // A client's idea is that client's to see; what we think of ourselves in its circle is not.
        let (kim, lou) = (actor(&ledger, w.kim).await, actor(&ledger, w.lou).await);
        let harbour = *kim.sight.as_client.iter().next().unwrap();
        let theirs = ledger.perform(&kim, &offer(harbour, "A call less")).await.unwrap();
        let ours = ledger.perform(&ann, &offer(harbour, "Talk to Kim")).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        let seen = async |tx: &mut ledger::Tx, who, idea| ideas::get(tx, who, idea).await.unwrap().is_some();
        assert!(seen(&mut tx, &kim, theirs).await && !seen(&mut tx, &kim, ours).await, "{engine}");
        assert!(
            !seen(&mut tx, &lou, theirs).await
                && seen(&mut tx, &ann, theirs).await
                && !seen(&mut tx, &cy, theirs).await
        );
        assert_eq!(ideas::list(&mut tx, &kim, Filter::default()).await.unwrap().len(), 1, "{engine}");
        drop(tx);
        assert!(matches!(ledger.perform(&ann, &merge(theirs, Some(ours))).await, Err(Refused::Wrong(_))), "{engine}");
        ledger.perform(&ann, &Erase { person: w.members[2] }).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        assert_eq!(ideas::get(&mut tx, &bo, offered[2]).await.unwrap().unwrap().title, ledger::seal::ERASED);
        let told = tx
            .count("select count(*) as n from notice where subject = $1 and title like '%screen%'", args![offered[2]])
            .await
            .unwrap();
        assert_eq!(told, 0, "{engine}: nor in what was told of it");
        drop(tx);
        assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None);
        ledger.close().await;
    }
}
