//! The leadership model on pages: the catalogue, the organisation's own sentences, training, the self-check.

use std::collections::BTreeSet;

use acts::{Guard, routes};
use axum::http::StatusCode;
use ledger::training;

use crate::support::{Page, house};

/// Pages of the desk, which are not of this crate, that practices lead to.
const DESK: &[&str] = &["/problems", "/teams", "/listening"];

#[track_caller]
fn page(found: &Page) -> &str {
    assert_eq!(found.status, StatusCode::OK, "{}", found.body);
    &found.body
}

#[track_caller]
fn on(found: &Page) -> &str {
    assert_eq!(found.status, StatusCode::SEE_OTHER, "{}", found.body);
    &found.to
}

#[track_caller]
fn again(found: &Page) -> &str {
    assert_eq!(found.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", found.body);
    &found.body
}

#[test]
fn every_practice_leads_to_a_page_that_there_is() {
    let pages: BTreeSet<&str> =
        routes().into_iter().filter(|route| route.methods.contains(&"GET")).map(|route| route.path).collect();
    let model = model::shipped();
    let practices = model.qualities.iter().flat_map(|quality| &quality.practices);
    let there = |page: &str| {
        let path = page.split('?').next().unwrap_or_default();
        pages.contains(path) || DESK.contains(&path)
    };
    for practice in practices.chain(model.modules.iter().map(|module| &module.act)) {
        assert!(there(&practice.page), "{} leads to {}, and there is no such page", practice.key, practice.page);
    }
    for place in &model.places {
        assert!(there(&place.page), "{} is answered on {}, and there is no such page", place.requirement, place.page);
    }
    assert!(
        routes().iter().filter(|route| route.path.starts_with("/self-check")).all(|one| one.guard == Guard::Signed)
    );
}

#[tokio::test]
async fn the_catalogue_is_searched_and_each_quality_has_its_page() {
    let house = house().await;
    let (bo, kim) = (house.browser(house.bo).await, house.browser(house.kim).await);
    let all = bo.get("/model").await;
    for quality in &model::shipped().qualities {
        assert!(page(&all).contains(&format!("/model/{}", quality.key)), "{}", quality.key);
        let one = bo.get(&format!("/model/{}", quality.key)).await;
        assert!(page(&one).contains(&quality.items[0].worded(rating::model::Role::Own).replace('\'', "&#39;")[..10]));
        assert!(one.has("What the record can say") && one.has("To practise"), "{}", quality.key);
    }
    let how = bo.get("/model?kind=how").await;
    assert!(page(&how).contains("7 of 35") && how.has("Telling the truth") && !how.has("Humour"), "{}", how.body);
    let theory = bo.get("/model?kind=how&theory=relational").await;
    assert!(page(&theory).contains("Telling the truth") && !theory.has("/model/optimism"));
    let words = bo.get("/model?q=LAUGH").await;
    assert!(page(&words).contains("/model/humour") && words.has("value=\"LAUGH\""));
    assert!(page(&bo.get("/model?q=zzz").await).contains("No quality fits"));
    assert_eq!(bo.get("/model/nonsense").await.status, StatusCode::NOT_FOUND);
    // A client's contact reads it as well, without ways to pages that are not for clients.
    let client = kim.get("/model/team-goals").await;
    assert!(page(&client).contains("Setting goals") && !client.has("href=\"/aims\""), "{}", client.body);
    assert!(page(&bo.get("/model/team-goals").await).contains("href=\"/aims\""));
    assert!(page(&bo.get("/model/optimism").await).contains("it cannot be computed"));
    assert!(page(&bo.get("/me").await).contains("/self-check"), "one finds there from one's own page");
}

#[tokio::test]
async fn the_owner_of_the_questionnaire_changes_it_and_others_read_it() {
    let house = house().await;
    let (ann, dan) = (house.browser(house.ann).await, house.browser(house.dan).await);
    assert!(page(&ann.get("/model/items").await).contains("/model/items/new"));
    assert!(page(&dan.get("/model/items").await).contains("administers the organisation"));
    for path in ["/model/items/new", "/model/items/truth-1/reword", "/model/items/truth-1/retire"] {
        assert_eq!(dan.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(dan.post(path, &[("why", "x")]).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(dan.post("/model/items/take-over", &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ann.get("/model/items/nonsense/reword").await.status, StatusCode::NOT_FOUND);

    let mut fields = vec![
        ("quality", "truth"),
        ("subordinate", "Warns us <b>early</b>."),
        ("peer", "Warns me."),
        ("higher_up", "Warns me in time."),
        ("client", "Warns us in time."),
        ("own", "I warn others."),
        ("why", ""),
    ];
    let back = ann.post("/model/items/new", &fields).await;
    assert!(
        again(&back).contains("must not be empty") && back.has("Warns us &lt;b&gt;early&lt;/b&gt;."),
        "{}",
        back.body
    );
    fields[6] = ("why", "We need it.");
    assert_eq!(on(&ann.post("/model/items/new", &fields).await), "/model/items#truth-own-1");
    let list = dan.get("/model/items").await;
    assert!(page(&list).contains("1+1") && list.has("Warns me.") && list.has("We need it.") && list.has("Ann Lee"));
    assert!(page(&dan.get("/model/truth").await).contains("Warns me in time."), "the catalogue shows what is asked");

    fields[0] = ("over", "1");
    fields[2] = ("peer", "Warns me at once.");
    let reword = ann.get("/model/items/truth-own-1/reword").await;
    assert!(page(&reword).contains("name=\"over\" value=\"1\"") && reword.has("value=\"Warns me.\""));
    assert_eq!(on(&ann.post("/model/items/truth-own-1/reword", &fields).await), "/model/items#truth-own-1");
    let stale = ann.post("/model/items/truth-own-1/reword", &fields).await;
    assert!(again(&stale).contains("Somebody else reworded this sentence meanwhile"));
    assert!(again(&ann.post("/model/items/trust-1/retire", &[("why", "x")]).await).contains("only sentence"));
    on(&ann.post("/model/items/truth-own-1/retire", &[("why", "Twice the same.")]).await);
    assert!(page(&dan.get("/model/items").await).contains("Asked no more"));
    assert!(!page(&dan.get("/model/truth").await).contains("Warns me at once."));
    assert!(page(&ann.get("/model/items/truth-own-1/retire").await).contains("Bring a sentence back"));
    on(&ann.post("/model/items/truth-own-1/retire", &[("why", "After all.")]).await);
    assert!(page(&dan.get("/model/truth").await).contains("Warns me at once."));
    // Old versions stay as they were.
    let old = dan.get("/model/versions/1").await;
    assert!(page(&old).contains("Warns me.") && !old.has("Warns me at once."));
    assert!(page(&dan.get("/model/versions/2").await).contains("Warns me at once."));
    assert!(!page(&dan.get("/model/versions/3").await).contains("Warns me at once."));
    assert_eq!(dan.get("/model/versions/9").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_module_is_read_and_ended_with_an_act_that_only_its_person_sees() {
    let house = house().await;
    let (bo, cy) = (house.browser(house.bo).await, house.browser(house.cy).await);
    let list = bo.get("/training").await;
    for module in &model::shipped().modules {
        assert!(page(&list).contains(&format!("/training/{}", module.key)), "{}", module.key);
        let one = bo.get(&format!("/training/{}", module.key)).await;
        assert!(page(&one).contains("Exercise") && one.has("I begin now"), "{}", module.key);
        assert!(one.has("It counts when ") && !one.has("the record knows"), "{}", module.key);
        assert!(one.has(&format!("href=\"{}\"", module.act.page)), "{} ends with an act", module.key);
    }
    assert_eq!(bo.get("/training/nonsense").await.status, StatusCode::NOT_FOUND);
    assert!(list.has("Begin: The first 90 days"));
    let promise = |whom| [("whom", whom), ("what", "A quiet hour"), ("known", "Nobody calls."), ("due", "2026-03-20")];
    let promises = async |whom| {
        let made = on(&bo.post("/promises/new", &promise(whom)).await).to_owned();
        format!("promise:{}", made.rsplit('/').next().unwrap())
    };
    let early = promises("Service desk").await;
    house.clock.advance(jiff::SignedDuration::from_mins(1));
    for browser in [&bo, &cy] {
        assert_eq!(on(&browser.post("/training/first-90-days/begin", &[]).await), "/training/first-90-days");
    }
    assert_eq!(bo.post("/training/nonsense/begin", &[]).await.status, StatusCode::NOT_FOUND);
    assert!(page(&bo.get("/training").await).contains("begun"));
    // What was done before it was begun does not count, and neither does what is of another kind.
    house.clock.advance(jiff::SignedDuration::from_mins(1));
    let other = promises("Ann Lee").await;
    let waits = bo.get("/training/first-90-days").await;
    assert!(page(&waits).contains("the record knows") && !waits.has(&early) && !waits.has(&other));
    for not in [&early, &other] {
        assert!(again(&bo.post("/training/first-90-days", &[("act", not)]).await).contains("Choose the act"));
    }
    let act = promises("Service desk").await;
    let id = act.trim_start_matches("promise:").to_owned();
    assert!(page(&bo.get("/training/first-90-days").await).contains(&act));
    // Another one is neither offered it nor may choose it.
    assert!(!page(&cy.get("/training/first-90-days").await).contains(&act));
    assert!(again(&cy.post("/training/first-90-days", &[("act", &act)]).await).contains("Choose the act"));
    assert_eq!(on(&bo.post("/training/first-90-days", &[("act", &act)]).await), "/training/first-90-days");
    let done = bo.get("/training/first-90-days").await;
    assert!(page(&done).contains("You did it") && done.has(&format!("href=\"/promises/{id}\"")), "{}", done.body);
    let list = bo.get("/training").await;
    assert!(page(&list).contains("you did it") && list.has("Go on: Explaining why"));
    let ann = house.browser(house.ann).await;
    assert!(!page(&ann.get("/training").await).contains("you did it"), "not even who administers sees it");
}

#[tokio::test]
async fn a_self_check_is_shown_and_kept_only_when_its_person_says_so() {
    let house = house().await;
    let (bo, kim) = (house.browser(house.bo).await, house.browser(house.kim).await);
    let form = bo.get("/self-check").await;
    assert_eq!(page(&form).matches("<fieldset").count(), 28, "two sentences of each WHAT and HOW");
    assert_eq!(form.body.matches("Not able to say").count(), 28);
    assert!(form.has("Who can see this: you alone"));
    assert!(
        again(&bo.post("/self-check", &[("truth-1", "0"), ("strange", "5"), ("truth-2", "9")]).await)
            .contains("at least one")
    );
    let answers: Vec<(String, String)> = model::shipped()
        .core()
        .flat_map(|quality| quality.items.iter().take(2).map(move |item| (quality, item)))
        .map(|(quality, item)| {
            let points = match quality.key.as_str() {
                "truth" => "5",
                "resources" => "1",
                _ => "3",
            };
            (item.key.clone(), points.to_owned())
        })
        .collect();
    let fields: Vec<(&str, &str)> = answers.iter().map(|(item, points)| (item.as_str(), points.as_str())).collect();
    let shown = bo.post("/self-check", &fields).await;
    assert!(page(&shown).contains("from 28 answers") && shown.has("never, never") && shown.has("always, always"));
    let (most, least) = shown.body.split_once("do least").unwrap();
    assert!(most.contains("/model/truth") && !most.contains("/model/resources"), "most: {most}");
    assert!(least.find("/model/resources").unwrap() < least.find("<table").unwrap(), "least comes first");
    // It was kept nowhere.
    let check = async || {
        let actor = house.actor(house.bo).await;
        training::self_check(&mut house.ledger.read().await.unwrap(), &actor).await.unwrap()
    };
    assert_eq!(check().await, None);
    assert!(page(&bo.get("/self-check/kept").await).contains("nothing here yet"));
    assert_eq!(on(&bo.post("/self-check/keep", &[]).await), "/self-check", "nothing answered, nothing kept");
    assert_eq!(on(&bo.post("/self-check/keep", &fields).await), "/self-check/kept");
    assert_eq!(check().await.unwrap().1.answers.len(), 28);
    assert!(page(&bo.get("/self-check/kept").await).contains("never, never"));
    assert!(page(&bo.get("/self-check").await).contains("You kept a self-check"));
    let ann = house.browser(house.ann).await;
    assert!(page(&ann.get("/self-check/kept").await).contains("nothing here yet"), "one opens one's own only");
    let about = ann.get(&format!("/people/{}", house.bo)).await;
    assert!(
        !page(&about).to_lowercase().contains("self-check") && !about.has("self_check"),
        "nor is it told elsewhere"
    );
    on(&bo.post("/self-check/forget", &[]).await);
    assert_eq!(check().await, None);
    // A client's contact may look at themselves as well.
    assert!(page(&kim.get("/self-check").await).contains("How often do you do this?"));
    assert_eq!(house.outsider().get("/self-check").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_module_is_proposed_to_a_team_by_who_leads_it() {
    let house = house().await;
    let (dan, bo) = (house.browser(house.dan).await, house.browser(house.bo).await);
    let team = house.team.to_string();
    let fields = [
        ("circle", team.as_str()),
        ("module", "customer-service"),
        ("why", "Callers <hear> our mood"),
        ("until", "2026-04-30"),
    ];
    assert!(bo.get("/training").await.has("href=\"/training/team\""));
    assert!(!bo.get("/training/team").await.has("Propose a module"));
    assert_eq!(bo.post("/training/team", &fields).await.status, StatusCode::FORBIDDEN);
    let wrong = dan.post("/training/team", &fields[..3]).await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.has("Callers &lt;hear&gt; our mood"));
    assert_eq!(dan.post("/training/team", &fields).await.status, StatusCode::SEE_OTHER);
    let page = bo.get("/training/team").await;
    assert!(page.has("Callers &lt;hear&gt; our mood") && page.has("no count can be told yet"), "{}", page.body);
    assert!(page.has("not enough to say") && page.has("Seen together") && !page.has("End it"), "{}", page.body);
    let end = [("circle", team.as_str()), ("module", "customer-service")];
    assert_eq!(bo.post("/training/team/end", &end).await.status, StatusCode::FORBIDDEN);
    assert_eq!(dan.post("/training/team/end", &end).await.status, StatusCode::SEE_OTHER);
    assert!(bo.get("/training/team").await.has("ended"));
}
