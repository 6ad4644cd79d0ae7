//! Where people stand on ideas, under their names, and where ideas of a circle meet.

use leadership::PersonId;
use ledger::Ledger;
use ledger::Refused;
use ledger::ideas::{self, AnswerIdea, IdeaId, Met, Offer, Stand};
use ledger::people::Erase;
use ledger::testing::{Clock, each};

use crate::honesty::{World, actor, world};
use crate::talks::{does, refused};

fn stand(idea: IdeaId, stance: &str) -> Stand {
    let words = if stance == "against" { "It takes the phones away".into() } else { String::new() };
    Stand { idea, stance: stance.into(), words }
}

async fn offer(ledger: &Ledger, w: &World, title: &str) -> IdeaId {
    let offer = Offer { circle: Some(w.team), title: title.into(), words: "It helps".into() };
    does(ledger, w.members[0], offer).await
}

async fn meeting(ledger: &Ledger, w: &World, who: PersonId) -> Vec<Met> {
    let who = actor(ledger, who).await;
    ideas::meeting(&mut ledger.read().await.unwrap(), &who, w.team).await.unwrap()
}

#[tokio::test]
async fn those_come_first_on_which_people_stand_together_who_stand_apart_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "ideas_met", &Clock::at("2026-03-02T08:00:00Z")).await {
        let w = world(&ledger).await;
        let (apart, together) = (offer(&ledger, &w, "Shifts").await, offer(&ledger, &w, "One board").await);
        let unsaid = Stand { words: String::new(), ..stand(apart, "against") };
        assert!(matches!(refused(&ledger, w.bo, unsaid).await, Refused::Wrong(_)), "{engine}: a no has its reason");
        assert!(matches!(refused(&ledger, w.bo, stand(apart, "maybe")).await, Refused::Wrong(_)), "{engine}");
        assert!(matches!(refused(&ledger, w.kim, stand(apart, "for")).await, Refused::NotFound), "{engine}");
        for (at, person) in w.members.iter().enumerate() {
            assert!(meeting(&ledger, &w, w.bo).await.is_empty(), "{engine}: {at} are not enough");
            does(&ledger, *person, stand(apart, if at < 2 { "for" } else { "against" })).await;
            does(&ledger, *person, stand(together, if at % 2 == 0 { "for" } else { "could_live" })).await;
        }
        let found = meeting(&ledger, &w, w.bo).await;
        let titles: Vec<&str> = found.iter().map(|one| one.idea.title.as_str()).collect();
        assert_eq!(titles, ["One board", "Shifts"], "{engine}");
        // Two for and three against: six pairs apart on the first, all six together on the second.
        assert_eq!((found[0].together.so, found[0].together.n), (6, 6), "{engine}");
        assert_eq!((found[0].along.so, found[0].along.n), (5, 5), "{engine}");
        assert_eq!((found[1].along.so, found[1].along.n, found[1].together.n), (2, 5, 0), "{engine}");
        assert!(meeting(&ledger, &w, w.kim).await.is_empty(), "{engine}: a client reads none");
        // Changed, it counts once; decided, it is not asked about any more.
        does(&ledger, w.members[4], stand(apart, "for")).await;
        assert_eq!(meeting(&ledger, &w, w.bo).await[1].along.so, 3, "{engine}");
        does(&ledger, w.bo, AnswerIdea { idea: apart, answer: "decline".into(), reason: "Phones".into() }).await;
        assert!(matches!(refused(&ledger, w.bo, stand(apart, "for")).await, Refused::Conflict { .. }), "{engine}");
        assert_eq!(meeting(&ledger, &w, w.bo).await.len(), 1, "{engine}");
        let bo = actor(&ledger, w.bo).await;
        let kim = actor(&ledger, w.kim).await;
        let mut tx = ledger.read().await.unwrap();
        let idea = ideas::get(&mut tx, &bo, together).await.unwrap().unwrap();
        assert_eq!(ideas::stands(&mut tx, &bo, &idea).await.unwrap().len(), 5, "{engine}");
        assert!(ideas::stands(&mut tx, &kim, &idea).await.unwrap().is_empty(), "{engine}");
        drop(tx);
        does(&ledger, w.ann, Erase { person: w.members[4] }).await;
        assert_eq!(ideas::stands(&mut ledger.read().await.unwrap(), &bo, &idea).await.unwrap().len(), 4, "{engine}");
    }
}
