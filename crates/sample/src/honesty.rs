//! How things stand, beside what shows; what people work by; when leaders can be reached.

use ledger::asks::{Answer, Need, StateAvailability};
use ledger::code::{AddCase, AddCheck, AllowException, AnswerCase, Publish, TellRightThing, cases, get};
use ledger::concerns::NameConfidant;
use ledger::honesty::StateValue;
use ledger::status::{Measured, Open, Reading, State};

use crate::world::{Plan, lot, on};

/// Line, day, colour, words.
const SAID: [(&str, i32, &str, &str); 14] = [
    ("s-move", -270, "on_course", "The list is done; nobody argued about it."),
    ("s-move", -200, "on_course", "Forty systems are gone, and nobody misses them."),
    ("s-move", -140, "at_risk", "The warehouse systems want January for themselves."),
    ("s-move", -94, "at_risk", "Put off until the spring; the end of the contract holds."),
    ("s-move", -30, "on_course", "Eighty-three left, the next wave is ready."),
    ("s-access", -250, "on_course", "Identities are matched."),
    ("s-access", -225, "off_course", "Hired staff have no leaving dates. Six weeks, and no way around it."),
    ("s-access", -180, "at_risk", "The dates come in now; four weeks behind."),
    ("s-access", -60, "on_course", "Caught up."),
    ("s-lines", -200, "on_course", "Four of eleven."),
    ("s-lines", -100, "on_course", "Seven of eleven."),
    ("s-lines", -15, "on_course", "Three are left."),
    ("s-tap", -90, "on_course", "The cards work in one practice."),
    ("s-tap", -16, "on_course", "Waiting for the offers."),
];

/// Key, title, what it asks, why.
const CLAUSES: [(&str, &str, &str, &str, &str); 4] = [
    (
        "c-look",
        "ethics",
        "We look only at what we need",
        "Whoever can see everything looks at what the work needs, and says so when they looked at more.",
        "People trust us with their mail and their patients. Once it is lost, no rule brings it back.",
    ),
    (
        "c-gift",
        "ethics",
        "No gift that could not be told in the team",
        "Whatever a supplier gives is told in the team the same week. What could not be told is sent back.",
        "A decision that somebody paid for is not ours.",
    ),
    (
        "c-early",
        "value",
        "Early before perfect",
        "A rough answer today counts more than a good one on Friday.",
        "Whoever waits can plan with a rough answer.",
    ),
    (
        "c-blame",
        "ethics",
        "No name in a report of a fault",
        "We write what happened and what we change, never who it was.",
        "Where names are written, faults are hidden.",
    ),
];

pub(crate) fn plan(plan: &mut Plan) {
    for (key, owner, circle, aim, title, opened, due) in [
        ("s-move", "lena", "cloud", "move", "Leaving the old data centre", -290, 150),
        ("s-access", "dev", "identity", "access", "Rights that belong to nobody", -280, 60),
        ("s-lines", "sam", "network", "lines", "Second lines", -260, 30),
        ("s-tap", "finn", "workplace", "tap", "Five seconds to the screen", -120, 100),
    ] {
        on!(plan, opened, 12, world => {
            let act = Open {
                noun: "aim".to_owned(),
                subject: world.thing::<leadership::id::noun::Aim>(aim)?.to_string(),
                title: title.to_owned(),
                circle: Some(world.circle(circle)?),
                owner: None,
                due: world.typed(due),
            };
            let id = world.does(owner, act).await?;
            world.keep(key, id);
        });
    }
    for (key, day, colour, words) in SAID {
        on!(plan, day, 12, world => {
            let (owner, due) = match key {
                "s-move" => ("lena", 150),
                "s-access" => ("dev", 60),
                "s-lines" => ("sam", 30),
                _ => ("finn", 100),
            };
            let act = State {
                line: Some(world.thing(key)?),
                colour: colour.to_owned(),
                words: words.to_owned(),
                due: world.typed(due),
                reads: Vec::new(),
            };
            world.does(owner, act).await?;
        });
    }
    // Green outside: the cards are said to be on course, and what is counted by hand stands still.
    on!(plan, -119, 12, world => {
        let act = Measured {
            line: Some(world.thing("s-tap")?),
            name: "Practices with card readers".to_owned(),
            unit: "practices".to_owned(),
            start: "0".to_owned(),
            target: "11".to_owned(),
            read: None,
        };
        let id = world.does("finn", act).await?;
        world.keep("m-tap", id);
    });
    for (day, value) in [(-80, "1"), (-40, "1"), (-14, "1")] {
        on!(plan, day, 13, world => {
            let act = Reading {
                line: Some(world.thing("s-tap")?),
                by_hand: Some((world.thing("m-tap")?, value.to_owned())),
                reads: Vec::new(),
            };
            world.does("finn", act).await?;
        });
    }
    plan_code(plan);
    plan_reach(plan);
}

/// Key, template, question, clause: what the code asks at which matters.
pub(crate) const CHECKS: [(&str, &str, &str, &str); 5] = [
    ("k-look", "decision", "Does it show nobody more of others’ data than their work needs?", "c-look"),
    ("k-early", "decision", "Do those whom it touches hear of it before it begins?", "c-early"),
    ("k-gift", "purchase", "Could everything that the supplier gave us be told in the team?", "c-gift"),
    ("k-client", "client", "Would the client agree if they saw how we do it?", "c-look"),
    ("k-hire", "hiring", "Have we told the applicant what is hard here?", "c-early"),
];

fn plan_code(plan: &mut Plan) {
    for (key, template, question, clause) in CHECKS {
        on!(plan, -262, 15, world => {
            let act = AddCheck {
                circle: Some(world.circle("org")?),
                template: template.to_owned(),
                question: question.to_owned(),
                clause: Some(world.thing(clause)?),
            };
            let id = world.does("ada", act).await?;
            world.keep(key, id);
        });
    }
    for (at, (key, kind, title, words, why)) in CLAUSES.into_iter().enumerate() {
        on!(plan, -335 + 20 * i32::try_from(at).unwrap_or(0), 14, world => {
            let act = Publish {
                clause: None,
                circle: Some(world.circle("org")?),
                kind: kind.to_owned(),
                title: title.to_owned(),
                words: words.to_owned(),
                why: why.to_owned(),
                changed: String::new(),
            };
            let id = world.does("ada", act).await?;
            world.keep(key, id);
        });
    }
    on!(plan, -312, 10, world => {
        let act = AddCase {
            clause: world.thing("c-look")?,
            story: "A head of department asks you to look into a colleague’s mailbox because “something is wrong”.".to_owned(),
            choices: vec![
                "Look, and tell nobody".to_owned(),
                "Say that you may not, and who could decide it".to_owned(),
                "Look only at the subjects".to_owned(),
            ],
            right: "2".to_owned(),
            reason: "Nobody may look on one person’s word. Personnel and the works council decide it together.".to_owned(),
        };
        let id = world.does("ada", act).await?;
        world.keep("case", id);
    });
    on!(plan, -305, 15, world => {
        let actor = world.actor("ada").await?;
        let clause = world.thing("c-look")?;
        let mut tx = world.ledger.read().await?;
        let clause = get(&mut tx, &actor, clause).await?.ok_or_else(|| crate::missing("c-look"))?;
        let known = cases(&mut tx, &actor, &clause).await?;
        drop(tx);
        if known.is_empty() {
            return Err(crate::missing("case"));
        }
        for name in ["omar", "lena", "tom", "mia", "jon", "eva", "kai", "nora", "sam", "dev", "anja", "bea", "finn"] {
            let place = if lot(name) < 80 { 2 } else { 3 };
            world.does(name, AnswerCase { case: world.thing("case")?, place }).await?;
        }
    });
    on!(plan, -160, 10, world => {
        let act = Publish {
            clause: Some(world.thing("c-early")?),
            circle: None,
            kind: String::new(),
            title: "Early before perfect".to_owned(),
            words: "A rough answer today counts more than a good one on Friday. Where somebody’s health hangs on it, it is checked first.".to_owned(),
            why: "Whoever waits can plan with a rough answer. A doctor cannot work with a wrong one.".to_owned(),
            changed: "Answers on which health hangs are checked first, after a wrong dose was nearly shown in a test.".to_owned(),
        };
        world.does("ada", act).await?;
    });
    on!(plan, -45, 10, world => {
        let act = AllowException {
            clause: world.thing("c-gift")?,
            title: "Two tickets to the supplier’s conference".to_owned(),
            reason: "The talk on clinics is given nowhere else. Told in the team, travel is paid by us.".to_owned(),
            for_whom: "Finn and Rosa".to_owned(),
            until: world.typed(30),
        };
        world.does("ada", act).await?;
    });
    on!(plan, -101, 16, world => {
        let act = TellRightThing {
            circle: Some(world.circle("org")?),
            title: "We told Harbour Foods that the fault was ours".to_owned(),
            words: "The lawyers advised to wait. We paid the lost Saturday and said why.".to_owned(),
            cost: "18000".to_owned(),
            currency: "EUR".to_owned(),
            day: world.typed(-103),
            clause: None,
        };
        world.does("ada", act).await?;
    });
    on!(plan, -350, 18, world => {
        world.does("ada", StateValue { words: "I say what I do not know.".to_owned() }).await?;
        world.does("ada", StateValue { words: "Nobody hears of a change from somebody else.".to_owned() }).await?;
    });
}

fn plan_reach(plan: &mut Plan) {
    for (name, hours) in [("ada", "8"), ("omar", "4"), ("lena", "8"), ("tom", "2")] {
        on!(plan, -330, 9, world => {
            let day = || ("09:00".to_owned(), "17:00".to_owned());
            let act = StateAvailability {
                week: vec![day(), day(), day(), day(), ("09:00".to_owned(), "13:00".to_owned()), (String::new(), String::new()), (String::new(), String::new())],
                within_hours: hours.to_owned(),
                words: "Come by, or ring twice.".to_owned(),
            };
            world.does(name, act).await?;
        });
    }
    for (at, (day, from, to, words, answered)) in [
        (-210, "kai", "ada", "The second wave touches the clinics at night. May I?", Some(1)),
        (-163, "mia", "tom", "A caller shouts at us every day. What do I do?", Some(1)),
        (-118, "bea", "ada", "The partner wants to bill hours that we did not order.", Some(1)),
        (-64, "dev", "ada", "Personnel wants to see who logs in when.", Some(2)),
        (-33, "sam", "ada", "The digger is at the main warehouse tomorrow.", Some(0)),
        (-1, "lena", "ada", "The board’s secretary asks for our figures before you have seen them.", None),
    ]
    .into_iter()
    .enumerate()
    {
        on!(plan, day, 9, world => {
            let act = Need { whom: Some(world.person(to)?), words: words.to_owned() };
            let id = world.does(from, act).await?;
            world.keep(&format!("need-{at}"), id);
        });
        if let Some(days) = answered {
            on!(plan, day + days, 11, world => {
                let act = Answer { ask: world.thing(&format!("need-{at}"))?, words: "Talked about it; we do it together.".to_owned() };
                world.does(to, act).await?;
            });
        }
    }
    on!(plan, -329, 10, world => {
        for name in ["ruth", "eva", "nora"] {
            let act = NameConfidant { circle: Some(world.circle("org")?), person: Some(world.person(name)?), for_clients: name == "ruth" };
            world.does("ada", act).await?;
        }
    });
}
