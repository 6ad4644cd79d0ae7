//! Direction: a week and a quarter of it, on every engine.

use jiff::civil::Date;
use leadership::aim::{AimKind, AimState, Gap, Resource};
use leadership::circle::Actor;
use leadership::measure::From;
use leadership::replan::{Bump, Course, Turn};
use leadership::stance::{Stance, Verdict};
use leadership::teach::{Asks, Way};
use leadership::today::Do;
use leadership::{AimId, CircleId, CircleKind, PersonId, Role};
use ledger::aims::{self, ConfirmGreater, MakeAim, MarkConflict, MoveAim, Replan, SettleConflict};
use ledger::aims::{align, explain, horizon, measures, resources};
use ledger::people::{self, AddPerson, OpenCircle};
use ledger::testing::{Clock, each};
use ledger::{Act, Ledger, Refused, notices};

use crate::begin::begun;

/// An organisation with a department, two teams and a client; its people by first name.
struct House {
    ledger: Ledger,
    root: CircleId,
    team: CircleId,
    other: CircleId,
    client: CircleId,
    ann: PersonId,
    dora: PersonId,
    tim: PersonId,
    bo: PersonId,
    cy: PersonId,
    members: Vec<PersonId>,
}

impl House {
    async fn new(ledger: Ledger) -> Self {
        let ann = begun(&ledger).await;
        let mut tx = ledger.read().await.unwrap();
        let root = people::circles(&mut tx).await.unwrap()[0].id;
        drop(tx);
        let open = async |parent, kind, name: &str| {
            let act = OpenCircle { parent, kind, name: name.to_owned(), purpose: String::new() };
            ledger.perform(&actor(&ledger, ann).await, &act).await.unwrap()
        };
        let department = open(root, CircleKind::Department, "Workplace").await;
        let team = open(department, CircleKind::Team, "Service desk").await;
        let other = open(department, CircleKind::Team, "Devices").await;
        let client = open(department, CircleKind::Client, "Contoso").await;
        let add = async |name: &str, circle, role| {
            let act = AddPerson { name: name.to_owned(), email: String::new(), circle, role };
            ledger.perform(&actor(&ledger, ann).await, &act).await.unwrap()
        };
        let dora = add("Dora", department, Role::Leader).await;
        let tim = add("Tim", team, Role::Leader).await;
        let bo = add("Bo", other, Role::Leader).await;
        let cy = add("Cy", client, Role::ClientContact).await;
        let mut members = Vec::new();
        for name in ["Mia", "Noa", "Oli", "Pat"] {
            members.push(add(name, team, Role::Member).await);
        }
        Self { ledger, root, team, other, client, ann, dora, tim, bo, cy, members }
    }

    async fn does<A: Act>(&self, person: PersonId, act: &A) -> Result<A::Done, Refused> {
        self.ledger.perform(&actor(&self.ledger, person).await, act).await
    }

    async fn waits(&self, person: PersonId, day: &str) -> Vec<(Do, String)> {
        let day: Date = day.parse().unwrap();
        let mut tx = self.ledger.read().await.unwrap();
        let waiting = aims::waiting(&mut tx, person, day).await.unwrap();
        waiting.into_iter().map(|waiting| (waiting.act, waiting.page)).collect()
    }

    async fn seen(&self, person: PersonId) -> aims::Aims {
        let actor = actor(&self.ledger, person).await;
        aims::seen(&mut self.ledger.read().await.unwrap(), &actor).await.unwrap()
    }
}

async fn actor(ledger: &Ledger, person: PersonId) -> Actor {
    people::actor(&mut ledger.read().await.unwrap(), person).await.unwrap().unwrap()
}

fn make(circle: CircleId, kind: AimKind, title: &str, serves: Option<AimId>) -> MakeAim {
    MakeAim {
        circle,
        kind,
        title: title.to_owned(),
        why: format!("Because of {title}."),
        picture: String::new(),
        horizon: String::new(),
        owner: None,
        serves,
        core: false,
        hard: false,
        source: String::new(),
        restatement: String::new(),
        confirmer: None,
    }
}

fn replan(aim: &aims::Aim, title: &str, turn: Turn, audience: Vec<PersonId>) -> Replan {
    Replan {
        aim: aim.id,
        version: aim.version,
        title: title.to_owned(),
        why: aim.why.clone(),
        picture: aim.picture.clone(),
        horizon: String::new(),
        owner: aim.owner,
        serves: aim.serves,
        core: aim.core,
        hard: aim.hard,
        source: aim.source.clone(),
        restatement: aim.restatement.clone(),
        confirmer: aim.confirmation.by,
        turn,
        changed: format!("It is {title} now."),
        because: "The figures of March.".to_owned(),
        stays: "What we promised.".to_owned(),
        looked_again: false,
        audience,
    }
}

#[tokio::test]
async fn from_a_vision_to_a_strategy_and_confirmed_from_above() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "aims_made", &clock).await {
        let house = House::new(ledger).await;
        let vision = MakeAim { core: true, ..make(house.root, AimKind::Vision, "IT that nobody waits for", None) };
        let vision = house.does(house.ann, &vision).await.unwrap();
        clock.days(1);
        let greater = MakeAim {
            source: "Board paper of 12 January".into(),
            restatement: "We answer within the hour.".into(),
            confirmer: Some(house.dora),
            ..make(house.team, AimKind::GreaterGoal, "Answer sooner", Some(vision))
        };
        let greater = house.does(house.tim, &greater).await.unwrap();
        let unsaid = make(house.team, AimKind::GreaterGoal, "From nowhere", None);
        let Err(Refused::Wrong(wrongs)) = house.does(house.tim, &unsaid).await else { panic!("{engine}") };
        assert!(wrongs.of("source").is_some());
        let goal = make(house.team, AimKind::Goal, "First answer in one hour", Some(greater));
        let goal = house.does(house.tim, &MakeAim { owner: Some(house.members[0]), ..goal }).await.unwrap();

        // Refusals come at their field, and say nothing of what is not seen.
        for (act, field) in [
            (MakeAim { why: "  ".into(), ..make(house.team, AimKind::Goal, "x", None) }, "why"),
            (MakeAim { horizon: "2026-02-30".into(), ..make(house.team, AimKind::Goal, "x", None) }, "horizon"),
            (MakeAim { owner: Some(house.bo), ..make(house.team, AimKind::Goal, "x", None) }, "owner"),
            (make(house.team, AimKind::Strategy, "x", Some(vision)), "serves"),
            (
                MakeAim {
                    confirmer: Some(house.tim),
                    source: "s".into(),
                    restatement: "r".into(),
                    ..make(house.team, AimKind::GreaterGoal, "x", None)
                },
                "confirmer",
            ),
            (
                MakeAim {
                    confirmer: Some(house.members[0]),
                    source: "s".into(),
                    restatement: "r".into(),
                    ..make(house.team, AimKind::GreaterGoal, "x", None)
                },
                "confirmer",
            ),
        ] {
            let Err(Refused::Wrong(wrongs)) = house.does(house.tim, &act).await else { panic!("{engine}: {field}") };
            assert!(wrongs.of(field).is_some(), "{engine}: {field}: {wrongs}");
        }
        let by_member = make(house.team, AimKind::Goal, "x", None);
        assert!(matches!(house.does(house.members[0], &by_member).await, Err(Refused::NotYours(_))));
        assert!(matches!(house.does(house.bo, &by_member).await, Err(Refused::NotFound)), "{engine}");
        let linked_beyond = make(house.other, AimKind::Goal, "x", Some(goal));
        assert!(
            matches!(house.does(house.bo, &linked_beyond).await, Err(Refused::Wrong(_))),
            "not seen, so not linked"
        );

        // Gaps, and the line of sight.
        let seen = house.seen(house.tim).await;
        assert_eq!(seen.forest.gaps(goal), [Gap::Strategy]);
        assert_eq!(seen.forest.gaps(greater), [Gap::Owner, Gap::Confirmation]);
        assert_eq!(seen.forest.above(goal), [greater, vision]);
        assert!(seen.forest.reaches_vision(goal));
        assert_eq!(house.seen(house.bo).await.all.keys().copied().collect::<Vec<_>>(), [vision]);
        assert!(house.seen(house.cy).await.all.is_empty(), "{engine}: a client's people see no aims");

        // The higher-up first puts it right, then confirms what was written anew.
        assert_eq!(
            house.waits(house.dora, "2026-03-03").await,
            [(Do::Answer, format!("/aims/{greater}#confirmation"))]
        );
        let no = ConfirmGreater { aim: greater, meant: false, words: String::new() };
        assert!(matches!(house.does(house.dora, &no).await, Err(Refused::Wrong(_))));
        let no = ConfirmGreater { aim: greater, meant: false, words: "Within the hour, on working days.".into() };
        assert!(matches!(house.does(house.ann, &no).await, Err(Refused::NotYours(_))));
        house.does(house.dora, &no).await.unwrap();
        assert!(house.waits(house.dora, "2026-03-03").await.is_empty());
        let before = house.seen(house.tim).await.all[&greater].clone();
        assert_eq!(before.confirmation.state, "put_right");
        let anew = Replan {
            restatement: "Within the hour, on working days.".into(),
            ..replan(&before, "Answer sooner", Turn::Change, vec![house.tim])
        };
        house.does(house.tim, &anew).await.unwrap();
        assert_eq!(house.waits(house.dora, "2026-03-03").await.len(), 1, "{engine}: asked anew");
        let yes = ConfirmGreater { aim: greater, meant: true, words: String::new() };
        house.does(house.dora, &yes).await.unwrap();
        assert_eq!(house.seen(house.tim).await.forest.gaps(greater), [Gap::Owner]);

        assert_eq!(house.ledger.verify(|_| ()).await.unwrap().broken, None, "{engine}");
        house.ledger.close().await;
    }
}

#[tokio::test]
async fn a_change_of_plan_is_told_and_reversals_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "aims_replanned", &clock).await {
        let house = House::new(ledger).await;
        let mia = house.members[0];
        let goal = MakeAim { core: true, ..make(house.team, AimKind::Goal, "All at one desk", None) };
        let goal = house.does(house.tim, &goal).await.unwrap();
        let now = async || house.seen(house.tim).await.all[&goal].clone();

        let act = replan(&now().await, "Desks in every building", Turn::Change, vec![mia]);
        let Err(Refused::Wrong(wrongs)) = house.does(house.tim, &act).await else { panic!("{engine}: no second look") };
        assert!(wrongs.of("looked_again").is_some());
        let act = Replan { looked_again: true, ..act };
        let beyond = Replan { audience: vec![house.bo], ..act.clone() };
        assert!(
            matches!(house.does(house.tim, &beyond).await, Err(Refused::Wrong(_))),
            "who does not see it is not told"
        );
        let unsaid = Replan { stays: String::new(), because: String::new(), ..act.clone() };
        let Err(Refused::Wrong(wrongs)) = house.does(house.tim, &unsaid).await else { panic!("{engine}") };
        assert!(wrongs.of("stays").is_some() && wrongs.of("because").is_some());
        house.does(house.tim, &act).await.unwrap();
        assert!(
            matches!(house.does(house.tim, &act).await, Err(Refused::Conflict { .. })),
            "an old page changes nothing"
        );

        let mut tx = house.ledger.read().await.unwrap();
        let waiting = notices::waiting(&mut tx, mia).await.unwrap();
        assert_eq!(waiting.len(), 1, "{engine}");
        assert!(waiting[0].words.contains("What stays: What we promised."));
        drop(tx);
        house.does(mia, &notices::Acknowledge { notice: waiting[0].id }).await.unwrap();

        // There and back, and back again: a flip, with its reasons.
        for title in ["All at one desk", "Desks in every building"] {
            clock.days(30);
            let act = replan(&now().await, title, Turn::Change, Vec::new());
            house.does(house.tim, &Replan { looked_again: true, ..act }).await.unwrap();
        }
        let seen = house.seen(house.tim).await;
        let mut tx = house.ledger.read().await.unwrap();
        let changes = aims::changes(&mut tx, &seen, 180).await.unwrap();
        assert_eq!((changes.replans.len(), changes.flips.len()), (3, 1), "{engine}");
        let (versions, (first, second)) = &changes.flips[0];
        assert_eq!((versions[*first].version.number, versions[*second].version.number), (3, 4));
        assert!(aims::changes(&mut tx, &seen, 10).await.unwrap().flips.is_empty());
        // Whoever was told once is told again.
        assert_eq!(notices::waiting(&mut tx, mia).await.unwrap().len(), 1);
        drop(tx);
        let stranger = house.seen(house.bo).await;
        let mut tx = house.ledger.read().await.unwrap();
        assert!(aims::changes(&mut tx, &stranger, 180).await.unwrap().replans.is_empty(), "{engine}");
        drop(tx);

        // Two live aims in conflict, until one is dropped.
        let other = house.does(house.tim, &make(house.team, AimKind::Goal, "Close two sites", None)).await.unwrap();
        let mark = MarkConflict { aim: other, other: goal, why: "A desk in every building needs the sites.".into() };
        house.does(mia, &mark).await.unwrap();
        assert!(matches!(house.does(house.bo, &mark).await, Err(Refused::NotFound)));
        let seen = house.seen(house.tim).await;
        let mut tx = house.ledger.read().await.unwrap();
        let found = aims::conflicts(&mut tx, &seen).await.unwrap();
        assert!(found.len() == 1 && found[0].stands(&seen));
        drop(tx);
        let settle = SettleConflict { aim: goal, other, words: "One site stays.".into() };
        assert!(matches!(house.does(mia, &settle).await, Err(Refused::NotYours(_))));
        house.does(house.tim, &settle).await.unwrap();
        let drop_it =
            MoveAim { aim: other, version: 1, to: AimState::Dropped, because: "Too dear.".into(), looked_again: false };
        house.does(house.tim, &drop_it).await.unwrap();
        let seen = house.seen(house.tim).await;
        assert_eq!(seen.all[&other].state, AimState::Dropped);
        house.ledger.close().await;
    }
}

#[tokio::test]
async fn explained_said_back_and_remembered_by_a_circle() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "aims_taught", &clock).await {
        let house = House::new(ledger).await;
        let mut goals = Vec::new();
        for title in ["Answer in one hour", "Fewer devices", "Nobody waits for access"] {
            clock.advance(jiff::SignedDuration::from_millis(1));
            goals.push(house.does(house.tim, &make(house.team, AimKind::Goal, title, None)).await.unwrap());
        }
        let goal = goals[0];
        let act = explain::Explain {
            aim: goal,
            circle: house.team,
            way: Way::Meeting,
            words: "An hour is what a shop floor can bear.".into(),
        };
        assert!(matches!(house.does(house.members[0], &act).await, Err(Refused::NotYours(_))));
        house.does(house.tim, &act).await.unwrap();
        let start = clock.now();
        let day = || clock.now().to_zoned(jiff::tz::TimeZone::UTC).date().to_string();
        assert!(house.waits(house.members[0], &day()).await.is_empty(), "{engine}: not on the same day");
        assert!(house.waits(house.tim, "2027-01-01").await.is_empty(), "who explained is not asked");

        clock.days(2);
        let question = |page: &str| page.rsplit('/').next().unwrap().parse::<explain::QuestionId>().unwrap();
        for (at, member) in house.members.iter().enumerate() {
            let waits = house.waits(*member, &day()).await;
            assert_eq!(waits.len(), 1, "{engine}");
            let id = question(&waits[0].1);
            let me = actor(&house.ledger, *member).await;
            let asked = explain::own_question(&mut house.ledger.read().await.unwrap(), &me, id).await.unwrap().unwrap();
            assert_eq!(
                (asked.asks, asked.choices.len(), asked.place),
                (Asks::Why, 3, None),
                "{engine}: no answer is given away"
            );
            let right = asked.choices.iter().position(|choice| choice == "Because of Answer in one hour.").unwrap();
            let answer = if at == 3 { (right + 1) % 3 } else { right };
            let say = explain::SayBack { question: id, answer: answer.to_string() };
            assert!(
                matches!(house.does(house.members[(at + 1) % 4], &say).await, Err(Refused::NotFound)),
                "only one's own"
            );
            assert!(matches!(
                house.does(*member, &explain::SayBack { answer: "7".into(), ..say.clone() }).await,
                Err(Refused::Wrong(_))
            ));
            house.does(*member, &say).await.unwrap();
            assert!(matches!(house.does(*member, &say).await, Err(Refused::Conflict { .. })));
        }
        let tim = actor(&house.ledger, house.tim).await;
        let seen = house.seen(house.tim).await;
        let read = async || explain::memories(&mut house.ledger.read().await.unwrap(), &tim, &seen).await.unwrap();
        let found = read().await;
        assert_eq!((found.len(), found[0].answers, found[0].days), (1, 4, 2));
        assert_eq!(found[0].curve, None, "{engine}: four answers are not enough to say");

        // Right once: asked again after seven days, which aim it is. Wrong: after two.
        clock.days(2);
        assert_eq!(house.waits(house.members[3], &day()).await.len(), 1);
        assert!(house.waits(house.members[0], &day()).await.is_empty());
        clock.days(5);
        for member in &house.members {
            let id = question(&house.waits(*member, &day()).await[0].1);
            let me = actor(&house.ledger, *member).await;
            let asked = explain::own_question(&mut house.ledger.read().await.unwrap(), &me, id).await.unwrap().unwrap();
            assert_eq!(asked.asks, Asks::What);
            let right = asked.choices.iter().position(|choice| choice == "Answer in one hour").unwrap();
            house.does(*member, &explain::SayBack { question: id, answer: right.to_string() }).await.unwrap();
        }
        let found = read().await;
        let curve = found[0].curve.expect("eight answers of four people");
        assert_eq!((curve.n, curve.right), (8, 7));
        assert!(curve.interval.0 < curve.half_life && curve.half_life <= curve.interval.1);

        // Own words, marked by the leader without a name.
        clock.days(21);
        let mia = house.members[0];
        let id = question(&house.waits(mia, &day()).await[0].1);
        house
            .does(mia, &explain::SayBack { question: id, answer: "An hour, or the floor stands still.".into() })
            .await
            .unwrap();
        let unmarked = explain::unmarked(&mut house.ledger.read().await.unwrap(), &tim, &seen).await.unwrap();
        assert_eq!(unmarked.len(), 1);
        assert_eq!(unmarked[0].answer, "An hour, or the floor stands still.");
        assert!(house.waits(house.tim, &day()).await.contains(&(Do::Review, "/aims/marking".to_owned())));
        let mark = explain::Mark { question: id, right: false };
        assert!(house.does(mia, &mark).await.is_err(), "{engine}: nobody marks their own");
        assert!(house.does(house.bo, &mark).await.is_err());
        house.does(house.tim, &mark).await.unwrap();
        let own = explain::own_answers(&mut house.ledger.read().await.unwrap(), &actor(&house.ledger, mia).await)
            .await
            .unwrap();
        assert_eq!(own.iter().map(|answer| answer.right).collect::<Vec<_>>(), [Some(false), Some(true), Some(true)]);
        clock.days(2);
        assert_eq!(house.waits(mia, &day()).await.len(), 1, "{engine}: not yet right, so it comes sooner");

        // What was explained long ago is proposed again; what never was is listed.
        clock.days(200);
        let found = read().await;
        assert!(found[0].proposed().is_some(), "{:?}", found[0]);
        assert_eq!(explain::never_explained(&tim, &seen, &found), goals[1..]);
        assert!(clock.now() > start);

        // Erased: own words are gone, and nothing more is asked.
        struct Erase(PersonId);
        impl Act for Erase {
            type Done = ();
            async fn perform(&self, tx: &mut ledger::Tx, _: &Actor) -> Result<(), Refused> {
                Ok(aims::erase(tx, self.0).await?)
            }
        }
        house.does(house.ann, &Erase(mia)).await.unwrap();
        let own = explain::own_answers(&mut house.ledger.read().await.unwrap(), &actor(&house.ledger, mia).await)
            .await
            .unwrap();
        assert_eq!(own[0].answer, ledger::seal::ERASED);
        assert!(house.waits(mia, "2030-01-01").await.is_empty());
        assert_eq!(house.ledger.verify(|_| ()).await.unwrap().broken, None, "{engine}");
        house.ledger.close().await;
    }
}

#[tokio::test]
async fn needs_measures_positions_and_the_horizon() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "aims_needs", &clock).await {
        // Each engine lives the same days.
        clock.advance(Clock::at("2026-03-02T08:00:00Z").now().duration_since(clock.now()));
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
        let grant = resources::Grant { ask: id, amount: "1000".into(), by: "2026-03-20".into(), words: String::new() };
        let Err(Refused::Wrong(wrongs)) = house.does(house.dora, &grant).await else {
            panic!("{engine}: less without a reason")
        };
        assert!(wrongs.of("words").is_some());
        let grant = resources::Grant { words: "The rest in May.".into(), ..grant };
        assert!(matches!(house.does(house.tim, &grant).await, Err(Refused::NotYours(_))));
        house.does(house.dora, &grant).await.unwrap();
        let asker = actor(&house.ledger, mia).await;
        let mut tx = house.ledger.read().await.unwrap();
        let granted = ledger::promises::of_origin(&mut tx, &asker, leadership::promise::Origin::Grant, &id.to_string())
            .await
            .unwrap();
        let [promise] = &granted[..] else { panic!("{engine}: a grant is a promise") };
        assert_eq!((promise.from, promise.terms.due.to_string()), (house.dora, "2026-03-20".to_owned()), "{engine}");
        drop(tx);
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
async fn carried_by_two_circles_and_served_by_work() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "aims_shared", &clock).await {
        let house = House::new(ledger).await;
        let goal = house.does(house.tim, &make(house.team, AimKind::Goal, "One inventory", None)).await.unwrap();
        assert!(!house.seen(house.bo).await.all.contains_key(&goal));
        let to_client = aims::ShareAim { aim: goal, circle: house.client };
        assert!(
            matches!(house.does(house.tim, &to_client).await, Err(Refused::Wrong(_))),
            "{engine}: never with a client"
        );
        let share = aims::ShareAim { aim: goal, circle: house.other };
        house.does(house.tim, &share).await.unwrap();
        assert_eq!(house.waits(house.bo, "2026-03-02").await, [(Do::Answer, format!("/aims/{goal}#together"))]);
        let answer = aims::AnswerShare {
            aim: goal,
            circle: house.other,
            agrees: true,
            words: "We keep the devices in it.".into(),
        };
        assert!(matches!(house.does(house.tim, &answer).await, Err(Refused::NotYours(_))));
        house.does(house.bo, &answer).await.unwrap();
        assert!(house.seen(house.bo).await.all.contains_key(&goal));
        let declined = aims::AnswerShare { agrees: false, words: "No time.".into(), ..answer };
        house.does(house.bo, &declined).await.unwrap();
        assert!(!house.seen(house.bo).await.all.contains_key(&goal), "{engine}");

        let link = aims::LinkWork { aim: goal, field: "service".into(), value: "Devices".into() };
        house.does(house.tim, &link).await.unwrap();
        house.does(house.tim, &link).await.unwrap();
        let seen = house.seen(house.tim).await;
        let links = aims::work(&mut house.ledger.read().await.unwrap(), &seen).await.unwrap();
        assert_eq!(links[&goal].len(), 1);
        house
            .does(house.tim, &aims::UnlinkWork { aim: goal, field: "service".into(), value: "Devices".into() })
            .await
            .unwrap();
        assert!(aims::work(&mut house.ledger.read().await.unwrap(), &seen).await.unwrap().is_empty());
        house.ledger.close().await;
    }
}
