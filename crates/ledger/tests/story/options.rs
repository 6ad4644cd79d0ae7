//! A problem is opened to a circle for options: who is asked, until when it waits for them, and what answers it.

use casebook::{Act as Deed, Canvas, Choice};
use jiff::civil::Date;
use leadership::{PersonId, Role};
use ledger::casework::{self, Write};
use ledger::people;
use ledger::testing::{Clock, each};
use ledger::{Ledger, Refused};

use crate::casework::{canvas, does, of};
use crate::honesty::{actor, join, world};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn ask(circle: leadership::CircleId, until: &str) -> Deed {
    Deed::Ask { of: of("t1"), circle, until: day(until), why: "Ours did not hold".into() }
}

/// On whom it waits, of some, on a day.
async fn waits(ledger: &Ledger, people: &[PersonId], today: &str) -> Vec<bool> {
    let mut out = Vec::new();
    for person in people {
        let mut tx = ledger.read().await.unwrap();
        let found = casework::waiting(&mut tx, *person, day(today)).await.unwrap();
        for one in &found {
            assert_eq!(
                (one.title.as_str(), one.page.as_str()),
                ("Propose an option for: Problem t1", "/problems/t1/option")
            );
            assert_eq!(one.because, "Ann Lee asks for options until 9 March 2026: Ours did not hold");
        }
        out.push(!found.is_empty());
    }
    out
}

#[tokio::test]
async fn a_problem_is_opened_to_a_circle_and_waits_for_its_people_until_they_answer() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "options_asked", &Clock::at("2026-03-02T08:00:00Z")).await {
        let w = world(&ledger).await;
        let observer = join(&ledger, w.ann, "Ola", w.team, Role::Observer).await;
        let (ann, cy) = (actor(&ledger, w.ann).await, actor(&ledger, w.members[0]).await);
        assert_eq!(does(&ledger, &ann, ask(w.team, "2026-03-09")).await.unwrap(), 1, "{engine}");
        let all = [w.bo, w.members[0], w.members[1], w.members[2], w.ann, observer, w.kim];
        let now = async |today| waits(&ledger, &all, today).await;
        assert_eq!(now("2026-03-02").await, [true, true, true, true, false, false, false], "{engine}");
        // An option of one's own answers it, and so does saying that one has none; of others, nothing changes.
        let option = Choice { what: "New drivers".into(), by: vec![cy.person], ..Choice::default() };
        let act = canvas("t1", Canvas { options: vec![option.clone()], ..Canvas::default() });
        ledger.perform(&cy, &Write { act, by: String::new(), asks: vec![1] }).await.unwrap();
        let di = actor(&ledger, w.members[1]).await;
        let act = Deed::Pass { of: of("t1"), words: "None that was not tried".into() };
        ledger.perform(&di, &Write { act, by: String::new(), asks: vec![1] }).await.unwrap();
        assert_eq!(now("2026-03-09").await, [true, false, false, true, false, false, false], "{engine}");
        assert_eq!(now("2026-03-10").await, [false; 7], "{engine}: the day has passed");
        let mut tx = ledger.read().await.unwrap();
        let asked = casework::asked(&mut tx, &[1, 2]).await.unwrap();
        let answered = asked[&1].iter().filter(|(_, answered)| *answered).count();
        assert_eq!((asked.len(), asked[&1].len(), answered), (1, 6, 2), "{engine}");
        let mine = people::export(&mut tx, cy.person).await.unwrap().unwrap();
        let held = mine.held.iter().find(|held| held.what.starts_with("Problems on which you were asked")).unwrap();
        assert_eq!(held.rows[0][..2], ["Problem t1", "2026-03-09"], "{engine}");
        // Own words are sealed in the chain, and there is no digest that they could be guessed from.
        let told = tx.history(casework::NOUN, "t1").await.unwrap();
        let kinds: Vec<_> =
            told.iter().map(|event| (event.kind.as_str(), event.body.get("digest").is_some())).collect();
        assert_eq!(kinds, [("ask", false), ("canvas", true), ("pass", false)], "{engine}");
        assert_eq!(told[0].body["why"], "Ours did not hold", "{engine}");
        let open = tx.count("select count(*) as n from event where body like '%did not hold%'", &[]).await.unwrap();
        assert_eq!(open, 0, "{engine}");
        drop(tx);
        // Undone it waits for nobody, and done again it does.
        does(&ledger, &ann, Deed::Undo { entry: 1 }).await.unwrap();
        assert_eq!(now("2026-03-02").await, [false; 7], "{engine}");
        does(&ledger, &ann, Deed::Undo { entry: 4 }).await.unwrap();
        assert_eq!(now("2026-03-02").await, [true, false, false, true, false, false, false], "{engine}");
        assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None, "{engine}");
        ledger.close().await;
    }
}

#[tokio::test]
async fn one_asks_circles_of_ones_own_and_an_option_is_of_somebody_who_wrote() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "options_refused", &Clock::at("2026-03-02T08:00:00Z")).await {
        let nobody = does(&ledger, &people::Begin::nobody(), Deed::Pass { of: of("t1"), words: String::new() }).await;
        assert!(matches!(nobody, Err(Refused::NotFound)), "{engine}: nobody is asked where nobody signs in");
        let w = world(&ledger).await;
        let (ann, cy, kim) =
            (actor(&ledger, w.ann).await, actor(&ledger, w.members[0]).await, actor(&ledger, w.kim).await);
        let harbour = kim.sight.as_client.first().copied().unwrap();
        for (who, act, field) in [
            (&cy, ask(w.root, "2026-03-09"), "circle"),
            (&cy, ask(harbour, "2026-03-09"), "circle"),
            // Nobody of ours works in it: the client's contact is no one to ask.
            (&ann, ask(harbour, "2026-03-09"), "circle"),
            (&cy, ask(w.team, "2026-03-01"), "until"),
            (&cy, ask(w.team, "2026-06-01"), "until"),
            (&cy, Deed::Ask { of: of("t1"), circle: w.team, until: day("2026-03-09"), why: " ".into() }, "why"),
        ] {
            let refused = does(&ledger, who, act).await;
            assert!(
                matches!(&refused, Err(Refused::Wrong(wrongs)) if wrongs.of(field).is_some()),
                "{engine}: {refused:?}"
            );
        }
        assert!(matches!(does(&ledger, &kim, ask(harbour, "2026-03-09")).await, Err(Refused::NotFound)), "{engine}");
        let option = Choice { what: "New drivers".into(), by: vec![w.bo], ..Choice::default() };
        let forged = canvas("t1", Canvas { options: vec![option], ..Canvas::default() });
        let refused = does(&ledger, &cy, forged).await;
        assert!(matches!(&refused, Err(Refused::Wrong(wrongs)) if wrongs.of("o0-what").is_some()), "{engine}");
        ledger.close().await;
    }
}
