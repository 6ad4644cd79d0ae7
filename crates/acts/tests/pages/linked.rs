//! What is said of a thing stands on its own page: the decisions that name it, each with whether it still holds, and how
//! it stands.

use axum::http::StatusCode;
use leadership::aim::AimKind;
use leadership::promise::Origin;
use ledger::aims::MakeAim;

use crate::decisions::with;
use crate::support::house;

fn goal(house: &crate::support::House) -> MakeAim {
    MakeAim {
        circle: house.team,
        kind: AimKind::Goal,
        title: "No call drops".to_owned(),
        why: "The floor stands still.".to_owned(),
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

#[tokio::test]
async fn an_aim_and_a_promise_say_what_was_decided_about_them_and_whether_it_holds() {
    let house = house().await;
    let (dan, bo) = (house.browser(house.dan).await, house.browser(house.bo).await);
    let (team, me) = (house.team.to_string(), house.dan.to_string());
    let aim = format!("/aims/{}", house.does(house.dan, goal(&house)).await);
    let page = bo.get(&aim).await;
    assert!(page.has("No decision that you see names it."), "{}", page.body);

    // The way from the aim to a decision about it brings the aim along.
    let ask = page.body.split("href=\"/decisions/new?").nth(1).unwrap().split('"').next().unwrap();
    let form = bo.get(&format!("/decisions/new?{}", ask.replace("&amp;", "&"))).await;
    assert!(form.has(&format!(">{aim}</textarea>")) && form.has("<details class=\"long\" open>"), "{}", form.body);

    let fields = |touches: &str| {
        let mut fields: Vec<(String, String)> =
            with(&[("circle", &team), ("decider", &me), ("then", "decide")]).into_iter().map(owned).collect();
        fields.push(owned(("touches", touches)));
        for (name, value) in [
            ("promise_from", ""),
            ("promise_to", "Bo Kim"),
            ("promise_what", "Order the telephones"),
            ("promise_due", "2026-03-20"),
            ("promise_known", "They are on the desks."),
        ] {
            fields.push(owned((name, value)));
        }
        fields
    };
    let decide = async |touches: &str| {
        let fields = fields(touches);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let made = dan.post("/decisions/new", &fields).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
        made.to
    };
    let old = decide(&aim).await;
    let page = bo.get(&aim).await;
    assert!(page.has(&format!("href=\"{old}\"")) && !page.has("no longer holds"), "{}", page.body);
    let origin = old.rsplit('/').next().unwrap();
    let actor = house.actor(house.bo).await;
    let promised = {
        let mut tx = house.ledger.read().await.unwrap();
        ledger::promises::of_origin(&mut tx, &actor, Origin::Decision, origin).await.unwrap()
    };
    let promise = format!("/promises/{}", promised[0].id);
    let new = decide(&promise).await;
    let page = bo.get(&promise).await;
    assert!(page.has("Decided about it") && page.has(&format!("href=\"{new}\"")), "{}", page.body);
    assert!(!page.has("no longer holds"), "{}", page.body);

    // Another takes its place: the aim and the promise say so wherever they name it, with the one that holds.
    assert_eq!(dan.post(&format!("{old}/supersede"), &[("by", &new)]).await.status, StatusCode::SEE_OTHER);
    for address in [&aim, &promise] {
        let page = bo.get(address).await;
        assert!(page.has("no longer holds") && page.has(&format!("href=\"{new}\"")), "{address}: {}", page.body);
    }
}

fn owned((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

#[tokio::test]
async fn an_aim_says_how_it_stands() {
    let house = house().await;
    let (dan, bo) = (house.browser(house.dan).await, house.browser(house.bo).await);
    let id = house.does(house.dan, goal(&house)).await;
    let aim = format!("/aims/{id}");
    let (team, subject) = (house.team.to_string(), id.to_string());
    let line = [
        ("noun", "aim"),
        ("subject", subject.as_str()),
        ("title", "No call drops"),
        ("circle", team.as_str()),
        ("due", "2026-05-01"),
    ];
    let opened = dan.post("/status/new", &line).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.body);
    assert!(bo.get(&aim).await.has("not said yet by Dan Ode"));
    let said = [("colour", "at_risk"), ("words", "The carrier is late."), ("due", "2026-05-01")];
    assert_eq!(dan.post(&opened.to, &said).await.status, StatusCode::SEE_OTHER);
    let page = bo.get(&aim).await;
    assert!(page.has("at risk") && page.has("The carrier is late."), "{}", page.body);
    assert!(page.has(&format!("href=\"{}\"", opened.to)), "{}", page.body);
}

#[tokio::test]
async fn one_among_many_is_found_by_words_and_circle() {
    let house = house().await;
    let (dan, kim) = (house.browser(house.dan).await, house.browser(house.kim).await);
    let first = house.does(house.dan, goal(&house)).await;
    let below = MakeAim { title: "Two carriers".to_owned(), serves: Some(first), ..goal(&house) };
    let below = house.does(house.dan, below).await;
    let page = dan.get("/aims?q=CARRIERS+two").await;
    assert!(page.has("One is like this.") && page.has(&format!("href=\"/aims/{below}\"")), "{}", page.body);
    assert!(page.has("Line of sight") && page.has("No call drops"), "the way up from it: {}", page.body);
    let page = dan.get("/aims?q=floor").await;
    assert!(page.has("2 are like this."), "by the why: {}", page.body);
    assert!(dan.get("/aims?q=%25").await.has("None that you see is like this."), "a sign is a sign");
    let department = house.department;
    assert!(dan.get(&format!("/aims?q=floor&circle={department}")).await.has("None that you see is like this."));
    assert_eq!(kim.get("/aims?q=floor").await.status, StatusCode::NOT_FOUND);

    let (team, me) = (house.team.to_string(), house.dan.to_string());
    for question in ["Which telephone system?", "Über 100 % of the desks move?"] {
        let fields = with(&[("circle", &team), ("decider", &me), ("then", "decide"), ("question", question)]);
        assert_eq!(dan.post("/decisions/new", &fields).await.status, StatusCode::SEE_OTHER);
    }
    let page = dan.get("/decisions?q=TELEPHONE").await;
    assert!(page.has("1 decision.") && page.has("Which telephone system?") && !page.has("desks move"), "{}", page.body);
    let page = dan.get("/decisions?q=100+%25").await;
    assert!(page.has("1 decision.") && page.has("desks move"), "a sign is a sign: {}", page.body);
    assert!(dan.get("/decisions?q=%C3%BCber").await.has("1 decision."), "capitals beyond ASCII");
    assert!(page.has("name=\"q\" value=\"100 %\""), "what was looked for stays: {}", page.body);
    assert!(dan.get(&format!("/decisions?circle={department}")).await.has("0 decisions."));
    assert!(dan.get(&format!("/decisions?circle={team}&state=decided")).await.has("2 decisions."));
    assert_eq!(kim.get("/decisions?q=telephone").await.status, StatusCode::NOT_FOUND);
}
