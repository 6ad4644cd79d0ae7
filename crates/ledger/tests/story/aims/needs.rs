//! What an aim needs, how far along it is, where people stand on it, and what is seen coming.

use leadership::aim::{AimKind, AimState, Resource};
use leadership::measure::From;
use leadership::promise::To;
use leadership::replan::{Bump, Course};
use leadership::stance::{Stance, Verdict};
use leadership::today::Do;
use ledger::Refused;
use ledger::aims::MakeAim;
use ledger::aims::{MoveAim, align, horizon, measures, resources};
use ledger::testing::{Clock, each};

use super::{House, actor, make};

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story")]
async fn needs_measures_positions_and_the_horizon() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "aims_needs", &clock).await {
        let house = House::new(ledger).await;
        let mia = house.members[0];
        let goal = MakeAim {
            hard: true,
            horizon: "2026-06-30".into(),
            owner: Some(mia),
            ..make(house.team, AimKind::Goal, "Answer in one hour", None)
        };
        let goal = house.does(house.tim, &goal).await.unwrap();

        let ask = resources::Ask {
            aim: goal,
            kind: Resource::Funding,
            what: "Headsets".into(),
            amount: "1200.50".into(),
            needed_by: "2026-04-01".into(),
            of: Some(house.dora),
        };
        assert!(matches!(
            house.does(mia, &resources::Ask { of: Some(house.bo), ..ask.clone() }).await,
            Err(Refused::Wrong(_))
        ));
        assert!(matches!(house.does(house.members[1], &ask).await, Err(Refused::NotYours(_))));
        let id = house.does(mia, &ask).await.unwrap();
        assert_eq!(house.waits(house.dora, "2026-03-02").await, [(Do::Decide, format!("/aims/asks/{id}"))]);
        let grant = resources::Grant { ask: id, amount: "1000".into(), by: "2027-03-20".into(), words: String::new() };
        let Err(Refused::Wrong(wrongs)) = house.does(house.dora, &grant).await else {
            panic!("{engine}: less without a reason")
        };
        assert!(wrongs.of("words").is_some());
        let grant = resources::Grant { words: "The rest in May.".into(), ..grant };
        assert!(matches!(house.does(house.tim, &grant).await, Err(Refused::NotYours(_))));
        let past = resources::Grant { by: "2020-01-01".into(), ..grant.clone() };
        let Err(Refused::Wrong(wrongs)) = house.does(house.dora, &past).await else {
            panic!("{engine}: a day gone by")
        };
        assert!(wrongs.of("by").is_some());
        house.does(house.dora, &grant).await.unwrap();
        // A grant is a promise with two sides; more of it is one more, and less is not granted in passing.
        let made = async || {
            let mia = actor(&house.ledger, mia).await;
            resources::promised(&mut house.ledger.read().await.unwrap(), &mia, id).await.unwrap()
        };
        let promises = made().await;
        assert_eq!((promises.len(), promises[0].from, promises[0].to), (1, house.dora, To::Person(mia)), "{engine}");
        assert_eq!(promises[0].what, "1,000.00, funding: Headsets");
        let less = resources::Grant { amount: "500".into(), ..grant.clone() };
        assert!(matches!(house.does(house.dora, &less).await, Err(Refused::Wrong(_))));
        house.does(house.dora, &grant).await.unwrap();
        assert_eq!(made().await.len(), 1, "the same again promises nothing more");
        let needs = resources::of(&mut house.ledger.read().await.unwrap(), &actor(&house.ledger, mia).await, goal)
            .await
            .unwrap();
        let sums = resources::sums(&needs);
        assert_eq!(
            sums,
            [(Resource::Funding, resources::Sum { n: 1, asked: 120_050, granted: 100_000, missing: 20_050 })]
        );
        assert!(house.waits(house.dora, "2026-03-02").await.is_empty());

        let add = measures::AddMeasure {
            aim: goal,
            from: From::Hand,
            name: "Median wait".into(),
            unit: "minutes".into(),
            start: "240".into(),
            target: "60".into(),
        };
        let measure = house.does(mia, &add).await.unwrap();
        clock.days(10);
        house.does(mia, &measures::Value { measure, value: "150".into() }).await.unwrap();
        assert!(matches!(
            house.does(mia, &measures::Value { measure, value: "soon".into() }).await,
            Err(Refused::Wrong(_))
        ));
        let read = measures::of(&mut house.ledger.read().await.unwrap(), &actor(&house.ledger, mia).await, goal)
            .await
            .unwrap();
        assert_eq!(read[0].0.value.as_deref(), Some("150"));
        assert_eq!(
            read[0].1.iter().map(|(_, value, _)| value.as_str()).collect::<Vec<_>>(),
            ["240", "150"],
            "{engine}"
        );
        let step = house
            .does(mia, &measures::AddStep { aim: goal, day: "2026-04-15".into(), words: "Two hours".into() })
            .await
            .unwrap();
        house.does(mia, &measures::ReachStep { step }).await.unwrap();

        // Positions are stated by those whose they are, and who looks is noted.
        house.does(mia, &align::AskStance { aim: goal, person: house.members[1] }).await.unwrap();
        assert_eq!(house.waits(house.members[1], "2026-03-12").await.len(), 1);
        let against = align::TakeStance { aim: goal, stance: Stance::Against, words: String::new() };
        assert!(matches!(house.does(house.members[1], &against).await, Err(Refused::Wrong(_))));
        clock.days(1);
        house
            .does(house.members[1], &align::TakeStance { words: "At night nobody is there.".into(), ..against })
            .await
            .unwrap();
        clock.days(1);
        house
            .does(house.members[1], &align::TakeStance { aim: goal, stance: Stance::Agree, words: "By day.".into() })
            .await
            .unwrap();
        assert!(house.waits(house.members[1], "2026-03-14").await.is_empty());
        let board = house.does(house.tim, &align::OpenBoard { aim: goal }).await.unwrap();
        let stances: Vec<_> = board.stated[&house.members[1]].iter().map(|stated| stated.stance).collect();
        assert_eq!(stances, [Stance::Against, Stance::Agree]);
        let mut tx = house.ledger.read().await.unwrap();
        let looked = tx
            .count(
                "select count(*) as n from looked where person = $1 and viewer = $2",
                &[house.members[1].into(), house.tim.into()],
            )
            .await
            .unwrap();
        assert_eq!(looked, 1, "{engine}");
        drop(tx);
        assert!(matches!(house.does(house.bo, &align::OpenBoard { aim: goal }).await, Err(Refused::NotFound)));

        // Set back, quiet, taken up, reached.
        let course = async || {
            let seen = house.seen(house.tim).await;
            let going = align::hard(&mut house.ledger.read().await.unwrap(), &seen).await.unwrap();
            going.into_iter().find(|going| going.aim == goal).unwrap().course
        };
        assert_eq!(course().await, Course::Steady);
        house
            .does(mia, &align::SayBump { aim: goal, kind: Bump::Setback, words: "Two people left.".into() })
            .await
            .unwrap();
        assert_eq!(course().await, Course::SetBack);
        clock.days(91);
        assert_eq!(course().await, Course::Silent, "{engine}");
        house.does(mia, &align::SayBump { aim: goal, kind: Bump::Restart, words: "Hired.".into() }).await.unwrap();
        assert_eq!(course().await, Course::TakenUp);
        assert!(
            house.waits(mia, "2026-07-01").await.contains(&(Do::Review, format!("/aims/{goal}"))),
            "its day has passed"
        );
        house
            .does(
                mia,
                &MoveAim {
                    aim: goal,
                    version: 1,
                    to: AimState::Reached,
                    because: "58 minutes.".into(),
                    looked_again: false,
                },
            )
            .await
            .unwrap();
        assert_eq!(course().await, Course::ReachedAfterSetback);

        let note = horizon::NoteSignal {
            circle: house.team,
            title: "Answering machines that read".into(),
            source: String::new(),
            so_what: "Half of the calls.".into(),
            verdict: Verdict::Try,
            review: String::new(),
        };
        let Err(Refused::Wrong(wrongs)) = house.does(mia, &note).await else { panic!("{engine}") };
        assert!(wrongs.of("review").is_some());
        let signal =
            house.does(mia, &horizon::NoteSignal { review: "2027-09-01".into(), ..note.clone() }).await.unwrap();
        assert!(matches!(house.does(house.bo, &note).await, Err(Refused::NotFound)));
        assert!(house.waits(mia, "2027-09-01").await.contains(&(Do::Review, format!("/aims/horizon/{signal}"))));
        let again = horizon::LookAgain {
            signal,
            so_what: "A third.".into(),
            verdict: Verdict::Try,
            review: String::new(),
            outcome: "adopted".into(),
        };
        assert!(matches!(house.does(house.members[1], &again).await, Err(Refused::NotYours(_))));
        house.does(mia, &again).await.unwrap();
        assert!(house.waits(mia, "2027-09-01").await.is_empty());
        house.ledger.close().await;
    }
}

#[tokio::test]
async fn each_of_the_four_kinds_is_asked_granted_and_promised_in_its_own_unit() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "aims_kinds", &clock).await {
        let house = House::new(ledger).await;
        let mia = house.members[0];
        let goal = MakeAim { owner: Some(mia), ..make(house.team, AimKind::Goal, "Answer in one hour", None) };
        let goal = house.does(house.tim, &goal).await.unwrap();
        let wanted = [
            (Resource::Funding, "900", "450.50", "450.50, funding: For the desk", (90_000, 45_050)),
            (Resource::Tools, "6", "5", "5 pieces, tools: For the desk", (6, 5)),
            (Resource::Knowledge, "2", "1", "1 person, knowledge and skills: For the desk", (2, 1)),
            (Resource::Time, "8", "8", "8 hours per week, time: For the desk", (8, 8)),
        ];
        assert_eq!(wanted.len(), Resource::ALL.len(), "every kind");
        for (kind, asked, granted, promised, _) in wanted {
            let ask = resources::Ask {
                aim: goal,
                kind,
                what: "For the desk".into(),
                amount: asked.into(),
                needed_by: String::new(),
                of: Some(house.dora),
            };
            for nonsense in ["", "0", "-1", "1.555", "much"] {
                let Err(Refused::Wrong(wrongs)) =
                    house.does(mia, &resources::Ask { amount: nonsense.into(), ..ask.clone() }).await
                else {
                    panic!("{engine}: “{nonsense}” of {kind:?}")
                };
                assert!(wrongs.of("amount").is_some(), "{engine}: “{nonsense}” of {kind:?}");
            }
            let ask = house.does(mia, &ask).await.unwrap();
            let grant = resources::Grant {
                ask,
                amount: granted.into(),
                by: "2027-04-01".into(),
                words: "The rest in May.".into(),
            };
            house.does(house.dora, &grant).await.unwrap();
            let me = actor(&house.ledger, mia).await;
            let made = resources::promised(&mut house.ledger.read().await.unwrap(), &me, ask).await.unwrap();
            assert_eq!(made.len(), 1, "{engine}: {kind:?}");
            assert_eq!((made[0].what.as_str(), made[0].terms.due.to_string().as_str()), (promised, "2027-04-01"));
            assert_eq!((made[0].from, made[0].to), (house.dora, To::Person(mia)), "{engine}: {kind:?}");
        }
        let me = actor(&house.ledger, mia).await;
        let needs = resources::of(&mut house.ledger.read().await.unwrap(), &me, goal).await.unwrap();
        let sums = resources::sums(&needs);
        let told = wanted.map(|(kind, .., (asked, granted))| {
            (kind, resources::Sum { n: 1, asked, granted, missing: asked - granted })
        });
        assert_eq!(sums, told, "{engine}: more of one makes up for nothing of another");
        // They are kept like any other promise: they stand among those that Dora gave.
        let dora = actor(&house.ledger, house.dora).await;
        let mut tx = house.ledger.read().await.unwrap();
        let given = ledger::promises::given(&mut tx, &dora, ledger::promises::Which::Live, 0).await.unwrap();
        assert_eq!(given.total, 4, "{engine}");
        drop(tx);
        // How they are kept is counted among those who see them, and of what was granted only.
        let step =
            |act| ledger::promises::Take { promise: given.promises[0].id, act, day: String::new(), why: String::new() };
        house.does(house.dora, &step(leadership::promise::Act::Claim)).await.unwrap();
        house.does(mia, &step(leadership::promise::Act::Keep)).await.unwrap();
        let tally = async |person| {
            let (actor, seen) = (actor(&house.ledger, person).await, house.seen(person).await);
            let mut tx = house.ledger.read().await.unwrap();
            let needs = resources::all(&mut tx, &seen).await.unwrap();
            resources::kept(&mut tx, &actor, &needs).await.unwrap().map(|tally| (tally.kept, tally.n()))
        };
        let more = [house.ann, house.tim, house.members[1], house.members[2]];
        for (at, person) in more.into_iter().enumerate() {
            assert_eq!(tally(mia).await, None, "{engine}: of {} who granted it would be their own figure", at + 1);
            let ask = resources::Ask {
                aim: goal,
                kind: Resource::Time,
                what: "An hour".into(),
                amount: "1".into(),
                needed_by: String::new(),
                of: Some(person),
            };
            let ask = house.does(mia, &ask).await.unwrap();
            let grant = resources::Grant { ask, amount: "1".into(), by: "2027-04-01".into(), words: String::new() };
            house.does(person, &grant).await.unwrap();
            let me = actor(&house.ledger, mia).await;
            let made = resources::promised(&mut house.ledger.read().await.unwrap(), &me, ask).await.unwrap();
            let keep =
                |act| ledger::promises::Take { promise: made[0].id, act, day: String::new(), why: String::new() };
            house.does(person, &keep(leadership::promise::Act::Claim)).await.unwrap();
            house.does(mia, &keep(leadership::promise::Act::Keep)).await.unwrap();
        }
        assert_eq!(tally(mia).await, Some((5, 5)), "{engine}");
        assert_eq!(tally(house.bo).await, None, "{engine}: who does not see them counts none");
        house.ledger.close().await;
    }
}

#[tokio::test]
async fn an_aim_is_measured_by_what_serves_it() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "aims_below", &clock).await {
        let house = House::new(ledger).await;
        let above = house.does(house.tim, &make(house.team, AimKind::Goal, "No site waits", None)).await.unwrap();
        let mut below = Vec::new();
        for title in ["Lines", "Devices", "Access"] {
            let goal = make(house.team, AimKind::Goal, title, Some(above));
            below.push(house.does(house.tim, &goal).await.unwrap());
        }
        let add = measures::AddMeasure {
            aim: above,
            from: From::Below,
            name: String::new(),
            unit: String::new(),
            start: String::new(),
            target: String::new(),
        };
        let measure = house.does(house.tim, &add).await.unwrap();
        // Nobody types its value.
        let typed = measures::Value { measure, value: "3".into() };
        assert!(matches!(house.does(house.tim, &typed).await, Err(Refused::Conflict { .. })), "{engine}");
        let reached = async || house.seen(house.tim).await.forest.reached_below(above);
        assert_eq!(reached().await, (0, 3), "{engine}");
        for (aim, to) in [(below[0], AimState::Reached), (below[1], AimState::Dropped)] {
            let act = MoveAim { aim, version: 1, to, because: "It is so.".into(), looked_again: false };
            house.does(house.tim, &act).await.unwrap();
        }
        assert_eq!(reached().await, (1, 2), "{engine}: one that was dropped is not counted");
        house.ledger.close().await;
    }
}

#[tokio::test]
async fn where_somebody_stands_is_not_waited_for_for_good() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "aims_stance_asked", &clock).await {
        let house = House::new(ledger).await;
        let mia = house.members[0];
        let goal = house.does(house.tim, &make(house.team, AimKind::Goal, "Answer in one hour", None)).await.unwrap();
        let ask = align::AskStance { aim: goal, person: mia };
        house.does(house.tim, &ask).await.unwrap();
        let waits = async || {
            let day = clock.now().to_zoned(jiff::tz::TimeZone::UTC).date().to_string();
            house.waits(mia, &day).await.len()
        };
        assert_eq!(waits().await, 1, "{engine}");
        clock.days(27);
        assert_eq!(waits().await, 1, "{engine}: the last of 28 days");
        clock.days(1);
        assert_eq!(waits().await, 0, "{engine}");
        // It can be asked once more, and said at any time.
        house.does(house.tim, &ask).await.unwrap();
        assert_eq!(waits().await, 1, "{engine}");
        clock.days(60);
        let say = align::TakeStance { aim: goal, stance: Stance::Agree, words: String::new() };
        house.does(mia, &say).await.unwrap();
        let board = house.does(house.tim, &align::OpenBoard { aim: goal }).await.unwrap();
        assert_eq!((board.stated.len(), board.asked.len()), (1, 0), "{engine}");
        house.ledger.close().await;
    }
}
