//! Who leads one: where they want to go, what each waits for of the other, and nothing between others.

use axum::http::StatusCode;
use leadership::PersonId;
use leadership::aim::AimKind;
use ledger::aims::MakeAim;
use ledger::asks::Need;
use ledger::promises::Give;
use ledger::thanks::{Card, WriteCard};

use crate::support::{House, house};

fn aim(house: &House, title: &str) -> MakeAim {
    MakeAim {
        circle: house.department,
        kind: AimKind::Goal,
        title: title.to_owned(),
        why: format!("Why of {title}."),
        picture: String::new(),
        horizon: String::new(),
        owner: Some(house.dan),
        serves: None,
        core: false,
        hard: false,
        source: String::new(),
        restatement: String::new(),
        confirmer: None,
    }
}

fn promise(to: PersonId, what: &str) -> Give {
    Give {
        whom: to.to_string(),
        what: what.to_owned(),
        known: "They say so.".to_owned(),
        due: "2026-03-20".to_owned(),
        ..Give::default()
    }
}

#[tokio::test]
async fn each_sees_who_leads_them_and_what_lies_between_the_two() {
    let house = house().await;
    let (bo, cy, dan) = (house.browser(house.bo).await, house.browser(house.cy).await, house.browser(house.dan).await);
    // The team has no leader of its own: Dan leads what it lies in.
    let empty = bo.get("/upward").await;
    assert_eq!(empty.status, StatusCode::OK, "{}", empty.body);
    assert!(empty.has("Dan Ode") && empty.has("By Operations") && empty.has("They answer for no aim that you see."));
    assert!(empty.has("They have written nothing about it.") && empty.has("Who can see this: you."));
    assert_eq!(empty.body.matches("Nothing that stands here.").count(), 2, "{}", empty.body);
    assert!(bo.get("/today").await.has("href=\"/upward\""));

    let goal = house.does(house.dan, aim(&house, "Answer within the hour")).await;
    house.does(house.dan, aim(&house, "Two sites less")).await;
    let own = MakeAim { circle: house.team, owner: Some(house.bo), serves: Some(goal), ..aim(&house, "Call back") };
    house.does(house.dan, own).await;
    house.does(house.bo, Need { whom: Some(house.dan), words: "Half an hour on labels".into() }).await;
    house.does(house.dan, Need { whom: Some(house.bo), words: "Which printer is it".into() }).await;
    house.does(house.bo, promise(house.dan, "Send the list")).await;
    house.does(house.dan, promise(house.bo, "Ask for the budget")).await;
    house.does(house.cy, promise(house.dan, "Tidy the store")).await;
    let card = Card { reach: "Before nine, by telephone".into(), ..Card::default() };
    house.does(house.dan, WriteCard(card)).await;

    let page = bo.get("/upward").await;
    let part = |from: &str, to: &str| {
        let (_, rest) = page.body.split_once(from).unwrap_or_else(|| panic!("{from} in {}", page.body));
        rest.split_once(to).unwrap_or_else(|| panic!("{to} in {rest}")).0.to_owned()
    };
    let (aims, theirs) = (part("Where they want to go", "<h3>"), part("What they wait for of you", "<h3>"));
    let mine = part("What you wait for of them", "<h3>");
    assert!(aims.contains("Answer within the hour") && aims.contains("Why of Answer within the hour."), "{aims}");
    assert!(aims.contains("Of yours, served by: ") && aims.contains("Call back"), "{aims}");
    assert_eq!(aims.matches("No aim of yours serves it.").count(), 1, "{aims}");
    assert!(theirs.contains("Which printer is it") && theirs.contains("Send the list"), "{theirs}");
    assert!(!theirs.contains("Half an hour on labels") && !theirs.contains("Ask for the budget"), "{theirs}");
    assert!(mine.contains("Half an hour on labels") && mine.contains("Ask for the budget"), "{mine}");
    assert!(!mine.contains("Which printer is it") && !mine.contains("Send the list"), "{mine}");
    assert!(page.has("Before nine, by telephone"), "{}", page.body);
    assert!(!page.has("Tidy the store"), "what lies between others");

    // A colleague sees the same direction, and their own between.
    let other = cy.get("/upward").await;
    assert!(other.has("Answer within the hour") && other.has("Tidy the store"), "{}", other.body);
    for of_bo in ["Half an hour on labels", "Which printer is it", "Send the list", "Ask for the budget"] {
        assert!(!other.has(of_bo), "{of_bo}: {}", other.body);
    }
    // Dan sees who leads him, not whom he leads; no client finds it.
    let above = dan.get("/upward").await;
    assert!(above.has("Ann Lee") && !above.has("Send the list"), "{}", above.body);
    assert!(house.browser(house.ann).await.get("/upward").await.has("name nobody above you"));
    assert_eq!(house.browser(house.kim).await.get("/upward").await.status, StatusCode::NOT_FOUND);
}
