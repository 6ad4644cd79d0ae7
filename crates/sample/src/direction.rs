//! Where Alder IT is going: aims with their why, explained and said back.

use jiff::tz::TimeZone;
use leadership::aim::AimKind;
use leadership::teach::{Asks, Way};
use ledger::Refused;
use ledger::aims::explain::{Explain, Mark, SayBack, own_question, unmarked};
use ledger::aims::{self, MakeAim};

use crate::course;
use crate::world::{Plan, World, lot, on};

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

/// Who answers for an aim.
pub(crate) fn owner(key: &str) -> &'static str {
    AIMS.iter().find(|found| found.key == key).map_or("ada", |found| found.owner)
}

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
            let lot = lot(&format!("{name}{id}"));
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
    course::plan(plan);
}
