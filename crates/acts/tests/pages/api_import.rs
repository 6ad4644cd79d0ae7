//! People from a table, by programs: looked at first, then done.

use axum::http::StatusCode;
use leadership::Role;
use ledger::tokens::Scope;
use serde_json::json;

use super::api::World;
use super::api_more::{open, somebody};

#[tokio::test]
async fn a_table_is_looked_at_and_then_done() {
    let world = World::new().await;
    let desk = open(&world, "Desk").await;
    let anns = world.token(world.ann.person, Scope::Act).await;
    let (_, bos) = somebody(&world, "Bo", desk, Role::Member).await;
    let (run, dry) = ("/api/v1/people-imports", "/api/v1/people-imports/dry-run");
    let table = |text: &str| json!({ "text": text, "circle": desk });
    let people = async || {
        let found = world.get(&anns, &format!("/api/v1/people?circle={desk}")).await.json();
        found["items"].as_array().unwrap().len()
    };
    let good = table("name,email,role,shoe size\nCy Dahl,cy@example.org,leader,40\nDi Ede,,,\nBo,,member,\n");
    for path in [run, dry] {
        assert!(world.post(&bos, path, None, &good).await.is_problem(403), "{path}: who keeps the circle in order");
        let empty = world.post(&anns, path, None, &table(" \n")).await;
        assert!(empty.is_problem(422) && empty.json()["errors"][0]["field"] == "text", "{}", empty.text);
        let nowhere = json!({ "text": "name\nCy", "circle": "x" });
        assert_eq!(world.post(&anns, path, None, &nowhere).await.json()["errors"][0]["field"], "circle");
    }

    let bad = table("name,email,circle\nCy Dahl,cy,Desk\nDi Ede,,Nowhere\n");
    let wrongs = world.post(&anns, dry, None, &bad).await;
    assert_eq!(wrongs.status, StatusCode::OK, "{}", wrongs.text);
    let found: Vec<_> = wrongs.json()["wrongs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|wrong| (wrong["row"].clone(), wrong["column"].clone()))
        .collect();
    assert_eq!(found, [(json!(2), json!("email")), (json!(3), json!("circle"))]);
    assert!(world.post(&anns, run, None, &bad).await.is_problem(409), "all of them or none");

    let plan = world.post(&anns, dry, None, &good).await.json();
    let does: Vec<_> = plan["rows"].as_array().unwrap().iter().map(|row| row["does"].clone()).collect();
    assert_eq!(does, ["adds", "adds", "nothing"], "{plan}");
    assert_eq!((&plan["unused"], &plan["rows"][0]["role"]), (&json!(["shoe size"]), &json!("leader")));
    assert_eq!(people().await, 1, "nothing is kept of a dry run");
    let done = world.post(&anns, run, Some("t"), &good).await;
    assert_eq!((done.status, done.json()), (StatusCode::OK, json!({ "added": 2, "given_role": 0, "unchanged": 1 })));
    assert_eq!(world.post(&anns, run, Some("t"), &good).await.text, done.text, "done once");
    assert_eq!(people().await, 3);
    let again = world.post(&anns, run, None, &good).await.json();
    assert_eq!(again, json!({ "added": 0, "given_role": 0, "unchanged": 3 }));
    let kept = "select count(*) as n from answered where answer like '%Dahl%'";
    assert_eq!(world.ledger.read().await.unwrap().count(kept, &[]).await.unwrap(), 0, "names are not kept twice");
}
