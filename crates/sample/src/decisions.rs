//! What was decided: enough of it judged that a decider can see how sure they may be; dissent kept; some told
//! and not yet acknowledged, one open for objections, one waiting for its review.

use jiff::tz::TimeZone;
use leadership::decision::Typed;
use leadership::promise::Intended;
use ledger::Refused;
use ledger::code::CheckId;
use ledger::decisions::affected;
use ledger::decisions::back::{self, SayBack};
use ledger::decisions::conflicts::{MarkConflict, SettleConflict};
use ledger::decisions::{self, Answer, Ask, Review, Say, Tell, Write};
use ledger::notices::{self, Acknowledge};

use crate::honesty::CHECKS;
use crate::world::{Plan, World, lot, on};

struct Decision {
    key: &'static str,
    day: i32,
    by: &'static str,
    circle: &'static str,
    question: &'static str,
    purpose: &'static str,
    options: [&'static str; 2],
    /// Place of the choice; 0 is doing nothing.
    choice: usize,
    because: &'static str,
    next: &'static str,
    expected: &'static str,
    /// Days until it is judged.
    review: i32,
    gut: u32,
    analysed: u32,
    /// What became of it, and in which words; `None` while that is open.
    came: Option<(&'static str, &'static str)>,
    /// Who dissented, and in which words.
    dissent: Option<(&'static str, &'static str)>,
}

const T: &str = "true";
const F: &str = "false";
const P: &str = "partly";

#[rustfmt::skip]
const DECISIONS: [Decision; 20] = [
    Decision { key: "d1", day: -340, by: "ada", circle: "org", question: "Do we open the desk at seven instead of eight?", purpose: "Shops open at half past seven and cannot reach anybody.", options: ["Open at seven, close at five", "Open at seven, two shifts"], choice: 1, because: "After five nearly nobody calls.", next: "Tom changes the rota in two weeks.", expected: "Fewer than ten calls a week come after five.", review: 60, gut: 80, analysed: 75, came: Some((T, "Six calls a week, most of them from us.")), dissent: Some(("ivo", "Parents cannot start at seven. Ask who can first.")) },
    Decision { key: "d2", day: -325, by: "ada", circle: "org", question: "Which tool do we take for remote help?", purpose: "The old one is not kept up any more.", options: ["The one of the large vendor", "The open one, run by us"], choice: 2, because: "It costs a tenth, and the data stay here.", next: "Kai sets it up for the desk.", expected: "The desk uses it for every second call by the summer.", review: 120, gut: 70, analysed: 60, came: Some((F, "Every fourth. Setting a session up takes too many steps.")), dissent: Some(("jon", "The large one works in two clicks. We will wish we had it.")) },
    Decision { key: "d3", day: -310, by: "ada", circle: "org", question: "Do we switch off the fax gateway?", purpose: "Somebody has to mend it every month.", options: ["Switch it off in a month", "Move it to a provider"], choice: 2, because: "Eleven practices still send prescriptions by fax.", next: "Uli moves it by the end of the month.", expected: "No fault of it is reported in the following quarter.", review: 110, gut: 75, analysed: 85, came: Some((T, "None.")), dissent: None },
    Decision { key: "d4", day: -290, by: "ada", circle: "org", question: "Who leads the cloud move?", purpose: "Two departments want it, and one person must answer for it.", options: ["Lena", "Omar"], choice: 1, because: "What is moved are applications.", next: "Lena names her three people this week.", expected: "The first wave has moved by the date that is promised to the board.", review: 130, gut: 85, analysed: 70, came: Some((T, "Six days before it.")), dissent: Some(("omar", "Nights will fall to my people, whoever leads it.")) },
    Decision { key: "d5", day: -275, by: "ada", circle: "org", question: "Do we take part in the vendor’s early programme?", purpose: "It would show us next year’s version now.", options: ["Take part with ten devices", "Wait for the release"], choice: 1, because: "Ten devices cost us nothing that matters.", next: "Rosa picks the ten.", expected: "We find at least two faults that would have hit everybody.", review: 90, gut: 60, analysed: 55, came: Some((T, "Three, one of them bad.")), dissent: None },
    Decision { key: "d6", day: -255, by: "ada", circle: "org", question: "Do we hire a fifth person for the desk?", purpose: "The desk asks for one; the board wants none.", options: ["Hire", "Ask again in half a year, with figures"], choice: 2, because: "The ten questions may take away as much work as a person does.", next: "Tom measures it monthly.", expected: "Calls fall by a tenth without a fifth person.", review: 150, gut: 65, analysed: 55, came: Some((F, "They fell by four in a hundred.")), dissent: Some(("tom", "You are asking tired people to write their way out of tiredness.")) },
    Decision { key: "d7", day: -240, by: "ada", circle: "org", question: "Do passwords still expire?", purpose: "Resets are the most asked question.", options: ["Never, with a second factor", "Once a year"], choice: 1, because: "The guidance has changed, and people write them down.", next: "Dev turns it on for us first.", expected: "Calls about passwords fall by half within a quarter.", review: 100, gut: 85, analysed: 80, came: Some((T, "By six in ten.")), dissent: None },
    Decision { key: "d8", day: -215, by: "ada", circle: "org", question: "Do we renew with the carrier?", purpose: "The contract runs out, and the price rose.", options: ["Renew for three years", "Renew for one year and ask others"], choice: 2, because: "In a year every site has a second line, and we can choose.", next: "Sam asks three others.", expected: "An offer that is a tenth cheaper is on the table by the autumn.", review: 140, gut: 70, analysed: 65, came: Some((T, "Fourteen in a hundred cheaper.")), dissent: None },
    Decision { key: "d9", day: -200, by: "ada", circle: "org", question: "Do we keep our own mail servers?", purpose: "Two people know them, and one goes in the summer.", options: ["Move mail first", "Move it last"], choice: 1, because: "It is the part that we understand best.", next: "Bea plans the wave.", expected: "Mail has moved without an outage in working hours.", review: 120, gut: 80, analysed: 85, came: Some((T, "One night, no hour of work lost.")), dissent: Some(("carl", "The archive is not in the plan.")) },
    Decision { key: "d10", day: -185, by: "ada", circle: "org", question: "Do teams choose their own notebooks?", purpose: "Half of them want another one than we buy.", options: ["A list of three", "Free within a budget"], choice: 1, because: "Three can be repaired; thirty cannot.", next: "Finn makes the list.", expected: "Fewer than one in ten asks for something that is not on it.", review: 110, gut: 75, analysed: 70, came: Some((P, "One in eight, nearly all of them from one team.")), dissent: None },
    Decision { key: "d11", day: -170, by: "ada", circle: "org", question: "Do we rent standby at nights?", purpose: "Omar’s people carry every night alone.", options: ["Rent it for nights", "Pay our own more"], choice: 1, because: "A rested team makes fewer faults than a paid one.", next: "Kai writes the handbook that they need.", expected: "Two of three night calls are solved without waking us.", review: 100, gut: 60, analysed: 50, came: Some((F, "One of three. The handbook lacks what only we know.")), dissent: Some(("piet", "They will call us anyway, only later.")) },
    Decision { key: "d12", day: -155, by: "ada", circle: "org", question: "Do we show clients how long they wait?", purpose: "They ask, and we say “soon”.", options: ["Show the median and the longest", "Tell it in the yearly talk"], choice: 1, because: "What is seen is believed.", next: "Eva makes the page.", expected: "Both clients say in the review that they know what to expect.", review: 90, gut: 70, analysed: 75, came: Some((T, "Both did; Northlight with a smile.")), dissent: None },
    Decision { key: "d13", day: -140, by: "ada", circle: "org", question: "Do we freeze changes in the weeks before Christmas?", purpose: "Shops earn a third of their year then.", options: ["Freeze three weeks", "Freeze for shops alone"], choice: 2, because: "Clinics do not rest, and neither should their repairs.", next: "Omar writes down what counts as a shop’s system.", expected: "No change of ours stops a shop in those weeks.", review: 100, gut: 85, analysed: 90, came: Some((T, "None did.")), dissent: None },
    Decision { key: "d14", day: -120, by: "ada", circle: "org", question: "Do we take over the clinics’ wireless?", purpose: "Their supplier gives up; they ask us.", options: ["Take it over now", "Take it over practice by practice"], choice: 2, because: "Eleven at once would take Sam’s whole team.", next: "Sam begins with the two largest.", expected: "Four practices are taken over by the spring.", review: 85, gut: 75, analysed: 70, came: Some((T, "Five.")), dissent: Some(("uli", "Nobody has seen their cabling.")) },
    Decision { key: "d15", day: -95, by: "ada", circle: "org", question: "Do we put the warehouse move off until the spring?", purpose: "Harbour Foods counts its stock in January.", options: ["Put it off", "Move the small warehouses before"], choice: 1, because: "A lost count costs them more than three months cost us.", next: "Lena tells the board and both clients.", expected: "The old place is empty by the end of its contract all the same.", review: 240, gut: 60, analysed: 65, came: None, dissent: Some(("bea", "Three months of two environments: 45,000 that nobody has asked for.")) },
    Decision { key: "d16", day: -70, by: "ada", circle: "org", question: "Do we try an assistant that drafts answers at the desk?", purpose: "The ten questions are still a third of the calls.", options: ["Try it with two questions for two months", "Wait until others have"], choice: 1, because: "It is cheap to try and easy to stop.", next: "Mia picks the two; every answer is read before it goes out.", expected: "For the two questions the first answer comes in half the time, and no caller complains of a wrong one.", review: 66, gut: 55, analysed: 60, came: None, dissent: None },
    Decision { key: "d17", day: -220, by: "omar", circle: "operations", question: "Do we restore one system every Friday?", purpose: "The standard says once a quarter for every backup.", options: ["One every Friday", "All in one week"], choice: 1, because: "A habit holds, an effort does not.", next: "Nora draws the list.", expected: "Every system was restored once by the end of the quarter.", review: 90, gut: 80, analysed: 70, came: Some((P, "All but two, which have no test place.")), dissent: None },
    Decision { key: "d18", day: -130, by: "lena", circle: "applications", question: "Do we build the portal for practices ourselves?", purpose: "Three offers cost more than a year of two people.", options: ["Build the first page and show it", "Buy"], choice: 1, because: "One page in a month tells us more than three offers.", next: "Yara builds it with one practice.", expected: "One practice uses it every day after six weeks.", review: 70, gut: 65, analysed: 60, came: Some((T, "Two do.")), dissent: Some(("carl", "Who keeps it up in two years?")) },
    Decision { key: "d19", day: -18, by: "ada", circle: "org", question: "Where do the freed hours of the desk go?", purpose: "The drafts save about twenty hours a week.", options: ["Into visits at the sites", "Into fewer late shifts"], choice: 1, because: "What we see at the sites never arrives as a call.", next: "Tom plans two visits a week.", expected: "Every site was visited once by the summer.", review: 120, gut: 70, analysed: 65, came: None, dissent: Some(("mia", "We were told that it would be spent on rest.")) },
    Decision { key: "d20", day: -150, by: "lena", circle: "cloud", question: "Is the archive moved or closed?", purpose: "Nobody has opened it for two years, and the law asks for ten.", options: ["Move it to cold storage", "Keep one old machine for it"], choice: 1, because: "A machine that nobody looks at is the next incident.", next: "Carl writes down how it is read.", expected: "A document of it can be shown within one working day.", review: 100, gut: 80, analysed: 85, came: Some((T, "In two hours.")), dissent: None },
];

impl Decision {
    fn typed(&self, world: &World) -> Typed {
        let touches: Vec<String> = match self.key {
            "d4" | "d9" | "d15" | "d20" => vec!["move"],
            "d6" | "d16" | "d19" => vec!["halve"],
            "d8" | "d14" => vec!["lines"],
            "d17" => vec!["restore"],
            _ => Vec::new(),
        }
        .into_iter()
        .filter_map(|aim| world.thing::<leadership::id::noun::Aim>(aim).ok())
        .map(|aim| format!("/aims/{aim}"))
        .collect();
        let choice = self.choice.to_string();
        let promised = match self.key {
            "d16" => Some(("tom", "Show the desk what the drafts got wrong", 80)),
            "d19" => Some(("mia", "Say where the freed hours went, in hours", 40)),
            _ => None,
        };
        let promised: Vec<Intended> = promised
            .into_iter()
            .filter_map(|(to, what, days)| {
                Some(Intended {
                    from: String::new(),
                    to: world.person(to).ok()?.to_string(),
                    what: what.to_owned(),
                    due: world.typed(self.day + days),
                    known: "It was shown in the Monday round.".to_owned(),
                })
            })
            .collect();
        Typed {
            question: self.question.to_owned(),
            purpose: self.purpose.to_owned(),
            option: self.options.iter().map(|option| (*option).to_owned()).collect(),
            because: self.because.to_owned(),
            direction: self.purpose.to_owned(),
            next_step: self.next.to_owned(),
            expected: self.expected.to_owned(),
            review_on: world.typed(self.day + self.review),
            reversible: if self.review > 130 { "costly" } else { "easy" }.to_owned(),
            choice: choice.clone(),
            gut_option: choice.clone(),
            gut_percent: self.gut.to_string(),
            analysed_option: choice,
            analysed_percent: self.analysed.to_string(),
            touches: touches.join("\n"),
            ..Typed::default()
        }
        .promising(&promised)
    }

    /// What it is about, for the questions of the code.
    fn template(&self) -> &'static str {
        match self.key {
            "d8" | "d10" | "d11" => "purchase",
            "d12" | "d14" => "client",
            "d6" => "hiring",
            _ => "decision",
        }
    }

    /// The questions of the code that hung on it, and how they were answered; one of seven was passed over.
    fn checks(&self, world: &World) -> Vec<(CheckId, String, String)> {
        let asked = CHECKS.iter().filter(|(_, template, ..)| *template == self.template());
        let known = asked.filter_map(|(key, ..)| Some((*key, world.thing(key).ok()?)));
        known
            .filter(|(key, _)| !lot(&format!("{key} {}", self.key)).is_multiple_of(7))
            .map(|(key, id)| match (self.key, key) {
                ("d16", "k-look") => (id, "unsure", "What the assistant keeps of a call is not written down yet."),
                ("d14", "k-client") => {
                    (id, "no", "They do not know that our standby would be theirs too. Eva tells them first.")
                }
                _ => (id, "yes", ""),
            })
            .map(|(id, answer, words)| (id, answer.to_owned(), words.to_owned()))
            .collect()
    }

    async fn decide(&self, world: &mut World) -> Result<(), Refused> {
        let act = Write {
            circle: world.circle(self.circle)?.to_string(),
            decider: world.person(self.by)?.to_string(),
            typed: self.typed(world),
            template: self.template().to_owned(),
            checks: self.checks(world),
            decide: true,
            ..Write::default()
        };
        let id = world.does(self.by, act).await?;
        world.keep(self.key, id);
        Ok(())
    }

    async fn tell(&self, world: &mut World) -> Result<(), Refused> {
        let actor = world.actor(self.by).await?;
        let id = world.thing(self.key)?;
        let mut tx = world.ledger.read().await?;
        let found = decisions::get(&mut tx, &actor, id).await?.ok_or_else(|| crate::missing(self.key))?;
        let people = affected::find(&mut tx, &actor, &found).await?;
        drop(tx);
        let audience: Vec<String> = people
            .iter()
            .filter(|affected| affected.person.id != actor.person && !affected.outside)
            .map(|affected| affected.person.id.to_string())
            .collect();
        let act = Tell { decision: Some(id), audience, words: decisions::told_words(&found), ..Tell::default() };
        world.does(self.by, act).await.map(drop)
    }
}

/// People acknowledge what they were told: most soon, some later, never all at once.
async fn acknowledge(world: &mut World, patience: u32) -> Result<(), Refused> {
    for name in world.everybody() {
        let actor = world.actor(name).await?;
        let waiting = notices::waiting(&mut world.ledger.read().await?, actor.person).await?;
        for notice in waiting {
            if lot(&format!("{name}{}", notice.id)) < patience {
                world.does(name, Acknowledge { notice: notice.id }).await?;
            }
        }
    }
    Ok(())
}

/// Most say back rightly what was decided, some days later; a few do not answer.
async fn say_back(world: &mut World) -> Result<(), Refused> {
    for name in world.everybody() {
        let actor = world.actor(name).await?;
        let mut tx = world.ledger.read().await?;
        let today = tx.now().to_zoned(TimeZone::UTC).date();
        let mut answers = Vec::new();
        for waiting in decisions::waiting(&mut tx, actor.person, today).await? {
            let Some(id) = waiting.page.strip_prefix("/decisions/back/").and_then(|id| id.parse().ok()) else {
                continue;
            };
            let Some(question) = back::own_question(&mut tx, &actor, id).await? else { continue };
            let Some(found) = decisions::get(&mut tx, &actor, question.decision).await? else { continue };
            let lot = lot(&format!("{name}{id}"));
            let knows = |choice: &String| Some(choice.as_str()) == found.form.chosen() || *choice == found.form.because;
            let place = question.choices.iter().position(|choice| knows(choice) == (lot < 85));
            if lot >= 10 {
                answers.push(SayBack { question: id, answer: place.unwrap_or_default().to_string() });
            }
        }
        drop(tx);
        for answer in answers {
            world.does(name, answer).await?;
        }
    }
    Ok(())
}

/// Two decisions that pull apart: Mia marks it, Ada settles it. And another pair on which somebody looked.
fn beside(plan: &mut Plan) {
    on!(plan, -16, 15, world => {
        let act = MarkConflict {
            decision: world.thing("d16")?,
            other: world.thing("d19")?,
            why: "The drafts were tried so that the desk can breathe; now the hours that they save are spent on visits.".to_owned(),
            together: false,
        };
        world.does("mia", act).await?;
        let act = MarkConflict {
            decision: world.thing("d12")?,
            other: world.thing("d16")?,
            why: "What clients see of their waiting is counted from the first answer of a person, drafted or not.".to_owned(),
            together: true,
        };
        world.does("tom", act).await?;
    });
    on!(plan, -9, 9, world => {
        let act = MarkConflict {
            decision: world.thing("d11")?,
            other: world.thing("d17")?,
            why: "Those who restore on Friday carry the night before it; with rented standby nobody said who does.".to_owned(),
            together: false,
        };
        world.does("omar", act).await?;
    });
    on!(plan, -7, 11, world => {
        let act = SettleConflict {
            decision: world.thing("d11")?,
            other: world.thing("d17")?,
            words: "Friday’s restorer has Thursday night off; the rented standby carries it alone.".to_owned(),
        };
        world.does("ada", act).await?;
    });
}

pub(crate) fn plan(plan: &mut Plan) {
    beside(plan);
    for day in (-350..=-8).step_by(6) {
        on!(plan, day, 17, world => { say_back(world).await?; });
    }
    for (at, decision) in DECISIONS.iter().enumerate() {
        on!(plan, decision.day, 10, world => { DECISIONS[at].decide(world).await?; });
        on!(plan, decision.day + 1, 9, world => { DECISIONS[at].tell(world).await?; });
        if let Some((who, words)) = decision.dissent {
            on!(plan, decision.day + 2, 14, world => {
                let decision = world.thing(DECISIONS[at].key)?;
                world.does(who, Say { decision, objects: "yes".to_owned(), words: words.to_owned() }).await?;
            });
            if at % 2 == 0 {
                on!(plan, decision.day + 4, 9, world => {
                    let act = Answer {
                        decision: world.thing(DECISIONS[at].key)?,
                        person: world.person(who)?,
                        words: "Kept, and it will be looked at in the review. Thank you for saying it.".to_owned(),
                        promises: Vec::new(),
                    };
                    world.does(DECISIONS[at].by, act).await?;
                });
            }
        }
        if let Some((outcome, happened)) = decision.came {
            on!(plan, decision.day + decision.review + 1, 15, world => {
                let decision = &DECISIONS[at];
                let act = Review {
                    decision: world.thing(decision.key)?,
                    outcome: outcome.to_owned(),
                    happened: happened.to_owned(),
                    learned: String::new(),
                    settled: false,
                };
                world.does(decision.by, act).await?;
            });
        }
    }
    for day in (-352..=-10).step_by(6) {
        on!(plan, day, 16, world => { acknowledge(world, 60 + u32::try_from(-day).unwrap_or(0) % 41).await?; });
    }
    on!(plan, -6, 16, world => { acknowledge(world, 60).await?; });
    // One is open now: those affected were asked for objections.
    on!(plan, -5, 10, world => {
        let typed = Typed {
            question: "Do we hand the second clinic system to its maker?".to_owned(),
            purpose: "Three people keep it up at night, and its maker offers to run it.".to_owned(),
            option: vec!["Hand it over in the summer".to_owned(), "Keep it, with one of their people here".to_owned()],
            known: "It failed four times this year; each time the maker was called in the end.".to_owned(),
            unknown: "What they charge from the third year on.".to_owned(),
            assumed: "Northlight agrees to their data being there.".to_owned(),
            ..Typed::default()
        };
        let act = Write {
            circle: world.circle("org")?.to_string(),
            decider: world.person("ada")?.to_string(),
            typed,
            ..Write::default()
        };
        let id = world.does("ada", act).await?;
        world.keep("open", id);
        let mut audience = Vec::new();
        for name in ["omar", "lena", "kai", "finn", "bea"] {
            audience.push(world.person(name)?.to_string());
        }
        world.does("ada", Ask { decision: id, until: world.typed(2), audience }).await?;
    });
    on!(plan, -4, 11, world => {
        let act = Say {
            decision: world.thing("open")?,
            objects: "yes".to_owned(),
            words: "In the third year they have us. Agree the price of it first.".to_owned(),
        };
        world.does("kai", act).await?;
        let act = Say { decision: world.thing("open")?, objects: "no".to_owned(), words: String::new() };
        world.does("finn", act).await?;
    });
}
