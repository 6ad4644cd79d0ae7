//! Direction as people use it.

use axum::http::StatusCode;
use leadership::aim::AimKind;
use leadership::{AimId, CircleId};
use ledger::aims::{self, MakeAim};

use crate::support::{Client, House, Page, house};

fn aim(circle: CircleId, kind: AimKind, title: &str, serves: Option<AimId>) -> MakeAim {
    MakeAim {
        circle,
        kind,
        title: title.to_owned(),
        why: format!("Why of {title}."),
        picture: String::new(),
        horizon: String::new(),
        owner: None,
        serves,
        core: false,
        hard: false,
        source: "Board paper".to_owned(),
        restatement: String::new(),
        confirmer: None,
    }
}

fn at(page: &Page) -> &str {
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    page.to.split('#').next().unwrap()
}

/// The value of the first hidden field of a name.
fn hidden<'a>(page: &'a Page, name: &str) -> &'a str {
    let from = page.body.find(&format!("name=\"{name}\" value=\"")).expect(name);
    page.body[from..].split('"').nth(3).unwrap()
}

/// The first link that begins so.
fn link(page: &Page, begins: &str) -> String {
    let from = page.body.find(&format!("href=\"{begins}")).unwrap_or_else(|| panic!("{begins} in {}", page.body));
    page.body[from + 6..].split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn from_an_empty_page_to_a_goal_that_is_explained_and_said_back() {
    let house = house().await;
    let ann = house.browser(house.ann).await;
    let bo = house.browser(house.bo).await;
    let empty = ann.get("/aims").await;
    assert!(empty.has("Write a vision") && empty.has("There is nothing here yet"));
    assert!(!bo.get("/aims").await.has("Write a vision"), "a member is not offered what they cannot do");

    let team = house.team.to_string();
    let first = ann.get(&format!("/aims/new?kind=goal&circle={team}")).await;
    assert!(first.has("A new goal of Service desk"));
    let typed = [
        ("circle", team.as_str()),
        ("kind", "goal"),
        ("title", "Answer <b>within</b> the hour"),
        ("why", ""),
        ("horizon", "soon"),
    ];
    let refused = ann.post("/aims/new", &typed).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.has("Answer &lt;b&gt;within&lt;/b&gt; the hour") && refused.has("“soon” is no day"),
        "{}",
        refused.body
    );
    let typed = [
        ("circle", team.as_str()),
        ("kind", "goal"),
        ("title", "Answer within the hour"),
        ("why", "The shop floor stands still."),
    ];
    let goal = at(&ann.post("/aims/new", &typed).await).to_owned();
    for title in ["Fewer devices", "Nobody waits for access"] {
        house.does(house.ann, aim(house.team, AimKind::Goal, title, None)).await;
    }
    let page = bo.get(&goal).await;
    assert!(page.has("The shop floor stands still.") && page.has("no strategy"));
    assert!(!page.has("Re-plan"), "a member does not steer it");
    assert_eq!(bo.get(&format!("{goal}/replan")).await.status, StatusCode::FORBIDDEN);

    let explain = format!("{goal}/add/explain");
    assert!(ann.get(&explain).await.has("never explained yet"));
    let typed = [("circle", team.as_str()), ("way", "message"), ("words", "An hour is what the floor can bear.")];
    at(&ann.post(&explain, &typed).await);
    house.clock.days(2);
    // Sessions end after half a day.
    let (ann, bo) = (house.browser(house.ann).await, house.browser(house.bo).await);
    let own = bo.get("/aims/teach").await;
    let question = link(&own, "/aims/teach/");
    let asked = bo.get(&question).await;
    assert!(asked.has("Why do we want this") && asked.has("Why of Fewer devices."));
    assert_eq!(ann.get(&question).await.status, StatusCode::NOT_FOUND, "only one's own");
    assert!(bo.post(&question, &[]).await.has("Choose one of the answers."));
    let right =
        asked.body.split("name=\"answer\" value=\"").skip(1).position(|part| part.contains("The shop floor")).unwrap();
    at(&bo.post(&question, &[("answer", &right.to_string())]).await);
    assert!(bo.get(&question).await.has("That is it."));
    assert!(bo.get("/aims/teach").await.has("1 of 1 marked answers right."));
    let memory = ann.get("/aims/memory").await;
    assert!(memory.has("not enough to say (n = 1)") && memory.has("It was never explained."), "{}", memory.body);
    assert!(!memory.has("Bo Kim"), "no person in the figures of a circle");
}

#[tokio::test]
async fn a_core_aim_is_looked_at_twice_and_people_are_told() {
    let house = house().await;
    let (dan, bo) = (house.browser(house.dan).await, house.browser(house.bo).await);
    let core = MakeAim { core: true, ..aim(house.team, AimKind::Goal, "One desk for all", None) };
    let id = house.does(house.dan, core).await;
    house.does(house.dan, aim(house.team, AimKind::Value, "Nobody is sent away", None)).await;
    let page = format!("/aims/{id}/replan");
    let form = dan.get(&page).await;
    let (cy, bo_id) = (house.cy.to_string(), house.bo.to_string());
    let fields = [
        ("version", hidden(&form, "version")),
        ("title", "A desk in every building"),
        ("why", "People walk."),
        ("core", "true"),
        ("turn", "reversal"),
        ("changed", "Desks move to the buildings."),
        ("because", "The survey of March."),
        ("stays", "The same people."),
        ("audience", bo_id.as_str()),
        ("audience", cy.as_str()),
    ];
    let second = dan.post(&page, &fields).await;
    assert_eq!(second.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        second.has("A second look.") && second.has("Nobody is sent away") && second.has("<del>One desk for all</del>")
    );
    let mut meant = fields.to_vec();
    meant.push(("looked_again", "true"));
    at(&dan.post(&page, &meant).await);
    let told = bo.get(&format!("/aims/{id}")).await;
    assert!(told.has("you were told on 2 March 2026") && told.has("What stays: The same people."));
    at(&bo.post(&format!("/aims/{id}/seen"), &[("notice", hidden(&told, "notice"))]).await);
    let told = bo.get(&format!("/aims/{id}")).await;
    assert!(!told.has("you were told on"));
    assert!(told.has("2 of 3") || told.has("1 of 2"), "how many have seen it");
    assert!(told.has("<ins>A desk in every building</ins>"), "the versions with what differs");
    // An old form changes nothing, and says so with all that was typed.
    let late = dan.post(&page, &meant).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(late.has("Somebody has changed this aim") && late.has("The survey of March."));
    assert!(dan.get("/aims/changes").await.has("Desks move to the buildings."));
}

type Fields<'a> = Vec<(&'a str, &'a str)>;

#[tokio::test]
async fn the_little_forms_keep_what_was_typed_and_do_what_they_say() {
    let house = house().await;
    let (ann, dan, bo) =
        (house.browser(house.ann).await, house.browser(house.dan).await, house.browser(house.bo).await);
    let owned =
        MakeAim { owner: Some(house.bo), hard: true, ..aim(house.team, AimKind::Goal, "Answer within the hour", None) };
    let id = house.does(house.dan, owned).await;
    let goal = format!("/aims/{id}");
    let other = house.does(house.dan, aim(house.team, AimKind::Goal, "Close two sites", None)).await.to_string();
    let ann_id = house.ann.to_string();
    let cy_id = house.cy.to_string();
    let forms: [(&str, Fields<'_>, Fields<'_>, &str); 9] = [
        (
            "measure",
            vec![("from", "hand"), ("name", "Wait"), ("unit", "minutes"), ("start", "240"), ("target", "x")],
            vec![("from", "hand"), ("name", "Wait"), ("unit", "minutes"), ("start", "240"), ("target", "60")],
            "from 240 to 60",
        ),
        (
            "step",
            vec![("words", "Two hours"), ("day", "never")],
            vec![("words", "Two hours"), ("day", "2026-05-01")],
            "1 May 2026",
        ),
        (
            "need",
            vec![("kind", "funding"), ("what", "Headsets"), ("amount", "much"), ("of", &ann_id)],
            vec![("kind", "funding"), ("what", "Headsets"), ("amount", "1200.50"), ("of", &ann_id)],
            "1,200.50",
        ),
        ("setback", vec![("words", " ")], vec![("words", "Two people left.")], "Two people left."),
        ("restart", vec![("words", "")], vec![("words", "Hired again.")], "Hired again."),
        (
            "reply",
            vec![("words", "")],
            vec![("words", "I look at the queue each hour.")],
            "I look at the queue each hour.",
        ),
        (
            "conflict",
            vec![("other", &other), ("why", "")],
            vec![("other", &other), ("why", "The sites answer.")],
            "In conflict with",
        ),
        ("stance", vec![("person", "nobody")], vec![("person", &cy_id)], ""),
        ("work", vec![("work", "Mail")], vec![("work", "service=Mail")], "Tickets of service “Mail” serve it."),
    ];
    for (what, wrong, right, shown) in forms {
        let address = format!("{goal}/add/{what}");
        assert_eq!(bo.get(&address).await.status, StatusCode::OK, "{what}");
        let refused = bo.post(&address, &wrong).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{what}");
        let kept = wrong.iter().filter(|(name, value)| !matches!(*name, "person") && value.trim().len() > 2);
        for (name, value) in kept {
            assert!(refused.has(value), "{what}: {name} was lost");
        }
        at(&bo.post(&address, &right).await);
        assert!(bo.get(&goal).await.has(shown), "{what}: {shown}");
    }
    assert_eq!(bo.get(&format!("{goal}/add/nothing")).await.status, StatusCode::NOT_FOUND);

    let waits = bo.get("/aims/needs").await;
    assert!(waits.has("1 aim lacks something.") && waits.has("asked of Ann Lee"), "{}", waits.body);
    // Granted in part, with a day and a reason.
    let asked = link(&ann.get(&goal).await, "/aims/asks/");
    assert_eq!(dan.get(&asked).await.status, StatusCode::NOT_FOUND, "only who was asked");
    let refused = ann.post(&asked, &[("amount", "1000"), ("by", "2026-04-01")]).await;
    assert!(refused.has("Less than was asked"));
    at(&ann.post(&asked, &[("amount", "1000"), ("by", "2026-04-01"), ("words", "The rest in May.")]).await);
    let page = bo.get(&goal).await;
    assert!(page.has("<strong>200.50</strong>"), "what is missing");
    assert!(page.has("href=\"/promises/"), "what was granted is a promise");
    let needs = bo.get("/aims/needs").await;
    assert!(needs.has(&format!("href=\"{goal}#needs\"")) && needs.has(">200.50</td>"), "{}", needs.body);
    assert!(needs.has("Nothing waits.") && needs.has("it takes closed promises of 5 people"), "{}", needs.body);
    // A new value.
    let measure = link(&bo.get(&goal).await, "/aims/measures/");
    assert!(bo.post(&measure, &[("value", "fast")]).await.has("Give a number"));
    at(&bo.post(&measure, &[("value", "150")]).await);
    assert!(bo.get(&goal).await.has("50 % of the way"));
    // Where people stand.
    let cy = house.browser(house.cy).await;
    let board = format!("{goal}/alignment");
    assert!(cy.post(&board, &[("stance", "against")]).await.has("This must not be empty."));
    at(&cy.post(&board, &[("stance", "against"), ("words", "Nobody is there at night.")]).await);
    let shown = dan.get(&board).await;
    assert!(shown.has("Cy Dahl") && shown.has("against 1") && shown.has("Nobody is there at night."));
    // Reached.
    let moved = bo.get(&format!("{goal}/move")).await;
    let version = hidden(&moved, "version").to_owned();
    at(&bo
        .post(&format!("{goal}/move"), &[("version", &version), ("to", "reached"), ("because", "58 minutes.")])
        .await);
    assert!(bo.get("/aims/changes").await.has("reached after a setback"));
    let print = dan.get(&format!("/aims/print/{}", house.team)).await;
    assert!(
        print.has("Close two sites") && !print.has("Answer within the hour"),
        "what was reached is no direction any more"
    );
}

#[tokio::test]
async fn a_signal_on_the_horizon() {
    let house = house().await;
    let bo = house.browser(house.bo).await;
    let team = house.team.to_string();
    let typed = [
        ("circle", team.as_str()),
        ("title", "Machines that read mail"),
        ("so_what", "Half of the calls."),
        ("verdict", "watch"),
    ];
    let refused = bo.post("/aims/horizon/new", &typed).await;
    assert!(refused.has("Say when you look at it again.") && refused.has("Half of the calls."));
    let mut right = typed.to_vec();
    right.push(("review", "2026-06-01"));
    at(&bo.post("/aims/horizon/new", &right).await);
    let board = bo.get("/aims/horizon").await;
    assert!(board.has("look again 1 June 2026"));
    let one = link(&board, "/aims/horizon/0");
    at(&bo.post(&one, &[("so_what", "A third."), ("verdict", "try"), ("outcome", "adopted")]).await);
    assert!(bo.get("/aims/horizon").await.has("Settled: 1"));
}

async fn everything_of(client: &Client, id: AimId, house: &House) -> Vec<(String, Page)> {
    let mut out = Vec::new();
    for path in [
        format!("/aims/{id}"),
        format!("/aims/{id}/replan"),
        format!("/aims/{id}/move"),
        format!("/aims/{id}/confirm"),
        format!("/aims/{id}/alignment"),
        format!("/aims/{id}/add/reply"),
        format!("/aims/{id}/together/{}", house.team),
        format!("/aims/print/{}", house.team),
    ] {
        out.push((path.clone(), client.get(&path).await));
    }
    out
}

#[tokio::test]
async fn who_does_not_see_an_aim_finds_nothing_of_it() {
    let house = house().await;
    let secret = house.does(house.dan, aim(house.team, AimKind::Goal, "Quietly close the desk", None)).await;
    // An aim about a client is its servants' own: the client's contact does not see it either.
    let about = house.does(house.ann, aim(house.harbour, AimKind::Goal, "Quietly leave Harbour", None)).await;
    let client = house.browser(house.kim).await;
    for other in [client, house.browser(house.otto).await] {
        for aim in [secret, about] {
            for (path, page) in everything_of(&other, aim, &house).await {
                assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
                assert!(!page.has("Quietly"), "{path}");
            }
        }
    }
    // A member of the team sees the organisation above, and nothing of a client that they do not work for.
    let bo = house.browser(house.bo).await;
    for (path, status) in [
        (format!("/aims/{about}"), StatusCode::NOT_FOUND),
        (format!("/aims/print/{}", house.orchard), StatusCode::NOT_FOUND),
        (format!("/aims/print/{}", house.organisation), StatusCode::OK),
        (format!("/aims/{secret}"), StatusCode::OK),
    ] {
        assert_eq!(bo.get(&path).await.status, status, "{path}");
    }
    let client = house.browser(house.kim).await;
    for path in [
        "/aims",
        "/aims/gaps",
        "/aims/needs",
        "/aims/memory",
        "/aims/changes",
        "/aims/work",
        "/aims/horizon",
        "/aims/teach",
        "/aims/marking",
        "/aims/new",
    ] {
        assert_eq!(client.get(path).await.status, StatusCode::NOT_FOUND, "{path}: a client's people have no direction");
        let outsider = house.outsider().get(path).await;
        assert!(outsider.status == StatusCode::SEE_OTHER && outsider.to.starts_with("/signin"), "{path}");
    }
    for (what, fields) in [
        ("replan", vec![("title", "x")]),
        ("alignment", vec![("stance", "agree")]),
        ("add/reply", vec![("words", "x")]),
        ("unlink", vec![("field", "a")]),
    ] {
        assert_eq!(
            client.post(&format!("/aims/{secret}/{what}"), &fields).await.status,
            StatusCode::NOT_FOUND,
            "{what}"
        );
    }
}

/// What replans an aim as it is now, to serve another.
fn to_serve<'a>(title: &'a str, above: &'a str, told: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("version", "1"),
        ("title", title),
        ("why", "Because it helps."),
        ("serves", above),
        ("turn", "change"),
        ("changed", "It serves another."),
        ("because", "Typed with care."),
        ("stays", "All else."),
        ("audience", told),
    ]
}

#[tokio::test]
async fn a_loop_among_aims_is_refused_at_its_field() {
    let house = house().await;
    let ann = house.browser(house.ann).await;
    let top = house.does(house.ann, aim(house.team, AimKind::Goal, "Top", None)).await;
    let middle = house.does(house.ann, aim(house.team, AimKind::Goal, "Middle", Some(top))).await;
    let low = house.does(house.ann, aim(house.team, AimKind::Goal, "Low", Some(middle))).await;
    let bo = house.bo.to_string();
    let form = ann.get(&format!("/aims/{top}/replan")).await;
    for below in [top, middle, low] {
        let offered = format!("<option value=\"{below}\"");
        assert!(!form.has(&offered), "neither itself nor what serves it is offered");
        // A form that was written by hand, or while somebody else made the link.
        let refused = ann.post(&format!("/aims/{top}/replan"), &to_serve("Top", &below.to_string(), &bo)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
        assert!(refused.has("id=\"serves-wrong\""), "at its field: {}", refused.body);
        assert!(refused.has("Typed with care."), "nothing typed is lost");
    }
    at(&ann.post(&format!("/aims/{low}/replan"), &to_serve("Low", &top.to_string(), &bo)).await);
}

#[tokio::test]
async fn what_is_not_utf_8_is_refused_at_its_field() {
    let house = house().await;
    let ann = house.browser(house.ann).await;
    let team = house.team;
    // “Café” as a program sends it that writes Latin-1.
    let form = format!("circle={team}&kind=goal&title=Caf%E9+for+all&why=It+is+cold.");
    let refused = ann.post_raw("/aims/new", &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.has("id=\"title-wrong\"") && refused.has("not sent as UTF-8"), "{}", refused.body);
    assert!(refused.has("It is cold."), "nothing else is lost");
    let form = format!("circle={team}&kind=goal&title=Caf%C3%A9+for+all&why=It+is+cold.");
    let made = ann.post_raw("/aims/new", &form).await;
    assert!(ann.get(at(&made)).await.has("Café for all"));
}

#[tokio::test]
async fn the_history_of_an_aim_is_told_from_its_events() {
    use leadership::replan::Bump;
    use leadership::stance::Stance;
    use leadership::teach::Way;
    use ledger::aims::{align, explain};

    let house = house().await;
    let (ann, bo) = (house.browser(house.ann).await, house.browser(house.bo).await);
    let goal = house.does(house.ann, aim(house.team, AimKind::Goal, "One hour", None)).await;
    let above = house.does(house.ann, aim(house.organisation, AimKind::Goal, "Whole", None)).await;
    let secret = house.does(house.ann, aim(house.harbour, AimKind::Goal, "Harbour first", None)).await;
    let (circle, words) = (house.team, "An hour is what <i>they</i> can bear.".to_owned());
    house.does(house.ann, explain::Explain { aim: goal, circle, way: Way::Meeting, words }).await;
    let words = "The lift stood still.".to_owned();
    house.does(house.ann, align::SayBump { aim: goal, kind: Bump::Setback, words }).await;
    let words = "I do not believe it.".to_owned();
    house.does(house.bo, align::TakeStance { aim: goal, stance: Stance::Against, words }).await;
    house.does(house.ann, aims::MarkConflict { aim: goal, other: above, why: "Both need Bo.".into() }).await;
    house.does(house.ann, aims::MarkConflict { aim: goal, other: secret, why: "Harbour pays more.".into() }).await;
    at(&ann.post(&format!("/aims/{goal}/replan"), &to_serve("Half an hour", "", &house.bo.to_string())).await);

    let page = bo.get(&format!("/aims/{goal}")).await;
    let history = link(&page, &format!("/aims/{goal}/history"));
    let told = bo.get(&history).await;
    for text in [
        "wrote it down",
        "told of a setback",
        "The lift stood still.",
        "An hour is what &lt;i&gt;they&lt;/i&gt; can bear.",
        "Both need Bo.",
        "re-planned it",
        "It serves another.",
    ] {
        assert!(told.has(text), "{text}: {}", told.body);
    }
    assert!(!told.has("I do not believe it."), "where somebody stands is on the board, where a look is noted");
    assert!(!told.has("Harbour pays more."), "of an aim that Bo does not see");
    assert!(ann.get(&history).await.has("Harbour pays more."));
    assert_eq!(house.browser(house.kim).await.get(&history).await.status, StatusCode::NOT_FOUND);
    assert_eq!(bo.get(&format!("/aims/{secret}/history")).await.status, StatusCode::NOT_FOUND);
}

/// A record whose tickets are of two services and one category.
struct Groups;

impl acts::WorkRecord for Groups {
    fn readings(&self) -> acts::Later<'_, Vec<acts::Reading>> {
        Box::pin(std::future::ready(Vec::new()))
    }

    fn groups(&self) -> acts::Later<'_, Vec<acts::Group>> {
        let group = |field: &str, value: &str, tickets| acts::Group {
            field: field.to_owned(),
            value: value.to_owned(),
            tickets,
            open: 7,
            rows: format!("/rows?{field}"),
        };
        let all =
            vec![group("service", "Mail <b>", 300), group("service", "Print", 100), group("category", "Access", 50)];
        Box::pin(std::future::ready(all))
    }
}

#[tokio::test]
async fn work_that_serves_no_aim_and_aims_that_no_work_serves() {
    let house = crate::support::over(std::sync::Arc::new(Groups)).await;
    let ann = house.browser(house.ann).await;
    let vision = house.does(house.ann, aim(house.team, AimKind::Goal, "Nobody waits", None)).await;
    let mail = house.does(house.ann, aim(house.team, AimKind::Goal, "Mail in a minute", Some(vision))).await;
    house.does(house.ann, aim(house.team, AimKind::Goal, "Quiet floors", None)).await;
    let part = |page: &Page, from: &str, to: &str| {
        let (_, rest) = page.body.split_once(from).unwrap_or_else(|| panic!("{from}: {}", page.body));
        rest.split_once(to).unwrap_or_else(|| panic!("{to}: {rest}")).0.to_owned()
    };
    let orphans_of = |page: &Page| part(page, "<h2>Work that serves no aim</h2>", "<h2>Aims that no work serves</h2>");
    let unserved_of = |page: &Page| part(page, "<h2>Aims that no work serves</h2>", "<h2>Linked</h2>");
    let before = ann.get("/aims/work").await;
    assert!(before.has("No aim names any work yet."), "{}", before.body);
    for value in ["Mail &lt;b&gt;", "Print", "Access"] {
        assert!(orphans_of(&before).contains(value), "{value}");
    }
    for title in ["Nobody waits", "Mail in a minute", "Quiet floors"] {
        assert!(unserved_of(&before).contains(title), "{title}");
    }
    let link = aims::LinkWork { aim: mail, field: "service".into(), value: "Mail <b>".into() };
    house.does(house.ann, link).await;
    let after = ann.get("/aims/work").await;
    assert!(after.has("75 %") && after.has("300 of 400 tickets"), "{}", after.body);
    let orphans = orphans_of(&after);
    assert!(orphans.contains("Print") && !orphans.contains("Mail"), "{orphans}");
    assert!(!orphans.contains("Access"), "a field that no aim names says nothing: {orphans}");
    let unserved = unserved_of(&after);
    assert!(unserved.contains("Quiet floors") && !unserved.contains("Mail in a minute"), "{unserved}");
    assert!(!unserved.contains("Nobody waits"), "served by what serves it: {unserved}");
}

/// A tree of 3,000 aims: a bounded page, and as many statements as one of 30.
#[tokio::test]
async fn the_tree_holds_three_thousand_aims() {
    struct Many(CircleId, usize);
    #[ledger::act]
    impl ledger::Act for Many {
        type Done = AimId;
        async fn perform(
            &self,
            tx: &mut ledger::Tx,
            actor: &leadership::circle::Actor,
        ) -> Result<AimId, ledger::Refused> {
            let vision = aim(self.0, AimKind::Vision, "The vision", None).perform(tx, actor).await?;
            let mut goals = vec![vision];
            for at in 0..self.1 {
                let above = goals[at / 12];
                goals.push(aim(self.0, AimKind::Goal, &format!("Goal {at}"), Some(above)).perform(tx, actor).await?);
            }
            Ok(vision)
        }
    }
    let house = house().await;
    let actor = house.actor(house.ann).await;
    let statements = async || {
        let mut tx = house.ledger.read().await.unwrap();
        let seen = aims::seen(&mut tx, &actor).await.unwrap();
        aims::measures::all(&mut tx, &seen).await.unwrap();
        aims::resources::all(&mut tx, &seen).await.unwrap();
        aims::changes(&mut tx, &seen, 180).await.unwrap();
        aims::conflicts(&mut tx, &seen).await.unwrap();
        aims::align::hard(&mut tx, &seen).await.unwrap();
        aims::memory::memories(&mut tx, &actor, &seen).await.unwrap();
        aims::waiting(&mut tx, house.ann, "2026-03-02".parse().unwrap()).await.unwrap();
        (seen.all.len(), tx.statements())
    };
    house.does(house.ann, Many(house.team, 29)).await;
    let (few, asked_few) = statements().await;
    let ann = house.browser(house.ann).await;
    let small = ann.get("/aims").await;
    assert!(!small.has("more serve it"), "thirty aims are all shown");
    house.does(house.ann, Many(house.department, 2970)).await;
    let (many, asked_many) = statements().await;
    assert_eq!((few, many), (30, 3001));
    assert_eq!(asked_few, asked_many, "not one statement more");
    let large = ann.get("/aims").await;
    assert!(large.has("3001 aims") && large.has("more serve it"));
    assert!(large.body.matches("class=\"aim\"").count() <= 300 && large.body.len() < 400_000, "{}", large.body.len());
    let under = link(&large, "/aims?under=");
    assert!(ann.get(&under).await.has("All aims"));
    assert!(ann.get("/aims/gaps").await.has("Page 1 of"));
}

#[tokio::test]
async fn a_direction_is_told_as_a_whole_and_read() {
    let house = house().await;
    let (ann, bo, kim) =
        (house.browser(house.ann).await, house.browser(house.bo).await, house.browser(house.kim).await);
    let (page, tell) = (format!("/aims/print/{}", house.team), format!("/aims/tell/{}", house.team));
    let nothing = ann.post(&tell, &[("words", "")]).await;
    assert!(nothing.status.is_client_error() && nothing.has("Write its vision or a first goal"), "{}", nothing.body);
    house.does(house.ann, aim(house.team, AimKind::Vision, "Nobody waits", None)).await;
    house.does(house.ann, aim(house.team, AimKind::Goal, "Answer within the hour", None)).await;
    assert!(ann.get(&page).await.has("It has not been told to its people as a whole yet."));
    assert_eq!(bo.post(&tell, &[("words", "")]).await.status, StatusCode::FORBIDDEN, "a member does not tell it");
    assert_eq!(kim.post(&tell, &[("words", "")]).await.status, StatusCode::NOT_FOUND, "a client knows nothing of it");
    assert!(!bo.get(&page).await.has("Tell everybody"));

    at(&ann.post(&tell, &[("words", "This is what the year is for.")]).await);
    assert!(bo.get("/today").await.has("Where Service desk is going, and why"));
    let notice = link(&bo.get("/today").await, "/notices/");
    let letter = bo.get(&notice).await;
    for words in ["This is what the year is for.", "Nobody waits", "Why of Nobody waits.", "Answer within the hour"] {
        assert!(letter.has(words), "{words}: {}", letter.body);
    }
    assert!(letter.has(&format!("href=\"{page}\"")), "it leads to the direction itself");
    at(&bo.post(&notice, &[]).await);
    let told = bo.get(&page).await;
    assert!(told.has("have said that they read it.") && told.has("Nothing of it has changed since."), "{}", told.body);
    assert!(told.has("<strong>1</strong> of 2"), "of Bo and Cy, Bo: {}", told.body);

    // What changes afterwards is counted, and told again to the same people.
    house.clock.days(1);
    let (ann, bo) = (house.browser(house.ann).await, house.browser(house.bo).await);
    house.does(house.ann, aim(house.team, AimKind::Goal, "Fewer devices", None)).await;
    let changed = bo.get(&page).await;
    assert!(changed.has("One aim has changed since."), "{}", changed.body);
    at(&ann.post(&tell, &[("words", "")]).await);
    assert!(bo.get("/today").await.has("Where Service desk is going, and why"));
    assert!(bo.get(&notice).await.has("This was told again since"));
    let kim = house.browser(house.kim).await;
    assert!(!kim.get("/today").await.has("Where Service desk is going"), "no client is told");
}
