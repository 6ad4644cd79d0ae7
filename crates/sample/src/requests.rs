//! What was asked of people, and what became of it: done, taken on by others, put off, dropped with a reason.

use leadership::request::Typed;
use ledger::Refused;
use ledger::requests::{AnswerOffer, Ask, Finish, Triage};
use ledger::today::{Interrupted, SayWhat};

use crate::world::{Plan, World, on};

/// What became of an ask, and after how many days.
#[derive(Clone, Copy)]
enum Became {
    Done(i32),
    /// Taken on by somebody, to be done in so many days.
    Taken(&'static str, i32),
    Deferred(i32, &'static str),
    Dropped(&'static str),
    Open,
}
use Became::{Deferred, Done, Dropped, Open, Taken};

/// Day, from, circle, of, title, words, days until it is needed (0: no day), after how many days a verdict, which.
type Asked = (i32, &'static str, &'static str, &'static str, &'static str, &'static str, i32, i32, Became);

#[rustfmt::skip]
const ASKED: [Asked; 18] = [
    (-330, "hana", "harbour", "ada", "Scanners for the new hall", "Forty of them, by the time it opens.", 60, 2, Taken("tom", 50)),
    (-280, "clara", "northlight", "ada", "A second printer in Elm Street", "The only one stands at the other end.", 20, 1, Taken("finn", 18)),
    (-241, "jon", "desk", "tom", "Headsets that do not hurt", "", 30, 1, Done(9)),
    (-216, "ben", "northlight", "ada", "A portal where patients see their bills", "Other clinics have one.", 0, 3, Deferred(90, "First the log-in, then what is behind it.")),
    (-188, "piet", "infra", "kai", "A day a week for the old scripts", "", 0, 2, Dropped("They are switched off with the old place. Let them rest.")),
    (-171, "max", "harbour", "ada", "Reports in colour", "", 0, 1, Dropped("The printers in the halls are black and white on purpose: each colour page costs as much as ten. The figures are on the page that you can open.")),
    (-144, "rosa", "workplace", "finn", "A room for repairs", "We mend devices in the corridor.", 40, 2, Done(28)),
    (-113, "leo", "identity", "dev", "A course on cards", "", 60, 1, Done(30)),
    (-96, "hana", "harbour", "ada", "A line for the shop in the station", "It opens in the spring.", 80, 2, Taken("sam", 70)),
    (-72, "ruth", "org", "ada", "What would a third client need from us?", "Two pages, for the board.", 30, 1, Done(20)),
    (-51, "yara", "platform", "bea", "A test place for the portal", "", 20, 1, Done(6)),
    (-29, "clara", "northlight", "ada", "Screens that can be read by the window", "Three rooms, south side.", 40, 1, Taken("finn", 34)),
    (-12, "ivo", "desk", "ada", "May we close the desk on the afternoon of the summer feast?", "", 60, 2, Deferred(20, "I ask both clients first.")),
    (-6, "max", "harbour", "ada", "Wireless in the yard", "Lorries are loaded outside now.", 25, 0, Open),
    (-4, "bea", "org", "ada", "Who pays for the two environments from July on?", "The grant ends then.", 12, 0, Open),
    (-3, "ruth", "org", "ada", "Three sentences on outages of clinics for the board", "The new law is on the agenda.", 5, 0, Open),
    (-2, "tom", "org", "ada", "May Mia lead the desk while I am away?", "Three weeks in the summer.", 30, 0, Open),
    (-1, "clara", "northlight", "ada", "A word about the night of Tuesday", "The screens were dark for an hour, and nobody told us why.", 2, 0, Open),
];

async fn ask(world: &mut World, at: usize) -> Result<(), Refused> {
    let (day, from, circle, of, title, words, days, ..) = ASKED[at];
    let act = Ask {
        circle: world.circle(circle)?.to_string(),
        of: world.person(of)?.to_string(),
        asked_name: String::new(),
        title: title.to_owned(),
        words: words.to_owned(),
        due: if days == 0 { String::new() } else { world.typed(day + days) },
    };
    let id = world.does(from, act).await?;
    world.keep(&format!("request-{at}"), id);
    Ok(())
}

async fn verdict(world: &mut World, at: usize) -> Result<(), Refused> {
    let (day, _, _, of, title, _, _, after, became) = ASKED[at];
    let word = match became {
        Done(_) => "do",
        Taken(..) => "delegate",
        Deferred(..) => "defer",
        _ => "drop",
    };
    let mut typed = Typed { verdict: word.to_owned(), ..Typed::default() };
    match became {
        Taken(who, days) => {
            typed.to = world.person(who)?.to_string();
            typed.day = world.typed(day + after + days);
            title.clone_into(&mut typed.outcome);
            "Within this year’s budget of the team.".clone_into(&mut typed.limits);
            "own".clone_into(&mut typed.authority);
        }
        Deferred(days, reason) => {
            typed.day = world.typed(day + after + days);
            reason.clone_into(&mut typed.reason);
        }
        Dropped(reason) => reason.clone_into(&mut typed.reason),
        Done(_) | Open => {}
    }
    let request = world.thing(&format!("request-{at}"))?;
    world.does(of, Triage { request, typed }).await.map(drop)
}

pub(crate) fn plan(plan: &mut Plan) {
    for (at, (day, _, _, of, _, _, _, after, became)) in ASKED.into_iter().enumerate() {
        on!(plan, day, 8, world => { ask(world, at).await?; });
        if matches!(became, Open) {
            continue;
        }
        on!(plan, day + after, 12, world => { verdict(world, at).await?; });
        match became {
            Done(days) => on!(plan, day + after + days, 14, world => {
                let request = world.thing(&format!("request-{at}"))?;
                world.does(of, Finish { request }).await?;
            }),
            Taken(who, _) => on!(plan, day + after + 1, 9, world => {
                let request = world.thing(&format!("request-{at}"))?;
                world.does(who, AnswerOffer { request, takes: true, reason: String::new() }).await?;
            }),
            _ => {}
        }
    }
    for (day, hour, words) in [
        (-2, 10, "The lift stood still with a server in it"),
        (-1, 14, "The board’s secretary, by telephone"),
        (0, 6, "A practice could not print"),
    ] {
        on!(plan, day, hour, world => {
            let came = world.does("ada", Interrupted).await?;
            world.does("ada", SayWhat { interruption: came.id, words: words.to_owned() }).await?;
        });
    }
}
