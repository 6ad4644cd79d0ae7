//! Decided and not told: it waits for who decided, until they tell it or mean not to.

use super::*;

#[tokio::test]
async fn what_nobody_was_told_of_waits_for_its_decider_for_a_time() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "decision_untold", &Clock::at("2026-03-02T08:00:00Z")).await {
        let clock = Clock::at("2026-03-02T08:00:00Z");
        let house = House::of(ledger.at(clock.handed_in())).await;
        let bo = house.desk_people[0];
        let told = house.done(bo, Write { decide: true, ..write(&house, bo) }).await;
        assert!(house.waiting(bo).await.is_empty(), "{engine}: not within the hour");
        clock.days(1);
        assert_eq!(house.waiting(bo).await, [(Do::Decide, "Which telephone system?".to_owned())], "{engine}");
        let page = async || {
            let mut tx = house.ledger.read().await.unwrap();
            let day = tx.now().to_zoned(jiff::tz::TimeZone::UTC).date();
            decisions::waiting(&mut tx, bo, day).await.unwrap().remove(0).page
        };
        assert_eq!(page().await, format!("/decisions/{told}/tell"), "{engine}");
        assert!(house.waiting(house.ann).await.is_empty(), "{engine}: it is the decider's");
        let audience = ids(&house.desk_people[1..3]);
        let tell = Tell { decision: Some(told), audience, words: "We buy it.".into(), ..Tell::default() };
        house.done(bo, tell).await;
        assert!(house.waiting(bo).await.is_empty(), "{engine}");

        // One that is told to nobody is not asked for ever; a closed one not at all.
        house.done(bo, Write { decide: true, ..write(&house, bo) }).await;
        let closed = Write { closed: true, closed_why: "It is about pay.".into(), decide: true, ..write(&house, bo) };
        house.done(bo, closed).await;
        clock.days(2);
        assert_eq!(house.waiting(bo).await.len(), 1, "{engine}");
        clock.days(13);
        assert!(house.waiting(bo).await.is_empty(), "{engine}");
        house.ledger.close().await;
    }
}
