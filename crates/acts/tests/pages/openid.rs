//! Signing in at a provider: a real one, in this process, over a socket.

use axum::http::StatusCode;
use ledger::testing::Clock;
use oidc::Settings;

use crate::provider::{BACK, CLIENT, Flaw, Provider, SECRET, User};
use crate::world::{Browser, Page, World};

async fn world() -> (World, Provider) {
    let clock = Clock::at("2026-03-02T08:00:00Z");
    let provider = Provider::start(&clock).await;
    let settings = Settings {
        issuer: provider.issuer(),
        client_id: CLIENT.into(),
        client_secret: Some(SECRET.into()),
        name: "Northwind".into(),
        back: BACK.into(),
        addresses_are_verified: false,
    };
    let ours = oidc::Provider::new(settings).unwrap();
    (World::at(clock, |app| app.with_openid(ours), false).await, provider)
}

/// What a browser does when it is sent to the provider: it asks there, and is sent back with an address.
async fn through(begun: &Page) -> String {
    let address = begun.to().to_owned();
    let answer = tokio::task::spawn_blocking(move || {
        let agent = ureq::Agent::config_builder().max_redirects(0).build().new_agent();
        let answer = agent.get(&address).call().unwrap();
        answer.headers().get("location").unwrap_or_else(|| panic!("{address}")).to_str().unwrap().to_owned()
    });
    answer.await.unwrap().trim_start_matches("http://plumb.test").to_owned()
}

/// Begins in a browser; with its cookie, and the address to come back to.
async fn begin(world: &World) -> (Browser, String) {
    let mut browser = world.nobody();
    let begun = browser.get("/signin/openid?next=%2Fpeople").await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.body);
    browser.cookies = format!("plumb_openid={}", begun.cookie("plumb_openid").unwrap());
    let back = through(&begun).await;
    (browser, back)
}

#[tokio::test]
async fn who_is_in_the_ledger_comes_in() {
    let (world, provider) = world().await;
    assert!(world.nobody().get("/signin?next=%2Faims").await.body.contains("Sign in with Northwind"));
    let (browser, back) = begin(&world).await;
    let page = browser.get(&back).await;
    assert_eq!((page.status, page.to()), (StatusCode::SEE_OTHER, "/people"), "{}", page.body);
    let mut mo = world.nobody();
    mo.cookies = format!("plumb_person={}", page.cookie("plumb_person").unwrap());
    assert!(mo.get("/me").await.body.contains("Mo Sand"));
    assert_eq!(browser.get(&back).await.status, StatusCode::UNAUTHORIZED, "a state works once");

    // Somebody of whom nobody has heard, an address that is not verified, another identity for a known one.
    for (user, told) in [
        (User { subject: "8", email: "stranger@example.org", verified: true }, "Nobody with this address"),
        (
            User { subject: "9", email: "lea@example.org", verified: false },
            "has not verified the address lea@example.org",
        ),
        (User { subject: "10", email: "mo@example.org", verified: true }, "Nobody with this address"),
    ] {
        provider.signs_in(user);
        let (browser, back) = begin(&world).await;
        let page = browser.get(&back).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{told}");
        assert!(page.body.contains(told) && page.cookie("plumb_person").is_none(), "{}", page.body);
    }
    // The same identity comes in again, whatever its address is now.
    provider.signs_in(User { subject: "7", email: "mo.married@example.org", verified: true });
    let (browser, back) = begin(&world).await;
    assert_eq!(browser.get(&back).await.to(), "/people");
}

#[tokio::test]
async fn what_does_not_hold_is_not_believed() {
    let (world, provider) = world().await;
    for flaw in [
        Flaw::Nonce,
        Flaw::Audience,
        Flaw::Issuer,
        Flaw::Expired,
        Flaw::ForeignKey,
        Flaw::NotSigned,
        Flaw::SharedSecret,
    ] {
        provider.answers(flaw);
        let (browser, back) = begin(&world).await;
        let page = browser.get(&back).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{flaw:?}");
        assert!(page.body.contains("could not be believed") && page.cookie("plumb_person").is_none(), "{flaw:?}");
    }
    provider.answers(Flaw::None);
    // A key that was turned is asked for anew.
    provider.turns_key();
    let (browser, back) = begin(&world).await;
    assert_eq!(browser.get(&back).await.to(), "/people");
}

#[tokio::test]
async fn what_comes_back_belongs_to_the_browser_that_began() {
    let (world, _provider) = world().await;
    let (browser, back) = begin(&world).await;
    // Somebody hands their own way back to another browser, or to one that began itself.
    assert_eq!(world.nobody().get(&back).await.status, StatusCode::UNAUTHORIZED);
    let (other, others) = begin(&world).await;
    assert_eq!(other.get(&back).await.status, StatusCode::UNAUTHORIZED);
    // A code that was begun with another verifier is refused by the provider.
    let code = back.split("code=").nth(1).unwrap().split('&').next().unwrap();
    let mixed = others.replace(others.split("code=").nth(1).unwrap().split('&').next().unwrap(), code);
    assert_eq!(other.get(&mixed).await.status, StatusCode::UNAUTHORIZED);
    let page = browser.get(&back.replace(code, "")).await;
    assert!(page.status == StatusCode::UNAUTHORIZED && page.body.contains("did not sign you in"));
    // Who takes longer than ten minutes begins anew.
    let (slow, back) = begin(&world).await;
    world.clock.advance(jiff::SignedDuration::from_mins(11));
    assert_eq!(slow.get(&back).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_provider_that_is_away_is_said_so_and_only_encrypted_ones_are_asked() {
    let settings = |issuer: &str| Settings {
        issuer: issuer.into(),
        client_id: CLIENT.into(),
        client_secret: None,
        name: "Away".into(),
        back: BACK.into(),
        addresses_are_verified: false,
    };
    assert!(oidc::Provider::new(settings("http://id.example.org")).is_err(), "over a network without encryption");
    assert!(oidc::Provider::new(settings("no address")).is_err());
    assert!(!format!("{:?}", Settings { client_secret: Some(SECRET.into()), ..settings("x") }).contains(SECRET));
    let ours = oidc::Provider::new(settings("http://127.0.0.1:9")).unwrap();
    let world = World::with(|app| app.with_openid(ours), false).await;
    let page = world.nobody().get("/signin/openid").await;
    assert_eq!(page.status, StatusCode::BAD_GATEWAY);
    assert!(page.body.contains("Away did not answer"), "{}", page.body);
}
