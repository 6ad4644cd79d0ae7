//! One among many aims and decisions, what aims need, and where people stand on ideas, by programs.

use axum::http::StatusCode;
use jiff::SignedDuration;
use leadership::{CircleKind, Role};
use ledger::decisions::{self, Filter};
use ledger::people::OpenCircle;
use serde_json::{Value, json};

use super::api::World;
use super::api_more::{DONE, ann, open, send, somebody};

#[tokio::test]
async fn aims_and_decisions_are_found_by_their_words() {
    let world = World::new().await;
    let desk = open(&world, "Desk").await;
    let mail = open(&world, "Mail").await;
    let (_, lea) = somebody(&world, "Lea", desk, Role::Leader).await;
    let (_, max) = somebody(&world, "Max", mail, Role::Leader).await;
    for (title, why) in [("Fewer calls", "People wait at the printer"), ("A better Printer", "100 % of it")] {
        let aim = json!({ "circle": desk, "kind": "goal", "title": title, "why": why });
        let made = world.post(&lea, "/api/v1/aims", None, &aim).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        world.clock.advance(SignedDuration::from_secs(1));
    }
    for question in ["Which printer", "Which 100 % phone"] {
        let decision = json!({ "circle": desk, "question": question });
        let made = world.post(&lea, "/api/v1/decisions", None, &decision).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    }
    let found = async |token: &str, query: &str, field: &str| {
        let answer = world.get(token, &format!("/api/v1/{query}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{query}: {}", answer.text);
        let items = answer.json()["items"].clone();
        assert_eq!(answer.json()["total"], items.as_array().unwrap().len(), "{query}");
        items.as_array().unwrap().iter().map(|one| one[field].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    for (query, titles) in [
        ("aims", vec!["Fewer calls", "A better Printer"]),
        ("aims?words=pRINTER", vec!["A better Printer", "Fewer calls"]),
        ("aims?words=printer+fewer", vec!["Fewer calls"]),
        ("aims?words=%20%20", vec!["Fewer calls", "A better Printer"]),
        ("aims?words=scanner", vec![]),
        ("aims?words=printer&page=1", vec![]),
    ] {
        let answer = world.get(&lea, &format!("/api/v1/{query}")).await.json();
        let items: Vec<_> = answer["items"].as_array().unwrap().iter().map(|one| one["title"].clone()).collect();
        assert_eq!(items, titles, "{query}");
    }
    assert!(found(&lea, &format!("aims?words=printer&circle={mail}"), "title").await.is_empty());
    assert_eq!(found(&lea, &format!("aims?words=fewer&circle={desk}"), "title").await, ["Fewer calls"]);
    assert_eq!(found(&lea, "decisions?words=PRINTER", "question").await, ["Which printer"]);
    assert_eq!(found(&lea, "decisions?words=100+%25", "question").await, ["Which 100 % phone"], "no pattern");
    assert_eq!(found(&lea, &format!("decisions?circle={desk}"), "question").await.len(), 2);
    assert!(found(&lea, &format!("decisions?circle={mail}"), "question").await.is_empty());
    for query in ["aims?words=printer", "decisions?words=printer"] {
        assert!(found(&max, query, "id").await.is_empty(), "{query}: what is not Max's to see");
    }

    let long = "x".repeat(201);
    for list in ["aims", "decisions"] {
        for (query, status) in [
            (format!("words={long}"), 422),
            ("words=a%00b".to_owned(), 422),
            ("words=a%ED%A0%80b".to_owned(), 422),
            ("page=100001".to_owned(), 422),
            ("circle=nowhere".to_owned(), 422),
            ("page=-1".to_owned(), 400),
            ("page=4294967296".to_owned(), 400),
            ("more=1".to_owned(), 400),
        ] {
            let answer = world.get(&lea, &format!("/api/v1/{list}?{query}")).await;
            assert!(answer.is_problem(status), "{list}?{query}: {} {}", answer.status, answer.text);
        }
    }
    // The page hands on what its address says: no database is asked for a pattern that it does not take.
    let words = "a\u{0}%".repeat(20_000);
    let filter = Filter { words, ..Filter::default() };
    let none = decisions::list(&mut world.ledger.read().await.unwrap(), &ann(&world).await, &filter).await.unwrap();
    assert!(none.0.is_empty() && none.1 == 0);
}

#[tokio::test]
async fn what_aims_need_is_read_by_who_sees_them() {
    let world = World::new().await;
    let desk = open(&world, "Desk").await;
    let mail = open(&world, "Mail").await;
    let (lea_id, lea) = somebody(&world, "Lea", desk, Role::Leader).await;
    let (_, bos) = somebody(&world, "Bo", desk, Role::Member).await;
    let (_, max) = somebody(&world, "Max", mail, Role::Leader).await;
    let act = OpenCircle { parent: world.root, kind: CircleKind::Client, name: "Alpha".into(), purpose: String::new() };
    let client = world.ledger.perform(&ann(&world).await, &act).await.unwrap();
    let (_, al) = somebody(&world, "Al", client, Role::ClientContact).await;
    let aim = json!({ "circle": desk, "kind": "goal", "title": "Fewer calls", "why": "People wait." });
    let aim = world.post(&lea, "/api/v1/aims", None, &aim).await.json()["id"].as_str().unwrap().to_owned();
    let mut asks = Vec::new();
    for (kind, amount, day) in [("funding", "1200.5", json!("2026-04-01")), ("time", "8", Value::Null)] {
        let need = json!({ "kind": kind, "what": "A printer", "amount": amount, "needed_by": day, "of": lea_id });
        let made = world.post(&lea, &format!("/api/v1/aims/{aim}/needs"), None, &need).await;
        assert_eq!(made.status, StatusCode::OK, "{}", made.text);
        asks.push(made.json()["id"].as_str().unwrap().to_owned());
        world.clock.advance(SignedDuration::from_secs(1));
    }
    let needs = "/api/v1/needs";
    let all = world.get(&bos, needs).await.json();
    assert_eq!((&all["total"], &all["waiting_total"], &all["kept"]), (&json!(1), &json!(2), &Value::Null), "{all}");
    assert_eq!((&all["items"][0]["aim"], &all["items"][0]["needed_by"]), (&json!(aim), &json!("2026-04-01")));
    assert_eq!((&all["sums"][0]["kind"], &all["sums"][0]["missing"]), (&json!("funding"), &json!("1200.50")));
    assert_eq!((&all["waiting"][0]["id"], &all["waiting"][0]["waits"]), (&json!(asks[0]), &json!(true)));
    let grant = json!({ "amount": "1000", "by": "2026-03-20", "words": "The rest in May" });
    assert_eq!(world.post(&lea, &format!("{needs}/{}/grant", asks[0]), None, &grant).await.status, DONE);
    let all = world.get(&bos, needs).await.json();
    assert_eq!((&all["sums"][0]["granted"], &all["sums"][0]["missing"]), (&json!("1000.00"), &json!("200.50")));
    assert_eq!((&all["waiting_total"], &all["waiting"][0]["id"]), (&json!(1), &json!(asks[1])));
    assert_eq!(world.get(&bos, &format!("{needs}?page=1")).await.json()["items"], json!([]));
    assert_eq!(world.get(&max, needs).await.json()["total"], 0, "aims that Max does not see");
    assert!(world.get(&al, needs).await.is_problem(404));
    for (page, status) in [("-1", 400), ("4294967296", 400), ("100001", 422)] {
        assert!(world.get(&bos, &format!("{needs}?page={page}")).await.is_problem(status), "{page}");
    }
    let dropped = json!({ "version": 1, "to": "dropped", "because": "Nobody calls any more" });
    let dropped = world.post(&lea, &format!("/api/v1/aims/{aim}/moves"), None, &dropped).await;
    assert_eq!(dropped.status, DONE, "{}", dropped.text);
    let all = world.get(&bos, needs).await.json();
    assert_eq!((&all["sums"], &all["total"]), (&json!([]), &json!(0)), "an aim that does not hold needs nothing");
}

#[tokio::test]
async fn people_say_where_they_stand_on_an_idea_until_it_is_decided() {
    let world = World::new().await;
    let desk = open(&world, "Desk").await;
    let mail = open(&world, "Mail").await;
    let (_, lea) = somebody(&world, "Lea", desk, Role::Leader).await;
    let (bo, bos) = somebody(&world, "Bo", desk, Role::Member).await;
    let (_, max) = somebody(&world, "Max", mail, Role::Member).await;
    let offer = json!({ "circle": desk, "title": "A screen", "words": "A call less a day" });
    let idea = world.post(&bos, "/api/v1/ideas", None, &offer).await.json()["id"].as_str().unwrap().to_owned();
    let (stand, stands) = (format!("/api/v1/ideas/{idea}/stance"), format!("/api/v1/ideas/{idea}/stances"));
    let say = |stance: &str, words: &str| json!({ "stance": stance, "words": words });
    assert!(send(&world, &max, "PUT", &stand, Some(&say("for", ""))).await.is_problem(404));
    let wrong = send(&world, &bos, "PUT", &stand, Some(&say("against", " "))).await;
    assert!(wrong.is_problem(422) && wrong.json()["errors"][0]["field"] == "words", "{}", wrong.text);
    assert!(send(&world, &bos, "PUT", &stand, Some(&say("maybe", ""))).await.is_problem(422));
    assert_eq!(send(&world, &bos, "PUT", &stand, Some(&say("against", "Too bright"))).await.status, DONE);
    assert_eq!(send(&world, &bos, "PUT", &stand, Some(&json!({ "stance": "could_live" }))).await.status, DONE);
    let told = world.get(&lea, &stands).await.json();
    assert_eq!(told.as_array().unwrap().len(), 1, "it is theirs to change: {told}");
    assert_eq!((&told[0]["person"], &told[0]["stance"]), (&json!(bo), &json!("could_live")));
    assert!(world.get(&max, &stands).await.is_problem(404));

    let meeting = format!("/api/v1/circles/{desk}/meeting-ideas");
    assert_eq!(world.get(&bos, &meeting).await.json(), json!([]), "told from five people on");
    for name in ["Cy", "Di", "Ed", "Fay"] {
        let (_, token) = somebody(&world, name, desk, Role::Member).await;
        assert_eq!(send(&world, &token, "PUT", &stand, Some(&say("for", "Yes"))).await.status, DONE);
    }
    let met = world.get(&bos, &meeting).await.json();
    assert_eq!((&met[0]["idea"]["id"], &met[0]["along"]["so"]), (&json!(idea), &json!(5)), "{met}");
    assert_eq!(met[0]["together"], json!({ "n": 0, "so": null }), "nobody stands apart on another idea");
    assert!(world.get(&max, &meeting).await.is_problem(404));

    let no = json!({ "answer": "decline", "reason": "No wall is free" });
    assert_eq!(world.post(&lea, &format!("/api/v1/ideas/{idea}/answer"), None, &no).await.status, DONE);
    assert!(send(&world, &bos, "PUT", &stand, Some(&say("for", ""))).await.is_problem(409));

    // A client reads of its own idea what becomes of it, and not where the people stand who decide.
    let act = OpenCircle { parent: world.root, kind: CircleKind::Client, name: "Alpha".into(), purpose: String::new() };
    let client = world.ledger.perform(&ann(&world).await, &act).await.unwrap();
    let (_, al) = somebody(&world, "Al", client, Role::ClientContact).await;
    let offer = json!({ "circle": client, "title": "A number to call", "words": "One for all" });
    let made = world.post(&al, "/api/v1/ideas", None, &offer).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let of_al = format!("/api/v1/ideas/{}", made.json()["id"].as_str().unwrap());
    let anns = world.token(world.ann.person, ledger::tokens::Scope::Act).await;
    assert_eq!(send(&world, &anns, "PUT", &format!("{of_al}/stance"), Some(&say("for", "Sure"))).await.status, DONE);
    assert_eq!(world.get(&al, &format!("{of_al}/stances")).await.json(), json!([]));
    assert!(send(&world, &al, "PUT", &format!("{of_al}/stance"), Some(&say("for", ""))).await.is_problem(404));
    assert!(world.get(&al, &format!("/api/v1/circles/{client}/meeting-ideas")).await.is_problem(404));
}
