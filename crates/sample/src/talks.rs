//! Talks: one-to-ones with what was heard, a mediation, a team's talk, an evening without work, and uncertain times.

use leadership::PersonId;
use leadership::promise::Intended;
use ledger::Refused;
use ledger::talks::cadence::SetCadence;
use ledger::talks::notes::{ShowNote, WriteNote};
use ledger::talks::uncertain::{SayPost, StateUncertain};
use ledger::talks::{
    Agree, AnswerHeard, Call, Consent, End, Hear, Hold, Join, OpenAccount, TalkId, TellAccount, Write,
};

use crate::world::{Plan, World, on};

/// Who, with whom, day, about, what was heard, whether it was confirmed at once.
type Talked = (&'static str, &'static str, i32, &'static str, &'static str, bool);

#[rustfmt::skip]
const TALKED: [Talked; 14] = [
    ("ada", "omar", -96, "The on-call weeks", "You can carry it until summer, and not a week longer.", true),
    ("ada", "omar", -82, "The desk in the morning", "The first hour decides your day, and nobody plans for it.", true),
    ("ada", "omar", -54, "Your own year", "You would rather lead fewer people, and those well.", true),
    ("ada", "omar", -26, "What I do that costs you time", "My questions on Friday take your Monday.", true),
    ("ada", "omar", -12, "The spring", "You need the answer on the two posts by April.", true),
    ("ada", "lena", -75, "The move", "You want to stop one thing before you begin the next.", true),
    ("ada", "lena", -47, "The platform team", "Bea is tired, and does not say it.", false),
    ("ada", "lena", -19, "The contract", "You fear that it ends before we are out.", true),
    ("omar", "ada", -40, "What you hear from above", "You have to explain the same figures every month.", true),
    ("omar", "kai", -61, "Backups", "You want to be asked before, not after.", true),
    ("tom", "mia", -33, "How you are", "Nights are hard while the child is small.", true),
    ("tom", "jon", -29, "What you want to learn", "You would like to see how the network team works.", true),
    ("lena", "bea", -22, "What is in your way", "Three people ask you for the same thing in three ways.", true),
    ("sam", "ines", -15, "The drawings", "You are proud of them, and nobody has said it.", true),
];

fn with(person: PersonId, day: String, about: &str) -> Call {
    Call {
        kind: "one_to_one".to_owned(),
        with: vec![person],
        about: about.to_owned(),
        planned_on: day,
        ..Call::default()
    }
}

async fn hear(
    world: &mut World,
    by: &str,
    of: &str,
    talk: TalkId,
    words: &str,
) -> Result<ledger::talks::HeardId, Refused> {
    let of = world.person(of)?;
    world.does(by, Hear { talk: Some(talk), of: Some(of), words: words.to_owned() }).await
}

async fn confirm(world: &mut World, who: &str, heard: ledger::talks::HeardId) -> Result<(), Refused> {
    world.does(who, AnswerHeard { heard, confirms: true, words: String::new() }).await
}

fn row(from: PersonId, to: PersonId, what: &str, due: String, known: &str) -> Intended {
    Intended { from: from.to_string(), to: to.to_string(), what: what.to_owned(), due, known: known.to_owned() }
}

async fn talked(world: &mut World, at: usize) -> Result<(), Refused> {
    let (who, other, day, about, words, confirmed) = TALKED[at];
    let call = with(world.person(other)?, world.typed(day), about);
    let talk = world.does(who, call).await?;
    world.does(who, Hold { talk: Some(talk), held_on: world.typed(day), words: String::new() }).await?;
    let heard = hear(world, who, other, talk, words).await?;
    if confirmed {
        confirm(world, other, heard).await?;
    } else {
        let words = "Not tired: she waits for a decision that is mine.".to_owned();
        world.does(other, AnswerHeard { heard, confirms: false, words }).await?;
    }
    if at == 4 {
        let (ada, omar) = (world.person("ada")?, world.person("omar")?);
        let what = row(ada, omar, "Say whether the two posts are approved", world.typed(20), "Omar has it in writing.");
        world.does("ada", Agree { talk, rows: vec![what] }).await?;
    }
    Ok(())
}

/// Ada between Kai and Bea: noticed, heard apart, said back, agreed, and what others can learn of it.
async fn mediated(world: &mut World) -> Result<(), Refused> {
    let (kai, bea) = (world.person("kai")?, world.person("bea")?);
    let call = Call {
        kind: "mediation".to_owned(),
        with: vec![kai, bea],
        about: "Changes at night on shared machines".to_owned(),
        planned_on: world.typed(-64),
        noticed_on: world.typed(-68),
        ..Call::default()
    };
    let talk = world.does("ada", call).await?;
    for (side, told, said, other, back) in [
        (
            "kai",
            "I find changes in the morning that nobody told me of.",
            "You want to hear of it the day before.",
            "bea",
            "You are the one who is woken, and you want a day’s notice.",
        ),
        (
            "bea",
            "Every change of mine is undone without a word.",
            "You want to be asked before something is undone.",
            "kai",
            "You put work into it and find it gone.",
        ),
    ] {
        world.does(side, TellAccount { talk, words: told.to_owned() }).await?;
        let heard = hear(world, "ada", side, talk, said).await?;
        confirm(world, side, heard).await?;
        world.does(side, OpenAccount { talk }).await?;
        let heard = hear(world, other, side, talk, back).await?;
        confirm(world, side, heard).await?;
    }
    world.does("ada", Hold { talk: Some(talk), held_on: world.typed(-64), words: String::new() }).await?;
    let (until, told, asked) = (world.typed(30), "No change that you did not know of.", "You heard of each.");
    let own = row(bea, kai, "Tell you a day before I change a shared machine", until.clone(), told);
    world.does("bea", Agree { talk, rows: vec![own] }).await?;
    let own = row(kai, bea, "Ask before I undo anything of yours", until, asked);
    world.does("kai", Agree { talk, rows: vec![own] }).await?;
    let words = "A day’s notice cost a minute, and ended half a year of silence. Nobody had asked for it.".to_owned();
    let write = Write { talk: Some(talk), kind: "lesson".to_owned(), circle: Some(world.circle("org")?), words };
    let word = world.does("ada", write).await?;
    for side in ["kai", "bea"] {
        world.does(side, Consent { word, agrees: true }).await?;
    }
    Ok(())
}

/// The desk talks about its month, and agrees what others may read of it.
async fn together(world: &mut World) -> Result<(), Refused> {
    let call = Call {
        kind: "team".to_owned(),
        circle: Some(world.circle("desk")?),
        about: "What made last month hard".to_owned(),
        planned_on: world.typed(-17),
        held: true,
        ..Call::default()
    };
    let talk = world.does("tom", call).await?;
    let words = "We will hand over at half past seven, standing, five minutes.".to_owned();
    let word = world.does("tom", Write { talk: Some(talk), kind: "told".to_owned(), circle: None, words }).await?;
    for who in ["mia", "jon", "eva", "ivo"] {
        world.does(who, Consent { word, agrees: true }).await?;
    }
    Ok(())
}

async fn beside_work(world: &mut World, day: i32, starter: &str, who: &[&str]) -> Result<(), Refused> {
    let call = Call {
        kind: "not_work".to_owned(),
        circle: Some(world.circle("desk")?),
        starter: starter.to_owned(),
        planned_on: world.typed(day),
        ..Call::default()
    };
    let talk = world.does("tom", call).await?;
    for one in who {
        world.does(one, Join { talk, comes: true }).await?;
    }
    if day < 0 {
        world.does("tom", Hold { talk: Some(talk), held_on: world.typed(day), words: String::new() }).await?;
    }
    Ok(())
}

pub(crate) fn plan(plan: &mut Plan) {
    for (at, (_, _, day, ..)) in TALKED.iter().enumerate() {
        on!(plan, *day, 10, world => { talked(world, at).await?; });
    }
    for (who, other, days) in [("ada", "omar", "14"), ("ada", "lena", "28"), ("tom", "mia", "30")] {
        on!(plan, -98, 9, world => {
            let with = Some(world.person(other)?);
            let set = SetCadence { kind: "one_to_one".to_owned(), with, circle: None, days: days.to_owned() };
            world.does(who, set).await?;
        });
    }
    on!(plan, -40, 9, world => {
        let call = with(world.person("omar")?, world.typed(-40), "The budget");
        let talk = world.does("ada", call).await?;
        world.does("omar", End { talk: Some(talk), how: "missed".to_owned() }).await?;
    });
    on!(plan, -64, 14, world => { mediated(world).await?; });
    on!(plan, -17, 15, world => { together(world).await?; });
    on!(plan, -52, 15, world => { beside_work(world, -52, "games", &["mia", "jon", "eva", "ivo"]).await?; });
    on!(plan, -21, 15, world => { beside_work(world, -21, "food", &["mia", "ivo"]).await?; });
    on!(plan, -2, 15, world => { beside_work(world, 5, "music", &["eva"]).await?; });
    on!(plan, -8, 11, world => {
        let call = Call { kind: "client_review".to_owned(), held: true, ..with(world.person("hana")?, world.typed(-8), "The hall since it has its line") };
        let talk = world.does("sam", call).await?;
        let heard = hear(world, "sam", "hana", talk, "It holds, but nobody tells you when it is being worked on.").await?;
        confirm(world, "hana", heard).await?;
    });
    on!(plan, -31, 9, world => {
        let note = world.does("mia", WriteNote { words: "Our second child is due in autumn.".to_owned() }).await?;
        let to = Some(world.person("tom")?);
        world.does("mia", ShowNote { note, to }).await?;
        world.does("ada", WriteNote { words: "My mother moves in with us this summer.".to_owned() }).await?;
    });
    on!(plan, -24, 9, world => {
        let stated = StateUncertain {
            circle: Some(world.circle("applications")?),
            reason: "The owner looks at whether applications are run by a supplier. It is not decided.".to_owned(),
            until: world.typed(80),
        };
        let period = world.does("lena", stated).await?;
        let post = |known: &str, words: &str, replaces| SayPost { period: Some(period), known: known.to_owned(), words: words.to_owned(), replaces };
        world.does("lena", post("yes", "Nobody decides before the end of June.", None)).await?;
        let open = world.does("lena", post("no", "Whether the workplace team is part of it.", None)).await?;
        world.does("lena", post("yes", "The workplace team is not part of it.", Some(open))).await?;
        world.does("lena", post("no", "What it would mean for where we work.", None)).await?;
    });
    // What waits for Ada: a talk tomorrow, and something that Lena heard from her.
    on!(plan, -1, 9, world => {
        let call = with(world.person("ada")?, world.typed(1), "The two posts");
        world.does("omar", call).await?;
        let call = Call { held: true, ..with(world.person("ada")?, world.typed(-1), "What the board asked") };
        let talk = world.does("lena", call).await?;
        hear(world, "lena", "ada", talk, "You will not promise a date before the contract is read.").await?;
    });
}
