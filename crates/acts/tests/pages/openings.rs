//! A place that a team has open, as its people, as who leads it and as somebody outside see it.

use axum::http::StatusCode;

use crate::support::house;

const SEEN_OTHER: StatusCode = StatusCode::SEE_OTHER;
const UNPROCESSABLE: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
const NOT_FOUND: StatusCode = StatusCode::NOT_FOUND;

#[tokio::test]
async fn a_place_is_told_outside_and_who_applies_is_answered() {
    let house = house().await;
    let (dan, bo, kim) =
        (house.browser(house.dan).await, house.browser(house.bo).await, house.browser(house.kim).await);
    let outside = house.outsider();
    assert!(bo.get("/growth").await.has("href=\"/openings\"") && bo.get("/openings").await.has("Nothing is open."));
    assert!(bo.get("/openings/new").await.has("You lead no circle."));
    assert_eq!(kim.get("/openings").await.status, NOT_FOUND);
    let team = house.team.to_string();
    let fields = [
        ("circle", team.as_str()),
        ("title", "One <more>"),
        ("words", "You answer whoever cannot go on"),
        ("offers", "We listen"),
        ("figures", "true"),
        ("until", "2026-04-30"),
    ];
    assert_eq!(bo.post("/openings/new", &fields).await.status, StatusCode::FORBIDDEN);
    let wrong = dan.post("/openings/new", &fields[..5]).await;
    assert!(wrong.status == UNPROCESSABLE && wrong.has("One &lt;more&gt;") && wrong.has("Choose a day from today on"));
    let made = dan.post("/openings/new", &fields).await;
    assert_eq!(made.status, SEEN_OTHER, "{}", made.body);
    let id = made.to.rsplit('/').next().unwrap().to_owned();
    let address = format!("/work-here/{id}");
    let page = outside.get(&address).await;
    assert!(page.has("One &lt;more&gt;") && page.has("We listen") && page.has("Northwind IT"), "{}", page.body);
    assert!(page.has("deleted after 180 days") && page.has("Who can see what you write"), "{}", page.body);
    assert!(!page.has("Dan Ode"), "nobody of the team is named outside");
    let letter = [("name", "Ida <b>"), ("email", "ida@example.com"), ("words", "I like to find out why")];
    let wrong = outside.post(&address, &[letter[0], ("email", "nowhere"), letter[2]]).await;
    assert!(wrong.status == UNPROCESSABLE && wrong.has("I like to find out why") && wrong.has("nowhere"));
    let sent = outside.post(&address, &letter).await;
    assert!(sent.status == StatusCode::OK && sent.has("Thank you"), "{}", sent.body);

    assert!(dan.get("/today").await.has("Answer who would like to work with you: One &lt;more&gt;"));
    let page = bo.get(&made.to).await;
    assert!(page.has("One &lt;more&gt;") && !page.has("Ida") && !page.has("wrote"), "{}", page.body);
    let page = dan.get(&made.to).await;
    assert!(page.has("Ida &lt;b&gt;") && page.has("mailto:ida@example.com") && page.has("1 wrote"), "{}", page.body);
    assert!(page.has(&format!("http://127.0.0.1{address}")), "{}", page.body);
    let application = page.body.split("id=\"application-").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let at = format!("{}/applications/{application}", made.to);
    let long = "x".repeat(20_001);
    let wrong = dan.post(&at, &[("state", "joined"), ("note", long.as_str())]).await;
    assert!(wrong.status == UNPROCESSABLE && wrong.has("Choose one of these.") && wrong.has(&long), "{}", wrong.status);
    assert!(wrong.has(&format!("href=\"#note-{application}\"")), "a message leads to its own form");
    assert_eq!(dan.post(&at, &[("state", "talking"), ("note", "On Monday")]).await.status, SEEN_OTHER);
    assert!(dan.get(&made.to).await.has("you talk with them"));
    assert_eq!(bo.post(&format!("{at}/forget"), &[]).await.status, NOT_FOUND);
    assert_eq!(dan.post(&format!("{at}/forget"), &[]).await.status, SEEN_OTHER);
    assert!(!dan.get(&made.to).await.has("Ida"));

    // More than five letters a quarter of an hour from one place are too many, right or wrong.
    let mut last = None;
    for at in 0..5 {
        let email = format!("j{at}@example.com");
        last = Some(outside.post(&address, &[letter[0], ("email", email.as_str()), letter[2]]).await);
    }
    let last = last.unwrap();
    assert_eq!(last.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(last.has("a quarter of an hour") && last.has("j4@example.com") && last.has("I like to find out why"));
    assert_eq!(dan.post(&format!("{}/close", made.to), &[]).await.status, SEEN_OTHER);
    assert_eq!(outside.get(&address).await.status, NOT_FOUND);
    assert_eq!(outside.post(&address, &letter).await.status, NOT_FOUND);
}
