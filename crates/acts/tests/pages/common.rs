//! Common ground on its page and on that of a person.

use axum::http::StatusCode;

use crate::support::house;

#[tokio::test]
async fn what_two_like_is_found_by_both_and_taken_back() {
    let house = house().await;
    let (bo, cy, dan) = (house.browser(house.bo).await, house.browser(house.cy).await, house.browser(house.dan).await);
    let empty = bo.get("/talks/common").await;
    assert!(empty.has("Write down what you like") && empty.has("Who can see this:"), "{}", empty.body);
    assert!(bo.get("/talks").await.has("href=\"/talks/common\""));
    let long = "x".repeat(41);
    let wrong = bo.post("/talks/common", &[("words", &long)]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.has("has 41 characters") && wrong.has(&long), "what was typed stays: {}", wrong.body);
    let kept = bo.post("/talks/common", &[("words", "Old <radios>\r\nChess")]).await;
    assert_eq!((kept.status, kept.to.as_str()), (StatusCode::SEE_OTHER, "/talks/common"), "{}", kept.body);
    assert!(bo.get("/talks/common").await.has("Nobody of your circles shows the same so far."));
    let before = cy.get("/talks/common").await;
    assert!(before.has("Old &lt;radios&gt;") && before.has("Bo Kim") && !before.has("Old <radios>"), "{}", before.body);
    cy.post("/talks/common", &[("words", "chess")]).await;
    let shared = bo.get("/talks/common").await;
    assert!(shared.has("Cy Dahl") && shared.has("Chess\nOld &lt;radios&gt;"), "{}", shared.body);
    let page = cy.get(&format!("/people/{}", house.bo)).await;
    assert!(page.has("You both like Chess."), "{}", page.body);
    // Dan leads above them and does not belong to the team: he sees neither.
    assert!(!dan.get("/talks/common").await.has("Chess"));
    assert!(!dan.get(&format!("/people/{}", house.bo)).await.has("Chess"));
    assert_eq!(house.browser(house.kim).await.get("/talks/common").await.status, StatusCode::NOT_FOUND);
    cy.post("/talks/common", &[("words", "")]).await;
    assert!(!bo.get("/talks/common").await.has("Cy Dahl"));
}
