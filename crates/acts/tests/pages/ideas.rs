//! Ideas: offered, answered, merged, tried and told back, as those of the circle and clients see them.

use axum::http::StatusCode;

use crate::support::house;

const SEEN_OTHER: StatusCode = StatusCode::SEE_OTHER;
const UNPROCESSABLE: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
const NOT_FOUND: StatusCode = StatusCode::NOT_FOUND;

#[tokio::test]
async fn an_idea_goes_all_the_way() {
    let house = house().await;
    let (dan, bo, cy) = (house.browser(house.dan).await, house.browser(house.bo).await, house.browser(house.cy).await);
    let (kim, otto) = (house.browser(house.kim).await, house.browser(house.otto).await);
    let team = house.team.to_string();
    let none = bo.get("/ideas").await;
    assert!(none.has("There are none here yet."));
    assert!(none.has(">All that you see</option>") && none.has(">All</option>") && !none.has(">None</option>"));
    assert!(bo.get("/ideas/days").await.has("You lead no circle."));
    let stated = [("circle", team.as_str()), ("days", "10")];
    assert_eq!(bo.post("/ideas/days", &stated).await.status, StatusCode::FORBIDDEN);
    let wrong = dan.post("/ideas/days", &[("circle", team.as_str()), ("days", "99")]).await;
    assert!(wrong.status == UNPROCESSABLE && wrong.has("value=\"99\""));
    assert_eq!(dan.post("/ideas/days", &stated).await.status, SEEN_OTHER);
    assert!(bo.get("/ideas/new").await.has("Service desk: answered within 10 days"));
    let wrong = bo.post("/ideas/new", &[("title", "A <b>screen</b>"), ("words", "")]).await;
    assert!(
        wrong.status == UNPROCESSABLE && wrong.has("A &lt;b&gt;screen") && wrong.has("Choose a circle of the list.")
    );
    let offer = [("circle", team.as_str()), ("title", "A <b>screen</b>"), ("words", "A call less a day")];
    let first = bo.post("/ideas/new", &offer).await.to;
    let second = cy.post("/ideas/new", &[("title", "A board"), offer[0], offer[2]]).await.to;
    let page = cy.get(&first).await;
    assert!(page.has("A &lt;b&gt;screen") && page.has("Dan Ode is to answer it by 12 March 2026"), "{}", page.body);
    assert!(!page.has("Answer it"), "only who leads answers");
    for client in [&kim, &otto] {
        assert_eq!(client.get(&first).await.status, NOT_FOUND);
        assert!(!client.get("/ideas").await.has("screen"));
    }
    assert!(!dan.get("/today").await.has("Answer the idea"), "a new one may lie a while");
    house.clock.days(6);
    let (dan, bo, cy) = (house.browser(house.dan).await, house.browser(house.bo).await, house.browser(house.cy).await);
    assert!(dan.get("/today").await.has("Answer the idea: A board"));
    assert_eq!(
        cy.post(&format!("{second}/answer"), &[("answer", "accept"), ("reason", "x")]).await.status,
        StatusCode::FORBIDDEN
    );
    let into = second.rsplit('/').next().unwrap().to_owned();
    let wrong = dan.post(&format!("{first}/merge"), &[("into", into.as_str()), ("merge_reason", "")]).await;
    assert!(wrong.status == UNPROCESSABLE && wrong.has("This must not be empty."));
    let merge = [("into", into.as_str()), ("merge_reason", "One wall is enough")];
    assert_eq!(dan.post(&format!("{first}/merge"), &merge).await.status, SEEN_OTHER);
    assert!(bo.get(&first).await.has("It goes on in") && bo.get(&second).await.has("Cy Dahl, Bo Kim"), "credit to all");
    let wrong = dan.post(&format!("{second}/answer"), &[("reason", "Kept reason")]).await;
    assert!(wrong.status == UNPROCESSABLE && wrong.has("Kept reason") && wrong.has("Choose one of these."));
    assert_eq!(
        dan.post(&format!("{second}/answer"), &[("answer", "try"), ("reason", "Two weeks")]).await.status,
        SEEN_OTHER
    );
    assert!(bo.get("/today").await.has("Your idea is being tried: A board"), "{}", bo.get("/today").await.body);
    assert_eq!(bo.post(&format!("{second}/learn"), &[("learned", "People look at nine")]).await.status, SEEN_OTHER);
    assert_eq!(
        dan.post(&format!("{second}/answer"), &[("answer", "accept"), ("reason", "It is used")]).await.status,
        SEEN_OTHER
    );
    assert_eq!(dan.post(&format!("{second}/tell"), &[("result", "It hangs at the door")]).await.status, SEEN_OTHER);
    let told = cy.get("/ideas").await;
    assert!(
        told.has("You said, we did") && told.has("It hangs at the door") && told.has("Cy Dahl, Bo Kim"),
        "{}",
        told.body
    );
    let filtered = cy.get(&format!("/ideas?circle={team}&state=accepted&mine=true")).await;
    assert!(filtered.has("A board") && filtered.has("in the last six months") && filtered.has("not enough to say"));

    // A client's idea is that client's.
    let (kim, otto) = (house.browser(house.kim).await, house.browser(house.otto).await);
    let harbour = house.harbour.to_string();
    let theirs =
        kim.post("/ideas/new", &[("circle", harbour.as_str()), ("title", "One number to call"), offer[2]]).await;
    assert_eq!(theirs.status, SEEN_OTHER, "{}", theirs.body);
    assert!(kim.get(&theirs.to).await.has("One number to call") && !kim.get("/ideas").await.has("A board"));
    assert_eq!(otto.get(&theirs.to).await.status, NOT_FOUND);
    assert_eq!(cy.get(&theirs.to).await.status, NOT_FOUND, "nor the team's, which does not see the client");
    let ann = house.browser(house.ann).await;
    assert!(ann.get(&theirs.to).await.has("Answer it"));
}

#[tokio::test]
async fn people_say_where_they_stand_and_those_who_offer_read_it() {
    let house = house().await;
    let (bo, cy, kim) = (house.browser(house.bo).await, house.browser(house.cy).await, house.browser(house.kim).await);
    let team = house.team.to_string();
    let idea = bo.post("/ideas/new", &[("circle", &team), ("title", "A board"), ("words", "It helps")]).await.to;
    let at = format!("{idea}/stand");
    let wrong = cy.post(&at, &[("stance", "against"), ("words", "")]).await;
    assert!(wrong.status == UNPROCESSABLE && wrong.has("This must not be empty."), "{}", wrong.body);
    assert_eq!(cy.post(&at, &[("stance", "against"), ("words", "It <hides> the door")]).await.status, SEEN_OTHER);
    let page = bo.get(&idea).await;
    assert!(page.has("Cy Dahl") && page.has("against it") && page.has("It &lt;hides&gt; the door"), "{}", page.body);
    assert!(cy.get(&idea).await.has("Change where you stand"));
    assert_eq!(kim.post(&at, &[("stance", "for")]).await.status, NOT_FOUND);
    let meet = bo.get(&format!("/ideas/meet?circle={team}")).await;
    assert!(meet.has("There is none yet.") && !meet.has("A board"), "two people are not five: {}", meet.body);
    assert_eq!(kim.get("/ideas/meet").await.status, NOT_FOUND);
    assert!(bo.get("/ideas").await.has("/ideas/meet") && !kim.get("/ideas").await.has("/ideas/meet"));
    // It is decided while somebody writes: their words are shown to them once more.
    let dan = house.browser(house.dan).await;
    let answered = dan.post(&format!("{idea}/answer"), &[("answer", "decline"), ("reason", "No wall is free")]).await;
    assert_eq!(answered.status, SEEN_OTHER, "{}", answered.body);
    let late = cy.post(&at, &[("stance", "for"), ("words", "The <wide> wall is")]).await;
    assert!(
        late.status == UNPROCESSABLE && late.has("It was decided.") && late.has("The &lt;wide&gt; wall is"),
        "{}",
        late.body
    );
}
