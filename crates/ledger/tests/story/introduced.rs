//! Introductions: both say whether they want it, who introduced them learns only that both do; and on whom aims depend.

use leadership::PersonId;
use leadership::aim::{AimKind, Resource};
use ledger::aims::{MakeAim, resources};
use ledger::asks::{Answer, Need};
use ledger::network::{self, AnswerIntroduction, Introduce, Introduction, OPEN_DAYS, Stands};
use ledger::people::{Erase, Leave};
use ledger::testing::{Clock, each};
use ledger::{Ledger, Refused};

use crate::honesty::{actor, world};
use crate::talks::{does, refused};

async fn of(ledger: &Ledger, who: PersonId) -> Vec<Introduction> {
    let who = actor(ledger, who).await;
    network::introductions(&mut ledger.read().await.unwrap(), &who).await.unwrap()
}

async fn waits(ledger: &Ledger, who: PersonId) -> Vec<String> {
    let mut tx = ledger.read().await.unwrap();
    let today = tx.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    network::waiting(&mut tx, who, today).await.unwrap().into_iter().map(|one| one.title).collect()
}

#[tokio::test]
async fn both_want_it_or_nothing_is_told() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "introduced", &Clock::at("2026-03-02T08:00:00Z")).await {
        let clock = Clock::at("2026-03-02T08:00:00Z");
        let ledger = ledger.at(clock.handed_in());
        let w = world(&ledger).await;
        let (bo, cy, di, ed) = (w.bo, w.members[0], w.members[1], w.members[2]);
        let two = |one, other| Introduce { one: Some(one), other: Some(other), words: "Both run the printers".into() };
        for wrong in [two(cy, cy), two(cy, bo), two(cy, w.kim), Introduce { words: String::new(), ..two(cy, di) }] {
            // A client's contact is nobody of one's circles to be introduced to; oneself neither.
            assert!(matches!(refused(&ledger, bo, wrong).await, Refused::Wrong(_)), "{engine}");
        }
        let id = does(&ledger, bo, two(cy, di)).await;
        assert_eq!((waits(&ledger, cy).await.len(), waits(&ledger, bo).await.len()), (1, 0), "{engine}");
        let says = |wants| AnswerIntroduction { introduction: id, wants };
        assert!(matches!(refused(&ledger, bo, says(true)).await, Refused::NotYours(_)), "{engine}");
        assert!(matches!(refused(&ledger, ed, says(true)).await, Refused::NotFound), "{engine}");
        does(&ledger, cy, says(true)).await;
        assert!(matches!(refused(&ledger, cy, says(false)).await, Refused::Conflict { .. }), "{engine}: said is said");
        assert_eq!(of(&ledger, bo).await[0].stands, Stands::Open, "{engine}");
        does(&ledger, di, says(true)).await;
        for who in [bo, cy, di] {
            assert_eq!(of(&ledger, who).await[0].stands, Stands::Met, "{engine}");
        }
        assert!(of(&ledger, ed).await.is_empty(), "{engine}");
        let ask = does(&ledger, cy, Need { whom: Some(di), words: "Which driver?".into() }).await;
        does(&ledger, di, Answer { ask, words: "The old one".into() }).await;
        assert_eq!(of(&ledger, cy).await[0].since, Some(1), "{engine}");
        assert_eq!(of(&ledger, bo).await[0].since, None, "{engine}: what is between the two is theirs");
        let cy_ = actor(&ledger, cy).await;
        let ties = network::ties(&mut ledger.read().await.unwrap(), &cy_).await.unwrap();
        assert!(ties.iter().any(|tie| tie.person == bo && tie.theirs[0].kind == "An introduction"), "{engine}");

        // “Not now” looks like silence to the other side and to who introduced them, to the last day.
        let quiet = does(&ledger, bo, two(di, ed)).await;
        let silent = does(&ledger, bo, two(ed, di)).await;
        does(&ledger, ed, AnswerIntroduction { introduction: quiet, wants: false }).await;
        let seen = async |who| {
            let all = of(&ledger, who).await;
            let one = |id| all.iter().find(|one| one.id == id).unwrap().stands;
            (one(quiet), one(silent))
        };
        assert_eq!(seen(bo).await, (Stands::Open, Stands::Open), "{engine}");
        assert_eq!(seen(di).await, (Stands::Yours, Stands::Yours), "{engine}");
        does(&ledger, di, AnswerIntroduction { introduction: quiet, wants: true }).await;
        assert_eq!(seen(bo).await.0, Stands::Open, "{engine}: one of them did not want it, and nobody learns of it");
        // Who left is nobody to be met any more.
        let fay = w.members[3];
        let gone = does(&ledger, bo, two(di, fay)).await;
        let before = waits(&ledger, di).await.len();
        does(&ledger, w.ann, Leave { person: fay }).await;
        assert_eq!(waits(&ledger, di).await.len(), before - 1, "{engine}");
        assert_eq!(of(&ledger, di).await.iter().find(|one| one.id == gone).unwrap().stands, Stands::Ended, "{engine}");
        let late = AnswerIntroduction { introduction: gone, wants: true };
        assert!(matches!(refused(&ledger, di, late).await, Refused::Conflict { .. }), "{engine}");
        clock.days(OPEN_DAYS + 1);
        assert_eq!(seen(bo).await, (Stands::Ended, Stands::Ended), "{engine}");
        assert!(waits(&ledger, di).await.is_empty(), "{engine}");
        does(&ledger, w.ann, Erase { person: bo }).await;
        assert!(of(&ledger, cy).await[0].words != "Both run the printers", "{engine}: erased with who wrote it");
    }
}

#[tokio::test]
async fn on_whom_an_aim_depends_is_read_by_who_answers_for_it() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "leans", &Clock::at("2026-03-02T08:00:00Z")).await {
        let w = world(&ledger).await;
        let aim = MakeAim {
            circle: w.team,
            kind: AimKind::Goal,
            title: "Answer within the hour".into(),
            why: "People wait".into(),
            picture: String::new(),
            horizon: String::new(),
            owner: Some(w.bo),
            serves: None,
            core: false,
            hard: false,
            source: String::new(),
            restatement: String::new(),
            confirmer: None,
        };
        let aim = does(&ledger, w.bo, aim).await;
        let goals = async |who| {
            let who = actor(&ledger, who).await;
            network::goals(&mut ledger.read().await.unwrap(), &who).await.unwrap()
        };
        assert!(goals(w.bo).await[0].leans.is_empty(), "{engine}");
        let ask = resources::Ask {
            aim,
            kind: Resource::Funding,
            what: "Two headsets".into(),
            amount: "100".into(),
            needed_by: String::new(),
            of: Some(w.ann),
        };
        let need = does(&ledger, w.bo, ask).await;
        let found = goals(w.bo).await;
        let leans = &found[0].leans[0];
        assert_eq!((leans.person, leans.last, leans.waits.as_slice()), (w.ann, None, &["Two headsets".to_owned()][..]));
        let grant = resources::Grant { ask: need, amount: "100".into(), by: "2026-03-20".into(), words: String::new() };
        does(&ledger, w.ann, grant).await;
        let ask = does(&ledger, w.bo, Need { whom: Some(w.ann), words: "Which shop?".into() }).await;
        does(&ledger, w.ann, Answer { ask, words: "Any".into() }).await;
        let leans = goals(w.bo).await[0].leans[0].clone();
        assert_eq!((leans.granted.len(), leans.waits.len()), (1, 0), "{engine}");
        assert_eq!(leans.last.unwrap().to_string(), "2026-03-02", "{engine}");
        assert!(goals(w.ann).await.is_empty() && goals(w.members[0]).await.is_empty(), "{engine}");
    }
}
