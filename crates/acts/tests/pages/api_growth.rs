//! Growing by programs: a plan, who looks along, what was seen, strengths, ways of leading.

use axum::http::{StatusCode, header};
use leadership::{CircleKind, Role};
use ledger::people::OpenCircle;
use serde_json::{Value, json};

use super::api::World;
use super::api_more::{DONE, ann, open, send, somebody};

fn quality(at: usize) -> &'static str {
    model::shipped().qualities[at].key.as_str()
}

/// A contact of a client: their token.
async fn contact(world: &World) -> String {
    let act = OpenCircle { parent: world.root, kind: CircleKind::Client, name: "Alpha".into(), purpose: String::new() };
    let client = world.ledger.perform(&ann(world).await, &act).await.unwrap();
    somebody(world, "Al", client, Role::ClientContact).await.1
}

#[tokio::test]
async fn a_plan_is_its_persons_and_its_guests() {
    let world = World::new().await;
    let desk = open(&world, "Desk").await;
    let (lea_id, lea) = somebody(&world, "Lea", desk, Role::Leader).await;
    let (bo, bos) = somebody(&world, "Bo", desk, Role::Member).await;
    let (_, cys) = somebody(&world, "Cy", desk, Role::Member).await;
    let client = contact(&world).await;
    let plans = "/api/v1/growth-plans";
    for path in [plans, "/api/v1/seats", "/api/v1/traits", "/api/v1/styles", "/api/v1/me/standing"] {
        assert!(world.get(&client, path).await.is_problem(404), "{path} is the organisation's own");
    }
    let known = world.get(&client, "/api/v1/qualities").await.json();
    assert_eq!(known[0]["key"], quality(0), "the model is everybody's");

    let mut begin = json!({ "quality": quality(0), "why": " ", "retest_on": "2026-06-01" });
    let wrong = world.post(&lea, plans, None, &begin).await;
    assert!(wrong.is_problem(422) && wrong.json()["errors"][0]["field"] == "why", "{}", wrong.text);
    begin["why"] = json!("Let people finish");
    assert!(world.post(&client, plans, None, &begin).await.is_problem(404));
    let made = world.post(&lea, plans, Some("p"), &begin).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text);
    assert_eq!(world.post(&lea, plans, Some("p"), &begin).await.text, made.text, "begun once");
    assert!(world.post(&lea, plans, None, &begin).await.is_problem(409), "one at a time");
    let place = format!("{plans}/{}", made.json()["id"].as_str().unwrap());

    let mut practice = json!({ "quality": quality(0), "words": "Say back what I heard", "due": "2026-03-06",
        "to": bo, "known": "In two talks" });
    assert!(world.post(&cys, &format!("{place}/practices"), None, &practice).await.is_problem(404), "not Cy's plan");
    let promised = world.post(&lea, &format!("{place}/practices"), None, &practice).await;
    assert_eq!(promised.status, StatusCode::OK, "{}", promised.text);
    (practice["to"], practice["words"], practice["known"]) = (Value::Null, json!("Count to five"), Value::Null);
    let noted = world.post(&lea, &format!("{place}/practices"), None, &practice).await.json();
    let done = |made: &Value| format!("/api/v1/practices/{}/done", made["id"].as_str().unwrap());
    let open = world.get(&lea, plans).await.json()["open"].clone();
    let of = |words: &str| {
        let all = open["practices"].as_array().unwrap();
        all.iter().find(|one| one["words"] == words).unwrap().clone()
    };
    assert_eq!(of("Say back what I heard")["promise"]["to"], json!(bo), "{open}");
    assert_eq!(of("Count to five")["promise"], Value::Null);
    let note = json!({ "note": "Hard" });
    assert!(world.post(&lea, &done(&promised.json()), None, &note).await.is_problem(409), "Bo says so");
    assert!(world.post(&cys, &done(&noted), None, &note).await.is_problem(404));
    assert_eq!(world.post(&lea, &done(&noted), None, &note).await.status, DONE);
    let retest = format!("{place}/retest");
    let past = send(&world, &lea, "PUT", &retest, Some(&json!({ "retest_on": "2026-01-01" }))).await;
    assert!(past.is_problem(422), "{}", past.text);
    let later = json!({ "retest_on": "2026-04-01" });
    assert!(send(&world, &cys, "PUT", &retest, Some(&later)).await.is_problem(404));
    assert_eq!(send(&world, &lea, "PUT", &retest, Some(&later)).await.status, DONE);

    // A guest sees the part that they were given once they took the seat, and their look is noted.
    let trait_ = json!({ "kind": "limit", "title": "Numbers", "used": "I ask Bo." });
    let made = world.post(&lea, "/api/v1/traits", None, &trait_).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text);
    let trait_ = format!("/api/v1/traits/{}", made.json()["id"].as_str().unwrap());
    let invite = json!({ "guest": bo, "parts": ["plan"], "words": "An hour a month" });
    let seat = world.post(&lea, "/api/v1/seats", None, &invite).await;
    assert_eq!(seat.status, StatusCode::CREATED, "{}", seat.text);
    let seat = seat.headers[header::LOCATION].to_str().unwrap().to_owned();
    assert_eq!(world.get(&bos, &seat).await.json()["plan"], Value::Null, "nothing before it is taken");
    assert!(world.get(&cys, &seat).await.is_problem(404));
    let takes = json!({ "takes": true });
    assert!(world.post(&cys, &format!("{seat}/answer"), None, &takes).await.is_problem(404));
    assert!(world.post(&lea, &format!("{seat}/answer"), None, &takes).await.is_problem(403), "who was invited");
    assert_eq!(world.post(&bos, &format!("{seat}/answer"), None, &takes).await.status, DONE);
    let seen = world.get(&bos, &seat).await.json();
    assert_eq!(seen["plan"]["qualities"][0]["why"], "Let people finish", "{seen}");
    assert_eq!((&seen["traits"], &seen["observations"]), (&Value::Null, &Value::Null), "not those parts");
    let looked = "select count(*) as n from looked where person = $1";
    let looks = world.ledger.read().await.unwrap().count(looked, ledger::args![lea_id.as_str()]).await.unwrap();
    assert_eq!(looks, 1, "the look is noted");
    let talk = json!({ "day": "2026-03-02", "words": "Three talks looked at", "promises": [
        { "what": "Ask first", "due": "2026-03-09", "known": "Bo saw it twice", "by_other": true }] });
    assert!(world.post(&cys, &format!("{seat}/talks"), None, &talk).await.is_problem(404));
    let noted = world.post(&bos, &format!("{seat}/talks"), Some("t"), &talk).await;
    assert_eq!(noted.status, StatusCode::CREATED, "{}", noted.text);
    let place_of_talk = noted.headers[header::LOCATION].to_str().unwrap();
    assert_eq!(world.get(&lea, place_of_talk).await.status, StatusCode::OK);
    assert!(world.get(&lea, "/api/v1/promises").await.text.contains("Ask first"));
    let end = format!("{seat}/end");
    assert!(send(&world, &cys, "POST", &end, None).await.is_problem(404));
    assert_eq!(send(&world, &bos, "POST", &end, None).await.status, DONE);
    assert!(world.get(&bos, &seat).await.is_problem(404), "over is over");
    assert_eq!(world.get(&lea, "/api/v1/seats").await.json()["given"][0]["state"], "ended");
    assert!(send(&world, &cys, "DELETE", &trait_, None).await.is_problem(404));
    assert_eq!(send(&world, &lea, "DELETE", &trait_, None).await.status, DONE);
    assert_eq!(world.get(&lea, "/api/v1/traits").await.json(), json!([]));
    let close = format!("{place}/close");
    let learned = json!({ "learned": "Silence asks too" });
    assert!(world.post(&cys, &close, None, &learned).await.is_problem(404));
    assert_eq!(world.post(&lea, &close, None, &learned).await.status, DONE);
    let all = world.get(&lea, plans).await.json();
    assert_eq!((&all["open"], &all["closed"][0]["learned"]), (&Value::Null, &json!("Silence asks too")));
}

#[tokio::test]
async fn what_was_seen_is_between_two() {
    let world = World::new().await;
    let desk = open(&world, "Desk").await;
    let (_, lea) = somebody(&world, "Lea", desk, Role::Leader).await;
    let (bo, bos) = somebody(&world, "Bo", desk, Role::Member).await;
    let (_, cys) = somebody(&world, "Cy", desk, Role::Member).await;
    let all = "/api/v1/observations";
    let mut note = json!({ "about": bo, "quality": quality(1), "seen_on": "2026-03-09",
        "words": "You let Di finish", "effect": "She told us about the backup" });
    let ahead = world.post(&lea, all, None, &note).await;
    assert!(ahead.is_problem(422) && ahead.json()["errors"][0]["field"] == "seen_on", "{}", ahead.text);
    note["seen_on"] = json!("2026-03-01");
    let made = world.post(&lea, all, Some("o"), &note).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text);
    assert_eq!(world.post(&lea, all, Some("o"), &note).await.text, made.text);
    let place = format!("{all}/{}", made.json()["id"].as_str().unwrap());
    let seen = world.get(&bos, all).await.json();
    assert_eq!((&seen["about_me"][0]["words"], &seen["by_me"]), (&json!("You let Di finish"), &json!([])));
    assert_eq!(seen["about_me"].as_array().unwrap().len(), 1, "noted once");
    assert!(!world.get(&cys, all).await.text.contains("backup"));
    let reply = json!({ "useful": true, "reply": "I had not noticed" });
    let respond = format!("{place}/response");
    assert!(world.post(&cys, &respond, None, &reply).await.is_problem(404));
    assert!(world.post(&lea, &respond, None, &reply).await.is_problem(403));
    assert_eq!(world.post(&bos, &respond, None, &reply).await.status, DONE);
    assert!(world.post(&bos, &respond, None, &reply).await.is_problem(409), "once");
    let told = world.get(&lea, all).await.json();
    assert_eq!(told["by_me"][0]["reply"], "I had not noticed");
    assert_eq!(told["useful"], json!({ "n": 1, "so": null, "low": null, "high": null }), "one is not enough to say");
    let away = format!("{place}/withdrawal");
    assert!(send(&world, &cys, "POST", &away, None).await.is_problem(404));
    assert!(send(&world, &bos, "POST", &away, None).await.is_problem(403));
    assert_eq!(send(&world, &lea, "POST", &away, None).await.status, DONE);
    assert_eq!(world.get(&bos, all).await.json()["about_me"], json!([]));
}

#[tokio::test]
async fn a_way_of_leading_is_about_a_work() {
    let world = World::new().await;
    let desk = open(&world, "Desk").await;
    let (_, lea) = somebody(&world, "Lea", desk, Role::Leader).await;
    let (bo, bos) = somebody(&world, "Bo", desk, Role::Member).await;
    let (_, cys) = somebody(&world, "Cy", desk, Role::Member).await;
    let guide = world.get(&lea, "/api/v1/style-guide?ability=new&will=sure").await.json();
    assert_eq!(guide["style"], "directing", "{guide}");
    assert!(world.get(&lea, "/api/v1/style-guide?ability=x&will=sure").await.is_problem(400));
    let all = "/api/v1/styles";
    let mut choice = json!({ "work": "Move the mail", "ability": "able", "will": "unsure", "chosen": "coaching",
        "why": "The date is near." });
    assert_eq!(world.post(&lea, all, None, &choice).await.json()["errors"][0]["field"], "person");
    choice["person"] = json!(bo);
    let made = world.post(&lea, all, None, &choice).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let place = made.headers[header::LOCATION].to_str().unwrap().to_owned();
    let mine = world.get(&lea, &place).await.json();
    assert_eq!((&mine["suggested"], &mine["why"]), (&json!("supporting"), &json!("The date is near.")));
    let theirs = world.get(&bos, &place).await.json();
    assert_eq!((&theirs["chosen"], &theirs["why"]), (&json!("coaching"), &Value::Null), "why is the leader's alone");
    assert!(world.get(&cys, &place).await.is_problem(404));
    let points = json!({ "points": 4 });
    let answer = format!("{place}/answer");
    assert!(world.post(&cys, &answer, None, &points).await.is_problem(404));
    assert!(world.post(&lea, &answer, None, &points).await.is_problem(403));
    assert_eq!(world.post(&bos, &answer, None, &points).await.status, DONE);
    let words = json!({ "came_of_it": "Two talks were enough." });
    let look_back = format!("{place}/look-back");
    assert!(world.post(&bos, &look_back, None, &words).await.is_problem(403));
    assert_eq!(world.post(&lea, &look_back, None, &words).await.status, DONE);
    let told = world.get(&lea, all).await.json();
    assert_eq!((&told["mine"][0]["points"], &told["looked_back"]["n"]), (&json!(4), &json!(1)), "{told}");
    assert_eq!(told["looked_back"]["so"], Value::Null);
    let with_bo = world.get(&bos, all).await;
    assert_eq!(with_bo.json()["with_me"][0]["work"], "Move the mail");
    assert!(!with_bo.text.contains("Two talks"), "{}", with_bo.text);
    assert!(send(&world, &bos, "DELETE", &place, None).await.is_problem(403));
    assert_eq!(send(&world, &lea, "DELETE", &place, None).await.status, DONE);
    assert!(world.get(&bos, &place).await.is_problem(404), "nothing of it stays");
}
