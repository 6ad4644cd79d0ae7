//! A measure of the work record is picked, not typed; a message about an aim leads to it.

use std::sync::Arc;

use acts::{Later, Reading, WorkRecord};
use axum::http::StatusCode;
use leadership::aim::AimKind;
use ledger::aims::MakeAim;

use crate::support::{House, over};

/// A record with two measures.
struct Two;

impl WorkRecord for Two {
    fn readings(&self) -> Later<'_, Vec<Reading>> {
        let one = |name: &str, title: &str, unit: &str, value| Reading {
            name: name.to_owned(),
            title: title.to_owned(),
            value,
            unit: unit.to_owned(),
            n: 24_918,
            interval: None,
            rows: "/rows/x".to_owned(),
        };
        let all = vec![
            one("resolve_p50", "Half are resolved within", "hours", 9.5),
            one("reopened", "Reopened <again>", "%", 3.2),
        ];
        Box::pin(std::future::ready(all))
    }
}

async fn goal(house: &House) -> String {
    let act = MakeAim {
        circle: house.team,
        kind: AimKind::Goal,
        title: "Answer within the hour".to_owned(),
        why: "The floor stands still.".to_owned(),
        picture: String::new(),
        horizon: String::new(),
        owner: None,
        serves: None,
        core: false,
        hard: false,
        source: String::new(),
        restatement: String::new(),
        confirmer: None,
    };
    format!("/aims/{}", house.does(house.ann, act).await)
}

#[tokio::test]
async fn a_measure_of_the_record_is_picked() {
    let house = over(Arc::new(Two)).await;
    let ann = house.browser(house.ann).await;
    let goal = goal(&house).await;
    let add = format!("{goal}/add/measure");
    let form = ann.get(&add).await;
    assert!(form.has("<option value=\"resolve_p50\">Half are resolved within, in hours</option>"), "{}", form.body);
    assert!(form.has("Reopened &lt;again&gt;, in %"));
    let none = ann.post(&add, &[("from", "record"), ("target", "5")]).await;
    assert!(none.status == StatusCode::UNPROCESSABLE_ENTITY && none.has("measure-wrong") && none.has("value=\"5\""));
    let picked = [("from", "record"), ("measure", "resolve_p50"), ("target", "1")];
    assert_eq!(ann.post(&add, &picked).await.status, StatusCode::SEE_OTHER);
    let page = ann.get(&goal).await;
    assert!(page.has("9.5 hours, target 1") && page.has("n = 24918 tickets"), "{}", page.body);
}

#[tokio::test]
async fn a_message_about_an_aim_leads_to_it() {
    let house = over(Arc::new(Two)).await;
    let (ann, bo) = (house.browser(house.ann).await, house.browser(house.bo).await);
    let goal = goal(&house).await;
    let team = house.team.to_string();
    let told = [("circle", team.as_str()), ("way", "message"), ("words", "An hour is what the floor can bear.")];
    assert_eq!(ann.post(&format!("{goal}/add/explain"), &told).await.status, StatusCode::SEE_OTHER);
    let list = bo.get("/notices").await;
    let notice = list.body.split("href=\"/notices/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let page = bo.get(&format!("/notices/{notice}")).await;
    assert!(page.has("An hour is what the floor can bear.") && page.has(&format!("href=\"{goal}\"")), "{}", page.body);
}
