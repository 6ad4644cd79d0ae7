//! The pulses of the sample: the department that runs day and night, its service desk, and all who lead, over a year.

use std::collections::BTreeMap;

use leadership::pulse::Stage;
use ledger::Refused;
use ledger::ideas::IdeaId;
use ledger::pulses::{self, Answer, Reply, Set, Sweep, UNABLE};

use crate::world::{Plan, World, lot, on};

/// Short name, circle, whom it asks, who sets and answers it, first day, weeks, questions.
type Pulse = (&'static str, &'static str, &'static str, &'static str, i32, i32, &'static [&'static str]);

const PULSES: [Pulse; 3] = [
    (
        "operations",
        "operations",
        "circle",
        "omar",
        -350,
        8,
        &[
            "pulse-belonging",
            "pulse-speaking-up",
            "pulse-heard",
            "pulse-meaning",
            "pulse-pace",
            "pulse-morale",
            "pulse-confidence",
        ],
    ),
    ("desk", "desk", "circle", "tom", -346, 6, &["pulse-enjoyment", "pulse-liking", "pulse-heard", "pulse-pace"]),
    (
        "leaders",
        "org",
        "leaders",
        "ada",
        -339,
        12,
        &["pulse-lead-needs", "pulse-lead-support", "pulse-lead-load", "pulse-lead-thanks"],
    ),
];

/// Pulse, which of its rounds, days after its close, the answer in words, an idea that came of it.
type Said = (&'static str, i32, i32, &'static str, Option<&'static str>);

#[rustfmt::skip]
const SAID: [Said; 16] = [
    ("operations", 0, 6, "You said that ideas go nowhere. From now on every idea is answered by its team within two weeks, with a reason. Hold us to it.", None),
    ("operations", 1, 9, "The pace is what you marked lowest. Nobody is on call two weekends in a row any more; Kai keeps the list.", None),
    ("operations", 2, 4, "Being heard went up, and I am glad. Speaking up did not. I began: what I got wrong this spring is on the first page of the team notes.", None),
    ("operations", 3, 11, "The pace again. The move cannot wait, so two other things do: the new wiki and the second test system.", None),
    ("operations", 4, 7, "You asked what the work is for. Harbour and Northlight each come once a quarter and say what held and what did not.", None),
    ("operations", 5, 5, "Nothing here that I can tell from chance. We keep what we promised in the spring.", None),
    ("desk", 0, 3, "Thank you for saying it. We begin with the morning list, and nobody answers two calls at once.", None),
    ("desk", 3, 4, "Passwords wear you out. Jon’s idea is accepted: with the new log-in people do it themselves.", Some("idea-2")),
    ("desk", 5, 5, "Lunch is lunch: the line goes to the other team from twelve to one.", None),
    ("desk", 6, 20, "Late, and I am sorry: the week of the outage. The pace is lower since; the second shift stays until it is back.", None),
    ("desk", 7, 6, "You like each other, and it shows. I ask for your ideas on the evenings.", None),
    ("leaders", 0, 8, "Most of us have nobody to say it to. Ruth opens a circle of peers, once a month, without notes.", None),
    ("leaders", 1, 6, "Time is what is missing. Two of our three standing meetings end today.", None),
    ("leaders", 2, 10, "The circle of peers stays. Thanks are rare: I begin with mine.", None),
    ("leaders", 3, 5, "We go into the year with what we have, and say no sooner.", None),
    // The last ones of the department and the desk wait for their leaders.
    ("desk", 2, 9, "Your evenings matter more than the list. It is done in the morning.", None),
];

/// What somebody writes in a line of their own in a round: most write none.
fn line(who: &str, round: i32) -> String {
    const LINES: [&str; 4] = [
        "Two nights on call in a row are one too many.",
        "We hear of changes from those who use them.",
        "The quiet hour helps; please keep it.",
        "Good that somebody asks, and that something comes of it.",
    ];
    let drawn = usize::try_from(lot(&format!("{who} {round} line"))).unwrap_or_default();
    if drawn < 12 { LINES[drawn % LINES.len()].to_owned() } else { String::new() }
}

/// What somebody answers in a round, from 1 to 5; `round` counts from the first.
fn point(who: &str, key: &str, round: i32) -> String {
    let drawn = lot(&format!("{who} {key} {round}"));
    if drawn < 3 {
        return UNABLE.to_owned();
    }
    // Usual is 3.5; a person's own way and chance move it, and over the year being heard grows while the pace tells.
    let own = i32::try_from(lot(&format!("{who} {key}")) % 3).unwrap_or_default() - 1;
    let chance = i32::try_from(drawn % 4).unwrap_or_default() - 1;
    let grown = match key {
        "pulse-heard" | "pulse-lead-support" => round - 2,
        "pulse-pace" => -1 - round / 3,
        "pulse-liking" => 2,
        _ => 0,
    };
    ((7 + own + chance + grown.clamp(-2, 2)) / 2).clamp(1, 5).to_string()
}

async fn set(world: &mut World, at: usize) -> Result<(), Refused> {
    let (name, circle, kind, by, first, weeks, questions) = PULSES[at];
    let act = Set {
        circle: Some(world.circle(circle)?),
        kind: kind.to_owned(),
        questions: questions.iter().map(|key| (*key).to_owned()).collect(),
        every_weeks: weeks.to_string(),
        answer_days: "14".to_owned(),
        next_on: world.typed(first),
    };
    let id = world.does(by, act).await?;
    world.keep(&format!("pulse-{name}"), id);
    Ok(())
}

/// Whoever a round of a pulse waits for answers it, but for a few who skip it or do not come to it.
async fn answers(world: &mut World, at: usize, round: i32) -> Result<(), Refused> {
    let (pulse, ..) = PULSES[at];
    let pulse = world.thing(&format!("pulse-{pulse}"))?;
    for name in world.everybody() {
        let actor = world.actor(name).await?;
        let mut tx = world.ledger.read().await?;
        let open = pulses::open_for(&mut tx, &actor).await?.into_iter().find(|round| round.pulse == pulse);
        drop(tx);
        let Some(open) = open else { continue };
        // At the desk somebody was away twice, and then it is not enough to say.
        let away = match PULSES[at].0 {
            "desk" => name == "ivo" && matches!(round, 1 | 4),
            _ => lot(&format!("{name} {round} away")) < 8,
        };
        if away {
            continue;
        }
        let skip = PULSES[at].0 != "desk" && lot(&format!("{name} {round} skip")) < 4;
        let answers: BTreeMap<String, String> =
            open.questions.iter().map(|one| (one.key.clone(), point(name, &one.key, round))).collect();
        world.does(name, Answer { round: open.id, answers, line: line(name, round), skip }).await?;
    }
    Ok(())
}

async fn said(world: &mut World, at: usize) -> Result<(), Refused> {
    let (pulse, _, _, words, idea) = SAID[at];
    let by = PULSES.iter().find(|one| one.0 == pulse).map_or("ada", |one| one.3);
    let actor = world.actor(by).await?;
    let id = world.thing(&format!("pulse-{pulse}"))?;
    let rounds = pulses::rounds(&mut world.ledger.read().await?, &actor, id).await?;
    let Some(round) = rounds.into_iter().find(|round| round.stage == Stage::Closed) else { return Ok(()) };
    let links = match idea {
        Some(idea) => {
            let idea: IdeaId = world.thing(idea)?;
            vec![format!("idea/{idea}")]
        }
        None => Vec::new(),
    };
    world.does(by, Reply { round: round.id, words: words.to_owned(), links }).await?;
    Ok(())
}

pub(crate) fn plan(plan: &mut Plan) {
    for (at, (name, _, _, _, first, weeks, _)) in PULSES.into_iter().enumerate() {
        on!(plan, first, 8, world => { set(world, at).await?; });
        for round in 0_i32.. {
            let opens = first + round * weeks * 7;
            if opens > 0 {
                break;
            }
            on!(plan, opens, 9, world => { world.clock_does(Sweep).await?; });
            if opens + 8 > 0 {
                // It is open on the day on which the sample ends, and waits for everybody.
                break;
            }
            on!(plan, opens + 2, 13, world => { answers(world, at, round).await?; });
            on!(plan, opens + 8, 9, world => { world.clock_does(Sweep).await?; });
            for (which, (of, number, days, ..)) in SAID.into_iter().enumerate() {
                if of == name && number == round {
                    on!(plan, opens + 8 + days, 14, world => { said(world, which).await?; });
                }
            }
        }
    }
}
