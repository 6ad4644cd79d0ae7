//! Problems of the work record, from symptom to cause: one that is fixed and countersigned, one whose fix did not help, and
//! one that was opened a few days ago.

use casebook::{Act as Deed, Canvas, Choice, Hypothesis, Judged, Money, Side, Stage, Trial, sample};
use jiff::Timestamp;
use leadership::PersonId;
use ledger::casework::{self, AskSide, SayWord, TouchedNoun, Write};
use ledger::{LedgerError, Refused};
use problems::verify::{Verdict, verify};

use crate::tickets::{FIXED, Kind, Ticket};
use crate::world::{Plan, World, on};

/// Most tickets that are named when a problem is opened.
const NAMED: usize = 12;

/// A problem of the sample.
struct Case {
    key: &'static str,
    kind: Kind,
    title: &'static str,
    circle: &'static str,
    asked: &'static str,
    needed: &'static str,
}

const SCANNERS: Case = Case {
    key: "scanners",
    kind: Kind::Scanners,
    title: "Scanners lose the wireless in the warehouse",
    circle: "desk",
    asked: "New scanners: the old ones are always off the net.",
    needed: "Pick an order in the halls without walking back to the office.",
};
const SCREENS: Case = Case {
    key: "screens",
    kind: Kind::Screens,
    title: "Screens of practices stay dark in the morning",
    circle: "workplace",
    asked: "Somebody on call from six, who switches them on.",
    needed: "The first patient is seen at eight, whatever happened at night.",
};
const GUESTS: Case = Case {
    key: "guests",
    kind: Kind::Guests,
    title: "Visitors do not get into the guest network",
    circle: "desk",
    asked: "A password on a card at the desk.",
    needed: "",
};

/// The tickets of a kind up to a day.
fn of_kind(world: &World, kind: Kind, day: i32) -> Vec<Ticket> {
    world.tickets().iter().filter(|ticket| ticket.kind == kind && ticket.day <= day).cloned().collect()
}

/// A problem as it is named on a day: with its tickets so far.
fn side(world: &World, case: &Case, day: i32) -> Result<Side, Refused> {
    let keys: Vec<String> = of_kind(world, case.kind, day).iter().map(Ticket::key).collect();
    let id = world.noted(case.key)?;
    Ok(Side { id, title: case.title.to_owned(), n: keys.len() as u64, tickets: sample(&keys) })
}

async fn writes(world: &mut World, who: &str, act: Deed, asks: Vec<u64>) -> Result<u64, Refused> {
    world.does(who, Write { act, by: String::new(), asks }).await
}

/// Opens it by hand, on the last tickets that were seen.
async fn open(world: &mut World, who: &str, case: &Case, day: i32) -> Result<(), Refused> {
    let mut keys: Vec<String> = of_kind(world, case.kind, day).iter().map(Ticket::key).collect();
    keys.drain(..keys.len().saturating_sub(NAMED));
    let of = Side { id: String::new(), title: case.title.to_owned(), n: keys.len() as u64, tickets: keys };
    let canvas = Canvas { asked: case.asked.to_owned(), needed: case.needed.to_owned(), ..Canvas::default() };
    let act = Deed::Open { of, circle: world.circle(case.circle)?, canvas: Box::new(canvas) };
    let number = writes(world, who, act, Vec::new()).await?;
    world.note(case.key, Deed::by_hand(number));
    world.note(&format!("{}-open", case.key), number.to_string());
    Ok(())
}

fn number(world: &World, key: &str) -> Result<u64, Refused> {
    world.noted(key)?.parse().map_err(|_| crate::missing(key))
}

/// The leader looks at the reasoning.
async fn review(
    world: &mut World,
    who: &str,
    (case, day): (&Case, i32),
    (clear, missing, agreed): (&str, &str, bool),
) -> Result<(), Refused> {
    let open = number(world, &format!("{}-open", case.key))?;
    let of = side(world, case, day)?;
    let act = Deed::Review { of, open, clear: clear.to_owned(), missing: missing.to_owned(), agreed };
    writes(world, who, act, Vec::new()).await.map(drop)
}

/// The newest version of a canvas.
async fn newest(world: &World, case: &Case) -> Result<Canvas, Refused> {
    let id = world.noted(case.key)?;
    let entries = casework::entries(&mut world.ledger.read().await?).await?;
    let mut of = entries.iter().rev().filter(|entry| entry.act.sides().iter().any(|side| side.id == id));
    Ok(of.find_map(|entry| entry.act.canvas()).cloned().unwrap_or_default())
}

/// Keeps another version of a canvas. It answers the leader's question, and the asks that are named.
async fn goes_on(
    world: &mut World,
    who: &str,
    (case, day): (&Case, i32),
    asks: &[&str],
    change: impl FnOnce(&mut Canvas) + Send,
) -> Result<(), Refused> {
    let before = newest(world, case).await?;
    let mut canvas = before.clone();
    change(&mut canvas);
    let canvas = Box::new(canvas.tidied().credited(&before, Some(world.person(who)?)));
    let mut answers = vec![number(world, &format!("{}-open", case.key))?];
    for ask in asks {
        answers.push(number(world, ask)?);
    }
    let act = Deed::Canvas { of: side(world, case, day)?, canvas };
    writes(world, who, act, answers).await.map(drop)
}

/// Asks the people of a circle for options.
async fn ask(
    world: &mut World,
    who: &str,
    (case, day, until): (&Case, i32, i32),
    circle: &str,
    why: &str,
) -> Result<(), Refused> {
    let (of, circle, until) = (side(world, case, day)?, world.circle(circle)?, world.day(until));
    let number = writes(world, who, Deed::Ask { of, circle, until, why: why.to_owned() }, Vec::new()).await?;
    world.note(&format!("{}-ask", case.key), number.to_string());
    Ok(())
}

/// Marks it as fixed by a team. The owner is who answers for it by then.
async fn fix(world: &mut World, who: &str, case: &Case, team: &str, what: &str) -> Result<(), Refused> {
    let day = if case.kind == Kind::Scanners { FIXED[0] } else { FIXED[1] };
    let (of, on) = (side(world, case, day)?, world.day(day));
    let act = Deed::Fixed { of, on, team: team.to_owned(), what: what.to_owned() };
    let number = writes(world, who, act, Vec::new()).await?;
    world.note(&format!("{}-fix", case.key), number.to_string());
    Ok(())
}

fn seconds(tickets: &[Ticket]) -> Vec<i64> {
    tickets.iter().map(|ticket| ticket.opened.as_second()).collect()
}

/// What the tickets say of the fixes by now, as the server would work it out.
async fn judge(world: &mut World, day: i32) -> Result<(), Refused> {
    let all: Vec<Ticket> = world.tickets().iter().filter(|ticket| ticket.day < day).cloned().collect();
    let Some(first) = all.first().map(|ticket| ticket.opened) else { return Ok(()) };
    let midnight = |day: i32| -> Result<Timestamp, Refused> {
        let start = world.day(day).to_zoned(jiff::tz::TimeZone::UTC);
        start.map(|at| at.timestamp()).map_err(|error| Refused::Ledger(LedgerError::Inside(error.to_string())))
    };
    let observed = (first.as_second(), midnight(day)?.as_second() - 1);
    let mut fixes = Vec::new();
    for (case, fixed, team, owner) in
        [(&SCANNERS, FIXED[0], "Network", "sam"), (&SCREENS, FIXED[1], "Workplace", "finn")]
    {
        let own: Vec<Ticket> = all.iter().filter(|ticket| ticket.kind == case.kind).cloned().collect();
        let found = verify(&seconds(&own), &seconds(&all), midnight(fixed)?.as_second(), observed);
        let stage = match found.verdict {
            Verdict::Fixed => Stage::Fixed,
            Verdict::NotFixed => Stage::NotFixed,
            Verdict::Unproven => Stage::Unproven,
        };
        let owner: Option<PersonId> = Some(world.person(owner)?);
        fixes.push(Judged {
            entry: number(world, &format!("{}-fix", case.key))?,
            problem: world.noted(case.key)?,
            title: case.title.to_owned(),
            owner,
            team: team.to_owned(),
            on: world.day(fixed),
            stage,
            day: world.day(day - 1),
            figures: found.sentence,
        });
    }
    let known = casework::last(&mut world.ledger.read().await?).await?;
    casework::judge(&world.ledger, &fixes, known).await.map(drop)
}

async fn touched(world: &mut World, who: &str, case: &Case, circle: &str, title: &str) -> Result<(), Refused> {
    let fix = number(world, &format!("{}-fix", case.key))?;
    let act = AskSide { fix, circle: Some(world.circle(circle)?), title: title.to_owned() };
    let side = world.does(who, act).await?;
    world.keep(&format!("{}-side", case.key), side);
    Ok(())
}

async fn says(world: &mut World, who: &str, case: &Case, agrees: &str, words: &str) -> Result<(), Refused> {
    let side = world.thing::<TouchedNoun>(&format!("{}-side", case.key))?;
    world.does(who, SayWord { side, agrees: agrees.to_owned(), words: words.to_owned() }).await
}

fn range((low, high): (u32, u32)) -> Money {
    Money { low: low.into(), high: high.into() }
}

fn option(what: &str, cost: (u32, u32), benefit: (u32, u32)) -> Choice {
    Choice { what: what.to_owned(), by: Vec::new(), cost: Some(range(cost)), benefit: Some(range(benefit)) }
}

fn hypothesis(claim: &str, supports: &str, against: &str) -> Hypothesis {
    let [claim, supports, against] = [claim, supports, against].map(str::to_owned);
    Hypothesis { claim, supports, against, tests: Vec::new() }
}

fn test(world: &World, day: i32, what: &str, result: &str) -> Trial {
    Trial { what: what.to_owned(), result: result.to_owned(), on: Some(world.day(day)) }
}

/// The scanners: opened at the desk, brought to a cause by the network team, fixed, countersigned.
fn scanners(plan: &mut Plan) {
    on!(plan, -200, 10, world => { open(world, "jon", &SCANNERS, -201).await?; });
    on!(plan, -199, 9, world => {
        review(world, "tom", (&SCANNERS, -200), ("What they need is not a scanner.", "In which halls, and at what hour?", false)).await?;
    });
    on!(plan, -196, 14, world => {
        goes_on(world, "jon", (&SCANNERS, -197), &[], |canvas| {
            canvas.hypotheses.push(hypothesis(
                "The scanners are too old",
                "The oldest ones are named most often.",
                "New ones that were lent to hall two were lost as well.",
            ));
            canvas.hypotheses.push(hypothesis(
                "Between hall two and three they hang on to an access point that is out of reach",
                "Nearly all tickets are from whoever walks between these halls.",
                "",
            ));
        })
        .await?;
    });
    on!(plan, -194, 9, world => {
        review(world, "tom", (&SCANNERS, -195), ("Two hypotheses, and how to tell them apart.", "", true)).await?;
    });
    on!(plan, -188, 11, world => {
        let (sam, walk) = (world.person("sam")?, test(world, -189, "Walked the way with a meter", "No handover between the two halls, three times of three"));
        goes_on(world, "sam", (&SCANNERS, -189), &[], |canvas| {
            canvas.owner_person = Some(sam);
            if let Some(second) = canvas.hypotheses.get_mut(1) {
                second.tests.push(walk);
            }
            canvas.whys = ["They stay with the first access point.", "Its signal is set so strong that they never look for another.", "It was set when the halls were one room."].map(str::to_owned).to_vec();
            canvas.nothing = option("Four people restart scanners twice a day.", (0, 0), (0, 0));
        })
        .await?;
        ask(world, "sam", (&SCANNERS, -189, -178), "network", "You have hung them, and know what can be moved.").await?;
    });
    on!(plan, -185, 15, world => {
        goes_on(world, "uli", (&SCANNERS, -186), &["scanners-ask"], |canvas| {
            canvas.options.push(option("Turn the signal down in both halls, one evening each", (300, 600), (6_000, 14_000)));
        })
        .await?;
    });
    on!(plan, -183, 9, world => {
        goes_on(world, "ines", (&SCANNERS, -184), &["scanners-ask"], |canvas| {
            canvas.options.push(option("Hang one more access point in the passage", (1_200, 2_000), (6_000, 14_000)));
        })
        .await?;
    });
    on!(plan, FIXED[0], 18, world => {
        fix(world, "sam", &SCANNERS, "Network", "Signal turned down in both halls, one access point more in the passage").await?;
    });
    on!(plan, -80, 10, world => { touched(world, "ada", &SCANNERS, "harbour", "Scanners in the warehouse").await?; });
}

/// The screens: an owner and options, a fix that did not help, and a client who says so.
fn screens(plan: &mut Plan) {
    on!(plan, -120, 8, world => { open(world, "rosa", &SCREENS, -121).await?; });
    on!(plan, -118, 8, world => {
        review(world, "finn", (&SCREENS, -119), ("The need in one sentence.", "", true)).await?;
    });
    on!(plan, -110, 14, world => {
        let (finn, nights) = (world.person("finn")?, test(world, -112, "No update for a week in one practice", "Dark twice all the same"));
        goes_on(world, "rosa", (&SCREENS, -111), &[], |canvas| {
            canvas.owner_person = Some(finn);
            let mut update = hypothesis("The nightly update ends in a question that nobody answers", "They are dark after updates.", "Some are dark on other mornings too.");
            update.tests.push(nights);
            canvas.hypotheses.push(update);
            canvas.hypotheses.push(hypothesis("The cupboard switches the power off at night", "", ""));
        })
        .await?;
        ask(world, "finn", (&SCREENS, -111, -100), "workplace", "Before we send somebody every morning.").await?;
    });
    on!(plan, -104, 9, world => {
        goes_on(world, "rosa", (&SCREENS, -105), &["screens-ask"], |canvas| {
            canvas.options.push(option("Let the update wait until the screen is on", (0, 200), (3_000, 8_000)));
        })
        .await?;
    });
    on!(plan, FIXED[1], 17, world => {
        fix(world, "finn", &SCREENS, "Workplace", "The update waits until the screen is on").await?;
    });
    on!(plan, -58, 10, world => { touched(world, "ada", &SCREENS, "northlight", "Dark screens in the morning").await?; });
}

/// What visitors see: opened lately, and the desk's leader has not looked yet; everybody is asked for options.
fn guests(plan: &mut Plan) {
    on!(plan, -4, 11, world => { open(world, "mia", &GUESTS, -5).await?; });
    on!(plan, -3, 9, world => {
        ask(world, "ruth", (&GUESTS, -4, 9), "org", "It is the first that a visitor sees of us.").await?;
    });
    on!(plan, -2, 15, world => {
        goes_on(world, "leo", (&GUESTS, -3), &["guests-ask"], |canvas| {
            canvas.options.push(option("A page that asks for nothing but a name", (500, 900), (0, 2_000)));
        })
        .await?;
    });
}

pub(crate) fn plan(plan: &mut Plan) {
    scanners(plan);
    screens(plan);
    guests(plan);
    on!(plan, -35, 6, world => { judge(world, -35).await?; });
    on!(plan, -33, 9, world => {
        says(world, "hana", &SCANNERS, "yes", "Nobody walks back to the office any more.").await?;
    });
    on!(plan, -8, 6, world => { judge(world, -8).await?; });
    on!(plan, -7, 13, world => {
        says(world, "clara", &SCREENS, "no", "On Tuesday two practices were dark until nine.").await?;
    });
}
