//! Promises made with a decision, and the way back.

use super::*;

const ROW: [(&str, &str); 4] = [
    ("promise_from", ""),
    ("promise_what", "Order the <telephones>"),
    ("promise_due", "2026-03-20"),
    ("promise_known", "They are on the desks."),
];

#[tokio::test]
async fn what_is_promised_with_a_decision_leads_both_ways() {
    let house = house().await;
    let (dan, bo) = (house.browser(house.dan).await, house.browser(house.bo).await);
    let (team, me) = (house.team.to_string(), house.dan.to_string());
    assert!(dan.get("/decisions/new").await.has("Promise something with it"));
    let mut fields = with(&[("circle", &team), ("decider", &me)]);
    fields.extend(ROW);

    // One more row loses nothing; what is wrong stands at its row; a draft keeps it.
    let mut more = fields.clone();
    more.extend([("promise_to", "Bo Kim"), ("more", "promise")]);
    let again = dan.post("/decisions/new", &more).await;
    assert_eq!(again.status, StatusCode::OK);
    assert!(
        again.has("value=\"Order the &lt;telephones&gt;\"") && again.has("id=\"promise_what-2\""),
        "{}",
        again.body
    );
    let mut wrong = fields.clone();
    wrong.extend([("promise_to", "Bo Nobody"), ("then", "decide")]);
    kept(
        &dan.post("/decisions/new", &wrong).await,
        &["promise_to-1-wrong", "Bo Nobody", "Order the &lt;telephones&gt;"],
    );
    fields.push(("promise_to", "Bo Kim"));
    let mut draft = fields.clone();
    draft.push(("then", "keep"));
    let kept_draft = dan.post("/decisions/new", &draft).await.to;
    assert!(dan.get(&kept_draft).await.has("Promised when it is decided"));
    assert!(dan.get(&format!("{kept_draft}/edit")).await.has("value=\"Order the &lt;telephones&gt;\""));
    assert!(!bo.get("/promises").await.has("telephones"), "a draft promises nothing");

    fields.push(("then", "decide"));
    let decision = dan.post("/decisions/new", &fields).await.to;
    let page = bo.get(&decision).await;
    assert!(page.has("What was promised with it") && page.has("Order the &lt;telephones&gt;"), "{}", page.body);
    let promise = page.body.split("href=\"/promises/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let promise = format!("/promises/{promise}");
    let back = bo.get(&promise).await;
    assert!(back.has("It comes from a decision: ") && back.has(&format!("href=\"{decision}\"")), "{}", back.body);

    // Told with another one, and one more by whoever reads it.
    let tell = format!("{decision}/tell");
    let bo_id = house.bo.to_string();
    let mut told = vec![("words", "We buy it."), ("audience", bo_id.as_str()), ("promise_to", "Service desk")];
    told.extend(ROW);
    let mut hasty = told.clone();
    hasty.retain(|(name, _)| *name != "promise_due");
    hasty.push(("promise_due", "2026-02-01"));
    kept(&dan.post(&tell, &hasty).await, &["promise_due-1-wrong", "We buy it."]);
    assert!(!bo.get("/notices").await.has("Decided:"), "all of it or nothing");
    let shown = dan.post(&tell, &[("words", "We <buy> it."), ("more", "promise"), ("promise_what", "x")]).await;
    assert!(shown.status == StatusCode::OK && shown.has("We &lt;buy&gt; it.") && shown.has("promise_what-2"));
    assert_eq!(dan.post(&tell, &told).await.to, decision);
    let give = bo.get(&decision).await;
    let id = decision.rsplit('/').next().unwrap();
    assert!(give.has(&format!("/promises/new?decision={id}")), "{}", give.body);
    let form = bo.get(&format!("/promises/new?decision={id}")).await;
    assert!(form.has("It follows from") && form.has(&format!("name=\"decision\" value=\"{id}\"")));
    let mine = [
        ("whom", "Dan Ode"),
        ("what", "Try it first"),
        ("due", "2026-03-09"),
        ("known", "I say how it went"),
        ("decision", id),
    ];
    assert_eq!(bo.post("/promises/new", &mine).await.status, StatusCode::SEE_OTHER);
    let page = dan.get(&decision).await;
    assert!(
        page.has("Try it first") && page.body.matches("Order the &lt;telephones&gt;").count() == 2,
        "{}",
        page.body
    );

    // An answer to an objection may promise as well.
    bo.post(&format!("{decision}/say"), &[("objects", "yes"), ("words", "May is busy.")]).await;
    let answer = format!("{decision}/answer/{bo_id}");
    assert!(dan.get(&answer).await.has("value=\"Bo Kim\""), "mostly it is promised to who objected");
    let mut fields = vec![("words", "In two steps."), ("promise_to", "Bo Kim")];
    fields.extend(ROW);
    let mut more = fields.clone();
    more.push(("more", "promise"));
    assert!(dan.post(&answer, &more).await.has("In two steps."));
    assert_eq!(dan.post(&answer, &fields).await.to, decision);
    assert_eq!(dan.get(&decision).await.body.matches("Order the &lt;telephones&gt;").count(), 3);
    assert!(house.browser(house.kim).await.get(&promise).await.status == StatusCode::NOT_FOUND);
}
