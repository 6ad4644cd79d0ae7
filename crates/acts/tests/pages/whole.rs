//! What pages of direction count over a circle: aims, people, money, work and risk on one page; what is linked; what
//! was seen coming; standards that were raised; how much of a day serves an aim.

use std::sync::Arc;

use acts::{Later, Reading, WorkRecord};
use axum::http::StatusCode;
use leadership::AimId;
use leadership::aim::{AimKind, Resource};
use leadership::replan::Bump;
use leadership::stance::Verdict;
use leadership::teach::Way;
use ledger::aims::{MakeAim, align, explain, horizon, resources};

use crate::support::{House, house, over};

/// A record with one measure, an estimate.
struct One;

impl WorkRecord for One {
    fn readings(&self) -> Later<'_, Vec<Reading>> {
        let one = Reading {
            name: "resolve_p50".to_owned(),
            title: "Half are resolved within".to_owned(),
            value: 9.5,
            unit: "hours".to_owned(),
            n: 24_918,
            interval: Some((9.25, 9.8)),
            rows: "/rows/x".to_owned(),
        };
        Box::pin(std::future::ready(vec![one]))
    }
}

fn goal(house: &House, title: &str, horizon: &str) -> MakeAim {
    MakeAim {
        circle: house.team,
        kind: AimKind::Goal,
        title: title.to_owned(),
        why: format!("Why of {title}."),
        picture: String::new(),
        horizon: horizon.to_owned(),
        owner: None,
        serves: None,
        core: false,
        hard: false,
        source: String::new(),
        restatement: String::new(),
        confirmer: None,
    }
}

#[tokio::test]
async fn a_leader_sees_the_whole_of_a_circle_on_one_page() {
    let house = over(Arc::new(One)).await;
    let far = house.does(house.dan, goal(&house, "No site waits", "2027-01-01")).await;
    let late = MakeAim { serves: Some(far), ..goal(&house, "Answer within the hour", "2026-03-10") };
    house.does(house.dan, late).await;
    let hard = house.does(house.dan, MakeAim { hard: true, ..goal(&house, "Fewer devices", "") }).await;
    let words = "Two people left.".to_owned();
    house.does(house.dan, align::SayBump { aim: hard, kind: Bump::Setback, words }).await;
    let ask = resources::Ask {
        aim: hard,
        kind: Resource::Funding,
        what: "Headsets".into(),
        amount: "1000".into(),
        needed_by: String::new(),
        of: Some(house.ann),
    };
    let ask = house.does(house.dan, ask).await;
    let grant =
        resources::Grant { ask, amount: "400".into(), by: "2026-04-01".into(), words: "The rest in May.".into() };
    house.does(house.ann, grant).await;
    house.clock.days(20);

    let dan = house.browser(house.dan).await;
    let page = dan.get(&format!("/aims/print/{}", house.department)).await;
    for told in [
        "The whole at a glance",
        "3<small>live; 0 paused, 0 reached, 0 dropped</small>",
        "1<small>live aims with a day more than 182 days ahead</small>",
        "3<small>hold a role</small>",
        "2<small>1 past their day, 1 set back, 0 quiet, 0 in conflict</small>",
        "1,000.00",
        "400.00",
        "<strong>600.00</strong>",
        "Half are resolved within: 9.5 hours",
        "n = 24918, 95 % interval 9.25 to 9.8",
    ] {
        assert!(page.has(told), "{told}: {}", page.body);
    }
    // A member reads the direction of their team, and no figure over the whole.
    let own = house.browser(house.bo).await.get(&format!("/aims/print/{}", house.team)).await;
    assert!(own.has("Answer within the hour") && !own.has("at a glance") && !own.has("9.5 hours"), "{}", own.body);

    // What is missing is counted, and not refused.
    let gaps = dan.get("/aims/gaps").await;
    assert!(gaps.has("1 of 3<small>greater goals, goals, strategies, standards</small>"), "{}", gaps.body);
    assert!(gaps.has("no owner") && gaps.has("no strategy") && gaps.has("serves nothing yet"), "{}", gaps.body);
}

#[tokio::test]
async fn signals_are_counted_by_the_quarter_tried_and_adopted() {
    let house = house().await;
    let note = |title: &str, verdict, review: &str| horizon::NoteSignal {
        circle: house.team,
        title: title.to_owned(),
        source: String::new(),
        so_what: "Half of the calls.".to_owned(),
        verdict,
        review: review.to_owned(),
    };
    let tried = house.does(house.bo, note("Machines that read", Verdict::Try, "2026-09-01")).await;
    house.does(house.bo, note("A new law", Verdict::Watch, "2026-09-01")).await;
    let adopted = horizon::LookAgain {
        signal: tried,
        so_what: "A third of the calls.".into(),
        verdict: Verdict::Try,
        review: String::new(),
        outcome: "adopted".into(),
    };
    house.does(house.bo, adopted).await;
    house.clock.days(100);
    house.does(house.bo, note("A merger", Verdict::Ignore, "")).await;
    let board = house.browser(house.bo).await.get("/aims/horizon").await;
    let counts = [("Noted within 91 days", 1), ("Tried", 1), ("Adopted", 1)];
    for (of, count) in counts {
        assert!(board.has(&format!("<dt>{of}</dt><dd>{count}</dd>")), "{of}: {}", board.body);
    }
    assert!(board.has("A merger") && board.has("Settled: 1"), "{}", board.body);
}

/// What re-plans an aim as it was made, as something raised.
fn raised<'a>(title: &'a str, told: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("version", "1"),
        ("title", title),
        ("why", "The floor stands still."),
        ("turn", "raise"),
        ("changed", "From four hours to two."),
        ("because", "Three months without a miss."),
        ("stays", "Nights as they are."),
        ("audience", told),
    ]
}

#[tokio::test]
async fn a_standard_is_raised_and_a_goal_is_not() {
    let house = house().await;
    let (dan, bo) = (house.browser(house.dan).await, house.bo.to_string());
    let standard = MakeAim { kind: AimKind::Standard, ..goal(&house, "Heard from within four hours", "") };
    let standard = house.does(house.dan, standard).await;
    let other: AimId = house.does(house.dan, goal(&house, "Fewer devices", "")).await;
    let (to_raise, to_refuse) = (format!("/aims/{standard}/replan"), format!("/aims/{other}/replan"));
    assert!(dan.get(&to_raise).await.has("value=\"raise\"") && !dan.get(&to_refuse).await.has("value=\"raise\""));
    let refused = dan.post(&to_refuse, &raised("Fewer devices", &bo)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.has("Only a standard is raised.") && refused.has("From four hours to two."), "{}", refused.body);
    assert!(dan.get("/aims/changes").await.has("None yet. Re-plan a standard"));
    let done = dan.post(&to_raise, &raised("Heard from within two hours", &bo)).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let log = dan.get("/aims/changes").await;
    let log = log.body.split("Standards raised").nth(1).unwrap().split("Every change of plan").next().unwrap();
    for told in ["Heard from within two hours", "From four hours to two.", "Three months without a miss."] {
        assert!(log.contains(told), "{told}: {log}");
    }
}

#[tokio::test]
async fn today_tells_how_much_of_it_serves_an_aim() {
    let house = house().await;
    let above = house.does(house.dan, goal(&house, "No site waits", "")).await;
    let served = MakeAim { serves: Some(above), ..goal(&house, "Answer within the hour", "") };
    let aims = [above, house.does(house.dan, served).await];
    for title in ["Fewer devices", "Better lines"] {
        house.does(house.dan, goal(&house, title, "")).await;
    }
    for aim in aims {
        let words = "An hour is what the floor can bear.".to_owned();
        let act = explain::Explain { aim, circle: house.team, way: Way::Meeting, words };
        house.does(house.dan, act).await;
    }
    house.clock.days(2);
    let day = house.browser(house.bo).await.get("/today").await;
    // Two questions wait; the aim of one of them serves another, the other stands by itself.
    assert!(day.has("1 of 2 serve an aim that you see."), "{}", day.body);
    assert!(day.has(&format!("/aims/{above}")), "{}", day.body);
}
