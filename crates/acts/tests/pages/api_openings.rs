//! Open places, introductions and what a team learns together, by programs.

use axum::http::{StatusCode, header};
use leadership::{CircleKind, Role};
use ledger::openings::{Apply, OpeningId};
use ledger::people::{Begin, OpenCircle};
use serde_json::{Value, json};

use super::api::World;
use super::api_more::{DONE, ann, open, send, somebody};

/// A contact of a client: their token.
async fn contact(world: &World) -> String {
    let act = OpenCircle { parent: world.root, kind: CircleKind::Client, name: "Alpha".into(), purpose: String::new() };
    let client = world.ledger.perform(&ann(world).await, &act).await.unwrap();
    somebody(world, "Al", client, Role::ClientContact).await.1
}

#[tokio::test]
async fn a_place_is_opened_answered_and_closed_by_who_leads_its_circle() {
    let world = World::new().await;
    let desk = open(&world, "Desk").await;
    let mail = open(&world, "Mail").await;
    let (_, lea) = somebody(&world, "Lea", desk, Role::Leader).await;
    let (_, bos) = somebody(&world, "Bo", desk, Role::Member).await;
    let (_, max) = somebody(&world, "Max", mail, Role::Leader).await;
    let al = contact(&world).await;
    let all = "/api/v1/openings";
    let mut place = json!({ "circle": desk, "title": "One more", "words": "You answer whoever cannot go on",
        "offers": "We listen", "figures": true, "until": "2026-04-30" });
    assert!(world.post(&al, all, None, &place).await.is_problem(404), "the organisation's own");
    assert!(world.post(&bos, all, None, &place).await.is_problem(403), "who leads the circle");
    assert_eq!(world.post(&max, all, None, &place).await.json()["errors"][0]["field"], "circle", "not seen");
    for day in ["2026-02-28", "2026-09-30", "9999-99-99", "-0001-01-01", ""] {
        place["until"] = json!(day);
        let wrong = world.post(&lea, all, None, &place).await;
        assert!(wrong.is_problem(422) && wrong.json()["errors"][0]["field"] == "until", "{day}: {}", wrong.text);
    }
    (place["until"], place["title"]) = (json!("2026-04-30"), json!("One\u{0}more"));
    assert_eq!(world.post(&lea, all, None, &place).await.json()["errors"][0]["field"], "title");
    place["title"] = json!("One more");
    let made = world.post(&lea, all, Some("o"), &place).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    assert_eq!(world.post(&lea, all, Some("o"), &place).await.text, made.text, "opened once");
    let at = made.headers[header::LOCATION].to_str().unwrap().to_owned();
    let id: OpeningId = made.json()["id"].as_str().unwrap().parse().unwrap();
    for token in [&lea, &bos] {
        let listed = world.get(token, all).await.json();
        assert_eq!((&listed["items"][0]["title"], &listed["items"][0]["figures"]), (&json!("One more"), &json!([])));
        let address = listed["items"][0]["address"].as_str().unwrap();
        assert!(address.ends_with(&format!("/work-here/{id}")), "{address}");
    }
    assert_eq!(world.get(&max, all).await.json()["items"], json!([]));
    for token in [&max, &al] {
        assert!(world.get(token, &at).await.is_problem(404));
    }
    let figures = format!("/api/v1/circles/{desk}/opening-figures");
    assert_eq!(world.get(&lea, &figures).await.json(), json!([]), "nothing is enough to say");
    for token in [&bos, &max, &al] {
        assert!(world.get(token, &figures).await.is_problem(404));
    }

    // Who applied is read by who leads, and by nobody else.
    let apply =
        Apply { opening: Some(id), name: "Ida".into(), email: "ida@example.com".into(), words: "I ask why".into() };
    let sent = world.ledger.perform(&Begin::nobody(), &apply).await.unwrap();
    let seen = world.get(&bos, &at).await;
    assert_eq!((&seen.json()["came"], &seen.json()["applications"]), (&Value::Null, &json!([])));
    assert!(!seen.text.contains("Ida"), "{}", seen.text);
    let whole = world.get(&lea, &at).await.json();
    assert_eq!((&whole["came"]["waiting"], &whole["applications"][0]["email"]), (&json!(1), &json!("ida@example.com")));
    let answer = format!("/api/v1/applications/{sent}/answer");
    let state = |state: &str| json!({ "state": state, "note": "On Monday" });
    for token in [&bos, &max, &al] {
        assert!(world.post(token, &answer, None, &state("talking")).await.is_problem(404), "that somebody applied");
    }
    let wrong = world.post(&lea, &answer, None, &state("joined")).await;
    assert!(wrong.is_problem(422) && wrong.json()["errors"][0]["field"] == "state", "{}", wrong.text);
    assert!(world.post(&lea, &answer, None, &state("soon")).await.is_problem(422));
    for _ in 0..2 {
        assert_eq!(world.post(&lea, &answer, Some("t"), &state("talking")).await.status, DONE);
    }
    let whole = world.get(&lea, &at).await.json();
    assert_eq!(
        (&whole["applications"][0]["state"], &whole["applications"][0]["note"]),
        (&json!("talking"), &json!("On Monday"))
    );
    let kept = format!("/api/v1/applications/{sent}");
    assert!(send(&world, &bos, "DELETE", &kept, None).await.is_problem(404));
    assert_eq!(send(&world, &lea, "DELETE", &kept, None).await.status, DONE);
    assert!(send(&world, &lea, "DELETE", &kept, None).await.is_problem(404));
    assert_eq!(world.get(&lea, &at).await.json()["came"]["applied"], 0, "what is deleted is in no count");

    let close = format!("{at}/close");
    assert!(send(&world, &bos, "POST", &close, None).await.is_problem(403));
    assert!(send(&world, &max, "POST", &close, None).await.is_problem(404));
    assert_eq!(send(&world, &lea, "POST", &close, None).await.status, DONE);
    assert!(send(&world, &lea, "POST", &close, None).await.is_problem(409));
    assert_eq!(world.get(&bos, &at).await.json()["opening"]["address"], Value::Null);
}

#[tokio::test]
async fn two_are_introduced_and_a_no_is_told_to_nobody() {
    let world = World::new().await;
    let desk = open(&world, "Desk").await;
    let mail = open(&world, "Mail").await;
    let (_, lea) = somebody(&world, "Lea", desk, Role::Leader).await;
    let (bo, bos) = somebody(&world, "Bo", desk, Role::Member).await;
    let (cy, cys) = somebody(&world, "Cy", desk, Role::Member).await;
    let (max_id, max) = somebody(&world, "Max", mail, Role::Leader).await;
    let al = contact(&world).await;
    let all = "/api/v1/introductions";
    let two = |one: &str, other: &str, words: &str| json!({ "one": one, "other": other, "words": words });
    for (body, field) in [
        (two(&bo, &max_id, "x"), "other"),
        (two(&bo, &bo, "x"), "other"),
        (two(&bo, &cy, " "), "words"),
        (two("b", &cy, "x"), "one"),
    ] {
        let wrong = world.post(&lea, all, None, &body).await;
        assert!(wrong.is_problem(422) && wrong.json()["errors"][0]["field"] == field, "{field}: {}", wrong.text);
    }
    assert!(world.post(&al, all, None, &two(&bo, &cy, "x")).await.is_problem(404));
    let mut words = Vec::new();
    for key in ["i1", "i2"] {
        let made = world.post(&lea, all, Some(key), &two(&bo, &cy, "Both know printers")).await;
        assert_eq!(made.status, StatusCode::OK, "{}", made.text);
        assert_eq!(world.post(&lea, all, Some(key), &two(&bo, &cy, "Both know printers")).await.text, made.text);
        words.push(format!("{all}/{}/word", made.json()["id"].as_str().unwrap()));
    }
    let stands = async |token: &str| {
        let listed = world.get(token, all).await.json();
        let mut all: Vec<(String, Value)> = listed["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| (one["stands"].as_str().unwrap().to_owned(), one["since"].clone()))
            .collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all
    };
    let none = |stands: &str| (stands.to_owned(), Value::Null);
    assert_eq!(stands(&bos).await, [none("yours"), none("yours")]);
    assert!(stands(&max).await.is_empty());
    let says = |wants: bool| json!({ "wants": wants });
    assert!(world.post(&lea, &words[0], None, &says(true)).await.is_problem(403), "the two say it");
    assert!(world.post(&max, &words[0], None, &says(true)).await.is_problem(404));
    assert!(world.post(&bos, &words[0], None, &json!({ "wants": "yes" })).await.is_problem(422));
    for word in &words {
        assert_eq!(world.post(&bos, word, None, &says(true)).await.status, DONE);
    }
    assert!(world.post(&bos, &words[0], None, &says(false)).await.is_problem(409), "said once");
    assert_eq!(world.post(&cys, &words[0], None, &says(false)).await.status, DONE);
    for token in [&lea, &bos] {
        assert_eq!(stands(token).await, [none("open"), none("open")], "a no looks like silence");
    }
    assert_eq!(world.post(&cys, &words[1], None, &says(true)).await.status, DONE);
    assert_eq!(stands(&lea).await, [none("met"), none("open")], "what went between the two is theirs");
    assert_eq!(stands(&bos).await, [("met".to_owned(), json!(0)), none("open")]);
}

#[tokio::test]
async fn a_module_is_proposed_to_a_team_and_ended() {
    let world = World::new().await;
    let desk = open(&world, "Desk").await;
    let mail = open(&world, "Mail").await;
    let (_, lea) = somebody(&world, "Lea", desk, Role::Leader).await;
    let (_, bos) = somebody(&world, "Bo", desk, Role::Member).await;
    let (_, max) = somebody(&world, "Max", mail, Role::Leader).await;
    let al = contact(&world).await;
    let of = |module: &str| format!("/api/v1/circles/{desk}/team-training/{module}");
    let (path, all) = (of("customer-service"), "/api/v1/team-training");
    let propose = json!({ "why": "The shops wait too long", "until": "2026-05-31" });
    assert!(send(&world, &bos, "PUT", &path, Some(&propose)).await.is_problem(403));
    for token in [&max, &al] {
        assert!(send(&world, token, "PUT", &path, Some(&propose)).await.is_problem(404));
    }
    for module in ["nothing", "%00"] {
        assert!(send(&world, &lea, "PUT", &of(module), Some(&propose)).await.is_problem(404), "{module}");
        assert!(send(&world, &lea, "DELETE", &of(module), None).await.is_problem(404), "{module}");
    }
    let past = json!({ "why": " ", "until": "2026-03-01" });
    let wrong = send(&world, &lea, "PUT", &path, Some(&past)).await;
    assert!(wrong.is_problem(422) && wrong.json()["errors"].as_array().unwrap().len() == 2, "{}", wrong.text);
    assert_eq!(send(&world, &lea, "PUT", &path, Some(&propose)).await.status, DONE);
    let told = world.get(&bos, all).await.json()[0].clone();
    assert_eq!((&told["open"], &told["people"], &told["at_least"]), (&json!(true), &json!(2), &json!(0)), "{told}");
    assert_eq!((&told["before"], &told["since"]), (&Value::Null, &Value::Null), "not enough to say");
    assert_eq!(world.get(&max, all).await.json(), json!([]));
    assert!(world.get(&al, all).await.is_problem(404));
    assert!(send(&world, &bos, "DELETE", &path, None).await.is_problem(403));
    assert!(send(&world, &max, "DELETE", &path, None).await.is_problem(404));
    assert_eq!(send(&world, &lea, "DELETE", &path, None).await.status, DONE);
    assert!(send(&world, &lea, "DELETE", &path, None).await.is_problem(404));
    assert_eq!(world.get(&bos, all).await.json()[0]["open"], json!(false));
}
