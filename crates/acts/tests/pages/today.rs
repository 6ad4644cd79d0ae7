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
    // What was promised to somebody is in it before its day, and is the same thing when it waits to be closed.
    let whom = house.ann.to_string();
    let promise = [("whom", whom.as_str()), ("what", "A list"), ("known", "It lies there"), ("due", "2026-03-11")];
    assert_eq!(house.browser(house.bo).await.post("/promises/new", &promise).await.status, StatusCode::SEE_OTHER);
    let of_list = |text: &str| {
        let event = text.split("BEGIN:VEVENT").find(|event| event.contains("A list")).expect(text).to_owned();
        (uid(&event), event)
    };
    let (before, event) = of_list(&outside.get(&path).await.body);
    assert!(event.contains("SUMMARY:Promised to you: A list\r\n") && event.contains("20260311"), "{event}");
    house.clock.days(10);
    let (after, event) = of_list(&outside.get(&path).await.body);
    assert!(before == after && event.contains("SUMMARY:Say whether it was kept: A list\r\n"), "{event}");
    let ann = house.browser(house.ann).await;
    // What has its day later in the year is in it as well: one's own promises, aims and judgements.
    let whom = house.bo.to_string();
    let promise = [("whom", whom.as_str()), ("what", "A shelf"), ("known", "It stands"), ("due", "2026-08-01")];
    assert_eq!(ann.post("/promises/new", &promise).await.status, StatusCode::SEE_OTHER);
    let (top, me) = (house.organisation.to_string(), house.ann.to_string());
    let aim = [
        ("circle", top.as_str()),
        ("kind", "goal"),
        ("title", "Half the waiting"),
        ("why", "People can work."),
        ("owner", me.as_str()),
        ("horizon", "2026-12-01"),
    ];
    assert_eq!(ann.post("/aims/new", &aim).await.status, StatusCode::SEE_OTHER);
    let decide = crate::decisions::with(&[("circle", &top), ("decider", &me), ("then", "decide")]);
    assert_eq!(ann.post("/decisions/new", &decide).await.status, StatusCode::SEE_OTHER);
    let read = outside.get(&path).await;
    for event in [
        ("SUMMARY:Keep: A shelf\r\n", "DTSTART;VALUE=DATE:20260801\r\n"),
        ("SUMMARY:To be reached: Half the waiting\r\n", "DTSTART;VALUE=DATE:20261201\r\n"),
        ("SUMMARY:Judge what came of it: Which", "DTSTART;VALUE=DATE:20260701\r\n"),
    ] {
        assert!(read.has(event.0) && read.has(event.1), "{event:?}: {}", read.body);
    }
    // A kind that is switched off is not in it.
    let wish = [("hour", "7"), ("quiet_from", "19"), ("quiet_to", "7"), ("in_calendar", "acknowledge")];
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
    // A mail that would wait for the end of quiet hours into another day would never come.
    let never = [("mail", "true"), ("hour", "21"), ("quiet_from", "19"), ("quiet_to", "7")];
    let never = bo.post("/today/post", &never).await;
    assert_eq!(never.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(never.has("hour-wrong") && never.has("no mail would ever come"), "{}", never.body);
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

/// The line that is read out after an act in place.
fn happened(page: &crate::support::Page) -> &str {
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(page.body.starts_with("<div id=\"day\"") && !page.has("<html") && !page.has("<nav"), "{}", page.body);
    let (_, said) =
        page.body.rsplit_once("<p id=\"happened\" hx-swap-oob=\"innerHTML\">").expect("a word of what happened");
    said.strip_suffix("</p>").unwrap()
}

#[tokio::test]
async fn a_script_exchanges_the_day_and_without_one_the_same_forms_lead_to_it() {
    let house = house().await;
    let (ann, bo, cy) = (house.browser(house.ann).await, house.browser(house.bo).await, house.browser(house.cy).await);
    let badge = ask(&house, &bo, house.organisation, "A badge", "").await;
    let bench = ask(&house, &bo, house.organisation, "A bench", "").await;
    let chair = ask(&house, &cy, house.organisation, "A <b>chair</b>", "").await;
    let page = ann.get("/today").await;
    assert!(page.has("aria-live=\"polite\"") && page.has("hx-target:inherited=\"#day\""), "{}", page.body);
    for path in [&badge, &bench, &chair] {
        let action = format!("action=\"{path}/triage\" hx-post=\"{path}/triage\"");
        assert_eq!(page.body.matches(&action).count(), 4, "each of the four forms works both ways");
    }
    // No code in attributes: the policy forbids it.
    assert!(!page.has("hx-on") && !page.has("hx-vals=\"js") && !page.has("onclick"));

    let from = ("from", "/today");
    let done = ann.post_part(&format!("{bench}/triage"), &[("verdict", "do"), from]).await;
    assert_eq!(happened(&done), "You do “A bench”.");
    assert!(done.has("In hand: ") && done.has("A badge") && done.has("3 things wait"), "{}", done.body);
    // The last verdict is the one that is told: no two at one instant.
    let later = || house.clock.advance(jiff::SignedDuration::from_secs(5));
    later();
    let dropped = [("verdict", "drop"), ("reason", "Bought"), from];
    let dropped = ann.post_part(&format!("{chair}/triage"), &dropped).await;
    assert_eq!(happened(&dropped), "You dropped “A &lt;b&gt;chair&lt;/b&gt;”. The asker was told.");
    assert!(!dropped.has(&format!("{chair}/triage")) && dropped.has("Take it back"));
    let back = ann.post_part(&format!("{chair}/undo"), &[]).await;
    assert_eq!(happened(&back), "The verdict is taken back.");
    assert!(back.has(&format!("{chair}/triage")));
    later();
    let delegate =
        [("verdict", "delegate"), ("to", &house.cy.to_string()), ("day", "2026-03-09"), ("outcome", "It"), from];
    assert_eq!(
        happened(&ann.post_part(&format!("{badge}/triage"), &delegate).await),
        "You offered to somebody “A badge”."
    );

    // What is refused is a whole page in place of all that is shown, with what was typed.
    let refused = ann.post_part(&format!("{chair}/triage"), &[("verdict", "defer"), ("day", "2026-03-01"), from]).await;
    assert_eq!((refused.status, refused.retarget.as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "#main"));
    assert!(refused.has("Name a day after today.") && refused.has("2026-03-01") && refused.has("<main id=\"main\""));
    let gone = bo.post_part("/today/seen/nonsense", &[]).await;
    assert_eq!((gone.status, gone.retarget.as_str()), (StatusCode::NOT_FOUND, "#main"));
    let nobody = house.outsider().post_part("/today/hand/down", &[]).await;
    assert_eq!((nobody.status, nobody.retarget.as_str()), (StatusCode::UNAUTHORIZED, "#main"), "signed out meanwhile");

    // Taken, done, acknowledged, in hand and out of it.
    assert_eq!(happened(&cy.post_part(&format!("{badge}/answer"), &[("takes", "true")]).await), "You take “A badge”.");
    assert_eq!(happened(&ann.post_part("/today/hand/down", &[]).await), "Put down.");
    let subject = bench.rsplit('/').next().unwrap();
    let hand = [("noun", "request"), ("subject", subject)];
    assert_eq!(happened(&ann.post_part("/today/hand", &hand).await), "Taken in hand.");
    assert_eq!(happened(&ann.post_part(&format!("{bench}/done"), &[]).await), "“A bench” is done.");
    let told = bo.get("/today").await;
    let seen = told.body.split("action=\"/today/seen/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let seen = bo.post_part(&format!("/today/seen/{seen}"), &[]).await;
    assert!(happened(&seen).starts_with("Seen: “"), "{}", seen.body);

    // Without a script nothing of it is there.
    let plain = ann.post(&format!("{chair}/triage"), &[("verdict", "do"), from]).await;
    assert_eq!(
        (plain.status, plain.to.as_str(), plain.retarget.as_str()),
        (StatusCode::SEE_OTHER, "/today#waiting", "")
    );
    let plain = ann.post(&format!("{chair}/triage"), &[("verdict", "drop"), ("reason", " ")]).await;
    assert_eq!((plain.status, plain.retarget.as_str()), (StatusCode::UNPROCESSABLE_ENTITY, ""));
}
