//! A begun record with named persons, and a browser without a socket for each of them.

use std::fmt::Write as _;
use std::sync::Arc;

use acts::{App, Config, NoRecord, WorkRecord};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use leadership::circle::Actor;
use leadership::{CircleId, CircleKind, PersonId, Role};
use ledger::people::{self, AddPerson, Begin, OpenCircle};
use ledger::sessions::SignIn;
use ledger::testing::Clock;
use ledger::{Act, Ledger};
use tower::ServiceExt as _;

/// Northwind IT ── Operations ── Service desk; two clients, Harbour and Orchard, under Northwind IT.
pub struct House {
    pub ledger: Ledger,
    pub clock: Clock,
    pub organisation: CircleId,
    pub department: CircleId,
    pub team: CircleId,
    pub harbour: CircleId,
    pub orchard: CircleId,
    /// Ann Lee leads and administers the organisation.
    pub ann: PersonId,
    /// Dan Ode leads the department.
    pub dan: PersonId,
    /// Bo Kim and Cy Dahl are members of the team.
    pub bo: PersonId,
    pub cy: PersonId,
    /// Kim Harbour and Otto Orchard speak for their clients.
    pub kim: PersonId,
    pub otto: PersonId,
    pages: Router,
    _folder: tempfile::TempDir,
}

/// What came back.
#[derive(Debug)]
pub struct Page {
    pub status: StatusCode,
    /// Where it leads; empty when nowhere.
    pub to: String,
    /// What of the page that asked it takes the place of, where it says so.
    pub retarget: String,
    pub body: String,
}

impl Page {
    pub fn has(&self, text: &str) -> bool {
        self.body.contains(text)
    }
}

/// One person's browser.
pub struct Client {
    pages: Router,
    cookie: String,
}

/// On SQLite, Monday 2 March 2026 at eight in the morning, everywhere in UTC.
pub async fn house() -> House {
    over(Arc::new(NoRecord)).await
}

/// The same over a work record.
pub async fn over(work: Arc<dyn WorkRecord>) -> House {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    let ledger = ledger::testing::sqlite(folder.path(), &clock).await;
    let begin = Begin {
        organisation: "Northwind IT".into(),
        name: "Ann Lee".into(),
        email: "ann@example.org".into(),
        password: "no hash".into(),
        zone: "UTC".into(),
    };
    let ann = ledger.perform(&Begin::nobody(), &begin).await.unwrap();
    let organisation = people::circles(&mut ledger.read().await.unwrap()).await.unwrap()[0].id;
    let open = async |parent, kind, name: &str| {
        let act = OpenCircle { parent, kind, name: name.into(), purpose: String::new() };
        ledger.perform(&actor(&ledger, ann).await, &act).await.unwrap()
    };
    let department = open(organisation, CircleKind::Department, "Operations").await;
    let team = open(department, CircleKind::Team, "Service desk").await;
    let harbour = open(organisation, CircleKind::Client, "Harbour").await;
    let orchard = open(organisation, CircleKind::Client, "Orchard").await;
    let add = async |name: &str, email: &str, circle, role| {
        let act = AddPerson { name: name.into(), email: email.into(), circle, role };
        ledger.perform(&actor(&ledger, ann).await, &act).await.unwrap()
    };
    let dan = add("Dan Ode", "dan@example.org", department, Role::Leader).await;
    let bo = add("Bo Kim", "bo@example.org", team, Role::Member).await;
    let cy = add("Cy Dahl", "cy@example.org", team, Role::Member).await;
    let kim = add("Kim Harbour", "kim@example.org", harbour, Role::ClientContact).await;
    let otto = add("Otto Orchard", "otto@example.org", orchard, Role::ClientContact).await;
    let config = Config { address: "http://127.0.0.1".into(), secure_cookie: false };
    let app = App::new(ledger.clone(), config, work);
    let pages = acts::alone(&app);
    House {
        ledger,
        clock,
        organisation,
        department,
        team,
        harbour,
        orchard,
        ann,
        dan,
        bo,
        cy,
        kim,
        otto,
        pages,
        _folder: folder,
    }
}

async fn actor(ledger: &Ledger, person: PersonId) -> Actor {
    people::actor(&mut ledger.read().await.unwrap(), person).await.unwrap().unwrap()
}

impl House {
    /// What a person may see.
    pub async fn actor(&self, person: PersonId) -> Actor {
        actor(&self.ledger, person).await
    }

    /// Does an act as a person; it must succeed.
    pub async fn does<A: Act>(&self, person: PersonId, act: A) -> A::Done {
        self.ledger.perform(&self.actor(person).await, &act).await.unwrap()
    }

    /// The browser of a person who signed in just now.
    pub async fn browser(&self, person: PersonId) -> Client {
        let token = self.does(person, SignIn { person, agent: "a test".into() }).await;
        Client { pages: self.pages.clone(), cookie: format!("{}={token}", acts::guard::COOKIE) }
    }

    /// The browser of somebody who is not signed in.
    pub fn outsider(&self) -> Client {
        Client { pages: self.pages.clone(), cookie: String::new() }
    }
}

impl Client {
    async fn ask(&self, request: Request<Body>) -> Page {
        let answer = self.pages.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        let header = |name: &str| answer.headers().get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
        let (to, retarget) = (header("location"), header("hx-retarget"));
        let body = to_bytes(answer.into_body(), 1 << 24).await.unwrap();
        Page { status, to, retarget, body: String::from_utf8_lossy(&body).into_owned() }
    }

    /// Asks for a page.
    pub async fn get(&self, path: &str) -> Page {
        self.ask(Request::get(path).header(header::COOKIE, &self.cookie).body(Body::empty()).unwrap()).await
    }

    /// Sends a form.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.send(path, encoded(fields), false).await
    }

    /// Sends a form by the script that puts the answer into the page.
    pub async fn post_part(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.send(path, encoded(fields), true).await
    }

    /// Sends a form whose body is given as it travels.
    pub async fn post_raw(&self, path: &str, body: &str) -> Page {
        self.send(path, body.to_owned(), false).await
    }

    /// Sends a form in parts, as browsers do where it has a file; `file` is the name of an empty one.
    pub async fn post_parts(&self, path: &str, fields: &[(&str, &str)], file: Option<&str>) -> Page {
        let mut body = String::new();
        for (name, value) in fields {
            let _ = write!(body, "--limit\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        }
        if let Some(name) = file {
            let about = format!("form-data; name=\"{name}\"; filename=\"\"");
            let kind = "application/octet-stream";
            let _ = write!(body, "--limit\r\nContent-Disposition: {about}\r\nContent-Type: {kind}\r\n\r\n\r\n");
        }
        body.push_str("--limit--\r\n");
        let request = Request::post(path)
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=limit")
            .header(header::CONTENT_LENGTH, body.len());
        self.ask(request.body(Body::from(body)).unwrap()).await
    }

    async fn send(&self, path: &str, body: String, part: bool) -> Page {
        let request = Request::post(path)
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let request = if part { request.header("hx-request", "true") } else { request };
        self.ask(request.body(Body::from(body)).unwrap()).await
    }
}

/// The fields of a form as a browser sends them.
fn encoded(fields: &[(&str, &str)]) -> String {
    let pair =
        |(name, value): &(&str, &str)| format!("{}={}", look::address::escaped(name), look::address::escaped(value));
    fields.iter().map(pair).collect::<Vec<_>>().join("&")
}
