//! A place that a team has open: told outside with what its record says, all of it or nothing; who applies is read by
//! those who lead the circle and nobody else, and is gone on their day.

use leadership::circle::Actor;
use leadership::opening::Came;
use leadership::{CircleKind, PersonId, Role};
use ledger::ideas::{AnswerIdea, Offer};
use ledger::openings::{self, Answer, Application, Apply, Close, Forget, Open, OpeningId};
use ledger::people::{self, Begin, Erase, GiveRole, Leave};
use ledger::testing::{Clock, each};
use ledger::{Ledger, Refused};

use crate::honesty::{World, actor, world};
use crate::talks::{does, refused};

fn place(w: &World) -> Open {
    Open {
        circle: Some(w.team),
        title: "One more at the desk".into(),
        words: "You answer whoever cannot go on".into(),
        offers: "We listen to each other".into(),
        figures: true,
        until: "2026-05-01".into(),
    }
}

fn applies(opening: OpeningId, who: &str) -> Apply {
    Apply {
        opening: Some(opening),
        name: who.into(),
        email: format!("{who}@example.com"),
        words: format!("quokka {who}: I like to find out why"),
    }
}

async fn send(ledger: &Ledger, act: Apply) -> Result<openings::ApplicationId, Refused> {
    ledger.perform(&Begin::nobody(), &act).await
}

async fn read(ledger: &Ledger, who: &Actor, opening: OpeningId) -> Option<(Vec<Application>, Option<Came>)> {
    let mut tx = ledger.read().await.unwrap();
    let found = openings::get(&mut tx, who, opening).await.unwrap()?;
    let all = openings::applications(&mut tx, who, &found).await.unwrap();
    Some((all, openings::came(&mut tx, who, &found).await.unwrap()))
}

async fn waits(ledger: &Ledger, person: PersonId) -> Vec<String> {
    let mut tx = ledger.read().await.unwrap();
    let today = tx.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    openings::waiting(&mut tx, person, today).await.unwrap().into_iter().map(|one| one.because).collect()
}

#[tokio::test]
async fn who_applies_is_read_by_who_leads_answered_and_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "openings", &clock).await {
        let clock = Clock::at("2026-03-02T08:00:00Z");
        let ledger = ledger.at(clock.handed_in());
        let w = world(&ledger).await;
        assert!(matches!(refused(&ledger, w.members[0], place(&w)).await, Refused::NotYours(_)), "{engine}");
        assert!(matches!(refused(&ledger, w.kim, place(&w)).await, Refused::Wrong(_)), "{engine}: a client's contact");
        let circles = people::circles(&mut ledger.read().await.unwrap()).await.unwrap();
        let harbour = circles.iter().find(|circle| circle.kind == CircleKind::Client).map(|circle| circle.id);
        let client = Open { circle: harbour, ..place(&w) };
        assert!(matches!(refused(&ledger, w.ann, client).await, Refused::Wrong(_)), "{engine}: not of a client");
        for until in ["2026-03-01", "2027-03-01", "soon"] {
            let late = Open { until: until.into(), ..place(&w) };
            assert!(matches!(refused(&ledger, w.bo, late).await, Refused::Wrong(_)), "{engine}: {until}");
        }
        let opening = does(&ledger, w.bo, place(&w)).await;
        let (seen, organisation) = openings::public(&mut ledger.read().await.unwrap(), opening).await.unwrap().unwrap();
        assert!(seen.figures.is_empty() && !organisation.is_empty(), "{engine}: an empty record says nothing");

        let wrong = Apply { email: "nowhere".into(), words: String::new(), ..applies(opening, "Ida") };
        assert!(matches!(send(&ledger, wrong).await, Err(Refused::Wrong(wrongs)) if wrongs.0.len() == 2), "{engine}");
        assert!(matches!(
            send(&ledger, Apply { opening: None, ..applies(opening, "Ida") }).await,
            Err(Refused::NotFound)
        ));
        let ida = send(&ledger, applies(opening, "Ida")).await.unwrap();
        let joe = send(&ledger, applies(opening, "Joe")).await.unwrap();
        assert_eq!(send(&ledger, applies(opening, "Joe")).await.unwrap(), joe, "{engine}: a form sent twice is one");
        // Whoever tries an address that is not theirs is answered as with any other.
        let probe = Apply { words: "Did they write?".into(), ..applies(opening, "Joe") };
        let probe = send(&ledger, probe).await.unwrap();
        assert_ne!(probe, joe, "{engine}");
        does(&ledger, w.bo, Forget { application: probe }).await;

        // Read by who leads; the circle sees the place and not that anybody wrote; a client sees nothing.
        let (bo, cy, kim) =
            (actor(&ledger, w.bo).await, actor(&ledger, w.members[0]).await, actor(&ledger, w.kim).await);
        let (all, came) = read(&ledger, &bo, opening).await.unwrap();
        assert_eq!(all.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["Ida", "Joe"], "{engine}");
        assert_eq!(came.unwrap().waiting, 2, "{engine}");
        assert_eq!(read(&ledger, &cy, opening).await.unwrap(), (Vec::new(), None), "{engine}");
        assert!(read(&ledger, &kim, opening).await.is_none(), "{engine}");
        assert_eq!(waits(&ledger, w.bo).await.len(), 1, "{engine}");
        assert!(waits(&ledger, w.ann).await.is_empty(), "{engine}: who opened it answers");
        for strange in [w.members[0], w.kim] {
            let answer = Answer { application: ida, state: "talking".into(), note: String::new() };
            assert!(matches!(refused(&ledger, strange, answer).await, Refused::NotFound), "{engine}");
            assert!(matches!(refused(&ledger, strange, Forget { application: ida }).await, Refused::NotFound));
        }
        let answer = |application, state: &str| Answer { application, state: state.into(), note: "On Monday".into() };
        assert!(
            matches!(refused(&ledger, w.bo, answer(ida, "joined")).await, Refused::Wrong(_)),
            "{engine}: not offered"
        );
        for state in ["talking", "offered", "joined"] {
            does(&ledger, w.bo, answer(ida, state)).await;
        }
        does(&ledger, w.bo, answer(joe, "declined")).await;
        assert!(matches!(refused(&ledger, w.bo, answer(joe, "talking")).await, Refused::Wrong(_)), "{engine}: closed");
        let came = read(&ledger, &bo, opening).await.unwrap().1.unwrap();
        assert_eq!((came.applied, came.waiting, came.joined, came.declined), (2, 0, 1, 1), "{engine}");

        // No word of theirs is in the chain or in anything else than the table, and they go on their day.
        let all =
            ledger.read().await.unwrap().rows("select kind || ' ' || body as body from event", &[]).await.unwrap();
        let chain: String = all.iter().map(|row| row.text("body").unwrap()).collect();
        assert!(chain.contains("applied_for") && !chain.contains("quokka") && !chain.contains("Ida"), "{engine}");
        does(&ledger, w.bo, Forget { application: joe }).await;
        assert_eq!(read(&ledger, &bo, opening).await.unwrap().0.len(), 1, "{engine}");
        send(&ledger, applies(opening, "Kay")).await.unwrap();
        clock.days(61);
        assert!(
            openings::public(&mut ledger.read().await.unwrap(), opening).await.unwrap().is_none(),
            "{engine}: over"
        );
        assert!(matches!(send(&ledger, applies(opening, "Lea")).await, Err(Refused::NotFound)), "{engine}");
        clock.days(120);
        assert!(read(&ledger, &bo, opening).await.unwrap().0.is_empty(), "{engine}: past its day it is not read");
        let swept = async || ledger.perform(&Begin::nobody(), &openings::Sweep).await.unwrap();
        assert_eq!((swept().await, swept().await), (2, 0), "{engine}: and deleted, though nobody writes any more");
        let other = does(&ledger, w.bo, Open { until: "2026-10-01".into(), ..place(&w) }).await;
        send(&ledger, applies(other, "Max")).await.unwrap();
        let left = "select name from application order by name";
        let left = ledger.read().await.unwrap().rows(left, &[]).await.unwrap();
        assert_eq!(left.len(), 1, "{engine}");

        // Whoever opened it leaves: it waits for the others who lead the circle itself.
        does(&ledger, w.ann, GiveRole { person: w.members[1], circle: w.team, role: Role::Leader }).await;
        assert!(waits(&ledger, w.members[1]).await.is_empty(), "{engine}");
        does(&ledger, w.ann, Leave { person: w.bo }).await;
        assert_eq!(waits(&ledger, w.members[1]).await.len(), 1, "{engine}");
        does(&ledger, w.ann, Erase { person: w.bo }).await;
        assert!(
            openings::public(&mut ledger.read().await.unwrap(), other).await.unwrap().is_none(),
            "{engine}: closed"
        );
        assert!(matches!(refused(&ledger, w.members[1], Close { opening: other }).await, Refused::Conflict { .. }));
    }
}

#[tokio::test]
async fn what_the_record_says_is_told_from_five_on_all_of_it_or_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "openings_told", &clock).await {
        let w = world(&ledger).await;
        let bo = actor(&ledger, w.bo).await;
        let told = async || openings::told(&mut ledger.read().await.unwrap(), &bo, w.team).await.unwrap();
        for (at, member) in w.members.iter().enumerate() {
            assert!(told().await.is_empty(), "{engine}: {at} ideas are not enough");
            let offer = Offer { circle: Some(w.team), title: format!("Idea {at}"), words: "It helps".into() };
            let idea = does(&ledger, *member, offer).await;
            let reason = "It costs an hour".into();
            does(&ledger, w.bo, AnswerIdea { idea, answer: "decline".into(), reason }).await;
        }
        let found = told().await;
        assert_eq!(found.len(), 1, "{engine}: {found:?}");
        assert_eq!((found[0].share.so, found[0].share.n), (5, 5), "{engine}");
        let without = does(&ledger, w.bo, Open { figures: false, ..place(&w) }).await;
        let with = does(&ledger, w.bo, place(&w)).await;
        let mut tx = ledger.read().await.unwrap();
        let mut shown = async |id| openings::public(&mut tx, id).await.unwrap().unwrap().0.figures;
        assert!(shown(without).await.is_empty(), "{engine}");
        assert_eq!(shown(with).await, found, "{engine}: as it stood on the day");
        let kim = actor(&ledger, w.kim).await;
        assert!(openings::told(&mut tx, &kim, w.team).await.unwrap().is_empty(), "{engine}: not a client's to ask");
    }
}
