//! People, circles, import, and what a person sees of what is held about them.

use std::fmt::Write as _;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use ledger::people::import::Import;

use crate::world::{World, actor};

#[tokio::test]
async fn the_list_finds_and_pages_thousands() {
    let world = World::new().await;
    let ledger = world.app.ledger();
    let ann = actor(ledger, world.people["ann"]).await;
    let mut text = String::from("name,email,circle\n");
    for n in 0..3000 {
        writeln!(text, "Person {n:04},p{n}@example.org,Service desk").unwrap();
    }
    ledger.perform(&ann, &Import { text, otherwise: world.circles["top"] }).await.unwrap();
    let ann = world.as_("ann").await;
    let page = ann.get("/people").await;
    // Ann, Dan, Lea, Mo, Eve and the two contacts besides.
    assert!(page.body.contains("3007 people") && page.body.contains("Page 1 of 61"), "{}", page.body.len());
    assert!(page.body.len() < 60_000, "{} bytes", page.body.len());
    let last = ann.get("/people?page=60").await.body;
    assert!(last.contains("Person 2999") && last.contains("Page 61 of 61"));
    assert!(ann.get("/people?page=9999").await.body.contains("Page 61 of 61"));
    let found = ann.get("/people?q=PERSON+0042").await.body;
    assert!(found.contains("1 person") && found.contains("Person 0042"));
    let found = ann.get("/people?q=p42%40").await.body;
    assert!(found.contains("Person 0042"), "by address");
    assert!(ann.get("/people?q=zzz").await.body.contains("Nobody is found"));
    let next = ann.get(&format!("/people?q=person&circle={}", world.circles["desk"])).await.body;
    assert!(next.contains("3000 people") && next.contains(&format!("circle={}&amp;page=1", world.circles["desk"])));
    let circle = ann.get(&format!("/circles/{}", world.circles["desk"])).await.body;
    assert!(circle.contains("All 3002 people"));
}

#[tokio::test]
async fn each_sees_their_own_part_of_the_people() {
    let world = World::new().await;
    let seen = |key: &'static str| {
        let world = &world;
        async move { world.as_(key).await.get("/people").await }
    };
    let ann = seen("ann").await.body;
    for name in ["Ann Lee", "Dan Roe", "Lea Day", "Mo Sand", "Eve Hill", "Cy Nord", "Di Vale", "Beach Hotels"] {
        assert!(ann.contains(name), "{name}");
    }
    let mo = seen("mo").await.body;
    for name in ["Ann Lee", "Dan Roe", "Lea Day"] {
        assert!(mo.contains(name), "{name}: direction comes from above");
    }
    for name in ["Cy Nord", "Di Vale", "Alpine Rail", "Add people from a table"] {
        assert!(!mo.contains(name), "{name}");
    }
    assert_eq!(seen("cy").await.status, StatusCode::NOT_FOUND);
    // Mo may look at a person, and does nothing to them.
    let page = world.as_("mo").await.get(&format!("/people/{}", world.people["dan"])).await;
    assert!(page.body.contains("leader") && !page.body.contains("<button type=\"submit\" aria-label"), "{}", page.body);
    let erase = world.as_("dan").await.get(&format!("/people/{}/erase", world.people["mo"])).await;
    assert_eq!(erase.status, StatusCode::NOT_FOUND, "only who administers the organisation erases");
}

#[tokio::test]
async fn people_and_circles_are_kept_in_order_by_hand() {
    let world = World::new().await;
    let dan = world.as_("dan").await;
    let it = world.circles["it"];
    let new = format!("/circles/{it}/people/new");
    let page = dan.post(&new, &[("name", "Flo <i>"), ("email", "flo at home"), ("role", "member")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        page.body.contains("Flo &lt;i&gt;") && page.body.contains("flo at home") && page.body.contains("email-wrong")
    );
    let page = dan.post(&new, &[("name", "Flo"), ("email", "flo@example.org"), ("role", "client_contact")]).await;
    assert!(page.body.contains("role-wrong"), "no client is here");
    let page = dan.post(&new, &[("name", "Flo"), ("email", "flo@example.org"), ("role", "member")]).await;
    let flo = page.to().to_owned();
    assert!(page.status == StatusCode::SEE_OTHER && flo.starts_with("/people/"));
    let desk = world.circles["desk"].to_string();
    let give = dan.post(&format!("{flo}/roles"), &[("circle", &desk), ("role", "observer")]).await;
    assert_eq!(give.status, StatusCode::SEE_OTHER);
    let give = dan.post(&format!("{flo}/roles"), &[("circle", ""), ("role", "observer")]).await;
    assert!(give.status == StatusCode::UNPROCESSABLE_ENTITY && give.body.contains("circle-wrong"));
    let top = world.circles["top"].to_string();
    let give = dan.post(&format!("{flo}/roles"), &[("circle", &top), ("role", "administrator")]).await;
    assert_eq!(give.status, StatusCode::FORBIDDEN, "not above oneself");
    let ended = dan.post(&format!("{flo}/roles/end"), &[("role", &format!("{desk} observer"))]).await;
    assert_eq!(ended.to(), flo);
    assert_eq!(dan.post(&format!("{flo}/leave"), &[]).await.to(), "/people");
    assert_eq!(dan.get(&flo).await.status, StatusCode::NOT_FOUND, "who left is in no circle of Dan's");
    assert!(world.as_("ann").await.get(&flo).await.body.contains("Left on"));

    let open = dan.post(&format!("/circles/{it}/circles/new"), &[("name", "Cloud"), ("kind", "team")]).await;
    let cloud = open.to().to_owned();
    assert!(cloud.starts_with("/circles/"));
    let id = cloud.trim_start_matches("/circles/");
    let looped = dan.post(&format!("/circles/{it}/move"), &[("parent", id)]).await;
    assert!(looped.status == StatusCode::UNPROCESSABLE_ENTITY && looped.body.contains("nested in itself"));
    assert_eq!(dan.post(&format!("{cloud}/move"), &[("parent", &desk)]).await.to(), cloud);
    assert_eq!(dan.post(&format!("{cloud}/rename"), &[("name", "Cloud and ground")]).await.to(), cloud);
    assert_eq!(dan.post(&format!("{cloud}/close"), &[]).await.to(), cloud);
    let page = dan.get(&cloud).await.body;
    assert!(page.contains("closed on") && page.contains("Cloud and ground") && !page.contains("/people/new"));
    assert_eq!(dan.post(&format!("{cloud}/reopen"), &[]).await.to(), cloud);
    let busy = dan.post(&format!("/circles/{desk}/close"), &[]).await;
    assert!(busy.status == StatusCode::CONFLICT && busy.body.contains("still open within it"));
}

#[tokio::test]
async fn a_table_is_shown_first_and_done_then() {
    let world = World::new().await;
    let ann = world.as_("ann").await;
    let it = world.circles["it"].to_string();
    let bad = "name;email;circle;role\nFlo;flo@example.org;Moon;member\n";
    let page = ann.post("/people/import", &[("text", bad), ("circle", &it)]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.body.contains("There is no circle “Moon”") && page.body.contains("Flo;flo@example.org;Moon"));
    assert!(!page.body.contains("Do it"));
    // A file, as a browser sends it, in the encoding of a Western spreadsheet.
    let file = b"name;email\r\nZo\xeb;zoe@example.org\r\n";
    let mut body = Vec::new();
    for (head, part) in [
        ("form-data; name=\"circle\"", it.as_bytes()),
        ("form-data; name=\"text\"", b"".as_slice()),
        ("form-data; name=\"file\"; filename=\"p.csv\"", file.as_slice()),
    ] {
        body.extend_from_slice(format!("--x\r\nContent-Disposition: {head}\r\n\r\n").as_bytes());
        body.extend_from_slice(part);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--x--\r\n");
    let request = Request::post("/people/import")
        .header(header::COOKIE, &ann.cookies)
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
    let page = ann.send(request.body(Body::from(body)).unwrap()).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(page.body.contains("1 would be added") && page.body.contains("Zoë") && page.body.contains("Do it"));
    assert!(!ann.get("/people").await.body.contains("Zoë"), "nothing was kept");
    let text = "name;email\r\nZoë;zoe@example.org\r\n";
    assert_eq!(ann.post("/people/import/do", &[("text", text), ("circle", &it)]).await.to(), "/people");
    assert!(ann.get("/people").await.body.contains("Zoë"));
    let again = ann.post("/people/import/do", &[("text", bad), ("circle", &it)]).await;
    assert!(again.status == StatusCode::UNPROCESSABLE_ENTITY && again.body.contains("Moon"));
    let mo = world.as_("mo").await;
    assert_eq!(mo.get("/people/import").await.status, StatusCode::NOT_FOUND, "Mo keeps nothing in order");
}

#[tokio::test]
async fn my_data_and_who_looked_and_my_erasure() {
    let world = World::new().await;
    let (ann, cy) = (world.as_("ann").await, world.as_("cy").await);
    let id = world.people["cy"];
    let path = format!("/people/{id}");
    assert!(ann.get(&path).await.body.contains("Cy Nord"));
    let mine = cy.get("/me").await.body;
    assert!(mine.contains("Ann Lee") && mine.contains("the page of a person"), "a client's contact sees who looked");
    assert!(mine.contains("cy@example.org") && mine.contains("Alpine Rail"));
    let export = cy.get("/me/export").await;
    assert_eq!(export.headers[header::CONTENT_DISPOSITION], "attachment; filename=\"my-data.json\"");
    let json: serde_json::Value = serde_json::from_str(&export.body).unwrap();
    assert_eq!((&json["name"], &json["looked"][0]["viewer"]), (&"Cy Nord".into(), &"Ann Lee".into()));
    assert_eq!(cy.post("/me/name", &[("name", "Cyrus Nord"), ("zone", "Mars")]).await.status.as_u16(), 422);
    assert_eq!(cy.post("/me/name", &[("name", "Cyrus Nord"), ("zone", "Asia/Tokyo")]).await.to(), "/me");
    assert_eq!(cy.post("/me/erasure/ask", &[]).await.to(), "/me");
    assert!(cy.get("/me").await.body.contains("Take it back"));
    assert!(ann.get("/people").await.body.contains("Cyrus Nord asks to be erased"));
    let unsure = ann.post(&format!("{path}/erase"), &[]).await;
    assert!(unsure.status == StatusCode::UNPROCESSABLE_ENTITY && unsure.body.contains("Tick the box"));
    assert_eq!(ann.post(&format!("{path}/erase"), &[("sure", "true")]).await.to(), "/people");
    assert_eq!(cy.get("/me").await.status, StatusCode::SEE_OTHER, "the session has ended");
    let gone = ann.get(&path).await.body;
    assert!(gone.contains("Erased on") && !gone.contains("Cyrus") && !gone.contains("cy@example.org"));
    assert!(world.app.ledger().verify(|_| ()).await.unwrap().broken.is_none());
}
