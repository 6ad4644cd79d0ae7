//! Aims are made, confirmed from above, re-planned, carried together.

use leadership::aim::{AimKind, AimState, Gap};
use leadership::replan::Turn;
use leadership::today::Do;
use ledger::aims::{self, ConfirmGreater, MakeAim, MarkConflict, MoveAim, Replan, SettleConflict};
use ledger::testing::{Clock, each};
use ledger::{Refused, notices};

use super::{House, make, replan};

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
