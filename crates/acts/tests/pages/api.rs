//! The same acts for programs.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use acts::{App, Config, NoRecord, WorkRecord};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use leadership::circle::Actor;
use leadership::{CircleId, CircleKind, PersonId, Role};
use ledger::notices::{self, Telling};
use ledger::people::{self, AddPerson, Begin, OpenCircle};
use ledger::sessions::SignIn;
use ledger::testing::{Clock, random};
use ledger::tokens::{MakeToken, Scope};
use ledger::{Act, Ledger, Refused, Tx};
use serde_json::{Value, json};
use tower::ServiceExt as _;

pub(super) struct World {
    _folder: tempfile::TempDir,
    pub(super) clock: Clock,
    pub ledger: Ledger,
    pages: Router,
    pub(super) ann: Actor,
    pub(super) root: CircleId,
}

pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

impl Answer {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub(super) fn is_problem(&self, status: u16) -> bool {
        self.status.as_u16() == status
            && self.headers[header::CONTENT_TYPE] == "application/problem+json"
            && self.json()["status"] == status
            && self.json()["detail"].as_str().is_some_and(|detail| !detail.is_empty())
    }
}

impl World {
    pub(super) async fn new() -> Self {
        Self::over(Arc::new(NoRecord)).await
    }

    /// Over a work record.
    pub(super) async fn over(work: Arc<dyn WorkRecord>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::at("2026-03-02T08:00:00Z");
        let url = format!("sqlite:{}", folder.path().join("ledger.sqlite").display());
        let ledger = Ledger::open(&url, clock.handed_in(), random(1)).await.unwrap();
        let ledger = ledger.with_answers(ledger::AnswerKey::of([7; 32]));
        let begin = Begin {
            organisation: "Northwind IT".into(),
            name: "Ann Lee".into(),
            email: "ann@example.org".into(),
            password: "no hash".into(),
            zone: "Europe/Berlin".into(),
        };
        let ann = ledger.perform(&Begin::nobody(), &begin).await.unwrap();
        let config = Config { address: "http://127.0.0.1".into(), secure_cookie: false };
        let key = ledger::HeadKey::of(&[7; 32]).unwrap();
        let pages = acts::alone(&App::new(ledger.clone(), config, work).with_key(key));
        let root = people::circles(&mut ledger.read().await.unwrap()).await.unwrap()[0].id;
        let ann = people::actor(&mut ledger.read().await.unwrap(), ann).await.unwrap().unwrap();
        Self { _folder: folder, clock, ledger, pages, ann, root }
    }

    pub(super) async fn person(&self, name: &str, circle: CircleId) -> PersonId {
        let act = AddPerson { name: name.into(), email: String::new(), circle, role: Role::Member };
        self.ledger.perform(&self.ann, &act).await.unwrap()
    }

    pub(super) async fn token(&self, person: PersonId, scope: Scope) -> String {
        let actor = people::actor(&mut self.ledger.read().await.unwrap(), person).await.unwrap().unwrap();
        let act = MakeToken { name: "Test".into(), scope, days: "30".into() };
        self.ledger.perform(&actor, &act).await.unwrap()
    }

    pub(super) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.pages.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        Answer { status, headers, text: String::from_utf8(body.to_vec()).unwrap() }
    }

    pub(super) async fn get(&self, token: &str, path: &str) -> Answer {
        let request = Request::builder().uri(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub(super) async fn post(&self, token: &str, path: &str, key: Option<&str>, body: &Value) -> Answer {
        let mut request = Request::builder()
            .method("POST")
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/json");
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }

    async fn form(&self, cookie: &str, path: &str, form: Option<&str>) -> Answer {
        let request = Request::builder().uri(path).header(header::COOKIE, format!("plumb_person={cookie}"));
        let request = match form {
            Some(form) => request
                .method("POST")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from(form.to_owned())),
            None => request.body(Body::empty()),
        };
        self.send(request.unwrap()).await
    }
}

#[test]
fn the_description_is_the_one_that_is_kept() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/api.json");
    let text = acts::api::description_text();
    if std::env::var_os("PLUMB_WRITE_API").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == text, "docs/api.json is not what the code says: PLUMB_WRITE_API=1 cargo test -p acts writes it");
    let told: Value = serde_json::from_str(text).unwrap();
    assert_eq!(told["openapi"], "3.1.0");
}

/// Two shapes of one name become one in the description, and it lies of the other.
#[test]
fn no_two_shapes_share_a_name() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/api");
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let file = entry.unwrap().path();
        let text = std::fs::read_to_string(&file).unwrap();
        let mut named = |name: &str| {
            let at = file.file_name().unwrap().to_string_lossy().into_owned();
            places.entry(name.to_owned()).or_default().push(at);
        };
        for choice in text.split("\nnames! {").skip(1) {
            let line = choice.lines().find(|line| line.contains(" of ") && !line.contains("///")).unwrap();
            named(line.split_whitespace().next().unwrap());
        }
        // What follows a derive, up to the name of what is derived for.
        for derived in text.split("#[derive(").skip(1).filter(|part| {
            part.split_once(")]").is_some_and(|(traits, _)| traits.split(", ").any(|name| name == "ToSchema"))
        }) {
            let alias = derived.split_once("#[schema(as = ").map(|(before, rest)| (before.len(), rest));
            let (kind, at) = ["struct ", "enum "]
                .map(|kind| (kind, derived.find(kind)))
                .into_iter()
                .filter_map(|(kind, at)| at.map(|at| (kind, at)))
                .min_by_key(|(_, at)| *at)
                .unwrap();
            let words = match alias {
                Some((before, rest)) if before < at => rest,
                _ => &derived[at + kind.len()..],
            };
            named(words.split(|letter: char| !letter.is_alphanumeric()).next().unwrap());
        }
    }
    assert!(places.len() > 90, "{} shapes were found", places.len());
    places.retain(|_, files| files.len() > 1);
    assert!(places.is_empty(), "give one of each a name of its own by #[schema(as = …)]: {places:?}");
}

/// Every address of the description: as nobody, and with a token that only reads.
#[tokio::test]
async fn every_address_asks_for_a_token() {
    let world = World::new().await;
    let reads = world.token(world.ann.person, Scope::Read).await;
    let told: Value = serde_json::from_str(acts::api::description_text()).unwrap();
    let mut asked = 0;
    for (path, methods) in told["paths"].as_object().unwrap() {
        let path = path.replace("{id}", &world.root.to_string());
        for method in methods.as_object().unwrap().keys() {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let request = |token: Option<&str>| {
                let request = Request::builder().method(method.clone()).uri(&path);
                let request = request.header(header::CONTENT_TYPE, "application/json");
                let request = match token {
                    Some(token) => request.header(header::AUTHORIZATION, format!("bearer {token}")),
                    None => request,
                };
                request.body(Body::from("{}")).unwrap()
            };
            for nobody in [None, Some(""), Some("plumb_nobody"), Some("plumb_ü")] {
                let answer = world.send(request(nobody)).await;
                assert!(answer.is_problem(401), "{method} {path}: {} {}", answer.status, answer.text);
                assert_eq!(answer.headers[header::WWW_AUTHENTICATE], "Bearer");
            }
            let answer = world.send(request(Some(&reads))).await;
            if method == Method::GET {
                assert!(!answer.is_problem(401) && !answer.is_problem(403), "{method} {path}: {}", answer.text);
            } else {
                assert!(answer.is_problem(403), "{method} {path}: {} {}", answer.status, answer.text);
            }
            asked += 1;
        }
    }
    assert!(asked >= 8, "{asked}");
    let open = world.send(Request::builder().uri("/api/v1/openapi.json").body(Body::empty()).unwrap()).await;
    assert_eq!((open.status, open.text.as_str()), (StatusCode::OK, acts::api::description_text()));
}

#[tokio::test]
async fn people_and_circles() {
    let world = World::new().await;
    let acts = world.token(world.ann.person, Scope::Act).await;
    let me = world.get(&acts, "/api/v1/me").await.json();
    assert_eq!((&me["name"], &me["roles"][0]["name"]), (&json!("Ann Lee"), &json!("Northwind IT")));

    let desk = json!({ "parent": world.root, "kind": "team", "name": "Service desk" });
    let made = world.post(&acts, "/api/v1/circles", None, &desk).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let place = made.headers[header::LOCATION].to_str().unwrap().to_owned();
    let circle = world.get(&acts, &place).await.json();
    assert_eq!((&circle["name"], &circle["parent"]), (&json!("Service desk"), &json!(world.root)));

    let bo = json!({ "name": "Bo Kim", "email": "Bo@example.org", "circle": circle["id"], "role": "member" });
    let made = world.post(&acts, "/api/v1/people", None, &bo).await;
    let place = made.headers[header::LOCATION].to_str().unwrap().to_owned();
    let bo = world.get(&acts, &place).await.json();
    assert_eq!((&bo["email"], &bo["roles"][0]["role"]), (&json!("bo@example.org"), &json!("member")));
    let all = world.get(&acts, "/api/v1/people?limit=1").await.json();
    assert_eq!(all["items"].as_array().unwrap().len(), 1);
    let rest = world.get(&acts, &format!("/api/v1/people?after={}", all["next"].as_str().unwrap())).await.json();
    assert_eq!((rest["items"].as_array().unwrap().len(), &rest["next"]), (1, &Value::Null));
    let of_desk = world.get(&acts, &format!("/api/v1/people?circle={}", circle["id"].as_str().unwrap())).await.json();
    assert_eq!(of_desk["items"], json!([bo]));

    // Bo's token does what Bo may, and no more.
    let id: PersonId = bo["id"].as_str().unwrap().parse().unwrap();
    let of_bo = world.token(id, Scope::Act).await;
    let refused = world
        .post(&of_bo, "/api/v1/people", None, &json!({ "name": "X", "circle": circle["id"], "role": "member" }))
        .await;
    assert!(refused.is_problem(403), "{}", refused.text);

    let wrong = world
        .post(
            &acts,
            "/api/v1/people",
            None,
            &json!({ "name": " ", "email": "x", "circle": world.root, "role": "member" }),
        )
        .await;
    assert!(wrong.is_problem(422), "{}", wrong.text);
    let fields: Vec<_> =
        wrong.json()["errors"].as_array().unwrap().iter().map(|error| error["field"].clone()).collect();
    assert_eq!(fields, ["name", "email"]);
    let nowhere = PersonId::new(world.clock.now(), [7; 10]);
    assert!(world.get(&acts, &format!("/api/v1/people/{nowhere}")).await.is_problem(404));
    assert!(world.get(&acts, "/api/v1/people/nobody").await.is_problem(404));
    assert!(world.get(&acts, "/api/v1/people?limit=0").await.is_problem(422));
    assert!(world.get(&acts, "/api/v1/people?limit=x").await.is_problem(400));
}

#[tokio::test]
async fn a_client_sees_nothing_of_another() {
    let world = World::new().await;
    let client = |name: &str| OpenCircle {
        parent: world.root,
        kind: CircleKind::Client,
        name: name.into(),
        purpose: "Secret".into(),
    };
    let (a, b) = (
        world.ledger.perform(&world.ann, &client("Alpha")).await.unwrap(),
        world.ledger.perform(&world.ann, &client("Beta")).await.unwrap(),
    );
    let ann = people::actor(&mut world.ledger.read().await.unwrap(), world.ann.person).await.unwrap().unwrap();
    let contact =
        |name: &str, circle| AddPerson { name: name.into(), email: String::new(), circle, role: Role::ClientContact };
    let al = world.ledger.perform(&ann, &contact("Al", a)).await.unwrap();
    let be = world.ledger.perform(&ann, &contact("Be", b)).await.unwrap();
    let token = world.token(al, Scope::Act).await;
    let mut seen = world.get(&token, "/api/v1/me").await.text;
    for path in [
        "/api/v1/people".to_owned(),
        "/api/v1/circles".into(),
        format!("/api/v1/people?circle={b}"),
        "/api/v1/notices".into(),
    ] {
        let answer = world.get(&token, &path).await;
        assert_eq!(answer.json()["items"], json!([]), "{path}");
        seen.push_str(&answer.text);
    }
    for path in
        [format!("/api/v1/people/{be}"), format!("/api/v1/circles/{b}"), format!("/api/v1/people/{}", ann.person)]
    {
        assert!(world.get(&token, &path).await.is_problem(404), "{path}");
    }
    let add = json!({ "name": "X", "circle": b, "role": "client_contact" });
    assert!(world.post(&token, "/api/v1/people", None, &add).await.is_problem(404));
    for secret in ["Beta", "Be\"", "Secret", "Northwind", "Ann"] {
        assert!(!seen.contains(secret), "{secret} in {seen}");
    }
}

#[tokio::test]
async fn sent_again_under_its_key() {
    let world = World::new().await;
    let acts = world.token(world.ann.person, Scope::Act).await;
    let cy = json!({ "name": "Cy", "circle": world.root, "role": "member" });
    let first = world.post(&acts, "/api/v1/people", Some("k1"), &cy).await;
    // The same request, written in another order.
    let again = json!({ "role": "member", "name": "Cy", "circle": world.root });
    let again = world.post(&acts, "/api/v1/people", Some("k1"), &again).await;
    assert_eq!((first.status, again.status), (StatusCode::CREATED, StatusCode::CREATED));
    assert_eq!((first.text, &first.headers[header::LOCATION]), (again.text, &again.headers[header::LOCATION]));
    let other = json!({ "name": "Di", "circle": world.root, "role": "member" });
    assert!(world.post(&acts, "/api/v1/people", Some("k1"), &other).await.is_problem(409));
    let circle = json!({ "parent": world.root, "kind": "team", "name": "Cy" });
    assert!(world.post(&acts, "/api/v1/circles", Some("k1"), &circle).await.is_problem(409), "another address");
    assert!(world.post(&acts, "/api/v1/people", Some("k 1"), &other).await.is_problem(400));
    let walked = world.ledger.verify(|_| ()).await.unwrap();
    // Beginning 2, the token 1, Cy 2.
    assert_eq!((walked.events, walked.broken), (5, None));
}

struct Tell(CircleId, PersonId);

#[ledger::act]
impl Act for Tell {
    type Done = String;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<String, Refused> {
        let telling = Telling {
            noun: "aim",
            subject: "a".into(),
            version: 1,
            circle: self.0,
            title: "Quiet nights",
            words: "Nobody is called at night.",
        };
        Ok(notices::tell(tx, actor, &telling, &[self.1]).await?.to_string())
    }
}

#[tokio::test]
async fn a_notice_is_acknowledged_by_who_was_told() {
    let world = World::new().await;
    let bo = world.person("Bo", world.root).await;
    let notice = world.ledger.perform(&world.ann, &Tell(world.root, bo)).await.unwrap();
    let (of_ann, of_bo) = (world.token(world.ann.person, Scope::Act).await, world.token(bo, Scope::Act).await);
    let waiting = world.get(&of_bo, "/api/v1/notices").await.json();
    assert_eq!((&waiting["items"][0]["id"], &waiting["items"][0]["title"]), (&json!(notice), &json!("Quiet nights")));
    assert_eq!(waiting["items"][0]["told_at"], "2026-03-02T08:00:00.000Z");
    let path = format!("/api/v1/notices/{notice}/acknowledge");
    assert!(world.post(&of_ann, &path, None, &Value::Null).await.is_problem(404), "Ann told it");
    for key in [None, Some("k"), Some("k")] {
        assert_eq!(world.post(&of_bo, &path, key, &Value::Null).await.status, StatusCode::NO_CONTENT);
    }
    assert_eq!(world.get(&of_bo, "/api/v1/notices").await.json()["items"], json!([]));
}

#[tokio::test]
async fn what_is_no_request_is_a_problem_and_no_page() {
    let world = World::new().await;
    let acts = world.token(world.ann.person, Scope::Act).await;
    assert!(world.get(&acts, "/api/v1/nothing").await.is_problem(404));
    let request = |method: &str, kind: &str, body: Vec<u8>| {
        Request::builder()
            .method(method)
            .uri("/api/v1/people")
            .header(header::AUTHORIZATION, format!("Bearer {acts}"))
            .header(header::CONTENT_TYPE, kind)
            .body(Body::from(body))
            .unwrap()
    };
    let answer = world.send(request("PUT", "application/json", b"{}".to_vec())).await;
    assert!(answer.is_problem(405), "{}", answer.text);
    assert!(answer.headers[header::ALLOW].to_str().unwrap().contains("POST"));
    for (kind, body, status) in [
        ("text/plain", b"{}".to_vec(), 415),
        ("application/json", b"{".to_vec(), 400),
        ("application/json", b"{\"name\": \"\xff\"}".to_vec(), 400),
        ("application/json", b"[]".to_vec(), 422),
        ("application/json", b"{\"name\":\"X\",\"circle\":\"y\",\"role\":\"member\",\"more\":1}".to_vec(), 422),
        ("application/json; charset=utf-8", b"{\"name\":\"X\",\"circle\":\"y\",\"role\":\"king\"}".to_vec(), 422),
        ("application/json", vec![b' '; 3 << 20], 413),
    ] {
        let answer = world.send(request("POST", kind, body)).await;
        assert!(answer.is_problem(status), "{status}: {} {}", answer.status, answer.text);
    }
}

#[tokio::test]
async fn a_token_is_made_and_revoked_on_its_page() {
    let world = World::new().await;
    let sign_in = SignIn { person: world.ann.person, agent: String::new() };
    let cookie = world.ledger.perform(&world.ann, &sign_in).await.unwrap();
    let empty = world.form(&cookie, "/tokens", None).await;
    assert!(empty.text.contains("You have no token"), "{}", empty.text);
    let wrong = world.form(&cookie, "/tokens", Some("name=My+%3Cscript%3E&scope=act&days=1000")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("My &lt;script&gt;") && wrong.text.contains("from 1 to 366"), "{}", wrong.text);

    let made = world.form(&cookie, "/tokens", Some("name=My+script&scope=read&days=30")).await;
    assert_eq!(made.headers[header::CACHE_CONTROL], "no-store");
    let at = made.text.find("plumb_").unwrap();
    let token = made.text[at..].split('<').next().unwrap();
    assert_eq!(world.get(token, "/api/v1/me").await.json()["name"], "Ann Lee");
    let page = world.form(&cookie, "/tokens", None).await.text;
    assert!(page.contains("My script") && page.contains("last used on 2026-03-02") && !page.contains(token), "{page}");

    let at = page.find("/revoke").unwrap();
    let id = page[..at].rsplit('/').next().unwrap();
    let bo = world.person("Bo", world.root).await;
    let of_bo = world.ledger.perform(&world.ann, &SignIn { person: bo, agent: String::new() }).await.unwrap();
    assert_eq!(world.form(&of_bo, &format!("/tokens/{id}/revoke"), Some("")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.form(&cookie, &format!("/tokens/{id}/revoke"), Some("")).await.status, StatusCode::SEE_OTHER);
    assert!(world.get(token, "/api/v1/me").await.is_problem(401));
}

#[tokio::test]
async fn a_promise_has_two_sides_and_waits_for_one_of_them() {
    let world = World::new().await;
    let bo = world.person("Bo", world.root).await;
    let (of_ann, of_bo) = (world.token(world.ann.person, Scope::Act).await, world.token(bo, Scope::Act).await);
    let call = json!({
        "whom": bo, "what": "Call the printer's maker", "known": "A ticket of theirs is linked", "due": "2026-03-06",
    });
    let made = world.post(&of_ann, "/api/v1/promises", Some("p1"), &call).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let place = made.headers[header::LOCATION].to_str().unwrap().to_owned();
    let kept = world.get(&of_bo, &place).await.json();
    assert_eq!((&kept["from"], &kept["to_person"]), (&json!(world.ann.person), &json!(bo)));
    assert_eq!((&kept["due"], &kept["state"]), (&json!("2026-03-06"), &json!("open")));
    for (token, side) in [(&of_ann, "given"), (&of_bo, "received")] {
        let listed = world.get(token, &format!("/api/v1/promises?side={side}")).await.json();
        assert_eq!((&listed["total"], &listed["items"][0]), (&json!(1), &kept), "{side}");
    }
    assert_eq!(world.get(&of_ann, "/api/v1/promises?side=received").await.json()["total"], 0);

    let steps = format!("{place}/steps");
    let not_yours = world.post(&of_bo, &steps, None, &json!({ "step": "claim" })).await;
    assert!(not_yours.is_problem(403), "{}", not_yours.text);
    let claimed = world.post(&of_ann, &steps, None, &json!({ "step": "claim" })).await;
    assert_eq!(claimed.json(), json!({ "state": "open" }), "the other side says whether it is kept");
    let waits = world.get(&of_bo, "/api/v1/today").await.json();
    assert_eq!((&waits["day"], &waits["items"][0]["act"]), (&json!("2026-03-02"), &json!("close")), "{waits}");
    let kept = world.post(&of_bo, &steps, Some("s1"), &json!({ "step": "keep" })).await;
    assert_eq!(kept.json(), json!({ "state": "kept" }), "{}", kept.text);
    assert_eq!(world.post(&of_bo, &steps, Some("s1"), &json!({ "step": "keep" })).await.text, kept.text);
    assert_eq!(world.get(&of_ann, "/api/v1/promises?closed=true").await.json()["total"], 1);
    let wrong = json!({ "whom": "Nobody", "what": " ", "known": "x", "due": "2026-02-30" });
    let wrong = world.post(&of_ann, "/api/v1/promises", None, &wrong).await;
    assert!(wrong.is_problem(422), "{}", wrong.text);
    let fields: Vec<_> =
        wrong.json()["errors"].as_array().unwrap().iter().map(|error| error["field"].clone()).collect();
    assert_eq!(fields, ["due", "what", "whom"]);
}

#[tokio::test]
async fn sessions_are_listed_and_ended_by_their_person() {
    let world = World::new().await;
    let bo = world.person("Bo", world.root).await;
    let cookie = world.ledger.perform(&world.ann, &SignIn { person: world.ann.person, agent: "Firefox".into() }).await;
    let cookie = cookie.unwrap();
    let (of_ann, of_bo) = (world.token(world.ann.person, Scope::Act).await, world.token(bo, Scope::Act).await);
    assert_eq!(world.get(&of_bo, "/api/v1/sessions").await.json()["items"], json!([]));
    let listed = world.get(&of_ann, "/api/v1/sessions").await.json();
    assert_eq!(listed["items"][0]["agent"], "Firefox");
    let place = format!("/api/v1/sessions/{}", listed["items"][0]["id"].as_str().unwrap());
    let end = |token: &str| {
        let request = Request::builder().method("DELETE").uri(&place);
        request.header(header::AUTHORIZATION, format!("Bearer {token}")).body(Body::empty()).unwrap()
    };
    assert!(world.send(end(&of_bo)).await.is_problem(404), "another's");
    assert_eq!(world.form(&cookie, "/tokens", None).await.status, StatusCode::OK);
    assert_eq!(world.send(end(&of_ann)).await.status, StatusCode::NO_CONTENT);
    assert_eq!(world.form(&cookie, "/tokens", None).await.status, StatusCode::SEE_OTHER, "signed out");
}
