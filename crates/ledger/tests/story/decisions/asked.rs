//! Asked for objections: it waits while there is time for them.

use super::*;

#[tokio::test]
async fn objections_wait_until_their_day_and_can_be_said_until_it_is_decided() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "decision_asked", &clock).await {
        let clock = Clock::at("2026-03-02T08:00:00Z");
        let house = House::of(ledger.at(clock.handed_in())).await;
        let (bo, di) = (house.desk_people[0], house.desk_people[2]);
        let id = house.done(bo, write(&house, bo)).await;
        let ask = Ask { decision: id, until: "2026-03-05".into(), audience: ids(&house.desk_people[1..]) };
        house.done(bo, ask).await;
        let answer = [(Do::Answer, "Which telephone system?".to_owned())];
        assert_eq!(house.waiting(di).await, answer, "{engine}");
        clock.days(3);
        assert_eq!(house.waiting(di).await, answer, "{engine}: the day itself");
        clock.days(1);
        assert!(house.waiting(di).await.is_empty(), "{engine}: now it waits for who decides");
        assert_eq!(house.waiting(bo).await, [(Do::Decide, "Which telephone system?".to_owned())], "{engine}");
        // Late is not too late.
        house.done(di, Say { decision: id, objects: "yes".into(), words: "May is full.".into() }).await;
        let voices = decisions::voices(&mut house.ledger.read().await.unwrap(), id).await.unwrap();
        assert!(voices.iter().any(|voice| voice.person == di && voice.objects), "{engine}");
        house.ledger.close().await;
    }
}
