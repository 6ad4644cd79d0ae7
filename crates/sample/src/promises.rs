//! What was promised: kept, late, settled anew before its day, broken by silence, released; and what is open.

use leadership::promise::Act;
use ledger::Refused;
use ledger::promises::{Give, Sweep, Take};

use crate::world::{Plan, World, on};

/// What became of a promise.
#[derive(Clone, Copy)]
enum Came {
    Kept,
    /// Warned some days before, then kept late.
    Late,
    /// Another day asked for before the day, agreed, then kept.
    Settled,
    Broken,
    /// Nobody said anything after its day.
    Silent,
    Released,
    Open,
}
use Came::{Broken, Kept, Late, Open, Released, Settled, Silent};

/// Day, from, to (a person or a circle), what, how it will be known, days to its day, what became of it.
type Promise = (i32, &'static str, &'static str, &'static str, &'static str, i32, Came);

#[rustfmt::skip]
const PROMISES: [Promise; 52] = [
    (-344, "ada", "ruth", "A plan for the move with a price", "It is on one page", 21, Kept),
    (-338, "tom", "hana", "A number that the warehouses can call at six", "It rings here", 14, Kept),
    (-333, "kai", "omar", "The list of machines without a contract", "Every line has an owner", 20, Late),
    (-328, "dev", "ada", "Leavers lose their access the same day", "A check finds none", 45, Settled),
    (-322, "sam", "max", "A second line for the main warehouse", "It carries the scanners when we pull the first", 40, Kept),
    (-315, "omar", "ada", "A rota for nights that nobody has to do twice in a row", "It is in the calendar", 20, Kept),
    (-309, "ada", "tom", "An answer about the fifth person", "Yes or no, with the reason", 25, Broken),
    (-301, "finn", "clara", "New screens in the two largest practices", "Both say so", 35, Settled),
    (-296, "lena", "ada", "Who uses what: the list before we move anything", "Every system has a name beside it", 30, Kept),
    (-288, "mia", "tom", "The first three of the ten answers", "They can be read without us", 20, Kept),
    (-283, "ruth", "ada", "Money for two environments side by side", "It is in the budget", 40, Kept),
    (-277, "uli", "sam", "The map of all lines", "A stranger finds each of them", 25, Silent),
    (-268, "ada", "clara", "Somebody who knows your practices by name", "Finn sits with you one day a month", 20, Kept),
    (-262, "bea", "lena", "A test of the way back for the first wave", "It was done once, on a Friday", 28, Kept),
    (-251, "kai", "ada", "No backup without a restore", "The list of Fridays", 60, Late),
    (-244, "tom", "hana", "What you wait for, on a page", "You can see it without asking", 30, Kept),
    (-238, "dev", "omar", "The rights of hired staff, cleaned up", "Personnel signs the list", 30, Settled),
    (-229, "omar", "kai", "Standby that lets your people sleep", "Two of three nights are quiet", 60, Broken),
    (-221, "yara", "lena", "One page of the portal, running", "One practice opens it", 30, Kept),
    (-213, "ada", "ruth", "Bad news about the move before anybody else tells you", "You hear it from me first", 90, Kept),
    (-205, "sam", "ada", "Three offers beside the carrier’s", "They are on the table", 60, Kept),
    (-198, "finn", "ben", "A spare screen in every practice", "It stands there", 40, Late),
    (-190, "eva", "tom", "The page for clients", "Both have opened it", 21, Kept),
    (-182, "lena", "hana", "No move of your systems in December", "It is in the plan", 10, Kept),
    (-176, "nora", "kai", "A handbook for the nights", "Somebody else can follow it", 45, Late),
    (-168, "ada", "omar", "I ask your people before I rent standby again", "They say so", 30, Kept),
    (-160, "jon", "tom", "A way to help from afar in two clicks", "It is two clicks", 40, Released),
    (-152, "bea", "ada", "Mail moves without an hour lost", "Nobody calls about it", 60, Kept),
    (-145, "tom", "max", "An answer within the hour on Saturdays", "You say so in the review", 60, Kept),
    (-137, "dev", "finn", "Cards instead of passwords in one practice", "Five seconds", 50, Settled),
    (-131, "ada", "lena", "An end to the question whether we move", "The board has signed", 14, Kept),
    (-124, "ines", "sam", "The cabling of the clinics, seen", "A picture of every cupboard", 30, Kept),
    (-117, "omar", "ada", "What counts as a shop’s system", "One page", 14, Kept),
    (-109, "carl", "lena", "How the archive is read", "Somebody else has read from it", 25, Kept),
    (-101, "lena", "ruth", "What three months more cost", "A figure and where it comes from", 10, Kept),
    (-92, "rosa", "dev", "A box for everybody’s first day", "It stands on the desk at eight", 50, Kept),
    (-84, "kai", "bea", "Machines for the second wave", "They answer", 30, Late),
    (-77, "ada", "tom", "Two hours a week without calls for whoever writes answers", "They are in the rota", 20, Broken),
    (-66, "sam", "clara", "Wireless in the first two practices", "Doctors can walk with it", 45, Kept),
    (-58, "anja", "dev", "The list from personnel every night", "It arrives", 30, Settled),
    (-49, "ada", "ruth", "The figures of the year, as they are", "Three pages", 30, Kept),
    (-36, "tom", "ada", "A plan for visits at the sites", "Every site has a day", 21, Kept),
    (-31, "omar", "ada", "Nights without our own people, tried once more", "A month of it", 36, Open),
    (-26, "kai", "omar", "The two systems without a test place get one", "They are restored once", 29, Open),
    (-21, "ada", "omar", "A talk with the board about standby", "You sit beside me", 24, Open),
    (-17, "lena", "hana", "A day for the move of your warehouses", "It suits your count", 22, Open),
    (-14, "finn", "ada", "What 140 card readers cost", "Two offers", 12, Open),
    (-11, "sam", "ada", "The last three sites get their second line", "We pull the first, and nobody notices", 41, Open),
    (-9, "ada", "clara", "A word every month on how it goes", "You say that you know", 10, Open),
    (-1, "kai", "ada", "What the night of Tuesday was, in ten lines", "Clara can read it", 3, Open),
    (-1, "omar", "tom", "Two evenings without the late shift", "They are in the rota", 11, Open),
    (-8, "dev", "ada", "Who had access a year too long, and why", "One page, no names", 6, Open),
];

async fn give(world: &mut World, at: usize) -> Result<(), Refused> {
    let (day, from, to, what, known, days, _) = PROMISES[at];
    let whom = match world.person(to) {
        Ok(person) => person.to_string(),
        Err(_) => world.circle(to)?.to_string(),
    };
    let due = world.typed(day + days);
    let act = Give { whom, what: what.to_owned(), known: known.to_owned(), due, ..Give::default() };
    let id = world.does(from, act).await?;
    world.keep(&format!("promise-{at}"), id);
    Ok(())
}

async fn take(world: &mut World, at: usize, mine: bool, act: Act, day: Option<i32>, why: &str) -> Result<(), Refused> {
    let (_, from, to, ..) = PROMISES[at];
    let promise = world.thing(&format!("promise-{at}"))?;
    let day = day.map(|day| world.typed(day)).unwrap_or_default();
    world.does(if mine { from } else { to }, Take { promise, act, day, why: why.to_owned() }).await.map(drop)
}

pub(crate) fn plan(plan: &mut Plan) {
    for (at, (day, _, _, _, _, days, came)) in PROMISES.into_iter().enumerate() {
        let due = day + days;
        on!(plan, day, 13, world => { give(world, at).await?; });
        match came {
            Kept => {
                on!(plan, due - 1, 15, world => { take(world, at, true, Act::Claim, None, "").await?; });
                on!(plan, due, 9, world => { take(world, at, false, Act::Keep, None, "").await?; });
            }
            Late => {
                on!(plan, due - 4, 10, world => { take(world, at, true, Act::Warn, None, "Two people are ill, and the part comes a week later.").await?; });
                on!(plan, due + 6, 15, world => { take(world, at, true, Act::Claim, None, "").await?; });
                on!(plan, due + 7, 9, world => { take(world, at, false, Act::KeepLate, None, "").await?; });
            }
            Settled => {
                on!(plan, due - 6, 10, world => { take(world, at, true, Act::AskDay, Some(due + 14), "Others have to deliver first; I would rather say it now.").await?; });
                on!(plan, due - 5, 14, world => { take(world, at, false, Act::Agree, None, "").await?; });
                on!(plan, due + 12, 15, world => { take(world, at, true, Act::Claim, None, "").await?; });
                on!(plan, due + 13, 9, world => { take(world, at, false, Act::Keep, None, "").await?; });
            }
            Broken => on!(plan, due + 4, 10, world => { take(world, at, false, Act::Break, None, "").await?; }),
            Released => {
                on!(plan, due - 8, 10, world => { take(world, at, false, Act::Release, None, "It is not needed any more.").await?; });
            }
            Silent | Open => {}
        }
    }
    for day in -300..=0 {
        on!(plan, day, 5, world => { world.clock_does(Sweep).await?; });
    }
}
