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
use crate::support::{Client, house};

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

/// A path with an identifier that names nothing in each of its places.
fn of_nothing(path: &str) -> String {
    let nothing = "019a0000-0000-7000-8000-000000000001";
    let parts = path.split('/').map(|part| if part.starts_with('{') { nothing } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// What somebody wrote into two fields of a form.
const WRITTEN: [(&str, &str); 2] = [("title", "Calls <b>drop</b>"), ("words", "First line\r\nand the second")];

fn keeps(page: &crate::support::Page, of: &str) {
    for kept in
        ["Calls &lt;b&gt;drop&lt;/b&gt;", "First line\r\nand the second", "What you typed is kept on this page."]
    {
        assert!(page.has(kept), "{of} loses {kept}: {}", page.body);
    }
}

#[tokio::test]
async fn no_form_loses_what_was_typed_while_the_database_is_away() {
    let house = house().await;
    let ann = house.browser(house.ann).await;
    house.ledger.close().await;
    let mut forms = 0;
    for route in acts::routes() {
        if !route.methods.contains(&"POST") || route.guard == acts::Guard::Open {
            continue;
        }
        let path = of_nothing(route.path);
        let page = ann.post(&path, &WRITTEN).await;
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert!(page.has("The database is away") && page.has(&format!("action=\"{path}\"")), "{path}: {}", page.body);
        keeps(&page, &path);
        forms += 1;
    }
    assert!(forms > 150, "{forms} forms were found");

    // What opens an account is typed again, and never shown.
    let secrets = [("present_password", "Hunter 1111"), ("password", "Hunter 2222"), ("code", "Hunter 3333")];
    for form in ["/me/password", "/me/second-factor/confirm"] {
        let page = ann.post(form, &secrets).await;
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{form}");
        assert!(!page.has("Hunter") && page.body.matches("type=\"password\"").count() == 3, "{form}: {}", page.body);
    }

    // A form with a file: the words beside it are kept, and the file is to be chosen again.
    let page = ann.post_parts("/people/import", &[("text", "name\nEve Ray"), ("circle", "none")], Some("file")).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{}", page.body);
    assert!(page.has("name\nEve Ray") && page.has("A file is not kept; choose it again."), "{}", page.body);
    assert!(page.has("enctype=\"multipart/form-data\"") && page.has("type=\"file\""), "{}", page.body);
}

#[tokio::test]
async fn what_somebody_wrote_is_kept_where_it_is_refused() {
    let house = house().await;
    let (ann, nobody): (Client, Client) = (house.browser(house.ann).await, house.outsider());
    // The session has ended while somebody wrote.
    let path = format!("/circles/{}/circles/new", house.team);
    let ended = nobody.post(&path, &WRITTEN).await;
    assert_eq!(ended.status, StatusCode::UNAUTHORIZED);
    assert!(
        ended.has("href=\"/signin\" target=\"_blank\"") && ended.has(&format!("action=\"{path}\"")),
        "{}",
        ended.body
    );
    keeps(&ended, "an ended session");
    // What they answered is not there any more: the words can be taken along, and are not sent again.
    let path = of_nothing("/decisions/{id}/say");
    let gone = ann.post(&path, &WRITTEN).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    keeps(&gone, "a thing that is gone");
    assert!(!gone.has("Send it again"), "{}", gone.body);
    // A button that sends no words has nothing to keep, and a password is never shown.
    for fields in [&[("verdict", "drop"), ("day", "2026-03-04")][..], &[("password", "Hunter 22222")][..]] {
        let plain = nobody.post("/today/hand/down", fields).await;
        assert_eq!(plain.status, StatusCode::UNAUTHORIZED);
        assert!(!plain.has("is kept on this page") && !plain.has("Hunter") && plain.has("Sign in"), "{}", plain.body);
    }
}

/// The lines of the source of these rooms that take a password.
fn lines_of_passwords(folder: &Path, out: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            lines_of_passwords(&path, out);
        } else if !path.ends_with("typed.rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            out.extend(text.lines().filter(|line| line.contains(".input(\"password\")")).map(str::to_owned));
        }
    }
}

#[test]
fn every_field_of_a_password_says_so_in_its_name() {
    let mut lines = Vec::new();
    lines_of_passwords(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut lines);
    assert!(lines.len() >= 6, "{lines:?}");
    for line in lines {
        let name = line.split("Field::new(\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
        assert!(name.contains("password"), "it would be shown on the page on which a form is kept: {line}");
    }
}
