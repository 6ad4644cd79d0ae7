//! Quick answers, in the pages and for programs.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::Value;
use web::password::Hash;
use web::router;
use web::session::ApiToken;

use crate::support::{Answer, Desk, desk, run, sample, served, worded, worded_desk};

/// Asks until the index is there.
async fn asked(desk: &Desk, path: &str) -> Answer {
    for _ in 0..1200 {
        let answer = desk.get(path).await;
        if answer.status != StatusCode::SERVICE_UNAVAILABLE {
            return answer;
        }
        assert!(answer.headers.contains_key(header::RETRY_AFTER) && answer.text().contains("still being read"));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{path} is never answered");
}

fn json(answer: &Answer) -> Value {
    assert_eq!(answer.headers[header::CONTENT_TYPE], "application/json", "{}", answer.text());
    serde_json::from_slice(&answer.body).unwrap()
}

#[test]
fn a_text_finds_its_tickets_and_their_problem_with_reasons() {
    run(async {
        let desk = worded_desk().await;
        let printer = desk.problem("abel printer").await;
        let answer = json(&asked(&desk, "/api/similar?text=blank+labels+from+the+label+printer&k=4").await);
        let tickets = answer["tickets"].as_array().unwrap();
        assert_eq!((tickets.len(), answer["read"].as_u64()), (4, Some(120)));
        for ticket in tickets {
            assert!(ticket["title"].as_str().unwrap().contains("label"), "{ticket}");
            assert!(
                ticket["words"].as_array().unwrap().iter().any(|word| word == "labels" || word == "label"),
                "{ticket}"
            );
            assert!(!ticket["why"].as_array().unwrap().is_empty());
            // What each word adds, for the same words.
            let terms = ticket["terms"].as_array().unwrap();
            assert!(terms.iter().map(|term| &term["word"]).eq(ticket["words"].as_array().unwrap()), "{ticket}");
            let most = terms.iter().filter_map(|term| term["adds"].as_f64()).fold(f64::MIN, f64::max);
            assert!(most > 0.0, "some word speaks for one cause: {ticket}");
        }
        let scores: Vec<f64> = tickets.iter().map(|ticket| ticket["probability"].as_f64().unwrap()).collect();
        assert!(scores.windows(2).all(|pair| pair[0] >= pair[1]) && scores[0] <= 1.0);
        assert_eq!(answer["problems"][0]["page"], printer.as_str());
        // What people did is in the answer at once.
        desk.post(&format!("{printer}/rename"), "title=Blank+labels&seen=0").await;
        let again = json(&asked(&desk, "/api/similar?text=blank+labels").await);
        assert_eq!(again["problems"][0]["title"], "Blank labels");
        desk.post(&format!("{printer}/dismiss"), "reason=A+test").await;
        let page = desk.get("/similar?text=blank+labels+from+the+printer").await;
        assert!(page.status == StatusCode::OK && page.text().contains("<mark>labels</mark>"), "{}", page.text());
        assert!(page.text().contains("<bdi>labels</bdi> × "), "each word with what it adds: {}", page.text());
    });
}

#[test]
fn an_answer_says_that_it_does_not_rest_on_the_sentence_model_of_the_settings() {
    run(async {
        let desk = worded_desk().await;
        let plain = json(&asked(&desk, "/api/similar?text=blank+labels").await);
        assert!(plain["note"].is_null(), "{plain}");
        let mut settings = brief::Settings::load(&desk.data).unwrap();
        settings.model = Some("nowhere".to_owned());
        settings.save(&desk.data).unwrap();
        let answer = json(&asked(&desk, "/api/similar?text=blank+labels").await);
        assert!(answer["note"].as_str().is_some_and(|note| note.contains("sentence model")), "{answer}");
        let page = desk.get("/similar?text=blank+labels").await.text();
        assert!(page.contains("takes longer for one text than a quick answer may"), "{page}");
    });
}

#[test]
fn programs_send_json_or_a_form_and_hear_what_is_wrong() {
    run(async {
        let desk = worded_desk().await;
        asked(&desk, "/api/similar?text=labels").await;
        let send = async |kind: &str, body: &str| {
            let request = Request::post("/api/similar")
                .header(header::HOST, "localhost:7070")
                .header(header::CONTENT_TYPE, kind)
                .body(Body::from(body.to_owned()))
                .unwrap();
            desk.ask(request).await
        };
        let sent = send(
            "application/json",
            r#"{"title":"payroll export","text":"PX-4471","k":3,"fields":{"service":"Payroll"}}"#,
        )
        .await;
        let answer = json(&sent);
        assert!(answer["tickets"][0]["title"].as_str().unwrap().contains("PX-4471"), "{answer}");
        assert!(answer["tickets"][0]["why"].as_array().unwrap().len() > 1);
        let form = json(&send("application/x-www-form-urlencoded", "text=payroll+export&k=2").await);
        assert_eq!(form["tickets"].as_array().unwrap().len(), 2);
        for (kind, body) in [
            ("application/json", "{"),
            ("application/json", r#"{"txt":"x"}"#),
            ("application/json", r#"{"text":" "}"#),
            ("application/json", r#"{"text":"x","k":0}"#),
            ("application/json", r#"{"text":"x","k":101}"#),
            ("application/x-www-form-urlencoded", "text="),
        ] {
            let refused = send(kind, body).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
            let told = json(&refused);
            assert!(told["error"].is_string() && told["remedy"].is_string(), "{told}");
        }
        assert_eq!(desk.get("/api/none").await.status, StatusCode::NOT_FOUND);
        assert!(json(&desk.get("/api/none").await)["error"].is_string());
    });
}

#[test]
fn where_there_are_no_words_or_no_record_it_is_said() {
    run(async {
        let none = json(&asked(&desk(None), "/api/similar?text=labels").await);
        assert_eq!(none["error"], "The record is empty.");
        let wordless = asked(sample(), "/api/similar?text=labels").await;
        assert_eq!(wordless.status, StatusCode::CONFLICT);
        assert!(json(&wordless)["error"].as_str().unwrap().contains("no words"));
        let page = sample().settled("/similar?text=labels").await.text();
        assert!(page.contains("have no words") && page.contains("name=\"text\""), "{page}");
        let long = sample().get(&format!("/similar?text={}", "x".repeat(2001))).await;
        assert!(long.status == StatusCode::UNPROCESSABLE_ENTITY && long.text().contains("at most 2000"));
    });
}

#[test]
fn behind_a_password_a_token_opens_the_call_and_nothing_else() {
    run(async {
        let open = desk(None);
        open.import("incidents.csv", &worded()).await;
        let mut config = open.server.config().clone();
        config.password = Some(Hash::new("correct horse", [7; 16]).unwrap());
        config.api_token = Some(ApiToken::new("a-token-of-some-length").unwrap());
        assert!(ApiToken::new("short").is_err());
        let server = served(config, &open.ledger);
        let ask = async |path: &str, token: &str| {
            let request = Request::get(path)
                .header(header::HOST, "localhost")
                .header(header::AUTHORIZATION, format!("Bearer {token}"))
                .body(Body::empty())
                .unwrap();
            tower::ServiceExt::oneshot(router(server.clone()), request).await.unwrap().status()
        };
        assert_eq!(ask("/api/similar?text=labels", "a-token-of-another-kind").await, StatusCode::UNAUTHORIZED);
        assert_ne!(ask("/api/similar?text=labels", "a-token-of-some-length").await, StatusCode::UNAUTHORIZED);
        assert_eq!(ask("/problems", "a-token-of-some-length").await, StatusCode::SEE_OTHER);
        assert_eq!(ask("/casebook", "a-token-of-some-length").await, StatusCode::SEE_OTHER);
    });
}
