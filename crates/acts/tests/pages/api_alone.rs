//! What is for one's own eyes, by one's own programs; training; and the sentences that are asked.

use axum::http::{StatusCode, header};
use leadership::Role;
use serde_json::{Value, json};

use super::api::World;
use super::api_more::{DONE, open, send, somebody};

#[tokio::test]
async fn what_is_ones_own_is_ones_own_tokens_too() {
    let world = World::new().await;
    let desk = open(&world, "Desk").await;
    let (_, bos) = somebody(&world, "Bo", desk, Role::Member).await;
    let (_, cys) = somebody(&world, "Cy", desk, Role::Member).await;
    let anns = world.token(world.ann.person, ledger::tokens::Scope::Act).await;
    let asked = world.get(&bos, "/api/v1/reflections").await.json();
    assert_eq!((&asked["items"], &asked["week"].is_string()), (&json!([]), &true), "{asked}");
    let question = asked["questions"][0].clone();
    let put = async |path: &str, body: &Value| send(&world, &bos, "PUT", path, Some(body)).await;
    let empty = json!({ "week": asked["week"], "said": [{ "question": question, "answer": "" }] });
    let empty = put("/api/v1/reflections", &empty).await;
    assert!(empty.is_problem(422) && empty.json()["errors"][0]["field"] == "answer_0", "{}", empty.text);
    let old = json!({ "week": "2026-01-05", "said": [{ "question": question, "answer": "x" }] });
    assert_eq!(put("/api/v1/reflections", &old).await.json()["errors"][0]["field"], "week");
    let said =
        json!({ "week": asked["week"], "said": [{ "question": question, "answer": "I shouted at the printer" }] });
    assert_eq!(put("/api/v1/reflections", &said).await.status, DONE);
    assert_eq!(put("/api/v1/reflections", &said).await.status, DONE, "in place of the earlier one");
    let kept = world.get(&bos, "/api/v1/reflections").await.json();
    assert_eq!(kept["items"].as_array().unwrap().len(), 1);
    assert_eq!(kept["items"][0]["said"][0]["answer"], "I shouted at the printer");
    let look_back = format!("/api/v1/reflections/{}", kept["items"][0]["id"].as_str().unwrap());

    let held = "/api/v1/held-messages";
    let message = json!({ "whom": "The vendor", "words": "You never listen", "hours": 12 });
    let wrong = json!({ "whom": "The vendor", "words": "You never listen", "hours": 0 });
    assert_eq!(world.post(&bos, held, None, &wrong).await.json()["errors"][0]["field"], "hours");
    let made = world.post(&bos, held, None, &message).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let place = made.headers[header::LOCATION].to_str().unwrap().to_owned();
    assert_eq!(world.get(&bos, &place).await.json()["words"], Value::Null, "not before it is free");

    let situations = world.get(&bos, "/api/v1/situations").await.json();
    let one = &situations[0];
    assert_eq!((&one["chosen"], &one["ways"][0]["tends"]), (&Value::Null, &Value::Null), "not before one has chosen");
    let at = |part: &str| format!("/api/v1/situations/{}/{part}", one["key"].as_str().unwrap());
    let way = one["ways"][1]["key"].clone();
    assert!(put(&at("after"), &json!({ "after": "x" })).await.is_problem(404), "choose first");
    assert!(put(&at("choice"), &json!({ "way": "none" })).await.is_problem(422));
    assert!(put("/api/v1/situations/none/choice", &json!({ "way": "none" })).await.is_problem(404));
    assert_eq!(put(&at("choice"), &json!({ "way": way, "words": "I ask" })).await.status, DONE);
    assert_eq!(put(&at("after"), &json!({ "after": "It took two talks" })).await.status, DONE);
    let tried = world.get(&bos, "/api/v1/situations").await.json()[0].clone();
    assert_eq!((&tried["chosen"], &tried["after"]), (&way, &json!("It took two talks")));
    assert!(tried["ways"][0]["tends"].is_string());

    let check = "/api/v1/me/self-check";
    assert!(world.get(&bos, check).await.is_problem(404));
    for wrong in
        [json!({ "answers": {} }), json!({ "answers": { "strange": 3 } }), json!({ "answers": { "truth-1": 6 } })]
    {
        let answer = put(check, &wrong).await;
        assert!(answer.is_problem(422) && answer.json()["errors"][0]["field"] == "answers", "{wrong}: {}", answer.text);
    }
    assert_eq!(put(check, &json!({ "answers": { "truth-1": 5, "truth-2": 1 } })).await.status, DONE);
    assert_eq!(world.get(&bos, check).await.json()["answers"], json!({ "truth-1": 5, "truth-2": 1 }));

    // Nobody else's token opens any of it, an administrator's neither; nothing is kept of the requests.
    for other in [&anns, &cys] {
        for path in ["/api/v1/reflections", held, "/api/v1/situations", check, "/api/v1/me"] {
            let text = world.get(other, path).await.text;
            assert!(
                !["I shouted", "You never listen", "It took two", "\"truth-1\""].iter().any(|said| text.contains(said))
            );
        }
        for path in [&look_back, &place, &at("choice")] {
            assert!(send(&world, other, "DELETE", path, None).await.is_problem(404), "{path}");
        }
        assert!(world.get(other, &place).await.is_problem(404));
        assert!(send(&world, other, "PUT", &place, Some(&message)).await.is_problem(404));
    }
    let request = axum::http::Request::builder()
        .method("PUT")
        .uri(check)
        .header(header::AUTHORIZATION, format!("Bearer {bos}"))
        .header(header::CONTENT_TYPE, "application/json")
        .header("Idempotency-Key", "k")
        .body(axum::body::Body::from("{\"answers\":{\"truth-1\":5}}"))
        .unwrap();
    assert_eq!(world.send(request).await.status, DONE);
    let kept = world.ledger.read().await.unwrap().count("select count(*) as n from answered", &[]).await.unwrap();
    assert_eq!(kept, 0, "what would tell which of five answers it was");

    world.clock.days(1);
    assert_eq!(world.get(&bos, &place).await.json()["words"], "You never listen");
    assert_eq!(send(&world, &bos, "PUT", &place, Some(&message)).await.status, DONE);
    assert_eq!(world.get(&bos, held).await.json()[0]["words"], Value::Null, "held anew");
    for path in [&look_back, &place, &at("choice"), &check.to_owned()] {
        assert_eq!(send(&world, &bos, "DELETE", path, None).await.status, DONE, "{path}");
    }
    assert_eq!(world.get(&bos, held).await.json(), json!([]));
    assert!(world.get(&bos, check).await.is_problem(404));
}

#[tokio::test]
async fn a_module_ends_with_an_act_of_ones_own() {
    let world = World::new().await;
    let desk = open(&world, "Desk").await;
    let (_, bos) = somebody(&world, "Bo", desk, Role::Member).await;
    let (_, cys) = somebody(&world, "Cy", desk, Role::Member).await;
    let at = |part: &str| format!("/api/v1/training/first-90-days/{part}");
    let ends = async |token: &str, act: &Value| world.post(token, &at("end"), None, &json!({ "act": act })).await;
    assert!(world.get(&bos, "/api/v1/training/none/acts").await.is_problem(404));
    assert!(send(&world, &bos, "POST", "/api/v1/training/none/begin", None).await.is_problem(404));
    assert!(ends(&bos, &json!("promise:x")).await.is_problem(409), "not begun");
    for token in [&bos, &cys] {
        assert_eq!(send(&world, token, "POST", &at("begin"), None).await.status, DONE);
    }
    assert_eq!(world.get(&bos, &at("acts")).await.json(), json!([]));
    world.clock.days(1);
    let promise = json!({ "whom": desk, "what": "A quiet hour", "known": "Nobody calls", "due": "2026-03-20" });
    let made = world.post(&bos, "/api/v1/promises", None, &promise).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let act = world.get(&bos, &at("acts")).await.json()[0]["act"].clone();
    assert!(act.as_str().unwrap().starts_with("promise:"), "{act}");
    assert_eq!(world.get(&cys, &at("acts")).await.json(), json!([]), "another one is not offered it");
    assert!(ends(&cys, &act).await.is_problem(422));
    assert_eq!(ends(&bos, &act).await.status, DONE);
    let ended = async |token: &str| {
        let all = world.get(token, "/api/v1/training").await.json();
        all.as_array().unwrap().iter().filter(|one| one["ended_at"].is_string()).count()
    };
    assert_eq!((ended(&bos).await, ended(&cys).await), (1, 0));
}

#[tokio::test]
async fn the_sentences_are_changed_by_who_administers() {
    let world = World::new().await;
    let desk = open(&world, "Desk").await;
    let (_, lea) = somebody(&world, "Lea", desk, Role::Leader).await;
    let anns = world.token(world.ann.person, ledger::tokens::Scope::Act).await;
    let items = "/api/v1/questionnaire/items";
    let words = json!({ "subordinate": "Warns us in time.", "peer": "Warns me.", "higher_up": "Warns you in time.",
        "client": "Warns our side in time.", "own": "Warn others in time." });
    let mut new = json!({ "quality": "truth", "words": words, "why": "We need it." });
    assert!(world.post(&lea, items, None, &new).await.is_problem(404), "an administrator's");
    new["words"]["peer"] = json!("");
    assert_eq!(world.post(&anns, items, None, &new).await.json()["errors"][0]["field"], "peer");
    new["words"]["peer"] = json!("Warns me.");
    let made = world.post(&anns, items, Some("i"), &new).await;
    assert_eq!((made.status, made.json()), (StatusCode::OK, json!({ "key": "truth-own-1" })), "{}", made.text);
    assert_eq!(world.post(&anns, items, Some("i"), &new).await.text, made.text, "added once");
    let place = format!("{items}/truth-own-1");
    let mut other = json!({ "over": 1, "words": words, "why": "Shorter." });
    other["words"]["peer"] = json!("Warns me at once.");
    assert!(send(&world, &lea, "PUT", &place, Some(&other)).await.is_problem(404));
    assert!(send(&world, &anns, "PUT", &format!("{items}/none"), Some(&other)).await.is_problem(404));
    let reworded = send(&world, &anns, "PUT", &place, Some(&other)).await;
    assert_eq!((reworded.status, reworded.json()), (StatusCode::OK, json!({ "number": 2 })), "{}", reworded.text);
    assert!(!send(&world, &anns, "PUT", &place, Some(&other)).await.status.is_success(), "over an older version");
    let why = json!({ "why": "Twice the same." });
    let of = async || {
        let all = world.get(&lea, "/api/v1/questionnaire").await.json();
        all["items"].as_array().unwrap().iter().find(|one| one["key"] == "truth-own-1").unwrap().clone()
    };
    for (part, retired) in [("retirement", true), ("return", false)] {
        assert!(world.post(&lea, &format!("{place}/{part}"), None, &why).await.is_problem(404));
        let done = world.post(&anns, &format!("{place}/{part}"), None, &why).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.text);
        let found = of().await;
        assert_eq!((&found["retired"], &found["words"]["peer"]), (&json!(retired), &json!("Warns me at once.")));
    }
    let take_over = "/api/v1/questionnaire/take-over";
    assert!(send(&world, &lea, "POST", take_over, None).await.is_problem(404));
    assert!(send(&world, &anns, "POST", take_over, None).await.is_problem(409), "the newest is in use");
}
