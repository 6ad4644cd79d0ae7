//! The ledger begins; people and circles come; the chain holds; what was sealed can be opened.

use leadership::{CircleKind, PersonId, Role};
use ledger::people::{self, AddPerson, Begin, OpenCircle};
use ledger::testing::{Clock, each};
use ledger::{Ledger, Refused};

/// An organisation with its first leader.
pub async fn begun(ledger: &Ledger) -> PersonId {
    let act = Begin {
        organisation: "Northwind IT".to_owned(),
        name: "Ann Lee".to_owned(),
        email: "ann@example.org".to_owned(),
        password: "no hash".to_owned(),
        zone: "Europe/Berlin".to_owned(),
    };
    ledger.perform(&Begin::nobody(), &act).await.unwrap()
}

#[tokio::test]
async fn begins_once_and_the_chain_holds() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "begins_once", &clock).await {
        let ann = begun(&ledger).await;
        let again = Begin {
            organisation: "Other".into(),
            name: "Bo".into(),
            email: "bo@example.org".into(),
            ..Begin::default()
        };
        assert!(matches!(ledger.perform(&Begin::nobody(), &again).await, Err(Refused::Conflict { .. })), "{engine}");

        let mut tx = ledger.read().await.unwrap();
        let actor = people::actor(&mut tx, ann).await.unwrap().unwrap();
        let root = people::circles(&mut tx).await.unwrap()[0].id;
        drop(tx);
        clock.days(1);
        let team =
            OpenCircle { parent: root, kind: CircleKind::Team, name: "Service desk".into(), purpose: String::new() };
        let team = ledger.perform(&actor, &team).await.unwrap();
        // What the actor may do was computed before the circle was there.
        let mut tx = ledger.read().await.unwrap();
        let actor = people::actor(&mut tx, ann).await.unwrap().unwrap();
        drop(tx);
        let bo = AddPerson { name: "Bo Kim".into(), email: "bo@example.org".into(), circle: team, role: Role::Member };
        let bo = ledger.perform(&actor, &bo).await.unwrap();

        let mut tx = ledger.read().await.unwrap();
        let member = people::actor(&mut tx, bo).await.unwrap().unwrap();
        assert!(member.sight.sees(team) && member.sight.sees(root) && !member.sight.administers(team));
        let history = tx.history("person", bo).await.unwrap();
        assert_eq!(history[0].body["name"], "Bo Kim", "{engine}");
        assert_eq!(history[1].kind, "given_role");
        drop(tx);
        let wrong = AddPerson { name: " ".into(), email: "nobody".into(), circle: team, role: Role::Member };
        let Err(Refused::Wrong(wrongs)) = ledger.perform(&actor, &wrong).await else { panic!("{engine}: not refused") };
        assert!(wrongs.of("name").is_some() && wrongs.of("email").is_some());
        assert!(matches!(
            ledger
                .perform(
                    &member,
                    &AddPerson { name: "C".into(), email: String::new(), circle: team, role: Role::Member }
                )
                .await,
            Err(Refused::NotYours(_))
        ));

        let walked = ledger.verify(|_| ()).await.unwrap();
        assert_eq!((walked.events, walked.broken), (5, None), "{engine}");
        ledger.close().await;
    }
}
