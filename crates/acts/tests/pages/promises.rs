//! Promises on pages: made, taken on, closed, by those whose they are; by link for a client.

use axum::http::StatusCode;
use leadership::Role;
use ledger::people::AddPerson;

use crate::support::{Client, House, Page, house};

/// The house, with Bo looking after Harbour as well.
async fn begun() -> House {
    let house = house().await;
    let add =
        AddPerson { name: "Bo Kim".into(), email: "bo@example.org".into(), circle: house.harbour, role: Role::Member };
    house.does(house.ann, add).await;
    house
}

impl Page {
    /// The text of the page, when it is one that worked.
    #[track_caller]
    fn page(&self) -> &str {
        assert_eq!(self.status, StatusCode::OK, "{}", self.body);
        &self.body
    }

    /// Where an act that worked leads on.
    #[track_caller]
    fn on(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.body);
        &self.to
    }

    /// The text of a form that came back with what is wrong.
    #[track_caller]
    fn again(&self) -> &str {
        assert_eq!(self.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", self.body);
        &self.body
    }
}

async fn promised(client: &Client, whom: &str, what: &str, due: &str) -> String {
    let fields = [("whom", whom), ("what", what), ("known", "Both can see it."), ("due", due)];
    client.post("/promises/new", &fields).await.on().to_owned()
}

#[tokio::test]
async fn a_promise_from_the_form_to_its_end() {
    let house = begun().await;
    let (ann, bo) = (house.browser(house.ann).await, house.browser(house.bo).await);
    assert!(ann.get("/promises").await.page().contains("Nothing is open. What you promise stands here"));
    let page = promised(&bo, "ann lee", "Order <b>parts</b>", "2026-03-09").await;
    let shown = bo.get(&page).await;
    assert!(shown.page().contains("Order &lt;b&gt;parts&lt;/b&gt;") && !shown.body.contains("<b>parts"));
    assert!(shown.body.contains("Only who") || shown.body.contains("The other side closes it"));
    assert!(shown.body.contains("Who can see this: its two sides and whoever of ours sees Service desk."));
    assert!(bo.get("/promises").await.page().contains("it is due on 9 March 2026"), "due within a week, it waits");

    // Another day, asked for with its reason; nothing typed is lost where the day cannot be.
    let wrong = bo.post(&format!("{page}/ask_day"), &[("day", "2026-03-08"), ("why", "The supplier & co.")]).await;
    assert!(wrong.again().contains("Ask for a day after 2026-03-09") && wrong.body.contains("The supplier &amp; co."));
    bo.post(&format!("{page}/ask_day"), &[("day", "2026-03-12"), ("why", "The supplier.")]).await.on();
    assert!(ann.get("/promises").await.page().contains("agree, or stay with the day"));
    let open = ann.get(&page).await;
    assert!(open.page().contains("Agree to the new day") && open.body.contains("7 days before the day"));
    ann.post(&format!("{page}/agree"), &[]).await.on();
    assert!(bo.get(&page).await.page().contains("renegotiated once"));

    // Who promised does not close it; who is no side does nothing.
    assert_eq!(bo.post(&format!("{page}/keep"), &[]).await.status, StatusCode::FORBIDDEN);
    let cy = house.browser(house.cy).await;
    assert!(cy.get(&page).await.page().contains("What happened"), "in the circle it is seen");
    assert!(!cy.get(&page).await.body.contains("It is done"));
    assert_eq!(cy.post(&format!("{page}/keep"), &[]).await.status, StatusCode::FORBIDDEN);

    house.clock.days(9);
    let (ann, bo) = (house.browser(house.ann).await, house.browser(house.bo).await);
    bo.post(&format!("{page}/claim"), &[]).await.on();
    ann.post(&format!("{page}/keep"), &[]).await.on();
    let kept = ann.get(&page).await;
    assert!(kept.page().contains("kept by a day agreed anew") && kept.body.contains("Ann Lee closed it: kept."));
    let twice = ann.post(&format!("{page}/keep"), &[]).await;
    assert!(twice.again().contains("This promise is closed"));
    assert!(ann.get("/promises/closed?list=received").await.page().contains("1 in all"));
}

#[tokio::test]
async fn the_form_says_what_is_wrong_and_keeps_what_was_typed() {
    let house = begun().await;
    let bo = house.browser(house.bo).await;
    let long = "x".repeat(201);
    let fields =
        [("whom", "Nobody <i>"), ("what", &*long), ("known", "so & so"), ("due", "2026-02-30"), ("every", "days")];
    let back = bo.post("/promises/new", &fields).await;
    for told in [
        "Nothing that you typed is lost",
        "Nobody by that name is here",
        "say it in at most 200",
        "is no day",
        "whole number of days",
        "Nobody &lt;i&gt;",
        "so &amp; so",
        &*long,
    ] {
        assert!(back.again().contains(told), "{told}");
    }
    let both = bo
        .post(
            "/promises/new",
            &[("whom", "Harbour"), ("what", "a"), ("known", "b"), ("due", "2026-03-05"), ("only_sides", "true")],
        )
        .await;
    assert!(both.again().contains("see what is promised to it"));
    // Asked for: a promise only when it is accepted.
    let ann = house.browser(house.ann).await;
    let asked = [
        ("ask", "true"),
        ("whom", "Bo Kim"),
        ("what", "Write it down"),
        ("known", "It is read."),
        ("due", "2026-03-20"),
    ];
    let page = ann.post("/promises/new", &asked).await.on().to_owned();
    assert!(bo.get("/promises").await.page().contains("accept or decline"));
    bo.post(&format!("{page}/accept"), &[]).await.on();
    assert!(bo.get(&page).await.page().contains("Bo Kim accepted."));
}

#[tokio::test]
async fn a_relationship_tells_shares_from_five_on_and_to_two_only() {
    let house = begun().await;
    let (ann, bo) = (house.browser(house.ann).await, house.browser(house.bo).await);
    let (anns, bos) = (house.ann, house.bo);
    assert_eq!(ann.get(&format!("/promises/with/{bos}")).await.status, StatusCode::NOT_FOUND, "no promise yet");
    let (mut ann, mut bo) = (ann, bo);
    for at in 0..5 {
        let page = promised(&bo, "Ann Lee", &format!("Call {at}"), "2026-03-04").await;
        if at == 4 {
            let four = ann.get(&format!("/promises/with/{bos}")).await;
            assert!(four.page().contains("4 of 4 kept in time. A share is told from 5 on: not enough to say."));
            house.clock.days(5);
            (ann, bo) = (house.browser(house.ann).await, house.browser(house.bo).await);
            ann.post(&format!("{page}/break"), &[("why", "It did not come.")]).await.on();
        } else {
            ann.post(&format!("{page}/keep"), &[]).await.on();
        }
    }
    let five = ann.get(&format!("/promises/with/{bos}")).await;
    // 4 of 5 by Wilson, 90 %: 0.44 to 0.95.
    assert!(
        five.page().contains("80\u{a0}%")
            && five.body.contains("44 to 95\u{a0}%")
            && five.body.contains("n\u{a0}=\u{a0}5"),
        "{}",
        five.body
    );
    assert!(five.body.contains("none was kept since") && five.body.contains("you and Bo Kim, each their own side"));
    ann.post(&format!("/promises/with/{bos}"), &[("answer", "4")]).await.on();
    assert!(bo.get(&format!("/promises/with/{anns}")).await.page().contains("<strong>4</strong>"));
    assert!(ann.post(&format!("/promises/with/{bos}"), &[("answer", "5")]).await.again().contains("You answered on"));
    let cy = house.browser(house.cy).await;
    assert_eq!(cy.get(&format!("/promises/with/{bos}")).await.status, StatusCode::NOT_FOUND);
    // Bo sees that Ann looked.
    let mut tx = house.ledger.read().await.unwrap();
    let looked = tx
        .count("select count(*) as n from looked where person = $1 and viewer = $2", &[bos.into(), anns.into()])
        .await;
    assert_eq!(looked.unwrap(), 2, "on two days");
    drop(tx);
    let own = bo.get("/promises/consistency").await;
    assert!(own.page().contains("you, and nobody else") && own.body.contains("To staff"), "{}", own.body);
    // A team's share is told only where it is nobody's own.
    let desk = ann.get(&format!("/promises/circle/{}", house.team)).await;
    assert!(desk.page().contains("fewer than 3 persons") && !desk.body.contains("80\u{a0}%"));
}

#[tokio::test]
async fn a_client_closes_by_link_until_it_ends() {
    let house = begun().await;
    let (ann, bo, nobody) = (house.browser(house.ann).await, house.browser(house.bo).await, house.outsider());
    let acme = format!("/promises/circle/{}", house.harbour);
    let page = promised(&bo, "Harbour", "Test the restore", "2026-03-04").await;
    let other = promised(&ann, "Orchard", "Secret of Orchard", "2026-03-04").await;
    bo.post(&format!("{page}/claim"), &[]).await.on();
    assert!(!bo.get(&acme).await.page().contains("Make a link"), "only who keeps the circle in order makes links");
    assert_eq!(bo.post(&format!("{acme}/links"), &[]).await.status, StatusCode::NOT_FOUND);
    let kim = house.kim.to_string();
    let made = ann.post(&format!("{acme}/links"), &[("person", &kim), ("until", "30")]).await;
    let address = made.page().split("http://127.0.0.1").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert!(address.starts_with("/c/") && address.len() > 40, "{address}");
    assert!(!ann.get(&acme).await.page().contains(&address), "shown once");

    let read = nobody.get(&address).await;
    assert!(read.page().contains("Test the restore") && read.body.contains("You read this as Kim Harbour"));
    assert!(!read.body.contains("Secret of Orchard") && !read.body.contains("Orchard"), "{}", read.body);
    let id = page.rsplit('/').next().unwrap();
    let foreign = other.rsplit('/').next().unwrap();
    for path in [format!("{address}/{foreign}/open"), format!("{address}/{foreign}/break")] {
        assert_eq!(nobody.get(&path).await.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(nobody.post(&format!("{address}/{foreign}/keep"), &[]).await.status, StatusCode::NOT_FOUND);
    assert!(nobody.get(&format!("{address}/{id}/open")).await.page().contains("Kept"));
    assert_eq!(nobody.post(&format!("{address}/{id}/claim"), &[]).await.status, StatusCode::FORBIDDEN);
    nobody.post(&format!("{address}/{id}/keep"), &[]).await.on();
    assert!(bo.get(&page).await.page().contains("Kim Harbour closed it: kept."));

    // Another link ends by being revoked, this one on its day.
    let second = ann.post(&format!("{acme}/links"), &[("person", &kim), ("until", "365")]).await;
    let second_address = second.page().split("http://127.0.0.1").nth(1).unwrap().split('<').next().unwrap().to_owned();
    house.clock.days(31);
    let ended = nobody.get(&address).await;
    assert!(ended.status == StatusCode::NOT_FOUND && ended.body.contains("This link opens nothing"));
    assert!(nobody.get(&second_address).await.page().contains("Test the restore"));
    let ann = house.browser(house.ann).await;
    let listed = ann.get(&acme).await;
    let revoke = listed.page().split("/links/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    ann.post(&format!("{acme}/links/{revoke}"), &[]).await.on();
    assert_eq!(nobody.get(&second_address).await.status, StatusCode::NOT_FOUND);
    assert_eq!(nobody.post(&format!("{second_address}/{id}/break"), &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn every_address_as_nobody_and_as_the_wrong_person() {
    let house = begun().await;
    let bo = house.browser(house.bo).await;
    let page = promised(&bo, "Harbour", "Test the restore", "2026-03-04").await;
    let id = page.rsplit('/').next().unwrap();
    let fill = |path: &str| {
        path.replace("{id}", id)
            .replace("{act}", "keep")
            .replace("{person}", &house.bo.to_string())
            .replace("{circle}", &house.harbour.to_string())
            .replace("{link}", id)
            .replace("{token}", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
    };
    let (nobody, cy, otto) = (house.outsider(), house.browser(house.cy).await, house.browser(house.otto).await);
    let routes: Vec<_> = acts::routes()
        .into_iter()
        .filter(|route| route.path.starts_with("/promises") || route.path.starts_with("/c/"))
        .collect();
    assert_eq!(routes.len(), 12);
    for route in routes {
        let path = fill(route.path);
        // Pages of nothing but one's own.
        let own = matches!(route.path, "/promises" | "/promises/closed" | "/promises/new" | "/promises/consistency");
        for method in route.methods {
            let ask = async |client: &Client| {
                if *method == "GET" { client.get(&path).await } else { client.post(&path, &[]).await }
            };
            let shut = ask(&nobody).await;
            let link = route.path.starts_with("/c/");
            let refused = if link {
                shut.status == StatusCode::NOT_FOUND
            } else if *method == "GET" {
                shut.to.starts_with("/signin?next=")
            } else {
                shut.status == StatusCode::UNAUTHORIZED
            };
            assert!(refused && !shut.body.contains("Test the restore"), "{method} {path}: {}", shut.status);
            for wrong in [&cy, &otto] {
                let answer = ask(wrong).await;
                assert!(own || answer.status == StatusCode::NOT_FOUND, "{method} {path}: {}", answer.status);
                assert!(!answer.body.contains("Test the restore"), "{method} {path}");
            }
        }
    }
}
