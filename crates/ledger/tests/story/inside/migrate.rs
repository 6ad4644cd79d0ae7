//! Steps that move what people wrote: an older database with rows in it, brought to the present form.

use leadership::growth::Part;
use leadership::promise::Origin;
use leadership::talk::{Kind, State};
use leadership::{Id, PersonId};
use ledger::growth::SeatId;
use ledger::talks::{self, TalkId};
use ledger::tested::{older, steps};
use ledger::testing::{Clock, postgres_place, random, tamper};
use ledger::{Ledger, Tx, people};

fn id<T>(number: u8) -> Id<T> {
    Id::new("2026-01-05T08:00:00Z".parse().unwrap(), [number; 10])
}

/// What lay there at step 196: two people at a seat, one whose seat it is not, two talks beside it, a promise of one.
fn rows() -> Vec<String> {
    let (bo, cy, di): (PersonId, PersonId, PersonId) = (id(1), id(2), id(3));
    let (circle, seat): (leadership::CircleId, SeatId) = (id(4), id(5));
    let (first, second): (TalkId, TalkId) = (id(6), id(7));
    let promise: leadership::PromiseId = id(8);
    let at = "2026-01-05T08:00:00.000Z";
    let part = Part::Plan.name();
    let mut out = vec![format!(
        "insert into circle (id, parent, kind, name, purpose, made_at) values ('{circle}', null, 'organisation', 'Northwind', '', '{at}')"
    )];
    for (person, name) in [(bo, "Bo"), (cy, "Cy"), (di, "Di")] {
        out.push(format!("insert into person (id, name, made_at) values ('{person}', '{name}', '{at}')"));
        out.push(format!(
            "insert into held_role (person, circle, role, since) values ('{person}', '{circle}', 'member', '{at}')"
        ));
    }
    out.push(format!(
        "insert into growth_seat (id, person, guest, parts, words, state, invited_at, answered_at) \
         values ('{seat}', '{bo}', '{cy}', '{part}', 'Look along.', 'taken', '{at}', '{at}')"
    ));
    for (session, day, words, by) in [(first, "2026-01-10", "We spoke of shifts.", cy), (second, "2026-02-10", "", bo)]
    {
        out.push(format!(
            "insert into growth_session (id, seat, on_day, words, noted_by, noted_at) \
             values ('{session}', '{seat}', '{day}', '{words}', '{by}', '{day}T09:00:00.000Z')"
        ));
    }
    out.push(format!(
        "insert into promise (id, from_person, to_person, to_circle, circle, what, known, audience, shared, only_sides, \
         made_by, made_at, made_on, first_due, due, over_at, state, live, renegotiated, lapsed, origin, origin_id, \
         series_start) values ('{promise}', '{bo}', '{cy}', null, '{circle}', 'Hang up the plan', 'It hangs', 'staff', 0, 1, \
         '{bo}', '{at}', '2026-01-10', '2026-02-01', '2026-02-01', '2026-02-02T00:00:00.000Z', 'open', 1, 0, 0, 'talk', \
         '{first}', '2026-02-01')"
    ));
    out
}

async fn moved(engine: &str, url: &str) {
    older(url, 196).await.unwrap();
    for row in rows() {
        tamper(url, &row).await;
    }
    let clock = Clock::at("2026-03-02T08:00:00Z");
    let ledger = Ledger::open(url, clock.handed_in(), random(1)).await.unwrap();
    let mut tx = ledger.read().await.unwrap();
    let actor = async |tx: &mut Tx, number| people::actor(tx, id(number)).await.unwrap().unwrap();
    let (bo, cy, di) = (actor(&mut tx, 1).await, actor(&mut tx, 2).await, actor(&mut tx, 3).await);
    for person in [&bo, &cy] {
        let all = talks::of_seat(&mut tx, person, id(5)).await.unwrap();
        let told: Vec<_> = all
            .iter()
            .map(|talk| (talk.id, talk.held_on.unwrap().to_string(), talk.words.as_str(), talk.called_by))
            .collect();
        let wanted = [
            (id(7), "2026-02-10".to_owned(), "", bo.person),
            (id(6), "2026-01-10".to_owned(), "We spoke of shifts.", cy.person),
        ];
        assert_eq!(told, wanted, "{engine}: each as it was, the newest first");
        for talk in &all {
            assert_eq!((talk.kind, talk.state, talk.seat), (Kind::Mentoring, State::Held, Some(id(5))), "{engine}");
            assert_eq!((talk.planned_on, talk.noted_by), (talk.held_on.unwrap(), Some(talk.called_by)), "{engine}");
            assert!(talk.has(bo.person) && talk.has(cy.person) && talk.with.len() == 2, "{engine}: both sides");
            assert_eq!((talk.circle, talk.first_on, talk.about.as_str()), (None, None, ""), "{engine}");
        }
    }
    // Whose seat it is not finds nothing; what was promised leads back to the talk.
    assert!(talks::of_seat(&mut tx, &di, id(5)).await.unwrap().is_empty(), "{engine}");
    assert!(talks::get(&mut tx, &di, id(6)).await.unwrap().is_none(), "{engine}");
    let promised = talks::promises_of(&mut tx, &cy, id(6)).await.unwrap();
    assert_eq!((promised.len(), promised[0].origin), (1, Origin::Talk), "{engine}");
    assert_eq!(talks::mine(&mut tx, &bo).await.unwrap().len(), 2, "{engine}: among the other talks");
    assert!(tx.count("select count(*) as n from growth_session", &[]).await.is_err(), "{engine}: one table");
    drop(tx);
    ledger.close().await;
}

#[tokio::test]
async fn talks_beside_a_seat_become_talks_like_any_other() {
    let folder = tempfile::tempdir().unwrap();
    moved("SQLite", &format!("sqlite:{}", folder.path().join("old.sqlite").display())).await;
    if let Some(url) = postgres_place("migrate_197").await {
        moved("PostgreSQL", &url).await;
    }
}

#[test]
fn steps_have_numbers_of_their_own_in_order() {
    let steps = steps();
    assert!(steps.windows(2).all(|two| two[0] < two[1]), "{steps:?}");
}
