//! Recognition on pages: the standard, a nomination on its way, and a badge as whoever has its address sees it.

use axum::http::StatusCode;
use leadership::circle::Actor;
use leadership::profile::{Careless, Direction, Evidence, Figure, Fit, Kind, Limits, Quality, Range, Report, Unit};
use ledger::{Act, HeadKey, Refused, Tx, args, people, recognition};

use crate::world::World;

const SEEN_OTHER: StatusCode = StatusCode::SEE_OTHER;
const UNPROCESSABLE: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
const NOT_FOUND: StatusCode = StatusCode::NOT_FOUND;

/// Keeps a report in which all of the 14 are covered, as the room of reports does.
pub(super) struct Keep(pub(super) leadership::PersonId);

#[ledger::act]
impl Act for Keep {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let wave = "019cad8f-ac00-730d-8586-c23079b56243";
        let root = people::root(tx).await?;
        tx.run(
            "insert into wave (id, circle, title, model_version, opens_on, closes_on, question_limit, planned_by, \
             planned_at, closed_on, reminded) values ($1, $2, 'Spring wave', '1', '2026-02-01', '2026-03-01', 120, $3, \
             $4, '2026-03-01', 0)",
            args![wave, root, actor.person, tx.now()],
        )
        .await?;
        let body = serde_json::to_string(&report()).map_err(ledger::LedgerError::from)?;
        tx.run(
            "insert into report (id, wave, person, made_at, closed_on, rated_self_on, open_parts, reply, body) \
             values ($1, $2, $3, $4, '2026-03-01', '2026-03-01', '', '', $5)",
            args![tx.id::<()>(), wave, self.0, tx.now(), body],
        )
        .await?;
        Ok(())
    }
}

fn report() -> Report {
    let range = Range { low: 3.7, high: 4.5 };
    let figure = Figure {
        n: 8,
        mean: 4.1,
        development: range,
        decision_mean: Some(4.1),
        decision: Some(range),
        agreement: None,
    };
    let evidence = Evidence {
        query: "promises_kept".into(),
        words: "Promises".into(),
        unit: Unit::Share,
        so: 19,
        n: 20,
        minimum: 5,
        direction: Direction::Higher,
        first: None,
        last: None,
        rows: Vec::new(),
    };
    let qualities = [Kind::What, Kind::How]
        .into_iter()
        .flat_map(|kind| (0..7).map(move |at| (kind, at)))
        .map(|(kind, at)| Quality {
            key: format!("{}-{at}", kind.name()),
            name: format!("{} {at}", kind.name()),
            kind,
            items: Vec::new(),
            together: Some(figure),
            groups: Vec::new(),
            distribution: None,
            own: None,
            change: None,
            evidence: vec![evidence.clone()],
            no_evidence: None,
            advice: None,
        })
        .collect();
    Report {
        wave: "Spring wave".into(),
        closed_on: "2026-03-01".parse().unwrap(),
        model: "1".into(),
        program: "0".into(),
        limits: Limits { minimum: 3, floor: 3, rounding: 0.1, scale: 5 },
        fit: Fit { converged: true, r_hat: None, effective: None, leaders: 1, forms: 8, notes: Vec::new() },
        groups: Vec::new(),
        together: None,
        by_group: Vec::new(),
        qualities,
        own: None,
        differences: Vec::new(),
        careless: Careless::default(),
        comments: Vec::new(),
    }
}

#[tokio::test]
async fn a_badge_is_earned_shown_checked_and_revoked() {
    let key = || HeadKey::of(&[7; 32]).unwrap();
    let world = World::with(|app| app.with_key(key()), false).await;
    let (ann, lea, mo) = (world.as_("ann").await, world.as_("lea").await, world.as_("mo").await);
    let (cy, di, nobody) = (world.as_("cy").await, world.as_("di").await, world.nobody());
    let page = lea.get("/recognition").await;
    assert!(page.body.contains("Nothing is worked out yet") && page.body.contains("At least 10 of the WHATs and HOWs"));
    let standard = [("qualities", "15"), ("whats", "4"), ("hows", "4"), ("months", "24")];
    assert_eq!(mo.post("/recognition/standard", &standard).await.status, StatusCode::FORBIDDEN);
    assert!(!mo.get("/recognition/standard").await.body.contains("Set this standard"));
    let wrong = ann.post("/recognition/standard", &standard).await;
    assert!(wrong.status == UNPROCESSABLE && wrong.body.contains("value=\"15\"") && wrong.body.contains("4 to 14"));
    let set = [("qualities", "11"), standard[1], standard[2], standard[3]];
    assert_eq!(ann.post("/recognition/standard", &set).await.status, SEEN_OTHER);
    assert!(mo.get("/recognition/standard").await.body.contains("Version 2: 11 qualities"));

    let leas = world.people["lea"].to_string();
    let wrong = mo.post("/recognition/nominate", &[("words", "Kept words")]).await;
    assert!(wrong.status == UNPROCESSABLE && wrong.body.contains("Kept words"));
    let nominate = [("person", leas.as_str()), ("words", "She says why")];
    let page = mo.post("/recognition/nominate", &nominate).await.to().to_owned();
    assert!(lea.get("/today").await.body.contains("Mo Sand nominates you for recognition"));
    for other in [&ann, &cy, &di] {
        assert_eq!(other.get(&page).await.status, NOT_FOUND);
    }
    assert_eq!(lea.post(&format!("{page}/answer"), &[("accepts", "true")]).await.status, SEEN_OTHER);
    let cys = world.people["cy"].to_string();
    let ask = [("verifier", cys.as_str())];
    let refused = ann.post(&format!("{page}/verifier"), &ask).await;
    assert!(
        refused.status == UNPROCESSABLE && refused.body.contains("The standard is not met yet."),
        "{}",
        refused.body
    );
    let ledger = world.app.ledger();
    let admin = crate::world::actor(ledger, world.people["ann"]).await;
    ledger.perform(&admin, &Keep(world.people["lea"])).await.unwrap();
    let mine = lea.get("/recognition").await;
    assert!(mine.body.contains("The standard is met.") && mine.body.contains("agree (n = 8)"), "{}", mine.body);
    assert!(!mo.get("/recognition").await.body.contains("agree (n = 8)"), "nobody else's standing");
    assert!(ann.get("/today").await.body.contains("Choose who confirms the recognition of Lea Day"));
    let choose = ann.get(&format!("{page}/verifier")).await;
    assert!(choose.body.contains("Cy Nord") && choose.body.contains("Di Vale"));
    for inside in ["Mo Sand", "Dan Roe", "Eve Hill", "Lea Day</option>"] {
        assert!(!choose.body.contains(inside), "{inside} does not stand outside: {}", choose.body);
    }
    let dans = world.people["dan"].to_string();
    let wrong = ann.post(&format!("{page}/verifier"), &[("verifier", dans.as_str())]).await;
    assert!(wrong.status == UNPROCESSABLE && wrong.body.contains("Choose somebody outside of it."), "{}", wrong.body);
    assert_eq!(ann.post(&format!("{page}/verifier"), &ask).await.status, SEEN_OTHER);

    // The client's contact stands outside, sees what it rests on, and confirms.
    assert!(cy.get("/today").await.body.contains("Confirm the recognition of Lea Day"));
    assert!(cy.get(&page).await.body.contains("agree (n = 8)"));
    assert_eq!(di.get(&page).await.status, NOT_FOUND);
    let wrong = cy.post(&format!("{page}/refuse"), &[("reason", "")]).await;
    assert_eq!(wrong.status, UNPROCESSABLE);
    let wrong = cy.post(&format!("{page}/verify"), &[]).await;
    assert!(wrong.status == UNPROCESSABLE && wrong.body.contains("Tick the box"), "{}", wrong.body);
    assert_eq!(lea.post(&format!("{page}/verify"), &[("looked", "true")]).await.status, StatusCode::FORBIDDEN);
    let badge = cy.post(&format!("{page}/verify"), &[("looked", "true")]).await.to().to_owned();
    assert!(badge.starts_with("/recognition/badges/"), "{badge}");
    assert!(!cy.get(&page).await.body.contains("agree (n = 8)"), "no longer than it takes");

    let file = lea.get(&format!("{badge}/file")).await;
    assert_eq!(file.headers["content-type"], "application/json");
    let signed = recognition::read_badge(&file.body).unwrap();
    let today = "2026-03-02".parse().unwrap();
    assert!(recognition::check(&signed, Some(&key().public()), today).holds());
    assert_eq!((signed.person.as_str(), signed.organisation.as_str()), ("Lea Day", "Northwind IT"));
    assert!(!file.body.contains("Cy Nord"), "who confirmed is not in the file");
    assert_eq!(mo.get(&badge).await.status, NOT_FOUND);
    let id = badge.rsplit('/').next().unwrap();
    let public = format!("/badge/{id}");
    assert_eq!(signed.page, format!("http://plumb.test{public}"));
    assert_eq!(nobody.get(&public).await.status, NOT_FOUND, "not shown unless its holder says so");
    assert_eq!(cy.post(&format!("{badge}/publish"), &[("public", "true")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(lea.post(&format!("{badge}/publish"), &[("public", "true")]).await.status, SEEN_OTHER);
    let shown = nobody.get(&public).await;
    assert!(shown.body.contains("Lea Day is recognised") && shown.body.contains(&key().public()), "{}", shown.body);
    assert_eq!(nobody.get(&format!("{public}.json")).await.body, file.body);
    assert_eq!(ann.post(&badge, &[("reason", "")]).await.status, UNPROCESSABLE);
    assert_eq!(ann.post(&badge, &[("reason", "The wave was wrong")]).await.status, SEEN_OTHER);
    let shown = nobody.get(&public).await;
    assert!(shown.body.contains("This badge was revoked.") && !shown.body.contains("The wave was wrong"));
    assert!(lea.get(&badge).await.body.contains("The wave was wrong"));
    assert_eq!(lea.post(&format!("{badge}/publish"), &[]).await.status, SEEN_OTHER);
    assert_eq!(nobody.get(&public).await.status, NOT_FOUND);
}

#[tokio::test]
async fn a_server_without_a_key_says_so_and_keeps_the_nomination() {
    let world = World::new().await;
    let (ann, lea, cy) = (world.as_("ann").await, world.as_("lea").await, world.as_("cy").await);
    let leas = world.people["lea"].to_string();
    let page =
        lea.post("/recognition/nominate", &[("person", leas.as_str()), ("words", "Ten of them")]).await.to().to_owned();
    let ledger = world.app.ledger();
    let admin = crate::world::actor(ledger, world.people["ann"]).await;
    ledger.perform(&admin, &Keep(world.people["lea"])).await.unwrap();
    let cys = world.people["cy"].to_string();
    assert_eq!(ann.post(&format!("{page}/verifier"), &[("verifier", cys.as_str())]).await.status, SEEN_OTHER);
    let refused = cy.post(&format!("{page}/verify"), &[("looked", "true")]).await;
    assert!(refused.status == UNPROCESSABLE && refused.body.contains("no key to sign"), "{}", refused.body);
    assert_eq!(cy.post(&format!("{page}/refuse"), &[("reason", "Not now")]).await.status, SEEN_OTHER);
    assert!(lea.get(&page).await.body.contains("Not now"));
}
