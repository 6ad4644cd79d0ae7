//! Who helped whom, as each of the two sees it.

use axum::http::StatusCode;
use ledger::asks::{Answer, Need};

use crate::support::house;

#[tokio::test]
async fn what_two_did_for_each_other_is_theirs_to_read() {
    let house = house().await;
    let (bo, dan, cy) = (house.browser(house.bo).await, house.browser(house.dan).await, house.browser(house.cy).await);
    assert!(bo.get("/network").await.has("Nothing stands here yet."));
    assert!(bo.get("/growth").await.has("href=\"/network\""));
    let ask = house.does(house.bo, Need { whom: Some(house.dan), words: "Half an hour <now>".into() }).await;
    house.does(house.dan, Answer { ask, words: "At ten".into() }).await;
    let page = bo.get("/network").await;
    assert!(page.has("Dan Ode") && page.has("They did for you") && !page.has("You did for them"), "{}", page.body);
    assert!(page.has("Half an hour &lt;now&gt;") && page.has(&format!("href=\"/asks#ask-{ask}\"")), "{}", page.body);
    assert!(page.has("Who can see this: you."), "{}", page.body);
    let page = dan.get("/network").await;
    assert!(page.has("Bo Kim") && page.has("You did for them") && !page.has("They did for you"), "{}", page.body);
    assert!(!cy.get("/network").await.has("Half an hour"));
    assert_eq!(house.browser(house.kim).await.get("/network").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn two_are_introduced_and_each_says_whether_they_want_it() {
    let house = house().await;
    let (dan, bo, cy) = (house.browser(house.dan).await, house.browser(house.bo).await, house.browser(house.cy).await);
    let (b, c) = (house.bo.to_string(), house.cy.to_string());
    let fields = [("one", b.as_str()), ("other", c.as_str()), ("words", "Both run <printers>")];
    let wrong = dan.post("/network/introduce", &[fields[0], ("other", b.as_str()), fields[2]]).await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.has("Choose two different people."));
    assert!(wrong.has("Both run &lt;printers&gt;"));
    let made = dan.post("/network/introduce", &fields).await;
    let id = made.to.rsplit("introduction-").next().unwrap().to_owned();
    assert!(bo.get("/today").await.has("Dan Ode would introduce you to Cy Dahl"));
    assert!(bo.get("/network").await.has("Both run &lt;printers&gt;") && bo.get("/network").await.has("I want to"));
    assert!(!dan.get("/network").await.has("I want to"));
    let at = format!("/network/introductions/{id}");
    assert_eq!(bo.post(&at, &[("wants", "true")]).await.status, StatusCode::SEE_OTHER);
    assert!(!dan.get("/network").await.has("both want it"));
    assert_eq!(cy.post(&at, &[("wants", "true")]).await.status, StatusCode::SEE_OTHER);
    assert!(dan.get("/network").await.has("both want it") && !dan.get("/network").await.has("since then"));
    assert!(bo.get("/network").await.has("since then 0 asks answered"));
    assert!(bo.get("/network/goals").await.has("You answer for no aim."));
    assert_eq!(house.browser(house.kim).await.get("/network/introduce").await.status, StatusCode::NOT_FOUND);
}
