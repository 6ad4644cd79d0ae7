//! What a team learns together: told in steps of five, and never who.

use leadership::PersonId;
use leadership::promise::Act as Do;
use ledger::promises::{Give, Take};
use ledger::testing::{Clock, each};
use ledger::training::{self, End, EndPath, ProposePath, Start, TeamPath};
use ledger::{Ledger, Refused, asks};

use crate::honesty::{World, actor, join, world};
use crate::talks::{does, refused};

const MODULE: &str = "self-awareness";

async fn paths(ledger: &Ledger, who: PersonId) -> Vec<TeamPath> {
    let who = actor(ledger, who).await;
    training::team_paths(&mut ledger.read().await.unwrap(), &who).await.unwrap()
}

/// Somebody does the module: begins it, asks somebody for something, and says so.
async fn learns(ledger: &Ledger, who: PersonId, whom: PersonId) {
    does(ledger, who, Start { module: MODULE.into() }).await;
    let ask = does(ledger, who, asks::Need { whom: Some(whom), words: "How do I come across?".into() }).await;
    does(ledger, who, End { module: MODULE.into(), act: format!("ask:{ask}") }).await;
}

fn propose(w: &World) -> ProposePath {
    ProposePath {
        circle: Some(w.team),
        module: MODULE.into(),
        why: "Callers hear our mood".into(),
        until: "2026-05-01".into(),
    }
}

#[tokio::test]
async fn a_team_reads_how_many_in_steps_of_five_and_never_who() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "team_path", &Clock::at("2026-03-02T08:00:00Z")).await {
        let clock = Clock::at("2026-03-02T08:00:00Z");
        let ledger = ledger.at(clock.handed_in());
        let w = world(&ledger).await;
        assert!(matches!(refused(&ledger, w.members[0], propose(&w)).await, Refused::NotYours(_)), "{engine}");
        assert!(matches!(refused(&ledger, w.kim, propose(&w)).await, Refused::Wrong(_)), "{engine}");
        for wrong in [
            ProposePath { module: "no-such".into(), ..propose(&w) },
            ProposePath { until: "2026-03-01".into(), ..propose(&w) },
            ProposePath { why: String::new(), ..propose(&w) },
        ] {
            assert!(matches!(refused(&ledger, w.bo, wrong).await, Refused::Wrong(_)), "{engine}");
        }
        // What was done before it was proposed is not what it led to.
        let zoe = join(&ledger, w.ann, "Zoe", w.team, leadership::Role::Member).await;
        learns(&ledger, zoe, w.bo).await;
        clock.days(1);
        does(&ledger, w.bo, propose(&w)).await;
        for (at, person) in w.members.iter().enumerate() {
            let found = paths(&ledger, w.bo).await;
            assert_eq!((found[0].at_least, found[0].people), (0, 7), "{engine}: {at} of them are nobody yet");
            learns(&ledger, *person, w.bo).await;
        }
        let found = paths(&ledger, w.members[0]).await;
        assert!(found[0].open && found[0].at_least == 5, "{engine}: {found:?}");
        learns(&ledger, w.bo, w.members[0]).await;
        assert_eq!(paths(&ledger, w.members[0]).await[0].at_least, 5, "{engine}: one more does not show");
        assert!(paths(&ledger, w.kim).await.is_empty() && paths(&ledger, w.lou).await.is_empty(), "{engine}");
        assert_eq!((found[0].before, found[0].since), (None, None), "{engine}: nobody promised anything");
        does(&ledger, w.bo, EndPath { circle: w.team, module: MODULE.into() }).await;
        assert!(!paths(&ledger, w.bo).await[0].open, "{engine}");
        let again = EndPath { circle: w.team, module: MODULE.into() };
        assert!(matches!(refused(&ledger, w.bo, again).await, Refused::NotFound), "{engine}");
    }
}

#[tokio::test]
async fn promises_to_clients_are_told_from_five_who_promised() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "team_promised", &Clock::at("2026-03-02T08:00:00Z")).await {
        let clock = Clock::at("2026-03-02T08:00:00Z");
        let ledger = ledger.at(clock.handed_in());
        let w = world(&ledger).await;
        // Those who promise a client's contact something see the client as well.
        let circles = ledger::people::circles(&mut ledger.read().await.unwrap()).await.unwrap();
        let harbour = circles.iter().find(|circle| circle.name == "Harbour").unwrap().id;
        does(&ledger, w.bo, propose(&w)).await;
        for (at, person) in w.members.iter().enumerate() {
            let role = leadership::Role::Member;
            does(&ledger, w.ann, ledger::people::GiveRole { person: *person, circle: harbour, role }).await;
            let give = Give {
                whom: w.kim.to_string(),
                what: format!("Report {at}"),
                known: "It is there".into(),
                due: "2026-03-10".into(),
                ..Give::default()
            };
            let promise = does(&ledger, *person, give).await;
            assert_eq!(paths(&ledger, w.bo).await[0].since, None, "{engine}: {at} are not enough");
            does(&ledger, w.kim, Take { promise, act: Do::Keep, day: String::new(), why: String::new() }).await;
        }
        // What only the two of them see is in no figure of others.
        let quiet = Give {
            whom: w.kim.to_string(),
            what: "Between us".into(),
            known: "It is there".into(),
            due: "2026-03-11".into(),
            only_sides: true,
            ..Give::default()
        };
        let promise = does(&ledger, w.members[0], quiet).await;
        does(&ledger, w.kim, Take { promise, act: Do::Keep, day: String::new(), why: String::new() }).await;
        clock.days(20);
        let found = paths(&ledger, w.bo).await;
        assert_eq!(found[0].since.map(|share| (share.so, share.n)), Some((5, 5)), "{engine}");
        assert_eq!(found[0].before, None, "{engine}");
    }
}
