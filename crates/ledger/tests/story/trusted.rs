//! The question about trust waits on Today: one at a time, after something was closed, and not again before its time.

use leadership::PersonId;
use leadership::promise::Act as Step;
use leadership::today::Waiting;
use ledger::promises::{self, AnswerTrust, Give, Take};
use ledger::testing::{Clock, each};
use ledger::{Ledger, today};

use crate::honesty::{actor, world};

/// A promise of one to another, kept at once.
async fn kept(ledger: &Ledger, clock: &Clock, from: PersonId, to: PersonId) {
    let give = Give {
        whom: to.to_string(),
        what: "Call the client".into(),
        known: "It was called.".into(),
        due: clock.now().to_zoned(jiff::tz::TimeZone::UTC).date().to_string(),
        ..Give::default()
    };
    let promise = ledger.perform(&actor(ledger, from).await, &give).await.unwrap();
    for (by, act) in [(from, Step::Claim), (to, Step::Keep)] {
        let take = Take { promise, act, day: String::new(), why: String::new() };
        ledger.perform(&actor(ledger, by).await, &take).await.unwrap();
    }
}

async fn asked(ledger: &Ledger, person: PersonId) -> Vec<Waiting> {
    let mut tx = ledger.read().await.unwrap();
    let day = promises::today(&mut tx, person).await.unwrap();
    let all = promises::waiting(&mut tx, person, day).await.unwrap();
    all.into_iter().filter(|one| one.noun == "trust").collect()
}

#[tokio::test]
async fn one_question_about_trust_waits_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "trusted", &clock).await {
        let w = world(&ledger).await;
        let (cy, di) = (w.members[0], w.members[1]);
        assert!(asked(&ledger, w.bo).await.is_empty(), "{engine}");
        kept(&ledger, &clock, cy, w.bo).await;
        clock.days(1);
        kept(&ledger, &clock, di, w.bo).await;
        assert!(asked(&ledger, cy).await.is_empty(), "{engine}: it is asked of the other side");
        let first = asked(&ledger, w.bo).await;
        assert_eq!(first.len(), 1, "{engine}: one at a time");
        assert_eq!(first[0].title, "Can you rely on what Cy promises you?");
        assert_eq!(today::page_of("trust", &first[0].subject), format!("/promises/with/{cy}"));
        let answer = async |about| {
            ledger.perform(&actor(&ledger, w.bo).await, &AnswerTrust { about, answer: "4".into() }).await.unwrap();
        };
        answer(cy).await;
        assert_eq!(asked(&ledger, w.bo).await[0].subject, di.to_string(), "{engine}: then the next");
        answer(di).await;
        assert!(asked(&ledger, w.bo).await.is_empty(), "{engine}");
        // Not again while nothing was closed since, nor before its time.
        clock.days(14);
        kept(&ledger, &clock, cy, w.bo).await;
        assert!(asked(&ledger, w.bo).await.is_empty(), "{engine}: too soon");
        clock.days(14);
        let again = asked(&ledger, w.bo).await;
        assert_eq!((again.len(), again[0].subject.as_str()), (1, cy.to_string().as_str()), "{engine}");
        // What was closed long ago asks nothing any more.
        clock.days(91);
        assert!(asked(&ledger, w.bo).await.is_empty(), "{engine}");
        ledger.close().await;
    }
}
