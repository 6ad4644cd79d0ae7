//! Who asked says by a link, without an account, whether the desk has understood.

use axum::http::StatusCode;
use ledger::restated::{self, GiveLink, Restate, State};

use crate::world::{World, actor};

#[tokio::test]
async fn who_asked_confirms_or_corrects_by_a_link() {
    let world = World::new().await;
    let ledger = world.app.ledger();
    let mo = actor(ledger, world.people["mo"]).await;
    let restate = Restate {
        source: "desk".into(),
        ticket: "T<7>".into(),
        circle: Some(world.circles["desk"]),
        words: "Print <before> the ship leaves".into(),
    };
    let need = ledger.perform(&mo, &restate).await.unwrap();
    let token = ledger.perform(&mo, &GiveLink { need }).await.unwrap();
    let (nobody, path) = (world.nobody(), format!("/need/{token}"));
    let page = nobody.get(&path).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    for part in
        ["T&lt;7&gt;", "Service desk", "On 2 March 2026", "Print &lt;before&gt; the ship leaves", "Who can see this"]
    {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    assert!(!page.body.contains("Mo Sand"), "the desk's people are not named: {}", page.body);
    for (fields, field) in [(vec![], "so-wrong"), (vec![("so", "no"), ("words", " ")], "words-wrong")] {
        let again = nobody.post(&path, &fields).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(again.body.contains(field), "{}", again.body);
    }
    let thanks = nobody.post(&path, &[("so", "no"), ("words", "A label that can be read")]).await;
    assert!(thanks.status == StatusCode::OK && thanks.body.contains("Thank you"), "{}", thanks.body);
    for again in [nobody.get(&path).await, nobody.post(&path, &[("so", "yes")]).await] {
        assert_eq!(again.status, StatusCode::NOT_FOUND, "{}", again.body);
        assert!(again.body.contains("This link opens nothing"), "{}", again.body);
    }
    let told = restated::of_ticket(&mut ledger.read().await.unwrap(), &mo, "desk", "T<7>").await.unwrap();
    assert_eq!((told[0].state, told[0].correction.as_str()), (State::Corrected, "A label that can be read"));
    assert_eq!(told[0].answered_by, None, "they answered themselves");
}
