//! What is held about a person, who looked, import of many, and erasure with a chain that still verifies.

use jiff::SignedDuration;
use leadership::{CircleKind, Role};
use ledger::accounts::{Invite, KnowByOpenId};
use ledger::people::import::{Does, Import, plan};
use ledger::people::{self, AskErasure, Begin, Erase, Look};
use ledger::sessions::SignIn;
use ledger::testing::{Clock, each, sqlite};
use ledger::{Refused, links, seal};

use crate::begin::begun;
use crate::links::{actor, add, circle, root};

#[tokio::test]
async fn nothing_refers_to_a_person_that_the_person_is_not_told_of() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = sqlite(folder.path(), &Clock::at("2026-03-02T08:00:00Z")).await;
    let mut tx = ledger.read().await.unwrap();
    let rows = tx
        .rows(
            "select m.name as place, f.\"from\" as field from sqlite_master m join pragma_foreign_key_list(m.name) f \
             where m.type = 'table' and f.\"table\" = 'person' order by 1, 2",
            &[],
        )
        .await
        .unwrap();
    let covered = people::covered();
    let mut found = Vec::new();
    let mut missing = Vec::new();
    for row in &rows {
        let (table, column) = (row.text("place").unwrap(), row.text("field").unwrap());
        if !covered.iter().any(|(t, c)| *t == table && *c == column) {
            missing.push(format!("{table}.{column}"));
        }
        found.push((table, column));
    }
    assert!(found.len() > 10, "{found:?}");
    assert!(
        missing.is_empty(),
        "these columns refer to a person, and no Place of ledger::people::mine says what of it the person sees: {missing:?}"
    );
    for (table, column) in covered {
        assert!(found.iter().any(|(t, c)| t == table && c == column), "{table}.{column} is no such column");
    }
}

#[tokio::test]
async fn a_person_sees_what_is_held_and_is_erased_and_the_chain_verifies() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "mine_erased", &clock).await {
        let ann = begun(&ledger).await;
        let top = root(&ledger).await;
        let bo = add(&ledger, ann, "Bo Kim", top, Role::Member).await;
        let (ann_acts, bo_acts) = (actor(&ledger, ann).await, actor(&ledger, bo).await);
        ledger.perform(&bo_acts, &SignIn { person: bo, agent: "Firefox".into() }).await.unwrap();
        for _ in 0..3 {
            ledger.perform(&ann_acts, &Look { person: bo, what: "the page of a person" }).await.unwrap();
        }
        ledger.perform(&bo_acts, &Look { person: bo, what: "the page of a person" }).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        let export = people::export(&mut tx, bo).await.unwrap().unwrap();
        drop(tx);
        assert_eq!((export.looked.len(), export.looked[0].times), (1, 3), "{engine}: one's own looks do not count");
        assert_eq!(export.looked[0].viewer, "Ann Lee");
        let held = |what: &str| export.held.iter().find(|held| held.what == what).unwrap().rows.clone();
        assert_eq!(held("Where you are signed in")[0][2], "Firefox");
        assert_eq!(held("Roles that you hold")[0][..2], ["Northwind IT", "member"]);
        assert!(export.events.iter().any(|fact| fact.kind == "signed_in"), "{engine}");
        let joined = export.events.iter().find(|fact| fact.kind == "joined").unwrap();
        assert_eq!((&joined.body["name"], joined.by.as_deref()), (&"Bo Kim".into(), Some("Ann Lee")));
        let json = serde_json::to_string(&export).unwrap();
        assert!(!json.contains("no hash") && !json.contains("\"key\""), "{engine}: no secret leaves");

        // Asked, seen by who can do it, taken back, asked again.
        ledger.perform(&bo_acts, &AskErasure { withdraw: false }).await.unwrap();
        ledger.perform(&bo_acts, &AskErasure { withdraw: true }).await.unwrap();
        ledger.perform(&bo_acts, &AskErasure { withdraw: false }).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        let day = "2026-03-02".parse().unwrap();
        assert_eq!(people::waiting(&mut tx, ann, day).await.unwrap()[0].title, "Bo Kim asks to be erased");
        assert!(people::waiting(&mut tx, bo, day).await.unwrap().is_empty());
        assert!(people::erasures(&mut tx, &bo_acts).await.unwrap().is_empty());
        drop(tx);
        assert!(matches!(ledger.perform(&bo_acts, &Erase { person: bo }).await, Err(Refused::NotFound)), "{engine}");
        let until = clock.now() + SignedDuration::from_hours(24);
        let token = ledger.perform(&ann_acts, &Invite { person: bo, until }).await.unwrap();
        ledger.perform(&ann_acts, &Erase { person: bo }).await.unwrap();
        ledger.perform(&ann_acts, &Erase { person: bo }).await.unwrap();

        let mut tx = ledger.read().await.unwrap();
        let gone = people::get(&mut tx, bo).await.unwrap().unwrap();
        assert_eq!((gone.name.as_str(), gone.email, gone.zone.as_str()), (seal::ERASED, None, "UTC"));
        assert!(gone.erased_at.is_some() && gone.left_at.is_some());
        assert!(people::actor(&mut tx, bo).await.unwrap().is_none());
        assert!(links::open(&mut tx, &token, "invitation").await.unwrap().is_none(), "{engine}");
        let history = tx.history("person", bo).await.unwrap();
        assert_eq!(history.iter().find(|event| event.kind == "joined").unwrap().body["name"], seal::ERASED);
        // No name and no address is left anywhere that one could look: neither in the events nor beside them.
        let left = tx
            .count("select count(*) as n from event where body like '%Bo Kim%' or body like '%bo.kim%'", &[])
            .await
            .unwrap();
        assert_eq!(left, 0, "{engine}");
        assert!(people::waiting(&mut tx, ann, day).await.unwrap().is_empty());
        let refused = people::present(&mut tx, bo, "to").await;
        assert!(matches!(refused, Err(Refused::Wrong(wrongs)) if wrongs.of("to").unwrap().contains("erased")));
        drop(tx);
        let invite = ledger.perform(&ann_acts, &Invite { person: bo, until }).await;
        assert!(matches!(invite, Err(Refused::Wrong(_))), "{engine}: an invitation to an erased person");
        let known = KnowByOpenId { subject: "x 1".into(), email: Some("bo.kim@example.org".into()) };
        assert_eq!(ledger.perform(&Begin::nobody(), &known).await.unwrap(), None);
        // The address is free again: whoever comes with it is somebody new.
        assert_ne!(add(&ledger, ann, "Bo Kim", top, Role::Member).await, bo);
        assert!(ledger.perform(&ann_acts, &Erase { person: ann }).await.is_err(), "{engine}: nobody is erased last");
        let walked = ledger.verify(|_| ()).await.unwrap();
        assert!(walked.broken.is_none() && walked.events > 8, "{engine}: {walked:?}");
        ledger.close().await;
    }
}

#[tokio::test]
async fn people_come_from_a_table_after_a_dry_run() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "import_people", &clock).await {
        let ann = begun(&ledger).await;
        let top = root(&ledger).await;
        let it = circle(&ledger, ann, top, CircleKind::Department, "IT").await;
        let desk = circle(&ledger, ann, it, CircleKind::Team, "Desk").await;
        let hr = circle(&ledger, ann, top, CircleKind::Department, "HR").await;
        circle(&ledger, ann, hr, CircleKind::Team, "Desk").await;
        circle(&ledger, ann, top, CircleKind::Client, "Alpine Rail").await;
        let lead = add(&ledger, ann, "Lea Day", it, Role::Leader).await;
        let (me, lead) = (actor(&ledger, ann).await, actor(&ledger, lead).await);
        let planned = |text: &'static str| {
            let (ledger, me) = (ledger.clone(), me.clone());
            async move { plan(&mut ledger.read().await.unwrap(), &me, text, top).await.unwrap() }
        };
        let bad = planned(
            "\u{feff}Full name;E-Mail;Team;Role;Shoe size\n\
             ;x@example.org;IT;member;\n\
             Bo;bo at home;IT;member;\n\
             Cy;cy@example.org;Desk;member;\n\
             Di;di@example.org;Moon;boss;\n\
             Ed;ed@example.org;IT;client contact;\n\
             Flo;ann@example.org;Alpine Rail;client contact;\n",
        )
        .await;
        let told: Vec<_> = bad.wrongs.iter().map(|wrong| (wrong.row, wrong.column)).collect();
        assert_eq!(
            told,
            [(2, "name"), (3, "email"), (4, "circle"), (5, "circle"), (5, "role"), (6, "role"), (7, "role")],
            "{engine}"
        );
        assert!(bad.wrongs[2].message.contains("Northwind IT / IT / Desk"), "{}", bad.wrongs[2].message);
        assert!(bad.wrongs[4].message.contains("client contact"), "{}", bad.wrongs[4].message);
        assert_eq!(bad.unused, ["Shoe size"]);
        assert_eq!(planned("first,last\na,b\n").await.wrongs[0].column, "headings");

        let good = "name,email,circle,role\n\
                    \"Kim, Bo\",BO@example.org,Northwind IT / IT / Desk,Member\n\
                    \"Kim, Bo\",bo@example.org,IT,observer\n\
                    Nobody Known,,it,\n\
                    Cy Nord,cy@alpine.example,alpine rail,Client contact\n\
                    Lea Day,lea.day@example.org,IT,leader\n\
                    \n\
                    Di Vo,di@example.org,,\n";
        let dry = planned(good).await;
        assert_eq!(dry.wrongs, [], "{engine}");
        assert_eq!((dry.count(Does::Adds), dry.count(Does::GivesRole), dry.count(Does::Nothing)), (4, 1, 1));
        let mut tx = ledger.read().await.unwrap();
        assert!(people::by_email(&mut tx, "bo@example.org").await.unwrap().is_none(), "a dry run does nothing");
        drop(tx);
        let act = Import { text: good.to_owned(), otherwise: top };
        assert_eq!(ledger.perform(&me, &act).await.unwrap(), dry, "{engine}: done is what was shown");
        let again = planned(good).await;
        assert_eq!(again.count(Does::Nothing), 6, "{engine}: twice is the same as once");
        let mut tx = ledger.read().await.unwrap();
        let bo = people::by_email(&mut tx, "bo@example.org").await.unwrap().unwrap();
        assert_eq!(bo.name, "Kim, Bo");
        let roles = people::roles(&mut tx, bo.id).await.unwrap();
        assert!(roles.contains(&(desk, Role::Member)) && roles.contains(&(it, Role::Observer)), "{engine}");
        drop(tx);
        // Who leads a department adds to it and to nothing else; one wrong row and nothing is done.
        let act = Import { text: "name,circle\nEd,IT\nFlo,HR\n".into(), otherwise: it };
        let Err(Refused::Conflict { what, .. }) = ledger.perform(&lead, &act).await else { panic!("{engine}") };
        assert!(what.starts_with("Row 3, circle"), "{what}");
        assert!(ledger.perform(&lead, &Import { text: "name\nEd\n".into(), otherwise: top }).await.is_err());
        let mut tx = ledger.read().await.unwrap();
        assert!(people::search(&mut tx, &me, "ed", Some(it)).await.unwrap().is_empty(), "{engine}");
        drop(tx);
        assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None, "{engine}");
        ledger.close().await;
    }
}
