//! What the leaders of the sample do with what they were told: they choose ways of leading and hear whether these fitted,
//! learn and end it in acts, look back, ask a mentor, show a report in parts and answer what is said on it, and are
//! nominated. What is sealed to somebody is sealed here as well.

use std::collections::BTreeMap;

use leadership::profile::Part;
use ledger::common::Show;
use ledger::growth::{
    self, Action, AddTrait, AnswerStyle, ChooseStyle, Hold, Look, LookBackOnStyle, Note, NoteSession, ObservationId,
    Respond, SayAfter, TryOut,
};
use ledger::ideas::{Merge, Offer, StateDays};
use ledger::recognition::{AnswerNomination, Nominate};
use ledger::reports::{self, Decide, Open, OpenTo, Reply, Say, SeeYourself, Share};
use ledger::thanks::{Card, WriteCard};
use ledger::training::{self, Answered, End, KeepSelfCheck, SelfCheck, Start};
use ledger::{Refused, questionnaire};
use model::ASKED_PER_QUALITY;

use crate::world::{Plan, World, lot, on};

/// With whom a way of leading is chosen.
#[derive(Clone, Copy)]
enum With {
    /// One person, who sees it and says how far it fitted, from 1 to 5; or has not said so yet.
    One(&'static str, Option<&'static str>),
    /// A circle.
    Circle(&'static str),
}
use With::{Circle, One};

/// Day, who leads, with whom, the work, how far they can do it, how sure of it they are, the way, why, what came of it.
type Choice = (
    i32,
    &'static str,
    With,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    Option<&'static str>,
);

#[rustfmt::skip]
const CHOICES: [Choice; 9] = [
    (-168, "ada", One("omar", Some("4")), "Leading four teams at once", "part", "unsure", "coaching", "He knows two of the four. The others know more than he does, and he fears to show it.", Some("He asks the teams now, and me only where they disagree.")),
    (-140, "ada", One("lena", Some("5")), "The cloud move", "able", "sure", "delegating", "She has done it twice. What she needs of me is that nobody else gives orders.", Some("I asked about it on Fridays all the same. She told me, and I stopped.")),
    (-112, "ada", One("kai", Some("3")), "Telling the board of the backup", "new", "unsure", "directing", "There was a week. I wrote the three sentences for him.", Some("They were my sentences, and one heard it. Next time he writes, and I read.")),
    (-79, "ada", One("dev", Some("5")), "The list of rights with personnel", "able", "unsure", "supporting", "He can do it, and was told no twice. He needs somebody behind him in the room.", Some("I came along once and said nothing. They agreed.")),
    (-70, "ruth", One("ada", Some("4")), "The report to the board", "able", "unsure", "supporting", "Her figures are right. She drowns them.", None),
    (-66, "omar", One("sam", Some("5")), "Second lines for the sites", "able", "sure", "delegating", "Nobody here knows more about lines.", Some("Eight of eleven, without a question to me.")),
    (-55, "ada", One("finn", Some("4")), "A budget of his own", "new", "sure", "directing", "He wants it and has never had one: a sheet, a date, and an hour together each week.", None),
    (-47, "tom", Circle("desk"), "The hand-over in the morning", "part", "sure", "coaching", "They know what has to be said, and not in five minutes.", Some("Standing, with the list. It takes six.")),
    (-23, "ada", One("bea", None), "Saying no to a request", "part", "sure", "coaching", "She says no too late, and then to everything.", None),
];

async fn choose(world: &mut World, at: usize) -> Result<(), Refused> {
    let (_, leader, with, work, ability, will, chosen, why, _) = CHOICES[at];
    let mut act = ChooseStyle {
        work: work.to_owned(),
        ability: ability.to_owned(),
        will: will.to_owned(),
        chosen: chosen.to_owned(),
        why: why.to_owned(),
        ..ChooseStyle::default()
    };
    match with {
        One(whom, _) => act.person = Some(world.person(whom)?),
        Circle(circle) => act.circle = Some(world.circle(circle)?),
    }
    let style = world.does(leader, act).await?;
    world.keep(&format!("style-{at}"), style);
    Ok(())
}

/// Module, who begins it on which day, and on which day they say with what they ended it.
const MODULES: [(&str, &str, i32, Option<i32>); 4] = [
    ("conflict", "ada", -66, Some(-63)),
    ("explaining-why", "ada", -60, Some(-21)),
    ("listening", "ada", -40, Some(-11)),
    ("customer-service", "tom", -6, None),
];

/// Ends a module with the newest act of its kind: a module whose act was not done stays begun.
pub(crate) async fn end(world: &mut World, key: &str, who: &str) -> Result<(), Refused> {
    let module = model::shipped().module(key).ok_or_else(|| crate::missing(key))?;
    let actor = world.actor(who).await?;
    let mut tx = world.ledger.read().await?;
    let since = training::begun(&mut tx, &actor).await?.remove(key).ok_or_else(|| crate::missing(key))?;
    let done = training::done_since(&mut tx, &actor, module.deed, since).await?;
    drop(tx);
    let Some(act) = done.first() else { return Ok(()) };
    let act = format!("{}:{}", act.noun, act.subject);
    world.does(who, End { module: key.to_owned(), act }).await
}

/// Ada looks at herself before others look at her, and keeps it.
async fn look_at_herself(world: &mut World) -> Result<(), Refused> {
    let asked = questionnaire::in_use(&mut world.ledger.read().await?).await?;
    let mut check = SelfCheck { version: asked.version(), ..SelfCheck::default() };
    for quality in model::shipped().core() {
        for item in asked.of(&quality.key).take(ASKED_PER_QUALITY) {
            let points = 3 + u8::try_from(lot(&format!("self {}", item.key)) % 3).unwrap_or_default();
            check.answers.insert(item.key.clone(), Answered { quality: item.quality.clone(), points });
        }
    }
    world.does("ada", KeepSelfCheck(check)).await
}

/// Day, and what Ada answered to the questions of the week.
#[rustfmt::skip]
const WEEKS: [(i32, [&str; 2]); 4] = [
    (-27, ["I told Lena no and did not say why. She found out from Bea.", "Say the why first, also when it is short."]),
    (-20, ["The report. I see myself as a better listener than others do.", "Ask Tom what he meant."]),
    (-13, ["Omar carried the week. I noticed on Thursday.", "Thank him in front of the others."]),
    (-6, ["I kept the Friday free of questions, as promised.", "Keep it for another month."]),
];

async fn look_back(world: &mut World, at: usize) -> Result<(), Refused> {
    let ada = world.actor("ada").await?;
    let (week, questions) = growth::this_week(&mut world.ledger.read().await?, &ada).await?;
    let said = questions.into_iter().zip(WEEKS[at].1.map(str::to_owned)).collect();
    world.does("ada", Look { week: week.to_string(), said }).await.map(drop)
}

/// Day, who saw it, of whom, the quality, whether its lack, what was seen, what it led to.
type Seen = (i32, &'static str, &'static str, &'static str, bool, &'static str, &'static str);

#[rustfmt::skip]
const SEEN: [Seen; 5] = [
    (-58, "kai", "ada", "truth", false, "You told the steering group that no restore had ever been tried, before anybody asked.", "We got the month that we needed."),
    (-44, "tom", "ada", "active-listening", true, "In the talk about nights you answered before Mia had ended.", "She did not bring it up again."),
    (-37, "ada", "omar", "empowering", false, "You let Sam tell the department of the lines himself.", "They asked him, and not you."),
    (-30, "ada", "tom", "available", false, "You sat at the desk on the Monday after the outage.", "The callers heard one voice, and the team had somebody to turn to."),
    (-22, "clara", "sam", "service", false, "You called before you came, and stayed until the last screen was bright.", "Nobody sent a patient home."),
];

/// Strengths and limits: kind, what, how it is used or who is asked, the quality.
#[rustfmt::skip]
const TRAITS: [(&str, &str, &str, &str); 3] = [
    ("strength", "I see where systems hang on each other", "I draw it for the board, so that they decide on a drawing and not on a list.", "strategies"),
    ("strength", "I stay calm in an outage", "I take the telephone, so that those who repair are not asked.", "composure"),
    ("limit", "Contracts bore me", "Lena reads them before I sign, also the short ones.", ""),
];

/// Situations that Ada thought through: day, which, the way, why; and what came of it.
#[rustfmt::skip]
const THOUGHT: [(i32, &str, &str, &str, Option<&str>); 3] = [
    (-67, "twice-undone", "each", "A rule would hold until the next night.", Some("It took an afternoon, and they still talk.")),
    (-38, "the-quiet-one", "ask", "I would say what I have noticed, and then wait.", None),
    (-4, "no-from-above", "carry", "", None),
];

/// Who wrote how to work with them: how they are reached, what to ask them, what is hard, what drives them.
#[rustfmt::skip]
const CARDS: [(&str, [&str; 4]); 4] = [
    ("ada", ["Call. I read mail twice a day.", "How to say something to the board.", "Long documents without a question. Put the question first.", "That nobody waits for us."]),
    ("omar", ["By message, also late. I answer in the morning.", "Who knows what in the four teams.", "Being asked the same in three places.", "A week without a night call."]),
    ("tom", ["Come by the desk.", "What callers say when the ticket is closed.", "Numbers without a story.", "People who sound relieved."]),
    ("mia", ["Message before nine, call after.", "Scanners, and how to read a delivery note.", "Nights, at present.", "To know how the other teams work."]),
];

/// Who shows what they like beside work.
const LIKED: [(&str, &str); 5] = [
    ("ada", "Old maps\nCooking"),
    ("ruth", "Cooking\nGardens"),
    ("mia", "Chess\nSwimming before work"),
    ("jon", "chess"),
    ("eva", "Old radios"),
];

/// The report of the second wave: shown to Ruth whole, to everybody in part, answered, thanked for.
async fn show_report(world: &mut World) -> Result<(), Refused> {
    let ada = world.actor("ada").await?;
    let mut tx = world.ledger.read().await?;
    let report = reports::mine(&mut tx, &ada).await?.into_iter().next().ok_or(Refused::NotFound)?.id;
    // Whether she rated herself while the wave was open is left to the lot.
    let before = reports::before_seeing(&mut tx, &ada, report).await?;
    drop(tx);
    if let Some((_, items)) = before {
        let answers: BTreeMap<String, String> = items.into_iter().map(|item| (item.key, "4".to_owned())).collect();
        world.does("ada", SeeYourself { report, answers }).await?;
    }
    world.keep("report", report);
    let viewer = world.person("ruth")?.to_string();
    let parts = Part::ALL.iter().map(|part| part.name().to_owned()).collect();
    world.does("ada", Share { report: report.to_string(), viewer, seer: "higher_up".to_owned(), parts }).await?;
    let parts = [Part::Together, Part::Evidence].map(|part| part.name().to_owned()).to_vec();
    world.does("ada", OpenTo { report, parts }).await?;
    let words = "Thank you. Two things surprised me: that I explain better than I thought, and listen worse. I take \
                 the second one on."
        .to_owned();
    world.does("ada", Reply { report, words }).await?;
    world.does("ruth", Open { report }).await?;
    let words = "You said what surprised you. Not many do.".to_owned();
    let saying = world.does("ruth", Say { report, kind: "thanks".to_owned(), words }).await?;
    let answer = "It was harder to write than the report was to read.".to_owned();
    world.does("ada", Decide { report, saying, state: "shown".to_owned(), answer }).await
}

/// Day of a talk with the mentor, and what both keep of it.
#[rustfmt::skip]
const SESSIONS: [(i32, &str); 3] = [
    (-150, "Explaining: I say it once and think that it stays. Ruth asks who could say it back today. I could not tell."),
    (-95, "The drawing works. Ruth wants to hear of a time when it did not."),
    (-12, "The second report. Listening is next; Ruth tells how she learned to wait five seconds."),
];

async fn with_mentor(world: &mut World, at: usize) -> Result<(), Refused> {
    let (day, words) = SESSIONS[at];
    // What is to be done came of the last one.
    let last = at + 1 == SESSIONS.len();
    let action = Action {
        what: "Write down after three talks how often I spoke first".to_owned(),
        due: world.typed(16),
        known: "Ruth has the three numbers.".to_owned(),
        by_other: false,
    };
    let act = NoteSession {
        seat: world.thing("seat")?,
        day: world.typed(day),
        words: words.to_owned(),
        actions: if last { vec![action] } else { Vec::new() },
    };
    world.does("ada", act).await.map(drop)
}

pub(crate) fn plan(plan: &mut Plan) {
    plan_styles(plan);
    plan_learning(plan);
    plan_seen(plan);
    plan_report(plan);
    plan_ideas(plan);
}

fn plan_styles(plan: &mut Plan) {
    for (at, (day, leader, with, .., came)) in CHOICES.into_iter().enumerate() {
        on!(plan, day, 12, world => { choose(world, at).await?; });
        if let One(whom, Some(points)) = with {
            on!(plan, day + 2, 12, world => {
                let act = AnswerStyle { style: world.thing(&format!("style-{at}"))?, points: points.to_owned() };
                world.does(whom, act).await?;
            });
        }
        if let Some(words) = came {
            on!(plan, day + 28, 12, world => {
                let act = LookBackOnStyle { style: world.thing(&format!("style-{at}"))?, words: words.to_owned() };
                world.does(leader, act).await?;
            });
        }
    }
}

fn plan_learning(plan: &mut Plan) {
    for (key, who, from, to) in MODULES {
        on!(plan, from, 8, world => { world.does(who, Start { module: key.to_owned() }).await?; });
        if let Some(to) = to {
            on!(plan, to, 19, world => { end(world, key, who).await?; });
        }
    }
    on!(plan, -204, 18, world => { look_at_herself(world).await?; });
    for (day, situation, way, words, after) in THOUGHT {
        on!(plan, day, 18, world => {
            let (way, words) = (way.to_owned(), words.to_owned());
            world.does("ada", TryOut { situation: situation.to_owned(), way, words }).await?;
        });
        if let Some(words) = after {
            on!(plan, day + 10, 18, world => {
                let act = SayAfter { situation: situation.to_owned(), words: words.to_owned() };
                world.does("ada", act).await?;
            });
        }
    }
    for (at, (day, _)) in WEEKS.iter().enumerate() {
        on!(plan, *day, 18, world => { look_back(world, at).await?; });
    }
    for (at, (day, _)) in SESSIONS.iter().enumerate() {
        on!(plan, *day, 14, world => { with_mentor(world, at).await?; });
    }
    on!(plan, -176, 18, world => {
        for (kind, title, used, quality) in TRAITS {
            let (kind, title, used, quality) = (kind.to_owned(), title.to_owned(), used.to_owned(), quality.to_owned());
            world.does("ada", AddTrait { kind, title, used, quality }).await?;
        }
    });
    on!(plan, -1, 17, world => {
        let act = Hold {
            id: None,
            whom: "Our supplier of lines".to_owned(),
            purpose: "That the three sites that are left get a date that holds.".to_owned(),
            words: "Three dates, and none of them held. I would like to hear the fourth from somebody who can keep it.".to_owned(),
            hours: "60".to_owned(),
        };
        world.does("ada", act).await?;
    });
    for (who, words) in CARDS {
        on!(plan, -320, 12, world => {
            let [reach, good_at, hard, drives] = words.map(str::to_owned);
            world.does(who, WriteCard(Card { reach, good_at, hard, drives })).await?;
        });
    }
}

fn plan_seen(plan: &mut Plan) {
    for (who, words) in LIKED {
        on!(plan, -300, 12, world => { world.does(who, Show { words: words.to_owned() }).await?; });
    }
    for (at, (day, by, about, quality, lacking, words, effect)) in SEEN.into_iter().enumerate() {
        on!(plan, day, 18, world => {
            let act = Note {
                about: Some(world.person(about)?),
                quality: quality.to_owned(),
                lacking,
                seen_on: world.typed(day),
                words: words.to_owned(),
                effect: effect.to_owned(),
            };
            let id = world.does(by, act).await?;
            world.keep(&format!("seen-{at}"), id);
        });
    }
    for (day, key, who, reply) in [
        (-102, "seen", "ada", "I was not sure whether a third time is too often. Thank you."),
        (-42, "seen-1", "ada", "You are right. I asked her again, and waited."),
        (-28, "seen-3", "tom", ""),
    ] {
        on!(plan, day, 12, world => {
            let observation: ObservationId = world.thing(key)?;
            world.does(who, Respond { observation, useful: Some(true), reply: reply.to_owned() }).await?;
        });
    }
}

fn plan_report(plan: &mut Plan) {
    on!(plan, -19, 12, world => { show_report(world).await?; });
    on!(plan, -17, 12, world => {
        let words = "Says why, keeps what she promises, and tells bad news before it is asked for.".to_owned();
        let nomination = world.does("omar", Nominate { person: Some(world.person("ada")?), words }).await?;
        world.does("ada", AnswerNomination { nomination, accepts: true }).await?;
    });
    on!(plan, -14, 12, world => {
        let words = "Whoever calls the desk gets an answer and a day. He made that so.".to_owned();
        world.does("ada", Nominate { person: Some(world.person("tom")?), words }).await?;
    });
    // What waits for Ada to decide.
    on!(plan, -3, 12, world => {
        let words = "Your wall drawing of the move is out of date by one wave.".to_owned();
        let act = Say { report: world.thing("report")?, kind: "comment".to_owned(), words };
        world.does("kai", act).await?;
    });
}

fn plan_ideas(plan: &mut Plan) {
    on!(plan, -299, 12, world => {
        let act = StateDays { circle: Some(world.circle("operations")?), days: "14".to_owned() };
        world.does("omar", act).await?;
    });
    on!(plan, -7, 12, world => {
        let act = Offer {
            circle: Some(world.circle("desk")?),
            title: "Say thank you before we hang up".to_owned(),
            words: "And say the number of the ticket in the same breath.".to_owned(),
        };
        let idea = world.does("ivo", act).await?;
        let act = Merge {
            idea,
            into: Some(world.thing("idea-7")?),
            reason: "It is Eva’s, with the number in it. Both of you are named.".to_owned(),
        };
        world.does("tom", act).await?;
    });
}
