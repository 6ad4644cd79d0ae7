//! Aims said back and changed, what was asked for them, what is coming; the code; problems that were removed.

use casebook::{Act as Deed, Stage};
use leadership::aim::Resource;
use leadership::replan::Turn;
use leadership::stance::Verdict;
use ledger::aims::explain::{QuestionId, SayBack};
use ledger::aims::{horizon, resources};
use ledger::code::{Acknowledge, AllowException, EndException, Publish};
use ledger::{args, casework};

use super::*;
use crate::aims::replan;
use crate::casework::{does as writes, fix, of};

pub(super) const COVERS: &[&str] = &[
    "teach_back_answered",
    "resources_granted",
    "replans_core_held",
    "horizon_watched",
    "ethics_acknowledged",
    "exceptions_logged",
    "problems_removed",
];

/// So many members say an aim back, so many of them rightly.
async fn say_back(ledger: &Ledger, w: &World, aim: AimId, answers: usize, right: usize) {
    for (at, person) in w.members.iter().take(answers).enumerate() {
        let mut tx = ledger.read().await.unwrap();
        let row = tx
            .one(
                "select id, place from teach_back where aim = $1 and person = $2 and answered_at is null",
                args![aim, *person],
            )
            .await
            .unwrap()
            .expect("a question");
        let question: QuestionId = row.id("id").unwrap();
        let place = row.int("place").unwrap();
        drop(tx);
        let answer = if at < right { place } else { (place + 1) % 3 };
        does(ledger, *person, SayBack { question, answer: answer.to_string() }).await;
    }
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story, told in its order")]
async fn aims_count_by_what_is_said_back_granted_and_held() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "evidence_direction", &Clock::at("2026-03-02T08:00:00Z")).await {
        let (ledger, clock) = begins(&ledger, "2026-03-02T08:00:00Z");
        let w = world(&ledger).await;
        let (bo, cy) = (w.bo, w.members[0]);
        let of = |title: &str, owner| MakeAim { owner: Some(owner), ..make(w.team, AimKind::Goal, title, None) };
        let mut aims = Vec::new();
        for title in ["Most know it", "Few know it", "Three answered", "Changed"] {
            aims.push(does(&ledger, bo, of(title, bo)).await);
        }
        let theirs = does(&ledger, bo, of("Headsets", cy)).await;
        for aim in &aims[..3] {
            explained(&ledger, &w, *aim).await;
        }
        go_to(&clock, "2026-03-04T08:00:00Z");
        say_back(&ledger, &w, aims[0], 5, 4).await;
        go_to(&clock, "2026-03-05T08:00:00Z");
        say_back(&ledger, &w, aims[1], 5, 2).await;
        say_back(&ledger, &w, aims[2], 3, 3).await;

        // Asked of Bo: two granted in full, one in part, one not answered.
        let mut asked = Vec::new();
        for _ in 0..4 {
            let ask = resources::Ask {
                aim: theirs,
                kind: Resource::Funding,
                what: "Headsets".into(),
                amount: "100".into(),
                needed_by: String::new(),
                of: Some(bo),
            };
            asked.push(does(&ledger, cy, ask).await);
        }
        for (ask, amount) in asked.iter().zip(["100", "100", "40"]) {
            let grant = resources::Grant {
                ask: *ask,
                amount: amount.into(),
                by: "2026-04-01".into(),
                words: "The rest in May.".into(),
            };
            does(&ledger, bo, grant).await;
        }
        // Changed twice on the way, then turned around, then paused, which is no change of plan.
        for (day, title, turn) in [
            ("2026-03-06", "Changed once", Turn::Change),
            ("2026-03-07", "Changed twice", Turn::Change),
            ("2026-03-08", "Turned around", Turn::Reversal),
        ] {
            go_to(&clock, &format!("{day}T08:00:00Z"));
            let act = replan(&aim(&ledger, bo, aims[3]).await, title, turn, vec![cy]);
            does(&ledger, bo, aims::Replan { looked_again: true, ..act }).await;
        }
        go_to(&clock, "2026-03-09T08:00:00Z");
        moved(&ledger, &w, aims[3], AimState::Dropped).await;
        for title in ["Machines that read", "A new law", "A merger"] {
            let note = horizon::NoteSignal {
                circle: w.team,
                title: title.into(),
                source: String::new(),
                so_what: "Half of the calls.".into(),
                verdict: Verdict::Try,
                review: "2026-09-01".into(),
            };
            does(&ledger, bo, note).await;
        }
        check(
            engine,
            &shown(&ledger, bo, "2026-04-10").await,
            &[
                told(
                    "teach_back_answered",
                    1,
                    2,
                    &[("Few know it", "2026-03-05", false), ("Most know it", "2026-03-04", true)],
                )
                .at_least(5),
                told(
                    "resources_granted",
                    2,
                    3,
                    &[
                        ("Headsets", "2026-03-05", false),
                        ("Headsets", "2026-03-05", true),
                        ("Headsets", "2026-03-05", true),
                    ],
                )
                .at_least(3),
                told(
                    "replans_core_held",
                    2,
                    3,
                    &[
                        ("Turned around", "2026-03-08", false),
                        ("Changed twice", "2026-03-07", true),
                        ("Changed once", "2026-03-06", true),
                    ],
                )
                .at_least(3),
                told(
                    "horizon_watched",
                    3,
                    3,
                    &[
                        ("A merger", "2026-03-09", true),
                        ("A new law", "2026-03-09", true),
                        ("Machines that read", "2026-03-09", true),
                    ],
                )
                .at_least(3),
            ],
        );
        ledger.close().await;
    }
}

#[tokio::test]
async fn the_code_counts_by_what_was_seen_and_by_exceptions_that_end() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "evidence_code", &Clock::at("2026-03-02T08:00:00Z")).await {
        let (ledger, clock) = begins(&ledger, "2026-03-02T08:00:00Z");
        let w = world(&ledger).await;
        let publish = |circle, title: &str| Publish {
            circle: Some(circle),
            kind: "ethics".into(),
            title: title.into(),
            words: "On the same day.".into(),
            why: "Trust is lost once.".into(),
            ..Publish::default()
        };
        let mut clauses = Vec::new();
        for title in ["Seen", "Seen too", "Not seen"] {
            clauses.push(does(&ledger, w.ann, publish(w.root, title)).await);
        }
        for clause in &clauses[..2] {
            does(&ledger, w.bo, Acknowledge { clause: *clause, version: None }).await;
        }
        // His own is seen by him as he tells it.
        let own = does(&ledger, w.bo, publish(w.team, "His own")).await;
        let allow = |title: &str, until: &str| AllowException {
            clause: own,
            title: title.into(),
            reason: "Their contract asks for it.".into(),
            for_whom: "The desk".into(),
            until: until.into(),
        };
        let mut allowed = Vec::new();
        for (title, until) in [
            ("Ended in time", "2026-03-20"),
            ("Ended late", "2026-03-15"),
            ("Still holds", "2026-06-01"),
            ("Forgotten", "2026-03-20"),
        ] {
            allowed.push(does(&ledger, w.bo, allow(title, until)).await);
        }
        for (exception, day) in [(allowed[0], "2026-03-10"), (allowed[1], "2026-03-18")] {
            go_to(&clock, &format!("{day}T08:00:00Z"));
            does(&ledger, w.bo, EndException { exception, words: "It is over.".into() }).await;
        }
        check(
            engine,
            &shown(&ledger, w.bo, "2026-04-10").await,
            &[
                told(
                    "ethics_acknowledged",
                    3,
                    4,
                    &[
                        ("His own", "2026-03-02", true),
                        ("Not seen", "2026-03-02", false),
                        ("Seen", "2026-03-02", true),
                        ("Seen too", "2026-03-02", true),
                    ],
                )
                .at_least(3),
                told(
                    "exceptions_logged",
                    2,
                    4,
                    &[
                        ("Ended in time", "2026-03-02", true),
                        ("Ended late", "2026-03-02", false),
                        ("Forgotten", "2026-03-02", false),
                        ("Still holds", "2026-03-02", true),
                    ],
                )
                .at_least(1),
            ],
        );
        // While its day has not come, the forgotten one is within it.
        check(
            engine,
            &shown(&ledger, w.bo, "2026-03-20").await,
            &[told(
                "exceptions_logged",
                3,
                4,
                &[
                    ("Ended in time", "2026-03-02", true),
                    ("Ended late", "2026-03-02", false),
                    ("Forgotten", "2026-03-02", true),
                    ("Still holds", "2026-03-02", true),
                ],
            )],
        );
        ledger.close().await;
    }
}

#[tokio::test]
async fn problems_count_for_who_answered_for_them_once_the_work_record_can_tell() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "evidence_problems", &Clock::at("2026-03-02T08:00:00Z")).await {
        let w = world(&ledger).await;
        let bo = actor(&ledger, w.bo).await;
        let on = "2026-01-05".parse().unwrap();
        for at in 1..=5 {
            let act = Deed::Fixed { of: of(&format!("t{at}")), on, team: "Print".into(), what: String::new() };
            writes(&ledger, &bo, act).await.unwrap();
        }
        let fixes = [
            fix(1, w.bo, Stage::Fixed, "2026-02-15"),
            fix(2, w.bo, Stage::Fixed, "2026-02-20"),
            fix(3, w.bo, Stage::NotFixed, "2026-02-28"),
            fix(4, w.bo, Stage::Unproven, "2026-02-28"),
            fix(5, w.members[0], Stage::Fixed, "2026-02-28"),
        ];
        assert_eq!(casework::judge(&ledger, &fixes, 5).await.unwrap(), 5, "{engine}");
        check(
            engine,
            &shown(&ledger, w.bo, "2026-04-10").await,
            &[told(
                "problems_removed",
                2,
                3,
                &[
                    ("Problem 3", "2026-02-28", false),
                    ("Problem 2", "2026-02-20", true),
                    ("Problem 1", "2026-02-15", true),
                ],
            )
            .at_least(3)],
        );
        check(
            engine,
            &shown(&ledger, w.members[0], "2026-04-10").await,
            &[told("problems_removed", 1, 1, &[("Problem 5", "2026-02-28", true)]).at_least(3)],
        );
        ledger.close().await;
    }
}
