//! What waits for people; asks and their triage; interruptions; the mail of the day and its book.

use jiff::SignedDuration;
use leadership::aim::AimKind;
use leadership::circle::Actor;
use leadership::request::{State, Typed, UNDO};
use leadership::today::Do;
use leadership::{CircleId, CircleKind, PersonId, RequestId, Role};
use ledger::people::{self, AddPerson, OpenCircle};
use ledger::post::{self, Book, Claim, Ended, Wish};
use ledger::requests::{self, AnswerOffer, Ask, Finish, Triage, Undo};
use ledger::testing::{Clock, each};
use ledger::today::{self, Interrupted, SayWhat, TakeInHand};
use ledger::{Ledger, Refused};

use crate::begin::begun;

pub async fn actor(ledger: &Ledger, person: PersonId) -> Actor {
    people::actor(&mut ledger.read().await.unwrap(), person).await.unwrap().unwrap()
}

/// Every engine's story begins at the same instant.
fn begin_again(clock: &Clock, at: &str) {
    clock.advance(at.parse::<jiff::Timestamp>().unwrap().duration_since(clock.now()));
}

struct House {
    ann: PersonId,
    bo: PersonId,
    cy: PersonId,
    kim: PersonId,
    other: PersonId,
    team: CircleId,
    root: CircleId,
    client: CircleId,
}

/// Ann leads; Bo and Cy are in the team; Kim speaks for one client, another person for another.
async fn house(ledger: &Ledger) -> House {
    let ann = begun(ledger).await;
    let root = people::circles(&mut ledger.read().await.unwrap()).await.unwrap()[0].id;
    let open = async |name: &str, kind| {
        let act = OpenCircle { parent: root, kind, name: name.into(), purpose: String::new() };
        ledger.perform(&actor(ledger, ann).await, &act).await.unwrap()
    };
    let team = open("Service desk", CircleKind::Team).await;
    let client = open("Harbour", CircleKind::Client).await;
    let second = open("Orchard", CircleKind::Client).await;
    let add = async |name: &str, email: &str, circle, role| {
        let act = AddPerson { name: name.into(), email: email.into(), circle, role };
        ledger.perform(&actor(ledger, ann).await, &act).await.unwrap()
    };
    let bo = add("Bo Kim", "bo@example.org", team, Role::Member).await;
    let cy = add("Cy Dahl", "cy@example.org", team, Role::Member).await;
    let kim = add("Kim Harbour", "kim@example.org", client, Role::ClientContact).await;
    let other = add("Otto Orchard", "otto@example.org", second, Role::ClientContact).await;
    House { ann, bo, cy, kim, other, team, root, client }
}

async fn ask(
    ledger: &Ledger,
    by: PersonId,
    of: Option<PersonId>,
    circle: CircleId,
    title: &str,
    due: &str,
) -> RequestId {
    let act = Ask {
        circle: circle.to_string(),
        of: of.map(|of| of.to_string()).unwrap_or_default(),
        title: title.into(),
        due: due.into(),
        ..Ask::default()
    };
    ledger.perform(&actor(ledger, by).await, &act).await.unwrap()
}

fn verdict(verdict: &str, day: &str, reason: &str) -> Typed {
    Typed { verdict: verdict.into(), day: day.into(), reason: reason.into(), ..Typed::default() }
}

async fn triage(ledger: &Ledger, by: PersonId, request: RequestId, typed: Typed) -> Result<(), Refused> {
    ledger.perform(&actor(ledger, by).await, &Triage { request, typed }).await.map(drop)
}

async fn waits(ledger: &Ledger, person: PersonId) -> Vec<(Do, String, String)> {
    let mut tx = ledger.read().await.unwrap();
    let actor = people::actor(&mut tx, person).await.unwrap().unwrap();
    let day = today::gather(&mut tx, &actor, &jiff::tz::TimeZone::UTC).await.unwrap();
    day.waiting.into_iter().map(|ranked| (ranked.waiting.act, ranked.waiting.title, ranked.waiting.because)).collect()
}

async fn state(ledger: &Ledger, person: PersonId, request: RequestId) -> Option<State> {
    let actor = actor(ledger, person).await;
    requests::get(&mut ledger.read().await.unwrap(), &actor, request).await.unwrap().map(|request| request.state)
}

#[tokio::test]
async fn an_ask_is_triaged_and_the_asker_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "today_triage", &clock).await {
        begin_again(&clock, "2026-03-02T08:00:00Z");
        let house = house(&ledger).await;
        let (ann, bo, cy) = (house.ann, house.bo, house.cy);
        assert!(waits(&ledger, ann).await.is_empty(), "{engine}: nothing at first");

        // A client's contact names nobody: whoever leads is asked.
        let vpn = ask(&ledger, house.kim, None, house.client, "A second line for the warehouse", "2026-03-20").await;
        let bench = ask(&ledger, bo, Some(ann), house.team, "Two more test benches", "").await;
        let badge = ask(&ledger, cy, Some(ann), house.team, "New badge", "2026-03-03").await;
        let found = waits(&ledger, ann).await;
        let titles: Vec<_> = found.iter().map(|(_, title, _)| title.as_str()).collect();
        assert_eq!(titles, ["New badge", "Two more test benches", "A second line for the warehouse"], "{engine}");
        assert_eq!(found[0], (Do::Decide, "New badge".into(), "Cy Dahl asks for it".into()));

        // Not a party, not there: neither to see nor to triage.
        assert_eq!(state(&ledger, house.other, vpn).await, None);
        assert_eq!(state(&ledger, bo, vpn).await, None);
        assert!(matches!(triage(&ledger, house.other, vpn, verdict("do", "", "")).await, Err(Refused::NotFound)));
        assert!(matches!(triage(&ledger, house.kim, vpn, verdict("do", "", "")).await, Err(Refused::NotYours(_))));

        // Dropped with a reason, told; taken back in time, told again; not after that.
        clock.advance(SignedDuration::from_hours(1));
        assert!(matches!(triage(&ledger, ann, badge, verdict("drop", "", "")).await, Err(Refused::Wrong(_))));
        triage(&ledger, ann, badge, verdict("drop", "", "Facilities does badges.")).await.unwrap();
        let told = waits(&ledger, cy).await;
        assert_eq!(told.len(), 1, "{engine}");
        assert_eq!(told[0].1, "Will not be done: New badge");
        ledger.perform(&actor(&ledger, ann).await, &Undo { request: badge }).await.unwrap();
        assert_eq!(state(&ledger, ann, badge).await, Some(State::Open));
        assert_eq!(waits(&ledger, cy).await[0].1, "Open again: New badge");
        triage(&ledger, ann, badge, verdict("defer", "2026-03-06", "")).await.unwrap();
        clock.advance(UNDO + SignedDuration::from_secs(1));
        let late = ledger.perform(&actor(&ledger, ann).await, &Undo { request: badge }).await;
        assert!(matches!(late, Err(Refused::Conflict { .. })), "{engine}");
        // Deferred: gone until its day, then there again.
        assert!(!waits(&ledger, ann).await.iter().any(|(_, title, _)| title == "New badge"));
        clock.days(4);
        assert!(waits(&ledger, ann).await.iter().any(|(_, title, _)| title == "New badge"));

        // Delegated: an outcome and limits; handed back once with a reason, then taken on.
        let to = |day: &str| Typed {
            to: bo.to_string(),
            outcome: "A line that carries the scanners".into(),
            limits: "At most 200 a month".into(),
            authority: "own".into(),
            ..verdict("delegate", day, "")
        };
        triage(&ledger, ann, vpn, to("2026-03-18")).await.unwrap();
        assert_eq!(waits(&ledger, bo).await[0].0, Do::Answer);
        let bo_is = actor(&ledger, bo).await;
        let back = AnswerOffer { request: vpn, takes: false, reason: String::new() };
        assert!(matches!(ledger.perform(&bo_is, &back).await, Err(Refused::Wrong(_))));
        ledger.perform(&bo_is, &AnswerOffer { reason: "On leave that week".into(), ..back }).await.unwrap();
        let found = waits(&ledger, ann).await;
        assert!(found.iter().any(|(_, title, because)| title.contains("warehouse") && because.contains("came back")));
        assert_eq!(state(&ledger, bo, vpn).await, None, "{engine}: who handed it back is no party any more");
        triage(&ledger, ann, vpn, to("2026-03-19")).await.unwrap();
        ledger.perform(&bo_is, &AnswerOffer { request: vpn, takes: true, reason: String::new() }).await.unwrap();
        assert_eq!(state(&ledger, house.kim, vpn).await, Some(State::Taken));
        let told = waits(&ledger, house.kim).await;
        assert_eq!(told[0].1, "Taken on: A second line for the warehouse");
        // It is a promise of Bo's now. Bo does not see the client's circle, so it is made to Ann.
        let mut tx = ledger.read().await.unwrap();
        let promised =
            ledger::promises::given(&mut tx, &bo_is, ledger::promises::Which::Live, 0).await.unwrap().promises;
        assert_eq!((promised.len(), promised[0].what.as_str()), (1, "A second line for the warehouse"), "{engine}");
        assert_eq!(promised[0].to, leadership::promise::To::Person(ann));
        assert_eq!(promised[0].terms.due.to_string(), "2026-03-19");
        drop(tx);
        // With somebody else now: no second verdict.
        assert!(matches!(triage(&ledger, ann, vpn, verdict("do", "", "")).await, Err(Refused::Conflict { .. })));

        // Done.
        triage(&ledger, ann, bench, verdict("do", "", "")).await.unwrap();
        ledger.perform(&actor(&ledger, ann).await, &Finish { request: bench }).await.unwrap();
        assert_eq!(state(&ledger, bo, bench).await, Some(State::Done));

        let ann_is = actor(&ledger, ann).await;
        let mut tx = ledger.read().await.unwrap();
        let figures =
            requests::figures(&mut tx, &ann_is, clock.now() - SignedDuration::from_hours(24 * 90)).await.unwrap();
        // Bo's ask was done, the client's twice delegated, Cy's put off (the drop was taken back).
        assert_eq!(figures.verdicts, [("do", 1), ("delegate", 2), ("defer", 1), ("drop", 0)], "{engine}");
        assert_eq!((figures.hours, figures.told), (None, (1, 1)), "{engine}: three first verdicts are not enough");
        let history = tx.history("request", badge).await.unwrap();
        let kinds: Vec<_> = history.iter().map(|event| event.kind.as_str()).collect();
        assert_eq!(kinds, ["asked", "told", "triaged", "verdict_taken_back", "told", "told", "triaged"]);
        assert_eq!(history[2].body["reason"], "Facilities does badges.");
        drop(tx);
        assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None, "{engine}");
        ledger.close().await;
    }
}

#[tokio::test]
async fn bad_asks_are_told_at_their_fields() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "today_bad_asks", &clock).await {
        let house = house(&ledger).await;
        let wrong = |act: Ask, field: &'static str| {
            let ledger = ledger.clone();
            async move {
                let kim = actor(&ledger, house.kim).await;
                let Err(Refused::Wrong(wrongs)) = ledger.perform(&kim, &act).await else { panic!("{engine}: {field}") };
                assert!(wrongs.of(field).is_some(), "{engine}: {field}: {wrongs}");
            }
        };
        let good = Ask { circle: house.client.to_string(), title: "A".into(), ..Ask::default() };
        wrong(Ask { title: "x".repeat(201), ..good.clone() }, "title").await;
        wrong(Ask { due: "2026-13-01".into(), ..good.clone() }, "due").await;
        wrong(Ask { due: "2026-03-01".into(), ..good.clone() }, "due").await;
        // Another circle is not there for a client; nor is a member of the team.
        wrong(Ask { circle: house.team.to_string(), ..good.clone() }, "circle").await;
        wrong(Ask { of: house.bo.to_string(), ..good.clone() }, "of").await;
        wrong(Ask { of: house.other.to_string(), ..good }, "of").await;
        ledger.close().await;
    }
}

#[tokio::test]
async fn an_interruption_shows_what_it_displaced() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "today_interrupted", &clock).await {
        let house = house(&ledger).await;
        let ann = actor(&ledger, house.ann).await;
        let nothing = ledger.perform(&ann, &Interrupted).await.unwrap();
        assert_eq!(nothing.displaced, None, "{engine}");
        let soon = ask(&ledger, house.bo, Some(house.ann), house.team, "Renew the certificate", "2026-03-03").await;
        let later = ask(&ledger, house.cy, Some(house.ann), house.team, "Tidy the wiki", "2026-05-01").await;
        // Nothing in hand: what stands first is displaced.
        let first = ledger.perform(&ann, &Interrupted).await.unwrap();
        assert_eq!(first.displaced.unwrap().1, "Renew the certificate");
        let take = TakeInHand { noun: "request".into(), subject: later.to_string() };
        ledger.perform(&ann, &take).await.unwrap();
        let bo = actor(&ledger, house.bo).await;
        assert!(matches!(ledger.perform(&bo, &take).await, Err(Refused::NotFound)), "{engine}: not Bo's");
        let held = ledger.perform(&ann, &Interrupted).await.unwrap();
        assert_eq!(held.displaced.unwrap().1, "Tidy the wiki");
        ledger.perform(&ann, &SayWhat { interruption: held.id, words: "The lift".into() }).await.unwrap();
        let not_bos = ledger.perform(&bo, &SayWhat { interruption: held.id, words: "Mine".into() }).await;
        assert!(matches!(not_bos, Err(Refused::NotFound)));
        // Doing another takes it in hand; finishing that empties the hand.
        triage(&ledger, house.ann, soon, verdict("do", "", "")).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        assert_eq!(today::in_hand(&mut tx, &ann).await.unwrap().unwrap().title, "Renew the certificate");
        let own = today::interruptions(&mut tx, &ann, clock.now() - SignedDuration::from_hours(24)).await.unwrap();
        assert_eq!(own.len(), 3);
        assert_eq!(own.iter().filter(|one| one.words == "The lift").count(), 1);
        assert!(today::interruptions(&mut tx, &bo, clock.now()).await.unwrap().is_empty());
        drop(tx);
        ledger.perform(&ann, &Finish { request: soon }).await.unwrap();
        assert_eq!(today::in_hand(&mut ledger.read().await.unwrap(), &ann).await.unwrap(), None);
        ledger.close().await;
    }
}

#[tokio::test]
async fn news_are_what_a_person_may_see() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "today_news", &clock).await {
        begin_again(&clock, "2026-03-02T08:00:00Z");
        let house = house(&ledger).await;
        let heard = async |person| {
            let mut tx = ledger.read().await.unwrap();
            let actor = people::actor(&mut tx, person).await.unwrap().unwrap();
            let day = today::gather(&mut tx, &actor, &jiff::tz::TimeZone::UTC).await.unwrap();
            day.news.into_iter().map(|one| one.words).collect::<Vec<_>>()
        };
        let bo = heard(house.bo).await;
        assert!(bo.contains(&"Cy Dahl joined Service desk".to_owned()), "{engine}: {bo:?}");
        assert!(!bo.iter().any(|words| words.contains("Harbour") || words.contains("Orchard")), "{engine}: {bo:?}");
        assert!(heard(house.kim).await.is_empty(), "{engine}: a client hears nothing of the inside");
        assert!(heard(house.ann).await.iter().all(|words| !words.contains("joined")), "{engine}: her own acts");
        clock.days(3);
        assert!(heard(house.bo).await.is_empty(), "{engine}: old by now");
        ledger.close().await;
    }
}

#[tokio::test]
async fn the_mail_of_a_day_is_claimed_once() {
    let folder = tempfile::tempdir().unwrap();
    // Monday, six in the morning in Berlin, five in UTC.
    let clock = Clock::at("2026-03-02T05:00:00Z");
    for (engine, ledger) in each(folder.path(), "today_mail", &clock).await {
        begin_again(&clock, "2026-03-02T05:00:00Z");
        let house = house(&ledger).await;
        let nobody = people::Begin::nobody();
        let claim = async || {
            let due = ledger.perform(&nobody, &Claim).await.unwrap();
            due.into_iter().map(|due| (due.name, due.tried)).collect::<Vec<_>>()
        };
        assert!(claim().await.is_empty(), "{engine}: before seven everywhere");
        clock.advance(SignedDuration::from_hours(1));
        // Seven in Berlin: Ann alone; the others live in UTC. A second process gets nothing.
        assert_eq!(claim().await, [("Ann Lee".to_owned(), 1)], "{engine}");
        assert!(claim().await.is_empty(), "{engine}");
        let book = |person, ended| {
            let day = "2026-03-02".parse().unwrap();
            let (ledger, nobody) = (&ledger, &nobody);
            async move { ledger.perform(nobody, &Book { person, day, ended }).await.unwrap() }
        };
        book(house.ann, Ended::Failed("the server is away".into())).await;
        let ann = actor(&ledger, house.ann).await;
        let bo = actor(&ledger, house.bo).await;
        let mut tx = ledger.read().await.unwrap();
        let failures = post::failures(&mut tx, &ann).await.unwrap();
        assert!(failures.len() == 1 && failures[0].again, "{engine}: {failures:?}");
        assert!(post::failures(&mut tx, &bo).await.unwrap().is_empty(), "{engine}: not for everybody");
        drop(tx);
        clock.advance(SignedDuration::from_mins(4));
        assert!(claim().await.is_empty(), "{engine}: not yet again");
        clock.advance(SignedDuration::from_mins(2));
        assert_eq!(claim().await, [("Ann Lee".to_owned(), 2)]);
        // The process dies with it: after its lease another takes it.
        clock.advance(SignedDuration::from_mins(11));
        assert_eq!(claim().await, [("Ann Lee".to_owned(), 3)]);
        book(house.ann, Ended::Sent).await;
        // Cy wants it at nine and has quiet hours until ten; Bo none at all.
        let wish = Wish { hour: "9".into(), quiet_from: "20".into(), quiet_to: "10".into(), ..Wish::default() };
        ledger.perform(&bo, &wish).await.unwrap();
        let cy = actor(&ledger, house.cy).await;
        ledger.perform(&cy, &Wish { mail: true, ..wish.clone() }).await.unwrap();
        let bad = Wish { hour: "24".into(), ..wish };
        assert!(matches!(ledger.perform(&cy, &bad).await, Err(Refused::Wrong(_))));
        clock.advance(SignedDuration::from_mins(43));
        let names: Vec<_> = claim().await.into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["Kim Harbour", "Otto Orchard"], "{engine}: seven in UTC");
        for person in [house.kim, house.other] {
            book(person, Ended::Nothing).await;
        }
        clock.advance(SignedDuration::from_hours(2));
        assert!(claim().await.is_empty(), "{engine}: nine, but quiet");
        clock.advance(SignedDuration::from_hours(1));
        assert_eq!(claim().await, [("Cy Dahl".to_owned(), 1)], "{engine}");
        // It fails all day: five tries, then no more, and it stays visible.
        for tried in 1..=post::TRIES {
            book(house.cy, Ended::Failed("no such mailbox".into())).await;
            clock.advance(SignedDuration::from_mins(50));
            let again = claim().await;
            assert_eq!(again.len(), usize::from(tried < post::TRIES), "{engine}: try {tried}");
        }
        let failures = post::failures(&mut ledger.read().await.unwrap(), &ann).await.unwrap();
        assert!(failures.len() == 1 && !failures[0].again && failures[0].tries == 5, "{engine}: {failures:?}");
        ledger.close().await;
    }
}

async fn gathered(ledger: &Ledger, person: PersonId) -> today::Today {
    let mut tx = ledger.read().await.unwrap();
    let actor = people::actor(&mut tx, person).await.unwrap().unwrap();
    today::gather(&mut tx, &actor, &jiff::tz::TimeZone::UTC).await.unwrap()
}

#[tokio::test]
async fn aims_and_promises_are_seen_from_today() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "today_sight", &clock).await {
        begin_again(&clock, "2026-03-02T08:00:00Z");
        let house = house(&ledger).await;
        let ann = actor(&ledger, house.ann).await;
        let first = gathered(&ledger, house.ann).await;
        assert_eq!((first.forgotten, first.conversation), (None, None), "{engine}: a new house");
        let aim = |title: &str, kind, serves, owner, horizon: &str| ledger::aims::MakeAim {
            circle: house.root,
            kind,
            title: title.into(),
            why: "So that people can work".into(),
            picture: String::new(),
            horizon: horizon.into(),
            owner,
            serves,
            core: false,
            hard: false,
            source: String::new(),
            restatement: String::new(),
            confirmer: None,
        };
        let vision = aim("Nobody waits for IT", AimKind::Vision, None, None, "");
        let vision = ledger.perform(&ann, &vision).await.unwrap();
        let goal = aim("Half the waiting", AimKind::Goal, Some(vision), Some(house.ann), "2026-04-01");
        ledger.perform(&ann, &goal).await.unwrap();
        let give = |whom: PersonId, what: &str, due: &str| ledger::promises::Give {
            whom: whom.to_string(),
            what: what.into(),
            known: "It stands there".into(),
            due: due.into(),
            ..ledger::promises::Give::default()
        };
        let bo = actor(&ledger, house.bo).await;
        let bench = ledger.perform(&bo, &give(house.ann, "Two test benches", "2026-03-09")).await.unwrap();
        ledger.perform(&ann, &give(house.bo, "A quiet room", "2026-03-12")).await.unwrap();

        clock.days(1);
        let day = gathered(&ledger, house.ann).await;
        let soon: Vec<_> = day.promised.iter().map(|one| (one.mine, one.what.as_str())).collect();
        assert_eq!(soon, [(false, "Two test benches"), (true, "A quiet room")], "{engine}");
        assert!(day.news.iter().any(|one| one.words == "Promised: Two test benches"), "{engine}: {:?}", day.news);
        let bos = gathered(&ledger, house.bo).await;
        assert!(bos.news.iter().any(|one| one.words == "New aim: Nobody waits for IT"), "{engine}: {:?}", bos.news);
        let cys = gathered(&ledger, house.cy).await;
        assert!(!cys.news.iter().any(|one| one.words.contains("benches")), "{engine}: no party");
        assert!(gathered(&ledger, house.kim).await.news.is_empty(), "{engine}: nothing of the inside");

        // The day passes; the promise is broken by its other side; the goal's day passes too.
        clock.days(35);
        let broken = ledger::promises::Take {
            promise: bench,
            act: leadership::promise::Act::Break,
            day: String::new(),
            why: String::new(),
        };
        ledger.perform(&ann, &broken).await.unwrap();
        let day = gathered(&ledger, house.ann).await;
        let talk = day.conversation.unwrap();
        assert_eq!(talk.title, "Bo Kim", "{engine}");
        assert!(talk.because.starts_with("Their promise to you “Two test benches” was broken"), "{engine}: {talk:?}");
        let forgotten = day.forgotten.unwrap();
        assert!(forgotten.because.contains("for 36 days"), "{engine}: {forgotten:?}");
        let goal = day.waiting.iter().find(|ranked| ranked.waiting.noun == "aim").expect("its day has passed");
        let serves = &day.serves[&("aim".to_owned(), goal.waiting.subject.clone())];
        assert_eq!(serves.0, "Nobody waits for IT", "{engine}");
        assert_eq!(day.visions[&serves.1].0, "Nobody waits for IT", "{engine}: it is the vision itself");
        // A new promise between the two: nothing to talk about first.
        ledger.perform(&actor(&ledger, house.bo).await, &give(house.ann, "One bench", "2026-04-20")).await.unwrap();
        assert_eq!(gathered(&ledger, house.ann).await.conversation, None, "{engine}");
        clock.days(70);
        let silent = gathered(&ledger, house.bo).await.conversation.unwrap();
        assert!(silent.because.starts_with("Nothing was promised between you for 70 days"), "{engine}: {silent:?}");

        // Who left is not somebody to talk to: the next one is.
        let cy = actor(&ledger, house.cy).await;
        let shelf = ledger.perform(&cy, &give(house.ann, "A shelf", "2026-06-20")).await.unwrap();
        let table = ledger.perform(&actor(&ledger, house.bo).await, &give(house.ann, "A table", "2026-06-20")).await;
        clock.days(10);
        for promise in [table.unwrap(), shelf] {
            clock.days(1);
            let broken = ledger::promises::Take { promise, ..broken.clone() };
            ledger.perform(&ann, &broken).await.unwrap();
        }
        assert_eq!(gathered(&ledger, house.ann).await.conversation.unwrap().title, "Cy Dahl", "{engine}");
        ledger.perform(&ann, &people::Leave { person: house.cy }).await.unwrap();
        assert_eq!(gathered(&ledger, house.ann).await.conversation.unwrap().title, "Bo Kim", "{engine}");
        ledger.close().await;
    }
}
