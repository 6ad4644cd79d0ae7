//! The code, notes of one's own, cadences and uncertain times for programs.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use jiff::SignedDuration;
use leadership::{CircleKind, Role};
use ledger::people::{self, AddPerson, OpenCircle};
use ledger::tokens::Scope;
use serde_json::{Value, json};

use super::api::World;

const DONE: StatusCode = StatusCode::NO_CONTENT;

/// Where something was made, of an answer that says so.
fn place(answer: &super::api::Answer) -> String {
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    answer.headers[header::LOCATION].to_str().unwrap().to_owned()
}

/// A token of somebody who speaks for a client.
async fn contact(world: &World) -> String {
    let open =
        OpenCircle { parent: world.root, kind: CircleKind::Client, name: "Harbour".into(), purpose: String::new() };
    let circle = world.ledger.perform(&world.ann, &open).await.unwrap();
    // Who sees the new circle.
    let ann = people::actor(&mut world.ledger.read().await.unwrap(), world.ann.person).await.unwrap().unwrap();
    let add = AddPerson { name: "Kim".into(), email: String::new(), circle, role: Role::ClientContact };
    let kim = world.ledger.perform(&ann, &add).await.unwrap();
    world.token(kim, Scope::Act).await
}

async fn delete(world: &World, token: &str, path: &str) -> StatusCode {
    let request = Request::builder().method("DELETE").uri(path);
    let request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    world.send(request.body(Body::empty()).unwrap()).await.status
}

#[tokio::test]
async fn a_clause_is_published_acknowledged_and_tried_by_programs() {
    let world = World::new().await;
    let bo = world.person("Bo", world.root).await;
    let (ann, bo) = (world.token(world.ann.person, Scope::Act).await, world.token(bo, Scope::Act).await);
    let kim = contact(&world).await;
    let mut body = json!({ "circle": world.root, "kind": "ethics", "title": "Bad news first",
        "words": "Clients hear it from us.", "why": "They plan by it." });
    assert!(world.post(&bo, "/api/v1/clauses", None, &body).await.is_problem(403), "who leads publishes");
    assert!(world.post(&kim, "/api/v1/clauses", None, &body).await.is_problem(404), "a client sees no such circle");
    body["title"] = json!("a\nb");
    let wrong = world.post(&ann, "/api/v1/clauses", None, &body).await;
    assert!(wrong.is_problem(422) && wrong.json()["errors"][0]["field"] == "title", "{}", wrong.text);
    body["title"] = json!("Bad news first");
    let clause = place(&world.post(&ann, "/api/v1/clauses", Some("one"), &body).await);
    assert_eq!(clause, place(&world.post(&ann, "/api/v1/clauses", Some("one"), &body).await), "once under its key");

    // It waits for whoever was told, version by version.
    let waits = async || world.get(&bo, "/api/v1/clauses").await.json()["items"][0]["waits"].clone();
    assert_eq!(waits().await, true);
    let acknowledge = format!("{clause}/acknowledgement");
    assert!(world.post(&bo, &acknowledge, None, &json!({ "version": 2 })).await.is_problem(409), "never read");
    assert_eq!(world.post(&bo, &acknowledge, None, &json!({ "version": 1 })).await.status, DONE);
    assert_eq!(waits().await, false);
    let next = json!({ "title": "Bad news first", "words": "Clients hear it from us, within a day.",
        "why": "They plan by it.", "changed": "A day is said." });
    assert!(world.post(&bo, &format!("{clause}/versions"), None, &next).await.is_problem(403));
    assert_eq!(world.post(&ann, &format!("{clause}/versions"), None, &next).await.status, DONE);
    assert_eq!(waits().await, true, "a new version is told anew");
    let whole = world.get(&bo, &clause).await.json();
    assert_eq!((&whole["clause"]["version"], &whole["versions"][0]["changed"]), (&json!(2), &json!("A day is said.")));
    assert_eq!(whole["versions"].as_array().unwrap().len(), 2);

    // A case: the right answer is told after one's own.
    let case = json!({ "story": "The backup failed.", "choice": ["Wait", "Tell"], "right": 2, "reason": "They plan." });
    assert!(world.post(&bo, &format!("{clause}/cases"), None, &case).await.is_problem(403));
    let made = world.post(&ann, &format!("{clause}/cases"), None, &case).await.json();
    let answer = format!("/api/v1/cases/{}/answer", made["id"].as_str().unwrap());
    let before = world.get(&bo, &clause).await;
    assert!(
        !before.text.contains("They plan.\"") && before.json()["cases"][0]["mine"] == Value::Null,
        "{}",
        before.text
    );
    assert!(world.post(&bo, &answer, None, &json!({ "place": 5 })).await.is_problem(422));
    assert_eq!(world.post(&bo, &answer, None, &json!({ "place": 1 })).await.json(), json!({ "right": false }));
    assert!(world.post(&bo, &answer, None, &json!({ "place": 2 })).await.is_problem(409), "once a version");
    let seen = world.get(&bo, &clause).await.json()["cases"][0].clone();
    assert_eq!((&seen["mine"]["right"], &seen["mine"]["reason"]), (&json!(2), &json!("They plan.")));
    assert_eq!((&seen["n"], &seen["right"]), (&json!(0), &Value::Null), "nothing below five answers");
    assert_eq!(world.get(&ann, &clause).await.json()["cases"][0]["mine"], Value::Null, "an answer is its person's own");

    // Exceptions, in the open.
    let exception = json!({ "title": "Two days in the move", "reason": "Nobody is there.", "for_whom": "the desk",
        "until": "2026-03-05" });
    assert!(world.post(&bo, &format!("{clause}/exceptions"), None, &exception).await.is_problem(403));
    let made = world.post(&ann, &format!("{clause}/exceptions"), None, &exception).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text);
    let count = async |query: &str| {
        let told = world.get(&bo, &format!("/api/v1/exceptions{query}")).await.json();
        told["items"].as_array().unwrap().len()
    };
    assert_eq!(count("").await, 1);
    assert_eq!(world.get(&bo, "/api/v1/exceptions").await.json()["items"][0]["for_whom"], "the desk");
    let over = format!("/api/v1/exceptions/{}/end", made.json()["id"].as_str().unwrap());
    let words = json!({ "words": "They moved." });
    assert!(world.post(&bo, &over, None, &words).await.is_problem(403));
    assert_eq!(world.post(&ann, &over, None, &words).await.status, DONE);
    assert_eq!((count("").await, count("?all=true").await), (0, 1));
    assert!(world.get(&bo, "/api/v1/exceptions?all=perhaps").await.is_problem(400));

    // A client has no part in any of it.
    for path in [&clause, &format!("{clause}/versions")] {
        assert!(!world.get(&kim, path).await.text.contains("Bad news"), "{path}");
    }
    for list in ["/api/v1/clauses", "/api/v1/exceptions?all=true"] {
        assert_eq!(world.get(&kim, list).await.json()["items"], json!([]), "{list}");
    }
    for (path, body) in [
        (acknowledge.as_str(), json!({ "version": 2 })),
        (answer.as_str(), json!({ "place": 2 })),
        (over.as_str(), words),
    ] {
        assert!(world.post(&kim, path, None, &body).await.is_problem(404), "{path}");
    }
    assert_eq!(world.post(&ann, &format!("{clause}/retirement"), None, &json!({ "why": "Law." })).await.status, DONE);
    assert_eq!(world.get(&bo, "/api/v1/clauses").await.json()["items"], json!([]));
    assert!(world.get(&bo, &clause).await.json()["clause"]["retired_at"].is_string());
}

#[tokio::test]
async fn notes_cadences_and_uncertain_times_by_programs() {
    let world = World::new().await;
    let (bo_id, cy_id) = (world.person("Bo", world.root).await, world.person("Cy", world.root).await);
    let (bo, cy) = (world.token(bo_id, Scope::Act).await, world.token(cy_id, Scope::Act).await);
    let (ann, kim) = (world.token(world.ann.person, Scope::Act).await, contact(&world).await);

    // A note is its person's own until it is shown, and again when it is taken back.
    let made = world.post(&bo, "/api/v1/notes", None, &json!({ "words": "We move in May." })).await.json();
    let note = format!("/api/v1/notes/{}", made["id"].as_str().unwrap());
    let shown = async || world.get(&cy, "/api/v1/notes").await.json()["shown_to_me"].clone();
    assert_eq!(shown().await, json!([]));
    let reader = json!({ "person": cy_id });
    assert!(world.post(&cy, &format!("{note}/readers"), None, &reader).await.is_problem(404), "only one's own");
    assert_eq!(world.post(&bo, &format!("{note}/readers"), None, &reader).await.status, DONE);
    assert_eq!(shown().await[0]["words"], "We move in May.");
    assert_eq!(shown().await[0]["shown_to"], json!([]), "who else reads it is not theirs to know");
    assert_eq!(delete(&world, &cy, &note).await, StatusCode::NOT_FOUND);
    assert_eq!(delete(&world, &bo, &format!("{note}/readers/{cy_id}")).await, DONE);
    assert_eq!(shown().await, json!([]));
    assert_eq!(delete(&world, &bo, &note).await, DONE);
    assert_eq!(world.get(&bo, "/api/v1/notes").await.json()["mine"], json!([]));

    // A cadence is told to its two sides.
    let both = json!({ "with": cy_id, "circle": world.root, "days": 14 });
    for wrong in [both, json!({ "days": 14 }), json!({ "with": cy_id, "days": 0 })] {
        assert!(world.post(&bo, "/api/v1/cadences", None, &wrong).await.is_problem(422), "{wrong}");
    }
    let made = world.post(&bo, "/api/v1/cadences", None, &json!({ "with": cy_id, "days": 14 })).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text);
    let cadence = format!("/api/v1/cadences/{}", made.json()["id"].as_str().unwrap());
    let told = world.get(&cy, "/api/v1/cadences").await.json()["items"][0].clone();
    assert_eq!(
        (&told["kind"], &told["every_days"], &told["set_by"]),
        (&json!("one_to_one"), &json!(14), &json!(bo_id))
    );
    assert_eq!(world.get(&ann, "/api/v1/cadences").await.json()["items"], json!([]), "nobody else is told");

    // Uncertain times: said by who leads, and talks come twice as often.
    let times = "/api/v1/uncertain-times";
    let body = json!({ "circle": world.root, "reason": "The desk may move.", "until": "2026-06-01" });
    assert!(world.post(&bo, times, None, &body).await.is_problem(403));
    let period = place(&world.post(&ann, times, None, &body).await);
    assert!(world.post(&ann, times, None, &body).await.is_problem(409), "it is said already");
    assert_eq!(world.get(&bo, "/api/v1/cadences").await.json()["items"][0]["now_days"], 7);
    let post = json!({ "known": false, "words": "Whether it moves." });
    assert!(world.post(&bo, &format!("{period}/posts"), None, &post).await.is_problem(403));
    let first = world.post(&ann, &format!("{period}/posts"), None, &post).await.json();
    world.clock.advance(SignedDuration::from_mins(1));
    let newer = json!({ "known": true, "words": "It stays.", "replaces": first["id"] });
    assert_eq!(world.post(&ann, &format!("{period}/posts"), None, &newer).await.status, StatusCode::OK);
    assert!(world.post(&ann, &format!("{period}/posts"), None, &newer).await.is_problem(422), "it was replaced");
    let whole = world.get(&bo, &period).await.json();
    assert_eq!((&whole["times"]["holds"], whole["posts"].as_array().unwrap().len()), (&json!(true), 2));
    assert_eq!(whole["posts"][1]["replaced_by"], whole["posts"][0]["id"], "{whole}");
    assert!(world.get(&kim, &period).await.is_problem(404));
    assert_eq!(world.get(&kim, times).await.json()["items"], json!([]), "no client is told");
    assert!(world.post(&bo, &format!("{period}/end"), None, &json!({})).await.is_problem(403));
    assert_eq!(world.post(&ann, &format!("{period}/end"), None, &json!({})).await.status, DONE);
    assert_eq!(world.get(&bo, times).await.json()["items"][0]["holds"], false);
    assert_eq!(delete(&world, &ann, &cadence).await, StatusCode::NOT_FOUND);
    assert_eq!(delete(&world, &cy, &cadence).await, DONE, "the other side may end it");
}
