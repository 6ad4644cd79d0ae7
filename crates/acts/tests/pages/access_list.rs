//! Every route of every area and every address for programs, asked as nobody, as the wrong person and as the wrong
//! client, with the identifiers of things of every kind that are not theirs and with nonsense. What answers all the same is on a list with
//! the reason; the list may only shrink. Routes of new areas are found by themselves.

use std::collections::BTreeSet;

use acts::{Guard, routes};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use leadership::Id;
use ledger::links::{self, Make};
use ledger::tokens::{MakeToken, Scope};

use crate::filled::{CLOSED, INSIDE, fill, things};
use crate::world::{Browser, Page, World, actor};

/// Routes that answer whoever asks, with the reason.
const OPEN: &[(&str, &str)] = &[
    ("/begin", "the first administrator begins here; afterwards it leads to the sign-in page"),
    ("/signin/code", "second step of signing in; without the first it leads to the sign-in page"),
    ("/signin/forgot", "whoever forgot their password is not signed in; the answer is the same for every address"),
    ("/signin/new/{token}", "a link to a new password carries its own key; without it there is no such page"),
    ("/signin/openid", "begins to sign in at the provider; without one there is no such page"),
    ("/signin/openid/back", "comes back from the provider; refused without the browser's own state"),
    ("/signout", "ends a session; without one it only leads to the sign-in page"),
    ("/join/{token}", "an invitation carries its own key; without it there is no such page"),
    ("/signin", "the sign-in page"),
    ("/c/{token}", "a client's page carries its own key; without it there is no such page"),
    ("/c/{token}/{id}/{act}", "the same, for one promise"),
    ("/badge/{id}", "a badge that its holder shows; of one that is not shown there is no such page"),
    ("/rate/{token}", "a form for who has no account carries its own key; without it there is no such page"),
    ("/rate/{token}/decline", "the same, to say that one does not rate"),
    (
        "/need/{token}",
        "whoever asked for help says by it whether the desk has understood; without it there is no such page",
    ),
    (
        "/work-here/{id}",
        "a place that a team tells outside, while it is open; of one that is closed there is no such page",
    ),
    ("/calendar/{file}", "a calendar's address carries its own key; without it there is no such calendar"),
];

/// Those of them whose page is for whoever asks: it shows a form and nothing that anybody wrote.
const FORMS: &[&str] = &["/signin", "/signin/forgot"];

/// Routes without anything of others behind them: whoever is signed in has their own.
const OWN: &[(&str, &str)] = &[
    ("/me", "one's own data"),
    ("/me/export", "one's own data"),
    ("/me/name", "one's own name"),
    ("/me/password", "one's own password"),
    ("/me/erasure/{what}", "one's own wish"),
    ("/me/sessions", "one's own sessions"),
    ("/me/sessions/end", "one's own sessions: those of others are not found"),
    ("/me/sessions/end-all", "one's own sessions"),
    ("/me/second-factor", "one's own second factor"),
    ("/me/second-factor/begin", "one's own second factor"),
    ("/me/second-factor/confirm", "one's own second factor"),
    ("/me/second-factor/change", "one's own second factor"),
    ("/people", "shows whom one sees; that nobody else is on it is tested beside it"),
    ("/links", "lists links of circles that one keeps in order; for others it is empty"),
];

fn placeholders(path: &str) -> Vec<&str> {
    path.split('{').skip(1).filter_map(|part| part.split('}').next()).collect()
}

fn filled(path: &str, value: &str) -> String {
    placeholders(path).into_iter().fold(path.to_owned(), |path, name| path.replace(&format!("{{{name}}}"), value))
}

/// Refused: sent to sign in, asked to, or told that there is no such thing or that it is not theirs.
fn refused(page: &Page) -> bool {
    matches!(page.status, StatusCode::UNAUTHORIZED | StatusCode::NOT_FOUND | StatusCode::FORBIDDEN)
        || (page.status == StatusCode::SEE_OTHER && page.to().starts_with("/signin"))
}

/// Refused; or a form that was sent back empty as it was sent, with the very same words for a thing that there
/// is not: then nothing is told of the one that there is.
async fn told_alike(browser: &Browser, method: &str, route: &str, id: &str, page: &Page) -> bool {
    if refused(page) {
        return true;
    }
    if method != "POST" || page.status != StatusCode::UNPROCESSABLE_ENTITY {
        return false;
    }
    let unknown = Id::<()>::new(jiff::Timestamp::UNIX_EPOCH, [3; 10]).to_string();
    let other = browser.post(&filled(route, &unknown), &[]).await;
    other.status == page.status && other.body.replace(&unknown, "it") == page.body.replace(id, "it")
}

/// What somebody finds nothing under, whose it is not.
struct Strange {
    /// For Cy, who speaks for Alpine; and nonsense.
    cy: Vec<String>,
    /// Of those, what Mo, who works in the team, finds nothing under either.
    mo: BTreeSet<String>,
}

/// A world in which something of every kind lies, and the identifiers of all of it.
async fn strange(world: &World) -> Strange {
    fill(world).await;
    let ledger = world.app.ledger();
    let ann = actor(ledger, world.people["ann"]).await;
    let until = world.clock.now() + jiff::SignedDuration::from_hours(24);
    let make = Make { purpose: "client", circle: world.circles["beach"], person: Some(world.people["di"]), until };
    ledger.perform(&ann, &make).await.unwrap();
    let link = links::list(&mut ledger.read().await.unwrap(), &ann).await.unwrap()[0].link.id;
    let mut cy: Vec<String> = ["nonsense", "0", "%00", "..%2f..%2fme", "%F0%9F%92%A3", "'%20or%201=1--"]
        .map(str::to_owned)
        .into_iter()
        .chain(["beach", "top", "it"].iter().map(|key| world.circles[key].to_string()))
        .chain(["di", "mo", "ann"].iter().map(|key| world.people[key].to_string()))
        .collect();
    cy.extend([link.to_string(), Id::<()>::new(world.clock.now(), [9; 10]).to_string()]);
    let mut mo: BTreeSet<String> = ["alpine", "beach"]
        .iter()
        .map(|key| world.circles[key].to_string())
        .chain(["cy", "di"].iter().map(|key| world.people[key].to_string()))
        .chain(["nonsense".to_owned(), link.to_string()])
        .collect();
    let things = things(world).await;
    assert!(things.len() > 50, "{}", things.len());
    for thing in things {
        if thing.closed {
            mo.insert(thing.id.clone());
        }
        cy.push(thing.id);
    }
    Strange { cy, mo }
}

/// How many identifiers a route is asked with whose guard refuses before anything is looked up.
const BEFORE: usize = 8;

#[tokio::test]
async fn nobody_gets_anything_but_what_is_on_the_list() {
    let world = World::new().await;
    let nobody = world.nobody();
    let forged = {
        let mut forged = world.nobody();
        forged.cookies = "plumb_person=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned();
        forged
    };
    let ids = strange(&world).await.cy;
    let mut asked = 0;
    for route in routes() {
        let listed = OPEN.iter().any(|(path, _)| *path == route.path);
        assert_eq!(
            route.guard == Guard::Open,
            listed,
            "{}: open routes are on the list, with their reason",
            route.path
        );
        let most = match (placeholders(route.path).is_empty(), listed) {
            (true, _) => 1,
            (false, true) => usize::MAX,
            (false, false) => BEFORE,
        };
        for id in ids.iter().take(most) {
            let path = filled(route.path, id);
            for method in route.methods {
                for browser in [&nobody, &forged] {
                    let page = if *method == "GET" { browser.get(&path).await } else { browser.post(&path, &[]).await };
                    asked += 1;
                    let form = FORMS.contains(&route.path) && !page.status.is_redirection();
                    assert!(form || refused(&page), "{method} {path} as nobody: {} {}", page.status, page.to());
                    assert!(page.status != StatusCode::INTERNAL_SERVER_ERROR, "{method} {path}");
                    for word in ["Di Vale", "Beach Hotels", "Ann Lee", "Mo Sand", INSIDE, CLOSED] {
                        assert!(!page.body.contains(word), "{method} {path} tells nobody of {word}");
                    }
                }
            }
        }
    }
    assert!(asked > 2000, "{asked}");
}

#[tokio::test]
async fn the_wrong_client_finds_nothing() {
    let world = World::new().await;
    let cy = world.as_("cy").await;
    let ids = strange(&world).await.cy;
    let mut wrong = Vec::new();
    for route in routes().into_iter().filter(|route| route.guard != Guard::Open) {
        let own = OWN.iter().any(|(path, _)| *path == route.path);
        let named = !placeholders(route.path).is_empty();
        let most = match (named, route.guard) {
            (false, _) => 1,
            (true, Guard::Inside) => BEFORE,
            (true, _) => usize::MAX,
        };
        for method in route.methods {
            for id in ids.iter().take(most) {
                let path = filled(route.path, id);
                // Signing out everywhere would end the test.
                if path == "/me/sessions/end-all" {
                    continue;
                }
                let page = if *method == "GET" { cy.get(&path).await } else { cy.post(&path, &[]).await };
                let words = ["Di Vale", "Beach Hotels", "Ann Lee", "Mo Sand", "Service desk", "di@example.org"];
                for word in words.into_iter().chain([INSIDE, CLOSED]) {
                    // Who added Cy, and who looked at Cy's data, is told on Cy's own pages.
                    if own && word == "Ann Lee" {
                        continue;
                    }
                    if page.body.contains(word) {
                        wrong.push(format!("{method} {path} tells another client of {word}"));
                    }
                }
                if page.status.is_server_error() {
                    wrong.push(format!("{method} {path} as Cy: {}", page.status));
                }
                if route.guard == Guard::Inside {
                    assert_eq!(page.status, StatusCode::NOT_FOUND, "{method} {path} as a client's contact");
                } else if named && !own && !told_alike(&cy, method, route.path, id, &page).await {
                    wrong.push(format!("{method} {path} as the wrong client: {}", page.status));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn the_wrong_person_finds_nothing() {
    let world = World::new().await;
    // Mo works in a team: leads nothing, administers nothing, and sees no client.
    let mo = world.as_("mo").await;
    let ids = strange(&world).await.mo;
    let mut wrong = Vec::new();
    for route in routes().into_iter().filter(|route| route.guard != Guard::Open) {
        let own = OWN.iter().any(|(path, _)| *path == route.path);
        let named = !placeholders(route.path).is_empty();
        for method in route.methods.iter().filter(|method| named || **method == "GET") {
            for id in ids.iter().take(if named { usize::MAX } else { 1 }) {
                let path = filled(route.path, id);
                let page = if *method == "GET" { mo.get(&path).await } else { mo.post(&path, &[]).await };
                for word in ["Di Vale", "Beach Hotels", "Cy Nord", "Alpine Rail", CLOSED] {
                    if page.body.contains(word) {
                        wrong.push(format!("{method} {path} tells Mo of {word}"));
                    }
                }
                if page.status.is_server_error() {
                    wrong.push(format!("{method} {path} as Mo: {}", page.status));
                }
                if named && !own && !told_alike(&mo, method, route.path, id, &page).await {
                    wrong.push(format!("{method} {path} as the wrong person: {}", page.status));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Asks an address for programs.
async fn program(browser: &Browser, token: Option<&str>, method: &str, path: &str) -> Page {
    let request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json");
    let request = match token {
        Some(token) => request.header(header::AUTHORIZATION, format!("Bearer {token}")),
        None => request,
    };
    browser.send(request.body(Body::from("{}")).unwrap()).await
}

/// What a program of somebody finds that is not theirs, and what it is told of it.
async fn found_by_program(world: &World, who: &str, ids: &[String], words: &[&str]) -> Vec<String> {
    let person = actor(world.app.ledger(), world.people[who]).await;
    let make = MakeToken { name: "A program".into(), scope: Scope::Act, days: "30".into() };
    let token = world.app.ledger().perform(&person, &make).await.unwrap();
    let browser = world.nobody();
    let unknown = Id::<()>::new(jiff::Timestamp::UNIX_EPOCH, [3; 10]).to_string();
    let told: serde_json::Value = serde_json::from_str(acts::api::description_text()).unwrap();
    let mut wrong = Vec::new();
    for (route, methods) in told["paths"].as_object().unwrap() {
        let named = !placeholders(route).is_empty();
        for method in methods.as_object().unwrap().keys().map(|method| method.to_uppercase()) {
            // An act that names nothing would be done.
            if !named && method != "GET" {
                continue;
            }
            for id in ids.iter().take(if named { usize::MAX } else { 1 }) {
                let path = filled(route, id);
                let nobody = program(&browser, None, &method, &path).await;
                let page = program(&browser, Some(&token), &method, &path).await;
                if nobody.status != StatusCode::UNAUTHORIZED {
                    wrong.push(format!("{method} {path} as nobody: {}", nobody.status));
                }
                let tells = |word: &&&str| page.body.contains(**word) || nobody.body.contains(**word);
                wrong.extend(words.iter().filter(tells).map(|word| format!("{method} {path} tells {who} of {word}")));
                let alike = async || {
                    let other = program(&browser, Some(&token), &method, &filled(route, &unknown)).await;
                    other.status == page.status && other.body.replace(&unknown, "it") == page.body.replace(id, "it")
                };
                if named && !refused(&page) && !(page.status.is_client_error() && alike().await) {
                    wrong.push(format!("{method} {path} as {who}: {} {}", page.status, page.body));
                }
            }
        }
    }
    wrong
}

#[tokio::test]
async fn programs_of_the_wrong_client_and_the_wrong_person_find_nothing() {
    let world = World::new().await;
    let Strange { cy, mo } = strange(&world).await;
    let words = ["Di Vale", "Beach Hotels", "Ann Lee", "Mo Sand", "Service desk", "di@example.org", INSIDE, CLOSED];
    let mut wrong = found_by_program(&world, "cy", &cy, &words).await;
    let mo: Vec<String> = mo.into_iter().collect();
    let words = ["Di Vale", "Beach Hotels", "Cy Nord", "Alpine Rail", CLOSED];
    wrong.extend(found_by_program(&world, "mo", &mo, &words).await);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn the_lists_only_name_what_is_there() {
    let paths: BTreeSet<&str> = routes().into_iter().map(|route| route.path).collect();
    for (path, reason) in OPEN.iter().chain(OWN) {
        assert!(paths.contains(path), "{path} is no route any more: take it off the list");
        assert!(!reason.is_empty());
    }
    // May only shrink: lower them when a route goes.
    assert!(OPEN.len() <= 17 && FORMS.len() <= 4, "think twice before a route is opened to everybody");
}

#[tokio::test]
async fn a_form_of_another_site_is_refused() {
    let world = World::new().await;
    let ann = world.as_("ann").await;
    for route in routes().iter().filter(|route| route.methods.contains(&"POST")) {
        let path = filled(route.path, &world.people["mo"].to_string());
        for site in ["cross-site", "same-site"] {
            let page = ann.post_from(&path, &[("name", "x")], site).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "POST {path} from {site}");
        }
    }
    assert_eq!(ann.get("/me").await.status, StatusCode::OK, "and the session is still there");
    let signin = world.nobody().post_from("/signin", &[("email", "ann@example.org")], "cross-site").await;
    assert_eq!(signin.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn pages_and_refusals_carry_the_headers() {
    let world = World::new().await;
    let ann = world.as_("ann").await;
    for path in ["/people", "/me", "/people/nonsense", "/no/such/page"] {
        let page = ann.get(path).await;
        let header = |name: &str| page.headers.get(name).map_or("", |value| value.to_str().unwrap());
        assert_eq!(header("content-security-policy"), acts::guard::CONTENT_POLICY, "{path}");
        assert_eq!((header("cache-control"), header("x-frame-options")), ("no-store", "DENY"), "{path}");
        assert!(!page.body.contains(" style=") && !page.body.contains("<script>"), "{path}");
    }
}
