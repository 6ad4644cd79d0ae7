//! Forms in an organisation of more people than a page shows: whoever is meant is named, and nobody is listed.

use axum::http::StatusCode;
use leadership::aim::AimKind;
use leadership::{PersonId, Role};
use ledger::aims::MakeAim;
use ledger::notices;
use ledger::people::AddPerson;

use crate::decisions::{decided, with};
use crate::support::{Client, House, house};

const SEEN_OTHER: StatusCode = StatusCode::SEE_OTHER;
const UNPROCESSABLE: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

/// Members of the team besides the two who are there: with them more than a form lists.
const MORE: std::ops::Range<usize> = 10..71;

/// The house with all of them, in the order of their numbers.
async fn full() -> (House, Vec<PersonId>) {
    let house = house().await;
    let mut people = Vec::new();
    for at in MORE {
        let act = AddPerson {
            name: format!("Member {at}"),
            email: format!("m{at}@example.org"),
            circle: house.team,
            role: Role::Member,
        };
        people.push(house.does(house.ann, act).await);
    }
    assert_eq!(people.len(), 61);
    (house, people)
}

fn goal(house: &House, title: &str) -> MakeAim {
    MakeAim {
        circle: house.team,
        kind: AimKind::Goal,
        title: title.into(),
        why: "Because it helps.".into(),
        picture: String::new(),
        horizon: String::new(),
        owner: None,
        serves: None,
        core: false,
        hard: false,
        source: String::new(),
        restatement: String::new(),
        confirmer: None,
    }
}

/// A form that asks for a name, shows none, tells who fits a part of one, and takes a whole one.
async fn names(client: &Client, form: &str, to: &str, fields: &[(&str, &str)], name: &str) -> String {
    let page = client.get(form).await;
    assert_eq!(page.status, StatusCode::OK, "{form}");
    assert!(!page.has("Member ") && page.has("Type a name"), "{form} lists nobody: {}", page.body);
    let with = |value| [fields, &[(name, value)][..]].concat();
    let part = client.post(to, &with("Member")).await;
    assert_eq!(part.status, UNPROCESSABLE, "{form}: {}", part.body);
    assert!(part.has("“Member” fits: Member 10, Member 11") && part.has("and 53 more"), "{form}: {}", part.body);
    assert!(client.post(to, &with("Nobody Such")).await.has("Nobody here is called “Nobody Such”"), "{form}");
    let whole = client.post(to, &with("member 40")).await;
    assert_eq!(whole.status, SEEN_OTHER, "{form}: {}", whole.body);
    whole.to
}

#[tokio::test]
async fn one_of_many_is_named() {
    let (house, _) = full().await;
    let (dan, ann) = (house.browser(house.dan).await, house.browser(house.ann).await);
    let team = house.team.to_string();

    // Who decides, and who answers for an aim.
    // How sure one is, only who decides can say.
    let fields = with(&[("circle", team.as_str()), ("then", "keep"), ("gut_percent", "")]);
    let draft = names(&dan, "/decisions/new", "/decisions/new", &fields, "decider").await;
    assert!(dan.get(&draft).await.has("Member 40"), "and not who wrote it");
    let form = format!("/aims/new?kind=goal&circle={team}");
    let fields = [("circle", team.as_str()), ("kind", "goal"), ("title", "Call back"), ("why", "Because it helps.")];
    let goal = names(&ann, &form, "/aims/new", &fields, "owner").await;
    assert!(ann.get(&goal).await.has("Member 40"));

    let shared = ("/decisions/calibration", "/decisions/calibration/share");
    names(&dan, shared.0, shared.1, &[("shared", "yes")], "viewer").await;
    assert!(dan.get(shared.0).await.has("Take it back from Member 40"));

    let confidants = "/concerns/confidants";
    names(&ann, confidants, confidants, &[("circle", team.as_str())], "person").await;
    assert!(ann.get(confidants).await.has("the task of Member 40"));

    let key = model::shipped().qualities[0].key.as_str();
    let begin = [("quality", key), ("why", "Let people finish"), ("quality_2", ""), ("retest_on", "2026-06-01")];
    assert_eq!(dan.post("/growth/plan/new", &begin).await.to, "/growth");
    let page = dan.get("/growth").await.body;
    let plan = page.split("/growth/plan/").nth(1).unwrap().split(['/', '"']).next().unwrap();
    let practice = format!("/growth/plan/{plan}/practice");
    let fields = [("quality", key), ("words", "Say back"), ("due", "2026-03-06"), ("known", "In two talks")];
    names(&dan, &practice, &practice, &fields, "to").await;
    assert!(dan.get("/growth").await.has("promised to Member 40"), "a name that fits several was no note to oneself");

    let asked = [("title", "A chair"), ("circle", team.as_str())];
    let request = names(&ann, "/requests/new", "/requests/new", &asked, "of").await;
    assert!(ann.get(&request).await.has("Ann Lee asks Member 40"));
    let of_ann = house.ann.to_string();
    let own = [("title", "A bench"), ("circle", team.as_str()), ("of", of_ann.as_str())];
    let request = dan.post("/requests/new", &own).await.to;
    let delegate = [("verdict", "delegate"), ("outcome", "It stands there"), ("day", "2026-03-09")];
    let triage = format!("{request}/triage");
    names(&ann, &request, &triage, &delegate, "to").await;
    assert!(ann.get(&request).await.has("Member 40"), "who was asked to take it");

    let fields = [("noun", "work"), ("circle", team.as_str()), ("title", "Move the mail"), ("due", "2026-03-12")];
    let line = names(&ann, "/status/new", "/status/new", &fields, "owner").await;
    assert!(ann.get(&line).await.has("Told by Member 40"), "and not by who asked");
}

#[tokio::test]
async fn whom_one_asks_and_who_could_take_it_are_named() {
    let (house, people) = full().await;
    let (ann, dan) = (house.browser(house.ann).await, house.browser(house.dan).await);
    let (team, dan_id) = (house.team.to_string(), house.dan.to_string());
    let fields = [("circle", team.as_str()), ("title", "A chair"), ("words", "Mine broke.")];
    let asked = names(&ann, "/requests/new", "/requests/new", &fields, "of").await;
    assert!(ann.get(&asked).await.has("Member 40"));
    // Who was asked hands it on by name.
    let of_dan = ann.post("/requests/new", &[&fields[..], &[("of", dan_id.as_str())][..]].concat()).await.to;
    let triage = format!("{of_dan}/triage");
    let handed = |to: &'static str| {
        vec![
            ("verdict", "delegate"),
            ("to", to),
            ("outcome", "A chair that holds"),
            ("authority", "agree"),
            ("day", "2026-03-09"),
        ]
    };
    let page = dan.get(&of_dan).await;
    assert!(page.has("Type a name") && !page.has("Member 41"), "{}", page.body);
    let part = dan.post(&triage, &handed("Member")).await;
    assert_eq!(part.status, UNPROCESSABLE, "{}", part.body);
    assert!(part.has("“Member” fits: Member 10, ") && part.has("A chair that holds"), "{}", part.body);
    assert_eq!(dan.post(&triage, &handed("member 41")).await.status, SEEN_OTHER);
    let taker = house.browser(people[31]).await;
    assert!(taker.get("/today").await.has("A chair"), "it waits for Member 41");
}

#[tokio::test]
async fn many_are_told_at_once_and_others_found_by_name() {
    let (house, people) = full().await;
    let ann = house.browser(house.ann).await;
    let aim = house.does(house.ann, goal(&house, "Call back")).await;
    let form = format!("/aims/{aim}/replan");
    let page = ann.get(&form).await;
    assert!(page.has("Everybody who belongs to its circles: 63 people"), "{}", page.body);
    assert!(page.has("value=\"all\" checked") && !page.has("Member 40"), "{}", page.body);

    let fields = |version: &'static str, audience: &'static str| {
        vec![
            ("version", version),
            ("title", "Call back"),
            ("why", "Because it helps."),
            ("turn", "change"),
            ("changed", "Within an <hour>."),
            ("because", "People wait."),
            ("stays", "All else."),
            ("audience", audience),
        ]
    };
    // Looking for somebody keeps what was typed and changes nothing.
    let mut looked = fields("1", "all");
    looked.extend([("find", "member 5"), ("more", "find")]);
    let page = ann.post(&form, &looked).await;
    assert!(page.status == StatusCode::OK && page.has("Within an &lt;hour&gt;.") && page.has("value=\"all\" checked"));
    assert!(page.has("Member 50") && page.has("Member 59") && !page.has("Member 40"), "{}", page.body);

    let told = async |person| notices::waiting(&mut house.ledger.read().await.unwrap(), person).await.unwrap().len();
    let nobody = ann.post(&form, &fields("1", "whoever")).await;
    assert!(nobody.status == UNPROCESSABLE && nobody.has("Choose those who are told of the list."), "{}", nobody.body);
    assert_eq!(told(people[40]).await, 0);
    assert_eq!(ann.post(&form, &fields("1", "all")).await.status, SEEN_OTHER);
    for person in [people[0], people[40], house.bo, house.cy] {
        assert_eq!(told(person).await, 1);
    }
    assert_eq!(told(house.dan).await, 0, "who leads above does not belong, and was not chosen");
}

#[tokio::test]
async fn a_decision_reaches_many_at_once_and_without_whom_somebody_left_out() {
    let (house, people) = full().await;
    let dan = house.browser(house.dan).await;
    let told = async |person| notices::waiting(&mut house.ledger.read().await.unwrap(), person).await.unwrap().len();
    let form = format!("{}/tell", decided(&house, &dan).await);
    let page = dan.get(&form).await;
    assert!(page.has("Everybody who was found affected: 6") && page.has("value=\"all\" checked"), "{}", page.body);
    assert!(page.has("works in Service desk (63)") && !page.has("Member 40"), "{}", page.body);
    assert!(page.body.len() < 40_000, "a page carries no list of names: {}", page.body.len());

    // One of them is looked for and left out; what was typed stays.
    let looked = [("words", "We <buy> it."), ("audience", "all"), ("find", "member 40"), ("more", "find")];
    let page = dan.post(&form, &looked).await;
    assert!(page.status == StatusCode::OK && page.has("We &lt;buy&gt; it.") && page.has("Leave out Member 40"));
    let out = people[30].to_string();
    let left =
        [("words", "We buy it."), ("audience", "all"), ("without", out.as_str()), ("find", ""), ("more", "find")];
    let page = dan.post(&form, &left).await;
    assert!(page.has(&format!("name=\"without\" value=\"{out}\" checked")), "{}", page.body);
    // Once all are not chosen, the same one is somebody to add.
    let page = dan.post(&form, &looked[2..]).await;
    assert!(page.has(&format!("name=\"audience\" value=\"{out}\"")) && !page.has("Leave out"), "{}", page.body);
    let nobody = dan.post(&form, &[("words", "We buy it."), ("audience", "nonsense")]).await;
    assert!(nobody.status == UNPROCESSABLE && nobody.has("Choose again."), "{}", nobody.body);
    assert_eq!(dan.post(&form, &left[..3]).await.status, SEEN_OTHER);
    for person in [people[0], people[29], people[31], house.bo, house.cy] {
        assert_eq!(told(person).await, 1);
    }
    for person in [people[30], house.kim, house.otto, house.dan] {
        assert_eq!(told(person).await, 0, "left out, of a client, or who tells it");
    }

    // Asked for objections in the same way.
    let (team, me) = (house.team.to_string(), house.dan.to_string());
    let draft = dan.post("/decisions/new", &with(&[("circle", &team), ("decider", &me), ("then", "keep")])).await.to;
    let ask = format!("{draft}/ask");
    assert!(dan.get(&ask).await.has("value=\"all\" checked"));
    assert_eq!(dan.post(&ask, &[("audience", "all"), ("until", "2026-03-05")]).await.status, SEEN_OTHER);
    let member = house.browser(people[40]).await;
    assert!(member.get("/today").await.has("asks those affected for objections until 2026-03-05"));
}

#[tokio::test]
async fn one_of_many_aims_is_named_by_its_title() {
    let house = house().await;
    let ann = house.browser(house.ann).await;
    let mut goals = Vec::new();
    for at in MORE {
        goals.push(house.does(house.ann, goal(&house, &format!("Goal {at}"))).await);
    }
    let team = house.team.to_string();
    let page = ann.get(&format!("/aims/new?kind=goal&circle={team}")).await;
    assert!(page.has("Type words of its title.") && !page.has("Goal 40"), "{}", page.body);
    let making = async |serves: &str| {
        let fields = [("circle", team.as_str()), ("kind", "goal"), ("title", "Call back"), ("why", "It helps.")];
        ann.post("/aims/new", &[&fields[..], &[("serves", serves)][..]].concat()).await
    };
    let part = making("goal").await;
    assert_eq!(part.status, UNPROCESSABLE, "{}", part.body);
    assert!(part.has("“goal” fits: goal: Goal 10 (Service desk), ") && part.has("and 53 more"), "{}", part.body);
    assert!(part.has("Give the title of one aim.") && part.has("value=\"Call back\""), "{}", part.body);
    assert!(making("Nothing such").await.has("No aim that can be chosen is called “Nothing such”."));
    let made = making("goal 40").await;
    assert_eq!(made.status, SEEN_OTHER, "{}", made.body);
    assert!(ann.get(&made.to).await.has(&format!("href=\"/aims/{}\"", goals[30])));

    // The form of a change says it by its words; an identifier that an address brings is taken too.
    assert!(ann.get(&format!("{}/replan", made.to)).await.has("value=\"goal: Goal 40 (Service desk)\""));
    let brought = format!("/aims/new?kind=goal&circle={team}&serves={}", goals[0]);
    assert!(ann.get(&brought).await.has("value=\"goal: Goal 10 (Service desk)\""));
    assert_eq!(making(&goals[1].to_string()).await.status, SEEN_OTHER);

    // So is the other one of a conflict.
    let conflict = format!("{}/add/conflict", made.to);
    assert!(ann.get(&conflict).await.has("Type words of its title."));
    let why = ("why", "Both need Bo.");
    assert!(ann.post(&conflict, &[("other", "goal 4"), why]).await.has("Give the title of one aim."));
    assert_eq!(ann.post(&conflict, &[("other", "Goal 41"), why]).await.status, SEEN_OTHER);
    assert!(ann.get(&made.to).await.has("In conflict with"));
}
