//! A mediation: heard apart, said back, opened, said back by the other; then agreed; then, if all three want it, a lesson.

use leadership::talk::{Heard, Step, Who};
use leadership::{PersonId, promise::Intended};
use ledger::talks::{self, Agree, AnswerHeard, Call, Consent, Hear, OpenAccount, Restate, TalkId, TellAccount, Write};
use ledger::testing::{Clock, each};
use ledger::{Ledger, Refused, evidence};

use super::{at, does, refused, seen, waits};
use crate::honesty::{actor, world};

async fn state(ledger: &Ledger, who: PersonId, talk: TalkId) -> talks::Mediation {
    let who = actor(ledger, who).await;
    let mut tx = ledger.read().await.unwrap();
    let found = talks::get(&mut tx, &who, talk).await.unwrap().unwrap();
    talks::mediation_of(&mut tx, &who, &found).await.unwrap()
}

/// What somebody reads of a side: its account, and how many restatements.
async fn reads(ledger: &Ledger, who: PersonId, talk: TalkId, of: PersonId) -> (bool, usize) {
    let account = state(ledger, who, talk).await.accounts.into_iter().find(|one| one.person == of);
    let who = actor(ledger, who).await;
    let mut tx = ledger.read().await.unwrap();
    let found = talks::get(&mut tx, &who, talk).await.unwrap().unwrap();
    let heard = talks::heard_of(&mut tx, &who, &found).await.unwrap();
    (account.is_some_and(|one| one.words.is_some()), heard.iter().filter(|one| one.of == of).count())
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story, told in its order")]
async fn each_side_is_heard_apart_and_said_back_before_anything_is_agreed() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "talks_mediation", &Clock::at("2026-03-02T08:00:00Z")).await {
        let clock = Clock::at("2026-03-02T08:00:00Z");
        let ledger = ledger.at(clock.handed_in());
        let w = world(&ledger).await;
        let (bo, cy, di) = (w.bo, w.members[0], w.members[1]);
        let call = |with: Vec<PersonId>, noticed: &str| Call {
            kind: "mediation".into(),
            with,
            about: "Scripts at night".into(),
            planned_on: "2026-03-04".into(),
            noticed_on: noticed.into(),
            ..Call::default()
        };
        assert!(at(&refused(&ledger, bo, call(vec![cy, cy], "2026-02-27")).await, "with"), "{engine}: two sides");
        assert!(at(&refused(&ledger, bo, call(vec![cy], "2026-02-27")).await, "with"), "{engine}");
        assert!(at(&refused(&ledger, bo, call(vec![cy, di], "")).await, "noticed_on"), "{engine}");
        let talk = does(&ledger, bo, call(vec![cy, di], "2026-02-27")).await;
        assert!(seen(&ledger, w.ann, talk).await.is_none(), "{engine}: nobody beside the three");
        assert!(
            waits(&ledger, cy, "2026-03-02").await.contains(&"answer: Tell the mediator how you see it".to_owned())
        );
        let tell = |words: &str| TellAccount { talk, words: words.into() };
        assert!(
            matches!(refused(&ledger, bo, tell("x")).await, Refused::NotYours(_)),
            "{engine}: the mediator has no side"
        );
        let hear = |of, words: &str| Hear { talk: Some(talk), of: Some(of), words: words.into() };
        assert!(
            matches!(refused(&ledger, bo, hear(cy, "x")).await, Refused::Conflict { .. }),
            "{engine}: nothing told"
        );
        does(&ledger, cy, tell("I am woken at night")).await;
        let first = seen(&ledger, di, talk).await.unwrap();
        assert_eq!(
            (first.noticed_on.unwrap().to_string(), first.first_on.unwrap().to_string()),
            ("2026-02-27".into(), "2026-03-02".into())
        );
        assert_eq!(reads(&ledger, di, talk, cy).await, (false, 0), "{engine}: the mediator and themselves only");
        assert_eq!(reads(&ledger, bo, talk, cy).await, (true, 0));
        assert!(
            waits(&ledger, bo, "2026-03-02").await.contains(&"answer: Say back how Cy sees it".to_owned()),
            "{engine}"
        );
        let open = OpenAccount { talk };
        assert!(
            matches!(refused(&ledger, cy, open).await, Refused::Conflict { .. }),
            "{engine}: not before it was said back"
        );
        let heard = does(&ledger, bo, hear(cy, "You want to sleep")).await;
        assert!(matches!(refused(&ledger, cy, tell("y")).await, Refused::Conflict { .. }), "{engine}");
        assert_eq!(reads(&ledger, di, talk, cy).await, (false, 0), "{engine}");
        does(&ledger, cy, AnswerHeard { heard, confirms: false, words: "To be warned".into() }).await;
        assert!(waits(&ledger, bo, "2026-03-02").await.contains(&"answer: Cy corrected what you heard".to_owned()));
        does(&ledger, bo, Restate { heard, words: "You want to be warned before they run".into() }).await;
        does(&ledger, cy, AnswerHeard { heard, confirms: true, words: String::new() }).await;
        assert!(
            matches!(refused(&ledger, di, hear(cy, "x")).await, Refused::Conflict { .. }),
            "{engine}: not open yet"
        );
        assert_eq!(state(&ledger, di, talk).await.sides[0].waits(0), Some((Step::Open, Who::Side(0))), "{engine}");
        does(&ledger, cy, open).await;
        assert_eq!(reads(&ledger, di, talk, cy).await, (true, 1), "{engine}: now it is open to the other");
        assert!(waits(&ledger, di, "2026-03-02").await.contains(&"answer: Say back to Cy how they see it".to_owned()));
        let back = does(&ledger, di, hear(cy, "You need a warning from me")).await;
        does(&ledger, cy, AnswerHeard { heard: back, confirms: true, words: String::new() }).await;
        let row = |from: PersonId, to: PersonId| Intended {
            from: from.to_string(),
            to: to.to_string(),
            what: "Tell a day before".into(),
            due: "2026-04-02".into(),
            known: "No surprise at night".into(),
        };
        let agree = |rows| Agree { talk, rows };
        assert!(
            matches!(refused(&ledger, di, agree(vec![row(di, cy)])).await, Refused::Conflict { .. }),
            "one side is not enough"
        );
        let lesson =
            |circle, words: &str| Write { talk: Some(talk), kind: "lesson".into(), circle, words: words.into() };
        assert!(matches!(refused(&ledger, bo, lesson(Some(w.team), "x")).await, Refused::Conflict { .. }), "{engine}");
        // The other side, straight.
        does(&ledger, di, tell("My work is undone by others")).await;
        let heard = does(&ledger, bo, hear(di, "You want it to stay")).await;
        does(&ledger, di, AnswerHeard { heard, confirms: true, words: String::new() }).await;
        does(&ledger, di, open).await;
        let back = does(&ledger, cy, hear(di, "You fear that I undo it")).await;
        assert!(!state(&ledger, bo, talk).await.may_agree(), "{engine}: it waits to be confirmed");
        does(&ledger, di, AnswerHeard { heard: back, confirms: true, words: String::new() }).await;
        assert_eq!(state(&ledger, bo, talk).await.sides[1].by_other, Some(Heard::Confirmed));
        assert!(
            waits(&ledger, bo, "2026-03-02")
                .await
                .contains(&"decide: Both sides were said back: write what they agree".to_owned())
        );
        does(&ledger, di, agree(vec![row(di, cy), row(cy, di)])).await;
        assert!(!waits(&ledger, bo, "2026-03-02").await.iter().any(|one| one.starts_with("decide")), "{engine}");

        // A lesson, when all three agree; gone when one takes it back.
        let lessons = async |who| {
            let who = actor(&ledger, who).await;
            talks::lessons(&mut ledger.read().await.unwrap(), &who).await.unwrap()
        };
        let word = does(&ledger, bo, lesson(Some(w.team), "A warning costs a minute.")).await;
        assert!(lessons(w.members[2]).await.is_empty(), "{engine}: one of three");
        assert!(matches!(refused(&ledger, w.ann, Consent { word, agrees: true }).await, Refused::NotFound), "{engine}");
        does(&ledger, cy, Consent { word, agrees: true }).await;
        assert!(lessons(w.members[2]).await.is_empty(), "{engine}: two of three");
        does(&ledger, di, Consent { word, agrees: true }).await;
        let told = lessons(w.members[2]).await;
        assert_eq!(
            (told.len(), told[0].month.to_string().as_str()),
            (1, "2026-03-01"),
            "{engine}: the month, never the day"
        );
        assert!(lessons(w.kim).await.is_empty(), "{engine}: no client");
        does(&ledger, cy, Consent { word, agrees: false }).await;
        assert!(lessons(w.members[2]).await.is_empty(), "{engine}: taken back");

        let mut tx = ledger.read().await.unwrap();
        let told = async |tx: &mut ledger::Tx, day: &str| {
            let mut all = evidence::gather(tx, &[bo], day.parse().unwrap(), 12).await.unwrap();
            let found = all.remove(&bo).unwrap().remove("conflicts_raised").unwrap();
            (found.so, found.n, found.rows.len())
        };
        assert_eq!(told(&mut tx, "2026-03-20").await, (0, 0, 0), "{engine}: not in its own month");
        assert_eq!(told(&mut tx, "2026-04-01").await, (1, 1, 0), "{engine}: three days; its rows are told to nobody");
        drop(tx);
        assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None, "{engine}");
        ledger.close().await;
    }
}
