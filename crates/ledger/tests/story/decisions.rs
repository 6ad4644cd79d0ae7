//! A decision from its question to its review; who sees it, who is told, what is kept of dissent.

use jiff::SignedDuration;
use leadership::circle::Actor;
use leadership::decision::{Outcome, State, Touch, Typed};
use leadership::message::{Known, TONE};
use leadership::today::Do;
use leadership::{CircleId, CircleKind, DecisionId, PersonId, Role};
use ledger::decisions::{self, Answer, Ask, Clear, Filter, Review, Say, Supersede, Tell, Write, affected, calibration};
use ledger::notices::{self, Acknowledge, Chase};
use ledger::people::{self, AddPerson, OpenCircle};
use ledger::testing::{Clock, each};
use ledger::{Act, Ledger, Refused};

use crate::begin::begun;

mod along;
mod asked;
mod back;
mod untold;

/// Northwind IT with a service desk of seven, and two clients with one contact each.
struct House {
    ledger: Ledger,
    root: CircleId,
    desk: CircleId,
    client: CircleId,
    ann: PersonId,
    /// Bo leads the desk; the others work in it.
    desk_people: Vec<PersonId>,
    contact: PersonId,
    other_contact: PersonId,
}

impl House {
    async fn of(ledger: Ledger) -> Self {
        let ann = begun(&ledger).await;
        let root = people::circles(&mut ledger.read().await.unwrap()).await.unwrap()[0].id;
        let mut circles = Vec::new();
        for (name, kind) in
            [("Service desk", CircleKind::Team), ("Harbour", CircleKind::Client), ("Mill", CircleKind::Client)]
        {
            let act = OpenCircle { parent: root, kind, name: name.into(), purpose: String::new() };
            circles.push(ledger.perform(&actor(&ledger, ann).await, &act).await.unwrap());
        }
        let mut made = Vec::new();
        for (name, circle, role) in [
            ("Bo Kim", circles[0], Role::Leader),
            ("Cy Ott", circles[0], Role::Member),
            ("Di Fox", circles[0], Role::Member),
            ("Ed Ray", circles[0], Role::Member),
            ("Fay Wu", circles[0], Role::Member),
            ("Gil Poe", circles[0], Role::Member),
            ("Hal Ito", circles[1], Role::ClientContact),
            ("Ira Noor", circles[2], Role::ClientContact),
        ] {
            let act = AddPerson { name: name.into(), email: String::new(), circle, role };
            made.push(ledger.perform(&actor(&ledger, ann).await, &act).await.unwrap());
        }
        let other_contact = made.pop().unwrap();
        let contact = made.pop().unwrap();
        Self { ledger, root, desk: circles[0], client: circles[1], ann, desk_people: made, contact, other_contact }
    }

    async fn actor(&self, person: PersonId) -> Actor {
        actor(&self.ledger, person).await
    }

    async fn done<A: Act>(&self, person: PersonId, act: A) -> A::Done {
        self.ledger.perform(&self.actor(person).await, &act).await.unwrap()
    }

    async fn refused<A: Act>(&self, person: PersonId, act: A) -> Refused
    where
        A::Done: std::fmt::Debug,
    {
        self.ledger.perform(&self.actor(person).await, &act).await.unwrap_err()
    }

    async fn wrong<A: Act>(&self, person: PersonId, act: A) -> Vec<String>
    where
        A::Done: std::fmt::Debug,
    {
        match self.refused(person, act).await {
            Refused::Wrong(wrongs) => wrongs.0.into_iter().map(|wrong| wrong.field).collect(),
            other => panic!("not at a field: {other}"),
        }
    }

    async fn get(&self, person: PersonId, id: DecisionId) -> Option<decisions::Decision> {
        let actor = self.actor(person).await;
        decisions::get(&mut self.ledger.read().await.unwrap(), &actor, id).await.unwrap()
    }

    async fn waiting(&self, person: PersonId) -> Vec<(Do, String)> {
        let mut tx = self.ledger.read().await.unwrap();
        let today = tx.now().to_zoned(jiff::tz::TimeZone::UTC).date();
        let found = decisions::waiting(&mut tx, person, today).await.unwrap();
        found.into_iter().map(|one| (one.act, one.title)).collect()
    }
}

async fn actor(ledger: &Ledger, person: PersonId) -> Actor {
    people::actor(&mut ledger.read().await.unwrap(), person).await.unwrap().unwrap()
}

fn typed() -> Typed {
    Typed {
        question: "Which telephone system?".into(),
        purpose: "Calls that do not drop.".into(),
        option: vec!["Repair the old one".into(), "Buy the new one".into()],
        choice: "2".into(),
        because: "Repairs did not hold.".into(),
        direction: "We move in May.".into(),
        next_step: "Bo orders it.".into(),
        expected: "No call drops in June.".into(),
        review_on: "2026-07-01".into(),
        gut_percent: "60".into(),
        analysed_percent: "80".into(),
        interests: "Bo's sister works at the vendor.".into(),
        ..Typed::default()
    }
}

fn write(house: &House, decider: PersonId) -> Write {
    Write { circle: house.desk.to_string(), decider: decider.to_string(), typed: typed(), ..Write::default() }
}

fn ids(people: &[PersonId]) -> Vec<String> {
    people.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn from_the_question_to_the_review() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "decision_whole", &clock).await {
        let house = House::of(ledger).await;
        let (bo, cy, di) = (house.desk_people[0], house.desk_people[1], house.desk_people[2]);

        // Cy writes it down and asks Bo to decide: nobody else sees the draft.
        let mut draft = write(&house, bo);
        assert_eq!(house.wrong(cy, draft.clone()).await, ["gut_percent"], "{engine}");
        draft.typed.gut_percent.clear();
        draft.typed.analysed_percent.clear();
        assert_eq!(house.wrong(cy, Write { decide: true, ..draft.clone() }).await[0], "decider");
        let id = house.done(cy, draft.clone()).await;
        assert!(house.get(di, id).await.is_none() && house.get(bo, id).await.is_some());
        assert_eq!(house.waiting(bo).await, [(Do::Decide, "Which telephone system?".to_owned())]);
        assert!(house.waiting(cy).await.is_empty());

        // Those affected are found with the reason; a client's people only by choice, and not before.
        let found = {
            let (actor, decision) = (house.actor(bo).await, house.get(bo, id).await.unwrap());
            affected::find(&mut house.ledger.read().await.unwrap(), &actor, &decision).await.unwrap()
        };
        let because = |person: PersonId| found.iter().find(|f| f.person.id == person).map(|f| f.because.join("; "));
        assert_eq!(because(di).as_deref(), Some("works in Service desk"));
        assert_eq!(because(house.ann).as_deref(), Some("leads Northwind IT, above it"));
        assert_eq!(because(house.contact), None, "Bo does not see that client");
        let ask = Ask { decision: id, until: "2026-03-05".into(), audience: ids(&house.desk_people[1..]) };
        assert_eq!(house.wrong(bo, Ask { until: "2026-03-02".into(), ..ask.clone() }).await, ["until"]);
        assert_eq!(house.wrong(bo, Ask { audience: vec![], ..ask.clone() }).await, ["audience"]);
        let elsewhere = Ask { audience: ids(&[house.contact]), ..ask.clone() };
        assert_eq!(house.wrong(bo, elsewhere).await, ["audience"]);
        house.done(bo, ask).await;
        assert!(house.get(di, id).await.is_some() && house.get(house.contact, id).await.is_none());
        assert_eq!(house.waiting(di).await, [(Do::Answer, "Which telephone system?".to_owned())]);
        assert!(house.waiting(bo).await.is_empty(), "time for objections is not over");

        // Di objects in her own words; it is answered, and stays.
        let object = Say { decision: id, objects: "yes".into(), words: "May is the busiest month.".into() };
        assert_eq!(house.wrong(di, Say { words: " ".into(), ..object.clone() }).await, ["words"]);
        assert!(matches!(house.refused(bo, object.clone()).await, Refused::NotYours(_)));
        house.done(di, object).await;
        assert!(house.waiting(di).await.is_empty());
        let answer = Answer { decision: id, person: di, words: "Then in two steps.".into(), promises: vec![] };
        assert!(matches!(house.refused(cy, answer.clone()).await, Refused::NotYours(_)));
        house.done(bo, answer).await;
        for person in [house.desk_people[1], house.desk_people[3], house.desk_people[4], house.desk_people[5]] {
            house.done(person, Say { decision: id, objects: "no".into(), words: String::new() }).await;
        }
        assert_eq!(house.waiting(bo).await, [(Do::Decide, "Which telephone system?".to_owned())]);

        // Bo decides, with percentages that only Bo sees.
        let decide = Write { decision: Some(id), decide: true, ..write(&house, bo) };
        let mut unready = decide.clone();
        unready.typed.expected.clear();
        assert_eq!(house.wrong(bo, unready).await, ["expected"]);
        house.done(bo, decide).await;
        let made = house.get(bo, id).await.unwrap();
        assert_eq!((made.state, made.version, made.form.gut.unwrap().percent), (State::Decided, 1, 60));
        assert_eq!(house.get(di, id).await.unwrap().form.gut, None, "{engine}: for the decider's own eyes");

        let history = house.ledger.read().await.unwrap().history("decision", id).await.unwrap();
        let kinds: Vec<_> = history.iter().map(|event| event.kind.as_str()).collect();
        assert_eq!(kinds[..4], ["drafted", "asked", "objected", "answered"]);
        assert_eq!(kinds[kinds.len() - 2..], ["written", "decided"]);
        assert_eq!(history[2].body["words"], "May is the busiest month.");

        // On its date it is judged.
        let review = Review {
            decision: id,
            outcome: "partly".into(),
            happened: "Two calls dropped.".into(),
            learned: String::new(),
            settled: false,
        };
        assert_eq!(house.wrong(bo, review.clone()).await, ["settled"]);
        assert!(matches!(house.refused(cy, review.clone()).await, Refused::NotYours(_)));
        clock.days(121);
        assert_eq!(house.waiting(bo).await, [(Do::Review, "Which telephone system?".to_owned())]);
        house.done(bo, review).await;
        assert_eq!(house.get(di, id).await.unwrap().outcome, Some(Outcome::Partly));
        assert!(house.waiting(bo).await.is_empty());
        assert_eq!(house.ledger.verify(|_| ()).await.unwrap().broken, None, "{engine}");
        clock.days(-121);
        house.ledger.close().await;
    }
}

#[tokio::test]
async fn told_acknowledged_chased_once_and_told_again() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "decision_told", &clock).await {
        let house = House::of(ledger).await;
        let (bo, cy) = (house.desk_people[0], house.desk_people[1]);
        let mut act = Write { decide: true, ..write(&house, house.ann) };
        act.typed.unpopular = "true".into();
        act.typed.unpopular_why = "The old one will not last the summer.".into();
        let id = house.done(house.ann, act).await;

        // An unpopular decision is a hard message: looked at once more before it is told.
        let mut everybody = house.desk_people.clone();
        everybody.push(house.contact);
        let tell = Tell {
            decision: Some(id),
            audience: ids(&everybody),
            words: "We buy the new one.".into(),
            intent: "They can plan May.".into(),
            tone: TONE.iter().map(|(name, _)| (*name).to_owned()).collect(),
            ..Tell::default()
        };
        let hasty = Tell { tone: vec![], intent: String::new(), ..tell.clone() };
        assert_eq!(house.wrong(house.ann, hasty).await, ["intent", "tone"], "{engine}");
        let notice = house.done(house.ann, tell).await;
        // The client's contact has the notice, and not the decision.
        let contact = house.actor(house.contact).await;
        let mut tx = house.ledger.read().await.unwrap();
        assert_eq!(notices::get(&mut tx, &contact, notice).await.unwrap().unwrap().notice.words, "We buy the new one.");
        assert!(decisions::get(&mut tx, &contact, id).await.unwrap().is_none());
        let other = house.actor(house.other_contact).await;
        assert!(notices::get(&mut tx, &other, notice).await.unwrap().is_none());
        drop(tx);

        // Cy is clear after three hours, Bo not yet.
        clock.advance(SignedDuration::from_hours(3));
        for person in &everybody[..4] {
            house.done(*person, Acknowledge { notice }).await;
        }
        let not_yet = Clear { decision: id, clear: "not_yet".into(), words: String::new() };
        assert_eq!(house.wrong(bo, not_yet.clone()).await, ["words"]);
        house.done(bo, Clear { words: "Which budget?".into(), ..not_yet }).await;
        house.done(cy, Clear { decision: id, clear: "yes".into(), words: String::new() }).await;
        let mut tx = house.ledger.read().await.unwrap();
        let told = notices::about(&mut tx, "decision", &id.to_string()).await.unwrap();
        let reach = notices::reach(&mut tx, &told[0].0).await.unwrap();
        assert_eq!((reach.told, reach.seen, reach.known), (7, 4, Known::Hours(3.0)), "{engine}");
        assert_eq!(reach.groups.len(), 1, "one person of a client is not shown apart");
        assert_eq!((reach.groups[0].told, reach.groups[0].seen), (6, 4));
        assert_eq!(decisions::cleared(&mut tx, id, 1).await.unwrap().len(), 2);
        drop(tx);

        // Who has not seen it is asked once more, once.
        let nobody = house.actor(house.ann).await;
        let chase = Chase { untouched_for: SignedDuration::from_hours(24) };
        assert!(house.ledger.perform(&nobody, &chase).await.unwrap().is_empty());
        clock.days(1);
        let reminded = house.ledger.perform(&nobody, &chase).await.unwrap();
        assert_eq!(reminded.len(), 1, "{engine}");
        let mut unseen = [everybody[4], everybody[5], house.contact];
        unseen.sort_unstable();
        assert_eq!(reminded[0].people, unseen);
        clock.days(1);
        assert!(house.ledger.perform(&nobody, &chase).await.unwrap().is_empty());

        // A change is told again to the same people, in its own words.
        let mut change = Write { decision: Some(id), ..write(&house, house.ann) };
        change.typed.choice = "1".into();
        assert_eq!(house.wrong(house.ann, change.clone()).await, ["changed", "changed_why"]);
        change.changed = "We repair once more.".into();
        change.changed_why = "The vendor is late.".into();
        assert!(matches!(house.refused(bo, change.clone()).await, Refused::NotYours(_)));
        // It is as hard to hear as the first message was: looked at once more before it goes out.
        change.hard = true;
        assert_eq!(house.wrong(house.ann, change.clone()).await, ["intent", "tone"], "{engine}");
        (change.hard, change.typed.unpopular) = (false, "true".into());
        change.typed.unpopular_why = "It must hold until winter.".into();
        assert_eq!(house.wrong(house.ann, change.clone()).await, ["intent", "tone"], "{engine}: unpopular always is");
        change.intent = "They can plan the summer.".into();
        change.tone = TONE.iter().map(|(name, _)| (*name).to_owned()).collect();
        house.done(house.ann, change).await;
        let changed = house.get(house.ann, id).await.unwrap();
        assert_eq!((changed.version, changed.form.chosen()), (2, Some("Repair the old one")));
        for person in &everybody {
            let waits = notices::waiting(&mut house.ledger.read().await.unwrap(), *person).await.unwrap();
            let titles: Vec<_> = waits.iter().map(|notice| notice.title.as_str()).collect();
            assert_eq!(titles, ["Changed: Which telephone system?"], "{engine}");
        }
        assert_eq!(house.ledger.verify(|_| ()).await.unwrap().broken, None, "{engine}");
        clock.advance(SignedDuration::from_hours(-51));
        house.ledger.close().await;
    }
}

#[tokio::test]
async fn closed_ones_are_counted_and_superseded_ones_say_so() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "decision_closed", &clock).await {
        let house = House::of(ledger).await;
        let (bo, cy, di) = (house.desk_people[0], house.desk_people[1], house.desk_people[2]);
        let mut act = Write { decide: true, closed: true, ..write(&house, bo) };
        assert_eq!(house.wrong(bo, act.clone()).await, ["closed_why"]);
        act.closed_why = "It is about one person's pay.".into();
        let closed = house.done(bo, act).await;
        assert!(house.get(cy, closed).await.is_none() && house.get(house.ann, closed).await.is_none());
        let cys = house.actor(cy).await;
        let mut tx = house.ledger.read().await.unwrap();
        assert_eq!(decisions::closed(&mut tx, &cys).await.unwrap()[0].why, "It is about one person's pay.");
        assert_eq!(decisions::list(&mut tx, &cys, &Filter::default()).await.unwrap().1, 0, "{engine}");
        drop(tx);
        let tell = Tell { decision: Some(closed), audience: ids(&[di]), words: "Decided.".into(), ..Tell::default() };
        house.done(bo, tell).await;
        assert!(house.get(di, closed).await.is_some(), "{engine}: named people see it");

        let open = house.done(bo, Write { decide: true, ..write(&house, bo) }).await;
        let mut newer = Write { decide: true, ..write(&house, bo) };
        newer.typed.question = "Which system now?".into();
        newer.typed.touches = format!("/decisions/{open}");
        let newer = house.done(bo, newer).await;
        let supersede = |decision, by: DecisionId| Supersede { decision, by: format!("https://x/decisions/{by}?y") };
        assert_eq!(house.wrong(bo, supersede(open, open)).await, ["by"]);
        house.done(bo, supersede(open, newer)).await;
        assert_eq!(house.wrong(bo, supersede(newer, open)).await, ["by"], "no way back");
        let mut tx = house.ledger.read().await.unwrap();
        let link = decisions::link(&mut tx, &cys, open).await.unwrap().unwrap();
        assert_eq!(link.by, Some((newer, "Which system now?".to_owned())), "{engine}");
        let touch = Touch { noun: "decision".into(), subject: open.to_string() };
        assert_eq!(affected::touching(&mut tx, &cys, &touch).await.unwrap()[0].id, newer);
        let (all, n) = decisions::list(&mut tx, &cys, &Filter { state: Some(State::Superseded), ..Filter::default() })
            .await
            .unwrap();
        assert_eq!((all[0].id, n), (open, 1));
        drop(tx);
        // A client's people see no decision at all, and can write none.
        let contact = house.actor(house.contact).await;
        let mut tx = house.ledger.read().await.unwrap();
        assert_eq!(decisions::list(&mut tx, &contact, &Filter::default()).await.unwrap().1, 0);
        drop(tx);
        let theirs = Write { circle: house.client.to_string(), ..write(&house, house.contact) };
        assert!(matches!(house.refused(house.contact, theirs).await, Refused::NotFound));
        // Of one client's decision, another client's people are never told.
        let harbour = Write { circle: house.client.to_string(), decide: true, ..write(&house, house.ann) };
        let harbour = house.done(house.ann, harbour).await;
        let mut tell = Tell {
            decision: Some(harbour),
            audience: ids(&[house.other_contact]),
            words: "W.".into(),
            ..Tell::default()
        };
        assert_eq!(house.wrong(house.ann, tell.clone()).await, ["audience"], "{engine}");
        tell.audience = ids(&[house.contact]);
        house.done(house.ann, tell).await;
        let waits = notices::waiting(&mut house.ledger.read().await.unwrap(), house.contact).await.unwrap();
        assert_eq!(waits.len(), 1);
        assert!(house.root != house.desk);
        house.ledger.close().await;
    }
}

#[tokio::test]
async fn calibration_is_for_own_eyes_until_shared() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "decision_calibration", &clock).await {
        let house = House::of(ledger).await;
        let (bo, cy, di) = (house.desk_people[0], house.desk_people[1], house.desk_people[2]);
        for n in 0..10 {
            let id = house.done(bo, Write { decide: true, ..write(&house, bo) }).await;
            let review = Review {
                decision: id,
                outcome: if n < 8 { "true" } else { "false" }.into(),
                happened: "It did.".into(),
                learned: String::new(),
                settled: true,
            };
            house.done(bo, review).await;
        }
        let bos = house.actor(bo).await;
        let called = calibration::mine(&mut house.ledger.read().await.unwrap(), &bos).await.unwrap();
        let judged: Vec<_> = called.iter().filter_map(calibration::Called::analysed).collect();
        let found = leadership::calibration::calibrate(&judged).unwrap();
        // Eight of ten came true, as said: 0.8 × 0.04 + 0.2 × 0.64.
        assert!((found.brier - 0.16).abs() < 1e-12 && found.reliability < 1e-12, "{engine}");
        assert!(matches!(house.refused(cy, calibration::Look { person: bo }).await, Refused::NotFound));
        let share = calibration::Share { viewer: cy.to_string(), shared: true };
        assert_eq!(house.wrong(bo, calibration::Share { viewer: bo.to_string(), shared: true }).await, ["viewer"]);
        let outside = calibration::Share { viewer: house.contact.to_string(), shared: true };
        assert_eq!(house.wrong(bo, outside).await, ["viewer"]);
        house.done(bo, share.clone()).await;
        assert_eq!(house.done(cy, calibration::Look { person: bo }).await.len(), 10);
        assert!(matches!(house.refused(di, calibration::Look { person: bo }).await, Refused::NotFound));
        let mut tx = house.ledger.read().await.unwrap();
        let looked = tx.count("select count(*) as n from looked where person = $1", ledger::args![bo]).await.unwrap();
        assert_eq!(looked, 1, "{engine}: Bo can see that Cy looked");
        drop(tx);
        house.done(bo, calibration::Share { shared: false, ..share }).await;
        assert!(matches!(house.refused(cy, calibration::Look { person: bo }).await, Refused::NotFound));
        house.ledger.close().await;
    }
}

#[tokio::test]
async fn erasure_blanks_own_words_and_keeps_the_decision() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "decision_erased", &clock).await {
        let house = House::of(ledger).await;
        let (bo, di) = (house.desk_people[0], house.desk_people[2]);
        let id = house.done(bo, Write { decide: true, ..write(&house, bo) }).await;
        house.done(di, Say { decision: id, objects: "yes".into(), words: "I will not be there.".into() }).await;
        house.done(bo, Answer { decision: id, person: di, words: "I know.".into(), promises: vec![] }).await;
        for person in [di, bo] {
            house.done(house.ann, people::Erase { person }).await;
        }
        let mut tx = house.ledger.read().await.unwrap();
        let voice = decisions::voices(&mut tx, id).await.unwrap().remove(0);
        assert_eq!((voice.words.as_str(), voice.answer.as_str()), ("[erased]", "[erased]"), "{engine}");
        let text = serde_json::to_string(&tx.history("decision", id).await.unwrap()).unwrap();
        assert!(!text.contains("I will not") && !text.contains("sister") && !text.contains("\"60\""), "{engine}");
        assert!(text.contains("Which telephone system?"));
        drop(tx);
        let kept = house.get(house.ann, id).await.unwrap();
        assert_eq!((kept.form.interests.as_str(), kept.form.chosen()), ("[erased]", Some("Buy the new one")));
        assert_eq!(house.ledger.verify(|_| ()).await.unwrap().broken, None, "{engine}");
        house.ledger.close().await;
    }
}

#[tokio::test]
async fn what_it_touches_names_who_is_affected() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "decision_touches", &clock).await {
        let house = House::of(ledger).await;
        let (bo, cy, di) = (house.desk_people[0], house.desk_people[1], house.desk_people[2]);
        let first = house.done(bo, Write { decide: true, ..write(&house, bo) }).await;
        let tell = Tell { decision: Some(first), audience: ids(&[cy]), words: "We buy it.".into(), ..Tell::default() };
        house.done(bo, tell).await;
        let mut second = Write { circle: house.root.to_string(), decide: true, ..write(&house, house.ann) };
        second.typed.touches = format!("/decisions/{first}");
        let second = house.done(house.ann, second).await;
        let (actor, decision) = (house.actor(house.ann).await, house.get(house.ann, second).await.unwrap());
        let found = affected::find(&mut house.ledger.read().await.unwrap(), &actor, &decision).await.unwrap();
        let because = |person: PersonId| found.iter().find(|f| f.person.id == person).unwrap().because.join("; ");
        assert!(because(bo).contains("decided “Which telephone system?”, which it touches"), "{engine}");
        assert!(because(cy).contains("was told of the decision that it touches"), "{engine}");
        assert_eq!(because(di), "works in Service desk", "{engine}");
        assert_eq!(because(house.contact), "", "a client's people only by choice");
        house.ledger.close().await;
    }
}

#[tokio::test]
async fn affected_are_found_from_aims_and_promises_that_are_touched() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "decision_touches", &clock).await {
        let house = House::of(ledger).await;
        let act =
            OpenCircle { parent: house.root, kind: CircleKind::Team, name: "Lines".into(), purpose: String::new() };
        let lines = house.done(house.ann, act).await;
        let mut joined = Vec::new();
        for (name, circle, role) in [
            ("Kay Low", lines, Role::Leader),
            ("Lou May", lines, Role::Member),
            ("Max Orr", house.root, Role::Observer),
        ] {
            let act = AddPerson { name: name.into(), email: String::new(), circle, role };
            joined.push(house.done(house.ann, act).await);
        }
        let [kay, lou, max] = joined[..] else { unreachable!() };
        let aim = |circle, owner, title: &str| ledger::aims::MakeAim {
            owner: Some(owner),
            ..crate::aims::make(circle, leadership::aim::AimKind::Goal, title, None)
        };
        let goal = house.done(house.ann, aim(lines, kay, "No line drops")).await;
        let give = |whom: PersonId| ledger::promises::Give {
            whom: whom.to_string(),
            what: "Two lines by May".into(),
            known: "Both ring.".into(),
            due: "2026-05-01".into(),
            ..ledger::promises::Give::default()
        };
        let promise = house.done(kay, give(max)).await;
        // Between two others: Ann does not see it, so it names nobody to her.
        let hidden = ledger::promises::Give { only_sides: true, ..give(house.desk_people[5]) };
        let hidden = house.done(house.desk_people[4], hidden).await;
        let touches = [format!("/aims/{goal}"), format!("/promises/{promise}"), format!("/promises/{hidden}")];
        let draft = Write {
            circle: house.root.to_string(),
            typed: Typed { touches: touches.join("\n"), ..typed() },
            ..write(&house, house.ann)
        };
        let id = house.done(house.ann, draft).await;
        let (ann, decision) = (house.actor(house.ann).await, house.get(house.ann, id).await.unwrap());
        assert_eq!(decision.form.touches.len(), 3, "{engine}");
        let found = affected::find(&mut house.ledger.read().await.unwrap(), &ann, &decision).await.unwrap();
        let because = |person: PersonId| {
            let found = found.iter().find(|found| found.person.id == person);
            found.map(|found| found.because.join("; ")).unwrap_or_default()
        };
        assert!(because(kay).contains("answers for “No line drops”, which it touches"), "{engine}: {}", because(kay));
        assert!(because(kay).contains("gave a promise that it touches"), "{engine}: {}", because(kay));
        assert!(because(lou).contains("works towards “No line drops”, which it touches"), "{engine}: {}", because(lou));
        assert!(because(max).contains("was given a promise that it touches"), "{engine}: {}", because(max));
        for side in &house.desk_people[4..=5] {
            assert!(!because(*side).contains("promise"), "{engine}: {}", because(*side));
        }
        assert_eq!(because(house.contact), "", "{engine}: no client's people");
        house.ledger.close().await;
    }
}
