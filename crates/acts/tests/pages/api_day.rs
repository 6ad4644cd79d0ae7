//! A day for programs: triage and its undoing, what is in hand and what breaks in, how one is told, when one can be
//! reached; and what was agreed and told of talks.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use leadership::CircleKind;
use leadership::Role;
use ledger::people::{self, AddPerson, OpenCircle};
use ledger::tokens::Scope;
use serde_json::{Value, json};

use super::api::{Answer, World};

const DONE: StatusCode = StatusCode::NO_CONTENT;

async fn send(world: &World, token: &str, method: &str, path: &str, body: Option<&Value>) -> Answer {
    let request = Request::builder().method(method).uri(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
    let request = match body {
        Some(body) => {
            request.header(header::CONTENT_TYPE, "application/json").body(Body::from(body.to_string())).unwrap()
        }
        None => request.body(Body::empty()).unwrap(),
    };
    world.send(request).await
}

/// What is wrong with which field first.
fn field(answer: &Answer) -> String {
    assert!(answer.is_problem(422), "{} {}", answer.status, answer.text);
    answer.json()["errors"][0]["field"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn what_is_in_hand_what_breaks_in_and_a_verdict_taken_back() {
    let world = World::new().await;
    let bo = world.person("Bo", world.root).await;
    let (ann, bos) = (world.token(world.ann.person, Scope::Act).await, world.token(bo, Scope::Act).await);
    let mut asked = Vec::new();
    for title in ["A second screen", "A chair"] {
        let body = json!({ "circle": world.root, "of": world.ann.person, "title": title });
        let made = world.post(&bos, "/api/v1/requests", None, &body).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        asked.push(made.headers[header::LOCATION].to_str().unwrap().to_owned());
    }
    let [screen, chair] = asked.as_slice() else { panic!("two") };
    let sides = world.get(&ann, "/api/v1/requests").await.json();
    assert_eq!((sides["to_me"].as_array().unwrap().len(), sides["by_me"].as_array().unwrap().len()), (2, 0));
    assert_eq!(world.get(&bos, "/api/v1/requests").await.json()["by_me"].as_array().unwrap().len(), 2);

    // What was promised, and what came in, stand beside it, each as far as one may see it.
    let give = json!({ "whom": world.ann.person, "what": "A list", "known": "It lies there", "due": "2026-03-06" });
    assert_eq!(world.post(&bos, "/api/v1/promises", None, &give).await.status, StatusCode::CREATED);
    let today = world.get(&ann, "/api/v1/today").await.json();
    let promised = today["promised"][0].clone();
    assert_eq!(
        (&promised["what"], &promised["mine"], &promised["with"]),
        (&json!("A list"), &json!(false), &json!("Bo"))
    );
    assert!(today["news"].as_array().unwrap().iter().any(|one| one["words"] == "Promised: A list"), "{today}");
    assert_eq!((&today["forgotten"], &today["conversation"]), (&Value::Null, &Value::Null), "nothing is a month old");

    // Done by oneself it is in hand, and what breaks in pushes it aside.
    let verdict = format!("{screen}/verdict");
    assert_eq!(world.post(&ann, &verdict, None, &json!({ "verdict": "do" })).await.status, DONE);
    let day = async |token: &str| world.get(token, "/api/v1/today").await.json();
    assert_eq!(day(&ann).await["in_hand"]["title"], "A second screen");
    let came = send(&world, &ann, "POST", "/api/v1/interruptions", None).await;
    assert_eq!(came.status, StatusCode::OK, "{}", came.text);
    let words = format!("/api/v1/interruptions/{}/words", came.json()["id"].as_str().unwrap());
    let lift = json!({ "words": "The lift stood still" });
    assert!(world.post(&bos, &words, None, &lift).await.is_problem(404), "nobody else's");
    assert_eq!(world.post(&ann, &words, None, &lift).await.status, DONE);
    let list = world.get(&ann, "/api/v1/interruptions").await.json()["items"][0].clone();
    assert_eq!(
        (&list["words"], &list["displaced"]["title"]),
        (&json!("The lift stood still"), &json!("A second screen"))
    );
    assert_eq!(world.get(&bos, "/api/v1/interruptions").await.json()["items"], json!([]));
    assert_eq!(send(&world, &ann, "DELETE", "/api/v1/today/hand", None).await.status, DONE);
    assert_eq!(day(&ann).await["in_hand"], Value::Null);
    let hand = |subject: &str| json!({ "noun": "request", "subject": subject.rsplit('/').next().unwrap() });
    assert_eq!(send(&world, &ann, "PUT", "/api/v1/today/hand", Some(&hand(chair))).await.status, DONE);
    assert_eq!(day(&ann).await["in_hand"]["title"], "A chair");
    assert!(send(&world, &bos, "PUT", "/api/v1/today/hand", Some(&hand(chair))).await.is_problem(404));

    // Dropped with a reason the asker is told; taken back they are told that too, and it waits again.
    world.clock.advance(jiff::SignedDuration::from_secs(5));
    let drop = json!({ "verdict": "drop", "reason": "Bought last week" });
    assert_eq!(world.post(&ann, &format!("{chair}/verdict"), None, &drop).await.status, DONE);
    let told = async || world.get(&bos, "/api/v1/notices").await.text;
    assert!(told().await.contains("Will not be done: A chair"));
    let undo = format!("{chair}/undo");
    assert!(!send(&world, &bos, "POST", &undo, None).await.status.is_success(), "not the asker's");
    assert_eq!(send(&world, &ann, "POST", &undo, None).await.status, DONE);
    assert!(told().await.contains("Open again: A chair"));
    assert_eq!(world.get(&ann, chair).await.json()["state"], "open");
    assert!(send(&world, &ann, "POST", &undo, None).await.is_problem(409), "once");
}

#[tokio::test]
async fn how_one_is_told_is_said_by_programs() {
    let world = World::new().await;
    let ann = world.token(world.ann.person, Scope::Act).await;
    let place = "/api/v1/me/post";
    let first = world.get(&ann, place).await.json();
    let all = ["acknowledge", "answer", "decide", "review", "keep", "close", "renegotiate", "hints", "news"];
    assert_eq!((&first["in_mail"], &first["in_calendar"]), (&json!(all), &json!(all)), "nothing is switched off yet");
    let names: Vec<&str> = ledger::post::KINDS.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, all, "the description names the kinds in their order");
    let mut wish = json!({ "mail": false, "hour": 8, "quiet_from": 20, "quiet_to": 6, "keys": false,
        "in_mail": ["decide", "keep"], "in_calendar": [] });
    assert_eq!(send(&world, &ann, "PUT", place, Some(&wish)).await.status, DONE);
    assert_eq!(world.get(&ann, place).await.json(), wish);
    wish["hour"] = json!(24);
    assert_eq!(field(&send(&world, &ann, "PUT", place, Some(&wish)).await), "hour");
    wish["hour"] = json!(8);
    wish["in_mail"] = json!(["everything"]);
    assert!(send(&world, &ann, "PUT", place, Some(&wish)).await.is_problem(422));
    assert_eq!(world.get(&ann, place).await.json()["in_mail"], json!(["decide", "keep"]), "as it was");
}

#[tokio::test]
async fn when_somebody_can_be_reached_is_stated_by_programs() {
    let world = World::new().await;
    let bo = world.person("Bo", world.root).await;
    let (ann, bos) = (world.token(world.ann.person, Scope::Act).await, world.token(bo, Scope::Act).await);
    let (own, seen) = ("/api/v1/me/availability", format!("/api/v1/people/{}/availability", world.ann.person));
    assert!(world.get(&ann, own).await.is_problem(404) && world.get(&bos, &seen).await.is_problem(404), "not stated");
    let span = |day: &str, from: &str, to: &str| json!({ "day": day, "from": from, "to": to });
    let mut week = json!({ "within_hours": 4, "words": "Or knock.",
        "week": [span("monday", "09:00", "12:00"), span("friday", "13:00", "24:00")] });
    assert_eq!(send(&world, &ann, "PUT", own, Some(&week)).await.status, DONE);
    let told = world.get(&bos, &seen).await.json();
    assert_eq!((&told["week"], &told["within_hours"]), (&week["week"], &json!(4)), "{told}");
    assert_eq!((&told["zone"], &told["words"]), (&json!("Europe/Berlin"), &json!("Or knock.")));
    // Nine in Berlin on Monday is eight in London: three hours then, one on Friday.
    let need = json!({ "whom": world.ann.person, "words": "Ten minutes on the budget." });
    let asked = world.post(&bos, "/api/v1/asks", None, &need).await;
    let ask = asked.headers[header::LOCATION].to_str().unwrap().to_owned();
    assert_eq!(world.get(&bos, &ask).await.json()["due_at"], "2026-03-06T13:00:00Z");
    week["week"] = json!([span("monday", "09:00", "12:00"), span("monday", "13:00", "14:00")]);
    assert_eq!(field(&send(&world, &ann, "PUT", own, Some(&week)).await), "week");
    week["week"] = json!([span("monday", "09:00", "")]);
    assert_eq!(field(&send(&world, &ann, "PUT", own, Some(&week)).await), "week");
    week["week"] = json!([]);
    week["within_hours"] = json!(169);
    assert_eq!(field(&send(&world, &ann, "PUT", own, Some(&week)).await), "within_hours");
    // Somebody of a client whom Ann does not work with through Plumb asks for nobody.
    let client =
        OpenCircle { parent: world.root, kind: CircleKind::Client, name: "Alpha".into(), purpose: String::new() };
    let client = world.ledger.perform(&world.ann, &client).await.unwrap();
    let sees = people::actor(&mut world.ledger.read().await.unwrap(), world.ann.person).await.unwrap().unwrap();
    let add = AddPerson { name: "Kim".into(), email: String::new(), circle: client, role: Role::ClientContact };
    let kim = world.ledger.perform(&sees, &add).await.unwrap();
    let kim = world.token(kim, Scope::Act).await;
    assert!(world.get(&kim, &seen).await.is_problem(404));
}

#[tokio::test]
async fn what_was_agreed_in_a_talk_and_what_is_told_of_it() {
    let world = World::new().await;
    let bo = world.person("Bo", world.root).await;
    let (ann, bos) = (world.token(world.ann.person, Scope::Act).await, world.token(bo, Scope::Act).await);
    let call = |kind: &str, day: &str, held: bool| {
        let mut body = json!({ "kind": kind, "about": "How it goes", "planned_on": day, "held": held });
        if kind == "team" {
            body["circle"] = json!(world.root);
        } else {
            body["with"] = json!([bo]);
        }
        body
    };
    let made = async |body: &Value| {
        let made = world.post(&ann, "/api/v1/talks", None, body).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        made.headers[header::LOCATION].to_str().unwrap().to_owned()
    };
    // What one writes for oneself is promised, what one writes for another is asked of them.
    let talk = made(&call("one_to_one", "2026-03-02", true)).await;
    let promises = format!("{talk}/promises");
    let agreed = json!({ "promises": [
        { "to": bo, "what": "Ask for the budget", "due": "2026-03-20", "known": "Bo was told" },
        { "from": bo, "to": world.ann.person, "what": "Name three nights", "due": "2026-03-09" },
    ] });
    let answer = world.post(&ann, &promises, Some("a1"), &agreed).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(answer.json()["promises"].as_array().unwrap().len(), 2);
    assert_eq!(world.post(&ann, &promises, Some("a1"), &agreed).await.text, answer.text, "once under its key");
    let seen = world.get(&bos, &promises).await.json();
    let mut states: Vec<(&str, &Value)> =
        seen.as_array().unwrap().iter().map(|one| (one["what"].as_str().unwrap(), &one["state"])).collect();
    states.sort_by_key(|(what, _)| *what);
    assert_eq!(states, [("Ask for the budget", &json!("open")), ("Name three nights", &json!("proposed"))]);
    assert!(seen.as_array().unwrap().iter().all(|one| one["origin"] == "talk"));
    let other = json!({ "promises": [{ "to": "Nobody", "what": "x", "due": "2026-03-20" }] });
    assert_eq!(field(&world.post(&ann, &promises, None, &other).await), "promise_to-1");
    assert_eq!(field(&world.post(&ann, &promises, None, &json!({ "promises": [] })).await), "promise_what-1");
    let cy = world.person("Cy", world.root).await;
    let cys = world.token(cy, Scope::Act).await;
    assert!(world.get(&cys, &promises).await.is_problem(404), "who takes no part finds nothing");
    assert!(world.post(&cys, &promises, None, &agreed).await.is_problem(404));

    // A planned talk is seen, moved, called off.
    let planned = made(&call("one_to_one", "2026-03-10", false)).await;
    assert_eq!(send(&world, &bos, "POST", &format!("{planned}/seen"), None).await.status, DONE);
    let day = format!("{planned}/day");
    assert_eq!(field(&world.post(&ann, &day, None, &json!({ "planned_on": "2026-03-01" })).await), "planned_on");
    assert_eq!(world.post(&ann, &day, None, &json!({ "planned_on": "2026-03-12" })).await.status, DONE);
    assert_eq!(world.get(&bos, &planned).await.json()["talk"]["planned_on"], "2026-03-12");
    let end = format!("{planned}/end");
    assert_eq!(field(&world.post(&ann, &end, None, &json!({ "how": "missed" })).await), "how");
    assert_eq!(world.post(&ann, &end, None, &json!({ "how": "called_off" })).await.status, DONE);
    assert!(world.post(&ann, &end, None, &json!({ "how": "called_off" })).await.is_problem(409));

    // A circle is told of its own talk when all who took part consent.
    let team = made(&call("team", "2026-03-02", true)).await;
    let told = json!({ "kind": "told", "words": "We plan a month ahead." });
    let written = world.post(&ann, &format!("{team}/words"), None, &told).await;
    assert_eq!(written.status, StatusCode::OK, "{}", written.text);
    let consent = format!("/api/v1/talk-words/{}/consent", written.json()["id"].as_str().unwrap());
    let words = async || world.get(&bos, &format!("{team}/words")).await.json()[0].clone();
    assert_eq!((&words().await["told"], &words().await["agreed"]), (&json!(false), &json!([world.ann.person])));
    for token in [&bos, &cys] {
        assert_eq!(world.post(token, &consent, None, &json!({ "agrees": true })).await.status, DONE);
    }
    assert_eq!(words().await["told"], true, "{}", words().await);
    assert_eq!(world.post(&cys, &consent, None, &json!({ "agrees": false })).await.status, DONE);
    assert_eq!(words().await["told"], false, "taken back it is taken out again");
}

#[tokio::test]
async fn a_side_of_a_mediation_is_heard_by_programs() {
    let world = World::new().await;
    let (bo, cy) = (world.person("Bo", world.root).await, world.person("Cy", world.root).await);
    let ann = world.token(world.ann.person, Scope::Act).await;
    let (bos, cys) = (world.token(bo, Scope::Act).await, world.token(cy, Scope::Act).await);
    let body = json!({ "kind": "mediation", "with": [bo, cy], "about": "The shifts", "planned_on": "2026-03-03",
        "noticed_on": "2026-03-01" });
    let made = world.post(&ann, "/api/v1/talks", None, &body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let talk = made.headers[header::LOCATION].to_str().unwrap().to_owned();
    let (account, opening) = (format!("{talk}/account"), format!("{talk}/account/opening"));
    let words = json!({ "words": "I hear of my shifts last." });
    assert!(world.post(&ann, &account, None, &words).await.is_problem(403), "only the two sides tell");
    assert_eq!(world.post(&bos, &account, None, &words).await.status, DONE);
    let state = async |token: &str| world.get(token, &format!("{talk}/mediation")).await.json();
    assert_eq!(state(&ann).await["accounts"][0]["words"], "I hear of my shifts last.");
    let seen = state(&cys).await;
    assert_eq!((&seen["accounts"][0]["words"], &seen["may_agree"]), (&Value::Null, &json!(false)), "not open yet");
    assert!(send(&world, &bos, "POST", &opening, None).await.is_problem(409), "the mediator says it back first");
    let heard = json!({ "of": bo, "words": "You want to know them early." });
    let heard = world.post(&ann, &format!("{talk}/heard"), None, &heard).await.json();
    let answer = format!("/api/v1/heard/{}/answer", heard["id"].as_str().unwrap());
    assert_eq!(world.post(&bos, &answer, None, &json!({ "confirms": true })).await.status, DONE);
    assert_eq!(send(&world, &bos, "POST", &opening, None).await.status, DONE);
    let seen = state(&cys).await;
    assert_eq!(
        (&seen["accounts"][0]["words"], &seen["accounts"][0]["opened"]),
        (&words["words"], &json!(true)),
        "{seen}"
    );
    let early = json!({ "promises": [{ "from": bo, "to": cy, "what": "Say it first", "due": "2026-03-20" }] });
    assert!(
        world.post(&ann, &format!("{talk}/promises"), None, &early).await.is_problem(409),
        "both are said back first"
    );
}
