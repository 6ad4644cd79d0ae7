//! Growth as its owner, a guest and everybody else sees it; what is one's own alone; thanks and the card.

use axum::http::StatusCode;

use crate::support::house;

const SEEN_OTHER: StatusCode = StatusCode::SEE_OTHER;
const UNPROCESSABLE: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
const NOT_FOUND: StatusCode = StatusCode::NOT_FOUND;

/// A quality of the model, whatever it is called.
fn quality(at: usize) -> (&'static str, &'static str) {
    let one = &model::shipped().qualities[at];
    (one.key.as_str(), one.name.as_str())
}

#[tokio::test]
async fn a_plan_is_begun_practised_shown_to_a_guest_and_closed() {
    let house = house().await;
    let (dan, bo, ann) =
        (house.browser(house.dan).await, house.browser(house.bo).await, house.browser(house.ann).await);
    let kim = house.browser(house.kim).await;
    let (key, name) = quality(0);
    let empty = dan.get("/growth").await;
    assert!(empty.has("You have none under way") && empty.has("Begin a plan") && empty.has("Nobody yet."));
    for path in ["/growth", "/growth/reflection", "/growth/held", "/growth/strengths", "/recognition", "/me/card"] {
        assert_eq!(kim.get(path).await.status, NOT_FOUND, "{path} is the organisation's own");
    }
    let form = dan.get(&format!("/growth/plan/new?quality={key}")).await;
    assert!(form.has(&format!("<option value=\"{key}\" selected>")) && form.has("value=\"2026-06-02\""));
    let wrong = dan.post("/growth/plan/new", &[("quality", key), ("why", "Kept <words>"), ("retest_on", "soon")]).await;
    assert!(wrong.status == UNPROCESSABLE && wrong.has("Kept &lt;words&gt;") && wrong.has("“soon” is no day"));
    let begin = [("quality", key), ("why", "Let people finish"), ("quality_2", ""), ("retest_on", "2026-06-01")];
    assert_eq!(dan.post("/growth/plan/new", &begin).await.to, "/growth");
    let page = dan.get("/growth").await;
    assert!(page.has(name) && page.has("Let people finish") && page.has("1 June 2026"), "{}", page.body);
    let form = page.body.split("/growth/plan/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let plan = form.split('/').next().unwrap().to_owned();
    let practice = format!("/growth/plan/{plan}/practice");
    assert!(dan.get(&practice).await.has("a note to yourself"));
    assert_eq!(bo.get(&practice).await.status, NOT_FOUND);
    let bos = house.bo.to_string();
    let promised = [
        ("quality", key),
        ("words", "Say back what I heard"),
        ("due", "2026-03-06"),
        ("to", bos.as_str()),
        ("known", "In two talks"),
    ];
    assert_eq!(dan.post(&practice, &promised).await.status, SEEN_OTHER);
    let wrong = dan.post(&practice, &[("words", "Kept"), ("due", "2026-03-06"), ("to", "nobody")]).await;
    assert!(wrong.status == UNPROCESSABLE && wrong.has("Choose somebody of the list.") && wrong.has("value=\"Kept\""));
    let own = [("quality", key), ("words", "Count to five"), ("due", "2026-03-05")];
    let added = dan.post(&practice, &own).await.to;
    let id = added.split("practice-").nth(1).unwrap().to_owned();
    let page = dan.get("/growth").await;
    assert!(page.has("promised to Bo Kim") && page.has("a note to oneself"), "{}", page.body);
    assert!(dan.get("/today").await.has("Count to five") && bo.get("/promises").await.has("Say back what I heard"));
    assert_eq!(dan.post(&format!("/growth/practices/{id}/done"), &[("note", "Hard")]).await.status, SEEN_OTHER);
    let again = dan.post(&format!("/growth/practices/{id}/done"), &[("note", "Typed again")]).await;
    assert!(again.status == UNPROCESSABLE && again.has("This is done already."), "{}", again.body);
    let retest = format!("/growth/plan/{plan}/retest");
    let wrong = dan.post(&retest, &[("retest_on", "2026-01-01")]).await;
    assert!(wrong.status == UNPROCESSABLE && wrong.has("still to come") && wrong.has("2026-01-01"));
    assert_eq!(dan.post(&retest, &[("retest_on", "2026-04-01")]).await.status, SEEN_OTHER);

    // A guest sees the chosen part, and that they looked is kept for its owner.
    let wrong = dan.post("/growth/seats/new", &[("words", "An hour a month")]).await;
    assert!(wrong.status == UNPROCESSABLE && wrong.has("Choose at least one part") && wrong.has("An hour a month"));
    let invite = [("guest", bos.as_str()), ("parts", "plan"), ("words", "An hour a month")];
    let seat = dan.post("/growth/seats/new", &invite).await.to;
    assert!(bo.get("/today").await.has("Dan Ode asks you to look along as they grow"));
    assert!(!bo.get(&seat).await.has("Let people finish"), "nothing before it is taken");
    assert_eq!(ann.get(&seat).await.status, NOT_FOUND);
    assert_eq!(bo.post(&format!("{seat}/answer"), &[("takes", "true")]).await.to, seat);
    let seen = bo.get(&seat).await;
    assert!(seen.has("Let people finish") && seen.has("Count to five") && !seen.has("Strengths and limits</h2>"));
    assert!(dan.get("/me").await.has("their growth, from the seat beside them"));
    let wrong = bo.post(&seat, &[("day", "2026-03-02"), ("words", "Kept talk"), ("promise_what", "Ask first")]).await;
    assert!(
        wrong.status == UNPROCESSABLE && wrong.has("Kept talk") && wrong.has("value=\"Ask first\""),
        "{}",
        wrong.body
    );
    let talk = [
        ("day", "2026-03-02"),
        ("words", "Three talks looked at"),
        ("promise_what", "Ask first"),
        ("promise_from", "other"),
        ("promise_due", "2026-03-09"),
        ("promise_known", "Bo saw it twice"),
    ];
    assert_eq!(bo.post(&seat, &talk).await.status, SEEN_OTHER);
    assert!(dan.get(&seat).await.has("Three talks looked at") && dan.get("/today").await.has("Ask first"));
    assert_eq!(bo.post(&format!("{seat}/end"), &[]).await.status, SEEN_OTHER);
    assert_eq!(bo.get(&seat).await.status, NOT_FOUND, "over is over");
    let close = format!("/growth/plan/{plan}/close");
    assert!(dan.get(&close).await.has("still open"));
    assert_eq!(dan.post(&close, &[("learned", "")]).await.status, UNPROCESSABLE);
    assert_eq!(dan.post(&close, &[("learned", "Silence asks too")]).await.status, SEEN_OTHER);
    assert!(dan.get("/growth").await.has("Silence asks too"));
}

#[tokio::test]
async fn what_is_ones_own_is_on_ones_own_pages_only() {
    let house = house().await;
    let (dan, ann) = (house.browser(house.dan).await, house.browser(house.ann).await);
    let page = dan.get("/growth/reflection").await;
    assert!(page.has("You alone") || page.has("you alone"), "{}", page.body);
    let week = page.body.split("name=\"week\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let question = page.body.split("name=\"question\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let nothing = [("week", week.as_str()), ("question", question.as_str()), ("answer", "")];
    let wrong = dan.post("/growth/reflection", &nothing).await;
    assert!(wrong.status == UNPROCESSABLE && wrong.has("Write a sentence") && wrong.has(&question));
    let said = [("week", week.as_str()), ("question", question.as_str()), ("answer", "I shouted at the printer")];
    assert_eq!(dan.post("/growth/reflection", &said).await.status, SEEN_OTHER);
    let page = dan.get("/growth/reflection").await;
    assert!(page.has("I shouted at the printer") && page.has("Throw it away"));
    let discard = page.body.split("action=\"/growth/reflection/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let discard = format!("/growth/reflection/{discard}");

    let hold = [("whom", "The vendor"), ("words", "You never listen"), ("purpose", ""), ("hours", "12")];
    let wrong = dan.post("/growth/held", &[("words", "You never listen"), ("hours", "0")]).await;
    assert!(wrong.status == UNPROCESSABLE && wrong.has("You never listen") && wrong.has("from 1 to 720"));
    assert_eq!(dan.post("/growth/held", &hold).await.status, SEEN_OTHER);
    let page = dan.get("/growth/held").await;
    assert!(page.has("The vendor") && page.has("held until"));
    let held = page.body.split("href=\"/growth/held/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let held = format!("/growth/held/{held}");
    assert!(dan.get(&held).await.has("Its words are shown again when it is free"));

    // The administrator finds none of it: not on pages, not in the export, not by its address.
    for path in ["/growth/reflection", "/growth/held", "/growth", "/me", "/me/export", "/today"] {
        let page = ann.get(path).await;
        assert!(!page.has("printer") && !page.has("never listen") && !page.has("The vendor"), "{path}");
    }
    assert_eq!(ann.get(&held).await.status, NOT_FOUND);
    for (path, fields) in [(held.as_str(), &hold[..]), (discard.as_str(), &[]), (&format!("{held}/go"), &[])] {
        assert_eq!(ann.post(path, fields).await.status, NOT_FOUND, "{path}");
    }
    assert!(!dan.get("/me").await.has("never listen"), "not even beside one's other data, which may be printed");
    house.clock.advance(jiff::SignedDuration::from_hours(13));
    let dan = house.browser(house.dan).await;
    assert!(dan.get("/today").await.has("A message that you held is free"));
    let free = dan.get(&held).await;
    assert!(free.has("You never listen") && free.has("Before you send it"));
    assert_eq!(dan.post(&held, &hold).await.status, SEEN_OTHER);
    assert!(dan.get(&held).await.has("held until"));
    assert_eq!(dan.post(&format!("{held}/go"), &[]).await.status, SEEN_OTHER);
    assert_eq!(dan.get(&held).await.status, NOT_FOUND);
    assert_eq!(dan.post(&discard, &[]).await.status, SEEN_OTHER);
    assert!(!dan.get("/growth/reflection").await.has("printer"));
}

#[tokio::test]
async fn what_was_seen_is_read_by_two_and_thanks_too() {
    let house = house().await;
    let (dan, bo, cy) = (house.browser(house.dan).await, house.browser(house.bo).await, house.browser(house.cy).await);
    let (key, name) = quality(1);
    let bos = house.bo.to_string();
    let form = dan.get(&format!("/observations/new?about={bos}")).await;
    assert!(form.has(&format!("<option value=\"{bos}\" selected>Bo Kim")), "{}", form.body);
    let note = [
        ("about", bos.as_str()),
        ("quality", key),
        ("seen_on", "2026-03-01"),
        ("words", "You let <i>Di</i> finish"),
        ("effect", "She told us about the backup"),
    ];
    assert_eq!(dan.post("/observations/new", &note[..4]).await.status, UNPROCESSABLE);
    assert_eq!(dan.post("/observations/new", &note).await.status, SEEN_OTHER);
    assert!(bo.get("/today").await.has("Dan Ode noted what they saw you do"));
    let page = bo.get("/observations").await;
    assert!(page.has("You let &lt;i&gt;Di&lt;/i&gt; finish") && page.has(name), "{}", page.body);
    assert!(!cy.get("/observations").await.has("backup"));
    let id = page.body.split("action=\"/observations/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let respond = format!("/observations/{id}/respond");
    assert_eq!(cy.post(&respond, &[("reply", "x")]).await.status, NOT_FOUND);
    assert_eq!(dan.post(&respond, &[("reply", "x")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(bo.post(&respond, &[("reply", "I had not noticed"), ("useful", "true")]).await.status, SEEN_OTHER);
    assert!(dan.get("/observations").await.has("I had not noticed"));
    let again = bo.post(&respond, &[("reply", "More")]).await;
    assert!(again.status == UNPROCESSABLE && again.has("You replied before."));
    assert_eq!(dan.post(&format!("/observations/{id}/withdraw"), &[]).await.status, SEEN_OTHER);
    assert!(!bo.get("/observations").await.has("backup") && dan.get("/observations").await.has("taken back"));

    let give = [("to", bos.as_str()), ("words", "Stayed with the backup"), ("difference", "The clinic could open")];
    assert_eq!(dan.post("/thanks/new", &give[..2]).await.status, UNPROCESSABLE);
    let thanks = dan.post("/thanks/new", &give).await.to;
    assert!(bo.get("/today").await.has("Dan Ode thanks you") && bo.get(&thanks).await.has("The clinic could open"));
    assert_eq!(cy.get(&thanks).await.status, NOT_FOUND);
    assert_eq!(bo.post(&format!("{thanks}/seen"), &[]).await.status, SEEN_OTHER);
    assert!(!bo.get("/today").await.has("Dan Ode thanks you"));
    assert_eq!(dan.post(&format!("{thanks}/back"), &[]).await.status, SEEN_OTHER);
    assert_eq!(bo.get(&thanks).await.status, NOT_FOUND);

    assert_eq!(
        bo.post("/me/card", &[("reach", "Call, do not write"), ("drives", "Old radios")]).await.status,
        SEEN_OTHER
    );
    let page = cy.get(&format!("/people/{bos}")).await;
    assert!(page.has("Call, do not write") && page.has("Old radios") && page.has("Nominate them"), "{}", page.body);
    assert!(bo.get("/me/card").await.has("Old radios"));
}

#[tokio::test]
async fn what_one_has_taken_on_is_for_oneself() {
    let house = house().await;
    let (bo, cy) = (house.browser(house.bo).await, house.browser(house.cy).await);
    assert!(bo.get("/growth").await.has("href=\"/growth/capacity\""));
    let give = ledger::promises::Give {
        whom: house.cy.to_string(),
        what: "Send the <list>".into(),
        known: "It is there".into(),
        due: "2026-03-05".into(),
        ..Default::default()
    };
    house.does(house.bo, give).await;
    let page = bo.get("/growth/capacity").await;
    assert!(page.has("Week of 2 March 2026") && page.has("Send the &lt;list&gt;"), "{}", page.body);
    assert!(page.has("not enough to say yet") && page.has("Who can see this: you alone."), "{}", page.body);
    assert!(!cy.get("/growth/capacity").await.has("Send the"));
}
