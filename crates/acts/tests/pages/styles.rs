//! Which way of leading, as the leader, whom it is about and everybody else see it; and good news beside bad news.

use axum::http::StatusCode;

use crate::support::house;

#[tokio::test]
async fn a_way_of_leading_is_suggested_chosen_and_answered_between_two() {
    let house = house().await;
    let (dan, bo, ann) =
        (house.browser(house.dan).await, house.browser(house.bo).await, house.browser(house.ann).await);
    let kim = house.browser(house.kim).await;
    assert_eq!(kim.get("/growth/styles").await.status, StatusCode::NOT_FOUND, "the organisation's own");
    let empty = dan.get("/growth/styles").await;
    assert!(empty.has("Nothing yet.") && !empty.has("How your ways vary"), "{}", empty.body);
    assert!(dan.get("/growth").await.has("href=\"/growth/styles\""));

    // What is wrong comes back with what was typed, and without a suggestion.
    let bos = house.bo.to_string();
    let wrong = dan.post("/growth/styles/new", &[("work", "Labels <b>"), ("person", &bos), ("step", "guide")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        wrong.has("Choose one of these.") && wrong.has("Labels &lt;b&gt;") && !wrong.has("What the guide suggests")
    );

    // First the guide's suggestion with its reason; nothing is kept by that.
    let mut fields = vec![
        ("work", "New labels"),
        ("person", bos.as_str()),
        ("ability", "able"),
        ("will", "unsure"),
        ("step", "guide"),
    ];
    let guided = dan.post("/growth/styles/new", &fields).await;
    assert_eq!(guided.status, StatusCode::OK, "{}", guided.body);
    assert!(guided.has("Supporting (the guide&#39;s)") || guided.has("Supporting (the guide's)"), "{}", guided.body);
    assert!(guided.has("They can do it and doubt it") && guided.has("value=\"New labels\""), "{}", guided.body);
    assert!(dan.get("/growth/styles").await.has("Nothing yet."));
    // Then the choice, which may be another; without one the form comes back with the suggestion.
    fields[4] = ("step", "choose");
    let wrong = dan.post("/growth/styles/new", &fields).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.has("Choose one of the four.") && wrong.has("What the guide suggests"), "{}", wrong.body);
    fields.extend([("chosen", "coaching"), ("why", "I want to show quillwort once")]);
    let made = dan.post("/growth/styles/new", &fields).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    let page = made.to.clone();

    let own = dan.get(&page).await;
    assert!(own.has("The guide suggested") && own.has("Supporting") && own.has("Coaching") && own.has("quillwort"));
    assert!(own.has("They have not seen it yet."));
    // Whom it is about sees it and answers; the words that are the leader's alone are not there.
    assert!(bo.get("/today").await.has("Dan Ode wrote how they mean to work with you"));
    let theirs = bo.get(&page).await;
    assert!(theirs.has("New labels") && theirs.has("Doubts, or would rather not") && theirs.has("Coaching"));
    assert!(!theirs.has("quillwort") && !theirs.has("The guide suggested") && !theirs.has("Take it back"));
    assert!(theirs.has("The way we worked on this fitted me") && theirs.has("nobody else does"), "{}", theirs.body);
    for stranger in [&ann, &house.browser(house.cy).await, &kim] {
        assert_eq!(stranger.get(&page).await.status, StatusCode::NOT_FOUND);
        let answer = stranger.post(&format!("{page}/answer"), &[("points", "1")]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
    let wrong = bo.post(&format!("{page}/answer"), &[("points", "9")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(bo.post(&format!("{page}/answer"), &[("points", "2")]).await.to, page);
    assert!(!bo.get("/today").await.has("how they mean to work with you"));
    assert!(dan.get(&page).await.has("<strong>Rather not</strong>"));
    assert!(bo.get("/me").await.has("How others chose to lead you"), "everyone sees what is held about them");

    let wrong = dan.post(&format!("{page}/look-back"), &[("came_of_it", "")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let words = "Once was <enough>";
    assert_eq!(dan.post(&format!("{page}/look-back"), &[("came_of_it", words)]).await.to, page);
    assert!(dan.get(&page).await.has("Once was &lt;enough&gt;") && !bo.get(&page).await.has("Once was"));
    let list = dan.get("/growth/styles").await;
    assert!(list.has("the guide: Supporting") && !list.has("not looked back on yet"), "{}", list.body);
    assert!(list.has("not enough to say yet (it takes 5 choices, and there are 1)"), "{}", list.body);
    assert!(list.has("not enough to say yet (it takes 5 answers of 3 people)"), "{}", list.body);
    assert!(bo.get("/growth/styles").await.has("How others chose to work with you"));
    assert_eq!(dan.post(&format!("{page}/take-back"), &[]).await.to, "/growth/styles");
    assert_eq!(bo.get(&page).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn good_news_is_told_beside_bad_news_to_its_person_alone() {
    let house = house().await;
    let (dan, bo) = (house.browser(house.dan).await, house.browser(house.bo).await);
    let before = dan.get("/growth").await;
    assert!(before.has("bad news 0 times") && before.has("good news 0 times"), "{}", before.body);
    let bos = house.bo.to_string();
    let thanks = [("to", bos.as_str()), ("words", "You stayed"), ("difference", "Nobody waited")];
    assert_eq!(dan.post("/thanks/new", &thanks).await.status, StatusCode::SEE_OTHER);
    let after = dan.get("/growth").await;
    assert!(after.has("bad news 0 times") && after.has("good news 1 time:"), "{}", after.body);
    assert!(after.has("Is there something that will not be there on its day"), "{}", after.body);
    assert!(after.has("told before the day that it was about: not enough to say yet"), "{}", after.body);
    assert!(after.has(">Bo Kim</a>") && after.has("It says nothing of how confident you are"), "{}", after.body);
    assert!(bo.get("/growth").await.has("good news 0 times"), "whom it was told to told nothing");
}
