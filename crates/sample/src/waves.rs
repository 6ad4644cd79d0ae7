//! How the leaders of the sample are seen: two waves of ratings, the first half a year ago, worked out as the server
//! does; and what grows from it: a plan, ideas that are answered, thanks.

use leadership::promise::Act as Do;
use leadership::wave::Question;
use leadership::{PersonId, SeatId, WaveId};
use ledger::growth::{self, AddPractice, AnswerSeat, BeginPlan, ClosePlan, Done, Invite, Note};
use ledger::ideas::{AnswerIdea, Learn, Offer, TellBack};
use ledger::promises::Take;
use ledger::reports::work_out;
use ledger::thanks::Give;
use ledger::waves::{self, Answer, By, Choose, Close, Confirm, MakeLink, Plan as PlanWave};
use ledger::{LedgerError, Refused};

use crate::world::{Plan, World, lot, on};

/// Short name of a wave, its title, first and last day.
const WAVES: [(&str, &str, i32, i32); 2] =
    [("first", "How we lead: the first look", -200, -182), ("second", "How we lead: half a year later", -34, -20)];

/// Who is rated, who confirms who rates them, and whom they choose beside those who are proposed.
const RATED: [(&str, &str, &[&str]); 5] = [
    ("ada", "ruth", &["tom", "kai", "sam", "dev", "bea", "finn"]),
    ("omar", "ada", &["mia", "nora", "uli", "ines", "leo"]),
    ("lena", "ada", &["carl", "yara"]),
    ("tom", "omar", &[]),
    ("finn", "lena", &[]),
];

/// People from outside who have no account and answer by a link.
const OUTSIDE: &str = "Jo Brand, jo@harbour.example\nMarta Ruiz, marta@northlight.example";

/// How far a quality of a leader stands from what is usual, in half points: known to nobody in the sample.
fn leaning(leader: &str, quality: &str, wave: &str) -> i32 {
    let born = i32::try_from(lot(&format!("{leader} {quality}")) % 5).unwrap_or_default() - 2;
    // What Ada took on after the first wave went better by the second.
    let grown = if leader == "ada" && wave == "second" && quality == GROWN { 2 } else { 0 };
    let leader = match leader {
        "ada" | "tom" => 1,
        "finn" => -1,
        _ => 0,
    };
    born + leader + grown
}

/// The quality that Ada works at.
const GROWN: &str = "reinforcing";

/// What a rater answers, from 1 to 5, or that they are not able to.
fn answer(wave: &str, leader: &str, rater: &str, quality: &str, item: &str) -> String {
    let drawn = lot(&format!("{wave} {leader} {rater} {item}"));
    if drawn < 4 {
        return waves::UNABLE.to_owned();
    }
    // Usual is 3.5; a rater's own way of seeing and chance move it.
    let severity = i32::try_from(lot(&format!("{leader} {rater}")) % 3).unwrap_or_default() - 1;
    let chance = i32::try_from(drawn % 5).unwrap_or_default() - 2;
    let halves = 7 + leaning(leader, quality, wave) + severity + chance;
    ((halves + 1) / 2).clamp(1, 5).to_string()
}

/// What was written beside the answers, on the second wave.
const WORDS: [(&str, &str, Question, &str); 5] = [
    ("ada", "omar", Question::Helps, "Says why before what. I can pass it on without asking again."),
    ("ada", "kai", Question::Helps, "Tells bad news early, and does not look for somebody to blame."),
    ("ada", "tom", Question::Differently, "Come to the desk now and then without a reason."),
    ("ada", "bea", Question::Differently, "Say no sooner. A late no costs more than an early one."),
    ("ada", "clara", Question::Helps, "We hear first from her, and not from our doctors."),
];

async fn open(world: &mut World, key: &'static str, title: &str, first: i32, last: i32) -> Result<(), Refused> {
    let people = RATED.iter().map(|(name, ..)| world.person(name)).collect::<Result<Vec<_>, _>>()?;
    let act = PlanWave {
        circle: Some(world.circle("org")?),
        title: title.to_owned(),
        opens_on: world.typed(first),
        closes_on: world.typed(last),
        question_limit: "200".to_owned(),
        qualities: model::shipped().core().map(|quality| quality.key.clone()).collect(),
        people,
    };
    let wave = world.does("ruth", act).await?;
    world.keep(&format!("wave-{key}"), wave);
    Ok(())
}

/// Everybody who is rated chooses all who are proposed, and some more; a higher-up agrees.
async fn choose(world: &mut World, key: &'static str) -> Result<(), Refused> {
    let wave: WaveId = world.thing(&format!("wave-{key}"))?;
    for (name, by, more) in RATED {
        let actor = world.actor(name).await?;
        let proposed = waves::to_choose(&mut world.ledger.read().await?, &actor, wave).await?;
        let mut raters: Vec<PersonId> =
            proposed.map(|choice| choice.proposals.iter().map(|one| one.person).collect()).unwrap_or_default();
        for one in more {
            let one = world.person(one)?;
            if !raters.contains(&one) {
                raters.push(one);
            }
        }
        let outsiders = if name == "ada" { OUTSIDE.to_owned() } else { String::new() };
        world.does(name, Choose { wave: Some(wave), raters, outsiders }).await?;
        let (rated, above) = (world.person(name)?, world.actor(by).await?);
        let to_confirm = waves::to_confirm(&mut world.ledger.read().await?, &above, wave).await?;
        let seats = to_confirm.into_iter().find(|choice| choice.rated == rated).map(|choice| choice.seats);
        let keep = seats.unwrap_or_default().into_iter().map(|seat| seat.id).collect();
        world.does(by, Confirm { wave: Some(wave), rated: Some(rated), keep, add: Vec::new() }).await?;
    }
    Ok(())
}

/// What one rater sends.
async fn form(world: &World, key: &str, rater: &str, seat: SeatId, by: By) -> Result<Option<Answer>, Refused> {
    let actor = world.actor(if matches!(by, By::Me) { rater } else { "ruth" }).await?;
    let asked = waves::asked(&mut world.ledger.read().await?, &actor, seat, &by).await?;
    let Some(asked) = asked.filter(waves::Asked::is_open) else { return Ok(None) };
    let leader = world.name_of(asked.rated).unwrap_or_default();
    let answers = asked.items.iter().map(|item| answer(key, leader, rater, &item.quality, &item.key)).collect();
    let said = |(about, by, question, words): &(&str, &str, Question, &str)| {
        (*about == leader && *by == rater && key == "second").then(|| (*question, (*words).to_owned()))
    };
    Ok(Some(Answer { seat, by, answers, comments: WORDS.iter().filter_map(said).collect() }))
}

/// Everybody answers what waits for them, but for a few who do not come to it.
async fn answers(world: &mut World, key: &'static str) -> Result<(), Refused> {
    let wave: WaveId = world.thing(&format!("wave-{key}"))?;
    let day = world.ledger.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    for name in world.everybody() {
        let person = world.person(name)?;
        let waiting = waves::waiting(&mut world.ledger.read().await?, person, day).await?;
        let start = format!("/waves/{wave}/answer/");
        let seats: Vec<SeatId> =
            waiting.iter().filter_map(|item| item.page.strip_prefix(&start)?.parse().ok()).collect();
        for seat in seats {
            let Some(form) = form(world, key, name, seat, By::Me).await? else { continue };
            if lot(&format!("{key} {name} {}", form.answers.concat())) >= 4 {
                world.does(name, form).await?;
            }
        }
    }
    let ruth = world.actor("ruth").await?;
    let outside = waves::without_account(&mut world.ledger.read().await?, &ruth, wave).await?;
    for one in outside {
        let token = world.does("ruth", MakeLink { wave, seat: one.seat }).await?;
        let Some(form) = form(world, key, &one.name, one.seat, By::Link(token)).await? else { continue };
        world.clock_does(form).await?;
    }
    Ok(())
}

async fn close(world: &mut World, key: &'static str) -> Result<(), Refused> {
    let wave: WaveId = world.thing(&format!("wave-{key}"))?;
    world.does("ruth", Close { wave }).await?;
    work_out(&world.ledger, wave, |_| ()).await?.ok_or_else(|| LedgerError::Inside("worked out twice".to_owned()))?;
    Ok(())
}

/// Ada takes on what the first wave told her, with Ruth beside her.
async fn grow(world: &mut World) -> Result<(), Refused> {
    let ruth = world.person("ruth")?;
    let qualities = vec![
        (GROWN.to_owned(), "I say it once and think that it stays.".to_owned()),
        ("active-listening".to_owned(), "I answer before the other has ended.".to_owned()),
    ];
    let plan = world.does("ada", BeginPlan { qualities, retest_on: world.typed(-34) }).await?;
    for (quality, words, due, to) in [
        (GROWN, "Explain one aim to one circle every other week, in other words than before", -60, Some(ruth)),
        ("active-listening", "Say back what I heard before I answer, in every talk of one week", -120, None),
    ] {
        let act = AddPractice {
            plan,
            quality: quality.to_owned(),
            words: words.to_owned(),
            due: world.typed(due),
            to,
            known: if to.is_some() {
                "Ruth hears of each, and asks one of the circle.".to_owned()
            } else {
                String::new()
            },
        };
        world.does("ada", act).await?;
    }
    let parts = vec!["plan".to_owned()];
    let words = "You have led for longer than I have. Look at my plan with me once a month.".to_owned();
    let seat = world.does("ada", Invite { guest: Some(ruth), parts, words }).await?;
    world.does("ruth", AnswerSeat { seat, takes: true }).await?;
    world.keep("seat", seat);
    Ok(())
}

/// What became of her two practices.
async fn practise(world: &mut World, quality: &str) -> Result<(), Refused> {
    let ada = world.actor("ada").await?;
    let plan = growth::plan_of_mine(&mut world.ledger.read().await?, &ada).await?.ok_or(Refused::NotFound)?;
    let practice = plan.practices.into_iter().find(|one| one.quality == quality).ok_or(Refused::NotFound)?;
    if let Some((promise, ..)) = practice.promise {
        let why = "I asked two of the desk: both could say it back.".to_owned();
        world.does("ruth", Take { promise, act: Do::Keep, day: String::new(), why }).await?;
    } else {
        let note = "Harder than it sounds. Twice I had heard something else than was meant.".to_owned();
        world.does("ada", Done { practice: practice.id, note }).await?;
    }
    Ok(())
}

/// The plan ends with the second wave, and another begins.
async fn look_again(world: &mut World) -> Result<(), Refused> {
    let ada = world.actor("ada").await?;
    let plan = growth::plan_of_mine(&mut world.ledger.read().await?, &ada).await?.ok_or(Refused::NotFound)?;
    let learned = "Once is never. With a drawing it stays, and others draw it for me.".to_owned();
    world.does("ada", ClosePlan { plan: plan.id, learned }).await?;
    let qualities =
        vec![("team-goals".to_owned(), "The teams hear the goals of the house, and few of their own.".to_owned())];
    let plan = world.does("ada", BeginPlan { qualities, retest_on: world.typed(160) }).await?;
    let act = AddPractice {
        plan,
        quality: "team-goals".to_owned(),
        words: "Sit down with each team until it has one goal of its own that it can say back".to_owned(),
        due: world.typed(40),
        to: Some(world.person("omar")?),
        known: "Omar has the goals of his four teams on one page.".to_owned(),
    };
    world.does("ada", act).await?;
    Ok(())
}

/// Day, circle, by whom, title, words, after how many days it is answered, by whom, how, why.
type Idea =
    (i32, &'static str, &'static str, &'static str, &'static str, i32, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const IDEAS: [Idea; 8] = [
    (-290, "desk", "mia", "A morning list of what broke in the night", "The first hour is always the same ten calls.", 3, "tom", "try", "A month, with one page."),
    (-251, "infra", "zoe", "One restore a month, drawn by lot", "We know that we back up. We do not know that it comes back.", 4, "kai", "accept", "That is the question of every auditor."),
    (-222, "desk", "jon", "No tickets for passwords", "They could do it themselves.", 5, "tom", "accept", "With the new log-in."),
    (-180, "network", "ines", "A drawing of every site by its door", "Who comes at night finds the cabinet.", 6, "sam", "accept", "It costs a frame a site."),
    (-151, "platform", "carl", "Our own chat server", "We could run it for little.", 4, "bea", "decline", "Little is not nothing: it would be a fourth system that wakes us at night."),
    (-118, "identity", "leo", "Cards that end by themselves", "Nobody thinks of them when a contract ends.", 2, "dev", "accept", "The date stands in the contract anyway."),
    (-75, "workplace", "rosa", "Old laptops for the school next door", "They go to the shredder.", 7, "finn", "try", "Ten of them, wiped by us."),
    (-9, "desk", "eva", "A word of thanks at the end of each call", "People call again when they feel heard.", 0, "tom", "", ""),
];

async fn offer(world: &mut World, at: usize) -> Result<(), Refused> {
    let (_, circle, by, title, words, ..) = IDEAS[at];
    let act = Offer { circle: Some(world.circle(circle)?), title: title.to_owned(), words: words.to_owned() };
    let id = world.does(by, act).await?;
    world.keep(&format!("idea-{at}"), id);
    Ok(())
}

/// Day, from, to, what for, what it changed.
type Thank = (i32, &'static str, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const THANKS: [Thank; 6] = [
    (-262, "clara", "tom", "You stayed on the line until the last screen was bright.", "Forty patients were seen that morning."),
    (-197, "ada", "zoe", "You drew the restore that nobody wanted to draw.", "We found out in March, and not in a fire."),
    (-140, "omar", "leo", "The cards end by themselves now.", "Nobody walks in with last year’s card."),
    (-88, "hana", "sam", "The hall had its line two weeks before it opened.", "The first lorry was loaded on time."),
    (-41, "kai", "ada", "You told the board of the backup before anybody asked.", "We got the month that we needed."),
    (-15, "ada", "mia", "Your list of the night.", "The first hour has half the calls."),
];

pub(crate) fn plan(plan: &mut Plan) {
    for (key, title, first, last) in WAVES {
        on!(plan, first - 8, 9, world => { open(world, key, title, first, last).await?; });
        on!(plan, first - 6, 10, world => { choose(world, key).await?; });
        on!(plan, first + 3, 16, world => { answers(world, key).await?; });
        on!(plan, last, 18, world => { close(world, key).await?; });
    }
    on!(plan, -178, 17, world => { grow(world).await?; });
    on!(plan, -122, 17, world => { practise(world, "active-listening").await?; });
    on!(plan, -62, 17, world => { practise(world, GROWN).await?; });
    on!(plan, -18, 17, world => { look_again(world).await?; });
    on!(plan, -104, 16, world => {
        let act = Note {
            about: Some(world.person("ada")?),
            quality: GROWN.to_owned(),
            lacking: false,
            seen_on: world.typed(-105),
            words: "You explained the move to the desk for the third time, with a drawing.".to_owned(),
            effect: "Two of us could say it back the next day.".to_owned(),
        };
        let seen = world.does("omar", act).await?;
        world.keep("seen", seen);
    });
    for (at, (day, _, _, title, _, after, by, answer, why)) in IDEAS.into_iter().enumerate() {
        on!(plan, day, 11, world => { offer(world, at).await?; });
        if answer.is_empty() {
            continue;
        }
        on!(plan, day + after, 15, world => {
            let idea = world.thing(&format!("idea-{at}"))?;
            world.does(by, AnswerIdea { idea, answer: answer.to_owned(), reason: why.to_owned() }).await?;
        });
        if answer == "try" {
            on!(plan, day + after + 30, 15, world => {
                let idea = world.thing(&format!("idea-{at}"))?;
                let learned = format!("We tried “{title}” for a month. It takes ten minutes a day, and is used.");
                world.does(by, Learn { idea, learned }).await?;
                world.does(by, AnswerIdea { idea, answer: "accept".to_owned(), reason: "It goes on.".to_owned() }).await?;
                world.does(by, TellBack { idea, result: "It is how we work now.".to_owned() }).await?;
            });
        }
    }
    for (day, from, to, words, difference) in THANKS {
        on!(plan, day, 17, world => {
            let to = world.person(to)?;
            let act = Give { to: Some(to), words: words.to_owned(), difference: difference.to_owned(), ..Give::default() };
            world.does(from, act).await?;
        });
    }
}
