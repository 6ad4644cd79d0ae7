//! What hangs on aims, how things stand, questions of the code, people and circles in order: for programs.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use leadership::circle::Actor;
use leadership::{CircleId, CircleKind, Role};
use ledger::people::{self, AddPerson, OpenCircle};
use ledger::tokens::Scope;
use serde_json::{Value, json};

use super::api::{Answer, World};

pub(super) const DONE: StatusCode = StatusCode::NO_CONTENT;

pub(super) async fn send(world: &World, token: &str, method: &str, path: &str, body: Option<&Value>) -> Answer {
    let request = Request::builder().method(method).uri(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
    let request = match body {
        Some(body) => {
            request.header(header::CONTENT_TYPE, "application/json").body(Body::from(body.to_string())).unwrap()
        }
        None => request.body(Body::empty()).unwrap(),
    };
    world.send(request).await
}

/// Ann as she acts now: circles that were opened meanwhile are hers too.
pub(super) async fn ann(world: &World) -> Actor {
    people::actor(&mut world.ledger.read().await.unwrap(), world.ann.person).await.unwrap().unwrap()
}

pub(super) async fn open(world: &World, name: &str) -> CircleId {
    let act = OpenCircle { parent: world.root, kind: CircleKind::Team, name: name.into(), purpose: String::new() };
    world.ledger.perform(&ann(world).await, &act).await.unwrap()
}

/// A new person of a circle, with a token.
pub(super) async fn somebody(world: &World, name: &str, circle: CircleId, role: Role) -> (String, String) {
    let act = AddPerson { name: name.into(), email: String::new(), circle, role };
    let id = world.ledger.perform(&ann(world).await, &act).await.unwrap();
    (id.to_string(), world.token(id, Scope::Act).await)
}

async fn aim(world: &World, token: &str, circle: CircleId, title: &str) -> String {
    let body = json!({ "circle": circle, "kind": "goal", "title": title, "why": "People wait." });
    let made = world.post(token, "/api/v1/aims", None, &body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    made.json()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_hangs_on_an_aim() {
    let world = World::new().await;
    let desk = open(&world, "Desk").await;
    let mail = open(&world, "Mail").await;
    let (_, lea) = somebody(&world, "Lea", desk, Role::Leader).await;
    let (bo, bos) = somebody(&world, "Bo", desk, Role::Member).await;
    let (_, max) = somebody(&world, "Max", mail, Role::Leader).await;
    let one = aim(&world, &lea, desk, "Fewer calls").await;
    let two = aim(&world, &lea, desk, "More calls").await;
    let at = |part: &str| format!("/api/v1/aims/{one}/{part}");

    let step = json!({ "words": "Half of them", "day": "2026-06-30" });
    assert!(world.post(&bos, &at("steps"), None, &step).await.is_problem(403), "who steers it");
    let step = world.post(&lea, &at("steps"), None, &step).await;
    assert_eq!(step.status, StatusCode::OK, "{}", step.text);
    let reached = format!("/api/v1/steps/{}/reached", step.json()["id"].as_str().unwrap());
    assert!(send(&world, &bos, "POST", &reached, None).await.is_problem(403));
    assert_eq!(send(&world, &lea, "POST", &reached, None).await.status, DONE);
    let bump = json!({ "kind": "setback", "words": "The phones were down." });
    assert_eq!(world.post(&lea, &at("bumps"), None, &bump).await.status, DONE);
    let measure = json!({ "from": "hand", "name": "Calls", "unit": "a week", "start": "80", "target": "40" });
    let measure = world.post(&lea, &at("measures"), None, &measure).await.json()["id"].as_str().unwrap().to_owned();
    let measure = format!("/api/v1/measures/{measure}");
    assert!(send(&world, &bos, "DELETE", &measure, None).await.is_problem(403));
    assert_eq!(send(&world, &lea, "DELETE", &measure, None).await.status, DONE);
    assert!(!send(&world, &lea, "DELETE", &measure, None).await.status.is_success(), "it is ended");

    let reply = json!({ "words": "I call back once." });
    assert_eq!(world.post(&bos, &at("replies"), None, &reply).await.status, DONE);
    let replies = world.get(&lea, &at("replies")).await.json();
    assert_eq!((&replies[0]["person"], &replies[0]["words"]), (&json!(bo), &json!("I call back once.")));
    assert!(world.get(&max, &at("replies")).await.is_problem(404), "who does not see the aim");
    let ask = json!({ "person": bo });
    assert_eq!(world.post(&lea, &at("stance-asks"), None, &ask).await.status, DONE);
    assert!(world.get(&bos, "/api/v1/today").await.text.contains(&one), "it waits for whom was asked");

    // Who stands where: everybody who sees the aim reads it, and who was read sees that they were.
    let board = async |token: &str| world.get(token, &at("stances")).await;
    let asked = board(&lea).await.json();
    assert_eq!((&asked["people"], &asked["asked"][0]["person"]), (&json!([]), &json!(bo)));
    let against = json!({ "stance": "against", "words": "Who calls has no web." });
    assert_eq!(world.post(&bos, &at("stance"), None, &against).await.status, DONE);
    let stated = board(&lea).await.json();
    let (of_bo, said) = (&stated["people"][0], &stated["people"][0]["stated"][0]);
    assert_eq!((&of_bo["person"], &said["stance"], &stated["asked"]), (&json!(bo), &json!("against"), &json!([])));
    assert_eq!(said["words"], "Who calls has no web.");
    assert!(board(&max).await.is_problem(404), "who does not see the aim");
    let looked = "select count(*) as n from looked where person = $1 and what like 'the position on%'";
    let looks = world.ledger.read().await.unwrap().count(looked, ledger::args![bo.as_str()]).await.unwrap();
    assert_eq!(looks, 1, "that Lea looked is noted for Bo");

    // Carried together: the other circle sees it from then on, and says so.
    let share = json!({ "circle": mail });
    assert!(world.post(&bos, &at("shares"), None, &share).await.is_problem(403));
    assert_eq!(world.post(&lea, &at("shares"), None, &share).await.status, DONE);
    let answer = at(&format!("shares/{mail}/answer"));
    let yes = json!({ "agrees": true, "words": "We name what fails." });
    assert!(world.post(&lea, &answer, None, &yes).await.is_problem(403), "for another circle");
    assert_eq!(world.post(&max, &answer, None, &yes).await.status, DONE);
    assert_eq!(world.get(&max, &format!("/api/v1/aims/{one}")).await.status, StatusCode::OK);

    let work = json!({ "field": "service", "value": "Mail" });
    assert!(world.post(&lea, &at("work/end"), None, &work).await.is_problem(404), "not linked");
    assert_eq!(world.post(&lea, &at("work"), None, &work).await.status, DONE);
    assert_eq!(world.post(&lea, &at("work/end"), None, &work).await.status, DONE);

    // Two that do not go together.
    let conflicts = "/api/v1/aim-conflicts";
    let pair = json!({ "aim": one, "other": two, "words": "One wants less." });
    assert_eq!(world.post(&bos, conflicts, None, &pair).await.status, DONE);
    let list = async |token: &str| world.get(token, conflicts).await.json();
    assert_eq!(
        (&list(&lea).await[0]["stands"], &list(&lea).await[0]["why"]),
        (&json!(true), &json!("One wants less."))
    );
    assert_eq!(list(&max).await, json!([]), "who sees one of them only");
    let settle = format!("{conflicts}/settle");
    assert!(world.post(&bos, &settle, None, &pair).await.is_problem(403));
    assert_eq!(world.post(&lea, &settle, None, &pair).await.status, DONE);
    assert_eq!(list(&bos).await[0]["stands"], false);
    let itself = json!({ "aim": one, "other": one, "words": "x" });
    assert_eq!(world.post(&bos, conflicts, None, &itself).await.json()["errors"][0]["field"], "other");
    assert_eq!(world.get(&lea, "/api/v1/own-words").await.json(), json!([]));
    assert!(
        world
            .post(&lea, &format!("/api/v1/own-words/{one}/mark"), None, &json!({ "right": true }))
            .await
            .is_problem(404)
    );
}

#[tokio::test]
async fn what_is_seen_coming() {
    let world = World::new().await;
    let desk = open(&world, "Desk").await;
    let mail = open(&world, "Mail").await;
    let (_, bos) = somebody(&world, "Bo", desk, Role::Member).await;
    let (_, cys) = somebody(&world, "Cy", desk, Role::Member).await;
    let (_, max) = somebody(&world, "Max", mail, Role::Leader).await;
    let mut body = json!({ "circle": desk, "title": "A new rule", "so_what": "Logs for a year.", "verdict": "watch" });
    let without = world.post(&bos, "/api/v1/signals", None, &body).await;
    assert_eq!(without.json()["errors"][0]["field"], "review", "{}", without.text);
    body["review"] = json!("2026-04-01");
    assert_eq!(world.post(&max, "/api/v1/signals", None, &body).await.status, StatusCode::NOT_FOUND);
    let made = world.post(&bos, "/api/v1/signals", Some("s1"), &body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let place = made.headers[header::LOCATION].to_str().unwrap().to_owned();
    let seen = world.get(&cys, &place).await.json();
    assert_eq!((&seen["review"], &seen["outcome"]), (&json!("2026-04-01"), &Value::Null));
    assert_eq!(world.get(&cys, "/api/v1/signals").await.json(), json!([seen]));
    assert!(world.get(&max, &place).await.is_problem(404));
    let look = json!({ "so_what": "It is law.", "verdict": "try", "outcome": "adopted" });
    assert!(world.post(&cys, &format!("{place}/looks"), None, &look).await.is_problem(403), "who noted it");
    assert_eq!(world.post(&bos, &format!("{place}/looks"), None, &look).await.status, DONE);
    assert_eq!(world.get(&cys, &place).await.json()["outcome"], "adopted");
}

#[tokio::test]
async fn how_things_stand_and_what_doing_right_cost() {
    let world = World::new().await;
    let desk = open(&world, "Desk").await;
    let (lea_id, lea) = somebody(&world, "Lea", desk, Role::Leader).await;
    let (bo, bos) = somebody(&world, "Bo", desk, Role::Member).await;
    let line = json!({ "about": "work", "title": "Move the mail", "circle": desk, "due": "2026-06-30", "owner": bo });
    assert!(
        !world
            .post(
                &bos,
                "/api/v1/status",
                None,
                &json!({ "about": "work", "title": "x", "circle": desk,
        "due": "2026-06-30", "owner": lea_id })
            )
            .await
            .status
            .is_success(),
        "who leads makes somebody else the owner"
    );
    let made = world.post(&lea, "/api/v1/status", None, &line).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text);
    let place = format!("/api/v1/status/{}", made.json()["id"].as_str().unwrap());
    assert_eq!(world.get(&lea, &place).await.json()["line"]["owner"], json!(bo));
    let measure = json!({ "name": "Boxes", "unit": "moved", "start": "0", "target": "100" });
    assert!(world.post(&lea, &format!("{place}/measures"), None, &measure).await.is_problem(403), "its owner's");
    let measure = world.post(&bos, &format!("{place}/measures"), None, &measure).await;
    assert_eq!(measure.status, StatusCode::OK, "{}", measure.text);
    let mut reading = json!({ "measure": measure.json()["id"], "value": "many" });
    let readings = format!("{place}/readings");
    assert_eq!(world.post(&bos, &readings, None, &reading).await.json()["errors"][0]["field"], "value");
    reading["value"] = json!("12");
    assert_eq!(world.post(&bos, &readings, None, &reading).await.status, DONE);
    let said = json!({ "colour": "on_course", "words": "It goes.", "due": "2026-06-30" });
    assert_eq!(world.post(&bos, &place, None, &said).await.status, StatusCode::OK);
    let latest = async |token: &str| world.get(token, &place).await.json()["measures"][0]["latest"].clone();
    assert_eq!((latest(&bos).await, latest(&lea).await), (json!(12.0), Value::Null), "its owner first");
    world.clock.days(2);
    assert_eq!(latest(&lea).await, json!(12.0), "and its circle a day later");
    assert_eq!(world.get(&lea, "/api/v1/status").await.json()[0]["colour"], "on_course");
    assert_eq!(send(&world, &bos, "POST", &format!("{place}/done"), None).await.status, DONE);
    assert!(world.get(&lea, &place).await.json()["line"]["done_at"].is_string());

    // Questions of the code.
    let question = json!({ "circle": desk, "template": "purchase", "question": "Were three offers asked for?" });
    assert!(world.post(&bos, "/api/v1/checks", None, &question).await.is_problem(403));
    let made = world.post(&lea, "/api/v1/checks", None, &question).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text);
    let check = made.json()["id"].clone();
    let of = async |template: &str| {
        world.get(&bos, &format!("/api/v1/checks?template={template}")).await.json().as_array().unwrap().len()
    };
    assert_eq!((of("purchase").await, of("hiring").await), (1, 0));
    assert!(world.get(&bos, "/api/v1/checks?template=party").await.is_problem(400));
    let mut run = json!({ "template": "purchase", "circle": desk, "title": "New phones", "answers": [] });
    let missing = world.post(&bos, "/api/v1/check-runs", None, &run).await;
    assert_eq!(missing.json()["errors"][0]["field"], format!("answer-{}", check.as_str().unwrap()));
    run["answers"] = json!([{ "check": check, "answer": "no", "words": "There is one maker." }]);
    assert_eq!(world.post(&bos, "/api/v1/check-runs", None, &run).await.status, StatusCode::OK);
    let retire = format!("/api/v1/checks/{}", check.as_str().unwrap());
    assert!(send(&world, &bos, "DELETE", &retire, None).await.is_problem(403));
    assert_eq!(send(&world, &lea, "DELETE", &retire, None).await.status, DONE);
    assert_eq!(of("purchase").await, 0);

    let mut right = json!({ "circle": desk, "title": "Told the client", "words": "They plan by it.", "cost": "1200.50",
        "currency": "EURO", "day": "2026-03-03" });
    assert_eq!(world.post(&bos, "/api/v1/right-things", None, &right).await.json()["errors"][0]["field"], "currency");
    right["currency"] = json!("eur");
    assert_eq!(world.post(&bos, "/api/v1/right-things", None, &right).await.status, DONE);
    let told = world.get(&lea, "/api/v1/right-things").await.json();
    assert_eq!((&told[0]["cost_cents"], &told[0]["currency"]), (&json!(120_050), &json!("EUR")));

    // One's own, and nobody else's.
    let own = world.post(&bos, "/api/v1/me/values", None, &json!({ "words": "I say it first." })).await;
    let value = format!("/api/v1/me/values/{}", own.json()["id"].as_str().unwrap());
    assert_eq!(world.get(&lea, "/api/v1/me/values").await.json(), json!([]));
    assert!(send(&world, &lea, "DELETE", &value, None).await.is_problem(404));
    assert_eq!(send(&world, &bos, "DELETE", &value, None).await.status, DONE);
    let readers = "/api/v1/me/calibration/readers";
    let with = json!({ "person": lea_id });
    assert_eq!(world.post(&bos, readers, None, &with).await.status, DONE);
    assert_eq!(world.get(&bos, readers).await.json()["people"], json!([lea_id]));
    let back = format!("{readers}/{lea_id}");
    assert_eq!(send(&world, &bos, "DELETE", &back, None).await.status, DONE);
    assert!(send(&world, &bos, "DELETE", &back, None).await.is_problem(404), "it is not shared");
}

#[tokio::test]
async fn people_and_circles_are_kept_in_order_by_programs() {
    let world = World::new().await;
    let desk = open(&world, "Desk").await;
    let night = open(&world, "Night").await;
    let (bo, bos) = somebody(&world, "Bo", desk, Role::Member).await;
    let anns = world.token(world.ann.person, Scope::Act).await;
    let person = format!("/api/v1/people/{bo}");
    let role = json!({ "circle": night, "role": "leader" });
    assert!(!world.post(&bos, &format!("{person}/roles"), None, &role).await.status.is_success(), "not by oneself");
    assert_eq!(world.post(&anns, &format!("{person}/roles"), None, &role).await.status, DONE);
    assert_eq!(world.get(&anns, &person).await.json()["roles"].as_array().unwrap().len(), 2);
    assert_eq!(world.post(&anns, &format!("{person}/roles/end"), None, &role).await.status, DONE);
    assert!(world.post(&anns, &format!("{person}/roles/end"), None, &role).await.is_problem(404));
    let mut correct = json!({ "name": "Bo Kim", "zone": "Europe/Nowhere" });
    let wrong = send(&world, &bos, "PUT", &person, Some(&correct)).await;
    assert_eq!(wrong.json()["errors"][0]["field"], "zone", "{}", wrong.text);
    correct["zone"] = json!("Europe/Berlin");
    assert_eq!(send(&world, &bos, "PUT", &person, Some(&correct)).await.status, DONE);
    assert_eq!(world.get(&anns, &person).await.json()["name"], "Bo Kim");

    let place = format!("/api/v1/circles/{desk}");
    let named = json!({ "name": "Service desk", "purpose": "Who calls is helped." });
    assert!(send(&world, &bos, "PUT", &place, Some(&named)).await.is_problem(403));
    assert_eq!(send(&world, &anns, "PUT", &place, Some(&named)).await.status, DONE);
    // A loop among circles is refused at its field.
    let into = |circle: CircleId| json!({ "parent": circle });
    let night_place = format!("/api/v1/circles/{night}");
    assert_eq!(world.post(&anns, &format!("{night_place}/parent"), None, &into(desk)).await.status, DONE);
    for wrong in [night, desk] {
        let answer = world.post(&anns, &format!("{place}/parent"), None, &into(wrong)).await;
        assert!(answer.is_problem(422), "{}", answer.text);
        assert_eq!(answer.json()["errors"][0]["field"], "parent", "{}", answer.text);
    }
    assert!(
        send(&world, &anns, "POST", &format!("{place}/close"), None).await.is_problem(409),
        "one is open within it"
    );
    assert_eq!(send(&world, &anns, "POST", &format!("{night_place}/close"), None).await.status, DONE);
    assert_eq!(world.get(&anns, &night_place).await.json()["closed"], true);
    assert_eq!(send(&world, &anns, "POST", &format!("{night_place}/reopen"), None).await.status, DONE);
    assert_eq!(world.get(&anns, &night_place).await.json()["closed"], false);

    // Trust is asked where something was promised.
    let trust = json!({ "answer": 4 });
    let about = format!("/api/v1/people/{}/trust", world.ann.person);
    assert!(world.post(&bos, &about, None, &trust).await.is_problem(404), "Ann promised nothing");
    let promise = json!({ "whom": bo, "what": "Ask for the budget", "known": "Bo was told", "due": "2026-03-20",
        "every": "week" });
    let promise = world.post(&anns, "/api/v1/promises", None, &promise).await;
    let promise = promise.headers[header::LOCATION].to_str().unwrap().to_owned();
    assert_eq!(world.post(&bos, &about, None, &trust).await.status, DONE);
    assert!(world.post(&bos, &about, None, &trust).await.is_problem(409), "not again so soon");
    assert_eq!(world.get(&anns, &format!("/api/v1/people/{bo}/trust")).await.json()[0]["answer"], 4);
    let end = format!("{promise}/series-end");
    assert_eq!(send(&world, &bos, "POST", &end, None).await.status, DONE, "either side");
    assert_eq!(world.get(&anns, &promise).await.json()["recurs"], false);
    assert!(send(&world, &bos, "POST", &end, None).await.is_problem(409));

    assert!(!send(&world, &bos, "POST", &format!("{person}/leave"), None).await.status.is_success(), "not by oneself");
    assert_eq!(send(&world, &anns, "POST", &format!("{person}/leave"), None).await.status, DONE);
    assert!(world.get(&bos, "/api/v1/me").await.is_problem(401), "their programs open nothing any more");
}
