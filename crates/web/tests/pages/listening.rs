//! What is really needed on a ticket, said back by the desk and answered by who asked; and what came of it, by team.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use leadership::{CircleKind, Role};
use ledger::people::{self, GiveRole, OpenCircle};

use crate::people::{House, house};
use crate::support::{Answer, between, run};

/// Whoever has a link, without a session.
async fn outsider(house: &House, method: Method, path: &str, form: &str) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, "localhost:7070")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(form.to_owned()))
        .unwrap();
    house.desk.ask(request).await
}

#[test]
fn a_need_is_said_back_and_answered_by_who_asked() {
    run(async {
        let house = house().await;
        let rows = house.page(house.bo, "/rows").await;
        let ticket = format!("/ticket/{}", between(&rows, "href=\"/ticket/", "\"").unwrap());
        let page = house.page(house.bo, &ticket).await;
        assert!(page.contains("Nobody has said it back yet.") && page.contains("Northwind IT</option>"), "{page}");
        assert_eq!(house.ask(house.kim, Method::GET, &ticket, "").await.status, StatusCode::NOT_FOUND, "a client");
        for (method, form) in [(Method::GET, ""), (Method::POST, "words=Anything")] {
            let none = house.ask(house.bo, method, "/ticket/nowhere/1", form).await;
            assert_eq!(none.status, StatusCode::NOT_FOUND, "the record has no such ticket");
        }
        let empty = house.post(house.bo, &ticket, "do=say&words=+&circle=").await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(empty.text().contains("words-wrong") && empty.text().contains("circle-wrong"), "{}", empty.text());
        let say = |words: &str| format!("do=say&words={words}&circle={}", house.root);
        let said = house.post(house.bo, &ticket, &say("Print+before+the+ship+leaves")).await;
        assert_eq!((said.status, said.to()), (StatusCode::SEE_OTHER, ticket.as_str()), "{}", said.text());
        let page = house.page(house.cy, &ticket).await;
        assert!(page.contains("Print before the ship leaves") && page.contains("Not answered yet."), "{page}");

        // By a link, without an account: shown once, used once.
        let need = between(&page, "name=\"need\" value=\"", "\"").unwrap().to_owned();
        let made = house.post(house.cy, &ticket, &format!("do=link&need={need}")).await;
        assert_eq!(made.status, StatusCode::OK, "{}", made.text());
        let link = format!("/need/{}", between(&made.text(), "/need/", "<").unwrap());
        assert!(!house.page(house.cy, &ticket).await.contains(&link));
        let asked = outsider(&house, Method::GET, &link, "").await;
        assert!(asked.status == StatusCode::OK && asked.text().contains("Print before the ship leaves"));
        assert!(!asked.text().contains("Bo Kim"), "{}", asked.text());
        let thanks = outsider(&house, Method::POST, &link, "so=no&words=A+label+that+can+be+read").await;
        assert!(thanks.status == StatusCode::OK && thanks.text().contains("Thank you"), "{}", thanks.text());
        assert_eq!(outsider(&house, Method::GET, &link, "").await.status, StatusCode::NOT_FOUND);
        let page = house.page(house.bo, &ticket).await;
        assert!(page.contains("Corrected.") && page.contains("A label that can be read"), "{page}");
        assert!(page.contains("By who asked") && !page.contains("On behalf"), "{page}");

        // Through who heard it, with a note.
        assert_eq!(house.post(house.cy, &ticket, &say("Labels+to+be+read")).await.status, StatusCode::SEE_OTHER);
        let page = house.page(house.bo, &ticket).await;
        let need = between(&page, "name=\"need\" value=\"", "\"").unwrap().to_owned();
        let answer = format!("do=answer&need={need}&so=yes");
        let again = house.post(house.bo, &ticket, &answer).await;
        assert!(again.status == StatusCode::UNPROCESSABLE_ENTITY && again.text().contains("note-wrong"));
        let kept = house.post(house.bo, &ticket, &format!("{answer}&note=By+telephone")).await;
        assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.text());
        let page = house.page(house.cy, &ticket).await;
        assert!(page.contains("Confirmed.") && page.contains("On behalf of who asked"), "{page}");
        assert!(page.contains("By telephone"), "{page}");
    });
}

#[test]
fn a_team_is_told_before_and_since_it_listens_beside_the_others() {
    run(async {
        let house = house().await;
        let page = house.page(house.bo, "/listening").await;
        assert!(page.contains("No team has begun.") && !page.contains("<form method=\"post\" action=\"/listening\""));
        let acts = people::actor(&mut house.desk.ledger.read().await.unwrap(), house.ann).await.unwrap().unwrap();
        let open =
            OpenCircle { parent: house.root, kind: CircleKind::Team, name: "team 1".into(), purpose: String::new() };
        let team = house.desk.ledger.perform(&acts, &open).await.unwrap();
        let state = format!("circle={team}&since=2026-03-16");
        assert_eq!(house.post(house.kim, "/listening", &state).await.status, StatusCode::NOT_FOUND);
        assert_eq!(house.post(house.bo, "/listening", &state).await.status, StatusCode::NOT_FOUND, "not seen");
        let acts = people::actor(&mut house.desk.ledger.read().await.unwrap(), house.ann).await.unwrap().unwrap();
        let joins = GiveRole { person: house.cy, circle: team, role: Role::Member };
        house.desk.ledger.perform(&acts, &joins).await.unwrap();
        assert_eq!(house.post(house.cy, "/listening", &state).await.status, StatusCode::FORBIDDEN, "who leads it");
        for (wrong, field) in [
            ("circle=&since=2026-03-16".to_owned(), "circle-wrong"),
            (format!("circle={team}&since=2027-01-01"), "since-wrong"),
        ] {
            let again = house.post(house.ann, "/listening", &wrong).await;
            assert!(
                again.status == StatusCode::UNPROCESSABLE_ENTITY && again.text().contains(field),
                "{}",
                again.text()
            );
        }
        let stated = house.post(house.ann, "/listening", &state).await;
        assert_eq!((stated.status, stated.to()), (StatusCode::SEE_OTHER, "/listening"), "{}", stated.text());
        let page = house.page(house.ann, "/listening").await;
        for part in ["<bdi>team 1</bdi>", "16 March 2026", "as who leads the team states", "Other teams before", "n = "]
        {
            assert!(page.contains(part), "{part}: {page}");
        }
        // The source tells no reopenings: nothing is said of them.
        assert!(page.contains("not enough to say") && page.contains("One came after the other."), "{page}");
        assert!(!page.contains("because") && !page.contains("Bo Kim"), "{page}");
        let none = house.post(house.ann, "/listening", &format!("circle={team}&since=")).await;
        assert_eq!(none.status, StatusCode::SEE_OTHER);
        assert!(house.page(house.ann, "/listening").await.contains("No team has begun."), "taken back");
    });
}
