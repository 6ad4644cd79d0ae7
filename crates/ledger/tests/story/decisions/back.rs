//! What was decided, said back by those who were told; and decisions that do not go together.

use leadership::share::Share;
use ledger::decisions::back::{self, Question, SayBack};
use ledger::decisions::conflicts::{self, MarkConflict, SettleConflict};

use super::*;

/// The question that waits for a person.
async fn asked(house: &House, person: PersonId) -> Option<Question> {
    let actor = house.actor(person).await;
    let mut tx = house.ledger.read().await.unwrap();
    let today = tx.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let waiting = decisions::waiting(&mut tx, person, today).await.unwrap();
    let page = waiting.iter().find_map(|one| one.page.strip_prefix("/decisions/back/"))?;
    back::own_question(&mut tx, &actor, page.parse().unwrap()).await.unwrap()
}

async fn share(house: &House, id: DecisionId) -> Share {
    let found = house.get(house.desk_people[0], id).await.unwrap();
    let mut tx = house.ledger.read().await.unwrap();
    let today = tx.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    back::said_back(&mut tx, &found, today).await.unwrap()
}

fn answer(question: &Question, words: &str) -> SayBack {
    let place = question.choices.iter().position(|choice| choice == words).unwrap();
    SayBack { question: question.id, answer: place.to_string() }
}

fn tell(id: DecisionId, people: &[PersonId]) -> Tell {
    Tell { decision: Some(id), audience: ids(people), words: "We buy it.".into(), ..Tell::default() }
}

#[tokio::test]
async fn those_who_were_told_say_it_back() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "decision_back", &clock).await {
        let clock = Clock::at("2026-03-02T08:00:00Z");
        let house = House::of(ledger.at(clock.handed_in())).await;
        let bo = house.desk_people[0];
        let id = house.done(bo, Write { decide: true, ..write(&house, bo) }).await;
        let mut told = house.desk_people[1..].to_vec();
        told.push(house.ann);
        house.done(bo, tell(id, &told)).await;
        assert!(asked(&house, told[0]).await.is_none(), "{engine}: not on the day itself");
        clock.advance(SignedDuration::from_hours(48));
        // The others of its own options are what could have been; who decided, and who is from outside, is not asked.
        let first = asked(&house, told[0]).await.unwrap();
        let mut choices = first.choices.clone();
        choices.sort();
        assert_eq!(choices, ["Buy the new one", "Do nothing", "Repair the old one"], "{engine}");
        assert!(asked(&house, bo).await.is_none() && asked(&house, house.contact).await.is_none());
        assert_eq!(first.place, None, "{engine}: the right one is not told before");
        // Nobody sees or answers another's; nonsense is refused at its field.
        let other = house.actor(told[1]).await;
        assert!(back::own_question(&mut house.ledger.read().await.unwrap(), &other, first.id).await.unwrap().is_none());
        assert!(matches!(house.refused(told[1], answer(&first, "Do nothing")).await, Refused::NotFound));
        for nonsense in ["", "9", "-1", "Buy"] {
            assert_eq!(house.wrong(told[0], SayBack { question: first.id, answer: nonsense.into() }).await, ["answer"]);
        }
        for (at, person) in told.iter().enumerate() {
            let question = asked(&house, *person).await.unwrap();
            house.done(*person, answer(&question, if at == 1 { "Do nothing" } else { "Buy the new one" })).await;
        }
        assert!(matches!(house.refused(told[0], answer(&first, "Do nothing")).await, Refused::Conflict { .. }));
        // Told from the next day on, so that nobody learns whose the last one was.
        assert_eq!(share(&house, id).await, Share { so: 0, n: 0 }, "{engine}");
        clock.advance(SignedDuration::from_hours(24));
        assert_eq!(share(&house, id).await, Share { so: 5, n: 6 }, "{engine}");
        // A wrong answer comes again sooner than a right one; that does not count twice.
        clock.advance(SignedDuration::from_hours(48));
        assert!(asked(&house, told[1]).await.is_some() && asked(&house, told[0]).await.is_none(), "{engine}");
        let again = asked(&house, told[1]).await.unwrap();
        house.done(told[1], answer(&again, "Buy the new one")).await;
        clock.advance(SignedDuration::from_hours(24));
        assert_eq!(share(&house, id).await, Share { so: 5, n: 6 }, "{engine}");

        // A changed decision is asked anew of all who were told; questions of before are gone.
        let mut changed = Write { decision: Some(id), decide: true, ..write(&house, bo) };
        changed.typed.choice = "1".into();
        changed.changed = "We repair after all.".into();
        changed.changed_why = "The vendor gave up.".into();
        let decided = house.get(bo, id).await.unwrap().decided_at;
        house.done(bo, changed).await;
        assert_eq!(house.get(bo, id).await.unwrap().decided_at, decided, "{engine}: a change does not make it later");
        clock.advance(SignedDuration::from_hours(72));
        let anew = asked(&house, told[0]).await.unwrap();
        house.done(told[0], answer(&anew, "Repair the old one")).await;
        let actor = house.actor(told[0]).await;
        let mut tx = house.ledger.read().await.unwrap();
        let seen = back::own_question(&mut tx, &actor, anew.id).await.unwrap().unwrap();
        assert_eq!(seen.right(), Some(true), "{engine}");
        // What is open of it names nobody: neither a row's instant nor an event.
        let said = tx.history(decisions::NOUN, id).await.unwrap();
        let said: Vec<_> = said.iter().filter(|event| event.kind == "said_back").collect();
        assert!(!said.is_empty() && said.iter().all(|event| event.actor.is_none()), "{engine}");
        drop(tx);
        house.ledger.close().await;
    }
}

#[tokio::test]
async fn what_nobody_says_back_lapses_and_is_not_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "decision_lapsed", &clock).await {
        let clock = Clock::at("2026-03-02T08:00:00Z");
        let house = House::of(ledger.at(clock.handed_in())).await;
        let bo = house.desk_people[0];
        let id = house.done(bo, Write { decide: true, ..write(&house, bo) }).await;
        let mut told = house.desk_people[1..].to_vec();
        told.push(house.ann);
        house.done(bo, tell(id, &told)).await;
        clock.days(2);
        let silent = asked(&house, told[4]).await.unwrap();
        for person in &told[..4] {
            let question = asked(&house, *person).await.unwrap();
            house.done(*person, answer(&question, "Buy the new one")).await;
        }
        let not_answered = async || {
            let found = house.get(bo, id).await.unwrap();
            let mut tx = house.ledger.read().await.unwrap();
            let today = tx.now().to_zoned(jiff::tz::TimeZone::UTC).date();
            back::not_answered(&mut tx, &found, today).await.unwrap()
        };
        // It waits for four weeks, the first day counted; until then it is neither answered nor not.
        clock.days(27);
        assert_eq!(asked(&house, told[4]).await.map(|question| question.id), Some(silent.id), "{engine}");
        assert_eq!(not_answered().await, Share { so: 0, n: 4 }, "{engine}");
        clock.days(1);
        assert_eq!(asked(&house, told[4]).await, None, "{engine}: it lapsed");
        match house.refused(told[4], answer(&silent, "Buy the new one")).await {
            Refused::Conflict { what, .. } => assert!(what.contains("2026-03-31"), "{engine}: {what}"),
            other => panic!("{engine}: {other}"),
        }
        assert_eq!(share(&house, id).await, Share { so: 4, n: 4 }, "{engine}: none of them was wrong");
        assert_eq!(not_answered().await, Share { so: 2, n: 6 }, "{engine}");

        // Told once more, who never answered is asked anew; who did goes on as before.
        let next = asked(&house, told[0]).await.map(|question| question.id);
        house.done(bo, tell(id, &told)).await;
        clock.days(2);
        assert_eq!(asked(&house, told[0]).await.map(|question| question.id), next, "{engine}");
        let anew = asked(&house, told[4]).await.unwrap();
        assert_ne!(anew.id, silent.id, "{engine}");
        house.done(told[4], answer(&anew, "Do nothing")).await;
        clock.days(1);
        assert_eq!(share(&house, id).await, Share { so: 4, n: 5 }, "{engine}");
        assert_eq!(not_answered().await, Share { so: 0, n: 5 }, "{engine}: the sixth may still answer");
        house.ledger.close().await;
    }
}

#[tokio::test]
async fn decisions_that_do_not_go_together() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "decision_conflict", &clock).await {
        let clock = Clock::at("2026-03-02T08:00:00Z");
        let house = House::of(ledger.at(clock.handed_in())).await;
        let (bo, cy, di) = (house.desk_people[0], house.desk_people[1], house.desk_people[2]);
        let aim = ledger::aims::MakeAim {
            circle: house.desk,
            kind: leadership::aim::AimKind::Goal,
            title: "Calls do not drop".into(),
            why: "Who is cut off calls twice.".into(),
            picture: String::new(),
            horizon: String::new(),
            owner: None,
            serves: None,
            core: false,
            hard: false,
            source: String::new(),
            restatement: String::new(),
            confirmer: None,
        };
        let aim = house.done(bo, aim).await;
        let mut made = Vec::new();
        for question in ["Which telephone system?", "Do we still mend telephones?", "Who mends them?"] {
            let mut act = Write { decide: true, ..write(&house, bo) };
            act.typed.question = question.into();
            act.typed.touches = format!("/aims/{aim}");
            // The third names the first: who wrote it had that in view.
            if let (3, Some(first)) = (made.len() + 1, made.first()) {
                act.typed.touches = format!("/aims/{aim}\n/decisions/{first}");
            }
            made.push(house.done(bo, act).await);
            clock.advance(SignedDuration::from_hours(1));
        }
        let pairs = |person| {
            let house = &house;
            async move {
                let actor = house.actor(person).await;
                let mut tx = house.ledger.read().await.unwrap();
                let found = conflicts::pairs(&mut tx, &actor).await.unwrap();
                found.into_iter().map(|pair| (pair.earlier.0, pair.later.0)).collect::<Vec<_>>()
            }
        };
        let mut found = pairs(cy).await;
        found.sort_unstable();
        let mut wanted = vec![(made[0], made[1]), (made[1], made[2])];
        wanted.sort_unstable();
        assert_eq!(found, wanted, "{engine}");
        assert!(pairs(house.contact).await.is_empty(), "{engine}: a client's contact sees none");

        // Anybody who sees both marks it; who decides settles it.
        let mark = |decision, other, together| MarkConflict { decision, other, why: "One says mend.".into(), together };
        assert_eq!(house.wrong(cy, mark(made[0], made[0], false)).await, ["other"], "{engine}");
        assert_eq!(house.wrong(cy, MarkConflict { why: " ".into(), ..mark(made[0], made[1], false) }).await, ["why"]);
        assert!(matches!(house.refused(house.contact, mark(made[0], made[1], false)).await, Refused::NotFound));
        house.done(cy, mark(made[1], made[0], false)).await;
        house.done(di, mark(made[1], made[2], true)).await;
        assert!(pairs(cy).await.is_empty(), "{engine}: somebody has looked");
        let all = |person, of| {
            let house = &house;
            async move {
                let actor = house.actor(person).await;
                conflicts::conflicts(&mut house.ledger.read().await.unwrap(), &actor, of).await.unwrap()
            }
        };
        assert_eq!(all(di, None).await.iter().map(conflicts::Conflict::stands).filter(|stands| *stands).count(), 1);
        assert_eq!(all(di, Some(made[0])).await.len(), 1, "{engine}");
        assert!(all(house.other_contact, None).await.is_empty());
        let settle = SettleConflict { decision: made[0], other: made[1], words: "We mend until May.".into() };
        assert!(matches!(house.refused(cy, settle.clone()).await, Refused::NotYours(_)), "{engine}");
        house.done(bo, settle.clone()).await;
        assert!(matches!(house.refused(bo, settle).await, Refused::NotFound), "{engine}: once");
        assert!(all(di, None).await.iter().all(|conflict| !conflict.stands()), "{engine}");
        house.ledger.close().await;
    }
}
