//! The way of the aims: measured, asked for what they need, re-planned once, where people stand, what is seen
//! on the horizon.

use leadership::aim::Resource;
use leadership::measure::From as Reads;
use leadership::replan::{Bump, Turn};
use leadership::stance::{Stance, Verdict};
use ledger::aims::align::{AskStance, OpenBoard, SayBump, SayReply, TakeStance};
use ledger::aims::horizon::NoteSignal;
use ledger::aims::measures::{AddMeasure, AddStep, ReachStep, Value};
use ledger::aims::resources::{Ask, Grant};
use ledger::aims::{self, ConfirmGreater, MarkConflict, Replan, TellDirection};

use crate::direction::owner;
use crate::world::{Plan, on};

pub(crate) fn plan(plan: &mut Plan) {
    plan_measures(plan);
    plan_resources(plan);
    plan_turns(plan);
    plan_positions(plan);
}

/// Aim, name, unit, start, target, and values by day.
type Measured = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static [(i32, &'static str)]);
const MEASURES: [Measured; 4] = [
    (
        "halve",
        "Median hours until the first answer",
        "hours",
        "9",
        "4.5",
        &[(-300, "8.6"), (-240, "7.9"), (-180, "7.1"), (-120, "6.4"), (-60, "5.8"), (-12, "5.2")],
    ),
    (
        "move",
        "Systems still in the old place",
        "systems",
        "212",
        "0",
        &[(-280, "205"), (-200, "171"), (-130, "120"), (-70, "96"), (-25, "83")],
    ),
    (
        "access",
        "Rights of people who left",
        "rights",
        "340",
        "0",
        &[(-260, "290"), (-170, "150"), (-90, "61"), (-30, "24")],
    ),
    ("lines", "Sites with one line", "sites", "11", "0", &[(-250, "9"), (-160, "7"), (-80, "4"), (-21, "3")]),
];

fn plan_measures(plan: &mut Plan) {
    for (at, (_, _, _, _, _, values)) in MEASURES.iter().enumerate() {
        on!(plan, -318, 10, world => {
            let (aim, name, unit, start, target, _) = MEASURES[at];
            let owner = owner(aim);
            let act = AddMeasure {
                aim: world.thing(aim)?,
                from: Reads::Hand,
                name: name.to_owned(),
                unit: unit.to_owned(),
                start: start.to_owned(),
                target: target.to_owned(),
            };
            let id = world.does(owner, act).await?;
            world.keep(&format!("measure-{aim}"), id);
        });
        for (day, value) in *values {
            on!(plan, *day, 15, world => {
                let aim = MEASURES[at].0;
                let owner = owner(aim);
                let act = Value { measure: world.thing(&format!("measure-{aim}"))?, value: (*value).to_owned() };
                world.does(owner, act).await?;
            });
        }
    }
    for (at, (day, words, reached)) in [
        (-220, "The list of what nobody uses is agreed", Some(-212)),
        (-160, "The first wave runs in the new place", Some(-166)),
        (-90, "Mail has moved", Some(-83)),
        (15, "Warehouse systems have moved", None),
        (120, "The last machine is switched off", None),
    ]
    .into_iter()
    .enumerate()
    {
        on!(plan, -305, 11, world => {
            let act = AddStep { aim: world.thing("move")?, day: world.typed(day), words: words.to_owned() };
            let id = world.does("lena", act).await?;
            world.keep(&format!("step-{at}"), id);
        });
        if let Some(reached) = reached {
            on!(plan, reached, 16, world => {
                let step = world.thing(&format!("step-{at}"))?;
                world.does("lena", ReachStep { step }).await?;
            });
        }
    }
}

/// Key, aim, by, of which kind, what, how much, needed on which day, of whom, what was granted with which words.
type Need = (
    &'static str,
    &'static str,
    &'static str,
    Resource,
    &'static str,
    &'static str,
    i32,
    &'static str,
    Option<(&'static str, &'static str)>,
);

fn plan_resources(plan: &mut Plan) {
    let needs: [Need; 5] = [
        (
            "n1",
            "move",
            "lena",
            Resource::Funding,
            "Two environments side by side for six months",
            "180000",
            -200,
            "ruth",
            Some(("150000", "Half a year at most; we look at it again in the autumn.")),
        ),
        (
            "n2",
            "move",
            "lena",
            Resource::Knowledge,
            "Somebody who has moved a warehouse system before",
            "1",
            -150,
            "ada",
            Some(("1", "From our partner, for three months.")),
        ),
        (
            "n3",
            "halve",
            "tom",
            Resource::Time,
            "Hours for writing the ten answers",
            "12",
            -250,
            "omar",
            Some(("8", "Four of them come from the quiet Friday.")),
        ),
        (
            "n4",
            "lines",
            "sam",
            Resource::Funding,
            "Mobile lines for eleven sites",
            "26400",
            -180,
            "ada",
            Some(("26400", "Cheaper than one Saturday.")),
        ),
        ("n5", "tap", "finn", Resource::Tools, "Card readers for the practices", "140", 30, "ada", None),
    ];
    for (key, aim, by, kind, what, amount, needed, of, granted) in needs {
        let asked = if granted.is_some() { needed - 60 } else { -6 };
        on!(plan, asked, 9, world => {
            let act = Ask {
                aim: world.thing(aim)?,
                kind,
                what: what.to_owned(),
                amount: amount.to_owned(),
                needed_by: world.typed(needed),
                of: Some(world.person(of)?),
            };
            let id = world.does(by, act).await?;
            world.keep(key, id);
        });
        if let Some((amount, words)) = granted {
            on!(plan, asked + 9, 14, world => {
                let act = Grant {
                    ask: world.thing(key)?,
                    amount: amount.to_owned(),
                    by: world.typed(needed + 10),
                    words: words.to_owned(),
                };
                world.does(of, act).await?;
            });
        }
    }
}

fn plan_turns(plan: &mut Plan) {
    for (day, words) in [
        (
            -335,
            "Where we go this year. Say so when you have read it, and say it to me where you would put it differently.",
        ),
        (-91, "The cloud move has another order since last week. The rest stands."),
    ] {
        on!(plan, day, 17, world => {
            let act = TellDirection { circle: world.circle("org")?, words: words.to_owned() };
            world.does("ada", act).await?;
        });
    }
    on!(plan, -345, 15, world => {
        let act = ConfirmGreater { aim: world.thing("grow")?, meant: true, words: "Yes. And tell me early if it cannot be done with the same people.".to_owned() };
        world.does("ruth", act).await?;
    });
    on!(plan, -95, 10, world => {
        let found = aims::get(&mut world.ledger.read().await?, &world.actor("lena").await?, world.thing("move")?).await?;
        let found = found.ok_or_else(|| crate::missing("move"))?;
        let owner = world.person("lena")?;
        let act = Replan {
            aim: found.id,
            version: found.version,
            title: found.title.clone(),
            why: found.why.clone(),
            picture: found.picture.clone(),
            horizon: world.typed(150),
            owner: Some(owner),
            serves: found.serves,
            core: found.core,
            hard: true,
            source: String::new(),
            restatement: String::new(),
            confirmer: None,
            turn: Turn::Change,
            changed: "The warehouse systems move in the spring instead of before Christmas.".to_owned(),
            because: "Harbour Foods counts its stock in January. A move in December would put that at risk.".to_owned(),
            stays: "We leave the old place. The contract ends when it ends.".to_owned(),
            audience: vec![world.person("kai")?, world.person("bea")?, world.person("sam")?, world.person("tom")?, world.person("ruth")?],
            looked_again: true,
        };
        world.does("lena", act).await?;
    });
    on!(plan, -230, 13, world => {
        let act = SayBump { aim: world.thing("access")?, kind: Bump::Setback, words: "Personnel’s list had no leaving dates for hired staff. Six weeks lost.".to_owned() };
        world.does("dev", act).await?;
    });
    on!(plan, -190, 13, world => {
        let act = SayBump { aim: world.thing("access")?, kind: Bump::Restart, words: "Purchasing gives the dates of hired staff from now on.".to_owned() };
        world.does("dev", act).await?;
    });
    on!(plan, -140, 11, world => {
        let act = MarkConflict { aim: world.thing("list")?, other: world.thing("waves")?, why: "Small waves leave old systems running beside the new ones for longer.".to_owned() };
        world.does("lena", act).await?;
    });
}

fn plan_positions(plan: &mut Plan) {
    on!(plan, -130, 9, world => {
        let aim = world.thing("move")?;
        world.does("lena", OpenBoard { aim }).await?;
        for person in ["kai", "bea", "sam", "omar", "ruth"] {
            let person = world.person(person)?;
            world.does("lena", AskStance { aim, person }).await?;
        }
    });
    for (day, who, stance, words) in [
        (-128, "kai", Stance::Agree, "If every wave has a way back."),
        (-127, "bea", Stance::Agree, ""),
        (
            -126,
            "sam",
            Stance::Against,
            "Not before the second lines are in. One line to the cloud is one line too few.",
        ),
        (-125, "omar", Stance::Neutral, "I want to see the first wave."),
        (-60, "sam", Stance::Agree, "Eight sites have two lines by now."),
    ] {
        on!(plan, day, 10, world => {
            let act = TakeStance { aim: world.thing("move")?, stance, words: words.to_owned() };
            world.does(who, act).await?;
        });
    }
    on!(plan, -124, 16, world => {
        let act = SayReply { aim: world.thing("move")?, words: "Sam is right about the lines. Warehouse sites get theirs before their wave.".to_owned() };
        world.does("lena", act).await?;
    });
    for (day, title, source, so_what, verdict, review) in [
        (
            -170,
            "Our supplier of switches ends a model in two years",
            "Supplier’s notice",
            "Forty of them are ours. They can go into the budget of next year, if we say so now.",
            Verdict::Watch,
            Some(40),
        ),
        (
            -110,
            "Assistants that draft answers to tickets",
            "Conference in the spring",
            "Could take the ten questions off the desk. Try it with two of them, read every answer.",
            Verdict::Try,
            Some(-2),
        ),
        (
            -65,
            "A law on reporting outages of clinics within a day",
            "Northlight’s lawyer",
            "We need to know within hours what was down and for whom.",
            Verdict::Watch,
            Some(60),
        ),
        (-30, "A chain for printers on a ledger", "Advertisement", "", Verdict::Ignore, None),
    ] {
        on!(plan, day, 12, world => {
            let act = NoteSignal {
                circle: world.circle("org")?,
                title: title.to_owned(),
                source: source.to_owned(),
                so_what: if so_what.is_empty() { "Nothing that anybody here waits for.".to_owned() } else { so_what.to_owned() },
                verdict,
                review: review.map(|day| world.typed(day)).unwrap_or_default(),
            };
            world.does("ada", act).await?;
        });
    }
}
