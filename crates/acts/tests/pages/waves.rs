//! A wave on its pages, from the plan to the last answer: by people who are signed in, and by a link.

use axum::http::StatusCode;
use leadership::Role;
use ledger::people::AddPerson;

use crate::world::{Browser, Page, World, actor};

/// The value of a field that is named before it.
fn value_after<'a>(page: &'a Page, mark: &str) -> &'a str {
    let at = page.body.find(mark).unwrap_or_else(|| panic!("{mark} in {}", page.body)) + mark.len();
    page.body[at..].split('"').next().unwrap()
}

/// Names of the fields with radio buttons, in order.
fn questions(page: &Page) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for part in page.body.split("<input type=\"radio\"").skip(1) {
        let name = part.split("name=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        if !out.contains(&name) {
            out.push(name);
        }
    }
    out
}

fn fields<'a>(questions: &'a [String], answer: &'a str) -> Vec<(&'a str, &'a str)> {
    questions.iter().map(|name| (name.as_str(), answer)).collect()
}

/// Eve plans a wave over IT from today on and nominates Lea; its page.
async fn planned(world: &World, eve: &Browser) -> String {
    let it = world.circles["it"].to_string();
    let plan = [
        ("circle", it.as_str()),
        ("title", "Spring 2026"),
        ("opens_on", "2026-03-02"),
        ("closes_on", "2026-03-16"),
        ("question_limit", "120"),
        ("quality", "truth"),
        ("quality", "available"),
    ];
    let page = eve.post("/waves/new", &plan).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    let wave = page.to().strip_suffix("/nominate").unwrap().to_owned();
    let lea = world.people["lea"].to_string();
    let page = eve.post(&format!("{wave}/nominate"), &[("person", &lea)]).await;
    assert_eq!(page.to(), wave);
    wave
}

/// Lea chooses Mo, Dan and somebody from outside; Dan confirms.
async fn asked(world: &World, wave: &str) {
    let (lea, dan) = (world.as_("lea").await, world.as_("dan").await);
    let (mo, above) = (world.people["mo"].to_string(), world.people["dan"].to_string());
    let choose = [("rater", mo.as_str()), ("rater", &above), ("outsiders", "Out Side, out@example.com")];
    let page = lea.post(&format!("{wave}/raters"), &choose).await;
    assert_eq!(page.to(), wave, "{}", page.body);
    let page = dan.get(&format!("{wave}/confirm")).await;
    let keep: Vec<String> = page
        .body
        .split("name=\"keep\" value=\"")
        .skip(1)
        .map(|part| part.split('"').next().unwrap().to_owned())
        .collect();
    assert_eq!(keep.len(), 3, "{}", page.body);
    let rated = world.people["lea"].to_string();
    let mut confirm = vec![("rated", rated.as_str())];
    confirm.extend(keep.iter().map(|seat| ("keep", seat.as_str())));
    let page = dan.post(&format!("{wave}/confirm"), &confirm).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
}

#[tokio::test]
async fn a_wave_is_planned_chosen_confirmed_and_answered() {
    let world = World::new().await;
    let (eve, lea, mo) = (world.as_("eve").await, world.as_("lea").await, world.as_("mo").await);
    assert!(eve.get("/waves").await.body.contains("Plan the first wave"));
    assert!(!mo.get("/waves").await.body.contains("Plan the first wave"));
    assert_eq!(mo.get("/waves/new").await.status, StatusCode::NOT_FOUND);

    // A plan that is wrong comes back with everything that was typed.
    let page = eve
        .post(
            "/waves/new",
            &[("title", "Kept title"), ("opens_on", "2026-03-02"), ("closes_on", "2026-03-01"), ("quality", "truth")],
        )
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        page.body.contains("Kept title")
            && page.body.contains("id=\"closes_on-wrong\"")
            && page.body.contains("#circle")
    );
    let wave = planned(&world, &eve).await;

    // What waits is on Today; the pages of choosing and confirming are for those whose they are.
    assert!(lea.get("/today").await.body.contains("Choose who rates you in “Spring 2026”"));
    let page = lea.get(&format!("{wave}/raters")).await;
    assert!(
        page.body.contains("Those who report to you") && page.body.contains("Mo Sand · Service desk"),
        "{}",
        page.body
    );
    assert_eq!(mo.get(&format!("{wave}/raters")).await.status, StatusCode::NOT_FOUND);
    let page = lea.post(&format!("{wave}/raters"), &[("outsiders", "kept but wrong")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.body.contains("kept but wrong"));
    asked(&world, &wave).await;
    assert!(world.as_("dan").await.get("/me").await.status == StatusCode::OK);
    assert!(lea.get("/me").await.body.contains("who rates them"), "that Dan looked is noted for Lea");

    // Mo answers: one line says who will see what; every question has a way out.
    let page = mo.get("/today").await;
    assert!(page.body.contains("Say how Lea Day leads"), "{}", page.body);
    let seat = value_after(&page, &format!("href=\"{wave}/answer/")).to_owned();
    let form = format!("{wave}/answer/{seat}");
    let page = mo.get(&form).await;
    assert!(page.body.contains("Confidential, not anonymous") && page.body.contains("five people or more"));
    assert!(page.body.contains("database and its key"), "what somebody with the database could see");
    let names = questions(&page);
    assert_eq!(names.len(), 7, "two qualities with two questions each, three outcomes: {names:?}");
    assert_eq!(page.body.matches("value=\"unable\"").count(), 7, "not able to say, always");
    assert!(page.body.contains(&format!("data-keep=\"{seat}\"")), "a script keeps what is half filled on the device");

    // Half of it is refused at what is missing, and nothing typed is lost.
    let mut half = fields(&names[1..], "4");
    half.push(("differently", "Could say why more often."));
    let page = mo.post(&form, &half).await;
    assert_eq!(page.status, StatusCode::OK, "first the comment is shown");
    let mark = value_after(&page, "name=\"shown\" value=\"").to_owned();
    half.push(("shown", &mark));
    let page = mo.post(&form, &half).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.body.contains(&format!("href=\"#{}\"", names[0])) && page.body.contains("Could say why more often."));
    assert_eq!(page.body.matches("checked").count(), 6, "the rest is still ticked");

    // A comment is shown before it is sent, with what in it tells who wrote it.
    let mut whole = fields(&names, "4");
    whole.push(("helps", "On Tuesday Ann told me: “you are on the list”. INC0012345 went well."));
    let page = mo.post(&form, &whole).await;
    assert!(page.body.contains("Nothing is sent yet") && page.body.contains("“Tuesday” is a date"), "{}", page.body);
    for tell in ["“Ann” is a name", "“INC0012345” is a number", "“you are on the list” is quoted"] {
        assert!(page.body.contains(tell), "{tell}");
    }
    assert_eq!(page.body.matches("checked").count(), 7, "what was ticked is still ticked");
    let mark = value_after(&page, "name=\"shown\" value=\"").to_owned();
    // Changed after it was shown: shown again.
    let mut changed = fields(&names, "4");
    changed.extend([("helps", "Says what is so."), ("shown", mark.as_str())]);
    let page = mo.post(&form, &changed).await;
    assert!(page.status == StatusCode::OK && page.body.contains("Nothing is sent yet"));
    assert!(!page.body.contains("What could tell who wrote this"), "nothing of it tells");
    let mark = value_after(&page, "name=\"shown\" value=\"").to_owned();
    changed.pop();
    changed.push(("shown", &mark));
    let page = mo.post(&form, &changed).await;
    assert_eq!((page.status, page.to()), (StatusCode::SEE_OTHER, form.as_str()), "{}", page.body);
    let page = mo.get(&form).await;
    assert!(page.body.contains("Thank you") && page.body.contains(&format!("data-forget=\"{seat}\"")));
    assert!(!mo.post(&form, &fields(&names, "1")).await.status.is_redirection(), "once");
    // Nobody else opens it.
    for who in ["lea", "eve", "ann", "dan", "cy"] {
        assert_eq!(world.as_(who).await.get(&form).await.status, StatusCode::NOT_FOUND, "{who}");
    }

    // Lea rates herself; her page never says who answered.
    let page = lea.get(&wave).await;
    assert!(page.body.contains("Rate yourself"));
    let own = value_after(&page, &format!("href=\"{wave}/answer/")).to_owned();
    let page = lea.get(&format!("{wave}/answer/{own}")).await;
    assert!(page.body.contains("kept under your name") && !page.body.contains("I do not rate here"));
    let names = questions(&page);
    assert!(lea.post(&format!("{wave}/answer/{own}"), &fields(&names, "5")).await.status.is_redirection());
    for page in [lea.get(&wave).await, lea.get(&format!("{wave}/raters")).await, eve.get(&wave).await] {
        assert_eq!(page.status, StatusCode::OK);
        assert!(!page.body.contains("Mo Sand answered") && !page.body.contains("Could say why"), "{}", page.body);
    }
}

#[tokio::test]
async fn somebody_without_an_account_answers_by_link() {
    let world = World::new().await;
    let eve = world.as_("eve").await;
    let wave = planned(&world, &eve).await;
    asked(&world, &wave).await;
    let page = eve.get(&wave).await;
    assert!(page.body.contains("Out Side · out@example.com"), "{}", page.body);
    let at = page.body.find("Out Side").unwrap();
    let seat = page.body[at..].split("name=\"seat\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(
        world.as_("lea").await.post(&format!("{wave}/links"), &[("seat", &seat)]).await.status,
        StatusCode::FORBIDDEN
    );
    let page = eve.post(&format!("{wave}/links"), &[("seat", &seat)]).await;
    let token = page.body.split("http://plumb.test/rate/").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert!(page.body.contains("mailto:out@example.com?subject="));
    assert!(!eve.get(&wave).await.body.contains(&token), "shown once");

    let nobody = world.nobody();
    let form = format!("/rate/{token}");
    let page = nobody.get(&form).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(page.body.contains("How Lea Day leads") && page.body.contains("Confidential, not anonymous"));
    for word in ["Mo Sand", "Eve Hill", "Northwind IT", "Spring 2026"] {
        assert!(!page.body.contains(word), "{word} is nothing that somebody from outside is told");
    }
    let names = questions(&page);
    // A name of somebody inside is not told apart from other words.
    let mut said = fields(&names, "3");
    said.push(("helps", "Mo is kind on 12.03.2026"));
    let page = nobody.post(&form, &said).await;
    assert!(page.body.contains("“12.03.2026” is a date") && !page.body.contains("“Mo” is a name"));
    assert!(nobody.post(&form, &fields(&names, "3")).await.status.is_redirection());
    let page = nobody.get(&form).await;
    assert!(page.body.contains("Thank you") && !page.body.contains("To the wave"));
    assert_eq!(nobody.post(&form, &fields(&names, "1")).await.status, StatusCode::OK, "says thank you, keeps nothing");
    // To who plans it the seat looks as before.
    assert!(eve.get(&wave).await.body.contains("a link was made"));
    world.clock.days(15);
    let page = nobody.get(&form).await;
    assert!(page.body.contains("Thank you") || page.status == StatusCode::NOT_FOUND);
    world.clock.days(3);
    let eve = world.as_("eve").await;
    assert!(eve.get("/waves").await.body.contains("closed"));
    assert_eq!(nobody.get(&form).await.status, StatusCode::NOT_FOUND, "the wave is closed");
}

#[tokio::test]
async fn late_answers_are_refused_and_one_may_say_no() {
    let world = World::new().await;
    let eve = world.as_("eve").await;
    let wave = planned(&world, &eve).await;
    asked(&world, &wave).await;
    let (mo, dan) = (world.as_("mo").await, world.as_("dan").await);
    let seat = async |browser: &Browser| {
        let page = browser.get("/today").await;
        value_after(&page, &format!("href=\"{wave}/answer/")).to_owned()
    };
    let above = seat(&dan).await;
    let page = dan.get(&format!("{wave}/answer/{above}")).await;
    assert!(page.body.contains("reads your answers as yours"), "a higher-up is told so beforehand");
    let page = dan.post(&format!("{wave}/answer/{above}/decline"), &[]).await;
    assert!(page.status.is_redirection(), "{}", page.body);
    assert!(dan.get(&format!("{wave}/answer/{above}")).await.body.contains("Thank you for saying so"));
    assert!(!dan.get("/today").await.body.contains("Say how Lea Day leads"));

    let below = seat(&mo).await;
    let form = format!("{wave}/answer/{below}");
    let names = questions(&mo.get(&form).await);
    // Reminded, closed by hand, late.
    assert_eq!(eve.post(&format!("{wave}/remind"), &[]).await.status, StatusCode::CONFLICT, "on the first day");
    world.clock.days(4);
    let (eve, mo) = (world.as_("eve").await, world.as_("mo").await);
    assert!(eve.post(&format!("{wave}/remind"), &[]).await.status.is_redirection());
    assert!(mo.get("/today").await.body.contains("You were reminded on 2026-03-06."));
    assert!(eve.get(&format!("{wave}/close")).await.body.contains("cannot be opened again"));
    assert_eq!(mo.get(&format!("{wave}/close")).await.status, StatusCode::NOT_FOUND);
    assert!(eve.post(&format!("{wave}/close"), &[]).await.status.is_redirection());
    let page = mo.post(&form, &fields(&names, "4")).await;
    assert!(page.status == StatusCode::OK && page.body.contains("This wave is over"), "{}", page.body);
    assert!(!mo.get("/today").await.body.contains("Say how Lea Day leads"));
}

#[tokio::test]
async fn who_leads_without_a_title_nominates_themselves() {
    let world = World::new().await;
    let eve = world.as_("eve").await;
    let wave = planned(&world, &eve).await;
    let mo = world.as_("mo").await;
    assert!(mo.get(&wave).await.body.contains("Rate me in this wave"));
    let page = mo.post(&format!("{wave}/myself"), &[]).await;
    assert_eq!(page.to(), format!("{wave}/raters"));
    assert!(eve.get(&wave).await.body.contains("self-empowered leader"));
    let page = mo.get(&format!("{wave}/raters")).await;
    assert!(
        page.body.contains("Higher up (answer under their name)") && page.body.contains("Lea Day"),
        "{}",
        page.body
    );
    // A client's contact is asked, at most: for them there is no wave.
    let cy = world.as_("cy").await;
    assert_eq!(cy.get(&wave).await.status, StatusCode::NOT_FOUND);
    assert_eq!(cy.get("/waves").await.status, StatusCode::NOT_FOUND);
}

/// What our code logs while somebody answers, at the finest level, holds nothing of the answer and no name.
#[tokio::test]
async fn nothing_of_an_answer_is_logged() {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);
    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    let world = World::new().await;
    let eve = world.as_("eve").await;
    let wave = planned(&world, &eve).await;
    asked(&world, &wave).await;
    let mo = world.as_("mo").await;
    let page = mo.get("/today").await;
    let seat = value_after(&page, &format!("href=\"{wave}/answer/")).to_owned();
    let form = format!("{wave}/answer/{seat}");
    let names = questions(&mo.get(&form).await);
    let kept = Kept::default();
    let writer = kept.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    tracing::trace!("it is heard");
    let mut said = fields(&names, "2");
    said.push(("helps", "Zimtstern nobody else says."));
    let page = mo.post(&form, &said).await;
    let mark = value_after(&page, "name=\"shown\" value=\"").to_owned();
    said.push(("shown", &mark));
    assert!(mo.post(&form, &said).await.status.is_redirection());
    // Refusals are where words slip into logs.
    mo.post(&form, &said).await;
    drop(guard);
    let log = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("it is heard"), "{log}");
    for word in ["Zimtstern", "unable", "Mo Sand", "Lea Day", &names[0]] {
        assert!(!log.contains(word), "{word} is in the log: {log}");
    }
}

/// Somebody leads above more people than a form lists: the circles' proposals are boxes, others are looked for by name.
#[tokio::test]
async fn raters_beyond_the_proposals_are_named_where_they_are_many() {
    let world = World::new().await;
    let ann = actor(world.app.ledger(), world.people["ann"]).await;
    for at in 10..71 {
        let email = format!("m{at}@example.org");
        let add = AddPerson { name: format!("Member {at}"), email, circle: world.circles["desk"], role: Role::Member };
        world.app.ledger().perform(&ann, &add).await.unwrap();
    }
    let (eve, dan) = (world.as_("eve").await, world.as_("dan").await);
    let wave = planned(&world, &eve).await;
    let form = format!("{wave}/raters");
    let rated = world.people["dan"].to_string();
    assert_eq!(eve.post(&format!("{wave}/nominate"), &[("person", &rated)]).await.to(), wave);
    let page = dan.get(&form).await;
    assert!(page.body.contains("Lea Day · Service desk"), "who is proposed is a box: {}", page.body);
    assert!(page.body.contains("Find by name, among ") && !page.body.contains("Member 40"), "{}", page.body);

    // Looking for somebody chooses nobody, and loses nothing.
    let lea = world.people["lea"].to_string();
    let typed = [("rater", lea.as_str()), ("outsiders", "Half <typed>"), ("find", "member 4"), ("more", "find")];
    let page = dan.post(&form, &typed).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(page.body.contains("Half &lt;typed&gt;") && page.body.contains(&format!("value=\"{lea}\" checked")));
    assert!(page.body.contains("Member 49") && !page.body.contains("Member 50"), "{}", page.body);
    let nobody = dan.post(&form, &[("find", "nobody such"), ("more", "find")]).await;
    assert!(nobody.body.contains("Nobody else is called that."), "{}", nobody.body);

    // Who was found and ticked stays while one looks on, and is chosen in the end.
    let at = page.body.find(">Member 40<").expect("found");
    let id = page.body[..at].rsplit("for=\"other-").next().unwrap().split('"').next().unwrap().to_owned();
    let on = [("other", id.as_str()), ("find", "member 5"), ("more", "find")];
    let page = dan.post(&form, &on).await;
    assert!(page.body.contains(&format!("value=\"{id}\" checked")) && page.body.contains("Member 59"), "{}", page.body);
    let chosen = dan.post(&form, &[("rater", lea.as_str()), ("other", id.as_str())]).await;
    assert_eq!(chosen.to(), wave, "{}", chosen.body);
    assert!(dan.get(&form).await.body.contains("Member 40"), "and stands among those who were chosen");
}
