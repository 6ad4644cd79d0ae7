//! The database goes away in the middle: a page says so, and what was typed is not lost.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use acts::{App, Config, NoRecord};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use ledger::Ledger;
use ledger::people::Begin;
use ledger::sessions::SignIn;
use ledger::testing::{Clock, random};
use tower::ServiceExt as _;

use crate::between::{CUT_FOR_GOOD, THROUGH, between};

/// A server of PostgreSQL of this test's own.
struct Server {
    folder: tempfile::TempDir,
}

impl Server {
    fn script(&self, act: &str) -> String {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/postgres");
        // A port that is free now; the script listens on this machine only.
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let folder: PathBuf = self.folder.path().join("server");
        let log = std::fs::File::create(self.folder.path().join("log")).unwrap();
        let done = Command::new(script)
            .args([act, folder.to_str().unwrap()])
            .env("PLUMB_POSTGRES_PORT", port.to_string())
            // The server inherits it and would hold a pipe open.
            .stderr(log)
            .output()
            .unwrap();
        assert!(done.status.success(), "{act}: {}", std::fs::read_to_string(self.folder.path().join("log")).unwrap());
        String::from_utf8(done.stdout).unwrap().trim().to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.folder.path().join("server/data/postmaster.pid").exists() {
            self.script("stop");
        }
    }
}

async fn asked(pages: &Router, cookie: &str, path: &str, form: Option<&str>) -> (StatusCode, Option<String>, String) {
    let request = Request::builder().uri(path).header(header::COOKIE, format!("plumb_person={cookie}"));
    let request = match form {
        Some(form) => request
            .method("POST")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form.to_owned())),
        None => request.body(Body::empty()),
    };
    let response = pages.clone().oneshot(request.unwrap()).await.unwrap();
    let retry = response.headers().get(header::RETRY_AFTER).map(|value| value.to_str().unwrap().to_owned());
    let status = response.status();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, retry, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn the_server_stops_while_a_form_is_filled() {
    if std::env::var("PLUMB_TEST_POSTGRES").is_err() {
        eprintln!("skipped on PostgreSQL: PLUMB_TEST_POSTGRES names no server");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let server = Server { folder };
    let url = server.script("start");
    let clock = Clock::at("2026-03-02T08:00:00Z");
    let ledger = Ledger::open(&url, clock.handed_in(), random(1)).await.unwrap();
    let begin = Begin {
        organisation: "Northwind IT".into(),
        name: "Ann Lee".into(),
        email: "ann@example.org".into(),
        password: "no hash".into(),
        zone: "Europe/Berlin".into(),
    };
    let ann = ledger.perform(&Begin::nobody(), &begin).await.unwrap();
    let cookie = ledger.perform(&Begin::nobody(), &SignIn { person: ann, agent: String::new() }).await.unwrap();
    let circle = ledger::people::circles(&mut ledger.read().await.unwrap()).await.unwrap()[0].id;
    let config = Config { address: "http://127.0.0.1".into(), secure_cookie: false };
    let pages = acts::alone(&App::new(ledger.clone(), config, Arc::new(NoRecord)));
    assert_eq!(asked(&pages, &cookie, "/people", None).await.0, StatusCode::OK);

    server.script("stop");
    let (status, retry, page) = asked(&pages, &cookie, "/people", None).await;
    assert_eq!((status, retry.as_deref()), (StatusCode::SERVICE_UNAVAILABLE, Some("5")));
    assert!(page.contains("The database is away"), "{page}");
    let address = format!("/circles/{circle}/circles/new");
    let form = "name=Service+%3Cdesk%3E&kind=team&purpose=Whoever+calls%0D%0Ais+heard.";
    let (status, retry, page) = asked(&pages, &cookie, &address, Some(form)).await;
    assert_eq!((status, retry.as_deref()), (StatusCode::SERVICE_UNAVAILABLE, Some("5")));
    for kept in ["Service &lt;desk&gt;", "Whoever calls\r\nis heard.", &format!("action=\"{address}\"")] {
        assert!(page.contains(kept), "{kept} is lost: {page}");
    }
    let form = "email=ann%40example.org&password=hunter22222&next=%2Fpeople";
    let (status, _, page) = asked(&pages, "", "/signin", Some(form)).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.contains("ann@example.org") && !page.contains("hunter22222"), "a password is never shown: {page}");
    let (status, _, page) = asked(&pages, &cookie, "/api/v1/people", None).await;
    assert!(status.is_client_error() || status == StatusCode::SERVICE_UNAVAILABLE, "{page}");

    // It comes back, on another port: the address of a pool does not change, so this is another pool.
    ledger.close().await;
    let url = server.script("start");
    let ledger = Ledger::open(&url, clock.handed_in(), random(2)).await.unwrap();
    assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None);
    assert_eq!(ledger::people::circles(&mut ledger.read().await.unwrap()).await.unwrap().len(), 1, "nothing was done");
    ledger.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_typed_is_kept_when_a_commit_is_lost_for_good() {
    let Some(url) = ledger::testing::postgres_database("plumb_pages_lost").await else {
        eprintln!("skipped on PostgreSQL: PLUMB_TEST_POSTGRES names no server");
        return;
    };
    let (before, rest) = url.split_once('@').unwrap();
    let (server, database) = rest.split_once('/').unwrap();
    let cut = Arc::new(AtomicU8::new(THROUGH));
    let port = between(server.to_owned(), cut.clone()).await;
    let url = format!("{before}@127.0.0.1:{port}/{database}");
    let clock = Clock::at("2026-03-02T08:00:00Z");
    let ledger = Ledger::open(&url, clock.handed_in(), random(1)).await.unwrap();
    let begin = Begin {
        organisation: "Northwind IT".into(),
        name: "Ann Lee".into(),
        email: "ann@example.org".into(),
        password: "no hash".into(),
        zone: "Europe/Berlin".into(),
    };
    let ann = ledger.perform(&Begin::nobody(), &begin).await.unwrap();
    let cookie = ledger.perform(&Begin::nobody(), &SignIn { person: ann, agent: String::new() }).await.unwrap();
    let circle = ledger::people::circles(&mut ledger.read().await.unwrap()).await.unwrap()[0].id;
    let config = Config { address: "http://127.0.0.1".into(), secure_cookie: false };
    let pages = acts::alone(&App::new(ledger.clone(), config, Arc::new(NoRecord)));

    cut.store(CUT_FOR_GOOD, Ordering::SeqCst);
    let address = format!("/circles/{circle}/circles/new");
    let form = "name=Service+%3Cdesk%3E&kind=team&purpose=Whoever+calls%0D%0Ais+heard.";
    let (status, retry, page) = asked(&pages, &cookie, &address, Some(form)).await;
    assert_eq!((status, retry.as_deref()), (StatusCode::SERVICE_UNAVAILABLE, Some("5")));
    assert!(page.contains("whether it was kept cannot be told yet"), "{page}");
    assert!(page.contains("Look whether it is there before you send it again."), "{page}");
    for kept in ["Service &lt;desk&gt;", "Whoever calls\r\nis heard.", &format!("action=\"{address}\"")] {
        assert!(page.contains(kept), "{kept} is lost: {page}");
    }
    cut.store(THROUGH, Ordering::SeqCst);
    assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None);
    ledger.close().await;
}
