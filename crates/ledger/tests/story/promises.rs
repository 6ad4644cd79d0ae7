//! Promises: a quarter of them in a second, both sides, what time does, who sees what.

use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::promise::{Act as Do, Origin, Side, State, Step, Terms, To};
use leadership::today::Do as Waits;
use leadership::{CircleId, CircleKind, PersonId, PromiseId, Role};
use ledger::people::{self, AddPerson, OpenCircle};
use ledger::promises::{self, AnswerTrust, EndSeries, Give, Make, Promise, Sweep, Take, Which};
use ledger::testing::{Clock, each};
use ledger::{Act, Ledger, LedgerError, Refused, Tx};
use rand::{RngExt as _, SeedableRng as _};

use crate::begin::begun;

/// A house with two clients: Ann leads all, Bo and Cy work at the desk, Bo looks after the client Acme; Dana
/// speaks for Acme, Eve for Beta.
pub struct House {
    pub root: CircleId,
    pub desk: CircleId,
    pub acme: CircleId,
    pub beta: CircleId,
    pub ann: PersonId,
    pub bo: PersonId,
    pub cy: PersonId,
    pub dana: PersonId,
    pub eve: PersonId,
}

pub async fn actor(ledger: &Ledger, person: PersonId) -> Actor {
    let mut tx = ledger.read().await.unwrap();
    people::actor(&mut tx, person).await.unwrap().unwrap()
}

pub async fn house(ledger: &Ledger) -> House {
    let ann = begun(ledger).await;
    let root = people::circles(&mut ledger.read().await.unwrap()).await.unwrap()[0].id;
    let open = |parent, kind, name: &str| OpenCircle { parent, kind, name: name.into(), purpose: String::new() };
    let mut circles = Vec::new();
    for (kind, name) in [(CircleKind::Team, "Desk"), (CircleKind::Client, "Acme"), (CircleKind::Client, "Beta")] {
        let actor = actor(ledger, ann).await;
        circles.push(ledger.perform(&actor, &open(root, kind, name)).await.unwrap());
    }
    let [desk, acme, beta] = circles[..] else { unreachable!() };
    let leads = actor(ledger, ann).await;
    let add = async |name: &str, circle, role| {
        let email = format!("{}@example.org", name.to_lowercase());
        ledger.perform(&leads, &AddPerson { name: name.into(), email, circle, role }).await.unwrap()
    };
    let bo = add("Bo", desk, Role::Member).await;
    add("Bo", acme, Role::Member).await;
    let cy = add("Cy", desk, Role::Member).await;
    let dana = add("Dana", acme, Role::ClientContact).await;
    let eve = add("Eve", beta, Role::ClientContact).await;
    House { root, desk, acme, beta, ann, bo, cy, dana, eve }
}

async fn give(
    ledger: &Ledger,
    by: PersonId,
    whom: &str,
    what: &str,
    due: &str,
    every: &str,
) -> Result<PromiseId, Refused> {
    let give = Give {
        whom: whom.into(),
        what: what.into(),
        known: "It can be seen.".into(),
        due: due.into(),
        every: every.into(),
        ..Give::default()
    };
    ledger.perform(&actor(ledger, by).await, &give).await
}

async fn take(ledger: &Ledger, by: PersonId, promise: PromiseId, act: Do, day: &str) -> Result<Terms, Refused> {
    let why = if matches!(act, Do::Warn | Do::AskDay) { "The supplier is late." } else { "" };
    let take = Take { promise, act, day: day.into(), why: why.into() };
    ledger.perform(&actor(ledger, by).await, &take).await
}

async fn seen(ledger: &Ledger, by: PersonId, promise: PromiseId) -> Option<Promise> {
    let actor = actor(ledger, by).await;
    promises::get(&mut ledger.read().await.unwrap(), &actor, promise).await.unwrap()
}

async fn waits(ledger: &Ledger, person: PersonId) -> Vec<(Waits, String)> {
    let mut tx = ledger.read().await.unwrap();
    let today = promises::today(&mut tx, person).await.unwrap();
    let all = promises::waiting(&mut tx, person, today).await.unwrap();
    all.into_iter().map(|waiting| (waiting.act, waiting.title)).collect()
}

async fn sweep(ledger: &Ledger, by: PersonId) -> promises::Swept {
    ledger.perform(&actor(ledger, by).await, &Sweep).await.unwrap()
}

/// Says what the events of a promise say: the rules, run over the events, give the state that is kept.
async fn replayed(tx: &mut Tx, promise: &Promise) -> Terms {
    let events = tx.history("promise", promise.id).await.unwrap();
    let day = |event: &ledger::Event, field: &str| -> Option<Date> {
        event.body.get(field).and_then(|value| value.as_str()).map(|text| text.parse().unwrap())
    };
    let first = &events[0];
    let accepted = first.kind != "asked_for";
    let mut terms = Terms::new(promise.terms.made_on, day(first, "due").unwrap(), accepted).unwrap();
    for event in &events[1..] {
        let Some(act) = Do::from_name(&event.kind) else { continue };
        let side = match event.actor {
            None => Side::Clock,
            Some(person) if person == promise.from => Side::Promiser,
            Some(_) => Side::Other,
        };
        terms = terms.after(side, Step { act, day: day(event, "day") }, day(event, "today").unwrap()).unwrap();
    }
    terms
}

#[tokio::test]
async fn a_quarter_of_promises() {
    let folder = tempfile::tempdir().unwrap();
    for engine in ["SQLite", "PostgreSQL"] {
        let clock = Clock::at("2026-01-05T08:00:00Z");
        let Some(ledger) = one(folder.path(), "promises_quarter", engine, &clock).await else { continue };
        let House { ann, bo, cy, desk, .. } = house(&ledger).await;
        let weekly = give(&ledger, bo, "Ann Lee", "Tell how the week went", "2026-01-09", "week").await.unwrap();
        let parts = give(&ledger, bo, "ann@example.org", "Order the parts", "2026-01-20", "").await.unwrap();
        let silent = give(&ledger, cy, "desk", "Tidy the store", "2026-01-12", "").await.unwrap();
        assert_eq!(waits(&ledger, bo).await, [(Waits::Keep, "Tell how the week went".into())], "{engine}");

        // Twelve weeks: done on the day, closed by the other side the day after; the next comes by itself.
        let mut at = weekly;
        for week in 0..12 {
            clock.days(4);
            take(&ledger, bo, at, Do::Claim, "").await.unwrap();
            assert!(matches!(take(&ledger, bo, at, Do::Keep, "").await, Err(Refused::NotYours(_))), "{engine}");
            clock.days(1);
            assert!(waits(&ledger, ann).await.iter().any(|(act, _)| *act == Waits::Close));
            take(&ledger, ann, at, if week == 3 { Do::NotYet } else { Do::Keep }, "").await.unwrap();
            if week == 3 {
                take(&ledger, ann, at, Do::Break, "").await.unwrap();
            }
            let actor = actor(&ledger, bo).await;
            let mut tx = ledger.read().await.unwrap();
            let given = promises::given(&mut tx, &actor, Which::Live, 0).await.unwrap();
            let next = given.promises.iter().find(|promise| promise.series == Some(weekly)).unwrap();
            assert_eq!(next.terms.due.to_string(), next_friday(week), "{engine}");
            at = next.id;
            drop(tx);
            if week == 0 {
                // Ten days before its day: another day is asked for, agreed to, and kept.
                let asked = take(&ledger, bo, parts, Do::AskDay, "2026-02-03").await.unwrap();
                assert_eq!(asked.lead_days, Some(10));
                // Beside it she may say whether she can rely on him.
                let asked: [(Waits, String); 2] = [
                    (Waits::Renegotiate, "Order the parts".into()),
                    (Waits::Answer, "Can you rely on what Bo promises you?".into()),
                ];
                assert_eq!(waits(&ledger, ann).await, asked);
                let agreed = take(&ledger, ann, parts, Do::Agree, "").await.unwrap();
                assert_eq!((agreed.state, agreed.due.to_string()), (State::Renegotiated, "2026-02-03".into()));
            }
            if week == 5 {
                take(&ledger, bo, parts, Do::Claim, "2026-02-10").await.unwrap();
            }
            clock.days(2);
            sweep(&ledger, ann).await;
        }
        assert_eq!(take(&ledger, ann, parts, Do::KeepLate, "").await.unwrap().state, State::Late);
        // Cy said nothing, nobody said anything: asked once on 19 January, broken by silence on 2 February.
        let lapsed = seen(&ledger, ann, silent).await.unwrap();
        assert!(lapsed.terms.lapsed && lapsed.terms.closed_on.unwrap().to_string() == "2026-02-02", "{lapsed:?}");
        let ending = EndSeries { promise: at };
        ledger.perform(&actor(&ledger, ann).await, &ending).await.unwrap();
        clock.days(5);
        take(&ledger, ann, at, Do::Keep, "").await.unwrap();

        let bos = actor(&ledger, bo).await;
        let mut tx = ledger.read().await.unwrap();
        assert!(promises::given(&mut tx, &bos, Which::Live, 0).await.unwrap().promises.is_empty(), "none comes again");
        let all = promises::between(&mut tx, &bos, ann).await.unwrap();
        let closed: Vec<_> = all.iter().filter_map(Promise::closed).collect();
        let tally = leadership::promise::keeping::Tally::of(&closed);
        assert_eq!((tally.kept, tally.late, tally.broken), (12, 1, 1), "{engine}");
        for promise in &all {
            assert_eq!(replayed(&mut tx, promise).await, promise.terms, "{engine}: the events give the state");
        }
        assert_eq!(promises::together(&mut tx, &bos).await.unwrap(), [(ann, 14)]);
        assert_eq!(promises::consistency(&mut tx, &bos).await.unwrap().len(), 14);
        let (ours, theirs) = promises::counted(&mut tx, &bos, desk).await.unwrap();
        assert!(ours.whole().n() >= 14 && ours.promisers == 2 && theirs.promisers == 0, "{engine}: {ours:?}");
        drop(tx);
        let history = ledger.read().await.unwrap().history("promise", parts).await.unwrap();
        assert_eq!(history[1].body["why"], "The supplier is late.");
        let told: Vec<_> = history.iter().map(|event| event.kind.as_str()).collect();
        assert_eq!(told, ["made", "ask_day", "agree", "remind", "claim", "keep_late"], "{engine}");
        assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None);
        ledger.close().await;
    }
}

fn next_friday(week: i64) -> String {
    let first: Date = "2026-01-16".parse().unwrap();
    first.checked_add(jiff::Span::new().weeks(week)).unwrap().to_string()
}

/// The ledger of one engine, with a clock of its own.
async fn one(folder: &std::path::Path, name: &str, engine: &str, clock: &Clock) -> Option<Ledger> {
    if engine == "SQLite" {
        Some(ledger::testing::sqlite(folder, clock).await)
    } else {
        ledger::testing::postgres(name, clock).await
    }
}

#[tokio::test]
async fn the_day_is_the_promisers() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "promises_zone", &clock).await {
        let House { ann, bo, .. } = house(&ledger).await;
        // Ann lives in Berlin, two hours ahead of UTC in summer: her day is over at 22:00 UTC.
        let hers = give(&ledger, ann, "Bo", "Answer", "2026-06-10", "").await.unwrap();
        let his = give(&ledger, bo, "Ann Lee", "Answer as well", "2026-06-10", "").await.unwrap();
        let late = Clock::at("2026-06-10T22:30:00Z");
        let by = late.now().duration_since(clock.now());
        clock.advance(by);
        assert_eq!(sweep(&ledger, ann).await.reminded, 1, "{engine}");
        assert!(seen(&ledger, bo, hers).await.unwrap().terms.reminded_on.is_some());
        assert!(seen(&ledger, bo, his).await.unwrap().terms.reminded_on.is_none());
        assert!(!promises::is_due(&mut ledger.read().await.unwrap()).await.unwrap());
        clock.advance(jiff::SignedDuration::ZERO - by);
        ledger.close().await;
    }
}

/// Somebody leaves, or is erased: what the room of people does, as far as promises notice.
struct Gone {
    person: PersonId,
    erased: bool,
}

#[ledger::act]
impl Act for Gone {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, _: &Actor) -> Result<(), Refused> {
        let now = tx.now();
        let column = if self.erased {
            "update person set erased_at = $1 where id = $2"
        } else {
            "update person set left_at = $1 where id = $2"
        };
        tx.run(column, &[now.into(), self.person.into()]).await?;
        if self.erased {
            promises::erase(tx, self.person).await?;
            tx.run("delete from person_key where person = $1", &[self.person.into()]).await?;
        }
        Ok(())
    }
}

/// Somebody asks another to promise something, within an act of another room.
struct Delegate(PersonId, PersonId);
#[ledger::act]
impl Act for Delegate {
    type Done = PromiseId;
    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<PromiseId, Refused> {
        let make = Make {
            from: self.0,
            to: To::Person(self.1),
            circle: None,
            what: "Call the printer's maker",
            known: "",
            due: "2026-03-12".parse().unwrap(),
            every: None,
            only_sides: false,
            origin: Origin::Delegation,
            origin_id: Some("ticket-1".to_owned()),
        };
        promises::make(tx, actor, &make).await
    }
}

#[tokio::test]
async fn what_is_asked_for_waits_and_nobody_promises_to_who_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "promises_asked", &clock).await {
        let House { ann, bo, cy, desk, .. } = house(&ledger).await;
        let anns = actor(&ledger, ann).await;
        let ask = Give {
            ask: true,
            whom: bo.to_string(),
            what: "Write the guide".into(),
            known: "It is read.".into(),
            due: "2026-03-20".into(),
            only_sides: true,
            ..Give::default()
        };
        let asked = ledger.perform(&anns, &ask).await.unwrap();
        assert_eq!(waits(&ledger, bo).await, [(Waits::Answer, "Write the guide".into())], "{engine}");
        assert!(matches!(take(&ledger, bo, asked, Do::Claim, "").await, Err(Refused::Conflict { .. })));
        assert!(matches!(take(&ledger, ann, asked, Do::Accept, "").await, Err(Refused::NotYours(_))));
        take(&ledger, bo, asked, Do::Accept, "").await.unwrap();
        assert!(seen(&ledger, cy, asked).await.is_none(), "{engine}: it is between the two");
        assert!(matches!(take(&ledger, cy, asked, Do::Keep, "").await, Err(Refused::NotFound)));

        // A delegation of another room: one transaction, the same table.
        let delegated = ledger.perform(&anns, &Delegate(cy, ann)).await.unwrap();
        take(&ledger, cy, delegated, Do::Decline, "").await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        let from = promises::of_origin(&mut tx, &anns, Origin::Delegation, "ticket-1").await.unwrap();
        assert_eq!((from[0].terms.state, from[0].circle), (State::Declined, desk), "{engine}: the nearest circle");
        drop(tx);

        // Wrong input is told at its field, all of it at once.
        let wrong = Give { what: " ".into(), due: "2026-02-30".into(), whom: "Nobody".into(), ..Give::default() };
        let Err(Refused::Wrong(wrongs)) = ledger.perform(&anns, &wrong).await else { panic!("{engine}") };
        for field in ["what", "due", "whom", "known"] {
            assert!(wrongs.of(field).is_some(), "{engine}: {field}");
        }
        let past = give(&ledger, ann, "Bo", "Yesterday", "2026-03-01", "").await;
        assert!(matches!(past, Err(Refused::Wrong(wrongs)) if wrongs.of("due").unwrap().contains("has passed")));
        let own = give(&ledger, ann, "Ann Lee", "Myself", "2026-03-10", "").await;
        assert!(matches!(own, Err(Refused::Wrong(wrongs)) if wrongs.of("whom").unwrap().contains("two sides")));

        // Cy leaves, Bo is erased: nothing new for them, and what was open ends.
        let cys = give(&ledger, ann, "Cy", "Lend the ladder", "2026-03-10", "week").await.unwrap();
        ledger.perform(&anns, &Gone { person: cy, erased: false }).await.unwrap();
        let left = give(&ledger, ann, &cy.to_string(), "More", "2026-03-10", "").await;
        assert!(
            matches!(left, Err(Refused::Wrong(wrongs)) if wrongs.of("whom").unwrap().contains("has left")),
            "{engine}"
        );
        assert_eq!(sweep(&ledger, ann).await.ended, 1);
        assert_eq!(seen(&ledger, ann, cys).await.unwrap().terms.state, State::Released);
        ledger.perform(&anns, &Gone { person: bo, erased: true }).await.unwrap();
        let erased = give(&ledger, ann, &bo.to_string(), "More", "2026-03-10", "").await;
        assert!(
            matches!(erased, Err(Refused::Wrong(wrongs)) if wrongs.of("whom").unwrap().contains("erased")),
            "{engine}"
        );
        let kept = seen(&ledger, ann, asked).await.unwrap();
        assert_eq!((kept.terms.state, kept.what.as_str()), (State::Released, ledger::seal::ERASED));
        let history = ledger.read().await.unwrap().history("promise", asked).await.unwrap();
        assert_eq!(history[0].body["what"], ledger::seal::ERASED);
        assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None);
        ledger.close().await;
    }
}

#[tokio::test]
async fn trust_is_answered_by_the_other_side_and_seen_by_two() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "promises_trust", &clock).await {
        let House { ann, bo, cy, .. } = house(&ledger).await;
        let answer = |about, answer: &str| AnswerTrust { about, answer: answer.into() };
        let (anns, bos) = (actor(&ledger, ann).await, actor(&ledger, bo).await);
        assert!(matches!(ledger.perform(&anns, &answer(bo, "4")).await, Err(Refused::NotFound)), "no promise yet");
        give(&ledger, bo, "Ann Lee", "Be there", "2026-03-09", "").await.unwrap();
        assert!(matches!(ledger.perform(&anns, &answer(bo, "6")).await, Err(Refused::Wrong(_))));
        ledger.perform(&anns, &answer(bo, "4")).await.unwrap();
        assert!(matches!(ledger.perform(&anns, &answer(bo, "5")).await, Err(Refused::Conflict { .. })), "{engine}");
        clock.days(28);
        ledger.perform(&anns, &answer(bo, "5")).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        let seen = promises::trust(&mut tx, &bos, ann).await.unwrap();
        assert_eq!(seen.iter().map(|answer| answer.answer).collect::<Vec<_>>(), [4, 5], "{engine}");
        let cys = actor(&ledger, cy).await;
        for other in [ann, bo] {
            assert!(promises::trust(&mut tx, &cys, other).await.unwrap().is_empty());
        }
        drop(tx);
        clock.days(-28);
        ledger.close().await;
    }
}

/// Whoever may see a promise by the words of the issue, told anew and without the room's own code.
fn may_see(house: &House, promise: &Promise, person: PersonId) -> bool {
    let House { root, desk, acme, beta, ann, bo, cy, dana, eve } = house;
    if promise.from == person || promise.to == To::Person(person) {
        return true;
    }
    let outside = |person: &PersonId| person == dana || person == eve;
    let with_client = match promise.to {
        To::Circle(circle) => circle == *acme || circle == *beta,
        To::Person(to) => outside(&to),
    } || outside(&promise.from);
    if promise.only_sides {
        return false;
    }
    let circle = promise.circle;
    if person == *ann {
        true
    } else if person == *bo {
        [*root, *desk, *acme].contains(&circle)
    } else if person == *cy {
        [*root, *desk].contains(&circle)
    } else if person == *dana {
        circle == *acme && with_client
    } else {
        circle == *beta && with_client
    }
}

#[tokio::test]
async fn no_promise_leaks_to_another_client() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "promises_leak", &clock).await {
        let house = house(&ledger).await;
        let people = [house.ann, house.bo, house.cy, house.dana, house.eve];
        let circles = [house.root, house.desk, house.acme, house.beta];
        let mut chance = rand_chacha::ChaCha8Rng::seed_from_u64(7);
        let (mut made, mut refused) = (Vec::new(), 0);
        for at in 0..150 {
            let by = people[chance.random_range(0..5)];
            let whom = match chance.random_range(0..9) {
                other @ 0..5 => people[other].to_string(),
                other => circles[other - 5].to_string(),
            };
            let circle = match chance.random_range(0..8) {
                other @ 0..4 => circles[other].to_string(),
                _ => String::new(),
            };
            let give = Give {
                ask: chance.random_ratio(1, 4),
                whom,
                circle,
                what: format!("Promise {at}"),
                known: "so".into(),
                due: format!("2026-03-{:02}", chance.random_range(2..31)),
                only_sides: chance.random_ratio(1, 5),
                ..Give::default()
            };
            match ledger.perform(&actor(&ledger, by).await, &give).await {
                Ok(id) => made.push(id),
                Err(Refused::Wrong(_) | Refused::NotFound) => refused += 1,
                Err(other) => panic!("{engine}: {other}"),
            }
        }
        assert!(made.len() > 40 && refused > 20, "{engine}: {} made, {refused} refused", made.len());
        for promise in &made {
            let id = *promise;
            let promise = whole(&ledger, &house, id).await;
            // Nobody can be given a promise in a circle that they do not see, nor a client one of another.
            for person in people {
                let may = may_see(&house, &promise, person);
                assert_eq!(seen(&ledger, person, id).await.is_some(), may, "{engine}: {promise:?}");
            }
            let dana = promise.from == house.dana || promise.to == To::Person(house.dana);
            let eve = promise.from == house.eve || promise.to == To::Person(house.eve);
            assert!(!(dana && eve), "{engine}: two clients have no promises with each other");
            assert!(!dana || promise.circle == house.acme);
            assert!(!eve || promise.circle == house.beta);
        }
        // Lists, what waits, and counts give nothing that a page of one promise would not.
        for person in people {
            let actor = actor(&ledger, person).await;
            let mut listed = Vec::new();
            let mut tx = ledger.read().await.unwrap();
            for which in [Which::Live, Which::Closed] {
                for page in 0..3 {
                    for circle in circles {
                        let of = promises::of_circle(&mut tx, &actor, circle, which, page).await.unwrap();
                        listed.extend(of.promises);
                    }
                    listed.extend(promises::received(&mut tx, &actor, which, page).await.unwrap().promises);
                    listed.extend(promises::given(&mut tx, &actor, which, page).await.unwrap().promises);
                }
            }
            assert!(!listed.is_empty());
            for promise in listed {
                assert!(may_see(&house, &promise, person), "{engine}: {promise:?}");
            }
            let today = "2026-04-02".parse().unwrap();
            for waiting in promises::waiting(&mut tx, person, today).await.unwrap() {
                let id = waiting.subject.parse().unwrap();
                let promise = promises::get(&mut tx, &actor, id).await.unwrap().unwrap();
                let side = promises::side(&mut tx, &actor, &promise).await.unwrap();
                assert!(side.is_some(), "{engine}: only sides have something to do: {waiting:?}");
            }
        }
        ledger.close().await;
    }
}

/// A promise as one of its sides sees it.
async fn whole(ledger: &Ledger, house: &House, id: PromiseId) -> Promise {
    for person in [house.ann, house.bo, house.cy, house.dana, house.eve] {
        if let Some(promise) = seen(ledger, person, id).await {
            return promise;
        }
    }
    panic!("nobody sees it")
}

#[tokio::test]
async fn a_client_closes_what_was_promised_to_it_and_nobody_of_ours_does() -> Result<(), LedgerError> {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "promises_client", &clock).await {
        let House { ann, bo, cy, dana, eve, acme, .. } = house(&ledger).await;
        let backup = give(&ledger, bo, "Acme", "Restore test every quarter", "2026-03-06", "").await.unwrap();
        take(&ledger, bo, backup, Do::Claim, "").await.unwrap();
        for ours in [ann, bo] {
            assert!(matches!(take(&ledger, ours, backup, Do::Keep, "").await, Err(Refused::NotYours(_))), "{engine}");
        }
        for blind in [cy, eve] {
            assert!(matches!(take(&ledger, blind, backup, Do::Keep, "").await, Err(Refused::NotFound)), "{engine}");
        }
        assert_eq!(waits(&ledger, dana).await, [(Waits::Close, "Restore test every quarter".into())]);
        assert!(waits(&ledger, ann).await.is_empty() && waits(&ledger, eve).await.is_empty());
        let kept = take(&ledger, dana, backup, Do::Keep, "").await.unwrap();
        assert_eq!(kept.state, State::Kept, "{engine}");
        // A promise among ours in the client's circle is not the client's to see.
        let inner = Give {
            whom: bo.to_string(),
            circle: acme.to_string(),
            what: "Prepare the review".into(),
            known: "Notes are there.".into(),
            due: "2026-03-06".into(),
            ..Give::default()
        };
        let inner = ledger.perform(&actor(&ledger, ann).await, &inner).await.unwrap();
        assert!(seen(&ledger, dana, inner).await.is_none() && seen(&ledger, bo, inner).await.is_some(), "{engine}");
        let theirs = give(&ledger, dana, "Bo", "Send the list of users", "2026-03-09", "").await.unwrap();
        take(&ledger, bo, theirs, Do::Keep, "").await.unwrap();
        let danas = actor(&ledger, dana).await;
        let mut tx = ledger.read().await?;
        let (ours, by_client) = promises::counted(&mut tx, &danas, acme).await?;
        assert_eq!((ours.whole().kept, by_client.whole().kept), (1, 1), "{engine}");
        drop(tx);
        ledger.close().await;
    }
    Ok(())
}
