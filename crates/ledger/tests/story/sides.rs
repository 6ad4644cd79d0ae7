//! Those whom a problem touched are asked whether its fix holds for them: once, when there is a verdict, and never those
//! who made the fix.

use casebook::{Act as Deed, Stage};
use leadership::circle::Actor;
use leadership::{CircleId, PersonId};
use ledger::casework::{self, AskSide, SayWord, Touched, TouchedId};
use ledger::testing::{Clock, each};
use ledger::{Ledger, Refused, evidence, people};

use crate::casework::{does, fix, of};
use crate::honesty::{actor, world};

fn fixed(id: &str, team: &str) -> Deed {
    Deed::Fixed { of: of(id), on: "2026-01-05".parse().unwrap(), team: team.into(), what: String::new() }
}

async fn asks(ledger: &Ledger, who: &Actor, fix: u64, circle: CircleId) -> Result<TouchedId, Refused> {
    ledger.perform(who, &AskSide { fix, circle: Some(circle), title: "Labels".into() }).await
}

async fn says(ledger: &Ledger, who: &Actor, side: TouchedId, agrees: &str, words: &str) -> Result<(), Refused> {
    ledger.perform(who, &SayWord { side, agrees: agrees.into(), words: words.into() }).await
}

async fn waits(ledger: &Ledger, person: PersonId, day: &str) -> Vec<String> {
    let mut tx = ledger.read().await.unwrap();
    let found = casework::waiting(&mut tx, person, day.parse().unwrap()).await.unwrap();
    found.into_iter().map(|one| one.because).collect()
}

async fn seen(ledger: &Ledger, who: &Actor, side: TouchedId) -> Option<Touched> {
    casework::side(&mut ledger.read().await.unwrap(), who, side).await.unwrap()
}

fn wrong(refused: Result<TouchedId, Refused>) -> String {
    match refused {
        Err(Refused::Wrong(wrongs)) => wrongs.of("circle").unwrap().to_owned(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn those_whom_it_touched_are_asked_once_and_say_so_in_their_words() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "sides_asked", &Clock::at("2026-03-02T08:00:00Z")).await {
        let w = world(&ledger).await;
        let (ann, bo, cy) =
            (actor(&ledger, w.ann).await, actor(&ledger, w.bo).await, actor(&ledger, w.members[0]).await);
        let (kim, lou) = (actor(&ledger, w.kim).await, actor(&ledger, w.lou).await);
        let (harbour, orchard) = (*kim.sight.own.first().unwrap(), *lou.sight.own.first().unwrap());
        assert_eq!(does(&ledger, &bo, fixed("t1", "Print")).await.unwrap(), 1);
        let side = asks(&ledger, &ann, 1, harbour).await.unwrap();
        assert!(wrong(asks(&ledger, &cy, 1, harbour).await).contains("that you see"), "{engine}");
        assert!(wrong(asks(&ledger, &ann, 1, harbour).await).contains("asked once"), "{engine}");
        // Bo leads the team and marked the fix: nobody is left who could speak for it.
        assert!(wrong(asks(&ledger, &ann, 1, w.team).await).contains("Nobody speaks"), "{engine}");
        assert!(matches!(asks(&ledger, &kim, 1, harbour).await, Err(Refused::NotFound)), "{engine}");
        assert!(matches!(asks(&ledger, &ann, 7, harbour).await, Err(Refused::NotFound)), "{engine}");
        // Nothing waits and nothing can be said before there is a verdict.
        assert!(matches!(says(&ledger, &kim, side, "yes", "").await, Err(Refused::Conflict { .. })), "{engine}");
        casework::judge(&ledger, &[fix(1, w.members[1], Stage::Unproven, "2026-02-01")], 1).await.unwrap();
        assert!(waits(&ledger, w.kim, "2026-03-02").await.is_empty(), "{engine}");
        casework::judge(&ledger, &[fix(1, w.members[1], Stage::Fixed, "2026-02-15")], 1).await.unwrap();
        let because = "Print marked it as fixed on 5 January 2026; the tickets say since 15 February 2026: fixed. You are asked once.";
        assert_eq!(waits(&ledger, w.kim, "2026-04-01").await, [because], "{engine}");
        assert!(waits(&ledger, w.kim, "2026-04-02").await.is_empty(), "{engine}: the days have passed");
        for other in [w.lou, w.ann, w.bo, w.members[0]] {
            assert!(waits(&ledger, other, "2026-03-02").await.is_empty(), "{engine}");
        }
        // Figures are over all clients' tickets, so a client's people are not told of them.
        let (theirs, ours) = (seen(&ledger, &kim, side).await.unwrap(), seen(&ledger, &ann, side).await.unwrap());
        let (theirs, ours) = (theirs.verdict.unwrap(), ours.verdict.unwrap());
        assert_eq!((theirs.figures, theirs.problem, theirs.stage.0), (None, None, Stage::Fixed), "{engine}");
        assert!(ours.figures.unwrap().contains("40 before") && ours.problem.as_deref() == Some("t1"), "{engine}");
        assert!(seen(&ledger, &lou, side).await.is_none() && seen(&ledger, &cy, side).await.is_none(), "{engine}");
        assert!(matches!(says(&ledger, &lou, side, "yes", "").await, Err(Refused::NotFound)), "{engine}");
        // Who leads above sees it and does not speak for the client.
        assert!(matches!(says(&ledger, &ann, side, "yes", "").await, Err(Refused::NotYours(_))), "{engine}");
        let refused = says(&ledger, &kim, side, "no", " ").await;
        assert!(matches!(refused, Err(Refused::Wrong(wrongs)) if wrongs.of("words").is_some()), "{engine}");
        says(&ledger, &kim, side, "no", "We stopped calling").await.unwrap();
        assert!(waits(&ledger, w.kim, "2026-03-02").await.is_empty(), "{engine}");
        let word = seen(&ledger, &ann, side).await.unwrap().words.remove(0);
        assert_eq!((word.name.as_str(), word.agrees, word.stage), ("Kim", false, Stage::Fixed), "{engine}");
        let found = casework::sides(&mut ledger.read().await.unwrap(), &ann, 1).await.unwrap();
        assert_eq!((found.len(), found[0].circle.1.as_str()), (1, "Harbour"), "{engine}");
        assert!(casework::sides(&mut ledger.read().await.unwrap(), &cy, 1).await.unwrap().is_empty(), "{engine}");
        let rows = async || {
            let mut tx = ledger.read().await.unwrap();
            let found = evidence::gather(&mut tx, &[w.members[1]], "2026-03-02".parse().unwrap(), 5).await.unwrap();
            found[&w.members[1]]["problems_removed"].rows[0].title.clone()
        };
        assert_eq!(rows().await, "Problem 1, objected to by those whom it touched", "{engine}");
        // It turns, and nobody is asked again; they may say it anew by themselves.
        casework::judge(&ledger, &[fix(1, w.members[1], Stage::Reopened, "2026-03-01")], 1).await.unwrap();
        assert!(waits(&ledger, w.kim, "2026-03-02").await.is_empty(), "{engine}");
        says(&ledger, &kim, side, "yes", "").await.unwrap();
        assert_eq!(rows().await, "Problem 1, countersigned by those whom it touched", "{engine}");
        let mut tx = ledger.read().await.unwrap();
        let told = tx.history(casework::NOUN, "t1").await.unwrap();
        let kinds: Vec<_> = told.iter().map(|event| event.kind.as_str()).collect();
        let all = ["fixed", "asked_side", "judged", "judged", "objected", "judged", "countersigned"];
        assert_eq!(kinds, all, "{engine}");
        let open = tx.count("select count(*) as n from event where body like '%stopped calling%'", &[]).await.unwrap();
        assert_eq!((open, told[4].body["words"].as_str()), (0, Some("We stopped calling")), "{engine}");
        let mine = people::export(&mut tx, w.kim).await.unwrap().unwrap();
        assert!(mine.held.iter().any(|held| held.what.starts_with("What you said of fixes")), "{engine}");
        drop(tx);
        // Asked after the verdict it waits at once: for who leads a circle that has no contacts, if they did not make it.
        assert_eq!(does(&ledger, &cy, fixed("t2", "service DESK")).await.unwrap(), 2);
        assert!(wrong(asks(&ledger, &ann, 2, w.team).await).contains("Nobody speaks"), "{engine}: the team made it");
        assert_eq!(does(&ledger, &cy, fixed("t3", "Print")).await.unwrap(), 3);
        let fixes =
            [fix(1, w.members[1], Stage::Reopened, "2026-03-01"), fix(3, w.members[1], Stage::NotFixed, "2026-02-28")];
        casework::judge(&ledger, &fixes, 3).await.unwrap();
        let team = asks(&ledger, &ann, 3, w.team).await.unwrap();
        asks(&ledger, &ann, 3, orchard).await.unwrap();
        assert_eq!(
            (waits(&ledger, w.bo, "2026-03-02").await.len(), waits(&ledger, w.lou, "2026-03-02").await.len()),
            (1, 1)
        );
        says(&ledger, &bo, team, "yes", "").await.unwrap();
        // Undone, the mark takes the question with it.
        does(&ledger, &cy, Deed::Undo { entry: 3 }).await.unwrap();
        casework::judge(&ledger, &fixes[..1], 4).await.unwrap();
        assert!(waits(&ledger, w.lou, "2026-03-02").await.is_empty(), "{engine}");
        assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None, "{engine}");
        ledger.close().await;
    }
}
