//! Truth and code: what owners, circles, clients, confidants and whom a concern is about get to see.

use axum::http::StatusCode;
use jiff::SignedDuration;
use ledger::concerns::NameConfidant;

use crate::support::{Client, House, house};

const SEEN_OTHER: StatusCode = StatusCode::SEE_OTHER;
const UNPROCESSABLE: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

/// The address without its fragment.
fn path(to: &str) -> &str {
    to.split('#').next().unwrap_or_default()
}

#[tokio::test]
async fn status_is_said_and_its_gap_is_the_owners_for_a_day() {
    let house = house().await;
    let (dan, bo) = (house.browser(house.dan).await, house.browser(house.bo).await);
    let department = house.department.to_string();
    assert!(bo.get("/status").await.has("Nothing is told yet"));
    let fields = [("noun", "work"), ("circle", &department), ("title", "Move <b>the</b> mail"), ("due", "2026-03-12")];
    let opened = dan.post("/status/new", &fields).await;
    assert_eq!(opened.status, SEEN_OTHER, "{}", opened.body);
    let page = opened.to.clone();
    let wrong = dan.post(&page, &[("words", "All is well & fine"), ("due", "some day")]).await;
    assert_eq!(wrong.status, UNPROCESSABLE);
    assert!(wrong.has("All is well &amp; fine") && wrong.has("some day") && wrong.has("Choose how it stands."));
    let said = [("colour", "on_course"), ("words", "All is well"), ("due", "2026-03-12")];
    assert_eq!(dan.post(&page, &said).await.status, SEEN_OTHER);
    assert_eq!(bo.post(&page, &said).await.status, StatusCode::FORBIDDEN);

    // Its day passes: the owner sees the gap on that day, the circle on the next.
    house.clock.days(11);
    let (dan, bo) = (house.browser(house.dan).await, house.browser(house.bo).await);
    let gap = "Said on course; the one sign says otherwise.";
    assert!(dan.get(&page).await.has(gap), "{}", dan.get(&page).await.body);
    assert!(dan.get("/today").await.has("How does it stand: Move &lt;b&gt;the&lt;/b&gt; mail"));
    assert!(bo.get(&page).await.has("on course") && !bo.get(&page).await.has(gap) && !bo.get("/status").await.has(gap));
    house.clock.days(1);
    let (dan, bo) = (house.browser(house.dan).await, house.browser(house.bo).await);
    assert!(bo.get(&page).await.has(gap) && bo.get("/status").await.has(gap));
    assert!(!bo.get(&page).await.has("How does it stand?"), "only its owner says it");
    let bad = [("colour", "off_course"), ("words", "Two weeks more"), ("due", "2026-03-28")];
    assert_eq!(dan.post(&page, &bad).await.status, SEEN_OTHER);
    assert!(bo.get(&page).await.has("Told on its day or after it."));
    for (name, value) in [("name", ""), ("target", "few")] {
        assert_eq!(dan.post(&format!("{page}/measure"), &[(name, value)]).await.status, UNPROCESSABLE);
    }
    let measure = [("name", "Boxes"), ("unit", "boxes"), ("start", "300"), ("target", "0")];
    assert_eq!(dan.post(&format!("{page}/measure"), &measure).await.status, SEEN_OTHER);
    assert!(dan.get(&page).await.has("Boxes: not read yet"));
    for client in [house.kim, house.otto] {
        let client = house.browser(client).await;
        for address in ["/status", &page, "/code", "/code/log", "/code/checks"] {
            assert_eq!(client.get(address).await.status, StatusCode::NOT_FOUND, "{address}");
        }
        assert!(!client.get("/honesty").await.has("/status"));
    }
}

#[tokio::test]
async fn a_clause_is_seen_tried_and_excepted_in_the_open() {
    let house = house().await;
    let (ann, bo) = (house.browser(house.ann).await, house.browser(house.bo).await);
    let root = house.organisation.to_string();
    let clause = [
        ("circle", root.as_str()),
        ("kind", "ethics"),
        ("title", "Bad news first"),
        ("words", "On the same day."),
        ("why", "Trust is lost once."),
    ];
    assert_eq!(bo.get("/code/new").await.status, StatusCode::NOT_FOUND);
    let wrong = ann.post("/code/new", &[("title", "Kept words")]).await;
    assert!(wrong.status == UNPROCESSABLE && wrong.has("Kept words"));
    let page = ann.post("/code/new", &clause).await.to;
    let case = [
        ("story", "The backup failed."),
        ("choice", "Wait"),
        ("choice", "Tell"),
        ("choice", ""),
        ("right", "2"),
        ("reason", "The same day means today."),
    ];
    assert_eq!(bo.post(&format!("{page}/case"), &case).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ann.post(&format!("{page}/case"), &case).await.status, SEEN_OTHER);

    let today = bo.get("/today").await;
    assert!(
        today.has("Bad news first") && today.has("A short case: Bad news first") && today.has(&page),
        "{}",
        today.body
    );
    let seen = bo.get(&page).await;
    assert!(seen.has("I have seen it") && !seen.has("The same day means today."), "no reason before the answer");
    assert_eq!(bo.post(&format!("{page}/seen"), &[]).await.status, SEEN_OTHER);
    assert!(!bo.get(&page).await.has("I have seen it"));
    let id = seen.body.split("name=\"case\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let answer = |place| [("case", id.clone()), ("place", place)];
    let send = async |who: &Client, place: &str| {
        let fields = answer(place.to_owned());
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        who.post(&format!("{page}/answer"), &fields).await
    };
    assert!(send(&bo, "").await.has("Choose one of the answers."));
    assert_eq!(send(&bo, "1").await.status, SEEN_OTHER);
    let own = bo.get(&page).await;
    assert!(
        own.has("Not what the clause asks.") && own.has("The same day means today.") && own.has("not enough to say")
    );
    let others = ann.get(&page).await;
    assert!(!others.has("Not what the clause asks.") && others.has("not enough to say"), "an answer is one's own");
    assert!(send(&bo, "2").await.has("You answered this case before."));

    let exception =
        [("title", "Harbour waits"), ("for_whom", "The desk"), ("reason", "Their wish"), ("until", "2026-04-01")];
    assert_eq!(ann.post(&format!("{page}/exception"), &exception).await.status, SEEN_OTHER);
    let log = bo.get("/code/log").await;
    assert!(log.has("Harbour waits") && log.has("allowed by Ann Lee") && log.has("until 2026-04-01"), "{}", log.body);
    let right = [
        ("title", "Paid back"),
        ("words", "An hour too many"),
        ("cost", "1.250,50"),
        ("currency", "EUR"),
        ("day", "2026-03-01"),
        ("circle", root.as_str()),
    ];
    assert_eq!(bo.post("/code/right/new", &right).await.status, SEEN_OTHER);
    assert!(ann.get("/code/log").await.has("1,250.50 EUR"));
    let mine = ann.get("/honesty/mine").await;
    assert!(mine.has("Bad news first") && mine.has("0 of 1 right") && mine.has("Harbour waits"), "{}", mine.body);
    assert!(!mine.has("Paid back"), "what others told is not one's own");

    let check = [("template", "purchase"), ("question", "Is nobody paid by the seller?"), ("circle", root.as_str())];
    assert_eq!(ann.post("/code/checks", &check).await.status, SEEN_OTHER);
    let form = bo.get("/code/checks/purchase").await;
    let field = form.body.split("name=\"answer-").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let (asked, words) = (format!("answer-{field}"), format!("words-{field}"));
    let run = [("title", "New headsets"), ("circle", root.as_str()), (asked.as_str(), "no"), (words.as_str(), "")];
    let wrong = bo.post("/code/checks/purchase", &run).await;
    assert!(wrong.status == UNPROCESSABLE && wrong.has("New headsets"), "{}", wrong.body);
    let run = [
        ("title", "New headsets"),
        ("circle", root.as_str()),
        (asked.as_str(), "no"),
        (words.as_str(), "My cousin sells"),
    ];
    assert_eq!(bo.post("/code/checks/purchase", &run).await.status, SEEN_OTHER);
    assert!(ann.get("/code/checks").await.has("My cousin sells"));
    assert_eq!(bo.get("/code/checks/other").await.status, StatusCode::NOT_FOUND);
}

const MATTER: &str = "A report that was not true";
const WORDS: &str = "She asked me to write that the backup ran.";

async fn raised(house: &House, named: bool) -> String {
    for person in [house.dan, house.cy] {
        let act = NameConfidant { circle: Some(house.organisation), person: Some(person), for_clients: false };
        house.does(house.ann, act).await;
    }
    let (bo, about, to) = (house.browser(house.bo).await, house.ann.to_string(), house.dan.to_string());
    let mut fields = vec![("matter", MATTER), ("about", &about), ("words", WORDS), ("to", &to)];
    if named {
        fields.push(("named", "true"));
    }
    let sent = bo.post("/concerns/new", &fields).await;
    assert_eq!((sent.status, sent.to.as_str()), (StatusCode::OK, ""), "no address holds the receipt: {}", sent.body);
    sent.body.split("<code>").nth(1).unwrap().split("</code>").next().unwrap().to_owned()
}

#[tokio::test]
async fn a_concern_is_read_by_its_confidant_and_by_nobody_else() {
    let house = house().await;
    let receipt = raised(&house, false).await;
    let dan = house.browser(house.dan).await;
    let list = dan.get("/concerns").await;
    let concern =
        list.body.split("href=\"/concerns/").map(|part| part.split('"').next().unwrap()).find(|id| id.len() == 36);
    let concern = concern.unwrap().to_owned();
    assert!(dan.get("/today").await.has("A concern was raised with you in confidence"));
    assert!(!dan.get("/today").await.has(MATTER), "Today is also mailed");
    let read = dan.get(&format!("/concerns/{concern}")).await;
    assert!(read.has(MATTER) && read.has(WORDS) && read.has("About Ann Lee") && read.has("Raised without a name"));
    assert!(!read.has("Bo Kim"));

    // Whom it is about leads and administers everything; she asks for every page there is, and so do others.
    let pages: Vec<&str> = acts::routes()
        .into_iter()
        .filter(|route| route.methods.contains(&"GET") && !route.path.contains('{'))
        .map(|route| route.path)
        .collect();
    assert!(pages.len() > 20, "{pages:?}");
    for person in [house.ann, house.cy, house.bo, house.kim, house.otto] {
        let browser = house.browser(person).await;
        for page in &pages {
            let shown = browser.get(page).await;
            for told in [MATTER, WORDS, concern.as_str(), "raised with you", "Raised with you"] {
                assert!(!shown.has(told), "{page} tells {told}");
            }
        }
        for page in [format!("/concerns/{concern}"), format!("/people/{}", house.bo), format!("/people/{}", house.ann)]
        {
            let shown = browser.get(&page).await;
            assert!(!shown.has(MATTER) && !shown.has(&concern), "{page}");
        }
        assert_eq!(browser.get(&format!("/concerns/{concern}")).await.status, StatusCode::NOT_FOUND);
        for act in [format!("/concerns/{concern}/take"), format!("/concerns/{concern}")] {
            let refused = browser.post(&act, &[("act", "close"), ("words", "x")]).await;
            assert_eq!(refused.status, StatusCode::NOT_FOUND, "{act}");
        }
    }

    // The confidant asks, whoever holds the receipt answers, and it is closed. The receipt alone opens it: Cy has it.
    let (nobody, at) = (house.browser(house.cy).await, format!("/concerns/{concern}"));
    assert_eq!(dan.post(&format!("{at}/take"), &[]).await.status, SEEN_OTHER);
    let empty = dan.post(&at, &[("act", "say"), ("words", " ")]).await;
    assert_eq!(empty.status, UNPROCESSABLE);
    assert_eq!(dan.post(&at, &[("act", "say"), ("words", "Which backup?")]).await.status, SEEN_OTHER);
    let followed = nobody.post("/concerns/follow", &[("receipt", &receipt.to_lowercase())]).await;
    assert!(
        followed.has("Which backup?") && followed.has("taken up") && !followed.has("Dan Ode ·"),
        "{}",
        followed.body
    );
    let said = nobody.post("/concerns/reply", &[("receipt", &receipt), ("words", "That of Harbour")]).await;
    assert!(said.status == StatusCode::OK && said.has("That of Harbour"));
    assert!(dan.get(&at).await.has("That of Harbour"));
    let ann = house.ann.to_string();
    let wrong = nobody.post("/concerns/also", &[("receipt", &receipt), ("to", &ann)]).await;
    assert!(wrong.status == UNPROCESSABLE && wrong.has("not whom it is about"), "{}", wrong.body);
    assert_eq!(
        house.outsider().post("/concerns/follow", &[("receipt", &receipt)]).await.status,
        StatusCode::UNAUTHORIZED
    );
    let cy = house.cy.to_string();
    assert_eq!(nobody.post("/concerns/also", &[("receipt", &receipt), ("to", &cy)]).await.status, StatusCode::OK);
    assert!(house.browser(house.cy).await.get(&at).await.has(MATTER));
    assert_eq!(dan.post(&at, &[("act", "close"), ("words", "Put right")]).await.status, SEEN_OTHER);
    assert!(nobody.post("/concerns/follow", &[("receipt", &receipt)]).await.has("Put right"));
    let wrong = nobody.post("/concerns/follow", &[("receipt", "AAAAA-BBBBB")]).await;
    assert!(wrong.status == UNPROCESSABLE && wrong.has("AAAAA-BBBBB"));
}

#[tokio::test]
async fn a_concern_keeps_what_was_typed_and_never_goes_to_whom_it_is_about() {
    let house = house().await;
    raised(&house, true).await;
    let bo = house.browser(house.bo).await;
    assert!(bo.get("/concerns").await.has(MATTER), "under one's name one finds one's own");
    let dan = house.dan.to_string();
    let wrong =
        bo.post("/concerns/new", &[("matter", "Kept"), ("words", "All of it"), ("about", &dan), ("to", &dan)]).await;
    assert_eq!(wrong.status, UNPROCESSABLE);
    assert!(wrong.has("Whom it is about cannot be the one to take it.") && wrong.has("Kept") && wrong.has("All of it"));
    // A client's people find no confidant that was not named for them.
    let kim = house.browser(house.kim).await;
    assert!(!kim.get("/concerns/new").await.has("Dan Ode") && !kim.get("/concerns").await.has("Dan Ode"));
    // Whoever does not lead names nobody.
    assert_eq!(bo.get("/concerns/confidants").await.status, StatusCode::NOT_FOUND);
    let ann = house.browser(house.ann).await;
    let root = house.organisation.to_string();
    assert_eq!(ann.post("/concerns/confidants", &[("circle", &root), ("end", &dan)]).await.status, SEEN_OTHER);
    assert!(ann.post("/concerns/confidants", &[("circle", &root)]).await.has("Choose who it shall be."));
}

#[tokio::test]
async fn i_need_you() {
    let house = house().await;
    let (dan, bo) = (house.browser(house.dan).await, house.browser(house.bo).await);
    let mut week = Vec::new();
    for day in 0..7 {
        let open = day < 5;
        week.push(("from", if open { "08:00" } else { "" }));
        week.push(("to", if open { "16:00" } else { "" }));
    }
    let mut wrong = week.clone();
    wrong[1].1 = "07:00";
    wrong.push(("words", "Knock twice"));
    let refused = dan.post("/asks/availability", &wrong).await;
    assert!(refused.status == UNPROCESSABLE && refused.has("Knock twice") && refused.has("Monday: the time must end"));
    week.push(("within_hours", "2"));
    assert_eq!(dan.post("/asks/availability", &week).await.status, SEEN_OTHER);
    let form = bo.get("/asks/new").await;
    assert!(form.has("Dan Ode: Monday to Friday 08:00–16:00 (UTC); answers within 2 hours of that"), "{}", form.body);
    let whom = house.dan.to_string();
    let asked = bo.post("/asks/new", &[("whom", &whom), ("words", "Ten minutes on the rota")]).await;
    assert_eq!(asked.status, SEEN_OTHER);
    assert!(dan.get("/today").await.has("Bo Kim needs you"));
    let id = asked.to.split("ask-").nth(1).unwrap().to_owned();
    let answer = format!("/asks/{id}/answer");
    assert_eq!(house.browser(house.ann).await.post(&answer, &[("words", "x")]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(bo.post(&answer, &[("words", "x")]).await.status, StatusCode::FORBIDDEN);
    house.clock.advance(SignedDuration::from_hours(1));
    assert_eq!(dan.post(&answer, &[("words", "At ten")]).await.status, SEEN_OTHER);
    assert!(bo.get("/asks").await.has("At ten"));
    let own = dan.get("/asks").await;
    assert!(own.has("not enough to say yet (it takes 5, and there are 1)"), "{}", own.body);
    assert!(!house.browser(house.ann).await.get("/asks").await.has("there are 1"));
    let refused = bo.post("/asks/new", &[("whom", ""), ("words", "Kept words")]).await;
    assert!(refused.status == UNPROCESSABLE && refused.has("Kept words"));
    // A client asks those who hold a role in its circle, and sees nobody else.
    let kim = house.browser(house.kim).await.get("/asks/new").await;
    assert!(kim.status == StatusCode::OK && !kim.has("Dan Ode") && !kim.has("Otto"));
    assert_eq!(path(&house.outsider().get("/asks").await.to), "/signin?next=%2Fasks");
}
