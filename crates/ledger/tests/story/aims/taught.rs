//! Explained, said back, remembered by a circle and forgotten with a person.

use leadership::aim::AimKind;
use leadership::replan::Turn;
use leadership::teach::{Asks, Way};
use leadership::today::Do;
use ledger::aims::{Replan, explain, memory};
use ledger::testing::{Clock, each};
use ledger::{Refused, people};

use super::{House, actor, make, replan};

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story")]
async fn explained_said_back_and_remembered_by_a_circle() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "aims_taught", &clock).await {
        let house = House::new(ledger).await;
        let mut goals = Vec::new();
        for title in ["Answer in one hour", "Fewer devices", "Nobody waits for access"] {
            clock.advance(jiff::SignedDuration::from_millis(1));
            goals.push(house.does(house.tim, &make(house.team, AimKind::Goal, title, None)).await.unwrap());
        }
        let goal = goals[0];
        let act = explain::Explain {
            aim: goal,
            circle: house.team,
            way: Way::Meeting,
            words: "An hour is what a shop floor can bear.".into(),
        };
        assert!(matches!(house.does(house.members[0], &act).await, Err(Refused::NotYours(_))));
        house.does(house.tim, &act).await.unwrap();
        let start = clock.now();
        let day = || clock.now().to_zoned(jiff::tz::TimeZone::UTC).date().to_string();
        assert!(house.waits(house.members[0], &day()).await.is_empty(), "{engine}: not on the same day");
        assert!(house.waits(house.tim, "2027-01-01").await.is_empty(), "who explained is not asked");

        clock.days(2);
        let question = |page: &str| page.rsplit('/').next().unwrap().parse::<explain::QuestionId>().unwrap();
        for (at, member) in house.members.iter().enumerate() {
            let waits = house.waits(*member, &day()).await;
            assert_eq!(waits.len(), 1, "{engine}");
            let id = question(&waits[0].1);
            let me = actor(&house.ledger, *member).await;
            let asked = explain::own_question(&mut house.ledger.read().await.unwrap(), &me, id).await.unwrap().unwrap();
            assert_eq!(
                (asked.asks, asked.choices.len(), asked.place),
                (Asks::Why, 3, None),
                "{engine}: no answer is given away"
            );
            let right = asked.choices.iter().position(|choice| choice == "Because of Answer in one hour.").unwrap();
            let answer = if at == 3 { (right + 1) % 3 } else { right };
            let say = explain::SayBack { question: id, answer: answer.to_string() };
            assert!(
                matches!(house.does(house.members[(at + 1) % 4], &say).await, Err(Refused::NotFound)),
                "only one's own"
            );
            assert!(matches!(
                house.does(*member, &explain::SayBack { answer: "7".into(), ..say.clone() }).await,
                Err(Refused::Wrong(_))
            ));
            house.does(*member, &say).await.unwrap();
            assert!(matches!(house.does(*member, &say).await, Err(Refused::Conflict { .. })));
        }
        let tim = actor(&house.ledger, house.tim).await;
        let seen = house.seen(house.tim).await;
        let read = async || memory::memories(&mut house.ledger.read().await.unwrap(), &tim, &seen).await.unwrap();
        let found = read().await;
        assert_eq!((found.len(), found[0].answers, found[0].days), (1, 4, 2));
        assert_eq!(found[0].curve, None, "{engine}: four answers are not enough to say");

        // Right once: asked again after seven days, which aim it is. Wrong: after two.
        clock.days(2);
        assert_eq!(house.waits(house.members[3], &day()).await.len(), 1);
        assert!(house.waits(house.members[0], &day()).await.is_empty());
        clock.days(5);
        for member in &house.members {
            let id = question(&house.waits(*member, &day()).await[0].1);
            let me = actor(&house.ledger, *member).await;
            let asked = explain::own_question(&mut house.ledger.read().await.unwrap(), &me, id).await.unwrap().unwrap();
            assert_eq!(asked.asks, Asks::What);
            let right = asked.choices.iter().position(|choice| choice == "Answer in one hour").unwrap();
            house.does(*member, &explain::SayBack { question: id, answer: right.to_string() }).await.unwrap();
        }
        let found = read().await;
        let curve = found[0].curve.expect("eight answers of four people");
        assert_eq!((curve.n, curve.right), (8, 7));
        assert!(curve.interval.0 < curve.half_life && curve.half_life <= curve.interval.1);
        // The circle's own curve is over the same answers, and each kind of question has four only: none is told.
        let stayed = async || memory::stayed(&mut house.ledger.read().await.unwrap(), &tim, &seen).await.unwrap();
        let of = stayed().await.circles;
        assert_eq!((of.len(), of[0].circle, of[0].aims, of[0].answers), (1, house.team, 1, 8), "{engine}");
        assert_eq!((of[0].curve, found[0].pace), (Some(curve), Some(curve)), "{engine}");
        assert!(of[0].by_kind.is_empty(), "{engine}");

        // Own words, marked by the leader without a name.
        clock.days(21);
        let mia = house.members[0];
        let id = question(&house.waits(mia, &day()).await[0].1);
        house
            .does(mia, &explain::SayBack { question: id, answer: "An hour, or the floor stands still.".into() })
            .await
            .unwrap();
        let unmarked = explain::unmarked(&mut house.ledger.read().await.unwrap(), &tim, &seen).await.unwrap();
        assert_eq!(unmarked.len(), 1);
        assert_eq!(unmarked[0].answer, "An hour, or the floor stands still.");
        assert!(house.waits(house.tim, &day()).await.contains(&(Do::Review, "/aims/marking".to_owned())));
        let mark = explain::Mark { question: id, right: false };
        assert!(house.does(mia, &mark).await.is_err(), "{engine}: nobody marks their own");
        assert!(house.does(house.bo, &mark).await.is_err());
        house.does(house.tim, &mark).await.unwrap();
        let own = explain::own_answers(&mut house.ledger.read().await.unwrap(), &actor(&house.ledger, mia).await)
            .await
            .unwrap();
        assert_eq!(own.iter().map(|answer| answer.right).collect::<Vec<_>>(), [Some(false), Some(true), Some(true)]);
        clock.days(2);
        assert_eq!(house.waits(mia, &day()).await.len(), 1, "{engine}: not yet right, so it comes sooner");

        // What was explained long ago is proposed again; what never was is listed.
        clock.days(200);
        let found = read().await;
        assert!(found[0].proposed().is_some(), "{:?}", found[0]);
        assert_eq!(memory::never_explained(&tim, &seen, &found), goals[1..]);
        assert!(clock.now() > start);
        // On Today of who leads the circle it is the aim that is being forgotten, by the circle's own answers.
        let utc = jiff::tz::TimeZone::UTC;
        let today = clock.now().to_zoned(utc.clone()).date();
        let mut tx = house.ledger.read().await.unwrap();
        let hint = ledger::today::hints::forgotten(&mut tx, &tim, today, &utc).await.unwrap().unwrap();
        assert_eq!(hint.title, "Answer in one hour", "{engine}");
        assert!(hint.because.contains("of 100 in Service desk still know it"), "{engine}: {}", hint.because);
        assert!(hint.page.ends_with("/add/explain") && hint.page.contains(&goal.to_string()), "{engine}");
        // Whoever does not see the aim any more is not told of it.
        let mut blind = tim.clone();
        blind.sight.inside.clear();
        let hint = ledger::today::hints::forgotten(&mut tx, &blind, today, &utc).await.unwrap();
        assert!(hint.is_none_or(|hint| !hint.page.ends_with("/add/explain")), "{engine}");
        drop(tx);

        // Erased: own words are gone, and nothing more is asked.
        let was = actor(&house.ledger, mia).await;
        house.does(house.ann, &people::Erase { person: mia }).await.unwrap();
        let own = explain::own_answers(&mut house.ledger.read().await.unwrap(), &was).await.unwrap();
        assert_eq!(own[0].answer, ledger::seal::ERASED);
        assert!(house.waits(mia, "2030-01-01").await.is_empty());
        assert_eq!(house.ledger.verify(|_| ()).await.unwrap().broken, None, "{engine}");
        house.ledger.close().await;
    }
}

#[tokio::test]
async fn days_of_questions_are_those_of_whom_they_are_asked() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T20:00:00Z");
    for (engine, ledger) in each(folder.path(), "aims_taught_zones", &clock).await {
        clock.advance("2026-03-02T20:00:00Z".parse::<jiff::Timestamp>().unwrap().duration_since(clock.now()));
        let house = House::new(ledger).await;
        let (mia, noa) = (house.members[0], house.members[1]);
        // Mia is in Auckland, where it is the third of March already.
        let correct =
            people::Correct { person: mia, name: "Mia".into(), email: String::new(), zone: "Pacific/Auckland".into() };
        house.does(house.ann, &correct).await.unwrap();
        let goal = house.does(house.tim, &make(house.team, AimKind::Goal, "One hour", None)).await.unwrap();
        let act =
            explain::Explain { aim: goal, circle: house.team, way: Way::Meeting, words: "An hour is enough.".into() };
        house.does(house.tim, &act).await.unwrap();
        assert!(house.waits(noa, "2026-03-03").await.is_empty() && house.waits(mia, "2026-03-04").await.is_empty());
        assert_eq!(house.waits(noa, "2026-03-04").await.len(), 1, "{engine}: two days on, in UTC");
        assert_eq!(house.waits(mia, "2026-03-05").await.len(), 1, "{engine}: two days on, where she is");
        // The days since it was explained are counted where its reader is: five hours on it is the next day in UTC.
        clock.advance(jiff::SignedDuration::from_hours(5));
        let read = async |person| {
            let (actor, seen) = (actor(&house.ledger, person).await, house.seen(person).await);
            memory::memories(&mut house.ledger.read().await.unwrap(), &actor, &seen).await.unwrap()[0].days
        };
        assert_eq!((read(noa).await, read(mia).await), (1, 0), "{engine}");
        house.ledger.close().await;
    }
}

#[tokio::test]
async fn what_nobody_says_back_lapses_and_is_no_part_of_the_curve() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "aims_lapsed", &clock).await {
        clock.advance("2026-03-02T08:00:00Z".parse::<jiff::Timestamp>().unwrap().duration_since(clock.now()));
        let house = House::new(ledger).await;
        let goal = house.does(house.tim, &make(house.team, AimKind::Goal, "One hour", None)).await.unwrap();
        for title in ["Fewer devices", "Nobody waits for access"] {
            house.does(house.tim, &make(house.team, AimKind::Goal, title, None)).await.unwrap();
        }
        let act =
            explain::Explain { aim: goal, circle: house.team, way: Way::Meeting, words: "An hour is enough.".into() };
        house.does(house.tim, &act).await.unwrap();
        let day = || clock.now().to_zoned(jiff::tz::TimeZone::UTC).date().to_string();
        let waits = async |person| {
            let waits = house.waits(person, &day()).await;
            waits.first().map(|(_, page)| page.rsplit('/').next().unwrap().parse::<explain::QuestionId>().unwrap())
        };
        let says = async |person, question, right: bool| {
            let me = actor(&house.ledger, person).await;
            let asked = explain::own_question(&mut house.ledger.read().await.unwrap(), &me, question).await;
            let choices = asked.unwrap().unwrap().choices;
            let place = choices.iter().position(|choice| (choice == "Because of One hour.") == right).unwrap();
            house.does(person, &explain::SayBack { question, answer: place.to_string() }).await
        };
        clock.days(2);
        let silent = house.members[3];
        for person in &house.members[..3] {
            let question = waits(*person).await.unwrap();
            says(*person, question, true).await.unwrap();
        }
        let tim = actor(&house.ledger, house.tim).await;
        let read = async || {
            let seen = house.seen(house.tim).await;
            memory::memories(&mut house.ledger.read().await.unwrap(), &tim, &seen).await.unwrap().remove(0)
        };
        // It waits for four weeks, the first day counted.
        let question = waits(silent).await.unwrap();
        clock.days(27);
        assert_eq!(waits(silent).await, Some(question), "{engine}");
        clock.days(1);
        assert_eq!(waits(silent).await, None, "{engine}: it lapsed");
        assert!(matches!(says(silent, question, true).await, Err(Refused::Conflict { .. })), "{engine}");
        let today: jiff::civil::Date = day().parse().unwrap();
        let me = actor(&house.ledger, silent).await;
        let own = explain::own_lapsed(&mut house.ledger.read().await.unwrap(), &me, today).await.unwrap();
        assert_eq!(own.iter().map(|question| question.id).collect::<Vec<_>>(), [question], "{engine}");
        assert_eq!(read().await.not_answered, None, "{engine}: one of four is not enough to say");
        // The next question of the others lapses too: seven came to an end, and the curve knows of three.
        clock.days(7);
        let found = read().await;
        assert_eq!((found.answers, found.not_answered, found.curve), (3, Some(4), None), "{engine}");

        // Explained again, everybody is asked anew. Silence was not wrong: who knew it has a week until the next question.
        house.does(house.tim, &act).await.unwrap();
        clock.days(2);
        assert!(waits(silent).await.is_some_and(|anew| anew != question), "{engine}");
        assert_eq!(waits(house.members[0]).await, None, "{engine}");
        clock.days(5);
        assert!(waits(house.members[0]).await.is_some(), "{engine}");
        let anew = waits(silent).await.unwrap();
        says(silent, anew, false).await.unwrap();
        let found = read().await;
        assert_eq!((found.answers, found.not_answered), (4, Some(4)), "{engine}");
        house.ledger.close().await;
    }
}

#[tokio::test]
async fn a_changed_aim_is_asked_as_it_reads_now() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "aims_taught_changed", &clock).await {
        clock.advance("2026-03-02T08:00:00Z".parse::<jiff::Timestamp>().unwrap().duration_since(clock.now()));
        let house = House::new(ledger).await;
        let goal = house.does(house.tim, &make(house.team, AimKind::Goal, "One hour", None)).await.unwrap();
        for title in ["Fewer devices", "Nobody waits for access"] {
            house.does(house.tim, &make(house.team, AimKind::Goal, title, None)).await.unwrap();
        }
        let act =
            explain::Explain { aim: goal, circle: house.team, way: Way::Meeting, words: "An hour is enough.".into() };
        house.does(house.tim, &act).await.unwrap();
        let mia = house.members[0];
        let asked = async || {
            let day = clock.now().to_zoned(jiff::tz::TimeZone::UTC).date().to_string();
            let page = house.waits(mia, &day).await.first().map(|(_, page)| page.clone())?;
            let id = page.rsplit('/').next().unwrap().parse().unwrap();
            let me = actor(&house.ledger, mia).await;
            explain::own_question(&mut house.ledger.read().await.unwrap(), &me, id).await.unwrap()
        };
        clock.days(2);
        let tim = actor(&house.ledger, house.tim).await;
        let read = async || {
            let seen = house.seen(house.tim).await;
            memory::memories(&mut house.ledger.read().await.unwrap(), &tim, &seen).await.unwrap().remove(0)
        };
        // Noa says back what holds so far.
        let day = clock.now().to_zoned(jiff::tz::TimeZone::UTC).date().to_string();
        let question = house.waits(house.members[1], &day).await[0].1.rsplit('/').next().unwrap().parse().unwrap();
        house.does(house.members[1], &explain::SayBack { question, answer: "0".into() }).await.unwrap();
        assert_eq!((read().await.answers, read().await.changed), (1, None), "{engine}");
        let before = asked().await.unwrap();
        let (old, new) = ("Because of One hour.".to_owned(), "Half an hour is what the floor can bear.".to_owned());
        assert!(before.choices.contains(&old), "{engine}");
        // What leaves aim and why alone asks nothing anew. Told is somebody who is not asked here.
        let told = vec![house.members[2]];
        let now = async || house.seen(house.tim).await.all[&goal].clone();
        let picture =
            Replan { picture: "No queue.".into(), ..replan(&now().await, "One hour", Turn::Change, told.clone()) };
        house.does(house.tim, &picture).await.unwrap();
        assert_eq!(asked().await.map(|question| question.id), Some(before.id), "{engine}");

        let why = Replan { why: new.clone(), ..replan(&now().await, "One hour", Turn::Change, told.clone()) };
        house.does(house.tim, &why).await.unwrap();
        let late = explain::SayBack { question: before.id, answer: "0".into() };
        assert!(matches!(house.does(mia, &late).await, Err(Refused::NotFound)), "{engine}: it was taken back");
        assert_eq!(asked().await, None, "{engine}: not on the day itself");
        // What was known is not what is to be known: it is proposed at once, and begins anew.
        clock.days(1);
        let found = read().await;
        assert_eq!((found.answers, found.changed, found.curve), (0, Some(1), None), "{engine}");
        assert_eq!(found.proposed().as_deref(), Some("It was changed a day ago, and not explained since."), "{engine}");
        clock.days(-1);
        clock.days(2);
        let after = asked().await.unwrap();
        assert!(after.choices.contains(&new) && !after.choices.contains(&old), "{engine}: {:?}", after.choices);
        let right = after.choices.iter().position(|choice| *choice == new).unwrap().to_string();
        house.does(mia, &explain::SayBack { question: after.id, answer: right }).await.unwrap();
        let me = actor(&house.ledger, mia).await;
        let own = explain::own_answers(&mut house.ledger.read().await.unwrap(), &me).await.unwrap();
        assert_eq!(own.iter().map(|answer| answer.right).collect::<Vec<_>>(), [Some(true)], "{engine}");
        house.does(house.tim, &act).await.unwrap();
        let found = read().await;
        assert_eq!((found.answers, found.changed, found.explained), (1, None, (2, 2)), "{engine}");
        house.ledger.close().await;
    }
}

#[tokio::test]
async fn a_message_leads_to_the_aim_that_it_explains() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "aims_taught_message", &clock).await {
        let house = House::new(ledger).await;
        let goal = house.does(house.tim, &make(house.team, AimKind::Goal, "One hour", None)).await.unwrap();
        let act =
            explain::Explain { aim: goal, circle: house.team, way: Way::Message, words: "An hour is enough.".into() };
        let said = house.does(house.tim, &act).await.unwrap();
        let of = async |person| {
            let actor = actor(&house.ledger, person).await;
            explain::aim_of(&mut house.ledger.read().await.unwrap(), &actor, said).await.unwrap()
        };
        assert_eq!((of(house.members[0]).await, of(house.cy).await), (Some(goal), None), "{engine}: not for clients");
        house.ledger.close().await;
    }
}

#[tokio::test]
async fn own_words_are_asked_for_where_they_could_be_of_three() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "aims_taught_small", &clock).await {
        let start = clock.now();
        let house = House::new(ledger).await;
        // Bo leads two people: whoever marks would know whose words they are.
        let mut few = Vec::new();
        for name in ["Quin", "Ria"] {
            let act = people::AddPerson {
                name: name.into(),
                email: String::new(),
                circle: house.other,
                role: leadership::Role::Member,
            };
            few.push(house.does(house.ann, &act).await.unwrap());
        }
        let explain = async |by, circle, others: &[&str]| {
            let goal = house.does(by, &make(circle, AimKind::Goal, "One hour", None)).await.unwrap();
            for title in others {
                house.does(by, &make(circle, AimKind::Goal, title, None)).await.unwrap();
            }
            let act = explain::Explain { aim: goal, circle, way: Way::Meeting, words: "An hour is enough.".into() };
            house.does(by, &act).await.unwrap();
        };
        explain(house.bo, house.other, &[]).await;
        explain(house.tim, house.team, &[]).await;
        let later = "2026-03-04";
        let question = |page: &str| page.rsplit('/').next().unwrap().parse().unwrap();
        assert!(
            house.waits(few[0], later).await.is_empty(),
            "{engine}: nothing to choose, and own words would name her"
        );
        assert_eq!(house.waits(house.members[0], later).await.len(), 1, "{engine}: one of four");
        // With others to choose among they are asked, and never for own words.
        explain(house.bo, house.other, &["Fewer calls", "Better lines"]).await;
        let ria = actor(&house.ledger, few[1]).await;
        for round in 0..4 {
            // The next one comes within 120 days, and waits for 28 of them.
            let mut found = None;
            for _ in 0..7 {
                clock.days(20);
                let today = clock.now().to_zoned(jiff::tz::TimeZone::UTC).date().to_string();
                found = house.waits(few[1], &today).await.first().map(|(_, page)| question(page));
                if found.is_some() {
                    break;
                }
            }
            let id = found.unwrap_or_else(|| panic!("{engine}: no question in round {round}"));
            let asked =
                explain::own_question(&mut house.ledger.read().await.unwrap(), &ria, id).await.unwrap().unwrap();
            assert_ne!(asked.asks, Asks::Own, "{engine}: round {round}");
            house.does(few[1], &explain::SayBack { question: id, answer: "0".into() }).await.unwrap();
        }
        // A team that has become small: what was said in it is held back.
        clock.advance("2026-03-04T08:00:00Z".parse::<jiff::Timestamp>().unwrap().duration_since(clock.now()));
        let id = question(&house.waits(house.members[0], later).await[0].1);
        house.does(house.members[0], &explain::SayBack { question: id, answer: "In an hour.".into() }).await.unwrap();
        let tim = actor(&house.ledger, house.tim).await;
        let unmarked = async || {
            let seen = house.seen(house.tim).await;
            explain::unmarked(&mut house.ledger.read().await.unwrap(), &tim, &seen).await.unwrap().len()
        };
        let marking = (Do::Review, "/aims/marking".to_owned());
        assert_eq!(unmarked().await, 1, "{engine}");
        assert!(house.waits(house.tim, later).await.contains(&marking), "{engine}");
        for gone in &house.members[2..] {
            house.does(house.ann, &people::Leave { person: *gone }).await.unwrap();
        }
        assert_eq!(unmarked().await, 0, "{engine}: one of two");
        assert!(!house.waits(house.tim, later).await.contains(&marking), "{engine}");
        house.ledger.close().await;
        clock.advance(start.duration_since(clock.now()));
    }
}
