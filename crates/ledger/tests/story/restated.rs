//! A need is said back on a ticket, and who asked says whether it is so: by a link without an account, or through somebody
//! who heard it from them.

use leadership::CircleId;
use leadership::circle::Actor;
use ledger::people::Begin;
use ledger::restated::{self, AnswerByLink, AnswerFor, GiveLink, Restate, RestatedId, State, StateListening};
use ledger::testing::{Clock, each};
use ledger::{Ledger, Refused, links};

use crate::honesty::{actor, world};

async fn says(ledger: &Ledger, who: &Actor, circle: CircleId, words: &str) -> Result<RestatedId, Refused> {
    let act = Restate { source: "desk".into(), ticket: "T1".into(), circle: Some(circle), words: words.into() };
    ledger.perform(who, &act).await
}

async fn by_link(ledger: &Ledger, token: &str, so: &str, words: &str) -> Result<(), Refused> {
    let act = AnswerByLink { token: token.into(), so: so.into(), words: words.into() };
    ledger.perform(&Begin::nobody(), &act).await
}

fn wrong<T: std::fmt::Debug>(refused: Result<T, Refused>, field: &str) -> String {
    match refused {
        Err(Refused::Wrong(wrongs)) => wrongs.of(field).unwrap_or_else(|| panic!("{wrongs:?}")).to_owned(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn who_asked_says_whether_it_is_so() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "restated_link", &clock).await {
        let w = world(&ledger).await;
        let (ann, bo, cy) =
            (actor(&ledger, w.ann).await, actor(&ledger, w.bo).await, actor(&ledger, w.members[0]).await);
        let kim = actor(&ledger, w.kim).await;
        assert!(wrong(says(&ledger, &cy, w.root, "Print").await, "circle").contains("your circles"), "{engine}");
        assert!(!wrong(says(&ledger, &cy, w.team, " ").await, "words").is_empty(), "{engine}");
        assert!(wrong(says(&ledger, &cy, w.team, &"x".repeat(501)).await, "words").contains("sentence"), "{engine}");
        assert!(matches!(says(&ledger, &kim, w.team, "Print").await, Err(Refused::NotFound)), "{engine}");

        let first = says(&ledger, &cy, w.team, "Print before the ship leaves").await.unwrap();
        // Who is not of the team does not see to the answer; who leads it may.
        let strange = ledger.perform(&kim, &GiveLink { need: first }).await;
        assert!(matches!(strange, Err(Refused::NotFound)), "{engine}");
        let old = ledger.perform(&bo, &GiveLink { need: first }).await.unwrap();
        let token = ledger.perform(&cy, &GiveLink { need: first }).await.unwrap();
        let seen = async |token: &str| restated::shown(&mut ledger.read().await.unwrap(), token).await.unwrap();
        assert!(seen(&old).await.is_none() && seen("nonsense").await.is_none(), "{engine}: one link at a time");
        let shown = seen(&token).await.unwrap();
        assert_eq!((shown.ticket.as_str(), shown.words.as_str()), ("T1", "Print before the ship leaves"), "{engine}");
        assert!(matches!(by_link(&ledger, &old, "yes", "").await, Err(Refused::NotFound)), "{engine}");
        assert!(!wrong(by_link(&ledger, &token, "", "").await, "so").is_empty(), "{engine}");
        assert!(!wrong(by_link(&ledger, &token, "no", " ").await, "words").is_empty(), "{engine}");
        by_link(&ledger, &token, "no", "A label that can be read").await.unwrap();
        assert!(matches!(by_link(&ledger, &token, "yes", "").await, Err(Refused::NotFound)), "{engine}: once");
        assert!(matches!(ledger.perform(&cy, &GiveLink { need: first }).await, Err(Refused::Conflict { .. })));

        // Said anew, the link of what waits ends; on behalf of who asked it takes a note.
        clock.days(1);
        let second = says(&ledger, &cy, w.team, "A label that can be read").await.unwrap();
        let token = ledger.perform(&cy, &GiveLink { need: second }).await.unwrap();
        clock.days(1);
        let third = says(&ledger, &bo, w.team, "Labels that can be read in the cold").await.unwrap();
        assert!(seen(&token).await.is_none(), "{engine}");
        let on_behalf =
            |note: &str| AnswerFor { need: Some(third), so: "yes".into(), words: String::new(), note: note.into() };
        assert!(!wrong(ledger.perform(&cy, &on_behalf(" ")).await, "note").is_empty(), "{engine}");
        ledger.perform(&cy, &on_behalf("By telephone")).await.unwrap();
        let told = restated::of_ticket(&mut ledger.read().await.unwrap(), &ann, "desk", "T1").await.unwrap();
        let stands: Vec<_> = told.iter().map(|one| (one.state, one.answered_by)).collect();
        assert_eq!(
            stands,
            [(State::Corrected, None), (State::Replaced, None), (State::Confirmed, Some(w.members[0]))],
            "{engine}"
        );
        assert_eq!((told[0].correction.as_str(), told[2].note.as_str()), ("A label that can be read", "By telephone"));
        let mut tx = ledger.read().await.unwrap();
        assert!(restated::of_ticket(&mut tx, &kim, "desk", "T1").await.unwrap().is_empty(), "{engine}");
        assert!(restated::of_ticket(&mut tx, &ann, "other", "T1").await.unwrap().is_empty(), "{engine}");
        let counts = restated::counts(&mut tx).await.unwrap()[&w.team];
        assert_eq!((counts.said, counts.confirmed, counts.corrected), (2, 1, 1), "{engine}");
        drop(tx);
        assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None, "{engine}");
        ledger.close().await;
    }
}

#[tokio::test]
async fn a_link_ends_by_itself_and_by_who_leads() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "restated_ends", &Clock::at("2026-03-02T08:00:00Z")).await {
        let w = world(&ledger).await;
        let (bo, cy) = (actor(&ledger, w.bo).await, actor(&ledger, w.members[0]).await);
        let need = says(&ledger, &cy, w.team, "Print before the ship leaves").await.unwrap();
        let token = ledger.perform(&cy, &GiveLink { need }).await.unwrap();
        let listed = links::list(&mut ledger.read().await.unwrap(), &bo).await.unwrap();
        assert_eq!((listed.len(), listed[0].purpose.as_str()), (1, restated::PURPOSE), "{engine}");
        assert_eq!(listed[0].until, ledger.now() + restated::LINK_LASTS, "{engine}");
        ledger.perform(&bo, &links::Revoke { link: listed[0].link.id }).await.unwrap();
        assert!(matches!(by_link(&ledger, &token, "yes", "").await, Err(Refused::NotFound)), "{engine}");
        ledger.close().await;
    }
}

#[tokio::test]
async fn who_leads_a_team_states_since_when_it_listens() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "restated_since", &Clock::at("2026-03-02T08:00:00Z")).await {
        let w = world(&ledger).await;
        let (bo, cy) = (actor(&ledger, w.bo).await, actor(&ledger, w.members[0]).await);
        let began = async || restated::listening(&mut ledger.read().await.unwrap()).await.unwrap();
        assert!(began().await.is_empty(), "{engine}");
        says(&ledger, &cy, w.team, "Print before the ship leaves").await.unwrap();
        let first = began().await[&w.team];
        assert_eq!((first.since.to_string().as_str(), first.stated), ("2026-03-02", false), "{engine}");
        let state = |since: &str| StateListening { circle: Some(w.team), since: since.into() };
        assert!(matches!(ledger.perform(&cy, &state("2026-02-01")).await, Err(Refused::NotYours(_))), "{engine}");
        assert!(wrong(ledger.perform(&bo, &state("2026-03-04")).await, "since").contains("once it has begun"));
        ledger.perform(&bo, &state("2026-02-01")).await.unwrap();
        let stated = began().await[&w.team];
        assert_eq!((stated.since.to_string().as_str(), stated.stated), ("2026-02-01", true), "{engine}");
        ledger.perform(&bo, &state("")).await.unwrap();
        assert_eq!(began().await[&w.team], first, "{engine}: taken back");
        ledger.close().await;
    }
}
