//! Growth: a plan of two qualities at most, who looks along and at what, what others saw, and what is sealed to
//! its owner.

use jiff::SignedDuration;
use leadership::PersonId;
use leadership::growth::Part;
use leadership::promise::{Act as Step, Origin, State};
use leadership::recognition::Noted;
use ledger::growth::{
    self, Action, AddPractice, AddTrait, AnswerSeat, BeginPlan, ClosePlan, Discard, Done, EndSeat, Hold, Invite, LetGo,
    Look, MoveRetest, Note, NoteSession, Respond, RetireTrait, Withdraw,
};
use ledger::people::Erase;
use ledger::promises::{self, Take};
use ledger::talks;
use ledger::testing::{Clock, each};
use ledger::{Ledger, Refused};

use crate::honesty::{actor, world};

async fn waits(ledger: &Ledger, person: PersonId, day: &str) -> Vec<String> {
    let mut tx = ledger.read().await.unwrap();
    let waiting = growth::waiting(&mut tx, person, day.parse().unwrap()).await.unwrap();
    waiting.into_iter().map(|one| one.noun).collect()
}

fn wrong<T: std::fmt::Debug>(done: Result<T, Refused>, field: &str) {
    match done {
        Err(Refused::Wrong(wrongs)) => assert!(wrongs.of(field).is_some(), "{field}: {wrongs}"),
        other => panic!("{field}: {other:?}"),
    }
}

fn begin(of: &[(&str, &str)], retest: &str) -> BeginPlan {
    let qualities = of.iter().map(|(key, why)| ((*key).to_owned(), (*why).to_owned())).collect();
    BeginPlan { qualities, retest_on: retest.to_owned() }
}

#[tokio::test]
async fn a_plan_becomes_promises_and_is_looked_at_again() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "growth_plan", &Clock::at("2026-03-02T08:00:00Z")).await {
        let w = world(&ledger).await;
        let (bo, cy, ann) =
            (actor(&ledger, w.bo).await, actor(&ledger, w.members[0]).await, actor(&ledger, w.ann).await);
        let two = [("active-listening", "Let people finish"), ("setting-direction", "Say why each time")];
        wrong(ledger.perform(&bo, &begin(&[], "2026-09-01")).await, "quality");
        wrong(ledger.perform(&bo, &begin(&[two[0], two[0]], "2026-09-01")).await, "quality");
        wrong(ledger.perform(&bo, &begin(&[two[0], ("Nonsense", "x")], "2026-09-01")).await, "quality_2");
        wrong(ledger.perform(&bo, &begin(&[("active-listening", "")], "2026-09-01")).await, "why");
        wrong(ledger.perform(&bo, &begin(&two, "2026-03-01")).await, "retest_on");
        let plan = ledger.perform(&bo, &begin(&[two[0], two[1], ("", "")], "2026-03-20")).await.unwrap();
        assert!(matches!(ledger.perform(&bo, &begin(&two, "2026-09-01")).await, Err(Refused::Conflict { .. })));

        // To somebody it is a promise, closed by them; to nobody it is a note that no figure of promises counts.
        let practice = |to, quality: &str, due: &str| AddPractice {
            plan,
            quality: quality.to_owned(),
            words: "Say back what I heard".to_owned(),
            due: due.to_owned(),
            to,
            known: "You noticed it in two talks".to_owned(),
        };
        wrong(ledger.perform(&bo, &practice(None, "humour", "2026-03-10")).await, "quality");
        wrong(ledger.perform(&bo, &practice(None, "active-listening", "2026-03-01")).await, "due");
        wrong(ledger.perform(&bo, &practice(Some(w.bo), "active-listening", "2026-03-10")).await, "to");
        assert!(matches!(
            ledger.perform(&cy, &practice(None, "active-listening", "2026-03-10")).await,
            Err(Refused::NotFound)
        ));
        ledger.perform(&bo, &practice(Some(w.members[0]), "active-listening", "2026-03-10")).await.unwrap();
        let note = ledger.perform(&bo, &practice(None, "setting-direction", "2026-03-12")).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        let mine = growth::plan_of_mine(&mut tx, &bo).await.unwrap().unwrap();
        let (promise, state, to) = mine.practices[0].promise.unwrap();
        assert_eq!((state, to), (State::Open, w.members[0]), "{engine}");
        assert_eq!(growth::of_promise(&mut tx, &bo, promise).await.unwrap().as_deref(), Some("active-listening"));
        assert_eq!(promises::get(&mut tx, &ann, promise).await.unwrap(), None, "{engine}: between the two of them");
        assert_eq!(promises::given(&mut tx, &bo, promises::Which::Live, 0).await.unwrap().total, 1);
        drop(tx);
        assert_eq!(waits(&ledger, w.bo, "2026-03-02").await, [] as [&str; 0]);
        assert_eq!(waits(&ledger, w.bo, "2026-03-06").await, ["practice"], "{engine}");
        let keep = |act| Take { promise, act, day: String::new(), why: String::new() };
        ledger.perform(&bo, &keep(Step::Claim)).await.unwrap();
        ledger.perform(&cy, &keep(Step::Keep)).await.unwrap();
        ledger.perform(&bo, &Done { practice: note, note: "They asked fewer questions.".into() }).await.unwrap();
        assert!(ledger.perform(&bo, &Done { practice: note, note: String::new() }).await.is_err(), "{engine}: twice");
        let of_promise = Done { practice: mine.practices[0].id, note: String::new() };
        assert!(
            matches!(ledger.perform(&bo, &of_promise).await, Err(Refused::Conflict { .. })),
            "the other side closes"
        );

        // The day to look again, moved to the next wave, then closed with what was learned.
        assert_eq!(waits(&ledger, w.bo, "2026-03-20").await, ["growth_plan"], "{engine}");
        let day = |retest: &str| MoveRetest { plan, retest_on: retest.to_owned() };
        wrong(ledger.perform(&bo, &day("2026-03-01")).await, "retest_on");
        ledger.perform(&bo, &day("2026-05-01")).await.unwrap();
        assert_eq!(waits(&ledger, w.bo, "2026-03-20").await, [] as [&str; 0]);
        let close = |learned: &str| ClosePlan { plan, learned: learned.to_owned() };
        wrong(ledger.perform(&bo, &close(" ")).await, "learned");
        assert!(matches!(ledger.perform(&cy, &close("x")).await, Err(Refused::NotFound)), "{engine}");
        ledger.perform(&bo, &close("Silence is a question too.")).await.unwrap();
        ledger.perform(&bo, &begin(&two[..1], "2026-09-01")).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        let earlier = growth::earlier(&mut tx, &bo).await.unwrap();
        assert_eq!(earlier[0].ended.as_ref().unwrap().1, "Silence is a question too.");
        assert_eq!(earlier[0].qualities.len(), 2, "{engine}");
        assert!(growth::theirs(&mut tx, &ann, w.bo).await.unwrap().is_none(), "nobody sees it without a seat");
        drop(tx);
        assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None);
        ledger.close().await;
    }
}

#[tokio::test]
async fn a_guest_sees_the_chosen_parts_while_the_seat_lasts() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "growth_seat", &Clock::at("2026-03-02T08:00:00Z")).await {
        let w = world(&ledger).await;
        let (bo, ann, cy) =
            (actor(&ledger, w.bo).await, actor(&ledger, w.ann).await, actor(&ledger, w.members[0]).await);
        ledger.perform(&bo, &begin(&[("active-listening", "Let people finish")], "2026-09-01")).await.unwrap();
        let strength = AddTrait {
            kind: "strength".into(),
            title: "Reads logs fast".into(),
            used: "Finds the cause while others still guess, and shows how".into(),
            quality: "problem-solving".into(),
        };
        let first = ledger.perform(&bo, &strength).await.unwrap();
        let limit = AddTrait { kind: "limit".into(), quality: String::new(), ..strength.clone() };
        let limit = ledger.perform(&bo, &limit).await.unwrap();
        wrong(ledger.perform(&bo, &AddTrait { kind: "x".into(), ..strength.clone() }).await, "kind");
        assert!(matches!(ledger.perform(&cy, &RetireTrait { id: limit }).await, Err(Refused::NotFound)), "{engine}");
        ledger.perform(&bo, &RetireTrait { id: limit }).await.unwrap();

        let invite = |guest, parts: &[&str]| Invite {
            guest,
            parts: parts.iter().map(|part| (*part).to_owned()).collect(),
            words: "An hour a month?".into(),
        };
        wrong(ledger.perform(&bo, &invite(Some(w.ann), &["reflection"])).await, "parts");
        wrong(ledger.perform(&bo, &invite(Some(w.bo), &["plan"])).await, "guest");
        wrong(ledger.perform(&bo, &invite(Some(w.kim), &["plan"])).await, "guest");
        let seat = ledger.perform(&bo, &invite(Some(w.ann), &["plan", "plan"])).await.unwrap();
        wrong(ledger.perform(&bo, &invite(Some(w.ann), &["plan"])).await, "guest");
        assert_eq!(waits(&ledger, w.ann, "2026-03-02").await, ["seat"], "{engine}");
        let sees = async |who| {
            let mut tx = ledger.read().await.unwrap();
            let plan = growth::theirs(&mut tx, who, w.bo).await.unwrap().is_some();
            let traits = growth::traits_of(&mut tx, who, w.bo).await.unwrap().is_some();
            (plan, traits, growth::about(&mut tx, who, w.bo).await.unwrap().is_some())
        };
        assert_eq!(sees(&ann).await, (false, false, false), "{engine}: not before it is taken");
        assert!(matches!(ledger.perform(&bo, &AnswerSeat { seat, takes: true }).await, Err(Refused::NotYours(_))));
        assert!(matches!(ledger.perform(&cy, &AnswerSeat { seat, takes: true }).await, Err(Refused::NotFound)));
        ledger.perform(&ann, &AnswerSeat { seat, takes: true }).await.unwrap();
        assert_eq!(sees(&ann).await, (true, false, false), "{engine}: the chosen part and no other");
        assert_eq!(sees(&cy).await, (false, false, false));
        assert_eq!(sees(&bo).await, (true, true, true), "{engine}: one's own");

        // A talk, with an action for each side in turn.
        let talk = |by_other, action: &str, due: &str| NoteSession {
            seat,
            day: "2026-03-02".into(),
            words: "Three talks looked at".into(),
            actions: vec![Action { what: action.into(), due: due.into(), known: "Both say so".into(), by_other }],
        };
        wrong(ledger.perform(&bo, &NoteSession { day: "2026-03-03".into(), ..talk(false, "", "") }).await, "day");
        wrong(ledger.perform(&bo, &talk(false, "Ask first", "")).await, "promise_due-1");
        assert!(matches!(ledger.perform(&cy, &talk(false, "", "")).await, Err(Refused::NotFound)), "{engine}");
        ledger.perform(&bo, &talk(false, "Ask first", "2026-03-09")).await.unwrap();
        ledger.perform(&ann, &talk(true, "Ask twice", "2026-03-09")).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        let talks = talks::of_seat(&mut tx, &ann, seat).await.unwrap();
        assert_eq!(talks.len(), 2, "{engine}");
        let mut states = Vec::new();
        for talk in &talks {
            let promise = talks::promises_of(&mut tx, &bo, talk.id).await.unwrap().remove(0);
            assert_eq!((promise.from, promise.only_sides), (w.bo, true));
            assert_eq!((promise.origin, promise.origin_id), (Origin::Talk, Some(talk.id.to_string())), "{engine}");
            assert_eq!(promise.known, "Both say so");
            states.push(promise.terms.state);
        }
        states.sort_unstable();
        assert_eq!(states, [State::Proposed, State::Open], "{engine}: one's own is made, the other's is asked for");
        assert!(talks::of_seat(&mut tx, &cy, seat).await.unwrap().is_empty());
        let talk = talks[0].id;
        drop(tx);

        ledger.perform(&ann, &EndSeat { seat }).await.unwrap();
        assert_eq!(sees(&ann).await, (false, false, false), "{engine}: over is over");
        let mut tx = ledger.read().await.unwrap();
        assert!(growth::seat_of(&mut tx, &ann, seat).await.unwrap().is_none());
        assert!(talks::get(&mut tx, &ann, talk).await.unwrap().is_none(), "{engine}: nor of its talks");
        assert!(talks::get(&mut tx, &bo, talk).await.unwrap().is_some(), "{engine}");
        assert_eq!(growth::seat_of(&mut tx, &bo, seat).await.unwrap().unwrap().parts, [Part::Plan]);
        let traits = growth::traits(&mut tx, &bo).await.unwrap();
        assert_eq!((traits.len(), traits[0].id, traits[0].noted), (1, first, 0));
        drop(tx);
        ledger.close().await;
    }
}

#[tokio::test]
async fn what_was_seen_is_between_two_and_can_be_answered() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "growth_seen", &clock).await {
        let w = world(&ledger).await;
        let (bo, ann, cy) =
            (actor(&ledger, w.bo).await, actor(&ledger, w.ann).await, actor(&ledger, w.members[0]).await);
        let note = |about, quality: &str, seen_on: &str| Note {
            about,
            quality: quality.into(),
            lacking: quality == "humour",
            seen_on: seen_on.into(),
            words: "In the stand-up you let Di finish, twice".into(),
            effect: "She told us about the backup".into(),
        };
        wrong(ledger.perform(&cy, &note(Some(w.members[0]), "active-listening", "2026-03-01")).await, "about");
        wrong(ledger.perform(&cy, &note(Some(w.kim), "active-listening", "2026-03-01")).await, "about");
        wrong(ledger.perform(&cy, &note(Some(w.bo), "Listening!", "2026-03-01")).await, "quality");
        wrong(ledger.perform(&cy, &note(Some(w.bo), "active-listening", "2026-03-03")).await, "seen_on");
        wrong(ledger.perform(&cy, &note(Some(w.bo), "active-listening", "2025-12-01")).await, "seen_on");
        let first = ledger.perform(&cy, &note(Some(w.bo), "active-listening", "2026-03-01")).await.unwrap();
        let second = ledger.perform(&cy, &note(Some(w.bo), "active-listening", "2026-02-20")).await.unwrap();
        let third = ledger
            .perform(&actor(&ledger, w.members[1]).await, &note(Some(w.bo), "humour", "2026-02-27"))
            .await
            .unwrap();
        assert_eq!(waits(&ledger, w.bo, "2026-03-02").await, ["observation"; 3], "{engine}");
        ledger.perform(&cy, &Withdraw { observation: second }).await.unwrap();
        assert!(ledger.perform(&cy, &Withdraw { observation: second }).await.is_err());
        assert!(matches!(ledger.perform(&bo, &Withdraw { observation: first }).await, Err(Refused::NotYours(_))));
        let respond = |observation, useful, reply: &str| Respond { observation, useful, reply: reply.into() };
        assert!(matches!(ledger.perform(&ann, &respond(first, None, "")).await, Err(Refused::NotFound)), "{engine}");
        assert!(matches!(ledger.perform(&cy, &respond(first, None, "")).await, Err(Refused::NotYours(_))), "{engine}");
        assert!(ledger.perform(&bo, &respond(second, None, "")).await.is_err(), "{engine}: taken back");
        ledger.perform(&bo, &respond(first, Some(true), "I had not noticed.")).await.unwrap();
        ledger.perform(&bo, &respond(first, None, "")).await.unwrap();
        assert!(ledger.perform(&bo, &respond(first, None, "Again")).await.is_err(), "{engine}: one reply");
        ledger.perform(&bo, &respond(third, Some(false), "")).await.unwrap();
        assert_eq!(waits(&ledger, w.bo, "2026-03-02").await, [] as [&str; 0], "{engine}");

        let mut tx = ledger.read().await.unwrap();
        let seen = growth::about(&mut tx, &bo, w.bo).await.unwrap().unwrap();
        assert_eq!(seen.iter().map(|one| one.id).collect::<Vec<_>>(), [first, third], "{engine}");
        assert_eq!((seen[0].reply.as_deref(), seen[0].useful), (Some("I had not noticed."), Some(true)));
        assert_eq!(growth::by(&mut tx, &cy).await.unwrap().len(), 2, "{engine}: with the one taken back");
        let since = "2026-01-01".parse().unwrap();
        let noted = growth::noted(&mut tx, w.bo, since).await.unwrap();
        assert_eq!(noted["active-listening"], Noted { shown: 1, lacking: 0 }, "{engine}: without the one taken back");
        assert_eq!(noted["humour"], Noted { shown: 0, lacking: 1 }, "{engine}");
        let useful = growth::counted(&mut tx, &cy).await.unwrap();
        assert_eq!((useful.so, useful.n), (1, 1), "{engine}");
        drop(tx);
        ledger.close().await;
    }
}

#[tokio::test]
async fn what_is_ones_own_alone_is_sealed() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-06T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "growth_own", &clock).await {
        let start = clock.now();
        let w = world(&ledger).await;
        let (bo, ann) = (actor(&ledger, w.bo).await, actor(&ledger, w.ann).await);
        let mut tx = ledger.read().await.unwrap();
        let (week, questions) = growth::this_week(&mut tx, &bo).await.unwrap();
        drop(tx);
        assert_eq!((week.to_string().as_str(), questions.len()), ("2026-03-02", 3), "{engine}");
        let look = |week: &str, answer: &str| Look {
            week: week.into(),
            said: vec![(questions[0].clone(), answer.into()), (questions[1].clone(), String::new())],
        };
        wrong(ledger.perform(&bo, &look("2026-03-02", " ")).await, "answer_0");
        wrong(ledger.perform(&bo, &look("2026-01-05", "Secret grumble")).await, "week");
        assert_eq!(waits(&ledger, w.bo, "2026-03-06").await, [] as [&str; 0], "who never did it is left alone");
        let first = ledger.perform(&bo, &look("2026-03-02", "Secret grumble")).await.unwrap();
        let again = ledger.perform(&bo, &look("2026-03-04", "Secret second thought")).await.unwrap();
        assert_eq!(first, again, "{engine}: one a week");
        let hold = |id, hours: &str| Hold {
            id,
            whom: "Dan".into(),
            purpose: "That it does not happen again".into(),
            words: "Secret outburst".into(),
            hours: hours.into(),
        };
        wrong(ledger.perform(&bo, &hold(None, "0")).await, "hours");
        let held = ledger.perform(&bo, &hold(None, "12")).await.unwrap();
        assert!(matches!(ledger.perform(&ann, &hold(Some(held), "12")).await, Err(Refused::NotFound)), "{engine}");

        // Nothing of it can be read in the database: not in the tables, not in the events.
        let mut tx = ledger.read().await.unwrap();
        for table in [
            "select sealed as it from reflection",
            "select sealed as it from held_message",
            "select body as it from event",
        ] {
            for row in tx.rows(table, &[]).await.unwrap() {
                let text = row.text("it").unwrap();
                assert!(!text.contains("Secret") && !text.contains("Dan"), "{engine}: {table}: {text}");
            }
        }
        // Nobody else finds any of it: not the administrator, whose reads are the same functions.
        assert!(growth::looks_back(&mut tx, &ann).await.unwrap().is_empty(), "{engine}");
        assert!(growth::held(&mut tx, &ann).await.unwrap().is_empty());
        let own = growth::looks_back(&mut tx, &bo).await.unwrap();
        assert_eq!(own.len(), 1, "{engine}");
        assert_eq!(own[0].said, [(questions[0].clone(), "Secret second thought".to_owned())]);
        assert!(!format!("{:?}", own[0]).contains("Secret"), "no debug line tells it");
        assert_eq!(growth::held_one(&mut tx, &bo, held).await.unwrap().unwrap().words, "Secret outburst");
        drop(tx);
        assert_eq!(waits(&ledger, w.bo, "2026-03-13").await, ["reflection"], "{engine}");
        assert_eq!(waits(&ledger, w.bo, "2026-04-17").await, [] as [&str; 0], "who stopped is left alone");
        clock.advance(SignedDuration::from_hours(13));
        assert_eq!(waits(&ledger, w.bo, "2026-03-06").await, ["held_message"], "{engine}");
        ledger.perform(&bo, &hold(Some(held), "2")).await.unwrap();
        assert_eq!(waits(&ledger, w.bo, "2026-03-06").await, [] as [&str; 0], "{engine}: held anew");
        assert!(matches!(ledger.perform(&ann, &LetGo { id: held }).await, Err(Refused::NotFound)));
        ledger.perform(&bo, &LetGo { id: held }).await.unwrap();
        assert!(matches!(ledger.perform(&ann, &Discard { reflection: first }).await, Err(Refused::NotFound)));
        let kept = ledger.perform(&bo, &look("2026-03-02", "Secret third")).await.unwrap();
        ledger.perform(&bo, &hold(None, "12")).await.unwrap();
        ledger.perform(&ann, &Erase { person: w.bo }).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        for count in ["select count(*) as n from reflection", "select count(*) as n from held_message"] {
            assert_eq!(tx.count(count, &[]).await.unwrap(), 0, "{engine}: {kept} went with its person");
        }
        drop(tx);
        assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None);
        ledger.close().await;
        clock.advance(start.duration_since(clock.now()));
    }
}
