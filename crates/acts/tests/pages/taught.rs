//! What was explained is said back, or its question lapses and says so.

use leadership::aim::AimKind;
use leadership::teach::Way;
use ledger::aims::{self, MakeAim};

use crate::support::{House, house};

fn goal(house: &House, title: &str) -> MakeAim {
    MakeAim {
        circle: house.team,
        kind: AimKind::Goal,
        title: title.to_owned(),
        why: format!("Why of {title}."),
        picture: String::new(),
        horizon: String::new(),
        owner: None,
        serves: None,
        core: false,
        hard: false,
        source: String::new(),
        restatement: String::new(),
        confirmer: None,
    }
}

#[tokio::test]
async fn a_question_that_nobody_answers_lapses_and_its_page_says_so() {
    let house = house().await;
    let mut goals = Vec::new();
    for title in ["Answer within the hour", "Fewer devices", "Nobody waits for access"] {
        goals.push(house.does(house.ann, goal(&house, title)).await);
    }
    let words = "An hour is what the floor can bear.".to_owned();
    let act = aims::explain::Explain { aim: goals[0], circle: house.team, way: Way::Meeting, words };
    house.does(house.ann, act).await;
    house.clock.days(2);
    let bo = house.browser(house.bo).await;
    let day = bo.get("/today").await;
    assert!(day.has("It waits from 2026-03-04 to 2026-03-31."), "{}", day.body);
    let question = day.body.split("href=\"/aims/teach/").nth(1).unwrap().split('"').next().unwrap();
    let question = format!("/aims/teach/{question}");
    assert!(bo.get(&question).await.has("It waits until 31 March 2026."));
    house.clock.days(28);
    let bo = house.browser(house.bo).await;
    assert!(!bo.get("/today").await.has(&question), "it stays on nobody's page for good");
    let lapsed = bo.get(&question).await;
    assert!(lapsed.has("This question has lapsed") && lapsed.has("from 4 March 2026 to 31 March 2026"));
    assert!(lapsed.has("not answered, never as wrong") && !lapsed.has("name=\"answer\""), "{}", lapsed.body);
    let late = bo.post(&question, &[("answer", "0")]).await;
    assert!(late.status.is_client_error() && late.has("This question waited until 2026-03-31"), "{}", late.body);
    let own = bo.get("/aims/teach").await;
    assert!(own.has("Not answered") && own.has("It waited from 4 March 2026.") && own.has("Nothing yet."));
}
