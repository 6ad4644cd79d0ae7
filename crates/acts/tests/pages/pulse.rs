//! The pulse on pages: set, answered, closed by the clock, told as far as it may be, answered in words; by programs too.

use axum::http::StatusCode;
use leadership::Role;
use ledger::people::AddPerson;

use crate::support::{House, house};

const SEE_OTHER: StatusCode = StatusCode::SEE_OTHER;
const UNPROCESSABLE: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
const NOT_FOUND: StatusCode = StatusCode::NOT_FOUND;

/// Three more people in the team: five with Bo and Cy.
async fn five(house: &House) -> Vec<leadership::PersonId> {
    let mut all = vec![house.bo, house.cy];
    for name in ["Di Roe", "Ed Lin", "Flo Ray"] {
        let act = AddPerson { name: name.into(), email: String::new(), circle: house.team, role: Role::Member };
        all.push(house.does(house.ann, act).await);
    }
    all
}

fn after<'a>(text: &'a str, start: &str) -> &'a str {
    let from = text.find(start).unwrap_or_else(|| panic!("no {start} in {text}")) + start.len();
    &text[from..][..36]
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one round, from its first question to what came of it")]
async fn a_pulse_is_set_answered_told_and_answered_in_words() {
    let house = house().await;
    let team = house.team.to_string();
    let all = five(&house).await;
    let (dan, bo, kim) =
        (house.browser(house.dan).await, house.browser(house.bo).await, house.browser(house.kim).await);
    let none = bo.get("/pulse").await;
    assert!(none.has("No circle of yours has a pulse yet.") && !none.has("Set a pulse</a>"), "{}", none.body);
    assert_eq!(kim.get("/pulse").await.status, NOT_FOUND);
    assert!(bo.get("/pulse/set").await.has("You lead or administer no circle."));
    // What is wrong comes back with all that was typed.
    let page = dan.get(&format!("/pulse/set?circle={team}")).await;
    assert!(page.has("We like each other.") && page.has("value=\"2026-03-02\""), "{}", page.body);
    let typed = |more: &[(&'static str, &'static str)]| -> Vec<(&'static str, String)> {
        let mut fields = vec![
            ("circle", team.clone()),
            ("kind", "circle".to_owned()),
            ("questions", "pulse-liking".to_owned()),
            ("questions", "pulse-heard".to_owned()),
        ];
        fields.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
        fields
    };
    let send = async |fields: Vec<(&'static str, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        dan.post("/pulse/set", &fields).await
    };
    let wrong = send(typed(&[("every_weeks", "17"), ("answer_days", "14"), ("next_on", "2026-03-02")])).await;
    assert!(wrong.status == UNPROCESSABLE && wrong.has("value=\"17\"") && wrong.has("Choose 3 to 8 questions"));
    assert!(wrong.has("value=\"pulse-liking\" checked"), "{}", wrong.body);
    let right =
        typed(&[("questions", "pulse-pace"), ("every_weeks", "4"), ("answer_days", "10"), ("next_on", "2026-03-02")]);
    let set = send(right).await;
    assert_eq!(set.status, SEE_OTHER, "{}", set.body);
    let pulse = set.to.clone();

    // Its page opens the round, says who sees what, and it waits on Today.
    let page = bo.get(&pulse).await;
    assert!(
        page.has("A round is open until 8 March 2026") && page.has("Confidential, not anonymous."),
        "{}",
        page.body
    );
    assert!(page.has("No round has closed yet."));
    assert!(bo.get("/today").await.has("The pulse of Service desk"));
    assert!(!dan.get("/today").await.has("The pulse of Service desk"), "who leads above is not asked");
    let round = after(&page.body, "/pulse/rounds/").to_owned();
    let form = format!("/pulse/rounds/{round}/answer");
    assert_eq!(dan.get(&form).await.status, NOT_FOUND, "not asked");
    assert_eq!(kim.get(&form).await.status, NOT_FOUND);
    let page = bo.get(&form).await;
    assert!(page.has("3 questions, a minute") && page.has("We like each other.") && page.has("data-keep=\"pulse-"));
    let half = bo.post(&form, &[("pulse-liking", "4"), ("pulse-heard", "unable")]).await;
    assert!(half.status == UNPROCESSABLE && half.has("value=\"4\" checked") && half.has("value=\"unable\" checked"));
    // A line is read once more by who wrote it, with what could tell who that was.
    let line = ("line", "Kim says that the <pace> is too much.");
    let answers = [("pulse-liking", "4"), ("pulse-heard", "3"), ("pulse-pace", "2"), line];
    let read = house.browser(house.cy).await.post(&form, &answers).await;
    assert!(read.status == StatusCode::OK && read.has("Nothing is sent yet."), "{}", read.body);
    assert!(read.has("&lt;pace&gt;") && read.has("What could tell who wrote this:"), "{}", read.body);
    assert!(read.has("value=\"2\" checked"), "what was answered stays");
    let shown = read.body.split("name=\"shown\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    for (at, person) in all.iter().enumerate() {
        let browser = house.browser(*person).await;
        let heard = if at == 0 { "unable" } else { "3" };
        let answers = [("pulse-liking", "4"), ("pulse-heard", heard), ("pulse-pace", ["1", "2", "2", "3", "4"][at])];
        let mut answers = answers.to_vec();
        if *person == house.cy {
            answers.extend([line, ("shown", shown)]);
        }
        assert_eq!(browser.post(&form, &answers).await.status, SEE_OTHER);
        assert!(browser.get(&form).await.has("Thank you"));
        // Twice is told as once.
        assert!(browser.post(&format!("/pulse/rounds/{round}/skip"), &[]).await.has("Thank you"));
    }
    assert!(!bo.get("/today").await.has("The pulse of Service desk"));

    // Closed by the clock: five answers are told, four are not; the leader is waited for.
    house.clock.days(8);
    let (dan, bo, kim) =
        (house.browser(house.dan).await, house.browser(house.bo).await, house.browser(house.kim).await);
    let page = bo.get(&pulse).await;
    assert!(page.has("Pace") || page.has("A pace that can be kept"), "{}", page.body);
    assert!(page.has("<strong>2.4</strong>, n 5") && page.has("<strong>4.0</strong>, n 5"), "{}", page.body);
    assert!(page.has("not enough to say") && page.has("Not answered yet; an answer is said by 18 March 2026"));
    assert!(!page.has("Bo Kim answered") && !page.has("rank"));
    assert_eq!(kim.get(&pulse).await.status, NOT_FOUND);
    let one = format!("/pulse/rounds/{round}");
    let page = bo.get(&one).await;
    assert!(page.has("In their own words") && page.has("Kim says that the &lt;pace&gt; is"), "{}", page.body);
    // Nobody leads the team itself: it waits for Dan, who set it.
    assert!(dan.get("/today").await.has("Answer the pulse of Service desk: you said, we did"));
    assert!(!bo.get(&one).await.has("Answer openly"));
    let page = dan.get(&one).await;
    assert!(
        page.has("Answer openly") && page.has("Asked from 2 March 2026 to 8 March 2026 of 5 people."),
        "{}",
        page.body
    );
    assert_eq!(bo.post(&one, &[("words", "x")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(kim.post(&one, &[("words", "x")]).await.status, NOT_FOUND);
    let wrong = dan.post(&one, &[("words", ""), ("links", "idea/nonsense")]).await;
    assert!(wrong.status == UNPROCESSABLE && wrong.has("This must not be empty.") && wrong.has("Choose of the list."));
    let offer = [("circle", team.as_str()), ("title", "A quiet hour"), ("words", "Two to three.")];
    let idea = bo.post("/ideas/new", &offer).await.to;
    let link = format!("idea/{}", idea.rsplit('/').next().unwrap());
    let words = "You said that the <b>pace</b> is too much.";
    let said = dan.post(&one, &[("words", words), ("links", link.as_str())]).await;
    assert_eq!(said.status, SEE_OTHER, "{}", said.body);
    let page = bo.get(&one).await;
    assert!(page.has("You said that the &lt;b&gt;pace&lt;/b&gt;") && page.has("A quiet hour") && page.has("Dan Ode"));
    assert!(bo.get("/pulse").await.has("last closed on 8 March 2026, answered"));
    assert_eq!(bo.post(&format!("{pulse}/end"), &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(dan.post(&format!("{pulse}/end"), &[]).await.status, SEE_OTHER);
    assert!(bo.get(&pulse).await.has("It has ended."));
}
