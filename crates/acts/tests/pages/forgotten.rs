//! A forgotten password: mailed to who asks, handed over by who keeps them in order; nobody learns who is here.

use std::sync::Arc;

use acts::{Later, Letter, Mailer};
use axum::http::{StatusCode, header};
use jiff::SignedDuration;
use ledger::accounts::{self, BeginSecond, ConfirmSecond};
use ledger::totp;
use tokio::sync::mpsc;

use crate::world::{PASSWORD, World, actor};

const NEW: &str = "another long password";

/// Gives every letter on to the test.
struct Postbox(mpsc::UnboundedSender<Letter>);

impl Mailer for Postbox {
    fn send(&self, letter: Letter) -> Later<'_, Result<(), String>> {
        Box::pin(async move { self.0.send(letter).map_err(|error| error.to_string()) })
    }
}

async fn with_mail() -> (World, mpsc::UnboundedReceiver<Letter>) {
    let (sent, came) = mpsc::unbounded_channel();
    (World::with(|app| app.with_mailer(Arc::new(Postbox(sent))), false).await, came)
}

fn link(letter: &Letter) -> String {
    letter.text.split("http://plumb.test").nth(1).unwrap().split_whitespace().next().unwrap().to_owned()
}

#[tokio::test]
async fn a_mail_leads_to_a_new_password_once() {
    let (world, mut came) = with_mail().await;
    let nobody = world.nobody();
    assert!(nobody.get("/signin").await.body.contains("href=\"/signin/forgot\""));
    let wrong = nobody.post("/signin/forgot", &[("email", "ann at example")]).await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("ann at example"));

    // Who is here and who is not are answered alike; a mail goes to who is.
    let ask = async |email: &str| nobody.post("/signin/forgot", &[("email", email)]).await;
    let (known, unknown) = (ask("ann@example.org").await, ask("zoe@example.org").await);
    assert_eq!((known.status, unknown.status), (StatusCode::OK, StatusCode::OK));
    assert_eq!(known.body.replace("ann@", ""), unknown.body.replace("zoe@", ""), "the answer tells nothing");
    let first = came.recv().await.unwrap();
    assert_eq!((first.name.as_str(), first.email.as_str()), ("Ann Lee", "ann@example.org"));
    // Mo was never invited, and has no password that could be forgotten.
    ask("mo@example.org").await;
    ask("ann@example.org").await;
    let second = came.recv().await.unwrap();
    assert!(second.email == "ann@example.org" && link(&first) != link(&second) && came.try_recv().is_err());

    // Both links work until one is used; the old sessions end, and the old password opens nothing.
    let ann = world.as_("ann").await;
    let page = nobody.get(&link(&first)).await;
    assert!(page.status == StatusCode::OK && page.body.contains("value=\"ann@example.org\""));
    let short = nobody.post(&link(&first), &[("password", "short")]).await;
    assert!(short.status == StatusCode::UNPROCESSABLE_ENTITY && short.body.contains("password-wrong"));
    let set = nobody.post(&link(&first), &[("password", NEW)]).await;
    assert_eq!((set.status, set.to()), (StatusCode::SEE_OTHER, "/today"));
    assert!(set.cookie("plumb_person").is_some());
    assert_eq!(ann.get("/me").await.status, StatusCode::SEE_OTHER, "signed out elsewhere");
    for used in [link(&first), link(&second)] {
        assert_eq!(nobody.get(&used).await.status, StatusCode::NOT_FOUND);
        assert_eq!(nobody.post(&used, &[("password", NEW)]).await.status, StatusCode::NOT_FOUND);
    }
    let signin = |password| [("email", "ann@example.org"), ("password", password)];
    assert_eq!(nobody.post("/signin", &signin(PASSWORD)).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(nobody.post("/signin", &signin(NEW)).await.status, StatusCode::SEE_OTHER);

    // Three mails for one address in a quarter of an hour, and the third ends after an hour.
    ask("ann@example.org").await;
    let third = came.recv().await.unwrap();
    let often = ask("ANN@example.org").await;
    assert!(often.status == StatusCode::TOO_MANY_REQUESTS && often.headers.contains_key(header::RETRY_AFTER));
    world.clock.advance(SignedDuration::from_mins(59));
    assert_eq!(nobody.get(&link(&third)).await.status, StatusCode::OK);
    world.clock.advance(SignedDuration::from_mins(2));
    assert_eq!(nobody.get(&link(&third)).await.status, StatusCode::NOT_FOUND, "it ends after an hour");
}

#[tokio::test]
async fn the_second_factor_is_still_asked_for() {
    let (world, mut came) = with_mail().await;
    let ledger = world.app.ledger();
    let ann = actor(ledger, world.people["ann"]).await;
    ledger.perform(&ann, &BeginSecond).await.unwrap();
    let secret = accounts::begun_second(&mut ledger.read().await.unwrap(), ann.person).await.unwrap().unwrap();
    let typed = totp::code(&totp::from_base32(&secret).unwrap(), totp::step(world.clock.now()));
    ledger.perform(&ann, &ConfirmSecond { typed }).await.unwrap();
    let nobody = world.nobody();
    nobody.post("/signin/forgot", &[("email", "ann@example.org")]).await;
    let link = link(&came.recv().await.unwrap());
    let set = nobody.post(&link, &[("password", NEW)]).await;
    assert_eq!(set.to(), "/signin/code?next=%2Ftoday");
    assert!(set.cookie("plumb_person").is_none() && set.cookie("plumb_code").is_some(), "the mail alone opens nothing");
}

#[tokio::test]
async fn without_mail_somebody_is_asked_who_can_make_a_link() {
    let world = World::new().await;
    let nobody = world.nobody();
    let page = nobody.get("/signin/forgot").await.body;
    assert!(page.contains("This server sends no mail") && !page.contains("<form"), "{page}");
    let page = nobody.post("/signin/forgot", &[("email", "ann@example.org")]).await;
    assert!(page.status == StatusCode::OK && page.body.contains("This server sends no mail"));

    // Mo joins, forgets, and is helped by who keeps all his circles in order; he sees that it was made.
    let (lea, mo) = (world.as_("lea").await, world.people["mo"]);
    let path = format!("/people/{mo}/password");
    assert_eq!(lea.post(&path, &[]).await.status, StatusCode::CONFLICT, "there is none to forget");
    let invited = lea.post(&format!("/people/{mo}/invite"), &[]).await.body;
    let join = invited.split("http://plumb.test").nth(1).unwrap().split('<').next().unwrap().to_owned();
    nobody.post(&join, &[("name", "Mo Sand"), ("password", PASSWORD), ("zone", "UTC")]).await;
    assert!(lea.get(&format!("/people/{mo}")).await.body.contains("Make a link to a new password"));
    assert_eq!(world.as_("cy").await.post(&path, &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.as_("mo").await.post(&path, &[]).await.status, StatusCode::FORBIDDEN);
    let handed = lea.post(&path, &[]).await;
    assert_eq!(handed.status, StatusCode::OK);
    let link = handed.body.split("http://plumb.test").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert!(world.as_("mo").await.get("/me").await.body.contains("Links to a new password that were made for you"));
    assert_eq!(nobody.post(&link, &[("password", NEW)]).await.to(), "/today");
    assert_eq!(
        nobody.post("/signin", &[("email", "mo@example.org"), ("password", NEW)]).await.status,
        StatusCode::SEE_OTHER
    );
}
