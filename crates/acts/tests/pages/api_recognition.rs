//! Recognition by programs: the standard, a nomination on its way, and a badge.

use axum::http::{StatusCode, header};
use leadership::{CircleKind, Role};
use ledger::people::OpenCircle;
use ledger::tokens::Scope;
use serde_json::{Value, json};

use super::api::World;
use super::api_more::{DONE, ann, open, send, somebody};
use super::recognition::Keep;

/// A badge is its holder's to show, and is revoked with a reason.
async fn held(world: &World, badge: &str, [lea, mo, anns]: [&str; 3]) {
    let held = world.get(lea, badge).await.json();
    let file = ledger::recognition::read_badge(&held["file"].to_string()).unwrap();
    assert!(ledger::recognition::check(&file, None, "2026-03-02".parse().unwrap()).holds(), "genuine as it is told");
    assert_eq!(world.get(lea, "/api/v1/badges").await.json(), json!([held]));
    assert_eq!(world.get(mo, "/api/v1/badges").await.json(), json!([]));
    assert!(world.get(mo, badge).await.is_problem(404));
    let shown = json!({ "public": true });
    let at = format!("{badge}/shown");
    assert!(send(world, mo, "PUT", &at, Some(&shown)).await.is_problem(404));
    assert!(send(world, anns, "PUT", &at, Some(&shown)).await.is_problem(403), "its holder says so");
    assert_eq!(send(world, lea, "PUT", &at, Some(&shown)).await.status, DONE);
    let why = json!({ "reason": "The wave was mixed up." });
    let revoke = format!("{badge}/revocation");
    assert!(world.post(mo, &revoke, None, &why).await.is_problem(404));
    assert_eq!(world.post(anns, &revoke, None, &why).await.status, DONE);
    assert_eq!(world.get(lea, badge).await.json()["revoked_because"], "The wave was mixed up.");
}

#[tokio::test]
async fn a_badge_is_earned_by_programs_too() {
    let world = World::new().await;
    let desk = open(&world, "Desk").await;
    let client =
        OpenCircle { parent: world.root, kind: CircleKind::Client, name: "Alpha".into(), purpose: String::new() };
    let client = world.ledger.perform(&ann(&world).await, &client).await.unwrap();
    let (lea_id, lea) = somebody(&world, "Lea", desk, Role::Leader).await;
    let (_, mo) = somebody(&world, "Mo", desk, Role::Member).await;
    let (al_id, al) = somebody(&world, "Al", client, Role::ClientContact).await;
    let anns = world.token(world.ann.person, Scope::Act).await;
    let standard = "/api/v1/recognition-standard";
    let mut set = json!({ "qualities": 15, "whats": 4, "hows": 4, "months": 24 });
    assert!(send(&world, &mo, "PUT", standard, Some(&set)).await.is_problem(403));
    assert_eq!(send(&world, &anns, "PUT", standard, Some(&set)).await.json()["errors"][0]["field"], "qualities");
    set["qualities"] = json!(11);
    assert_eq!(send(&world, &anns, "PUT", standard, Some(&set)).await.json()["version"], 2);
    assert_eq!(world.get(&mo, standard).await.json()["qualities"], 11);
    assert!(world.get(&al, standard).await.is_problem(404), "the organisation's own");

    let all = "/api/v1/nominations";
    let mut nominate = json!({ "person": lea_id, "words": " " });
    assert_eq!(world.post(&mo, all, None, &nominate).await.json()["errors"][0]["field"], "words");
    nominate["words"] = json!("She says why");
    assert!(world.post(&al, all, None, &nominate).await.is_problem(404));
    let made = world.post(&mo, all, Some("n"), &nominate).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    assert_eq!(world.post(&mo, all, Some("n"), &nominate).await.text, made.text, "nominated once");
    let place = made.headers[header::LOCATION].to_str().unwrap().to_owned();
    assert_eq!(world.get(&lea, all).await.json()["mine"][0]["state"], "offered");
    for other in [&anns, &al] {
        assert!(world.get(other, &place).await.is_problem(404));
    }
    let accepts = json!({ "accepts": true });
    let answer = format!("{place}/answer");
    assert!(world.post(&al, &answer, None, &accepts).await.is_problem(404));
    assert!(world.post(&mo, &answer, None, &accepts).await.is_problem(403));
    assert_eq!(world.post(&lea, &answer, None, &accepts).await.status, DONE);
    let verifier = format!("{place}/verifier");
    let ask = json!({ "verifier": al_id });
    assert!(world.post(&mo, &verifier, None, &ask).await.is_problem(404));
    assert!(world.post(&anns, &verifier, None, &ask).await.is_problem(409), "the standard is not met");
    assert_eq!(world.get(&lea, "/api/v1/me/standing").await.json()["worked_out_on"], Value::Null);

    world.ledger.perform(&ann(&world).await, &Keep(lea_id.parse().unwrap())).await.unwrap();
    let own = world.get(&lea, "/api/v1/me/standing").await.json();
    assert_eq!((&own["met"], &own["qualities"][0]["raters"]), (&json!(true), &json!({ "says": "agrees", "n": 8 })));
    assert_eq!(world.get(&mo, "/api/v1/me/standing").await.json()["qualities"], json!([]), "nobody else's");
    let outside = world.get(&anns, &format!("{place}/outside")).await.json();
    assert_eq!(outside, json!([{ "id": al_id, "name": "Al" }]), "none who works with her");
    assert!(world.get(&mo, &format!("{place}/outside")).await.is_problem(404));
    assert_eq!(world.post(&anns, &verifier, None, &ask).await.status, DONE);

    // Who is asked sees what it rests on, and the look is noted; who says that they cannot sees no more.
    let whole = world.get(&al, &place).await.json();
    assert_eq!((&whole["standing"]["met"], &whole["nomination"]["state"]), (&json!(true), &json!("asked")));
    assert_eq!(world.get(&lea, &place).await.json()["standing"], Value::Null);
    let looked = "select count(*) as n from looked where person = $1";
    let looks = world.ledger.read().await.unwrap().count(looked, ledger::args![lea_id.as_str()]).await.unwrap();
    assert!(looks >= 1, "the look is noted");
    let part = |part: &str| format!("{place}/{part}");
    assert!(send(&world, &mo, "POST", &part("cannot"), None).await.is_problem(403));
    assert_eq!(send(&world, &al, "POST", &part("cannot"), None).await.status, DONE);
    assert_eq!(
        world.post(&lea, &verifier, None, &json!({ "verifier": lea_id })).await.json()["errors"][0]["field"],
        "verifier"
    );
    assert_eq!(world.post(&anns, &verifier, None, &ask).await.status, DONE);
    let (yes, no) = (json!({ "looked": true }), json!({ "looked": false }));
    assert!(world.post(&lea, &part("verification"), None, &yes).await.is_problem(403));
    assert!(world.post(&anns, &part("verification"), None, &yes).await.is_problem(404));
    assert_eq!(world.post(&al, &part("verification"), None, &no).await.json()["errors"][0]["field"], "looked");
    assert!(world.post(&lea, &part("refusal"), None, &json!({ "reason": "x" })).await.is_problem(403));
    assert!(world.post(&al, &part("refusal"), None, &json!({ "reason": "" })).await.is_problem(422));
    let badge = world.post(&al, &part("verification"), Some("v"), &yes).await;
    assert_eq!(badge.status, StatusCode::OK, "{}", badge.text);
    assert_eq!(world.post(&al, &part("verification"), Some("v"), &yes).await.text, badge.text, "given once");
    assert!(!world.get(&al, &place).await.text.contains("\"n\":8"), "no longer than it takes");

    let badge = format!("/api/v1/badges/{}", badge.json()["id"].as_str().unwrap());
    held(&world, &badge, [&lea, &mo, &anns]).await;

    // Refused with a reason that the nominee alone reads; and taken back.
    let again = world.post(&mo, all, None, &nominate).await;
    let again = again.headers[header::LOCATION].to_str().unwrap().to_owned();
    let away = format!("{again}/withdrawal");
    assert!(send(&world, &al, "POST", &away, None).await.is_problem(404));
    assert_eq!(send(&world, &mo, "POST", &away, None).await.status, DONE);
    assert!(!send(&world, &mo, "POST", &away, None).await.status.is_success(), "it has ended");
    let own = world.post(&lea, all, None, &nominate).await.headers[header::LOCATION].to_str().unwrap().to_owned();
    assert_eq!(world.post(&anns, &format!("{own}/verifier"), None, &ask).await.status, DONE);
    let refused = world.post(&al, &format!("{own}/refusal"), None, &json!({ "reason": "Ask the desk first" })).await;
    assert_eq!(refused.status, DONE, "{}", refused.text);
    assert_eq!(world.get(&lea, &own).await.json()["nomination"]["reason"], "Ask the desk first");
    assert!(!world.get(&mo, all).await.text.contains("Ask the desk first"));
}
