//! Talks: called, held, heard, confirmed, agreed; a mediation step by step; notes, cadence and uncertain times.

use axum::http::StatusCode;

use crate::support::{Client, house};

const SEEN_OTHER: StatusCode = StatusCode::SEE_OTHER;
const UNPROCESSABLE: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
const NOT_FOUND: StatusCode = StatusCode::NOT_FOUND;

/// The part of a page after a text, up to a quote.
fn after(body: &str, text: &str) -> String {
    body.split(text).nth(1).unwrap_or_default().chars().take_while(|c| *c != '"').collect()
}

async fn does(browser: &Client, path: &str, fields: &[(&str, &str)]) {
    let page = browser.post(path, fields).await;
    assert_eq!(page.status, SEEN_OTHER, "{path}: {}", page.body);
}

#[tokio::test]
async fn a_one_to_one_goes_all_the_way() {
    let house = house().await;
    let (dan, bo, cy) = (house.browser(house.dan).await, house.browser(house.bo).await, house.browser(house.cy).await);
    let (ann, kim) = (house.browser(house.ann).await, house.browser(house.kim).await);
    let none = bo.get("/talks").await;
    assert!(none.has("None is planned.") && none.has("Who can see a talk: those who take part"), "{}", none.body);
    assert!(bo.get("/talks/new").await.has("/talks/new?kind=mediation"));
    assert!(kim.get("/talks").await.has("None is planned.") && kim.get("/talks/new").await.status == NOT_FOUND);
    let (dan_id, bo_id) = (house.dan.to_string(), house.bo.to_string());
    let wrong = [("kind", "one_to_one"), ("with", bo_id.as_str()), ("about", "<b>Shifts</b>"), ("planned_on", "")];
    let wrong = dan.post("/talks/new", &wrong).await;
    assert!(wrong.status == UNPROCESSABLE && wrong.has("&lt;b&gt;Shifts") && wrong.has("id=\"planned_on-wrong\""));
    let call = [("kind", "one_to_one"), ("with", bo_id.as_str()), ("about", "Shifts"), ("planned_on", "2026-03-02")];
    let talk = dan.post("/talks/new", &call).await.to;
    assert!(bo.get("/today").await.has("A one-to-one with Dan Ode"));
    for other in [&cy, &ann, &kim] {
        assert_eq!(other.get(&talk).await.status, NOT_FOUND, "nobody beside the two, whoever administers");
        assert_eq!(other.post(&format!("{talk}/held"), &[("held_on", "2026-03-02")]).await.status, NOT_FOUND);
    }
    let page = bo.get(&talk).await;
    assert!(
        page.has("Questions that help") && page.has("How are you?") && page.has("/training/listening"),
        "{}",
        page.body
    );
    does(&bo, &format!("{talk}/seen"), &[]).await;
    let early = bo.post(&format!("{talk}/held"), &[("held_on", "2026-03-09"), ("said", "Kept words")]).await;
    assert!(early.status == UNPROCESSABLE && early.has("Kept words") && early.has("still to come"));
    does(&bo, &format!("{talk}/held"), &[("held_on", "2026-03-02"), ("said", "Nights")]).await;
    let wrong = dan.post(&format!("{talk}/heard"), &[("of", bo_id.as_str()), ("heard", "")]).await;
    assert!(wrong.status == UNPROCESSABLE && wrong.has("id=\"heard-wrong\""), "{}", wrong.body);
    does(&dan, &format!("{talk}/heard"), &[("of", &bo_id), ("heard", "Fewer nights")]).await;
    let today = bo.get("/today").await;
    assert!(today.has("Dan Ode says back what they heard from you"), "{}", today.body);
    let page = bo.get(&talk).await;
    let answer = format!("/talks/heard/{}", after(&page.body, "action=\"/talks/heard/"));
    assert!(page.has("This is what I meant") && answer.ends_with("/answer"), "{}", page.body);
    assert_eq!(cy.post(&answer, &[("confirms", "yes")]).await.status, NOT_FOUND);
    let wrong = bo.post(&answer, &[("correction", "")]).await;
    assert!(
        wrong.status == UNPROCESSABLE && wrong.has("must not be empty") && wrong.has("correction-"),
        "{}",
        wrong.body
    );
    does(&bo, &answer, &[("correction", "Known a month ahead")]).await;
    assert!(dan.get("/today").await.has("Bo Kim corrected what you heard"));
    let again = answer.replace("/answer", "/again");
    does(&dan, &again, &[("restated", "Nights known a month ahead")]).await;
    does(&bo, &answer, &[("confirms", "yes")]).await;
    let page = dan.get(&talk).await;
    assert!(page.has("confirmed by the one who said it, which is not to agree") && page.has("Something was agreed"));
    let typed = [("promise_from", dan_id.as_str()), ("promise_to", bo_id.as_str()), ("promise_what", "Plan ahead")];
    let wrong = dan.post(&format!("{talk}/agree"), &typed).await;
    assert!(
        wrong.status == UNPROCESSABLE && wrong.has("Plan ahead") && wrong.has("promise_due-1-wrong"),
        "{}",
        wrong.body
    );
    let more = dan.post(&format!("{talk}/agree"), &[typed[0], typed[1], typed[2], ("more", "promise")]).await;
    assert!(more.status == StatusCode::OK && more.has("Promise 2"));
    let whole = [typed[0], typed[1], typed[2], ("promise_due", "2026-03-20"), ("promise_known", "It hangs there")];
    does(&dan, &format!("{talk}/agree"), &whole).await;
    let page = bo.get(&talk).await;
    assert!(page.has("What was promised") && page.has("Plan ahead"), "{}", page.body);
    let promise = format!("/promises/{}", after(&page.body, "href=\"/promises/"));
    assert!(bo.get(&promise).await.has(&format!("href=\"{talk}\"")), "the promise leads back");
    assert!(bo.get("/me").await.has("Talks in which you take part"));
    does(&dan, "/talks/rhythm", &[("kind", "one_to_one"), ("with", &bo_id), ("days", "14")]).await;
    for side in [&dan, &bo] {
        let rhythm = side.get("/talks/rhythm").await;
        assert!(rhythm.has("of your talks came a promise: 0 kept, 1 open"), "{}", rhythm.body);
    }
}

#[tokio::test]
async fn a_mediation_shows_what_waits_for_whom() {
    let house = house().await;
    let (dan, bo, cy) = (house.browser(house.dan).await, house.browser(house.bo).await, house.browser(house.cy).await);
    let (bo_id, cy_id) = (house.bo.to_string(), house.cy.to_string());
    let call = [
        ("kind", "mediation"),
        ("with", bo_id.as_str()),
        ("other", cy_id.as_str()),
        ("about", "Scripts at night"),
        ("planned_on", "2026-03-03"),
        ("noticed_on", "2026-02-27"),
    ];
    let talk = dan.post("/talks/new", &call).await.to;
    let post = |what: &str| format!("{talk}/{what}");
    let page = bo.get(&talk).await;
    assert!(
        page.has("Noticed on 27 February 2026") && page.has("Nobody was heard yet") && page.has("waits for Bo Kim")
    );
    assert!(page.has("Tell the mediator") && bo.get("/today").await.has("Tell the mediator how you see it"));
    does(&bo, &post("account"), &[("account", "I am woken at night")]).await;
    let page = cy.get(&talk).await;
    assert!(!page.has("woken") && page.has("3 days later") && page.has("not open to you yet"), "{}", page.body);
    let wrong = cy.post(&post("agree"), &[("promise_what", "Kept what")]).await;
    assert!(wrong.status == UNPROCESSABLE && wrong.has("said back by the other first"), "{}", wrong.body);
    let page = dan.get(&talk).await;
    assert!(page.has("woken at night") && page.has("<option value") && page.has("waits for Dan Ode"), "{}", page.body);
    does(&dan, &post("heard"), &[("of", &bo_id), ("heard", "You want to sleep")]).await;
    let heard = after(&bo.get(&talk).await.body, "action=\"/talks/heard/");
    does(&bo, &format!("/talks/heard/{heard}"), &[("confirms", "yes")]).await;
    assert!(!cy.get(&talk).await.has("You want to sleep"));
    assert!(bo.get(&talk).await.has("Open it to the other side"));
    does(&bo, &post("open"), &[]).await;
    let page = cy.get(&talk).await;
    assert!(page.has("woken at night") && page.has("You want to sleep") && page.has("What you heard"), "{}", page.body);
}

#[tokio::test]
async fn notes_cadence_and_uncertain_times_are_seen_by_whose_they_are() {
    let house = house().await;
    let (dan, bo, cy) = (house.browser(house.dan).await, house.browser(house.bo).await, house.browser(house.cy).await);
    let kim = house.browser(house.kim).await;
    let (dan_id, bo_id, department) = (house.dan.to_string(), house.bo.to_string(), house.department.to_string());
    let wrong = bo.post("/talks/notes", &[("words", "")]).await;
    assert!(wrong.status == UNPROCESSABLE && wrong.has("id=\"words-wrong\""));
    does(&bo, "/talks/notes", &[("words", "A child comes in May")]).await;
    let page = bo.get("/talks/notes").await;
    let note = after(&page.body, "/talks/notes?show=");
    assert!(bo.get(&format!("/talks/notes?show={note}")).await.has(&format!("/talks/notes/{note}/show")));
    assert!(!dan.get("/talks/notes").await.has("May"));
    assert_eq!(dan.post(&format!("/talks/notes/{note}/show"), &[("to", &dan_id)]).await.status, NOT_FOUND);
    does(&bo, &format!("/talks/notes/{note}/show"), &[("to", &dan_id)]).await;
    assert!(dan.get("/talks/notes").await.has("A child comes in May") && !cy.get("/talks/notes").await.has("May"));
    let call = [("kind", "one_to_one"), ("with", bo_id.as_str()), ("about", "You"), ("planned_on", "2026-03-03")];
    let talk = dan.post("/talks/new", &call).await.to;
    assert!(dan.get(&talk).await.has("A child comes in May"), "where the two talk");
    does(&bo, &format!("/talks/notes/{note}/back"), &[("from", &dan_id)]).await;
    assert!(!dan.get("/talks/notes").await.has("May") && !dan.get(&talk).await.has("May"), "taken back");

    let wrong = dan.post("/talks/rhythm", &[("kind", "one_to_one"), ("with", &bo_id), ("days", "900")]).await;
    assert!(wrong.status == UNPROCESSABLE && wrong.has("value=\"900\""));
    does(&dan, "/talks/rhythm", &[("kind", "one_to_one"), ("with", &bo_id), ("days", "14")]).await;
    assert!(dan.get("/talks/rhythm").await.has("every 14 days") && bo.get("/talks/rhythm").await.has("set by them"));
    assert!(!cy.get("/talks/rhythm").await.has("every 14 days"));
    let refused =
        bo.post("/uncertain", &[("circle", &department), ("reason", "Kept reason"), ("until", "2026-05-01")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let state = [("circle", department.as_str()), ("reason", "Sold or not"), ("until", "2026-05-01")];
    let period = dan.post("/uncertain", &state).await.to;
    let wrong = dan.post(&period, &[("words", "Kept words")]).await;
    assert!(wrong.status == UNPROCESSABLE && wrong.has("Kept words") && wrong.has("Choose whether it is known."));
    does(&dan, &period, &[("known", "no"), ("words", "Whether we move")]).await;
    let page = bo.get(&period).await;
    assert!(
        page.has("What we do not know yet") && page.has("Whether we move") && !page.has("Say something"),
        "{}",
        page.body
    );
    assert_eq!(kim.get(&period).await.status, NOT_FOUND);
    let page = dan.get("/talks/rhythm").await;
    assert!(page.has("while times are uncertain"), "{}", page.body);

    // Beside work: whoever wants to comes, by one button; of who came nothing is told.
    let beside =
        [("kind", "not_work"), ("circle", department.as_str()), ("starter", "music"), ("planned_on", "2026-03-02")];
    let beside = dan.post("/talks/new", &beside).await.to;
    let page = cy.get(&beside).await;
    assert!(page.has("I will be there") && page.has("Each plays one piece"), "{}", page.body);
    does(&cy, &format!("{beside}/join"), &[("comes", "yes")]).await;
    assert!(cy.get(&beside).await.has("I will not be there"));
    assert_eq!(kim.get(&beside).await.status, NOT_FOUND);
    does(&dan, &format!("{beside}/held"), &[("held_on", "2026-03-02")]).await;
    let page = bo.get("/talks").await;
    assert!(page.has("1 in 2026-03") && page.has("never who") && !page.has("Cy Dahl"), "{}", page.body);
}

#[tokio::test]
async fn the_charter_of_a_team_is_what_it_agreed() {
    let house = house().await;
    let (dan, bo, cy) = (house.browser(house.dan).await, house.browser(house.bo).await, house.browser(house.cy).await);
    assert!(bo.get("/talks").await.has("href=\"/talks/charter\""));
    let empty = bo.get("/talks/charter").await;
    assert!(empty.has("No value and no standard stands here yet."), "{}", empty.body);
    let value = ledger::aims::MakeAim {
        circle: house.team,
        kind: leadership::aim::AimKind::Value,
        title: "Bad news <first>".into(),
        why: "Then there is time".into(),
        picture: "Told the same day".into(),
        horizon: String::new(),
        owner: None,
        serves: None,
        core: false,
        hard: false,
        source: String::new(),
        restatement: String::new(),
        confirmer: None,
    };
    house.does(house.dan, value).await;
    for browser in [&bo, &cy] {
        does(browser, "/talks/common", &[("words", "Old radios")]).await;
    }
    does(&bo, "/talks/common", &[("words", "Old radios\nChess")]).await;
    let page = cy.get("/talks/charter").await;
    assert!(page.has("Bad news &lt;first&gt;") && page.has("Then there is time"), "{}", page.body);
    assert!(page.has("Old radios") && !page.has("Chess"), "what one alone likes is no common ground: {}", page.body);
    assert!(page.has("Bo Kim") && page.has("Has written nothing about it."), "{}", page.body);
    let above = dan.get(&format!("/talks/charter?circle={}", house.team)).await;
    assert!(!above.has("Old radios"), "a circle to which one does not belong: {}", above.body);
    assert_eq!(house.browser(house.kim).await.get("/talks/charter").await.status, NOT_FOUND);
}
