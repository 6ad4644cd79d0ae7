//! Today, asks, the calendar, and how one is told.

use axum::http::StatusCode;

use crate::support::{Client, House, house};

/// Asks; gives the path of the request.
async fn ask(house: &House, from: &Client, circle: leadership::CircleId, title: &str, due: &str) -> String {
    let circle = circle.to_string();
    let asked = from.post("/requests/new", &[("title", title), ("circle", &circle), ("due", due)]).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.body);
    assert_eq!(house.browser(house.otto).await.get(&asked.to).await.status, StatusCode::NOT_FOUND);
    asked.to
}

#[tokio::test]
async fn an_empty_day_says_what_would_fill_it() {
    let house = house().await;
    let bo = house.browser(house.bo).await.get("/today").await;
    assert!(bo.has("Monday 2 March 2026") && bo.has("Nothing waits for you") && bo.has("/requests/new"), "{}", bo.body);
    let kim = house.browser(house.kim).await.get("/today").await;
    assert!(kim.has("Nothing waits for you") && !kim.has("/people"), "{}", kim.body);
    let nobody = house.outsider().get("/today").await;
    assert_eq!((nobody.status, nobody.to.as_str()), (StatusCode::SEE_OTHER, "/signin?next=%2Ftoday"));
}

#[tokio::test]
async fn four_verdicts_in_place() {
    let house = house().await;
    let (ann, kim) = (house.browser(house.ann).await, house.browser(house.kim).await);
    let (bo, cy) = (house.browser(house.bo).await, house.browser(house.cy).await);
    let hostile = "<script>alert(1)</script> & the line";
    let line = ask(&house, &kim, house.harbour, hostile, "2026-03-10").await;
    let badge = ask(&house, &bo, house.organisation, "A badge", "").await;
    let bench = ask(&house, &bo, house.organisation, "A bench", "").await;
    let chair = ask(&house, &cy, house.organisation, "A chair", "").await;
    let page = ann.get("/today").await;
    assert!(page.has("4 things wait for you"), "{}", page.body);
    assert!(!page.has("<script>alert") && page.has("&lt;script&gt;alert(1)&lt;/script&gt; &amp; the line"));
    for key in ["d", "g", "f", "x", "i"] {
        assert!(page.has(&format!("data-key=\"{key}\"")), "{key}");
    }

    let to = |path: &str| format!("{path}/triage");
    let from = ("from", "/today");
    let done = ann.post(&to(&bench), &[("verdict", "do"), from]).await;
    assert_eq!((done.status, done.to.as_str()), (StatusCode::SEE_OTHER, "/today#waiting"));
    assert!(ann.get("/today").await.has("In hand: "));
    // Without a reason it comes back with the message at its field, and nothing typed is lost.
    let refused = ann.post(&to(&chair), &[("verdict", "drop"), ("reason", " "), from]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.has("Say why it will not be done"));
    let past = ann.post(&to(&chair), &[("verdict", "defer"), ("day", "2026-03-01"), ("reason", "Keep this")]).await;
    assert!(past.has("Name a day after today.") && past.has("Keep this") && past.has("2026-03-01"), "{}", past.body);
    house.clock.advance(jiff::SignedDuration::from_secs(5));
    ann.post(&to(&chair), &[("verdict", "drop"), ("reason", "Bought last week"), from]).await;
    assert!(cy.get("/today").await.has("Will not be done: A chair"));
    let undo = ann.get("/today").await;
    assert!(undo.has("You dropped “A chair”") && undo.has("data-key=\"u\""), "{}", undo.body);
    assert_eq!(ann.post(&format!("{chair}/undo"), &[]).await.status, StatusCode::SEE_OTHER);
    let told = cy.get("/today").await;
    assert!(told.has("Open again: A chair") && !told.has("Will not be done"), "{}", told.body);
    // Acknowledged: gone.
    let seen = told.body.split("action=\"/today/seen/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    cy.post(&format!("/today/seen/{seen}"), &[]).await;
    assert!(cy.get("/today").await.has("Nothing waits for you"));
    assert_eq!(bo.post(&format!("/today/seen/{seen}"), &[]).await.status, StatusCode::NOT_FOUND);

    ann.post(&to(&badge), &[("verdict", "defer"), ("day", "2026-03-16"), from]).await;
    assert!(!ann.get("/today").await.has("A badge</a></h3>"));
    let delegate =
        [("verdict", "delegate"), ("to", &house.cy.to_string()), ("day", "2026-03-09"), ("outcome", "It works")];
    assert_eq!(ann.post(&to(&line), &delegate).await.status, StatusCode::SEE_OTHER);
    let offered = cy.get("/today").await;
    assert!(offered.has("asks whether you take it") && offered.has("I take it"), "{}", offered.body);
    let back = cy.post(&format!("{line}/answer"), &[("reason", "")]).await;
    assert!(back.status == StatusCode::UNPROCESSABLE_ENTITY && back.has("Say why you hand it back."));
    assert_eq!(bo.post(&format!("{line}/answer"), &[("takes", "true")]).await.status, StatusCode::NOT_FOUND);
    cy.post(&format!("{line}/answer"), &[("takes", "true")]).await;
    let told = kim.get("/today").await;
    assert!(told.has("Taken on: &lt;script&gt;"), "{}", told.body);
    let page = kim.get(&line).await;
    assert!(page.has("It works") && page.has("Cy Dahl took it"), "{}", page.body);
    // The client's ask shows nothing but its parties.
    assert!(!page.has("Bo Kim"));
    assert!(ann.get("/requests").await.has("not enough to say"));
    assert!(!kim.get("/requests").await.has("Your triage"));
}

#[tokio::test]
async fn an_ask_that_cannot_be_kept_loses_nothing() {
    let house = house().await;
    let kim = house.browser(house.kim).await;
    let long = "x".repeat(201);
    let team = house.team.to_string();
    let typed = [("title", long.as_str()), ("words", "Typed with care"), ("circle", &team), ("due", "2026-02-31")];
    let page = kim.post("/requests/new", &typed).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for text in ["This has 201 characters", "Typed with care", "is no day", "Choose the circle", long.as_str()] {
        assert!(page.has(text), "{text}: {}", page.body);
    }
    assert!(!page.has("Service desk"), "a circle that is not seen is not offered");
}

#[tokio::test]
async fn an_interruption_takes_one_press() {
    let house = house().await;
    let bo = house.browser(house.bo).await;
    ask(&house, &house.browser(house.cy).await, house.organisation, "Nothing of Bo's", "").await;
    let mine = [("title", "Renew the certificate"), ("circle", &house.team.to_string()), ("of", &house.bo.to_string())];
    assert_eq!(bo.post("/requests/new", &mine).await.status, StatusCode::SEE_OTHER);
    let came = bo.post("/today/interrupted", &[]).await;
    let page = bo.get(&came.to).await;
    assert!(page.has("It pushed aside “<a href=\"/requests/"), "{}", page.body);
    let id = came.to.split('=').nth(1).unwrap();
    bo.post(&format!("/today/interrupted/{id}"), &[("words", "The lift stood still")]).await;
    assert!(bo.get("/today").await.has("The lift stood still"));
    assert!(!house.browser(house.cy).await.get("/today").await.has("The lift stood still"));
}

#[tokio::test]
async fn the_calendar_has_a_secret_address_that_can_be_revoked() {
    let house = house().await;
    let (ann, kim) = (house.browser(house.ann).await, house.browser(house.kim).await);
    ask(&house, &kim, house.harbour, "Scanners; the line, and more", "2026-03-10").await;
    ask(&house, &kim, house.harbour, "Without a day", "").await;
    let made = ann.post("/today/calendar", &[]).await;
    let path = made.body.split("<code>http://127.0.0.1").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let outside = house.outsider();
    let read = outside.get(&path).await;
    assert_eq!(read.status, StatusCode::OK);
    assert!(read.has("SUMMARY:Decide: Scanners\\; the line\\, and more\r\n"), "{}", read.body);
    assert!(read.has("DTSTART;VALUE=DATE:20260310\r\n") && !read.has("Without a day"));
    let uid = |text: &str| text.split("UID:").nth(1).unwrap().split("\r\n").next().unwrap().to_owned();
    house.clock.advance(jiff::SignedDuration::from_hours(10));
    assert_eq!(uid(&read.body), uid(&outside.get(&path).await.body), "the same thing stays the same");
    // A kind that is switched off is not in it.
    let wish = [("hour", "7"), ("quiet_from", "19"), ("quiet_to", "7"), ("in_calendar", "keep")];
    assert_eq!(ann.post("/today/post", &wish).await.status, StatusCode::SEE_OTHER);
    assert!(!outside.get(&path).await.has("VEVENT"));
    // A new address ends the old one; revoking ends it too.
    assert_eq!(kim.get(&path).await.status, StatusCode::OK);
    let again = ann.post("/today/calendar", &[]).await;
    assert_eq!(outside.get(&path).await.status, StatusCode::NOT_FOUND);
    let path = again.body.split("<code>http://127.0.0.1").nth(1).unwrap().split('<').next().unwrap().to_owned();
    ann.post("/today/calendar/revoke", &[]).await;
    assert_eq!(outside.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(outside.get("/calendar/nonsense.ics").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn wishes_are_kept_and_bad_ones_come_back() {
    let house = house().await;
    let bo = house.browser(house.bo).await;
    let bad = bo.post("/today/post", &[("hour", "25"), ("quiet_from", "x"), ("quiet_to", "6")]).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bad.has("value=\"25\"") && bad.has("Give a whole number of hours"), "{}", bad.body);
    bo.post("/today/post", &[("hour", "8"), ("quiet_from", "18"), ("quiet_to", "6"), ("in_mail", "keep")]).await;
    let page = bo.get("/today/post").await;
    assert!(
        page.has("value=\"8\"") && page.has("id=\"in_mail-keep\" name=\"in_mail\" value=\"keep\" checked"),
        "{}",
        page.body
    );
    assert!(!page.has("id=\"in_mail-news\" name=\"in_mail\" value=\"news\" checked"));
    // The keys were not ticked: they do nothing now.
    assert!(!bo.get("/today").await.has("data-keys"));
}
