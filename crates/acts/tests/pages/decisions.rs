//! Decisions and notices on their pages: every form's refusal keeps what was typed.

use axum::http::StatusCode;
use ledger::code::AddCheck;

use crate::support::{Client, House, Page, house};

mod code;
mod promised;

/// Fields of a decision that may be made.
const WHOLE: [(&str, &str); 11] = [
    ("question", "Which <b>telephone</b> system?"),
    ("purpose", "Calls that do not drop."),
    ("option", "Repair the old one"),
    ("option", "Buy the new one"),
    ("choice", "2"),
    ("direction", "We move in May."),
    ("next_step", "Bo orders it."),
    ("expected", "No call drops in June."),
    ("review_on", "2026-07-01"),
    ("gut_percent", "60"),
    ("because", "Repairs did not hold."),
];

/// The same with other fields, or some more.
pub fn with<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields: Vec<(&str, &str)> = WHOLE
        .iter()
        .copied()
        .filter(|(name, _)| *name == "option" || more.iter().all(|(other, _)| other != name))
        .collect();
    fields.extend_from_slice(more);
    fields
}

fn kept(page: &Page, texts: &[&str]) {
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.body);
    assert!(page.has("Nothing that you typed is lost"));
    for text in texts {
        assert!(page.has(text), "{text} is lost: {}", page.body);
    }
}

/// Dan decides for the team; the path of the decision.
pub async fn decided(house: &House, dan: &Client) -> String {
    let (team, me) = (house.team.to_string(), house.dan.to_string());
    let made = dan.post("/decisions/new", &with(&[("circle", &team), ("decider", &me), ("then", "decide")])).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    made.to
}

#[tokio::test]
async fn two_minutes_and_ten_are_one_form() {
    let house = house().await;
    let dan = house.browser(house.dan).await;
    let (team, me) = (house.team.to_string(), house.dan.to_string());
    assert!(dan.get("/decisions").await.has("Write the first decision"));
    let form = dan.get("/decisions/new").await;
    assert!(form.has("Do nothing") && form.has("<details class=\"long\">"), "{}", form.body);
    assert!(dan.get("/decisions/new?form=long").await.has("<details class=\"long\" open>"));

    // One more option and one more criterion, without losing anything, scores included.
    let mut typed = with(&[("circle", team.as_str()), ("decider", me.as_str()), ("more", "option")]);
    typed.extend([("criterion", "Cost"), ("weight", "3"), ("score", "10"), ("score", "6"), ("score", "2")]);
    typed.extend([("tripwire", "A second outage"), ("evidence", "Three lines drop a day")]);
    let more = dan.post("/decisions/new", &typed).await;
    assert_eq!(more.status, StatusCode::OK);
    assert_eq!(more.body.matches("name=\"option\"").count(), 3);
    for text in ["value=\"10\"", "A second outage", "Three lines drop", "value=\"60\"", "<details class=\"long\" open>"]
    {
        assert!(more.has(text), "{text}");
    }
    assert!(!more.has("<b>telephone"), "what is typed is never markup");

    // What is wrong stands at its field.
    typed.retain(|(name, _)| !matches!(*name, "more" | "expected" | "review_on"));
    typed.extend([("then", "decide"), ("expected", ""), ("review_on", "2026-02-30")]);
    let wrong = dan.post("/decisions/new", &typed).await;
    kept(
        &wrong,
        &["A second outage", "2026-02-30", "review_on-wrong", "value=\"Buy the new one\"", "Repairs did not hold."],
    );
    typed.retain(|(name, _)| *name != "review_on");
    typed.push(("review_on", "2026-07-01"));
    kept(&dan.post("/decisions/new", &typed).await, &["expected-wrong"]);
    typed.retain(|(name, _)| *name != "expected");
    typed.push(("expected", "No call drops in June."));
    let made = dan.post("/decisions/new", &typed).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    let page = dan.get(&made.to).await;
    for text in ["3 × 2 = 6 of 30", "Which &lt;b&gt;telephone&lt;/b&gt; system?", "60 % sure", "favours another option"]
    {
        assert!(page.has(text), "{text}: {}", page.body);
    }
    // Others of the circle see it, without how sure Dan was; a client's people do not.
    let bo = house.browser(house.bo).await.get(&made.to).await;
    assert!(bo.has("Buy the new one") && !bo.has("60 %"));
    for person in [house.kim, house.otto] {
        assert_eq!(house.browser(person).await.get(&made.to).await.status, StatusCode::NOT_FOUND);
    }
    assert!(!house.browser(house.bo).await.get(&format!("{}/history", made.to)).await.has("60"));
}

#[tokio::test]
async fn objections_and_their_answers() {
    let house = house().await;
    let (dan, bo, cy) = (house.browser(house.dan).await, house.browser(house.bo).await, house.browser(house.cy).await);
    let (team, me, bo_id) = (house.team.to_string(), house.dan.to_string(), house.bo.to_string());
    let draft = dan.post("/decisions/new", &with(&[("circle", &team), ("decider", &me), ("then", "keep")])).await.to;
    assert_eq!(bo.get(&draft).await.status, StatusCode::NOT_FOUND, "a draft");
    let ask = dan.get(&format!("{draft}/ask")).await;
    assert!(ask.has("works in Service desk") && !ask.has("Kim Harbour"), "{}", ask.body);
    let ask = format!("{draft}/ask");
    kept(&dan.post(&ask, &[("audience", &bo_id), ("until", "2026-03-01")]).await, &["2026-03-01", "until-wrong"]);
    kept(&dan.post(&ask, &[("until", "2026-03-05")]).await, &["2026-03-05", "Choose at least one person"]);
    assert_eq!(bo.post(&ask, &[("audience", &bo_id), ("until", "2026-03-05")]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(dan.post(&ask, &[("audience", &bo_id), ("until", "2026-03-05")]).await.status, StatusCode::SEE_OTHER);

    let say = format!("{draft}/say");
    assert!(bo.get(&draft).await.has("You were asked"));
    kept(&bo.post(&say, &[("words", "May is <i>full</i>.")]).await, &["May is &lt;i&gt;full&lt;/i&gt;."]);
    kept(&bo.post(&say, &[("objects", "yes"), ("words", " ")]).await, &["value=\"yes\" checked", "words-wrong"]);
    let long = "x".repeat(20_001);
    kept(&bo.post(&say, &[("objects", "yes"), ("words", &long)]).await, &[&long, "at most 20000"]);
    assert_eq!(bo.post(&say, &[("objects", "yes"), ("words", "May is full.")]).await.status, StatusCode::SEE_OTHER);
    let answer = format!("{draft}/answer/{bo_id}");
    assert!(dan.get(&draft).await.has(&answer));
    kept(&dan.post(&answer, &[("words", "")]).await, &["May is full.", "words-wrong"]);
    assert_eq!(cy.get(&answer).await.status, StatusCode::NOT_FOUND);
    dan.post(&answer, &[("words", "Then in June.")]).await;
    let page = cy.get(&draft).await;
    assert!(page.has("May is full.") && page.has("Then in June."), "{}", page.body);
}

#[tokio::test]
async fn said_back_and_held_against_other_decisions() {
    let house = house().await;
    let dan = house.browser(house.dan).await;
    let decision = decided(&house, &dan).await;
    let bo_id = house.bo.to_string();
    dan.post(&format!("{decision}/tell"), &[("words", "We buy it."), ("audience", &bo_id)]).await;
    assert!(dan.get(&decision).await.has("not enough to say yet (it takes 5, and there are 0)"));
    house.clock.days(3);
    let (dan, bo) = (house.browser(house.dan).await, house.browser(house.bo).await);
    let day = bo.get("/today").await;
    let question = day.body.split("href=\"/decisions/back/").nth(1).unwrap().split('"').next().unwrap();
    let question = format!("/decisions/back/{question}");
    let page = bo.get(&question).await;
    assert!(page.has("What was decided") && page.has("Repair the old one") && page.has("Only you can see"));
    kept(&bo.post(&question, &[]).await, &["Choose one of the answers", "Do nothing"]);
    assert_eq!(dan.get(&question).await.status, StatusCode::NOT_FOUND, "who decided sees nobody's question");
    let places: Vec<_> = page.body.split("name=\"answer\" value=\"").skip(1).collect();
    let right = places.iter().find(|rest| rest.split("</label>").next().unwrap().contains("Buy the new one")).unwrap();
    bo.post(&question, &[("answer", right.split('"').next().unwrap())]).await;
    assert!(bo.get(&question).await.has("That is it."));
    assert!(!bo.get("/today").await.has("/decisions/back/"), "the next one comes later");
    // It comes a week later, waits for four weeks, and lapses; its page then says what that means.
    house.clock.days(7);
    let bo = house.browser(house.bo).await;
    let day = bo.get("/today").await;
    let next = day.body.split("href=\"/decisions/back/").nth(1).unwrap().split('"').next().unwrap();
    let next = format!("/decisions/back/{next}");
    assert_ne!(next, question);
    house.clock.days(28);
    let (dan, bo) = (house.browser(house.dan).await, house.browser(house.bo).await);
    assert!(!bo.get("/today").await.has("/decisions/back/"), "it lapsed");
    let lapsed = bo.get(&next).await;
    assert!(lapsed.has("This question has lapsed") && lapsed.has(&decision), "{}", lapsed.body);
    assert!(bo.get(&question).await.has("That is it."), "what was answered stays");

    // Two decisions beside each other.
    let pair = "/decisions/conflicts";
    assert!(dan.get(pair).await.has("It takes two decisions"));
    let other = decided(&house, &dan).await;
    let (one, two) = (decision.rsplit('/').next().unwrap(), other.rsplit('/').next().unwrap());
    let asked = bo.get(&format!("{pair}?decision={one}&other={two}")).await;
    assert!(asked.has(&format!("value=\"{one}\" selected")) && asked.has("No two decisions that hold are marked"));
    kept(
        &bo.post(pair, &[("decision", one), ("why", "<One> mends.")]).await,
        &["&lt;One&gt; mends.", "other-wrong", "together"],
    );
    let marked = [("decision", one), ("other", two), ("together", "no"), ("why", "<One> mends.")];
    kept(&bo.post(pair, &[marked[0], ("other", one), marked[2], marked[3]]).await, &["Choose another decision"]);
    assert_eq!(bo.post(pair, &marked).await.status, StatusCode::SEE_OTHER);
    assert!(dan.get(pair).await.has("&lt;One&gt; mends.") && dan.get(&other).await.has("In conflict with"));
    assert!(!bo.get(pair).await.has("How it is settled"), "who marked it does not settle it");
    let settle = [("one", one), ("other", two)];
    kept(&dan.post("/decisions/conflicts/settle", &settle).await, &["How it is settled"]);
    dan.post("/decisions/conflicts/settle", &[settle[0], settle[1], ("words", "Until May.")]).await;
    let page = bo.get(pair).await;
    assert!(page.has("Until May.") && page.has("No two decisions that hold are marked"));
    assert!(!house.browser(house.kim).await.get(pair).await.has("mends"), "a client's people see nothing of it");
}

#[tokio::test]
async fn told_with_one_button_and_told_again() {
    let house = house().await;
    let (dan, bo) = (house.browser(house.dan).await, house.browser(house.bo).await);
    let decision = decided(&house, &dan).await;
    let bo_id = house.bo.to_string();
    let tell = format!("{decision}/tell");
    assert!(dan.get(&tell).await.has("We decided: Buy the new one."));
    kept(&dan.post(&tell, &[("words", "We buy it.")]).await, &["We buy it.", "Choose at least one person"]);
    let hasty =
        dan.post(&tell, &[("words", "We buy it."), ("audience", &bo_id), ("hard", "true"), ("tone", "kind")]).await;
    kept(&hasty, &["We buy it.", "5 of the 6", "value=\"kind\" checked", &format!("value=\"{bo_id}\" checked")]);
    let told = dan.post(&tell, &[("words", "We buy <it>."), ("audience", &bo_id)]).await;
    assert_eq!(told.status, StatusCode::SEE_OTHER, "{}", told.body);

    let list = bo.get("/notices").await;
    let notice = list.body.split("href=\"/notices/").nth(1).unwrap().split('"').next().unwrap();
    let notice = format!("/notices/{notice}");
    let page = bo.get(&notice).await;
    assert!(page.has("We buy &lt;it&gt;.") && page.has("I have seen this"));
    assert_eq!(house.browser(house.cy).await.get(&notice).await.status, StatusCode::NOT_FOUND);
    assert_eq!(house.browser(house.cy).await.post(&notice, &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(bo.post(&notice, &[]).await.to, notice);
    let seen = bo.get(&notice).await;
    assert!(seen.has("You have seen it") && !seen.has("I have seen this"));
    assert!(dan.get(&decision).await.has("Seen by 1 of 1 people"));

    let clear = format!("{decision}/clear");
    kept(&bo.post(&clear, &[("clear", "not_yet"), ("words", "")]).await, &["value=\"not_yet\" checked", "words-wrong"]);
    bo.post(&clear, &[("clear", "not_yet"), ("words", "Which budget?")]).await;
    assert!(dan.get(&decision).await.has("Which budget?"));
    let cys = house.browser(house.cy).await.post(&clear, &[("clear", "yes")]).await;
    assert_eq!(cys.status, StatusCode::FORBIDDEN, "it is asked of those who were told");

    // A change needs its what and why, and is told again.
    let edit = format!("{decision}/edit");
    let (team, me) = (house.team.to_string(), house.dan.to_string());
    let change =
        with(&[("circle", &team), ("decider", &me), ("choice", "1"), ("then", "keep"), ("changed", "We <wait>.")]);
    kept(&dan.post(&edit, &change).await, &["We &lt;wait&gt;.", "changed_why-wrong"]);
    let change = with(&[
        ("circle", &team),
        ("decider", &me),
        ("choice", "1"),
        ("changed", "We wait."),
        ("changed_why", "Late."),
    ]);
    assert_eq!(dan.post(&edit, &change).await.status, StatusCode::SEE_OTHER);
    assert!(bo.get("/notices").await.has("Changed: Which"));
    assert!(bo.get(&notice).await.has("This was told again since"));
    assert!(bo.get(&decision).await.has("changed, version 2"));
    assert!(bo.get(&format!("{decision}/history")).await.has("We wait."));
}

#[tokio::test]
async fn judged_replaced_closed() {
    let house = house().await;
    let (dan, bo) = (house.browser(house.dan).await, house.browser(house.bo).await);
    let (team, me) = (house.team.to_string(), house.dan.to_string());
    let old = decided(&house, &dan).await;
    let new = decided(&house, &dan).await;
    let supersede = format!("{old}/supersede");
    kept(&dan.post(&supersede, &[("by", "/decisions/12")]).await, &["/decisions/12", "by-wrong"]);
    assert_eq!(dan.post(&supersede, &[("by", &new)]).await.status, StatusCode::SEE_OTHER);
    assert!(bo.get(&old).await.has("This decision no longer holds."));
    let touching = dan
        .post("/decisions/new", &with(&[("circle", &team), ("decider", &me), ("then", "decide"), ("touches", &old)]))
        .await;
    let page = bo.get(&touching.to).await;
    assert!(page.has("no longer holds") && page.has(&format!("href=\"{new}\"")), "{}", page.body);

    let review = format!("{new}/review");
    assert_eq!(bo.get(&review).await.status, StatusCode::NOT_FOUND);
    kept(
        &dan.post(&review, &[("outcome", "partly"), ("happened", "Two dropped.")]).await,
        &["Two dropped.", "settled"],
    );
    // The sessions ended long since.
    house.clock.days(130);
    let (dan, bo) = (house.browser(house.dan).await, house.browser(house.bo).await);
    kept(&dan.post(&review, &[("happened", "Two dropped.")]).await, &["Two dropped.", "Choose what became"]);
    dan.post(&review, &[("outcome", "partly"), ("happened", "Two dropped.")]).await;
    assert!(bo.get(&new).await.has("came true in part"));
    let mine = dan.get("/decisions/calibration").await;
    assert!(mine.has("Not enough to say: 1 judged") && mine.has(&new), "{}", mine.body);
    let share = "/decisions/calibration/share";
    kept(&dan.post(share, &[("viewer", &me), ("shared", "yes")]).await, &["viewer-wrong"]);
    let of = format!("/decisions/calibration/of/{me}");
    assert_eq!(bo.get(&of).await.status, StatusCode::NOT_FOUND);
    dan.post(share, &[("viewer", &house.bo.to_string()), ("shared", "yes")]).await;
    let shared = bo.get(&of).await;
    assert!(shared.has("How sure Dan Ode was") && !shared.has("telephone"), "{}", shared.body);

    let closed = with(&[
        ("circle", &team),
        ("decider", &me),
        ("then", "decide"),
        ("closed", "true"),
        ("review_on", "2027-01-01"),
    ]);
    kept(&dan.post("/decisions/new", &closed).await, &["closed_why-wrong", "id=\"closed\""]);
    let mut closed = closed;
    closed.push(("closed_why", "It is about pay."));
    let hidden = dan.post("/decisions/new", &closed).await.to;
    assert_eq!(bo.get(&hidden).await.status, StatusCode::NOT_FOUND);
    let list = bo.get("/decisions").await;
    assert!(list.has("Closed decisions: 1") && list.has("It is about pay.") && !list.has(&hidden), "{}", list.body);
}

#[tokio::test]
async fn nobody_and_clients_come_to_no_decision() {
    let house = house().await;
    let dan = house.browser(house.dan).await;
    let decision = decided(&house, &dan).await;
    let kim = house.browser(house.kim).await;
    let rests = ["", "/edit", "/ask", "/say", "/clear", "/tell", "/review", "/supersede", "/history"];
    let paths: Vec<String> = rests
        .iter()
        .map(|rest| format!("{decision}{rest}"))
        .chain(["/decisions", "/decisions/new", "/decisions/calibration"].map(str::to_owned))
        .collect();
    for path in &paths {
        assert_eq!(house.outsider().get(path).await.status, StatusCode::SEE_OTHER, "{path}");
        assert_eq!(kim.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        assert!(kim.post(path, &[]).await.status.is_client_error(), "{path}");
    }
    assert_eq!(kim.get("/notices").await.status, StatusCode::OK);
    assert_eq!(dan.get("/decisions/zzz").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_purchase_begins_with_its_questions() {
    let house = house().await;
    let dan = house.browser(house.dan).await;
    let form = dan.get("/decisions/new?template=purchase").await;
    for text in
        ["Cost over its whole life", "at least two offers", "value=\"purchase\"", "<details class=\"long\" open>"]
    {
        assert!(form.has(text), "{text}");
    }
    let (team, me) = (house.team.to_string(), house.dan.to_string());
    let fields = with(&[("circle", &team), ("decider", &me), ("then", "decide"), ("template", "purchase")]);
    let made = dan.post("/decisions/new", &fields).await.to;
    let check = format!("{made}/check");
    assert_eq!(dan.get(&check).await.status, StatusCode::NOT_FOUND, "no question hangs on purchases yet");
    let hang = AddCheck {
        circle: Some(house.team),
        template: "purchase".into(),
        question: "Were <two> offers asked for?".into(),
        clause: None,
    };
    let id = house.does(house.dan, hang).await;
    assert!(dan.get(&made).await.has("Go through the questions of the code"));
    assert!(dan.get(&check).await.has("Were &lt;two&gt; offers asked for?"));
    let (answer, words) = (format!("answer-{id}"), format!("words-{id}"));
    kept(&dan.post(&check, &[(&words, "Only <one>.")]).await, &["Only &lt;one&gt;.", "Answer: Were"]);
    kept(&dan.post(&check, &[(&answer, "no"), (&words, " ")]).await, &["value=\"no\" checked", "Say in a sentence"]);
    assert_eq!(dan.post(&check, &[(&answer, "no"), (&words, "Only one.")]).await.to, made);
    let bo = house.browser(house.bo).await;
    let page = bo.get(&made).await;
    assert!(page.has("Only one.") && page.has("purchase"), "{}", page.body);
    assert_eq!(bo.post(&check, &[(&answer, "yes")]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn figures_say_nothing_of_few() {
    let house = house().await;
    let dan = house.browser(house.dan).await;
    for _ in 0..4 {
        decided(&house, &dan).await;
    }
    let few = dan.get("/decisions/figures").await;
    assert!(few.has("not enough to say (4 of 4)") && !few.has(" % (4 of 4)"), "{}", few.body);
    decided(&house, &dan).await;
    assert!(dan.get("/decisions/figures").await.has("100 % (5 of 5)"));
}

#[tokio::test]
async fn twelve_judged_decisions_are_drawn_and_told() {
    let house = house().await;
    let dan = house.browser(house.dan).await;
    let few = dan.get("/decisions/calibration").await;
    assert!(few.has("Not enough to say: 0 judged"), "{}", few.body);
    let (team, me) = (house.team.to_string(), house.dan.to_string());
    for n in 0..12 {
        // Sure of nine, which came true; not of three, which did not.
        let said = if n < 9 { "90" } else { "30" };
        let more = [
            ("circle", team.as_str()),
            ("decider", &me),
            ("then", "decide"),
            ("gut_percent", "50"),
            ("analysed_percent", said),
        ];
        let made = dan.post("/decisions/new", &with(&more)).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
        let outcome = if n < 9 { "true" } else { "false" };
        let judged = [("outcome", outcome), ("happened", "It was counted."), ("settled", "true")];
        let judged = dan.post(&format!("{}/review", made.to), &judged).await;
        assert_eq!(judged.status, StatusCode::SEE_OTHER, "{}", judged.body);
    }
    let page = dan.get("/decisions/calibration").await;
    // Worked out: 9 × 0.1² + 3 × 0.3² over 12. The gut: always a half, so a quarter.
    for text in [
        "Score <strong>0.030</strong>",
        "Score <strong>0.250</strong>",
        "n = 12)",
        "Worked out came closer than the gut.",
    ] {
        assert!(page.has(text), "{text}: {}", page.body);
    }
    assert_eq!(page.body.matches("<svg").count(), 2);
    assert!(!page.has("Not enough to say") && !page.has("NaN"), "{}", page.body);
    assert_eq!(page.body.matches("Which &lt;b&gt;telephone&lt;/b&gt; system?</a>").count(), 12, "its rows");
    assert!(house.browser(house.bo).await.get("/decisions/calibration").await.has("Not enough to say: 0 judged"));
}
