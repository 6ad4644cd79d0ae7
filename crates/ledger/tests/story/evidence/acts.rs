//! What people do with one another: asks, delegations, ideas, talks, mediations, concerns in confidence.

use leadership::RequestId;
use leadership::request;
use ledger::asks::{Answer as Answered, Need, StateAvailability, Withdraw};
use ledger::concerns::{self, Close, NameConfidant, Raise, TakeUp};
use ledger::ideas::{AnswerIdea, Offer, StateDays};
use ledger::requests::{AnswerOffer, Ask, Triage};
use ledger::talks::{AnswerHeard, Call, End, Hear, TellAccount};

use super::*;
use crate::talks::one_to_one;

pub(super) const COVERS: &[&str] = &[
    "asks_answered_in_time",
    "delegations_accepted",
    "ideas_answered",
    "talks_held",
    "heard_confirmed",
    "conflicts_raised",
    "concerns_followed",
];

/// A request of Cy's to Bo, delegated to Di.
async fn delegated(ledger: &Ledger, w: &World, title: &str) -> RequestId {
    let ask = Ask { circle: w.team.to_string(), of: w.bo.to_string(), title: title.into(), ..Ask::default() };
    let request = does(ledger, w.members[0], ask).await;
    let typed = request::Typed {
        verdict: "delegate".into(),
        day: "2026-03-18".into(),
        to: w.members[1].to_string(),
        outcome: "A line that carries the scanners".into(),
        limits: "At most 200 a month".into(),
        authority: "own".into(),
        ..request::Typed::default()
    };
    does(ledger, w.bo, Triage { request, typed }).await;
    request
}

#[tokio::test]
async fn asks_delegations_and_ideas_count_once_they_are_answered_or_over() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "evidence_acts", &Clock::at("2026-03-02T08:00:00Z")).await {
        let (ledger, clock) = begins(&ledger, "2026-03-02T08:00:00Z");
        let w = world(&ledger).await;
        let (bo, cy, di) = (w.bo, w.members[0], w.members[1]);
        // Two hours of the morning: six ask, one takes it back, three are answered in time, one late, one not at all.
        let week = vec![("08:00".to_owned(), "10:00".to_owned()); 5];
        does(&ledger, bo, StateAvailability { week, within_hours: "2".into(), words: String::new() }).await;
        let mut asks = Vec::new();
        for person in w.members.iter().chain([&cy]) {
            asks.push(does(&ledger, *person, Need { whom: Some(bo), words: "Ten minutes".into() }).await);
        }
        does(&ledger, cy, Withdraw { ask: asks[5] }).await;
        // Three are delegated: one is taken, one handed back, one waits for an answer.
        let mut requests = Vec::new();
        for title in ["Taken", "Handed back", "Waits"] {
            requests.push(delegated(&ledger, &w, title).await);
        }
        does(&ledger, di, AnswerOffer { request: requests[0], takes: true, reason: String::new() }).await;
        does(&ledger, di, AnswerOffer { request: requests[1], takes: false, reason: "On leave.".into() }).await;
        // Three ideas in ten days: answered in time, late, not at all; and one of his own.
        does(&ledger, bo, StateDays { circle: Some(w.team), days: "10".into() }).await;
        let offer =
            |title: &str| Offer { circle: Some(w.team), title: title.into(), words: "It spares a call.".into() };
        let mut ideas = Vec::new();
        for title in ["In time", "Late", "Never"] {
            ideas.push(does(&ledger, cy, offer(title)).await);
        }
        does(&ledger, bo, offer("Own")).await;
        let answer = |idea| AnswerIdea { idea, answer: "accept".into(), reason: "It costs little.".into() };
        go_to(&clock, "2026-03-02T09:00:00Z");
        for ask in &asks[..3] {
            does(&ledger, bo, Answered { ask: *ask, words: "At nine.".into() }).await;
        }
        does(&ledger, bo, answer(ideas[0])).await;
        go_to(&clock, "2026-03-02T11:00:00Z");
        does(&ledger, bo, Answered { ask: asks[3], words: "Sorry.".into() }).await;
        go_to(&clock, "2026-03-13T09:00:00Z");
        does(&ledger, bo, answer(ideas[1])).await;

        check(
            engine,
            &shown(&ledger, bo, "2026-03-31").await,
            &[
                told(
                    "asks_answered_in_time",
                    3,
                    5,
                    &[
                        ("Somebody asked for them", "2026-03-02", false),
                        ("Somebody asked for them", "2026-03-02", false),
                        ("Somebody asked for them", "2026-03-02", true),
                        ("Somebody asked for them", "2026-03-02", true),
                        ("Somebody asked for them", "2026-03-02", true),
                    ],
                )
                .at_least(5),
                told(
                    "delegations_accepted",
                    1,
                    2,
                    &[
                        ("Something that was delegated", "2026-03-02", false),
                        ("Something that was delegated", "2026-03-02", true),
                    ],
                )
                .at_least(5),
                told(
                    "ideas_answered",
                    1,
                    3,
                    &[
                        ("Somebody offered an idea", "2026-03-02", false),
                        ("Somebody offered an idea", "2026-03-02", false),
                        ("Somebody offered an idea", "2026-03-02", true),
                    ],
                )
                .at_least(3),
            ],
        );
        // Those who asked, took and offered did none of it themselves.
        let theirs = shown(&ledger, cy, "2026-03-31").await;
        for question in ["asks_answered_in_time", "delegations_accepted", "ideas_answered"] {
            assert_eq!(theirs[question].n, 0, "{engine}: {question}");
        }
        ledger.close().await;
    }
}

#[tokio::test]
async fn talks_count_when_their_day_has_come_and_what_was_heard_when_it_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "evidence_talks", &Clock::at("2026-03-02T08:00:00Z")).await {
        let (ledger, clock) = begins(&ledger, "2026-03-02T08:00:00Z");
        let w = world(&ledger).await;
        let (bo, cy) = (w.bo, w.members[0]);
        let held = does(&ledger, bo, Call { held: true, ..one_to_one(cy, "2026-03-02") }).await;
        // One that is missed; two called off, by the other and by him; one whose day passes; one that is still to come.
        let mut planned = Vec::new();
        for day in ["2026-03-05", "2026-03-09", "2026-03-10", "2026-03-12", "2026-05-01"] {
            planned.push(does(&ledger, bo, one_to_one(cy, day)).await);
        }
        let hear = |words: &str| Hear { talk: Some(held), of: Some(cy), words: words.into() };
        let heard = does(&ledger, bo, hear("You want to sleep.")).await;
        does(&ledger, cy, AnswerHeard { heard, confirms: true, words: String::new() }).await;
        go_to(&clock, "2026-03-03T08:00:00Z");
        let heard = does(&ledger, bo, hear("You want money.")).await;
        does(&ledger, cy, AnswerHeard { heard, confirms: false, words: "To be warned.".into() }).await;
        go_to(&clock, "2026-03-06T08:00:00Z");
        let end = |at: usize, how: &str| End { talk: Some(planned[at]), how: how.into() };
        does(&ledger, bo, end(0, "missed")).await;
        does(&ledger, cy, end(1, "called_off")).await;
        does(&ledger, bo, end(2, "called_off")).await;
        check(
            engine,
            &shown(&ledger, bo, "2026-04-10").await,
            &[
                told(
                    "talks_held",
                    1,
                    4,
                    &[
                        ("A one-to-one", "2026-03-12", false),
                        ("A one-to-one", "2026-03-10", false),
                        ("A one-to-one", "2026-03-05", false),
                        ("A one-to-one", "2026-03-02", true),
                    ],
                )
                .at_least(5),
                told(
                    "heard_confirmed",
                    1,
                    2,
                    &[
                        ("What they heard in a talk", "2026-03-03", false),
                        ("What they heard in a talk", "2026-03-02", true),
                    ],
                )
                .at_least(5),
            ],
        );
        let theirs = shown(&ledger, cy, "2026-04-10").await;
        assert_eq!((theirs["talks_held"].n, theirs["heard_confirmed"].n), (0, 0), "{engine}: who was called and heard");
        ledger.close().await;
    }
}

#[tokio::test]
async fn of_conflicts_and_concerns_nothing_but_the_number_is_told_and_not_before_five() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "evidence_confidence", &Clock::at("2026-03-02T08:00:00Z")).await {
        let (ledger, clock) = begins(&ledger, "2026-03-02T08:00:00Z");
        let w = world(&ledger).await;
        let members = &w.members;
        let pairs = [(0, 1), (2, 3), (0, 2), (1, 3)];
        let mediated = async |one: usize, other: usize, noticed: &str| {
            let call = Call {
                kind: "mediation".into(),
                with: vec![members[one], members[other]],
                about: "Scripts at night".into(),
                planned_on: "2026-03-04".into(),
                noticed_on: noticed.into(),
                ..Call::default()
            };
            let talk = does(&ledger, w.bo, call).await;
            does(&ledger, members[one], TellAccount { talk, words: "I am woken.".into() }).await;
        };
        // Noticed three days before, and once ten.
        for (one, other) in pairs {
            mediated(one, other, "2026-02-27").await;
        }
        for person in [w.bo, members[0], w.ann] {
            let name = NameConfidant { circle: Some(w.root), person: Some(person), for_clients: false };
            does(&ledger, w.ann, name).await;
        }
        let raise = || Raise {
            to: vec![w.bo],
            about: None,
            matter: "A report that was not true".into(),
            words: "He asked me to write that the backup ran.".into(),
            named: true,
        };
        for _ in 0..4 {
            does(&ledger, members[1], raise()).await;
        }
        let di = actor(&ledger, members[1]).await;
        let all = concerns::mine(&mut ledger.read().await.unwrap(), &di).await.unwrap();
        for one in &all[..2] {
            does(&ledger, w.bo, TakeUp { concern: one.id }).await;
            does(&ledger, w.bo, Close { concern: one.id, words: "Corrected.".into() }).await;
        }
        // Four are too few: not even how many there are is told.
        let found = shown(&ledger, w.bo, "2026-04-10").await;
        check(
            engine,
            &found,
            &[told("conflicts_raised", 4, 4, &[]).at_least(5), told("concerns_followed", 2, 4, &[]).at_least(5)],
        );
        for question in ["conflicts_raised", "concerns_followed"] {
            let spec = model::EvidenceSpec {
                query: question.into(),
                minimum: 1,
                direction: model::Direction::HigherIsBetter,
                words: String::new(),
            };
            let held = found[question].held_to(&spec);
            assert_eq!((held.so, held.n, held.minimum), (0, 0, 5), "{engine}: {question}");
            assert_eq!((held.first, held.last, held.rows.len()), (None, None, 0), "{engine}: {question}");
        }
        go_to(&clock, "2026-03-03T08:00:00Z");
        mediated(4, 0, "2026-02-21").await;
        does(&ledger, members[1], raise()).await;
        let table = [told("conflicts_raised", 4, 5, &[]).at_least(5), told("concerns_followed", 2, 5, &[]).at_least(5)];
        check(engine, &shown(&ledger, w.bo, "2026-04-10").await, &table);
        // Nothing of a month that is not over.
        let table = [told("conflicts_raised", 0, 0, &[]), told("concerns_followed", 0, 0, &[])];
        check(engine, &shown(&ledger, w.bo, "2026-03-31").await, &table);
        ledger.close().await;
    }
}
