//! Every module of the training ends in its own act: one of its kind, by its person, after they began it.

use casebook::{Canvas, Hypothesis};
use leadership::aim::AimKind;
use leadership::decision;
use leadership::promise::Intended;
use leadership::request;
use leadership::teach::Way;
use leadership::{AimId, CircleKind, PersonId};
use ledger::aims::explain::{Explain, QuestionId, SayBack};
use ledger::people::OpenCircle;
use ledger::promises::Give;
use ledger::requests::{Ask, Triage, Undo};
use ledger::talks::{Agree, AnswerHeard, Call, Hear, OpenAccount, TellAccount};
use ledger::testing::{Clock, each};
use ledger::training::{self, End, OwnAct, Start};
use ledger::{Ledger, Refused, args, asks};
use model::{Deed, Module};

use crate::aims::make;
use crate::casework::canvas;
use crate::honesty::{World, actor, world};
use crate::talks::{does, one_to_one};

/// A team whose leader, Bo, does everything that a module asks for.
struct House {
    ledger: Ledger,
    clock: Clock,
    w: World,
    aim: AimId,
}

impl House {
    async fn of(ledger: Ledger) -> Self {
        let clock = Clock::at("2026-03-02T08:00:00Z");
        let ledger = ledger.at(clock.handed_in());
        let w = world(&ledger).await;
        let open = OpenCircle {
            parent: w.root,
            kind: CircleKind::Department,
            name: "Accounts".into(),
            purpose: String::new(),
        };
        does(&ledger, w.ann, open).await;
        let mut aims = Vec::new();
        for title in ["Answer in one hour", "Fewer devices", "Nobody waits for access"] {
            aims.push(does(&ledger, w.bo, make(w.team, AimKind::Goal, title, None)).await);
        }
        Self { ledger, clock, w, aim: aims[0] }
    }

    fn day(&self, later: i64) -> String {
        let today = self.clock.now().to_zoned(jiff::tz::TimeZone::UTC).date();
        today.saturating_add(jiff::Span::new().days(later)).to_string()
    }

    /// One of the team says back what was explained, in answer to the question that lies open.
    async fn says_back(&self, member: PersonId) {
        let mut tx = self.ledger.read().await.unwrap();
        let row = tx
            .one(
                "select id from teach_back where aim = $1 and person = $2 and answered_at is null",
                args![self.aim, member],
            )
            .await
            .unwrap();
        let question: QuestionId = row.expect("an open question").id("id").unwrap();
        drop(tx);
        does(&self.ledger, member, SayBack { question, answer: "0".into() }).await;
    }

    async fn promises(&self, whom: &str, due: &str) {
        let give = Give {
            whom: whom.into(),
            what: "A quiet hour".into(),
            known: "Nobody calls.".into(),
            due: due.into(),
            ..Give::default()
        };
        does(&self.ledger, self.w.bo, give).await;
    }

    fn row(&self, from: PersonId, to: PersonId) -> Intended {
        Intended {
            from: from.to_string(),
            to: to.to_string(),
            what: "Tell a day before".into(),
            due: self.day(10),
            known: "The plan hangs there.".into(),
        }
    }

    async fn listens(&self) {
        let (bo, cy) = (self.w.bo, self.w.members[0]);
        let call = Call { held: true, ..one_to_one(cy, &self.day(0)) };
        let talk = does(&self.ledger, bo, call).await;
        let hear = Hear { talk: Some(talk), of: Some(cy), words: "You want to sleep.".into() };
        let heard = does(&self.ledger, bo, hear).await;
        does(&self.ledger, cy, AnswerHeard { heard, confirms: false, words: "To be warned.".into() }).await;
        does(&self.ledger, bo, Agree { talk, rows: vec![self.row(bo, cy)] }).await;
    }

    async fn mediates(&self) {
        let (bo, cy, di) = (self.w.bo, self.w.members[0], self.w.members[1]);
        let call = Call {
            kind: "mediation".into(),
            with: vec![cy, di],
            about: "Scripts at night".into(),
            planned_on: self.day(0),
            noticed_on: self.day(-1),
            ..Call::default()
        };
        let talk = does(&self.ledger, bo, call).await;
        for (side, other) in [(cy, di), (di, cy)] {
            does(&self.ledger, side, TellAccount { talk, words: "I am woken.".into() }).await;
            for by in [bo, other] {
                let hear = Hear { talk: Some(talk), of: Some(side), words: "You want to sleep.".into() };
                let heard = does(&self.ledger, by, hear).await;
                does(&self.ledger, side, AnswerHeard { heard, confirms: true, words: String::new() }).await;
                if by == bo {
                    does(&self.ledger, side, OpenAccount { talk }).await;
                }
            }
        }
        does(&self.ledger, di, Agree { talk, rows: vec![self.row(di, cy), self.row(cy, di)] }).await;
    }

    /// A request of Cy's, delegated to Di.
    async fn delegates(&self) -> leadership::RequestId {
        let ask = Ask {
            circle: self.w.team.to_string(),
            of: self.w.bo.to_string(),
            title: "A line for the warehouse".into(),
            ..Ask::default()
        };
        let asked = does(&self.ledger, self.w.members[0], ask).await;
        let typed = request::Typed {
            verdict: "delegate".into(),
            day: self.day(10),
            to: self.w.members[1].to_string(),
            outcome: "A line that carries the scanners".into(),
            limits: "At most 200 a month".into(),
            authority: "own".into(),
            ..request::Typed::default()
        };
        does(&self.ledger, self.w.bo, Triage { request: asked, typed }).await;
        asked
    }

    async fn lays_out(&self, criterion: &[&str]) {
        let typed = decision::Typed {
            question: "Which telephone system?".into(),
            option: vec!["Repair the old one".into(), "Buy the new one".into()],
            criterion: criterion.iter().map(|name| (*name).to_owned()).collect(),
            weight: criterion.iter().map(|_| "3".to_owned()).collect(),
            choice: "2".into(),
            gut_percent: "60".into(),
            review_on: self.day(90),
            ..decision::Typed::default()
        };
        let write = ledger::decisions::Write {
            circle: self.w.team.to_string(),
            decider: self.w.bo.to_string(),
            typed,
            ..ledger::decisions::Write::default()
        };
        does(&self.ledger, self.w.bo, write).await;
    }

    async fn writes_causes(&self, causes: &[&str]) {
        let hypotheses =
            causes.iter().map(|claim| Hypothesis { claim: (*claim).to_owned(), ..Hypothesis::default() }).collect();
        let act = canvas("t1", Canvas { hypotheses, ..Canvas::default() });
        crate::casework::does(&self.ledger, &actor(&self.ledger, self.w.bo).await, act).await.unwrap();
    }

    /// The whole act of a kind, as its module asks for it; `member` says back what is explained.
    async fn acts(&self, deed: Deed, member: PersonId) {
        let (ledger, w) = (&self.ledger, &self.w);
        match deed {
            Deed::PromisedTeam => self.promises("Service desk", &self.day(10)).await,
            Deed::PromisedClient => self.promises("Accounts", &self.day(10)).await,
            Deed::Explained => {
                let words = "An hour is what a shop floor can bear.".to_owned();
                does(ledger, w.bo, Explain { aim: self.aim, circle: w.team, way: Way::Meeting, words }).await;
                self.clock.days(2);
                self.says_back(member).await;
            }
            Deed::Listened => self.listens().await,
            Deed::Mediated => self.mediates().await,
            Deed::Delegated => {
                self.delegates().await;
            }
            Deed::LaidOutDecision => self.lays_out(&["Cost"]).await,
            Deed::AskedSomebody => {
                does(ledger, w.bo, asks::Need { whom: Some(w.members[0]), words: "What did you see?".into() }).await;
            }
            Deed::SetTestOfCause => {
                self.writes_causes(&["The driver", "The paper"]).await;
                self.promises("Cy", &self.day(3)).await;
            }
        }
    }

    /// What the record offers for a module that was begun at an instant.
    async fn offered(&self, module: &Module) -> Vec<OwnAct> {
        let bo = actor(&self.ledger, self.w.bo).await;
        let mut tx = self.ledger.read().await.unwrap();
        let since = training::begun(&mut tx, &bo).await.unwrap()[&module.key];
        training::done_since(&mut tx, &bo, module.deed, since).await.unwrap()
    }

    async fn ends(&self, module: &Module, act: &OwnAct) -> Result<(), Refused> {
        let bo = actor(&self.ledger, self.w.bo).await;
        let act = format!("{}:{}", act.noun, act.subject);
        self.ledger.perform(&bo, &End { module: module.key.clone(), act }).await
    }
}

/// All modules; that which any promise ends, once its causes are written, comes last.
fn modules() -> Vec<&'static Module> {
    let mut all: Vec<&Module> = model::shipped().modules.iter().collect();
    all.sort_by_key(|module| module.deed == Deed::SetTestOfCause);
    all
}

#[tokio::test]
async fn every_module_ends_in_its_own_act_done_after_it_was_begun() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "training_walk", &Clock::at("2026-03-02T08:00:00Z")).await {
        let house = House::of(ledger).await;
        let bo = actor(&house.ledger, house.w.bo).await;
        // Everything was done once before anything is begun: nothing of it counts.
        for module in modules() {
            house.acts(module.deed, house.w.members[0]).await;
        }
        house.clock.days(1);
        for module in modules() {
            let old = OwnAct { noun: "promise", subject: "x".into(), at: house.clock.now() };
            assert!(matches!(house.ends(module, &old).await, Err(Refused::Conflict { .. })), "{engine}: not begun");
            does(&house.ledger, house.w.bo, Start { module: module.key.clone() }).await;
        }
        house.clock.days(1);
        // Begun is begun: once more changes nothing.
        does(&house.ledger, house.w.bo, Start { module: "listening".into() }).await;
        let began = training::begun(&mut house.ledger.read().await.unwrap(), &bo).await.unwrap();
        assert_eq!(began.len(), modules().len(), "{engine}");
        assert!(began.values().all(|at| *at < house.clock.now()), "{engine}");
        // What was explained before is said back now: that does not make it explained since.
        house.says_back(house.w.members[2]).await;
        for module in modules() {
            assert_eq!(house.offered(module).await, [], "{engine}: {}", module.key);
        }
        // Each act ends its own module and none of those whose act is still to come.
        let mut done: Vec<(&Module, OwnAct)> = Vec::new();
        for module in modules() {
            house.clock.advance(jiff::SignedDuration::from_mins(1));
            house.acts(module.deed, house.w.members[1]).await;
            let offered = house.offered(module).await;
            assert_eq!(offered.len(), 1, "{engine}: {}: {offered:?}", module.key);
            for (other, act) in &done {
                if other.deed != module.deed {
                    let wrong = house.ends(module, act).await;
                    assert!(matches!(wrong, Err(Refused::Wrong(_))), "{engine}: {} with {act:?}", module.key);
                }
            }
            done.push((module, offered[0].clone()));
            for later in modules().iter().skip(done.len()).filter(|later| later.deed != module.deed) {
                assert_eq!(house.offered(later).await, [], "{engine}: {} after {}", later.key, module.key);
            }
        }
        for (module, act) in &done {
            house.ends(module, act).await.unwrap();
        }
        let ended = training::ended(&mut house.ledger.read().await.unwrap(), &bo).await.unwrap();
        assert_eq!(ended.len(), modules().len(), "{engine}");
        // Nobody else has begun or ended anything.
        let cy = actor(&house.ledger, house.w.members[0]).await;
        let mut tx = house.ledger.read().await.unwrap();
        assert!(training::begun(&mut tx, &cy).await.unwrap().is_empty(), "{engine}");
        assert!(training::ended(&mut tx, &cy).await.unwrap().is_empty(), "{engine}");
        drop(tx);
        house.ledger.close().await;
    }
}

#[tokio::test]
async fn half_an_act_ends_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "training_half", &Clock::at("2026-03-02T08:00:00Z")).await {
        let house = House::of(ledger).await;
        let (ledger, w) = (&house.ledger, &house.w);
        for module in modules() {
            does(ledger, w.bo, Start { module: module.key.clone() }).await;
        }
        house.clock.days(1);
        // A promise to the team with a day far away; one cause; a decision without a criterion; an aim that nobody said
        // back; a talk of which no promise came; a verdict that is taken back; an ask that is withdrawn.
        house.promises("Service desk", &house.day(31)).await;
        house.writes_causes(&["The driver"]).await;
        house.promises("Cy", &house.day(3)).await;
        house.lays_out(&[]).await;
        let words = "An hour is what a shop floor can bear.".to_owned();
        does(ledger, w.bo, Explain { aim: house.aim, circle: w.team, way: Way::Meeting, words }).await;
        let talk = does(ledger, w.bo, Call { held: true, ..one_to_one(w.members[0], &house.day(0)) }).await;
        let hear = Hear { talk: Some(talk), of: Some(w.members[0]), words: "You want to sleep.".into() };
        let heard = does(ledger, w.bo, hear).await;
        does(ledger, w.members[0], AnswerHeard { heard, confirms: true, words: String::new() }).await;
        let request = house.delegates().await;
        does(ledger, w.bo, Undo { request }).await;
        let ask = does(ledger, w.bo, asks::Need { whom: Some(w.members[0]), words: "What?".into() }).await;
        does(ledger, w.bo, asks::Withdraw { ask }).await;
        for module in modules() {
            assert_eq!(house.offered(module).await, [], "{engine}: {}", module.key);
        }
        house.ledger.close().await;
    }
}
