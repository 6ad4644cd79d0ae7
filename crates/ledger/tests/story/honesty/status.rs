//! A claim, the record beside it, and who sees it when.

use leadership::aim::AimKind;
use leadership::status::{Check, Colour, Source};
use ledger::aims::MakeAim;
use ledger::aims::measures::{AddMeasure, AddStep, Value};
use ledger::aims::resources;
use ledger::honesty::{self, LetGo, StateValue};
use ledger::promises::Give;
use ledger::status::{self, Done, Eyes, LineId, Measured, Open, Read, Reading, State};
use ledger::testing::{Clock, each};
use ledger::{Ledger, Refused};

use super::{actor, waits, world};

async fn state(ledger: &Ledger, line: LineId, by: leadership::PersonId, colour: &str, due: &str) -> Check {
    let act = State {
        line: Some(line),
        colour: colour.into(),
        words: "As it stands.".into(),
        due: due.into(),
        reads: Vec::new(),
    };
    ledger.perform(&actor(ledger, by).await, &act).await.unwrap()
}

#[tokio::test]
async fn a_watermelon_is_the_owners_first_and_the_circles_a_day_later() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "watermelon", &clock).await {
        let start = clock.now();
        let w = world(&ledger).await;
        let (bo, cy) = (actor(&ledger, w.bo).await, actor(&ledger, w.members[0]).await);
        let open = Open {
            noun: "work".into(),
            title: "Move the mail".into(),
            circle: Some(w.team),
            due: "2026-04-01".into(),
            ..Open::default()
        };
        let line = ledger.perform(&bo, &open).await.unwrap();
        assert_eq!(waits(&ledger, w.bo, "2026-03-02").await, ["status: How does it stand: Move the mail"], "{engine}");
        let measure = Measured {
            line: Some(line),
            name: "Boxes still there".into(),
            unit: "boxes".into(),
            start: "300".into(),
            target: "0".into(),
            read: None,
        };
        let measure = ledger.perform(&bo, &measure).await.unwrap();
        assert!(!state(&ledger, line, w.bo, "on_course", "2026-04-01").await.gap());
        assert!(waits(&ledger, w.bo, "2026-03-02").await.is_empty());

        // Half the time is over, and a tenth of the way is gone.
        clock.days(15);
        let read = Reading { line: Some(line), by_hand: Some((measure, "270".into())), reads: Vec::new() };
        ledger.perform(&bo, &read).await.unwrap();
        let seen = async |eyes, today: &str| {
            let mut tx = ledger.read().await.unwrap();
            let found = status::get(&mut tx, &cy, line).await.unwrap().unwrap();
            let last = status::latest(&mut tx, &found).await.unwrap().unwrap();
            let signs = status::evidence(&mut tx, &cy, &found, eyes, today.parse().unwrap()).await.unwrap();
            Check::of(last.colour, &signs)
        };
        assert_eq!(seen(Eyes::Owner, "2026-03-17").await.words(), "Said on course; one of two signs says otherwise.");
        assert!(!seen(Eyes::Circle, "2026-03-17").await.gap(), "{engine}: the owner is first");
        let waiting = waits(&ledger, w.bo, "2026-03-17").await;
        assert_eq!(waiting.len(), 1, "{engine}");
        clock.days(1);
        assert!(seen(Eyes::Circle, "2026-03-18").await.gap(), "{engine}: a day later the circle sees it");

        // Bad news, two weeks before its day: the lead is kept. The day is put later, and that is a sign too.
        let check = state(&ledger, line, w.bo, "off_course", "2026-05-01").await;
        assert!(!check.gap());
        let mut tx = ledger.read().await.unwrap();
        let found = status::get(&mut tx, &cy, line).await.unwrap().unwrap();
        let said = status::statements(&mut tx, &found).await.unwrap();
        assert_eq!((said[0].lead_days, said[0].colour, said.len()), (Some(14), Colour::OffCourse, 2), "{engine}");
        assert_eq!(status::bad_news(&mut tx, &cy).await.unwrap().early, [14]);
        let signs = status::evidence(&mut tx, &bo, &found, Eyes::Owner, "2026-03-18".parse().unwrap()).await.unwrap();
        assert_eq!(
            (signs[0].says, signs[0].n),
            (Some(Colour::AtRisk), 3),
            "{engine}: put later once, three days stated"
        );
        let history = tx.history("status", line).await.unwrap();
        assert_eq!(history.last().unwrap().body["lead_days"], 14);

        // No client sees it; nobody but its owner says it.
        for outsider in [w.kim, w.lou] {
            let outsider = actor(&ledger, outsider).await;
            assert_eq!(status::get(&mut tx, &outsider, line).await.unwrap(), None);
            assert!(status::lines(&mut tx, &outsider).await.unwrap().is_empty());
        }
        drop(tx);
        let other = State {
            line: Some(line),
            colour: "on_course".into(),
            words: "x".into(),
            due: "2026-05-01".into(),
            reads: Vec::new(),
        };
        assert!(matches!(ledger.perform(&cy, &other).await, Err(Refused::NotYours(_))));
        let wrong = State { line: Some(line), due: "soon".into(), ..State::default() };
        let Err(Refused::Wrong(wrongs)) = ledger.perform(&bo, &wrong).await else { panic!("{engine}") };
        assert!(["colour", "words", "due"].iter().all(|field| wrongs.of(field).is_some()), "{wrongs}");

        ledger.perform(&bo, &Done { line }).await.unwrap();
        assert!(waits(&ledger, w.bo, "2026-06-01").await.is_empty());
        assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None, "{engine}");
        ledger.close().await;
        clock.advance(start.duration_since(clock.now()));
    }
}

#[tokio::test]
async fn the_work_record_is_read_when_it_is_said_and_own_values_stay_own() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "record_read", &clock).await {
        let w = world(&ledger).await;
        let ann = actor(&ledger, w.ann).await;
        // Who leads makes a member the owner; a client's contact cannot be one.
        let open = |owner| Open {
            noun: "circle".into(),
            subject: w.team.to_string(),
            title: "Shorter queues".into(),
            circle: Some(w.team),
            owner: Some(owner),
            due: "2026-06-01".into(),
        };
        assert!(matches!(ledger.perform(&ann, &open(w.kim)).await, Err(Refused::Wrong(_))), "{engine}");
        let line = ledger.perform(&ann, &open(w.members[1])).await.unwrap();
        let di = actor(&ledger, w.members[1]).await;
        let read = |value| Read {
            name: "reopened_share".into(),
            value,
            unit: "%".into(),
            n: 812,
            rows: "/rows?measure=reopened_share".into(),
        };
        let measure = Measured {
            line: Some(line),
            target: "2".into(),
            read: Some((read(8.0), "Reopened".into())),
            ..Measured::default()
        };
        ledger.perform(&di, &measure).await.unwrap();
        let state = State {
            line: Some(line),
            colour: "on_course".into(),
            words: "Fine.".into(),
            due: "2026-06-01".into(),
            reads: vec![read(8.0)],
        };
        ledger.perform(&di, &state).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        let found = status::about(&mut tx, &di, "circle", &w.team.to_string()).await.unwrap();
        let signs =
            status::evidence(&mut tx, &di, &found[0], Eyes::Owner, "2026-03-02".parse().unwrap()).await.unwrap();
        assert_eq!((signs[1].n, signs[1].says, signs[1].rows.as_str()), (1, None, "/rows?measure=reopened_share"));
        assert!(signs[1].words.contains("over 812 tickets"), "{engine}: {}", signs[1].words);
        drop(tx);

        // An open promise of the circle whose day has passed is a sign against the claim.
        let give = Give {
            whom: "Service desk".into(),
            what: "Call back".into(),
            known: "They were called.".into(),
            due: "2026-03-03".into(),
            ..Give::default()
        };
        ledger.perform(&di, &give).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        for (day, eyes, late) in
            [("2026-03-04", Eyes::Owner, 1), ("2026-03-04", Eyes::Circle, 0), ("2026-03-05", Eyes::Circle, 1)]
        {
            let signs = status::evidence(&mut tx, &di, &found[0], eyes, day.parse().unwrap()).await.unwrap();
            let sign = signs.iter().find(|sign| sign.from == Source::Promises).unwrap();
            assert_eq!(
                (sign.n, sign.says == Some(Colour::OffCourse)),
                (1, late == 1),
                "{engine} {day}: {}",
                sign.words
            );
        }
        drop(tx);

        let value = ledger.perform(&di, &StateValue { words: "Bad news first".into() }).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        let own = honesty::said_and_done(&mut tx, &di).await.unwrap();
        assert_eq!(own.values, [(value, "Bad news first".to_owned())]);
        assert!(!own.status.enough(), "one statement is not enough to say");
        assert!(honesty::said_and_done(&mut tx, &ann).await.unwrap().values.is_empty(), "{engine}");
        drop(tx);
        assert!(matches!(ledger.perform(&ann, &LetGo { value }).await, Err(Refused::NotFound)), "{engine}");
        ledger.perform(&di, &LetGo { value }).await.unwrap();
        ledger.close().await;
    }
}

#[tokio::test]
async fn an_aim_is_held_against_its_path_and_its_measures() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "status_aim", &clock).await {
        let start = clock.now();
        let w = world(&ledger).await;
        let ann = actor(&ledger, w.ann).await;
        let make = MakeAim {
            circle: w.root,
            kind: AimKind::Goal,
            title: "No queue at night".into(),
            why: "People sleep better.".into(),
            picture: String::new(),
            horizon: String::new(),
            owner: None,
            serves: None,
            core: false,
            hard: false,
            source: String::new(),
            restatement: String::new(),
            confirmer: None,
        };
        let aim = ledger.perform(&ann, &make).await.unwrap();
        let open = |subject: &str| Open {
            noun: "aim".into(),
            subject: subject.into(),
            title: "No queue at night".into(),
            circle: Some(w.root),
            owner: None,
            due: "2026-03-12".into(),
        };
        for nothing in ["nothing", &w.root.to_string()] {
            assert!(
                matches!(ledger.perform(&ann, &open(nothing)).await, Err(Refused::Wrong(_))),
                "{engine}: {nothing}"
            );
        }
        let line = ledger.perform(&ann, &open(&aim.to_string())).await.unwrap();
        ledger.perform(&ann, &AddStep { aim, day: "2026-03-04".into(), words: "Nights counted".into() }).await.unwrap();
        let measure = AddMeasure {
            aim,
            from: leadership::measure::From::Hand,
            name: "Calls at night".into(),
            unit: "calls".into(),
            start: "100".into(),
            target: "0".into(),
        };
        let measure = ledger.perform(&ann, &measure).await.unwrap();
        clock.days(5);
        ledger.perform(&ann, &Value { measure, value: "95".into() }).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        let found = status::get(&mut tx, &ann, line).await.unwrap().unwrap();
        let mut says = async |eyes| -> Vec<_> {
            let signs = status::evidence(&mut tx, &ann, &found, eyes, "2026-03-07".parse().unwrap()).await.unwrap();
            signs.into_iter().map(|sign| (sign.from, sign.says)).collect()
        };
        let (off, on) = (Some(Colour::OffCourse), Some(Colour::OnCourse));
        assert_eq!(
            says(Eyes::Owner).await,
            [(Source::Dates, on), (Source::Dates, off), (Source::Measures, off)],
            "{engine}: half the time is over, and a twentieth of the way"
        );
        assert_eq!(
            says(Eyes::Circle).await,
            [(Source::Dates, on), (Source::Dates, off), (Source::Measures, None)],
            "{engine}: valued today"
        );
        drop(tx);

        // What was granted for it is a promise; past its day it is a sign, for the circle a day later.
        let ask = resources::Ask {
            aim,
            kind: leadership::aim::Resource::Tools,
            what: "A second line".into(),
            amount: "1".into(),
            needed_by: String::new(),
            of: Some(w.bo),
        };
        let ask = ledger.perform(&ann, &ask).await.unwrap();
        let grant = resources::Grant { ask, amount: "1".into(), by: "2026-03-09".into(), words: String::new() };
        ledger.perform(&actor(&ledger, w.bo).await, &grant).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        for (day, eyes, says) in [
            ("2026-03-09", Eyes::Owner, Colour::OnCourse),
            ("2026-03-10", Eyes::Owner, Colour::OffCourse),
            ("2026-03-10", Eyes::Circle, Colour::OnCourse),
            ("2026-03-11", Eyes::Circle, Colour::OffCourse),
        ] {
            let signs = status::evidence(&mut tx, &ann, &found, eyes, day.parse().unwrap()).await.unwrap();
            let sign = signs.iter().find(|sign| sign.from == Source::Promises).expect("a sign of promises");
            assert_eq!((sign.n, sign.says), (1, Some(says)), "{engine} {day}: {}", sign.words);
        }
        drop(tx);
        ledger.close().await;
        clock.advance(start.duration_since(clock.now()));
    }
}
