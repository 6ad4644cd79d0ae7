//! Aims and decisions for programs.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use leadership::{CircleKind, Role};
use ledger::people::{self, AddPerson, OpenCircle};
use ledger::tokens::Scope;
use serde_json::{Value, json};

use super::api::World;

#[tokio::test]
async fn an_aim_is_written_explained_and_re_planned_by_programs() {
    let world = World::new().await;
    let bo = world.person("Bo", world.root).await;
    // Own words are asked for where at least three could have said them.
    for name in ["Cy", "Di"] {
        world.person(name, world.root).await;
    }
    let (ann, bo_acts) = (world.token(world.ann.person, Scope::Act).await, world.token(bo, Scope::Act).await);
    let without = json!({ "circle": world.root, "kind": "goal", "title": "Fewer calls", "why": " " });
    let refused = world.post(&ann, "/api/v1/aims", None, &without).await;
    assert!(refused.is_problem(422), "{}", refused.text);
    assert_eq!(refused.json()["errors"][0]["field"], "why");
    let body = json!({ "circle": world.root, "kind": "goal", "title": "Fewer calls", "why": "People cannot work",
        "owner": world.ann.person, "core": true });
    let made = world.post(&ann, "/api/v1/aims", Some("one"), &body).await;
    assert_eq!(
        (made.status, made.headers[header::LOCATION].to_str().unwrap().to_owned()),
        (StatusCode::CREATED, format!("/api/v1/aims/{}", made.json()["id"].as_str().unwrap()))
    );
    let place = made.headers[header::LOCATION].to_str().unwrap().to_owned();
    let seen = world.get(&bo_acts, "/api/v1/aims").await.json();
    assert_eq!(
        (&seen["total"], &seen["items"][0]["title"], &seen["items"][0]["kind"]),
        (&json!(1), &json!("Fewer calls"), &json!("goal"))
    );

    let words = json!({ "circle": world.root, "way": "meeting", "words": "Each call is somebody who waits." });
    assert_eq!(world.post(&bo_acts, &format!("{place}/explanations"), None, &words).await.status, 403);
    assert_eq!(world.post(&ann, &format!("{place}/explanations"), None, &words).await.status, 200);
    world.clock.days(3);
    let day = world.get(&bo_acts, "/api/v1/today").await.json();
    let page =
        day["items"].as_array().unwrap().iter().find_map(|item| item["page"].as_str()?.strip_prefix("/aims/teach/"));
    let question = format!("/api/v1/questions/{}", page.expect("a question waits"));
    assert_eq!(world.get(&bo_acts, &question).await.json()["answered"], false);
    assert!(world.get(&ann, &question).await.is_problem(404), "a question is its person's own");
    let answered = world.post(&bo_acts, &format!("{question}/answer"), None, &json!({ "answer": "0" })).await;
    assert_eq!(answered.status, StatusCode::NO_CONTENT, "{}", answered.text);

    let mut plan = json!({ "version": 1, "turn": "change", "changed": "Half of them", "because": "The budget was cut",
        "stays": "Nobody waits twice", "title": "Half the calls", "audience": [bo] });
    assert!(world.post(&ann, &format!("{place}/plans"), None, &plan).await.is_problem(422), "core: a second look");
    plan["looked_again"] = json!(true);
    assert_eq!(world.post(&ann, &format!("{place}/plans"), None, &plan).await.json(), json!({ "version": 2 }));
    assert!(world.post(&ann, &format!("{place}/plans"), None, &plan).await.is_problem(409), "it was changed since");
    let now = world.get(&bo_acts, &place).await.json();
    assert_eq!(
        (&now["title"], &now["why"], &now["core"]),
        (&json!("Half the calls"), &json!("People cannot work"), &json!(true))
    );
    assert_eq!(world.get(&bo_acts, "/api/v1/notices").await.json()["items"][0]["noun"], "aim");
}

#[tokio::test]
async fn a_greater_goal_is_restated_until_it_is_what_was_meant() {
    let world = World::new().await;
    let ann = world.token(world.ann.person, Scope::Act).await;
    let open = OpenCircle { parent: world.root, kind: CircleKind::Team, name: "Desk".into(), purpose: String::new() };
    let desk = world.ledger.perform(&world.ann, &open).await.unwrap();
    let sees = people::actor(&mut world.ledger.read().await.unwrap(), world.ann.person).await.unwrap().unwrap();
    let add = AddPerson { name: "Lea".into(), email: String::new(), circle: desk, role: Role::Leader };
    let lea = world.ledger.perform(&sees, &add).await.unwrap();
    let lea = world.token(lea, Scope::Act).await;
    let body = json!({ "circle": desk, "kind": "greater_goal", "title": "Half the calls", "why": "The board asks",
        "source": "Board paper" });
    let place = world.post(&lea, "/api/v1/aims", None, &body).await;
    let place = place.headers[header::LOCATION].to_str().unwrap().to_owned();
    let confirmation = async || world.get(&lea, &place).await.json()["confirmation"].clone();
    assert_eq!(confirmation().await, "none");
    let mut plan = json!({ "version": 1, "turn": "change", "changed": "In our words", "because": "To be sure",
        "stays": "The goal", "confirmer": world.ann.person, "audience": [world.ann.person] });
    let plans = format!("{place}/plans");
    let without = world.post(&lea, &plans, None, &plan).await;
    assert!(without.is_problem(422) && without.json()["errors"][0]["field"] == "restatement", "{}", without.text);
    plan["restatement"] = json!("Nobody calls twice.");
    assert_eq!(world.post(&lea, &plans, None, &plan).await.status, 200);
    assert_eq!(confirmation().await, "asked");
    let other = json!({ "meant": false, "words": "Fewer faults, not fewer calls." });
    let confirm = format!("{place}/confirmation");
    assert!(world.post(&lea, &confirm, None, &other).await.is_problem(403), "not by who restated it");
    assert_eq!(world.post(&ann, &confirm, None, &other).await.status, StatusCode::NO_CONTENT);
    assert_eq!(confirmation().await, "put_right");
    // Restated anew it is asked anew, of the same person.
    let again = json!({ "version": 2, "turn": "change", "changed": "In better words", "because": "It was put right",
        "stays": "The goal", "restatement": "Nothing fails twice." });
    assert_eq!(world.post(&lea, &plans, None, &again).await.status, 200);
    assert_eq!(confirmation().await, "asked");
    assert_eq!(world.post(&ann, &confirm, None, &json!({ "meant": true })).await.status, StatusCode::NO_CONTENT);
    let now = world.get(&lea, &place).await.json();
    assert_eq!((&now["confirmation"], &now["restatement"]), (&json!("confirmed"), &json!("Nothing fails twice.")));
}

#[tokio::test]
async fn a_decision_goes_its_way_by_programs() {
    let world = World::new().await;
    let bo = world.person("Bo", world.root).await;
    let (ann, bo_acts) = (world.token(world.ann.person, Scope::Act).await, world.token(bo, Scope::Act).await);
    let mut body = json!({ "circle": world.root, "question": "Which tool for the desk?", "purpose": "One place",
        "options": [{ "name": "Buy one", "evidence": "Two offers" }, { "name": "Build one" }] });
    let made = world.post(&ann, "/api/v1/decisions", None, &body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let place = made.headers[header::LOCATION].to_str().unwrap().to_owned();
    assert!(world.get(&bo_acts, &place).await.is_problem(404), "a draft is its author's");
    let ask = json!({ "until": "2026-03-09", "audience": [bo] });
    assert_eq!(world.post(&ann, &format!("{place}/asks"), None, &ask).await.status, StatusCode::NO_CONTENT);
    let voice = json!({ "objects": true, "words": "We cannot run what we build." });
    assert_eq!(world.post(&bo_acts, &format!("{place}/voices"), None, &voice).await.status, StatusCode::NO_CONTENT);

    body["decide"] = json!(true);
    let put = |body: Value| {
        let request = Request::builder().method("PUT").uri(&place).header(header::CONTENT_TYPE, "application/json");
        let request = request.header(header::AUTHORIZATION, format!("Bearer {ann}"));
        world.send(request.body(Body::from(body.to_string())).unwrap())
    };
    assert!(put(body.clone()).await.is_problem(422), "nothing is chosen yet");
    for (field, value) in [
        ("choice", json!(1)),
        ("because", json!("It is there")),
        ("expected", json!("By June all calls are in it")),
        ("review_on", json!("2026-06-30")),
        ("percent", json!(70)),
        ("reversible", json!("costly")),
        ("direction", json!("One place for every call")),
        ("next_step", json!("Ann signs")),
        ("promises", json!([{ "to": bo, "what": "Sign the order", "due": "2026-03-20" }])),
    ] {
        body[field] = value;
    }
    let decided = put(body).await;
    assert_eq!(decided.status, StatusCode::NO_CONTENT, "{}", decided.text);
    let seen = world.get(&bo_acts, &place).await.json();
    assert_eq!(
        (&seen["state"], &seen["choice"], &seen["options"][1]),
        (&json!("decided"), &json!(1), &json!("Buy one"))
    );
    assert!(seen.get("percent").is_none(), "how sure the decider is, is for their own eyes");
    // What was promised with it, with a row each, and what is told with it, leads back.
    let told =
        json!({ "audience": [bo], "words": "We buy one.", "promises": [{ "to": bo, "what": "Show it", "due": "x" }] });
    let wrong = world.post(&ann, &format!("{place}/tellings"), None, &told).await;
    assert_eq!(wrong.json()["errors"][0]["field"], "promise_due-1", "{}", wrong.text);
    let told = json!({ "audience": [bo], "words": "We buy one.",
        "promises": [{ "to": bo, "what": "Show it", "due": "2026-05-04", "known": "Bo has seen it" }] });
    assert_eq!(world.post(&ann, &format!("{place}/tellings"), None, &told).await.status, 200);
    let id = place.rsplit('/').next().unwrap();
    let promised = world.get(&bo_acts, &format!("{place}/promises")).await.json();
    let what: Vec<&Value> = promised.as_array().unwrap().iter().map(|one| &one["what"]).collect();
    assert_eq!(what, [&json!("Sign the order"), &json!("Show it")]);
    assert!(promised.as_array().unwrap().iter().all(|one| one["origin"] == "decision" && one["origin_id"] == id));
    let more = json!({ "whom": bo, "what": "Ask again", "known": "Asked", "due": "2026-05-04", "decision": id });
    assert_eq!(world.post(&ann, "/api/v1/promises", None, &more).await.status, StatusCode::CREATED);
    assert_eq!(world.get(&bo_acts, &format!("{place}/promises")).await.json().as_array().unwrap().len(), 3);
    assert_eq!(world.get(&bo_acts, "/api/v1/notices").await.json()["items"][0]["noun"], "decision");
    let review = json!({ "outcome": "partly", "happened": "Half of them", "settled": true });
    assert!(world.post(&bo_acts, &format!("{place}/review"), None, &review).await.is_problem(403));
    assert_eq!(world.post(&ann, &format!("{place}/review"), None, &review).await.status, StatusCode::NO_CONTENT);
    let all = world.get(&bo_acts, "/api/v1/decisions?state=reviewed").await.json();
    assert_eq!((&all["total"], &all["items"][0]["outcome"]), (&json!(1), &json!("partly")));
}

#[tokio::test]
async fn a_promise_that_comes_again_is_made_by_programs() {
    let world = World::new().await;
    let bo = world.person("Bo", world.root).await;
    let ann = world.token(world.ann.person, Scope::Act).await;
    let mut body = json!({ "whom": bo, "what": "Tell how it goes", "known": "Bo was told", "due": "2026-03-06",
        "every": "days" });
    assert_eq!(world.post(&ann, "/api/v1/promises", None, &body).await.json()["errors"][0]["field"], "every_days");
    body["every_days"] = json!(14);
    let made = world.post(&ann, "/api/v1/promises", None, &body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let place = made.headers[header::LOCATION].to_str().unwrap().to_owned();
    assert_eq!(world.get(&ann, &place).await.json()["recurs"], true);
}

#[tokio::test]
async fn what_is_asked_is_triaged_by_programs_and_becomes_a_promise() {
    let world = World::new().await;
    let bo = world.person("Bo", world.root).await;
    let (ann, bo_acts) = (world.token(world.ann.person, Scope::Act).await, world.token(bo, Scope::Act).await);
    let body = json!({ "circle": world.root, "of": world.ann.person, "title": "A second screen" });
    let made = world.post(&bo_acts, "/api/v1/requests", Some("one"), &body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let place = made.headers[header::LOCATION].to_str().unwrap().to_owned();
    assert_eq!(world.get(&ann, &place).await.json()["state"], "open");
    let dropped = world.post(&ann, &format!("{place}/verdict"), None, &json!({ "verdict": "drop" })).await;
    assert!(dropped.is_problem(422) && dropped.json()["errors"][0]["field"] == "reason", "{}", dropped.text);
    let delegate = json!({ "verdict": "delegate", "to": bo, "day": "2026-03-20", "outcome": "It stands there", "authority": "own" });
    assert_eq!(world.post(&bo_acts, &format!("{place}/verdict"), None, &delegate).await.status, 403);
    assert_eq!(world.post(&ann, &format!("{place}/verdict"), None, &delegate).await.status, StatusCode::NO_CONTENT);
    let takes = world.post(&bo_acts, &format!("{place}/answer"), None, &json!({ "takes": true })).await;
    assert_eq!(takes.status, StatusCode::NO_CONTENT, "{}", takes.text);
    let taken = world.get(&ann, &place).await.json();
    assert_eq!(taken["state"], "taken");
    let promise = format!("/api/v1/promises/{}", taken["promise"].as_str().unwrap());
    assert_eq!(world.get(&bo_acts, &promise).await.json()["state"], "open");
}

#[tokio::test]
async fn an_aim_goes_on_by_programs() {
    let world = World::new().await;
    let bo = world.person("Bo", world.root).await;
    let (ann, bo_acts) = (world.token(world.ann.person, Scope::Act).await, world.token(bo, Scope::Act).await);
    let body = json!({ "circle": world.root, "kind": "goal", "title": "Fewer calls", "why": "People cannot work", "owner": bo });
    let aim = world.post(&ann, "/api/v1/aims", None, &body).await.json()["id"].as_str().unwrap().to_owned();
    let place = format!("/api/v1/aims/{aim}");
    let need = json!({ "kind": "funding", "what": "A second line", "amount": "1200.50", "of": world.ann.person });
    let need = world.post(&bo_acts, &format!("{place}/needs"), None, &need).await;
    assert_eq!(need.status, 200, "{}", need.text);
    let grant = format!("/api/v1/needs/{}/grant", need.json()["id"].as_str().unwrap());
    let less = json!({ "amount": "600", "by": "2026-04-01" });
    assert!(world.post(&ann, &grant, None, &less).await.is_problem(422), "less than was asked says why");
    let less = json!({ "amount": "600", "by": "2026-04-01", "words": "The rest next year" });
    assert_eq!(world.post(&ann, &grant, None, &less).await.status, StatusCode::NO_CONTENT);

    let measure = json!({ "from": "hand", "name": "Calls a week", "unit": "calls", "start": "80", "target": "40" });
    let measure = world.post(&bo_acts, &format!("{place}/measures"), None, &measure).await;
    assert_eq!(measure.status, 200, "{}", measure.text);
    let values = format!("/api/v1/measures/{}/values", measure.json()["id"].as_str().unwrap());
    assert!(world.post(&bo_acts, &values, None, &json!({ "value": "many" })).await.is_problem(422));
    assert_eq!(world.post(&bo_acts, &values, None, &json!({ "value": "62" })).await.status, StatusCode::NO_CONTENT);

    let line =
        json!({ "about": "aim", "subject": aim, "title": "Fewer calls", "circle": world.root, "due": "2026-06-30" });
    let line = world.post(&bo_acts, "/api/v1/status", None, &line).await;
    assert_eq!(line.status, 200, "{}", line.text);
    let say = format!("/api/v1/status/{}", line.json()["id"].as_str().unwrap());
    let colour = json!({ "colour": "at_risk", "words": "Spring was loud.", "due": "2026-06-30" });
    let beside = world.post(&bo_acts, &say, None, &colour).await;
    assert_eq!(beside.status, 200, "{}", beside.text);
    assert!(beside.json()["signs"].is_number());
    assert!(
        world.post(&ann, &say, None, &colour).await.is_problem(404)
            || world.post(&ann, &say, None, &colour).await.is_problem(403)
    );

    let told = world.post(&ann, &format!("/api/v1/circles/{}/direction", world.root), None, &json!({})).await;
    assert_eq!(told.status, 200, "{}", told.text);
    assert_eq!(world.get(&bo_acts, "/api/v1/notices").await.json()["items"][0]["noun"], "direction");
    let reached = json!({ "version": 1, "to": "reached", "because": "Forty a week since May" });
    assert_eq!(world.post(&ann, &format!("{place}/moves"), None, &reached).await.status, StatusCode::NO_CONTENT);
    assert_eq!(world.get(&bo_acts, &place).await.json()["state"], "reached");
}

#[tokio::test]
async fn what_goes_on_around_decisions_is_done_by_programs() {
    let world = World::new().await;
    let bo = world.person("Bo", world.root).await;
    let (ann, bo_acts) = (world.token(world.ann.person, Scope::Act).await, world.token(bo, Scope::Act).await);
    let done = StatusCode::NO_CONTENT;
    let mut made = Vec::new();
    for question in ["Which tool for the desk?", "Do we build tools?"] {
        let body = json!({ "circle": world.root, "question": question, "purpose": "One place", "choice": 1,
            "options": [{ "name": "Buy one" }, { "name": "Build one" }], "because": "It is there",
            "direction": "One place for every call", "next_step": "Ann signs",
            "expected": "By June all calls are in it", "review_on": "2026-06-30", "percent": 70, "decide": true });
        let answer = world.post(&ann, "/api/v1/decisions", None, &body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        made.push(answer.json()["id"].as_str().unwrap().to_owned());
    }
    let place = format!("/api/v1/decisions/{}", made[0]);
    let clear = json!({ "clear": false, "words": "Which budget?" });
    assert!(world.post(&bo_acts, &format!("{place}/clear"), None, &clear).await.is_problem(403), "not told yet");
    let told = json!({ "audience": [bo], "words": "We buy one." });
    assert_eq!(world.post(&ann, &format!("{place}/tellings"), None, &told).await.status, 200);
    assert_eq!(world.post(&bo_acts, &format!("{place}/clear"), None, &clear).await.status, done);
    let voice = json!({ "objects": true, "words": "We build better ones." });
    assert_eq!(world.post(&bo_acts, &format!("{place}/voices"), None, &voice).await.status, done);
    let answer = json!({ "words": "We looked, and do not." });
    let to = format!("{place}/voices/{bo}/answer");
    assert!(world.post(&bo_acts, &to, None, &answer).await.is_problem(403), "who decides answers");
    assert_eq!(world.post(&ann, &to, None, &answer).await.status, done);

    world.clock.days(2);
    let day = world.get(&bo_acts, "/api/v1/today").await.json();
    let page = day["items"]
        .as_array()
        .unwrap()
        .iter()
        .find_map(|item| item["page"].as_str()?.strip_prefix("/decisions/back/"));
    let question = format!("/api/v1/decision-questions/{}", page.expect("a question waits"));
    assert!(world.get(&ann, &question).await.is_problem(404), "a question is its person's own");
    let seen = world.get(&bo_acts, &question).await.json();
    assert_eq!(seen["right"], Value::Null);
    let place_of = |words: &str| seen["choices"].as_array().unwrap().iter().position(|choice| choice == words);
    let wrong = world.post(&bo_acts, &format!("{question}/answer"), None, &json!({ "choice": 9 })).await;
    assert!(wrong.is_problem(422));
    let right = json!({ "choice": place_of("Buy one") });
    assert_eq!(world.post(&bo_acts, &format!("{question}/answer"), None, &right).await.status, done);
    assert_eq!(world.get(&bo_acts, &question).await.json()["right"], true);

    let conflicts = "/api/v1/decision-conflicts";
    let pair = json!({ "decision": made[0], "other": made[1], "together": false, "why": "One says build." });
    assert_eq!(world.post(&bo_acts, conflicts, None, &pair).await.status, done);
    let settle = json!({ "decision": made[1], "other": made[0], "words": "We build small ones." });
    assert!(world.post(&bo_acts, &format!("{conflicts}/settle"), None, &settle).await.is_problem(403));
    assert_eq!(world.post(&ann, &format!("{conflicts}/settle"), None, &settle).await.status, done);
    let told = world.get(&bo_acts, conflicts).await.json();
    assert_eq!((&told[0]["stands"], &told[0]["settled"]), (&json!(false), &json!("We build small ones.")));
    let by = json!({ "by": made[1] });
    assert!(world.post(&bo_acts, &format!("{place}/successor"), None, &by).await.is_problem(403));
    assert_eq!(world.post(&ann, &format!("{place}/successor"), None, &by).await.status, done);
    assert_eq!(world.get(&ann, &place).await.json()["superseded_by"], json!(made[1]));
    let sure = world.get(&ann, "/api/v1/me/calibration").await.json();
    assert_eq!((&sure["analysed"]["n"], &sure["analysed"]["brier"]), (&json!(0), &Value::Null));

    // Whom one needs.
    let need = json!({ "whom": world.ann.person, "words": "Ten minutes on the budget." });
    let asked = world.post(&bo_acts, "/api/v1/asks", None, &need).await;
    assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.text);
    let ask = asked.headers[header::LOCATION].to_str().unwrap().to_owned();
    let answer = json!({ "words": "At ten." });
    assert!(world.post(&bo_acts, &format!("{ask}/answer"), None, &answer).await.is_problem(403));
    assert_eq!(world.post(&ann, &format!("{ask}/answer"), None, &answer).await.status, done);
    assert_eq!(world.get(&bo_acts, &ask).await.json()["answer"], "At ten.");
    assert_eq!(world.get(&ann, "/api/v1/asks").await.json()["to_me"][0]["open"], false);
    assert!(world.post(&bo_acts, &format!("{ask}/withdraw"), None, &json!({})).await.is_problem(409), "it is closed");
}

#[tokio::test]
async fn a_talk_is_called_held_and_heard_by_programs() {
    let world = World::new().await;
    let (bo, cy) = (world.person("Bo", world.root).await, world.person("Cy", world.root).await);
    let ann = world.token(world.ann.person, Scope::Act).await;
    let (bos, cys) = (world.token(bo, Scope::Act).await, world.token(cy, Scope::Act).await);
    let mut body = json!({ "kind": "one_to_one", "with": [bo], "about": "How you are", "planned_on": "2026-03-02" });
    let made = world.post(&ann, "/api/v1/talks", Some("one"), &body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let place = made.headers[header::LOCATION].to_str().unwrap().to_owned();
    body["with"] = json!([]);
    let refused = world.post(&ann, "/api/v1/talks", None, &body).await;
    assert!(refused.is_problem(422) && refused.json()["errors"][0]["field"] == "with", "{}", refused.text);
    assert!(world.get(&cys, &place).await.is_problem(404), "who takes no part finds nothing");
    assert_eq!(world.get(&cys, "/api/v1/talks").await.json(), json!({ "items": [] }));
    assert_eq!(world.get(&bos, "/api/v1/talks").await.json()["items"][0]["state"], "planned");
    let held = json!({ "held_on": "2026-03-02", "words": "Shifts" });
    assert_eq!(world.post(&bos, &format!("{place}/held"), None, &held).await.status, StatusCode::NO_CONTENT);
    let words = json!({ "of": bo, "words": "You want fewer nights" });
    let heard = world.post(&ann, &format!("{place}/heard"), None, &words).await;
    assert_eq!(heard.status, StatusCode::OK, "{}", heard.text);
    let heard = format!("/api/v1/heard/{}", heard.json()["id"].as_str().unwrap());
    let corrects = json!({ "confirms": false, "words": "To know them early" });
    assert!(world.post(&ann, &format!("{heard}/answer"), None, &corrects).await.is_problem(403));
    assert!(world.post(&cys, &format!("{heard}/answer"), None, &corrects).await.is_problem(404));
    assert_eq!(world.post(&bos, &format!("{heard}/answer"), None, &corrects).await.status, StatusCode::NO_CONTENT);
    let again = json!({ "words": "You want to know them early" });
    assert_eq!(world.post(&ann, &format!("{heard}/again"), None, &again).await.status, StatusCode::NO_CONTENT);
    let confirms = json!({ "confirms": true });
    assert_eq!(world.post(&bos, &format!("{heard}/answer"), None, &confirms).await.status, StatusCode::NO_CONTENT);
    let whole = world.get(&bos, &place).await.json();
    assert_eq!(
        (&whole["heard"][0]["state"], &whole["heard"][0]["words"], &whole["talk"]["state"], &whole["words"]),
        (&json!("confirmed"), &json!("You want to know them early"), &json!("held"), &json!("Shifts"))
    );
}
