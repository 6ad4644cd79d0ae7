//! Random organisations with aims, decisions, talks, pulses, status, ideas, clauses and what was told in them: whatever
//! anybody reads, nothing is in it that the rules do not give them. Who may is written here a second time, by walking
//! parents; what is read is searched for a word that each thing alone holds.

mod making;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use jiff::tz::TimeZone;
use leadership::aim::AimState;
use leadership::circle::Actor;
use leadership::{AimId, CircleId, DecisionId, NoticeId, PersonId, PulseId, Role};
use ledger::aims::{self, MoveAim};
use ledger::code::{self, ClauseId};
use ledger::decisions::{self, Filter, Say};
use ledger::ideas::{self, AnswerIdea, IdeaId};
use ledger::people::{EndRole, GiveRole};
use ledger::status::{self, LineId};
use ledger::talks::{self, Hold, TalkId};
use ledger::testing::{Clock, each};
use ledger::{Act, Ledger, Refused, Tx, notices, pulses, today};

use crate::leaks::{Chance, World};
use crate::links::actor;
use making::{Making, organisation};

/// What a thing is.
#[derive(Debug, Clone, Copy)]
enum Which {
    Aim(AimId),
    Decision(DecisionId),
    Notice(NoticeId),
    Talk(TalkId),
    Status(LineId),
    Idea(IdeaId),
    Pulse(PulseId),
    Clause(ClauseId),
}

/// Something that somebody made, and whom it was opened to.
#[derive(Debug)]
struct Thing {
    which: Which,
    /// A word that stands in it and nowhere else.
    word: String,
    by: PersonId,
    /// Its circles: the first is its own.
    circles: Vec<CircleId>,
    /// Who takes part, or was asked.
    named: BTreeSet<PersonId>,
    /// Who was told.
    told: BTreeSet<PersonId>,
    /// Of a decision and a talk: whether its circle sees it. Of an idea: whether its client's people see it.
    open: bool,
    /// Of a decision: whether it was put before others yet.
    draft: bool,
}

impl Thing {
    fn new(which: Which, word: &str, by: PersonId, circle: Option<CircleId>) -> Self {
        Self {
            which,
            word: word.to_owned(),
            by,
            circles: circle.into_iter().collect(),
            named: BTreeSet::new(),
            told: BTreeSet::new(),
            open: true,
            draft: false,
        }
    }

    /// Whether somebody may read it.
    fn may(&self, world: &World, viewer: PersonId) -> bool {
        let inside = self.circles.iter().any(|circle| world.inside(viewer, *circle));
        let (mine, told) = (self.by == viewer, self.told.contains(&viewer));
        match self.which {
            Which::Aim(_) | Which::Pulse(_) => inside,
            Which::Decision(_) => {
                let put = !self.draft && (self.named.contains(&viewer) || told || (self.open && inside));
                told || (world.own(viewer) && (mine || put))
            }
            Which::Notice(_) => mine || told,
            Which::Talk(_) => mine || self.named.contains(&viewer) || (self.open && inside),
            Which::Status(_) => mine || inside,
            Which::Idea(_) => mine || inside || (self.open && world.contact(viewer, self.circles[0])),
            Which::Clause(_) => told || inside,
        }
    }

    fn room(&self) -> &'static str {
        match self.which {
            Which::Aim(_) => "aim",
            Which::Decision(_) => "decision",
            Which::Notice(_) => "notice",
            Which::Talk(_) => "talk",
            Which::Status(_) => "status",
            Which::Idea(_) => "idea",
            Which::Pulse(_) => "pulse",
            Which::Clause(_) => "clause",
        }
    }
}

/// Everything that somebody can read of these rooms, by lists and one by one, as one text.
async fn readable(tx: &mut Tx, actor: &Actor, things: &[Thing]) -> String {
    let day = tx.now().to_zoned(TimeZone::UTC).date();
    let mut out = String::new();
    let mut say = |told: &dyn std::fmt::Debug| writeln!(out, "{told:?}").unwrap();
    say(&aims::seen(tx, actor).await.unwrap().all);
    for page in 0.. {
        let (found, _) = decisions::list(tx, actor, &Filter { page, ..Filter::default() }).await.unwrap();
        if found.is_empty() {
            break;
        }
        say(&found);
    }
    say(&decisions::closed(tx, actor).await.unwrap());
    for page in 0.. {
        let (found, _) = notices::mine(tx, actor, page).await.unwrap();
        if found.is_empty() {
            break;
        }
        say(&found);
    }
    say(&talks::mine(tx, actor).await.unwrap());
    say(&talks::outlines(tx, actor, day).await.unwrap());
    say(&status::lines(tx, actor).await.unwrap());
    say(&ideas::list(tx, actor, ideas::Filter::default()).await.unwrap());
    say(&pulses::list(tx, actor).await.unwrap());
    say(&code::clauses(tx, actor).await.unwrap());
    let asked: Vec<DecisionId> =
        things.iter().filter_map(|thing| if let Which::Decision(id) = thing.which { Some(id) } else { None }).collect();
    say(&decisions::questions(tx, actor, &asked).await.unwrap());
    for thing in things {
        match thing.which {
            Which::Aim(id) => say(&aims::get(tx, actor, id).await.unwrap()),
            Which::Decision(id) => {
                say(&decisions::get(tx, actor, id).await.unwrap());
                say(&decisions::link(tx, actor, id).await.unwrap());
            }
            Which::Notice(id) => say(&notices::get(tx, actor, id).await.unwrap()),
            Which::Talk(id) => {
                say(&talks::get(tx, actor, id).await.unwrap());
                say(&talks::outline(tx, actor, id, day).await.unwrap());
            }
            Which::Status(id) => say(&status::get(tx, actor, id).await.unwrap()),
            Which::Idea(id) => say(&ideas::get(tx, actor, id).await.unwrap()),
            Which::Pulse(id) => {
                say(&pulses::get(tx, actor, id).await.unwrap());
                say(&pulses::rounds(tx, actor, id).await.unwrap());
            }
            Which::Clause(id) => say(&code::get(tx, actor, id).await.unwrap()),
        }
    }
    out
}

/// Tries to act on a thing; what came of it, as a text, where it was refused.
async fn tried(ledger: &Ledger, actor: &Actor, which: Which) -> Option<Refused> {
    async fn refused<A: Act>(ledger: &Ledger, actor: &Actor, act: A) -> Option<Refused> {
        ledger.perform(actor, &act).await.err()
    }
    let words = "Not mine.".to_owned();
    match which {
        Which::Aim(aim) => {
            let act = MoveAim { aim, version: 1, to: AimState::Dropped, because: words, looked_again: true };
            refused(ledger, actor, act).await
        }
        Which::Decision(decision) => refused(ledger, actor, Say { decision, objects: "yes".into(), words }).await,
        Which::Notice(notice) => refused(ledger, actor, notices::Acknowledge { notice }).await,
        Which::Talk(talk) => {
            refused(ledger, actor, Hold { talk: Some(talk), held_on: "2026-03-02".into(), words }).await
        }
        Which::Status(line) => {
            let act = status::State {
                line: Some(line),
                colour: "on_course".into(),
                words,
                due: "2026-06-01".into(),
                reads: Vec::new(),
            };
            refused(ledger, actor, act).await
        }
        Which::Idea(idea) => refused(ledger, actor, AnswerIdea { idea, answer: "decline".into(), reason: words }).await,
        Which::Pulse(pulse) => refused(ledger, actor, pulses::End { pulse }).await,
        Which::Clause(clause) => refused(ledger, actor, code::Acknowledge { clause, version: None }).await,
    }
}

/// Nobody reads what they may not; where the rules stand alone, everybody reads what they may.
async fn check(ledger: &Ledger, people: &[PersonId], things: &[Thing], engine: &str) -> (usize, usize) {
    let world = World::read(ledger, people).await;
    let (mut seen, mut unseen) = (0, 0);
    for viewer in people {
        let actor = actor(ledger, *viewer).await;
        let mut tx = ledger.read().await.unwrap();
        let text = readable(&mut tx, &actor, things).await;
        drop(tx);
        for thing in things {
            // What somebody told others stays told: their own notice of it is theirs, whatever became of their roles.
            let told = format!("told_by: {viewer}");
            let notice = matches!(thing.which, Which::Notice(_));
            let own = |line: &str| !notice && line.starts_with("Some(Mine {") && line.contains(&told);
            let held: Vec<&str> = text.lines().filter(|line| line.contains(&thing.word) && !own(line)).collect();
            // A word stands at the end of its text, an identifier in its place.
            let ends = ["\"", ","].map(|end| format!("{}{end}", thing.word));
            let reads = held.iter().any(|line| ends.iter().any(|end| line.contains(end)));
            let may = thing.may(&world, *viewer);
            assert!(may || !reads, "{engine}: {viewer} reads {thing:?}, with {:?}, in {held:?}", world.roles[viewer]);
            // A talk of many is told to its circle with less than its words, a clause to who was inside then.
            let alone = !matches!(thing.which, Which::Talk(_) | Which::Clause(_));
            assert!(
                !alone || !may || reads,
                "{engine}: {viewer} does not read {thing:?}, with {:?}",
                world.roles[viewer]
            );
            seen += usize::from(reads);
            unseen += usize::from(!may);
        }
    }
    (seen, unseen)
}

#[tokio::test]
async fn nobody_reads_what_is_another_circles_another_clients_or_anothers() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "leaks_of_things", &clock).await {
        let mut chance = Chance::seeded(17);
        let (circles, people) = organisation(&ledger, &mut chance).await;
        assert!(circles.len() > 5 && people.len() > 12, "{} circles, {} people", circles.len(), people.len());
        let world = World::read(&ledger, &people).await;
        let contacts = people.iter().filter(|person| !world.own(**person)).count();
        assert!(contacts > 0, "{engine}: somebody speaks for a client");
        let mut making = Making {
            ledger: &ledger,
            world: &world,
            circles: &circles,
            people: &people,
            chance: &mut chance,
            things: Vec::new(),
        };
        for step in 0..108 {
            // What was refused was nobody's to make.
            let _ = making.make(step % 9, &format!("secret{step}z")).await;
        }
        let mut things = making.things;
        let mut made: BTreeMap<&str, usize> = BTreeMap::new();
        for thing in &things {
            *made.entry(thing.room()).or_default() += 1;
        }
        assert!(made.len() == 8 && made.values().all(|n| *n > 1), "{engine}: {made:?}");
        let (seen, unseen) = check(&ledger, &people, &things, engine).await;
        assert!(seen > 100 && unseen > 100, "{engine}: {seen} read, {unseen} kept from somebody");

        // Nothing of it is on a day of somebody who may not read it either.
        for viewer in &people {
            let actor = actor(&ledger, *viewer).await;
            let mut tx = ledger.read().await.unwrap();
            let day = format!("{:?}", today::gather(&mut tx, &actor, &TimeZone::UTC).await.unwrap());
            drop(tx);
            for thing in things.iter().filter(|thing| !matches!(thing.which, Which::Pulse(_))) {
                let may = thing.may(&world, *viewer);
                assert!(may || !day.contains(&thing.word), "{engine}: the day of {viewer} tells of {thing:?}");
            }
        }

        // What one may not read one may not act on either, and the refusal tells nothing of it.
        let mut refused = 0;
        for _ in 0..160 {
            let (viewer, at) = (chance.one(&people), chance.below(things.len()));
            let thing = &things[at];
            if thing.may(&world, viewer) {
                continue;
            }
            let said = tried(&ledger, &actor(&ledger, viewer).await, thing.which).await;
            let said = said.unwrap_or_else(|| panic!("{engine}: {viewer} acted on {thing:?}"));
            assert!(matches!(said, Refused::NotFound), "{engine}: {viewer} learns of {thing:?}: {said:?}");
            refused += 1;
        }
        assert!(refused > 40, "{engine}: {refused}");

        // Roles change hands: who sees what changes with them, but for what was told and asked before. Whoever comes into
        // a circle is told its clauses, so that those are left out.
        things.retain(|thing| !matches!(thing.which, Which::Clause(_)));
        let ann = people[0];
        for _ in 0..30 {
            let acts = actor(&ledger, ann).await;
            let (person, circle, role) = (chance.one(&people[1..]), chance.one(&circles), chance.one(Role::ALL));
            let held = World::read(&ledger, &people).await.roles[&person].clone();
            if held.is_empty() || chance.below(2) == 0 {
                // Refused where a client's contact would come inside, or to another client.
                let _ = ledger.perform(&acts, &GiveRole { person, circle, role }).await;
            } else {
                let (circle, role) = chance.one(&held);
                let _ = ledger.perform(&acts, &EndRole { person, circle, role }).await;
            }
        }
        check(&ledger, &people, &things, engine).await;
        assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None, "{engine}");
        ledger.close().await;
    }
}
