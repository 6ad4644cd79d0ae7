//! What was typed is never lost: where a form is refused by a page that is not its own, and where the session ended while
//! it was filled.

use axum::http::StatusCode;
use ledger::people::Erase;

use crate::support::house;

#[tokio::test]
async fn what_a_small_form_refuses_comes_back_with_the_message_at_its_field() {
    let house = house().await;
    let bo = house.browser(house.bo).await;
    let came = bo.post("/today/interrupted", &[]).await;
    let path = format!("/today/interrupted/{}", came.to.split('=').nth(1).unwrap());
    let long = format!("The <b>lift</b> {}", "stood ".repeat(60));
    let page = bo.post(&path, &[("words", long.as_str())]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let shown = long.replace('<', "&lt;").replace('>', "&gt;");
    for part in
        [shown.as_str(), "say it in at most 200", &format!("action=\"{path}\""), "Send it again", "class=\"wrong\""]
    {
        assert!(page.has(part), "{part}: {}", page.body);
    }
    assert!(!page.has("<b>lift</b>"), "{}", page.body);
    // Bytes that were no UTF-8, and characters that cannot be shown.
    for (sent, message) in [("words=Caf%E9", "was not sent as UTF-8"), ("words=a%00b", "cannot be shown")] {
        let page = bo.post_raw(&path, sent).await;
        assert!(page.status == StatusCode::UNPROCESSABLE_ENTITY && page.has(message), "{sent}: {}", page.body);
    }
    assert_eq!(bo.post(&path, &[("words", "The lift")]).await.status, StatusCode::SEE_OTHER);
    // Where nothing was typed, nothing is shown again.
    let none = bo.post(&format!("/requests/{}/undo", house.team), &[]).await;
    assert!(none.status == StatusCode::NOT_FOUND && !none.has("Send it again"), "{}", none.body);
}

#[tokio::test]
async fn a_session_that_ended_costs_no_words() {
    let house = house().await;
    let whom = house.bo.to_string();
    let typed =
        [("whom", whom.as_str()), ("what", "Call the <printer> maker"), ("known", "A line\nand another"), ("due", "")];
    let page = house.outsider().post("/promises/new", &typed).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    for part in
        ["Call the &lt;printer&gt; maker", "A line\nand another", "action=\"/promises/new\"", "Sign in, in a new tab"]
    {
        assert!(page.has(part), "{part}: {}", page.body);
    }
    assert!(page.has(&format!("type=\"hidden\" name=\"whom\" value=\"{whom}\"")), "what nobody types is carried along");
    // Signed in again, the same form goes on as it is.
    let kept =
        [("whom", whom.as_str()), ("what", "Call the <printer> maker"), ("known", "A line"), ("due", "2026-03-06")];
    assert_eq!(house.browser(house.ann).await.post("/promises/new", &kept).await.status, StatusCode::SEE_OTHER);
    // A password is never shown, and a form of one alone is not either.
    let page =
        house.outsider().post("/me/password", &[("password", "Correct Horse!"), ("new_password", "Battery!")]).await;
    assert!(page.status == StatusCode::UNAUTHORIZED && !page.has("Horse") && !page.has("Battery"), "{}", page.body);
    // What was only pressed is not carried on.
    let page = house.outsider().post("/today/hand", &[("noun", "request")]).await;
    assert!(page.status == StatusCode::UNAUTHORIZED && !page.has("Send it again"), "{}", page.body);
}

#[tokio::test]
async fn who_was_erased_is_asked_for_nothing_and_no_word_is_lost() {
    let house = house().await;
    let bo = house.browser(house.bo).await;
    let gone = house.cy.to_string();
    let team = house.team.to_string();
    house.does(house.ann, Erase { person: house.cy }).await;
    for (form, field, others) in [
        ("/promises/new", "whom", vec![("what", "Typed <with> care"), ("known", "It is read."), ("due", "2026-03-20")]),
        ("/asks/new", "whom", vec![("words", "Typed <with> care")]),
        ("/requests/new", "of", vec![("title", "Typed <with> care"), ("circle", team.as_str())]),
    ] {
        for whom in [gone.as_str(), "Cy Dahl"] {
            let page = bo.post(form, &[others.as_slice(), &[(field, whom)][..]].concat()).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{form} {whom}: {}", page.body);
            assert!(page.has(&format!("id=\"{field}-wrong\"")), "at its field: {form} {whom}: {}", page.body);
            assert!(page.has("Typed &lt;with&gt; care") && !page.has("<with>"), "{form} {whom}: {}", page.body);
        }
    }
    assert!(!bo.get("/promises").await.has("Typed &lt;with&gt; care"), "nothing of it was kept");
}
