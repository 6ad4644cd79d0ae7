//! Random organisations, and things that are made in them.

use std::collections::BTreeSet;

use leadership::aim::AimKind;
use leadership::decision::Typed;
use leadership::{CircleId, CircleKind, PersonId, Role};
use ledger::aims::{MakeAim, ShareAim};
use ledger::code::Publish;
use ledger::decisions::{Ask, Tell, Write};
use ledger::ideas::Offer;
use ledger::people::{AddPerson, OpenCircle};
use ledger::talks::Call;
use ledger::{Act, Ledger, pulses, status};

use super::{Thing, Which};
use crate::begin::begun;
use crate::leaks::{Chance, World};
use crate::links::{actor, circle, root};

/// An organisation as chance has it, with two clients: circles and people, in the order of their coming.
pub(super) async fn organisation(ledger: &Ledger, chance: &mut Chance) -> (Vec<CircleId>, Vec<PersonId>) {
    let ann = begun(ledger).await;
    let top = root(ledger).await;
    let (mut circles, mut people) = (vec![top], vec![ann]);
    for client in ["Alpine Rail", "Beach Hotels"] {
        circles.push(circle(ledger, ann, top, CircleKind::Client, client).await);
    }
    for step in 0..60 {
        let acts = actor(ledger, ann).await;
        let (circle, role, kind) = (chance.one(&circles), chance.one(Role::ALL), chance.one(CircleKind::ALL));
        if step >= 6 && circles.len() < 12 && chance.below(3) == 0 {
            let act = OpenCircle { parent: circle, kind, name: format!("C{step}"), purpose: String::new() };
            circles.extend(ledger.perform(&acts, &act).await.ok());
        } else {
            // Each client has some who speak for it, whatever chance brings.
            let (circle, role) = if step < 6 { (circles[1 + step % 2], Role::ClientContact) } else { (circle, role) };
            let email = format!("p{step}@example.org");
            let act = AddPerson { name: format!("P{step}"), email, circle, role };
            people.extend(ledger.perform(&acts, &act).await.ok());
        }
    }
    (circles, people)
}

fn aim(circle: CircleId, word: &str) -> MakeAim {
    MakeAim {
        circle,
        kind: AimKind::Goal,
        title: word.to_owned(),
        why: "It helps.".into(),
        picture: String::new(),
        horizon: String::new(),
        owner: None,
        serves: None,
        core: false,
        hard: false,
        source: String::new(),
        restatement: String::new(),
        confirmer: None,
    }
}

fn decision(circle: CircleId, by: PersonId, word: &str, (decide, closed): (bool, bool)) -> Write {
    Write {
        circle: circle.to_string(),
        decider: by.to_string(),
        typed: Typed {
            question: word.to_owned(),
            purpose: "Calls that do not drop.".into(),
            option: vec!["Repair it".into(), "Buy a new one".into()],
            choice: "2".into(),
            because: "Repairs did not hold.".into(),
            direction: "We move in May.".into(),
            next_step: "Somebody orders it.".into(),
            expected: "No call drops in June.".into(),
            review_on: "2026-07-01".into(),
            interests: "Nothing.".into(),
            gut_percent: "60".into(),
            analysed_percent: "80".into(),
            ..Typed::default()
        },
        closed,
        closed_why: if closed { "It is about pay.".into() } else { String::new() },
        decide,
        ..Write::default()
    }
}

/// An organisation in which things are made.
pub(super) struct Making<'a> {
    pub(super) ledger: &'a Ledger,
    pub(super) world: &'a World,
    pub(super) circles: &'a [CircleId],
    pub(super) people: &'a [PersonId],
    pub(super) chance: &'a mut Chance,
    pub(super) things: Vec<Thing>,
}

impl Making<'_> {
    /// Who makes a thing: mostly somebody who may.
    fn maker(&mut self, may: impl Fn(PersonId) -> bool) -> PersonId {
        let able: Vec<PersonId> = self.people.iter().copied().filter(|person| may(*person)).collect();
        if able.is_empty() || self.chance.below(5) == 0 { self.chance.one(self.people) } else { self.chance.one(&able) }
    }

    async fn done<A: Act>(&self, by: PersonId, act: A) -> Option<A::Done> {
        self.ledger.perform(&actor(self.ledger, by).await, &act).await.ok()
    }

    /// Makes one thing of a kind; `None` where it was refused.
    pub(super) async fn make(&mut self, kind: usize, word: &str) -> Option<()> {
        match kind {
            0 => self.aim(word).await,
            1 => self.decision(word, true).await,
            2 => self.decision(word, false).await,
            3 => self.talk_of_two(word).await,
            4 => self.talk_of_many(word).await,
            5 => self.status(word).await,
            6 => self.idea(word).await,
            7 => self.pulse().await,
            _ => self.clause(word).await,
        }
    }

    async fn aim(&mut self, word: &str) -> Option<()> {
        let (world, circle) = (self.world, self.chance.one(self.circles));
        let by = self.maker(|person| world.keeps(person, circle));
        let aim = self.done(by, aim(circle, word)).await?;
        assert!(world.keeps(by, circle), "an aim was given by somebody who does not lead");
        let mut made = Thing::new(Which::Aim(aim), word, by, Some(circle));
        let other = self.chance.one(self.circles);
        if self.chance.below(2) == 0 && self.done(by, ShareAim { aim, circle: other }).await.is_some() {
            made.circles.push(other);
        }
        self.things.push(made);
        Some(())
    }

    async fn decision(&mut self, word: &str, decide: bool) -> Option<()> {
        let (world, circle) = (self.world, self.chance.one(self.circles));
        let by = self.maker(|person| world.inside(person, circle));
        let closed = self.chance.below(3) == 0;
        let id = self.done(by, decision(circle, by, word, (decide, closed))).await?;
        assert!(world.inside(by, circle), "a decision was made for a circle that one does not see");
        let mut made = Thing::new(Which::Decision(id), word, by, Some(circle));
        (made.open, made.draft) = (!closed, !decide);
        // Some are asked about what was written down, or told what was decided: mostly people of the circle.
        let near: Vec<PersonId> = self.people.iter().copied().filter(|person| world.inside(*person, circle)).collect();
        let whom: BTreeSet<PersonId> = (0..2)
            .map(|_| if self.chance.below(4) == 0 { self.chance.one(self.people) } else { self.chance.one(&near) })
            .filter(|person| *person != by)
            .collect();
        let audience: Vec<String> = whom.iter().map(ToString::to_string).collect();
        if made.draft {
            let ask = Ask { decision: id, until: "2026-03-09".into(), audience };
            if self.chance.below(2) == 0 && self.done(by, ask).await.is_some() {
                made.draft = false;
                made.named = whom;
            }
        } else {
            let words = format!("{word}told");
            let tell = Tell { decision: Some(id), audience, words: words.clone(), ..Tell::default() };
            if let Some(notice) = self.done(by, tell).await {
                made.told.clone_from(&whom);
                let mut telling = Thing::new(Which::Notice(notice), &words, by, None);
                telling.told = whom;
                self.things.push(telling);
            }
        }
        self.things.push(made);
        Some(())
    }

    async fn talk_of_two(&mut self, word: &str) -> Option<()> {
        let world = self.world;
        let by = self.maker(|person| world.own(person));
        let known: Vec<PersonId> = world.sees(by).into_iter().filter(|other| *other != by).collect();
        let with = if known.is_empty() || self.chance.below(4) == 0 {
            self.chance.one(self.people)
        } else {
            self.chance.one(&known)
        };
        let id = self.done(by, Call { kind: "one_to_one".into(), with: vec![with], ..call(word) }).await?;
        let shares = world.roles[&with].iter().any(|(at, _)| world.contact(by, *at));
        assert!(world.sees(by).contains(&with) || shares, "a talk with somebody whom one does not see");
        let mut made = Thing::new(Which::Talk(id), word, by, None);
        made.named.insert(with);
        self.things.push(made);
        Some(())
    }

    async fn talk_of_many(&mut self, word: &str) -> Option<()> {
        let (world, circle) = (self.world, self.chance.one(self.circles));
        let by = self.maker(|person| world.inside(person, circle));
        let open = self.chance.below(2) == 0;
        let kind = if open { "not_work" } else { "team" }.to_owned();
        let id = self.done(by, Call { kind, circle: Some(circle), ..call(word) }).await?;
        assert!(world.inside(by, circle), "a talk of a circle that one does not see");
        let mut made = Thing::new(Which::Talk(id), word, by, Some(circle));
        made.open = open;
        if !open {
            let works = |person: &&PersonId| {
                world.roles[*person]
                    .iter()
                    .any(|(at, role)| *at == circle && matches!(role, Role::Leader | Role::Member))
            };
            made.named.extend(self.people.iter().filter(works));
        }
        self.things.push(made);
        Some(())
    }

    async fn status(&mut self, word: &str) -> Option<()> {
        let (world, circle) = (self.world, self.chance.one(self.circles));
        let by = self.maker(|person| world.inside(person, circle));
        let act = status::Open {
            noun: "work".into(),
            title: word.to_owned(),
            circle: Some(circle),
            due: "2026-06-01".into(),
            ..status::Open::default()
        };
        let id = self.done(by, act).await?;
        assert!(world.inside(by, circle), "a status in a circle that one does not see");
        self.things.push(Thing::new(Which::Status(id), word, by, Some(circle)));
        Some(())
    }

    async fn idea(&mut self, word: &str) -> Option<()> {
        let (world, circle) = (self.world, self.chance.one(self.circles));
        let part = |person: PersonId| world.inside(person, circle) || world.contact(person, circle);
        let by = self.maker(part);
        let act = Offer { circle: Some(circle), title: word.to_owned(), words: "It saves a call.".into() };
        let id = self.done(by, act).await?;
        assert!(part(by), "an idea for a circle that one does not see");
        let mut made = Thing::new(Which::Idea(id), word, by, Some(circle));
        made.open = !world.inside(by, circle);
        self.things.push(made);
        Some(())
    }

    async fn pulse(&mut self) -> Option<()> {
        let (world, circle) = (self.world, self.chance.one(self.circles));
        let by = self.maker(|person| world.keeps(person, circle));
        let act = pulses::Set {
            circle: Some(circle),
            kind: "circle".into(),
            questions: ["pulse-belonging", "pulse-heard", "pulse-pace"].map(str::to_owned).to_vec(),
            every_weeks: "4".into(),
            answer_days: "14".into(),
            next_on: "2026-03-09".into(),
        };
        let id = self.done(by, act).await?;
        assert!(world.keeps(by, circle), "a pulse was set by somebody who does not lead");
        // It holds no words of anybody; its identifier is its own.
        self.things.push(Thing::new(Which::Pulse(id), &id.to_string(), by, Some(circle)));
        Some(())
    }

    async fn clause(&mut self, word: &str) -> Option<()> {
        let (world, circle) = (self.world, self.chance.one(self.circles));
        let by = self.maker(|person| world.keeps(person, circle));
        let act = Publish {
            circle: Some(circle),
            kind: "ethics".into(),
            title: word.to_owned(),
            words: "Bad news first.".into(),
            why: "They plan by it.".into(),
            ..Publish::default()
        };
        let id = self.done(by, act).await?;
        assert!(world.keeps(by, circle), "a clause was published by somebody who does not lead");
        let mut made = Thing::new(Which::Clause(id), word, by, Some(circle));
        made.told = self.people.iter().copied().filter(|person| world.inside(*person, circle)).collect();
        self.things.push(made);
        Some(())
    }
}

fn call(word: &str) -> Call {
    Call { about: word.to_owned(), planned_on: "2026-03-02".into(), ..Call::default() }
}
