//! Ideas, thanks, the card and what people like beside work, by programs.

use axum::http::{StatusCode, header};
use leadership::{CircleKind, Role};
use ledger::people::OpenCircle;
use serde_json::{Value, json};

use super::api::World;
use super::api_more::{DONE, ann, open, send, somebody};

#[tokio::test]
async fn an_idea_goes_all_the_way_by_programs() {
    let world = World::new().await;
    let desk = open(&world, "Desk").await;
    let mail = open(&world, "Mail").await;
    let (_, lea) = somebody(&world, "Lea", desk, Role::Leader).await;
    let (bo, bos) = somebody(&world, "Bo", desk, Role::Member).await;
    let (cy, cys) = somebody(&world, "Cy", desk, Role::Member).await;
    let (_, max) = somebody(&world, "Max", mail, Role::Leader).await;
    let stated = format!("/api/v1/circles/{desk}/idea-days");
    let days = |days: i64| json!({ "days": days });
    assert!(send(&world, &bos, "PUT", &stated, Some(&days(10))).await.is_problem(403));
    assert_eq!(send(&world, &lea, "PUT", &stated, Some(&days(99))).await.json()["errors"][0]["field"], "days");
    assert_eq!(send(&world, &lea, "PUT", &stated, Some(&days(10))).await.status, DONE);

    let ideas = "/api/v1/ideas";
    let offer = |title: &str| json!({ "circle": desk, "title": title, "words": "A call less a day" });
    assert!(world.post(&max, ideas, None, &offer("Mine")).await.is_problem(422), "a circle that one does not see");
    let made = world.post(&bos, ideas, Some("i"), &offer("A screen")).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    assert_eq!(world.post(&bos, ideas, Some("i"), &offer("A screen")).await.text, made.text, "offered once");
    let first = made.headers[header::LOCATION].to_str().unwrap().to_owned();
    let made = world.post(&cys, ideas, None, &offer("A board")).await;
    let second = made.headers[header::LOCATION].to_str().unwrap().to_owned();
    let seen = world.get(&cys, &first).await.json();
    assert_eq!((&seen["due"], &seen["state"], &seen["credit"]), (&json!("2026-03-12"), &json!("open"), &json!([bo])));
    assert!(world.get(&max, &first).await.is_problem(404));
    assert_eq!(world.get(&max, ideas).await.json()["items"], json!([]));

    let merge = json!({ "into": made.json()["id"], "reason": "One wall is enough" });
    let no_reason = json!({ "into": made.json()["id"], "reason": " " });
    assert!(world.post(&cys, &format!("{first}/merge"), None, &merge).await.is_problem(403));
    assert!(world.post(&max, &format!("{first}/merge"), None, &merge).await.is_problem(404));
    let wrong = world.post(&lea, &format!("{first}/merge"), None, &no_reason).await;
    assert_eq!(wrong.json()["errors"][0]["field"], "reason", "as the request names it: {}", wrong.text);
    assert_eq!(world.post(&lea, &format!("{first}/merge"), None, &merge).await.status, DONE);
    let stays = world.get(&bos, &second).await.json();
    assert_eq!((&stays["credit"], &stays["state"]), (&json!([cy, bo]), &json!("open")), "credit to all");
    assert_eq!(world.get(&bos, &first).await.json()["merged_into"], made.json()["id"]);

    let to = json!({ "to": world.ann.person });
    assert!(world.post(&bos, &format!("{second}/answerer"), None, &to).await.is_problem(403));
    assert_eq!(world.post(&lea, &format!("{second}/answerer"), None, &to).await.status, DONE);
    assert_eq!(world.get(&bos, &second).await.json()["answerer"], json!(world.ann.person));
    let answer = |answer: &str| json!({ "answer": answer, "reason": "Two weeks" });
    assert!(world.post(&bos, &format!("{second}/answer"), None, &answer("try")).await.is_problem(403));
    assert!(world.post(&lea, &format!("{second}/answer"), None, &answer("maybe")).await.is_problem(422));
    assert_eq!(world.post(&lea, &format!("{second}/answer"), None, &answer("try")).await.status, DONE);
    let learned = json!({ "learned": "People look at nine" });
    assert!(world.post(&max, &format!("{second}/learned"), None, &learned).await.is_problem(404));
    assert_eq!(world.post(&bos, &format!("{second}/learned"), None, &learned).await.status, DONE);
    assert_eq!(world.post(&lea, &format!("{second}/answer"), None, &answer("accept")).await.status, DONE);
    assert!(world.post(&lea, &format!("{second}/answer"), None, &answer("decline")).await.is_problem(409));
    let result = json!({ "result": "It hangs at the door" });
    assert!(world.post(&bos, &format!("{second}/result"), None, &result).await.is_problem(403));
    assert_eq!(world.post(&lea, &format!("{second}/result"), None, &result).await.status, DONE);
    let told = world.get(&cys, &format!("{ideas}?circle={desk}&state=accepted&mine=true")).await.json();
    assert_eq!(told["items"][0]["result"]["words"], "It hangs at the door", "{told}");
    assert!(world.get(&cys, &format!("{ideas}?state=maybe")).await.is_problem(400));
    let figures = format!("/api/v1/circles/{desk}/ideas");
    let of_desk = world.get(&cys, &figures).await.json();
    assert_eq!((&of_desk["answer_days"], &of_desk["people"]), (&json!(10), &Value::Null), "fewer than five people");
    assert_eq!(of_desk["answered"]["so"], Value::Null, "not enough to say: {of_desk}");
    assert!(world.get(&max, &figures).await.is_problem(404));
}

#[tokio::test]
async fn thanks_are_between_two_and_the_card_is_where_one_is_seen() {
    let world = World::new().await;
    let desk = open(&world, "Desk").await;
    let mail = open(&world, "Mail").await;
    let (_, lea) = somebody(&world, "Lea", desk, Role::Leader).await;
    let (bo, bos) = somebody(&world, "Bo", desk, Role::Member).await;
    let (_, cys) = somebody(&world, "Cy", desk, Role::Member).await;
    let (_, max) = somebody(&world, "Max", mail, Role::Member).await;
    let all = "/api/v1/thanks";
    let give = json!({ "to": bo, "words": "Stayed with the backup", "difference": "The clinic could open" });
    assert_eq!(world.post(&max, all, None, &give).await.json()["errors"][0]["field"], "to", "not of Max's circles");
    let made = world.post(&lea, all, Some("t"), &give).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    assert_eq!(world.post(&lea, all, Some("t"), &give).await.text, made.text, "given once");
    let place = made.headers[header::LOCATION].to_str().unwrap().to_owned();
    assert_eq!(world.get(&bos, all).await.json()["got"][0]["difference"], "The clinic could open");
    assert!(world.get(&cys, &place).await.is_problem(404));
    let (seen, away) = (format!("{place}/seen"), format!("{place}/withdrawal"));
    for other in [&cys, &lea] {
        assert!(send(&world, other, "POST", &seen, None).await.is_problem(404));
    }
    assert_eq!(send(&world, &bos, "POST", &seen, None).await.status, DONE);
    assert!(world.get(&lea, &place).await.json()["seen_at"].is_string());
    assert!(send(&world, &bos, "POST", &away, None).await.is_problem(404), "who gave them");
    assert_eq!(send(&world, &lea, "POST", &away, None).await.status, DONE);
    assert!(world.get(&bos, &place).await.is_problem(404));

    let card = format!("/api/v1/people/{bo}/card");
    assert!(world.get(&lea, &card).await.is_problem(404), "there is none yet");
    let words = json!({ "reach": "Call, do not write", "drives": "Old radios" });
    assert_eq!(send(&world, &bos, "PUT", "/api/v1/me/card", Some(&words)).await.status, DONE);
    let read = world.get(&lea, &card).await.json();
    assert_eq!((&read["reach"], &read["hard"]), (&json!("Call, do not write"), &json!("")));
    assert!(world.get(&max, &card).await.is_problem(404), "who does not see Bo");

    let likes = |words: &Value| json!({ "words": words });
    let long = likes(&json!(["x".repeat(41)]));
    assert!(send(&world, &bos, "PUT", "/api/v1/me/likes", Some(&long)).await.is_problem(422));
    for token in [&bos, &lea] {
        let shown = likes(&json!(["Chess", "Old radios"]));
        assert_eq!(send(&world, token, "PUT", "/api/v1/me/likes", Some(&shown)).await.status, DONE);
    }
    let ground = world.get(&lea, "/api/v1/common-ground").await.json();
    assert_eq!(ground["mine"].as_array().unwrap().len(), 2, "{ground}");
    assert!(ground["items"].as_array().unwrap().iter().all(|one| one["mine"] == true && one["people"] == json!([bo])));
    assert_eq!(world.get(&max, "/api/v1/common-ground").await.json()["items"], json!([]));
    let client =
        OpenCircle { parent: world.root, kind: CircleKind::Client, name: "Alpha".into(), purpose: String::new() };
    let client = world.ledger.perform(&ann(&world).await, &client).await.unwrap();
    let (_, al) = somebody(&world, "Al", client, Role::ClientContact).await;
    assert!(world.get(&al, "/api/v1/common-ground").await.is_problem(404));
    assert!(send(&world, &al, "PUT", "/api/v1/me/card", Some(&words)).await.is_problem(404));
}
