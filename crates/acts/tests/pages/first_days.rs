//! The first ninety days on their page: begun with what the own record says keeps coming back, told to oneself alone.

use std::sync::Arc;

use acts::cases::{Line, Lines, Told};
use acts::{Later, Reading, WorkRecord};
use axum::http::StatusCode;
use leadership::Role;
use ledger::asks::Need;
use ledger::people::AddPerson;
use ledger::talks::Call;

use crate::support::{house, over};

/// A record that knows one problem.
struct One;

impl WorkRecord for One {
    fn readings(&self) -> Later<'_, Vec<Reading>> {
        Box::pin(std::future::ready(Vec::new()))
    }

    fn problems(&self, _: usize, _: usize) -> Later<'_, Told<Lines>> {
        let line = Line { id: "p1".into(), title: "Labels <in> the cold hall".into(), tickets: 41, ..Line::default() };
        Box::pin(std::future::ready(Told::Known((vec![line], 7))))
    }
}

#[tokio::test]
async fn the_path_begins_with_the_own_record_and_is_walked_by_acts() {
    let house = over(Arc::new(One)).await;
    let act = AddPerson {
        name: "Eli Orr".into(),
        email: "eli@example.org".into(),
        circle: house.department,
        role: Role::Member,
    };
    let eli = house.does(house.ann, act).await;
    let dan = house.browser(house.dan).await;
    assert!(dan.get("/growth").await.has("href=\"/growth/first-days\""));
    let path = "/growth/first-days";
    let page = dan.get(path).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(page.has("Today is day 1 of 90.") && page.has("0 of 12 steps are done"), "{}", page.body);
    assert!(page.has("0 of 1 so far.") && page.has("Labels &lt;in&gt; the cold hall") && page.has("41 tickets"));
    assert!(page.has("Of 7 problems these come first.") && page.has("href=\"/problems/p1\""), "{}", page.body);
    let call = Call {
        kind: "one_to_one".into(),
        with: vec![eli],
        about: "How you are".into(),
        planned_on: "2026-03-02".into(),
        held: true,
        ..Call::default()
    };
    house.does(house.dan, call).await;
    house.does(house.dan, Need { whom: Some(house.ann), words: "Half an hour".into() }).await;
    let page = dan.get(path).await;
    assert!(page.has("1 of 1 so far.") && page.has("2 of 12 steps are done"), "{}", page.body);
    assert_eq!(page.body.matches("Done: ").count(), 2, "{}", page.body);
    assert!(page.has("First on 2 March 2026. "), "the ask: {}", page.body);
    // Another day; one that is none, and one that is still to come.
    assert!(dan.get("/growth/first-days?since=2025-01-01").await.has("The 90 days are over"));
    assert!(dan.get("/growth/first-days?since=soon").await.has("“soon” is no day"));
    assert!(dan.get("/growth/first-days?since=2026-03-09").await.has("This day is still to come."));
    // Who leads nothing chooses the day; nobody sees another's, and no client finds it.
    let bo = house.browser(house.bo).await;
    let none = bo.get(path).await;
    assert!(none.has("Leading needs no title") && !none.has("steps are done"), "{}", none.body);
    assert!(bo.get("/growth/first-days?since=2026-03-01").await.has("The circles name nobody whom you lead."));
    assert_eq!(house.browser(house.kim).await.get(path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn without_a_record_it_says_what_would_fill_it() {
    let house = house().await;
    let page = house.browser(house.dan).await.get("/growth/first-days").await;
    assert!(page.has("No export was read so far") && page.has("href=\"/import\""), "{}", page.body);
}
