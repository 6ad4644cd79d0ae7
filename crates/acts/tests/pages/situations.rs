//! Situations with people on their pages: what each way tends to lead to is shown after one has chosen.

use axum::http::StatusCode;

use crate::support::house;

#[tokio::test]
async fn one_chooses_first_and_keeps_it_for_oneself() {
    let house = house().await;
    let (bo, cy) = (house.browser(house.bo).await, house.browser(house.cy).await);
    let one = &model::shipped().situations[0];
    let page = format!("/situations/{}", one.key);
    assert!(bo.get("/training").await.has("href=\"/situations\""));
    assert!(bo.get("/situations").await.has("not looked at yet"));
    let before = bo.get(&page).await;
    let begins = |text: &str| text.split(['’', '\'']).next().unwrap_or_default().chars().take(30).collect::<String>();
    let tends: Vec<String> = one.ways.iter().map(|way| begins(&way.tends)).collect();
    assert!(before.has(&begins(&one.story)) && before.has(&begins(&one.ways[1].words)), "{}", before.body);
    assert!(tends.iter().all(|tends| !before.has(tends)), "not before one has chosen: {}", before.body);
    let wrong = bo.post(&page, &[("way", "none"), ("words", "I <ask>")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.has("Choose one of these.") && wrong.has("I &lt;ask&gt;"), "{}", wrong.body);
    let kept = bo.post(&page, &[("way", one.ways[1].key.as_str()), ("words", "I <ask>")]).await;
    assert_eq!((kept.status, kept.to.as_str()), (StatusCode::SEE_OTHER, page.as_str()), "{}", kept.body);
    let after = bo.get(&page).await;
    assert!(tends.iter().all(|tends| after.has(tends)) && after.has("– yours"), "{}", after.body);
    assert_eq!(after.body.matches("– yours").count(), 1);
    let said = bo.post(&format!("{page}/after"), &[("after", "It took two talks.")]).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.body);
    assert!(bo.get(&page).await.has("It took two talks.") && bo.get("/situations").await.has("with what came of it"));
    // Nobody else has any of it, and no client finds the pages.
    let other = cy.get(&page).await;
    assert!(!other.has("It took two talks.") && !other.has("– yours"), "{}", other.body);
    assert_eq!(cy.post(&format!("{page}/away"), &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(cy.post(&format!("{page}/after"), &[("after", "x")]).await.status, StatusCode::NOT_FOUND);
    let kim = house.browser(house.kim).await;
    for path in ["/situations", page.as_str()] {
        assert_eq!(kim.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(bo.get("/situations/no-such").await.status, StatusCode::NOT_FOUND);
    assert_eq!(bo.post(&format!("{page}/away"), &[]).await.status, StatusCode::SEE_OTHER);
    assert!(!bo.get(&page).await.has("– yours"));
}
