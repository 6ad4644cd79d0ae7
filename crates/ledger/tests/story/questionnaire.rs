//! The organisation's own sentences with their versions; training and self-check, for their person alone.

use leadership::questionnaire::Change;
use leadership::{CircleKind, Role};
use ledger::asks::Need;
use ledger::people::{self, Erase};
use ledger::questionnaire::{self, Add, BringBack, Questionnaire, Retire, Reword, TakeOver, Wording};
use ledger::testing::{Clock, each};
use ledger::training::{self, Answered, End, ForgetSelfCheck, KeepSelfCheck, SelfCheck, Start};
use ledger::{Ledger, Refused, args, seal};

use crate::begin::begun;
use crate::links::{actor, add, circle, root};

async fn in_use(ledger: &Ledger) -> Questionnaire {
    questionnaire::in_use(&mut ledger.read().await.unwrap()).await.unwrap()
}

fn words(text: &str) -> Wording {
    Wording {
        subordinate: format!("{text} us."),
        peer: format!("{text} me."),
        higher_up: format!("{text} the team."),
        client: format!("{text} our firm."),
        own: format!("I do so: {text}."),
    }
}

fn wrong(refused: &Result<impl Sized, Refused>, field: &str) -> String {
    match refused {
        Err(Refused::Wrong(wrongs)) => wrongs.of(field).unwrap_or_else(|| panic!("{field}: {wrongs:?}")).to_owned(),
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("{field} should be wrong"),
    }
}

#[tokio::test]
async fn each_change_is_a_whole_version_that_can_be_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "questionnaire_versions", &clock).await {
        let ann = begun(&ledger).await;
        let top = root(&ledger).await;
        let it = circle(&ledger, ann, top, CircleKind::Department, "IT").await;
        let lea = add(&ledger, ann, "Lea Day", it, Role::Administrator).await;
        let bo = add(&ledger, ann, "Bo Kim", top, Role::Administrator).await;
        let (bo_acts, lea_acts) = (actor(&ledger, bo).await, actor(&ledger, lea).await);
        let shipped = in_use(&ledger).await;
        assert_eq!((shipped.number, shipped.version()), (0, model::shipped().version.clone()), "{engine}");
        assert_eq!(shipped.by_quality().len(), 38, "every quality and outcome is asked about");

        // Who administers a department owns nothing of it.
        let act = Add { quality: "truth".into(), words: words("Warns"), why: "Ours.".into() };
        assert!(matches!(ledger.perform(&lea_acts, &act).await, Err(Refused::NotYours(_))), "{engine}");
        let retire = Retire { item: "truth-1".into(), why: "x".into() };
        assert!(matches!(ledger.perform(&lea_acts, &retire).await, Err(Refused::NotYours(_))), "{engine}");

        // What is wrong is told at its field, and makes no version.
        let bad = Add { quality: "nonsense".into(), why: " ".into(), ..act.clone() };
        let refused = ledger.perform(&bo_acts, &bad).await;
        assert!(wrong(&refused, "quality").contains("Choose") && wrong(&refused, "why").contains("empty"));
        let long = Wording { client: "x".repeat(121), peer: String::new(), ..words("Warns") };
        let refused = ledger.perform(&bo_acts, &Add { words: long, ..act.clone() }).await;
        assert!(wrong(&refused, "client").contains("121") && wrong(&refused, "peer").contains("empty"), "{engine}");
        let twice = Wording {
            peer: shipped.item("truth-1").unwrap().worded(rating::model::Role::Peer).to_uppercase(),
            ..words("x")
        };
        let refused = ledger.perform(&bo_acts, &Add { words: twice, ..act.clone() }).await;
        assert!(wrong(&refused, "peer").contains("asked already, under “Telling the truth”"), "{engine}");
        assert_eq!(in_use(&ledger).await, shipped, "{engine}: nothing was kept of all that");

        let added = ledger.perform(&bo_acts, &act).await.unwrap();
        assert_eq!(added, "truth-own-1", "{engine}");
        let first = in_use(&ledger).await;
        assert_eq!((first.version(), first.items.len()), ("1+1".into(), shipped.items.len() + 1));
        let of: Vec<&str> = first.of("truth").map(|item| item.key.as_str()).collect();
        assert_eq!(of, ["truth-1", "truth-2", "truth-3", "truth-own-1"], "{engine}: after the others of its quality");

        // Reworded over a version in which it was as it is now; not over an older one.
        clock.days(1);
        let reword = Reword { item: "truth-1".into(), over: 1, words: words("Tells"), why: "Clearer.".into() };
        assert_eq!(ledger.perform(&bo_acts, &reword).await.unwrap(), 2, "{engine}");
        let again = ledger.perform(&bo_acts, &Reword { words: words("Says"), ..reword.clone() }).await;
        assert!(matches!(again, Err(Refused::Conflict { .. })), "{engine}: somebody reworded it meanwhile");
        let same = ledger.perform(&bo_acts, &Reword { over: 2, ..reword.clone() }).await;
        assert!(wrong(&same, "").contains("Nothing was changed"), "{engine}");
        let second = in_use(&ledger).await;
        let item = second.item("truth-1").unwrap();
        assert_eq!((item.since, item.ours, item.worded(rating::model::Role::Client)), (2, true, "Tells our firm."));
        assert_eq!(second.item("truth-2").unwrap().since, 0, "{engine}: the others are as they were shipped");

        // Retired, but never the last of a quality; brought back.
        let retire = |item: &str| Retire { item: item.into(), why: "Not seen by clients.".into() };
        ledger.perform(&bo_acts, &retire("empathy-1")).await.unwrap();
        ledger.perform(&bo_acts, &retire("empathy-2")).await.unwrap();
        let last = ledger.perform(&bo_acts, &retire("empathy-3")).await;
        assert!(matches!(last, Err(Refused::Conflict { what, .. }) if what.contains("only sentence")), "{engine}");
        let outcome = ledger.perform(&bo_acts, &retire("trust-1")).await;
        assert!(matches!(outcome, Err(Refused::Conflict { .. })), "{engine}: an outcome is asked about as well");
        let reword_retired = Reword { item: "empathy-1".into(), over: 9, words: words("y"), why: "y".into() };
        assert!(matches!(ledger.perform(&bo_acts, &reword_retired).await, Err(Refused::Conflict { .. })));
        let back = BringBack { item: "empathy-1".into(), why: "Missed.".into() };
        ledger.perform(&bo_acts, &back).await.unwrap();
        assert!(matches!(ledger.perform(&bo_acts, &back).await, Err(Refused::Conflict { .. })), "{engine}");
        assert!(matches!(ledger.perform(&bo_acts, &TakeOver).await, Err(Refused::Conflict { .. })), "{engine}");
        assert!(matches!(ledger.perform(&bo_acts, &retire("no-such-item")).await, Err(Refused::NotFound)));
        let now = in_use(&ledger).await;
        assert_eq!((now.number, now.of("empathy").count()), (5, 2), "{engine}");

        // Every version is there whole, with who made it and why.
        let mut tx = ledger.read().await.unwrap();
        assert_eq!(questionnaire::whole(&mut tx, 0).await.unwrap().unwrap(), shipped, "{engine}");
        assert_eq!(questionnaire::whole(&mut tx, 1).await.unwrap().unwrap(), first, "{engine}");
        assert_eq!(questionnaire::whole(&mut tx, 2).await.unwrap().unwrap(), second, "{engine}");
        assert_eq!(questionnaire::whole(&mut tx, 6).await.unwrap(), None);
        let made = questionnaire::versions(&mut tx).await.unwrap();
        let kinds: Vec<Change> = made.iter().map(|one| one.kind).collect();
        assert_eq!(
            kinds,
            [Change::BroughtBack, Change::Retired, Change::Retired, Change::Reworded, Change::Added],
            "{engine}"
        );
        assert_eq!((made[3].by, made[3].item.as_str(), made[3].why.as_str()), (bo, "truth-1", "Clearer."));
        assert_eq!(tx.history("questionnaire", 2).await.unwrap()[0].kind, "reworded", "{engine}");
        drop(tx);

        // Whoever made versions may be erased: their words go, the sentences stay.
        ledger.perform(&actor(&ledger, ann).await, &Erase { person: bo }).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        assert!(questionnaire::versions(&mut tx).await.unwrap().iter().all(|one| one.why == seal::ERASED), "{engine}");
        assert_eq!(questionnaire::in_use(&mut tx).await.unwrap(), now, "{engine}");
        drop(tx);
        assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None, "{engine}");
        ledger.close().await;
    }
}

#[tokio::test]
async fn a_module_ends_with_an_act_of_ones_own() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "training_ends", &clock).await {
        let ann = begun(&ledger).await;
        let top = root(&ledger).await;
        let bo = add(&ledger, ann, "Bo Kim", top, Role::Member).await;
        let (ann_acts, bo_acts) = (actor(&ledger, ann).await, actor(&ledger, bo).await);
        let ask = ledger.perform(&bo_acts, &Need { whom: Some(ann), words: "What did you see?".into() }).await.unwrap();
        let end = |act: String| End { module: "self-awareness".into(), act };
        let act = format!("ask:{ask}");
        for person in [&ann_acts, &bo_acts] {
            for module in ["self-awareness", "delegation"] {
                ledger.perform(person, &Start { module: module.into() }).await.unwrap();
            }
        }
        // Another one's act is none of one's own, and neither is one that this module is not about.
        assert!(wrong(&ledger.perform(&ann_acts, &end(act.clone())).await, "act").contains("Choose"), "{engine}");
        assert!(wrong(&ledger.perform(&bo_acts, &end(format!("promise:{ask}"))).await, "act").contains("Choose"));
        assert!(wrong(&ledger.perform(&bo_acts, &end(String::new())).await, "act").contains("Choose"));
        let unknown = End { module: "nonsense".into(), act: act.clone() };
        assert!(matches!(ledger.perform(&bo_acts, &unknown).await, Err(Refused::NotFound)), "{engine}");
        let other = End { module: "delegation".into(), act: act.clone() };
        assert!(wrong(&ledger.perform(&bo_acts, &other).await, "act").contains("Choose"), "{engine}: no request");
        ledger.perform(&bo_acts, &end(act.clone())).await.unwrap();
        clock.days(1);
        ledger.perform(&bo_acts, &end(act)).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        let ended = training::ended(&mut tx, &bo_acts).await.unwrap();
        assert_eq!((ended.len(), ended["self-awareness"].at), (1, clock.now()), "{engine}");
        assert!(training::ended(&mut tx, &ann_acts).await.unwrap().is_empty(), "{engine}: nobody else sees it");
        let held = people::export(&mut tx, bo).await.unwrap().unwrap().held;
        let mine = held.iter().find(|held| held.what.starts_with("Modules that you ended")).unwrap();
        assert_eq!(mine.rows[0][..2], ["self-awareness", "ask"]);
        let began = held.iter().find(|held| held.what.starts_with("Modules that you began")).unwrap();
        assert_eq!(began.rows.len(), 2, "{engine}");
        drop(tx);
        ledger.perform(&ann_acts, &Erase { person: bo }).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        let left = tx.count("select count(*) as n from training_done", &[]).await.unwrap();
        let began = tx.count("select count(*) as n from training_begun where person = $1", args![bo]).await.unwrap();
        assert_eq!((left, began), (0, 0), "{engine}");
        drop(tx);
        ledger.close().await;
    }
}

#[tokio::test]
async fn a_self_check_is_sealed_and_opened_by_its_person_alone() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "self_check_sealed", &clock).await {
        let ann = begun(&ledger).await;
        let top = root(&ledger).await;
        let bo = add(&ledger, ann, "Bo Kim", top, Role::Leader).await;
        let (ann_acts, bo_acts) = (actor(&ledger, ann).await, actor(&ledger, bo).await);
        let check = |points| SelfCheck {
            version: "1".into(),
            answers: [("truth-1".to_owned(), Answered { quality: "truth".into(), points })].into(),
        };
        for points in [0, 6] {
            assert!(ledger.perform(&bo_acts, &KeepSelfCheck(check(points))).await.is_err(), "{engine}");
        }
        ledger.perform(&bo_acts, &KeepSelfCheck(check(2))).await.unwrap();
        clock.days(30);
        ledger.perform(&bo_acts, &KeepSelfCheck(check(4))).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        let (at, kept) = training::self_check(&mut tx, &bo_acts).await.unwrap().unwrap();
        assert_eq!((at, kept), (clock.now(), check(4)), "{engine}: the last one only");
        assert_eq!(training::self_check(&mut tx, &ann_acts).await.unwrap(), None, "{engine}: not even who administers");
        // Neither its table nor the chain holds an answer that can be read.
        let plain = tx
            .count("select count(*) as n from self_check where sealed like '%truth%' or sealed like '%points%'", &[])
            .await
            .unwrap();
        let chain =
            tx.count("select count(*) as n from event where noun = 'self_check' and body <> '{}'", &[]).await.unwrap();
        assert_eq!((plain, chain), (0, 0), "{engine}");
        assert_eq!(tx.count("select count(*) as n from self_check", &[]).await.unwrap(), 1, "{engine}");
        drop(tx);
        ledger.perform(&bo_acts, &ForgetSelfCheck).await.unwrap();
        ledger.perform(&bo_acts, &ForgetSelfCheck).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        assert_eq!(training::self_check(&mut tx, &bo_acts).await.unwrap(), None, "{engine}");
        let kinds: Vec<String> =
            tx.history("self_check", bo).await.unwrap().into_iter().map(|event| event.kind).collect();
        assert_eq!(kinds, ["kept", "kept", "forgotten"], "{engine}: forgetting nothing says nothing");
        drop(tx);
        ledger.perform(&bo_acts, &KeepSelfCheck(check(3))).await.unwrap();
        ledger.perform(&ann_acts, &Erase { person: bo }).await.unwrap();
        let left = ledger.read().await.unwrap().count("select count(*) as n from self_check", &[]).await.unwrap();
        assert_eq!(left, 0, "{engine}");
        ledger.close().await;
    }
}
