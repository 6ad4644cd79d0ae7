//! What the record shows of a person's own acts: questions with their values and their rows, after acts that can be
//! counted by hand.

use leadership::aim::{AimKind, AimState};
use leadership::profile::Unit;
use leadership::teach::Way;
use leadership::{AimId, PersonId};
use ledger::aims::{self, MakeAim, MoveAim, explain};
use ledger::evidence::{self, Answers, Found};
use ledger::people::Begin;
use ledger::pulses::{self, Answer, Reply, Set, Sweep};
use ledger::testing::{Clock, each};
use ledger::{Act, Ledger};

use crate::aims::make;
use crate::honesty::{World, actor, world};

/// Does an act that is not refused.
async fn does<A: Act>(ledger: &Ledger, by: PersonId, act: A) -> A::Done {
    ledger.perform(&actor(ledger, by).await, &act).await.unwrap()
}

mod acts;
mod decisions;
mod direction;
mod promises;

/// What one question should give.
struct Told {
    question: &'static str,
    /// The least that the model asks for; `None` where another story says it.
    minimum: Option<u64>,
    so: u64,
    n: u64,
    /// Title, day, and whether it counts toward the share; newest first.
    rows: &'static [(&'static str, &'static str, bool)],
}

const fn told(question: &'static str, so: u64, n: u64, rows: &'static [(&'static str, &'static str, bool)]) -> Told {
    Told { question, minimum: None, so, n, rows }
}

impl Told {
    /// With the least number of acts that the model asks for before anything is said.
    const fn at_least(self, minimum: u64) -> Self {
        Self { minimum: Some(minimum), ..self }
    }
}

/// Holds what was found to every place of the model that asks for it.
fn held(engine: &str, told: &Told, found: &Found) {
    let Some(minimum) = told.minimum else { return };
    let specs = model::shipped().qualities.iter().filter_map(|quality| match &quality.evidence {
        model::Evidence::Queries(specs) => Some(specs),
        model::Evidence::None { .. } => None,
    });
    let all: Vec<_> =
        specs.flatten().filter(|spec| spec.query == told.question).map(|spec| found.held_to(spec)).collect();
    let least = all.iter().map(|one| one.minimum).min();
    assert_eq!(least, Some(minimum), "{engine}: {}: the least that the model asks for", told.question);
    for one in all {
        if told.n < one.minimum {
            assert!(one.shown().starts_with("not enough to say yet"), "{engine}: {}", one.shown());
            assert_eq!((one.share(), one.speaks_for()), (None, None), "{engine}: {}", told.question);
        } else {
            assert_eq!((one.so, one.n), (told.so, told.n), "{engine}: {}", told.question);
            let figure = format!("({} of {}; 90 % interval ", told.so, told.n);
            let told_so = match one.unit {
                Unit::Share => one.shown().contains(&figure),
                Unit::Count => one.shown() == told.n.to_string(),
            };
            assert!(told_so, "{engine}: {}: {}", told.question, one.shown());
        }
    }
}

fn check(engine: &str, answers: &Answers, table: &[Told]) {
    for told in table {
        let found = &answers[told.question];
        held(engine, told, found);
        assert_eq!((found.so, found.n), (told.so, told.n), "{engine}: {} {:?}", told.question, found.rows);
        let days: Vec<String> = found.rows.iter().map(|row| row.day.to_string()).collect();
        let mut rows: Vec<_> =
            found.rows.iter().zip(&days).map(|(row, day)| (row.title.as_str(), day.as_str(), row.so)).collect();
        // Rows of one day have no order among them.
        rows.sort_by(|a, b| b.1.cmp(a.1).then(a.cmp(b)));
        assert_eq!(rows, told.rows, "{engine}: {}", told.question);
        assert!(days.is_sorted_by(|a, b| a >= b), "{engine}: {}: newest first", told.question);
    }
}

async fn shown(ledger: &Ledger, person: PersonId, until: &str) -> Answers {
    let mut tx = ledger.read().await.unwrap();
    evidence::gather(&mut tx, &[person], until.parse().unwrap(), 12).await.unwrap().remove(&person).unwrap()
}

/// A ledger whose clock begins at an instant, whatever stories were told before.
fn begins(ledger: &Ledger, at: &str) -> (Ledger, Clock) {
    let clock = Clock::at(at);
    (ledger.at(clock.handed_in()), clock)
}

fn go_to(clock: &Clock, at: &str) {
    clock.advance(at.parse::<jiff::Timestamp>().unwrap().duration_since(clock.now()));
}

async fn aim(ledger: &Ledger, by: PersonId, id: AimId) -> aims::Aim {
    let by = actor(ledger, by).await;
    aims::get(&mut ledger.read().await.unwrap(), &by, id).await.unwrap().unwrap()
}

async fn explained(ledger: &Ledger, w: &World, aim: AimId) {
    let words = "So that nobody waits.".to_owned();
    does(ledger, w.bo, explain::Explain { aim, circle: w.team, way: Way::Meeting, words }).await;
}

async fn moved(ledger: &Ledger, w: &World, id: AimId, to: AimState) {
    let version = aim(ledger, w.bo, id).await.version;
    does(ledger, w.bo, MoveAim { aim: id, version, to, because: "It is so.".into(), looked_again: false }).await;
}

#[tokio::test]
async fn an_aim_of_years_ago_counts_while_it_is_live_and_is_explained() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "evidence_aims", &Clock::at("2024-03-01T08:00:00Z")).await {
        let (ledger, clock) = begins(&ledger, "2024-03-01T08:00:00Z");
        let w = world(&ledger).await;
        let of = |kind, title: &str, serves| MakeAim { owner: Some(w.bo), ..make(w.team, kind, title, serves) };
        let old = does(&ledger, w.bo, of(AimKind::Goal, "Old", None)).await;
        let linked = MakeAim { picture: "No queue.".into(), ..of(AimKind::Strategy, "Linked", Some(old)) };
        let linked = does(&ledger, w.bo, linked).await;
        let dropped = does(&ledger, w.bo, of(AimKind::Goal, "Dropped long ago", None)).await;
        let reached = does(&ledger, w.bo, of(AimKind::Goal, "Reached", None)).await;
        explained(&ledger, &w, old).await;
        go_to(&clock, "2024-06-01T08:00:00Z");
        moved(&ledger, &w, dropped, AimState::Dropped).await;
        go_to(&clock, "2025-10-01T08:00:00Z");
        explained(&ledger, &w, linked).await;
        go_to(&clock, "2025-12-01T08:00:00Z");
        moved(&ledger, &w, reached, AimState::Reached).await;
        go_to(&clock, "2026-02-20T08:00:00Z");
        does(&ledger, w.bo, of(AimKind::Goal, "New", None)).await;
        go_to(&clock, "2026-02-25T08:00:00Z");
        explained(&ledger, &w, old).await;
        go_to(&clock, "2026-03-04T08:00:00Z");
        does(&ledger, w.bo, of(AimKind::Goal, "Made after that day", None)).await;

        check(
            engine,
            &shown(&ledger, w.bo, "2026-03-02").await,
            &[
                told(
                    "aims_explained",
                    1,
                    3,
                    &[("New", "2026-03-02", false), ("Old", "2026-02-25", true), ("Linked", "2025-10-01", false)],
                )
                .at_least(3),
                told(
                    "goals_linked",
                    1,
                    4,
                    &[
                        ("Linked", "2026-03-02", true),
                        ("New", "2026-03-02", false),
                        ("Old", "2026-03-02", false),
                        ("Reached", "2025-12-01", false),
                    ],
                )
                .at_least(3),
                told(
                    "aims_with_why",
                    1,
                    4,
                    &[
                        ("Linked", "2026-03-02", true),
                        ("New", "2026-03-02", false),
                        ("Old", "2026-03-02", false),
                        ("Reached", "2025-12-01", false),
                    ],
                )
                .at_least(3),
                // Reached and dropped are no changes of plan.
                told("replans_core_held", 0, 0, &[]),
            ],
        );
        // As it was seen before the old one was explained again: for two years nobody had.
        let before = shown(&ledger, w.bo, "2026-02-24").await;
        assert_eq!((before["aims_explained"].so, before["aims_explained"].n), (0, 3), "{engine}");
        ledger.close().await;
    }
}

#[tokio::test]
async fn pulses_count_when_they_told_something_and_were_answered_by_their_day() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "evidence_pulses", &Clock::at("2026-01-05T08:00:00Z")).await {
        let (ledger, clock) = begins(&ledger, "2026-01-05T08:00:00Z");
        let w = world(&ledger).await;
        let questions = ["pulse-belonging", "pulse-heard", "pulse-pace"];
        let set = Set {
            circle: Some(w.team),
            kind: "circle".into(),
            questions: questions.map(str::to_owned).to_vec(),
            every_weeks: "2".into(),
            answer_days: "3".into(),
            next_on: "2026-01-05".into(),
        };
        let pulse = does(&ledger, w.bo, set).await;
        // In time; late; by somebody from above; not at all; and one to which nobody said anything. Day by day from its
        // opening: its last day is the seventh, its answer is due three days after.
        for (round, replied) in
            [(0, Some((w.bo, 9))), (1, Some((w.bo, 12))), (2, Some((w.ann, 9))), (3, None), (4, None)]
        {
            let open = jiff::civil::date(2026, 1, 5).saturating_add(jiff::Span::new().days(round * 14));
            go_to(&clock, &format!("{open}T08:00:00Z"));
            ledger.perform(&Begin::nobody(), &Sweep).await.unwrap();
            let bo = actor(&ledger, w.bo).await;
            let id = pulses::rounds(&mut ledger.read().await.unwrap(), &bo, pulse).await.unwrap()[0].id;
            for member in w.members.iter().filter(|_| round < 4) {
                let answers = questions.iter().map(|key| ((*key).to_owned(), "4".to_owned())).collect();
                does(&ledger, *member, Answer { round: id, answers, line: String::new(), skip: false }).await;
            }
            go_to(&clock, &format!("{}T18:00:00Z", open.saturating_add(jiff::Span::new().days(7))));
            ledger.perform(&Begin::nobody(), &Sweep).await.unwrap();
            if let Some((by, after)) = replied {
                go_to(&clock, &format!("{}T09:00:00Z", open.saturating_add(jiff::Span::new().days(after))));
                does(&ledger, by, Reply { round: id, words: "Thank you for saying it.".into(), links: vec![] }).await;
            }
        }
        check(
            engine,
            &shown(&ledger, w.bo, "2026-03-20").await,
            &[told(
                "pulse_answered",
                1,
                3,
                &[
                    ("Service desk", "2026-02-25", false),
                    ("Service desk", "2026-01-31", false),
                    ("Service desk", "2026-01-14", true),
                ],
            )
            .at_least(3)],
        );
        // What may still be answered does not count yet.
        let then = shown(&ledger, w.bo, "2026-02-24").await;
        assert_eq!(then["pulse_answered"].n, 2, "{engine}");
        assert_eq!(shown(&ledger, w.members[0], "2026-03-20").await["pulse_answered"].n, 0, "{engine}");
        ledger.close().await;
    }
}

#[test]
fn every_question_has_a_story_with_its_value() {
    let here = ["aims_explained", "goals_linked", "aims_with_why", "pulse_answered"];
    let mut all: Vec<&str> = [&here[..], acts::COVERS, decisions::COVERS, direction::COVERS, promises::COVERS].concat();
    all.sort_unstable();
    let mut names: Vec<&str> = evidence::names().collect();
    names.sort_unstable();
    assert_eq!(all, names, "each question once");
}
