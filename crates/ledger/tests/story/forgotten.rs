//! Links to a new password: of one use, for a time, and ended by what ends their reason.

use jiff::SignedDuration;
use leadership::Role;
use ledger::accounts::forgotten::{AskLink, HANDED, HandLink, MAILED, SetPassword, opened};
use ledger::accounts::{self, Invite, Join};
use ledger::people::{Begin, Correct, Erase, Leave};
use ledger::testing::{Clock, each};
use ledger::{Ledger, Refused};

use crate::begin::begun;
use crate::links::{actor, add, root};

async fn opens(ledger: &Ledger, token: &str) -> bool {
    opened(&mut ledger.read().await.unwrap(), token).await.unwrap().is_some()
}

#[tokio::test]
async fn a_link_to_a_new_password_works_once_and_for_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "forgotten", &clock).await {
        let nobody = Begin::nobody();
        let ann = begun(&ledger).await;
        let ann = actor(&ledger, ann).await;
        let top = root(&ledger).await;
        let bo = add(&ledger, ann.person, "Bo", top, Role::Member).await;
        let email = |name: &str| AskLink { email: format!("{name}@example.org") };
        assert_eq!(ledger.perform(&nobody, &email("nobody")).await.unwrap(), None, "{engine}");
        assert_eq!(ledger.perform(&nobody, &email("bo")).await.unwrap(), None, "{engine}: no password to forget");
        assert!(matches!(ledger.perform(&ann, &HandLink { person: bo }).await, Err(Refused::Conflict { .. })));
        let until = clock.now() + SignedDuration::from_hours(24);
        let token = ledger.perform(&ann, &Invite { person: bo, until }).await.unwrap();
        let join = Join { token, name: "Bo".into(), hash: "first".into(), zone: String::new() };
        ledger.perform(&nobody, &join).await.unwrap();

        // Mailed for an hour, handed over for three days.
        let made = async || ledger.perform(&nobody, &email("bo")).await.unwrap().unwrap().token;
        let mailed = made().await;
        assert!(opens(&ledger, &mailed).await && !opens(&ledger, "made up").await, "{engine}");
        clock.advance(MAILED);
        assert!(!opens(&ledger, &mailed).await, "{engine}: its hour is over");
        let late = SetPassword { token: mailed, hash: "late".into() };
        assert!(matches!(ledger.perform(&nobody, &late).await, Err(Refused::NotFound)), "{engine}");
        let (handed, _) = ledger.perform(&ann, &HandLink { person: bo }).await.unwrap();
        clock.advance(HANDED - SignedDuration::from_mins(1));
        let mailed = made().await;
        assert!(opens(&ledger, &handed).await && opens(&ledger, &mailed).await, "{engine}");
        let set = SetPassword { token: mailed.clone(), hash: "second".into() };
        assert_eq!(ledger.perform(&nobody, &set).await.unwrap(), bo);
        let account = accounts::get(&mut ledger.read().await.unwrap(), bo).await.unwrap();
        assert_eq!(account.password.as_deref(), Some("second"), "{engine}");
        assert!(!opens(&ledger, &handed).await && !opens(&ledger, &mailed).await, "{engine}: used up together");

        // Who leads nothing hands over nothing. An address that is corrected, and leaving, end what was mailed.
        let bos = actor(&ledger, bo).await;
        assert!(ledger.perform(&bos, &HandLink { person: ann.person }).await.is_err(), "{engine}");
        let mailed = made().await;
        let correct = Correct { person: bo, name: "Bo".into(), email: "bo.kim@example.org".into(), zone: "UTC".into() };
        ledger.perform(&ann, &correct).await.unwrap();
        assert!(!opens(&ledger, &mailed).await, "{engine}: who reads the old address learns nothing");
        let mailed = ledger.perform(&nobody, &email("bo.kim")).await.unwrap().unwrap().token;
        ledger.perform(&ann, &Leave { person: bo }).await.unwrap();
        assert!(!opens(&ledger, &mailed).await, "{engine}");
        ledger.perform(&ann, &Erase { person: bo }).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        let left =
            tx.count("select count(*) as n from password_link where person = $1", ledger::args![bo]).await.unwrap();
        assert_eq!(left, 0, "{engine}");
        drop(tx);
        assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None, "{engine}");
        ledger.close().await;
    }
}
