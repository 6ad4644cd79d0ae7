//! The first ninety days: what of the path is done is found in one's own acts since one leads.

use std::collections::BTreeSet;

use jiff::civil::date;
use leadership::aim::AimKind;
use ledger::aims::MakeAim;
use ledger::promises::Give;
use ledger::talks::Call;
use ledger::testing::{Clock, each};
use ledger::training::{self, FirstDays, FirstStep, KeepSelfCheck, SelfCheck};
use ledger::{Ledger, asks};

use crate::honesty::{actor, world};
use crate::talks::{does, one_to_one};

async fn path(ledger: &Ledger, who: leadership::PersonId, since: jiff::civil::Date) -> FirstDays {
    let who = actor(ledger, who).await;
    training::first_days(&mut ledger.read().await.unwrap(), &who, since).await.unwrap()
}

#[tokio::test]
async fn a_path_is_walked_by_acts_and_by_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "first_days", &Clock::at("2026-03-02T08:00:00Z")).await {
        let w = world(&ledger).await;
        let begun = date(2026, 3, 2);
        let since = async |who| {
            let who = actor(&ledger, who).await;
            training::leads_since(&mut ledger.read().await.unwrap(), &who).await.unwrap()
        };
        assert_eq!((since(w.bo).await, since(w.members[0]).await), (Some(begun), None), "{engine}");
        let empty = path(&ledger, w.bo, begun).await;
        assert_eq!((empty.people.so, empty.people.n, empty.done.len()), (0, 5, 0), "{engine}");

        for member in &w.members[..4] {
            does(&ledger, w.bo, Call { held: true, ..one_to_one(*member, "2026-03-02") }).await;
        }
        // Planned is not held.
        let planned = does(&ledger, w.bo, one_to_one(w.members[4], "2026-03-02")).await;
        let almost = path(&ledger, w.bo, begun).await;
        assert_eq!((almost.people.so, almost.done.contains_key(&FirstStep::Talk)), (4, false), "{engine}");
        let held = ledger::talks::Hold { talk: Some(planned), held_on: "2026-03-02".into(), words: String::new() };
        does(&ledger, w.members[4], held).await;
        does(&ledger, w.bo, Call { held: true, ..one_to_one(w.ann, "2026-03-02") }).await;
        does(&ledger, w.bo, asks::Need { whom: Some(w.ann), words: "Half an hour".into() }).await;
        let give = Give {
            whom: w.team.to_string(),
            what: "A board for handing over".into(),
            known: "It hangs there".into(),
            due: "2026-03-20".into(),
            ..Give::default()
        };
        does(&ledger, w.bo, give).await;
        does(&ledger, w.bo, KeepSelfCheck(SelfCheck::default())).await;
        let above = does(&ledger, w.ann, crate::aims::make(w.root, AimKind::Goal, "Fewer outages", None)).await;
        let own = MakeAim { owner: Some(w.bo), ..crate::aims::make(w.team, AimKind::Goal, "Answer", Some(above)) };
        does(&ledger, w.bo, own).await;
        let walked = path(&ledger, w.bo, begun).await;
        let done: BTreeSet<FirstStep> = walked.done.keys().copied().collect();
        let expected = [
            FirstStep::Talk,
            FirstStep::Upward,
            FirstStep::Promise,
            FirstStep::Goal,
            FirstStep::Help,
            FirstStep::Yourself,
        ];
        assert_eq!(done, BTreeSet::from(expected), "{engine}");
        assert!(walked.done.values().all(|day| *day == begun), "{engine}: {walked:?}");
        // What was done before the day from which it is counted does not count.
        let later = path(&ledger, w.bo, date(2026, 3, 3)).await;
        assert_eq!((later.people.so, later.done.len()), (0, 0), "{engine}: {later:?}");
        ledger.close().await;
    }
}
