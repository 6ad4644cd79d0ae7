//! Questions of the code at decisions: answered with them, open where nobody did, exceptions in the open.

use leadership::DecisionId;
use leadership::decision::Typed;
use ledger::code::RetireCheck;
use ledger::decisions::Write;

use super::*;

fn write(w: &World, template: &str, decider: PersonId) -> Write {
    Write {
        circle: w.team.to_string(),
        decider: decider.to_string(),
        template: template.into(),
        decide: true,
        typed: Typed {
            question: "Which headsets?".into(),
            purpose: "To hear one another.".into(),
            option: vec!["The light ones".into()],
            choice: "1".into(),
            direction: "Light.".into(),
            next_step: "Bo orders.".into(),
            expected: "Nobody asks for others.".into(),
            review_on: "2026-07-01".into(),
            gut_percent: "70".into(),
            ..Typed::default()
        },
        ..Write::default()
    }
}

async fn answers(ledger: &Ledger, w: &World, kind: Template, decision: DecisionId) -> Vec<Option<Answer>> {
    let mut tx = ledger.read().await.unwrap();
    let all = code::applied(&mut tx, w.team, kind, decision).await.unwrap();
    all.into_iter().map(|one| one.last.map(|last| last.answer)).collect()
}

#[tokio::test]
async fn a_decision_answers_the_code_or_leaves_a_gap() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "code_decided", &clock).await {
        let w = world(&ledger).await;
        let clause = published(&ledger, &w).await;
        let (ann, bo, cy, kim) = (
            actor(&ledger, w.ann).await,
            actor(&ledger, w.bo).await,
            actor(&ledger, w.members[0]).await,
            actor(&ledger, w.kim).await,
        );
        // Before a question hangs there, nothing applies and nothing is missing.
        ledger.perform(&bo, &write(&w, "purchase", w.bo)).await.unwrap();
        clock.days(1);
        let hang = async |circle, question: &str, clause| {
            let act = AddCheck { circle: Some(circle), template: "purchase".into(), question: question.into(), clause };
            let id = ledger.perform(&ann, &act).await.unwrap();
            clock.days(1);
            id
        };
        let paid = hang(w.root, "Is nobody who decides paid by the seller?", Some(clause)).await;
        let offers = hang(w.team, "Were two offers asked for?", None).await;

        // What needs a sentence says so, and then nothing is decided.
        let mut act = Write { checks: vec![(offers, "no".into(), " ".into())], ..write(&w, "purchase", w.bo) };
        let Err(Refused::Wrong(wrongs)) = ledger.perform(&bo, &act).await else { panic!("{engine}") };
        assert_eq!(wrongs.0[0].field, format!("words-{offers}"));
        act.checks[0].2 = "One seller only.".into();
        let id = ledger.perform(&bo, &act).await.unwrap();
        assert_eq!(answers(&ledger, &w, Template::Purchase, id).await, [None, Some(Answer::No)], "{engine}: a gap");
        let mut tx = ledger.read().await.unwrap();
        let open = code::unmet(&mut tx, &cy).await.unwrap();
        assert_eq!(open[0].decision, Some((id, "Which headsets?".to_owned())), "{engine}");
        assert_eq!((open[0].reason.as_str(), open[0].person, open.len()), ("One seller only.", w.bo, 1));
        assert!(code::unmet(&mut tx, &kim).await.unwrap().is_empty(), "{engine}: not for clients");
        let share = code::missing(&mut tx, &cy).await.unwrap();
        assert_eq!((share.so, share.n), (1, 1), "{engine}: of those to which one applied when they were made");
        drop(tx);

        // The same answer once more keeps nothing; another one stands in its place, and the gap closes.
        act.decision = Some(id);
        act.decide = false;
        (act.typed.because, act.changed, act.changed_why) = ("Light.".into(), "Why.".into(), "It was missing.".into());
        ledger.perform(&bo, &act).await.unwrap();
        let runs =
            async || code::checked(&mut ledger.read().await.unwrap(), "decision", &id.to_string()).await.unwrap();
        assert_eq!(runs().await.len(), 1, "{engine}");
        clock.days(1);
        act.checks = vec![(offers, "yes".into(), String::new()), (paid, "yes".into(), String::new())];
        ledger.perform(&bo, &act).await.unwrap();
        assert_eq!(runs().await.len(), 2);
        assert_eq!(
            answers(&ledger, &w, Template::Purchase, id).await,
            [Some(Answer::Yes), Some(Answer::Yes)],
            "{engine}"
        );
        let mut tx = ledger.read().await.unwrap();
        assert!(code::unmet(&mut tx, &cy).await.unwrap().is_empty(), "{engine}: it stands no more");
        let share = code::missing(&mut tx, &cy).await.unwrap();
        assert_eq!((share.so, share.n), (0, 1), "{engine}");
        drop(tx);

        // By template: a decision of another kind is asked nothing. Of a closed one the circle reads no word.
        let hiring = ledger.perform(&bo, &write(&w, "hiring", w.bo)).await.unwrap();
        assert!(answers(&ledger, &w, Template::Hiring, hiring).await.is_empty(), "{engine}");
        let closed = Write {
            closed: true,
            closed_why: "A person's health.".into(),
            checks: vec![(offers, "no".into(), "Only his doctor's.".into())],
            ..write(&w, "purchase", w.bo)
        };
        ledger.perform(&bo, &closed).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        let open = code::unmet(&mut tx, &cy).await.unwrap();
        assert_eq!((open.len(), &open[0].decision, open[0].reason.as_str()), (1, &None, ""), "{engine}");
        assert!(code::runs(&mut tx, &cy).await.unwrap().iter().all(|run| !run.title.contains("closed")));
        let titles: Vec<String> = code::runs(&mut tx, &cy).await.unwrap().into_iter().map(|run| run.title).collect();
        assert!(titles.contains(&"A decision".to_owned()), "{engine}: {titles:?}");
        let share = code::missing(&mut tx, &cy).await.unwrap();
        assert_eq!((share.so, share.n), (1, 2), "{engine}: closed ones are counted");
        // Beside what they say counts each sees their own decisions, and nobody else's.
        let own = ledger::honesty::said_and_done(&mut tx, &bo).await.unwrap();
        assert_eq!((own.code_answered.so, own.code_answered.n), (1, 2), "{engine}");
        assert_eq!((own.clauses_named.so, own.clauses_named.n), (0, 4), "{engine}");
        let none = ledger::honesty::said_and_done(&mut tx, &cy).await.unwrap();
        assert_eq!((none.code_answered.n, none.clauses_named.n), (0, 0), "{engine}");
        drop(tx);
        let mut named = write(&w, "hiring", w.bo);
        named.typed.ethics = "Bad news first: the one who is not chosen hears it from us.".into();
        ledger.perform(&bo, &named).await.unwrap();
        let own = ledger::honesty::said_and_done(&mut ledger.read().await.unwrap(), &bo).await.unwrap();
        assert_eq!((own.clauses_named.so, own.clauses_named.n), (1, 5), "{engine}");
        // What hangs there no more is no gap of what comes later.
        clock.days(1);
        for check in [paid, offers] {
            ledger.perform(&ann, &RetireCheck { check }).await.unwrap();
        }
        clock.days(1);
        let later = ledger.perform(&bo, &write(&w, "purchase", w.bo)).await.unwrap();
        assert!(answers(&ledger, &w, Template::Purchase, later).await.is_empty(), "{engine}");
        let share = code::missing(&mut ledger.read().await.unwrap(), &cy).await.unwrap();
        assert_eq!(share.n, 2, "{engine}");
        ledger.close().await;
    }
}
