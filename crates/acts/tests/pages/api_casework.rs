//! Problems of the work record for programs. There is no record here: what is worked on was opened by hand.

use axum::http::{StatusCode, header};
use casebook::{Act as Deed, Judged, Stage};
use leadership::{CircleKind, Role};
use ledger::casework;
use ledger::people::{self, AddPerson, OpenCircle};
use ledger::tokens::Scope;
use serde_json::{Value, json};

use super::api::{Answer, World};

/// The number of the entry that was written.
fn entry(answer: &Answer) -> u64 {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json()["entry"].as_u64().unwrap()
}

fn fields(answer: &Answer) -> Vec<Value> {
    assert!(answer.is_problem(422), "{}", answer.text);
    answer.json()["errors"].as_array().unwrap().iter().map(|error| error["field"].clone()).collect()
}

#[tokio::test]
async fn a_problem_goes_from_symptom_to_cause_by_programs() {
    let world = World::new().await;
    let bo = world.person("Bo", world.root).await;
    let (ann, of_bo) = (world.token(world.ann.person, Scope::Act).await, world.token(bo, Scope::Act).await);
    let mut body = json!({ "title": "Labels are blank", "asked": " ", "circle": world.root, "tickets": ["INC1"] });
    assert_eq!(fields(&world.post(&of_bo, "/api/v1/problems", None, &body).await), ["asked", "tickets"]);
    (body["asked"], body["tickets"]) = (json!("New printers"), json!([]));
    let opened = world.post(&of_bo, "/api/v1/problems", Some("one"), &body).await;
    assert_eq!((opened.status, opened.json()), (StatusCode::CREATED, json!({ "id": "by-hand-1" })), "{}", opened.text);
    let place = opened.headers[header::LOCATION].to_str().unwrap().to_owned();
    let again = world.post(&of_bo, "/api/v1/problems", Some("one"), &body).await;
    assert_eq!((again.status, again.text), (StatusCode::CREATED, opened.text), "opened once");
    let list = world.get(&ann, "/api/v1/problems").await.json();
    assert_eq!(
        (&list["total"], &list["items"][0]["title"], &list["items"][0]["by_hand"]),
        (&json!(1), &json!("Labels are blank"), &json!(true))
    );

    // What might be behind it, and a test of it.
    let post = async |token: &str, what: &str, key: Option<&str>, body: &Value| {
        world.post(token, &format!("{place}/{what}"), key, body).await
    };
    assert_eq!(fields(&post(&of_bo, "hypotheses", None, &json!({ "supports": "x" })).await), ["claim"]);
    assert_eq!(entry(&post(&of_bo, "hypotheses", None, &json!({ "claim": "The driver is too old" })).await), 2);
    let mut test = json!({ "hypothesis": 1, "test": { "what": "Another driver", "result": "None blank", "on": "x" } });
    assert_eq!(fields(&post(&of_bo, "tests", None, &test).await), ["test-on", "hypothesis"]);
    (test["hypothesis"], test["test"]["on"]) = (json!(0), json!("2026-02-27"));
    assert_eq!(entry(&post(&of_bo, "tests", None, &test).await), 3);

    // An option is its author's, sent twice it is there once.
    let ask = json!({ "circle": world.root, "until": "2026-03-09", "why": "Ours cost too much" });
    assert_eq!(entry(&post(&of_bo, "asks", None, &ask).await), 4);
    let waits = world.get(&ann, &place).await.json();
    assert_eq!((&waits["asks"][0]["people"], &waits["asks"][0]["waits_for_you"]), (&json!(1), &json!(true)));
    let option = json!({ "what": "Roll the driver out", "cost": { "low": "100", "high": "1200.50" } });
    let wrong = json!({ "what": "Roll it out", "cost": { "low": "9", "high": "-1" } });
    assert_eq!(fields(&post(&ann, "options", None, &wrong).await), ["option-cost-high"]);
    assert_eq!(entry(&post(&ann, "options", Some("o"), &option).await), 5);
    assert_eq!(entry(&post(&ann, "options", Some("o"), &option).await), 5, "done once");
    assert!(post(&ann, "options", Some("o"), &wrong).await.is_problem(409), "another request under the key");
    assert_eq!(fields(&post(&of_bo, "options", None, &option).await), ["what"], "it is there already");
    let seen = world.get(&of_bo, &place).await.json();
    assert_eq!(seen["asks"][0]["answered"], 1);
    let canvas = &seen["canvas"];
    assert_eq!((&canvas["version"], &canvas["asked"]), (&json!(5), &json!("New printers")));
    assert_eq!(
        (&canvas["options"][0]["by"], &canvas["options"][0]["cost"]["high"]),
        (&json!([world.ann.person]), &json!("1200.50"))
    );
    assert_eq!(canvas["hypotheses"][0]["tests"][0]["on"], "2026-02-27");

    // The whole canvas at once: on the version that it was written on, and the option stays Ann's.
    let mut whole = json!({ "base": 3, "canvas": { "asked": "New printers", "needed": "Labels that can be read",
        "hypotheses": canvas["hypotheses"], "options": [option], "owner": bo } });
    assert!(post(&of_bo, "canvas", None, &whole).await.is_problem(409), "another version was kept since");
    whole["base"] = json!(5);
    assert_eq!(entry(&post(&of_bo, "canvas", None, &whole).await), 6);
    let now = world.get(&ann, &place).await.json();
    assert_eq!((&now["canvas"]["owner"], &now["canvas"]["options"][0]["by"]), (&json!(bo), &json!([world.ann.person])));

    // Who leads looks at the reasoning; nobody at their own.
    assert!(post(&of_bo, "review", None, &json!({ "agreed": true })).await.is_problem(403));
    assert_eq!(fields(&post(&ann, "review", None, &json!({ "agreed": false })).await), ["missing"]);
    let back = json!({ "agreed": false, "clear": "The need", "missing": "Who has the old one?" });
    assert_eq!(entry(&post(&ann, "review", None, &back).await), 7);
    let asked = world.get(&of_bo, &place).await.json();
    assert_eq!((&asked["opened"][0]["turn"], &asked["opened"][0]["by"]), (&json!("opener"), &json!(bo)));
    assert_eq!(asked["opened"][0]["reviews"][0]["missing"], "Who has the old one?");

    assert_eq!(entry(&post(&ann, "title", None, &json!({ "title": "Blank  labels" })).await), 8);
    assert_eq!(world.get(&of_bo, &place).await.json()["title"], "Blank labels");
    assert_eq!(entry(&post(&ann, "undo", None, &json!({ "entry": 8 })).await), 9);
    assert!(post(&ann, "undo", None, &json!({ "entry": 8 })).await.is_problem(409));
    assert_eq!(world.get(&of_bo, &place).await.json()["title"], "Labels are blank");
    assert_eq!(fields(&post(&ann, "undo", None, &json!({ "entry": 99 })).await), ["entry"]);
    assert_eq!(fields(&post(&ann, "merge", None, &json!({ "other": "t1" })).await), ["other"]);
    assert_eq!(world.ledger.verify(|_| ()).await.unwrap().broken, None);
}

#[tokio::test]
async fn a_verdict_is_countersigned_by_programs_of_those_whom_it_touched() {
    let world = World::new().await;
    let open =
        OpenCircle { parent: world.root, kind: CircleKind::Client, name: "Alpha".into(), purpose: "Orchards".into() };
    let alpha = world.ledger.perform(&world.ann, &open).await.unwrap();
    let add = AddPerson { name: "Al".into(), email: String::new(), circle: alpha, role: Role::ClientContact };
    let again = people::actor(&mut world.ledger.read().await.unwrap(), world.ann.person).await.unwrap().unwrap();
    let al = world.ledger.perform(&again, &add).await.unwrap();
    let (ann, of_al) = (world.token(world.ann.person, Scope::Act).await, world.token(al, Scope::Act).await);
    let body = json!({ "title": "Labels are blank", "asked": "New printers", "circle": world.root });
    assert_eq!(world.post(&ann, "/api/v1/problems", None, &body).await.status, StatusCode::CREATED);
    let place = "/api/v1/problems/by-hand-1";
    let touched = json!({ "circle": alpha, "title": "Labels" });
    assert!(world.post(&ann, &format!("{place}/touched"), None, &touched).await.is_problem(409), "no fix is marked");
    let mut fix = json!({ "on": "2026-04-01", "team": "Print", "what": "Another driver" });
    assert_eq!(fields(&world.post(&ann, &format!("{place}/fix"), None, &fix).await), ["on"]);
    fix["on"] = json!("2026-01-05");
    assert_eq!(entry(&world.post(&ann, &format!("{place}/fix"), None, &fix).await), 2);
    let made = world.post(&ann, &format!("{place}/touched"), None, &touched).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let side = made.headers[header::LOCATION].to_str().unwrap().to_owned();
    let word = json!({ "agrees": true, "words": "Not one since" });
    assert!(world.post(&of_al, &format!("{side}/word"), None, &word).await.is_problem(409), "there is no verdict yet");
    let judged = Judged {
        entry: 2,
        problem: Deed::by_hand(1),
        title: "Labels are blank".into(),
        owner: None,
        team: "Print".into(),
        on: "2026-01-05".parse().unwrap(),
        stage: Stage::Fixed,
        day: "2026-02-15".parse().unwrap(),
        figures: "40 before, 2 after.".into(),
    };
    casework::judge(&world.ledger, &[judged], 2).await.unwrap();
    let seen = world.get(&of_al, &side).await;
    assert_eq!((&seen.json()["verdict"], &seen.json()["may_say"]), (&json!("fixed"), &json!(true)), "{}", seen.text);
    assert!(!seen.text.contains("40 before"), "figures are over all clients: {}", seen.text);
    assert!(world.post(&ann, &format!("{side}/word"), None, &word).await.is_problem(403), "Ann is not of Alpha");
    assert_eq!(world.post(&of_al, &format!("{side}/word"), None, &word).await.status, StatusCode::NO_CONTENT);
    let told = world.get(&ann, place).await.json();
    assert_eq!((&told["fix"]["verdict"], &told["fix"]["figures"]), (&json!("fixed"), &json!("40 before, 2 after.")));
    let words = &told["fix"]["touched"][0]["words"][0];
    assert_eq!(
        (&words["person"], &words["agrees"], &words["words"]),
        (&json!(al), &json!(true), &json!("Not one since"))
    );
    // A client's people see nothing of the desk's problems.
    for path in ["/api/v1/problems", place] {
        assert!(world.get(&of_al, path).await.is_problem(404), "{path}");
    }
    let option = json!({ "what": "Anything" });
    assert!(world.post(&of_al, &format!("{place}/options"), None, &option).await.is_problem(404));
    assert!(world.post(&of_al, "/api/v1/problems", None, &body).await.is_problem(404));
}
