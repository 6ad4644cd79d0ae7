//! A server over a folder of its own, asked without a socket.

use std::fmt::Write as _;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, Request, Response, StatusCode, header};
use jiff::Timestamp;
use ledger::Ledger;
use tower::ServiceExt as _;
use web::password::Hash;
use web::{Config, Server, router};

/// What every test of this binary runs on: the server of the sample outlives the single test.
static RUNTIME: LazyLock<tokio::runtime::Runtime> =
    LazyLock::new(|| tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap());

/// Runs a test.
pub fn run(test: impl Future<Output = ()>) {
    RUNTIME.block_on(test);
}

pub struct Desk {
    /// Removed when the test is over.
    _folder: Option<tempfile::TempDir>,
    pub data: PathBuf,
    pub server: Server,
    pub ledger: Ledger,
    pub clock: Arc<Mutex<Timestamp>>,
}

pub fn desk(password: Option<&str>) -> Desk {
    desk_with(password, 64 << 20)
}

pub fn desk_with(password: Option<&str>, largest_upload: u64) -> Desk {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    Desk { _folder: Some(folder), ..desk_at(&data, password, largest_upload) }
}

fn desk_at(data: &Path, password: Option<&str>, largest_upload: u64) -> Desk {
    let clock = Arc::new(Mutex::new("2026-06-01T12:00:00Z".parse::<Timestamp>().unwrap()));
    let (now, count) = (Arc::clone(&clock), AtomicU8::new(0));
    let now: web::server::Now = Arc::new(move || *now.lock().unwrap());
    let ledger = ledger_at(data, Arc::clone(&now));
    let config = Config {
        data: data.to_path_buf(),
        bind: "127.0.0.1:7070".parse().unwrap(),
        password: password.map(|password| Hash::new(password, [7; 16]).unwrap()),
        api_token: None,
        app: None,
        plain_http: false,
        largest_upload,
        now,
        random: Arc::new(move |bytes| bytes.fill(count.fetch_add(1, Ordering::Relaxed))),
    };
    Desk { _folder: None, data: data.to_path_buf(), server: served(config, &ledger), ledger, clock }
}

/// A server over a ledger.
pub fn served(config: Config, ledger: &Ledger) -> Server {
    let desk = Arc::new(web::desk::Desk::new(&config.data, ledger.clone()));
    Server::new(config, desk)
}

/// The ledger of a data folder; opened on a thread of its own, since tests run on the runtime that it needs.
fn ledger_at(data: &Path, now: ledger::Now) -> Ledger {
    std::fs::create_dir_all(data).unwrap();
    let url = format!("sqlite:{}", data.join("ledger.sqlite").display());
    let open = move || RUNTIME.block_on(Ledger::open(&url, now, ledger::testing::random(1))).unwrap();
    std::thread::spawn(open).join().unwrap()
}

/// The bundled sample, imported once for all tests.
pub fn sample() -> &'static Desk {
    static SAMPLE: LazyLock<Desk> = LazyLock::new(|| {
        let data = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages-sample");
        let _ = std::fs::remove_dir_all(&data);
        let file = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/uci_incident_event_log.csv.xz"));
        let now = "2026-06-01T12:00:00Z".parse().unwrap();
        let options = work::ImportOptions::default();
        let report = work::import(&data, &[file], &options, now, [7; 32], &mut |_| ()).unwrap();
        assert_eq!(report.tickets, 24_918);
        desk_at(&data, None, 64 << 20)
    });
    &SAMPLE
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Where it leads.
    pub fn to(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |to| to.to_str().unwrap())
    }

    pub fn is_page(&self) -> bool {
        self.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
    }
}

impl Desk {
    async fn raw(&self, request: Request<Body>) -> Response<Body> {
        router(self.server.clone()).oneshot(request).await.unwrap()
    }

    pub async fn ask(&self, request: Request<Body>) -> Answer {
        let response = self.raw(request).await;
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.ask(Request::get(path).header(header::HOST, "localhost:7070").body(Body::empty()).unwrap()).await
    }

    pub async fn post(&self, path: &str, form: &str) -> Answer {
        let request = Request::post(path)
            .header(header::HOST, "localhost:7070")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form.to_owned()))
            .unwrap();
        self.ask(request).await
    }

    pub async fn upload(&self, name: &str, bytes: &[u8]) -> Answer {
        let head = format!(
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/csv\r\n\r\n"
        );
        let body = [head.as_bytes(), bytes, b"\r\n--b--\r\n"].concat();
        let request = Request::post("/import")
            .header(header::HOST, "localhost:7070")
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b")
            .body(Body::from(body))
            .unwrap();
        self.ask(request).await
    }

    /// Asks until a page is no longer one of progress.
    pub async fn settled(&self, path: &str) -> Answer {
        for _ in 0..2400 {
            let answer = self.get(path).await;
            if !answer.text().contains("data-events") {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{path} never settled");
    }

    /// Uploads, imports as guessed, and returns the page that follows.
    pub async fn import(&self, name: &str, bytes: &[u8]) -> Answer {
        let to = self.upload(name, bytes).await.to().to_owned();
        let page = self.settled(&to).await;
        assert!(page.text().contains("How it would be read"), "{}", page.text());
        self.post(&to, "do=import").await;
        let done = self.settled(&to).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        self.settled(done.to()).await
    }

    /// How many rows a page of rows says that there are.
    pub async fn rows(&self, path: &str) -> u64 {
        let page = self.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        let text = page.text();
        let said = between(&text, "<p class=\"number\">", " row").unwrap_or_else(|| panic!("{path} tells no count"));
        number(said)
    }
}

/// A small desk: hostile words in the second ticket, one row without an id, some open, some reopened by
/// none, three teams, four categories.
pub fn export() -> Vec<u8> {
    let mut text = String::from(
        "number,opened_at,resolved_at,closed_at,incident_state,category,assignment_group,short_description,assigned_to\n",
    );
    for i in 0..240_u32 {
        let day = jiff::civil::date(2026, 1, 5).checked_add(jiff::Span::new().days(i64::from(i / 2))).unwrap();
        let title = match i {
            1 => "<script>alert('x')</script> =1+1 \"\"quoted\"\"".to_owned(),
            _ if i % 3 == 0 => format!("Printer on floor {} is out of paper", i % 5),
            _ => format!("Cannot sign in to mail after holiday {i}"),
        };
        let ended = if i > 230 { ",,New".to_owned() } else { format!("{day} 11:00:00,{day} 12:00:00,Closed") };
        writeln!(
            text,
            "INC{i:05},{day} 08:{:02}:00,{ended},Category {},Team {},\"{title}\",Grace Hopper",
            i % 60,
            i % 4,
            i % 3
        )
        .unwrap();
    }
    text.push_str(",2026-01-05 08:00:00,,,Closed,,,no number,\n");
    text.into_bytes()
}

/// A desk with four problems told in words, twenty tickets each, and single cases.
pub fn worded() -> Vec<u8> {
    let mut text = String::from(
        "number,opened_at,resolved_at,incident_state,category,business_service,assignment_group,short_description,caller_id\n",
    );
    let told = [
        ["Label printer in the warehouse prints blank labels", "Warehouse label printer: blank labels again"],
        ["VPN tunnel drops every hour from the hotel", "VPN tunnel from hotel wireless drops each hour"],
        ["Payroll export fails with error PX-4471", "Error PX-4471 in the payroll export"],
        ["Meeting room screen stays black after docking", "Screen in the meeting room black when docking"],
    ];
    let alone = ["badge", "invoice", "calendar", "headset", "timesheet", "scanner", "customs", "expense", "keyboard"];
    let verbs = ["was lost", "needs a renewal", "shows last year", "cannot be ordered", "arrived twice", "smells odd"];
    for i in 0..120_usize {
        let day = jiff::civil::date(2026, 1, 5).checked_add(jiff::Span::new().days(i64::try_from(i).unwrap())).unwrap();
        let title = match i % 6 {
            kind @ 0..4 => told[kind][i / 6 % 2].to_owned(),
            _ => format!("The {} of floor {} {}", alone[i % 9], i, verbs[i / 9 % 6]),
        };
        let service = ["Warehouse", "Network", "Payroll", "Rooms", "Other", "Other"][i % 6];
        writeln!(
            text,
            "INC{i:05},{day} 08:{:02}:00,{day} 11:00:00,Closed,Category {},{service},Team {},\"{title}\",Caller {}",
            i % 60,
            i % 6,
            i % 3,
            i % 17
        )
        .unwrap();
    }
    text.into_bytes()
}

/// A desk with [`worded`] imported.
pub async fn worded_desk() -> Desk {
    let desk = desk(None);
    desk.import("incidents.csv", &worded()).await;
    desk
}

impl Desk {
    /// The address of the problem whose title has these words.
    pub async fn problem(&self, words: &str) -> String {
        let page = self.settled("/problems").await.text();
        let list = page.split("<ol class=\"problems\"").nth(1).unwrap_or_default();
        let at = list.find(words).unwrap_or_else(|| panic!("no problem “{words}” in {list}"));
        let before = &list[..at];
        between(&before[before.rfind("href=\"").unwrap()..], "href=\"", "\"").unwrap().to_owned()
    }

    /// Problems in the list.
    pub async fn problems(&self) -> usize {
        let page = self.settled("/problems").await.text();
        page.split("<ol class=\"problems\"").nth(1).map_or(0, |list| list.matches("<h2>").count())
    }

    /// Another server over the same folder, as after a restart.
    pub fn restarted(&self) -> Desk {
        desk_at(&self.data, None, 64 << 20)
    }
}

impl Desk {
    /// What people did.
    pub async fn entries(&self) -> Vec<casebook::Entry> {
        ledger::casework::entries(&mut self.ledger.read().await.unwrap()).await.unwrap()
    }
}

/// The number of the entry to which an answer leads.
pub fn entry(answer: &Answer) -> u64 {
    let to = answer.to();
    to.split("done=").nth(1).unwrap_or_else(|| panic!("`{to}` {}", answer.text())).parse().unwrap()
}

/// What stands between two marks.
pub fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let rest = text.get(text.find(before)? + before.len()..)?;
    rest.get(..rest.find(after)?)
}

/// A number with its thousands apart.
pub fn number(said: &str) -> u64 {
    said.trim().replace(',', "").parse().unwrap_or_else(|_| panic!("`{said}` is no number"))
}

/// Addresses of our own that a page leads to, each once.
pub fn links(page: &str) -> Vec<String> {
    let mut all: Vec<String> = page
        .split(" href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(|link| link.replace("&amp;", "&"))
        .filter_map(|link| link.split('#').next().map(str::to_owned))
        .filter(|link| !link.is_empty())
        .collect();
    all.sort();
    all.dedup();
    all
}
