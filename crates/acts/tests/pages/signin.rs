//! Signing in: right and wrong, too often, with a second factor, by invitation; passwords and sessions.

use axum::http::{StatusCode, header};
use jiff::SignedDuration;
use ledger::accounts::{BeginSecond, ConfirmSecond};
use ledger::{accounts, totp};

use crate::world::{Browser, PASSWORD, Page, World, actor};

fn form<'a>(email: &'a str, password: &'a str) -> [(&'a str, &'a str); 3] {
    [("email", email), ("password", password), ("next", "/people?q=1")]
}

fn keep(browser: &Browser, page: &Page, name: &str) -> Browser {
    let mut kept = browser.clone();
    kept.cookies = format!("{}; {name}={}", kept.cookies, page.cookie(name).unwrap());
    kept
}

#[tokio::test]
async fn right_and_wrong_and_too_often() {
    let world = World::new().await;
    let nobody = world.nobody();
    let led = nobody.get("/people?q=1").await;
    assert_eq!((led.status, led.to()), (StatusCode::SEE_OTHER, "/signin?next=%2Fpeople%3Fq%3D1"));
    let page = nobody.post("/signin", &form("ann@example.org", PASSWORD)).await;
    assert_eq!((page.status, page.to()), (StatusCode::SEE_OTHER, "/people?q=1"));
    let set = page.headers.get(header::SET_COOKIE).unwrap().to_str().unwrap();
    assert!(set.ends_with("; Path=/; HttpOnly; SameSite=Lax"), "{set}");
    let ann = keep(&nobody, &page, "plumb_person");
    assert_eq!(ann.get("/people").await.status, StatusCode::OK);
    let elsewhere = [("email", "ann@example.org"), ("password", PASSWORD), ("next", "//evil.example")];
    assert_eq!(nobody.post("/signin", &elsewhere).await.to(), "/today", "only to our own pages");
    assert_eq!(ann.post("/signout", &[]).await.to(), "/signin");
    assert_eq!(ann.get("/people").await.status, StatusCode::SEE_OTHER, "the token opens nothing any more");

    for n in 0..10 {
        let page = nobody.post("/signin", &form("Ann@example.org", "wrong password")).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{n}");
        assert!(page.body.contains("Ann@example.org"), "nothing typed is lost, but the password");
        assert!(!page.body.contains("wrong password"));
    }
    let page = nobody.post("/signin", &form("ann@example.org", PASSWORD)).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS, "the right one as well");
    let wait: u64 = page.headers[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
    assert!((890..=901).contains(&wait), "{wait} s");
    assert!(page.body.contains("15 minutes") && page.cookie("plumb_person").is_none());
    let other = nobody.post("/signin", &form("stranger@example.org", "wrong password")).await;
    assert_eq!(other.status, StatusCode::UNAUTHORIZED, "another account does not wait");
    world.clock.advance(SignedDuration::from_mins(16));
    assert_eq!(nobody.post("/signin", &form("ann@example.org", PASSWORD)).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_second_factor_is_begun_on_the_page_and_asked_for() {
    let world = World::new().await;
    let ann = world.as_("ann").await;
    assert!(ann.get("/me/second-factor").await.body.contains("not asked for"));
    assert_eq!(ann.post("/me/second-factor/begin", &[]).await.to(), "/me/second-factor");
    let page = ann.get("/me/second-factor").await.body;
    assert!(page.contains("<svg") && page.contains("class=\"key\""));
    let person = world.people["ann"];
    let ledger = world.app.ledger();
    let secret = accounts::begun_second(&mut ledger.read().await.unwrap(), person).await.unwrap().unwrap();
    assert!(page.contains(&secret[..4]), "the key can be typed as well");
    let key = totp::from_base32(&secret).unwrap();
    let code = || totp::code(&key, totp::step(world.clock.now()));
    let wrong = ann.post("/me/second-factor/confirm", &[("code", "12")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("code-wrong") && wrong.body.contains("<svg"), "said at the field");
    let codes = ann.post("/me/second-factor/confirm", &[("code", &code())]).await;
    assert_eq!(codes.body.matches("<li><code>").count(), 10);
    let recovery = codes.body.split("<li><code>").nth(1).unwrap()[..19].to_owned();
    assert!(!ann.get("/me/second-factor").await.body.contains(&recovery), "shown once");

    let nobody = world.nobody();
    let page = nobody.post("/signin", &form("ann@example.org", PASSWORD)).await;
    assert_eq!(page.to(), "/signin/code?next=%2Fpeople%3Fq%3D1");
    assert!(page.cookie("plumb_person").is_none(), "half is not signed in");
    let half = keep(&nobody, &page, "plumb_code");
    assert_eq!(half.get("/people").await.status, StatusCode::SEE_OTHER);
    assert_eq!(half.get("/signin/code").await.status, StatusCode::OK);
    world.clock.advance(SignedDuration::from_secs(30));
    let page = half.post("/signin/code", &[("code", &code()), ("next", "/people?q=1")]).await;
    assert_eq!((page.status, page.to()), (StatusCode::SEE_OTHER, "/people?q=1"));
    assert_eq!(keep(&nobody, &page, "plumb_person").get("/people").await.status, StatusCode::OK);

    let again =
        || async { keep(&nobody, &nobody.post("/signin", &form("ann@example.org", PASSWORD)).await, "plumb_code") };
    let page = again().await.post("/signin/code", &[("code", &recovery)]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "without the phone");
    let half = again().await;
    for _ in 0..5 {
        let page = half.post("/signin/code", &[("code", "000000")]).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    }
    let page = half.post("/signin/code", &[("code", &code())]).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS, "codes cannot be tried through");
    assert!(page.headers.contains_key(header::RETRY_AFTER));
}

#[tokio::test]
async fn whoever_is_invited_sets_name_and_password() {
    let world = World::new().await;
    let lea = world.as_("lea").await;
    let mo = world.people["mo"];
    let page = lea.post(&format!("/people/{mo}/invite"), &[]).await;
    assert_eq!(page.status, StatusCode::OK);
    let link = page.body.split("http://plumb.test").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert!(lea.get("/links").await.body.contains("for Mo Sand"));
    let nobody = world.nobody();
    let asked = nobody.get(&link).await;
    assert!(asked.status == StatusCode::OK && asked.body.contains("mo@example.org"));
    let short = nobody.post(&link, &[("name", "Mo <b>Sand"), ("password", "short"), ("zone", "UTC")]).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(short.body.contains("Mo &lt;b&gt;Sand") && short.body.contains("password-wrong"));
    let joined = nobody.post(&link, &[("name", "Mo Sander"), ("password", PASSWORD), ("zone", "Asia/Tokyo")]).await;
    assert_eq!((joined.status, joined.to()), (StatusCode::SEE_OTHER, "/today"));
    let person = keep(&nobody, &joined, "plumb_person");
    assert!(person.get("/me").await.body.contains("Mo Sander"));
    let again = nobody.get(&link).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND, "it works once");
    assert!(again.body.contains("This invitation was used"));
    assert_eq!(nobody.post("/signin", &form("mo@example.org", PASSWORD)).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_password_is_changed_and_other_sessions_end() {
    let world = World::new().await;
    let (ann, phone) = (world.as_("ann").await, world.as_("ann").await);
    let change = |present: &'static str, new: &'static str| {
        let ann = ann.clone();
        async move { ann.post("/me/password", &[("present_password", present), ("password", new)]).await }
    };
    let page = change("not the present one", "another long password").await;
    assert!(page.status == StatusCode::UNPROCESSABLE_ENTITY && page.body.contains("present_password-wrong"));
    let page = change(PASSWORD, "short").await;
    assert!(page.status == StatusCode::UNPROCESSABLE_ENTITY && page.body.contains("password-wrong"));
    assert_eq!(phone.get("/me").await.status, StatusCode::OK);
    assert_eq!(change(PASSWORD, "another long password").await.to(), "/me");
    assert_eq!(phone.get("/me").await.status, StatusCode::SEE_OTHER, "signed out elsewhere");
    assert_eq!(ann.get("/me").await.status, StatusCode::OK);
    let nobody = world.nobody();
    assert_eq!(nobody.post("/signin", &form("ann@example.org", PASSWORD)).await.status, StatusCode::UNAUTHORIZED);
    let page = nobody.post("/signin", &form("ann@example.org", "another long password")).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);

    let listed = ann.get("/me/sessions").await.body;
    let session = listed.split("name=\"session\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(ann.post("/me/sessions/end", &[("session", &session)]).await.to(), "/me/sessions");
    assert_eq!(ann.post("/me/sessions/end", &[("session", &session)]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(keep(&nobody, &page, "plumb_person").get("/me").await.status, StatusCode::SEE_OTHER);
    assert_eq!(ann.post("/me/sessions/end-all", &[]).await.to(), "/signin");
    assert_eq!(ann.get("/me").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn where_cookies_travel_encrypted_only_our_own_counts() {
    let world = World::with(|app| app, true).await;
    let nobody = world.nobody();
    let page = nobody.post("/signin", &form("ann@example.org", PASSWORD)).await;
    let set = page.headers.get(header::SET_COOKIE).unwrap().to_str().unwrap().to_owned();
    assert!(
        set.starts_with("__Host-plumb_person=") && set.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure"),
        "{set}"
    );
    let ann = keep(&nobody, &page, "__Host-plumb_person");
    assert_eq!(ann.get("/me").await.status, StatusCode::OK);
    let mut planted = nobody.clone();
    planted.cookies = format!("plumb_person={}", page.cookie("__Host-plumb_person").unwrap());
    assert_eq!(planted.get("/me").await.status, StatusCode::SEE_OTHER, "a neighbouring host could have set it");
}

#[tokio::test]
async fn a_lost_phone_is_helped_by_who_keeps_all_circles() {
    let world = World::new().await;
    let ledger = world.app.ledger();
    let mo = actor(ledger, world.people["mo"]).await;
    ledger.perform(&mo, &BeginSecond).await.unwrap();
    let secret = accounts::begun_second(&mut ledger.read().await.unwrap(), mo.person).await.unwrap().unwrap();
    let typed = totp::code(&totp::from_base32(&secret).unwrap(), totp::step(world.clock.now()));
    ledger.perform(&mo, &ConfirmSecond { typed }).await.unwrap();
    let path = format!("/people/{}/second-factor", mo.person);
    assert_eq!(world.as_("cy").await.post(&path, &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.as_("mo").await.post(&path, &[]).await.status, StatusCode::FORBIDDEN, "not by themselves");
    assert_eq!(world.as_("lea").await.post(&path, &[]).await.status, StatusCode::SEE_OTHER);
    let account = accounts::get(&mut ledger.read().await.unwrap(), mo.person).await.unwrap();
    assert!(account.second_since.is_none() && account.codes_left == 0);
}
