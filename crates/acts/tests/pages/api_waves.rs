//! A wave by programs, from its plan to its end, but for the answers.

use axum::http::{StatusCode, header};
use leadership::Role;
use ledger::tokens::Scope;
use serde_json::{Value, json};

use super::api::World;
use super::api_more::{DONE, open, send, somebody};

#[tokio::test]
async fn a_wave_is_planned_chosen_confirmed_and_closed() {
    let world = World::new().await;
    let desk = open(&world, "Desk").await;
    let (lea_id, lea) = somebody(&world, "Lea", desk, Role::Leader).await;
    let (mo_id, mo) = somebody(&world, "Mo", desk, Role::Member).await;
    let (cy_id, _) = somebody(&world, "Cy", desk, Role::Member).await;
    let anns = world.token(world.ann.person, Scope::Act).await;
    let waves = "/api/v1/waves";
    let mut plan = json!({ "circle": world.root, "title": "Spring", "opens_on": "2026-03-02",
        "closes_on": "2026-03-01", "question_limit": 120, "qualities": ["truth", "available"] });
    assert_eq!(world.post(&anns, waves, None, &plan).await.json()["errors"][0]["field"], "closes_on");
    plan["closes_on"] = json!("2026-03-16");
    assert!(!world.post(&mo, waves, None, &plan).await.status.is_success(), "who administers plans it");
    let made = world.post(&anns, waves, Some("w"), &plan).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    assert_eq!(world.post(&anns, waves, Some("w"), &plan).await.text, made.text, "planned once");
    let place = made.headers[header::LOCATION].to_str().unwrap().to_owned();
    let at = |part: &str| format!("{place}/{part}");
    assert_eq!(world.get(&mo, waves).await.json()[0]["stage"], "open");

    let people = json!({ "people": [lea_id] });
    assert!(world.post(&mo, &at("people"), None, &people).await.is_problem(404), "its planner's");
    assert!(world.post(&anns, &at("people"), None, &json!({ "people": [] })).await.is_problem(422));
    assert_eq!(world.post(&anns, &at("people"), None, &people).await.status, DONE);
    assert_eq!(send(&world, &mo, "POST", &at("myself"), None).await.status, DONE);
    let whole = world.get(&mo, &place).await.json();
    assert_eq!((&whole["own"]["kind"], &whole["planned"]), (&json!("self_empowered"), &Value::Null));

    // Lea chooses, Ann confirms, and that Ann looked is noted for Lea.
    let offered = world.get(&lea, &at("raters")).await.json();
    assert!(offered["proposals"].as_array().unwrap().iter().any(|one| one["person"] == json!(mo_id)), "{offered}");
    assert!(world.get(&anns, &at("raters")).await.is_problem(404), "who is not rated");
    let choose = json!({ "raters": [mo_id, cy_id], "outsiders": [{ "name": "Out Side", "email": "out@example.com" }] });
    for (name, email) in [("Out", "nowhere"), ("One, one@example.com\nTwo", "two@example.com")] {
        let wrong = json!({ "raters": [mo_id], "outsiders": [{ "name": name, "email": email }] });
        let wrong = send(&world, &lea, "PUT", &at("raters"), Some(&wrong)).await;
        assert_eq!(wrong.json()["errors"][0]["field"], "outsiders", "{}", wrong.text);
    }
    assert!(send(&world, &anns, "PUT", &at("raters"), Some(&choose)).await.status.is_client_error());
    assert_eq!(send(&world, &lea, "PUT", &at("raters"), Some(&choose)).await.status, DONE);
    assert_eq!(world.get(&mo, &at("confirmations")).await.json(), json!([]), "nobody's to confirm");
    let waits = world.get(&anns, &at("confirmations")).await.json();
    let of_lea = waits.as_array().unwrap().iter().find(|one| one["rated"] == json!(lea_id)).unwrap();
    let seats: Vec<&Value> = of_lea["seats"].as_array().unwrap().iter().map(|seat| &seat["id"]).collect();
    assert_eq!(seats.len(), 3, "{of_lea}");
    let looked = "select count(*) as n from looked where person = $1 and what = 'who rates them'";
    let looks = world.ledger.read().await.unwrap().count(looked, ledger::args![lea_id.as_str()]).await.unwrap();
    assert_eq!(looks, 1);
    let confirm = json!({ "rated": lea_id, "keep": seats });
    assert!(!world.post(&mo, &at("confirmations"), None, &confirm).await.status.is_success());
    assert_eq!(world.post(&anns, &at("confirmations"), None, &confirm).await.status, DONE);
    let planned = world.get(&anns, &place).await.json()["planned"].clone();
    let counts = planned["raters"].as_array().unwrap();
    assert!(counts.iter().filter_map(|one| one["asked"].as_i64()).sum::<i64>() >= 3, "{planned}");
    assert!(counts.iter().all(|one| one["answered"] == Value::Null), "so few that how many would be who: {planned}");

    assert!(send(&world, &mo, "POST", &at("reminder"), None).await.status.is_client_error());
    assert!(send(&world, &anns, "POST", &at("reminder"), None).await.is_problem(409), "not on its first day");
    world.clock.days(4);
    assert_eq!(send(&world, &anns, "POST", &at("reminder"), None).await.status, DONE);
    assert!(send(&world, &mo, "POST", &at("close"), None).await.status.is_client_error());
    assert_eq!(send(&world, &anns, "POST", &at("close"), None).await.status, DONE);
    let closed = world.get(&lea, &place).await.json();
    assert_eq!((&closed["wave"]["stage"], &closed["wave"]["closed_on"]), (&json!("closed"), &json!("2026-03-06")));
}
