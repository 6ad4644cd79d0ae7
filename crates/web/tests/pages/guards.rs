//! What stands before every page: who is let in, and the policies on every answer.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use web::password::Hash;

use crate::support::{desk, run, served};

/// Every address that is served, with an example for each pattern. What is not here is not served:
/// [`every_route_is_listed`] compares with the source of the router.
const ROUTES: &[(&str, &str, &str)] = &[
    ("GET", "/", "/"),
    ("GET", "/brief.json", "/brief.json"),
    ("GET", "/brief.html", "/brief.html"),
    ("GET", "/brief.pdf", "/brief.pdf"),
    ("GET", "/working/events", "/working/events"),
    ("GET", "/problems", "/problems"),
    ("GET", "/problems/{id}", "/problems/none"),
    ("GET", "/problems/{id}/merge", "/problems/none/merge"),
    ("POST", "/problems/{id}/merge", "/problems/none/merge"),
    ("POST", "/problems/{id}/apart", "/problems/none/apart"),
    ("GET", "/problems/{id}/window", "/problems/none/window"),
    ("GET", "/problems/{id}/split", "/problems/none/split"),
    ("POST", "/problems/{id}/split", "/problems/none/split"),
    ("GET", "/problems/{id}/rename", "/problems/none/rename"),
    ("POST", "/problems/{id}/rename", "/problems/none/rename"),
    ("GET", "/problems/{id}/dismiss", "/problems/none/dismiss"),
    ("POST", "/problems/{id}/dismiss", "/problems/none/dismiss"),
    ("GET", "/problems/{id}/fixed", "/problems/none/fixed"),
    ("POST", "/problems/{id}/fixed", "/problems/none/fixed"),
    ("GET", "/problems/{id}/canvas", "/problems/none/canvas"),
    ("POST", "/problems/{id}/canvas", "/problems/none/canvas"),
    ("GET", "/problems/{id}/canvas/{number}", "/problems/none/canvas/1"),
    ("POST", "/problems/{id}/canvas/{number}", "/problems/none/canvas/1"),
    ("GET", "/problems/{id}/ask", "/problems/none/ask"),
    ("POST", "/problems/{id}/ask", "/problems/none/ask"),
    ("GET", "/problems/{id}/option", "/problems/none/option"),
    ("POST", "/problems/{id}/option", "/problems/none/option"),
    ("GET", "/problems/{id}/touched", "/problems/none/touched"),
    ("POST", "/problems/{id}/touched", "/problems/none/touched"),
    ("GET", "/problems/open", "/problems/open"),
    ("POST", "/problems/open", "/problems/open"),
    ("GET", "/problems/{id}/review", "/problems/none/review"),
    ("POST", "/problems/{id}/review", "/problems/none/review"),
    ("POST", "/problems/{id}/window", "/problems/none/window"),
    ("GET", "/casebook", "/casebook"),
    ("POST", "/casebook/undo", "/casebook/undo"),
    ("GET", "/friction", "/friction"),
    ("GET", "/similar", "/similar"),
    ("GET", "/api/similar", "/api/similar?text=printer"),
    ("POST", "/api/similar", "/api/similar"),
    ("GET", "/coming", "/coming"),
    ("GET", "/measures", "/measures"),
    ("GET", "/day", "/day"),
    ("GET", "/changes", "/changes"),
    ("GET", "/unseen", "/unseen"),
    ("GET", "/teams", "/teams"),
    ("GET", "/listening", "/listening"),
    ("POST", "/listening", "/listening"),
    ("GET", "/ticket/{source}/{id}", "/ticket/none/1"),
    ("POST", "/ticket/{source}/{id}", "/ticket/none/1"),
    ("GET", "/rows", "/rows"),
    ("GET", "/rows.csv", "/rows.csv"),
    ("GET", "/settings", "/settings"),
    ("POST", "/settings", "/settings"),
    ("GET", "/import", "/import"),
    ("POST", "/import", "/import"),
    ("GET", "/import/{id}", "/import/00"),
    ("POST", "/import/{id}", "/import/00"),
    ("GET", "/import/{id}/events", "/import/00/events"),
    ("GET", "/rejects.csv", "/rejects.csv"),
    ("POST", "/password/leave", "/password/leave"),
];
/// What nobody may ask without being signed in.
const OPEN: &[&str] = &["/password", "/password/done", "/healthz", "/assets/{hash}/{name}"];

#[test]
fn every_route_is_listed() {
    let source = include_str!("../../src/lib.rs");
    let mut served: Vec<&str> = source.split(".route(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    served.sort_unstable();
    let mut listed: Vec<&str> = ROUTES.iter().map(|(_, route, _)| *route).chain(OPEN.iter().copied()).collect();
    listed.sort_unstable();
    listed.dedup();
    assert_eq!(served, listed);
}

#[test]
fn nobody_sees_anything_where_a_password_is_set() {
    run(async {
        let desk = desk(Some("correct horse"));
        for (method, _, path) in ROUTES {
            let request = Request::builder()
                .method(Method::from_bytes(method.as_bytes()).unwrap())
                .uri(*path)
                .header(header::HOST, "localhost")
                .header(header::COOKIE, format!("plumb_session={}", "0".repeat(64)))
                .body(Body::empty())
                .unwrap();
            let answer = desk.ask(request).await;
            if path.starts_with("/api/") {
                assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path}");
                assert!(answer.text().starts_with("{\"error\""), "{path} answers programs in JSON");
            } else if *method == "GET" {
                assert_eq!(answer.status, StatusCode::SEE_OTHER, "{method} {path}");
                assert!(answer.to().starts_with("/password?next="), "{method} {path}");
            } else {
                assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path}");
            }
        }
        assert_eq!(desk.get("/password").await.status, StatusCode::OK);
        assert_eq!(desk.get(&web::assets::address("plumb.css")).await.status, StatusCode::OK);
        assert!(
            !desk.get("/password").await.text().contains("The record"),
            "the sign-in page tells nothing of the record"
        );
    });
}

#[test]
fn signing_in_and_out() {
    run(async {
        let desk = desk(Some("correct horse"));
        let wrong = desk.post("/password", "password=wrong&next=/problems").await;
        assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
        assert!(wrong.text().contains("This is not the password."));
        let right = desk.post("/password", "password=correct+horse&next=//evil.example").await;
        assert_eq!((right.status, right.to()), (StatusCode::SEE_OTHER, "/password/done?next=%2F"));
        let cookie = right.headers[header::SET_COOKIE].to_str().unwrap().to_owned();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
        let token = cookie.split(';').next().unwrap().to_owned();
        let with = async |path: &str, method: Method| {
            desk.ask(
                Request::builder()
                    .method(method)
                    .uri(path)
                    .header(header::HOST, "localhost")
                    .header(header::COOKIE, &token)
                    .body(Body::empty())
                    .unwrap(),
            )
            .await
        };
        let page = with("/settings", Method::GET).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text().contains("everyone who has the password") && page.text().contains("Sign out"));
        assert_eq!(with("/password/leave", Method::POST).await.status, StatusCode::SEE_OTHER);
        assert_eq!(with("/settings", Method::GET).await.status, StatusCode::SEE_OTHER, "the session has ended");
    });
}

#[test]
fn guessing_is_slowed_and_sessions_end() {
    run(async {
        let desk = desk(Some("correct horse"));
        for _ in 0..web::session::TRIES {
            assert_eq!(desk.post("/password", "password=wrong").await.status, StatusCode::UNAUTHORIZED);
        }
        let waits = desk.post("/password", "password=correct+horse").await;
        assert_eq!(waits.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(waits.headers.contains_key(header::RETRY_AFTER) && waits.text().contains("Wait 5 minutes"));
        let later = |hours: i64| *desk.clock.lock().unwrap() += jiff::SignedDuration::from_hours(hours);
        later(1);
        let right = desk.post("/password", "password=correct+horse").await;
        let token = right.headers[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
        let settings = async || {
            desk.ask(
                Request::get("/settings")
                    .header(header::HOST, "localhost")
                    .header(header::COOKIE, &token)
                    .body(Body::empty())
                    .unwrap(),
            )
            .await
            .status
        };
        assert_eq!(settings().await, StatusCode::OK);
        later(13);
        assert_eq!(settings().await, StatusCode::SEE_OTHER);
    });
}

#[test]
fn every_answer_carries_the_policies() {
    run(async {
        let desk = desk(None);
        let mut paths: Vec<String> =
            ROUTES.iter().filter(|(method, ..)| *method == "GET").map(|(.., path)| (*path).to_owned()).collect();
        paths.extend([
            "/nothing".to_owned(),
            "/healthz".to_owned(),
            "/brief.pdf?paper=a5".to_owned(),
            web::assets::address("plumb.js"),
        ]);
        for path in paths {
            let answer = desk.get(&path).await;
            assert_eq!(answer.headers["content-security-policy"], web::CONTENT_POLICY, "{path}");
            assert_eq!(answer.headers["x-content-type-options"], "nosniff", "{path}");
            assert_eq!(answer.headers["referrer-policy"], "same-origin", "{path}");
            assert!(answer.headers.contains_key(header::CACHE_CONTROL), "{path}");
            let text = answer.text();
            if answer.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html")) {
                assert!(
                    !text.contains(" style=") && !text.contains("<style") && !text.contains(" onclick"),
                    "{path} has something inline"
                );
                assert_eq!(text.matches("<script").count(), text.matches("<script src=\"/assets/").count(), "{path}");
                assert!(text.contains("Who can see this: ") && text.contains("href=\"#main\""), "{path}");
                assert_eq!(text.matches("<h1").count(), 1, "{path}");
            }
            if answer.status.is_client_error() && !path.starts_with("/api/") {
                assert!(text.contains("data-refusal"), "{path} is refused without a remedy");
            }
        }
    });
}

#[test]
fn foreign_names_and_foreign_pages_are_refused() {
    run(async {
        let desk = desk(None);
        let asked =
            desk.ask(Request::get("/settings").header(header::HOST, "evil.example").body(Body::empty()).unwrap()).await;
        assert_eq!(asked.status, StatusCode::MISDIRECTED_REQUEST);
        assert!(asked.text().contains("http://127.0.0.1:7070"));
        let crossed = Request::post("/settings")
            .header(header::HOST, "localhost:7070")
            .header(header::ORIGIN, "https://evil.example")
            .header("sec-fetch-site", "cross-site")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from("currency=USD"))
            .unwrap();
        let crossed = desk.ask(crossed).await;
        assert_eq!(crossed.status, StatusCode::FORBIDDEN);
        assert!(crossed.text().contains("Sent from another page"));
    });
}

#[test]
fn others_are_served_behind_a_password_only() {
    run(async {
        let open = desk(None);
        let mut config = open.server.config().clone();
        config.bind = "0.0.0.0:0".parse().unwrap();
        let refused =
            web::serve(served(config.clone(), &open.ledger), |_| panic!("it listens"), std::future::pending()).await;
        assert!(matches!(refused, Err(web::ServeError::Open(_))));
        config.password = Some(Hash::new("correct horse", [7; 16]).unwrap());
        let server = served(config, &open.ledger);
        assert!(server.secure_cookie());
        web::serve(server, |address| assert_ne!(address.port(), 0), std::future::ready(())).await.unwrap();
    });
}

#[test]
fn each_page_of_an_empty_record_has_its_own_words() {
    run(async {
        let desk = desk(None);
        for (_, route, path) in ROUTES.iter().filter(|(method, ..)| *method == "GET") {
            let answer = desk.get(path).await;
            assert!(!answer.status.is_server_error(), "{route}: {}", answer.status);
            if answer.status.is_success() && answer.is_page() {
                let text = answer.text();
                assert!(text.contains("The record is empty."), "{route} says what the record holds");
                assert!(
                    text.contains("href=\"/import\"") || text.contains("action=\"/import\""),
                    "{route} offers a way"
                );
            }
        }
    });
}

#[test]
fn nothing_is_changed_from_a_foreign_page() {
    run(async {
        let desk = desk(None);
        for (method, _, path) in
            ROUTES.iter().filter(|(method, ..)| *method == "POST").chain(&[("POST", "", "/password")])
        {
            let request = Request::builder()
                .method(Method::from_bytes(method.as_bytes()).unwrap())
                .uri(*path)
                .header(header::HOST, "localhost:7070")
                .header(header::ORIGIN, "https://evil.example")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from("password=correct+horse&do=import"))
                .unwrap();
            assert_eq!(desk.ask(request).await.status, StatusCode::FORBIDDEN, "{path}");
        }
        let written: Vec<_> = std::fs::read_dir(&desk.data).unwrap().map(|file| file.unwrap().file_name()).collect();
        let ledger = |name: &std::ffi::OsString| name.to_string_lossy().starts_with("ledger.sqlite");
        assert!(written.iter().all(ledger), "nothing was written beside the empty ledger: {written:?}");
        assert!(desk.entries().await.is_empty());
    });
}
