//! Promises that follow from a decision: made with it, leading back to it.

use leadership::promise::{Intended, Origin, State as Stands, To};
use ledger::promises::{self, Give};

use super::*;

fn row(from: &str, to: &str, what: &str, due: &str) -> Intended {
    Intended { from: from.into(), to: to.into(), what: what.into(), due: due.into(), known: "It is there.".into() }
}

async fn promised(house: &House, person: PersonId, decision: DecisionId) -> Vec<promises::Promise> {
    let actor = house.actor(person).await;
    let mut tx = house.ledger.read().await.unwrap();
    promises::of_origin(&mut tx, &actor, Origin::Decision, &decision.to_string()).await.unwrap()
}

#[tokio::test]
async fn what_a_decision_promises_is_made_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "decision_promises", &clock).await {
        let house = House::of(ledger).await;
        let (bo, cy, di) = (house.desk_people[0], house.desk_people[1], house.desk_people[2]);
        let rows = [
            row("", &cy.to_string(), "Order the telephones", "2026-03-20"),
            Intended::default(),
            row(&di.to_string(), &bo.to_string(), "Move the numbers", "2026-04-20"),
        ];
        let mut act = write(&house, bo);
        act.typed = act.typed.promising(&rows);

        // A draft keeps them as they were typed, and promises nothing yet.
        let id = house.done(bo, act.clone()).await;
        let kept = house.get(bo, id).await.unwrap().form.promises;
        assert_eq!(
            kept.iter().map(|row| row.what.as_str()).collect::<Vec<_>>(),
            ["Order the telephones", "Move the numbers"]
        );
        assert!(promised(&house, bo, id).await.is_empty(), "{engine}");

        // What is wrong with one stands at its row, and then nothing is decided and nothing promised.
        let mut wrong = Write { decision: Some(id), decide: true, ..act.clone() };
        wrong.typed = wrong.typed.promising(&[
            rows[0].clone(),
            row("", "Nobody at all", "Call them", "2026-03-01"),
            row("", &bo.to_string(), "Talk to myself", "2026-03-20"),
        ]);
        let fields = house.wrong(bo, wrong).await;
        assert_eq!(fields, ["promise_to-2", "promise_to-3"], "{engine}");
        assert_eq!(house.get(bo, id).await.unwrap().state, State::Draft);
        assert!(promised(&house, bo, id).await.is_empty(), "{engine}: all of it or nothing");

        // Decided: the decider's own is made, the other's is asked of her; both lead back, in the decision's circle.
        house.done(bo, Write { decision: Some(id), decide: true, ..act }).await;
        let made = promised(&house, cy, id).await;
        let [own, asked] = made.as_slice() else { panic!("{engine}: two promises, {made:?}") };
        assert_eq!((own.from, own.to, own.terms.state), (bo, To::Person(cy), Stands::Open), "{engine}");
        assert_eq!((asked.from, asked.to, asked.terms.state), (di, To::Person(bo), Stands::Proposed), "{engine}");
        assert!(made.iter().all(|one| one.circle == house.desk && one.known == "It is there." && !one.only_sides));
        assert!(house.get(bo, id).await.unwrap().form.promises.is_empty(), "made once, not at every change");
        // One transaction: the events of both stand beside that of the decision, at the same instant.
        let mut tx = house.ledger.read().await.unwrap();
        let decided =
            tx.history("decision", id).await.unwrap().into_iter().find(|event| event.kind == "decided").unwrap();
        let promise = tx.history("promise", own.id).await.unwrap().remove(0);
        assert_eq!((decided.at, promise.kind.as_str()), (promise.at, "made"), "{engine}");
        assert_eq!(promise.body["origin_id"], id.to_string(), "{engine}");
        drop(tx);

        // Told, answered and afterwards by hand: the same.
        let tell = Tell {
            decision: Some(id),
            audience: ids(&[cy, di]),
            words: "We buy it.".into(),
            promises: vec![row("", "Service desk", "A list of what changes", "2026-03-10")],
            ..Tell::default()
        };
        let stranger = Tell { promises: vec![row("", "Nobody", "x", "2026-03-10")], ..tell.clone() };
        assert_eq!(house.wrong(bo, stranger).await, ["promise_to-1"], "{engine}");
        house.done(bo, tell).await;
        house.done(di, Say { decision: id, objects: "yes".into(), words: "Too early.".into() }).await;
        let answer = Answer {
            decision: id,
            person: di,
            words: "We begin with two.".into(),
            promises: vec![row("", &di.to_string(), "Ask again in May", "2026-05-04")],
        };
        house.done(bo, answer).await;
        let give = Give {
            whom: bo.to_string(),
            what: "Train the others".into(),
            known: "All have tried it.".into(),
            due: "2026-05-30".into(),
            decision: id.to_string(),
            ..Give::default()
        };
        assert_eq!(house.wrong(cy, Give { decision: "none".into(), ..give.clone() }).await, ["decision"], "{engine}");
        house.done(cy, give.clone()).await;
        let all: Vec<String> = promised(&house, bo, id).await.into_iter().map(|one| one.what).collect();
        assert_eq!(all.len(), 5, "{engine}: {all:?}");

        // Of a closed decision they are between their two sides, and only a person can be promised something.
        let mut closed =
            Write { decide: true, closed: true, closed_why: "A person's health.".into(), ..write(&house, bo) };
        closed.typed = closed.typed.promising(&[row("", "Service desk", "Say it to all", "2026-03-20")]);
        assert_eq!(house.wrong(bo, closed.clone()).await, ["promise_to-1"], "{engine}");
        closed.typed = closed.typed.promising(&[row("", &cy.to_string(), "Talk to her", "2026-03-20")]);
        let closed = house.done(bo, closed).await;
        assert!(promised(&house, cy, closed).await.iter().all(|one| one.only_sides));
        assert!(promised(&house, di, closed).await.is_empty(), "{engine}");
        // Nor does somebody learn of it by hanging a promise on it.
        assert_eq!(house.wrong(di, Give { decision: closed.to_string(), ..give }).await, ["decision"], "{engine}");
        assert_eq!(house.ledger.verify(|_| ()).await.unwrap().broken, None, "{engine}");
        house.ledger.close().await;
    }
}
