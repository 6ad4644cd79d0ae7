//! Promises kept, told anew and broken; bad news early and late; thanks that were given.

use leadership::promise::Act as Step;
use leadership::status::Colour;
use leadership::{CircleId, PromiseId};
use ledger::growth::{Note, Withdraw};
use ledger::promises::{Give, Take};
use ledger::status::{Open, State};
use ledger::thanks;

use super::*;

pub(super) const COVERS: &[&str] = &["promises_kept", "promises_renegotiated_early", "bad_news_early", "thanks_given"];

async fn gives(ledger: &Ledger, w: &World, what: &str) -> PromiseId {
    let give = Give {
        whom: w.members[0].to_string(),
        what: what.into(),
        known: "It can be seen.".into(),
        due: "2026-03-20".into(),
        ..Give::default()
    };
    does(ledger, w.bo, give).await
}

async fn takes(ledger: &Ledger, by: PersonId, promise: PromiseId, act: Step, day: &str) {
    let why = if matches!(act, Step::Warn | Step::AskDay) { "The supplier is late." } else { "" };
    does(ledger, by, Take { promise, act, day: day.into(), why: why.into() }).await;
}

async fn opens(ledger: &Ledger, by: PersonId, circle: CircleId) -> ledger::status::LineId {
    let open = Open {
        noun: "circle".into(),
        title: "The move".into(),
        circle: Some(circle),
        due: "2026-03-30".into(),
        ..Open::default()
    };
    does(ledger, by, open).await
}

#[tokio::test]
async fn promises_and_bad_news_count_by_how_they_ended_and_when_they_were_told() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "evidence_promises", &Clock::at("2026-03-02T08:00:00Z")).await {
        let (ledger, clock) = begins(&ledger, "2026-03-02T08:00:00Z");
        let w = world(&ledger).await;
        let (bo, cy) = (w.bo, w.members[0]);
        let mut made = Vec::new();
        for what in ["Kept one", "Kept two", "Kept three", "Broken", "Anew", "Late", "Open"] {
            made.push(gives(&ledger, &w, what).await);
        }
        let line = opens(&ledger, bo, w.team).await;
        let says = async |colour: Colour, due: &str| {
            let state = State {
                line: Some(line),
                colour: colour.name().into(),
                words: "As it is.".into(),
                due: due.into(),
                reads: Vec::new(),
            };
            does(&ledger, bo, state).await;
        };
        go_to(&clock, "2026-03-05T08:00:00Z");
        for kept in &made[..3] {
            takes(&ledger, cy, *kept, Step::Keep, "").await;
        }
        go_to(&clock, "2026-03-06T08:00:00Z");
        takes(&ledger, bo, made[3], Step::Warn, "").await;
        takes(&ledger, bo, made[4], Step::AskDay, "2026-04-01").await;
        takes(&ledger, cy, made[4], Step::Agree, "").await;
        // That all is well is no bad news.
        says(Colour::OnCourse, "2026-03-30").await;
        go_to(&clock, "2026-03-10T08:00:00Z");
        says(Colour::AtRisk, "2026-03-30").await;
        go_to(&clock, "2026-03-21T08:00:00Z");
        takes(&ledger, bo, made[5], Step::Warn, "").await;
        go_to(&clock, "2026-03-22T08:00:00Z");
        takes(&ledger, cy, made[3], Step::Break, "").await;
        takes(&ledger, cy, made[5], Step::KeepLate, "").await;
        go_to(&clock, "2026-03-25T08:00:00Z");
        takes(&ledger, cy, made[4], Step::Keep, "").await;
        go_to(&clock, "2026-04-02T08:00:00Z");
        says(Colour::OffCourse, "2026-04-20").await;

        check(
            engine,
            &shown(&ledger, bo, "2026-04-10").await,
            &[
                told(
                    "promises_kept",
                    4,
                    6,
                    &[
                        ("Anew", "2026-03-25", true),
                        ("Broken", "2026-03-22", false),
                        ("Late", "2026-03-22", false),
                        ("Kept one", "2026-03-05", true),
                        ("Kept three", "2026-03-05", true),
                        ("Kept two", "2026-03-05", true),
                    ],
                )
                .at_least(5),
                told(
                    "promises_renegotiated_early",
                    2,
                    3,
                    &[("Anew", "2026-03-25", true), ("Broken", "2026-03-22", true), ("Late", "2026-03-22", false)],
                )
                .at_least(3),
                told(
                    "bad_news_early",
                    3,
                    5,
                    &[
                        ("The move", "2026-04-02", false),
                        ("Anew", "2026-04-01", true),
                        ("Late", "2026-03-21", false),
                        ("The move", "2026-03-10", true),
                        ("Broken", "2026-03-06", true),
                    ],
                )
                .at_least(3),
            ],
        );
        // Before the first was closed nothing was: below the minimum nothing is said. Whose they are not has none.
        check(engine, &shown(&ledger, bo, "2026-03-04").await, &[told("promises_kept", 0, 0, &[]).at_least(5)]);
        check(
            engine,
            &shown(&ledger, cy, "2026-04-10").await,
            &[told("promises_kept", 0, 0, &[]), told("bad_news_early", 0, 0, &[])],
        );
        ledger.close().await;
    }
}

#[tokio::test]
async fn thanks_and_good_things_noted_count_until_they_are_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "evidence_thanks", &Clock::at("2026-03-05T08:00:00Z")).await {
        let (ledger, clock) = begins(&ledger, "2026-03-05T08:00:00Z");
        let w = world(&ledger).await;
        let give = |to| thanks::Give {
            to: Some(to),
            words: "You stayed.".into(),
            difference: "Nobody waited.".into(),
            aim: String::new(),
        };
        let note = |about, lacking| Note {
            about: Some(about),
            quality: "truth".into(),
            lacking,
            seen_on: "2026-03-05".into(),
            words: "They said it at once.".into(),
            effect: "We had a day.".into(),
        };
        let back = does(&ledger, w.bo, give(w.members[2])).await;
        does(&ledger, w.bo, thanks::TakeBack { thanks: back }).await;
        does(&ledger, w.bo, give(w.members[0])).await;
        does(&ledger, w.bo, note(w.members[0], false)).await;
        does(&ledger, w.bo, note(w.members[1], true)).await;
        let observation = does(&ledger, w.bo, note(w.members[1], false)).await;
        does(&ledger, w.bo, Withdraw { observation }).await;
        go_to(&clock, "2026-03-06T08:00:00Z");
        does(&ledger, w.bo, give(w.members[1])).await;
        check(
            engine,
            &shown(&ledger, w.bo, "2026-03-31").await,
            &[told(
                "thanks_given",
                3,
                3,
                &[
                    ("Service desk", "2026-03-06", true),
                    ("Service desk", "2026-03-05", true),
                    ("Something good, noted with its difference", "2026-03-05", true),
                ],
            )
            .at_least(3)],
        );
        check(
            engine,
            &shown(&ledger, w.bo, "2026-03-05").await,
            &[told(
                "thanks_given",
                2,
                2,
                &[
                    ("Service desk", "2026-03-05", true),
                    ("Something good, noted with its difference", "2026-03-05", true),
                ],
            )
            .at_least(3)],
        );
        assert_eq!(shown(&ledger, w.members[0], "2026-03-31").await["thanks_given"].n, 0, "{engine}: who got them");
        ledger.close().await;
    }
}
