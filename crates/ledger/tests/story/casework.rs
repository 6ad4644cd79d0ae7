//! What people do with problems: by nobody before anybody is here, by who is signed in afterwards; the file of
//! earlier versions taken over once; verdicts on fixes kept when they turn.

use casebook::{Act as Deed, Canvas, Entry, Judged, Side, Stage};
use leadership::circle::Actor;
use leadership::decision::Typed;
use leadership::{PersonId, Role};
use ledger::casework::{self, TakeOver, Write};
use ledger::people::{self, Begin, Erase, Leave};
use ledger::testing::{Clock, each, random, sqlite};
use ledger::{Ledger, Refused, decisions, evidence, seal};

use crate::honesty::{actor, join, world};

pub fn of(id: &str) -> Side {
    Side { id: id.into(), title: format!("Problem {id}"), n: 1, tickets: vec!["desk/1".into()] }
}

fn rename(id: &str, title: &str) -> Deed {
    Deed::Rename { of: of(id), title: title.into() }
}

pub fn canvas(id: &str, canvas: Canvas) -> Deed {
    Deed::Canvas { of: of(id), canvas: Box::new(canvas) }
}

pub async fn does(ledger: &Ledger, actor: &Actor, act: Deed) -> Result<u64, Refused> {
    ledger.perform(actor, &Write { act, by: "Somebody".into(), asks: Vec::new() }).await
}

pub async fn entries(ledger: &Ledger) -> Vec<Entry> {
    casework::entries(&mut ledger.read().await.unwrap()).await.unwrap()
}

#[tokio::test]
async fn nobody_before_the_record_is_begun_and_who_is_signed_in_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "casework_who", &Clock::at("2026-03-02T08:00:00Z")).await {
        assert_eq!(does(&ledger, &Begin::nobody(), rename("t1", "Blank labels")).await.unwrap(), 1, "{engine}");
        let unnamed = Write { act: rename("t2", "x"), by: "  ".into(), asks: Vec::new() };
        assert_eq!(ledger.perform(&Begin::nobody(), &unnamed).await.unwrap(), 2);
        let undo = does(&ledger, &Begin::nobody(), Deed::Undo { entry: 9 }).await;
        assert!(matches!(undo, Err(Refused::Wrong(_))), "{engine}: there is no such entry");
        let w = world(&ledger).await;
        // From here on nobody is nobody.
        let gone = join(&ledger, w.ann, "Hal", w.team, Role::Member).await;
        let left = actor(&ledger, gone).await;
        ledger.perform(&actor(&ledger, w.ann).await, &Leave { person: gone }).await.unwrap();
        let left = people::sighted(&mut ledger.read().await.unwrap(), left.person).await.unwrap();
        for outside in [Begin::nobody(), actor(&ledger, w.kim).await, left] {
            assert!(matches!(does(&ledger, &outside, rename("t1", "y")).await, Err(Refused::NotFound)), "{engine}");
        }
        let cy = actor(&ledger, w.members[0]).await;
        assert_eq!(does(&ledger, &cy, Deed::Undo { entry: 1 }).await.unwrap(), 3);
        let all = entries(&ledger).await;
        let who: Vec<_> = all.iter().map(|entry| (entry.number, entry.person, entry.by.as_str())).collect();
        assert_eq!(who, [(1, None, "Somebody"), (2, None, ""), (3, Some(cy.person), "")], "{engine}");
        assert_eq!((all[0].act.clone(), all[2].act.clone()), (rename("t1", "Blank labels"), Deed::Undo { entry: 1 }));
        // The chain tells the same, without a name that cannot be taken out of it.
        let mut tx = ledger.read().await.unwrap();
        let told = tx.history(casework::NOUN, "t1").await.unwrap();
        let kinds: Vec<_> = told.iter().map(|event| (event.kind.as_str(), event.actor)).collect();
        assert_eq!(kinds, [("rename", None), ("undo", Some(cy.person))], "{engine}");
        assert_eq!(told[0].body["title"], "Blank labels");
        assert_eq!(told[0].body["digest"], ledger::sha256(&serde_json::to_string(&all[0].act).unwrap()));
        let named = tx.count("select count(*) as n from event where body like '%Somebody%'", &[]).await.unwrap();
        assert_eq!(named, 0, "{engine}");
        drop(tx);
        assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None, "{engine}");
        ledger.close().await;
    }
}

#[tokio::test]
async fn the_owner_may_see_the_desk_and_a_decision_is_told_to_who_sees_it() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "casework_ties", &Clock::at("2026-03-02T08:00:00Z")).await {
        let w = world(&ledger).await;
        let (ann, cy, kim) =
            (actor(&ledger, w.ann).await, actor(&ledger, w.members[0]).await, actor(&ledger, w.kim).await);
        let names: Vec<String> = casework::may_own(&mut ledger.read().await.unwrap())
            .await
            .unwrap()
            .into_iter()
            .map(|(_, name)| name)
            .collect();
        assert_eq!(names, ["Ann Lee", "Bo", "Cy", "Di", "Ed", "Flo", "Gus"], "{engine}: no client's contact");
        let owned = |owner: PersonId| canvas("t1", Canvas { owner_person: Some(owner), ..Canvas::default() });
        let wrong = does(&ledger, &ann, owned(w.kim)).await;
        assert!(matches!(wrong, Err(Refused::Wrong(wrongs)) if wrongs.of("owner_person").is_some()), "{engine}");
        does(&ledger, &ann, owned(w.members[1])).await.unwrap();
        ledger.perform(&ann, &Leave { person: w.members[1] }).await.unwrap();
        assert!(does(&ledger, &cy, owned(w.members[1])).await.is_ok(), "{engine}: who was the owner may stay named");
        // A draft of Ann's, which Cy does not see.
        let typed = Typed { question: "Which ribbon?".into(), ..Typed::default() };
        let draft = decisions::Write {
            circle: w.team.to_string(),
            decider: w.ann.to_string(),
            typed,
            ..decisions::Write::default()
        };
        let decision = ledger.perform(&ann, &draft).await.unwrap();
        let linked = |id: &str| canvas(id, Canvas { decision_of: Some(decision), ..Canvas::default() });
        let wrong = does(&ledger, &cy, linked("t1")).await;
        assert!(matches!(wrong, Err(Refused::Wrong(wrongs)) if wrongs.of("decision_of").is_some()), "{engine}");
        let told = async |actor: &Actor| {
            casework::of_decision(&mut ledger.read().await.unwrap(), actor, decision).await.unwrap()
        };
        assert!(told(&ann).await.is_empty());
        let first = does(&ledger, &ann, linked("t1")).await.unwrap();
        does(&ledger, &ann, linked("t2")).await.unwrap();
        does(&ledger, &cy, linked("t1")).await.unwrap();
        let one = |id: &str| (id.to_owned(), format!("Problem {id}"));
        assert_eq!(told(&ann).await, [one("t1"), one("t2")], "{engine}");
        assert!(told(&cy).await.is_empty() && told(&kim).await.is_empty(), "{engine}: told to who sees it alone");
        let mut tx = ledger.read().await.unwrap();
        for (actor, seen) in [(&ann, 1), (&cy, 0), (&kim, 0)] {
            let found = decisions::questions(&mut tx, actor, &[decision]).await.unwrap();
            assert_eq!(found.len(), seen, "{engine}");
        }
        drop(tx);
        does(&ledger, &ann, canvas("t1", Canvas::default())).await.unwrap();
        assert_eq!(told(&ann).await, [one("t2")], "{engine}: the newest version counts");
        let last = entries(&ledger).await.len() as u64;
        does(&ledger, &ann, Deed::Undo { entry: last }).await.unwrap();
        assert_eq!(told(&ann).await, [one("t1"), one("t2")], "{engine}: until it is undone");
        assert!(first < last);
        ledger.close().await;
    }
}

#[tokio::test]
async fn an_entry_stays_without_a_name_when_its_person_is_erased() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "casework_erased", &Clock::at("2026-03-02T08:00:00Z")).await {
        let typed = Write { act: rename("t1", "Labels"), by: "Cy".into(), asks: Vec::new() };
        ledger.perform(&Begin::nobody(), &typed).await.unwrap();
        let w = world(&ledger).await;
        let cy = actor(&ledger, w.members[0]).await;
        let owned = Canvas { owner_person: Some(cy.person), asked: "Labels".into(), ..Canvas::default() };
        does(&ledger, &cy, canvas("t1", owned)).await.unwrap();
        let mine = people::export(&mut ledger.read().await.unwrap(), cy.person).await.unwrap().unwrap();
        let rows = |what: &str| mine.held.iter().find(|held| held.what.starts_with(what)).unwrap().rows.clone();
        assert_eq!(rows("What you did with problems")[0][1..], ["canvas", "Problem t1"], "{engine}");
        assert_eq!(rows("Versions of a canvas that name you")[0][1], "Problem t1");
        ledger.perform(&actor(&ledger, w.ann).await, &Erase { person: cy.person }).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        assert_eq!(casework::names(&mut tx).await.unwrap()[&cy.person], seal::ERASED, "{engine}");
        let found = casework::entries(&mut tx).await.unwrap();
        assert_eq!((found.len(), found[0].by.as_str()), (2, seal::ERASED), "{engine}: also where it was typed");
        assert!(matches!(&found[1].act, Deed::Canvas { canvas, .. } if canvas.asked == "Labels"), "{engine}");
        drop(tx);
        assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None, "{engine}");
        ledger.close().await;
    }
}

/// Entries as the file of an earlier version has them.
fn file(acts: Vec<Deed>) -> Vec<Entry> {
    let at = |n: u64| format!("2026-01-0{n}T12:00:00.123456Z").parse().unwrap();
    (1..).zip(acts).map(|(number, act)| Entry { number, at: at(number), person: None, by: "Ada".into(), act }).collect()
}

#[tokio::test]
async fn a_file_is_taken_over_once_whatever_happens_in_between() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "casework_taken", &Clock::at("2026-03-02T08:00:00Z")).await {
        let mut lines = file(vec![rename("t1", "A"), rename("t1", "B"), Deed::Undo { entry: 2 }]);
        let nobody = Begin::nobody();
        let take = async |lines: &[Entry]| ledger.perform(&nobody, &TakeOver { entries: lines }).await.unwrap();
        assert_eq!(take(&lines[..2]).await, 2, "{engine}");
        // The program died before the file was set aside, and an earlier version went on writing.
        assert_eq!(take(&lines).await, 1, "{engine}");
        assert_eq!(take(&lines).await, 0, "{engine}");
        let kept = entries(&ledger).await;
        for (kept, line) in kept.iter().zip(&lines) {
            assert_eq!((kept.number, &kept.by, &kept.act), (line.number, &line.by, &line.act), "{engine}");
            assert_eq!(kept.at.as_millisecond(), line.at.as_millisecond());
        }
        assert_eq!(kept.len(), 3);
        let w = world(&ledger).await;
        let last = does(&ledger, &actor(&ledger, w.ann).await, rename("t2", "C")).await.unwrap();
        // Another file, put there later: its numbers follow those that are taken, and so does what it undoes.
        lines = file(vec![rename("t3", "D"), Deed::Undo { entry: 1 }]);
        for line in &mut lines {
            line.at += jiff::SignedDuration::from_hours(24);
        }
        assert_eq!(take(&lines).await, 2, "{engine}");
        let kept = entries(&ledger).await;
        assert_eq!(kept[4].act, rename("t3", "D"), "{engine}");
        assert_eq!((kept[5].number, &kept[5].act), (last + 2, &Deed::Undo { entry: last + 1 }), "{engine}");
        let mut tx = ledger.read().await.unwrap();
        let told = tx.history(casework::NOUN, "").await.unwrap();
        let taken: Vec<_> = told.iter().map(|event| event.body["entries"].as_u64().unwrap()).collect();
        assert_eq!(taken, [2, 1, 2], "{engine}: each time in the chain");
        drop(tx);
        assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None, "{engine}");
        ledger.close().await;
    }
}

pub fn fix(entry: u64, owner: PersonId, stage: Stage, day: &str) -> Judged {
    Judged {
        entry,
        problem: format!("t{entry}"),
        title: format!("Problem {entry}"),
        owner: Some(owner),
        team: "Print".into(),
        on: "2026-01-05".parse().unwrap(),
        stage,
        day: day.parse().unwrap(),
        figures: format!("Up to {day}: 40 before, 6 after."),
    }
}

#[tokio::test]
async fn a_verdict_is_kept_when_it_is_reached_and_when_it_turns() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "casework_judged", &Clock::at("2026-03-02T08:00:00Z")).await {
        let w = world(&ledger).await;
        let (bo, cy) = (actor(&ledger, w.bo).await, w.members[0]);
        let on = "2026-01-05".parse().unwrap();
        for at in 1..=3 {
            let act = Deed::Fixed { of: of(&format!("t{at}")), on, team: "Print".into(), what: String::new() };
            assert_eq!(does(&ledger, &bo, act).await.unwrap(), at);
        }
        let judge = async |fixes: &[Judged], known| casework::judge(&ledger, fixes, known).await.unwrap();
        let first = [
            fix(1, cy, Stage::Unproven, "2026-02-01"),
            fix(2, cy, Stage::NotFixed, "2026-02-01"),
            fix(3, w.bo, Stage::Fixed, "2026-02-01"),
        ];
        assert_eq!(judge(&first, 2).await, 0, "{engine}: somebody acted while it was worked out");
        assert_eq!(judge(&first, 3).await, 3, "{engine}");
        let evidence = async || {
            let mut tx = ledger.read().await.unwrap();
            let found = evidence::gather(&mut tx, &[cy, w.bo], "2026-03-02".parse().unwrap(), 5).await.unwrap();
            [cy, w.bo].map(|person| {
                let found = &found[&person]["problems_removed"];
                let pages: Vec<String> = found.rows.iter().map(|row| row.page.clone()).collect();
                (found.so, found.n, pages)
            })
        };
        let told = |so, n, pages: &[&str]| (so, n, pages.iter().map(|page| (*page).to_owned()).collect::<Vec<_>>());
        // What is unproven counts for nothing; of who made the fix nothing is told.
        assert_eq!(evidence().await, [told(0, 1, &["/problems/t2"]), told(1, 1, &["/problems/t3"])], "{engine}");
        let later = [
            fix(1, cy, Stage::Fixed, "2026-02-15"),
            fix(2, cy, Stage::NotFixed, "2026-02-28"),
            fix(3, w.bo, Stage::Fixed, "2026-02-28"),
        ];
        assert_eq!(judge(&later, 3).await, 1, "{engine}: the same verdict with more weeks is not another");
        let kept = casework::judged(&mut ledger.read().await.unwrap()).await.unwrap();
        assert_eq!((&kept[0], &kept[1], &kept[2]), (&later[0], &first[1], &first[2]), "{engine}");
        assert_eq!(evidence().await[0], told(1, 2, &["/problems/t1", "/problems/t2"]), "{engine}");
        // It comes back, and the owner hands it on; one mark is undone.
        does(&ledger, &bo, Deed::Undo { entry: 2 }).await.unwrap();
        let last = [fix(1, w.bo, Stage::Reopened, "2026-03-01"), first[2].clone()];
        assert_eq!(judge(&last, 4).await, 2, "{engine}");
        assert_eq!(judge(&last, 4).await, 0, "{engine}");
        assert_eq!(evidence().await, [told(0, 0, &[]), told(1, 2, &["/problems/t1", "/problems/t3"])], "{engine}");
        let mut tx = ledger.read().await.unwrap();
        let told: Vec<String> = tx
            .history(casework::NOUN, "t1")
            .await
            .unwrap()
            .iter()
            .filter(|event| event.kind == "judged")
            .map(|event| event.body["verdict"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(told, ["unproven", "fixed", "reopened"], "{engine}: the chain has each");
        assert_eq!(tx.history(casework::NOUN, "t2").await.unwrap().last().unwrap().kind, "no_longer_judged");
        let mine = people::export(&mut tx, w.bo).await.unwrap().unwrap();
        let held = mine.held.iter().find(|held| held.what.starts_with("Fixes of problems")).unwrap();
        assert_eq!(held.rows.len(), 2, "{engine}");
        drop(tx);
        assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None, "{engine}");
        ledger.close().await;
    }
}

#[tokio::test]
async fn a_backup_takes_them_along() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    let ledger = sqlite(folder.path(), &clock).await;
    let w = world(&ledger).await;
    let bo = actor(&ledger, w.bo).await;
    let owned = Canvas { owner_person: Some(w.bo), ..Canvas::default() };
    does(&ledger, &bo, canvas("t1", owned)).await.unwrap();
    let fixed =
        Deed::Fixed { of: of("t1"), on: "2026-01-05".parse().unwrap(), team: "Print".into(), what: String::new() };
    does(&ledger, &bo, fixed).await.unwrap();
    casework::judge(&ledger, &[fix(2, w.bo, Stage::Fixed, "2026-02-01")], 2).await.unwrap();
    let mut file = Vec::new();
    ledger.backup(&mut file, |_, _| ()).await.unwrap();
    let url = format!("sqlite:{}", folder.path().join("other.sqlite").display());
    let (other, _) = ledger::backup::restore(&url, clock.handed_in(), random(2), &file[..], |_, _| ()).await.unwrap();
    assert_eq!(entries(&other).await, entries(&ledger).await);
    let (mut one, mut two) = (ledger.read().await.unwrap(), other.read().await.unwrap());
    assert_eq!(casework::judged(&mut one).await.unwrap(), casework::judged(&mut two).await.unwrap());
}
