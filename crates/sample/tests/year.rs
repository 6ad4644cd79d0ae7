//! The sample is lived on SQLite: every act is accepted, the chain holds, no page is empty, and it goes as a whole.

use leadership::{CircleKind, Role};
use ledger::people::{self, AddPerson};
use ledger::testing::Clock;
use ledger::{Refused, aims, code, decisions, promises, sample as whole, today};

#[tokio::test]
async fn a_year_is_lived_and_taken_away() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-06-16T11:00:00Z");
    let ledger = ledger::testing::sqlite(folder.path(), &clock).await;
    let lived = sample::fill(&ledger, "no hash").await.unwrap_or_else(|refused| panic!("{refused:?}"));
    assert_eq!(lived.people, 28, "24 and four of the clients");
    assert!(lived.acts > 600, "{lived:?}");
    let walked = ledger.verify(|_| ()).await.unwrap();
    assert_eq!(walked.broken, None);

    let mut tx = ledger.read().await.unwrap();
    assert!(whole::is_sample(&mut tx).await.unwrap());
    let circles = people::circles(&mut tx).await.unwrap();
    assert_eq!(circles.iter().filter(|circle| circle.kind == CircleKind::Client).count(), 2);
    let ada = people::by_email(&mut tx, sample::EMAIL).await.unwrap().unwrap();
    let ada = people::actor(&mut tx, ada.id).await.unwrap().unwrap();

    // Nothing on Today is empty for the head of IT.
    let zone = jiff::tz::TimeZone::get("Europe/Berlin").unwrap();
    let day = today::gather(&mut tx, &ada, &zone).await.unwrap();
    assert!(day.waiting.len() >= 8, "{:?}", day.waiting);
    let nouns: std::collections::BTreeSet<_> = day.waiting.iter().map(|item| item.waiting.noun.as_str()).collect();
    for noun in ["request", "promise", "decision"] {
        assert!(nouns.contains(noun), "{noun} in {nouns:?}");
    }
    assert!(!day.serves.is_empty() && !day.promised.is_empty() && !day.news.is_empty());
    assert!(day.forgotten.is_some() && day.conversation.is_some(), "{:?} {:?}", day.forgotten, day.conversation);
    assert!(
        today::interruptions(&mut tx, &ada, clock.now() - jiff::SignedDuration::from_hours(72)).await.unwrap().len()
            >= 3
    );

    // Enough for the figures that have a minimum.
    let called = decisions::calibration::mine(&mut tx, &ada).await.unwrap();
    assert!(called.len() >= 12, "{} judged", called.len());
    let seen = aims::seen(&mut tx, &ada).await.unwrap();
    let memories = aims::memory::memories(&mut tx, &ada, &seen).await.unwrap();
    assert!(memories.iter().any(|memory| memory.curve.is_some()), "{memories:?}");
    let given = promises::given(&mut tx, &ada, promises::Which::Closed, 0).await.unwrap();
    assert!(given.total >= 8, "{}", given.total);

    // The code asks at decisions; most was answered, some with no, and not all of it.
    let answered = code::runs(&mut tx, &ada).await.unwrap();
    assert!(answered.len() >= 10, "{}", answered.len());
    let passed_over = code::missing(&mut tx, &ada).await.unwrap();
    assert!(passed_over.n >= 12 && passed_over.so >= 1, "{passed_over:?}");

    // A client's contact sees their own, and nothing else.
    let clara = people::by_email(&mut tx, "clara@northlight.example").await.unwrap().unwrap();
    let clara = people::actor(&mut tx, clara.id).await.unwrap().unwrap();
    let day = today::gather(&mut tx, &clara, &zone).await.unwrap();
    let told = format!("{day:?}");
    assert!(!told.contains("Harbour") && !told.contains("carrier"), "{told}");
    drop(tx);

    // Not over somebody's record, and not taken from one with a real person in it.
    assert!(matches!(sample::fill(&ledger, "no hash").await, Err(Refused::Conflict { .. })));
    let root = circles.iter().find(|circle| circle.parent.is_none()).unwrap().id;
    let real =
        AddPerson { name: "A real one".into(), email: "real@example.org".into(), circle: root, role: Role::Member };
    ledger.perform(&ada, &real).await.unwrap();
    assert!(matches!(ledger.remove_sample().await, Err(Refused::Conflict { .. })));
}

#[tokio::test]
async fn a_sample_goes_as_a_whole_on_every_engine() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-06-16T11:00:00Z");
    for (engine, ledger) in ledger::testing::each(folder.path(), "sample_whole", &clock).await {
        assert!(
            matches!(ledger.remove_sample().await, Err(Refused::Conflict { .. })),
            "{engine}: nothing is no sample"
        );
        sample::fill(&ledger, "no hash").await.unwrap_or_else(|refused| panic!("{engine}: {refused:?}"));
        ledger.remove_sample().await.unwrap();
        assert!(people::is_empty(&mut ledger.read().await.unwrap()).await.unwrap(), "{engine}");
        let walked = ledger.verify(|_| ()).await.unwrap();
        assert_eq!((walked.events, walked.broken), (0, None), "{engine}");
        ledger.close().await;
    }
}
