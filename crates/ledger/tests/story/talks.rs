//! Talks: between those who take part, heard and confirmed, agreed as promises; mediation; cadence and uncertain times.

mod circles;
mod mediation;

use leadership::promise::{Act as Do, Intended, Origin, State as Stands};
use leadership::talk::{Heard, Kind, State};
use leadership::{PersonId, Wrongs};
use ledger::promises::Take;
use ledger::talks::{
    self, Agree, AnswerHeard, Call, End, Hear, Hold, Move, Restate, See, TalkId, cadence::SetCadence, notes,
};
use ledger::testing::{Clock, each};
use ledger::{Act, Ledger, Refused, evidence, notices, promises};

use crate::honesty::{World, actor, world};

/// Does an act that is not refused.
pub async fn does<A: Act>(ledger: &Ledger, who: PersonId, act: A) -> A::Done {
    let done = ledger.perform(&actor(ledger, who).await, &act).await;
    done.unwrap_or_else(|refused| panic!("{}: {refused}", std::any::type_name::<A>()))
}

/// What an act is refused with.
pub async fn refused<A: Act>(ledger: &Ledger, who: PersonId, act: A) -> Refused {
    match ledger.perform(&actor(ledger, who).await, &act).await {
        Ok(_) => panic!("{} was not refused", std::any::type_name::<A>()),
        Err(refused) => refused,
    }
}

pub fn at(refused: &Refused, field: &str) -> bool {
    matches!(refused, Refused::Wrong(Wrongs(all)) if all.iter().any(|wrong| wrong.field == field))
}

/// What waits for a person of talks.
pub async fn waits(ledger: &Ledger, person: PersonId, day: &str) -> Vec<String> {
    let mut tx = ledger.read().await.unwrap();
    let before = tx.statements();
    let all = talks::waiting(&mut tx, person, day.parse().unwrap()).await.unwrap();
    assert!(tx.statements() - before <= 2, "one statement, and the circles where a cadence needs them");
    all.into_iter().map(|one| format!("{}: {}", one.act.name(), one.title)).collect()
}

pub fn one_to_one(with: PersonId, day: &str) -> Call {
    Call {
        kind: "one_to_one".into(),
        with: vec![with],
        about: "How you are".into(),
        planned_on: day.into(),
        ..Call::default()
    }
}

pub async fn seen(ledger: &Ledger, who: PersonId, talk: TalkId) -> Option<talks::Talk> {
    let who = actor(ledger, who).await;
    talks::get(&mut ledger.read().await.unwrap(), &who, talk).await.unwrap()
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story, told in its order")]
async fn a_one_to_one_is_planned_held_heard_confirmed_and_ends_in_a_promise() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "talks_one", &Clock::at("2026-03-02T08:00:00Z")).await {
        let clock = Clock::at("2026-03-02T08:00:00Z");
        let ledger = ledger.at(clock.handed_in());
        let w = world(&ledger).await;
        let (bo, cy, ann) = (w.bo, w.members[0], w.ann);
        for wrong in [bo, w.kim] {
            assert!(at(&refused(&ledger, bo, one_to_one(wrong, "2026-03-05")).await, "with"), "{engine}");
        }
        let far = one_to_one(cy, "2028-03-05");
        assert!(at(&refused(&ledger, bo, far).await, "planned_on"), "{engine}");
        let nothing = Call { about: " ".into(), ..one_to_one(cy, "2026-03-05") };
        assert!(at(&refused(&ledger, bo, nothing).await, "about"), "{engine}");
        let ahead = Call { held: true, ..one_to_one(cy, "2026-03-05") };
        assert!(at(&refused(&ledger, bo, ahead).await, "planned_on"), "{engine}: held on a day to come");
        let talk = does(&ledger, bo, one_to_one(cy, "2026-03-05")).await;
        assert_eq!(seen(&ledger, cy, talk).await.unwrap().kind, Kind::OneToOne);
        for other in [ann, w.members[1], w.kim] {
            assert!(seen(&ledger, other, talk).await.is_none(), "{engine}: leading and administering open nothing");
            assert!(matches!(refused(&ledger, other, See { talk }).await, Refused::NotFound), "{engine}");
        }
        assert_eq!(waits(&ledger, cy, "2026-03-02").await, ["acknowledge: A one-to-one with Bo"], "{engine}");
        does(&ledger, cy, See { talk }).await;
        assert!(waits(&ledger, cy, "2026-03-02").await.is_empty(), "{engine}");
        assert_eq!(waits(&ledger, cy, "2026-03-05").await, ["keep: A one-to-one with Bo"], "{engine}");
        assert_eq!(waits(&ledger, bo, "2026-03-06").await, ["close: A one-to-one with Cy"], "{engine}");
        does(&ledger, cy, Move { talk, planned_on: "2026-03-04".into() }).await;
        assert_eq!(waits(&ledger, bo, "2026-03-02").await, ["acknowledge: A one-to-one with Cy"], "{engine}: moved");

        let hear = |of, words: &str| Hear { talk: Some(talk), of: Some(of), words: words.into() };
        assert!(matches!(refused(&ledger, bo, hear(cy, "x")).await, Refused::Conflict { .. }), "{engine}: not yet");
        let early = Hold { talk: Some(talk), held_on: "2026-03-04".into(), words: String::new() };
        assert!(at(&refused(&ledger, bo, early).await, "held_on"), "{engine}: still to come");
        clock.days(2);
        does(&ledger, bo, Hold { talk: Some(talk), held_on: "2026-03-04".into(), words: "Shifts".into() }).await;
        assert!(matches!(
            refused(&ledger, bo, End { talk: Some(talk), how: "missed".into() }).await,
            Refused::Conflict { .. }
        ));
        assert!(
            at(&refused(&ledger, bo, hear(bo, "x")).await, "of")
                && at(&refused(&ledger, bo, hear(cy, " ")).await, "heard")
        );
        let heard = does(&ledger, bo, hear(cy, "You want fewer night shifts")).await;
        assert!(
            matches!(refused(&ledger, bo, hear(cy, "And more money")).await, Refused::Conflict { .. }),
            "one at a time"
        );
        assert_eq!(
            waits(&ledger, cy, "2026-03-04").await,
            ["answer: Bo says back what they heard from you"],
            "{engine}"
        );
        assert!(waits(&ledger, bo, "2026-03-04").await.is_empty(), "{engine}");
        let answer = |confirms, words: &str| AnswerHeard { heard, confirms, words: words.into() };
        assert!(
            matches!(refused(&ledger, bo, answer(true, "")).await, Refused::NotYours(_)),
            "{engine}: in their own right"
        );
        assert!(matches!(refused(&ledger, ann, answer(true, "")).await, Refused::NotFound), "{engine}");
        assert!(at(&refused(&ledger, cy, answer(false, "")).await, "correction"), "{engine}");
        does(&ledger, cy, answer(false, "Not fewer: known a month ahead")).await;
        assert_eq!(waits(&ledger, bo, "2026-03-04").await, ["answer: Cy corrected what you heard"], "{engine}");
        let again = |words: &str| Restate { heard, words: words.into() };
        assert!(matches!(refused(&ledger, cy, again("x")).await, Refused::NotYours(_)), "{engine}");
        does(&ledger, bo, again("You want to know your night shifts a month ahead")).await;
        assert!(matches!(refused(&ledger, bo, again("x")).await, Refused::Conflict { .. }), "{engine}");
        assert_eq!(waits(&ledger, cy, "2026-03-04").await.len(), 1, "{engine}");
        does(&ledger, cy, answer(true, "")).await;
        assert!(waits(&ledger, cy, "2026-03-04").await.is_empty() && waits(&ledger, bo, "2026-03-04").await.is_empty());
        let (bos, cys) = (actor(&ledger, bo).await, actor(&ledger, cy).await);
        let mut tx = ledger.read().await.unwrap();
        let found = talks::get(&mut tx, &cys, talk).await.unwrap().unwrap();
        let all = talks::heard_of(&mut tx, &cys, &found).await.unwrap();
        assert_eq!((all.len(), all[0].state, all[0].of), (1, Heard::Confirmed, cy), "{engine}");
        assert!(talks::heard_of(&mut tx, &actor_of(&ledger, ann).await, &found).await.unwrap().is_empty());
        drop(tx);

        let row = |from: PersonId, to: PersonId, what: &str| Intended {
            from: from.to_string(),
            to: to.to_string(),
            what: what.into(),
            due: "2026-03-20".into(),
            known: "The plan hangs there".into(),
        };
        let agree = |rows| Agree { talk, rows };
        assert!(at(&refused(&ledger, bo, agree(vec![])).await, "promise_what-1"), "{engine}");
        assert!(at(&refused(&ledger, bo, agree(vec![row(bo, ann, "x")])).await, "promise_to-1"), "{engine}: not in it");
        let made =
            does(&ledger, bo, agree(vec![row(bo, cy, "Plan shifts a month ahead"), row(cy, bo, "Say early")])).await;
        let mut tx = ledger.read().await.unwrap();
        let own = promises::get(&mut tx, &bos, made[0]).await.unwrap().unwrap();
        assert_eq!((own.origin, own.origin_id.clone()), (Origin::Talk, Some(talk.to_string())), "{engine}");
        assert_eq!((own.terms.state, own.only_sides), (Stands::Open, true), "{engine}");
        let asked = promises::get(&mut tx, &cys, made[1]).await.unwrap().unwrap();
        assert_eq!(asked.terms.state, Stands::Proposed, "{engine}: the other's is asked for");
        assert_eq!(talks::promises_of(&mut tx, &cys, talk).await.unwrap().len(), 2, "{engine}");
        drop(tx);

        // A second one does not take place; a third is called off by the other.
        let missed = does(&ledger, bo, one_to_one(cy, "2026-03-04")).await;
        does(&ledger, cy, End { talk: Some(missed), how: "missed".into() }).await;
        let off = does(&ledger, bo, one_to_one(cy, "2026-03-09")).await;
        assert!(at(&refused(&ledger, cy, End { talk: Some(off), how: "missed".into() }).await, "how"), "{engine}");
        does(&ledger, cy, End { talk: Some(off), how: "called_off".into() }).await;
        assert_eq!(seen(&ledger, bo, off).await.unwrap().state, State::CalledOff);
        does(&ledger, bo, one_to_one(w.members[1], "2026-03-05")).await;
        let mut tx = ledger.read().await.unwrap();
        let shown = |day: &str| (day.parse().unwrap(), bo);
        let (day, person) = shown("2026-03-10");
        let told = evidence::gather(&mut tx, &[person], day, 12).await.unwrap().remove(&person).unwrap();
        let of = |name: &str| (told[name].so, told[name].n);
        assert_eq!(of("talks_held"), (1, 3), "{engine}: held, missed, and its day passed without a word");
        assert_eq!(of("heard_confirmed"), (1, 1), "{engine}");
        assert!(
            told["talks_held"].rows.iter().all(|row| row.title == "A one-to-one" && row.page.starts_with("/talks/"))
        );
        drop(tx);
        assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None, "{engine}");
        ledger.close().await;
    }
}

async fn actor_of(ledger: &Ledger, person: PersonId) -> leadership::circle::Actor {
    actor(ledger, person).await
}

#[tokio::test]
async fn a_client_review_is_with_one_contact_and_no_other_client_sees_it() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "talks_client", &Clock::at("2026-03-02T08:00:00Z")).await {
        let w = world(&ledger).await;
        let review = |with| Call {
            kind: "client_review".into(),
            held: true,
            about: "The new line".into(),
            ..one_to_one(with, "2026-03-02")
        };
        assert!(at(&refused(&ledger, w.bo, review(w.kim)).await, "with"), "{engine}: who does not look after them");
        let talk = does(&ledger, w.ann, review(w.kim)).await;
        assert!(seen(&ledger, w.kim, talk).await.is_some() && seen(&ledger, w.lou, talk).await.is_none(), "{engine}");
        let hear = Hear { talk: Some(talk), of: Some(w.kim), words: "The line drops at noon".into() };
        let heard = does(&ledger, w.ann, hear).await;
        assert_eq!(waits(&ledger, w.kim, "2026-03-02").await.len(), 1, "{engine}: what was heard");
        assert!(matches!(
            refused(&ledger, w.lou, AnswerHeard { heard, confirms: true, words: String::new() }).await,
            Refused::NotFound
        ));
        does(&ledger, w.kim, AnswerHeard { heard, confirms: true, words: String::new() }).await;
        ledger.close().await;
    }
}

#[tokio::test]
async fn a_note_is_shown_by_its_person_alone_and_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "talks_notes", &Clock::at("2026-03-02T08:00:00Z")).await {
        let w = world(&ledger).await;
        let (bo, cy) = (w.bo, w.members[0]);
        let note = does(&ledger, cy, notes::WriteNote { words: "A child comes in May".into() }).await;
        let shown = async |who| {
            let who = actor(&ledger, who).await;
            notes::shown_to_me(&mut ledger.read().await.unwrap(), &who, None).await.unwrap().len()
        };
        assert_eq!((shown(bo).await, shown(w.ann).await), (0, 0), "{engine}");
        assert!(matches!(refused(&ledger, bo, notes::ShowNote { note, to: Some(bo) }).await, Refused::NotFound));
        assert!(at(&refused(&ledger, cy, notes::ShowNote { note, to: Some(w.kim) }).await, "to"), "{engine}");
        does(&ledger, cy, notes::ShowNote { note, to: Some(bo) }).await;
        assert_eq!((shown(bo).await, shown(w.ann).await), (1, 0), "{engine}");
        does(&ledger, cy, notes::TakeBack { note, from: Some(bo) }).await;
        assert_eq!(shown(bo).await, 0, "{engine}");
        let kept = ledger.read().await.unwrap().history("life_note", note).await.unwrap();
        assert!(
            kept.iter()
                .all(|event| !event.body.to_string().contains("May")
                    && !event.body.to_string().contains(&bo.to_string()))
        );
        does(&ledger, cy, notes::ThrowAway { note }).await;
        ledger.close().await;
    }
}

#[tokio::test]
async fn a_talk_is_proposed_when_it_is_due_and_the_two_see_how_it_went() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "talks_cadence", &Clock::at("2026-03-02T08:00:00Z")).await {
        let clock = Clock::at("2026-03-02T08:00:00Z");
        let ledger = ledger.at(clock.handed_in());
        let w: World = world(&ledger).await;
        let (bo, cy) = (w.bo, w.members[0]);
        let set = |with, days: &str| SetCadence {
            kind: "one_to_one".into(),
            with: Some(with),
            circle: None,
            days: days.into(),
        };
        assert!(
            at(&refused(&ledger, bo, set(w.kim, "14")).await, "with")
                && at(&refused(&ledger, bo, set(cy, "0")).await, "days")
        );
        does(&ledger, bo, set(cy, "30")).await;
        does(&ledger, bo, set(cy, "14")).await;
        let mine = async |who| {
            let who = actor(&ledger, who).await;
            talks::cadence::mine(&mut ledger.read().await.unwrap(), &who).await.unwrap()
        };
        assert_eq!((mine(bo).await.len(), mine(bo).await[0].every_days), (1, 14), "{engine}: set anew");
        assert!(waits(&ledger, bo, "2026-03-15").await.is_empty(), "{engine}");
        assert_eq!(waits(&ledger, bo, "2026-03-16").await, ["keep: A one-to-one with Cy is due"], "{engine}");
        assert!(waits(&ledger, cy, "2026-03-16").await.is_empty(), "{engine}: proposed to who set it");
        clock.days(14);
        let held = Call { held: true, ..one_to_one(cy, "2026-03-16") };
        does(&ledger, bo, held).await;
        assert!(waits(&ledger, bo, "2026-03-16").await.is_empty(), "{engine}");
        let missed = does(&ledger, cy, one_to_one(bo, "2026-03-16")).await;
        does(&ledger, bo, End { talk: Some(missed), how: "missed".into() }).await;
        for who in [bo, cy] {
            let one = &mine(who).await[0];
            assert_eq!((one.held, one.planned, one.due.to_string().as_str()), (1, 2, "2026-03-30"), "{engine}");
        }
        assert!(mine(w.ann).await.is_empty() && mine(w.members[1]).await.is_empty(), "{engine}: theirs alone");

        // In uncertain times twice as often, also where the circle above says so.
        let ann = w.ann;
        let state = |circle, until: &str| talks::uncertain::StateUncertain {
            circle: Some(circle),
            reason: "The house may be sold".into(),
            until: until.into(),
        };
        assert!(matches!(refused(&ledger, cy, state(w.team, "2026-05-01")).await, Refused::NotYours(_)), "{engine}");
        let period = does(&ledger, ann, state(w.root, "2026-05-01")).await;
        assert!(matches!(refused(&ledger, ann, state(w.root, "2026-05-01")).await, Refused::Conflict { .. }));
        // The people of the circle and of those in it are told, and no client's.
        let told = async |who| {
            let waiting = notices::waiting(&mut ledger.read().await.unwrap(), who).await.unwrap();
            waiting.into_iter().map(|notice| (notice.title, notice.words)).collect::<Vec<_>>()
        };
        for who in [bo, cy] {
            let found = told(who).await;
            let [(title, words)] = found.as_slice() else { panic!("{engine}: told once: {found:?}") };
            assert_eq!(title, "Times are uncertain: Northwind IT", "{engine}");
            assert_eq!(words, "The house may be sold\n\nThis is expected to last until 2026-05-01.", "{engine}");
        }
        assert!(told(w.kim).await.is_empty() && told(ann).await.is_empty(), "{engine}");
        assert_eq!(
            (mine(bo).await[0].now_days, mine(bo).await[0].due.to_string().as_str()),
            (7, "2026-03-23"),
            "{engine}"
        );
        assert_eq!(waits(&ledger, bo, "2026-03-23").await, ["keep: A one-to-one with Cy is due"], "{engine}");
        let post = |known: &str, words: &str, replaces| talks::uncertain::SayPost {
            period: Some(period),
            known: known.into(),
            words: words.into(),
            replaces,
        };
        assert!(at(&refused(&ledger, ann, post("", "x", None)).await, "known"), "{engine}");
        let first = does(&ledger, ann, post("no", "Whether we move", None)).await;
        let second = does(&ledger, ann, post("yes", "We stay", Some(first))).await;
        assert!(at(&refused(&ledger, ann, post("yes", "We go", Some(first))).await, "replaces"), "{engine}: once");
        let cys = actor(&ledger, cy).await;
        let (found, posts) =
            talks::uncertain::get(&mut ledger.read().await.unwrap(), &cys, period).await.unwrap().unwrap();
        assert_eq!(
            (found.reason.as_str(), posts.len()),
            ("The house may be sold", 2),
            "{engine}: both stay to be read"
        );
        assert_eq!(posts.iter().find(|post| post.id == first).unwrap().replaced_by, Some(second));
        let kim = actor(&ledger, w.kim).await;
        assert!(talks::uncertain::get(&mut ledger.read().await.unwrap(), &kim, period).await.unwrap().is_none());
        does(&ledger, ann, talks::uncertain::EndUncertain { period }).await;
        assert_eq!(mine(bo).await[0].now_days, 14, "{engine}");
        let found = told(bo).await;
        let [(title, _)] = found.as_slice() else { panic!("{engine}: the newer took its place: {found:?}") };
        assert_eq!(title, "Times are no longer uncertain: Northwind IT", "{engine}");
        assert!(told(w.kim).await.is_empty(), "{engine}");
        ledger.close().await;
    }
}

#[tokio::test]
async fn what_came_of_talks_is_told_to_the_two_alone() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "talks_came", &Clock::at("2026-03-02T08:00:00Z")).await {
        let w: World = world(&ledger).await;
        let (bo, cy) = (w.bo, w.members[0]);
        let came = async |who| {
            let who = actor(&ledger, who).await;
            talks::cadence::came_of(&mut ledger.read().await.unwrap(), &who).await.unwrap()
        };
        assert!(came(bo).await.is_empty(), "{engine}");
        let talk = does(&ledger, bo, Call { held: true, ..one_to_one(cy, "2026-03-02") }).await;
        let row = |from: PersonId, to: PersonId, what: &str| Intended {
            from: from.to_string(),
            to: to.to_string(),
            what: what.into(),
            due: "2026-03-20".into(),
            known: "They say so".into(),
        };
        let rows = vec![row(bo, cy, "Plan shifts"), row(bo, cy, "Ask for a second screen"), row(cy, bo, "Say early")];
        let made = does(&ledger, bo, Agree { talk, rows }).await;
        does(&ledger, cy, Take { promise: made[0], act: Do::Keep, day: String::new(), why: String::new() }).await;
        // What was asked of Cy and not accepted is no promise; both see the same.
        let told = talks::cadence::Came { promises: 2, kept: 1, open: 1 };
        assert_eq!(came(bo).await.into_iter().collect::<Vec<_>>(), [(cy, told)], "{engine}");
        assert_eq!(came(cy).await.into_iter().collect::<Vec<_>>(), [(bo, told)], "{engine}");
        assert!(came(w.ann).await.is_empty() && came(w.members[1]).await.is_empty(), "{engine}");
        ledger.close().await;
    }
}
