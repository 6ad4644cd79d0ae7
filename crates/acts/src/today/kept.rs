//! Days that were gathered once, and how long each of them holds.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use leadership::PersonId;
use ledger::{Tx, Version};

use super::page::{View, view};
use crate::app::App;
use crate::failure::Failure;
use crate::guard::Me;

/// Days that were gathered: each kept for a minute at most, and until something is written that its person may feel.
/// People look again and again, and a day is gathered from every room.
#[derive(Default)]
pub(crate) struct Days(Mutex<BTreeMap<PersonId, Kept>>);

struct Kept {
    /// The version of everything written that it holds for.
    of: Version,
    minute: i64,
    view: Arc<View>,
}

/// Most days kept.
const KEPT: usize = 1_000;

impl Days {
    /// The day of a person where it still holds.
    fn get(&self, app: &App, me: &Me, (now, minute): (Version, i64)) -> Option<Arc<View>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let day = kept.get_mut(&me.actor.person)?;
        if day.minute != minute || !app.ledger().still_holds(day.of, now, &me.actor) {
            return None;
        }
        // What was looked over once is not looked over again.
        day.of = now;
        Some(day.view.clone())
    }

    fn keep(&self, person: PersonId, (of, minute): (Version, i64), view: Arc<View>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.retain(|_, day| day.minute == minute);
        }
        if kept.len() < KEPT {
            kept.insert(person, Kept { of, minute, view });
        }
    }
}

/// The day of a person: kept, or gathered.
pub(super) async fn of_day(app: &App, tx: &mut Tx, me: &Me) -> Result<Arc<View>, Failure> {
    let moment = (tx.version().await?, tx.now().as_second().div_euclid(60));
    if let Some(view) = app.days().get(app, me, moment) {
        return Ok(view);
    }
    let view = Arc::new(view(tx, me).await?);
    app.days().keep(me.actor.person, moment, view.clone());
    Ok(view)
}

#[cfg(test)]
mod tests {
    use leadership::{CircleKind, Role};
    use ledger::people::{self, AddPerson, Begin, Look, OpenCircle};
    use ledger::promises::Give;
    use ledger::status::Open;
    use ledger::testing::{Clock, sqlite};
    use ledger::{Act, Ledger};

    use super::super::page::{Asked, body};
    use super::*;
    use crate::app::{Config, NoRecord};

    /// Statements that a day may take when it is gathered, and when it is kept: counted, since a clock would say
    /// something else on every machine.
    const GATHERED: u64 = 58;
    const KEPT_ONE: u64 = 1;

    async fn me(ledger: &Ledger, person: PersonId) -> Me {
        let actor = people::actor(&mut ledger.read().await.unwrap(), person).await.unwrap().unwrap();
        Me { actor, name: String::new(), zone: "UTC".to_owned(), sample: false }
    }

    async fn does<A: Act>(ledger: &Ledger, person: PersonId, act: &A) -> A::Done {
        ledger.perform(&me(ledger, person).await.actor, act).await.unwrap()
    }

    /// How many statements the day of a person takes now, and whether it holds a text.
    async fn statements(app: &App, person: PersonId, text: &str) -> (u64, bool) {
        let me = me(app.ledger(), person).await;
        let mut tx = app.ledger().read().await.unwrap();
        let view = of_day(app, &mut tx, &me).await.unwrap();
        let page = body(&view, &me, &Asked::default()).into_string();
        (tx.statements(), page.contains(text))
    }

    #[tokio::test]
    async fn a_day_is_gathered_again_only_when_its_person_may_feel_what_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::at("2026-03-02T08:00:00Z");
        let ledger = sqlite(folder.path(), &clock).await;
        let begin = Begin {
            organisation: "Northwind IT".into(),
            name: "Ann".into(),
            email: "ann@example.org".into(),
            password: "no hash".into(),
            zone: "UTC".into(),
        };
        let ann = ledger.perform(&Begin::nobody(), &begin).await.unwrap();
        let root = people::circles(&mut ledger.read().await.unwrap()).await.unwrap()[0].id;
        let open = OpenCircle { parent: root, kind: CircleKind::Team, name: "Desk".into(), purpose: String::new() };
        let desk = does(&ledger, ann, &open).await;
        let add = |name: &str| AddPerson { name: name.into(), email: String::new(), circle: desk, role: Role::Member };
        let (bo, cy, di) = (
            does(&ledger, ann, &add("Bo")).await,
            does(&ledger, ann, &add("Cy")).await,
            does(&ledger, ann, &add("Di")).await,
        );
        let config = Config { address: "http://plumb.test".into(), secure_cookie: false };
        let app = App::new(ledger.clone(), config, Arc::new(NoRecord));
        let give = |whom: PersonId, what: &str| Give {
            whom: whom.to_string(),
            what: what.into(),
            known: "It can be seen.".into(),
            due: "2026-03-04".into(),
            ..Give::default()
        };
        let (first, _) = statements(&app, di, "").await;
        assert!((20..=GATHERED).contains(&first), "{first} statements to gather a day");
        assert_eq!(statements(&app, di, "").await.0, KEPT_ONE, "kept while nothing is written");

        // What two others promise each other, and a look at somebody's page, leave it as it is: it is theirs to feel.
        does(&ledger, bo, &give(cy, "Call the client")).await;
        does(&ledger, ann, &Look { person: bo, what: "the page of a person" }).await;
        assert_eq!(statements(&app, di, "Call the client").await, (KEPT_ONE, false));
        let (again, told) = statements(&app, bo, "Call the client").await;
        assert!(again > KEPT_ONE && told, "on the day of who promised: {again}");
        assert!(statements(&app, cy, "Call the client").await.1, "and of whom it was promised to");

        // What is promised to oneself, or to a circle that one sees, is felt at once; so is what says nothing of whom.
        does(&ledger, bo, &give(di, "Bring the key")).await;
        let (again, told) = statements(&app, di, "Bring the key").await;
        assert!(again > KEPT_ONE && told, "{again}");
        does(&ledger, bo, &Give { whom: desk.to_string(), ..give(di, "Write it up") }).await;
        assert!(statements(&app, di, "Write it up").await.1, "promised to her circle");
        assert_eq!(statements(&app, di, "").await.0, KEPT_ONE);
        does(&ledger, ann, &add("Ed")).await;
        assert!(statements(&app, di, "").await.0 > KEPT_ONE, "a newcomer is news to everybody");

        // What is promised in a circle is evidence for whoever answers for how it stands: a side or not.
        let line = Open {
            noun: "circle".into(),
            subject: desk.to_string(),
            title: "The desk".into(),
            circle: Some(desk),
            owner: Some(ann),
            due: "2026-06-01".into(),
        };
        does(&ledger, ann, &line).await;
        statements(&app, ann, "").await;
        assert_eq!(statements(&app, ann, "").await.0, KEPT_ONE);
        does(&ledger, bo, &give(cy, "Count the keys")).await;
        assert!(statements(&app, ann, "").await.0 > KEPT_ONE, "it may gainsay what she claims");

        // The clock ends it as well, and so does another process.
        statements(&app, di, "").await;
        assert_eq!(statements(&app, di, "").await.0, KEPT_ONE);
        clock.advance(jiff::SignedDuration::from_mins(1));
        assert!(statements(&app, di, "").await.0 > KEPT_ONE, "a minute at most");
        let other = sqlite(folder.path(), &clock).await;
        does(&other, bo, &give(di, "From the other server")).await;
        assert!(statements(&app, di, "From the other server").await.1, "another process wrote it");
    }
}
