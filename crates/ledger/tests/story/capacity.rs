//! What one has taken on, and how one's own estimates came true: for the one person alone.

use leadership::promise::Act as Do;
use ledger::growth::{self, Capacity};
use ledger::promises::{Give, Take};
use ledger::testing::{Clock, each};

use crate::honesty::{actor, world};
use crate::talks::does;

#[tokio::test]
async fn promises_by_week_beside_how_first_days_came_true() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "capacity", &Clock::at("2026-03-02T08:00:00Z")).await {
        let clock = Clock::at("2026-03-02T08:00:00Z");
        let ledger = ledger.at(clock.handed_in());
        let w = world(&ledger).await;
        let (bo, cy) = (w.bo, w.members[0]);
        let give = async |what: &str, due: &str| {
            let give = Give {
                whom: bo.to_string(),
                what: what.into(),
                known: "It is there".into(),
                due: due.into(),
                ..Give::default()
            };
            does(&ledger, cy, give).await
        };
        let mine = async |who| -> Capacity {
            let who = actor(&ledger, who).await;
            growth::capacity(&mut ledger.read().await.unwrap(), &who).await.unwrap()
        };
        let mut kept = Vec::new();
        for at in 0..5 {
            kept.push(give(&format!("Report {at}"), "2026-03-06").await);
        }
        give("This week", "2026-03-05").await;
        give("Next week", "2026-03-09").await;
        give("Far away", "2026-06-09").await;
        let found = mine(cy).await;
        let by_week: Vec<usize> = found.weeks.values().map(Vec::len).collect();
        assert_eq!((by_week.as_slice(), found.overdue.len()), (&[6, 1, 0, 0][..], 0), "{engine}");
        assert_eq!((found.estimated.n, found.longer_days), (0, None), "{engine}");
        for promise in &kept[..4] {
            let take = Take { promise: *promise, act: Do::Keep, day: String::new(), why: String::new() };
            does(&ledger, bo, take).await;
        }
        assert!(!mine(cy).await.estimated.enough(), "{engine}: four are not enough to say");
        clock.days(10);
        let late = Take { promise: kept[4], act: Do::Keep, day: String::new(), why: String::new() };
        does(&ledger, bo, late).await;
        let found = mine(cy).await;
        assert_eq!((found.estimated.so, found.estimated.n), (4, 5), "{engine}");
        assert_eq!((found.told_early.so, found.told_early.n), (0, 1), "{engine}");
        assert_eq!(found.longer_days, None, "{engine}: one is not enough to say how much longer");
        assert_eq!(found.overdue.len(), 2, "{engine}: two days have passed");
        assert_eq!(mine(bo).await.estimated.n, 0, "{engine}: another one's are another one's");
    }
}
