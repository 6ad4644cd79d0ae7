//! The questions of the code on the form of a decision, on its page, and in the open.

use super::*;

#[tokio::test]
async fn questions_are_asked_with_the_decision_and_gaps_are_told() {
    let house = house().await;
    let (dan, bo) = (house.browser(house.dan).await, house.browser(house.bo).await);
    let (team, me) = (house.team.to_string(), house.dan.to_string());
    let hang = async |circle, question: &str| {
        let act =
            AddCheck { circle: Some(circle), template: "purchase".into(), question: question.into(), clause: None };
        house.does(house.ann, act).await
    };
    let paid = hang(house.organisation, "Is nobody who decides paid by the seller?").await;
    let offers = hang(house.team, "Were <two> offers asked for?").await;
    let elsewhere = hang(house.harbour, "Has Harbour agreed?").await;

    // The form of a purchase of the team asks what the team and those above it ask; that of another kind does not.
    let form = dan.get(&format!("/decisions/new?template=purchase&circle={team}")).await;
    assert!(form.has("2 of 2 not answered") && form.has("Were &lt;two&gt; offers asked for?"), "{}", form.body);
    assert!(!form.has("Has Harbour agreed?"));
    assert!(!dan.get(&format!("/decisions/new?circle={team}")).await.has("Questions of the code"));

    let (answer, words) = (format!("answer-{offers}"), format!("words-{offers}"));
    let mut fields = with(&[("circle", &team), ("decider", &me), ("template", "purchase"), ("then", "decide")]);
    fields.extend([(answer.as_str(), "no"), (words.as_str(), "")]);
    kept(&dan.post("/decisions/new", &fields).await, &["value=\"no\" checked", "Say in a sentence"]);
    fields.pop();
    fields.push((words.as_str(), "Only <one> sells it."));
    let beside = format!("answer-{elsewhere}");
    fields.push((beside.as_str(), "yes"));
    let made = dan.post("/decisions/new", &fields).await.to;
    let page = bo.get(&made).await;
    for text in
        ["1 of 2 was not answered when it was decided", "Only &lt;one&gt; sells it.", "an exception, in the open"]
    {
        assert!(page.has(text), "{text}: {}", page.body);
    }
    assert!(!page.has("Has Harbour agreed?"), "what does not apply is not kept");

    // An exception is there for everybody of the circle, with its reason; nobody else.
    let log = bo.get("/code/log").await;
    assert!(log.has("Only &lt;one&gt; sells it.") && log.has(&format!("href=\"{made}\"")), "{}", log.body);
    // What was answered comes back with the form, and the gap can be closed.
    let edit = dan.get(&format!("{made}/edit")).await;
    assert!(edit.has("1 of 2 not answered") && edit.has("Only &lt;one&gt; sells it."), "{}", edit.body);
    let (answer, words) = (format!("answer-{paid}"), format!("words-{paid}"));
    let (other, why) = (format!("answer-{offers}"), format!("words-{offers}"));
    let all = [(answer.as_str(), "yes"), (words.as_str(), ""), (other.as_str(), "beside"), (why.as_str(), "")];
    house.clock.advance(jiff::SignedDuration::from_mins(1));
    assert_eq!(dan.post(&format!("{made}/check"), &all).await.to, made);
    let page = bo.get(&made).await;
    assert!(!page.has("not answered") && page.has("Every answer to the questions of the code (2)"), "{}", page.body);
    assert!(bo.get("/code/log").await.has("No decision stands against one."));
    assert!(bo.get("/code").await.has("not enough to say yet (it takes 5, and there are 1)"));
}
