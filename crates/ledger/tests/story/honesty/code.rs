//! The code: published, acknowledged, tried on cases; newcomers are told; exceptions are open.

use leadership::circle::Actor;
use leadership::code::{Answer, Template};
use leadership::{PersonId, Role};
use ledger::code::{
    self, Acknowledge, AddCase, AddCheck, AllowException, AnswerCase, CaseId, ClauseId, EndException, Publish, Retire,
    RunChecks, TellRightThing,
};
use ledger::testing::{Clock, each};
use ledger::{Act, Ledger, LedgerError, Refused, Tx, honesty, notices};

use super::{World, actor, join, waits, world};

mod decided;

async fn published(ledger: &Ledger, w: &World) -> ClauseId {
    let act = Publish {
        circle: Some(w.root),
        kind: "ethics".into(),
        title: "Clients hear bad news first from us".into(),
        words: "Whoever finds it tells the client on the same day.".into(),
        why: "Trust is lost once.".into(),
        ..Publish::default()
    };
    ledger.perform(&actor(ledger, w.ann).await, &act).await.unwrap()
}

async fn case(ledger: &Ledger, w: &World, clause: ClauseId) -> CaseId {
    let act = AddCase {
        clause,
        story: "The backup of a client failed on Friday evening.".into(),
        choices: vec!["Tell them on Monday with the repair".into(), "Tell them now".into()],
        right: "2".into(),
        reason: "The same day means today.".into(),
    };
    ledger.perform(&actor(ledger, w.ann).await, &act).await.unwrap()
}

#[tokio::test]
async fn a_clause_is_told_to_all_and_to_who_comes_later() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "code_told", &clock).await {
        let w = world(&ledger).await;
        let clause = published(&ledger, &w).await;
        let case = case(&ledger, &w, clause).await;
        let cy = w.members[0];
        assert_eq!(
            waits(&ledger, cy, "2026-03-02").await,
            [
                "notice: Clients hear bad news first from us",
                "scenario: A short case: Clients hear bad news first from us"
            ],
            "{engine}"
        );
        // A client's people are not told and see nothing of it.
        for outsider in [w.kim, w.lou] {
            assert!(waits(&ledger, outsider, "2026-03-02").await.is_empty());
            let outsider = actor(&ledger, outsider).await;
            let mut tx = ledger.read().await.unwrap();
            assert!(code::clauses(&mut tx, &outsider).await.unwrap().is_empty());
            assert_eq!(code::get(&mut tx, &outsider, clause).await.unwrap(), None);
            drop(tx);
            assert!(matches!(ledger.perform(&outsider, &AnswerCase { case, place: 2 }).await, Err(Refused::NotFound)));
            assert!(matches!(
                ledger.perform(&outsider, &Acknowledge { clause, version: None }).await,
                Err(Refused::NotFound)
            ));
        }
        // A version that is not the present one was not read; the one that was read is acknowledged once for all.
        let read = |version| Acknowledge { clause, version };
        let early = ledger.perform(&actor(&ledger, cy).await, &read(Some(2))).await;
        assert!(matches!(early, Err(Refused::Conflict { .. })), "{engine}: {early:?}");
        for version in [Some(1), None] {
            ledger.perform(&actor(&ledger, cy).await, &read(version)).await.unwrap();
        }

        // Who joins later is told what is in force, in a circle far below; once, however many roles come.
        let new = join(&ledger, w.ann, "Hal", w.team, Role::Member).await;
        join(&ledger, w.ann, "Hal", w.root, Role::Observer).await;
        assert_eq!(waits(&ledger, new, "2026-03-02").await.len(), 2, "{engine}");
        let mut tx = ledger.read().await.unwrap();
        let about = notices::about(&mut tx, "clause", &clause.to_string()).await.unwrap();
        assert_eq!((about[0].1, about[0].2), (2, 8), "{engine}: Ann and Cy of eight with the newcomer");
        drop(tx);

        // A new version is told again, also to who had seen the first; its case is asked again.
        assert!(ledger.perform(&actor(&ledger, cy).await, &AnswerCase { case, place: 2 }).await.unwrap());
        let next = Publish {
            clause: Some(clause),
            title: "Clients hear bad news first from us".into(),
            words: "Within two hours.".into(),
            why: "Trust is lost once.".into(),
            changed: "A day was too long.".into(),
            ..Publish::default()
        };
        let Err(Refused::NotYours(_)) = ledger.perform(&actor(&ledger, cy).await, &next).await else {
            panic!("{engine}")
        };
        ledger.perform(&actor(&ledger, w.ann).await, &next).await.unwrap();
        assert_eq!(waits(&ledger, cy, "2026-03-02").await.len(), 2, "{engine}");
        let mut tx = ledger.read().await.unwrap();
        let seen = code::get(&mut tx, &actor(&ledger, cy).await, clause).await.unwrap().unwrap();
        assert_eq!((seen.version, seen.unseen), (2, true));
        assert_eq!(
            code::versions(&mut tx, &seen).await.unwrap()[1].words,
            "Whoever finds it tells the client on the same day."
        );
        drop(tx);

        ledger
            .perform(&actor(&ledger, w.ann).await, &Retire { clause, why: "Part of the contract now.".into() })
            .await
            .unwrap();
        assert_eq!(
            waits(&ledger, cy, "2026-03-02").await,
            ["notice: No longer in force: Clients hear bad news first from us"]
        );
        let late = join(&ledger, w.ann, "Ida", w.team, Role::Member).await;
        assert!(waits(&ledger, late, "2026-03-02").await.is_empty(), "{engine}: it is not in force");
        assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None);
        ledger.close().await;
    }
}

/// Erases a person as the room of access does, for this area.
struct Erase(PersonId);

#[ledger::act]
impl Act for Erase {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, _: &Actor) -> Result<(), Refused> {
        Ok(honesty::erase(tx, self.0).await?)
    }
}

#[tokio::test]
async fn answers_are_ones_own_and_the_circle_sees_a_share_from_five() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "code_answers", &clock).await {
        let w = world(&ledger).await;
        let clause = published(&ledger, &w).await;
        let case = case(&ledger, &w, clause).await;
        let ann = actor(&ledger, w.ann).await;
        let look = async |who: &Actor| {
            let mut tx = ledger.read().await.unwrap();
            let clause = code::get(&mut tx, who, clause).await.unwrap().unwrap();
            Ok::<_, LedgerError>(code::cases(&mut tx, who, &clause).await?.remove(0))
        };
        for (at, person) in w.members.iter().enumerate() {
            let seen = look(&ann).await.unwrap();
            assert_eq!((seen.share.n, seen.share.so, seen.mine), (0, 0, None), "{engine}: nothing below five");
            let right = ledger
                .perform(&actor(&ledger, *person).await, &AnswerCase { case, place: if at == 0 { 1 } else { 2 } })
                .await;
            assert_eq!(right.unwrap(), at > 0);
        }
        assert_eq!((look(&ann).await.unwrap().share.so, look(&ann).await.unwrap().share.n), (4, 5), "{engine}");
        // The sixth answer changes nothing that others see.
        clock.days(1);
        ledger.perform(&actor(&ledger, w.bo).await, &AnswerCase { case, place: 1 }).await.unwrap();
        assert_eq!(look(&ann).await.unwrap().share.shown().split(" (").next(), Some("80 %"));
        let cy = actor(&ledger, w.members[0]).await;
        let own = look(&cy).await.unwrap().mine.unwrap();
        assert_eq!((own.was_right, own.right, own.reason.as_str()), (false, 2, "The same day means today."));
        assert!(matches!(ledger.perform(&cy, &AnswerCase { case, place: 2 }).await, Err(Refused::Conflict { .. })));
        assert!(matches!(ledger.perform(&ann, &AnswerCase { case, place: 9 }).await, Err(Refused::Wrong(_))));
        // The event tells that there was an answer; which one is sealed, and gone with its person.
        let mut tx = ledger.read().await.unwrap();
        let kept = tx
            .rows("select body from event where noun = 'scenario' and kind = 'answered'", ledger::args![])
            .await
            .unwrap();
        assert!(kept.iter().all(|row| row.text("body").unwrap().contains("\"sealed\"")), "{engine}");
        drop(tx);
        ledger.perform(&ann, &Erase(w.members[0])).await.unwrap();
        assert_eq!(look(&cy).await.unwrap().mine, None, "{engine}");
        ledger.close().await;
    }
}

#[tokio::test]
async fn checks_exceptions_and_what_doing_right_cost() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "code_checks", &clock).await {
        let w = world(&ledger).await;
        let clause = published(&ledger, &w).await;
        let (ann, cy) = (actor(&ledger, w.ann).await, actor(&ledger, w.members[0]).await);
        let check = AddCheck {
            circle: Some(w.root),
            template: "purchase".into(),
            question: "Is nobody who decides paid by the seller?".into(),
            clause: Some(clause),
        };
        assert!(matches!(ledger.perform(&cy, &check).await, Err(Refused::NotYours(_))));
        let asked = ledger.perform(&ann, &check).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        let found = code::checks(&mut tx, &cy, Template::Purchase).await.unwrap();
        assert_eq!(found[0].clause.as_ref().map(|(id, _)| *id), Some(clause), "{engine}");
        assert!(code::checks(&mut tx, &cy, Template::Hiring).await.unwrap().is_empty());
        drop(tx);
        let run = |answer: &str, words: &str| RunChecks {
            circle: Some(w.team),
            template: "purchase".into(),
            noun: Some("decision".into()),
            subject: Some("d-1".into()),
            title: "New headsets".into(),
            answers: vec![(asked, answer.into(), words.into())],
        };
        let Err(Refused::Wrong(wrongs)) = ledger.perform(&cy, &run("no", "")).await else { panic!("{engine}") };
        assert!(wrongs.of(&format!("words-{asked}")).is_some());
        ledger.perform(&cy, &run("no", "My cousin sells them.")).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        let runs = code::checked(&mut tx, "decision", "d-1").await.unwrap();
        assert_eq!(runs, code::runs(&mut tx, &ann).await.unwrap());
        assert_eq!((runs[0].answers[0].1, runs[0].answers[0].2.as_str()), (Answer::No, "My cousin sells them."));
        drop(tx);

        let exception = |until: &str| AllowException {
            clause,
            title: "Harbour hears it from its own provider".into(),
            reason: "Their contract asks for it.".into(),
            for_whom: "The desk, for Harbour".into(),
            until: until.into(),
        };
        assert!(matches!(ledger.perform(&cy, &exception("2026-04-01")).await, Err(Refused::NotYours(_))));
        assert!(matches!(ledger.perform(&ann, &exception("2026-03-01")).await, Err(Refused::Wrong(_))));
        let allowed = ledger.perform(&ann, &exception("2026-04-01")).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        let open = code::exceptions(&mut tx, &cy).await.unwrap();
        assert!(open[0].is_open("2026-04-01".parse().unwrap()) && !open[0].is_open("2026-04-02".parse().unwrap()));
        assert_eq!(open[0].allowed_by, w.ann, "{engine}: everybody sees who allowed it");
        assert!(code::exceptions(&mut tx, &actor(&ledger, w.kim).await).await.unwrap().is_empty());
        let own = honesty::said_and_done(&mut tx, &ann).await.unwrap();
        assert_eq!((own.rules[0].open_exceptions, own.exceptions.len(), own.acknowledged.so), (1, 1, 1));
        drop(tx);
        ledger.perform(&ann, &EndException { exception: allowed, words: "Contract changed.".into() }).await.unwrap();

        let right = TellRightThing {
            circle: Some(w.team),
            title: "Paid back an hour too many".into(),
            words: "Harbour had not noticed.".into(),
            cost: "1.250,50".into(),
            currency: "eur".into(),
            day: "2026-03-01".into(),
            clause: Some(clause),
        };
        ledger.perform(&cy, &right).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        let found = code::right_things(&mut tx, &ann).await.unwrap();
        assert_eq!((found[0].cost_cents, found[0].currency.as_str()), (125_050, "EUR"), "{engine}");
        assert!(code::right_things(&mut tx, &actor(&ledger, w.lou).await).await.unwrap().is_empty());
        assert!(!code::exceptions(&mut tx, &cy).await.unwrap()[0].is_open("2026-03-02".parse().unwrap()));
        drop(tx);
        ledger.close().await;
    }
}
