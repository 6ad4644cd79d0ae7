//! The pulse by programs: what waits, an answer, the figures of one's circles.

use ledger::people::Begin;
use ledger::pulses::{Set, Sweep};
use ledger::tokens::Scope;
use serde_json::{Value, json};

use super::api::World;

#[tokio::test]
async fn a_round_is_answered_by_programs_and_told_to_them() {
    let world = World::new().await;
    let mut tokens = Vec::new();
    for name in ["Bo", "Cy", "Di", "Ed", "Flo"] {
        let person = world.person(name, world.root).await;
        tokens.push(world.token(person, Scope::Act).await);
    }
    let set = Set {
        circle: Some(world.root),
        kind: "circle".into(),
        questions: ["pulse-belonging", "pulse-heard", "pulse-pace"].map(str::to_owned).to_vec(),
        every_weeks: "4".into(),
        answer_days: "14".into(),
        next_on: "2026-03-02".into(),
    };
    world.ledger.perform(&world.ann, &set).await.unwrap();
    world.ledger.perform(&Begin::nobody(), &Sweep).await.unwrap();
    let waiting = world.get(&tokens[0], "/api/v1/pulse-rounds").await.json();
    let round = &waiting["items"][0];
    assert_eq!((&round["asks"], &round["closes_on"]), (&json!("circle"), &json!("2026-03-08")), "{waiting}");
    assert_eq!(round["questions"][0]["words"], "I belong here.");
    let path = format!("/api/v1/pulse-rounds/{}/answer", round["id"].as_str().unwrap());
    let half = world.post(&tokens[0], &path, None, &json!({ "answers": { "pulse-heard": 4 } })).await;
    assert!(half.is_problem(422), "{}", half.text);
    let fields: Vec<String> =
        half.json()["errors"].as_array().unwrap().iter().map(|one| one["field"].to_string()).collect();
    assert_eq!(fields, ["\"pulse-belonging\"", "\"pulse-pace\""]);
    for (at, token) in tokens.iter().enumerate() {
        let heard = if at == 0 { Value::Null } else { json!(3) };
        let mut answers = json!({ "answers": { "pulse-belonging": 4, "pulse-heard": heard, "pulse-pace": 2 } });
        if at == 1 {
            answers["line"] = json!("A quiet hour.");
        }
        // A key would keep an instant and a hash of the answer beside the person: none is taken.
        assert_eq!(world.post(token, &path, Some("again"), &answers).await.status, 204);
        assert!(world.post(token, &path, Some("again"), &answers).await.is_problem(409));
    }
    let mut tx = world.ledger.read().await.unwrap();
    assert_eq!(
        tx.count("select count(*) as n from answered", &[]).await.unwrap(),
        0,
        "nothing is kept of the requests"
    );
    drop(tx);
    assert_eq!(world.get(&tokens[0], "/api/v1/pulse-rounds").await.json()["items"], json!([]));
    let told = async || {
        let told = world.get(&tokens[4], "/api/v1/pulses").await.json();
        told["items"][0]["rounds"][0]["figures"].clone()
    };
    assert_eq!(told().await[0]["n"], Value::Null, "nothing before its end");
    world.clock.days(8);
    world.ledger.perform(&Begin::nobody(), &Sweep).await.unwrap();
    let lines = world.get(&tokens[4], "/api/v1/pulses").await.json()["items"][0]["rounds"][0]["lines"].clone();
    assert_eq!(lines, json!(["A quiet hour."]), "without a name");
    let told = told().await;
    assert_eq!((&told[0]["n"], &told[0]["mean"], &told[0]["agree"]), (&json!(5), &json!(4.0), &Value::Null), "{told}");
    assert_eq!(told[1]["mean"], Value::Null, "four answers");
    assert_eq!(told[2]["low"].as_f64().map(|low| (low * 10.0).round()), Some(13.0), "{told}");
}

#[tokio::test]
async fn a_pulse_is_set_answered_and_ended_by_who_leads() {
    let world = World::new().await;
    let mut tokens = Vec::new();
    for name in ["Bo", "Cy", "Di", "Ed", "Flo"] {
        let person = world.person(name, world.root).await;
        tokens.push(world.token(person, Scope::Act).await);
    }
    let anns = world.token(world.ann.person, Scope::Act).await;
    let offers = world.get(&tokens[0], "/api/v1/pulse-questions").await.json();
    let keys: Vec<&Value> = offers
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["asks"] == "circle")
        .map(|one| &one["key"])
        .take(3)
        .collect();
    assert_eq!(keys.len(), 3, "{offers}");
    let mut pulse = json!({ "circle": world.root, "kind": "circle", "questions": keys, "every_weeks": 1,
        "answer_days": 14, "next_on": "2026-03-02" });
    let wrong = world.post(&anns, "/api/v1/pulses", None, &pulse).await;
    assert!(wrong.is_problem(422) && wrong.json()["errors"][0]["field"] == "every_weeks", "{}", wrong.text);
    pulse["every_weeks"] = json!(4);
    assert!(!world.post(&tokens[0], "/api/v1/pulses", None, &pulse).await.status.is_success(), "who leads sets it");
    let made = world.post(&anns, "/api/v1/pulses", Some("p"), &pulse).await;
    assert_eq!(made.status, 200, "{}", made.text);
    assert_eq!(world.post(&anns, "/api/v1/pulses", Some("p"), &pulse).await.text, made.text, "set once");
    world.ledger.perform(&Begin::nobody(), &Sweep).await.unwrap();
    let round = world.get(&tokens[0], "/api/v1/pulse-rounds").await.json()["items"][0]["id"].clone();
    let reply = format!("/api/v1/pulse-rounds/{}/reply", round.as_str().unwrap());
    let words = json!({ "words": "A quiet hour from nine." });
    assert!(world.post(&anns, &reply, None, &words).await.is_problem(409), "it is open");
    world.clock.days(8);
    world.ledger.perform(&Begin::nobody(), &Sweep).await.unwrap();
    assert!(world.post(&tokens[0], &reply, None, &words).await.is_problem(403), "who leads answers");
    let strange = json!({ "words": "x", "links": ["idea/none"] });
    assert_eq!(world.post(&anns, &reply, None, &strange).await.json()["errors"][0]["field"], "links");
    assert_eq!(world.post(&anns, &reply, None, &words).await.status, 204);
    let told = world.get(&tokens[1], "/api/v1/pulses").await.json()["items"][0].clone();
    assert_eq!(told["rounds"][0]["said"]["words"], "A quiet hour from nine.", "{told}");
    let end = format!("/api/v1/pulses/{}/end", made.json()["id"].as_str().unwrap());
    let bare = json!({});
    assert!(world.post(&tokens[0], &end, None, &bare).await.is_problem(403));
    assert_eq!(world.post(&anns, &end, None, &bare).await.status, 204);
    assert_eq!(world.get(&tokens[1], "/api/v1/pulses").await.json()["items"][0]["ended"], true);
}
