//! A problem is opened by hand, and who leads the circle looks at the reasoning until it is agreed.

use casebook::{Act as Deed, Canvas, Side};
use leadership::circle::Actor;
use leadership::{CircleId, PersonId};
use ledger::casework::{self, Turn, Write};
use ledger::people::Begin;
use ledger::testing::{Clock, each};
use ledger::{Ledger, Refused};

use crate::casework::{does, entries};
use crate::honesty::{actor, world};

fn open(circle: CircleId, title: &str, asked: &str) -> Deed {
    let of = Side { title: title.into(), ..Side::default() };
    Deed::Open { of, circle, canvas: Box::new(Canvas { asked: asked.into(), ..Canvas::default() }) }
}

fn review(agreed: bool, missing: &str) -> Deed {
    let of = Side { id: Deed::by_hand(1), ..Side::default() };
    Deed::Review { of, open: 1, clear: "The need".into(), missing: missing.into(), agreed }
}

async fn waits(ledger: &Ledger, person: PersonId) -> Vec<String> {
    let mut tx = ledger.read().await.unwrap();
    let found = casework::waiting(&mut tx, person, "2026-03-02".parse().unwrap()).await.unwrap();
    found.into_iter().map(|one| format!("{} {}", one.title, one.page)).collect()
}

async fn turn(ledger: &Ledger) -> Turn {
    casework::opened(&mut ledger.read().await.unwrap(), 1).await.unwrap().unwrap().turn
}

#[tokio::test]
async fn the_reasoning_goes_to_and_fro_until_it_is_agreed() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "opened_by_hand", &Clock::at("2026-03-02T08:00:00Z")).await {
        let nobody =
            does(&ledger, &Begin::nobody(), open(CircleId::new(jiff::Timestamp::UNIX_EPOCH, [1; 10]), "A", "B")).await;
        assert!(matches!(nobody, Err(Refused::NotFound)), "{engine}");
        let w = world(&ledger).await;
        let (bo, cy, di): (Actor, Actor, Actor) =
            (actor(&ledger, w.bo).await, actor(&ledger, w.members[0]).await, actor(&ledger, w.members[1]).await);
        for (act, field) in [
            (open(w.root, "Mail", "More"), "circle"),
            (open(w.team, " ", "More"), "title"),
            (open(w.team, "Mail", " "), "asked"),
        ] {
            let refused = does(&ledger, &cy, act).await;
            assert!(
                matches!(&refused, Err(Refused::Wrong(wrongs)) if wrongs.of(field).is_some()),
                "{engine}: {refused:?}"
            );
        }
        assert_eq!(does(&ledger, &cy, open(w.team, "Nobody reads it", "More mail")).await.unwrap(), 1, "{engine}");
        assert_eq!(entries(&ledger).await[0].act.sides()[0].id, "by-hand-1", "{engine}");
        let look = ["Look at the reasoning: Nobody reads it /problems/by-hand-1/review"];
        assert_eq!(waits(&ledger, w.bo).await, look, "{engine}");
        for other in [w.members[0], w.members[1], w.ann] {
            assert!(waits(&ledger, other).await.is_empty(), "{engine}");
        }
        assert!(matches!(does(&ledger, &di, review(true, "")).await, Err(Refused::NotYours(_))), "{engine}");
        let refused = does(&ledger, &bo, review(false, " ")).await;
        assert!(matches!(&refused, Err(Refused::Wrong(wrongs)) if wrongs.of("missing").is_some()), "{engine}");
        does(&ledger, &bo, review(false, "What would tell?")).await.unwrap();
        assert_eq!(turn(&ledger).await, Turn::Opener, "{engine}");
        assert_eq!(
            waits(&ledger, w.members[0]).await,
            ["A question on your problem: Nobody reads it /problems/by-hand-1"]
        );
        assert!(waits(&ledger, w.bo).await.is_empty(), "{engine}");
        // What others write does not answer it.
        let of = Side { id: Deed::by_hand(1), ..Side::default() };
        let write =
            |asks| Write { act: Deed::Canvas { of: of.clone(), canvas: Box::default() }, by: String::new(), asks };
        ledger.perform(&di, &write(vec![1])).await.unwrap();
        assert_eq!(turn(&ledger).await, Turn::Opener, "{engine}");
        ledger.perform(&cy, &write(vec![1])).await.unwrap();
        assert_eq!((turn(&ledger).await, waits(&ledger, w.bo).await), (Turn::Leader, look.map(str::to_owned).to_vec()));
        does(&ledger, &bo, review(true, "")).await.unwrap();
        assert_eq!(turn(&ledger).await, Turn::Nobody, "{engine}");
        assert!(waits(&ledger, w.bo).await.is_empty() && waits(&ledger, w.members[0]).await.is_empty(), "{engine}");
        // A leader's own waits for nobody of their circle but another leader; nobody looks at their own.
        assert_eq!(does(&ledger, &bo, open(w.team, "Mine", "More")).await.unwrap(), 6, "{engine}");
        let own =
            Deed::Review { of: Side::default(), open: 6, clear: String::new(), missing: String::new(), agreed: true };
        assert!(matches!(does(&ledger, &bo, own).await, Err(Refused::NotYours(_))), "{engine}");
        assert!(waits(&ledger, w.bo).await.is_empty(), "{engine}");
        assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None, "{engine}");
        ledger.close().await;
    }
}
