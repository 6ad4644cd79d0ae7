//! The page of a fix for those whom the problem touched.

use axum::http::StatusCode;

use crate::filled::{CLOSED, INSIDE, fill};
use crate::world::World;

#[tokio::test]
async fn a_client_is_asked_on_today_and_says_whether_it_is_so() {
    let world = World::new().await;
    fill(&world).await;
    let (di, cy, ann, mo) =
        (world.as_("di").await, world.as_("cy").await, world.as_("ann").await, world.as_("mo").await);
    let today = di.get("/today").await.body;
    let path = today.split("href=\"").find_map(|rest| rest.strip_prefix("/fixes/")).unwrap().split('"').next().unwrap();
    let path = format!("/fixes/{path}");
    let page = di.get(&path).await;
    assert_eq!(page.status, StatusCode::OK);
    for part in [CLOSED, "Beach Hotels", "What the tickets say", "countersign", "No other client."] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    // Its title out of the record and the figures over all clients are not theirs; the team that made it is named.
    assert!(!page.body.contains("/problems/"), "{}", page.body);
    assert!(page.body.contains("Print") && !page.body.contains(INSIDE), "{}", page.body);
    let own = ann.get(&path).await.body;
    assert!(own.contains("href=\"/problems/t1\"") && !own.contains("name=\"agrees\""), "{own}");
    for stranger in [&cy, &mo] {
        assert_eq!(stranger.get(&path).await.status, StatusCode::NOT_FOUND);
        assert_eq!(stranger.post(&path, &[("agrees", "yes")]).await.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(ann.post(&path, &[("agrees", "yes")]).await.status, StatusCode::FORBIDDEN);
    let again = di.post(&path, &[("agrees", "no"), ("words", " ")]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.body.contains("id=\"words-wrong\"") && again.body.contains("value=\"no\" checked"), "{}", again.body);
    let said = di.post(&path, &[("agrees", "no"), ("words", "We <stopped> calling")]).await;
    assert_eq!((said.status, said.to()), (StatusCode::SEE_OTHER, path.as_str()));
    let page = ann.get(&path).await.body;
    assert!(
        page.contains("Objected") && page.contains("Di Vale") && page.contains("We &lt;stopped&gt; calling"),
        "{page}"
    );
    assert!(!di.get("/today").await.body.contains("/fixes/"), "asked once");
    let anew = di.get(&path).await.body;
    assert!(anew.contains("Say it anew") && anew.contains("We &lt;stopped&gt; calling</textarea>"), "{anew}");
}
