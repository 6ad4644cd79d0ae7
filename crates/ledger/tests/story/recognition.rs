//! Recognition: earned by a standard, wanted by the nominee, confirmed from outside of the circle, checked offline.

use leadership::circle::Actor;
use leadership::profile::{Careless, Direction, Evidence, Figure, Fit, Kind, Limits, Quality, Range, Report, Unit};
use leadership::recognition::State;
use leadership::{CircleKind, PersonId, Role};
use ledger::growth::Note;
use ledger::people::{self, Erase, OpenCircle};
use ledger::recognition::{
    self, AnswerNomination, AskVerifier, BadgeCheck, CannotVerify, Nominate, NominationId, Publish, Refuse, Revoke,
    SetStandard, SignedBadge, Verify, Withdraw,
};
use ledger::testing::{Clock, each};
use ledger::{Act, HeadKey, Ledger, Refused, Tx, args};

use crate::honesty::{World, actor, join, world};

/// As the room that works reports out keeps one: of 14 qualities, the first so many of each half with enough acts.
struct Keep(PersonId, Report);

#[ledger::act]
impl Act for Keep {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let root = people::root(tx).await?;
        let wave = "019cad8f-ac00-730d-8586-c23079b56243";
        tx.run("delete from report where person = $1", args![self.0]).await?;
        tx.run(
            "insert into wave (id, circle, title, model_version, opens_on, closes_on, question_limit, planned_by, \
             planned_at, closed_on, reminded) values ($1, $2, 'Spring wave', '1', '2026-02-01', '2026-03-01', 120, $3, \
             $4, '2026-03-01', 0) on conflict (id) do nothing",
            args![wave, root, actor.person, tx.now()],
        )
        .await?;
        let body = serde_json::to_string(&self.1).map_err(ledger::LedgerError::from)?;
        tx.run(
            "insert into report (id, wave, person, made_at, closed_on, rated_self_on, open_parts, reply, body) \
             values ($1, $2, $3, $4, '2026-03-01', '2026-03-01', '', '', $5)",
            args![tx.id::<()>(), wave, self.0, tx.now(), body],
        )
        .await?;
        Ok(())
    }
}

fn report(whats: usize, hows: usize) -> Report {
    let range = Range { low: 3.7, high: 4.5 };
    let figure = Figure {
        n: 8,
        mean: 4.1,
        development: range,
        decision_mean: Some(4.1),
        decision: Some(range),
        agreement: None,
    };
    let evidence = |enough: bool| Evidence {
        query: "promises_kept".into(),
        words: "Promises".into(),
        unit: Unit::Share,
        so: if enough { 19 } else { 2 },
        n: if enough { 20 } else { 2 },
        minimum: 5,
        direction: Direction::Higher,
        first: None,
        last: None,
        rows: Vec::new(),
    };
    let quality = |kind: Kind, at: usize, covered: usize| Quality {
        key: format!("{}-{at}", kind.name()),
        name: format!("{} {at}", kind.name()),
        kind,
        items: Vec::new(),
        together: Some(figure),
        groups: Vec::new(),
        distribution: None,
        own: None,
        change: None,
        evidence: vec![evidence(at < covered)],
        no_evidence: None,
        advice: None,
    };
    // A skill beside them counts for nothing.
    let mut qualities = vec![quality(Kind::Skill, 0, 1)];
    qualities.extend((0..7).map(|at| quality(Kind::How, at, hows)));
    qualities.extend((0..7).map(|at| quality(Kind::What, at, whats)));
    Report {
        wave: "Spring wave".into(),
        closed_on: "2026-03-01".parse().unwrap(),
        model: "1".into(),
        program: "0".into(),
        limits: Limits { minimum: 3, floor: 3, rounding: 0.1, scale: 5 },
        fit: Fit { converged: true, r_hat: None, effective: None, leaders: 1, forms: 8, notes: Vec::new() },
        groups: Vec::new(),
        together: None,
        by_group: Vec::new(),
        qualities,
        own: None,
        differences: Vec::new(),
        careless: Careless::default(),
        comments: Vec::new(),
    }
}

struct Ready {
    w: World,
    /// Leads another team: outside of the circle of Bo.
    zoe: PersonId,
    key: HeadKey,
}

async fn ready(ledger: &Ledger) -> Ready {
    let w = world(ledger).await;
    let open = OpenCircle { parent: w.root, kind: CircleKind::Team, name: "Networks".into(), purpose: String::new() };
    let other = ledger.perform(&actor(ledger, w.ann).await, &open).await.unwrap();
    let zoe = join(ledger, w.ann, "Zoe", other, Role::Leader).await;
    Ready { w, zoe, key: HeadKey::of(&[7; 32]).unwrap() }
}

async fn nominate(ledger: &Ledger, by: PersonId, whom: PersonId) -> Result<NominationId, Refused> {
    let act = Nominate { person: Some(whom), words: "She tells us why, each time".into() };
    ledger.perform(&actor(ledger, by).await, &act).await
}

async fn waits(ledger: &Ledger, person: PersonId, day: &str) -> Vec<String> {
    let mut tx = ledger.read().await.unwrap();
    let waiting = recognition::waiting(&mut tx, person, day.parse().unwrap()).await.unwrap();
    waiting.into_iter().map(|one| one.title).collect()
}

async fn stands(ledger: &Ledger, by: PersonId, id: NominationId) -> State {
    let who = actor(ledger, by).await;
    recognition::get(&mut ledger.read().await.unwrap(), &who, id).await.unwrap().unwrap().state
}

/// Whoever has the file checks it without this server, and sees whatever was changed in it.
fn checked_offline(file: &SignedBadge, key: &HeadKey, engine: &str) {
    let today = "2026-03-02".parse().unwrap();
    let check = |file: &SignedBadge, key: Option<&str>| recognition::check(file, key, today);
    assert!(check(file, Some(&key.public())).holds() && check(file, None).holds(), "{engine}");
    assert_eq!((file.covered.len(), file.holds_until.to_string().as_str()), (10, "2028-03-02"));
    let other = HeadKey::of(&[8; 32]).unwrap();
    assert!(!check(file, Some(&other.public())).holds(), "{engine}: another key than the expected one");
    let mut more = file.standard;
    more.qualities = 14;
    for changed in [
        SignedBadge { person: "Bob".into(), ..file.clone() },
        SignedBadge { holds_until: "2038-03-02".parse().unwrap(), ..file.clone() },
        SignedBadge { covered: vec!["all".into()], ..file.clone() },
        SignedBadge { standard: more, ..file.clone() },
        SignedBadge { page: "https://elsewhere.example".into(), ..file.clone() },
        SignedBadge { key: other.public(), ..file.clone() },
        SignedBadge { signature: "AAAA".into(), ..file.clone() },
    ] {
        assert_eq!(check(&changed, None), BadgeCheck::Forged, "{engine}: {changed:?}");
    }
    assert!(recognition::read_badge("{}").is_err() && recognition::read_badge("no").is_err());
    let later = "2028-03-03".parse().unwrap();
    assert!(matches!(recognition::check(file, None, later), BadgeCheck::Ended { .. }), "{engine}");
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story, told in its order")]
async fn nominated_wanted_confirmed_from_outside_and_signed() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "recognition_given", &clock).await {
        let Ready { w, zoe, key } = ready(&ledger).await;
        let (ann, bo, cy) =
            (actor(&ledger, w.ann).await, actor(&ledger, w.bo).await, actor(&ledger, w.members[0]).await);
        assert!(matches!(nominate(&ledger, w.kim, w.bo).await, Err(Refused::Wrong(_))), "{engine}: not of her circles");
        assert!(
            matches!(nominate(&ledger, w.ann, w.kim).await, Err(Refused::Wrong(_))),
            "{engine}: a client's contact"
        );
        let id = nominate(&ledger, w.members[0], w.bo).await.unwrap();
        assert_eq!(waits(&ledger, w.bo, "2026-03-02").await, ["Cy nominates you for recognition"], "{engine}");
        let mut tx = ledger.read().await.unwrap();
        assert!(
            recognition::get(&mut tx, &ann, id).await.unwrap().is_none(),
            "{engine}: between two until it is wanted"
        );
        drop(tx);
        let accept = |accepts| AnswerNomination { nomination: id, accepts };
        assert!(matches!(ledger.perform(&cy, &accept(true)).await, Err(Refused::NotYours(_))));
        ledger.perform(&bo, &accept(true)).await.unwrap();
        assert!(
            matches!(nominate(&ledger, w.bo, w.bo).await, Err(Refused::Conflict { .. })),
            "{engine}: one at a time"
        );

        // Nine are not enough; and somebody of the circle cannot confirm.
        let ask = |verifier| AskVerifier { nomination: id, verifier: Some(verifier) };
        ledger.perform(&ann, &Keep(w.bo, report(5, 4))).await.unwrap();
        assert!(waits(&ledger, w.ann, "2026-03-02").await.is_empty(), "{engine}: nobody learns of what is not met");
        assert!(matches!(ledger.perform(&ann, &ask(zoe)).await, Err(Refused::Conflict { .. })), "{engine}");
        // What the record cannot show rests on dated notes: three people, none of whom saw its lack.
        let mut by_notes = report(6, 4);
        let cannot = by_notes.qualities.iter_mut().find(|one| one.key == "how-0").unwrap();
        cannot.evidence.clear();
        ledger.perform(&ann, &Keep(w.bo, by_notes)).await.unwrap();
        assert!(waits(&ledger, w.ann, "2026-03-02").await.is_empty(), "{engine}: nine and a quality without notes");
        for person in &w.members[1..4] {
            let note = Note {
                about: Some(w.bo),
                quality: "how-0".into(),
                lacking: false,
                seen_on: "2026-03-01".into(),
                words: "Laughed about the pager".into(),
                effect: "So did we".into(),
            };
            ledger.perform(&actor(&ledger, *person).await, &note).await.unwrap();
        }
        assert_eq!(
            waits(&ledger, w.ann, "2026-03-02").await,
            ["Choose who confirms the recognition of Bo"],
            "{engine}"
        );
        for inside in [w.members[0], w.members[1], w.ann, w.bo] {
            assert!(matches!(ledger.perform(&ann, &ask(inside)).await, Err(Refused::Wrong(_))), "{engine}");
        }
        assert!(matches!(ledger.perform(&cy, &ask(zoe)).await, Err(Refused::NotFound)), "{engine}");
        let mut tx = ledger.read().await.unwrap();
        let found = recognition::may_choose(&mut tx, &ann, id).await.unwrap().unwrap();
        let before = tx.statements();
        let names: Vec<String> =
            recognition::outside(&mut tx, &ann, &found).await.unwrap().into_iter().map(|(_, name)| name).collect();
        assert_eq!(names, ["Kim", "Lou", "Zoe"], "{engine}: clients and other teams stand outside");
        let asked = tx.statements() - before;
        assert!(asked <= 5, "{engine}: {asked} questions for ten people: not one for each of them");
        assert!(
            recognition::theirs(&mut tx, &ann, id).await.unwrap().is_none(),
            "{engine}: who chooses sees no standing"
        );
        drop(tx);
        ledger.perform(&ann, &ask(w.kim)).await.unwrap();
        ledger.perform(&actor(&ledger, w.kim).await, &CannotVerify { nomination: id }).await.unwrap();
        assert_eq!(stands(&ledger, w.bo, id).await, State::Accepted, "{engine}");
        ledger.perform(&ann, &ask(zoe)).await.unwrap();
        assert_eq!(waits(&ledger, zoe, "2026-03-02").await.len(), 1, "{engine}");
        let zoes = actor(&ledger, zoe).await;
        let verify = |looked| Verify { nomination: id, looked, key: &key, address: "https://plumb.example" };
        let mut tx = ledger.read().await.unwrap();
        assert_eq!(recognition::theirs(&mut tx, &zoes, id).await.unwrap().unwrap().0.len(), 14, "{engine}");
        drop(tx);
        assert!(matches!(ledger.perform(&ann, &verify(true)).await, Err(Refused::NotFound)), "{engine}");
        assert!(matches!(ledger.perform(&bo, &verify(true)).await, Err(Refused::NotYours(_))), "{engine}: oneself");
        assert!(matches!(ledger.perform(&zoes, &verify(false)).await, Err(Refused::Wrong(_))), "{engine}");
        let badge = ledger.perform(&zoes, &verify(true)).await.unwrap();
        assert_eq!(stands(&ledger, w.bo, id).await, State::Verified, "{engine}");
        let mut tx = ledger.read().await.unwrap();
        assert!(recognition::theirs(&mut tx, &zoes, id).await.unwrap().is_none(), "{engine}: no longer than it takes");
        assert!(recognition::public(&mut tx, badge).await.unwrap().is_none(), "{engine}: not shown unless said so");
        assert!(recognition::badge(&mut tx, &cy, badge).await.unwrap().is_none(), "{engine}");
        let kept = recognition::badges(&mut tx, &bo).await.unwrap().remove(0);
        drop(tx);

        // Whoever has the file checks it without this server.
        let today = "2026-03-02".parse().unwrap();
        let file = recognition::read_badge(&kept.text()).unwrap();
        checked_offline(&file, &key, engine);
        assert_eq!(waits(&ledger, w.bo, "2028-02-01").await, ["Your recognition ends"], "{engine}");

        // Shown if its holder says so, revoked with a reason, and gone with its person.
        let publish = |public| Publish { badge, public };
        assert!(matches!(ledger.perform(&zoes, &publish(true)).await, Err(Refused::NotYours(_))), "{engine}");
        ledger.perform(&bo, &publish(true)).await.unwrap();
        let shown = async || recognition::public(&mut ledger.read().await.unwrap(), badge).await.unwrap();
        assert!(shown().await.unwrap().holds(today), "{engine}");
        let revoke = |reason: &str| Revoke { badge, reason: reason.into() };
        assert!(matches!(ledger.perform(&cy, &revoke("x")).await, Err(Refused::NotFound)), "{engine}");
        assert!(matches!(ledger.perform(&zoes, &revoke(" ")).await, Err(Refused::Wrong(_))));
        ledger.perform(&zoes, &revoke("The evidence was of another team")).await.unwrap();
        assert!(matches!(ledger.perform(&zoes, &revoke("x")).await, Err(Refused::Conflict { .. })));
        assert!(!shown().await.unwrap().holds(today), "{engine}: shown as revoked");
        ledger.perform(&ann, &Erase { person: w.bo }).await.unwrap();
        assert!(shown().await.is_none(), "{engine}");
        let mut tx = ledger.read().await.unwrap();
        let left = tx.count("select count(*) as n from badge where file like '%Bo%'", &[]).await.unwrap();
        assert_eq!(left, 0, "{engine}");
        drop(tx);
        assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None, "{engine}");
        ledger.close().await;
    }
}

#[tokio::test]
async fn refused_expired_taken_back_and_never_by_a_standard_that_moved() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "recognition_refused", &clock).await {
        let start = clock.now();
        let Ready { w, zoe, key } = ready(&ledger).await;
        let (ann, bo, zoes) = (actor(&ledger, w.ann).await, actor(&ledger, w.bo).await, actor(&ledger, zoe).await);
        ledger.perform(&ann, &Keep(w.bo, report(7, 4))).await.unwrap();
        let asked = async || {
            let id = nominate(&ledger, w.bo, w.bo).await.unwrap();
            ledger.perform(&ann, &AskVerifier { nomination: id, verifier: Some(zoe) }).await.unwrap();
            id
        };
        let id = asked().await;
        let refuse = |id, reason: &str| Refuse { nomination: id, reason: reason.into() };
        assert!(matches!(ledger.perform(&zoes, &refuse(id, "")).await, Err(Refused::Wrong(_))), "{engine}");
        ledger.perform(&zoes, &refuse(id, "Half of the acts were before your time here")).await.unwrap();
        assert_eq!(stands(&ledger, w.bo, id).await, State::Refused);
        let mut tx = ledger.read().await.unwrap();
        let told = recognition::get(&mut tx, &bo, id).await.unwrap().unwrap().reason;
        assert!(told.unwrap().starts_with("Half of"), "{engine}: the nominee reads why");
        drop(tx);

        // Who nominated learns that it has ended, not why and not by whom.
        let id = nominate(&ledger, w.members[0], w.bo).await.unwrap();
        ledger.perform(&bo, &AnswerNomination { nomination: id, accepts: true }).await.unwrap();
        ledger.perform(&ann, &AskVerifier { nomination: id, verifier: Some(zoe) }).await.unwrap();
        ledger.perform(&zoes, &refuse(id, "No")).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        let cy = actor(&ledger, w.members[0]).await;
        let seen = recognition::get(&mut tx, &cy, id).await.unwrap().unwrap();
        assert_eq!((seen.state, seen.reason, seen.verifier), (State::Refused, None, None), "{engine}");
        let (_, made) = recognition::nominations(&mut tx, &cy).await.unwrap();
        assert_eq!((made[0].reason.as_deref(), made[0].verifier), (None, None), "{engine}");
        drop(tx);

        // The standard is raised while it waits: what was met then is not confirmed now.
        let id = asked().await;
        let set = |qualities: &str, whats: &str| SetStandard {
            qualities: qualities.into(),
            whats: whats.into(),
            hows: "4".into(),
            months: "12".into(),
        };
        assert!(matches!(ledger.perform(&bo, &set("12", "6")).await, Err(Refused::NotYours(_))), "{engine}");
        assert!(matches!(ledger.perform(&ann, &set("15", "6")).await, Err(Refused::Wrong(_))));
        assert_eq!(ledger.perform(&ann, &set("12", "6")).await.unwrap().version, 2, "{engine}");
        let verify = Verify { nomination: id, looked: true, key: &key, address: "https://plumb.example" };
        assert!(matches!(ledger.perform(&zoes, &verify).await, Err(Refused::Conflict { .. })), "{engine}");
        ledger.perform(&bo, &Withdraw { nomination: id }).await.unwrap();
        assert!(matches!(ledger.perform(&zoes, &verify).await, Err(Refused::Conflict { .. })), "{engine}: taken back");

        // Who confirms moved into the circle meanwhile.
        ledger.perform(&ann, &set("10", "4")).await.unwrap();
        let id = asked().await;
        let give = ledger::people::GiveRole { person: zoe, circle: w.team, role: Role::Member };
        ledger.perform(&ann, &give).await.unwrap();
        let zoes = actor(&ledger, zoe).await;
        let verify = Verify { nomination: id, looked: true, key: &key, address: "https://plumb.example" };
        assert!(matches!(ledger.perform(&zoes, &verify).await, Err(Refused::Conflict { .. })), "{engine}");

        // Time passes: it has ended without a word on the person, and another can be made.
        clock.days(61);
        assert_eq!(stands(&ledger, w.bo, id).await, State::Expired, "{engine}");
        assert!(waits(&ledger, zoe, "2026-05-02").await.is_empty(), "{engine}");
        assert!(matches!(ledger.perform(&zoes, &refuse(id, "late")).await, Err(Refused::Conflict { .. })));
        nominate(&ledger, w.bo, w.bo).await.unwrap();
        assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None, "{engine}");
        ledger.close().await;
        clock.advance(start.duration_since(clock.now()));
    }
}
