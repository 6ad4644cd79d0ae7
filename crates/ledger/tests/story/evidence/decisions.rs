//! Decisions: asked before, told, acknowledged, said back, objected to, judged.

use leadership::DecisionId;
use leadership::decision::Typed;
use ledger::args;
use ledger::decisions::back::{BackId, SayBack};
use ledger::decisions::{Answer as Replies, Ask, Review, Say, Tell, Write};
use ledger::notices::Acknowledge;

use super::*;

pub(super) const COVERS: &[&str] = &[
    "decisions_told",
    "decisions_acknowledged",
    "decisions_said_back",
    "decisions_reviewed",
    "dissent_kept",
    "options_from_others",
];

fn write(w: &World, question: &str, review_on: &str) -> Write {
    let typed = Typed {
        question: question.into(),
        purpose: "Calls that do not drop.".into(),
        option: vec!["Repair the old one".into(), "Buy the new one".into()],
        choice: "2".into(),
        because: "Repairs did not hold.".into(),
        direction: "We move in May.".into(),
        next_step: "Bo orders it.".into(),
        expected: "No call drops in June.".into(),
        review_on: review_on.into(),
        gut_percent: "60".into(),
        analysed_percent: "80".into(),
        ..Typed::default()
    };
    Write { circle: w.team.to_string(), decider: w.bo.to_string(), typed, ..Write::default() }
}

fn audience(people: &[PersonId]) -> Vec<String> {
    people.iter().map(ToString::to_string).collect()
}

/// Tells it to all five; so many of them acknowledge it.
async fn tells(ledger: &Ledger, w: &World, decision: DecisionId, acknowledge: usize) {
    let tell = Tell {
        decision: Some(decision),
        audience: audience(&w.members),
        words: "We buy it.".into(),
        ..Tell::default()
    };
    let notice = does(ledger, w.bo, tell).await;
    for person in &w.members[..acknowledge] {
        does(ledger, *person, Acknowledge { notice }).await;
    }
}

/// All five say it back, so many of them rightly.
async fn say_back(ledger: &Ledger, w: &World, decision: DecisionId, right: usize) {
    for (at, person) in w.members.iter().enumerate() {
        let mut tx = ledger.read().await.unwrap();
        let row = tx
            .one(
                "select id, place from decision_back where decision = $1 and person = $2 and answered_on is null",
                args![decision, *person],
            )
            .await
            .unwrap()
            .expect("a question");
        let question: BackId = row.id("id").unwrap();
        let place = row.int("place").unwrap();
        drop(tx);
        // Three choices: the next one is another.
        let answer = if at < right { place } else { (place + 1) % 3 };
        does(ledger, *person, SayBack { question, answer: answer.to_string() }).await;
    }
}

#[tokio::test]
async fn a_decision_counts_by_who_was_asked_and_told_and_by_what_came_of_it() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "evidence_decisions", &Clock::at("2026-03-02T08:00:00Z")).await {
        let (ledger, clock) = begins(&ledger, "2026-03-02T08:00:00Z");
        let w = world(&ledger).await;
        let (cy, di) = (w.members[0], w.members[1]);
        // The first: nobody asked, four of five acknowledge and say it back, judged on its day.
        let first = does(&ledger, w.bo, Write { decide: true, ..write(&w, "First?", "2026-03-20") }).await;
        tells(&ledger, &w, first, 4).await;
        // The second: asked before, two objections, one of them answered; three of five acknowledge, two can say it back.
        let second = does(&ledger, w.bo, write(&w, "Second?", "2026-03-25")).await;
        let ask = Ask { decision: second, until: "2026-03-05".into(), audience: audience(&[cy, di]) };
        does(&ledger, w.bo, ask).await;
        // A draft is nothing yet.
        does(&ledger, w.bo, write(&w, "Draft?", "2026-03-25")).await;
        go_to(&clock, "2026-03-03T08:00:00Z");
        for person in [cy, di] {
            let objection = Say { decision: second, objects: "yes".into(), words: "May is the busiest month.".into() };
            does(&ledger, person, objection).await;
        }
        let reply = Replies { decision: second, person: cy, words: "Then in two steps.".into(), promises: vec![] };
        does(&ledger, w.bo, reply).await;
        go_to(&clock, "2026-03-04T08:00:00Z");
        say_back(&ledger, &w, first, 4).await;
        go_to(&clock, "2026-03-06T08:00:00Z");
        let decide = Write { decision: Some(second), decide: true, ..write(&w, "Second?", "2026-03-25") };
        does(&ledger, w.bo, decide).await;
        tells(&ledger, &w, second, 3).await;
        // The third is told to nobody, and its day of review is still to come.
        does(&ledger, w.bo, Write { decide: true, ..write(&w, "Third?", "2026-06-01") }).await;
        go_to(&clock, "2026-03-09T08:00:00Z");
        say_back(&ledger, &w, second, 2).await;
        go_to(&clock, "2026-03-21T08:00:00Z");
        let review = Review {
            decision: first,
            outcome: "partly".into(),
            happened: "Two calls dropped.".into(),
            learned: String::new(),
            settled: false,
        };
        does(&ledger, w.bo, review).await;

        let found = shown(&ledger, w.bo, "2026-04-10").await;
        check(
            engine,
            &found,
            &[
                told(
                    "decisions_told",
                    2,
                    3,
                    &[("Second?", "2026-03-06", true), ("Third?", "2026-03-06", false), ("First?", "2026-03-02", true)],
                )
                .at_least(5),
                told(
                    "decisions_acknowledged",
                    1,
                    2,
                    &[("Decided: Second?", "2026-03-06", false), ("Decided: First?", "2026-03-02", true)],
                )
                .at_least(5),
                told("decisions_said_back", 1, 2, &[("Second?", "2026-03-09", false), ("First?", "2026-03-04", true)])
                    .at_least(3),
                told("decisions_reviewed", 1, 2, &[("Second?", "2026-03-25", false), ("First?", "2026-03-20", true)])
                    .at_least(3),
                told("dissent_kept", 1, 2, &[("Second?", "2026-03-03", false), ("Second?", "2026-03-03", true)])
                    .at_least(3),
                told(
                    "options_from_others",
                    1,
                    3,
                    &[
                        ("Second?", "2026-03-06", true),
                        ("Third?", "2026-03-06", false),
                        ("First?", "2026-03-02", false),
                    ],
                )
                .at_least(5),
            ],
        );
        for question in COVERS {
            for row in &found[question].rows {
                assert!(row.page.starts_with("/decisions/") && row.page.len() > 12, "{engine}: {question}");
            }
        }
        // Who was told decided nothing.
        let theirs = shown(&ledger, cy, "2026-04-10").await;
        assert!(COVERS.iter().all(|question| theirs[question].n == 0), "{engine}");
        ledger.close().await;
    }
}
