//! Where Alder IT is going: aims with their why, explained and said back, measured, asked for what they need,
//! re-planned once, and where people stand.

use jiff::tz::TimeZone;
use leadership::aim::{AimKind, Resource};
use leadership::measure::From as Reads;
use leadership::replan::{Bump, Turn};
use leadership::stance::{Stance, Verdict};
use leadership::teach::{Asks, Way};
use ledger::Refused;
use ledger::aims::align::{AskStance, OpenBoard, SayBump, SayReply, TakeStance};
use ledger::aims::explain::{Explain, Mark, SayBack, own_question, unmarked};
use ledger::aims::horizon::NoteSignal;
use ledger::aims::measures::{AddMeasure, AddStep, ReachStep, Value};
use ledger::aims::resources::{Ask, Grant};
use ledger::aims::{self, ConfirmGreater, MakeAim, MarkConflict, Replan};

use crate::world::{Plan, World, on};

struct Aim {
    key: &'static str,
    day: i32,
    by: &'static str,
    circle: &'static str,
    kind: AimKind,
    title: &'static str,
    why: &'static str,
    picture: &'static str,
    horizon: Option<i32>,
    owner: &'static str,
    serves: &'static str,
}

const fn aim(key: &'static str, day: i32, circle: &'static str, kind: AimKind, title: &'static str) -> Aim {
    Aim { key, day, by: "ada", circle, kind, title, why: "", picture: "", horizon: None, owner: "", serves: "" }
}

const AIMS: [Aim; 18] = [
    Aim {
        why: "A nurse and a packer do not care whose fault it is. Every hour in which somebody cannot work is an hour that a patient or a lorry waits.",
        picture: "Nobody in the house says “I am waiting for IT”. When something breaks, people know within ten minutes how long it will take.",
        ..aim("vision", -360, "org", AimKind::Vision, "Nobody waits for IT")
    },
    Aim {
        why: "The board wants growth in both clients without more people at headquarters.",
        picture: "Two more clients could be taken on with the same team.",
        horizon: Some(90),
        ..aim("grow", -352, "org", AimKind::GreaterGoal, "Grow by a fifth with the same headquarters")
    },
    Aim {
        why: "Waiting is what people complain of first, and half of it is waiting for an answer, not for the repair.",
        picture: "Half of all calls are solved while the caller is on the line.",
        horizon: Some(120),
        owner: "tom",
        serves: "vision",
        ..aim("halve", -350, "org", AimKind::Goal, "Halve the hours that people wait for the desk")
    },
    Aim {
        why: "The data centre's contract ends, and the machines in it are older than some of us.",
        picture: "What is worth moving runs in the new place; the rest is switched off, and nobody misses it.",
        horizon: Some(150),
        owner: "lena",
        serves: "grow",
        ..aim("move", -345, "org", AimKind::Goal, "Leave the old data centre")
    },
    Aim {
        why: "Three of five incidents of last year began with a right that somebody should not have had any more.",
        picture: "Whoever changes their work has the right access the same day, and the wrong one is gone.",
        horizon: Some(60),
        owner: "dev",
        serves: "vision",
        ..aim("access", -340, "org", AimKind::Goal, "The right access on the first day, none after the last")
    },
    Aim {
        why: "A shop whose line is down cannot sell. Two lines cost less than one lost Saturday.",
        picture: "No site goes dark because of one cable.",
        horizon: Some(30),
        owner: "sam",
        serves: "vision",
        ..aim("lines", -330, "org", AimKind::Goal, "No site hangs on one line")
    },
    Aim {
        why: "The same ten questions are half of the calls. Answers that people find themselves cost nobody any waiting.",
        by: "tom",
        owner: "mia",
        serves: "halve",
        horizon: Some(80),
        ..aim("answers", -320, "desk", AimKind::Strategy, "Answer the ten most asked questions before they are asked")
    },
    Aim {
        why: "Whoever is nearest to the fault knows most. Passing it on costs a day each time.",
        by: "tom",
        owner: "tom",
        serves: "halve",
        ..aim("oneteam", -318, "desk", AimKind::Strategy, "Whoever takes the call keeps it until it is solved")
    },
    Aim {
        why: "Moving what nobody uses would be paid for twice.",
        by: "lena",
        owner: "bea",
        serves: "move",
        horizon: Some(40),
        ..aim("list", -310, "cloud", AimKind::Strategy, "Switch off before moving")
    },
    Aim {
        why: "A night that goes wrong costs trust that takes a year to earn back.",
        by: "lena",
        owner: "kai",
        serves: "move",
        ..aim("waves", -308, "cloud", AimKind::Strategy, "Move in small waves, each with a way back")
    },
    Aim {
        why: "Personnel knows who comes and goes before we do. We type it a second time, and late.",
        by: "omar",
        owner: "anja",
        serves: "access",
        horizon: Some(45),
        ..aim("source", -300, "identity", AimKind::Strategy, "Take joiners and leavers from personnel's own list")
    },
    Aim {
        why: "The cheapest second line is the one that the neighbour already has.",
        by: "omar",
        owner: "uli",
        serves: "lines",
        ..aim("mobile", -295, "network", AimKind::Strategy, "A mobile line at every site as the second one")
    },
    Aim {
        why: "A backup that was never restored is a hope.",
        by: "omar",
        owner: "nora",
        ..aim("restore", -290, "operations", AimKind::Standard, "Every backup is restored once a quarter")
    },
    Aim {
        why: "Early bad news can be acted upon. Late bad news can only be explained.",
        ..aim("early", -355, "org", AimKind::Value, "We tell bad news while something can still be done")
    },
    Aim {
        why: "People forgive a fault. They do not forgive being left in the dark.",
        by: "tom",
        owner: "eva",
        ..aim("tell", -280, "desk", AimKind::Standard, "Whoever waits hears from us every two hours")
    },
    Aim {
        why: "Doctors log in sixty times a day. Each second is a quarter of an hour a week.",
        by: "lena",
        owner: "finn",
        serves: "vision",
        horizon: Some(100),
        ..aim("tap", -200, "workplace", AimKind::Goal, "A doctor is at the screen in five seconds")
    },
    Aim {
        why: "A card that is forgotten at home must not send a doctor home.",
        by: "lena",
        owner: "rosa",
        serves: "tap",
        horizon: Some(70),
        ..aim("spare", -1, "workplace", AimKind::Strategy, "A spare card at every front desk")
    },
    Aim {
        why: "We hire in the spring. Two people left last year because they had nothing to work with for a week.",
        by: "dev",
        owner: "rosa",
        serves: "access",
        horizon: Some(20),
        ..aim("first", -150, "onboarding", AimKind::Goal, "On the first day everything works")
    },
];

impl Aim {
    async fn make(&self, world: &mut World) -> Result<(), Refused> {
        let owner = if self.owner.is_empty() { None } else { Some(world.person(self.owner)?) };
        let serves = if self.serves.is_empty() { None } else { Some(world.thing(self.serves)?) };
        let greater = self.kind == AimKind::GreaterGoal;
        let act = MakeAim {
            circle: world.circle(self.circle)?,
            kind: self.kind,
            title: self.title.to_owned(),
            why: self.why.to_owned(),
            picture: self.picture.to_owned(),
            horizon: self.horizon.map(|day| world.typed(day)).unwrap_or_default(),
            owner,
            serves,
            core: self.key == "vision",
            hard: matches!(self.key, "move" | "access"),
            source: if greater { "Plan of the board for three years, page 4".to_owned() } else { String::new() },
            restatement: if greater {
                "Take on two more clients, and do it by needing less help per person, not by hiring.".to_owned()
            } else {
                String::new()
            },
            confirmer: if greater { Some(world.person("ruth")?) } else { None },
        };
        let id = world.does(self.by, act).await?;
        world.keep(self.key, id);
        Ok(())
    }
}

/// Day, aim, by, to which circle, way, words.
const EXPLAINED: [(i32, &str, &str, &str, Way, &str); 14] = [
    (
        -356,
        "vision",
        "ada",
        "org",
        Way::Meeting,
        "Think of the last time you waited for somebody. Not for the repair: for a word. That is what we change first.",
    ),
    (
        -338,
        "halve",
        "ada",
        "operations",
        Way::Meeting,
        "We measured it: of nine hours that somebody waits, four are waiting for the first answer. Those four are ours.",
    ),
    (
        -336,
        "move",
        "lena",
        "cloud",
        Way::Message,
        "The contract ends. The question is not whether we move but what we take along.",
    ),
    (
        -300,
        "access",
        "dev",
        "identity",
        Way::Meeting,
        "Of ten rights that we looked at, three belonged to people who had moved on. Start with those who leave.",
    ),
    (
        -270,
        "vision",
        "omar",
        "operations",
        Way::Message,
        "Nobody waits for IT: at the desk it means a word every two hours, in infrastructure it means nights that nobody notices.",
    ),
    (
        -240,
        "halve",
        "tom",
        "desk",
        Way::Meeting,
        "One call, one person. If you pass it on, you tell the caller to whom and until when.",
    ),
    (
        -210,
        "lines",
        "sam",
        "network",
        Way::Page,
        "Which sites have one cable? Eleven. Which of them sell on Saturdays? Eight. Begin there.",
    ),
    (
        -180,
        "vision",
        "ada",
        "org",
        Way::Meeting,
        "Half a year: fewer wait. Where they still wait is at logins and at changes of work.",
    ),
    (
        -150,
        "move",
        "lena",
        "applications",
        Way::Meeting,
        "A third of what we have is used by nobody. Switching off is the cheapest move.",
    ),
    (
        -120,
        "tap",
        "finn",
        "workplace",
        Way::Page,
        "Sixty logins a day, twelve seconds each. Take the card, not the password.",
    ),
    (
        -100,
        "halve",
        "tom",
        "desk",
        Way::Message,
        "We are at six hours. The rest is in the ten questions that come every day.",
    ),
    (
        -75,
        "access",
        "dev",
        "operations",
        Way::Meeting,
        "Personnel's list is the source from May on. What is not in it has no access.",
    ),
    (
        -50,
        "vision",
        "ada",
        "org",
        Way::Message,
        "What it means this quarter: a doctor at the screen in five seconds, a shop that sells on Saturday.",
    ),
    (-20, "lines", "omar", "operations", Way::Meeting, "Three sites are left. Winter comes, and with it the diggers."),
];

async fn explain(world: &mut World, at: usize) -> Result<(), Refused> {
    let (_, aim, by, circle, way, words) = EXPLAINED[at];
    let act = Explain { aim: world.thing(aim)?, circle: world.circle(circle)?, way, words: words.to_owned() };
    world.does(by, act).await.map(drop)
}

/// Everybody answers the questions that wait for them: with what they kept in mind, which fades with the days.
async fn say_back(world: &mut World) -> Result<(), Refused> {
    for name in world.everybody() {
        let actor = world.actor(name).await?;
        let mut tx = world.ledger.read().await?;
        let today = tx.now().to_zoned(TimeZone::UTC).date();
        let waiting = aims::waiting(&mut tx, actor.person, today).await?;
        let mut answers = Vec::new();
        for item in waiting {
            let Some(id) = item.page.strip_prefix("/aims/teach/").and_then(|id| id.parse().ok()) else { continue };
            // Not everybody answers at once.
            let lot = world.lot(&format!("{name}{id}"));
            if lot < 25 {
                continue;
            }
            let Some(question) = own_question(&mut tx, &actor, id).await? else { continue };
            let Some(aim) = aims::get(&mut tx, &actor, question.aim).await? else { continue };
            let days = (today - item.since.to_zoned(TimeZone::UTC).date()).get_days();
            let remembers = i64::from(lot) < 97 - i64::from(days.clamp(0, 80)) / 2;
            let right = |choice: &&String| match question.asks {
                Asks::Why => aim.why.starts_with(choice.trim_end_matches('…')),
                _ => **choice == aim.title,
            };
            let answer = if question.choices.is_empty() {
                if remembers { format!("That {}", aim.why) } else { "Something with the move, I believe.".to_owned() }
            } else {
                let place = question.choices.iter().position(|choice| right(&choice) == remembers);
                place.unwrap_or_default().to_string()
            };
            answers.push(SayBack { question: id, answer });
        }
        drop(tx);
        for answer in answers {
            world.does(name, answer).await?;
        }
    }
    Ok(())
}

/// Those who may mark own words.
async fn mark(world: &mut World) -> Result<(), Refused> {
    for name in ["ada", "omar", "lena", "tom", "dev", "sam", "finn"] {
        let actor = world.actor(name).await?;
        let mut tx = world.ledger.read().await?;
        let seen = aims::seen(&mut tx, &actor).await?;
        let found = unmarked(&mut tx, &actor, &seen).await?;
        drop(tx);
        for one in found {
            let right = one.answer.starts_with("That ");
            world.does(name, Mark { question: one.id, right }).await?;
        }
    }
    Ok(())
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
            let owner = AIMS.iter().find(|found| found.key == aim).map_or("ada", |found| found.owner);
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
                let owner = AIMS.iter().find(|found| found.key == aim).map_or("ada", |found| found.owner);
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

fn plan_resources(plan: &mut Plan) {
    let needs: [(&str, &str, &str, Resource, &str, &str, i32, &str, Option<(&str, &str)>); 5] = [
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

pub(crate) fn plan(plan: &mut Plan) {
    for (at, aim) in AIMS.iter().enumerate() {
        on!(plan, aim.day, 9, world => { AIMS[at].make(world).await?; });
    }
    for (at, (day, ..)) in EXPLAINED.iter().enumerate() {
        on!(plan, *day, 11, world => { explain(world, at).await?; });
    }
    for day in (-350..=-8).step_by(9) {
        on!(plan, day, 17, world => {
            say_back(world).await?;
            mark(world).await?;
        });
    }
    plan_measures(plan);
    plan_resources(plan);
    plan_turns(plan);
}
