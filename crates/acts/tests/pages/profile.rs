//! The profile: nothing before the self-rating, then the picture; shared in parts; the right of reply; what others
//! write; the record with its rows; the PDF for whom it is.

use std::sync::{Arc, Mutex};

use acts::{Later, Press, Sheet};
use axum::http::StatusCode;
use leadership::promise::Act as Do;
use leadership::{PersonId, Role};
use ledger::people::AddPerson;
use ledger::promises::{Give, Take};
use ledger::reports;
use ledger::waves::{self, Answer, By, Choose, Close, Confirm, Plan};

use crate::world::{World, actor};

/// What was handed to the typesetter last.
#[derive(Default)]
struct Kept(Mutex<Option<Sheet>>);

impl Press for Kept {
    fn set(&self, sheet: Sheet) -> Later<'_, Result<Vec<u8>, String>> {
        *self.0.lock().unwrap() = Some(sheet);
        Box::pin(std::future::ready(Ok(b"%PDF-1.7".to_vec())))
    }
}

/// Lea is rated by six who report to her, by Dan above her; the wave is closed and worked out. Her report.
async fn rated(world: &World) -> String {
    let ledger = world.app.ledger();
    let ann = actor(ledger, world.people["ann"]).await;
    let lea = actor(ledger, world.people["lea"]).await;
    let mut raters: Vec<PersonId> = vec![world.people["mo"]];
    for n in 0..5 {
        let act = AddPerson {
            name: format!("Member {n}"),
            email: format!("m{n}@example.org"),
            circle: world.circles["desk"],
            role: Role::Member,
        };
        raters.push(ledger.perform(&ann, &act).await.unwrap());
    }
    raters.push(world.people["dan"]);
    let plan = Plan {
        circle: Some(world.circles["it"]),
        title: "Spring <wave>".into(),
        opens_on: "2026-03-02".into(),
        closes_on: "2026-03-09".into(),
        question_limit: "120".into(),
        qualities: model::shipped().core().map(|quality| quality.key.clone()).collect(),
        people: vec![lea.person],
    };
    let wave = ledger.perform(&ann, &plan).await.unwrap();
    let choose = Choose { wave: Some(wave), raters: raters.clone(), outsiders: String::new() };
    ledger.perform(&lea, &choose).await.unwrap();
    let dan = actor(ledger, world.people["dan"]).await;
    let choice = waves::to_confirm(&mut ledger.read().await.unwrap(), &dan, wave).await.unwrap().remove(0);
    let keep = choice.seats.iter().map(|seat| seat.id).collect();
    let confirm = Confirm { wave: Some(wave), rated: Some(lea.person), keep, add: Vec::new() };
    ledger.perform(&dan, &confirm).await.unwrap();
    let questions = waves::items(&mut ledger.read().await.unwrap(), wave).await.unwrap().len();
    for (n, rater) in raters.iter().enumerate() {
        let by = actor(ledger, *rater).await;
        let forms = waves::own_forms(&mut ledger.read().await.unwrap(), &by, wave).await.unwrap();
        let seat = forms.into_iter().find(|form| !form.2).unwrap().0;
        let answers = (0..questions).map(|at| (3 + (n + at / 3) % 3).to_string()).collect();
        ledger.perform(&by, &Answer { seat, by: By::Me, answers, comments: Vec::new() }).await.unwrap();
    }
    ledger.perform(&ann, &Close { wave }).await.unwrap();
    reports::work_out(ledger, wave, |_| ()).await.unwrap().unwrap();
    reports::mine(&mut ledger.read().await.unwrap(), &lea).await.unwrap()[0].id.to_string()
}

/// Her own form, filled.
async fn opened(world: &World, report: &str) {
    let lea = world.as_("lea").await;
    let page = lea.get(&format!("/profile/{report}/self")).await;
    assert_eq!(page.status, StatusCode::OK);
    let names: Vec<String> = page
        .body
        .split("<fieldset class=\"scale\" id=\"")
        .skip(1)
        .filter_map(|part| part.split('"').next().map(str::to_owned))
        .collect();
    assert_eq!(names.len(), 31, "two of each of the fourteen, and the three outcomes");
    let fields: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "5")).collect();
    // One question is forgotten: nothing is lost, and the message stands at it.
    let half = lea.post(&format!("/profile/{report}/self"), &fields[1..]).await;
    assert_eq!(half.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(half.body.matches(" checked").count(), 30);
    assert!(half.body.contains(&format!("href=\"#{}\"", names[0])));
    let page = lea.post(&format!("/profile/{report}/self"), &fields).await;
    assert_eq!(page.to(), format!("/profile/{report}"));
}

#[tokio::test]
async fn a_report_opens_after_the_self_rating_and_shows_its_picture() {
    let world = World::new().await;
    let report = rated(&world).await;
    let lea = world.as_("lea").await;
    let address = format!("/profile/{report}");
    assert_eq!(lea.get(&address).await.to(), format!("{address}/self"), "nothing before she rated herself");
    assert_eq!(lea.get(&format!("{address}/pdf")).await.status, StatusCode::NOT_FOUND);
    let list = lea.get("/profile").await;
    assert!(list.body.contains("rate yourself to open it") && list.body.contains("Spring &lt;wave&gt;"));
    opened(&world, &report).await;
    let page = lea.get(&address).await;
    assert_eq!(page.status, StatusCode::OK);
    // Seventeen rows with a picture each, in words as well; the table; the record; who can see it.
    let shown = model::shipped();
    for quality in shown.core() {
        assert!(page.body.contains(&format!("id=\"q-{}\"", quality.key)), "{}", quality.key);
    }
    assert!(page.body.matches("class=\"chart strip\"").count() > 17);
    assert!(page.body.contains("likely ") && page.body.contains("; you yourself 5.0."));
    assert!(page.body.contains("The same as a table") && page.body.contains("not enough to say yet"));
    assert!(page.body.contains("You rated yourself after the wave"));
    assert!(page.body.contains("Subordinates") && page.body.contains("Higher-ups"));
    assert!(page.body.contains("Who can see this: you, and those with whom you share it."));
    assert!(!page.body.contains(" style=") && !page.body.contains("Spring <wave>"));
    for asked in ["self", "share", "pay", "reply"] {
        let page = lea.get(&format!("{address}/{asked}")).await;
        assert!(page.status == StatusCode::OK || asked == "self", "{asked}: {}", page.status);
    }
    // Nobody else finds it: not who is above, not who administers, not who answered.
    for key in ["dan", "ann", "eve", "mo", "cy"] {
        let other = world.as_(key).await;
        for path in ["", "/pdf", "/self", "/share", "/pay", "/reply", "/say"] {
            let page = other.get(&format!("{address}{path}")).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{key} {path}");
        }
        assert!(!other.get("/profile").await.body.contains("Spring"), "{key}");
    }
}

#[tokio::test]
async fn shared_in_parts_replied_to_and_thanked() {
    let kept = Arc::new(Kept::default());
    let press = Arc::clone(&kept);
    let world = World::with(|app| app.with_press(press), false).await;
    let report = rated(&world).await;
    opened(&world, &report).await;
    let (lea, dan, mo) = (world.as_("lea").await, world.as_("dan").await, world.as_("mo").await);
    let address = format!("/profile/{report}");
    let pdf = lea.get(&format!("{address}/pdf")).await;
    assert_eq!((pdf.status, pdf.body.as_str()), (StatusCode::OK, "%PDF-1.7"));
    assert!(kept.0.lock().unwrap().take().unwrap().report.own.is_some());

    // Wrong: what was typed stays.
    let dan_id = world.people["dan"].to_string();
    let wrong = lea.post(&format!("{address}/share"), &[("viewer", &dan_id), ("seer", "mentor")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("Choose at least one part.") && wrong.body.contains("value=\"mentor\" selected"));
    let fields = [("viewer", dan_id.as_str()), ("seer", "higher_up"), ("parts", "together"), ("parts", "evidence")];
    assert_eq!(lea.post(&format!("{address}/share"), &fields).await.status, StatusCode::SEE_OTHER);
    assert!(lea.get(&format!("{address}/share")).await.body.contains("Dan Roe"));
    let page = dan.get(&address).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("Lea Day sees that you looked") && page.body.contains("no consent to use this for pay"));
    assert!(!page.body.contains("you yourself") && !page.body.contains("Role by role"));
    assert!(dan.get("/profile").await.body.contains("you see it as higher-up"));
    dan.get(&format!("{address}/pdf")).await;
    let sheet = kept.0.lock().unwrap().take().unwrap();
    assert!(sheet.report.own.is_none() && sheet.report.groups.is_empty() && sheet.report.together.is_some());
    assert!(lea.get("/me").await.body.contains("the report that they shared"));

    // Pay: in writing.
    let pay = lea.post(&format!("{address}/pay"), &[("viewer", &dan_id), ("words", "ok")]).await;
    assert!(pay.status == StatusCode::UNPROCESSABLE_ENTITY && pay.body.contains("a click is no consent"));
    let words = "Dan may use it for my pay of this year.";
    lea.post(&format!("{address}/pay"), &[("viewer", &dan_id), ("words", words)]).await;
    assert!(dan.get(&address).await.body.contains(words));

    // Open to everybody, in parts; thanks that she moderates; her reply.
    assert_eq!(mo.get(&address).await.status, StatusCode::NOT_FOUND);
    lea.post(&format!("{address}/open"), &[("parts", "together")]).await;
    assert!(mo.get("/profile").await.body.contains("Open to everybody"));
    mo.post(&format!("{address}/say"), &[("kind", "thanks"), ("words", "You asked <before> you decided.")]).await;
    let thanked = "You asked &lt;before&gt; you decided.";
    assert!(!dan.get(&address).await.body.contains(thanked) && lea.get(&address).await.body.contains(thanked));
    assert!(lea.get("/today").await.body.contains("Mo Sand wrote on your profile"));
    let at = lea.get(&address).await.body;
    let saying = at
        .split(&format!("action=\"{address}/said/"))
        .nth(1)
        .and_then(|part| part.split('"').next())
        .unwrap()
        .to_owned();
    let decide = format!("{address}/said/{saying}");
    assert_eq!(mo.post(&decide, &[("state", "shown")]).await.status, StatusCode::NOT_FOUND, "not hers to decide");
    lea.post(&decide, &[("state", "shown"), ("answer", "Gladly.")]).await;
    let page = dan.get(&address).await.body;
    assert!(page.contains(thanked) && page.contains("Gladly."));
    lea.post(&format!("{address}/reply"), &[("words", "I will explain more.")]).await;
    assert!(mo.get(&address).await.body.contains("I will explain more."));
    assert_eq!(lea.get(&format!("{address}/say")).await.status, StatusCode::CONFLICT, "one does not thank oneself");

    // Taken back.
    lea.post(&format!("{address}/share/{dan_id}/end"), &[]).await;
    lea.post(&format!("{address}/open"), &[]).await;
    for other in [&dan, &mo] {
        assert_eq!(other.get(&address).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn the_record_opens_its_rows_for_oneself() {
    let world = World::new().await;
    let ledger = world.app.ledger();
    let lea = actor(ledger, world.people["lea"]).await;
    let give = Give {
        whom: "dan@example.org".into(),
        what: "A plan for the <night> shift".into(),
        known: "It hangs in the room.".into(),
        due: "2026-03-20".into(),
        ..Give::default()
    };
    let promise = ledger.perform(&lea, &give).await.unwrap();
    let dan = actor(ledger, world.people["dan"]).await;
    let take = Take { promise, act: Do::Keep, day: String::new(), why: String::new() };
    ledger.perform(&dan, &take).await.unwrap();
    let lea = world.as_("lea").await;
    let all = lea.get("/profile/evidence").await;
    assert_eq!(all.status, StatusCode::OK);
    for name in ledger::evidence::names() {
        let page = lea.get(&format!("/profile/evidence/{name}")).await;
        assert_eq!(page.status, StatusCode::OK, "{name}");
        assert!(all.body.contains(&format!("/profile/evidence/{name}")), "{name}");
    }
    let kept = lea.get("/profile/evidence/promises_kept").await.body;
    assert!(kept.contains("A plan for the &lt;night&gt; shift") && kept.contains(&format!("/promises/{promise}")));
    assert!(kept.contains("not enough to say yet (it takes"));
    assert_eq!(lea.get("/profile/evidence/nonsense").await.status, StatusCode::NOT_FOUND);
    // What waves tell of the questions is for who owns them.
    assert_eq!(lea.get("/profile/findings").await.status, StatusCode::NOT_FOUND);
    let ann = world.as_("ann").await;
    assert!(ann.get("/profile/findings").await.body.contains("No wave was worked out yet."));
}
