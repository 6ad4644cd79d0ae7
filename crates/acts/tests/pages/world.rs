//! A begun app with people in an organisation, a department, a team and two clients, and a browser for each.

use std::collections::BTreeMap;
use std::sync::Arc;

use acts::{App, Config, NoRecord};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use leadership::circle::Actor;
use leadership::{CircleId, CircleKind, PersonId, Role};
use ledger::Ledger;
use ledger::people::{self, AddPerson, Begin, OpenCircle};
use ledger::sessions::SignIn;
use ledger::testing::{Clock, sqlite};
use tower::ServiceExt as _;

/// The password of everybody who has one: Ann.
pub const PASSWORD: &str = "correct horse battery";

/// An organisation. Ann administers and leads it; Dan leads the department IT; Lea leads the team Desk in it;
/// Mo works in the team; Eve executes over IT; Cy speaks for the client Alpine, Di for the client Beach.
pub struct World {
    pub app: App,
    pub clock: Clock,
    pub circles: BTreeMap<&'static str, CircleId>,
    pub people: BTreeMap<&'static str, PersonId>,
    router: Router,
    _folder: tempfile::TempDir,
}

/// An answer.
#[derive(Debug)]
pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Page {
    /// Where it leads.
    pub fn to(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |to| to.to_str().unwrap())
    }

    /// The value of a cookie that it sets.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.headers.get_all(header::SET_COOKIE).iter().find_map(|value| {
            let (pair, _) = value.to_str().unwrap().split_once(';')?;
            Some(pair.strip_prefix(name)?.strip_prefix('=')?.to_owned())
        })
    }
}

/// A browser; its cookies are kept by hand.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    pub cookies: String,
}

impl World {
    pub async fn new() -> Self {
        Self::with(|app| app, false).await
    }

    /// With an app that is fitted out, and cookies that travel encrypted only.
    pub async fn with(fit: impl FnOnce(App) -> App, secure_cookie: bool) -> Self {
        Self::at(Clock::at("2026-03-02T08:00:00Z"), fit, secure_cookie).await
    }

    /// With a clock that others have as well.
    pub async fn at(clock: Clock, fit: impl FnOnce(App) -> App, secure_cookie: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ledger = sqlite(folder.path(), &clock).await;
        let hash = acts::password::Hash::new(PASSWORD, [7; 16]).unwrap();
        let begin = Begin {
            organisation: "Northwind IT".into(),
            name: "Ann Lee".into(),
            email: "ann@example.org".into(),
            password: hash.kept().into(),
            zone: "Europe/Berlin".into(),
        };
        let ann = ledger.perform(&Begin::nobody(), &begin).await.unwrap();
        let top = people::root(&mut ledger.read().await.unwrap()).await.unwrap();
        let mut circles = BTreeMap::from([("top", top)]);
        for (key, parent, kind, name) in [
            ("it", "top", CircleKind::Department, "IT"),
            ("desk", "it", CircleKind::Team, "Service desk"),
            ("alpine", "top", CircleKind::Client, "Alpine Rail"),
            ("beach", "top", CircleKind::Client, "Beach Hotels"),
        ] {
            let act = OpenCircle { parent: circles[parent], kind, name: name.into(), purpose: String::new() };
            let id = ledger.perform(&actor(&ledger, ann).await, &act).await.unwrap();
            circles.insert(key, id);
        }
        let mut people = BTreeMap::from([("ann", ann)]);
        for (key, name, circle, role) in [
            ("dan", "Dan Roe", "it", Role::Leader),
            ("lea", "Lea Day", "desk", Role::Leader),
            ("mo", "Mo Sand", "desk", Role::Member),
            ("eve", "Eve Hill", "it", Role::Executive),
            ("cy", "Cy Nord", "alpine", Role::ClientContact),
            ("di", "Di Vale", "beach", Role::ClientContact),
        ] {
            let email = format!("{key}@example.org");
            let act = AddPerson { name: name.into(), email, circle: circles[circle], role };
            people.insert(key, ledger.perform(&actor(&ledger, ann).await, &act).await.unwrap());
        }
        let config = Config { address: "http://plumb.test".into(), secure_cookie };
        let app = fit(App::new(ledger, config, Arc::new(NoRecord)));
        let router = acts::alone(&app);
        Self { app, clock, circles, people, router, _folder: folder }
    }

    /// A browser in which nobody is signed in.
    pub fn nobody(&self) -> Browser {
        Browser { router: self.router.clone(), cookies: String::new() }
    }

    /// A browser in which one of the people is signed in.
    pub async fn as_(&self, key: &str) -> Browser {
        let person = self.people[key];
        let ledger = self.app.ledger();
        let act = SignIn { person, agent: "test".into() };
        let token = ledger.perform(&actor(ledger, person).await, &act).await.unwrap();
        let cookie = acts::guard::cookie(Some(&token), self.app.config().secure_cookie);
        Browser { router: self.router.clone(), cookies: cookie.split(';').next().unwrap().to_owned() }
    }
}

/// A person as they act now.
pub async fn actor(ledger: &Ledger, person: PersonId) -> Actor {
    people::actor(&mut ledger.read().await.unwrap(), person).await.unwrap().unwrap()
}

impl Browser {
    pub async fn send(&self, request: Request<Body>) -> Page {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = String::from_utf8_lossy(&to_bytes(body, usize::MAX).await.unwrap()).into_owned();
        Page { status: parts.status, headers: parts.headers, body }
    }

    pub async fn get(&self, path: &str) -> Page {
        let request = Request::get(path).header(header::COOKIE, &self.cookies);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.post_from(path, fields, "same-origin").await
    }

    /// As a form of another place sends it.
    pub async fn post_from(&self, path: &str, fields: &[(&str, &str)], site: &str) -> Page {
        let pairs: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", look::address::escaped(value))).collect();
        let request = Request::post(path)
            .header(header::COOKIE, &self.cookies)
            .header(header::HOST, "plumb.test")
            .header("sec-fetch-site", site)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(pairs.join("&"))).unwrap()).await
    }
}
