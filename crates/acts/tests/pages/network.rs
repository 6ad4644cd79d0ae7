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
